"""The jump of an outcome at a cutoff, with the robust bias-corrected interval."""

from __future__ import annotations

from typing import Any

import numpy as np

from kajian.errors import MethodError
from kajian.evaluation.discontinuity.bandwidth import mse_bandwidths
from kajian.evaluation.discontinuity.covariates import covariate_columns, partial_out
from kajian.evaluation.discontinuity.local_polynomial import (
    Kernel,
    coefficient_weights,
    jump_weights,
    windows,
)
from kajian.evaluation.discontinuity.result import Jump, RegressionDiscontinuity, jump_of
from kajian.evaluation.discontinuity.sample import (
    REPEATED,
    Sample,
    bandwidth_pair,
    check_choices,
    require_distinct,
    running_sample,
)
from kajian.evaluation.discontinuity.variance import outcome_residuals, sum_variance
from kajian.language import format_percent
from kajian.linear.fixed_effects import Floats

FEW_ROWS = 20
"""Rows on a side within the bandwidth below which the normal approximation is called weak."""
FEW_CLUSTERS = 30
"""Clusters below which CR1 intervals are called too narrow (Cameron & Miller 2015, section VI)."""
WEAK = 10.0
"""First-stage F below which a ratio is called weak (Staiger & Stock 1997)."""


def regression_discontinuity(
    y: Any,
    x: Any,
    cutoff: float = 0.0,
    *,
    bandwidth: float | tuple[float, float] | None = None,
    order: int = 1,
    kernel: Kernel = "triangular",
    cluster: Any = None,
    covariates: Any = None,
    treatment: Any = None,
    level: float = 0.95,
) -> RegressionDiscontinuity:
    """Estimate the jump of y where x crosses the cutoff.

    A polynomial is fitted to each side within a bandwidth, with weights that fall to its edge; the
    jump is the difference of the two fits at the cutoff. The robust interval subtracts the
    estimated bias and carries the error of doing so (Calonico, Cattaneo & Titiunik 2014, theorem
    1). Units at the cutoff belong to the right side. Rows with a missing value are left out and
    counted.

    Parameters
    ----------
    y, x
        Outcome and running variable, shapes (n,).
    cutoff
        In units of x.
    bandwidth
        In units of x: h (then b = h) or (h, b). When omitted, both minimise the mean squared error
        of the jump of y (see `mse_bandwidths`), also in a fuzzy design.
    order
        Order of the polynomial, 0 to 3; orders above two are noisy (Gelman & Imbens 2019).
    kernel
        `triangular`, `epanechnikov` or `uniform`.
    cluster
        Labels, shape (n,): CR1 standard errors summed over clusters, t distribution with clusters
        minus one degrees of freedom. Otherwise variances come from three nearest neighbours.
    covariates
        Characteristics from before the treatment, shape (n,) or (n, k): partialled out with
        coefficients common to both sides, which narrows the interval and leaves the estimand
        (Calonico, Cattaneo, Farrell & Titiunik 2019).
    treatment
        Treatment received, shape (n,), for a fuzzy design: the jump of y over the jump of the
        treatment, the effect on compliers at the cutoff (Hahn, Todd & Van der Klaauw 2001).
    level
        Confidence level.

    Raises
    ------
    MethodError
        Values that are not finite numbers; an empty side; too few distinct values of x on a side,
        overall or within a bandwidth; an outcome that does not vary; a treatment without a jump;
        covariates that are collinear within the bandwidth; fewer than two clusters on a side.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> score = rng.uniform(-1, 1, 2000)
    >>> income = score + 2 * (score >= 0) + rng.normal(size=2000)
    >>> fit = regression_discontinuity(income, score)
    >>> fit.robust.conf_low < 2 < fit.robust.conf_high
    True
    """
    check_choices(order, kernel, level)
    named = {"y (hasil)": y} | ({} if treatment is None else {"treatment": treatment})
    sample = running_sample(x, cutoff, named | covariate_columns(covariates), cluster)
    at, codes = sample.x, sample.cluster
    main, extra = np.split(sample.columns, [len(named)], axis=1)
    if bandwidth is not None:
        h, b = bandwidth_pair(bandwidth)
    else:
        h, b = mse_bandwidths(at, main[:, 0], order, kernel, codes)
        if extra.size:
            adjusted = partial_out(at, main, extra, h, order, kernel)
            h, b = mse_bandwidths(at, adjusted[:, 0], order, kernel, codes)
    require_distinct(at, h, kernel, order + 2)
    require_distinct(at, b, kernel, order + 3)
    n_clusters = _count_clusters(sample, max(h, b), kernel)
    df = np.inf if n_clusters is None else n_clusters - 1.0
    plain, corrected = jump_weights(at, h, b, order, kernel)

    def jumps(v: Floats, around: float = 0.0) -> tuple[Jump, Jump]:
        near, far = (h, b) if codes is not None else (max(h, b), max(h, b))
        pairs = ((plain, near, order), (corrected, far, order + 1))
        first, second = (
            jump_of(
                around + float(weights @ v),
                sum_variance(
                    weights, outcome_residuals(at, v, reach, degree, kernel, codes), codes, degree
                ),
                level,
                df,
            )
            for weights, reach, degree in pairs
        )
        return first, second

    outcomes = partial_out(at, main, extra, h, order, kernel) if extra.size else main
    effect, first_stage, around = outcomes[:, 0], None, 0.0
    if treatment is not None:
        first_stage = jumps(outcomes[:, 1])[1]
        effect, around = _linearised(outcomes, plain)
    conventional, robust = jumps(effect, around)
    if not robust.std_error > 1e-10 * np.abs(effect).max():
        raise MethodError(
            "Galat baku lompatan nol: hasil tidak bervariasi di sekitar ambang. "
            "Perbaikan: periksa kolom hasil atau perlebar pita."
        )
    level_weights = coefficient_weights(at, h, order, kernel)
    n_left, n_right = (int(window.stop - window.start) for window, _ in windows(at, h, kernel))
    right = at >= 0
    return RegressionDiscontinuity(
        conventional=conventional,
        robust=robust,
        first_stage=first_stage,
        limit_left=float(level_weights[~right] @ main[~right, 0]),
        limit_right=float(level_weights[right] @ main[right, 0]),
        cutoff=cutoff,
        h=h,
        b=b,
        order=order,
        kernel=kernel,
        level=level,
        n_left=n_left,
        n_right=n_right,
        n_obs=at.size,
        n_dropped=sample.n_dropped,
        repeated_share=sample.repeated_share,
        n_clusters=n_clusters,
        df=df,
        note=_note(sample, min(n_left, n_right), n_clusters, first_stage),
    )


def _linearised(outcomes: Floats, weights: Floats) -> tuple[Floats, float]:
    """Variable whose jump is the error of the Wald ratio, shape (n,), and the ratio itself.

    Its weighted sum is zero, and its bias and variance are those of the ratio by the delta method.
    """
    y, t = outcomes.T
    first = float(weights @ t)
    if not abs(first) > 1e-10 * np.abs(t).max():
        raise MethodError(
            "Perlakuan tidak melompat di ambang, sehingga rasionya tidak ada. "
            "Perbaikan: periksa kolom treatment dan ambang."
        )
    ratio = float(weights @ y) / first
    return (y - ratio * t) / first, ratio


def _count_clusters(sample: Sample, reach: float, kernel: Kernel) -> int | None:
    if sample.cluster is None:
        return None
    sides = [np.unique(sample.cluster[rows]) for rows, _ in windows(sample.x, reach, kernel)]
    if min(side.size for side in sides) < 2:
        raise MethodError(
            "Satu sisi ambang hanya memuat satu klaster dalam lebar pita. "
            "Perbaikan: perlebar pita atau pakai klaster yang lebih kecil."
        )
    return int(np.union1d(*sides).size)


def _note(sample: Sample, fewest: int, n_clusters: int | None, first_stage: Jump | None) -> str:
    notes = []
    share = sample.repeated_share
    if share >= REPEATED:
        notes.append(
            f"{format_percent(100 * share, 0)} baris mengulang nilai x yang sama: x diskret, "
            "sehingga selang ini bertumpu pada bentuk kurva di antara nilai-nilainya; bandingkan "
            "dengan acakan setempat (local randomisation)."
        )
    if fewest < FEW_ROWS:
        notes.append(
            f"Satu sisi hanya memuat {fewest} baris dalam lebar pita: pendekatan normal lemah."
        )
    if n_clusters is not None and n_clusters < FEW_CLUSTERS:
        notes.append(f"Hanya {n_clusters} klaster: selang klaster cenderung terlalu sempit.")
    if first_stage is not None and abs(first_stage.estimate) < WEAK**0.5 * first_stage.std_error:
        notes.append(
            f"Tahap pertama lemah (F < {WEAK:.0f}): selang rasio tidak dapat dipercaya; laporkan "
            "lompatan hasil tanpa treatment."
        )
    return " ".join(notes)
