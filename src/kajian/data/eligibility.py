"""Who is meant to have a programme by its declared rule, and who has it by the lists."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kajian.errors import DataError

REGISTRY = "ESIK"
CHILD, OLD, SENIOR = 15, 65, 60
Rule = dict[Hashable, Any]
PUPIL = ("sd", "smp", "sma")
HOUSEHOLD, CARD = "samaran_rumah_tangga", "samaran_kk"


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """Households beside the programmes; all tables have one row per household, in one order.

    Attributes
    ----------
    households
        ``kode_wilayah``, ``rw``, ``kapita_rp`` (rupiah per head a month, missing where nobody
        measured it), ``desil``, and in words the groups ``kepala`` (sex of the head),
        ``umur_kepala`` (below 60 years, or from there) and ``disabilitas`` (of any member).
    suited, eligible, received
        One boolean column per programme: of the kind that it is for whatever they consume, meant
        by its rule, and listed.
    value_rp
        Rupiah a year received, one column per programme; zero for the registry.
    """

    households: pd.DataFrame
    suited: pd.DataFrame
    eligible: pd.DataFrame
    received: pd.DataFrame
    value_rp: pd.DataFrame


def programme_targets(
    homes: pd.DataFrame,
    persons: pd.DataFrame,
    recipients: pd.DataFrame,
    registry: pd.DataFrame | None,
    rules: pd.DataFrame,
    line_rp: float,
) -> Targets:
    """Hold the lists of recipients against the declared rule of each programme.

    Parameters
    ----------
    homes, persons, recipients, registry
        The tables ``rumah_tangga``, ``orang``, ``penerima`` and, where there is one, ``esik``,
        as the gate lets them in. A household has a programme when one person on its family card
        has it in the last year of the list; it is registered when a member is active.
    rules
        One row per programme: ``program``, the limit as ``batas_garis`` (multiples of the poverty
        line, on consumption per head rounded down) or ``batas_desil`` (decile of the register, up
        to and including), and ``syarat``, a name in `conditions`.
    line_rp
        Poverty line, rupiah per head a month.

    Raises
    ------
    DataError
        A rule without or with two limits, or with an unknown condition; a programme nobody
        receives; consumption or decile that is missing where a rule needs it.
    """
    known = conditions(homes, persons)
    with_disability = persons.loc[persons["disabilitas"] != "tidak_ada", HOUSEHOLD]
    disabled = homes[HOUSEHOLD].isin(with_disability).to_numpy()
    senior = (homes["umur_kepala"] >= SENIOR).to_numpy()
    woman = (homes["jk_kepala"] == "P").to_numpy()
    households = pd.DataFrame(
        {
            "kode_wilayah": homes["kode_wilayah"],
            "rw": homes["rw"],
            "kapita_rp": homes["pengeluaran_rp"] // homes["jumlah_anggota"],
            "desil": homes["desil"],
            "kepala": np.where(woman, "kepala perempuan", "kepala laki-laki"),
            "umur_kepala": np.where(senior, "kepala lansia", "kepala bukan lansia"),
            "disabilitas": np.where(disabled, "ada anggota difabel", "tanpa anggota difabel"),
        }
    )
    suited, eligible, received, value = {}, {}, {}, {}
    for rule in rules.to_dict("records"):
        name = rule["program"]
        suited[name] = _condition(known, rule)
        eligible[name] = suited[name] & _within_limit(households, rule, line_rp)
        received[name], value[name] = _receipts(homes, name, recipients, registry)
    return Targets(
        households,
        *(pd.DataFrame(each, index=homes.index) for each in (suited, eligible, received, value)),
    )


def conditions(homes: pd.DataFrame, persons: pd.DataFrame) -> dict[str, pd.Series]:
    """Say by name which households are of the kind that a programme is for.

    ``semua``: every household; ``tanggungan``: a member below 15 or from 65 years; ``pelajar``: a
    pupil from SD to SMA; ``rumah_rusak``: an own dwelling with a floor of earth or wood, or walls
    that are not of brick.

    Returns
    -------
    dict
        Booleans with the index of `homes`.
    """
    age = persons["umur"]
    any_of = {
        "tanggungan": (age < CHILD) | (age >= OLD),
        "pelajar": persons["jenjang_sekolah"].isin(PUPIL),
    }
    found = {
        name: homes[HOUSEHOLD].isin(persons.loc[flag, HOUSEHOLD]) for name, flag in any_of.items()
    }
    worn = homes["lantai"].isin(["tanah", "kayu"]) | (homes["dinding"] != "tembok")
    return {
        "semua": pd.Series(True, homes.index),
        **found,
        "rumah_rusak": worn & (homes["status_rumah"] == "milik_sendiri"),
    }


def _within_limit(households: pd.DataFrame, rule: Rule, line_rp: float) -> pd.Series:
    """Say who is poor enough for a rule."""
    name, lines, decile = rule["program"], rule["batas_garis"], rule["batas_desil"]
    if pd.isna(lines) == pd.isna(decile):
        raise DataError(
            f"aturan program {name} harus memuat batas_garis atau batas_desil, salah satu saja",
            remedy="isi satu dan kosongkan yang lain di tabel sasaran program",
            column="batas_garis, batas_desil",
        )
    by_line = bool(pd.isna(decile))
    values = households["kapita_rp" if by_line else "desil"]
    if values.isna().any():
        raise DataError(
            f"aturan program {name} memerlukan kolom ini, tetapi {int(values.isna().sum())} dari "
            f"{len(values)} rumah tangga tidak memilikinya",
            remedy="lengkapi registernya, atau tulis aturan itu dengan batas yang lain",
            file="rumah_tangga",
            column="pengeluaran_rp" if by_line else "desil",
        )
    within: pd.Series = values < lines * line_rp if by_line else values <= decile
    return within


def _condition(known: dict[str, pd.Series], rule: Rule) -> pd.Series:
    if rule["syarat"] not in known:
        raise DataError(
            f"syarat '{rule['syarat']}' untuk program {rule['program']} tidak dikenal",
            remedy=f"pilih dari: {', '.join(known)}",
            column="syarat",
        )
    return known[rule["syarat"]]


def _receipts(
    homes: pd.DataFrame, name: str, recipients: pd.DataFrame, registry: pd.DataFrame | None
) -> tuple[pd.Series, pd.Series]:
    """Say which households have a programme, and for how many rupiah a year."""
    if name == REGISTRY:
        active = registry[registry["status"] == "aktif"] if registry is not None else None
        if active is None or active.empty:
            raise DataError(
                "tidak ada anggota aktif yang terdaftar, padahal ESIK ada di tabel sasaran program",
                remedy="sertakan tabel esik, atau hapus baris ESIK dari tabel sasaran program",
                file="esik",
            )
        return homes[CARD].isin(active[CARD]), pd.Series(0, homes.index)
    rows = recipients[recipients["program"] == name]
    if rows.empty:
        raise DataError(
            f"tidak ada penerima program {name}",
            remedy="periksa nama program di tabel penerima, atau hapus barisnya dari tabel sasaran",
            file="penerima",
            column="program",
        )
    last = rows[rows["tahun"] == rows["tahun"].max()]
    value = last.groupby(CARD)["nilai_rp"].sum()
    return homes[CARD].isin(value.index), homes[CARD].map(value).fillna(0).astype(np.int64)
