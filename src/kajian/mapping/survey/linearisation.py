"""A measure of poverty or inequality with the error that follows from the survey's design.

Every measure is a function of the weights. Its derivatives by them, the influence values, turn its
variance into that of a total, which the design gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import expit, logit, stdtr, stdtrit

from kajian.errors import MethodError
from kajian.language import format_interval, format_number
from kajian.mapping.survey.design import SurveyDesign
from kajian.mapping.survey.domains import variance_of_totals
from kajian.mapping.survey.result import Floats

# Errors of indices below this are the rounding of a sample without variation.
ROUNDING = 1e-13


class Linearised(NamedTuple):
    """A statistic and its derivatives by the weights, shape (n,)."""

    estimate: float
    influence: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """One estimate of poverty or inequality.

    Attributes
    ----------
    term, name
        Short name for tables, and the Indonesian name for readers.
    estimate, std_error
        Indices are pure numbers, shares from 0 to 1; a line is in the unit of welfare.
    p_value
        Two-sided t-test against zero, for indices whose zero means no gradient; else missing.
    conf_low, conf_high
        Interval at `level` from the t distribution with `df` degrees of freedom, on the logit
        scale for a share of persons; missing for a share of exactly 0 or 1.
    n, clusters
        Rows of the sample, and clusters of its design.
    df
        Clusters minus strata, at least 1.
    """

    term: str
    name: str
    estimate: float
    std_error: float
    p_value: float
    conf_low: float
    conf_high: float
    n: int
    clusters: int
    df: int
    level: float

    @property
    def rse_pct(self) -> float:
        """Standard error in percent of the estimate; missing for an estimate of zero."""
        return 100 * self.std_error / abs(self.estimate) if self.estimate else np.nan

    def tidy(self) -> pd.DataFrame:
        """Return one row: term, estimate, std_error, p_value, conf_low, conf_high, rse_pct, n."""
        columns = ["term", "estimate", "std_error", "p_value", "conf_low", "conf_high"]
        columns += ["rse_pct", "n", "clusters", "df"]
        return pd.DataFrame([{name: getattr(self, name) for name in columns}])

    def __str__(self) -> str:
        decimals = 4 if abs(self.estimate) < 100 else 0
        interval = "tanpa selang"
        if np.isfinite(self.conf_low):
            limits = format_interval(self.conf_low, self.conf_high, "", decimals)
            interval = f"selang kepercayaan {self.level:.0%} {limits}"
        return (
            f"{self.name} {format_number(self.estimate, decimals)} ({interval}; "
            f"{format_number(self.n, 0)} baris, {format_number(self.clusters, 0)} klaster)"
        )


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """Persons (or households) that each row stands for, shape (n,), and how rows were drawn."""

    weights: Floats
    design: SurveyDesign


def population(
    n: int,
    weights: ArrayLike | None,
    size: ArrayLike | None,
    design: SurveyDesign | None,
) -> Population:
    """Say whom n rows stand for.

    Parameters
    ----------
    n
        Rows.
    weights
        Shape (n,), positive: households that each stands for. With a design, those of the design.
    size
        Shape (n,), positive: persons in the household, for measures over persons.
    design
        How the sample was drawn; without it, every row is an independent draw.

    Raises
    ------
    MethodError
        When lengths differ, a weight or size is not finite and positive, there are fewer than two
        rows, or weights contradict the design.
    """
    given = None if weights is None else checked(weights, n, "penimbang", above=0)
    if design is None:
        given = np.ones(n) if given is None else given
        design = SurveyDesign(np.zeros(n, dtype=np.intp), np.arange(n), given)
    elif design.weights.size != n:
        raise MethodError(
            f"Rancangan memuat {design.weights.size} rumah tangga, padahal ada {n} nilai. "
            "Perbaikan: ambil keduanya dari tabel yang sama."
        )
    elif given is not None and not np.array_equal(given, design.weights):
        raise MethodError(
            "Penimbang berbeda dari penimbang rancangan. Perbaikan: isi rancangan saja, atau "
            "samakan keduanya."
        )
    persons = design.weights
    if size is not None:
        persons = persons * checked(size, n, "ukuran rumah tangga", above=0)
    return Population(weights=persons, design=design)


def checked(
    values: ArrayLike,
    n: int | None,
    name: str,
    *,
    above: float = -np.inf,
    least: float = -np.inf,
    remedy: str = "periksa kolomnya",
) -> Floats:
    """Take n finite numbers, larger than `above` and not smaller than `least`.

    Raises
    ------
    MethodError
        Naming how many are wrong and the first row.
    """
    numbers = np.asarray(values, dtype=float)
    if numbers.ndim != 1 or numbers.size == 0 or (n is not None and numbers.size != n):
        expected = "satu kolom yang tidak kosong" if n is None else f"{n} angka"
        raise MethodError(
            f"Kolom {name} berbentuk {numbers.shape}, bukan {expected}. Perbaikan: ambil semua "
            "kolom dari tabel yang sama."
        )
    wrong = ~(np.isfinite(numbers) & (numbers > above) & (numbers >= least))
    if wrong.any():
        kinds = "kosong atau tak hingga"
        if above == 0:
            kinds = "kosong, tak hingga, nol, atau negatif"
        elif least == 0:
            kinds = "kosong, tak hingga, atau negatif"
        raise MethodError(
            f"{int(wrong.sum())} {name} {kinds}, pertama di baris {int(wrong.argmax()) + 1}. "
            f"Perbaikan: {remedy}."
        )
    return numbers


def check_level(level: float) -> None:
    """Refuse a confidence level outside 0-1."""
    if not 0 < level < 1:
        raise MethodError(f"Taraf {level} di luar 0-1. Perbaikan: isi misalnya 0.95.")


def measured(
    term: str,
    name: str,
    found: Linearised,
    sample: Population,
    level: float,
    *,
    share: bool = False,
    gradient: bool = False,
) -> Measure:
    """Give a linearised statistic its error under the design.

    Parameters
    ----------
    term, name
        As in `Measure`.
    found
        The statistic, and its derivatives by the weights of `sample`.
    sample
        Whom the rows stand for.
    level
        Of the interval.
    share
        Whether it is a share of persons, with an interval on the logit scale.
    gradient
        Whether to test it against zero.

    Notes
    -----
    Deville (1999), Variance estimation for complex statistics and estimators, Survey Methodology
    25, 193-203. Clusters count as drawn with replacement, as in `kajian.mapping.survey.domains`.

    Intervals of indices that hang on the tail cover too rarely in small samples. Of 1,500 simulated
    samples of 48 clusters of 10 households, log-normal, those at 95 percent held the truth in 94
    percent for P0, 92 for P1 and Sen, 91 for the Gini, 89 for Theil's T and the Palma ratio; of
    120 clusters in 95, 94, 92, 91 and 92 percent.
    """
    check_level(level)
    estimate = found.estimate
    [variance], clusters, df = variance_of_totals([sample.weights * found.influence], sample.design)
    error = float(np.sqrt(variance))
    error = error if error > ROUNDING * max(1.0, abs(estimate)) else 0.0
    half = float(stdtrit(df, (1 + level) / 2)) * error
    low, high = estimate - half, estimate + half
    if share:
        middle = logit(estimate) if error else np.nan
        half = half / (estimate * (1 - estimate)) if error else np.nan
        low, high = float(expit(middle - half)), float(expit(middle + half))
    p_value = 2 * float(stdtr(df, -abs(estimate) / error)) if gradient and error else np.nan
    return Measure(
        term=term,
        name=name,
        estimate=estimate,
        std_error=error,
        p_value=p_value,
        conf_low=low,
        conf_high=high,
        n=found.influence.size,
        clusters=clusters,
        df=df,
        level=level,
    )
