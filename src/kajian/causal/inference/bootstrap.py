"""Wild cluster bootstrap with the null imposed, for few clusters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.language import format_bare, format_number, format_p_value
from kajian.linear.covariance import cluster_correction, count_parameters
from kajian.linear.fixed_effects import Codes, Floats, group_sums
from kajian.linear.frame import codes_of
from kajian.linear.inversion import interval_end
from kajian.linear.result import Regression

POINTS: dict[str, Floats] = {
    "rademacher": np.array([-1.0, 1.0]),
    "webb": np.array([-np.sqrt(1.5), -1.0, -np.sqrt(0.5), np.sqrt(0.5), 1.0, np.sqrt(1.5)]),
}
TIE = 1e-9
"""Draws that differ from the observed t by rounding alone count as equal to it."""


@dataclass(frozen=True, slots=True, eq=False)
class WildBootstrap:
    """Test and interval for one coefficient.

    Attributes
    ----------
    term, estimate, std_error
        The coefficient and its CRV1 standard error.
    null, statistic
        The value tested, and the t statistic at it.
    p_value, p_floor
        Two-sided symmetric p, and the smallest p that these clusters and draws can give: no value
        below it is ever reported.
    conf_low, conf_high, level
        Interval of the nulls that are not rejected; infinite where no null is ever rejected.
    n_clusters, n_draws, weights, enumerated
        The design: all 2^G sign patterns when enumerated, otherwise random draws.
    """

    term: str
    estimate: float
    std_error: float
    null: float
    statistic: float
    p_value: float
    p_floor: float
    conf_low: float
    conf_high: float
    level: float
    n_clusters: int
    n_draws: int
    weights: str
    enumerated: bool

    def tidy(self) -> pd.DataFrame:
        """Return one row with the estimate, its p-value, the p floor and the interval."""
        columns = ("term", "estimate", "std_error", "p_value", "conf_low", "conf_high", "p_floor")
        return pd.DataFrame({name: [getattr(self, name)] for name in columns})

    def __str__(self) -> str:
        low, high = (
            format_number(end, 3) if np.isfinite(end) else "tak terbatas"
            for end in (self.conf_low, self.conf_high)
        )
        kind = "semua pola tanda" if self.enumerated else f"undian {self.weights}"
        return (
            f"Bootstrap liar klaster untuk {self.term}: {format_number(self.estimate, 3)}; "
            f"t = {format_number(self.statistic, 3)}; "
            f"{format_p_value(self.p_value, self.p_floor)}; "
            f"selang {format_number(100 * self.level, 0)}%: {low} sampai {high} "
            f"({self.n_clusters} klaster, {self.n_draws} {kind}; "
            f"p terkecil yang mungkin {format_bare(self.p_floor, 'p', 3)})"
        )


def wild_cluster_bootstrap(
    fit: Regression,
    term: str,
    cluster: str | Sequence[Any] | pd.Series,
    *,
    null: float = 0.0,
    draws: int = 9_999,
    weights: Literal["webb", "rademacher"] = "webb",
    rng: np.random.Generator,
    level: float = 0.95,
) -> WildBootstrap:
    """Test one coefficient with few clusters (WCR-t).

    Residuals of the model with the null imposed are multiplied by one random weight per cluster;
    the t statistic of each artificial sample is compared with the observed one (Cameron, Gelbach &
    Miller 2008, section III.D; six-point weights of Webb 2023). Everything needed from a draw is
    linear in the null and in the G weights, so no regression is repeated (Roodman, MacKinnon,
    Nielsen & Webb 2019, section 5). The interval collects the nulls with p above 1 - level, found
    by bisection on each side of the estimate.

    Parameters
    ----------
    fit
        A fit of `ols` or `panel_fe`; fixed effects take part in each artificial regression.
    term
        The coefficient.
    cluster
        A column of the fitted sample, or one label per used row.
    null
        Value of the coefficient under the null, in its own units.
    draws
        Number of random draws; 9,999 makes p a multiple of 1/10,000.
    weights
        With ``"rademacher"`` all 2^G sign patterns are used once when 2^G <= draws + 1.
    rng
        Source of the random weights.
    level
        Confidence level of the interval.

    Raises
    ------
    MethodError
        Unknown term or cluster column, one cluster only, or unknown weights.
    """
    j = fit.position(term)
    codes = codes_of(fit.labels(cluster))
    n_clusters = int(codes.max()) + 1
    if n_clusters < max(2, len(fit.terms)):
        raise MethodError(
            f"Hanya {n_clusters} klaster untuk {len(fit.terms)} suku. "
            "Perbaikan: pakai pengelompokan yang lebih halus atau kurangi suku."
        )
    W, enumerated = _weights(n_clusters, draws, weights, rng)
    correction = cluster_correction(
        fit.n_obs, n_clusters, count_parameters(len(fit.terms), fit.fixed_effects, [codes])
    )
    x = fit.partialled(term)
    row = x / (x @ x)
    scores = group_sums((row * fit.residuals)[:, None], codes)
    estimate = float(fit.coefficients[j])
    std_error = float(np.sqrt(correction * (scores**2).sum()))
    draw_t = _draw_t(fit, x, codes, W, correction)

    p_floor = 2.0 / POINTS[weights].size ** n_clusters
    if not enumerated:
        p_floor = max(p_floor, 1 / (draws + 1))

    def p_value(value: float) -> float:
        observed = abs(estimate - value) / std_error
        below = np.abs(draw_t(estimate - value)) < observed - TIE * max(1.0, observed)
        extreme = int((~below).sum())
        share = extreme / len(W) if enumerated else (1 + extreme) / (1 + len(W))
        return float(max(share, p_floor))

    return WildBootstrap(
        term=term,
        estimate=estimate,
        std_error=std_error,
        null=null,
        statistic=(estimate - null) / std_error,
        p_value=p_value(null),
        p_floor=p_floor,
        conf_low=interval_end(p_value, estimate, -std_error, 1 - level),
        conf_high=interval_end(p_value, estimate, std_error, 1 - level),
        level=level,
        n_clusters=n_clusters,
        n_draws=len(W),
        weights=weights,
        enumerated=enumerated,
    )


def _weights(
    n_clusters: int, draws: int, kind: str, rng: np.random.Generator
) -> tuple[Floats, bool]:
    """Return the cluster weights, shape (draws, G), and whether they are all sign patterns."""
    if kind not in POINTS or draws < 1:
        raise MethodError(
            f"Bobot '{kind}' dengan {draws} undian tidak dikenal. "
            "Perbaikan: pilih 'webb' atau 'rademacher', dengan sedikitnya satu undian."
        )
    if kind == "rademacher" and 2**n_clusters <= draws + 1:
        patterns = np.arange(2**n_clusters)[:, None] >> np.arange(n_clusters) & 1
        return (1 - 2 * patterns).astype(np.float64), True
    return POINTS[kind][rng.integers(POINTS[kind].size, size=(draws, n_clusters))], False


def _draw_t(
    fit: Regression, x: Floats, codes: Codes, W: Floats, correction: float
) -> Callable[[float], Floats]:
    """Return a function that gives the t of every draw for a null at distance d from the estimate.

    With x the partialled term and e the residuals, imposing the null leaves residuals u = e + d x.
    In a draw with weights w the coefficient departs from the null by the sum of w_g x_g'u_g / x'x
    and the new residuals are M(w u): both are linear in w and in d.
    """
    row = x / (x @ x)
    member = np.zeros((fit.n_obs, int(codes.max()) + 1))
    member[np.arange(fit.n_obs), codes] = 1.0
    shift, score = [], []
    for u in (fit.residuals, x):
        shift.append(W @ group_sums((row * u)[:, None], codes)[:, 0])
        score.append(W @ group_sums(row[:, None] * fit.residualise(member * u[:, None]), codes).T)
    squares = [
        np.vecdot(score[0], score[0]),
        2 * np.vecdot(score[0], score[1]),
        np.vecdot(score[1], score[1]),
    ]

    def at(distance: float) -> Floats:
        variance = squares[0] + distance * squares[1] + distance**2 * squares[2]
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(
                (shift[0] + distance * shift[1]) / np.sqrt(correction * np.maximum(variance, 0))
            )

    return at
