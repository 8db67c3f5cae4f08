"""Which themes come up where, and by how many segments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kajian.errors import MethodError
from kajian.qualitative.codes import INTERVIEW, Bools, Rule, coded_segments

HIDDEN = "disembunyikan"
RULES = {"both": "menurut semua pengode", "either": "menurut sedikitnya satu pengode"}


@dataclass(frozen=True, slots=True, eq=False)
class ThemeTable:
    """Themes by place.

    Attributes
    ----------
    cells
        One row per theme and place: ``tema``, ``dimensi``, ``tempat``, ``segmen``, ``bagian_pct``
        (of the segments of that place), ``label`` (``disembunyikan`` where both are missing), and
        ``wawancara`` (interviews with the theme; missing without ``id_wawancara``).
    dimensions
        The same per dimension, without ``tema``; a segment with two themes of a dimension counts
        once.
    totals
        One row per theme: ``tema``, ``dimensi``, ``segmen``, ``bagian_pct``, ``label``,
        ``wawancara`` over all places, the most frequent first.
    places
        Segments (``segmen``) and interviews (``wawancara``) that are counted, by ``tempat``.
    n_segments, n_left_out
        Segments counted, and those that the rule cannot judge (one coder only).
    n_hidden
        Cells that are not shown.
    rule, minimum
        Who must have given a theme; the smallest number of segments shown.
    """

    cells: pd.DataFrame
    dimensions: pd.DataFrame
    totals: pd.DataFrame
    places: pd.DataFrame
    n_segments: int
    n_left_out: int
    n_hidden: int
    rule: Rule
    minimum: int

    def tidy(self) -> pd.DataFrame:
        """Return `cells`: tema, dimensi, tempat, segmen, bagian_pct, label, wawancara."""
        return self.cells.copy()

    def __str__(self) -> str:
        first = self.totals.iloc[0]
        often = "belum ada tema yang cukup sering"
        if first["label"] != HIDDEN:
            often = f"tema terbanyak {first['tema']} ({first['segmen']} segmen)"
        left = (
            f"; {self.n_left_out} segmen dikode satu orang, tidak ikut" if self.n_left_out else ""
        )
        return (
            f"Tema {RULES[self.rule]}: {self.n_segments} segmen, {len(self.places)} tempat{left}; "
            f"{often}. {self.n_hidden} sel di bawah {self.minimum} segmen disembunyikan. Yang "
            "dihitung adalah segmen percakapan, bukan orang; informan dipilih, bukan diundi, "
            "sehingga bagiannya tidak menduga pendapat warga dan tidak diberi selang"
        )


def theme_table(
    codes: pd.DataFrame,
    by: str,
    *,
    dimensions: Mapping[str, str],
    rule: Rule = "both",
    minimum: int = 5,
) -> ThemeTable:
    """Count segments and interviews by theme, dimension and place.

    Counts are of segments of talk. Informants are chosen, not drawn, so shares say what was spoken
    of in these interviews, no interval is given, and none would mean anything for residents.

    A cell with fewer than `minimum` segments, though not zero, is hidden, and every cell of a place
    with fewer in all; where that leaves one hidden cell in a theme, which its total would give
    away, the smallest other is hidden too.

    Parameters
    ----------
    codes
        Coded segments in long format, as `kajian.qualitative.codes.coded_segments` takes them.
    by
        Column that names the place of a segment, e.g. ``kecamatan`` or ``kode_wilayah``.
    dimensions
        Dimension of each theme; themes named here that nobody gave count zero.
    rule
        ``both``: every coder gave the theme, in segments with two or more coders; ``either``: at
        least one coder did.
    minimum
        Smallest number of segments that is shown.

    Raises
    ------
    MethodError
        Faults of the table; a theme without dimension; `minimum` below 1; no segment that the rule
        can judge.
    """
    coded = coded_segments(codes, [by])
    if lacking := [theme for theme in coded.themes if theme not in dimensions]:
        raise MethodError(
            f"Tema tanpa dimensi: {', '.join(lacking)}. "
            "Perbaikan: tambahkan tema itu beserta dimensinya, atau periksa ejaannya."
        )
    if minimum < 1:
        raise MethodError(
            f"Segmen terkecil {minimum} tidak masuk akal. Perbaikan: pakai 1 ke atas."
        )
    counted = coded.counted(rule)
    if not counted.any():
        raise MethodError(
            "Tidak ada segmen yang dikode dua pengode. Perbaikan: pakai aturan 'either', atau "
            "minta pengode kedua mengode segmen yang sama."
        )
    themes = list(dimensions)
    having = pd.DataFrame(coded.having(rule)[counted], columns=list(coded.themes))
    has = having.reindex(columns=themes, fill_value=False).to_numpy()
    kinds = list(dict.fromkeys(dimensions.values()))
    of_kind = np.array([[dimensions[theme] == kind for theme in themes] for kind in kinds])
    segments = coded.segments[counted]
    place, places = pd.factorize(segments[by], sort=True)
    here = place[:, None] == np.arange(len(places))
    interview = pd.factorize(segments[INTERVIEW])[0] if INTERVIEW in segments else None

    cells = _cells(has, here, interview, minimum)
    cells.insert(0, "tema", np.repeat(themes, len(places)))
    cells.insert(1, "dimensi", cells["tema"].map(dict(dimensions)))
    cells.insert(2, "tempat", np.tile(places, len(themes)))
    in_kind = (has[:, None] & of_kind[None]).any(axis=2)
    by_kind = _cells(in_kind, here, interview, minimum)
    by_kind.insert(0, "dimensi", np.repeat(kinds, len(places)))
    by_kind.insert(1, "tempat", np.tile(places, len(kinds)))
    whole = _cells(has, np.ones((len(has), 1), dtype=bool), interview, minimum)
    whole.insert(0, "tema", themes)
    whole.insert(1, "dimensi", [dimensions[theme] for theme in themes])
    return ThemeTable(
        cells=cells,
        dimensions=by_kind,
        totals=whole.sort_values("segmen", ascending=False, kind="stable", ignore_index=True),
        places=pd.DataFrame(
            {"segmen": here.sum(axis=0), "wawancara": _interviews(here, interview)},
            pd.Index(places, name="tempat"),
        ),
        n_segments=int(counted.sum()),
        n_left_out=int((~counted).sum()),
        n_hidden=int((cells["label"] == HIDDEN).sum()),
        rule=rule,
        minimum=minimum,
    )


def _cells(
    has: Bools, here: Bools, interview: NDArray[np.intp] | None, minimum: int
) -> pd.DataFrame:
    """Count what segments have (segments, things) where they are (segments, places)."""
    both = has[:, :, None] & here[:, None, :]
    count = both.sum(axis=0)  # (things, places)
    size = here.sum(axis=0)
    hidden = ((count > 0) & (count < minimum)) | (size < minimum)
    rest = np.where(hidden | (count == 0), np.iinfo(count.dtype).max, count)
    alone = (hidden & (count > 0)).sum(axis=1) == 1
    alone &= rest.min(axis=1) < np.iinfo(count.dtype).max
    hidden[alone, rest.argmin(axis=1)[alone]] = True
    interviews = _interviews(both.reshape(len(has), -1), interview)
    gone = hidden.ravel()
    return pd.DataFrame(
        {
            "segmen": pd.array(count.ravel(), dtype="Int64"),
            "bagian_pct": (100 * count / size).ravel(),
            "label": np.where(gone, HIDDEN, ""),
            "wawancara": interviews,
        }
    ).assign(
        segmen=lambda t: t["segmen"].mask(gone),
        bagian_pct=lambda t: t["bagian_pct"].mask(gone),
        wawancara=lambda t: t["wawancara"].mask(gone),
    )


def _interviews(
    which: Bools, interview: NDArray[np.intp] | None
) -> pd.api.extensions.ExtensionArray:
    """Count the interviews that have at least one segment of each column, shape (columns,)."""
    if interview is None:
        return pd.array([pd.NA] * which.shape[1], dtype="Int64")
    seen = np.zeros((interview.max() + 1, which.shape[1]), dtype=bool)
    np.logical_or.at(seen, interview, which)
    count: NDArray[np.int64] = seen.sum(axis=0)
    return pd.array(count, dtype="Int64")
