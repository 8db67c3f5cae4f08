"""Numbers and names that belong to nobody: the province 99 does not exist.

Names are invented from syllables that no given name in Indonesia has.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kajian.twin.chunks import Chunk
from kajian.twin.draws import Integers

PROVINCE = 99
WOMAN = 40
FIRST_CARD, CARD_DAYS = np.datetime64("2010-01-01"), 5_641  # a prime number of days, to June 2025
STRIDE = 2_741
BEGINNINGS = (
    *("Qob", "Xul", "Qim", "Xed", "Qaf", "Xor", "Qup", "Xig", "Qel", "Xab", "Qod", "Xum"),
    *("Qir", "Xef", "Qag", "Xol", "Qub", "Xin", "Qed", "Xap", "Qom", "Xuk", "Qif", "Xer"),
)
ENDINGS = (
    *("vaxo", "zuqi", "vexu", "zoqa", "vuxe", "ziqo", "vaqu", "zexi", "voqe", "zuxa", "viqo"),
    *("zaxu", "vexi", "zoqu", "vuqa", "zixo", "vaxe", "zuqo", "voxi", "zeqa", "vixu", "zaqe"),
)
WORDS = tuple(beginning + ending for beginning in BEGINNINGS for ending in ENDINGS)


def household_ids(chunk: Chunk) -> pa.Array:
    """Identify households by kelurahan and position, counted from 1."""
    position = np.arange(chunk.first + 1, chunk.first + chunk.households + 1)
    number = pc.utf8_lpad(pa.array(position).cast(pa.string()), 7, "0")
    return pc.binary_join_element_wise("SIM-" + chunk.place.code.replace(".", ""), number, "-")


def card_numbers(chunk: Chunk) -> pa.Array:
    """Give each household a number of its family card (No. KK), unique in the twin.

    Dates of issue run through a prime number of days in great strides; who comes to a day again
    takes the next serial number.
    """
    position = np.arange(chunk.households)
    issued = pd.DatetimeIndex(FIRST_CARD + position * STRIDE % CARD_DAYS)
    return _number(chunk, issued, 0, position // CARD_DAYS)


def person_numbers(chunk: Chunk, births: pd.Series, woman: pd.Series) -> pa.Array:
    """Give each person a NIK, unique in the twin; for women 40 is added to the day."""
    dates = pd.DatetimeIndex(births)
    shift = WOMAN * woman.to_numpy(dtype=np.int64)
    code = pd.Series(_date_code(dates, shift))
    repeat = code.groupby(code).cumcount().to_numpy().astype(np.int64)
    return _number(chunk, dates, shift, repeat)


def names(count: int, rng: np.random.Generator) -> pa.Array:
    """Invent names of two words."""
    words = pa.array(WORDS)
    first, second = (words.take(pa.array(rng.integers(0, len(WORDS), count))) for _ in range(2))
    return pc.binary_join_element_wise(first, second, " ")


def addresses(count: int, rng: np.random.Generator) -> pa.Array:
    """Invent addresses that say that they are simulated."""
    lane = pa.array(rng.integers(1, 100, count)).cast(pa.string())
    return pc.binary_join_element_wise("SIMULASI Gang", lane, " ")


def _date_code(dates: pd.DatetimeIndex, shift: Integers | int) -> Integers:
    """Write dates as the number DDMMYY."""
    year = dates.year.to_numpy() % 100
    day = dates.day.to_numpy() + shift
    return np.asarray(day * 10_000 + dates.month.to_numpy() * 100 + year, dtype=np.int64)


def _number(
    chunk: Chunk, dates: pd.DatetimeIndex, shift: Integers | int, repeat: Integers
) -> pa.Array:
    """Put sixteen digits together: province, regency, district, date, serial number."""
    first, room = chunk.serials
    assert repeat.max(initial=0) < room, "a chunk needs more serial numbers than it has"
    regency, district = (int(part) for part in chunk.place.code.split(".")[1:3])
    place = (PROVINCE * 100 + regency) * 100 + district
    number = (place * 10**6 + _date_code(dates, shift)) * 10**4 + first + repeat
    return pa.array(number).cast(pa.string())
