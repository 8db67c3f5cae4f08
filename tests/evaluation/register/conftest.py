"""A small register, and the one that is shipped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from kajian.data.tables import read_named
from kajian.evaluation.register.codes import COLUMNS

RAW = Path(__file__).parents[3] / "data" / "raw"


@pytest.fixture(scope="session")
def shipped() -> pd.DataFrame:
    table, _ = read_named(RAW, "program-surakarta/register_program")
    return table


@pytest.fixture
def register() -> Callable[..., pd.DataFrame]:
    """Rows of ``opd, kelompok_sasaran, tujuan``; cells may be changed by row number and column."""

    def build(*rows: tuple[str | None, str | None, str | None], **changes) -> pd.DataFrame:
        table = pd.DataFrame(rows, columns=["opd", "kelompok_sasaran", "tujuan"], dtype="str")
        table["id"] = [f"p{i}" for i in range(len(table))]
        table["program"] = [f"Program {i}" for i in range(len(table))]
        table = table.assign(sumber="rapat", dasar_isian="disebut pada rapat")
        for name, cells in changes.items():
            table[name] = cells
        return table.reindex(columns=list(COLUMNS))

    return build
