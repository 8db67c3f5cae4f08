"""Placebo in space: the treated unit's gap among the gaps of units that were not treated."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.evaluation.synthetic.fit import fit_matrix
from kajian.evaluation.synthetic.rank_test import (
    ROUNDING,
    Floats,
    Statistic,
    contests,
    not_rejected,
    p_value,
    tail,
)
from kajian.evaluation.synthetic.result import SyntheticControl
from kajian.language import format_number, format_p_value


@dataclass(frozen=True, slots=True, eq=False)
class PlaceboSpace:
    """The treated unit's gap among the gaps of units that were not treated.

    Both p-values are two-sided: the rank of the treated unit among all ``1 + J`` units, itself
    included, so none is below ``p_floor = 1 / (1 + J)``. They are exact under the sharp null of no
    effect if the treated unit was drawn at random among these units. In an observational study it
    was not: read them as how unusual the treated unit is, not as error rates.

    Attributes
    ----------
    fit
        Synthetic control of the treated unit.
    units
        (1 + J) rows indexed by unit, treated first: ``pre_rmspe, post_rmspe, ratio, mean_gap``,
        ``concentration`` (near one, a single donor stands for the unit: no reason to leave a
        placebo out, which would break the rank), and ``treated_weight``, the weight that the
        placebo puts on the treated unit.
    gaps
        (T, 1 + J) table of gaps, time by unit, treated first.
    p_ratio
        p-value of post-RMSPE over pre-RMSPE, which allows for the quality of each unit's fit.
    p_mean_gap
        p-value of the absolute mean gap after the start, which does not.
    p_floor
        Smallest p-value that the number of units allows.
    """

    fit: SyntheticControl
    units: pd.DataFrame
    gaps: pd.DataFrame
    p_ratio: float
    p_mean_gap: float
    p_floor: float

    def tidy(self) -> pd.DataFrame:
        """One row per unit: ``unit``, the columns of ``units``, and ``treated`` (true once)."""
        table = self.units.rename_axis("unit").reset_index()
        return table.assign(treated=table["unit"] == self.fit.treated)

    def minimum_detectable_gap(
        self, level: float = 0.95, *, comparable: float | None = None
    ) -> float:
        """Absolute mean gap beyond which the treated unit would have stood out.

        With ``k = floor((1 - level) * (1 + J))`` units allowed in the tail, the mean gap must
        exceed the ``k``-th largest absolute mean gap of the placebos. A smaller gap cannot be told
        from the ordinary differences between a unit and its comparator, so it is no evidence that
        there was no effect. It is a threshold for the observed gap, not an effect that would be
        found with a given power.

        Parameters
        ----------
        level
            Confidence level, between 0 and 1.
        comparable
            Keep only placebos whose pre-RMSPE is at most this many times the treated unit's: poorly
            fitted units say little about a well fitted one (Abadie, Diamond and Hainmueller 2010,
            figures 5 to 7).

        Returns
        -------
        In the unit of the outcome; infinite when too few placebos remain for any gap to suffice.
        """
        placebos = self.units.iloc[1:]
        if comparable is not None:
            placebos = placebos[placebos["pre_rmspe"] <= comparable * self.fit.pre_rmspe]
        allowed = math.floor(tail(level) * (1 + len(placebos)) + ROUNDING)
        if allowed == 0:
            return math.inf
        return float(placebos["mean_gap"].abs().nlargest(allowed).iloc[-1])

    def interval(
        self, level: float = 0.95, *, statistic: Statistic = "ratio"
    ) -> tuple[float, float]:
        """Constant effects after the start that the placebo test does not reject.

        For each candidate effect the treated unit's outcomes are freed of it, also where that unit
        serves as donor, and all units are ranked again; weights depend on times before the start
        only and stay. The interval has the same ground as the p-values, random assignment, and the
        same floor.

        Returns
        -------
        Smallest interval that holds all such effects, in the unit of the outcome. Infinite when
        there are too few units to reject anything; ``(nan, nan)`` when no constant effect fits.

        References
        ----------
        Firpo and Possebom (2018), "Synthetic control method: inference, sensitivity analysis and
        confidence sets", Journal of Causal Inference 6, section 4.
        """
        return not_rejected(*_contests(self.units, statistic), level)

    def __str__(self) -> str:
        ratio = self.fit.ratio
        shown = format_number(ratio, 2) if math.isfinite(ratio) else "tak hingga"
        return "\n".join(
            [
                f"Uji plasebo {self.fit.treated} terhadap {len(self.units) - 1} unit lain, "
                f"mulai {self.fit.start}",
                f"Rasio RMSPE {shown}, {format_p_value(self.p_ratio, self.p_floor)}",
                f"Selisih rata-rata {format_number(self.fit.mean_gap, 3)}, "
                f"{format_p_value(self.p_mean_gap, self.p_floor)}",
            ]
        )


def placebo_in_space(fit: SyntheticControl, *, treated_in_pool: bool = True) -> PlaceboSpace:
    """Give every donor the treated unit's role in turn and rank the treated unit among them.

    With predictors, their importances are chosen anew for every placebo, by the same search.

    Parameters
    ----------
    fit
        Synthetic control of the treated unit; its donors are the placebos.
    treated_in_pool
        Whether the treated unit serves as donor for the placebos. With it, as in Abadie, Diamond
        and Hainmueller (2010), all units are treated alike, which makes the rank exact under the
        null hypothesis; but an effect leaks into the placebos that lean on the treated unit, so
        that even a large one may not stand out and ``interval`` may be unbounded. Without it,
        placebos are free of the effect and power is higher, but they draw on one donor fewer than
        the treated unit and the rank is only approximate. Decide before looking; show both.

    Raises
    ------
    MethodError
        When there are fewer than two donors.

    References
    ----------
    Abadie, Diamond and Hainmueller (2010), JASA 105, sections 2.4 and 3.4.
    """
    donors = list(fit.weights.index)
    if len(donors) < 2:
        raise MethodError(
            f"Uji plasebo memerlukan sedikitnya 2 pembanding, tersedia {len(donors)}. "
            "Perbaikan: tambah unit pembanding."
        )
    borrowed = [fit.treated] if treated_in_pool else []
    placebos = {
        code: fit_matrix(
            fit.outcomes[[code, *borrowed, *(other for other in donors if other != code)]],
            outcome=fit.outcome,
            start=fit.start,
            table=fit.predictors.table if fit.predictors else None,
            fit_times=fit.predictors.fit_times if fit.predictors else None,
        )
        for code in donors
    }
    everyone = {fit.treated: fit, **placebos}
    units = pd.DataFrame(
        {
            name: {code: getattr(one, name) for code, one in everyone.items()}
            for name in ("pre_rmspe", "post_rmspe", "ratio", "mean_gap", "concentration")
        }
    ).rename_axis(str(fit.outcomes.columns.name))
    units["treated_weight"] = [one.weights.get(fit.treated, 0.0) for one in everyone.values()]
    return PlaceboSpace(
        fit=fit,
        units=units,
        gaps=pd.DataFrame({code: one.gap for code, one in everyone.items()}),
        p_ratio=p_value(*_contests(units, "ratio")),
        p_mean_gap=p_value(*_contests(units, "mean_gap")),
        p_floor=1.0 / len(everyone),
    )


def _contests(units: pd.DataFrame, statistic: Statistic) -> tuple[Floats, Floats]:
    """Rank contests of the treated unit, in the first row, with every other."""
    slope = units["treated_weight"].to_numpy(dtype=float)
    slope = np.where(np.arange(len(slope)) == 0, -1.0, slope)
    pre, post, mean = units[["pre_rmspe", "post_rmspe", "mean_gap"]].to_numpy(dtype=float).T
    return contests(pre, post, mean, slope, statistic)
