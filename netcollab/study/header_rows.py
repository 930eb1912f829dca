"""Rows under the header that are no data: question texts, import ids, kinds of answers.

Survey tools write two or three header rows. Read as data, they become respondents.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from netcollab.study.identifiers import INVISIBLE, fold
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import FileSpec
from netcollab.study.raw import RawTable
from netcollab.study.schema import ColumnSchema, TableSchema

__all__ = ["note_header_elsewhere", "note_header_rows"]

_MOST = 3
_SEARCHED = 20
_SEPARATORS = re.compile(r"[,;\t|]")
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
    keep = np.ones(len(raw), dtype=bool)
    if count:
        ledger.add(
            "E-CSV-017",
            raw.place(int(raw.rows[0])),
            count=count,
            header_rows=spec.header_row + count,
            table=raw.name,
            skip=spec.skip_rows + count,
        )
        keep[:count] = False
    again = _repeated_headers(raw) & keep
    for row in raw.rows[again].tolist():
        ledger.add("E-CSV-019", raw.place(int(row)), other=spec.header_row)
    keep &= ~again
    if keep.all():
        return raw
    raw.exclude("header", int((~keep).sum()))
    return replace(
        raw,
        columns=[column.take(keep) for column in raw.columns],
        rows=raw.rows[keep],
    )


def note_header_elsewhere(
    raw: RawTable, schema: TableSchema, spec: FileSpec, ledger: Ledger
) -> bool:
    """Note names in another row, behind another separator, or at a matrix's sides.

    Parameters
    ----------
    raw
        The table as read.
    schema
        What the table should be.
    spec, ledger
        As in `note_header_rows`.

    Returns
    -------
    bool
        Something was noted that explains why columns are missing.
    """
    headers = [column.header for column in raw.columns]
    named = {*(header.strip(INVISIBLE) for header in headers), *spec.columns}
    missing = [c for c in schema.columns if c.required and c.name not in named]
    if not missing:
        return False
    needed = min(2, len(missing))
    if len(headers) == 1 and _n_named(headers[0].split("|"), missing) >= needed:
        told = {"table": raw.name, "found": "|"}
        ledger.add("E-CSV-018", raw.place(spec.header_row), **told)
        return True
    for at in range(min(_SEARCHED, len(raw))):
        cells = [str(column.text[at]) for column in raw.columns]
        if len(cells) == 1:
            cells = _SEPARATORS.split(cells[0])
        if _n_named(cells, missing) >= needed:
            row = int(raw.rows[at])
            ledger.add("E-COL-012", raw.place(row), table=raw.name, found=row)
            return True
    if raw.name == "ties" and _is_matrix(raw):
        ledger.add("E-COL-013", raw.place(), value=raw.file)
        return True
    return False


def _n_named(cells: Sequence[str], missing: Sequence[ColumnSchema]) -> int:
    folded = {fold(cell.strip("\"'")) for cell in cells}
    return sum(
        bool(folded & {fold(name) for name in (column.name, *column.other_names)})
        for column in missing
    )


def _is_matrix(raw: RawTable) -> bool:
    """The first row and the first column name the same things."""
    if len(raw.columns) < 3 or not len(raw):
        return False
    labels = {fold(str(cell)) for cell in raw.columns[0].text} - {""}
    names = {fold(column.header) for column in raw.columns[1:]} - {""}
    return len(labels & names) > 1 and 2 * len(labels & names) > len(labels | names)


def _repeated_headers(raw: RawTable) -> np.ndarray:
    """Rows in which every cell says its header."""
    again = np.ones(len(raw), dtype=bool)
    for column in raw.columns:
        again &= column.text == column.header
        if not again.any():
            break
    return again & (len(raw.columns) > 1)


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
