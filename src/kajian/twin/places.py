"""How many people live in each kelurahan of the twin, and the spatial fields of the city."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kajian.data.geometry import areas_km2, distance_matrix_km
from kajian.errors import DataError
from kajian.twin.draws import Floats, Integers
from kajian.twin.truth import Population, Truth


@dataclass(frozen=True, slots=True)
class Place:
    """One kelurahan of the twin.

    Attributes
    ----------
    number
        From 1, in the order of the codes.
    code, name, district
        Kemendagri code, name, and the name of the kecamatan.
    effect
        Effect on log consumption per head (log rupiah).
    services, floods
        Standard spatial fields.
    score_error
        Error that all scores of the kelurahan share (log rupiah).
    """

    number: int
    code: str
    name: str
    district: str
    area_km2: float
    persons: int
    households: int
    effect: float
    services: float
    floods: float
    score_error: float


def settle(
    units: gpd.GeoDataFrame,
    kecamatan: pd.DataFrame,
    households: int,
    truth: Truth,
    rng: np.random.Generator,
) -> list[Place]:
    """Spread households and persons over the kelurahan and draw the fields.

    Parameters
    ----------
    units
        One row per kelurahan: ``kode_wilayah, nama, kecamatan`` and the outline.
    kecamatan
        ``kode_wilayah`` and ``penduduk_2021_jiwa``, of which one may be missing.
    households
        Households in the twin; persons per household are the same at every size.

    Returns
    -------
    list of Place
        In the order of the codes. At the default size, persons of a kecamatan add up to its
        public count. Draws do not depend on `households`.

    Raises
    ------
    DataError
        When a kelurahan is left without households, or public counts are missing.
    """
    units = units.sort_values("kode_wilayah", ignore_index=True)
    district = units["kode_wilayah"].str[:8]
    density = np.exp(truth.penduduk.simpangan_kepadatan * rng.standard_normal(len(units)))
    area = areas_km2(units)
    public = district_population(kecamatan, truth.penduduk)
    total = round(households * truth.penduduk.penduduk / truth.penduduk.rumah_tangga)
    counts = largest_remainder(public, total)
    persons = np.zeros(len(units), dtype=np.int64)
    for code, count in zip(public.index, counts, strict=True):
        inside = (district == code).to_numpy()
        persons[inside] = largest_remainder((area * density)[inside], count)
    homes = largest_remainder(persons, households)
    if not homes.all():
        raise DataError(
            f"kembaran terlalu kecil: {(homes == 0).sum()} kelurahan tidak berpenghuni",
            remedy="tambah rumah tangga simulasi",
        )
    correlated = _standard_fields(units, truth.spasial.jangkauan_km, 3, rng)
    free = rng.standard_normal((2, len(units)))
    effect = (
        truth.spasial.simpangan_spasial * correlated[0] + truth.spasial.simpangan_bebas * free[0]
    )
    columns = (
        range(1, len(units) + 1),
        units["kode_wilayah"],
        units["nama"],
        units["kecamatan"],
        area.tolist(),
        persons.tolist(),
        homes.tolist(),
        effect.tolist(),
        correlated[1].tolist(),
        correlated[2].tolist(),
        (truth.sasaran.simpangan_skor_wilayah * free[1]).tolist(),
    )
    return [Place(*row) for row in zip(*columns, strict=True)]


def district_population(kecamatan: pd.DataFrame, public: Population) -> pd.Series:
    """Public population by kecamatan; a single missing count is what the city leaves for it.

    Raises
    ------
    DataError
        When more than one count is missing.
    """
    counts = kecamatan.set_index("kode_wilayah")["penduduk_2021_jiwa"].astype("Float64")
    absent = counts.index[counts.isna()]
    if len(absent) > 1:
        raise DataError(
            "penduduk lebih dari satu kecamatan kosong, padahal kembaran memerlukannya",
            remedy="lengkapi tabel kecamatan; hanya satu yang dapat dihitung dari jumlah kota",
            column="penduduk_2021_jiwa",
            rows=[str(code) for code in absent],
        )
    return counts.fillna(public.penduduk - counts.sum()).astype("int64").sort_index()


def largest_remainder(weights: ArrayLike, total: int) -> Integers:
    """Share a whole number out in proportion to weights; ties go to the earlier one.

    Notes
    -----
    Hamilton's method; Balinski and Young (1982), Fair Representation, ch. 3.
    """
    share = np.asarray(weights, dtype=float)
    share = share / share.sum() * total
    whole: Integers = np.floor(share).astype(np.int64)
    first = np.argsort(whole - share, kind="stable")[: total - whole.sum()]
    whole[first] += 1
    return whole


def _standard_fields(
    units: gpd.GeoDataFrame, range_km: float, count: int, rng: np.random.Generator
) -> Floats:
    """Independent Gaussian fields, count x n, with correlation ``exp(-d / range)``.

    Notes
    -----
    Exponential covariance: Cressie (1993), Statistics for Spatial Data, sec. 2.3.
    """
    root = np.linalg.cholesky(np.exp(-distance_matrix_km(units) / range_km))
    return np.asarray(rng.standard_normal((count, len(units))) @ root.T)
