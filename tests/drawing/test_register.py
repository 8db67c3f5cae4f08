"""Programmes by aim, office and group: every office written once, several framed, gaps hatched."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from kajian import figures
from kajian.data.tables import read_named
from kajian.drawing.register import NOBODY, SHARED, UNNAMED
from kajian.drawing.style import ACCENT
from kajian.errors import MethodError
from kajian.evaluation.register import codes
from kajian.evaluation.register.coverage import programme_matrix

LONG = "Dinas Pemberdayaan Perempuan, Perlindungan Anak, dan Keluarga Berencana"
AIMS = {"beban": "pengurangan beban", "naik": "peningkatan pendapatan"}
GROUPS = {"miskin": "warga miskin", "anak": "anak sekolah", "lansia": "lansia", "umum": "umum"}
CELLS = pd.DataFrame(
    [
        ("beban", "miskin", LONG, 1),
        ("beban", "miskin", "Dinas Sosial", 3),
        ("naik", "miskin", None, 1),
        ("beban", "lansia", "Dinas Sosial", 1),
    ],
    columns=["tujuan", "kelompok", "opd", "jumlah_program"],
)
GAPS = pd.DataFrame(
    [("beban", "anak", "warga miskin; umum"), ("naik", "anak", "umum"), ("naik", "lansia", None)],
    columns=["tujuan", "kelompok", "bersinggungan"],
)


def chart(cells: pd.DataFrame = CELLS, gaps: pd.DataFrame = GAPS, **changes) -> Figure:
    options = {"aims": AIMS, "groups": GROUPS, "silent": ["Dishub", "Dispora"]}
    return figures.programme_chart(cells, gaps, **(options | changes))


def boxes(fig: Figure, *, hatched: bool) -> list[Rectangle]:
    ax: Axes = fig.axes[0]
    found = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    return [patch for patch in found if bool(patch.get_hatch()) == hatched]


def dots(fig: Figure) -> int:
    return sum(line.get_marker() == "o" for line in fig.axes[0].lines)


def test_every_office_is_written_where_it_belongs(assert_readable):
    fig = chart()
    words = assert_readable(fig)
    assert words.count("Dinas Sosial (3)") == 1
    assert words.count("Dinas Sosial") == 1
    assert {UNNAMED, "2 OPD", "Pengurangan beban", "warga miskin", "lansia"} <= set(words)
    assert "umum" not in words  # neither served nor required
    assert "Program belum dirinci: Dishub, Dispora" in words
    assert dots(fig) == 1 + len(CELLS)
    heights = {text.get_text(): text.get_position()[1] for text in fig.axes[0].texts}
    broken = [word for word in words if word in LONG and word not in GROUPS.values()]
    assert " ".join(broken) == LONG
    assert heights["Dinas Sosial (3)"] > heights[broken[0]] > heights[broken[1]]


def test_several_named_offices_are_framed():
    frames = boxes(chart(), hatched=False)
    assert len(frames) == 2  # one in the key
    assert {to_hex(frame.get_edgecolor()) for frame in frames} == {ACCENT}
    alone = boxes(chart(CELLS.iloc[1:]), hatched=False)
    assert alone == []
    unnamed = CELLS.assign(tujuan="naik", kelompok="miskin").iloc[1:3]
    assert boxes(chart(unnamed), hatched=False) == []  # nobody knows whether it is a second one


def test_gaps_are_hatched_and_said():
    fig = chart()
    words = [text.get_text() for text in fig.axes[0].texts]
    assert f"{NOBODY}; sebagian mungkin lewat program bagi warga miskin, umum" in words
    assert NOBODY in words  # the key, for the one aim that misses the elderly
    band, cell = sorted(boxes(fig, hatched=True)[1:], key=lambda box: -box.get_width())
    assert band.get_width() > 2 * cell.get_width()
    whole = chart(gaps=GAPS.iloc[:2])
    assert NOBODY not in [text.get_text() for text in whole.axes[0].texts]
    assert len(boxes(whole, hatched=True)) == 1
    assert boxes(chart(gaps=GAPS.iloc[:0]), hatched=True) == []
    assert len(boxes(chart(CELLS.iloc[:0], GAPS.iloc[:2]), hatched=True)) == 1


def test_the_frame_is_seen_in_grey():
    assert SHARED["facecolor"] != "white"
    assert SHARED["linewidth"] >= 1


def test_the_shipped_register_fits_the_brief(assert_readable):
    raw = Path(__file__).parents[2] / "data" / "raw"
    found = programme_matrix(read_named(raw, "program-surakarta/register_program")[0])
    fig = figures.programme_chart(
        found.cells,
        found.gaps,
        aims=codes.AIMS,
        groups=codes.GROUPS,
        silent=found.silent,
        width_mm=174,
    )
    assert fig.get_figheight() * 25.4 <= 95
    words = assert_readable(fig)
    assert sum(word.startswith(NOBODY) for word in words) == 4


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(MethodError, match="Tabel untuk gambar kosong"):
        chart(CELLS.iloc[:0], GAPS.iloc[:0])
    with pytest.raises(MethodError, match="jumlah_program"):
        chart(CELLS.drop(columns="jumlah_program"))
    with pytest.raises(MethodError, match="bersinggungan"):
        chart(gaps=GAPS.drop(columns="bersinggungan"))
    with pytest.raises(MethodError, match="tujuan 'entah' tidak punya sebutan"):
        chart(CELLS.assign(tujuan="entah"))
    with pytest.raises(MethodError, match="kelompok 'balita' tidak punya sebutan"):
        chart(gaps=GAPS.assign(kelompok="balita"))
    with pytest.raises(MethodError, match="Satu OPD tertulis dua kali"):
        chart(pd.concat([CELLS, CELLS.iloc[:1]]))
    many = pd.concat([CELLS.iloc[:1].assign(opd=f"Dinas {i}") for i in range(70)])
    with pytest.raises(MethodError, match=r"3 kelompok sasaran perlu gambar setinggi 2\d\d mm"):
        chart(many)
    with pytest.raises(MethodError, match="2 tujuan tidak muat"):
        chart(width_mm=50)
