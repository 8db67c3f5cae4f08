"""Rows of raw tables behind a result: those that it names, or those with the very number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from kajian.data.delimited import parse_csv
from kajian.data.passport import Passport
from kajian.data.resource import Resource
from kajian.evidence.ledger import SIGNIFICANT_DIGITS, Entry
from kajian.trace.tables import WHOLE, Node, all_behind

FEW = 5
WIDEST = 8
# A smaller integer stands in many a table by chance.
TELLING = 1000


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one raw table.

    Attributes
    ----------
    why
        Which rows are meant, in Indonesian.
    shown
        Line of the file and cells of each; empty when all rows are meant.
    """

    why: str
    shown: tuple[tuple[int, str], ...] = ()


def raw_rows(passport: Passport, resource: Resource) -> pd.DataFrame:
    """Read a raw CSV table as text; the index is the line in which each row begins."""
    file = passport.path_of(resource.name)
    table = parse_csv(file.read_bytes().decode(resource.encoding).removeprefix("\ufeff"), file)
    return table.mask(table.isin(resource.table_schema.missing_values))


def rows_behind(
    entry: Entry | None, text: pd.DataFrame, resource: Resource, node: Node, others: Sequence[Node]
) -> Rows:
    """Find the rows of a raw table that a result rests on.

    Parameters
    ----------
    entry
        The result: its ``rows`` name them, else its value is looked for. Nothing for a whole
        table or figure.
    text, resource, node
        The raw table, what its passport says of it, and its place on the way.
    others
        Tables on the way to it, which ``rows`` may name; never those with households.
    """
    whole = Rows(f"seluruh {len(text)} baris")
    if entry is None:
        return whole
    key = [name for name in resource.table_schema.primary_key if name in text]
    table = text.assign(
        **{
            each.name: pd.to_numeric(text[each.name], errors="coerce")
            for each in resource.fields
            if each.type != "string" and each.name in text
        }
    )
    numbers = table.drop(columns=key).select_dtypes("number")
    for other in (node, *others):
        query = (entry.rows or {}).get(other.name)
        if not query or other.has_households or other.state != WHOLE:
            continue
        if node not in all_behind((other,)):
            continue
        try:
            content = table if other is node else pd.read_parquet(other.path)
            found = text[_same(content.query(query), table, key)]
        except Exception as error:  # whatever pandas says of a query
            return replace(whole, why=f"kueri '{query}' tidak dapat dijalankan ({error})")
        why = f"{len(found)} dari {len(text)} baris, menurut {query}"
        return _shown(why, found, numbers, key, entry)
    found = text[_holds(numbers, entry).any(axis=1)]
    if not 0 < len(found) <= FEW:
        return whole
    why = f"dari {len(text)} baris, angka yang persis sama (yang dapat pula kebetulan) ada di"
    return _shown(why, found, numbers, key, entry)


def _same(chosen: pd.DataFrame, table: pd.DataFrame, key: list[str]) -> pd.Series:
    """Which rows of a table have, in the columns of its key, what chosen rows have."""
    shared = [name for name in key if name in chosen]
    wanted = set(chosen[shared].astype("str").itertuples(index=False, name=None))
    rows = table[shared].astype("str").itertuples(index=False, name=None)
    return pd.Series([bool(shared) and row in wanted for row in rows], table.index)


def _holds(numbers: pd.DataFrame, entry: Entry) -> pd.DataFrame:
    """Where numbers are a result, as exactly as the ledger keeps it."""
    value = entry.value
    if isinstance(value, str) or (float(value).is_integer() and abs(value) < TELLING):
        return numbers.isna() & numbers.notna()
    return (numbers - value).abs() <= abs(value) * 10.0**-SIGNIFICANT_DIGITS


def _shown(
    why: str, rows: pd.DataFrame, numbers: pd.DataFrame, key: list[str], entry: Entry
) -> Rows:
    """Rows with their key and the columns that hold the number, or else their first cells."""
    holds = _holds(numbers.loc[rows.index], entry).any()
    if holds.any():
        rows = rows[[name for name in rows if name in {*key, "nama", *holds.index[holds]}]]
    shown = []
    for line, row in rows.iterrows():
        cells = [f"{name} {value}" for name, value in row.dropna().items()]
        more = [f"dan {len(cells) - WIDEST} kolom lain"] if len(cells) > WIDEST else []
        shown.append((int(str(line)), ", ".join(cells[:WIDEST] + more)))
    return Rows(why, tuple(shown))
