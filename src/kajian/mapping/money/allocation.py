"""A budget shared out by need: the same total, with a floor and a cap for every unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kajian.errors import MethodError
from kajian.language import format_percent, format_rupiah
from kajian.mapping.money.filling import fill

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Allocation:
    """Amounts that n units receive now, and by the formula.

    Attributes
    ----------
    table
        One row per unit in the order given: unit, population, need, current_rp, proposed_rp,
        change_rp, change_pct (missing for a unit that receives nothing now), current_per_head_rp,
        proposed_per_head_rp, outcome (``naik``, ``turun`` or ``tetap``) and bound (``lantai`` or
        ``plafon`` where one of them decides the amount, else ``""``).
    floor, cap, elasticity
        The choices made.
    """

    table: pd.DataFrame
    floor: float
    cap: float
    elasticity: float

    @property
    def summary(self) -> dict[str, float]:
        """The whole in numbers.

        total_rp; winners, losers (units) and winners_population, losers_population (persons);
        moved_rp and moved_pct (what the losers give up, and its share of the total); and
        largest_cut_pct and largest_rise_pct (of what a unit receives now; 0 when there is none).
        """
        table = self.table
        up, down = table["change_rp"] > 0, table["change_rp"] < 0
        total, moved = int(table["current_rp"].sum()), int(table.loc[up, "change_rp"].sum())
        return {
            "total_rp": total,
            "winners": int(up.sum()),
            "losers": int(down.sum()),
            "winners_population": float(table.loc[up, "population"].sum()),
            "losers_population": float(table.loc[down, "population"].sum()),
            "moved_rp": moved,
            "moved_pct": 100 * moved / total,
            "largest_cut_pct": float(abs(table["change_pct"].clip(upper=0).min())),
            "largest_rise_pct": float(table["change_pct"].clip(lower=0).max()),
        }

    def tidy(self) -> pd.DataFrame:
        """Return the table, one row per unit."""
        return self.table.copy()

    def __str__(self) -> str:
        found = self.summary
        cap = f"plafon {self.cap:g}" if np.isfinite(self.cap) else "tanpa plafon"
        return (
            f"Formula berbasis kebutuhan untuk {len(self.table)} unit, jumlah tetap "
            f"{format_rupiah(found['total_rp'])} (lantai {self.floor:g}, {cap}, kepekaan "
            f"{self.elasticity:g}): {found['winners']} naik, {found['losers']} turun; "
            f"{format_rupiah(found['moved_rp'])} ({format_percent(found['moved_pct'], 1)}) "
            f"berpindah; pemotongan terbesar {format_percent(found['largest_cut_pct'], 1)}"
        )


def need_based_allocation(
    current: pd.Series,
    population: pd.Series,
    need: pd.Series,
    *,
    floor: float = 0.0,
    cap: float = np.inf,
    elasticity: float = 1.0,
) -> Allocation:
    """Share the same total out in proportion to people and need, within bounds for each unit.

    The share of a unit is proportional to ``population * need ** elasticity``. A unit receives no
    less than `floor` times and no more than `cap` times what it receives now, in all and so per
    head; what the bounds take or leave is shared by the others in the same proportion. A unit
    that receives nothing now receives no more than `cap` times the mean per head.

    Parameters
    ----------
    current
        Shape (n,), labelled by unit: whole rupiah, zero or more.
    population
        Shape (n,), same labels in any order: persons, positive.
    need
        Shape (n,), same labels in any order: zero or more, on any ratio scale, such as the
        percentage of poor people.
    floor
        From 0 (no floor) to 1.
    cap
        1 or more; infinity for no cap.
    elasticity
        Zero or more. 0: the same per head everywhere; 1: twice the need, twice the amount per
        head.

    Returns
    -------
    Allocation
        In whole rupiah that add up to the present total.

    Raises
    ------
    MethodError
        Doubled or different labels; amounts that are missing, negative, not whole or all zero;
        population that is not positive; need that is missing, negative or all zero; choices
        outside their ranges; a cap that leaves money over, because all others need nothing.

    Notes
    -----
    All units between their bounds receive the same amount per person and need
    (`filling.fill`). Rounding by largest remainders; ties go to the label
    that sorts first.
    """
    check_choices(floor, cap, elasticity)
    unit, now, persons, needs = checked_units(current, population, need)
    low, high = bounds(now, persons, floor, cap)
    weight = formula_weight(persons, needs, elasticity)
    exact = fill(weight[None], low, high, int(now.sum()))[0]
    proposed = _whole(exact, high, int(now.sum()))
    change = proposed - now
    table = pd.DataFrame(
        {
            "unit": unit,
            "population": persons,
            "need": needs,
            "current_rp": now,
            "proposed_rp": proposed,
            "change_rp": change,
            "change_pct": 100 * change / np.where(now > 0, now, np.nan),
            "current_per_head_rp": now / persons,
            "proposed_per_head_rp": proposed / persons,
            "outcome": np.select([change > 0, change < 0], ["naik", "turun"], "tetap"),
            "bound": np.select(
                [(exact <= low) & (low > 0), exact >= high], ["lantai", "plafon"], ""
            ),
        }
    )
    order = unit.get_indexer(current.index)
    return Allocation(table.iloc[order].reset_index(drop=True), floor, cap, elasticity)


def formula_weight(persons: Floats, needs: Floats, elasticity: float) -> Floats:
    """Weight of each unit, persons by need relative to its mean; needs may have rows of draws."""
    relative = needs / needs.mean(axis=-1, keepdims=True)
    return np.asarray(persons * relative**elasticity)


def bounds(now: Integers, persons: Floats, floor: float, cap: float) -> tuple[Floats, Floats]:
    """Least and most whole rupiah of each unit."""
    reference = np.where(now > 0, now, persons * now.sum() / persons.sum())
    return np.ceil(floor * now), np.floor(cap * reference)


def check_choices(floor: float, cap: float, elasticity: float) -> None:
    """Refuse a floor, a cap or an elasticity outside its range."""
    if not 0 <= floor <= 1:
        raise MethodError(
            f"Lantai {floor} tidak dapat dipenuhi dengan jumlah tetap: lantai adalah bagian dari "
            "belanja sekarang yang tetap diterima. Perbaikan: pilih dari 0 sampai 1."
        )
    if not cap >= 1:
        raise MethodError(
            f"Plafon {cap} tidak dapat dipenuhi dengan jumlah tetap: plafon adalah kelipatan "
            "terbesar dari belanja sekarang. Perbaikan: pilih 1 atau lebih."
        )
    if not (np.isfinite(elasticity) and elasticity >= 0):
        raise MethodError(f"Kepekaan {elasticity} tidak sah. Perbaikan: pilih 0 atau lebih.")


def checked_units(
    current: pd.Series, population: pd.Series, need: pd.Series
) -> tuple[pd.Index, Integers, Floats, Floats]:
    """Labels in their order, and present amounts, persons and needs in the same order."""
    named = {"belanja": current, "penduduk": population, "kebutuhan": need}
    for name, series in named.items():
        if series.index.has_duplicates or set(series.index) != set(current.index):
            raise MethodError(
                f"Label {name} berulang atau tidak sama dengan label belanja. "
                "Perbaikan: satu baris per wilayah, dengan wilayah yang sama di ketiganya."
            )
    unit = current.index.sort_values()
    now, persons, needs = (
        np.asarray(pd.to_numeric(series, errors="coerce").loc[unit], dtype=float)
        for series in named.values()
    )
    finite = [np.isfinite(values) & (values >= 0) for values in (now, persons, needs)]
    for name, wrong, wanted in (
        ("belanja", ~finite[0] | (now != np.rint(now)), "rupiah bulat, nol atau lebih"),
        ("penduduk", ~finite[1] | (persons == 0), "lebih dari nol"),
        ("kebutuhan", ~finite[2], "nol atau lebih"),
    ):
        if wrong.any():
            raise MethodError(
                f"Nilai {name} tidak sah pada {wrong.sum()} wilayah: "
                f"{', '.join(map(str, unit[wrong][:5]))}. Perbaikan: isi dengan angka, {wanted}."
            )
    for name, values in (("belanja", now), ("kebutuhan", needs)):
        if not values.any():
            raise MethodError(
                f"Nilai {name} nol di semua wilayah. Perbaikan: periksa kolom dan tahunnya."
            )
    return unit, now.astype(np.int64), persons, needs


def _whole(exact: Floats, high: Floats, total: int) -> Integers:
    """Round to whole rupiah that add up to the total, within the bounds."""
    whole = np.floor(exact)
    fraction = np.where(whole + 1 <= high, exact - whole, -1.0)
    first = np.argsort(-fraction, kind="stable")[: total - int(whole.sum())]
    whole[first] += 1
    return whole.astype(np.int64)
