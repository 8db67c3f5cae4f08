"""Direct effect of treatment and spillover from treated neighbours, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from kajian.errors import MethodError
from kajian.evaluation.experiment.bell_mccaffrey import bell_mccaffrey
from kajian.language import format_number, format_p_value
from kajian.linear.frame import codes_of, require_columns
from kajian.linear.regression import Vcov, ols
from kajian.linear.result import Regression


@dataclass(frozen=True, slots=True, eq=False)
class ExposureEffect:
    """Effects of own treatment and of neighbours' treatment.

    Attributes
    ----------
    fit
        The regression of the outcome on both and the covariates.
    table
        Rows ``direct`` (own treatment with unexposed neighbourhood), ``spillover`` (per unit of
        exposure: from no to all neighbours treated if it is a share), ``naive`` (difference that
        ignores exposure), with HC2 or CR2 errors and Bell-McCaffrey degrees of freedom ``df``.
    level
        Confidence level.
    n_pure
        Untreated rows without exposure, on which the comparison rests.
    cluster
        Column of the clusters, or None.
    """

    fit: Regression
    table: pd.DataFrame
    level: float
    n_pure: int
    cluster: str | None

    def tidy(self) -> pd.DataFrame:
        """Return the table with the six usual columns and ``df``."""
        return self.table.copy()

    def __str__(self) -> str:
        names = {
            "direct": "dampak langsung",
            "spillover": "limpahan per satuan paparan",
            "naive": "beda tanpa memperhitungkan limpahan",
        }
        lines = [
            f"Dampak pada {self.fit.outcome} dengan limpahan antartetangga: n = {self.fit.n_obs}, "
            f"{self.n_pure} baris pembanding tanpa tetangga yang diberi perlakuan; galat baku "
            f"{'HC2' if self.cluster is None else f'CR2 per {self.cluster}'}"
        ]
        lines += [
            f"  {names[row['term']]}: {format_number(row['estimate'], 3)} (galat baku "
            f"{format_number(row['std_error'], 3)}; {format_p_value(row['p_value'])}; "
            f"{format_number(100 * self.level, 0)}%: {format_number(row['conf_low'], 3)} sampai "
            f"{format_number(row['conf_high'], 3)})"
            for row in self.table.to_dict("records")
        ]
        return "\n".join(lines)


def exposure_effect(
    data: pd.DataFrame,
    outcome: str,
    treated: str,
    exposure: str,
    *,
    cluster: str | None = None,
    covariates: Sequence[str] = (),
    level: float = 0.95,
) -> ExposureEffect:
    """Separate the direct effect from spillovers under a declared exposure mapping.

    The mapping says that only own treatment and the given exposure matter, additively (Aronow &
    Samii 2017 treat such mappings in general). Even with treatment drawn at random, units with more
    or other neighbours are exposed with other probability: give `expected_exposure` as covariate,
    which takes that out (Borusyak & Hull 2023).

    Parameters
    ----------
    data
        One row per unit, or per unit and time; rows with a missing value are left out and counted
        in ``fit.n_dropped``.
    outcome, treated, exposure
        Numeric columns: outcome, 0 or 1, and exposure from 0.
    cluster
        Column of groups within which errors may be related: the unit in a panel, or an area large
        enough to hold neighbours, since neighbours share exposure. Errors across groups are taken
        as independent.
    covariates
        Numeric columns, such as the expected exposure.
    level
        Confidence level.

    Raises
    ------
    MethodError
        Treatment other than 0 and 1, negative exposure, no untreated row without exposure, no
        exposed row, collinear terms, fewer clusters than terms, a perfect fit.
    """
    columns = [outcome, treated, exposure, *covariates, *([cluster] if cluster else [])]
    require_columns(data, columns)
    if not 0 < level < 1:
        raise MethodError(
            f"Tingkat kepercayaan {level} tidak di antara 0 dan 1. Perbaikan: tulis misalnya 0.95."
        )
    rows = data[columns].dropna()
    pure = (rows[treated] == 0) & (rows[exposure] == 0)
    if not rows[treated].isin([0, 1]).all() or (rows[exposure] < 0).any():
        raise MethodError(
            f"Kolom {treated} harus 0 atau 1 dan kolom {exposure} tidak boleh negatif. "
            "Perbaikan: hitung paparan dengan `exposure`."
        )
    if not pure.any() or not (rows[exposure] > 0).any():
        raise MethodError(
            f"Ada {int(pure.sum())} baris pembanding tanpa paparan dan "
            f"{int((rows[exposure] > 0).sum())} baris terpapar; keduanya diperlukan. "
            "Perbaikan: perluas daerah pembanding, atau sempitkan batas tetangga."
        )
    others = "".join(f" + `{name}`" for name in covariates)
    vcov: Vcov = "HC1" if cluster is None else {"CRV1": cluster}
    fit = ols(f"`{outcome}` ~ `{treated}` + `{exposure}`{others}", data[columns], vcov=vcov)
    naive = ols(f"`{outcome}` ~ `{treated}`{others}", fit.sample)
    unit = np.arange(fit.n_obs) if cluster is None else codes_of(fit.sample[cluster])
    lines = []
    for name, one, term in (
        ("direct", fit, treated),
        ("spillover", fit, exposure),
        ("naive", naive, treated),
    ):
        estimate = float(one.coefficients[one.position(term)])
        std_error, df = bell_mccaffrey(one, term, unit)
        if std_error == 0:
            raise MethodError(
                f"Hasil {outcome} diterangkan sempurna oleh perlakuan dan paparan. "
                "Perbaikan: periksa apakah kolom hasil menyalin kolom lain."
            )
        half = float(stdtrit(df, (1 + level) / 2)) * std_error
        p = float(2 * stdtr(df, -abs(estimate) / std_error))
        lines.append((name, estimate, std_error, p, estimate - half, estimate + half, df))
    names = ["term", "estimate", "std_error", "p_value", "conf_low", "conf_high", "df"]
    return ExposureEffect(
        fit=fit,
        table=pd.DataFrame(lines, columns=names),
        level=level,
        n_pure=int(pure.sum()),
        cluster=cluster,
    )
