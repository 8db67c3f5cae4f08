"""What the readers hand over: whole texts, typed cells, and places a person can go to."""

from __future__ import annotations

import json
import sqlite3
import struct
import zlib
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import typst
import xlsxwriter
from shapely.geometry import Point

from kajian.errors import DataError
from kajian.layers import write_layer
from kajian.privacy.pieces import Piece, Sheet
from kajian.privacy.texts import read_content


def texts(path: Path) -> list[str]:
    return [item.text for item in read_content(path) if isinstance(item, Piece)]


def sheets(path: Path) -> list[Sheet]:
    return [item for item in read_content(path) if isinstance(item, Sheet)]


def test_a_pdf_gives_whole_lines_page_by_page(tmp_path):
    path = tmp_path / "a.pdf"
    source = (
        '#set page(width: 4.2cm, height: 6cm, margin: 4mm)\n#set text(font: "DejaVu Sans Mono", '
        "size: 10pt)\nSatu\n#pagebreak()\n#box(width: 22mm)[33720141#linebreak()01850001]"
        "\n\n0812-3456-#linebreak()7890\n\n2024#linebreak()31"
    )
    path.write_bytes(typst.compile(source.encode()))
    pages = {item.place: item.text for item in read_content(path) if "halaman" in item.place}
    assert pages["halaman 1"].strip() == "Satu"
    assert pages["halaman 2"].split() == ["3372014101850001", "0812-3456-7890", "2024", "31"]


def test_the_properties_of_a_pdf_are_read(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(typst.compile(b'#set document(author: "Orang Rahasia")\nisi'))
    assert "Orang Rahasia" in texts(path)


def test_a_pdf_shows_its_links_attachments_and_bookmarks(tmp_path):
    path = tmp_path / "a.pdf"
    source = (
        '#pdf.attach("daftar.csv", bytes("lampiran rahasia"))\n= Judul bab\n'
        '#link("https://example.org/?nik=rahasia")[klik]\n'
        "#image(bytes(\"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>\"), "
        'format: "svg", alt: "gambar rahasia")'
    )
    path.write_bytes(typst.compile(source.encode()))
    found = {(item.place, item.text) for item in read_content(path)}
    assert ("lampiran", "lampiran rahasia") in found
    assert ("lampiran", "daftar.csv") in found
    assert ("daftar isi", "Judul bab") in found
    assert ("halaman 1, tautan", "https://example.org/?nik=rahasia") in found
    assert ("halaman 1, teks alternatif", "gambar rahasia") in found


def test_html_joins_inline_words_and_parts_blocks(tmp_path):
    path = tmp_path / "a.html"
    path.write_text(
        "<style>p {color: red}</style>\n<h1>Judul</h1>\n<p>satu <b>du</b>a<br>tiga</p>"
        '<svg><path d="M 1 2"/><text x="3">em<tspan>pat</tspan></text></svg>'
        '\n<div class="highlight"><pre>n = 3</pre></div><p title="ket">akhir</p>'
    )
    pieces = list(read_content(path))
    assert [(p.text, p.line, p.code) for p in pieces] == [
        ("Judul", 2, False),
        ("satu dua\ntiga", 3, False),
        ("empat", 3, False),
        ("n = 3", 4, True),
        ("ket", 4, False),
        ("akhir", 4, False),
    ]


def test_tables_of_html_keep_headers_and_nested_rows(tmp_path):
    path = tmp_path / "a.html"
    table = pd.DataFrame(
        {"a": [1, 2], "n": [3, 40]}, index=pd.MultiIndex.from_product([["p"], [1, 2]])
    )
    path.write_text(f"<p>{table.to_html()}</p>")
    sheet = sheets(path)[0]
    assert sheet.place == "tabel 1"
    assert sheet.table["n"].to_dict() == {1: "3", 2: "40"}


def test_a_csv_is_read_with_its_separator_lines_and_title(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('Tabel 1 Warga;;\nnama;n;ket\n"a\nb";3;x\nc;4\n', encoding="utf-8-sig")
    assert texts(path) == ["Tabel 1 Warga  "]
    table = sheets(path)[0].table
    assert table.to_dict("index") == {
        4: {"nama": "a\nb", "n": "3", "ket": "x"},
        5: {"nama": "c", "n": "4", "ket": ""},
    }


def test_a_header_over_row_labels_is_the_header(tmp_path):
    path = tmp_path / "a.csv"
    pd.DataFrame({"n": [3, 40]}).to_csv(path)
    assert sheets(path)[0].table["n"].to_dict() == {2: "3", 3: "40"}


def test_a_csv_of_windows_is_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("nama\nJosé\n".encode("cp1252"))
    assert sheets(path)[0].table["nama"].tolist() == ["José"]
    path.write_text("nama\nSiti\n", encoding="utf-16")
    assert sheets(path)[0].table["nama"].tolist() == ["Siti"]


def test_a_workbook_shows_hidden_sheets_comments_and_properties(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"author": "Penulis"})
        sheet = book.add_worksheet("data")
        sheet.write_row(0, 0, ["penanda", "pct"])
        sheet.write_row(1, 0, [3372014101850001, 2.5])
        sheet.write_comment(1, 1, "komentar rahasia")
        sheet.set_header("&Ckepala rahasia")
        sheet.write_url(3, 0, "https://example.org/alamat-rahasia", string="klik", tip="petunjuk")
        sheet.data_validation(4, 0, 4, 0, {"validate": "list", "source": ["pilihan rahasia", "b"]})
        sheet.write_formula(5, 0, '=LEN("rumus rahasia")', None, 13)
        sheet.write_number(6, 0, 1, book.add_format({"num_format": '"format rahasia"'}))
        hidden = book.add_worksheet("simpan")
        hidden.write(2, 1, "tersembunyi")
        hidden.hide()
    first, second = sheets(path)
    assert first.place == "lembar data"
    assert first.table.to_dict("index") == {
        2: {"penanda": "3372014101850001", "pct": "2.5"},
        3: {"penanda": "", "pct": ""},
        4: {"penanda": "klik", "pct": ""},
        5: {"penanda": "", "pct": ""},
        6: {"penanda": "13", "pct": ""},
        7: {"penanda": "1", "pct": ""},
    }
    assert "tersembunyi" in second.table.columns
    found = " ".join(texts(path))
    parts = ("komentar", "kepala", "alamat-", "pilihan", "rumus", "format")
    assert all(f"{word} rahasia".replace("- ", "-") in found for word in parts)
    assert "petunjuk" in found
    assert "Penulis" in found


def test_a_geopackage_shows_attributes_and_descriptions(tmp_path):
    path = tmp_path / "peta.gpkg"
    units = gpd.GeoDataFrame({"kode": ["33.72"], "n": [7]}, geometry=[Point(0, 0)], crs=32749)
    write_layer(units, path, "judul lapisan", {"kode": "arti kode", "n": "arti n"})
    named = {sheet.place: sheet.table for sheet in sheets(path)}
    assert named["lapisan peta"][["kode", "n"]].to_dict("index") == {1: {"kode": "33.72", "n": "7"}}
    assert "arti kode" in named["lapisan gpkg_data_columns"]["description"].tolist()
    assert "judul lapisan" in named["lapisan gpkg_contents"]["description"].tolist()


def test_a_geopackage_shows_texts_in_blobs_definitions_and_free_pages(tmp_path):
    path = tmp_path / "a.gpkg"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA secure_delete = OFF")
        database.execute("CREATE TABLE t (a BLOB, b TEXT)")
        database.execute("CREATE VIEW v AS SELECT 'rahasia' AS a")
        rows = [(b"isi blob", "a"), (b"hapus", "nik 3372014101850001")]
        database.executemany("INSERT INTO t VALUES (?, ?)", rows)
        database.execute("DELETE FROM t WHERE b <> 'a'")
        database.commit()
    assert sheets(path)[0].table["a"].tolist() == ["isi blob"]
    assert "rahasia" in " ".join(texts(path))
    assert "3372014101850001" in texts(path)


def test_a_parquet_shows_its_columns_and_what_it_says_of_itself(tmp_path):
    path = tmp_path / "a.parquet"
    table = pd.DataFrame({"n": pd.array([3, None], dtype="Int64"), "teks": ["a", None]})
    table.attrs["penulis"] = "Orang Rahasia"
    table.to_parquet(path)
    assert sheets(path)[0].table.to_dict("index") == {
        1: {"n": "3", "teks": "a"},
        2: {"n": "", "teks": ""},
    }
    assert any("Orang Rahasia" in text for text in texts(path))


def test_a_parquet_shows_lists_and_bytes(tmp_path):
    path = tmp_path / "a.parquet"
    pd.DataFrame({"a": [["satu", "dua"]], "b": [b"tiga"], "c": [b"\0\1"]}).to_parquet(path)
    assert sheets(path)[0].table.to_dict("list") == {
        "a": ["['satu', 'dua']"],
        "b": ["tiga"],
        "c": [""],
    }


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def test_a_png_shows_its_three_kinds_of_text(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"tEXt", b"Title\0satu")
        + chunk(b"zTXt", b"Author\0\0" + zlib.compress(b"dua"))
        + chunk(b"iTXt", b"Comment\0\0\0id\0Komentar\0" + "tigá".encode())
        + chunk(b"iTXt", b"Comment\0\1\0id\0Komentar\0" + zlib.compress(b"empat"))
        + chunk(b"IEND", b"")
    )
    assert texts(path) == ["satu", "dua", "tigá", "empat"]


def test_a_notebook_shows_sources_outputs_of_all_kinds_and_metadata(tmp_path):
    path = tmp_path / "a.ipynb"
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["aliran ", "\x1b[31mmerah\x1b[0m"]},
        {"output_type": "error", "ename": "E", "evalue": "nilai", "traceback": ["jejak"]},
        {
            "output_type": "display_data",
            "data": {
                "text/plain": ["polos"],
                "text/html": "<p>halaman</p>",
                "image/svg+xml": ["<svg><text>gambar</text>", "</svg>"],
                "application/json": {"a": ["jeson"]},
            },
            "metadata": {"alt": "keterangan"},
        },
    ]
    code = {"cell_type": "code", "id": "x1", "source": ["a = 1"], "metadata": {"tags": ["tanda"]}}
    prose = {"cell_type": "markdown", "id": "x2", "source": "prosa", "metadata": {}}
    cells = [{**code, "outputs": outputs}, prose]
    path.write_text(json.dumps({"cells": cells, "metadata": {"penulis": "P"}}))
    found = {piece.text: piece for piece in read_content(path)}
    assert {"aliran merah", "E\nnilai\njejak", "polos", "halaman", "gambar", "jeson"} <= set(found)
    assert {"keterangan", "tanda", "prosa", "P"} <= set(found)
    assert found["a = 1"].code
    assert found["polos"].place == "sel x1, keluaran 3"
    assert found["prosa"].place == "sel x2"


def test_json_names_the_key_of_a_value(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('{"a": {"b": [0.5, "teks", true, null, 12.0]}}')
    places = {piece.text: piece.place for piece in read_content(path)}
    assert places["teks"] == "kunci a.b[2]"
    assert "12" in places
    assert "0.5" not in places


def test_text_of_any_name_is_read_and_other_bytes_are_refused(tmp_path):
    (tmp_path / "a.typ").write_text("isi")
    assert texts(tmp_path / "a.typ") == ["isi"]
    (tmp_path / "a.woff2").write_bytes(b"wOF2\0\1")
    with pytest.raises(DataError, match="jenis berkas tidak dapat diperiksa"):
        list(read_content(tmp_path / "a.woff2"))
