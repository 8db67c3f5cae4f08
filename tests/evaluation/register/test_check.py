"""A register that is not one is refused, with column, rows and what may stand there."""

from __future__ import annotations

import pandas as pd
import pytest

from kajian.errors import DataError
from kajian.evaluation.register.check import checked_register, register_faults
from kajian.evaluation.register.codes import AIMS, COLUMNS, GROUPS, REQUIRED, TOUCHING

ONE = ("Dinas Sosial", "lansia", "kurangi_beban")
TWO = ("DLH", "umum", "naikkan_pendapatan")
SILENT = ("Dispora", None, None)
UNTOLD = {"program": ["belum dirinci pada rapat"]}


def test_codes_agree_with_each_other():
    assert set(REQUIRED) <= set(GROUPS)
    assert set(TOUCHING) <= set(GROUPS)
    assert {code for codes in TOUCHING.values() for code in codes} <= set(GROUPS)
    assert len(AIMS) == 4


def test_the_shipped_register_is_one(shipped):
    table = checked_register(shipped)
    assert list(table.columns) == [*COLUMNS, "rinci"]
    assert int(table["rinci"].sum()) == 13
    assert table.loc[~table["rinci"], "opd"].tolist() == [
        "Dinas Pendidikan", "Dishub", "Dispora", "Dispangtan", "Kecamatan",
    ]  # fmt: skip


def test_no_figure_of_the_shipped_register_is_invented(shipped):
    """Nothing was published; a figure needs its source and a look at the texts of the brief."""
    for name in ("anggaran_rp", "cakupan", "satuan_cakupan"):
        assert shipped[name].isna().all(), name
    assert shipped["tahun_awal"].dropna().tolist() == [2025]
    assert shipped["tahun_akhir"].dropna().tolist() == [2025]
    assert shipped["sumber"].str.contains("https://bappeda.surakarta.go.id/", regex=False).all()
    named = shipped[shipped["tujuan"].notna()]
    assert named["dasar_isian"].str.contains(r"bacaan penyusun:.*\btujuan", regex=True).all()


def test_the_input_stays_and_spaces_go(register):
    names = ["Santunan ", "belum dirinci pada rapat"]
    rows = ((" Dinas  Sosial", "lansia ; umum", "kurangi_beban"), SILENT)
    table = register(*rows, program=names, catatan=["", " "])
    before = table.copy()
    clean = checked_register(table)
    pd.testing.assert_frame_equal(table, before)
    assert clean.loc[0, ["opd", "program"]].tolist() == ["Dinas Sosial", "Santunan"]
    assert clean["catatan"].isna().all()
    assert clean["rinci"].tolist() == [True, False]


@pytest.mark.parametrize(
    ("rows", "changes", "message"),
    [
        (
            [("A", "lansia", "tambah_beban")],
            {},
            "kode 'tambah_beban' tidak dikenal .*kolom: tujuan; baris: p0.*kurangi_beban, naikkan",
        ),
        (
            [ONE, ("A", "lansia;manula", "kurangi_beban")],
            {},
            "'manula' tidak dikenal .*kelompok_sasaran; baris: p1.*warga_miskin",
        ),
        ([("A", "lansia, umum", "kurangi_beban")], {}, "'lansia, umum' tidak .* titik koma"),
        ([("A", "lansia;lansia", "kurangi_beban")], {}, "kode tertulis dua kali .*p0"),
        ([ONE, TWO], {"id": ["a", "a"]}, "kode baris kosong atau berulang .*id; baris: a"),
        ([ONE, TWO], {"id": ["a", None]}, "kode baris kosong atau berulang .*kolom: id"),
        ([ONE], {"program": [" "]}, "wajib diisi .*program; baris: p0"),
        ([ONE], {"sumber": [None]}, "wajib diisi .*sumber"),
        ([ONE], {"dasar_isian": [None]}, "wajib diisi .*dasar_isian"),
        ([ONE], {"dasar_isian": ["rapat; bacaan penyusun: harga"]}, "kolom 'harga' .* ada .*p0"),
        ([("Dispora", "lansia", None)], UNTOLD, "terisi .*kelompok_sasaran; baris: p0"),
        ([(None, None, None)], UNTOLD, "tanpa program dan tanpa OPD"),
        ([("DLH; Dishub", "umum", "kurangi_beban")], {}, "lebih dari satu OPD .*opd; baris: p0"),
        (
            [ONE, ("dinas sosial", "umum", "kurangi_beban")],
            {},
            "dua ejaan: 'Dinas Sosial', 'dinas sosial' .*p0, p1",
        ),
        ([ONE], {"anggaran_rp": ["dua juta"]}, "bukan angka .*anggaran_rp; baris: p0"),
        ([ONE], {"anggaran_rp": [float("inf")]}, "bukan angka .*anggaran_rp"),
        ([ONE], {"cakupan": [-1], "satuan_cakupan": ["orang"]}, "angka negatif .*cakupan"),
        ([ONE], {"cakupan": [20]}, "cakupan tanpa satuan .*satuan_cakupan; baris: p0"),
        ([ONE], {"tahun_awal": [2026], "tahun_akhir": [2025]}, "tahun akhir sebelum tahun awal"),
        ([], {}, "register kosong"),
    ],
)
def test_faults_are_named(register, rows, changes, message):
    with pytest.raises(DataError, match=f"{message}.*") as caught:
        checked_register(register(*rows, **changes))
    assert "Perbaikan: " in str(caught.value)


def test_every_fault_is_named_and_not_only_the_first(register, shipped):
    assert register_faults(shipped) == []
    rows = [
        ("Dinas Sosial", "manula;pemudi", "kurangi_beban"),
        ("dinas sosial", "umum", "tambah_beban"),
        ("dlh", "umum", None),
        ("DLH", "umum", None),
    ]
    table = register(*rows, anggaran_rp=["dua juta", -1, None, None])
    found = [(fault.problem, fault.rows) for fault in register_faults(table)]
    assert found == [
        ("kode 'tambah_beban' tidak dikenal", ["p1"]),
        ("kode 'manula' tidak dikenal", ["p0"]),
        ("kode 'pemudi' tidak dikenal", ["p0"]),
        ("satu OPD ditulis dengan dua ejaan: 'Dinas Sosial', 'dinas sosial'", ["p0", "p1"]),
        ("satu OPD ditulis dengan dua ejaan: 'DLH', 'dlh'", ["p2", "p3"]),
        ("isi bukan angka", ["p0"]),
        ("angka negatif", ["p1"]),
    ]


def test_a_missing_column_is_named(register):
    with pytest.raises(DataError, match=r"kolom tidak ada .*kolom: tujuan"):
        checked_register(register(ONE).drop(columns="tujuan"))
