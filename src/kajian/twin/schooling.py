"""School attendance, certificates and years of schooling of the persons of the twin."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from kajian.twin.chunks import Chunk
from kajian.twin.draws import Integers, choose, labelled
from kajian.twin.traits import CERTIFICATE, Schooling

PARTICIPATION = ("belum_sekolah", "masih_sekolah", "tidak_bersekolah_lagi", "tidak_pernah")
LEVELS = ("paud", "sd", "smp", "sma", "pt")
# First age of each level, and the age at which none is left.
AGES = (3, 7, 13, 16, 19, 24)
YEARS = np.array([0, 6, 9, 12, 16])
TEENAGERS = (13, 18)


def draw_schooling(
    chunk: Chunk,
    persons: pd.DataFrame,
    households: pd.DataFrame,
    model: Schooling,
    cohort_slope: float,
) -> pd.DataFrame:
    """Draw the schooling of each person; heads have the education of their household.

    Parameters
    ----------
    persons
        What `kajian.twin.persons.draw_persons` gave.
    cohort_slope
        Change of the logit of education per ten years of age.

    Returns
    -------
    pd.DataFrame
        ``partisipasi_sekolah, jenjang_sekolah, ijazah, lama_sekolah_tahun``, as in ``orang``.
    """
    rng = chunk.rng("schooling")
    age, z, n = persons["umur"].to_numpy(), persons["z"].to_numpy(), len(persons)
    head = (persons["hubungan"] == "kepala").to_numpy()
    level = np.searchsorted(AGES, age, side="right") - 1
    rates = [model.hadir_paud, model.hadir_sd, model.hadir_smp, model.hadir_sma, model.hadir_pt]
    aged = (level >= 0) & (level < len(rates))
    odds = logit(rates)[level.clip(0, len(rates) - 1)] + model.lereng * z
    attends = aged & ~head & (rng.random(n) < expit(odds))
    certificate = choose(
        model.ijazah, model.ijazah.lereng * z + cohort_slope * (age - 45) / 10, rng
    )
    certificate = np.minimum(certificate, _highest(age, rng))
    # Who attends a level has the certificate of the level before.
    certificate = np.where(attends, (level - 1).clip(min=0), certificate)
    heads = households["pendidikan_kepala"].cat.codes.to_numpy()[persons["rumah_tangga"]]
    certificate = np.where(head, heads, certificate)
    rarely = np.interp(age, [40, 80], [0.2, 0.6])
    never = (certificate == 0) & ~attends & ~head & (rng.random(n) < rarely)
    too_young = age < AGES[1]
    participation = np.select([attends, too_young, never], [1, 0, 3], 2)
    years = np.where(
        attends,
        _years_at_school(age, level),
        _years_of_certificate(age, certificate, rng) * ~(never | too_young),
    )
    return pd.DataFrame(
        {
            "partisipasi_sekolah": labelled(participation, PARTICIPATION),
            "jenjang_sekolah": labelled(np.where(attends, level, -1), LEVELS),
            "ijazah": labelled(certificate, CERTIFICATE),
            "lama_sekolah_tahun": years,
        }
    )


def _highest(age: Integers, rng: np.random.Generator) -> Integers:
    """Highest certificate that one of this age can have; some leave before the usual one."""
    usual = np.searchsorted([12, 15, 18, 22], age)
    return np.where(age <= TEENAGERS[1], usual - (rng.random(len(age)) < 0.2), usual).clip(min=0)


def _years_at_school(age: Integers, level: Integers) -> Integers:
    """Years completed by who attends a level at the usual age."""
    before = YEARS[(level - 1).clip(0, 3)]
    return np.asarray(np.where(level == 0, 0, before + age - np.array(AGES)[level.clip(0, 4)]))


def _years_of_certificate(
    age: Integers, certificate: Integers, rng: np.random.Generator
) -> Integers:
    """Years completed by who has left school: those of the certificate and a few more."""
    unfinished = rng.integers(1, 6, len(age))
    extra = np.where(certificate < 4, rng.integers(0, 3, len(age)), 0)
    years = np.where(certificate == 0, unfinished, YEARS[certificate] + extra)
    return np.asarray(np.minimum(years, (age - 6).clip(min=0)))
