"""What a truth table says in the fewest words, and how well it fits the cases.

Which combinations of conditions are enough for the outcome, and is the answer unique?
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from netcollab._checks import check_choice, check_table
from netcollab.errors import InputError
from netcollab.hypotheses.comparison import fit_of
from netcollab.hypotheses.minimisation import (
    Term,
    covers,
    minimal_covers,
    prime_implicants,
)
from netcollab.hypotheses.set_expressions import membership, written

__all__ = ["Solution", "minimise"]

Kind = Literal["complex", "parsimonious"]

_FIT = ("consistency", "pri", "coverage")


@dataclass(frozen=True, eq=False, repr=False)
class Solution:
    """The shortest expressions of a truth table.

    Parameters
    ----------
    outcome
        What they lead to.
    kind
        "complex" or "parsimonious".
    models
        Every expression with the fewest terms; more than one means that the cases do
        not tell them apart. Empty where there is none.
    fit
        One row per model: consistency, pri, coverage of the whole.
    terms
        One row per model and term: consistency, pri, coverage, unique_coverage (of
        cases that no other term of the model covers), cases (names of those whose
        membership is above .5, joined by "; ").
    assumed
        Remainders that the models cover, as expressions: combinations nobody saw and
        the solution takes to lead to the outcome.
    reason
        Why there is no model; empty if there is one.
    """

    outcome: str
    kind: Kind
    models: tuple[str, ...]
    fit: pd.DataFrame
    terms: pd.DataFrame
    assumed: tuple[str, ...]
    reason: str = ""

    def __repr__(self) -> str:
        if self.reason:
            return f"Solution({self.kind}: none, {self.reason})"
        told = " or ".join(f"{model} → {self.outcome}" for model in self.models)
        return f"Solution({self.kind}: {told})"


def minimise(
    cases: pd.DataFrame, table: pd.DataFrame, *, kind: Kind = "complex"
) -> Solution:
    """The shortest expressions that lead to the outcome, by the truth table.

    Quine and McCluskey: rows that lead to the outcome and differ in one condition are
    joined without it until none do; then the fewest such terms that cover all rows
    with the outcome are chosen, in every way there is. The *complex* (conservative)
    solution joins seen rows only. The *parsimonious* one may take remainders to lead to
    the outcome where that makes terms shorter; which it took is in `assumed`. An
    intermediate solution, with the remainders that theory declares, is not offered.

    Parameters
    ----------
    cases
        The cases the table was made of.
    table
        Of `truth_table`.
    kind
        "complex" or "parsimonious".

    Returns
    -------
    Solution
        Without a model, and with the reason, where no row leads to the outcome, or
        none that may count leads away from it.

    Raises
    ------
    InputError
        If the table is none of `truth_table`.

    References
    ----------
    McCluskey, E. J. (1956). Minimization of Boolean functions. Bell Syst. Tech. J. 35,
    1417-1444. Baumgartner, M., & Thiem, A. (2017). Model ambiguities in configurational
    comparative research. Sociol. Methods Res. 46, 954-987.

    Examples
    --------
    >>> from netcollab.hypotheses import truth_table
    >>> cases = pd.DataFrame(
    ...     {"A": [1, 1, 1, 0, 0], "B": [1, 1, 0, 1, 1], "Y": [1, 1, 0, 0, 0]}
    ... )
    >>> minimise(cases, truth_table(cases, "Y", ["A", "B"]))
    Solution(complex: A*B → Y)
    """
    check_choice("kind of solution", kind, ("complex", "parsimonious"))
    check_table("table", table)
    if not {"outcome", "conditions", "left_out"} <= set(table.attrs):
        raise InputError("table needs to be one of truth_table, with its .attrs")
    names, outcome = table.attrs["conditions"], table.attrs["outcome"]
    if len(table) != 2 ** len(names):
        raise InputError(f"table needs all {2 ** len(names)} rows of truth_table")
    seen = table["outcome"].to_numpy(dtype=float)
    rows: list[Term] = [tuple(map(int, row)) for row in table[names].to_numpy()]
    positive = [row for row, value in zip(rows, seen, strict=True) if value == 1]
    unseen = [row for row, value in zip(rows, seen, strict=True) if np.isnan(value)]
    allowed = unseen if kind == "parsimonious" else []
    reason = ""
    if not positive:
        reason = "no combination leads to the outcome"
    elif len(positive) + len(allowed) == len(rows):
        reason = "no combination leads away from the outcome: no condition matters"
    found: list[list[Term]] = []
    if not reason:
        found = minimal_covers(positive, prime_implicants([*positive, *allowed]))
    models = [[written([term], names) for term in terms] for terms in found]
    used = cases[~cases.index.astype("str").isin(table.attrs["left_out"])]
    taken = [row for row in unseen if any(_covered(row, terms) for terms in found)]
    return Solution(
        outcome=outcome,
        kind=kind,
        models=tuple(" + ".join(model) for model in models),
        fit=_fit(used, models, outcome),
        terms=_terms(used, models, outcome),
        assumed=tuple(written([row], names) for row in taken),
        reason=reason,
    )


def _covered(row: Term, terms: list[Term]) -> bool:
    return any(covers(term, row) for term in terms)


def _fit(cases: pd.DataFrame, models: list[list[str]], outcome: str) -> pd.DataFrame:
    rows = {}
    for model in models:
        whole = " + ".join(model)
        rows[whole] = _fitted(cases, whole, outcome)
    table = pd.DataFrame.from_dict(rows, orient="index", columns=list(_FIT))
    return table.rename_axis("model").astype(float)


def _terms(cases: pd.DataFrame, models: list[list[str]], outcome: str) -> pd.DataFrame:
    rows = []
    for model in models:
        whole = " + ".join(model)
        total = _fitted(cases, whole, outcome)[2]
        for term in model:
            rest = [other for other in model if other != term]
            others = _fitted(cases, " + ".join(rest), outcome)[2] if rest else 0.0
            inside = membership(cases, term) > 0.5
            members = "; ".join(str(name) for name in cases.index[inside])
            fit = _fitted(cases, term, outcome)
            rows.append((whole, term, *fit, total - others, members))
    columns = ["model", "term", *_FIT, "unique_coverage", "cases"]
    return pd.DataFrame(rows, columns=columns)


def _fitted(
    cases: pd.DataFrame, expression: str, outcome: str
) -> tuple[float, float, float]:
    x, y = membership(cases, expression), membership(cases, outcome)
    consistency, coverage, pri = fit_of(x.to_numpy(), y.to_numpy())
    return consistency, pri, coverage
