"""A researcher opens a notebook in JupyterLab, runs and saves it: it works, and git stays clean.

`make lab` itself is run, in a copy of the project whose environment is borrowed from this one.
"""

from __future__ import annotations

import base64
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from nbformat.v4 import new_markdown_cell
from PIL import Image

from kajian.places import processed_folder

pytest.importorskip("jupyterlab", reason="needs the lab group of dependencies")
websocket = pytest.importorskip("websocket", reason="needs the package websocket-client")
if absent := [program for program in ("make", "git") if not shutil.which(program)]:
    pytest.skip(f"needs {' and '.join(absent)}", allow_module_level=True)

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
STUDY = "surakarta-2025"
NOTEBOOK = "notebooks/02_mapping.ipynb"
PATIENCE = 120  # seconds; a hang ends here, nothing waits that long in a good run


def output_of(command: list[str], folder: Path, **environment: str) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def git(folder: Path, *arguments: str) -> str:
    """Run git as somebody without settings of their own."""
    person = {
        f"GIT_{who}_{what}": "a@b.id"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return output_of(["git", "--no-pager", *arguments], folder, **person, **nobody)


def make(target: str, *variables: str) -> list[str]:
    """Command for a target of the Makefile, without downloading any package."""
    return ["make", "--silent", "-o", ".uv/bin/uv", "SYNC=true", target, *variables]


@pytest.fixture(scope="module")
def fresh(copy_project: Callable[[Path], Path]) -> Callable[[Path], Path]:
    """A project as it is unpacked, with an environment that shares our packages."""

    def unpack(folder: Path) -> Path:
        copy_project(folder)
        for name in ("Makefile", ".gitattributes", ".gitignore", "uv.lock", "pyproject.toml"):
            shutil.copy(ROOT / name, folder)
        shutil.copytree(ROOT / "tools/jupyter", folder / "tools/jupyter")
        (folder / ".venv").mkdir()
        for name in ("bin", "lib", "pyvenv.cfg"):
            if (Path(sys.prefix) / name).exists():
                (folder / ".venv" / name).symlink_to(Path(sys.prefix) / name)
        return folder

    return unpack


@pytest.fixture(scope="module")
def clone(fresh: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project in a repository of its own, set up as `make lab` does, all committed."""
    folder = fresh(tmp_path_factory.mktemp("klon dengan spasi") / "proyek")
    git(folder, "init", "--quiet", "--initial-branch=utama")
    output_of(make("notebook-git"), folder)
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=awal")
    return folder


# --- git --------------------------------------------------------------------------------------


def test_the_filter_leaves_a_committed_notebook_as_it_is(clone: Path) -> None:
    notebooks = sorted((clone / "notebooks").glob("*.ipynb"))
    assert notebooks
    for path in notebooks:
        committed = git(clone, "show", f"HEAD:notebooks/{path.name}")
        assert committed == path.read_bytes().decode(), path.name


def test_set_up_twice_is_set_up_once_and_only_here(clone: Path) -> None:
    before = (clone / ".git/config").read_text(), (clone / ".venv/gitconfig").read_text()
    output_of(make("notebook-git"), clone)
    after = (clone / ".git/config").read_text(), (clone / ".venv/gitconfig").read_text()
    assert before == after
    assert git(clone, "config", "--get-all", "include.path").count("\n") == 1
    assert git(clone, "config", "--show-origin", "diff.jupyternotebook.command").startswith(
        f"file:{clone / '.venv/gitconfig'}"
    )


def test_an_unpacked_archive_inside_another_repository_leaves_that_alone(
    fresh: Callable[[Path], Path], tmp_path: Path
) -> None:
    git(tmp_path, "init", "--quiet")
    before = (tmp_path / ".git/config").read_text()
    output_of(make("notebook-git"), fresh(tmp_path / "proyek"))
    assert (tmp_path / ".git/config").read_text() == before


def test_without_the_environment_git_is_plain_git(clone: Path) -> None:
    shutil.move(clone / ".venv", clone / "lain")
    try:
        path = clone / NOTEBOOK
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("# 02 · Pemetaan", "# 02 · Peta"), encoding="utf-8")
        assert '+    "# 02 · Peta\\n",' in git(clone, "diff")
        git(clone, "checkout", "--quiet", NOTEBOOK)
        assert path.read_text(encoding="utf-8") == text
    finally:
        shutil.move(clone / "lain", clone / ".venv")


def test_two_people_change_neighbouring_cells(clone: Path) -> None:
    """One drops a cell, the other adds one below it: a conflict for lines, not for cells."""
    path = clone / "notebooks/04_evaluation.ipynb"
    before = nbformat.read(path, as_version=4)

    def commit(branch: str, change: Callable[[list[Any]], Any]) -> None:
        git(clone, "checkout", "--quiet", "-b", branch, "utama")
        book = nbformat.read(path, as_version=4)
        change(book.cells)
        nbformat.write(book, path)
        git(clone, "commit", "--quiet", "--all", f"--message={branch}")

    try:
        commit("kurang", lambda cells: cells.pop(3))
        commit("tambah", lambda cells: cells.insert(4, new_markdown_cell("Baru.", id="baru")))
        git(clone, "merge", "--quiet", "--no-edit", "kurang")
        kept = [cell.id for cell in before.cells]
        kept[3] = "baru"
        assert [cell.id for cell in nbformat.read(path, as_version=4).cells] == kept
    finally:
        git(clone, "checkout", "--quiet", "--force", "utama")


# --- the server -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Server:
    """A running JupyterLab, reached as its page in a browser reaches it."""

    folder: Path
    url: str
    token: str
    kernels: list[int] = field(default_factory=list)

    def ask(self, method: str, address: str, body: Any = None) -> Any:
        request = urllib.request.Request(
            f"{self.url}api/{address}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {self.token}", "Content-Type": "application/json"},
        )
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(request, timeout=PATIENCE) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def save(self, book: Any) -> None:
        content = {"type": "notebook", "format": "json", "content": book}
        self.ask("PUT", f"contents/{NOTEBOOK}", content)


def wait_for(what: str, ready: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """First true answer; fails when there is none in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := ready():
            return answer
        time.sleep(0.1)
    pytest.fail(f"{what}: nothing after {seconds} seconds")


def running(pid: int) -> bool:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


@pytest.fixture(scope="module")
def server(clone: Path, built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`make lab` in a project whose first step is done, for a user without settings."""
    before = processed_folder(built, STUDY) / "01_data"
    shutil.copytree(before, processed_folder(clone, STUDY) / "01_data")
    home = tmp_path_factory.mktemp("pengguna")
    token = uuid.uuid4().hex
    flags = f"--no-browser --allow-root --ServerApp.port=0 --IdentityProvider.token={token}"
    flags += " --LabApp.expose_app_in_browser=True"
    own = {
        # The borrowed environment finds the kernel here, as it would in the .venv of a user.
        "JUPYTER_PATH": str(clone / ".venv/share/jupyter"),
        **{f"JUPYTER_{name}_DIR": str(home / name) for name in ("CONFIG", "DATA", "RUNTIME")},
        "IPYTHONDIR": str(home / "ipython"),
    }
    with (home / "log").open("w") as log:
        process = subprocess.Popen(
            make("lab", f"LAB={flags}"),
            cwd=clone,
            env={**os.environ, **own},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:

        def address() -> str | None:
            assert process.poll() is None, (home / "log").read_text()
            for path in (home / "RUNTIME").glob("jpserver-*.json"):
                with suppress(ValueError):
                    return json.loads(path.read_text())["url"]
            return None

        lab = Server(clone, wait_for("the server", address), token)
        wait_for("its answer", lambda: lab.ask("GET", "status"))
        yield lab
        lab.ask("POST", "shutdown")
        for pid in lab.kernels:
            wait_for("the end of a kernel", lambda pid=pid: not running(pid), 20)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Kernel:
    """The channel between an open notebook and its kernel."""

    def __init__(self, server: Server, kernel: str) -> None:
        address = server.url.replace("http://", "ws://") + f"api/kernels/{kernel}/channels"
        self.session = uuid.uuid4().hex
        self.socket = websocket.create_connection(
            f"{address}?session_id={self.session}&token={server.token}", timeout=PATIENCE
        )

    def request(self, kind: str, content: dict[str, Any], **metadata: Any) -> list[dict[str, Any]]:
        """Send a message; everything that comes back until the kernel is idle and has replied."""
        header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": self.session}
        header |= {"username": "", "version": "5.3", "date": "2026-01-01T00:00:00Z"}
        message = {"header": header, "parent_header": {}, "metadata": metadata}
        self.socket.send(json.dumps(message | {"content": content, "channel": "shell"}))
        answers: list[dict[str, Any]] = []
        idle = replied = False
        end = time.monotonic() + PATIENCE
        while not (idle and replied):
            assert time.monotonic() < end, f"{kind} does not end"
            answer = json.loads(self.socket.recv())
            if answer["parent_header"].get("msg_id") != header["msg_id"]:
                continue
            idle |= answer["content"].get("execution_state") == "idle"
            replied |= answer["channel"] == "shell"
            answers.append(answer)
        return answers

    def run(self, cell: dict[str, Any]) -> None:
        """Run a cell and keep what it shows, as JupyterLab does."""
        content = {"code": cell["source"], "silent": False, "store_history": True}
        content |= {"user_expressions": {}, "allow_stdin": True, "stop_on_error": True}
        answers = self.request(
            "execute_request", content, cellId=cell["id"], trusted=True, deletedCells=[]
        )
        shown = {"stream", "display_data", "execute_result", "error"}
        cell["outputs"] = [
            {"output_type": answer["msg_type"], **answer["content"]}
            for answer in answers
            if answer["msg_type"] in shown
        ]
        for output in cell["outputs"]:
            output.pop("transient", None)
        (reply,) = (answer for answer in answers if answer["channel"] == "shell")
        cell["execution_count"] = reply["content"]["execution_count"]
        cell["metadata"]["execution"] = {
            "iopub.status.busy": answers[0]["header"]["date"],
            "shell.execute_reply": reply["header"]["date"],
        }


@dataclass(frozen=True)
class Saved:
    """A notebook that was run in JupyterLab and saved."""

    server: Server
    book: dict[str, Any]

    def cell(self, name: str) -> dict[str, Any]:
        return next(cell for cell in self.book["cells"] if cell["id"] == name)


@pytest.fixture(scope="module")
def saved(server: Server) -> Saved:
    """Open the notebook, run all its cells, fold some of the output, and save."""
    book = server.ask("GET", f"contents/{NOTEBOOK}")["content"]
    specs = server.ask("GET", "kernelspecs")
    about = {"path": NOTEBOOK, "name": "02_mapping.ipynb", "type": "notebook"}
    session = server.ask("POST", "sessions", about | {"kernel": {"name": specs["default"]}})
    kernel = Kernel(server, session["kernel"]["id"])
    with closing(kernel.socket):
        (info,) = (m for m in kernel.request("kernel_info_request", {}) if m["channel"] == "shell")
        probe = {"id": "", "source": "import os\nprint(os.getpid())", "metadata": {}}
        kernel.run(probe)
        server.kernels.append(int(probe["outputs"][0]["text"]))
        for cell in book["cells"]:
            if cell["cell_type"] == "code":
                kernel.run(cell)
    spec = specs["kernelspecs"][session["kernel"]["name"]]["spec"]
    book["metadata"] = {
        "kernelspec": {
            "name": session["kernel"]["name"],
            **{name: spec[name] for name in ("display_name", "language")},
        },
        "language_info": info["content"]["language_info"],
    }
    for cell in book["cells"]:
        cell["metadata"] |= {"editable": True, "slideshow": {"slide_type": ""}}
        if cell["cell_type"] == "code":
            cell["metadata"] |= {"scrolled": True, "jupyter": {"outputs_hidden": True}}
    server.save(book)
    return Saved(server, book)


@pytest.mark.build
def test_the_notebook_runs_in_jupyterlab(saved: Saved) -> None:
    errors = {
        cell["id"]: output["evalue"]
        for cell in saved.book["cells"]
        for output in cell.get("outputs", [])
        if output["output_type"] == "error"
    }
    assert not errors


@pytest.mark.build
def test_the_map_is_there(saved: Saved) -> None:
    (shown,) = (o for o in saved.cell("peta")["outputs"] if "image/png" in o.get("data", {}))
    picture = Image.open(io.BytesIO(base64.b64decode(shown["data"]["image/png"])))
    assert picture.width > 1000
    assert picture.height > 400
    colours = picture.convert("RGB").resize((300, 145)).getcolors(300 * 145)
    common = [colour for count, colour in colours if count > 0.01 * 300 * 145]
    assert len(common) >= 5, "a page, and at least four of the five classes"
    folder = processed_folder(saved.server.folder, STUDY) / "02_mapping"
    assert (folder / "figures/peta_kemiskinan.svg").stat().st_size > 50_000


@pytest.mark.build
def test_jupyterlab_and_the_pipeline_record_the_same(saved: Saved, built: Path) -> None:
    ledgers = [
        json.loads((processed_folder(root, STUDY) / "02_mapping/ledger.json").read_text())
        for root in (saved.server.folder, built)
    ]
    assert ledgers[0] == ledgers[1]


@pytest.mark.build
def test_saving_leaves_git_clean(saved: Saved) -> None:
    folder = saved.server.folder
    assert "image/png" in (folder / NOTEBOOK).read_text(encoding="utf-8")
    assert git(folder, "diff") == ""
    look = ("--no-optional-locks", "status", "--porcelain")
    wait_for("a clean status", lambda: git(folder, *look) == "", 20)


@pytest.mark.build
def test_a_changed_sentence_is_one_changed_line(saved: Saved) -> None:
    folder, cell = saved.server.folder, saved.cell("teks-peta")
    before = cell["source"]
    cell["source"] = before.replace("Uji permutasi dua arah", "Uji permutasi dua sisi")
    assert cell["source"] != before
    try:
        saved.server.save(saved.book)
        lines = git(folder, "diff", "--no-ext-diff", "--unified=0").splitlines()
        changed = [line for line in lines[4:] if line[0] in "+-"]
        assert len(changed) == 2
        assert "dua arah" in changed[0]
        assert "dua sisi" in changed[1]
        by_cell = git(folder, "diff")
        assert by_cell.startswith("nbdiff ")
        assert "dua sisi" in by_cell
        assert "output" not in by_cell
        assert "image/png" not in by_cell
    finally:
        cell["source"] = before
        saved.server.save(saved.book)


# --- the page ---------------------------------------------------------------------------------


class Page:
    """A page in headless Chromium, driven through its DevTools socket."""

    def __init__(self, profile: Path) -> None:
        port = profile.joinpath("DevToolsActivePort").read_text().split()[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json", timeout=10) as answer:
            page = next(target for target in json.load(answer) if target["type"] == "page")
        self.socket = websocket.create_connection(
            page["webSocketDebuggerUrl"], timeout=PATIENCE, suppress_origin=True
        )
        self.asked: list[str] = []
        self.number = 0

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        end = time.monotonic() + PATIENCE
        while True:
            assert time.monotonic() < end, f"{method} does not end"
            answer = json.loads(self.socket.recv())
            if answer.get("method") == "Network.requestWillBeSent":
                self.asked.append(answer["params"]["request"]["url"])
            if answer.get("id") == self.number:
                assert "error" not in answer, answer
                return answer["result"]

    def evaluate(self, script: str) -> Any:
        answer = self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --no-proxy-server"
    flags += " --disable-background-networking --disable-component-update --disable-sync"
    flags += " --disable-dev-shm-usage --remote-debugging-port=0 --window-size=1280,900"
    process = subprocess.Popen(
        [str(CHROMIUM), *flags.split(), f"--user-data-dir={tmp_path}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for("Chromium", (tmp_path / "DevToolsActivePort").exists, 30)
        yield Page(tmp_path)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.build
@pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")
def test_the_page_of_jupyterlab_runs_and_saves(saved: Saved, page: Page) -> None:
    """JupyterLab itself runs a cell, unfolds the output and saves: git is still clean."""
    server = saved.server
    path = server.folder / NOTEBOOK
    page.call("Network.enable")
    page.call("Page.navigate", url=f"{server.url}lab/tree/notebooks?token={server.token}")
    started = "window.jupyterapp?.restored.then(() => true)"
    wait_for("the page", lambda: page.evaluate(started))
    page.evaluate(
        f"""(async () => {{
            window.run = (name, options) => jupyterapp.commands.execute(name, options);
            window.panel = await run("docmanager:open", {{path: "{NOTEBOOK}"}});
            await Promise.all([panel.context.ready, panel.sessionContext.ready, panel.revealed]);
            window.go = async name => {{
                const number = panel.content.widgets.findIndex(w => w.model.id === name);
                panel.content.activeCellIndex = number;
                await panel.content.scrollToItem(number);
            }};
            await go("buku");
            await run("notebook:run-cell");
            await run("notebook:show-all-cell-outputs");
            await go("peta");
        }})()"""
    )
    assert page.evaluate("panel.title.label") == "02_mapping.ipynb"
    shown = "panel.content.activeCell.node.querySelector('.jp-OutputArea img')?.naturalWidth"
    assert wait_for("the map", lambda: page.evaluate(shown), 20) > 1000
    before = path.read_bytes()
    page.evaluate("panel.context.save()")
    assert path.read_bytes() != before
    assert git(server.folder, "diff") == ""
    assert page.asked
    assert not [url for url in page.asked if not url.startswith((server.url, "data:", "blob:"))]
    plugin = "jupyterapp.isPluginActivated('@jupyterlab/apputils-extension:{}')"
    assert page.evaluate(plugin.format("notification"))
    assert not page.evaluate(plugin.format("announcements")), "it asks to fetch news"
