"""Look through everything a study gives away, and refuse what tells of single persons."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import numpy as np

from kajian.errors import DataError, PrivacyError
from kajian.privacy.patterns import NAME, NameFinder, find_identities, without_identities
from kajian.privacy.pieces import Piece, Sheet, joined
from kajian.privacy.small_cells import (
    RATE,
    RECOVERABLE,
    SMALL,
    find_small_cells,
    small_samples,
)
from kajian.privacy.texts import UNREADABLE, read_content

__all__ = ["Finding", "refuse", "scan_folder", "scan_notebook", "without_identities"]

CORRUPT = "berkas rusak, tidak terbaca"
_REMEDIES = {
    NAME: "hapus nama orang; bila itu nama tempat, nyatakan sebagai pengecualian dengan alasannya",
    SMALL: "sembunyikan dengan suppress(...) atau gabungkan wilayah atau golongannya",
    RECOVERABLE: "sembunyikan sel kedua dengan suppress(...), atau gabungkan barisnya",
    RATE: "sembunyikan juga persentasenya: suppress(..., rates=...)",
    UNREADABLE: "simpan dalam format yang dikenal (CSV, XLSX, PNG, SVG, PDF), atau keluarkan",
    CORRUPT: "buat ulang berkasnya",
}
_REMEDY = "hapus dari tabel, gambar, atau teks, lalu jalankan ulang notebook asalnya"
_SHOWN = 20


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something that must not leave: where it is and of which kind, never what it says.

    Attributes
    ----------
    file
        Path below the scanned folder.
    place
        Page, line, cell or row, in words.
    kind
        What it is, in Indonesian; the same words serve an exception.
    """

    file: str
    place: str
    kind: str

    def __str__(self) -> str:
        return f"{self.file} ({self.place}): {self.kind}"


def scan_folder(
    folder: Path,
    *,
    names: Collection[str] = (),
    ordinary: Collection[str] = (),
    threshold: int = 5,
    counts: bool = True,
    exceptions: Collection[tuple[str, str, str]] = (),
) -> list[Finding]:
    """Look through all files of a folder, hidden ones too.

    Parameters
    ----------
    folder
        What is about to be given away.
    names
        Names of the persons in the restricted data.
    ordinary
        Words and phrases that are no names here, such as those of places.
    threshold
        Smallest number of people or households that may be shown.
    counts
        Whether to look for small counts; of use where counts are of people.
    exceptions
        Pattern of files, kind and reason: what the author of a study answers for.

    Returns
    -------
    list of Finding
        In the order of the files; empty when the folder is clean.
    """
    finder = NameFinder(names, ordinary)
    findings = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        file = path.relative_to(folder).as_posix()
        found = _scan_file(path, file, finder, threshold if counts else 0)
        allowed = {kind for pattern, kind, _ in exceptions if fnmatch(file, pattern)}
        findings += [finding for finding in found if finding.kind not in allowed]
    return findings


def scan_notebook(
    path: Path, *, names: Collection[str] = (), ordinary: Collection[str] = ()
) -> list[Finding]:
    """Look for identities and names in one notebook, such as one that failed."""
    return _scan_file(path, path.name, NameFinder(names, ordinary), threshold=0)


def refuse(findings: Collection[Finding]) -> None:
    """Stop when anything was found.

    Raises
    ------
    PrivacyError
        With the file, place and kind of the first twenty and a remedy for each kind.
    """
    if not findings:
        return
    lines = [f"- {finding}" for finding in list(findings)[:_SHOWN]]
    if len(findings) > _SHOWN:
        lines.append(f"- dan {len(findings) - _SHOWN} temuan lain")
    kinds = dict.fromkeys(finding.kind for finding in findings)
    remedies = [f"- {kind}: {_REMEDIES.get(kind, _REMEDY)}" for kind in kinds]
    raise PrivacyError(
        f"Laporan tidak diterbitkan: {len(findings)} temuan dapat membuka data pribadi.\n"
        + "\n".join([*lines, "Perbaikan:", *remedies])
    )


def _scan_file(path: Path, file: str, finder: NameFinder, threshold: int) -> list[Finding]:
    found = [("nama berkas", kind) for kind, _ in _in_text(path.stem, finder)]
    try:
        for item in read_content(path):
            if isinstance(item, Sheet):
                found += _scan_sheet(item, finder, threshold)
            else:
                found += _scan_piece(item, finder, threshold)
    except DataError as error:
        found.append(("seluruh berkas", error.problem))
    except Exception:  # whatever a library says of a corrupt file, it was not looked through
        found.append(("seluruh berkas", CORRUPT))
    return [Finding(_masked(file, finder), place, kind) for place, kind in dict.fromkeys(found)]


def _scan_piece(piece: Piece, finder: NameFinder, threshold: int) -> Iterator[tuple[str, str]]:
    found = list(_in_text(piece.text, finder))
    if not piece.code:
        found += [(SMALL, at) for at in small_samples(piece.text, threshold)]
    for kind, at in found:
        line = piece.line and f"baris {piece.line + piece.text.count(chr(10), 0, at)}"
        yield _masked(joined(piece.place, line or ""), finder) or "isi berkas", kind


def _scan_sheet(sheet: Sheet, finder: NameFinder, threshold: int) -> Iterator[tuple[str, str]]:
    table = sheet.table
    columns = [_masked(str(name), finder) for name in table.columns]

    def place(position: int, row: object) -> str:
        column = columns[position] or f"ke-{position + 1}"
        return joined(_masked(sheet.place, finder), f"kolom {column}", f"baris {row}")

    for position, name in enumerate(table.columns):
        cells = [str(name), *table.iloc[:, position]]
        rows = ["judul", *table.index]
        ends = np.cumsum([len(cell) + 1 for cell in cells])
        text = "\0".join(cells)
        found = [*_spread(text, finder), *((SMALL, at) for at in small_samples(text, threshold))]
        for kind, at in found:
            yield place(position, rows[np.searchsorted(ends, at, side="right")]), kind
        for row, cell in zip(rows, cells, strict=True):
            if cell and finder.is_name(cell):
                yield place(position, row), NAME
    for kind, position, row in find_small_cells(table, threshold):
        yield place(position, row), kind


def _in_text(text: str, finder: NameFinder) -> Iterator[tuple[str, int]]:
    yield from _spread(text, finder)
    if finder.is_name(text):
        yield NAME, 0


def _spread(text: str, finder: NameFinder) -> Iterable[tuple[str, int]]:
    return [*find_identities(text), *((NAME, at) for at in finder.find(text))]


def _masked(text: str, finder: NameFinder) -> str:
    return finder.without_names(without_identities(text))
