"""How a survey's sample was drawn: strata, clusters and weights, checked once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kajian.errors import MethodError


@dataclass(frozen=True, slots=True, eq=False)
class SurveyDesign:
    """How a sample was drawn; arrays have shape (n,), one element per household.

    Attributes
    ----------
    strata, cluster
        Labels. A cluster lies in one stratum, so that its label must not be used in another.
    weights
        Households that the household stands for: finite and positive.
    single_cluster
        What a stratum with one cluster does, for which no variance can be computed: ``raise``, or
        ``centre``, which adds the squared deviation from the mean of all clusters. That is
        cautious, since strata usually differ less within than between.

    Raises
    ------
    MethodError
        When lengths differ, a label is missing, a weight is not finite and positive, a cluster
        lies in two strata, there are fewer than two clusters, or a stratum has one.
    """

    strata: NDArray[Any]
    cluster: NDArray[Any]
    weights: NDArray[np.float64]
    single_cluster: Literal["raise", "centre"] = "raise"

    def __post_init__(self) -> None:
        object.__setattr__(self, "strata", np.asarray(self.strata))
        object.__setattr__(self, "cluster", np.asarray(self.cluster))
        object.__setattr__(self, "weights", np.array(self.weights, dtype=float))
        _check(self)


def _check(design: SurveyDesign) -> None:
    strata, cluster, weights = design.strata, design.cluster, design.weights
    if not strata.shape == cluster.shape == weights.shape or weights.ndim != 1:
        raise MethodError(
            f"Strata, klaster, dan penimbang tidak sama panjang ({strata.size}, {cluster.size}, "
            f"{weights.size}). Perbaikan: ambil ketiganya dari tabel yang sama."
        )
    if pd.isna(strata).any() or pd.isna(cluster).any():
        raise MethodError("Ada strata atau klaster yang kosong. Perbaikan: lengkapi kolomnya.")
    if not np.all(np.isfinite(weights) & (weights > 0)):
        wrong = int((~(np.isfinite(weights) & (weights > 0))).sum())
        raise MethodError(
            f"{wrong} penimbang kosong, nol, atau negatif. Perbaikan: periksa kolom penimbang."
        )
    if design.single_cluster not in ("raise", "centre"):
        raise MethodError(
            f"single_cluster '{design.single_cluster}' tidak dikenal. Perbaikan: pilih 'raise' "
            "atau 'centre'."
        )
    pairs = pd.DataFrame({"stratum": strata, "cluster": cluster}).drop_duplicates()
    twice = pairs.loc[pairs["cluster"].duplicated(), "cluster"]
    if len(twice):
        raise MethodError(
            f"Klaster '{twice.iloc[0]}' ada di lebih dari satu strata ({len(twice)} klaster "
            "seperti itu). Perbaikan: bila nomor klaster berulang antarstrata, gabungkan kode "
            "strata dan klaster."
        )
    if len(pairs) < 2:
        raise MethodError("Sampel berisi kurang dari dua klaster. Perbaikan: tambah sampel.")
    sizes = pairs["stratum"].value_counts(sort=False)
    if design.single_cluster == "raise" and (sizes == 1).any():
        alone = ", ".join(map(str, sizes.index[sizes == 1][:5]))
        raise MethodError(
            f"{int((sizes == 1).sum())} strata hanya berisi satu klaster ({alone}), sehingga "
            "ragamnya tidak terhitung. Perbaikan: gabungkan dengan strata serupa, atau pilih "
            "single_cluster='centre'."
        )
