"""Whether the arms lost different shares of those who were assigned."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.evaluation.experiment.assignment import read_assignment
from kajian.evaluation.experiment.experiment import experiment
from kajian.evaluation.experiment.rows import numbers, some
from kajian.language import format_number, format_p_value, format_percent


@dataclass(frozen=True, slots=True, eq=False)
class Attrition:
    """Attrition by arm.

    Attributes
    ----------
    table
        One row per arm, control first: ``arm, n`` (assigned rows), ``n_observed, attrition_pct``,
        and against control ``difference_pp, std_error_pp, p_value`` (t) and ``p_randomisation``
        (missing for control itself; 0, 0, 1, 1 where neither arm lost anybody).
    p_floor
        Smallest randomisation p possible, the largest over arms; missing without attrition.
    """

    table: pd.DataFrame
    p_floor: float

    def tidy(self) -> pd.DataFrame:
        """Return the table, one row per arm."""
        return self.table.copy()

    def __str__(self) -> str:
        lines = ["Kehilangan pengamatan per lengan"]
        floor = None if np.isnan(self.p_floor) else self.p_floor
        for row in self.table.to_dict("records"):
            text = (
                f"  {row['arm']}: {format_percent(row['attrition_pct'], 1)} dari {row['n']} baris"
            )
            if row["arm"] != self.table["arm"].iloc[0]:
                text += (
                    f"; beda {format_number(row['difference_pp'], 1)} persen poin, uji pengacakan "
                    f"{format_p_value(row['p_randomisation'], floor)}"
                )
            lines.append(text)
        return "\n".join(lines)


def attrition(
    data: pd.DataFrame,
    observed: str,
    arm: str,
    cluster: str | None = None,
    strata: str | None = None,
    *,
    control: Hashable,
    rng: np.random.Generator,
    draws: int = 9_999,
) -> Attrition:
    """Compare attrition between arms: the experiment whose outcome is having an outcome.

    Parameters
    ----------
    data
        One row per assigned observation, whether it was found again or not.
    observed
        Column of 0 and 1 (or booleans): whether the outcome was measured.
    arm, cluster, strata, control, rng, draws
        As in `experiment`.

    Raises
    ------
    MethodError
        As `read_assignment`; also when `observed` holds other values, or is 0 in a whole arm.
    """
    assignment = read_assignment(data, arm, control=control, cluster=cluster, strata=strata)
    seen = numbers(data, observed)
    if not np.isin(seen, [0.0, 1.0]).all():
        raise MethodError(
            f"Kolom {observed} harus berisi 0 atau 1 tanpa yang kosong. "
            "Perbaikan: isi 1 bila hasilnya terukur, 0 bila tidak."
        )
    by_arm = pd.DataFrame({"arm": data[arm], "seen": seen}).groupby("arm")["seen"]
    counts = by_arm.agg(["size", "sum"]).loc[list(assignment.arms)]
    if (counts["sum"] == 0).any():
        raise MethodError(
            f"Lengan {some(counts.index[counts['sum'] == 0])} hilang seluruhnya. "
            f"Perbaikan: periksa kolom {observed} dan penggabungan data tindak lanjut."
        )
    table = pd.DataFrame(
        {
            "arm": assignment.arms,
            "n": counts["size"].to_numpy(),
            "n_observed": counts["sum"].to_numpy(dtype=int),
            "attrition_pct": 100 * (1 - (counts["sum"] / counts["size"]).to_numpy()),
        }
    )
    names = ("difference_pp", "std_error_pp", "p_value", "p_randomisation")
    compared = [(np.nan,) * 4]
    floors = []
    lost = data.assign(**{observed: 100 * (1 - seen)})
    for label in assignment.arms[1:]:
        pair = lost[lost[arm].isin([control, label])]
        if (pair[observed] == 0).all():
            compared.append((0.0, 0.0, 1.0, 1.0))
            continue
        effect = experiment(
            pair, observed, arm, cluster, strata, control=control, rng=rng, draws=draws
        ).effects[0]
        test = effect.randomisation
        compared.append((effect.estimate, effect.std_error, effect.p_value, test.p_value))
        floors.append(test.p_floor)
    table = pd.concat([table, pd.DataFrame(compared, columns=list(names))], axis=1)
    return Attrition(table=table, p_floor=max(floors, default=np.nan))
