"""The errors a user can meet.

Every message is Indonesian, says what is wrong and where, and ends with what to do about it.
"""

from __future__ import annotations

from pathlib import Path

SHOWN_ROWS = 5


class KajianError(Exception):
    """Base of all errors with a message meant for the user of a study."""


class StudyError(KajianError):
    """A study file, or a parameter taken from it, is wrong."""


class MethodError(KajianError):
    """A method was asked for something that its data or its design cannot give."""


class EvidenceError(KajianError):
    """The ledger and the text that quotes it do not agree."""


class PipelineError(KajianError):
    """A step of the pipeline could not be finished."""


class PrivacyError(KajianError):
    """Something that gives a person away would leave the room where it may be."""


class DataError(KajianError):
    """A raw table departs from its passport.

    Parameters
    ----------
    problem
        What is wrong, in Indonesian, without a full stop.
    remedy
        What the user can do about it.
    file
        The file at fault.
    column
        The column at fault, where there is one.
    rows
        What identifies the offending rows (line numbers or keys), where there are any.
    """

    def __init__(
        self,
        problem: str,
        *,
        remedy: str,
        file: str | Path | None = None,
        column: str | None = None,
        rows: list[str] | None = None,
    ) -> None:
        self.problem = problem
        self.remedy = remedy
        self.file = file
        self.column = column
        self.rows = rows or []
        super().__init__(self.told(SHOWN_ROWS))

    def told(self, rows: int | None = None) -> str:
        """The message with at most so many of the rows; with all of them when None."""
        named = {"berkas": self.file, "kolom": self.column, "baris": _shortened(self.rows, rows)}
        places = [f"{name}: {value}" for name, value in named.items() if value]
        where = f" [{'; '.join(places)}]" if places else ""
        return f"{self.problem}{where}. Perbaikan: {self.remedy}"


def _shortened(rows: list[str], limit: int | None) -> str:
    """Join the first few rows and count the rest."""
    shown = ", ".join(rows[:limit])
    return f"{shown} dan {len(rows) - limit} lainnya" if limit and len(rows) > limit else shown
