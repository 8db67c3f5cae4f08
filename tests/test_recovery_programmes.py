"""Programmes of the twin, drawn many times: the known effects are found as often as is said."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from kajian.data.eligibility import programme_targets
from kajian.data.tables import read_named
from kajian.evaluation.differences.aggregation import aggregate
from kajian.evaluation.differences.decomposition import decompose
from kajian.evaluation.differences.event_study import event_study
from kajian.evaluation.differences.staggered import att_gt
from kajian.evaluation.differences.twfe import twfe
from kajian.evaluation.discontinuity.density_test import density_test
from kajian.evaluation.discontinuity.regression_discontinuity import regression_discontinuity
from kajian.evaluation.experiment.experiment import experiment
from kajian.evaluation.observational.doubly_robust import aipw
from kajian.evaluation.observational.matching import matching
from kajian.evaluation.observational.weighting import ipw
from kajian.evaluation.targeting.targeting import targeting
from kajian.linear.regression import ols
from kajian.twin.chunks import city_rng
from kajian.twin.places import Place, settle
from kajian.twin.selection import draw_selection
from kajian.twin.trial import draw_trial
from kajian.twin.truth import TRUTH, WAVES
from kajian.twin.waves import draw_cohorts, draw_waves, programme_effects

RAW = Path(__file__).parents[1] / "data" / "raw"
REPEATS = 100
# Of 100 intervals that hold the truth in 95%, 90 or more do so in 98.9% of cases, and 89 in 99.6%.
LEAST = 0.89
COVARIATES = ["log_awal", "jenjang", "umur_peserta", "perempuan"]


@pytest.fixture(scope="module")
def places() -> list[Place]:
    units = gpd.read_file(RAW / "batas-wilayah" / "kelurahan_surakarta.geojson")
    kecamatan = pd.read_csv(RAW / "surakarta" / "kecamatan.csv")
    return settle(units, kecamatan, 10_000, TRUTH, city_rng(7, "places"))


@pytest.fixture(scope="module")
def staged(places: list[Place]) -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    """Five waves of all kelurahan with their cohorts, and the true effects, drawn many times."""
    rng = np.random.default_rng(11)
    persons = np.array([place.persons for place in places])
    levels = {"air_layak_pct": 95, "internet_pct": 88, "anak_tidak_sekolah_pct": 8}
    poverty = pd.Series({2021: 9.40, 2022: 8.84, 2023: 8.44, 2024: 8.31, 2025: 7.69})
    drawn = []
    for _ in range(REPEATS):
        truth = pd.DataFrame(
            {
                "kode_wilayah": [place.code for place in places],
                "penduduk": persons,
                "rumah_tangga": persons // 3,
                "sanitasi_layak_pct": rng.normal(80, 5, len(places)).clip(60, 95),
                "kemiskinan_pct": rng.uniform(2, 20, len(places)),
                **{name: level + rng.normal(size=len(places)) for name, level in levels.items()},
            }
        )
        cohorts = draw_cohorts(truth, TRUTH.gelombang, rng)
        effects = programme_effects(cohorts, TRUTH.gelombang)
        waves = draw_waves(truth, places, effects, poverty, TRUTH.gelombang, rng)
        drawn.append((waves.merge(effects.drop(columns="program")), effects))
    return drawn


NAMES = {
    "outcome": "sanitasi_layak_pct",
    "unit": "kode_wilayah",
    "time": "tahun",
    "cohort": "tahun_mulai",
}


def test_the_effect_of_the_staged_programme_is_recovered(staged):
    found, held, by_time = [], [], []
    for panel, _ in staged:
        true = panel.loc[panel["efek_pp"] > 0, "efek_pp"].mean()
        simple = aggregate(att_gt(panel, control="not_yet", **NAMES), "simple").tidy().iloc[0]
        found.append(simple["estimate"] - true)
        held.append(simple["conf_low"] <= true <= simple["conf_high"])
        table = event_study(panel, control="not_yet", **NAMES).tidy()
        effect = panel["efek_pp"].groupby(panel["tahun"] - panel["tahun_mulai"]).mean()
        known = table["term"].map(effect)
        by_time.append(known.between(table["conf_low"], table["conf_high"]).to_numpy())
    error = np.std(found) / np.sqrt(REPEATS)
    assert abs(np.mean(found)) < 3.5 * error
    assert np.mean(held) >= LEAST
    # Six relative times; the mean over them varies less than any one.
    assert np.mean(by_time) >= 0.92
    assert np.mean(by_time, axis=0).min() >= LEAST - 0.02


def test_two_way_fixed_effects_mislead_where_the_effect_grows(staged):
    gaps, forbidden = [], []
    for panel, _ in staged[:30]:
        estimate = twfe(panel, **NAMES)
        gaps.append(estimate.estimate - panel.loc[panel["efek_pp"] > 0, "efek_pp"].mean())
        forbidden.append(decompose(estimate).forbidden_weight)
    assert np.mean(gaps) < -0.5
    assert min(forbidden) > 0.1


def test_waves_are_those_that_the_study_reads(staged):
    panel, _ = staged[0]
    assert sorted(panel["tahun"].unique()) == list(WAVES)
    assert len(panel) == len(WAVES) * panel["kode_wilayah"].nunique()


@pytest.fixture(scope="module")
def trials(places: list[Place]) -> list[pd.DataFrame]:
    rng = np.random.default_rng(12)
    level = {"tidak_tamat_sd": 0.0, "sd": 1.0, "smp": 2.0, "sma": 3.0, "pt": 4.0}
    drawn = []
    for _ in range(REPEATS):
        table = draw_trial(places, TRUTH.uji_coba, rng)
        drawn.append(
            table.assign(
                log_awal=np.log(table["omzet_awal_rp"].astype(float)),
                log_omzet=np.log(table["omzet_rp"].astype(float)),
                jenjang=table["pendidikan"].map(level),
                umur_peserta=table["umur_peserta"].astype(float),
                perempuan=(table["jk"] == "P").astype(float),
                kecamatan=table["kode_wilayah"].str[:8],
                dilatih=(table["lengan"] == "perlakuan").astype(int),
            )
        )
    return drawn


def test_the_trial_recovers_its_effect(trials):
    true, found, held = TRUTH.uji_coba.dampak_omzet, [], []
    for table in trials[:50]:
        inside = table[table["lengan"] != "luar_uji"].reset_index(drop=True)
        row = (
            experiment(
                inside,
                "log_omzet",
                "lengan",
                "kelompok_undi",
                "kecamatan",
                control="kontrol",
                covariates=COVARIATES,
                draws=9,
                rng=np.random.default_rng(0),
            )
            .tidy()
            .iloc[0]
        )
        found.append(row["estimate"] - true)
        held.append(row["conf_low"] <= true <= row["conf_high"])
    assert abs(np.mean(found)) < 3.5 * np.std(found) / np.sqrt(50)
    assert np.mean(held) >= 0.86  # of 50 intervals 43 or more hold the truth in 99.2% of cases


def test_without_the_lot_a_plain_comparison_is_biased_and_an_adjusted_one_is_not(trials):
    true = TRUTH.uji_coba.dampak_omzet
    errors = {name: [] for name in ("plain", "change", "ipw", "aipw", "matching")}
    held = []
    for table in trials:
        rows = table[table["lengan"] != "kontrol"].reset_index(drop=True)
        rows["perubahan"] = rows["log_omzet"] - rows["log_awal"]
        asked = {
            "outcome": "log_omzet",
            "treated": "dilatih",
            "covariates": COVARIATES,
            "estimand": "ATT",
        }
        doubly = aipw(rows, **asked, cluster="kelompok_undi")
        held.append(doubly.conf_low <= true <= doubly.conf_high)
        errors["aipw"].append(doubly.estimate - true)
        errors["ipw"].append(ipw(rows, **asked).estimate - true)
        errors["matching"].append(matching(rows, **asked).estimate - true)
        for name, outcome in (("plain", "log_omzet"), ("change", "perubahan")):
            fit = ols(f"{outcome} ~ dilatih", rows)
            errors[name].append(fit.coefficients[fit.position("dilatih")] - true)
    bias = {name: np.mean(values) for name, values in errors.items()}
    noise = {name: np.std(values) / np.sqrt(REPEATS) for name, values in errors.items()}
    assert bias["plain"] < -0.15, "participants sold less before"
    assert bias["change"] > 0.03, "and recovered from a bad year"
    for name in ("ipw", "aipw"):
        assert abs(bias[name]) < 3.5 * noise[name], name
    # Matching on covariates leaves what lies between a trader and the nearest one.
    assert abs(bias["matching"]) < 0.02
    assert np.mean(held) >= LEAST


def test_the_score_rule_recovers_its_effect_at_the_threshold(places):
    rng, true = np.random.default_rng(13), TRUTH.seleksi.dampak_rp
    held, crowded, found = [], [], []
    for _ in range(REPEATS):
        table = draw_selection(places, TRUTH.seleksi, rng)
        robust = regression_discontinuity(table["omzet_rp"], table["skor"], 60.0).robust
        found.append(robust.estimate - true)
        held.append(robust.conf_low <= true <= robust.conf_high)
        crowded.append(density_test(table["skor"], 60.0).p_value <= 0.05)
    assert abs(np.mean(found)) < 3.5 * np.std(found) / np.sqrt(REPEATS)
    assert np.mean(held) >= LEAST - 0.02  # robust intervals cover 93% with a few hundred near
    assert np.mean(crowded) <= 0.12


def test_the_errors_of_targeting_are_the_known_ones(twin: Path):
    home = twin / "data" / "processed" / "surakarta-simulasi"
    table = {
        name: pd.read_parquet(home / "gerbang" / "tables" / f"{name}.parquet")
        for name in ("rumah_tangga", "orang", "penerima", "esik", "survei")
    }
    truths = home / "kembaran" / "tables"
    known = pd.read_parquet(truths / "kebenaran_sasaran.parquet").set_index("program")
    rules, _ = read_named(RAW, "indikator/sasaran_program")
    line = table["survei"]["garis_kemiskinan_rp"].median()
    parts = [table[name] for name in ("rumah_tangga", "orang", "penerima", "esik")]
    found = programme_targets(*parts, rules, line)
    for name, row in known.iterrows():
        figures = targeting(found.eligible[name], found.received[name], sampling=False)
        # The truth is written to ten digits.
        assert figures.eligible == row["berhak"]
        assert figures.recipients == row["menerima"]
        assert figures.eligible_reached == row["berhak_menerima"]
        exclusion = 100 * figures.measure("exclusion_error")["estimate"]
        assert exclusion == pytest.approx(row["kesalahan_eksklusi_pct"], rel=1e-9)
        leakage = 100 * figures.measure("leakage")["estimate"]
        assert leakage == pytest.approx(row["kesalahan_inklusi_pct"], rel=1e-9)
