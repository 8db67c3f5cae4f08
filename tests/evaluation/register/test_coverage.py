"""Programmes by aim, office and group: counted by hand, and by brute force."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.evaluation.register.codes import AIMS, GROUPS, REQUIRED
from kajian.evaluation.register.coverage import programme_matrix

SILENT = "belum dirinci pada rapat"


def places(table: pd.DataFrame) -> list[tuple[str, str]]:
    return list(table[["tujuan", "kelompok"]].itertuples(index=False, name=None))


def test_the_meeting_of_july_2025(shipped):
    """Counted by hand from the news of Bappeda Kota Surakarta."""
    found = programme_matrix(shipped)
    assert (found.programmes, len(found.offices), len(found.silent)) == (13, 10, 5)
    assert found.cells["jumlah_program"].sum() == 14  # carts name two groups
    assert places(found.overlaps) == [
        ("naikkan_pendapatan", "pelaku_umkm"), ("sinergi_program", "warga_miskin"),
    ]  # fmt: skip
    assert found.overlaps["opd"].tolist() == [
        "Dinas Perdagangan; Dinkop UKM", "Dinas Sosial; Disperumkimtan",
    ]  # fmt: skip
    assert found.missing == REQUIRED
    assert places(found.gaps) == [(aim, group) for group in REQUIRED for aim in AIMS]
    near = found.gaps.set_index(["tujuan", "kelompok"])["bersinggungan"]
    assert near["kurangi_beban", "lansia"] == "PPKS"
    assert near["kurangi_beban", "penyandang_disabilitas"] == "ODGJ; PPKS"
    assert near["naikkan_pendapatan", "pekerja_informal"] == "pelaku UMKM"
    assert near["naikkan_pendapatan", "perempuan_kepala_keluarga"] == "perempuan"
    assert near.isna().sum() == 10
    known = found.known.set_index("kolom")
    assert known.loc["anggaran_rp", ["kosong", "kosong_pct"]].tolist() == [13, 100]
    assert (found.unknown("cakupan"), found.unknown("tahun_awal"), found.unknown("opd")) == (
        13,
        12,
        1,
    )
    assert known.loc["tujuan", "bacaan"] == 13
    assert known.loc["opd", "bacaan"] == 2  # ODGJ and waste banks were named without an office
    assert "13 program dari 10 OPD (5 OPD belum merinci" in str(found)
    assert "belum berarti tidak ada" in str(found)


def test_only_named_offices_overlap_and_only_on_one_aim_and_group(register):
    found = programme_matrix(
        register(
            ("A", "lansia", "kurangi_beban"),
            ("A", "lansia", "kurangi_beban"),  # the same office twice
            (None, "lansia", "kurangi_beban"),  # may be A
            ("B", "lansia", "naikkan_pendapatan"),  # another aim
            ("B", "umum", "kurangi_beban"),  # another group
            ("C", "ppks;umum", "kurangi_beban;sinergi_program"),
            instrumen=["uang", None, None, None, "beras", "beras"],
        )
    )
    assert places(found.overlaps) == [("kurangi_beban", "umum")]
    assert found.overlaps.loc[0, ["jumlah_opd", "opd", "instrumen", "program"]].tolist() == [
        2, "B; C", "beras", "Program 4; Program 5",
    ]  # fmt: skip
    cell = found.cells.query("tujuan == 'kurangi_beban' and kelompok == 'lansia'")
    assert cell["jumlah_program"].tolist() == [2, 1]
    assert cell["opd"].isna().tolist() == [False, True]
    assert found.offices == ("A", "B", "C")


def test_everybody_and_women_do_not_stand_for_a_required_group(register):
    found = programme_matrix(register(("A", "umum;perempuan;ppks", "kurangi_beban")))
    assert found.missing == REQUIRED
    served = programme_matrix(register(("A", "lansia", "kurangi_beban")))
    assert "lansia" not in served.missing
    assert ("kurangi_beban", "lansia") not in places(served.gaps)
    assert ("sinergi_program", "lansia") in places(served.gaps)


def test_offices_that_named_nothing_cover_nobody(register):
    found = programme_matrix(
        register(
            ("A", "lansia", "kurangi_beban"), ("B", None, None), ("A", None, None),
            program=["Santunan", SILENT, SILENT],
        )
    )  # fmt: skip
    assert (found.programmes, found.offices, found.silent) == (1, ("A", "B"), ("B",))
    assert len(found.cells) == 1
    only = programme_matrix(register(("B", None, None), program=[SILENT]))
    assert (only.programmes, len(only.cells), len(only.overlaps)) == (0, 0, 0)
    assert (only.known["kosong_pct"] == 0).all()
    assert only.missing == REQUIRED


def test_a_programme_without_group_or_aim_is_counted_and_placed_nowhere(register):
    found = programme_matrix(
        register(
            ("A", None, "kurangi_beban"), ("B", "lansia", None), ("C", "umum", "kurangi_beban")
        )
    )
    assert found.programmes == 3
    assert found.cells["opd"].tolist() == ["C"]
    assert (found.unknown("kelompok_sasaran"), found.unknown("tujuan")) == (1, 1)


def test_other_groups_may_be_required(register):
    table = register(("A", "anak_sekolah", "kurangi_beban"))
    found = programme_matrix(table, required=("anak_sekolah", "pemuda"))
    assert found.missing == ("pemuda",)
    assert len(found.gaps) == 7
    with pytest.raises(MethodError, match=r"'balita' tidak dikenal\. Perbaikan: pilih dari warga"):
        programme_matrix(table, required=("balita",))


def test_row_order_does_not_matter_and_the_input_stays(shipped):
    before = shipped.copy()
    one, other = programme_matrix(shipped), programme_matrix(shipped.sample(frac=1, random_state=3))
    pd.testing.assert_frame_equal(shipped, before)
    for name in ("cells", "overlaps", "gaps", "known"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
    assert one.offices == other.offices
    pd.testing.assert_frame_equal(one.tidy(), one.cells)


def test_counts_agree_with_a_loop_over_all_places(register):
    rng = np.random.default_rng(7)
    aims, groups = list(AIMS), list(GROUPS)

    def some(codes: list[str]) -> str:
        return ";".join(rng.choice(codes, rng.integers(1, 4), replace=False))

    rows = [(str(rng.choice(["A", "B", "C"])), some(groups), some(aims)) for _ in range(40)]
    found = programme_matrix(register(*rows))
    many = set()
    gaps = []
    for group, aim in itertools.product(REQUIRED, aims):
        if not any(group in g.split(";") and aim in a.split(";") for _, g, a in rows):
            gaps.append((aim, group))
    for group, aim in itertools.product(groups, aims):
        here = [o for o, g, a in rows if group in g.split(";") and aim in a.split(";")]
        cell = found.cells.query("tujuan == @aim and kelompok == @group")
        assert dict(zip(cell["opd"], cell["jumlah_program"], strict=True)) == {
            office: here.count(office) for office in sorted(set(here))
        }
        many |= {(aim, group)} if len(set(here)) > 1 else set()
    assert set(places(found.overlaps)) == many
    assert places(found.gaps) == gaps
