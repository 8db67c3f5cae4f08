"""What a model says about each small area, and how much it adds to the survey."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from kajian.language import format_number, format_percent
from kajian.mapping.survey.result import CAREFUL, LABELS, SHOWN, Floats, Integers


@dataclass(frozen=True, slots=True, eq=False)
class SmallAreaEstimates:
    """Model-based estimates (EBLUP) for areas; arrays have one element per area.

    Attributes
    ----------
    areas
        Labels.
    estimate, mse
        The estimate, and an estimate of its mean squared error that counts the errors of the
        coefficients and of the variances.
    interval_mse
        The squared error that the interval allows for, which takes in how little this sample may
        say about the variance between areas.
    synthetic
        What the covariates alone predict; the estimate of an area without sample.
    gamma
        Weight of what the area's own sample says, 0 to 1; zero without sample.
    direct, direct_std_error
        What the area's own sample says by itself, and its error; missing without sample.
    n
        Sample units on which the area rests; for an area-level model 1 with a direct estimate,
        0 without.
    proportion
        Whether estimates and limits were cut off at 0 and 1, which can only bring them closer to
        a share's true value.
    coefficients
        One row per coefficient: term, estimate, std_error, p_value, conf_low, conf_high.
    area_variance, unit_variance
        Variance between areas that the covariates leave unexplained; variance between units of
        one area (missing for an area-level model).
    loglik
        Restricted log-likelihood; compare only models with the same covariates.
    level
        Of the confidence interval.
    """

    areas: pd.Index
    estimate: Floats
    mse: Floats
    interval_mse: Floats
    synthetic: Floats
    gamma: Floats
    direct: Floats
    direct_std_error: Floats
    n: Integers
    proportion: bool
    coefficients: pd.DataFrame
    area_variance: float
    unit_variance: float
    loglik: float
    level: float

    @property
    def sampled(self) -> NDArray[np.bool_]:
        """Whether the area has a sample."""
        return np.asarray(self.n > 0)

    @property
    def on_boundary(self) -> bool:
        """Whether the variance between areas was estimated as zero: all estimates synthetic."""
        return self.area_variance == 0

    @property
    def rmse(self) -> Floats:
        """Root of the mean squared error, in units of the estimate."""
        return np.sqrt(self.mse)

    @property
    def _bounds(self) -> tuple[float, float]:
        return (0.0, 1.0) if self.proportion else (-np.inf, np.inf)

    @property
    def conf_low(self) -> Floats:
        """Lower limit of the normal interval at `level`."""
        return normal_limits(self.estimate, self.interval_mse, self.level, self._bounds)[0]

    @property
    def conf_high(self) -> Floats:
        """Upper limit of the normal interval at `level`."""
        return normal_limits(self.estimate, self.interval_mse, self.level, self._bounds)[1]

    @property
    def rse_pct(self) -> Floats:
        """Root mean squared error in percent of the estimate."""
        return relative_error_pct(self.estimate, self.mse)

    @property
    def gain(self) -> Floats:
        """Share by which the direct estimate's error shrinks; missing where that has none."""
        error = np.where(self.direct_std_error > 0, self.direct_std_error, np.nan)
        return np.asarray(1 - self.rmse / error)

    @property
    def label(self) -> NDArray[np.str_]:
        """How far each estimate may be shown (see `precision_label`)."""
        return precision_label(self.rse_pct, self.sampled)

    def tidy(self) -> pd.DataFrame:
        """Return one row per area: area, estimate, errors, what it is made of, gain, label."""
        return pd.DataFrame(
            {
                "area": self.areas,
                "estimate": self.estimate,
                "rmse": self.rmse,
                "conf_low": self.conf_low,
                "conf_high": self.conf_high,
                "rse_pct": self.rse_pct,
                "direct": self.direct,
                "direct_std_error": self.direct_std_error,
                "synthetic": self.synthetic,
                "gamma": self.gamma,
                "gain": self.gain,
                "n": self.n,
                "sampled": self.sampled,
                "label": self.label,
            }
        )

    def __str__(self) -> str:
        counts = pd.Series(self.label).value_counts()
        parts = ", ".join(f"{counts.get(name, 0)} {name}" for name in LABELS[:3])
        gain = self.gain[np.isfinite(self.gain)]
        gained = (
            f"; galat lebih kecil {format_percent(100 * float(np.median(gain)), 0)} daripada "
            "pendugaan langsung (median)"
            if gain.size
            else ""
        )
        own = (
            "; ragam antarwilayah diduga nol, jadi semua pendugaan berasal dari kovariat"
            if self.on_boundary
            else f"; bobot data wilayah sendiri (median) "
            f"{format_number(float(np.median(self.gamma[self.sampled])), 2)}"
        )
        return (
            f"Pendugaan area kecil untuk {len(self.areas)} wilayah "
            f"({int((~self.sampled).sum())} tanpa sampel): {parts}{gained}{own}"
        )


def normal_limits(
    estimate: Floats, squared_error: Floats, level: float, bounds: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Limits of the normal interval, no further than the least and largest possible value."""
    half = ndtri((1 + level) / 2) * np.sqrt(squared_error)
    return (estimate - half).clip(*bounds), (estimate + half).clip(*bounds)


def relative_error_pct(estimate: Floats, mse: Floats) -> Floats:
    """Root mean squared error in percent of the estimate; infinite for an estimate of zero."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(100 * np.sqrt(mse) / np.abs(estimate))


def precision_label(rse_pct: Floats, sampled: NDArray[np.bool_]) -> NDArray[np.str_]:
    """Say how far model-based estimates may be shown.

    ``layak`` up to 25 percent relative root mean squared error, ``hati-hati`` up to 50 percent,
    above that ``tidak ditampilkan``. Without a sample an area is at best ``hati-hati``: nothing
    seen there can contradict the model.
    """
    conditions = [sampled & (rse_pct <= SHOWN), rse_pct <= CAREFUL]
    return np.select(conditions, [LABELS[0], LABELS[1]], LABELS[2])
