"""Look through everything a study gives away, and refuse what tells of single persons.

Every text is looked at with its white space made one and its unseen characters taken out. Kinds
and remedies are in `kinds`, readers of files in `texts`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from kajian.errors import DataError, PrivacyError
from kajian.privacy.kinds import (
    CORRUPT,
    IDENTITY_NUMBER,
    KEY,
    KINDS,
    NAME,
    PHONE,
    PSEUDONYM,
    SMALL,
    remedy,
)
from kajian.privacy.names import NameFinder
from kajian.privacy.normal import lines_of, normalised
from kajian.privacy.patterns import find_identities, find_pseudonyms, without_identities
from kajian.privacy.pieces import Content, Piece, Sheet, joined
from kajian.privacy.printed import printed_tables
from kajian.privacy.small_cells import find_small_cells
from kajian.privacy.small_texts import small_samples
from kajian.privacy.texts import read_content, read_output

__all__ = ["KINDS", "Finding", "refuse", "scan_folder", "scan_notebook", "without_identities"]

_SHOWN = 20
_DISGUISED = re.compile(r"samaran_\w+", re.IGNORECASE)
_PHONES = re.compile(
    r"(?:.*[\s_.])?(?:telp|tlp|telepon|hp|wa|whatsapp|phone|nomor)(?:[\s_.].*)?", re.I
)
_NO_ZERO = re.compile(r"8[1-35-9][0-9](?:[ .-]?[0-9]){7,9}")


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
    secrets: Collection[str] = (),
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
        Pattern of files, kind (one of `KINDS`) and reason: what the author of a study answers
        for. A key has none.
    secrets
        Texts that may be nowhere, whatever their capitals, such as the key as hexadecimal text.

    Returns
    -------
    list of Finding
        In the order of the files; empty when the folder is clean.
    """
    look = _Look(NameFinder(names, ordinary), threshold if counts else 0, secrets)
    findings = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        file = path.relative_to(folder)
        found = look.file(path, file)
        allowed = {kind for pattern, kind, _ in exceptions if fnmatch(file.as_posix(), pattern)}
        findings += [each for each in found if each.kind not in allowed - {KEY}]
    return findings


def scan_notebook(
    path: Path, *, names: Collection[str] = (), ordinary: Collection[str] = ()
) -> list[Finding]:
    """Look for identities and names in one notebook, such as one that failed."""
    return _Look(NameFinder(names, ordinary)).file(path, Path(path.name))


def holds_identity(output: dict[str, Any]) -> bool:
    """Whether an output of a notebook shows a number of a person, or cannot be read."""
    try:
        kinds = {kind for _, kind in _Look().content(read_output(output))}
    except Exception:  # whatever a library says of corrupt data, they were not looked through
        return True
    return bool(kinds & {IDENTITY_NUMBER, PHONE})


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
    raise PrivacyError(
        f"Laporan tidak diterbitkan: {len(findings)} temuan dapat membuka data pribadi.\n"
        + "\n".join([*lines, "Perbaikan:", *(f"- {kind}: {remedy(kind)}" for kind in kinds)])
    )


class _Look:
    """What is looked for: names, counts below a threshold (0: none), secrets, and identities."""

    def __init__(
        self,
        finder: NameFinder | None = None,
        threshold: int = 0,
        secrets: Collection[str] = (),
    ) -> None:
        self._finder = finder or NameFinder(())
        self._threshold = threshold
        self._secrets = [secret.casefold() for secret in secrets if secret]

    def file(self, path: Path, file: Path) -> list[Finding]:
        parts = [*file.parent.parts, path.stem, path.suffix[1:]]
        found = [("nama berkas", kind) for part in parts for kind, _ in self._in_text(part)]
        try:
            found += self.content(read_content(path))
        except DataError as error:
            found.append(("seluruh berkas", error.problem))
        except Exception:  # whatever a library says of a corrupt file, it was not looked through
            found.append(("seluruh berkas", CORRUPT))
        name = self._masked(file.as_posix())
        return [Finding(name, place, kind) for place, kind in dict.fromkeys(found)]

    def content(self, content: Content) -> Iterator[tuple[str, str]]:
        """Place and kind of what is found."""
        for item in content:
            yield from self._sheet(item) if isinstance(item, Sheet) else self._piece(item)

    def _piece(self, piece: Piece) -> Iterator[tuple[str, str]]:
        text = normalised(piece.text)
        found = list(self._in_text(text))
        if not piece.code:
            found += [(SMALL, at) for at in small_samples(text, self._threshold)]
        lines = lines_of(piece.text, [at for _, at in found]) if found else []
        known = [(kind, line) for (kind, _), line in zip(found, lines, strict=True)]
        if not piece.code and "\n" in piece.text:
            for table in printed_tables(piece.text):
                known += [(kind, row) for kind, _, row in self._of_table(table)]
        for kind, line in known:
            numbered = piece.line and f"baris {piece.line + line}"
            yield self._masked(joined(piece.place, numbered or "")) or "isi berkas", kind

    def _sheet(self, sheet: Sheet) -> Iterator[tuple[str, str]]:
        table = sheet.table
        columns = [self._masked(str(name)) for name in table.columns]

        def place(position: int, row: object) -> str:
            column = columns[position] or f"ke-{position + 1}"
            return joined(self._masked(sheet.place), f"kolom {column}", f"baris {row}")

        rows = ["judul", *table.index]
        before = [""] * len(rows)
        for position, name in enumerate(table.columns):
            cells = [str(name), *table.iloc[:, position]]
            text = normalised("\0".join(cells))
            found = [*self._spread(text), *((SMALL, at) for at in self._samples(text))]
            for kind, at in found:
                yield place(position, rows[text.count("\0", 0, at)]), kind
            for row, left, cell in zip(rows, before, cells, strict=True):
                if cell and (self._finder.is_name(cell) or self._finder.is_split(left, cell)):
                    yield place(position, row), NAME
            before = cells
        for kind, position, row in self._of_table(sheet):
            yield place(position, row), kind

    def _of_table(self, sheet: Sheet) -> Iterator[tuple[str, int, Any]]:
        """Kind, position of the column and row of what only a table tells."""
        table = sheet.table
        for position, name in enumerate(table.columns):
            if _DISGUISED.fullmatch(str(name)):
                yield from ((PSEUDONYM, position, row) for row in table.index[:1])
            if _PHONES.fullmatch(str(name)):
                is_phone = table.iloc[:, position].str.strip().str.fullmatch(_NO_ZERO)
                yield from ((PHONE, position, row) for row in table.index[is_phone.astype(bool)])
        if self._threshold:
            yield from find_small_cells(table, self._threshold)

    def _samples(self, text: str) -> list[int]:
        return small_samples(text, self._threshold)

    def _in_text(self, text: str) -> Iterator[tuple[str, int]]:
        yield from self._spread(text)
        if self._finder.is_name(text):
            yield NAME, 0

    def _spread(self, text: str) -> Iterable[tuple[str, int]]:
        found = [*find_identities(text), *((NAME, at) for at in self._finder.find(text))]
        found += [(PSEUDONYM, at) for at in find_pseudonyms(text)]
        folded = text.casefold() if self._secrets else ""
        return [*found, *((KEY, folded.find(key)) for key in self._secrets if key in folded)]

    def _masked(self, text: str) -> str:
        return self._finder.without_names(without_identities(text))
