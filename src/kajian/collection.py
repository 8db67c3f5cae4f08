"""Study files: one holds a single study or, as a collection, one study for each of many places."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kajian.errors import StudyError
from kajian.places import study_file

PLACES = "daerah"
REGENCY_CODE = r"^\d{2}\.\d{2}$"
# What each place of a collection says for itself, by the section of a study that it belongs to.
OWN = {
    "wilayah": ("kode_wilayah", "sistem_kode", "nama_wilayah", "nama_singkat", "nama_provinsi"),
    "kontrol_sintetis": ("kode_sekitar",),
}
OWN_KEYS = [key for keys in OWN.values() for key in keys]
BLANK = re.compile(r"\{([^{}]*)\}")
BLANKS = ("nama_wilayah", "nama_singkat", "kode_wilayah")


def study_codes(root: Path, name: str) -> list[str]:
    """Codes of the studies behind a name.

    Parameters
    ----------
    root
        Project folder.
    name
        A study (``surakarta-2025``), a whole collection (``jateng-2025``), or one study of a
        collection (``jateng-2025/33.74``).

    Returns
    -------
    list of str
        In the order of the file.

    Raises
    ------
    StudyError
        When there is no such study, or its file cannot be read; the message names those there are.
    """
    studies = _studies(study_file(root, name))
    if name in studies:
        return [name]
    if "/" in name:
        raise _unknown(name, studies)
    return list(studies)


def all_codes(root: Path) -> list[str]:
    """Codes of all studies of the project, file by file in the order of their names."""
    names = sorted(path.stem for path in (root / "studies").glob("*.toml"))
    return [code for name in names for code in study_codes(root, name)]


def choices(root: Path, code: str) -> dict[str, Any]:
    """Choices of one study as its file has them, not yet checked.

    Raises
    ------
    StudyError
        When there is no such study, its file cannot be read, or the code is a whole collection's.
    """
    studies = _studies(study_file(root, code))
    if code in studies:
        return studies[code]
    if "/" in code:
        raise _unknown(code, studies)
    raise StudyError(
        f"'{code}' memuat {len(studies)} kajian, satu untuk tiap daerah. "
        f"Perbaikan: pilih satu, mis. {next(iter(studies))}."
    )


def _studies(path: Path) -> dict[str, dict[str, Any]]:
    """Choices of every study in a file, by code."""
    content = _read(path)
    if PLACES not in content:
        return {path.stem: content}
    places = content.pop(PLACES)
    if faults := [*_faults_of_places(places), *_faults_of_texts(content)]:
        raise StudyError(f"Berkas kajian {path} belum benar:\n- " + "\n- ".join(faults))
    return {f"{path.stem}/{place['kode_wilayah']}": _merged(content, place) for place in places}


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        others = ", ".join(sorted(p.stem for p in path.parent.glob("*.toml"))) or "(tidak ada)"
        raise StudyError(
            f"Kajian '{path.stem}' tidak ditemukan: berkas {path} tidak ada. "
            f"Perbaikan: pilih salah satu dari {others}, atau buat berkas itu."
        )
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StudyError(
            f"Berkas kajian {path} bukan TOML yang benar: {error}. "
            "Perbaikan: periksa tanda kutip, koma, dan kurung pada baris itu."
        ) from None
    if "kode" in content:
        raise StudyError(
            f"Berkas kajian {path}: kunci 'kode' tidak dikenal; kode kajian adalah nama berkasnya. "
            "Perbaikan: hapus kunci itu."
        )
    return content


def _merged(shared: dict[str, Any], place: dict[str, Any]) -> dict[str, Any]:
    """Shared choices with those of one place in their sections and in the texts."""
    study = dict(shared)
    for section, keys in OWN.items():
        before = shared.get(section, {})
        if isinstance(before, dict):
            study[section] = before | {key: place[key] for key in keys if key in place}
    for key, value in shared.items():
        if isinstance(value, str):
            study[key] = BLANK.sub(lambda blank: str(place.get(blank[1], "")), value)
    return study


def _faults_of_places(places: Any) -> Iterator[str]:
    """Say what keeps the places of a collection from being told apart and understood."""
    tables = isinstance(places, list) and all(isinstance(place, dict) for place in places)
    if not (tables and places):
        yield f"{PLACES}: tulis tiap daerah sebagai bagian [[{PLACES}]], paling sedikit satu."
        return
    for number, place in enumerate(places, start=1):
        code = place.get("kode_wilayah")
        if code is None:
            yield f"{PLACES} ke-{number}: kode_wilayah belum ada; tambahkan."
        elif not (isinstance(code, str) and re.fullmatch(REGENCY_CODE, code)):
            yield (
                f"{PLACES} ke-{number}: kode_wilayah {code!r} bukan kode Kemendagri dua tingkat "
                'di antara tanda kutip seperti "33.10".'
            )
        for key in [key for key in place if key not in OWN_KEYS]:
            close = difflib.get_close_matches(key, OWN_KEYS, n=1)
            hint = f"mungkin maksudnya '{close[0]}'" if close else "pilihan bersama ada di atas"
            yield f"{PLACES} ke-{number} ({code}): kunci '{key}' tidak dikenal; {hint}."
    codes = Counter(str(place["kode_wilayah"]) for place in places if "kode_wilayah" in place)
    for code, times in codes.items():
        if times > 1:
            yield f"{PLACES}: kode_wilayah {code} tertulis {times} kali; sisakan satu."


def _faults_of_texts(shared: dict[str, Any]) -> Iterator[str]:
    for key, value in shared.items():
        for name in BLANK.findall(value) if isinstance(value, str) else ():
            if name not in BLANKS:
                known = ", ".join(f"{{{blank}}}" for blank in BLANKS)
                yield f"{key}: isian {{{name}}} tidak dikenal; pilih dari {known}."


def _unknown(code: str, studies: dict[str, Any]) -> StudyError:
    name, _, place = code.partition("/")
    if name in studies:
        return StudyError(
            f"Kajian '{code}' tidak ditemukan: {name} adalah satu kajian, bukan kumpulan. "
            f"Perbaikan: tulis {name} saja."
        )
    places = [known.partition("/")[2] for known in studies]
    close = difflib.get_close_matches(place, places, n=3) or [places[0], "…", places[-1]]
    return StudyError(
        f"Kajian '{code}' tidak ditemukan: kumpulan {name} tidak memuat daerah '{place}'. "
        f"Perbaikan: pilih dari {len(places)} kode_wilayah di berkasnya, mis. {', '.join(close)}."
    )
