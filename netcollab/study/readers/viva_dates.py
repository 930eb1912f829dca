"""Dates with slashes: which of the two numbers is the day?"""

from __future__ import annotations

import datetime
import re

import numpy as np
import pandas as pd

from netcollab.study.ledger import Ledger
from netcollab.study.raw import RawColumn, RawTable, is_among, text_array

__all__ = ["read_dates"]

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ][\d:.]{4,20}Z?)?")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: [\d:. APMapm]{4,20})?")


def read_dates(
    table: RawTable,
    column: RawColumn | None,
    ledger: Ledger,
    *,
    day_first: bool | None = None,
) -> np.ndarray | None:
    """The dates of a column as YYYY-MM-DD; what is none becomes empty and an error.

    A number above 12 in one of the dates decides for all of them. Where none does,
    the order is asked for.

    Parameters
    ----------
    table, column
        Where they stand; without a column there are none.
    ledger
        Takes the problems.
    day_first
        The order, where it is known.
    """
    if column is None:
        return None
    codes, uniques = pd.factorize(column.text)
    cells = [str(cell).strip() for cell in uniques]
    slashed = [found for cell in cells if (found := _SLASHED.fullmatch(cell))]
    if slashed and day_first is None:
        day = any(int(found[1]) > 12 for found in slashed)
        month = any(int(found[2]) > 12 for found in slashed)
        if day == month:
            ledger.add("E-VIV-003", table.place(column=column), count=len(slashed))
            return text_array([""] * len(table))
        day_first = day
    dates = [_iso(cell, day_first=bool(day_first)) for cell in cells]
    wrong = [uniques[place] for place, date in enumerate(dates) if not date]
    if wrong:
        ledger.add_rows("E-VIV-011", table, column, is_among(column.text, wrong))
    read: np.ndarray = text_array([*dates, ""])[codes]
    return read


def _iso(cell: str, *, day_first: bool) -> str:
    if found := _ISO.fullmatch(cell):
        year, month, day = (int(part) for part in found.groups())
    elif found := _SLASHED.fullmatch(cell):
        first, second, year = (int(part) for part in found.groups())
        day, month = (first, second) if day_first else (second, first)
    else:
        return ""
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return ""
