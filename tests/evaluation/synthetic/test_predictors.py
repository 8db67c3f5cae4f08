from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.evaluation.synthetic.predictors import Predictor, predictor_table

PLACES = {"unit": "daerah", "time": "tahun", "units": ["b", "a"], "start": 2014}


@pytest.fixture
def panel():
    return pd.DataFrame(
        {
            "daerah": ["a", "a", "a", "b", "b", "b"],
            "tahun": [2011, 2012, 2013] * 2,
            "tpt_pct": [4.0, np.nan, 8.0, 1.0, 2.0, 3.0],
            "kelas": ["x"] * 6,
        }
    )


def test_averages_run_over_the_times_a_unit_has(panel):
    declared = [Predictor("tpt_pct", range(2011, 2014)), Predictor("tpt_pct", 2013, "akhir")]
    table = predictor_table(panel.sample(frac=1, random_state=2), declared, **PLACES)
    assert list(table.averages.index) == ["tpt_pct 2011–2013", "akhir"]
    np.testing.assert_array_equal(table.averages, [[2.0, 6.0], [3.0, 8.0]])
    assert list(table.averages.columns) == ["b", "a"]
    assert table.uneven == ("tpt_pct 2011–2013",)


def test_times_are_read_from_any_iterable():
    assert Predictor("x", np.int64(2012)).moments == (2012,)
    assert Predictor("x", (year for year in (2013, 2011))).moments == (2011, 2013)
    assert Predictor("x", range(2011, 2013)) == Predictor("x", [2012, 2011])
    assert Predictor("x", range(2011, 2013)).lagged(3).label == "x 2008–2009"


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ([], "kosong atau memuat nama yang sama"),
        ([Predictor("tpt_pct", 2011), Predictor("tpt_pct", 2011)], "nama yang sama"),
        (["tpt_pct"], "'tpt_pct' bukan Predictor"),
        ([Predictor("gini", 2011)], "Kolom gini tidak ada"),
        ([Predictor("kelas", 2011)], "kelas tidak berisi angka"),
        ([Predictor("tpt_pct", [2013, 2014])], "memakai waktu 2014, sedangkan awalnya 2014"),
        ([Predictor("tpt_pct", 2012)], "kosong di semua waktu yang disebut untuk a"),
        ([Predictor("tpt_pct", 1999)], "kosong di semua waktu yang disebut untuk b, a"),
    ],
)
def test_bad_predictors_are_named(panel, declared, message):
    with pytest.raises(MethodError, match=message):
        predictor_table(panel, declared, **PLACES)


def test_values_that_cannot_serve_are_named(panel):
    with pytest.raises(MethodError, match="tidak menyebut waktu"):
        Predictor("tpt_pct", [])
    with pytest.raises(MethodError, match="sama di semua unit"):
        predictor_table(panel.assign(tpt_pct=5.0), [Predictor("tpt_pct", 2011)], **PLACES)
    infinite = panel.replace({"tpt_pct": {4.0: np.inf}})
    with pytest.raises(MethodError, match="tak hingga untuk a"):
        predictor_table(infinite, [Predictor("tpt_pct", 2011)], **PLACES)
