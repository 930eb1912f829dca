"""One row per tie or known absence: who its two actors are, and what it says.

Which rows name no actor, tell of a tie to oneself, or tell of one dyad twice?
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from netcollab.errors import InputError, closest
from netcollab.networks.states import OBSERVED, code_of
from netcollab.study import TIE_STATES

__all__ = ["numbers_of", "placed_rows", "strangers"]

_HINTS = 20
_MOST_NAMES = 5000


def placed_rows(ties: pd.DataFrame, index: pd.Index, *, directed: bool) -> pd.DataFrame:
    """The rows with their places in the square; an undirected row stands both ways.

    Columns row, column, weight, state (its code) and, where declared, distance.
    """
    missing = [name for name in ("source", "target", "weight") if name not in ties]
    if missing:
        raise InputError(f"ties needs the columns {', '.join(missing)}")
    if not index.is_unique:
        raise InputError("two actors have the same name")
    rows = pd.DataFrame(
        {
            "row": index.get_indexer(pd.Index(ties["source"])),
            "column": index.get_indexer(pd.Index(ties["target"])),
            "weight": numbers_of(ties["weight"]),
            "state": _state_codes(ties),
        }
    )
    if "distance" in ties:
        rows["distance"] = numbers_of(ties["distance"])
    problems = []
    for side, place in (("source", "row"), ("target", "column")):
        unknown = rows[place].to_numpy() < 0
        problems += strangers(side, ties[side][unknown].unique(), index)
    loops = rows.loc[(rows["row"] == rows["column"]) & (rows["row"] >= 0), "row"]
    problems += [f'self-tie of "{index[place]}"' for place in loops.unique()]
    strange = np.nonzero(rows["state"] < 0)[0]
    if len(strange):
        words = sorted(set(map(str, ties["state"].iloc[strange])))
        problems.append(f"states that are none of {TIE_STATES}: {words}")
    if not directed:
        mirror = rows.rename(columns={"row": "column", "column": "row"})
        rows = pd.concat([rows, mirror], ignore_index=True)
    problems += _repeats(rows, index, directed=directed)
    if problems:
        raise InputError(problems)
    return rows


def strangers(side: str, names: np.ndarray, index: pd.Index) -> list[str]:
    """One problem per name that is no actor; the first get the name most like them."""
    known = [str(actor) for actor in index] if len(index) <= _MOST_NAMES else []
    near = [closest(str(name), known) for name in names[:_HINTS]]
    hints = [f' (did you mean "{name}"?)' if name else "" for name in near]
    hints += [""] * (len(names) - len(hints))
    return [
        f'{side} "{name}" is not an actor{hint}'
        for name, hint in zip(names, hints, strict=True)
    ]


def numbers_of(column: pd.Series) -> np.ndarray:
    """A column as numbers, NaN where it is empty; text is an error."""
    if column.dtype.kind not in "fiub":
        known = column.dropna()
        if known.map(lambda cell: isinstance(cell, str)).any():
            raise InputError(f"column {column.name} needs numbers, got text")
    return pd.to_numeric(column).to_numpy(dtype=float, na_value=np.nan)


def _state_codes(ties: pd.DataFrame) -> np.ndarray:
    if "state" not in ties:
        return np.full(len(ties), OBSERVED)
    words = ties["state"].to_numpy(dtype=object, na_value="")
    return np.where(words == "", OBSERVED, code_of(words))


def _repeats(rows: pd.DataFrame, index: pd.Index, *, directed: bool) -> list[str]:
    twice = rows.duplicated(["row", "column"]) & (rows["row"] >= 0)
    dyads = rows.loc[twice, ["row", "column"]].drop_duplicates()
    return [
        f'dyad "{index[i]}" - "{index[j]}" is listed more than once'
        for i, j in dyads.itertuples(index=False)
        if i != j and (directed or i < j)
    ]
