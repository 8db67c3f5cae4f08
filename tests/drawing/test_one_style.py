"""What all new drawings share: one typeface, the stamp, the same bytes from the same call."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from kajian import figures, maps


def precise(units) -> Figure:
    return maps.precision_map(units, "miskin", "mutu", legend_title="Miskin", decimals=1)


def both(units) -> Figure:
    return maps.bivariate_map(
        units, "miskin", "belanja", x_title="Miskin", y_title="Belanja", labels="none"
    )


def years(units) -> Figure:
    return maps.small_multiples(units, ["miskin", "belanja"], legend_title="Angka", decimals=1)


def lorenz(units) -> Figure:
    p = np.linspace(0, 1, 21)
    table = pd.DataFrame({"curve": "pengeluaran", "population": p, "share": p**2})
    return figures.lorenz_chart(table)


def change(units) -> Figure:
    table = units.assign(ubah=units["miskin"] - 10)
    return figures.change_chart(table, name="nama", change="ubah", xlabel="juta rupiah")


def parts(units) -> Figure:
    table = pd.DataFrame({"t": ["A", "B"], "x": [40.0, 60], "y": [60.0, 40]})
    return figures.stacked_contributions(table, label="t", parts={"x": "gizi", "y": "air"})


def ranks(units) -> Figure:
    rank = np.arange(1, 55)
    table = pd.DataFrame({"label": units["nama"], "rank": rank, "low": rank, "high": rank})
    return figures.rank_chart(table, columns=2)


def compared(units) -> Figure:
    numbers = {"d": 9.0, "d0": 5.0, "d1": 14.0, "m": 8.0, "m0": 6.0, "m1": 10.0}
    return figures.estimate_comparison(
        units.assign(**numbers),
        name="nama",
        direct=("d", "d0", "d1"),
        model=("m", "m0", "m1"),
        xlabel="persen",
    )


def caused(units) -> Figure:
    return figures.causal_diagram(
        ("z", "x", "y"), (("z", "x"), ("z", "y"), ("x", "y")),
        treatment="x", outcome="y", adjusted=["z"], unobserved=[],
    )  # fmt: skip


def rows_of(units) -> pd.DataFrame:
    """Estimates with intervals, by name."""
    estimate = units["miskin"].iloc[:5] - 10
    return pd.DataFrame({"label": units["nama"].iloc[:5], "estimate": estimate}).assign(
        conf_low=estimate - 4, conf_high=estimate + 4, time=[-3, -2, 0, 1, 2]
    )


INTERVAL = {"estimate": "estimate", "low": "conf_low", "high": "conf_high"}


def specified(units) -> Figure:
    return figures.specification_chart(
        rows_of(units), dimensions={"label": "wilayah"}, ylabel="persen"
    )


def ways(units) -> Figure:
    return figures.effect_comparison(
        rows_of(units), label="label", **INTERVAL, truth=2.0, xlabel="persen"
    )


def factors(units) -> Figure:
    options = {"share": "estimate", "low": "conf_low", "high": "conf_high", "xlabel": "persen"}
    return figures.share_bars(rows_of(units), label="label", **options)


def balanced(units) -> Figure:
    return figures.balance_chart(rows_of(units), label="label", before="estimate", after="conf_low")


def events(units) -> Figure:
    return figures.event_study_chart(
        rows_of(units), time="time", **INTERVAL, reference=-1, ylabel="persen"
    )


def bounded(units) -> Figure:
    options = {"original": (0.0, 1.0), "xlabel": "kali", "ylabel": "persen"}
    return figures.bounds_chart(
        rows_of(units), bound="time", low="conf_low", high="conf_high", **options
    )


def jump(units) -> Figure:
    bins = pd.DataFrame({"side": ["left", "right"], "x_mean": [1.0, 3], "y_mean": [1.0, 2]})
    curve = pd.DataFrame({"side": ["left", "left"], "x": [1.0, 2], "y": [1.0, 1.5]})
    return figures.discontinuity_chart(
        bins.assign(std_error=0.1, n=9), curve, cutoff=2, xlabel="skor", ylabel="persen"
    )


def contours(units) -> Figure:
    x, y = (axis.ravel() for axis in np.meshgrid(np.linspace(0, 0.4, 21), np.linspace(0, 0.4, 21)))
    grid = pd.DataFrame({"r2_dz_x": x, "r2_yz_dx": y, "estimate": 1 - 4 * np.sqrt(x * y)})
    bounds = pd.DataFrame({"term": "umur", "multiple": [1.0, 2], "r2_dz_x": [0.1, 0.2]})
    return figures.sensitivity_contour(grid, bounds.assign(r2_yz_dx=0.1), estimate=1.0)


def reached(units) -> Figure:
    names = {"estimate": "x_pct", "conf_low": "x_bawah_pct", "conf_high": "x_atas_pct"}
    table = rows_of(units).rename(columns=names)
    table[list(names.values())] += 30
    return figures.targeting_chart(table, label="label", measures={"x": "Menjangkau (%)"})


def registered(units) -> Figure:
    cells = pd.DataFrame({"tujuan": "beban", "kelompok": ["lansia"], "opd": "DLH"})
    gaps = pd.DataFrame({"tujuan": "beban", "kelompok": ["umum"], "bersinggungan": "lansia"})
    return figures.programme_chart(
        cells.assign(jumlah_program=1), gaps, aims={"beban": "pengurangan beban"},
        groups={"lansia": "lansia", "umum": "warga umumnya"},
    )  # fmt: skip


def themed(units) -> Figure:
    table = pd.DataFrame({"t": ["air", "air"], "n": units["nama"].iloc[:2], "x": [6, np.nan]})
    return figures.theme_matrix(
        table.assign(d="hunian", label=["", "disembunyikan"]), rows="t", columns="n", value="x",
        label="label", group="d", unit="segmen", hidden="kurang dari 5 segmen",
    )  # fmt: skip


def explained(units) -> Figure:
    table = rows_of(units).rename(columns={"label": "tempat", "estimate": "nilai"})
    table = table.assign(tema="air", bagian_pct=[9.0, 12, 4, np.nan, 7], angka="sumur")
    table = table.rename(columns={"conf_low": "bawah", "conf_high": "atas"})
    numbers = table.assign(nama="Minum dari sumur", satuan="persen")
    return figures.joint_display(table, numbers, {"air": ("sumur", "naik")})


def decided(units) -> Figure:
    table = pd.DataFrame({"anggota": units["nama"].iloc[:6], "disarankan": [True, False] * 3})
    return figures.decision_chart(table.assign(bagian_pct=[100, 70, 50.5, 3, 20, 0]))


KINDS = [
    *(precise, both, years, lorenz, change, parts, ranks, compared, caused, specified, ways),
    *(factors, balanced, events, bounded, jump, contours, reached, registered),
    *(themed, explained, decided),
]


@pytest.mark.parametrize("kind", KINDS)
def test_same_call_gives_same_bytes_and_inputs_stay_as_they_are(
    kelurahan, kind: Callable[..., Figure], assert_same_bytes
) -> None:
    before = kelurahan.copy()
    assert_same_bytes(kind(kelurahan), kind(kelurahan))
    assert kelurahan.equals(before)


@pytest.mark.parametrize("kind", KINDS)
def test_the_stamp_adds_a_strip_and_moves_no_word(
    kelurahan, kind: Callable[..., Figure], words_of
) -> None:
    fig = kind(kelurahan)
    before = words_of(fig)
    after = [
        (text, box) for text, box in words_of(maps.stamp(fig, "SIMULASI")) if text != "SIMULASI"
    ]
    strip = 5 / 25.4 * 72  # SVG counts from the top
    for (text, box), (same, moved) in zip(before, after, strict=True):
        assert text == same
        np.testing.assert_allclose(
            np.subtract(moved.bounds, box.bounds), [0, strip, 0, strip], atol=0.02
        )
    assert "SIMULASI" in {text for text, _ in words_of(fig)}
