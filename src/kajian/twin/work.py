"""Who works, formally or not, who looks for work or does neither, and whose work is insured."""

from __future__ import annotations

import numpy as np

from kajian.twin.draws import Flags, Floats, Integers, choose, happens
from kajian.twin.traits import Activity

FORMAL, INFORMAL, JOBLESS, OUTSIDE = range(4)


def draw_work(
    age: Integers,
    woman: Flags,
    certificate: Integers,
    model: Activity,
    rng: np.random.Generator,
) -> Integers:
    """Draw the work of people who do not attend school.

    Parameters
    ----------
    age
        Years, one per person.
    certificate
        Position in `kajian.twin.traits.CERTIFICATE`.

    Returns
    -------
    ndarray
        Position in `kajian.twin.traits.WORK`, one per person.
    """
    n = len(age)
    active = np.where(woman, model.bekerja_perempuan.at(age), model.bekerja_laki_laki.at(age))
    shift = model.ijazah_formal * (certificate - 2.5) + model.formal_umur.at(age)
    work = np.where(choose(model.formal, shift, rng) == 1, FORMAL, INFORMAL)
    work[rng.random(n) < model.menganggur.at(age)] = JOBLESS
    work[rng.random(n) >= active] = OUTSIDE
    return work


def draw_protection(
    age: Integers, work: Integers, z: Floats, model: Activity, rng: np.random.Generator
) -> Flags:
    """Draw who is insured by BPJS Ketenagakerjaan; it ends with age.

    Parameters
    ----------
    work
        `FORMAL`, `INFORMAL`, or anything else for those who cannot be insured.
    z
        Standardised log consumption per head.
    """
    n = len(age)
    if_formal = rng.random(n) < model.bpjs_kerja_formal
    if_informal = happens(model.bpjs_kerja_informal, model.bpjs_kerja_lereng * z, n, rng)
    insured = np.select([work == FORMAL, work == INFORMAL], [if_formal, if_informal], False)
    return np.asarray(insured & (rng.random(n) < model.bpjs_kerja_umur.at(age)))
