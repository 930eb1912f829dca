"""Square tables of one network: filled from rows, equal both ways, and checked.

Do strengths, states and lengths of a network agree with each other?
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from netcollab.errors import InputError
from netcollab.networks.states import OBSERVED

__all__ = ["aligned", "faults_of", "filled_square", "one_value_per_pair"]

_ROUNDING = 1e-10


def filled_square(
    usual: float, kind: type, rows: pd.DataFrame, column: str, names: pd.Index
) -> pd.DataFrame:
    """A square of one value, but for the dyads that have a row."""
    cells: np.ndarray = np.full((len(names), len(names)), usual, dtype=kind)
    cells[rows["row"], rows["column"]] = rows[column]
    return pd.DataFrame(cells, index=names, columns=names, copy=False)


def one_value_per_pair(ties: pd.DataFrame) -> pd.DataFrame:
    """Both ways the same where they differ by rounding alone."""
    there, back = ties.to_numpy(), ties.to_numpy().T
    if np.array_equal(there, back, equal_nan=True):
        return ties
    if not np.allclose(there, back, rtol=_ROUNDING, atol=_ROUNDING, equal_nan=True):
        return ties
    same = np.where(there == back, there, (there + back) / 2)
    return pd.DataFrame(same, ties.index, ties.columns)


def aligned(actors: pd.DataFrame, index: pd.Index) -> pd.DataFrame:
    """The attributes in the order of the actors, all of whom need a row."""
    missing = [str(name) for name in index if name not in actors.index]
    if missing:
        raise InputError(f"actors without a row of attributes: {', '.join(missing)}")
    strangers = [str(name) for name in actors.index if name not in index]
    if strangers:
        raise InputError(f"actors that are not in the matrix: {', '.join(strangers)}")
    return actors.loc[index]


def faults_of(
    values: np.ndarray,
    codes: np.ndarray,
    lengths: np.ndarray | None,
    *,
    directed: bool,
    signed: bool,
    scale: tuple[float, float] | None,
) -> list[str]:
    """What contradicts what, in words; empty for a sound network."""
    faults = []
    if (np.isnan(values) == (codes == OBSERVED)).any():
        faults.append("a dyad is observed exactly when it has a number; check states")
    if not signed and (values < 0).any():
        faults.append("negative strengths; declare signed=True if they are meant")
    if not directed and not np.array_equal(values, values.T, equal_nan=True):
        faults.append("an undirected relation needs the same value both ways")
    tied = ~np.isnan(values) & (values != 0)
    if scale is not None:
        low, high = scale
        if not low < high:
            faults.append(f"a scale is (lowest, highest), got {scale}")
        if (tied & ((values < low) | (values > high))).any():
            faults.append(f"strengths outside the declared scale {scale}")
    if lengths is not None:
        length = lengths[tied]
        if not ((length > 0) & np.isfinite(length)).all():
            faults.append("every tie needs a distance that is above 0 and finite")
    return faults
