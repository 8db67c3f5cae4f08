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


def test_every_specification_counts_alike_however_many_runs_it_has() -> None:
    runs = np.array([[1, 1, 0]] * 9 + [[0, 0, 1]], dtype=bool)
    flip = decision_flip(NAMES, runs, BASE, specification=["a"] * 9 + ["b"])
    assert flip.flip_share == 0.5
    assert flip.by_specification == {"a": 0, "b": 1}
    assert flip.shares.tolist() == [0.5, 0.5, 0.5]


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


def effects(*rows: tuple[str, str, float, float, int]) -> pd.DataFrame:
    columns = ["program", "spesifikasi", "estimate", "std_error", "towards"]
    return pd.DataFrame(rows, columns=columns)


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


@pytest.mark.parametrize(("error", "towards"), [(0.0, 1), (np.nan, 1), (1.0, 0)])
def test_an_effect_without_error_or_direction_is_refused(error: float, towards: int) -> None:
    table = effects(("x", "utama", 1.0, error, towards))
    with pytest.raises(EvidenceError, match=r"galat baku atau tanpa arah.*x"):
        extension_runs(table, draws=10, rng=np.random.default_rng(0))


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
