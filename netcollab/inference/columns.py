"""Columns of a table as numbers, from the rows that have them all."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd

from netcollab._checks import as_column_names, as_numbers, check_size, check_table
from netcollab.errors import InputError, UnknownNameError

__all__ = ["check_column", "complete_columns", "grouped"]


def complete_columns(
    data: pd.DataFrame, names: Sequence[str], *, cluster: str | None = None
) -> pd.DataFrame:
    """The named columns as finite numbers, of the rows that have them all.

    Their names in the result are text, whatever they are in the data.

    Parameters
    ----------
    data
        One row per observation.
    names
        Columns of numbers, each once.
    cluster
        A further column that is kept as it is.

    Raises
    ------
    UnknownNameError
        If data has no such column.
    InputError
        If data is no table, a value is no finite number, or a column is named twice.
    RefusedError
        For values of a size whose products cannot be held.
    """
    check_table("data", data)
    used = as_column_names("variables", names)
    if len({str(name) for name in used}) < len(used):
        raise InputError(f"every variable needs to be named once, got {used}")
    for name in [*used, *([] if cluster is None else [cluster])]:
        check_column(data, name)
    numbers = {}
    for name in used:
        values = as_numbers(str(name), data[name])
        if np.isinf(values).any():
            raise InputError(f"{name} needs finite numbers in every row")
        numbers[str(name)] = check_size(str(name), values)
    table = pd.DataFrame(numbers, index=data.index)
    known = table.notna().all(axis=1).to_numpy()
    complete = table.loc[known]
    if cluster is not None and str(cluster) not in numbers:
        complete[str(cluster)] = data[cluster].to_numpy()[known]
    return complete


def check_column(data: pd.DataFrame, name: Hashable) -> None:
    """Stop where a table has no column of that name, or several."""
    if not isinstance(name, Hashable) or name not in data.columns:
        raise UnknownNameError("column", name, data.columns)
    if isinstance(data[name], pd.DataFrame):
        raise InputError(f"data has several columns named {name}")


def grouped(column: pd.Series) -> tuple[np.ndarray, pd.Index]:
    """The group of each row, -1 where it has none, and the groups that occur.

    These stand in the order of their names, or of their categories; where names of
    several kinds cannot be compared, by kind.

    Raises
    ------
    InputError
        If something in the column is no name.
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        told = column.cat.remove_unused_categories()
        return told.cat.codes.to_numpy().astype(np.intp), told.cat.categories
    try:
        codes, found = pd.factorize(column)
    except TypeError:
        raise InputError(
            f"{column.name} needs a number or a word in every row"
        ) from None
    levels = pd.Index(found, tupleize_cols=False)
    try:
        order = levels.argsort()
    except TypeError:
        names = [(type(level).__name__, str(level)) for level in levels]
        order = np.array(sorted(range(len(names)), key=names.__getitem__), np.intp)
    ranks = np.append(order.argsort(), -1)
    return ranks[codes], levels[order]
