"""Coverage gaps are shares of those who should be reached."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.mapping.survey.design import SurveyDesign
from kajian.mapping.survey.domains import domain_ratio
from kajian.mapping.survey.gaps import coverage_gaps


@pytest.fixture
def sample() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    n = 400
    children = rng.integers(0, 4, n)
    return pd.DataFrame(
        {
            "stratum": np.repeat([1, 2], n // 2),
            "cluster": np.repeat(np.arange(40), 10),
            "weight": rng.uniform(1, 3, n),
            "area": np.repeat(np.arange(8), 50),
            "children": children,
            "absent": rng.binomial(children, 0.3),
        }
    )


def design_of(sample: pd.DataFrame) -> SurveyDesign:
    return SurveyDesign(sample["stratum"], sample["cluster"], sample["weight"])


def test_a_gap_is_the_ratio_of_those_without_to_those_meant(sample: pd.DataFrame) -> None:
    table = coverage_gaps(
        {"sekolah": (sample["absent"], sample["children"])}, design_of(sample), sample["area"]
    )
    ratio = domain_ratio(sample["absent"], sample["children"], design_of(sample), sample["area"])
    np.testing.assert_allclose(table["estimate"], ratio.estimate)
    np.testing.assert_allclose(table["std_error"], ratio.std_error)
    assert (table["n"] == sample["children"].gt(0).groupby(sample["area"]).sum().to_numpy()).all()
    assert table["conf_low"].between(0, table["estimate"]).all()


def test_gaps_stand_below_each_other_with_domains_that_have_no_sample(sample: pd.DataFrame) -> None:
    pair = (sample["absent"], sample["children"])
    table = coverage_gaps(
        {"a": pair, "b": pair}, design_of(sample), sample["area"], domains=range(9)
    )
    assert table.groupby("gap").size().to_dict() == {"a": 9, "b": 9}
    assert (table.loc[table["domain"] == 8, "label"] == "tanpa sampel").all()


@pytest.mark.parametrize("wrong", [-1.0, 99.0, np.nan])
def test_impossible_counts_are_refused(sample: pd.DataFrame, wrong: float) -> None:
    absent = sample["absent"].astype(float)
    absent.iloc[3] = wrong
    with pytest.raises(MethodError, match="Celah 'sekolah': pada 1 rumah tangga"):
        coverage_gaps({"sekolah": (absent, sample["children"])}, design_of(sample), sample["area"])
