"""What a column must hold: rules built from a passport, checked on text, then converted.

A table arrives as text, so that ``33.10`` keeps its zero and ``7,69`` is seen as it was typed.
Missing values are already missing here; rules look only at what is there.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from kajian.data.resource import Field, Schema
from kajian.errors import DataError
from kajian.language import format_number

INTEGER = r"[+-]?[0-9]+"
NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
DECIMAL_COMMA = r"[+-]?[0-9]*,[0-9]+"

# What goes wrong with codes that should have dots.
_CODE_SUSPECTS = {
    r"[0-9]{2}\.[0-9]": (
        "kode wilayah kehilangan nol di belakang (33.10 menjadi 33.1), "
        "biasanya karena lembar kerja membacanya sebagai angka",
        "tulis kembali nolnya dan jadikan kolom ini teks sebelum menyimpan CSV",
    ),
    r"[0-9]{4}|[0-9]{7}|[0-9]{10}": (
        "tampak seperti kode BPS (tanpa titik), padahal yang diharapkan kode Kemendagri",
        "ganti dengan kode Kemendagri memakai tabel padanan; kode kecamatan dan kelurahan "
        "kedua sistem berbeda, jadi jangan hanya menyisipkan titik",
    ),
}

# Names that pandera gives to its own checks.
_EMPTY = "not_nullable"
_REPEATED = "field_uniqueness"
_REPEATED_KEY = "multiple_fields_uniqueness"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that can be wrong with a value, with the words for it."""

    holds: Callable[[pd.Series], pd.Series]
    problem: str
    remedy: str


def find_value_errors(table: pd.DataFrame, schema: Schema, file: Path) -> list[DataError]:
    """Hold every value of a table against its schema.

    Parameters
    ----------
    table
        Text columns named in the schema; the index says where each row is in the file.
    schema
        The schema from the passport.
    file
        Named in the errors.

    Returns
    -------
    list of DataError
        One per column and kind of fault, each with all its rows.
    """
    rules = {field.name: rules_for(field) for field in schema.fields}
    try:
        _pandera_schema(schema, rules).validate(table, lazy=True)
    except SchemaErrors as error:
        failures = error.failure_cases
    else:
        return []
    key = list(schema.primary_key)
    failures.loc[failures["check"] == _REPEATED_KEY, "column"] = ", ".join(key)
    errors = []
    for (column, check), group in failures.groupby(["column", "check"], sort=False):
        lines = group["index"].drop_duplicates()
        shows_value = check not in (_EMPTY, _REPEATED_KEY)
        values = table.loc[lines, column] if shows_value else [None] * len(lines)
        rule = _ALWAYS.get(check) or next(r for r in rules[column] if r.problem == check)
        errors.append(
            DataError(
                rule.problem,
                remedy=rule.remedy,
                file=file,
                column=column,
                rows=[
                    _row(line, table.loc[line, key], value)
                    for line, value in zip(lines, values, strict=True)
                ],
            )
        )
    return errors


def convert(text: pd.Series, field: Field) -> pd.Series:
    """Turn a checked text column into its type.

    Returns
    -------
    pd.Series
        ``str`` for string, ``float64`` for number; ``int64`` for integer, or ``Int64`` where
        values are missing.
    """
    if field.type == "number":
        return text.map(float, na_action="ignore").astype("float64")
    if field.type == "integer":
        numbers = pd.array([None if pd.isna(t) else int(t) for t in text], dtype="Int64")
        column = pd.Series(numbers, index=text.index, name=text.name)
        return column if column.hasnans else column.astype("int64")
    return text.astype("str")


def rules_for(field: Field) -> list[Rule]:
    """Rules of one column; a value breaks at most one rule about its form."""
    if field.type == "string":
        return _text_rules(field)
    return [*_form_rules(field), *_range_rules(field)]


def _text_rules(field: Field) -> list[Rule]:
    rules = []
    if options := field.constraints.enum:
        rules.append(
            Rule(
                lambda text: text.isin(options),
                "nilai tidak ada dalam daftar pilihan",
                f"pakai salah satu dari: {', '.join(options)}",
            )
        )
    if pattern := field.constraints.pattern:
        suspects = _CODE_SUSPECTS if r"\." in pattern else {}
        rules += [
            Rule(_unless(suspect, pattern), problem, remedy)
            for suspect, (problem, remedy) in suspects.items()
        ]
        form = "|".join(f"(?:{alternative})" for alternative in (pattern, *suspects))
        rules.append(
            Rule(
                lambda text: text.str.fullmatch(form),
                "bentuk nilai tidak cocok dengan pola di paspor",
                f"tulis sesuai pola {pattern}",
            )
        )
    return rules


def _unless(suspect: str, pattern: str) -> Callable[[pd.Series], pd.Series]:
    """Whether a value is right, or at least is not this particular kind of wrong."""
    return lambda text: text.str.fullmatch(pattern) | ~text.str.fullmatch(suspect)


def _form_rules(field: Field) -> list[Rule]:
    form, noun = (INTEGER, "bilangan bulat") if field.type == "integer" else (NUMBER, "angka")
    return [
        Rule(
            lambda text: ~text.str.fullmatch(DECIMAL_COMMA),
            "angka ditulis dengan koma desimal",
            "pakai titik desimal di berkas CSV (7.69, bukan 7,69)",
        ),
        Rule(
            lambda text: text.str.fullmatch(form) | text.str.fullmatch(DECIMAL_COMMA),
            f"isi bukan {noun}",
            f"tulis {noun} saja, tanpa spasi, satuan, atau pemisah ribuan; "
            "kosongkan bila nilainya tidak ada",
        ),
    ]


def _range_rules(field: Field) -> list[Rule]:
    low, high = field.constraints.minimum, field.constraints.maximum
    if low is None and high is None:
        return []

    def holds(text: pd.Series) -> pd.Series:
        number = pd.to_numeric(text.where(text.str.fullmatch(NUMBER)))
        inside = number.between(
            -math.inf if low is None else low, math.inf if high is None else high
        )
        return inside | number.isna()

    limits = [
        f"{word} {format_number(limit, len(f'{limit:g}'.partition('.')[2]))}"
        for word, limit in (("paling kecil", low), ("paling besar", high))
        if limit is not None
    ]
    return [
        Rule(
            holds,
            f"nilai di luar rentang wajar ({', '.join(limits)})",
            f"periksa satuannya: menurut paspor, {field.title} dalam {field.unit}; bila nilainya "
            "memang benar, ubah minimum atau maximum di paspor",
        )
    ]


_ALWAYS = {
    _EMPTY: Rule(pd.Series.notna, "nilai wajib diisi", "isi nilainya, atau hapus barisnya"),
    _REPEATED: Rule(
        lambda text: ~text.duplicated(keep=False),
        "nilai yang harus unik tertulis lebih dari sekali",
        "sisakan satu baris untuk setiap nilai",
    ),
    _REPEATED_KEY: Rule(
        lambda text: ~text.duplicated(keep=False),
        "kunci utama berulang: baris ini menerangkan hal yang sama",
        "sisakan satu baris untuk setiap kunci",
    ),
}


def _pandera_schema(schema: Schema, rules: dict[str, list[Rule]]) -> pa.DataFrameSchema:
    key = schema.primary_key
    return pa.DataFrameSchema(
        {
            field.name: pa.Column(
                str,
                [pa.Check(rule.holds, error=rule.problem) for rule in rules[field.name]],
                nullable=not (field.constraints.required or field.name in key),
                unique=field.constraints.unique and key != (field.name,),
            )
            for field in schema.fields
        },
        unique=list(key),
    )


def _row(line: int, key: pd.Series, value: str | None) -> str:
    """Name a row by its line, its key and the value at fault."""
    keys = ", ".join(f"{name} {text}" for name, text in key.dropna().items())
    shown = f" berisi '{value}'" if value is not None else ""
    return f"{line} ({keys}){shown}" if keys else f"{line}{shown}"
