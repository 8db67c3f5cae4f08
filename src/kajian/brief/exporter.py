"""``jupyter nbconvert --to kajian-brief``: an executed brief to PDF."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import default

from kajian.brief.document import build_document, front_matter
from kajian.brief.pdf import check_shown, compile_pdf


class BriefExporter(Exporter):
    """Typeset a brief and read it back before anybody may keep it."""

    output_mimetype = "application/pdf"
    export_from_notebook = "Kajian: ringkasan kebijakan (PDF)"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Convert an executed brief.

        Raises
        ------
        EvidenceError
            When the brief quotes what the ledger does not hold, types a number, or the PDF read
            back lacks a value.
        """
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        document = build_document(nb)
        date = dt.date.fromisoformat(front_matter(nb)["date"])
        pdf = compile_pdf(document.source, document.figures, date)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "brief.pdf"
            path.write_bytes(pdf)
            check_shown(path, document.witnesses)
        return pdf, resources
