"""Indicators before they enter an index: what is missing, constant or far out, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kajian.errors import MethodError
from kajian.mapping.index.normalise import described_indicators
from kajian.mapping.index.treatment import KURTOSIS, MOST_MISSING, SKEWNESS

USE, FILL, TREAT, DROP = "pakai", "isi yang kosong", "tangani pencilan", "keluarkan"


@dataclass(frozen=True, slots=True, eq=False)
class Screening:
    """What each indicator looks like, and the decision that follows by rule.

    Attributes
    ----------
    table
        One row per indicator: code, dimension, missing (units), missing_share, unique (different
        values), skewness, kurtosis (excess; both adjusted for the sample size), outliers (values
        farther than 1.5 quartile distances beyond the quartiles), decision.
    units
        Number of units.

    Notes
    -----
    Decisions, in Indonesian because they are shown to readers: ``keluarkan`` (leave out: constant
    or more than 35 percent missing), ``isi yang kosong`` (fill in what is missing), ``tangani
    pencilan`` (skewness beyond 2 and excess kurtosis above 3.5: treat outliers), ``pakai`` (use).
    """

    table: pd.DataFrame
    units: int

    @property
    def kept(self) -> list[str]:
        """Codes of the indicators that are not left out."""
        out = self.table["decision"].str.startswith(DROP)
        return self.table.loc[~out, "code"].tolist()

    def tidy(self) -> pd.DataFrame:
        """Return the table, one row per indicator."""
        return self.table.copy()

    def __str__(self) -> str:
        decision = self.table["decision"]
        counts = ", ".join(
            f"{decision.str.contains(name).sum()} {name}" for name in (USE, FILL, TREAT, DROP)
        )
        return f"Penyaringan {len(self.table)} indikator untuk {self.units} unit: {counts}"


def screen(table: pd.DataFrame, indicators: pd.DataFrame) -> Screening:
    """Look at each indicator by itself and decide by declared rules.

    Nothing is changed here: `composite.composite_index` fills in and treats what
    its arguments say, and refuses what this function would leave out.

    Parameters
    ----------
    table
        One row per unit, one numeric column per indicator code.
    indicators
        As for `kajian.mapping.index.composite.composite_index`.

    Returns
    -------
    Screening

    Raises
    ------
    MethodError
        A code without a column, a column that is not numeric, or fewer than two units.
    """
    described = described_indicators(indicators)
    codes = described["code"].tolist()
    wrong = [
        str(code)
        for code in codes
        if code not in table.columns or not pd.api.types.is_numeric_dtype(table[code])
    ]
    if wrong or len(table) < 2:
        raise MethodError(
            f"Indikator {', '.join(wrong) or '-'} tidak ada di tabel atau bukan angka, atau unit "
            f"kurang dari dua (ada {len(table)}). Perbaikan: samakan kode dan nama kolom, dan "
            "pakai satu baris per unit."
        )
    values = table[codes].astype(float)
    low, high = values.quantile(0.25), values.quantile(0.75)
    fence = 1.5 * (high - low)
    found = pd.DataFrame(
        {
            "missing": values.isna().sum(),
            "missing_share": values.isna().mean(),
            "unique": values.nunique(),
            "skewness": values.skew(),
            "kurtosis": values.kurt(),
            "outliers": ((values < low - fence) | (values > high + fence)).sum(),
        }
    ).reset_index(drop=True)
    found["decision"] = [_decision(row) for _, row in found.iterrows()]
    return Screening(pd.concat([described[["code", "dimension"]], found], axis=1), len(values))


def _decision(row: pd.Series) -> str:
    if row["missing_share"] > MOST_MISSING:
        return f"{DROP}: kosong pada {row['missing']:.0f} unit"
    if row["unique"] < 2:
        return f"{DROP}: sama di semua unit"
    needed = {
        FILL: row["missing"] > 0,
        TREAT: abs(row["skewness"]) > SKEWNESS and row["kurtosis"] > KURTOSIS,
    }
    return "; ".join(name for name, applies in needed.items() if applies) or USE
