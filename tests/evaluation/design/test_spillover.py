"""Neighbours of treated units: who is left out, who is exposed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.evaluation.design.spillover import donut, exposure


def line(treated, units="abcdef"):
    """Units in a row, each the neighbour of the next."""
    n = len(units)
    near = (np.abs(np.subtract.outer(np.arange(n), np.arange(n))) == 1).astype(int)
    table = pd.DataFrame(near, index=list(units), columns=list(units))
    data = pd.DataFrame({"unit": list(units), "d": [int(u in treated) for u in units]})
    return data, table


@pytest.mark.parametrize(
    ("order", "dropped"), [(1, ("b",)), (2, ("b", "c")), (4, ("b", "c", "d", "e"))]
)
def test_untreated_neighbours_go_by_order(order, dropped):
    data, near = line("a")
    result = donut(data, "unit", "d", near, order=order)
    assert result.dropped == dropped
    assert set(result.kept) == set("bcdef") - set(dropped)
    assert result.data["unit"].tolist() == ["a", *result.kept]
    assert result.distance.tolist() == [0, 1, 2, 3, 4, 5]
    assert result.tidy()["dropped"].sum() == len(dropped)


def test_a_treated_neighbour_of_a_treated_unit_stays_and_an_island_is_kept():
    data, near = line("ab")
    near.loc["e", ["d", "f"]] = near.loc[["d", "f"], "e"] = 0
    result = donut(data, "unit", "d", near, order=2)
    assert result.dropped == ("c", "d")
    assert result.data["unit"].tolist() == ["a", "b", "e", "f"]
    assert np.isinf(result.distance["f"])
    assert "2 unit pembanding dikeluarkan karena dalam 2 langkah" in str(result)


def test_a_unit_treated_at_any_time_counts():
    data, near = line("")
    panel = pd.concat([data.assign(t=1), data.assign(t=2, d=(data["unit"] == "c").astype(int))])
    result = donut(panel, "unit", "d", near)
    assert result.dropped == ("b", "d")
    assert len(result.data) == 8
    shuffled = donut(panel.sample(frac=1, random_state=0), "unit", "d", near)
    assert shuffled.dropped == result.dropped


def test_exposure_by_hand():
    _, near = line("")
    treated = pd.Series({"a": 1, "b": 0, "c": 1, "d": 0, "e": 0, "f": 0})
    assert exposure(treated, near).tolist() == [0, 1, 0, 0.5, 0, 0]
    assert exposure(treated, near, measure="count").tolist() == [0, 2, 0, 1, 0, 0]
    assert exposure(treated, near, measure="any").tolist() == [0, 1, 0, 1, 0, 0]
    over_time = pd.DataFrame({2020: 0 * treated, 2021: treated})
    table = exposure(over_time, near)
    assert table.shape == (6, 2)
    assert (table[2020] == 0).all()
    pd.testing.assert_series_equal(table[2021], exposure(treated, near), check_names=False)
    reversed_ = exposure(treated[::-1], near)
    pd.testing.assert_series_equal(reversed_[::-1], exposure(treated, near))


def test_neighbours_outside_the_sample_are_untreated_and_islands_unexposed(grid):
    near = grid(2, 2)
    assert exposure(pd.Series({"u00": 0, "u01": 1}), near).tolist() == [0.5, 0]
    near.loc["u00"] = near["u00"] = 0
    assert exposure(pd.Series({"u00": 0, "u01": 1}), near).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda near: near.__setitem__("a", 1), "bertetangga dengan dirinya sendiri pada unit a"),
        (lambda near: near.__setitem__("c", 0), "tidak simetris pada unit b, c, d"),
        (lambda near: near.__setitem__("c", 0.5), "bukan 0 atau 1 pada unit a, b, c"),
        (lambda near: near.__setitem__("c", np.nan), "bukan 0 atau 1 pada unit a, b, c"),
        (lambda near: near.insert(0, "x", 0), "tidak memuat unit yang sama"),
    ],
)
def test_bad_tables_of_neighbours_are_named(change, said):
    data, near = line("a")
    near = near.astype(float)
    change(near)
    with pytest.raises(MethodError, match=said):
        donut(data, "unit", "d", near)


def test_bad_units_and_treatments_are_named():
    data, near = line("ace")
    with pytest.raises(MethodError, match="Semua 3 unit pembanding berada dalam 1 langkah"):
        donut(data, "unit", "d", near)
    with pytest.raises(MethodError, match="Unit f tidak ada dalam tabel tetangga"):
        donut(data, "unit", "d", near.drop(index="f", columns="f"))
    with pytest.raises(MethodError, match="1 langkah dari 0 unit"):
        donut(data.assign(d=0), "unit", "d", near)
    with pytest.raises(MethodError, match="0 langkah dari 3 unit"):
        donut(data, "unit", "d", near, order=0)
    with pytest.raises(MethodError, match="Kolom d memuat 3 nilai selain 0 dan 1"):
        donut(data.assign(d=2 * data["d"]), "unit", "d", near)
    with pytest.raises(MethodError, match="Kolom unit kosong pada 1 baris"):
        donut(data.assign(unit=data["unit"].where(data["unit"] != "b")), "unit", "d", near)
    treated = data.set_index("unit")["d"]
    with pytest.raises(MethodError, match="'mean' tidak dapat dihitung"):
        exposure(treated, near, measure="mean")
    with pytest.raises(MethodError, match="unit berulang: a"):
        exposure(pd.concat([treated, treated[:1]]), near)
