"""One check per argument that many functions share; each returns the cleaned value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, cast

import numpy as np
import pandas as pd

from netcollab.errors import InputError, RefusedError, UnknownNameError

__all__ = [
    "Alternative",
    "as_affiliations",
    "as_entropy",
    "as_square_frame",
    "check_alternative",
    "check_choice",
    "check_count",
    "check_fraction",
    "check_room",
]

MAX_ACTORS = 5000

Alternative = Literal["two-sided", "greater", "less"]


def check_choice(kind: str, value: str, options: Iterable[str]) -> str:
    """The value, if it is one of the options."""
    options = tuple(options)
    if value not in options:
        raise UnknownNameError(kind, value, options)
    return value


def check_alternative(alternative: str) -> Alternative:
    """One of two-sided, greater, less."""
    options = ("two-sided", "greater", "less")
    return cast(Alternative, check_choice("alternative", alternative, options))


def check_count(name: str, value: int, *, minimum: int = 1) -> int:
    """A whole number that is at least `minimum`."""
    if isinstance(value, bool) or int(value) != value or value < minimum:
        raise InputError(f"{name} needs a whole number >= {minimum}, got {value!r}")
    return int(value)


def check_fraction(name: str, value: float) -> float:
    """A number strictly between 0 and 1."""
    if not 0 < float(value) < 1:
        raise InputError(f"{name} needs a number between 0 and 1, got {value!r}")
    return float(value)


def check_room(n_actors: int) -> None:
    """Refuse a square table over the limit before any memory is asked for."""
    if n_actors > MAX_ACTORS:
        gib, most = (8 * n * n / 2**30 for n in (n_actors, MAX_ACTORS))
        raise RefusedError(
            f"{n_actors:,} actors need {gib:.1f} GiB for each matrix of the network; "
            f"at most {MAX_ACTORS:,} actors ({most:.1f} GiB) are held. Choose fewer "
            "actors, gather them into units, or hold the ties alone in a Register"
        )


def as_entropy(rng: int | np.random.Generator | None) -> int:
    """The one integer from which every block of draws is seeded.

    A Generator yields one integer here, at the door; None draws fresh entropy, which
    the result records.
    """
    if rng is None:
        return int(cast(int, np.random.SeedSequence().entropy))
    if isinstance(rng, np.random.Generator):
        return int(rng.integers(2**63 - 1))
    if isinstance(rng, (bool, float)) or int(rng) != rng or rng < 0:
        raise InputError(f"rng needs a whole number >= 0 or a Generator, got {rng!r}")
    return int(rng)


def as_square_frame(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A numeric frame whose columns are its rows in the same order, diagonal NaN."""
    rows, columns = set(frame.index), set(frame.columns)
    problems = []
    if not frame.index.is_unique or not frame.columns.is_unique:
        problems.append(f"{name} needs unique labels on rows and columns")
    if rows != columns:
        only_rows = sorted(map(str, rows - columns))
        only_columns = sorted(map(str, columns - rows))
        problems.append(
            f"{name} needs the same labels on rows and columns; "
            f"only on rows: {only_rows}, only on columns: {only_columns}"
        )
    if problems:
        raise InputError(problems)
    square = frame if frame.columns.equals(frame.index) else frame[list(frame.index)]
    if not _is_plain(square):
        square = square.mask(np.eye(len(square), dtype=bool))
    values = _numbers(name, square)
    np.fill_diagonal(values, np.nan)
    if np.isinf(values).any():
        raise InputError(f"{name} needs finite numbers or NaN in every cell")
    return pd.DataFrame(values, index=frame.index, columns=frame.index, copy=False)


def as_affiliations(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A frame of actors x objects with finite numbers of at least 0, or NaN."""
    if not isinstance(frame, pd.DataFrame):
        raise InputError(f"{name} needs a DataFrame of actors x objects")
    if not frame.index.is_unique or not frame.columns.is_unique:
        raise InputError(f"{name} needs every actor and every object once")
    values = _numbers(name, frame)
    if np.isinf(values).any() or (values < 0).any():
        raise InputError(f"{name} needs numbers of at least 0, or NaN, in every cell")
    return pd.DataFrame(values, index=frame.index, columns=frame.columns, copy=False)


def _is_plain(frame: pd.DataFrame) -> bool:
    """Every column is one of numbers, without values of any other kind."""
    return all(isinstance(t, np.dtype) and t.kind in "fiub" for t in frame.dtypes)


def _numbers(name: str, frame: pd.DataFrame) -> np.ndarray:
    """The cells as an array of our own, unless one of them is text."""
    if _is_plain(frame):
        return np.array(frame.to_numpy(dtype=float), order="C", copy=True)
    try:
        if frame.select_dtypes(exclude="number").map(_is_text).to_numpy().any():
            raise TypeError
        known = frame.mask(frame.isna(), np.nan)
        return known.to_numpy(dtype=float, na_value=np.nan).copy()
    except (TypeError, ValueError):
        raise InputError(f"{name} needs numbers in every cell") from None


def _is_text(cell: object) -> bool:
    return isinstance(cell, str)
