"""A causal diagram: boxes in layers from causes to effects, and the arrows between them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, PathPatch, Polygon
from matplotlib.path import Path
from numpy.typing import NDArray

from kajian.drawing.axes import LINE_MM, wrap
from kajian.drawing.diagram_plan import plan_diagram
from kajian.drawing.sheet import page_axes
from kajian.drawing.strip import flow
from kajian.drawing.style import (
    ACCENT,
    FULL_MM,
    INK,
    LINE,
    MUTED,
    SHADE,
    SMALL,
    finish,
    new_figure,
    text_mm,
    theme,
)
from kajian.errors import MethodError

WIDEST_MM = 34.0  # a longer name takes another line where its words allow
CLOSEST_MM = 9.0  # between layers
EDGE_MM = 1.0
HEAD_MM = (2.1, 0.75)
KEY_MM, GLYPH_MM, KEY_GAP_MM = 4.6, 6.0, 4.5
STRAIGHT = 60.0  # how much more the arrow in question should be straight than others
DASHES = (0, (2.4, 1.6))

TREATMENT, OUTCOME, ADJUSTED = "perlakuan", "hasil", "dikendalikan"
OTHER, UNOBSERVED, ASKED = "tidak dikendalikan", "tidak teramati", "hubungan yang ditaksir"
Looks = Mapping[str, Mapping[str, Any]]
BOXES: Looks = MappingProxyType(
    {
        TREATMENT: {"facecolor": ACCENT, "edgecolor": ACCENT, "linewidth": 1.6},
        OUTCOME: {"facecolor": "white", "edgecolor": ACCENT, "linewidth": 1.8},
        ADJUSTED: {"facecolor": SHADE, "edgecolor": INK, "linewidth": 0.9},
        OTHER: {"facecolor": "white", "edgecolor": LINE, "linewidth": 0.7},
        UNOBSERVED: {
            "facecolor": "white", "edgecolor": MUTED, "linewidth": 1.0, "linestyle": DASHES,
        },
    }
)  # fmt: skip
WORDS: Looks = MappingProxyType(
    {
        TREATMENT: {"color": "white", "fontweight": 600},
        OUTCOME: {"color": ACCENT, "fontweight": 600},
        UNOBSERVED: {"color": MUTED},
    }
)
PLAIN_ARROW = {"color": MUTED, "linewidth": 0.9}
ASKED_ARROW = {"color": ACCENT, "linewidth": 2.4}


def causal_diagram(
    nodes: Sequence[str],
    arrows: Sequence[tuple[str, str]],
    *,
    treatment: str,
    outcome: str,
    adjusted: Collection[str],
    unobserved: Collection[str],
    names: Mapping[str, str] | None = None,
    size_mm: tuple[float, float] | None = None,
) -> Figure:
    """Draw a diagram of causes, those on the left before their effects on the right.

    Parameters
    ----------
    nodes
        Names of the nodes; underscores are written as spaces.
    arrows
        Cause and effect of each arrow, without a cycle.
    treatment, outcome
        The two nodes in question; an arrow between them is drawn thick.
    adjusted
        Nodes that the estimate holds fixed, drawn as dark boxes.
    unobserved
        Nodes that no table measures, drawn dashed, as are their arrows.
    names
        Words for some nodes instead of their names.
    size_mm
        Width and height on paper; by default full width and as high as the nodes need.

    Raises
    ------
    MethodError
        When an arrow or a role names no node, a node or an arrow repeats, treatment and outcome
        are one, arrows form a cycle, or the diagram does not fit the page.
    """
    _check(nodes, arrows, {treatment, outcome, *adjusted, *unobserved})
    if treatment == outcome:
        raise MethodError(
            f"Perlakuan dan hasil sama-sama {outcome}. Perbaikan: pilih dua simpul yang berbeda."
        )
    roles = [(UNOBSERVED, unobserved), (ADJUSTED, adjusted)]
    roles += [(OUTCOME, [outcome]), (TREATMENT, [treatment])]
    kinds = dict.fromkeys(nodes, OTHER)
    for kind, members in roles:
        kinds |= dict.fromkeys(members, kind)
    written = {node: node.replace("_", " ") for node in nodes} | dict(names or {})
    texts = [wrap(written[node], WIDEST_MM, SMALL, 600) for node in nodes]
    asked = [tuple(arrow) == (treatment, outcome) for arrow in arrows]
    place = {node: i for i, node in enumerate(nodes)}
    width = size_mm[0] if size_mm else FULL_MM
    plan = plan_diagram(
        texts,
        [(place[cause], place[effect]) for cause, effect in arrows],
        [STRAIGHT if yes else 1.0 for yes in asked],
        width - 2 * EDGE_MM,
    )
    entries = [kind for kind in BOXES if kind in kinds.values()] + [ASKED] * any(asked)
    lengths = [GLYPH_MM + 1.5 + text_mm(words)[0] for words in entries]
    key = flow(lengths, KEY_GAP_MM, width - 2 * EDGE_MM)
    least = plan.height + 2 * EDGE_MM + KEY_MM * (1 + key[-1][1]) + 2
    height = size_mm[1] if size_mm else least
    if plan.gap < CLOSEST_MM or height < least - 1e-6:
        raise MethodError(
            f"Diagram tidak muat pada gambar {width:.0f} x {height:.0f} mm. Perbaikan: pakai "
            f"tinggi sedikitnya {np.ceil(least):.0f} mm, gambar yang lebar, atau nama yang pendek."
        )
    lift = np.array([EDGE_MM, EDGE_MM + (height - least) / 2])
    with theme():
        fig = new_figure(width, height)
        page = page_axes(fig)
        for i in np.argsort(asked, kind="stable"):  # the arrow in question lies on top
            look = dict(ASKED_ARROW if asked[i] else PLAIN_ARROW)
            if arrows[i][0] in unobserved:
                look["linestyle"] = DASHES
            _draw_arrow(page, plan.tracks[i] + lift, look)
        for node, text, box in zip(nodes, texts, plan.boxes, strict=True):
            corner = box[:2] + lift
            _draw_box(page, kinds[node], corner, box[2:] - box[:2])
            middle = corner + (box[2:] - box[:2]) / 2
            _write(page, text, middle, **WORDS.get(kinds[node], {}))
        for words, (x, line) in zip(entries, key, strict=True):
            _explain(page, words, x + EDGE_MM, height - KEY_MM * (line + 0.5) - 0.3)
        return finish(fig)


def _check(nodes: Sequence[str], arrows: Sequence[tuple[str, str]], roles: set[str]) -> None:
    """Refuse what is no diagram."""
    strange = sorted(({name for arrow in arrows for name in arrow} | roles) - set(nodes))
    if strange:
        raise MethodError(
            f"Bukan simpul diagram: {', '.join(strange)}. Perbaikan: pilih dari {', '.join(nodes)}."
        )
    for what, given in (("Simpul", list(nodes)), ("Panah", [" -> ".join(a) for a in arrows])):
        if twice := sorted({each for each in given if given.count(each) > 1}):
            raise MethodError(
                f"{what} berulang: {', '.join(twice)}. Perbaikan: sebut masing-masing sekali."
            )


def _draw_arrow(page: Axes, track: NDArray[np.float64], look: Mapping[str, Any]) -> None:
    """Draw a line, level at boxes and waypoints, on a white edge that parts it from others."""
    strength = look["linewidth"]
    long, half = (size * (1 + 0.25 * (strength > 2)) for size in HEAD_MM)
    tip = track[-1]
    ends = track.copy()
    ends[-1, 0] -= long * 0.8
    vertices, codes = [ends[0]], [Path.MOVETO]
    for i in range(1, len(ends)):
        a, b = ends[i - 1], ends[i]
        if i % 2:
            bend = np.array([(b[0] - a[0]) / 2, 0])
            vertices += [a + bend, b - bend, b]
            codes += [Path.CURVE4] * 3
        else:
            vertices.append(b)
            codes.append(Path.LINETO)
    path = Path(vertices, codes)
    for colour, width, style in (
        ("white", strength + 1.8, "-"),
        (look["color"], strength, look.get("linestyle", "-")),
    ):
        line = {"edgecolor": colour, "linewidth": width, "linestyle": style, "capstyle": "butt"}
        page.add_patch(PathPatch(path, facecolor="none", **line))
    head = [tip, tip - (long, half), tip - (long, -half)]
    page.add_patch(Polygon(head, facecolor=look["color"], linewidth=0))


def _draw_box(
    page: Axes, kind: str, corner: NDArray[np.float64], size: NDArray[np.float64]
) -> None:
    """Draw the box of a node; what is not observed has round ends."""
    round_ = min(1.2, size.min() / 3) if kind in (UNOBSERVED, OTHER) else 0.01
    style = f"round,pad=0,rounding_size={round_}"
    (x, y), (wide, high) = corner.tolist(), size.tolist()
    page.add_patch(FancyBboxPatch((x, y), wide, high, boxstyle=style, **BOXES[kind]))


def _write(page: Axes, text: str, middle: NDArray[np.float64], **look: Any) -> None:
    """Write the lines of a name around a point."""
    lines = text.split("\n")
    for i, line in enumerate(lines):
        y = middle[1] + LINE_MM * ((len(lines) - 1) / 2 - i)
        page.text(middle[0], y, line, ha="center", va="center_baseline", **look)


def _explain(page: Axes, words: str, x: float, y: float) -> None:
    """Draw one entry of the key."""
    if words == ASKED:
        _draw_arrow(page, np.array([[x, y], [x + GLYPH_MM, y]]), ASKED_ARROW)
    else:
        _draw_box(page, words, np.array([x + 0.4, y - 1.3]), np.array([GLYPH_MM - 0.8, 2.6]))
    page.text(x + GLYPH_MM + 1.5, y, words, va="center_baseline")
