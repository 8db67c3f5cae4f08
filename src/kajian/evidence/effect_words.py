"""Words about causes and effects that follow from diagrams, intervals and diagnostics."""

from __future__ import annotations

import math
from collections.abc import Collection

from kajian.evidence.wording import enumeration
from kajian.language import format_value

SMALL = 0.2  # a convention: a fifth of the effect
SLIGHT = 0.1  # of the largest violation before


def estimand_sentence(estimand: str, adjusted: bool, unobserved: Collection[str]) -> str:
    """Say what a causal diagram allows to be claimed.

    Parameters
    ----------
    estimand
        ``"efek_total"``, ``"efek_langsung"`` or ``"keterkaitan"``, as declared.
    adjusted
        Whether the declared adjustment satisfies the diagram for an effect.
    unobserved
        Nodes that nothing measures.
    """
    if estimand == "keterkaitan" or not adjusted:
        why = f"; {enumeration(sorted(unobserved))} tidak teramati" if unobserved else ""
        allowed = "" if adjusted else f", karena ada jalur yang tidak tertutup{why}"
        return f"Yang dilaporkan keterkaitan, bukan efek{allowed}"
    kind = "total" if estimand == "efek_total" else "langsung"
    return f"Bila diagramnya benar, penyesuaian ini cukup untuk menaksir efek {kind}"


def change_verdict(low: float, high: float) -> str:
    """Say how an interval lets an outcome be read beside what it would have been."""
    if low > 0:
        return "lebih tinggi daripada tanpa program"
    if high < 0:
        return "lebih rendah daripada tanpa program"
    return "tidak terbukti berbeda daripada tanpa program"


def parallel_trends_words(breakdown: float | None) -> str:
    """Say how far trends may differ before an effect can no longer be told from none.

    Parameters
    ----------
    breakdown
        Largest violation, in multiples of the largest before the programme, whose interval still
        leaves out zero; None when even parallel trends do not.
    """
    if breakdown is None:
        return "belum terbukti, juga bila trennya sejajar"
    if breakdown < SLIGHT:
        return "tidak bertahan begitu tren sedikit saja menyimpang"
    times = format_value(math.floor(10 * breakdown) / 10, "", 1)
    return (
        f"bertahan selama penyimpangan tren tidak melebihi {times} kali yang terbesar sebelum mulai"
    )


def spillover_words(low: float, high: float, effect: float) -> str:
    """Say what the interval of a spillover leaves open, beside the effect itself."""
    if low > 0 or high < 0:
        return "ada limpahan, sehingga pembandingnya tercemar"
    if max(abs(low), abs(high)) < SMALL * abs(effect):
        return "limpahan, bila ada, kecil dibandingkan dengan dampaknya"
    return "data ini belum cukup untuk menyingkirkan limpahan"


def confounder_verdict(estimate: float, left: float, low: float, high: float) -> str:
    """Say what a confounder as strong as a benchmark would leave of an estimate.

    Parameters
    ----------
    estimate
        Without it.
    left, low, high
        What would be left, with its interval.
    """
    if low <= 0 <= high:
        return "tidak lagi dapat dibedakan dari nol"
    return "tetap searah" if left * estimate > 0 else "berbalik arah"


def density_words(p_value: float, *, level: float = 0.05) -> str:
    """Say what a test of the density of a score at its threshold allows."""
    if p_value <= level:
        return "kepadatan skor melompat di ambang, sehingga skor mungkin diatur"
    return "tidak ada tanda bahwa skor diatur"
