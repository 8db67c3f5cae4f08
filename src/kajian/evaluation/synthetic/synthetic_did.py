"""Synthetic difference-in-differences: weighted units and weighted earlier times.

Controls are weighted to move in parallel with the treated units before the start, earlier times to
resemble the later ones; a difference in differences under both weights is the effect. Unlike a
synthetic control it forgives a constant distance between the treated units and their comparator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from kajian.errors import MethodError
from kajian.evaluation.synthetic.did_inference import (
    enumerable,
    jackknife_errors,
    placebo_estimates,
)
from kajian.evaluation.synthetic.did_result import SyntheticDid, cohort_tables
from kajian.evaluation.synthetic.did_weights import METHODS, Block, BlockFit, fit_block, pooled
from kajian.evaluation.synthetic.fit import check_design
from kajian.evaluation.synthetic.outcome_matrix import outcome_matrix, some
from kajian.evaluation.synthetic.rank_test import ROUNDING, tail
from kajian.evaluation.synthetic.result import SINGLE
from kajian.evaluation.synthetic.simplex import Floats

FEWEST_DRAWS = 19


def synthetic_did(
    panel: pd.DataFrame,
    *,
    unit: str,
    time: str,
    outcome: str,
    treated: str | Sequence[str],
    start: int | Mapping[str, int],
    donors: Sequence[str] | None = None,
    allow_gaps: Sequence[int] = (),
    inference: Literal["placebo", "jackknife"] = "placebo",
    draws: int = 200,
    level: float = 0.95,
    rng: np.random.Generator | None = None,
) -> SyntheticDid:
    """Estimate the mean effect on the treated units after their start.

    Units with the same start form a cohort; each is compared with the donors, which never start,
    and the effects are averaged by the number of treated unit-times. Beside it stand, from the same
    data, the synthetic control on outcomes and the plain difference in differences.

    Parameters
    ----------
    panel
        One row per unit and time.
    unit, time, outcome
        Column names.
    treated
        Code of the treated unit, or several.
    start
        First treated time, or one for every treated unit.
    donors
        Codes of the units that never start; every other unit of the panel when omitted.
    allow_gaps
        Times declared as possibly incomplete; see :func:`outcome_matrix`.
    inference
        ``"placebo"``: the same estimate on groups of donors. It needs more donors than treated
        units, and rests on treated units being as variable as donors. ``"jackknife"``: one unit
        left out at a time, weights held; it needs two treated units or more in every cohort and
        tends to be too wide rather than too narrow.
    draws
        Number of placebo groups; all of them when there is one start and no more than this many.
    level
        Confidence level of the interval, which is the estimate and a normal multiple of its error.
    rng
        Source of the placebo groups; not needed where all of them are used, nor by the jackknife.

    Raises
    ------
    MethodError
        As in :func:`outcome_matrix`; no treated unit or one named twice; a start missing for a
        treated unit, or as refused by :func:`synthetic_control`; too few units for the inference
        chosen; random placebos without ``rng``; a level outside (0, 1).

    References
    ----------
    Arkhangelsky, Athey, Hirshberg, Imbens and Wager (2021), "Synthetic difference-in-differences",
    American Economic Review 111, algorithms 1, 3 and 4.
    """
    codes = [treated] if isinstance(treated, str) else list(treated)
    starts = _starts(codes, start)
    alpha = tail(level)
    wide, dropped = _outcomes(panel, unit, time, outcome, codes, donors, allow_gaps)
    names = list(wide.columns)
    controls = np.array([j for j, code in enumerate(names) if code not in starts], dtype=np.intp)
    moments = sorted(set(starts.values()))
    blocks: list[Block] = []
    for moment in moments:
        members = [j for j, code in enumerate(names) if starts.get(code) == moment]
        own = wide.iloc[:, members].mean(axis=1).rename(some([names[j] for j in members]))
        check_design(own.to_frame(), outcome=outcome, start=moment)
        blocks.append((int((wide.index < moment).sum()), np.array(members, dtype=np.intp)))
    values = wide.to_numpy(dtype=float)
    fits = [fit_block(values, block, controls) for block in blocks]
    placebos = np.empty((0, len(METHODS)))
    if inference == "placebo":
        _check_placebos(len(codes), len(controls), enumerable(blocks, controls, draws), draws, rng)
        placebos = placebo_estimates(values, blocks, controls, draws, rng)
        errors = placebos.std(axis=0)
    else:
        _check_jackknife(fits, inference)
        errors = jackknife_errors(values, fits)
    if errors[0] <= ROUNDING * np.abs(values).max():
        raise MethodError(
            "Galat baku nol: pembanding tidak berbeda satu sama lain sesudah dibobot. "
            "Perbaikan: periksa apakah nilai pembanding tersalin atau tetap."
        )
    return SyntheticDid(
        treated=tuple(sorted(codes, key=str)),
        outcome=outcome,
        estimates=_estimates(pooled(values, fits), errors, placebos, alpha),
        placebos=pd.DataFrame(placebos, columns=list(METHODS)),
        inference=inference,
        level=level,
        p_floor=1.0 / (1 + len(placebos)) if len(placebos) else None,
        outcomes=wide,
        dropped_times=dropped,
        **cohort_tables(wide, fits, moments),
    )


def _starts(codes: list[str], start: int | Mapping[str, int]) -> dict[str, int]:
    if not codes or len(set(codes)) < len(codes):
        raise MethodError(
            f"Daftar unit yang dievaluasi kosong atau memuat kode berulang ({some(codes)}). "
            "Perbaikan: sebut setiap unit sekali saja."
        )
    if not isinstance(start, Mapping):
        return dict.fromkeys(codes, start)
    if set(start) != set(codes):
        raise MethodError(
            f"Awal tidak disebut untuk {some(sorted(set(codes) - set(start)))} atau disebut untuk "
            f"unit lain ({some(sorted(set(start) - set(codes)))}). "
            "Perbaikan: beri satu awal untuk setiap unit yang dievaluasi."
        )
    return dict(start)


def _outcomes(
    panel: pd.DataFrame,
    unit: str,
    time: str,
    outcome: str,
    codes: list[str],
    donors: Sequence[str] | None,
    allow_gaps: Sequence[int],
) -> tuple[pd.DataFrame, tuple[int, ...]]:
    """Arrange the panel with all treated units, and refuse one that is also a donor."""
    both = sorted(set(codes) & set(donors or ()))
    if both:
        raise MethodError(
            f"{some(both)} disebut sebagai unit yang dievaluasi dan sebagai pembanding. "
            "Perbaikan: sebut setiap unit sekali saja."
        )
    wide, dropped = outcome_matrix(
        panel,
        unit=unit,
        time=time,
        outcome=outcome,
        treated=codes[0],
        donors=None if donors is None else [*codes[1:], *donors],
        allow_gaps=allow_gaps,
    )
    strangers = [code for code in codes if code not in wide.columns]
    if strangers:
        raise MethodError(
            f"Unit yang dievaluasi, {some(strangers)}, tidak ada dalam kolom {unit}. "
            "Perbaikan: periksa kodenya; kode wilayah harus berupa teks."
        )
    if wide.shape[1] == len(codes):
        raise MethodError(
            "Semua unit dievaluasi, sehingga tidak ada pembanding. "
            "Perbaikan: sertakan unit yang tidak pernah mulai."
        )
    return wide[sorted(wide.columns, key=str)], dropped


def _check_placebos(
    treated: int, controls: int, everything: bool, draws: int, rng: np.random.Generator | None
) -> None:
    if controls < treated + 2 or draws < FEWEST_DRAWS:
        raise MethodError(
            f"Plasebo memerlukan sedikitnya {treated + 2} pembanding untuk {treated} unit yang "
            f"dievaluasi dan {FEWEST_DRAWS} undian; tersedia {controls} dan {draws}. "
            "Perbaikan: tambah pembanding atau draws, atau pakai inference='jackknife' bila unit "
            "yang dievaluasi lebih dari satu."
        )
    if rng is None and not everything:
        raise MethodError(
            "Kelompok plasebo dipilih acak, tetapi rng tidak diberikan. "
            "Perbaikan: beri rng=np.random.default_rng(benih)."
        )


def _check_jackknife(fits: Sequence[BlockFit], inference: str) -> None:
    fewest = min(len(fit.treated) for fit in fits)
    heaviest = max(float(fit.unit[0].max()) for fit in fits)
    if inference != "jackknife" or fewest < 2 or heaviest > SINGLE:
        raise MethodError(
            f"Cara {inference!r} tidak dapat dipakai: jackknife memerlukan sedikitnya 2 unit yang "
            f"dievaluasi pada setiap awal (paling sedikit ada {fewest}) dan bobot pada lebih dari "
            "satu pembanding. Perbaikan: pakai inference='placebo'."
        )


def _estimates(estimates: Floats, errors: Floats, placebos: Floats, alpha: float) -> pd.DataFrame:
    half = float(ndtri(1 - alpha / 2)) * errors
    if len(placebos):
        reached = np.abs(placebos) >= np.abs(estimates) * (1 - ROUNDING)
        p_values = (1 + reached.sum(axis=0)) / (1 + len(placebos))
    else:
        p_values = 2 * ndtr(-np.abs(estimates) / np.where(errors > 0, errors, np.inf))
    table = pd.DataFrame(
        {
            "estimate": estimates,
            "std_error": errors,
            "p_value": p_values,
            "conf_low": estimates - half,
            "conf_high": estimates + half,
        },
        index=list(METHODS),
    )
    return table if len(placebos) else table.drop(index="sc")
