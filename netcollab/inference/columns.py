"""Columns of a table as numbers, from the rows that have them all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from netcollab.errors import InputError, UnknownNameError

__all__ = ["complete_columns"]


def complete_columns(
    data: pd.DataFrame, names: Sequence[str], *, cluster: str | None = None
) -> pd.DataFrame:
    """The named columns as finite numbers, of the rows that have them all.

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
        If a value is no finite number, or a column is named twice.
    """
    if len(set(names)) < len(names):
        raise InputError(f"every variable needs to be named once, got {list(names)}")
    for name in [*names, *([] if cluster is None else [cluster])]:
        if name not in data:
            raise UnknownNameError("column", name, data.columns)
    try:
        numbers = data[list(names)].astype(float)
    except (TypeError, ValueError):
        raise InputError(f"{', '.join(names)} need numbers in every row") from None
    if np.isinf(numbers.to_numpy()).any():
        raise InputError(f"{', '.join(names)} need finite numbers in every row")
    known = numbers.notna().all(axis=1).to_numpy()
    complete = numbers.loc[known]
    if cluster is not None and cluster not in names:
        complete = complete.assign(**{cluster: data[cluster].to_numpy()[known]})
    return complete
