"""Tables of answers, checked once before anything is computed from them.

Which numbers were given, by whom in which group, and what is missing?
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, cast

import numpy as np
import pandas as pd

from netcollab._checks import check_choice
from netcollab.errors import InputError

__all__ = [
    "Answers",
    "Grouped",
    "Groups",
    "Missing",
    "as_answers",
    "as_labels",
    "check_missing",
    "grouped",
    "places",
]

Missing = Literal["listwise", "pairwise"]
Answers = pd.DataFrame | pd.Series | np.ndarray | Sequence[float]
Groups = pd.Series | pd.Index | np.ndarray | Sequence[Hashable]

_SHOWN = 5


@dataclass(frozen=True, eq=False)
class Grouped:
    """Rows of answers with a group each.

    Parameters
    ----------
    answers
        Rows x items, NaN where there is no answer.
    codes
        The place of each row's group in `labels`.
    labels
        The groups, sorted.
    items
        The names of the items.
    left_out
        Rows dropped because an answer was missing.
    """

    answers: np.ndarray
    codes: np.ndarray
    labels: pd.Index
    items: tuple[Hashable, ...]
    left_out: int = 0

    def totals(self, cells: np.ndarray) -> np.ndarray:
        """Sums per group and item of rows x items cells, NaN counted as nothing."""
        size = len(self.labels)
        columns = [
            np.bincount(self.codes, np.nan_to_num(column), minlength=size)
            for column in cells.T
        ]
        return np.stack(columns, axis=1)

    @cached_property
    def counts(self) -> np.ndarray:
        """Answers per group and item."""
        return self.totals(~np.isnan(self.answers))

    @cached_property
    def means(self) -> np.ndarray:
        """Means per group and item; NaN without answers."""
        return _divided(self.totals(self.answers), self.counts)

    @cached_property
    def variances(self) -> np.ndarray:
        """Variances (n - 1) per group and item; NaN with fewer than two answers."""
        squares = self.totals((self.answers - self.means[self.codes]) ** 2)
        return _divided(squares, self.counts - 1)


def as_answers(items: Answers) -> pd.DataFrame:
    """Answers as a table of floats, rows x items, NaN where there is none.

    Raises
    ------
    InputError
        If a cell is text or infinite, or two items have the same name.
    """
    if isinstance(items, pd.DataFrame):
        frame = items
    elif isinstance(items, pd.Series):
        frame = items.to_frame()
    else:
        frame = pd.DataFrame(np.asarray(items))
    if not frame.columns.is_unique:
        raise InputError("items need names that differ")
    columns = {name: _numbers(name, frame[name]) for name in frame.columns}
    endless = [
        f'item "{name}" needs finite numbers: {places(np.isinf(column))}'
        for name, column in columns.items()
        if np.isinf(column).any()
    ]
    if endless:
        raise InputError(endless)
    return pd.DataFrame(columns, index=frame.index, columns=frame.columns, dtype=float)


def as_labels(name: str, labels: Groups, rows: Answers) -> pd.Series:
    """One label per row of a table, by position.

    Raises
    ------
    InputError
        If a label is missing, the lengths differ, or both have an index and these are
        not the same.
    """
    if getattr(labels, "ndim", 1) != 1:
        raise InputError(f"{name} needs one label per row")
    if len(labels) != len(rows):
        raise InputError(f"{name} has {len(labels)} labels for {len(rows)} rows")
    if (
        isinstance(rows, (pd.Series, pd.DataFrame))
        and isinstance(labels, pd.Series)
        and not labels.index.equals(rows.index)
    ):
        raise InputError(
            f"{name} and the answers have different indexes; align them, or give "
            f"{name} without its index: {name}.to_numpy()"
        )
    column = pd.Series(labels)
    if column.isna().any():
        raise InputError(f"{name} is missing in {places(column.isna().to_numpy())}")
    return column


def grouped(
    items: Answers, groups: Groups, *, missing: Missing = "listwise"
) -> Grouped:
    """Answers with their groups; listwise drops rows with a missing answer."""
    labels = as_labels("groups", groups, items)
    frame = as_answers(items)
    codes, found = pd.factorize(labels, sort=True)
    name = getattr(groups, "name", None)
    index = pd.Index(found.tolist(), name="group" if name is None else name)
    answers = frame.to_numpy()
    keep = np.ones(len(frame), dtype=bool)
    if check_missing(missing) == "listwise":
        keep = ~np.isnan(answers).any(axis=1)
    return Grouped(
        answers[keep], codes[keep], index, tuple(frame.columns), int((~keep).sum())
    )


def check_missing(missing: str) -> Missing:
    """One of listwise, pairwise."""
    options = ("listwise", "pairwise")
    return cast(Missing, check_choice("rule for gaps", missing, options))


def places(rows: np.ndarray) -> str:
    """Where something is, without saying whose row it is: rows 2, 5 and 1 more."""
    found = np.flatnonzero(rows) + 1
    listed = ", ".join(map(str, found[:_SHOWN]))
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return f"row{'s' if len(found) > 1 else ''} {listed}{more} (counted from 1)"


def _numbers(name: Hashable, column: pd.Series) -> np.ndarray:
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
        if pd.api.types.is_complex_dtype(column):
            raise InputError(f'item "{name}" needs real numbers')
        return column.to_numpy(dtype=float, na_value=np.nan)
    known = column.notna().to_numpy()
    cells = column.to_numpy(dtype=object)
    wrong = known & np.array([isinstance(cell, (str, bytes)) for cell in cells])
    if wrong.any():
        raise InputError(f'item "{name}" needs numbers, text stands in {places(wrong)}')
    values = np.full(len(cells), np.nan)
    try:
        values[known] = cells[known].astype(float)
    except (TypeError, ValueError):
        raise InputError(f'item "{name}" needs numbers') from None
    return values


def _divided(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    out = np.full(above.shape, np.nan)
    np.divide(above, below, out=out, where=below > 0)
    return out
