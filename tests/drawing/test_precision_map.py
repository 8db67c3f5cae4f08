"""Estimate and precision on one map, and two estimates on a pair of maps."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle

from kajian import maps
from kajian.drawing.looks import MISSING, WITHHELD
from kajian.drawing.style import sequential
from kajian.errors import MethodError


def draw(units, **changes) -> Figure:
    options = {"legend_title": "Penduduk miskin (persen)", "decimals": 1, "group": "kecamatan"}
    return maps.precision_map(units, "miskin", "mutu", **(options | changes))


@pytest.fixture(scope="module")
def chart(kelurahan) -> Figure:
    return draw(kelurahan)


def shapes(place: Figure | Axes) -> list[PathPatch]:
    return place.findobj(PathPatch)


def test_every_unit_has_the_look_of_its_precision(kelurahan, chart) -> None:
    patches = shapes(chart)
    shown = kelurahan["mutu"].isin(["layak", "hati-hati"])
    for patch, label in zip(patches[:54], kelurahan["mutu"], strict=True):
        hatch = {"tidak ditampilkan": WITHHELD["hatch"], "tanpa sampel": MISSING["hatch"]}
        assert patch.get_hatch() == hatch.get(label)
        assert (to_hex(patch.get_facecolor()) == "#ffffff") == (label in hatch)
    quintile = pd.qcut(kelurahan.loc[shown, "miskin"].round(1), 5, labels=False)
    scale = sequential(5)
    own = [to_hex(patch.get_facecolor()) for patch, s in zip(patches, shown, strict=False) if s]
    agree = [a == scale[q] for a, q in zip(own, quintile, strict=True)]
    assert np.mean(agree) > 0.9  # pandas cuts between two values: a unit per class may differ
    flagged = [patch for patch in patches[54:] if patch.get_hatch()]
    rough = np.flatnonzero(kelurahan["mutu"] == "hati-hati")
    for patch, row in zip(flagged, rough, strict=True):
        assert np.array_equal(patch.get_path().vertices, patches[row].get_path().vertices)


def test_the_legend_explains_colour_and_precision_with_counts(
    kelurahan, chart, assert_readable
) -> None:
    words = assert_readable(chart)
    counts = kelurahan["mutu"].value_counts()
    assert {
        f"layak: RSE sampai 25% ({counts['layak']})",
        f"hati-hati: RSE 25–50% ({counts['hati-hati']})",
        f"tidak ditampilkan: RSE di atas 50% ({counts['tidak ditampilkan']})",
        f"tanpa sampel ({counts['tanpa sampel']})",
        "Ketelitian (banyaknya wilayah)",
        "kelas: kuantil",
    } <= set(words)
    hatches = {box.get_hatch() for box in chart.findobj(Rectangle)} - {None}
    assert hatches == {patch.get_hatch() for patch in shapes(chart)} - {None}


def test_precision_that_no_unit_has_is_not_explained(kelurahan, words_of) -> None:
    words = " ".join(text for text, _ in words_of(draw(kelurahan.assign(mutu="layak"))))
    assert "layak: RSE sampai 25% (54)" in words
    assert "hati-hati" not in words
    assert "tidak ditampilkan" not in words


def test_missing_precision_is_no_sample_and_nothing_shown_is_an_outline(
    kelurahan, words_of
) -> None:
    words = [text for text, _ in words_of(draw(kelurahan.assign(mutu=np.nan)))]
    assert "tanpa sampel (54)" in words
    assert not [word for word in words if word.startswith("kelas")]


def test_a_withheld_estimate_leaves_no_trace(kelurahan, assert_same_bytes) -> None:
    hidden = ~kelurahan["mutu"].isin(["layak", "hati-hati"])
    other = kelurahan.assign(miskin=kelurahan["miskin"].mask(hidden, 77.0))
    assert_same_bytes(draw(kelurahan), draw(other))


def test_bad_input_is_refused(kelurahan) -> None:
    with pytest.raises(MethodError, match="bagus"):
        draw(kelurahan.assign(mutu="bagus"))
    first = kelurahan.loc[kelurahan["mutu"] == "layak", "nama"].iloc[0]
    with pytest.raises(MethodError, match=f"{first} kosong"):
        draw(kelurahan.assign(miskin=np.nan))
    with pytest.raises(MethodError, match="entah"):
        draw(kelurahan, name="entah")


# The pair ------------------------------------------------------------------------------------


def test_a_pair_marks_both_of_its_maps(kelurahan) -> None:
    fig = maps.choropleth_pair(
        kelurahan.assign(model=kelurahan["miskin"] * 0.9),
        ("miskin", "model"),
        titles=("Dugaan langsung", "Dugaan area kecil"),
        legend_title="Penduduk miskin (persen)",
        decimals=1,
        hatch=(kelurahan["mutu"] == "hati-hati", kelurahan["mutu"] == "tanpa sampel"),
        withheld=(None, kelurahan["mutu"] == "tidak ditampilkan"),
    )
    left, right = (shapes(ax) for ax in fig.axes if shapes(ax))
    counts = kelurahan["mutu"].value_counts()
    assert [patch.get_hatch() for patch in left[:54]] == [None] * 54
    assert len(left) - 54 == counts["hati-hati"]
    hidden = np.array([patch.get_hatch() == WITHHELD["hatch"] for patch in right[:54]])
    assert (hidden == (kelurahan["mutu"] == "tidak ditampilkan")).all()
    assert len(right) - 54 == counts["tanpa sampel"]
