from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest

from kajian.twin.items import Curve, Item
from kajian.twin.problems import Problem
from kajian.twin.programmes import PROGRAMMES
from kajian.twin.targeting import Programme
from kajian.twin.truth import TRUTH, Realised, parameter_table

WHOLE = Item | Curve | Programme | Problem


def leaves(group: Any) -> list[Any]:
    if isinstance(group, WHOLE) or not is_dataclass(group):
        return [group]
    return [leaf for part in fields(group) for leaf in leaves(getattr(group, part.name))]


def test_every_parameter_is_described_once():
    table = parameter_table(Realised())
    assert table["nama"].is_unique
    assert table.notna().all().all()
    assert (table[["satuan", "arti"]].map(len) > 0).all().all()
    assert len(table) == len(fields(Realised)) + sum(map(rows_of, leaves(TRUTH)))


def rows_of(leaf: Any) -> int:
    match leaf:
        case Item():
            return len(leaf.pilihan) + 2
        case Curve():
            return len(leaf.umur)
        case Programme() | Problem():
            return 3
        case _:
            return 1


@pytest.mark.parametrize("curve", [leaf for leaf in leaves(TRUTH) if isinstance(leaf, Curve)])
def test_curves_rise_in_age_and_have_a_value_at_each(curve):
    assert list(curve.umur) == sorted(set(curve.umur))
    assert len(curve.nilai) == len(curve.umur)
    if curve.satuan == "peluang":
        assert all(0 <= value <= 1 for value in curve.nilai)


def test_the_table_says_in_words_who_has_a_right_and_what_a_decile_is():
    said = parameter_table(Realised()).set_index("nama")["arti"]
    for name in (*PROGRAMMES, "ESIK"):
        words = said[f"sasaran.{name.lower()}.batas_garis"]
        assert words.startswith(f"{name}: rumah tangga berhak bila pengeluaran per orang")
        assert getattr(TRUTH.sasaran, name.lower()).syarat in words
    assert "di bawah 15 atau 65 tahun ke atas" in said["sasaran.pkh.batas_garis"]
    assert "milik_sendiri" in said["sasaran.rtlh.batas_garis"]
    assert "aktif" in said["sasaran.esik_keluar"]
    assert "desil" in said["sasaran.simpangan_skor"]
    assert "air.layak/bps-2019" in said["hunian.kemasan_layak"]
    assert "anak_tidak_sekolah_pct" in said["sekolah.remaja_dari"]


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
