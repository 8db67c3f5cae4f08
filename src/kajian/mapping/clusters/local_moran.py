"""Local Moran statistics with conditional permutation and a false discovery rate."""

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
class LocalMoran:
    """Local Moran statistics, one per unit; arrays have shape (n,).

    Attributes
    ----------
    units
        Labels of the units.
    statistic
        ``I_i = n z_i sum_j w_ij z_j / sum_j z_j^2`` with z the deviation from the mean: the
        scaling by n of Anselin (1995) and R's spdep (esda scales by n - 1). Its sum over units,
        divided by the sum of all weights, is the global I.
    z, lag
        Standardised values and the weighted sum of the neighbours' standardised values: the axes
        of the Moran scatter plot.
    p_value
        Two-sided conditional permutation p; missing for units without a neighbour.
    q_value
        Benjamini-Hochberg adjusted p.
    quadrant
        ``HH``, ``LL``, ``HL``, ``LH`` (own value, then neighbours'); empty without a neighbour.
    significant
        ``q_value <= fdr``.
    permutations, fdr
        The choices made. No p is below ``1 / (1 + permutations)``: with few permutations and many
        units nothing can pass the correction.
    """

    units: pd.Index
    statistic: Floats
    z: Floats
    lag: Floats
    p_value: Floats
    q_value: Floats
    quadrant: NDArray[np.str_]
    significant: NDArray[np.bool_]
    permutations: int
    fdr: float

    @property
    def naive(self) -> int:
        """Units that a map without correction would mark: ``p_value <= fdr``."""
        return int((self.p_value <= self.fdr).sum())

    def tidy(self) -> pd.DataFrame:
        """Return one row per unit: unit, I, z, lag, p_value, q_value, quadrant, significant."""
        return pd.DataFrame(
            {
                "unit": self.units,
                "I": self.statistic,
                "z": self.z,
                "lag": self.lag,
                "p_value": self.p_value,
                "q_value": self.q_value,
                "quadrant": self.quadrant,
                "significant": self.significant,
            }
        )

    def __str__(self) -> str:
        found = pd.Series(self.quadrant[self.significant]).value_counts()
        parts = ", ".join(f"{name} {found.get(name, 0)}" for name in ("HH", "LL", "HL", "LH"))
        return (
            f"Moran lokal: {int(self.significant.sum())} dari {len(self.units)} unit bermakna "
            f"pada FDR {self.fdr:g} ({parts}), {self.naive} tanpa koreksi; "
            f"{self.permutations} permutasi"
        )


def local_moran(
    values: ArrayLike | pd.Series,
    W: csr_array,
    *,
    permutations: int = 99_999,
    rng: np.random.Generator,
    fdr: float = 0.05,
) -> LocalMoran:
    """Compute local Moran statistics with conditional permutation and a false discovery rate.

    The value of unit i is held; its neighbours are drawn without replacement from the other
    n - 1 values. With ``E_i`` the exact mean of ``I_i`` over these draws,
    ``p_i = (1 + #{|I_i* - E_i| >= |I_i - E_i|}) / (1 + permutations)``. Draws are shared between
    units: each p is valid by itself, and the p of different units are dependent.

    Parameters
    ----------
    values
        Shape (n,), in the order of the rows of `W`; the index of a Series labels the units.
    W
        Spatial weights, shape (n, n), zero diagonal, usually row-standardised.
    permutations
        Number of conditional permutations.
    rng
        Source of randomness.
    fdr
        False discovery rate at which a unit is called significant.

    Returns
    -------
    LocalMoran

    Raises
    ------
    MethodError
        As for `moran`.

    Notes
    -----
    Anselin (1995), Geographical Analysis 27(2), on the local Moran and conditional randomisation;
    Benjamini-Hochberg on local statistics: Caldas de Castro and Singer (2006), same journal 38(2).
    """
    units = values.index if isinstance(values, pd.Series) else pd.RangeIndex(np.size(values))
    z, W = prepared(values, W)
    check_test(permutations, "two-sided")
    if not 0 < fdr < 1:
        raise MethodError(f"FDR {fdr} di luar 0-1. Perbaikan: isi misalnya 0.05.")
    n = z.size
    z = z / np.sqrt(np.square(z).sum() / n)  # BLAS would add up in an order that threads decide
    lag = W @ z
    neighbours = np.diff(W.indptr)
    extreme = extreme_sums(z, W, permutations, rng)
    extreme[(z == 0) & (neighbours > 0)] = permutations  # whoever its neighbours are, I_i is 0

    connected = neighbours > 0
    p_value, q_value = adjusted_p_values(extreme, connected, permutations)
    own, around = np.where(z > 0, "H", "L"), np.where(lag > 0, "H", "L")
    return LocalMoran(
        units=units,
        statistic=z * lag,
        z=z,
        lag=lag,
        p_value=p_value,
        q_value=q_value,
        quadrant=np.where(connected, np.char.add(own, around), ""),
        significant=q_value <= fdr,
        permutations=permutations,
        fdr=fdr,
    )
