"""Time `kajian run` against the same notebooks as a plain folder of notebooks.

    .venv/bin/python benchmarks/pipeline.py [--rounds 3] [--study surakarta-2025] [--webpdf]

Every round times all rows of the table once, in the same order, in temporary copies of the
project, so that a busy minute of the machine strikes all of them. A first round that warms file
caches and bytecode is not counted. All processes get one thread for linear algebra and an empty
home. How to read the output:

- *wall* and *CPU*: seconds, the median over the rounds. CPU is that of the command and of all
  processes that came from it, as the kernel of Linux counted them: children left behind are
  adopted and waited for, so the kernels that a server forked are counted too.
- *MB*: peak memory of the largest single process, not of all together; never less than that of
  this script, from which the processes start.
- *run*: how many of the five notebooks were executed.
- ratios: the median over the rounds of the ratio within a round. 3.0 means three times faster.

What is compared:

- `kajian`: raw data are checked, the notebooks run, their pages, the policy brief as PDF and the
  report are made.
- `stock`: the same notebooks with the same parameters, each by `python -m papermill` in a process
  of its own, as in a shell script, then one `jupyter nbconvert --to html` for all five. It makes
  no PDF, unless `--webpdf` is given and there is a browser. Without a record of what is current,
  any change means everything again; the kinder comparison reruns by hand only the brief's
  notebook and its page, which is right only if one remembers that nothing else changed.
- `kajian, stock kernels`: the same as `kajian`, with kernels that import their libraries afresh.
"""

from __future__ import annotations

import argparse
import ctypes
import filecmp
import importlib.util
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

from kajian.notebook import chosen_parameters, declared_parameters, read_notebook, used_cells
from kajian.places import BRIEF, STEPS, processed_folder, study_file
from kajian.study import read_study

ROOT = Path(__file__).resolve().parents[1]
INPUTS = ("studies", "notebooks", "data/raw")
PR_SET_CHILD_SUBREAPER = 36
PYTHON = [sys.executable, "-P"]
KAJIAN = [*PYTHON, "-m", "kajian.cli"]
STOCK_KERNELS = """
import sys
from kajian.cli import main
from kajian.engine import forks
forks.CAN_FORK = False
sys.exit(main(sys.argv[1:]))
"""
FIND_BROWSER = """
import pathlib
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    assert pathlib.Path(playwright.chromium.executable_path).exists()
"""

# Seconds of wall and of CPU, megabytes, notebooks run.
Cost = tuple[float, float, float, int]


def main():
    options = parse()
    if sys.platform != "linux":
        sys.exit("Needs Linux: elsewhere the CPU of forked kernels cannot be counted.")
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory(prefix="kajian-bench-") as scratch:
        folder = Path(scratch)
        copies = [copy_project(folder / name) for name in ("forked", "fresh", "stock")]
        rows = dict(plan(*copies, options.study, options.webpdf and can_webpdf()))
        rounds = [time_round(rows, number) for number in range(options.rounds + 1)][1:]
        print_table(rounds)
        print_same_results(*copies, options.study)
        print_ratios(rounds)


def parse():
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--study", default="surakarta-2025")
    parser.add_argument("--webpdf", action="store_true", help="let stock print the brief, too")
    return parser.parse_args()


def copy_project(target: Path) -> Path:
    for name in INPUTS:
        shutil.copytree(ROOT / name, target / name)
    (target / "home").mkdir()
    return target


def plan(
    forked: Path, fresh: Path, stock: Path, study: str, webpdf: bool
) -> Iterator[tuple[str, Callable[[], Cost]]]:
    """What is timed, in this order in every round."""
    executed = [stock / f"{name}.ipynb" for name in STEPS]
    by_step = [papermill(stock, study, name) for name in STEPS]
    pdf = [[*nbconvert("webpdf"), str(executed[-1])]] if webpdf else []
    pages = [[*nbconvert("html"), *map(str, executed)]]
    brief = [by_step[-1], [*nbconvert("html"), str(executed[-1])], *pdf]
    fresh_run = [*PYTHON, "-c", STOCK_KERNELS, "run", study]
    run = [*KAJIAN, "run", study]

    yield "kajian cold", lambda: timed(forked, [run], study, forget)
    yield "stock everything", lambda: timed(stock, [*by_step, *pages, *pdf], study, forget)
    yield "kajian no-op", lambda: timed(forked, [run], study)
    yield "kajian, stock kernels, cold", lambda: timed(fresh, [fresh_run], study, forget)
    yield "kajian prose-only change", lambda: timed(forked, [run], study, edit_prose)
    yield "stock brief by hand", lambda: timed(stock, brief, study, edit_prose)
    yield "kajian one parameter", lambda: timed(forked, [run], study, edit_parameter)
    yield "python -c pass", lambda: timed(forked, [[*PYTHON, "-c", "pass"]], study)
    for module in ("kajian", "kajian.cli"):
        command = [*PYTHON, "-c", f"import {module}"]
        yield f"import {module}", lambda command=command: timed(forked, [command], study)
    yield "kajian --help", lambda: timed(forked, [[*KAJIAN, "--help"]], study)
    yield "kajian status", lambda: timed(forked, [[*KAJIAN, "status", study]], study)


def papermill(project: Path, code: str, name: str) -> list[str]:
    """The command that a user of plain papermill would type for one notebook."""
    study = read_study(project, code)
    source = project / "notebooks" / f"{name}.ipynb"
    notebook = used_cells(read_notebook(source), study.parts)
    source.write_text(json.dumps(notebook), encoding="utf-8")
    choices = chosen_parameters(declared_parameters(notebook, name), study.parameters(), name)
    files = [str(source), str(project / f"{name}.ipynb")]
    options = ["--kernel", "python3", "--cwd", str(source.parent), "--no-progress-bar"]
    return [*PYTHON, "-m", "papermill", *files, "-y", yaml.safe_dump(choices), *options]


def nbconvert(kind: str) -> list[str]:
    return [*PYTHON, "-m", "jupyter", "nbconvert", "--log-level=ERROR", "--to", kind]


def can_webpdf() -> bool:
    """Whether nbconvert can print to PDF here; says so if not."""
    missing = "playwright is not installed"
    if importlib.util.find_spec("playwright"):
        missing = "playwright has no Chromium"
        found = subprocess.run([*PYTHON, "-c", FIND_BROWSER], capture_output=True, check=False)
        if found.returncode == 0:
            return True
    print(f"webpdf of the brief is left out of stock: {missing}.")
    return False


def forget(project: Path, code: str) -> None:
    """Remove everything built."""
    for name in ("data/processed", "reports"):
        shutil.rmtree(project / name, ignore_errors=True)


def edit_prose(project: Path, code: str) -> None:
    """Add a sentence to the brief."""
    path = project / "notebooks" / f"{BRIEF}.ipynb"
    notebook = read_notebook(path)
    prose = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    prose[-1]["source"] += " Kalimat ini ditambahkan kemudian."
    path.write_text(json.dumps(notebook), encoding="utf-8")


def edit_parameter(project: Path, code: str) -> None:
    """Ask for one permutation more, which concerns the second notebook and the brief."""
    path = study_file(project, code)
    text = path.read_text(encoding="utf-8")
    changed = re.sub(r"(?m)^(permutasi = )(\d+)", lambda m: m[1] + str(int(m[2]) + 1), text)
    path.write_text(changed, encoding="utf-8")


def timed(
    project: Path,
    commands: list[list[str]],
    code: str,
    prepare: Callable[[Path, str], None] | None = None,
) -> Cost:
    """Cost of commands one after another."""
    if prepare:
        prepare(project, code)
    before = executions(project, code)
    costs = [measure(command, project) for command in commands]
    wall, cpu, memory = zip(*costs, strict=True)
    count = len(executions(project, code) - before)
    return sum(wall), sum(cpu), max(memory), count


def executions(project: Path, code: str) -> set[tuple[Path, int]]:
    """When each executed notebook was written."""
    kept = processed_folder(project, code)
    paths = [p for n in STEPS for p in (project / f"{n}.ipynb", kept / n / f"{n}.ipynb")]
    return {(path, path.stat().st_mtime_ns) for path in paths if path.is_file()}


def measure(command: list[str], project: Path) -> tuple[float, float, float]:
    """Seconds until a command ends, CPU of all its processes, and MB of the largest."""
    log = project / "log"
    with log.open("wb") as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=project, env=environment(project), stdout=output, stderr=output
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)[:200]}\n{log.read_text(encoding='utf-8')[-2000:]}")
    usages = [usage, *left_behind()]
    cpu = sum(each.ru_utime + each.ru_stime for each in usages)
    return wall, cpu, max(each.ru_maxrss for each in usages) / 1024


def left_behind() -> Iterator:
    """Wait for processes that outlived their parents, until there are none."""
    while True:
        try:
            yield os.wait4(-1, 0)[2]
        except ChildProcessError:
            return


def environment(project: Path) -> dict[str, str]:
    """The same for everybody: one thread, no personal settings, bytecode is kept."""
    private = {"KAJIAN_STAGING", "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED"}
    kept = {key: value for key, value in os.environ.items() if key not in private}
    threads = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
    jupyter = {"JUPYTER_PLATFORM_DIRS": "1", "JUPYTER_PREFER_ENV_PATH": "1"}
    return {**kept, **threads, **jupyter, "HOME": str(project / "home")}


def time_round(rows: dict[str, Callable[[], Cost]], number: int) -> dict[str, Cost]:
    name = f"round {number}" if number else "warm-up"
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"{name} (load {load})", file=sys.stderr, flush=True)
    return {row: cost() for row, cost in rows.items()}


def print_table(rounds: list[dict[str, Cost]]) -> None:
    print(f"\nMedians of {len(rounds)} rounds, {os.cpu_count()} processors")
    print(f"{'':30}{'wall s':>9}{'CPU s':>9}{'MB':>7}{'run':>5}")
    for row in rounds[0]:
        wall, cpu, memory, count = map(
            statistics.median, zip(*(each[row] for each in rounds), strict=True)
        )
        print(f"{row:30}{wall:9.2f}{cpu:9.2f}{memory:7.0f}{count:5.0f}")


def print_same_results(forked: Path, fresh: Path, stock: Path, code: str) -> None:
    """Say whether the three found the same figures for the brief, up to the last edit."""
    names = [f"{step}/ledger.json" for step in ("03_causal", "04_evaluation")]
    ours, *others = [processed_folder(path, code) for path in (forked, fresh, stock)]
    same = all(filecmp.cmp(ours / n, other / n, shallow=False) for other in others for n in names)
    print(f"\nThe same figures in all three (03, 04): {'yes' if same else 'NO'}")


def print_ratios(rounds: list[dict[str, Cost]]) -> None:
    print("\nTimes faster, median of the ratios within a round (wall, CPU)")
    for text, slow, fast in (
        ("cold: stock everything / kajian", "stock everything", "kajian cold"),
        ("no-op: stock everything / kajian", "stock everything", "kajian no-op"),
        ("prose: stock everything / kajian", "stock everything", "kajian prose-only change"),
        ("prose: stock brief by hand / kajian", "stock brief by hand", "kajian prose-only change"),
        ("one parameter: stock everything / kajian", "stock everything", "kajian one parameter"),
        ("cold: stock kernels / forked", "kajian, stock kernels, cold", "kajian cold"),
    ):
        wall, cpu = (
            statistics.median(each[slow][kind] / each[fast][kind] for each in rounds)
            for kind in (0, 1)
        )
        print(f"  {text:42}{wall:7.1f}{cpu:7.1f}")
    print("Aims: cold 3 times faster; no-op 1 s of CPU; prose within 3 s, no notebook run.")


if __name__ == "__main__":
    main()
