from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kajian.errors import MethodError
from kajian.evaluation.differences.panel import cohort_from_treatment, read_panel


@pytest.fixture
def panel(waves):
    return waves(np.random.default_rng(1))


def test_arrays_do_not_depend_on_row_order_and_the_table_is_not_changed(panel, names):
    shuffled = panel.sample(frac=1, random_state=3)
    before = shuffled.copy()
    ours, again = read_panel(panel, **names), read_panel(shuffled, **names)
    pd.testing.assert_frame_equal(shuffled, before)
    np.testing.assert_array_equal(ours.outcomes, again.outcomes)
    np.testing.assert_array_equal(ours.cohorts, again.cohorts)
    assert list(ours.units) == sorted(panel["kelurahan"].unique())
    wide = panel.pivot_table(index="kelurahan", columns="tahun", values="miskin_pct")
    np.testing.assert_array_equal(ours.outcomes, wide.to_numpy())
    assert list(ours.treated_cohorts) == [2022, 2023, 2024]


def test_units_without_a_time_before_treatment_are_left_out_and_listed(panel, names):
    first = panel["kelurahan"] == "33.72.000"
    early = panel.assign(mulai=panel["mulai"].mask(first, 2021))
    ours = read_panel(early, **names)
    assert ours.always_treated == ("33.72.000",)
    assert ours.outcomes.shape == (53, 5)
    assert "1 unit tanpa waktu sebelum perlakuan" in ours.notes[0]
    # With one year of anticipation the cohort of 2022 has no untouched year either.
    anticipated = read_panel(panel, **names, anticipation=1)
    assert len(anticipated.always_treated) == 10


def test_a_declared_gap_is_left_out_for_everybody(panel, names):
    lost = panel[(panel["tahun"] != 2022) | (panel["kelurahan"] != "33.72.007")]
    lost = lost.assign(mulai=lost["mulai"].replace(2022, 2023))
    ours = read_panel(lost, **names, allow_gaps=(2022,))
    assert list(ours.times) == [2021, 2023, 2024, 2025]
    assert ours.left_out_times == (2022,)
    assert ours.outcomes.shape == (54, 4)


def test_a_cohort_after_the_panel_is_untreated_in_it(panel, names):
    later = panel.assign(mulai=panel["mulai"].fillna(2030))
    assert list(read_panel(later, **names).treated_cohorts) == [2022, 2023, 2024]


def test_a_whole_number_that_may_be_missing_is_as_good_as_a_decimal(panel, names):
    whole = panel.assign(mulai=panel["mulai"].astype("Int64"))
    np.testing.assert_array_equal(
        read_panel(whole, **names).cohorts, read_panel(panel, **names).cohorts
    )


def test_cohort_from_treatment(panel):
    on = (panel["tahun"] >= panel["mulai"]).astype(int)
    found = cohort_from_treatment(
        panel.assign(aktif=on).sample(frac=1, random_state=1),
        unit="kelurahan",
        time="tahun",
        treated="aktif",
    )
    pd.testing.assert_series_equal(found.sort_index(), panel["mulai"], check_names=False)


@pytest.mark.parametrize(
    ("value", "year", "message"),
    [
        (0, 2025, r"berhenti lagi pada 33\.72\..* \(2025\)"),
        (2, 2025, "harus berisi 0 atau 1; 1 baris"),
        (np.nan, 2025, "harus berisi 0 atau 1; 1 baris"),
    ],
)
def test_bad_treatment_columns(panel, value, year, message):
    table = panel.assign(aktif=(panel["tahun"] >= panel["mulai"]).astype(float))
    treated = table.loc[table["mulai"] == 2023, "kelurahan"].iloc[0]
    table.loc[(table["kelurahan"] == treated) & (table["tahun"] == year), "aktif"] = value
    with pytest.raises(MethodError, match=message):
        cohort_from_treatment(table, unit="kelurahan", time="tahun", treated="aktif")


def one(table, year=2023):
    return (table["kelurahan"] == "33.72.007") & (table["tahun"] == year)


BAD = {
    "no rows": (lambda t: t.iloc[:0], "Tabel panel kosong"),
    "absent column": (lambda t: t.drop(columns="mulai"), "Kolom mulai tidak ada"),
    "no treated": (lambda t: t.assign(mulai=np.nan), "Tidak ada unit yang mulai diperlakukan"),
    "all treated at first": (
        lambda t: t.assign(mulai=t["mulai"].where(t["mulai"].isna(), 2021)),
        "30 unit sudah diperlakukan sejak waktu pertama",
    ),
    "no control": (lambda t: t.assign(mulai=2023.0), "Tidak ada unit pembanding"),
    "one time": (lambda t: t[t["tahun"] == 2023], "hanya memuat 1 waktu"),
    "lost year": (lambda t: t[t["tahun"] != 2023], "tahun 2023.*allow_gaps"),
    "lost row": (lambda t: t[~one(t)], r"33\.72\.007 \(2023\)"),
    "lost outcome": (
        lambda t: t.assign(miskin_pct=t["miskin_pct"].mask(one(t))),
        r"Tidak ada nilai miskin_pct untuk 33\.72\.007 \(2023\)",
    ),
    "infinite outcome": (
        lambda t: t.assign(miskin_pct=t["miskin_pct"].mask(one(t), np.inf)),
        r"33\.72\.007 \(2023\)",
    ),
    "repeated row": (lambda t: pd.concat([t, t[one(t)]]), r"mengulang.*33\.72\.007 2023"),
    "changing cohort": (
        lambda t: t.assign(mulai=t["mulai"].mask(one(t), 2025)),
        r"Kolom mulai berubah di dalam 33\.72\.007",
    ),
    "cohort zero": (lambda t: t.assign(mulai=t["mulai"].fillna(0)), "berisi 0 untuk 24 unit"),
    "cohort in a fraction": (
        lambda t: t.assign(mulai=t["mulai"].mask(t["kelurahan"] == "33.72.007", 2022.5)),
        r"Kolom mulai tidak bulat atau kosong untuk 33\.72\.007",
    ),
    "infinite cohort": (lambda t: t.assign(mulai=t["mulai"].fillna(np.inf)), "tidak bulat"),
    "time as text": (lambda t: t.assign(tahun=t["tahun"].astype(str)), "tidak berisi angka"),
    "outcome as text": (
        lambda t: t.assign(miskin_pct=t["miskin_pct"].astype(str)),
        "Kolom miskin_pct tidak berisi angka",
    ),
    "missing unit": (
        lambda t: t.assign(kelurahan=t["kelurahan"].mask(one(t))),
        "Kolom kelurahan kosong pada 1 baris",
    ),
    "outcome without change": (
        lambda t: t.assign(miskin_pct=t.groupby("kelurahan")["miskin_pct"].transform("first")),
        "tidak berubah sama sekali sebelum perlakuan",
    ),
    "outcome not yet measured": (
        lambda t: t.assign(miskin_pct=t["miskin_pct"].where(t["tahun"] > 2021, 0.0)),
        "tidak berubah sama sekali sebelum perlakuan",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_panels_are_refused_by_name(panel, names, case):
    spoil, message = BAD[case]
    with pytest.raises(MethodError, match=message) as refused:
        read_panel(spoil(panel), **names)
    assert "Perbaikan: " in str(refused.value)


def test_a_cohort_inside_a_declared_gap_is_refused(panel, names):
    with pytest.raises(MethodError, match="dimulai pada 2022, waktu yang tidak teramati"):
        read_panel(panel[panel["tahun"] != 2022], **names, allow_gaps=(2022,))


def test_bad_options(panel, names):
    with pytest.raises(MethodError, match="Antisipasi -1"):
        read_panel(panel, **names, anticipation=-1)
    moving = panel.assign(kecamatan=panel["tahun"])
    with pytest.raises(MethodError, match="Kolom kecamatan berubah"):
        read_panel(moving, **names, cluster="kecamatan")
    holes = panel.assign(x=np.arange(270.0)).assign(x=lambda t: t["x"].mask(one(t)))
    with pytest.raises(MethodError, match=r"Kovariat \(x\) kosong pada 1 baris"):
        read_panel(holes, **names, covariates=["x"])
