"""Round robins as they are handed in: one group or several, asked once or twice.

Are the tables such that a social relations model can be fitted to them?
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from netcollab._checks import as_square_frame, check_series, check_size
from netcollab.errors import InputError, RefusedError

__all__ = ["Ratings", "Variable", "gathered", "paired"]

Ratings = pd.DataFrame | Mapping[Any, pd.DataFrame]

MIN_ACTORS = 4
ALIKE = 1e-12


class Variable(NamedTuple):
    """One group's ratings: one matrix, or two that ask the same thing twice."""

    group: Any
    actors: pd.Index
    indicators: tuple[np.ndarray, ...]

    @property
    def average(self) -> np.ndarray:
        """Of the indicators; the ratings themselves where there is one."""
        average: np.ndarray = np.mean(self.indicators, axis=0)
        return average

    @property
    def place(self) -> str:
        """Where this is, for messages about several groups."""
        return f" in group {self.group}" if self.group != "" else ""

    @property
    def n(self) -> int:
        """Actors that rate or are rated."""
        known = np.isfinite(self.average)
        return int((known.any(axis=0) | known.any(axis=1)).sum())

    @property
    def n_missing(self) -> int:
        """Ratings that were not observed."""
        size = len(self.actors)
        return size * (size - 1) - int(np.isfinite(self.average).sum())


def gathered(
    ratings: Ratings, replicate: Ratings | None, groups: pd.Series | None, name: str
) -> list[Variable]:
    """The ratings of each group, checked."""
    tables = _cut(ratings, groups, name)
    again = None if replicate is None else _cut(replicate, groups, f"{name} again")
    if again is not None and set(again) != set(tables):
        raise InputError(f"{name} and its replicate need the same groups")
    variables = []
    for group, table in tables.items():
        frames = [table]
        if again is not None:
            frames.append(_like(again[group], table.index, name))
        indicators = tuple(frame.to_numpy() for frame in frames)
        variables.append(Variable(group, table.index, indicators))
    _check(variables, name)
    return variables


def paired(
    first: Sequence[Variable], other: Sequence[Variable]
) -> list[tuple[Variable, Variable]]:
    """Both variables of each group, the actors in the same order, without holes."""
    theirs = {variable.group: variable for variable in other}
    if set(theirs) != {variable.group for variable in first}:
        raise InputError("ratings and second need the same groups")
    pairs = []
    for ours in first:
        match = theirs[ours.group]
        if set(match.actors) != set(ours.actors):
            raise InputError(f"ratings and second need the same actors{ours.place}")
        if ours.n_missing or match.n_missing:
            raise RefusedError(
                f"two variables need every rating; ratings are missing{ours.place}"
            )
        order = match.actors.get_indexer(ours.actors)
        turned = tuple(each[np.ix_(order, order)] for each in match.indicators)
        pairs.append((ours, Variable(ours.group, ours.actors, turned)))
    return pairs


def _cut(
    ratings: Ratings, groups: pd.Series | None, name: str
) -> dict[Any, pd.DataFrame]:
    if isinstance(ratings, Mapping):
        if groups is not None:
            raise InputError("groups cut one table; here is one table per group")
        return {
            group: _square(f"{name} of group {group}", table)
            for group, table in ratings.items()
        }
    table = _square(name, ratings)
    if groups is None:
        return {"": table}
    check_series("groups", groups)
    if any(not isinstance(label, Hashable) for label in groups):
        raise InputError("groups needs one label per actor")
    labels = groups.reindex(table.index)
    missing = [str(actor) for actor in labels.index[labels.isna()]]
    if missing:
        raise InputError(f"groups has no value for: {', '.join(missing)}")
    together = np.equal.outer(labels.to_numpy(), labels.to_numpy())
    across = int((table.notna().to_numpy() & ~together).sum())
    if across:
        raise InputError(
            f"{name} holds {across} ratings between groups; a round robin has them "
            "inside groups alone: set the others to NaN"
        )
    return {
        group: table.loc[members, members]
        for group in pd.unique(labels)
        for members in [labels.index[labels == group]]
    }


def _square(name: str, table: pd.DataFrame) -> pd.DataFrame:
    square = as_square_frame(name, table)
    check_size(name, square.to_numpy())
    return square


def _like(table: pd.DataFrame, actors: pd.Index, name: str) -> pd.DataFrame:
    if set(table.index) != set(actors):
        raise InputError(f"{name} and its replicate need the same actors in each group")
    return table.reindex(index=actors, columns=actors)


def _check(variables: Sequence[Variable], name: str) -> None:
    if not variables:
        raise InputError(f"{name} holds no group")
    small = [v for v in variables if v.n < MIN_ACTORS]
    if small:
        told = ", ".join(f"{v.group} ({v.n})" for v in small).strip()
        raise RefusedError(
            f"a round robin needs {MIN_ACTORS} actors or more; fewer in: {told}"
        )
    for variable in variables:
        if len(variable.indicators) > 1 and variable.n_missing:
            raise RefusedError(
                f"{name}: with a replicate every rating must be there; ratings are "
                f"missing{variable.place}"
            )
    for place in range(len(variables[0].indicators)):
        told = f"the replicate of {name}" if place else name
        cells = [variable.indicators[place].ravel() for variable in variables]
        values = np.concatenate(cells)
        values = values[np.isfinite(values)]
        if not len(values) or np.ptp(values) <= ALIKE * np.abs(values).max():
            raise RefusedError(f"no variance in {told}: every rating is the same")
