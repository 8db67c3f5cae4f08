"""A causal diagram: nodes and arrows that somebody declares, without a cycle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kajian.errors import MethodError

ARROW = "->"
MOST_PATHS = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class CausalDiagram:
    """A directed acyclic graph.

    Attributes
    ----------
    nodes
        Names, causes before effects.
    arrows
        Pairs of cause and effect, in the order declared.
    unobserved
        Nodes that no table measures.
    """

    nodes: tuple[str, ...]
    arrows: tuple[tuple[str, str], ...]
    unobserved: frozenset[str]

    def parents(self, node: str) -> set[str]:
        """Return the direct causes of a node."""
        return {cause for cause, effect in self.arrows if effect == node}

    def children(self, node: str) -> set[str]:
        """Return the direct effects of a node."""
        return {effect for cause, effect in self.arrows if cause == node}

    def descendants(self, node: str) -> set[str]:
        """Return everything that a node affects, directly or not, without the node."""
        return _reach(node, self.children)

    def ancestors(self, node: str) -> set[str]:
        """Return everything that affects a node, directly or not, without the node."""
        return _reach(node, self.parents)

    def paths(self, start: str, end: str) -> Iterator[tuple[str, ...]]:
        """Give all paths between two nodes, whichever way the arrows point, no node twice.

        Raises
        ------
        MethodError
            When there are more than can be looked at.
        """
        neighbours = {n: sorted(self.parents(n) | self.children(n)) for n in self.nodes}
        stack: list[tuple[str, ...]] = [(start,)]
        found = 0
        while stack:
            path = stack.pop()
            if path[-1] == end:
                found += 1
                if found > MOST_PATHS:
                    raise MethodError(
                        f"Diagram ini punya lebih dari {MOST_PATHS} jalur antara {start} dan "
                        f"{end}. Perbaikan: gabungkan simpul yang perannya sama."
                    )
                yield path
            else:
                stack += [(*path, n) for n in reversed(neighbours[path[-1]]) if n not in path]

    def written(self, path: Sequence[str]) -> str:
        """Write a path with the arrows as they point, such as ``x ← z → y``."""
        arrows = set(self.arrows)
        words = [path[0]]
        for left, right in pairwise(path):
            words += ["→" if (left, right) in arrows else "←", right]
        return " ".join(words)

    def require(self, *names: str) -> None:
        """Refuse names that are no nodes, listing those that are."""
        if strangers := [name for name in names if name not in self.nodes]:
            raise MethodError(
                f"Simpul {', '.join(strangers)} tidak ada dalam diagram. "
                f"Perbaikan: pilih dari {', '.join(self.nodes)}, atau tambahkan panahnya."
            )


def read_diagram(arrows: Iterable[str], unobserved: Iterable[str] = ()) -> CausalDiagram:
    """Read a diagram from arrows such as ``"pendidikan -> upah"``.

    Parameters
    ----------
    arrows
        One arrow per text; a chain ``"a -> b -> c"`` declares two.
    unobserved
        Nodes that are not measured.

    Raises
    ------
    MethodError
        An arrow that cannot be read, or from a node to itself; an arrow twice; a cycle; an
        unobserved node that no arrow mentions.
    """
    pairs: list[tuple[str, str]] = []
    for text in arrows:
        names = [name.strip() for name in text.split(ARROW)]
        if len(names) < 2 or not all(names) or any(a == b for a, b in pairwise(names)):
            raise MethodError(
                f"Panah '{text}' tidak terbaca. Perbaikan: tulis seperti 'sebab -> akibat'."
            )
        pairs += pairwise(names)
    if twice := sorted({f"{a} -> {b}" for a, b in pairs if pairs.count((a, b)) > 1}):
        raise MethodError(f"Panah {', '.join(twice)} berulang. Perbaikan: sebut sekali saja.")
    nodes = _in_order(pairs)
    hidden = frozenset(unobserved)
    diagram = CausalDiagram(nodes, tuple(pairs), hidden)
    diagram.require(*sorted(hidden))
    return diagram


def _in_order(pairs: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Order nodes so that causes come first, otherwise as declared; refuse a cycle."""
    waiting = list(dict.fromkeys(name for pair in pairs for name in pair))
    ordered: list[str] = []
    while waiting:
        free = [n for n in waiting if not any(b == n and a in waiting for a, b in pairs)]
        if not free:
            raise MethodError(
                f"Diagram berputar: {_cycle(pairs, waiting)}. Perbaikan: sebab harus mendahului "
                "akibat; bila saling memengaruhi, pisahkan menurut waktu (misalnya tahun lalu)."
            )
        ordered.append(free[0])
        waiting.remove(free[0])
    return tuple(ordered)


def _cycle(pairs: Sequence[tuple[str, str]], inside: Sequence[str]) -> str:
    """Write one cycle among nodes that all have a cause among them."""
    walk = [inside[0]]
    while walk[-1] not in walk[:-1]:
        walk.append(next(a for a, b in pairs if b == walk[-1] and a in inside))
    return f" {ARROW} ".join(reversed(walk[walk.index(walk[-1]) :]))


def _reach(node: str, step: Callable[[str], set[str]]) -> set[str]:
    """Collect the nodes that repeated steps lead to."""
    found: set[str] = set()
    ahead = [node]
    while ahead:
        new = step(ahead.pop()) - found
        found |= new
        ahead += new
    return found
