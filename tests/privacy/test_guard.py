"""Git refuses restricted files, keys and identity numbers, in the hook of a real repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from kajian.errors import PipelineError, StudyError
from kajian.privacy.guard import install_hook, main, refusals

ROOT = Path(__file__).parents[2]
# Of a province that there is not, and written in parts: this file passes the guard as well.
NIK = "".join(["99", "72", "01", "17", "08", "90", "0001"])
PHONE = "".join(["08", "1234", "567", "890"])
PEOPLE = pd.DataFrame({"nik": [NIK], "desil": [1]})
STUDY = '[terbatas]\nfolder = "rahasia/dtsen"\n'
KAJIAN = f"""#!/bin/sh
exec "{sys.executable}" -c '
import sys
from pathlib import Path
from kajian.privacy.guard import main
assert sys.argv[1] == "guard"
sys.exit(main(Path.cwd(), *map(Path, sys.argv[2:])))' "$@"
"""


def git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True)


@pytest.fixture(autouse=True)
def _plain_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Peneliti")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "peneliti@example.org")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one commit, in a folder whose name has a space."""
    folder = tmp_path / "kajian kota"
    write = {
        "studies/kota-2030.toml": STUDY,
        ".gitignore": ".venv/\n",
        ".venv/bin/kajian": KAJIAN,
        "catatan.md": "Penduduk 2030: 523.481 jiwa; luas 46,72 km2.\n",
    }
    for name, text in write.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / ".venv/bin/kajian").chmod(0o755)
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "awal"]):
        assert git(folder, *command).returncode == 0
    return folder


def stage(project: Path, name: str, write: Callable[[Path], object]) -> Path:
    path = project / name
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path)
    assert git(project, "add", "--force", name).returncode == 0
    return Path(name)


def text(content: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(content, encoding="utf-8")


def notebook(path: Path) -> None:
    output = {"name": "stdout", "output_type": "stream", "text": f"Contoh:\n{NIK}\n"}
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": "", "outputs": [output]}
    path.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4}))


def layer(path: Path) -> None:
    gpd.GeoDataFrame(PEOPLE, geometry=[Point(110.8, -7.5)], crs="EPSG:4326").to_file(path)


# --- the hook ---------------------------------------------------------------------------------

REFUSED = {
    "rahasia/dtsen/orang.csv": text("apa saja\n"),
    "kota.kunci": text("ab" * 32),
    "lampiran daftar.csv": lambda path: PEOPLE.to_csv(path, index=False),
    "notebooks/coba.ipynb": notebook,
    "daftar.xlsx": lambda path: PEOPLE.to_excel(path, index=False, engine="xlsxwriter"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_hook_refuses_a_commit(project: Path, name: str) -> None:
    assert install_hook(project)
    stage(project, name, REFUSED[name])
    done = git(project, "commit", "-m", "coba")
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert "Commit ditolak" in said
    assert name in said
    assert NIK not in said
    remedy = said.split("Perbaikan: ")[1].splitlines()[0]
    subprocess.run(remedy, shell=True, cwd=project, check=True)
    assert git(project, "diff", "--cached", "--name-only").stdout == ""


def test_an_innocent_commit_passes(project: Path) -> None:
    assert install_hook(project)
    stage(project, "data/raw/tabel.csv", text("kode_wilayah,penduduk\n33.72.01.1001,5234\n"))
    (project / "tak terdaftar.csv").write_text(NIK)
    done = git(project, "commit", "-m", "tambah tabel")
    assert done.returncode == 0, done.stderr
    assert "tambah tabel" in git(project, "log", "--oneline").stdout


def test_the_hook_sees_what_commit_all_adds_from_a_subfolder(project: Path) -> None:
    assert install_hook(project)
    (project / "catatan.md").write_text(NIK)
    done = git(project / "studies", "commit", "-a", "-m", "coba")
    assert done.returncode == 1
    assert "- catatan.md: NIK atau No. KK" in done.stderr


@pytest.mark.parametrize("word", [NIK, PHONE, "bab" * 8 + "4a"])
def test_the_hook_refuses_a_message_and_a_clean_one_passes(project: Path, word: str) -> None:
    assert install_hook(project)
    stage(project, "aman.md", text("aman"))
    done = git(project, "commit", "-m", f"data warga\n\nPemilik {word}")
    assert done.returncode == 1
    assert "Commit ditolak: pesannya memuat" in done.stdout + done.stderr
    assert word not in done.stdout + done.stderr
    assert git(project, "commit", "-m", "Penduduk 523.481 jiwa").returncode == 0


def test_the_hook_looks_at_a_merge(project: Path) -> None:
    trunk = git(project, "branch", "--show-current").stdout.strip()
    git(project, "checkout", "-b", "cabang")
    stage(project, "daftar.csv", text(NIK))
    assert git(project, "commit", "-m", "tanpa kait").returncode == 0
    git(project, "checkout", trunk)
    stage(project, "aman.md", text("aman"))
    git(project, "commit", "-m", "aman")
    assert install_hook(project)
    done = git(project, "merge", "cabang", "-m", "gabung")
    assert done.returncode != 0
    assert "- daftar.csv: NIK atau No. KK" in done.stdout + done.stderr


def test_the_hook_works_in_a_second_work_tree(project: Path, tmp_path: Path) -> None:
    other = tmp_path / "salinan kerja"
    assert git(project, "worktree", "add", "-b", "lain", str(other)).returncode == 0
    hook = install_hook(other)
    assert hook == project / ".git/hooks/pre-commit"
    stage(other, "daftar.csv", text(NIK))
    assert "daftar.csv" in git(other, "commit", "-m", "coba").stderr
    assert git(other, "rm", "--force", "--quiet", "daftar.csv").returncode == 0
    stage(other, "aman.md", text("aman"))
    assert git(other, "commit", "-m", "aman").returncode == 0


def test_without_kajian_nothing_is_committed(project: Path) -> None:
    install_hook(project)
    (project / ".venv/bin/kajian").unlink()
    stage(project, "aman.md", text("aman"))
    done = git(project, "commit", "-m", "aman")
    assert done.returncode == 1
    assert "make brief" in done.stderr


def test_installing_twice_changes_nothing(project: Path) -> None:
    hook = install_hook(project)
    assert hook
    before = (hook.read_bytes(), hook.stat().st_mode & 0o777)
    assert install_hook(project) == hook
    assert (hook.read_bytes(), hook.stat().st_mode & 0o777) == before == (before[0], 0o755)


def test_a_hook_of_somebody_else_is_left_alone(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hook = project / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nmake lint\n")
    assert install_hook(project) is None
    assert hook.read_text() == "#!/bin/sh\nmake lint\n"
    line = capsys.readouterr().out.split("ke dalamnya: ")[1].splitlines()[0]
    hook.write_text(f"#!/bin/sh\ntrue\n{line}")
    hook.chmod(0o755)
    assert install_hook(project) == hook, "the line is there"
    stage(project, "daftar.csv", text(NIK))
    assert git(project, "commit", "-m", "coba").returncode == 1


def test_hooks_that_other_repositories_share_are_left_alone(project: Path, tmp_path: Path) -> None:
    shared = tmp_path / "kait bersama"
    git(project, "config", "core.hooksPath", str(shared))
    assert install_hook(project) is None
    assert not shared.exists()
    git(project, "config", "core.hooksPath", "kait")
    assert install_hook(project) == project / "kait" / "pre-commit"


def test_a_project_without_a_repository_of_its_own_is_refused(project: Path) -> None:
    inner = project / "dalam"
    inner.mkdir()
    for function in (install_hook, main):
        with pytest.raises(PipelineError, match="git init"):
            function(inner)


# --- places -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "data/terbatas/orang.csv",
        "data/processed/kota-2030/gerbang/tables/orang.parquet",
        "reports/kota-2030/policy-brief.pdf",
        "rahasia/dtsen/sub/orang.csv",
        "cadangan/KOTA.KUNCI",
        ".kunci",
    ],
)
def test_some_places_are_refused_whatever_they_hold(project: Path, name: str) -> None:
    (sentence,) = refusals(project, [stage(project, name, text("aman"))])
    assert sentence.startswith(f"{name}: ")
    assert sentence.endswith(f"Perbaikan: git restore --staged {name}")


@pytest.mark.parametrize("name", ["data/raw/orang.csv", "rahasia/dtsen2/a.csv", "kunci.md"])
def test_their_neighbours_are_not(project: Path, name: str) -> None:
    assert refusals(project, [stage(project, name, text("aman"))]) == []


def test_the_restricted_folder_may_be_absolute_or_behind_a_link(project: Path) -> None:
    (project / "studies/kota-2030.toml").write_text(
        f'[terbatas]\nfolder = "{project}/titipan/../lain"\n'
    )
    (project / "asli").mkdir()
    (project / "lain").symlink_to("asli")
    staged = [stage(project, "asli/a.csv", text("aman")), stage(project, "lain", lambda path: 0)]
    assert len(refusals(project, staged)) == 2


def test_a_study_file_that_cannot_be_read_hides_no_folder(project: Path) -> None:
    (project / "studies/kota-2030.toml").write_text("[terbatas\n")
    with pytest.raises(StudyError, match=r"kota-2030\.toml"):
        refusals(project, [])


# --- contents ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("daftar.txt", text(f"nik: {NIK}")),
        ("daftar.csv", lambda path: path.write_text(f"a\n{NIK}\n", encoding="utf-16")),
        ("kode.py", text(f'CONTOH = "\\n{NIK}"\n')),
        ("daftar.parquet", lambda path: PEOPLE.to_parquet(path)),
        ("angka.parquet", lambda path: PEOPLE.astype("int64").to_parquet(path)),
        ("peta.gpkg", layer),
        ("peta.geojson", layer),
        ("coba.ipynb", notebook),
        ("bagian.html", text(f"<p><b>{NIK[:8]}</b>{NIK[8:]}</p>")),
        ("acuan.html", text("".join(f"&#{ord(digit)};" for digit in NIK))),
        ("gambar.svg", text(f"<svg><text>{NIK[:8]}<tspan>{NIK[8:]}</tspan></text></svg>")),
        ("pangkat.csv", text(f"nik\n{NIK[0]}.{NIK[1:]}E+15\n")),
        ("lebar.txt", lambda path: path.write_bytes(NIK.encode("utf-16-le"))),
        ("foto.jpg", lambda path: path.write_bytes(b"\xff\xd8\xff\0" + NIK.encode() + b"\0")),
        ("huruf.woff2", lambda path: path.write_bytes(b"wOF2\0" + NIK.encode("utf-16"))),
    ],
)
def test_a_planted_number_is_found(
    project: Path, name: str, write: Callable[[Path], object]
) -> None:
    (sentence,) = refusals(project, [stage(project, name, write)])
    assert sentence.startswith(f"{name}: NIK atau No. KK. ")


def test_a_phone_number_is_found(project: Path) -> None:
    (sentence,) = refusals(project, [stage(project, "a.md", text(f"Hubungi {PHONE}."))])
    assert "nomor telepon" in sentence


def test_a_number_in_a_name_is_found_and_not_repeated(project: Path) -> None:
    name = stage(project, f"foto {NIK}.jpg", lambda path: path.write_bytes(b"\xff\xd8\xff\0"))
    (sentence,) = refusals(project, [name])
    assert NIK not in sentence
    subprocess.run(sentence.split("Perbaikan: ")[1], shell=True, cwd=project, check=True)
    assert git(project, "diff", "--cached", "--name-only").stdout == ""


@pytest.mark.parametrize("name", ["orang.csv", "orang.parquet"])
def test_rows_of_disguised_people_are_found(project: Path, name: str) -> None:
    table = pd.DataFrame({"samaran_nik": ["46rid3wrc4sgi2biy6dad4vhee"], "umur": [16]})
    write = table.to_csv if name.endswith("csv") else table.to_parquet
    (sentence,) = refusals(project, [stage(project, name, lambda path: write(path, index=False))])
    assert "data per orang (samaran)" in sentence


def test_a_key_of_this_machine_is_found_anywhere(project: Path, tmp_path: Path) -> None:
    key = "0123456789abcdef" * 4
    place = tmp_path / ".config" / "kajian" / "kota-2030.kunci"
    place.parent.mkdir(parents=True)
    place.write_text(key + "\n")
    for name in ("catatan kunci.md", "tests/test_a.py", "foto.jpg"):
        staged = stage(project, name, lambda path: path.write_bytes(b"\0 " + key.upper().encode()))
        (sentence,) = refusals(project, [staged])
        assert "kunci samaran" in sentence
        assert key[:8] not in sentence.lower()
    assert refusals(project, [stage(project, "sidik.json", text(f'{{"a": "{"ab" * 32}"}}'))]) == []


def test_json_with_remarks_is_read_as_text(project: Path) -> None:
    assert refusals(project, [stage(project, "aturan.json", text("// catatan\n{}"))]) == []


def test_what_is_staged_counts_not_what_lies_in_the_folder(project: Path) -> None:
    clean = stage(project, "bersih.csv", text("aman"))
    dirty = stage(project, "kotor.csv", text(NIK))
    (project / clean).write_text(NIK)
    (project / dirty).write_text("aman")
    (sentence,) = refusals(project, [clean, dirty])
    assert sentence.startswith("kotor.csv")


def test_odd_names_are_read(project: Path) -> None:
    names = ["a\nb.csv", "*.csv", ":(top)a.csv", "été 1:2.csv"]
    assert len(refusals(project, [stage_by_id(project, name) for name in names])) == 4
    assert main(project) == 1


def stage_by_id(project: Path, name: str) -> Path:
    """Put a planted file into the index without asking git what its name could mean."""
    done = subprocess.run(
        ["git", "hash-object", "-w", "--stdin"],
        cwd=project,
        input=NIK,
        capture_output=True,
        text=True,
        check=True,
    )
    entry = f"100644,{done.stdout.strip()},{name}"
    assert git(project, "update-index", "--add", "--cacheinfo", entry).returncode == 0
    return Path(name)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("sandi.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0" * 50),
        ("rusak.parquet", b"PAR1\0\0PAR1"),
        ("mikrodata.sav", b"$FL2\0\0\0"),
        ("arsip.zip", b"PK\x03\x04\0\0"),
    ],
)
def test_what_cannot_be_read_is_refused(project: Path, name: str, content: bytes) -> None:
    (sentence,) = refusals(project, [stage(project, name, lambda path: path.write_bytes(content))])
    assert "tidak" in sentence


def test_what_is_too_large_is_refused(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kajian.privacy.guard.LIMIT", 1000)
    name = stage(project, "besar.csv", lambda path: path.write_text("aman\n" * 201))
    (sentence,) = refusals(project, [name])
    assert "terlalu besar" in sentence


def test_a_deleted_or_renamed_file_does_not_stop_a_commit(project: Path) -> None:
    git(project, "mv", "catatan.md", "catatan baru.md")
    git(project, "rm", "--quiet", ".gitignore")
    assert main(project) == 0


def test_a_path_that_is_not_staged_is_an_error_not_a_pass(project: Path) -> None:
    with pytest.raises(PipelineError, match="indeks"):
        refusals(project, [Path("tidak-ada.csv")])


def test_every_file_of_this_project_passes() -> None:
    listed = git(ROOT, "ls-files", "-z")
    if listed.returncode:
        pytest.skip("not a git repository")
    files = [Path(name) for name in listed.stdout.split("\0") if name]
    assert Path("studies/surakarta-2025.toml") in files
    assert refusals(ROOT, files) == []
