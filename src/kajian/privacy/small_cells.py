"""Counts of few people in what a study shows, and hidden counts that can be worked out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

SMALL = "jumlah di bawah ambang"
RECOVERABLE = "sel tersembunyi dapat dihitung dari jumlahnya"
RATE = "persentase di samping sel tersembunyi"
COMPLEMENTARY_MARK = "x"

_COUNT = re.compile(
    r"n|n_.*|.*_(?:orang|jiwa|rumah_tangga|kk)|(?:jumlah|banyaknya)_.*"
    r"|.*\((?:orang|jiwa|rumah tangga|kk|n)\)",
    re.IGNORECASE,
)
_NO_COUNT = re.compile(r".*_(?:rp|pct|persen|m|km|m2|km2|ha|menit|tahun|p)", re.IGNORECASE)
_RATE = re.compile(r".*_pct|.*\((?:%|persen)\)", re.IGNORECASE)
_WHOLE = r"([0-9]+)(?:[.,]0{1,2})?"
_SUPPRESSED = rf"<\s*[0-9]+|{COMPLEMENTARY_MARK}"
_KELURAHAN = r"([0-9]{2}\.[0-9]{2}\.[0-9]{2})\.[0-9]{4}"
_PERIODS = ("tahun", "tanggal_data")
_AREAS = "provinsi|kabupaten|kab|kota|kecamatan|kelurahan|desa|wilayah|daerah|tahun|varian|gerombol"
_SAMPLE = re.compile(
    rf"(?<![\w.])n\s*=\s*([0-9]+)(?![0-9]|[.,][0-9])(?!\s*(?:{_AREAS})\b)", re.IGNORECASE
)


def small_samples(text: str, threshold: int) -> list[int]:
    """Positions of ``n = 3`` with n below the threshold; an n of areas or years is none."""
    return [m.start() for m in _SAMPLE.finditer(text) if 0 < int(m[1]) < threshold]


def find_small_cells(table: pd.DataFrame, threshold: int) -> Iterator[tuple[str, int, Any]]:
    """Find what a table of results tells about few people.

    Parameters
    ----------
    table
        Text cells. A column counts people or households when its name says so: ``n``, ``n_...``,
        ``..._orang``, ``..._jiwa``, ``..._rumah_tangga``, ``..._kk``, ``jumlah_...``,
        ``banyaknya_...``, or a header that ends in (orang), (jiwa), (rumah tangga), (KK), (n).
    threshold
        Smallest number of people that may be shown.

    Yields
    ------
    (kind, position of the column, label of the row)
        A count from 1 to threshold - 1; a hidden count (``<5`` or ``x``) that is the only one of
        its column, or of its kecamatan in the column, so that the published total gives it away;
        a rate (``..._pct``) that is shown beside a hidden count.

    Notes
    -----
    Zero is shown: it says that nobody is concerned. It does disclose when a whole group is known
    to be elsewhere (nobody of a kelurahan is insured), a risk that the author must weigh. Years
    and snapshots have totals of their own. A kecamatan of one kelurahan has no total apart.
    Hundepool et al. (2012), Statistical Disclosure Control, ch. 4.
    """
    hidden_beside = np.zeros(len(table), dtype=bool)
    groups = _groups(table)
    for position, name in enumerate(table.columns):
        if not _COUNT.fullmatch(str(name)) or _NO_COUNT.fullmatch(str(name)):
            continue
        cells = table.iloc[:, position].str.strip()
        number = pd.to_numeric(cells.str.extract(f"^{_WHOLE}$", expand=False))
        small = number.between(1, threshold - 1).to_numpy(bool)
        hidden = cells.str.fullmatch(_SUPPRESSED).to_numpy(bool)
        hidden_beside |= hidden
        yield from ((SMALL, position, row) for row in table.index[small])
        yield from ((RECOVERABLE, position, row) for row in table.index[_alone(hidden, groups)])
    for position, name in enumerate(table.columns):
        if _RATE.fullmatch(str(name)):
            shown = table.iloc[:, position].str.contains("[0-9]").to_numpy(bool)
            yield from ((RATE, position, row) for row in table.index[shown & hidden_beside])


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
