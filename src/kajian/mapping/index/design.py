"""The choices under which an index is computed, declared before it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.mapping.index.aggregation import Aggregate
from kajian.mapping.index.normalise import Normalise
from kajian.mapping.index.treatment import Impute, Outliers
from kajian.mapping.index.weighting import Weights

OPTIONS = {
    "impute": get_args(Impute),
    "outliers": get_args(Outliers),
    "normalise": get_args(Normalise),
    "weights": get_args(Weights),
    "aggregate": get_args(Aggregate),
}
CHOICES = tuple(OPTIONS)


@dataclass(frozen=True, slots=True, eq=False)
class IndexDesign:
    """Choices under which an index is computed; the first of each is the reference.

    Every draw takes one option of each choice, all with equal chance.

    Attributes
    ----------
    normalise, weights, aggregate, impute, outliers
        Options of `kajian.mapping.index.composite.composite_index`.
    weight_spread
        By how much of itself every weight, of indicator and dimension, moves at most to either
        side (uniformly, then made to sum to 1): 0.25 for a quarter. From 0 to less than 1.
    std_errors
        Standard errors in the unit of the indicator, rows labelled by unit, columns by indicator
        code. An indicator without column is taken as known exactly. Errors are normal, unbiased
        and independent between units and indicators.
    """

    normalise: tuple[Normalise, ...] = ("min-max",)
    weights: tuple[Weights, ...] = ("given",)
    aggregate: tuple[Aggregate, ...] = ("arithmetic",)
    impute: tuple[Impute, ...] = ("none",)
    outliers: tuple[Outliers, ...] = ("none",)
    weight_spread: float = 0.0
    std_errors: pd.DataFrame | None = None

    def __post_init__(self) -> None:
        check_choices({name: getattr(self, name) for name in CHOICES})
        if not 0 <= self.weight_spread < 1:
            raise MethodError(
                f"Pergeseran bobot {self.weight_spread} di luar 0 sampai kurang dari 1. "
                "Perbaikan: isi misalnya 0.25 untuk seperempat bobot."
            )


def check_choices(choices: Mapping[str, Sequence[str]]) -> None:
    """Refuse a choice or an option that does not exist."""
    for name, options in choices.items():
        if name not in OPTIONS:
            raise MethodError(
                f"Pilihan '{name}' tidak dikenal. Perbaikan: pakai {', '.join(OPTIONS)}."
            )
        unknown = [option for option in options if option not in OPTIONS[name]]
        if isinstance(options, str) or not options or unknown or len({*options}) < len(options):
            raise MethodError(
                f"Opsi {name} = {options!r} tidak dikenal atau berulang. "
                f"Perbaikan: beri daftar dari {', '.join(OPTIONS[name])}."
            )


def aligned_errors(
    given: pd.DataFrame | None, table: pd.DataFrame, codes: list[str]
) -> pd.DataFrame:
    """Standard errors for every unit and indicator, zero where none are declared."""
    zero = pd.DataFrame(0.0, index=table.index, columns=codes)
    if given is None:
        return zero
    unknown = [str(code) for code in given.columns if code not in codes]
    if unknown or not given.index.is_unique or set(given.index) != set(table.index):
        raise MethodError(
            f"Galat baku tidak cocok dengan tabel (kolom tidak dikenal: {', '.join(unknown) or '-'}"
            f"; {len(given)} baris untuk {len(table)} unit). Perbaikan: satu baris per unit dengan "
            "label yang sama, satu kolom per kode indikator."
        )
    errors = zero.copy()
    errors[list(given.columns)] = given.reindex(table.index).astype(float)
    errors = errors.mask(table[codes].isna(), 0.0)
    wrong = [code for code in errors if not (np.isfinite(errors[code]) & (errors[code] >= 0)).all()]
    if len(wrong):
        raise MethodError(
            f"Galat baku indikator {', '.join(map(str, wrong))} kosong atau negatif pada unit yang "
            "nilainya ada. Perbaikan: lengkapi, atau isi 0 bila nilainya pasti."
        )
    return errors
