"""Krippendorff's alpha: how far coders agree beyond chance, with an interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from kajian.errors import MethodError
from kajian.language import format_number, format_percent
from kajian.linear.frame import codes_of
from kajian.qualitative.disagreement import alphas, disagreement, distances

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]
Metric = Literal["nominal", "ordinal", "interval", "ratio"]

RELIABLE, TENTATIVE = 0.8, 0.667
"""Customary limits of Krippendorff (2004), Content Analysis, 2nd ed., p. 241."""
CHUNK = 500


@dataclass(frozen=True, slots=True, eq=False)
class AlphaResult:
    """Agreement of coders.

    Attributes
    ----------
    alpha
        1: full agreement; 0: as by chance; below 0: less than by chance.
    observed, expected
        Disagreement seen, and that of values paired by chance; alpha is 1 - observed / expected.
    metric
        The difference between two values.
    n_coders, n_units, n_values, n_single
        Coders; units with two values or more, and their values; units with one value, left out.
    conf_low, conf_high, level
        Interval; it holds for these coders, since only units are resampled.
    method
        ``BCa``, or ``Clopper-Pearson`` when no unit shows any disagreement.
    below_tentative, below_reliable
        Share of resamples with alpha below 0.667 and 0.8; None when nothing disagrees.
    draws, undefined
        Resamples, and those left out because all their values were alike.
    n_groups
        What was resampled: the units, or groups of units.
    """

    alpha: float
    observed: float
    expected: float
    metric: str
    n_coders: int
    n_units: int
    n_values: int
    n_single: int
    conf_low: float
    conf_high: float
    level: float
    method: str
    below_tentative: float | None
    below_reliable: float | None
    draws: int
    undefined: int
    n_groups: int

    @property
    def wording(self) -> str:
        """The customary words for this alpha, and whether its interval bears them out."""
        if self.alpha < TENTATIVE:
            return "belum dapat diandalkan"
        limit = RELIABLE if self.alpha >= RELIABLE else TENTATIVE
        words = "dapat diandalkan" if limit == RELIABLE else "cukup untuk kesimpulan sementara"
        if self.conf_low >= limit:
            return words
        return f"{words}, tetapi selangnya mencapai di bawah {_short(limit)}"

    def tidy(self) -> pd.DataFrame:
        """Return one row: term, estimate, std_error and p_value (absent), conf_low, conf_high."""
        row = ("alfa", self.alpha, np.nan, np.nan, self.conf_low, self.conf_high)
        names = ["term", "estimate", "std_error", "p_value", "conf_low", "conf_high"]
        return pd.DataFrame([row], columns=names)

    def __str__(self) -> str:
        resampled = "unit" if self.n_groups == self.n_units else "kelompok unit"
        how = f"{self.n_groups} {resampled} diambil ulang"
        if self.below_reliable is None or self.below_tentative is None:
            how = f"tidak ada perbedaan pada {self.n_units} unit; batas bawah Clopper-Pearson"
        else:
            how += (
                f"; di bawah 0,8 pada {format_percent(100 * self.below_reliable, 0)} dan di bawah "
                f"0,667 pada {format_percent(100 * self.below_tentative, 0)} pengambilan"
            )
        return (
            f"Alfa Krippendorff ({self.metric}): {format_number(self.alpha, 3)} "
            f"[{format_number(self.conf_low, 3)}; {format_number(self.conf_high, 3)}], "
            f"{self.n_units} unit, {self.n_coders} pengode: {self.wording} ({how})"
        )


def krippendorff_alpha(
    reliability: ArrayLike,
    metric: Metric = "nominal",
    *,
    rng: np.random.Generator,
    draws: int = 4_999,
    level: float = 0.95,
    groups: Sequence[Any] | None = None,
) -> AlphaResult:
    """Measure the agreement of coders on values.

    Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, sections C and E. The interval
    is the BCa bootstrap (Efron 1987, JASA 82) over units; Krippendorff's own algorithm resamples
    deviations with the expected disagreement held fixed. Resampling units has the better coverage
    (Zapf et al. 2016, BMC Medical Research Methodology 16:93).

    Parameters
    ----------
    reliability
        Values, shape (coders, units), NaN where a coder gave none.
    metric
        Difference between two values: ``nominal`` (same or not), ``ordinal`` (ranks between),
        ``interval`` (squared), ``ratio`` (squared, relative to the sum).
    rng
        Source of the resamples.
    draws
        Number of resamples.
    level
        Level of the interval.
    groups
        A label per unit, e.g. its interview: whole groups are then resampled, for units of a group
        that are misread together.

    Raises
    ------
    MethodError
        Not two coders, an infinite value, an unknown metric, a negative value with ``ratio``; no
        unit with two values; all values alike, or all but those of one unit (alpha, or its
        interval, is then undefined); or `draws` below 99, `level` outside 0-1.
    """
    table = np.asarray(reliability, dtype=float)
    if table.ndim != 2 or np.isinf(table).any():
        raise MethodError(
            f"Nilai pengode harus tabel pengode x unit dengan angka terhingga, bukan bentuk "
            f"{table.shape}. Perbaikan: satu baris per pengode; kosongkan nilai yang tidak ada."
        )
    values, codes = np.unique(table, return_inverse=True, equal_nan=True)
    values = values[~np.isnan(values)]
    codes = np.where(np.isnan(table), -1, codes.reshape(table.shape))
    distance: Floats | None
    if metric == "nominal":
        distance = 1.0 - np.eye(len(values))
    elif metric == "ordinal":
        distance = None
    elif metric == "interval":
        distance = np.subtract.outer(values, values) ** 2
    elif metric == "ratio":
        if (values < 0).any():
            raise MethodError(
                f"Ukuran 'ratio' memerlukan nilai nol atau positif; ada {values.min():g}. "
                "Perbaikan: pakai 'interval'."
            )
        total = np.add.outer(values, values)
        distance = (np.subtract.outer(values, values) / np.where(total == 0, 1, total)) ** 2
    else:
        raise MethodError(
            f"Ukuran '{metric}' tidak dikenal. Perbaikan: pilih nominal, ordinal, interval, ratio."
        )
    return alpha_with_distance(
        codes, distance, name=metric, rng=rng, draws=draws, level=level, groups=groups
    )


def alpha_with_distance(
    codes: Integers,
    distance: Floats | None,
    *,
    name: str,
    rng: np.random.Generator,
    draws: int = 4_999,
    level: float = 0.95,
    groups: Sequence[Any] | None = None,
) -> AlphaResult:
    """Measure agreement under any difference between two values.

    Parameters
    ----------
    codes
        Number of the value that each coder gave each unit, shape (coders, units), -1 for none.
    distance
        Squared difference of every two values, shape (values, values); None for ordinal, whose
        difference follows from how often each value occurs.
    name
        What the difference is called.
    rng, draws, level, groups
        As in `krippendorff_alpha`.

    Raises
    ------
    MethodError
        As in `krippendorff_alpha`.
    """
    if not (0 < level < 1 and draws >= 99):
        raise MethodError(
            f"Taraf {level} atau ulangan {draws} tidak masuk akal. "
            "Perbaikan: taraf antara 0 dan 1, ulangan sedikitnya 99."
        )
    per_unit = (codes >= 0).sum(axis=0)
    pairable = per_unit >= 2
    if not pairable.any():
        raise MethodError(
            f"Tidak ada unit yang diberi nilai oleh dua pengode ({codes.shape[0]} pengode, "
            f"{codes.shape[1]} unit). Perbaikan: minta pengode mengode sebagian unit yang sama."
        )
    codes = codes[:, pairable]
    used = np.unique(codes[codes >= 0])
    if len(used) < 2:
        raise MethodError(
            f"Semua nilai pada {codes.shape[1]} unit bersama sama, sehingga alfa tidak "
            "terdefinisi. Perbaikan: tambah unit sampai ada yang berbeda, atau jangan laporkan."
        )
    codes = np.where(codes >= 0, np.searchsorted(used, codes), -1)
    distance = None if distance is None else distance[np.ix_(used, used)]
    n = codes.shape[1]
    label = np.arange(n) if groups is None else codes_of(pd.Series(groups)[pairable])
    n_groups = int(label.max()) + 1

    (observed,), (expected,) = disagreement(np.ones((1, n)), codes, distance)
    others = (np.arange(n_groups)[:, None] != label).astype(float)
    jackknife = alphas(others, codes, distance)
    if not np.isfinite(jackknife).all():
        raise MethodError(
            "Tanpa satu unit (atau satu kelompok unit) semua nilai menjadi sama, sehingga selang "
            "alfa tidak dapat dihitung. Perbaikan: tambah unit, atau gabungkan nilai yang jarang."
        )
    sampled = []
    for start in range(0, draws, CHUNK):
        times = rng.multinomial(
            n_groups, np.full(n_groups, 1 / n_groups), size=min(CHUNK, draws - start)
        )
        sampled.append(alphas(times[:, label].astype(float), codes, distance))
    defined = np.concatenate(sampled)
    defined = defined[np.isfinite(defined)]
    alpha = float(1 - observed / expected)
    perfect = observed == 0
    if perfect:
        # No unit in n: the share of units that disagree is below 1 - (tail)^(1/n).
        share = 1 - ((1 - level) / 2) ** (1 / n_groups)
        low, high = max(-1.0, 1 - share * distances(codes, distance).max() / expected), 1.0
    else:
        low, high = _bca(alpha, defined, jackknife, level)
    return AlphaResult(
        alpha=alpha,
        observed=float(observed),
        expected=float(expected),
        metric=name,
        n_coders=int((codes >= 0).any(axis=1).sum()),
        n_units=n,
        n_values=int((codes >= 0).sum()),
        n_single=int((per_unit == 1).sum()),
        conf_low=low,
        conf_high=high,
        level=level,
        method="Clopper-Pearson" if perfect else "BCa",
        below_tentative=None if perfect else float((defined < TENTATIVE).mean()),
        below_reliable=None if perfect else float((defined < RELIABLE).mean()),
        draws=draws,
        undefined=draws - len(defined),
        n_groups=n_groups,
    )


def _bca(alpha: float, draws: Floats, jackknife: Floats, level: float) -> tuple[float, float]:
    """Return the bias-corrected and accelerated limits (Efron 1987, equation 2.3)."""
    below = ((draws < alpha).mean() + (draws <= alpha).mean()) / 2
    bias = ndtri(np.clip(below, 1 / len(draws), 1 - 1 / len(draws)))
    influence = jackknife.mean() - jackknife
    spread = (influence**2).sum()
    skew = (influence**3).sum() / (6 * spread**1.5) if spread > 0 else 0.0
    tails = ndtri(np.array([(1 - level) / 2, (1 + level) / 2])) + bias
    shares = ndtr(bias + tails / np.maximum(1 - skew * tails, 1e-6))
    low, high = np.quantile(draws, shares)
    return float(low), float(high)


def _short(limit: float) -> str:
    return format_number(limit, 1 if limit == RELIABLE else 3)
