"""The survey of the twin: two stages within strata."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kajian.twin.draws import Integers
from kajian.twin.places import Place, largest_remainder
from kajian.twin.truth import Population, Survey


@dataclass(frozen=True, slots=True)
class Design:
    """Choices of a sample of one twin."""

    clusters: int
    households_per_cluster: int
    block: int


def design_of(households: int, survey: Survey, population: Population) -> Design:
    """Choose the design; blocks of a small twin are smaller, so that there are enough of them."""
    block = round(survey.ukuran_blok * households / population.rumah_tangga)
    block = min(max(block, survey.ukuran_blok_terkecil), survey.ukuran_blok)
    return Design(survey.klaster, survey.rumah_tangga_per_klaster, block)


def draw_sample(places: Sequence[Place], design: Design, rng: np.random.Generator) -> pd.DataFrame:
    """Draw blocks with probability proportional to size, then households at equal steps.

    Strata are kecamatan by size of the area: kelurahan above the median area of their kecamatan,
    and the others. Clusters go to strata by their households, at least two to each. Both stages
    are systematic with a random start; every household of a stratum has the same probability.

    Returns
    -------
    pd.DataFrame
        One row per sampled household, in the order of the kelurahan: ``kode_wilayah``,
        ``posisi`` (of the household in the kelurahan, from 0), ``strata, klaster`` and
        ``penimbang`` (households for which it stands).

    Notes
    -----
    Systematic selection with probability proportional to size: Cochran (1977), Sampling
    Techniques, sec. 9A.10.
    """
    blocks = _blocks(places, design.block)
    totals = blocks.groupby("strata")["rumah_tangga"].sum()
    clusters = 2 + largest_remainder(totals, design.clusters - 2 * len(totals))
    parts = []
    for stratum, total, count in zip(totals.index, totals, clusters.tolist(), strict=True):
        inside = blocks[blocks["strata"] == stratum]
        chosen = inside.iloc[_systematic(inside["rumah_tangga"].to_numpy(), count, rng)]
        size = min(design.households_per_cluster, int(chosen["rumah_tangga"].min()))
        steps = [_systematic(np.ones(n, dtype=np.int64), size, rng) for n in chosen["rumah_tangga"]]
        part = chosen.loc[chosen.index.repeat(size), ["kode_wilayah", "strata", "klaster", "awal"]]
        part["posisi"] = part.pop("awal") + np.concatenate(steps)
        parts.append(part.assign(penimbang=total / (count * size)))
    sample: pd.DataFrame = pd.concat(parts, ignore_index=True)
    return sample.sort_values(["kode_wilayah", "posisi"], ignore_index=True)


def _blocks(places: Sequence[Place], size: int) -> pd.DataFrame:
    """Cut each kelurahan into blocks of neighbouring households of nearly one size."""
    area = pd.Series([place.area_km2 for place in places])
    district = pd.Series([place.code[:8] for place in places])
    large = area > area.groupby(district).transform("median")
    rows = []
    for place, wide in zip(places, large, strict=True):
        count = max(1, round(place.households / size))
        households = largest_remainder(np.ones(count), place.households)
        rows.append(
            pd.DataFrame(
                {
                    "kode_wilayah": place.code,
                    "strata": f"{place.code[:8]}-{'luas' if wide else 'padat'}",
                    "klaster": [f"{place.code}-{number:04d}" for number in range(1, count + 1)],
                    "awal": np.cumsum(households) - households,
                    "rumah_tangga": households,
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


def _systematic(sizes: Integers, count: int, rng: np.random.Generator) -> Integers:
    """Choose positions at equal steps through the cumulated sizes, from a random start."""
    ends = np.cumsum(sizes)
    marks = (rng.random() + np.arange(count)) * ends[-1] / count
    return np.asarray(np.searchsorted(ends, marks, side="right"), dtype=np.int64)
