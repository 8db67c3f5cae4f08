"""Persons of the twin: who belongs to which household, how old, how related."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kajian.twin.chunks import Chunk
from kajian.twin.draws import Flags, Floats, Integers, labelled
from kajian.twin.households import CHILD, OLD, OLDEST, YOUNGEST_SPOUSE
from kajian.twin.traits import SEX
from kajian.twin.traits import Households as Composition
from kajian.twin.truth import SNAPSHOT

RELATIONS = ("kepala", "pasangan", "anak", "orang_tua", "famili_lain", "lainnya")
MARITAL = ("belum_kawin", "kawin", "cerai_hidup", "cerai_mati")
# Years between a child and the younger and the older of its parents.
YOUNGEST_PARENT, OLDEST_PARENT = 17, 45
ELDEST_CHILD = 45


def draw_persons(chunk: Chunk, households: pd.DataFrame, model: Composition) -> pd.DataFrame:
    """Draw the members of each household.

    Returns
    -------
    pd.DataFrame
        One row per person, the head first in each household: ``rumah_tangga`` (row number of
        the household), ``hubungan, jk, umur, tanggal_lahir`` (datetime64, a day that gives this
        age at the snapshot), ``status_kawin``, ``z`` of the household.
    """
    rng = chunk.rng("persons")
    size = households["jumlah_anggota"].to_numpy()
    row = np.repeat(np.arange(len(size)), size)
    order = np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size)
    member = {name: households[name].to_numpy()[row] for name in _NEEDED}
    paired = member["umur_pasangan"] > 0
    head, spouse = order == 0, paired & (order == 1)
    further = order - 1 - paired
    child = ~head & ~spouse & (further < member["anak"])
    parent = ~head & ~spouse & ~child & (further < member["anak"] + member["orang_tua"])
    adult = ~(head | spouse | child | parent)
    younger = np.where(
        paired, np.minimum(member["umur_kepala"], member["umur_pasangan"]), member["umur_kepala"]
    )
    own, age = _offspring(younger, child, adult, model, rng)
    age = np.where(parent, _ages_of_parents(member["umur_kepala"], rng), age)
    age = np.where(head, member["umur_kepala"], np.where(spouse, member["umur_pasangan"], age))
    other = adult & ~own & (rng.random(len(row)) < 0.1)
    relation = np.select([head, spouse, own, parent, other], [0, 1, 2, 3, 5], 4)
    man_heads = (households["jk_kepala"] == "L").to_numpy()[row]
    women = np.select(
        [parent, age < YOUNGEST_SPOUSE],
        [model.perempuan_orang_tua, model.perempuan_anak],
        model.perempuan_dewasa,
    )
    woman = rng.random(len(row)) < women
    woman = np.where(head, ~man_heads, np.where(spouse, man_heads, woman))
    return pd.DataFrame(
        {
            "rumah_tangga": row,
            "hubungan": labelled(relation, RELATIONS),
            "jk": labelled(woman, SEX),
            "umur": age,
            "tanggal_lahir": _births(age, rng),
            "status_kawin": labelled(
                _marital(age, woman, paired & (head | spouse), (head, parent), model, rng), MARITAL
            ),
            "z": households["z"].to_numpy()[row],
        }
    )


_NEEDED = ("umur_kepala", "umur_pasangan", "anak", "orang_tua")


def _offspring(
    younger: Integers, child: Flags, adult: Flags, model: Composition, rng: np.random.Generator
) -> tuple[Flags, Integers]:
    """Draw who is a child of the head, and the ages of all further members.

    A child is at least 17 and at most 45 years younger than the younger of its parents.
    """
    low = np.where(child, 0, CHILD)
    high = np.where(child, CHILD - 1, OLD - 1)
    youngest = np.maximum(low, younger - OLDEST_PARENT)
    eldest = np.minimum(np.where(child, high, ELDEST_CHILD), younger - YOUNGEST_PARENT)
    willing = child | (rng.random(len(low)) < model.anak_dewasa)
    own = (child | adult) & (youngest <= eldest) & willing
    low, high = np.where(own, youngest, low), np.where(own, eldest, high)
    # Grown-up children leave home: the younger ages are more common.
    share = np.where(child, rng.random(len(low)), rng.beta(1.15, 1.8, len(low)))
    return own, low + np.floor(share * (high - low + 1)).astype(np.int64)


def _ages_of_parents(head: Integers, rng: np.random.Generator) -> Integers:
    """Draw ages of parents from 65: 18 to 40 years above the head's, the younger more common."""
    low, high = np.maximum(OLD, head + 18), np.clip(head + 40, OLD, OLDEST)
    share = rng.beta(1.3, 2.2, len(head))
    return np.asarray(low + np.floor(share * (high - low + 1)).astype(np.int64))


def _births(age: Integers, rng: np.random.Generator) -> pd.DatetimeIndex:
    """Draw days of birth that give these ages at the snapshot."""
    last = np.datetime64(SNAPSHOT, "D")
    month = last.astype("datetime64[M]")
    birthday = (month - 12 * age).astype("datetime64[D]") + (last - month.astype("datetime64[D]"))
    return pd.DatetimeIndex(birthday - rng.integers(0, 365, len(age)))


def _marital(
    age: Integers,
    woman: Flags,
    paired: Flags,
    seniors: tuple[Flags, Flags],
    model: Composition,
    rng: np.random.Generator,
) -> Integers:
    """Draw marital status; `seniors` are heads and parents, who have mostly lost a spouse."""
    head, parent = seniors
    chance: Floats = rng.random(len(age))
    single = np.select(
        [parent, head], [0.0, model.lajang_kepala.at(age)], model.lajang_anggota.at(age)
    )
    apart = np.where(head | parent, model.kawin_kepala, model.kawin_anggota.at(age))
    widowed = model.cerai_mati.at(age) * np.where(woman, 1.0, model.cerai_mati_laki_laki)
    lost = np.where(rng.random(len(age)) < widowed, 3, 2)
    status = np.where(chance < single + (1 - single) * apart, 1, lost)
    status = np.where(chance < single, 0, status)
    return np.select([paired, age < YOUNGEST_SPOUSE], [1, 0], status)
