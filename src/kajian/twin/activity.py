"""Work, insurance and disability of the persons of the twin."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kajian.twin.chunks import Chunk
from kajian.twin.draws import Integers, happens, labelled
from kajian.twin.households import CHILD
from kajian.twin.traits import Activity
from kajian.twin.work import OUTSIDE, draw_protection, draw_work

ACTIVITIES = (
    *("formal", "informal", "menganggur", "sekolah", "mengurus_rumah_tangga", "lainnya"),
    "di_bawah_umur_kerja",
)
INSURANCE = ("pbi_apbn", "pbi_apbd", "mandiri", "pekerja", "tidak_ada")
DISABILITY = ("tidak_ada", "fisik", "intelektual", "mental", "sensorik", "ganda")
KINDS_OF_DISABILITY = (0.40, 0.14, 0.16, 0.22, 0.08)


def draw_activity(
    chunk: Chunk,
    persons: pd.DataFrame,
    households: pd.DataFrame,
    subsidised: pd.Series,
    model: Activity,
) -> pd.DataFrame:
    """Draw what each person does and how he or she is insured.

    Parameters
    ----------
    persons
        Columns of `draw_persons` and `draw_schooling`.
    subsidised
        Whether a household receives PBI JKN; then all its members have it.

    Returns
    -------
    pd.DataFrame
        ``disabilitas, kegiatan, jaminan_kesehatan, jaminan_kerja``, as in ``orang``.
    """
    rng = chunk.rng("activity")
    age, z, n = persons["umur"].to_numpy(), persons["z"].to_numpy(), len(persons)
    row = persons["rumah_tangga"].to_numpy()
    disabled = happens(model.disabilitas, model.disabilitas_umur * (age - 40) / 10, n, rng)
    kind = 1 + rng.choice(len(KINDS_OF_DISABILITY), n, p=KINDS_OF_DISABILITY)
    activity = _activity(persons, households, model, rng)
    # Formal and informal work have the same codes among activities.
    protected = draw_protection(age, activity, z, model, rng)
    return pd.DataFrame(
        {
            "disabilitas": labelled(np.where(disabled, kind, 0), DISABILITY),
            "kegiatan": labelled(activity, ACTIVITIES),
            "jaminan_kesehatan": labelled(
                _insurance(households, subsidised, model, rng)[row], INSURANCE
            ),
            "jaminan_kerja": protected.astype(np.int64),
        }
    )


def _activity(
    persons: pd.DataFrame, households: pd.DataFrame, model: Activity, rng: np.random.Generator
) -> Integers:
    age, n = persons["umur"].to_numpy(), len(persons)
    woman = (persons["jk"] == "P").to_numpy()
    certificate = persons["ijazah"].cat.codes.to_numpy().astype(np.int64)
    work = draw_work(age, woman, certificate, model, rng)
    keeps_house = np.where(
        woman, model.rumah_tangga_perempuan.at(age), model.rumah_tangga_laki_laki
    )
    at_home = np.where(rng.random(n) < keeps_house, 4, 5)
    heads = households["kerja_kepala"].cat.codes.to_numpy()[persons["rumah_tangga"]]
    head = (persons["hubungan"] == "kepala").to_numpy()
    work = np.where(head, heads, work)
    usual = np.where(work == OUTSIDE, at_home, work)
    pupil = (persons["partisipasi_sekolah"] == "masih_sekolah").to_numpy()
    return np.select([age < CHILD, pupil], [6, 3], usual)


def _insurance(
    households: pd.DataFrame, subsidised: pd.Series, model: Activity, rng: np.random.Generator
) -> Integers:
    """Draw how a household is insured: all its members in the same way."""
    n = len(households)
    formal = (households["kerja_kepala"] == "formal").to_numpy()
    by_work = formal & (rng.random(n) < model.jkn_pekerja)
    paying = happens(model.jkn_mandiri, model.jkn_lereng * households["z"].to_numpy(), n, rng)
    by_city = rng.random(n) < model.jkn_apbd
    return np.select([subsidised.to_numpy(), by_work, paying, by_city], [0, 3, 2, 1], 4)
