"""Build the twin: restricted tables of a simulated city, and the truth behind them."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from kajian.errors import DataError
from kajian.files import whole_file
from kajian.twin.activity import draw_activity
from kajian.twin.calibration import Calibration, calibrate
from kajian.twin.chunks import Chunk, city_rng, plan_chunks
from kajian.twin.coding import expected_agreement
from kajian.twin.dwelling import draw_dwelling
from kajian.twin.facilities import draw_facilities
from kajian.twin.households import draw_households
from kajian.twin.interviews import draw_interviews
from kajian.twin.persons import draw_persons
from kajian.twin.places import Place, settle
from kajian.twin.ppks import draw_ppks
from kajian.twin.programmes import (
    REGISTRY,
    eligible,
    is_pupil,
    leaving,
    receiving,
    recipients,
)
from kajian.twin.sample import design_of, draw_sample
from kajian.twin.schooling import draw_schooling
from kajian.twin.selection import draw_selection
from kajian.twin.survey import survey_rows
from kajian.twin.tables import household_table, person_table, recipient_table, registry_table
from kajian.twin.tally import (
    count_targeting,
    district_truth,
    excluded_pct,
    tally,
    targeting_truth,
)
from kajian.twin.trial import draw_trial
from kajian.twin.truth import TRUTH, WAVES, YEAR, Realised, parameter_table
from kajian.twin.waves import draw_cohorts, draw_spending, draw_waves, programme_effects
from kajian.twin.writing import appending, write_csv, write_parquet


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Everything that is drawn of one chunk, one row per household or person.

    Attributes
    ----------
    eligible, received
        One column per programme and for those active in the registry, one row per household.
    left
        Whether a household was in the registry and has left it.
    """

    households: pd.DataFrame
    persons: pd.DataFrame
    eligible: pd.DataFrame
    received: pd.DataFrame
    left: pd.Series


def build_twin(
    target: Path,
    *,
    units: gpd.GeoDataFrame,
    kecamatan: pd.DataFrame,
    poverty_pct: pd.Series,
    households: int,
    seed: int,
) -> None:
    """Write the restricted tables of a simulated city and the truth behind them.

    Parameters
    ----------
    target
        Folder; ``terbatas`` in it gets the tables of the restricted data, ``tables`` the truth.
    units
        Kelurahan: ``kode_wilayah, nama, kecamatan`` and outlines.
    kecamatan
        ``kode_wilayah`` and ``penduduk_2021_jiwa``.
    poverty_pct
        Public poverty rate of the city by year (percent); 2021 to 2025 are used.
    households
        Size of the twin; rates hardly depend on it.
    seed
        The same seed gives the same bytes.

    Raises
    ------
    DataError
        When a public figure that the twin needs is missing.
    """
    places, chunks, calibration = _prepare(units, kecamatan, poverty_pct, households, seed)
    design = design_of(households, TRUTH.survei, TRUTH.penduduk)
    sample = draw_sample(places, design, city_rng(seed, "sample"))
    folder = target / "terbatas"
    tallies, targeting, surveyed = [], [], []
    with ExitStack() as stack:
        names = ("rumah_tangga", "orang", "penerima", "esik")
        add = {name: stack.enter_context(appending(folder / f"{name}.parquet")) for name in names}
        for chunk in chunks:
            part = draw_part(chunk, calibration)
            people = person_table(chunk, part.persons)
            receipts = recipients(part.persons, part.households, part.received, TRUTH.sasaran)
            add["rumah_tangga"](household_table(chunk, part.households, calibration))
            add["orang"](people)
            add["penerima"](recipient_table(chunk, people, receipts))
            active = part.received[REGISTRY]
            add["esik"](registry_table(chunk, people, part.persons, active, part.left))
            line = calibration.line_rp
            tallies.append(tally(chunk, part.households, part.persons, line))
            targeting.append(count_targeting(part.eligible, part.received))
            surveyed.append(survey_rows(chunk, sample, part.households, part.persons, line))
    write_csv(folder / "survei.csv", pd.concat(surveyed).sort_values("id_sampel"))
    facilities = draw_facilities(units, places, TRUTH.fasilitas, city_rng(seed, "facilities"))
    write_csv(folder / "fasilitas.csv", facilities)
    write_csv(folder / "uji_coba.csv", draw_trial(places, TRUTH.uji_coba, city_rng(seed, "trial")))
    applicants = draw_selection(places, TRUTH.seleksi, city_rng(seed, "selection"))
    write_csv(folder / "seleksi.csv", applicants)
    truth = district_truth(tallies, places)
    _write_city(target, places, truth, poverty_pct, seed)
    write_parquet(target / "tables" / "kebenaran_kelurahan.parquet", truth)
    write_parquet(target / "tables" / "kebenaran_sasaran.parquet", targeting_truth(targeting))
    causes = truth.set_index("kode_wilayah").assign(
        kesalahan_eksklusi_pct=excluded_pct(targeting, [chunk.place.code for chunk in chunks])
    )
    agreement = _write_interviews(target, places, causes, seed)
    parameters = parameter_table(_realised(truth, calibration, agreement, seed))
    write_parquet(target / "tables" / "kebenaran_parameter.parquet", parameters)


def write_households(
    target: Path,
    *,
    units: gpd.GeoDataFrame,
    kecamatan: pd.DataFrame,
    poverty_pct: pd.Series,
    households: int,
    seed: int,
) -> None:
    """Write only ``rumah_tangga``, as a folder with one Parquet file per chunk.

    Memory depends on the size of a chunk, not on `households`. Parameters are those of
    `build_twin`, which draws the same households.
    """
    _, chunks, calibration = _prepare(units, kecamatan, poverty_pct, households, seed)
    for chunk in chunks:
        table = household_table(chunk, _housed(chunk), calibration)
        name = f"{chunk.place.code}-{chunk.number:03d}.parquet"
        with whole_file(target / "rumah_tangga.parquet" / name) as temporary:
            pq.write_table(table, temporary, compression="zstd")


def draw_part(chunk: Chunk, calibration: Calibration) -> Part:
    """Draw everything about the households and persons of one chunk."""
    households = _housed(chunk)
    households["miskin"] = households["kapita_rp"] < calibration.line_rp
    persons = draw_persons(chunk, households, TRUTH.keluarga)
    schooling = draw_schooling(chunk, persons, households, TRUTH.sekolah)
    persons = pd.concat([persons, schooling], axis=1)
    households["pelajar"] = is_pupil(persons).groupby(persons["rumah_tangga"]).sum()
    received = receiving(chunk, households, calibration, TRUTH.sasaran)
    left = leaving(chunk, received[REGISTRY], TRUTH.sasaran)
    received[REGISTRY] &= ~left
    subsidised = received["PBI_JKN"]
    activity = draw_activity(chunk, persons, households, subsidised, TRUTH.kegiatan)
    persons = pd.concat([persons, activity], axis=1)
    persons["kategori_ppks"] = draw_ppks(chunk, persons, households, TRUTH.ppks)
    meant = eligible(households, calibration.line_rp, TRUTH.sasaran)
    return Part(households, persons, meant, received, left)


def _prepare(
    units: gpd.GeoDataFrame,
    kecamatan: pd.DataFrame,
    poverty_pct: pd.Series,
    households: int,
    seed: int,
) -> tuple[list[Place], list[Chunk], Calibration]:
    if absent := sorted(set(WAVES) - set(poverty_pct.dropna().index)):
        raise DataError(
            "angka kemiskinan kota yang diperlukan kembaran tidak ada",
            remedy="lengkapi P0 di tabel seri kota",
            column="P0",
            rows=[str(year) for year in absent],
        )
    places = settle(units, kecamatan, households, TRUTH, city_rng(seed, "places"))
    chunks = plan_chunks(places, seed)
    return places, chunks, calibrate(chunks, TRUTH, float(poverty_pct[YEAR]))


def _housed(chunk: Chunk) -> pd.DataFrame:
    households = draw_households(chunk, TRUTH)
    return pd.concat([households, draw_dwelling(chunk, households, TRUTH.hunian)], axis=1)


def _write_city(
    target: Path, places: list[Place], truth: pd.DataFrame, poverty_pct: pd.Series, seed: int
) -> None:
    """Write what is drawn once for the whole city."""
    folder, rng = target / "terbatas", city_rng(seed, "waves")
    cohorts = draw_cohorts(truth, TRUTH.gelombang, rng)
    effects = programme_effects(cohorts, TRUTH.gelombang)
    waves = draw_waves(truth, places, effects, poverty_pct, TRUTH.gelombang, rng)
    write_csv(folder / "kelurahan.csv", waves)
    write_csv(folder / "belanja.csv", draw_spending(waves, TRUTH.gelombang, rng))
    started = ["program", "kode_wilayah", "tahun_mulai"]
    write_csv(folder / "program_bertahap.csv", effects[started].drop_duplicates())
    write_parquet(target / "tables" / "kebenaran_program.parquet", effects)


def _write_interviews(
    target: Path, places: list[Place], causes: pd.DataFrame, seed: int
) -> tuple[float, float]:
    """Write the interviews and the truth behind them; return the agreement to be expected."""
    talks = draw_interviews(places, causes, TRUTH.wawancara, city_rng(seed, "interviews"))
    write_csv(target / "terbatas" / "wawancara.csv", talks.codes)
    write_parquet(target / "tables" / "kebenaran_wawancara.parquet", talks.themes)
    write_parquet(target / "tables" / "kebenaran_tema.parquet", talks.chances)
    return expected_agreement(talks.themes, TRUTH.wawancara)


def _realised(
    truth: pd.DataFrame, calibration: Calibration, agreement: tuple[float, float], seed: int
) -> Realised:
    persons = truth["penduduk"]

    def mean(column: str) -> float:
        return float(np.average(truth[column], weights=persons))

    return Realised(
        benih=seed,
        rumah_tangga=int(truth["rumah_tangga"].sum()),
        penduduk=int(persons.sum()),
        garis_kemiskinan_rp=calibration.line_rp,
        kemiskinan_pct=mean("kemiskinan_pct"),
        kedalaman_pct=mean("kedalaman_pct"),
        keparahan_pct=mean("keparahan_pct"),
        simpangan_efek_kelurahan=float(truth["efek_kelurahan"].std()),
        kesepakatan_pengode=agreement[0],
        alfa_pengode=agreement[1],
    )
