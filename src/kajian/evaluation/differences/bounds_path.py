"""An event study as the bounds read it: a path through observed times and one target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kajian.errors import MethodError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Target = int | Mapping[int, float] | None

SINGULAR = 1e-10
"""Smallest eigenvalue of a correlation matrix that still counts as positive."""


class EventStudyLike(Protocol):
    """What the bounds need of an event study; every estimate is relative to one reference time."""

    @property
    def times(self) -> ArrayLike:
        """(k,) relative times, whole numbers, without the reference."""

    @property
    def estimates(self) -> ArrayLike:
        """(k,) coefficients, in the unit of the outcome."""

    @property
    def covariance(self) -> ArrayLike:
        """(k, k) covariance of the coefficients."""

    @property
    def reference(self) -> int:
        """The time whose coefficient is zero by construction."""


@dataclass(frozen=True, slots=True, eq=False)
class EventPath:
    """Coefficients in the order of time, and the weights of the target.

    Attributes
    ----------
    pre, post
        (p,) and (q,) distances from the reference: negative and positive, ascending.
    estimates, covariance
        (k,) and (k, k) with ``k = p + q``.
    weights
        (q,) weights of the target over ``post``.
    reference
        The time left out.
    """

    pre: Ints
    post: Ints
    estimates: Floats
    covariance: Floats
    weights: Floats
    reference: int

    def steps(self) -> tuple[Floats, Floats]:
        """(k, k) changes between neighbouring observed times, as contrasts, and their (k,) gaps.

        The first ``p`` rows lead up to the reference; the others start from it.
        """
        before = len(self.pre)
        levels = np.insert(np.eye(len(self.estimates)), before, 0.0, axis=0)
        return np.diff(levels, axis=0), np.diff([*self.pre, 0.0, *self.post])

    def effect(self) -> Floats:
        """(k,) contrast of the target under parallel trends."""
        return np.concatenate([np.zeros(len(self.pre)), self.weights])

    def target(self) -> dict[int, float]:
        """Weight of each time that counts."""
        times = (self.post + self.reference).tolist()
        pairs = zip(times, self.weights.tolist(), strict=True)
        return {time: weight for time, weight in pairs if weight}


def event_path(event_study: EventStudyLike, target: Target) -> EventPath:
    """Check an event study and set it in the order of time.

    Raises
    ------
    MethodError
        Times that are not distinct whole numbers or hold the reference, shapes that do not fit,
        values that are not finite, a covariance that is not symmetric and positive definite, no
        time before or after the reference, or a target that is not made of times after it.
    """
    times, estimates, covariance = _arrays(event_study)
    reference = int(event_study.reference)
    order = np.argsort(times)
    offsets = times[order] - reference
    if (offsets == 0).any():
        raise MethodError(
            f"Waktu acuan {reference} ikut di antara koefisien, padahal nilainya nol menurut "
            "definisi. Perbaikan: keluarkan waktu acuan dari times, estimates dan covariance."
        )
    for side, name in ((offsets < 0, "sebelum"), (offsets > 0, "sesudah")):
        if not side.any():
            raise MethodError(
                f"Studi peristiwa tidak memuat waktu {name} acuan {reference}. Perbaikan: "
                "sertakan sedikitnya satu waktu sebelum dan satu waktu sesudah waktu acuan."
            )
    post = offsets[offsets > 0]
    return EventPath(
        pre=offsets[offsets < 0],
        post=post,
        estimates=estimates[order],
        covariance=covariance[np.ix_(order, order)],
        weights=_weights(post + reference, target),
        reference=reference,
    )


def _arrays(event_study: EventStudyLike) -> tuple[Ints, Floats, Floats]:
    raw = np.asarray(event_study.times, dtype=float)
    estimates = np.asarray(event_study.estimates, dtype=float)
    covariance = np.asarray(event_study.covariance, dtype=float)
    k = raw.size
    if raw.ndim != 1 or estimates.shape != (k,) or covariance.shape != (k, k):
        raise MethodError(
            f"Ukuran tidak cocok: times {raw.shape}, estimates {estimates.shape}, covariance "
            f"{covariance.shape}. Perbaikan: beri k waktu, k koefisien, dan kovarians k kali k."
        )
    if not all(np.isfinite(values).all() for values in (raw, estimates, covariance)):
        raise MethodError(
            "Studi peristiwa memuat nilai kosong atau tak hingga. Perbaikan: keluarkan waktu yang "
            "koefisien atau kovariansnya tidak dapat ditaksir."
        )
    if (raw != np.round(raw)).any() or len(np.unique(raw)) < k:
        raise MethodError(
            f"Waktu harus bilangan bulat yang berbeda, bukan {', '.join(map(str, raw[:6]))}. "
            "Perbaikan: nyatakan waktu relatif dalam periode utuh, masing-masing satu kali."
        )
    _require_positive_definite(covariance)
    return raw.astype(np.int64), estimates, covariance


def _require_positive_definite(covariance: Floats) -> None:
    scale = np.sqrt(np.abs(np.diag(covariance)))
    if (np.diag(covariance) <= 0).any():
        smallest = 0.0
    else:
        correlation = covariance / np.outer(scale, scale)
        if np.abs(correlation - correlation.T).max() > SINGULAR:
            raise MethodError(
                "Matriks kovarians tidak simetris. Perbaikan: ambil kovarians seluruh koefisien "
                "dari satu regresi yang sama."
            )
        smallest = float(np.linalg.eigvalsh(correlation)[0])
    if smallest < SINGULAR:
        raise MethodError(
            f"Matriks kovarians tidak definit positif: nilai eigen korelasi terkecil "
            f"{smallest:.1e}. Sering kali jumlah klaster lebih kecil daripada jumlah koefisien. "
            "Perbaikan: gabungkan waktu, atau pakai kovarians dengan klaster yang lebih banyak."
        )


def _weights(post: Ints, target: Target) -> Floats:
    """(q,) weights over the times after the reference."""
    if target is None:
        started = post >= 0
        if not started.any():
            raise MethodError(
                f"Tidak ada waktu relatif 0 atau sesudahnya, hanya {_listed(post)}. "
                "Perbaikan: sebut sasaran dengan target."
            )
        return np.asarray(started / started.sum(), dtype=float)
    if not isinstance(target, Mapping | int | np.integer):
        raise MethodError(
            f"Sasaran {target!r} bukan waktu dan bukan bobot menurut waktu. "
            "Perbaikan: tulis satu waktu, misalnya 0, atau bobot, misalnya {0: 0.5, 1: 0.5}."
        )
    wanted: dict[Any, float] = dict(target) if isinstance(target, Mapping) else {target: 1.0}
    strangers = [time for time in wanted if time not in post]
    if strangers:
        raise MethodError(
            f"Sasaran {_listed(strangers)} bukan waktu sesudah acuan. "
            f"Perbaikan: pilih dari {_listed(post)}."
        )
    weights = np.array([wanted.get(int(time), 0.0) for time in post], dtype=float)
    if not np.isfinite(weights).all() or not weights.any():
        raise MethodError(
            "Bobot sasaran semuanya nol atau ada yang bukan angka. "
            "Perbaikan: beri bobot, misalnya {0: 0.5, 1: 0.5}."
        )
    return weights


def _listed(times: Ints | list[Any]) -> str:
    return ", ".join(map(str, times))
