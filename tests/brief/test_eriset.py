"""The entry for the register of research has every key message, however it is laid out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nbformat import NotebookNode

from kajian.brief.eriset import research_entry
from kajian.study import read_study

ROOT = Path(__file__).parents[2]


def test_wrapped_items_and_paragraphs_are_conclusions_too(
    make_brief: Callable[..., NotebookNode],
) -> None:
    messages = (
        "# Pesan kunci\n\nKemiskinan {{ kemiskinan.arah }}\nsejak lama.\n\n"
        "- Kini {{ kemiskinan.akhir }},\n  menurut survei.\n- **Di** {{ data.kelurahan }}."
    )
    entry = research_entry(make_brief(pesan=messages), read_study(ROOT, "surakarta-2025"))
    assert entry["kesimpulan"] == [
        "Kemiskinan turun sejak lama.",
        "Kini 8,25%, menurut survei.",
        "Di 54\u00a0kelurahan.",
    ]
