"""Workbooks (XLSX): the used cells of one sheet, and what Excel may have done."""

from __future__ import annotations

import hashlib
import io
import re
import warnings
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
from openpyxl.utils.escape import unescape

from netcollab.errors import closest
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import FileSpec
from netcollab.study.paths import why_unreadable
from netcollab.study.problems import Place
from netcollab.study.raw import RawColumn, RawTable, as_text, column_letter, text_array
from netcollab.study.readers.headers import note_empty_header
from netcollab.study.readers.package import (
    SheetNotes,
    open_package,
    scan_sheet,
    sheet_parts,
)
from netcollab.study.schema import TABLES
from netcollab.study.text import MAX_COLUMNS

__all__ = ["read_excel", "sheet_names"]

Cells = list[list[tuple[str, bool, bool]]]


def read_excel(
    file: Path,
    name: str,
    shown_as: str,
    spec: FileSpec,
    ledger: Ledger,
    *,
    may_be_empty: bool = False,
) -> RawTable | None:
    """Read one sheet of a workbook; None when it cannot be read.

    Parameters
    ----------
    file, name, shown_as, spec, ledger
        As in `read_delimited`.
    may_be_empty
        A sheet without rows is noted, and read as a table without rows.
    """
    place = Place(shown_as)
    data = _bytes(file, place, ledger)
    package = None if data is None else open_package(data, place, ledger)
    if data is None or package is None:
        return None
    with package:
        chosen = _chosen_sheet(package, name, spec, place, ledger)
        if chosen is None:
            return None
        sheet, part, hidden = chosen
        table = RawTable(name, shown_as, sheet, is_workbook=True)
        table.sha256 = hashlib.sha256(data).hexdigest()
        ledger.open(shown_as, sheet)
        try:
            notes = scan_sheet(package, part)
            if notes.root != "worksheet":
                told = {"kind": notes.root or "?", "table": name}
                ledger.add("E-XLS-018", table.place(), **told)
                return None
            if notes.misplaced:
                ledger.add("E-XLS-017", table.place(), value=notes.misplaced)
                return None
            cells, errors = _values(data, sheet, notes.last_row)
        except Exception as error:  # whatever a broken workbook makes a library raise
            ledger.add("E-XLS-001", table.place(), reason=type(error).__name__)
            return None
    header = cells[spec.header_row - 1 : spec.header_row]
    heads = [text for row in header for text, _, _ in row]
    schema = TABLES.get(name)
    if schema is not None and schema.lacks_header(heads, spec.columns.values()):
        heads = []
    _report(notes, hidden, table, heads, ledger)
    for row, column, text in errors:
        at = _cell_place(table, row, column_letter(column), heads)
        ledger.add("E-XLS-010", at, value=text)
    return _tabulate(table, cells, spec, ledger, may_be_empty=may_be_empty)


def sheet_names(file: Path, shown_as: str, ledger: Ledger) -> list[str] | None:
    """The sheets of a workbook, in its order; None when it cannot be read."""
    place = Place(shown_as)
    data = _bytes(file, place, ledger)
    package = None if data is None else open_package(data, place, ledger)
    if package is None:
        return None
    with package:
        return _sheets(package, place, ledger)


def _bytes(file: Path, place: Place, ledger: Ledger) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError as error:
        reason = why_unreadable(error)
        ledger.add("E-FIL-006", place, value=place.file, reason=reason)
        return None


def _sheets(package: zipfile.ZipFile, place: Place, ledger: Ledger) -> list[str] | None:
    try:
        parts = sheet_parts(package)
    except Exception as error:  # as above
        ledger.add("E-XLS-001", place, reason=type(error).__name__)
        return None
    return [sheet for sheet, (part, _) in parts.items() if part in package.NameToInfo]


def _chosen_sheet(
    package: zipfile.ZipFile, name: str, spec: FileSpec, place: Place, ledger: Ledger
) -> tuple[str, str, bool] | None:
    """The declared sheet, else the only one, else the one named as the table."""
    sheets = _sheets(package, place, ledger)
    if sheets is None:
        return None
    options = ", ".join(f'"{sheet}"' for sheet in sheets[:20])
    wanted = spec.sheet
    if wanted is None:
        wanted = sheets[0] if len(sheets) == 1 else name
        if wanted not in sheets:
            ledger.add("E-XLS-007", place, options=options, table=name)
            return None
    if wanted not in sheets:
        near = closest(wanted, sheets)
        ledger.add("E-XLS-006", place, value=wanted, near=near, options=options)
        return None
    return wanted, *sheet_parts(package)[wanted]


def _values(
    data: bytes, sheet: str, last_row: int
) -> tuple[Cells, list[tuple[int, int, str]]]:
    """The used cells as text, and the error cells with their places."""
    cells: Cells = []
    errors = []
    with warnings.catch_warnings():
        # openpyxl warns of features it drops when writing; nothing is written here.
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            opened = book[sheet]
            opened.reset_dimensions()
            used = opened.iter_rows(max_row=last_row) if last_row else ()
            for number, row in enumerate(used, start=1):
                read = [as_text(_unescaped(cell.value)) for cell in row]
                for place, cell in enumerate(row):
                    if cell.data_type == "e" and cell.value is not None:
                        errors.append((number, place, str(cell.value)))
                        read[place] = ("", False, False)
                while read and not read[-1][0]:
                    read.pop()
                cells.append(read)
        finally:
            book.close()
    while cells and not cells[-1]:
        cells.pop()
    return cells, errors


def _unescaped(value: object) -> object:
    """Text with the control characters that a workbook writes as _x000D_."""
    return unescape(value) if isinstance(value, str) and "_x" in value else value


def _cell_place(
    table: RawTable, row: int | None, letter: str, heads: list[str]
) -> Place:
    named = {column_letter(place): head for place, head in enumerate(heads)}
    return Place(table.file, table.sheet, row, named.get(letter, ""), letter)


def _report(
    notes: SheetNotes,
    hidden: bool,
    table: RawTable,
    heads: list[str],
    ledger: Ledger,
) -> None:
    for cell in notes.without_result:
        found = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", cell)
        row, letter = (int(found[2]), found[1]) if found else (None, "")
        ledger.add("E-XLS-008", _cell_place(table, row, letter, heads))
    if notes.formulas > len(notes.without_result):
        count = notes.formulas - len(notes.without_result)
        ledger.add("N-XLS-009", table.place(), count=count)
    if hidden or notes.hidden_rows or notes.hidden_columns or notes.has_filter:
        ledger.add(
            "W-XLS-012",
            table.place(),
            rows=notes.hidden_rows,
            columns=notes.hidden_columns,
            sheets=int(hidden),
            filters=int(notes.has_filter),
        )
    if notes.merged:
        ranges = ", ".join(notes.merged[:10])
        ledger.add("W-XLS-013", table.place(), count=len(notes.merged), value=ranges)


def _tabulate(
    table: RawTable,
    cells: Cells,
    spec: FileSpec,
    ledger: Ledger,
    *,
    may_be_empty: bool,
) -> RawTable | None:
    at = spec.header_row
    if not cells and may_be_empty:
        ledger.add("N-FIL-019", table.place(), table=table.name)
        return table
    if not cells:
        ledger.add("E-FIL-017", table.place(), found=0)
        return None
    if len(cells) < at:
        ledger.add("E-CSV-016", table.place(), found=len(cells), expected_row=at)
        return None
    header = [text for text, _, _ in cells[at - 1]]
    body = cells[at:]
    if not header:
        below = [[text for text, _, _ in row] for row in body]
        note_empty_header(table.place(at), below, ledger)
        return None
    if max(len(header), *map(len, body), 0) > MAX_COLUMNS:
        found = max(len(header), *map(len, body), 0)
        ledger.add("E-CSV-002", table.place(at), found=found, limit=MAX_COLUMNS)
        return None
    table.read = len(body)
    table.exclude("skip_rows", min(spec.skip_rows, len(body)))
    numbered = list(enumerate(body, start=at + 1))[spec.skip_rows :]
    filled = [(n, row) for n, row in numbered if any(t.strip() for t, _, _ in row)]
    if len(filled) < len(numbered):
        table.exclude("blank", len(numbered) - len(filled))
        count = len(numbered) - len(filled)
        ledger.add("N-CSV-013", table.place(), count=count)
    if not filled:
        code = "N-FIL-019" if may_be_empty else "E-FIL-018"
        ledger.add(code, table.place(at), table=table.name)
    width = max([len(header), *(len(row) for _, row in filled)])
    header += [""] * (width - len(header))
    table.rows = np.array([number for number, _ in filled], dtype=np.int64)
    blank = ("", False, False)
    for place, head in enumerate(header):
        column = [row[place] if place < len(row) else blank for _, row in filled]
        table.columns.append(
            RawColumn(
                head,
                column_letter(place),
                text_array(text for text, _, _ in column),
                np.array([number for _, number, _ in column], dtype=bool),
                np.array([date for _, _, date in column], dtype=bool),
            )
        )
    return table
