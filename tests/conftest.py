"""Copies of the project in which a test may run, change and break things."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import settings

# The same examples in every run: a test that fails, fails for everybody.
settings.register_profile("tetap", derandomize=True, deadline=None)
settings.load_profile("tetap")

ROOT = Path(__file__).resolve().parents[1]
INPUTS = ("studies", "notebooks", "data/raw")


@pytest.fixture
def published() -> Callable[[str], tuple[list[pd.DataFrame], dict[str, Any], float]]:
    """Give the tables, the published figures and the tolerance of a case."""

    def read(case: str) -> tuple[list[pd.DataFrame], dict[str, Any], float]:
        folder = os.environ.get("KAJIAN_REFERENCE")
        if not folder:
            pytest.skip("KAJIAN_REFERENCE is unset: the published data are not at hand")
        cases = json.loads(Path(folder, "cases.json").read_text())
        entry = next(each for each in cases if each["id"] == case)
        readers = {".csv": pd.read_csv, ".dta": pd.read_stata}
        files = [Path(folder, case, name) for name in entry["data"]]
        tables = [readers[file.suffix](file) for file in files]
        return tables, entry["published"], entry["tol"]

    return read


@pytest.fixture(scope="session")
def copy_project() -> Callable[[Path], Path]:
    """Copy what git knows of a study's inputs, so that a forgotten file is noticed."""
    command = ["git", "ls-files", "-z", "--cached", "--", *INPUTS]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    names = [name for name in listed.stdout.split("\0") if name]

    def copy(target: Path) -> Path:
        for name in names:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)
        return target

    return copy


@pytest.fixture(scope="session")
def kajian() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command as a user does, in a process of its own."""

    def run(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "kajian.cli", *arguments],
            cwd=folder,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def built(
    tmp_path_factory: pytest.TempPathFactory,
    copy_project: Callable[[Path], Path],
    kajian: Callable[..., subprocess.CompletedProcess[str]],
) -> Iterator[Path]:
    """Build the whole default study once, from clean, for all tests that read its products."""
    folder = copy_project(tmp_path_factory.mktemp("pertama") / "proyek")
    done = kajian("run", folder=folder, PYTHONHASHSEED="1")
    assert done.returncode == 0, done.stdout + done.stderr
    ledgers = {path: path.read_bytes() for path in folder.glob("data/processed/*/*/ledger.json")}
    yield folder
    changed = [path for path, content in ledgers.items() if path.read_bytes() != content]
    assert changed == [], "a test wrote into the build that all tests share"


@pytest.fixture(scope="session")
def district(built: Path, kajian: Callable[..., subprocess.CompletedProcess[str]]) -> Path:
    """Build a study without the kelurahan part beside the default one."""
    done = kajian("run", "semarang-2025", folder=built)
    assert done.returncode == 0, done.stdout + done.stderr
    return built


@pytest.fixture(scope="session")
def build_twin(kajian: Callable[..., subprocess.CompletedProcess[str]]) -> Callable[..., Path]:
    """Build the study of a small twin in a copy of the project."""

    def build(project: Path, **environment: str) -> Path:
        file = project / "studies" / "surakarta-simulasi.toml"
        text = file.read_text(encoding="utf-8")
        assert "rumah_tangga = 180_000" in text
        file.write_text(text.replace("180_000", "6000"), encoding="utf-8")
        done = kajian("run", "surakarta-simulasi", folder=project, **environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return project

    return build


@pytest.fixture(scope="session")
def twin(
    tmp_path_factory: pytest.TempPathFactory,
    copy_project: Callable[[Path], Path],
    build_twin: Callable[..., Path],
) -> Path:
    """Build the study of a small twin once, from clean; not to be changed."""
    return build_twin(copy_project(tmp_path_factory.mktemp("kembaran") / "proyek"))
