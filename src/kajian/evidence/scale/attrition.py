"""How many may be lost from an experiment before its arms are no longer alike.

The boundary of the What Works Clearinghouse (2020), Standards Handbook 4.1, table II.1, under its
cautious assumption: the programme itself may decide who is found again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from kajian.language import format_number, format_percent

# Largest differential attrition, percentage points, at an overall attrition of 0, 1, ..., 57%.
WWC_CAUTIOUS_PP = (
    *(5.7, 5.8, 5.9, 5.9, 6.0, 6.1, 6.2, 6.3, 6.3, 6.3, 6.3, 6.2, 6.2, 6.1, 6.0, 5.9, 5.9, 5.8),
    *(5.7, 5.5, 5.4, 5.3, 5.2, 5.1, 4.9, 4.8, 4.7, 4.5, 4.4, 4.3, 4.1, 4.0, 3.8, 3.6, 3.5, 3.3),
    *(3.2, 3.1, 2.9, 2.8, 2.6, 2.5, 2.3, 2.1, 2.0, 1.8, 1.6, 1.5, 1.3, 1.2, 1.0, 0.9, 0.7, 0.6),
    *(0.4, 0.3, 0.2, 0.0),
)


def low_attrition(overall_pct: float, differential_pp: float) -> bool:
    """Whether attrition is within the boundary; between whole percents it is linear."""
    last = len(WWC_CAUTIOUS_PP) - 1
    limit = np.interp(overall_pct, range(last + 1), WWC_CAUTIOUS_PP)
    return bool(overall_pct <= last and abs(differential_pp) <= limit)


def attrition_harmless(case: Mapping[str, Any]) -> bool:
    """Whether few were lost, or Lee's bounds stay on the estimate's side of zero all the same."""
    return low_attrition(case["attrition_pct"], case["differential_pp"]) or _lee_holds(case)


def attrition_words(case: Mapping[str, Any]) -> str:
    """Say how many were lost, and what Lee's bounds say where too many were."""
    overall, differential = case["attrition_pct"], abs(case["differential_pp"])
    told = (
        f"{format_percent(overall, 1)} tidak terukur, "
        f"beda antarlengan {format_number(differential, 1)} persen poin"
    )
    if low_attrition(overall, differential) or None in (case["lee_low"], case["lee_high"]):
        return told
    verdict = "tetap tidak memuat" if _lee_holds(case) else "memuat"
    return f"{told}; selang batas Lee {verdict} nol"


def _lee_holds(case: Mapping[str, Any]) -> bool:
    low, high = case["lee_low"], case["lee_high"]
    if low is None or high is None:
        return False
    return bool(low > 0 if case["estimate"] > 0 else high < 0)
