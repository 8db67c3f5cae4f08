"""How household data enter a study: made up or handed over, checked, and disguised."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from kajian.data.crosswalk import check_crosswalk
from kajian.data.restricted.check import check_folder
from kajian.data.tables import read_named
from kajian.errors import DataError, PipelineError
from kajian.files import whole_folder
from kajian.places import GATE, TWIN, processed_folder, raw_folder, study_file
from kajian.privacy.gate import admit
from kajian.privacy.key import key_of
from kajian.privacy.kinds import KINDS
from kajian.privacy.patterns import identity_kinds
from kajian.study import Study
from kajian.twin.build import build_twin

# Without these tables the notebooks have nothing to say of households; and what a part needs.
REQUIRED = ("rumah_tangga", "orang", "survei")
NEEDED_BY = {
    **{"indeks": ("kelurahan",), "belanja": ("belanja",), "puskesmas": ("fasilitas",)},
    **{"sasaran": ("penerima",), "bertahap": ("program_bertahap", "kelurahan")},
    **{"uji_coba": ("uji_coba",), "seleksi": ("seleksi",)},
}


def make_twin(study: Study, root: Path) -> None:
    """Make the synthetic twin of a study: tables like the restricted ones, and their truth.

    Raises
    ------
    DataError
        When a public table that the twin is calibrated to has a fault.
    """
    raw, data = raw_folder(root), study.data
    assert study.simulasi
    named = (data.batas_kelurahan, data.kecamatan, data.seri_kota)
    units, districts, series = (read_named(raw, str(name))[0] for name in named)
    poverty = series[series["indikator"] == "P0"].set_index("tahun")["nilai"]
    with whole_folder(processed_folder(root, study.kode) / TWIN) as folder:
        build_twin(
            folder,
            units=units,
            kecamatan=districts,
            poverty_pct=poverty,
            households=study.simulasi.rumah_tangga,
            seed=study.benih,
        )


def admit_households(study: Study, root: Path) -> None:
    """Check the restricted tables of a study and let them in without identities.

    Raises
    ------
    PipelineError
        When a table departs from its schema; the message lists every departure.
    """
    if faults := faults_of_restricted(study, root):
        raise PipelineError("Data terbatas belum benar:\n- " + "\n- ".join(map(str, faults)))
    with whole_folder(processed_folder(root, study.kode) / GATE) as folder:
        admit(study.restricted_folder(root), folder, key=key_of(study.kode, root))


def faults_of_restricted(study: Study, root: Path) -> list[DataError]:
    """Every departure of the restricted tables from their schemas, each with its remedy."""
    raw, data = raw_folder(root), study.data
    try:
        units, _ = read_named(raw, str(data.batas_kelurahan))
        crosswalk, _ = read_named(raw, str(data.padanan))
        codes = pd.Index(units["kode_wilayah"])
        check_crosswalk(crosswalk, codes, file=str(data.padanan))
        needed = [table for part in NEEDED_BY if part in study.parts for table in NEEDED_BY[part]]
        faults = check_folder(
            study.restricted_folder(root),
            codes,
            simulated=study.simulasi is not None,
            crosswalk=crosswalk,
            required=[*REQUIRED, *needed],
            suspicious=identity_kinds,
        )
    except DataError as error:
        return [error]
    return [*_faults_of_exceptions(study), *faults]


def _faults_of_exceptions(study: Study) -> list[DataError]:
    """Exceptions of the privacy scan that name a kind which it does not know."""
    unknown = [each.jenis for each in study.pengecualian if each.jenis not in KINDS]
    return [
        DataError(
            f"jenis pengecualian '{kind}' tidak dikenal",
            remedy=f"pakai salah satu dari: {', '.join(sorted(KINDS))}",
            file=study_file(Path(), study.kode),
            column="pengecualian",
        )
        for kind in unknown
    ]
