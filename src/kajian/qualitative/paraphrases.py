"""A few paraphrases for each theme, told without persons."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.linear.frame import require_columns
from kajian.qualitative.codes import coded_segments
from kajian.qualitative.passages import words

PARAPHRASE, ROLE, AREA = "parafrase", "peran_informan", "kode_wilayah"
QUOTED = re.compile(r"[\"“”„«»]|(?<!\w)['‘’](?=\w)")


@dataclass(frozen=True, slots=True, eq=False)
class Paraphrases:
    """Paraphrases that illustrate themes.

    Attributes
    ----------
    table
        One row per paraphrase: ``tema``, ``parafrase``, ``peran_informan``, ``kecamatan``; neither
        the kelurahan nor the name of a segment.
    without
        Themes for which there is none.
    n_quoted, n_verbatim
        Segments passed over, since their paraphrase holds a quotation, or is their text itself.
    """

    table: pd.DataFrame
    without: tuple[str, ...]
    n_quoted: int
    n_verbatim: int

    def tidy(self) -> pd.DataFrame:
        """Return `table`."""
        return self.table.copy()

    def __str__(self) -> str:
        lines = [f"{len(self.table)} parafrase untuk {self.table['tema'].nunique()} tema"]
        if self.without:
            lines.append(f"tanpa parafrase: {', '.join(self.without)}")
        if passed := self.n_quoted + self.n_verbatim:
            lines.append(f"{passed} dilewati karena memuat kutipan langsung atau teks aslinya")
        return "; ".join(lines)


def illustrative_paraphrases(
    codes: pd.DataFrame, *, per_theme: int = 2, district: str = "kecamatan"
) -> Paraphrases:
    """Choose paraphrases on whose theme all coders agree, from places and roles that differ.

    A paraphrase is the researcher's own sentence. Those with a quotation, and those that are the
    text of their segment, are passed over. Whether a sentence names somebody is for the gate and
    for the scan of outputs to find; whether a role in a kecamatan is one known person is for the
    researcher to judge.

    The choice is fixed: first a kecamatan and a role that the theme has not shown, then a
    kelurahan, then segments with the fewest themes, then the name of the segment.

    Parameters
    ----------
    codes
        Coded segments in long format, as `kajian.qualitative.codes.coded_segments` takes them,
        with ``parafrase`` and `district`.
    per_theme
        How many at most.
    district
        Column with the name of the kecamatan.

    Raises
    ------
    MethodError
        Faults of the table, no paraphrase at all, or `per_theme` below 1.
    """
    require_columns(codes, [PARAPHRASE, district])
    if per_theme < 1:
        raise MethodError(f"Parafrase per tema {per_theme}. Perbaikan: sedikitnya 1.")
    coded = coded_segments(codes, [district])
    segments = coded.segments
    text = segments[PARAPHRASE].fillna("").astype("str").str.strip()
    if not (text != "").any():
        raise MethodError(
            "Kolom parafrase kosong di semua segmen. Perbaikan: tulis parafrase tanpa nama orang "
            "untuk beberapa segmen setiap tema."
        )
    quoted = text.str.contains(QUOTED)
    verbatim = pd.Series(False, text.index)
    if "teks" in segments:
        raw = segments["teks"].fillna("").astype("str").map(words)
        verbatim = (text != "") & (text.map(words) == raw)
    usable = (text != "") & ~quoted & ~verbatim
    agreed = coded.having("both")
    fewest_first = np.argsort(agreed.sum(axis=1), kind="stable")
    chosen = []
    for position, theme in enumerate(coded.themes):
        fits = agreed[:, position] & usable.to_numpy()
        candidates = segments.iloc[fewest_first[fits[fewest_first]]]
        chosen.append(_spread(candidates, per_theme, [district, ROLE, AREA]).assign(tema=theme))
    table = pd.concat(chosen, ignore_index=True).rename(columns={district: "kecamatan"})
    return Paraphrases(
        table=table[["tema", PARAPHRASE, ROLE, "kecamatan"]],
        without=tuple(theme for theme in coded.themes if theme not in set(table["tema"])),
        n_quoted=int(quoted.sum()),
        n_verbatim=int(verbatim.sum()),
    )


def _spread(candidates: pd.DataFrame, most: int, unlike: list[str]) -> pd.DataFrame:
    """Take up to so many rows in turn, each as unlike those before as can be."""
    left, taken = candidates, candidates.iloc[:0]
    while len(left) and len(taken) < most:
        again = pd.DataFrame({name: left[name].isin(taken[name]) for name in unlike})
        first = again.sort_values(unlike, kind="stable").index[:1]
        taken, left = pd.concat([taken, left.loc[first]]), left.drop(index=first)
    return taken
