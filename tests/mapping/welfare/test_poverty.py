from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.mapping.survey.design import SurveyDesign
from kajian.mapping.welfare.headcount import check_line, headcount_table
from kajian.mapping.welfare.inequality import gini
from kajian.mapping.welfare.poverty import fgt, sen, sen_shorrocks_thon, watts
from kajian.mapping.welfare.relative_poverty import at_risk_of_poverty, relative_line

# The vector of the manual of R's ineq (Zeileis and Kleiber), poverty line 2000.
INEQ = [541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]


@pytest.fixture(scope="module")
def silc():
    if "KAJIAN_REFERENCE" not in os.environ:
        pytest.skip("KAJIAN_REFERENCE is unset: EU-SILC of the R package laeken is not at hand")
    return pd.read_csv(Path(os.environ["KAJIAN_REFERENCE"], "eusilc_laeken", "eusilc.csv"))


# --- published figures ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "published"),
    [
        (fgt(INEQ, 2000), 0.2),
        (fgt(INEQ, 2000, alpha=1), 0.0998),
        (fgt(INEQ, 2000, alpha=2), 0.06042625),
        (watts(INEQ, 2000), 0.1620141239),
        (sen(INEQ, 2000), 0.12285),
        (sen_shorrocks_thon(INEQ, 2000), 0.18425),
    ],
    ids=lambda value: getattr(value, "term", ""),
)
def test_measures_as_in_r_ineq(found, published):
    assert found.estimate == pytest.approx(published, abs=1e-10)


def test_at_risk_of_poverty_as_in_laeken(silc):
    found = at_risk_of_poverty(silc["eqIncome"], silc["rb050"])
    assert 100 * found.estimate == pytest.approx(14.44422, abs=5e-6)
    line = relative_line(silc["eqIncome"], silc["rb050"])
    assert line.estimate == pytest.approx(10859.24, abs=5e-3)
    fixed = fgt(silc["eqIncome"], line.estimate, silc["rb050"])
    assert fixed.estimate == pytest.approx(found.estimate, rel=1e-12)
    # A line that moves with the sample takes part of the error away.
    assert 0.6 * fixed.std_error < found.std_error < fixed.std_error


# --- other ways to the same number ------------------------------------------------------------


def test_sen_is_headcount_gap_and_gini_of_the_poor():
    rng = np.random.default_rng(1)
    x, w = rng.lognormal(0, 1, 60), rng.uniform(1, 3, 60)
    poor = x < 0.8
    share = fgt(x, 0.8, w).estimate
    gap = fgt(x, 0.8, w, alpha=1).estimate / share
    among = gini(x[poor], w[poor]).estimate
    assert sen(x, 0.8, w).estimate == pytest.approx(share * (gap + (1 - gap) * among), rel=1e-12)


def test_sst_is_mean_gap_times_one_plus_gini_of_gaps():
    # Shorrocks (1995): H I (1 + G), with G the Gini of the gaps of all, zeros among them.
    rng = np.random.default_rng(2)
    x, w = rng.lognormal(0, 1, 60), rng.uniform(1, 3, 60)
    gaps = np.maximum(1 - x / 0.8, 0)
    expected = fgt(x, 0.8, w, alpha=1).estimate * (1 + gini(gaps, w).estimate)
    assert sen_shorrocks_thon(x, 0.8, w).estimate == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("measure", [fgt, watts, sen, sen_shorrocks_thon])
def test_a_line_for_every_household_divides_its_welfare(measure):
    rng = np.random.default_rng(3)
    x, line = rng.lognormal(0, 1, 50), rng.uniform(0.5, 1.5, 50)
    assert measure(x, line).estimate == pytest.approx(measure(x / line, 1).estimate, rel=1e-12)


def test_who_lives_on_the_line_is_not_poor():
    assert fgt([1, 2, 3, 4], 2).estimate == 0.25
    assert fgt([1, 2, 3, 4], 2, size=[4, 1, 1, 2]).estimate == 0.5


@pytest.mark.parametrize("measure", [fgt, watts, sen, sen_shorrocks_thon])
def test_nobody_poor_is_no_poverty(measure):
    found = measure([3, 4, 5, 6], 2)
    assert (found.estimate, found.std_error) == (0, 0)


def test_everybody_poor_has_no_interval():
    found = fgt(np.arange(1, 8), 9, np.arange(1, 8) / 7)
    assert found.estimate == pytest.approx(1)
    assert found.std_error == 0
    assert np.isnan([found.conf_low, found.conf_high]).all()


# --- by domain --------------------------------------------------------------------------------


def households() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    cluster = np.repeat(np.arange(60), 10)
    return pd.DataFrame(
        {
            "x": rng.lognormal(14, 0.5, 600),
            "cluster": cluster,
            "stratum": cluster // 15,
            "weight": rng.uniform(20, 60, 60)[cluster],
            "size": rng.integers(1, 7, 600),
            "domain": np.array(list("abc"))[np.minimum(cluster // 15, 2)],
        }
    )


@pytest.mark.parametrize("alpha", [0, 1, 2])
def test_headcount_table_holds_the_measure_of_every_domain(alpha):
    table = households()
    design = SurveyDesign(table["stratum"], table["cluster"], table["weight"])
    found = headcount_table(
        table["x"], 900_000, design, table["domain"], size=table["size"], alpha=alpha
    )
    for domain, estimate, error in zip(found.domains, found.estimate, found.std_error, strict=True):
        part = table[table["domain"] == domain]
        alone = SurveyDesign(part["stratum"], part["cluster"], part["weight"])
        expected = fgt(part["x"], 900_000, alpha=alpha, design=alone, size=part["size"])
        assert estimate == pytest.approx(expected.estimate, rel=1e-12)
        # These domains are whole strata, so what lies outside adds nothing to their error.
        assert error == pytest.approx(expected.std_error, rel=1e-12)
    assert set(found.label) <= {"layak", "hati-hati"}


def test_headcount_table_labels_by_relative_standard_error():
    table = households()
    table["domain"] = table["cluster"] // 10
    # Poverty is common in domain 0 and rarer and rarer after it; nobody is poor in the last.
    table["x"] *= np.array([0.5, 0.9, 1.3, 1.6, 2, 50])[table["domain"]]
    design = SurveyDesign(table["stratum"], table["cluster"], table["weight"])
    found = headcount_table(
        table["x"], 700_000, design, table["domain"], domains=range(7), size=table["size"]
    )
    rse = found.rse_pct
    assert rse[0] < 25 < rse[2] < 50
    assert found.label[[0, 2, 5, 6]].tolist() == [
        "layak",
        "hati-hati",
        "tidak ditampilkan",
        "tanpa sampel",
    ]
    assert (found.label[:5][rse[:5] > 50] == "tidak ditampilkan").all()


# --- a line in another period or unit ---------------------------------------------------------


@pytest.mark.parametrize(
    ("factor", "slip"),
    [
        (12, "garis per tahun, kesejahteraan per bulan"),
        (1 / 12, "garis per bulan, kesejahteraan per tahun"),
        (1 / 30, "garis per hari, kesejahteraan per bulan"),
        (1 / 1000, "garis ditulis dalam ribuan rupiah"),
        (1000, "kesejahteraan ditulis dalam ribuan rupiah"),
    ],
)
def test_a_line_of_another_period_or_unit_is_refused(factor, slip):
    table = households()
    design = SurveyDesign(table["stratum"], table["cluster"], table["weight"])
    # exp(14) is 1.2 million a month; lines of use lie around half of it.
    for line in (400_000, 650_000, 900_000):
        assert check_line(line, table["x"]) == pytest.approx(line / 1.2e6, rel=0.1)
        with pytest.raises(MethodError, match=r"kali median kesejahteraan.*Perbaikan: samakan"):
            headcount_table(table["x"], line * factor, design, table["domain"])
    with pytest.raises(MethodError, match=slip):
        check_line(600_000 * factor, table["x"])
    with pytest.raises(MethodError, match="garis per rumah tangga, kesejahteraan per orang"):
        check_line(600_000 * 4, table["x"])


def test_lines_in_use_pass():
    # From few poor to more than half of the persons poor.
    x = np.exp(np.random.default_rng(4).normal(14, 0.6, 500))
    median = np.median(x)
    for ratio in (0.16, 0.25, 0.5, 1.0, 1.3, 1.7):
        assert check_line(ratio * median, x) == pytest.approx(ratio, rel=1e-12)
    assert check_line(median * np.full(500, 0.5), x, np.full(500, 3)) == pytest.approx(0.5)
    # The measure itself asks nothing about the line.
    assert fgt(x, 12 * median).estimate > 0.99


def test_a_median_of_zero_says_nothing_about_a_line():
    with pytest.raises(MethodError, match=r"Median kesejahteraan nol.*Perbaikan"):
        check_line(5, [0, 0, 0, 9])


# --- what is wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: fgt([1, 2], 0), "2 garis kosong.*nol"),
        (lambda: fgt([1, 2], np.nan), "2 garis kosong"),
        (lambda: fgt([1, 2], [1, 2, 3]), "bukan 2 angka"),
        (lambda: fgt([1, 2], 1, alpha=-1), "alpha -1"),
        (lambda: fgt([1, -2, -3], 1, alpha=1), "2 kesejahteraan.*negatif, pertama di baris 2"),
        (lambda: watts([1, 0, 2], 1), "1 kesejahteraan .*baris 2.*logaritma"),
        (lambda: sen([1, -1], 1), "1 kesejahteraan"),
        (lambda: sen_shorrocks_thon([1, -1], 1), "1 kesejahteraan"),
        (lambda: relative_line([1, 2], share=0), "share 0"),
        (lambda: at_risk_of_poverty([1, 2], quantile=1), "quantile 1"),
        (lambda: relative_line([2, 2, 2]), "Semua 3 kesejahteraan sama"),
        (lambda: check_line(1, [1, 2], [1, 0]), "1 penimbang"),
    ],
)
def test_poverty_refuses(call, message):
    with pytest.raises(MethodError, match=rf"^(?=.*Perbaikan: ).*({message})"):
        call()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"welfare": np.ones(3)}, "padahal ada 3 nilai"),
        ({"size": np.zeros(600)}, "600 ukuran rumah tangga"),
        ({"size": [1.0]}, "bukan 600 angka"),
        ({"domains": ["a"]}, "2 domain sampel tidak ada"),
        ({"alpha": np.nan}, "alpha nan"),
    ],
)
def test_headcount_table_refuses(change, message):
    table = households()
    usual = {
        "welfare": table["x"],
        "line": 900_000,
        "design": SurveyDesign(table["stratum"], table["cluster"], table["weight"]),
        "by": table["domain"],
    }
    with pytest.raises(MethodError, match=rf"({message}).*Perbaikan"):
        headcount_table(**{**usual, **change})


def test_negative_welfare_counts_as_poor_but_has_no_gap():
    assert fgt([-1, 2, 3, 4], 2).estimate == 0.25
