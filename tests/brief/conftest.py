"""A small brief, executed as far as its exporter can see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from kajian.brief import MEDIA_TYPE
from kajian.evidence.ledger import Ledger, make_entry
from kajian.tables import ShownTable

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="400pt" height="60pt" viewBox="0 0 400 60">'
    '<rect x="10" y="10" width="120" height="40" fill="#0b5a6b"/></svg>'
)
FIGURE = {
    "label": "peta",
    "title": "Kemiskinan {{ kemiskinan.arah }}",
    "caption": "Sumber: BPS; selang {{ kemiskinan.akhir | selang }}.",
    "alt": 'Peta: kemiskinan {{ kemiskinan.akhir }}, <dan> "tanda".',
}
TABLE = asdict(
    ShownTable(
        label="ringkas",
        title="Urutan kecamatan",
        note="Rata-rata dari {{ data.kelurahan }}.",
        header=["Kecamatan", "Jarak (m)", "Jum'at"],
        numeric=[False, True, False],
        rows=[["Jebres [a]; #b", "1.482", "–"], ["Laweyan_*", "1.531", "ma'ruf"]],
    )
)
CELLS = {
    "pesan": "# Pesan kunci\n\n- Kemiskinan {{ kemiskinan.akhir }}.\n- {{ kemiskinan.arah }}\n"
    "- {{ data.kelurahan }}",
    "isi": "## I. Ringkasan\n\nPada {{ data.tahun }}, kemiskinan **{{ kemiskinan.akhir }}** "
    '([](#peta)); disebut "{{ kemiskinan.arah }}"; selangnya {{ kemiskinan.akhir | selang }}.',
    "lampiran": "## Lampiran\n\nTabel ada di [](#ringkas); {{ kutip: 12,5 juta orang | BPS }}.",
}


@pytest.fixture
def ledger() -> Ledger:
    entries = [
        make_entry(
            "kemiskinan.akhir",
            8.25,
            unit="persen",
            decimals=2,
            note="",
            low=-0.5,
            high=17,
            level=0.95,
        ),
        make_entry("kemiskinan.arah", "turun", unit="", decimals=0, note=""),
        make_entry("data.kelurahan", 54, unit="kelurahan", decimals=0, note=""),
        make_entry("data.tahun", 2025, unit="kalender", decimals=0, note=""),
    ]
    return {entry.key: entry for entry in entries}


@pytest.fixture
def make_brief(ledger: Ledger) -> Callable[..., NotebookNode]:
    """Give the brief; a cell, or a part of its figure or table, can be said otherwise."""

    def make(
        *,
        figure: dict[str, str] | None = None,
        table: dict[str, Any] | None = None,
        executed: bool = True,
        **cells: str,
    ) -> NotebookNode:
        source = CELLS | cells
        front = {
            "title": "Ketimpangan di Kota Contoh",
            "kicker": "RINGKASAN KEBIJAKAN",
            "place": "Kota Contoh",
            "subtitle": "Untuk BRIDA",
            "author": "Perangkat kajian",
            "keywords": ["Sosial"],
            "footer": "contoh",
            "mark": "",
            "date": "2026-11-21",
            "strip": [["Data", "dihimpun sampai 2026"]],
            "ledger": {key: asdict(entry) for key, entry in ledger.items()},
        }
        return new_notebook(
            cells=[
                new_markdown_cell("# Panduan 123", id="panduan", metadata=tags("panduan")),
                bundle("buka", {"brief": front}) if executed else new_code_cell("", id="buka"),
                new_markdown_cell(source["pesan"], id="pesan", metadata=tags("pesan-kunci")),
                new_markdown_cell(source["isi"], id="isi"),
                bundle("gambar", {"figure": FIGURE | (figure or {})}, {"image/svg+xml": SVG}),
                new_markdown_cell(source["lampiran"], id="lampiran", metadata=tags("lampiran")),
                bundle("tabel", {"table": TABLE | (table or {})}),
            ]
        )

    return make


def tags(*names: str) -> dict[str, list[str]]:
    return {"tags": list(names)}


def bundle(name: str, content: dict[str, Any], more: dict[str, str] | None = None) -> NotebookNode:
    data = {MEDIA_TYPE: content, **(more or {})}
    return new_code_cell("", id=name, outputs=[new_output("display_data", data=data)])
