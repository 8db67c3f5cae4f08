"""From the exports of two coders to a table that passes the check and whose agreement is known."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xlsxwriter

from kajian.cli import main
from kajian.data.restricted.interview_forms import CODES, DOCUMENTS, FORMS, interview_form
from kajian.data.restricted.reading import read_restricted
from kajian.data.restricted.tables import restricted_table
from kajian.data.restricted.template import write_template
from kajian.qualitative.agreement import theme_agreement
from kajian.qualitative.alpha import krippendorff_alpha
from kajian.qualitative.codes import coded_segments

TABLE = restricted_table("wawancara")
HOME = "surakarta-uji"
DOCUMENT_ROWS = [
    ["dokumen", "id_wawancara", "jenis", "tanggal", "kode_wilayah", "peran_informan"],
    ["Bu Siti.docx", "W01", "wawancara", "2025-05-02", "33.72.01.1001", "warga"],
    ["FGD, RW 3.docx", "F01", "fgd", "2025-05-09", "33.72.04.1002", "kader"],
]
CODE_ROWS = [
    ["kode", "tema"],
    ["air.keruh", "sanitasi_air"],
    ["air.bau", "sanitasi_air"],
    ["kerja", "pekerjaan"],
    ["upah", "pendapatan"],
]
WELL = "Air sumur keruh\r\nsejak kemarau, dan berbau."
# The two coders agree on three passages and differ on one; A alone marked a fifth.
TAGUETTE = {
    "A": [
        ["id", "document", "tag", "content"],
        ["1", "Bu Siti.docx", "air.keruh", WELL],
        ["1", "Bu Siti.docx", "air.bau", WELL],
        ["2", "Bu Siti.docx", "kerja", "Suami saya belum dapat kerja lagi."],
        ["4", "FGD, RW 3.docx", "upah", 'Harga "naik", upah tetap.'],
        ["5", "FGD, RW 3.docx", "kerja", "Lowongan di pabrik sedikit."],
        ["6", "FGD, RW 3.docx", "upah", "Cicilan memberatkan."],
    ],
    "B": [
        ["id", "document", "tag", "content"],
        ["31", "Bu Siti.docx", "air.keruh", "Air sumur keruh sejak kemarau"],
        ["32", "Bu Siti.docx", "kerja", "Suami saya belum dapat kerja lagi."],
        ["33", "FGD, RW 3.docx", "upah", 'Harga "naik", upah tetap.'],
        ["34", "FGD, RW 3.docx", "upah", "Lowongan di pabrik sedikit."],
    ],
}
QUALCODER = [
    ["File", "Coder", "Coded", "Id", "Codename", "Coded_Memo", "Category", "Category"],
    *[
        [row[1], {"A": "siti", "B": "wati"}[coder], row[3], f"ctid:{row[0]}", row[2], memo, "isi"]
        for coder, rows in TAGUETTE.items()
        for row in rows[1:]
        for memo in ["Air sumur warga tercemar." if row[0] == "1" else ""]
    ],
]


def write(path: Path, rows: list[list[str]], quoting: int = csv.QUOTE_MINIMAL) -> Path:
    with path.open("w", encoding="utf-8-sig" if quoting else "utf-8", newline="") as file:
        csv.writer(file, quoting=quoting).writerows(rows)
    return path


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty project as the working directory, and the files of two coders beside it."""
    (tmp_path / "proyek" / "studies").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "proyek")
    for coder, rows in TAGUETTE.items():
        write(tmp_path / f"{coder}.csv", rows)
    write(tmp_path / "laporan.csv", QUALCODER, csv.QUOTE_ALL)
    write(tmp_path / "dokumen.csv", DOCUMENT_ROWS)
    write(tmp_path / "tema.csv", CODE_ROWS)
    (tmp_path / "aman").mkdir()
    return tmp_path


def interviews(project: Path, program: str, *more: str) -> int:
    files = {"taguette": ["A.csv", "B.csv"], "qualcoder": ["laporan.csv"]}[program]
    options = ["--documents", "dokumen.csv", "--themes", "tema.csv", "--to", "aman"]
    given = [str(project / word) if "-" not in word else word for word in [*files, *options]]
    return main(["interviews", program, *given, *more])


def written(project: Path) -> pd.DataFrame:
    return read_restricted(project / "aman" / "wawancara.csv", TABLE)


@pytest.mark.parametrize("program", ["taguette", "qualcoder"])
def test_the_table_passes_the_check_of_a_study_and_has_the_agreement_of_its_coders(
    project: Path, program: str, copy_project: Callable[[Path], Path], capsys
) -> None:
    assert interviews(project, program) == 0, capsys.readouterr().err
    table = written(project)
    assert list(table) == [field.name for field in TABLE.fields]
    assert (len(table), table["id_segmen"].nunique()) == (9, 5)
    assert not table.astype("str").apply(lambda c: c.str.contains("Siti|siti|wati")).any(axis=None)

    # One passage of four is coded otherwise: 2 of 8 ordered pairs differ. The four passages hold
    # 2 sanitasi_air, 3 pekerjaan, 3 pendapatan: 42 of 8 x 7 pairs by chance differ.
    coded = coded_segments(table)
    number = np.where(coded.coded, coded.present.argmax(axis=2), np.nan)
    alpha = 1 - (2 / 8) / (42 / 56)
    rng = np.random.default_rng(1)
    assert krippendorff_alpha(number, rng=rng, draws=99).alpha == pytest.approx(alpha)
    agreement = theme_agreement(table, rng=rng, draws=99, groups="id_wawancara")
    assert agreement.overall.alpha == pytest.approx(alpha)
    assert agreement.single.to_dict() == {"A": 1, "B": 0}

    root = copy_project(project / "penuh")
    study = (root / "studies" / "surakarta-simulasi.toml").read_text(encoding="utf-8")
    study = re.sub(r"\[simulasi\]\n.*", f'[terbatas]\nfolder = "{project / "aman"}"', study)
    study = re.sub(r'(judul|opd) = ".*"', r'\1 = "Uji"', study)
    (root / "studies" / f"{HOME}.toml").write_text(study, encoding="utf-8")
    assert told_of_interviews(root, capsys) == []
    path = project / "aman" / "wawancara.csv"
    path.write_text(path.read_text().replace('"sanitasi_air"', '"air"'))
    assert len(told_of_interviews(root, capsys)) == 1, "the check does read this table"


def told_of_interviews(root: Path, capsys) -> list[str]:
    """What `kajian check` says of the table; the household tables of this study are not there."""
    capsys.readouterr()
    with pytest.MonkeyPatch.context() as at:
        at.chdir(root)
        assert main(["check", HOME]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any("rumah_tangga, orang, survei" in line for line in lines), lines
    return [line for line in lines if "wawancara" in line]


def test_what_was_done_and_what_is_left_to_do_is_told(project: Path, capsys) -> None:
    assert interviews(project, "taguette") == 0
    said = capsys.readouterr().out
    assert "5 segmen, 4 di antaranya ditandai dua pengode; tanpa pasangan: A 1, B 0" in said
    assert re.search(r"Pengode A: \S+A\.csv; B: \S+B\.csv", said)
    assert "Kolom parafrase masih kosong" in said
    assert "kajian check" in said


def test_memos_become_paraphrases_when_asked(project: Path, capsys) -> None:
    assert interviews(project, "qualcoder", "--memo") == 0
    assert "parafrase" not in capsys.readouterr().out
    assert set(written(project)["parafrase"].dropna()) == {"Air sumur warga tercemar."}


def test_reports_of_two_projects_are_one(project: Path) -> None:
    assert interviews(project, "qualcoder") == 0
    once = (project / "aman" / "wawancara.csv").read_bytes()
    (project / "aman" / "wawancara.csv").unlink()
    header, *rows = QUALCODER
    write(project / "laporan.csv", [header, *(row for row in rows if row[1] == "siti")])
    more = write(project / "wati.csv", [header, *(row for row in rows if row[1] == "wati")])
    arguments = [f"--documents={project}/dokumen.csv", f"--themes={project}/tema.csv"]
    files = [str(more), str(project / "laporan.csv")]
    assert main(["interviews", "qualcoder", *files, *arguments, f"--to={project}/aman"]) == 0
    assert (project / "aman" / "wawancara.csv").read_bytes() == once


def test_codes_named_like_themes_need_no_table(project: Path) -> None:
    for coder, rows in TAGUETTE.items():
        theme = dict(CODE_ROWS)
        write(project / f"{coder}.csv", [rows[0], *([*r[:2], theme[r[2]], r[3]] for r in rows[1:])])
    files = [f"{project}/{coder}.csv" for coder in "AB"]
    options = [f"--documents={project}/dokumen.csv", f"--to={project}/proyek/data/terbatas/uji"]
    assert main(["interviews", "taguette", *files, *options]) == 0
    assert (project / "proyek/data/terbatas/uji/wawancara.csv").is_file()


@pytest.mark.parametrize("name", FORMS)
def test_the_forms_can_be_had_empty_and_come_back_filled(project: Path, name: str, capsys) -> None:
    assert main(["template"]) == 0
    assert name in capsys.readouterr().out
    plain, book = write_template(name, project / "kosong")
    rows = {DOCUMENTS: DOCUMENT_ROWS, CODES: CODE_ROWS}[name]
    assert plain.read_text() == ",".join(rows[0]) + "\n"
    with xlsxwriter.Workbook(book) as filled:
        sheet = filled.add_worksheet("data")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    option = {DOCUMENTS: "--documents", CODES: "--themes"}[name]
    assert interviews(project, "taguette", option, str(book)) == 0
    by_csv, aside = written(project), project / "aman" / "wawancara.csv"
    aside.unlink()
    assert interviews(project, "taguette") == 0
    pd.testing.assert_frame_equal(written(project), by_csv)


def test_a_form_asks_what_the_table_asks() -> None:
    for name in FORMS:
        _, *about = interview_form(name).fields
        assert about == [TABLE.field(field.name) for field in about]


# --- what is refused ----------------------------------------------------------------------------


def cell(file: str, row: int, column: int, value: str) -> Callable[[Path], None]:
    """Change one cell of a file, its rows counted from 0 below the header."""

    def change(project: Path) -> None:
        with (project / file).open(encoding="utf-8-sig", newline="") as text:
            rows = list(csv.reader(text))
        rows[row + 1][column] = value
        write(project / file, rows)

    return change


def text(file: str, content: str) -> Callable[[Path], None]:
    return lambda project: (project / file).write_text(content) and None


def gone(file: str) -> Callable[[Path], None]:
    return lambda project: (project / file).unlink()


def many_themes(project: Path) -> None:
    themes = ["pendapatan", "pekerjaan", "hunian", "keamanan"]
    rows = [[theme, theme] for theme in themes]
    write(project / "tema.csv", [*CODE_ROWS, *rows])
    tags = [["1", "Bu Siti.docx", theme, "Air."] for theme in themes]
    write(project / "A.csv", [TAGUETTE["A"][0], *tags])


def apart(project: Path) -> None:
    write(project / "B.csv", [TAGUETTE["B"][0], ["1", "Bu Siti.docx", "kerja", "Lain sekali."]])


def alike(project: Path) -> None:
    write(project / "B.csv", TAGUETTE["A"])


CASES = {
    "no export": ("taguette", gone("B.csv"), ["B.csv", "tidak ada"]),
    "no documents": (
        "taguette",
        gone("dokumen.csv"),
        ["dokumen.csv", "kajian template dokumen_wawancara"],
    ),
    "no themes": ("taguette", gone("tema.csv"), ["tema.csv", "kajian template tema_wawancara"]),
    "a code book": (
        "taguette",
        text("A.csv", "tag,parent,description\nair,,\n"),
        ["A.csv", "kolom: document, content", "tag, parent", "bukan buku kode"],
    ),
    "an empty export": ("taguette", text("A.csv", "id,document,tag,content\n"), ["A.csv"]),
    "another report": ("qualcoder", text("laporan.csv", "Code,Count\nair,3\n"), ["Codename"]),
    "an unknown document": (
        "taguette",
        cell("A.csv", 2, 1, "Pak RT.docx"),
        ["A.csv", "kolom: document", "baris: 6 ('Pak RT.docx')", "--documents"],
    ),
    "a tag without theme": (
        "taguette",
        cell("B.csv", 1, 2, "sampah"),
        ["B.csv", "kolom: tag", "baris: 3 ('sampah')", "tema.csv"],
    ),
    "a code without theme": (
        "qualcoder",
        cell("laporan.csv", 0, 4, "sampah"),
        ["laporan.csv", "kolom: Codename", "baris: 2 ('sampah')", "tema.csv"],
    ),
    "a highlight without tag": (
        "taguette",
        cell("B.csv", 1, 2, ""),
        ["B.csv", "kolom: tag", "baris: 3", "isian kosong"],
    ),
    "a passage without words": (
        "taguette",
        cell("B.csv", 1, 3, "..."),
        ["B.csv", "kolom: content", "baris: 3", "tanpa kata"],
    ),
    "a telephone number": (
        "taguette",
        cell("B.csv", 1, 3, "Hubungi 0812-3456-7890."),
        ["B.csv", "kolom: content", "baris: 3", "nomor telepon"],
    ),
    "four themes": ("taguette", many_themes, ["A.csv", "kolom: tag", "baris: 2", "lebih dari 3"]),
    "no passage in common": ("taguette", apart, ["A.csv", "B.csv", "kedua pengode"]),
    "the same export twice": ("taguette", alike, ["A.csv", "B.csv", "sama isinya"]),
    "a picture": (
        "qualcoder",
        cell("laporan.csv", 0, 3, "imid:1"),
        ["laporan.csv", "gambar atau suara", "baris 2"],
    ),
    "three coders": (
        "qualcoder",
        cell("laporan.csv", 0, 1, "tri"),
        ["laporan.csv", "kolom: Coder", "ada 3: siti, tri, wati"],
    ),
    "a date": (
        "taguette",
        cell("dokumen.csv", 0, 3, "2 Mei 2025"),
        ["dokumen.csv", "kolom: tanggal", "baris: 2"],
    ),
    "a role": (
        "taguette",
        cell("dokumen.csv", 1, 5, "Kader"),
        ["dokumen.csv", "kolom: peran_informan", "baris: 3"],
    ),
    "a doubled document": (
        "taguette",
        cell("dokumen.csv", 1, 0, "Bu Siti.docx"),
        ["dokumen.csv", "kolom: dokumen", "baris: 2 = 3"],
    ),
    "a doubled interview": (
        "taguette",
        cell("dokumen.csv", 1, 1, "W01"),
        ["dokumen.csv", "kolom: id_wawancara", "baris: 2 = 3"],
    ),
    "a column of the documents": (
        "taguette",
        cell("dokumen.csv", -1, 2, "macam"),
        ["dokumen.csv", "kolom: jenis", "kolom: macam"],
    ),
    "an unknown theme": (
        "taguette",
        cell("tema.csv", 0, 1, "air"),
        ["tema.csv", "kolom: tema", "baris: 2", "sanitasi_air"],
    ),
    "a code with two themes": (
        "taguette",
        cell("tema.csv", 0, 0, "air.bau"),
        ["tema.csv", "kolom: kode", "baris: 2 = 3"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_named_and_nothing_is_written(project: Path, name: str, capsys) -> None:
    program, spoil, named = CASES[name]
    spoil(project)
    assert interviews(project, program) == 1
    said = capsys.readouterr().err
    assert [word for word in [*named, "Perbaikan: "] if word not in said] == [], said
    assert "Traceback" not in said
    assert "7890" not in said
    assert not any((project / "aman").iterdir())


def test_all_faults_of_the_exports_are_told_at_once(project: Path, capsys) -> None:
    cell("A.csv", 2, 1, "Pak RT.docx")(project)
    cell("B.csv", 1, 2, "sampah")(project)
    assert interviews(project, "taguette") == 1
    said = capsys.readouterr().err
    assert "Pak RT.docx" in said
    assert "sampah" in said


@pytest.mark.parametrize("files", [["A.csv"], ["A.csv", "A.csv"], ["A.csv", "B.csv", "C.csv"]])
def test_taguette_needs_an_export_of_each_coder(project: Path, files: list[str], capsys) -> None:
    write(project / "C.csv", TAGUETTE["B"])
    options = [f"--documents={project}/dokumen.csv", f"--themes={project}/tema.csv"]
    given = [f"{project}/{file}" for file in files]
    assert main(["interviews", "taguette", *given, *options, f"--to={project}/aman"]) == 1
    assert f"ada {len(set(files))}: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("proyek", "di dalam folder proyek"),
        ("proyek/data/raw", "di dalam folder proyek"),
        ("proyek/data/terbatas", "subfolder data/terbatas"),
        ("", "atau memuatnya"),
        ("aman/wawancara.csv", "bukan folder"),
        ("A.csv", "bukan folder"),
    ],
)
def test_the_table_is_kept_out_of_the_project(project: Path, to: str, words: str, capsys) -> None:
    before = sorted(project.rglob("*"))
    assert interviews(project, "taguette", "--to", str(project / to)) == 1
    assert words in capsys.readouterr().err
    assert sorted(project.rglob("*")) == before


@pytest.mark.parametrize("form", [".csv", ".xlsx", ".parquet"])
def test_a_table_that_is_there_is_kept(project: Path, form: str, capsys) -> None:
    kept = project / "aman" / f"wawancara{form}"
    kept.write_text("diparafrasakan berhari-hari")
    assert interviews(project, "taguette") == 1
    assert "tidak ditimpa" in capsys.readouterr().err
    assert [path.read_text() for path in (project / "aman").iterdir()] == [kept.read_text()]


def test_a_write_that_fails_leaves_nothing(project: Path, monkeypatch, capsys) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert interviews(project, "taguette") == 1
    assert "Perbaikan: " in capsys.readouterr().err
    assert not any((project / "aman").iterdir())
