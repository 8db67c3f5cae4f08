"""A register of programmes in words, with what was not published said."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from kajian.evaluation.register.check import checked_register, codes_in
from kajian.evaluation.register.codes import AIMS, GROUPS
from kajian.language import format_number, format_rupiah

UNTOLD = "tidak diumumkan"
UNNAMED = "tidak disebut"


def register_words(register: pd.DataFrame) -> pd.DataFrame:
    """Write a register for a reader.

    Parameters
    ----------
    register
        As in `checked_register`.

    Returns
    -------
    pd.DataFrame
        ``opd``, ``program``, ``kelompok``, ``tujuan``, ``instrumen``, ``anggaran``, ``cakupan``,
        ``tahun``, as texts in the order of the register: "tidak diumumkan" for figures, and "tidak
        disebut" for the rest, where the cell is empty. A row that names no programme has only the
        first two; the rest is missing.

    Raises
    ------
    DataError
        As in `checked_register`.
    """
    table = checked_register(register)
    shown = pd.DataFrame(
        {
            "opd": table["opd"].fillna(UNNAMED),
            "program": table["program"],
            "kelompok": _in_words(table["kelompok_sasaran"], GROUPS),
            "tujuan": _in_words(table["tujuan"], AIMS),
            "instrumen": table["instrumen"].fillna(UNNAMED),
            "anggaran": [
                UNTOLD if pd.isna(rupiah) else format_rupiah(rupiah)
                for rupiah in table["anggaran_rp"]
            ],
            "cakupan": [
                UNTOLD if pd.isna(count) else f"{_plain(count)} {unit}"
                for count, unit in zip(table["cakupan"], table["satuan_cakupan"], strict=True)
            ],
            "tahun": [
                _years(first, last)
                for first, last in zip(table["tahun_awal"], table["tahun_akhir"], strict=True)
            ],
        },
        dtype="str",
    )
    told = ["opd", "program"]
    return shown.where(table["rinci"], shown[told].reindex(columns=shown.columns))


def _in_words(cells: pd.Series, words: Mapping[str, str]) -> list[str]:
    return [", ".join(words[code] for code in codes) or UNNAMED for codes in codes_in(cells)]


def _plain(count: float) -> str:
    return format_number(count, 0 if float(count).is_integer() else 1)


def _years(first: float, last: float) -> str:
    """Write a span of years; one end may be open."""
    if pd.isna(first):
        return UNTOLD if pd.isna(last) else f"sampai {int(last)}"
    if pd.isna(last):
        return f"mulai {int(first)}"
    return str(int(first)) if first == last else f"{int(first)}–{int(last)}"
