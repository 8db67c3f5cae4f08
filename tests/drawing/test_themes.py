"""Themes by place: every number that may be shown, on a shade that grey print keeps."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from kajian import figures
from kajian.drawing.style import contrast_ratio, luminance, text_colour
from kajian.errors import MethodError

THEMES = {"gaji": "ekonomi", "kerja": "ekonomi", "air": "hunian"}
PLACES = ("Jebres", "Laweyan", "Pasar Kliwon")
COUNTS = [[8, 20, np.nan], [6, 5, 7], [np.nan, 14, 0]]
HIDDEN = "disembunyikan: kurang dari 5 segmen"
OPTIONS = {
    **{"rows": "tema", "columns": "tempat", "value": "segmen", "label": "label"},
    **{"group": "dimensi", "unit": "segmen", "hidden": HIDDEN},
}


@pytest.fixture
def table() -> pd.DataFrame:
    rows = [
        (theme, dimension, place, count, "disembunyikan" if np.isnan(count) else "")
        for (theme, dimension), counts in zip(THEMES.items(), COUNTS, strict=True)
        for place, count in zip(PLACES, counts, strict=True)
    ]
    columns = ["tema", "dimensi", "tempat", "segmen", "label"]
    return pd.DataFrame(rows, columns=columns).astype({"segmen": "Int64"})


def draw(table: pd.DataFrame, **options) -> Figure:
    return figures.theme_matrix(table, **{**OPTIONS, **options})


def boxes(fig: Figure) -> list[Rectangle]:
    """Cells by rows, without the boxes of the legend."""
    found = [patch for patch in fig.axes[0].patches if patch.get_height() > 4]
    return sorted(found, key=lambda box: (-round(box.get_y(), 3), box.get_x()))


def test_every_number_is_written_in_its_cell(table, assert_readable):
    fig = draw(table, names={"air": "air bersih"}, sizes={"Jebres": "30 segmen"})
    words = assert_readable(fig)
    assert {"Ekonomi", "Hunian", "Gaji", "Kerja", "Air bersih", "30 segmen", *PLACES} <= set(words)
    texts = [text for text in fig.axes[0].texts if text.get_text().isdigit()]
    written = {(text.get_text(), *map(round, text.get_position())) for text in texts}
    cells = [
        (box.get_x() + box.get_width() / 2, box.get_y() + box.get_height() / 2)
        for box in boxes(fig)
    ]
    expected = {
        (f"{count:.0f}", round(x), round(y))
        for (x, y), count in zip(cells, np.ravel(COUNTS), strict=True)
        if np.isfinite(count)
    }
    assert written == expected


def test_hidden_cells_are_hatched_and_explained(table, assert_readable):
    fig = draw(table)
    hatched = [bool(box.get_hatch()) for box in boxes(fig)]
    assert hatched == np.isnan(np.ravel(COUNTS)).tolist()
    assert HIDDEN in assert_readable(fig)
    shown = table[table["tema"] == "kerja"]
    assert HIDDEN not in assert_readable(draw(shown))
    assert HIDDEN in assert_readable(draw(table.assign(label="disembunyikan")))
    assert_readable(draw(table, unit="bagian segmen kecamatan itu (persen) " * 5, width_mm=90))


def test_a_number_of_a_hidden_cell_is_never_written(table):
    known = table.assign(segmen=table["segmen"].fillna(3))
    words = [text.get_text() for text in draw(known).axes[0].texts]
    assert "3" not in words


def test_shades_are_told_apart_in_grey_and_numbers_read_on_them(table):
    boxes_ = boxes(draw(table))
    by_count = sorted(
        (count, to_hex(box.get_facecolor()))
        for box, count in zip(boxes_, np.ravel(COUNTS), strict=True)
        if np.isfinite(count)
    )
    light = [luminance(fill) for _, fill in by_count]
    assert light == sorted(light, reverse=True)
    assert len(set(light)) == 4
    for _, fill in by_count:
        assert contrast_ratio(text_colour(fill), fill) >= 4.5


def test_another_number_may_make_the_shade(table):
    shares = table.assign(bagian=[30.0, 10, 0, 20, 10, 10, 0, 10, 10])
    fills = [to_hex(box.get_facecolor()) for box in boxes(draw(shares, shade="bagian"))]
    assert luminance(fills[0]) < luminance(fills[3]) < luminance(fills[1])
    assert fills[1] == fills[4] == fills[7]  # 20, 5 and 14 segments, of one share


def test_themes_stand_under_their_dimensions(table):
    fig = draw(table.sort_values("tempat"))
    heights = {text.get_text(): text.get_position()[1] for text in fig.axes[0].texts}
    assert heights["Ekonomi"] == heights["Gaji"] > heights["Kerja"] > heights["Hunian"]
    assert heights["Hunian"] == heights["Air"]


def test_what_cannot_be_drawn_is_refused(table):
    with pytest.raises(MethodError, match="tepat sekali"):
        draw(pd.concat([table, table.iloc[:1]]))
    with pytest.raises(MethodError, match="tepat sekali"):
        draw(table.iloc[1:])
    with pytest.raises(MethodError, match="Tema air tidak punya tepat satu dimensi"):
        draw(table.assign(dimensi=[*"aaaaaaabb"]))
    with pytest.raises(MethodError, match="tanpa keterangan: gaji, Pasar Kliwon"):
        draw(table.assign(label=""))
    with pytest.raises(MethodError, match="3 tempat tidak muat"):
        draw(table, width_mm=50)
    with pytest.raises(MethodError, match="tanpa kolom bagian"):
        draw(table, shade="bagian")
