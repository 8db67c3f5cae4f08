from __future__ import annotations

import numpy as np
import pytest

from kajian.twin.traits import WORK, Activity
from kajian.twin.work import FORMAL, INFORMAL, JOBLESS, OUTSIDE, draw_protection, draw_work

N = 20_000


def drawn(age: int, *, woman: bool = False, certificate: int = 3) -> np.ndarray:
    rng = np.random.default_rng(age)
    return draw_work(np.full(N, age), np.full(N, woman), np.full(N, certificate), Activity(), rng)


def test_codes_are_those_of_the_table():
    names = [WORK[code] for code in (FORMAL, INFORMAL, JOBLESS, OUTSIDE)]
    assert names == ["formal", "informal", "menganggur", "bukan_angkatan_kerja"]


@pytest.mark.parametrize(("age", "woman"), [(20, False), (35, True), (65, False), (86, True)])
def test_the_labour_force_and_its_jobless_are_as_stated(age, woman):
    model, work = Activity(), drawn(age, woman=woman)
    active = work != OUTSIDE
    curve = model.bekerja_perempuan if woman else model.bekerja_laki_laki
    stated = curve.at(np.array([age]))[0]
    assert active.mean() == pytest.approx(stated, abs=3 * np.sqrt(0.25 / N))
    jobless = model.menganggur.at(np.array([age]))[0]
    error = np.sqrt(jobless * (1 - jobless) / active.sum())
    assert (work[active] == JOBLESS).mean() == pytest.approx(jobless, abs=3 * error)


def test_formal_work_needs_certificates_and_ends_with_age():
    by_certificate = [(drawn(40, certificate=c) == FORMAL).mean() for c in range(5)]
    assert np.all(np.diff(by_certificate) > 0.05)
    by_age = [(drawn(age) == FORMAL).mean() for age in (50, 56, 60, 64, 70)]
    assert np.all(np.diff(by_age) < 0)
    assert by_age[-1] < 0.02


def test_only_workers_are_insured_and_only_the_richer_of_the_informal():
    model, rng = Activity(), np.random.default_rng(1)
    work = np.repeat([FORMAL, INFORMAL, JOBLESS, OUTSIDE], N)
    age, z = np.full(4 * N, 40), np.tile(np.linspace(-2, 2, N), 4)
    insured = draw_protection(age, work, z, model, rng)
    assert insured[work == FORMAL].mean() == pytest.approx(model.bpjs_kerja_formal, abs=0.01)
    informal = insured[work == INFORMAL]
    assert informal[: N // 2].mean() < 0.6 * informal[N // 2 :].mean()
    assert not insured[work >= JOBLESS].any()
    assert not draw_protection(age + 35, work, z, model, rng).any()
