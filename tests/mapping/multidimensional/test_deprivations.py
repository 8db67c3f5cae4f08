from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kajian.data.passport import read_passport
from kajian.data.restricted.definitions import definition
from kajian.data.restricted.tables import restricted_table
from kajian.data.tables import read_table
from kajian.errors import MethodError
from kajian.mapping.multidimensional.deprivations import deprivation_matrix, nested_weights

INDICATORS = Path(__file__).parents[3] / "data" / "raw" / "indikator"


def condition(**changes: object) -> dict[str, object]:
    usual = {"code": "a", "dimension": "Satu", "column": "x", "rule": "kurang", "threshold": 2.0}
    return {**usual, "options": None, "per": None, "weight": 1, "dimension_weight": 1, **changes}


def described(*conditions: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame(list(conditions))


HOUSEHOLDS = pd.DataFrame(
    {"x": [1, 2, 3], "persons": [1, 1, 2], "water": ["ledeng", "sumur", "lainnya"]},
    index=list("pqr"),
)


# --- rules ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"rule": "kurang"}, [1, 0, 0]),
        ({"rule": "paling_banyak"}, [1, 1, 0]),
        ({"rule": "lebih"}, [0, 0, 1]),
        ({"rule": "paling_sedikit"}, [0, 1, 1]),
        ({"per": "persons"}, [1, 0, 1]),
        ({"rule": "salah_satu", "threshold": None, "options": "2|3"}, [0, 1, 1]),
        (
            {
                "rule": "salah_satu",
                "threshold": None,
                "column": "water",
                "options": "lainnya | kali",
            },
            [0, 0, 1],
        ),
        (
            {"rule": "bukan_salah_satu", "threshold": None, "column": "water", "options": "ledeng"},
            [0, 1, 1],
        ),
    ],
)
def test_rules_by_hand(change, expected):
    found = deprivation_matrix(HOUSEHOLDS, described(condition(**change)))
    assert found["a"].tolist() == [bool(value) for value in expected]
    assert found.index.tolist() == ["p", "q", "r"]


def test_one_condition_of_an_indicator_is_enough():
    either = described(
        condition(rule="kurang"),
        condition(code="b", rule="lebih", threshold=9.0),
        condition(rule="lebih"),
    )
    found = deprivation_matrix(HOUSEHOLDS, either)
    assert found.columns.tolist() == ["a", "b"]
    assert found["a"].tolist() == [True, False, True]


def test_a_quotient_at_the_threshold_is_not_below_it():
    # 7.2 m2 for each of 1 to 30 persons, with the area rounded as a table has it.
    persons = np.arange(1, 31)
    table = pd.DataFrame({"x": np.round(7.2 * persons, 1), "persons": persons})
    below = deprivation_matrix(table, described(condition(threshold=7.2, per="persons")))
    at_most = described(condition(threshold=7.2, per="persons", rule="paling_banyak"))
    assert not below.to_numpy().any()
    assert deprivation_matrix(table, at_most).to_numpy().all()
    table["x"] -= 0.1
    assert deprivation_matrix(table, described(condition(threshold=7.2, per="persons"))).all(
        axis=None
    )


def test_neither_table_nor_description_is_changed():
    table, rules = HOUSEHOLDS.copy(), described(condition(threshold="2"))
    deprivation_matrix(HOUSEHOLDS, rules)
    pd.testing.assert_frame_equal(table, HOUSEHOLDS)
    assert rules["threshold"].tolist() == ["2"]


# --- weights ----------------------------------------------------------------------------------


def test_nested_weights_by_hand():
    rules = described(
        condition(code="a", dimension="Satu", weight=1, dimension_weight=2),
        condition(code="b", dimension="Dua", weight=5, dimension_weight=1),
        condition(code="c", dimension="Satu", weight=3, dimension_weight=2),
        condition(code="c", dimension="Satu", weight=3, dimension_weight=2, column="persons"),
    )
    found = nested_weights(rules)
    assert found.index.tolist() == [("Satu", "a"), ("Dua", "b"), ("Satu", "c")]
    assert found.tolist() == pytest.approx([2 / 3 / 4, 1 / 3, 2 / 3 * 3 / 4], rel=1e-15)


# --- the set of the studies -------------------------------------------------------------------


def test_the_set_follows_the_definitions_it_names():
    table = read_table(read_passport(INDICATORS), "kemiskinan_multidimensi")
    rows = table.set_index("column")
    sanitation = definition("sanitasi.layak/bps-2019").parameters
    water = definition("air.layak/bps-2019").parameters
    area = definition("hunian.luas_lantai/susenas-7.2").parameters
    assert rows.loc["fasilitas_bab", "options"].split("|") == sanitation["fasilitas_layak"]
    assert rows.loc["pembuangan_tinja", "options"].split("|") == sanitation["pembuangan_layak"]
    good = water["sumber_layak"] + water["sumber_bersyarat"]
    assert rows.loc["sumber_air", "options"].split("|") == good
    assert rows.loc["luas_lantai_m2", "threshold"] == area["luas_min_m2_per_orang"]
    named = table["source"].str.extract(r"^([a-z_0-9]+\.[a-z_0-9]+/\S+?)(?:;|$)")[0].dropna()
    assert len(named) == 5
    for name in named:
        definition(name)


def test_the_set_fits_the_survey_and_weighs_dimensions_equally():
    table = read_table(read_passport(INDICATORS), "kemiskinan_multidimensi")
    fields = {field.name: field for field in restricted_table("survei").fields}
    assert set(table["column"]) | set(table["per"].dropna()) <= set(fields)
    for row in table.dropna(subset="options").to_dict("records"):
        assert set(row["options"].split("|")) < set(fields[row["column"]].constraints.enum)
    by_dimension = nested_weights(table).groupby(level="dimension").sum()
    assert by_dimension.tolist() == pytest.approx([0.25] * 4, rel=1e-12)


# --- what is wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rule": "sama"}, "'sama' pada indikator a tidak dikenal"),
        ({"threshold": None}, "Syarat indikator a tidak jelas"),
        ({"threshold": "dua"}, "Syarat indikator a tidak jelas"),
        ({"options": "1"}, "Syarat indikator a tidak jelas"),
        ({"rule": "salah_satu", "threshold": None}, "Syarat indikator a tidak jelas"),
        ({"rule": "salah_satu", "options": "1"}, "Syarat indikator a tidak jelas"),
        ({"column": "y"}, "Kolom y tidak ada"),
        ({"per": "y"}, "Kolom y tidak ada"),
        ({"column": None}, "yang kosong"),
        ({"column": "water"}, "water bukan angka"),
        ({"per": "water"}, "water bukan angka"),
        ({"per": "none"}, "none nol atau negatif pada 1"),
        ({"column": "gap"}, r"kosong pada sebagian dari 3 rumah tangga: gap \(2\)"),
        ({"per": "gap"}, r"kosong pada sebagian dari 3 rumah tangga: gap \(2\)"),
        (
            {"rule": "bukan_salah_satu", "threshold": None, "column": "water", "options": "Ledeng"},
            "semuanya terdeprivasi",
        ),
        ({"rule": "salah_satu", "threshold": None, "options": "satu|2"}, "pilihannya 'satu|2'"),
    ],
)
def test_the_matrix_refuses(change, message):
    table = HOUSEHOLDS.assign(none=[1, 0, 2], gap=[1.0, np.nan, np.nan])
    with pytest.raises(MethodError, match=rf"(?s){message.replace('|', '[|]')}.*Perbaikan"):
        deprivation_matrix(table, described(condition(**change)))


def test_an_incomplete_description_is_refused():
    with pytest.raises(MethodError, match=r"tanpa kolom rule, options.*Perbaikan"):
        deprivation_matrix(HOUSEHOLDS, described(condition()).drop(columns=["rule", "options"]))
    with pytest.raises(MethodError, match=r"kosong.*Perbaikan"):
        deprivation_matrix(HOUSEHOLDS, described(condition()).iloc[:0])


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ({"code": "b", "weight": 0}, r"\(weight\) indikator b tidak positif"),
        ({"code": "b", "dimension_weight": "x"}, r"\(dimension_weight\) indikator b tidak positif"),
        ({"code": "b", "dimension_weight": 2}, "berbeda"),
        ({"weight": 2}, "berbeda"),
        ({"dimension": "Dua"}, "berbeda"),
    ],
)
def test_weights_that_contradict_are_refused(second, message):
    with pytest.raises(MethodError, match=f"{message}.*Perbaikan"):
        nested_weights(described(condition(), condition(**second)))
