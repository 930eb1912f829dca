"""Workbooks as bytes: the same content gives the same file, on any day."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import openpyxl
from openpyxl.styles import Alignment, Font
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet.worksheet import Worksheet

from netcollab._files import without_clock
from netcollab.errors import InputError

__all__ = ["TEXT_FORMAT", "add_sheet", "book_bytes", "set_widths", "write_text"]

TEXT_FORMAT = "@"
_LONGEST_NAME = 31
_LONGEST_TEXT = 32_767


def add_sheet(
    book: openpyxl.Workbook, title: str, header: Sequence[str] = ()
) -> Worksheet:
    """A sheet at the end of a workbook, with a bold header that stays in sight."""
    sheet = book.create_sheet(title[:_LONGEST_NAME])
    for place, name in enumerate(header, start=1):
        write_text(sheet, 1, place, name)
        sheet.cell(1, place).font = Font(bold=True)
    if header:
        sheet.freeze_panes = "A2"
    return sheet


def write_text(sheet: Worksheet, row: int, column: int, text: str) -> None:
    """Write a cell as text, whatever it looks like; long lines wrap.

    Raises
    ------
    InputError
        If the text has characters that a workbook cannot hold, or is too long.
    """
    if len(text) > _LONGEST_TEXT:
        raise InputError(f"a cell takes {_LONGEST_TEXT} characters, not {len(text)}")
    cell = sheet.cell(row, column)
    try:
        cell.value = text
    except IllegalCharacterError:
        raise InputError("a workbook holds no control characters") from None
    cell.data_type = "s"
    cell.number_format = TEXT_FORMAT
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def set_widths(sheet: Worksheet, widths: Iterable[float]) -> None:
    """The width of each column, in characters."""
    for place, width in enumerate(widths, start=1):
        letter = openpyxl.utils.get_column_letter(place)
        sheet.column_dimensions[letter].width = width


def book_bytes(book: openpyxl.Workbook) -> bytes:
    """The workbook as a file without a clock: fixed dates, parts not compressed."""
    written = io.BytesIO()
    book.save(written)
    return without_clock(written.getvalue())
