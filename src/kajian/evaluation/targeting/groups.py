"""Targeting by group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kajian.evaluation.targeting.measured import Rule, measured
from kajian.evaluation.targeting.quantities import quantities
from kajian.evaluation.targeting.sample import Codes, Floats, Sample, labels


class Grouping(NamedTuple):
    """A name, the code of each row's group, shape (n,), and the groups."""

    name: str
    codes: Codes
    levels: pd.Index


def groupings(
    by: pd.DataFrame | Mapping[str, ArrayLike] | ArrayLike | None, n: int
) -> list[Grouping]:
    """Take one grouping or several; see `targeting`."""
    if by is None:
        return []
    if not isinstance(by, pd.DataFrame | Mapping):
        by = {str(getattr(by, "name", None) or "kelompok"): by}
    return [
        Grouping(str(name), *labels(values, n, f"kelompok {name}")) for name, values in by.items()
    ]


def group_measures(
    grouped: Sequence[Grouping],
    e: Floats,
    r: Floats,
    cost: Floats | None,
    sample: Sample,
    rule: Rule,
) -> Iterator[dict[str, Any]]:
    """Measure each group; parameters as in `quantities`."""
    for grouping in grouped:
        order = np.argsort(grouping.codes, kind="stable")
        ends = np.searchsorted(grouping.codes[order], np.arange(len(grouping.levels) + 1))
        for level, start, end in zip(grouping.levels, ends[:-1], ends[1:], strict=True):
            rows = order[start:end]
            part = sample.part(rows)
            own_cost = None if cost is None else cost[rows]
            for term, found in quantities(e[rows], r[rows], part.weights, own_cost).items():
                key = {"by": grouping.name, "group": level, "term": term}
                yield key | measured(found, part, rule)
