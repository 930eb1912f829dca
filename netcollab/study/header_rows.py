"""Rows under the header that are no data: question texts, import ids, kinds of answers.

Survey tools write two or three header rows. Read as data, they become respondents.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from netcollab.study.identifiers import fold
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import FileSpec
from netcollab.study.raw import RawTable

__all__ = ["note_header_rows"]

_MOST = 3
_IMPORT_ID = re.compile(r'\{\s*"ImportId"')
_KIND = re.compile(
    r"(?:open-ended )?response|respons|åpent svar|fritekst-?svar|åbent svar", re.I
)


def note_header_rows(raw: RawTable, spec: FileSpec, ledger: Ledger) -> RawTable:
    """Note further header rows, and leave them out of the table.

    Parameters
    ----------
    raw
        The table as read.
    spec
        What the manifest says about the file; rows it skips are gone already.
    ledger
        Takes the problem.

    Returns
    -------
    RawTable
        The table without these rows, which are counted.
    """
    count = _further_headers(raw)
    if not count:
        return raw
    place = raw.place(int(raw.rows[0]))
    ledger.add(
        "E-CSV-017",
        place,
        count=count,
        header_rows=spec.header_row + count,
        table=raw.name,
        skip=spec.skip_rows + count,
    )
    keep = np.ones(len(raw), dtype=bool)
    keep[:count] = False
    raw.exclude("header", count)
    return replace(
        raw,
        columns=[column.take(keep) for column in raw.columns],
        rows=raw.rows[keep],
    )


def _further_headers(raw: RawTable) -> int:
    """How many of the first rows are headers too."""
    first = [
        [str(column.text[row]) for column in raw.columns]
        for row in range(min(_MOST, len(raw)))
    ]
    headers = [column.header for column in raw.columns]
    count = 0
    for number, cells in enumerate(first, start=1):
        filled = [cell for cell in cells if cell.strip()]
        if (
            any(_IMPORT_ID.match(cell) for cell in filled)
            or (filled and all(_KIND.fullmatch(cell.strip()) for cell in filled))
            or (number == count + 1 and _repeats(cells, headers))
            or (number == count + 1 and _continues(cells, headers))
        ):
            count = number
    return count


def _repeats(cells: list[str], headers: list[str]) -> bool:
    """Most filled cells say their header again, alone or before a longer text."""
    pairs = [
        (fold(c), fold(h)) for c, h in zip(cells, headers, strict=True) if c.strip()
    ]
    same = [
        cell == header or re.match(re.escape(header) + r"[-–:.]", cell) is not None
        for cell, header in pairs
        if header
    ]
    return len(same) > 1 and 2 * sum(same) > len(pairs)


def _continues(cells: list[str], headers: list[str]) -> bool:
    """The row names the columns that the header leaves without a name."""
    below = [cell for cell, header in zip(cells, headers, strict=True) if not header]
    return len(below) > 1 and all(below) and not cells[0].strip() and bool(headers[0])
