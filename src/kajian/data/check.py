"""Check all that a study takes in, before anything is computed."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import geopandas as gpd
import pandas as pd

from kajian.data.coverage import Coverage, check_coverage
from kajian.data.geometry import connected, contiguity_matrix
from kajian.data.regions import check_codes, check_complete_panel
from kajian.data.schools import flag_schools, usable_schools
from kajian.data.tables import check_source, read_named
from kajian.errors import DataError, KajianError
from kajian.places import raw_folder, study_file
from kajian.study import Study, read_study


def check_districts(
    panel: pd.DataFrame, umk: pd.DataFrame, units: gpd.GeoDataFrame, gaps: Collection[int]
) -> Coverage:
    """Codes, completeness and outlines of the districts fit together.

    Parameters
    ----------
    panel, umk
        Tables with ``kode_wilayah`` and ``tahun``.
    units
        Outlines with the column ``kode_wilayah``: the list of codes that decides.
    gaps
        Years that are missing for everybody and declared so.

    Returns
    -------
    Coverage
        Description of the outlines.

    Raises
    ------
    DataError
        At the first departure.
    """
    coverage = check_coverage(units, key="kode_wilayah", file="batas_kabkota")
    known = pd.Index(units["kode_wilayah"])
    for table, name in ((panel, "panel_kabkota"), (umk, "umk")):
        check_codes(table["kode_wilayah"], known, file=name, column="kode_wilayah", unique=False)
    check_complete_panel(
        panel, unit="kode_wilayah", time="tahun", known=known, gaps=gaps, file="panel_kabkota"
    )
    return coverage


def check_study(root: Path, code: str) -> list[str]:
    """Collect every fault of a study file and its raw data.

    Parameters
    ----------
    root
        Project folder.
    code
        Code of the study.

    Returns
    -------
    list of str
        One message per fault, each with its remedy; empty when all is well.
    """
    try:
        study = read_study(root, code)
    except KajianError as error:
        return [str(error)]
    raw = raw_folder(root)
    faults = [str(error) for folder in study.data.folders() for error in check_source(raw / folder)]
    if faults:
        return faults
    try:
        if study.data.panel_kabkota:
            _check_district_part(study, raw)
        if study.data.batas_kelurahan:
            _check_kelurahan_part(study, raw, study.data.batas_kelurahan)
    except DataError as error:
        return [str(error)]
    return []


def _check_district_part(study: Study, raw: Path) -> None:
    assert study.pemetaan
    assert study.kontrol_sintetis
    names = (study.data.panel_kabkota, study.data.umk, study.data.batas_kabkota)
    panel, umk, units = (read_named(raw, str(name))[0] for name in names)
    check_districts(panel, umk, units, study.pemetaan.tahun_kosong)
    near = study.kontrol_sintetis.kode_sekitar
    named = {"kode_wilayah": [study.wilayah.kode_wilayah], "kode_sekitar": list(near)}
    for key, codes in named.items():
        check_codes(
            pd.Series(codes, dtype="str"),
            pd.Index(units["kode_wilayah"]),
            file=study_file(Path(), study.kode).as_posix(),
            column=key,
        )
    _check_surroundings(study, units, near)


def _check_kelurahan_part(study: Study, raw: Path, name: str) -> None:
    kelurahan, _ = read_named(raw, name)
    _check_belongs(study, kelurahan)
    check_coverage(kelurahan, key="kode_wilayah", file=name)
    if study.data.sekolah:
        schools, _ = read_named(raw, study.data.sekolah)
        usable_schools(schools, flag_schools(schools, kelurahan))


def _check_surroundings(study: Study, units: gpd.GeoDataFrame, codes: Collection[str]) -> None:
    """The districts named as surroundings form one connected area with the place itself."""
    near = {study.wilayah.kode_wilayah, *codes}
    area = units[units["kode_wilayah"].isin(near)].reset_index(drop=True)
    if not connected(contiguity_matrix(area, "kode_wilayah")):
        raise DataError(
            "kabupaten/kota sekitar tidak bersambung dengan wilayah kajian",
            remedy="isi dengan kabupaten/kota yang bertetangga, atau kosongkan: []",
            file=study_file(Path(), study.kode).as_posix(),
            column="kode_sekitar",
            rows=sorted(near),
        )


def _check_belongs(study: Study, kelurahan: gpd.GeoDataFrame) -> None:
    """Every kelurahan lies in the place under study."""
    place = study.wilayah.kode_wilayah
    strange = kelurahan.loc[~kelurahan["kode_wilayah"].str.startswith(f"{place}."), "kode_wilayah"]
    if len(strange):
        raise DataError(
            f"kelurahan bukan bagian dari {study.wilayah.nama_wilayah} ({place})",
            remedy="pakai tabel kelurahan wilayah ini, atau hapus baris batas_kelurahan, sekolah, "
            "indikator_akses, dan seri_kota dari [data]",
            file=study.data.batas_kelurahan,
            column="kode_wilayah",
            rows=[str(code) for code in strange],
        )
