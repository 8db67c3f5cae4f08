"""The static regression with unit and time effects and one treatment indicator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kajian.evaluation.differences.panel import Panel, read_panel
from kajian.linear.regression import Regression, panel_fe

TERM = "diperlakukan"


@dataclass(frozen=True, slots=True, eq=False)
class TwoWayEffect:
    """One coefficient for all treated units and times.

    Attributes
    ----------
    fit
        The regression; its term ``diperlakukan`` is the effect, in units of the outcome.
    panel
        The data used.
    estimate
        The coefficient.
    """

    fit: Regression
    panel: Panel
    estimate: float

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """One row per term of the regression."""
        return self.fit.tidy(level)

    def __str__(self) -> str:
        lines = [str(self.fit)]
        if self.panel.treated_cohorts.size > 1:
            lines.append(
                "Perlakuan mulai bertahap: koefisien ini juga memakai unit yang sudah diperlakukan "
                "sebagai pembanding; lihat penguraiannya (decompose)."
            )
        return "\n".join([*lines, *self.panel.notes])


def twfe(
    data: pd.DataFrame,
    *,
    outcome: str,
    unit: str,
    time: str,
    cohort: str,
    covariates: Sequence[str] = (),
    cluster: str | None = None,
    allow_gaps: Sequence[int] = (),
) -> TwoWayEffect:
    """Regress the outcome on being treated, with unit and time fixed effects.

    An estimate of the mean effect only when effects are the same for all cohorts and do not grow
    (Goodman-Bacon 2021): :func:`kajian.evaluation.differences.decomposition.decompose` shows what
    it rests on.

    Parameters
    ----------
    data, outcome, unit, time, cohort, allow_gaps
        As in :func:`kajian.evaluation.differences.panel.read_panel`.
    covariates
        Formula terms; their scale is a standard deviation.
    cluster
        Column of the clusters (CRV1, clusters minus one degrees of freedom); each unit its own when
        omitted.

    Raises
    ------
    MethodError
        As in `read_panel` and `panel_fe`.
    """
    panel = read_panel(
        data,
        outcome=outcome,
        unit=unit,
        time=time,
        cohort=cohort,
        covariates=covariates,
        cluster=cluster,
        allow_gaps=allow_gaps,
    )
    n, t, k = panel.covariates.shape
    table = pd.DataFrame(
        {
            "hasil": panel.outcomes.ravel(),
            TERM: (panel.cohorts[:, None] <= panel.times).ravel().astype(float),
            "unit": np.repeat(np.arange(n), t),
            "waktu": np.tile(panel.times, n),
            "klaster": np.repeat(panel.clusters, t),
        }
    )
    controls = {f"kovariat_{j}": panel.covariates[:, :, j].ravel() for j in range(1, k)}
    fit = panel_fe(
        f"hasil ~ {' + '.join([TERM, *controls])}",
        table.assign(**controls),
        entity="unit",
        time="waktu",
        vcov={"CRV1": "klaster"},
    )
    return TwoWayEffect(fit=fit, panel=panel, estimate=float(fit.coefficients[0]))
