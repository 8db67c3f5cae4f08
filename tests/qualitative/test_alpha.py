"""Krippendorff's alpha: the published example, its definition, its interval, and bad input."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from kajian.errors import MethodError
from kajian.qualitative.alpha import alpha_with_distance, krippendorff_alpha

_ = np.nan
# Krippendorff (2011), section C: four coders, twelve units.
PUBLISHED = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
        [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
    ]
)


def alpha(values, metric="nominal", seed=1, **options):
    rng = np.random.default_rng(seed)
    return krippendorff_alpha(values, metric, rng=rng, **{"draws": 199, **options})


def coders(rng, n, themes=5, right=0.85):
    """Two coders who find the true theme with this probability, and otherwise name any other."""
    true = rng.integers(0, themes, n)
    other = (true + rng.integers(1, themes, (2, n))) % themes
    return np.where(rng.random((2, n)) < right, true, other).astype(float)


@pytest.mark.parametrize(
    ("metric", "published"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_the_published_example(metric: str, published: float) -> None:
    result = alpha(PUBLISHED, metric)
    assert result.alpha == pytest.approx(published, abs=0.0006)  # three decimals are printed
    assert (result.n_units, result.n_values, result.n_single) == (11, 40, 1)


@pytest.mark.parametrize("metric", ["nominal", "interval", "ratio", "ordinal"])
def test_alpha_is_the_mean_difference_within_units_over_that_of_any_two_values(metric: str) -> None:
    """The definition, by loops over pairs; an ordinal difference from the counts themselves."""
    table = np.random.default_rng(3).choice([0.0, 1, 2, 5, np.nan], (3, 25))
    units = [column[~np.isnan(column)] for column in table.T]
    units = [unit for unit in units if len(unit) > 1]
    pooled = np.concatenate(units)

    def ranks(a, b):
        low, high = min(a, b), max(a, b)
        between = ((pooled >= low) & (pooled <= high)).sum()
        return (between - ((pooled == a).sum() + (pooled == b).sum()) / 2) ** 2 * (a != b)

    differences = {
        "nominal": lambda a, b: float(a != b),
        "interval": lambda a, b: (a - b) ** 2,
        "ratio": lambda a, b: ((a - b) / (a + b)) ** 2 if a + b else 0.0,
        "ordinal": ranks,
    }
    difference = differences[metric]
    within = sum(
        sum(difference(a, b) for a, b in permutations(unit, 2)) / (len(unit) - 1) for unit in units
    ) / len(pooled)
    any_two = np.mean([difference(a, b) for a, b in permutations(pooled, 2)])
    result = alpha(table, metric)
    assert result.alpha == pytest.approx(1 - within / any_two, abs=1e-12)
    assert (result.observed, result.expected) == pytest.approx((within, any_two), abs=1e-9)


def test_two_coders_without_gaps_give_scotts_pi_but_for_a_small_sample_term() -> None:
    """alpha = 1 - (1 - pi)(2n - 1) / 2n (Krippendorff 2011, section A)."""
    table = coders(np.random.default_rng(4), 60)
    agree = (table[0] == table[1]).mean()
    chance = (np.bincount(table.astype(int).ravel()) / table.size) ** 2
    pi = (agree - chance.sum()) / (1 - chance.sum())
    assert alpha(table).alpha == pytest.approx(1 - (1 - pi) * (table.size - 1) / table.size)


def test_full_agreement_has_a_lower_limit_below_one() -> None:
    """None of 40 units disagrees, so a share of 1 - 0.025^(1/40) still may."""
    result = alpha([[0.0, 1] * 20] * 2)
    expected = 40 * 40 / (80 * 79 / 2)
    assert (result.alpha, result.conf_high, result.method) == (1, 1, "Clopper-Pearson")
    assert result.conf_low == pytest.approx(1 - (1 - 0.025 ** (1 / 40)) / expected)
    assert result.below_reliable is None
    assert "tidak ada perbedaan" in str(result)


def test_nothing_depends_on_the_order_or_on_names_of_values() -> None:
    rng = np.random.default_rng(5)
    table = coders(rng, 50)
    first = alpha(table)
    for other in (table[::-1], 10 - table, table[:, rng.permutation(50)]):
        assert alpha(other).alpha == pytest.approx(first.alpha, abs=1e-12)
    assert alpha(7 * table + 2, "interval").alpha == pytest.approx(alpha(table, "interval").alpha)
    assert alpha(7 * table, "ratio").alpha == pytest.approx(alpha(table, "ratio").alpha)
    assert alpha(np.exp(table), "ordinal").alpha == pytest.approx(alpha(table, "ordinal").alpha)


def test_units_with_one_value_do_not_matter() -> None:
    table = coders(np.random.default_rng(6), 40)
    alone = np.array([[3.0, 9, 9], [np.nan] * 3])
    more = alpha(np.hstack([table, alone]))
    assert (more.alpha, more.n_single) == (alpha(table).alpha, 3)


def test_the_same_seed_gives_the_same_interval() -> None:
    table = coders(np.random.default_rng(7), 40)
    one, other = alpha(table, draws=1_200), alpha(table, draws=1_200)
    assert (one.conf_low, one.conf_high) == (other.conf_low, other.conf_high)
    assert one.conf_low < one.alpha < one.conf_high


def test_the_interval_covers_the_truth() -> None:
    """With five themes and accuracy 0.85, coders agree on 0.728 and by chance on 0.2."""
    rng = np.random.default_rng(8)
    truth = 1 - (1 - 0.85**2 - 0.15**2 / 4) / 0.8
    held = [
        (result := alpha(coders(rng, 60), seed=run)).conf_low <= truth <= result.conf_high
        for run in range(400)
    ]
    # 0.95 +- 3 standard errors of a share of 400; a normal interval misses more above 0.9.
    assert 0.917 <= np.mean(held) <= 0.983


def test_units_read_together_widen_the_interval() -> None:
    """Ten copies of each unit carry no more than one; only groups know it."""
    table = np.repeat(coders(np.random.default_rng(9), 20), 10, axis=1)
    group = np.repeat(np.arange(20), 10)
    naive, honest = alpha(table), alpha(table, groups=list(group))
    assert honest.alpha == naive.alpha
    assert honest.n_groups == 20
    ratio = (honest.conf_high - honest.conf_low) / (naive.conf_high - naive.conf_low)
    assert ratio == pytest.approx(np.sqrt(10), rel=0.35)  # of quantiles of 199 draws
    assert "20 kelompok unit" in str(honest)


@pytest.mark.parametrize(
    ("right", "words"),
    [
        (0.99, "dapat diandalkan"),
        (0.9, "cukup untuk kesimpulan sementara"),
        (0.6, "belum dapat diandalkan"),
    ],
)
def test_the_words_are_the_customary_ones(right: float, words: str) -> None:
    result = alpha(coders(np.random.default_rng(1), 600, right=right))
    assert result.wording == words
    assert words in str(result)


def test_an_interval_below_the_limit_is_said() -> None:
    result = alpha(PUBLISHED)
    assert result.wording == (
        "cukup untuk kesimpulan sementara, tetapi selangnya mencapai di bawah 0,667"
    )
    assert list(result.tidy().columns) == [
        *("term", "estimate", "std_error", "p_value", "conf_low", "conf_high")
    ]


@pytest.mark.parametrize(
    ("values", "options", "words"),
    [
        ([[1, _], [_, 2]], {}, "Tidak ada unit"),
        ([[1, 1], [1, 1]], {}, "tidak terdefinisi"),
        ([[1, 1, 1], [1, 1, 2]], {}, "Tanpa satu unit"),
        ([[1, 2], [1, 2]], {"metric": "kappa"}, "tidak dikenal"),
        ([[1, -2], [1, 2]], {"metric": "ratio"}, "nol atau positif"),
        ([[1, np.inf], [1, 2]], {}, "terhingga"),
        ([1, 2], {}, "pengode x unit"),
        ([[1, 2], [1, 2]], {"draws": 10}, "tidak masuk akal"),
        ([[1, 2], [1, 2]], {"level": 95}, "tidak masuk akal"),
    ],
)
def test_bad_input_is_refused(values: list, options: dict, words: str) -> None:
    with pytest.raises(MethodError, match=words) as told:
        alpha(values, **options)
    assert "Perbaikan: " in str(told.value)


def test_any_difference_between_values_may_be_given() -> None:
    codes = coders(np.random.default_rng(2), 50).astype(int)
    given = alpha_with_distance(
        codes, 1.0 - np.eye(5), name="sendiri", rng=np.random.default_rng(1), draws=199
    )
    same = alpha(codes)
    assert (given.alpha, given.conf_low) == (same.alpha, same.conf_low)
    assert given.metric == "sendiri"
