"""In which order do the labels of a column stand, and which one sorts last?"""

from __future__ import annotations

from collections.abc import Hashable

import pandas as pd

from netcollab.errors import InputError

__all__ = ["labels_in_order", "two_labels"]


def labels_in_order(name: str, column: pd.Series) -> list[Hashable]:
    """The labels that occur in a column, in order; rows without one are passed over.

    A categorical column has its labels in the order of its categories, as pandas sorts
    it; any other by value: numbers by size, words by the alphabet, True after False.
    Labels of kinds that cannot be compared stand in the order of their text.

    Parameters
    ----------
    name
        What the labels are called in messages.
    column
        One label per row.

    Raises
    ------
    InputError
        If something in the column is no label.

    Examples
    --------
    >>> waves = pd.Series(["before", "after", "after"])
    >>> labels_in_order("wave", waves)
    ['after', 'before']
    >>> told = pd.CategoricalDtype(["before", "after"], ordered=True)
    >>> labels_in_order("wave", waves.astype(told))
    ['before', 'after']
    """
    known = column.dropna()
    if isinstance(known.dtype, pd.CategoricalDtype):
        return list(known.cat.remove_unused_categories().cat.categories)
    try:
        found: list[Hashable] = known.unique().tolist()
    except TypeError:
        raise InputError(f"{name} needs one word or number in each row") from None
    try:
        return sorted(found)  # type: ignore[type-var]
    except TypeError:
        return sorted(found, key=str)


def two_labels(
    name: str, column: pd.Series, *, kind: str = "groups"
) -> tuple[Hashable, Hashable]:
    """The two labels of a column, that which sorts last behind.

    Raises
    ------
    InputError
        If there are not two.
    """
    found = labels_in_order(name, column)
    if len(found) != 2:
        told = ", ".join(map(str, found[:5])) or "none"
        raise InputError(f"{name} needs two {kind}, got {len(found)}: {told}")
    return found[0], found[1]
