"""What the choices of one study must not say against each other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kajian.study import Study


def contradictions(study: Study) -> Iterator[str]:
    """Say, key by key, which choices cannot hold together and what to do about it."""
    first, last = study.pemetaan.tahun_awal, study.pemetaan.tahun_akhir
    if first >= last:
        yield f"pemetaan.tahun_awal: {first} harus sebelum tahun_akhir ({last}); ubah salah satu."
    scenarios = study.pemetaan.skenario_rse_pct
    if not all(low < high for low, high in pairwise(scenarios)):
        yield (
            f"pemetaan.skenario_rse_pct: {list(scenarios)} harus naik; "
            "tulis berurutan: rendah, tengah, tinggi."
        )

    segments, sample = study.regresi.segmen, study.regresi.tahun_regresi
    for key, periods in (("segmen", segments), ("tahun_regresi", sample)):
        for start, end in periods:
            if start > end:
                yield f"regresi.{key}: [{start}, {end}] terbalik; tulis [tahun awal, tahun akhir]."
    for (a, b), (c, d) in pairwise(sorted(segments)):
        if c <= b:
            yield (
                f"regresi.segmen: [{a}, {b}] dan [{c}, {d}] bertumpang tindih; "
                "tempatkan tiap tahun dalam satu segmen saja."
            )
    for start, end in sample:
        if not any(a <= start and end <= b for a, b in segments):
            yield (
                f"regresi.tahun_regresi: [{start}, {end}] tidak berada di dalam satu segmen; "
                "potong di batas segmen."
            )

    control = study.kontrol_sintetis
    starts = [("tahun_mulai", control.tahun_mulai), ("tahun_mulai_uji", control.tahun_mulai_uji)]
    placebos = [("tahun_mulai_plasebo", year) for year in control.tahun_mulai_plasebo]
    for key, year in starts + placebos:
        if not first < year <= last:
            yield (
                f"kontrol_sintetis.{key}: {year} di luar masa kajian; "
                f"pilih sesudah tahun_awal ({first}) sampai dengan tahun_akhir ({last})."
            )
    for key, year in placebos:
        if year >= control.tahun_mulai:
            yield (
                f"kontrol_sintetis.{key}: {year} tidak sebelum tahun_mulai "
                f"({control.tahun_mulai}); pilih tahun yang lebih awal."
            )
    if study.wilayah.kode_wilayah in control.kode_sekitar:
        yield (
            f"kontrol_sintetis.kode_sekitar: {study.wilayah.kode_wilayah} adalah kode_wilayah "
            "kajian ini sendiri; hapus dari daftar."
        )
