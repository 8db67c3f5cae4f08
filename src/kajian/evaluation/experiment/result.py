"""What an experiment says about each arm."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kajian.evaluation.experiment.randomisation import RandomisationTest
from kajian.language import format_number, format_p_value, format_percent


@dataclass(frozen=True, slots=True, eq=False)
class ArmEffect:
    """The effect of one arm against control, in units of the outcome.

    Attributes
    ----------
    arm
        Label of the arm.
    estimate, std_error, df, p_value, conf_low, conf_high
        Regression estimate with HC2 or CR2 error, t test with Bell-McCaffrey degrees of freedom.
    randomisation
        Fisher's test with its p, p floor and interval.
    model
        Regression used: plain, fully interacted (Lin), or strata without interaction.
    n_treated, n_control, units_treated, units_control
        Rows with an outcome, and the assigned units that they belong to.
    missing_treated_pct, missing_control_pct
        Share of assigned rows without an outcome.
    mean_control
        Mean outcome of the control rows.
    """

    arm: Hashable
    estimate: float
    std_error: float
    df: float
    p_value: float
    conf_low: float
    conf_high: float
    randomisation: RandomisationTest
    model: str
    n_treated: int
    n_control: int
    units_treated: int
    units_control: int
    missing_treated_pct: float
    missing_control_pct: float
    mean_control: float


@dataclass(frozen=True, slots=True, eq=False)
class Experiment:
    """Effects of being assigned to each arm.

    Attributes
    ----------
    outcome, control, cluster, strata, covariates
        Columns, and the label of the control arm.
    effects
        One `ArmEffect` per arm other than control.
    level
        Confidence level of the intervals.
    """

    outcome: str
    control: Hashable
    effects: tuple[ArmEffect, ...]
    cluster: str | None
    strata: str | None
    covariates: tuple[str, ...]
    level: float

    def tidy(self) -> pd.DataFrame:
        """Return one row per arm.

        The usual six columns, then ``df``, ``p_randomisation``, ``p_floor``, ``randomisation_low``,
        ``randomisation_high``, ``n_treated``, ``n_control``, ``units_treated``, ``units_control``
        and ``mean_control``.
        """
        usual = ("estimate", "std_error", "p_value", "conf_low", "conf_high", "df")
        counts = ("n_treated", "n_control", "units_treated", "units_control", "mean_control")
        return pd.DataFrame(
            [
                {
                    "term": str(one.arm),
                    **{name: getattr(one, name) for name in usual},
                    "p_randomisation": one.randomisation.p_value,
                    "p_floor": one.randomisation.p_floor,
                    "randomisation_low": one.randomisation.conf_low,
                    "randomisation_high": one.randomisation.conf_high,
                    **{name: getattr(one, name) for name in counts},
                }
                for one in self.effects
            ]
        )

    def __str__(self) -> str:
        error = "HC2" if self.cluster is None else f"CR2 per {self.cluster}"
        drawn = "baris" if self.cluster is None else self.cluster
        within = "" if self.strata is None else f" di dalam {self.strata}"
        covariates = f"; kovariat {', '.join(self.covariates)}" if self.covariates else ""
        lines = [
            f"Dampak penugasan (ITT) pada {self.outcome} terhadap lengan {self.control}; "
            f"diundi per {drawn}{within}{covariates}; galat baku {error}, derajat bebas "
            "Bell-McCaffrey"
        ]
        level = format_percent(100 * self.level, 0)
        for one in self.effects:
            test = one.randomisation
            count = format_number(test.n_draws, 0)
            lines += [
                f"  {one.arm}: {format_number(one.estimate, 3)} (galat baku "
                f"{format_number(one.std_error, 3)}, derajat bebas {format_number(one.df, 1)}; "
                f"{format_p_value(one.p_value)}; {level}: "
                f"{_ends(one.conf_low, one.conf_high)}); regresi {one.model}; "
                f"n = {one.n_treated} lawan {one.n_control}, unit undian {one.units_treated} lawan "
                f"{one.units_control}; hasil kosong "
                f"{format_percent(one.missing_treated_pct, 1)} lawan "
                f"{format_percent(one.missing_control_pct, 1)}",
                f"    uji pengacakan: {format_p_value(test.p_value, test.p_floor)}, dampak tetap "
                f"{level}: {_ends(test.conf_low, test.conf_high)} "
                f"({f'semua {count} undian' if test.enumerated else f'{count} undian acak'})",
            ]
        return "\n".join(lines)


def _ends(low: float, high: float) -> str:
    """Write an interval whose ends may be infinite."""
    shown = [format_number(end, 3) if np.isfinite(end) else "tak terbatas" for end in (low, high)]
    return " sampai ".join(shown)
