"""Many studies in one command: on workers of our own, and on those of a Dask scheduler."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace

import pytest

from kajian import cli, many
from kajian.errors import PipelineError, StudyError
from kajian.many import Outcome, run_studies

TWO = ("jateng-2025/33.72", "jateng-2025/33.74")
BAD = "rusak-2025"
MARK = "KAJIAN_UJI"
PATIENCE = 400
STOPPED = [
    "",
    "Dihentikan. Yang sudah selesai tetap ada; ulangi perintah yang sama untuk melanjutkan.",
]
linux = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")


def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.1)


# --- one task, and the command around it -------------------------------------------------------


@pytest.fixture
def project(tmp_path) -> Path:
    (tmp_path / "studies").mkdir()
    return tmp_path


@pytest.fixture
def ran(monkeypatch) -> list[str]:
    """Stand in for the building of studies; one of them cannot be built."""
    codes: list[str] = []

    def run_study(code, root, *, memory_gb, quiet):
        codes.append(code)
        if code == BAD:
            raise StudyError("salah tulis. Perbaikan: betulkan.")

    monkeypatch.setattr("kajian.pipeline.run_study", run_study)
    return codes


def test_a_task_says_how_it_ended(project, ran):
    good, bad = (many._one(code, project, 0, many.LOADED) for code in ("baik", BAD))
    assert (good.code, good.error, good.trace) == ("baik", "", "")
    assert (bad.code, bad.error) == (BAD, "salah tulis. Perbaikan: betulkan.")
    assert "StudyError" in bad.trace
    assert ran == ["baik", BAD]


def test_a_worker_with_other_code_refuses(project, ran):
    outcome = many._one("baik", project, 0, many.LOADED + "lain")
    assert "kode kajian atau versi pustaka yang lain" in outcome.error
    assert "mulai ulang pekerja" in outcome.error
    assert ran == []


def test_other_libraries_are_other_code(monkeypatch):
    assert many.installation() == many.LOADED
    monkeypatch.setattr(many, "library_versions", lambda: {"numpy": "0"})
    assert many.installation() != many.LOADED


def test_a_worker_that_does_not_see_the_folder_refuses(project, ran):
    outcome = many._one("baik", project / "tempat lain", 0, many.LOADED)
    assert f"{project / 'tempat lain'} tidak terlihat dari pekerja" in outcome.error
    assert ran == []


def test_waiting_is_told_once_each_time_nobody_is_there(monkeypatch):
    monkeypatch.setattr(many, "WAIT_SECONDS", 0.01)
    future, said = Future(), []
    answers = ["kosong", "kosong", "", "", "kosong", "kosong", ""]

    def idle() -> str:
        if len(answers) == 1:
            future.set_result(Outcome("baik", 1))
        return answers.pop(0)

    assert list(many._as_they_end([future], idle, said.append)) == [future]
    assert said == ["kosong", "kosong"]


def test_a_task_that_no_worker_survives_is_named_and_the_others_go_on():
    future = Future()
    future.set_exception(MemoryError("terlalu besar"))
    outcome = many._outcome("baik", future)
    assert outcome.code == "baik"
    assert "MemoryError: terlalu besar" in outcome.error
    assert "Perbaikan" in outcome.error


def test_a_lost_scheduler_ends_the_run():
    future = Future()
    future.cancel()
    with pytest.raises(PipelineError, match="penjadwal Dask putus"):
        many._outcome("baik", future)


@pytest.fixture
def asked(monkeypatch, copy_project, tmp_path) -> list[str]:
    """Stand in for the workers; the codes that they were asked for."""
    codes: list[str] = []

    def run_studies(wanted, root, **options):
        codes.extend(wanted)
        for code in wanted:
            yield Outcome(code, 1, "salah tulis", "JEJAK") if code == BAD else Outcome(code, 1)

    monkeypatch.setattr(many, "run_studies", run_studies)
    monkeypatch.chdir(copy_project(tmp_path))
    return codes


def test_collections_and_all_are_expanded_and_nothing_runs_twice(asked):
    assert cli.main(["run", "jateng-2025/33.74", "jateng-2025", "surakarta-2025"]) == 0
    assert asked[0] == "jateng-2025/33.74"
    assert len(asked) == len(set(asked)) == 36
    assert {"surakarta-2025", "jateng-2025/33.01", "jateng-2025/33.76"} < set(asked)
    asked.clear()
    assert cli.main(["run", "--all"]) == 0
    assert len(asked) == len(set(asked)) == 38


@pytest.mark.parametrize("trace", [False, True])
def test_one_bad_study_is_named_and_counted(asked, capsys, trace):
    Path("studies/rusak-2025.toml").write_bytes(Path("studies/semarang-2025.toml").read_bytes())
    assert cli.main(["run", BAD, *TWO, *(["--trace"] if trace else [])]) == 1
    told = capsys.readouterr()
    assert "2 dari 3 kajian mutakhir" in told.out
    assert f"Kesalahan: {BAD}: salah tulis" in told.err
    assert ("JEJAK" in told.err) == trace


# --- schedulers that are not there -------------------------------------------------------------


@pytest.mark.parametrize("address", ["127.0.0.1", "entah://127.0.0.1:1", "tcp://127.0.0.1:satu"])
def test_an_address_that_is_none_is_refused(project, address):
    with pytest.raises(PipelineError, match=r"tidak dapat dihubungi[\s\S]*periksa alamatnya"):
        list(run_studies(TWO, project, dask=address))


def test_a_server_that_does_not_answer_is_not_waited_for(project, monkeypatch):
    monkeypatch.setattr(many, "WAIT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"tcp://127.0.0.1:{mute.getsockname()[1]}"
        with pytest.raises(PipelineError, match="tidak menjawab"):
            list(run_studies(TWO, project, dask=address))


def test_a_scheduler_that_is_not_there_is_told_without_a_trace(kajian, copy_project, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"tcp://127.0.0.1:{closed.getsockname()[1]}"
    done = kajian("run", TWO[0], "--dask", address, folder=copy_project(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"\nKesalahan: Penjadwal Dask {address} tidak dapat dihubungi")
    assert len(done.stderr.strip().splitlines()) == 1


# --- the real thing ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def start(tmp_path_factory) -> Iterator[Callable[..., SimpleNamespace]]:
    """Start programs, each in a process group that does not outlive these tests."""
    logs = tmp_path_factory.mktemp("catatan")
    groups = []

    def run(*module_and_arguments: str, folder: Path, mark: str = "") -> SimpleNamespace:
        name = logs / str(len(groups))
        process = subprocess.Popen(
            [sys.executable, "-m", *module_and_arguments],
            cwd=folder,
            env={**os.environ, MARK: mark, "CI": ""},
            stdout=name.with_suffix(".out").open("w"),
            stderr=name.with_suffix(".err").open("w"),
            start_new_session=True,
        )
        groups.append(process)
        return SimpleNamespace(
            pid=process.pid,
            wait=process.wait,
            out=lambda: name.with_suffix(".out").read_text(),
            err=lambda: name.with_suffix(".err").read_text(),
        )

    yield run
    for process in reversed(groups):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def start_scheduler(start, folder: Path) -> str:
    """Start a scheduler without workers; returns its address."""
    told = folder / "alamat.json"
    options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    start("distributed.cli.dask_scheduler", *options, "--scheduler-file", str(told), folder=folder)

    def address() -> str:
        try:
            return json.loads(told.read_text())["address"]
        except (FileNotFoundError, ValueError):
            return ""

    until(address, 60)
    return address()


def start_worker(start, address: str, folder: Path) -> int:
    """Let a worker process join; returns the process id of the nanny that minds it."""
    options = ("--host", "127.0.0.1", "--nthreads", "1", "--no-dashboard")
    return start("distributed.cli.dask_worker", address, *options, folder=folder).pid


def parent(pid: int) -> int:
    """Process id of the parent of a process."""
    return int(re.search(r"^PPid:\t(\d+)$", Path(f"/proc/{pid}/status").read_text(), re.M)[1])


def living(mark: str) -> list[str]:
    """Command lines of the processes that run on account of a marked one, itself included."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            # A dead process that nobody has asked after yet has no environment any more.
            if f"{MARK}={mark}\0".encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def kernels(mark: str) -> int:
    """How many kernel servers and kernels run on account of a marked process."""
    return sum("kajian.engine.server" in command for command in living(mark))


def reports(folder: Path) -> dict[str, bytes]:
    """Every file of the two reports, by its path."""
    paths = [path for code in TWO for path in (folder / "reports" / code).rglob("*")]
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths if p.is_file()}


@pytest.fixture(scope="module")
def own(start, copy_project, tmp_path_factory) -> SimpleNamespace:
    """Build two studies with workers of our own, of which the first attempt is killed."""
    folder = copy_project(tmp_path_factory.mktemp("sendiri") / "proyek")
    command = ("kajian.cli", "run", *TWO, "--workers", "2")
    first = start(*command, folder=folder, mark=str(folder))
    until(lambda: kernels(str(folder)) >= 3)  # two servers, one of them with a kernel
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    end = time.monotonic() + 10
    while (left := living(str(folder))) and time.monotonic() < end:
        time.sleep(0.1)
    again = start(*command, folder=folder)
    code = again.wait(PATIENCE)
    return SimpleNamespace(folder=folder, left=left, code=code, out=again.out(), err=again.err())


@pytest.fixture(scope="module")
def dask(start, copy_project, tmp_path_factory) -> SimpleNamespace:
    """Build the same studies and a bad one on a scheduler, whose two workers come late."""
    cluster = tmp_path_factory.mktemp("klaster")
    folder = copy_project(tmp_path_factory.mktemp("dask") / "proyek")
    text = (folder / "studies/semarang-2025.toml").read_text(encoding="utf-8")
    bad = text.replace('kode_wilayah = "33.74"', 'kode_wilayah = "34.71"')
    (folder / f"studies/{BAD}.toml").write_text(bad, encoding="utf-8")
    address = start_scheduler(start, cluster)
    run = start("kajian.cli", "run", BAD, *TWO, "--dask", address, folder=folder)
    until(lambda: "Menunggu pekerja" in run.out(), 60)
    time.sleep(2)
    before = (folder / "data/processed").exists()
    workers = [start_worker(start, address, cluster) for _ in range(2)]
    code = run.wait(PATIENCE)
    return SimpleNamespace(
        folder=folder, before=before, workers=workers, code=code, out=run.out(), err=run.err()
    )


@linux
@pytest.mark.build
def test_nothing_outlives_a_driver_that_was_killed(own):
    assert own.left == []


@pytest.mark.build
def test_workers_of_our_own_build_every_study(own):
    assert (own.code, own.err) == (0, "")
    assert "2 dari 2 kajian mutakhir" in own.out
    assert all((own.folder / "reports" / code / "policy-brief.pdf").is_file() for code in TWO)


@pytest.mark.build
def test_without_workers_a_scheduler_is_waited_for(dask):
    assert dask.out.count("Menunggu pekerja") == 1
    assert not dask.before


@linux
@pytest.mark.build
def test_dask_workers_did_the_work(dask):
    for code in TWO:
        holder = (dask.folder / "data/processed" / code / ".kunci").read_text()
        assert parent(int(holder.split()[1])) in dask.workers


@pytest.mark.build
def test_dask_finishes_the_others_and_names_the_bad_one_without_noise(dask):
    assert dask.code == 1
    assert "2 dari 3 kajian mutakhir" in dask.out
    assert dask.err.startswith(f"Kesalahan: {BAD}: Data mentah belum benar")
    assert "34.71" in dask.err
    assert len(dask.err.splitlines()) == 2
    assert len(dask.out.splitlines()) == 4


@pytest.mark.build
def test_dask_and_our_own_workers_give_the_same_bytes(own, dask):
    ours, theirs = reports(own.folder), reports(dask.folder)
    assert ours.keys() == theirs.keys()
    assert [path for path in ours if ours[path] != theirs[path]] == []


@linux
@pytest.mark.build
def test_ctrl_c_ends_our_own_workers(start, copy_project, tmp_path):
    folder = copy_project(tmp_path / "proyek")
    run = start("kajian.cli", "run", *TWO, "--workers", "2", folder=folder, mark=str(folder))
    until(lambda: kernels(str(folder)) >= 3)
    os.killpg(run.pid, signal.SIGINT)
    assert run.wait(10) == 130
    assert run.err().splitlines() == STOPPED
    until(lambda: not living(str(folder)), 10)


@pytest.mark.build
def test_ctrl_c_takes_back_what_waits_on_a_scheduler(start, copy_project, tmp_path):
    from distributed import Client

    scheduler = start_scheduler(start, tmp_path)

    def waiting() -> int:
        with Client(scheduler, timeout=30, set_as_default=False) as client:
            return client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks))

    folder = copy_project(tmp_path / "proyek")
    run = start("kajian.cli", "run", *TWO, "--dask", scheduler, folder=folder)
    until(lambda: "Menunggu pekerja" in run.out(), 60)
    until(lambda: waiting() == 2, 30)
    os.killpg(run.pid, signal.SIGINT)
    assert run.wait(10) == 130
    assert run.err().splitlines() == STOPPED
    until(lambda: waiting() == 0, 30)
