"""Inequality between districts in one year, each district counting once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kajian.errors import MethodError


@dataclass(frozen=True, slots=True, eq=False)
class Dispersion:
    """Unweighted dispersion of n positive values; moments divide by n.

    Attributes
    ----------
    cv
        Standard deviation over mean.
    log_variance
        Variance of natural logarithms.
    max_min_ratio
        Largest over smallest value.
    theil
        Theil's T, ``mean((x / m) ln(x / m))`` with m the mean.
    gini
        Half the mean absolute difference over all n^2 pairs, relative to the mean.
    """

    n: int
    cv: float
    log_variance: float
    max_min_ratio: float
    theil: float
    gini: float

    def tidy(self) -> pd.DataFrame:
        """Return one row per measure; the units are the whole population, so no errors."""
        names = ["cv", "log_variance", "max_min_ratio", "theil", "gini"]
        columns = ["term", "estimate", "std_error", "p_value", "conf_low", "conf_high"]
        rows = [(name, getattr(self, name), *[np.nan] * 4) for name in names]
        return pd.DataFrame(rows, columns=columns)

    def __str__(self) -> str:
        return (
            f"Ketimpangan antarwilayah (n = {self.n}, tanpa penimbang): "
            f"koefisien variasi {self.cv:.3f}, ragam log {self.log_variance:.4f}, "
            f"maks/min {self.max_min_ratio:.2f}, Theil {self.theil:.4f}, Gini {self.gini:.4f}"
        )


def dispersion(values: ArrayLike) -> Dispersion:
    """Measure how unequal areas are, each area counting once.

    Parameters
    ----------
    values
        Shape (n,), positive, any unit of measure.

    Returns
    -------
    Dispersion

    Raises
    ------
    MethodError
        Fewer than two values, or a value that is missing, zero or negative.

    Notes
    -----
    Theil (1967), Economics and Information Theory, ch. 4; Gini by the ordered sum of Sen (1973),
    On Economic Inequality, ch. 2.
    """
    x = np.asarray(values, dtype=float)
    if x.ndim != 1 or x.size < 2:
        raise MethodError("Ketimpangan memerlukan sedikitnya dua wilayah. Perbaikan: tambah unit.")
    if not np.all(np.isfinite(x) & (x > 0)):
        raise MethodError(
            f"{int((~(np.isfinite(x) & (x > 0))).sum())} nilai kosong, nol, atau negatif; ukuran "
            "berbasis logaritma memerlukan nilai positif. Perbaikan: periksa kolom dan tahunnya."
        )
    share = x / x.mean()
    order = 2 * np.arange(1, x.size + 1) - x.size - 1
    return Dispersion(
        n=x.size,
        cv=float(share.std()),
        log_variance=float(np.log(x).var()),
        max_min_ratio=float(x.max() / x.min()),
        theil=float((share * np.log(share)).mean()),
        gini=float((order * np.sort(share)).sum() / x.size**2),
    )
