"""Getis-Ord statistics: where high or low values gather, with a false discovery rate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from kajian.errors import MethodError
from kajian.mapping.clusters.conditional import extreme_sums
from kajian.mapping.clusters.fdr import adjusted_p_values
from kajian.mapping.clusters.permutation import Floats, check_test, prepared


@dataclass(frozen=True, slots=True, eq=False)
class GetisOrd:
    """Getis-Ord statistics, one per unit; arrays have shape (n,).

    Attributes
    ----------
    units
        Labels of the units.
    statistic
        Standardised G_i, or G_i* when `star`: above zero where high values gather. G_i is 0 where
        all other values are the same.
    p_value
        Two-sided conditional permutation p; missing for units without a neighbour.
    q_value
        Benjamini-Hochberg adjusted p.
    kind
        ``panas`` (high values around) or ``dingin``; empty without a neighbour. Also empty where
        the unit's own value turns the sign of G_i* against that of its neighbours: an outlier.
    significant
        ``q_value <= fdr`` and of a kind.
    star
        Whether a unit counts among its own neighbours.
    permutations, fdr
        The choices made.
    """

    units: pd.Index
    statistic: Floats
    p_value: Floats
    q_value: Floats
    kind: NDArray[np.str_]
    significant: NDArray[np.bool_]
    star: bool
    permutations: int
    fdr: float

    @property
    def naive(self) -> int:
        """Units that a map without correction would mark: ``p_value <= fdr`` and of a kind."""
        return int(((self.p_value <= self.fdr) & (self.kind != "")).sum())

    def tidy(self) -> pd.DataFrame:
        """Return one row per unit: unit, G, p_value, q_value, kind, significant."""
        return pd.DataFrame(
            {
                "unit": self.units,
                "G": self.statistic,
                "p_value": self.p_value,
                "q_value": self.q_value,
                "kind": self.kind,
                "significant": self.significant,
            }
        )

    def __str__(self) -> str:
        found = pd.Series(self.kind[self.significant]).value_counts()
        name = "G*" if self.star else "G"
        return (
            f"Getis-Ord {name}: {int(self.significant.sum())} dari {len(self.units)} unit bermakna "
            f"pada FDR {self.fdr:g} (panas {found.get('panas', 0)}, dingin "
            f"{found.get('dingin', 0)}), {self.naive} tanpa koreksi; {self.permutations} permutasi"
        )


def getis_ord(
    values: ArrayLike | pd.Series,
    W: csr_array,
    *,
    star: bool = False,
    permutations: int = 99_999,
    rng: np.random.Generator,
    fdr: float = 0.05,
) -> GetisOrd:
    """Compute standardised Getis-Ord statistics with conditional permutation.

    Parameters
    ----------
    values
        Shape (n,), in the order of the rows of `W`; the index of a Series labels the units. Any
        numbers: the standardised statistic does not change with origin or scale, but for its sign
        when the scale turns.
    W
        Spatial weights, shape (n, n), zero diagonal.
    star
        Whether a unit counts among its own neighbours, with the largest weight of its row.
    permutations
        Number of conditional permutations.
    rng
        Source of randomness.
    fdr
        False discovery rate at which a unit is called significant.

    Returns
    -------
    GetisOrd

    Raises
    ------
    MethodError
        As for `moran`; also when a unit has all others as neighbours with equal weights.

    Notes
    -----
    Ord and Getis (1995), Geographical Analysis 27(4), equations 14 (G_i) and 15 (G_i*); spdep's
    ``localG``. A unit's own value is fixed in the conditional permutation, so that G and G* have
    the same p; it is also that of the local Moran statistic.
    """
    units = values.index if isinstance(values, pd.Series) else pd.RangeIndex(np.size(values))
    z, W = prepared(values, W)
    check_test(permutations, "two-sided")
    if not 0 < fdr < 1:
        raise MethodError(f"FDR {fdr} di luar 0-1. Perbaikan: isi misalnya 0.05.")
    connected = np.diff(W.indptr) > 0
    statistic = _standardised(z, W, star, connected)
    p_value, q_value = adjusted_p_values(
        extreme_sums(z, W, permutations, rng), connected, permutations
    )
    around = np.sign(W @ z + z * W.sum(axis=1) / (z.size - 1))  # of the sum, against its mean
    agree = np.where(np.sign(statistic) == around, around, 0)
    kind = np.select([agree > 0, agree < 0], ["panas", "dingin"], "")
    return GetisOrd(
        units=units,
        statistic=statistic,
        p_value=p_value,
        q_value=q_value,
        kind=kind,
        significant=(q_value <= fdr) & (kind != ""),
        star=star,
        permutations=permutations,
        fdr=fdr,
    )


def _standardised(z: Floats, W: csr_array, star: bool, connected: NDArray[np.bool_]) -> Floats:
    """G in standard deviations from its mean under random places; missing without a neighbour."""
    n, total = z.size, float(np.square(z).sum())  # BLAS adds up in an order that threads decide
    sums, weight, squares = W @ z, W.sum(axis=1), W.power(2).sum(axis=1)
    if star:
        own = np.asarray(W.max(axis=1).todense()).ravel()
        sums, weight, squares = sums + own * z, weight + own, squares + own**2
        mean, variance, count = np.zeros(n), np.full(n, total / n), n
    else:
        mean = -z / (n - 1)
        variance = (total - z**2) / (n - 1) - mean**2
        count = n - 1
    spread = variance * (count * squares - weight**2) / (count - 1)
    certain = variance <= 1e-12 * total / n  # all others have the same value
    flat = connected & ~certain & ~(spread > 1e-12 * variance * squares)
    if flat.any():
        raise MethodError(
            f"{int(flat.sum())} unit bertetangga dengan semua unit lain secara setara, sehingga "
            "Getis-Ord tidak terdefinisi. Perbaikan: perkecil jarak atau banyaknya tetangga."
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        deviate = np.where(certain, 0.0, (sums - weight * mean) / np.sqrt(spread))
        return np.where(connected, deviate, np.nan)
