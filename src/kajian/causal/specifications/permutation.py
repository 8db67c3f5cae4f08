"""Treatments without effect that keep their relation to the controls."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kajian.causal.specifications.declared import Choices, Specification
from kajian.errors import MethodError
from kajian.linear.fixed_effects import Codes, Floats, group_sums
from kajian.linear.frame import codes_of, model_frame
from kajian.linear.regression import Regression, ols, panel_fe

Drawn = dict[str, pd.DataFrame]


def null_treatments(
    choices: Choices,
    data: pd.DataFrame,
    *,
    cluster: str,
    time: str | None,
    draws: int,
    rng: np.random.Generator,
) -> Drawn:
    """Draw treatments that have no effect.

    The treatment is regressed on the controls of all options, with the first entity effects that
    an option names; what this leaves of it is exchanged between clusters with the same number of
    rows, in the order of time (Kennedy 1995, "Randomization tests in econometrics", JBES 13).

    Returns
    -------
    dict
        Per expression of the treatment a table of shape (rows, draws), indexed like the rows used.

    Raises
    ------
    MethodError
        When fewer than two clusters have the same number of rows.
    """
    terms = [term.strip() for text in choices.controls.values() for term in text.split("+")]
    union = " + ".join(dict.fromkeys(term for term in terms if term))
    entity = next((name for name in choices.entity.values() if name), "")
    found = {}
    for expression in dict.fromkeys(choices.treatment.values()):
        sample, values, left = _residual(expression, union, data, entity, time, cluster)
        order = np.lexsort(
            [sample[time].to_numpy() if time else np.arange(len(sample)), codes_of(sample[cluster])]
        )
        source = _exchanges(codes_of(sample[cluster])[order], draws, rng)
        drawn = np.empty((len(sample), draws))
        drawn[order] = (values - left)[order, None] + left[order][source]
        found[expression] = pd.DataFrame(drawn, index=sample.index)
    return found


def null_draws(
    specifications: Sequence[Specification],
    fits: Sequence[Regression],
    treatments: Drawn,
    cluster: str,
) -> tuple[Floats, Floats]:
    """Estimate every specification with every drawn treatment.

    By Frisch and Waugh an estimate needs only what the other terms leave of outcome and treatment,
    so all draws of a specification are one matrix product.

    Returns
    -------
    tuple
        Estimates and their t statistics (CRV1), each of shape (draws, specifications).
    """
    estimates, ratios = [], []
    for each, fit in zip(specifications, fits, strict=True):
        x = treatments[each.treatment].loc[fit.sample.index].to_numpy()
        others = np.delete(fit.X, fit.position(each.treatment), axis=1)
        if fit.fixed_effects is not None:
            x = fit.fixed_effects.remove(x)
        if others.shape[1]:
            basis = np.linalg.qr(others)[0]
            x = x - basis @ (basis.T @ x)
            y = fit.y - basis @ (basis.T @ fit.y)
        else:
            y = fit.y
        size = (x**2).sum(axis=0)
        b = x.T @ y / size
        codes = codes_of(fit.sample[cluster])
        scores = group_sums(x * (y[:, None] - x * b), codes)
        groups, n = len(scores), fit.n_obs
        correction = groups / (groups - 1) * (n - 1) / (n - fit.n_parameters)
        estimates.append(b)
        ratios.append(b / np.sqrt(correction * (scores**2).sum(axis=0)) * size)
    return np.column_stack(estimates), np.column_stack(ratios)


def _residual(
    expression: str, union: str, data: pd.DataFrame, entity: str, time: str | None, cluster: str
) -> tuple[pd.DataFrame, Floats, Floats]:
    """Regress the treatment on all controls: rows used, its values, and what is left of it."""
    formula = f"{expression} ~ {union or '1'}"
    if entity and time and union:
        fit = panel_fe(formula, data, entity=entity, time=time, vcov="iid")
        left = fit.residuals
        sample = fit.sample
    elif union:
        fit = ols(formula, data, vcov="iid")
        sample, left = fit.sample, fit.residuals
    else:
        sample, _, values, _ = model_frame(formula, data, [cluster])
        left = values - values.mean()
    _, _, values, _ = model_frame(f"{expression} ~ 1", sample, [cluster])
    return sample, values, left


def _exchanges(clusters: Codes, draws: int, rng: np.random.Generator) -> Codes:
    """Choose, for each row in each draw, the row whose value it takes; shape (n, draws).

    Rows are sorted by cluster. Clusters exchange places within their size.
    """
    starts = np.flatnonzero(np.r_[True, np.diff(clusters) != 0])
    sizes = np.diff(np.r_[starts, clusters.size])
    source = np.tile(np.arange(clusters.size)[:, None], (1, draws))
    movable = 0
    for size in np.unique(sizes):
        here = starts[sizes == size]
        if here.size < 2:
            continue
        movable += here.size
        turns = rng.permuted(np.tile(here[:, None], (1, draws)), axis=0)
        for step in range(size):
            source[here + step] = turns + step
    if movable < 2:
        raise MethodError(
            "Tidak ada dua kelompok dengan banyak baris yang sama, sehingga perlakuan tidak dapat "
            "dipertukarkan. Perbaikan: seimbangkan panelnya, atau pakai draws=0."
        )
    return source
