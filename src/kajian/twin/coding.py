"""Two coders who find most themes, and how far they can be expected to agree."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

from kajian.twin.draws import Flags, Floats, Integers
from kajian.twin.talks import Interviews


def name_themes(
    first: Integers, present: Flags, accuracy: float, rng: np.random.Generator
) -> Flags:
    """Draw the themes that a coder names.

    He takes another theme, each with the same chance, for the main one, or overlooks a further
    one, each where he is not accurate.

    Parameters
    ----------
    first
        Main theme of each segment, shape (n,).
    present
        Whether a segment has a theme, the main one among them, shape (n, themes).
    accuracy
        Chance that he is right, for each theme by itself.
    """
    n, themes = present.shape
    other = (first + rng.integers(1, themes, n)) % themes
    named = present & (rng.random(present.shape) < accuracy)
    named[np.arange(n), first] = False
    named[np.arange(n), np.where(rng.random(n) < accuracy, first, other)] = True
    return named


def expected_agreement(themes: pd.DataFrame, model: Interviews) -> tuple[float, float]:
    """Give the agreement that is to be expected of the coders.

    Every outcome of both coders is gone through, so this is exact but for the correction of alpha
    for few segments.

    Parameters
    ----------
    themes
        The true themes of the segments, as `kajian.twin.interviews.Talks` has them.

    Returns
    -------
    tuple
        Probability that both name the same set of themes, and Krippendorff's alpha of the sets
        with the distance MASI (Passonneau 2006, LREC).
    """
    segment, theme = (pd.factorize(themes[name])[0] for name in ("id_segmen", "tema"))
    present = np.zeros((segment.max() + 1, model.tema), dtype=bool)
    present[segment, theme] = True
    main = themes["utama"].to_numpy() == 1
    first = np.zeros(len(present), dtype=np.int64)
    first[segment[main]] = theme[main]
    kinds, count = np.unique(np.column_stack([first, present]), axis=0, return_counts=True)
    share = count / count.sum()
    chances = np.stack(
        [
            [_outcomes(kind[0], kind[1:].astype(bool), accuracy) for kind in kinds]
            for accuracy in (model.ketepatan_a, model.ketepatan_b)
        ]
    )
    possible = np.flatnonzero(chances.any(axis=(0, 1)))
    a, b = chances[:, :, possible]
    distance = _masi(possible, present.shape[1])
    observed = share @ (a @ distance * b).sum(axis=1)
    named = share @ (a + b) / 2
    return float(share @ (a * b).sum(axis=1)), float(1 - observed / (named @ distance @ named))


def _outcomes(first: int, present: Flags, accuracy: float) -> Floats:
    """Give the chance of each set of themes that a coder may name, by its binary number."""
    themes = len(present)
    main = np.full(themes, (1 - accuracy) / (themes - 1))
    main[first] = accuracy
    chances = np.zeros(2**themes)
    further = [theme for theme in np.flatnonzero(present) if theme != first]
    for found in product((False, True), repeat=len(further)):
        chance = np.prod([accuracy if each else 1 - accuracy for each in found])
        members = sum(2**theme for theme, each in zip(further, found, strict=True) if each)
        np.add.at(chances, members | 2 ** np.arange(themes), chance * main)
    return chances


def _masi(numbers: Integers, themes: int) -> Floats:
    """Distance of every two sets, given by their binary numbers."""
    member = (numbers[:, None] >> np.arange(themes) & 1).astype(float)
    size, shared = member.sum(axis=1), member @ member.T
    union = np.add.outer(size, size) - shared
    inside = shared == np.minimum.outer(size, size)
    weight = np.select([shared == union, shared == 0, inside], [1.0, 0.0, 2 / 3], 1 / 3)
    return np.asarray(1 - weight * shared / union)
