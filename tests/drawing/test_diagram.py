"""A causal diagram: causes left of effects, and no arrow through the box of another node."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, PathPatch, Polygon
from matplotlib.text import Text

from kajian import figures
from kajian.causal.diagram.diagram import read_diagram
from kajian.drawing.diagram import ASKED, BOXES, DASHES
from kajian.drawing.diagram_plan import PORT_MM, plan_diagram
from kajian.drawing.layering import heights, layers_of
from kajian.drawing.style import ACCENT, contrast_ratio
from kajian.errors import MethodError

STUDIES = Path(__file__).parents[2] / "studies"


def declared(study: str) -> dict:
    """Arguments of the figure for the diagram of a study."""
    table = tomllib.loads((STUDIES / f"{study}.toml").read_text(encoding="utf-8"))["diagram"]
    diagram = read_diagram(table["panah"], table["tak_teramati"])
    return {
        "nodes": diagram.nodes,
        "arrows": diagram.arrows,
        "treatment": table["perlakuan"],
        "outcome": table["hasil"],
        "adjusted": table["penyesuaian"],
        "unobserved": diagram.unobserved,
    }


def simple(**changes) -> Figure:
    options = {
        "nodes": ("z", "x", "y", "u"),
        "arrows": (("z", "x"), ("z", "y"), ("x", "y"), ("u", "y")),
        "treatment": "x",
        "outcome": "y",
        "adjusted": ["z"],
        "unobserved": ["u"],
    }
    return figures.causal_diagram(**(options | changes))


def drawn_boxes(fig: Figure) -> dict[str, FancyBboxPatch]:
    """The box around the words of every node; those of the key hold no words."""
    page = fig.axes[0]
    found = {}
    for box in page.findobj(FancyBboxPatch):
        x, y, wide, high = box.get_x(), box.get_y(), box.get_width(), box.get_height()
        inside = [
            text.get_text()
            for text in page.findobj(Text)
            if x < text.get_position()[0] < x + wide and y < text.get_position()[1] < y + high
        ]
        if inside:
            found[" ".join(inside)] = box
    return found


def curve(track: np.ndarray) -> shapely.Geometry:
    """The line that is drawn along a track: bends that are level at both ends, and straights."""
    t = np.linspace(0, 1, 41)[:, None]
    points = []
    for i, (a, b) in enumerate(itertools.pairwise(track)):
        bend = np.array([(b[0] - a[0]) / 2, 0]) if i % 2 == 0 else (b - a) / 3
        near, far = a + bend, b - bend
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
        points.append(sum(w * p for w, p in zip(weights, (a, near, far, b), strict=True)))
    return shapely.linestrings(np.vstack(points))


@pytest.mark.parametrize("study", ["surakarta-2025", "surakarta-simulasi"])
def test_the_diagrams_of_the_studies(study: str, assert_readable, assert_same_bytes) -> None:
    options = declared(study)
    fig = figures.causal_diagram(**options)
    words = assert_readable(fig)
    assert {node.replace("_", " ") for node in options["nodes"]} <= set(words)
    assert {"perlakuan", "hasil", "dikendalikan", ASKED} <= set(words)
    assert ("tidak teramati" in words) == bool(options["unobserved"])
    assert_same_bytes(fig, figures.causal_diagram(**options))
    boxes = drawn_boxes(fig)
    assert len(boxes) == len(options["nodes"])
    for cause, effect in options["arrows"]:
        left, right = (boxes[name.replace("_", " ")] for name in (cause, effect))
        assert left.get_x() + left.get_width() < right.get_x()
    heads = [patch for patch in fig.axes[0].patches if isinstance(patch, Polygon)]
    assert len(heads) == len(options["arrows"]) + 1  # and the one of the key


@pytest.mark.parametrize("study", ["surakarta-2025", "surakarta-simulasi"])
def test_the_arrow_in_question_is_straight_and_crosses_none(study: str) -> None:
    options = declared(study)
    index = {node: i for i, node in enumerate(options["nodes"])}
    asked = options["arrows"].index((options["treatment"], options["outcome"]))
    weights = [60.0 if i == asked else 1.0 for i in range(len(options["arrows"]))]
    pairs = [(index[a], index[b]) for a, b in options["arrows"]]
    plan = plan_diagram(options["nodes"], pairs, weights, 168.0)
    curves = [curve(track) for track in plan.tracks]
    (_, y0), (_, y1) = plan.tracks[asked]
    assert abs(y0 - y1) < 0.3  # mm, less than the width of its line
    assert not any(shapely.crosses(curves[asked], c) for i, c in enumerate(curves) if i != asked)


def test_roles_have_their_looks_and_arrows_of_the_unobserved_are_dashed() -> None:
    fig = simple()
    boxes = drawn_boxes(fig)
    looks = {name: (to_hex(box.get_facecolor()), box.get_linewidth(), box.get_linestyle())
             for name, box in boxes.items()}  # fmt: skip
    assert len(set(looks.values())) == 4
    assert looks["x"][0] == ACCENT
    arrows = [p for p in fig.axes[0].patches if type(p) is PathPatch]
    coloured = [p for p in arrows if to_hex(p.get_edgecolor()) != "#ffffff"]
    dashed = [p for p in coloured if p.get_linestyle() not in ("-", "solid")]
    assert len(coloured) == 5  # four arrows and the key
    assert len(dashed) == 1
    accented = [p for p in coloured if to_hex(p.get_edgecolor()) == ACCENT]
    assert len(accented) == 2
    assert min(p.get_linewidth() for p in accented) > 2 * dashed[0].get_linewidth()
    assert BOXES["tidak teramati"]["linestyle"] == DASHES
    assert contrast_ratio("#ffffff", ACCENT) > 4.5


def test_words_replace_names_and_long_ones_take_two_lines(assert_readable) -> None:
    words = assert_readable(
        simple(names={"z": "kebijakan daerah yang berubah menurut waktu", "u": "UMK"})
    )
    assert {"kebijakan daerah yang", "berubah menurut waktu", "UMK"} <= set(words)
    assert "z" not in words


def test_a_mark_that_is_not_drawn_is_not_explained(assert_readable) -> None:
    words = assert_readable(simple(unobserved=[], arrows=(("z", "x"), ("z", "y"), ("u", "y"))))
    assert ASKED not in words
    assert "tidak teramati" not in words
    assert "tidak dikendalikan" in words


@st.composite
def dags(draw) -> tuple[int, list[tuple[int, int]]]:
    count = draw(st.integers(2, 9))
    pairs = list(itertools.combinations(range(count), 2))
    arrows = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=16))
    names = draw(st.permutations(range(count)))
    return count, [(names[a], names[b]) for a, b in arrows]


@settings(max_examples=40, deadline=None)
@given(dags())
def test_boxes_stay_apart_and_arrows_end_at_their_own(graph) -> None:
    count, arrows = graph
    plan = plan_diagram([f"simpul {i}" for i in range(count)], arrows, [1.0] * len(arrows), 400.0)
    boxes = shapely.box(*plan.boxes.T)
    assert plan.boxes[:, 1].min() >= -1e-6
    assert plan.boxes[:, 3].max() <= plan.height + 1e-6
    for one, other in itertools.combinations(boxes, 2):
        assert not shapely.intersects(one, other)
    for (cause, effect), track in zip(arrows, plan.tracks, strict=True):
        line = curve(track)
        assert track[0, 0] == pytest.approx(plan.boxes[cause, 2])
        assert track[-1, 0] == pytest.approx(plan.boxes[effect, 0])
        for end, node in ((track[0, 1], cause), (track[-1, 1], effect)):
            assert plan.boxes[node, 1] < end < plan.boxes[node, 3]
        others = [box for i, box in enumerate(boxes) if i not in (cause, effect)]
        assert not any(shapely.intersects(line, box) for box in others)


def test_layers_follow_the_longest_path_and_causes_stand_near_their_effects() -> None:
    # 0 -> 1 -> 2 -> 3, 4 -> 3: node 4 stands beside node 2, not beside node 0.
    layers = layers_of(5, [(0, 1), (1, 2), (2, 3), (4, 3)], [1.0] * 4)
    assert [sorted(row) for row in layers.rows] == [[0], [1], [2, 4], [3]]
    skipping = layers_of(3, [(0, 1), (1, 2), (0, 2)], [1.0] * 3)
    assert skipping.routes == [[0, 1], [1, 2], [0, 3, 2]]


def test_heights_are_those_of_the_least_squares() -> None:
    # One node with two causes stands at their mean; these keep their distance.
    layers = layers_of(3, [(0, 2), (1, 2)], [1.0, 1.0])
    y = heights(layers, np.full(3, 8.0), 4.0, [1.0, 1.0], {})
    assert abs(y[0] - y[1]) == pytest.approx(12.0)
    assert y[2] == pytest.approx(y[:2].mean(), abs=1e-3)
    lifted = heights(layers, np.full(3, 8.0), 4.0, [1.0, 1.0], {(2, 0): PORT_MM, (2, 1): PORT_MM})
    assert lifted[2] == pytest.approx(lifted[:2].mean() - PORT_MM, abs=0.05)


def test_what_is_no_diagram_is_refused() -> None:
    with pytest.raises(MethodError, match="Bukan simpul diagram: entah"):
        simple(adjusted=["entah"])
    with pytest.raises(MethodError, match="Bukan simpul diagram: w"):
        simple(arrows=(("w", "x"),))
    with pytest.raises(MethodError, match="Panah berulang: z -> x"):
        simple(arrows=(("z", "x"), ("z", "x")))
    with pytest.raises(MethodError, match="Simpul berulang: z"):
        simple(nodes=("z", "z", "x", "y", "u"))
    with pytest.raises(MethodError, match="lingkaran"):
        simple(arrows=(("z", "x"), ("x", "y"), ("y", "z")))
    with pytest.raises(MethodError, match="sama-sama x"):
        simple(outcome="x")
    with pytest.raises(MethodError, match="tidak muat"):
        simple(size_mm=(170, 15))
    with pytest.raises(MethodError, match="tidak muat"):
        simple(size_mm=(30, 80))
