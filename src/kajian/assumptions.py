"""What a study assumes about causes, checked before anything runs."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from kajian.errors import MethodError
from kajian.places import study_file
from kajian.study import Study


def faults_of_diagram(study: Study) -> list[str]:
    """Say why the causal diagram of a study does not carry the effect that it declares.

    An association needs no adjustment set that satisfies the diagram; an effect does.
    """
    if (asked := study.diagram) is None:
        return []
    from kajian.causal.diagram.adjustment import check_adjustment, require_adjustment
    from kajian.causal.diagram.diagram import read_diagram

    effect: Literal["efek_total", "efek_langsung"]
    effect = "efek_langsung" if asked.estimand == "efek_langsung" else "efek_total"
    test = check_adjustment if asked.estimand == "keterkaitan" else require_adjustment
    try:
        diagram = read_diagram(asked.panah, asked.tak_teramati)
        test(diagram, asked.perlakuan, asked.hasil, asked.penyesuaian, effect=effect)
        for other in asked.penyesuaian_uji:
            check_adjustment(diagram, asked.perlakuan, asked.hasil, other, effect=effect)
    except MethodError as error:
        return [f"[diagram] di {study_file(Path(), study.kode)}: {error}"]
    return []
