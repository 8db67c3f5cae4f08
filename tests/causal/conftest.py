from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest


@pytest.fixture
def published() -> Callable[[str], tuple[list[pd.DataFrame], dict[str, Any], float]]:
    """Give the tables, the published figures and the tolerance of a case."""

    def read(case: str) -> tuple[list[pd.DataFrame], dict[str, Any], float]:
        folder = os.environ.get("KAJIAN_REFERENCE")
        if not folder:
            pytest.skip("KAJIAN_REFERENCE is unset: the published data are not at hand")
        cases = json.loads(Path(folder, "cases.json").read_text())
        entry = next(each for each in cases if each["id"] == case)
        tables = [pd.read_csv(Path(folder, case, name)) for name in entry["data"]]
        return tables, entry["published"], entry["tol"]

    return read
