"""The rows of one programme, named in the study file."""

from __future__ import annotations

import difflib

import pandas as pd

from kajian.errors import DataError


def programme_rows(table: pd.DataFrame, programme: str, key: str) -> pd.DataFrame:
    """Keep the rows of a programme, numbered from zero.

    Parameters
    ----------
    table
        With the column ``program``.
    programme, key
        Its name, and the key of the study file that has it.

    Raises
    ------
    DataError
        When the table has no such programme; it names those that it has.
    """
    rows = table[table["program"] == programme]
    if rows.empty:
        known = sorted(table["program"].unique())
        close = difflib.get_close_matches(programme, known, n=1)
        hint = f"; mungkin maksudnya '{close[0]}'" if close else ""
        raise DataError(
            f"{key}: program '{programme}' tidak ada di tabel; yang ada: {', '.join(known)}{hint}",
            remedy="samakan nama program di berkas kajian dan di tabel, huruf demi huruf",
            column="program",
        )
    return rows.reset_index(drop=True)
