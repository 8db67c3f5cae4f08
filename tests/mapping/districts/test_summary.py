from __future__ import annotations

import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.mapping.districts.summary import summarise_by


def test_the_two_ways_to_summarise_can_disagree():
    table = pd.DataFrame(
        {
            "kecamatan": ["A", "A", "B", "B"],
            "jarak_m": [500.0, 500.0, 100.0, 700.0],
            "luas_km2": [1.0, 1.0, 1.0, 9.0],
        }
    )
    summary = summarise_by(table, "kecamatan", "jarak_m", "luas_km2").set_index("kecamatan")
    assert summary["mean_unweighted"].tolist() == [500, 400]
    assert summary["mean_weighted"].tolist() == [500, 640]
    assert summary["order_unweighted"].tolist() == [1, 2]
    assert summary["order_weighted"].tolist() == [2, 1]
    with pytest.raises(MethodError, match="Kolom luas"):
        summarise_by(table, "kecamatan", "jarak_m", "luas")
    with pytest.raises(MethodError, match="positif"):
        summarise_by(table.assign(luas_km2=0), "kecamatan", "jarak_m", "luas_km2")
