"""The sheet of a map: outlines scaled to the page, with outer islands in an inset.

All positions are page millimetres, so a polygon, a word and a legend box can be compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from numpy.typing import NDArray

from kajian.drawing.axes import LINE_MM
from kajian.drawing.ground import Frame, Shapes, free_place
from kajian.drawing.style import MUTED, page_mm, text_mm

FAR = 0.1  # an island farther than this share of the mainland's diagonal goes into the inset


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """Outlines on the page.

    Attributes
    ----------
    shapes
        Outlines in page mm, in row order of the units.
    metres_per_mm
        Ground distance of one millimetre on paper.
    inset
        Frame of the islands drawn nearer than they are, or None.
    inset_name
        What is written in that frame.
    """

    shapes: Shapes
    metres_per_mm: float
    inset: shapely.Polygon | None
    inset_name: str = ""


def lay_out(
    outlines: Shapes, names: Sequence[str], frame: Frame, lift: float = 0.0
) -> Sheet | None:
    """Fit outlines into the upper part of a frame.

    Parameters
    ----------
    outlines
        Outlines in metres, shape (n,).
    names
        Their names, written where islands are moved into an inset.
    frame
        Where map and inset may stand, mm.
    lift
        Height (mm) at the foot of the frame that the mainland leaves free.

    Returns
    -------
    Sheet or None
        None when the inset finds no free ground at this size of the mainland.
    """
    parts, rows = shapely.get_parts(outlines, return_index=True)
    blocks = shapely.get_parts(shapely.union_all(outlines))
    mainland = blocks[np.argmax(shapely.area(blocks))]
    west, south, east, north = mainland.bounds
    far = shapely.distance(parts, mainland) > FAR * np.hypot(east - west, north - south)
    west, south, east, north = shapely.total_bounds(parts[~far])
    scale = min(
        (frame[2] - frame[0]) / (east - west), (frame[3] - frame[1] - lift) / (north - south)
    )
    left = (frame[0] + frame[2]) / 2 - scale * (east - west) / 2

    def to_page(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        moved: NDArray[np.float64] = (xy - [west, north]) * scale + [left, frame[3]]
        return moved

    parts = shapely.transform(parts, to_page)
    inset, inset_name = None, ""
    if far.any():
        inset_name = ", ".join(dict.fromkeys(names[row] for row in rows[far])) + " (digeser)"
        x0, y0, x1, y1 = shapely.total_bounds(parts[far])
        size = (max(x1 - x0, text_mm(inset_name)[0]) + 3, y1 - y0 + 3 + LINE_MM)
        land = shapely.buffer(shapely.union_all(parts[~far]), 1.5)
        truth = ((x0 + x1) / 2, (y0 + y1) / 2)
        place = free_place(size, [land], frame, near=truth)
        if place is None:
            return None
        move = np.array(place) + 1.5 - [x0, y0]
        parts[far] = shapely.transform(parts[far], lambda xy: xy + move)
        inset = shapely.box(*place, place[0] + size[0], place[1] + size[1])
    gathered = [shapely.multipolygons(parts[rows == row]) for row in range(len(outlines))]
    return Sheet(np.array(gathered, dtype=object), 1 / scale, inset, inset_name)


def page_axes(fig: Figure) -> Axes:
    """Return axes that cover the page, measured in millimetres from its lower left corner."""
    width, height = page_mm(fig)
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, width), ylim=(0, height), autoscale_on=False)
    ax.axis("off")
    return ax


def draw_shape(ax: Axes, shape: shapely.Geometry, **style: object) -> None:
    """Draw a polygon or multipolygon as one patch."""
    rings = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
    outline = Path.make_compound_path(
        *(Path(shapely.get_coordinates(ring), closed=True) for ring in rings)
    )
    ax.add_patch(PathPatch(outline, joinstyle="round", **style))


def draw_inset(ax: Axes, sheet: Sheet) -> None:
    """Draw the named frame of islands that stand nearer than they are, where there are any."""
    if sheet.inset is not None:
        x, y, x1, y1 = sheet.inset.bounds
        ax.plot([x, x1, x1, x, x], [y, y, y1, y1, y], color=MUTED, linewidth=0.5)
        ax.text(x + 1.2, y1 - 1.2, sheet.inset_name, va="top", color=MUTED)
