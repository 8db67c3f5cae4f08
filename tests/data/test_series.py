from __future__ import annotations

import pandas as pd
import pytest

from kajian.data.series import published_figure
from kajian.errors import DataError

SERIES = pd.DataFrame(
    {"indikator": ["P0", "P0", "rtlh"], "tahun": [2024, 2025, 2019], "nilai": [8, 7.69, 5]}
)


def test_a_published_figure_is_found_by_its_year() -> None:
    assert published_figure(SERIES, "P0", 2025) == 7.69


def test_a_year_that_was_not_published_is_told_with_those_that_were() -> None:
    with pytest.raises(DataError, match="P0 tahun 2026 tidak ada; yang ada: 2024, 2025"):
        published_figure(SERIES, "P0", 2026)
    with pytest.raises(DataError, match="tidak ada satu tahun pun"):
        published_figure(SERIES, "ipm", 2025)
