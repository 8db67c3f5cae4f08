"""Direct, indirect and total effects of a spatial regression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kajian.causal.spatial.result import SpatialRegression
from kajian.errors import MethodError
from kajian.language import format_number, format_p_value
from kajian.linear.fixed_effects import Floats

EFFECTS = {"direct": "langsung", "indirect": "taklangsung", "total": "total"}


@dataclass(frozen=True, slots=True, eq=False)
class Impacts:
    """Average effects of one more unit of a term, with simulated intervals.

    Attributes
    ----------
    terms
        The m terms, without the intercept.
    effects
        ``("direct", "indirect", "total")``, or ``("direct",)`` for the error model.
    estimates
        Shape (m, effects), at the fitted parameters, in units of the outcome per unit of the term.
    draws
        Simulated effects, shape (draws kept, m, effects).
    n_discarded
        Draws left out because their rho lies outside its interval: many of them mean that the
        normal approximation is poor there.
    level, p_floor
        Confidence level, and the smallest p-value that the draws can give.
    """

    terms: tuple[str, ...]
    effects: tuple[str, ...]
    estimates: Floats
    draws: Floats
    n_discarded: int
    level: float
    p_floor: float

    def tidy(self) -> pd.DataFrame:
        """Return one row per term and effect (column `effect`), with percentile intervals.

        Two-sided p-values count the draws on the far side of zero.
        """
        low, high = np.quantile(self.draws, [(1 - self.level) / 2, (1 + self.level) / 2], axis=0)
        beyond = np.minimum((self.draws <= 0).sum(axis=0), (self.draws >= 0).sum(axis=0))
        return pd.DataFrame(
            {
                "term": np.repeat(np.array(self.terms, dtype=object), len(self.effects)),
                "effect": self.effects * len(self.terms),
                "estimate": self.estimates.ravel(),
                "std_error": self.draws.std(axis=0, ddof=1).ravel(),
                "p_value": np.minimum(1, 2 * (1 + beyond) / (1 + len(self.draws))).ravel(),
                "conf_low": low.ravel(),
                "conf_high": high.ravel(),
            }
        )

    def __str__(self) -> str:
        lines = [
            f"Dampak rata-rata ({len(self.draws)} undian, {self.n_discarded} di luar selang rho "
            f"dibuang; selang {format_number(100 * self.level, 0)}%)"
        ]
        lines += [
            f"  {term}, {EFFECTS[effect]}: {format_number(estimate, 3)} "
            f"({format_number(low, 3)} sampai {format_number(high, 3)}; "
            f"{format_p_value(p, self.p_floor)})"
            for term, effect, estimate, _, p, low, high in self.tidy().to_numpy()
        ]
        return "\n".join(lines)


def impacts(
    fit: SpatialRegression,
    *,
    draws: int = 2_000,
    rng: np.random.Generator,
    level: float = 0.95,
) -> Impacts:
    """Average direct, indirect and total effects of each term.

    One more unit of a term in place j moves the outcome of place i by element (i, j) of
    S = (I - rho W)^-1 (beta I + theta W). The direct effect is the mean diagonal of S, the total
    effect the mean row sum, the indirect effect their difference (LeSage & Pace 2009, section
    2.7). With rows of W that sum to one the total is (beta + theta) / (1 - rho), and the traces
    follow exactly from the eigenvalues of W. Intervals come from draws of (beta, theta, rho) from
    the normal distribution of the estimates. In the error model effects stay
    in their place: the direct effect is the coefficient.

    Parameters
    ----------
    fit
        A fit of `spatial_lag`, `spatial_error` or `spatial_durbin`.
    draws
        Number of draws.
    rng
        Source of the draws.
    level
        Confidence level of the intervals.

    Raises
    ------
    MethodError
        No term besides the intercept, too few draws, or most draws of rho outside its interval.
    """
    own = [j for j, term in enumerate(fit.terms) if term != "Intercept"]
    own = own[: len(own) - fit.n_lagged]
    if not own or draws < 100 or not 0 < level < 1:
        raise MethodError(
            f"Dampak tidak dapat dihitung dari {len(own)} suku, {draws} undian dan taraf "
            f"{level:g}. Perbaikan: sedikitnya satu suku, 100 undian dan taraf antara 0 dan 1."
        )
    centre = np.append(fit.coefficients, fit.spatial_parameter)
    se = fit.std_errors
    root = np.linalg.cholesky(fit.covariance[:-1, :-1] / np.outer(se, se))
    simulated = centre + (rng.standard_normal((draws, se.size)) @ root.T) * se
    inside = (fit.bounds[0] < simulated[:, -1]) & (simulated[:, -1] < fit.bounds[1])
    if fit.model == "error":
        inside[:] = True
    if inside.mean() < 0.5:
        raise MethodError(
            f"{int((~inside).sum())} dari {draws} undian {fit.parameter_name} jatuh di luar "
            "selangnya, sehingga selang dampak tidak bermakna. "
            "Perbaikan: tambah satuan, atau pakai model yang lebih sederhana."
        )
    kept = simulated[inside]
    return Impacts(
        terms=tuple(fit.terms[j] for j in own),
        effects=("direct",) if fit.model == "error" else tuple(EFFECTS),
        estimates=_effects(fit, own, centre[None])[0],
        draws=_effects(fit, own, kept),
        n_discarded=int((~inside).sum()),
        level=level,
        p_floor=2 / (1 + len(kept)),
    )


def _effects(fit: SpatialRegression, own: list[int], parameters: Floats) -> Floats:
    """Return the effects of parameters of shape (D, k + 1), shape (D, m, effects)."""
    beta, rho = parameters[:, own], parameters[:, -1:]
    if fit.model == "error":
        return beta[:, :, None]
    theta = parameters[:, len(fit.terms) - fit.n_lagged : -1] if fit.n_lagged else 0 * beta
    # Mean of 1 / (1 - rho w) is tr (I - rho W)^-1 / n, and of w / (1 - rho w) that of the lag.
    inverses = [1 / (1 - value * fit.eigenvalues) for value in rho[:, 0]]
    plain = np.array([[each.mean().real] for each in inverses])
    lagged = np.array([[(fit.eigenvalues * each).mean().real] for each in inverses])
    direct = beta * plain + theta * lagged
    total = (beta + theta) / (1 - rho)
    return np.stack([direct, total - direct, total], axis=-1)
