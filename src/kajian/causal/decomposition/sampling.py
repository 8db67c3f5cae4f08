"""Weights and clusters of a sample, and replicate weights for a bootstrap over clusters."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.linear.fixed_effects import Codes, Floats
from kajian.linear.frame import codes_of


def positive_weights(sample: pd.DataFrame, weights: str | None) -> Floats:
    """Return the survey weights of the rows, shape (n,); ones without a column.

    Raises
    ------
    MethodError
        When a weight is not a positive finite number.
    """
    if weights is None:
        return np.ones(len(sample))
    values = pd.to_numeric(sample[weights], errors="coerce").to_numpy(dtype=float)
    wrong = ~(np.isfinite(values) & (values > 0))
    if wrong.any():
        raise MethodError(
            f"Penimbang {weights} kosong, nol, atau negatif pada {int(wrong.sum())} baris (indeks "
            f"pertama: {sample.index[wrong][0]}). Perbaikan: periksa kolom penimbang."
        )
    return values


def cluster_codes(sample: pd.DataFrame, cluster: str | None) -> Codes | None:
    """Return the clusters of the rows as numbers 0, 1, ..., shape (n,); None without a column."""
    return None if cluster is None else codes_of(sample[cluster])


def replicate_weights(
    weights: Floats,
    cluster: Codes | None,
    stratum: Codes | None,
    draws: int,
    rng: np.random.Generator,
) -> Iterator[Floats]:
    """Draw clusters again within strata and yield the weights of each draw, shape (n,).

    Of the m clusters of a stratum m - 1 are drawn with replacement, and the weights of one that is
    drawn k times are multiplied by ``k m / (m - 1)`` (Rao, Wu & Yue 1992, Survey Methodology 18,
    209-217). Without clusters every row is one; without strata all of them form one.

    Raises
    ------
    MethodError
        When a stratum has one cluster, or a cluster lies in two strata.
    """
    if cluster is None:
        cluster = np.arange(weights.size)
    if stratum is None:
        stratum = np.zeros(weights.size, dtype=np.intp)
    spacing = int(cluster.max()) + 1
    found, member = np.unique(stratum * spacing + cluster, return_inverse=True)
    sizes = np.bincount(found // spacing)
    if found.size > spacing:
        raise MethodError(
            f"{found.size - spacing} klaster ada di lebih dari satu strata. Perbaikan: bila nomor "
            "klaster berulang antarstrata, gabungkan kode strata dan klaster."
        )
    if (sizes < 2).any():
        raise MethodError(
            f"{int((sizes < 2).sum())} strata hanya berisi satu klaster, yang tidak dapat diulang. "
            "Perbaikan: gabungkan dengan strata serupa."
        )
    start = np.repeat(np.cumsum(sizes) - sizes, sizes - 1)
    count = np.repeat(sizes, sizes - 1)
    scale = np.repeat(sizes / (sizes - 1), sizes)
    for _ in range(draws):
        drawn = start + (rng.random(start.size) * count).astype(np.intp)
        yield weights * (np.bincount(drawn, minlength=found.size) * scale)[member]


def degrees_of_freedom(n: int, cluster: Codes | None, stratum: Codes | None) -> int:
    """Clusters minus strata; without clusters rows count, without strata there is one."""
    clusters = n if cluster is None else int(cluster.max()) + 1
    return clusters - (1 if stratum is None else int(stratum.max()) + 1)


def bootstrapped(
    statistic: Callable[[Floats], Floats],
    weights: Floats,
    cluster: Codes | None,
    stratum: Codes | None,
    draws: int,
    rng: np.random.Generator | None,
) -> Floats | None:
    """Compute a statistic of the weights, some of them zero, in every draw: shape (draws, m).

    Returns
    -------
    The statistics, or None when no draws are asked for.

    Raises
    ------
    MethodError
        As in `replicate_weights`; one draw only, or draws without a source of randomness.
    """
    if draws == 0:
        return None
    if draws < 2 or rng is None:
        raise MethodError(
            f"{draws} undian bootstrap {'tanpa rng' if rng is None else ''}. Perbaikan: minta "
            "sedikitnya 200 undian dan beri rng=np.random.default_rng(benih)."
        )
    drawn = replicate_weights(weights, cluster, stratum, draws, rng)
    return np.array([statistic(each) for each in drawn])
