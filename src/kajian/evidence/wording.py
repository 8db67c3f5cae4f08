"""Words that follow from numbers, so that a sentence turns when its result turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def direction(change: float, *, tolerance: float = 0.0) -> str:
    """Say which way a quantity went: ``naik``, ``turun`` or ``tetap``.

    Parameters
    ----------
    change
        Last value minus first value.
    tolerance
        Changes up to this size count as none; in the unit of `change`.
    """
    if abs(change) <= tolerance:
        return "tetap"
    return "naik" if change > 0 else "turun"


def against_zero(low: float, high: float) -> str:
    """Say whether an interval excludes zero."""
    if low > 0 or high < 0:
        return "berbeda dari nol"
    return "tidak dapat dibedakan dari nol"


def by_p_value(p_value: float, *, level: float = 0.05) -> str:
    """Say whether a test rejects at its level, without calling a null proven."""
    return "nyata" if p_value <= level else "tidak nyata"


def enumeration(names: Sequence[str], *, limit: int | None = None) -> str:
    """Join names as a sentence does: ``a, b, dan c``; beyond the limit the rest is counted.

    Examples
    --------
    >>> enumeration(["Jebres", "Laweyan", "Serengan"])
    'Jebres, Laweyan, dan Serengan'
    """
    shown = list(names)
    if limit is not None and len(shown) > limit:
        shown = [*shown[:limit], f"{len(names) - limit} lainnya"]
    if not shown:
        return "tidak ada"
    if len(shown) <= 2:
        return " dan ".join(shown)
    return ", ".join(shown[:-1]) + f", dan {shown[-1]}"


def spread_verdict(low: float, high: float) -> str:
    """Say what an interval of a change in dispersion allows."""
    if high < 0:
        return "menyempit"
    if low > 0:
        return "melebar"
    return "tidak terbukti menyempit atau melebar"


def association_sentence(intervals: Mapping[str, tuple[float, float]], outcome: str) -> str:
    """Say which regressors are associated with an outcome, from their intervals.

    Parameters
    ----------
    intervals
        Interval of each regressor's coefficient, by its name in Indonesian.
    outcome
        The outcome in Indonesian.
    """
    found = [name for name, (low, high) in intervals.items() if low > 0 or high < 0]
    rest = [name for name in intervals if name not in found]
    if not found:
        return f"Tidak satu pun dari {enumeration(rest)} terbukti berkaitan dengan {outcome}"
    sentence = f"{enumeration(found)} berkaitan dengan {outcome}"
    tail = f"; untuk {enumeration(rest)} tidak terbukti" if rest else ""
    return sentence[0].upper() + sentence[1:] + tail


def cluster_sentence(statistic: float, p_value: float, *, level: float = 0.05) -> str:
    """Say what a test of spatial autocorrelation allows."""
    pattern = (
        "daerah dengan kemiskinan serupa berdekatan"
        if statistic > 0
        else "daerah miskin dan tidak miskin berselang-seling"
    )
    if p_value > level:
        return f"Bukti bahwa {pattern} belum cukup"
    return f"{pattern[0].upper()}{pattern[1:]}, lebih daripada karena kebetulan"


def deviation_sentence(place: str, gap: float, *, stands_out: bool, comparable: bool) -> str:
    """Say how a place stands to its synthetic comparator.

    Parameters
    ----------
    place
        Name of the place.
    gap
        Mean gap after the start; in the unit of the outcome.
    stands_out
        Whether the gap is unusual among the placebos.
    comparable
        Whether any mixture of donors resembled the place before the start.
    """
    if not comparable:
        return (
            f"Tidak ada campuran daerah yang sebanding dengan {place}, "
            "sehingga simpangannya tidak dapat dinilai"
        )
    side = "di bawah" if gap < 0 else "di atas"
    verdict = (
        "dan beda sebesar itu jarang terjadi antardaerah"
        if stands_out
        else "tetapi beda sebesar itu lazim terjadi antardaerah"
    )
    return f"Kemiskinan {place} berada {side} pembandingnya, {verdict}"


def fit_sentence(rmspe: float, survey_error: float) -> str:
    """Say how the fit before the start compares with the error of the outcome itself.

    Parameters
    ----------
    rmspe
        Root mean squared gap before the start.
    survey_error
        Standard error of the outcome; in the same unit.
    """
    if rmspe < survey_error:
        return "Kecocokan itu lebih rapat daripada galat survei, jadi sebagian mencocokkan derau."
    return "Kecocokan itu tidak lebih rapat daripada galat survei."


def share_word(part: int, whole: int) -> str:
    """Say how much of a whole a part is: all, most, some or none."""
    if part == 0:
        return "tidak satu pun"
    if part == whole:
        return "semuanya"
    return "sebagian besar" if 2 * part > whole else "sebagian"


def count_phrase(number: int, noun: str) -> str:
    """Count things in a sentence; none is said in words: ``tidak satu pun kelurahan``."""
    return f"{number}\u00a0{noun}" if number else f"tidak satu pun {noun}"
