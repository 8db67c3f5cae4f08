"""Free ground on a sheet: where a rectangle of words or a legend finds room (all in mm)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

Shapes = NDArray[np.object_]
Floats = Sequence[float] | NDArray[np.float64]
Frame = tuple[float, float, float, float]  # left, bottom, right, top

GRID_MM = 0.6  # between places tried inside a unit
SHEET_GRID_MM = 1.0  # and on the free sheet


def centres(shapes: Shapes) -> NDArray[np.float64]:
    """Return the centre of the largest circle inside each outline (its largest part), (n, 2)."""
    largest = [max(shapely.get_parts(shape), key=lambda part: part.area) for shape in shapes]
    circles = shapely.maximum_inscribed_circle(np.array(largest, dtype=object), tolerance=0.05)
    return np.asarray(shapely.get_coordinates(circles)[::2], dtype=float)


def hardest_first(shapes: Shapes, middle: NDArray[np.float64]) -> list[int]:
    """Order rows by the room around their centre, the least first."""
    room = shapely.distance(shapely.boundary(shapes), shapely.points(middle))
    return [int(row) for row in np.lexsort((np.arange(len(room)), room.round(6)))]


def free_place(
    size: tuple[float, float],
    taken: Sequence[shapely.Geometry],
    frame: Frame,
    near: tuple[float, float] | None = None,
) -> tuple[float, float] | None:
    """Return the lower left corner of a free rectangle, or None where there is no room.

    Of all free rectangles it is the one nearest to the point ``near``, or else the one nearest
    to a corner of the frame.
    """
    spots = spots_in(frame, size, SHEET_GRID_MM)
    spots, _ = free_of(spots, size, shapely.union_all(list(taken)))
    if not len(spots):
        return None
    low = spots - np.array(size) / 2
    if near is not None:
        best = np.argmin(np.hypot(*(spots - np.array(near)).T).round(3))
        return float(low[best, 0]), float(low[best, 1])
    high = spots + np.array(size) / 2
    to_edge = np.minimum(low - np.array(frame[:2]), np.array(frame[2:]) - high)
    best = np.lexsort((low[:, 0], low[:, 1], to_edge.sum(axis=1).round(3)))[0]
    return float(low[best, 0]), float(low[best, 1])


def common(frame: Frame, other: NDArray[np.float64]) -> Frame:
    """Return the part of a frame that another rectangle covers."""
    left, bottom = np.maximum(frame[:2], other[:2])
    right, top = np.minimum(frame[2:], other[2:])
    return float(left), float(bottom), float(right), float(top)


def spots_in(frame: Frame, size: tuple[float, float], step: float) -> NDArray[np.float64]:
    """Return grid points where a rectangle may be centred without leaving the frame."""
    axes = [
        np.arange(frame[i] + size[i] / 2, frame[i + 2] - size[i] / 2 + 1e-9, step) for i in (0, 1)
    ]
    return np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)


def box_at(
    centre: Sequence[float] | NDArray[np.float64], size: tuple[float, float]
) -> shapely.Polygon:
    """Return one rectangle around its centre."""
    x, y = float(centre[0]), float(centre[1])
    return shapely.box(x - size[0] / 2, y - size[1] / 2, x + size[0] / 2, y + size[1] / 2)


def boxes_at(spots: NDArray[np.float64], size: tuple[float, float]) -> Shapes:
    """Return rectangles of one size around the given centres."""
    half = np.array(size) / 2
    return np.atleast_1d(shapely.box(*(spots - half).T, *(spots + half).T))


def free_of(
    spots: NDArray[np.float64], size: tuple[float, float], blocked: shapely.Geometry
) -> tuple[NDArray[np.float64], Shapes]:
    """Keep the centres, with their rectangles, around which nothing meets the blocked ground."""
    prepared(blocked)
    spots = spots[~shapely.intersects_xy(blocked, *spots.T)]  # spares most of the rectangles
    boxes = boxes_at(spots, size)
    free = ~shapely.intersects(blocked, boxes)
    return spots[free], boxes[free]


def prepared(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the shape with its spatial index built, for many tests against it."""
    shapely.prepare(shape)
    return shape
