"""Rows of the scale for places that started at different times, or that a mixture resembles."""

from __future__ import annotations

from kajian.evidence.effect_words import parallel_trends_words
from kajian.evidence.scale.rule import (
    FEW,
    LEVEL,
    OURS,
    Case,
    Rule,
    above,
    at_least,
    at_most,
    confirms,
    count,
    either,
    holds,
    leaves_out_zero,
    p_value,
    share,
)
from kajian.language import format_number, format_p_value

CLUSTERS_PER_SIDE = 10
PLACEBO_LEVEL = 0.10
UNITS = 20
SPILLOVER = 0.5  # of the effect


def _small_spillover(d: Case) -> bool:
    low, high = d["spillover_low"], d["spillover_high"]
    largest = max(abs(low), abs(high))
    return not leaves_out_zero(low, high) and largest <= SPILLOVER * abs(d["estimate"])


def _spillover_words(d: Case) -> str:
    if leaves_out_zero(d["spillover_low"], d["spillover_high"]):
        return "ada limpahan ke pembanding"
    if _small_spillover(d):
        return "limpahan, bila ada, paling besar separuh dampaknya"
    return "limpahan lebih dari separuh dampaknya belum tersingkirkan"


STAGGERED = (
    Rule(
        "tren_sebelum",
        ("bertahap",),
        "nilai-p uji serentak tren sebelum program",
        f"di atas {format_number(LEVEL, 2)}",
        OURS,
        ("pretrend_p",),
        above("pretrend_p", LEVEL),
        p_value("pretrend_p", "uji tren sebelum program"),
    ),
    Rule(
        "tren_menyimpang",
        ("bertahap",),
        "penyimpangan tren yang masih menyisakan dampak",
        "sedikitnya sebesar yang terbesar sebelum program",
        "Rambachan dan Roth (2023); batas pilihan kami",
        ("breakdown",),
        lambda d: d["breakdown"] is not None and d["breakdown"] >= 1,
        lambda d: parallel_trends_words(d["breakdown"]),
    ),
    Rule(
        "kelompok",
        ("bertahap",),
        "kelompok yang menjalankan, dan yang tidak",
        f"masing-masing sedikitnya {CLUSTERS_PER_SIDE}",
        FEW,
        ("clusters_treated", "clusters_untreated"),
        lambda d: min(d["clusters_treated"], d["clusters_untreated"]) >= CLUSTERS_PER_SIDE,
        lambda d: (
            f"{format_number(d['clusters_treated'], 0)} kelompok menjalankan, "
            f"{format_number(d['clusters_untreated'], 0)} tidak"
        ),
    ),
    Rule(
        "pengacakan_mulai",
        ("bertahap",),
        "nilai-p uji pengacakan waktu mulai, bila selang tidak memuat nol",
        f"paling besar {format_number(LEVEL, 2)}",
        OURS,
        ("permutation_p",),
        confirms("permutation_p", LEVEL),
        p_value("permutation_p", "uji pengacakan waktu mulai"),
    ),
    Rule(
        "limpahan",
        ("bertahap",),
        "selang limpahan ke pembanding",
        "memuat nol, dan ujungnya paling besar separuh dampak",
        OURS,
        ("spillover_low", "spillover_high"),
        _small_spillover,
        _spillover_words,
    ),
)

SYNTHETIC = (
    Rule(
        "kecocokan",
        ("kontrol_sintetis",),
        "kecocokan pembanding sebelum mulai",
        "layak dibandingkan",
        "Ferman dan Pinto (2021); batas pilihan kami",
        ("comparable",),
        holds("comparable"),
        either(holds("comparable"), "pembandingnya layak", "tidak ada pembanding yang layak"),
    ),
    Rule(
        "plasebo_tempat",
        ("kontrol_sintetis",),
        "nilai-p plasebo di tempat lain, bila selang tidak memuat nol",
        f"paling besar {format_number(PLACEBO_LEVEL, 2)}",
        "uji Abadie, Diamond, dan Hainmueller (2010); taraf pilihan kami",
        ("placebo_p", "placebo_p_floor"),
        confirms("placebo_p", PLACEBO_LEVEL),
        lambda d: f"plasebo tempat {format_p_value(d['placebo_p'], d['placebo_p_floor'])}",
    ),
    Rule(
        "plasebo_waktu",
        ("kontrol_sintetis",),
        "bagian tahun mulai semu yang selisihnya sebesar itu",
        "tidak ada",
        "uji Abadie, Diamond, dan Hainmueller (2015); batas pilihan kami",
        ("starts_as_large",),
        at_most("starts_as_large", 0),
        share("starts_as_large", "tahun mulai semu berselisih sebesar itu"),
    ),
    Rule(
        "tanpa_satu",
        ("kontrol_sintetis",),
        "arah tanpa tiap pembanding satu per satu",
        "tetap",
        "uji Abadie, Diamond, dan Hainmueller (2015); batas pilihan kami",
        ("leave_one_out_same_sign",),
        holds("leave_one_out_same_sign"),
        either(
            holds("leave_one_out_same_sign"),
            "arahnya tetap tanpa satu pembanding mana pun",
            "arahnya berubah tanpa salah satu pembanding",
        ),
    ),
    Rule(
        "varian",
        ("kontrol_sintetis",),
        "bagian varian yang dinyatakan yang searah",
        "semuanya",
        OURS,
        ("variants_same_sign",),
        at_least("variants_same_sign", 1),
        share("variants_same_sign", "varian yang dinyatakan searah"),
    ),
    Rule(
        "banyak_unit",
        ("kontrol_sintetis",),
        "wilayah yang diperingkat, termasuk yang dikaji",
        f"sedikitnya {UNITS}, sehingga nilai-p dapat mencapai 0,05",
        OURS,
        ("units",),
        at_least("units", UNITS),
        count("units", "wilayah diperingkat"),
    ),
)
