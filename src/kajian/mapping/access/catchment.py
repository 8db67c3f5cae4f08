"""Access by floating catchments: how much of a facility is there for each person in its reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from kajian.errors import MethodError
from kajian.mapping.access.grid import check_spacing, edge_distance, grid_points
from kajian.mapping.access.metric import (
    amounts,
    check_columns,
    check_key,
    check_metric,
    check_points,
)

Floats = NDArray[np.float64]
Decay = Literal["none", "linear", "gaussian"]
IN_WORDS = {"none": "tanpa peluruhan", "linear": "peluruhan linear", "gaussian": "peluruhan Gauss"}


@dataclass(frozen=True, slots=True, eq=False)
class Catchment:
    """Access of n demand points to m facilities.

    Attributes
    ----------
    access
        Shape (n,), capacity per person within reach, in the order of the demand points.
    nearest_m
        Shape (n,), straight-line metres to the nearest facility with capacity, however far.
    persons
        Shape (n,), as given.
    by_unit
        One row per unit, in the order of its name: unit, persons, access and nearest_m (means
        over its people; missing where it has none), and shares of its people: without_share (no
        facility within reach), edge_share (the outer boundary is nearer than the radius, so that
        facilities beyond it may be in reach), shared_share (in reach of a facility that people
        from beyond the boundary may reach too). The last two are missing without an area.
    overall
        The same over all people. Here access is the capacity in anybody's reach over all people,
        wherever the facilities stand: look at `quantile` for how equally it is spread.
    facilities
        One row per facility, labelled as given: capacity, persons (in reach, each counted with
        the weight of the distance), per_person (0 where nobody is in reach).
    radius_m, decay
        The choices made.
    """

    access: Floats
    nearest_m: Floats
    persons: Floats
    by_unit: pd.DataFrame
    overall: pd.Series
    facilities: pd.DataFrame
    radius_m: float
    decay: Decay

    @property
    def idle_capacity(self) -> float:
        """Capacity of the facilities that nobody reaches; the rest is shared out in full."""
        reached = self.facilities["persons"] > 0
        return float(self.facilities.loc[~reached, "capacity"].sum())

    def quantile(self, shares: ArrayLike) -> Floats:
        """Access (capacity per person) that these shares of people, from 0 to 1, do not exceed."""
        order = np.argsort(self.access, kind="stable")
        counted = np.cumsum(self.persons[order])
        at = np.searchsorted(counted, np.asarray(shares) * counted[-1])
        return np.asarray(self.access[order][at])

    def tidy(self) -> pd.DataFrame:
        """Return `by_unit`, one row per unit."""
        return self.by_unit.copy()

    def __str__(self) -> str:
        whole = self.overall
        edge = whole["edge_share"]
        beyond = "batas wilayah tidak diberikan" if np.isnan(edge) else f"{edge:.0%} dekat batas"
        low, middle, high = 1e4 * self.quantile([0.1, 0.5, 0.9])
        return (
            f"Akses dalam {self.radius_m:g} m ({IN_WORDS[self.decay]}), {len(self.facilities)} "
            f"fasilitas: median {middle:.2f} kapasitas per 10.000 orang (persentil ke-10 {low:.2f},"
            f" ke-90 {high:.2f}); {whole['without_share']:.1%} orang tanpa fasilitas dalam "
            f"jangkauan; {beyond}"
        )


def floating_catchment(
    demand: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    population: str,
    capacity: str | None = None,
    radius_m: float,
    decay: Decay = "none",
    by: str | None = None,
    area: gpd.GeoDataFrame | None = None,
) -> Catchment:
    """Share out each facility over the people in its reach, and add up what reaches each place.

    Parameters
    ----------
    demand
        Points where people live, in a metric CRS, such as those of `population_grid`.
    facilities
        Points in the same CRS.
    population
        Column of `demand`: persons at the point, zero or more.
    capacity
        Column of `facilities`, zero or more, such as staff or places; without it each has 1.
    radius_m
        Farthest straight-line distance at which a facility is used, in metres.
    decay
        Weight of a distance d within the radius r: ``none`` 1, ``linear`` 1 - d/r, ``gaussian``
        (exp(-(d/r)^2 / 2) - exp(-1/2)) / (1 - exp(-1/2)); both fall from 1 to 0.
    by
        Column of `demand` that names the unit of each point; without it all are of ``"semua"``.
    area
        Units within which facilities and people are known, in the same CRS.

    Returns
    -------
    Catchment
        Access times persons adds up to the capacity of all facilities that somebody reaches.

    Raises
    ------
    MethodError
        CRS missing, in degrees or not the same; an absent column; persons or capacity that are
        missing, negative or all zero; shapes that are no points; a radius that is not positive.

    Notes
    -----
    Luo and Wang (2003), Environment and Planning B 30, 865-884; weights in both steps: Luo and Qi
    (2009), Health & Place 15, 1100-1107; the Gaussian weight: Dai (2010), Health & Place 16,
    1038-1052. Near the outer boundary access is no bound in either direction: facilities beyond
    would raise it, people from beyond would lower it. ``without_share`` is an upper bound.
    """
    persons, supply = _checked(demand, facilities, population, capacity, by, area)
    if not (np.isfinite(radius_m) and radius_m > 0):
        raise MethodError(f"Jangkauan {radius_m} m tidak sah. Perbaikan: isi misalnya 2000.")
    if decay not in get_args(Decay):
        raise MethodError(
            f"Peluruhan '{decay}' tidak dikenal. Perbaikan: pilih {', '.join(get_args(Decay))}."
        )
    lives, stands = (
        shapely.get_coordinates(table.geometry.to_numpy()) for table in (demand, facilities)
    )
    pairs = cKDTree(lives).sparse_distance_matrix(cKDTree(stands), radius_m, output_type="ndarray")
    here, there = pairs["i"], pairs["j"]
    weight = _weights(np.minimum(pairs["v"] / radius_m, 1), decay)
    reached = _sums(there, weight * persons[here], len(stands))
    per_person = np.divide(supply, reached, out=np.zeros(len(stands)), where=reached > 0)
    access = _sums(here, weight * per_person[there], len(lives))
    nearest_m = np.asarray(cKDTree(stands[supply > 0]).query(lives)[0])
    usable = pairs[weight * supply[there] > 0]
    figures = {
        "access": access,
        "nearest_m": nearest_m,
        "without_share": 1.0 - _among(usable["i"], len(lives)),
        **_edges(demand, facilities, area, radius_m, usable),
    }
    everywhere = np.full(len(lives), "semua", dtype=object)
    by_unit = _means(figures, persons, demand[by].to_numpy() if by else everywhere)
    return Catchment(
        access=access,
        nearest_m=nearest_m,
        persons=persons,
        by_unit=by_unit,
        overall=_means(figures, persons, everywhere).drop(columns="unit").iloc[0],
        facilities=pd.DataFrame(
            {"capacity": supply, "persons": reached, "per_person": per_person}, facilities.index
        ),
        radius_m=float(radius_m),
        decay=decay,
    )


def population_grid(
    units: gpd.GeoDataFrame, population: str, spacing_m: float = 50.0, *, key: str
) -> gpd.GeoDataFrame:
    """Spread the persons of each unit over a regular grid of points in it.

    The persons of a unit are divided evenly over its points, as if people lived everywhere in it
    alike: in parks, rivers and offices too.

    Parameters
    ----------
    units
        Areas in a metric CRS.
    population
        Column of `units`: persons, zero or more.
    spacing_m
        Distance between grid points in metres; the points are those of `access`.
    key
        Column of `units` that names each unit once.

    Returns
    -------
    GeoDataFrame
        One row per grid point: the key column, persons, geometry.

    Raises
    ------
    MethodError
        As for `access`, and for persons that are missing or negative.
    """
    check_spacing(spacing_m)
    check_metric(units=units)
    check_key("units", units, key)
    persons = amounts("units", units, population)
    place, home = grid_points(units, spacing_m)
    each = persons / np.bincount(home, minlength=len(units))
    return gpd.GeoDataFrame(
        {key: units[key].to_numpy()[home], "persons": each[home]}, geometry=place, crs=units.crs
    )


def _checked(
    demand: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    population: str,
    capacity: str | None,
    by: str | None,
    area: gpd.GeoDataFrame | None,
) -> tuple[Floats, Floats]:
    """Persons by demand point and capacity by facility."""
    check_metric(demand=demand, facilities=facilities, **({} if area is None else {"area": area}))
    check_points(demand=demand, facilities=facilities)
    check_columns("demand", demand, by)
    persons = amounts("demand", demand, population)
    if capacity is None:
        return persons, np.ones(len(facilities))
    return persons, amounts("facilities", facilities, capacity)


def _weights(share: Floats, decay: Decay) -> Floats:
    """Weight of distances that are given as shares of the radius."""
    if decay == "linear":
        return 1 - share
    if decay == "gaussian":
        return np.asarray(np.expm1((1 - share**2) / 2) / np.expm1(0.5))
    return np.ones_like(share)


def _edges(
    demand: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    area: gpd.GeoDataFrame | None,
    radius_m: float,
    usable: NDArray[np.void],
) -> dict[str, Floats]:
    """Whether a point's own catchment, or that of a facility in its reach, leaves the area."""
    if area is None:
        unknown = np.full(len(demand), np.nan)
        return {"edge_share": unknown, "shared_share": unknown}
    own, of_facility = (
        edge_distance(area, table.geometry.to_numpy()) < radius_m for table in (demand, facilities)
    )
    shared = usable["i"][of_facility[usable["j"]]]
    return {"edge_share": own.astype(float), "shared_share": _among(shared, len(demand))}


def _among(positions: NDArray[np.intp], count: int) -> Floats:
    """1 for each of `count` positions that is among those given, else 0."""
    return np.isin(np.arange(count), positions).astype(float)


def _sums(group: NDArray[np.intp], values: Floats, count: int) -> Floats:
    return np.bincount(group, values, minlength=count).astype(float)


def _means(figures: dict[str, Floats], persons: Floats, unit: NDArray[Any]) -> pd.DataFrame:
    """Means over the people of each unit."""
    total = pd.Series(persons).groupby(unit).sum()
    sums = pd.DataFrame(figures).mul(persons, axis=0).groupby(unit).sum(min_count=1)
    means = sums.div(total.where(total > 0), axis=0)
    means.insert(0, "persons", total)
    return means.rename_axis("unit").reset_index()
