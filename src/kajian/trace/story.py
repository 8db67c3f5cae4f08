"""The words of a trace: from what a reader sees down to raw data."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kajian.data.passport import read_passport
from kajian.data.resource import Resource
from kajian.data.restricted.tables import TABLES, restricted_table
from kajian.errors import DataError
from kajian.evidence.ledger import Entry
from kajian.language import format_date, format_number, format_percent
from kajian.places import GATE, TWIN, raw_folder, study_file
from kajian.study import Study
from kajian.trace.behind import Behind
from kajian.trace.chain import Chain
from kajian.trace.functions import describe
from kajian.trace.rows import raw_rows, rows_behind
from kajian.trace.tables import WHOLE, Node, all_behind, rows_of

LONGEST = 110
MOST_ROWS = 10
GENERATOR = "kajian.twin.build.build_twin"


def tell_result(entry: Entry) -> list[str]:
    """What a result says of itself."""
    lines = [f"{entry.key} = {entry.show()}", f"  {entry.note}"]
    if entry.low is not None and entry.level is not None:
        level = format_percent(100 * entry.level, 0)
        lines.append(f"  Selang {level}: {entry.show('selang')}")
    if entry.status:
        lines.append(f"  {entry.status}: dari data rumah tangga buatan komputer")
    if entry.grade:
        grade = entry.grade
        lines.append(f"  Tingkat bukti {grade.label}, rancangan {grade.design}: {grade.finding}")
        lines += [f"    - {step}" for step in grade.steps]
    if entry.exploratory:
        lines.append("  Di luar rencana analisis (eksploratif)")
    return lines


def tell_chain(chain: Chain, entry: Entry | None, study: Study, root: Path) -> list[str]:
    """How something was made, and from what."""
    made = chain.made
    lines = [f"Dibuat oleh {chain.step}" + (f", sel {made.cell}" if made else "")]
    if made:
        lines += [f"    {_cut(line)}" for line in made.call.splitlines()]
        lines += _calculation(made, study)
    else:
        lines.append("    Selnya tidak ditemukan lagi di notebook yang terakhir berjalan.")
    nodes = all_behind(chain.nodes)
    steps = [node for node in nodes if not node.is_raw]
    lines += _part("Tabel", [line for node in steps for line in _table(node, study)])
    if chain.also_read:
        lines.append(f"    Jalur hitungnya juga membaca {', '.join(chain.also_read)}.")
    told = "\n".join(
        [*lines, *(text for node in steps if node.made for _, text in node.made.lines)]
    )
    raw = [line for node in nodes if node.is_raw for line in _raw(node, entry, steps, told, root)]
    lines += _part("Data mentah (data/raw)", raw)
    if not raw:
        lines.append(
            "Tidak ada tabel mentah di belakangnya: ini pilihan kajian, bukan hitungan dari data."
            if not steps
            else "Data mentahnya terbatas dan tidak ikut proyek ini; paspornya skema tabel itu."
        )
    return lines


def _calculation(made: Behind, study: Study) -> list[str]:
    statements = [f"    {cell}: {_short(text)}" for cell, text in made.lines]
    functions = []
    for name in made.functions:
        if function := describe(name):
            functions.append(f"    {name} ({function.place})")
            functions.append(f"        {function.does}")
            if function.sources:
                functions.append(f"        Sumber metode: {'; '.join(function.sources)}")
    file = study_file(Path(), study.kode).as_posix()
    choices = [f"    {name} = {_short(repr(value))}" for name, value in made.choices.items()]
    return [
        *_part("Dihitung dari", statements),
        *_part("Fungsi, dari yang terdekat", functions),
        *_part(f"Pilihan kajian ({file})", choices),
    ]


def _table(node: Node, study: Study) -> Iterator[str]:
    """A table that a step saved, or one of household data, whose rows are never shown."""
    digest = f"sidik {node.digest[:12]}, {node.state}"
    rows = rows_of(node)
    count = "" if rows is None else f"; {format_number(rows, 0)} baris"
    if node.step in (GATE, TWIN):
        title = f" ({restricted_table(node.name).title})" if node.name in TABLES else ""
        yield f"    {node.name}{title}: {node.step}; {digest}{count}"
        yield "        Barisnya tidak ditampilkan: data tentang rumah tangga (UU 27/2022)."
        if study.simulasi:
            generator = describe(GENERATOR)
            place = f" ({generator.place})" if generator else ""
            homes = format_number(study.simulasi.rumah_tangga, 0)
            yield f"        Buatan {GENERATOR}{place}, benih {study.benih}, {homes} rumah tangga,"
            yield f"        ditera ke {', '.join(each.name for each in node.sources)}."
        return
    cell = f", sel {node.made.cell}" if node.made else ""
    yield f"    {node.name}: disimpan {node.step}{cell}; {digest}{count}"
    if node.sources:
        yield f"        dari {', '.join(each.name for each in node.sources)}"
    if node.made and (functions := list(filter(describe, node.made.functions))):
        yield f"        dengan {', '.join(functions)}"


def _raw(
    node: Node, entry: Entry | None, steps: Sequence[Node], told: str, root: Path
) -> Iterator[str]:
    """A raw table with its passport, its seal, its faults and the rows that are meant."""
    folder, _, name = node.name.partition("/")
    try:
        passport = read_passport(raw_folder(root) / folder)
        resource = passport.resource(name)
    except DataError as error:
        yield f"    {node.name}: {node.state}; {error}"
        return
    sealed = resource.hash.removeprefix("sha256:")
    yield f"    {node.name}: {resource.title}"
    yield f"        Paspor: {passport.title}; penerbit {_publisher(passport.contributors)}"
    licences = ", ".join(str(each.get("title") or each.get("name")) for each in passport.licenses)
    when = format_date(dt.date.fromisoformat(passport.created[:10]))
    yield f"        Lisensi {licences}; dihimpun {when}"
    seal = "cocok dengan paspornya" if node.digest in ("", sealed) else "LAIN dari paspornya"
    yield f"        Sidik {(node.digest or sealed)[:12]}, {node.state}; saat dibaca {seal}"
    if node.state != WHOLE:
        yield "        Barisnya tidak ditampilkan, karena berkasnya bukan lagi yang dibaca."
    elif resource.format == "csv":
        rows = rows_behind(entry, raw_rows(passport, resource), resource, node, steps)
        yield f"        Baris: {rows.why}"
        yield from (f"            baris {line}: {text}" for line, text in rows.shown[:MOST_ROWS])
        if len(rows.shown) > MOST_ROWS:
            yield f"            dan {len(rows.shown) - MOST_ROWS} baris lain"
    elif resource.format == "geojson":
        shapes = json.loads(node.path.read_text(encoding="utf-8"))["features"]
        yield f"        Lapisan peta: seluruh {len(shapes)} bentuk"
    yield from _faults(resource, told)


def _faults(resource: Resource, told: str) -> Iterator[str]:
    """Known faults of the columns that the calculation names; of all when it names none."""
    faults = resource.known_faults
    named = [fault for fault in faults if fault.column in told] or faults
    for fault in named:
        note, treatment = (text.removesuffix(".") for text in (fault.note, fault.treatment))
        yield f"        Cacat {fault.column} ({fault.where}): {note}. {treatment}."
    if others := dict.fromkeys(fault.column for fault in faults if fault not in named):
        yield f"        Paspornya juga menyebut cacat pada {', '.join(others)}."


def _publisher(contributors: Sequence[dict[str, Any]]) -> str:
    named = [each for each in contributors if "publisher" in each.get("roles", [])]
    return ", ".join(str(each.get("title", "")) for each in named or contributors)


def _part(heading: str, lines: list[str]) -> list[str]:
    return [heading, *lines] if lines else []


def _short(text: str) -> str:
    return _cut(" ".join(text.split()))


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 2]} …"
