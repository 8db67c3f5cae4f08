"""Tables of a counting measure: estimates from counts, beside them errors from the sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kajian.mapping.multidimensional.counts import Totals, scores
from kajian.mapping.multidimensional.households import Bools, Floats, Households
from kajian.mapping.multidimensional.result import NO_DESIGN, PARTS
from kajian.mapping.survey.design import SurveyDesign
from kajian.mapping.survey.domains import domain_mean
from kajian.mapping.survey.result import DomainEstimates


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """What errors need of every sampled household; arrays (n,) or (n, d).

    Attributes
    ----------
    design
        How the sample was drawn.
    size
        Persons in the household.
    deprived, score, poor
        Deprivations, their weighted share, and whether it reaches the cutoff.
    level
        Of the confidence intervals.
    """

    design: SurveyDesign
    size: Floats
    deprived: Bools
    score: Floats
    poor: Bools
    level: float

    @classmethod
    def of(
        cls,
        households: Households,
        size: ArrayLike | None,
        design: SurveyDesign,
        weights: Floats,
        k: float,
        level: float,
    ) -> Sample:
        """Find the poor among sampled households; labels of the design become numbers once."""
        n, deprived = households.persons.size, households.matrix()
        numbered = replace(
            design,
            strata=pd.factorize(design.strata)[0],
            cluster=pd.factorize(design.cluster)[0],
        )
        people = np.ones(n) if size is None else np.asarray(size, dtype=float)
        score, poor = scores(deprived, weights, k)
        return cls(numbered, people, deprived, score, poor, level)

    def mean(self, values: Floats | Bools, persons: Floats, groups: Households) -> DomainEstimates:
        """Mean of values from 0 to 1 over persons, by group."""
        return domain_mean(
            np.minimum(values, 1),
            self.design,
            groups.group,
            size=persons,
            proportion=True,
            domains=range(len(groups.groups)),
            level=self.level,
        )


def measure_table(
    households: Households,
    totals: Totals,
    sample: Sample | None,
    severity: Mapping[str, Floats],
) -> pd.DataFrame:
    """One row per group: who it is, H, A, M0 and further measures.

    `severity` holds further measures, zero for households that are not poor, (n,) by name.
    """
    count = len(households.groups)
    measures = totals.measures()
    for name, values in severity.items():
        sums = np.bincount(households.group, weights=households.persons * values, minlength=count)
        measures[name] = _ratio(sums.astype(float), totals.population)
    found: dict[str, DomainEstimates] = {}
    if sample is not None:
        poor, size = sample.poor, sample.size
        found["H"] = sample.mean(poor, size, households)
        found["A"] = sample.mean(sample.score, size * poor, households)
        found["M0"] = sample.mean(sample.score * poor, size, households)
        for name, values in severity.items():
            found[name] = sample.mean(values, size, households)
    columns: dict[str, object] = {
        "group": households.groups,
        "n": np.bincount(households.group, minlength=count),
        "population_share": totals.population / totals.population.sum(),
        "contribution_pct": 100 * _ratio(totals.score, totals.score.sum()),
    }
    for name, estimate in measures.items():
        columns |= _beside(name, estimate, [found[name]] if found else [])
    return pd.DataFrame(columns)


def indicator_table(
    households: Households, totals: Totals, shares: pd.Series, sample: Sample | None
) -> pd.DataFrame:
    """One row per group and indicator: headcount, censored headcount, contribution to M0."""
    weights, everyone = shares.to_numpy(dtype=float), totals.population[:, None]
    headcount: list[DomainEstimates] = []
    censored: list[DomainEstimates] = []
    contribution: list[DomainEstimates] = []
    if sample is not None:
        for column, weight in zip(sample.deprived.T, weights, strict=True):
            headcount.append(sample.mean(column, sample.size, households))
            censored.append(sample.mean(column & sample.poor, sample.size, households))
            contribution.append(_contribution(sample, weight * column, households))
    part = 100 * _ratio(totals.censored * weights, totals.score[:, None])
    names = {level: shares.index.get_level_values(level) for level in ("code", "dimension")}
    return pd.DataFrame(
        _rows(households.groups, {**names, "weight": weights})
        | _beside("headcount", _ratio(totals.deprived, everyone), headcount)
        | _beside("censored", _ratio(totals.censored, everyone), censored)
        | _beside("contribution_pct", part, contribution, scale=100)
    )


def dimension_table(
    households: Households, totals: Totals, shares: pd.Series, sample: Sample | None
) -> pd.DataFrame:
    """One row per group and dimension: contribution to M0."""
    dimension, names = pd.factorize(shares.index.get_level_values("dimension"))
    inside = (dimension == np.arange(len(names))[:, None]) * shares.to_numpy(dtype=float)
    found: list[DomainEstimates] = []
    if sample is not None:
        parts = (sample.deprived @ inside.T).T
        found = [_contribution(sample, part, households) for part in parts]
    part = 100 * _ratio(totals.censored @ inside.T, totals.score[:, None])
    return pd.DataFrame(
        _rows(households.groups, {"dimension": names, "weight": inside.sum(axis=1)})
        | _beside("contribution_pct", part, found, scale=100)
    )


def stacked(table: pd.DataFrame) -> pd.DataFrame:
    """Turn the measures of one group into rows: term, estimate, and what stands beside it."""
    row = table.iloc[0]
    terms = [name.removesuffix("_label") for name in table.columns if name.endswith("_label")]
    return pd.DataFrame(
        [
            {"term": term, "estimate": row[term], **{part: row[f"{term}_{part}"] for part in PARTS}}
            for term in terms
        ]
    )


def _contribution(sample: Sample, part: Floats, households: Households) -> DomainEstimates:
    """Share of a part of the score in the score of the poor."""
    share = np.divide(part, sample.score, out=np.zeros_like(sample.score), where=sample.poor)
    return sample.mean(share, sample.score * sample.poor * sample.size, households)


def _rows(groups: pd.Index, described: dict[str, Any]) -> dict[str, object]:
    """One row for each group and each thing described, group by group."""
    count = len(described["weight"])
    return {"group": groups.repeat(count)} | {
        name: np.tile(np.asarray(values), len(groups)) for name, values in described.items()
    }


def _beside(
    name: str, estimate: Floats, found: list[DomainEstimates], scale: float = 1
) -> dict[str, object]:
    """Put what is known of its errors beside an estimate (groups,) or (groups, len(found))."""
    values: list[Any] = [np.full(estimate.size, np.nan)] * 4 + [NO_DESIGN]
    if found:
        values = [np.column_stack([getattr(f, part) for f in found]).ravel() for part in PARTS]
        values[:3] = [scale * value for value in values[:3]]
    beside = {f"{name}_{part}": value for part, value in zip(PARTS, values, strict=True)}
    return {name: estimate.ravel()} | beside


def _ratio(part: Floats, whole: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.divide(part, whole))
