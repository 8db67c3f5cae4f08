"""Runs that end badly, as they do on real machines, and what the next run makes of it."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.build,
    pytest.mark.skipif(sys.platform != "linux", reason="signals and limits of Linux"),
]
STUDY = "semarang-2025"
HOME = Path("data/processed") / STUDY
REPORT = Path("reports") / STUDY


@pytest.fixture(scope="module")
def whole(district) -> dict[str, bytes]:
    """Give the report of a run that nothing disturbed."""
    return contents(district / REPORT)


@pytest.fixture
def project(copy_project, tmp_path) -> Path:
    return copy_project(tmp_path / "proyek")


def contents(folder: Path) -> dict[str, bytes]:
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def start(folder: Path, **options) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "kajian.cli", "run", STUDY],
        cwd=folder,
        env={**os.environ, "CI": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def leftovers(folder: Path) -> list[str]:
    """Temporary things among the products."""
    marks = (".staging", ".lama", ".tmp-")
    return [p.name for p in (folder / "data").rglob("*") if p.name.startswith(marks)] + [
        p.name for p in (folder / "reports").glob("*") if p.name != STUDY
    ]


@pytest.mark.parametrize("reached", [".staging-02_mapping", "05_policy_brief"])
def test_a_killed_run_is_taken_up_where_it_stopped(project, whole, kajian, reached):
    run = start(project, start_new_session=True)
    end = time.monotonic() + 120
    while not (project / HOME / reached).exists():
        assert run.poll() is None, run.communicate()
        assert time.monotonic() < end
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate()
    assert not (project / REPORT).exists()

    again = kajian("run", STUDY, folder=project, CI="")
    assert again.returncode == 0, again.stderr
    assert "] 01_data: selesai" not in again.stdout
    assert contents(project / REPORT) == whole
    assert leftovers(project) == []


def test_what_does_not_fit_on_the_disk_is_told_and_never_half_there(project, whole, kajian):
    """A limit on the size of files stands in for a full disk: writing fails halfway."""
    run = start(
        project,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000)),
    )
    said, errors = run.communicate(timeout=180)
    assert run.returncode == 1, said
    assert "Perbaikan" in errors
    assert "File too large" in errors
    assert "Traceback" not in errors
    assert not (project / REPORT).exists()
    assert [name for name in leftovers(project) if name.startswith(".staging")] == []

    again = kajian("run", STUDY, folder=project, CI="")
    assert again.returncode == 0, again.stderr
    assert contents(project / REPORT) == whole
    assert leftovers(project) == []
