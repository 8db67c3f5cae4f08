"""Interviews and focus groups in segments whose themes follow what is true of the kelurahan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from scipy.special import softmax

from kajian.twin.coding import name_themes
from kajian.twin.draws import Flags, Floats, Integers
from kajian.twin.places import Place, largest_remainder
from kajian.twin.sayings import FURTHER, OPENINGS, SAYINGS
from kajian.twin.talks import Interviews
from kajian.twin.truth import SNAPSHOT

THEMES = tuple(SAYINGS)
# What a theme follows (a column of `theme_causes`), and whether it is less spoken of as that grows.
FOLLOWS = {
    "pendapatan": ("kemiskinan_pct", 1),
    "pekerjaan": ("informal_tanpa_bpjs_pct", 1),
    "pendidikan": ("anak_tidak_sekolah_pct", 1),
    "kesehatan": ("tanpa_jaminan_kesehatan_pct", 1),
    "hunian": ("banjir_pct", 1),
    "sanitasi_air": ("sanitasi_layak_pct", -1),
    "bantuan_sosial": ("kesalahan_eksklusi_pct", 1),
}
# Themes that come up together; the chance is the parameter ``bertemu_<theme>_<theme>``.
PAIRS = (
    ("pendapatan", "pekerjaan"),
    ("pendapatan", "pendidikan"),
    ("kesehatan", "sanitasi_air"),
    ("kesehatan", "bantuan_sosial"),
    ("hunian", "sanitasi_air"),
    ("bantuan_sosial", "kelembagaan"),
    ("kelembagaan", "keamanan"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Talks:
    """What was said, what the coders made of it, and the truth behind both.

    Attributes
    ----------
    codes
        The table ``wawancara``: one row per segment, coder and theme that he named.
    themes
        The true themes (``kebenaran_wawancara``): ``id_segmen, tema, utama`` (1 for the main one).
    chances
        For each kelurahan and theme (``kebenaran_tema``): ``kode_wilayah, tema, mengikuti`` (what
        the theme follows; missing for nothing), ``nilai`` (of that, percent), ``peluang_utama``
        (chance that a segment is mainly about it) and ``peluang`` (that it is about it at all).
    """

    codes: pd.DataFrame
    themes: pd.DataFrame
    chances: pd.DataFrame


def draw_interviews(
    places: Sequence[Place], causes: pd.DataFrame, model: Interviews, rng: np.random.Generator
) -> Talks:
    """Draw interviews, their segments, the themes of these and what two coders call them.

    The main themes of the segments of a kelurahan are drawn systematically: each comes up as often
    as its chance says, to less than one segment more or less.

    Parameters
    ----------
    places
        Talks are shared out to them by their persons; the smallest may have none.
    causes
        What themes follow (percent), the columns of `FOLLOWS`, by ``kode_wilayah``.
    """
    main, secondary = theme_chances(causes, model)
    chance = main.loc[[place.code for place in places]].to_numpy()
    segments = _segments(places, model, rng)
    place = segments.pop("tempat").to_numpy()
    first = _systematic(chance, place, rng)
    n = len(segments)
    present = rng.random((n, len(THEMES))) < secondary.to_numpy()[first]
    present[np.arange(n), first] = True
    segments = segments.join(_texts(first, present, segments["peran_informan"], model, rng))

    read_by = {"A": np.ones(n, dtype=bool), "B": rng.random(n) < model.dibaca_b}
    named = []
    for coder, accuracy in (("A", model.ketepatan_a), ("B", model.ketepatan_b)):
        given = name_themes(first, present, accuracy, rng) & read_by[coder][:, None]
        row, theme = np.nonzero(given)
        named.append(segments.iloc[row].assign(pengode=coder, tema=np.array(THEMES)[theme]))
    row, theme = np.nonzero(present)
    return Talks(
        codes=pd.concat(named).sort_values(["id_segmen", "pengode", "tema"], ignore_index=True),
        themes=pd.DataFrame(
            {
                "id_segmen": segments["id_segmen"].to_numpy()[row],
                "tema": np.array(THEMES)[theme],
                "utama": (theme == first[row]).astype(int),
            }
        ).sort_values(["id_segmen", "tema"], ignore_index=True),
        chances=_described(causes, main, main + main @ secondary),
    )


def theme_chances(causes: pd.DataFrame, model: Interviews) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the chances of themes.

    Returns
    -------
    tuple
        The chance that a segment is mainly about a theme, by kelurahan and theme: a multinomial
        logit of what the theme follows, in standard deviations over the kelurahan. And the chance
        that a segment on one theme (rows) touches another as well (columns).
    """
    latent = pd.DataFrame(0.0, causes.index, list(THEMES))
    for theme, (column, sign) in FOLLOWS.items():
        score = (causes[column] - causes[column].mean()) / causes[column].std(ddof=0)
        latent[theme] = model.kaitan * sign * score.fillna(0.0)
    main = pd.DataFrame(softmax(latent.to_numpy(), axis=1), latent.index, latent.columns)
    secondary = pd.DataFrame(0.0, list(THEMES), list(THEMES))
    for one, other in PAIRS:
        chance = getattr(model, f"bertemu_{one}_{other}")
        secondary.loc[one, other] = secondary.loc[other, one] = chance
    return main, secondary


def _segments(places: Sequence[Place], model: Interviews, rng: np.random.Generator) -> pd.DataFrame:
    """Draw talks and cut them into segments; the members of a group speak in turn."""
    talks = model.wawancara + model.fgd
    group = np.arange(talks) >= model.wawancara
    weight = rng.uniform(0.7, 1.3, talks) * np.where(group, 1.5, 1.0)
    share = largest_remainder([place.persons for place in places], talks)
    place = rng.permutation(np.repeat(np.arange(len(places)), share))
    role = rng.integers(len(OPENINGS), size=talks)
    days = np.datetime64(SNAPSHOT, "D") - rng.integers(0, 181, talks)
    length = largest_remainder(weight, model.segmen)
    talk = np.repeat(np.arange(talks), length)
    number = np.arange(model.segmen) - np.repeat(length.cumsum() - length, length)
    names = [f"SIM-F{i - model.wawancara + 1:02d}" if group[i] else f"SIM-W{i + 1:02d}"
             for i in range(talks)]  # fmt: skip
    speaker = (role[talk] + np.where(group[talk], number, 0)) % len(OPENINGS)
    interview = np.array(names)[talk]
    return pd.DataFrame(
        {
            "id_segmen": [f"{a}-{b + 1:02d}" for a, b in zip(interview, number, strict=True)],
            "id_wawancara": interview,
            "jenis": np.where(group, "fgd", "wawancara")[talk],
            "tanggal": days.astype(str)[talk],
            "kode_wilayah": np.array([each.code for each in places])[place[talk]],
            "peran_informan": np.array(list(OPENINGS))[speaker],
            "tempat": place[talk],
        }
    )


def _systematic(chance: Floats, place: Integers, rng: np.random.Generator) -> Integers:
    """Draw an option for each row, evenly within each place; chances have shape (places, options).

    Notes
    -----
    Systematic sampling: Madow & Madow (1944), Annals of Mathematical Statistics 15.
    """
    order = np.lexsort((rng.random(len(place)), place))
    counts = np.bincount(place, minlength=len(chance))
    rank = np.empty(len(place))
    rank[order] = np.arange(len(place)) - np.repeat(counts.cumsum() - counts, counts)
    point = (rank + rng.random(len(chance))[place]) / counts[place]
    bounds = chance.cumsum(axis=1)[:, :-1]
    return np.asarray((point[:, None] >= bounds[place]).sum(axis=1))


def _texts(
    first: Integers,
    present: Flags,
    roles: pd.Series,
    model: Interviews,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Choose ``teks`` and ``parafrase``.

    No two of one role and theme are alike while there are others.
    """
    n = len(first)
    texts, paraphrases = [""] * n, [""] * n
    for (role, openings), (number, theme) in product(OPENINGS.items(), enumerate(THEMES)):
        rows = np.flatnonzero((roles == role) & (first == number))
        choices = [(opening, *saying) for opening in openings for saying in SAYINGS[theme]]
        for row, choice in zip(
            rows, np.resize(rng.permutation(len(choices)), len(rows)), strict=True
        ):
            opening, said, paraphrases[row] = choices[choice]
            texts[row] = f"[SIMULASI] {opening} {said}"
    for row, number in np.argwhere(present):
        if number != first[row]:
            sayings = SAYINGS[THEMES[number]]
            texts[row] += f" {FURTHER} {sayings[rng.integers(len(sayings))][0]}"
    has = rng.random(n) < model.diparafrasakan
    return pd.DataFrame({"teks": texts, "parafrase": pd.Series(paraphrases).where(has)})


def _described(causes: pd.DataFrame, main: pd.DataFrame, any_: pd.DataFrame) -> pd.DataFrame:
    """Put the chances of all kelurahan and themes in rows."""
    parts = [
        pd.DataFrame(
            {
                "kode_wilayah": main.index,
                "tema": theme,
                "mengikuti": FOLLOWS[theme][0] if theme in FOLLOWS else None,
                "nilai": causes[FOLLOWS[theme][0]] if theme in FOLLOWS else np.nan,
                "peluang_utama": main[theme],
                "peluang": any_[theme],
            }
        )
        for theme in THEMES
    ]
    return pd.concat(parts, ignore_index=True).sort_values(
        ["kode_wilayah", "tema"], ignore_index=True
    )
