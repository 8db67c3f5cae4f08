"""Exports of Taguette and QualCoder: what the table ``wawancara`` cannot hold, file by file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kajian.data.coded_segments import read_coded_segments
from kajian.data.restricted.consistency import MOST_THEMES
from kajian.data.restricted.interview_forms import CODES
from kajian.errors import DataError, MethodError
from kajian.privacy.patterns import identity_kinds
from kajian.qualitative.import_qualcoder import MEMO, from_qualcoder
from kajian.qualitative.import_taguette import from_taguette
from kajian.qualitative.passages import ImportedCodes, words

TAGUETTE, QUALCODER = "taguette", "qualcoder"
WANTED = {
    TAGUETTE: "ekspor semua sorotan (highlights) ke CSV, bukan buku kode",
    QUALCODER: "ekspor laporan kode (Reports, Coding reports) ke CSV",
}
ANEW = "di programnya, lalu ekspor ulang"


@dataclass(frozen=True, slots=True, eq=False)
class Export:
    """What one file holds.

    Attributes
    ----------
    file
        Where it is.
    table
        Its cells as text, missing where empty; the index is the line of the file.
    names
        Its columns by what they hold: ``dokumen``, ``kode``, ``teks``, and where the program
        tells them ``pengode``, ``parafrase``.
    """

    file: Path
    table: pd.DataFrame
    names: dict[str, str]

    def column(self, role: str) -> pd.Series:
        """Cells of the column that holds something."""
        return self.table[self.names[role]]

    def fault(
        self, role: str, bad: pd.Series, problem: str, remedy: str, *, shown: bool = False
    ) -> Iterator[DataError]:
        """Name the rows at fault, with their cells when these are to be shown."""
        if bad.any():
            cells = self.column(role)[bad].items()
            rows = [f"{line} ('{cell}')" if shown else f"{line}" for line, cell in cells]
            yield DataError(
                problem, remedy=remedy, file=self.file, column=self.names[role], rows=rows
            )


def read_export(file: Path, program: str, *, memo: bool = False) -> Export:
    """Read an export of a program; with `memo`, the memos of QualCoder are paraphrases.

    Raises
    ------
    DataError
        It cannot be read, lacks a column, or has no rows.
    """
    if not file.is_file():
        raise DataError("berkas tidak ada", remedy="periksa letak dan namanya", file=file)
    table = read_coded_segments(file)
    if program == TAGUETTE:
        names = {"dokumen": "document", "kode": "tag", "teks": "content"}
    else:
        document = "Filename" if "Filename" in table.columns else "File"
        names = {"dokumen": document, "pengode": "Coder", "kode": "Codename", "teks": "Coded"}
        names |= {"parafrase": MEMO} if memo else {}
    if absent := [name for name in names.values() if name not in table.columns]:
        raise DataError(
            f"kolom tidak ada; yang ada: {', '.join(map(str, table.columns))}",
            remedy=WANTED[program],
            file=file,
            column=", ".join(absent),
        )
    if table.empty:
        raise DataError("tidak memuat satu penandaan pun", remedy=WANTED[program], file=file)
    return Export(
        file, table.assign(**{name: table[name].str.strip() for name in names.values()}), names
    )


def find_export_faults(
    export: Export, documents: pd.DataFrame, theme_of: Mapping[str, str], themes: Path | None
) -> Iterator[DataError]:
    """Name the rows of an export that the table cannot hold.

    Parameters
    ----------
    export
        What `read_export` gave.
    documents
        The documents that are known, in the column ``dokumen``.
    theme_of
        The theme of each code, from the file `themes` where there is one.
    themes
        Named in the errors.
    """
    document, code, text = map(export.column, ("dokumen", "kode", "teks"))
    for role in [role for role in export.names if role != "parafrase"]:
        yield from export.fault(
            role,
            export.column(role).isna(),
            "isian kosong",
            f"lengkapi atau hapus penandaan itu {ANEW}",
        )
    plain = text.fillna("").map(words)
    yield from export.fault(
        "teks", text.notna() & (plain == ""), "teks tanpa kata", f"hapus penandaan itu {ANEW}"
    )
    yield from export.fault(
        "dokumen",
        document.notna() & ~document.isin(documents["dokumen"]),
        "dokumen tidak ada dalam tabel dokumen (--documents)",
        "tambahkan barisnya di tabel itu; ejaan nama dokumen harus persis sama",
        shown=True,
    )
    unnamed = f"sebut tema tiap kode dengan --themes; formulirnya: `kajian template {CODES}`"
    yield from export.fault(
        "kode",
        code.notna() & ~code.isin(theme_of),
        f"kode tanpa tema dalam {themes}" if themes else "kode bukan nama tema",
        "tambahkan barisnya di tabel itu" if themes else unnamed,
        shown=True,
    )
    passage = [document, plain]
    if "pengode" in export.names:
        passage.append(export.column("pengode"))
    yield from export.fault(
        "kode",
        code.map(dict(theme_of)).groupby(passage).transform("nunique") > MOST_THEMES,
        f"satu pengode memberi lebih dari {MOST_THEMES} tema kepada satu bagian",
        f"sisakan tema yang paling pokok, atau pecah bagian itu, {ANEW}",
        shown=True,
    )
    for role in [role for role in ("teks", "parafrase") if role in export.names]:
        kinds = export.column(role).fillna("").map(identity_kinds)
        found = dict.fromkeys(kind for each in kinds for kind in each)
        yield from export.fault(
            role,
            kinds.map(bool),
            f"memuat {' dan '.join(found)}",
            "samarkan di transkrip atau di ekspornya, mis. menjadi [nomor]",
        )


def coders_of(program: str, exports: Sequence[Export]) -> list[str]:
    """Say who is A and who is B: files of Taguette, names in QualCoder.

    Raises
    ------
    DataError
        They are not two.
    """
    files = [str(export.file) for export in exports]
    coders, column = files, None
    remedy = "sebut dua ekspor, masing-masing dari satu pengode"
    if program == QUALCODER:
        coders = sorted({name for export in exports for name in export.column("pengode")})
        column = "Coder"
        remedy = (
            "sebut satu laporan yang memuat kedua pengode, atau laporan masing-masing; nama "
            "keduanya di kolom Coder harus berbeda"
        )
    if len(coders) != 2:
        raise DataError(
            f"diperlukan dua pengode; ada {len(coders)}: {', '.join(coders)}",
            remedy=remedy,
            file=", ".join(files),
            column=column,
        )
    return coders


def matched(
    program: str,
    exports: Sequence[Export],
    documents: pd.DataFrame,
    theme_of: Mapping[str, str],
    *,
    memo: bool = False,
) -> ImportedCodes:
    """Match the passages of two coders.

    Raises
    ------
    DataError, MethodError
        As `from_taguette` and `from_qualcoder`, and when no passage was marked by both.
    """
    files = ", ".join(str(export.file) for export in exports)
    tables = [export.table for export in exports]
    try:
        if program == TAGUETTE:
            result = from_taguette(dict(zip("AB", tables, strict=True)), documents, themes=theme_of)
        else:
            result = from_qualcoder(
                pd.concat(tables), documents, themes=theme_of, memo_is_paraphrase=memo
            )
    except MethodError as error:
        raise MethodError(f"{files}: {error}") from error
    if not result.n_common:
        raise DataError(
            "tidak ada bagian yang ditandai oleh kedua pengode, sehingga kesepakatan mereka tidak "
            "dapat diukur",
            remedy="periksa apakah keduanya menandai bagian yang sama, dan apakah nama dokumennya "
            "sama di kedua ekspor",
            file=files,
        )
    return result
