"""The ledger: every result that the brief may quote, with its interval and where it came from."""

from __future__ import annotations

import json
import math
import re
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kajian.errors import EvidenceError
from kajian.evidence.grades import UNPROVEN, Grade
from kajian.files import write_json
from kajian.language import format_bare, format_interval, format_value

if TYPE_CHECKING:
    import pandas as pd

KEY = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
SIGNIFICANT_DIGITS = 10
EXPLORATORY = "eksploratif"
REPEATED = ("persen", "rupiah", "miliar rupiah", "kalender")  # units that an interval shows too


@dataclass(frozen=True, slots=True)
class Entry:
    """One recorded result.

    Attributes
    ----------
    key
        Dotted name, e.g. ``kemiskinan.akhir``.
    value
        A finite number, or a word chosen by a rule from numbers.
    unit, decimals
        How the value is written wherever it is quoted (see `kajian.language.format_value`).
    note
        What the value is, in Indonesian.
    low, high, level
        An interval and its nominal level in [0, 1], where there is one.
    notebook, cell
        The notebook and the id of the cell that recorded it.
    tables
        SHA-256 of each table that the result was computed from.
    status
        A word that warns of the data, such as that they are simulated.
    grade
        How far an effect may be trusted; nothing for a description.
    exploratory
        Whether it was looked for without having been declared beforehand.
    rows
        For a result that rests on few rows: which, as a pandas query by table.
    of
        For another estimate of a graded effect: the key of that effect.
    """

    key: str
    value: float | int | str
    unit: str
    decimals: int
    note: str
    low: float | None = None
    high: float | None = None
    level: float | None = None
    notebook: str = ""
    cell: str = ""
    tables: dict[str, str] | None = None
    status: str = ""
    grade: Grade | None = None
    exploratory: bool = False
    rows: dict[str, str] | None = None
    of: str = ""

    def show(self, style: str = "") -> str:
        """Write the entry as the brief quotes it.

        Parameters
        ----------
        style
            Empty for the value with its unit, ``mutlak`` for its size without sign, both with a
            mark on what is exploratory; ``lengkap`` for the value, its interval and that mark in
            one bracket; ``angka`` for the number without unit, ``selang`` for the interval,
            ``kaitan`` for the word that its grade allows: ``menyebabkan`` or ``berkaitan dengan``;
            ``tingkat`` for the grade.

        Raises
        ------
        EvidenceError
            When the style is unknown, or asks for an interval, a number or a grade that is not
            there.
        """
        if style == "kaitan":
            return self._relation()
        if style == "tingkat":
            return f"{self._graded()}{f', {EXPLORATORY}' if self.exploratory else ''}"
        if style in ("selang", "lengkap"):
            return self._with_interval(style)
        if style and isinstance(self.value, str):
            raise EvidenceError(
                f"'{self.key}' berisi kata '{self.value}', bukan angka. "
                f"Perbaikan: kutip tanpa '| {style}'."
            )
        mark = f" ({EXPLORATORY})" if self.exploratory else ""
        if style == "":
            return format_value(self.value, self.unit, self.decimals) + mark
        if style == "angka":
            return format_bare(float(self.value), self.unit, self.decimals)
        if style == "mutlak":
            return format_value(abs(float(self.value)), self.unit, self.decimals) + mark
        raise EvidenceError(
            f"Gaya kutipan '{style}' pada '{self.key}' tidak dikenal. "
            "Perbaikan: pakai angka, mutlak, selang, lengkap, kaitan, tingkat, atau tanpa gaya."
        )

    def _with_interval(self, style: str) -> str:
        if self.low is None or self.high is None:
            raise EvidenceError(
                f"'{self.key}' tidak punya selang. Perbaikan: catat low= dan high= di "
                f"{self.notebook or 'notebook'}, atau kutip tanpa '| {style}'."
            )
        if style == "selang":
            return format_interval(self.low, self.high, self.unit, self.decimals)
        repeated = self.unit if self.unit in REPEATED else ""
        beside = format_interval(self.low, self.high, repeated, self.decimals)
        mark = f"; {EXPLORATORY}" if self.exploratory else ""
        return f"{format_value(self.value, self.unit, self.decimals)} ({beside}{mark})"

    def _graded(self) -> Grade:
        if self.grade is None:
            raise EvidenceError(
                f"'{self.key}' tidak punya tingkat bukti. Perbaikan: beri dengan langkah.grade di "
                f"{self.notebook or 'notebook'}, atau kutip tanpa gaya itu."
            )
        return self.grade

    def _relation(self) -> str:
        """A cause only where an effect is proven, well founded, and was declared beforehand."""
        grade = self._graded()
        proven = grade.letter in "AB" and grade.finding != UNPROVEN
        return "menyebabkan" if proven and not self.exploratory else "berkaitan dengan"


Ledger = dict[str, Entry]


def make_entry(
    key: str,
    value: float | int | str,
    *,
    unit: str,
    decimals: int,
    note: str,
    low: float | None = None,
    high: float | None = None,
    level: float | None = None,
    **origin: Any,
) -> Entry:
    """Check and round one result.

    Values are rounded to 10 significant digits: linear algebra differs by less than that
    between processors, and a ledger that differs must differ for a reason.

    Raises
    ------
    EvidenceError
        When the key is malformed, a number is not finite, or the interval is incomplete or
        reversed.
    """
    if not KEY.fullmatch(key):
        raise EvidenceError(
            f"Kunci '{key}' tidak sah. Perbaikan: huruf kecil, angka, garis bawah, dan titik."
        )
    numbers = [x for x in (value, low, high) if x is not None and not isinstance(x, str)]
    if not all(math.isfinite(x) for x in numbers):
        raise EvidenceError(
            f"Hasil '{key}' bukan angka berhingga ({value}; {low}; {high}). "
            "Perbaikan: periksa data yang hilang; hasil kosong tidak dicatat."
        )
    if (low is None) != (high is None) or (low is not None and level is None):
        raise EvidenceError(
            f"Selang '{key}' tidak lengkap. Perbaikan: isi low, high, dan level bersama-sama."
        )
    if level is not None and not 0 < level <= 1:
        raise EvidenceError(
            f"Tingkat selang '{key}' {level} di luar 0 sampai 1. Perbaikan: tulis misalnya 0.95."
        )
    if low is not None and high is not None and low > high:
        raise EvidenceError(
            f"Selang '{key}' terbalik ({low} > {high}). Perbaikan: periksa low dan high."
        )
    return Entry(
        key,
        value if isinstance(value, str) else _rounded(value),
        unit,
        decimals,
        note,
        None if low is None else _rounded(low),
        None if high is None else _rounded(high),
        level,
        **origin,
    )


def _rounded(value: float) -> float | int:
    if float(value).is_integer() and abs(value) < 1e15:
        return int(value)
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")


def write_ledger(ledger: Ledger, path: Path) -> None:
    """Write a ledger as JSON, sorted by key."""
    write_json(path, {key: asdict(entry) for key, entry in ledger.items()})


def ledger_from_json(content: dict[str, Any]) -> Ledger:
    """Rebuild a ledger from its JSON form."""
    names = {field.name for field in fields(Entry)} - {"grade"}
    return {
        key: Entry(
            **{name: item for name, item in record.items() if name in names},
            grade=_grade(record.get("grade")),
        )
        for key, record in content.items()
    }


def _grade(record: dict[str, Any] | None) -> Grade | None:
    return Grade(**{**record, "steps": tuple(record["steps"])}) if record else None


def read_ledger(path: Path) -> Ledger:
    """Read a ledger written by `write_ledger`.

    Raises
    ------
    EvidenceError
        When the file is damaged or of another version.
    """
    try:
        return ledger_from_json(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError, AttributeError) as error:
        raise EvidenceError(
            f"{path} rusak atau dari versi lain ({error}). Perbaikan: hapus folder langkah itu, "
            "lalu kajian run."
        ) from None


def merge_ledgers(ledgers: list[Ledger]) -> Ledger:
    """Join the ledgers of several steps.

    Raises
    ------
    EvidenceError
        When two steps recorded the same key.
    """
    merged: Ledger = {}
    for ledger in ledgers:
        for key, entry in ledger.items():
            if key in merged:
                raise EvidenceError(
                    f"Kunci '{key}' dicatat dua kali: {merged[key].notebook} dan "
                    f"{entry.notebook}. Perbaikan: ganti nama salah satunya."
                )
            merged[key] = entry
    return merged


def ledger_table(ledger: Ledger) -> pd.DataFrame:
    """List results as the brief would write them: key, value, interval, note."""
    import pandas as pd

    rows = [
        {
            "kunci": entry.key,
            "nilai": entry.show(),
            "selang": entry.show("selang") if entry.low is not None else "",
            "keterangan": entry.note,
        }
        for entry in ledger.values()
    ]
    return pd.DataFrame(rows)
