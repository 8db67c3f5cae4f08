"""Kernels that are forked, and kernels that are not, do the same and end the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from kajian import execution
from kajian.engine import forks
from kajian.errors import PipelineError
from kajian.execution import execute
from kajian.notebook import Notebook, read_notebook

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only"),
    pytest.mark.usefixtures("no_server"),
]
ENGINES = ["forked", "stock"]
MARK = "KAJIAN_UJI"


@pytest.fixture
def no_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Start from no server, and end whatever server a test started."""
    monkeypatch.setattr(forks, "_server", None)
    yield
    if forks._server:
        forks._server.close()


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Notebook]:
    """Run cells in a kernel of their own and read the executed notebook back."""

    def run_cells(*sources: str, memory_gb: float = 0) -> Notebook:
        cells = [new_code_cell(source, id=f"sel-{n}") for n, source in enumerate(sources)]
        staging = tmp_path / "hasil"
        staging.mkdir(exist_ok=True)
        execute(
            new_notebook(cells=cells),
            folder=tmp_path,
            staging=staging,
            name="coba",
            memory_gb=memory_gb,
        )
        return read_notebook(staging / "coba.ipynb")

    return run_cells


def shown(notebook: Notebook, cell: int = -1) -> str:
    """Text that a cell printed."""
    return "".join("".join(output["text"]) for output in notebook["cells"][cell]["outputs"])


def marked(value: str) -> dict[int, str]:
    """Command lines of the living processes that carry a mark in their environment, by id."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                environment = (folder / "environ").read_bytes()
                state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
            if f"{MARK}={value}\0".encode() in environment and state != "Z":
                found[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ")
    return found


def wait_until(holds: Callable[[], bool], seconds: float = 20) -> bool:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return holds()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Use one engine and then the other."""
    if request.param == "forked":
        forks.prepare(["ipykernel.kernelapp", "numpy"])
    return str(request.param)


def test_a_forked_kernel_is_a_child_of_the_server_and_has_its_imports(run):
    forks.prepare(["ipykernel.kernelapp", "colorsys"])
    parent = int(shown(run("import os\nprint(os.getppid())")))
    assert parent == forks._server._process.pid
    assert shown(run("import sys\nprint('colorsys' in sys.modules)")) == "True\n"


def test_without_fork_a_kernel_starts_the_stock_way(run, monkeypatch):
    monkeypatch.setattr(forks, "CAN_FORK", False)
    forks.prepare(["ipykernel.kernelapp"])
    assert forks.running() is None
    assert shown(run("import os\nprint(os.getppid())")) == f"{os.getpid()}\n"


def test_a_lost_server_costs_time_and_nothing_else(run):
    forks.prepare(["ipykernel.kernelapp"])
    run("1")
    forks._server._process.kill()
    forks._server._process.wait()
    assert shown(run("import os\nprint(os.getppid())")) == f"{os.getpid()}\n"


def test_surroundings_are_those_of_a_kernel_of_its_own(run, engine, tmp_path):
    source = """
import os, sys, signal, pathlib
print(pathlib.Path.cwd(), os.environ['KAJIAN_STAGING'], os.environ['PYTHONHASHSEED'],
      os.environ['OMP_NUM_THREADS'], hash('kajian'), __name__,
      signal.getsignal(signal.SIGCHLD) == signal.SIG_DFL, sys.stdin.readable())
path = pathlib.Path('izin'); _ = path.write_text('x')
"""
    expected = subprocess.run(
        [sys.executable, "-c", "print(hash('kajian'))"],
        env={**os.environ, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    told = shown(run(source)).split()
    assert told[:5] == [str(tmp_path), str(tmp_path / "hasil"), "0", "1", expected]
    assert told[5:7] == ["__main__", "True"]
    umask = os.umask(0)
    os.umask(umask)
    assert (tmp_path / "izin").stat().st_mode & 0o777 == 0o666 & ~umask


def test_two_kernels_draw_different_numbers_unless_seeded(run, engine):
    source = "import random, numpy\nprint(random.random(), numpy.random.random())"
    first, second = shown(run(source)).split(), shown(run(source)).split()
    assert first[0] != second[0]
    assert first[1] != second[1]


def test_many_kernels_leave_nothing_behind(run, engine, monkeypatch):
    monkeypatch.setenv(MARK, f"banyak-{engine}")
    if engine == "forked":
        forks._server.close()
        forks._server = None
        forks.prepare(["ipykernel.kernelapp"])
    run("1")
    handles = len(list(Path("/proc/self/fd").iterdir()))
    servers = len(marked(f"banyak-{engine}"))
    for _ in range(4):
        run("1")
    assert len(list(Path("/proc/self/fd").iterdir())) <= handles + 1
    assert wait_until(lambda: len(marked(f"banyak-{engine}")) == servers)
    if engine == "forked":
        children = Path(f"/proc/{forks._server._process.pid}/task").glob("*/children")
        assert [path.read_text() for path in children] == [""], "no zombies"


def test_a_cell_that_takes_too_long_is_stopped_and_named(run, engine, monkeypatch, tmp_path):
    monkeypatch.setattr(execution, "CELL_SECONDS", 1)
    monkeypatch.setenv(MARK, f"lama-{engine}")
    with pytest.raises(
        PipelineError, match=r"coba dihentikan di sel 'sel-1', yang berjalan lebih dari 1"
    ):
        run("1", "import time\ntime.sleep(600)", "2")
    assert wait_until(lambda: not marked(f"lama-{engine}"))


def test_a_kernel_that_dies_is_told_with_the_cell(run, engine):
    with pytest.raises(PipelineError, match=r"kernel mati di sel 'sel-1'.*Perbaikan"):
        run("1", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "2")


def test_what_a_kernel_said_before_it_died_is_told(run, engine):
    with pytest.raises(PipelineError, match=r"\| .*pustaka rusak"):
        run("import os\nos.write(2, b'pustaka rusak\\n')\nos.abort()")


def test_too_much_memory_is_a_clear_error(run, engine):
    with pytest.raises(PipelineError, match=r"Memori notebook habis \(batas 2,5 GB\).*--memory"):
        run("import numpy", "x = numpy.ones(3 * 10**9 // 8)", memory_gb=2.5)
    assert shown(run("import numpy", "print(numpy.ones(10**6).sum())", memory_gb=2.5)) == (
        "1000000.0\n"
    )


def test_an_interrupt_reaches_the_running_cell(run, engine, tmp_path):
    """The kernel interrupts itself by the signal that Jupyter sends, to its process group."""
    source = """
import os, signal, threading, time
threading.Timer(0.5, lambda: os.killpg(os.getpgrp(), signal.SIGINT)).start()
time.sleep(60)
"""
    with pytest.raises(PipelineError, match="KeyboardInterrupt"):
        run(source)


def test_what_a_library_prints_outside_its_cell_stays_out_of_the_terminal(run, engine, capfd):
    run("import os\nos.write(2, b'peringatan pustaka')", "1")
    assert "peringatan pustaka" not in "".join(capfd.readouterr())


DRIVER = """
import sys
from pathlib import Path
from nbformat.v4 import new_code_cell, new_notebook
from kajian.engine import forks
from kajian.execution import execute

if sys.argv[1] == "forked":
    forks.prepare(["ipykernel.kernelapp"])
folder = Path(sys.argv[2])
source = "import subprocess, pathlib, time\\n" \\
    "subprocess.Popen(['sleep', '600'])\\n" \\
    "pathlib.Path('mulai').touch()\\ntime.sleep(600)"
execute(new_notebook(cells=[new_code_cell(source)]), folder=folder, staging=folder, name="coba")
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_outlives_a_driver_that_is_killed(tmp_path: Path, how: signal.Signals) -> None:
    name = f"driver-{how.name}"
    driver = subprocess.Popen(
        [sys.executable, "-c", DRIVER, "forked", str(tmp_path)],
        env={**os.environ, MARK: name},
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        assert wait_until(lambda: (tmp_path / "mulai").exists(), 60)
        assert len(marked(name)) >= 4, "driver, server, kernel, and what the kernel started"
        driver.send_signal(how)
        driver.wait(30)
        assert wait_until(lambda: not marked(name)), marked(name)
    finally:
        for pid in marked(name):
            os.kill(pid, signal.SIGKILL)


def test_nothing_outlives_a_server_that_is_killed(
    run: Callable[..., dict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MARK, "server")
    forks.prepare(["ipykernel.kernelapp"])
    source = (
        "import os, subprocess, time\nsubprocess.Popen(['sleep', '600'])\n"
        f"os.kill({forks._server._process.pid}, 9)\ntime.sleep(600)"
    )
    with pytest.raises(PipelineError, match="kernel mati di sel 'sel-0'"):
        run(source)
    assert wait_until(lambda: not marked("server"))


def test_both_engines_write_the_same_notebook(run, tmp_path):
    source = (
        "import numpy, pandas\n"
        "table = pandas.DataFrame({'a': numpy.random.default_rng(1).normal(size=3)})\n"
        "import sys\nprint(set('kajian'), table.a.sum(), sys.path)\ntable"
    )
    stock = run("x = 1", source)
    forks.prepare(["ipykernel.kernelapp", "pandas"])
    forked = run("x = 1", source)
    assert forked == stock
    assert read_notebook(tmp_path / "hasil" / "coba.ipynb") == stock
