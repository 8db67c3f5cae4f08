"""Exports of Taguette and QualCoder, in the form in which these programs write them."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kajian.data.coded_segments import read_coded_segments
from kajian.errors import DataError, MethodError
from kajian.qualitative.agreement import theme_agreement
from kajian.qualitative.codes import coded_segments
from kajian.qualitative.import_qualcoder import from_qualcoder
from kajian.qualitative.import_taguette import from_taguette

DOCUMENTS = pd.DataFrame(
    {
        "dokumen": ["W01.docx", "FGD1.docx"],
        "kode_wilayah": ["33.72.01.1001", "33.72.04.1002"],
        "peran_informan": ["warga", "kader"],
        "jenis": ["wawancara", "fgd"],
    }
)
# A row per tag; a highlight without a tag has an empty one; lines may break within a cell.
TAGUETTE = {
    "A": [
        ["1", "W01.docx", "air.keruh", "Air sumur keruh\nsejak kemarau."],
        ["1", "W01.docx", "biaya", "Air sumur keruh\nsejak kemarau."],
        ["2", "W01.docx", "", "Ya begitulah."],
        ["3", "FGD1.docx", "biaya", 'Harga "naik", upah tetap.'],
    ],
    "B": [
        ["8", "W01.docx", "air.keruh", "air sumur keruh sejak kemarau"],
        ["9", "FGD1.docx", "kerja", 'Harga "naik", upah tetap.'],
        ["10", "FGD1.docx", "kerja", "Lowongan sedikit."],
    ],
}


def write_taguette(folder: Path, coder: str) -> Path:
    path = folder / f"all_tags_{coder}.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "document", "tag", "content"])
        writer.writerows(TAGUETTE[coder])
    return path


def taguette(folder: Path) -> dict[str, pd.DataFrame]:
    return {coder: read_coded_segments(write_taguette(folder, coder)) for coder in TAGUETTE}


# QualCoder quotes every cell and ends a row after the last category that its code has.
QUALCODER = [
    ["File", "Coder", "Coded", "Id", "Codename", "Coded_Memo", "Category", "Category"],
    ["W01.docx", "siti", "Air sumur keruh", "ctid:1", "air", "Air sumur tercemar.", "rumah"],
    ["W01.docx", "siti", "Air sumur keruh", "ctid:2", "biaya", "", "uang", "rumah tangga"],
    ["W01.docx", "budi", "Air sumur keruh sejak", "ctid:3", "air", ""],
    ["FGD1.docx", "budi", "Harga naik", "ctid:4", "biaya", "", "uang"],
]


def write_qualcoder(folder: Path, rows: list[list[str]] = QUALCODER) -> Path:
    path = folder / "laporan.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows(rows)
    return path


def qualcoder(folder: Path, rows: list[list[str]] = QUALCODER) -> pd.DataFrame:
    return read_coded_segments(write_qualcoder(folder, rows))


def test_taguette_becomes_coded_segments(tmp_path: Path) -> None:
    result = from_taguette(taguette(tmp_path), DOCUMENTS)
    assert (result.n_segments, result.n_common) == (4, 2)
    assert result.unmatched.to_dict() == {"A": 1, "B": 1}
    sets = result.codes.groupby(["id_wawancara", "pengode"])["tema"].agg(
        lambda themes: sorted(themes.dropna())
    )
    assert sets["D01", "A"] == ["air.keruh", "biaya"]
    assert sets["D02", "B"] == ["kerja", "kerja"]
    assert coded_segments(result.codes).coders == ("A", "B")


def test_taguette_tags_become_themes(tmp_path: Path) -> None:
    themes = {"air.keruh": "air", "biaya": "uang", "kerja": "kerja"}
    result = from_taguette(taguette(tmp_path), DOCUMENTS, themes=themes)
    assert set(result.codes["tema"].dropna()) == {"air", "uang", "kerja"}


def test_agreement_can_be_measured_on_what_was_imported(tmp_path: Path) -> None:
    codes = from_taguette(taguette(tmp_path), DOCUMENTS).codes
    result = theme_agreement(codes, rng=np.random.default_rng(1), draws=99)
    # Sets {air, biaya} / {air} and {biaya} / {kerja}: distances 2/3 and 1.
    assert result.overall.observed == pytest.approx((2 / 3 + 1) / 2)
    assert result.single.to_dict() == {"A": 1, "B": 1}


def test_qualcoder_becomes_coded_segments(tmp_path: Path) -> None:
    result = from_qualcoder(qualcoder(tmp_path), DOCUMENTS, memo_is_paraphrase=True)
    assert (result.n_segments, result.n_common) == (2, 1)
    first = result.codes.query("id_segmen == 'D01-001'")
    assert first[["pengode", "tema"]].to_numpy().tolist() == [
        *(["A", "air"], ["B", "air"], ["B", "biaya"])
    ]
    assert set(first["parafrase"]) == {"Air sumur tercemar."}
    assert set(first["teks"]) == {"Air sumur keruh sejak"}
    assert not result.codes.isin(["siti", "budi"]).any(axis=None)  # names of coders stay behind
    assert from_qualcoder(qualcoder(tmp_path), DOCUMENTS).codes["parafrase"].isna().all()


def test_qualcoder_by_case_names_its_files_apart(tmp_path: Path) -> None:
    rows = [["Case", "Filename", *QUALCODER[0][1:]]]
    rows += [["Kasus 1", *row] for row in QUALCODER[1:]]
    by_case = from_qualcoder(qualcoder(tmp_path, rows), DOCUMENTS)
    pd.testing.assert_frame_equal(
        by_case.codes, from_qualcoder(qualcoder(tmp_path), DOCUMENTS).codes
    )


def test_qualcoder_positions_are_used_where_given(tmp_path: Path) -> None:
    table = qualcoder(tmp_path).assign(pos0=["0", "0", "40", "0"], pos1=["15", "15", "55", "9"])
    assert from_qualcoder(table, DOCUMENTS).n_common == 0
    with pytest.raises(MethodError, match=r"awal \(posisi\) bukan angka pada baris 3"):
        from_qualcoder(table.assign(pos0=["0", "x", "0", "0"]), DOCUMENTS)


def test_a_workbook_is_read_like_a_csv(tmp_path: Path) -> None:
    rows = [row + [""] * (8 - len(row)) for row in QUALCODER[1:]]
    book = pd.DataFrame(rows, columns=[*QUALCODER[0][:7], "Category "])
    book.to_excel(tmp_path / "laporan.xlsx", index=False)
    read = read_coded_segments(tmp_path / "laporan.xlsx")
    pd.testing.assert_frame_equal(read, qualcoder(tmp_path))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: {}, "Tidak ada ekspor"),
        (lambda t: t | {"B": t["B"].drop(columns="tag")}, "pengode B tidak memiliki kolom tag"),
        (lambda t: t | {"B": t["B"].iloc[:0]}, "pengode B tidak memuat sorotan"),
        (lambda t: {"A": t["A"], "B": t["A"].iloc[::-1].assign(id=0)}, "A dan B sama isinya"),
        (lambda t: t | {"B": t["B"].assign(document="x")}, "tabel dokumen: x"),
        (lambda t: t | {"B": t["B"].assign(content=None)}, r"kosong pada 3 baris: 2 .pengode B"),
    ],
)
def test_a_faulty_taguette_export_is_refused(tmp_path: Path, change, words: str) -> None:
    with pytest.raises(MethodError, match=words) as told:
        from_taguette(change(taguette(tmp_path)), DOCUMENTS)
    assert "Perbaikan: " in str(told.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.drop(columns="Coder"), "Kolom Coder tidak ada"),
        (lambda t: t.assign(Codename=None), "kolom tema kosong pada baris 2, 3, 4, 5"),
        (lambda t: t.assign(Id=["ctid:1", "imid:1", "avid:2", "ctid:2"]), "2 kode pada gambar"),
        (lambda t: t.drop(columns="Id").assign(Coded="a/v"), "4 kode pada gambar atau suara"),
        (lambda t: t.assign(File="x.docx"), "tabel dokumen: x.docx"),
    ],
)
def test_a_faulty_qualcoder_report_is_refused(tmp_path: Path, change, words: str) -> None:
    with pytest.raises(MethodError, match=words) as told:
        from_qualcoder(change(qualcoder(tmp_path)), DOCUMENTS)
    assert "Perbaikan: " in str(told.value)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"id;document;tag;content\n1;W01;air;x\n", "titik koma"),
        ("a.csv", b"id,document\n1,W01,air\n", "jumlah isian"),
        ("a.csv", b"id,document\n1,\xff\n", "tidak dapat dibaca"),
        ("a.csv", b"", "berkas kosong"),
        ("a.xlsx", b"bukan buku kerja", "tidak dapat dibaca"),
    ],
)
def test_a_faulty_file_is_refused(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError, match=words) as told:
        read_coded_segments(path)
    assert name in str(told.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="tidak dapat dibaca"):
        read_coded_segments(tmp_path / "tidak-ada.csv")
