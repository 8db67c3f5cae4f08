"""Leaks planted in every format: each is found at its place and none is repeated."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import matplotlib.pyplot as plt
import pandas as pd
import pytest
import typst
from shapely.geometry import Point

from kajian.errors import PrivacyError
from kajian.privacy.kinds import (
    CORRUPT,
    IDENTITY_NUMBER,
    KEY,
    KINDS,
    NAME,
    PHONE,
    PSEUDONYM,
    RATE,
    RECOVERABLE,
    SMALL,
    UNREADABLE,
)
from kajian.privacy.scan import Finding, refuse, scan_folder, scan_notebook

NAMES = ["Siti Nur'aini", "Bambang Sukamto", "Ngatiyem", "Dra. Hj. Dewi Rahayu", "Tidak ada"]
SECRET = "0123456789abcdef" * 4

# What is planted, as kind, text, and the cells of a column of counts.
HARMLESS_COUNTS = ["31", "44", "50"]
LEAKS = {
    "nik": (IDENTITY_NUMBER, "3372014101850001", HARMLESS_COUNTS),
    "kk": (IDENTITY_NUMBER, "337204-120319-0007", HARMLESS_COUNTS),
    "telepon": (PHONE, "0812-3456-7890", HARMLESS_COUNTS),
    "nama": (NAME, "Bambang Sukamto", HARMLESS_COUNTS),
    "satu kata": (NAME, "Ngatiyem", HARMLESS_COUNTS),
    "nama terbalik": (NAME, "Rahayu, Dewi", HARMLESS_COUNTS),
    "samaran": (PSEUDONYM, "46rid3wrc4sgi2biy6dad4vhee", HARMLESS_COUNTS),
    "kunci": (KEY, SECRET.upper(), HARMLESS_COUNTS),
    "terbelah": (IDENTITY_NUMBER, "337201 \u00a0410185  0001", HARMLESS_COUNTS),
    "kalimat": (SMALL, "hanya 2 orang", HARMLESS_COUNTS),
    "sel kecil": (SMALL, "n = 3", ["31", "3", "50"]),
    "sel terhitung": (RECOVERABLE, "", ["31", "<5", "50"]),
}
SECRETS = re.compile(
    r"3372014101850001|337204|120319|3456|7890|Bambang|Sukamto|Ngatiyem|Rahayu|46rid|0123456789"
    r"|= 3\b|2 orang"
)


def table_of(text: str, counts: list[str]) -> pd.DataFrame:
    """Three kelurahan; the text stands in the second row, beside the count."""
    return pd.DataFrame(
        {
            "kode_wilayah": [f"33.72.01.100{i}" for i in (1, 2, 3)],
            "catatan": ["biasa", text, "biasa"],
            "n_miskin": [int(count) if count.isdigit() else count for count in counts],
        }
    )


def write_csv(path: Path, text: str, counts: list[str]) -> None:
    table_of(text, counts).to_csv(path, index=False)


def write_xlsx(path: Path, text: str, counts: list[str]) -> None:
    table_of(text, counts).to_excel(path, index=False, sheet_name="data", engine="xlsxwriter")


def write_parquet(path: Path, text: str, counts: list[str]) -> None:
    table_of(text, counts).astype("str").to_parquet(path)


def write_gpkg(path: Path, text: str, counts: list[str]) -> None:
    points = [Point(i, i) for i in range(3)]
    gpd.GeoDataFrame(table_of(text, counts), geometry=points, crs=4326).to_file(path, layer="data")


def write_html(path: Path, text: str, counts: list[str]) -> None:
    path.write_text(f"<html><body>\n{table_of(text, counts).to_html()}</body></html>")


def notebook(path: Path, output: dict[str, object]) -> None:
    cell = {"cell_type": "code", "id": "peta", "source": "n = 3", "metadata": {}}
    content = {"metadata": {}, "cells": [{**cell, "outputs": [output]}]}
    path.write_text(json.dumps(content))


def write_output(path: Path, text: str, counts: list[str]) -> None:
    html = table_of(text, counts).to_html()
    notebook(path, {"output_type": "display_data", "data": {"text/html": html}, "metadata": {}})


def write_stream(path: Path, text: str, _: list[str]) -> None:
    notebook(path, {"output_type": "stream", "name": "stdout", "text": [text, "\n"]})


def write_traceback(path: Path, text: str, _: list[str]) -> None:
    trace = ["\x1b[31mValueError\x1b[0m: salah", f"\x1b[0;31m{text}\x1b[0m"]
    error = {"ename": "ValueError", "evalue": "salah", "traceback": trace}
    notebook(path, {"output_type": "error", **error})


def draw(path: Path, text: str) -> None:
    figure, axes = plt.subplots(figsize=(3, 2))
    axes.plot([0.1, 0.7], [337.2, 410.18])
    axes.set_title(text)
    figure.savefig(path)
    plt.close(figure)


def write_svg(path: Path, text: str, _: list[str]) -> None:
    with plt.rc_context({"svg.fonttype": "none"}):
        draw(path, text)


def write_outlined_svg(path: Path, text: str, _: list[str]) -> None:
    with plt.rc_context({"svg.fonttype": "path"}):
        draw(path, text)


def write_figure_pdf(path: Path, text: str, _: list[str]) -> None:
    draw(path, text)


def write_pdf(path: Path, text: str, _: list[str]) -> None:
    quoted = json.dumps(text, ensure_ascii=False)
    source = f"Hal satu\n#pagebreak()\n#block(width: 4cm)[Warga #str({quoted}) hadir]"
    path.write_bytes(typst.compile(source.encode()))


def write_json(path: Path, text: str, _: list[str]) -> None:
    path.write_text(json.dumps({"hasil": [{"nilai": 0.5}, {"isi": text}]}))


def write_markdown(path: Path, text: str, _: list[str]) -> None:
    path.write_text(f"# Judul\n\nWarga {text} hadir.\n")


CELL = "kolom {column}, baris "
WRITERS: dict[str, tuple[Callable[[Path, str, list[str]], None], str]] = {
    "tables/a.csv": (write_csv, CELL + "3"),
    "tables/a.xlsx": (write_xlsx, "lembar data, " + CELL + "3"),
    "tables/a.parquet": (write_parquet, CELL + "2"),
    "layers/a.gpkg": (write_gpkg, "lapisan data, " + CELL + "2"),
    "notebooks/a.html": (write_html, "tabel 1, " + CELL + "2"),
    "keluaran.ipynb": (write_output, "sel peta, keluaran 1, tabel 1, " + CELL + "2"),
    "cetak.ipynb": (write_stream, "sel peta, keluaran 1"),
    "galat.ipynb": (write_traceback, "sel peta, keluaran 1"),
    "figures/a.svg": (write_svg, "baris "),
    "figures/garis.svg": (write_outlined_svg, "baris "),
    "figures/a.pdf": (write_figure_pdf, "halaman 1"),
    "brief.pdf": (write_pdf, "halaman 2"),
    "ledger.json": (write_json, "kunci hasil[2].isi"),
    "catatan.md": (write_markdown, "baris 3"),
}
TABULAR = [file for file, (_, place) in WRITERS.items() if "kolom" in place]
# One word is a name only as a whole value, and code of a trace is no result.
PROSE = ["brief.pdf", "catatan.md", "galat.ipynb", "figures/a.pdf"]
MATRIX = [
    (file, leak)
    for file in WRITERS
    for leak in LEAKS
    if not (leak == "sel terhitung" and file not in TABULAR)
    and not (leak == "satu kata" and file in PROSE)
    and not (leak in ("sel kecil", "kalimat") and file == "galat.ipynb")
    and not (leak == "kunci" and file.endswith(".pdf"))  # too long for its line
]


def plant(folder: Path, file: str, leak: str | None) -> Path:
    _, text, counts = LEAKS[leak] if leak else ("", "biasa saja", HARMLESS_COUNTS)
    if leak == "sel kecil" and file in TABULAR:
        text = "biasa"
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    WRITERS[file][0](path, text, counts)
    return path


@pytest.mark.parametrize(("file", "leak"), MATRIX)
def test_a_planted_leak_is_found_at_its_place_and_not_repeated(tmp_path, file, leak):
    plant(tmp_path, file, leak)
    findings = scan_folder(tmp_path, names=NAMES, secrets=[SECRET])
    kind = LEAKS[leak][0]
    place = WRITERS[file][1].format(
        column="n_miskin" if leak in ("sel kecil", "sel terhitung") else "catatan"
    )
    assert findings
    assert {(f.file, f.kind) for f in findings} == {(file, kind)}
    assert all(f.place.startswith(place) for f in findings), findings
    with pytest.raises(PrivacyError) as error:
        refuse(findings)
    message = str(error.value)
    assert file in message
    assert place in message
    assert kind in message
    assert "Perbaikan:" in message
    assert not SECRETS.search(message)


def test_the_same_files_without_a_leak_are_clean(tmp_path):
    for file in WRITERS:
        plant(tmp_path, file, None)
    assert scan_folder(tmp_path, names=NAMES) == []
    refuse([])


def test_a_number_stored_as_a_number_is_found(tmp_path):
    # What a spreadsheet or a missing value makes of a column of NIK.
    table = pd.DataFrame({"penanda": [None, 3372014101850001.0]})
    table.to_excel(tmp_path / "a.xlsx", index=False, engine="xlsxwriter")
    table.to_csv(tmp_path / "b.csv", index=False)
    table.to_parquet(tmp_path / "c.parquet")
    geometry = [Point(0, 0), Point(1, 1)]
    gpd.GeoDataFrame(table, geometry=geometry, crs=4326).to_file(tmp_path / "d.gpkg")
    (tmp_path / "e.json").write_text('{"a": [3372014101850001, 3372014101850001.0]}')
    assert [f.file for f in scan_folder(tmp_path)] == [
        *("a.xlsx", "b.csv", "c.parquet", "d.gpkg", "e.json", "e.json")
    ]


def test_places_and_file_names_that_hold_a_value_are_masked(tmp_path):
    pd.DataFrame({"3372014101850001": ["x"], "Siti Nuraini": ["y"]}).to_csv(
        tmp_path / "data_3372014101850001_Bambang Sukamto.csv", index=False
    )
    (tmp_path / "b.json").write_text('{"3372014101850001": {"Ngatiyem": "081234567890"}}')
    (tmp_path / "Ngatiyem.md").write_text("biasa")
    findings = scan_folder(tmp_path, names=NAMES)
    assert {f.kind for f in findings} == {IDENTITY_NUMBER, NAME, PHONE}
    assert any(f.place == "nama berkas" for f in findings)
    text = str([*map(str, findings)])
    assert not re.search("3372|Siti|Bambang|Ngatiyem|0812", text)


def test_what_a_page_carries_unseen_is_read(tmp_path):
    drawing = base64.b64encode(b"<svg><text>0812-3456-<tspan>7890</tspan></text></svg>").decode()
    (tmp_path / "a.html").write_text(
        '<p>3372<b>0141</b>01850001</p>\n<img alt="Warga Bambang Sukamto" src="data:image/png;'
        'base64,AAAA">\n<!-- 3372014101850001 -->\n<script>d = {"nik": "3372014101850001"}</script>'
        f'\n<img src="data:image/svg+xml;base64,{drawing}">'
    )
    assert [(f.place, f.kind) for f in scan_folder(tmp_path, names=NAMES)] == [
        ("baris 1", IDENTITY_NUMBER),
        ("atribut alt, baris 2", NAME),
        ("baris 3", IDENTITY_NUMBER),
        ("baris 4", IDENTITY_NUMBER),
        ("gambar di baris 5, baris 1", PHONE),
    ]


def test_small_counts_are_left_alone_where_nobody_is_counted(tmp_path):
    plant(tmp_path, "tables/a.csv", "sel kecil")
    (tmp_path / "b.md").write_text("Uji pada n = 4 kecamatan, n = 12, dan n = 3,5.")
    assert scan_folder(tmp_path, counts=False) == []
    assert scan_folder(tmp_path, threshold=3) == []
    assert [f.file for f in scan_folder(tmp_path)] == ["tables/a.csv"]


def test_a_rate_beside_a_hidden_count_is_found(tmp_path):
    table = table_of("biasa", ["31", "<5", "x"]).assign(miskin_pct=[10.0, 2.5, 7.1])
    table.to_csv(tmp_path / "a.csv", index=False)
    rows = [("kolom miskin_pct, baris 3", RATE), ("kolom miskin_pct, baris 4", RATE)]
    assert [(f.place, f.kind) for f in scan_folder(tmp_path)] == rows


def test_a_declared_exception_holds_for_its_files_and_kind_only(tmp_path):
    plant(tmp_path, "tables/a.csv", "telepon")
    plant(tmp_path, "ledger.json", "telepon")
    plant(tmp_path, "tables/a.xlsx", "nik")
    exceptions = [("tables/*", PHONE, "nomor pengaduan"), ("tidak-ada/*", NAME, "tidak terpakai")]
    findings = scan_folder(tmp_path, exceptions=exceptions)
    assert [(f.file, f.kind) for f in findings] == [
        ("ledger.json", PHONE),
        ("tables/a.xlsx", IDENTITY_NUMBER),
    ]


@pytest.mark.parametrize(
    "file", ["a.pdf", "a.xlsx", "a.gpkg", "a.png", "a.svg", "a.json", "a.ipynb", "a.parquet"]
)
def test_a_corrupt_file_is_a_finding(tmp_path, file):
    (tmp_path / file).write_bytes(b"bukan isi yang benar \x81\x00")
    assert scan_folder(tmp_path) == [Finding(file, "seluruh berkas", CORRUPT)]


def test_a_file_of_unknown_kind_is_a_finding(tmp_path):
    (tmp_path / "model.bin").write_bytes(b"\x00\x01\x02")
    assert scan_folder(tmp_path) == [Finding("model.bin", "seluruh berkas", UNREADABLE)]


def test_a_failed_notebook_is_looked_through_alone(tmp_path):
    path = plant(tmp_path, "galat.ipynb", "nik")
    assert scan_notebook(path) == [Finding("galat.ipynb", "sel peta, keluaran 1", IDENTITY_NUMBER)]


def output(text: str, form: str = "text/plain") -> dict[str, object]:
    return {"output_type": "display_data", "data": {form: text}, "metadata": {}}


PEOPLE = pd.DataFrame(
    {
        "kategori_ppks": ["fakir_miskin"] * 7 + ["pemulung"] * 3,
        "jk": [*"LPLPLPLPLP"],
        "kode_wilayah": ["33.72.01.1001"] * 8 + ["33.72.01.1002"] * 2,
    }
)
CROSS = pd.crosstab(PEOPLE["kategori_ppks"], PEOPLE["jk"])
SIZES = PEOPLE.groupby("kategori_ppks").size()
COUNTED = PEOPLE.groupby("kategori_ppks").agg(orang=("jk", "count"), tua=("jk", "max"))
NUMBER = "3372014101850001"


@pytest.mark.parametrize(
    "printed",
    [
        *(SIZES, PEOPLE.value_counts("jk"), PEOPLE.value_counts(["kategori_ppks", "jk"])),
        *(PEOPLE.groupby("kode_wilayah").size(), CROSS, COUNTED, COUNTED[["orang"]]),
        *(SIZES.to_frame(), SIZES.rename("n").reset_index()),
    ],
)
def test_what_pandas_prints_is_read_as_a_table(tmp_path, printed):
    few = 6 if "L" in str(printed) or "P" in str(printed) else 5
    notebook(tmp_path / "a.ipynb", output(str(printed)))
    (tmp_path / "b.html").write_text(f"<p>Hasil</p>\n<pre>{printed}</pre>")
    found = scan_folder(tmp_path, threshold=few)
    assert {(f.file, f.kind) for f in found} == {("a.ipynb", SMALL), ("b.html", SMALL)}
    assert all(f.place.startswith("baris ") for f in found if f.file == "b.html")


def test_prints_that_count_no_people_are_left_alone(tmp_path):
    ages = pd.Series([3, 4], pd.Index(["fakir_miskin", "odha"], name="kategori_ppks"), name="umur")
    flags = pd.Series([3, 9], pd.Index(["lonjakan", "putus"], name="aturan"))
    for number, printed in enumerate([ages, ages.to_frame(), flags, flags.to_frame()]):
        notebook(tmp_path / f"{number}.ipynb", output(str(printed)))
    (tmp_path / "a.html").write_text(ages.to_frame().to_html())
    assert scan_folder(tmp_path) == []


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.html", CROSS.to_html()),
        ("a.html", pd.crosstab(PEOPLE["kategori_ppks"], PEOPLE["kode_wilayah"]).to_html()),
        ("a.html", SIZES.to_frame().to_html()),
        ("a.html", SIZES.rename("jumlah_orang").to_frame().T.to_html()),
        ("a.html", pd.concat({"x": COUNTED}, axis=1).to_html()),
        ("a.html", "<table><tr><th>kode<th>Jumlah orang<tr><td>A<td>3<tr><td>B<td>9</table>"),
        ("a.html", "<table><tr><th>kode</th><th>orang</th></tr><tr><td>A</td><td>3"),
        ("a.csv", CROSS.to_csv()),
        ("a.csv", "Tabel 1. Warga, per kelurahan\nkode;jumlah_orang\nA;3,0\nB;9,0\n"),
        ("a.md", "Teks\n\n| kode | Banyaknya rumah tangga |\n|---|---:|\n| A | 3 |\n"),
        ("a.txt", "kode  responden\nA  3\n"),
        ("a.json", '{"rt.miskin": {"value": 3, "unit": "rumah tangga", "note": "x"}}'),
        ("a.geojson", '{"features": [{"properties": {"jumlah_orang": 3}, "geometry": null}]}'),
    ],
)
def test_small_counts_are_found_in_common_forms(tmp_path, file, text):
    (tmp_path / file).write_text(text)
    found = scan_folder(tmp_path, threshold=6 if "fakir" in text else 5)
    assert {f.kind for f in found} == {SMALL}


def data_uri(form: str, text: str) -> str:
    return f'<a href="data:{form};base64,{base64.b64encode(text.encode()).decode()}">x</a>'


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.html", "<p>337201\n410185 0001</p>"),
        ("a.html", "<p>33720141&shy;0185\u200b0001</p>"),
        ("a.html", f"<p><font>{NUMBER[:8]}</font><kbd>{NUMBER[8:]}</kbd></p>"),
        ("a.html", f"<table><tr><th>nik<th>x<tr><td>{NUMBER}<td>1</table>"),
        ("a.html", f"<table><tr><td>{NUMBER}</td><td>1</td></tr>"),
        ("a.html", f'<a href="data:text/csv;charset=utf-8,nik%0A{NUMBER}">x</a>'),
        ("a.html", data_uri("text/csv", f"nik\n{NUMBER}")),
        ("a.html", f'<img src="data:image/svg+xml;utf8,<svg><text>{NUMBER}</text></svg>">'),
        ("a.html", f'<p class="w-{NUMBER}" title="x">y</p>'),
        ("a.html", f"<style>/* {NUMBER} */</style>"),
        ("a.html", f'<iframe srcdoc="&lt;p&gt;{NUMBER}&lt;/p&gt;"></iframe>'),
        ("a.csv", "nik,x\n3.372014101850001E+15,1\n"),
        ("a.md", "337201\n410185\n0001"),
        ("a.md", "３３７２０１４１０１８５０００１"),
    ],
)
def test_an_identity_is_found_however_it_is_carried(tmp_path, file, text):
    (tmp_path / file).write_text(text)
    assert {f.kind for f in scan_folder(tmp_path)} == {IDENTITY_NUMBER}


def test_phones_that_lost_their_zero_are_found_under_their_header(tmp_path):
    (tmp_path / "a.csv").write_text("no_telepon,nilai\n81234567890,81234567890\n,812-3456-7890\n")
    (tmp_path / "b.csv").write_text("HP,x\n81234567890.0,a\n")
    found = [(f.file, f.place) for f in scan_folder(tmp_path) if f.kind == PHONE]
    assert found == [("a.csv", "kolom no_telepon, baris 2"), ("b.csv", "kolom HP, baris 2")]


def test_a_name_in_two_cells_is_found(tmp_path):
    (tmp_path / "a.csv").write_text("depan,belakang\nBambang,Sukamto\nBambang,Rahayu\n")
    found = scan_folder(tmp_path, names=NAMES)
    assert found == [Finding("a.csv", "kolom belakang, baris 2", NAME)]


def test_rows_of_people_are_refused_by_their_header(tmp_path):
    (tmp_path / "a.csv").write_text("samaran_rumah_tangga,n\nabc,7\nabd,9\n")
    found = [Finding("a.csv", "kolom samaran_rumah_tangga, baris 2", PSEUDONYM)]
    assert scan_folder(tmp_path) == found
    (tmp_path / "a.csv").unlink()
    (tmp_path / "b.md").write_text("Kolom samaran_nik; abcdefghijklmnopqrstuvwxya; " + "a2" * 16)
    assert scan_folder(tmp_path) == []


def test_a_key_has_no_exception_and_other_kinds_say_how(tmp_path):
    (tmp_path / "a.md").write_text(f"{SECRET.upper()} 081234567890")
    every = [("*", kind, "alasan") for kind in (*KINDS, KEY)]
    found = scan_folder(tmp_path, secrets=[SECRET], exceptions=every)
    assert found == [Finding("a.md", "baris 1", KEY)]
    for kind in KINDS:
        with pytest.raises(PrivacyError) as error:
            refuse([Finding("a.md", "baris 1", kind)])
        assert f'[[pengecualian]] dengan berkas = "<pola nama berkas>", jenis = "{kind}"' in str(
            error.value
        )


def test_nothing_is_found_in_megabytes_of_ordinary_text(tmp_path):
    line = "Penduduk kelurahan itu 5.234 jiwa pada 2025, atau 12,4 persen dari seluruhnya.\n"
    (tmp_path / "a.txt").write_text(line * (4_000_000 // len(line)))
    assert scan_folder(tmp_path, names=NAMES) == []


def test_only_the_first_twenty_are_listed():
    findings = [Finding(f"tables/{i:02}.csv", "baris 1", PHONE) for i in range(23)]
    with pytest.raises(PrivacyError, match="23 temuan") as error:
        refuse(findings)
    assert "tables/19.csv" in str(error.value)
    assert "tables/20.csv" not in str(error.value)
    assert "dan 3 temuan lain" in str(error.value)


@pytest.mark.build
def test_the_public_report_gives_no_false_alarm(built):
    assert scan_folder(built / "reports/surakarta-2025", names=NAMES, counts=True) == []
