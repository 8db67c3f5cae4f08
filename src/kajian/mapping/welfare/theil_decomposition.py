"""Inequality between and within groups, and what each group adds to it, with errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from kajian.errors import MethodError
from kajian.language import format_number, format_percent
from kajian.mapping.survey.domains import variance_of_totals
from kajian.mapping.survey.linearisation import ROUNDING, Linearised, Population, check_level
from kajian.mapping.survey.result import Floats, Integers

# By which share a group's own index counts in the within part.
SHARE_WITHIN = {"theil": "value_share", "mld": "population_share"}
GROUP_COLUMNS = ["level", "group", "n", "population_share", "value_share", "relative_mean"]
GROUP_COLUMNS += ["index", "within", "within_std_error", "between", "between_std_error"]


@dataclass(frozen=True, slots=True, eq=False)
class TheilDecomposition:
    """Theil's T or the mean log deviation, taken apart.

    Attributes
    ----------
    name
        Of the index, Indonesian.
    components
        Rows ``total``, ``between`` (with nested groups ``between:<level>``, each between the
        groups of a level inside those of the level above) and ``within``: what `tidy` returns.
    groups
        One row per level and group: level, group, n (rows), population_share, value_share (of the
        total of x), relative_mean (over the mean of all), index (inequality inside the group),
        within and between (what the group adds to the whole; between may be negative) and their
        errors.
    n, clusters, df, level
        Rows and clusters; clusters minus strata; level of the intervals.
    """

    name: str
    components: pd.DataFrame
    groups: pd.DataFrame
    n: int
    clusters: int
    df: int
    level: float

    def tidy(self) -> pd.DataFrame:
        """Return term, estimate, std_error, p_value, conf_low, conf_high, and shares of the total.

        The shares are ``share_pct`` with ``share_low_pct`` and ``share_high_pct``, by the error of
        the ratio, cut off at 0 and 100.
        """
        return self.components.copy()

    def __str__(self) -> str:
        total, *rest = self.components.to_dict("records")
        parts = ["tanpa ketimpangan"]
        if np.isfinite(total["share_pct"]):
            parts = [
                f"{_spoken(row['term'])} {format_percent(row['share_pct'], 1)}" for row in rest
            ]
        return f"{self.name} {format_number(total['estimate'], 4)}: {', '.join(parts)}"


class _Parts(NamedTuple):
    """Contributions of groups, shape (groups,), and their influence values.

    That of row k on group g is ``own_k`` if k lies in g, plus ``on_value_g`` times the row's
    relative value and ``on_person_g``, both divided by the population.
    """

    estimate: Floats
    own: Floats
    on_value: Floats
    on_person: Floats

    def summed(self, relative: Floats, count: float) -> Linearised:
        """Linearise the sum over groups."""
        rest = self.on_value.sum() * relative + self.on_person.sum()
        return Linearised(float(self.estimate.sum()), self.own + rest / count)

    def of_groups(self, code: Integers, relative: Floats, count: float) -> Iterator[Floats]:
        """Yield the influence values of one group after the other."""
        for group in range(self.estimate.size):
            rest = self.on_value[group] * relative + self.on_person[group]
            yield np.where(code == group, self.own, 0.0) + rest / count


def decomposed(
    term: str,
    name: str,
    x: Floats,
    sample: Population,
    by: ArrayLike | pd.DataFrame,
    level: float,
) -> TheilDecomposition:
    """Decompose the index ``theil`` or ``mld`` of checked values; `by` as in `theil`."""
    check_level(level)
    levels = _levels(by, x.size)
    contributions = _theil_parts if term == "theil" else _mld_parts
    w, count = sample.weights, float(sample.weights.sum())
    relative = x * (count / (w @ x))

    def errors(influences: Iterable[Floats]) -> Floats:
        variance, _, _ = variance_of_totals((w * column for column in influences), sample.design)
        return np.where(np.sqrt(variance) > ROUNDING, np.sqrt(variance), 0.0)

    # All in one group: everything is within, and nothing between.
    total, outer = (
        parts.summed(relative, count)
        for parts in contributions(relative, w, np.zeros(x.size, dtype=np.intp))
    )
    found, groups = {"total": total}, []
    for key, (code, labels) in levels.items():
        within, between = contributions(relative, w, code)
        inner = between.summed(relative, count)
        label = "between" if len(levels) == 1 else f"between:{key}"
        found[label] = Linearised(
            inner.estimate - outer.estimate, inner.influence - outer.influence
        )
        outer = inner
        table = _group_table(relative, w, code)
        groups.append(
            table.assign(
                level=key,
                group=labels,
                index=within.estimate / table[SHARE_WITHIN[term]],
                within=within.estimate,
                within_std_error=errors(within.of_groups(code, relative, count)),
                between=between.estimate,
                between_std_error=errors(between.of_groups(code, relative, count)),
            )
        )
    found["within"] = within.summed(relative, count)

    std_error = errors(part.influence for part in found.values())
    whole = found["total"]
    # A share is a ratio: its error follows from both the part and the whole.
    share_error = errors(
        (part.influence * whole.estimate - part.estimate * whole.influence) / whole.estimate**2
        if whole.estimate > ROUNDING
        else np.zeros(x.size)
        for part in found.values()
    )
    _, clusters, df = variance_of_totals([w], sample.design)
    return TheilDecomposition(
        name=name,
        components=_component_table(found, std_error, share_error, df, level),
        groups=pd.concat(groups, ignore_index=True)[GROUP_COLUMNS],
        n=x.size,
        clusters=clusters,
        df=df,
        level=level,
    )


def _theil_parts(y: Floats, w: Floats, code: Integers) -> tuple[_Parts, _Parts]:
    """What groups add within and between, for Theil's T of values with mean 1."""
    count, persons, values = w.sum(), np.bincount(code, w), np.bincount(code, w * y)
    mean, share = values / persons, values / w.sum()
    logs, nothing = np.log(mean), np.zeros(mean.size)
    terms = y * (np.log(y) - logs[code])
    within = np.bincount(code, w * terms) / count
    between = share * logs
    return (
        _Parts(within, (terms - y + mean[code]) / count, -within, nothing),
        _Parts(between, (y * logs[code] + y - mean[code]) / count, -share - between, share),
    )


def _mld_parts(y: Floats, w: Floats, code: Integers) -> tuple[_Parts, _Parts]:
    """What groups add within and between, for the mean log deviation of values with mean 1."""
    count, persons = w.sum(), np.bincount(code, w)
    mean, share = np.bincount(code, w * y) / persons, persons / w.sum()
    logs, nothing = np.log(mean), np.zeros(mean.size)
    inside, apart = y / mean[code] - 1, np.log(y) - logs[code]
    within = -np.bincount(code, w * apart) / count
    between = -share * logs
    return (
        _Parts(within, (inside - apart) / count, nothing, -within),
        _Parts(between, (-logs[code] - inside) / count, share, -share - between),
    )


def _group_table(y: Floats, w: Floats, code: Integers) -> pd.DataFrame:
    persons, values = np.bincount(code, w), np.bincount(code, w * y)
    return pd.DataFrame(
        {
            "n": np.bincount(code),
            "population_share": persons / w.sum(),
            "value_share": values / w.sum(),
            "relative_mean": values / persons,
        }
    )


def _component_table(
    found: dict[str, Linearised], std_error: Floats, share_error: Floats, df: int, level: float
) -> pd.DataFrame:
    estimate = np.array([part.estimate for part in found.values()])
    t = stdtrit(df, (1 + level) / 2)
    half, total = t * std_error, found["total"].estimate
    share = estimate / total if total > ROUNDING else np.full(estimate.size, np.nan)
    return pd.DataFrame(
        {
            "term": list(found),
            "estimate": estimate,
            "std_error": std_error,
            "p_value": np.nan,
            "conf_low": estimate - half,
            "conf_high": estimate + half,
            "share_pct": 100 * share,
            "share_low_pct": 100 * np.clip(share - t * share_error, 0, 1),
            "share_high_pct": 100 * np.clip(share + t * share_error, 0, 1),
        }
    )


def _levels(by: ArrayLike | pd.DataFrame, n: int) -> dict[str, tuple[Integers, pd.Index]]:
    """Number the groups of every level, each inside one group of the level above."""
    if isinstance(by, pd.DataFrame):
        table = by
    elif np.ndim(by) == 1:
        table = pd.DataFrame({getattr(by, "name", None) or "kelompok": np.asarray(by)})
    else:
        raise MethodError("Kelompok bukan satu kolom. Perbaikan: isi satu kolom atau satu tabel.")
    levels: dict[str, tuple[Integers, pd.Index]] = {}
    outer = np.zeros(n, dtype=np.intp)
    for key, column in table.items():
        code, labels = pd.factorize(column.to_numpy(), sort=True)
        if code.size != n or (code < 0).any():
            raise MethodError(
                f"Kolom {key} tercatat untuk {int((code >= 0).sum())} dari {n} baris. Perbaikan: "
                "lengkapi kelompok setiap baris."
            )
        first = np.unique(code, return_index=True)[1]
        torn = np.unique(code[outer[first][code] != outer])
        if torn.size:
            raise MethodError(
                f"{torn.size} kelompok pada kolom {key} ada di lebih dari satu kelompok di "
                f"atasnya, antara lain '{labels[torn[0]]}'. Perbaikan: urutkan kolom dari yang "
                "terbesar, dan gabungkan kode bila nama berulang."
            )
        levels[str(key)] = code, pd.Index(labels)
        outer = code
    if not levels:
        raise MethodError("Tabel kelompok tidak berkolom. Perbaikan: isi sedikitnya satu tingkat.")
    return levels


def _spoken(term: str) -> str:
    """Name a component for a reader."""
    kind, _, key = term.partition(":")
    return f"{'antar' if kind == 'between' else 'di dalam'} {key or 'kelompok'}"
