from __future__ import annotations

import pandas as pd
import pytest

from kajian.data.school_rules import EXCLUDED, FLAGGED
from kajian.data.schools import flag_schools


@pytest.fixture
def rules(city):
    """Decision of every rule that catches one of the schools."""

    def decisions(*rows: dict[str, object]) -> dict[tuple[str, str], str]:
        flags = flag_schools(pd.DataFrame(rows), city)
        keys = zip(flags["npsn"], flags["aturan"], strict=True)
        return dict(zip(keys, flags["keputusan"], strict=True))

    return decisions


def test_a_sound_school_is_not_flagged(rules, school):
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
def test_unusable_coordinates_are_excluded_by_one_rule(rules, school, changes, rule):
    assert rules(school(**changes), school(npsn="2")) == {("1", rule): EXCLUDED}


def test_tolerance_decides_between_edge_and_outside(city, school):
    # 0.0003 degrees of latitude are 33 m (one degree is 110.6 km at this latitude).
    table = pd.DataFrame([school(lintang=-7.5703)])
    edge = flag_schools(table, city)
    assert edge[["aturan", "keputusan"]].to_numpy().tolist() == [["di_tepi_kota", FLAGGED]]
    assert "33 m" in edge["keterangan"].item()
    assert flag_schools(table, city, tolerance_m=30)["aturan"].item() == "di_luar_kota"


def test_other_kecamatan_is_kept_with_its_distance(city, school):
    # 0.002 degrees of longitude at latitude 7.565 south: 0.002 * 110.35 km = 221 m.
    flags = flag_schools(pd.DataFrame([school(bujur=110.812)]), city)
    assert flags["aturan"].tolist() == ["kecamatan_berbeda"]
    assert flags["keputusan"].item() == FLAGGED
    assert "Timur Laut, 221 m dari Barat" in flags["keterangan"].item()


def test_spelling_of_a_kecamatan_with_or_without_space(rules, school):
    assert rules(school(kecamatan="Timurlaut", bujur=110.815)) == {}


def test_shared_point_is_kept_unless_public_and_private_meet(rules, school):
    private = {"npsn": "2", "nama": "SMP B", "status": "swasta"}
    assert rules(school(status="swasta"), school(**private)) == {
        ("1", "koordinat_sama"): FLAGGED,
        ("2", "koordinat_sama"): FLAGGED,
    }
    mixed = rules(school(), school(**private))
    assert mixed[("1", "koordinat_sama_status")] == EXCLUDED
    assert mixed[("2", "koordinat_sama_status")] == EXCLUDED


def caught_by(flags: pd.DataFrame, rule: str) -> set[str]:
    return set(flags.loc[flags["aturan"] == rule, "npsn"])


# What an inspection by hand found, before the rules were written.
def test_known_faults_of_the_surakarta_file(surakarta):
    _, flags = surakarta
    assert caught_by(flags, "koordinat_nol") == {"20328049"}
    assert caught_by(flags, "lintang_positif") == {"20331830"}
    assert caught_by(flags, "koordinat_kosong") == {"20327988", "69949652"}
    assert caught_by(flags, "koordinat_sama_status") == {"20327975", "20328201"}
    assert "69929524" in caught_by(flags, "di_tepi_kota")
    assert len(caught_by(flags, "kecamatan_berbeda")) == 16
    assert len(caught_by(flags, "koordinat_sama")) == 24
    assert caught_by(flags, "di_luar_kota") == set()


def test_the_farthest_other_kecamatan(surakarta):
    _, flags = surakarta
    row = flags.query("npsn == '20328168' and aturan == 'kecamatan_berbeda'")
    assert "1.145 m dari Pasar" in row["keterangan"].item()
