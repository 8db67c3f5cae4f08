"""Interview segments with invented sentences, and two coders who do not always agree."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kajian.twin.draws import Integers
from kajian.twin.places import Place
from kajian.twin.truth import SNAPSHOT, Interviews

SPEAKERS = {
    "warga": "Seorang warga bercerita bahwa",
    "ketua_rt_rw": "Ketua RT mencatat bahwa",
    "kader": "Seorang kader menyampaikan bahwa",
    "lurah": "Pihak kelurahan menjelaskan bahwa",
    "pendamping": "Seorang pendamping mengamati bahwa",
    "opd": "Petugas perangkat daerah melaporkan bahwa",
}
THEMES = {
    "pendapatan": (
        "penghasilan keluarga naik turun mengikuti ramainya pasar.",
        "uang belanja sering habis sebelum akhir bulan.",
        "harga bahan pokok naik lebih cepat daripada upah.",
        "tabungan keluarga dipakai untuk membayar utang warung.",
    ),
    "pekerjaan": (
        "lowongan di sekitar rumah lebih banyak yang bersifat harian.",
        "pelatihan menjahit membantu beberapa orang mendapat pesanan.",
        "pesanan usaha rumahan berkurang sejak awal tahun.",
        "pencari kerja muda memerlukan informasi lowongan yang jelas.",
    ),
    "pendidikan": (
        "biaya seragam dan buku memberatkan pada awal tahun ajaran.",
        "beberapa anak berhenti sekolah untuk membantu orang tua bekerja.",
        "jarak ke sekolah menengah dirasakan jauh tanpa angkutan umum.",
        "kelompok belajar sore hari membuat anak lebih rajin membaca.",
    ),
    "kesehatan": (
        "antrean di puskesmas panjang pada hari Senin.",
        "kartu jaminan kesehatan sebagian anggota keluarga tidak aktif.",
        "posyandu lansia berjalan rutin setiap bulan.",
        "obat penyakit menahun kadang harus dibeli sendiri.",
    ),
    "hunian": (
        "atap rumah bocor dan belum ada biaya untuk memperbaikinya.",
        "satu rumah kecil dihuni tiga keluarga.",
        "sewa kamar naik setiap tahun.",
        "status tanah menghambat pengajuan perbaikan rumah.",
    ),
    "sanitasi_air": (
        "air sumur berbau pada musim kemarau.",
        "jamban bersama perlu dikuras lebih sering.",
        "saluran di depan rumah tersumbat ketika hujan deras.",
        "sambungan air pipa mengalir lancar pada malam hari.",
    ),
    "bantuan_sosial": (
        "data penerima bantuan belum diperbarui sejak dua tahun lalu.",
        "bantuan pangan diterima tepat waktu.",
        "keluarga yang sudah mampu masih tercantum sebagai penerima.",
        "cara mengajukan sanggahan belum banyak diketahui.",
    ),
    "kelembagaan": (
        "musyawarah kelurahan dihadiri lebih banyak orang daripada tahun lalu.",
        "usulan dari tingkat RW jarang mendapat kabar lanjutan.",
        "kader bekerja tanpa pembagian tugas yang jelas.",
        "koordinasi antardinas membaik setelah ada pertemuan rutin.",
    ),
    "keamanan": (
        "ronda malam berjalan kembali dengan jadwal bergilir.",
        "lampu jalan yang padam membuat orang enggan keluar malam.",
        "pencurian sepeda motor berkurang setelah portal dipasang.",
        "anak-anak bermain di jalan yang ramai kendaraan.",
    ),
}


def draw_interviews(
    places: Sequence[Place], model: Interviews, rng: np.random.Generator
) -> pd.DataFrame:
    """Draw the table ``wawancara``: each segment once for each coder.

    A coder finds the true theme with his own accuracy, and otherwise names any other.
    """
    n, themes = model.segmen, np.array(list(THEMES))
    theme = rng.permutation(np.arange(n) % len(themes))
    text, role = _texts(theme, rng)
    segments = pd.DataFrame(
        {
            "id_segmen": [f"SIM-W{number:03d}" for number in range(1, n + 1)],
            "tanggal": _days(n, rng),
            "kode_wilayah": rng.choice([place.code for place in places], n),
            "peran_informan": np.array(list(SPEAKERS))[role],
            "teks": text,
        }
    )
    coded = [
        segments.assign(pengode=coder, tema=themes[_coded(theme, accuracy, len(themes), rng)])
        for coder, accuracy in (("A", model.ketepatan_a), ("B", model.ketepatan_b))
    ]
    return pd.concat(coded).sort_values(["id_segmen", "pengode"], ignore_index=True)


def expected_agreement(model: Interviews) -> tuple[float, float]:
    """Probability that the coders name the same theme, and Cohen's kappa.

    They agree when both are right, or both wrong in the same way. Themes are equally frequent,
    so agreement by chance is one over their number (Cohen 1960, Educ. Psychol. Meas. 20).
    """
    right_a, right_b, themes = model.ketepatan_a, model.ketepatan_b, model.tema
    agree = right_a * right_b + (1 - right_a) * (1 - right_b) / (themes - 1)
    return agree, (agree - 1 / themes) / (1 - 1 / themes)


def _texts(theme: Integers, rng: np.random.Generator) -> tuple[list[str], Integers]:
    """Choose sentences so that no two segments of a theme are alike while there are others."""
    statements, speakers = list(THEMES.values()), list(SPEAKERS.items())
    texts, roles = [""] * len(theme), np.zeros(len(theme), dtype=np.int64)
    for number, sentences in enumerate(statements):
        pairs = len(sentences) * len(speakers)
        segments = np.flatnonzero(theme == number)
        for segment, pair in zip(
            segments, np.resize(rng.permutation(pairs), len(segments)), strict=True
        ):
            sentence, role = divmod(int(pair), len(speakers))
            texts[segment] = f"[SIMULASI] {speakers[role][1]} {sentences[sentence]}"
            roles[segment] = role
    return texts, roles


def _coded(theme: Integers, accuracy: float, themes: int, rng: np.random.Generator) -> Integers:
    """Give the themes that a coder names."""
    other = (theme + rng.integers(1, themes, len(theme))) % themes
    return np.where(rng.random(len(theme)) < accuracy, theme, other)


def _days(count: int, rng: np.random.Generator) -> list[str]:
    """Draw days of the half year before the snapshot."""
    days = np.datetime64(SNAPSHOT, "D") - rng.integers(0, 181, count)
    return [str(day) for day in days]
