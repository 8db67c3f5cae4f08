"""A part without rows must not decide the columns of a table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from kajian.twin.writing import appending, arrow_table


def test_a_part_without_rows_fits_the_others(tmp_path: Path) -> None:
    full = pd.DataFrame({"nik": ["a", "b"], "jumlah": [1, 2]})
    for order in ([full[:0], full], [full, full[:0]]):
        with appending(tmp_path / "t.parquet") as append:
            for part in order:
                columns = {"nik": part["nik"].astype(object), "jumlah": part["jumlah"]}
                append(arrow_table(columns, len(part)))
        pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "t.parquet"), full)
