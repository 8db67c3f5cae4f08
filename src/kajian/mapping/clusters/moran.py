"""Global Moran's I with permutation inference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.sparse import csr_array
from scipy.special import ndtr

from kajian.errors import MethodError
from kajian.mapping.clusters.permutation import (
    SIDES,
    Alternative,
    Floats,
    check_test,
    chunks,
    count_extreme,
    prepared,
)


@dataclass(frozen=True, slots=True, eq=False)
class Moran:
    """Global Moran's I.

    Attributes
    ----------
    statistic, expected
        I and its expectation without spatial association, ``-1 / (n - 1)``.
    variance_normal, variance_random
        Variance when the values are draws from a normal distribution, and when the observed
        values are assigned to places at random.
    z_normal, z_random
        ``(statistic - expected) / sqrt(variance)``.
    p_normal, p_random
        Normal-theory p-values of the two z, for `alternative`.
    p_value
        Permutation p-value for `alternative`. Two-sided is
        ``(1 + #{|I* - expected| >= |I - expected|}) / (1 + permutations)``.
    draws_mean, draws_sd
        Mean and standard deviation of the permutation draws (not stored themselves).
    n, islands
        Units, and units among them without a neighbour (they count in n, as in esda).
    """

    statistic: float
    expected: float
    variance_normal: float
    variance_random: float
    z_normal: float
    z_random: float
    p_normal: float
    p_random: float
    p_value: float
    draws_mean: float
    draws_sd: float
    permutations: int
    alternative: Alternative
    n: int
    islands: int

    def tidy(self) -> pd.DataFrame:
        """Return one row; a permutation test gives no interval, so the limits are missing."""
        return pd.DataFrame(
            {
                "term": ["moran_i"],
                "estimate": [self.statistic],
                "std_error": [np.sqrt(self.variance_random)],
                "p_value": [self.p_value],
                "conf_low": [np.nan],
                "conf_high": [np.nan],
            }
        )

    def __str__(self) -> str:
        return (
            f"Moran I = {self.statistic:.4f} (harapan {self.expected:.4f}, "
            f"z = {self.z_random:.2f}), p = {self.p_value:.5f} dari "
            f"{self.permutations} permutasi ({SIDES[self.alternative]}), n = {self.n}"
        )


def moran(
    values: ArrayLike,
    W: csr_array,
    *,
    permutations: int = 99_999,
    rng: np.random.Generator,
    alternative: Alternative = "two-sided",
) -> Moran:
    """Compute Moran's I and test it against values shuffled over the places.

    Parameters
    ----------
    values
        Shape (n,), any unit of measure, in the order of the rows of `W`.
    W
        Spatial weights, shape (n, n), zero diagonal, any standardisation; may be asymmetric.
    permutations
        Number of random permutations; the smallest possible p is ``1 / (permutations + 1)``.
    rng
        Source of randomness.
    alternative
        ``"two-sided"``: distance from the expectation in either direction; ``"greater"``: like
        next to like; ``"less"``: like next to unlike.

    Returns
    -------
    Moran

    Raises
    ------
    MethodError
        Missing or constant values, fewer than four units, weights of another shape, with negative
        or missing entries or a diagonal, or without any neighbour.

    Notes
    -----
    Cliff and Ord (1981), Spatial Processes, ch. 1-2, for I and both variances.
    """
    z, W = prepared(values, W)
    check_test(permutations, alternative)
    n, s0 = z.size, W.sum()
    statistic = n / s0 * (z @ (W @ z)) / (z @ z)
    expected = -1 / (n - 1)
    variance_normal, variance_random = _variances(z, W)
    z_normal, z_random = (
        (statistic - expected) / np.sqrt(variance) if variance > 0 else np.nan
        for variance in (variance_normal, variance_random)
    )

    scale = n / s0 / (z @ z)
    extreme, total, squares = 0, 0.0, 0.0
    for rows in chunks(permutations, n):
        shuffled = rng.permuted(np.broadcast_to(z, (rows, n)), axis=1)
        deviation = scale * np.einsum("ri,ir->r", shuffled, W @ shuffled.T) - expected
        extreme += count_extreme(deviation, statistic - expected, alternative)
        total += deviation.sum()
        squares += deviation @ deviation
    mean = total / permutations
    return Moran(
        statistic=float(statistic),
        expected=expected,
        variance_normal=variance_normal,
        variance_random=variance_random,
        z_normal=float(z_normal),
        z_random=float(z_random),
        p_normal=_normal_p(z_normal, alternative),
        p_random=_normal_p(z_random, alternative),
        p_value=(1 + extreme) / (1 + permutations),
        draws_mean=float(mean + expected),
        draws_sd=float(np.sqrt(max(squares / permutations - mean**2, 0.0))),
        permutations=permutations,
        alternative=alternative,
        n=n,
        islands=int((np.diff(W.indptr) == 0).sum()),
    )


def moran_table(
    values: ArrayLike,
    weights: Mapping[str, csr_array],
    *,
    permutations: int = 99_999,
    rng: np.random.Generator,
    alternative: Alternative = "two-sided",
) -> pd.DataFrame:
    """Compute Moran's I under several weights, to show how much the choice matters.

    Parameters
    ----------
    values
        Shape (n,).
    weights
        Name of each choice and its weights, as for `moran`.
    permutations, rng, alternative
        As for `moran`.

    Returns
    -------
    DataFrame
        One row per choice: term, estimate, std_error, p_value, conf_low, conf_high (as
        `Moran.tidy`), expected, z, neighbours_mean, islands.

    Raises
    ------
    MethodError
        As for `moran`, or when `weights` is empty.
    """
    if not weights:
        raise MethodError(
            "Tabel Moran memerlukan sedikitnya satu matriks bobot. "
            "Perbaikan: isi `weights` dengan nama dan matriksnya."
        )
    rows = []
    for name, W in weights.items():
        result = moran(values, W, permutations=permutations, rng=rng, alternative=alternative)
        rows.append(
            result.tidy().assign(
                term=name,
                expected=result.expected,
                z=result.z_random,
                neighbours_mean=csr_array(W).count_nonzero() / result.n,
                islands=result.islands,
            )
        )
    return pd.concat(rows, ignore_index=True)


def _variances(z: Floats, W: csr_array) -> tuple[float, float]:
    """Variance of I under normality and under randomisation."""
    n, s0 = z.size, W.sum()
    s1 = ((W + W.T).power(2)).sum() / 2
    s2 = ((W.sum(axis=0) + W.sum(axis=1)) ** 2).sum()
    square = 1 / (n - 1) ** 2
    kurtosis = n * (z**4).sum() / (z @ z) ** 2
    normal = (n**2 * s1 - n * s2 + 3 * s0**2) / ((n**2 - 1) * s0**2) - square
    random = (
        n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2)
        - kurtosis * ((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2)
    ) / ((n - 1) * (n - 2) * (n - 3) * s0**2) - square
    return float(normal), float(random)


def _normal_p(z: float, alternative: Alternative) -> float:
    """P-value of a standard normal z."""
    if alternative == "two-sided":
        return float(2 * ndtr(-abs(z)))
    return float(ndtr(-z) if alternative == "greater" else ndtr(z))
