"""Neighbours of treated units: who they are, and a comparison that leaves them out."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from kajian.errors import MethodError
from kajian.evaluation.experiment.rows import some
from kajian.linear.fixed_effects import Floats
from kajian.linear.frame import require_columns

Measure = Literal["share", "any", "count"]


@dataclass(frozen=True, slots=True, eq=False)
class Donut:
    """A table without the untreated units that lie near a treated one.

    Attributes
    ----------
    data
        The rows kept, with their index.
    distance
        For each unit, the steps to the nearest treated unit: 0 for treated units, infinite where
        no path leads to one.
    dropped, kept
        Labels of the untreated units left out and kept.
    order
        Units within so many steps are left out.
    """

    data: pd.DataFrame
    distance: pd.Series
    dropped: tuple[Hashable, ...]
    kept: tuple[Hashable, ...]
    order: int

    def tidy(self) -> pd.DataFrame:
        """Return one row per unit: ``unit, distance, dropped``."""
        table = self.distance.rename_axis("unit").rename("distance").reset_index()
        return table.assign(dropped=table["unit"].isin(self.dropped))

    def __str__(self) -> str:
        within = "bertetangga" if self.order == 1 else f"dalam {self.order} langkah tetangga"
        return (
            f"{len(self.dropped)} unit pembanding dikeluarkan karena {within} dengan unit yang "
            f"diberi perlakuan ({some(self.dropped) or 'tidak ada'}); {len(self.kept)} pembanding "
            "tersisa"
        )


def donut(
    data: pd.DataFrame, unit: str, treated: str, neighbours: pd.DataFrame, *, order: int = 1
) -> Donut:
    """Leave out the untreated units within some steps of a treated one.

    Parameters
    ----------
    data
        One or several rows per unit (a panel).
    unit, treated
        Columns with the unit, and with 1 in rows under treatment, else 0; a unit treated at any
        time counts as treated.
    neighbours
        Square table of 0 and 1 with units as rows and columns, symmetric, with an empty diagonal.
    order
        1 leaves out neighbours, 2 also their neighbours, and so on.

    Raises
    ------
    MethodError
        As `adjacency`; a unit that is missing or absent from the table of neighbours, no treated
        unit, no untreated unit left, an order below one.
    """
    require_columns(data, [unit, treated])
    near = adjacency(neighbours)
    if data[unit].isna().any():
        raise MethodError(
            f"Kolom {unit} kosong pada {int(data[unit].isna().sum())} baris. "
            "Perbaikan: lengkapi kode unitnya."
        )
    now = pd.Series(_indicator(data[treated].to_numpy(), treated), index=data.index)
    ever = now.groupby(data[unit]).max()
    treated_units = ever.index[ever == 1]
    _require_known(ever.index, neighbours)
    if order < 1 or treated_units.empty:
        raise MethodError(
            f"Tetangga dalam {order} langkah dari {len(treated_units)} unit yang diberi perlakuan "
            f"tidak dapat dicari. Perbaikan: urutan sedikitnya 1, dan kolom {treated} berisi 1 "
            "untuk unit yang diberi perlakuan."
        )
    start = neighbours.index.get_indexer(treated_units)
    steps = dijkstra(near, unweighted=True, indices=start, min_only=True)
    distance = pd.Series(steps, index=neighbours.index).reindex(ever.index)
    untreated = ever.index[ever == 0]
    close = distance[untreated] <= order
    kept = untreated[~close]
    if kept.empty:
        raise MethodError(
            f"Semua {len(untreated)} unit pembanding berada dalam {order} langkah tetangga dari "
            "unit yang diberi perlakuan. Perbaikan: kurangi urutannya, perluas daerah pembanding, "
            "atau taksir limpahannya dengan `exposure_effect`."
        )
    dropped = untreated[close]
    return Donut(
        data=data[~data[unit].isin(dropped)],
        distance=distance,
        dropped=tuple(dropped),
        kept=tuple(kept),
        order=order,
    )


def exposure(
    treated: pd.Series | pd.DataFrame, neighbours: pd.DataFrame, *, measure: Measure = "share"
) -> pd.Series | pd.DataFrame:
    """Measure how much of each unit's neighbourhood is treated.

    Parameters
    ----------
    treated
        0 and 1 by unit (index), or units by times or by draws (columns).
    neighbours
        As in `donut`. Neighbours that `treated` does not name count as untreated.
    measure
        ``"share"`` of neighbours treated, ``"count"`` of them, or ``"any"`` (0 or 1). A unit
        without neighbours has exposure 0.

    Returns
    -------
    Series or DataFrame
        Of the shape and labels of `treated`.

    Raises
    ------
    MethodError
        As `adjacency`; an unknown or repeated unit, values other than 0 and 1, an unknown measure.
    """
    near = adjacency(neighbours)
    _require_known(treated.index, neighbours)
    if treated.index.has_duplicates or measure not in ("share", "any", "count"):
        raise MethodError(
            f"Paparan {measure!r} tidak dapat dihitung; unit berulang: "
            f"{some(treated.index[treated.index.duplicated()].unique()) or 'tidak ada'}. "
            "Perbaikan: satu baris per unit, dan pilih 'share', 'any' atau 'count'."
        )
    rows = neighbours.index.get_indexer(treated.index)
    count = near[np.ix_(rows, rows)] @ _indicator(treated.to_numpy(), "perlakuan")
    if measure == "share":
        size = np.maximum(near[rows].sum(axis=1), 1.0)
        count = (count.T / size).T
    elif measure == "any":
        count = (count > 0).astype(float)
    if isinstance(treated, pd.Series):
        return pd.Series(count, index=treated.index, name="paparan")
    return pd.DataFrame(count, index=treated.index, columns=treated.columns)


def adjacency(neighbours: pd.DataFrame) -> Floats:
    """Check a table of neighbours and return it as an array of 0 and 1, shape (U, U).

    Raises
    ------
    MethodError
        Rows and columns that are not the same units, repeated units, values other than 0 and 1, a
        unit that is its own neighbour, a table that is not symmetric.
    """
    labels = neighbours.index
    if labels.has_duplicates or not labels.equals(pd.Index(neighbours.columns)):
        raise MethodError(
            "Baris dan kolom tabel tetangga tidak memuat unit yang sama dalam urutan yang sama, "
            "atau ada unit berulang. Perbaikan: pakai tabel persegi dengan kode unit pada kedua "
            "sisi."
        )
    near = neighbours.to_numpy(dtype=float)
    for wrong, what in (
        (~np.isin(near, [0.0, 1.0]), "bukan 0 atau 1"),
        (np.eye(len(near), dtype=bool) & (near != 0), "bertetangga dengan dirinya sendiri"),
        (near != near.T, "tidak simetris"),
    ):
        if wrong.any():
            raise MethodError(
                f"Tabel tetangga {what} pada unit {some(labels[np.asarray(wrong.any(axis=1))])}. "
                "Perbaikan: isi 1 bila dua unit bertetangga dan 0 bila tidak, sama pada kedua "
                "arah, diagonal nol."
            )
    return near


def _indicator(values: NDArray[Any], name: str) -> Floats:
    """Return an array of 0 and 1 as floats."""
    wrong = ~np.isin(values, [0, 1])
    if wrong.any():
        raise MethodError(
            f"Kolom {name} memuat {int(wrong.sum())} nilai selain 0 dan 1. "
            "Perbaikan: isi 1 bila diberi perlakuan, 0 bila tidak."
        )
    return values.astype(float)


def _require_known(units: pd.Index, neighbours: pd.DataFrame) -> None:
    """Refuse units that the table of neighbours does not know."""
    unknown = units.difference(neighbours.index)
    if len(unknown):
        raise MethodError(
            f"Unit {some(unknown)} tidak ada dalam tabel tetangga. "
            "Perbaikan: samakan kode unit (teks) di kedua tabel."
        )
