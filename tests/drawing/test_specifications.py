"""A specification curve: every estimate is drawn, in order, above the options it uses."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from kajian import figures
from kajian.drawing.specifications import FAINT
from kajian.drawing.style import ACCENT
from kajian.errors import MethodError

DIMENSIONS = {"controls": "kendali", "sample": "sampel", "entity": "efek tetap"}


def specifications(*sizes: int) -> pd.DataFrame:
    """Every combination of options, in an order that is not that of the estimates."""
    sized = zip(DIMENSIONS, sizes, strict=True)
    names = [[f"{column[:2]} pilihan {i}" for i in range(count)] for column, count in sized]
    table = pd.DataFrame(itertools.product(*names), columns=list(DIMENSIONS))
    rng = np.random.default_rng(len(table))
    estimate, half = rng.normal(-0.3, 0.3, len(table)), rng.uniform(0.1, 0.5, len(table))
    return table.assign(estimate=estimate, conf_low=estimate - half, conf_high=estimate + half)


def draw(table: pd.DataFrame, **changes) -> Figure:
    options = {"dimensions": DIMENSIONS, "ylabel": "Persen poin"}
    return figures.specification_chart(table, **(options | changes))


def dots(ax, colour: str) -> dict[float, list[float]]:
    """Heights of the dots of one colour, by their place from the left."""
    found: dict[float, list[float]] = {}
    for line in ax.lines:
        if line.get_marker() == "o" and line.get_color() == colour:
            for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True):
                found.setdefault(float(x), []).append(float(y))
    return found


def panels(fig: Figure) -> list:
    return [ax for ax in fig.axes if ax.axison]


def test_estimates_rise_and_those_that_leave_out_zero_are_accented() -> None:
    table = specifications(4, 4, 2)
    above, _ = panels(draw(table))
    clear, unclear = dots(above, ACCENT), dots(above, FAINT)
    drawn = [value for _, (value,) in sorted({**clear, **unclear}.items())]
    np.testing.assert_allclose(drawn, np.sort(table["estimate"]))
    sure = (table["conf_low"] > 0) | (table["conf_high"] < 0)
    assert len(clear) == sure.sum() > 0
    np.testing.assert_allclose(
        sorted(value for (value,) in clear.values()), np.sort(table.loc[sure, "estimate"])
    )


def test_every_specification_uses_one_option_of_every_dimension() -> None:
    table = specifications(4, 4, 2)
    _, below = panels(draw(table))
    found = dots(below, ACCENT) | dots(below, FAINT)
    labels = {
        y: text.get_text()
        for y, text in zip(below.get_yticks(), below.get_yticklabels(), strict=True)
    }
    ordered = table.sort_values("estimate")
    for place, row in enumerate(ordered[list(DIMENSIONS)].itertuples(index=False)):
        assert {labels[y] for y in found[place]} == set(row)
    bold = [t.get_text() for t in below.get_yticklabels() if t.get_fontweight() == 600]
    assert bold == list(DIMENSIONS.values())


@pytest.mark.parametrize("sizes", [(2, 1, 1), (4, 4, 2), (5, 5, 8), (1, 1, 1)])
def test_few_and_many_are_readable(sizes: tuple[int, ...], assert_readable) -> None:
    table = specifications(*sizes)
    words = assert_readable(draw(table))
    assert f"{len(table)} spesifikasi, menurut besar taksirannya" in words
    assert any(word.startswith("median ") for word in words)
    assert set(DIMENSIONS.values()) <= set(words)


def test_dots_of_many_specifications_do_not_overlap() -> None:
    fig = draw(specifications(5, 5, 8))
    _, below = panels(fig)
    width = below.get_position().width * fig.get_size_inches()[0] * 72
    size = max(line.get_markersize() for line in below.lines if line.get_marker() == "o")
    assert size <= width / 200


def test_the_order_of_rows_does_not_matter_but_that_of_a_category_does(assert_same_bytes) -> None:
    table = specifications(3, 2, 1)
    assert_same_bytes(draw(table), draw(table.sample(frac=1, random_state=3)))
    order = ["co pilihan 2", "co pilihan 0", "co pilihan 1"]
    listed = table.assign(controls=pd.Categorical(table["controls"], order))
    _, below = panels(draw(listed))
    assert [t.get_text() for t in below.get_yticklabels() if t.get_text() in order] == order


def test_estimates_alone(assert_readable) -> None:
    fig = draw(specifications(4, 1, 1), dimensions={})
    assert len(panels(fig)) == 1
    assert_readable(fig)


def test_bad_tables_are_refused() -> None:
    table = specifications(2, 2, 2)
    with pytest.raises(MethodError, match="conf_low"):
        draw(table.drop(columns="conf_low"))
    with pytest.raises(MethodError, match="kosong"):
        draw(table.iloc[:0])
    with pytest.raises(MethodError, match="Kolom pilihan sample"):
        draw(table.assign(sample=table["sample"].where(table.index > 0)))
    with pytest.raises(MethodError, match="Kolom pilihan cuaca"):
        draw(table, dimensions={"cuaca": "cuaca"})
    with pytest.raises(MethodError, match="baris 1"):
        draw(table.assign(estimate=table["estimate"].where(table.index != 1)))
    with pytest.raises(MethodError, match="pakai tinggi sekitar"):
        draw(table, size_mm=(170, 50))
