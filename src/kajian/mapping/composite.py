"""A composite index from a described table of indicators: indicator, dimension, index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal, get_args

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.mapping.normalise import (
    Normalise,
    described_indicators,
    indicator_values,
    on_one_scale,
)

Weights = Literal["given", "equal"]
Aggregate = Literal["arithmetic", "geometric"]

_OPTIONS = {
    "normalise": get_args(Normalise),
    "weights": get_args(Weights),
    "aggregate": get_args(Aggregate),
}


@dataclass(frozen=True, slots=True, eq=False)
class CompositeIndex:
    """An index on the scale of its normalised indicators (0-100; around 50 for z-scores).

    Attributes
    ----------
    index
        Score per unit, larger is better; shape (n,).
    rank
        Rank per unit, 1 is the largest index, ties share the best rank.
    dimensions
        Score per unit and dimension, shape (n, d).
    normalised
        Normalised indicators with their direction turned, shape (n, k).
    weights
        One row per indicator: code, dimension, weight (sums to 1 within the dimension),
        dimension_weight (sums to 1 over dimensions).
    normalise, aggregate
        The choices made.
    """

    index: pd.Series
    rank: pd.Series
    dimensions: pd.DataFrame
    normalised: pd.DataFrame
    weights: pd.DataFrame
    normalise: Normalise
    aggregate: Aggregate

    def tidy(self) -> pd.DataFrame:
        """Return one row per unit: unit, index, rank and one column per dimension."""
        scores = pd.DataFrame({"unit": self.index.index, "index": self.index, "rank": self.rank})
        return pd.concat([scores, self.dimensions], axis=1).reset_index(drop=True)

    def __str__(self) -> str:
        ordered = self.index.sort_values()
        return (
            f"Indeks komposit {len(self.index)} unit dari {len(self.weights)} indikator "
            f"({self.normalise}, {self.aggregate}): tertinggi {ordered.index[-1]} "
            f"{ordered.iloc[-1]:.1f}, terendah {ordered.index[0]} {ordered.iloc[0]:.1f}"
        )


def composite_index(
    table: pd.DataFrame,
    indicators: pd.DataFrame,
    *,
    normalise: Normalise = "min-max",
    weights: Weights = "given",
    aggregate: Aggregate = "arithmetic",
) -> CompositeIndex:
    """Normalise indicators, average them within dimensions, then average the dimensions.

    Parameters
    ----------
    table
        One row per unit, labelled by its index; one numeric column per indicator code.
    indicators
        One row per indicator: code (a column of `table`), name, dimension, direction (+1: more is
        better, -1: less is better), weight (positive), unit, source; optionally dimension_weight
        (positive, the same within a dimension; without it dimensions count equally).
    normalise
        ``"min-max"``: 0 at the worst unit, 100 at the best. ``"z"``: ``50 + 10 z`` with the
        standard deviation over n. ``"rank"``: 0 to 100 by rank, ties share their mean.
        ``"none"``: the columns are scores on 0-100 already; direction -1 gives ``100 - score``.
    weights
        ``"given"`` by the indicator table, or ``"equal"`` within and between dimensions.
    aggregate
        ``"arithmetic"``: shortfalls are offset fully; ``"geometric"``: only in part. Because a
        zero would erase all other scores, geometric min-max and rank scores run from 1 to 100.

    Returns
    -------
    CompositeIndex

    Raises
    ------
    MethodError
        An unknown choice or code, a description that contradicts itself, a missing value (nothing
        is imputed), an indicator that is constant, or a score of zero or less in a geometric mean.

    Notes
    -----
    OECD and JRC (2008), Handbook on Constructing Composite Indicators, steps 5 and 6.
    """
    _check_choices({"normalise": [normalise], "weights": [weights], "aggregate": [aggregate]})
    described = described_indicators(indicators)
    values = indicator_values(table, described["code"].tolist(), normalise)
    if weights == "equal":
        described = described.assign(weight=1.0, dimension_weight=1.0)
    within = described.groupby("dimension", sort=False)["weight"].transform("sum")
    described["weight"] /= within
    between = described.drop_duplicates("dimension").set_index("dimension")["dimension_weight"]
    between = between / between.sum()
    described["dimension_weight"] = described["dimension"].map(between)

    direction = described.set_index("code")["direction"]
    floor = 1.0 if aggregate == "geometric" else 0.0
    scores = on_one_scale(values, direction, normalise, floor)
    if aggregate == "geometric" and (scores <= 0).any(axis=None):
        code = scores.columns[(scores <= 0).any()][0]
        raise MethodError(
            f"Rata-rata geometrik memerlukan skor positif, tetapi indikator {code} memuat nol atau "
            "negatif. Perbaikan: pakai normalise='min-max' atau aggregate='arithmetic'."
        )
    dimensions = pd.DataFrame(
        {
            name: _mean(scores[part["code"]], part["weight"].to_numpy(), aggregate)
            for name, part in described.groupby("dimension", sort=False)
        }
    )
    index = _mean(dimensions, between[dimensions.columns].to_numpy(), aggregate)
    return CompositeIndex(
        index=index.rename("index"),
        rank=index.round(9).rank(ascending=False, method="min").astype(int).rename("rank"),
        dimensions=dimensions,
        normalised=scores,
        weights=described[["code", "dimension", "weight", "dimension_weight"]],
        normalise=normalise,
        aggregate=aggregate,
    )


def index_scenarios(
    table: pd.DataFrame,
    indicators: pd.DataFrame,
    choices: Mapping[str, Sequence[str]],
) -> pd.DataFrame:
    """Compute the index under every declared combination of choices.

    Parameters
    ----------
    table, indicators
        As for `composite_index`.
    choices
        Options to combine under the keys ``normalise``, ``weights`` and ``aggregate``; a key left
        out keeps the default of `composite_index`.

    Returns
    -------
    DataFrame
        One row per scenario and unit: unit, normalise, weights, aggregate, index, rank.

    Raises
    ------
    MethodError
        As for `composite_index`; also for an unknown key or an empty list of options.
    """
    _check_choices(choices)
    declared = {
        "normalise": ["min-max"],
        "weights": ["given"],
        "aggregate": ["arithmetic"],
        **choices,
    }
    tables = []
    for combination in product(*declared.values()):
        scenario = dict(zip(declared, combination, strict=True))
        result = composite_index(table, indicators, **scenario)  # type: ignore[arg-type]
        tables.append(result.tidy()[["unit", "index", "rank"]].assign(**scenario))
    columns = ["unit", "normalise", "weights", "aggregate", "index", "rank"]
    return pd.concat(tables, ignore_index=True)[columns]


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


def _check_choices(choices: Mapping[str, Sequence[str]]) -> None:
    """Refuse a choice or an option that does not exist."""
    for name, options in choices.items():
        if name not in _OPTIONS:
            raise MethodError(
                f"Pilihan '{name}' tidak dikenal. Perbaikan: pakai {', '.join(_OPTIONS)}."
            )
        unknown = [option for option in options if option not in _OPTIONS[name]]
        if isinstance(options, str) or not options or unknown:
            raise MethodError(
                f"Opsi {name} = {options!r} tidak dikenal. "
                f"Perbaikan: beri daftar dari {', '.join(_OPTIONS[name])}."
            )


def _mean(scores: pd.DataFrame, weights: np.ndarray, aggregate: Aggregate) -> pd.Series:
    """Weighted mean over columns; weights sum to one."""
    if aggregate == "geometric":
        return pd.Series(np.exp(np.log(scores.to_numpy()) @ weights), index=scores.index)
    return pd.Series(scores.to_numpy() @ weights, index=scores.index)
