"""What holds an index together: correlations, principal components, internal consistency."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.mapping.index.composite import CompositeIndex
from kajian.mapping.index.weighting import PERFECT, principal_components

STRONG = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class IndexDiagnostics:
    """Structure of the normalised indicators, all turned so that more is better.

    Attributes
    ----------
    correlations
        One row per pair: code_1, code_2, dimension_1, dimension_2, within (of one dimension), r,
        note: ``berulang`` (|r| = 1: the same information twice), ``hampir berulang`` (|r| above
        0.9), ``berlawanan`` (negative within a dimension), or empty.
    influence
        One row per indicator: code, dimension, weight (its share of the whole index by weight),
        r_dimension, r_index (correlation with the score of its dimension and with the index).
    components
        One row per principal component of the correlations: component, eigenvalue, share,
        cumulative.
    loadings
        Correlation of indicator (row) and component (column); the largest of a component is
        positive.
    alpha
        Cronbach's alpha per dimension with at least two indicators, and of all (``semua``).
    """

    correlations: pd.DataFrame
    influence: pd.DataFrame
    components: pd.DataFrame
    loadings: pd.DataFrame
    alpha: pd.Series

    def tidy(self) -> pd.DataFrame:
        """Return the pairs: code_1, code_2, dimension_1, dimension_2, within, r, note."""
        return self.correlations.copy()

    def __str__(self) -> str:
        within = self.correlations[self.correlations["within"]]
        between = self.correlations[~self.correlations["within"]]
        medians = ", ".join(
            f"{name} {part['r'].median():.2f}"
            for name, part in (("di dalam", within), ("antar", between))
            if len(part)
        )
        noted = (self.correlations["note"] != "").sum()
        return (
            f"Diagnostik {len(self.influence)} indikator: korelasi median dimensi ({medians}), "
            f"{noted} pasangan perlu diperiksa; komponen pertama memuat "
            f"{self.components['share'].iloc[0]:.0%} ragam; alfa Cronbach {self.alpha['semua']:.2f}"
        )


def index_diagnostics(result: CompositeIndex) -> IndexDiagnostics:
    """Look at how the indicators of an index hang together.

    Parameters
    ----------
    result
        Index of at least two indicators and three units.

    Returns
    -------
    IndexDiagnostics

    Raises
    ------
    MethodError
        Fewer indicators or units, or an indicator that does not vary.

    Notes
    -----
    OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 4. That weights differ
    from influence: Paruolo, Saisana and Saltelli (2013), JRSS-A 176(3). Alpha is computed from the
    normalised scores: with z-scores it is the standardised alpha.
    """
    scores, weights = result.normalised, result.weights
    n, k = scores.shape
    constant = scores.columns[scores.nunique() < 2]
    if n < 3 or k < 2 or len(constant):
        raise MethodError(
            f"Diagnostik memerlukan tiga unit dan dua indikator yang berbeda antarunit (ada {n} "
            f"unit, {k} indikator, tetap: {', '.join(map(str, constant)) or '-'}). "
            "Perbaikan: tambah unit atau indikator, hapus indikator yang tetap."
        )
    r = np.corrcoef(scores.to_numpy(), rowvar=False)
    dimension = weights["dimension"].to_numpy()
    eigenvalues, loadings = principal_components(r)
    share = eigenvalues / k
    groups = {name: scores[part["code"]] for name, part in weights.groupby("dimension", sort=False)}
    parts = {str(name): part for name, part in groups.items() if part.shape[1] > 1}
    return IndexDiagnostics(
        correlations=_pairs(r, weights["code"].to_numpy(), dimension),
        influence=pd.DataFrame(
            {
                "code": weights["code"],
                "dimension": dimension,
                "weight": weights["weight"] * weights["dimension_weight"],
                "r_dimension": [
                    scores[code].corr(result.dimensions[name])
                    for code, name in zip(weights["code"], dimension, strict=True)
                ],
                "r_index": [scores[code].corr(result.index) for code in weights["code"]],
            }
        ),
        components=pd.DataFrame(
            {
                "component": np.arange(1, k + 1),
                "eigenvalue": eigenvalues,
                "share": share,
                "cumulative": share.cumsum(),
            }
        ),
        loadings=pd.DataFrame(loadings, index=scores.columns, columns=np.arange(1, k + 1)),
        alpha=pd.Series(
            {**{name: _alpha(part) for name, part in parts.items()}, "semua": _alpha(scores)}
        ),
    )


def _pairs(r: np.ndarray, codes: np.ndarray, dimension: np.ndarray) -> pd.DataFrame:
    first, second = np.triu_indices(len(codes), k=1)
    value = r[first, second]
    within = dimension[first] == dimension[second]
    size = np.abs(value)
    note = np.select(
        [size > PERFECT, size > STRONG, within & (value < 0)],
        ["berulang", "hampir berulang", "berlawanan"],
        "",
    )
    return pd.DataFrame(
        {
            "code_1": codes[first],
            "code_2": codes[second],
            "dimension_1": dimension[first],
            "dimension_2": dimension[second],
            "within": within,
            "r": value,
            "note": note,
        }
    )


def _alpha(scores: pd.DataFrame) -> float:
    """Cronbach's alpha: how far the sum varies beyond its parts."""
    k = scores.shape[1]
    return float(k / (k - 1) * (1 - scores.var().sum() / scores.sum(axis=1).var()))
