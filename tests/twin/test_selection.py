from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kajian.privacy.patterns import identity_kinds
from kajian.twin.selection import draw_selection
from kajian.twin.truth import TRUTH

MODEL = TRUTH.seleksi


def test_the_score_alone_decides(read):
    table = read("seleksi")
    assert len(table) == MODEL.pemohon
    assert (table["menerima"] == (table["skor"] >= table["ambang"])).all()
    assert 0.2 < table["menerima"].mean() < 0.8


def test_nothing_in_the_table_looks_like_an_identity(read):
    assert read("seleksi")["id_pemohon"].str.startswith("SIM-M").all()
    assert identity_kinds(read("seleksi").to_csv(index=False)) == []


def test_sales_jump_at_the_threshold_by_the_effect(places):
    table = draw_selection(places, replace(MODEL, pemohon=400_000), np.random.default_rng(2))
    above = table["skor"] - MODEL.ambang
    near = above.abs() < 2
    left, right = (
        np.polynomial.Polynomial.fit(above[side], table.loc[side, "omzet_rp"], 1)(0)
        for side in (near & (above < 0), near & (above >= 0))
    )
    # 13,000 applicants within two points: error of the jump about 4 * 1.2m / sqrt(13,000).
    assert right - left == pytest.approx(MODEL.dampak_rp, abs=150_000)


def test_nobody_crowds_above_the_threshold(places):
    table = draw_selection(places, replace(MODEL, pemohon=400_000), np.random.default_rng(3))
    above = table["skor"] - MODEL.ambang
    just_below, just_above = ((above < 0) & (above >= -1)).sum(), ((above >= 0) & (above < 1)).sum()
    assert just_above / just_below == pytest.approx(1, abs=0.06)
