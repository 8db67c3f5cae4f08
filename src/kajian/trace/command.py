"""``kajian trace``: what is behind a result, or behind a number that was seen on a page."""

from __future__ import annotations

import difflib
from pathlib import Path

from kajian.brief.pdf import Span
from kajian.brief.witness import Witness
from kajian.errors import EvidenceError
from kajian.evidence.ledger import KEY, Ledger
from kajian.evidence.wording import enumeration
from kajian.language import NO_BREAK_SPACE
from kajian.places import report_folder
from kajian.study import Study, read_study
from kajian.trace.chain import behind_placed, behind_result, results_of
from kajian.trace.seen import NUMBER, Brief, drawn_on, other_numbers, read_brief
from kajian.trace.story import tell_chain, tell_result

AROUND = 40
SWAPPED = str.maketrans(".,", ",.")


def trace_command(
    root: Path,
    code: str,
    key: str | None = None,
    page: int | None = None,
    number: str | None = None,
) -> str:
    """Tell what is behind a number.

    Parameters
    ----------
    root, code
        Project folder and code of the study.
    key
        A key of the ledger, or the label of a table or figure of the brief.
    page, number
        Page of the brief, from 1, and the number or words seen there.

    Returns
    -------
    str
        Text to print, in Indonesian.

    Raises
    ------
    EvidenceError
        When there is no report yet, or nothing has that key, or the page does not have that
        number; the message says what comes near.
    """
    study = read_study(root, code)
    if not report_folder(root, code).is_dir():
        raise EvidenceError(
            f"Laporan kajian {code} belum ada, atau sudah usang. Perbaikan: kajian run {code}"
        )
    brief, results = read_brief(study, root), results_of(study, root)
    notes = []
    if brief.is_of_earlier_prose:
        notes.append(f"Naskah sudah berubah sejak PDF ini disusun; jalankan: kajian run {code}")
    if key:
        said = _about(key, brief, results, study, root)
    elif page is not None and number:
        said = _seen(page, number, brief, results, study, root)
    else:
        raise EvidenceError(
            "Apa yang dilacak belum disebut. Perbaikan: tulis kunci hasil, atau --page N dan "
            "angka yang terlihat di halaman itu."
        )
    return "\n".join([*notes, *said]).replace(NO_BREAK_SPACE, " ")


def _about(name: str, brief: Brief, results: Ledger, study: Study, root: Path) -> list[str]:
    """All about a key or a label."""
    labels = {placed.label: placed for placed in brief.document.placed}
    if entry := results.get(name):
        pages = {span.page for each, spans in brief.shown for span in spans if name in each.keys}
        where = f"halaman {enumeration([str(page) for page in sorted(pages)])}"
        said = [f"  Di ringkasan: {where if pages else 'tidak dikutip'}"]
        chain = behind_result(entry, study, root)
        return [*tell_result(entry), *said, *tell_chain(chain, entry, study, root)]
    if placed := labels.get(name):
        heading = f"{placed.label}: {placed.name}. {placed.title}"
        return [heading, *tell_chain(behind_placed(placed, study, root), None, study, root)]
    close = difflib.get_close_matches(name, [*results, *labels], n=3)
    hint = f"Yang mirip: {', '.join(close)}." if close else "Tidak ada yang mirip."
    remedy = (
        "semua kunci ada di ledger.json di folder laporan"
        if KEY.fullmatch(name)
        else "sebut halaman tempat angka itu terlihat, --page N"
    )
    raise EvidenceError(
        f"'{name}' bukan kunci hasil, tabel, atau gambar kajian {study.kode}. {hint} "
        f"Perbaikan: {remedy}."
    )


def _seen(
    page: int, number: str, brief: Brief, results: Ledger, study: Study, root: Path
) -> list[str]:
    """What a number on a page is; all about it when it is one thing."""
    last = len(brief.pages.texts)
    if not 1 <= page <= last:
        raise EvidenceError(
            f"Halaman {page} tidak ada; ringkasan {study.kode} punya {last} halaman. "
            f"Perbaikan: pilih halaman 1 sampai {last}."
        )
    found: dict[str, list[str]] = {}
    quoted: list[str] = []
    for witness, span in brief.on_page(page):
        if not is_meant(witness.text, number):
            continue
        line = f"  …{_around(brief.pages.texts[page - 1], span)}…{_cell(witness, brief)}"
        for name in witness.keys or ([witness.label] if witness.column else []):
            found.setdefault(name, []).append(line)
        if not witness.keys and not witness.column:
            quoted.append(f"{line}: kutipan dari sumber atau hukum yang disebut di situ")
    for label, numbers in drawn_on(brief, page).items():
        if any(is_meant(each, number) for each in numbers):
            found.setdefault(label, []).append(f"  tertulis di dalam gambar '{label}'")
    heading = f"'{number}' di halaman {page}:"
    if len(found) == 1 and not quoted:
        [(name, said)] = found.items()
        return [heading, *said, "", *_about(name, brief, results, study, root)]
    if found or quoted:
        listed = [line for name, said in found.items() for line in (f"- {name}", *said)]
        ask = [f"Pilih satu: kajian trace NAMA --study {study.kode}"] if found else []
        return [heading, *listed, *quoted, *ask]
    plain, _ = other_numbers(brief, page)
    if any(is_meant(each, number) for each in plain):
        return [
            heading,
            "  bukan hasil hitungan: tahun, nomor peraturan, nomor halaman, daftar, gambar atau "
            "tabel, atau keterangan salinan di akhir naskah.",
        ]
    raise EvidenceError(_elsewhere(page, number, brief))


def is_meant(text: str, number: str) -> bool:
    """Whether a text shows a number, with decimal comma or point; or words, when it has none."""
    asked = NUMBER.findall(number)
    if not asked:
        return number.strip().casefold() in text.casefold()
    shown = set(NUMBER.findall(text))
    return all({each, each.translate(SWAPPED)} & shown for each in asked)


def _elsewhere(page: int, number: str, brief: Brief) -> str:
    pages = [
        str(other)
        for other in range(1, len(brief.pages.texts) + 1)
        if any(is_meant(witness.text, number) for witness, _ in brief.on_page(other))
    ]
    where = f"Angka itu ada di halaman {enumeration(pages)}" if pages else "Halaman lain juga tidak"
    return (
        f"'{number}' tidak ada di halaman {page}. {where}. "
        "Perbaikan: tulis angkanya persis seperti tercetak, mis. 7,69."
    )


def _around(text: str, span: Span) -> str:
    """A value on its page, in brackets, with some of what stands on either side."""
    before = text[max(0, span.start - AROUND) : span.start]
    after = text[span.end : span.end + AROUND]
    return " ".join(f"{before}[{text[span.start : span.end]}]{after}".split())


def _cell(witness: Witness, brief: Brief) -> str:
    """Which cell of which table, for a value in one."""
    if not witness.column:
        return ""
    name = next(each.name for each in brief.document.placed if each.label == witness.label)
    return f" ({name}, baris '{witness.row}', kolom '{witness.column}')"
