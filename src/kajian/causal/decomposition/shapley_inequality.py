"""Shapley decomposition of inequality by the factors of a regression (Shorrocks 2013)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from kajian.causal.decomposition.categories import term_of
from kajian.causal.decomposition.inequality import LABELS, inequality
from kajian.causal.decomposition.rank import require_full_rank
from kajian.causal.decomposition.sampling import (
    bootstrapped,
    cluster_codes,
    degrees_of_freedom,
    positive_weights,
)
from kajian.causal.decomposition.shapley import coalitions, contributions, shapley_values
from kajian.causal.decomposition.shapley_result import Shapley
from kajian.errors import MethodError
from kajian.linear.fixed_effects import Floats
from kajian.linear.frame import model_frame

RESIDUAL = "(residual)"


def shapley_inequality(
    formula: str,
    data: pd.DataFrame,
    *,
    factors: Mapping[str, Sequence[str]],
    measure: Literal["gini", "theil", "mld", "variance", "r2"] = "gini",
    weights: str | None = None,
    cluster: str | None = None,
    strata: str | None = None,
    draws: int = 0,
    rng: np.random.Generator | None = None,
    level: float = 0.95,
) -> Shapley:
    """Share the inequality of welfare among factors and what they do not explain.

    The logarithm of welfare is regressed on the terms, so that welfare is a product of one part
    per factor and the residual. What a factor contributes is how much inequality falls when its
    part is made equal for all, averaged over all orders in which the parts may be made equal
    (Shorrocks 2013): all 2^m coalitions, exactly. The contributions describe the
    sample's regression; they are no effects.

    Parameters
    ----------
    formula
        Welfare itself, positive, and the terms; the logarithm is taken here:
        ``"pengeluaran_rp ~ C(ijazah) + np.log(anggota) + C(kecamatan)"``.
    data
        One row per household or person.
    factors
        Name of each factor and its terms as in the formula. Every term belongs to one factor; at
        most 11 factors.
    measure
        ``"gini"``, ``"theil"``, ``"mld"`` of welfare, ``"variance"`` of its logarithm (then
        the contributions are covariances: Fields 2003), or ``"r2"``: the share of that variance
        which the factors explain, with a regression for every subset of factors and no residual.
    weights
        Column of survey weights, positive (times household size, for inequality of persons). They
        weigh the regression too.
    cluster, strata
        Columns of the survey's design, for the bootstrap; rows are drawn without `cluster`.
    draws, rng
        Bootstrap draws (200 or more; 0 for none) and their source of randomness. Each draw
        estimates the regression again.
    level
        Of the intervals. A factor that explains nothing still gets a small positive share in a
        sample, the more the more terms it has.

    Raises
    ------
    MethodError
        As in `ols`; also welfare that is not positive or already a logarithm, a factor without
        terms or with a term that is not in the formula, a term in two factors or in none, weights
        that are not positive, or a design that cannot be resampled.

    References
    ----------
    Shorrocks (2013), "Decomposition procedures for distributional analysis: a unified framework
    based on the Shapley value", Journal of Economic Inequality 11, 99-126. Fields (2003),
    "Accounting for income inequality and its change", Research in Labor Economics 22, 1-38.
    """
    if measure not in LABELS or not 0 < level < 1:
        raise MethodError(
            f"Ukuran {measure!r} atau taraf {level:g} tidak dikenal. Perbaikan: pilih ukuran "
            f"{', '.join(LABELS)}, dan taraf di antara 0 dan 1."
        )
    extra = [name for name in (weights, cluster, strata) if name]
    sample, outcome, y, design = model_frame(formula, data, extra)
    _require_welfare(sample, outcome, y)
    require_full_rank(design, "lengkap")
    places = _places(design, factors)
    w = positive_weights(sample, weights)
    codes, stratum = cluster_codes(sample, cluster), cluster_codes(sample, strata)
    X, logs = design.to_numpy(), np.log(y)
    # An order of its own, so that neither sums nor draws depend on the order of the table.
    order = np.lexsort([*X.T, logs, w, *(each for each in (codes, stratum) if each is not None)])
    X, logs, w = X[order], logs[order], w[order]
    codes, stratum = (None if each is None else each[order] for each in (codes, stratum))

    def shares(weight: Floats) -> Floats:
        kept = weight > 0
        here = X[kept], logs[kept], weight[kept]
        if measure == "r2":
            return _r2_shares(*here, places)
        parts = _parts(*here, places)
        return contributions(
            parts, here[2], measure, (lambda sums: sums) if measure == "variance" else np.exp
        )

    found = shares(w)
    if measure == "r2":
        total = float(found.sum())
    else:
        total = float(inequality(logs if measure == "variance" else np.exp(logs), w, measure))
    return Shapley(
        measure=measure,
        factors=(*factors, *([] if measure == "r2" else [RESIDUAL])),
        contributions=found,
        total=total,
        replicates=bootstrapped(shares, w, codes, stratum, draws, rng),
        df=degrees_of_freedom(w.size, codes, stratum),
        level=level,
        n_obs=w.size,
        n_dropped=len(data) - w.size,
    )


def _require_welfare(sample: pd.DataFrame, outcome: str, y: Floats) -> None:
    """Refuse a left-hand side that is not welfare in its own unit."""
    if re.search(r"log\w*\(", outcome):
        raise MethodError(
            f"Hasil {outcome} sudah berupa logaritma, yang diambil di sini. "
            "Perbaikan: tulis kesejahteraan itu sendiri di kiri tanda '~'."
        )
    if (y <= 0).any():
        raise MethodError(
            f"{outcome} nol atau negatif pada {int((y <= 0).sum())} baris (indeks pertama: "
            f"{sample.index[y <= 0][0]}). Perbaikan: periksa atau keluarkan baris itu."
        )
    if np.ptp(y) == 0:
        raise MethodError(
            f"{outcome} sama bagi semua baris, sehingga tidak ada ketimpangan yang dapat diuraikan."
            " Perbaikan: periksa kolom hasil."
        )


def _places(design: pd.DataFrame, factors: Mapping[str, Sequence[str]]) -> list[list[int]]:
    """Return the columns of every factor, and check that they share out all terms."""
    terms = [term_of(column) for column in design.columns]
    available = list(dict.fromkeys(term for term in terms if term != "Intercept"))
    owner: dict[str, str] = {}
    for name, members in factors.items():
        listed = [members] if isinstance(members, str) else list(members)
        if not listed:
            raise MethodError(f"Faktor {name} tidak memuat suku. Perbaikan: isi atau hapus.")
        for term in listed:
            if term not in available:
                raise MethodError(
                    f"Suku {term} dari faktor {name} tidak ada dalam rumus. "
                    f"Perbaikan: pilih dari {', '.join(available)}."
                )
            if term in owner:
                raise MethodError(
                    f"Suku {term} ada dalam faktor {owner[term]} dan {name}. "
                    "Perbaikan: sebut setiap suku dalam satu faktor saja."
                )
            owner[term] = name
    missing = [term for term in available if term not in owner]
    if missing:
        raise MethodError(
            f"Suku {', '.join(missing)} tidak masuk faktor mana pun. "
            "Perbaikan: masukkan ke satu faktor, atau keluarkan dari rumus."
        )
    return [
        [place for place, term in enumerate(terms) if owner.get(term) == name] for name in factors
    ]


def _parts(X: Floats, logs: Floats, weights: Floats, places: list[list[int]]) -> Floats:
    """Split log welfare into one part per factor and the residual, shape (m + 1, n)."""
    root = np.sqrt(weights)
    found = np.linalg.lstsq(X * root[:, None], logs * root, rcond=None)[0]
    explained = [X[:, columns] @ found[columns] for columns in places]
    return np.stack([*explained, logs - X @ found])


def _r2_shares(X: Floats, logs: Floats, weights: Floats, places: list[list[int]]) -> Floats:
    """Shapley values of the factors in R2, from a regression for every subset of them."""
    share = weights / weights.sum()
    x, y = X - share @ X, logs - share @ logs
    products, with_y = x.T @ (share[:, None] * x), x.T @ (share * y)
    worth = []
    for members in coalitions(len(places)):
        columns = [place for place, used in zip(places, members, strict=True) if used]
        chosen = np.array([each for place in columns for each in place], dtype=np.intp)
        found = np.linalg.lstsq(products[np.ix_(chosen, chosen)], with_y[chosen], rcond=None)[0]
        worth.append(with_y[chosen] @ found / (share @ y**2))
    return shapley_values(np.array(worth))
