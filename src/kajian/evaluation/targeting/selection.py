"""Whom a score would have selected, at the size that a programme has."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kajian.errors import MethodError
from kajian.evaluation.targeting.sample import Mask, numbers, truths


def selected_by_score(
    score: ArrayLike | pd.Series, suited: ArrayLike, size: int, *, rng: np.random.Generator
) -> Mask:
    """Select as many households as a programme has, those with the lowest score.

    The comparison of two ways to select at one coverage: errors of programmes that differ in size
    are otherwise mechanical (Coady, Grosh and Hoddinott 2004). Equal scores, such as deciles, are
    drawn by lot.

    Parameters
    ----------
    score
        Shape (n,), lowest first.
    suited
        Who could be selected at all, shape (n,).
    size
        Households to select.
    rng
        Source of the lot.

    Returns
    -------
    ndarray of bool, shape (n,)

    Raises
    ------
    MethodError
        A missing score, or more households to select than there are suited.
    """
    able = truths(suited, None, "suited")
    values = numbers(score, able.size, "skor")
    if not 0 < size <= able.sum():
        raise MethodError(
            f"{size} rumah tangga tidak dapat dipilih dari {int(able.sum())} yang memenuhi syarat. "
            "Perbaikan: periksa syarat program, atau banyaknya penerima."
        )
    order = np.lexsort([rng.random(able.size), values, ~able])
    chosen = np.zeros(able.size, dtype=np.bool_)
    chosen[order[:size]] = True
    return chosen
