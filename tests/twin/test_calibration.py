from __future__ import annotations

import numpy as np
import pytest

from kajian.twin.calibration import calibrate
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
    assert 0.3 < (homes.loc[poorest, "desil"] == 1).mean() < 0.8


def test_shares_are_read_from_the_score(chunks):
    calibration = calibrate(chunks[:5], TRUTH, 7.69)
    assert calibration.score_below(0.1) < calibration.score_below(0.5) < calibration.score_below(1)
    middle = np.array([calibration.score_below(0.5)])
    assert calibration.deciles(middle - 0.01) == pytest.approx(5)
    assert calibration.deciles(middle + 0.01) == pytest.approx(6)
