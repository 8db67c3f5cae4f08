from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

from kajian.twin import chunks as module
from kajian.twin.chunks import plan_chunks
from kajian.twin.identity import card_numbers, household_ids


def test_numbers_begin_with_the_province_that_does_not_exist(persons, homes):
    for numbers in (persons["nik"], persons["no_kk"], homes["no_kk"]):
        assert numbers.str.fullmatch(r"99[0-9]{14}").all()
        assert (numbers.str[-4:] != "0000").all()


def test_a_nik_tells_kecamatan_birth_and_sex(persons, homes):
    nik = persons["nik"]
    place = persons["id_rumah_tangga"].map(homes["kode_wilayah"])
    assert (nik.str[2:6] == place.str[3:5] + place.str[6:8]).all()
    day = nik.str[6:8].astype(int)
    assert ((day > 40) == (persons["jk"] == "P")).all()
    written = (day % 40).astype(str).str.zfill(2) + nik.str[8:12]
    born = pd.to_datetime(persons["tanggal_lahir"])
    assert (written == born.dt.strftime("%d%m%y")).all()


def test_numbers_are_unique_and_households_share_their_card(persons, homes):
    assert persons["nik"].is_unique
    assert homes["no_kk"].is_unique
    assert (persons["no_kk"] == persons["id_rumah_tangga"].map(homes["no_kk"])).all()


def test_numbers_stay_unique_in_chunks_of_a_kelurahan(places, monkeypatch):
    monkeypatch.setattr(module, "LARGEST", 50)
    chunks = plan_chunks(places, 1)
    for numbers in (card_numbers, household_ids):
        drawn = pa.chunked_array([numbers(chunk) for chunk in chunks]).to_pandas()
        assert len(drawn) == 10_000
        assert drawn.is_unique


def test_cards_are_dated_between_2010_and_the_snapshot(homes):
    issued = pd.to_datetime(homes["no_kk"].str[6:12], format="%d%m%y")
    assert issued.between("2010-01-01", "2025-06-30").all()


def test_nothing_could_be_a_real_name_phone_or_address(persons, homes):
    assert persons["nama"].str.fullmatch(r"[QX][a-z]{6} [QX][a-z]{6}").all()
    assert persons["nama"].nunique() > 0.9 * len(persons)
    assert homes["telepon"].isna().all()
    assert homes["alamat"].str.fullmatch(r"SIMULASI Gang [1-9][0-9]?").all()


@pytest.mark.parametrize("table", ["penerima", "esik"])
def test_identities_are_those_of_the_persons(read, persons, table):
    who = read(table)[["nik", "no_kk", "nama"]].drop_duplicates()
    assert who["nik"].is_unique
    assert len(who.merge(persons[["nik", "no_kk", "nama"]])) == len(who) > 0
