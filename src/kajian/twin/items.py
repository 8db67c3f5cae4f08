"""How a parameter of the twin is written down: a number, an ordered choice, a curve over age."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


def known(value: float, unit: str, meaning: str) -> Any:
    """Declare a parameter: its value, unit and meaning."""
    return field(default=value, metadata={"satuan": unit, "arti": meaning})


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a household or a person has, as an ordered logit.

    Attributes
    ----------
    pilihan
        Options, least well-off first.
    pangsa
        Share of each option where the latent shift is zero; they sum to one.
    lereng
        Slope of the latent shift in z, the standardised log consumption per head.
    muatan
        Loading of the latent shift on a standard spatial field of the kelurahan.
    """

    pilihan: tuple[str | int, ...]
    pangsa: tuple[float, ...]
    lereng: float = 0.0
    muatan: float = 0.0


@dataclass(frozen=True, slots=True)
class Curve:
    """Something that changes with age: straight between the ages given, level beyond them.

    Attributes
    ----------
    umur
        Ages (years), rising.
    nilai
        Value at each of them.
    satuan, arti
        Unit and meaning, in Indonesian.
    """

    umur: tuple[int, ...]
    nilai: tuple[float, ...]
    satuan: str
    arti: str

    def at(self, age: NDArray[np.int64]) -> NDArray[np.float64]:
        """Value at each age (years)."""
        return np.interp(age, self.umur, self.nilai)
