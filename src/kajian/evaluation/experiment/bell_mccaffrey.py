"""Bias-reduced robust errors with their own degrees of freedom, for few units or clusters."""

from __future__ import annotations

import numpy as np

from kajian.linear.fixed_effects import RELATIVE_ZERO, Codes, Floats
from kajian.linear.result import Regression


def bell_mccaffrey(fit: Regression, term: str, unit: Codes) -> tuple[float, float]:
    """Compute the CR2 standard error of a coefficient and its degrees of freedom.

    CR2 multiplies the residuals of a cluster by the inverse square root of its block of I - H
    (Bell & McCaffrey 2002), which makes the variance unbiased under independent errors of constant
    variance; with one row per cluster it is HC2. The degrees of freedom are Satterthwaite's under
    the same reference model (Imbens & Kolesár 2016). Directions that a cluster fits perfectly are
    left out by the generalised inverse (Pustejovsky & Tipton 2018).

    Parameters
    ----------
    fit
        A fit of `ols`, without absorbed effects.
    term
        The coefficient.
    unit
        Code 0 ... G - 1 of each row's cluster, shape (n,).

    Returns
    -------
    tuple
        Standard error in units of the coefficient, zero when the fit is perfect, and degrees of
        freedom.
    """
    Q, R = np.linalg.qr(fit.X)
    contrast = np.linalg.solve(R.T, np.eye(len(fit.terms))[fit.position(term)])
    groups = np.split(np.argsort(unit, kind="stable"), np.cumsum(np.bincount(unit))[:-1])
    e = fit.residuals
    if len(groups) == unit.size:
        spare = 1 - (Q**2).sum(axis=1)
        weight = (Q @ contrast) * _inverse_root(spare)
        moved, length, parts = Q * weight[:, None], weight**2, weight * e
    else:
        blocks = np.array([Q[rows].T @ Q[rows] for rows in groups])
        values, vectors = np.linalg.eigh(blocks)
        turned = np.einsum("gij,i->gj", vectors, contrast) * _inverse_root(1 - values)
        direction = np.einsum("gij,gj->gi", vectors, turned)
        moved = np.einsum("gij,gj->gi", blocks, direction)
        length = np.vecdot(moved, direction)
        parts = np.vecdot(direction, np.array([Q[rows].T @ e[rows] for rows in groups]))
    variance = float(parts @ parts)
    cross = moved.T @ moved
    squares = (length**2).sum() - 2 * (length * (moved**2).sum(axis=1)).sum() + (cross**2).sum()
    df = float((length.sum() - np.trace(cross)) ** 2 / squares)
    if np.linalg.norm(e) <= RELATIVE_ZERO * np.linalg.norm(fit.y - fit.y.mean()):
        variance = 0.0
    return float(np.sqrt(variance)), df


def _inverse_root(values: Floats) -> Floats:
    """Return values to the power -1/2, zero where they are numerically zero."""
    safe = values > 1e-10
    return np.where(safe, 1 / np.sqrt(np.where(safe, values, 1.0)), 0.0)
