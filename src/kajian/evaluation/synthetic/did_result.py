"""Result of synthetic difference-in-differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from kajian.evaluation.synthetic.did_weights import BlockFit
from kajian.evaluation.synthetic.result import POOR_FIT
from kajian.language import format_number, format_p_value

LABELS = {"sdid": "SDID", "sc": "kontrol sintetis", "did": "selisih ganda biasa"}


@dataclass(frozen=True, slots=True, eq=False)
class SyntheticDid:
    """Mean effect on the treated units after their start, in the unit of the outcome.

    Attributes
    ----------
    treated, outcome
        Codes of the treated units, and name of the outcome.
    estimates
        Rows ``sdid, sc, did`` (synthetic difference-in-differences, synthetic control on outcomes,
        difference in differences with equal weights; the jackknife leaves out ``sc``, for which it
        is not valid): ``estimate, std_error, p_value, conf_low, conf_high``.
    cohorts
        Indexed by start: ``treated`` (units), ``times_after``, ``estimate``, ``share`` (of the
        treated unit-times), ``zeta`` (ridge), ``pre_rmspe`` (root mean squared distance from
        parallel before the start), ``pre_r2`` (share of the treated path's variance that the
        parallel comparator follows) and ``concentration`` (heaviest unit weight).
    unit_weights
        (J, C) table, donor by start; columns sum to one.
    time_weights
        (T, C) table, time by start; columns sum to one, zero from the start on.
    gaps
        (T, C) table: treated mean less comparator, less the same before the start under the time
        weights. Its mean from the start on is the cohort's estimate.
    placebos
        (B, 3) table of the same estimates where nothing began; empty for the jackknife.
    inference, level
        How errors were found, and the level of the intervals.
    p_floor
        Smallest p-value that the number of placebos allows; ``None`` for the jackknife.
    outcomes
        (T, N) table the estimate rests on.
    dropped_times
        Declared incomplete times that were left out.
    """

    treated: tuple[str, ...]
    outcome: str
    estimates: pd.DataFrame
    cohorts: pd.DataFrame
    unit_weights: pd.DataFrame
    time_weights: pd.DataFrame
    gaps: pd.DataFrame
    placebos: pd.DataFrame
    inference: Literal["placebo", "jackknife"]
    level: float
    p_floor: float | None
    outcomes: pd.DataFrame
    dropped_times: tuple[int, ...]

    @property
    def estimate(self) -> float:
        """Mean effect by synthetic difference-in-differences."""
        return float(self.estimates["estimate"].loc["sdid"])

    @property
    def std_error(self) -> float:
        """Its standard error."""
        return float(self.estimates["std_error"].loc["sdid"])

    @property
    def p_value(self) -> float:
        """Two-sided p-value: rank among the placebos, or normal for the jackknife."""
        return float(self.estimates["p_value"].loc["sdid"])

    @property
    def interval(self) -> tuple[float, float]:
        """Estimate plus and minus a normal multiple of the standard error."""
        low, high = self.estimates[["conf_low", "conf_high"]].to_numpy()[0]
        return float(low), float(high)

    @property
    def comparable(self) -> bool:
        """Whether every cohort's comparator follows half of its variation before the start."""
        return bool((self.cohorts["pre_r2"] >= POOR_FIT).all())

    def tidy(self) -> pd.DataFrame:
        """One row per method: ``term, estimate, std_error, p_value, conf_low, conf_high``."""
        return self.estimates.rename_axis("term").reset_index()

    def __str__(self) -> str:
        starts = ", ".join(map(str, self.cohorts.index))
        ground = (
            f"{len(self.placebos)} kelompok plasebo; galatnya sah bila unit yang dievaluasi "
            "sama ragamnya dengan pembanding"
            if self.inference == "placebo"
            else "jackknife dengan bobot tetap"
        )
        lines = [
            f"Selisih ganda sintetis {', '.join(self.treated[:6])}"
            f"{' …' if len(self.treated) > 6 else ''} untuk {self.outcome}, mulai {starts}"
        ]
        for method, row in self.estimates.iterrows():
            lines.append(
                f"{LABELS[str(method)]}: {format_number(row['estimate'], 3)} "
                f"(galat baku {format_number(row['std_error'], 3)}, selang "
                f"{format_number(row['conf_low'], 3)} sampai {format_number(row['conf_high'], 3)}, "
                f"{format_p_value(row['p_value'], self.p_floor)})"
            )
        lines.append(f"Dasar galat: {ground}")
        if self.dropped_times:
            lines.append(f"Tidak dipakai: {', '.join(map(str, self.dropped_times))}")
        if not self.comparable:
            lines.append("Kesejajaran sebelum awal lemah: angka ini bukan bukti dampak.")
        return "\n".join(lines)


def cohort_tables(
    wide: pd.DataFrame, fits: Sequence[BlockFit], moments: Sequence[int]
) -> dict[str, pd.DataFrame]:
    """Weights, gaps and quality of each cohort: four of the tables of the result."""
    values = wide.to_numpy(dtype=float)
    starts = pd.Index(moments, name="start")
    donors = wide.columns[fits[0].controls]
    own = np.column_stack([values[:, fit.treated].mean(axis=1) for fit in fits])
    others = np.column_stack([values[:, fit.controls] @ fit.unit[0] for fit in fits])
    times = np.column_stack(
        [np.append(fit.time[0], np.zeros(len(values) - fit.before)) for fit in fits]
    )
    gaps = own - others - (times * (own - others)).sum(axis=0)
    before = np.arange(len(values))[:, None] < np.array([fit.before for fit in fits])
    missed, moved = (np.nanvar(np.where(before, each, np.nan), axis=0) for each in (gaps, own))
    size = np.array([len(fit.treated) * (len(values) - fit.before) for fit in fits])
    cohorts = pd.DataFrame(
        {
            "treated": [len(fit.treated) for fit in fits],
            "times_after": [len(values) - fit.before for fit in fits],
            "estimate": [fit.estimates(values)[0] for fit in fits],
            "share": size / size.sum(),
            "zeta": [fit.zeta for fit in fits],
            "pre_rmspe": np.sqrt(missed),
            "pre_r2": 1.0 - missed / moved,
            "concentration": [fit.unit[0].max() for fit in fits],
        },
        index=starts,
    )
    return {
        "cohorts": cohorts,
        "unit_weights": pd.DataFrame(
            np.column_stack([fit.unit[0] for fit in fits]), index=donors, columns=starts
        ),
        "time_weights": pd.DataFrame(times, index=wide.index, columns=starts),
        "gaps": pd.DataFrame(gaps, index=wide.index, columns=starts),
    }
