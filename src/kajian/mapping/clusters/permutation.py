"""What the cluster tests share: checked input, draws in blocks, and how extremes are counted."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from kajian.errors import MethodError

Alternative = Literal["two-sided", "greater", "less"]
Floats = NDArray[np.float64]

SIDES = {"two-sided": "dua sisi", "greater": "satu sisi, atas", "less": "satu sisi, bawah"}
_CHUNK = 2_000_000  # permuted values held in memory at once
TIE = 1e-10  # a draw this close (relatively) to the observed statistic counts as a tie


def prepared(values: ArrayLike, W: csr_array) -> tuple[Floats, csr_array]:
    """Check values and weights; return deviations from the mean and a clean copy of W."""
    x = np.asarray(values, dtype=float)
    if x.ndim != 1 or x.size < 4:
        raise MethodError(
            f"Uji gerombol memerlukan satu deret dengan sedikitnya 4 unit, bukan bentuk {x.shape}. "
            "Perbaikan: beri satu nilai per wilayah."
        )
    missing = np.flatnonzero(~np.isfinite(x))
    if missing.size:
        raise MethodError(
            f"{missing.size} dari {x.size} nilai kosong (posisi {missing[:5].tolist()}). "
            "Perbaikan: pilih tahun yang lengkap atau keluarkan unit itu dari nilai dan bobot."
        )
    if np.ptp(x) <= 1e-12 * np.abs(x).max():
        raise MethodError(
            "Semua nilai sama, sehingga gerombol tidak terdefinisi. Perbaikan: periksa kolomnya."
        )
    if W.shape != (x.size, x.size):
        raise MethodError(
            f"Matriks bobot berukuran {W.shape}, sedangkan nilai ada {x.size}. "
            "Perbaikan: susun bobot dan nilai dari tabel yang sama dan urutan yang sama."
        )
    W = csr_array(W, copy=True).astype(float)
    W.sum_duplicates()
    W.eliminate_zeros()
    if not np.all(np.isfinite(W.data)) or np.any(W.data < 0) or np.any(W.diagonal() != 0):
        raise MethodError(
            "Bobot harus angka tidak negatif dengan diagonal nol. "
            "Perbaikan: buat ulang matriks tetangga; unit bukan tetangga dirinya sendiri."
        )
    if W.nnz == 0:
        raise MethodError(
            "Tidak ada unit yang bertetangga. Perbaikan: periksa proyeksi peta, cara menentukan "
            "tetangga, atau perbesar jarak batasnya."
        )
    return x - x.mean(), W


def check_test(permutations: int, alternative: str) -> None:
    """Refuse a permutation test that cannot be carried out."""
    if permutations < 1:
        raise MethodError(f"Jumlah permutasi {permutations}. Perbaikan: isi sedikitnya 999.")
    if alternative not in SIDES:
        raise MethodError(
            f"Hipotesis alternatif '{alternative}' tidak dikenal. "
            "Perbaikan: pilih 'two-sided', 'greater', atau 'less'."
        )


def chunks(permutations: int, n: int) -> list[int]:
    """Split the permutations into blocks that keep memory bounded."""
    size = max(1, _CHUNK // n)
    full, rest = divmod(permutations, size)
    return [size] * full + [rest] * (rest > 0)


def count_extreme(draws: Floats, observed: float, alternative: Alternative) -> int:
    """Count draws at least as far out as the observed deviation, ties included."""
    slack = TIE * abs(observed)
    if alternative == "two-sided":
        return int((np.abs(draws) >= abs(observed) - slack).sum())
    sign = 1 if alternative == "greater" else -1
    return int((sign * draws >= sign * observed - slack).sum())
