"""Rates from small counts, drawn towards what all areas, or the neighbours, say together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, eye_array, vstack

from kajian.errors import MethodError
from kajian.language import format_number

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SmoothedRates:
    """Empirical-Bayes rates, events per person at risk; arrays have shape (n,).

    Attributes
    ----------
    units
        Labels of the units.
    raw, rate
        Events over population, and the smoothed rate.
    reference
        The rate towards which each unit is drawn.
    shrinkage
        Weight of the unit's own rate, 0 to 1: 0 where the rates of the reference differ by no
        more than chance.
    std_error
        Root of the posterior variance ``A (1 - shrinkage)`` plus the variance of the reference,
        with A the variance between the true rates. It takes A as known, and is too small where A
        came out as zero.
    standardised
        Raw rates less their mean, over the standard deviation that counts of their population
        would have: what to test for spatial association instead of raw rates.
    local
        Whether the reference is a unit with its neighbours.
    """

    units: pd.Index
    raw: Floats
    rate: Floats
    reference: Floats
    shrinkage: Floats
    std_error: Floats
    standardised: Floats
    local: bool

    def tidy(self) -> pd.DataFrame:
        """Return one row per unit: unit, raw, rate, std_error, reference, shrinkage."""
        return pd.DataFrame(
            {
                "unit": self.units,
                "raw": self.raw,
                "rate": self.rate,
                "std_error": self.std_error,
                "reference": self.reference,
                "shrinkage": self.shrinkage,
            }
        )

    def __str__(self) -> str:
        per = 1_000
        low, high = per * self.raw.min(), per * self.raw.max()
        return (
            f"Angka {len(self.units)} wilayah dihaluskan ke arah "
            f"{'tetangganya' if self.local else 'rata-rata semua'}: per 1.000 semula "
            f"{format_number(low, 1)}–{format_number(high, 1)}, kini "
            f"{format_number(per * self.rate.min(), 1)}–{format_number(per * self.rate.max(), 1)}; "
            f"bobot data sendiri (median) {format_number(float(np.median(self.shrinkage)), 2)}"
        )


def empirical_bayes(
    events: ArrayLike | pd.Series, population: ArrayLike | pd.Series, W: csr_array | None = None
) -> SmoothedRates:
    """Smooth rates of rare events.

    Parameters
    ----------
    events
        Shape (n,), counts, zero or more; the index of a Series labels the units.
    population
        Shape (n,), persons at risk, positive; a Series has the labels of `events` in their order.
    W
        Neighbours, shape (n, n); without it all units are the reference. Only who is a neighbour
        counts, not the weight. All units are also the reference of a unit without neighbour, and
        of one around which nothing happened: such a reference cannot tell what is chance.

    Returns
    -------
    SmoothedRates

    Raises
    ------
    MethodError
        When lengths or labels differ, a number is missing or negative, a population is zero, there
        are more events than persons, or there is no event at all.

    Notes
    -----
    Marshall (1991), Applied Statistics 40(2), 283-294, global and local estimator by moments.
    Standardised rates: Assunção and Reis (1999), Statistics in Medicine 18, 2147-2162.
    """
    units = events.index if isinstance(events, pd.Series) else pd.RangeIndex(np.size(events))
    count, persons = _checked(events, population)
    n = count.size
    if W is not None and W.shape != (n, n):
        raise MethodError(
            f"Matriks tetangga berukuran {W.shape}, sedangkan wilayah ada {n}. Perbaikan: susun "
            "keduanya dari tabel yang sama."
        )
    raw = count / persons
    members: csr_array = csr_array(np.ones((1, n)))  # of each reference; the last one is all units
    if W is not None:
        members = csr_array(vstack([W + eye_array(n), members]))
        members.data = np.ones(members.data.size)
    total: Floats = members @ persons
    size = np.asarray(members.sum(axis=1), dtype=float)
    rate = members @ count / total
    # Squares about each reference's own rate, weighted by population.
    squares = members @ (persons * raw**2) - 2 * rate * (members @ count) + rate**2 * total
    between = np.maximum(squares / total - rate / (total / size), 0.0)
    of = np.full(n, -1)
    if W is not None:
        of = np.where((size[:-1] > 1) & (rate[:-1] > 0), np.arange(n), -1)
    reference, A = rate[of], between[of]
    chance = reference / persons
    shrinkage = A / (A + chance)
    overall = rate[-1]
    spread = (persons * (raw - overall) ** 2).sum() / persons.sum() - overall / persons.mean()
    variance = spread + overall / persons
    variance = np.where(variance > 0, variance, overall / persons)
    return SmoothedRates(
        units=units,
        raw=raw,
        rate=reference + shrinkage * (raw - reference),
        reference=reference,
        shrinkage=shrinkage,
        std_error=np.sqrt(A * (1 - shrinkage) + (rate / total)[of]),
        standardised=(raw - overall) / np.sqrt(variance),
        local=W is not None,
    )


def _checked(
    events: ArrayLike | pd.Series, population: ArrayLike | pd.Series
) -> tuple[Floats, Floats]:
    count, persons = np.asarray(events, dtype=float), np.asarray(population, dtype=float)
    if count.ndim != 1 or count.shape != persons.shape or count.size < 2:
        raise MethodError(
            f"Kejadian ({count.size}) dan penduduk ({persons.size}) tidak sama panjang atau kurang "
            "dari dua wilayah. Perbaikan: ambil keduanya dari tabel yang sama."
        )
    if (
        isinstance(events, pd.Series)
        and isinstance(population, pd.Series)
        and not events.index.equals(population.index)
    ):
        raise MethodError(
            "Label kejadian dan penduduk berbeda atau urutannya lain. Perbaikan: ambil keduanya "
            "dari tabel yang sama."
        )
    if wrong := int((~(np.isfinite(persons) & (persons > 0))).sum()):
        raise MethodError(
            f"{wrong} wilayah berpenduduk kosong, nol, atau negatif. Perbaikan: keluarkan wilayah "
            "tanpa penduduk yang dapat terkena."
        )
    if wrong := int((~((count >= 0) & (count <= persons))).sum()):
        raise MethodError(
            f"{wrong} wilayah punya kejadian yang kosong, negatif, atau melebihi penduduknya. "
            "Perbaikan: periksa kedua kolomnya."
        )
    if not count.any():
        raise MethodError("Tidak ada satu kejadian pun. Perbaikan: periksa kategorinya.")
    return count, persons
