"""What one value of a restricted table must satisfy, whatever stands beside it.

Rules are asked once for each distinct value, so that half a million rows cost no more than the
values they hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from kajian.data.columns import Rule, rules_for
from kajian.data.restricted.numbers import number_rules
from kajian.data.restricted.source import Source
from kajian.data.restricted.tables import DATE, RestrictedField
from kajian.errors import DataError

WEIGHT = "penimbang"

_ISO = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_OTHER_ORDER = (
    r"[0-9]{1,2}[/. -][0-9]{1,2}[/. -][0-9]{2,4}|[0-9]{4}[/. -][0-9]{1,2}[/. -][0-9]{1,2}"
)
_WRITE_ISO = "tulis tahun-bulan-tanggal: 2025-12-31"


def find_value_faults(source: Source, *, simulated: bool) -> Iterator[DataError]:
    """Hold every value against the schema: one error per column and kind of fault.

    Parameters
    ----------
    source
        A table without faults of form.
    simulated
        Whether the data are simulated.
    """
    for field in source.table.fields:
        text = source.text[field.name]
        if field.constraints.required or field.name in source.table.key:
            yield from source.fault(
                text.isna(), "nilai wajib diisi", _remedy_if_empty(field), column=field.name
            )
        codes, values = pd.factorize(text)
        distinct = pd.Series(values, dtype="str")
        for rule in _rules_of(field, simulated=simulated) if len(distinct) else []:
            broken = ~rule.holds(distinct).to_numpy(dtype=bool)
            bad = pd.Series((codes >= 0) & broken[codes], text.index)
            yield from source.fault(bad, rule.problem, rule.remedy, column=field.name, show=field)


def iso_dates(text: pd.Series) -> pd.Series:
    """Dates of a text column, missing where there is none."""
    codes, values = pd.factorize(text)
    distinct = pd.Series(values, dtype="str")
    dates = pd.to_datetime(distinct, format="%Y-%m-%d", errors="coerce")
    return pd.Series(dates.reindex(codes).to_numpy(), text.index)


def _rules_of(field: RestrictedField, *, simulated: bool) -> list[Rule]:
    if field.unit == DATE:
        return _DATE_RULES
    if field.role in ("nik", "no_kk"):
        return number_rules(field.role, simulated=simulated)
    if field.name == WEIGHT:
        limits = field.constraints.model_copy(update={"minimum": None})
        form = rules_for(field.model_copy(update={"constraints": limits}))
        return [*map(_of_schema, form), _WEIGHT_RULE]
    return [_of_schema(rule) for rule in rules_for(field)]


def _of_schema(rule: Rule) -> Rule:
    """Say schema where the rules of raw tables say passport."""
    problem, remedy = (text.replace("paspor", "skema") for text in (rule.problem, rule.remedy))
    return replace(rule, problem=problem, remedy=remedy)


def _remedy_if_empty(field: RestrictedField) -> str:
    if field.name == WEIGHT:
        return (
            "minta penimbang akhir kepada penyelenggara survei; sampel tanpa penimbang tidak "
            "mewakili siapa pun"
        )
    return "isi nilainya, atau hapus barisnya"


_DATE_RULES = [
    Rule(
        lambda text: text.str.fullmatch(_ISO) | ~text.str.fullmatch(_OTHER_ORDER),
        "tanggal ditulis dengan urutan atau pemisah lain (seperti 31/12/2025)",
        _WRITE_ISO,
    ),
    Rule(
        lambda text: text.str.fullmatch(_ISO) | text.str.fullmatch(_OTHER_ORDER),
        "isi bukan tanggal",
        _WRITE_ISO,
    ),
    Rule(
        lambda text: ~text.str.fullmatch(_ISO) | iso_dates(text).notna(),
        "tanggal tidak ada di kalender",
        f"periksa bulan dan tanggalnya; {_WRITE_ISO}",
    ),
]
_WEIGHT_RULE = Rule(
    lambda text: ~(pd.to_numeric(text, errors="coerce") <= 0),
    "penimbang nol atau negatif",
    "pakai penimbang akhir dari penyelenggara survei; rumah tangga yang tidak mewakili siapa pun "
    "dihapus dari tabel",
)
