"""Highlights exported from Taguette, one file for each coder."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import pandas as pd

from kajian.errors import MethodError
from kajian.qualitative.passages import OVERLAP, ImportedCodes, matched_segments

COLUMNS = ("id", "document", "tag", "content")


def from_taguette(
    exports: Mapping[str, pd.DataFrame],
    documents: pd.DataFrame,
    *,
    themes: Mapping[str, str] | None = None,
    overlap: float = OVERLAP,
) -> ImportedCodes:
    """Turn exported highlights into coded segments.

    Taguette exports highlights ("Export this view", CSV or XLSX) as ``id``, ``document``, ``tag``,
    ``content``, a row for each tag of a highlight, without coder and without positions. Each coder
    therefore works in a project of his own, and passages are matched by their words.

    Parameters
    ----------
    exports
        The exported table of each coder, by the coder's name; cells are text.
    documents, themes, overlap
        As in `kajian.qualitative.passages.matched_segments`; the codes are Taguette's tags.

    Raises
    ------
    MethodError
        No export, one without a column or without rows, two that are the same, and as in
        `matched_segments`.
    """
    if not exports:
        raise MethodError("Tidak ada ekspor Taguette. Perbaikan: sebut satu ekspor per pengode.")
    for coder, table in exports.items():
        if absent := [name for name in COLUMNS if name not in table.columns]:
            raise MethodError(
                f"Ekspor Taguette pengode {coder} tidak memiliki kolom {', '.join(absent)} (ada: "
                f"{', '.join(map(str, table.columns))}). Perbaikan: ekspor semua sorotan "
                "(highlights) ke CSV, bukan buku kode."
            )
        if table.empty:
            raise MethodError(
                f"Ekspor Taguette pengode {coder} tidak memuat sorotan. Perbaikan: ekspor ulang."
            )
    for (one, table), (other, copy) in combinations(exports.items(), 2):
        marks, others = (
            sorted(each[[*COLUMNS[1:]]].fillna("").itertuples(index=False, name=None))
            for each in (table, copy)
        )
        if marks == others:
            raise MethodError(
                f"Ekspor pengode {one} dan {other} sama isinya. Perbaikan: periksa berkasnya; satu "
                "berkas yang dipakai dua kali akan tampak sebagai kesepakatan sempurna."
            )
    passages = pd.concat(
        table[list(COLUMNS)].assign(pengode=coder) for coder, table in exports.items()
    ).rename(columns={"document": "dokumen", "tag": "tema", "content": "teks"})
    passages["tema"] = passages["tema"].mask(passages["tema"].fillna("").str.strip() == "")
    return matched_segments(passages, documents, themes=themes, overlap=overlap)
