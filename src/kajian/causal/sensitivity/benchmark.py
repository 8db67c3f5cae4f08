"""Observed covariates as a yardstick for what is not observed (Cinelli & Hazlett 2020)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from kajian.errors import MethodError
from kajian.language import format_number, format_percent
from kajian.linear.fixed_effects import Floats
from kajian.linear.result import Regression


def benchmark_terms(
    fit: Regression, treatment: str, benchmark: Sequence[str] | Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """Return the terms of the fit behind every benchmark."""
    if isinstance(benchmark, str):
        benchmark = [benchmark]
    wanted = benchmark if isinstance(benchmark, Mapping) else {name: [name] for name in benchmark}
    groups: dict[str, list[str]] = {}
    for name, members in wanted.items():
        listed = [members] if isinstance(members, str) else members
        terms = [term for member in listed for term in _terms_of(fit, member)]
        if treatment in terms or "Intercept" in terms or not terms:
            raise MethodError(
                f"Pembanding {name} kosong, atau memuat perlakuan {treatment} atau konstanta. "
                "Perbaikan: bandingkan dengan suku lain dari regresi."
            )
        groups[name] = list(dict.fromkeys(terms))
    return groups


def _terms_of(fit: Regression, name: str) -> list[str]:
    """Return the term of that name, or all levels of the categorical term of that name."""
    levels = [term for term in fit.terms if re.sub(r"\[[^\]]*\]", "", term) == name]
    return levels or [fit.terms[fit.position(name)]]


def benchmark_r2(
    fit: Regression, treatment: str, groups: dict[str, list[str]], multiples: Floats
) -> Floats:
    """Bound the partial R2 of confounders some times as strong as each of G groups of terms.

    Returns
    -------
    ndarray of shape (2, G * m), multiples within groups (see `_bounds`).
    """
    j = fit.position(treatment)
    bounds = [np.empty((2, 0))]
    for name, terms in groups.items():
        group = [fit.terms.index(term) for term in terms]
        with_outcome = _partial_r2(fit.X, fit.y, group)
        others = [place - (place > j) for place in group]
        with_treatment = _partial_r2(np.delete(fit.X, j, axis=1), fit.X[:, j], others)
        bounds.append(_bounds(name, with_treatment, with_outcome, multiples))
    return np.hstack(bounds)


def _partial_r2(X: Floats, y: Floats, group: list[int]) -> float:
    """Share of what the other columns leave of y that a group of columns explains."""
    with_group, without = (
        y - columns @ np.linalg.lstsq(columns, y, rcond=None)[0]
        for columns in (X, np.delete(X, group, axis=1))
    )
    return float(1 - with_group @ with_group / (without @ without))


def _bounds(name: str, r2_dx: float, r2_yx: float, multiples: Floats) -> Floats:
    """Bound both partial R2 of a confounder some times as strong as a benchmark.

    The confounder is taken to be linearly unrelated to the benchmark given the other covariates.

    Parameters
    ----------
    name
        Of the benchmark, for messages.
    r2_dx
        Partial R2 of the benchmark with the treatment, given the other covariates.
    r2_yx
        Partial R2 of the benchmark with the outcome, given treatment and other covariates.
    multiples
        Shape (m,), positive.

    Returns
    -------
    ndarray of shape (2, m): R2 with the treatment, and with the outcome. Where one of them is not
    below one there can be no such confounder.

    Raises
    ------
    MethodError
        When no multiple is possible.
    """

    def bound(k: Floats) -> Floats:
        r2_dz_x = k * r2_dx / (1 - r2_dx)
        with np.errstate(invalid="ignore", divide="ignore"):
            r2_zx_d = k * r2_dx**2 / ((1 - k * r2_dx) * (1 - r2_dx))
            eta = (np.sqrt(k) + np.sqrt(r2_zx_d)) / np.sqrt(1 - r2_zx_d)
        return np.stack([r2_dz_x, eta**2 * r2_yx / (1 - r2_yx)])

    found = bound(multiples)
    if not is_possible(found).any():
        fewer = np.linspace(0, multiples.min(), 1001)
        largest = np.floor(100 * fewer[is_possible(bound(fewer))].max()) / 100
        raise MethodError(
            f"Tidak mungkin ada peubah terlewat {multiples.min():g} kali sekuat {name}: "
            f"R2 parsialnya mencapai satu ({name} sendiri menjelaskan "
            f"{format_percent(100 * r2_dx, 1)} sisa perlakuan dan {format_percent(100 * r2_yx, 1)} "
            f"sisa hasil). Perbaikan: pakai kelipatan paling besar {format_number(largest, 2)}, "
            "atau pembanding lain."
        )
    return found


def is_possible(bounds: Floats) -> NDArray[np.bool_]:
    """Tell for which columns of shape (2, m) a confounder can exist: both R2 below one."""
    return np.asarray((bounds < 1).all(axis=0))
