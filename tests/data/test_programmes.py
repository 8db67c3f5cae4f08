from __future__ import annotations

import pandas as pd
import pytest

from kajian.data.programmes import programme_rows
from kajian.errors import DataError

TABLE = pd.DataFrame({"program": ["rtlh", "sanitasi", "sanitasi"], "x": [1, 2, 3]})


def test_rows_of_one_programme_are_numbered_anew():
    rows = programme_rows(TABLE, "sanitasi", "bertahap.program_bertahap")
    assert rows["x"].tolist() == [2, 3]
    assert rows.index.tolist() == [0, 1]


def test_a_name_that_is_not_there_is_told_with_key_and_names():
    with pytest.raises(
        DataError, match=r"bertahap\.program_bertahap: program 'sanitsi' tidak.*"
    ) as e:
        programme_rows(TABLE, "sanitsi", "bertahap.program_bertahap")
    assert "yang ada: rtlh, sanitasi; mungkin maksudnya 'sanitasi'" in str(e.value)
