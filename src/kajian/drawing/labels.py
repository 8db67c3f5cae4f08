"""Where a map's words go: inside their unit, or beside it with a leader (all in page mm).

Places are searched on a grid, the hardest unit first, so a
label never covers another and the same map always gets the same labels.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from kajian.drawing.ground import (
    GRID_MM,
    SHEET_GRID_MM,
    Frame,
    Shapes,
    box_at,
    boxes_at,
    centres,
    common,
    free_of,
    hardest_first,
    prepared,
    spots_in,
)
from kajian.drawing.style import BODY, MM_PER_POINT, SMALL, text_mm

LINE_HEIGHT = 1.25  # of the type size, with room above and below
CLEARANCE_MM = 0.4
LEADER_MM = 16.0
SPILL = 0.88  # least share of a label within its unit when it does not fit wholly


@dataclass(frozen=True, slots=True)
class Label:
    """One text on the map, centred on ``x, y``.

    Attributes
    ----------
    text
        What is written; may have two lines.
    x, y, width, height
        Centre and extent, mm.
    unit
        Row of the unit it names, or -1 for the name of a group.
    inside
        Whether it stands wholly within its unit.
    leader
        Line from its unit to its edge, where it stands beside the unit.
    """

    text: str
    x: float
    y: float
    width: float
    height: float
    unit: int = -1
    inside: bool = False
    leader: tuple[tuple[float, float], tuple[float, float]] | None = None

    @property
    def box(self) -> shapely.Polygon:
        """The rectangle that nothing else may enter."""
        return box_at((self.x, self.y), (self.width, self.height))


def text_box(text: str, size: float = SMALL, weight: int = 400) -> tuple[float, float]:
    """Return width and height (mm) of a label of one or more lines."""
    lines = text.split("\n")
    width = max(text_mm(line, size, weight)[0] for line in lines)
    return width, len(lines) * LINE_HEIGHT * size * MM_PER_POINT


def place_names(
    shapes: Shapes,
    names: Sequence[str],
    *,
    bold: Collection[int],
    obstacles: Sequence[shapely.Geometry],
    frame: Frame,
) -> tuple[list[Label], list[int]]:
    """Write names inside their units, or beside them with a leader.

    Parameters
    ----------
    shapes
        Outlines, shape (n,).
    names
        Their names; a name of several words may take two lines.
    bold
        Rows that must be named whatever the length of the leader.
    obstacles
        Legend and other ground that is taken.
    frame
        The part of the page that labels may use.

    Returns
    -------
    labels, unnamed
        The labels, and the rows that found no place and need a number.
    """
    middle = centres(shapes)
    labels: list[Label] = []
    homeless: dict[int, shapely.Polygon] = {}
    for unit in hardest_first(shapes, middle):
        weight = 600 if unit in bold else 400
        ground = [*homeless.values(), *(label.box for label in labels)]
        found = None
        for full, text in itertools.product((True, False), _line_breaks(names[unit])):
            size = text_box(text, weight=weight)
            found = found or _inside(shapes[unit], middle[unit], text, size, unit, ground, full)
        if found:
            labels.append(found)
        else:
            homeless[unit] = box_at(middle[unit], text_box("00"))
    land = shapely.buffer(shapely.union_all(shapes), 0.8)
    unnamed = []
    for unit in sorted(homeless, key=lambda row: row not in bold):
        words = [*obstacles, *(label.box for label in labels)]
        words += [shapely.LineString(label.leader) for label in labels if label.leader]
        words += [box for row, box in homeless.items() if row != unit]
        taken = prepared(shapely.union_all(words))
        blocked = prepared(shapely.union(land, taken))
        label = _beside(middle[unit], names[unit], unit, blocked, taken, frame, unit in bold)
        if label:
            labels.append(label)
        else:
            unnamed.append(unit)
    return labels, sorted(unnamed)


def place_numbers(
    shapes: Shapes, numbers: Mapping[int, int], taken: Sequence[shapely.Geometry]
) -> list[Label]:
    """Write a number at each given row: inside its unit where it fits, else over its centre."""
    middle = centres(shapes)
    labels: list[Label] = []
    for unit in (row for row in hardest_first(shapes, middle) if row in numbers):
        text = str(numbers[unit])
        size = text_box(text)
        ground = [*taken, *(label.box for label in labels)]
        x, y = map(float, middle[unit])
        place = (shapes[unit], middle[unit], text, size, unit, ground)
        inside = _inside(*place, True) or _inside(*place, False)
        labels.append(inside or Label(text, x, y, *size, unit=unit))
    return labels


def place_groups(
    shapes: Shapes,
    names: Sequence[str],
    taken: Sequence[shapely.Geometry],
    frame: Frame,
    size_pt: float = BODY,
    weight: int = 600,
) -> list[Label]:
    """Write the names of groups (kecamatan) just outside the map, each nearest its own group.

    A group without free ground that is nearer to it than to the others stays unnamed.
    """
    land = shapely.buffer(shapely.union_all(shapes), 1.0)
    middle = shapely.get_coordinates(shapely.centroid(shapes))
    labels: list[Label] = []
    for row, name in enumerate(names):
        size = text_box(name, size_pt, weight)
        around = np.array(shapely.bounds(shapes[row])) + np.array([-1, -1, 1, 1]) * (size[0] + 4)
        spots = spots_in(common(frame, around), size, SHEET_GRID_MM)
        blocked = shapely.union_all([land, *taken, *(label.box for label in labels)])
        spots, boxes = free_of(spots, size, blocked)
        own = shapely.distance(boxes, shapes[row])
        others = shapely.distance(boxes[:, None], np.delete(shapes, row)[None, :])
        near = own <= others.min(axis=1, initial=np.inf)
        if not near.any():
            continue
        away = 0.35 * np.hypot(*(spots - middle[row]).T)
        x, y = spots[near][np.argmin((own + away)[near])]
        labels.append(Label(name, float(x), float(y), *size))
    return labels


def _inside(
    shape: shapely.Geometry,
    centre: NDArray[np.float64],
    text: str,
    size: tuple[float, float],
    unit: int,
    taken: Sequence[shapely.Geometry],
    full: bool,
) -> Label | None:
    """Return the free place in the outline nearest to its centre.

    With ``full`` the words stand wholly inside; otherwise a small part may cross the outline,
    and the place with the smallest such part is taken.
    """
    spots = np.vstack([centre, spots_in(tuple(shapely.bounds(shape)), size, GRID_MM)])
    spots, _ = free_of(spots, size, shapely.union_all(list(taken)))
    ink = (size[0] + CLEARANCE_MM, size[1] - 2 * CLEARANCE_MM)
    boxes = boxes_at(spots, ink)
    if full:
        spots = spots[shapely.contains_properly(prepared(shape), boxes)]
        cost = np.hypot(*(spots - centre).T)
    else:
        share = shapely.area(shapely.intersection(boxes, shape)) / (ink[0] * ink[1])
        spots, cost = spots[share >= SPILL], -share[share >= SPILL]
    if not len(spots):
        return None
    x, y = spots[np.argmin(cost.round(3))]
    return Label(text, float(x), float(y), *size, unit=unit, inside=full)


def _beside(
    centre: NDArray[np.float64],
    name: str,
    unit: int,
    blocked: shapely.Geometry,
    taken: shapely.Geometry,
    frame: Frame,
    bold: bool,
) -> Label | None:
    """Return the free place with the shortest leader that crosses no label."""
    size = text_box(name, weight=600 if bold else 400)
    room = (size[0] + 2 * CLEARANCE_MM, size[1])
    for reach in (LEADER_MM, 3 * LEADER_MM, 9 * LEADER_MM) if bold else (LEADER_MM,):
        near = np.array([*(centre - reach - np.array(size)), *(centre + reach + np.array(size))])
        spots = spots_in(common(frame, near), room, SHEET_GRID_MM)
        spots, boxes = free_of(spots, room, blocked)
        leaders = shapely.shortest_line(boxes, shapely.Point(centre))
        length = shapely.length(leaders)
        free = length <= reach
        free[free] = ~shapely.intersects(taken, leaders[free])
        if free.any():
            best = np.flatnonzero(free)[np.argmin(length[free])]
            end = shapely.get_coordinates(leaders[best])[0]
            x, y = spots[best]
            line = ((float(centre[0]), float(centre[1])), (float(end[0]), float(end[1])))
            return Label(name, float(x), float(y), *size, unit=unit, leader=line)
    return None


def _line_breaks(name: str) -> list[str]:
    words = name.split()
    return [name, *(" ".join(words[:i]) + "\n" + " ".join(words[i:]) for i in range(1, len(words)))]
