"""What the two-way fixed-effects coefficient is made of (Goodman-Bacon 2021)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.evaluation.differences.twfe import TwoWayEffect
from kajian.language import format_number, format_percent

UNTREATED = "treated_never"
EARLIER = "earlier_later"
FORBIDDEN = "later_earlier"


@dataclass(frozen=True, slots=True, eq=False)
class Decomposition:
    """The coefficient as a weighted mean of all comparisons of two cohorts.

    Attributes
    ----------
    estimate
        The coefficient; exactly the weighted mean of the comparisons.
    comparisons
        One row per comparison: `kind`, `treated` and `control` (cohorts; missing for untreated),
        `weight` and `estimate`. The kinds: ``"treated_never"``; ``"earlier_later"``, against units
        not yet treated; ``"later_earlier"``, against units already treated, whose growing effect is
        subtracted (forbidden).
    kinds
        Total weight and mean estimate by kind, indexed by kind.
    forbidden_weight
        Share of the weight on ``"later_earlier"``, between 0 and 1.
    negative_cells, treated_cells
        Treated unit-times whose effect enters with a negative weight, and all of them
        (de Chaisemartin & D'Haultfoeuille 2020, theorem 1).
    negative_weight
        Sum of those negative weights, zero or less; all weights sum to one.
    """

    estimate: float
    comparisons: pd.DataFrame
    kinds: pd.DataFrame
    forbidden_weight: float
    negative_cells: int
    treated_cells: int
    negative_weight: float

    def tidy(self) -> pd.DataFrame:
        """One row per comparison: ``kind, treated, control, weight, estimate``."""
        return self.comparisons.copy()

    def __str__(self) -> str:
        titles = {
            UNTREATED: "diperlakukan terhadap tidak pernah diperlakukan",
            EARLIER: "lebih awal terhadap yang belum diperlakukan",
            FORBIDDEN: "lebih akhir terhadap yang sudah diperlakukan (terlarang)",
        }
        lines = [
            f"Penguraian koefisien dampak tetap dua arah {format_number(self.estimate, 3)}: "
            f"{format_percent(100 * self.forbidden_weight, 1)} bobotnya pada pembandingan terlarang"
        ]
        lines += [
            f"  {titles[kind]}: bobot {format_percent(100 * weight, 1)}, "
            f"rata-rata {format_number(mean, 3)}"
            for kind, (weight, mean) in zip(self.kinds.index, self.kinds.to_numpy(), strict=True)
        ]
        lines.append(
            f"Bobot negatif pada {self.negative_cells} dari {self.treated_cells} unit-waktu yang "
            f"diperlakukan (jumlahnya {format_number(self.negative_weight, 3)})"
        )
        return "\n".join(lines)


def decompose(effect: TwoWayEffect) -> Decomposition:
    """Decompose a two-way fixed-effects coefficient into comparisons of two cohorts.

    Parameters
    ----------
    effect
        Result of `twfe` without covariates.

    Raises
    ------
    MethodError
        When the regression has covariates.

    References
    ----------
    Goodman-Bacon (2021), "Difference-in-differences with variation in treatment timing", Journal of
    Econometrics 225, theorem 1; de Chaisemartin & D'Haultfoeuille (2020), American Economic Review
    110, theorem 1.
    """
    panel = effect.panel
    if panel.covariate_names:
        raise MethodError(
            "Penguraian hanya berlaku tanpa kovariat. Perbaikan: hitung twfe tanpa kovariat."
        )
    treated = (panel.cohorts[:, None] <= panel.times).astype(float)
    start = np.where(panel.cohorts > panel.times[-1], np.inf, panel.cohorts)
    cohorts, member = np.unique(start, return_inverse=True)
    paths = np.array([panel.outcomes[member == c].mean(axis=0) for c in range(cohorts.size)])
    share = np.bincount(member) / member.size
    on = {c: treated[member == c][0] for c in range(cohorts.size)}
    rows = []
    for k, c in permutations(range(cohorts.size), 2):
        if np.isinf(cohorts[k]):
            continue
        kind = UNTREATED if np.isinf(cohorts[c]) else EARLIER if k < c else FORBIDDEN
        # The window in which the control's own treatment does not change.
        window = (on[c] == 1) if kind == FORBIDDEN else (on[c] == 0)
        after = on[k][window] == 1
        if not 0 < after.sum() < after.size:
            continue
        gap = (paths[k] - paths[c])[window]
        # Its weight: the variance of treatment in it, given the effects of units and times.
        variance = window.mean() ** 2 * after.mean() * (1 - after.mean())
        rows.append(
            (
                kind,
                cohorts[k],
                cohorts[c],
                share[k] * share[c] * variance,
                gap[after].mean() - gap[~after].mean(),
            )
        )
    names = ["kind", "treated", "control", "weight", "estimate"]
    table = pd.DataFrame(rows, columns=names).replace(np.inf, np.nan)
    table["weight"] /= table["weight"].sum()
    total = table["weight"].groupby(table["kind"]).sum()
    mean = (table["weight"] * table["estimate"]).groupby(table["kind"]).sum() / total
    residual = treated - treated.mean(axis=1, keepdims=True) - treated.mean(axis=0) + treated.mean()
    weights = residual[treated == 1] / residual[treated == 1].sum()
    negative = weights < -1e-12
    return Decomposition(
        estimate=effect.estimate,
        comparisons=table,
        kinds=pd.DataFrame({"weight": total, "estimate": mean}),
        forbidden_weight=float(total.get(FORBIDDEN, 0.0)),
        negative_cells=int(negative.sum()),
        treated_cells=int(weights.size),
        negative_weight=float(weights[negative].sum()),
    )
