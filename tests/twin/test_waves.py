from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

YEARS = [2021, 2022, 2023, 2024, 2025]


@pytest.fixture(scope="module")
def waves(read) -> pd.DataFrame:
    return read("kelurahan")


@pytest.fixture(scope="module")
def truth(read) -> pd.DataFrame:
    return read("kebenaran_kelurahan").set_index("kode_wilayah")


@pytest.fixture(scope="module")
def started(read) -> pd.Series:
    return read("program_bertahap").set_index("kode_wilayah")["tahun_mulai"].fillna(0)


def test_the_city_has_the_public_poverty_rate_in_every_year(waves, poverty):
    city = waves.groupby("tahun")[["kemiskinan_pct", "penduduk"]].apply(
        lambda wave: np.average(wave["kemiskinan_pct"], weights=wave["penduduk"])
    )
    # In 2025 the rate is that of the households, whole persons of 29,040: 0.04 points at most.
    assert city[2025] == pytest.approx(poverty[2025], abs=0.05)
    np.testing.assert_allclose(city[YEARS[:4]], poverty[YEARS[:4]], atol=0.001)


def test_the_last_wave_is_the_truth_of_the_households(waves, truth):
    last = waves[waves["tahun"] == 2025].set_index("kode_wilayah")
    for column in ("kemiskinan_pct", "sanitasi_layak_pct", "air_layak_pct", "internet_pct"):
        np.testing.assert_allclose(last[column], truth[column], atol=6e-5)
    assert (last["penduduk"] == truth["penduduk"]).all()


def test_poverty_of_the_truth_is_that_of_the_persons(truth, homes, known):
    line, size = known["hasil.garis_kemiskinan_rp"], homes["jumlah_anggota"]
    gap = (1 - homes["kapita_rp"] / line).clip(lower=0)
    place = homes["kode_wilayah"]
    persons = size.groupby(place).sum()
    for column, value in (
        ("kemiskinan_pct", (gap > 0).astype(float)),
        ("kedalaman_pct", gap),
        ("keparahan_pct", gap**2),
    ):
        found = 100 * (size * value).groupby(place).sum() / persons
        # Consumption per head is cut to whole rupiah before the gap is taken.
        np.testing.assert_allclose(truth[column], found, atol=1e-3)


def test_differences_in_differences_recover_the_effect(waves, started, read):
    wide = waves.pivot_table(index="kode_wilayah", columns="tahun", values="sanitasi_layak_pct")
    change = wide.sub(wide[2021], axis=0)
    effects = read("kebenaran_program")
    never = change[started == 0]
    for cohort in (2022, 2023, 2024):
        treated = change[started == cohort]
        found = treated.mean() - never.mean()
        rows = effects[effects["tahun_mulai"] == cohort]
        expected = rows.groupby("tahun")["efek_pp"].mean()
        # Two noisy years, each with standard deviation 0.6, in two groups.
        error = 0.6 * np.sqrt(2) * np.sqrt(1 / len(treated) + 1 / len(never))
        np.testing.assert_allclose(found[YEARS], expected[YEARS], atol=3 * error)


def test_the_effect_grows_with_the_years_since_the_start(read, known):
    effects = read("kebenaran_program")
    first = effects[effects["tahun_mulai"] == 2022].groupby("tahun")["efek_pp"].unique()
    stated = [known[f"gelombang.efek_tahun_{year}"] for year in range(4)]
    assert first.map(list).tolist() == [[0.0], *([value] for value in stated)]
    before = effects["tahun_mulai"].isna() | (effects["tahun"] < effects["tahun_mulai"])
    assert (effects.loc[before, "efek_pp"] == 0).all()


def test_the_programme_begins_where_sanitation_is_worse(waves, started):
    base = waves[waves["tahun"] == 2021].set_index("kode_wilayah")["sanitasi_layak_pct"]
    assert base[started > 0].mean() < base[started == 0].mean() - 2
    assert set(started) == {0, 2022, 2023, 2024}


def test_spending_is_weakly_related_to_need(read, waves):
    spent = read("belanja").merge(waves, on=["tahun", "kode_wilayah"])
    per_head = np.log(spent["belanja_rp"] / spent["penduduk"])
    within = per_head - per_head.groupby(spent["jenis"]).transform("mean")
    assert 0.1 < np.corrcoef(within, spent["kemiskinan_pct"])[0, 1] < 0.6
    assert len(spent) == 54 * 5 * 3
