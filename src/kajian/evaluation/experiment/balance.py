"""Whether the draw left the arms alike in what was known before it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.evaluation.experiment.assignment import read_assignment
from kajian.evaluation.experiment.permutations import possible_assignments
from kajian.evaluation.experiment.randomisation import p_floor, p_from
from kajian.evaluation.experiment.rows import in_fixed_order, numbers, some
from kajian.language import format_number, format_p_value
from kajian.linear.fixed_effects import RELATIVE_ZERO, Codes, Floats, group_sums


@dataclass(frozen=True, slots=True, eq=False)
class Balance:
    """Covariates by arm, with one test of all of them.

    Attributes
    ----------
    table
        One row per arm other than control and covariate: ``arm, covariate, mean, mean_control,
        difference`` (within strata), ``std_difference`` (over the root of the mean of both arms'
        variances), ``p_value`` (randomisation), ``n_missing`` of both arms.
    p_joint, p_floor
        Randomisation p of all differences together, and the smallest p possible.
    statistic, rank
        Squared length of the differences in the metric of their covariance over the draws, and
        the number of directions that it has.
    control, n_draws, enumerated
        Label of the control arm; assignments used, and whether those are all of them.
    """

    table: pd.DataFrame
    p_joint: float
    p_floor: float
    statistic: float
    rank: int
    control: Hashable
    n_draws: int
    enumerated: bool

    def tidy(self) -> pd.DataFrame:
        """Return the table, one row per arm and covariate."""
        return self.table.copy()

    def __str__(self) -> str:
        worst = self.table.iloc[int(self.table["std_difference"].abs().argmax())]
        count = format_number(self.n_draws, 0)
        return (
            f"Keseimbangan {self.table['covariate'].nunique()} kovariat terhadap lengan "
            f"{self.control}: uji bersama {format_p_value(self.p_joint, self.p_floor)} "
            f"({f'semua {count} undian' if self.enumerated else f'{count} undian acak'}); beda "
            f"terbesar {worst['covariate']} pada lengan {worst['arm']}, "
            f"{format_number(worst['std_difference'], 2)} simpangan baku"
        )


def balance_table(
    data: pd.DataFrame,
    covariates: Sequence[str],
    arm: str,
    cluster: str | None = None,
    strata: str | None = None,
    *,
    control: Hashable,
    rng: np.random.Generator,
    draws: int = 9_999,
) -> Balance:
    """Compare covariates between arms and test all of them at once.

    The joint statistic is that of Hansen & Bowers (2008): sums of stratum-centred covariates by
    arm, in the metric of their covariance over the assignments; its p is exact because strata and
    clusters are drawn again as they were. A missing value counts as the mean of its stratum and is
    reported; standardised differences follow Imbens & Rubin (2015, section 14.2).

    Parameters
    ----------
    data
        One row per observation.
    covariates
        Numeric columns measured before the assignment.
    arm, cluster, strata, control
        As in `experiment`.
    rng, draws
        Source and number of random assignments.

    Raises
    ------
    MethodError
        As `read_assignment`; no covariate, or one that is not numeric, does not vary within strata,
        or is missing in a whole arm.
    """
    if not covariates:
        raise MethodError(
            "Tidak ada kovariat untuk diperiksa. Perbaikan: sebut kolom dari sebelum undian."
        )
    roles = [name for name in (arm, strata, cluster) if name is not None]
    rows = in_fixed_order(data, [*roles, *covariates])
    assignment = read_assignment(rows, arm, control=control, cluster=cluster, strata=strata)
    values = np.column_stack([numbers(rows, name) for name in covariates])
    codes = assignment.arm[assignment.unit]
    for code, label in enumerate(assignment.arms):
        gone = np.isnan(values[codes == code]).all(axis=0)
        if gone.any():
            raise MethodError(
                f"Kovariat {some(np.array(covariates)[gone])} kosong untuk seluruh lengan {label}. "
                "Perbaikan: keluarkan kovariat itu."
            )
    stratum = assignment.stratum[assignment.unit]
    centred = _centred(values, stratum)
    flat = np.linalg.norm(centred, axis=0) <= RELATIVE_ZERO * np.linalg.norm(
        np.nan_to_num(values), axis=0
    )
    if flat.any():
        raise MethodError(
            f"Kovariat {some(np.array(covariates)[flat])} tidak berubah di dalam strata. "
            "Perbaikan: keluarkan kovariat itu."
        )
    arms, enumerated = possible_assignments(assignment, draws, rng)
    sums = group_sums(centred, assignment.unit)
    treatments = range(1, len(assignment.arms))
    observed, drawn = (
        np.hstack([(which == code).astype(float) @ sums for code in treatments])
        for which in (assignment.arm[None, :], arms)
    )
    pool = drawn if enumerated else np.vstack([observed, drawn])
    scale = np.sqrt((pool**2).mean(axis=0))
    scale[scale == 0] = 1.0
    variances, vectors = np.linalg.eigh((pool / scale).T @ (pool / scale) / len(pool))
    kept = variances > RELATIVE_ZERO * variances.max()
    metric = vectors[:, kept] / np.sqrt(variances[kept])
    own, null = ((((each / scale) @ metric) ** 2).sum(axis=1) for each in (observed, drawn))
    single = p_from(np.abs(observed[0] / scale), np.abs(drawn / scale), enumerated)
    table = _table(values, codes, stratum, assignment.arms, covariates)
    return Balance(
        table=table.assign(p_value=single),
        p_joint=float(p_from(own, null[:, None], enumerated)[0]),
        p_floor=p_floor(assignment, len(arms), enumerated),
        statistic=float(own[0]),
        rank=int(kept.sum()),
        control=control,
        n_draws=len(arms),
        enumerated=enumerated,
    )


def _centred(values: Floats, stratum: Codes) -> Floats:
    """Subtract the means of strata over known values; an unknown value becomes zero."""
    known = ~np.isnan(values)
    counts = group_sums(known.astype(float), stratum)
    means = group_sums(np.nan_to_num(values), stratum) / np.maximum(counts, 1)
    return np.asarray(np.where(known, values - means[stratum], 0.0))


def _table(
    values: Floats, codes: Codes, stratum: Codes, arms: Sequence[Hashable], names: Sequence[str]
) -> pd.DataFrame:
    """Describe every covariate in every arm beside control."""
    parts = []
    for code, label in enumerate(arms[1:], start=1):
        pair = np.isin(codes, [0, code])
        x, treated = values[pair], (codes[pair] == code)[:, None]
        assigned = _centred(np.where(np.isnan(x), np.nan, treated), stratum[pair])
        difference = (assigned * np.nan_to_num(x)).sum(axis=0) / (assigned**2).sum(axis=0)
        one, control = values[codes == code], values[codes == 0]
        spread = np.sqrt((np.nanvar(one, axis=0) + np.nanvar(control, axis=0)) / 2)
        apart = (spread == 0) & (difference != 0)
        if apart.any():
            raise MethodError(
                f"Kovariat {some(np.array(names)[apart])} berbeda tetap antara lengan {label} dan "
                "kontrol, sehingga bukan ciri dari sebelum undian. Perbaikan: keluarkan kovariat "
                "itu."
            )
        parts.append(
            pd.DataFrame(
                {
                    "arm": label,
                    "covariate": list(names),
                    "mean": np.nanmean(one, axis=0),
                    "mean_control": np.nanmean(control, axis=0),
                    "difference": difference,
                    "std_difference": difference / np.where(spread > 0, spread, 1.0),
                    "n_missing": np.isnan(x).sum(axis=0),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
