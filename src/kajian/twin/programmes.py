"""Who should receive social programmes, and who does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

import numpy as np
import pandas as pd

from kajian.twin.calibration import Calibration
from kajian.twin.chunks import Chunk
from kajian.twin.targeting import Programme, Targeting
from kajian.twin.truth import YEAR

PROGRAMMES = ("PKH", "SEMBAKO", "PBI_JKN", "PIP", "RTLH")
REGISTRY = "ESIK"


def programmes(model: Targeting) -> dict[str, Programme]:
    """Programmes and the registry by their names in the tables."""
    parts = {part.name.upper(): getattr(model, part.name) for part in fields(model)}
    return {name: part for name, part in parts.items() if isinstance(part, Programme)}


def eligible(households: pd.DataFrame, line_rp: int, model: Targeting) -> pd.DataFrame:
    """Say which households a programme is meant for, by true consumption.

    Parameters
    ----------
    households
        Columns of `draw_households` and `draw_dwelling`, and ``pelajar`` (pupils from SD to SMA).

    Returns
    -------
    pd.DataFrame
        One boolean column per programme and for the registry.
    """
    suits = _suits(households)
    return pd.DataFrame(
        {
            name: suits[name] & (households["kapita_rp"] < programme.batas_garis * line_rp)
            for name, programme in programmes(model).items()
        }
    )


def receiving(
    chunk: Chunk, households: pd.DataFrame, calibration: Calibration, model: Targeting
) -> pd.DataFrame:
    """Say which households receive a programme: those with a low old score, if it reaches them.

    Returns
    -------
    pd.DataFrame
        As `eligible`; `REGISTRY` says who was ever registered.
    """
    rng = chunk.rng("programmes")
    suits, score = _suits(households), households["skor_lama"]
    chosen = {}
    for name, programme in programmes(model).items():
        reached = rng.random(len(score)) < model.penyaluran
        below = score < calibration.score_below(programme.pangsa)
        chosen[name] = suits[name] & below & reached
    return pd.DataFrame(chosen)


def leaving(chunk: Chunk, registered: pd.Series, model: Targeting) -> pd.Series:
    """Say which of the registered households have left the registry."""
    gone = chunk.rng("leaving").random(len(registered)) < model.esik_keluar
    return registered & gone


def recipients(
    persons: pd.DataFrame, households: pd.DataFrame, received: pd.DataFrame, model: Targeting
) -> pd.DataFrame:
    """List the persons in whose name a programme is received.

    PKH is received by the wife or a lone head, Sembako and RTLH by the head, PBI JKN by every
    member, PIP by every pupil.

    Returns
    -------
    pd.DataFrame
        ``program, orang`` (row number of the person)``, tahun, nilai_rp`` (rupiah a year), in the
        order of `PROGRAMMES`.
    """
    row = persons["rumah_tangga"].to_numpy()
    head = persons["hubungan"] == "kepala"
    carer = (persons["hubungan"] == "pasangan") | (
        head & (households["umur_pasangan"].to_numpy()[row] == 0)
    )
    bearers = {
        "PKH": carer,
        "SEMBAKO": head,
        "PBI_JKN": pd.Series(True, persons.index),
        "PIP": is_pupil(persons),
        "RTLH": head,
    }
    dependants = households["tanggungan"].clip(1, 4).to_numpy()[row]
    parts = []
    for name in PROGRAMMES:
        person = np.flatnonzero(bearers[name] & received[name].to_numpy()[row])
        value = programmes(model)[name].nilai_rp
        times = dependants[person] if name == "PKH" else 1
        parts.append(
            pd.DataFrame(
                {"program": name, "orang": person, "tahun": YEAR, "nilai_rp": value * times}
            )
        )
    return pd.concat(parts, ignore_index=True)


def is_pupil(persons: pd.DataFrame) -> pd.Series:
    """Whether a person attends school from SD to SMA."""
    return persons["jenjang_sekolah"].isin(["sd", "smp", "sma"])


def _suits(households: pd.DataFrame) -> Mapping[str, pd.Series]:
    """Whether a household is of the kind that a programme is for, whatever it consumes."""
    everyone = pd.Series(True, households.index)
    run_down = households["lantai"].isin(["tanah", "kayu"]) | (households["dinding"] != "tembok")
    return {
        "PKH": households["tanggungan"] > 0,
        "SEMBAKO": everyone,
        "PBI_JKN": everyone,
        "PIP": households["pelajar"] > 0,
        "RTLH": run_down & (households["status_rumah"] == "milik_sendiri"),
        REGISTRY: everyone,
    }
