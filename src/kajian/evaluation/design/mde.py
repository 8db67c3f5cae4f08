"""What a design could detect, from its sizes alone: before any outcome of the follow-up is read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from kajian.errors import MethodError
from kajian.language import format_number, format_percent
from kajian.linear.power import mde


@dataclass(frozen=True, slots=True, eq=False)
class DetectableEffect:
    """The smallest effect that a two-sided test finds with the given power.

    Attributes
    ----------
    effect
        In units of the outcome.
    std_error, df
        Of the difference between the arms, as planned.
    sd
        Standard deviation of the outcome.
    design_effect
        Variance of the difference over that of as many rows drawn one by one, covariates set aside.
    n_treated, n_control
        Planned rows.
    units_treated, units_control
        Planned units of assignment.
    level, power
        Size of the test, and its chance of finding the effect.
    """

    effect: float
    std_error: float
    df: float
    sd: float
    design_effect: float
    n_treated: float
    n_control: float
    units_treated: int
    units_control: int
    level: float
    power: float

    @property
    def effect_sd(self) -> float:
        """The effect in standard deviations of the outcome."""
        return self.effect / self.sd

    def tidy(self) -> pd.DataFrame:
        """Return one row with ``effect, effect_sd`` and the planned sizes."""
        names = ("effect", "effect_sd", "std_error", "df", "design_effect", "n_treated")
        more = ("n_control", "units_treated", "units_control", "level", "power")
        return pd.DataFrame({name: [getattr(self, name)] for name in (*names, *more)})

    def __str__(self) -> str:
        return (
            f"Efek minimum yang dapat dideteksi: {format_number(self.effect, 3)} "
            f"({format_number(self.effect_sd, 2)} simpangan baku) dengan kuasa "
            f"{format_percent(100 * self.power, 0)} pada taraf "
            f"{format_percent(100 * self.level, 0)}; unit undian {self.units_treated} "
            f"lawan {self.units_control}, efek rancangan "
            f"{format_number(self.design_effect, 2)}"
        )


def mde_individual(
    n_treated: int,
    n_control: int,
    sd: float,
    *,
    r2: float = 0.0,
    n_covariates: int = 0,
    level: float = 0.05,
    power: float = 0.8,
) -> DetectableEffect:
    """Minimum detectable effect when rows are drawn one by one (Bloom 1995).

    Parameters
    ----------
    n_treated, n_control
        Rows per arm.
    sd
        Standard deviation of the outcome within an arm, in its units.
    r2
        Share of the variance that strata and covariates explain.
    n_covariates
        Their number, taken from the degrees of freedom.
    level, power
        Size of the two-sided test and the power wanted.

    Raises
    ------
    MethodError
        Sizes, sd, r2, level or power outside their range.
    """
    _require(n_treated, n_control, sd, r2=r2)
    variance = sd**2 * (1 - r2) * (1 / n_treated + 1 / n_control)
    df = n_treated + n_control - 2 - n_covariates
    return DetectableEffect(
        effect=mde(variance**0.5, df=df, level=level, power=power),
        std_error=variance**0.5,
        df=df,
        sd=sd,
        design_effect=1.0,
        n_treated=n_treated,
        n_control=n_control,
        units_treated=n_treated,
        units_control=n_control,
        level=level,
        power=power,
    )


def design_effect(cluster_size: float, icc: float, cv: float = 0.0) -> float:
    """Return 1 + ((1 + cv^2) m - 1) icc (Eldridge, Ashby & Kerry 2006); Kish's for equal sizes."""
    return 1 + ((1 + cv**2) * cluster_size - 1) * icc


def mde_clusters(
    clusters_treated: int,
    clusters_control: int,
    cluster_size: float,
    icc: float,
    sd: float,
    *,
    r2_between: float = 0.0,
    r2_within: float = 0.0,
    cv: float = 0.0,
    n_covariates: int = 0,
    level: float = 0.05,
    power: float = 0.8,
) -> DetectableEffect:
    """Minimum detectable effect when clusters are drawn (Donner & Klar 2000; Bloom 2005).

    The variance of the mean of one cluster is sd^2 [icc (1 + cv^2) (1 - r2_between) +
    (1 - icc) (1 - r2_within) / m]: the design effect of Eldridge et al. (2006), split into its
    parts. Degrees of freedom are clusters minus two and minus the covariates of clusters.

    Parameters
    ----------
    clusters_treated, clusters_control
        Clusters per arm.
    cluster_size
        Mean number m of rows measured per cluster.
    icc
        Intraclass correlation within an arm, 0-1 (see `intraclass_correlation`).
    sd
        Standard deviation of the outcome within an arm, over all clusters, in its units.
    r2_between, r2_within
        Shares of the variance between and within clusters that covariates explain.
    cv
        Coefficient of variation of the cluster sizes.
    n_covariates, level, power
        As in `mde_individual`; only covariates that vary between clusters count.

    Raises
    ------
    MethodError
        A number outside its range.
    """
    shares = {"icc": icc, "r2_between": r2_between, "r2_within": r2_within}
    _require(clusters_treated, clusters_control, sd, **shares)
    _require_sizes(cluster_size, cv)
    between = icc * (1 + cv**2) * (1 - r2_between)
    within = (1 - icc) * (1 - r2_within) / cluster_size
    variance = sd**2 * (between + within) * (1 / clusters_treated + 1 / clusters_control)
    df = clusters_treated + clusters_control - 2 - n_covariates
    return DetectableEffect(
        effect=mde(variance**0.5, df=df, level=level, power=power),
        std_error=variance**0.5,
        df=df,
        sd=sd,
        design_effect=design_effect(cluster_size, icc, cv),
        n_treated=clusters_treated * cluster_size,
        n_control=clusters_control * cluster_size,
        units_treated=clusters_treated,
        units_control=clusters_control,
        level=level,
        power=power,
    )


def mde_proportion(
    units_treated: int,
    units_control: int,
    share: float,
    *,
    increase: bool = True,
    cluster_size: float = 1.0,
    icc: float = 0.0,
    cv: float = 0.0,
    level: float = 0.05,
    power: float = 0.8,
) -> DetectableEffect:
    """Minimum detectable change of a share, each arm with the variance of its own share.

    Parameters
    ----------
    units_treated, units_control
        Rows per arm, or clusters where `cluster_size` is above one.
    share
        Share in the control arm, between 0 and 1.
    increase
        Whether the share is expected to rise; a fall of the same size is not equally detectable.
    cluster_size, icc, cv
        As in `mde_clusters`.
    level, power
        As in `mde_individual`.

    Returns
    -------
    DetectableEffect
        With the size of the change as a share (0.05 is five percentage points), never negative.

    Raises
    ------
    MethodError
        A number outside its range, or a design that cannot detect even the largest change possible.
    """
    _require(units_treated, units_control, share=share, icc=icc)
    _require_sizes(cluster_size, cv)
    n_treated, n_control = units_treated * cluster_size, units_control * cluster_size
    inflation = design_effect(cluster_size, icc, cv)
    df = units_treated + units_control - 2

    def std_error(change: float) -> float:
        moved = share + change if increase else share - change
        parts = moved * (1 - moved) / n_treated + share * (1 - share) / n_control
        return float(np.sqrt(inflation * max(parts, 0.0)))

    def excess(change: float) -> float:
        return change - mde(std_error(change), df=df, level=level, power=power)

    room = 1 - share if increase else share
    if share == 0 or excess(room) < 0:
        raise MethodError(
            f"Perubahan terbesar yang mungkin dari proporsi {share:g} tidak terdeteksi dengan "
            f"{units_treated} lawan {units_control} unit undian. Perbaikan: tambah unit, atau "
            "pakai proporsi awal di antara 0 dan 1."
        )
    effect = float(brentq(excess, 0.0, room))
    return DetectableEffect(
        effect=effect,
        std_error=std_error(effect),
        df=df,
        sd=(share * (1 - share)) ** 0.5,
        design_effect=inflation,
        n_treated=n_treated,
        n_control=n_control,
        units_treated=units_treated,
        units_control=units_control,
        level=level,
        power=power,
    )


def _require(units_treated: int, units_control: int, sd: float = 1.0, **shares: float) -> None:
    """Refuse arms of fewer than two units, no spread, and shares outside 0-1."""
    wrong = [f"{name} = {share:g}" for name, share in shares.items() if not 0 <= share < 1]
    if wrong or min(units_treated, units_control) < 2 or not sd > 0:
        raise MethodError(
            f"Rancangan dengan {units_treated} lawan {units_control} unit undian, simpangan baku "
            f"{sd:g}{''.join(f', {one}' for one in wrong)} tidak mungkin. Perbaikan: sedikitnya "
            "dua unit per lengan, simpangan baku positif, bagian di antara 0 dan 1 (misalnya 0.05)."
        )


def _require_sizes(cluster_size: float, cv: float) -> None:
    """Refuse impossible cluster sizes."""
    if not (cluster_size >= 1 and cv >= 0):
        raise MethodError(
            f"Ukuran klaster {cluster_size:g} dengan koefisien keragaman {cv:g} tidak mungkin. "
            "Perbaikan: ukuran sedikitnya satu, keragaman tidak negatif."
        )
