"""Where boxes and arrows of a causal diagram stand (all in mm, from the lower left corner)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kajian.drawing.axes import LINE_MM
from kajian.drawing.layering import Layers, heights, layers_of
from kajian.drawing.style import SMALL, text_mm

PAD_MM = (2.4, 1.5)  # around the words of a box
GAP_MM = 3.0  # between boxes of a layer
WAYPOINT_MM = 0.6
PORT_MM = 1.8  # between arrows that meet at a box
ROUNDS = 4
FAR_MM = 44.0  # between layers, where the page is wide

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Geometry of a diagram.

    Attributes
    ----------
    boxes
        Left, bottom, right and top of every node, shape (nodes, 4).
    tracks
        Points of each arrow, shape (2 k, 2): from a point with an even number to the next it
        bends, level at both ends; from one with an odd number it is straight.
    gap
        Room between layers.
    height
        Of the whole.
    """

    boxes: Floats
    tracks: list[Floats]
    gap: float
    height: float


def plan_diagram(
    texts: Sequence[str],
    arrows: Sequence[tuple[int, int]],
    weights: Sequence[float],
    width: float,
) -> Plan:
    """Set nodes in layers across a page.

    Parameters
    ----------
    texts
        Words of every node, in one or more lines.
    arrows
        Cause and effect of each arrow, as numbers of nodes.
    weights
        How much it matters that an arrow is straight and not crossed.
    width
        Of the page.

    Raises
    ------
    MethodError
        When arrows form a cycle.
    """
    layers = layers_of(len(texts), arrows, weights)
    count = sum(map(len, layers.rows))
    tall = np.full(count, WAYPOINT_MM)
    for node, text in enumerate(texts):
        meeting = max(sum(pair[side] == node for pair in arrows) for side in (0, 1))
        words = LINE_MM * (text.count("\n") + 1) + 2 * PAD_MM[1]
        tall[node] = max(words, PORT_MM * (meeting + 0.4))
    steps = [step for route in layers.routes for step in pairwise(route)]
    ports: dict[tuple[int, int], float] = {}
    for _ in range(ROUNDS):  # where arrows meet boxes depends on heights, and these on it
        y = heights(layers, tall, GAP_MM, weights, ports)
        ports = _ports(steps, y)
    y -= (y - tall / 2).min()
    left, right, gap = _across(layers, texts, width)
    boxes = np.column_stack([left, y - tall / 2, right, y + tall / 2])[: len(texts)]
    tracks = []
    for route in layers.routes:
        points = [
            ((right[a], y[a] + ports[a, b]), (left[b], y[b] + ports[b, a]))
            for a, b in pairwise(route)
        ]
        tracks.append(np.concatenate(points))
    return Plan(boxes, tracks, gap, float((y + tall / 2).max()))


def _across(layers: Layers, texts: Sequence[str], width: float) -> tuple[Floats, Floats, float]:
    """Return left and right end of every item, and the room between layers."""
    wide = [
        max((_words_mm(texts[item]) for item in row if item < len(texts)), default=0.0)
        for row in layers.rows
    ]
    free = width - sum(wide)
    gap = min(free / max(len(wide) - 1, 1), FAR_MM)
    x = (free - gap * (len(wide) - 1)) / 2
    left = np.zeros(sum(map(len, layers.rows)))
    right = left.copy()
    for row, column in zip(layers.rows, wide, strict=True):
        left[row], right[row] = x, x + column
        x += column + gap
    return left, right, gap


def _words_mm(text: str) -> float:
    return max(text_mm(line, SMALL, 600)[0] for line in text.split("\n")) + 2 * PAD_MM[0]


def _ports(steps: Sequence[tuple[int, int]], y: Floats) -> dict[tuple[int, int], float]:
    """Return how far above its middle an item meets an arrow, by the item and the other end."""
    ports = {}
    for side in (0, 1):
        for item in {step[side] for step in steps}:
            others = [step[1 - side] for step in steps if step[side] == item]
            others.sort(key=lambda other: (y[other], other))
            for i, other in enumerate(others):
                ports[item, other] = PORT_MM * (i - (len(others) - 1) / 2)
    return ports
