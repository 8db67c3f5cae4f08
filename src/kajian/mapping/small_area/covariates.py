"""What explains a small area: covariates as a matrix, refused where they say nothing new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import solve_triangular
from scipy.special import ndtr, ndtri

from kajian.errors import MethodError
from kajian.mapping.survey.result import Floats

CONSTANT = "konstanta"
# A column that others explain up to this share of its length adds rounding, not information.
NOTHING_NEW = 1e-8
# Rows beyond the number of coefficients, without which a variance is a guess.
SPARE = 5


@dataclass(frozen=True, slots=True, eq=False)
class Covariates:
    """Covariates in an orthonormal basis, in which no unit of measurement can hurt.

    Attributes
    ----------
    names
        Names of the p columns, the constant first where there is one.
    basis
        Shape (n, p): the columns turned so that they are orthonormal over the rows fitted on.
    turn
        Shape (p, p), with ``columns @ turn = basis``.
    """

    names: list[str]
    basis: Floats
    turn: Floats


def covariates(
    X: ArrayLike | pd.DataFrame,
    *,
    constant: bool,
    names: Sequence[str] | None = None,
    fitted: NDArray[np.bool_] | None = None,
) -> Covariates:
    """Check covariates and turn them into an orthonormal basis.

    Parameters
    ----------
    X
        Shape (n, p), finite.
    constant
        Whether to put a column of ones in front.
    names
        Names of the columns; without them those of a DataFrame, else x1, x2, ...
    fitted
        Shape (n,), the rows on which a model will be fitted; without it, all.

    Raises
    ------
    MethodError
        When a number is missing, a column is constant beside a constant, is a combination of
        others, or there are fewer than p + 5 rows to fit on.
    """
    columns, labels = numeric_columns(X, names)
    if constant:
        columns = np.column_stack([np.ones(len(columns)), columns])
        labels = [CONSTANT, *labels]
    rows = columns if fitted is None else columns[fitted]
    if len(rows) < len(labels) + SPARE:
        raise MethodError(
            f"{len(labels)} koefisien memerlukan sedikitnya {len(labels) + SPARE} amatan, tetapi "
            f"hanya ada {len(rows)}. Perbaikan: kurangi kovariat."
        )
    length = np.linalg.norm(rows, axis=0)
    _check_new(rows / np.where(length > 0, length, 1.0), labels)
    triangle = np.linalg.qr(rows / length, mode="r")
    turn = solve_triangular(triangle, np.eye(len(labels))) / length[:, None]
    return Covariates(names=labels, basis=columns @ turn, turn=turn)


def numeric_columns(
    X: ArrayLike | pd.DataFrame, names: Sequence[str] | None = None
) -> tuple[Floats, list[str]]:
    """Take columns and their names, and refuse a number that is missing."""
    columns = np.asarray(X, dtype=float)
    columns = columns[:, None] if columns.ndim == 1 else columns
    if names is None:
        given = X.columns if isinstance(X, pd.DataFrame) else range(1, columns.shape[1] + 1)
        names = [str(n) if isinstance(X, pd.DataFrame) else f"x{n}" for n in given]
    if columns.ndim != 2 or len(names) != columns.shape[1]:
        raise MethodError(
            f"Ada {len(names)} nama untuk kovariat berbentuk {columns.shape}. Perbaikan: beri "
            "satu nama untuk setiap kolom."
        )
    missing = ~np.isfinite(columns)
    if missing.any():
        at = int(missing.any(axis=0).argmax())
        raise MethodError(
            f"Kovariat '{names[at]}' kosong atau tak hingga pada {int(missing[:, at].sum())} "
            f"baris (pertama: baris ke-{int(missing[:, at].argmax()) + 1}). Perbaikan: lengkapi "
            "kovariatnya; setiap wilayah memerlukannya, juga yang tanpa sampel."
        )
    return columns, [str(name) for name in names]


def coefficient_table(
    columns: Covariates, estimate: Floats, covariance: Floats, level: float
) -> pd.DataFrame:
    """Write coefficients in the units of the columns: one row per term, with normal limits."""
    beta = columns.turn @ estimate
    error = np.sqrt(np.einsum("ij,jk,ik->i", columns.turn, covariance, columns.turn))
    half = ndtri((1 + level) / 2) * error
    return pd.DataFrame(
        {
            "term": columns.names,
            "estimate": beta,
            "std_error": error,
            "p_value": 2 * ndtr(-np.abs(beta / error)),
            "conf_low": beta - half,
            "conf_high": beta + half,
        }
    )


def _check_new(unit: Floats, names: list[str]) -> None:
    """Refuse the first column that the columns before it explain; columns have length one."""
    for at in range(len(names)):
        before = unit[:, :at]
        share = np.linalg.lstsq(before, unit[:, at])[0] if at else np.zeros(0)
        if np.linalg.norm(unit[:, at] - before @ share) > NOTHING_NEW:
            continue
        sources = [name for name, s in zip(names[:at], share, strict=True) if abs(s) > NOTHING_NEW]
        if not sources or sources == [CONSTANT]:
            raise MethodError(
                f"Kovariat '{names[at]}' bernilai sama di semua wilayah sampel, sehingga tidak "
                "menjelaskan apa pun. Perbaikan: keluarkan kovariat itu."
            )
        raise MethodError(
            f"Kovariat '{names[at]}' dapat dihitung dari {', '.join(sources)} (korelasi "
            "sempurna). Perbaikan: keluarkan salah satunya."
        )
