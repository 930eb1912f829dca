"""A table as it was read: text in columns, with the rows of the file beside it."""

from __future__ import annotations

import datetime
import decimal
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from netcollab.study.problems import Place

__all__ = [
    "RawColumn",
    "RawTable",
    "column_letter",
    "is_among",
    "raw_from_frame",
    "text_array",
]


@dataclass(frozen=True, eq=False)
class RawColumn:
    """One column of a file: every cell as text.

    Parameters
    ----------
    header, letter
        The column's name in the file, and its letter in a spreadsheet.
    text
        The cells.
    is_number, is_date
        Cells the file itself typed, in workbooks and frames; None: plain text.
    """

    header: str
    letter: str
    text: np.ndarray
    is_number: np.ndarray | None = None
    is_date: np.ndarray | None = None

    def take(self, keep: np.ndarray) -> RawColumn:
        """The column with only these rows."""
        return RawColumn(
            self.header,
            self.letter,
            self.text[keep],
            None if self.is_number is None else self.is_number[keep],
            None if self.is_date is None else self.is_date[keep],
        )


@dataclass(eq=False)
class RawTable:
    """A table on its way from file to frame.

    `rows` holds the row in the file of each data row; `read` counts the data rows of
    the file, `excluded` those that are not in the columns, by rule; `columns_left_out`
    counts the columns that do not go into the table, by rule.
    """

    name: str
    file: str
    sheet: str = ""
    columns: list[RawColumn] = field(default_factory=list)
    rows: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    read: int = 0
    excluded: dict[str, int] = field(default_factory=dict)
    columns_left_out: dict[str, int] = field(default_factory=dict)
    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    is_workbook: bool = False
    sha256: str = ""

    def __len__(self) -> int:
        return len(self.rows)

    def place(self, row: int | None = None, column: RawColumn | None = None) -> Place:
        """A place in this table, for a message."""
        if column is None:
            return Place(self.file, self.sheet, row)
        return Place(self.file, self.sheet, row, column.header, column.letter)

    def exclude(self, rule: str, count: int) -> None:
        """Count rows that a rule leaves out."""
        if count:
            self.excluded[rule] = self.excluded.get(rule, 0) + count

    def leave_out_column(self, rule: str) -> None:
        """Count a column that a rule leaves out."""
        self.columns_left_out[rule] = self.columns_left_out.get(rule, 0) + 1


def column_letter(index: int) -> str:
    """The letters of a column in a spreadsheet, counted from 0.

    Examples
    --------
    >>> column_letter(0), column_letter(25), column_letter(26), column_letter(16_383)
    ('A', 'Z', 'AA', 'XFD')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def text_array(values: Iterable[str]) -> np.ndarray:
    """Text cells as an array of Python strings."""
    cells = list(values)
    array = np.empty(len(cells), dtype=object)
    array[:] = cells
    return array


def is_among(values: np.ndarray, known: Iterable[object]) -> np.ndarray:
    """True where a cell is one of the known values; fast for many equal cells.

    Examples
    --------
    >>> is_among(text_array(["a", "b", "a"]), {"a"}).tolist()
    [True, False, True]
    """
    options = set(known)
    codes, uniques = pd.factorize(values)
    found = [value in options for value in uniques.tolist()]
    chosen: np.ndarray = np.array([*found, False], dtype=bool)[codes]
    return chosen


def raw_from_frame(name: str, frame: pd.DataFrame) -> RawTable:
    """A frame as if it had been read from a file; rows count from 1."""
    table = RawTable(name, f"{name} (frame)", read=len(frame), is_workbook=True)
    table.rows = np.arange(1, len(frame) + 1)
    for place, header in enumerate(frame.columns):
        cells = frame.iloc[:, place]
        text = np.empty(len(cells), dtype=object)
        is_number = np.zeros(len(cells), dtype=bool)
        is_date = np.zeros(len(cells), dtype=bool)
        for i, value in enumerate(_values(cells)):
            text[i], is_number[i], is_date[i] = as_text(value)
        table.columns.append(RawColumn(str(header), "", text, is_number, is_date))
    return table


def as_text(value: object) -> tuple[str, bool, bool]:
    """A cell as text, and whether it was a number or a date.

    Examples
    --------
    >>> as_text(301.0), as_text("0301"), as_text(None)
    (('301', True, False), ('0301', False, False), ('', False, False))
    """
    if isinstance(value, str):
        return str(value), False, False
    if value is None or value is pd.NA or value is pd.NaT:
        return "", False, False
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value)).upper(), False, False
    if isinstance(value, (int, np.integer)):
        return str(int(value)), True, False
    if isinstance(value, (float, np.floating)):
        number = float(value)
        if math.isnan(number):
            return "", False, False
        whole = number.is_integer() and abs(number) < 1e15
        return (str(int(number)) if whole else repr(number)), True, False
    if isinstance(value, decimal.Decimal):
        return ("", False, False) if value.is_nan() else (str(value), True, False)
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return (str(value.date()) if midnight else value.isoformat(" ")), False, True
    if isinstance(value, (datetime.date, datetime.time, datetime.timedelta)):
        return str(value), False, True
    return str(value), False, False


def _values(cells: pd.Series) -> Iterator[object]:
    return iter(cells.astype(object).tolist())
