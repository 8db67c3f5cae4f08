"""A notebook followed back by its names, without being run."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest

from kajian.notebook import Notebook
from kajian.trace.behind import Behind, behind, called, spells

IMPORTS = """
import pandas as pd
from kajian import figures
from kajian.evidence.wording import direction
from kajian.mapping.districts.dispersion import dispersion
from kajian.step import Step
langkah = Step.open("02_mapping", studi)
"""


def book(*cells: str) -> Notebook:
    """A notebook with parameters, imports, and cells called ``a``, ``b`` and so on."""
    sources = {"parameter": 'studi = "uji"\ntahun = 2025\npanel = "bps/panel"', "impor": IMPORTS}
    sources |= dict(zip("abcdefg", cells, strict=False))
    return {
        "cells": [
            {
                "id": name,
                "cell_type": "code",
                "source": source,
                "metadata": {"tags": ["parameters"] if name == "parameter" else []},
            }
            for name, source in sources.items()
        ]
    }


def recording(key: str) -> Callable[[ast.Call], int]:
    return lambda call: spells(call.args[0], key) if called(call) == "catat" and call.args else 0


def followed(key: str, *cells: str) -> Behind:
    found = behind(book(*cells), recording(key))
    assert found
    return found


def texts(found: Behind) -> list[str]:
    return [text for _, text in found.lines]


def test_a_result_is_followed_to_its_tables_functions_and_choices() -> None:
    found = followed(
        "p0.rasio",
        'tabel = langkah.raw(panel)\nlain = langkah.table("lain")',
        'akhir = tabel[tabel["tahun"] == tahun]',
        'catat = langkah.recorder()\ncatat("p0.rasio", dispersion(akhir).ratio, note="")',
    )
    assert found.cell == "c"
    assert found.lines == (
        ("a", "tabel = langkah.raw(panel)"),
        ("b", 'akhir = tabel[tabel["tahun"] == tahun]'),
    )
    assert found.functions == ("kajian.mapping.districts.dispersion.dispersion",)
    assert found.tables == ("bps/panel",), "named by a parameter"
    assert found.choices == {"tahun": 2025, "panel": "bps/panel"}


def test_functions_come_nearest_first() -> None:
    found = followed("k", "a = dispersion(1)", 'catat("k", figures.peta(direction(a)), note="")')
    assert [name.rpartition(".")[2] for name in found.functions][-1] == "dispersion"
    assert set(found.functions[:-1]) >= {"kajian.figures.peta", "kajian.evidence.wording.direction"}


def test_only_the_last_value_of_a_name_counts() -> None:
    found = followed("k", "a = dispersion(0)", "a = 1\nb = a", 'catat("k", b, note="")', "b = 9")
    assert texts(found) == ["a = 1", "b = a"]
    assert found.functions == ()


def test_what_changes_a_value_counts_with_what_set_it() -> None:
    found = followed(
        "k",
        "a = pd.DataFrame()\nc = 1",
        'a["x"] = direction(c)\na.loc[0] = 2\nb = []',
        "b.append(a)\nb += [3]\na.head()",
        'catat("k", b, note="")',
    )
    lines = ["a = pd.DataFrame()", "c = 1", 'a["x"] = direction(c)', "a.loc[0] = 2", "b = []"]
    assert texts(found) == [*lines, "b.append(a)", "b += [3]"]


def test_a_value_that_a_block_may_set_keeps_its_earlier_one() -> None:
    found = followed("k", "a = 1\nif tahun > 2000:\n    a = 2", 'catat("k", a, note="")')
    assert texts(found) == ["a = 1", "a = 2"]


def test_a_loop_is_shown_with_the_call_and_followed() -> None:
    loop = """
isi = {"sd": 1, "smp": direction(2)}
for jenis, nilai in isi.items():
    dua = 2 * nilai
    catat(f"akses.{jenis}_m", dua, note=f"Jarak {jenis}")
"""
    found = followed("akses.smp_m", loop)
    assert found.call.splitlines()[0] == "for jenis, nilai in isi.items():"
    assert 'catat(f"akses.{jenis}_m"' in found.call
    assert texts(found) == ['isi = {"sd": 1, "smp": direction(2)}', "dua = 2 * nilai"]
    assert found.functions == ("kajian.evidence.wording.direction",)
    assert behind(book(loop), recording("akses.smp_km")) is None


def test_the_surest_call_wins() -> None:
    cells = ('for k in "ab":\n    catat(f"p.{k}", 1, note="")', 'catat("p.a", 2, note="")')
    assert followed("p.a", *cells).cell == "b"
    assert followed("p.a", *reversed(cells)).cell == "a"
    assert followed("p.b", *cells).cell == "a"
    assert followed("p.a", 'for k in "ab":\n    catat(k, 1, note="")').cell == "a"


def test_names_of_a_comprehension_or_a_lambda_are_its_own() -> None:
    found = followed(
        "k",
        "x = dispersion(1)\nt = dispersion(2)\ny = [1]",
        'catat("k", [x for x in y], cara=lambda t: t, note="")',
    )
    assert texts(found) == ["y = [1]"]


def test_a_table_that_only_a_run_can_name_leaves_all_unknown() -> None:
    source = 'isi = {n: langkah.table(n) for n in daftar}\nlain = langkah.table("lain")'
    assert followed("k", source, 'catat("k", len(isi) + len(lain), note="")').tables == ()
    assert followed("k", source, 'catat("k", len(lain), note="")').tables == ("lain",)


def test_a_cell_that_is_not_python_is_passed_over() -> None:
    found = followed("k", "%matplotlib inline", "a = 1", 'catat("k", a, note="")')
    assert texts(found) == ["a = 1"]


def test_one_cell_may_be_asked_for() -> None:
    cells = book('catat("k", 1, note="")', 'catat("k", 2, note="")')
    found = behind(cells, recording("k"), cell="a")
    assert found
    assert found.cell == "a"
    assert behind(cells, recording("k"), cell="z") is None


@pytest.mark.parametrize(
    ("code", "score"),
    [('"a.b"', 3), ('"a.c"', 0), ('f"a.{x}"', 2), ('f"b.{x}"', 0), ("x", 1), ("x[0]", 1), ("1", 0)],
)
def test_how_surely_an_argument_is_a_text(code: str, score: int) -> None:
    assert spells(ast.parse(code, mode="eval").body, "a.b") == score
