"""Which variables must, and which must not, be adjusted for: the back-door criterion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import pandas as pd

from kajian.causal.diagram.diagram import CausalDiagram
from kajian.errors import MethodError

Effect = Literal["efek_total", "efek_langsung"]
MOST_CANDIDATES = 16


@dataclass(frozen=True, slots=True, eq=False)
class Adjustment:
    """Whether adjusting for a set of variables identifies an effect in a diagram.

    Attributes
    ----------
    treatment, outcome, adjustment, effect
        What was asked.
    valid
        Whether the set satisfies the criterion.
    reasons
        Why not, one sentence each, in Indonesian; empty when valid.
    paths
        One row per path that is not the effect itself: ``path`` as written, ``open`` given the
        set, and ``opened_by``, the adjusted common effects that open it.
    """

    treatment: str
    outcome: str
    adjustment: tuple[str, ...]
    effect: Effect
    valid: bool
    reasons: tuple[str, ...]
    paths: pd.DataFrame

    def tidy(self) -> pd.DataFrame:
        """Return the paths, open ones first."""
        return self.paths.sort_values("open", ascending=False, kind="stable", ignore_index=True)

    def __str__(self) -> str:
        given = ", ".join(self.adjustment) or "tanpa penyesuaian"
        verdict = "memenuhi syarat" if self.valid else "ditolak. " + " ".join(self.reasons)
        kind = self.effect.replace("_", " ")
        return f"{kind} {self.treatment} pada {self.outcome}, dengan {given}: {verdict}"


def check_adjustment(
    diagram: CausalDiagram,
    treatment: str,
    outcome: str,
    adjustment: Iterable[str],
    *,
    effect: Effect = "efek_total",
) -> Adjustment:
    """Test an adjustment set against a diagram.

    The total effect is identified when the set holds nothing that the treatment affects and
    blocks every path that enters the treatment by an arrow: the back-door criterion (Pearl 2009,
    *Causality*, definition 3.3.1). The direct effect, with everything else held fixed, needs the
    set to block every path but the one arrow from treatment to outcome, and to hold nothing that
    the outcome affects (Pearl 2009, theorem 4.5.3, single-door). A path is blocked by an adjusted
    node that it passes through, or by a common effect on it that is not adjusted for and of which
    no effect is.

    Raises
    ------
    MethodError
        Names that are no nodes, or an outcome that is the treatment or is among the adjustments.
    """
    given = tuple(dict.fromkeys(adjustment))
    diagram.require(treatment, outcome, *given)
    if treatment == outcome or {treatment, outcome} & set(given):
        raise MethodError(
            "Perlakuan, hasil, dan penyesuaian harus simpul yang berlainan. "
            f"Perbaikan: keluarkan {treatment} dan {outcome} dari himpunan penyesuaian."
        )
    rows = []
    for path in diagram.paths(treatment, outcome):
        if path[1] in diagram.children(treatment) and (effect == "efek_total" or len(path) == 2):
            continue
        is_open, opened_by = _open(diagram, path, given)
        rows.append((diagram.written(path), is_open, ", ".join(opened_by), path))
    table = pd.DataFrame(rows, columns=["path", "open", "opened_by", "nodes"])
    reasons = [
        *_forbidden(diagram, treatment, outcome, given, effect),
        *(
            _reason(diagram, path, nodes, opened)
            for path, is_open, opened, nodes in rows
            if is_open
        ),
    ]
    return Adjustment(
        treatment=treatment,
        outcome=outcome,
        adjustment=given,
        effect=effect,
        valid=not reasons,
        reasons=tuple(reasons),
        paths=table.drop(columns="nodes"),
    )


def require_adjustment(
    diagram: CausalDiagram,
    treatment: str,
    outcome: str,
    adjustment: Iterable[str],
    *,
    effect: Effect = "efek_total",
) -> Adjustment:
    """Return the test of an adjustment set that passes it.

    Raises
    ------
    MethodError
        When it fails, with the reasons and the smallest sets that would do; as in
        `check_adjustment`.
    """
    found = check_adjustment(diagram, treatment, outcome, adjustment, effect=effect)
    if found.valid:
        return found
    sets = adjustment_sets(diagram, treatment, outcome, effect=effect)
    remedy = (
        "pakai " + " atau ".join("{" + ", ".join(each) + "}" for each in sets[:3])
        if sets
        else "tidak ada himpunan peubah teramati yang cukup; nyatakan estimand sebagai "
        "keterkaitan, atau ukur peubah yang belum teramati"
    )
    raise MethodError(f"{str(found)[0].upper()}{str(found)[1:]} Perbaikan: {remedy}.")


def adjustment_sets(
    diagram: CausalDiagram,
    treatment: str,
    outcome: str,
    *,
    effect: Effect = "efek_total",
) -> list[tuple[str, ...]]:
    """List the minimal sets of observed variables that identify an effect, smallest first.

    Candidates are the observed causes of treatment or outcome, which hold a minimal set whenever
    there is one (van der Zander, Liskiewicz & Textor 2014).

    Raises
    ------
    MethodError
        When there are too many candidates to try all sets.
    """
    diagram.require(treatment, outcome)
    causes = diagram.ancestors(treatment) | diagram.ancestors(outcome)
    blocked = diagram.descendants(treatment) if effect == "efek_total" else set()
    pool = [
        name
        for name in diagram.nodes
        if name in causes - blocked - diagram.unobserved - {treatment, outcome}
    ]
    if len(pool) > MOST_CANDIDATES:
        raise MethodError(
            f"Ada {len(pool)} calon penyesuaian, lebih dari {MOST_CANDIDATES}. "
            "Perbaikan: gabungkan simpul yang perannya sama."
        )
    found: list[tuple[str, ...]] = []
    for size in range(len(pool) + 1):
        for each in combinations(pool, size):
            if any(set(smaller) <= set(each) for smaller in found):
                continue
            if check_adjustment(diagram, treatment, outcome, each, effect=effect).valid:
                found.append(each)
    return found


def _open(
    diagram: CausalDiagram, path: Sequence[str], given: Sequence[str]
) -> tuple[bool, list[str]]:
    """Say whether a path is open, and which adjusted nodes open it at a common effect."""
    opened: list[str] = []
    for before, node, after in zip(path, path[1:], path[2:], strict=False):
        if {before, after} <= diagram.parents(node):
            opening = [name for name in given if name in {node} | diagram.descendants(node)]
            if not opening:
                return False, []
            opened += opening
        elif node in given:
            return False, []
    return True, opened


def _forbidden(
    diagram: CausalDiagram,
    treatment: str,
    outcome: str,
    given: Sequence[str],
    effect: Effect,
) -> list[str]:
    """Say which adjusted nodes lie after what must not be held fixed."""
    after, where = (
        (diagram.descendants(treatment), treatment)
        if effect == "efek_total"
        else (diagram.descendants(outcome), outcome)
    )
    return [
        f"{name} dipengaruhi {where}, sehingga mengendalikannya "
        + (
            "membuang sebagian efek total atau menimbulkan bias."
            if effect == "efek_total"
            else "menimbulkan bias."
        )
        for name in given
        if name in after
    ]


def _reason(diagram: CausalDiagram, path: str, nodes: Sequence[str], opened_by: str) -> str:
    """Say why an open path is a fault, and what would block it."""
    if opened_by:
        return f"Jalur {path} terbuka karena {opened_by} dikendalikan padahal akibat bersama."
    hidden = [name for name in nodes[1:-1] if name in diagram.unobserved]
    seen = [name for name in nodes[1:-1] if name not in diagram.unobserved]
    if hidden and not seen:
        return f"Jalur {path} terbuka dan {', '.join(hidden)} tidak teramati."
    return f"Jalur {path} masih terbuka; {' atau '.join(seen)} belum dikendalikan."
