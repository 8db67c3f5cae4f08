from __future__ import annotations

import pytest

from kajian.causal.diagram.diagram import read_diagram
from kajian.errors import MethodError


def test_causes_come_before_effects_and_chains_are_arrows():
    diagram = read_diagram(["b -> c", "a -> b", "c -> d -> e"])
    assert diagram.nodes == ("a", "b", "c", "d", "e")
    assert ("c", "d") in diagram.arrows
    assert ("d", "e") in diagram.arrows
    assert diagram.descendants("b") == {"c", "d", "e"}
    assert diagram.ancestors("c") == {"a", "b"}


def test_paths_ignore_direction_and_are_written_with_it():
    diagram = read_diagram(["z -> x", "z -> y", "x -> y"])
    assert sorted(map(diagram.written, diagram.paths("x", "y"))) == ["x ← z → y", "x → y"]


@pytest.mark.parametrize(
    ("arrows", "message"),
    [
        (["a b"], "tidak terbaca"),
        (["a -> "], "tidak terbaca"),
        (["a -> a"], "tidak terbaca"),
        (["a -> b", "a -> b"], "berulang"),
        (["s -> a", "a -> b", "b -> c", "c -> a"], "berputar: "),
    ],
)
def test_what_is_no_diagram_is_refused(arrows, message):
    with pytest.raises(MethodError, match=message):
        read_diagram(arrows)


def test_a_cycle_is_named():
    with pytest.raises(MethodError, match=r"(a -> b -> a|b -> a -> b)"):
        read_diagram(["a -> b", "b -> a", "x -> a"])


def test_an_unobserved_node_must_be_in_the_diagram():
    with pytest.raises(MethodError, match="u tidak ada dalam diagram"):
        read_diagram(["a -> b"], ["u"])


def test_too_many_paths_are_not_walked():
    names = [f"n{i}" for i in range(14)]
    arrows = [f"{a} -> {b}" for i, a in enumerate(names) for b in names[i + 1 :]]
    diagram = read_diagram(arrows)
    with pytest.raises(MethodError, match="gabungkan simpul"):
        list(diagram.paths("n0", "n13"))
