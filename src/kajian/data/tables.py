"""Read raw tables and map layers through their passports: check at the border, then trust."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

from kajian.data.columns import convert, find_value_errors
from kajian.data.delimited import parse_csv
from kajian.data.passport import Passport, read_passport
from kajian.data.resource import Resource
from kajian.data.seal import seal_of
from kajian.data.shapes import find_shape_errors, read_shapes
from kajian.errors import DataError


def read_table(passport: Passport, name: str) -> pd.DataFrame:
    """Read and check a raw table.

    Parameters
    ----------
    passport
        The passport of the source.
    name
        Name of a CSV resource in it.

    Returns
    -------
    pd.DataFrame
        Columns in the order of the passport: ``str`` for string, ``float64`` for number,
        ``int64`` for integer (``Int64`` where values are missing); units as in the passport.

    Raises
    ------
    DataError
        At the first fault: the file is missing or changed, columns differ from the passport, or
        values are of the wrong form or out of range. `check_source` finds all faults.
    """
    resource = passport.resource(name)
    if resource.crs is not None:
        raise DataError(
            f"'{name}' adalah lapisan peta, bukan tabel",
            remedy="baca dengan read_layer",
            file=passport.path_of(name),
        )
    table, errors = _examine(passport, resource)
    if errors:
        raise errors[0]
    return _converted(table, resource)


def read_layer(passport: Passport, name: str) -> gpd.GeoDataFrame:
    """Read and check a map layer.

    Parameters
    ----------
    passport
        The passport of the source.
    name
        Name of a GeoJSON, GeoPackage or GeoParquet resource in it.

    Returns
    -------
    gpd.GeoDataFrame
        Columns in the order of the passport, then ``geometry``, in the passport's CRS.

    Raises
    ------
    DataError
        At the first fault: those of a table, or a CRS that is missing or not the declared one,
        or geometry that is empty, invalid, of another type, or outside the globe.
    """
    resource = passport.resource(name)
    if resource.crs is None:
        raise DataError(
            f"'{name}' adalah tabel, bukan lapisan peta",
            remedy="baca dengan read_table",
            file=passport.path_of(name),
        )
    layer, errors = _examine(passport, resource)
    if errors:
        raise errors[0]
    geometry = gpd.GeoSeries(layer["geometry"].array, crs=layer.crs)
    return gpd.GeoDataFrame(
        _converted(layer, resource),
        geometry=geometry.set_crs(resource.crs, allow_override=True),
    )


def read_named(raw: Path, name: str) -> tuple[pd.DataFrame, str]:
    """Read a raw table or layer by the name that a study gives it.

    Parameters
    ----------
    raw
        Folder of all sources.
    name
        ``source/table``, as in the study file.

    Returns
    -------
    tuple
        The table (a GeoDataFrame for a layer) and the SHA-256 of its file.

    Raises
    ------
    DataError
        As `read_table` and `read_layer`.
    """
    folder, _, table = name.partition("/")
    passport = read_passport(raw / folder)
    resource = passport.resource(table)
    read = read_layer if resource.crs else read_table
    return read(passport, table), resource.hash.removeprefix("sha256:")


def check_source(folder: Path) -> list[DataError]:
    """Find the faults of every table of one source, instead of stopping at the first.

    Parameters
    ----------
    folder
        The folder with the tables and their ``datapackage.yaml``.

    Returns
    -------
    list of DataError
        In the order of the passport; empty when all is well.
    """
    try:
        passport = read_passport(folder)
    except DataError as error:
        return [error]
    errors = []
    for resource in passport.resources:
        try:
            errors += _examine(passport, resource)[1]
        except DataError as error:
            errors.append(error)
    return errors


def _examine(passport: Passport, resource: Resource) -> tuple[pd.DataFrame, list[DataError]]:
    """Read a resource as text, with its shapes if it has any, and list what is wrong with it."""
    file = _sealed_file(passport, resource)
    content = _read_csv(file, resource) if resource.crs is None else read_shapes(file, resource)
    if errors := _column_errors(content.columns, resource, file):
        return content, errors
    missing = resource.table_schema.missing_values
    text = pd.DataFrame({field.name: content[field.name] for field in resource.fields})
    text = text.mask(text.isin(missing))
    errors = find_value_errors(text, resource.table_schema, file)
    if resource.crs is not None:
        errors += find_shape_errors(content, resource, file)
        return content[["geometry"]].join(text), errors
    return text, errors


def _converted(table: pd.DataFrame, resource: Resource) -> pd.DataFrame:
    columns = {field.name: convert(table[field.name], field) for field in resource.fields}
    return pd.DataFrame(columns).reset_index(drop=True)


def _sealed_file(passport: Passport, resource: Resource) -> Path:
    """Path of a file that is there and is the one the passport speaks of."""
    file = passport.path_of(resource.name)
    if not file.is_file():
        raise DataError(
            "berkas tidak ditemukan",
            remedy=f"letakkan berkas itu di folder {passport.folder.name} "
            "atau perbaiki path di paspor",
            file=file,
        )
    if seal_of(file) != (resource.bytes, resource.hash):
        raise DataError(
            "isi berkas tidak sama dengan segel (sha256) di paspornya",
            remedy="kembalikan berkas asli; bila perubahan disengaja, jalankan "
            f"`kajian seal {passport.folder.resolve().name}` dan catat di CHANGELOG",
            file=file,
        )
    return file


def _read_csv(file: Path, resource: Resource) -> pd.DataFrame:
    """Read a CSV file as text, indexed by the line in which each row begins."""
    try:
        text = file.read_bytes().decode(resource.encoding).removeprefix("\ufeff")
    except (UnicodeDecodeError, LookupError) as error:
        raise DataError(
            f"berkas tidak dapat dibaca sebagai {resource.encoding}",
            remedy="simpan ulang sebagai CSV UTF-8 atau perbaiki encoding di paspor",
            file=file,
        ) from error
    return parse_csv(text, file)


def _column_errors(found: pd.Index, resource: Resource, file: Path) -> list[DataError]:
    expected = [field.name for field in resource.fields]
    present = [name for name in found if resource.crs is None or name != "geometry"]
    twice = sorted({name for name in present if present.count(name) > 1})
    absent = [name for name in expected if name not in present]
    unknown = sorted(set(present) - set(expected))
    faults = (
        (twice, "kolom tertulis lebih dari sekali", "sisakan satu"),
        (absent, "kolom tidak ada", "kembalikan kolom itu; nama kolom harus persis seperti paspor"),
        (unknown, "kolom tidak dikenal paspor", "hapus kolom itu atau uraikan di paspor"),
    )
    return [
        DataError(problem, remedy=remedy, file=file, column=", ".join(names))
        for names, problem, remedy in faults
        if names
    ]
