"""What the choices of one study must not say against each other."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from kajian.places import SIMULATED, is_simulated

if TYPE_CHECKING:
    from kajian.sections import Mapping, Regression, SyntheticControl
    from kajian.study import Study

# What a section of a household study needs: other sections, and keys of [data].
NEEDED_BY = {
    "area_kecil": ("data.seri_kota",),
    "multidimensi": ("data.indikator_multidimensi",),
    "indeks": ("area_kecil", "data.indikator_indeks"),
    "gerombol": (),
    "belanja": ("area_kecil",),
    "puskesmas": (),
    "kesenjangan": (),
    "sasaran": ("data.sasaran_program",),
    "bertahap": (),
    "uji_coba": (),
    "seleksi": (),
    "wawancara": (),
}


def contradictions(study: Study) -> Iterator[str]:
    """Say, key by key, which choices cannot hold together and what to do about it."""
    yield from _parts(study)
    yield from _diagram(study)
    if study.pemetaan and study.regresi and study.kontrol_sintetis:
        yield from _of_districts(study, study.pemetaan, study.regresi, study.kontrol_sintetis)


def misplaced(folder: Path, root: Path) -> str:
    """Say why restricted data must not lie in a folder; nothing when they may."""
    place, project = folder.resolve(), root.resolve()
    allowed = project / "data" / "terbatas"
    if place.is_relative_to(allowed) and place != allowed:
        return ""
    if place.is_relative_to(project) or project.is_relative_to(place):
        return (
            f"terbatas.folder: {folder} berada di dalam folder proyek atau memuatnya, sehingga "
            "datanya dapat masuk git atau laporan; pindahkan ke luar, atau ke subfolder "
            "data/terbatas."
        )
    return ""


def _parts(study: Study) -> Iterator[str]:
    """Say which parts of a study lack something they need."""
    data = study.data
    districts = {
        "data.panel_kabkota": data.panel_kabkota,
        "data.umk": data.umk,
        "data.batas_kabkota": data.batas_kabkota,
        "pemetaan": study.pemetaan,
        "regresi": study.regresi,
        "kontrol_sintetis": study.kontrol_sintetis,
    }
    yield from _together(districts.items(), "bagian kabupaten/kota")
    household = study.terbatas or study.simulasi
    if not (household or any(districts.values())):
        yield "kajian ini tanpa data: tambahkan bagian kabupaten/kota, [terbatas], atau [simulasi]."
    if data.sekolah and study.pemetaan is None:
        yield "data.sekolah: akses sekolah memerlukan bagian [pemetaan]; tambahkan, atau hapus."
    if household and study.ambang_pengungkapan < 3:
        yield (
            f"ambang_pengungkapan: {study.ambang_pengungkapan} terlalu kecil untuk data rumah "
            "tangga; pakai sedikitnya 3, biasanya 5."
        )
    if study.terbatas and SIMULATED in f"{study.judul} {study.opd}".upper():
        yield "judul, opd: masih menyebut simulasi, padahal datanya asli; tulis yang sebenarnya."
    if study.terbatas and study.simulasi:
        yield "terbatas, simulasi: data asli dan simulasi tidak dicampur; hapus salah satu."
    needed = {
        "data.batas_kelurahan": data.batas_kelurahan,
        "data.padanan": data.padanan,
        **({"data.kecamatan": data.kecamatan} if study.simulasi else {}),
        **({"data.seri_kota": data.seri_kota} if study.simulasi else {}),
    }
    for key in [key for key, value in needed.items() if household and value is None]:
        yield f"{key}: data rumah tangga memerlukan tabel ini; tambahkan."
    claims = {
        "data.pernyataan": data.pernyataan,
        "data.uji_pernyataan": data.uji_pernyataan,
        "klaim": study.klaim,
    }
    yield from _together(claims.items(), "menilai pernyataan")
    yield from _household_sections(study, household is not None)
    if bool(study.simulasi) != is_simulated(study.kode):
        word = SIMULATED.lower()
        yield (
            f"simulasi: kode kajian '{study.kode}' harus memuat kata '{word}' bila dan hanya bila "
            f"datanya simulasi; ganti nama berkas kajian, atau tambahkan/hapus bagian [{word}]."
        )


def _together(options: Collection[tuple[str, object]], purpose: str) -> Iterator[str]:
    """Say what is absent of options that a study has all together or not at all."""
    absent = [key for key, value in options if value is None]
    if absent and len(absent) < len(options):
        yield (
            f"{', '.join(absent)}: belum ada, padahal {purpose} memerlukannya; tambahkan, atau "
            "hapus juga yang lain dari bagian itu."
        )


def _household_sections(study: Study, has_households: bool) -> Iterator[str]:
    """Say what the sections about households lack."""
    ages = study.gerombol.umur_gerombol if study.gerombol else (0, 0)
    if ages[0] > ages[1]:
        yield f"gerombol.umur_gerombol: {list(ages)} terbalik; tulis [umur termuda, umur tertua]."
    for section, needed in NEEDED_BY.items():
        if getattr(study, section) is None:
            continue
        if not has_households:
            yield (
                f"{section}: bagian ini memerlukan data rumah tangga; hapus, atau tambahkan "
                "[terbatas] atau [simulasi]."
            )
        for key in needed:
            place, _, name = key.rpartition(".")
            if getattr(study.data if place else study, name) is None:
                yield f"{section}: bagian ini memerlukan {key}; tambahkan, atau hapus [{section}]."


def _diagram(study: Study) -> Iterator[str]:
    """Say which nodes of the causal diagram are asked for but stand for no column."""
    if (asked := study.diagram) is None:
        return
    drawn = {name.strip() for arrow in asked.panah for name in arrow.split("->")}
    named = {
        **{"perlakuan": (asked.perlakuan,), "hasil": (asked.hasil,)},
        **{"penyesuaian": asked.penyesuaian, "tak_teramati": asked.tak_teramati},
    }
    for key, names in named.items():
        for node in [name for name in names if name not in drawn]:
            close = difflib.get_close_matches(node, drawn, n=1)
            hint = f"mungkin maksudnya '{close[0]}'" if close else "tambahkan panahnya"
            yield f"diagram.{key}: '{node}' tidak ada di panah; {hint}."
            return
    nodes = (asked.perlakuan, asked.hasil, *asked.penyesuaian)
    if absent := [node for node in dict.fromkeys(nodes) if node not in asked.peubah_diagram]:
        yield (
            f"diagram.peubah_diagram: {', '.join(absent)} belum punya kolom; tambahkan "
            "'simpul = \"suku rumus\"', atau keluarkan dari penyesuaian."
        )
    if hidden := sorted(set(asked.tak_teramati) & set(asked.peubah_diagram)):
        yield (
            f"diagram.tak_teramati: {', '.join(hidden)} punya kolom di peubah_diagram; simpul yang "
            "tidak teramati tidak punya kolom."
        )


def _of_districts(
    study: Study, mapping: Mapping, regression: Regression, control: SyntheticControl
) -> Iterator[str]:
    """Say which choices of the district part contradict each other."""
    first, last = mapping.tahun_awal, mapping.tahun_akhir
    if first >= last:
        yield f"pemetaan.tahun_awal: {first} harus sebelum tahun_akhir ({last}); ubah salah satu."
    scenarios = mapping.skenario_rse_pct
    if not all(low < high for low, high in pairwise(scenarios)):
        yield (
            f"pemetaan.skenario_rse_pct: {list(scenarios)} harus naik; "
            "tulis berurutan: rendah, tengah, tinggi."
        )

    segments, sample = regression.segmen, regression.tahun_regresi
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
    for column, begin, end in control.peramal:
        if not begin <= end < control.tahun_mulai:
            yield (
                f"kontrol_sintetis.peramal: {column} [{begin}, {end}] harus urut dan seluruhnya "
                f"sebelum tahun_mulai ({control.tahun_mulai}); ubah tahunnya."
            )
    if study.wilayah.kode_wilayah in control.kode_sekitar:
        yield (
            f"kontrol_sintetis.kode_sekitar: {study.wilayah.kode_wilayah} adalah kode_wilayah "
            "kajian ini sendiri; hapus dari daftar."
        )
