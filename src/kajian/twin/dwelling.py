"""Dwellings of the twin: house, water, sanitation, power, belongings and floods."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pandas as pd

from kajian.data.restricted.applied import adequate_sanitation, adequate_water
from kajian.twin.chunks import Chunk
from kajian.twin.draws import Integers, choose, labelled
from kajian.twin.items import Item
from kajian.twin.traits import Dwelling

ADEQUATE_SANITATION, ADEQUATE_WATER = "sanitasi.layak/bps-2019", "air.layak/bps-2019"
SEWAGE = ("tidak_ada", "sungai_tanah", "tangki_septik", "ipal")


def draw_dwelling(chunk: Chunk, households: pd.DataFrame, model: Dwelling) -> pd.DataFrame:
    """Draw the dwelling of each household.

    Parameters
    ----------
    households
        What `kajian.twin.households.draw_households` gave.

    Returns
    -------
    pd.DataFrame
        The columns of ``rumah_tangga`` about the dwelling, and ``sanitasi_layak`` and
        ``air_layak`` by the definitions `ADEQUATE_SANITATION` and `ADEQUATE_WATER`.
    """
    rng = chunk.rng("dwelling")
    z = households["z"].to_numpy()
    floor = (
        model.log_luas_lantai
        + model.lereng_luas_lantai * z
        + model.anggota_luas_lantai * np.log(households["jumlah_anggota"].to_numpy())
        + model.simpangan_luas_lantai * rng.standard_normal(len(z))
    )
    columns: dict[str, object] = {"luas_lantai_m2": np.exp(floor).clip(6, 1000).round(1)}
    for part in fields(model):
        item = getattr(model, part.name)
        if isinstance(item, Item):
            floods = part.name == "banjir_setahun"
            place = chunk.place.floods if floods else chunk.place.services
            drawn = choose(item, item.lereng * z + item.muatan * place, rng)
            columns[part.name] = _named(item, drawn)
    table = pd.DataFrame(columns)
    sewage = table["pembuangan_tinja"].cat.set_categories(SEWAGE)
    table["pembuangan_tinja"] = sewage.mask(table["fasilitas_bab"] == "tidak_ada", "tidak_ada")
    return table.assign(
        sanitasi_layak=adequate_sanitation(
            table["fasilitas_bab"], table["pembuangan_tinja"], ADEQUATE_SANITATION
        ),
        air_layak=adequate_water(
            table["sumber_air"], ADEQUATE_WATER, bottled=bool(model.kemasan_layak)
        ),
    )


def _named(item: Item, drawn: Integers) -> pd.Series:
    """Give the options that were drawn: categories where they are words, else numbers."""
    if isinstance(item.pilihan[0], str):
        return labelled(drawn, tuple(str(option) for option in item.pilihan))
    return pd.Series(np.asarray(item.pilihan, dtype=np.int64)[drawn])
