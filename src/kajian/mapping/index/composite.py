"""A composite index from a described table of indicators: indicator, dimension, index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from kajian.mapping.index.aggregation import SCALES, Aggregate, refuse_non_positive, two_level_mean
from kajian.mapping.index.design import check_choices
from kajian.mapping.index.normalise import (
    GOALPOSTS,
    Normalise,
    described_indicators,
    indicator_values,
    refuse_constant,
    refuse_without_goalposts,
    scaled,
)
from kajian.mapping.index.treatment import DECISIONS, Impute, Outliers, treated
from kajian.mapping.index.weighting import Weights, indicator_weights, weight_matrices


@dataclass(frozen=True, slots=True, eq=False)
class CompositeIndex:
    """An index on the scale of its normalised indicators.

    The scale is 0-100, around 50 for z-scores; with Mazziotta-Pareto 70-130 and around 100.

    Attributes
    ----------
    index
        Score per unit, larger is better; shape (n,).
    dimensions
        Score per unit and dimension, shape (n, d).
    normalised
        Normalised indicators with their direction turned, shape (n, k).
    weights
        One row per indicator: code, dimension, weight (sums to 1 within the dimension),
        dimension_weight (sums to 1 over dimensions).
    decisions
        One row per value that was changed: step (``imputasi``, ``pencilan``, ``goalpost``), code,
        unit, before, after, note. A row on a whole indicator has an empty unit.
    choices
        Option taken for normalise, weights, aggregate, impute and outliers.
    """

    index: pd.Series
    dimensions: pd.DataFrame
    normalised: pd.DataFrame
    weights: pd.DataFrame
    decisions: pd.DataFrame
    choices: dict[str, str]

    @property
    def rank(self) -> pd.Series:
        """Rank per unit, 1 is the largest index, ties share the best rank.

        Not for showing by itself: `rank_uncertainty` gives ranks with intervals.
        """
        ranks = self.index.round(9).rank(ascending=False, method="min")
        return ranks.astype(int).rename("rank")

    def tidy(self) -> pd.DataFrame:
        """Return one row per unit: unit, index and one column per dimension."""
        scores = pd.DataFrame({"unit": self.index.index, "index": self.index})
        return pd.concat([scores, self.dimensions], axis=1).reset_index(drop=True)

    def __str__(self) -> str:
        low, middle, high = self.index.quantile([0, 0.5, 1])
        return (
            f"Indeks komposit {len(self.index)} unit dari {len(self.weights)} indikator dalam "
            f"{self.dimensions.shape[1]} dimensi ({', '.join(self.choices.values())}): median "
            f"{middle:.1f}, rentang {low:.1f} sampai {high:.1f}; {len(self.decisions)} keputusan "
            "atas data"
        )


def composite_index(
    table: pd.DataFrame,
    indicators: pd.DataFrame,
    *,
    normalise: Normalise = "min-max",
    weights: Weights = "given",
    aggregate: Aggregate = "arithmetic",
    impute: Impute = "none",
    outliers: Outliers = "none",
    group: pd.Series | None = None,
) -> CompositeIndex:
    """Normalise indicators, average them within dimensions, then average the dimensions.

    Parameters
    ----------
    table
        One row per unit, labelled by its index; one numeric column per indicator code.
    indicators
        One row per indicator: code (a column of `table`), name, dimension, direction (+1: more is
        better, -1: less is better), weight (positive), unit, source; optionally dimension_weight
        (positive, the same within a dimension; without it dimensions count equally), goalpost_low
        and goalpost_high (in the unit of the indicator).
    normalise
        ``"min-max"``: 0 at the worst unit, 100 at the best. ``"z"``: ``50 + 10 z`` with the
        standard deviation over n. ``"rank"``: 0 to 100 by rank, ties share their mean.
        ``"goalposts"``: 0 and 100 at the goalposts, values beyond them drawn in; an indicator
        without goalposts is treated as for min-max, which `decisions` says. ``"none"``: the
        columns are scores on 0-100 already; direction -1 gives ``100 - score``.
    weights
        ``"given"`` by the indicator table, ``"equal"`` within and between dimensions, ``"pca"`` or
        ``"entropy"`` within dimensions: see `kajian.mapping.index.weighting`.
    aggregate
        ``"arithmetic"``: shortfalls are offset fully; ``"geometric"`` and ``"harmonic"``: only in
        part. Because a zero would erase all other scores, their scores run from 1 to 100.
        ``"mazziotta-pareto"``: with a penalty for imbalance, on its published scale: 70 to 130,
        z-scores ``100 + 10 z``. See `kajian.mapping.index.aggregation`.
    impute, outliers, group
        How missing values are filled in and outliers drawn in: see `treatment`. By
        default a missing value is refused and outliers stay.

    Returns
    -------
    CompositeIndex

    Raises
    ------
    MethodError
        An unknown choice or code, a description that contradicts itself, a missing value that is
        not to be filled in, an indicator that is constant, a score of zero or less in a mean that
        is not arithmetic, no goalposts at all, or weights that the data cannot give.

    Notes
    -----
    OECD and JRC (2008), Handbook on Constructing Composite Indicators, steps 3 to 7. Mazziotta
    and Pareto (2016), Social Indicators Research 127(3).
    """
    choices: dict[str, str] = {
        "normalise": normalise,
        "weights": weights,
        "aggregate": aggregate,
        "impute": impute,
        "outliers": outliers,
    }
    check_choices({name: [option] for name, option in choices.items()})
    described = described_indicators(indicators)
    codes = described["code"].tolist()
    raw = indicator_values(table, codes, missing=impute != "none")
    treatment = treated(raw, impute, outliers, group)
    values = treatment.complete
    if normalise != "none":
        refuse_constant(values)
    weighted = indicator_weights(described, values, weights)
    notes = _goalpost_notes(values, described) if normalise == "goalposts" else []

    scores = scaled(
        values.to_numpy().T,
        described["direction"].to_numpy(dtype=float),
        normalise,
        scale=SCALES[aggregate],
        goalposts=described[GOALPOSTS].to_numpy(),
    )
    refuse_non_positive(scores, codes, aggregate)
    dimensions, index = two_level_mean(scores, *weight_matrices(weighted), aggregate)
    return CompositeIndex(
        index=pd.Series(index, index=table.index, name="index"),
        dimensions=pd.DataFrame(
            dimensions.T, index=table.index, columns=weighted["dimension"].unique()
        ),
        normalised=pd.DataFrame(scores.T, index=table.index, columns=codes),
        weights=weighted[["code", "dimension", "weight", "dimension_weight"]],
        decisions=pd.concat(
            [treatment.decisions, pd.DataFrame(notes, columns=DECISIONS)], ignore_index=True
        ),
        choices=choices,
    )


def index_scenarios(
    table: pd.DataFrame,
    indicators: pd.DataFrame,
    choices: Mapping[str, Sequence[str]],
    *,
    group: pd.Series | None = None,
) -> pd.DataFrame:
    """Compute the index under every declared combination of choices.

    Parameters
    ----------
    table, indicators, group
        As for `composite_index`.
    choices
        Options to combine under the keys ``normalise``, ``weights``, ``aggregate``, ``impute`` and
        ``outliers``; a key left out keeps the default of `composite_index`.

    Returns
    -------
    DataFrame
        One row per scenario and unit: unit, normalise, weights, aggregate (and impute, outliers
        where declared), index, rank; to be summarised by `rank_ranges`.

    Raises
    ------
    MethodError
        As for `composite_index`; also for an unknown key or an empty list of options.
    """
    check_choices(choices)
    declared = {
        "normalise": ["min-max"],
        "weights": ["given"],
        "aggregate": ["arithmetic"],
        **choices,
    }
    tables = []
    for combination in product(*declared.values()):
        scenario = dict(zip(declared, combination, strict=True))
        result = composite_index(table, indicators, group=group, **scenario)  # type: ignore[arg-type]
        tables.append(
            result.tidy()[["unit", "index"]].assign(**scenario, rank=result.rank.to_numpy())
        )
    return pd.concat(tables, ignore_index=True)[["unit", *declared, "index", "rank"]]


def rank_ranges(scenarios: pd.DataFrame) -> pd.DataFrame:
    """Summarise how far each unit's rank moves over the scenarios of `index_scenarios`.

    Parameters
    ----------
    scenarios
        Table with columns unit and rank, one row per scenario and unit.

    Returns
    -------
    DataFrame
        One row per unit, in the order given: unit, rank_min, rank_median, rank_max, scenarios.
    """
    ranks = scenarios.groupby("unit", sort=False)["rank"]
    summary = ranks.agg(rank_min="min", rank_median="median", rank_max="max", scenarios="size")
    return summary.reset_index()


def _goalpost_notes(values: pd.DataFrame, described: pd.DataFrame) -> list[list[object]]:
    """What goalposts do to the values, as rows of decisions."""
    refuse_without_goalposts(described)
    rows: list[list[object]] = []
    for code, low, high in described[["code", *GOALPOSTS]].itertuples(index=False):
        column = values[code]
        if np.isnan(low):
            note = f"tanpa goalpost: dipakai rentang teramati {column.min():g}–{column.max():g}"
            rows.append(["goalpost", code, "", np.nan, np.nan, note])
        for unit, value in column[(column < low) | (column > high)].items():
            after = low if value < low else high
            rows.append(["goalpost", code, unit, value, after, "di luar goalpost"])
    return rows
