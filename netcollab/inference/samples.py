"""Rows of a table as the arrays of a regression, checked at the door.

Which rows can be used, who belongs together, and would a fit mean anything?
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import pandas as pd

from netcollab._checks import as_column_names, check_size, check_table
from netcollab.errors import InputError, RefusedError
from netcollab.inference.columns import check_column, grouped
from netcollab.inference.design_checks import MIN_DF, check_independent, check_varies

__all__ = [
    "INTERCEPT",
    "Columns",
    "Factor",
    "Sample",
    "about_groups",
    "check_groups",
    "check_sample",
    "constant_within",
    "multiples_within",
    "sampled",
]

INTERCEPT = "intercept"
SAME = 1e-10
_NUMBER = re.compile(r"[-+−]?\d*[.,]?\d+(?:[eE][+-]?\d+)?")

Columns: TypeAlias = "str | Sequence[str | tuple[str, ...]]"


@dataclass(frozen=True, eq=False)
class Factor:
    """Which group each row belongs to.

    Parameters
    ----------
    name
        The column, or several joined by ":".
    codes
        The group of each row, 0 to G - 1 in the order of `levels`.
    levels
        The groups, in an order that depends on their names alone.
    """

    name: str
    codes: np.ndarray
    levels: pd.Index

    @cached_property
    def sizes(self) -> np.ndarray:
        """Rows per group."""
        return np.bincount(self.codes, minlength=len(self.levels))

    @cached_property
    def members(self) -> np.ndarray:
        """One row of each group."""
        members = np.empty(len(self.levels), dtype=np.intp)
        members[self.codes] = np.arange(len(self.codes))
        return members

    def sums(self, columns: np.ndarray) -> np.ndarray:
        """Sums of columns over the rows of each group: groups x columns."""
        count = len(self.levels)
        sums = [np.bincount(self.codes, column, count) for column in columns.T]
        return np.column_stack(sums)


@dataclass(frozen=True, eq=False)
class Sample:
    """The rows of a table that have a value in every column of a regression.

    Parameters
    ----------
    outcome
        The outcome's name.
    y
        The outcome, (n,).
    x
        The intercept and the predictors, (n, k).
    terms
        The k names.
    factors
        The groups, in the order asked for.
    notes
        What was left out, and what categories are compared with.
    """

    outcome: str
    y: np.ndarray
    x: np.ndarray
    terms: tuple[str, ...]
    factors: tuple[Factor, ...]
    notes: tuple[str, ...]


def sampled(
    data: pd.DataFrame, outcome: str, fixed: Columns, factors: Columns
) -> Sample:
    """The complete rows of a table, as arrays.

    Parameters
    ----------
    data
        One row per observation.
    outcome
        A column of numbers.
    fixed
        Columns of numbers (True is 1). A column of words becomes one indicator for
        each category but the first, named "sector[health]"; no two may have one name.
    factors
        Columns that say who belongs together; several in a tuple are taken together.

    Raises
    ------
    InputError
        If data is no table, or a column is not there, is there twice, or is no number
        where one is needed, or holds dates, or numbers as text.
    RefusedError
        For infinite values, values of a size whose products cannot be held, or if no
        row is complete.
    """
    check_table("data", data)
    predictors = as_column_names("fixed", fixed)
    groups = [_parts(group) for group in as_column_names("groups", factors)]
    (outcome,) = as_column_names("outcome", [outcome])
    used = list(
        dict.fromkeys([outcome, *predictors, *(name for g in groups for name in g)])
    )
    _check_columns(data, used, outcome, predictors)
    missing = {name: data[name].isna().to_numpy() for name in used}
    known = ~np.logical_or.reduce(list(missing.values()))
    if not known.any():
        raise RefusedError(f"no row has a value in all of: {', '.join(map(str, used))}")
    notes = _left_out(missing, known)
    rows = data[used] if known.all() else data.loc[known, used]
    y = _numbers(outcome, rows[outcome])
    if y is None:
        raise InputError(f"outcome {outcome} needs numbers")
    columns, terms = [np.ones(len(y))], [INTERCEPT]
    for name in predictors:
        values = _numbers(name, rows[name])
        if values is not None:
            columns.append(values)
            terms.append(str(name))
            continue
        base, indicators = _indicators(name, rows[name])
        notes.append(f"{name} is compared with {base}")
        columns += indicators.values()
        terms += indicators
    _check_terms(terms, predictors)
    return Sample(
        outcome=str(outcome),
        y=y,
        x=np.column_stack(columns),
        terms=tuple(terms),
        factors=tuple(_factor(rows, group) for group in groups),
        notes=tuple(notes),
    )


def check_sample(sample: Sample, *, unit: str = "rows", spare: int = MIN_DF) -> None:
    """Stop before a fit that would mean nothing, with the reason.

    Parameters
    ----------
    sample
        What is to be fitted.
    unit
        What its rows are, for the message.
    spare
        How many rows there must be beside one for each column.

    Raises
    ------
    RefusedError
        For an outcome or predictor that does not vary, predictors that repeat each
        other (naming them), too few rows.
    """
    n, k = sample.x.shape
    check_varies(f"no variance in outcome: {sample.outcome}", sample.y, unit)
    for name, column in zip(sample.terms[1:], sample.x[:, 1:].T, strict=True):
        check_varies(f"no variance in predictor {name}: it", column, unit)
    if n < k + spare:
        raise RefusedError(
            f"{n} {unit} are complete; {k - 1} predictors need at least {k + spare}"
        )
    deviations = sample.x[:, 1:] - sample.x[:, 1:].mean(axis=0)
    check_independent(deviations, sample.terms[1:])


def check_groups(sample: Sample, factor: Factor) -> None:
    """Stop where there are too few groups for what is asked of them.

    Raises
    ------
    RefusedError
        For one group, or for predictors that are constant within groups and more than
        the groups minus two.
    """
    count = len(factor.levels)
    if count == 1:
        raise RefusedError(
            f"all rows belong to one {factor.name} ({factor.levels[0]}); "
            "nothing says how much groups differ"
        )
    constant = constant_within(sample.x, factor)
    held = [name for name, c in zip(sample.terms, constant, strict=True) if c][1:]
    if len(held) > count - 2:
        raise RefusedError(
            f"{len(held)} predictors are constant within {factor.name} "
            f"({', '.join(held)}); they need at least {len(held) + 2} groups, "
            f"there are {count}"
        )


def constant_within(columns: np.ndarray, factor: Factor) -> np.ndarray:
    """Whether each column, (n, k), has one value in every group: (k,) of bool."""
    own = columns[factor.members][factor.codes]
    room = SAME * np.abs(columns).max(axis=0)
    constant: np.ndarray = (np.abs(columns - own) <= room).all(axis=0)
    return constant


def about_groups(columns: np.ndarray, factor: Factor) -> np.ndarray:
    """Columns, (n, k), about their means in each group."""
    about: np.ndarray = columns - columns.mean(axis=0)
    for _ in range(2):  # what rounding leaves of large means goes with the second
        means = factor.sums(about) / factor.sizes[:, None]
        about = about - means[factor.codes]
    return about


def multiples_within(
    columns: np.ndarray, place: int, factor: Factor
) -> tuple[np.ndarray, int]:
    """Which columns are, in every group, a multiple of one of them, up to a constant.

    Such as x and its products with predictors of groups.

    Parameters
    ----------
    columns
        (n, k).
    place
        Which of the k columns.
    factor
        The grouping of the rows.

    Returns
    -------
    multiples
        (k,) of bool; not those that are constant within groups.
    count
        In how many groups the column varies.
    """
    about = about_groups(columns, factor)
    one = about[:, place]
    squares = factor.sums(one[:, None] ** 2)
    least = (SAME * np.abs(columns[:, place]).max()) ** 2
    varies = squares[:, 0] > least * factor.sizes
    products = factor.sums(one[:, None] * about)
    slopes = np.divide(
        products, squares, out=np.zeros_like(products), where=varies[:, None]
    )
    left = np.abs(about - one[:, None] * slopes[factor.codes]).max(axis=0)
    multiples = left <= SAME * np.abs(columns).max(axis=0)
    return multiples & ~constant_within(columns, factor), int(varies.sum())


def _parts(group: str | tuple[str, ...]) -> tuple[str, ...]:
    return group if isinstance(group, tuple) else (group,)


def _check_columns(
    data: pd.DataFrame, used: Iterable[str], outcome: str, predictors: Sequence[str]
) -> None:
    for name in used:
        check_column(data, name)
    if outcome in predictors:
        raise InputError(f"{outcome} is the outcome and a predictor; choose one")
    if INTERCEPT in predictors:
        raise InputError(f'every model has an intercept; rename column "{INTERCEPT}"')


def _check_terms(terms: Sequence[str], predictors: Sequence[str]) -> None:
    """Stop where a column is called as a category; one named twice repeats itself."""
    names = [str(name) for name in predictors]
    twice = sorted(
        {term for term in terms if terms.count(term) > max(1, names.count(term))}
    )
    if twice:
        raise InputError(
            f"two predictors are called {', '.join(twice)}: categories are named by "
            "their column and value, such as sector[health]; rename a column"
        )


def _left_out(missing: dict[str, np.ndarray], known: np.ndarray) -> list[str]:
    lost = int((~known).sum())
    if not lost:
        return []
    where = [f"{name} missing in {m.sum()}" for name, m in missing.items() if m.any()]
    return [f"{lost} of {len(known)} rows left out: {', '.join(where)}"]


def _numbers(name: str, column: pd.Series) -> np.ndarray | None:
    """The column as numbers, or None where it holds words."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        column = column.infer_objects()
    if pd.api.types.is_complex_dtype(column.dtype):
        raise InputError(f"{name} needs numbers or words, got complex numbers")
    if not pd.api.types.is_numeric_dtype(column.dtype):
        return None
    values: np.ndarray = column.to_numpy(dtype=float)
    if np.isinf(values).any():
        raise RefusedError(
            f"{name} has infinite values; transform it to something finite"
        )
    return check_size(str(name), values)


def _indicators(name: str, column: pd.Series) -> tuple[str, dict[str, np.ndarray]]:
    """What categories are compared with, and an indicator for each of the others."""
    codes, levels = grouped(column)
    _check_words(name, column, levels)
    if len(levels) == 1:
        raise RefusedError(
            f"no variance in predictor {name}: it is {levels[0]} in all {len(codes)} "
            "rows"
        )
    rest = enumerate(levels[1:], start=1)
    return str(levels[0]), {f"{name}[{level}]": (codes == k) * 1.0 for k, level in rest}


def _check_words(name: str, column: pd.Series, levels: pd.Index) -> None:
    """Stop at dates, and at numbers as text; "1" and "0301" may be codes of groups."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        raise InputError(f"{name} holds dates; give numbers, such as days since one")
    told = [str(level).strip() for level in levels]
    if all(map(_NUMBER.fullmatch, told)) and not all(map(str.isdigit, told)):
        raise InputError(
            f"{name} holds numbers as text; make them numbers (pandas.to_numeric, with "
            "decimal points), or a Categorical if they are names of groups"
        )


def _factor(rows: pd.DataFrame, group: tuple[str, ...]) -> Factor:
    parts = [grouped(rows[name]) for name in group]
    name = ":".join(map(str, group))
    if len(parts) == 1:
        return Factor(name, *parts[0])
    joined = np.ravel_multi_index(
        [codes for codes, _ in parts], [len(levels) for _, levels in parts]
    )
    found, codes = np.unique(joined, return_inverse=True)
    places = np.unravel_index(found, [len(levels) for _, levels in parts])
    labels: list[Hashable] = [
        ":".join(str(levels[at]) for at, (_, levels) in zip(row, parts, strict=True))
        for row in zip(*places, strict=True)
    ]
    return Factor(name, codes, pd.Index(labels))
