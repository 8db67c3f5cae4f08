"""Who wins by a need-based formula whatever its choices, and though need is only estimated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kajian.errors import MethodError
from kajian.mapping.money.allocation import bounds, check_choices, checked_units, formula_weight
from kajian.mapping.money.filling import fill

A_RUPIAH = 0.5  # runs are not rounded: a change below this is none


@dataclass(frozen=True, slots=True, eq=False)
class AllocationUncertainty:
    """Outcomes over all scenarios and draws of the need, each run counting the same.

    Attributes
    ----------
    table
        One row per unit in the order given: unit, current_rp, win_share and lose_share (of all
        runs), win_share_low and win_share_high (smallest and largest share in one scenario),
        proposed_median_rp, proposed_low_rp and proposed_high_rp (where the proposal falls in
        `level` of all runs).
    scenarios
        One row per scenario: floor, cap, elasticity, and means over the draws of winners, losers
        (units), moved_rp (what the losers give up) and largest_cut_pct.
    wins
        Whether each unit gets more, shape (scenarios, draws, n), in the orders of `scenarios` and
        `table`.
    draws, level
        Draws of the need per scenario; share of runs between low and high.
    """

    table: pd.DataFrame
    scenarios: pd.DataFrame
    wins: NDArray[np.bool_]
    draws: int
    level: float

    def tidy(self) -> pd.DataFrame:
        """Return the table, one row per unit."""
        return self.table.copy()

    def __str__(self) -> str:
        always = self.table[["win_share", "lose_share"]] >= self.level
        sure_up, sure_down = always.sum()
        return (
            f"{len(self.scenarios)} skenario x {self.draws} undian kebutuhan: dari "
            f"{len(self.table)} unit, {sure_up} naik dan {sure_down} turun di sedikitnya "
            f"{self.level:.0%} percobaan; {len(self.table) - sure_up - sure_down} tidak pasti"
        )


def need_draws(
    need: pd.Series, std_error: pd.Series, *, draws: int = 1000, rng: np.random.Generator
) -> pd.DataFrame:
    """Draw needs that agree with their estimates: lognormal, with the mean and error given.

    Errors are taken to be independent between units.

    Parameters
    ----------
    need
        Shape (n,), labelled by unit, positive; zero only where it is known without error.
    std_error
        Shape (n,), same labels in any order, same unit of measure, zero or more.

    Returns
    -------
    DataFrame
        One row per draw, one column per unit in the order of `need`.

    Raises
    ------
    MethodError
        Doubled or different labels, needs that are not positive, errors that are missing or
        negative, or fewer than one draw.
    """
    if need.index.has_duplicates or set(need.index) != set(std_error.index):
        raise MethodError(
            "Label kebutuhan berulang atau tidak sama dengan label galat bakunya. "
            "Perbaikan: satu baris per wilayah di keduanya."
        )
    if draws < 1:
        raise MethodError(f"Banyaknya undian {draws} tidak sah. Perbaikan: isi misalnya 1000.")
    unit = need.index.sort_values()
    mean, error = (
        series.loc[unit].to_numpy(dtype=float, na_value=np.nan) for series in (need, std_error)
    )
    drawable = (mean > 0) | ((mean == 0) & (error == 0))
    wrong = ~(np.isfinite(mean) & np.isfinite(error) & (error >= 0) & drawable)
    if wrong.any():
        raise MethodError(
            f"Kebutuhan bukan angka positif, atau galat bakunya kosong atau negatif, pada "
            f"{wrong.sum()} wilayah: {', '.join(map(str, unit[wrong][:5]))}. "
            "Perbaikan: pakai dugaan yang memiliki galat baku untuk semua wilayah."
        )
    relative = np.divide(error, mean, out=np.zeros_like(mean), where=mean > 0)
    variance = np.log1p(relative**2)
    noise = np.sqrt(variance) * rng.standard_normal((draws, len(unit))) - variance / 2
    return pd.DataFrame(mean * np.exp(noise), columns=unit)[need.index]


def allocation_uncertainty(
    current: pd.Series,
    population: pd.Series,
    needs: pd.DataFrame,
    *,
    floors: Sequence[float],
    caps: Sequence[float],
    elasticities: Sequence[float],
    level: float = 0.95,
) -> AllocationUncertainty:
    """Run `need_based_allocation` for every combination of choices and every draw of the need.

    Parameters
    ----------
    current, population
        As for :func:`kajian.mapping.money.allocation.need_based_allocation`.
    needs
        Draws of the need, one row per draw and one column per unit, as from `need_draws` or the
        replicates of a bootstrap. Every scenario sees the same draws.
    floors, caps, elasticities
        Choices to combine.
    level
        Share of the runs between proposed_low_rp and proposed_high_rp, from 0 to 1.

    Returns
    -------
    AllocationUncertainty
        Its amounts are not rounded to whole rupiah.

    Raises
    ------
    MethodError
        As for `need_based_allocation`; also when there is no scenario or no draw, and for a
        level outside 0-1.
    """
    if not 0 < level < 1:
        raise MethodError(f"Taraf {level} tidak sah. Perbaikan: pilih antara 0 dan 1.")
    grid = list(product(floors, caps, elasticities))
    if not grid or needs.empty:
        raise MethodError(
            "Tidak ada skenario atau undian kebutuhan. Perbaikan: isi sedikitnya satu lantai, "
            "plafon, kepekaan, dan undian."
        )
    for choices in grid:
        check_choices(*choices)
    # The largest need of each unit is checked as if it were an estimate: any fault shows in it.
    unit, now, persons, _ = checked_units(current, population, needs.max(skipna=False))
    drawn = needs[unit].to_numpy(dtype=float)
    if not ((drawn >= 0).all() and drawn.any(axis=1).all()):
        raise MethodError(
            "Undian kebutuhan memuat nilai negatif atau undian yang nol di semua wilayah. "
            "Perbaikan: pakai undian yang tidak negatif, mis. dari need_draws."
        )
    order = unit.get_indexer(current.index)
    proposed = np.stack(
        [
            fill(
                formula_weight(persons, drawn, elasticity),
                *bounds(now, persons, floor, cap),
                int(now.sum()),
            )
            for floor, cap, elasticity in grid
        ]
    )[:, :, order]
    now = now[order]
    change = proposed - now
    wins, losses = (change > A_RUPIAH), (change < -A_RUPIAH)
    per_scenario = wins.mean(axis=1)
    low, middle, high = np.quantile(proposed, [(1 - level) / 2, 0.5, (1 + level) / 2], axis=(0, 1))
    table = pd.DataFrame(
        {
            "unit": current.index,
            "current_rp": now,
            "win_share": wins.mean(axis=(0, 1)),
            "lose_share": losses.mean(axis=(0, 1)),
            "win_share_low": per_scenario.min(axis=0),
            "win_share_high": per_scenario.max(axis=0),
            "proposed_median_rp": middle,
            "proposed_low_rp": low,
            "proposed_high_rp": high,
        }
    )
    cut = np.divide(-change, now, out=np.zeros_like(change), where=now > 0)
    scenarios = pd.DataFrame(grid, columns=["floor", "cap", "elasticity"]).assign(
        winners=wins.sum(axis=2).mean(axis=1),
        losers=losses.sum(axis=2).mean(axis=1),
        moved_rp=change.clip(min=0).sum(axis=2).mean(axis=1),
        largest_cut_pct=100 * cut.max(axis=2).mean(axis=1),
    )
    return AllocationUncertainty(table, scenarios, wins, draws=len(drawn), level=level)
