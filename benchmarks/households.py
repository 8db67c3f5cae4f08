"""Time the profile of every kelurahan from a table of households: ours, Dask, pandas, polars.

    .venv/bin/python benchmarks/households.py [--households 10000000] [--processors 2] [--rounds 1]

The households are those of the twin, written once, in a process of its own and in bounded memory,
into a temporary folder of Parquet parts: all columns of the restricted table, in the 54 kelurahan
of Surakarta however many they are. Then every row of the table runs in a process of its own, on the
same processors, and writes its result, which is held against ours. How to read the output:

- *wall* and *CPU*: seconds of the whole process, start and imports included; medians over rounds.
- *MB*: peak resident memory of the process.
- ratios: to ours. 3.0 means three times the time or the memory.
- *equal*: whether groups and counts are the same, and means and percentages to 1e-9.

What is compared, each as somebody who knows the library would write it: only the columns that are
needed are read.

- `kajian, DuckDB`: `kelurahan_profile` on `open_households`.
- `kajian, Dask`: the same function on `open_with_dask`, with the threads of one process.
- `pandas`: the eight columns in memory, then one `groupby`.
- `polars`: a lazy scan with its streaming engine.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINE = 600_000
COLUMNS = [
    *("kode_wilayah", "jumlah_anggota", "pengeluaran_rp", "fasilitas_bab", "pembuangan_tinja"),
    *("sumber_air", "akses_internet", "jk_kepala"),
]
DECENT_WATER = ["ledeng", "sumur_bor", "sumur_terlindung", "kemasan"]

# Seconds of wall and of CPU, megabytes.
Cost = tuple[float, float, float]


def main():
    options = parse()
    if options.step:
        globals()[options.step](*options.arguments)
        return
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.processors])
    with tempfile.TemporaryDirectory(prefix="kajian-bench-") as scratch:
        folder = Path(scratch)
        data = folder / "rumah_tangga.parquet"
        wall, _, memory = run("generate", folder, options.households, options.seed)
        size = sum(path.stat().st_size for path in folder.rglob("*.parquet")) / 1e6
        print(f"{options.households:,} households: {size:.0f} MB of Parquet", end=", ")
        print(f"written in {wall:.0f} s with a peak of {memory:.0f} MB")
        rows = {
            "kajian, DuckDB": "ours",
            "kajian, Dask": "with_dask",
            "pandas": "with_pandas",
            "polars": "with_polars",
        }
        costs: dict[str, list[Cost]] = {name: [] for name in rows}
        for number in range(options.rounds):
            load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
            print(f"round {number + 1} (load {load})", file=sys.stderr, flush=True)
            for name, step in rows.items():
                costs[name].append(run(step, data, folder / f"{step}.parquet"))
        print_table(costs, options.processors)
        results = [folder / f"{step}.parquet" for step in rows.values()]
        subprocess.run(command("compare", *results), check=True)


def parse():
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--households", type=int, default=10_000_000)
    parser.add_argument("--processors", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--step", help=argparse.SUPPRESS)
    parser.add_argument("arguments", nargs="*", help=argparse.SUPPRESS)
    return parser.parse_args()


def command(step: str, *arguments: object) -> list[str]:
    return [sys.executable, "-P", __file__, "--step", step, *map(str, arguments)]


def run(step: str, *arguments: object) -> Cost:
    """Cost of one step in a process of its own; this one stays small, since peaks are inherited."""
    start = time.perf_counter()
    process = subprocess.Popen(command(step, *arguments))
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{step} failed")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def print_table(costs: dict[str, list[Cost]], processors: int) -> None:
    medians = {
        name: tuple(map(statistics.median, zip(*each, strict=True))) for name, each in costs.items()
    }
    ours = next(iter(medians.values()))
    print(f"\nMedians of {len(next(iter(costs.values())))} rounds, {processors} processors")
    print(f"{'':20}{'wall s':>9}{'CPU s':>9}{'MB':>7}   {'to ours: wall, CPU, MB':>24}")
    for name, cost in medians.items():
        ratios = "".join(f"{theirs / own:8.1f}" for theirs, own in zip(cost, ours, strict=True))
        print(f"{name:20}{cost[0]:9.2f}{cost[1]:9.2f}{cost[2]:7.0f}   {ratios}")
    print("Aim: 10 million households within 20 s and 1 GB on two processors.\n")


def compare(ours: str, *others: str) -> None:
    import pandas as pd

    expected = pd.read_parquet(ours)
    for other in others:
        try:
            pd.testing.assert_frame_equal(
                pd.read_parquet(other), expected, check_dtype=False, rtol=1e-9, atol=0
            )
        except AssertionError as error:
            print(f"{Path(other).stem}: equal: NO\n{error}")
        else:
            print(f"{Path(other).stem}: equal: yes, {len(expected)} kelurahan")


def generate(folder: str, households: str, seed: str) -> None:
    """Write the twin's households; the rest needs only Parquet parts with ``COLUMNS``."""
    from kajian.data.tables import read_named
    from kajian.twin.build import write_households

    raw = ROOT / "data" / "raw"
    series = read_named(raw, "surakarta/seri_kota")[0]
    write_households(
        Path(folder),
        units=read_named(raw, "batas-wilayah/kelurahan_surakarta")[0],
        kecamatan=read_named(raw, "surakarta/kecamatan")[0],
        poverty_pct=series[series["indikator"] == "P0"].set_index("tahun")["nilai"],
        households=int(households),
        seed=int(seed),
    )


def ours(folder: str, target: str) -> None:
    from kajian.data.households import kelurahan_profile, open_households

    kelurahan_profile(open_households(Path(folder)), LINE).to_parquet(target)


def with_dask(folder: str, target: str) -> None:
    from kajian.data.households import kelurahan_profile, open_with_dask

    kelurahan_profile(open_with_dask(Path(folder)), LINE).to_parquet(target)


def with_pandas(folder: str, target: str) -> None:
    import pandas as pd

    rows = pd.read_parquet(folder, columns=COLUMNS)
    decent = rows["fasilitas_bab"].isin(["sendiri", "bersama"])
    poor = rows["pengeluaran_rp"] < LINE * rows["jumlah_anggota"]
    sums = (
        rows[["kode_wilayah", "pengeluaran_rp"]]
        .assign(
            rumah_tangga=1,
            penduduk=rows["jumlah_anggota"],
            penduduk_miskin=rows["jumlah_anggota"].where(poor, 0),
            sanitasi_layak=decent & rows["pembuangan_tinja"].isin(["tangki_septik", "ipal"]),
            air_layak=rows["sumber_air"].isin(DECENT_WATER),
            internet=rows["akses_internet"],
            kepala_perempuan=rows["jk_kepala"] == "P",
        )
        .groupby("kode_wilayah")
        .sum()
        .reset_index()
    )
    shares = ["sanitasi_layak", "air_layak", "internet", "kepala_perempuan"]
    sums["kemiskinan_pct"] = 100 * sums["penduduk_miskin"] / sums["penduduk"]
    sums["pengeluaran_kapita_rp"] = sums["pengeluaran_rp"] / sums["penduduk"]
    for name in shares:
        sums[f"{name}_pct"] = 100 * sums[name] / sums["rumah_tangga"]
    sums.drop(columns=[*shares, "pengeluaran_rp"]).to_parquet(target)


def with_polars(folder: str, target: str) -> None:
    import polars as pl

    persons, spending = pl.col("jumlah_anggota"), pl.col("pengeluaran_rp")
    decent = pl.col("fasilitas_bab").is_in(["sendiri", "bersama"]) & pl.col(
        "pembuangan_tinja"
    ).is_in(["tangki_septik", "ipal"])
    profile = (
        pl.scan_parquet(folder)
        .group_by("kode_wilayah")
        .agg(
            rumah_tangga=pl.len(),
            penduduk=persons.sum(),
            penduduk_miskin=persons.filter(spending < LINE * persons).sum(),
            kemiskinan_pct=100 * persons.filter(spending < LINE * persons).sum() / persons.sum(),
            pengeluaran_kapita_rp=spending.sum() / persons.sum(),
            sanitasi_layak_pct=100 * decent.mean(),
            air_layak_pct=100 * pl.col("sumber_air").is_in(DECENT_WATER).mean(),
            internet_pct=100 * pl.col("akses_internet").mean(),
            kepala_perempuan_pct=100 * (pl.col("jk_kepala") == "P").mean(),
        )
        .sort("kode_wilayah")
        .collect(engine="streaming")
    )
    profile.write_parquet(target)


if __name__ == "__main__":
    main()
