"""Whether a design matrix can be estimated."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kajian.errors import MethodError
from kajian.linear.collinearity import repeated_columns


def require_full_rank(design: pd.DataFrame, where: str) -> None:
    """Refuse a design without constant, with too few rows, or with terms that repeat others.

    Parameters
    ----------
    design
        Named columns, shape (n, k).
    where
        Indonesian words that say which rows these are.

    Raises
    ------
    MethodError
        Naming the terms.
    """
    if "Intercept" not in design:
        raise MethodError(
            "Penguraian memerlukan konstanta. Perbaikan: hapus '- 1' atau '+ 0' dari rumus."
        )
    n, k = design.shape
    if n <= k:
        raise MethodError(
            f"Hanya {n} baris {where} untuk {k} suku. "
            "Perbaikan: kurangi suku, atau gabungkan kategori."
        )
    terms = design.drop(columns="Intercept")
    still = terms.columns[np.ptp(terms, axis=0) == 0]
    if len(still):
        raise MethodError(
            f"Suku {', '.join(still)} tidak berubah {where}, sehingga koefisiennya tidak terduga. "
            "Perbaikan: keluarkan suku itu dari rumus."
        )
    repeated = repeated_columns(design.to_numpy())
    if repeated.size:
        raise MethodError(
            f"Suku {', '.join(design.columns[repeated])} adalah kombinasi linear dari suku lain "
            f"{where}. Perbaikan: keluarkan suku itu dari rumus."
        )
