"""The scale: every limit from both sides, one step per failure, never below D, never up."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kajian.causal.diagram.adjustment import Adjustment
from kajian.causal.sensitivity.omitted_variable import Sensitivity
from kajian.causal.specifications.curve import SpecificationCurve
from kajian.errors import EvidenceError
from kajian.evaluation.differences.bounds_breakdown import Breakdown
from kajian.evaluation.differences.permutation import AdoptionTest
from kajian.evaluation.discontinuity.density_test import DensityTest
from kajian.evaluation.discontinuity.result import RegressionDiscontinuity
from kajian.evaluation.experiment.attrition import Attrition
from kajian.evaluation.experiment.balance import Balance
from kajian.evaluation.experiment.lee_bounds import LeeBounds
from kajian.evaluation.experiment.result import ArmEffect
from kajian.evaluation.synthetic.placebos import PlaceboSpace
from kajian.evaluation.synthetic.refits import Refits
from kajian.evaluation.synthetic.result import SyntheticControl
from kajian.evidence.grade_rules import DESIGNS, LETTERS, RULES, rules_of
from kajian.evidence.grades import Grade, grade_effect, scale_table
from kajian.evidence.scale.attrition import WWC_CAUTIOUS_PP, low_attrition
from kajian.evidence.scale.inputs import INPUTS

EFFECT = {"estimate": 2.0, "low": 1.0, "high": 3.0, "towards": 1}
SOUND = {
    "uji_coba": {
        "clusters_smaller_arm": 35,
        "largest_std_difference": 0.1,
        "attrition_pct": 9.0,
        "differential_pp": 2.0,
        "randomisation_p": 0.001,
        "mde": 1.5,
    },
    "ambang_skor": {
        "density_p": 0.4,
        "placebo_share": 0.0,
        "bandwidths_same_sign": 1.0,
        "near_cutoff": 400,
        "mde": 1.5,
    },
    "bertahap": {
        "pretrend_p": 0.3,
        "breakdown": 1.5,
        "clusters_treated": 31,
        "clusters_untreated": 23,
        "permutation_p": 0.001,
        "spillover_low": -1.0,
        "spillover_high": 1.0,
        "mde": 1.5,
    },
    "kontrol_sintetis": {
        "comparable": True,
        "placebo_p": 0.03,
        "placebo_p_floor": 1 / 35,
        "starts_as_large": 0.0,
        "leave_one_out_same_sign": True,
        "variants_same_sign": 1.0,
        "units": 35,
        "mde": 1.5,
    },
    "penyesuaian": {
        "adjustment_valid": True,
        "robustness_value": 0.3,
        "benchmark_estimate": 1.5,
        "benchmark_low": 0.5,
        "benchmark_high": 2.5,
        "specifications_same_sign": 1.0,
        "clusters": 40,
        "mde": 1.5,
    },
    "keterkaitan": {"clusters": 40, "mde": 1.5},
}


def graded(design: str, **changed: object) -> Grade:
    return grade_effect(design, **{**EFFECT, **SOUND[design], **changed})  # type: ignore[arg-type]


# --- letters ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("design", "letter"),
    [
        ("uji_coba", "A"),
        ("ambang_skor", "B"),
        ("bertahap", "B"),
        ("kontrol_sintetis", "B"),
        ("penyesuaian", "C"),
        ("keterkaitan", "D"),
    ],
)
def test_a_sound_study_keeps_the_letter_of_its_design(design: str, letter: str) -> None:
    grade = graded(design)
    assert (grade.letter, grade.design, grade.finding) == (letter, design, "mendukung")
    assert grade.steps[0] == f"mulai {letter}: {DESIGNS[design].title}"
    assert len(grade.steps) == 1 + len(rules_of(design))
    assert grade.reasons == ""


# Rule, design, what just passes, what just fails.
LIMITS = [
    ("kelompok_undi", "uji_coba", {"clusters_smaller_arm": 10}, {"clusters_smaller_arm": 9}),
    (
        "keseimbangan",
        "uji_coba",
        {"largest_std_difference": -0.25},
        {"largest_std_difference": -0.26},
    ),
    ("kehilangan", "uji_coba", {"differential_pp": -6.3}, {"differential_pp": -6.4}),
    (
        "kehilangan",
        "uji_coba",
        {"differential_pp": 12.0, "lee_low": 0.1, "lee_high": 4.0},
        {"differential_pp": 12.0, "lee_low": -0.1, "lee_high": 4.0},
    ),
    ("pengacakan", "uji_coba", {"randomisation_p": 0.05}, {"randomisation_p": 0.051}),
    ("kepadatan", "ambang_skor", {"density_p": 0.051}, {"density_p": 0.05}),
    ("ambang_palsu", "ambang_skor", {"placebo_share": 1 / 5}, {"placebo_share": 2 / 6}),
    ("lebar_jendela", "ambang_skor", {"bandwidths_same_sign": 1}, {"bandwidths_same_sign": 5 / 6}),
    ("dekat_ambang", "ambang_skor", {"near_cutoff": 50}, {"near_cutoff": 49}),
    ("tren_sebelum", "bertahap", {"pretrend_p": 0.051}, {"pretrend_p": 0.05}),
    ("tren_menyimpang", "bertahap", {"breakdown": 1.0}, {"breakdown": 0.99}),
    ("tren_menyimpang", "bertahap", {"breakdown": 1.0}, {"breakdown": None}),
    ("kelompok", "bertahap", {"clusters_treated": 10}, {"clusters_treated": 9}),
    ("kelompok", "bertahap", {"clusters_untreated": 10}, {"clusters_untreated": 9}),
    ("pengacakan_mulai", "bertahap", {"permutation_p": 0.05}, {"permutation_p": 0.06}),
    ("limpahan", "bertahap", {"spillover_low": 0.0}, {"spillover_low": 0.01}),
    ("limpahan", "bertahap", {"spillover_high": 0.0}, {"spillover_high": -0.01}),
    ("limpahan", "bertahap", {"spillover_high": 1.0}, {"spillover_high": 1.01}),
    ("limpahan", "bertahap", {"spillover_low": -1.0}, {"spillover_low": -1.01}),
    ("kecocokan", "kontrol_sintetis", {"comparable": np.bool_(True)}, {"comparable": False}),
    ("plasebo_tempat", "kontrol_sintetis", {"placebo_p": 0.1}, {"placebo_p": 0.11}),
    ("plasebo_waktu", "kontrol_sintetis", {"starts_as_large": 0.0}, {"starts_as_large": 0.5}),
    (
        "tanpa_satu",
        "kontrol_sintetis",
        {"leave_one_out_same_sign": True},
        {"leave_one_out_same_sign": False},
    ),
    ("varian", "kontrol_sintetis", {"variants_same_sign": 1}, {"variants_same_sign": 0.8}),
    ("banyak_unit", "kontrol_sintetis", {"units": 20}, {"units": 19}),
    ("diagram", "penyesuaian", {"adjustment_valid": True}, {"adjustment_valid": False}),
    ("peubah_terlewat", "penyesuaian", {"benchmark_low": 0.01}, {"benchmark_low": 0.0}),
    (
        "peubah_terlewat",
        "penyesuaian",
        {"benchmark_estimate": 0.5},
        {"benchmark_estimate": -0.5, "benchmark_low": -1.0, "benchmark_high": -0.1},
    ),
    (
        "spesifikasi",
        "penyesuaian",
        {"specifications_same_sign": 0.9},
        {"specifications_same_sign": 0.89},
    ),
    ("gugus", "penyesuaian", {"clusters": 20}, {"clusters": 19}),
    *(("daya", design, {"mde": 2.0}, {"mde": 2.001}) for design in DESIGNS),
]


@pytest.mark.parametrize(("rule", "design", "passing", "failing"), LIMITS)
def test_each_limit_from_both_sides(
    rule: str, design: str, passing: dict[str, object], failing: dict[str, object]
) -> None:
    place = 1 + [each.name for each in rules_of(design)].index(rule)
    sound, weaker = graded(design, **passing), graded(design, **failing)
    start = DESIGNS[design].start
    assert sound.letter == start
    assert not sound.steps[place].startswith(("−1", "tetap"))
    assert weaker.letter == LETTERS[min(LETTERS.index(start) + 1, 3)]
    assert weaker.steps[place].startswith("tetap D: " if start == "D" else "−1: ")
    assert weaker.reasons == weaker.steps[place].partition(": ")[2], "the only reason"
    limit = next(each.limit for each in RULES if each.name == rule)
    assert weaker.reasons.endswith(f"(syarat: {limit})")
    assert weaker.reasons == f"{weaker.short_reasons} (syarat: {limit})"


def test_every_rule_has_its_limit_tested() -> None:
    tested = {(rule, design) for rule, design, _, _ in LIMITS}
    assert tested >= {(rule.name, rule.designs[0]) for rule in RULES}


def test_two_failures_cost_two_letters_and_nothing_falls_below_d() -> None:
    assert graded("uji_coba", mde=9.0, randomisation_p=0.2).letter == "C"
    worst = graded("bertahap", mde=9.0, pretrend_p=0.01, breakdown=None, permutation_p=0.5)
    assert worst.letter == "D"
    assert sum(step.startswith("−1: ") for step in worst.steps) == 2
    assert sum(step.startswith("tetap D: ") for step in worst.steps) == 2
    assert worst.reasons.count("; ") == 3


@given(st.sampled_from(sorted(DESIGNS)), st.sets(st.sampled_from([rule.name for rule in RULES])))
def test_each_failed_rule_costs_one_letter_whichever_they_are(
    design: str, failed: set[str]
) -> None:
    changes = {rule: weak for rule, its, _, weak in LIMITS if its == design and rule in failed}
    changed = {name: value for weak in changes.values() for name, value in weak.items()}
    place = LETTERS.index(DESIGNS[design].start) + len(changes)
    assert graded(design, **changed).letter == LETTERS[min(place, 3)]


# --- findings ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "towards", "finding"),
    [
        (0.1, 2, 1, "mendukung"),
        (0.1, 2, -1, "berlawanan"),
        (0.1, 2, 0, "berbeda dari nol"),
        (-2, -0.1, -1, "mendukung"),
        (-2, -0.1, 1, "berlawanan"),
        (-2, -0.1, 0, "berbeda dari nol"),
        (0, 2, 1, "tidak terbukti"),
        (-2, 0, -1, "tidak terbukti"),
        (-1, 2, 0, "tidak terbukti"),
        (-np.inf, np.inf, 1, "tidak terbukti"),
    ],
)
def test_the_finding_follows_the_interval(
    low: float, high: float, towards: int, finding: str
) -> None:
    grade = graded("keterkaitan", estimate=0.5, low=low, high=high, towards=towards)
    assert grade.finding == finding


def test_a_test_by_lot_is_not_held_against_an_interval_that_claims_nothing() -> None:
    nothing = {"estimate": 2.0, "low": -0.5, "high": 4.5}
    assert graded("uji_coba", **nothing, randomisation_p=0.4).letter == "A"
    assert graded("bertahap", **nothing, permutation_p=0.4).letter == "B"
    assert graded("kontrol_sintetis", **nothing, placebo_p=0.4).letter == "B"
    kept = {"benchmark_low": -0.5, "benchmark_high": 3.0}
    assert graded("penyesuaian", **nothing, **kept).letter == "C"


def test_lee_bounds_must_lie_on_the_side_of_the_estimate() -> None:
    lost = {"differential_pp": 20.0, "lee_low": -3.0, "lee_high": -1.0}
    assert graded("uji_coba", **lost).letter == "B"
    effect = {"estimate": -2.0, "low": -3.0, "high": -1.0, "towards": -1}
    rescued = graded("uji_coba", **effect, **lost)
    assert rescued.letter == "A"
    assert "selang batas Lee tetap tidak memuat nol" in rescued.steps[3]
    assert graded("uji_coba", differential_pp=20.0, lee_low=None, lee_high=None).letter == "B"


# --- attrition --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("overall", "limit"),
    [(0, 5.7), (7, 6.3), (10, 6.3), (20, 5.4), (30, 4.1), (40, 2.6), (50, 1.0), (56, 0.2), (57, 0)],
)
def test_the_boundary_of_the_what_works_clearinghouse(overall: int, limit: float) -> None:
    # Standards Handbook 4.1 (2020), table II.1, cautious.
    assert low_attrition(overall, limit)
    assert low_attrition(overall, -limit)
    assert not low_attrition(overall, limit + 0.01)


def test_beyond_the_boundary_nothing_is_low_and_between_percents_it_is_linear() -> None:
    assert len(WWC_CAUTIOUS_PP) == 58
    assert not low_attrition(57.5, 0.0)
    assert not low_attrition(100, 0.0)
    assert low_attrition(30.5, 4.05)
    assert not low_attrition(30.5, 4.06)


# --- words ------------------------------------------------------------------------------------


def test_words_of_a_grade() -> None:
    grade = graded("bertahap", pretrend_p=0.012, breakdown=0.4)
    assert str(grade) == grade.label == "D (gambaran)"
    assert [str(Grade(letter, "", "", ())) for letter in "ABC"] == [
        "A (kuat)",
        "B (cukup)",
        "C (lemah)",
    ]
    assert grade.steps[1] == (
        "−1: uji tren sebelum program p\u00a0=\u00a00,012 (syarat: di atas 0,05)"
    )
    assert "bertahan selama penyimpangan tren tidak melebihi 0,4 kali" in grade.steps[2]
    assert grade.steps[3] == "31 kelompok menjalankan, 23 tidak"
    assert grade.steps[-1] == "taksiran 1,33 kali efek minimum yang dapat dideteksi"
    assert grade.reasons == "; ".join(step.removeprefix("−1: ") for step in grade.steps[1:3])


def test_a_ratio_just_below_one_is_not_shown_as_one() -> None:
    assert "taksiran 0,99 kali" in graded("uji_coba", mde=2.001).reasons
    assert "taksiran 0,00 kali" in graded("uji_coba", mde=np.inf).reasons


def test_the_scale_can_be_printed() -> None:
    table = scale_table()
    assert len(table) == sum(len(rules_of(design)) for design in DESIGNS)
    assert not table.isna().any().any()
    assert (table != "").all().all()
    first = table.iloc[0]
    assert first["huruf_awal"] == "A"
    assert first["kata_kerja_tertinggi"] == "terapkan"
    limits = table[table["diagnostik"] == "beda terbesar antarlengan sebelum program"]
    assert limits["syarat"].item() == "paling besar 0,25 simpangan baku"


# --- bad input --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("design", "name"),
    [(design, name) for design, ran in SOUND.items() for name in ran],
)
@pytest.mark.parametrize("value", ["left out", None, float("nan")])
def test_a_diagnostic_that_did_not_run(design: str, name: str, value: object) -> None:
    if value is None and name == "breakdown":
        return  # means that zero is never left out
    ran = {**SOUND[design], name: value}
    if value == "left out":
        del ran[name]
    with pytest.raises(EvidenceError, match=rf"'{design}'.* {name} tidak dijalankan.*Perbaikan"):
        grade_effect(design, **EFFECT, **ran)  # type: ignore[arg-type]


def test_all_that_did_not_run_are_named_at_once() -> None:
    with pytest.raises(EvidenceError, match=r"clusters, mde tidak.*mde= dari kajian.linear"):
        grade_effect("keterkaitan", **EFFECT)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("design", "changed", "said"),
    [
        ("uji_coba", {"randomisation_p": 1.2}, "nilai-p antara 0 dan 1"),
        ("uji_coba", {"attrition_pct": 120}, "persen antara 0 dan 100"),
        ("uji_coba", {"clusters_smaller_arm": 9.5}, "bilangan bulat"),
        ("uji_coba", {"clusters_smaller_arm": np.inf}, "bilangan bulat"),
        ("uji_coba", {"differential_pp": np.inf}, "angka berhingga"),
        ("uji_coba", {"mde": 0}, "angka positif"),
        ("uji_coba", {"lee_low": "0"}, "angka"),
        ("ambang_skor", {"placebo_share": 20}, "bagian antara 0 dan 1"),
        ("bertahap", {"breakdown": -1}, "kelipatan tak negatif"),
        ("kontrol_sintetis", {"comparable": 1}, "benar atau salah"),
        ("kontrol_sintetis", {"placebo_p": True}, "nilai-p"),
        ("kontrol_sintetis", {"units": pd.NA}, "bilangan bulat"),
    ],
)
def test_a_diagnostic_out_of_range(design: str, changed: dict[str, object], said: str) -> None:
    (name,) = changed
    with pytest.raises(EvidenceError, match=rf"{name} = .*'{design}' bukan {said}.*Perbaikan"):
        graded(design, **changed)


def test_a_diagnostic_that_the_design_does_not_have() -> None:
    with pytest.raises(EvidenceError, match=r"'bertahap' tidak mengenal.*'pretrendp'.*pretrend_p"):
        graded("bertahap", pretrendp=0.5)
    with pytest.raises(EvidenceError, match=r"'keterkaitan'.*'xyz' \(yang ada: clusters, mde\)"):
        graded("keterkaitan", xyz=0.5)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"towards": 2}, "Arah yang diharapkan 2"),
        ({"estimate": float("nan")}, "tidak dapat dinilai"),
        ({"low": float("nan")}, "tidak dapat dinilai"),
        ({"low": 4.0}, "tidak dapat dinilai"),
    ],
)
def test_an_effect_that_is_none(changed: dict[str, float], said: str) -> None:
    with pytest.raises(EvidenceError, match=rf"{said}.*Perbaikan"):
        graded("keterkaitan", **changed)


def test_an_unknown_design_offers_a_close_one() -> None:
    with pytest.raises(EvidenceError, match=r"'uji_cobaa'.*yang mirip: uji_coba; pilih"):
        grade_effect("uji_cobaa", **EFFECT)  # type: ignore[arg-type]


# --- the inputs are what the package computes -------------------------------------------------


def test_every_input_is_used_and_every_need_is_an_input() -> None:
    assert {name for rule in RULES for name in rule.needs} == set(INPUTS)


@pytest.mark.parametrize(
    ("result", "attributes"),
    [
        (ArmEffect, ["units_treated", "units_control", "randomisation"]),
        (Balance, ["table"]),
        (Attrition, ["table"]),
        (LeeBounds, ["conf_low", "conf_high"]),
        (DensityTest, ["p_value"]),
        (RegressionDiscontinuity, ["n_left", "n_right"]),
        (Breakdown, ["mbar"]),
        (AdoptionTest, ["p_value"]),
        (PlaceboSpace, ["p_mean_gap", "p_floor", "units"]),
        (Adjustment, ["valid"]),
        (Sensitivity, ["rv"]),
        (SpecificationCurve, ["share_same_sign"]),
    ],
)
def test_where_the_inputs_come_from_exists(result: type, attributes: list[str]) -> None:
    fields = {field.name for field in dataclasses.fields(result)}
    assert set(attributes) <= fields
    told = " ".join(each.origin for each in INPUTS.values())
    assert all(f"{result.__name__}.{name}" in told for name in attributes)


def test_where_the_inputs_come_from_exists_also_as_properties() -> None:
    assert all(hasattr(Refits, name) for name in ("share_as_large", "same_sign"))
    assert hasattr(SyntheticControl, "comparable")
