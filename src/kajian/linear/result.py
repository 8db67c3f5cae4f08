"""What a fitted regression knows about itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from kajian.errors import MethodError
from kajian.language import format_number, format_p_value
from kajian.linear.covariance import bread
from kajian.linear.fixed_effects import FixedEffects, Floats
from kajian.linear.frame import require_columns


@dataclass(frozen=True, slots=True, eq=False)
class Regression:
    """A fitted linear regression.

    Attributes
    ----------
    outcome
        Left-hand side of the formula.
    terms
        The k names of the coefficients; fixed effects are not among them.
    coefficients, covariance
        Shapes (k,) and (k, k), in units of the outcome per unit of the term.
    X, y
        Design matrix, shape (n, k), and outcome, shape (n,), with the fixed effects taken out.
    residuals
        Shape (n,), in units of the outcome.
    sample
        The rows of the input table that were used, with their index; n rows.
    fixed_effects
        The space of entity and time effects, or None.
    vcov
        How the covariance was computed.
    n_obs, n_dropped
        Rows used, and rows left out because a value is missing.
    n_parameters
        K of the small-sample correction (see `panel_fe`).
    n_clusters
        Number of clusters (the smaller one with two groupings), or None.
    df
        Degrees of freedom of the t distribution: clusters minus one, otherwise n - K.
    r2_within
        Share of the variance left by the fixed effects (by the mean, in `ols`) that the terms
        explain.
    """

    outcome: str
    terms: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    X: Floats
    y: Floats
    residuals: Floats
    sample: pd.DataFrame
    fixed_effects: FixedEffects | None
    vcov: str
    n_obs: int
    n_dropped: int
    n_parameters: int
    n_clusters: int | None
    df: float
    r2_within: float

    @property
    def std_errors(self) -> Floats:
        """Standard errors of the coefficients, shape (k,)."""
        return np.sqrt(np.diag(self.covariance))

    def position(self, term: str) -> int:
        """Return the place of a term among the coefficients.

        Raises
        ------
        MethodError
            When the regression has no such term.
        """
        if term not in self.terms:
            raise MethodError(
                f"Suku '{term}' tidak ada dalam regresi. Perbaikan: pilih salah satu dari "
                f"{', '.join(self.terms)}."
            )
        return self.terms.index(term)

    def labels(self, which: str | Sequence[Any] | pd.Series) -> pd.Series:
        """Return one label per used row: a column of the sample, or labels given in its order.

        Raises
        ------
        MethodError
            When the column is missing, a label is missing, or the length differs from n.
        """
        if isinstance(which, str):
            require_columns(self.sample, [which])
            labels = self.sample[which]
        else:
            if len(which) != self.n_obs:
                raise MethodError(
                    f"Label berjumlah {len(which)}, padahal regresi memakai {self.n_obs} baris. "
                    "Perbaikan: beri satu label per baris yang dipakai (`fit.sample.index`)."
                )
            labels = pd.Series(np.asarray(which), index=self.sample.index)
        if labels.isna().any():
            raise MethodError(
                f"{int(labels.isna().sum())} baris tidak berlabel"
                f"{f' pada kolom {which}' if isinstance(which, str) else ''}. "
                "Perbaikan: lengkapi label itu, atau keluarkan barisnya sebelum regresi."
            )
        return labels

    def residualise(self, values: Floats) -> Floats:
        """Apply the residual-maker matrix M, fixed effects included, to columns of shape (n, p)."""
        if self.fixed_effects is not None:
            values = self.fixed_effects.remove(values)
        return np.asarray(values - self.X @ (bread(self.X) @ (self.X.T @ values)))

    def partialled(self, term: str) -> Floats:
        """Return what the other terms and the fixed effects leave of a term, shape (n,)."""
        j = self.position(term)
        others = np.delete(self.X, j, axis=1)
        weights = np.linalg.lstsq(others, self.X[:, j], rcond=None)[0]
        return np.asarray(self.X[:, j] - others @ weights)

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return one row per term, with t intervals at the given confidence level."""
        se = self.std_errors
        half = stdtrit(self.df, (1 + level) / 2) * se
        return pd.DataFrame(
            {
                "term": self.terms,
                "estimate": self.coefficients,
                "std_error": se,
                "p_value": 2 * stdtr(self.df, -np.abs(self.coefficients) / se),
                "conf_low": self.coefficients - half,
                "conf_high": self.coefficients + half,
            }
        )

    def __str__(self) -> str:
        effects = "" if self.fixed_effects is None else ", dampak tetap entitas dan waktu"
        lines = [
            f"Regresi {self.outcome}: n = {self.n_obs} ({self.n_dropped} baris tak lengkap "
            f"dilewati){effects}; galat baku {self.vcov}; R² = {format_number(self.r2_within, 3)}"
        ]
        lines += [
            f"  {term}: {format_number(estimate, 3)} (galat baku {format_number(se, 3)}; "
            f"{format_p_value(p)}; 95%: {format_number(low, 3)} sampai {format_number(high, 3)})"
            for term, estimate, se, p, low, high in self.tidy().to_numpy()
        ]
        return "\n".join(lines)
