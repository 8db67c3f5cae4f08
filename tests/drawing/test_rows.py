"""Charts of many rows: winners and losers, ranks in two columns, parts of a whole."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from kajian import figures
from kajian.drawing.change import GAIN, LOSS
from kajian.drawing.contributions import COLOURS
from kajian.drawing.part_names import name_lines
from kajian.drawing.style import contrast_ratio, text_colour, text_mm
from kajian.errors import MethodError

PARTS = {
    "a": "lama sekolah",
    "b": "partisipasi sekolah",
    "c": "sanitasi",
    "d": "air minum",
    "e": "lantai",
    "f": "bahan bakar",
    "g": "gizi",
    "h": "jaminan kesehatan",
    "i": "pekerjaan informal",
    "j": "internet",
}
DIMENSIONS = {
    **dict.fromkeys("ab", "pendidikan"),
    **dict.fromkeys("cdefj", "perumahan"),
    **dict.fromkeys("gh", "kesehatan"),
    "i": "pekerjaan",
}
PLACES = ["Kota Surakarta", "Laweyan", "Serengan", "Pasar Kliwon", "Jebres", "Banjarsari"]


@pytest.fixture(scope="module")
def changes(kelurahan) -> pd.DataFrame:
    change = np.random.default_rng(54).normal(0, 800, 54).round(1)
    change[[3, 7, 8]] = np.nan, 0.0, 0.3
    return pd.DataFrame(kelurahan[["nama", "kecamatan"]]).assign(ubah=change)


@pytest.fixture(scope="module")
def shares() -> pd.DataFrame:
    found = np.random.default_rng(7).dirichlet(np.array([4, 3, 2, 1, 0.6, 1, 3, 3, 4, 2]), 6)
    return pd.DataFrame(100 * found, columns=list(PARTS)).assign(tempat=PLACES)


def draw_change(table: pd.DataFrame, **options) -> Figure:
    default = {"group": "kecamatan", "xlabel": "Perubahan (juta rupiah)", "net_label": "neto"}
    return figures.change_chart(table, name="nama", change="ubah", **(default | options))


def draw_shares(table: pd.DataFrame, **options) -> Figure:
    default = {
        "dimensions": DIMENSIONS,
        "highlight": ["Kota Surakarta"],
        "xlabel": "Sumbangan terhadap M0 (persen)",
    }
    return figures.stacked_contributions(table, label="tempat", parts=PARTS, **(default | options))


def bars(fig: Figure) -> dict[str, tuple[float, str]]:
    """Length and colour of the bar of every unit."""
    found = {}
    for ax in (ax for ax in fig.axes if ax.get_yticklabels() and ax.axison):
        names = {
            y: t.get_text() for y, t in zip(ax.get_yticks(), ax.get_yticklabels(), strict=True)
        }
        for patch in ax.findobj(Rectangle):
            middle = patch.get_y() + patch.get_height() / 2
            near = [name for y, name in names.items() if abs(y - middle) < 1e-6]
            if near and patch is not ax.patch:
                found[near[0]] = (patch.get_width(), patch.get_facecolor())
    return found


# Winners and losers --------------------------------------------------------------------------


def test_bars_and_numbers_are_true_and_sorted_within_groups(changes, assert_readable) -> None:
    fig = draw_change(changes)
    words = assert_readable(fig)
    found = bars(fig)
    known = changes.dropna()
    for name, value in zip(known["nama"], known["ubah"], strict=True):
        assert found[name][0] == pytest.approx(value if round(value) else 0)
    labels = [t for ax in fig.axes if ax.axison for t in ax.get_yticklabels()]
    named = [t.get_text() for t in labels if t.get_fontweight() == 400]
    for _, rows in changes.groupby("kecamatan"):
        own = [name for name in named if name in set(rows["nama"])]
        ordered = rows.set_index("nama")["ubah"][own]
        assert ordered.dropna().is_monotonic_decreasing
        assert ordered.notna().is_monotonic_decreasing  # what is not known stands last
    best = known.loc[known["ubah"].idxmax(), "ubah"]
    assert f"+{best:,.0f}".replace(",", ".") in words
    assert words.count("0") == 2  # zero, and what is printed as zero
    assert words.count("tanpa data") == 1
    rounded = known["ubah"].round()
    assert f"bertambah ({(rounded > 0).sum()})" in words
    assert f"berkurang ({(rounded < 0).sum()})" in words
    nets = [word for word in words if word.startswith("neto")]
    assert len(nets) == 5
    total = known.loc[known["kecamatan"] == "Laweyan", "ubah"].sum()
    sign = "+" if total > 0 else "\u2212"
    assert f"neto {sign}{abs(total):,.0f}".replace(",", ".") in nets


def test_gain_and_loss_differ_in_grey(lab) -> None:
    light = lab([GAIN, LOSS])[:, 0]
    assert abs(np.diff(light)[0]) > 30


def test_winners_and_losers_fit_half_a_page_and_any_order_of_rows(
    changes, assert_same_bytes, assert_readable
) -> None:
    fig = draw_change(changes, group=None, net_label=None)
    assert_readable(fig)
    assert fig.get_size_inches()[1] * 25.4 < 130
    shuffled = changes.sample(frac=1, random_state=1)
    assert_same_bytes(fig, draw_change(shuffled, group=None, net_label=None))


@pytest.mark.parametrize("sign", [1, -1])
def test_only_winners_or_only_losers(changes, assert_readable, sign) -> None:
    assert_readable(draw_change(changes.assign(ubah=sign * changes["ubah"].abs())))


def test_changes_that_cannot_be_drawn_are_refused(changes) -> None:
    with pytest.raises(MethodError, match="Kolom ubah kosong"):
        draw_change(changes.assign(ubah=np.nan))
    with pytest.raises(MethodError, match="Kolom kecamatan kosong"):
        draw_change(changes.assign(kecamatan=changes["kecamatan"].where(changes.index > 3)))
    with pytest.raises(MethodError, match="54 baris tidak muat"):
        draw_change(changes, size_mm=(170, 60))
    with pytest.raises(MethodError, match="terlalu sempit"):
        draw_change(changes.assign(ubah=changes["ubah"] * 1e9), size_mm=(100, 140))
    with pytest.raises(MethodError, match="entah"):
        draw_change(changes, group="entah")


# Ranks ---------------------------------------------------------------------------------------


def test_54_ranks_fit_two_columns(kelurahan, assert_readable) -> None:
    rank = np.random.default_rng(1).permutation(54) + 1
    table = pd.DataFrame({"label": kelurahan["nama"], "rank": rank})
    table = table.assign(low=(rank - 6).clip(1), high=(rank + 8).clip(max=54))
    fig = figures.rank_chart(table, columns=2, highlight=["Mojosongo"], size_mm=(170, 100))
    words = assert_readable(fig)
    assert set(kelurahan["nama"]) <= set(words)
    left, right = fig.axes
    assert left.get_xlim() == right.get_xlim() == (0.5, 54.5)
    names = [[t.get_text() for t in ax.get_yticklabels()] for ax in (left, right)]
    ordered = table.sort_values("rank")["label"].tolist()
    assert names == [ordered[:27], ordered[27:]]
    bold = [t for ax in (left, right) for t in ax.get_yticklabels() if t.get_fontweight() == 600]
    assert [t.get_text() for t in bold] == ["Mojosongo"]
    with pytest.raises(MethodError, match="54 baris tidak muat"):
        figures.rank_chart(table, size_mm=(170, 100))
    with pytest.raises(MethodError, match="3 lajur"):
        figures.rank_chart(table, columns=3)


# Parts of a whole ----------------------------------------------------------------------------


def test_parts_are_true_named_and_numbered_where_they_fit(shares, assert_readable) -> None:
    fig = draw_shares(shares)
    words = assert_readable(fig)
    for name in (*PARTS.values(), *set(DIMENSIONS.values()), *PLACES):
        assert words.count(name) == 1
    page = fig.axes[0]
    parts = [patch for patch in page.findobj(Rectangle) if patch.get_height() > 4]
    assert len(parts) == 60
    whole = (shares[list("abcdefjghi")].to_numpy() / 100).ravel()
    width = parts[-1].get_x() + parts[-1].get_width() - parts[0].get_x()
    lengths = np.array([patch.get_width() for patch in parts])
    # A third of a millimetre of white parts the parts, of about 145 mm.
    np.testing.assert_allclose(lengths / width, whole, atol=0.004)
    own = {patch.get_facecolor() for patch in parts}
    assert len(own) == 4
    kota = next(text for text in page.texts if text.get_text() == "Kota Surakarta")
    assert kota.get_fontweight() == 600


def test_colours_of_dimensions_differ_in_grey_and_carry_words(lab) -> None:
    assert np.diff(np.sort(lab(list(COLOURS))[:, 0])).min() > 10
    assert all(contrast_ratio(text_colour(colour), colour) >= 4.5 for colour in COLOURS)


def test_parts_without_dimensions_need_no_legend(shares, assert_readable) -> None:
    words = assert_readable(draw_shares(shares, dimensions=None, xlabel=""))
    assert not set(DIMENSIONS.values()) & set(words)


@given(st.lists(st.floats(0.2, 30), min_size=1, max_size=10))
def test_names_and_their_leaders_stay_apart(lengths: list[float]) -> None:
    ends = np.cumsum(lengths) / np.sum(lengths) * 140 + 20
    middles = (np.array([20.0, *ends[:-1]]) + ends) / 2
    names = list(PARTS.values())[: len(lengths)]
    try:
        spots = name_lines(names, middles, (15.0, 169.0))
    except MethodError:
        assert np.diff(middles).min() < 2  # leaders that nothing can keep apart
        return
    boxes = [
        (left, left + text_mm(name)[0], line)
        for name, (left, line) in zip(names, spots, strict=True)
    ]
    for i, (left, right, line) in enumerate(boxes):
        assert left >= 15
        assert right <= 169 + 1e-9
        for j, (other, end, above) in enumerate(boxes):
            if i != j and line == above:
                assert left > end or right < other
            if above > line:
                assert not left < middles[j] < right


def test_shares_that_are_none_are_refused(shares) -> None:
    with pytest.raises(MethodError, match="Serengan"):
        draw_shares(shares.assign(a=shares["a"] + 3 * (shares["tempat"] == "Serengan")))
    with pytest.raises(MethodError, match="Laweyan"):
        draw_shares(shares.assign(a=shares["a"].where(shares["tempat"] != "Laweyan")))
    with pytest.raises(MethodError, match="tanpa dimensi: a"):
        draw_shares(shares, dimensions={k: v for k, v in DIMENSIONS.items() if k != "a"})
    with pytest.raises(MethodError, match="Ada 10 dimensi"):
        draw_shares(shares, dimensions={part: part for part in PARTS})
    with pytest.raises(MethodError, match="6 batang tidak muat"):
        draw_shares(shares, size_mm=(170, 30))
    with pytest.raises(MethodError, match="lebar 60"):
        draw_shares(shares, size_mm=(60, 60))
