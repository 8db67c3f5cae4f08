"""Passports: what a raw table is, who published it, and what is wrong with it.

A passport is a Frictionless Data Package descriptor (https://datapackage.org, version 2), named
``datapackage.yaml``, beside the tables it describes. It may hold more properties than are read
here; the ones read here must be there and be right. Properties of our own are ``unit`` of a
field, and ``known_faults``, ``crs`` and ``geometry_types`` of a resource.
"""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import pydantic
import yaml
from pydantic import AfterValidator, ConfigDict, StringConstraints
from pydantic_core import ErrorDetails

from kajian.errors import DataError
from kajian.files import sha256, whole_file

PASSPORT = "datapackage.yaml"

_PROBLEMS = {
    "missing": "wajib ada",
    "extra_forbidden": "tidak dikenal; periksa ejaannya",
    "string_type": "harus teks; beri tanda kutip",
    "string_too_short": "tidak boleh kosong",
    "string_pattern_mismatch": "tidak cocok dengan pola {pattern}",
    "int_type": "harus bilangan bulat",
    "float_type": "harus angka",
    "bool_type": "harus true atau false",
    "greater_than_equal": "paling kecil {ge}",
    "literal_error": "harus salah satu dari {expected}",
    "tuple_type": "harus daftar",
    "too_short": "tidak boleh kosong",
    "model_type": "harus berisi pasangan kunci dan nilai",
    "value_error": "{error}",
}


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"bukan pola regex yang sah ({error})") from error
    return pattern


def _is_moment(text: str) -> str:
    try:
        datetime.datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError('harus waktu seperti "2026-11-21T00:00:00+07:00"') from error
    return text


Text = Annotated[str, StringConstraints(min_length=1)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9._-]+$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
Crs = Annotated[str, StringConstraints(pattern=r"^EPSG:\d+$")]
Pattern = Annotated[str, AfterValidator(_compiles)]
Moment = Annotated[str, AfterValidator(_is_moment)]
Texts = Annotated[tuple[Text, ...], pydantic.Field(min_length=1, strict=False)]
Attributes = Annotated[tuple[dict[str, Any], ...], pydantic.Field(min_length=1, strict=False)]


class _Part(pydantic.BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="allow")


class Constraints(_Part):
    """What every value of a column must satisfy. A rule that is not enforced is refused."""

    model_config = ConfigDict(extra="forbid")

    required: bool = False
    unique: bool = False
    minimum: float | None = None
    maximum: float | None = None
    pattern: Pattern | None = None
    enum: Texts | None = None


class Field(_Part):
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


class KnownFault(_Part):
    """Something known to be wrong, where it is, and what studies do about it."""

    model_config = ConfigDict(extra="forbid")

    column: Text
    where: Text
    note: Text
    treatment: Text


class Schema(_Part):
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


class Resource(_Part):
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


class Passport(_Part):
    """The passport of one source; ``folder`` is where its tables are."""

    name: Name
    title: Text
    description: Text
    licenses: Attributes
    sources: Attributes
    contributors: Attributes
    created: Moment
    resources: Annotated[tuple[Resource, ...], pydantic.Field(min_length=1, strict=False)]
    folder: Path

    @property
    def file(self) -> Path:
        """The passport's own file."""
        return self.folder / PASSPORT

    def resource(self, name: str) -> Resource:
        """Find a table or layer by its name.

        Raises
        ------
        DataError
            When the passport has no such resource; the message lists those it has.
        """
        for resource in self.resources:
            if resource.name == name:
                return resource
        raise DataError(
            f"paspor tidak memuat tabel '{name}'",
            remedy=f"pilih salah satu: {', '.join(r.name for r in self.resources)}",
            file=self.file,
        )

    def path_of(self, name: str) -> Path:
        """Path of a resource's file, which lies inside the folder.

        Raises
        ------
        DataError
            When there is no such resource or its path leaves the folder.
        """
        return _inside(self.folder, self.resource(name).path)


def read_passport(path: Path) -> Passport:
    """Read and check a passport.

    Parameters
    ----------
    path
        The folder of a source, or its ``datapackage.yaml``.

    Raises
    ------
    DataError
        When the passport is missing, is not YAML, or lacks a part; the message names every key
        at fault.
    """
    file = _passport_file(path)
    try:
        content = yaml.safe_load(_text(file))
    except yaml.YAMLError as error:
        raise DataError(
            f"paspor bukan YAML yang sah ({_where(error)})",
            remedy="periksa lekukan, titik dua, dan tanda kutip di sekitar baris itu",
            file=file,
        ) from error
    if not isinstance(content, dict):
        raise DataError("paspor kosong", remedy="contoh paspor: data/raw/README.md", file=file)
    try:
        passport = Passport.model_validate({**content, "folder": file.parent})
    except pydantic.ValidationError as error:
        problems = [_problem(details) for details in error.errors()]
        raise DataError(
            f"paspor tidak lengkap atau salah: {'; '.join(problems)}",
            remedy="perbaiki kunci itu di paspor; contoh dan arti kunci ada di data/raw/README.md",
            file=file,
        ) from error
    names = [resource.name for resource in passport.resources]
    if len(set(names)) < len(names):
        raise DataError("nama tabel berulang", remedy="beri nama berbeda (name)", file=file)
    for resource in passport.resources:
        _inside(passport.folder, resource.path)
    return passport


def seal(folder: Path) -> list[str]:
    """Write the present size and SHA-256 of every table into the passport.

    Everything else in the file stays as it is, byte for byte.

    Parameters
    ----------
    folder
        The folder of a source.

    Returns
    -------
    list of str
        Names of the resources whose seal changed.

    Raises
    ------
    DataError
        When the passport is wrong or a table is missing; nothing is written then.
    """
    passport = read_passport(folder)
    text = _text(passport.file)
    edits: list[tuple[yaml.Node, str]] = []
    changed = []
    tree = yaml.compose(text, Loader=yaml.SafeLoader)
    assert tree is not None  # read_passport has read it
    nodes = _child(tree, "resources").value
    for resource, node in zip(passport.resources, nodes, strict=True):
        file = passport.path_of(resource.name)
        if not file.is_file():
            raise DataError(
                "tabel tidak ditemukan",
                remedy="letakkan berkas di folder sumbernya atau perbaiki path di paspor",
                file=file,
            )
        size, digest = file.stat().st_size, f"sha256:{sha256(file)}"
        if (size, digest) != (resource.bytes, resource.hash):
            edits += [(_child(node, "bytes"), str(size)), (_child(node, "hash"), digest)]
            changed.append(resource.name)
    for scalar, value in sorted(edits, key=lambda edit: -edit[0].start_mark.index):
        start, end = scalar.start_mark.index, scalar.end_mark.index
        text = text[:start] + text[start:end].replace(scalar.value, value) + text[end:]
    if changed:
        with whole_file(passport.file) as temporary:
            temporary.write_bytes(text.encode())
    return changed


def _passport_file(path: Path) -> Path:
    file = path / PASSPORT if path.is_dir() or path.suffix != ".yaml" else path
    if not file.is_file():
        raise DataError(
            "paspor tidak ditemukan",
            remedy=f"setiap sumber di data/raw/ memerlukan {PASSPORT}; lihat data/raw/README.md",
            file=file,
        )
    return file


def _text(file: Path) -> str:
    """Text of a passport with its own line ends."""
    try:
        return file.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise DataError(
            "paspor bukan teks UTF-8", remedy="simpan ulang sebagai UTF-8", file=file
        ) from error


def _inside(folder: Path, path: str) -> Path:
    """Resolve a resource's path, which must not leave its folder."""
    file = (folder / path).resolve()
    if not file.is_relative_to(folder.resolve()):
        raise DataError(
            f"path '{path}' keluar dari folder sumbernya",
            remedy="simpan tabel di folder yang sama dengan paspornya dan tulis path relatif",
            file=folder / PASSPORT,
        )
    return folder / path


def _child(node: yaml.Node, key: str) -> yaml.Node:
    """Value node of a key in a mapping node."""
    children: dict[str, yaml.Node] = {name.value: value for name, value in node.value}
    return children[key]


def _problem(details: ErrorDetails) -> str:
    """Say in Indonesian what pydantic found, with the key it found it at."""
    place = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in details["loc"])
    context = details.get("ctx", {})
    expected = str(context.get("expected", "")).replace(" or ", ", ")
    template = _PROBLEMS.get(details["type"], "tidak sah")
    return f"kunci {place.lstrip('.')} {template.format(**{**context, 'expected': expected})}"


def _where(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"baris {mark.line + 1}" if mark else "isi tidak terbaca"
