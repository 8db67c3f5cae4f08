"""What a brief says follows from results: change one, and sentence, verdict and verb change."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

from kajian.brief.binding import record_claims, record_effects
from kajian.brief.document import build_document
from kajian.brief.pdf import read_text
from kajian.data.seal import seal
from kajian.errors import EvidenceError
from kajian.evidence.ledger import read_ledger
from kajian.places import BRIEF, plan_file, processed_folder
from kajian.preanalysis.plan import read_plan
from kajian.step import Step

CODE, TWIN = "surakarta-2025", "surakarta-simulasi"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def public(built: Path, tmp_path: Path) -> Path:
    """Copy the built default study, to be changed."""
    return shutil.copytree(built, tmp_path / "proyek", symlinks=True)


@pytest.fixture
def simulated(twin: Path, tmp_path: Path) -> Path:
    """Copy the built study of the twin, to be changed."""
    return shutil.copytree(twin, tmp_path / "proyek", symlinks=True)


def desk(project: Path, code: str) -> Step:
    return Step(BRIEF, code, project, processed_folder(project, code) / BRIEF)


def judged(project: Path, code: str) -> dict[str, Any]:
    step = desk(project, code)
    tables = [step.table(name) for name in ("pernyataan", "uji_pernyataan")]
    return {claim.key: claim for claim in record_claims(step, *tables)}


def change_result(project: Path, step: str, key: str, **fields: Any) -> None:
    path = processed_folder(project, TWIN) / step / "ledger.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    content[key].update(fields)
    path.write_text(json.dumps(content), encoding="utf-8")


def executed_brief(project: Path, code: str) -> nbformat.NotebookNode:
    path = processed_folder(project, code) / BRIEF / f"{BRIEF}.ipynb"
    return nbformat.read(path, as_version=4)


def cell_of(notebook: nbformat.NotebookNode, name: str) -> nbformat.NotebookNode:
    return next(cell for cell in notebook.cells if cell.id == name)


def front_ledger(notebook: nbformat.NotebookNode) -> dict[str, Any]:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            for bundle in output.get("data", {}).values():
                if isinstance(bundle, dict) and "brief" in bundle:
                    return bundle["brief"]["ledger"]
    raise AssertionError("no brief")


def test_a_claim_turns_with_its_result_and_so_does_the_brief(simulated: Path) -> None:
    before = judged(simulated, TWIN)["modal_produktif"]
    assert before.verdict == "didukung"
    change_result(simulated, "04_evaluation", "skor.dampak", value=-0.8, low=-1.2, high=-0.4)
    after = judged(simulated, TWIN)["modal_produktif"]
    assert after.verdict == "bertentangan"
    assert after.sentence != before.sentence
    assert "−0,8" in after.sentence
    written = read_ledger(processed_folder(simulated, TWIN) / BRIEF / "ledger.json")
    assert written["klaim.modal_produktif"].value == after.sentence


def test_a_claim_on_a_result_that_is_gone_stops_the_build(simulated: Path) -> None:
    path = processed_folder(simulated, TWIN) / "04_evaluation" / "ledger.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    del content["skor.dampak"]
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(EvidenceError, match=r"modal_produktif.*'skor\.dampak'.*tidak ada"):
        judged(simulated, TWIN)


def test_the_check_says_early_what_a_claim_asks_in_vain(public: Path, kajian: Run) -> None:
    done = kajian("check", CODE, folder=public)
    assert done.returncode == 0, done.stdout
    file = public / "data" / "raw" / "kajian-2025" / "uji_pernyataan.csv"
    text = file.read_text(encoding="utf-8")
    assert "akses.inti_selisih > 0" in text
    text = text.replace("akses.inti_selisih > 0", "akses.inti_selisi > 0")
    file.write_text(text, encoding="utf-8")
    seal(file.parent)
    done = kajian("check", CODE, folder=public)
    assert done.returncode == 1
    assert "uji_pernyataan, baris 2" in done.stdout
    assert "'akses.inti_selisi' tidak ada di buku hasil" in done.stdout
    assert "yang mirip: akses.inti_selisih" in done.stdout


def test_claims_and_effects_rest_on_the_tables_of_their_results(twin: Path) -> None:
    ledger = read_ledger(processed_folder(twin, TWIN) / BRIEF / "ledger.json")
    assert set(ledger["klaim.modal_produktif"].tables or ()) == {
        "pernyataan", "uji_pernyataan", "seleksi",
    }  # fmt: skip
    assert "seleksi" in (ledger["bukti.terkuat"].tables or ())


def test_every_claim_stands_in_the_annex_with_its_verdict(built: Path) -> None:
    text = read_text(built / "reports" / CODE / "policy-brief.pdf")
    claims = pd.read_csv(built / "data" / "raw" / "kajian-2025" / "pernyataan.csv")
    for statement in claims["pernyataan"]:
        words = f"{statement[0].upper()}{statement[1:]}".split()
        assert " ".join(words[:3]) in text, statement
    assert text.count("belum dapat diuji") >= 18


def test_a_weaker_diagnostic_refuses_the_same_verb(twin: Path) -> None:
    notebook = executed_brief(twin, TWIN)
    advice = cell_of(notebook, "bertahap-rekomendasi")
    advice.source = advice.source.replace("terkuat", "perluas bertahap dengan evaluasi")
    ledger = front_ledger(notebook)
    effect = ledger["bertahap.dampak"]
    effect.update(exploratory=False)
    effect["grade"].update(letter="B", finding="mendukung")
    build_document(notebook)
    steps = ["mulai B: bertahap", "−1: ada limpahan ke pembanding (syarat: memuat nol)"]
    effect["grade"].update(letter="C", steps=steps)
    with pytest.raises(EvidenceError, match=r"(?s)perluas bertahap.*limpahan.*uji coba"):
        build_document(notebook)


def test_the_effects_of_the_public_study_carry_no_verb_but_to_look_further(public: Path) -> None:
    effects = record_effects(desk(public, CODE))
    assert set(effects["tingkat"].str[0]) <= {"C", "D"}
    ledger = read_ledger(processed_folder(public, CODE) / BRIEF / "ledger.json")
    assert ledger["bukti.terkuat"].value == "kaji lebih lanjut"


def test_the_register_of_research_gets_the_same_sentences(built: Path, twin: Path) -> None:
    entry = json.loads((built / "reports" / CODE / "e-riset.json").read_text(encoding="utf-8"))
    assert {"judul", "opd", "tahun", "urusan", "kesimpulan", "rekomendasi"} <= set(entry)
    page = " ".join(read_text(built / "reports" / CODE / "policy-brief.pdf").split())
    for sentence in entry["kesimpulan"]:
        assert " ".join(sentence.replace("\u00a0", " ").split()[:6]) in page
    assert all(each["dasar"] and (each["bukti"] or each["dasar"]) for each in entry["rekomendasi"])
    text = (built / "reports" / CODE / "e-riset.md").read_text(encoding="utf-8")
    assert all(sentence in text for sentence in entry["kesimpulan"])
    marked = twin / "reports" / TWIN / "SIMULASI-e-riset.json"
    assert json.loads(marked.read_text(encoding="utf-8"))["status"] == "SIMULASI"


def test_the_shipped_plan_is_whole_and_kept(built: Path) -> None:
    plan = read_plan(built, CODE)
    assert plan
    ledger = read_ledger(built / "reports" / CODE / "ledger.json")
    assert {entry.of or key for key, entry in ledger.items() if entry.grade} <= plan.effects
    text = (built / "reports" / CODE / "rencana.md").read_text(encoding="utf-8")
    assert plan.last.sidik in text
    assert "tidak ada\n" in text.split("## Penyimpangan dari rencana")[1]
    page = read_text(built / "reports" / CODE / "policy-brief.pdf")
    assert plan.last.sidik[:12] in page
    assert plan.last.hasil_sudah_ada
    assert "semua dampak berstatus eksploratif" in page, "it was written after the results"


def change_choice(project: Path, more: str = "") -> None:
    path = project / "studies" / f"{CODE}.toml"
    text = path.read_text(encoding="utf-8")
    assert "jarak_conley_km = [50, 75]" in text
    path.write_text(text.replace("[50, 75]", "[50, 80]") + more, encoding="utf-8")


def test_a_departure_from_the_plan_needs_a_reason_and_shows(public: Path, kajian: Run) -> None:
    change_choice(public)
    for verb in ("run", "check"):
        done = kajian(verb, CODE, folder=public)
        assert done.returncode == 1
        assert "regresi.jarak_conley_km: rencana [50, 75]; sekarang [50, 80]" in (
            done.stdout + done.stderr
        )
    report = public / "reports" / CODE / "policy-brief.pdf"
    assert report.is_file(), "a refusal loses nothing"
    change_choice_back = public / "studies" / f"{CODE}.toml"
    change_choice_back.write_text(
        change_choice_back.read_text(encoding="utf-8")
        + '\n[[rencana.penyimpangan]]\npilihan = "regresi.jarak_conley_km"\n'
        'alasan = "jarak kedua diperlebar sesudah telaah sejawat"\n',
        encoding="utf-8",
    )
    done = kajian("run", CODE, folder=public)
    assert done.returncode == 0, done.stdout + done.stderr
    page = read_text(report)
    assert "1 penyimpangan" in page
    assert "telaah sejawat" in (report.parent / "rencana.md").read_text(encoding="utf-8")


def test_a_plan_changed_after_its_hash_stops_the_run(public: Path, kajian: Run) -> None:
    path = plan_file(public, CODE)
    content = json.loads(path.read_text(encoding="utf-8"))
    content["versi"][0]["isi"]["luaran_utama"].append("regresi.lain")
    path.write_text(json.dumps(content), encoding="utf-8")
    done = kajian("run", CODE, folder=public)
    assert done.returncode == 1
    assert "berubah sesudah disidik" in done.stdout + done.stderr
    assert (public / "reports" / CODE / "policy-brief.pdf").is_file()


def test_an_effect_outside_the_plan_stops_the_build(public: Path, kajian: Run) -> None:
    file = public / "notebooks" / "03_causal.ipynb"
    text = file.read_text(encoding="utf-8")
    cell = 'langkah.entries[\\"regresi.umk\\"].grade.steps'
    assert cell in text
    added = (
        'langkah.record(\\"regresi.baru\\", 1.0, \\"persen poin\\", note=\\"Baru\\", '
        'interval=(0.5, 1.5)); langkah.grade(\\"regresi.baru\\", \\"keterkaitan\\", towards=0, '
        "clusters=35, mde=0.1)"
    )
    file.write_text(text.replace(cell, added), encoding="utf-8")
    done = kajian("run", CODE, folder=public)
    assert done.returncode == 1
    assert "tidak dinyatakan dalam rencana: regresi.baru" in done.stdout + done.stderr


def test_the_command_writes_a_plan_once(public: Path, kajian: Run) -> None:
    plan_file(public, CODE).unlink()
    done = kajian("plan", CODE, folder=public)
    assert done.returncode == 0
    assert "Hasil kajian ini sudah ada" in done.stdout
    again = kajian("plan", CODE, folder=public)
    assert again.returncode == 1
    assert "--revisi" in again.stderr


def test_the_command_traces_a_key_and_a_number_of_a_page(built: Path, kajian: Run) -> None:
    by_key = kajian("trace", "kemiskinan.akhir", folder=built)
    assert by_key.returncode == 0, by_key.stderr
    for words in ("02_mapping", "catat-jalur", "bps-jateng/panel_kabkota"):
        assert words in by_key.stdout
    by_page = kajian("trace", "7,69%", "--page", "1", folder=built)
    assert by_page.returncode == 0, by_page.stderr
    assert "kemiskinan.akhir" in by_page.stdout
    unknown = kajian("trace", "kemiskinan.akir", folder=built)
    assert unknown.returncode == 1
    assert "kemiskinan.akhir" in unknown.stderr
    no_page = kajian("trace", "7,69%", folder=built)
    assert no_page.returncode == 1
    assert "--page N" in no_page.stderr
