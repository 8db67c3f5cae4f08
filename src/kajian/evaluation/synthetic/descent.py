"""Descent of a piecewise smooth function within bounds, by few evaluations with slopes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kajian.evaluation.synthetic.simplex import Floats

ENOUGH = 1e-4  # share of the decrease promised by the slopes that a step must bring (Armijo)
SHORTEST = 2.0**-20
CURVED = 1e-12


def descend(
    loss: Callable[[Floats], tuple[float, Floats]],
    start: Floats,
    *,
    low: float,
    steps: int,
    tolerance: float,
) -> Floats:
    """Walk down from a start inside ``[low, 0]`` by projected quasi-Newton steps.

    Coordinates held at a bound by their slope rest; the others follow a BFGS model. The point
    returned is never worse than the start. It is a local minimum at best.

    Parameters
    ----------
    loss
        Value, not negative, and slopes, (n,), at a point.
    start
        (n,), within the bounds.
    low
        Lower bound of every coordinate; the upper is zero.
    steps, tolerance
        Stop after so many steps, or when one lowers the loss by less than this share.

    References
    ----------
    Bertsekas (1982), "Projected Newton methods for optimization problems with simple constraints",
    SIAM Journal on Control and Optimization 20.
    """
    x, (value, slopes) = start, loss(start)
    model: Floats | None = None
    for _ in range(steps):
        free = ~(((x >= 0) & (slopes < 0)) | ((x <= low) & (slopes > 0)))
        if value <= 0 or not slopes[free].any():
            break
        direction = np.zeros_like(x)
        if model is None:
            direction[free] = -slopes[free] / max(1.0, float(np.abs(slopes[free]).max()))
        else:
            direction[free] = -np.linalg.solve(model[np.ix_(free, free)], slopes[free])
        length = 1.0
        while True:
            trial = np.clip(x + length * direction, low, 0.0)
            moved = trial - x
            reached, there = loss(trial)
            if reached <= value + ENOUGH * float(slopes @ moved) or length < SHORTEST:
                break
            length /= 2
        if reached >= value:
            if model is None:
                break
            model = None  # a kink misled the model: once more along the slopes
            continue
        model = _updated(model, moved, there - slopes)
        little = value - reached < tolerance * value
        x, value, slopes = trial, reached, there
        if little:
            break
    return x


def _updated(model: Floats | None, moved: Floats, bend: Floats) -> Floats | None:
    """BFGS model of the curvature after one step; unchanged where the step shows none."""
    curvature = float(moved @ bend)
    if curvature <= CURVED * float(moved @ moved):
        return model
    if model is None:
        model = np.eye(len(moved)) * float(bend @ bend) / curvature
    along = model @ moved
    updated: Floats = (
        model + np.outer(bend, bend) / curvature - np.outer(along, along) / float(moved @ along)
    )
    return updated
