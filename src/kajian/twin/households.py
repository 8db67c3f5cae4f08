"""Households of the twin: who lives together, who heads them, and what they consume."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kajian.twin.chunks import Chunk
from kajian.twin.draws import Floats, Integers, choose, labelled
from kajian.twin.traits import EDUCATION, SEX, WORK
from kajian.twin.traits import Households as Composition
from kajian.twin.truth import Consumption, Truth

OLDEST, YOUNGEST_HEAD, YOUNGEST_SPOUSE = 95, 20, 19
CHILD, OLD = 15, 65
LARGEST_HOUSEHOLD = 12


def draw_households(chunk: Chunk, truth: Truth) -> pd.DataFrame:
    """Draw the households of a chunk.

    Returns
    -------
    pd.DataFrame
        One row per household, with the columns of ``rumah_tangga`` about its head, size and
        consumption (rupiah a month), and beside them: ``umur_pasangan`` (years, 0 without
        spouse), ``anak``, ``orang_tua`` and ``dewasa`` (further members under 15, parents of the
        head from 65, others), ``tanggungan`` (members under 15 or from 65),
        ``kapita_rp`` (whole rupiah per head a month), ``z`` (standardised log consumption per
        head) and ``skor`` (old proxy of it with errors, log rupiah).
    """
    rng = chunk.rng("households")
    size = _sizes(chunk, truth.keluarga, rng)
    table = _members(size, truth.keluarga, rng)
    table["pendidikan_kepala"], table["kerja_kepala"] = _head_work(table, truth, rng)
    model = truth.pengeluaran
    error = model.simpangan_rumah_tangga * rng.standard_normal(len(size))
    log_head = mean_log_consumption(table, model) + chunk.place.effect + error
    spent = np.rint(np.exp(log_head) * size).clip(50_000, 500_000_000).astype(np.int64)
    stale = truth.sasaran.simpangan_skor * rng.standard_normal(len(size))
    return table.assign(
        pengeluaran_rp=spent,
        kapita_rp=spent // size,
        z=(log_head - model.acuan_rata) / model.acuan_simpangan,
        skor=log_head + chunk.place.score_error + stale,
    )


def mean_log_consumption(households: pd.DataFrame, model: Consumption) -> Floats:
    """Mean of log consumption per head (rupiah a month) without the effect of the place."""
    education = np.array([0.0, *(getattr(model, f"pendidikan_{e}") for e in EDUCATION[1:])])
    work = np.array([0.0, *(getattr(model, f"kerja_{w}") for w in WORK[1:])])
    size = households["jumlah_anggota"].to_numpy()
    return np.asarray(
        model.intersep
        + education[households["pendidikan_kepala"].cat.codes]
        + work[households["kerja_kepala"].cat.codes]
        + model.kepala_perempuan * (households["jk_kepala"] == "P")
        + model.log_anggota * np.log(size)
        + model.rasio_tanggungan * households["tanggungan"] / size
    )


def _sizes(chunk: Chunk, model: Composition, rng: np.random.Generator) -> Integers:
    """Draw household sizes that add up to the persons of the chunk."""
    size = 1 + choose(model.anggota, np.zeros(chunk.households), rng)
    while gap := chunk.persons - int(size.sum()):
        step = int(np.sign(gap))
        able = np.flatnonzero(size < LARGEST_HOUSEHOLD if step > 0 else size > 1)
        size[rng.permutation(able)[: abs(gap)]] += step
    return size


def _members(size: Integers, model: Composition, rng: np.random.Generator) -> pd.DataFrame:
    """Draw head, spouse and the kinds of further members."""
    n, alone = len(size), size == 1
    woman = rng.random(n) < np.where(alone, model.kepala_perempuan_sendiri, model.kepala_perempuan)
    spread = np.where(alone, rng.beta(1.3, 1.5, n), rng.beta(2.2, 3.4, n))
    head = YOUNGEST_HEAD + ((OLDEST - YOUNGEST_HEAD) * spread).astype(np.int64)
    paired = ~alone & ~woman & (rng.random(n) < model.berpasangan)
    younger = np.rint(3 + 4 * rng.standard_normal(n)).astype(np.int64)
    spouse = np.where(paired, (head - younger).clip(YOUNGEST_SPOUSE, OLDEST), 0)
    rest = size - 1 - paired
    child = rng.binomial(rest, np.interp(head, [20, 35, 45, 60, 90], [0.75, 0.9, 0.6, 0.25, 0.15]))
    may_have_parent = (head >= 42) & (head <= 70)
    parent = rng.binomial((rest - child).clip(max=2), model.orang_tua * may_have_parent)
    old_couple = (head >= OLD).astype(np.int64) + (spouse >= OLD)
    return pd.DataFrame(
        {
            "jumlah_anggota": size,
            "jk_kepala": labelled(woman, SEX),
            "umur_kepala": head,
            "umur_pasangan": spouse,
            "anak": child,
            "orang_tua": parent,
            "dewasa": rest - child - parent,
            "tanggungan": child + parent + old_couple,
        }
    )


def _head_work(
    table: pd.DataFrame, truth: Truth, rng: np.random.Generator
) -> tuple[pd.Series, pd.Series]:
    """Draw education and work of the heads."""
    age, n = table["umur_kepala"].to_numpy(), len(table)
    cohort = truth.keluarga.angkatan_pendidikan * (age - 45) / 10
    education = choose(truth.keluarga.pendidikan_kepala, cohort, rng)
    education[(age < 23) & (education == 4)] = 3
    model = truth.kegiatan
    woman = (table["jk_kepala"] == "P").to_numpy()
    active = np.where(woman, model.bekerja_perempuan, model.bekerja_laki_laki)
    active = active * np.where(age >= 60, model.bekerja_lansia, 1.0)
    formal = choose(model.formal, model.ijazah_formal * (education - 2.5), rng)
    work = np.where(rng.random(n) < model.menganggur, 2, 1 - formal)
    work[rng.random(n) >= active] = 3
    return labelled(education, EDUCATION), labelled(work, WORK)
