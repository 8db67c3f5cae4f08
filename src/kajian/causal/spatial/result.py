"""What a spatial regression knows about itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from kajian.language import format_number, format_p_value
from kajian.linear.fixed_effects import Floats

MODELS = {"lag": "lag spasial", "error": "galat spasial", "durbin": "Durbin spasial"}


@dataclass(frozen=True, slots=True, eq=False)
class SpatialRegression:
    """A spatial regression fitted by maximum likelihood.

    Attributes
    ----------
    model
        ``"lag"``, ``"error"`` or ``"durbin"``.
    outcome
        Left-hand side of the formula.
    terms
        The k names of the coefficients; in a Durbin model the last `n_lagged` are the neighbours'
        means ``W_...`` of the terms before them (without the intercept), in the same order.
    coefficients
        Shape (k,), in units of the outcome per unit of the term. Where outcomes depend on
        neighbours' outcomes they are not effects: see `impacts`.
    spatial_parameter
        rho of the lag and Durbin models, lambda of the error model; without unit.
    sigma2
        Variance of the innovations, e'e / n, in squared units of the outcome.
    covariance
        Shape (k + 2, k + 2): inverse of the full information matrix, in the order coefficients,
        spatial parameter, sigma2.
    log_likelihood, aic
        At the maximum; AIC counts k + 2 parameters.
    pseudo_r2
        Squared correlation of the outcome with its expectation given the terms; zero when that
        does not vary.
    residuals
        Innovations, shape (n,), in units of the outcome: free of spatial dependence if the model
        holds.
    sample
        The rows of the input table that were used; n rows.
    n_obs, n_dropped
        Rows used, and rows left out because a value is missing. Neighbours that were left out
        count for nothing: the weights of the others are scaled up.
    n_lagged
        Number of ``W_...`` terms.
    n_links
        Ordered pairs of neighbours among the used rows.
    eigenvalues
        Of the row-standardised weights, shape (n,).
    bounds
        Open interval of the spatial parameter.
    """

    model: Literal["lag", "error", "durbin"]
    outcome: str
    terms: tuple[str, ...]
    coefficients: Floats
    spatial_parameter: float
    sigma2: float
    covariance: Floats
    log_likelihood: float
    pseudo_r2: float
    residuals: Floats
    sample: pd.DataFrame
    n_obs: int
    n_dropped: int
    n_lagged: int
    n_links: int
    eigenvalues: NDArray[np.complex128]
    bounds: tuple[float, float]

    @property
    def parameter_name(self) -> str:
        """``"lambda"`` of the error model, otherwise ``"rho"``."""
        return "lambda" if self.model == "error" else "rho"

    @property
    def aic(self) -> float:
        """Akaike's criterion, -2 log L + 2 (k + 2)."""
        return -2 * self.log_likelihood + 2 * (len(self.terms) + 2)

    @property
    def std_errors(self) -> Floats:
        """Standard errors of the coefficients, then of the spatial parameter, shape (k + 1,)."""
        return np.sqrt(np.diag(self.covariance)[:-1])

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return one row per term and one for the spatial parameter, with normal intervals.

        Errors are asymptotic: they hold for many units.
        """
        estimate = np.append(self.coefficients, self.spatial_parameter)
        se = self.std_errors
        half = ndtri((1 + level) / 2) * se
        return pd.DataFrame(
            {
                "term": [*self.terms, self.parameter_name],
                "estimate": estimate,
                "std_error": se,
                "p_value": 2 * ndtr(-np.abs(estimate) / se),
                "conf_low": estimate - half,
                "conf_high": estimate + half,
            }
        )

    def __str__(self) -> str:
        lines = [
            f"Regresi {MODELS[self.model]} {self.outcome}: n = {self.n_obs} "
            f"({self.n_dropped} baris tak lengkap dilewati), {self.n_links} pasangan tetangga; "
            f"log-likelihood {format_number(self.log_likelihood, 2)}; "
            f"AIC {format_number(self.aic, 1)}; "
            f"pseudo-R² {format_number(self.pseudo_r2, 3)}; galat baku asimtotik"
        ]
        lines += [
            f"  {term}: {format_number(estimate, 3)} (galat baku {format_number(se, 3)}; "
            f"{format_p_value(p)}; 95%: {format_number(low, 3)} sampai {format_number(high, 3)})"
            for term, estimate, se, p, low, high in self.tidy().to_numpy()
        ]
        if self.model != "error":
            lines.append(
                "  Koefisien bukan dampak: dampak langsung dan taklangsung dihitung impacts."
            )
        return "\n".join(lines)
