"""Programmes by aim, office and target group: where several meet, and whom none names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kajian.errors import MethodError
from kajian.evaluation.register.check import checked_register, codes_in, columns_read
from kajian.evaluation.register.codes import AIMS, FIGURES, GROUPS, REQUIRED, TOUCHING

CELL = ["tujuan", "kelompok"]
READ = ("opd", "kelompok_sasaran", "satuan", "instrumen", "tujuan")


@dataclass(frozen=True, slots=True, eq=False)
class ProgrammeMatrix:
    """What a register says of aims, offices and target groups.

    Attributes
    ----------
    programmes
        Number of programmes that the register names.
    offices
        Names of the offices in it, sorted; rows without an office add none.
    silent
        Those of them whose programmes it does not name, sorted.
    cells
        One row per aim, office and group that a programme names: ``tujuan``, ``opd`` (missing
        where nobody is named), ``kelompok``, ``jumlah_program``, ``program``, and in words
        ``tujuan_nama``, ``kelompok_nama``. Ordered by aim, group and office.
    overlaps
        Aims and groups that two or more named offices serve, to be coordinated; the register
        cannot say whether they repeat or complete each other: ``tujuan``, ``kelompok``,
        ``jumlah_opd``, ``opd``, ``instrumen``, ``program``, and the words.
    gaps
        Aims and required groups that no programme names: ``tujuan``, ``kelompok``,
        ``bersinggungan`` (named groups through which, under this aim, part of the group may be
        reached; missing if none), and the words.
    known
        How many programmes leave a column empty (``kosong``), and in how many it is a reading of
        the compilers (``bacaan``), out of ``dari``; ``kosong_pct`` percent. One row per ``kolom``.
    missing
        Codes of required groups that no programme names under any aim.
    """

    programmes: int
    offices: tuple[str, ...]
    silent: tuple[str, ...]
    cells: pd.DataFrame
    overlaps: pd.DataFrame
    gaps: pd.DataFrame
    known: pd.DataFrame
    missing: tuple[str, ...]

    def tidy(self) -> pd.DataFrame:
        """Return `cells`."""
        return self.cells.copy()

    def unknown(self, column: str) -> int:
        """Count the programmes that leave a column of `known` empty."""
        return int(self.known.set_index("kolom")["kosong"][column])

    def __str__(self) -> str:
        """Summarise in Indonesian."""
        missing = ", ".join(GROUPS[code] for code in self.missing) or "tidak ada"
        return (
            f"{self.programmes} program dari {len(self.offices)} OPD "
            f"({len(self.silent)} OPD belum merinci programnya). Anggaran kosong pada "
            f"{self.unknown('anggaran_rp')} program, cakupan pada {self.unknown('cakupan')}. "
            f"Pasangan tujuan dan kelompok yang dilayani dua OPD atau lebih: {len(self.overlaps)}. "
            f"Kelompok yang belum disebut program mana pun: {missing}. "
            "Tidak disebut di register belum berarti tidak ada."
        )


def programme_matrix(
    register: pd.DataFrame, *, required: Sequence[str] = REQUIRED
) -> ProgrammeMatrix:
    """Cross the programmes of a register by aim, office and target group.

    A programme counts for a group only when it names it: a programme for everybody (``umum``), or
    for women, names neither the elderly nor women who head a household. One with two aims or groups
    counts in each. A programme without an aim or a group is in no cell, but in the counts.

    Parameters
    ----------
    register
        As in `checked_register`.
    required
        Codes of groups that must not be missed.

    Raises
    ------
    DataError
        As in `checked_register`.
    MethodError
        A required group is not one of `GROUPS`.
    """
    if strange := [code for code in required if code not in GROUPS]:
        raise MethodError(
            f"Kelompok wajib '{strange[0]}' tidak dikenal. Perbaikan: pilih dari "
            f"{', '.join(GROUPS)}."
        )
    table = checked_register(register)
    named = table[table["rinci"]]
    placed = _placed(named)
    cells = placed.groupby([*CELL, "opd"], observed=True, sort=True, dropna=False, as_index=False)
    offices = table.groupby("opd")["rinci"].any()
    return ProgrammeMatrix(
        programmes=len(named),
        offices=tuple(offices.index),
        silent=tuple(offices.index[~offices]),
        cells=_worded(cells.agg(jumlah_program=("id", "size"), program=("program", _joined))),
        overlaps=_overlaps(placed),
        gaps=_gaps(placed, required),
        known=_known(named),
        missing=tuple(code for code in required if not (placed["kelompok"] == code).any()),
    )


def _placed(named: pd.DataFrame) -> pd.DataFrame:
    """One row per programme, aim and group, with aims and groups in the order of their codes."""
    codes = zip(codes_in(named["tujuan"]), codes_in(named["kelompok_sasaran"]), strict=True)
    table = pd.DataFrame(codes, columns=CELL, index=named.index, dtype=object)
    table = named.drop(columns="tujuan").join(table)
    table = table.explode("tujuan").explode("kelompok").dropna(subset=CELL)
    return table.assign(
        tujuan=pd.Categorical(table["tujuan"], list(AIMS)),
        kelompok=pd.Categorical(table["kelompok"], list(GROUPS)),
    )


def _overlaps(placed: pd.DataFrame) -> pd.DataFrame:
    known = placed.dropna(subset="opd").groupby(CELL, observed=True, as_index=False)
    found = known.agg(
        jumlah_opd=("opd", "nunique"),
        opd=("opd", _joined),
        instrumen=("instrumen", _joined),
        program=("program", _joined),
    )
    return _worded(found[found["jumlah_opd"] >= 2].reset_index(drop=True))


def _gaps(placed: pd.DataFrame, required: Sequence[str]) -> pd.DataFrame:
    taken = set(placed[CELL].itertuples(index=False, name=None))
    rows = [
        (aim, group, _joined([GROUPS[g] for g in TOUCHING.get(group, ()) if (aim, g) in taken]))
        for group in required
        for aim in AIMS
        if (aim, group) not in taken
    ]
    found = pd.DataFrame(rows, columns=[*CELL, "bersinggungan"], dtype="str")
    return _worded(found.assign(bersinggungan=found["bersinggungan"].mask(lambda x: x == "")))


def _known(named: pd.DataFrame) -> pd.DataFrame:
    read = columns_read(named["dasar_isian"])
    rows = [
        (name, int(named[name].isna().sum()), sum(name in columns for columns in read))
        for name in (*READ, *FIGURES)
    ]
    found = pd.DataFrame(rows, columns=["kolom", "kosong", "bacaan"]).assign(dari=len(named))
    return found.assign(kosong_pct=100 * found["kosong"] / max(len(named), 1))


def _worded(table: pd.DataFrame) -> pd.DataFrame:
    """Write aims and groups as plain text, and in words beside."""
    aims, groups = (table[name].astype("str") for name in CELL)
    return table.assign(
        tujuan=aims, kelompok=groups, tujuan_nama=aims.map(AIMS), kelompok_nama=groups.map(GROUPS)
    )


def _joined(names: Sequence[str] | pd.Series) -> str:
    """Join different names in a fixed order."""
    return "; ".join(sorted({name for name in names if isinstance(name, str)}))
