"""What each diagnostic of the scale is called, where the package computes it, and its range."""

from __future__ import annotations

import difflib
import math
import numbers
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kajian.errors import EvidenceError


@dataclass(frozen=True, slots=True)
class Input:
    """One number that a rule looks at.

    Attributes
    ----------
    kind
        A key of `KINDS`.
    origin
        What gives it: the result of the package with its attribute.
    none_means
        What None says, where it is a finding; empty where it says that nothing ran.
    optional
        Whether it may be left out.
    """

    kind: str
    origin: str
    none_means: str = ""
    optional: bool = False


def _is_number(value: Any) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def _is_finite(value: Any) -> bool:
    return _is_number(value) and math.isfinite(value)


def _is_whole(value: Any) -> bool:
    return _is_finite(value) and value >= 0 and value == int(value)


KINDS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "p": ("nilai-p antara 0 dan 1", lambda x: _is_number(x) and 0 <= x <= 1),
    "share": ("bagian antara 0 dan 1", lambda x: _is_number(x) and 0 <= x <= 1),
    "percent": ("persen antara 0 dan 100", lambda x: _is_number(x) and 0 <= x <= 100),
    "count": ("bilangan bulat tak negatif", _is_whole),
    "number": ("angka berhingga", _is_finite),
    "bound": ("angka", _is_number),
    "size": ("angka positif", lambda x: _is_number(x) and x > 0),
    "times": ("kelipatan tak negatif", lambda x: _is_finite(x) and x >= 0),
    # numpy's booleans are no bool
    "flag": ("benar atau salah", lambda x: type(x).__name__ in {"bool", "bool_"}),
}

INPUTS: dict[str, Input] = {
    "mde": Input("size", "kajian.linear.power.mde(...); sintetis: minimum_detectable_gap(...)"),
    # uji_coba
    "clusters_smaller_arm": Input("count", "min(ArmEffect.units_treated, ArmEffect.units_control)"),
    "largest_std_difference": Input("number", "Balance.table['std_difference'].abs().max()"),
    "attrition_pct": Input("percent", "100 * (1 - n_observed.sum() / n.sum()) of Attrition.table"),
    "differential_pp": Input("number", "Attrition.table['difference_pp'] of the arm"),
    "lee_low": Input("bound", "LeeBounds.conf_low", "batas Lee tidak dihitung", optional=True),
    "lee_high": Input("bound", "LeeBounds.conf_high", "batas Lee tidak dihitung", optional=True),
    "randomisation_p": Input("p", "ArmEffect.randomisation.p_value"),
    # ambang_skor
    "density_p": Input("p", "DensityTest.p_value"),
    "placebo_share": Input("share", "share of placebo_cutoffs(...) whose interval excludes zero"),
    "bandwidths_same_sign": Input(
        "share", "share of bandwidth_sensitivity(...)['estimate'] with the sign of the estimate"
    ),
    "near_cutoff": Input(
        "count", "min(RegressionDiscontinuity.n_left, RegressionDiscontinuity.n_right)"
    ),
    # bertahap
    "pretrend_p": Input("p", "EventStudy.pretrend().p_value"),
    "breakdown": Input("times", "Breakdown.mbar", "belum terbukti, juga bila trennya sejajar"),
    "clusters_treated": Input("count", "clusters that ever start"),
    "clusters_untreated": Input("count", "clusters that have not started by the last time"),
    "permutation_p": Input("p", "AdoptionTest.p_value"),
    "spillover_low": Input("bound", "conf_low of panel_fe(outcome ~ exposure(...)), untreated"),
    "spillover_high": Input("bound", "conf_high of panel_fe(outcome ~ exposure(...)), untreated"),
    # kontrol_sintetis
    "comparable": Input("flag", "SyntheticControl.comparable"),
    "placebo_p": Input("p", "PlaceboSpace.p_mean_gap"),
    "placebo_p_floor": Input("p", "PlaceboSpace.p_floor"),
    "starts_as_large": Input("share", "placebo_in_time(...).share_as_large"),
    "leave_one_out_same_sign": Input("flag", "leave_one_out(...).same_sign"),
    "variants_same_sign": Input(
        "share", "share of the declared variants whose mean gap has the sign of the main one"
    ),
    "units": Input("count", "len(PlaceboSpace.units)"),
    # penyesuaian, keterkaitan
    "adjustment_valid": Input("flag", "Adjustment.valid"),
    "robustness_value": Input("share", "Sensitivity.rv"),
    "benchmark_estimate": Input(
        "number", "Sensitivity.tidy(): estimate at multiple 1 of the benchmark with most r2_yz_dx"
    ),
    "benchmark_low": Input("bound", "conf_low of the same row"),
    "benchmark_high": Input("bound", "conf_high of the same row"),
    "specifications_same_sign": Input(
        "share", "SpecificationCurve.share_same_sign (of the sign of the median)"
    ),
    "clusters": Input("count", "Regression.n_clusters"),
}


def checked_inputs(design: str, needed: Sequence[str], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the diagnostics of a design, all of them there and within their range.

    Raises
    ------
    EvidenceError
        A diagnostic that the design does not have, that did not run, or out of its range.
    """
    for name in given:
        if name not in needed:
            close = difflib.get_close_matches(name, needed, n=1)
            hint = f"yang mirip: {close[0]}" if close else f"yang ada: {', '.join(needed)}"
            raise EvidenceError(
                f"Rancangan '{design}' tidak mengenal diagnostik '{name}' ({hint}). "
                "Perbaikan: betulkan namanya, atau hilangkan."
            )
    absent = [name for name in needed if _did_not_run(name, given)]
    if absent:
        remedy = "; ".join(f"{name}= dari {INPUTS[name].origin}" for name in absent)
        raise EvidenceError(
            f"Tingkat bukti rancangan '{design}': diagnostik {', '.join(absent)} tidak dijalankan. "
            f"Perbaikan: jalankan lalu berikan {remedy}."
        )
    for name, value in given.items():
        wanted, fits = KINDS[INPUTS[name].kind]
        if value is not None and not fits(value):
            raise EvidenceError(
                f"Diagnostik {name} = {value!r} pada rancangan '{design}' bukan {wanted}. "
                f"Perbaikan: ambil dari {INPUTS[name].origin}."
            )
    for low in [name for name in given if name.endswith("_low")]:
        high = low.removesuffix("_low") + "_high"
        ends = given[low], given.get(high)
        if None not in ends and ends[0] > ends[1]:
            raise EvidenceError(
                f"Diagnostik {low} = {ends[0]} di atas {high} = {ends[1]} pada rancangan "
                f"'{design}'. Perbaikan: tukar keduanya."
            )
    return {name: given.get(name) for name in needed}


def _did_not_run(name: str, given: Mapping[str, Any]) -> bool:
    if name not in given:
        return not INPUTS[name].optional
    value = given[name]
    if value is None:
        return not INPUTS[name].none_means
    return _is_number(value) and math.isnan(value)
