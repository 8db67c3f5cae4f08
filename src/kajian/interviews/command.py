"""``kajian interviews``: what two people coded becomes the restricted table ``wawancara``."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from kajian.data.restricted.consistency import find_contradictions
from kajian.data.restricted.interview_forms import CODES, DOCUMENTS, INTERVIEWS, interview_form
from kajian.data.restricted.reading import FORMS, read_source
from kajian.data.restricted.rules import find_value_faults
from kajian.data.restricted.tables import restricted_table
from kajian.errors import DataError, PipelineError
from kajian.files import whole_file
from kajian.interviews.exports import coders_of, find_export_faults, matched, read_export
from kajian.study_rules import misplaced


def interviews_command(
    root: Path,
    program: str,
    exports: Sequence[Path],
    documents: Path,
    folder: Path,
    *,
    themes: Path | None = None,
    memo: bool = False,
) -> str:
    """Write ``wawancara.csv`` from what two coders exported; nothing when there is a fault.

    Parameters
    ----------
    root
        Project folder, in which the table must not lie, but below ``data/terbatas``.
    program
        ``taguette`` (an export of each coder, the first is A) or ``qualcoder`` (reports with two
        coders in all, A and B in the order of their names).
    exports
        Files, as :func:`kajian.data.coded_segments.read_coded_segments` takes them.
    documents, themes
        Forms that are filled (:mod:`kajian.data.restricted.interview_forms`). Without `themes`,
        codes are called like the themes.
    folder
        Gets ``wawancara.csv``.
    memo
        Whether the memo of a coding in QualCoder is the paraphrase of its passage.

    Returns
    -------
    str
        What was written and what is left to do, in Indonesian.

    Raises
    ------
    DataError, PipelineError, MethodError
        The place is not allowed or taken, a file has faults (all of them are named), the coders
        are not two, or they have no passage in common.
    """
    path = _destination(folder, root)
    table = restricted_table(INTERVIEWS)
    known = _read_form(documents, DOCUMENTS)
    if themes:
        form = _read_form(themes, CODES)
        theme_of = dict(zip(form["kode"], form["tema"], strict=True))
    else:
        theme_of = {theme: theme for theme in table.field("tema").constraints.enum or ()}
    read = [read_export(file, program, memo=memo) for file in dict.fromkeys(exports)]
    _refuse(fault for one in read for fault in find_export_faults(one, known, theme_of, themes))
    first, second = coders_of(program, read)
    result = matched(program, read, known, theme_of, memo=memo)
    with whole_file(path) as temporary:
        # A lone carriage return in a passage is only safe between quotation marks.
        result.codes[[field.name for field in table.fields]].to_csv(
            temporary, index=False, lineterminator="\n", quoting=csv.QUOTE_ALL
        )
    told = [f"{path}: {len(result.codes)} baris. Pengode A: {first}; B: {second}.", f"{result}."]
    if result.codes["parafrase"].isna().all():
        told.append(
            "Kolom parafrase masih kosong, padahal 02_mapping memerlukannya: tulis kalimat Anda "
            "sendiri untuk beberapa segmen tiap tema; cukup di satu baris tiap segmen."
        )
    return "\n".join([*told, "Berikutnya: kajian check KAJIAN"])


def _destination(folder: Path, root: Path) -> Path:
    """Where the table goes, unless it must not lie there or something would be lost."""
    if folder.suffix.lower() in FORMS or folder.is_file():
        raise DataError(
            "tujuan bukan folder",
            remedy=f"sebut foldernya saja; berkasnya selalu bernama {INTERVIEWS}.csv",
            file=folder,
        )
    if misplaced(folder, root):
        raise DataError(
            "tujuan berada di dalam folder proyek atau memuatnya, sehingga isi wawancara dapat "
            "masuk git atau laporan",
            remedy="sebut folder di luar proyek, atau subfolder data/terbatas",
            file=folder,
        )
    for form in FORMS:
        if (path := folder / f"{INTERVIEWS}{form}").exists():
            raise DataError(
                "berkas sudah ada dan mungkin sudah diparafrasakan, jadi tidak ditimpa",
                remedy="pindahkan berkas itu, atau sebut folder lain dengan --to",
                file=path,
            )
    return folder / f"{INTERVIEWS}.csv"


def _read_form(path: Path, name: str) -> pd.DataFrame:
    """Read a form that must be without fault."""
    if not path.is_file() or path.suffix.lower() not in FORMS:
        raise DataError(
            "berkas ini bukan CSV atau XLSX" if path.is_file() else "berkas tidak ada",
            remedy=f"periksa letak dan namanya; formulirnya dibuat dengan `kajian template {name}`",
            file=path,
        )
    source = read_source(path, interview_form(name))
    _refuse(source.faults)
    faults = [*find_value_faults(source, simulated=False), *find_contradictions(source)]
    if name == DOCUMENTS:
        faults += source.repeated(
            ["id_wawancara"],
            "satu id_wawancara untuk beberapa dokumen",
            "beri tiap dokumen id_wawancara sendiri, atau gabungkan transkripnya dan kode ulang",
        )
    _refuse(faults)
    return source.text


def _refuse(faults: Iterable[DataError]) -> None:
    """Raise what is wrong, all of it in one error."""
    told = list(faults)
    if len(told) == 1:
        raise told[0]
    if told:
        raise PipelineError("Wawancara belum dapat dimuat:\n- " + "\n- ".join(map(str, told)))
