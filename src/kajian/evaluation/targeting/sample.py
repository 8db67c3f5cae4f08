"""Whom the rows stand for, how they were drawn, and the variance that follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kajian.errors import MethodError
from kajian.linear.strata import stratified_variance

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
Mask = NDArray[np.bool_]


class Design(Protocol):
    """A sample's strata, clusters and weights, such as the survey room's `SurveyDesign`."""

    @property
    def strata(self) -> NDArray[Any]:
        """Labels, shape (n,)."""

    @property
    def cluster(self) -> NDArray[Any]:
        """Labels, shape (n,)."""

    @property
    def weights(self) -> NDArray[np.float64]:
        """Positive, shape (n,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Rows of a sample, or of a part of it.

    Attributes
    ----------
    weights
        Shape (n,).
    cluster
        Codes 0 to C - 1 of the clusters that occur, shape (n,).
    stratum
        Code of the stratum of each of these clusters, shape (C,).
    sizes
        Clusters of each stratum in the whole sample, shape (H,).
    sampling
        False for a census, whose figures have no sampling error.
    """

    weights: Floats
    cluster: Codes
    stratum: Codes
    sizes: Codes
    sampling: bool

    def part(self, rows: Codes | Mask) -> Sample:
        """Keep some rows; the strata keep the sizes that they have in the whole sample."""
        if not self.sampling:
            return Sample(self.weights[rows], self.cluster, self.stratum, self.sizes, False)
        found, cluster = np.unique(self.cluster[rows], return_inverse=True)
        return Sample(self.weights[rows], cluster, self.stratum[found], self.sizes, True)

    def variance(self, influence: Floats) -> float:
        """Variance of a statistic, from its derivatives by the weights, shape (n,).

        Rows outside the part count with zero; see
        :func:`kajian.linear.strata.stratified_variance`.
        """
        score = np.bincount(self.cluster, self.weights * influence, self.stratum.size)
        scores = score.astype(float)[:, None]
        return float(stratified_variance(scores, self.stratum, self.sizes)[0])

    def degrees(self, base: Mask) -> tuple[int, int, float]:
        """Clusters and degrees of freedom of the rows that count, and their effective clusters.

        Degrees of freedom are clusters minus strata, at least 1 (Korn and Graubard 1998, Survey
        Methodology 24). Clusters of unequal weight count as fewer (Kish): ``(sum w)^2 / sum w^2``.
        """
        total = np.bincount(self.cluster[base], self.weights[base], self.stratum.size)
        clusters = int((total > 0).sum())
        strata = np.unique(self.stratum[total > 0]).size
        effective = float(total.sum() ** 2 / (total @ total)) if clusters else 0.0
        return clusters, max(clusters - strata, 1), effective


def sample_of(
    n: int,
    weights: ArrayLike | None,
    design: Design | None,
    strata: ArrayLike | None,
    cluster: ArrayLike | None,
    sampling: bool,
) -> Sample:
    """Say whom n rows stand for and how they were drawn; see `targeting`.

    Raises
    ------
    MethodError
        Lengths differ, a label is missing, a weight is not finite and positive, a cluster lies in
        two strata, there are fewer than two clusters, or a census has a design.
    """
    if design is not None:
        if strata is not None or cluster is not None:
            raise MethodError(
                "Rancangan diberikan dua kali, sebagai design dan sebagai strata atau cluster. "
                "Perbaikan: pilih salah satu."
            )
        strata, cluster = design.strata, design.cluster
        weights = design.weights if weights is None else weights
    w = np.ones(n) if weights is None else numbers(weights, n, "penimbang", above=0)
    if not sampling:
        if strata is not None or cluster is not None:
            raise MethodError(
                "Sensus (sampling=False) tidak memiliki strata atau klaster penarikan sampel. "
                "Perbaikan: kosongkan rancangan, atau isi sampling=True untuk survei."
            )
        nothing = np.zeros(0, dtype=np.intp)
        return Sample(w, nothing, nothing, nothing, False)
    clusters = np.arange(n) if cluster is None else labels(cluster, n, "klaster")[0]
    stratum = np.zeros(n, dtype=np.intp) if strata is None else labels(strata, n, "strata")[0]
    first = np.unique(clusters, return_index=True)[1]
    split = stratum != stratum[first][clusters]
    if split.any():
        raise MethodError(
            f"{np.unique(clusters[split]).size} klaster berada di lebih dari satu strata, pertama "
            f"di baris {int(split.argmax()) + 1}. Perbaikan: bila nomor klaster berulang "
            "antarstrata, gabungkan kode strata dan klaster."
        )
    if first.size < 2:
        raise MethodError(
            "Sampel berisi kurang dari dua klaster, sehingga galatnya tidak terhitung. Perbaikan: "
            "tambah sampel, atau isi sampling=False bila datanya sensus."
        )
    of_cluster = stratum[first]
    return Sample(w, clusters, of_cluster, np.bincount(of_cluster), True)


def numbers(
    values: ArrayLike, n: int, name: str, *, above: float = -np.inf, least: float = -np.inf
) -> Floats:
    """Take n finite numbers, larger than `above` and not smaller than `least`."""
    try:
        taken = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise MethodError(
            f"Kolom {name} memuat nilai yang bukan angka ({error}). Perbaikan: lengkapi atau "
            "perbaiki kolom itu."
        ) from error
    _same_length(taken, n, name)
    wrong = ~(np.isfinite(taken) & (taken > above) & (taken >= least))
    if wrong.any():
        kinds = "kosong atau tak hingga"
        if above == 0:
            kinds = "kosong, tak hingga, nol, atau negatif"
        elif least == 0:
            kinds = "kosong, tak hingga, atau negatif"
        raise MethodError(
            f"{int(wrong.sum())} {name} {kinds}, pertama di baris {int(wrong.argmax()) + 1}. "
            "Perbaikan: periksa kolomnya."
        )
    return taken


def truths(values: ArrayLike, n: int | None, name: str) -> Mask:
    """Take n answers of yes or no: True and False, or 1 and 0."""
    taken = pd.Series(np.asarray(values)) if np.ndim(values) == 1 else pd.Series(dtype=float)
    _same_length(taken.to_numpy(), max(taken.size, 1) if n is None else n, name)
    wrong = ~taken.isin([True, False]).to_numpy()
    if wrong.any():
        raise MethodError(
            f"{int(wrong.sum())} nilai {name} kosong atau bukan ya/tidak, pertama di baris "
            f"{int(wrong.argmax()) + 1}. Perbaikan: isi True atau False (1 atau 0); status yang "
            "tidak diketahui tidak boleh dianggap tidak."
        )
    return taken.astype(bool).to_numpy()


def labels(values: ArrayLike | pd.Series, n: int, name: str) -> tuple[Codes, pd.Index]:
    """Take n labels as codes and levels, sorted; a categorical column keeps its categories."""
    if isinstance(values, pd.Series) and isinstance(values.dtype, pd.CategoricalDtype):
        found, levels = values.cat.codes.to_numpy(), values.cat.categories
    else:
        found, distinct = pd.factorize(np.asarray(values), sort=True)
        levels = pd.Index(distinct)
    codes = np.asarray(found, dtype=np.intp)
    _same_length(codes, n, name)
    if (codes < 0).any():
        raise MethodError(
            f"{int((codes < 0).sum())} baris tanpa {name}, pertama di baris "
            f"{int((codes < 0).argmax()) + 1}. Perbaikan: lengkapi kolomnya, atau beri label "
            "seperti 'tidak diketahui'."
        )
    return codes, levels


def _same_length(taken: NDArray[Any], n: int, name: str) -> None:
    if taken.shape != (n,):
        raise MethodError(
            f"Kolom {name} berbentuk {taken.shape}, padahal diharapkan {n} baris. Perbaikan: ambil "
            "semua kolom dari tabel yang sama."
        )
