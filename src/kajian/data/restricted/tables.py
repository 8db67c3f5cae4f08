"""The restricted tables: which there are, and what each column means and may hold.

The schemas stand in ``schemas/<table>.yaml``. Their fields are those of a passport
(:mod:`kajian.data.resource`), with three properties more: the ``role`` of a column that
identifies somebody, the id of the ``definition`` behind an indicator, and whether the column is
``optional``.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Annotated, Literal

import pydantic
import yaml

from kajian.data.passport import YAML_LOADER
from kajian.data.resource import Field, Part, Schema, Text
from kajian.errors import DataError
from kajian.language import format_number

SCHEMAS = Path(__file__).with_name("schemas")
TABLES = (
    "rumah_tangga",
    "orang",
    "survei",
    "penerima",
    "esik",
    "kelurahan",
    "belanja",
    "fasilitas",
    "program_bertahap",
    "uji_coba",
    "seleksi",
    "wawancara",
)
DATE = "tanggal"  # unit of a column that holds an ISO date as text
CODE_EXAMPLE, DATE_EXAMPLE = "33.72.05.1001", "2025-12-31"

Role = Literal["nik", "no_kk", "id", "nama", "alamat", "telepon", "tanggal_lahir"]


class RestrictedField(Field):
    """A column of a restricted table.

    ``role`` says in which way it identifies somebody, ``definition`` is the id of the indicator
    definition that it feeds. A file may lack an ``optional`` column of integers, or leave its
    cells empty: both mean 0.
    """

    role: Role | None = None
    definition: Text | None = None
    optional: bool = False

    @property
    def limits(self) -> list[str]:
        """The smallest and the largest value, where there are any, in words."""
        bounds = {
            "paling kecil": self.constraints.minimum,
            "paling besar": self.constraints.maximum,
        }
        return [f"{word} {self._in_words(at)}" for word, at in bounds.items() if at is not None]

    def _in_words(self, limit: float) -> str:
        if self.unit == "tahun":
            return f"{limit:g}"
        return format_number(limit, len(f"{limit:g}".partition(".")[2]))


class RestrictedSchema(Schema):
    """The columns of a restricted table and its key."""

    fields: Annotated[tuple[RestrictedField, ...], pydantic.Field(min_length=1, strict=False)]


class RestrictedTable(Part):
    """One restricted table; ``snapshot`` says that all its rows are of one ``tanggal_data``."""

    name: Text
    title: Text
    description: Text
    table_schema: RestrictedSchema
    snapshot: bool

    @property
    def fields(self) -> tuple[RestrictedField, ...]:
        """The columns, in the order in which they are read."""
        return self.table_schema.fields

    @property
    def key(self) -> list[str]:
        """Columns that together name a row."""
        return list(self.table_schema.primary_key)

    def field(self, name: str) -> RestrictedField:
        """Look up a column that is known to be there."""
        return next(field for field in self.fields if field.name == name)


def spelling(name: str) -> str:
    """What is left of a name without capitals, spaces and punctuation: ``No. KK`` is ``no_kk``."""
    return re.sub(r"[\W_]+", "_", name.casefold()).strip("_")


@functools.cache
def restricted_table(name: str) -> RestrictedTable:
    """Look up a restricted table.

    Raises
    ------
    DataError
        When there is no such table; the message lists those there are.
    """
    if name not in TABLES:
        raise DataError(
            f"tabel terbatas '{name}' tidak dikenal",
            remedy=f"pilih salah satu: {', '.join(TABLES)}",
        )
    content = yaml.load((SCHEMAS / f"{name}.yaml").read_text(encoding="utf-8"), YAML_LOADER)
    schema = {key: content.pop(key) for key in ("fields", "primaryKey")}
    return RestrictedTable.model_validate({"name": name, "table_schema": schema, **content})
