"""How a jump answers to its bandwidth, and whether there are jumps where none should be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.evaluation.discontinuity.local_polynomial import Kernel
from kajian.evaluation.discontinuity.regression_discontinuity import regression_discontinuity
from kajian.evaluation.discontinuity.result import RegressionDiscontinuity

MULTIPLES = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
QUARTILES = (0.25, 0.5, 0.75)


def bandwidth_sensitivity(
    y: Any,
    x: Any,
    cutoff: float = 0.0,
    *,
    multiples: Sequence[float] = MULTIPLES,
    **choices: Any,
) -> pd.DataFrame:
    """Repeat an estimate with both bandwidths multiplied.

    Parameters
    ----------
    y, x, cutoff
        As in `regression_discontinuity`.
    multiples
        Factors of h and b.
    **choices
        Other arguments of `regression_discontinuity`; its bandwidth, given or chosen, is the one
        multiplied.

    Returns
    -------
    One row per multiple: `multiple, h, b`, the robust `estimate, std_error, p_value, conf_low,
    conf_high`, the `conventional` estimate, and `n_left, n_right` within h.

    Raises
    ------
    MethodError
        As in `regression_discontinuity`, also when a narrow bandwidth holds too few points.
    """
    base = regression_discontinuity(y, x, cutoff, **choices)
    rows = []
    for multiple in multiples:
        bandwidth = (multiple * base.h, multiple * base.b)
        fit = regression_discontinuity(y, x, cutoff, **{**choices, "bandwidth": bandwidth})
        rows.append({"multiple": multiple, "h": fit.h, "b": fit.b, **_row(fit)})
    return pd.DataFrame(rows)


def placebo_cutoffs(
    y: Any,
    x: Any,
    cutoff: float = 0.0,
    *,
    at: Sequence[float] | None = None,
    order: int = 1,
    kernel: Kernel = "triangular",
    cluster: Any = None,
    covariates: Any = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate jumps at cutoffs where nothing changes, beside the one at the true cutoff.

    A placebo below the true cutoff uses only rows below it, and one above only rows above, so that
    the true jump does not enter; each has its own bandwidth. Among many placebos some p-values are
    small by chance.

    Parameters
    ----------
    y, x, cutoff, order, kernel, cluster, covariates, level
        As in `regression_discontinuity`; in a fuzzy design, y is the outcome itself.
    at
        Placebo cutoffs in units of x; the quartiles of each side when omitted.

    Returns
    -------
    One row per cutoff, ascending: `cutoff, actual` (true once), the robust `estimate, std_error,
    p_value, conf_low, conf_high`, the `conventional` estimate, `h`, and `n_left, n_right` within h.

    Raises
    ------
    MethodError
        As in `regression_discontinuity`, naming the placebo; or a placebo at the true cutoff.
    """
    choices: dict[str, Any] = {"order": order, "kernel": kernel, "level": level}
    whole = regression_discontinuity(
        y, x, cutoff, cluster=cluster, covariates=covariates, **choices
    )
    scores = pd.Series(x).to_numpy(dtype=float, na_value=np.nan)
    sides = (scores < cutoff, scores >= cutoff)
    if at is None:
        at = [float(place) for side in sides for place in np.quantile(scores[side], QUARTILES)]
    rows = [{"cutoff": cutoff, "actual": True, **_row(whole), "h": whole.h}]
    for place in at:
        if place == cutoff:
            raise MethodError(
                f"Ambang palsu {place:g} sama dengan ambang yang sebenarnya. "
                "Perbaikan: pilih nilai lain."
            )
        side = sides[0] if place < cutoff else sides[1]
        own = {
            "cluster": None if cluster is None else pd.Series(cluster).loc[side],
            "covariates": None if covariates is None else pd.DataFrame(covariates).loc[side],
        }
        try:
            fit = regression_discontinuity(
                pd.Series(y).loc[side], scores[side], place, **(choices | own)
            )
        except MethodError as error:
            raise MethodError(f"Ambang palsu {place:g}: {error}") from error
        rows.append({"cutoff": place, "actual": False, **_row(fit), "h": fit.h})
    return pd.DataFrame(rows).sort_values("cutoff", ignore_index=True)


def _row(fit: RegressionDiscontinuity) -> dict[str, Any]:
    robust = fit.robust
    return {
        "estimate": robust.estimate,
        "std_error": robust.std_error,
        "p_value": robust.p_value,
        "conf_low": robust.conf_low,
        "conf_high": robust.conf_high,
        "conventional": fit.conventional.estimate,
        "n_left": fit.n_left,
        "n_right": fit.n_right,
    }
