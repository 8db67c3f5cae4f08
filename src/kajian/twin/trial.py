"""A training assigned by lot among small traders, and traders who were not part of the lot."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kajian.twin.draws import Flags, Floats, Integers
from kajian.twin.places import Place
from kajian.twin.traits import EDUCATION, SEX
from kajian.twin.truth import YEAR, Trial

PROGRAMME = "pelatihan_usaha"
CONTROL, TREATED, OUTSIDE = "kontrol", "perlakuan", "luar_uji"
LARGEST_RW = 12
CANDIDATES = 4  # traders asked for each one who joins


def draw_trial(places: Sequence[Place], model: Trial, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the table ``uji_coba``.

    In each kecamatan so many RW take part; a lot gives half of them the training. Who joins
    depends on sales before and education. Everybody is measured before and a year after, except
    those who are not found again; who is lost does not depend on the training.

    Returns
    -------
    pd.DataFrame
        One row per trader: participants by RW, then the traders outside.
    """
    wards = _wards(places, model, rng)
    n = len(wards) * model.peserta_per_rw
    asked = _traders(n * CANDIDATES, model, rng)
    inside = asked.iloc[_joining(asked, n, model, rng)].reset_index(drop=True)
    inside = inside.join(wards.loc[rng.permutation(n) % len(wards)].reset_index(drop=True))
    outside = _traders(model.luar_uji, model, rng)
    persons = np.array([place.persons for place in places], dtype=float)
    home = rng.choice(len(places), len(outside), p=persons / persons.sum())
    outside = outside.assign(
        kode_wilayah=np.array([place.code for place in places])[home],
        rw=1 + rng.integers(0, LARGEST_RW, len(outside)),
        lengan=OUTSIDE,
    )
    inside = inside.sort_values(["kode_wilayah", "rw"], kind="stable")
    return _measured(pd.concat([inside, outside], ignore_index=True), model, rng)


def _wards(places: Sequence[Place], model: Trial, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the RW of the trial in each kecamatan and give half of them the training."""
    parts = []
    for district in sorted({place.code[:8] for place in places}):
        codes = [place.code for place in places if place.code.startswith(district)]
        pairs = [(code, number) for code in codes for number in range(1, LARGEST_RW + 1)]
        chosen = rng.permutation(len(pairs))[: model.rw_per_kecamatan]
        part = pd.DataFrame([pairs[k] for k in sorted(chosen)], columns=["kode_wilayah", "rw"])
        treated = rng.permutation(len(part)) < len(part) // 2
        parts.append(part.assign(lengan=np.where(treated, TREATED, CONTROL)))
    return pd.concat(parts, ignore_index=True)


def _traders(n: int, model: Trial, rng: np.random.Generator) -> pd.DataFrame:
    """Draw traders: their lasting log sales a month (rupiah), and those of the year before."""
    woman = rng.random(n) < 0.5
    age = rng.integers(20, 65, n)
    level = rng.choice(len(EDUCATION), n, p=(0.10, 0.22, 0.22, 0.36, 0.10))
    lasting = (
        model.log_omzet
        + model.efek_pendidikan * (level - 2)
        + model.efek_umur * (age - 40) / 10
        + model.efek_perempuan * woman
        + model.simpangan_tetap * rng.standard_normal(n)
    )
    before = lasting + model.simpangan_waktu * rng.standard_normal(n)
    return pd.DataFrame(
        {"perempuan": woman, "umur": age, "jenjang": level, "tetap": lasting, "sebelum": before}
    )


def _joining(asked: pd.DataFrame, n: int, model: Trial, rng: np.random.Generator) -> Integers:
    """Choose n traders, the most willing: a logit in sales before and education, with chance."""
    appeal = (
        model.seleksi_omzet * (asked["sebelum"] - model.log_omzet)
        + model.seleksi_pendidikan * (asked["jenjang"] - 2)
        + rng.gumbel(size=len(asked))
    )
    return np.argsort(-appeal.to_numpy(), kind="stable")[:n]


def _measured(traders: pd.DataFrame, model: Trial, rng: np.random.Generator) -> pd.DataFrame:
    """Measure everybody a year later and write the columns of the table.

    Sales after start from the lasting part: those who joined because of one bad year recover.
    """
    n = len(traders)
    treated = (traders["lengan"] == TREATED).to_numpy()
    ward = traders.groupby(["kode_wilayah", "rw", "lengan"], sort=False).ngroup().to_numpy()
    common = model.simpangan_rw * rng.standard_normal(ward.max() + 1)
    after = (
        traders["tetap"]
        + model.tren
        + common[ward]
        + model.simpangan_waktu * rng.standard_normal(n)
        + model.dampak_omzet * treated
    )
    hours = model.jam + model.simpangan_jam * rng.standard_normal(n) + model.dampak_jam * treated
    saves = rng.random(n) < model.tabungan + model.dampak_tabungan * treated
    numbered = rng.random(n) < model.nib + model.dampak_nib * treated
    found = rng.random(n) >= model.hilang

    def seen(values: Floats | Integers | Flags) -> pd.Series:
        return pd.Series(values.astype(int), dtype="Int64").where(found)

    return pd.DataFrame(
        {
            "program": PROGRAMME,
            "tahun": YEAR,
            "id_peserta": [f"SIM-U{number:04d}" for number in range(1001, n + 1001)],
            "kode_wilayah": traders["kode_wilayah"],
            "kelompok_undi": traders["kode_wilayah"] + traders["rw"].map("-{:02d}".format),
            "lengan": traders["lengan"],
            "jk": np.where(traders["perempuan"], SEX[1], SEX[0]),
            "umur_peserta": traders["umur"],
            "pendidikan": np.array(EDUCATION)[traders["jenjang"]],
            "omzet_awal_rp": _thousands(traders["sebelum"]),
            "omzet_rp": seen(_thousands(after)),
            "jam_usaha": seen(np.rint(hours.clip(1, 112))),
            "punya_tabungan": seen(saves),
            "punya_nib": seen(numbered),
        }
    )


def _thousands(log_rp: pd.Series) -> Integers:
    """Whole thousands of rupiah from log rupiah."""
    return np.asarray(np.rint(np.exp(log_rp.to_numpy()) / 1000) * 1000, dtype=np.int64)
