"""What a result says of itself."""

from __future__ import annotations

from kajian.evidence.grades import Grade
from kajian.evidence.ledger import make_entry
from kajian.trace.story import tell_result


def test_a_result_tells_its_interval_its_grade_with_each_step_and_its_standing() -> None:
    grade = Grade("C", "bertahap", "tidak terbukti", ("mulai B: bertahap", "−1: daya kurang"))
    entry = make_entry(
        "efek", 0.4, unit="persen poin", decimals=1, note="Dampak", low=-0.1, high=0.9, level=0.9,
        grade=grade, exploratory=True, status="SIMULASI",
    )  # fmt: skip
    assert "\n".join(tell_result(entry)).replace("\u00a0", " ").splitlines() == [
        "efek = 0,4 persen poin (eksploratif)",
        "  Dampak",
        "  Selang 90%: −0,1 sampai 0,9 persen poin",
        "  SIMULASI: dari data rumah tangga buatan komputer",
        "  Tingkat bukti C (lemah), rancangan bertahap: tidak terbukti",
        "    - mulai B: bertahap",
        "    - −1: daya kurang",
        "  Di luar rencana analisis (eksploratif)",
    ]


def test_a_word_tells_no_more_than_itself() -> None:
    entry = make_entry("arah", "turun", unit="", decimals=0, note="Arah")
    assert tell_result(entry) == ["arah = turun", "  Arah"]
