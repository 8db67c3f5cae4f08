"""The fit beneath a synthetic control, its placebos and its refits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.evaluation.synthetic.importance import Importance, search_importance
from kajian.evaluation.synthetic.outcome_matrix import some
from kajian.evaluation.synthetic.predictors import PredictorTable
from kajian.evaluation.synthetic.result import POOR_FIT, SINGLE, PredictorFit, SyntheticControl
from kajian.evaluation.synthetic.simplex import Floats, nearest_in_hull


def check_design(wide: pd.DataFrame, *, outcome: str, start: int) -> None:
    """Refuse a start that leaves too little before or nothing after it."""
    first, last = wide.index.min(), wide.index.max()
    if not first < start <= last:
        raise MethodError(
            f"Awal {start} berada di luar panel ({wide.index.name} {first} sampai {last}). "
            "Perbaikan: pilih awal sesudah waktu pertama dan tidak melewati waktu terakhir."
        )
    own = wide.iloc[:, 0]
    before = own[own.index < start]
    if len(before) < 2:
        raise MethodError(
            f"Hanya {len(before)} waktu sebelum {start}; pembobotan memerlukan sedikitnya 2. "
            "Perbaikan: pilih awal yang lebih lambat atau tambah data sebelum awal itu."
        )
    if np.ptp(before) == 0:
        raise MethodError(
            f"Nilai {outcome} untuk {own.name} tidak berubah sebelum {start}, sehingga tidak ada "
            "lintasan yang dapat ditiru. Perbaikan: periksa data atau pilih indikator lain."
        )


def check_fit_times(wide: pd.DataFrame, fit_times: Sequence[int], start: int) -> None:
    """Refuse times to follow that are too few, absent, or not before the start."""
    known = [moment for moment in fit_times if moment in wide.index and moment < start]
    wrong = [moment for moment in fit_times if moment not in known]
    if wrong or len(set(known)) < 2:
        fault = f"memuat {some(wrong)}" if wrong else f"hanya memuat {len(set(known))} waktu"
        raise MethodError(
            f"fit_times {fault}, padahal perlu sedikitnya 2 waktu panel, semuanya sebelum {start}. "
            "Perbaikan: perbaiki daftar itu, atau hilangkan fit_times untuk memakai semua waktu."
        )


def fit_matrix(
    wide: pd.DataFrame,
    *,
    outcome: str,
    start: int,
    dropped_times: tuple[int, ...] = (),
    table: PredictorTable | None = None,
    fit_times: Sequence[int] | None = None,
) -> SyntheticControl:
    """Fit the first column of a complete (T, 1 + J) matrix by the others; no checks.

    With a table of predictors (same units, any order) the weights follow these; without, the
    outcomes before the start.
    """
    pre = np.asarray(wide.index < start)
    values = wide.to_numpy(dtype=float)
    own, others = values[:, 0], values[:, 1:]
    if table is None:
        nearest = nearest_in_hull(others[pre], own[pre])
        weights, unique = nearest.weights, nearest.unique
        predictors = None
    else:
        table = table.among(list(wide.columns))
        follow = pre if fit_times is None else np.asarray(wide.index.isin(list(fit_times)))
        found = search_importance(table.averages.to_numpy(), values[follow])
        weights, unique = found.weights, found.unique
        predictors = _predictor_fit(table, found, tuple(wide.index[follow]), values[~pre])
    gap = own - others @ weights
    if table is None:
        pre_rmspe = nearest.distance / float(np.sqrt(pre.sum()))
    else:
        pre_rmspe = float(np.sqrt(np.mean(gap[pre] ** 2)))
    variation = float(((own[pre] - own[pre].mean()) ** 2).sum())
    pre_r2 = 1.0 - float((gap[pre] ** 2).sum()) / variation if variation > 0 else float("nan")
    outside = (own < others.min(axis=1)) | (own > others.max(axis=1))
    outside_range = tuple(wide.index[pre & outside])
    treated, *donors = wide.columns
    heaviest = int(np.argmax(weights))
    return SyntheticControl(
        treated=treated,
        outcome=outcome,
        start=start,
        weights=pd.Series(weights, index=pd.Index(donors, name=wide.columns.name)),
        actual=pd.Series(own, index=wide.index),
        synthetic=pd.Series(own - gap, index=wide.index),
        gap=pd.Series(gap, index=wide.index),
        pre_rmspe=pre_rmspe,
        post_rmspe=float(np.sqrt(np.mean(gap[~pre] ** 2))),
        mean_gap=float(gap[~pre].mean()),
        pre_r2=pre_r2,
        outside_range=outside_range,
        unique=unique,
        concentration=float(weights[heaviest]),
        outcomes=wide,
        dropped_times=dropped_times,
        fit_note=_fit_note(
            pre_r2,
            len(outside_range),
            int(pre.sum()),
            unique,
            str(donors[heaviest]) if weights[heaviest] > SINGLE else "",
        ),
        predictors=predictors,
    )


def _predictor_fit(
    table: PredictorTable, found: Importance, fit_times: tuple[int, ...], after: Floats
) -> PredictorFit:
    labels = list(table.averages.index)
    values = table.averages.to_numpy()
    names = [
        "regresi" if c is None else " + ".join(labels[k] for k in c) or "sama" for c in found.starts
    ]
    starts = pd.DataFrame(
        {
            "start": names,
            "start_mspe": found.start_mspe,
            "mspe": found.mspe,
            "weight_change": np.abs(found.reached - found.weights).max(axis=1),
            "mean_gap": (after[:, [0]] - after[:, 1:] @ found.reached.T).mean(axis=0),
        }
    )
    balance = pd.DataFrame(
        {
            "treated": values[:, 0],
            "synthetic": values[:, 1:] @ found.weights,
            "donor_mean": values[:, 1:].mean(axis=1),
        },
        index=table.averages.index,
    )
    return PredictorFit(
        table=table,
        fit_times=fit_times,
        importance=pd.Series(found.v, index=table.averages.index),
        balance=balance,
        mspe=float(found.mspe.min()),
        starts=starts,
        exact=found.exact,
    )


def _fit_note(pre_r2: float, outside: int, before: int, unique: bool, only: str) -> str:
    notes = []
    if outside:
        notes.append(
            f"Pada {outside} dari {before} waktu sebelum awal, unit ini berada di luar rentang "
            "semua pembanding, sehingga tidak ada campuran yang dapat mencapainya."
        )
    if not pre_r2 >= POOR_FIT:
        notes.append(
            "Kecocokan sebelum awal lemah: selisih sesudahnya tidak boleh dibaca sebagai "
            "penyimpangan dari pembanding."
        )
    if only:
        notes.append(
            f"Seluruh bobot jatuh pada {only}: ini perbandingan dua tempat, bukan gabungan. "
            "Daftar pembanding yang lebih luas atau indikator lain dapat memberi hasil lain."
        )
    if not unique:
        notes.append(
            "Bobot tidak tunggal: campuran lain cocok sama baiknya; yang ditampilkan paling merata."
        )
    return " ".join(notes)
