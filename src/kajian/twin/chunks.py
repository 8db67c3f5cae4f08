"""The twin in parts of bounded size, each with random streams of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from kajian.errors import DataError
from kajian.twin.places import Place, largest_remainder

LARGEST = 50_000
SERIALS = 9_999

Stage = Literal[
    "households",
    "dwelling",
    "persons",
    "schooling",
    "activity",
    "ppks",
    "programmes",
    "identity",
    "names",
    "registry",
    "leaving",
]
CityStage = Literal["places", "sample", "waves", "interviews", "facilities", "trial", "selection"]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Neighbouring households of one kelurahan.

    Attributes
    ----------
    first
        Position in the kelurahan of the first household, from 0.
    serials
        First serial number of a NIK or No. KK that belongs to this chunk alone, and how many.
    """

    place: Place
    number: int
    first: int
    households: int
    persons: int
    serials: tuple[int, int]
    seed: int

    def rng(self, stage: Stage) -> np.random.Generator:
        """Give the stream of one stage; no other chunk or stage shares it."""
        key = (1, self.place.number, self.number, get_args(Stage).index(stage))
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=key))


def city_rng(seed: int, stage: CityStage) -> np.random.Generator:
    """Give the stream of what is drawn once for the whole city."""
    key = (0, get_args(CityStage).index(stage))
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def plan_chunks(places: Sequence[Place], seed: int) -> list[Chunk]:
    """Cut each kelurahan into chunks of at most 50,000 households.

    Raises
    ------
    DataError
        When a kecamatan has so many chunks that NIK would repeat.
    """
    chunks = []
    for district in sorted({place.code[:8] for place in places}):
        inside = [place for place in places if place.code.startswith(district)]
        parts = [max(1, -(-place.households // LARGEST)) for place in inside]
        block = SERIALS // sum(parts)
        if block < 100:
            raise DataError(
                f"kembaran terlalu besar: nomor urut NIK di kecamatan {district} habis",
                remedy="kurangi rumah tangga simulasi",
            )
        serial = 1
        for place, count in zip(inside, parts, strict=True):
            households = largest_remainder(np.ones(count), place.households)
            persons = largest_remainder(households, place.persons)
            for number in range(count):
                first = int(households[:number].sum())
                sizes = int(households[number]), int(persons[number])
                chunks.append(Chunk(place, number, first, *sizes, (serial, block), seed))
                serial += block
    return chunks
