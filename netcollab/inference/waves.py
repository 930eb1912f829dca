"""Rows of two waves as arrays: which group, which unit, before or after?"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from netcollab._checks import as_column_names, check_table
from netcollab.errors import InputError, RefusedError, UnknownNameError
from netcollab.inference.columns import check_column, complete_columns, grouped

__all__ = ["CompleteRows", "TwoWaves", "complete_rows", "two_waves"]


class CompleteRows(NamedTuple):
    """The values of the complete rows, and where each row belongs."""

    profile: pd.DataFrame
    places: pd.DataFrame


@dataclass(frozen=True, eq=False)
class TwoWaves:
    """The rows in use, in an order of their own.

    Parameters
    ----------
    profiles
        Values less what all groups have in common in each wave, (N, d).
    after, group, unit
        0 or 1, and numbers from 0, (N,).
    waves
        The two waves.
    """

    profiles: np.ndarray
    after: np.ndarray
    group: np.ndarray
    unit: np.ndarray
    waves: tuple[str, str]


def two_waves(
    data: pd.DataFrame,
    values: str | Sequence[str],
    group: str,
    wave: str,
    unit: str | None,
    waves: tuple[Hashable, Hashable] | None,
) -> TwoWaves:
    """The complete rows of the two waves, checked; arguments as in `group_convergence`.

    Raises
    ------
    InputError
        If a column is not there or is no number where one is needed, or there are not
        two waves.
    RefusedError
        If no row is complete, or with one group, or a group of fewer than two rows in a
        wave.
    """
    rows = complete_rows(data, values, [group, wave, *([] if unit is None else [unit])])
    chosen, after = _two_waves(rows.places[wave], waves)
    profile, kept = rows.profile[after >= 0], rows.places[after >= 0]
    later = after[after >= 0]
    codes, levels = grouped(kept[group])
    numbers = profile.to_numpy(dtype=float)
    _check_groups(codes, later, levels, chosen)
    units = np.arange(len(kept)) if unit is None else grouped(kept[unit])[0]
    order = np.lexsort([*numbers.T, later, codes, *([] if unit is None else [units])])
    numbers, later, codes = numbers[order], later[order], codes[order]
    units = units if unit is None else units[order]
    return TwoWaves(_apart(numbers, later, codes), later, codes, units, chosen)


def complete_rows(
    data: pd.DataFrame, values: str | Sequence[str], places: Sequence[str]
) -> CompleteRows:
    """The rows that have every value and stand in every place.

    Raises
    ------
    InputError
        If data is no table, or a column is not there or is no number where one is
        needed.
    RefusedError
        If no row is complete.
    """
    check_table("data", data)
    wanted = as_column_names("values", values)
    if not wanted:
        raise InputError("values needs at least one column")
    for name in [*wanted, *places]:
        check_column(data, name)
    placed = data[list(dict.fromkeys([*wanted, *places]))].reset_index(drop=True)
    placed = placed[placed[list(places)].notna().all(axis=1)]
    profile = complete_columns(placed, wanted)
    if not len(profile):
        raise RefusedError(f"no row has all of: {', '.join(map(str, placed.columns))}")
    return CompleteRows(profile, placed.loc[profile.index, list(dict.fromkeys(places))])


def _two_waves(
    column: pd.Series, waves: tuple[Hashable, Hashable] | None
) -> tuple[tuple[str, str], np.ndarray]:
    """Their names, and for each row 0 before, 1 after, -1 for another wave."""
    codes, levels = grouped(column)
    listed = list(levels)
    told = ", ".join(map(str, listed[:10])) or "none"
    if waves is None:
        if len(listed) != 2:
            raise InputError(f"two waves are needed, there are: {told}; choose waves")
        pair = (listed[0], listed[1])
    else:
        if not isinstance(waves, (tuple, list)) or len(waves) != 2:
            raise InputError(f"waves needs two waves, before and after, got {waves!r}")
        pair = (waves[0], waves[1])
    for each in pair:
        if each not in listed:
            raise UnknownNameError("wave", each, listed)
    if pair[0] == pair[1]:
        raise InputError(f"waves needs two different waves, got {waves!r}")
    of_level = np.full(len(listed) + 1, -1)
    of_level[[listed.index(each) for each in pair]] = [0, 1]
    return (str(pair[0]), str(pair[1])), of_level[codes]


def _check_groups(
    codes: np.ndarray, after: np.ndarray, levels: pd.Index, waves: tuple[str, str]
) -> None:
    if len(levels) < 2:
        raise RefusedError(
            f"all rows are of one group ({levels[0]}); a spread between groups needs "
            "at least two"
        )
    for place, each in enumerate(waves):
        counts = np.bincount(codes[after == place], minlength=len(levels))
        few = [f"{name} ({n})" for name, n in zip(levels, counts, strict=True) if n < 2]
        if few:
            raise RefusedError(
                f"each group needs two complete rows in each wave; in wave {each}: "
                f"{', '.join(few)}. Join groups, or leave these out"
            )


def _apart(values: np.ndarray, after: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Values less the mean of the means of the groups in their wave."""
    apart = np.empty_like(values)
    for place in (0, 1):
        here = after == place
        count = np.bincount(group[here])
        sums = [np.bincount(group[here], column) for column in values[here].T]
        apart[here] = values[here] - np.mean(np.array(sums) / count, axis=1)
    return apart
