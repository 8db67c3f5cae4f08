"""What the user sees while a study runs: the step, the time so far, and about how much is left."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from kajian.files import write_json
from kajian.language import format_number

if TYPE_CHECKING:
    from rich.live import Live

DURATIONS = ".durasi.json"


def duration(seconds: float) -> str:
    """Write a length of time for a reader: ``4,2 detik``, ``3 menit 5 detik``."""
    decimals = 1 if seconds < 9.95 and seconds != round(seconds) else 0
    if seconds < 59.5:
        return f"{format_number(seconds, decimals)} detik"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} menit {rest} detik"


class Progress:
    """Watch the steps of one run.

    A terminal gets a live line and a line per finished step, a pipe only the latter, and
    continuous integration, which sets ``CI``, neither.

    Parameters
    ----------
    home
        Folder of the study's results; keeps durations for the next run's estimate.
    names
        The steps that are about to run.
    quiet
        Whether to show nothing.
    """

    def __init__(self, home: Path, names: Sequence[str], *, quiet: bool = False) -> None:
        self._file = home / DURATIONS
        self._waiting = list(names)
        self._count = len(names)
        self._began: dict[str, float] = {}
        self._seconds = _durations(self._file)
        self._quiet = quiet or bool(os.environ.get("CI"))
        self._live: Live | None = None

    def __enter__(self) -> Self:
        if sys.stdout.isatty() and not self._quiet:
            from rich.live import Live

            self._live = Live(get_renderable=self._line, refresh_per_second=4, transient=True)
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live:
            self._live.stop()
        with suppress(OSError):
            write_json(self._file, self._seconds)

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Time one step, and say how it ended."""
        start = self._began[name] = time.monotonic()
        outcome = "GAGAL"
        try:
            yield
            outcome = "selesai"
            self._seconds[name] = round(time.monotonic() - start, 1)
        finally:
            del self._began[name]
            if name in self._waiting:
                self._waiting.remove(name)
            self._say(name, outcome, time.monotonic() - start)

    def _say(self, name: str, outcome: str, seconds: float) -> None:
        if self._quiet:
            return
        done = self._count - len(self._waiting)
        print(f"  [{done}/{self._count}] {name}: {outcome} ({duration(seconds)})", flush=True)

    def _line(self) -> str:
        """The live line."""
        spent = {name: time.monotonic() - start for name, start in self._began.items()}
        running = [f"{name}, {duration(round(s))}" for name, s in spent.items()]
        left = sum(self._seconds.get(name, 0) for name in self._waiting) - sum(spent.values())
        known = all(name in self._seconds for name in self._waiting)
        rest = f" · sisa sekitar {duration(max(round(left), 1))}" if known else ""
        number = self._count - len(self._waiting) + 1
        return f"  [{number}/{self._count}] {'; '.join(running) or 'menyiapkan'}{rest}"


def _durations(path: Path) -> dict[str, float]:
    """Seconds that each step took when it last ran."""
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}
