from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from kajian.data.schools import EXCLUDED, FLAGGED, flag_schools, usable_schools
from kajian.errors import DataError

RAW = Path(__file__).parents[2] / "data/raw"


def city() -> gpd.GeoDataFrame:
    """Two kecamatan side by side, each about 1.1 km wide, south of the equator."""
    return gpd.GeoDataFrame(
        {"kecamatan": ["Barat", "Timur Laut"]},
        geometry=[box(110.80, -7.57, 110.81, -7.56), box(110.81, -7.57, 110.82, -7.56)],
        crs="EPSG:4326",
    )


def school(**changes: object) -> dict[str, object]:
    row = {"npsn": "1", "nama": "SD A", "jenjang": "SD", "status": "negeri", "kecamatan": "Barat"}
    return {**row, "lintang": -7.565, "bujur": 110.805, **changes}


def rules(*rows: dict[str, object]) -> dict[tuple[str, str], str]:
    flags = flag_schools(pd.DataFrame(rows), city())
    keys = zip(flags["npsn"], flags["aturan"], strict=True)
    return dict(zip(keys, flags["keputusan"], strict=True))


def test_a_sound_school_is_not_flagged():
    assert rules(school()) == {}


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"lintang": None}, "koordinat_kosong"),
        ({"bujur": 0.0}, "koordinat_nol"),
        ({"lintang": 0.0}, "koordinat_nol"),
        ({"lintang": 7.565}, "lintang_positif"),
        ({"lintang": -7.60}, "di_luar_kota"),
        # On the other side of the earth the projection gives no finite place.
        ({"bujur": 20.0}, "di_luar_kota"),
        ({"lintang": -89.0, "bujur": -70.0}, "di_luar_kota"),
    ],
)
def test_unusable_coordinates_are_excluded_by_one_rule(changes, rule):
    assert rules(school(**changes), school(npsn="2")) == {("1", rule): EXCLUDED}


def test_a_school_at_zero_zero_is_an_error():
    table = pd.DataFrame([school(), school(npsn="2", nama="SD NOL", lintang=0.0, bujur=0.0)])
    with pytest.raises(DataError, match=r"\(0, 0\).*Perbaikan") as caught:
        flag_schools(table, city())
    assert caught.value.rows == ["2 (SD NOL)"]


def test_too_many_unusable_schools():
    table = pd.DataFrame([school(npsn=str(n), bujur=0.0) for n in range(3)])
    flags = flag_schools(table, city())
    assert flags["aturan"].tolist() == ["koordinat_nol"] * 3
    with pytest.raises(DataError, match="3 dari 3") as caught:
        usable_schools(table, flags)
    assert caught.value.rows == ["0", "1", "2"]


def test_tolerance_decides_between_edge_and_outside():
    # 0.0003 degrees of latitude are 33 m (one degree is 110.6 km at this latitude).
    table = pd.DataFrame([school(lintang=-7.5703)])
    edge = flag_schools(table, city())
    assert edge[["aturan", "keputusan"]].to_numpy().tolist() == [["di_tepi_kota", FLAGGED]]
    assert "33 m" in edge["keterangan"].item()
    assert flag_schools(table, city(), tolerance_m=30)["aturan"].item() == "di_luar_kota"


def test_other_kecamatan_is_kept_with_its_distance():
    # 0.002 degrees of longitude at latitude 7.565 south: 0.002 * 110.35 km = 221 m.
    flags = flag_schools(pd.DataFrame([school(bujur=110.812)]), city())
    assert flags["aturan"].tolist() == ["kecamatan_berbeda"]
    assert flags["keputusan"].item() == FLAGGED
    assert "Timur Laut, 221 m dari Barat" in flags["keterangan"].item()


def test_spelling_of_a_kecamatan_with_or_without_space():
    assert rules(school(kecamatan="Timurlaut", bujur=110.815)) == {}


def test_shared_point_is_kept_unless_public_and_private_meet():
    private = {"npsn": "2", "nama": "SMP B", "status": "swasta"}
    assert rules(school(status="swasta"), school(**private)) == {
        ("1", "koordinat_sama"): FLAGGED,
        ("2", "koordinat_sama"): FLAGGED,
    }
    mixed = rules(school(), school(**private))
    assert mixed[("1", "koordinat_sama_status")] == EXCLUDED
    assert mixed[("2", "koordinat_sama_status")] == EXCLUDED


def test_repeated_npsn_is_an_error():
    with pytest.raises(DataError, match="NPSN") as caught:
        rules(school(), school(nama="SD B"))
    assert caught.value.rows == ["1"]


def test_unknown_kecamatan_lists_the_known_ones():
    with pytest.raises(DataError, match="Barat, Timur Laut") as caught:
        rules(school(kecamatan="Selatan"))
    assert caught.value.rows == ["1 (Selatan)"]


def test_usable_schools_keeps_points_and_inputs():
    table = pd.DataFrame([school(npsn=str(n), bujur=110.801 + n / 10_000) for n in range(20)])
    table.loc[7, "bujur"] = 0.0
    before = table.copy(deep=True)
    kept = usable_schools(table, flag_schools(table, city()))
    assert kept["npsn"].tolist() == [str(n) for n in range(20) if n != 7]
    assert kept.crs == "EPSG:4326"
    assert kept.geometry.iloc[0].coords[0] == (110.801, -7.565)
    pd.testing.assert_frame_equal(table, before)


@pytest.fixture(scope="module")
def surakarta() -> tuple[pd.DataFrame, pd.DataFrame]:
    table, outlines = (
        RAW / "sekolah-surakarta/sekolah_2019.csv",
        RAW / "batas-wilayah/kelurahan_surakarta.geojson",
    )
    for path in (table, outlines):
        if not path.exists():
            pytest.skip(f"data mentah belum ada: {path.name}")
    schools = pd.read_csv(table, dtype={"npsn": str})
    return schools, flag_schools(schools, gpd.read_file(outlines))


def caught_by(flags: pd.DataFrame, rule: str) -> set[str]:
    return set(flags.loc[flags["aturan"] == rule, "npsn"])


# What an inspection by hand found, before the rules were written.
def test_known_faults_of_the_surakarta_file(surakarta):
    schools, flags = surakarta
    assert caught_by(flags, "koordinat_nol") == {"20328049"}
    assert caught_by(flags, "lintang_positif") == {"20331830"}
    assert caught_by(flags, "koordinat_kosong") == {"20327988", "69949652"}
    assert caught_by(flags, "koordinat_sama_status") == {"20327975", "20328201"}
    assert "69929524" in caught_by(flags, "di_tepi_kota")
    assert len(caught_by(flags, "kecamatan_berbeda")) == 16
    assert len(caught_by(flags, "koordinat_sama")) == 24
    assert caught_by(flags, "di_luar_kota") == set()
    assert len(usable_schools(schools, flags)) == 433 - 6


def test_the_farthest_other_kecamatan(surakarta):
    _, flags = surakarta
    row = flags.query("npsn == '20328168' and aturan == 'kecamatan_berbeda'")
    assert "1.145 m dari Pasar" in row["keterangan"].item()
