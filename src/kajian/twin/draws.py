"""Random draws that several parts of the model share."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit

from kajian.twin.items import Item

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


def choose(item: Item, shift: ArrayLike, rng: np.random.Generator) -> Integers:
    """Draw the position of an option for each latent shift (logits): an ordered logit."""
    cuts = logit(np.cumsum(item.pangsa)[:-1])
    latent = np.asarray(shift)
    return np.searchsorted(cuts, latent + rng.logistic(size=len(latent)))


def happens(probability: float, shift: ArrayLike, size: int, rng: np.random.Generator) -> Flags:
    """Draw events whose log odds at shift zero are those of `probability`."""
    return np.asarray(rng.random(size) < expit(logit(probability) + np.asarray(shift)))


def labelled(codes: ArrayLike, options: tuple[str, ...]) -> pd.Series:
    """Name the options that codes stand for; code -1 is missing."""
    return pd.Series(
        pd.Categorical.from_codes(np.asarray(codes, dtype=np.int64), pd.Index(options))
    )
