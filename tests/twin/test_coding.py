"""Coders of the twin: what they name, and how far they can be expected to agree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kajian.qualitative.agreement import theme_agreement
from kajian.twin.coding import expected_agreement, name_themes
from kajian.twin.interviews import THEMES, draw_interviews
from kajian.twin.truth import TRUTH

MODEL = TRUTH.wawancara


def single(themes: str) -> pd.DataFrame:
    """Segments of one theme each."""
    return pd.DataFrame(
        {"id_segmen": range(len(themes)), "tema": list(themes), "utama": [1] * len(themes)}
    )


def coders(accuracy: float):
    return replace(MODEL, ketepatan_a=accuracy, ketepatan_b=accuracy)


def test_agreement_by_hand():
    nine = single("abcdefghi")
    # Coders who guess agree once in nine; coders who are always right, always.
    assert expected_agreement(nine, coders(1 / 9)) == pytest.approx((1 / 9, 0))
    assert expected_agreement(nine, coders(1.0)) == pytest.approx((1, 1))
    # Both right, or both wrong in the same way; alpha of nine equally frequent themes.
    same = 0.93 * 0.86 + 0.07 * 0.14 / 8
    assert expected_agreement(nine, MODEL) == pytest.approx((same, (same - 1 / 9) / (8 / 9)))


def test_a_theme_that_one_coder_overlooks_is_half_an_agreement():
    # Always {a, b}: one names both, the other the main one and half of the time the second.
    both = pd.DataFrame({"id_segmen": [0, 0], "tema": ["a", "b"], "utama": [1, 0]})
    model = replace(MODEL, tema=2, ketepatan_a=1.0, ketepatan_b=0.5)
    # B names a and b with chance 1/4 each (main right or not, second seen or not): right and
    # seen {a, b}; right {a}; wrong {b}; wrong and seen {b}. MASI of {a, b} and {a}: 1 - 1/3.
    # Of {a, b}, {a}, {b}, coders together name 5/8, 1/8 and 2/8.
    share, far = np.array([5, 1, 2]) / 8, 2 / 3
    expected = 2 * (share[0] * (1 - share[0]) * far + share[1] * share[2])
    found = expected_agreement(both, model)
    assert found == pytest.approx((1 / 4, 1 - 3 / 4 * far / expected))


def test_a_coder_errs_as_stated():
    n, rng = 20_000, np.random.default_rng(11)
    first = rng.integers(9, size=n)
    present = rng.random((n, 9)) < 0.2
    present[np.arange(n), first] = True
    named = name_themes(first, present, 0.8, rng)
    # Four standard errors, 0.8 x 0.2 / 20,000.
    assert named[np.arange(n), first].mean() == pytest.approx(0.8, abs=0.012)
    further = present.copy()
    further[np.arange(n), first] = False
    # A further theme is named when it is seen, or when it is taken for the main one.
    seen = 1 - 0.2 * (1 - 0.2 / 8)
    assert named[further].mean() == pytest.approx(seen, abs=0.01)
    assert named[~present].mean() == pytest.approx(0.2 / 8, abs=0.003)
    assert named.sum(axis=1).min() == 1


def test_the_method_finds_the_agreement_that_is_expected(places, causes):
    rng = np.random.default_rng(5)
    many = replace(MODEL, segmen=6_000)
    talks = draw_interviews(places, causes, many, rng)
    same, alpha = expected_agreement(talks.themes, many)
    sets = talks.codes.groupby(["id_segmen", "pengode"])["tema"].agg(frozenset).unstack().dropna()  # noqa: PD010
    assert (sets["A"] == sets["B"]).mean() == pytest.approx(same, abs=0.02)  # 3.5 standard errors
    found = theme_agreement(talks.codes, rng=rng, draws=99).overall
    error = (found.conf_high - found.conf_low) / (2 * 1.96)
    assert found.alpha == pytest.approx(alpha, abs=3.5 * error)
    assert len(THEMES) == MODEL.tema
