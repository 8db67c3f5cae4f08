"""What a reader of the charts sees: words inside the page, Indonesian numbers, honest marks."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from kajian import figures
from kajian.drawing.axes import NumberTicks, spread
from kajian.drawing.style import (
    ACCENT,
    FONT,
    contrast_ratio,
    luminance,
    new_figure,
    text_mm,
    theme,
)
from kajian.errors import MethodError

YEARS = [*range(2010, 2019), *range(2020, 2026)]
TERMS = ("UMK naik 10%", "TPT naik 1 persen poin", "PDRB per kapita tahun sebelumnya naik 10%")
METHODS = ("kelompok kabupaten/kota", "wild bootstrap", "Conley 50 km")


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    rng = np.random.default_rng(33)
    walks = 14 + np.cumsum(rng.normal(-0.4, 0.4, (35, len(YEARS))), axis=1)
    codes = [f"33.{i:02d}" for i in range(1, 36)]
    wide = pd.DataFrame(walks, index=pd.Index(codes, name="kode"), columns=YEARS)
    return wide.melt(ignore_index=False, var_name="tahun", value_name="p0").reset_index()


@pytest.fixture(scope="module")
def estimates() -> pd.DataFrame:
    rows = [
        (term, -scale, -3 * scale, scale, 2.5 * scale, method)
        for term, scale in zip(TERMS, (0.05, 0.02, 2.0), strict=True)
        for method in METHODS
    ]
    columns = ["label", "estimate", "conf_low", "conf_high", "mde", "method"]
    return pd.DataFrame(rows, columns=columns)


def draw_paths(panel: pd.DataFrame) -> Figure:
    return figures.time_paths(
        panel,
        unit="kode",
        time="tahun",
        value="p0",
        highlight={"33.10": "Kota Surakarta", "33.11": "Kota Semarang"},
        ylabel="Penduduk miskin (persen)",
    )


def draw_synthetic(panel: pd.DataFrame) -> Figure:
    wide = panel.pivot_table(index="tahun", columns="kode", values="p0")
    placebo = (wide - wide.mean()).T
    return figures.synthetic_paths(
        wide["33.01"],
        wide["33.01"] + 0.3,
        placebo,
        start=2022,
        unit_label="Surakarta",
        ylabel="Penduduk miskin (persen)",
    )


def draw_ranks() -> Figure:
    rank = np.arange(35, 0, -1)
    table = pd.DataFrame(
        {
            "label": [f"Kabupaten {i:02d}" for i in rank],
            "rank": rank,
            "low": np.maximum(rank - 4, 1),
            "high": np.minimum(rank + 5, 35),
        }
    )
    return figures.rank_chart(table, highlight=["Kabupaten 12"], xlabel="Peringkat (1 = terendah)")


def draw_pairs() -> Figure:
    table = pd.DataFrame(
        {"label": ["Laweyan", "Jebres", "Serengan"], "a": [760.0, 541, 566], "b": [855, 1055, 545]}
    )
    return figures.paired_dots(
        table, a_label="per kelurahan", b_label="per luas", xlabel="Jarak (meter)", decimals=0
    )


def draw_dispersion() -> Figure:
    table = pd.DataFrame({"tahun": YEARS, "cv": np.linspace(0.31, 0.3, 15), "lv": 0.11})
    return figures.dispersion_plot(
        table, time="tahun", measures={"cv": "Koefisien variasi", "lv": "Ragam log"}
    )


@pytest.fixture(scope="module")
def charts(panel: pd.DataFrame, estimates: pd.DataFrame) -> dict[str, Figure]:
    return {
        "paths": draw_paths(panel),
        "ranks": draw_ranks(),
        "coefficients": figures.coefficient_plot(estimates, xlabel="Perubahan (persen poin)"),
        "synthetic": draw_synthetic(panel),
        "dispersion": draw_dispersion(),
        "pairs": draw_pairs(),
    }


CHARTS = ("paths", "ranks", "coefficients", "synthetic", "dispersion", "pairs")


SVG_TEXT = "{http://www.w3.org/2000/svg}text"
CAPITALS, DESCENT = 0.66, 0.2  # of the type size, above and below the baseline


@pytest.fixture(scope="module")
def words(
    charts: dict[str, Figure], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[tuple[str, tuple[float, float, float, float]]]]:
    """Every text of every chart, as its SVG has it, with its box in points."""
    folder = tmp_path_factory.mktemp("svg")
    return {
        name: [
            (element.text or "", box_of(element))
            for element in ET.parse(figures.save_figure(fig, folder / name)[0]).iter(SVG_TEXT)
        ]
        for name, fig in charts.items()
    }


def box_of(element: ET.Element) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a text element, upright or turned by a quarter."""
    style = dict(part.split(":") for part in element.attrib["style"].replace(" ", "").split(";"))
    size = float(style["font-size"].removesuffix("px"))
    width = text_mm(element.text or "", size, int(style.get("font-weight", 400)))[0] / 25.4 * 72
    start = -width * {"start": 0, "middle": 0.5, "end": 1}[style.get("text-anchor", "start")]
    up, down = CAPITALS * size, DESCENT * size
    moved = re.match(r"translate\((\S+) (\S+)\)( rotate\(-90\))?", element.attrib["transform"])
    x, y = map(float, moved.groups()[:2] if moved else (element.attrib["x"], element.attrib["y"]))
    if moved and moved[3]:
        return x - up, y - width, x + down, y
    return x + start, y - up, x + start + width, y + down


@pytest.mark.parametrize("name", CHARTS)
def test_words_stay_on_the_page(charts: dict[str, Figure], words: dict, name: str) -> None:
    width, height = charts[name].get_size_inches() * 72
    assert words[name]
    for text, (left, top, right, bottom) in words[name]:
        assert left >= 0, text
        assert top >= 0, text
        assert right <= width, text
        assert bottom <= height, text


@pytest.mark.parametrize("name", CHARTS)
def test_words_do_not_collide(words: dict, name: str) -> None:
    for (one, a), (other, b) in itertools.combinations(words[name], 2):
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert apart, (one, other)


@pytest.mark.parametrize("name", CHARTS)
def test_same_call_gives_same_bytes(
    charts: dict[str, Figure],
    name: str,
    panel: pd.DataFrame,
    estimates: pd.DataFrame,
    tmp_path: Path,
) -> None:
    again = {
        "paths": lambda: draw_paths(panel),
        "ranks": draw_ranks,
        "coefficients": lambda: figures.coefficient_plot(
            estimates, xlabel="Perubahan (persen poin)"
        ),
        "synthetic": lambda: draw_synthetic(panel),
        "dispersion": draw_dispersion,
        "pairs": draw_pairs,
    }[name]()
    first = figures.save_figure(charts[name], tmp_path / "satu" / "gambar")
    second = figures.save_figure(again, tmp_path / "dua" / "gambar")
    assert [path.suffix for path in first] == [".svg", ".png"]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()
    assert sorted(path.name for path in (tmp_path / "satu").iterdir()) == [
        "gambar.png",
        "gambar.svg",
    ]


def test_another_process_gives_the_same_bytes(tmp_path: Path) -> None:
    script = (
        "import sys, pandas as pd; from kajian import figures;"
        "t = pd.DataFrame({'label': ['Laweyan', 'Jebres'], 'a': [1.5, 2], 'b': [2.5, 1]});"
        "f = figures.paired_dots(t, a_label='kelurahan', b_label='luas', xlabel='km');"
        "figures.save_figure(f, sys.argv[1])"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "lain")]
    subprocess.run(command, check=True, env=os.environ | {"PYTHONHASHSEED": "7"})
    table = pd.DataFrame({"label": ["Laweyan", "Jebres"], "a": [1.5, 2], "b": [2.5, 1]})
    here = figures.paired_dots(table, a_label="kelurahan", b_label="luas", xlabel="km")
    for path in figures.save_figure(here, tmp_path / "sini"):
        assert path.read_bytes() == (tmp_path / f"lain{path.suffix}").read_bytes()


def test_svg_keeps_text_in_the_right_typeface(charts: dict[str, Figure], tmp_path: Path) -> None:
    svg, png = figures.save_figure(charts["paths"], tmp_path / "jalur")
    texts = ET.parse(svg).getroot().findall(".//{http://www.w3.org/2000/svg}text")
    assert "Kota Surakarta" in {text.text for text in texts}
    for text in texts:
        assert "font-family: 'Source Sans Pro', sans-serif" in text.get("style", "").split("; ")
    sizes = {part.split(":")[1].strip() for t in texts for part in t.get("style", "").split(";")
             if part.strip().startswith("font-size")}  # fmt: skip
    assert sizes <= {"7.5px", "8.5px"}
    assert "<dc:date>" not in svg.read_text()
    assert png.stat().st_size > 0


def test_no_font_is_missed(tmp_path: Path) -> None:
    # In a process of its own: matplotlib complains about a font only once.
    script = (
        "import sys, pandas as pd; from kajian import figures;"
        "t = pd.DataFrame({'label': ['Kota', 'Lain'], 'rank': [1, 2], 'low': 1, 'high': [2, 3]});"
        "figures.save_figure(figures.rank_chart(t, highlight=['Kota']), sys.argv[1])"
    )
    command = [sys.executable, "-W", "always", "-c", script, str(tmp_path / "peringkat")]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    assert not re.search("findfont|glyph|missing from font", said, re.IGNORECASE), said


@pytest.mark.parametrize("name", CHARTS)
def test_every_letter_is_in_the_typeface(words: dict, name: str) -> None:
    known = font_manager.get_font(font_manager.findfont(FONT)).get_charmap()
    assert {
        letter for text, _ in words[name] for letter in text if ord(letter) not in known
    } == set()


def test_global_settings_are_left_alone(charts: dict[str, Figure]) -> None:
    before = dict(mpl.rcParams)
    draw_pairs()
    assert dict(mpl.rcParams) == before


def test_a_failed_save_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    figures.save_figure(draw_pairs(), tmp_path / "titik")
    old = (tmp_path / "titik.svg").read_bytes()
    broken = draw_pairs()

    def fail(draft: Path, **_: object) -> None:
        Path(draft).write_text("separuh")
        raise OSError("disk penuh")

    monkeypatch.setattr(broken, "savefig", fail)
    with pytest.raises(OSError, match="disk penuh"):
        figures.save_figure(broken, tmp_path / "titik")
    assert (tmp_path / "titik.svg").read_bytes() == old
    assert sorted(path.name for path in tmp_path.iterdir()) == ["titik.png", "titik.svg"]


@pytest.mark.parametrize(
    ("ticks", "written"),
    [
        ([0, 2.5, 5], ["0,0", "2,5", "5,0"]),
        ([0, 1000, 2000], ["0", "1.000", "2.000"]),
        ([-0.05, 0, 0.05], ["−0,05", "0,00", "0,05"]),
    ],
)
def test_ticks_are_indonesian(ticks: list[float], written: list[str]) -> None:
    assert NumberTicks().format_ticks(ticks) == written


def test_years_have_no_thousand_dot(words: dict) -> None:
    texts = {text for text, _ in words["paths"]}
    assert {"2010", "2025"} <= texts
    assert not {"2.010", "2010,0"} & texts


def test_missing_year_breaks_every_line(charts: dict[str, Figure], words: dict) -> None:
    for line in charts["paths"].axes[0].lines:
        years, values = np.asarray(line.get_xdata()), np.asarray(line.get_ydata(), dtype=float)
        if len(years) > 1:
            assert np.isnan(values[years == 2019]).all()
    assert "2019: tidak ada data" in {text for text, _ in words["paths"]}


def test_gaps_are_blanked_though_one_unit_has_a_value(panel: pd.DataFrame) -> None:
    known = pd.concat([panel, pd.DataFrame({"kode": ["33.10"], "tahun": [2019], "p0": [8.7]})])
    fig = figures.time_paths(
        known, unit="kode", time="tahun", value="p0", highlight={"33.10": "Surakarta"},
        ylabel="persen", gaps=(2019,),
    )  # fmt: skip
    drawn = np.concatenate([np.ravel(line.get_ydata()) for line in fig.axes[0].lines])
    assert 8.7 not in drawn


def test_ranks_stand_in_order_with_one_accent(charts: dict[str, Figure]) -> None:
    labels = charts["ranks"].axes[0].get_yticklabels()
    assert [label.get_text() for label in labels] == [f"Kabupaten {i:02d}" for i in range(1, 36)]
    assert [label.get_text() for label in labels if label.get_color() == ACCENT] == ["Kabupaten 12"]


def test_band_is_the_minimum_detectable_effect(
    charts: dict[str, Figure], estimates: pd.DataFrame
) -> None:
    for ax, term in zip(charts["coefficients"].axes, TERMS, strict=True):
        mde = estimates.loc[estimates["label"] == term, "mde"].iloc[0]
        bands = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
        assert len(bands) == len(METHODS)
        for band in bands:
            assert band.get_x() == pytest.approx(-mde)
            assert band.get_width() == pytest.approx(2 * mde)
        low, high = ax.get_xlim()
        assert low < -3 * mde / 2.5  # the interval reaches three standard steps to the left
        assert high > mde


def test_start_line_stands_between_the_years(charts: dict[str, Figure]) -> None:
    for ax in charts["synthetic"].axes:
        upright = [np.unique(line.get_xdata()) for line in ax.lines if len(line.get_xdata()) == 2]
        assert any(np.array_equal(x, [2021.5]) for x in upright)


def test_both_numbers_of_a_pair_are_written(words: dict) -> None:
    texts = {text for text, _ in words["pairs"]}
    assert {"760", "855", "541", "1.055", "566", "545"} <= texts


@given(
    st.lists(st.floats(-50, 50), min_size=1, max_size=8),
    st.floats(0.1, 5),
)
def test_spread_parts_labels_and_keeps_their_order(positions: list[float], gap: float) -> None:
    placed = np.array(spread(positions, gap))
    order = np.argsort(positions, kind="stable")
    # Rounding of sums of at most eight numbers below 100 stays far under 1e-9.
    assert (np.diff(placed[order]) >= gap - 1e-9).all()
    assert placed.mean() == pytest.approx(np.mean(positions), abs=1e-9)


def test_measured_width_is_the_printed_width() -> None:
    with theme():
        fig = new_figure(100, 20)
        text = fig.text(0.1, 0.5, "Kabupaten Karanganyar 1.234,5")
        fig.set_dpi(600)
        box = text.get_window_extent(FigureCanvasAgg(fig).get_renderer())
    # One pixel at 600 dpi is 0.04 mm; glyph advances are rounded to it.
    assert text_mm("Kabupaten Karanganyar 1.234,5")[0] == pytest.approx(
        box.width / 600 * 25.4, rel=0.01
    )


def test_contrast_is_that_of_the_guideline() -> None:
    # Published pairs: black on white is 21:1; #767676 is the lightest grey that passes 4.5:1.
    assert contrast_ratio("#000000", "#ffffff") == pytest.approx(21)
    assert contrast_ratio("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert luminance("#ffffff") == pytest.approx(1)


def test_bad_tables_are_refused(panel: pd.DataFrame, estimates: pd.DataFrame) -> None:
    names = {"unit": "kode", "time": "tahun", "value": "p0", "ylabel": "persen"}
    with pytest.raises(MethodError, match=r"99\.99"):
        figures.time_paths(panel, **names, highlight={"99.99": "entah"})
    with pytest.raises(MethodError, match="lebih dari satu baris"):
        figures.time_paths(pd.concat([panel, panel]), **names, highlight={})
    with pytest.raises(MethodError, match="mde"):
        figures.coefficient_plot(estimates.drop(columns="mde"))
    with pytest.raises(MethodError, match="Perbaikan"):
        figures.rank_chart(pd.DataFrame({"label": ["a"], "rank": [1], "low": [1], "high": [1]}),
                           highlight=["b"])  # fmt: skip
    series = pd.Series([1.0, 2.0], index=[2010, 2011])
    with pytest.raises(MethodError, match="di luar deret"):
        figures.synthetic_paths(
            series, series, pd.DataFrame(), start=2020, unit_label="x", ylabel="y"
        )
