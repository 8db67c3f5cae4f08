"""What targeting looks like when eligibility itself was measured with error."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kajian.errors import MethodError
from kajian.evaluation.targeting.measured import Rule, measured, rule_of
from kajian.evaluation.targeting.quantities import NAMES, quantities
from kajian.evaluation.targeting.sample import Design, Floats, Sample, sample_of
from kajian.evaluation.targeting.targeting import eligible_and_received
from kajian.language import format_interval

TERMS = (
    "eligible_share",
    "coverage",
    "exclusion_error",
    "leakage",
    "ineligible_reached",
    "targeting_differential",
)
Range = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class MisclassificationBounds:
    """Targeting over a range of errors of measured eligibility. Shares run from 0 to 1.

    Attributes
    ----------
    table
        One row per term: ``measured`` (eligibility as it was measured), ``low`` and ``high`` (over
        the range, sampling error aside), ``conf_low`` and ``conf_high`` (lowest and highest limit
        of the intervals over the range; missing for a census).
    sensitivity, specificity
        Ranges of the share of the truly eligible that was measured as such, and of the truly
        ineligible.
    assumption
        What the correction rests on, in Indonesian.
    """

    table: pd.DataFrame
    sensitivity: Range
    specificity: Range
    level: float
    assumption: str

    def tidy(self) -> pd.DataFrame:
        """Return `table`."""
        return self.table.copy()

    def __str__(self) -> str:
        se, sp = (
            format_interval(100 * low, 100 * high, "persen", 0)
            for low, high in (self.sensitivity, self.specificity)
        )
        lines = [f"Bila kelayakan terukur dengan sensitivitas {se} dan spesifisitas {sp}:"]
        lines += [
            f"  {NAMES[term]}: {format_interval(100 * low, 100 * high, 'persen', 1)}"
            for term, low, high in self.table[["term", "low", "high"]].to_numpy()
        ]
        return "\n".join([*lines, self.assumption])


def misclassification_bounds(
    eligible: ArrayLike,
    received: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    sensitivity: float | Range,
    specificity: float | Range,
    design: Design | None = None,
    strata: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    sampling: bool = True,
    level: float = 0.95,
) -> MisclassificationBounds:
    """Correct targeting for known errors of measured eligibility.

    A household whose eligibility was measured as m (0 or 1) counts as
    ``(m + specificity - 1) / (sensitivity + specificity - 1)``, whose mean is that of true
    eligibility within recipients and within others, so long as the error does not depend on
    receipt. Every measure is monotone in either rate, so that the corners of the range bound it.

    Parameters
    ----------
    eligible, received, weights, design, strata, cluster, sampling, level
        As in `targeting`; eligible as it was measured.
    sensitivity, specificity
        One number, or the lowest and the highest that are plausible; they must add to more than 1.

    Returns
    -------
    MisclassificationBounds

    Raises
    ------
    MethodError
        As in `targeting`; a rate outside 0-1, rates that add to 1 or less, or rates that the data
        contradict: the corrected shares would leave 0-1.

    Notes
    -----
    Rogan and Gladen (1978), American Journal of Epidemiology 107, 71-76, in each group. Where the
    programme itself used a similar measure of welfare, its errors and those of the survey are
    related, and the correction goes too far.
    """
    e, r = eligible_and_received(eligible, received)
    rule = rule_of(level, 1)
    sample = sample_of(e.size, weights, design, strata, cluster, sampling)
    se, sp = _range(sensitivity, "sensitivity"), _range(specificity, "specificity")
    naive = _corrected(e, r, sample, rule, 1.0, 1.0)
    corners = [
        _corrected(e, r, sample, rule, *corner)
        for corner in product(sorted(set(se)), sorted(set(sp)))
    ]
    together = pd.concat(corners).groupby(level=0)
    table = pd.DataFrame(
        {
            "measured": naive["estimate"],
            "low": together["estimate"].min(),
            "high": together["estimate"].max(),
            "conf_low": together["conf_low"].min(),
            "conf_high": together["conf_high"].max(),
        }
    )
    return MisclassificationBounds(
        table=table.loc[list(TERMS)].rename_axis("term").reset_index(),
        sensitivity=se,
        specificity=sp,
        level=level,
        assumption=(
            "Anggapan: galat pengukuran kelayakan sama bagi penerima dan bukan penerima yang "
            "status sebenarnya sama."
        ),
    )


def _range(rate: float | Range, name: str) -> Range:
    low, high = (rate, rate) if isinstance(rate, int | float) else rate
    if not 0 < low <= high <= 1:
        raise MethodError(
            f"{name} {rate} bukan angka atau rentang naik di antara 0 dan 1. Perbaikan: isi "
            "misalnya (0.8, 0.95)."
        )
    return float(low), float(high)


def _corrected(
    e: Floats, r: Floats, sample: Sample, rule: Rule, sensitivity: float, specificity: float
) -> pd.DataFrame:
    """Measure targeting for one pair of rates, with terms as the index."""
    informative = sensitivity + specificity - 1
    if informative <= 0:
        raise MethodError(
            f"Sensitivitas {sensitivity:g} dan spesifisitas {specificity:g} berjumlah 1 atau "
            "kurang: pengukuran seperti itu tidak memuat keterangan. Perbaikan: naikkan batas "
            "bawahnya."
        )
    for name, group in (("penerima", r > 0), ("bukan penerima", r == 0)):
        share = float(np.average(e[group], weights=sample.weights[group])) if group.any() else 0.5
        if group.any() and not 1 - specificity <= share <= sensitivity:
            raise MethodError(
                f"Kelayakan terukur {share:.3f} di antara {name} tidak mungkin dengan sensitivitas "
                f"{sensitivity:g} dan spesifisitas {specificity:g}: harus di antara "
                f"{1 - specificity:.3f} dan {sensitivity:g}. Perbaikan: sempitkan rentangnya, atau "
                "periksa apakah galatnya bergantung pada penerimaan."
            )
    found = quantities((e + specificity - 1) / informative, r, sample.weights, None)
    rows = [measured(found[term], sample, rule) for term in TERMS]
    return pd.DataFrame(rows, index=list(TERMS))
