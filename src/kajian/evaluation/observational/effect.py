"""An effect estimated without an experiment, with what it rests on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kajian.language import format_interval, format_number, format_p_value
from kajian.linear.fixed_effects import Floats

ASSUMPTION = (
    "Anggapan: tidak ada pembeda lain antara kedua kelompok selain kovariat yang dipakai; data "
    "tidak dapat membuktikannya."
)
FEW, HEAVY, UNLIKE = 30.0, 0.1, 0.1  # conventions for the warnings of the summary


@dataclass(frozen=True, slots=True, eq=False)
class Effect:
    """An effect in units of the outcome.

    Attributes
    ----------
    method, estimand
        Name of the method in Indonesian; ``ATE`` (everybody) or ``ATT`` (those who were treated),
        both among the rows that were used.
    outcome, treated
        Names of columns.
    estimate, std_error, p_value, conf_low, conf_high, df, level
        Two-sided t test against zero and interval at `level`.
    std_error_kind
        What the standard error allows for, in Indonesian.
    mean_treated, mean_control
        Mean outcomes with and without treatment for the estimand; their difference is the estimate.
    n_treated, n_control
        Rows used.
    n_dropped, n_trimmed, n_unmatched
        Rows with a missing value; taken out for an extreme chance of treatment; of the estimand
        but without a match.
    n_clusters
        Clusters, or None.
    effective_treated, effective_control
        Effective sample sizes, ``(sum w)^2 / sum w^2``.
    largest_weight
        Largest weight of one row, as a share of its arm.
    weights
        One per row of the table given, summing to one in each arm, zero for rows not used.
    balance
        As `balance_table`, before (all complete rows that were not trimmed) and after.
    overlap
        As `Propensity.overlap`, or the distances of matches by arm (Mahalanobis matching).
    """

    method: str
    estimand: str
    outcome: str
    treated: str
    estimate: float
    std_error: float
    p_value: float
    conf_low: float
    conf_high: float
    df: float
    level: float
    std_error_kind: str
    mean_treated: float
    mean_control: float
    n_treated: int
    n_control: int
    n_dropped: int
    n_trimmed: int
    n_unmatched: int
    n_clusters: int | None
    effective_treated: float
    effective_control: float
    largest_weight: float
    weights: pd.Series
    balance: pd.DataFrame
    overlap: pd.DataFrame

    @property
    def max_smd_before(self) -> float:
        """Largest absolute standardised difference before."""
        return float(self.balance["smd"].abs().max())

    @property
    def max_smd_after(self) -> float:
        """Largest absolute standardised difference after."""
        return float(self.balance["smd_after"].abs().max())

    def tidy(self) -> pd.DataFrame:
        """Return one row: term (the estimand), estimate, errors, interval, rows and balance."""
        columns = ["estimate", "std_error", "p_value", "conf_low", "conf_high", "df"]
        columns += ["n_treated", "n_control", "effective_treated", "effective_control"]
        columns += ["max_smd_before", "max_smd_after"]
        row = {name: getattr(self, name) for name in columns}
        return pd.DataFrame([{"term": self.estimand, "method": self.method, **row}])

    def __str__(self) -> str:
        decimals = 3 if abs(self.estimate) < 100 else 0
        limits = format_interval(self.conf_low, self.conf_high, "", decimals)
        level = format_number(100 * self.level, 0)
        left = {
            "tak lengkap": self.n_dropped,
            "dipangkas": self.n_trimmed,
            "tanpa padanan": self.n_unmatched,
        }
        out = ", ".join(f"{count} {why}" for why, count in left.items() if count)
        lines = [
            f"{self.method} ({self.estimand}) {self.treated} terhadap {self.outcome}: "
            f"{format_number(self.estimate, decimals)} (selang {level}%: {limits}; "
            f"{format_p_value(self.p_value)}; galat baku {self.std_error_kind})",
            f"  {self.n_treated} penerima, {self.n_control} pembanding"
            f"{f'; tidak dipakai: {out}' if out else ''}; setara "
            f"{format_number(self.effective_treated, 0)} dan "
            f"{format_number(self.effective_control, 0)} baris berbobot sama",
            f"  Beda baku terbesar antarkelompok {_number(self.max_smd_before)} sebelum, "
            f"{_number(self.max_smd_after)} sesudah",
            *(f"  Hati-hati: {warning}" for warning in self._warnings()),
            f"  {ASSUMPTION}",
        ]
        return "\n".join(lines)

    def _warnings(self) -> list[str]:
        found = []
        if min(self.effective_treated, self.effective_control) < FEW:
            found.append(f"salah satu kelompok setara kurang dari {FEW:.0f} baris.")
        if self.largest_weight > HEAVY:
            found.append("satu baris memikul lebih dari sepersepuluh bobot kelompoknya.")
        if not self.max_smd_after <= UNLIKE:
            found.append("kedua kelompok belum serupa (beda baku di atas 0,1).")
        return found


def quantiles_by_arm(values: Floats, d: NDArray[np.bool_]) -> pd.DataFrame:
    """Summarise a value by arm, where it is not missing; no row for an arm without one."""
    rows = []
    for arm, inside in (("penerima", d), ("bukan penerima", ~d)):
        present = values[inside & ~np.isnan(values)]
        if not present.size:
            continue
        cuts = np.quantile(present, [0, 0.05, 0.5, 0.95, 1])
        names = ("min", "p05", "median", "p95", "max")
        rows.append({"arm": arm, "n": present.size, **dict(zip(names, cuts, strict=True))})
    return pd.DataFrame(rows)


def _number(value: float) -> str:
    return format_number(value, 2) if np.isfinite(value) else "tak hingga"
