"""Tables for a spreadsheet and for a text document, the same bytes every time."""

from __future__ import annotations

import io
import math
import re
from xml.sax.saxutils import escape

import numpy as np
import openpyxl
import pandas as pd
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from netcollab._files import without_clock, zipped
from netcollab.report.labels import ambient_language, number_in
from netcollab.report.table_cells import Grid, grid_of, one_line

__all__ = ["document_table", "workbook_table"]

_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NO_SHEET = re.compile(r"[\[\]:*?/\\]")
_LONGEST_TEXT, _LONGEST_NAME, _WIDEST = 32_767, 31, 40
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_TYPES = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" '
    f'ContentType="{_DOCUMENT}.document.main+xml"/></Types>'
)
_RELATIONS = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
)
_LOCALES = {"en": "en-GB", "nb": "nb-NO", "da": "da-DK"}
_GROUPED = 10_000
_TEXT_HALF_PT, _NOTE_HALF_PT, _RULE_EIGHTH_PT = 20, 17, 8
_PAGE_TWIPS, _MARGIN_TWIPS, _LETTER_TWIPS = 11_906, 1_417, 120


def workbook_table(
    frame: pd.DataFrame, name: str, caption: str, decimals: int, note: str = ""
) -> bytes:
    """A table as a workbook of one sheet: caption, bold headings, cells, note.

    Numbers are numbers, rounded; what is undefined is empty; text is text even where
    it looks like a formula. In the columns that ``frame.attrs["numbers"]`` names, a
    text that is a number as the ambient language writes it is that number.

    Parameters
    ----------
    frame
        The table; its index becomes the first columns.
    name
        Of the sheet.
    caption, note
        Above and below; empty ones are left out.
    decimals
        Digits after the decimal mark.
    """
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(_NO_SHEET.sub("_", name)[:_LONGEST_NAME] or "table")
    grid = grid_of(frame, decimals)
    top = 1
    if caption:
        _fill(sheet.cell(1, 1), caption, decimals).font = Font(bold=True)
        top = 3
    for column, text in enumerate(grid.head, start=1):
        cell = _fill(sheet.cell(top, column), text, decimals)
        cell.font = Font(bold=True)
        if grid.right[column - 1]:
            cell.alignment = Alignment(horizontal="right")
    counted = _counted(frame)
    for row, (at, values) in enumerate(
        zip(frame.index, frame.itertuples(index=False, name=None), strict=True), top + 1
    ):
        labels = at if isinstance(at, tuple) else (at,)
        for column, value in enumerate((*labels, *values), start=1):
            cell = sheet.cell(row, column)
            if column - len(labels) - 1 in counted and isinstance(value, str):
                _fill_number(cell, value, decimals)
            else:
                _fill(cell, value, decimals)
    if note:
        last = top + len(frame) + 2
        _fill(sheet.cell(last, 1), note, decimals).font = Font(italic=True)
    sheet.freeze_panes = sheet.cell(top + 1, grid.labels + 1).coordinate
    for column, wide in enumerate(_widths(grid), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = wide
    written = io.BytesIO()
    book.save(written)
    return without_clock(written.getvalue())


def document_table(
    frame: pd.DataFrame, caption: str, decimals: int, note: str = ""
) -> bytes:
    """A table as a text document (docx): caption, ruled table, note.

    Word and LibreOffice open it; the heading row repeats on every page.

    Parameters
    ----------
    frame
        The table; its index becomes the first columns.
    caption, note
        Above and below; empty ones are left out.
    decimals
        Digits after the decimal mark.
    """
    body = _paragraph(caption, bold=True, keep=True) if caption else ""
    body += _table(grid_of(frame, decimals))
    body += _paragraph(note, size=_NOTE_HALF_PT)
    document = (
        f'{_HEAD}<w:document xmlns:w="{_WORD}"><w:body>{body}'
        f'<w:sectPr><w:pgSz w:w="{_PAGE_TWIPS}" w:h="16838"/>'
        f'<w:pgMar w:top="{_MARGIN_TWIPS}" w:right="{_MARGIN_TWIPS}" '
        f'w:bottom="{_MARGIN_TWIPS}" w:left="{_MARGIN_TWIPS}" w:header="708" '
        'w:footer="708" w:gutter="0"/></w:sectPr></w:body></w:document>'
    )
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS,
        "word/document.xml": document,
    }
    return zipped({name: text.encode("utf-8") for name, text in parts.items()})


def _fill(cell: Cell, value: object, decimals: int) -> Cell:
    """Put a value into a cell: a number, a truth value, or text."""
    if isinstance(value, (bool, np.bool_)):
        cell.value = bool(value)
    elif isinstance(value, (int, np.integer)):
        cell.value = int(value)
        cell.number_format = "#,##0" if abs(int(value)) >= _GROUPED else "0"
    elif isinstance(value, (float, np.floating)) and math.isfinite(value):
        cell.value = round(float(value), decimals) + 0.0
        cell.number_format = f"0.{'0' * decimals}" if decimals else "0"
    elif not _is_missing(value):
        text = _NO_XML.sub("\N{REPLACEMENT CHARACTER}", str(value))
        cell.value = text[:_LONGEST_TEXT]
        cell.data_type = "s"
        cell.quotePrefix = True
    return cell


def _counted(frame: pd.DataFrame) -> set[int]:
    """The places of columns whose texts may be numbers."""
    named = frame.attrs.get("numbers", ())
    return {place for place, name in enumerate(frame.columns) if name in named}


def _fill_number(cell: Cell, text: str, decimals: int) -> None:
    """Put the number that a text is, written alike, into a cell; else the text."""
    found = number_in(text)
    if found is None:
        _fill(cell, text, decimals)
        return
    value, digits = found
    cell.value = value if digits else int(value)
    shown = "#,##0" if abs(value) >= _GROUPED else "0"
    shown += f".{'0' * digits}" if digits else ""
    cell.number_format = f"+{shown};-{shown};{shown}" if text[:1] == "+" else shown


def _is_missing(value: object) -> bool:
    nothing = value is None or value is pd.NA or value is pd.NaT
    return nothing or (isinstance(value, (float, np.floating)) and math.isnan(value))


def _widths(grid: Grid) -> list[int]:
    columns = zip(grid.head, *grid.rows, strict=True)
    return [min(_WIDEST, max(map(len, cells)) + 2) for cells in columns]


def _table(grid: Grid) -> str:
    rule = f'w:val="single" w:sz="{_RULE_EIGHTH_PT}" w:space="0" w:color="auto"'
    shares = _shares(grid)
    columns = "".join(f'<w:gridCol w:w="{share}"/>' for share in shares)
    rows = [_row(grid.head, grid, shares, rule, head=True)]
    rows += [_row(row, grid, shares, rule, head=False) for row in grid.rows]
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(shares)}" w:type="dxa"/>'
        f"<w:tblBorders><w:top {rule}/><w:bottom {rule}/></w:tblBorders></w:tblPr>"
        f"<w:tblGrid>{columns}</w:tblGrid>"
        f"{''.join(rows)}</w:tbl>"
    )


def _shares(grid: Grid) -> list[int]:
    """Widths of the columns in twips, by their longest texts, within the page."""
    letters = _widths(grid)
    room = _PAGE_TWIPS - 2 * _MARGIN_TWIPS
    twips = min(_LETTER_TWIPS, room / max(sum(letters), 1))
    return [int(count * twips) for count in letters]


def _row(
    cells: list[str], grid: Grid, shares: list[int], rule: str, *, head: bool
) -> str:
    kind = "<w:trPr><w:cantSplit/>" + ("<w:tblHeader/>" if head else "") + "</w:trPr>"
    below = f"<w:tcBorders><w:bottom {rule}/></w:tcBorders>" if head else ""
    told = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{share}" w:type="dxa"/>{below}</w:tcPr>'
        f"{_paragraph(text, bold=head, right=right)}</w:tc>"
        for text, right, share in zip(cells, grid.right, shares, strict=True)
    )
    return f"<w:tr>{kind}{told}</w:tr>"


def _paragraph(
    text: str,
    *,
    bold: bool = False,
    right: bool = False,
    keep: bool = False,
    size: int = _TEXT_HALF_PT,
) -> str:
    locale = _LOCALES[ambient_language()]
    told = escape(_NO_XML.sub("\N{REPLACEMENT CHARACTER}", one_line(text)))
    looks = ("<w:b/>" if bold else "") + f'<w:sz w:val="{size}"/>'
    place = (
        "<w:keepNext/>" if keep else ""
    ) + '<w:spacing w:before="20" w:after="20"/>'
    place += '<w:jc w:val="right"/>' if right else ""
    return (
        f"<w:p><w:pPr>{place}</w:pPr><w:r><w:rPr>{looks}"
        f'<w:lang w:val="{locale}"/></w:rPr><w:t xml:space="preserve">{told}</w:t>'
        "</w:r></w:p>"
    )
