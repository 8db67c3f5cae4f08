"""Categories of social problems (PPKS) of the persons of the twin.

Definitions: Permensos 8/2012, simplified to what the tables say; the rest is given at random.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

import numpy as np
import pandas as pd

from kajian.twin.chunks import Chunk
from kajian.twin.draws import Flags, labelled
from kajian.twin.problems import Problem, Problems, Trait

CATEGORIES = tuple(part.name for part in fields(Problems))


def draw_ppks(
    chunk: Chunk, persons: pd.DataFrame, households: pd.DataFrame, model: Problems
) -> pd.Series:
    """Draw the category of each person, missing for nearly all.

    Parameters
    ----------
    persons
        Columns of ``orang`` up to ``disabilitas``.
    households
        With ``miskin``, ``status_rumah`` and ``punya_mobil``.

    Returns
    -------
    pd.Series
        Categorical over `CATEGORIES`.
    """
    rng = chunk.rng("ppks")
    age, traits = persons["umur"].to_numpy(), _traits(persons, households)
    category = np.full(len(persons), -1)
    for number, name in reversed(list(enumerate(CATEGORIES))):
        problem: Problem = getattr(model, name)
        able = traits[problem.siapa] & (problem.umur_dari <= age) & (age <= problem.umur_sampai)
        category[able & (rng.random(len(age)) < problem.peluang)] = number
    return labelled(category, CATEGORIES)


def _traits(persons: pd.DataFrame, households: pd.DataFrame) -> Mapping[Trait, Flags]:
    """Who has which of the traits that problems ask for."""
    row = persons["rumah_tangga"].to_numpy()
    poor = households["miskin"].to_numpy()[row]
    homeless = (households["status_rumah"] != "milik_sendiri") & (households["punya_mobil"] == 0)
    head = (persons["hubungan"] == "kepala").to_numpy()
    woman = (persons["jk"] == "P").to_numpy()
    alone = persons["status_kawin"].isin(["cerai_hidup", "cerai_mati"]).to_numpy()
    return {
        "siapa_pun": np.ones(len(persons), dtype=np.bool_),
        "miskin": poor,
        "miskin_kepala": poor & head,
        "miskin_tanpa_pasangan": poor & alone,
        "miskin_tanpa_rumah": poor & homeless.to_numpy()[row],
        "perempuan": woman,
        "perempuan_miskin": poor & woman & (head | alone),
        "kepala": head,
        "disabilitas": (persons["disabilitas"] != "tidak_ada").to_numpy(),
    }
