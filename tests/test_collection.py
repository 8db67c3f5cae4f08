"""One file may hold the studies of many places, which differ only where they should."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from kajian.collection import OWN, OWN_KEYS, all_codes, study_codes
from kajian.data.geometry import contiguity_matrix
from kajian.data.tables import read_named
from kajian.errors import StudyError
from kajian.places import raw_folder, study_file
from kajian.study import Region, SyntheticControl, read_study

ROOT = Path(__file__).parents[1]
NAME = "jateng-2025"
TEXT = study_file(ROOT, NAME).read_text(encoding="utf-8")
SHARED = TEXT.partition("\n[[daerah]]\n")[0]
FIRST = """
[[daerah]]
kode_wilayah = "33.10"
nama_wilayah = "Kabupaten Klaten"
nama_singkat = "Klaten"
kode_sekitar = ["33.09", "33.11"]
"""
SECOND = """
[[daerah]]
kode_wilayah = "33.72"
nama_wilayah = "Kota Surakarta"
nama_singkat = "Surakarta"
kode_sekitar = []
"""
Write = Callable[[str], Path]


@pytest.fixture
def project(tmp_path: Path) -> Write:
    """Write the collection ``coba`` of a project of its own, and give the project."""

    def write(text: str) -> Path:
        path = study_file(tmp_path, "coba")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


# --- codes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("surakarta-2025", ["surakarta-2025"]),
        ("coba", ["coba/33.10", "coba/33.72"]),
        ("coba/33.72", ["coba/33.72"]),
    ],
)
def test_a_name_stands_for_one_study_or_for_all_of_a_collection(
    project: Write, name: str, codes: list[str]
) -> None:
    root = project(SHARED + FIRST + SECOND)
    study_file(root, "surakarta-2025").write_bytes(study_file(ROOT, "surakarta-2025").read_bytes())
    assert study_codes(root, name) == codes
    assert all_codes(root) == ["coba/33.10", "coba/33.72", "surakarta-2025"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("jatneg-2025", r"'jatneg-2025' tidak ditemukan.*jateng-2025, semarang-2025, surakarta"),
        ("jatneg-2025/33.74", r"'jatneg-2025' tidak ditemukan.*jateng-2025, semarang-2025"),
        ("jateng-2025/33.47", r"'jateng-2025/33.47' tidak .* 35 kode_wilayah.*33\.74"),
        ("jateng-2025/Klaten", r"tidak memuat daerah 'Klaten'.*33\.01, …, 33\.76"),
        ("semarang-2025/33.74", r"semarang-2025 adalah satu kajian.*tulis semarang-2025 saja"),
    ],
)
def test_an_unknown_name_is_answered_with_those_there_are(name: str, said: str) -> None:
    for ask in (study_codes, read_study):
        with pytest.raises(StudyError, match=said):
            ask(ROOT, name)


def test_a_whole_collection_is_not_a_study() -> None:
    with pytest.raises(StudyError, match=r"memuat 35 kajian.*pilih satu, mis\. jateng-2025/33\.01"):
        read_study(ROOT, NAME)


# --- what places share and what is theirs -------------------------------------------------------


def test_a_place_keeps_the_shared_choices_but_for_its_own(project: Write) -> None:
    root = project(SHARED + FIRST + SECOND)
    one, other = (read_study(root, code) for code in all_codes(root))
    differing = {
        key for key in one.parameters() if one.parameters()[key] != other.parameters()[key]
    }
    assert differing == {"studi", "judul", *OWN_KEYS} - {"sistem_kode", "nama_provinsi"}
    assert one.wilayah.nama_wilayah == "Kabupaten Klaten"
    assert one.kontrol_sintetis.kode_sekitar == ("33.09", "33.11")
    assert one.parts == {"coba/33.10", "kabkota"}


def test_a_place_of_a_collection_is_as_good_as_a_file_of_its_own() -> None:
    own, shared = read_study(ROOT, "semarang-2025"), read_study(ROOT, f"{NAME}/33.74")
    assert own.judul == shared.judul
    assert own.model_dump(exclude={"kode"}) == shared.model_dump(exclude={"kode"})


def test_a_place_overrides_what_is_shared(project: Write) -> None:
    root = project(SHARED + FIRST + 'nama_provinsi = "DI Yogyakarta"\n' + SECOND)
    provinces = [read_study(root, code).wilayah.nama_provinsi for code in all_codes(root)]
    assert provinces == ["DI Yogyakarta", "Jawa Tengah"]


def test_texts_are_filled_with_the_names_of_the_place(project: Write) -> None:
    judul = 'judul = "{nama_wilayah} ({kode_wilayah}): {nama_singkat}"'
    root = project(SHARED.replace(_line("judul"), judul) + FIRST)
    assert read_study(root, "coba/33.10").judul == "Kabupaten Klaten (33.10): Klaten"


def test_the_keys_of_a_place_are_those_of_the_model() -> None:
    assert set(OWN["wilayah"]) == set(Region.model_fields)
    assert set(OWN["kontrol_sintetis"]) <= set(SyntheticControl.model_fields)


# --- refusals ---------------------------------------------------------------------------------


def _line(key: str) -> str:
    return next(line for line in SHARED.splitlines() if line.startswith(f"{key} ="))


@pytest.mark.parametrize(
    ("places", "said"),
    [
        (FIRST + "namasingkat = 'K'\n", r"ke-1 \(33\.10\): kunci 'namasingkat'.*'nama_singkat'"),
        (FIRST + SECOND + "benih = 1\n", r"ke-2 \(33\.72\): kunci 'benih'.*bersama"),
        (FIRST + FIRST + SECOND, r"kode_wilayah 33\.10 tertulis 2 kali"),
        (FIRST.replace('"33.10"', "33.10"), r"ke-1: kode_wilayah 33\.1 bukan.*tanda kutip"),
        (FIRST.replace('"33.10"', '"33.1"'), r"ke-1: kode_wilayah '33\.1' bukan kode Kemendagri"),
        (FIRST.replace('kode_wilayah = "33.10"', ""), r"ke-1: kode_wilayah belum ada"),
        (FIRST.replace("[[daerah]]", "[daerah]"), r"bagian \[\[daerah\]\]"),
    ],
)
def test_places_that_cannot_be_told_apart_or_understood_are_refused(
    project: Write, places: str, said: str
) -> None:
    root = project(SHARED + places)
    for ask in (lambda: study_codes(root, "coba"), lambda: read_study(root, "coba/33.10")):
        with pytest.raises(StudyError, match=rf"coba\.toml belum benar:[\s\S]*{said}"):
            ask()


def test_an_empty_collection_is_refused(project: Write) -> None:
    with pytest.raises(StudyError, match=r"daerah: .*paling sedikit satu"):
        study_codes(project("daerah = []\n" + SHARED), "coba")


def test_an_unknown_blank_in_a_text_is_refused(project: Write) -> None:
    root = project(SHARED.replace('{nama_wilayah}"', '{nama}"') + FIRST)
    with pytest.raises(StudyError, match=r"judul: isian \{nama\} tidak dikenal.*\{nama_wilayah\},"):
        study_codes(root, "coba")


def test_every_fault_of_the_places_is_told_at_once(project: Write) -> None:
    root = project(SHARED + FIRST + "warna = 1\n" + FIRST + "[[daerah]]\n")
    with pytest.raises(StudyError) as caught:
        study_codes(root, "coba")
    for words in ("'warna'", "tertulis 2 kali", "ke-3: kode_wilayah belum ada"):
        assert words in str(caught.value)


def test_a_fault_within_a_place_names_it(project: Write) -> None:
    root = project(SHARED + FIRST + SECOND.replace('nama_singkat = "Surakarta"\n', ""))
    assert read_study(root, "coba/33.10")
    with pytest.raises(StudyError, match=r"\(daerah 33\.72\).*\n- wilayah\.nama_singkat: kunci wa"):
        read_study(root, "coba/33.72")


# --- Jawa Tengah ------------------------------------------------------------------------------


def test_the_districts_and_their_neighbours_are_those_of_the_boundary_layer() -> None:
    studies = [read_study(ROOT, code) for code in study_codes(ROOT, NAME)]
    units, _ = read_named(raw_folder(ROOT), studies[0].data.batas_kabkota)
    near = pd.DataFrame(
        contiguity_matrix(units, "kode_wilayah").toarray().astype(bool),
        units["kode_wilayah"],
        units["kode_wilayah"],
    )
    assert {s.wilayah.kode_wilayah: s.wilayah.nama_wilayah for s in studies} == dict(
        zip(units["kode_wilayah"], units["nama"], strict=True)
    )
    for study in studies:
        row = near.loc[study.wilayah.kode_wilayah]
        assert list(study.kontrol_sintetis.kode_sekitar) == list(row.index[row])


def test_districts_are_listed_by_code_under_names_of_their_own() -> None:
    studies = [read_study(ROOT, code) for code in study_codes(ROOT, NAME)]
    codes = [study.wilayah.kode_wilayah for study in studies]
    assert codes == sorted(codes)
    assert len({study.wilayah.nama_singkat for study in studies}) == len(studies) == 35
    for study in studies:
        assert study.wilayah.nama_wilayah.endswith(study.wilayah.nama_singkat)
        assert study.wilayah.nama_wilayah in study.judul


def test_the_notes_name_the_neighbours_that_the_codes_name() -> None:
    places = tomllib.loads(TEXT)["daerah"]
    names = {place["kode_wilayah"]: place["nama_singkat"] for place in places}
    notes = [line for line in TEXT.splitlines() if line.startswith("# sekitar: ")]
    assert notes == [
        f"# sekitar: {', '.join(names[code] for code in place['kode_sekitar'])}" for place in places
    ]


def test_neighbourhood_is_mutual() -> None:
    near = {
        study.wilayah.kode_wilayah: set(study.kontrol_sintetis.kode_sekitar)
        for study in (read_study(ROOT, code) for code in study_codes(ROOT, NAME))
    }
    assert all(code in near[other] for code, others in near.items() for other in others)


def test_reading_a_study_loads_no_heavy_library() -> None:
    program = (
        "import sys, pathlib, kajian.study;"
        f"kajian.study.read_study(pathlib.Path({str(ROOT)!r}), 'jateng-2025/33.74');"
        "print([m for m in ('numpy', 'pandas', 'geopandas', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
