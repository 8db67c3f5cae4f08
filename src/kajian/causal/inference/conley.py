"""Standard errors for regressions whose errors are correlated across nearby units and in time."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.language import format_number
from kajian.linear.covariance import bread, require_positive
from kajian.linear.fixed_effects import Floats, group_sums
from kajian.linear.frame import codes_of, require_one_row_each
from kajian.linear.result import Regression

EARTH_RADIUS_KM = 6371.0088
HALF_EQUATOR_KM = 20_037.5


def conley(
    fit: Regression,
    coordinates: pd.DataFrame | Floats,
    *,
    unit: str,
    time: str,
    cutoff_km: float,
    kernel: Literal["bartlett", "uniform"] = "bartlett",
    serial: bool = True,
) -> Regression:
    """Replace the covariance of a fit by Conley's, with serial correlation within units.

    With scores s_it = x_it e_it, the middle of the sandwich is

        sum_t sum_ij K(d_ij) s_it s_jt'  +  sum_i sum_{t != r} s_it s_ir'

    (Conley 1999, section 4; with the second sum as in Hsiang 2010, SI). K falls linearly from one
    at distance zero to zero at the cutoff (``"bartlett"``) or is one up to it (``"uniform"``). All
    lags within a unit weigh one, so that without neighbours the result is the cluster covariance
    by unit. There is no small-sample correction; t has one degree of freedom less than units.

    Parameters
    ----------
    fit
        A fit of `ols` or `panel_fe`.
    coordinates
        Longitude and latitude in degrees: a table with two columns, in that order, indexed by
        unit, or an array of shape (n, 2) in the order of the used rows.
    unit, time
        Columns of the fitted sample. A unit is the place (a district), also where the fixed
        effects are finer.
    cutoff_km
        Great-circle distance in km from which errors are taken as uncorrelated.
    kernel
        Weight by distance.
    serial
        Whether errors of one unit in different years may be correlated.

    Raises
    ------
    MethodError
        Coordinates that are missing or not degrees, a cutoff that is not in km, repeated unit and
        time, or a covariance that is not positive semidefinite.
    """
    units, times = fit.labels(unit), fit.labels(time)
    require_one_row_each(units, times)
    degrees = _per_row(coordinates, units)
    _check_cutoff(cutoff_km, degrees)
    if kernel not in ("bartlett", "uniform"):
        raise MethodError(
            f"Kernel '{kernel}' tidak dikenal. Perbaikan: pilih 'bartlett' atau 'uniform'."
        )

    scores = fit.X * fit.residuals[:, None]
    meat = np.zeros((len(fit.terms), len(fit.terms)))
    for rows in fit.sample.groupby(times.to_numpy()).indices.values():
        distance_km = great_circle_km(degrees[rows])
        weight = (
            np.maximum(1 - distance_km / cutoff_km, 0)
            if kernel == "bartlett"
            else (distance_km <= cutoff_km).astype(float)
        )
        meat += scores[rows].T @ weight @ scores[rows]
    codes = codes_of(units)
    if serial:
        by_unit = group_sums(scores, codes)
        meat += by_unit.T @ by_unit - scores.T @ scores
    inverse = bread(fit.X)
    covariance = inverse @ meat @ inverse
    covariance = (covariance + covariance.T) / 2
    require_positive(covariance, "ubah batas jarak, atau pakai kernel 'bartlett'.")
    return replace(
        fit,
        covariance=covariance,
        vcov=f"Conley ({kernel}, {format_number(cutoff_km, 0)} km"
        f"{f', serial dalam {unit}' if serial else ''})",
        n_clusters=None,
        df=float(codes.max()),
    )


def great_circle_km(degrees: Floats) -> Floats:
    """Measure distances between longitudes and latitudes, shape (n, 2), by the haversine formula.

    Returns
    -------
    ndarray of shape (n, n), in km.
    """
    longitude, latitude = np.deg2rad(degrees).T
    half = (
        np.sin((latitude[:, None] - latitude) / 2) ** 2
        + np.cos(latitude[:, None])
        * np.cos(latitude)
        * np.sin((longitude[:, None] - longitude) / 2) ** 2
    )
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1))))


def _per_row(coordinates: pd.DataFrame | Floats, units: pd.Series) -> Floats:
    """Return checked longitude and latitude for each used row, shape (n, 2)."""
    if isinstance(coordinates, pd.DataFrame):
        if coordinates.index.has_duplicates:
            raise MethodError(
                "Tabel koordinat mengulang kode satuan. Perbaikan: satu baris per satuan."
            )
        unknown = sorted(map(str, set(units) - set(coordinates.index)))
        if unknown:
            raise MethodError(
                f"Koordinat tidak ada untuk {', '.join(unknown[:5])}. "
                "Perbaikan: lengkapi tabel koordinat, dengan kode satuan sebagai indeks."
            )
        values = coordinates.loc[units].to_numpy(dtype=float)
    else:
        values = np.asarray(coordinates, dtype=float)
    if values.shape != (len(units), 2):
        raise MethodError(
            f"Koordinat berbentuk {values.shape}, seharusnya {(len(units), 2)}. "
            "Perbaikan: beri kolom bujur dan lintang, satu baris per satuan atau per pengamatan."
        )
    if not (np.abs(values) <= [180, 90]).all():
        raise MethodError(
            "Koordinat bukan bujur (-180 sampai 180) dan lintang (-90 sampai 90) dalam derajat. "
            "Perbaikan: ubah ke EPSG:4326 dan urutkan bujur lalu lintang."
        )
    return values


def _check_cutoff(cutoff_km: float, degrees: Floats) -> None:
    """Refuse a cutoff that reaches everyone (metres for km) or nobody makes sense of."""
    farthest = float(great_circle_km(np.unique(degrees, axis=0)).max())
    if not 0 < cutoff_km < HALF_EQUATOR_KM or (farthest > 0 and cutoff_km > farthest):
        raise MethodError(
            f"Batas jarak {cutoff_km:g} km tidak masuk akal: jarak terjauh antar satuan "
            f"{farthest:.0f} km. Perbaikan: beri batas dalam kilometer, di bawah jarak itu."
        )
