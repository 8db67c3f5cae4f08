"""Measures of targeting as ratios of weighted totals, with their derivatives by the weights.

Eligibility may be any number, not only 0 and 1: that is how an error of its measurement is put
right (see `misclassification_bounds`).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from kajian.evaluation.targeting.sample import Floats, Mask

Scale = Literal["share", "signed", "floor", "amount"]


class Quantity(NamedTuple):
    """A statistic before its error.

    Attributes
    ----------
    estimate
        Missing when no row is in the base.
    influence
        Derivatives by the weights, shape (n,).
    base
        Rows it rests on, shape (n,): those of the denominator.
    scale
        What its interval respects: 0 to 1; -1 to 1; not below zero (a statistic that is cut
        there); or above zero.
    null
        Value that it is tested against; missing when no value would mean anything.
    unit
        Factor by which a share is shown.
    """

    estimate: float
    influence: Floats
    base: Mask
    scale: Scale = "share"
    null: float = np.nan
    unit: float = 1.0


NAMES = {
    "eligible_share": "Rumah tangga yang berhak",
    "recipient_share": "Rumah tangga penerima",
    "coverage": "Cakupan",
    "exclusion_error": "Kesalahan eksklusi",
    "leakage": "Kebocoran (kesalahan inklusi)",
    "ineligible_reached": "Yang tidak berhak tetapi menerima",
    "targeting_differential": "Selisih penargetan",
    "exclusion_floor": "Kesalahan eksklusi terkecil pada besar program ini",
    "leakage_floor": "Kebocoran terkecil pada besar program ini",
    "exclusion_excess": "Kesalahan eksklusi yang dapat dihindari",
    "leakage_excess": "Kebocoran yang dapat dihindari",
    "error_at_need": "Kesalahan bila yang dipilih skor tepat sebanyak yang berhak",
    "cost_per_eligible_rp": "Biaya per rumah tangga berhak yang terjangkau",
    "leaked_rp": "Rupiah kepada yang tidak berhak",
    "rupiah_leakage": "Bagian rupiah kepada yang tidak berhak",
    "cgh": "Indeks CGH",
    "concentration": "Indeks konsentrasi manfaat",
}


def quantities(e: Floats, r: Floats, w: Floats, cost: Floats | None) -> dict[str, Quantity]:
    """Linearise the measures that need no welfare.

    Parameters
    ----------
    e, r
        Eligible and received, shape (n,).
    w
        Weights, shape (n,).
    cost
        Rupiah for each row, zero where nothing was received; shape (n,).
    """
    one = np.ones(r.size)
    short = bool(w @ r < w @ e)  # fewer recipients than eligible
    swaps = (1 - e) * r if short else e * (1 - r)  # recipients that could be replaced
    found = {
        "eligible_share": ratio(e, one, w),
        "recipient_share": ratio(r, one, w),
        **accuracy(e, r, w),
        "exclusion_error": ratio(e * (1 - r), e, w),
        "exclusion_floor": ratio(e - r, e, w)._replace(scale="floor"),
        "leakage_floor": ratio(r - e, r, w)._replace(scale="floor"),
        "exclusion_excess": ratio(swaps, e, w),
        "leakage_excess": ratio(swaps, r, w),
    }
    if cost is not None:
        found |= {
            "cost_per_eligible_rp": ratio(cost, e * r, w)._replace(scale="amount"),
            "leaked_rp": Quantity(float(w @ (cost * (1 - e))), cost * (1 - e), cost > 0, "amount"),
            "rupiah_leakage": ratio(cost * (1 - e), cost, w),
        }
    return found


def accuracy(e: Floats, r: Floats, w: Floats) -> dict[str, Quantity]:
    """Linearise the measures that groups are compared by; parameters as in `quantities`."""
    coverage, reached = ratio(e * r, e, w), ratio((1 - e) * r, 1 - e, w)
    return {
        "coverage": coverage,
        "leakage": ratio((1 - e) * r, r, w),
        "ineligible_reached": reached,
        "targeting_differential": Quantity(
            coverage.estimate - reached.estimate,
            coverage.influence - reached.influence,
            coverage.base | reached.base,
            "signed",
            0.0,
        ),
    }


def ratio(numerator: Floats, denominator: Floats, w: Floats) -> Quantity:
    """Linearise the ratio of two weighted totals (Binder 1983)."""
    base = denominator != 0
    size = float(w @ denominator)
    if not base.any() or size == 0:
        return Quantity(np.nan, np.zeros(w.size), base)
    estimate = float(w @ numerator) / size
    return Quantity(estimate, (numerator - estimate * denominator) / size, base)
