"""Who is deprived in what: a described set of indicators applied to a table of households."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kajian.errors import MethodError

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

NUMBER_RULES = ("kurang", "paling_banyak", "lebih", "paling_sedikit")
OPTION_RULES = ("salah_satu", "bukan_salah_satu")
NEEDED = ["code", "dimension", "column", "rule", "threshold", "options"]
# Relative difference up to which a value is the threshold itself: 21.6 m2 / 3 persons is 7.2.
TIE = 1e-9


def deprivation_matrix(table: pd.DataFrame, described: pd.DataFrame) -> pd.DataFrame:
    """Find out in which indicators each household is deprived.

    Parameters
    ----------
    table
        One row per household, without missing values in the columns used.
    described
        One row per condition: code, dimension, column (of `table`), rule, and threshold (a number)
        or options (names separated by ``|``); per, a column by which `column` is divided, may be
        absent or empty. A household is deprived when the column is below the threshold
        (``kurang``), at most (``paling_banyak``), above (``lebih``) or at least
        (``paling_sedikit``) the threshold, is one of the options (``salah_satu``) or none of them
        (``bukan_salah_satu``). Of several rows with one code, one that holds is enough.

    Returns
    -------
    DataFrame
        Boolean, shape (n, d), index of `table`, one column per code in order of appearance.

    Raises
    ------
    MethodError
        A description that is incomplete or contradicts itself, a column that is absent, not
        numeric where the rule needs numbers, or has missing values, a divisor that is not
        positive, or ``bukan_salah_satu`` with options that no household has.

    Notes
    -----
    A household to which an indicator does not apply, such as one without children of school age,
    counts as not deprived when its number of such persons is zero and the rule is ``lebih`` 0, as
    in the global index: Alkire and Santos (2014), World Development 59, 251-274.
    """
    described = _checked(described)
    _complete(table, described)
    codes = described["code"].unique()
    place = {code: number for number, code in enumerate(codes)}
    deprived = np.zeros((len(table), len(codes)), dtype=bool, order="F")
    for condition in described.to_dict("records"):
        deprived[:, place[condition["code"]]] |= _holds(table, condition)
    return pd.DataFrame(deprived, index=table.index, columns=codes)


def nested_weights(described: pd.DataFrame) -> pd.Series:
    """Weights of indicators: of the dimension, divided among its indicators.

    Parameters
    ----------
    described
        As for `deprivation_matrix`, with weight (within the dimension) and dimension_weight, both
        positive and on any scale; both the same in all rows of one code.

    Returns
    -------
    Series
        Shape (d,), sums to 1, indexed by dimension and code in order of appearance.

    Raises
    ------
    MethodError
        A weight that is not positive, or that differs within a code or a dimension.
    """
    columns = ["code", "dimension", "weight", "dimension_weight"]
    _has(described, columns)
    rows = described[columns].drop_duplicates().reset_index(drop=True)
    for name in columns[2:]:
        rows[name] = pd.to_numeric(rows[name], errors="coerce").astype(float)
        wrong = rows.loc[~(np.isfinite(rows[name]) & (rows[name] > 0)), "code"].astype(str)
        if len(wrong):
            raise MethodError(
                f"Bobot ({name}) indikator {', '.join(wrong)} tidak positif. "
                "Perbaikan: isi bobot lebih dari nol atau hapus indikatornya."
            )
    dimensions = rows[["dimension", "dimension_weight"]].drop_duplicates()
    if rows["code"].duplicated().any() or dimensions["dimension"].duplicated().any():
        raise MethodError(
            "Bobot atau dimensi berbeda di antara baris satu indikator, atau bobot dimensi berbeda "
            "di dalam satu dimensi. Perbaikan: isi angka yang sama."
        )
    within = rows["weight"] / rows.groupby("dimension")["weight"].transform("sum")
    between = rows["dimension_weight"] / dimensions["dimension_weight"].sum()
    index = pd.MultiIndex.from_frame(rows[["dimension", "code"]])
    return pd.Series((within * between).to_numpy(), index=index, name="weight")


def _has(described: pd.DataFrame, columns: list[str]) -> None:
    absent = [name for name in columns if name not in described.columns]
    if absent or described.empty:
        raise MethodError(
            f"Tabel indikator kosong atau tanpa kolom {', '.join(absent) or '-'}. "
            f"Perbaikan: sediakan kolom {', '.join(columns)}."
        )


def _checked(described: pd.DataFrame) -> pd.DataFrame:
    """Check the conditions and return them with threshold as number and options as names."""
    _has(described, NEEDED)
    found = described.reindex(columns=[*NEEDED, "per"]).reset_index(drop=True)
    if found[["code", "dimension", "column"]].isna().any(axis=None):
        raise MethodError(
            "Tabel indikator memuat code, dimension, atau column yang kosong. "
            "Perbaikan: satu baris per syarat, lengkap."
        )
    rules = (*NUMBER_RULES, *OPTION_RULES)
    for code, rule in found.loc[~found["rule"].isin(rules), ["code", "rule"]].to_numpy():
        raise MethodError(
            f"Aturan '{rule}' pada indikator {code} tidak dikenal. "
            f"Perbaikan: pilih {', '.join(rules)}."
        )
    number = found["rule"].isin(NUMBER_RULES)
    threshold = pd.to_numeric(found["threshold"], errors="coerce").astype(float)
    bare = number & ~np.isfinite(threshold) | ~number & found["options"].isna()
    twofold = ~number & (found["threshold"].notna() | found["per"].notna())
    wrong = found.loc[bare | twofold | number & found["options"].notna(), "code"].astype(str)
    if len(wrong):
        raise MethodError(
            f"Syarat indikator {', '.join(wrong)} tidak jelas. Perbaikan: isi threshold (angka) "
            f"untuk {', '.join(NUMBER_RULES)}; isi options saja untuk {', '.join(OPTION_RULES)}."
        )
    return found.assign(threshold=threshold)


def _complete(table: pd.DataFrame, described: pd.DataFrame) -> None:
    """Refuse columns that are absent or have missing values, all at once."""
    used = pd.concat([described["column"], described["per"].dropna()]).unique()
    absent = [str(name) for name in used if name not in table.columns]
    if absent:
        raise MethodError(
            f"Kolom {', '.join(absent)} tidak ada di tabel rumah tangga. "
            "Perbaikan: samakan column dan per dengan nama kolom tabel."
        )
    missing = table[used].isna().sum()
    missing = missing[missing > 0]
    if len(missing):
        parts = ", ".join(f"{name} ({number})" for name, number in missing.items())
        raise MethodError(
            f"Kolom indikator kosong pada sebagian dari {len(table)} rumah tangga: {parts}. "
            "Perbaikan: lengkapi; atau keluarkan rumah tangganya dan laporkan banyaknya; pada "
            "sampel jadikan domain tersendiri, karena membuang baris mengubah rancangan."
        )


def _holds(table: pd.DataFrame, condition: dict[Any, Any]) -> Bools:
    column, rule = table[condition["column"]], condition["rule"]
    if rule in OPTION_RULES:
        inside = _is_option(column, str(condition["options"]))
        if rule == "bukan_salah_satu" and len(table) and not inside.any():
            raise MethodError(
                f"Tidak satu pun rumah tangga memiliki pilihan '{condition['options']}' di kolom "
                f"{column.name}, sehingga semuanya terdeprivasi ({condition['code']}). "
                "Perbaikan: samakan options dengan isi kolom."
            )
        return inside if rule == "salah_satu" else ~inside
    value, threshold = _numbers(column), condition["threshold"]
    if pd.notna(condition["per"]):
        value = value / _divisor(table[condition["per"]])
    equal = np.isclose(value, threshold, rtol=TIE, atol=TIE)
    below: Bools = (value < threshold) & ~equal
    reached: Bools = below if rule in ("kurang", "paling_sedikit") else below | equal
    return reached if rule in ("kurang", "paling_banyak") else ~reached


def _is_option(column: pd.Series, options: str) -> Bools:
    names = [name.strip() for name in options.split("|")]
    if not pd.api.types.is_numeric_dtype(column):
        return column.isin(names).to_numpy(dtype=bool)
    numbers = pd.to_numeric(pd.Series(names), errors="coerce")
    if numbers.isna().any():
        raise MethodError(
            f"Kolom {column.name} berisi angka, tetapi pilihannya '{options}'. "
            "Perbaikan: tulis pilihan sebagai angka dipisah |."
        )
    return column.isin(numbers).to_numpy(dtype=bool)


def _numbers(column: pd.Series) -> Floats:
    if not pd.api.types.is_numeric_dtype(column):
        raise MethodError(
            f"Kolom {column.name} bukan angka. Perbaikan: ubah isinya menjadi angka, atau pakai "
            f"aturan {' atau '.join(OPTION_RULES)}."
        )
    return column.to_numpy(dtype=float)


def _divisor(column: pd.Series) -> Floats:
    divisor = _numbers(column)
    if not (divisor > 0).all():
        raise MethodError(
            f"Kolom pembagi {column.name} nol atau negatif pada {int((~(divisor > 0)).sum())} "
            "rumah tangga. Perbaikan: periksa kolomnya."
        )
    return divisor
