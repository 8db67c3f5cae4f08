"""Indicators before they are averaged: described, complete, and on one scale."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from kajian.errors import MethodError

Normalise = Literal["min-max", "z", "rank", "none"]


def described_indicators(indicators: pd.DataFrame) -> pd.DataFrame:
    """Check the description of the indicators and return the columns that count."""
    needed = ["code", "dimension", "direction", "weight"]
    absent = [name for name in needed if name not in indicators.columns]
    if absent or indicators.empty:
        raise MethodError(
            f"Tabel indikator kosong atau tanpa kolom {', '.join(absent) or '-'}. "
            f"Perbaikan: sediakan kolom {', '.join(needed)}."
        )
    described = indicators[needed].reset_index(drop=True)
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
    return described


def indicator_values(table: pd.DataFrame, codes: list[str], normalise: Normalise) -> pd.DataFrame:
    """Take the indicators out of the table, complete and varying."""
    unknown = [str(code) for code in codes if code not in table.columns]
    if unknown:
        raise MethodError(
            f"Kode indikator {', '.join(unknown)} tidak ada di tabel (ada: "
            f"{', '.join(map(str, table.columns))}). Perbaikan: samakan kode dan nama kolom."
        )
    if not table.index.is_unique:
        raise MethodError("Label unit berulang. Perbaikan: satu baris per unit.")
    for code in codes:
        column = table[code]
        if not pd.api.types.is_numeric_dtype(column):
            raise MethodError(
                f"Indikator {code} bukan angka. Perbaikan: ubah kolomnya menjadi angka."
            )
        wrong = table.index[~np.isfinite(column.astype(float))]
        if len(wrong) == len(table):
            raise MethodError(
                f"Indikator {code} kosong seluruhnya. Perbaikan: isi atau hapus indikatornya."
            )
        if len(wrong):
            raise MethodError(
                f"Indikator {code} kosong pada {len(wrong)} unit: "
                f"{', '.join(map(str, wrong[:5]))}. Nilai kosong tidak diisi otomatis. "
                "Perbaikan: lengkapi datanya, atau keluarkan unit atau indikatornya."
            )
        if normalise != "none" and column.min() == column.max():
            raise MethodError(
                f"Indikator {code} sama di semua unit, sehingga tidak membedakan apa pun. "
                "Perbaikan: hapus indikator itu."
            )
    return table[codes].astype(float)


def on_one_scale(
    values: pd.DataFrame, direction: pd.Series, normalise: Normalise, floor: float
) -> pd.DataFrame:
    """Bring all indicators to one scale on which more is better."""
    turned = values * direction
    if normalise == "none":
        return turned + 100.0 * (direction < 0)
    if normalise == "z":
        return 50 + 10 * (turned - turned.mean()) / turned.std(ddof=0)
    if normalise == "rank":
        turned = turned.rank()
    low, high = turned.min(), turned.max()
    return floor + (100 - floor) * (turned - low) / (high - low)
