"""Categorical terms of a design matrix, and coefficients that need no base category."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from kajian.linear.fixed_effects import Floats

LEVEL = r"\[[^\]]*\]"


def term_of(column: str) -> str:
    """Return the term of the formula that a column belongs to: ``C(desa)[T.a]`` is ``C(desa)``."""
    return re.sub(LEVEL, "", column)


def dummies_of(design: pd.DataFrame) -> dict[str, list[int]]:
    """Return the columns of each categorical main effect with a base category."""
    found: dict[str, list[int]] = {}
    if "Intercept" in design:
        for place, column in enumerate(design.columns):
            term = term_of(column)
            if ":" not in term and column.startswith(f"{term}[T."):
                found.setdefault(term, []).append(place)
    return found


def without_base(design: pd.DataFrame) -> tuple[Floats, Floats, list[str]]:
    """Give base categories a column and a coefficient of their own (Yun 2005).

    Within a categorical term the coefficients of all L levels, that of the base being zero, are
    shifted to a mean of zero, and the constant takes up the shift. Predictions do not change, and
    no coefficient depends on which level is the base. Terms that enter an interaction stay.

    Parameters
    ----------
    design
        Design matrix with named columns, shape (n, k).

    Returns
    -------
    tuple
        The design with base columns appended, shape (n, k + m); the matrix of shape (k + m, k)
        that turns coefficients into normalised ones; and the term of each of the k + m columns.

    References
    ----------
    Yun (2005), "A simple solution to the identification problem in detailed wage decompositions",
    Economic Inquiry 43, 766-772.
    """
    X = design.to_numpy()
    terms = [term_of(column) for column in design.columns]
    crossed = {part for term in terms if ":" in term for part in term.split(":")}
    free = {term: places for term, places in dummies_of(design).items() if term not in crossed}
    columns, transform = [X], np.eye(len(terms) + len(free), len(terms))
    for row, places in enumerate(free.values(), start=len(terms)):
        share = 1 / (len(places) + 1)
        transform[np.ix_([*places, row], places)] -= share
        transform[terms.index("Intercept"), places] += share
        columns.append(1 - X[:, places].sum(axis=1, keepdims=True))
    return np.hstack(columns), transform, [*terms, *free]


def base_dependent(design: pd.DataFrame, normalised: bool) -> tuple[str, ...]:
    """Name the categorical terms whose share of the coefficients depends on the base category."""
    terms = {term_of(column): None for column in design.columns if re.search(LEVEL, column)}
    if not normalised:
        return tuple(terms)
    crossed = {part for term in terms if ":" in term for part in term.split(":")}
    return tuple(term for term in terms if term in crossed or term not in dummies_of(design))
