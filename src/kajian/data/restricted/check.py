"""Check restricted tables before anything reads them: every departure, with its remedy.

No message repeats an identity: rows are named by their numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from kajian.data.restricted.consistency import find_contradictions
from kajian.data.restricted.linkage import find_broken_links, find_head_faults
from kajian.data.restricted.reading import read_source, sort_folder
from kajian.data.restricted.rules import find_value_faults
from kajian.data.restricted.source import Source, prose_fields
from kajian.data.restricted.tables import restricted_table
from kajian.data.restricted.territory import CODE, find_code_faults
from kajian.data.restricted.timing import dated_part, find_late_dates
from kajian.errors import DataError

# Two tables whose rows belong together; persons live in households.
HOUSEHOLDS, PERSONS = "rumah_tangga", "orang"

Suspicious = Callable[[str], list[str]]


def check_folder(
    folder: Path,
    known: pd.Index,
    *,
    simulated: bool,
    crosswalk: pd.DataFrame | None,
    required: Sequence[str] = (),
    suspicious: Suspicious | None = None,
) -> list[DataError]:
    """Find every departure of every restricted table of a folder.

    Parameters
    ----------
    folder
        As in :func:`kajian.data.restricted.reading.find_tables`.
    known
        The kelurahan codes of the study.
    simulated
        Whether the data are simulated: their NIK and Nomor KK begin with 99, real ones never.
    crosswalk
        Dated crosswalk of split kelurahan (:mod:`kajian.data.crosswalk`), where there is one.
    required
        Tables that must be there.
    suspicious
        Gives the kinds of identity (``nomor telepon``) that a text written by people holds.

    Returns
    -------
    list of DataError
        One per table, column and kind of fault, each with all its rows; empty when all is well.
    """
    files, errors = sort_folder(folder, required)
    linked: dict[str, Source] = {}
    dated: list[Source] = []
    for name, path in files.items():
        try:
            source = read_source(path, restricted_table(name))
        except DataError as error:
            errors.append(error)
            continue
        errors += check_table(
            source, known, simulated=simulated, crosswalk=crosswalk, suspicious=suspicious
        )
        if source.faults:
            continue
        dated.append(dated_part(source))
        if name in (HOUSEHOLDS, PERSONS):
            linked[name] = source
    if len(linked) == 2:
        errors += find_broken_links(linked[HOUSEHOLDS], linked[PERSONS])
    errors += find_late_dates(dated, households=HOUSEHOLDS, persons=PERSONS)
    if PERSONS in files and HOUSEHOLDS not in {*files, *required}:
        errors.append(
            DataError(
                "tabel orang memerlukan tabel rumah_tangga, yang menyebut kelurahannya",
                remedy="tambahkan tabel rumah_tangga dari tanggal_data yang sama",
                file=files[PERSONS],
            )
        )
    return errors


def check_table(
    source: Source,
    known: pd.Index,
    *,
    simulated: bool,
    crosswalk: pd.DataFrame | None,
    suspicious: Suspicious | None = None,
) -> list[DataError]:
    """Find every departure of one restricted table by itself.

    Parameters
    ----------
    source
        What :func:`kajian.data.restricted.reading.read_source` gave.
    known, simulated, crosswalk, suspicious
        As in `check_folder`.

    Returns
    -------
    list of DataError
        The faults of its form alone where there are any, since its values cannot be trusted then.
    """
    if source.faults:
        return list(source.faults)
    errors = [*find_value_faults(source, simulated=simulated), *find_contradictions(source)]
    if CODE in source.text:
        errors += find_code_faults(source, known, crosswalk)
    if source.table.name == PERSONS:
        errors += find_head_faults(source)
    if suspicious is not None:
        errors += _identities(source, suspicious)
    return errors


def _identities(source: Source, suspicious: Suspicious) -> Iterator[DataError]:
    """Find identities in what people wrote as they liked."""
    for field in prose_fields(source.table):
        if field.role:
            continue
        codes, values = pd.factorize(source.text[field.name])
        kinds = [suspicious(value) for value in values]
        bad = np.array([*map(bool, kinds), False])[codes]  # missing has the code -1
        found = dict.fromkeys(kind for each in kinds for kind in each)
        yield from source.fault(
            pd.Series(bad, source.text.index),
            f"teks memuat {' dan '.join(found)}",
            "samarkan di berkas asalnya, mis. menjadi [nama] atau [nomor]",
            column=field.name,
        )
