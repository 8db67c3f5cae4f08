"""The effect on one cohort between two times, with the influence of every unit on it.

Influence functions follow Sant'Anna & Zhao (2020), Journal of Econometrics 219, for panel data.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from kajian.errors import MethodError
from kajian.linear.fixed_effects import RELATIVE_ZERO, Floats

Method = Literal["dr", "or"]

MAX_PROPENSITY = 0.995
"""Beyond it a treated unit has no comparable control, and one control stands for 200 treated."""
NOTHING = 1e-9
TOLERANCE = 1e-10
LARGEST_STEP = 3.0
"""Newton's steps for the log odds are cut to it, so that they cannot overshoot."""


def difference_in_means(change: Floats, treated: Floats) -> tuple[float, Floats]:
    """Difference of mean changes of the treated and the controls.

    Parameters
    ----------
    change
        Change of the outcome between the two times, shape (n,).
    treated
        1 for treated units and 0 for controls, shape (n,).

    Returns
    -------
    tuple
        The effect, and the influences, shape (n,), with mean zero.
    """
    share = treated.mean()
    means = (
        np.array([change @ (1 - treated) / (1 - share), change @ treated / share]) / treated.size
    )
    weights = treated / share - (1 - treated) / (1 - share)
    return float(means[1] - means[0]), weights * (change - means[treated.astype(np.intp)])


def outcome_regression(change: Floats, treated: Floats, X: Floats) -> tuple[float, Floats]:
    """Compare the treated with what a regression among the controls predicts for them.

    Parameters
    ----------
    change, treated
        As in `difference_in_means`.
    X
        Design matrix with an intercept, shape (n, k).

    Raises
    ------
    MethodError
        When the controls do not determine the k coefficients.
    """
    residual, of_coefficients = _control_regression(change, treated, X)
    share = treated.mean()
    effect = float(residual @ treated / treated.sum())
    mean_X = treated @ X / treated.size
    return effect, (treated * (residual - effect) - of_coefficients @ mean_X) / share


def doubly_robust(change: Floats, treated: Floats, X: Floats) -> tuple[float, Floats]:
    """Combine the regression among controls with weights from a logit propensity.

    Consistent when either the regression or the propensity is right (Sant'Anna & Zhao
    2020), here by maximum likelihood and least squares.

    Raises
    ------
    MethodError
        As in `outcome_regression`; also when propensities reach `MAX_PROPENSITY`.
    """
    residual, of_coefficients = _control_regression(change, treated, X)
    propensity, of_logit = _logit(treated, X)
    n = treated.size
    odds = propensity / (1 - propensity) * (1 - treated)
    share, weight = treated.mean(), odds.mean()
    direct, indirect = residual @ treated / (n * share), residual @ odds / (n * weight)
    left = odds * (residual - indirect)
    on_treated = treated * (residual - direct) - of_coefficients @ (treated @ X / n)
    on_controls = left + of_logit @ (left @ X / n) - of_coefficients @ (odds @ X / n)
    return float(direct - indirect), on_treated / share - on_controls / weight


def _control_regression(change: Floats, treated: Floats, X: Floats) -> tuple[Floats, Floats]:
    """Fit the controls; give everyone's residual, (n,), and the coefficients' influence, (n, k)."""
    control = 1 - treated
    gram = (X * control[:, None]).T @ X / treated.size
    _require_rank(X[control == 1], "pembanding")
    inverse = np.linalg.inv(gram)
    residual = change - X @ (inverse @ (X.T @ (control * change) / treated.size))
    return residual, (control * residual)[:, None] * X @ inverse


def _logit(treated: Floats, X: Floats) -> tuple[Floats, Floats]:
    """Fit a logit by Newton's method; give propensities, (n,), and the influence of its terms."""
    _require_rank(X, "yang dibandingkan")
    beta, moved = np.zeros(X.shape[1]), np.inf
    while True:
        propensity = 1 / (1 + np.exp(-X @ beta))
        # Where the maximum lies at infinity, every step moves some propensity closer to 0 or 1.
        done = moved < TOLERANCE
        extreme = (propensity < NOTHING) | (propensity > (MAX_PROPENSITY if done else 1 - NOTHING))
        if extreme.any():
            raise MethodError(
                f"Kovariat memisahkan yang diperlakukan dari pembanding: {int(extreme.sum())} dari "
                f"{treated.size} unit berpeluang diperlakukan mendekati 0 atau 1, sehingga tidak "
                "ada yang sebanding. Perbaikan: kurangi kovariat, pakai method='or', atau batasi "
                "ke unit yang sebanding."
            )
        score = (treated - propensity)[:, None] * X
        inverse = np.linalg.inv((X * (propensity * (1 - propensity))[:, None]).T @ X)
        if done:
            return propensity, score @ inverse * treated.size
        step = inverse @ score.sum(axis=0)
        moved = float(np.abs(X @ step).max())
        beta = beta + step / max(1.0, moved / LARGEST_STEP)


def _require_rank(X: Floats, who: str) -> None:
    n, k = X.shape
    scaled = X / np.maximum(np.linalg.norm(X, axis=0), np.finfo(float).tiny)
    if n <= k or np.abs(np.diag(np.linalg.qr(scaled, mode="r"))).min() < RELATIVE_ZERO:
        raise MethodError(
            f"{n} unit {who} tidak menentukan {k} koefisien kovariat (termasuk konstanta). "
            "Perbaikan: kurangi kovariat, atau keluarkan yang tidak berubah di antara mereka."
        )
