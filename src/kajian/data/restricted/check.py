"""Check restricted tables before anything reads them: every departure, with its remedy.

No message repeats an identity: rows are named by their numbers.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from kajian.data.restricted.consistency import find_contradictions
from kajian.data.restricted.linkage import find_broken_links, find_head_faults
from kajian.data.restricted.reading import read_source, sort_folder
from kajian.data.restricted.rules import find_value_faults
from kajian.data.restricted.source import Source
from kajian.data.restricted.tables import restricted_table
from kajian.data.restricted.territory import CODE, find_code_faults
from kajian.errors import DataError

# Two tables whose rows belong together; persons live in households.
HOUSEHOLDS, PERSONS = "rumah_tangga", "orang"


def check_folder(
    folder: Path, known: pd.Index, *, simulated: bool, crosswalk: pd.DataFrame | None
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

    Returns
    -------
    list of DataError
        One per table, column and kind of fault, each with all its rows; empty when all is well.
    """
    files, errors = sort_folder(folder)
    linked: dict[str, Source] = {}
    for name, path in files.items():
        try:
            source = read_source(path, restricted_table(name))
        except DataError as error:
            errors.append(error)
            continue
        errors += check_table(source, known, simulated=simulated, crosswalk=crosswalk)
        if name in (HOUSEHOLDS, PERSONS) and not source.faults:
            linked[name] = source
    if len(linked) == 2:
        errors += find_broken_links(linked[HOUSEHOLDS], linked[PERSONS])
    if PERSONS in files and HOUSEHOLDS not in files:
        errors.append(
            DataError(
                "tabel orang memerlukan tabel rumah_tangga, yang menyebut kelurahannya",
                remedy="tambahkan tabel rumah_tangga dari tanggal_data yang sama",
                file=files[PERSONS],
            )
        )
    return errors


def check_table(
    source: Source, known: pd.Index, *, simulated: bool, crosswalk: pd.DataFrame | None
) -> list[DataError]:
    """Find every departure of one restricted table by itself.

    Parameters
    ----------
    source
        What :func:`kajian.data.restricted.reading.read_source` gave.
    known, simulated, crosswalk
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
    return errors
