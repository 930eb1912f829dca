"""The cells of a table as readers, spreadsheets and programs take them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from netcollab.report.labels import number

__all__ = [
    "Grid",
    "grid_of",
    "is_number",
    "neutral",
    "neutral_line",
    "one_line",
    "text_cell",
    "written",
]

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t")
_MISSING = "–"


@dataclass(frozen=True)
class Grid:
    """A table as rows of text.

    Parameters
    ----------
    head
        One heading per column; of several, joined by a slash.
    rows
        The cells.
    right
        Which columns hold numbers.
    labels
        How many of the columns are labels of rows.
    """

    head: list[str]
    rows: list[list[str]]
    right: list[bool]
    labels: int


def grid_of(frame: pd.DataFrame, decimals: int) -> Grid:
    """The table as a reader sees it, its index first, nothing escaped."""
    labels = frame.index.nlevels
    cells = [
        [*_flat(at), *(frame.iat[i, j] for j in range(frame.shape[1]))]
        for i, at in enumerate(frame.index)
    ]
    columns = [_joined(name, decimals) for name in frame.columns]
    names = [text_cell(name or "", decimals) for name in frame.index.names]
    right = [is_number(frame.iloc[:, j]) for j in range(frame.shape[1])]
    return Grid(
        head=[*names, *columns],
        rows=[[text_cell(cell, decimals) for cell in row] for row in cells],
        right=[*[False] * labels, *right],
        labels=labels,
    )


def text_cell(cell: object, decimals: int) -> str:
    """A cell in the ambient language; an en dash where there is nothing."""
    if isinstance(cell, (int, np.integer)) and not isinstance(cell, bool):
        return number(int(cell), 0)
    if isinstance(cell, (float, np.floating)):
        return number(float(cell), decimals)
    missing = cell is None or cell is pd.NA or cell is pd.NaT
    return _MISSING if missing else str(cell)


def neutral(cell: object, decimals: int) -> object:
    """A number rounded, without a negative zero; text that is no formula."""
    if isinstance(cell, tuple):
        return tuple(neutral(part, decimals) for part in cell)
    if isinstance(cell, (float, np.floating)):
        return round(float(cell), decimals) + 0.0
    if isinstance(cell, str):
        text = re.sub(r"\r\n?", "\n", cell)
        return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text
    return cell


def neutral_line(text: str) -> str:
    """One line of which no part, cut at its commas, is a formula."""
    return re.sub(r"[,;](?=\s*[=+\-@])", " ", one_line(text))


def one_line(text: str) -> str:
    """The text without line ends; spaces that hold numbers together stay."""
    return re.sub(r"[ \t\r\n\f\v]+", " ", text).strip(" ")


def is_number(column: pd.Series) -> bool:
    """Whether a column holds numbers; truth values are none."""
    kinds = pd.api.types
    return kinds.is_numeric_dtype(column) and not kinds.is_bool_dtype(column)


def written(escape: Callable[[str], str], decimals: int) -> Callable[[object], object]:
    """Writes cells as escaped text, the parts of a label one by one."""

    def write(cell: object) -> object:
        if isinstance(cell, tuple):
            return tuple(write(part) for part in cell)
        return escape(text_cell(cell, decimals))

    return write


def _flat(label: object) -> tuple[object, ...]:
    return label if isinstance(label, tuple) else (label,)


def _joined(name: object, decimals: int) -> str:
    return " / ".join(text_cell(part, decimals) for part in _flat(name))
