"""Categories of social problems (PPKS) of the persons of the twin.

Definitions: Permensos 8/2012, simplified to what the tables say. What the tables say nothing about
is given at random and rarely; isolated customary communities do not exist in a city.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kajian.twin.chunks import Chunk
from kajian.twin.draws import Flags, labelled
from kajian.twin.traits import Activity

# Category, share of the recorded rate among those who fit, in the order of precedence.
COMMON = (
    ("anak_balita_telantar", 0.08),
    ("anak_telantar", 0.06),
    ("anak_disabilitas", 1.4),
    ("penyandang_disabilitas", 1.0),
    ("lansia_telantar", 0.5),
    ("perempuan_rawan_sosial_ekonomi", 0.6),
    ("fakir_miskin", 0.6),
)
RARE = (
    *("anak_berhadapan_hukum", "anak_korban_kekerasan", "anak_jalanan", "anak_perlindungan_khusus"),
    *("tuna_susila", "gelandangan", "pengemis", "pemulung", "kelompok_minoritas"),
    *("bekas_warga_binaan", "odha", "korban_napza", "korban_perdagangan_orang", "korban_kekerasan"),
    *("pekerja_migran_bermasalah", "korban_bencana_alam", "korban_bencana_sosial"),
    "keluarga_bermasalah",
)
CATEGORIES = (*(name for name, _ in COMMON), *RARE)
RARE_OF_CHILDREN = 4


def draw_ppks(chunk: Chunk, persons: pd.DataFrame, poor: Flags, model: Activity) -> pd.Series:
    """Draw the category of each person, missing for nearly all.

    Parameters
    ----------
    persons
        Columns of ``orang`` up to ``disabilitas``.
    poor
        Whether the household of each person is poor, one per person.

    Returns
    -------
    pd.Series
        Categorical over `CATEGORIES`.
    """
    rng = chunk.rng("ppks")
    age, n = persons["umur"].to_numpy(), len(persons)
    head = (persons["hubungan"] == "kepala").to_numpy()
    disabled = (persons["disabilitas"] != "tidak_ada").to_numpy()
    alone = persons["status_kawin"].isin(["cerai_hidup", "cerai_mati"]).to_numpy()
    woman = (persons["jk"] == "P").to_numpy()
    fits = (
        poor & (age <= 5),
        poor & (age > 5) & (age < 18),
        disabled & (age < 18),
        disabled & (age >= 18),
        poor & (age >= 60) & alone,
        poor & woman & (age >= 18) & (age < 60) & (head | alone),
        poor & head,
    )
    category = np.full(n, -1)
    of_child = (age >= 12) & (age < 18)
    for number in reversed(range(len(RARE))):
        able = of_child if number < RARE_OF_CHILDREN else age >= 18
        category[able & (rng.random(n) < model.ppks_jarang)] = len(COMMON) + number
    for number in reversed(range(len(COMMON))):
        rate = model.ppks_miskin * COMMON[number][1]
        category[fits[number] & (rng.random(n) < rate)] = number
    return labelled(category, CATEGORIES)
