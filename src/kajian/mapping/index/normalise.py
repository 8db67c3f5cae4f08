"""Indicators before they are averaged: described, complete, and on one scale."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kajian.errors import MethodError

Normalise = Literal["min-max", "z", "rank", "goalposts", "none"]
Floats = NDArray[np.float64]

GOALPOSTS = ["goalpost_low", "goalpost_high"]
Z_SPREAD = 10.0


def described_indicators(indicators: pd.DataFrame) -> pd.DataFrame:
    """Check the description of the indicators and return the columns that count.

    Parameters
    ----------
    indicators
        As for `kajian.mapping.index.composite.composite_index`.

    Returns
    -------
    DataFrame
        code, dimension, direction, weight, dimension_weight (1 where not given), goalpost_low and
        goalpost_high (missing where not given); one row per indicator in the order given.

    Raises
    ------
    MethodError
        A description that is incomplete or contradicts itself.
    """
    needed = ["code", "dimension", "direction", "weight"]
    absent = [name for name in needed if name not in indicators.columns]
    if absent or indicators.empty:
        raise MethodError(
            f"Tabel indikator kosong atau tanpa kolom {', '.join(absent) or '-'}. "
            f"Perbaikan: sediakan kolom {', '.join(needed)}."
        )
    described: pd.DataFrame = indicators[needed].reset_index(drop=True)
    weight = indicators.get("dimension_weight")
    described["dimension_weight"] = 1.0 if weight is None else weight.to_numpy()
    if described["dimension"].isna().any() or described["code"].duplicated().any():
        raise MethodError(
            "Tabel indikator memuat dimensi kosong atau kode berulang. "
            "Perbaikan: satu baris per indikator dengan dimensinya."
        )
    if not described["direction"].isin([1, -1]).all():
        codes = described.loc[~described["direction"].isin([1, -1]), "code"].astype(str)
        raise MethodError(
            f"Arah indikator {', '.join(codes)} bukan 1 atau -1. "
            "Perbaikan: 1 bila makin besar makin baik, -1 bila sebaliknya."
        )
    for name in ("weight", "dimension_weight"):
        number = pd.to_numeric(described[name], errors="coerce")
        wrong = described.loc[~(np.isfinite(number) & (number > 0)), "code"].astype(str)
        if len(wrong):
            raise MethodError(
                f"Bobot ({name}) indikator {', '.join(wrong)} tidak positif. "
                "Perbaikan: isi bobot lebih dari nol atau hapus indikatornya."
            )
        described[name] = number.astype(float)
    shares = described[["dimension", "dimension_weight"]].drop_duplicates()
    if shares["dimension"].duplicated().any():
        raise MethodError(
            "Bobot dimensi (dimension_weight) berbeda di dalam satu dimensi. "
            "Perbaikan: isi angka yang sama untuk semua indikator sedimensi."
        )
    described[GOALPOSTS] = _goalposts(indicators)
    return described


def _goalposts(indicators: pd.DataFrame) -> pd.DataFrame:
    """Take the goalposts, each with both ends or none."""
    given = indicators.reindex(columns=GOALPOSTS).reset_index(drop=True)
    low, high = (pd.to_numeric(given[name], errors="coerce").astype(float) for name in GOALPOSTS)
    wrong = ~(np.isfinite(low) & np.isfinite(high) & (low < high)) & given.notna().any(axis=1)
    if wrong.any():
        codes = ", ".join(indicators["code"].reset_index(drop=True)[wrong].astype(str))
        raise MethodError(
            f"Goalpost indikator {codes} tidak lengkap, bukan angka, atau goalpost_low tidak di "
            "bawah goalpost_high. Perbaikan: isi keduanya, atau kosongkan keduanya."
        )
    return pd.DataFrame({"goalpost_low": low, "goalpost_high": high})


def indicator_values(
    table: pd.DataFrame, codes: list[str], *, missing: bool = False
) -> pd.DataFrame:
    """Take the indicators out of the table: numbers, and complete unless `missing` is allowed."""
    unknown = [str(code) for code in codes if code not in table.columns]
    if unknown:
        raise MethodError(
            f"Kode indikator {', '.join(unknown)} tidak ada di tabel (ada: "
            f"{', '.join(map(str, table.columns))}). Perbaikan: samakan kode dan nama kolom."
        )
    if not table.index.is_unique or len(table) < 2:
        raise MethodError(
            f"Label unit berulang, atau unit kurang dari dua (ada {len(table)}). "
            "Perbaikan: satu baris per unit."
        )
    for code in codes:
        column = table[code]
        if not pd.api.types.is_numeric_dtype(column):
            raise MethodError(
                f"Indikator {code} bukan angka. Perbaikan: ubah kolomnya menjadi angka."
            )
        number = column.astype(float)
        if number.isna().all():
            raise MethodError(
                f"Indikator {code} kosong seluruhnya. Perbaikan: isi atau hapus indikatornya."
            )
        wrong = table.index[np.isinf(number) | (number.isna() & (not missing))]
        if len(wrong):
            raise MethodError(
                f"Indikator {code} kosong pada {len(wrong)} unit: "
                f"{', '.join(map(str, wrong[:5]))}. Nilai kosong tidak diisi otomatis. "
                "Perbaikan: lengkapi datanya, keluarkan unit atau indikatornya, atau pilih cara "
                "mengisinya (impute)."
            )
    return table[codes].astype(float)


def refuse_constant(values: pd.DataFrame) -> None:
    """Refuse an indicator that is the same everywhere."""
    constant = values.columns[values.min() == values.max()]
    if len(constant):
        raise MethodError(
            f"Indikator {', '.join(map(str, constant))} sama di semua unit, sehingga tidak "
            "membedakan apa pun. Perbaikan: hapus indikator itu, atau ubah penanganan pencilannya."
        )


def refuse_without_goalposts(described: pd.DataFrame) -> None:
    """Refuse goalposts as a choice where no indicator has any."""
    if described[GOALPOSTS].isna().all(axis=None):
        raise MethodError(
            "Tidak satu pun indikator punya goalpost. Perbaikan: isi kolom goalpost_low dan "
            "goalpost_high di tabel indikator, atau pakai normalise='min-max'."
        )


def scaled(
    values: Floats,
    direction: Floats,
    normalise: Normalise,
    *,
    scale: tuple[float, float, float] = (0.0, 100.0, 50.0),
    goalposts: Floats | None = None,
) -> Floats:
    """Bring indicators to one scale on which more is better.

    Parameters
    ----------
    values
        Shape (..., k, n): k indicators of n units, none constant unless ``"none"``.
    direction
        Shape (k,), 1 or -1.
    normalise
        As for `kajian.mapping.index.composite.composite_index`.
    scale
        Score of the worst and of the best value, and the centre of z-scores.
    goalposts
        Shape (k, 2), lower and upper; missing: from the lowest to the highest value.

    Returns
    -------
    ndarray
        Shape (..., k, n).
    """
    bottom, top, centre = scale
    turned = values * direction[:, None]
    if normalise == "none":
        return np.asarray(turned + 100.0 * (direction < 0)[:, None])
    if normalise == "z":
        turned -= turned.mean(axis=-1, keepdims=True)
        turned *= Z_SPREAD / np.sqrt((turned * turned).mean(axis=-1, keepdims=True))
        return np.asarray(turned + centre)
    if normalise == "rank":
        first, last = places(turned)
        turned = (first + last) / 2
    low, high = turned.min(axis=-1, keepdims=True), turned.max(axis=-1, keepdims=True)
    if normalise == "goalposts" and goalposts is not None:
        ends = np.sort(goalposts * direction[:, None], axis=1)
        low = np.where(np.isnan(ends[:, :1]), low, ends[:, :1])
        high = np.where(np.isnan(ends[:, 1:]), high, ends[:, 1:])
        turned = np.clip(turned, low, high)
    turned -= low
    turned *= (top - bottom) / (high - low)
    return np.asarray(turned + bottom)


def places(values: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last rank of every value along the last axis, 1 the smallest; equal if untied."""
    order = np.argsort(values, axis=-1)
    ordered = np.take_along_axis(values, order, axis=-1)
    place = np.arange(1, values.shape[-1] + 1)
    rises = ordered[..., 1:] > ordered[..., :-1]
    first = np.empty_like(order)
    if rises.all():
        np.put_along_axis(first, order, np.broadcast_to(place, order.shape), axis=-1)
        return first, first
    ends = np.ones((*rises.shape[:-1], 1), dtype=bool)
    starts = np.where(np.concatenate([ends, rises], axis=-1), place, 1)
    stops = np.where(np.concatenate([rises, ends], axis=-1), place, place[-1])
    last = np.empty_like(order)
    np.put_along_axis(first, order, np.maximum.accumulate(starts, axis=-1), axis=-1)
    lowest_above = np.minimum.accumulate(stops[..., ::-1], axis=-1)[..., ::-1]
    np.put_along_axis(last, order, lowest_above, axis=-1)
    return first, last
