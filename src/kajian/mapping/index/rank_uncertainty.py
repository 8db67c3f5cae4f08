"""Ranks of a composite index under the analyst's choices and sampling error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kajian.errors import MethodError
from kajian.mapping.index.composite import composite_index
from kajian.mapping.index.design import CHOICES, IndexDesign, aligned_errors
from kajian.mapping.index.draws import INPUTS, IndexModel, index_draws, index_model
from kajian.mapping.index.normalise import described_indicators, places
from kajian.mapping.index.sobol import SobolIndices, sobol_indices

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

# Inputs in the words of a reader.
INPUT_NAMES = {
    "impute": "pengisian",
    "outliers": "pencilan",
    "normalise": "normalisasi",
    "weights": "cara membobot",
    "aggregate": "agregasi",
    "weight_spread": "pergeseran bobot",
    "error": "galat data",
}
_BLOCK = 10_000_000  # errors drawn at once


@dataclass(frozen=True, slots=True, eq=False)
class UncertainRanks:
    """Where the ranks of n units fall when choices and errors vary.

    Attributes
    ----------
    table
        One row per unit in the order given: unit, index (under the first option of each choice,
        without errors; scores of different normalisations have no common scale), rank_median,
        low, high (where the rank falls in `level` of the draws; 1 is the largest index), and
        bottom_share (share of draws in which the unit is among the last `k`).
    in_bottom
        Whether each unit is among the last `k`, shape (draws, n), units in the order given.
    sobol
        Share of each varying input in the variance of the mean absolute shift of ranks from the
        reference.
    mean_shift
        Mean over draws of that shift, in ranks.
    combinations
        Number of combinations of the discrete choices.
    draws, level, k, design
        The choices made.
    """

    table: pd.DataFrame
    in_bottom: Flags
    sobol: SobolIndices
    mean_shift: float
    combinations: int
    draws: int
    level: float
    k: int
    design: IndexDesign

    def tidy(self) -> pd.DataFrame:
        """Return the table, one row per unit."""
        return self.table.copy()

    def __str__(self) -> str:
        width = (self.table["high"] - self.table["low"] + 1).median()
        share = self.table["bottom_share"]
        decisive = self.sobol.names[int(np.argmax(self.sobol.total))]
        return (
            f"Peringkat indeks {len(self.table)} unit, {self.draws} simulasi atas "
            f"{self.combinations} kombinasi pilihan: rentang {self.level:.0%} mencakup median "
            f"{width:.0f} peringkat; {(share >= self.level).sum()} unit termasuk {self.k} terbawah "
            f"pada sedikitnya {self.level:.0%} simulasi, {(share > 0).sum()} unit pernah; yang "
            f"paling menentukan: {decisive} (indeks total {self.sobol.total.max():.2f})"
        )


def rank_uncertainty(
    table: pd.DataFrame,
    indicators: pd.DataFrame,
    design: IndexDesign,
    *,
    draws: int = 10_000,
    rng: np.random.Generator,
    level: float = 0.95,
    k: int = 10,
    group: pd.Series | None = None,
    sobol_points: int = 1024,
) -> UncertainRanks:
    """Simulate an index over declared choices and errors, and see where each unit's rank falls.

    Parameters
    ----------
    table, indicators, group
        As for `kajian.mapping.index.composite.composite_index`.
    design
        Choices and errors.
    draws
        Simulated rankings.
    rng
        Source of randomness.
    level
        Level of the rank intervals.
    k
        Size of the group of last ranks for ``bottom_share``.
    sobol_points
        Base points of the Sobol indices, a power of two; the index is computed another
        ``sobol_points * (2 + number of varying inputs)`` times.

    Returns
    -------
    UncertainRanks

    Raises
    ------
    MethodError
        As for `composite_index` under every option; standard errors that do not fit the table; k
        outside 1 to n; or a design in which nothing varies.

    Notes
    -----
    Saisana, Saltelli and Tarantola (2005), JRSS-A 168(2): uncertainty and sensitivity analysis of
    a composite indicator, with the average shift in rank as output. A value that was filled in has
    the error of the filling, as a normal deviate, in place of a sampling error. Weights
    taken from the data and the limits for outliers come from the table without errors; values with
    errors are then held to those limits. The intervals describe how far declared choices and
    errors move the ranks: they are no confidence sets.
    """
    described = described_indicators(indicators)
    if not (1 <= k <= len(table) and 0 < level < 1 and draws >= 1):
        raise MethodError(
            f"Pilihan k = {k}, taraf = {level}, simulasi = {draws} tidak dapat dipakai. Perbaikan:"
            f" k antara 1 dan {len(table)}, taraf antara 0 dan 1, simulasi sedikitnya 1."
        )
    reference = composite_index(
        table,
        indicators,
        group=group,
        normalise=design.normalise[0],
        weights=design.weights[0],
        aggregate=design.aggregate[0],
        impute=design.impute[0],
        outliers=design.outliers[0],
    )
    # Units take their errors in the order of their labels, so that the order of rows is no matter.
    order = np.argsort(table.index.astype(str), kind="stable")
    ordered = table.iloc[order]
    errors = aligned_errors(design.std_errors, ordered, described["code"].tolist())
    options = {name: getattr(design, name) for name in CHOICES}
    model = index_model(ordered, described, options, errors, design.weight_spread, group)
    varying = [INPUTS.index(name) for name in model.varying]
    if not varying:
        raise MethodError(
            "Tidak ada yang berubah dalam rancangan ini, sehingga peringkat tampak pasti. "
            "Perbaikan: beri lebih dari satu opsi, weight_spread, atau std_errors."
        )
    before = _ranks(reference.index.to_numpy()[order].round(9))

    def mean_shift(points: Floats) -> Floats:
        inputs = np.zeros((len(points), len(INPUTS)))
        inputs[:, varying] = points
        shift = np.abs(_ranks(index_draws(model, inputs, rng)) - before)
        return np.asarray(shift.mean(axis=1))

    ranks = _simulated_ranks(model, draws, rng)
    names = [INPUT_NAMES[INPUTS[i]] for i in varying]
    sobol = sobol_indices(mean_shift, names, sobol_points, rng)
    found = _summary(ranks, level, k).set_axis(ordered.index).reindex(table.index)
    found.insert(0, "index", reference.index)
    return UncertainRanks(
        table=found.rename_axis("unit").reset_index(),
        in_bottom=(ranks > len(table) - k)[:, np.argsort(order)],
        sobol=sobol,
        mean_shift=float(np.abs(ranks - before).mean()),
        combinations=int(np.prod([len(taken) for taken in options.values()])),
        draws=draws,
        level=level,
        k=k,
        design=design,
    )


def _simulated_ranks(model: IndexModel, draws: int, rng: np.random.Generator) -> Integers:
    """Ranks under random inputs, shape (draws, n)."""
    cells = next(iter(model.base.values()))[0].size
    size = max(1, _BLOCK // cells)
    parts = []
    for start in range(0, draws, size):
        inputs = rng.random((min(size, draws - start), len(INPUTS)))
        parts.append(_ranks(index_draws(model, inputs, rng)))
    return np.concatenate(parts)


def _ranks(index: Floats) -> Integers:
    """Rank along the last axis: 1 is the largest, ties share the best rank."""
    return places(-index)[0]


def _summary(ranks: Integers, level: float, k: int) -> pd.DataFrame:
    tail = (1 - level) / 2
    low, middle, high = np.quantile(
        ranks, [tail, 0.5, 1 - tail], axis=0, method="inverted_cdf"
    ).astype(int)
    bottom = (ranks > ranks.shape[1] - k).mean(axis=0)
    return pd.DataFrame({"rank_median": middle, "low": low, "high": high, "bottom_share": bottom})
