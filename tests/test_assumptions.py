"""A study whose diagram does not carry its effect is told so by ``kajian check``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from kajian.assumptions import faults_of_diagram
from kajian.study import read_study

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("code", ["surakarta-2025", "surakarta-simulasi", "semarang-2025"])
def test_the_shipped_diagrams_carry_what_they_declare(code: str) -> None:
    assert faults_of_diagram(read_study(ROOT, code)) == []


@pytest.mark.parametrize(
    ("code", "before", "after", "said"),
    [
        (
            "surakarta-2025",
            'estimand = "keterkaitan"',
            'estimand = "efek_total"',
            ["kebijakan daerah tidak teramati", "nyatakan estimand sebagai keterkaitan"],
        ),
        (
            "surakarta-simulasi",
            'penyesuaian = ["pendidikan", "umur"',
            'penyesuaian = ["internet", "pendidikan", "umur"',
            ["internet dipengaruhi kerja informal", "atau {pendidikan, jenis kelamin, anggota}"],
        ),
        (
            "surakarta-simulasi",
            '"pengeluaran -> internet"',
            '"pengeluaran -> internet", "internet -> umur"',
            ["berputar", "pisahkan menurut waktu"],
        ),
    ],
)
def test_check_refuses_an_effect_that_the_diagram_does_not_carry(
    copy_project: Callable[[Path], Path],
    kajian: Callable[..., CompletedProcess[str]],
    tmp_path: Path,
    code: str,
    before: str,
    after: str,
    said: list[str],
) -> None:
    project = copy_project(tmp_path)
    file = project / "studies" / f"{code}.toml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    done = kajian("check", code, folder=project)
    assert done.returncode == 1
    for words in ("[diagram]", *said):
        assert words in done.stdout + done.stderr
