from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kurtosis, skew

from kajian.errors import MethodError
from kajian.mapping.index.screening import screen

N = 21
TABLE = pd.DataFrame(
    {
        "biasa": np.arange(N, dtype=float),
        "bolong": np.where(np.arange(N) == 3, np.nan, np.arange(N)),
        "menceng": np.where(np.arange(N) == 20, 1000.0, np.arange(N)),
        "tetap": 7.0,
        "kosong": np.where(np.arange(N) < 12, np.nan, np.arange(N)),
    }
)
INDICATORS = pd.DataFrame(
    {"code": TABLE.columns, "dimension": "x", "direction": [1, 1, -1, 1, 1], "weight": 1}
)


def test_each_rule_decides():
    result = screen(TABLE, INDICATORS)
    assert result.tidy()["decision"].tolist() == [
        "pakai",
        "isi yang kosong",
        "tangani pencilan",
        "keluarkan: sama di semua unit",
        "keluarkan: kosong pada 12 unit",
    ]
    assert result.kept == ["biasa", "bolong", "menceng"]
    assert "1 pakai, 1 isi yang kosong, 1 tangani pencilan, 2 keluarkan" in str(result)


def test_two_decisions_may_apply():
    table = TABLE.assign(menceng=TABLE["menceng"].mask(TABLE.index == 5))
    found = screen(table, INDICATORS).tidy().set_index("code")["decision"]
    assert found["menceng"] == "isi yang kosong; tangani pencilan"


def test_numbers_against_another_library():
    found = screen(TABLE, INDICATORS).tidy().set_index("code")
    values = TABLE["menceng"]
    assert found.loc["menceng", "skewness"] == pytest.approx(skew(values, bias=False))
    assert found.loc["menceng", "kurtosis"] == pytest.approx(kurtosis(values, bias=False))
    assert found["missing"].tolist() == [0, 1, 0, 0, 12]
    assert found["unique"].tolist() == [21, 20, 21, 1, 9]
    assert found["outliers"].tolist() == [0, 0, 1, 0, 0]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (TABLE.drop(columns="biasa"), "Indikator biasa tidak ada"),
        (TABLE.assign(biasa="x"), "Indikator biasa tidak ada di tabel atau bukan angka"),
        (TABLE[:1], "ada 1"),
    ],
)
def test_bad_input_is_named(table, message):
    with pytest.raises(MethodError, match=message):
        screen(table, INDICATORS)
