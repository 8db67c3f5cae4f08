"""What one value of a restricted table must satisfy, whatever stands beside it.

Rules are asked once for each distinct value, so that half a million rows cost no more than the
values they hold. A value is told of the first rule that it breaks.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from kajian.data.columns import DECIMAL_COMMA, INTEGER, NUMBER, Rule
from kajian.data.restricted.numbers import number_rules
from kajian.data.restricted.source import Source
from kajian.data.restricted.tables import (
    CODE_EXAMPLE,
    DATE,
    DATE_EXAMPLE,
    RestrictedField,
    RestrictedTable,
    spelling,
)
from kajian.errors import DataError

WEIGHT = "penimbang"
# Columns in which people write as they like.
_PROSE = {"nama", "alamat", "telepon", "teks", "parafrase"}

_ISO = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_OTHER_ORDER = (
    r"[0-9]{1,2}[/. -][0-9]{1,2}[/. -][0-9]{2,4}|[0-9]{4}[/. -][0-9]{1,2}[/. -][0-9]{1,2}"
)
_WRITE_ISO = f"tulis tahun-bulan-tanggal: {DATE_EXAMPLE}"
_WRITE_CODE = f"tulis kode, mis. {CODE_EXAMPLE}, bukan nama"
_STAND_IN = r"[-–—?.]+|#?n/?a|nan|null|none"
_IF_EMPTY = "isi nilainya; bila tidak tahu, tanyakan ke sumber data"
_IF_NO_WEIGHT = (
    "minta penimbang akhir kepada penyelenggara survei; sampel tanpa penimbang tidak mewakili "
    "siapa pun"
)


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
        if _is_needed(field, source.table):
            remedy = _IF_NO_WEIGHT if field.name == WEIGHT else _IF_EMPTY
            yield from source.fault(text.isna(), "nilai wajib diisi", remedy, column=field.name)
        codes, values = pd.factorize(text)
        distinct = pd.Series(values, dtype="str")
        told = np.zeros(len(distinct), dtype=bool)
        rules = _rules_of(field, source.table, distinct, simulated=simulated)
        for rule in rules if len(distinct) else []:
            broken = ~rule.holds(distinct).to_numpy(dtype=bool) & ~told
            told |= broken
            bad = pd.Series((codes >= 0) & broken[codes], text.index)
            yield from source.fault(bad, rule.problem, rule.remedy, column=field.name, show=field)


def iso_dates(text: pd.Series) -> pd.Series:
    """Dates of a text column, missing where there is none."""
    codes, values = pd.factorize(text)
    distinct = pd.Series(values, dtype="str")
    dates = pd.to_datetime(distinct, format="%Y-%m-%d", errors="coerce")
    return pd.Series(dates.reindex(codes).to_numpy(), text.index)


def _rules_of(
    field: RestrictedField, table: RestrictedTable, distinct: pd.Series, *, simulated: bool
) -> list[Rule]:
    if field.name in _PROSE:
        return []
    rules = [_SPACES, _stand_in_rule(needed=_is_needed(field, table))]
    if field.unit == DATE:
        return rules + _DATE_RULES
    if field.role in ("nik", "no_kk"):
        return rules + number_rules(field.role, simulated=simulated)
    if field.constraints.enum:
        return rules + _option_rules(field.constraints.enum, distinct)
    if field.constraints.pattern:
        return rules + _CODE_RULES
    if field.type == "string":
        return rules
    last = _WEIGHT_RULE if field.name == WEIGHT else _range_rule(field, table)
    return [*rules, *_form_rules(field, needed=_is_needed(field, table)), last]


def _is_needed(field: RestrictedField, table: RestrictedTable) -> bool:
    return field.constraints.required or field.name in table.key


def _stand_in_rule(*, needed: bool) -> Rule:
    return Rule(
        lambda text: ~text.str.fullmatch(_STAND_IN, case=False),
        "tanda pengganti isi, seperti '-' atau 'N/A'",
        _IF_EMPTY if needed else "kosongkan selnya",
    )


def _option_rules(options: tuple[str, ...], distinct: pd.Series) -> list[Rule]:
    by_spelling = {spelling(option): option for option in options}
    meant = {value: by_spelling.get(spelling(value)) for value in distinct}
    nearly = dict.fromkeys(f"'{o}'" for value, o in meant.items() if o and o != value)
    choice = f"pakai salah satu dari: {', '.join(options)}"
    if set(options) == {"L", "P"}:
        choice = "tulis L untuk laki-laki atau P untuk perempuan"
    return [
        Rule(
            lambda text: text.isin(options) | text.map(meant).isna(),
            "pilihan ditulis dengan huruf besar/kecil atau spasi yang lain",
            f"tulis {', '.join(nearly)}, huruf besar/kecil dan garis bawah harus sama",
        ),
        Rule(lambda text: text.isin(options), "nilai tidak ada dalam daftar pilihan", choice),
    ]


def _form_rules(field: RestrictedField, *, needed: bool) -> list[Rule]:
    form, noun = (INTEGER, "bilangan bulat") if field.type == "integer" else (NUMBER, "angka")
    otherwise = "" if needed else "; kosongkan bila nilainya tidak ada"
    return [
        Rule(
            lambda text: ~text.str.fullmatch(DECIMAL_COMMA),
            "angka ditulis dengan koma desimal",
            "pakai titik desimal (7.69, bukan 7,69)",
        ),
        Rule(
            lambda text: text.str.fullmatch(form),
            f"isi bukan {noun}",
            f"tulis {noun} saja, tanpa spasi, satuan, atau pemisah ribuan{otherwise}",
        ),
    ]


def _range_rule(field: RestrictedField, table: RestrictedTable) -> Rule:
    rules = field.constraints
    low = -math.inf if rules.minimum is None else rules.minimum
    high = math.inf if rules.maximum is None else rules.maximum
    if "=" in field.unit:
        remedy = f"tulis {field.unit}"
    else:
        has_unit = field.unit != "tanpa satuan" and not field.title.lower().startswith(field.unit)
        look = f"satuannya: {field.title} dalam {field.unit}" if has_unit else "nilainya"
        remedy = (
            f"periksa {look}; bila nilainya memang benar, ubah minimum atau maximum di "
            f"kajian/data/restricted/schemas/{table.name}.yaml"
        )
    return Rule(
        lambda text: pd.to_numeric(text, errors="coerce").between(low, high),
        f"nilai di luar rentang wajar ({', '.join(field.limits)})",
        remedy,
    )


_SPACES = Rule(
    lambda text: text == text.str.strip(),
    "ada spasi di depan atau di belakang nilai",
    "hapus spasinya; di lembar kerja: rumus TRIM, lalu tempel nilainya",
)
_CODE_RULES = [
    Rule(
        lambda text: ~text.str.fullmatch(r"[0-9]{10}"),
        "tampak seperti kode BPS (tanpa titik), padahal yang diharapkan kode Kemendagri",
        "ganti dengan kode Kemendagri memakai tabel padanan; kode kelurahan kedua sistem "
        "berbeda, jadi jangan hanya menyisipkan titik",
    ),
    Rule(
        lambda text: text.str.fullmatch(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}"),
        "isi bukan kode kelurahan",
        _WRITE_CODE,
    ),
]
_DATE_RULES = [
    Rule(
        lambda text: text.str.fullmatch(_ISO) | ~text.str.fullmatch(_OTHER_ORDER),
        "tanggal ditulis dengan urutan atau pemisah lain (seperti 31/12/2025)",
        _WRITE_ISO,
    ),
    Rule(
        lambda text: text.str.fullmatch(_ISO),
        "isi bukan tanggal",
        _WRITE_ISO,
    ),
    Rule(
        lambda text: iso_dates(text).notna(),
        "tanggal tidak ada di kalender",
        f"periksa bulan dan tanggalnya; {_WRITE_ISO}",
    ),
]
_WEIGHT_RULE = Rule(
    lambda text: pd.to_numeric(text, errors="coerce") > 0,
    "penimbang nol atau negatif",
    "pakai penimbang akhir dari penyelenggara survei; rumah tangga yang tidak mewakili siapa pun "
    "tidak ikut di tabel sampel",
)
