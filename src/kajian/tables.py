"""Tables for people: CSV and XLSX files, and the tables of the brief."""

from __future__ import annotations

import datetime as dt
import html
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from kajian.errors import MethodError
from kajian.files import whole_file
from kajian.language import format_number

MISSING = "–"
# XLSX stores a creation time; a fixed one keeps equal tables equal in bytes.
CREATED = dt.datetime(2025, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Column:
    """How one column is shown.

    Attributes
    ----------
    name
        Column of the data frame.
    label
        Header, with the unit where there is one.
    decimals
        Decimals of a number; ``None`` for text.
    signed
        Whether positive numbers carry a plus sign.
    right
        Whether a text, such as an interval, stands at the right like a number.
    """

    name: str
    label: str
    decimals: int | None = None
    signed: bool = False
    right: bool = False

    def show(self, value: Any) -> str:
        """Write one cell; a missing value is an en dash."""
        if value is None or pd.isna(value):
            return MISSING
        if self.decimals is None:
            return str(value)
        text = format_number(float(value), self.decimals)
        rises = float(value) > 0 and text.strip("0,") != ""
        return f"+{text}" if self.signed and rises else text


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table as the brief prints it: texts only, ready for any typesetter."""

    label: str
    title: str
    note: str
    header: list[str]
    numeric: list[bool]
    rows: list[list[str]]
    widths: list[float] | None = None

    def to_html(self) -> str:
        """HTML form for the notebook."""

        def row(cells: list[str], tag: str) -> str:
            styles = ["right" if number else "left" for number in self.numeric]
            return "".join(
                f'<{tag} style="text-align:{style}">{html.escape(cell)}</{tag}>'
                for cell, style in zip(cells, styles, strict=True)
            )

        body = "".join(f"<tr>{row(cells, 'td')}</tr>" for cells in self.rows)
        return (
            f"<table><caption>{html.escape(self.title)}</caption>"
            f"<thead><tr>{row(self.header, 'th')}</tr></thead><tbody>{body}</tbody></table>"
        )


def show_table(
    table: pd.DataFrame,
    columns: list[Column],
    *,
    label: str,
    title: str,
    note: str = "",
    widths: list[float] | None = None,
) -> ShownTable:
    """Turn a data frame into the table of a brief.

    Parameters
    ----------
    table
        One row per printed row.
    columns
        What is printed, at most 7 columns.
    label, title, note
        Reference label, the finding as title, and what the reader must know.
    widths
        Relative column widths; by content when absent.

    Raises
    ------
    MethodError
        When there are more than 7 columns, or a column is not in the table.
    """
    if len(columns) > 7:
        raise MethodError(
            f"Tabel '{label}' punya {len(columns)} kolom. Perbaikan: paling banyak 7 kolom."
        )
    if unknown := [c.name for c in columns if c.name not in table.columns]:
        raise MethodError(
            f"Tabel '{label}': kolom {', '.join(unknown)} tidak ada. "
            f"Perbaikan: pilih dari {', '.join(map(str, table.columns))}."
        )
    rows = [
        [column.show(value) for column, value in zip(columns, record, strict=True)]
        for record in table[[c.name for c in columns]].itertuples(index=False)
    ]
    numeric = [column.decimals is not None or column.right for column in columns]
    return ShownTable(label, title, note, [c.label for c in columns], numeric, rows, widths)


def write_table(table: pd.DataFrame, folder: Path, name: str, about: dict[str, str]) -> None:
    """Write a table as ``name.csv`` and ``name.xlsx`` with a sheet that describes it.

    Parameters
    ----------
    table
        The table; its index is not written.
    folder
        Where the two files go.
    name
        File name without suffix.
    about
        Facts for the description sheet: title, source, and one line per column.
    """
    with whole_file(folder / f"{name}.csv") as path:
        table.to_csv(path, index=False, lineterminator="\n", float_format="%.10g")
    described = pd.DataFrame(about.items(), columns=["hal", "keterangan"])
    rounded = table.map(lambda x: float(f"{x:.10g}") if isinstance(x, float) else x)
    with (
        whole_file(folder / f"{name}.xlsx") as path,
        pd.ExcelWriter(path, engine="xlsxwriter") as writer,
    ):
        writer.book.set_properties({"created": CREATED, "title": about.get("judul", name)})
        rounded.to_excel(writer, sheet_name="data", index=False, freeze_panes=(1, 0))
        described.to_excel(writer, sheet_name="keterangan", index=False)
        for sheet in ("data", "keterangan"):
            writer.sheets[sheet].autofit()
