"""Passages that coders marked each for himself, matched into segments that they share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kajian.errors import MethodError
from kajian.linear.frame import require_columns
from kajian.qualitative.codes import CODER, INTERVIEW, SEGMENT, SHOWN, THEME

DOCUMENT, TEXT, PARAPHRASE, BEGIN, END = "dokumen", "teks", "parafrase", "awal", "akhir"
OVERLAP = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class ImportedCodes:
    """Coded segments from a program for coding.

    Attributes
    ----------
    codes
        Long format: ``id_segmen``, ``pengode``, ``tema``, ``kode_wilayah``, ``peran_informan``,
        ``id_wawancara``, ``jenis``, further columns of the documents, ``teks``, ``parafrase``.
        Names of documents stay behind.
    n_segments, n_common
        Segments in all, and those that two coders or more marked.
    unmatched
        Passages that no other coder marked, by ``pengode``.
    """

    codes: pd.DataFrame
    n_segments: int
    n_common: int
    unmatched: pd.Series

    def __str__(self) -> str:
        alone = ", ".join(f"{coder} {count}" for coder, count in self.unmatched.items())
        return (
            f"{self.n_segments} segmen, {self.n_common} di antaranya ditandai dua pengode; tanpa "
            f"pasangan: {alone}. Kesepakatan tentang bagian mana yang ditandai tidak terukur"
        )


def matched_segments(
    passages: pd.DataFrame,
    documents: pd.DataFrame,
    *,
    themes: Mapping[str, str] | None = None,
    overlap: float = OVERLAP,
) -> ImportedCodes:
    """Match passages of different coders in the same document.

    Two passages are one segment when what they share is at least `overlap` of what they cover
    together; each passage has at most one partner per coder, the closest first. Shared text is
    counted in characters between positions where all passages have them; otherwise in words, where
    one passage is inside the other or ends with the words with which the other begins. Passages of
    one coder with the same text (or positions) are one passage with several themes.

    Parameters
    ----------
    passages
        One row per passage and code: ``dokumen``, ``pengode``, ``tema`` (missing for none),
        ``teks``; optional ``awal``, ``akhir`` (positions), ``parafrase``.
    documents
        One row per document: ``dokumen``, ``kode_wilayah``, ``peran_informan``, ``jenis``; optional
        ``id_wawancara`` (otherwise D01, D02, ... in the order of the rows) and more, e.g.
        ``tanggal``.
    themes
        The study's theme for each code of the program; the codes themselves without it.
    overlap
        Smallest share, above 0.

    Raises
    ------
    MethodError
        A column is absent, an empty text, a document that `documents` lacks or repeats, a code that
        `themes` lacks, or `overlap` outside 0-1.
    """
    if not 0 < overlap <= 1:
        raise MethodError(f"Tumpang tindih {overlap}. Perbaikan: pakai angka di atas 0 sampai 1.")
    known = _documents(documents)
    table = _cleaned(passages, known, themes)
    placed = {BEGIN, END} <= set(table.columns) and bool(table[[BEGIN, END]].notna().all(axis=None))
    key = [DOCUMENT, CODER, *([BEGIN, END] if placed else ["kata"])]
    marked = table.drop_duplicates(key).sort_values(key)
    numbered = []
    for document, here in marked.groupby(DOCUMENT):
        segments: list[pd.Series] = []
        for _, own in here.groupby(CODER):
            number = _matched(segments, own, overlap, placed)
            segments += [own.iloc[row] for row in np.flatnonzero(number >= len(segments))]
            prefix = known[INTERVIEW][document]
            numbered.append(own[key].assign(id_segmen=[f"{prefix}-{n + 1:03d}" for n in number]))
    table = table.merge(pd.concat(numbered), on=key)
    longest = table.assign(panjang=table[TEXT].str.len()).sort_values(
        ["panjang", TEXT, PARAPHRASE], ascending=[False, True, True]
    )
    about = longest.groupby(SEGMENT)[[TEXT, PARAPHRASE]].first()
    codes = table[[DOCUMENT, SEGMENT, CODER, THEME]].drop_duplicates()
    bare = codes[THEME].isna()
    codes = codes[~(bare & codes.duplicated([SEGMENT, CODER], keep=False))]
    codes = codes.join(known, on=DOCUMENT).join(about, on=SEGMENT).drop(columns=DOCUMENT)
    coders = codes.groupby(SEGMENT)[CODER].nunique()
    single = codes[codes[SEGMENT].map(coders) == 1].drop_duplicates(SEGMENT)
    return ImportedCodes(
        codes=codes.sort_values([SEGMENT, CODER, THEME], ignore_index=True),
        n_segments=len(coders),
        n_common=int((coders >= 2).sum()),
        unmatched=single[CODER].value_counts().reindex(sorted(set(codes[CODER])), fill_value=0),
    )


def _documents(documents: pd.DataFrame) -> pd.DataFrame:
    require_columns(documents, [DOCUMENT, "kode_wilayah", "peran_informan", "jenis"])
    known = documents.assign(**{DOCUMENT: documents[DOCUMENT].astype("str").str.strip()})
    if INTERVIEW not in known:
        known[INTERVIEW] = [f"D{number + 1:02d}" for number in range(len(known))]
    for name in (DOCUMENT, INTERVIEW):
        if (twice := known[name].duplicated()).any():
            raise MethodError(
                f"Tabel dokumen: {name} {', '.join(known.loc[twice, name].unique()[:SHOWN])} "
                "tertulis lebih dari sekali. Perbaikan: satu baris per dokumen."
            )
    columns = ["kode_wilayah", "peran_informan", INTERVIEW, "jenis"]
    more = [name for name in known.columns if name not in (DOCUMENT, *columns)]
    return known.set_index(DOCUMENT)[columns + more]


def _cleaned(
    passages: pd.DataFrame, known: pd.DataFrame, themes: Mapping[str, str] | None
) -> pd.DataFrame:
    require_columns(passages, [DOCUMENT, CODER, THEME, TEXT])
    plain = passages[TEXT].fillna("").map(words)
    if (empty := plain == "").any():
        rows = zip(passages.loc[empty, CODER], passages.index[empty], strict=True)
        told = [f"{row} (pengode {coder})" for coder, row in rows]
        raise MethodError(
            f"Kolom {TEXT} kosong pada {len(told)} baris: {', '.join(told[:SHOWN])}. "
            "Perbaikan: hapus penandaan tanpa teks."
        )
    table = passages.assign(
        **{DOCUMENT: passages[DOCUMENT].str.strip(), "kata": plain}
    ).reset_index(drop=True)
    if PARAPHRASE not in table:
        table[PARAPHRASE] = pd.Series(pd.NA, table.index, dtype="str")
    if unknown := sorted(set(table[DOCUMENT]) - set(known.index)):
        raise MethodError(
            f"{len(unknown)} dokumen tidak ada dalam tabel dokumen: {', '.join(unknown[:SHOWN])}. "
            "Perbaikan: tambahkan barisnya; ejaan nama dokumen harus persis sama."
        )
    if themes is not None:
        if unknown := sorted(set(table[THEME].dropna()) - set(themes)):
            raise MethodError(
                f"{len(unknown)} kode tanpa tema: {', '.join(unknown[:SHOWN])}. "
                "Perbaikan: sebutkan tema untuk setiap kode."
            )
        table[THEME] = table[THEME].map(dict(themes), na_action="ignore")
    return table


def _matched(
    segments: list[pd.Series], own: pd.DataFrame, overlap: float, placed: bool
) -> NDArray[np.intp]:
    """Number the segment of each passage of a coder: one that is there, or a new one."""
    share = _shared_span if placed else _shared_words
    shares = np.array([[share(old, new) for old in segments] for _, new in own.iterrows()])
    number = np.full(len(own), -1)
    for place in np.argsort(-shares, axis=None, kind="stable"):
        row, column = divmod(int(place), len(segments))
        if shares[row, column] < overlap:
            break
        if number[row] < 0 and column not in number:
            number[row] = column
    new = number < 0
    number[new] = len(segments) + np.arange(new.sum())
    return number


def _shared_span(one: pd.Series, other: pd.Series) -> float:
    shared = min(one[END], other[END]) - max(one[BEGIN], other[BEGIN])
    return max(0.0, float(shared / (max(one[END], other[END]) - min(one[BEGIN], other[BEGIN]))))


def _shared_words(one: pd.Series, other: pd.Series) -> float:
    """Share of words in common, where the passages overlap as parts of one text."""
    short, long = sorted((one["kata"].split(), other["kata"].split()), key=len)
    if f" {' '.join(short)} " in f" {' '.join(long)} ":
        return len(short) / len(long)
    for common in range(len(short) - 1, 0, -1):
        if short[-common:] == long[:common] or long[-common:] == short[:common]:
            return common / (len(short) + len(long) - common)
    return 0.0


def words(text: str) -> str:
    """Take the words alone, in lower case."""
    return " ".join(re.findall(r"\w+", text.casefold()))
