"""A theme of the interviews beside the number that it may explain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.language import format_interval, format_value
from kajian.linear.frame import require_columns
from kajian.qualitative.paraphrases import PARAPHRASE, Paraphrases
from kajian.qualitative.themes import HIDDEN, ThemeTable

WHOLE = ""
NUMBERS = ["angka", "nama", "satuan", "desimal", "tempat", "nilai", "bawah", "atas"]
SAME, OTHER, MIXED, UNCOMPARED = "searah", "berlainan", "tanpa pola", "tidak dapat dibandingkan"
FEWEST_PAIRS = 3
CLEAR_SHARE = 0.75


class Link(NamedTuple):
    """The number beside a theme, and where it goes as the problem that the theme names grows."""

    number: str
    direction: Literal["naik", "turun"]


@dataclass(frozen=True, slots=True, eq=False)
class JointDisplay:
    """Themes beside numbers.

    Attributes
    ----------
    table
        One row per theme: ``tema``, ``dimensi``, ``segmen`` (missing where hidden),
        ``tempat_terbanyak`` (place with the largest share of segments; empty where it is not one
        place, or where places are hidden), ``parafrase`` and ``asal`` (role and kecamatan; empty
        without one), ``angka``, ``nama``, ``satuan``, ``nilai``, ``bawah``, ``atas`` (of the whole,
        missing where the number has places only), ``tulisan`` (the number in words, with its
        interval, or its range over places), ``pasangan`` and ``pasangan_searah`` (pairs of places
        that the number tells apart, and those where theme and number agree), ``bacaan``
        (``searah``, ``berlainan``, ``tanpa pola``, ``tidak dapat dibandingkan``), ``dasar`` (why).
    """

    table: pd.DataFrame

    def tidy(self) -> pd.DataFrame:
        """Return `table`."""
        return self.table.copy()

    def __str__(self) -> str:
        counts = self.table["bacaan"].value_counts()
        told = ", ".join(
            f"{counts[word]} {word}" for word in (SAME, OTHER, MIXED, UNCOMPARED) if word in counts
        )
        return (
            f"Tema di samping angka: {told}. Bacaan ini gambaran dari beberapa tempat, bukan uji "
            "dan bukan bukti sebab-akibat"
        )


def joint_display(
    themes: ThemeTable,
    numbers: pd.DataFrame,
    links: Mapping[str, Link | tuple[str, Literal["naik", "turun"]]],
    paraphrases: Paraphrases | None = None,
) -> JointDisplay:
    """Put each theme beside a number, and say whether they go together from place to place.

    The reading is a rule, not a test. Only pairs of places count whose number differs beyond doubt
    (their intervals do not meet; a number without interval is taken as exact) and whose share of
    segments is shown and differs. With fewer than three such pairs theme and number are not
    compared; they are ``searah`` when three pairs in four or more agree, ``berlainan`` when three
    in four or more disagree, ``tanpa pola`` otherwise. Pairs share places, and informants are
    chosen, so no p-value would mean anything. Fetters, Curry & Creswell (2013), Health Services
    Research 48(6), on joint displays.

    Parameters
    ----------
    themes
        Themes by place.
    numbers
        One row per number and place: ``angka`` (its key), ``nama``, ``satuan`` (as
        `kajian.language.format_value` takes it), ``desimal``, ``tempat`` (as in `themes`; empty
        for the whole), ``nilai``, ``bawah``, ``atas`` (both missing without interval). A missing
        ``nilai`` is a place whose number may not be shown.
    links
        For each theme its number, and whether the number rises (``naik``) or falls (``turun``) as
        the problem grows.
    paraphrases
        The first of each theme is shown.

    Raises
    ------
    MethodError
        A theme or number that is not there, an unknown direction, no links, a number that tells
        twice of a place, or an interval that does not hold its number.
    """
    require_columns(numbers, NUMBERS)
    table = numbers[NUMBERS].assign(tempat=numbers["tempat"].fillna(WHOLE))
    _check(themes, table, links)
    rows = []
    for theme, link in links.items():
        link = Link(*link)
        total = themes.totals.set_index("tema").loc[theme]
        number = table[table["angka"] == link.number].set_index("tempat")
        cells = themes.cells[themes.cells["tema"] == theme].set_index("tempat")
        whole = number.T[WHOLE] if WHOLE in number.index else None
        pairs, agreeing = _compared(cells["bagian_pct"], number.drop(index=WHOLE, errors="ignore"))
        agreeing = agreeing if link.direction == "naik" else pairs - agreeing
        reading, reason = _reading(pairs, agreeing)
        told, origin = _first(paraphrases, theme)
        rows.append(
            {
                "tema": theme,
                "dimensi": total["dimensi"],
                "segmen": total["segmen"],
                "tempat_terbanyak": _most(cells),
                "parafrase": told,
                "asal": origin,
                "angka": link.number,
                "nama": number["nama"].iloc[0],
                "satuan": number["satuan"].iloc[0],
                **{name: np.nan if whole is None else whole[name] for name in NUMBERS[-3:]},
                "tulisan": _written(number, whole),
                "pasangan": pairs,
                "pasangan_searah": agreeing,
                "bacaan": reading,
                "dasar": reason,
            }
        )
    return JointDisplay(pd.DataFrame(rows).astype({"segmen": "Int64"}))


def _check(
    themes: ThemeTable,
    numbers: pd.DataFrame,
    links: Mapping[str, Link | tuple[str, Literal["naik", "turun"]]],
) -> None:
    if not links:
        raise MethodError("Tidak ada tema yang dipasangkan. Perbaikan: sebut tema dan angkanya.")
    known_themes, known_numbers = set(themes.totals["tema"]), set(numbers["angka"])
    for theme, (number, direction) in links.items():
        for what, name, known in (("Tema", theme, known_themes), ("Angka", number, known_numbers)):
            if name not in known:
                raise MethodError(
                    f"{what} '{name}' tidak ada. Perbaikan: pilih dari {', '.join(sorted(known))}."
                )
        if direction not in ("naik", "turun"):
            raise MethodError(
                f"Arah '{direction}' untuk tema {theme} tidak dikenal. Perbaikan: 'naik' bila "
                "angka naik ketika masalahnya membesar, 'turun' bila sebaliknya."
            )
    key = ["angka", "tempat"]
    outside = (numbers["bawah"] > numbers["nilai"]) | (numbers["nilai"] > numbers["atas"])
    half = numbers["bawah"].isna() != numbers["atas"].isna()
    for wrong, problem in (
        (numbers.duplicated(key), "muncul lebih dari sekali"),
        (outside | half, "memiliki selang yang tidak memuat nilainya atau tidak lengkap"),
    ):
        if wrong.any():
            names = [f"{row.angka} {row.tempat}".strip() for row in numbers[wrong].itertuples()]
            raise MethodError(
                f"Angka {', '.join(names[:5])} {problem}. Perbaikan: periksa tabel angka."
            )


def _compared(share: pd.Series, number: pd.DataFrame) -> tuple[int, int]:
    """Count pairs of places that number and theme tell apart, and those ordered alike."""
    places = share.dropna().index.intersection(number.dropna(subset="nilai").index)
    share, number = share.loc[places], number.loc[places]
    low, high = number["bawah"].fillna(number["nilai"]), number["atas"].fillna(number["nilai"])
    pairs = agreeing = 0
    for first, second in combinations(places, 2):
        above = np.sign((low[first] > high[second]) * 1 - (low[second] > high[first]) * 1)
        more = np.sign(share[first] - share[second])
        pairs += int(above != 0 and more != 0)
        agreeing += int(above * more > 0)
    return pairs, agreeing


def _reading(pairs: int, agreeing: int) -> tuple[str, str]:
    if pairs < FEWEST_PAIRS:
        reason = f"pasang tempat yang tampil dan jelas berbeda: {pairs}, perlu {FEWEST_PAIRS}"
        return UNCOMPARED, reason
    reason = f"{agreeing} dari {pairs} pasang tempat yang jelas berbeda"
    if agreeing >= CLEAR_SHARE * pairs:
        return SAME, f"searah pada {reason}"
    return (OTHER if pairs - agreeing >= CLEAR_SHARE * pairs else MIXED), f"searah pada {reason}"


def _most(cells: pd.DataFrame) -> str:
    """Name the place where a theme has the largest share, when it can be told."""
    if (cells["label"] == HIDDEN).any():
        return ""
    first = cells.index[cells["bagian_pct"] == cells["bagian_pct"].max()]
    return str(first[0]) if len(first) == 1 else ""


def _first(paraphrases: Paraphrases | None, theme: str) -> tuple[str, str]:
    if paraphrases is None:
        return "", ""
    rows = paraphrases.table[paraphrases.table["tema"] == theme]
    if rows.empty:
        return "", ""
    row = rows.iloc[0]
    return row[PARAPHRASE], f"{row['peran_informan']}, {row['kecamatan']}"


def _written(number: pd.DataFrame, whole: pd.Series | None) -> str:
    """Write the number of the whole with its interval, or the range over places."""
    shown = number.dropna(subset="nilai")
    if whole is None:
        if shown.empty:
            return "tidak ditampilkan"
        unit, decimals = str(shown["satuan"].iloc[0]), int(shown["desimal"].iloc[0])
        between = format_interval(shown["nilai"].min(), shown["nilai"].max(), unit, decimals)
        return f"{between} antartempat"
    unit, decimals = str(whole["satuan"]), int(whole["desimal"])
    text = format_value(whole["nilai"], unit, decimals)
    if pd.isna(whole["bawah"]):
        return text
    return f"{text} ({format_interval(whole['bawah'], whole['atas'], unit, decimals)})"
