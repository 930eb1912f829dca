"""One check per argument that many functions share; each returns the cleaned value."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from decimal import Decimal
from numbers import Integral, Real
from typing import Any, Literal, cast

import numpy as np
import pandas as pd

from netcollab.errors import InputError, RefusedError, UnknownNameError

__all__ = [
    "Alternative",
    "as_affiliations",
    "as_column_names",
    "as_entropy",
    "as_number_table",
    "as_numbers",
    "as_square_frame",
    "check_alternative",
    "check_choice",
    "check_count",
    "check_draws",
    "check_flag",
    "check_fraction",
    "check_function",
    "check_number",
    "check_room",
    "check_series",
    "check_size",
    "check_table",
    "other_kinds",
]

MAX_ACTORS = 5000
MAX_DRAWS = 10_000_000
LARGEST = 1e50

Alternative = Literal["two-sided", "greater", "less"]


def check_choice(kind: str, value: str, options: Iterable[str]) -> str:
    """The value, if it is one of the options."""
    options = tuple(options)
    if not isinstance(value, Hashable) or value not in options:
        raise UnknownNameError(kind, value, options)
    return value


def check_alternative(alternative: str) -> Alternative:
    """One of two-sided, greater, less."""
    options = ("two-sided", "greater", "less")
    return cast(Alternative, check_choice("alternative", alternative, options))


def check_count(name: str, value: int, *, minimum: int = 1) -> int:
    """A whole number that is at least `minimum`."""
    if not _is_whole(value) or value < minimum:
        raise InputError(f"{name} needs a whole number >= {minimum}, got {value!r}")
    return int(value)


def check_draws(n_resamples: int, *, minimum: int = 1) -> int:
    """A number of draws that ends: every one of them is kept."""
    if not _is_whole(n_resamples) or not minimum <= n_resamples <= MAX_DRAWS:
        raise InputError(
            f"n_resamples needs a whole number from {minimum} to {MAX_DRAWS:,}, "
            f"got {n_resamples!r}"
        )
    return int(n_resamples)


def check_flag(name: str, value: bool) -> bool:
    """True or False, and nothing that merely counts as one of them."""
    if not isinstance(value, (bool, np.bool_)):
        raise InputError(f"{name} needs True or False, got {value!r}")
    return bool(value)


def check_fraction(name: str, value: float) -> float:
    """A number strictly between 0 and 1."""
    if not _is_number(value) or not 0 < float(value) < 1:
        raise InputError(f"{name} needs a number between 0 and 1, got {value!r}")
    return float(value)


def check_number(name: str, value: float) -> float:
    """A number, which may be infinite or NaN."""
    if not _is_number(value):
        raise InputError(f"{name} needs a number, got {value!r}")
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
    if not isinstance(rng, Integral) or isinstance(rng, bool) or rng < 0:
        raise InputError(f"rng needs a whole number >= 0 or a Generator, got {rng!r}")
    return int(rng)


def check_function(name: str, function: object) -> None:
    """Something that can be called."""
    if not callable(function):
        raise InputError(f"{name} needs a function, got {_kind(function)}")


def check_table(name: str, data: pd.DataFrame) -> pd.DataFrame:
    """A table, one row per observation."""
    if not isinstance(data, pd.DataFrame):
        raise InputError(
            f"{name} needs a DataFrame, one row per observation, got {_kind(data)}"
        )
    return data


def check_series(name: str, values: pd.Series) -> pd.Series:
    """A Series that has each label of its index once."""
    if not isinstance(values, pd.Series):
        raise InputError(f"{name} needs a Series by actor, got {_kind(values)}")
    if not values.index.is_unique:
        raise InputError(f"{name} needs each actor once")
    return values


def as_column_names(name: str, columns: str | int | Iterable[Any]) -> list[Any]:
    """One name of a column, or several, as a list."""
    if isinstance(columns, (str, int)):
        return [columns]
    if not isinstance(columns, Iterable) or isinstance(columns, pd.DataFrame):
        raise InputError(f"{name} needs names of columns, got {_kind(columns)}")
    names = list(columns)
    wrong = [each for each in names if not isinstance(each, Hashable)]
    if wrong:
        raise InputError(f"{name} needs names of columns, got {wrong[0]!r}")
    return names


def as_numbers(name: str, column: pd.Series) -> np.ndarray:
    """The values of a column as floats, NaN where missing; text is no number."""
    return _numbers(name, column.to_frame())[:, 0]


def as_number_table(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """The same table of floats, NaN where missing; text is no number."""
    return pd.DataFrame(_numbers(name, table), table.index, table.columns)


def check_size(
    name: str, values: np.ndarray, *, least: float = 1 / LARGEST
) -> np.ndarray:
    """Refuse numbers so large, or all so small, that their products cannot be held."""
    largest = float(np.fmax.reduce(np.abs(values), axis=None, initial=0.0))
    if largest > LARGEST or 0 < largest < least:
        raise RefusedError(
            f"the largest value of {name} has a size of {largest:.3g}; products of "
            f"sizes above {LARGEST:g} or below {least:g} leave the range of numbers. "
            "Change the unit"
        )
    return values


def as_square_frame(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A numeric frame whose columns are its rows in the same order, diagonal NaN."""
    if not isinstance(frame, pd.DataFrame):
        raise InputError(
            f"{name} needs a DataFrame, actors on rows and columns, got {_kind(frame)}"
        )
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
            + other_kinds("the rows", rows, "the columns", columns)
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


def other_kinds(
    one: str, ours: Iterable[Hashable], other: str, theirs: Iterable[Hashable]
) -> str:
    """How to mend labels that read the same and are numbers here and text there.

    Empty where that is not what sets them apart.
    """
    ours, theirs = set(ours) - set(theirs), set(theirs) - set(ours)
    if not set(map(str, ours)) & set(map(str, theirs)):
        return ""
    texts = [all(isinstance(label, str) for label in side) for side in (ours, theirs)]
    if texts[0] == texts[1]:
        return ""
    text, numbers = (one, other) if texts[0] else (other, one)
    return (
        f"; {numbers} hold numbers and {text} text that reads the same: make both "
        "text, as with frame.index.astype(str) and frame.columns.astype(str)"
    )


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
    """The cells as an array of our own, unless one of them is no number."""
    if _is_plain(frame):
        return np.array(frame.to_numpy(dtype=float), order="C", copy=True)
    try:
        if not all(_holds_numbers(column) for _, column in frame.items()):
            raise TypeError
        known = frame.mask(frame.isna(), np.nan)
        return known.to_numpy(dtype=float, na_value=np.nan).copy()
    except (TypeError, ValueError):
        raise InputError(f"{name} needs numbers in every cell") from None


def _holds_numbers(column: pd.Series) -> bool:
    if pd.api.types.is_complex_dtype(column.dtype):
        return False
    if pd.api.types.is_numeric_dtype(column.dtype):
        return True
    return all(isinstance(cell, (Real, Decimal, np.bool_)) for cell in column.dropna())


def _is_whole(value: object) -> bool:
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        return False
    return isinstance(value, Integral) or float(value).is_integer()


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _kind(value: object) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"
