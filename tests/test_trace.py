"""Every number of a finished brief is followed back to raw data with passports."""

from __future__ import annotations

import functools
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess

import pandas as pd
import pytest

from kajian.data.passport import read_passport
from kajian.data.restricted.tables import TABLES
from kajian.errors import EvidenceError, StudyError
from kajian.evidence.ledger import Ledger
from kajian.places import marked, processed_folder, raw_folder, report_folder
from kajian.study import Study, read_study
from kajian.trace.chain import Chain, behind_placed, behind_result, results_of
from kajian.trace.command import is_meant, trace_command
from kajian.trace.functions import describe
from kajian.trace.seen import Brief, drawn_on, other_numbers, read_brief
from kajian.trace.story import tell_chain
from kajian.trace.tables import Node, all_behind

pytestmark = pytest.mark.build

CODE, TWIN = "surakarta-2025", "surakarta-simulasi"
ALL_TABLES = (*TABLES, "kecamatan", "seri_kota", "batas_kelurahan")
PANEL = "bps-jateng/panel_kabkota"


class Traced:
    """A built study with its brief, its results and all that is behind them."""

    def __init__(self, root: Path, code: str) -> None:
        self.root, self.code = root, code
        self.study: Study = read_study(root, code)
        self.brief: Brief = read_brief(self.study, root)
        self.results: Ledger = results_of(self.study, root)
        keys = {key for witness, _ in self.brief.shown for key in witness.keys}
        self.chains: dict[str, Chain] = {
            key: behind_result(self.results[key], self.study, root) for key in sorted(keys)
        }
        self.placed: dict[str, Chain] = {
            each.label: behind_placed(each, self.study, root) for each in self.brief.document.placed
        }

    @property
    def pages(self) -> range:
        return range(1, len(self.brief.pages.texts) + 1)

    def manifest(self) -> dict[str, str]:
        path = report_folder(self.root, self.code) / marked(self.code, "manifest.json")
        hashes: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))["data_mentah"]
        return hashes


@pytest.fixture(scope="module")
def traced(built: Path) -> Traced:
    return Traced(built, CODE)


@pytest.fixture(scope="module")
def traced_twin(twin: Path) -> Traced:
    return Traced(twin, TWIN)


@pytest.fixture(params=["traced", "traced_twin"])
def study(request: pytest.FixtureRequest) -> Traced:
    """Give each of the two studies in turn."""
    found: Traced = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def changed(built: Path, tmp_path: Path) -> Path:
    """Give a copy of the built project to break."""
    return Path(shutil.copytree(built, tmp_path / "salinan"))


def raw_of(chain: Chain) -> list[Node]:
    return [node for node in all_behind(chain.nodes) if node.is_raw]


# --- every number -----------------------------------------------------------------------------


def test_every_value_is_found_on_a_page(study: Traced) -> None:
    assert len(study.brief.shown) > 100
    assert [each.text for each, spans in study.brief.shown if not spans] == []
    assert not study.brief.is_of_earlier_prose


def test_every_number_on_every_page_is_accounted_for(study: Traced) -> None:
    """It is a quote, in a table, in a figure, or one of those that need no source."""
    assert [said for page in study.pages for said in other_numbers(study.brief, page)[1]] == []


def test_a_number_that_nothing_accounts_for_would_be_seen(traced: Traced) -> None:
    kept = [pair for pair in traced.brief.shown if pair[0].keys != ("kemiskinan.akhir",)]
    without = replace(traced.brief, shown=kept)
    assert any("7,69%" in said for said in other_numbers(without, 1)[1])


def test_every_quoted_result_leads_to_raw_tables_with_passports(study: Traced) -> None:
    manifest = study.manifest()
    without_data = []
    for key, chain in study.chains.items():
        assert chain.made, key
        assert key in study.results
        raw = raw_of(chain)
        if not raw:
            without_data.append(key)
        for node in all_behind(chain.nodes):
            assert node.state == "utuh", (key, node.name)
        for node in raw:
            folder, _, name = node.name.partition("/")
            passport = read_passport(raw_folder(study.root) / folder)
            path = passport.path_of(name).relative_to(raw_folder(study.root)).as_posix()
            sealed = passport.resource(name).hash.removeprefix("sha256:")
            assert manifest[path] == sealed == (node.digest or sealed), key
    for key in without_data:
        chain = study.chains[key]
        assert isinstance(study.results[key].value, str), f"{key}: a number without data"
        assert chain.made and chain.made.choices and not chain.nodes, key  # noqa: PT018


def test_every_quoted_result_was_recorded_by_the_cell_that_is_shown(study: Traced) -> None:
    for key, chain in study.chains.items():
        assert chain.made
        assert chain.made.cell == study.results[key].cell
        written = key in chain.made.call or re.search(r'\(f"', chain.made.call)
        assert written or "record_" in chain.made.call, key


def test_every_function_that_is_named_can_be_described(study: Traced) -> None:
    names = {name for chain in study.chains.values() if chain.made for name in chain.made.functions}
    described = {name for name in names if describe(name)}
    assert len(described) > 20
    assert all(name.rpartition(".")[2].isupper() for name in names - described), "constants"


def test_every_table_and_figure_leads_to_raw_tables(study: Traced) -> None:
    assert len(study.placed) > 5
    for label, chain in study.placed.items():
        assert chain.made, label
        assert raw_of(chain), label


def test_every_figure_with_numbers_is_found_on_its_page(study: Traced) -> None:
    drawn = functools.reduce(
        lambda all_of_them, page: all_of_them | drawn_on(study.brief, page), study.pages, {}
    )
    figures = [each.label for each in study.brief.document.placed if each.name[:6] == "Gambar"]
    assert list(drawn) == figures
    assert all(drawn.values())


# --- what is told -----------------------------------------------------------------------------


def test_a_key_is_told_from_its_value_down_to_the_row(built: Path) -> None:
    told = trace_command(built, CODE, key="kemiskinan.akhir")
    for words in (
        "kemiskinan.akhir = 7,69%",
        "Dibuat oleh 02_mapping, sel catat-jalur",
        'catat("kemiskinan.akhir", akhir[kode_wilayah]',
        'muat: panel = langkah.table("panel_kabkota")',
        "tahun_akhir = 2025",
        "panel_kabkota: disimpan 01_data, sel gabung; sidik",
        "dengan kajian.data.panel.district_panel",
        f"{PANEL}: Panel kabupaten/kota Jawa Tengah",
        "penerbit BPS Provinsi Jawa Tengah",
        "utuh; saat dibaca cocok dengan paspornya",
        "nama Kota Surakarta, tahun 2025, kemiskinan_pct 7.69",
        "Cacat kemiskinan_pct (2019, semua kabupaten/kota)",
    ):
        assert words in told
    assert re.search(r"Di ringkasan: halaman 1\b", told)


def test_a_number_seen_on_a_page_is_the_key_behind_it(built: Path, traced: Traced) -> None:
    told = trace_command(built, CODE, page=1, number="6,27")
    assert "turun [6,27 persen poin] sejak 2010" in told
    assert "kemiskinan.perubahan = −6,27 persen poin" in told
    assert (
        trace_command(built, CODE, page=1, number="6.27").splitlines()[1:]
        == (told.splitlines()[1:])
    )
    for key in ("regresi.umk_mde", "sintetis.donor"):
        witness, spans = next(pair for pair in traced.brief.shown if pair[0].keys == (key,))
        assert key in trace_command(built, CODE, page=spans[0].page, number=witness.text)


def test_a_number_in_a_table_is_its_cell(built: Path, traced: Traced) -> None:
    at = {
        (each.row, each.column): (each.text, spans[0].page)
        for each, spans in traced.brief.shown
        if each.label == "varian_sintetis" and each.column
    }
    number, page = at["Dengan peramal", "RMSPE sebelum"]
    told = trace_command(built, CODE, page=page, number=number)
    assert "baris 'Dengan peramal', kolom 'RMSPE sebelum'" in told
    assert "varian_sintetis" in told


def test_a_number_in_a_drawing_is_its_figure(built: Path) -> None:
    told = trace_command(built, CODE, key="peta_kemiskinan")
    assert "kajian.maps.choropleth" in told
    assert "Dibuat oleh 02_mapping, sel peta" in told


@pytest.mark.parametrize("number", ["13", "300.2.2"])
def test_a_number_that_needs_no_source_is_said_to_be_one(traced: Traced, number: str) -> None:
    """Two of laws: typed into the prose, and allowed there."""
    page = next(page for page in traced.pages if number in other_numbers(traced.brief, page)[0])
    told = trace_command(traced.root, CODE, page=page, number=number)
    assert "bukan hasil hitungan: tahun, nomor peraturan" in told


def test_several_candidates_are_listed_with_their_surroundings(built: Path) -> None:
    told = trace_command(built, CODE, page=1, number="10")
    assert "Pilih satu: kajian trace NAMA --study surakarta-2025" in told
    names = re.findall(r"^- (\S+)$", told, re.MULTILINE)
    assert {"akses.terbawah", "peringkat.asumsi_tengah"} <= set(names)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"key": "kemiskinan.akhr"}, r"Yang mirip: kemiskinan\.akhir.*Perbaikan"),
        ({"key": "zzzz"}, r"Tidak ada yang mirip.*Perbaikan"),
        ({"page": 99, "number": "1"}, r"Halaman 99 tidak ada.*Perbaikan: pilih halaman 1 sampai"),
        ({"page": 0, "number": "1"}, r"Halaman 0 tidak ada.*Perbaikan: pilih halaman 1 sampai"),
        ({"page": 1, "number": "98,76"}, r"tidak ada di halaman 1\. Halaman lain juga tidak"),
        ({"page": 2, "number": "13,96%"}, r"tidak ada di halaman 2\. .*ada di halaman 1\."),
        ({"page": 1}, r"belum disebut.*Perbaikan"),
        ({}, r"belum disebut.*Perbaikan"),
    ],
)
def test_a_question_without_answer_gets_a_remedy(
    built: Path, asked: dict[str, object], said: str
) -> None:
    with pytest.raises(EvidenceError, match=said):
        trace_command(built, CODE, **asked)  # type: ignore[arg-type]


def test_a_study_without_report_is_to_be_run(
    copy_project: Callable[[Path], Path], tmp_path
) -> None:
    project = copy_project(tmp_path)
    with pytest.raises(EvidenceError, match=f"belum ada.*Perbaikan: kajian run {CODE}"):
        trace_command(project, CODE, key="kemiskinan.akhir")
    with pytest.raises(StudyError, match="tiada"):
        trace_command(project, "tiada", key="kemiskinan.akhir")


@pytest.mark.parametrize(
    ("text", "number", "meant"),
    [
        ("7,69%", "7,69", True),
        ("7,69%", "7.69%", True),
        ("17,69%", "7,69", False),
        ("18.673 titik", "18.673", True),
        ("18.673 titik", "18,673", True),
        ("18.673 titik", "673", False),
        ("−0,041 sampai 0,020", "0,020", True),
        ("−0,041 sampai 0,020", "-0,041 sampai 0,020", True),
        ("6–19", "6-18", False),
        ("tidak satu pun", "Tidak satu", True),
        ("turun", "naik", False),
    ],
)
def test_a_number_is_meant_as_it_was_printed(text: str, number: str, meant: bool) -> None:
    assert is_meant(text, number) is meant


# --- what has changed since -------------------------------------------------------------------


def test_a_raw_table_that_changed_since_is_said_to_have(changed: Path) -> None:
    file = changed / "data" / "raw" / f"{PANEL}.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("7.69", "7.96"), encoding="utf-8")
    told = trace_command(changed, CODE, key="kemiskinan.akhir")
    assert re.search(r"Sidik \w{12}, BERUBAH sejak dibaca \(kini \w{12}\)", told)
    assert "Barisnya tidak ditampilkan, karena berkasnya bukan lagi yang dibaca." in told
    file.unlink()
    assert "BERKASNYA HILANG" in trace_command(changed, CODE, key="kemiskinan.akhir")


def test_a_raw_table_that_was_sealed_anew_since_is_said_to_be_another(
    changed: Path, kajian: Callable[..., CompletedProcess[str]]
) -> None:
    file = changed / "data" / "raw" / f"{PANEL}.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("7.69", "7.96"), encoding="utf-8")
    assert kajian("seal", "bps-jateng", folder=changed).returncode == 0
    told = trace_command(changed, CODE, key="kemiskinan.akhir")
    assert "BERUBAH sejak dibaca" in told
    assert "saat dibaca LAIN dari paspornya" in told


def test_a_table_of_a_step_that_changed_since_is_said_to_have(changed: Path) -> None:
    tables = processed_folder(changed, CODE) / "01_data" / "tables"
    panel = pd.read_parquet(tables / "panel_kabkota.parquet")
    panel.iloc[:-1].to_parquet(tables / "panel_kabkota.parquet")
    told = trace_command(changed, CODE, key="kemiskinan.akhir")
    assert re.search(r"panel_kabkota: disimpan 01_data.*BERUBAH sejak dibaca", told)


def test_prose_that_changed_since_the_pdf_is_said_to_have(changed: Path) -> None:
    path = changed / "notebooks" / "05_policy_brief.ipynb"
    text = path.read_text(encoding="utf-8")
    assert "{{ kemiskinan.awal }}" in text
    path.write_text(
        text.replace("{{ kemiskinan.awal }}", "{{ kemiskinan.tertinggi }}"), encoding="utf-8"
    )
    told = trace_command(changed, CODE, key="kemiskinan.akhir")
    assert told.startswith("Naskah sudah berubah sejak PDF ini disusun")


# --- households -------------------------------------------------------------------------------


def test_results_of_the_twin_lead_to_its_generator_and_seed(twin: Path) -> None:
    told = trace_command(twin, TWIN, key="sampel.kota")
    assert "SIMULASI: dari data rumah tangga buatan komputer" in told
    assert "Buatan kajian.twin.build.build_twin (kajian/twin/build.py:" in told
    assert "benih 20250707, 6.000 rumah tangga" in told
    assert "surakarta/seri_kota: " in told, "published figures that it is calibrated to"


def test_no_row_of_a_household_is_told(twin: Path, traced_twin: Traced) -> None:
    """Not even when a result names its rows by a query."""
    folder = processed_folder(twin, TWIN) / "gerbang" / "tables"
    people = [pd.read_parquet(folder / f"{name}.parquet") for name in ("survei", "rumah_tangga")]
    disguised = [
        name
        for table in people
        for column in table.filter(like="samaran_")
        for name in table[column]
    ]
    assert len(disguised) > 6_000
    keys = [key for key, chain in traced_twin.chains.items() if has_households(chain)]
    assert len(keys) > 50
    for key in keys[::10]:
        asked = replace(traced_twin.results[key], rows=dict.fromkeys(ALL_TABLES, "index < 3"))
        chain = traced_twin.chains[key]
        told = "\n".join(tell_chain(chain, asked, traced_twin.study, twin))
        assert "Barisnya tidak ditampilkan: data tentang rumah tangga" in told
        assert not any(name in told for name in disguised)
        assert not re.search(r"baris \d+: (?!indikator|kode_wilayah 33\.72\.0\d, )", told), (
            "but for those of public tables"
        )


def has_households(chain: Chain) -> bool:
    return any(node.has_households for node in chain.nodes)
