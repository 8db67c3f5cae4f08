"""A plan is kept, revised or departed from, and each of these can be seen."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from kajian.errors import EvidenceError, StudyError
from kajian.evidence.grades import Grade
from kajian.evidence.ledger import make_entry
from kajian.places import plan_file
from kajian.preanalysis.deviations import (
    check_effects,
    departed_claims,
    deviations,
    deviations_text,
    mark_exploratory,
    plan_status,
    require_declared,
    unreported,
)
from kajian.preanalysis.plan import plan_text, read_plan, write_plan
from kajian.study import read_study

ROOT = Path(__file__).parents[2]
CODE = "surakarta-2025"
DAY = dt.date(2026, 11, 29)
PLAN = """
[rencana]
luaran_utama = ["sintetis.selisih"]
subkelompok = ["kota saja"]
aturan_henti = ["Tidak ada pembanding yang layak: tidak dilaporkan."]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "studies").mkdir()
    text = (ROOT / "studies" / f"{CODE}.toml").read_text()
    text = text.split("\n[rencana]")[0] + PLAN
    (tmp_path / "studies" / f"{CODE}.toml").write_text(text)
    return tmp_path


def change(project: Path, old: str, new: str) -> None:
    path = project / "studies" / f"{CODE}.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def effect(key: str):
    grade = Grade("B", "kontrol_sintetis", "mendukung", ())
    return make_entry(
        key, 1.0, unit="persen poin", decimals=1, note="dampak", low=0.5, high=1.5, level=0.95,
        grade=grade, notebook="04_evaluation", cell="x",
    )  # fmt: skip


def test_a_plan_is_written_once_and_says_when(project: Path) -> None:
    plan = write_plan(project, CODE, today=DAY)
    assert read_plan(project, CODE) == plan
    assert not plan.last.hasil_sudah_ada
    assert "tanpa hasil di komputer itu" in plan_text(plan)
    assert "sintetis.selisih" in plan_text(plan)
    with pytest.raises(EvidenceError, match=r"sudah ada.*--revisi"):
        write_plan(project, CODE, today=DAY)


@pytest.mark.parametrize(
    "place",
    [f"data/processed/{CODE}/04_evaluation", f"reports/{CODE}", f"reports/{CODE}.usang"],
)
def test_results_at_hand_are_admitted(place: str, project: Path) -> None:
    results = project / place
    results.mkdir(parents=True)
    (results / "ledger.json").write_text("{}")
    plan = write_plan(project, CODE, today=DAY)
    assert plan.last.hasil_sudah_ada
    assert "sesudah hasilnya ada" in plan_status(plan, [])


def test_a_plan_changed_after_its_hash_is_refused(project: Path) -> None:
    write_plan(project, CODE, today=DAY)
    path = plan_file(project, CODE)
    content = json.loads(path.read_text())
    content["versi"][0]["isi"]["pilihan"]["kontrol_sintetis"]["tahun_mulai"] = 2021
    path.write_text(json.dumps(content))
    with pytest.raises(
        EvidenceError, match=r"versi 1.*berubah sesudah disidik.*kembalikan dari git"
    ):
        read_plan(project, CODE)


@pytest.mark.parametrize("damage", ["", "{}", '{"studi": "x", "versi": []}', '{"studi": 1}'])
def test_a_damaged_plan_is_refused(damage: str, project: Path) -> None:
    write_plan(project, CODE, today=DAY)
    plan_file(project, CODE).write_text(damage)
    with pytest.raises(EvidenceError, match="bukan rencana analisis"):
        read_plan(project, CODE)


@pytest.mark.parametrize("digest", [None, 5, "ü"])
def test_a_hash_that_is_none_is_refused(digest: object, project: Path) -> None:
    write_plan(project, CODE, today=DAY)
    content = json.loads(plan_file(project, CODE).read_text(encoding="utf-8"))
    content["versi"][0]["sidik"] = digest
    plan_file(project, CODE).write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(EvidenceError, match=r"berubah sesudah disidik"):
        read_plan(project, CODE)


def test_a_plan_in_any_script_is_read_as_written(project: Path) -> None:
    change(project, "kota saja", "kota saja, ≥ 5 klaster (ꦱꦭ)")
    plan = write_plan(project, CODE, today=DAY)
    assert read_plan(project, CODE) == plan
    assert "≥ 5 klaster (ꦱꦭ)" in plan_text(plan)
    assert not deviations(plan.last, read_study(project, CODE), project)


def test_a_revision_keeps_what_was_and_its_hash_covers_it(project: Path) -> None:
    first = write_plan(project, CODE, today=DAY)
    with pytest.raises(EvidenceError, match="Tidak ada yang berubah"):
        write_plan(project, CODE, reason="tanpa isi", today=DAY)
    change(project, "tahun_mulai = 2022 ", "tahun_mulai = 2023 ")
    second = write_plan(project, CODE, reason="pelantikan Februari 2023", today=DAY)
    assert second.versi[0] == first.last
    assert second.last.sidik_sebelum == first.last.sidik
    assert "Revisi: pelantikan Februari 2023" in plan_text(second)
    content = json.loads(plan_file(project, CODE).read_text())
    del content["versi"][0]
    plan_file(project, CODE).write_text(json.dumps(content))
    with pytest.raises(EvidenceError, match="versi 1"):
        read_plan(project, CODE)


def test_there_is_nothing_to_revise_without_a_plan(project: Path) -> None:
    with pytest.raises(EvidenceError, match="belum punya rencana"):
        write_plan(project, CODE, reason="apa saja", today=DAY)
    assert read_plan(project, CODE) is None


def test_a_study_without_declarations_has_no_plan(project: Path) -> None:
    change(project, PLAN, "")
    with pytest.raises(EvidenceError, match=r"belum punya bagian \[rencana\]"):
        write_plan(project, CODE, today=DAY)


def test_an_added_specification_is_named_and_refused_without_a_reason(project: Path) -> None:
    plan = write_plan(project, CODE, today=DAY)
    change(project, '"tanpa kendali" = ""', '"tanpa kendali" = ""\n"umur" = "uhh_tahun"')
    found = deviations(plan.last, read_study(project, CODE), project)
    assert [(d.choice, d.planned, d.now) for d in found] == [
        ("spesifikasi.kendali.umur", "tidak ada", '"uhh_tahun"')
    ]
    with pytest.raises(EvidenceError, match=r"spesifikasi\.kendali\.umur.*rencana tidak ada"):
        require_declared(plan, read_study(project, CODE), project)


def test_a_reason_lets_a_deviation_pass_and_marks_its_results(project: Path) -> None:
    plan = write_plan(project, CODE, today=DAY)
    change(project, "tahun_mulai = 2022 ", "tahun_mulai = 2023 ")
    admitted = (
        '\n[[rencana.penyimpangan]]\npilihan = "kontrol_sintetis.tahun_mulai"\n'
        'alasan = "tahun pelantikan diperbaiki menurut keputusan"\n'
    )
    change(project, PLAN, PLAN + admitted)
    study = read_study(project, CODE)
    found = require_declared(plan, study, project)
    assert "1 penyimpangan" in plan_status(plan, found)
    assert "(tahun pelantikan diperbaiki menurut keputusan)" in deviations_text(found)
    ledger = {key: effect(key) for key in ("sintetis.selisih", "regresi.umk")}
    marked = mark_exploratory(ledger, plan, study, project)
    assert [marked[key].exploratory for key in ledger] == [True, False]


def admit(project: Path, choice: str, reason: str = "ditambah sesudah telaah sejawat") -> None:
    added = f'\n[[rencana.penyimpangan]]\npilihan = "{choice}"\nalasan = "{reason}"\n'
    change(project, PLAN, PLAN + added)


@pytest.mark.parametrize(
    ("old", "new", "choice"),
    [
        ('["kota saja"]', '["kota saja", "desa saja"]', "rencana.subkelompok"),
        ("tidak dilaporkan", "tetap dilaporkan", "rencana.aturan_henti"),
        ('["sintetis.selisih"]', '["sintetis.sdid"]', "rencana.luaran_utama"),
        (PLAN, "", "rencana.luaran_utama"),
    ],
)
def test_what_was_declared_is_kept_too(old: str, new: str, choice: str, project: Path) -> None:
    plan = write_plan(project, CODE, today=DAY)
    change(project, old, new)
    study = read_study(project, CODE)
    with pytest.raises(EvidenceError, match=choice):
        require_declared(plan, study, project)
    ledger = {"sintetis.selisih": effect("sintetis.selisih")}
    kept = choice == "rencana.luaran_utama" and new  # the plan declares it, whatever is said now
    marked = mark_exploratory(ledger, plan, study, project)
    assert marked["sintetis.selisih"].exploratory == (not kept)


def test_the_place_is_a_choice(project: Path) -> None:
    plan = write_plan(project, CODE, today=DAY)
    change(project, 'kode_wilayah = "33.72"', 'kode_wilayah = "33.74"')
    with pytest.raises(EvidenceError, match=r"wilayah\.kode_wilayah: rencana \"33\.72\""):
        require_declared(plan, read_study(project, CODE), project)


@pytest.fixture
def claims(project: Path) -> Path:
    """Give the project the tables of claims."""
    folder = project / "data" / "raw" / "kajian-2025"
    folder.mkdir(parents=True)
    for name in ("pernyataan.csv", "uji_pernyataan.csv"):
        shutil.copy(ROOT / "data" / "raw" / "kajian-2025" / name, folder)
    return folder


def test_the_statement_of_a_claim_is_a_choice(project: Path, claims: Path) -> None:
    plan = write_plan(project, CODE, today=DAY)
    table = claims / "pernyataan.csv"
    text = table.read_text()
    assert "banjir setahun; pengulangan" in text
    table.write_text(text.replace("banjir setahun; pengulangan", "banjir setahun"))
    with pytest.raises(EvidenceError, match=r"pernyataan\.banjir\.dimensi: rencana .*pengulangan"):
        require_declared(plan, read_study(project, CODE), project)


def test_tables_of_claims_may_have_a_mark_of_excel_but_not_semicolons(
    project: Path, claims: Path
) -> None:
    plan, table = write_plan(project, CODE, today=DAY), claims / "uji_pernyataan.csv"
    text = table.read_text()
    table.write_text(text, encoding="utf-8-sig")
    assert require_declared(plan, read_study(project, CODE), project) == []
    for spoilt in (text.replace(",", ";").encode(), text.encode("utf-16")):
        table.write_bytes(spoilt)
        with pytest.raises(EvidenceError, match=r"uji_pernyataan\.csv tidak terbaca.*koma"):
            require_declared(plan, read_study(project, CODE), project)


def test_the_limit_of_a_claim_is_a_choice(project: Path, claims: Path) -> None:
    plan, table = write_plan(project, CODE, today=DAY), claims / "uji_pernyataan.csv"
    assert require_declared(plan, read_study(project, CODE), project) == []
    table.write_text(table.read_text().replace("mpi.luput > 50", "mpi.luput > 5"))
    study = read_study(project, CODE)
    with pytest.raises(EvidenceError, match=r"pernyataan\.data_tunggal\.uji\.data.*> 50.*> 5"):
        require_declared(plan, study, project)
    assert departed_claims(plan, study, project) == {"klaim.data_tunggal"}
    results = {
        key: make_entry(key, "Data ini mendukung", unit="", decimals=0, note="Klaim")
        for key in ("klaim.data_tunggal", "klaim.putus_sekolah")
    }
    marked = mark_exploratory(results, plan, study, project)
    assert {key: each.exploratory for key, each in marked.items()} == {
        "klaim.data_tunggal": True,
        "klaim.putus_sekolah": False,
    }


@pytest.mark.parametrize("name", ["benih padi", "undian saja", "umur. permutasi"])
def test_a_specification_is_not_technical_by_its_name(name: str, project: Path) -> None:
    plan = write_plan(project, CODE, today=DAY)
    change(project, '"tanpa kendali" = ""', f'"tanpa kendali" = ""\n"{name}" = "uhh_tahun"')
    with pytest.raises(EvidenceError, match=rf"spesifikasi\.kendali\.{name}"):
        require_declared(plan, read_study(project, CODE), project)


def test_an_added_specification_marks_the_numbers_of_all(project: Path) -> None:
    plan = write_plan(project, CODE, today=DAY)
    change(project, '"tanpa kendali" = ""', '"tanpa kendali" = ""\n"umur" = "uhh_tahun"')
    admit(project, "spesifikasi.kendali")
    keys = ("spek.median", "kemiskinan.akhir")
    ledger = {key: replace(effect(key), grade=None) for key in keys}
    marked = mark_exploratory(ledger, plan, read_study(project, CODE), project)
    assert marked["spek.median"].show("mutlak") == "1,0\u00a0persen poin (eksploratif)"
    assert marked["kemiskinan.akhir"].show() == "1,0\u00a0persen poin"


@pytest.mark.parametrize(
    ("old", "new", "choice", "key"),
    [
        ("[5, 10, 15]", "[5, 10, 20]", "pemetaan.skenario_rse_pct", "sintetis.selisih"),
        ("[[2014, 2018],", "[[2015, 2018],", "regresi.tahun_regresi", "spek.median"),
    ],
)
def test_a_choice_marks_what_other_sections_make_of_it(
    old: str, new: str, choice: str, key: str, project: Path
) -> None:
    plan = write_plan(project, CODE, today=DAY)
    change(project, old, new)
    admit(project, choice)
    marked = mark_exploratory({key: effect(key)}, plan, read_study(project, CODE), project)
    assert marked[key].exploratory


def test_a_reason_for_no_choice_is_refused(project: Path) -> None:
    plan = write_plan(project, CODE, today=DAY)
    admit(project, "regresi.jarak_conley")
    with pytest.raises(EvidenceError, match=r"maksudnya 'regresi\.jarak_conley_km'"):
        require_declared(plan, read_study(project, CODE), project)


def test_a_declared_effect_without_a_result_is_listed(project: Path) -> None:
    plan = write_plan(project, CODE, today=DAY)
    assert unreported({}, plan) == ["sintetis.selisih"]
    assert "tidak ada hasilnya: sintetis.selisih" in deviations_text([], unreported({}, plan))
    assert not unreported({"sintetis.selisih": effect("sintetis.selisih")}, plan)


@pytest.mark.parametrize("reason", ["perlu", " " * 25])
def test_a_reason_is_more_than_a_word(reason: str, project: Path) -> None:
    admit(project, "benih", reason)
    with pytest.raises(StudyError, match=r"alasan.*paling sedikit 20"):
        read_study(project, CODE)


def test_seeds_and_draws_need_no_reason_but_are_listed(project: Path) -> None:
    plan = write_plan(project, CODE, today=DAY)
    change(project, "benih = 20250707", "benih = 7")
    study = read_study(project, CODE)
    found = require_declared(plan, study, project)
    assert [(d.choice, d.technical) for d in found] == [("benih", True)]
    ledger = {"sintetis.selisih": effect("sintetis.selisih")}
    assert not mark_exploratory(ledger, plan, study, project)["sintetis.selisih"].exploratory


def test_the_order_of_a_list_is_no_deviation(project: Path) -> None:
    plan = write_plan(project, CODE, today=DAY)
    change(project, '"33.09", "33.10"', '"33.10", "33.09"')
    assert not deviations(plan.last, read_study(project, CODE), project)


def test_without_a_plan_every_effect_is_exploratory(project: Path) -> None:
    ledger = {"sintetis.selisih": effect("sintetis.selisih")}
    marked = mark_exploratory(ledger, None, read_study(project, CODE), project)
    assert marked["sintetis.selisih"].exploratory
    assert "eksploratif" in plan_status(None, [])


def test_an_undeclared_effect_in_the_brief_fails_unless_exploratory(project: Path) -> None:
    plan = write_plan(project, CODE, today=DAY)
    ledger = {key: effect(key) for key in ("sintetis.selisih", "regresi.umk")}
    check_effects({"sintetis.selisih": ledger["sintetis.selisih"]}, plan)
    with pytest.raises(EvidenceError, match=r"regresi\.umk.*sel x.*exploratory=True"):
        check_effects(ledger, plan)
    study = read_study(project, CODE)
    check_effects(mark_exploratory(ledger, None, study, project), plan)


def test_a_declared_effect_without_a_grade_is_refused(project: Path) -> None:
    plan = write_plan(project, CODE, today=DAY)
    bare = replace(effect("sintetis.selisih"), grade=None)
    with pytest.raises(EvidenceError, match=r"tanpa tingkat bukti: sintetis\.selisih"):
        check_effects({bare.key: bare}, plan)


def test_another_estimate_of_a_declared_effect_needs_no_declaration(project: Path) -> None:
    plan = write_plan(project, CODE, today=DAY)
    other = replace(effect("sintetis.lain"), of="sintetis.selisih")
    check_effects({other.key: other}, plan)
    marked = mark_exploratory({other.key: other}, plan, read_study(project, CODE), project)
    assert not marked[other.key].exploratory
    with pytest.raises(EvidenceError, match=r"sintetis\.lain"):
        check_effects({other.key: replace(other, of="")}, plan)


def test_the_plan_of_one_place_of_a_collection_has_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "studies").mkdir()
    shutil.copy(ROOT / "studies" / "jateng-2025.toml", tmp_path / "studies")
    path = tmp_path / "studies" / "jateng-2025.toml"
    path.write_text(path.read_text().replace("\n[wilayah]", f"{PLAN}\n[wilayah]", 1))
    plan = write_plan(tmp_path, "jateng-2025/33.07", today=DAY)
    assert plan_file(tmp_path, "jateng-2025/33.07").is_file()
    assert read_plan(tmp_path, "jateng-2025/33.07") == plan
    assert read_plan(tmp_path, "jateng-2025/33.08") is None


def test_a_revision_after_the_results_does_not_make_a_choice_planned(project: Path) -> None:
    write_plan(project, CODE, today=DAY)
    change(project, "tahun_mulai = 2022 ", "tahun_mulai = 2023 ")
    results = project / "data" / "processed" / CODE / "04_evaluation"
    results.mkdir(parents=True)
    (results / "ledger.json").write_text("{}")
    change(project, '["sintetis.selisih"]', '["sintetis.selisih", "regresi.tpt"]')
    plan = write_plan(project, CODE, reason="ganti tahun", today=DAY)
    study = read_study(project, CODE)
    assert require_declared(plan, study, project) == []
    ledger = {key: effect(key) for key in ("sintetis.selisih", "regresi.umk", "regresi.tpt")}
    marked = mark_exploratory(ledger, plan, study, project)
    assert [marked[key].exploratory for key in ledger] == [True, False, True]
    assert "direvisi" in plan_status(plan, [])
    assert "sesudah hasilnya ada" in plan_status(plan, [])


def test_a_plan_written_after_the_results_declares_nothing_beforehand(project: Path) -> None:
    results = project / "data" / "processed" / CODE / "04_evaluation"
    results.mkdir(parents=True)
    (results / "ledger.json").write_text("{}")
    plan = write_plan(project, CODE, today=DAY)
    marked = mark_exploratory(
        {"sintetis.selisih": effect("sintetis.selisih")}, plan, read_study(project, CODE), project
    )
    assert marked["sintetis.selisih"].exploratory
    assert "semua dampak berstatus eksploratif" in plan_status(plan, [])


def test_results_once_seen_stay_seen_where_there_are_none(project: Path) -> None:
    results = project / "data" / "processed" / CODE / "04_evaluation"
    results.mkdir(parents=True)
    (results / "ledger.json").write_text("{}")
    write_plan(project, CODE, today=DAY)
    shutil.rmtree(project / "data")  # as in a fresh clone
    change(project, "tahun_mulai = 2022 ", "tahun_mulai = 2023 ")
    plan = write_plan(project, CODE, reason="ganti tahun", today=DAY)
    assert plan.last.hasil_sudah_ada
    assert plan.before is None
    ledger = {"sintetis.selisih": effect("sintetis.selisih")}
    marked = mark_exploratory(ledger, plan, read_study(project, CODE), project)
    assert marked["sintetis.selisih"].exploratory


def test_an_added_specification_is_marked_under_a_late_plan_too(project: Path) -> None:
    results = project / "reports" / CODE
    results.mkdir(parents=True)
    (results / "ledger.json").write_text("{}")
    plan = write_plan(project, CODE, today=DAY)
    ledger = {"spek.median": replace(effect("spek.median"), grade=None)}
    assert mark_exploratory(ledger, plan, read_study(project, CODE), project) == ledger
    change(project, '"tanpa kendali" = ""', '"tanpa kendali" = ""\n"umur" = "uhh_tahun"')
    marked = mark_exploratory(ledger, plan, read_study(project, CODE), project)
    assert marked["spek.median"].exploratory
