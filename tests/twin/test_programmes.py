from __future__ import annotations

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
        "RTLH": below("rtlh") & run_down,
        "ESIK": below("esik"),
    }


@pytest.mark.parametrize("program", ["PKH", "SEMBAKO", "PBI_JKN", "PIP", "RTLH", "ESIK"])
def test_recorded_errors_are_those_of_the_files(read, homes, meant, program):
    listed = read("esik") if program == "ESIK" else read("penerima").query("program == @program")
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
