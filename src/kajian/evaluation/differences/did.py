"""Difference-in-differences of two groups before and after, on a panel or on cross-sections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from kajian.errors import MethodError
from kajian.evaluation.differences.panel_check import (
    require_binary,
    require_labels,
    some,
)
from kajian.language import format_number, format_p_value
from kajian.linear.fixed_effects import Floats, group_sums
from kajian.linear.frame import codes_of, require_columns
from kajian.linear.regression import Regression, Vcov, ols


@dataclass(frozen=True, slots=True, eq=False)
class TwoByTwo:
    """The change in the treated group beyond the change in the other.

    Attributes
    ----------
    term
        Name of the interaction in `fit`.
    estimate, std_error
        In units of the outcome.
    df
        Degrees of freedom of t. With clusters, Welch's from the two groups of clusters, which
        counts the smaller group for what it is; otherwise, or when a cluster holds both groups,
        those of `fit`.
    means
        The two-by-two table: rows ``pembanding``, ``diperlakukan`` and ``selisih``; columns
        ``before, after, change`` (means, in units of the outcome) and ``n_before, n_after``
        (rows). Its last difference equals the estimate when there are no covariates.
    fit
        The regression.
    n_treated_clusters, n_control_clusters
        Clusters with treated and with other rows; None without clusters.
    n_unbalanced
        Units left out because they lack one of the two periods; zero unless balanced.
    """

    term: str
    estimate: float
    std_error: float
    df: float
    means: pd.DataFrame
    fit: Regression
    n_treated_clusters: int | None
    n_control_clusters: int | None
    n_unbalanced: int

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """One row: the effect, with the degrees of freedom `df`."""
        half = stdtrit(self.df, (1 + level) / 2) * self.std_error
        return pd.DataFrame(
            {
                "term": [self.term],
                "estimate": [self.estimate],
                "std_error": [self.std_error],
                "p_value": [2 * stdtr(self.df, -abs(self.estimate / self.std_error))],
                "conf_low": [self.estimate - half],
                "conf_high": [self.estimate + half],
            }
        )

    def __str__(self) -> str:
        row = self.tidy().iloc[0]
        lines = [
            f"Beda dari beda (2x2) untuk {self.fit.outcome}: {format_number(self.estimate, 3)} "
            f"(galat baku {format_number(self.std_error, 3)}, {self.fit.vcov}; "
            f"{format_p_value(row['p_value'])}; 95%: {format_number(row['conf_low'], 3)} sampai "
            f"{format_number(row['conf_high'], 3)}; n = {self.fit.n_obs}, "
            f"{self.fit.n_dropped} baris tak lengkap dilewati)"
        ]
        lines += [
            f"  {name}: {format_number(before, 3)} menjadi {format_number(after, 3)}, perubahan "
            f"{format_number(change, 3)}"
            for name, before, after, change in self.means.iloc[:, :3].itertuples()
        ]
        if self.n_treated_clusters is not None:
            lines.append(
                f"Klaster: {self.n_treated_clusters} diperlakukan, {self.n_control_clusters} "
                f"pembanding; derajat bebas {format_number(self.df, 1)}"
            )
        if self.n_unbalanced:
            lines.append(f"{self.n_unbalanced} unit tanpa salah satu periode tidak dipakai")
        return "\n".join(lines)


def did(
    data: pd.DataFrame,
    *,
    outcome: str,
    group: str,
    post: str,
    unit: str | None = None,
    covariates: Sequence[str] = (),
    cluster: str | None = None,
    vcov: Literal["iid", "HC1", "HC2", "HC3"] = "HC1",
    balanced: bool = False,
) -> TwoByTwo:
    """Compare the change of a treated group with that of another group.

    Least squares of the outcome on the group, the period and their product. The estimate is the
    mean effect on the treated after the start if, without treatment, both groups would have changed
    alike (given the covariates).

    Parameters
    ----------
    data
        One row per observation; rows with a missing value are left out and counted.
    outcome
        Column, or a formula term such as ``"np.log(harga_rp)"``.
    group, post
        Columns of 0 and 1: whether the row belongs to the treated group, and whether it was
        observed after the start.
    unit
        Column of the unit in a panel, the same group in all its rows; None for repeated
        cross-sections.
    covariates
        Formula terms.
    cluster
        Column of the clusters (CRV1); the unit when omitted in a panel.
    vcov
        Without unit and cluster: the covariance of :func:`kajian.linear.regression.ols`.
    balanced
        In a panel: use only units with rows before and after.

    Raises
    ------
    MethodError
        Absent column; group or period other than 0 and 1; one of the four cells empty; a unit that
        changes group; `balanced` without unit; a group with fewer than two clusters, whose variance
        cannot be estimated; and what `ols` refuses.

    References
    ----------
    Card & Krueger (1994), American Economic Review 84, table 3; Welch (1947), Biometrika 34.
    """
    groups = [name for name in (unit, cluster) if name]
    require_columns(data, [group, post, *groups])
    require_binary(data, group)
    require_binary(data, post)
    for name in groups:
        require_labels(data, name)
    if balanced and not unit:
        raise MethodError("balanced memerlukan unit. Perbaikan: sebut kolom unit panelnya.")
    frame = data.reset_index(drop=True).astype({group: float, post: float})
    by = cluster or unit
    formula = f"{outcome} ~ {' + '.join([group, post, f'{group}:{post}', *covariates])}"
    choice: Vcov = {"CRV1": by} if by else vcov
    _require_cells(frame, group, post)
    if unit:
        _require_one_group(frame, unit, group)
    fit = ols(formula, frame, vcov=choice)
    n_unbalanced = 0
    if balanced and unit:
        periods = fit.sample.groupby(unit)[post].transform("nunique")
        n_unbalanced = int(fit.sample.loc[periods < 2, unit].nunique())
        fit = ols(formula, frame.loc[fit.sample.index[periods == 2]], vcov=choice)
    df, counts = _degrees_of_freedom(fit, f"{group}:{post}", by, group)
    place = fit.position(f"{group}:{post}")
    return TwoByTwo(
        term=f"{group}:{post}",
        estimate=float(fit.coefficients[place]),
        std_error=float(fit.std_errors[place]),
        df=df,
        means=_means(fit, group, post),
        fit=fit,
        n_treated_clusters=counts[0],
        n_control_clusters=counts[1],
        n_unbalanced=n_unbalanced,
    )


def _require_cells(frame: pd.DataFrame, group: str, post: str) -> None:
    present = set(zip(frame[group], frame[post], strict=True))
    missing = [
        f"{group} = {g}, {post} = {p}" for g in (0, 1) for p in (0, 1) if (g, p) not in present
    ]
    if missing:
        raise MethodError(
            f"Tidak ada baris dengan {'; '.join(missing)}. Perbaikan: beda dari beda memerlukan "
            "kelompok diperlakukan dan pembanding, masing-masing sebelum dan sesudah."
        )


def _require_one_group(frame: pd.DataFrame, unit: str, group: str) -> None:
    kinds = frame.groupby(unit)[group].nunique()
    if (kinds > 1).any():
        raise MethodError(
            f"Kolom {group} berubah di dalam {some(kinds.index[kinds > 1])}. Perbaikan: {group} "
            "menandai kelompok (1 di semua baris unit yang diperlakukan), bukan waktu perlakuan."
        )


def _means(fit: Regression, group: str, post: str) -> pd.DataFrame:
    """Mean outcome of each cell among the rows used."""
    cells = pd.Series(fit.y).groupby([fit.sample[group].to_numpy(), fit.sample[post].to_numpy()])
    mean, count = cells.mean().to_numpy().reshape(2, 2), cells.size().to_numpy().reshape(2, 2)
    mean, count = np.vstack([mean, mean[1] - mean[0]]), np.vstack([count, count.sum(axis=0)])
    return pd.DataFrame(
        {
            "before": mean[:, 0],
            "after": mean[:, 1],
            "change": mean[:, 1] - mean[:, 0],
            "n_before": count[:, 0],
            "n_after": count[:, 1],
        },
        index=pd.Index(["pembanding", "diperlakukan", "selisih"], name="kelompok"),
    )


def _degrees_of_freedom(
    fit: Regression, term: str, by: str | None, group: str
) -> tuple[float, tuple[int | None, int | None]]:
    """Welch's degrees of freedom and the clusters with treated and with control rows."""
    if by is None:
        return fit.df, (None, None)
    codes = codes_of(fit.sample[by])
    treated = fit.sample[group].to_numpy(dtype=float)
    share = np.bincount(codes, weights=treated) / np.bincount(codes)
    n_treated, n_control = int((share > 0).sum()), int((share < 1).sum())
    if min(n_treated, n_control) < 2:
        raise MethodError(
            f"Hanya {n_treated} klaster ({by}) diperlakukan dan {n_control} pembanding; ragam satu "
            "klaster tidak dapat diduga. Perbaikan: pakai klaster yang lebih halus, atau kontrol "
            "sintetis bila memang hanya satu unit yang diperlakukan."
        )
    if ((share > 0) & (share < 1)).any():
        return fit.df, (n_treated, n_control)
    x = fit.partialled(term)
    parts: Floats = group_sums((x * fit.residuals)[:, None], codes)[:, 0] ** 2
    variances = np.array([parts[share == 0].sum(), parts[share == 1].sum()])
    spare = np.array([n_control, n_treated]) - 1
    return float(variances.sum() ** 2 / (variances**2 / spare).sum()), (n_treated, n_control)
