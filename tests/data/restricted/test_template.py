"""Templates: empty forms that, once filled, are sound."""

from __future__ import annotations

import zipfile
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
import python_calamine as calamine
import xlsxwriter

from kajian.data.restricted.check import check_folder
from kajian.data.restricted.tables import TABLES, restricted_table
from kajian.data.restricted.template import write_template
from kajian.errors import DataError

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheet_of(file) -> ET.Element:
    with zipfile.ZipFile(file) as archive:
        return ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))


def column_names(table: str) -> list[str]:
    return [field.name for field in restricted_table(table).fields]


@pytest.mark.parametrize("name", TABLES)
def test_both_forms_have_the_columns_of_the_schema(tmp_path, name):
    delimited, workbook = write_template(name, tmp_path)
    assert delimited.read_text(encoding="utf-8") == ",".join(column_names(name)) + "\n"
    book = calamine.load_workbook(workbook)
    assert book.sheet_names == ["data", "keterangan"]
    assert book.get_sheet_by_name("data").to_python() == [column_names(name)]


@pytest.mark.parametrize("name", TABLES)
def test_an_empty_template_is_not_taken_for_data(tmp_path, known, name):
    for form in write_template(name, tmp_path):
        folder = tmp_path / form.suffix.lstrip(".")
        folder.mkdir()
        form.rename(folder / form.name)
        errors = check_folder(folder, known, simulated=True, crosswalk=None)
        assert "tidak berisi satu baris pun" in errors[0].problem


def test_filled_templates_are_sound(tables, tmp_path, known, crosswalk):
    """Written with numbers as numbers and the rest as text, as the cells of the form ask."""
    for name, table in tables.items():
        _, form = write_template(name, tmp_path / "templat")
        [header] = calamine.load_workbook(form).get_sheet_by_name("data").to_python()
        types = {field.name: field.type for field in restricted_table(name).fields}
        with xlsxwriter.Workbook(tmp_path / form.name) as book:
            sheet = book.add_worksheet("data")
            sheet.write_row(0, 0, header)
            for line, row in enumerate(table.to_dict("records"), start=1):
                for number, column in enumerate(header):
                    if pd.isna(row[column]):
                        continue
                    if types[column] == "string":
                        sheet.write_string(line, number, row[column])
                    else:
                        sheet.write_number(line, number, float(row[column]))
    (tmp_path / "templat").rename(tmp_path / ".templat")
    assert check_folder(tmp_path, known, simulated=True, crosswalk=crosswalk) == []


def test_filled_csv_templates_are_sound(tables, tmp_path, known, crosswalk):
    for name, table in tables.items():
        form, workbook = write_template(name, tmp_path)
        workbook.unlink()
        with form.open("a", encoding="utf-8") as file:
            file.write(table.to_csv(index=False, header=False))
    assert check_folder(tmp_path, known, simulated=True, crosswalk=crosswalk) == []


def test_cells_are_text_where_zeros_must_survive(tmp_path):
    _, form = write_template("rumah_tangga", tmp_path)
    styled = {
        number
        for column in sheet_of(form).iter(f"{MAIN}col")
        if "style" in column.attrib
        for number in range(int(column.attrib["min"]) - 1, int(column.attrib["max"]))
    }
    texts = {
        number
        for number, field in enumerate(restricted_table("rumah_tangga").fields)
        if field.type == "string"
    }
    assert styled == texts
    assert sheet_of(form).find(f".//{MAIN}pane").attrib["state"] == "frozen"


def test_cells_offer_options_and_refuse_what_is_out_of_range(tmp_path):
    _, form = write_template("orang", tmp_path)
    rules = {rule.attrib["sqref"]: rule for rule in sheet_of(form).iter(f"{MAIN}dataValidation")}
    columns = column_names("orang")
    sex = rules[f"{chr(65 + columns.index('jk'))}2:{chr(65 + columns.index('jk'))}1048576"]
    assert sex.attrib["type"] == "list"
    assert sex.findtext(f"{MAIN}formula1") == '"L,P"'
    age = rules[f"{chr(65 + columns.index('umur'))}2:{chr(65 + columns.index('umur'))}1048576"]
    assert age.attrib["type"] == "whole"
    assert [float(age.findtext(f"{MAIN}formula{n}")) for n in (1, 2)] == [0, 120]
    long = chr(65 + columns.index("kategori_ppks"))
    assert not [place for place in rules if place.startswith(long)]


def test_the_guide_explains_every_column(tmp_path):
    _, form = write_template("orang", tmp_path)
    guide = pd.DataFrame(calamine.load_workbook(form).get_sheet_by_name("keterangan").to_python())
    guide = guide.rename(columns=guide.iloc[0]).iloc[1:].set_index("kolom")
    assert guide.index.tolist() == column_names("orang")
    assert guide.loc["nik", "identitas"] == "identitas: disamarkan sebelum dianalisis"
    assert guide.loc["nama", "identitas"] == "identitas: dibuang sebelum dianalisis"
    assert guide.loc["umur", "identitas"] == ""
    assert (
        guide.loc["umur", "isi yang diizinkan"]
        == "bilangan bulat, paling kecil 0, paling besar 120"
    )
    assert guide.loc["jk", "isi yang diizinkan"] == "L; P"
    assert guide.loc["kategori_ppks", "wajib"] == "tidak"
    assert guide.loc["kategori_ppks", "definisi"] == "ppks.kategori"
    assert "fakir_miskin: Fakir Miskin" in guide.loc["kategori_ppks", "arti"]


@pytest.mark.parametrize("form", [".csv", ".xlsx"])
def test_a_form_that_may_have_been_filled_is_kept(tmp_path, form):
    filled = tmp_path / f"survei{form}"
    filled.write_text("diisi berhari-hari")
    with pytest.raises(DataError, match=r"tidak ditimpa.*--to FOLDER") as caught:
        write_template("survei", tmp_path)
    assert caught.value.file == filled
    assert [path.read_text() for path in tmp_path.iterdir()] == ["diisi berhari-hari"]


@pytest.mark.parametrize("name", TABLES)
def test_the_guide_shows_examples_not_patterns(tmp_path, name):
    _, form = write_template(name, tmp_path)
    _, *guide = calamine.load_workbook(form).get_sheet_by_name("keterangan").to_python()
    allowed = {row[0]: row[4] for row in guide}
    assert not [text for row in guide for text in row if "\\d" in text or "^" in text]
    expected = {
        "nik": "16 digit",
        "kode_wilayah": "kode, mis. 33.72.05.1001",
        "tanggal_data": "tahun-bulan-tanggal, mis. 2025-12-31",
        "tahun": "bilangan bulat, paling kecil 2010, paling besar 2100",
        "teks": "teks",
    }
    assert expected.items() & allowed.items() == {
        (column, text) for column, text in expected.items() if column in allowed
    }


def test_equal_templates_are_equal_in_bytes(tmp_path):
    first = [path.read_bytes() for path in write_template("survei", tmp_path / "a")]
    assert first == [path.read_bytes() for path in write_template("survei", tmp_path / "b")]


def test_an_unknown_table(tmp_path):
    with pytest.raises(DataError, match="pilih salah satu"):
        write_template("warga", tmp_path)
    assert not list(tmp_path.iterdir())
