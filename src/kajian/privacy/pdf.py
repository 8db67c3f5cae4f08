"""The texts of a PDF: pages, properties, links, alternative texts, bookmarks and attachments.

A drawing that is embedded as pixels is not read, nor is what lies in a deleted revision.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from kajian.privacy.pieces import Content, Piece, decoded, is_text
from kajian.privacy.raw import read_digits

_LINE_END_HYPHEN = re.compile("[\u00ad\ufffe\x02]\\s*")
_HALVES = re.compile(r"(?<![0-9])([0-9]+)\n([0-9]+)(?![0-9])")


def read_pdf(source: Path | bytes) -> Content:
    """Give the texts of a PDF, a page at a time."""
    with closing(pypdfium2.PdfDocument(source)) as document:
        for key, value in document.get_metadata_dict().items():
            yield Piece(f"keterangan berkas.{key}", value)
        for item in document.get_toc():
            yield Piece("daftar isi", item.get_title() or "")
        for number in range(document.count_attachments()):
            attached = document.get_attachment(number)
            yield Piece("lampiran", attached.get_name())
            data = bytes(attached.get_data())
            if is_text(data):
                yield Piece("lampiran", decoded(data))
            else:
                yield from read_digits(data)
        for number, page in enumerate(document, start=1):
            place = f"halaman {number}"
            yield Piece(place, _unbroken(page.get_textpage().get_text_bounded()))
            for link in _links(document, page):
                yield Piece(f"{place}, tautan", link)
            for text in _alternatives(page):
                yield Piece(f"{place}, teks alternatif", text)


def _unbroken(text: str) -> str:
    """Put together what the ends of lines took apart.

    Two runs of digits are one number only when they make sixteen digits together.
    """
    text = _LINE_END_HYPHEN.sub("", text.replace("\r\n", "\n"))
    text = _HALVES.sub(lambda m: m[1] + m[2] if len(m[0]) == 17 else m[0], text)
    return re.sub(r"(?<=[-.])\n(?=[0-9])", "", text)


def _links(document: Any, page: Any) -> Iterator[str]:
    at, link = ctypes.c_int(0), pdfium.FPDF_LINK()
    while pdfium.FPDFLink_Enumerate(page, at, link):
        if action := pdfium.FPDFLink_GetAction(link):
            size = pdfium.FPDFAction_GetURIPath(document, action, None, 0)
            buffer = ctypes.create_string_buffer(size)
            pdfium.FPDFAction_GetURIPath(document, action, buffer, size)
            yield decoded(buffer.value)


def _alternatives(page: Any) -> Iterator[str]:
    if not (tree := pdfium.FPDF_StructTree_GetForPage(page)):
        return
    count = pdfium.FPDF_StructTree_CountChildren(tree)
    ahead = [pdfium.FPDF_StructTree_GetChildAtIndex(tree, i) for i in range(count)]
    while ahead:
        if not (element := ahead.pop()):
            continue
        for getter in (
            pdfium.FPDF_StructElement_GetAltText,
            pdfium.FPDF_StructElement_GetActualText,
        ):
            if text := _wide(getter, element):
                yield text
        count = pdfium.FPDF_StructElement_CountChildren(element)
        ahead += [pdfium.FPDF_StructElement_GetChildAtIndex(element, i) for i in range(count)]
    pdfium.FPDF_StructTree_Close(tree)


def _wide(getter: Callable[..., int], element: Any) -> str:
    if (size := getter(element, None, 0)) <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    getter(element, buffer, size)
    return buffer.raw[: size - 2].decode("utf-16-le", errors="replace")
