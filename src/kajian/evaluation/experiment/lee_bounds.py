"""Bounds on the effect when attrition differs between arms (Lee 2009)."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import ndtr

from kajian.errors import MethodError
from kajian.evaluation.experiment.assignment import read_assignment
from kajian.evaluation.experiment.rows import in_fixed_order, numbers, some
from kajian.language import format_number, format_percent
from kajian.linear.fixed_effects import Codes, Floats

CHUNK = 4_000_000
"""Rows times draws held at once."""
USABLE = 0.9
"""Least share of bootstrap draws in which both arms have an outcome; the others are left out."""


@dataclass(frozen=True, slots=True, eq=False)
class LeeBounds:
    """Bounds on the mean effect on those who would be observed in either arm.

    They hold if the assignment moves everybody's being observed in one direction only.

    Attributes
    ----------
    outcome, arm, control
        Column, and labels of the two arms.
    lower, upper
        Bounds, in units of the outcome.
    lower_se, upper_se
        Bootstrap standard errors of the bounds.
    conf_low, conf_high, level
        Interval that covers the effect, not the whole set, with the given probability (Imbens &
        Manski 2004).
    trimmed_pct, trimmed_arm
        Share trimmed, and the arm it is trimmed from (the one that lost fewer).
    observed_treated_pct, observed_control_pct
        Share observed by arm.
    """

    outcome: str
    arm: Hashable
    control: Hashable
    lower: float
    upper: float
    lower_se: float
    upper_se: float
    conf_low: float
    conf_high: float
    level: float
    trimmed_pct: float
    trimmed_arm: Hashable
    observed_treated_pct: float
    observed_control_pct: float

    def tidy(self) -> pd.DataFrame:
        """Return two rows, ``lower`` and ``upper``, both with the interval of the effect.

        ``p_value`` is missing: a bound is not a test.
        """
        return pd.DataFrame(
            {
                "term": ["lower", "upper"],
                "estimate": [self.lower, self.upper],
                "std_error": [self.lower_se, self.upper_se],
                "p_value": np.nan,
                "conf_low": self.conf_low,
                "conf_high": self.conf_high,
            }
        )

    def __str__(self) -> str:
        return (
            f"Batas Lee untuk {self.outcome}, lengan {self.arm} lawan {self.control}: "
            f"{format_number(self.lower, 3)} sampai {format_number(self.upper, 3)}; selang dampak "
            f"{format_percent(100 * self.level, 0)}: {format_number(self.conf_low, 3)} sampai "
            f"{format_number(self.conf_high, 3)}; {format_percent(self.trimmed_pct, 1)} dipangkas "
            f"dari lengan {self.trimmed_arm}; terukur "
            f"{format_percent(self.observed_treated_pct, 1)} lawan "
            f"{format_percent(self.observed_control_pct, 1)}. Berlaku bila penugasan menggeser "
            "keterukuran semua orang ke satu arah saja"
        )


def lee_bounds(
    data: pd.DataFrame,
    outcome: str,
    arm: str,
    cluster: str | None = None,
    strata: str | None = None,
    *,
    control: Hashable,
    rng: np.random.Generator,
    draws: int = 999,
    level: float = 0.95,
) -> LeeBounds:
    """Bound the effect of one arm against control, trimming the arm that lost fewer.

    With q the excess share observed, the best or the worst share q of that arm's outcomes is left
    out (Lee 2009; at the boundary a row counts in part). Strata enter by weighting each
    row with the inverse of the share of its stratum that was assigned to its arm. Errors come from
    a bootstrap of assigned units within arms and strata.

    Parameters
    ----------
    data
        One row per assigned observation of the two arms, with missing outcomes.
    outcome
        Numeric column.
    arm, cluster, strata, control
        As in `experiment`; exactly two arms.
    rng, draws
        Source and number of bootstrap draws, at least 99.
    level
        Confidence level.

    Raises
    ------
    MethodError
        As `read_assignment`; more than two arms, an arm without outcomes, too few draws, a level
        outside (0, 1).
    """
    if not (0 < level < 1 and draws >= 99):
        raise MethodError(
            f"Tingkat kepercayaan {level} dengan {draws} undian tidak dapat dipakai. Perbaikan: "
            "tingkat di antara 0 dan 1, sedikitnya 99 undian."
        )
    roles = [name for name in (arm, strata, cluster) if name is not None]
    rows = in_fixed_order(data, [*roles, outcome])
    assignment = read_assignment(rows, arm, control=control, cluster=cluster, strata=strata)
    if len(assignment.arms) > 2:
        raise MethodError(
            f"Batas Lee membandingkan dua lengan, sedangkan kolom {arm} memuat "
            f"{some(assignment.arms)}. Perbaikan: saring dua lengan saja."
        )
    y = numbers(rows, outcome)
    codes = assignment.arm[assignment.unit]
    for code, label in enumerate(assignment.arms):
        if np.isnan(y[codes == code]).all():
            raise MethodError(
                f"Hasil {outcome} kosong untuk seluruh lengan {label}. "
                "Perbaikan: periksa penggabungan data tindak lanjut."
            )
    if assignment.smallest_cell < 2:
        raise MethodError(
            f"Ada strata {strata} dengan satu unit undian per lengan, sehingga galat baku batasnya "
            "tidak dapat ditaksir. Perbaikan: gabungkan strata, atau hitung batas tanpa strata."
        )
    cell = assignment.stratum * 2 + assignment.arm
    in_cell = np.bincount(cell[assignment.unit])
    weight = ((in_cell[0::2] + in_cell[1::2])[cell // 2] / in_cell[cell])[assignment.unit]
    once = np.ones((1, cell.size))
    lower, upper, *shares = _bounds(once, y, codes, assignment.unit, weight)[0]
    resampled = np.empty((draws, cell.size))
    for members in (np.flatnonzero(cell == one) for one in range(in_cell.size)):
        even = np.full(members.size, 1 / members.size)
        resampled[:, members] = rng.multinomial(members.size, even, size=draws)
    width = max(1, CHUNK // y.size)
    drawn = np.vstack(
        [
            _bounds(resampled[start : start + width], y, codes, assignment.unit, weight)
            for start in range(0, draws, width)
        ]
    )
    usable = np.isfinite(drawn[:, 0])
    if np.nanmin(y) == np.nanmax(y) or usable.mean() < USABLE:
        raise MethodError(
            f"Galat baku batas {outcome} tidak dapat ditaksir: hasilnya tetap, atau terlalu "
            "sedikit unit terukur. Perbaikan: periksa kolom hasil, atau gabungkan klaster."
        )
    lower_se, upper_se = drawn[usable, :2].std(axis=0, ddof=1)
    width_in_errors = (upper - lower) / max(lower_se, upper_se)
    critical = brentq(lambda c: ndtr(c + width_in_errors) - ndtr(-c) - level, 0.0, 10.0)
    fewer = int(shares[0] > shares[1])
    return LeeBounds(
        outcome=outcome,
        arm=assignment.arms[1],
        control=control,
        lower=float(lower),
        upper=float(upper),
        lower_se=float(lower_se),
        upper_se=float(upper_se),
        conf_low=float(lower - critical * lower_se),
        conf_high=float(upper + critical * upper_se),
        level=level,
        trimmed_pct=float(100 * (1 - min(shares) / max(shares))),
        trimmed_arm=assignment.arms[fewer],
        observed_treated_pct=float(100 * shares[0]),
        observed_control_pct=float(100 * shares[1]),
    )


def _bounds(counts: Floats, y: Floats, codes: Codes, unit: Codes, weight: Floats) -> Floats:
    """Compute lower bound, upper bound and shares observed (treated, control), shape (draws, 4).

    `counts` holds how often each assigned unit was drawn, shape (draws, G); bounds are missing in
    draws where an arm has no outcome.
    """
    shares, sorted_rows = [], []
    for code in (1, 0):
        of_arm = codes == code
        seen = np.flatnonzero(of_arm & ~np.isnan(y))
        order = seen[np.argsort(y[seen], kind="stable")]
        sorted_rows.append(order)
        whole = counts @ np.bincount(unit, weight * of_arm, minlength=counts.shape[1])
        shares.append((counts[:, unit[order]] @ weight[order]) / whole)
    smaller = np.minimum(*shares)
    smaller[smaller == 0] = np.nan
    ends = []
    for share, order in zip(shares, sorted_rows, strict=True):
        kept = (smaller / np.maximum(share, smaller))[:, None]
        mass = counts[:, unit[order]] * weight[order]
        reached = np.cumsum(mass, axis=1)
        total = np.where(np.isnan(kept), 1.0, reached[:, -1:])
        mass, reached = mass / total, reached / total
        low = np.clip(kept - (reached - mass), 0, mass) @ y[order]
        high = np.clip(reached - (1 - kept), 0, mass) @ y[order]
        ends.append((low / kept[:, 0], high / kept[:, 0]))
    (treated_low, treated_high), (control_low, control_high) = ends
    return np.column_stack([treated_low - control_high, treated_high - control_low, *shares])
