"""Inequality between districts over years: whether differences shrink and laggards catch up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from kajian.errors import MethodError

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Convergence:
    """Sigma and beta convergence between `start` and `end`.

    Attributes
    ----------
    sigma
        One row per year: time, n, cv, log_variance.
    terms
        What `tidy` returns: ``log_variance_change`` and ``cv_change`` (last minus first year),
        ``log_variance_trend`` and ``cv_trend`` (least-squares slope per year), all with bootstrap
        errors and percentile limits and no p-value; ``beta_slope`` (HC3, t with n - 2 degrees of
        freedom); ``beta_speed`` (per year, limits carried over from the slope).
    n, start, end, level, replicates
        Units, first and last year, level of the intervals, bootstrap replicates.
    """

    sigma: pd.DataFrame
    terms: pd.DataFrame
    n: int
    start: int
    end: int
    level: float
    replicates: int

    def tidy(self) -> pd.DataFrame:
        """Return term, estimate, std_error, p_value, conf_low, conf_high."""
        return self.terms.copy()

    def __str__(self) -> str:
        row = self.terms.set_index("term")
        lines = [
            "{}: {:.4f} [{:.4f}; {:.4f}]".format(
                label, *row.loc[term, ["estimate", "conf_low", "conf_high"]]
            )
            for label, term in (
                ("perubahan ragam log (sigma)", "log_variance_change"),
                ("kemiringan beta", "beta_slope"),
            )
        ]
        return f"Konvergensi {self.start}-{self.end}, n = {self.n}: " + "; ".join(lines)


def convergence(
    table: pd.DataFrame,
    *,
    unit: str,
    time: str,
    value: str,
    start: int,
    end: int,
    rng: np.random.Generator,
    replicates: int = 9_999,
    level: float = 0.95,
) -> Convergence:
    """Ask whether areas grow alike (sigma) and whether those behind catch up (beta).

    Sigma is the cross-section log variance and coefficient of variation in every year of the
    table from `start` to `end`; its intervals resample areas with their whole path. Beta is the
    regression of ``ln(y_end / y_start) / T`` on ``ln y_start``, T in years; the implied speed b
    solves ``slope = -(1 - exp(-b T)) / T``.

    A negative beta slope is necessary but not sufficient for shrinking differences: measurement
    error in the first year, or shocks that fade, produce it by regression to the mean. Read it
    only beside sigma.

    Parameters
    ----------
    table
        Long table with columns `unit`, `time` and `value` (positive).
    unit, time, value
        Names of the columns.
    start, end
        First and last year, both in the table.
    rng
        Source of randomness for the bootstrap.
    replicates
        Bootstrap replicates.
    level
        Level of the intervals.

    Returns
    -------
    Convergence

    Raises
    ------
    MethodError
        A column or year is absent, a unit is doubled or misses a year, a value is not positive,
        fewer than five units, or all units start alike.

    Notes
    -----
    Barro and Sala-i-Martin (1992), Journal of Political Economy 100(2); Sala-i-Martin (1996),
    Economic Journal 106(437). HC3: MacKinnon and White (1985), Journal of Econometrics 29(3).
    """
    wide = _wide(table, unit, time, value, start, end)
    if not (0 < level < 1 and replicates >= 1):
        raise MethodError(
            f"Taraf {level} atau ulangan bootstrap {replicates} tidak masuk akal. "
            "Perbaikan: taraf antara 0 dan 1, ulangan sedikitnya 999."
        )
    x, years = wide.to_numpy(dtype=float), wide.columns.to_numpy(dtype=float)
    n, span = len(x), float(end - start)

    observed = _spread(x, np.full((1, n), 1 / n))
    resampled = _spread(x, rng.multinomial(n, np.full(n, 1 / n), size=replicates) / n)
    tail = (1 - level) / 2
    rows = []
    for contrast, weights in (
        ("change", (years == years[-1]).astype(float) - (years == years[0])),
        ("trend", (years - years.mean()) / ((years - years.mean()) ** 2).sum()),
    ):
        for name, spread in observed.items():
            draws = resampled[name] @ weights
            low, high = np.quantile(draws, [tail, 1 - tail])
            estimate = (spread @ weights).item()
            rows.append((f"{name}_{contrast}", estimate, draws.std(), np.nan, low, high))

    slope, error = _slope_hc3(np.log(x[:, 0]), np.log(x[:, -1] / x[:, 0]) / span)
    margin = float(stdtrit(n - 2, 1 - tail)) * error
    p_value = float(2 * stdtr(n - 2, -abs(slope / error))) if error > 0 else np.nan
    rows.append(("beta_slope", slope, error, p_value, slope - margin, slope + margin))
    speed, fast, slow = (_speed(s, span) for s in (slope, slope - margin, slope + margin))
    rows.append(("beta_speed", speed, np.nan, np.nan, slow, fast))
    return Convergence(
        sigma=pd.DataFrame(
            {
                "time": wide.columns.to_numpy(),
                "n": n,
                "cv": observed["cv"][0],
                "log_variance": observed["log_variance"][0],
            }
        ),
        terms=pd.DataFrame(
            rows, columns=["term", "estimate", "std_error", "p_value", "conf_low", "conf_high"]
        ),
        n=n,
        start=start,
        end=end,
        level=level,
        replicates=replicates,
    )


def _wide(
    table: pd.DataFrame, unit: str, time: str, value: str, start: int, end: int
) -> pd.DataFrame:
    """Return units by years, complete and positive."""
    absent = [name for name in (unit, time, value) if name not in table.columns]
    if absent:
        raise MethodError(
            f"Kolom {', '.join(absent)} tidak ada di tabel (ada: {', '.join(table.columns)}). "
            "Perbaikan: periksa ejaannya."
        )
    years = sorted(table[time].unique())
    if start >= end or start not in years or end not in years:
        raise MethodError(
            f"Periode {start}-{end} tidak ada di tabel (tahun tersedia: "
            f"{', '.join(map(str, years))}). Perbaikan: pilih dua tahun yang tersedia."
        )
    part = table.loc[table[time].between(start, end), [unit, time, value]]
    doubled = part.loc[part.duplicated([unit, time]), unit].astype(str).unique()
    if doubled.size:
        raise MethodError(
            f"Unit muncul lebih dari sekali dalam satu tahun: {', '.join(doubled[:5])}. "
            "Perbaikan: sisakan satu baris per unit dan tahun."
        )
    # pivot_table would drop a year without any value.
    wide = part.pivot(index=unit, columns=time, values=value)  # noqa: PD010
    x = wide.to_numpy(dtype=float)
    bad = np.argwhere(~(np.isfinite(x) & (x > 0)))
    if bad.size:
        places = [f"{wide.index[row]} ({wide.columns[column]})" for row, column in bad]
        raise MethodError(
            f"{len(places)} nilai {value} kosong, nol, atau negatif: {', '.join(places[:5])}. "
            "Perbaikan: keluarkan tahun atau unit yang tidak lengkap sebelum menghitung."
        )
    if len(wide) < 5:
        raise MethodError(
            f"Konvergensi memerlukan sedikitnya 5 unit, ada {len(wide)}. Perbaikan: tambah unit."
        )
    if np.ptp(wide.iloc[:, 0]) == 0:
        raise MethodError(
            f"Semua unit bernilai sama pada {start}, sehingga beta tidak terdefinisi. "
            "Perbaikan: periksa kolomnya."
        )
    return wide


def _spread(x: Floats, weights: Floats) -> dict[str, Floats]:
    """Log variance and CV per year (columns of x) under each row of weights over units."""
    logs = np.log(x) - np.log(x).mean(axis=0)
    scaled = x / x.mean(axis=0)
    mean = weights @ scaled
    variance = weights @ scaled**2 - mean**2
    return {
        "log_variance": weights @ logs**2 - (weights @ logs) ** 2,
        "cv": np.sqrt(np.maximum(variance, 0)) / mean,
    }


def _slope_hc3(x: Floats, y: Floats) -> tuple[float, float]:
    """Least-squares slope of y on x with a constant, and its HC3 standard error."""
    centred = x - x.mean()
    square = centred @ centred
    slope = centred @ y / square
    residual = y - y.mean() - slope * centred
    leverage = 1 / x.size + centred**2 / square
    variance = (centred**2 * (residual / (1 - leverage)) ** 2).sum() / square**2
    return float(slope), float(np.sqrt(variance))


def _speed(slope: float, span: float) -> float:
    """Annual speed of convergence implied by a beta slope; missing when no finite one exists."""
    remaining = 1 + slope * span
    return float(-np.log(remaining) / span) if remaining > 0 else float("nan")
