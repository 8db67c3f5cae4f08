"""Households of the twin: who lives together, who heads them, and what they consume."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from kajian.twin.chunks import Chunk
from kajian.twin.draws import Flags, Floats, Integers, choose, labelled
from kajian.twin.traits import EDUCATION, SEX, WORK
from kajian.twin.traits import Households as Composition
from kajian.twin.truth import Consumption, Truth
from kajian.twin.work import draw_work

OLDEST, YOUNGEST_HEAD, YOUNGEST_SPOUSE = 99, 20, 19
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
        head), ``skor_lama`` (old proxy of it, with errors, by which programmes choose) and
        ``skor`` (the register's present proxy, with other errors; both log rupiah).
    """
    rng = chunk.rng("households")
    size = _sizes(chunk, truth.keluarga, rng)
    table = _members(size, truth.keluarga, rng)
    table["pendidikan_kepala"], table["kerja_kepala"] = _head_work(table, truth, rng)
    model = truth.pengeluaran
    error = model.simpangan_rumah_tangga * rng.standard_normal(len(size))
    log_head = mean_log_consumption(table, model) + chunk.place.effect + error
    spent = np.rint(np.exp(log_head) * size).clip(50_000, 500_000_000).astype(np.int64)
    stale = truth.sasaran.simpangan_skor_lama * rng.standard_normal(len(size))
    present = truth.sasaran.simpangan_skor * rng.standard_normal(len(size))
    return table.assign(
        pengeluaran_rp=spent,
        kapita_rp=spent // size,
        z=(log_head - model.acuan_rata) / model.acuan_simpangan,
        skor_lama=log_head + chunk.place.score_error + stale,
        skor=log_head + present,
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
    head = _ages_of_heads(woman, alone, model, rng)
    paired = ~alone & ~woman & (rng.random(n) < model.berpasangan.at(head))
    spouse = np.where(paired, _ages_of_wives(head, model, rng), 0)
    rest = size - 1 - paired
    fertile = model.anak.at(head) * np.where(paired, 1.0, model.anak_tanpa_pasangan)
    child = rng.binomial(rest, fertile)
    parent = rng.binomial((rest - child).clip(max=2), model.orang_tua.at(head))
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


def _ages_of_heads(
    woman: Flags, alone: Flags, model: Composition, rng: np.random.Generator
) -> Integers:
    """Draw ages by sex, and by whether somebody else lives there."""
    with_family = np.where(woman, model.umur_perempuan, model.umur_laki_laki)
    by_oneself = np.where(woman, model.umur_sendiri_perempuan, model.umur_sendiri_laki_laki)
    mean = (np.where(alone, by_oneself, with_family) - YOUNGEST_HEAD) / (OLDEST - YOUNGEST_HEAD)
    share = rng.beta(mean * model.kepekatan_umur, (1 - mean) * model.kepekatan_umur)
    return YOUNGEST_HEAD + ((OLDEST - YOUNGEST_HEAD) * share).astype(np.int64)


def _ages_of_wives(head: Integers, model: Composition, rng: np.random.Generator) -> Integers:
    """Draw a normal difference of ages, cut where the wife would be too young or too old."""
    mean, sd = model.selisih_umur, model.simpangan_selisih_umur
    low, high = (
        ndtr((head - limit - mean) / sd) for limit in (OLDEST + 0.5, YOUNGEST_SPOUSE - 0.5)
    )
    younger = mean + sd * ndtri(low + rng.random(len(head)) * (high - low))
    age: Integers = np.rint(head - younger).astype(np.int64)
    return age.clip(YOUNGEST_SPOUSE, OLDEST)


def _head_work(
    table: pd.DataFrame, truth: Truth, rng: np.random.Generator
) -> tuple[pd.Series, pd.Series]:
    """Draw education and work of the heads."""
    age = table["umur_kepala"].to_numpy()
    cohort = truth.keluarga.angkatan_pendidikan * (age - 45) / 10
    education = choose(truth.keluarga.pendidikan_kepala, cohort, rng)
    education[(age < 23) & (education == 4)] = 3
    woman = (table["jk_kepala"] == "P").to_numpy()
    work = draw_work(age, woman, education, truth.kegiatan, rng)
    return labelled(education, EDUCATION), labelled(work, WORK)
