"""Codings exported from QualCoder: the coding report of all coders."""

from __future__ import annotations

from collections.abc import Mapping
from string import ascii_uppercase

import pandas as pd

from kajian.errors import MethodError
from kajian.linear.frame import require_columns
from kajian.qualitative.passages import OVERLAP, ImportedCodes, matched_segments

COLUMNS = {"Coder": "pengode", "Coded": "teks", "Codename": "tema"}
POSITIONS = {"pos0": "awal", "pos1": "akhir"}
MEMO = "Coded_Memo"
MEDIA = ("image", "a/v")


def from_qualcoder(
    report: pd.DataFrame,
    documents: pd.DataFrame,
    *,
    themes: Mapping[str, str] | None = None,
    overlap: float = OVERLAP,
    memo_is_paraphrase: bool = False,
) -> ImportedCodes:
    """Turn a coding report into coded segments, by coders A, B, ... in the order of their names.

    QualCoder exports the report (Reports, Coding reports, all coders; CSV or XLSX) with ``File``,
    or ``Case`` and ``Filename``, then ``Coder``, ``Coded``, ``Id``, ``Codename``, ``Coded_Memo``
    and categories. Positions are not in it: passages are matched by their words, unless columns
    ``pos0`` and ``pos1`` were added from the project's table ``code_text``.

    Parameters
    ----------
    report
        The exported table; cells are text. Codings of pictures and sound are refused.
    documents, themes, overlap
        As in `kajian.qualitative.passages.matched_segments`; documents are QualCoder's file names,
        codes its code names.
    memo_is_paraphrase
        Whether the memo of a coding holds the paraphrase of its passage.

    Raises
    ------
    MethodError
        A column is absent, a coding without text, and as in `matched_segments`.
    """
    name = "Filename" if "Filename" in report.columns else "File"
    positions = [column for column in POSITIONS if column in report.columns]
    wanted = [name, *COLUMNS, *positions, *([MEMO] if memo_is_paraphrase else [])]
    require_columns(report, wanted)
    passages = report[wanted].rename(
        columns={name: "dokumen", **COLUMNS, **POSITIONS, MEMO: "parafrase"}
    )
    for column in ("dokumen", "pengode", "tema"):
        empty = passages[column].fillna("").str.strip() == ""
        if empty.any():
            raise MethodError(
                f"Laporan QualCoder: kolom {column} kosong pada baris "
                f"{', '.join(map(str, report.index[empty][:5]))}. Perbaikan: ekspor ulang."
            )
    media = passages["teks"].isin(MEDIA)
    if "Id" in report.columns:
        media = report["Id"].astype("str").str.startswith(("imid:", "avid:"))
    if media.any():
        raise MethodError(
            f"Laporan QualCoder memuat {int(media.sum())} kode pada gambar atau suara (baris "
            f"{', '.join(map(str, report.index[media][:5]))}). Perbaikan: pilih berkas teks saja, "
            "atau transkripkan dahulu."
        )
    for column in (POSITIONS[position] for position in positions):
        number = pd.to_numeric(passages[column], errors="coerce")
        if number.isna().any():
            raise MethodError(
                f"Kolom {column} (posisi) bukan angka pada baris "
                f"{', '.join(map(str, report.index[number.isna()][:5]))}. Perbaikan: ekspor ulang."
            )
        passages[column] = number
    letters = {name: ascii_uppercase[number] for number, name in enumerate(_names(passages))}
    passages["pengode"] = passages["pengode"].map(letters)
    if memo_is_paraphrase:
        memo = passages["parafrase"]
        passages["parafrase"] = memo.mask(memo.fillna("").str.strip() == "")
    return matched_segments(passages, documents, themes=themes, overlap=overlap)


def _names(passages: pd.DataFrame) -> list[str]:
    names = sorted(passages["pengode"].unique())
    if len(names) > len(ascii_uppercase):
        raise MethodError(
            f"Laporan QualCoder memuat {len(names)} pengode. Perbaikan: periksa kolom Coder."
        )
    return names
