"""Rows of the scale for programmes given by lot or by a score."""

from __future__ import annotations

from kajian.evidence.scale.attrition import attrition_harmless, attrition_words
from kajian.evidence.scale.rule import (
    FEW,
    LEVEL,
    OURS,
    Rule,
    above,
    at_least,
    at_most,
    confirms,
    count,
    p_value,
    share,
)
from kajian.language import format_number

CLUSTERS_PER_ARM = 10
STD_DIFFERENCE = 0.25
PLACEBO_SHARE = 0.2
NEAR_CUTOFF = 50

LOT = (
    Rule(
        "kelompok_undi",
        ("uji_coba",),
        "kelompok yang diundi, di lengan yang lebih sedikit",
        f"sedikitnya {CLUSTERS_PER_ARM}",
        FEW,
        ("clusters_smaller_arm",),
        at_least("clusters_smaller_arm", CLUSTERS_PER_ARM),
        count("clusters_smaller_arm", "kelompok di lengan yang lebih sedikit"),
    ),
    Rule(
        "keseimbangan",
        ("uji_coba",),
        "beda terbesar antarlengan sebelum program",
        f"paling besar {format_number(STD_DIFFERENCE, 2)} simpangan baku",
        "WWC (2020), Standards Handbook 4.1",
        ("largest_std_difference",),
        at_most("largest_std_difference", STD_DIFFERENCE),
        lambda d: f"beda awal {format_number(abs(d['largest_std_difference']), 2)} simpangan baku",
    ),
    Rule(
        "kehilangan",
        ("uji_coba",),
        "peserta yang tidak terukur, seluruhnya dan bedanya antarlengan",
        "di dalam batas hati-hati WWC, atau selang batas Lee tidak memuat nol",
        "WWC (2020), Standards Handbook 4.1, tabel II.1; Lee (2009)",
        ("attrition_pct", "differential_pp", "lee_low", "lee_high"),
        attrition_harmless,
        attrition_words,
    ),
    Rule(
        "pengacakan",
        ("uji_coba",),
        "nilai-p uji pengacakan, bila selang tidak memuat nol",
        f"paling besar {format_number(LEVEL, 2)}",
        OURS,
        ("randomisation_p",),
        confirms("randomisation_p", LEVEL),
        p_value("randomisation_p", "uji pengacakan"),
    ),
)

SCORE = (
    Rule(
        "kepadatan",
        ("ambang_skor",),
        "nilai-p uji kepadatan skor di ambang",
        f"di atas {format_number(LEVEL, 2)}",
        "uji Cattaneo, Jansson, dan Ma (2020); taraf pilihan kami",
        ("density_p",),
        above("density_p", LEVEL),
        p_value("density_p", "uji kepadatan skor"),
    ),
    Rule(
        "ambang_palsu",
        ("ambang_skor",),
        "bagian ambang palsu yang menonjol",
        f"paling banyak {format_number(100 * PLACEBO_SHARE, 0)}%",
        OURS,
        ("placebo_share",),
        at_most("placebo_share", PLACEBO_SHARE),
        share("placebo_share", "ambang palsu menonjol"),
    ),
    Rule(
        "lebar_jendela",
        ("ambang_skor",),
        "bagian lebar jendela yang taksirannya searah",
        "semuanya",
        OURS,
        ("bandwidths_same_sign",),
        at_least("bandwidths_same_sign", 1),
        share("bandwidths_same_sign", "lebar jendela searah"),
    ),
    Rule(
        "dekat_ambang",
        ("ambang_skor",),
        "pengamatan di dalam jendela, di sisi yang lebih sedikit",
        f"sedikitnya {NEAR_CUTOFF}",
        OURS,
        ("near_cutoff",),
        at_least("near_cutoff", NEAR_CUTOFF),
        count("near_cutoff", "pengamatan di sisi ambang yang lebih sedikit"),
    ),
)
