"""Comparison of cases: which combinations of conditions go with an outcome?

Is a combination enough for the outcome, is it needed for it, and which combinations do
the cases show at all (qualitative comparative analysis, QCA)?
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np
import pandas as pd

from netcollab._checks import as_column_names, check_count, check_number
from netcollab.errors import InputError, RefusedError
from netcollab.hypotheses.set_expressions import (
    membership,
    memberships_of,
    names_in,
)

__all__ = ["SetRelation", "fit_of", "necessity", "sufficiency", "truth_table"]

MOST_CONDITIONS = 6
_HALF = 0.5
_TIE = 1e-10


@dataclass(frozen=True)
class SetRelation:
    """How far one set lies within another.

    Parameters
    ----------
    expression, outcome
        The two sets.
    kind
        "sufficient": the expression within the outcome; "necessary": the outcome
        within the expression.
    n, n_left_out
        Cases used, and cases without a membership in one of the sets.
    consistency, coverage
        From 0 to 1; NaN where nothing is a member.
    pri
        Proportional reduction in inconsistency: how far the set lies within the
        outcome and not as much within its opposite. NaN for "necessary".
    relevance
        Relevance of necessity: near 0 where nearly every case is in the expression.
        NaN for "sufficient".
    reason
        Why a number is NaN; empty if none is but by its kind.
    """

    expression: str
    outcome: str
    kind: Literal["sufficient", "necessary"]
    n: int
    n_left_out: int
    consistency: float
    coverage: float
    pri: float = math.nan
    relevance: float = math.nan
    reason: str = ""


def sufficiency(cases: pd.DataFrame, expression: str, outcome: str) -> SetRelation:
    """Whether a combination of conditions is enough for the outcome.

    .. math::

        \\text{consistency} = \\frac{\\sum \\min(x, y)}{\\sum x}, \\quad
        \\text{coverage} = \\frac{\\sum \\min(x, y)}{\\sum y}, \\quad
        \\text{PRI} = \\frac{\\sum \\min(x, y) - \\sum \\min(x, y, 1 - y)}
            {\\sum x - \\sum \\min(x, y, 1 - y)}

    A consistency of .9 is no level of significance: a set of few cases reaches it by
    chance, see `netcollab.inference.permutation_inclusion`.

    Parameters
    ----------
    cases
        Cases x conditions, memberships from 0 to 1. Cases without a membership in one
        of the sets are left out and counted.
    expression
        The conditions, as in ``"structure*~leadership + tools"``.
    outcome
        The outcome, a column or an expression such as ``"~capacity"``.

    Raises
    ------
    InputError
        If an expression cannot be read, names no column, or a membership lies outside
        of 0 to 1.

    References
    ----------
    Ragin, C. C. (2006). Set relations in social research. Political Analysis 14,
    291-310. Schneider, C. Q., & Wagemann, C. (2012). Set-theoretic methods for the
    social sciences. Cambridge University Press.

    Examples
    --------
    >>> cases = pd.DataFrame({"A": [1.0, 0.8, 0.2], "Y": [0.9, 0.8, 0.6]})
    >>> found = sufficiency(cases, "A", "Y")
    >>> round(found.consistency, 4), round(found.coverage, 4), round(found.pri, 4)
    (0.95, 0.8261, 0.9333)
    """
    x, y, left_out = _both(cases, expression, outcome)
    consistency, coverage, pri = fit_of(x, y)
    nobody = [
        f"no case is a member of {name} at all"
        for name, values in ((expression, x), (outcome, y))
        if not values.sum() > 0
    ]
    if not nobody and math.isnan(pri):
        nobody = ["the expression lies within the outcome and within its opposite"]
    return SetRelation(
        expression=expression,
        outcome=outcome,
        kind="sufficient",
        n=len(x),
        n_left_out=left_out,
        consistency=consistency,
        coverage=coverage,
        pri=pri,
        reason="; ".join(nobody),
    )


def necessity(cases: pd.DataFrame, expression: str, outcome: str) -> SetRelation:
    """Whether the outcome is only there where a combination of conditions is.

    Consistency and coverage change places: sum min(x, y) over sum y, and over sum x.
    What nearly every case has is needed for everything; then the relevance of
    necessity, :math:`\\sum (1 - x) / \\sum (1 - \\min(x, y))`, is near 0.

    Parameters
    ----------
    cases, expression, outcome
        As in `sufficiency`.

    Raises
    ------
    InputError
        As `sufficiency`.

    References
    ----------
    Schneider, C. Q., & Wagemann, C. (2012). Set-theoretic methods for the social
    sciences. Cambridge University Press, chapter 9.

    Examples
    --------
    >>> cases = pd.DataFrame({"A": [1.0, 0.8, 0.2], "Y": [0.9, 0.8, 0.6]})
    >>> found = necessity(cases, "A", "Y")
    >>> round(found.consistency, 4), round(found.coverage, 4)
    (0.8261, 0.95)
    """
    x, y, left_out = _both(cases, expression, outcome)
    coverage, consistency, _ = fit_of(x, y)
    rest = float((1 - np.minimum(x, y)).sum())
    relevance = float((1 - x).sum()) / rest if rest > 0 else math.nan
    told = [
        f"no case is a member of {name} at all"
        for name, values in ((expression, x), (outcome, y))
        if not values.sum() > 0
    ]
    if not rest > 0:
        told.append("every case is fully in both sets")
    return SetRelation(
        expression=expression,
        outcome=outcome,
        kind="necessary",
        n=len(x),
        n_left_out=left_out,
        consistency=consistency,
        coverage=coverage,
        relevance=relevance,
        reason="; ".join(told),
    )


def truth_table(
    cases: pd.DataFrame,
    outcome: str,
    conditions: Sequence[str],
    *,
    min_consistency: float = 0.8,
    min_pri: float = 0.5,
    min_cases: int = 1,
    max_conditions: int | None = None,
) -> pd.DataFrame:
    """Every combination of conditions, the cases that show it, and what it leads to.

    A case belongs to the one row in which its membership is above .5. A row that at
    least `min_cases` belong to leads to the outcome where its consistency and PRI reach
    their limits, over all cases and not only those that belong to it. The others are
    *remainders*: nothing was seen there.

    **How many conditions.** k conditions make 2^k rows. More rows than cases leave so
    many remainders that hardly any outcome could contradict the result, so the largest
    k with 2^k <= cases is allowed: 2 with 4 cases, 3 with 8, 4 with 16.

    Parameters
    ----------
    cases
        Cases x conditions, memberships from 0 to 1. Cases without a membership in a
        used column are left out and counted.
    outcome
        A column, or an expression such as ``"~capacity"``.
    conditions
        Columns, each once, and none of them in the outcome.
    min_consistency, min_pri
        The limits of sufficiency, at least; 0 for none.
    min_cases
        Cases that must belong to a row.
    max_conditions
        Another limit than that of the rule, at most 6; say so where you report it.

    Returns
    -------
    DataFrame
        2^k rows, those with all conditions first; a column of 1 and 0 for each
        condition, then n (cases that belong to it), cases (their names joined by "; "),
        consistency, pri, outcome (1, 0; NaN for a remainder), remainder, reason.
        ``.attrs`` has outcome, conditions, n, left_out (cases without a membership) and
        undecided (cases at .5 in a condition, which belong to no row).

    Raises
    ------
    RefusedError
        For more conditions than the rule allows, naming the number.
    InputError
        As `sufficiency`, and for limits outside of 0 to 1.

    References
    ----------
    Ragin, C. C. (2008). Redesigning social inquiry. University of Chicago Press.
    Marx, A., & Dusa, A. (2011). Crisp-set qualitative comparative analysis,
    contradictions and consistency benchmarks for model specification. Methodol.
    Innov. Online 6, 103-148.

    Examples
    --------
    >>> cases = pd.DataFrame(
    ...     {"A": [1, 1, 1, 0, 0], "B": [1, 1, 0, 1, 1], "Y": [1, 1, 0, 0, 0]},
    ...     index=["nord", "soer", "oest", "vest", "midt"],
    ... )
    >>> truth_table(cases, "Y", ["A", "B"])[["A", "B", "n", "consistency", "outcome"]]
       A  B  n  consistency  outcome
    0  1  1  2          1.0      1.0
    1  1  0  1          0.0      0.0
    2  0  1  2          0.0      0.0
    3  0  0  0          NaN      NaN
    """
    names = _conditions(conditions, outcome)
    limits = [
        _fraction(name, limit)
        for name, limit in (
            ("min_consistency", min_consistency),
            ("min_pri", min_pri),
        )
    ]
    least = check_count("min_cases", min_cases)
    known, y, left_out = _complete(cases, names, outcome)
    _check_few(len(names), len(known), max_conditions)
    rows = [
        _row(known, y, dict(zip(names, cells, strict=True)), limits, least)
        for cells in product((1, 0), repeat=len(names))
    ]
    table = pd.DataFrame(rows)
    on_line = (known - _HALF).abs().min(axis=1) <= _TIE
    table.attrs = {
        "outcome": outcome,
        "conditions": names,
        "n": len(known),
        "left_out": left_out,
        "undecided": [str(name) for name in known.index[on_line]],
    }
    return table


def fit_of(x: np.ndarray, y: np.ndarray) -> tuple[float, float, float]:
    """Consistency, coverage and PRI of x for y; NaN where they are undefined."""
    both = float(np.minimum(x, y).sum())
    torn = float(np.minimum(np.minimum(x, y), 1 - y).sum())
    return (
        _ratio(both, float(x.sum())),
        _ratio(both, float(y.sum())),
        _ratio(both - torn, float(x.sum()) - torn),
    )


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > _TIE else math.nan


def _both(
    cases: pd.DataFrame, expression: str, outcome: str
) -> tuple[np.ndarray, np.ndarray, int]:
    """Memberships in both sets of the cases that have both, and how many have not."""
    x, y = membership(cases, expression), membership(cases, outcome)
    known = (x.notna() & y.notna()).to_numpy()
    return x.to_numpy()[known], y.to_numpy()[known], int((~known).sum())


def _complete(
    cases: pd.DataFrame, names: list[str], outcome: str
) -> tuple[pd.DataFrame, np.ndarray, list[str]]:
    """Conditions and outcome of the cases that have all, and the names of the others.

    Raises
    ------
    RefusedError
        If no case has all.
    """
    table, y = memberships_of(cases, names), membership(cases, outcome)
    known = table.notna().all(axis=1) & y.notna()
    if not known.any():
        raise RefusedError(
            f"no case has a membership in all of: {', '.join([*names, outcome])}"
        )
    left_out = [str(name) for name in table.index[~known]]
    return table[known], y[known].to_numpy(), left_out


def _conditions(conditions: Sequence[str], outcome: str) -> list[str]:
    names = as_column_names("conditions", conditions)
    if not names:
        raise InputError("conditions needs at least one name")
    unread = [name for name in names if not str(name).isidentifier()]
    if unread:
        raise InputError(
            f"conditions need names of letters, digits and _; not: {unread[0]!r}"
        )
    again = [name for name in names_in(outcome) if name in names]
    if len(set(names)) < len(names) or again:
        twice = again or [name for name in names if names.count(name) > 1]
        raise InputError(f"needed once, as a condition or in the outcome: {twice[0]}")
    return names


def _fraction(name: str, value: float) -> float:
    number = check_number(name, value)
    if not 0 <= number <= 1:
        raise InputError(f"{name} needs a number from 0 to 1, got {value!r}")
    return number


def _check_few(k: int, n: int, most: int | None) -> None:
    allowed = int(math.log2(n)) if most is None else check_count("max_conditions", most)
    allowed = min(allowed, MOST_CONDITIONS)
    if k > allowed:
        raise RefusedError(
            f"{k} conditions make {2**k} combinations and there are {n} cases; at most "
            f"{allowed} {'condition' if allowed == 1 else 'conditions'} here. Choose "
            "the conditions the theory names, or join some into one set"
        )


def _row(
    known: pd.DataFrame,
    y: np.ndarray,
    cells: dict[str, int],
    limits: list[float],
    least: int,
) -> dict[str, object]:
    sides = [known[name] if cell else 1 - known[name] for name, cell in cells.items()]
    x = np.minimum.reduce([side.to_numpy(dtype=float) for side in sides])
    members = known.index[x > _HALF + _TIE]
    consistency, _, pri = fit_of(x, y)
    remainder = len(members) < least
    missed = [
        f"{name} {value:.2f} is below {limit:g}"
        for name, value, limit in zip(
            ("consistency", "PRI"), (consistency, pri), limits, strict=True
        )
        if limit > 0 and not value >= limit - _TIE
    ]
    seen = f"remainder: {len(members)} of the {least} cases needed"
    return {
        **cells,
        "n": len(members),
        "cases": "; ".join(str(name) for name in members),
        "consistency": consistency,
        "pri": pri,
        "outcome": math.nan if remainder else float(not missed),
        "remainder": remainder,
        "reason": seen if remainder else "; ".join(missed),
    }
