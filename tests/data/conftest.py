"""Copies of shipped sources that may be spoilt, and small made-up tables."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Polygon, box

from kajian.data.panel import district_panel
from kajian.data.passport import read_passport
from kajian.data.schools import flag_schools
from kajian.data.seal import seal
from kajian.data.tables import read_layer, read_table
from kajian.errors import DataError

RAW = Path(__file__).parents[2] / "data" / "raw"


def shipped(path: str) -> Path:
    """Path of a raw file, which a checkout without data lacks."""
    file = RAW / path
    if not file.exists():
        pytest.skip(f"data mentah belum ada: {file.name}")
    return file


# --- sources --------------------------------------------------------------------------------


@pytest.fixture
def copy(tmp_path: Path) -> Callable[[str], Path]:
    """Copy a shipped source to where it may be spoilt."""
    return lambda name: Path(shutil.copytree(RAW / name, tmp_path / name))


@pytest.fixture
def source(copy: Callable[[str], Path]) -> Path:
    """A copy of a source with two tables."""
    return copy("surakarta")


@pytest.fixture
def spoil() -> Callable[[Path, str, str, str], None]:
    """Replace the first occurrence in a file of a source and seal it."""

    def replace(folder: Path, name: str, old: str, new: str) -> None:
        file = folder / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        seal(folder)

    return replace


@pytest.fixture
def fault() -> Callable[[Path, str], DataError]:
    """Read a table or layer that must fail, and give the error."""

    def read_and_fail(folder: Path, name: str) -> DataError:
        passport = read_passport(folder)
        read = read_layer if passport.resource(name).crs else read_table
        with pytest.raises(DataError) as caught:
            read(passport, name)
        assert Path(caught.value.file).parent == folder
        assert caught.value.remedy
        return caught.value

    return read_and_fail


# --- the district panel ---------------------------------------------------------------------

CODES = ("33.01", "33.02", "33.03")


@pytest.fixture
def bps() -> pd.DataFrame:
    """Districts alike in every way: unemployment 5 percent, output growing 4 percent a year."""
    keys = pd.MultiIndex.from_product(
        [CODES, (2017, 2018, 2020, 2021)], names=["kode_wilayah", "tahun"]
    )
    table = keys.to_frame(index=False)
    return table.assign(
        nama="Kabupaten",
        kemiskinan_pct=10.0,
        tpt_pct=5.0,
        uhh_tahun=74.0,
        pdrb_perkapita_riil_ribu_rp=20_000 * np.exp(0.04 * (table["tahun"] - 2017)),
        tpt_catatan=None,
    )


@pytest.fixture
def umk() -> pd.DataFrame:
    """The same wage in every district, from 2018."""
    keys = pd.MultiIndex.from_product([CODES, range(2018, 2022)], names=["kode_wilayah", "tahun"])
    return keys.to_frame(index=False).assign(umk_rp=2e6, catatan=None)


@pytest.fixture(scope="session")
def jateng() -> pd.DataFrame:
    """The shipped panel."""
    paths = shipped("bps-jateng/panel_kabkota.csv"), shipped("umk-jateng/umk_kabkota.csv")
    return district_panel(*(pd.read_csv(path, dtype={"kode_wilayah": str}) for path in paths))


# --- schools --------------------------------------------------------------------------------


@pytest.fixture
def city() -> gpd.GeoDataFrame:
    """Two kecamatan side by side, each about 1.1 km wide, south of the equator."""
    return gpd.GeoDataFrame(
        {"kecamatan": ["Barat", "Timur Laut"]},
        geometry=[box(110.80, -7.57, 110.81, -7.56), box(110.81, -7.57, 110.82, -7.56)],
        crs="EPSG:4326",
    )


@pytest.fixture
def school() -> Callable[..., dict[str, object]]:
    """Describe a sound school, with changes."""
    row = {"npsn": "1", "nama": "SD A", "jenjang": "SD", "status": "negeri", "kecamatan": "Barat"}
    return lambda **changes: {**row, "lintang": -7.565, "bujur": 110.805, **changes}


@pytest.fixture(scope="session")
def surakarta() -> tuple[pd.DataFrame, pd.DataFrame]:
    """The shipped schools and their flags."""
    schools = pd.read_csv(shipped("sekolah-surakarta/sekolah_2019.csv"), dtype={"npsn": str})
    outlines = gpd.read_file(shipped("batas-wilayah/kelurahan_surakarta.geojson"))
    return schools, flag_schools(schools, outlines)


# --- outlines -------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def outlines() -> Callable[[str], gpd.GeoDataFrame]:
    """Read a shipped layer."""
    return lambda layer: gpd.read_file(shipped(f"batas-wilayah/{layer}.geojson"))


@pytest.fixture(scope="session")
def squares() -> Callable[..., gpd.GeoDataFrame]:
    """Place shapes in metres near Surakarta, named a, b, c, ..."""

    def place(*shapes: Polygon) -> gpd.GeoDataFrame:
        names = [chr(ord("a") + number) for number in range(len(shapes))]
        moved = gpd.GeoSeries(shapes, crs="EPSG:32749").translate(480_000, 9_163_000)
        return gpd.GeoDataFrame({"kode_wilayah": names}, geometry=moved)

    return place


@pytest.fixture
def checkerboard(squares: Callable[..., gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Four squares of 100 m: a b below, c d above."""
    return squares(*(box(x, y, x + 100, y + 100) for y in (0, 100) for x in (0, 100)))
