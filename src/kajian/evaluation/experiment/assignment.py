"""Who was assigned what: rows, the units that were drawn, their strata and arms."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.evaluation.experiment.rows import in_fixed_order, numbers, some
from kajian.linear.fixed_effects import Codes
from kajian.linear.frame import codes_of, require_columns


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """An assignment that happened, and the strata within which it was drawn.

    Attributes
    ----------
    arms
        Labels of the arms, control first, the others in sorted order.
    unit
        For each row the code 0 ... G - 1 of the assigned unit (its cluster, or itself), shape (n,).
    arm, stratum
        For each unit the code of its arm (0 is control) and of its stratum, shape (G,).
    """

    arms: tuple[Hashable, ...]
    unit: Codes
    arm: Codes
    stratum: Codes

    @property
    def smallest_cell(self) -> int:
        """Fewest units in an arm of a stratum."""
        return int(self.cells().min())

    def cells(self) -> Codes:
        """Count the units by stratum and arm, shape (S, A)."""
        counts = np.zeros((int(self.stratum.max()) + 1, len(self.arms)), dtype=np.intp)
        np.add.at(counts, (self.stratum, self.arm), 1)
        return counts


def read_assignment(
    data: pd.DataFrame,
    arm: str,
    *,
    control: Hashable,
    cluster: str | None = None,
    strata: str | None = None,
) -> Assignment:
    """Read the assignment from a table with one row per observation.

    Parameters
    ----------
    data
        The table; each row is a unit of assignment unless a cluster is named.
    arm, cluster, strata
        Names of the columns.
    control
        Label of the arm that the others are compared with.

    Raises
    ------
    MethodError
        Missing column or label, no control, one arm only, an arm of a single unit, a cluster with
        mixed arms or in several strata, a stratum that lacks an arm.
    """
    named = [name for name in (arm, cluster, strata) if name is not None]
    require_columns(data, named)
    for name in named:
        empty = int(data[name].isna().sum())
        if empty:
            raise MethodError(
                f"Kolom {name} kosong pada {empty} dari {len(data)} baris. Perbaikan: lengkapi "
                "dari daftar hasil pengundian; jangan membuang unit yang sudah diundi."
            )
    found = sorted(data[arm].unique(), key=lambda label: (str(type(label)), label))
    if control not in found:
        raise MethodError(
            f"Lengan kontrol {control!r} tidak ada dalam kolom {arm}. "
            f"Perbaikan: pilih dari {some(found)}."
        )
    arms = (control, *(label for label in found if label != control))
    if len(arms) < 2:
        raise MethodError(
            f"Kolom {arm} hanya memuat lengan {control!r}, tidak ada yang diberi perlakuan. "
            "Perbaikan: sertakan sedikitnya satu lengan perlakuan."
        )
    rows = pd.DataFrame(
        {
            "arm": data[arm].map({label: code for code, label in enumerate(arms)}).to_numpy(),
            "stratum": 0 if strata is None else codes_of(data[strata]),
            "unit": np.arange(len(data)) if cluster is None else codes_of(data[cluster]),
        }
    )
    if cluster is not None:
        labels = data[cluster].to_numpy()
        for column, what in (("arm", "lebih dari satu lengan"), ("stratum", "beberapa strata")):
            mixed = rows.groupby("unit")[column].transform("nunique").to_numpy() > 1
            if mixed.any():
                raise MethodError(
                    f"Klaster {some(sorted(set(labels[mixed]), key=str))} memuat {what}, padahal "
                    f"pengundian dinyatakan per {cluster}. Perbaikan: betulkan label lengan, "
                    "klaster atau strata itu, atau hapus klaster bila undian per baris."
                )
    units = rows.drop_duplicates("unit").sort_values("unit")
    assignment = Assignment(
        arms=arms,
        unit=rows["unit"].to_numpy(dtype=np.intp),
        arm=units["arm"].to_numpy(dtype=np.intp),
        stratum=units["stratum"].to_numpy(dtype=np.intp),
    )
    _require_all_cells(assignment, data, strata, cluster)
    return assignment


def _require_all_cells(
    assignment: Assignment, data: pd.DataFrame, strata: str | None, cluster: str | None
) -> None:
    """Refuse a stratum without one of the arms, and an arm of a single unit."""
    cells = assignment.cells()
    lacking = (cells == 0).any(axis=1)
    if strata is not None and lacking.any():
        names = pd.Index(pd.factorize(data[strata], sort=True)[1])[lacking]
        raise MethodError(
            f"Strata {some(names)} tidak memuat semua lengan, sehingga tidak ada yang dapat "
            "dibandingkan di dalamnya. Perbaikan: gabungkan dengan strata lain bila undiannya "
            "memang bersama, atau keluarkan strata itu."
        )
    alone = cells.sum(axis=0) < 2
    if alone.any():
        names = [label for label, is_alone in zip(assignment.arms, alone, strict=True) if is_alone]
        raise MethodError(
            f"Lengan {some(names)} hanya memuat satu {cluster or 'baris'}, sehingga ragamnya tidak "
            "dapat ditaksir. Perbaikan: sertakan sedikitnya dua unit undian per lengan."
        )


def read_trial(
    data: pd.DataFrame,
    outcomes: Sequence[str],
    arm: str,
    *,
    control: Hashable,
    cluster: str | None,
    strata: str | None,
    covariates: Sequence[str],
) -> tuple[pd.DataFrame, Assignment]:
    """Check the columns of an experiment; return its rows in a fixed order and the assignment.

    Raises
    ------
    MethodError
        As `read_assignment`; no outcome, a column used twice, a column that is not numeric, a
        covariate that is missing somewhere, an outcome that is missing in a whole arm.
    """
    roles = [*(name for name in (arm, strata, cluster) if name), *covariates, *outcomes]
    twice = sorted({name for name in roles if roles.count(name) > 1})
    if twice or not outcomes:
        raise MethodError(
            f"Kolom {some(twice)} dipakai untuk dua peran. Perbaikan: beri satu peran per kolom."
            if twice
            else "Tidak ada hasil yang disebut. Perbaikan: sebut sedikitnya satu kolom hasil."
        )
    rows = in_fixed_order(data, roles)
    assignment = read_assignment(rows, arm, control=control, cluster=cluster, strata=strata)
    for name in covariates:
        empty = int(np.isnan(numbers(rows, name)).sum())
        if empty:
            raise MethodError(
                f"Kovariat {name} kosong pada {empty} baris. Perbaikan: isi dengan satu nilai "
                "tetap dan tambahkan kolom penanda kosong, atau keluarkan kovariat itu."
            )
    codes = assignment.arm[assignment.unit]
    for name in outcomes:
        seen = np.bincount(codes, ~np.isnan(numbers(rows, name)))
        unseen = [label for label, count in zip(assignment.arms, seen, strict=True) if not count]
        if unseen:
            raise MethodError(
                f"Hasil {name} kosong untuk seluruh lengan {some(unseen)}. "
                "Perbaikan: periksa penggabungan data tindak lanjut, atau keluarkan lengan itu."
            )
    return rows, assignment
