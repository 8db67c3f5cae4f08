"""A restricted table as it was handed over, which names its rows but never a person."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kajian.data.restricted.tables import DATE, RestrictedField, RestrictedTable
from kajian.errors import DataError

SNAPSHOT = "tanggal_data"

# A value that cannot be a name, a phone or an identity number.
_HARMLESS = (
    r"[0-9.,+/eE%: -]{1,8}"
    r"|[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}"
    r"|[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{1,4}"
)


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A table as text, and where it came from.

    Attributes
    ----------
    table
        What it should hold.
    text
        Text columns; the index is the row number that a person sees.
    place
        The file, and the sheet where there is one.
    faults
        What is wrong with its form, so that its values cannot be read as they were meant.
    """

    table: RestrictedTable
    text: pd.DataFrame
    place: str | Path
    faults: tuple[DataError, ...] = ()

    def fault(
        self,
        bad: pd.Series,
        problem: str,
        remedy: str,
        *,
        column: str,
        show: RestrictedField | None = None,
    ) -> list[DataError]:
        """Name the rows at fault, in one error; no error when there are none.

        Parameters
        ----------
        bad
            Which rows are at fault: boolean, on the index of `text`.
        problem, remedy, column
            As in `DataError`.
        show
            The column whose values may be shown beside the rows.
        """
        if not bad.any():
            return []
        rows = self._names(bad)
        if show is not None:
            values = self._shown(show, bad)
            rows = [
                f"{row} berisi '{value}'" if value else row
                for row, value in zip(rows, values, strict=True)
            ]
        return [DataError(problem, remedy=remedy, file=self.place, column=column, rows=rows)]

    def repeated(
        self, columns: list[str], problem: str, remedy: str, *, among: pd.Series | None = None
    ) -> list[DataError]:
        """Name rows that hold the same in some columns, those of one kind together.

        Rows with a missing value in these columns, and rows outside `among`, do not count.
        """
        text = self.text[columns] if among is None else self.text.loc[among, columns]
        text = text.dropna()
        twice = text[text.duplicated(keep=False)]
        if twice.empty:
            return []
        lines = twice.index.to_series().astype("str").groupby([twice[c] for c in columns])
        return [
            DataError(
                problem,
                remedy=remedy,
                file=self.place,
                column=", ".join(columns),
                rows=lines.agg(" = ".join).sort_values(key=_first_line).tolist(),
            )
        ]

    def _names(self, bad: pd.Series) -> list[str]:
        """Rows by their numbers, and by those parts of their keys that may be read by anybody."""
        keys = [self.table.field(name) for name in self.table.key if name != SNAPSHOT]
        keys = [field for field in keys if not field.role]
        parts = [self._shown(field, bad) for field in keys]
        names = []
        for line, *values in zip(bad.index[bad], *parts, strict=True):
            key = ", ".join(
                f"{field.name} {value}" for field, value in zip(keys, values, strict=True) if value
            )
            names.append(f"{line} ({key})" if key else f"{line}")
        return names

    def _shown(self, field: RestrictedField, bad: pd.Series) -> list[str]:
        """Values that may be read by anybody; empty where they may not.

        Columns may have been swapped and people type names anywhere: only options, codes, dates
        and short numbers are shown, whatever the table.
        """
        values = self.text.loc[bad, field.name].fillna("")
        if field.role:
            return [""] * len(values)
        harmless = values.isin(field.constraints.enum or ()) | values.str.fullmatch(_HARMLESS)
        return list(values.where(harmless, ""))


def date_fields(table: RestrictedTable) -> list[str]:
    """Columns that hold ISO dates as text."""
    return [field.name for field in table.fields if field.unit == DATE]


def prose_fields(table: RestrictedTable) -> list[RestrictedField]:
    """Columns of text in which anything may be written."""
    return [
        field
        for field in table.fields
        if field.type == "string"
        and field.unit != DATE
        and not (field.constraints.enum or field.constraints.pattern)
    ]


def _first_line(groups: pd.Series) -> pd.Series:
    return groups.str.partition(" ")[0].astype("int64")
