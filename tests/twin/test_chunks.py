from __future__ import annotations

import itertools

import numpy as np
import pytest

from kajian.errors import DataError
from kajian.twin import chunks as module
from kajian.twin.chunks import city_rng, plan_chunks
from kajian.twin.places import settle
from kajian.twin.truth import TRUTH


def test_chunks_cut_every_kelurahan_without_rest(places, monkeypatch):
    monkeypatch.setattr(module, "LARGEST", 100)
    cut = plan_chunks(places, 1)
    assert len(cut) > len(places)
    for place in places:
        parts = [chunk for chunk in cut if chunk.place is place]
        assert sum(chunk.persons for chunk in parts) == place.persons
        ends = list(itertools.accumulate(chunk.households for chunk in parts))
        assert [chunk.first for chunk in parts] == [0, *ends[:-1]]
        assert ends[-1] == place.households
        assert max(chunk.households for chunk in parts) <= 100


def test_no_two_chunks_of_a_kecamatan_share_serial_numbers(places, monkeypatch):
    monkeypatch.setattr(module, "LARGEST", 100)
    for _, group in itertools.groupby(plan_chunks(places, 1), lambda chunk: chunk.place.code[:8]):
        ranges = sorted(chunk.serials for chunk in group)
        assert all(a + room <= b for (a, room), (b, _) in itertools.pairwise(ranges))
        assert ranges[0][0] >= 1
        assert sum(ranges[-1]) <= 10_000


def test_streams_differ_between_chunks_stages_and_seeds(chunks, places):
    other_seed = plan_chunks(places, 8)[0]
    rngs = [chunks[0].rng("households"), chunks[0].rng("dwelling"), chunks[1].rng("households")]
    rngs += [other_seed.rng("households"), city_rng(7, "places"), city_rng(7, "sample")]
    firsts = [rng.random() for rng in rngs]
    assert len(set(firsts)) == len(firsts)
    assert chunks[0].rng("households").random() == firsts[0]


def test_a_twin_without_serial_numbers_left_is_refused(units, kecamatan):
    huge = settle(units, kecamatan, 30_000_000, TRUTH, np.random.default_rng(0))
    with pytest.raises(DataError, match="nomor urut NIK"):
        plan_chunks(huge, 1)
