from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.twin.calibration import calibrate
from kajian.twin.households import draw_households
from kajian.twin.truth import TRUTH


def test_no_other_whole_line_is_nearer_to_the_public_rate(chunks, homes, known):
    def rate(line: float) -> float:
        return float(np.average(homes["kapita_rp"] < line, weights=homes["jumlah_anggota"]))

    line = known["hasil.garis_kemiskinan_rp"]
    miss = abs(rate(line) - 0.0769)
    # The largest household is 12 of 29,040 persons: 0.04 percentage points.
    assert miss < 12 / 29_040
    assert all(abs(rate(line + step) - 0.0769) >= miss for step in range(-3000, 3001, 100))
    assert calibrate(chunks, TRUTH, 7.69).line_rp == line


def test_deciles_are_tenths_of_the_households(homes):
    shares = homes["desil"].value_counts(normalize=True)
    assert sorted(shares.index) == list(range(1, 11))
    # Bins of the score are 0.0005 wide; near the middle each holds 1 household in 3,000.
    np.testing.assert_allclose(shares, 0.1, atol=0.001)


def test_deciles_follow_consumption_with_errors(homes):
    mean = np.log(homes["kapita_rp"]).groupby(homes["desil"]).mean()
    assert mean.is_monotonic_increasing
    poorest = homes["kapita_rp"].rank(pct=True) <= 0.1
    assert 0.4 < (homes.loc[poorest, "desil"] == 1).mean() < 0.8


def test_shares_are_read_from_the_two_scores(chunks):
    few = chunks[:5]
    calibration = calibrate(few, TRUTH, 7.69)
    table = pd.concat([draw_households(chunk, TRUTH) for chunk in few])
    # About 900 households: a bin of the score holds one at most, or two.
    for share in (0.1, 0.5, 0.9):
        below = table["skor_lama"] < calibration.score_below(share)
        assert below.mean() == pytest.approx(share, abs=0.005)
    tenths = pd.Series(calibration.deciles(table["skor"].to_numpy())).value_counts(normalize=True)
    np.testing.assert_allclose(tenths, 0.1, atol=0.01)


def test_the_two_scores_err_apart_from_each_other(chunks):
    table = pd.concat([draw_households(chunk, TRUTH) for chunk in chunks])
    model = TRUTH.pengeluaran
    true = model.acuan_rata + model.acuan_simpangan * table["z"]
    old, present = table["skor_lama"] - true, table["skor"] - true
    # 10,000 draws, but the old score also errs by kelurahan: 0.08 beside 0.30.
    assert np.corrcoef(old, present)[0, 1] == pytest.approx(0, abs=0.04)
    assert present.std() == pytest.approx(TRUTH.sasaran.simpangan_skor, rel=0.03)
    both = np.hypot(TRUTH.sasaran.simpangan_skor_lama, TRUTH.sasaran.simpangan_skor_wilayah)
    assert old.std() == pytest.approx(both, rel=0.03)
