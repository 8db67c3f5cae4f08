from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from kajian.mapping.survey.result import LABELS, DomainEstimates


def result(estimate: list[float], std_error: list[float], clusters: list[int]) -> DomainEstimates:
    nothing = np.full(len(estimate), np.nan)
    return DomainEstimates(
        domains=pd.RangeIndex(len(estimate)),
        estimate=np.array(estimate),
        std_error=np.array(std_error),
        conf_low=nothing,
        conf_high=nothing,
        n=np.array(clusters) * 10,
        clusters=np.array(clusters),
        df=np.array(clusters),
        design_effect=nothing,
        df_design=9,
        level=0.95,
    )


def test_labels_follow_the_relative_standard_error():
    found = result([8, 8, 8, 8, -8], [2.0, 2.25, 4.0, 4.5, 1.0], [5] * 5)
    assert found.rse_pct.tolist() == [25, 28.125, 50, 56.25, 12.5]
    assert found.label.tolist() == [*LABELS[:2], LABELS[1], LABELS[2], LABELS[0]]


def test_a_small_error_by_luck_does_not_count():
    few, lucky, honest = (8, 1.0, 4, 1.0), (8, 1.0, 9, 0.04), (8, 1.0, 9, 2.0)
    columns = [list(column) for column in zip(few, lucky, honest, strict=True)]
    found = replace(result(*columns[:3]), design_effect=np.array(columns[3]))
    # 12.5 percent each; with the error of a simple random sample the second has 62.5 percent.
    assert found.label.tolist() == [LABELS[2], LABELS[2], LABELS[0]]


def test_what_has_no_error_to_judge_by_is_not_shown():
    # One cluster; no variation; zero; nothing in the sample.
    found = result([10, 1, 0, np.nan], [0.1, 0, 0, np.nan], [1, 5, 5, 0])
    assert found.label.tolist() == [LABELS[2], LABELS[2], LABELS[2], "tanpa sampel"]
    assert "0 layak, 0 hati-hati, 3 tidak ditampilkan, 1 tanpa sampel" in str(found)
