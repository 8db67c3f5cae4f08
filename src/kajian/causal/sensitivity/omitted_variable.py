"""How strong an omitted variable must be to change a conclusion (Cinelli & Hazlett 2020)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from kajian.causal.sensitivity.benchmark import benchmark_r2, benchmark_terms, is_possible
from kajian.causal.sensitivity.bias import adjusted, critical_f, robustness_value
from kajian.errors import MethodError
from kajian.language import format_number, format_percent
from kajian.linear.result import Regression


@dataclass(frozen=True, slots=True, eq=False)
class Sensitivity:
    """Sensitivity of one coefficient to an omitted variable.

    Attributes
    ----------
    outcome, treatment
        Names; the coefficient is in units of the outcome per unit of the treatment.
    estimate, std_error, df
        The coefficient, its classical standard error, and the residual degrees of freedom (terms
        and fixed effects counted).
    partial_r2
        Share of the outcome left by the covariates that the treatment explains.
    rv
        Robustness value: a confounder that explains less than this share of what is left of both
        treatment and outcome cannot take away the share `q` of the estimate. It needs no standard
        error, so it is the same whatever the covariance of the fit.
    rv_alpha
        The same for an interval at `level` that does not reach the estimate reduced by `q`; zero
        where it reaches it already. Rests on classical errors.
    extreme_r2
        Share of what is left of the treatment that a confounder must explain to take away `q` if
        it explains all that is left of the outcome; equals `partial_r2` when q is 1.
    q, level
        Share of the estimate to take away (1: all of it), and the confidence level.
    bounds
        One row per benchmark and possible multiple (see `tidy`).
    impossible
        Pairs of benchmark and multiple that no confounder can reach, because one of its partial R2
        would be one or more: as strong a case for the estimate as there is.
    vcov, vcov_std_error
        Covariance of the fit that was given, and its standard error of the coefficient.
    """

    outcome: str
    treatment: str
    estimate: float
    std_error: float
    df: int
    partial_r2: float
    rv: float
    rv_alpha: float
    extreme_r2: float
    q: float
    level: float
    bounds: pd.DataFrame
    impossible: tuple[tuple[str, float], ...]
    vcov: str
    vcov_std_error: float

    def tidy(self) -> pd.DataFrame:
        """Return one row per benchmark and possible multiple, in the order they were given.

        Columns: term (benchmark), multiple, r2_dz_x, r2_yz_dx (bounds on the partial R2 of a
        confounder so many times as strong), and with such a confounder estimate, std_error,
        statistic, p_value (of a zero effect), conf_low, conf_high.
        """
        return self.bounds.copy()

    def __str__(self) -> str:
        def percent(share: float, decimals: int = 1) -> str:
            return format_percent(100 * share, decimals)

        lines = [
            f"Kepekaan {self.treatment} terhadap peubah terlewat: {format_number(self.estimate, 3)}"
            f" (galat baku klasik {format_number(self.std_error, 3)}; {self.df} derajat bebas)",
            f"  Nilai ketahanan {percent(self.rv)}: peubah terlewat yang menjelaskan kurang dari "
            f"itu pada sisa perlakuan dan sisa hasil tidak dapat menghapus {percent(self.q, 0)} "
            f"dugaan; dengan selang {percent(self.level, 0)}: {percent(self.rv_alpha)}",
            f"  Bila menjelaskan seluruh sisa hasil, ia harus menjelaskan "
            f"{percent(self.extreme_r2)} sisa perlakuan",
        ]
        columns = ["term", "multiple", "estimate", "conf_low", "conf_high"]
        lines += [
            f"  {multiple:g} kali {term}: {format_number(estimate, 3)} "
            f"({format_number(low, 3)} sampai {format_number(high, 3)})"
            for term, multiple, estimate, low, high in self.bounds[columns].to_numpy()
        ]
        lines += [
            f"  {multiple:g} kali {term}: tidak mungkin ada peubah terlewat sekuat itu"
            for term, multiple in self.impossible
        ]
        if self.vcov != "iid":
            larger = self.vcov_std_error > self.std_error
            lines.append(
                f"  Selang memakai galat klasik; galat {self.vcov} "
                f"{format_number(self.vcov_std_error, 3)}"
                f"{' lebih besar: selang di atas terlalu sempit' if larger else ''}"
            )
        return "\n".join(lines)


def sensitivity(
    fit: Regression,
    treatment: str,
    benchmark: Sequence[str] | Mapping[str, Sequence[str]] = (),
    *,
    multiples: Sequence[float] = (1, 2, 3),
    q: float = 1.0,
    level: float = 0.95,
) -> Sensitivity:
    """Tell how strong an unobserved confounder must be to overturn a coefficient.

    Bounds say what would be left of the estimate if there were a confounder k times as strong as
    an observed covariate, in both its relations: with the treatment and with the outcome. The
    confounder is the worst of its strength: it works against the estimate, and is linearly
    unrelated to the benchmark given the other covariates.

    The method is algebra of least squares, and its errors are classical, also when the fit has
    robust or clustered ones: what an omitted variable would do to those is unknown. Estimates,
    `rv` and `extreme_r2` do not depend on them; `rv_alpha`, std_error and intervals do, and are
    too favourable where clustered errors exceed classical ones (the summary says so).

    Parameters
    ----------
    fit
        A fit of `ols` or `panel_fe`; fixed effects count among the covariates.
    treatment
        Term of the fit.
    benchmark
        Covariates to compare with: terms of the fit, or categorical terms of its formula
        (``"C(desa)"``), which are taken as a whole; or a mapping of names to such terms, each group
        taken as a whole.
    multiples
        How many times as strong the confounder is, with treatment and outcome alike; positive.
    q
        Share of the estimate to take away, positive; 0.5 asks what would halve it.
    level
        Confidence level.

    Raises
    ------
    MethodError
        Unknown term, the intercept or the treatment among the benchmarks, fewer than two residual
        degrees of freedom, a perfect fit, a benchmark of which no multiple is possible, or q,
        multiples or level out of range.

    References
    ----------
    Cinelli & Hazlett (2020), "Making sense of sensitivity: extending omitted variable bias",
    JRSS-B 82(1), 39-67.
    """
    if not (q > 0 and np.isfinite(q) and 0 < level < 1):
        raise MethodError(
            f"Bagian dugaan q = {q:g} atau taraf {level:g} di luar batas. "
            "Perbaikan: q harus positif, taraf di antara 0 dan 1."
        )
    strengths = np.asarray(multiples, dtype=float)
    if (
        strengths.ndim != 1
        or strengths.size == 0
        or not (np.isfinite(strengths) & (strengths > 0)).all()
    ):
        raise MethodError(
            f"Kelipatan {multiples} tidak seluruhnya positif. Perbaikan: isi misalnya (1, 2, 3)."
        )
    if treatment == "Intercept":
        raise MethodError("Konstanta bukan perlakuan. Perbaikan: pilih suku lain dari regresi.")
    groups = benchmark_terms(fit, treatment, benchmark)
    j = fit.position(treatment)
    df = fit.n_obs - len(fit.terms) - (fit.fixed_effects.rank if fit.fixed_effects else 0)
    if df < 2:
        raise MethodError(
            f"Regresi hanya menyisakan {df} derajat bebas, sedangkan peubah terlewat memerlukan "
            "satu lagi. Perbaikan: kurangi suku atau tambah pengamatan."
        )
    if fit.r2_within > 1 - 1e-12:
        raise MethodError(
            f"Hasil {fit.outcome} dijelaskan sempurna oleh regresi, sehingga tidak ada sisa bagi "
            "peubah terlewat. Perbaikan: periksa apakah suatu suku dihitung dari hasil itu."
        )
    estimate = float(fit.coefficients[j])
    left = fit.partialled(treatment)
    std_error = float(np.sqrt(fit.residuals @ fit.residuals / df / (left @ left)))
    f = abs(estimate) / std_error / np.sqrt(df)

    requested = [(name, float(multiple)) for name in groups for multiple in strengths]
    r2 = benchmark_r2(fit, treatment, groups, strengths)
    possible = is_possible(r2)
    bounds = pd.DataFrame(requested, columns=["term", "multiple"])[possible]
    bounds["r2_dz_x"], bounds["r2_yz_dx"] = r2_dz_x, r2_yz_dx = r2[:, possible]
    remains, error = adjusted(estimate, std_error, df, r2_dz_x, r2_yz_dx)
    half = stdtrit(df - 1, (1 + level) / 2) * error
    return Sensitivity(
        outcome=fit.outcome,
        treatment=treatment,
        estimate=estimate,
        std_error=std_error,
        df=df,
        partial_r2=f**2 / (1 + f**2),
        rv=robustness_value(q * f),
        rv_alpha=robustness_value(q * f, critical_f(df, level)),
        extreme_r2=(q * f) ** 2 / (1 + (q * f) ** 2),
        q=q,
        level=level,
        bounds=bounds.assign(
            estimate=remains,
            std_error=error,
            statistic=remains / error,
            p_value=2 * stdtr(df - 1, -np.abs(remains / error)),
            conf_low=remains - half,
            conf_high=remains + half,
        ).reset_index(drop=True),
        impossible=tuple(compress(requested, ~possible)),
        vcov=fit.vcov,
        vcov_std_error=float(fit.std_errors[j]),
    )
