"""What the user sees of a run: steps, times, and nothing where nobody looks."""

from __future__ import annotations

import io

import pytest

from kajian.progress import DURATIONS, Progress, duration


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch):
    """Give a clock that a test sets."""
    now = [0.0]
    monkeypatch.setattr("kajian.progress.time.monotonic", lambda: now[0])
    monkeypatch.delenv("CI", raising=False)
    return now


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.04, "0,0 detik"),
        (4.21, "4,2 detik"),
        (7, "7 detik"),
        (12.3, "12 detik"),
        (185, "3 menit 5 detik"),
    ],
)
def test_lengths_of_time_read_as_indonesian(seconds, text):
    assert duration(seconds) == text


def test_each_step_is_told_with_its_time(tmp_path, clock, capsys):
    with Progress(tmp_path, ["a", "b"]) as progress:
        with progress.of("a"):
            clock[0] = 2.5
        with pytest.raises(ValueError, match="x"), progress.of("b"):
            raise ValueError("x")
    assert capsys.readouterr().out.splitlines() == [
        "  [1/2] a: selesai (2,5 detik)",
        "  [2/2] b: GAGAL (0 detik)",
    ]


def test_the_time_left_comes_from_the_last_run(tmp_path, clock):
    (tmp_path / DURATIONS).write_text('{"a": 10, "b": 5}')
    progress = Progress(tmp_path, ["a", "b"])
    with progress.of("a"):
        clock[0] = 4
        assert progress._line() == "  [1/2] a, 4 detik · sisa sekitar 11 detik"
    assert progress._line() == "  [2/2] menyiapkan · sisa sekitar 5 detik"
    (tmp_path / DURATIONS).write_text('{"a": 10}')
    assert "sisa" not in Progress(tmp_path, ["a", "b"])._line(), "b has never run"


def test_a_terminal_gets_a_live_line(tmp_path, clock, monkeypatch):
    screen = Terminal()
    monkeypatch.setattr("sys.stdout", screen)
    (tmp_path / DURATIONS).write_text('{"a": 10}')
    with Progress(tmp_path, ["a"]) as progress, progress.of("a"):
        progress._live.refresh()
    assert "[1/1] a" in screen.getvalue()


@pytest.mark.parametrize("options", [{"CI": "true"}, {"quiet": True}])
def test_machines_get_nothing(tmp_path, clock, monkeypatch, options):
    screen = Terminal()
    monkeypatch.setattr("sys.stdout", screen)
    monkeypatch.setenv("CI", options.get("CI", ""))
    quiet = options.get("quiet", False)
    with Progress(tmp_path, ["a"], quiet=quiet) as progress, progress.of("a"):
        pass
    assert screen.getvalue() == ""


@pytest.mark.parametrize("content", ["", "{", "[1, 2]", "3"])
def test_a_damaged_estimate_is_forgotten(tmp_path, clock, content):
    (tmp_path / DURATIONS).write_text(content)
    with Progress(tmp_path, ["a"]) as progress, progress.of("a"):
        pass
    assert (tmp_path / DURATIONS).read_text() == '{\n "a": 0.0\n}\n'
