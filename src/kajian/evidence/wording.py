"""Words that follow from numbers, so that a sentence turns when its result turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kajian.language import format_interval, format_value


def direction(
    change: float,
    *,
    tolerance: float = 0.0,
    words: tuple[str, str, str] = ("naik", "turun", "tetap"),
) -> str:
    """Say which way a quantity went.

    Parameters
    ----------
    change
        Last value minus first value.
    tolerance
        Changes up to this size count as none; in the unit of `change`.
    words
        The words for more, less and the same.
    """
    more, less, same = words
    if abs(change) <= tolerance:
        return same
    return more if change > 0 else less


def against_zero(low: float, high: float) -> str:
    """Say whether an interval excludes zero."""
    if low > 0 or high < 0:
        return "berbeda dari nol"
    return "tidak dapat dibedakan dari nol"


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


def concentration_verdict(low: float, high: float) -> str:
    """Say whom an amount favours, from the interval of its concentration index (poorest first)."""
    if high < 0:
        return "lebih besar di kelurahan yang lebih miskin"
    if low > 0:
        return "lebih besar di kelurahan yang kurang miskin"
    return "tidak terbukti mengikuti atau menjauhi kemiskinan"


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


def standing(gap: float) -> str:
    """Say where a place stands to its comparator, judged at the two decimals that are shown."""
    return direction(gap, tolerance=0.005, words=("di atas", "di bawah", "sama dengan"))


def deviation_sentence(
    place: str,
    gap: float,
    *,
    start: int,
    stands_out: bool,
    ratio_stands_out: bool = False,
    comparable: bool,
    short: bool = False,
) -> str:
    """Say how a place stands to its synthetic comparator.

    Parameters
    ----------
    place
        Name of the place.
    gap
        Mean gap from the start on; in the unit of the outcome.
    start
        First year counted.
    stands_out
        Whether the mean gap is unusual among the placebos.
    ratio_stands_out
        Whether the error after the start over that before is; after a close fit a small gap
        can do so, and is then not called large.
    comparable
        Whether any mixture of donors resembled the place before the start.
    short
        Whether the comparator need not be explained again.
    """
    if not comparable:
        return (
            f"Tidak ada gabungan daerah yang sebanding dengan {place}, "
            "sehingga simpangannya tidak dapat dinilai"
        )
    who = "" if short else " (gabungan kabupaten/kota lain yang semula bergerak serupa)"
    side = standing(gap)
    if side == "sama dengan":
        side, verdict = "rata-rata sama dengan", "tanpa selisih rata-rata yang menonjol"
    elif stands_out:
        verdict = "dan selisih itu menonjol dibandingkan dengan selisih semu daerah lain"
    else:
        verdict = "tetapi selisih itu belum menonjol dibandingkan dengan selisih semu daerah lain"
    if ratio_stands_out and not stands_out:
        verdict += f"; yang menonjol hanya rasionya terhadap galat sebelum {start}"
    return f"Sejak {start}, kemiskinan {place} {side} kelompok pembandingnya{who}, {verdict}"


def gap_title(
    place: str, start: int, gap: float, interval: tuple[float, float], *, comparable: bool
) -> str:
    """Title the figure of a synthetic control: its gap, or that there is none to read.

    Parameters
    ----------
    place, start
        Name of the place and first year after the start.
    gap, interval
        Mean gap after the start in percentage points, and its interval.
    comparable
        Whether any mixture of donors resembled the place before the start.
    """
    if not comparable:
        return f"Tidak ada pembanding yang layak untuk {place}; selisih ini bukan simpangan"
    side = standing(gap)
    size = "" if side == "sama dengan" else f"{format_value(abs(gap), 'persen poin', 2)} "
    shown = format_interval(*interval, "persen poin", 2)
    return f"Sejak {start} {place} rata-rata {size}{side} pembandingnya, dengan selang {shown}"


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
        return (
            "Kecocokan sebelum tahun mulai lebih rapat daripada galat survei, "
            "jadi sebagian hanya mengikuti galat acak."
        )
    return "Kecocokan sebelum tahun mulai tidak lebih rapat daripada galat survei."


def share_word(part: int, whole: int) -> str:
    """Say how much of a whole a part is: all, most, some or none."""
    if part == 0:
        return "tidak satu pun"
    if part == whole:
        return "semuanya"
    return "sebagian besar" if 2 * part > whole else "sebagian"


def count_phrase(number: int, noun: str) -> str:
    """Count things in a sentence: up to nine in words, none as ``tidak satu pun``."""
    words = ("tidak satu pun", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan")
    if number < len(words):
        return f"{words[number]} {noun}"
    return f"{number}\u00a0{noun}"
