"""The estimates of a whole declared set, and a test of all of them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtr

from kajian.causal.specifications.declared import (
    Choices,
    Specification,
    complete_rows,
    rows_of,
    written_out,
)
from kajian.causal.specifications.permutation import null_draws, null_treatments
from kajian.errors import MethodError
from kajian.language import format_number, format_p_value
from kajian.linear.fixed_effects import Floats
from kajian.linear.regression import Regression, Vcov, ols, panel_fe

SIGNIFICANT = 0.05
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class SpecificationCurve:
    """Every specification of a declared set, ordered by its estimate.

    Attributes
    ----------
    table
        One row per specification: its labels by dimension, ``estimate, std_error, p_value,
        conf_low, conf_high, n`` (rows used).
    median
        Median estimate, in units of the outcome per unit of the treatment.
    share_same_sign, share_significant
        Shares of specifications that have the sign of the median, and that have it with p below
        0.05.
    mean_z
        Mean of the z of the specifications (Stouffer's, without its root).
    p_median, p_significant, p_mean_z
        How often a treatment without effect gives a median as far from zero, as many significant
        estimates of one sign, a mean z as far from zero; none is below `p_floor`.
    p_floor, draws
        1 / (1 + draws), and the number of draws; without draws all p are missing.
    """

    table: pd.DataFrame
    median: float
    share_same_sign: float
    share_significant: float
    mean_z: float
    p_median: float
    p_significant: float
    p_mean_z: float
    p_floor: float
    draws: int

    def tidy(self) -> pd.DataFrame:
        """Return the specifications, the smallest estimate first."""
        return self.table.copy()

    def __str__(self) -> str:
        test = "tanpa uji bersama"
        if self.draws:
            p = format_p_value(self.p_median, self.p_floor)
            test = f"uji bersama atas median: {p} ({self.draws} permutasi)"
        return (
            f"Kurva {len(self.table)} spesifikasi: median {format_number(self.median, 3)}, "
            f"dari {format_number(self.table['estimate'].min(), 3)} sampai "
            f"{format_number(self.table['estimate'].max(), 3)}; "
            f"{format_number(100 * self.share_significant, 0)}% searah dan bernilai-p di bawah "
            f"5%; {test}"
        )


def specification_curve(
    choices: Choices,
    data: pd.DataFrame,
    *,
    cluster: str,
    time: str | None = None,
    left_out: Sequence[Mapping[str, str]] = (),
    draws: int = 999,
    rng: np.random.Generator,
    level: float = 0.95,
) -> SpecificationCurve:
    """Estimate every specification of a declared set and test them together.

    The set is tested as one (Simonsohn, Simmons & Nelson 2020, "Specification curve analysis",
    Nature Human Behaviour 4, 1208-1214): the treatment is replaced by one that has its relation
    to the controls but none to the outcome, all specifications are estimated again, and their
    median, their number of significant results and their mean z are compared with the observed.
    The replacement shuffles, between clusters, what the first-named controls of all options leave
    of the treatment (see `null_treatments`); it keeps the correlation within clusters.

    Parameters
    ----------
    choices
        The declared options.
    data
        One row per observation; only rows complete in the columns of all options are used.
    cluster
        Column of clusters, for the errors (CRV1) and the shuffle.
    time
        Column of periods, needed where an entity is named.
    left_out
        Combinations that make no sense.
    draws
        Shuffles; zero for no test.
    level
        Confidence level of the intervals.

    Raises
    ------
    MethodError
        As in `written_out`, `rows_of`, `ols` and `panel_fe`; an entity without `time`; fewer than
        two clusters that can be shuffled.
    """
    specifications = written_out(choices, left_out)
    complete = complete_rows(choices, data, [cluster, *([time] if time else [])])
    fits = [_fit(each, complete, cluster, time) for each in specifications]
    rows = [
        {**each.labels, **fit.tidy(level).set_index("term").loc[_term(fit, each)], "n": fit.n_obs}
        for each, fit in zip(specifications, fits, strict=True)
    ]
    table = pd.DataFrame(rows).sort_values("estimate", kind="stable", ignore_index=True)
    estimates = np.array([row["estimate"] for row in rows])
    df = np.array([fit.df for fit in fits])
    z = _z(estimates / np.array([row["std_error"] for row in rows]), df)
    observed = _statistics(estimates[None], z[None])
    p: list[float] = [float("nan")] * 3
    if draws:
        fake = null_treatments(choices, complete, cluster=cluster, time=time, draws=draws, rng=rng)
        b, t = null_draws(specifications, fits, fake, cluster)
        drawn = _statistics(b, _z(t, df))
        pairs = zip(drawn, observed, strict=True)
        beyond = [np.abs(new) >= np.abs(old) * (1 - ROUNDING) for new, old in pairs]
        p = [float((1 + each.sum()) / (1 + draws)) for each in beyond]
    median = float(np.median(estimates))
    same = np.sign(estimates) == np.sign(median)
    below = np.array([row["p_value"] for row in rows]) < SIGNIFICANT
    return SpecificationCurve(
        table=table,
        median=median,
        share_same_sign=float(same.mean()),
        share_significant=float((same & below).mean()),
        mean_z=float(z.mean()),
        p_median=p[0],
        p_significant=p[1],
        p_mean_z=p[2],
        p_floor=1 / (1 + draws) if draws else float("nan"),
        draws=draws,
    )


def _fit(each: Specification, data: pd.DataFrame, cluster: str, time: str | None) -> Regression:
    rows = rows_of(each, data)
    vcov: Vcov = {"CRV1": cluster}
    if not each.entity:
        return ols(each.formula, rows, vcov=vcov)
    if time is None:
        raise MethodError(
            f"Spesifikasi dengan efek tetap {each.entity} memerlukan kolom waktu. "
            "Perbaikan: beri time=."
        )
    return panel_fe(each.formula, rows, entity=each.entity, time=time, vcov=vcov)


def _term(fit: Regression, each: Specification) -> str:
    """Name of the treatment among the terms: the first that is no intercept."""
    first = next(term for term in fit.terms if term != "Intercept")
    if first != each.treatment:
        raise MethodError(
            f"Perlakuan '{each.treatment}' menjadi suku '{first}'. "
            "Perbaikan: pakai satu kolom angka atau fungsi np atas satu kolom."
        )
    return first


def _z(t: Floats, df: Floats) -> Floats:
    """Turn t statistics into z with the same tail."""
    tail = np.clip(stdtr(df, -np.abs(t)), 1e-300, None)
    return np.asarray(-np.sign(t) * ndtri(tail))


def _statistics(estimates: Floats, z: Floats) -> tuple[Floats, Floats, Floats]:
    """Median, larger number of significant estimates of one sign, and mean z, per draw."""
    critical = -ndtri(SIGNIFICANT / 2)
    many = np.maximum((z > critical).sum(axis=1), (z < -critical).sum(axis=1))
    return np.median(estimates, axis=1), many, z.mean(axis=1)
