"""What an indicator meant, when, and by which rule; and when two meanings may be compared.

The definitions stand in ``definitions.yaml`` beside this module, with their legal basis and
whether it could be confirmed. Several may be in force at once: a decent floor is 7.2, 8 or 9 m2
per person depending on the rule.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from kajian.data.passport import YAML_LOADER
from kajian.errors import DataError
from kajian.language import format_date, format_number

_FILE = Path(__file__).with_name("definitions.yaml")


@dataclass(frozen=True, slots=True)
class Definition:
    """One meaning of an indicator.

    Attributes
    ----------
    id
        ``indicator/name``.
    parameters
        Numbers or lists of allowed values, by name; names end in their unit.
    number, legal_title
        The regulation or publication.
    valid_from, valid_to
        First and last day; no last day while in force.
    checked
        Whether rule and numbers were read in `source`; what is uncertain is in `note`.
    """

    id: str
    title: str
    text: str
    parameters: Mapping[str, Any]
    number: str
    legal_title: str
    valid_from: datetime.date
    valid_to: datetime.date | None
    checked: bool
    source: str
    note: str

    @property
    def indicator(self) -> str:
        """The indicator that is defined."""
        return self.id.partition("/")[0]

    def holds_on(self, date: datetime.date) -> bool:
        """Whether the definition is in force on a day."""
        return self.valid_from <= date and (self.valid_to is None or date <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Bridge:
    """Why two definitions may be compared after all: one sentence, `how`, and its kind."""

    first: str
    second: str
    kind: Literal["identical", "recompute", "factor"]
    how: str

    def joins(self, first: str, second: str) -> bool:
        """Whether the bridge lies between two definitions, in either direction."""
        return {self.first, self.second} == {first, second}


def definitions(indicator: str) -> tuple[Definition, ...]:
    """All definitions of an indicator, oldest first.

    Raises
    ------
    DataError
        When the indicator has none; the message lists those that have.
    """
    found = [one for one in _all().values() if one.indicator == indicator]
    if not found:
        raise _unknown(f"indikator '{indicator}'", {one.indicator for one in _all().values()})
    return tuple(sorted(found, key=lambda one: one.valid_from))


def definition(name: str) -> Definition:
    """The definition with an id.

    Raises
    ------
    DataError
        When there is none; the message lists the ids of its indicator, or of all.
    """
    every = _all()
    if name not in every:
        same = {key for key in every if key.startswith(name.partition("/")[0] + "/")}
        raise _unknown(f"definisi '{name}'", same or every.keys())
    return every[name]


def definition_on(indicator: str, date: datetime.date) -> Definition:
    """The one definition of an indicator that is in force on a day.

    Raises
    ------
    DataError
        When none is in force, or several at once: then a study must name its choice.
    """
    day = format_date(date)
    found = [one for one in definitions(indicator) if one.holds_on(date)]
    if len(found) == 1:
        return found[0]
    if found:
        raise DataError(
            f"{len(found)} definisi '{indicator}' berlaku bersamaan pada {day}",
            remedy=f"sebut salah satu: {', '.join(one.id for one in found)}",
            file=_FILE.name,
        )
    raise DataError(
        f"tidak ada definisi '{indicator}' yang berlaku pada {day}",
        remedy=f"pilih tanggal lain; yang ada: {'; '.join(map(_span, definitions(indicator)))}",
        file=_FILE.name,
    )


def bridges_between(first: str, second: str) -> tuple[Bridge, ...]:
    """The stated bridges between two definitions."""
    return tuple(bridge for bridge in _content()[1] if bridge.joins(first, second))


def comparable(first: str, second: str) -> bool:
    """Whether figures by two definitions (ids) may stand side by side as they are.

    Equal parameters are not enough: whom a rule covers may have changed. Either the ids are the
    same, or an ``identical`` bridge is stated.
    """
    definition(first), definition(second)
    return first == second or any(b.kind == "identical" for b in bridges_between(first, second))


def require_comparable(first: str, second: str, *, bridges: Collection[Bridge] = ()) -> None:
    """Refuse to compare figures by two definitions.

    Parameters
    ----------
    first, second
        Ids.
    bridges
        Bridges that the study has crossed: of `bridges_between`, or its own.

    Raises
    ------
    DataError
        When they are not comparable and no bridge joins them; says what differs.
    """
    if comparable(first, second) or any(bridge.joins(first, second) for bridge in bridges):
        return
    one, other = definition(first), definition(second)
    known = [bridge.how for bridge in bridges_between(first, second)]
    raise DataError(
        f"dua angka memakai definisi yang berbeda: {_described(one)}; {_described(other)}",
        remedy="hitung ulang kedua tahun menurut satu definisi, atau nyatakan jembatannya"
        + (f" ({' '.join(known)})" if known else ""),
        file=_FILE.name,
        rows=[first, second],
    )


def every_definition() -> tuple[Definition, ...]:
    """All definitions of all indicators, in the order of the file."""
    return _content()[0]


@cache
def _content() -> tuple[tuple[Definition, ...], tuple[Bridge, ...]]:
    content = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=YAML_LOADER)
    bridges = (
        Bridge(first=b["from"], second=b["to"], kind=b["kind"], how=b["how"])
        for b in content["bridges"]
    )
    return tuple(Definition(**one) for one in content["definitions"]), tuple(bridges)


def _all() -> dict[str, Definition]:
    return {one.id: one for one in every_definition()}


def _described(one: Definition) -> str:
    numbers = [
        f"{name} = {format_number(value, 1) if isinstance(value, float) else value}"
        for name, value in one.parameters.items()
    ]
    return ", ".join([_span(one), one.number, *numbers])


def _span(one: Definition) -> str:
    last = f"sampai {format_date(one.valid_to)}" if one.valid_to else "dan masih berlaku"
    return f"{one.id} (sejak {format_date(one.valid_from)} {last})"


def _unknown(what: str, options: Collection[str]) -> DataError:
    return DataError(
        f"{what} tidak dikenal",
        remedy=f"pilih salah satu dari: {', '.join(sorted(options))}",
        file=_FILE.name,
    )
