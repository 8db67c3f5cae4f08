from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kajian.privacy.patterns import identity_kinds
from kajian.twin.trial import draw_trial
from kajian.twin.truth import TRUTH

MODEL = TRUTH.uji_coba
MANY = replace(MODEL, rw_per_kecamatan=40, peserta_per_rw=50, luar_uji=20_000)


@pytest.fixture(scope="module")
def large(places):
    """A trial so large that chance is small."""
    table = draw_trial(places, MANY, np.random.default_rng(5))
    return table.assign(log=np.log(table["omzet_rp"].astype(float)))


def test_half_of_the_rw_of_each_kecamatan_are_drawn(read):
    table = read("uji_coba")
    inside = table[table["lengan"] != "luar_uji"]
    rw = inside.drop_duplicates(["kelompok_undi", "lengan"])
    assert rw["kelompok_undi"].is_unique, "an RW has one arm"
    assert (inside["kelompok_undi"].str[:-3] == inside["kode_wilayah"]).all()
    counts = rw.groupby([rw["kode_wilayah"].str[:8], "lengan"]).size().unstack()
    assert (counts == MODEL.rw_per_kecamatan // 2).all(axis=None)
    per_rw = inside.groupby("kelompok_undi").size()
    assert (per_rw == MODEL.peserta_per_rw).all()
    assert (table["lengan"] == "luar_uji").sum() == MODEL.luar_uji


def test_nothing_in_the_table_looks_like_an_identity(read):
    assert read("uji_coba")["id_peserta"].str.startswith("SIM-U").all()
    assert identity_kinds(read("uji_coba").to_csv(index=False)) == []


def test_the_arms_differ_by_the_effects_alone(large):
    arms = large[large["lengan"] != "luar_uji"]
    means = arms.groupby("lengan")[["log", "jam_usaha", "punya_tabungan", "punya_nib"]].mean()
    effect = means.loc["perlakuan"] - means.loc["kontrol"]
    # 200 RW of 50: errors of 0.017 log, 0.24 hours, 0.009 and 0.009; four of them each.
    assert effect["log"] == pytest.approx(MODEL.dampak_omzet, abs=0.07)
    assert effect["jam_usaha"] == pytest.approx(MODEL.dampak_jam, abs=1.0)
    assert effect["punya_tabungan"] == pytest.approx(MODEL.dampak_tabungan, abs=0.04)
    assert effect["punya_nib"] == pytest.approx(0, abs=0.04)


def test_traders_outside_are_better_off_before(large):
    before = np.log(large["omzet_awal_rp"]).groupby(large["lengan"]).mean()
    assert before["luar_uji"] - before["kontrol"] > 0.2
    assert before["perlakuan"] == pytest.approx(before["kontrol"], abs=0.05)


def test_a_bad_year_passes_so_that_change_alone_misleads(large):
    """Participants without the training catch up with those outside: they joined when low."""
    change = large["log"] - np.log(large["omzet_awal_rp"])
    by_arm = change.groupby(large["lengan"]).mean()
    assert by_arm["kontrol"] > by_arm["luar_uji"] + 0.03


def test_losses_do_not_depend_on_the_arm(large):
    lost = large["omzet_rp"].isna()
    assert lost.mean() == pytest.approx(MODEL.hilang, abs=0.01)
    by_arm = lost.groupby(large["lengan"]).mean()
    assert by_arm.max() - by_arm.min() < 0.02
    outcomes = ["omzet_rp", "jam_usaha", "punya_tabungan", "punya_nib"]
    assert (large.loc[lost, outcomes].isna()).all(axis=None)
