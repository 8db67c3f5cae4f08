"""Every estimate of an effect is bound to a grade, its own or that of the effect."""

from __future__ import annotations

import pytest

from kajian.errors import EvidenceError
from kajian.evidence.effects import graded, other_estimates, require_graded
from kajian.evidence.ledger import Entry, Ledger, make_entry
from kajian.evidence.quoting import fill

RAN = {
    "pretrend_p": 0.3, "breakdown": 1.5, "clusters_treated": 31, "clusters_untreated": 23,
    "permutation_p": 0.001, "spillover_low": -1.0, "spillover_high": 1.0, "mde": 1.5,
}  # fmt: skip


def estimate(key: str, low: float | None = 1.0, high: float | None = 3.0, **more: object) -> Entry:
    level = None if low is None else 0.95
    origin = {"level": level, "notebook": "04_evaluation", "cell": "catat", **more}
    return make_entry(
        key, 2.0, unit="persen poin", decimals=1, note="", low=low, high=high, **origin
    )  # type: ignore[arg-type]


def effect(**changed: object) -> Entry:
    return graded(estimate("bertahap.dampak"), "bertahap", towards=1, **{**RAN, **changed})


def book(*entries: Entry) -> Ledger:
    return {entry.key: entry for entry in entries}


def test_an_effect_needs_an_interval_of_a_usual_level() -> None:
    for bare, said in (
        (estimate("x.dampak", None, None), "bukan angka dengan selang"),
        (estimate("x.dampak", level=0.8), "terlalu rendah"),
    ):
        with pytest.raises(EvidenceError, match=said):
            graded(bare, "bertahap", towards=1, **RAN)


def bound(main: Entry, other: Entry) -> Entry:
    return other_estimates(main, [other.key], book(main, other), towards=1)[0]


@pytest.mark.parametrize(
    ("low", "high", "level", "finding"),
    [
        (0.5, 3.5, 0.95, "mendukung"),
        (0.5, 3.5, 0.2, "tidak terbukti"),
        (-3.5, -0.5, 0.95, "tidak terbukti"),
        (-0.5, 3.5, 0.95, "tidak terbukti"),
        (None, None, None, "tidak terbukti"),
    ],
)
def test_another_estimate_has_the_grade_and_finds_no_more_than_the_effect(
    low: float | None, high: float | None, level: float | None, finding: str
) -> None:
    main = effect(pretrend_p=0.01)
    other = bound(main, estimate("bertahap.lain", low, high, level=level))
    assert other.of == "bertahap.dampak"
    assert other.grade is not None
    assert main.grade is not None
    assert (other.grade.letter, other.grade.steps) == (main.grade.letter, main.grade.steps)
    assert other.grade.finding == finding


def test_an_estimate_that_stands_out_does_not_where_its_effect_does_not() -> None:
    unproven = graded(estimate("bertahap.dampak", -1.0, 3.0), "bertahap", towards=1, **RAN)
    other = bound(unproven, estimate("bertahap.lain"))
    assert other.grade is not None
    assert other.grade.finding == "tidak terbukti"


@pytest.mark.parametrize(
    "other", ["skor.dampak", "bertahap.dampak", "bertahap.dinilai", "bertahap.kata"]
)
def test_only_a_number_of_the_same_family_without_a_grade_is_bound(other: str) -> None:
    main = effect()
    rated = graded(estimate("bertahap.dinilai"), "keterkaitan", towards=0, clusters=40, mde=1.0)
    word = make_entry("bertahap.kata", "naik", unit="", decimals=0, note="")
    ledger = book(main, rated, word, estimate("skor.dampak"))
    with pytest.raises(EvidenceError, match=f"'{other}' bukan taksiran lain"):
        other_estimates(main, other, ledger, towards=1)


def test_a_recommendation_that_rests_on_another_estimate_says_no_more_than_the_effect() -> None:
    sentence = "{{ saran: perluas bertahap dengan evaluasi | bertahap.lain }} program itu."
    for main, carried in ((effect(), True), (effect(pretrend_p=0.01), False)):
        ledger = book(main, bound(main, estimate("bertahap.lain")))
        if carried:
            assert fill(sentence, ledger)[0].startswith("Perluas bertahap")
        else:
            with pytest.raises(EvidenceError, match=r"lebih kuat.*bertahap\.lain: tingkat C"):
                fill(sentence, ledger)


def test_an_estimate_beside_a_graded_effect_is_graded_or_bound_to_it() -> None:
    main, beside = effect(), estimate("bertahap.lain")
    with pytest.raises(EvidenceError, match=r"tanpa tingkat bukti: bertahap\.lain .*sel catat"):
        require_graded(book(main, beside))
    require_graded(book(main, bound(main, beside)))
    require_graded(book(main, estimate("bertahap.kelurahan", None, None), estimate("celah.bpjs")))
