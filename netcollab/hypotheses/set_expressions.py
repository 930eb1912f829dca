"""Combinations of conditions as text: ``"structure*~leadership + tools"``.

Which cases are in such a combination, and how far?
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from netcollab._checks import as_number_table, check_table
from netcollab.errors import InputError, UnknownNameError

__all__ = ["membership", "memberships_of", "names_in", "written"]

_TOKEN = re.compile(r"\s*([^\W\d]\w*|[*+~()])")
_MAX_DEPTH = 50
_MAX_LENGTH = 2000


def membership(cases: pd.DataFrame, expression: str) -> pd.Series:
    """How far each case is in a combination of conditions.

    ``A*B`` is the smaller of both memberships, ``A + B`` the larger, ``~A`` is 1 - A;
    ``~`` binds before ``*``, ``*`` before ``+``, and parentheses before all. The text
    is parsed, never run.

    Parameters
    ----------
    cases
        Cases x conditions, numbers from 0 to 1; NaN where a membership is not known.
    expression
        Names of columns, joined by ``*``, ``+``, ``~`` and parentheses.

    Returns
    -------
    Series
        By case; NaN where a condition in it is not known.

    Raises
    ------
    InputError
        If the expression cannot be read, with the place, or a value lies outside of 0
        to 1.
    UnknownNameError
        If a name is no column.

    Examples
    --------
    >>> cases = pd.DataFrame({"A": [0.9, 0.2], "B": [0.6, 0.3]}, index=["nord", "soer"])
    >>> membership(cases, "A*~B + B").tolist()
    [0.6, 0.3]
    """
    known = memberships_of(cases, names_in(expression))
    values = _Reader(expression, known).read()
    return pd.Series(values, known.index, name=expression.strip())


def names_in(expression: str) -> list[str]:
    """The conditions an expression names, each once, in their order."""
    found = [text for _, text in _tokens(expression) if text[0] not in "*+~()"]
    return list(dict.fromkeys(found))


def memberships_of(cases: pd.DataFrame, names: Iterable[str]) -> pd.DataFrame:
    """Columns as numbers from 0 to 1, one row per case.

    Raises
    ------
    InputError
        If cases is no table, has a case twice, or a value outside of 0 to 1.
    UnknownNameError
        If a name is no column.
    """
    check_table("cases", cases)
    if not cases.index.is_unique:
        raise InputError("cases needs each case once in its index")
    wanted = list(names)
    for name in wanted:
        if name not in cases.columns:
            raise UnknownNameError("condition", name, cases.columns)
        if isinstance(cases[name], pd.DataFrame):
            raise InputError(f"cases has several columns named {name}")
    table = as_number_table("cases", cases[wanted])
    values = table.to_numpy()
    outside = [
        name
        for name, column in zip(wanted, values.T, strict=True)
        if ((column < 0) | (column > 1)).any()
    ]
    if outside:
        raise InputError(
            f"memberships lie between 0 and 1; outside of it: {', '.join(outside)}. "
            "set_membership and crisp_set make memberships of measurements"
        )
    return table


def written(terms: Iterable[tuple[int, ...]], conditions: Iterable[str]) -> str:
    """Terms as an expression: 1 is there, 0 is not there, -1 does not matter.

    Examples
    --------
    >>> written([(1, 0, -1), (-1, -1, 1)], ["A", "B", "C"])
    'A*~B + C'
    """
    names = list(conditions)
    return " + ".join(
        "*".join(
            name if literal else f"~{name}"
            for name, literal in zip(names, term, strict=True)
            if literal >= 0
        )
        for term in terms
    )


def _tokens(expression: str) -> list[tuple[int, str]]:
    """The words and signs of an expression with their places, counted from 1."""
    if not isinstance(expression, str) or not expression.strip():
        raise InputError(f"an expression of conditions is needed, got {expression!r}")
    if len(expression) > _MAX_LENGTH:
        raise InputError(f"an expression has at most {_MAX_LENGTH:,} letters")
    text, found, at = expression.rstrip(), [], 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            sign = text[at:].lstrip()
            raise _unread(expression, len(text) - len(sign) + 1, sign[0])
        found.append((token.start(1) + 1, token[1]))
        at = token.end()
    return found


def _unread(expression: str, place: int, sign: str) -> InputError:
    told = f'"{sign}" at place {place}' if sign else "its end"
    return InputError(
        f'cannot read "{expression.strip()}" at {told}; names of conditions are joined '
        "by * (and), + (or), ~ (not) and parentheses"
    )


@dataclass
class _Reader:
    """Reads an expression from left to right and works it out on the way."""

    expression: str
    known: pd.DataFrame

    def read(self) -> np.ndarray:
        self.tokens = _tokens(self.expression)
        self.at = 0
        values = self.any_of(0)
        if self.at < len(self.tokens):
            raise self.unread()
        return values

    def any_of(self, depth: int) -> np.ndarray:
        values = self.all_of(depth)
        while self.take("+"):
            values = np.maximum(values, self.all_of(depth))
        return values

    def all_of(self, depth: int) -> np.ndarray:
        values = self.one(depth)
        while self.take("*"):
            values = np.minimum(values, self.one(depth))
        return values

    def one(self, depth: int) -> np.ndarray:
        if depth > _MAX_DEPTH:
            raise InputError(f"an expression has at most {_MAX_DEPTH} levels")
        if self.take("~"):
            return 1 - self.one(depth + 1)
        if self.take("("):
            values = self.any_of(depth + 1)
            if not self.take(")"):
                raise self.unread()
            return values
        if self.at == len(self.tokens) or self.tokens[self.at][1] in "*+~()":
            raise self.unread()
        name = self.tokens[self.at][1]
        self.at += 1
        column: np.ndarray = self.known[name].to_numpy(dtype=float)
        return column

    def take(self, sign: str) -> bool:
        found = self.at < len(self.tokens) and self.tokens[self.at][1] == sign
        self.at += found
        return found

    def unread(self) -> InputError:
        if self.at == len(self.tokens):
            return _unread(self.expression, 0, "")
        return _unread(self.expression, *self.tokens[self.at])
