"""The schemas of the restricted tables."""

from __future__ import annotations

import pytest

from kajian.data.restricted.definitions import definitions
from kajian.data.restricted.tables import SCHEMAS, TABLES, restricted_table, spelling
from kajian.errors import DataError

# Agreed with those who hand the data over: key, number of columns, whether it has one date.
AGREED = {
    "rumah_tangga": ("tanggal_data,id_rumah_tangga", 30, True),
    "orang": ("tanggal_data,nik", 19, True),
    "survei": ("tahun,id_sampel", 28, False),
    "penerima": ("tanggal_data,program,nik", 8, True),
    "esik": ("tanggal_data,nik", 7, True),
    "kelurahan": ("tahun,kode_wilayah", 16, False),
    "belanja": ("tahun,kode_wilayah,jenis", 5, False),
    "fasilitas": ("tahun,id_fasilitas", 8, False),
    "program_bertahap": ("program,kode_wilayah", 3, False),
    "uji_coba": ("program,tahun,id_peserta", 14, False),
    "seleksi": ("program,tahun,id_pemohon", 8, False),
    "wawancara": ("id_segmen,pengode,tema", 10, False),
}
IDENTITIES = {
    "nik": "nik",
    "no_kk": "no_kk",
    "id_rumah_tangga": "id",
    "nama": "nama",
    "alamat": "alamat",
    "telepon": "telepon",
    "tanggal_lahir": "tanggal_lahir",
}


@pytest.mark.parametrize("name", TABLES)
def test_a_schema_is_as_agreed(name):
    table = restricted_table(name)
    key, width, snapshot = AGREED[name]
    assert (",".join(table.key), len(table.fields), table.snapshot) == (key, width, snapshot)
    assert table.name == name


def test_there_is_one_schema_for_each_table():
    assert sorted(path.stem for path in SCHEMAS.iterdir()) == sorted(TABLES) == sorted(AGREED)


@pytest.mark.parametrize("name", TABLES)
def test_columns_explain_themselves(name):
    for field in restricted_table(name).fields:
        assert field.role == IDENTITIES.get(field.name), field.name
        for option in field.constraints.enum or ():
            assert f"{option}: " in field.description, f"{field.name}: {option}"
        if field.type != "string":
            assert field.constraints.minimum is not None, field.name


def test_a_definition_that_is_named_exists():
    named = {
        field.name: field.definition
        for name in TABLES
        for field in restricted_table(name).fields
        if field.definition
    }
    assert named == {
        "tanggal_data": "dtsen.snapshot",
        "luas_lantai_m2": "hunian.luas_lantai",
        "sumber_air": "air.layak",
        "fasilitas_bab": "sanitasi.layak",
        "pembuangan_tinja": "sanitasi.layak",
        "kategori_ppks": "ppks.kategori",
        "kemiskinan_pct": "kemiskinan.p0",
        "sanitasi_layak_pct": "sanitasi.layak",
        "air_layak_pct": "air.layak",
        "anak_tidak_sekolah_pct": "pendidikan.anak_tidak_sekolah",
    }
    assert all(definitions(indicator) for indicator in named.values())


def test_a_column_means_the_same_in_every_table():
    """Only what a year is of, the programme, and what kind is told depend on the table."""
    seen = {}
    for name in TABLES:
        for field in restricted_table(name).fields:
            if field.name not in ("tahun", "program", "jenis"):
                assert seen.setdefault(field.name, field) == field, f"{name}: {field.name}"


def test_the_ppks_categories_are_those_of_the_regulation():
    fields = {field.name: field for field in restricted_table("orang").fields}
    categories = fields["kategori_ppks"].constraints.enum
    assert len(set(categories)) == 26  # Permensos 8/2012, appendix
    assert (categories[0], categories[-1]) == ("anak_balita_telantar", "komunitas_adat_terpencil")
    assert not fields["kategori_ppks"].constraints.required


def test_a_table_of_kelurahan_asks_for_no_more_than_its_people():
    needed = [f.name for f in restricted_table("kelurahan").fields if f.constraints.required]
    assert needed == ["tahun", "kode_wilayah", "penduduk", "rumah_tangga"]


def test_only_the_mark_of_the_bridge_may_be_absent():
    optional = [
        (name, field.name)
        for name in TABLES
        for field in restricted_table(name).fields
        if field.optional
    ]
    assert optional == [("kelurahan", "dijembatani"), ("belanja", "dijembatani")]


def test_limits_of_years_have_no_thousands_dot():
    fields = {name: restricted_table(name).field for name in ("belanja", "rumah_tangga", "survei")}
    assert fields["belanja"]("tahun").limits == ["paling kecil 2010", "paling besar 2100"]
    assert fields["rumah_tangga"]("daya_listrik_va").limits[1] == "paling besar 23.000"
    assert fields["survei"]("penimbang").limits == ["paling kecil 0,0001"]


@pytest.mark.parametrize("name", ["No. KK", " no_kk", "NO KK", "No-KK "])
def test_a_name_is_known_by_its_letters(name):
    assert spelling(name) == "no_kk"


def test_an_unknown_table_lists_the_known_ones():
    with pytest.raises(DataError, match=r"'warga' tidak dikenal.*rumah_tangga, orang, survei"):
        restricted_table("warga")
