"""How much memory a kernel may take, on a machine and in a container."""

from __future__ import annotations

import os
import sys

import pytest

from kajian.cli import main
from kajian.engine import memory

pytestmark = pytest.mark.skipif(not hasattr(os, "sysconf"), reason="needs POSIX")


def machine_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def test_most_of_the_machine(monkeypatch, tmp_path):
    monkeypatch.setattr(memory, "CONTAINER", tmp_path / "absent")
    assert memory.default_gb() == pytest.approx(0.8 * machine_gb())


@pytest.mark.parametrize(
    ("limit", "gb"), [("2000000000", 1.6), ("999999", 1), ("max", None), (sys.maxsize, None)]
)
def test_a_container_may_have_less(monkeypatch, tmp_path, limit, gb):
    (tmp_path / "memory.max").write_text(f"{limit}\n")
    monkeypatch.setattr(memory, "CONTAINER", tmp_path / "memory.max")
    assert memory.default_gb() == pytest.approx(gb or 0.8 * machine_gb())


@pytest.mark.parametrize("given", ["0.5", "-1", "nan", "inf"])
def test_too_little_is_refused_before_anything_starts(given, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["run", f"--memory={given}"])
    assert "paling sedikit 1 GB" in capsys.readouterr().err
