"""Oaxaca-Blinder against published figures, statsmodels, resampling and its own promises."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.oaxaca import OaxacaBlinder

from kajian.causal.decomposition.oaxaca import oaxaca
from kajian.errors import MethodError
from kajian.linear.regression import ols

THREEFOLD = ["endowments", "coefficients", "interaction"]
TWOFOLD = ["explained", "unexplained"]
REFERENCES = ["A", "B", "neumark", "jann", "cotton"]
FORMULA = "y ~ x + C(ijazah)"


def workers(rng, n_clusters=40, per_cluster=8):
    """Two groups within every cluster, which shifts both; different terms and coefficients."""
    cluster = np.repeat(np.arange(n_clusters), per_cluster)
    n = cluster.size
    second = rng.random(n) < 0.4
    shift = rng.normal(size=n_clusters)[cluster]
    x = 0.7 * shift + 0.5 * second + rng.normal(size=n)
    diploma = np.where(rng.random(n) < 0.3 + 0.2 * second, "SMA", "SD")
    y = 1 + 0.4 * second + (1 + 0.3 * second) * (diploma == "SMA") + (0.5 - 0.2 * second) * x
    y += 0.4 * rng.normal(size=n_clusters)[cluster] + (1 + second) * rng.normal(size=n)
    return pd.DataFrame(
        {
            "y": y,
            "x": x,
            "ijazah": diploma,
            "kelompok": np.where(second, "desa", "kota"),
            "klaster": cluster,
            "bobot": rng.uniform(0.5, 2, n),
        }
    )


@pytest.fixture
def table():
    return workers(np.random.default_rng(1))


def chicago(published):
    (table,), figures, tol = published("oaxaca_chicago")
    table.columns = [name.replace(".", "_") for name in table.columns]
    return table.assign(wage=np.exp(table["ln_real_wage"])), figures, tol


def test_chicago(published):
    """Hlavac's vignette. What the case calls Cotton is its pooled model with the group (Jann)."""
    table, figures, tol = chicago(published)
    formula = "wage ~ age + female + LTHS + some_college + college + advanced_degree"
    found = {each: oaxaca(formula, table, "foreign_born", reference=each) for each in REFERENCES}
    result = found["jann"]
    assert result.n_obs == (287, 379)
    assert result.n_dropped == 46
    assert result.means == pytest.approx((figures["yA"], figures["yB"]), abs=tol)
    assert result.difference == pytest.approx(figures["diff"], abs=tol)
    expected = [figures[name] for name in ("endow", "coef", "inter")]
    np.testing.assert_allclose(result.overall["estimate"][THREEFOLD], expected, atol=tol)
    explained = {each: one.overall["estimate"]["explained"] for each, one in found.items()}
    assert explained["A"] == pytest.approx(figures["expl_A"], abs=tol)
    assert explained["B"] == pytest.approx(figures["endow"], abs=tol)
    assert explained["neumark"] == pytest.approx(figures["expl_neumark"], abs=tol)
    assert explained["jann"] == pytest.approx(figures["expl_cotton"], abs=tol)


def test_chicago_detail(published):
    """The same data by sex, as printed in the README of the R package OaxacaBlinder."""
    table, _, _ = chicago(published)
    detail = oaxaca("wage ~ age", table, "female").tidy().set_index(["part", "term"])["estimate"]
    assert detail["explained", "age"] == pytest.approx(0.1918078, abs=1e-7)
    assert detail["unexplained", "Intercept"] == pytest.approx(3.5092069, abs=1e-7)
    assert detail["unexplained", "age"] == pytest.approx(0.1333213, abs=1e-7)


@pytest.mark.parametrize(
    ("reference", "name"), [("neumark", "nuemark"), ("jann", "pooled"), ("cotton", "cotton")]
)
def test_agrees_with_statsmodels(table, reference, name):
    exog = pd.DataFrame(
        {
            "kelompok": (table["kelompok"] == "desa").astype(float),
            "x": table["x"],
            "sma": (table["ijazah"] == "SMA").astype(float),
        }
    )
    other = OaxacaBlinder(table["y"], exog, "kelompok", hasconst=False, swap=False)
    ours = oaxaca(FORMULA, table, "kelompok", reference=reference, first="kota").overall["estimate"]
    np.testing.assert_allclose(
        ours[[*THREEFOLD, "difference"]], other.three_fold().params, rtol=1e-9
    )
    twofold = other.two_fold(two_fold_type=name)
    np.testing.assert_allclose(ours[["unexplained", "explained"]], twofold.params[:2], rtol=1e-9)


def test_references_a_and_b_are_sums_of_threefold(table):
    a, b = (oaxaca(FORMULA, table, "kelompok", reference=each).overall for each in ("A", "B"))
    three = a["estimate"]
    assert b["estimate"]["explained"] == pytest.approx(three["endowments"], rel=1e-12)
    assert b["std_error"]["explained"] == pytest.approx(a["std_error"]["endowments"], rel=1e-12)
    assert three["explained"] == pytest.approx(three["endowments"] + three["interaction"], rel=1e-9)


@pytest.mark.parametrize("normalise", [True, False])
@pytest.mark.parametrize("reference", REFERENCES)
def test_parts_and_terms_add_up(table, reference, normalise):
    result = oaxaca(
        FORMULA, table, "kelompok", reference=reference, weights="bobot", normalise=normalise
    )
    total = result.overall["estimate"]
    assert total[THREEFOLD].sum() == pytest.approx(result.difference, rel=1e-12)
    assert total[TWOFOLD].sum() == pytest.approx(result.difference, rel=1e-12)
    terms = result.tidy().query("term != '(total)'").groupby("part")["estimate"].sum()
    np.testing.assert_allclose(terms, total[terms.index], rtol=1e-10)
    assert total["difference"] == pytest.approx(result.means[0] - result.means[1], rel=1e-12)


@pytest.mark.parametrize("reference", ["jann", "cotton"])
def test_standard_errors_agree_with_the_jackknife(table, reference):
    """Leaving out one cluster at a time and estimating everything again, weights included.

    Both are consistent; with 40 clusters they differ by a few per cent.
    """

    def fit(rows, cluster=None):
        options = {"reference": reference, "weights": "bobot", "cluster": cluster}
        return oaxaca(FORMULA, rows, "kelompok", **options).tidy()

    left_out = np.array([fit(table[table["klaster"] != each])["estimate"] for each in range(40)])
    jackknife = left_out.std(axis=0) * np.sqrt(39)
    np.testing.assert_allclose(fit(table, "klaster")["std_error"], jackknife, rtol=0.1)


def test_standard_errors_agree_with_the_bootstrap(table):
    rng = np.random.default_rng(3)
    draws = []
    for _ in range(150):
        drawn = table.iloc[rng.integers(len(table), size=len(table))]
        draws.append(oaxaca(FORMULA, drawn, "kelompok").overall["estimate"].to_numpy())
    ours = oaxaca(FORMULA, table, "kelompok").overall["std_error"]
    # The error of 150 draws is 1 / sqrt(300) = 6%, three of them 18%.
    np.testing.assert_allclose(ours, np.std(draws, axis=0), rtol=0.18)


def test_explained_part_has_the_textbook_error():
    """With reference B: V = dx' V(b) dx + b' (V(xA) + V(xB)) b (Jann 2008).

    That formula leaves out the sample covariance of b and x, which is zero in expectation.
    """
    table = workers(np.random.default_rng(4), n_clusters=400)
    ours = oaxaca("y ~ x", table, "kelompok", reference="B", first="kota").overall["std_error"]
    a, b = (table[table["kelompok"] == each] for each in ("kota", "desa"))
    fit = ols("y ~ x", b, vcov="HC1")
    variance = (a["x"].mean() - b["x"].mean()) ** 2 * fit.covariance[1, 1]
    variance += fit.coefficients[1] ** 2 * (a["x"].var() / len(a) + b["x"].var() / len(b))
    assert ours["explained"] == pytest.approx(np.sqrt(variance), rel=0.02)


def test_intervals_cover_the_truth():
    """Repeated samples of clusters: 95% intervals hold the value of a very large sample."""
    truth = oaxaca(FORMULA, workers(np.random.default_rng(5), 10_000), "kelompok").overall
    rng = np.random.default_rng(6)
    repetitions, held = 120, np.zeros(len(truth))
    for _ in range(repetitions):
        result = oaxaca(FORMULA, workers(rng), "kelompok", cluster="klaster").overall
        inside = (result["conf_low"] <= truth["estimate"]) & (
            truth["estimate"] <= result["conf_high"]
        )
        held += inside.to_numpy()
    # Three binomial standard errors around 95% in 120 repetitions are 6 points.
    assert (held / repetitions > 0.89).all()
    assert (held / repetitions).mean() < 0.985


def test_integer_weights_are_repeated_rows(table):
    table["kali"] = np.arange(len(table)) % 3 + 1
    weighted = oaxaca(FORMULA, table, "kelompok", reference="cotton", weights="kali")
    repeated = table.loc[table.index.repeat(table["kali"])]
    other = oaxaca(FORMULA, repeated, "kelompok", reference="cotton")
    np.testing.assert_allclose(weighted.tidy()["estimate"], other.tidy()["estimate"], rtol=1e-9)
    clusters = oaxaca(
        FORMULA, repeated.assign(asal=repeated.index), "kelompok", cluster="asal"
    ).overall["std_error"]
    # Copies in one cluster tell no more than their original, up to factors of n / (n - k).
    alone = oaxaca(FORMULA, table, "kelompok", weights="kali").overall["std_error"]
    np.testing.assert_allclose(clusters, alone, rtol=0.02)


def test_base_category_matters_only_without_normalisation(table):
    rng = np.random.default_rng(7)
    table["jenis"] = rng.choice(["a", "b", "c"], size=len(table))
    table.loc[table["jenis"] == "c", "y"] += (table["kelompok"] == "desa") * 2
    found = {}
    for base in ("a", "c"):
        formula = f"y ~ x + C(jenis, Treatment('{base}'))"
        for normalise in (True, False):
            result = oaxaca(formula, table, "kelompok", normalise=normalise)
            rows = result.tidy().drop(columns="term")
            found[base, normalise] = rows.set_index("part")
            assert bool(result.base_dependent) is not normalise
            assert ("bergantung pada kategori" in str(result)) is not normalise
    np.testing.assert_allclose(found["a", True], found["c", True], rtol=1e-8)
    plain = found["a", False].loc["unexplained", "estimate"].to_numpy()
    other = found["c", False].loc["unexplained", "estimate"].to_numpy()
    assert plain[0] == pytest.approx(other[0], rel=1e-9)  # the total
    assert plain[-1] != pytest.approx(other[-1], rel=0.01)  # the categorical term
    np.testing.assert_allclose(
        found["a", False].loc["explained"], found["a", True].loc["explained"], rtol=1e-8
    )


def test_interactions_are_not_normalised(table):
    result = oaxaca("y ~ x * C(ijazah)", table, "kelompok")
    assert result.base_dependent == ("C(ijazah)", "x:C(ijazah)")
    assert result.overall["estimate"][TWOFOLD].sum() == pytest.approx(result.difference)


def test_swapping_the_groups_turns_the_sign(table):
    one = oaxaca(FORMULA, table, "kelompok", first="kota").overall
    other = oaxaca(FORMULA, table, "kelompok", first="desa").overall
    twofold = ["difference", *TWOFOLD]
    np.testing.assert_allclose(one["estimate"][twofold], -other["estimate"][twofold], rtol=1e-9)
    np.testing.assert_allclose(one["std_error"][twofold], other["std_error"][twofold], rtol=1e-9)


def test_units_and_row_order_do_not_matter(table):
    one = oaxaca(FORMULA, table, "kelompok", cluster="klaster").tidy()
    other = table.sample(frac=1, random_state=2)
    other = other.assign(y=1e6 * other["y"], x=other["x"] / 1e3)
    scaled = oaxaca(FORMULA, other, "kelompok", cluster="klaster").tidy()
    for name in ("estimate", "std_error"):
        np.testing.assert_allclose(scaled[name], 1e6 * one[name], rtol=1e-8)


def test_identical_groups_leave_nothing(table):
    twice = pd.concat([table.assign(kelompok="a"), table.assign(kelompok="b")])
    overall = oaxaca(FORMULA, twice, "kelompok").overall
    np.testing.assert_allclose(overall["estimate"], 0, atol=1e-12)
    assert (overall["p_value"] > 0.99).all()


def test_summary_and_table(table):
    result = oaxaca(FORMULA, table, "kelompok", cluster="klaster")
    assert list(result.tidy().columns) == [
        "part", "term", "estimate", "std_error", "p_value", "conf_low", "conf_high"
    ]  # fmt: skip
    assert result.tidy().notna().all(axis=None)
    assert result.groups == ("desa", "kota")
    assert (result.n_clusters, result.df) == (40, 39)
    for words in ("Selisih y desa", "tak terjelaskan", "penanda kelompok"):
        assert words in str(result)


def one_diploma(table):
    return table[(table["kelompok"] == "kota") | (table["ijazah"] == "SD")]


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        (lambda t: t.assign(kelompok="kota"), {}, r"1 kelompok pada baris lengkap \(kota\)"),
        (lambda t: t.assign(kelompok=t["klaster"] % 3), {}, "3 kelompok"),
        (lambda t: t, {"first": "pesisir"}, "'pesisir' tidak ada"),
        (lambda t: t, {"reference": "oaxaca"}, "Acuan 'oaxaca'"),
        (lambda t: t, {"level": 95}, "taraf 95"),
        (lambda t: t, {"formula": "y ~ x - 1"}, "memerlukan konstanta"),
        (lambda t: t, {"formula": "y ~ x + q"}, "q tidak ada"),
        (lambda t: t, {"formula": "y ~ x + C(kelompok)"}, "tidak memuat kategori"),
        (lambda t: t.assign(z=(t["kelompok"] == "kota") * t["x"]), {"formula": "y ~ x + z"},
         "Suku z tidak berubah dalam kelompok desa"),
        (lambda t: t.assign(z=2 * t["x"]), {"formula": "y ~ x + z"},
         "Suku z adalah kombinasi linear"),
        (one_diploma, {}, r"Kelompok desa tidak memuat kategori C\(ijazah\)\[T.SMA\]"),
        (lambda t: t[(t["kelompok"] == "kota") | (t["ijazah"] == "SMA")], {},
         r"Kelompok desa tidak memuat kategori acuan C\(ijazah\)"),
        (lambda t: pd.concat([t[t["kelompok"] == "kota"], t[t["kelompok"] == "desa"].head(2)]),
         {"formula": "y ~ x"}, "Hanya 2 baris dalam kelompok desa untuk 2 suku"),
        (lambda t: t.assign(y=t["y"].where(t["kelompok"] == "kota", 1.0)), {},
         "Hasil y tidak berubah dalam kelompok desa"),
        (lambda t: t.assign(bobot=t["bobot"] - 1), {"weights": "bobot"}, "Penimbang bobot"),
        (lambda t: t.assign(klaster=(t["kelompok"] == "kota") * t["klaster"]),
         {"cluster": "klaster"}, "Kelompok desa hanya memuat satu klaster"),
        (lambda t: t, {"cluster": "rt"}, "rt tidak ada"),
    ],
)  # fmt: skip
def test_bad_input(table, change, options, message):
    options = {"formula": FORMULA, **options}
    before = table.copy()
    with pytest.raises(MethodError, match=f"{message}.*Perbaikan: "):
        oaxaca(data=change(table), group="kelompok", **options)
    pd.testing.assert_frame_equal(table, before)
