"""Words about effects turn when intervals and diagnostics turn."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kajian.evidence.effect_words import (
    change_verdict,
    confounder_verdict,
    density_words,
    estimand_sentence,
    parallel_trends_words,
    spillover_words,
)

amounts = st.floats(-1e6, 1e6)


def test_an_effect_is_claimed_only_where_the_diagram_allows_it() -> None:
    total = estimand_sentence("efek_total", True, [])
    assert "efek total" in total
    assert "keterkaitan, bukan efek" in estimand_sentence("efek_total", False, [])
    hidden = estimand_sentence("keterkaitan", False, {"kebijakan daerah"})
    assert "kebijakan daerah tidak teramati" in hidden
    assert "efek langsung" in estimand_sentence("efek_langsung", True, [])


@given(amounts, st.floats(0, 1e6))
def test_a_change_is_told_from_its_interval(low: float, width: float) -> None:
    word = change_verdict(low, low + width)
    side = "tinggi" if low > 0 else "rendah" if low + width < 0 else "tidak terbukti"
    assert side in word


def test_words_about_trends_turn_with_the_breakdown() -> None:
    assert "belum terbukti" in parallel_trends_words(None)
    assert "1,4 kali" in parallel_trends_words(1.49), "never more than was found"
    assert "tidak bertahan" in parallel_trends_words(0.05)


def test_a_wide_interval_does_not_rule_spillovers_out() -> None:
    assert "belum cukup" in spillover_words(-1.3, 1.0, 2.7)
    assert "kecil" in spillover_words(-0.2, 0.3, 2.7)
    assert "tercemar" in spillover_words(0.2, 0.9, 2.7)


def test_what_a_confounder_leaves() -> None:
    assert confounder_verdict(-0.15, 0.17, 0.1, 0.24) == "berbalik arah"
    assert confounder_verdict(-0.15, -0.1, -0.2, -0.01) == "tetap searah"
    assert "nol" in confounder_verdict(-0.15, -0.02, -0.1, 0.05)


def test_words_about_the_density_turn_with_the_test() -> None:
    assert "melompat" in density_words(0.01)
    assert "tidak ada tanda" in density_words(0.3)
