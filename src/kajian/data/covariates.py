"""What a register says of everybody, to help a survey that asked only some.

Both functions use no spending, which registers do not hold, and only columns that the register
and the survey share or that DTSEN has for every household.
"""

from __future__ import annotations

import narwhals as nw
import numpy as np
import pandas as pd

from kajian.data.households import (
    KELURAHAN,
    PERSONS,
    SANITATION,
    Households,
    grouped_sums,
    require_columns,
)
from kajian.errors import DataError

LOWEST_DECILES = 2
LOW_POWER_VA = 900
PRIMARY = ("tidak_tamat_sd", "sd")
REGISTERED = (
    *(KELURAHAN, PERSONS, "desil", "pendidikan_kepala", "jk_kepala", "daya_listrik_va"),
    *("fasilitas_bab", "pembuangan_tinja", "akses_internet"),
)
SHARED = (
    *(PERSONS, "pendidikan_kepala", "jk_kepala", "umur_kepala", "luas_lantai_m2"),
    *("daya_listrik_va", "fasilitas_bab", "sumber_air", "akses_internet"),
)


def area_covariates(frame: Households) -> pd.DataFrame:
    """Describe every kelurahan by shares of the households in its register.

    Parameters
    ----------
    frame
        Rows of ``rumah_tangga`` at one date.

    Returns
    -------
    pd.DataFrame
        One row per kelurahan, indexed by its code: ``rumah_tangga``, ``penduduk`` (persons), and
        in percent of households ``desil_terbawah_pct`` (decile 1 or 2 of the register),
        ``kepala_sd_pct`` (head finished primary school at most), ``kepala_perempuan_pct``,
        ``daya_rendah_pct`` (900 VA or less), ``sanitasi_layak_pct`` and ``internet_pct``.

    Raises
    ------
    DataError
        When a column is absent.
    """
    require_columns(frame, REGISTERED)
    toilet = nw.col("fasilitas_bab").is_in(SANITATION["fasilitas_layak"])
    sewer = nw.col("pembuangan_tinja").is_in(SANITATION["pembuangan_layak"])
    sums = grouped_sums(
        frame,
        KELURAHAN,
        {
            "rumah_tangga": nw.lit(1),
            "penduduk": nw.col(PERSONS),
            "desil_terbawah_pct": nw.col("desil") <= LOWEST_DECILES,
            "kepala_sd_pct": nw.col("pendidikan_kepala").is_in(PRIMARY),
            "kepala_perempuan_pct": nw.col("jk_kepala") == "P",
            "daya_rendah_pct": nw.col("daya_listrik_va") <= LOW_POWER_VA,
            "sanitasi_layak_pct": toilet & sewer,
            "internet_pct": nw.col("akses_internet"),
        },
    ).set_index(KELURAHAN)
    shares = sums.columns[sums.columns.str.endswith("_pct")]
    sums[shares] = 100 * sums[shares].div(sums["rumah_tangga"], axis=0)
    return sums


def household_covariates(table: pd.DataFrame) -> pd.DataFrame:
    """Describe every household by what both the register and the survey know of it.

    Parameters
    ----------
    table
        Rows of ``rumah_tangga`` or of ``survei``.

    Returns
    -------
    pd.DataFrame
        Same index; ``log_anggota``, ``log_luas_lantai``, ``umur_kepala`` (years), and 0 or 1:
        ``kepala_perempuan``, ``kepala_sma``, ``kepala_pt`` (head finished upper secondary,
        tertiary education), ``kepala_sd`` (primary school at most), ``daya_rendah`` (900 VA or
        less), ``daya_tinggi`` (2,200 VA or more), ``toilet_sendiri``, ``air_kemasan_ledeng``
        (bottled or piped water), ``internet``.

    Raises
    ------
    DataError
        When a column is absent, or a number that enters as logarithm is not positive.
    """
    if absent := [name for name in SHARED if name not in table.columns]:
        raise DataError(
            "kolom tidak ada di tabel",
            remedy="pakai tabel rumah_tangga atau survei yang lengkap",
            column=", ".join(absent),
        )
    for name in (PERSONS, "luas_lantai_m2"):
        if not (bad := ~(table[name] > 0)).any():
            continue
        raise DataError(
            f"{int(bad.sum())} nilai kosong, nol, atau negatif",
            remedy="perbaiki di berkas asalnya",
            column=name,
        )
    school, power = table["pendidikan_kepala"], table["daya_listrik_va"]
    flags = {
        "kepala_perempuan": table["jk_kepala"] == "P",
        "kepala_sd": school.isin(PRIMARY),
        "kepala_sma": school == "sma",
        "kepala_pt": school == "pt",
        "daya_rendah": power <= LOW_POWER_VA,
        "daya_tinggi": power >= 2_200,
        "toilet_sendiri": table["fasilitas_bab"] == "sendiri",
        "air_kemasan_ledeng": table["sumber_air"].isin(["kemasan", "ledeng"]),
        "internet": table["akses_internet"] == 1,
    }
    return pd.DataFrame(
        {
            "log_anggota": np.log(table[PERSONS]),
            "log_luas_lantai": np.log(table["luas_lantai_m2"]),
            "umur_kepala": table["umur_kepala"].astype(float),
            **{name: flag.astype(float) for name, flag in flags.items()},
        }
    )
