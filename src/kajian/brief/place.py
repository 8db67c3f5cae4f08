"""What the notebook of the brief does: open it, and place figures and tables in it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from kajian import __version__
from kajian.brief import MEDIA_TYPE
from kajian.brief.binding import recorded_results
from kajian.data.passport import Passport, read_passport
from kajian.language import format_date
from kajian.places import SIMULATED, STEPS, is_simulated, marked, processed_folder, raw_folder
from kajian.preanalysis.deviations import plan_status, require_declared
from kajian.preanalysis.plan import read_plan
from kajian.step import PROVENANCE, Step
from kajian.study import read_study
from kajian.tables import ShownTable

TRACES = ("ledger.json", "manifest.json")


def start_brief(
    step: Step,
    *,
    title: str,
    place: str,
    year: int,
    subtitle: str,
    author: str,
    footer: str,
    keywords: Iterable[str],
) -> None:
    """Open the brief: its heading, the ledger that it may quote, and the closing strip.

    Parameters
    ----------
    step
        The step of the brief; every earlier step must have its ledger.
    title, place, year, subtitle
        The heading; the place and year above it; the line below it.
    author, keywords
        For the properties of the PDF.
    footer
        What stands at the foot of every page, before the code of the study.
    """
    ledger, plan = recorded_results(step), read_plan(step.root, step.study)
    kept = plan_status(plan, require_declared(plan, read_study(step.root, step.study), step.root))
    raw = _raw_tables(step)
    newest = max(dt.date.fromisoformat(passport.created[:10]) for passport in _passports(step, raw))
    content = {key: asdict(entry) for key, entry in sorted(ledger.items())}
    _display(
        {
            "text/plain": f"{len(ledger)} hasil siap dikutip",
            MEDIA_TYPE: {
                "brief": {
                    "title": title,
                    "kicker": f"RINGKASAN KEBIJAKAN · {place.upper()} · {year}",
                    "place": place,
                    "subtitle": subtitle,
                    "author": author,
                    "keywords": list(keywords),
                    "footer": f"{footer} · {step.study}",
                    "date": newest.isoformat(),
                    "mark": SIMULATED if is_simulated(step.study) else "",
                    "strip": [
                        ("Kajian", f"{step.study}; perangkat kajian versi {__version__}"),
                        ("Data", f"dihimpun sampai {format_date(newest)}"),
                        ("Sidik data mentah", _fingerprint(raw)),
                        ("Sidik buku hasil", _fingerprint(content)),
                        ("Rencana analisis", kept),
                        ("Lisensi", "teks CC BY 4.0; data menurut paspornya"),
                        ("Jejak tiap angka", " dan ".join(marked(step.study, f) for f in TRACES)),
                    ],
                    "ledger": content,
                }
            },
        }
    )


def place_figure(step: Step, name: str, *, title: str, caption: str, alt: str) -> None:
    """Place a figure of an earlier step; title, caption and alt text may quote the ledger."""
    svg = step.find(f"figures/{marked(step.study, name)}.svg").read_text(encoding="utf-8")
    content = {"label": name, "title": title, "caption": caption, "alt": alt}
    _display({"image/svg+xml": svg, MEDIA_TYPE: {"figure": content}})


def place_table(table: ShownTable) -> None:
    """Place a table; its title and note may quote the ledger."""
    _display({"text/html": table.to_html(), MEDIA_TYPE: {"table": asdict(table)}})


def _raw_tables(step: Step) -> dict[str, str]:
    """Hash of every raw table of the study, as the first step read them."""
    path = processed_folder(step.root, step.study) / STEPS[0] / PROVENANCE
    read = json.loads(path.read_text(encoding="utf-8"))["dibaca"]
    return {name: digest for name, digest in read.items() if "/" in name}


def _passports(step: Step, raw: dict[str, str]) -> list[Passport]:
    folders = sorted({name.partition("/")[0] for name in raw})
    return [read_passport(raw_folder(step.root) / folder) for folder in folders]


def _fingerprint(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _display(bundle: dict[str, Any]) -> None:
    from IPython.display import display

    display(bundle, raw=True)
