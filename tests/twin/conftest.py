"""A small twin of the whole city, and the public tables that it is calibrated to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from kajian.twin.build import build_twin
from kajian.twin.chunks import Chunk, city_rng, plan_chunks
from kajian.twin.interviews import FOLLOWS
from kajian.twin.places import Place, settle
from kajian.twin.truth import TRUTH

RAW = Path(__file__).parents[2] / "data" / "raw"
SEED = 7
HOUSEHOLDS = 10_000


@pytest.fixture(scope="session")
def units() -> gpd.GeoDataFrame:
    """The 54 kelurahan of Surakarta."""
    file = RAW / "batas-wilayah" / "kelurahan_surakarta.geojson"
    if not file.exists():
        pytest.skip(f"data mentah belum ada: {file.name}")
    return gpd.read_file(file)


@pytest.fixture(scope="session")
def kecamatan() -> pd.DataFrame:
    """Its five kecamatan; the count of Jebres is missing."""
    return pd.read_csv(RAW / "surakarta" / "kecamatan.csv")


@pytest.fixture(scope="session")
def poverty() -> pd.Series:
    """Public poverty rate of the city (percent) by year."""
    return pd.Series({2021: 9.40, 2022: 8.84, 2023: 8.44, 2024: 8.31, 2025: 7.69})


@pytest.fixture(scope="session")
def places(units: gpd.GeoDataFrame, kecamatan: pd.DataFrame) -> list[Place]:
    """The kelurahan of the small twin."""
    return settle(units, kecamatan, HOUSEHOLDS, TRUTH, city_rng(SEED, "places"))


@pytest.fixture(scope="session")
def chunks(places: list[Place]) -> list[Chunk]:
    """The chunks of the small twin: one for each kelurahan."""
    return plan_chunks(places, SEED)


@pytest.fixture(scope="session")
def causes(places: list[Place]) -> pd.DataFrame:
    """What the themes of interviews follow: a number of its own for each, by kelurahan."""
    columns = [column for column, _ in FOLLOWS.values()]
    values = np.random.default_rng(SEED).normal(20, 5, (len(places), len(columns)))
    return pd.DataFrame(
        values, pd.Index([place.code for place in places], name="kode_wilayah"), columns
    )


@pytest.fixture(scope="session")
def folder(
    units: gpd.GeoDataFrame,
    kecamatan: pd.DataFrame,
    poverty: pd.Series,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The small twin."""
    target = tmp_path_factory.mktemp("kembaran")
    build_twin(
        target,
        units=units,
        kecamatan=kecamatan,
        poverty_pct=poverty,
        households=HOUSEHOLDS,
        seed=SEED,
    )
    return target


@pytest.fixture(scope="session")
def read(folder: Path) -> Callable[[str], pd.DataFrame]:
    """Read a table of the small twin by its name."""

    def table(name: str) -> pd.DataFrame:
        found = next(path for path in folder.rglob(f"{name}.*"))
        return pd.read_parquet(found) if found.suffix == ".parquet" else pd.read_csv(found)

    return table


@pytest.fixture(scope="session")
def homes(read: Callable[[str], pd.DataFrame]) -> pd.DataFrame:
    """Households of the small twin, by their id, with consumption per head."""
    table = read("rumah_tangga").set_index("id_rumah_tangga")
    return table.assign(kapita_rp=table["pengeluaran_rp"] / table["jumlah_anggota"])


@pytest.fixture(scope="session")
def persons(read: Callable[[str], pd.DataFrame]) -> pd.DataFrame:
    """Persons of the small twin."""
    return read("orang")


@pytest.fixture(scope="session")
def known(read: Callable[[str], pd.DataFrame]) -> pd.Series:
    """Values of all parameters, by name."""
    return read("kebenaran_parameter").set_index("nama")["nilai"]
