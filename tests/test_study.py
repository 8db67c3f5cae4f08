"""A study file is read as it stands, or refused with the key and what to do about it."""

from __future__ import annotations

import itertools
import json
import math
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from kajian.collection import all_codes
from kajian.errors import StudyError
from kajian.places import study_file
from kajian.study import SECTION_PARTS, WANTED, Study, read_study

ROOT = Path(__file__).parents[1]
CODE = "surakarta-2025"
TEXT = study_file(ROOT, CODE).read_text(encoding="utf-8")
# Words of pydantic and tomllib that an Indonesian reader must not meet.
ENGLISH = re.compile(
    r"\b(should|input|valid|required|field|value|least|match|string|error)\b", re.I
)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """Give the place of the study ``coba`` in a project of its own."""
    path = study_file(tmp_path, "coba")
    path.parent.mkdir()
    return path


@pytest.fixture
def refused(written: Path) -> Callable[[str, str], str]:
    """Change one line of the study file and give the message that it meets."""

    def message(before: str, after: str) -> str:
        assert TEXT.count(before) == 1, before
        written.write_text(TEXT.replace(before, after), encoding="utf-8")
        with pytest.raises(StudyError) as caught:
            read_study(written.parents[1], "coba")
        assert "coba.toml" in str(caught.value)
        return str(caught.value)

    return message


def test_the_study_holds_what_its_file_says() -> None:
    study, content = read_study(ROOT, CODE), tomllib.loads(TEXT)
    assert study.kode == "surakarta-2025"
    assert study.wilayah.kode_wilayah == content["wilayah"]["kode_wilayah"] == "33.72"
    assert study.data.tables() == list(content["data"].values())
    assert [list(period) for period in study.regresi.segmen] == content["regresi"]["segmen"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('UMK = "log_umk"\n', "", ["diagram.peubah_diagram: UMK belum punya kolom"]),
        (
            'UMK = "log_umk"\n',
            'UMK = "log_umk"\n"kebijakan daerah" = "x"\n',
            ["diagram.tak_teramati: kebijakan daerah punya kolom"],
        ),
        ('estimand = "keterkaitan"', 'estimand = "dampak"', ["diagram.estimand: 'dampak'"]),
        ("permutasi_spesifikasi = 999", "permutasi_spesifikasi = 9", ["paling sedikit 99"]),
    ],
)
def test_a_diagram_or_a_set_of_specifications_that_cannot_be_is_refused(
    refused: Callable[[str, str], str], before: str, after: str, said: list[str]
) -> None:
    message = refused(before, after)
    for words in said:
        assert words in message


def test_the_notebooks_get_every_choice_under_one_flat_name() -> None:
    content = tomllib.loads(TEXT)
    del content["rencana"]  # what was declared is no notebook's business
    flat = {k: v for k, v in content.items() if not isinstance(v, dict)}
    for section in (v for v in content.values() if isinstance(v, dict)):
        section = {key: value for key, value in section.items() if value != []}
        assert not set(section) & set(flat), "two sections share a key"
        flat |= section
    given = read_study(ROOT, CODE).parameters().items()
    assert {key: value for key, value in given if value not in (None, [])} == flat | {
        "studi": "surakarta-2025",
        "periode": [flat["tahun_awal"], flat["tahun_akhir"]],
    }


def test_a_study_is_frozen() -> None:
    study = read_study(ROOT, CODE)
    with pytest.raises(ValidationError):
        study.benih = 1  # type: ignore[misc]
    with pytest.raises(ValidationError):
        study.pemetaan.permutasi = 1  # type: ignore[misc]


def without_optional(study: Study, *names: str) -> Study:
    data = study.data.model_copy(update=dict.fromkeys(names))
    return study.model_copy(update={"data": data})


@pytest.mark.parametrize("name", ["batas_kelurahan", "sekolah", "indikator_akses"])
def test_the_kelurahan_part_needs_all_its_tables(name: str) -> None:
    study = read_study(ROOT, CODE)
    smaller = without_optional(study, name).parts
    assert study.parts - smaller == {"kelurahan", "penduduk"}
    assert {"surakarta-2025", "kabkota"} <= smaller
    assert len(without_optional(study, name).data.tables()) == len(study.data.tables()) - 1


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("permutasi = 99999", "permutasii = 99999", ["pemetaan.permutasii", "'permutasi'"]),
        ("permutasi = 99999", "permutasii = 99999", ["pemetaan.permutasi:", "tambahkan"]),
        ("permutasi = 99999", "permutasi = 99999\nzzz = 3", ["pemetaan.zzz", "hapus"]),
        ('opd = "', 'opdd = "', ["opdd", "mungkin maksudnya 'opd'", "opd: kunci wajib"]),
        ('kode_wilayah = "33.72"', "kode_wilayah = 33.72", ["wilayah.kode_wilayah", '"33.10"']),
        ('kode_wilayah = "33.72"', "kode_wilayah = 33.10", ["33.1 harus teks", "nol"]),
        ('kode_wilayah = "33.72"', 'kode_wilayah = "33.1"', ["'33.1' bukan kode Kemendagri"]),
        ('kode_wilayah = "33.72"', 'kode_wilayah = "3372"', ["'3372' bukan kode", '"33.72"']),
        ('kode_wilayah = "33.72"', "kode_wilayah = 3372", ["3372 harus teks di antara"]),
        ('"33.09", "33.10"', '"33.09", 33.1', ["kontrol_sintetis.kode_sekitar.1", "tanda kutip"]),
        ('sistem_kode = "kemendagri"', 'sistem_kode = "bps"', ["'bps'", "harus 'kemendagri'"]),
        ("tahun = 2025", 'tahun = "2025"', ["tahun: '2025'", "bilangan bulat"]),
        ("tahun = 2025", "tahun = 25", ["tahun: 25", "paling sedikit 1990"]),
        ("benih = 20250707", "benih = -1", ["benih: -1", "paling sedikit 0"]),
        ("tahun_kosong = [2019]", "tahun_kosong = 2019", ["tahun_kosong: 2019", "kurung siku"]),
        ("[5, 10, 15]", "[]", ["skenario_rse_pct", "paling sedikit 3"]),
        ("[5, 10, 15]", "[5, 10, 15, 20]", ["skenario_rse_pct", "paling banyak 3"]),
        ("[5, 10, 15]", "[5, 15, 10]", ["skenario_rse_pct: [5, 15, 10]", "rendah, tengah, tinggi"]),
        ("[5, 10, 15]", "[5, 5, 10]", ["skenario_rse_pct: [5, 5, 10] harus naik"]),
        ("[5, 10, 15]", "[5, 10, 150]", ["skenario_rse_pct.2: 150", "paling banyak 100"]),
        ("permutasi = 99999", "permutasi = 99", ["permutasi: 99 ", "paling sedikit 99999"]),
        ("permutasi = 99999", "permutasi = 99998", ["permutasi: 99998 ", "paling sedikit 99999"]),
        ("taraf_plasebo = 0.1", "taraf_plasebo = 0.6", ["taraf_plasebo: 0.6", "kurang dari 0.5"]),
        ("taraf_plasebo = 0.1", "taraf_plasebo = 0", ["taraf_plasebo: 0", "lebih dari 0"]),
        (
            "taraf_plasebo = 0.1",
            'taraf_plasebo = "10%"',
            ["taraf_plasebo: '10%'", "angka bertitik"],
        ),
        ("[[2010, 2018],", "[[2010, 2018, 2019],", ["segmen.0", "paling banyak 2"]),
        ("[[2010, 2018],", "[[2010],", ["segmen.0.1: nilai ke-2 belum ada"]),
        ("[[2010, 2018],", "[[2018, 2010],", ["segmen: [2018, 2010] terbalik", "tulis [tahun"]),
        (
            "[[2014, 2018],",
            "[[2018, 2014],",
            ["tahun_regresi: [2018, 2014] terbalik", "tulis [tah"],
        ),
        (
            "[[2010, 2018], [2020, 2025]]",
            "[[2018, 2025], [2010, 2018]]",
            ["segmen: [2010, 2018] dan [2018, 2025] bertumpang tindih", "satu segmen saja"],
        ),
        ("[[2014, 2018],", "[[2014, 2019],", ["tahun_regresi: [2014, 2019] tidak", "potong di"]),
        ("[[2014, 2018],", "[[2009, 2018],", ["tahun_regresi: [2009, 2018] tidak", "potong di"]),
        ("tahun_awal = 2010", "tahun_awal = 2026", ["tahun_awal: 2026 harus sebelum", "(2025)"]),
        ("tahun_mulai = 2022", "tahun_mulai = 2009", ["tahun_mulai: 2009 di luar", "sesudah"]),
        ("tahun_mulai = 2022", "tahun_mulai = 2010", ["tahun_mulai: 2010 di luar", "(2010)"]),
        ("tahun_mulai_uji = 2021", "tahun_mulai_uji = 2026", ["tahun_mulai_uji: 2026", "(2025)"]),
        ("[2016, 2018]", "[2010, 2018]", ["tahun_mulai_plasebo: 2010 di luar", "(2010)"]),
        (
            "[2016, 2018]",
            "[2016, 2022]",
            ["tahun_mulai_plasebo: 2022 tidak", "(2022)", "lebih awal"],
        ),
        ('"33.09", "33.10"', '"33.09", "33.72"', ["kode_sekitar: 33.72 adalah", "hapus dari"]),
        ('umk = "umk-jateng/umk_kabkota"', 'umk = "umk.csv"', ["data.umk: 'umk.csv'", "berbentuk"]),
        ('luaran = "kemiskinan_pct"', 'luaran = "ipm"', ["pemetaan.luaran", "'kemiskinan_pct'"]),
        ('"regresi.tpt"', '"Regresi TPT"', ["rencana.luaran_utama.2: 'Regresi TPT'", "berbentuk"]),
        ('"tanpa kota"]', '" "]', ["rencana.subkelompok.2", "paling sedikit 1"]),
    ],
)
def test_a_wrong_study_names_key_and_remedy(
    refused: Callable[[str, str], str], before: str, after: str, said: list[str]
) -> None:
    message = refused(before, after)
    for words in said:
        assert words in message
    assert not ENGLISH.search(message), message


def test_a_contradiction_between_keys_does_not_print_the_whole_file(
    refused: Callable[[str, str], str],
) -> None:
    assert "bps-jateng" not in refused("tahun_awal = 2010", "tahun_awal = 2026")


def test_every_contradiction_is_told_at_once(refused: Callable[[str, str], str]) -> None:
    message = refused("tahun_akhir = 2025", "tahun_akhir = 2017")
    for year in ("tahun_mulai: 2022", "tahun_mulai_uji: 2021", "tahun_mulai_plasebo: 2018"):
        assert f"\n- kontrol_sintetis.{year} di luar masa kajian" in message
    assert "tahun_mulai_plasebo: 2016" not in message


WRONG = (True, -1, 0, 0.6, 1e5, 10**30, math.nan, math.inf, "x", "", [], [1], ["a"], [[1]], {})


@pytest.mark.parametrize(
    "section", [None, "wilayah", "data", "pemetaan", "regresi", "kontrol_sintetis"]
)
def test_no_wrong_value_is_answered_in_english(section: str | None) -> None:
    content = json.loads(read_study(ROOT, CODE).model_dump_json())
    part = content[section] if section else content
    for key, wrong in itertools.product(tuple(part), WRONG):
        kept, part[key] = part[key], wrong
        try:
            Study.model_validate_json(json.dumps(content))
        except ValidationError as error:
            kinds = {item["type"] for item in error.errors()} - {"missing", "extra_forbidden"}
            assert kinds <= {*WANTED, "value_error"}, (key, wrong)
        part[key] = kept


def test_every_fault_is_told_at_once(written: Path) -> None:
    text = TEXT.replace("benih =", "bening =").replace("tahun = 2025", "tahun = '2025'")
    written.write_text(text)
    with pytest.raises(StudyError) as caught:
        read_study(written.parents[1], "coba")
    for key in ("bening", "benih: kunci wajib", "tahun: '2025'"):
        assert key in str(caught.value)


def test_a_file_that_is_not_toml_is_told_with_its_line(written: Path) -> None:
    written.write_text('judul = "Kajian\nopd = "BRIDA"\n')
    with pytest.raises(StudyError, match=r"coba\.toml bukan TOML .*line 1.*Perbaikan: periksa"):
        read_study(written.parents[1], "coba")


def test_a_file_that_is_not_utf8_is_told(written: Path) -> None:
    written.write_bytes('judul = "Perubahan é"'.encode("latin-1"))
    with pytest.raises(StudyError, match="bukan TOML yang benar"):
        read_study(written.parents[1], "coba")


def test_a_missing_study_offers_those_that_exist() -> None:
    with pytest.raises(StudyError, match=r"'surakarta-2052' tidak ditemukan.*surakarta-2025"):
        read_study(ROOT, "surakarta-2052")


def test_the_name_of_the_file_must_do_as_a_code(written: Path) -> None:
    written.with_stem("Kajian Baru").write_text(TEXT)
    with pytest.raises(StudyError, match="kode: 'Kajian Baru' tidak diterima") as caught:
        read_study(written.parents[1], "Kajian Baru")
    assert "Kemendagri" not in str(caught.value)
    assert not ENGLISH.search(str(caught.value))


@pytest.mark.parametrize("code", all_codes(ROOT))
def test_every_study_in_the_repository_is_valid(code: str) -> None:
    assert read_study(ROOT, code).kode == code


TWIN = (ROOT / "studies" / "surakarta-simulasi.toml").read_text(encoding="utf-8")
RESTRICTED = '[terbatas]\nfolder = "/aman/surakarta"\n'


def write_study(folder: Path, name: str, text: str) -> None:
    (folder / "studies").mkdir(exist_ok=True)
    (folder / "studies" / f"{name}.toml").write_text(text, encoding="utf-8")


def test_a_twin_has_household_data_and_no_district_part(tmp_path: Path) -> None:
    study = read_study(ROOT, "surakarta-simulasi")
    assert study.parts == {
        "surakarta-simulasi",
        "rumah_tangga",
        "simulasi",
        "dampak",
        *SECTION_PARTS,
    }
    given = study.parameters()
    assert (given["rumah_tangga"], given["periode"], given["luaran"]) == (180_000, None, None)
    assert study.restricted_folder(tmp_path) == (
        tmp_path / "data/processed/surakarta-simulasi/kembaran/terbatas"
    )


def test_a_household_part_is_left_out_with_its_section(tmp_path: Path) -> None:
    text = re.sub(r"\n\[belanja\].*?\n(?=\n\[)", "\n", TWIN, flags=re.DOTALL)
    assert "[belanja]" not in text
    write_study(tmp_path, "x-simulasi", text)
    study = read_study(tmp_path, "x-simulasi")
    assert {"belanja", "indeks"} - study.parts == {"belanja"}
    assert study.parameters()["lantai_belanja"] is None


def test_household_sections_need_household_data(tmp_path: Path) -> None:
    section = "\n[puskesmas]\njangkauan_puskesmas_m = 2000\nkisi_puskesmas_m = 100\n"
    write_study(tmp_path, "coba", TEXT + section)
    with pytest.raises(StudyError, match="puskesmas: bagian ini memerlukan data rumah tangga"):
        read_study(tmp_path, "coba")


def real(text: str) -> str:
    """Make the twin's study one of restricted data, as its comments say."""
    text = re.sub(r'judul = ".*"', 'judul = "Kajian"', text)
    text = re.sub(r'opd = ".*"', 'opd = "BRIDA"', text)
    return text.replace("\n[simulasi]\nrumah_tangga = 180_000", f"\n{RESTRICTED}")


@pytest.mark.parametrize(
    ("folder", "where"),
    [("/aman/surakarta", "/aman/surakarta"), ("data/terbatas/a", "p/data/terbatas/a")],
)
def test_a_study_names_the_folder_of_its_restricted_data(
    folder: str, where: str, tmp_path: Path
) -> None:
    text = real(TWIN).replace("/aman/surakarta", folder)
    write_study(tmp_path, "surakarta-asli", text)
    study = read_study(tmp_path, "surakarta-asli")
    assert study.parts == {"surakarta-asli", "rumah_tangga", "terbatas", "dampak", *SECTION_PARTS}
    assert study.restricted_folder(Path("p")) == Path(where)
    assert "folder" not in study.parameters(), "where restricted data lie is no notebook's business"


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("kota", "", "", ["simulasi: kode kajian 'kota' harus memuat kata 'simulasi'"]),
        (
            "x-simulasi",
            "[simulasi]\nrumah_tangga = 180_000",
            RESTRICTED,
            ["hapus bagian [simulasi]"],
        ),
        (
            "x-simulasi",
            "\n[simulasi]\n",
            f"\n{RESTRICTED}[simulasi]\n",
            ["data asli dan simulasi tidak"],
        ),
        ("x-simulasi", "padanan =", "umk =", ["data.padanan: data rumah tangga", "data.panel"]),
        ("x-simulasi", "kecamatan =", "umk =", ["data.kecamatan: data rumah tangga memerlukan"]),
        ("x-simulasi", "= 180_000", "= 10", ["simulasi.rumah_tangga: 10", "paling sedikit 5000"]),
        ("x-simulasi", "[simulasi]\nrumah_tangga = 180_000", "", ["kajian ini tanpa data"]),
        ("x-simulasi", "padanan =", 'sekolah = "a/b"\npadanan =', ["data.sekolah: akses sekolah"]),
        (
            "x-simulasi",
            "indikator_indeks",
            "indikator_akses",
            ["indeks: bagian ini memerlukan data.ind"],
        ),
        (
            "x-simulasi",
            "batas_deprivasi = 0.33",
            "batas_deprivasi = 33",
            ["multidimensi.batas_dep"],
        ),
        ("x-simulasi", "lantai_belanja = 0.8", "lantai_belanja = 1.2", ["paling banyak 1"]),
        ("x-simulasi", "[60, 120]", "[60]", ["gerombol.umur_gerombol"]),
        ("x-simulasi", "[60, 120]", "[120, 60]", ["gerombol.umur_gerombol", "terbalik"]),
        ("x-simulasi", "desil_terbawah_pct", "penduduk", ["area_kecil.peubah_area", "'desil_ter"]),
    ],
)
def test_household_parts_that_do_not_fit_are_refused(
    name: str, before: str, after: str, said: list[str], tmp_path: Path
) -> None:
    write_study(tmp_path, name, TWIN.replace(before, after) if before else TWIN)
    with pytest.raises(StudyError) as error:
        read_study(tmp_path, name)
    assert all(words in str(error.value) for words in said), str(error.value)


@pytest.mark.parametrize("folder", ["", ".", "data", "data/terbatas", "reports/x", "data/raw", "/"])
def test_restricted_data_lie_outside_of_what_git_or_a_report_takes(
    folder: str, tmp_path: Path
) -> None:
    write_study(tmp_path, "asli", real(TWIN).replace("/aman/surakarta", folder))
    with pytest.raises(StudyError, match=r"terbatas\.folder: .*; pindahkan ke luar"):
        read_study(tmp_path, "asli")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("ambang_pengungkapan = 5", "ambang_pengungkapan = 2", "ambang_pengungkapan: 2 terlalu"),
        ('judul = "Kajian"', 'judul = "Kajian simulasi"', "masih menyebut simulasi"),
        ("benih =", '[[pengecualian]]\nberkas = "*"\njenis = "x"\nalasan = "nomor"\n#', "berkas"),
        (
            "\n[terbatas]",
            '\n[[pengecualian]]\nberkas = "a.csv"\njenis = "x"\nalasan = ""\n[terbatas]',
            "alasan",
        ),
    ],
)
def test_weak_protection_is_refused(before: str, after: str, said: str, tmp_path: Path) -> None:
    assert before in real(TWIN)
    write_study(tmp_path, "asli", real(TWIN).replace(before, after))
    with pytest.raises(StudyError, match=said):
        read_study(tmp_path, "asli")
