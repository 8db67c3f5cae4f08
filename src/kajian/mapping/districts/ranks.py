"""Ranks with their uncertainty: a league table is only as sharp as the estimates behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from kajian.errors import MethodError

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class RankIntervals:
    """Ranks of n units and how far sampling error lets them move.

    Attributes
    ----------
    table
        One row per unit in the order given: unit, estimate, std_error, rank (ties share the best
        rank), low, high (where the rank falls in `level` of the simulated draws), conf_low,
        conf_high (confidence set with guaranteed coverage for the true rank), bottom_share (share
        of draws in which the unit is among the last `k`).
    comparisons
        Share of all pairs whose difference exceeds what error alone explains: two-sided z-test of
        each pair at ``1 - level``, without correction for the number of pairs.
    draws, level, ascending, k
        The choices made.
    """

    table: pd.DataFrame
    comparisons: float
    draws: int
    level: float
    ascending: bool
    k: int

    def tidy(self) -> pd.DataFrame:
        """Return the table, one row per unit."""
        return self.table.copy()

    def __str__(self) -> str:
        width = (self.table["high"] - self.table["low"] + 1).median()
        return (
            f"Peringkat {len(self.table)} unit, galat normal saling bebas, {self.draws} simulasi: "
            f"rentang {self.level:.0%} mencakup median {width:.0f} peringkat; "
            f"{self.comparisons:.0%} pasangan dapat dibedakan"
        )


def rank_intervals(
    estimate: pd.Series,
    std_error: pd.Series,
    *,
    draws: int = 10_000,
    rng: np.random.Generator,
    level: float = 0.95,
    ascending: bool = False,
    k: int = 5,
) -> RankIntervals:
    """Simulate sampling error and see where each unit's rank falls.

    Errors are assumed normal, unbiased and independent between units, with known standard errors.

    Parameters
    ----------
    estimate
        Shape (n,), labelled by unit, any unit of measure.
    std_error
        Shape (n,), same labels in any order, same unit of measure, zero or more.
    draws
        Simulated rankings.
    rng
        Source of randomness.
    level
        Level of the intervals.
    ascending
        Rank 1 is the largest estimate, or the smallest when True.
    k
        Size of the group of last ranks for ``bottom_share``.

    Returns
    -------
    RankIntervals

    Raises
    ------
    MethodError
        Doubled or different labels, missing values, negative errors, or k outside 1 to n.

    Notes
    -----
    ``low`` and ``high`` follow Goldstein and Spiegelhalter (1996), JRSS-A 159(3): they
    describe the spread of ranks around the estimates and may cover the true rank too rarely where
    units lie close together. ``conf_low`` and ``conf_high`` are the marginal confidence sets of
    Mogstad, Romano, Shaikh and Wilhelm (2024), Review of Economic Studies 91(1): a
    unit can stand behind only those that exceed it on simultaneous intervals of its n - 1
    differences. They are wider and safe.
    """
    y, se = _checked(estimate, std_error)
    n = y.size
    if not (1 <= k <= n and 0 < level < 1 and draws >= 1):
        raise MethodError(
            f"Pilihan k = {k}, taraf = {level}, simulasi = {draws} tidak dapat dipakai. "
            f"Perbaikan: k antara 1 dan {n}, taraf antara 0 dan 1, simulasi sedikitnya 1."
        )
    score = y if ascending else -y
    error = rng.standard_normal((draws, n)) * se
    ranks = _ranks(score + error)
    tail = (1 - level) / 2
    low, high = np.quantile(ranks, [tail, 1 - tail], axis=0, method="inverted_cdf")
    conf_low, conf_high = _confidence_sets(score, se, error, level)
    table = pd.DataFrame(
        {
            "unit": estimate.index,
            "estimate": y,
            "std_error": se,
            "rank": _ranks(score),
            "low": low.astype(int),
            "high": high.astype(int),
            "conf_low": conf_low,
            "conf_high": conf_high,
            "bottom_share": (ranks > n - k).mean(axis=0),
        }
    )
    return RankIntervals(
        table=table,
        comparisons=_distinguishable(y, se, level),
        draws=draws,
        level=level,
        ascending=ascending,
        k=k,
    )


def rse_scenarios(
    estimate: pd.Series,
    rse: Sequence[float] = (5, 10, 15),
    *,
    draws: int = 10_000,
    rng: np.random.Generator,
    level: float = 0.95,
    ascending: bool = False,
    k: int = 5,
) -> pd.DataFrame:
    """Rank under assumed relative standard errors, where the true ones are not published.

    Every scenario sees the same simulated errors up to scale, so scenarios differ by the
    assumption alone.

    Parameters
    ----------
    estimate
        Shape (n,), positive, labelled by unit.
    rse
        Relative standard errors in percent: ``std_error = estimate * rse / 100``.
    draws, rng, level, ascending, k
        As for `rank_intervals`.

    Returns
    -------
    DataFrame
        The table of `rank_intervals` for each scenario, one below the other, with rse_pct first
        and comparisons (share of distinguishable pairs in that scenario) last.

    Raises
    ------
    MethodError
        As for `rank_intervals`; also for estimates or scenarios that are negative, or no scenario.
    """
    if len(rse) == 0 or min(rse) < 0 or (estimate < 0).any():
        raise MethodError(
            "Skenario RSE memerlukan sedikitnya satu persentase, dan baik persentase maupun nilai "
            "tidak boleh negatif. Perbaikan: isi misalnya rse=(5, 10, 15)."
        )
    seed = int(rng.integers(2**63))
    tables = []
    for percent in rse:
        result = rank_intervals(
            estimate,
            estimate * percent / 100,
            draws=draws,
            rng=np.random.default_rng(seed),
            level=level,
            ascending=ascending,
            k=k,
        )
        table = result.table.assign(comparisons=result.comparisons)
        table.insert(0, "rse_pct", percent)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _checked(estimate: pd.Series, std_error: pd.Series) -> tuple[Floats, Floats]:
    """Align the two series by label and refuse what cannot be ranked."""
    if not (estimate.index.is_unique and std_error.index.is_unique) or set(estimate.index) != set(
        std_error.index
    ):
        raise MethodError(
            "Label nilai dan galat baku harus sama dan tidak berulang. "
            "Perbaikan: pakai kode wilayah sebagai indeks keduanya."
        )
    y = estimate.to_numpy(dtype=float)
    se = std_error.reindex(estimate.index).to_numpy(dtype=float)
    wrong = estimate.index[~(np.isfinite(y) & np.isfinite(se) & (se >= 0))]
    if y.size < 2 or len(wrong):
        raise MethodError(
            f"Peringkat memerlukan dua unit atau lebih tanpa nilai kosong dan tanpa galat negatif"
            f" (bermasalah: {', '.join(map(str, wrong[:5])) or 'jumlah unit'}). "
            "Perbaikan: lengkapi atau keluarkan unit itu."
        )
    return y, se


def _ranks(scores: Floats) -> NDArray[np.int64]:
    """Rank along the last axis: 1 is the smallest, ties share the best rank."""
    order = np.argsort(scores, axis=-1)
    ordered = np.take_along_axis(scores, order, axis=-1)
    rises = np.diff(ordered, axis=-1, prepend=-np.inf) > 0
    place = np.where(rises, np.arange(1, scores.shape[-1] + 1), 1)
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.maximum.accumulate(place, axis=-1), axis=-1)
    return ranks


def _confidence_sets(
    score: Floats, se: Floats, error: Floats, level: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Bound each unit's rank by its simultaneous comparisons with all others (small is first)."""
    n = score.size
    low, high = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    by_unit = np.ascontiguousarray(error.T)
    for i in range(n):
        others = np.arange(n) != i
        spread = np.hypot(se[i], se[others])
        inverse = np.divide(1, spread, out=np.zeros_like(spread), where=spread > 0)
        distance = np.abs((by_unit[i] - by_unit[others]) * inverse[:, None]).max(axis=0)
        margin = np.quantile(distance, level, method="higher") * spread
        ahead = score[i] - score[others]
        low[i] = 1 + (ahead > margin).sum()
        high[i] = n - (-ahead > margin).sum()
    return low, high


def _distinguishable(y: Floats, se: Floats, level: float) -> float:
    """Share of pairs whose difference is larger than its margin of error."""
    first, second = np.triu_indices(y.size, k=1)
    margin = -ndtri((1 - level) / 2) * np.hypot(se[first], se[second])
    return float((np.abs(y[first] - y[second]) > margin).mean())
