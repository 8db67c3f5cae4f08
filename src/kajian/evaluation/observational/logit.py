"""The chance of treatment by logit, and why it sometimes has no answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from formulaic import Formula
from scipy.special import expit

from kajian.errors import MethodError
from kajian.evaluation.observational.arms import Arms, require_independent
from kajian.linear.fixed_effects import Floats

STEPS = 60
CONVERGED = 1e-9  # largest change of the log odds in a step
APART = 1e10  # condition of the information at which chances have become 0 or 1
REMEDY = (
    "Perbaikan: gabungkan kategori atau kelompokkan kovariat lebih kasar, keluarkan kovariat itu, "
    "atau keluarkan baris yang tidak berpadanan."
)


@dataclass(frozen=True, slots=True, eq=False)
class Logit:
    """A fitted logit.

    Attributes
    ----------
    coefficients
        Shape (k,), log odds per unit of the column.
    information_inverse
        Their covariance, shape (k, k).
    """

    coefficients: Floats
    information_inverse: Floats

    def log_odds(self, X: Floats) -> Floats:
        """Log odds for rows of shape (m, k)."""
        return np.asarray(X @ self.coefficients)


def fit_logit(arms: Arms) -> Logit:
    """Maximise the likelihood of who was treated by Newton's steps.

    Raises
    ------
    MethodError
        Some covariates tell treated and untreated rows apart perfectly, so that there is no
        maximum; the cell is named where one is to blame.
    """
    _require_both_in_cells(arms)
    require_independent(arms.X)
    X, d = arms.X.to_numpy(dtype=float), arms.d.astype(float)
    Q, R = np.linalg.qr(X)
    Q, R = Q * np.sqrt(d.size), R / np.sqrt(d.size)
    gamma = np.zeros(X.shape[1])
    likelihood = _log_likelihood(Q @ gamma, d)
    for _ in range(STEPS):
        p = expit(Q @ gamma)
        information = Q.T @ ((p * (1 - p))[:, None] * Q)
        step = np.linalg.solve(information, Q.T @ (d - p))
        if np.abs(Q @ step).max() < CONVERGED:
            inverse = np.linalg.inv(R)
            return Logit(inverse @ gamma, inverse @ np.linalg.inv(information) @ inverse.T)
        while _log_likelihood(Q @ (gamma + step), d) < likelihood - CONVERGED * abs(likelihood):
            step /= 2
        gamma = gamma + step
        likelihood = _log_likelihood(Q @ gamma, d)
        if np.linalg.cond(information) > APART:
            break
    # Without a maximum the steps go on for ever, in the direction that tells the arms apart.
    moving = np.abs(Q @ step) > 0.5 * np.abs(Q @ step).max()
    reach = np.abs(np.linalg.solve(R, step)) * X.std(axis=0)
    names = ", ".join(map(str, arms.X.columns[reach >= 0.5 * reach.max()]))
    raise MethodError(
        f"Kovariat memisahkan penerima {arms.treated} dari bukan penerima, terutama lewat {names}: "
        f"propensitas {int(moving.sum())} baris ({arms.labels(moving)}) menuju 0 atau 1, sehingga "
        f"tidak ada pembandingnya. {REMEDY}"
    )


def _log_likelihood(eta: Floats, d: Floats) -> float:
    return float(d @ eta - np.logaddexp(0, eta).sum())


def _require_both_in_cells(arms: Arms) -> None:
    """Refuse a category in which everybody or nobody was treated."""
    for name in map(str, Formula(arms.formula).required_variables):
        values = arms.sample[name]
        binary = values.nunique() == 2
        numeric = pd.api.types.is_numeric_dtype(values)
        if numeric and not binary and f"C({name}" not in arms.formula:
            continue
        cells = pd.Series(arms.d).groupby(values.to_numpy(), observed=True).agg(["size", "mean"])
        alone = cells[cells["mean"].isin([0.0, 1.0])]
        if not alone.empty:
            label, (size, mean) = alone.index[0], alone.iloc[0]
            others = f" (dan {len(alone) - 1} sel lain)" if len(alone) > 1 else ""
            everybody = "Semua" if mean else "Tidak satu pun dari"
            raise MethodError(
                f"{everybody} {int(size)} baris dengan {name} = {label}{others} menerima "
                f"{arms.treated}: propensitasnya {int(mean)} dan tidak ada pembanding. {REMEDY}"
            )
