"""The variance of sums over clusters that were drawn within strata."""

from __future__ import annotations

import numpy as np

from kajian.linear.fixed_effects import Codes, Floats


def stratified_variance(scores: Floats, stratum: Codes, sizes: Codes | None = None) -> Floats:
    """Variance of sums over clusters, drawn within strata as if with replacement.

    A stratum of m clusters adds m / (m - 1) times their squared deviations from its mean. A stratum
    with one cluster adds its squared deviation from the mean of all clusters, which is cautious.

    Parameters
    ----------
    scores
        Sum of each cluster, weights already in it, shape (C, k).
    stratum
        Codes 0 to H - 1, shape (C,).
    sizes
        Clusters drawn in each stratum, shape (H,), at least 1: those without a row in `scores`
        count with zero. Without it, every cluster has a row.

    Returns
    -------
    Floats
        Shape (k,), in squared units of the scores.

    Notes
    -----
    Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling.
    """
    sizes = np.bincount(stratum) if sizes is None else sizes
    sums = np.zeros((sizes.size, scores.shape[1]))
    np.add.at(sums, stratum, scores)
    alone = sizes == 1
    centre = np.where(alone[:, None], sums.sum(axis=0) / sizes.sum(), sums / sizes[:, None])
    factor = np.where(alone, 1.0, sizes / np.maximum(sizes - 1, 1))
    absent = sizes - np.bincount(stratum, minlength=sizes.size)
    present = factor[stratum] @ (scores - centre[stratum]) ** 2
    return np.asarray(present + (factor * absent) @ centre**2)
