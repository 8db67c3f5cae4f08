"""Interviews of the twin: segments of talks, themes that follow the truth, words of nobody."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kajian.privacy.patterns import identity_kinds
from kajian.twin.interviews import FOLLOWS, PAIRS, THEMES, draw_interviews, theme_chances
from kajian.twin.sayings import OPENINGS, SAYINGS
from kajian.twin.truth import TRUTH

MODEL = TRUTH.wawancara


@pytest.fixture(scope="module")
def many(places, causes):
    """Ten times as many segments."""
    model = replace(MODEL, segmen=6_000)
    return draw_interviews(places, causes, model, np.random.default_rng(5))


def test_segments_belong_to_talks(read):
    table = read("wawancara")
    segments = table.drop_duplicates("id_segmen")
    assert len(segments) == MODEL.segmen
    talks = segments.groupby("id_wawancara")
    kinds = talks["jenis"].first()
    assert kinds.value_counts().to_dict() == {"wawancara": MODEL.wawancara, "fgd": MODEL.fgd}
    shared = segments[["id_wawancara", "jenis", "tanggal", "kode_wilayah"]].drop_duplicates()
    assert len(shared) == len(kinds)
    assert (talks["peran_informan"].nunique()[kinds == "wawancara"] == 1).all()
    assert (talks["peran_informan"].nunique()[kinds == "fgd"] == len(OPENINGS)).all()
    size = talks.size()
    assert size.min() >= 4
    # A group talks half as long again, each talk up to 30 percent more or less.
    assert size[kinds == "fgd"].mean() / size[kinds == "wawancara"].mean() == pytest.approx(
        1.5, abs=0.25
    )


def test_a_coder_gives_one_to_three_themes(read):
    table = read("wawancara")
    given = table.groupby(["id_segmen", "pengode"])["tema"].agg(["size", "nunique"])
    assert (given["size"] == given["nunique"]).all()
    assert set(given["size"]) == {1, 2, 3}
    coders = table.groupby("id_segmen")["pengode"].unique().map(set)
    assert coders.map(len).eq(2).mean() == pytest.approx(MODEL.dibaca_b, abs=0.03)
    assert all("A" in both for both in coders)


def test_talks_are_where_people_live(read):
    talks = read("wawancara").drop_duplicates("id_wawancara")["kode_wilayah"].value_counts()
    truth = read("kebenaran_kelurahan").set_index("kode_wilayah")["penduduk"]
    share = truth / truth.sum() * (MODEL.wawancara + MODEL.fgd)
    assert (talks.reindex(share.index, fill_value=0) - share).abs().max() < 1


def test_every_segment_says_that_it_is_simulated(read):
    segments = read("wawancara").groupby("id_segmen").first()
    sentence = r"[A-Z][^\[\]]+\."
    assert segments["teks"].str.fullmatch(rf"\[SIMULASI\] {sentence}").all()
    assert segments["teks"].nunique() > 0.95 * len(segments)
    paraphrased = segments["parafrase"].dropna()
    assert len(paraphrased) / len(segments) == pytest.approx(MODEL.diparafrasakan, abs=0.06)
    assert paraphrased.str.fullmatch(sentence).all()
    assert set(segments["peran_informan"]) == set(OPENINGS)


def test_a_paraphrase_is_no_quotation_and_names_nobody():
    for sayings in SAYINGS.values():
        assert len({text for saying in sayings for text in saying}) == 2 * len(sayings)
        for said, put in sayings:
            words, others = (set(text.lower().strip(".").split()) for text in (said, put))
            assert len(words & others) / len(words | others) < 0.75, put
            assert not set("\"“”'0123456789") & set(said + put)
            assert not identity_kinds(put)
            # No word inside begins with a capital but the names of offices and days.
            capitals = {word.strip(",.") for word in put.split()[1:] if word[0].isupper()}
            assert not capitals, put


def test_chances_follow_the_truth(causes):
    main, secondary = theme_chances(causes, MODEL)
    assert main.sum(axis=1).to_numpy() == pytest.approx(1)
    other = main["keamanan"]  # follows nothing
    for theme, (column, sign) in FOLLOWS.items():
        score = (causes[column] - causes[column].mean()) / causes[column].std(ddof=0)
        assert np.log(main[theme] / other).to_numpy() == pytest.approx(sign * 0.8 * score)
    assert (main["kelembagaan"] == other).all()
    assert (
        secondary.loc["pekerjaan", "pendapatan"] == 0.3 == secondary.loc["pendapatan", "pekerjaan"]
    )
    assert (secondary > 0).to_numpy().sum() == 2 * len(PAIRS)
    even, _ = theme_chances(causes, replace(MODEL, kaitan=0.0))
    assert even.to_numpy() == pytest.approx(1 / 9)


def test_a_place_of_which_nothing_is_known_is_as_the_average(causes):
    gap = causes.copy()
    gap.iloc[0, gap.columns.get_loc("banjir_pct")] = np.nan
    main, _ = theme_chances(gap, MODEL)
    assert main.iloc[0]["hunian"] == main.iloc[0]["keamanan"]
    alone, _ = theme_chances(causes.iloc[:1], MODEL)  # nothing to compare it with
    assert alone.to_numpy() == pytest.approx(1 / 9)


def test_themes_come_up_as_often_as_their_chances_say(many):
    segments = many.codes.drop_duplicates("id_segmen").set_index("id_segmen")["kode_wilayah"]
    themes = many.themes.assign(tempat=many.themes["id_segmen"].map(segments))
    size = segments.value_counts()
    chances = many.chances.set_index(["kode_wilayah", "tema"])
    main = themes[themes["utama"] == 1].groupby(["tempat", "tema"]).size()
    expected = chances["peluang_utama"] * size.reindex(chances.index.get_level_values(0)).to_numpy()
    expected = expected.dropna()
    assert (main.reindex(expected.index, fill_value=0) - expected).abs().max() < 1
    count = themes.groupby("tema").size()
    total = (
        (chances["peluang"] * size.reindex(chances.index.get_level_values(0)).to_numpy())
        .groupby("tema")
        .sum()
    )
    # Further themes are drawn one by one: four standard errors.
    assert (count - total).abs().max() <= 4 * np.sqrt(total.max() * 0.3)


def test_themes_meet_as_often_as_stated(many):
    sets = many.themes.groupby("id_segmen")["tema"].agg(set)
    mainly = many.themes[many.themes["utama"] == 1].set_index("id_segmen")["tema"]
    for one, other in PAIRS:
        either = sets[mainly.isin([one, other])]
        chance = getattr(MODEL, f"bertemu_{one}_{other}")
        found = either.map(lambda names, pair={one, other}: pair <= names).mean()
        assert found == pytest.approx(chance, abs=4 * np.sqrt(chance / len(either)))
    partners = {frozenset(pair) for pair in PAIRS}
    for row in many.themes[many.themes["utama"] == 0].itertuples():
        assert frozenset((mainly[row.id_segmen], row.tema)) in partners


def test_the_truth_of_the_small_twin_is_written(read, known):
    themes = read("kebenaran_wawancara")
    assert themes.groupby("id_segmen")["utama"].sum().eq(1).all()
    assert set(themes["id_segmen"]) == set(read("wawancara")["id_segmen"])
    chances = read("kebenaran_tema")
    assert len(chances) == 54 * len(THEMES)
    assert (chances["mengikuti"].isna() == chances["tema"].isin(["kelembagaan", "keamanan"])).all()
    truth = read("kebenaran_kelurahan").set_index("kode_wilayah")
    floods = chances[chances["mengikuti"] == "banjir_pct"].set_index("kode_wilayah")["nilai"]
    assert floods.to_numpy() == pytest.approx(truth.loc[floods.index, "banjir_pct"].to_numpy())
    assert 0.7 < known["hasil.alfa_pengode"] < 0.8
    assert 0.7 < known["hasil.kesepakatan_pengode"] < 0.8


def test_wrong_exclusion_is_counted_by_kelurahan(read):
    chances = read("kebenaran_tema")
    rates = chances[chances["mengikuti"] == "kesalahan_eksklusi_pct"]["nilai"]
    city = read("kebenaran_sasaran")[["berhak", "berhak_menerima"]].sum()
    whole = 100 * (1 - city["berhak_menerima"] / city["berhak"])
    assert rates.min() < whole < rates.max()
    assert rates.between(0, 100).all()


def test_the_same_seed_draws_the_same(places, causes):
    one, two = (draw_interviews(places, causes, MODEL, np.random.default_rng(3)) for _ in range(2))
    for name in ("codes", "themes", "chances"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name))
