from __future__ import annotations

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="module")
def meant(homes, persons, known) -> dict[str, pd.Series]:
    """Whom each programme is meant for, by what the files say."""
    line = known["hasil.garis_kemiskinan_rp"]
    dependant = (persons["umur"] < 15) | (persons["umur"] >= 65)
    pupil = persons["jenjang_sekolah"].isin(["sd", "smp", "sma"])

    def below(name: str) -> pd.Series:
        return homes["kapita_rp"] < known[f"sasaran.{name}.batas_garis"] * line

    def has(flag: pd.Series) -> pd.Series:
        return flag.groupby(persons["id_rumah_tangga"]).any().reindex(homes.index)

    run_down = homes["lantai"].isin(["tanah", "kayu"]) | (homes["dinding"] != "tembok")
    return {
        "PKH": below("pkh") & has(dependant),
        "SEMBAKO": below("sembako"),
        "PBI_JKN": below("pbi_jkn"),
        "PIP": below("pip") & has(pupil),
        "RTLH": below("rtlh") & run_down & (homes["status_rumah"] == "milik_sendiri"),
        "ESIK": below("esik"),
    }


@pytest.mark.parametrize("program", ["PKH", "SEMBAKO", "PBI_JKN", "PIP", "RTLH", "ESIK"])
def test_recorded_errors_are_those_of_the_files(read, homes, meant, program):
    if program == "ESIK":
        listed = read("esik").query("status == 'aktif'")
    else:
        listed = read("penerima").query("program == @program")
    receives, right = homes["no_kk"].isin(listed["no_kk"]), meant[program]
    truth = read("kebenaran_sasaran").set_index("program").loc[program]
    assert truth["berhak"] == right.sum()
    assert truth["menerima"] == receives.sum()
    assert truth["kesalahan_inklusi"] == (receives & ~right).sum()
    assert truth["kesalahan_eksklusi"] == (~receives & right).sum()
    assert truth["kesalahan_inklusi_pct"] == pytest.approx(100 * (~right[receives]).mean())
    assert truth["kesalahan_eksklusi_pct"] == pytest.approx(100 * (~receives[right]).mean())


def test_errors_are_neither_none_nor_all(read):
    truth = read("kebenaran_sasaran")
    assert truth["kesalahan_inklusi_pct"].between(5, 70).all()
    assert truth["kesalahan_eksklusi_pct"].between(5, 70).all()


def test_each_programme_reaches_those_who_can_receive_it(read, persons):
    recipients = read("penerima").merge(persons, on="nik")
    by = dict(list(recipients.groupby("program")))
    assert by["PIP"]["jenjang_sekolah"].isin(["sd", "smp", "sma"]).all()
    assert by["PKH"]["hubungan"].isin(["kepala", "pasangan"]).all()
    assert by["SEMBAKO"]["hubungan"].eq("kepala").all()
    household = by["PBI_JKN"].groupby("id_rumah_tangga").size()
    everyone = persons.groupby("id_rumah_tangga").size()
    assert (household == everyone[household.index]).all()


def test_nobody_is_registered_before_birth(read, persons):
    registered = read("esik").merge(persons, on="nik")
    assert (registered["tanggal_daftar"] >= registered["tanggal_lahir"]).all()
    assert (registered["tanggal_daftar"] <= "2025-06-30").all()
    assert set(registered["status"]) == {"aktif", "keluar"}


def test_a_household_leaves_the_registry_as_a_whole(read, known):
    cards = read("esik")[["no_kk", "status"]].drop_duplicates()
    assert cards["no_kk"].is_unique
    left = (cards["status"] == "keluar").mean()
    # About 1,300 households.
    assert left == pytest.approx(known["sasaran.esik_keluar"], abs=3 * np.sqrt(0.06 / 1_300))


def test_repairs_go_to_owners(read, homes):
    repaired = read("penerima").query("program == 'RTLH'")["no_kk"]
    assert (homes.loc[homes["no_kk"].isin(repaired), "status_rumah"] == "milik_sendiri").all()


@pytest.mark.parametrize("program", ["PKH", "SEMBAKO", "PBI_JKN", "PIP", "RTLH"])
def test_receipt_leaks_into_higher_deciles_and_falls_with_them(read, homes, program):
    cards = read("penerima").query("program == @program")["no_kk"].unique()
    tenth = homes.loc[homes["no_kk"].isin(cards), "desil"]
    assert 0.02 < (tenth >= 4).mean() < 0.5
    assert tenth.value_counts().idxmax() == 1
    assert (tenth <= 2).sum() > (tenth.between(3, 4)).sum() > (tenth.between(5, 6)).sum()
