"""A claim says what its results allow, and turns when they turn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from kajian.data.tables import read_named
from kajian.errors import EvidenceError
from kajian.evidence.claim_tests import faults_of_results, faults_of_tables
from kajian.evidence.claims import claims_sentence, claims_table, judge_claims, verdict_counts
from kajian.evidence.grades import Grade
from kajian.evidence.ledger import Ledger, make_entry
from kajian.language import format_interval
from kajian.study import read_study

RAW = Path(__file__).parents[2] / "data" / "raw"
CLAIMS = pd.DataFrame(
    [
        ["jarak", "pokok", "jarak antarwilayah melebar", "jarak", "kajian", "panel"],
        [
            "inti",
            "pokok",
            "kecamatan inti lebih baik",
            "pendidikan; pendapatan",
            "kajian",
            "survei",
        ],
        ["banjir", "masalah", "banjir musiman berulang", "lingkungan", "kajian", "catatan banjir"],
    ],
    columns=["klaim", "jenis", "pernyataan", "dimensi", "sumber", "data_perlu"],
)
TESTS = pd.DataFrame(
    [
        ["jarak", "jarak", "kabkota", "jarak.ubah > 0", "panel"],
        ["inti", "pendidikan", "kelurahan", "inti.sekolah > 0", "sekolah"],
        ["inti", "pendapatan", "rumah_tangga", "inti.miskin > 0", "survei"],
    ],
    columns=["klaim", "dimensi", "bagian", "uji", "data"],
)


def result(key: str, low: float | None, high: float | None):
    value = 0.0 if low is None or high is None else (low + high) / 2
    level = None if low is None else 0.95
    return make_entry(
        key, value, unit="persen poin", decimals=1, note=f"Selisih {key}", low=low, high=high,
        level=level,
    )  # fmt: skip


def book(**intervals: tuple[float | None, float | None]) -> Ledger:
    named = {name.replace("__", "."): interval for name, interval in intervals.items()}
    return {key: result(key, *interval) for key, interval in named.items()}


def judged(ledger: Ledger, *parts: str, tests: pd.DataFrame = TESTS):
    return {claim.key: claim for claim in judge_claims(CLAIMS, tests, ledger, parts)}


@pytest.mark.parametrize(
    ("interval", "verdict", "opening"),
    [
        ((1.0, 3.0), "didukung", "Data ini mendukung bahwa jarak"),
        ((-3.0, -1.0), "bertentangan", "Data ini bertentangan dengan pernyataan bahwa jarak"),
        ((-1.0, 3.0), "belum terbukti", "Data ini belum membuktikan dan belum membantah bahwa"),
        ((0.0, 3.0), "belum terbukti", "Data ini belum membuktikan"),
    ],
)
def test_a_claim_flips_with_its_result(
    interval: tuple[float, float], verdict: str, opening: str
) -> None:
    claim = judged(book(jarak__ubah=interval), "kabkota")["jarak"]
    assert claim.verdict == verdict
    assert claim.sentence.startswith(opening)
    shown = format_interval(*interval, "", 1)
    assert shown in claim.sentence, "the numbers stand beside the verdict"


@pytest.mark.parametrize(
    ("interval", "verdict"),
    [
        ((-0.5, 0.5), "didukung"),
        ((-1.0, 1.0), "didukung"),
        ((-1.5, 0.5), "belum terbukti"),
        ((1.5, 2.0), "bertentangan"),
        ((-3.0, -2.0), "bertentangan"),
    ],
)
def test_staying_equal_needs_an_interval_within_limits(
    interval: tuple[float, float], verdict: str
) -> None:
    tests = TESTS.assign(uji=TESTS["uji"].replace("jarak.ubah > 0", "jarak.ubah dalam -1..1"))
    assert judged(book(jarak__ubah=interval), "kabkota", tests=tests)["jarak"].verdict == verdict


def test_a_conjunction_is_as_strong_as_its_weakest_part() -> None:
    both = TESTS.assign(uji=TESTS["uji"].replace("jarak.ubah > 0", "a.x > 0 dan a.y < 0"))
    cases = {
        ("didukung"): book(a__x=(1, 2), a__y=(-2, -1)),
        ("belum terbukti"): book(a__x=(1, 2), a__y=(-2, 1)),
        ("bertentangan"): book(a__x=(-1, 2), a__y=(1, 2)),
    }
    for verdict, ledger in cases.items():
        assert judged(ledger, "kabkota", tests=both)["jarak"].verdict == verdict


@pytest.mark.parametrize(("letter", "verdict"), [("C", "didukung"), ("D", "belum terbukti")])
def test_an_effect_of_the_lowest_grade_decides_nothing(letter: str, verdict: str) -> None:
    grade = Grade(letter, "bertahap", "mendukung", ())
    widening = replace(result("jarak.ubah", 1, 3), grade=grade)
    claim = judged({widening.key: widening}, "kabkota")["jarak"]
    assert claim.verdict == verdict
    assert f"tingkat {grade}" in claim.sentence


def test_a_claim_tested_on_one_of_its_dimensions_says_so() -> None:
    claim = judged(book(inti__sekolah=(1, 2)), "kelurahan")["inti"]
    assert claim.verdict == "baru diuji sebagian"
    assert claim.untested == ("pendapatan",)
    assert "pendidikan didukung" in claim.sentence
    assert "pendapatan belum diuji" in claim.sentence
    whole = judged(book(inti__sekolah=(1, 2), inti__miskin=(1, 2)), "kelurahan", "rumah_tangga")
    assert whole["inti"].verdict == "didukung"


def test_a_claim_that_fails_on_one_dimension_is_contradicted() -> None:
    claim = judged(book(inti__sekolah=(-2, -1)), "kelurahan")["inti"]
    assert claim.verdict == "bertentangan"
    assert claim.sentence.endswith("; pendapatan belum diuji")


def test_a_claim_that_left_the_plan_is_marked_wherever_it_is_shown() -> None:
    claims = judged(book(inti__sekolah=(-2, -1), jarak__ubah=(1, 2)), "kelurahan", "kabkota")
    assert "eksploratif" not in claims_sentence(claims.values())
    claims["jarak"] = replace(claims["jarak"], exploratory=True)
    assert claims_sentence(claims.values()).endswith("; 1 di antaranya eksploratif")
    shown = claims_table(claims.values()).set_index("pernyataan")["putusan"]
    assert shown["Jarak antarwilayah melebar"] == "didukung (eksploratif)"


def test_a_claim_without_a_test_says_what_it_would_take() -> None:
    claim = judged({})["banjir"]
    assert claim.verdict == "belum dapat diuji"
    assert claim.sentence == (
        "Belum dapat diuji dengan data ini bahwa banjir musiman berulang; perlu catatan banjir"
    )


def test_the_table_and_the_counts_are_of_the_same_claims() -> None:
    found = judge_claims(CLAIMS, TESTS, book(jarak__ubah=(1, 3)), ["kabkota"])
    table = claims_table(found)
    assert table["putusan"].tolist() == ["didukung", "belum dapat diuji", "belum dapat diuji"]
    assert table["uji"].iloc[0].startswith("Selisih jarak.ubah: 2,0\u00a0persen poin (1,0")
    assert table["data"].tolist() == ["panel", "survei", "catatan banjir"]
    assert sum(verdict_counts(found).values()) == len(CLAIMS)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"uji": "jarak.ubbah > 0"}, r"baris 2.*jarak\.ubbah.*tidak ada.*jarak\.ubah"),
        ({"uji": "jarak.titik > 0"}, r"jarak\.titik.*tidak punya selang"),
        ({"uji": "jarak.ubah >= 0"}, r"uji_pernyataan, baris 2.*tidak terbaca"),
        ({"uji": "jarak.ubah > nol"}, r"tidak terbaca"),
        ({"uji": "jarak.ubah dalam 1..-1"}, r"tidak terbaca.*dari kecil ke besar"),
        ({"uji": "jarak.ubah >= 0", "bagian": "rumah_tangga"}, r"tidak terbaca"),
        ({"klaim": "jarok"}, r"baris 2.*'jarok' tidak ada.*'jarak'"),
        ({"dimensi": "upah"}, r"dimensi 'upah' bukan dimensi klaim 'jarak'"),
    ],
)
def test_a_test_that_cannot_be_made_stops_the_build(change: dict[str, str], message: str) -> None:
    tests = TESTS.copy()
    tests.loc[0, list(change)] = list(change.values())
    ledger = book(jarak__ubah=(1, 2), jarak__titik=(None, None))
    with pytest.raises(EvidenceError, match=message):
        judge_claims(CLAIMS, tests, ledger, ["kabkota"])


def test_every_fault_is_named_and_not_only_the_first() -> None:
    assert list(faults_of_tables(CLAIMS, TESTS)) == []
    tests = TESTS.assign(
        klaim=["jarok", "inti", "inti"],
        dimensi=["jarak", "pendidikkan", "pendapatan"],
        uji=["jarak.ubah >= 0 dan x", "inti.sekolah > 0", "inti.miskin > 0"],
    )
    said = [fault.partition(". Perbaikan: ")[0] for fault in faults_of_tables(CLAIMS, tests)]
    told = "uji_pernyataan, baris 2: uji 'jarak.ubah >= 0 dan x' dari klaim 'jarok' tidak terbaca"
    assert said == [
        "uji_pernyataan, baris 2: klaim 'jarok' tidak ada",
        f"{told} pada 'jarak.ubah >= 0'",
        f"{told} pada 'x'",
        "uji_pernyataan, baris 3: dimensi 'pendidikkan' bukan dimensi klaim 'inti'",
    ]


def test_results_are_asked_only_by_tests_of_parts_that_a_study_has() -> None:
    ledger = book(inti__sekolah=(None, None), inti__miskin=(1, 2))
    parts = ["kabkota", "kelurahan", "rumah_tangga"]
    said = list(faults_of_results(TESTS, ledger, parts))
    assert len(said) == 2
    assert "baris 2" in said[0]
    assert "'jarak.ubah' tidak ada" in said[0]
    assert "baris 3" in said[1]
    assert "'inti.sekolah' tidak punya selang" in said[1]
    assert list(faults_of_results(TESTS, ledger, ["rumah_tangga"])) == []


def test_columns_and_cells_that_are_missing_are_named() -> None:
    tests = TESTS.assign(bagian=["kabkota", None, " ; "])
    said = list(faults_of_tables(CLAIMS.drop(columns=["sumber", "dimensi"]), tests))
    assert [fault.partition(". ")[0] for fault in said] == [
        "pernyataan: kolom dimensi, sumber tidak ada",
        "uji_pernyataan, baris 3: kolom bagian kosong",
        "uji_pernyataan, baris 4: kolom bagian kosong",
    ]


def test_a_claim_stands_once() -> None:
    with pytest.raises(EvidenceError, match=r"pernyataan, baris 5: .* dua kali"):
        judge_claims(pd.concat([CLAIMS, CLAIMS.iloc[:1]]), TESTS, {}, [])


def test_the_shipped_claims_are_those_of_the_study() -> None:
    claims, tests = (
        read_named(RAW, f"kajian-2025/{name}")[0] for name in ("pernyataan", "uji_pernyataan")
    )
    assert claims["jenis"].value_counts().to_dict() == {
        "masalah": 11, "rekomendasi": 7, "pokok": 2,
    }  # fmt: skip
    assert "Pasar Kliwon" in claims.set_index("klaim")["pernyataan"]["inti_unggul"]
    untested = judge_claims(claims, tests, {}, [])
    assert {claim.verdict for claim in untested} == {"belum dapat diuji"}


def test_every_shipped_test_runs_in_a_shipped_study() -> None:
    tests = read_named(RAW, "kajian-2025/uji_pernyataan")[0]
    studies = [
        read_study(RAW.parents[1], code) for code in ("surakarta-2025", "surakarta-simulasi")
    ]
    for needed in tests["bagian"]:
        assert any(set(needed.split(";")) <= study.parts for study in studies), needed


def test_the_verdict_of_a_shipped_claim_follows_a_changed_number() -> None:
    claims, tests = (
        read_named(RAW, f"kajian-2025/{name}")[0] for name in ("pernyataan", "uji_pernyataan")
    )
    ledger = {"skor.dampak": result("skor.dampak", 0.4, 1.2)}
    before = {c.key: c for c in judge_claims(claims, tests, ledger, ["seleksi"])}
    ledger["skor.dampak"] = replace(ledger["skor.dampak"], value=-1.0, low=-1.2, high=-0.4)
    after = {c.key: c for c in judge_claims(claims, tests, ledger, ["seleksi"])}
    assert before["modal_produktif"].verdict == "didukung"
    assert after["modal_produktif"].verdict == "bertentangan"
    assert before["modal_produktif"].sentence != after["modal_produktif"].sentence
