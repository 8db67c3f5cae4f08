"""The whole path, as its users walk it."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import geopandas as gpd
import nbformat
import pandas as pd
import pytest
from pypdf import PdfReader

from kajian.brief.pdf import read_text
from kajian.data.seal import seal
from kajian.evidence.ledger import read_ledger

pytestmark = pytest.mark.build

REPORT = Path("reports/surakarta-2025")
PANEL = Path("data/raw/bps-jateng/panel_kabkota.csv")
SAME_BYTES = [
    "*.pdf",
    "ledger.json",
    "figures/*",
    "tables/*",
    "layers/*",
    "notebooks/*.html",
    "manifest.json",
]


def report_files(project: Path) -> dict[str, bytes]:
    """Every file of the report whose bytes are promised, by its path."""
    report = project / REPORT
    paths = [path for pattern in SAME_BYTES for path in report.glob(pattern)]
    return {path.relative_to(report).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture(scope="module")
def second(built, kajian, copy_project, tmp_path_factory):
    """Give the same study built from clean a second time, elsewhere, with other hash seeds."""
    folder = copy_project(tmp_path_factory.mktemp("kedua") / "tempat lain")
    done = kajian("run", folder=folder, PYTHONHASHSEED="2")
    assert done.returncode == 0, done.stderr
    return folder


def test_report_is_complete(built):
    kinds = {path.suffix for path in (built / REPORT).rglob("*") if path.is_file()}
    assert {".pdf", ".html", ".svg", ".png", ".csv", ".xlsx", ".gpkg", ".json"} <= kinds
    manifest = json.loads((built / REPORT / "manifest.json").read_text())
    assert set(manifest["keluaran"]) == {
        path.relative_to(built / REPORT).as_posix()
        for path in (built / REPORT).rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }


def test_two_runs_from_clean_are_byte_identical(built, second):
    first, again = report_files(built), report_files(second)
    assert first.keys() == again.keys()
    assert [name for name in first if first[name] != again[name]] == []


def test_nothing_runs_twice(built, kajian):
    before = report_files(built)
    done = kajian("run", folder=built, CI="")
    assert "selesai" not in done.stdout
    assert "sudah mutakhir" in kajian("status", folder=built).stdout
    assert report_files(built) == before


def test_notebooks_ran_without_warnings_and_traces(built):
    for path in (built / "data/processed/surakarta-2025").glob("*/*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        text = path.read_text(encoding="utf-8")
        assert str(built) not in text
        assert "papermill" not in notebook.metadata
        streams = [
            output.text
            for cell in notebook.cells
            for output in cell.get("outputs", [])
            if output.get("name") == "stderr"
        ]
        assert streams == [], path.name


def test_every_entry_says_where_it_came_from(built):
    ledger = read_ledger(built / REPORT / "ledger.json")
    notebooks = {
        name: {cell.id for cell in nbformat.read(path, as_version=4).cells}
        for path in (built / "notebooks").glob("*.ipynb")
        for name in [path.stem]
    }
    for entry in ledger.values():
        assert entry.cell in notebooks[entry.notebook], entry.key
        assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in entry.tables.values())


def test_brief_can_be_read_by_everybody(built):
    reader = PdfReader(built / REPORT / "policy-brief.pdf")
    root = reader.trailer["/Root"]
    assert root["/Lang"].startswith("id")
    assert root["/MarkInfo"]["/Marked"]
    metadata = root["/Metadata"].get_data().decode()
    assert re.search(r"pdfuaid:part\W*>?\W*1", metadata)
    assert re.search(r"pdfaid:part\W*>?\W*2", metadata)
    assert re.search(r"pdfaid:conformance\W*>?\W*[Aa]", metadata)
    assert len(reader.pages) <= 7


def figures_of(element) -> list:
    """Walk the structure tree of a PDF and collect its figures."""
    if not hasattr(element, "get"):
        return []
    found = [element] if element.get("/S") == "/Figure" else []
    children = element.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        child = child.get_object() if hasattr(child, "get_object") else child
        found += figures_of(child)
    return found


def test_every_figure_has_an_alternative_text(built):
    reader = PdfReader(built / REPORT / "policy-brief.pdf")
    figures = figures_of(reader.trailer["/Root"]["/StructTreeRoot"])
    texts = [str(figure.get("/Alt", "")) for figure in figures]
    assert len([text for text in texts if len(text) > 40]) == 7, texts


def test_body_has_four_pages_and_shows_the_main_numbers(built):
    reader = PdfReader(built / REPORT / "policy-brief.pdf")
    pages = [page.extract_text() for page in reader.pages]
    annex = next(i for i, text in enumerate(pages) if "Referensi dan Lampiran" in text)
    assert annex == 4
    text = read_text(built / REPORT / "policy-brief.pdf")
    panel = pd.read_csv(built / PANEL, dtype={"kode_wilayah": str})
    city = panel[panel["kode_wilayah"] == "33.72"].set_index("tahun")["kemiskinan_pct"]
    for year in (2010, 2025):
        assert f"{city[year]:.2f}%".replace(".", ",") in text


def test_layers_and_tables_open_elsewhere(built):
    layer = gpd.read_file(built / REPORT / "layers/akses_kelurahan.gpkg")
    assert len(layer) == 54
    assert layer.crs.is_projected
    table = pd.read_csv(built / REPORT / "tables/akses_kelurahan.csv", dtype={"kode_wilayah": str})
    assert table["kode_wilayah"].str.fullmatch(r"33\.72\.\d\d\.\d{4}").all()


def test_a_changed_figure_changes_the_brief_and_only_what_depends_on_it(second, kajian):
    raw = second / PANEL
    rows = raw.read_text(encoding="utf-8")
    changed = re.sub(r"(33\.72,Kota Surakarta,2025,)7\.69", r"\g<1>7.74", rows)
    assert changed != rows
    raw.write_text(changed, encoding="utf-8")

    unsealed = kajian("run", folder=second)
    assert unsealed.returncode == 1
    assert "panel_kabkota.csv" in unsealed.stderr
    assert "kajian seal bps-jateng" in unsealed.stderr
    assert not (second / REPORT).exists(), "a brief older than its data does not look current"
    aside = second / f"{REPORT}.usang"
    assert "7,69%" in read_text(aside / "policy-brief.USANG.pdf")
    assert "panel_kabkota.csv: isinya berubah" in (aside / "BACA-INI.txt").read_text("utf-8")

    assert seal(raw.parent) == ["panel_kabkota"]
    done = kajian("run", folder=second)
    assert done.returncode == 0, done.stderr
    text = read_text(second / REPORT / "policy-brief.pdf")
    assert "7,74%" in text
    assert "7,69%" not in text
    assert not aside.exists()


def test_prose_alone_runs_no_notebook(second, kajian):
    path = second / "notebooks/05_policy_brief.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cell = next(c for c in notebook.cells if c.id == "masalah")
    cell.source += "\n\nKalimat tambahan untuk uji."
    nbformat.write(notebook, path)
    done = kajian("run", folder=second, CI="")
    assert done.returncode == 0, done.stderr
    done_again = set(re.findall(r"] (.*): selesai", done.stdout))
    assert done_again == {"halaman 05_policy_brief", "ringkasan", "laporan"}
    assert "Kalimat tambahan untuk uji." in read_text(second / REPORT / "policy-brief.pdf")


@pytest.mark.parametrize(
    ("addition", "message"),
    [
        ("Ada 17 kelurahan.", "'17'"),
        ("Nilainya {{ kemiskinan.akhit }}.", "kemiskinan.akhir"),
    ],
)
def test_a_brief_that_does_not_hold_is_refused(second, kajian, addition, message):
    path = second / "notebooks/05_policy_brief.ipynb"
    good, before = path.read_text(encoding="utf-8"), report_files(second)
    notebook = nbformat.reads(good, as_version=4)
    next(c for c in notebook.cells if c.id == "masalah").source += f"\n\n{addition}"
    nbformat.write(notebook, path)
    done = kajian("run", folder=second)
    path.write_text(good, encoding="utf-8")
    assert done.returncode == 1
    assert message in done.stderr
    assert "Perbaikan" in done.stderr
    assert report_files(second) == before


def test_a_notebook_that_raises_halfway_loses_nothing(second, kajian):
    path = second / "notebooks/03_causal.ipynb"
    good, before = path.read_text(encoding="utf-8"), report_files(second)
    notebook = nbformat.reads(good, as_version=4)
    next(c for c in notebook.cells if c.id == "sisaan").source = "1 / 0"
    nbformat.write(notebook, path)
    short = kajian("run", folder=second)
    long = kajian("run", "--trace", folder=second)
    path.write_text(good, encoding="utf-8")
    assert short.returncode == long.returncode == 1
    assert "03_causal berhenti di sel" in short.stderr
    assert "ZeroDivisionError" in short.stderr
    assert "Traceback" not in short.stderr
    assert "----> 1 1 / 0" in long.stderr
    home = second / "data/processed/surakarta-2025"
    kept = nbformat.read(home / "03_causal.gagal.ipynb", 4)
    assert kept.cells[1].source == "1 / 0"
    assert kept.cells[1].outputs[-1].ename == "ZeroDivisionError"
    assert not list(home.glob(".staging*"))

    mended = kajian("run", folder=second, CI="")
    assert mended.returncode == 0, mended.stderr
    assert not re.findall(r"] (\d\d_\w+): selesai", mended.stdout), "finished is finished"
    assert report_files(second) == before
    assert not (home / "03_causal.gagal.ipynb").exists()


def test_another_place_from_a_study_file_alone(district):
    text = read_text(district / "reports/semarang-2025/policy-brief.pdf")
    assert "Kota Semarang" in text
    assert "Tidak ada gabungan daerah yang sebanding" in text
    assert "kelurahan terpengaruh" not in text
    assert not (district / "reports/semarang-2025/layers/akses_kelurahan.gpkg").exists()


def test_the_pdf_can_be_made_by_nbconvert(built, tmp_path):
    from nbconvert.exporters import export, get_exporter

    source = built / "data/processed/surakarta-2025/05_policy_brief/05_policy_brief.ipynb"
    executed = tmp_path / "naskah.ipynb"
    shutil.copy(source, executed)
    pdf, _ = export(get_exporter("kajian-brief"), nbformat.read(executed, as_version=4))
    assert pdf == (built / REPORT / "policy-brief.pdf").read_bytes()


def test_the_brief_runs_by_hand_after_the_pipeline(second):
    from nbclient import NotebookClient

    notebook = nbformat.read(second / "notebooks/05_policy_brief.ipynb", as_version=4)
    folder = {"metadata": {"path": str(second / "notebooks")}}
    NotebookClient(notebook, timeout=60, resources=folder).execute()
    assert any(c.get("outputs") for c in notebook.cells)
