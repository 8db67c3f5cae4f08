"""What a study assumes and claims is held against its diagram, tables and results by the check."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from kajian.assumptions import faults_of_claims, faults_of_diagram, faults_of_register
from kajian.data.tables import read_named
from kajian.evidence.claim_tests import applies, conditions
from kajian.evidence.ledger import Entry, make_entry, write_ledger
from kajian.places import STEPS, processed_folder, raw_folder
from kajian.study import Study, read_study

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("code", ["surakarta-2025", "surakarta-simulasi", "semarang-2025"])
def test_the_shipped_diagrams_carry_what_they_declare(code: str) -> None:
    assert faults_of_diagram(read_study(ROOT, code)) == []


@pytest.mark.parametrize(
    ("code", "before", "after", "said"),
    [
        (
            "surakarta-2025",
            'estimand = "keterkaitan"',
            'estimand = "efek_total"',
            ["kebijakan daerah tidak teramati", "nyatakan estimand sebagai keterkaitan"],
        ),
        (
            "surakarta-simulasi",
            'penyesuaian = ["pendidikan", "umur"',
            'penyesuaian = ["internet", "pendidikan", "umur"',
            ["internet dipengaruhi kerja informal", "atau {pendidikan, jenis kelamin, anggota}"],
        ),
        (
            "surakarta-simulasi",
            '"pengeluaran -> internet"',
            '"pengeluaran -> internet", "internet -> umur"',
            ["berputar", "pisahkan menurut waktu"],
        ),
    ],
)
def test_check_refuses_an_effect_that_the_diagram_does_not_carry(
    copy_project: Callable[[Path], Path],
    kajian: Callable[..., CompletedProcess[str]],
    tmp_path: Path,
    code: str,
    before: str,
    after: str,
    said: list[str],
) -> None:
    project = copy_project(tmp_path)
    file = project / "studies" / f"{code}.toml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    done = kajian("check", code, folder=project)
    assert done.returncode == 1
    for words in ("[diagram]", *said):
        assert words in done.stdout + done.stderr


@pytest.fixture
def ran(copy_project: Callable[[Path], Path], tmp_path: Path) -> tuple[Path, Study]:
    """Give the public study as if it had run: its ledger holds what its claims ask, no more."""
    root = copy_project(tmp_path)
    study = read_study(root, "surakarta-2025")
    tests, _ = read_named(raw_folder(root), "kajian-2025/uji_pernyataan")
    needed = tests["uji"][[applies(parts, study.parts) for parts in tests["bagian"]]]
    write_results(root, study, [found["key"] for test in needed for found in conditions(test)])
    return root, study


def write_results(root: Path, study: Study, keys: list[str], low: float | None = 0.5) -> None:
    def result(key: str) -> Entry:
        level, high = (None, None) if low is None else (0.95, 1.5)
        return make_entry(key, 1.0, unit="", decimals=1, note=key, low=low, high=high, level=level)

    for step in STEPS[:-1]:
        path = processed_folder(root, study.kode) / step / "ledger.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_ledger({key: result(key) for key in keys if step == "02_mapping"}, path)


@pytest.mark.parametrize("code", ["surakarta-2025", "surakarta-simulasi", "semarang-2025"])
def test_the_shipped_claims_and_register_are_in_order(code: str) -> None:
    study = read_study(ROOT, code)
    assert faults_of_register(study, ROOT, None) == []
    assert [f for f in faults_of_claims(study, ROOT) if "baru ditambahkan" not in f] == []


def test_claims_may_ask_what_the_results_have(ran: tuple[Path, Study]) -> None:
    root, study = ran
    assert faults_of_claims(study, root) == []


def test_claims_that_ask_for_what_no_result_has_are_named(ran: tuple[Path, Study]) -> None:
    root, study = ran
    write_results(root, study, ["akses.inti_selisih", "kemiskinan.perubahan"])
    [said] = faults_of_claims(study, root)
    assert "uji_pernyataan, baris 9" in said
    assert "'ketimpangan.ragam_log' tidak ada di buku hasil" in said
    assert "kajian run surakarta-2025" in said
    write_results(root, study, ["akses.inti_selisih", "kemiskinan.perubahan"], low=None)
    said = "\n".join(faults_of_claims(study, root))
    assert "'akses.inti_selisih' tidak punya selang" in said
    assert "'kemiskinan.perubahan' tidak punya selang" in said


def test_results_are_not_asked_of_a_study_that_has_not_run(ran: tuple[Path, Study]) -> None:
    root, study = ran
    write_results(root, study, [])
    assert len(faults_of_claims(study, root)) == 3
    (processed_folder(root, study.kode) / "03_causal" / "ledger.json").unlink()
    assert faults_of_claims(study, root) == []


def test_a_table_that_no_passport_knows_is_named(ran: tuple[Path, Study]) -> None:
    root, study = ran
    names = {"pernyataan": "kajian-2025/pernyatan", "register_program": "kajian-2025/register"}
    study = study.model_copy(update={"data": study.data.model_copy(update=names)})
    assert "'pernyatan'" in faults_of_claims(study, root)[0]
    assert "'register'" in faults_of_register(study, root, None)[0]
