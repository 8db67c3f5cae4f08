"""How often a recommended list would be another one, and which of its members are firm.

A list is decided anew in every run: under each declared specification, and within one with the
data drawn again from what their errors allow. Every specification counts alike, however many runs
it has.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kajian.errors import EvidenceError
from kajian.evidence.wording import enumeration
from kajian.language import format_percent

if TYPE_CHECKING:
    import pandas as pd

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
FIRM = 0.95
IN, WAVERING, OUT = "tegas termasuk", "goyah", "tegas tidak"


@dataclass(frozen=True, slots=True, eq=False)
class DecisionFlip:
    """A list beside the lists that other choices and other draws of the data would give.

    Attributes
    ----------
    members
        Who could be on the list, m names.
    base
        Who is on the recommended list, shape (m,).
    shares
        Share of runs with each member on the list, shape (m,), in [0, 1].
    flip_share, flip_error
        Share of runs whose list is not exactly the recommended one, and its Monte Carlo error;
        where the runs are all that there are, not draws, that error says nothing.
    kept_share
        Mean share of the recommended list that other runs keep; NaN for an empty list.
    by_specification
        Flip share under each specification.
    runs
        Number of runs.
    firm
        Least share of runs that makes a member firm.
    """

    members: tuple[str, ...]
    base: Flags
    shares: Floats
    flip_share: float
    flip_error: float
    kept_share: float
    by_specification: dict[Hashable, float]
    runs: int
    firm: float

    @property
    def firm_in(self) -> list[str]:
        """Members of the recommended list that nearly every run has too."""
        return self._named(self.base & (self.shares >= self.firm))

    @property
    def missed(self) -> list[str]:
        """Members that nearly every run has on the list and the recommended list has not."""
        return self._named(~self.base & (self.shares >= self.firm))

    @property
    def wavering(self) -> list[str]:
        """Members, on the list or not, that some runs have and others do not."""
        return self._named((self.shares < self.firm) & (self.shares > 1 - self.firm))

    def tidy(self) -> pd.DataFrame:
        """One row per member: whether it is listed, its share of runs in percent, the verdict."""
        import pandas as pd

        verdict = np.where(
            self.shares >= self.firm, IN, np.where(self.shares <= 1 - self.firm, OUT, WAVERING)
        )
        table = pd.DataFrame(
            {
                "anggota": self.members,
                "disarankan": self.base,
                "bagian_pct": 100 * self.shares,
                "putusan": verdict,
            }
        )
        return table.sort_values(["bagian_pct", "anggota"], ascending=[False, True])

    def __str__(self) -> str:
        return (
            f"Daftar ini berubah pada {_percent(self.flip_share)} hitungan ulang; "
            f"yang tegas termasuk: "
            f"{enumeration(self.firm_in)}; yang goyah: {enumeration(self.wavering, limit=8)}."
        )

    def _named(self, chosen: Flags) -> list[str]:
        return [name for name, on in zip(self.members, chosen, strict=True) if on]


def decision_flip(
    members: Sequence[str],
    chosen: npt.ArrayLike,
    base: npt.ArrayLike,
    *,
    specification: Sequence[Hashable] | None = None,
    firm: float = FIRM,
) -> DecisionFlip:
    """Compare a recommended list with the lists of other runs.

    Parameters
    ----------
    members
        Who could be on the list, m names.
    chosen
        Who is on it in each run, shape (runs, m), true or false.
    base
        Who is on the recommended list, shape (m,).
    specification
        The specification of each run; one for all when absent.
    firm
        Least share of runs that makes a member firm; at most one less it makes an outsider firm.

    Raises
    ------
    EvidenceError
        When there are no runs or no members, a name stands twice, shapes do not fit, or a value
        is neither true nor false.
    """
    names = tuple(members)
    runs, listed = np.asarray(chosen), np.asarray(base)
    _require_lists(names, runs, listed)
    if not 0.5 < firm <= 1:
        raise EvidenceError(
            f"Batas tegas {firm} tidak sah. Perbaikan: pilih lebih dari 0,5 sampai 1."
        )
    labels = [0] * len(runs) if specification is None else list(specification)
    if len(labels) != len(runs):
        raise EvidenceError(
            f"Ada {len(labels)} nama spesifikasi untuk {len(runs)} hitungan. "
            "Perbaikan: satu nama tiap hitungan."
        )
    kinds = {label: np.array([each == label for each in labels]) for label in dict.fromkeys(labels)}
    other = (runs != listed).any(axis=1)
    kept = (runs & listed).sum(axis=1) / max(listed.sum(), 1)
    flips = {label: float(other[rows].mean()) for label, rows in kinds.items()}
    noise = [flips[label] * (1 - flips[label]) / rows.sum() for label, rows in kinds.items()]
    return DecisionFlip(
        names,
        listed.astype(bool),
        np.mean([runs[rows].mean(axis=0) for rows in kinds.values()], axis=0),
        float(np.mean(list(flips.values()))),
        float(np.sqrt(np.sum(noise)) / len(kinds)),
        float(np.mean([kept[rows].mean() for rows in kinds.values()])) if listed.any() else np.nan,
        flips,
        len(runs),
        firm,
    )


def bottom_k(scores: npt.ArrayLike, k: int) -> Flags:
    """Flag the k lowest of each run, shape (runs, m); a tie at the edge lets all its members in."""
    values = np.atleast_2d(np.asarray(scores, dtype=np.float64))
    if np.isnan(values).any():
        raise EvidenceError(
            f"{int(np.isnan(values).any(axis=0).sum())} anggota tanpa nilai tidak dapat diurutkan. "
            "Perbaikan: isi nilainya, atau keluarkan anggota itu dari daftar."
        )
    if not 1 <= k <= values.shape[1]:
        raise EvidenceError(
            f"{k} terbawah dari {values.shape[1]} tidak dapat dipilih. "
            f"Perbaikan: pilih 1 sampai {values.shape[1]}."
        )
    edge = np.partition(values, k - 1, axis=1)[:, k - 1]
    return np.asarray(values <= edge[:, None])


def extension_runs(
    effects: pd.DataFrame, *, draws: int, rng: np.random.Generator
) -> tuple[list[str], Flags, Flags]:
    """Decide anew which programmes to extend, as repetitions of their evaluations would.

    A programme is extended when the interval of its effect leaves out zero on the hoped-for side.
    Each run takes for every programme one of its specifications, all equally likely, and draws
    the estimate from its sampling distribution around the one found; the interval moves with it.
    So the shares say how often a repetition, with another defensible specification, would decide
    otherwise; they take the estimates found for the truth, which flatters those that stand out by
    luck. Programmes are drawn independently: where one choice is made for all of them, such as
    the model of small areas, decide anew under each choice and stack the runs.

    Parameters
    ----------
    effects
        One row per programme and specification, the main one first: ``program``,
        ``spesifikasi``, ``estimate``, ``std_error``, ``conf_low``, ``conf_high`` (as published)
        and ``towards`` (+1 or -1).
    draws
        Number of runs.
    rng
        Source of randomness.

    Returns
    -------
    tuple
        The programmes, who is extended in each run, shape (draws, programmes), and who is by the
        main specifications, shape (programmes,).

    Raises
    ------
    EvidenceError
        When there is no effect, one has no error, interval or direction, or there are no draws.
    """
    numbers = effects[["estimate", "std_error", "conf_low", "conf_high"]]
    estimate, error, low, high = numbers.to_numpy(dtype=np.float64).T
    towards = effects["towards"].to_numpy(dtype=np.float64)
    usable = np.isfinite(estimate + error + low + high) & (error > 0) & (np.abs(towards) == 1)
    usable &= (low <= estimate) & (estimate <= high)
    if effects.empty or draws < 1 or not usable.all():
        lost = enumeration(effects["program"][~usable].unique().tolist())
        raise EvidenceError(
            f"{draws} hitungan ulang atas {len(effects)} taksiran tidak dapat dijalankan; tanpa "
            f"galat baku, selang, atau arah: {lost}. "
            "Perbaikan: isi estimate, std_error, conf_low, conf_high, dan towards (1 atau -1)."
        )
    near = np.where(towards > 0, low, -high)  # the end of the interval that has to clear zero
    programmes = effects["program"].drop_duplicates().tolist()
    chosen = np.empty((draws, len(programmes)), dtype=bool)
    base = np.empty(len(programmes), dtype=bool)
    for column, name in enumerate(programmes):
        rows = (effects["program"] == name).to_numpy()
        distance = near[rows] / error[rows]
        base[column] = distance[0] > 0
        chosen[:, column] = rng.choice(distance, draws) + rng.standard_normal(draws) > 0
    return programmes, chosen, base


def flip_sentence(flip: DecisionFlip, noun: str, *, apart: bool = False) -> str:
    """Say how firm a list is, for the ledger: ``daftar kelurahan tidak persis sama pada …``.

    Parameters
    ----------
    flip
        The comparison.
    noun
        What is listed, in Indonesian.
    apart
        Also say the share under each specification, whose labels then read as clauses
        (``bila tidak ada sekolah di seberang batas``).
    """
    changes = f"{_percent(flip.flip_share)} hitungan ulang"
    if apart:
        each = [f"{_percent(share)} {label}" for label, share in flip.by_specification.items()]
        changes += f" ({', '.join(each)})"
    firm = f"yang tegas: {enumeration(flip.firm_in)}" if flip.firm_in else "tidak satu pun tegas"
    missed = f"; hampir selalu masuk tetapi tidak disarankan: {enumeration(flip.missed)}"
    return f"daftar {noun} tidak persis sama pada {changes}; {firm}{missed if flip.missed else ''}"


def _percent(share: float) -> str:
    """Write a share without decimals, and never as none or all where it is neither."""
    if 0 < share < 0.005:
        return "kurang dari 1%"
    return "lebih dari 99%" if 0.995 <= share < 1 else format_percent(100 * share, 0)


def _require_lists(names: tuple[str, ...], runs: npt.NDArray[Any], base: npt.NDArray[Any]) -> None:
    remedy = "Perbaikan: beri benar/salah berukuran (hitungan, anggota), satu nama tiap anggota."
    if not names or len(set(names)) != len(names):
        raise EvidenceError(f"Anggota daftar kosong atau bernama sama: {names[:5]}. {remedy}")
    if runs.ndim != 2 or runs.shape[0] == 0 or runs.shape[1] != len(names):
        raise EvidenceError(
            f"Hitungan ulang berukuran {runs.shape}, anggota {len(names)}. {remedy}"
        )
    if base.shape != (len(names),):
        raise EvidenceError(f"Daftar dasar berukuran {base.shape}, anggota {len(names)}. {remedy}")
    if runs.dtype != bool or base.dtype != bool:
        raise EvidenceError(f"Daftar berisi {runs.dtype} dan {base.dtype}. {remedy}")
