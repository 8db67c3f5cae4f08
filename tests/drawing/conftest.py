"""What the tests of single drawings share: real outlines, and the words as a reader meets them."""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
import shapely.affinity
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from kajian.drawing.style import save_figure, text_mm

BOUNDARIES = Path(__file__).parents[2] / "data" / "raw" / "batas-wilayah"
SVG_TEXT = "{http://www.w3.org/2000/svg}text"

Words = list[tuple[str, shapely.Polygon]]

# Dichromacy: Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
BLINDNESS = {
    "none": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}
TO_XYZ = np.array(  # linear sRGB, IEC 61966-2-1
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
)


@pytest.fixture(scope="session")
def kelurahan() -> gpd.GeoDataFrame:
    """54 kelurahan with two numbers and the precision of the first."""
    units = gpd.read_file(BOUNDARIES / "kelurahan_surakarta.geojson")
    rng = np.random.default_rng(54)
    labels = ["layak", "hati-hati", "tidak ditampilkan", "tanpa sampel"]
    return units.assign(
        miskin=rng.uniform(2, 20, len(units)),
        belanja=np.exp(rng.normal(5, 0.7, len(units))),
        mutu=rng.choice(labels, len(units), p=[0.4, 0.3, 0.2, 0.1]),
    )


@pytest.fixture
def words_of(tmp_path: Path) -> Callable[[Figure], Words]:
    """Every text of a figure as its SVG has it, with its box in points."""

    def read(fig: Figure) -> Words:
        svg, _ = save_figure(fig, tmp_path / "gambar")
        return [(element.text or "", _box(element)) for element in ET.parse(svg).iter(SVG_TEXT)]

    return read


@pytest.fixture
def assert_readable(words_of: Callable[[Figure], Words]) -> Callable[[Figure], list[str]]:
    """No word leaves the page, and no two meet; returns the words."""

    def check(fig: Figure) -> list[str]:
        words = words_of(fig)
        page = shapely.box(0, 0, *(fig.get_size_inches() * 72))
        for text, box in words:
            assert page.contains(box), text
        for (one, a), (other, b) in itertools.combinations(words, 2):
            assert not shapely.intersects(a, b), (one, other)
        return [text for text, _ in words]

    return check


@pytest.fixture
def assert_same_bytes(tmp_path: Path) -> Callable[[Figure, Figure], None]:
    """Two figures are the same in print."""

    def check(one: Figure, other: Figure) -> None:
        first, second = save_figure(one, tmp_path / "satu"), save_figure(other, tmp_path / "dua")
        for a, b in zip(first, second, strict=True):
            assert a.read_bytes() == b.read_bytes()

    return check


@pytest.fixture(scope="session")
def lab() -> Callable[..., np.ndarray]:
    """CIE L*a*b* of colours as an eye sees them, shape (n, 3)."""

    def convert(colours: list[str], eye: str = "none") -> np.ndarray:
        rgb = np.array([to_rgb(colour) for colour in colours])
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        seen = np.clip(linear @ np.transpose(BLINDNESS[eye]), 0, 1)
        xyz = seen @ TO_XYZ.T / TO_XYZ.sum(axis=1)
        f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
        x, y, z = f.T
        return np.column_stack([116 * y - 16, 500 * (x - y), 200 * (y - z)])

    return convert


def _box(element: ET.Element) -> shapely.Polygon:
    """Ink box of an SVG text, in points: from the descenders to the top of the capitals."""
    style = dict(part.split(":") for part in element.attrib["style"].replace(" ", "").split(";"))
    size = float(style["font-size"].removesuffix("px"))
    assert size in (7.5, 8.5)
    width = text_mm(element.text or "", size, int(style.get("font-weight", 400)))[0] / 25.4 * 72
    place = element.attrib["transform"]
    moved = re.match(r"translate\((\S+) (\S+)\)", place)
    x, y = map(float, moved.groups() if moved else (element.attrib["x"], element.attrib["y"]))
    left = x - width * {"start": 0, "middle": 0.5, "end": 1}[style.get("text-anchor", "start")]
    box = shapely.box(left, y - 0.66 * size, left + width, y + 0.2 * size)
    turned = re.search(r"rotate\((\S+?)[ )]", place)
    angle = float(turned[1]) if turned else 0.0
    return shapely.affinity.rotate(box, angle, origin=(x, y))
