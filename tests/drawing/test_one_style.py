"""What all new drawings share: one typeface, the stamp, the same bytes from the same call."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from kajian import figures, maps


def precise(units) -> Figure:
    return maps.precision_map(units, "miskin", "mutu", legend_title="Miskin", decimals=1)


def both(units) -> Figure:
    return maps.bivariate_map(
        units, "miskin", "belanja", x_title="Miskin", y_title="Belanja", labels="none"
    )


def years(units) -> Figure:
    return maps.small_multiples(units, ["miskin", "belanja"], legend_title="Angka", decimals=1)


def lorenz(units) -> Figure:
    p = np.linspace(0, 1, 21)
    table = pd.DataFrame({"curve": "pengeluaran", "population": p, "share": p**2})
    return figures.lorenz_chart(table)


def change(units) -> Figure:
    table = units.assign(ubah=units["miskin"] - 10)
    return figures.change_chart(table, name="nama", change="ubah", xlabel="juta rupiah")


def parts(units) -> Figure:
    table = pd.DataFrame({"t": ["A", "B"], "x": [40.0, 60], "y": [60.0, 40]})
    return figures.stacked_contributions(table, label="t", parts={"x": "gizi", "y": "air"})


def ranks(units) -> Figure:
    rank = np.arange(1, 55)
    table = pd.DataFrame({"label": units["nama"], "rank": rank, "low": rank, "high": rank})
    return figures.rank_chart(table, columns=2)


def compared(units) -> Figure:
    numbers = {"d": 9.0, "d0": 5.0, "d1": 14.0, "m": 8.0, "m0": 6.0, "m1": 10.0}
    return figures.estimate_comparison(
        units.assign(**numbers),
        name="nama",
        direct=("d", "d0", "d1"),
        model=("m", "m0", "m1"),
        xlabel="persen",
    )


KINDS = [precise, both, years, lorenz, change, parts, ranks, compared]


@pytest.mark.parametrize("kind", KINDS)
def test_same_call_gives_same_bytes_and_inputs_stay_as_they_are(
    kelurahan, kind: Callable[..., Figure], assert_same_bytes
) -> None:
    before = kelurahan.copy()
    assert_same_bytes(kind(kelurahan), kind(kelurahan))
    assert kelurahan.equals(before)


@pytest.mark.parametrize("kind", KINDS)
def test_the_stamp_adds_a_strip_and_moves_no_word(
    kelurahan, kind: Callable[..., Figure], words_of
) -> None:
    fig = kind(kelurahan)
    before = words_of(fig)
    after = [
        (text, box) for text, box in words_of(maps.stamp(fig, "SIMULASI")) if text != "SIMULASI"
    ]
    strip = 5 / 25.4 * 72  # SVG counts from the top
    for (text, box), (same, moved) in zip(before, after, strict=True):
        assert text == same
        np.testing.assert_allclose(
            np.subtract(moved.bounds, box.bounds), [0, strip, 0, strip], atol=0.02
        )
    assert "SIMULASI" in {text for text, _ in words_of(fig)}
