"""What is true of each kelurahan and of each programme, counted from every household."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kajian.twin.chunks import Chunk
from kajian.twin.places import Place
from kajian.twin.truth import TRUTH

# Percentage: what is counted, and of what it is the share. All counts come from `tally`.
PERCENTAGES = {
    "kemiskinan_pct": ("miskin", "penduduk"),
    "kedalaman_pct": ("kesenjangan", "penduduk"),
    "keparahan_pct": ("kesenjangan_kuadrat", "penduduk"),
    "sanitasi_layak_pct": ("sanitasi_layak", "rumah_tangga"),
    "air_layak_pct": ("air_layak", "rumah_tangga"),
    "internet_pct": ("internet", "rumah_tangga"),
    "banjir_pct": ("banjir", "rumah_tangga"),
    "anak_tidak_sekolah_pct": ("remaja_tidak_sekolah", "remaja"),
    "informal_tanpa_bpjs_pct": ("informal_tanpa_bpjs", "informal"),
    "tanpa_jaminan_kesehatan_pct": ("tanpa_jaminan_kesehatan", "penduduk"),
    "disabilitas_pct": ("disabilitas", "penduduk"),
}


def out_of_school(persons: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Who is 13 to 18 years old, and who of them does not attend school."""
    school = TRUTH.sekolah
    teenager = persons["umur"].between(school.remaja_dari, school.remaja_sampai)
    return teenager, teenager & (persons["partisipasi_sekolah"] != "masih_sekolah")


def tally(
    chunk: Chunk, households: pd.DataFrame, persons: pd.DataFrame, line_rp: int
) -> dict[str, object]:
    """Count what the percentages of a kelurahan are made of."""
    size = households["jumlah_anggota"]
    gap = (1 - households["kapita_rp"] / line_rp).clip(lower=0)
    teenager, absent = out_of_school(persons)
    informal = persons["kegiatan"] == "informal"
    counts = {
        "rumah_tangga": len(households),
        "penduduk": len(persons),
        "pengeluaran": households["pengeluaran_rp"].sum(),
        "miskin": (size * households["miskin"]).sum(),
        "kesenjangan": (size * gap).sum(),
        "kesenjangan_kuadrat": (size * gap**2).sum(),
        "sanitasi_layak": households["sanitasi_layak"].sum(),
        "air_layak": households["air_layak"].sum(),
        "internet": households["akses_internet"].sum(),
        "banjir": households["banjir_setahun"].sum(),
        "remaja": teenager.sum(),
        "remaja_tidak_sekolah": absent.sum(),
        "informal": informal.sum(),
        "informal_tanpa_bpjs": (informal & (persons["jaminan_kerja"] == 0)).sum(),
        "tanpa_jaminan_kesehatan": (persons["jaminan_kesehatan"] == "tidak_ada").sum(),
        "disabilitas": (persons["disabilitas"] != "tidak_ada").sum(),
    }
    return {"kode_wilayah": chunk.place.code, **counts}


def district_truth(tallies: Sequence[dict[str, object]], places: Sequence[Place]) -> pd.DataFrame:
    """Put the truth of each kelurahan together (``kebenaran_kelurahan``).

    Returns
    -------
    pd.DataFrame
        ``kode_wilayah, nama, kecamatan``; counts of households and persons;
        ``pengeluaran_kapita_rp`` (mean over persons, rupiah a month); ``efek_kelurahan`` (log
        rupiah), and the columns of `PERCENTAGES`: of persons (poverty, insurance, disability), of
        households (dwelling), of persons from 13 to 18 years (school) or of informal workers.
        Missing where a kelurahan has nobody to count.
    """
    counts = pd.DataFrame(tallies).groupby("kode_wilayah").sum()
    named = pd.DataFrame(
        {
            "kode_wilayah": [place.code for place in places],
            "nama": [place.name for place in places],
            "kecamatan": [place.district for place in places],
            "efek_kelurahan": [place.effect for place in places],
        }
    ).set_index("kode_wilayah")
    truth = named.assign(
        rumah_tangga=counts["rumah_tangga"],
        penduduk=counts["penduduk"],
        pengeluaran_kapita_rp=counts["pengeluaran"] / counts["penduduk"],
        **percentages(counts),
    )
    return truth.reset_index()


def percentages(counts: pd.DataFrame) -> dict[str, pd.Series]:
    """Percentages of `PERCENTAGES`, missing where there is nobody to count."""
    return {
        name: 100 * counts[part] / counts[whole].replace(0, np.nan)
        for name, (part, whole) in PERCENTAGES.items()
    }


def count_targeting(eligible: pd.DataFrame, received: pd.DataFrame) -> pd.DataFrame:
    """Count right and wrong receipt, one row per programme, in households."""
    return pd.DataFrame(
        {
            "berhak": eligible.sum(),
            "menerima": received.sum(),
            "berhak_menerima": (eligible & received).sum(),
        }
    )


def targeting_truth(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put the targeting of all chunks together (``kebenaran_sasaran``).

    Returns
    -------
    pd.DataFrame
        Households by programme: ``berhak, menerima, berhak_menerima``; ``kesalahan_inklusi``
        (received without right) and its share of those receiving (percent);
        ``kesalahan_eksklusi`` (right without receiving) and its share of those with a right.
    """
    table = pd.concat(parts).groupby(level=0, sort=False).sum()
    included = table["menerima"] - table["berhak_menerima"]
    excluded = table["berhak"] - table["berhak_menerima"]
    return table.assign(
        kesalahan_inklusi=included,
        kesalahan_inklusi_pct=100 * included / table["menerima"].replace(0, np.nan),
        kesalahan_eksklusi=excluded,
        kesalahan_eksklusi_pct=100 * excluded / table["berhak"].replace(0, np.nan),
    ).reset_index(names="program")


def excluded_pct(parts: Sequence[pd.DataFrame], codes: Sequence[str]) -> pd.Series:
    """Percentage of rights to a programme, over all programmes, that nobody acts on.

    Parameters
    ----------
    parts
        What `count_targeting` gave for each chunk.
    codes
        Kelurahan of each chunk.

    Returns
    -------
    pd.Series
        By ``kode_wilayah``; missing where nobody has a right.
    """
    counts = pd.DataFrame([part.sum() for part in parts]).groupby(list(codes)).sum()
    reached = counts["berhak_menerima"] / counts["berhak"].replace(0, np.nan)
    return (100 * (1 - reached)).rename_axis("kode_wilayah")
