"""What makes a step run again, and what survives an interruption; without starting a kernel."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from filelock import FileLock

from kajian import execution, pipeline, report
from kajian.data.check import check_study
from kajian.errors import PipelineError
from kajian.files import publish, restore, write_json, write_text
from kajian.pipeline import run_study, stale_steps
from kajian.places import STEPS, page_file, pdf_file, plan_file, processed_folder, report_folder
from kajian.plan import PDF, REPORT

STUDY = "surakarta-2025"
BRIEF = STEPS[-1]
ANALYSES = STEPS[1:-1]


@pytest.fixture
def project(copy_project, tmp_path, monkeypatch) -> Path:
    """Give a finished project whose notebooks and report are replaced by quick stand-ins."""
    root = copy_project(tmp_path / "proyek {a} é")

    def execute(notebook, *, folder, staging, name, memory_gb):
        write_json(staging / f"{name}.ipynb", notebook)

    def page(study, root, name):
        write_text(page_file(root, study.kode, name), f"halaman {name}")

    def brief(study, root):
        write_text(pdf_file(root, study.kode), "ringkasan")

    def assemble(study, root):
        write_text(report_folder(root, study.kode) / "policy-brief.pdf", "laporan")

    monkeypatch.setattr(execution, "execute", execute)
    monkeypatch.setattr(report, "write_page", page)
    monkeypatch.setattr(report, "write_brief", brief)
    monkeypatch.setattr(report, "assemble_report", assemble)
    monkeypatch.setattr(pipeline, "_start_kernel_server", lambda notebooks: None)
    run_study(STUDY, root)
    assert stale_steps(STUDY, root) == {}
    return root


def rewrite(path: Path, pattern: str, replacement: str) -> None:
    text = path.read_text(encoding="utf-8")
    changed = re.sub(pattern, replacement, text, count=1)
    assert changed != text
    path.write_text(changed, encoding="utf-8")


def seed(project: Path, value: int) -> None:
    """Change a parameter that 02_mapping, 03_causal and 04_evaluation declare."""
    rewrite(project / f"studies/{STUDY}.toml", r"benih = \d+", f"benih = {value}")


def edit_cell(project: Path, step: str, **changes) -> None:
    """Change the first prose cell after the guide."""
    path = project / f"notebooks/{step}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cell = [cell for cell in notebook.cells if cell.cell_type == "markdown"][1]
    cell.source += changes.get("source", "")
    cell.metadata.update(changes.get("metadata", {}))
    nbformat.write(notebook, path)


def stand_in(monkeypatch, error: BaseException) -> None:
    """Let every notebook stop with an error after it wrote something."""

    def execute(notebook, *, folder, staging, name, memory_gb):
        write_json(staging / f"{name}.ipynb", notebook)
        raise error

    monkeypatch.setattr(execution, "execute", execute)


def with_pages(*steps: str) -> set[str]:
    """Steps, their pages, and the report that follows from them."""
    return {*steps, *(f"halaman {step}" for step in steps), REPORT}


# --- what runs again, and why ------------------------------------------------------------------


def test_a_parameter_reruns_only_the_steps_that_declare_it(project):
    seed(project, 20250708)
    stale = stale_steps(STUDY, project)
    assert set(stale) == with_pages(*ANALYSES, BRIEF) | {PDF}
    assert "parameter benih: 20250707 → 20250708" in stale["02_mapping"]
    assert stale[BRIEF] == ["mengikuti 02_mapping, 03_causal, 04_evaluation"]


def test_prose_renders_its_page_and_runs_no_notebook(project):
    edit_cell(project, "02_mapping", source=" Kalimat baru.")
    assert set(stale_steps(STUDY, project)) == {"halaman 02_mapping", REPORT}


def test_a_moved_tag_typesets_the_brief_again(project):
    edit_cell(project, BRIEF, metadata={"tags": ["lampiran"]})
    assert set(stale_steps(STUDY, project)) == {f"halaman {BRIEF}", PDF, REPORT}


def test_a_changed_passport_reaches_the_brief_and_the_manifest(project):
    rewrite(project / "data/raw/bps-jateng/datapackage.yaml", 'created: "2026', 'created: "2027')
    stale = stale_steps(STUDY, project)
    changed = "data/raw/bps-jateng/datapackage.yaml: isinya berubah"
    assert changed in stale["01_data"]
    assert changed in stale[BRIEF]
    assert changed in stale[REPORT]


def test_files_that_come_and_go_count(project):
    extra = project / "data/raw/bps-jateng/catatan.csv"
    extra.write_text("a\n1\n")
    assert "data/raw/bps-jateng/catatan.csv: baru" in stale_steps(STUDY, project)["01_data"]
    run_study(STUDY, project)
    extra.unlink()
    stale = stale_steps(STUDY, project)
    assert "data/raw/bps-jateng/catatan.csv: tidak dipakai lagi" in stale["01_data"]
    run_study(STUDY, project)
    assert stale_steps(STUDY, project) == {}


def test_a_changed_function_is_named(project, monkeypatch):
    from kajian import nodes

    nodes._definitions.cache_clear()
    unparse = nodes.ast.unparse

    def other(node):
        return unparse(node) + ("\npass" if getattr(node, "name", "") == "local_moran" else "")

    monkeypatch.setattr(nodes.ast, "unparse", other)
    stale = stale_steps(STUDY, project)
    nodes._definitions.cache_clear()
    assert (
        "kajian/mapping/clusters/local_moran.py, local_moran: isinya berubah" in stale["02_mapping"]
    )
    assert "03_causal" not in stale


def test_a_new_version_of_a_library_is_named(project, monkeypatch):
    from kajian import nodes

    versions = nodes.library_versions()
    monkeypatch.setattr(nodes, "library_versions", lambda: {**versions, "scipy": "99"})
    assert f"pustaka scipy: {versions['scipy']} → 99" in stale_steps(STUDY, project)["01_data"]


def test_an_edited_or_deleted_product_is_made_again(project):
    (project / f"data/processed/{STUDY}/03_causal/03_causal.ipynb").write_text("{}")
    stale = stale_steps(STUDY, project)
    assert set(stale) == with_pages("03_causal", BRIEF) | {PDF}
    assert stale["03_causal"] == [
        f"hasilnya, data/processed/{STUDY}/03_causal, diubah setelah dibuat"
    ]
    run_study(STUDY, project)
    (report_folder(project, STUDY) / "policy-brief.pdf").unlink()
    assert set(stale_steps(STUDY, project)) == {REPORT}


def test_hidden_files_and_notes_of_jupyter_do_not_count(project):
    hidden = project / "data/raw/bps-jateng/.ipynb_checkpoints"
    hidden.mkdir()
    (hidden / "panel.csv").write_text("a")
    assert stale_steps(STUDY, project) == {}


def test_editing_the_pipeline_itself_reruns_nothing_unnoticed(project, monkeypatch):
    """What pytask thinks of its task functions must not decide; what we hash must."""
    ran: list[str] = []
    monkeypatch.setattr("inspect.getsource", lambda thing: "other")
    monkeypatch.setattr(execution, "execute", lambda *_, name, **__: ran.append(name))
    (report_folder(project, STUDY) / "policy-brief.pdf").unlink()
    run_study(STUDY, project)
    assert ran == []


def test_a_moved_project_is_still_up_to_date(project, tmp_path):
    moved = project.rename(tmp_path / "pindah")
    assert stale_steps(STUDY, moved) == {}


def test_nothing_new_needs_no_pytask(project, monkeypatch):
    monkeypatch.setattr(pipeline, "_build", None)
    run_study(STUDY, project)


# --- failures ----------------------------------------------------------------------------------


def test_a_failed_step_keeps_what_was_there(project, monkeypatch):
    seed(project, 1)
    before = (project / f"data/processed/{STUDY}/02_mapping/02_mapping.ipynb").read_text()
    stand_in(monkeypatch, PipelineError("rusak"))
    with pytest.raises(PipelineError, match=r"rusak[\s\S]*gagal\.ipynb"):
        run_study(STUDY, project)
    home = processed_folder(project, STUDY)
    assert (home / "02_mapping/02_mapping.ipynb").read_text() == before
    assert not list(home.glob(".staging*"))


def test_a_report_older_than_its_data_is_set_aside_until_the_next_one(project, monkeypatch):
    reports = project / "reports"
    seed(project, 1)
    with monkeypatch.context() as patched:
        stand_in(patched, PipelineError("rusak"))
        with pytest.raises(PipelineError):
            run_study(STUDY, project)
    assert not report_folder(project, STUDY).exists()
    aside = reports / f"{STUDY}.usang"
    assert {path.name for path in aside.iterdir()} == {"policy-brief.USANG.pdf", "BACA-INI.txt"}
    told = (aside / "BACA-INI.txt").read_text(encoding="utf-8")
    assert "parameter benih: 20250707 → 1" in told
    assert f"kajian run {STUDY}" in told
    run_study(STUDY, project)
    assert [path.name for path in reports.iterdir()] == [STUDY]


def test_a_report_whose_prose_alone_is_wrong_stays(project, monkeypatch):
    edit_cell(project, BRIEF, source=" Kalimat baru.")

    def refuse(study, root):
        raise PipelineError("salah tulis")

    monkeypatch.setattr(report, "write_brief", refuse)
    with pytest.raises(PipelineError, match="salah tulis"):
        run_study(STUDY, project)
    assert (report_folder(project, STUDY) / "policy-brief.pdf").is_file()


def test_after_a_failure_only_the_missing_is_done(project, monkeypatch):
    seed(project, 2)
    ran: list[str] = []

    def execute(notebook, *, folder, staging, name, memory_gb):
        ran.append(name)
        write_json(staging / f"{name}.ipynb", notebook)
        if name == BRIEF and ran.count(BRIEF) == 1:
            raise PipelineError("rusak")

    monkeypatch.setattr(execution, "execute", execute)
    with pytest.raises(PipelineError):
        run_study(STUDY, project)
    run_study(STUDY, project)
    assert sorted(ran) == [*ANALYSES, BRIEF, BRIEF]


def test_a_failed_notebook_opens_at_its_failing_cell(project, monkeypatch):
    seed(project, 3)
    output = {"output_type": "error", "ename": "E", "evalue": "x", "traceback": ["jejak"]}

    def execute(notebook, *, folder, staging, name, memory_gb):
        failing = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"][3]
        failing["outputs"] = [output]
        write_json(staging / f"{name}.ipynb", notebook)
        raise PipelineError(f"{name} berhenti")

    monkeypatch.setattr(execution, "execute", execute)
    with pytest.raises(PipelineError):
        run_study(STUDY, project)
    kept = sorted(processed_folder(project, STUDY).glob("*.gagal.ipynb"))[0]
    notebook = nbformat.read(kept, as_version=4)
    nbformat.validate(notebook)
    assert "berhenti" in notebook.cells[0].source
    assert notebook.cells[1].outputs == [output]
    run_again = [cell.id for cell in notebook.cells]
    assert len(set(run_again)) == len(run_again)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG])
def test_a_full_disk_is_named(project, monkeypatch, number):
    seed(project, 4)
    stand_in(monkeypatch, OSError(number, os.strerror(number)))
    with pytest.raises(PipelineError, match=r"ruang simpan habis.*Perbaikan: kosongkan ruang"):
        run_study(STUDY, project)


def test_ctrl_c_is_not_an_error_of_the_study(project, monkeypatch):
    seed(project, 5)
    stand_in(monkeypatch, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        run_study(STUDY, project)
    assert not list(processed_folder(project, STUDY).glob(".staging*"))


def test_all_that_failed_is_named(project, monkeypatch):
    seed(project, 8)
    stand_in(monkeypatch, PipelineError("rusak"))
    with pytest.raises(PipelineError, match=r"rusak[\s\S]*Gagal juga: 0[234]_"):
        run_study(STUDY, project)


def test_a_failure_outside_our_tasks_has_words_too(project, monkeypatch):
    from _pytask import lockfile

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    seed(project, 9)
    monkeypatch.setattr(lockfile.LockfileState, "update_task", full)
    with pytest.raises(PipelineError, match="ruang simpan habis"):
        run_study(STUDY, project)


def test_a_copy_that_cannot_be_kept_does_not_hide_the_cause(project, monkeypatch):
    def execute(notebook, *, folder, staging, name, memory_gb):
        (staging / f"{name}.ipynb").write_text("{")
        raise PipelineError("sebab asli")

    seed(project, 10)
    monkeypatch.setattr(execution, "execute", execute)
    with pytest.raises(PipelineError, match=r"^sebab asli"):
        run_study(STUDY, project)


def test_bad_data_stops_before_a_notebook_runs(project, monkeypatch):
    stand_in(monkeypatch, AssertionError("a notebook ran"))
    plan_file(project, STUDY).unlink()
    rewrite(project / f"studies/{STUDY}.toml", 'kode_wilayah = "33.72"', 'kode_wilayah = "34.71"')
    with pytest.raises(PipelineError, match=r"34\.71[\s\S]*Perbaikan"):
        run_study(STUDY, project)


def test_surroundings_far_away_are_refused(project):
    rewrite(
        project / f"studies/{STUDY}.toml", 'kode_sekitar = \\["33.09"', 'kode_sekitar = ["33.29"'
    )
    assert "kode_sekitar" in json.dumps(check_study(project, STUDY))


# --- interruptions -----------------------------------------------------------------------------


def test_two_runs_of_one_study_are_refused(project):
    lock = processed_folder(project, STUDY) / ".kunci"
    holder = lock.read_text()
    assert f"proses {os.getpid()}" in holder
    with FileLock(lock), pytest.raises(PipelineError, match=f"dijalankan oleh {holder}"):
        run_study(STUDY, project)


HOLDER = """
import sys, time
from pathlib import Path
from kajian.claim import only_run

with only_run(Path(sys.argv[1]), "x"):
    print("dipegang", flush=True)
    time.sleep(60)
"""


def test_a_lock_that_a_dead_process_left_holds_nobody(project):
    home = str(processed_folder(project, STUDY))
    command = [sys.executable, "-c", HOLDER, home]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "dipegang\n"
        with pytest.raises(PipelineError, match=f"dijalankan oleh proses {holder.pid}"):
            run_study(STUDY, project)
        holder.kill()
    run_study(STUDY, project)


def test_a_publication_cut_short_is_put_right(tmp_path):
    final, staging = tmp_path / "laporan", tmp_path / "baru"
    final.mkdir()
    (final / "isi").write_text("lama")
    final.rename(tmp_path / ".lama-laporan")  # the computer stops here
    restore(final)
    assert (final / "isi").read_text() == "lama"
    staging.mkdir()
    (staging / "isi").write_text("baru")
    publish(staging, final)
    assert (final / "isi").read_text() == "baru"
    assert [p.name for p in tmp_path.iterdir()] == ["laporan"]


def test_a_file_cut_by_a_power_failure_is_never_taken_for_whole(project):
    path = processed_folder(project, STUDY) / "01_data/01_data.ipynb"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    pdf = report_folder(project, STUDY) / "policy-brief.pdf"
    pdf.write_bytes(b"")
    assert {"01_data", REPORT} <= set(stale_steps(STUDY, project))
    run_study(STUDY, project)
    assert path.read_bytes() == whole
    assert pdf.read_text() == "laporan"


DAMAGED = [
    "\0\0\0",
    'lock-version = "1"\n[[ta',
    'lock-version = "2"',
    'lock-version = "1"\ntask = [3]',
    '{"lock-version": "2"}',
    '{"lock-version": "1", "id": "01_data"}',
]


@pytest.mark.parametrize("name", ["pytask.lock", "pytask.lock.journal", "pyproject.toml"])
def test_a_damaged_record_costs_time_and_nothing_else(project, name):
    path = processed_folder(project, STUDY) / name
    for content in DAMAGED:
        path.write_text(content)
        assert len(stale_steps(STUDY, project)) in {0, 12}
        assert path.read_text() == content, "status only looks"
        run_study(STUDY, project)
        assert stale_steps(STUDY, project) == {}, content


def test_leftovers_of_a_killed_run_are_removed(project):
    home = processed_folder(project, STUDY)
    (home / ".staging-02_mapping").mkdir()
    (home / "03_causal.gagal.ipynb").write_text("{}")
    (home / ".lama-03_causal").mkdir()
    last = report_folder(project, STUDY).with_name(f".lama-{STUDY}")
    last.mkdir()
    (last / "policy-brief.pdf").write_text("lama")
    run_study(STUDY, project)
    assert not [
        path.name for path in home.iterdir() if path.name.startswith((".st", ".la", "03_causal."))
    ]
    assert not last.exists(), "else it might come back as the current report"


def test_a_report_cut_off_while_it_was_set_aside_is_marked_all_the_same(project, monkeypatch):
    report_folder(project, STUDY).rename(project / f"reports/{STUDY}.usang")  # stops just here
    seed(project, 7)
    stand_in(monkeypatch, PipelineError("rusak"))
    with pytest.raises(PipelineError):
        run_study(STUDY, project)
    names = {path.name for path in (project / f"reports/{STUDY}.usang").iterdir()}
    assert names == {"policy-brief.USANG.pdf", "BACA-INI.txt"}


def test_what_a_killed_run_finished_is_known(project):
    """A killed run leaves its finished tasks in a journal, of which the last line may be torn."""
    import msgspec

    lock = processed_folder(project, STUDY) / "pytask.lock"
    tasks = msgspec.toml.decode(lock.read_bytes())["task"]
    lines = [json.dumps({"lock-version": "1", **task}) for task in tasks]
    lock.with_name("pytask.lock.journal").write_text("\n".join([*lines, lines[0][:99]]))
    lock.unlink()
    assert stale_steps(STUDY, project) == {}
