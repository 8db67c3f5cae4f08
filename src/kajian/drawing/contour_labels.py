"""Where the words beside crowded points go: near them, apart from each other (all in mm)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from kajian.drawing.ground import Frame, free_of, prepared, spots_in
from kajian.drawing.labels import Label, text_box
from kajian.errors import MethodError

GRID_MM = 0.8
POINT_MM = 1.2  # around a point, kept free of words
BESIDE_MM = 0.8  # a leader that is not longer than that and this is not drawn
DOT_MM = 0.7
# Millimetres of leader that words accept rather than stand on a curve, or lead over others.
ON_CURVE, OVER_DOT, OVER_WORDS = 4.0, 12.0, 60.0


def place_beside(
    points: Sequence[NDArray[np.float64]],
    texts: Sequence[str],
    curves: Sequence[shapely.Geometry],
    frame: Frame,
) -> list[Label]:
    """Write words beside points, each where it costs little and meets no other.

    Parameters
    ----------
    points
        Series of points, shapes (n, 2); words stand beside the last of each, and on none.
    texts
        One line per series.
    curves
        Lines that words keep clear of where that costs little.
    frame
        The part of the page that words may use.

    Raises
    ------
    MethodError
        When a word finds no room.
    """
    if not texts:
        return []
    ends = np.array([series[-1] for series in points])
    crossed = prepared(shapely.union_all(list(curves)))
    dots = shapely.points(np.vstack(points))
    taken = list(shapely.buffer(dots, POINT_MM))
    labels: dict[int, Label] = {}
    from_corner = np.hypot(*(ends - ends.min(axis=0)).T).round(3)
    for row in np.argsort(-from_corner, kind="stable"):
        width, height = text_box(texts[row])
        box = (width + 0.8, height)
        spots, boxes = free_of(spots_in(frame, box, GRID_MM), box, shapely.union_all(taken))
        if not len(spots):
            raise MethodError(
                f"Tulisan '{texts[row]}' tidak muat di dalam gambar. "
                "Perbaikan: perbesar gambarnya atau kurangi patokan."
            )
        end = shapely.Point(ends[row])
        leaders = shapely.shortest_line(boxes, end)
        apart = dots[shapely.distance(dots, end) > 2 * DOT_MM]
        others = prepared(shapely.union_all(shapely.buffer(apart, DOT_MM)))
        words = prepared(shapely.union_all(taken[len(dots) :]))
        length = shapely.length(leaders)
        cost = (
            length
            + ON_CURVE * shapely.intersects(crossed, boxes)
            + OVER_DOT * shapely.intersects(others, leaders)
            + OVER_WORDS * shapely.intersects(words, leaders)
        )
        best = int(np.argmin(cost.round(2)))
        leader = None
        if length[best] > POINT_MM + BESIDE_MM:
            (x0, y0), (x1, y1) = shapely.get_coordinates(leaders[best]).tolist()
            leader = ((x0, y0), (x1, y1))
            taken.append(shapely.buffer(leaders[best], 0.3))
        taken.append(boxes[best])
        x, y = map(float, spots[best])
        labels[int(row)] = Label(texts[row], x, y, width, height, leader=leader)
    return [labels[row] for row in range(len(texts))]
