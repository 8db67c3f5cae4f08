"""Counts of few people in running text."""

from __future__ import annotations

import re

from kajian.privacy.headers import counts_people

_AREAS = "provinsi|kabupaten|kab|kota|kecamatan|kelurahan|desa|wilayah|daerah|tahun|varian|gerombol"
_SAMPLE = re.compile(
    r"[=:]\s?([0-9]+)(?![0-9]|[.,][0-9]|[-/:])" rf"(?!\s*(?:{_AREAS})\b)", re.IGNORECASE
)
_NAMED = re.compile(r"(?<![\w.])(\w+(?:[ _]\w+){0,2})\s?([=:])$")
_OF_PEOPLE = re.compile(
    r"(?=[0-9])(?<![\w.,/<>≤≥±+−–-])([0-9]+)\s(?:orang|jiwa|rumah tangga|kk|keluarga"
    r"|kepala keluarga|responden|warga|penduduk|penerima|lansia|balita)\b"
    r"(?!\s(?:per|setiap|tiap|atau lebih)\b)",
    re.IGNORECASE,
)
# A limit, a mean, a class or a range is no count.
_NO_COUNT = re.compile(
    r"(?:di ?bawah|kurang dari|lebih dari|di ?atas|minimal|minimum|maksimal|maksimum|paling \w+|"
    r"sedikitnya|sekurangnya|setidaknya|sebanyaknya|hingga|sampai|sampai dengan|antara|dan|"
    r"ambang\w*|batas\w*|rata-rata|rerata|median|dari|dari setiap|setiap|tiap|per|desil|kuintil|"
    r"persentil|tahun|tabel|gambar|kolom|baris|bagian|langkah|tahap|kelompok|nomor|no\.?|bab|[<>≤≥=±+−–-])\s*$",
    re.IGNORECASE,
)


def small_samples(text: str, threshold: int) -> list[int]:
    """Positions of counts of people below the threshold.

    Parameters
    ----------
    text
        With single spaces.
    threshold
        Smallest number that may be shown.

    Returns
    -------
    list of int
        Where ``n = 3``, ``jumlah_orang = 3`` or ``3 rumah tangga`` starts; an n of areas or
        years, a limit (``di bawah 3 orang``), a mean and a range are none.
    """
    if threshold < 2:
        return []
    found = []
    for match in _SAMPLE.finditer(text):
        if 0 < int(match[1]) < threshold:
            start = max(0, match.start() - 60)
            if (at := _counted_name(text[start : match.start() + 1])) is not None:
                found.append(start + at)
    for match in _OF_PEOPLE.finditer(text):
        before = text[max(0, match.start() - 40) : match.start()]
        if 0 < int(match[1]) < threshold and not _NO_COUNT.search(before):
            found.append(match.start())
    return sorted(found)


def _counted_name(before: str) -> int | None:
    """Where the name before a sign starts, if it or its last word counts people.

    ``n:`` starts a list.
    """
    if not (match := _NAMED.search(before)):
        return None
    name, sign = match.groups()
    last = name.split()[-1]
    if counts_people(last) and (sign == "=" or last != "n"):
        return match.end(1) - len(last)
    return match.start(1) if counts_people(name) and last != "n" else None
