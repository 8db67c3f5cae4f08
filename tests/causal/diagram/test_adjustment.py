"""The criterion against textbook diagrams, d-separation in networkx, and simulated data."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
import numpy as np
import pytest

from kajian.causal.diagram.adjustment import (
    adjustment_sets,
    check_adjustment,
    require_adjustment,
)
from kajian.causal.diagram.diagram import read_diagram
from kajian.errors import MethodError

CONFOUNDED = read_diagram(["z -> x", "z -> y", "x -> y"])
MEDIATED = read_diagram(["z -> x", "z -> y", "x -> m", "m -> y", "x -> y"])
M_BIAS = read_diagram(["u -> x", "u -> c", "v -> c", "v -> y", "x -> y"], ["u", "v"])


def test_a_confounder_must_be_adjusted_for():
    refused = check_adjustment(CONFOUNDED, "x", "y", [])
    assert not refused.valid
    assert "Jalur x ← z → y masih terbuka" in refused.reasons[0]
    assert require_adjustment(CONFOUNDED, "x", "y", ["z"]).valid
    assert adjustment_sets(CONFOUNDED, "x", "y") == [("z",)]


def test_a_mediator_must_not_be_adjusted_for_in_a_total_effect():
    with pytest.raises(MethodError, match=r"m dipengaruhi x.*Perbaikan: pakai \{z\}"):
        require_adjustment(MEDIATED, "x", "y", ["z", "m"])


def test_a_direct_effect_is_another_estimand_and_needs_the_mediator():
    assert not check_adjustment(MEDIATED, "x", "y", ["z"], effect="efek_langsung").valid
    assert require_adjustment(MEDIATED, "x", "y", ["z", "m"], effect="efek_langsung").valid
    assert adjustment_sets(MEDIATED, "x", "y", effect="efek_langsung") == [("z", "m")]


def test_a_common_effect_opens_what_was_closed():
    assert check_adjustment(M_BIAS, "x", "y", []).valid
    refused = check_adjustment(M_BIAS, "x", "y", ["c"])
    assert "terbuka karena c dikendalikan" in refused.reasons[0]


def test_an_effect_of_a_common_effect_opens_too():
    diagram = read_diagram(["u -> x", "u -> c", "v -> c", "v -> y", "x -> y", "c -> d"])
    assert "terbuka karena d" in check_adjustment(diagram, "x", "y", ["d"]).reasons[0]


def test_an_unmeasured_confounder_leaves_no_set_and_says_so():
    hidden = read_diagram(["u -> x", "u -> y", "x -> y", "w -> y"], ["u"])
    assert adjustment_sets(hidden, "x", "y") == []
    with pytest.raises(MethodError, match=r"u tidak teramati.*nyatakan estimand sebagai keterkai"):
        require_adjustment(hidden, "x", "y", ["w"])


def test_the_six_rules_of_a_larger_diagram():
    """Pearl (2009), figure 3.4: {x3, x4} and {x4, x5} will do, {x4} alone and {x6} will not."""
    diagram = read_diagram(
        [
            *("x1 -> x3", "x1 -> x4", "x2 -> x4", "x2 -> x5", "x3 -> x", "x4 -> x"),
            *("x4 -> y", "x5 -> y", "x -> x6", "x6 -> y"),
        ]
    )
    for good in (["x3", "x4"], ["x4", "x5"]):
        assert check_adjustment(diagram, "x", "y", good).valid
    assert not check_adjustment(diagram, "x", "y", ["x4"]).valid
    assert not check_adjustment(diagram, "x", "y", ["x6", "x3", "x4"]).valid
    smallest = adjustment_sets(diagram, "x", "y")
    assert {frozenset(each) for each in smallest} == {
        *(frozenset({"x3", "x4"}), frozenset({"x4", "x5"}), frozenset({"x1", "x4"})),
        frozenset({"x2", "x4"}),
    }


@pytest.mark.parametrize("seed", range(12))
def test_every_set_of_a_random_diagram_agrees_with_d_separation(seed):
    rng = np.random.default_rng(seed)
    names = [f"v{i}" for i in range(7)]
    pairs = [(a, b) for a, b in combinations(names, 2) if rng.random() < 0.45]
    pairs.append(("v1", "v5")) if ("v1", "v5") not in pairs else None
    diagram = read_diagram([f"{a} -> {b}" for a, b in pairs])
    graph = nx.DiGraph(pairs)
    without_effect = graph.copy()
    without_effect.remove_edges_from(list(graph.out_edges("v1")))
    without_arrow = graph.copy()
    without_arrow.remove_edge("v1", "v5")
    others = [name for name in diagram.nodes if name not in ("v1", "v5")]
    for size in range(len(others) + 1):
        for given in map(set, combinations(others, size)):
            total = not given & nx.descendants(graph, "v1") and nx.is_d_separator(
                without_effect, "v1", "v5", given
            )
            direct = not given & nx.descendants(graph, "v5") and nx.is_d_separator(
                without_arrow, "v1", "v5", given
            )
            found = [
                check_adjustment(diagram, "v1", "v5", given, effect=effect).valid
                for effect in ("efek_total", "efek_langsung")
            ]
            assert found == [total, direct], given


def test_what_the_criterion_allows_is_right_in_data_and_what_it_refuses_is_wrong():
    rng = np.random.default_rng(4)
    n = 200_000
    z = rng.standard_normal(n)
    x = 0.8 * z + rng.standard_normal(n)
    m = 0.5 * x + rng.standard_normal(n)
    y = 1.0 * x + 2.0 * m + 1.5 * z + rng.standard_normal(n)
    data = {"z": z, "m": m}

    def slope(given):
        design = np.column_stack([x, np.ones(n), *(data[name] for name in given)])
        return np.linalg.lstsq(design, y, rcond=None)[0][0]

    # The total effect is 1 + 2 * 0.5, the direct one 1; errors of a slope are below 0.01.
    for given in ([], ["z"], ["m"], ["z", "m"]):
        right = check_adjustment(MEDIATED, "x", "y", given).valid
        assert (abs(slope(given) - 2.0) < 0.03) == right
        right = check_adjustment(MEDIATED, "x", "y", given, effect="efek_langsung").valid
        assert (abs(slope(given) - 1.0) < 0.03) == right


def test_treatment_and_outcome_cannot_be_adjusted_for():
    for given in (["x"], ["y"]):
        with pytest.raises(MethodError, match="berlainan"):
            check_adjustment(CONFOUNDED, "x", "y", given)
    with pytest.raises(MethodError, match="w tidak ada dalam diagram"):
        check_adjustment(CONFOUNDED, "x", "y", ["w"])


def test_the_table_of_paths_shows_each_once():
    table = check_adjustment(MEDIATED, "x", "y", ["z"], effect="efek_langsung").tidy()
    assert table["path"].tolist() == ["x → m → y", "x ← z → y"]
    assert table["open"].tolist() == [True, False]
