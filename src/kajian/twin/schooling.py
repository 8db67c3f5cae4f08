"""School attendance, certificates and years of schooling of the persons of the twin."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from kajian.twin.chunks import Chunk
from kajian.twin.draws import Floats, Integers, choose, labelled
from kajian.twin.items import Item
from kajian.twin.traits import CERTIFICATE, Schooling

PARTICIPATION = ("belum_sekolah", "masih_sekolah", "tidak_bersekolah_lagi", "tidak_pernah")
LEVELS = ("paud", "sd", "smp", "sma", "pt")
YOUNGEST_PUPIL = 3
# Years of school that each certificate takes; the levels from SMP on begin there too.
YEARS = np.array([0, 6, 9, 12, 16])
GROWN = 19


def draw_schooling(
    chunk: Chunk, persons: pd.DataFrame, households: pd.DataFrame, model: Schooling
) -> pd.DataFrame:
    """Draw the schooling of each person; heads have the education of their household.

    Each child enters SD at an age of its own, and each student begins after a gap of its own.

    Parameters
    ----------
    persons
        What `kajian.twin.persons.draw_persons` gave.

    Returns
    -------
    pd.DataFrame
        ``partisipasi_sekolah, jenjang_sekolah, ijazah, lama_sekolah_tahun``, as in ``orang``.
    """
    rng = chunk.rng("schooling")
    age, z, n = persons["umur"].to_numpy(), persons["z"].to_numpy(), len(persons)
    head = (persons["hubungan"] == "kepala").to_numpy()
    since = age - _drawn(model.umur_masuk_sd, n, rng)
    studied = since - YEARS[3] - _drawn(model.jeda_masuk_pt, n, rng)
    level = _levels(age, since, studied, model)
    attends = ~head & (rng.random(n) < _attendance(persons, level, z, model))
    certificate = choose(model.ijazah, model.ijazah.lereng * z + model.ijazah_umur.at(age), rng)
    certificate = np.minimum(certificate, _highest(age, since, rng))
    # Who attends a level has the certificate of the level before.
    certificate = np.where(attends, (level - 1).clip(min=0), certificate)
    heads = households["pendidikan_kepala"].cat.codes.to_numpy()[persons["rumah_tangga"]]
    certificate = np.where(head, heads, certificate)
    rarely = np.interp(age, [40, 80], [0.2, 0.6])
    never = (certificate == 0) & ~attends & ~head & (rng.random(n) < rarely)
    too_young = since < 1
    participation = np.select([attends, too_young, never], [1, 0, 3], 2)
    at_school = np.where(level == len(LEVELS) - 1, YEARS[3] + studied.clip(0, 4), since).clip(0)
    left = _years_of_certificate(since, certificate, rng) * ~(never | too_young)
    return pd.DataFrame(
        {
            "partisipasi_sekolah": labelled(participation, PARTICIPATION),
            "jenjang_sekolah": labelled(np.where(attends, level, -1), LEVELS),
            "ijazah": labelled(certificate, CERTIFICATE),
            "lama_sekolah_tahun": np.where(attends, at_school, left),
        }
    )


def _drawn(item: Item, size: int, rng: np.random.Generator) -> Integers:
    """Draw whole numbers as often as their shares say."""
    options = np.asarray(item.pilihan, dtype=np.int64)
    return np.asarray(options[choose(item, np.zeros(size), rng)])


def _levels(age: Integers, since: Integers, studied: Integers, model: Schooling) -> Integers:
    """Level that one would attend, so many years after entering SD; -1 for none."""
    at_school = 1 + np.searchsorted(YEARS[1:4], since, side="right")
    student = (studied >= 0) & (studied < model.lama_pt)
    return np.select(
        [age < YOUNGEST_PUPIL, since < 0, since < YEARS[3], student], [-1, 0, at_school, 4], -1
    )


def _attendance(persons: pd.DataFrame, level: Integers, z: Floats, model: Schooling) -> Floats:
    """Chance of attending; who is married rarely does."""
    rates = [model.hadir_paud, model.hadir_sd, model.hadir_smp, model.hadir_sma, model.hadir_pt]
    chance = expit(logit(rates)[level.clip(min=0)] + model.lereng * z)
    married = (persons["status_kawin"] != "belum_kawin").to_numpy()
    return np.asarray(chance * (level >= 0) * np.where(married, model.hadir_kawin, 1.0))


def _highest(age: Integers, since: Integers, rng: np.random.Generator) -> Integers:
    """Highest certificate that one can have by now; some leave before it."""
    usual = np.searchsorted(YEARS[1:], since, side="right")
    return np.where(age < GROWN, usual - (rng.random(len(age)) < 0.2), usual).clip(min=0)


def _years_of_certificate(
    since: Integers, certificate: Integers, rng: np.random.Generator
) -> Integers:
    """Years completed by who has left school: those of the certificate and a few more."""
    unfinished = rng.integers(1, 6, len(since))
    extra = np.where(certificate < 4, rng.integers(0, 3, len(since)), 0)
    years = np.where(certificate == 0, unfinished, YEARS[certificate] + extra)
    # Heads have a certificate whatever the age at which they would have entered.
    return np.asarray(np.minimum(years, np.maximum(since, YEARS[certificate]).clip(min=0)))
