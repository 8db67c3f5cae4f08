"""A recommended list is compared with those that other choices and draws would give."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from kajian.errors import EvidenceError
from kajian.evidence.decisions import bottom_k, decision_flip, extension_runs, flip_sentence

NAMES = ["Jebres", "Laweyan", "Serengan"]
BASE = np.array([True, True, False])


def test_shares_and_flips_are_counted_by_hand() -> None:
    runs = np.array([[1, 1, 0], [1, 0, 1], [1, 1, 0], [1, 0, 0]], dtype=bool)
    flip = decision_flip(NAMES, runs, BASE)
    assert flip.flip_share == 0.5
    assert flip.shares.tolist() == [1, 0.5, 0.25]
    assert flip.kept_share == 0.75
    assert flip.firm_in == ["Jebres"]
    assert flip.wavering == ["Laweyan", "Serengan"]
    assert flip.tidy()["putusan"].tolist() == ["tegas termasuk", "goyah", "goyah"]
    assert flip_sentence(flip, "kelurahan") == (
        "daftar kelurahan tidak persis sama pada 50% hitungan ulang; yang tegas: Jebres"
    )


def test_who_nearly_always_enters_but_is_not_recommended_is_named() -> None:
    runs = np.ones((100, 3), dtype=bool)
    flip = decision_flip(NAMES, runs, BASE)
    assert flip.missed == ["Serengan"]
    assert flip_sentence(flip, "kelurahan").endswith("tetapi tidak disarankan: Serengan")


def test_every_specification_counts_alike_however_many_runs_it_has() -> None:
    runs = np.array([[1, 1, 0]] * 9 + [[0, 0, 1]], dtype=bool)
    flip = decision_flip(NAMES, runs, BASE, specification=["a"] * 9 + ["b"])
    assert flip.flip_share == 0.5
    assert flip.by_specification == {"a": 0, "b": 1}
    assert flip.shares.tolist() == [0.5, 0.5, 0.5]


def test_the_share_under_each_specification_can_be_said_too() -> None:
    runs = np.array([[1, 1, 0], [1, 1, 0], [1, 0, 1], [1, 0, 0]], dtype=bool)
    labels = ["bila batas atas dipakai"] * 2 + ["bila batas bawah dipakai"] * 2
    flip = decision_flip(NAMES, runs, BASE, specification=labels)
    assert flip_sentence(flip, "kelurahan", apart=True) == (
        "daftar kelurahan tidak persis sama pada 50% hitungan ulang (0% bila batas atas dipakai, "
        "100% bila batas bawah dipakai); yang tegas: Jebres"
    )


@pytest.mark.parametrize(
    ("others", "words"),
    [(0, "pada 0% h"), (1, "kurang dari 1% h"), (999, "lebih dari 99% h"), (1000, "pada 100% h")],
)
def test_nearly_all_is_not_said_to_be_all(others: int, words: str) -> None:
    runs = np.tile(BASE, (1000, 1))
    runs[:others, 2] = True
    flip = decision_flip(NAMES, runs, BASE)
    assert words in flip_sentence(flip, "kelurahan")
    assert words in str(flip)


def test_a_list_that_no_run_changes_is_firm() -> None:
    flip = decision_flip(NAMES, np.tile(BASE, (50, 1)), BASE)
    assert flip.flip_share == flip.flip_error == 0
    assert flip.firm_in == ["Jebres", "Laweyan"]
    assert not flip.wavering
    assert set(flip.tidy()["putusan"]) == {"tegas termasuk", "tegas tidak"}


def test_the_order_of_runs_says_nothing() -> None:
    rng = np.random.default_rng(1)
    runs = rng.random((200, 3)) < [0.9, 0.5, 0.1]
    labels = rng.integers(0, 3, 200)
    order = rng.permutation(200)
    one = decision_flip(NAMES, runs, BASE, specification=labels)
    other = decision_flip(NAMES, runs[order], BASE, specification=labels[order])
    np.testing.assert_allclose(one.shares, other.shares, rtol=1e-12)
    assert one.flip_share == pytest.approx(other.flip_share)


def test_the_monte_carlo_error_covers_the_true_share() -> None:
    rng = np.random.default_rng(2)
    inside = 0
    for _ in range(400):
        runs = np.column_stack([rng.random(300) < 0.3, np.ones((300, 1), dtype=bool)])
        flip = decision_flip(["a", "b"], runs, np.array([False, True]))
        inside += abs(flip.flip_share - 0.3) <= 1.96 * flip.flip_error
    assert 0.92 <= inside / 400 <= 0.98  # 3 standard errors of a share of 0.95 in 400


def test_the_lowest_are_taken_with_their_ties() -> None:
    scores = [[3.0, 1.0, 2.0], [1.0, 1.0, 1.0], [2.0, 2.0, 1.0]]
    assert bottom_k(scores, 1).tolist() == [
        [False, True, False], [True, True, True], [False, False, True],
    ]  # fmt: skip
    assert bottom_k(scores, 3).all()
    for k in (0, 4):
        with pytest.raises(EvidenceError, match="terbawah"):
            bottom_k(scores, k)
    with pytest.raises(EvidenceError, match="1 anggota tanpa nilai"):
        bottom_k([[1.0, np.nan], [2.0, np.nan]], 1)


def effects(
    *rows: tuple[str, str, float, float, int], critical: float = NormalDist().inv_cdf(0.975)
) -> pd.DataFrame:
    columns = ["program", "spesifikasi", "estimate", "std_error", "towards"]
    table = pd.DataFrame(rows, columns=columns)
    half = critical * table["std_error"]
    return table.assign(conf_low=table["estimate"] - half, conf_high=table["estimate"] + half)


def test_a_repetition_decides_as_its_power_says() -> None:
    table = effects(
        ("sanitasi", "utama", 2.0, 1.0, 1), ("modal", "utama", -5.0, 1.0, -1),
        ("pelatihan", "utama", -5.0, 1.0, 1),
    )  # fmt: skip
    names, chosen, base = extension_runs(table, draws=20_000, rng=np.random.default_rng(3))
    assert names == ["sanitasi", "modal", "pelatihan"]
    assert base.tolist() == [True, True, False]
    power = [1 - NormalDist().cdf(1.96 - z) for z in (2, 5, -5)]
    # Four Monte Carlo standard errors of a share near one half.
    np.testing.assert_allclose(chosen.mean(axis=0), power, atol=4 * 0.5 / np.sqrt(20_000))


def test_specifications_of_a_programme_are_equally_likely() -> None:
    table = effects(("sanitasi", "utama", 9.0, 1.0, 1), ("sanitasi", "lain", -9.0, 1.0, 1))
    _, chosen, base = extension_runs(table, draws=20_000, rng=np.random.default_rng(4))
    assert base.tolist() == [True]
    assert chosen.mean() == pytest.approx(0.5, abs=0.015)


def test_the_rule_is_the_published_interval() -> None:
    row = ("sanitasi", "utama", 2.1, 1.0, 1)  # z above 1.96, t with 8 degrees of freedom below
    normal, few = effects(row), effects(row, critical=2.306)
    rng = np.random.default_rng(5)
    assert extension_runs(normal, draws=1, rng=rng)[2].tolist() == [True]
    _, chosen, base = extension_runs(few, draws=20_000, rng=rng)
    assert base.tolist() == [False]
    assert chosen.mean() == pytest.approx(NormalDist().cdf(2.1 - 2.306), abs=0.015)
    down = few.assign(
        towards=-1, estimate=-2.1, conf_low=-few["conf_high"], conf_high=-few["conf_low"]
    )
    _, mirrored, _ = extension_runs(down, draws=20_000, rng=rng)
    assert mirrored.mean() == pytest.approx(chosen.mean(), abs=0.02)


@pytest.mark.parametrize(
    "change",
    [
        {"std_error": 0.0}, {"std_error": np.nan}, {"std_error": np.inf}, {"estimate": np.nan},
        {"conf_low": np.nan}, {"conf_high": 0.5}, {"towards": 0}, {"towards": np.nan},
    ],
)  # fmt: skip
def test_an_effect_without_error_interval_or_direction_is_refused(change: dict) -> None:
    table = effects(("x", "utama", 1.0, 1.0, 1), ("y", "utama", 1.0, 1.0, 1))
    bad = table.assign(**{k: [v, table[k].iloc[1]] for k, v in change.items()})
    with pytest.raises(EvidenceError, match=r"galat baku, selang, atau arah: x\."):
        extension_runs(bad, draws=10, rng=np.random.default_rng(0))


def test_no_effects_or_no_draws_are_refused() -> None:
    table = effects(("x", "utama", 1.0, 1.0, 1))
    for effect, draws in ((table, 0), (table.iloc[:0], 10)):
        with pytest.raises(EvidenceError, match=f"{draws} hitungan ulang atas {len(effect)}"):
            extension_runs(effect, draws=draws, rng=np.random.default_rng(0))


@pytest.mark.parametrize(
    ("members", "runs", "base", "message"),
    [
        (NAMES, np.empty((0, 3), dtype=bool), BASE, "Hitungan ulang"),
        (NAMES, np.ones((2, 2), dtype=bool), BASE, "Hitungan ulang"),
        (NAMES, np.ones((2, 3), dtype=bool), BASE[:2], "Daftar dasar"),
        (NAMES, np.full((2, 3), np.nan), BASE, "berisi float64"),
        (["a", "a", "b"], np.ones((2, 3), dtype=bool), BASE, "bernama sama"),
        ([], np.ones((2, 0), dtype=bool), BASE, "kosong"),
    ],
)
def test_lists_that_do_not_fit_are_refused(members, runs, base, message: str) -> None:
    with pytest.raises(EvidenceError, match=message):
        decision_flip(members, runs, base)


def test_labels_and_limits_that_do_not_fit_are_refused() -> None:
    runs = np.tile(BASE, (4, 1))
    with pytest.raises(EvidenceError, match="3 nama spesifikasi untuk 4"):
        decision_flip(NAMES, runs, BASE, specification=[1, 2, 3])
    with pytest.raises(EvidenceError, match="Batas tegas"):
        decision_flip(NAMES, runs, BASE, firm=0.4)
