"""Notebooks as programs: what is declared, what a study gives, and which cells it uses."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from kajian import execution
from kajian.errors import PipelineError, StudyError
from kajian.execution import execute
from kajian.nodes import Content, code_cells_of, shown_cells_of
from kajian.notebook import (
    chosen_parameters,
    declared_parameters,
    read_notebook,
    set_parameters,
    used_cells,
    with_outputs,
)
from kajian.plan import study_tasks
from kajian.study import read_study

ROOT = Path(__file__).parents[1]


def cell(source: str, name: str, *tags: str) -> NotebookNode:
    return new_code_cell(source, id=name, metadata={"tags": list(tags)} if tags else {})


def sheet(parameters: str, *more: NotebookNode) -> NotebookNode:
    return new_notebook(cells=[cell(parameters, "parameter", "parameters"), *more])


# --- what a notebook declares -----------------------------------------------------------------


def test_declared_names_and_defaults() -> None:
    found = declared_parameters(
        sheet(
            'kode = "33.72"  # teks\ntahun = [2010, 2025]\nmin = -1.5\nada = True\nkosong = None'
        ),
        "x",
    )
    assert found == {"kode": "33.72", "tahun": [2010, 2025], "min": -1.5, "ada": True} | {
        "kosong": None
    }


@pytest.mark.parametrize(
    "source",
    [
        "import os",
        "tahun = 2010 + 15",
        "a = b = 1",
        "a, b = 1, 2",
        "print(3)",
        "tahun: int = 3",
        "a = open('x')",
    ],
)
def test_the_parameters_cell_holds_plain_values_only(source: str) -> None:
    with pytest.raises(StudyError, match=r"02_mapping: baris 2 .*'nama = nilai'.*Perbaikan"):
        declared_parameters(sheet(f"benih = 1\n{source}"), "02_mapping")


def test_a_slip_in_the_parameters_cell_is_told_with_its_line() -> None:
    with pytest.raises(StudyError, match=r"x: baris 2 .*Perbaikan"):
        declared_parameters(sheet("benih = 1\nkode = "), "x")


def test_there_is_exactly_one_parameters_cell() -> None:
    with pytest.raises(StudyError, match=r"tepat satu sel .*\(ada 0\)"):
        declared_parameters(new_notebook(cells=[cell("a = 1", "a")]), "x")
    with pytest.raises(StudyError, match=r"\(ada 2\)"):
        declared_parameters(sheet("a = 1", cell("b = 1", "b", "parameters")), "x")


# --- what a study gives it --------------------------------------------------------------------


def test_a_notebook_gets_what_it_declares_and_no_more() -> None:
    declared = {"kode": "33.72", "tahun": 2010}
    offered = {"kode": "33.10", "tahun": 2011, "benih": 7}
    assert chosen_parameters(declared, offered, "x") == {"kode": "33.10", "tahun": 2011}


def test_a_misspelt_parameter_is_refused_with_the_likely_name() -> None:
    with pytest.raises(StudyError, match=r"x\.ipynb: parameter 'permutasii'.*'permutasi'"):
        chosen_parameters({"permutasii": 9}, {"permutasi": 9}, "x.ipynb")


@pytest.mark.parametrize(
    ("default", "given_value", "said"),
    [
        ("33.72", 33.72, r"teks di notebook, tetapi desimal .*33\.72"),
        (2010, "2010", "bilangan bulat di notebook, tetapi teks"),
        (2010, 2010.0, "tetapi desimal"),
        (2010, True, "tetapi benar/salah"),
        ([2019], 2019, "daftar bilangan bulat di notebook, tetapi bilangan bulat"),
        ([2019], ["2019"], "tetapi daftar teks"),
        ([[2010, 2018]], [2010, 2018], "tetapi daftar bilangan bulat"),
        (2010, [], "tetapi daftar"),
    ],
)
def test_a_value_of_another_type_is_refused(default: Any, given_value: Any, said: str) -> None:
    with pytest.raises(StudyError, match=rf"'a' bertipe .*{said}.*Perbaikan"):
        chosen_parameters({"a": default}, {"a": given_value}, "x")


@pytest.mark.parametrize("given_value", [None, [], [2001, 2002]])
def test_nothing_and_the_empty_list_fit_a_list(given_value: Any) -> None:
    assert chosen_parameters({"a": [2019]}, {"a": given_value}, "x") == {"a": given_value}
    assert chosen_parameters({"a": []}, {"a": given_value}, "x") == {"a": given_value}


@pytest.fixture
def no_kernel(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count every attempt to start a kernel."""
    started: list[str] = []
    monkeypatch.setattr(papermill, "execute_notebook", lambda *_, **__: started.append("papermill"))
    monkeypatch.setattr(execution, "execute", lambda *_, **__: started.append("execute"))
    return started


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("permutasi = 99999", "permutasii = 99999", "mungkin maksudnya 'permutasi'"),
        ('nama_singkat = "Surakarta"', "nama_singkat = 33", "nama_singkat: 33 .*harus teks"),
    ],
)
def test_a_wrong_study_stops_before_a_kernel_starts(
    tmp_path: Path, no_kernel: list[str], before: str, after: str, said: str
) -> None:
    from kajian.pipeline import run_study

    (tmp_path / "studies").mkdir()
    (tmp_path / "notebooks").symlink_to(ROOT / "notebooks")
    text = (ROOT / "studies" / "surakarta-2025.toml").read_text(encoding="utf-8")
    assert text.count(before) == 1
    (tmp_path / "studies" / "coba.toml").write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(StudyError, match=said):
        run_study("coba", tmp_path)
    assert no_kernel == []
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("line", "said"),
    [("permutasii = 9", "02_mapping.ipynb: parameter 'permutasii'"), ("benih = '7'", "'benih'")],
)
def test_a_wrong_notebook_stops_before_a_kernel_starts(
    tmp_path: Path, no_kernel: list[str], line: str, said: str
) -> None:
    (tmp_path / "notebooks").mkdir()
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        book = nbformat.read(path, as_version=4)
        if path.stem == "02_mapping":
            book.cells[1].source = f'studi = "surakarta-2025"\n{line}'
        nbformat.write(book, tmp_path / "notebooks" / path.name)
    study = read_study(ROOT, "surakarta-2025")
    with pytest.raises(StudyError, match=said):
        study_tasks(study, tmp_path)
    assert no_kernel == []


# --- cells ------------------------------------------------------------------------------------


def tagged() -> NotebookNode:
    return sheet(
        "a = 1",
        cell("semua", "semua"),
        cell("desa", "desa", "hanya:kelurahan"),
        cell("solo", "solo", "hanya:kelurahan", "hanya:surakarta-2025", "lampiran"),
    )


@pytest.mark.parametrize(
    ("parts", "kept"),
    [
        (set(), ["parameter", "semua"]),
        ({"kelurahan"}, ["parameter", "semua", "desa"]),
        ({"kelurahan", "surakarta-2025"}, ["parameter", "semua", "desa", "solo"]),
        ({"surakarta-2025"}, ["parameter", "semua"]),
    ],
)
def test_a_study_uses_the_cells_of_the_parts_that_it_has(parts: set[str], kept: list[str]) -> None:
    book = tagged()
    assert [c.id for c in used_cells(book, frozenset(parts)).cells] == kept
    assert len(book.cells) == 4, "the notebook itself is not changed"


def test_values_are_written_into_the_parameters_cell_and_read_back() -> None:
    book = sheet("kode = '33.72'\ntahun = [1]\nkosong = 3", cell("kode", "isi"))
    values = {"kode": "33.10", "tahun": [[2010, 2018]], "kosong": None, "nama": 'Kota "A"\n'}
    filled = set_parameters(book, values)
    assert declared_parameters(filled, "x") == values
    assert filled.cells[1].source == "kode"
    assert declared_parameters(book, "x")["kode"] == "33.72"


def states(node: Callable[..., Content], *used: NotebookNode) -> str | None:
    names = ["x", "halaman x"] if node is shown_cells_of else ["x"]
    return node(new_notebook(cells=list(used)), *names).state()


def test_code_and_prose_are_told_apart() -> None:
    code, prose = cell("x = 1", "a"), new_markdown_cell("lama", id="b")
    other, newer = cell("x = 2", "a"), new_markdown_cell("baru", id="b")
    assert states(code_cells_of, code, newer) == states(code_cells_of, code, prose)
    assert states(code_cells_of, other, prose) != states(code_cells_of, code, prose)
    assert states(shown_cells_of, code, newer) != states(shown_cells_of, code, prose)


def test_the_order_and_the_ids_of_cells_count_and_outputs_do_not() -> None:
    a, b = cell("x = 1", "a"), cell("y = 1", "b")
    assert states(code_cells_of, a, b) != states(code_cells_of, b, a)
    assert states(code_cells_of, a) != states(code_cells_of, cell("x = 1", "c"))
    before = states(code_cells_of, a, b)
    a.outputs, a.execution_count = [new_output("stream", text="1")], 4
    assert states(code_cells_of, a, b) == before


@pytest.mark.parametrize(
    "change", [{"metadata": {"tags": ["lampiran"]}}, {"attachments": {"a.png": {"image/png": "x"}}}]
)
def test_everything_that_a_page_shows_counts(change: dict[str, Any]) -> None:
    plain = new_markdown_cell("![](attachment:a.png)", id="b")
    changed = NotebookNode({**plain, **change})
    assert states(shown_cells_of, changed) != states(shown_cells_of, plain)
    raw = NotebookNode({**plain, "cell_type": "raw"})
    assert states(shown_cells_of, raw) != states(shown_cells_of, plain)


def test_outputs_of_the_last_run_join_todays_prose() -> None:
    executed = sheet("a = 5", new_markdown_cell("lama", id="teks"), cell("a", "isi"))
    executed.cells[2].outputs = [new_output("stream", text="5")]
    executed.cells[2].execution_count = 2
    today = sheet("a = 1", new_markdown_cell("baru", id="teks"), cell("a", "isi"), cell("b", "x"))
    merged = with_outputs(today, executed)
    assert merged.cells[1].source == "baru"
    assert merged.cells[0].source == "a = 5", "the reader sees the values of the run"
    assert merged.cells[2].outputs[0].text == "5"
    assert merged.cells[2].execution_count == 2
    assert merged.cells[3].outputs == []
    assert today.cells[2].outputs == []


# --- reading and running ----------------------------------------------------------------------


def test_a_missing_or_broken_notebook_is_told(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match=r"01_data\.ipynb tidak ada.*Perbaikan"):
        read_notebook(tmp_path / "01_data.ipynb")
    (tmp_path / "x.ipynb").write_text("<<<<<<< HEAD")
    with pytest.raises(PipelineError, match=r"x\.ipynb bukan notebook yang sah"):
        read_notebook(tmp_path / "x.ipynb")
    twice = sheet("a = 1", cell("b", "dua"), cell("c", "tiga"))
    twice.cells[2].id = "dua"
    (tmp_path / "x.ipynb").write_text(json.dumps(twice))
    with pytest.raises(PipelineError, match=r"dua sel ber-id 'dua'"):
        read_notebook(tmp_path / "x.ipynb")


def test_a_run_leaves_outputs_but_no_times_or_paths(tmp_path: Path) -> None:
    book = sheet(
        "a = 3",
        cell("import os, pathlib\nprint(a + 1, pathlib.Path.cwd().name)", "isi"),
        cell("print(os.environ['PYTHONHASHSEED'], os.environ['KAJIAN_STAGING'])", "staging"),
    )
    (tmp_path / "kerja").mkdir()
    (tmp_path / "staging").mkdir()
    execute(book, folder=tmp_path / "kerja", staging=tmp_path / "staging", name="01_data")
    done = nbformat.read(tmp_path / "staging" / "01_data.ipynb", as_version=4)
    assert done.cells[1].outputs[0].text == "4 kerja\n"
    assert done.cells[2].outputs[0].text == f"0 {tmp_path / 'staging'}\n"
    assert "papermill" not in done.metadata
    assert all(not c.metadata.keys() & {"papermill", "execution"} for c in done.cells)
    assert done.cells[0].source == "a = 3"
    assert "KAJIAN_STAGING" not in os.environ


def test_what_a_cell_prints_is_whole_whenever_the_kernel_sends_it(tmp_path: Path) -> None:
    lines = """
import sys
print("satu"{0})
print("awas", file=sys.stderr{0})
print("dua"{0})
display("gambar")
print("tiga"{0})
print("empat"{0})
"""
    sources = {"utuh": lines.format(""), "terpotong": lines.format(", flush=True")}
    book = sheet("a = 3", *(cell(source, name) for name, source in sources.items()))
    execute(book, folder=tmp_path, staging=tmp_path, name="04_evaluation")
    done = read_notebook(tmp_path / "04_evaluation.ipynb")
    for code in done["cells"][1:]:
        shown = [(each.get("name"), each.get("text")) for each in code["outputs"]]
        assert shown == [
            ("stdout", "satu\ndua\n"),
            ("stderr", "awas\n"),
            (None, None),
            ("stdout", "tiga\nempat\n"),
        ], code["id"]


def test_a_cell_that_raises_is_named_with_its_cause(tmp_path: Path) -> None:
    book = sheet(
        "a = 3",
        cell("from kajian.errors import MethodError\nraise MethodError('tanpa data')", "gagal"),
        cell("print('tidak sampai')", "akhir"),
    )
    with pytest.raises(PipelineError) as caught:
        execute(book, folder=tmp_path, staging=tmp_path, name="03_causal")
    message = str(caught.value)
    for words in ("03_causal berhenti di sel 'gagal'", "tanpa data", "from kajian.errors import"):
        assert words in message
    assert "Traceback" not in message
    left = read_notebook(tmp_path / "03_causal.ipynb")
    assert left["cells"][-1]["execution_count"] is None
