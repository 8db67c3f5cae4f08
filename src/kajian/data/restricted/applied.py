"""Definitions applied to microdata, each by its id."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kajian.data.restricted.definitions import definition, every_definition
from kajian.errors import MethodError


def below_floor(area_m2: ArrayLike, persons: ArrayLike, definition_id: str) -> NDArray[np.bool_]:
    """Whether homes, shape (n,), have less floor per person (m2) than `definition_id` asks.

    Raises
    ------
    MethodError
        When the definition has no floor, or areas or persons are missing or not positive.
    """
    floor = _parameter(definition_id, "luas_min_m2_per_orang")
    area, heads = np.asarray(area_m2, dtype=np.float64), np.asarray(persons, dtype=np.float64)
    _require(np.all(area > 0) and np.all(heads > 0), "luas lantai atau jumlah orang")
    # 7.2 m2 for each of n persons is enough, however 7.2 n is rounded.
    return np.asarray(area / heads < floor - 1e-9)


def in_age_bounds(age: ArrayLike, definition_id: str) -> NDArray[np.bool_]:
    """Whether ages in completed years, shape (n,), lie in the bounds of `definition_id`.

    Raises
    ------
    MethodError
        When the definition has no age bounds, or an age is missing or negative.
    """
    first = _parameter(definition_id, "umur_dari")
    last = definition(definition_id).parameters.get("umur_sampai", np.inf)
    years = np.asarray(age, dtype=np.float64)
    _require(np.all(years >= 0), "umur")
    return np.asarray((first <= years) & (years <= last))


def adequate_water(
    source: pd.Series, definition_id: str, *, bottled: ArrayLike | None = None
) -> NDArray[np.bool_]:
    """Whether ``sumber_air`` of n households is adequate by `definition_id`.

    Parameters
    ----------
    bottled
        Bottled water is judged by the water for washing, which is not recorded: whether that is
        adequate, per household or one assumption for all.

    Raises
    ------
    MethodError
        When a source is missing, `bottled` is needed and not given, or the definition asks for
        what is not recorded (before 2019: the distance from sewage).
    """
    adequate = _one_of(source, definition_id, "sumber_layak")
    judged = source.isin(_parameter(definition_id, "sumber_bersyarat")).to_numpy(dtype=np.bool_)
    if not judged.any():
        return adequate
    if bottled is None:
        raise MethodError(
            f"Menurut '{definition_id}' air kemasan layak hanya bila air mandi dan cuci layak. "
            "Perbaikan: beri bottled, dari sumber lain atau sebagai anggapan (True atau False)."
        )
    return adequate | (judged & np.asarray(bottled, dtype=np.bool_))


def adequate_sanitation(
    facility: pd.Series, disposal: pd.Series, definition_id: str
) -> NDArray[np.bool_]:
    """Whether sanitation is adequate: ``fasilitas_bab`` and ``pembuangan_tinja`` of n households.

    The kind of closet, which BPS asks for too, is not recorded: an upper bound.

    Raises
    ------
    MethodError
        When a value is missing, or the definition is not one of sanitation.
    """
    own = _one_of(facility, definition_id, "fasilitas_layak")
    return own & _one_of(disposal, definition_id, "pembuangan_layak")


def _parameter(name: str, parameter: str) -> Any:
    one = definition(name)
    if parameter not in one.parameters:
        fitting = [other.id for other in every_definition() if parameter in other.parameters]
        raise MethodError(
            f"Definisi '{name}' tidak memuat {parameter}. "
            f"Perbaikan: pilih salah satu dari {', '.join(fitting)}."
        )
    return one.parameters[parameter]


def _one_of(values: pd.Series, name: str, parameter: str) -> NDArray[np.bool_]:
    allowed = _parameter(name, parameter)
    _require(values.notna().all(), str(values.name))
    return values.isin(allowed).to_numpy(dtype=np.bool_)


def _require(holds: Any, what: str) -> None:
    if not holds:
        raise MethodError(
            f"Ada nilai {what} yang kosong atau tidak mungkin. "
            "Perbaikan: lengkapi atau keluarkan barisnya sebelum definisi diterapkan."
        )
