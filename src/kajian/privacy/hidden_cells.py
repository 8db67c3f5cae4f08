"""Hidden counts that a reader can work out from what is shown beside them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kajian.privacy.headers import is_total
from kajian.privacy.kinds import COMPLEMENTARY_MARK

SUPPRESSED = rf"<\s*[0-9]+|{COMPLEMENTARY_MARK}"
WHOLE = r"[0-9]+(?:[.,]0{1,2})?|[0-9]{1,3}(?:\.[0-9]{3})+"
_KELURAHAN = r"([0-9]{2}\.[0-9]{2}\.[0-9]{2})\.[0-9]{4}"
_PERIODS = ("tahun", "tanggal_data")


def whole_numbers(cells: pd.Series) -> pd.Series:
    """Counts as written here, 1.234 or 3,0; missing where a cell is none."""
    text = cells.where(cells.str.fullmatch(WHOLE).astype(bool))
    text = text.str.replace(r"[.,]0{1,2}$", "", regex=True).str.replace(".", "")
    return pd.to_numeric(text)


def recoverable(table: pd.DataFrame, counted: list[int], threshold: int) -> NDArray[np.bool_]:
    """Which hidden counts the published sums give away.

    Parameters
    ----------
    table
        Text cells, n rows.
    counted
        Positions of the k columns that count people.
    threshold
        Smallest number of people that may be shown.

    Returns
    -------
    np.ndarray of bool
        Shape (n, k). A cell is given away when it is the only hidden one of its column, or of its
        kecamatan in the column, whose sum counts as published; and when the sum in a row or
        column of totals leaves the hidden cells of a line no choice: all at their least, or all
        at their most.
    """
    cells = table.iloc[:, counted].apply(lambda column: column.str.strip())
    hidden = cells.apply(lambda column: column.str.fullmatch(SUPPRESSED)).to_numpy(bool)
    found = np.zeros(hidden.shape, dtype=bool)
    if not hidden.any():
        return found
    groups = _groups(table)
    found |= np.column_stack([_alone(column, groups) for column in hidden.T])
    shown = cells.apply(whole_numbers).to_numpy(float)
    limits = cells.apply(lambda column: column.str.extract(r"<\s*([0-9]+)", expand=False))
    most = np.where(hidden, limits.apply(pd.to_numeric).to_numpy(float) - 1, 0)
    bounds = np.where(np.isnan(most), threshold, 1), np.where(np.isnan(most), np.inf, most)
    total_row = table.apply(lambda column: column.map(is_total)).to_numpy(bool).any(axis=1)
    for period in np.unique(groups[0]):
        inside = groups[0] == period
        if (inside & total_row).sum() == 1:
            lines, total = inside & ~total_row, np.flatnonzero(inside & total_row)[0]
            found[lines] |= _forced(shown[lines], hidden[lines], bounds, lines, shown[total])
    heads = [is_total(str(table.columns[position])) for position in counted]
    if sum(heads) == 1 and len(heads) > 2:
        lines, total = ~np.array(heads), heads.index(True)
        sides = bounds[0].T, bounds[1].T
        forced = _forced(shown.T[lines], hidden.T[lines], sides, lines, shown[:, total])
        found[:, lines] |= forced.T
    return found


def _forced(
    shown: NDArray[np.float64],
    hidden: NDArray[np.bool_],
    bounds: tuple[NDArray[np.float64], NDArray[np.float64]],
    lines: NDArray[np.bool_],
    total: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Hidden cells, down each column, that can have one value only."""
    rest = total - np.where(hidden, 0, shown).sum(axis=0)
    least = np.where(hidden, bounds[0][lines], 0).sum(axis=0)
    most = np.where(hidden, bounds[1][lines], 0).sum(axis=0)
    possible = (least <= rest) & (rest <= most)
    single = hidden.sum(axis=0) == 1
    forced: NDArray[np.bool_] = hidden & (possible & (single | (rest == least) | (rest == most)))
    return forced


def _groups(table: pd.DataFrame) -> list[NDArray[np.intp]]:
    """Numbers of the groups that share a published total: the whole, and each kecamatan."""
    named = {str(name): position for position, name in reversed([*enumerate(table.columns)])}
    periods = [table.iloc[:, named[name]] for name in _PERIODS if name in named]
    period = _numbered(periods, len(table))
    if "kode_wilayah" not in named:
        return [period]
    codes = table.iloc[:, named["kode_wilayah"]]
    kecamatan = codes.str.extract(f"^{_KELURAHAN}$", expand=False)
    apart = kecamatan.isna().to_numpy()
    within = _numbered([*periods, kecamatan], len(table))
    return [period, np.where(apart, -1, within)]


def _numbered(keys: list[pd.Series], rows: int) -> NDArray[np.intp]:
    if not keys:
        return np.zeros(rows, dtype=np.intp)
    frame = pd.concat(keys, axis="columns", ignore_index=True)
    return np.asarray(frame.groupby([*frame], dropna=False).ngroup(), dtype=np.intp)


def _alone(hidden: NDArray[np.bool_], groups: list[NDArray[np.intp]]) -> NDArray[np.bool_]:
    """Whether the cell of a row is the only hidden one among the several of a group."""
    alone = np.zeros(len(hidden), dtype=bool)
    for group in groups:
        inside = group >= 0
        size = np.bincount(group[inside], minlength=1)
        count = np.bincount(group[inside], weights=hidden[inside], minlength=len(size))
        alone |= inside & hidden & (count[group] == 1) & (size[group] > 1)
    return alone
