from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest

from kajian.twin.traits import Item
from kajian.twin.truth import TRUTH, Realised, parameter_table


def leaves(group: Any) -> list[Any]:
    if isinstance(group, Item) or not is_dataclass(group):
        return [group]
    return [leaf for part in fields(group) for leaf in leaves(getattr(group, part.name))]


def test_every_parameter_is_described_once():
    table = parameter_table(Realised())
    assert table["nama"].is_unique
    assert table.notna().all().all()
    assert (table[["satuan", "arti"]].map(len) > 0).all().all()
    items = [leaf for leaf in leaves(TRUTH) if isinstance(leaf, Item)]
    numbers = [leaf for leaf in leaves(TRUTH) if not isinstance(leaf, Item)]
    rows = len(numbers) + sum(len(item.pilihan) + 2 for item in items) + len(fields(Realised))
    assert len(table) == rows


@pytest.mark.parametrize("item", [leaf for leaf in leaves(TRUTH) if isinstance(leaf, Item)])
def test_shares_sum_to_one(item):
    assert len(item.pangsa) == len(item.pilihan)
    assert sum(item.pangsa) == pytest.approx(1)
    assert min(item.pangsa) > 0


def test_sizes_have_the_public_mean():
    sizes = TRUTH.keluarga.anggota
    mean = np.dot(sizes.pilihan, sizes.pangsa)
    assert mean == pytest.approx(TRUTH.penduduk.penduduk / TRUTH.penduduk.rumah_tangga, rel=0.01)


def test_the_written_truth_is_the_model(known):
    assert known["pengeluaran.pendidikan_pt"] == TRUTH.pengeluaran.pendidikan_pt
    assert known["sasaran.pkh.pangsa"] == TRUTH.sasaran.pkh.pangsa
    assert known["hasil.rumah_tangga"] == 10_000
