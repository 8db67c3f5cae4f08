"""What a passport says of one table or map layer: its columns, its seal, its known faults.

The keys are those of Frictionless (https://datapackage.org, version 2). Properties of our own are
``unit`` of a field, and ``known_faults``, ``crs`` and ``geometry_types`` of a resource.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

import pydantic
from pydantic import AfterValidator, ConfigDict, StringConstraints


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"bukan pola regex yang sah ({error})") from error
    return pattern


Text = Annotated[str, StringConstraints(min_length=1)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9._-]+$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
Crs = Annotated[str, StringConstraints(pattern=r"^EPSG:\d+$")]
Pattern = Annotated[str, AfterValidator(_compiles)]
Texts = Annotated[tuple[Text, ...], pydantic.Field(min_length=1, strict=False)]


class Part(pydantic.BaseModel):
    """A part of a descriptor: it never changes and may hold properties that are not read."""

    model_config = ConfigDict(frozen=True, strict=True, extra="allow")


class Constraints(Part):
    """What every value of a column must satisfy. A rule that is not enforced is refused."""

    model_config = ConfigDict(extra="forbid")

    required: bool = False
    unique: bool = False
    minimum: float | None = None
    maximum: float | None = None
    pattern: Pattern | None = None
    enum: Texts | None = None


class Field(Part):
    """A column: its meaning, its unit and what it may hold."""

    name: Text
    type: Literal["string", "integer", "number"]
    title: Text
    description: Text
    unit: Text
    constraints: Constraints = Constraints()

    @pydantic.model_validator(mode="after")
    def _constraints_fit_type(self) -> Self:
        rules = self.constraints
        if self.type == "string" and (rules.minimum is not None or rules.maximum is not None):
            raise ValueError("minimum dan maximum hanya untuk kolom angka")
        if self.type != "string" and (rules.pattern or rules.enum):
            raise ValueError("pattern dan enum hanya untuk kolom teks")
        return self


class KnownFault(Part):
    """Something known to be wrong, where it is, and what studies do about it."""

    model_config = ConfigDict(extra="forbid")

    column: Text
    where: Text
    note: Text
    treatment: Text


class Schema(Part):
    """The columns of a table and its key."""

    fields: Annotated[tuple[Field, ...], pydantic.Field(min_length=1, strict=False)]
    primary_key: Annotated[Texts, pydantic.Field(alias="primaryKey")]
    missing_values: Annotated[
        tuple[str, ...], pydantic.Field(alias="missingValues", strict=False)
    ] = ("",)

    @pydantic.model_validator(mode="after")
    def _names_agree(self) -> Self:
        names = [field.name for field in self.fields]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"kolom tertulis dua kali: {', '.join(twice)}")
        if unknown := sorted(set(self.primary_key) - set(names)):
            raise ValueError(f"primaryKey menyebut kolom yang tidak ada: {', '.join(unknown)}")
        return self


class Resource(Part):
    """One table (CSV) or one map layer (with ``crs`` and ``geometry_types``)."""

    name: Name
    path: Text
    title: Text
    format: Literal["csv", "geojson", "gpkg", "parquet"]
    mediatype: Text
    encoding: Text
    bytes: Annotated[int, pydantic.Field(ge=0)]
    hash: Sha256
    table_schema: Annotated[Schema, pydantic.Field(alias="schema")]
    known_faults: Annotated[tuple[KnownFault, ...], pydantic.Field(strict=False)]
    crs: Crs | None = None
    geometry_types: Texts | None = None

    @property
    def fields(self) -> tuple[Field, ...]:
        """The columns, in the order in which they are read."""
        return self.table_schema.fields

    @pydantic.model_validator(mode="after")
    def _parts_agree(self) -> Self:
        is_layer = self.format != "csv"
        if {self.crs is not None, self.geometry_types is not None} != {is_layer}:
            raise ValueError("crs dan geometry_types wajib untuk lapisan peta, dan hanya untuknya")
        known = {field.name for field in self.fields} | ({"geometry"} if is_layer else set())
        if unknown := sorted({fault.column for fault in self.known_faults} - known):
            raise ValueError(f"known_faults menyebut kolom yang tidak ada: {', '.join(unknown)}")
        return self
