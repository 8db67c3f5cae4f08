from __future__ import annotations

import pandas as pd
import pytest

from kajian.data.parts import parquet_parts
from kajian.errors import DataError


def test_parts_are_found_at_any_depth_and_hidden_ones_left(tmp_path):
    for name in ("b.parquet", "a/x=1/0.parquet", ".tmp-1.parquet", "a/.lama/1.parquet"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        pd.DataFrame({"k": [1]}).to_parquet(tmp_path / name)
    (tmp_path / "baca.txt").touch()
    found = parquet_parts(tmp_path)
    assert found == [tmp_path / "a/x=1/0.parquet", tmp_path / "b.parquet"]
    assert parquet_parts(found[1]) == [found[1]]


def test_a_folder_without_parquet_is_named(tmp_path):
    (tmp_path / "kosong.csv").touch()
    for path in (tmp_path, tmp_path / "kosong.csv", tmp_path / "tidak-ada.parquet"):
        with pytest.raises(DataError, match=r"tidak ada berkas Parquet.*Perbaikan") as caught:
            parquet_parts(path)
        assert caught.value.file == path


def test_a_broken_part_is_named(tmp_path):
    pd.DataFrame({"k": [1]}).to_parquet(tmp_path / "0.parquet")
    whole = (tmp_path / "0.parquet").read_bytes()
    (tmp_path / "1.parquet").write_bytes(whole[:-20])
    with pytest.raises(DataError, match=r"rusak.*1\.parquet.*Perbaikan"):
        parquet_parts(tmp_path)


@pytest.mark.parametrize(
    ("other", "columns"),
    [({"k": ["a"], "y": [1]}, "x, y"), ({"k": ["a"], "x": ["satu"]}, "x"), ({"k": ["a"]}, "x")],
)
def test_a_part_with_other_columns_is_named_without_its_values(tmp_path, other, columns):
    pd.DataFrame({"k": ["a"], "x": [1]}).to_parquet(tmp_path / "0.parquet")
    pd.DataFrame(other).to_parquet(tmp_path / "1.parquet")
    with pytest.raises(DataError, match=r"berbeda dari bagian pertama.*1\.parquet") as caught:
        parquet_parts(tmp_path)
    assert caught.value.column == columns
    assert "satu" not in str(caught.value)
