"""Every estimate of an effect is bound to a grade, its own or that of the effect."""

from __future__ import annotations

import pytest

from kajian.errors import EvidenceError
from kajian.evidence.effects import graded, other_estimate, require_graded
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
        (estimate("x.dampak", None, None), "tidak punya selang"),
        (estimate("x.dampak", level=0.8), "terlalu rendah"),
    ):
        with pytest.raises(EvidenceError, match=said):
            graded(bare, "bertahap", towards=1, **RAN)


@pytest.mark.parametrize(
    ("low", "high", "finding"),
    [
        (0.5, 3.5, "mendukung"),
        (-3.5, -0.5, "berlawanan"),
        (-0.5, 3.5, "tidak terbukti"),
        (None, None, "tidak terbukti"),
    ],
)
def test_another_estimate_has_the_grade_and_a_finding_of_its_own(
    low: float | None, high: float | None, finding: str
) -> None:
    main = effect(pretrend_p=0.01)
    other = other_estimate(estimate("bertahap.lain", low, high), main, towards=1)
    assert other.of == "bertahap.dampak"
    assert other.grade is not None
    assert main.grade is not None
    assert (other.grade.letter, other.grade.steps) == (main.grade.letter, main.grade.steps)
    assert other.grade.finding == finding


def test_a_recommendation_that_rests_on_another_estimate_says_no_more_than_the_effect() -> None:
    sentence = "{{ saran: perluas bertahap dengan evaluasi | bertahap.lain }} program itu."
    for main, carried in ((effect(), True), (effect(pretrend_p=0.01), False)):
        ledger = book(main, other_estimate(estimate("bertahap.lain"), main, towards=1))
        if carried:
            assert fill(sentence, ledger)[0].startswith("Perluas bertahap")
        else:
            with pytest.raises(EvidenceError, match=r"lebih kuat.*bertahap\.lain: tingkat C"):
                fill(sentence, ledger)


def test_an_estimate_beside_a_graded_effect_is_graded_or_bound_to_it() -> None:
    main, beside = effect(), estimate("bertahap.lain")
    with pytest.raises(EvidenceError, match=r"tanpa tingkat bukti: bertahap\.lain .*sel catat"):
        require_graded(book(main, beside))
    require_graded(book(main, other_estimate(beside, main, towards=1)))
    require_graded(book(main, estimate("bertahap.kelurahan", None, None), estimate("celah.bpjs")))
