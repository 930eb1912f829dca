"""Rows of text as the bytes of a delimited file or a workbook."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Mapping, Sequence

import openpyxl
from openpyxl.utils.exceptions import IllegalCharacterError

from netcollab.errors import InputError

__all__ = ["delimited_bytes", "workbook_bytes"]

_BOMS = {"utf-16-le": b"\xff\xfe", "utf-8-sig": b""}
_LONGEST_CELL = 32_767
_WRITTEN = datetime.datetime(2000, 1, 1)

Rows = Sequence[Sequence[str]]


def delimited_bytes(
    rows: Rows,
    *,
    separator: str,
    encoding: str,
    line_end: str = "\n",
    quote_all: bool = False,
) -> bytes:
    """Rows as a delimited file; UTF-16 with its byte order mark.

    Raises
    ------
    InputError
        If the encoding has no room for a character, the column is named; if bytes of
        Windows-1252 could not be told from UTF-8.

    Examples
    --------
    >>> delimited_bytes([["a", "b"], ["1", "x;y"]], separator=";", encoding="cp1252")
    b'a;b\\n1;"x;y"\\n'
    """
    out = io.StringIO(newline="")
    csv.writer(
        out,
        delimiter=separator,
        lineterminator=line_end,
        quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL,
    ).writerows(rows)
    try:
        written = out.getvalue().encode(encoding)
    except UnicodeEncodeError:
        raise InputError(_unwritable(rows, encoding)) from None
    if encoding == "cp1252" and any(map(_is_utf8, written.split(b"\n"))):
        raise InputError("a text in Windows-1252 would be read as UTF-8")
    return _BOMS.get(encoding, b"") + written


def workbook_bytes(sheets: Mapping[str, Sequence[Sequence[str | int]]]) -> bytes:
    """Rows as the sheets of a workbook; text stays text, whatever it looks like.

    Raises
    ------
    InputError
        If a cell holds a control character or more than Excel takes.
    """
    book = openpyxl.Workbook(write_only=True)
    book.properties.created = book.properties.modified = _WRITTEN
    made = [
        (sheet, [[_cell(sheet, value) for value in row] for row in rows])
        for name, rows in sheets.items()
        for sheet in [book.create_sheet(name)]
    ]
    for sheet, cells in made:
        for row in cells:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _is_utf8(line: bytes) -> bool:
    if line.isascii():
        return False
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _unwritable(rows: Rows, encoding: str) -> str:
    for row in rows:
        for place, cell in enumerate(row):
            try:
                cell.encode(encoding)
            except UnicodeEncodeError:
                named = rows[0][place] if place < len(rows[0]) else place + 1
                return f"column {named} holds a character that {encoding} cannot write"
    return f"{encoding} cannot write a character"


def _cell(sheet: object, value: str | int) -> openpyxl.cell.WriteOnlyCell | None:
    if value == "":
        return None
    if isinstance(value, str) and len(value) > _LONGEST_CELL:
        raise InputError(f"a cell holds more than {_LONGEST_CELL} characters")
    try:
        cell = openpyxl.cell.WriteOnlyCell(sheet, value)
    except IllegalCharacterError:
        raise InputError("a cell holds a control character") from None
    if isinstance(value, str):
        cell.data_type = "s"
    return cell
