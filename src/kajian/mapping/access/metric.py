"""Tables with places: refuse those from which a distance in metres cannot be taken."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kajian.errors import MethodError

_REMEDY = "Perbaikan: proyeksikan dengan .to_crs('EPSG:32749') atau zona UTM setempat."


def check_metric(**tables: gpd.GeoDataFrame) -> None:
    """Refuse tables without rows, sound geometry, or the one CRS in metres that they share.

    Parameters
    ----------
    tables
        Tables by the name that a message gives them.

    Raises
    ------
    MethodError
        CRS missing, in degrees or not the same in all tables; a table without rows; a geometry
        that is missing, empty or invalid.
    """
    for name, table in tables.items():
        if table.crs is None:
            raise MethodError(
                f"Tabel {name} tidak punya sistem koordinat (CRS). "
                "Perbaikan: tetapkan dengan .set_crs(...) sesuai sumbernya, lalu proyeksikan."
            )
        if any(axis.unit_name not in ("metre", "meter") for axis in table.crs.axis_info):
            raise MethodError(f"CRS tabel {name} tidak bersatuan meter. {_REMEDY}")
    (first, reference), *others = tables.items()
    for name, table in others:
        if table.crs != reference.crs:
            raise MethodError(f"CRS {first} dan {name} berbeda. {_REMEDY}")
    for name, table in tables.items():
        if table.empty:
            raise MethodError(f"Tabel {name} kosong. Perbaikan: periksa saringan sebelumnya.")
        shape = table.geometry
        broken = table.index[shape.isna() | shape.is_empty | ~shape.is_valid]
        if len(broken):
            raise MethodError(
                f"Geometri {name} kosong atau tidak sah pada {len(broken)} baris: "
                f"{', '.join(map(str, broken[:5]))}. Perbaikan: perbaiki atau keluarkan baris itu."
            )


def check_points(**tables: gpd.GeoDataFrame) -> None:
    """Refuse tables whose geometries are not points."""
    for name, table in tables.items():
        if not (table.geom_type == "Point").all():
            raise MethodError(
                f"Tabel {name} harus berupa titik. Perbaikan: pakai .representative_point()."
            )


def check_columns(name: str, table: gpd.GeoDataFrame, *columns: str | None) -> None:
    """Refuse a table that lacks a column, or a value in it; None stands for no column."""
    for column in columns:
        if column is None:
            continue
        if column not in table.columns:
            raise MethodError(f"Kolom {column} tidak ada di {name}. Perbaikan: periksa ejaannya.")
        if absent := int(table[column].isna().sum()):
            raise MethodError(
                f"Kolom {column} di {name} kosong pada {absent} dari {len(table)} baris. "
                "Perbaikan: lengkapi isinya atau keluarkan baris itu."
            )


def check_key(name: str, table: gpd.GeoDataFrame, key: str) -> None:
    """Refuse a table in which a column does not name each row once."""
    check_columns(name, table, key)
    if doubled := table.loc[table[key].duplicated(), key].tolist():
        raise MethodError(
            f"Kolom {key} di {name} berulang: {', '.join(map(str, doubled[:5]))}. "
            "Perbaikan: satu baris per wilayah."
        )


def amounts(name: str, table: gpd.GeoDataFrame, column: str) -> NDArray[np.float64]:
    """Take a column of finite numbers, zero or more, of which at least one is positive."""
    check_columns(name, table, column)
    values = np.asarray(pd.to_numeric(table[column], errors="coerce"), dtype=float)
    bad = table.index[~(np.isfinite(values) & (values >= 0))]
    if len(bad):
        raise MethodError(
            f"Kolom {column} di {name} bukan angka nol atau lebih pada {len(bad)} baris: "
            f"{', '.join(map(str, bad[:5]))}. Perbaikan: periksa isinya."
        )
    if not values.any():
        raise MethodError(
            f"Kolom {column} di {name} nol di semua baris. Perbaikan: periksa kolomnya."
        )
    return values
