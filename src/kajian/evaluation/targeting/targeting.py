"""Coverage, leakage and their errors for a programme, as a whole and by group."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kajian.errors import MethodError
from kajian.evaluation.targeting.differences import compared
from kajian.evaluation.targeting.groups import group_measures, groupings
from kajian.evaluation.targeting.measured import measured, rule_of, table
from kajian.evaluation.targeting.quantities import Quantity, quantities
from kajian.evaluation.targeting.ranking import (
    Ranking,
    bottom_share,
    concentration,
    error_at_need,
    part_reached,
    rank,
)
from kajian.evaluation.targeting.result import ALL, Targeting
from kajian.evaluation.targeting.sample import (
    Design,
    Floats,
    numbers,
    sample_of,
    truths,
)

TENTHS = 10


def targeting(
    eligible: ArrayLike,
    received: ArrayLike,
    welfare: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    by: pd.DataFrame | Mapping[str, ArrayLike] | ArrayLike | None = None,
    *,
    design: Design | None = None,
    strata: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    sampling: bool = True,
    score: ArrayLike | None = None,
    cost_rp: ArrayLike | None = None,
    bottom: float = 0.4,
    compare: bool = True,
    minimum: int = 5,
    level: float = 0.95,
) -> Targeting:
    """Measure how well a programme reaches those it is for.

    Parameters
    ----------
    eligible, received
        True or False for each household, shape (n,), none missing.
    welfare
        Consumption per head or the like, shape (n,), lowest is poorest: for the CGH index, the
        concentration index and the incidence by tenths.
    weights
        Households that each row stands for, shape (n,), positive; times household size for
        figures over persons. Without them those of the design, or one.
    by
        Labels of one grouping, shape (n,), or a table or mapping with several. Categories without
        rows stay visible.
    design
        Any object with ``strata``, ``cluster`` and ``weights``, instead of the next two.
    strata, cluster
        Labels, shape (n,). Without a cluster every row is an independent draw.
    sampling
        False for a census or register, whose figures are exact for the rows it holds.
    score
        What a selection could go by, shape (n,), lowest first, such as a proxy means score.
    cost_rp
        Rupiah for each household that received: one number, or shape (n,) with zero for those that
        did not.
    bottom
        Share of the population in the CGH index, by welfare.
    compare
        Whether groups are tested against each other; among many it takes most of the time.
    minimum
        Fewest rows behind a figure that is shown. This hides the figure, not what sums with other
        groups give away: use `kajian.privacy` for tables that leave the house.
    level
        Of the intervals.

    Returns
    -------
    Targeting
        Terms, with E eligible, R received and N all:

        - ``eligible_share`` E/N and ``recipient_share`` R/N;
        - ``coverage`` ER/E and ``exclusion_error``, one minus it;
        - ``leakage``: recipients that are not eligible, over R (inclusion error);
        - ``ineligible_reached``: the same over the ineligible (type I error);
        - ``targeting_differential``: coverage minus ineligible_reached, tested against 0;
        - ``exclusion_floor`` max(0, 1 - R/E) and ``leakage_floor`` max(0, 1 - E/R): the errors that
          no selection of R households can avoid;
        - ``exclusion_excess`` and ``leakage_excess``: the error above its floor, which is the
          number of households that could change places over E and over R. Where R and E are about
          equal, their errors rest on which of the two is larger in the sample;
        - ``error_at_need``: with a score, the share of errors among the E lowest, exclusion and
          inclusion alike, the comparison at fixed coverage;
        - ``cost_per_eligible_rp``, ``leaked_rp`` and ``rupiah_leakage``: rupiah per eligible
          household reached, rupiah to the ineligible, and their share;
        - ``cgh``: share of the benefits that the bottom gets over its share of the population,
          tested against 1 (neutral); benefits are rupiah where `cost_rp` differs between
          households, recipients otherwise;
        - ``concentration``: index of the benefits along welfare, -1 all at the bottom, tested
          against 0.

    Raises
    ------
    MethodError
        Lengths differ, a value is missing, a weight is not positive, nobody is eligible, nobody
        received, a cost is zero or negative for a recipient or positive for another, or the design
        does not hold (see `sample_of`).

    Notes
    -----
    Coady, Grosh and Hoddinott (2004), Targeting of Transfers in Developing Countries, World Bank;
    Galasso and Ravallion (2005), Journal of Public Economics 89, 705-727 (targeting differential);
    Ravallion (2009), World Bank Research Observer 24, 205-231. Errors are linearised under the
    design, clusters as if drawn with replacement; intervals as in `measured`.

    Eligibility that was itself measured with error, as from one survey's consumption, makes a
    programme look worse than it is: see `misclassification_bounds`.
    """
    rule = rule_of(level, minimum)
    if not 0 < bottom < 1:
        raise MethodError(f"bottom {bottom} di luar 0-1. Perbaikan: isi misalnya 0.4.")
    e, r = eligible_and_received(eligible, received)
    sample = sample_of(e.size, weights, design, strata, cluster, sampling)
    w = sample.weights
    cost = None if cost_rp is None else _costs(cost_rp, r)
    found = quantities(e, r, w, cost)
    if score is not None:
        found["error_at_need"] = error_at_need(rank(numbers(score, e.size, "skor"), w), e)
    incidence = []
    if welfare is not None:
        by_welfare = rank(numbers(welfare, e.size, "kesejahteraan"), w)
        benefit = r if cost is None else cost
        lowest = bottom_share(by_welfare, benefit, bottom)
        found["cgh"] = lowest._replace(unit=1 / bottom, null=1.0)
        found["concentration"] = concentration(by_welfare, benefit)
        incidence = [
            {"tenth": tenth, "term": term, **measured(one, sample, rule)}
            for tenth in range(1, TENTHS + 1)
            for term, one in _tenth(by_welfare, r, benefit, tenth).items()
        ]
    whole = [
        {"by": ALL, "group": ALL, "term": term, **measured(one, sample, rule)}
        for term, one in found.items()
    ]
    grouped = groupings(by, e.size)
    return Targeting(
        measures=table([*whole, *group_measures(grouped, e, r, cost, sample, rule)]),
        comparisons=compared(grouped if compare else [], e, r, sample, rule),
        incidence=table(incidence),
        population=float(w.sum()),
        eligible=float(w @ e),
        recipients=float(w @ r),
        eligible_reached=float(w @ (e * r)),
        n=e.size,
        sampling=sampling,
        bottom=bottom,
        level=level,
        minimum=minimum,
    )


def eligible_and_received(eligible: ArrayLike, received: ArrayLike) -> tuple[Floats, Floats]:
    """Take who is eligible and who received as 0 and 1, some of each."""
    e = truths(eligible, None, "eligible")
    r = truths(received, e.size, "received")
    if not e.any():
        raise MethodError(
            "Tidak ada rumah tangga yang berhak, sehingga cakupan tidak terdefinisi. Perbaikan: "
            "periksa aturan kelayakan atau satuan garisnya."
        )
    if not r.any():
        raise MethodError(
            "Tidak ada penerima, sehingga kebocoran tidak terdefinisi. Perbaikan: periksa nama "
            "program dan tahunnya."
        )
    return e.astype(float), r.astype(float)


def _costs(cost_rp: ArrayLike, r: Floats) -> Floats:
    """Rupiah for each row: positive for those that received, zero for others."""
    if np.ndim(cost_rp) == 0:
        return numbers(np.full(r.size, cost_rp), r.size, "biaya", above=0) * r
    cost = numbers(cost_rp, r.size, "biaya", least=0)
    wrong = (cost > 0) != (r > 0)
    if wrong.any():
        raise MethodError(
            f"{int(wrong.sum())} baris biayanya nol padahal menerima, atau tidak nol padahal tidak "
            f"menerima, pertama di baris {int(wrong.argmax()) + 1}. Perbaikan: samakan kolom biaya "
            "dan penerimaan, atau kosongkan cost_rp bila nilainya tidak diketahui."
        )
    return cost


def _tenth(ranking: Ranking, r: Floats, benefit: Floats, tenth: int) -> dict[str, Quantity]:
    """Linearise what one tenth of welfare gets."""
    low, high = (tenth - 1) / TENTHS, tenth / TENTHS
    reached = part_reached(ranking, r, low, high)
    upper = bottom_share(ranking, benefit, high)
    below = bottom_share(ranking, benefit, low)
    own = Quantity(upper.estimate - below.estimate, upper.influence - below.influence, reached.base)
    return {"coverage": reached, "benefit_share": own, "cumulative_share": upper}
