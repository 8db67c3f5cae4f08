"""Passports: what a raw table is, who published it, and what is wrong with it.

A passport is a Frictionless Data Package descriptor (https://datapackage.org, version 2), named
``datapackage.yaml``, beside the tables it describes. It may hold more properties than are read
here; the ones read here must be there and be right. What it says of one table stands in
:mod:`kajian.data.resource`.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated, Any

import pydantic
import yaml
from pydantic import AfterValidator
from pydantic_core import ErrorDetails

from kajian.data.resource import Name, Part, Resource, Text
from kajian.errors import DataError

PASSPORT = "datapackage.yaml"
# The safe loader, in C where PyYAML was built with it: ten times as fast.
YAML_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

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


def _is_moment(text: str) -> str:
    try:
        datetime.datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError('harus waktu seperti "2026-11-21T00:00:00+07:00"') from error
    return text


Attributes = Annotated[tuple[dict[str, Any], ...], pydantic.Field(min_length=1, strict=False)]
Moment = Annotated[str, AfterValidator(_is_moment)]


class Passport(Part):
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
        content = yaml.load(passport_text(file), Loader=YAML_LOADER)
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


def passport_text(file: Path) -> str:
    """Read the text of a passport with its own line ends."""
    try:
        return file.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise DataError(
            "paspor bukan teks UTF-8", remedy="simpan ulang sebagai UTF-8", file=file
        ) from error


def _passport_file(path: Path) -> Path:
    file = path / PASSPORT if path.is_dir() or path.suffix != ".yaml" else path
    if not file.is_file():
        raise DataError(
            "paspor tidak ditemukan",
            remedy=f"setiap sumber di data/raw/ memerlukan {PASSPORT}; lihat data/raw/README.md",
            file=file,
        )
    return file


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
