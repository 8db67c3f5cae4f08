"""Names of curves on free ground beside them, each with a piece of its line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from kajian.drawing.ground import free_of, spots_in
from kajian.drawing.labels import text_box
from kajian.drawing.sheet import page_axes
from kajian.drawing.style import MUTED, SMALL, page_mm
from kajian.errors import MethodError

CLEARANCE_MM = 0.6  # between a name and a line
SAMPLE_MM = 6.0
GAP_MM = 1.2  # between the piece of line and the name
GRID_MM = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A curve of a chart.

    Attributes
    ----------
    name
        What is written beside it.
    points
        Its points in the units of the axes, shape (n, 2).
    look
        Colour and dashes of its line.
    band
        Ends of the interval around it, shape (n, 2), or None.
    """

    name: str
    points: NDArray[np.float64]
    look: Mapping[str, Any]
    band: NDArray[np.float64] | None = None


def name_curves(
    ax: Axes, curves: Sequence[Curve], taken: Sequence[NDArray[np.float64]] = (), diagonal: str = ""
) -> None:
    """Write the name of each curve on the free ground nearest to it.

    Parameters
    ----------
    ax
        Axes with their final limits.
    curves
        The curves; no name touches one of them, or its band.
    taken
        Other lines that no name may touch, in the units of the axes.
    diagonal
        Name of the line between the lower left and the upper right corner, which is turned to
        stand along it.
    """
    fig = ax.get_figure(root=True)
    assert isinstance(fig, Figure)
    width, height = page_mm(fig)
    x0, y0, wide, high = ax.get_position().bounds
    corner, size = np.array([x0 * width, y0 * height]), np.array([wide * width, high * height])
    start, end = np.transpose([ax.get_xlim(), ax.get_ylim()])

    def line_of(points: NDArray[np.float64]) -> shapely.Geometry:
        xy = (points - start) / (end - start) * size + corner
        xy = xy[np.isfinite(xy).all(axis=1)]
        return shapely.linestrings(xy) if len(xy) > 1 else shapely.points(xy[0])

    lines = [line_of(curve.points) for curve in curves]
    walls = [shapely.buffer(line, CLEARANCE_MM) for line in lines]
    walls += [shapely.buffer(line_of(points), CLEARANCE_MM) for points in taken]
    for curve in curves:
        if curve.band is not None:
            edge = np.concatenate([curve.band[:, 0], curve.band[::-1, 1]])
            along = np.concatenate([curve.points[:, 0], curve.points[::-1, 0]])
            walls.append(shapely.buffer(line_of(np.column_stack([along, edge])), CLEARANCE_MM))
    page = page_axes(fig)
    if diagonal:
        walls += _along_diagonal(page, diagonal, corner, size, walls)
    frame = (*(corner + 1.2), *(corner + size))
    for curve, line in zip(curves, lines, strict=True):
        word, tall = text_box(curve.name, SMALL, 600)
        box = (SAMPLE_MM + GAP_MM + word, tall)
        spots, boxes = free_of(spots_in(frame, box, GRID_MM), box, shapely.union_all(walls))
        if not len(spots):
            raise MethodError(
                f"Nama kurva '{curve.name}' tidak muat di dalam gambar. "
                "Perbaikan: perbesar gambarnya atau singkat namanya."
            )
        best = int(np.argmin(shapely.distance(boxes, line).round(3)))
        walls.append(boxes[best])
        x, y = spots[best] - [box[0] / 2, 0]
        page.plot([x, x + SAMPLE_MM], [y, y], linewidth=1.7, **curve.look)
        look = {"va": "center_baseline", "color": curve.look["color"], "fontweight": 600}
        page.text(x + SAMPLE_MM + GAP_MM, y, curve.name, **look)


def _along_diagonal(
    page: Axes,
    words: str,
    corner: NDArray[np.float64],
    size: NDArray[np.float64],
    walls: Sequence[shapely.Geometry],
) -> list[shapely.Geometry]:
    """Write words along the diagonal where curves are farthest; return the ground they take."""
    length, tall = text_box(words, SMALL)
    turn = np.arctan2(size[1], size[0])
    along = np.array([np.cos(turn), np.sin(turn)])
    across = np.array([-along[1], along[0]])
    others = shapely.union_all(list(walls))
    best: tuple[float, NDArray[np.float64], shapely.Geometry] | None = None
    for share in (0.5, 0.4, 0.6, 0.3, 0.7):
        for side in (1, -1):
            middle = corner + share * size + side * across * (tall / 2 + 0.5)
            ground = shapely.buffer(
                shapely.linestrings([middle - along * length / 2, middle + along * length / 2]),
                tall / 2,
                cap_style="flat",
            )
            room = float(shapely.distance(ground, others))
            if best is None or room > best[0] + 1e-6:
                best = room, middle, ground
    assert best is not None
    line = shapely.linestrings([corner, corner + size])
    x, y = map(float, best[1])
    angle = float(np.degrees(turn))
    page.text(x, y, words, rotation=angle, ha="center", va="center", color=MUTED)
    return [best[2], shapely.buffer(line, CLEARANCE_MM)]
