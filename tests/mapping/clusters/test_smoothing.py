from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from kajian.errors import MethodError
from kajian.mapping.clusters.smoothing import empirical_bayes

EVENTS = np.array([0, 3, 10, 1, 40, 7])
PERSONS = np.array([100, 120, 900, 15, 2_500, 800])
LINE = csr_array(np.eye(6, k=1) + np.eye(6, k=-1))


def test_rates_by_hand() -> None:
    """Two areas: rate 0.04, variance 0.0004, of which 0.04 / 100 by chance: nothing is left."""
    found = empirical_bayes([2, 6], [100, 100])
    np.testing.assert_allclose(found.rate, [0.04, 0.04])
    np.testing.assert_allclose(found.shrinkage, 0)
    # Now ten times the people: between 0.00036, chance 0.00004, weight 0.9.
    found = empirical_bayes([20, 60], [1_000, 1_000])
    np.testing.assert_allclose(found.shrinkage, 0.9)
    np.testing.assert_allclose(found.rate, [0.022, 0.058])
    np.testing.assert_allclose(found.std_error, np.sqrt(0.00036 * 0.1 + 0.04 / 2_000))


def test_global_rates_agree_with_esda() -> None:
    smoothing = pytest.importorskip("esda.smoothing")
    ours = empirical_bayes(EVENTS, PERSONS)
    np.testing.assert_allclose(ours.rate, smoothing.Empirical_Bayes(EVENTS, PERSONS).r.ravel())


def test_local_rates_agree_with_esda() -> None:
    smoothing = pytest.importorskip("esda.smoothing")
    libpysal = pytest.importorskip("libpysal")
    near = {k: [j for j in (k - 1, k + 1) if 0 <= j < 6] for k in range(6)}
    graph = libpysal.weights.W(near, id_order=list(range(6)))
    theirs = smoothing.Spatial_Empirical_Bayes(EVENTS, PERSONS, graph).r.ravel()
    np.testing.assert_allclose(empirical_bayes(EVENTS, PERSONS, LINE).rate, theirs)


def test_standardised_rates_agree_with_esda() -> None:
    moran = pytest.importorskip("esda.moran")
    theirs = moran.assuncao_rate(EVENTS.astype(float), PERSONS.astype(float))
    np.testing.assert_allclose(empirical_bayes(EVENTS, PERSONS).standardised, theirs)


def test_small_areas_move_most_and_never_past_the_reference() -> None:
    found = empirical_bayes(EVENTS, PERSONS)
    assert found.shrinkage[3] == found.shrinkage.min()
    between = (found.rate - found.raw) * (found.reference - found.rate) >= 0
    assert between.all()


def test_what_was_smoothed_is_nearer_the_truth() -> None:
    rng = np.random.default_rng(2)
    persons = rng.integers(50, 3_000, 400)
    truth = rng.gamma(8, 0.02 / 8, 400)
    found = empirical_bayes(rng.poisson(truth * persons), persons)
    raw, smooth = (np.sqrt(((x - truth) ** 2).mean()) for x in (found.raw, found.rate))
    assert smooth < 0.8 * raw
    covered = np.abs(found.rate - truth) <= 1.96 * found.std_error
    # Skewed truths and a variance taken as known: a little below 95 percent at worst.
    assert 0.90 <= covered.mean() <= 0.98


def test_a_unit_without_neighbour_or_event_around_is_drawn_to_all() -> None:
    everybody = empirical_bayes([0, 0, 0, 1, 40, 7], PERSONS)
    alone = LINE.tolil()
    alone[:, 5] = alone[5, :] = 0
    found = empirical_bayes([0, 0, 0, 1, 40, 7], PERSONS, csr_array(alone))
    for i in (0, 1, 5):  # nothing happened around 0 and 1; 5 is an island
        assert found.rate[i] == pytest.approx(everybody.rate[i])
        assert found.std_error[i] == pytest.approx(everybody.std_error[i])
    assert found.reference[2] == pytest.approx(1 / (120 + 900 + 15))
    assert (found.std_error > 0).all()


def test_the_index_of_a_series_labels_the_units() -> None:
    found = empirical_bayes(pd.Series(EVENTS, index=list("abcdef")), PERSONS)
    assert found.tidy()["unit"].tolist() == list("abcdef")
    assert "dihaluskan ke arah rata-rata semua" in str(found)


@pytest.mark.parametrize(
    ("events", "persons", "said"),
    [
        ([1, 2], [10, 0], "1 wilayah berpenduduk kosong, nol"),
        ([1, 2], [10, np.nan], "1 wilayah berpenduduk kosong"),
        ([1, -2], [10, 10], "1 wilayah punya kejadian"),
        ([1, 20], [10, 10], "melebihi penduduknya"),
        ([0, 0], [10, 10], "Tidak ada satu kejadian pun"),
        ([1, 2, 3], [10, 10], "tidak sama panjang"),
    ],
)
def test_impossible_counts_are_refused(
    events: list[float], persons: list[float], said: str
) -> None:
    with pytest.raises(MethodError, match=said):
        empirical_bayes(events, persons)


def test_series_in_another_order_are_refused() -> None:
    events = pd.Series(EVENTS, index=list("abcdef"))
    with pytest.raises(MethodError, match="Label kejadian dan penduduk berbeda"):
        empirical_bayes(events, pd.Series(PERSONS, index=list("fedcba")))


def test_neighbours_of_another_table_are_refused() -> None:
    with pytest.raises(MethodError, match="Matriks tetangga berukuran"):
        empirical_bayes(EVENTS[:4], PERSONS[:4], LINE)
