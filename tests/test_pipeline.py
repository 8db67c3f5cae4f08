"""What makes a step run again, and what survives an interruption; without starting a kernel."""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
import pytest

from kajian import pipeline
from kajian.errors import PipelineError
from kajian.files import publish, restore
from kajian.pipeline import run_study, stale_steps
from kajian.places import STEPS

STUDY = "surakarta-2025"


@pytest.fixture
def project(copy_project, tmp_path, monkeypatch) -> Path:
    """Give a project whose notebooks and report are replaced by quick stand-ins."""
    root = copy_project(tmp_path / "proyek {a} é")

    def execute(notebook, *, folder, staging, name):
        (staging / f"{name}.ipynb").write_text(nbformat.writes(notebook))
        return notebook

    def assemble(study, root):
        folder = root / "reports" / study.kode
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "isi.txt").write_text("laporan")

    monkeypatch.setattr(pipeline, "execute", execute)
    monkeypatch.setattr(pipeline.report, "assemble_report", assemble)
    run_study(STUDY, root)
    assert stale_steps(STUDY, root) == []
    return root


def rewrite(path: Path, pattern: str, replacement: str) -> None:
    text = path.read_text(encoding="utf-8")
    changed = re.sub(pattern, replacement, text, count=1)
    assert changed != text
    path.write_text(changed, encoding="utf-8")


def test_a_parameter_reruns_only_the_steps_that_declare_it(project):
    rewrite(project / f"studies/{STUDY}.toml", "benih = 20250707", "benih = 20250708")
    assert set(stale_steps(STUDY, project)) == {"02_mapping", "03_causal", STEPS[-1], "laporan"}


def test_a_moved_tag_rebuilds_the_report_only(project):
    path = project / f"notebooks/{STEPS[-1]}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[4].metadata["tags"] = ["lampiran"]
    nbformat.write(notebook, path)
    assert stale_steps(STUDY, project) == ["laporan"]


def test_a_changed_passport_reaches_the_brief_and_the_manifest(project):
    rewrite(project / "data/raw/bps-jateng/datapackage.yaml", 'created: "2026', 'created: "2027')
    assert {"01_data", STEPS[-1], "laporan"} <= set(stale_steps(STUDY, project))


def test_an_edited_or_deleted_product_is_made_again(project):
    (project / f"data/processed/{STUDY}/03_causal/03_causal.ipynb").write_text("{}")
    assert set(stale_steps(STUDY, project)) == {"03_causal", STEPS[-1], "laporan"}
    (project / f"reports/{STUDY}/isi.txt").unlink()
    assert "laporan" in stale_steps(STUDY, project)


def test_a_moved_project_is_still_up_to_date(project, tmp_path):
    moved = project.rename(tmp_path / "pindah")
    assert stale_steps(STUDY, moved) == []


def test_a_failed_step_keeps_what_was_there(project, monkeypatch):
    rewrite(project / f"studies/{STUDY}.toml", "benih = 20250707", "benih = 1")
    before = (project / f"data/processed/{STUDY}/02_mapping/02_mapping.ipynb").read_text()

    def fail(notebook, *, folder, staging, name):
        (staging / f"{name}.ipynb").write_text("sampai di sini")
        raise PipelineError("rusak")

    monkeypatch.setattr(pipeline, "execute", fail)
    with pytest.raises(PipelineError, match=r"rusak[\s\S]*gagal\.ipynb"):
        run_study(STUDY, project)
    home = project / f"data/processed/{STUDY}"
    assert (home / "02_mapping/02_mapping.ipynb").read_text() == before
    assert not list(home.glob(".staging*"))


def test_two_runs_of_one_study_are_refused(project):
    from filelock import FileLock

    with (
        FileLock(project / f"data/processed/{STUDY}/.kunci"),
        pytest.raises(PipelineError, match="sedang dijalankan"),
    ):
        run_study(STUDY, project)


def test_ctrl_c_is_not_an_error_of_the_study(project, monkeypatch):
    rewrite(project / f"studies/{STUDY}.toml", "benih = 20250707", "benih = 2")

    def interrupted(notebook, *, folder, staging, name):
        (staging / f"{name}.ipynb").write_text("{}")
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "execute", interrupted)
    with pytest.raises(KeyboardInterrupt):
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


def test_bad_data_stops_before_a_kernel_starts(project):
    rewrite(project / f"studies/{STUDY}.toml", 'kode_wilayah = "33.72"', 'kode_wilayah = "34.71"')
    with pytest.raises(PipelineError, match=r"34\.71[\s\S]*Perbaikan"):
        run_study(STUDY, project)


def test_surroundings_far_away_are_refused(project):
    rewrite(
        project / f"studies/{STUDY}.toml", 'kode_sekitar = \\["33.09"', 'kode_sekitar = ["33.29"'
    )
    from kajian.data.check import check_study

    assert "kode_sekitar" in json.dumps(check_study(project, STUDY))
