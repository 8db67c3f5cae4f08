from __future__ import annotations

import pandas as pd
import pytest

from kajian.data.schools import flag_schools, usable_schools
from kajian.errors import DataError


def test_a_school_at_zero_zero_is_an_error(city, school):
    table = pd.DataFrame([school(), school(npsn="2", nama="SD NOL", lintang=0.0, bujur=0.0)])
    with pytest.raises(DataError, match=r"\(0, 0\).*Perbaikan") as caught:
        flag_schools(table, city)
    assert caught.value.rows == ["2 (SD NOL)"]


def test_too_many_unusable_schools(city, school):
    table = pd.DataFrame([school(npsn=str(n), bujur=0.0) for n in range(3)])
    flags = flag_schools(table, city)
    assert flags["aturan"].tolist() == ["koordinat_nol"] * 3
    with pytest.raises(DataError, match="3 dari 3") as caught:
        usable_schools(table, flags)
    assert caught.value.rows == ["0", "1", "2"]


def test_repeated_npsn_is_an_error(city, school):
    with pytest.raises(DataError, match="NPSN") as caught:
        flag_schools(pd.DataFrame([school(), school(nama="SD B")]), city)
    assert caught.value.rows == ["1"]


def test_unknown_kecamatan_lists_the_known_ones(city, school):
    with pytest.raises(DataError, match="Barat, Timur Laut") as caught:
        flag_schools(pd.DataFrame([school(kecamatan="Selatan")]), city)
    assert caught.value.rows == ["1 (Selatan)"]


def test_usable_schools_keeps_points_and_inputs(city, school):
    table = pd.DataFrame([school(npsn=str(n), bujur=110.801 + n / 10_000) for n in range(20)])
    table.loc[7, "bujur"] = 0.0
    before = table.copy(deep=True)
    kept = usable_schools(table, flag_schools(table, city))
    assert kept["npsn"].tolist() == [str(n) for n in range(20) if n != 7]
    assert kept.crs == "EPSG:4326"
    assert kept.geometry.iloc[0].coords[0] == (110.801, -7.565)
    pd.testing.assert_frame_equal(table, before)


def test_six_schools_of_the_surakarta_file_are_left_out(surakarta):
    schools, flags = surakarta
    assert len(usable_schools(schools, flags)) == 433 - 6
