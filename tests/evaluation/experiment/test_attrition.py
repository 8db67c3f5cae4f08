"""Attrition by arm."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.evaluation.experiment.attrition import attrition


def run(data, **names):
    names = {"arm": "lengan", "control": "kontrol", "draws": 499, **names}
    return attrition(data, "terukur", rng=np.random.default_rng(0), **names)


@pytest.fixture
def followed():
    """200 rows per arm; 20 lost of control, 50 of one arm, 20 of the other."""
    lost = {"kontrol": 20, "bantuan": 50, "pelatihan": 20}
    rows = [(arm, k >= count) for arm, count in lost.items() for k in range(200)]
    return pd.DataFrame(rows, columns=["lengan", "terukur"])


def test_shares_and_differences(followed):
    result = run(followed)
    table = result.tidy().set_index("arm")
    assert list(table.index) == ["kontrol", "bantuan", "pelatihan"]
    assert table["n_observed"].tolist() == [180, 150, 180]
    np.testing.assert_allclose(table["attrition_pct"], [10, 25, 10])
    assert np.isnan(table.loc["kontrol", "p_value"])
    row = table.loc["bantuan"]
    # Two shares: 15 points, with the variance of each share over n - 1.
    assert row["difference_pp"] == pytest.approx(15)
    assert row["std_error_pp"] == pytest.approx(100 * np.sqrt((0.09 + 0.1875) / 199))
    assert row["p_randomisation"] == result.p_floor == 1 / 500
    assert table.loc["pelatihan", "p_randomisation"] == 1
    text = str(result).replace("\u00a0", " ")
    assert "bantuan: 25,0% dari 200 baris; beda 15,0 persen poin" in text
    assert "kontrol: 10,0% dari 200 baris\n" in text


def test_nobody_lost(followed):
    result = run(followed.assign(terukur=1))
    row = result.tidy().set_index("arm").loc["bantuan"]
    assert row[["difference_pp", "p_value", "p_randomisation"]].tolist() == [0, 1, 1]
    assert "0,0% dari 200 baris" in str(result)


def test_bad_input_is_named(followed):
    with pytest.raises(MethodError, match="harus berisi 0 atau 1"):
        run(followed.assign(terukur=followed["terukur"] * 2))
    with pytest.raises(MethodError, match="Lengan bantuan hilang seluruhnya"):
        run(followed.assign(terukur=followed["lengan"] != "bantuan"))
