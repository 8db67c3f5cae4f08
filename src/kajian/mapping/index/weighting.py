"""Weights of indicators: given, equal, or taken from the data."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kajian.errors import MethodError

Weights = Literal["given", "equal", "pca", "entropy"]
Floats = NDArray[np.float64]

PERFECT = 1 - 1e-9  # a correlation beyond this is 1 but for rounding


def indicator_weights(
    described: pd.DataFrame, values: pd.DataFrame, weights: Weights
) -> pd.DataFrame:
    """Weigh indicators within their dimension, and the dimensions.

    Parameters
    ----------
    described
        Result of `kajian.mapping.index.normalise.described_indicators`.
    values
        Shape (n, k): complete indicators, columns in the order of `described`.
    weights
        ``"given"``: columns weight and dimension_weight. ``"equal"``: within and between
        dimensions. ``"pca"``: squared loadings of the first principal component of each
        dimension. ``"entropy"``: in proportion to how unevenly an indicator is spread over units.
        The last two leave the dimensions their given weights: those are a choice of values.

    Returns
    -------
    DataFrame
        `described` with weight (sums to 1 within the dimension) and dimension_weight (sums to 1
        over dimensions).

    Raises
    ------
    MethodError
        For ``"pca"``, where a dimension has no common component: loadings of both signs, two
        indicators with correlation 1, or two components of the same size; for both ``"pca"`` and
        ``"entropy"`` where an indicator does not vary.

    Notes
    -----
    OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 6. Entropy: Hwang and
    Yoon (1981), Multiple Attribute Decision Making: ``w_j ~ 1 + sum_i p_ij ln p_ij / ln n`` with
    p_ij unit i's share of the sum of indicator j, here of its min-max scores (so that the unit of
    measure does not matter).
    """
    result = described.copy()
    if weights == "equal":
        result["weight"] = result["dimension_weight"] = 1.0
    elif weights != "given":
        x = values.to_numpy() * described["direction"].to_numpy(dtype=float)
        if (np.ptp(x, axis=0) == 0).any():
            raise MethodError(
                f"Bobot '{weights}' memerlukan indikator yang berbeda antarunit. "
                "Perbaikan: hapus indikator yang sama di semua unit."
            )
        for name, rows in described.groupby("dimension", sort=False).indices.items():
            part = x[:, rows]
            found = _pca(part, str(name)) if weights == "pca" else _entropy(part)
            result.loc[rows, "weight"] = found
    result["weight"] /= result.groupby("dimension", sort=False)["weight"].transform("sum")
    between = result.drop_duplicates("dimension")["dimension_weight"].sum()
    result["dimension_weight"] /= between
    return result


def weight_matrices(weighted: pd.DataFrame) -> tuple[Floats, Floats]:
    """Weights as matrices: (d, k) within and (d,) between dimensions, in order of appearance."""
    dimension, names = pd.factorize(weighted["dimension"])
    member = dimension == np.arange(len(names))[:, None]
    between = weighted.drop_duplicates("dimension")["dimension_weight"].to_numpy(dtype=float)
    return member * weighted["weight"].to_numpy(dtype=float), between


def principal_components(correlation: Floats) -> tuple[Floats, Floats]:
    """Components of a correlation matrix, the largest first.

    Parameters
    ----------
    correlation
        Shape (k, k).

    Returns
    -------
    eigenvalues, loadings
        Shapes (k,) and (k, k). A column of loadings holds the correlations of the indicators with
        one component; its largest element is positive (of equals, the first).
    """
    eigenvalues, vectors = np.linalg.eigh(correlation)
    eigenvalues = np.maximum(eigenvalues[::-1], 0.0)
    vectors = vectors[:, ::-1]
    size = np.abs(vectors)
    leading = (size > size.max(axis=0) - 1e-9).argmax(axis=0)
    sign = np.sign(vectors[leading, np.arange(len(leading))])
    return eigenvalues, vectors * sign * np.sqrt(eigenvalues)


def _pca(x: Floats, dimension: str) -> Floats:
    """Squared loadings of the first component, where there is one that all indicators share."""
    k = x.shape[1]
    if k == 1:
        return np.ones(1)
    correlation = np.asarray(np.corrcoef(x, rowvar=False))
    eigenvalues, loadings = principal_components(correlation)
    problem = ""
    if np.abs(correlation[np.triu_indices(k, 1)]).max() > PERFECT:
        problem = "dua indikatornya berkorelasi sempurna (|r| = 1)"
    elif eigenvalues[0] - eigenvalues[1] < 1e-9:
        problem = "dua komponen terbesarnya sama besar"
    elif loadings[:, 0].min() <= 0:
        problem = "indikatornya tidak searah (muatan komponen pertama berbeda tanda)"
    if problem:
        raise MethodError(
            f"Bobot PCA untuk dimensi '{dimension}' tidak bermakna: {problem}. Perbaikan: periksa "
            "arah indikator, gabungkan atau pindahkan indikator itu, atau pakai weights='equal'."
        )
    return np.asarray(loadings[:, 0] ** 2)


def _entropy(x: Floats) -> Floats:
    """One minus the entropy of each indicator, relative to an even spread."""
    score = x - x.min(axis=0)
    share = score / score.sum(axis=0)
    logs = np.log(share, out=np.zeros_like(share), where=share > 0)
    return np.asarray(1 + (share * logs).sum(axis=0) / np.log(len(x)))
