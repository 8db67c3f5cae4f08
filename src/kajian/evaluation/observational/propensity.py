"""The chance of treatment given what was observed, and where both arms can be found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import expit, stdtr, stdtrit

from kajian.errors import MethodError
from kajian.evaluation.observational.arms import Arms, Covariates, arms_of
from kajian.evaluation.observational.effect import quantiles_by_arm
from kajian.evaluation.observational.logit import Logit, fit_logit
from kajian.language import format_interval, format_number
from kajian.linear.fixed_effects import Floats

Trim = float | Literal["crump"] | None
Estimand = Literal["ATE", "ATT"]
EXTREME = 1e-3  # a chance this near to 0 or 1 gives one row the weight of a thousand


@dataclass(frozen=True, slots=True, eq=False)
class Propensity:
    """Estimated chances of treatment.

    Attributes
    ----------
    arms
        The rows that are left, after trimming.
    logit
        Fitted to them.
    score
        Chance of each, shape (n,).
    cut
        Smallest chance kept by trimming (the largest is one minus it); 0 without trimming.
    trimmed_treated, trimmed_control
        Rows taken out by trimming.
    """

    arms: Arms
    logit: Logit
    score: Floats
    cut: float
    trimmed_treated: int
    trimmed_control: int

    @property
    def overlap(self) -> pd.DataFrame:
        """Quantiles of the chance by arm, columns ``arm, n, min, p05, median, p95, max``."""
        return quantiles_by_arm(self.score, self.arms.d)

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return one row per coefficient (log odds), with normal p-values and intervals."""
        b = self.logit.coefficients
        se = np.sqrt(np.diag(self.logit.information_inverse))
        half = stdtrit(np.inf, (1 + level) / 2) * se
        return pd.DataFrame(
            {
                "term": list(map(str, self.arms.X.columns)),
                "estimate": b,
                "std_error": se,
                "p_value": 2 * stdtr(np.inf, -np.abs(b) / se),
                "conf_low": b - half,
                "conf_high": b + half,
            }
        )

    def __str__(self) -> str:
        lines = [
            f"Propensitas {self.arms.treated}: {int(self.arms.d.sum())} penerima, "
            f"{int((~self.arms.d).sum())} bukan; {self.arms.n_dropped} baris tak lengkap dilewati"
        ]
        for row in self.overlap.itertuples():
            reach = format_interval(float(row.min), float(row.max), "", 3)  # type: ignore[arg-type]
            lines.append(f"  {row.arm}: {reach}, median {format_number(float(row.median), 3)}")  # type: ignore[arg-type]
        if self.trimmed_treated + self.trimmed_control:
            lines.append(
                f"  Dipangkas di luar {format_interval(self.cut, 1 - self.cut, '', 3)}: "
                f"{self.trimmed_treated} penerima, {self.trimmed_control} bukan"
            )
        return "\n".join(lines)


def propensity(
    covariates: Covariates, data: pd.DataFrame, treated: str, *, trim: Trim = None
) -> Propensity:
    """Estimate the chance of treatment by logit.

    Parameters
    ----------
    covariates
        Names of columns, or the right-hand side of a formula such as ``"umur + C(kelurahan)"``;
        only what was known before the treatment.
    data
        One row per unit; rows with a missing value are left out and counted.
    treated
        Column of True and False, or 1 and 0.
    trim
        Keep chances from `trim` to one minus it; ``"crump"`` finds the cut that makes the average
        effect most precise (Crump, Hotz, Imbens and Mitnik 2009, Biometrika 96, 187-199, often
        near 0.1). The logit is then fitted again to the rows left.

    Raises
    ------
    MethodError
        As in `arms_of` and `fit_logit`; a cut outside 0-0.5, or one that leaves an arm empty.
    """
    return propensity_of(arms_of(data, treated, covariates), trim, "ATE")


def propensity_of(arms: Arms, trim: Trim, estimand: Estimand) -> Propensity:
    """Estimate chances for rows already taken; for the ATT only chances near one are trimmed."""
    logit = fit_logit(arms)
    score = expit(logit.log_odds(arms.X.to_numpy(dtype=float)))
    if trim is None:
        return Propensity(arms, logit, score, 0.0, 0, 0)
    cut = _cut(score, trim, estimand)
    rows = score <= 1 - cut
    if estimand == "ATE":
        rows &= score >= cut
    kept = arms.keep(rows)
    if not kept.d.any() or kept.d.all():
        raise MethodError(
            f"Pemangkasan {cut:.3f} menghabiskan salah satu kelompok: tersisa {int(kept.d.sum())} "
            f"penerima dan {int((~kept.d).sum())} bukan. Perbaikan: pangkas lebih sedikit, atau "
            "cari pembanding yang lebih serupa."
        )
    if not rows.all():
        logit = fit_logit(kept)
        score = expit(logit.log_odds(kept.X.to_numpy(dtype=float)))
    lost = arms.d[~rows]
    return Propensity(kept, logit, score, cut, int(lost.sum()), int((~lost).sum()))


def require_overlap(found: Propensity, estimand: Estimand) -> None:
    """Refuse chances so near to 0 or 1 that single rows would carry the estimate.

    For the ATE neither arm may be certain; for the ATT nobody's treatment may be.
    """
    certain = found.score > 1 - EXTREME
    wrong = certain | (found.score < EXTREME) if estimand == "ATE" else certain
    if wrong.any():
        other = "" if certain.any() else ", atau duga ATT saja"
        raise MethodError(
            f"{int(wrong.sum())} baris berpropensitas hampir 0 atau 1 (di luar {EXTREME} sampai "
            f"{1 - EXTREME}; {found.arms.labels(wrong)}), sehingga tidak ada padanannya. "
            f"Perbaikan: pangkas dengan trim=0.05 atau trim='crump', pakai kovariat yang lebih "
            f"kasar{other}."
        )


def _cut(score: Floats, trim: float | str, estimand: Estimand) -> float:
    if isinstance(trim, str):
        if trim != "crump" or estimand != "ATE":
            raise MethodError(
                f"Pemangkasan '{trim}' tidak dikenal untuk {estimand}. Perbaikan: isi angka "
                "seperti 0.1, atau 'crump' untuk ATE."
            )
        return _crump(score)
    if not 0 < trim < 0.5:
        raise MethodError(f"trim {trim} di luar 0-0,5. Perbaikan: isi misalnya 0.1.")
    return trim


def _crump(score: Floats) -> float:
    """Find the cut with ``1 / (a (1 - a))`` twice its mean below it, or no cut."""
    cost = np.sort(1 / (score * (1 - score)))
    twice_mean = 2 * np.cumsum(cost) / np.arange(1, cost.size + 1)
    last = int(np.flatnonzero(cost <= twice_mean)[-1])
    if last == cost.size - 1:
        return 0.0
    return float(0.5 - np.sqrt(0.25 - 1 / twice_mean[last]))
