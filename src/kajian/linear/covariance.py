"""Covariance matrices of least-squares coefficients: constant variance, HC1-HC3 and clusters."""

from __future__ import annotations

import numpy as np

from kajian.errors import MethodError
from kajian.linear.fixed_effects import Codes, FixedEffects, Floats, group_sums


def bread(X: Floats) -> Floats:
    """Return the inverse of X'X, shape (k, k), by QR."""
    inverse = np.linalg.inv(np.linalg.qr(X, mode="r"))
    return np.asarray(inverse @ inverse.T)


def constant_variance(X: Floats, residuals: Floats, n_parameters: int) -> Floats:
    """Classical covariance: residual variance over n - K degrees of freedom times (X'X)^-1."""
    return bread(X) * (residuals @ residuals / (residuals.size - n_parameters))


def heteroskedastic(
    X: Floats, residuals: Floats, kind: str, leverage: Floats, n_parameters: int
) -> Floats:
    """Heteroskedasticity-consistent covariance (MacKinnon & White 1985).

    Parameters
    ----------
    X, residuals
        Design matrix, shape (n, k), and residuals, shape (n,).
    kind
        HC1 scales White's matrix by n / (n - K); HC2 and HC3 divide squared residuals by
        (1 - h) and (1 - h)^2.
    leverage
        Diagonal h of the full projection, fixed effects included, shape (n,).
    n_parameters
        K, fixed effects included.

    Raises
    ------
    MethodError
        With HC2 or HC3, when an observation is fitted perfectly (h = 1).
    """
    squared = residuals**2
    if kind == "HC1":
        squared = squared * (residuals.size / (residuals.size - n_parameters))
    else:
        spare = 1 - leverage
        if (spare < 1e-10).any():
            raise MethodError(
                f"Galat baku {kind} tidak terdefinisi: {int((spare < 1e-10).sum())} pengamatan "
                "dicocokkan sempurna oleh modelnya sendiri (misalnya entitas dengan satu tahun). "
                "Perbaikan: keluarkan pengamatan itu, atau pakai HC1 atau klaster."
            )
        squared = squared / spare ** (1 if kind == "HC2" else 2)
    inverse = bread(X)
    return inverse @ (X.T @ (squared[:, None] * X)) @ inverse


def count_parameters(k: int, effects: FixedEffects | None, clusters: list[Codes]) -> int:
    """Count the K of small-sample corrections from k terms (see `panel_fe`)."""
    if effects is None:
        return k
    levels = [effects.entity, effects.time]
    loose = [codes for codes in levels if not any(_nested(codes, group) for group in clusters)]
    if len(loose) == len(levels):
        return k + effects.rank
    return k + max(1, sum(int(codes.max()) + 1 for codes in loose))


def _nested(levels: Codes, groups: Codes) -> bool:
    """Tell whether each level lies in one group."""
    pairs = levels * (int(groups.max()) + 1) + groups
    return np.unique(pairs).size == int(levels.max()) + 1


def cluster_correction(n_obs: int, n_clusters: int, n_parameters: int) -> float:
    """Small-sample factor G/(G-1) * (n-1)/(n-K) of CRV1, as in Stata."""
    return n_clusters / (n_clusters - 1) * (n_obs - 1) / (n_obs - n_parameters)


def clustered(X: Floats, residuals: Floats, clusters: list[Codes], n_parameters: int) -> Floats:
    """Cluster-robust covariance CRV1, by one or two groupings.

    Two groupings combine as V(a) + V(b) - V(a and b), each with its own `cluster_correction`
    (Cameron, Gelbach & Miller 2011, section 2.2).

    Parameters
    ----------
    X, residuals
        Design matrix, shape (n, k), and residuals, shape (n,).
    clusters
        One or two arrays of codes, each of shape (n,).
    n_parameters
        K without the fixed effects that are nested in a cluster.
    """
    inverse = bread(X)
    scores = X * residuals[:, None]

    def one_way(codes: Codes) -> Floats:
        sums = group_sums(scores, codes)
        correction = cluster_correction(residuals.size, len(sums), n_parameters)
        return np.asarray(correction * inverse @ (sums.T @ sums) @ inverse)

    if len(clusters) == 1:
        return one_way(clusters[0])
    first, second = clusters
    both = np.unique(first * (second.max() + 1) + second, return_inverse=True)[1]
    return one_way(first) + one_way(second) - one_way(both)


def require_positive(covariance: Floats, remedy: str) -> None:
    """Refuse a covariance matrix that is not positive semidefinite.

    Differences of matrices (two-way clusters) and kernels in two dimensions (Conley) do not
    guarantee it.

    Raises
    ------
    MethodError
        When an eigenvalue of the correlation-scaled matrix is below zero, or a variance is.
    """
    scale = np.sqrt(np.abs(np.diag(covariance)))
    scale[scale == 0] = 1.0
    smallest = np.linalg.eigvalsh(covariance / np.outer(scale, scale)).min()
    if smallest < -1e-10:
        raise MethodError(
            "Matriks kovarians koefisien tidak semidefinit positif (nilai eigen terkecil "
            f"{smallest:.2g}), sehingga galat bakunya tidak dapat dipercaya. Perbaikan: {remedy}"
        )
