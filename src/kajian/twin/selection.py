"""Applicants for a grant that a score decides."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kajian.twin.places import Place
from kajian.twin.truth import YEAR, Selection

PROGRAMME = "modal_usaha"


def draw_selection(
    places: Sequence[Place], model: Selection, rng: np.random.Generator
) -> pd.DataFrame:
    """Draw the table ``seleksi``: the score of each applicant, the decision, and sales after.

    Nobody can place himself above the threshold: the score has a smooth distribution there. Sales
    rise with the score along a curve and jump by the effect at the threshold.
    """
    n = model.pemohon
    score = np.round(100 * rng.beta(model.skor_a, model.skor_b, n), 2)
    above = score - model.ambang
    receives = above >= 0
    sales = (
        model.omzet_rp
        + model.lereng_rp * above
        + model.lengkung_rp * above**2
        + model.dampak_rp * receives
        + model.simpangan_rp * rng.standard_normal(n)
    )
    persons = np.array([place.persons for place in places], dtype=float)
    home = rng.choice(len(places), n, p=persons / persons.sum())
    return pd.DataFrame(
        {
            "program": PROGRAMME,
            "tahun": YEAR,
            "id_pemohon": [f"SIM-M{number:04d}" for number in range(1001, n + 1001)],
            "kode_wilayah": np.array([place.code for place in places])[home],
            "skor": score,
            "ambang": model.ambang,
            "menerima": receives.astype(int),
            "omzet_rp": np.rint(sales.clip(50_000) / 1000).astype(int) * 1000,
        }
    )
