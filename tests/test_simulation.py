"""The twin's study from end to end: marked everywhere, leaking nothing; and real data beside it."""

from __future__ import annotations

import ast
import builtins
import json
import re
import shutil
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import nbformat
import numpy as np
import pandas as pd
import pytest
from PIL import Image
from pypdf import PdfReader

from kajian.data.restricted.reading import find_tables, read_restricted
from kajian.data.restricted.tables import restricted_table
from kajian.drawing.style import CONTRAST
from kajian.notebook import Notebook, code_cells, used_notebooks
from kajian.places import SIMULATED, STEPS
from kajian.study import SECTION_PARTS, read_study
from kajian.study_rules import NEEDED_BY

pytestmark = pytest.mark.build

Kajian = Callable[..., CompletedProcess[str]]
ROOT = Path(__file__).parents[1]
TWIN_HOUSEHOLDS = 6_000  # as the fixture `twin` makes it
CODE, REAL = "surakarta-simulasi", "surakarta-uji"


@pytest.fixture
def changed(twin: Path, tmp_path: Path) -> Path:
    """Give a copy of the built project to break."""
    return Path(shutil.copytree(twin, tmp_path / "salinan"))


def report(project: Path, code: str = CODE) -> Path:
    return project / "reports" / code


def add_cell(project: Path, source: str) -> None:
    """Add a code cell at the end of 02_mapping."""
    path = project / "notebooks" / "02_mapping.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(source, id="bocor"))
    nbformat.write(notebook, path)


# --- the mark ---------------------------------------------------------------------------------


def test_every_file_says_so_in_its_name(twin: Path) -> None:
    files = [path for path in report(twin).rglob("*") if path.is_file()]
    kinds = {path.suffix for path in files}
    assert kinds == {".pdf", ".html", ".svg", ".png", ".csv", ".xlsx", ".gpkg", ".json", ".md"}
    assert [path.name for path in files if not path.name.startswith(f"{SIMULATED}-")] == []


def test_every_page_of_the_brief_says_so(twin: Path) -> None:
    reader = PdfReader(report(twin) / "SIMULASI-policy-brief.pdf")
    assert len(reader.pages) >= 2
    assert reader.metadata is not None
    assert str(reader.metadata.title).startswith(SIMULATED)
    assert all(page.extract_text().lstrip().startswith(SIMULATED) for page in reader.pages)


def test_every_web_page_says_so(twin: Path) -> None:
    pages = list((report(twin) / "notebooks").glob("*.html"))
    assert {path.stem for path in pages} == {f"SIMULASI-{step}" for step in STEPS}
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert re.search(r"<title>SIMULASI-", text), path.name
        assert re.search(r'<header role="note"[^>]*position:sticky[^>]*>SIMULASI', text), path.name


def test_every_figure_and_map_says_so(twin: Path) -> None:
    drawings = sorted((report(twin) / "figures").glob("*.svg"))
    assert len(drawings) >= 2
    stamp = np.array([int(CONTRAST[i : i + 2], 16) for i in (1, 3, 5)])
    for path in drawings:
        assert f">{SIMULATED}<" in path.read_text(encoding="utf-8"), path.name
        pixels = np.asarray(Image.open(path.with_suffix(".png")).convert("RGB"), dtype=int)
        corner = pixels[: len(pixels) // 20, -pixels.shape[1] // 6 :]
        assert (np.abs(corner - stamp).sum(axis=2) < 30).sum() > 50, path.name


def test_every_table_says_so_in_every_row(twin: Path) -> None:
    for path in (report(twin) / "tables").glob("*.csv"):
        assert (pd.read_csv(path)["status_data"] == SIMULATED).all(), path.name
        book = pd.read_excel(path.with_suffix(".xlsx"), sheet_name=None, engine="calamine")
        assert (book["data"]["status_data"] == SIMULATED).all(), path.name
        assert book["keterangan"]["keterangan"].str.startswith(SIMULATED).any(), path.name


def test_every_layer_says_so_in_name_title_and_rows(twin: Path) -> None:
    paths = sorted((report(twin) / "layers").glob("*.gpkg"))
    assert len(paths) >= 2
    for path in paths:
        with sqlite3.connect(path) as database:
            described = "SELECT table_name, description FROM gpkg_contents"
            ((name, title),) = database.execute(described).fetchall()
            rows = database.execute(f'SELECT DISTINCT status_data FROM "{name}"').fetchall()
        assert name.startswith(SIMULATED), path.name
        assert title.startswith(SIMULATED), path.name
        assert rows == [(SIMULATED,)], path.name


def test_every_result_says_so(twin: Path) -> None:
    ledger = json.loads((report(twin) / "SIMULASI-ledger.json").read_text(encoding="utf-8"))
    assert len(ledger) > 20
    assert {entry["status"] for entry in ledger.values()} == {SIMULATED}
    manifest = json.loads((report(twin) / "SIMULASI-manifest.json").read_text(encoding="utf-8"))
    assert manifest["status"] == SIMULATED


def test_what_was_planted_is_found_again(twin: Path) -> None:
    """One twin: each interval holds its truth, which at 95% it need not; the seed is fixed."""
    ledger = json.loads((report(twin) / "SIMULASI-ledger.json").read_text(encoding="utf-8"))
    assert ledger["sasaran.selisih_ditanam"]["value"] == 0
    for found, planted in (
        ("bertahap.dampak", "bertahap.benar"),
        ("uji.dampak", "uji.benar"),
        ("uji.aipw", "uji.benar"),
        ("skor.dampak", "skor.benar"),
        ("kerja.selisih", "kerja.benar"),
    ):
        low, high = ledger[found]["low"], ledger[found]["high"]
        assert low <= ledger[planted]["value"] <= high, found
    assert ledger["uji.mentah"]["value"] < ledger["uji.benar"]["value"] - 15, "biased as drawn"
    assert ledger["bertahap.twfe"]["value"] < ledger["bertahap.benar"]["value"] - 0.5


def without(project: Path, section: str) -> dict[str, Notebook]:
    """Notebooks of the twin's study without a section, and those that need it."""
    gone = {section} | {part for part, needed in NEEDED_BY.items() if section in needed}
    return used_notebooks(project, read_study(project, CODE).parts - gone)


@pytest.mark.parametrize("left_out", SECTION_PARTS)
def test_any_section_can_be_left_out(twin: Path, left_out: str) -> None:
    """What the brief still quotes, and points at, is still recorded and placed."""
    ledger = json.loads((report(twin) / "SIMULASI-ledger.json").read_text(encoding="utf-8"))
    books = without(twin, left_out)
    ran = {cell["id"] for name in STEPS if name in books for cell in code_cells(books[name])}
    cells = books[STEPS[-1]]["cells"]
    prose = "\n".join(cell["source"] for cell in cells if cell["id"] != "panduan")
    quoted = set(re.findall(r"\{\{ *([a-z0-9_]+\.[a-z0-9_]+)", prose))
    lost = sorted(key for key in quoted if key in ledger and ledger[key]["cell"] not in ran)
    assert lost == [], f"quoted without [{left_out}]"
    placed = set(re.findall(r'place_figure\(langkah, "([a-z_]+)"|label="([a-z_]+)"', prose))
    labels = {name for pair in placed for name in pair if name}
    assert set(re.findall(r"\[\]\(#([a-z_]+)\)", prose)) <= labels


@pytest.mark.parametrize("left_out", SECTION_PARTS)
def test_cells_need_no_names_of_a_section_that_is_left_out(left_out: str) -> None:
    for name, book in without(ROOT, left_out).items():
        known = set(dir(builtins)) | {"display"}
        for cell in code_cells(book):
            nodes = list(ast.walk(ast.parse(cell["source"])))
            names = [node for node in nodes if isinstance(node, ast.Name)]
            known |= {node.id for node in names if isinstance(node.ctx, ast.Store)}
            known |= {node.arg for node in nodes if isinstance(node, ast.arg)}
            known |= {
                (each.asname or each.name).partition(".")[0]
                for node in nodes
                if isinstance(node, ast.Import | ast.ImportFrom)
                for each in node.names
            }
            unknown = {node.id for node in names} - known
            assert not unknown, f"{name}, cell {cell['id']} without [{left_out}]"


def test_raw_tables_are_read_in_the_first_step_only() -> None:
    """Later steps depend on what 01 saved, so that a sealed change reaches them."""
    for step in STEPS[1:]:
        text = (ROOT / "notebooks" / f"{step}.ipynb").read_text(encoding="utf-8")
        assert ".raw(" not in text, step


def test_detectable_effects_come_before_the_estimates(twin: Path) -> None:
    book = nbformat.read(twin / "notebooks" / "04_evaluation.ipynb", as_version=4)
    order = [cell.id for cell in book.cells]
    for first, then in (
        ("bertahap-mde", "bertahap-taksir"),
        ("uji-mde", "uji-taksir"),
        ("skor", "skor-hasil"),
    ):
        assert order.index(first) < order.index(then)
        assert "mde" in book.cells[order.index(first)].source


def test_public_figures_are_not_called_simulated(built: Path) -> None:
    for path in report(built, "surakarta-2025").rglob("*"):
        assert SIMULATED not in path.name
        assert not path.is_file() or SIMULATED.encode() not in path.read_bytes(), path


# --- what it shows ----------------------------------------------------------------------------


def test_the_sample_is_set_beside_the_truth(twin: Path) -> None:
    entries = json.loads((report(twin) / "SIMULASI-ledger.json").read_text(encoding="utf-8"))
    value = {key: entry["value"] for key, entry in entries.items()}
    table = pd.read_csv(report(twin) / "tables" / "SIMULASI-dugaan_kelurahan.csv")
    truth = pd.read_parquet(
        twin / f"data/processed/{CODE}/kembaran/tables/kebenaran_kelurahan.parquet"
    ).set_index("kode_wilayah")
    given = table.set_index("kode_wilayah")
    assert np.allclose(given["benar_pct"], truth["kemiskinan_pct"][given.index], rtol=1e-9)
    assert value["rt.rumah_tangga"] == TWIN_HOUSEHOLDS
    kinds = ("layak", "hati", "ditahan", "kosong")
    assert sum(value[f"sampel.{kind}"] for kind in kinds) == len(table) == 54
    assert table.loc[table["keterangan"] == "tidak ditampilkan", "dugaan_pct"].isna().all()
    assert entries["sampel.kota"]["low"] < value["sampel.kota"] < entries["sampel.kota"]["high"]
    assert value["benar.memuat"] <= value["sampel.berselang"]


def test_nothing_runs_twice_and_bytes_repeat_elsewhere(
    twin: Path,
    build_twin: Callable[..., Path],
    copy_project: Callable[[Path], Path],
    kajian: Kajian,
    tmp_path: Path,
) -> None:
    assert "sudah mutakhir" in kajian("status", CODE, folder=twin).stdout
    again = build_twin(copy_project(tmp_path / "tempat lain"), PYTHONHASHSEED="7")
    names = [p.relative_to(report(twin)) for p in report(twin).rglob("*") if p.is_file()]
    differing = [
        name
        for name in names
        if (report(twin) / name).read_bytes() != (report(again) / name).read_bytes()
    ]
    assert differing == []


# --- the gate ---------------------------------------------------------------------------------


def identities(project: Path) -> tuple[set[str], set[str]]:
    """All numbers, and all names, of the people of the twin."""
    folder = project / f"data/processed/{CODE}/kembaran/terbatas"
    table = read_restricted(find_tables(folder)["orang"], restricted_table("orang"))
    return set(table["nik"]) | set(table["no_kk"]), set(table["nama"])


def test_no_identity_passes_the_gate_or_reaches_a_reader(twin: Path) -> None:
    numbers, names = identities(twin)
    assert min(len(numbers), len(names)) > 5_000
    for path in (twin / f"data/processed/{CODE}/gerbang/tables").glob("*.parquet"):
        table = pd.read_parquet(path)
        assert not {"nik", "no_kk", "nama", "tanggal_lahir", "alamat", "telepon"} & set(table)
        for column in table.select_dtypes("str"):
            assert not set(table[column].dropna()) & (numbers | names), (path.name, column)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for path in [*report(twin).rglob("*.html"), *report(twin).rglob("*.csv")]:
        words = set(re.findall(r"\d{16}", path.read_text(encoding="utf-8")))
        assert not words & numbers, path


@pytest.mark.parametrize(
    ("leak", "said"),
    [
        ("print({nik!r})", "NIK atau No. KK"),
        ("raise ValueError({nik!r})", ""),
        ("print('Ketua RT: ' + {name!r})", "nama orang"),
        ("print('hubungi ' + '0812' + '3456' + '7890')", "nomor telepon"),
        (
            "langkah.export(pd.DataFrame(dict(kode=['a', 'b'], jumlah_orang=[3, 40])), 'sel',"
            " 'Sel kecil', dict(kode='-', jumlah_orang='-'))",
            "jumlah di bawah ambang",
        ),
    ],
)
def test_a_leak_stops_the_build_and_is_not_repeated(
    leak: str, said: str, changed: Path, kajian: Kajian
) -> None:
    numbers, names = identities(changed)
    secret = {"nik": min(numbers), "name": min(name for name in names if " " in name)}
    add_cell(changed, "import pandas as pd\n" + leak.format(**secret))
    done = kajian("run", CODE, "--trace", folder=changed)
    told = done.stdout + done.stderr
    assert done.returncode == 1, told
    assert said in told
    assert not any(value in told for value in secret.values())
    assert not report(changed).exists(), "the last report must not look current"
    if not said:
        kept = (changed / f"data/processed/{CODE}/02_mapping.gagal.ipynb").read_text("utf-8")
        assert "Notebook ini berhenti" in kept
        assert secret["nik"] not in kept.replace(leak.format(**secret), "")


# --- real restricted data ---------------------------------------------------------------------


@pytest.fixture
def restricted(twin: Path, tmp_path: Path) -> Path:
    """Give a project with restricted data outside: the twin's, with numbers that look real."""
    project = tmp_path / "proyek"
    for part in ("studies", "notebooks", "data/raw"):
        shutil.copytree(twin / part, project / part)
    folder = tmp_path / "aman"
    shutil.copytree(twin / f"data/processed/{CODE}/kembaran/terbatas", folder)
    for path in folder.glob("*.parquet"):
        table = pd.read_parquet(path)
        for column in {"nik", "no_kk"} & set(table):
            table[column] = "33" + table[column].str[2:]
        table.to_parquet(path, index=False)
    text = (project / "studies" / f"{CODE}.toml").read_text(encoding="utf-8")
    before = f"\n[simulasi]\nrumah_tangga = {TWIN_HOUSEHOLDS}"
    assert before in text
    text = text.replace(before, f'\n[terbatas]\nfolder = "{folder}"')
    text = re.sub(r'(judul|opd) = ".*"', r'\1 = "Uji"', text)
    (project / "studies" / f"{REAL}.toml").write_text(text, encoding="utf-8")
    return project


def test_restricted_data_need_a_key_and_leave_none_of_it_behind(
    restricted: Path, twin: Path, kajian: Kajian, tmp_path: Path
) -> None:
    home = {
        "HOME": str(tmp_path / "rumah"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    done = kajian("run", REAL, folder=restricted, **home)
    assert done.returncode == 1
    assert f"kajian key {REAL}" in done.stderr

    assert kajian("check", REAL, folder=restricted, **home).returncode == 0
    made = kajian("key", REAL, folder=restricted, **home)
    key = tmp_path / "rumah" / ".config" / "kajian" / f"{REAL}.kunci"
    assert made.returncode == 0, made.stderr
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    done = kajian("run", REAL, folder=restricted, **home)
    assert done.returncode == 0, done.stdout + done.stderr

    secret = key.read_text().strip()
    assert len(secret) == 64
    for path in restricted.rglob("*"):
        if path.is_file():
            assert secret.encode() not in path.read_bytes(), path
            assert bytes.fromhex(secret) not in path.read_bytes(), path
    final = report(restricted, REAL)
    names = {path.name for path in final.iterdir()}
    assert {"policy-brief.pdf", "ledger.json", "manifest.json"} <= names
    assert str(tmp_path / "aman") not in (final / "manifest.json").read_text(encoding="utf-8")
    text = "".join(page.extract_text() for page in PdfReader(final / "policy-brief.pdf").pages)
    assert SIMULATED not in text
    table = "gerbang/tables/orang.parquet"
    ours = pd.read_parquet(restricted / "data/processed" / REAL / table)["samaran_nik"]
    theirs = pd.read_parquet(twin / "data/processed" / CODE / table)["samaran_nik"]
    assert not set(ours) & set(theirs)

    key.write_text("0123456789abcdef" * 4)
    status = kajian("status", REAL, folder=restricted, **home).stdout
    assert "gerbang" in status
    assert "kunci" in status


def test_faults_of_restricted_data_are_named_and_nothing_is_lost(
    restricted: Path, kajian: Kajian, tmp_path: Path
) -> None:
    survey = pd.read_csv(tmp_path / "aman" / "survei.csv", dtype=str)
    survey.loc[3, "penimbang"] = "0"
    survey.to_csv(tmp_path / "aman" / "survei.csv", index=False)
    people = pd.read_parquet(tmp_path / "aman" / "orang.parquet")
    people.loc[1, "nik"] = number = "99" + people.loc[1, "nik"][2:]
    people.to_parquet(tmp_path / "aman" / "orang.parquet", index=False)
    done = kajian("check", REAL, folder=restricted)
    assert done.returncode == 1
    assert re.search(r"survei\.csv; kolom: penimbang; baris: 5\b", done.stdout), done.stdout
    assert re.search(r"orang\.parquet; kolom: nik; baris: 2\b", done.stdout), done.stdout
    assert number not in done.stdout
    assert done.stdout.count("Perbaikan: ") >= 2
