"""The gate: restricted tables come in, tables without identities come out.

Only the columns that a study needs pass (data minimisation, Law 27/2022, article 16): names,
addresses, phones and dates of birth stay behind, numbers that link people and households become
keyed pseudonyms. The result is still personal data, for its owner's eyes only.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import numpy as np
import pandas as pd

from kajian.data.restricted.reading import find_tables, read_restricted
from kajian.data.restricted.tables import RestrictedTable, restricted_table
from kajian.errors import DataError
from kajian.files import whole_file
from kajian.privacy.kinds import NAME
from kajian.privacy.names import NameFinder
from kajian.privacy.patterns import identity_kinds
from kajian.privacy.pseudonym import pseudonyms

# Columns by role: those that link get another name, all others with a role are left out.
PSEUDONYMS = {"nik": "samaran_nik", "no_kk": "samaran_kk", "id": "samaran_rumah_tangga"}
INTERVIEWS = "wawancara"


def admit(folder: Path, target: Path, *, key: bytes) -> None:
    """Let every restricted table of a folder in, without identities.

    One table is in memory at a time. Folders are made for their owner alone, and so are files.

    Parameters
    ----------
    folder
        Restricted tables that have been checked.
    target
        Gets ``tables/<table>.parquet``: columns and order of the schema, with pseudonyms in the
        place of the numbers that link. What is already there is kept.
    key
        Secret key of the study.

    Raises
    ------
    DataError
        When a table cannot be read, or a text still holds an identity number, a phone number or,
        in an interview, the full name of somebody in another table.
    """
    for private in (target, target / "tables"):
        private.mkdir(parents=True, exist_ok=True)
        private.chmod(0o700)
    names: set[str] = set()
    for name, path in find_tables(folder).items():
        table = restricted_table(name)
        content = read_restricted(path, table)
        names |= _names(content, table)
        admitted = _disguised(content, table, key)
        typed_by_people = admitted.drop(columns=list(PSEUDONYMS.values()), errors="ignore")
        refuse_identities(typed_by_people, names if name == INTERVIEWS else (), file=path)
        with whole_file(target / "tables" / f"{name}.parquet") as temporary:
            admitted.to_parquet(temporary, index=False)
            temporary.chmod(0o600)


def refuse_identities(
    table: pd.DataFrame, names: Collection[str] = (), *, file: Path | None = None
) -> None:
    """Refuse a table in which a text holds an identity.

    Parameters
    ----------
    table
        Any table; its columns of type ``str`` are looked at.
    names
        Names of people; only those of two words and more are looked for.
    file
        Named in the error.

    Raises
    ------
    DataError
        At the first column; it names the rows and the kinds of identity, never what was found.
    """
    finder = NameFinder(names)
    for column in map(str, table.select_dtypes("str").columns):
        codes, distinct = pd.factorize(table[column])
        kinds = [_kinds(text, finder) for text in distinct.tolist()]
        bad = np.array([*map(bool, kinds), False])[codes]  # missing has the code -1
        if not bad.any():
            continue
        found = dict.fromkeys(kind for each in kinds for kind in each)
        raise DataError(
            f"{bad.sum()} baris masih memuat {' dan '.join(found)}",
            remedy="samarkan dengan tangan di berkas asalnya, mis. menjadi [nama] atau [nomor], "
            "lalu jalankan lagi",
            file=file,
            column=column,
            rows=[f"data ke-{position + 1}" for position in np.flatnonzero(bad)],
        )


def person_names(folder: Path) -> frozenset[str]:
    """Names of all people in the restricted tables, in lower case with single spaces."""
    names: set[str] = set()
    for name, path in find_tables(folder).items():
        table = restricted_table(name)
        if any(field.role == "nama" for field in table.fields):
            names |= _names(read_restricted(path, table), table)
    return frozenset(names)


def _disguised(content: pd.DataFrame, table: RestrictedTable, key: bytes) -> pd.DataFrame:
    """The columns that may pass, in their order."""
    columns = {}
    for field in table.fields:
        if field.role in PSEUDONYMS:
            columns[PSEUDONYMS[field.role]] = pseudonyms(content[field.name], key, field.role)
        elif field.role is None:
            columns[field.name] = content[field.name]
    return pd.DataFrame(columns)


def _names(content: pd.DataFrame, table: RestrictedTable) -> set[str]:
    columns = [field.name for field in table.fields if field.role == "nama"]
    return {
        " ".join(name.casefold().split())
        for column in columns
        for name in content[column].dropna().unique()
    }


def _kinds(text: str, finder: NameFinder) -> list[str]:
    kinds = identity_kinds(text)
    return [*kinds, NAME] if finder.find(text) else kinds
