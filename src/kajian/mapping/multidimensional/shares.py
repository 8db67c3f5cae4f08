"""Choices of a counting measure, checked: weights that sum to one, and the poverty cutoff."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kajian.errors import MethodError

ROUNDING = 1e-9
LEVELS = ["dimension", "code"]


def checked_cutoff(k: float) -> None:
    """Refuse a cutoff outside 0-1."""
    if not 0 < k <= 1:
        raise MethodError(
            f"Batas k = {k} di luar 0-1. Perbaikan: isi bagian bobot, misalnya 0.5 untuk dua dari "
            "empat indikator berbobot sama."
        )


def checked_shares(
    weights: ArrayLike | pd.Series, deprivations: ArrayLike | pd.DataFrame, d: int
) -> pd.Series:
    """Check weights and put them in the order of the indicators.

    Parameters
    ----------
    weights, deprivations
        As in `kajian.mapping.multidimensional.alkire_foster.alkire_foster`.
    d
        Indicators.

    Returns
    -------
    Series
        Shape (d,), indexed by dimension and code; each indicator is its own dimension where
        `weights` has no level ``dimension``.

    Raises
    ------
    MethodError
        Codes that differ from the columns of `deprivations`, another number of weights than of
        indicators, weights that are not positive or do not sum to 1 within 1e-9.
    """
    columns = deprivations.columns if isinstance(deprivations, pd.DataFrame) else None
    shares = _labelled(weights, columns)
    values = shares.to_numpy(dtype=float)
    if values.shape != (d,):
        raise MethodError(
            f"Ada {values.size} bobot untuk {d} indikator. Perbaikan: satu bobot per indikator."
        )
    if not (np.isfinite(values) & (values > 0)).all():
        codes = shares.index.get_level_values("code")[~(np.isfinite(values) & (values > 0))]
        raise MethodError(
            f"Bobot indikator {', '.join(map(str, codes))} kosong, nol, atau negatif. "
            "Perbaikan: isi bobot lebih dari nol atau hapus indikatornya."
        )
    if abs(values.sum() - 1) > ROUNDING:
        raise MethodError(
            f"Jumlah bobot {values.sum():.10g}, bukan 1. Perbaikan: bagi setiap bobot dengan "
            "jumlahnya, atau pakai nested_weights."
        )
    return shares.astype(float)


def _labelled(weights: ArrayLike | pd.Series, columns: pd.Index | None) -> pd.Series:
    """Index the weights by dimension and code, in the order of the columns where there are any."""
    if not isinstance(weights, pd.Series):
        values = np.asarray(weights, dtype=float).ravel()
        matched = columns is not None and len(columns) == values.size
        codes: Any = columns if matched else pd.Index(range(1, values.size + 1)).astype(str)
        return pd.Series(values, index=pd.MultiIndex.from_arrays([codes, codes], names=LEVELS))
    nested = "dimension" in weights.index.names
    codes = weights.index.get_level_values("code") if nested else weights.index
    dimensions = weights.index.get_level_values("dimension") if nested else codes
    shares = pd.Series(
        weights.to_numpy(), index=pd.MultiIndex.from_arrays([dimensions, codes], names=LEVELS)
    )
    if columns is None:
        return shares
    place = pd.Index(codes)
    if not place.is_unique or set(place) != set(columns) or len(place) != len(columns):
        differ = sorted(map(str, set(place) ^ set(columns)))
        raise MethodError(
            f"Kode bobot dan kolom deprivasi tidak sama (berbeda atau berulang: "
            f"{', '.join(differ[:5]) or 'kode berulang'}). Perbaikan: ambil keduanya dari tabel "
            "indikator yang sama."
        )
    ordered: pd.Series = shares.iloc[place.get_indexer(columns)]
    return ordered
