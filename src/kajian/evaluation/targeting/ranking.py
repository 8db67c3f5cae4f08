"""What those at the bottom of a ranking get, and how well a ranking picks the eligible.

Rows with equal values share a boundary in equal parts, so that nothing depends on their order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kajian.evaluation.targeting.quantities import Quantity, ratio
from kajian.evaluation.targeting.sample import Codes, Floats


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Rows in the order of a value, lowest first.

    Attributes
    ----------
    weights
        Shape (n,).
    tie
        Code of the distinct value of each row, in their order, shape (n,).
    mass, high
        Weight at each distinct value, and up to it; shape (values,).
    """

    weights: Floats
    tie: Codes
    mass: Floats
    high: Floats

    def mid_sums(self, values: Floats) -> Floats:
        """Weighted sum over the rows below each row and half of those level with it, shape (n,)."""
        sums = np.bincount(self.tie, self.weights * values)
        return np.asarray((np.cumsum(sums) - sums / 2)[self.tie])

    def lowest(self, goal: float) -> Floats:
        """Part of each row that belongs to the lowest rows of weight `goal`, shape (n,)."""
        return np.clip((goal - (self.high - self.mass)) / self.mass, 0.0, 1.0)[self.tie]

    def near(self, goal: float, values: Floats) -> float:
        """Mean of a value near the boundary of the lowest rows of weight `goal`.

        Over ranks within n^(-1/5) / 2 of the boundary on either side; rows level with each other
        count as far as their block reaches into that window.
        """
        total = float(self.high[-1])
        nearest_end = max(min(goal, total - goal), 1e-9 * total)
        half = min(0.5 * self.tie.size ** (-0.2) * total, nearest_end)
        overlap = np.minimum(self.high, goal + half) - np.maximum(
            self.high - self.mass, goal - half
        )
        inside = (np.clip(overlap, 0.0, None) / self.mass)[self.tie] * self.weights
        return float(inside @ values / inside.sum())


def rank(order_by: Floats, weights: Floats) -> Ranking:
    """Order rows by a finite value, shape (n,), with positive weights, shape (n,)."""
    tie = np.unique(order_by, return_inverse=True)[1]
    mass = np.bincount(tie, weights).astype(float)
    return Ranking(weights, tie, mass, np.cumsum(mass))


def bottom_share(ranking: Ranking, benefit: Floats, share: float) -> Quantity:
    """Linearise the share of benefits that the lowest `share` of the weight gets."""
    w = ranking.weights
    goal, total = share * w.sum(), w @ benefit
    inside = ranking.lowest(goal)
    edge = ranking.near(goal, benefit)
    estimate = float((w * benefit) @ inside / total)
    influence = (benefit * inside + edge * (share - inside) - estimate * benefit) / total
    return Quantity(estimate, influence, benefit > 0)


def part_reached(ranking: Ranking, r: Floats, low: float, high: float) -> Quantity:
    """Linearise the share of recipients among those between two ranks (0 to 1)."""
    w = ranking.weights
    count = float(w.sum())

    def up_to(end: float) -> tuple[Floats, Floats]:
        """Return the rows below a rank, and the derivatives of the recipients among them."""
        inside = ranking.lowest(end * count)
        return inside, r * inside + ranking.near(end * count, r) * (end - inside)

    (below, of_below), (upper, of_upper) = up_to(low), up_to(high)
    inside, width = upper - below, high - low
    estimate = float((w * r) @ inside / (width * count))
    influence = ((of_upper - of_below) / width - estimate) / count
    return Quantity(estimate, influence, inside > 0)


def error_at_need(ranking: Ranking, e: Floats) -> Quantity:
    """Linearise the error when the score selects exactly as many as are eligible.

    The share of the eligible left out and the share of the ineligible among the selected are then
    the same number.
    """
    w = ranking.weights
    need = float(w @ e)
    inside = ranking.lowest(need)
    found = ratio(e * (1 - inside), e, w)
    edge = ranking.near(need, e)
    return found._replace(influence=found.influence - edge * (e - inside) / need)


def concentration(ranking: Ranking, benefit: Floats) -> Quantity:
    """Linearise the concentration index, ``2 sum w b F / B - 1`` with F the mid-rank."""
    w = ranking.weights
    count, total = w.sum(), w @ benefit
    level = ranking.mid_sums(np.ones(w.size)) / count
    estimate = float(2 * (w * benefit) @ level / total - 1)
    change = 2 * (benefit * level + (total - ranking.mid_sums(benefit)) / count) / total
    influence = change - (estimate + 1) * (1 / count + benefit / total)
    return Quantity(estimate, influence, benefit > 0, "signed", 0.0)
