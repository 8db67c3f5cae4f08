"""The entry of a study for the city's register of research (E-Riset), from the same ledger."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from nbformat import NotebookNode

from kajian.brief.document import KEY_MESSAGES, RECOMMENDATIONS, front_matter
from kajian.evidence.grade_rules import NAMES
from kajian.evidence.ledger import Ledger, ledger_from_json
from kajian.evidence.quoting import fill
from kajian.evidence.recommendations import ITEM, Recommendation, plain, recommendations
from kajian.evidence.verbs import CEILING_VERBS
from kajian.places import SIMULATED, is_simulated
from kajian.study import Study


def research_entry(notebook: NotebookNode, study: Study) -> dict[str, Any]:
    """Put together what the register asks: title, office, year, affairs, conclusions, advice.

    Parameters
    ----------
    notebook
        The executed brief; its key messages are the conclusions.
    study
        The study.

    Returns
    -------
    dict
        Conclusions as sentences; recommendations with their verb, the keys and the law that they
        rest on, and the grade of the evidence.
    """
    ledger = ledger_from_json(front_matter(notebook)["ledger"])
    tagged = {tag: list(_tagged(notebook, tag)) for tag in (KEY_MESSAGES, RECOMMENDATIONS)}
    found = [each for text in tagged[RECOMMENDATIONS] for each in recommendations(text, ledger)]
    return {
        **({"status": SIMULATED} if is_simulated(study.kode) else {}),
        "judul": study.judul,
        "opd": study.opd,
        "tahun": study.tahun,
        "urusan": list(study.urusan),
        "kesimpulan": [
            sentence for text in tagged[KEY_MESSAGES] for sentence in _messages(text, ledger)
        ],
        "rekomendasi": [_advice(each) for each in found],
        "kajian": study.kode,
    }


def entry_text(entry: dict[str, Any]) -> str:
    """Write an entry as Markdown, ready to paste."""
    facts = {"OPD": entry["opd"], "Tahun": entry["tahun"], "Urusan": ", ".join(entry["urusan"])}
    simulated = f"{entry.get('status')}, data rumah tangga buatan komputer"
    public = "disusun ulang dari data publik; bukan terbitan resmi"
    facts["Status"] = simulated if "status" in entry else public
    lines = [f"# {entry['judul']}", "", *(f"- {name}: {value}" for name, value in facts.items())]
    lines += ["", "## Kesimpulan", "", *(f"- {sentence}" for sentence in entry["kesimpulan"])]
    lines += ["", "## Rekomendasi", ""]
    lines += [f"- {each['teks']} ({each['dasar']})" for each in entry["rekomendasi"]]
    return "\n".join(lines) + "\n"


def _tagged(notebook: NotebookNode, tag: str) -> Iterator[str]:
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and tag in cell.metadata.get("tags", []):
            yield cell.source


def _messages(text: str, ledger: Ledger) -> Iterator[str]:
    """Every list item, and every paragraph that is not a list or a heading."""
    for block in re.split(r"\n[ \t]*\n", text.strip()):
        items = [item["text"] for item in ITEM.finditer(block)]
        for message in items or ([] if block.startswith("#") else [block]):
            filled, _ = fill(message, ledger)
            yield plain(re.sub(r"\n[ \t]*", " ", filled))


def _advice(found: Recommendation) -> dict[str, Any]:
    grounds = [f"tingkat bukti {found.letter}, {NAMES[found.letter]}"] if found.letter else []
    if found.letter and found.ceiling > found.letter:
        grounds += [f"anjuran paling kuat: {CEILING_VERBS[found.ceiling]}"]
    grounds += [found.law] if found.law else []
    return {
        "teks": found.text,
        "anjuran": found.verb,
        "bukti": list(found.keys),
        "tingkat": found.letter,
        "dasar": "; ".join(grounds) or "gambaran, bukan uji dampak",
    }
