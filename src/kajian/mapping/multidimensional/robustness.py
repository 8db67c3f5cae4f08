"""Whether conclusions about multidimensional poverty outlive other cutoffs and other weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kajian.errors import MethodError
from kajian.language import format_number, format_percent
from kajian.mapping.multidimensional.counts import deprivation_counts, group_totals
from kajian.mapping.multidimensional.households import Floats, checked_households
from kajian.mapping.multidimensional.shares import checked_cutoff, checked_shares

BASELINE = "dasar"
# Sums of the same persons in another order differ by less; as ranks they are ties.
DECIMALS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Robustness:
    """Multidimensional poverty under declared choices, the baseline first.

    Sampling error is a separate matter: groups that keep their order under all choices may still
    be too close for the sample to tell apart.

    Attributes
    ----------
    measures
        One row per choice: weighting, k, H, A, M0 of everybody; tau_b: Kendall's rank correlation
        of the groups' M0 with the baseline (missing where all are equal); kept: share of the
        baseline's pairs that keep their order.
    by_group
        One row per choice and group: weighting, k, group, H, M0, rank (1 has the highest M0; ties
        share the best rank).
    ranks
        One row per group: group, M0 and rank of the baseline, low and high (lowest and highest
        rank under any choice).
    pairs, tied_pairs
        Pairs of groups whose M0 differs in the baseline, and pairs whose M0 does not.
    kept
        Share of `pairs` that keep their order under every choice; a tie does not. Missing
        without pairs.
    without_households
        Groups without households, which are left out.
    """

    measures: pd.DataFrame
    by_group: pd.DataFrame
    ranks: pd.DataFrame
    pairs: int
    tied_pairs: int
    kept: float
    without_households: tuple[Any, ...]

    def tidy(self) -> pd.DataFrame:
        """Return one row per choice: weighting, k, H, A, M0, tau_b, kept."""
        return self.measures.copy()

    def __str__(self) -> str:
        low, high = self.measures["M0"].min(), self.measures["M0"].max()
        said = (
            f"Kepekaan kemiskinan multidimensi atas {len(self.measures)} pilihan batas dan "
            f"pembobot: M0 antara {format_number(low, 4)} dan {format_number(high, 4)}"
        )
        if not self.pairs:
            return said + "; tidak ada pasangan kelompok yang dapat dibandingkan"
        return (
            f"{said}; {format_percent(100 * self.kept, 1)} dari {format_number(self.pairs, 0)} "
            "pasangan kelompok tidak pernah berubah urutan (galat sampel tidak dihitung)"
        )


def robustness(
    deprivations: ArrayLike | pd.DataFrame,
    weights: ArrayLike | pd.Series,
    k: float,
    sample_weights: ArrayLike | None = None,
    *,
    by: ArrayLike | None = None,
    size: ArrayLike | None = None,
    domains: Sequence[Any] | pd.Index | None = None,
    ks: Sequence[float] = (),
    weightings: Mapping[str, ArrayLike | pd.Series] | None = None,
) -> Robustness:
    """Measure poverty under every combination of declared cutoffs and weights.

    Parameters
    ----------
    deprivations, weights, k, sample_weights, by, size, domains
        The baseline, as in `kajian.mapping.multidimensional.alkire_foster.alkire_foster`.
    ks
        Other cutoffs.
    weightings
        Other weights by name, such as those of `emphasised_weights`.

    Returns
    -------
    Robustness

    Raises
    ------
    MethodError
        As `alkire_foster`; also without another choice, or with a weighting named as the baseline.

    Notes
    -----
    Alkire, Foster, Seth, Santos, Roche and Ballon (2015), Multidimensional Poverty Measurement and
    Analysis, Oxford University Press, ch. 8: robust pairwise comparisons and rank correlation.
    """
    cutoffs = list(dict.fromkeys([float(k), *map(float, ks)]))
    for cutoff in cutoffs:
        checked_cutoff(cutoff)
    others = dict(weightings or {})
    if BASELINE in others or len(cutoffs) * (1 + len(others)) == 1:
        raise MethodError(
            f"Uji kepekaan memerlukan k atau pembobot lain, dan nama '{BASELINE}' sudah terpakai. "
            "Perbaikan: isi ks atau weightings dengan nama lain."
        )
    households = checked_households(deprivations, sample_weights, by, size, domains)
    d = len(households.columns)
    named = {
        name: checked_shares(given, deprivations, d).to_numpy()
        for name, given in {BASELINE: weights, **others}.items()
    }
    counts = list(deprivation_counts(households))
    choices = [(name, cutoff) for name in named for cutoff in cutoffs]
    found = [group_totals(counts, named[name], cutoff) for name, cutoff in choices]
    held = found[0].population > 0
    groups = households.groups[held]
    orders = [_order(totals.measures()["M0"][held]) for totals in found]
    differ = np.triu(orders[0] != 0)
    unmoved = differ.copy()
    measures, tables = [], []
    for (name, cutoff), totals, order in zip(choices, found, orders, strict=True):
        unmoved &= order == orders[0]
        measures.append(
            {"weighting": name, "k": cutoff}
            | {term: estimate[0] for term, estimate in totals.together().measures().items()}
            | {
                "tau_b": _tau_b(orders[0], order),
                "kept": _share((order == orders[0])[differ]),
            }
        )
        own = {term: estimate[held] for term, estimate in totals.measures().items()}
        rank = 1 + (order < 0).sum(axis=1)
        tables.append(
            pd.DataFrame({"weighting": name, "k": cutoff, "group": groups, **own, "rank": rank})
        )
    by_group = pd.concat(tables, ignore_index=True)
    spread = by_group.groupby("group", sort=False, observed=True)["rank"]
    ranks = tables[0][["group", "M0", "rank"]].assign(
        low=spread.min().to_numpy(), high=spread.max().to_numpy()
    )
    return Robustness(
        measures=pd.DataFrame(measures),
        by_group=by_group,
        ranks=ranks,
        pairs=int(differ.sum()),
        tied_pairs=len(groups) * (len(groups) - 1) // 2 - int(differ.sum()),
        kept=_share(unmoved[differ]),
        without_households=tuple(households.groups[~held]),
    )


def emphasised_weights(weights: pd.Series, share: float = 0.5) -> dict[str, pd.Series]:
    """Weights that give one dimension after the other more than the rest.

    Parameters
    ----------
    weights
        Indexed by dimension and code, as from `deprivations.nested_weights`.
    share
        Weight of the dimension that is emphasised; the others share the rest in proportion.

    Returns
    -------
    dict
        Weights by the name of the dimension.

    Raises
    ------
    MethodError
        With one dimension, or a share outside 0-1.

    Notes
    -----
    Half for one of three dimensions and a quarter for the others is what Alkire and Santos (2014),
    World Development 59, 251-274, try on the global index.
    """
    dimensions = weights.index.get_level_values("dimension")
    if dimensions.nunique() < 2 or not 0 < share < 1:
        raise MethodError(
            f"Bobot {share} untuk satu dari {dimensions.nunique()} dimensi tidak dapat dibagi. "
            "Perbaikan: sediakan sedikitnya dua dimensi dan bagian antara 0 dan 1."
        )
    found = {}
    for name in dimensions.unique():
        inside = dimensions == name
        whole = weights[inside].sum()
        found[str(name)] = weights * np.where(inside, share / whole, (1 - share) / (1 - whole))
    return found


def _order(values: Floats) -> Floats:
    """Sign of the difference of every two values, shape (groups, groups)."""
    return np.sign(np.round(values[:, None] - values, DECIMALS))


def _tau_b(first: Floats, second: Floats) -> float:
    """Kendall's tau-b of two orders; missing where one has nothing but ties."""
    spread = np.sqrt((first**2).sum() * (second**2).sum())
    return float((first * second).sum() / spread) if spread > 0 else np.nan


def _share(kept: NDArray[np.bool_]) -> float:
    return float(kept.mean()) if kept.size else np.nan
