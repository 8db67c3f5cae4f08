"""Rows of the scale for adjustment and association, and the power that every design needs."""

from __future__ import annotations

import math

from kajian.evidence.scale.rule import (
    FEW,
    OURS,
    Case,
    Rule,
    at_least,
    count,
    either,
    holds,
    leaves_out_zero,
    share,
)
from kajian.language import format_number, format_percent

CLUSTERS = 20
SAME_SIGN = 0.9


def _benchmark_leaves(d: Case) -> bool:
    """The sign stays, and an interval without zero stays without zero."""
    apart = leaves_out_zero(d["benchmark_low"], d["benchmark_high"])
    claimed = leaves_out_zero(d["low"], d["high"])
    return d["benchmark_estimate"] * d["estimate"] > 0 and (apart or not claimed)


def _benchmark_words(d: Case) -> str:
    verdict = "bertahan" if _benchmark_leaves(d) else "tidak bertahan"
    value = format_percent(100 * d["robustness_value"], 1)
    return f"nilai ketahanan {value}; taksiran {verdict} bila ada peubah terlewat sekuat patokan"


def _power_words(d: Case) -> str:
    ratio = math.floor(100 * abs(d["estimate"]) / d["mde"]) / 100
    return f"taksiran {format_number(ratio, 2)} kali efek minimum yang dapat dideteksi"


ADJUSTED = (
    Rule(
        "diagram",
        ("penyesuaian",),
        "penyesuaian menurut diagram sebab-akibat",
        "menutup semua jalur belakang",
        "Pearl (2009)",
        ("adjustment_valid",),
        holds("adjustment_valid"),
        either(
            holds("adjustment_valid"), "penyesuaian lolos diagram", "penyesuaian ditolak diagram"
        ),
    ),
    Rule(
        "peubah_terlewat",
        ("penyesuaian",),
        "taksiran bila ada peubah terlewat sekuat patokan teramati terkuat",
        "tetap searah, dan selangnya tetap tidak memuat nol",
        "Cinelli dan Hazlett (2020); batas pilihan kami",
        ("robustness_value", "benchmark_estimate", "benchmark_low", "benchmark_high"),
        _benchmark_leaves,
        _benchmark_words,
    ),
    Rule(
        "spesifikasi",
        ("penyesuaian",),
        "bagian spesifikasi yang dinyatakan yang searah",
        f"sedikitnya {format_percent(100 * SAME_SIGN, 0)}",
        OURS,
        ("specifications_same_sign",),
        at_least("specifications_same_sign", SAME_SIGN),
        share("specifications_same_sign", "spesifikasi searah"),
    ),
    Rule(
        "gugus",
        ("penyesuaian", "keterkaitan"),
        "kelompok galat",
        f"sedikitnya {CLUSTERS}",
        FEW,
        ("clusters",),
        at_least("clusters", CLUSTERS),
        count("clusters", "kelompok galat"),
    ),
)

POWER = Rule(
    "daya",
    ("uji_coba", "ambang_skor", "bertahap", "kontrol_sintetis", "penyesuaian", "keterkaitan"),
    "besar taksiran terhadap efek minimum yang dapat dideteksi",
    "sedikitnya sama",
    "Bloom (1995); batas pilihan kami",
    ("mde",),
    lambda d: abs(d["estimate"]) >= d["mde"],
    _power_words,
)
