"""Many draws of one composite index, in blocks that share their discrete choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kajian.mapping.index.aggregation import SCALES, Aggregate, refuse_non_positive, two_level_mean
from kajian.mapping.index.design import CHOICES
from kajian.mapping.index.normalise import (
    GOALPOSTS,
    Normalise,
    indicator_values,
    refuse_constant,
    refuse_without_goalposts,
    scaled,
)
from kajian.mapping.index.treatment import treated
from kajian.mapping.index.weighting import indicator_weights, weight_matrices

Floats = NDArray[np.float64]

INPUTS = (*CHOICES, "weight_spread", "error")
_UNBOUNDED = {"z", "none"}  # scores that an error can make zero or less
_LEAST_SCORE = 1.0
_BLOCK = 60_000  # values of one block, so that it stays in the processor's cache


@dataclass(frozen=True, slots=True, eq=False)
class IndexModel:
    """What does not change between draws, for n units, k indicators and d dimensions.

    Attributes
    ----------
    options
        Options under each of `CHOICES`.
    base
        By (impute, outliers): complete values, shape (k, n); their errors, shape (k, n); and the
        limits to which they are drawn in, shape (k, 2).
    weights
        By (impute, outliers, weights): within, shape (d, k), and between, shape (d,).
    direction, goalposts
        Shapes (k,) and (k, 2).
    weight_spread
        By how much of itself a weight may move to either side.
    """

    options: Mapping[str, tuple[Any, ...]]
    base: dict[tuple[str, ...], tuple[Floats, Floats, Floats]]
    weights: dict[tuple[str, ...], tuple[Floats, Floats]]
    direction: Floats
    goalposts: Floats
    weight_spread: float

    @property
    def varying(self) -> list[str]:
        """Inputs of which there is more than one possibility."""
        uncertain = any(error.any() for _, error, _ in self.base.values())
        many = {name: len(options) > 1 for name, options in self.options.items()}
        many |= {"weight_spread": self.weight_spread > 0, "error": uncertain}
        return [name for name in INPUTS if many[name]]


def index_model(
    table: pd.DataFrame,
    described: pd.DataFrame,
    options: Mapping[str, tuple[Any, ...]],
    std_errors: pd.DataFrame,
    weight_spread: float,
    group: pd.Series | None,
) -> IndexModel:
    """Prepare the draws: treat the data and weigh the indicators under every option.

    Parameters
    ----------
    table
        One row per unit.
    described
        Result of `kajian.mapping.index.normalise.described_indicators`.
    options
        Options under each of `CHOICES`.
    std_errors
        Standard errors of the indicators, zero where there is none; shape (n, k).
    weight_spread
        From 0 to 1.
    group
        As for `kajian.mapping.index.treatment.treated`.

    Raises
    ------
    MethodError
        As for `kajian.mapping.index.composite.composite_index`.
    """
    codes = described["code"].tolist()
    if "goalposts" in options["normalise"]:
        refuse_without_goalposts(described)
    base: dict[tuple[str, ...], tuple[Floats, Floats, Floats]] = {}
    weights: dict[tuple[str, ...], tuple[Floats, Floats]] = {}
    for impute, outliers in product(options["impute"], options["outliers"]):
        raw = indicator_values(table, codes, missing=impute != "none")
        treatment = treated(raw, impute, outliers, group)
        if set(options["normalise"]) != {"none"}:
            refuse_constant(treatment.complete)
        error = np.where(raw.isna(), treatment.filled_error, std_errors)
        base[impute, outliers] = (treatment.complete.to_numpy().T, error.T, treatment.limits)
        for scheme in options["weights"]:
            weighted = indicator_weights(described, treatment.complete, scheme)
            weights[impute, outliers, scheme] = weight_matrices(weighted)
    model = IndexModel(
        options=options,
        base=base,
        weights=weights,
        direction=described["direction"].to_numpy(dtype=float),
        goalposts=described[GOALPOSTS].to_numpy(),
        weight_spread=weight_spread,
    )
    for normalise, aggregate in product(options["normalise"], options["aggregate"]):
        for values, _, _ in base.values():
            refuse_non_positive(_scores(model, values, normalise, aggregate), codes, aggregate)
    return model


def index_draws(model: IndexModel, inputs: Floats, rng: np.random.Generator) -> Floats:
    """Compute the index under every row of inputs.

    Parameters
    ----------
    model
        Result of `index_model` for n units.
    inputs
        Shape (m, 7), columns as `INPUTS`, in [0, 1). A choice takes the option at that share of
        its list. Rows with the same value under ``weight_spread`` share their weights, rows with
        the same value under ``error`` their errors: both are drawn from `rng`, one for each
        different value. Where an error makes a score smaller than 1, it counts as 1 in a mean that
        is not arithmetic.
    rng
        Source of randomness.

    Returns
    -------
    ndarray
        Index, shape (m, n), rounded to nine decimals so that ties are ties.
    """
    column = dict(zip(INPUTS, inputs.T, strict=True))
    k, n = next(iter(model.base.values()))[0].shape
    d = len(next(iter(model.weights.values()))[1])
    moves = noise = None
    if model.weight_spread > 0:
        kinds, move = np.unique(column["weight_spread"], return_inverse=True)
        moves = 1 + model.weight_spread * rng.uniform(-1, 1, (len(kinds), k + d))
    if "error" in model.varying:
        kinds, draw = np.unique(column["error"], return_inverse=True)
        # Seven digits are plenty for an error, and take half the time and memory.
        noise = rng.standard_normal((len(kinds), k, n), dtype=np.float32)

    result = np.empty((len(inputs), n))
    for choice, rows in _blocks(model, column, max(1, _BLOCK // (k * n))):
        impute, outliers, normalise, scheme, aggregate = choice
        values, error, limits = model.base[impute, outliers]
        if noise is not None and error.any():
            exact, values = values, noise[draw[rows]] * error
            values += exact
            if np.isfinite(limits).any():
                np.clip(values, limits[:, :1], limits[:, 1:], out=values)
        scores = _scores(model, values, normalise, aggregate)
        if noise is not None and normalise in _UNBOUNDED and aggregate != "arithmetic":
            np.maximum(scores, _LEAST_SCORE, out=scores)
        within, between = model.weights[impute, outliers, scheme]
        if moves is not None:
            moved = moves[move[rows]]
            within = _shares(within * moved[:, None, :k])
            between = _shares(between * moved[:, k:])
        result[rows] = two_level_mean(scores, within, between, aggregate)[1]
    return result.round(9)


def _scores(
    model: IndexModel, values: Floats, normalise: Normalise, aggregate: Aggregate
) -> Floats:
    """Scores on the scale of the aggregation."""
    return scaled(
        values,
        model.direction,
        normalise,
        scale=SCALES[aggregate],
        goalposts=model.goalposts,
    )


def _blocks(
    model: IndexModel, column: Mapping[str, Floats], size: int
) -> Iterator[tuple[tuple[Any, ...], NDArray[np.intp]]]:
    """Rows that share their options, in blocks of at most `size` rows."""
    counts = [len(model.options[name]) for name in CHOICES]
    taken = [
        np.minimum((column[name] * count).astype(int), count - 1)
        for name, count in zip(CHOICES, counts, strict=True)
    ]
    combination = np.ravel_multi_index(taken, counts)
    order = np.argsort(combination, kind="stable")
    found, starts = np.unique(combination[order], return_index=True)
    choices = list(product(*(model.options[name] for name in CHOICES)))
    for number, rows in zip(found, np.split(order, starts[1:]), strict=True):
        for start in range(0, len(rows), size):
            yield choices[number], rows[start : start + size]


def _shares(weights: Floats) -> Floats:
    """Make the last axis sum to one."""
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))
