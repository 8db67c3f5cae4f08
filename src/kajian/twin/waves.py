"""Yearly waves per kelurahan, a programme that starts in stages, and public spending."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit, logit

from kajian.twin.draws import Floats
from kajian.twin.places import Place
from kajian.twin.truth import WAVES, Waves

PROGRAMME = "sanitasi_kampung"
NEVER = 0
SPENDING = ("modal", "barang_jasa", "bantuan_sosial")


def draw_cohorts(truth: pd.DataFrame, model: Waves, rng: np.random.Generator) -> pd.Series:
    """Decide when the programme starts in each kelurahan: earlier where sanitation is worse.

    Parameters
    ----------
    truth
        ``kebenaran_kelurahan``.

    Returns
    -------
    pd.Series
        First year by ``kode_wilayah``, `NEVER` for those without.
    """
    lack = -truth["sanitasi_layak_pct"]
    standard = (lack - lack.mean()) / lack.std()
    chance = rng.standard_normal(len(truth))
    turn = (-(model.seleksi * standard + np.sqrt(1 - model.seleksi**2) * chance)).rank()
    position = (turn.to_numpy() - 0.5) / len(truth)
    edges = np.cumsum([model.pangsa_2022, model.pangsa_2023, model.pangsa_2024])
    years = np.array([2022, 2023, 2024, NEVER])
    return pd.Series(years[np.searchsorted(edges, position)], truth["kode_wilayah"].to_numpy())


def programme_effects(cohorts: pd.Series, model: Waves) -> pd.DataFrame:
    """True effect by kelurahan and year (``kebenaran_program``).

    Returns
    -------
    pd.DataFrame
        ``program, kode_wilayah, tahun_mulai`` (missing: never), ``tahun, efek_pp`` (percentage
        points on ``sanitasi_layak_pct``): the same in all cohorts, growing with the years since
        the start.
    """
    effects = np.array([0.0, *(getattr(model, f"efek_tahun_{exposure}") for exposure in range(4))])
    start, year = np.repeat(cohorts.to_numpy(), len(WAVES)), np.tile(WAVES, len(cohorts))
    exposure = np.where(start == NEVER, 0, (year - start + 1).clip(0))
    return pd.DataFrame(
        {
            "program": PROGRAMME,
            "kode_wilayah": np.repeat(cohorts.index.to_numpy(), len(WAVES)),
            "tahun_mulai": pd.array(start, dtype="Int64"),
            "tahun": year,
            "efek_pp": effects[exposure],
        }
    ).assign(tahun_mulai=lambda table: table["tahun_mulai"].mask(table["tahun_mulai"] == NEVER))


def draw_waves(
    truth: pd.DataFrame,
    places: Sequence[Place],
    effects: pd.DataFrame,
    poverty_pct: pd.Series,
    model: Waves,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Draw the table ``kelurahan``: five waves that end in the truth of the households.

    Sanitation is the truth of 2025 less the common trend and less the programme's effect since
    then, plus noise: trends are parallel. Poverty of earlier years is shifted in the logit, so
    that the mean over persons is the public rate. The population is that of the twin in all years.

    Parameters
    ----------
    truth
        ``kebenaran_kelurahan``, in the order of `places`.
    effects
        What `programme_effects` gave.
    poverty_pct
        Public poverty rate by year (percent).
    """
    # Where nobody could be counted, the mean of the others stands.
    known = truth.fillna(truth.mean(numeric_only=True))
    n, years = len(known), np.array(WAVES)
    ago = (years[-1] - years)[:, None]
    earlier = ago > 0
    by_place = effects.pivot_table(index="tahun", columns="kode_wilayah", values="efek_pp")
    effect = by_place[known["kode_wilayah"]].to_numpy()
    persons = known["penduduk"].to_numpy()
    services = np.array([place.services for place in places])
    floods = np.array([place.floods for place in places])

    def noise(sd: float) -> Floats:
        return np.asarray(sd * rng.standard_normal((len(years), n)))

    def back(column: str, trend: float) -> Floats:
        level = known[column].to_numpy() - trend * ago
        return np.asarray(level + noise(model.galat_layanan) * earlier)

    def service(middle: float, loading: float) -> Floats:
        level = middle + loading * services + 5 * rng.standard_normal(n)
        return np.asarray(level - model.tren_layanan * ago + noise(model.galat_layanan))

    sanitation = (
        known["sanitasi_layak_pct"].to_numpy()
        - model.tren_sanitasi * ago
        - (effect[-1] - effect)
        + noise(model.galat_sanitasi) * earlier
    )
    shares = {
        "kemiskinan_pct": _poverty(known, poverty_pct, noise(model.galat_kemiskinan) * earlier),
        "sanitasi_layak_pct": sanitation,
        "air_layak_pct": back("air_layak_pct", model.tren_layanan / 4),
        "internet_pct": back("internet_pct", 2 * model.tren_layanan),
        "drainase_baik_pct": service(70, 5) - 4 * floods,
        "akses_rawat_inap_pct": service(82, 3),
        "partisipasi_musrenbang_pct": service(40, 2),
        "anak_tidak_sekolah_pct": back("anak_tidak_sekolah_pct", -model.tren_layanan / 2),
    }
    counts = {
        "genangan_kejadian": rng.poisson(np.exp(0.3 + 0.8 * floods), (len(years), n)),
        "kejahatan_per_10rb": rng.gamma(6, 12 / 6, (len(years), n)).round(1),
        "lembaga_aktif": np.tile(8 + rng.poisson(persons**0.25), (len(years), 1)),
    }
    keys = {
        "tahun": np.repeat(years, n),
        "kode_wilayah": np.tile(known["kode_wilayah"].to_numpy(), len(years)),
        "penduduk": np.tile(persons, len(years)),
        "rumah_tangga": np.tile(known["rumah_tangga"].to_numpy(), len(years)),
    }
    percent = {name: values.clip(0, 100).round(4).ravel() for name, values in shares.items()}
    return pd.DataFrame(keys | percent | {name: values.ravel() for name, values in counts.items()})


def draw_spending(waves: pd.DataFrame, model: Waves, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the table ``belanja``: spending per head hardly follows poverty."""
    poverty = waves["kemiskinan_pct"]
    need = model.belanja_kebutuhan * (poverty - poverty.mean()) / poverty.std()
    parts = []
    for kind in SPENDING:
        amount = getattr(model, f"belanja_{kind}")
        error = model.galat_belanja * rng.standard_normal(len(waves))
        spent = amount * waves["penduduk"] * np.exp(need + error)
        part = waves[["tahun", "kode_wilayah"]].assign(
            jenis=kind, belanja_rp=(spent / 1000).round().astype("int64") * 1000
        )
        parts.append(part)
    return pd.concat(parts).sort_values(["tahun", "kode_wilayah"], kind="stable", ignore_index=True)


def _poverty(known: pd.DataFrame, poverty_pct: pd.Series, noise: Floats) -> Floats:
    """Poverty by year and kelurahan: the truth in the last year, the public mean before."""
    persons = known["penduduk"].to_numpy()
    share = known["kemiskinan_pct"].to_numpy() / 100
    level = logit(share.clip(0.001, 0.999)) + noise
    waves = np.tile(share, (len(WAVES), 1))
    for row, year in enumerate(WAVES[:-1]):
        waves[row] = _shifted(level[row], persons, float(poverty_pct[year]) / 100)
    return 100 * waves


def _shifted(level: Floats, weights: Floats, target: float) -> Floats:
    """Shares whose logits are `level` and one common shift, with the target as weighted mean."""

    def miss(shift: float) -> float:
        return float(np.average(expit(level + shift), weights=weights)) - target

    return np.asarray(expit(level + brentq(miss, -9, 9)))
