"""A declared set of specifications, written out one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import pandas as pd

from kajian.errors import MethodError
from kajian.linear.frame import model_frame

Labelled = Mapping[str, str]
MOST = 2_000


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be chosen, each option under the name that a reader sees.

    Attributes
    ----------
    outcome, treatment
        Expressions of columns, such as ``{"upah minimum (log)": "np.log(umk_rp)"}``. All outcomes
        must be in one unit, and so must all treatments, or the curve compares nothing.
    controls
        Terms of the formula joined by ``+``; an empty text means none.
    sample
        Rows to keep, as a pandas query; an empty text keeps all.
    entity
        Column of entity effects (with time effects); an empty text means no fixed effects.
    """

    outcome: Labelled
    treatment: Labelled
    controls: Labelled
    sample: Labelled
    entity: Labelled

    def dimensions(self) -> dict[str, Labelled]:
        """Return the options by dimension, in the order in which they are combined."""
        names = ("outcome", "treatment", "controls", "sample", "entity")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class Specification:
    """One member of the set: labels by dimension, and what they stand for."""

    labels: dict[str, str]
    outcome: str
    treatment: str
    controls: str
    sample: str
    entity: str

    @property
    def formula(self) -> str:
        """Formula with the treatment as its first term."""
        return f"{self.outcome} ~ {self.treatment}" + (
            f" + {self.controls}" if self.controls else ""
        )


def written_out(
    choices: Choices, left_out: Sequence[Mapping[str, str]] = ()
) -> list[Specification]:
    """Combine all options.

    Parameters
    ----------
    left_out
        Combinations that make no sense, as labels by dimension; every specification that agrees
        with one of them is left out.

    Raises
    ------
    MethodError
        A dimension without option, a label that does not exist, nothing left, or too many.
    """
    dimensions = choices.dimensions()
    for name, options in dimensions.items():
        if not options:
            raise MethodError(
                f"Dimensi '{name}' tanpa pilihan. Perbaikan: nyatakan sedikitnya satu pilihan."
            )
    for each in left_out:
        for name, label in each.items():
            if label not in dimensions.get(name, {}):
                raise MethodError(
                    f"Pengecualian menyebut '{label}' pada dimensi '{name}', yang tidak ada. "
                    f"Perbaikan: pilih dari {', '.join(dimensions.get(name, dimensions))}."
                )
    found = []
    for labels in product(*dimensions.values()):
        named = dict(zip(dimensions, labels, strict=True))
        if not any(each.items() <= named.items() for each in left_out):
            parts = {name: dimensions[name][label] for name, label in named.items()}
            found.append(Specification(named, **parts))
    if not 0 < len(found) <= MOST:
        raise MethodError(
            f"Himpunan spesifikasi berisi {len(found)}; harus antara 1 dan {MOST}. "
            "Perbaikan: kurangi pilihan atau pengecualian."
        )
    return found


def complete_rows(choices: Choices, data: pd.DataFrame, others: list[str]) -> pd.DataFrame:
    """Keep the rows complete in the columns of all options and in the other columns.

    Then specifications differ by what was chosen, not by who happens to be missing.

    Raises
    ------
    MethodError
        As in `model_frame`.
    """
    parts = (choices.treatment, choices.outcome, choices.controls)
    first, *rest = dict.fromkeys(text for part in parts for text in part.values() if text)
    entities = [name for name in choices.entity.values() if name]
    return model_frame(f"{first} ~ {' + '.join(rest)}", data, [*entities, *others])[0]


def rows_of(specification: Specification, data: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows that a specification asks for.

    Raises
    ------
    MethodError
        A query that cannot be read, or that keeps nothing.
    """
    if not specification.sample:
        return data
    try:
        kept = data.query(specification.sample, engine="python")
    except Exception as error:
        raise MethodError(
            f"Sampel '{specification.labels['sample']}' ('{specification.sample}') tidak terbaca "
            f"({type(error).__name__}). Perbaikan: tulis syarat atas kolom yang ada, misalnya "
            "'tahun >= 2014'."
        ) from error
    if kept.empty:
        raise MethodError(
            f"Sampel '{specification.labels['sample']}' ('{specification.sample}') tidak "
            "menyisakan baris. Perbaikan: longgarkan."
        )
    return kept
