"""Least squares on a table, and on a panel with two-way fixed effects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.linear.collinearity import repeated_columns
from kajian.linear.covariance import (
    bread,
    clustered,
    constant_variance,
    count_parameters,
    heteroskedastic,
    require_positive,
)
from kajian.linear.fixed_effects import RELATIVE_ZERO, FixedEffects, Floats, two_way
from kajian.linear.frame import codes_of, model_frame, require_one_row_each
from kajian.linear.result import Regression

__all__ = ["Regression", "Vcov", "ols", "panel_fe"]

Vcov = Literal["iid", "HC1", "HC2", "HC3"] | Mapping[Literal["CRV1"], str]
SIMPLE_VCOV = ("iid", "HC1", "HC2", "HC3")


def ols(formula: str, data: pd.DataFrame, *, vcov: Vcov = "HC1") -> Regression:
    """Fit ordinary least squares.

    Parameters
    ----------
    formula
        Such as ``"kemiskinan_pct ~ tpt_pct + np.log(umk_rp)"``.
    data
        One row per observation; rows with a missing value in a used column are left out and
        counted in `n_dropped`.
    vcov
        ``"iid"``, ``"HC1"``, ``"HC2"``, ``"HC3"`` (MacKinnon & White 1985), or clusters:
        ``{"CRV1": "column"}``, ``{"CRV1": "a + b"}`` (Cameron, Gelbach & Miller 2011).

    Raises
    ------
    MethodError
        Missing column, empty sample, collinear terms, no degrees of freedom, or fewer clusters
        than terms.
    """
    clusters = _cluster_columns(vcov)
    sample, outcome, y, design = model_frame(formula, data, clusters)
    scale = float(np.linalg.norm(y))
    return _fit(outcome, y, design, sample, len(data), None, vcov, clusters, scale)


def panel_fe(formula: str, data: pd.DataFrame, *, entity: str, time: str, vcov: Vcov) -> Regression:
    """Fit a regression with entity and time fixed effects.

    The effects are taken out exactly, also in unbalanced panels. Small-sample corrections follow
    fixest and reghdfe: with ``"iid"`` and ``"HC1"`` K counts the terms and every free fixed
    effect; with clusters K counts the terms, a constant and the levels of the effects that are
    not nested in a cluster, so entities inside their cluster cost nothing.

    Parameters
    ----------
    formula
        Outcome and terms, without the effects; an intercept is ignored.
    data
        One row per entity and time.
    entity, time
        Names of the columns with the effects. An entity may be finer than the cluster (a district
        within a segment of years).
    vcov
        As in `ols`.

    Raises
    ------
    MethodError
        As in `ols`; also when rows repeat an entity and time, or a term does not vary within
        entities and times.
    """
    clusters = _cluster_columns(vcov)
    sample, outcome, y, design = model_frame(formula, data, [entity, time, *clusters])
    require_one_row_each(sample[entity], sample[time])
    effects = two_way(codes_of(sample[entity]), codes_of(sample[time]))
    design = design.drop(columns="Intercept", errors="ignore")
    spread = np.linalg.norm(design - design.mean(), axis=0)
    within = effects.remove(design.to_numpy())
    absorbed = np.linalg.norm(within, axis=0) <= RELATIVE_ZERO * np.maximum(
        spread, np.abs(design).max().to_numpy()
    )
    if absorbed.any():
        raise MethodError(
            f"Suku {', '.join(design.columns[absorbed])} diserap dampak tetap: nilainya tidak "
            f"berubah di dalam {entity} dan {time}. Perbaikan: keluarkan suku itu dari rumus."
        )
    design = pd.DataFrame(within, columns=design.columns)
    scale = float(np.linalg.norm(y))
    y = effects.remove(y[:, None])[:, 0]
    return _fit(outcome, y, design, sample, len(data), effects, vcov, clusters, scale)


def _cluster_columns(vcov: Vcov) -> list[str]:
    """Check the requested covariance and return the cluster columns it names."""
    if isinstance(vcov, str) and vcov in SIMPLE_VCOV:
        return []
    if isinstance(vcov, Mapping) and set(vcov) == {"CRV1"}:
        columns = [name.strip() for name in vcov["CRV1"].split("+")]
        if len(columns) <= 2:
            return columns
    raise MethodError(
        f"Jenis galat baku {vcov!r} tidak dikenal. Perbaikan: pilih {', '.join(SIMPLE_VCOV)}, "
        "{'CRV1': 'kolom'} atau {'CRV1': 'kolom_a + kolom_b'}."
    )


def _fit(
    outcome: str,
    y: Floats,
    design: pd.DataFrame,
    sample: pd.DataFrame,
    n_rows: int,
    effects: FixedEffects | None,
    vcov: Vcov,
    cluster_columns: list[str],
    scale: float,
) -> Regression:
    """Solve the least-squares problem and attach the requested covariance.

    `scale` is the norm of the outcome before anything was taken out.
    """
    terms = tuple(map(str, design.columns))
    X = design.to_numpy(dtype=float)
    n, k = X.shape
    if k == 0:
        raise MethodError("Rumus tidak memuat suku. Perbaikan: tulis suku di kanan tanda '~'.")
    clusters = [codes_of(sample[name]) for name in cluster_columns]
    n_parameters = count_parameters(k, effects, clusters)
    n_free = n - k - (effects.rank if effects else 0)
    if n_free <= 0:
        raise MethodError(
            f"{n} baris lengkap tidak cukup untuk {n - n_free} parameter. "
            "Perbaikan: kurangi suku atau dampak tetap, atau tambah tahun."
        )
    centred = y - y.mean()
    if np.linalg.norm(centred) <= RELATIVE_ZERO * scale:
        raise MethodError(
            f"Hasil {outcome} tidak berubah{' di dalam entitas dan waktu' if effects else ''}, "
            "sehingga tidak ada yang dapat dijelaskan. Perbaikan: periksa kolom hasil."
        )
    _require_independent(X, terms)
    coefficients = np.linalg.lstsq(X, y, rcond=None)[0]
    residuals = y - X @ coefficients
    n_clusters = None
    df = float(n_free)
    if clusters:
        n_clusters = min(int(codes.max()) + 1 for codes in clusters)
        if n_clusters < max(k, 2):
            raise MethodError(
                f"Hanya {n_clusters} klaster ({' + '.join(cluster_columns)}) untuk {k} suku. "
                "Perbaikan: kurangi suku, atau pakai pengelompokan yang lebih halus."
            )
        df = float(n_clusters - 1)
        covariance = clustered(X, residuals, clusters, n_parameters)
        require_positive(covariance, "pakai satu pengelompokan saja, yang lebih kasar.")
    elif vcov == "iid":
        covariance = constant_variance(X, residuals, n_parameters)
    else:
        leverage = ((X @ bread(X)) * X).sum(axis=1)
        leverage = leverage + (effects.leverage if effects else 0)
        covariance = heteroskedastic(X, residuals, str(vcov), leverage, n_parameters)
    return Regression(
        outcome=outcome,
        terms=terms,
        coefficients=coefficients,
        covariance=covariance,
        X=X,
        y=y,
        residuals=residuals,
        sample=sample,
        fixed_effects=effects,
        vcov=f"CRV1 ({' + '.join(cluster_columns)})" if clusters else str(vcov),
        n_obs=n,
        n_dropped=n_rows - n,
        n_parameters=n_parameters,
        n_clusters=n_clusters,
        df=df,
        r2_within=1 - float(residuals @ residuals / (centred @ centred)),
    )


def _require_independent(X: Floats, terms: tuple[str, ...]) -> None:
    """Name the terms that repeat the ones before them."""
    for j in repeated_columns(X):
        weights = np.linalg.lstsq(X[:, :j], X[:, j], rcond=None)[0]
        size = np.abs(weights) * np.linalg.norm(X[:, :j], axis=0)
        partners = [terms[i] for i in np.flatnonzero(size > 1e-6 * np.linalg.norm(X[:, j]))]
        raise MethodError(
            f"Suku {terms[j]} adalah kombinasi linear dari "
            f"{', '.join(partners) if partners else 'nol (selalu bernilai nol)'}. "
            "Perbaikan: keluarkan salah satunya dari rumus."
        )
