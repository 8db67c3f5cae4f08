"""Bounds on an effect when trends would not have been quite parallel (Rambachan and Roth 2023)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import ndtri

from kajian.errors import MethodError
from kajian.evaluation.differences.bounds_magnitudes import (
    largest_change,
    magnitudes_identified,
    magnitudes_interval,
)
from kajian.evaluation.differences.bounds_path import (
    EventPath,
    EventStudyLike,
    Floats,
    Target,
    event_path,
)
from kajian.evaluation.differences.bounds_smoothness import (
    largest_bend,
    smoothness_identified,
    smoothness_interval,
)
from kajian.language import format_number

Restriction = Literal["relative_magnitudes", "smoothness"]

NAMES: dict[Restriction, str] = {
    "relative_magnitudes": "besaran relatif",
    "smoothness": "kemulusan",
}


@dataclass(frozen=True, slots=True, eq=False)
class ParallelTrendsBounds:
    """Robust intervals for one target, by the size of the violation that is allowed.

    They cover with the stated level when the violation is within the bound and the estimates are
    normal with the given covariance; with few clusters both that and the covariance are in doubt.

    Attributes
    ----------
    restriction, level
        As asked.
    mbar
        (m,) bounds, as given: a multiple of the largest earlier change (relative magnitudes), or
        the change of slope in the unit of the outcome per unit of time squared (smoothness).
    conf_low, conf_high
        (m,) robust intervals, in the unit of the outcome.
    identified_low, identified_high
        (m,) targets allowed when the estimates are taken as the truth. ``nan`` under smoothness
        where ``mbar`` is below `benchmark`: no trend so smooth passes through the estimates.
    estimate, original_low, original_high
        The target under exactly parallel trends, with its normal interval.
    benchmark
        What the estimates before the reference show: their largest change per unit of time
        (relative magnitudes), or the largest change of its slope (smoothness; None with a single
        earlier time, when a bend cannot be seen).
    target
        Weight of each time after the reference that counts.
    reference, n_before, n_after
        The reference time, and the number of observed times on either side of it.
    """

    restriction: Restriction
    level: float
    mbar: Floats
    conf_low: Floats
    conf_high: Floats
    identified_low: Floats
    identified_high: Floats
    estimate: float
    original_low: float
    original_high: float
    benchmark: float | None
    target: dict[int, float]
    reference: int
    n_before: int
    n_after: int

    @property
    def excludes_zero(self) -> np.ndarray:
        """(m,) whether zero lies outside the robust interval."""
        return (self.conf_low > 0) | (self.conf_high < 0)

    def tidy(self) -> pd.DataFrame:
        """One row per bound: mbar, the robust interval, the identified set, excludes_zero."""
        names = ("mbar", "conf_low", "conf_high", "identified_low", "identified_high")
        table = pd.DataFrame({name: getattr(self, name) for name in names})
        return table.assign(excludes_zero=self.excludes_zero)

    def __str__(self) -> str:
        symbol = "M\u0304" if self.restriction == "relative_magnitudes" else "M"
        lines = [
            f"Batas bila tren tidak persis sejajar ({NAMES[self.restriction]}), "
            f"sasaran waktu {', '.join(map(str, self.target))}: {format_number(self.estimate, 3)}",
            f"  tren sejajar: {_interval_text(self.original_low, self.original_high)}",
        ]
        lines += [
            f"  {symbol} = {format_number(m, 3)}: {_interval_text(low, high)}"
            f"{'' if out else ' (memuat nol)'}"
            for m, low, high, out in zip(
                self.mbar, self.conf_low, self.conf_high, self.excludes_zero, strict=True
            )
        ]
        seen = "tidak dapat dilihat" if self.benchmark is None else format_number(self.benchmark, 3)
        what = "perubahan" if self.restriction == "relative_magnitudes" else "tekukan"
        lines += [
            f"{what.capitalize()} terbesar sebelum acuan, menurut taksiran: {seen}",
            f"Selang {format_number(100 * self.level, 0)}% berlaku bila penyimpangan tren sebatas "
            f"{symbol} dan taksiran mendekati normal; pada sedikit klaster selang ini terlalu "
            "sempit.",
        ]
        return "\n".join(lines)


def parallel_trends_bounds(
    event_study: EventStudyLike,
    mbar: float | Sequence[float],
    *,
    restriction: Restriction = "relative_magnitudes",
    target: Target = None,
    level: float = 0.95,
) -> ParallelTrendsBounds:
    """Bound an effect when trends may differ after treatment by as much as they did before.

    The event-study coefficients are the effect plus a differential trend that is zero at the
    reference. ``"relative_magnitudes"``: between neighbouring observed times after the reference
    it changes, per unit of time, by at most ``mbar`` times its largest change before the reference.
    ``"smoothness"``: its slope changes by at most ``mbar`` per unit of time, at every observed
    time; ``mbar = 0`` extrapolates a line.

    Times need not be consecutive: changes and slopes are per unit of time, so that a longer gap may
    hold a proportionally larger change. With consecutive times both restrictions are those of the
    paper. One time before the reference suffices; under smoothness its slope is then extrapolated
    and nothing in the data speaks to ``mbar``.

    Parameters
    ----------
    event_study
        Any object with ``times``, ``estimates``, ``covariance`` and ``reference``. All estimates
        must be differences from that one reference (a universal base), and an end point that pools
        several times does not belong among them. Times after the reference count as possibly
        affected, also those before 0 (anticipation).
    mbar
        One bound or several, not negative.
    restriction
        See above.
    target
        A time after the reference, or weights by such a time. When omitted, the mean over all
        observed times from 0 on.
    level
        Confidence level, above one half.

    Notes
    -----
    Relative magnitudes: the conditional least-favourable hybrid test of Andrews, Roth and Pakes,
    a tenth of the size in its first stage; critical values are exact, without simulation. The set
    is never smaller than the identified set at the estimates, at ``mbar = 0`` it is the usual
    interval, and it covers more than its level when several earlier changes may be the largest.
    With a single time after the reference the authors' software also uses inequalities about
    earlier times only, and may give a somewhat different interval. Smoothness: the shortest
    fixed-length interval, whose centre moves with ``mbar``, so that intervals need not be nested.

    Raises
    ------
    MethodError
        See :func:`kajian.evaluation.differences.bounds_path.event_path`; also a negative bound, an
        unknown restriction, or a level outside (0.5, 1).

    References
    ----------
    Rambachan and Roth (2023), "A more credible approach to parallel trends", Review of Economic
    Studies 90. Andrews, Roth and Pakes (2023), "Inference for linear conditional moment
    inequalities", Review of Economic Studies 90. Armstrong and Kolesar (2018), "Optimal inference
    in a class of regression models", Econometrica 86.
    """
    path = checked_path(event_study, restriction, target, level)
    bounds = np.atleast_1d(np.asarray(mbar, dtype=float))
    if bounds.ndim != 1 or not bounds.size or not np.isfinite(bounds).all() or (bounds < 0).any():
        raise MethodError(
            f"mbar harus bilangan yang tidak negatif, bukan {mbar}. "
            "Perbaikan: beri satu atau beberapa angka, misalnya [0, 0.5, 1, 2]."
        )
    conf = np.array([robust_interval(path, restriction, m, level) for m in bounds])
    effect = path.effect()
    estimate = float(effect @ path.estimates)
    half = float(ndtri((1 + level) / 2) * np.sqrt(effect @ path.covariance @ effect))
    relative = restriction == "relative_magnitudes"
    identified_set = magnitudes_identified if relative else smoothness_identified
    identified = np.array([identified_set(path, m) for m in bounds])
    return ParallelTrendsBounds(
        restriction=restriction,
        level=level,
        mbar=bounds,
        conf_low=conf[:, 0],
        conf_high=conf[:, 1],
        identified_low=identified[:, 0],
        identified_high=identified[:, 1],
        estimate=estimate,
        original_low=estimate - half,
        original_high=estimate + half,
        benchmark=largest_change(path) if relative else largest_bend(path),
        target=path.target(),
        reference=path.reference,
        n_before=len(path.pre),
        n_after=len(path.post),
    )


def checked_path(
    event_study: EventStudyLike, restriction: Restriction, target: Target, level: float
) -> EventPath:
    """Read the event study and refuse an unknown restriction or a level that means nothing."""
    if restriction not in NAMES:
        raise MethodError(
            f"Pembatas {restriction!r} tidak dikenal. Perbaikan: pilih dari {', '.join(NAMES)}."
        )
    if not 0.5 < level < 1:
        raise MethodError(
            f"Tingkat kepercayaan {level} tidak di antara 0,5 dan 1. Perbaikan: tulis misalnya "
            "0.95."
        )
    return event_path(event_study, target)


def robust_interval(
    path: EventPath, restriction: Restriction, mbar: float, level: float
) -> tuple[float, float]:
    """Robust interval of the target at one bound."""
    method = magnitudes_interval if restriction == "relative_magnitudes" else smoothness_interval
    return method(path, mbar, level)


def _interval_text(low: float, high: float) -> str:
    return f"{format_number(low, 3)} sampai {format_number(high, 3)}"
