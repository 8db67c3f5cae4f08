from __future__ import annotations

import numpy as np
import pytest

from kajian.errors import MethodError
from kajian.mapping.survey.design import SurveyDesign


@pytest.mark.parametrize(
    ("strata", "cluster", "weights", "message"),
    [
        (["a", "a"], [1, 2], [1.0], r"tidak sama panjang \(2, 2, 1\)"),
        (["a", None], [1, 2], [1, 1], "kosong"),
        (["a", "a"], [1, np.nan], [1, 1], "kosong"),
        (["a", "a"], [1, 2], [1, 0], "1 penimbang kosong, nol, atau negatif"),
        (["a", "a"], [1, 2], [np.inf, np.nan], "2 penimbang"),
        (["a", "b", "a"], [1, 1, 2], [1, 1, 1], "Klaster '1' ada di lebih dari satu strata"),
        (["a", "a"], [1, 1], [1, 1], "kurang dari dua klaster"),
        (["a", "a", "b"], [1, 2, 3], [1, 1, 1], r"1 strata hanya berisi satu klaster \(b\)"),
    ],
)
def test_a_design_that_is_wrong_is_named(strata, cluster, weights, message):
    with pytest.raises(MethodError, match=rf"{message}.*Perbaikan"):
        SurveyDesign(strata, cluster, weights)


def test_a_single_cluster_is_a_choice():
    design = SurveyDesign(["a", "a", "b"], [1, 2, 3], [1, 1, 1], single_cluster="centre")
    assert design.weights.tolist() == [1, 1, 1]
    with pytest.raises(MethodError, match="pilih 'raise' atau 'centre'"):
        SurveyDesign(["a", "a"], [1, 2], [1, 1], single_cluster="adjust")
