"""Predictors of a synthetic control: columns, lagged outcomes too, averaged over stated times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.evaluation.synthetic.outcome_matrix import require_columns, some


@dataclass(frozen=True, slots=True)
class Predictor:
    """One column at one time, or averaged over several.

    Attributes
    ----------
    column
        Column of the panel; the outcome itself for a lagged outcome.
    times
        The times averaged, ascending; a single number or any iterable of numbers is accepted.
    name
        Label in tables; the column and its times when omitted.
    """

    column: str
    times: int | Iterable[int]
    name: str | None = None

    def __post_init__(self) -> None:
        given = self.times if isinstance(self.times, Iterable) else [self.times]
        moments = tuple(sorted({int(moment) for moment in given}))
        if not moments:
            raise MethodError(
                f"Prediktor {self.column} tidak menyebut waktu. "
                "Perbaikan: sebut satu waktu atau lebih, misalnya range(2015, 2020)."
            )
        object.__setattr__(self, "times", moments)

    @property
    def moments(self) -> tuple[int, ...]:
        """The times, as a tuple."""
        return tuple(self.times)  # type: ignore[arg-type]

    @property
    def label(self) -> str:
        """The name, or the column and its first and last time."""
        first, last = self.moments[0], self.moments[-1]
        period = f"{first}" if first == last else f"{first}–{last}"
        return self.name or f"{self.column} {period}"

    def lagged(self, by: int) -> Predictor:
        """The same predictor ``by`` times earlier."""
        return replace(self, times=tuple(moment - by for moment in self.moments))


@dataclass(frozen=True, slots=True, eq=False)
class PredictorTable:
    """Values of declared predictors, and the columns they came from.

    Attributes
    ----------
    declared
        The K predictors.
    averages
        (K, 1 + J) table, predictor by unit, treated unit first; each in the unit of its column.
    uneven
        Labels of predictors whose available times differ between units, so that their averages
        do not cover the same times everywhere.
    source
        Long columns behind the predictors, indexed by time and unit.
    """

    declared: tuple[Predictor, ...]
    averages: pd.DataFrame
    uneven: tuple[str, ...]
    source: pd.DataFrame

    def among(self, units: Sequence[str]) -> PredictorTable:
        """Keep these units, in this order."""
        return replace(self, averages=self.averages[list(units)])

    def restated(self, declared: Iterable[Predictor], start: int) -> PredictorTable:
        """Put other predictors, built from the same columns, before another start."""
        return _table(tuple(declared), self.source, list(self.averages.columns), start)


def predictor_table(
    panel: pd.DataFrame,
    predictors: Iterable[Predictor],
    *,
    unit: str,
    time: str,
    units: Sequence[str],
    start: int,
) -> PredictorTable:
    """Average the declared columns over their times.

    The average runs over those stated times at which the unit has a value. A unit without any is
    refused; where units differ in the times they have, ``uneven`` names the predictor.

    Parameters
    ----------
    panel
        One row per unit and time, each pair once.
    predictors
        What to average, in the order of the table.
    unit, time
        Column names.
    units
        (1 + J) codes, treated unit first.
    start
        First treated time: no predictor may reach it.

    Raises
    ------
    MethodError
        Something else than a predictor, none of them, a label twice, an absent column or one that
        is not a number, a time from the start on, a unit without any value, an infinite value, or a
        predictor alike in all units.
    """
    declared = tuple(predictors)
    strange = [each for each in declared if not isinstance(each, Predictor)]
    if strange:
        raise MethodError(
            f"{strange[0]!r} bukan Predictor. "
            "Perbaikan: tulis misalnya Predictor('log_pdrb', range(2015, 2020))."
        )
    columns = sorted({each.column for each in declared})
    require_columns(panel, columns)
    for name in columns:
        if not pd.api.types.is_numeric_dtype(panel[name]):
            raise MethodError(
                f"Prediktor {name} tidak berisi angka melainkan {panel[name].dtype}. "
                "Perbaikan: ubah kolom itu menjadi angka (titik desimal, tanpa satuan)."
            )
    rows = panel.loc[panel[unit].isin(list(units)), [time, unit, *columns]]
    source = rows.set_index([time, unit])[columns].astype(float).sort_index()
    return _table(declared, source, list(units), start)


def _table(
    declared: tuple[Predictor, ...], source: pd.DataFrame, units: list[str], start: int
) -> PredictorTable:
    labels = [each.label for each in declared]
    if not labels or len(set(labels)) < len(labels):
        raise MethodError(
            f"Daftar prediktor kosong atau memuat nama yang sama ({some(labels)}). "
            "Perbaikan: sebut sedikitnya satu prediktor, masing-masing dengan nama sendiri; "
            "tanpa prediktor, hilangkan argumen predictors."
        )
    require_columns(source, [each.column for each in declared])
    rows, uneven = {}, []
    for each in declared:
        late = [moment for moment in each.moments if moment >= start]
        if late:
            raise MethodError(
                f"Prediktor {each.label} memakai waktu {some(late)}, sedangkan awalnya {start}. "
                "Perbaikan: pakai hanya waktu sebelum awal itu."
            )
        wide = source[each.column].unstack()[units]  # noqa: PD010
        cells = wide[wide.index.isin(each.moments)].to_numpy()
        _check_cells(cells, each, units)
        here = ~np.isnan(cells)
        rows[each.label] = np.where(here, cells, 0.0).sum(axis=0) / here.sum(axis=0)
        if (here.any(axis=1) & ~here.all(axis=1)).any():
            uneven.append(each.label)
        if np.ptp(rows[each.label]) == 0:
            raise MethodError(
                f"Prediktor {each.label} sama di semua unit. "
                "Perbaikan: hilangkan prediktor itu; ia tidak membedakan pembanding."
            )
    averages = pd.DataFrame.from_dict(rows, orient="index", columns=pd.Index(units))
    return PredictorTable(declared, averages.rename_axis("predictor"), tuple(uneven), source)


def _check_cells(cells: np.ndarray, predictor: Predictor, units: list[str]) -> None:
    if np.isinf(cells).any():
        names = [units[j] for j in np.flatnonzero(np.isinf(cells).any(axis=0))]
        raise MethodError(
            f"Prediktor {predictor.label} tak hingga untuk {some(names)}. "
            "Perbaikan: periksa pembagian dengan nol atau logaritma nol."
        )
    empty = [units[j] for j in np.flatnonzero(np.isnan(cells).all(axis=0))]
    if empty:
        raise MethodError(
            f"Prediktor {predictor.label} kosong di semua waktu yang disebut untuk {some(empty)}. "
            "Perbaikan: pilih waktu yang ada datanya, lengkapi nilainya, atau hilangkan prediktor "
            "atau unit itu."
        )
