"""Averages of effects by cohort and time: overall, by exposure, by cohort, by calendar time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kajian.errors import MethodError
from kajian.evaluation.differences.group_time import GroupTime
from kajian.evaluation.differences.inference import (
    Weights,
    band_table,
    interval_table,
    standard_errors,
)
from kajian.language import format_number, format_p_value
from kajian.linear.fixed_effects import Floats

Kind = Literal["simple", "dynamic", "group", "calendar"]


@dataclass(frozen=True, slots=True, eq=False)
class Aggregate:
    """Averages of group-time effects, in units of the outcome.

    Attributes
    ----------
    kind
        ``"simple"``, ``"dynamic"``, ``"group"`` or ``"calendar"``.
    terms
        Relative times (``"dynamic"``), cohorts or calendar times, shape (k,); ``["simple"]`` for
        the one average over all treated cells.
    estimates, std_errors, df
        Shape (k,).
    contributions
        Shape (G, k): by cluster; their cross product is the covariance.
    n_treated
        Treated units behind each term, shape (k,).
    overall, overall_std_error, overall_df
        One number: the mean over relative times from 0 on (``"dynamic"``) or over calendar times,
        each counted once; the mean over cohorts by size (``"group"``); the term itself
        (``"simple"``).
    group_time
        The effects averaged.
    """

    kind: Kind
    terms: NDArray[Any]
    estimates: Floats
    std_errors: Floats
    df: Floats
    contributions: Floats
    n_treated: NDArray[np.int64]
    overall: float
    overall_std_error: float
    overall_df: float
    group_time: GroupTime

    @property
    def covariance(self) -> Floats:
        """Covariance of the terms, shape (k, k)."""
        return self.contributions.T @ self.contributions

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """One row per term, and a last row ``"overall"`` unless there is only one average."""
        rows = interval_table(self.terms, self.estimates, self.std_errors, self.df, level)
        if self.kind == "simple":
            return rows
        last = interval_table(
            ["overall"],
            np.array([self.overall]),
            np.array([self.overall_std_error]),
            np.array([self.overall_df]),
            level,
        )
        return pd.concat([rows.astype({"term": object}), last], ignore_index=True)

    def bands(
        self,
        *,
        rng: np.random.Generator,
        draws: int = 9_999,
        level: float = 0.95,
        weights: Weights = "mammen",
    ) -> pd.DataFrame:
        """Simultaneous intervals of the terms: ``term, estimate, conf_low, conf_high``.

        See :func:`kajian.evaluation.differences.inference.simultaneous_quantiles`.
        """
        return band_table(
            self.terms,
            self.estimates,
            self.contributions,
            self.df,
            level=level,
            draws=draws,
            weights=weights,
            rng=rng,
        )

    def __str__(self) -> str:
        titles = {
            "simple": "semua unit dan waktu yang diperlakukan",
            "dynamic": "menurut jarak waktu dari awal perlakuan",
            "group": "menurut kohort",
            "calendar": "menurut waktu",
        }
        lines = [
            f"Rata-rata dampak {titles[self.kind]}: {format_number(self.overall, 3)} (galat baku "
            f"{format_number(self.overall_std_error, 3)}); "
            f"{self.group_time.sampling.n_clusters} klaster"
        ]
        lines += [
            f"  {term}: {format_number(estimate, 3)} ({format_p_value(p)}; 95%: "
            f"{format_number(low, 3)} sampai {format_number(high, 3)})"
            for term, estimate, _, p, low, high in self.tidy().astype(object).to_numpy()
        ]
        return "\n".join([*lines, *self.group_time.notes])


def aggregate(effects: GroupTime, kind: Kind, *, balance: int | None = None) -> Aggregate:
    """Average effects over cells, weighted by the sizes of the cohorts.

    With ``"large"`` inference the weights are estimates of population shares and add to the
    variance; with ``"small"`` they are given.

    Parameters
    ----------
    effects
        Result of `att_gt`.
    kind
        ``"simple"``: all treated cells. ``"dynamic"``: by time minus cohort, in calendar time, also
        before treatment. ``"group"``: by cohort. ``"calendar"``: by time.
    balance
        With ``"dynamic"``: keep only cohorts observed for at least so many periods after their
        start, and relative times up to it, so that the same units are behind each of them.

    Raises
    ------
    MethodError
        Unknown kind, or no cell left.

    References
    ----------
    Callaway & Sant'Anna (2021), section 3.
    """
    relative = effects.times - effects.cohorts
    keys = {
        "simple": np.zeros_like(relative),
        "dynamic": relative,
        "group": effects.cohorts,
        "calendar": effects.times,
    }
    if kind not in keys or (balance is not None and (kind != "dynamic" or balance < 0)):
        raise MethodError(
            f"Rata-rata {kind!r} dengan balance={balance} tidak dikenal. Perbaikan: pilih "
            f"{', '.join(keys)}; balance (nol atau lebih) hanya untuk 'dynamic'."
        )
    used = np.ones(relative.size, dtype=bool) if kind == "dynamic" else effects.after
    if balance is not None:
        long = np.unique(effects.cohorts[relative >= balance])
        used = np.isin(effects.cohorts, long) & (relative <= balance)
    key = keys[kind]
    terms = np.unique(key[used])
    if not (used & effects.after).any():
        raise MethodError(
            "Tidak ada dampak sesudah perlakuan yang dapat dirata-ratakan. "
            "Perbaikan: kecilkan balance."
        )
    averages = [_average(effects, used & (key == term)) for term in terms]
    estimates = np.array([estimate for estimate, _ in averages])
    influence = np.column_stack([influence for _, influence in averages])
    if kind == "group":
        share, of_share = _shares(effects, terms)
        overall = float(share @ estimates)
        of_overall = influence @ share + of_share @ estimates
    else:
        late = terms >= 0 if kind == "dynamic" else np.ones(terms.size, dtype=bool)
        overall, of_overall = float(estimates[late].mean()), influence[:, late].mean(axis=1)
    scale = float(np.std(effects.panel.outcomes))
    contributions = effects.sampling.contributions(np.column_stack([influence, of_overall]))
    errors = standard_errors(contributions, scale)
    df = effects.sampling.degrees_of_freedom(contributions)
    behind = [np.unique(effects.cohorts[used & (key == term)]) for term in terms]
    return Aggregate(
        kind=kind,
        terms=np.array(["simple"], dtype=object) if kind == "simple" else terms,
        estimates=estimates,
        std_errors=errors[:-1],
        df=df[:-1],
        contributions=contributions[:, :-1],
        n_treated=np.array([np.isin(effects.panel.cohorts, some).sum() for some in behind]),
        overall=overall,
        overall_std_error=float(errors[-1]),
        overall_df=float(df[-1]),
        group_time=effects,
    )


def _average(effects: GroupTime, chosen: NDArray[np.bool_]) -> tuple[float, Floats]:
    """Average the chosen cells by cohort size; the influence includes that of the weights."""
    weights, of_weights = _shares(effects, effects.cohorts[chosen])
    estimates = effects.estimates[chosen]
    return float(weights @ estimates), effects.influence[
        :, chosen
    ] @ weights + of_weights @ estimates


def _shares(effects: GroupTime, cohorts: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Shares of the cohorts (repeats allowed), shape (c,), and their influences, shape (N, c)."""
    member = effects.panel.cohorts[:, None] == cohorts
    sizes = member.mean(axis=0)
    share = sizes / sizes.sum()
    centred = (member - sizes) / sizes.sum()
    return share, centred - centred.sum(axis=1, keepdims=True) * share
