"""The restricted tables: which there are, and what each column means and may hold.

The schemas stand in ``schemas/<table>.yaml``. Their fields are those of a passport
(:mod:`kajian.data.resource`), with two properties more: the ``role`` of a column that
identifies somebody, and the id of the ``definition`` behind an indicator.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Annotated, Literal

import pydantic
import yaml

from kajian.data.passport import YAML_LOADER
from kajian.data.resource import Field, Part, Schema, Text
from kajian.errors import DataError

SCHEMAS = Path(__file__).with_name("schemas")
TABLES = (
    "rumah_tangga",
    "orang",
    "survei",
    "penerima",
    "esik",
    "kelurahan",
    "belanja",
    "program_bertahap",
    "wawancara",
)
DATE = "tanggal"  # unit of a column that holds an ISO date as text

Role = Literal["nik", "no_kk", "id", "nama", "alamat", "telepon", "tanggal_lahir"]


class RestrictedField(Field):
    """A column of a restricted table.

    ``role`` says in which way it identifies somebody, ``definition`` is the id of the indicator
    definition that it feeds.
    """

    role: Role | None = None
    definition: Text | None = None


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

    @property
    def identifies(self) -> bool:
        """Whether any column identifies somebody."""
        return any(field.role for field in self.fields)


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
