"""The difference between two parts of a population, with its error under the survey's design."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from kajian.errors import MethodError
from kajian.mapping.survey.design import SurveyDesign
from kajian.mapping.survey.linearisation import (
    Linearised,
    Measure,
    Population,
    checked,
    measured,
)


def ratio_contrast(
    numerator: ArrayLike,
    denominator: ArrayLike,
    design: SurveyDesign,
    group: ArrayLike,
    *,
    level: float = 0.95,
) -> Measure:
    """Estimate a ratio inside a group minus the same ratio outside it.

    Both come from one sample, so that what they have in common, such as clusters that hold rows of
    both, enters the error.

    Parameters
    ----------
    numerator, denominator
        Shape (n,): of persons, children or households, those concerned, and all. For a mean,
        the denominator is one.
    design
        How the sample was drawn.
    group
        Shape (n,), true for rows inside.
    level
        Of the interval.

    Returns
    -------
    Measure
        The difference, in the unit of the ratio.

    Raises
    ------
    MethodError
        When lengths differ, a number is missing, a denominator is negative, or one of the two
        parts has no denominator.

    Notes
    -----
    Linearisation of a difference of ratios: Woodruff (1971), A simple method for approximating the
    variance of a complicated estimate, JASA 66, 411-414.
    """
    n = design.weights.size
    y, x = checked(numerator, n, "pembilang"), checked(denominator, n, "penyebut", least=0)
    inside = np.asarray(group)
    if inside.shape != (n,) or inside.dtype != bool:
        raise MethodError(
            f"Kelompok berbentuk {inside.shape} {inside.dtype}, bukan {n} benar/salah. Perbaikan: "
            "buat dari kolom tabel yang sama, mis. dengan isin([...])."
        )
    w = design.weights
    found, influence = 0.0, np.zeros(n)
    for part, sign, name in ((inside, 1, "di dalam"), (~inside, -1, "di luar")):
        size = (w * x)[part].sum()
        if size == 0:
            raise MethodError(
                f"Penyebut {name} kelompok nol. Perbaikan: pilih kelompok yang ada dalam sampel."
            )
        ratio = (w * y)[part].sum() / size
        found += sign * ratio
        influence += sign * part * (y - ratio * x) / size
    sample = Population(weights=w, design=design)
    return measured("contrast", "Selisih", Linearised(float(found), influence), sample, level)
