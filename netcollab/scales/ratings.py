"""Tables of ratings: who put which unit into which category.

Which categories are there, in which order, and which ratings are missing?
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from netcollab.errors import InputError
from netcollab.scales.answers import places

__all__ = ["Coded", "Column", "Ratings", "beside", "tallied"]

Ratings = pd.DataFrame | np.ndarray | Sequence[Sequence[object]]
Column = pd.Series | np.ndarray | Sequence[object]


class Coded:
    """Ratings as places in an ordered list of categories, -1 where there is none.

    Parameters
    ----------
    ratings
        Units x raters.
    categories
        All categories in their order; None takes those of an ordered categorical, or
        those that were used, sorted.
    """

    def __init__(
        self, ratings: Ratings, categories: Sequence[object] | None = None
    ) -> None:
        frame = ratings if isinstance(ratings, pd.DataFrame) else _frame(ratings)
        self.n_raters = frame.shape[1]
        column = _stacked(frame)
        known = column.notna().to_numpy()
        given = column[known]
        numeric = _is_numeric(given)
        values = pd.Index(given.astype(float if numeric else object))
        if categories is not None:
            points = pd.Index(list(categories))
            if not points.is_unique or points.hasnans:
                raise InputError("categories need to differ, and none may be missing")
        elif isinstance(column.dtype, pd.CategoricalDtype):
            points = column.dtype.categories
        else:
            points = _sorted(values, numeric=numeric)
        codes = np.full(len(column), -1)
        codes[known] = points.get_indexer(values)
        shape = (self.n_raters, len(frame))
        self.codes = codes.reshape(shape).T
        stray = ((codes < 0) & known).reshape(shape).any(axis=0)
        if np.any(stray):
            raise InputError(
                f"a rating is none of the categories in {places(np.asarray(stray))}"
            )
        self.numeric = pd.api.types.is_numeric_dtype(points)
        own_order = isinstance(column.dtype, pd.CategoricalDtype)
        self.ordered = self.numeric or own_order or categories is not None
        self.n_categories = len(points)
        self.points = (
            points.to_numpy(dtype=float)
            if self.numeric
            else np.arange(len(points), dtype=float)
        )

    def complete(self) -> np.ndarray:
        """The codes of units that all raters rated."""
        return self.codes[(self.codes >= 0).all(axis=1)]

    def tallies(self) -> np.ndarray:
        """Ratings per unit and category, of units with two ratings or more."""
        return tallied(self.codes, self.n_categories)


def _frame(ratings: Ratings) -> pd.DataFrame:
    table = np.asarray(ratings, dtype=object)
    if table.ndim != 2:
        raise InputError("ratings needs a table: units x raters")
    return pd.DataFrame(table).infer_objects()


def beside(a: Column, b: Column) -> pd.DataFrame:
    if len(a) != len(b):
        raise InputError(f"a has {len(a)} ratings, b has {len(b)}")
    if (
        isinstance(a, pd.Series)
        and isinstance(b, pd.Series)
        and not a.index.equals(b.index)
    ):
        raise InputError("a and b have different indexes; align them first")
    columns = [
        pd.Series(list(column) if not isinstance(column, pd.Series) else column.array)
        for column in (a, b)
    ]
    return pd.concat(columns, axis=1)


def _stacked(frame: pd.DataFrame) -> pd.Series:
    """One rater's column after the other; categorical where all have one order."""
    columns = [frame.iloc[:, place] for place in range(frame.shape[1])]
    kinds = {column.dtype for column in columns}
    one = next(iter(kinds)) if len(kinds) == 1 else None
    if not (isinstance(one, pd.CategoricalDtype) and one.ordered):
        columns = [column.astype(object) for column in columns]
    if not columns:
        return pd.Series([], dtype=object)
    return pd.concat(columns, ignore_index=True)


def _is_numeric(known: pd.Series) -> bool:
    cells = list(known)
    text = [isinstance(cell, str) for cell in cells]
    if any(text) and not all(text):
        raise InputError("ratings mix numbers and words")
    if any(text):
        return False
    try:
        values = np.array(cells, dtype=float)
    except (TypeError, ValueError):
        return False
    if np.isinf(values).any():
        raise InputError("ratings need finite numbers")
    return True


def _sorted(values: pd.Index, *, numeric: bool) -> pd.Index:
    found = np.unique(values.to_numpy()) if numeric else sorted(set(values), key=str)
    index: pd.Index = pd.Index(list(found), dtype=float if numeric else object)
    return index


def tallied(codes: np.ndarray, n_categories: int) -> np.ndarray:
    counts = np.zeros((len(codes), n_categories))
    units, raters = np.nonzero(codes >= 0)
    np.add.at(counts, (units, codes[units, raters]), 1)
    rated = counts.sum(axis=1)
    return np.asarray(counts[rated >= 2])
