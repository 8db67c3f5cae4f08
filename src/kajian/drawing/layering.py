"""Layers of an acyclic diagram: causes left of effects, few crossings, arrows around boxes.

An arrow that spans several layers is led through a waypoint in each layer between, which takes
room among the boxes there. (Sugiyama, Tagawa and Toda 1981, IEEE Transactions on Systems, Man, and
Cybernetics 11, 109-125.)
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from kajian.errors import MethodError

SWEEPS = 12
ROUNDS, SETTLED_MM = 2000, 1e-4
CENTRED = 0.01  # pull to the middle, which settles what no arrow does
Arrows = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """A diagram in layers.

    Attributes
    ----------
    rows
        Items of each layer from top to bottom: nodes (0 to n - 1), then waypoints.
    routes
        Items that each arrow passes, from cause to effect.
    """

    rows: list[list[int]]
    routes: list[list[int]]


def layers_of(count: int, arrows: Arrows, weights: Sequence[float]) -> Layers:
    """Put nodes into layers, and order these so that arrows cross little.

    Parameters
    ----------
    count
        Number of nodes.
    arrows
        Cause and effect of each arrow.
    weights
        How much it matters that an arrow is straight and not crossed.

    Raises
    ------
    MethodError
        When arrows form a cycle.
    """
    layer = _longest_paths(count, arrows)
    rows: list[list[int]] = [[] for _ in range(max(layer) + 1)]
    for node in range(count):
        rows[layer[node]].append(node)
    fresh = itertools.count(count)
    routes = []
    for cause, effect in arrows:
        between = [next(fresh) for _ in range(layer[cause] + 1, layer[effect])]
        for step, item in enumerate(between, layer[cause] + 1):
            rows[step].append(item)
        routes.append([cause, *between, effect])
    return Layers(_ordered(rows, _links(routes, weights)), routes)


def heights(
    layers: Layers,
    size: NDArray[np.float64],
    gap: float,
    weights: Sequence[float],
    ports: Mapping[tuple[int, int], float],
) -> NDArray[np.float64]:
    """Return the height (mm, upwards) of every item, for arrows as level as the order allows.

    Minimises the weighted squares of the steps that arrows make, by layers in turn; each is an
    isotonic regression, since neighbours keep their order and distance.

    Parameters
    ----------
    layers
        Of :func:`layers_of`.
    size
        Height of each item, mm, shape (items,).
    gap
        Least room between neighbours, mm.
    weights
        Of the arrows.
    ports
        How far above its middle (mm) an item meets an arrow from or to another, by both.
    """
    pulls: list[list[tuple[int, float, float]]] = [[] for _ in size]
    for (a, b), weight in _links(layers.routes, weights).items():
        step = ports.get((a, b), 0.0) - ports.get((b, a), 0.0)
        pulls[a].append((b, weight, step))  # heights count downwards here
        pulls[b].append((a, weight, -step))
    offsets = []
    y = np.zeros(len(size))
    for row in layers.rows:
        half = size[row] / 2
        offset = np.concatenate([[0.0], np.cumsum(half[:-1] + half[1:] + gap)])
        offsets.append(offset)
        y[row] = offset - offset[-1] / 2
    for _ in range(ROUNDS):
        before = y.copy()
        for row, offset in zip(layers.rows, offsets, strict=True):
            strength = np.array([CENTRED + sum(w for _, w, _ in pulls[item]) for item in row])
            wish = np.array([sum(w * (y[o] + d) for o, w, d in pulls[item]) for item in row])
            fitted = isotonic_regression(wish / strength - offset, weights=strength)
            y[row] = fitted.x + offset
        if np.abs(y - before).max() < SETTLED_MM:
            break
    return -y


def _longest_paths(count: int, arrows: Arrows) -> list[int]:
    """Return the layer of every node, and pull those that are mostly causes to their effects."""
    causes: list[set[int]] = [set() for _ in range(count)]
    effects: list[set[int]] = [set() for _ in range(count)]
    for cause, effect in arrows:
        causes[effect].add(cause)
        effects[cause].add(effect)
    layer, order = [0] * count, []
    waiting = {node: len(causes[node]) for node in range(count)}
    while waiting:
        ready = [node for node, left in waiting.items() if not left]
        if not ready:
            raise MethodError(
                "Panah diagram membentuk lingkaran. Perbaikan: hapus salah satu panahnya."
            )
        for node in ready:
            del waiting[node]
            order.append(node)
            for effect in effects[node]:
                waiting[effect] -= 1
                layer[effect] = max(layer[effect], layer[node] + 1)
    for node in reversed(order):
        if len(effects[node]) > len(causes[node]):
            layer[node] = min(layer[effect] for effect in effects[node]) - 1
    return layer


def _links(
    routes: Sequence[Sequence[int]], weights: Sequence[float]
) -> dict[tuple[int, int], float]:
    """Return the weight of every step of every arrow; steps between waypoints count twice."""
    links = {}
    for route, weight in zip(routes, weights, strict=True):
        for i, step in enumerate(itertools.pairwise(route)):
            inner = 0 < i < len(route) - 2
            links[step] = weight * (2 if inner else 1)
    return links


def _ordered(rows: list[list[int]], links: dict[tuple[int, int], float]) -> list[list[int]]:
    """Move items within their layers as long as that saves crossings or length."""
    starts = [rows, [row[::-1] for row in rows], [_interleaved(row) for row in rows]]
    ends = np.array(list(links), dtype=int).reshape(-1, 2)
    weights = np.fromiter(links.values(), float)
    layer = {item: i for i, row in enumerate(rows) for item in row}
    start_of = np.array([layer[a] for a, _ in links], dtype=int)
    same = np.triu(start_of[:, None] == start_of[None, :], 1)
    found = []
    for start in starts:
        order = [list(row) for row in start]
        best = _cost(order, ends, weights, same)
        for _ in range(SWEEPS):
            earlier = best
            for row in order:
                for item in sorted(row):
                    for place in range(len(row)):
                        old = row.copy()
                        row.remove(item)
                        row.insert(place, item)
                        cost = _cost(order, ends, weights, same)
                        if cost < best:
                            best = cost
                        else:
                            row[:] = old
            if best == earlier:
                break
        found.append((best, order))
    return min(found)[1]


def _interleaved(row: list[int]) -> list[int]:
    return row[::2] + row[1::2][::-1]


def _cost(
    rows: list[list[int]],
    ends: NDArray[np.int_],
    weights: NDArray[np.float64],
    same: NDArray[np.bool_],
) -> tuple[float, float]:
    """Return weighted crossings, and the weighted squares of the steps of arrows."""
    if not len(ends):
        return 0.0, 0.0
    place = np.zeros(sum(map(len, rows)))
    for row in rows:
        place[row] = np.arange(len(row)) - (len(row) - 1) / 2
    a, b = place[ends].T
    crossed = same & ((a[:, None] - a) * (b[:, None] - b) < 0)
    both = np.outer(weights, weights)
    return round(float(both[crossed].sum()), 9), round(float(weights @ (a - b) ** 2), 9)
