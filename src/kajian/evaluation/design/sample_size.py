"""The smallest design that detects an effect."""

from __future__ import annotations

import math

from kajian.errors import MethodError
from kajian.evaluation.design.mde import DetectableEffect, mde_clusters, mde_individual

LARGEST = 10_000_000


def sample_size(
    effect: float,
    sd: float,
    *,
    ratio: float = 1.0,
    cluster_size: float | None = None,
    icc: float = 0.0,
    cv: float = 0.0,
    r2: float = 0.0,
    r2_between: float = 0.0,
    level: float = 0.05,
    power: float = 0.8,
) -> DetectableEffect:
    """Find the smallest number of rows, or of clusters, whose detectable effect is small enough.

    Parameters
    ----------
    effect, sd
        Effect to detect and standard deviation, in units of the outcome.
    ratio
        Treated units per control unit; the treated number is rounded up.
    cluster_size, icc, cv, r2_between
        As in `mde_clusters`; rows are drawn one by one when the size is None.
    r2
        As in `mde_individual`; within clusters when clusters are drawn.
    level, power
        As in `mde_individual`.

    Returns
    -------
    DetectableEffect
        Of the smallest design: `units_treated` and `units_control` are the answer.

    Raises
    ------
    MethodError
        As `mde_individual` and `mde_clusters`; an effect or ratio that is not positive, or an
        effect that needs more than ten million units.
    """
    if not (effect > 0 and ratio > 0):
        raise MethodError(
            f"Dampak {effect:g} atau nisbah {ratio:g} tidak positif. "
            "Perbaikan: isi besar dampak tanpa tanda dan nisbah positif."
        )

    def plan(control: int) -> DetectableEffect:
        treated = max(2, math.ceil(ratio * control - 1e-9))
        if cluster_size is None:
            return mde_individual(treated, control, sd, r2=r2, level=level, power=power)
        return mde_clusters(
            treated,
            control,
            cluster_size,
            icc,
            sd,
            r2_between=r2_between,
            r2_within=r2,
            cv=cv,
            level=level,
            power=power,
        )

    enough = 2
    while plan(enough).effect > effect:
        enough *= 2
        if enough > LARGEST:
            raise MethodError(
                f"Dampak {effect:g} memerlukan lebih dari {LARGEST} unit per lengan. "
                "Perbaikan: periksa satuan dampak dan simpangan baku."
            )
    too_few = enough // 2
    while enough - too_few > 1:
        middle = (enough + too_few) // 2
        if plan(middle).effect > effect:
            too_few = middle
        else:
            enough = middle
    return plan(enough)
