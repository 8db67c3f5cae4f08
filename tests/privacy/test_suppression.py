"""Suppressed tables: what a reader with a linear program can still work out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from kajian.errors import MethodError
from kajian.privacy.small_cells import find_small_cells
from kajian.privacy.suppression import ALL, Suppressed, suppress


@st.composite
def tables(draw):
    """Small tables of counts that are often small, with a group for each row."""
    rows, columns = draw(st.integers(1, 8)), draw(st.integers(1, 3))
    count = st.one_of(st.integers(0, 6), st.integers(0, 40))
    cells = draw(st.lists(count, min_size=rows * columns, max_size=rows * columns))
    names = [f"n_{c}" for c in "abc"[:columns]]
    table = pd.DataFrame(np.reshape(cells, (rows, columns)), columns=names)
    table["kecamatan"] = draw(st.lists(st.sampled_from("PQR"), min_size=rows, max_size=rows))
    return table


def published_sums(table: pd.DataFrame, result: Suppressed, within: str | None, rows: bool):
    """Each published sum as (cells it covers, hidden part): written apart from the method."""
    hidden = (result.primary | result.complementary).to_numpy()
    counts = table[result.primary.columns].to_numpy()
    for j, column in enumerate(result.primary):
        groups = {ALL: np.full(len(table), True)}
        if within:
            groups |= {g: (table[within] == g).to_numpy() for g in table[within].unique()}
        for name, inside in groups.items():
            if not result.hidden_totals.loc[name, column]:
                cover = np.zeros_like(hidden)
                cover[:, j] = inside & hidden[:, j]
                yield cover, counts[cover].sum()
    if rows:
        for i in np.flatnonzero(~result.hidden_row_totals.to_numpy()):
            cover = np.zeros_like(hidden)
            cover[i] = hidden[i]
            yield cover, counts[cover].sum()


def feasible_width(table, result, within, rows, threshold) -> float:
    """Narrowest range that any primary cell can have, by linear programming."""
    primary, hidden = result.primary.to_numpy(), (result.primary | result.complementary).to_numpy()
    bounds = [(1, threshold - 1) if small else (threshold, None) for small in primary[hidden]]
    sums = list(published_sums(table, result, within, rows))
    equal = np.array([cover[hidden].astype(float) for cover, _ in sums])
    totals = np.array([total for _, total in sums], dtype=float)
    widths = [np.inf]
    for cell in np.flatnonzero(primary[hidden]):
        goal = np.zeros(len(bounds))
        goal[cell] = 1
        ends = [
            linprog(sign * goal, A_eq=equal if sums else None, b_eq=totals if sums else None,
                    bounds=bounds).fun * sign
            for sign in (1, -1)
        ]  # fmt: skip
        widths.append(ends[1] - ends[0])
    return min(widths)


@settings(max_examples=60)
@given(tables(), st.sampled_from([None, "kecamatan"]), st.booleans(), st.sampled_from([3, 5]))
def test_no_small_count_can_be_worked_out(table, within, row_totals, threshold):
    counts = [name for name in table if name.startswith("n_")]
    result = suppress(
        table, counts=counts, threshold=threshold, within=within, row_totals=row_totals
    )
    # Two whole values at least; linprog is right to about 1e-7.
    assert feasible_width(table, result, within, row_totals, threshold) > 1 - 1e-6


@given(tables())
def test_what_is_shown_is_true_and_nothing_small_is_shown(table):
    counts = [name for name in table if name.startswith("n_")]
    result = suppress(table, counts=counts, within="kecamatan")
    small = (table[counts] > 0) & (table[counts] < 5)
    pd.testing.assert_frame_equal(result.primary, small)
    assert (result.table[counts] == "<5").equals(small)
    assert (result.table[counts] == "x").equals(result.complementary)
    shown = ~(small | result.complementary)
    assert (result.table[counts].where(shown, -1) == table[counts].where(shown, -1)).all(axis=None)
    assert not (result.complementary & (table[counts] == 0)).any(axis=None)


@given(tables())
def test_every_published_line_hides_none_or_two_cells_and_enough_people(table):
    counts = [name for name in table if name.startswith("n_")]
    result = suppress(table, counts=counts, within="kecamatan")
    for cover, total in published_sums(table, result, "kecamatan", rows=False):
        assert not cover.any() or (cover.sum() >= 2 and total >= 5)


def test_one_small_count_takes_the_smallest_other_of_its_kecamatan():
    table = pd.DataFrame({"kecamatan": list("AAABB"), "n": [3, 40, 7, 6, 50]})
    result = suppress(table, counts=["n"], within="kecamatan")
    assert result.table["n"].tolist() == ["<5", 40, "x", 6, 50]
    assert not result.hidden_totals.any(axis=None)
    assert table["n"].tolist() == [3, 40, 7, 6, 50]


def test_two_fours_alone_would_be_known_from_their_sum():
    # 8 is the most that two cells below 5 can make, so both would be 4.
    table = pd.DataFrame({"n": [4, 4, 20, 30]})
    assert suppress(table, counts=["n"]).table["n"].tolist() == ["<5", "<5", "x", 30]


def test_a_kecamatan_of_one_kelurahan_hides_its_total_behind_another():
    table = pd.DataFrame({"kecamatan": list("ABBCC"), "n": [2, 9, 8, 70, 80]})
    result = suppress(table, counts=["n"], within="kecamatan")
    assert result.table["n"].tolist() == ["<5", 9, "x", 70, 80]
    assert result.hidden_totals["n"].to_dict() == {"A": True, "B": True, "C": False, ALL: False}


def test_a_lone_count_leaves_no_total_to_publish():
    result = suppress(pd.DataFrame({"n": [0, 3, 0]}), counts=["n"])
    assert result.table["n"].tolist() == [0, "<5", 0]
    assert result.hidden_totals["n"].to_dict() == {ALL: True}
    assert "1 jumlah jangan diterbitkan" in str(result)


def test_a_bridge_between_two_rings_is_found():
    # Every row and column hides two cells or more, yet the only 2 joins two rings of cells whose
    # sums are fixed, so it would follow from the row and column totals.
    counts = np.full((4, 4), 30)
    counts[np.ix_([0, 1], [0, 1])] = 4
    counts[np.ix_([2, 3], [2, 3])] = 4
    counts[1, 2] = 2
    counts[[0, 3], [0, 3]] = 3
    table = pd.DataFrame(counts, columns=[f"n_{i}" for i in range(4)])
    result = suppress(table, counts=list(table), row_totals=True)
    assert result.complementary.any(axis=None)
    assert feasible_width(table, result, None, True, 5) > 1 - 1e-6


def test_a_rate_hides_with_its_numerator_and_with_its_denominator():
    table = pd.DataFrame(
        {
            "n_miskin": [3, 20, 30, 40],
            "n_rumah_tangga": [60, 70, 4, 90],
            "miskin_pct": [5.0, 28.6, 75.0, 44.4],
        }
    )
    result = suppress(
        table,
        counts=["n_miskin", "n_rumah_tangga"],
        rates={"miskin_pct": ("n_miskin", "n_rumah_tangga")},
    )
    assert result.table["n_miskin"].tolist() == ["<5", "x", 30, 40]
    assert result.table["n_rumah_tangga"].tolist() == ["x", 70, "<5", 90]
    assert result.table["miskin_pct"].tolist() == ["x", "x", "x", 44.4]
    numerator = suppress(table, counts=["n_miskin"], rates={"miskin_pct": "n_miskin"})
    assert numerator.table["miskin_pct"].tolist() == ["x", "x", 75.0, 44.4]


def test_the_scanner_agrees_that_a_suppressed_table_is_clean():
    rng = np.random.default_rng(3)
    table = pd.DataFrame(
        {
            "kode_wilayah": [f"33.72.0{1 + i // 9}.100{i % 9}" for i in range(45)],
            "kecamatan": [f"0{1 + i // 9}" for i in range(45)],
            "n": rng.poisson(6, 45),
            "miskin_pct": rng.uniform(0, 30, 45),
        }
    )
    assert any(find_small_cells(table.astype("str"), 5))
    result = suppress(table, counts=["n"], within="kecamatan", rates={"miskin_pct": "n"})
    assert not any(find_small_cells(result.table.astype("str"), 5))
    assert not result.hidden_totals.any(axis=None)


def test_tidy_counts_what_is_hidden():
    table = pd.DataFrame({"kecamatan": list("AAABB"), "n": [3, 40, 7, 6, 50]})
    row = suppress(table, counts=["n"], within="kecamatan").tidy().iloc[0]
    assert row.to_dict() == {"term": "n", "cells": 5, "primary": 1, "complementary": 1, "totals": 0}


@pytest.mark.parametrize(
    ("counts", "options", "problem"),
    [
        (["n"], {"threshold": 2}, "sedikitnya 3"),
        (["m"], {}, "Kolom m tidak ada"),
        (["n"], {"rates": {"pct": "lain"}}, "tidak ikut disembunyikan"),
        (["kosong"], {}, "Kolom kosong: 1 sel kosong"),
        (["pct"], {}, "bukan bilangan bulat"),
    ],
)
def test_a_table_that_cannot_be_protected_is_refused(counts, options, problem):
    table = pd.DataFrame({"n": [1, 20], "kosong": [None, 7.0], "pct": [2.5, 3.0]})
    with pytest.raises(MethodError, match=problem):
        suppress(table, counts=counts, **options)
