"""How far coders agree on themes, when a segment may have several."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kajian.errors import MethodError
from kajian.language import format_number
from kajian.qualitative.alpha import AlphaResult, alpha_with_distance
from kajian.qualitative.codes import CODER, Bools, CodedSegments, coded_segments

Floats = NDArray[np.float64]

ALL_THEMES = "semua tema"
RARE = "terlalu jarang untuk dihitung"


@dataclass(frozen=True, slots=True, eq=False)
class ThemeAgreement:
    """Agreement of coders on themes.

    Attributes
    ----------
    overall
        Alpha of the sets of themes, with the MASI distance.
    themes
        One row per theme: ``tema``, ``alfa``, ``bawah``, ``atas`` (nominal alpha of given or not,
        with its interval; missing where too few segments tell), ``segmen_salah_satu`` (common
        segments to which at least one coder gave it), ``segmen_semua`` (all coders did),
        ``keterangan``. Ordered by name.
    confusions
        One row per pair of themes that coders exchanged: ``tema_pertama``, ``tema_kedua``,
        ``segmen`` (one coder gave only the first of both, another only the second); the most
        frequent first.
    single
        Segments that one coder alone coded, by ``pengode``; no agreement can be seen in them.
    """

    overall: AlphaResult
    themes: pd.DataFrame
    confusions: pd.DataFrame
    single: pd.Series

    def tidy(self) -> pd.DataFrame:
        """Return term (all themes, then each), estimate, conf_low, conf_high, counts and label."""
        names = {"tema": "term", "alfa": "estimate", "bawah": "conf_low", "atas": "conf_high"}
        whole = {
            "term": ALL_THEMES,
            "estimate": self.overall.alpha,
            "conf_low": self.overall.conf_low,
            "conf_high": self.overall.conf_high,
            "keterangan": self.overall.wording,
        }
        rows = self.themes.rename(columns=names)
        return pd.concat([pd.DataFrame([whole]), rows], ignore_index=True)[
            [*names.values(), "segmen_salah_satu", "segmen_semua", "keterangan"]
        ].astype({"segmen_salah_satu": "Int64", "segmen_semua": "Int64"})

    def __str__(self) -> str:
        lines = [f"Kesepakatan tema. {self.overall}"]
        told = self.themes.dropna(subset="alfa").sort_values("alfa", kind="stable")
        if not told.empty:
            lowest = told.iloc[0]
            lines.append(f"Terendah: {lowest['tema']} ({format_number(lowest['alfa'], 2)})")
        if not self.confusions.empty:
            first = self.confusions.iloc[0]
            lines.append(
                f"Paling sering tertukar: {first['tema_pertama']} dan {first['tema_kedua']} "
                f"({first['segmen']} segmen)"
            )
        if alone := int(self.single.sum()):
            lines.append(f"{alone} segmen dikode satu orang saja dan tidak ikut dihitung")
        return ". ".join(lines)


def theme_agreement(
    codes: pd.DataFrame,
    *,
    rng: np.random.Generator,
    draws: int = 4_999,
    level: float = 0.95,
    minimum: int = 5,
    groups: str | None = None,
) -> ThemeAgreement:
    """Measure the agreement of coders on the themes of segments.

    Sets of themes differ by MASI, so that coders who share one of two themes disagree less than
    those who share none (Passonneau 2006, Measuring Agreement on Set-valued Items (MASI) for
    Semantic and Pragmatic Annotation, LREC); with one theme per segment that is nominal alpha.

    Only segments with two coders or more tell. Where coders also chose the segments, as in
    Taguette and QualCoder, their agreement on what to code at all is not in this number.

    Parameters
    ----------
    codes
        Coded segments in long format, as `kajian.qualitative.codes.coded_segments` takes them.
    rng, draws, level
        As in `kajian.qualitative.alpha.krippendorff_alpha`.
    minimum
        A theme has an alpha of its own when at least so many common segments have it, by at least
        one coder, and as many lack it.
    groups
        Column whose values are resampled as a whole, e.g. ``id_wawancara``; segments without it.

    Raises
    ------
    MethodError
        One coder only, coders without a common segment, faults of the table, or all coders gave
        all common segments the same themes.
    """
    coded = coded_segments(codes, [groups] if groups else [])
    common = coded.common
    if len(coded.coders) < 2:
        raise MethodError(
            f"Hanya ada satu pengode ({coded.coders[0]}). Perbaikan: kesepakatan memerlukan dua "
            "pengode; minta orang kedua mengode sebagian segmen yang sama."
        )
    if not common.any():
        counts = zip(coded.coders, coded.coded.sum(axis=1), strict=True)
        raise MethodError(
            "Tidak ada segmen yang dikode dua pengode: "
            f"{', '.join(f'{name} {count} segmen' for name, count in counts)}. "
            "Perbaikan: periksa apakah id_segmen sama di kedua pengode, atau minta keduanya "
            "mengode segmen yang sama."
        )
    labels = coded.segments.loc[common, groups].tolist() if groups else None
    given, present = coded.coded[:, common], coded.present[:, common]

    sets, number = np.unique(present[given], axis=0, return_inverse=True)
    numbers = np.full(given.shape, -1)
    numbers[given] = number.ravel()
    measure = partial(alpha_with_distance, rng=rng, draws=draws, level=level, groups=labels)
    overall = measure(numbers, masi_distance(sets), name="MASI")
    rows = []
    for position, theme in enumerate(coded.themes):
        has = np.where(given, present[:, :, position], -1)
        anyone, everyone = (has == 1).any(axis=0), (has != 0).all(axis=0)
        tells = min(anyone.sum(), (~everyone).sum()) >= minimum
        if tells and labels is not None:
            tells = min(len(set(np.array(labels)[which])) for which in (anyone, ~everyone)) > 1
        row = {"tema": theme, "alfa": np.nan, "bawah": np.nan, "atas": np.nan}
        row |= {"segmen_salah_satu": anyone.sum(), "segmen_semua": everyone.sum()}
        if tells:
            alpha = measure(has, 1.0 - np.eye(2), name="nominal")
            row |= {"alfa": alpha.alpha, "bawah": alpha.conf_low, "atas": alpha.conf_high}
        rows.append(row | {"keterangan": alpha.wording if tells else RARE})
    return ThemeAgreement(
        overall=overall,
        themes=pd.DataFrame(rows),
        confusions=_confusions(coded),
        single=pd.Series(
            coded.coded[:, ~common].sum(axis=1), pd.Index(coded.coders, name=CODER), name="segmen"
        ),
    )


def masi_distance(sets: Bools) -> Floats:
    """Distance of every two sets: 1 - Jaccard x monotonicity (Passonneau 2006, section 3).

    Monotonicity is 1 for equal sets, 2/3 when one holds the other, 1/3 when both have members of
    their own, 0 when they share none; two empty sets are equal.

    Parameters
    ----------
    sets
        Membership, shape (sets, items).

    Returns
    -------
    ndarray
        Shape (sets, sets), in 0-1.
    """
    member = sets.astype(float)
    size = member.sum(axis=1)
    shared = member @ member.T
    union = np.add.outer(size, size) - shared
    smaller = np.minimum.outer(size, size)
    monotone = np.select([shared == union, shared == 0, shared == smaller], [1, 0, 2 / 3], 1 / 3)
    jaccard = np.divide(shared, union, out=np.ones_like(shared), where=union > 0)
    return np.asarray(1 - jaccard * monotone)


def _confusions(coded: CodedSegments) -> pd.DataFrame:
    """Count in how many segments one coder gave one theme where another gave another."""
    exchanged = np.zeros((len(coded.themes), len(coded.themes)), dtype=int)
    for first in range(len(coded.coders)):
        for second in range(first):
            both = coded.coded[first] & coded.coded[second]
            one, other = coded.present[first, both], coded.present[second, both]
            only_one, only_other = (one & ~other).astype(int), (other & ~one).astype(int)
            exchanged += only_one.T @ only_other
    exchanged += exchanged.T
    row, column = np.nonzero(np.triu(exchanged))
    names = np.array(coded.themes, dtype=object)
    table = pd.DataFrame(
        {
            "tema_pertama": names[row],
            "tema_kedua": names[column],
            "segmen": exchanged[row, column],
        }
    )
    return table.sort_values("segmen", ascending=False, kind="stable", ignore_index=True)
