"""Delimited text files (CSV): separator, header and rows, with spreadsheet row numbers.

A row is what a spreadsheet shows as a row: blank rows count, a line break inside
quotes does not, and Excel's `sep=;` line is not a row.
"""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

import numpy as np

from netcollab.study.ledger import Ledger
from netcollab.study.manifest import FileSpec
from netcollab.study.problems import Place
from netcollab.study.raw import RawColumn, RawTable, column_letter, text_array
from netcollab.study.readers.headers import note_empty_header
from netcollab.study.readers.regular import read_regular
from netcollab.study.schema import TABLES
from netcollab.study.text import (
    MAX_COLUMNS,
    MAX_LINE,
    decode,
    is_markup,
    read_bytes,
)

__all__ = ["MAX_ROWS", "read_delimited"]

MAX_ROWS = 5_000_000
MAX_CELLS = 50_000_000
_SEPARATORS = (";", ",", "\t")
_NAMES = {"\t": "tab"}
_CSV_FAULTS = (
    ("expected after", "E-CSV-009"),
    ("field limit", "E-CSV-010"),
    ("unexpected end of data", "E-CSV-008"),
)

Rows = list[list[str]]


def read_delimited(
    file: Path,
    name: str,
    shown_as: str,
    spec: FileSpec,
    ledger: Ledger,
    *,
    about_persons: bool = False,
) -> RawTable | None:
    """Read one delimited file; None when not even its columns can be told.

    Parameters
    ----------
    file
        Where it is.
    name
        The table it holds.
    shown_as
        Its path inside the study, for messages.
    spec
        What the manifest says about it.
    ledger
        Takes the problems.
    about_persons
        True: columns are told by their letters, because a header that lost its line
        break goes on with a respondent.
    """
    place = Place(shown_as)
    data = read_bytes(file, place, ledger)
    if data is None or is_markup(data, place, ledger):
        return None
    decoded = decode(data, spec.encoding, place, ledger)
    if decoded is None:
        return None
    text, encoding = decoded
    if not text.strip("\ufeff \t\r\n"):
        ledger.add("E-FIL-017", place, found=len(data))
        return None
    text, hinted = _without_hint(text)
    separator = spec.separator or hinted or _separator(text, spec, place, ledger)
    if separator is None:
        return None
    if text.count(separator) > MAX_CELLS:
        _note_too_many(place, ledger)
        return None
    regular = _regular(text, separator, name, shown_as, spec)
    if regular is not None:
        regular.encoding, regular.separator = encoding, separator
        regular.sha256 = hashlib.sha256(data).hexdigest()
        return regular
    rows, codes = _parse(text, separator)
    for code, row in codes:
        ledger.add(code, Place(shown_as, row=row), limit=csv.field_size_limit())
    table = RawTable(name, shown_as, encoding=encoding, separator=separator)
    table.sha256 = hashlib.sha256(data).hexdigest()
    del data, text
    broken = bool(codes)
    return _tabulate(
        table, rows, spec, ledger, is_broken=broken, about_persons=about_persons
    )


def _regular(
    text: str, separator: str, name: str, shown_as: str, spec: FileSpec
) -> RawTable | None:
    """A plain file without anything to say about it; None: read it row by row."""
    if spec.header_row > 1 or spec.skip_rows:
        return None
    cells = read_regular(text, separator)
    if cells is None or len(cells) < 2 or not 1 < len(cells[0]) <= MAX_ROWS:
        return None
    header = [str(column[0]) for column in cells]
    if len(header) > MAX_COLUMNS or not header[-1].strip():
        return None
    table = RawTable(name, shown_as, read=len(cells[0]) - 1)
    table.rows = np.arange(2, len(cells[0]) + 1)
    table.columns = [
        RawColumn(head, column_letter(place), column[1:])
        for place, (head, column) in enumerate(zip(header, cells, strict=True))
    ]
    return table


def _without_hint(text: str) -> tuple[str, str | None]:
    """The text without Excel's first line `sep=;`, and the separator it names."""
    line, _, rest = text.partition("\n")
    hint = line.strip("\r").strip('"')
    if hint[:4].lower() == "sep=" and len(hint) == 5:
        return rest, hint[4]
    return text, None


def _separator(text: str, spec: FileSpec, place: Place, ledger: Ledger) -> str | None:
    """The separator that header and all rows agree on; two that fit are an error."""
    headers = {}
    for separator in _SEPARATORS:
        first, _ = _parse(text, separator, stop=spec.header_row)
        headers[separator] = first[-1] if len(first) == spec.header_row else []
    split = [s for s in _SEPARATORS if len(headers[s]) > 1]
    if len(split) == 1:
        return split[0]
    candidates = split or [",", ";", "\t"]
    parsed = {separator: _parse(text, separator) for separator in candidates}
    fitting = [s for s in candidates if _fits(*parsed[s], spec)]
    if not split:
        return fitting[0] if fitting else ","
    if len(fitting) > 1:
        stray = {s: _stray_quotes(parsed[s][0]) for s in fitting}
        fitting = [s for s in fitting if stray[s] == 0] or fitting
    if len(fitting) == 1:
        return fitting[0]
    known = {s: _n_fitting(parsed[s][0], spec) for s in split}
    best = [s for s in split if known[s] == max(known.values())]
    if not fitting and len(best) == 1:
        return best[0]
    listed = ", ".join(f'"{_NAMES.get(s, s)}"' for s in fitting or best)
    ledger.add(
        "E-CSV-004",
        Place(place.file, place.sheet, spec.header_row),
        options=listed,
        table=_table_key(spec, place),
    )
    return None


def _table_key(spec: FileSpec, place: Place) -> str:
    return Path(spec.path or place.file).stem


def _parse(
    text: str, separator: str, stop: int | None = None
) -> tuple[Rows, list[tuple[str, int]]]:
    """The records of a text, and what is wrong with its quotes, by row."""
    rows: Rows = []
    if stop is not None:
        text = text[: stop * MAX_LINE]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for record in reader:
            rows.append(record)
            if len(rows) == stop or len(rows) > MAX_ROWS:
                break
    except csv.Error as error:
        row = len(rows) + 1
        code = next((c for said, c in _CSV_FAULTS if said in str(error)), "E-CSV-008")
        if code != "E-CSV-009":
            return rows, [(code, row)]
        lenient, more = _parse_leniently(text, separator, stop)
        return lenient, [(code, row), *more]
    return rows, []


def _parse_leniently(
    text: str, separator: str, stop: int | None
) -> tuple[Rows, list[tuple[str, int]]]:
    rows: Rows = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append(record)
            if len(rows) == stop or len(rows) > MAX_ROWS:
                break
    except csv.Error:
        return rows, [("E-CSV-010", len(rows) + 1)]
    return rows, []


def _fits(rows: Rows, codes: list[tuple[str, int]], spec: FileSpec) -> bool:
    """Every row has as many values as the header, trailing empty ones apart."""
    if codes or len(rows) < spec.header_row:
        return False
    header = len(_trimmed(rows[spec.header_row - 1]))
    body = rows[spec.header_row :]
    return all(
        len(r) == header or not r or len(_trimmed(r)) <= header <= len(r) for r in body
    )


def _n_fitting(rows: Rows, spec: FileSpec) -> float:
    """The share of rows with as many values as the header."""
    header = len(rows[spec.header_row - 1]) if len(rows) >= spec.header_row else 0
    body = [row for row in rows[spec.header_row :] if row]
    return sum(len(row) == header for row in body) / len(body) if body else 0.0


def _stray_quotes(rows: Rows) -> int:
    return sum(cell.count('"') % 2 for row in rows for cell in row)


def _trimmed(row: list[str]) -> list[str]:
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return row[:end]


def _tabulate(
    table: RawTable,
    rows: Rows,
    spec: FileSpec,
    ledger: Ledger,
    *,
    is_broken: bool,
    about_persons: bool,
) -> RawTable | None:
    """Columns from records; rows that do not fit the header are counted and left."""
    place = Place(table.file)
    at = spec.header_row
    if len(rows) < at:
        ledger.add("E-CSV-016", place, found=len(rows), expected_row=at)
        return None
    header, body = rows[at - 1], rows[at:]
    table.read = len(body)
    if len(rows) > MAX_ROWS:
        _note_too_many(place, ledger)
        return None
    if len(header) > MAX_COLUMNS:
        row = Place(table.file, row=at)
        ledger.add("E-CSV-002", row, found=len(header), limit=MAX_COLUMNS)
        return None
    if not _trimmed(header):
        note_empty_header(Place(table.file, row=at), body, ledger)
        return None
    _check_declared_separator(header, spec, place, ledger)
    table.exclude("skip_rows", min(spec.skip_rows, len(body)))
    numbered = list(enumerate(body, start=at + 1))[spec.skip_rows :]
    filled = [(number, row) for number, row in numbered if any(map(str.strip, row))]
    if len(filled) < len(numbered):
        blank = len(numbered) - len(filled)
        table.exclude("blank", blank)
        ledger.add("N-CSV-013", place, count=blank)
    if not filled and not is_broken:
        ledger.add("E-FIL-018", Place(table.file, row=at), table=table.name)
    width = _width(header, [row for _, row in filled], place, ledger)
    schema = TABLES.get(table.name)
    is_secret = about_persons or (
        schema is not None and schema.lacks_header(header, spec.columns.values())
    )
    names = [column_letter(n) for n in range(width)] if is_secret else header
    fitting = _fitting(table, names, width, filled, ledger)
    table.rows = np.array([number for number, _ in fitting], dtype=np.int64)
    cells = zip(*(row[:width] for _, row in fitting), strict=True)
    columns = list(cells) if fitting else [()] * width
    table.columns = [
        RawColumn(name, column_letter(place), text_array(column))
        for place, (name, column) in enumerate(
            zip(header[:width], columns, strict=True)
        )
    ]
    return table


def _note_too_many(place: Place, ledger: Ledger) -> None:
    limit = f"{MAX_ROWS:,} / {MAX_CELLS:,}".replace(",", " ")
    ledger.add("E-CSV-003", place, limit=limit)


def _check_declared_separator(
    header: list[str], spec: FileSpec, place: Place, ledger: Ledger
) -> None:
    if spec.separator is None or len(header) > 1:
        return
    other = [s for s in _SEPARATORS if s != spec.separator and s in header[0]]
    if other:
        ledger.add(
            "E-CSV-011",
            Place(place.file, row=spec.header_row),
            declared=_NAMES.get(spec.separator, spec.separator),
            found=_NAMES.get(other[0], other[0]),
        )


def _width(header: list[str], rows: Rows, place: Place, ledger: Ledger) -> int:
    """The number of columns; separators at the end of every row make none."""
    width = len(header)
    named = len(_trimmed(header))
    if named < width and all(len(_trimmed(row)) <= named for row in rows):
        ledger.add("N-CSV-012", place, count=width - named)
        return named
    longest = max((len(row) for row in rows), default=width)
    extra = [row for row in rows if len(row) > width]
    if extra and all(len(_trimmed(row)) <= width for row in rows):
        ledger.add("N-CSV-012", place, count=longest - width)
    return width


def _fitting(
    table: RawTable,
    names: list[str],
    width: int,
    filled: list[tuple[int, list[str]]],
    ledger: Ledger,
) -> list[tuple[int, list[str]]]:
    """The rows with a value for each column; the others are errors."""
    lengths = {
        len(_trimmed(row)) if len(row) > width else len(row) for _, row in filled
    }
    too_long = [
        (number, row)
        for number, row in filled
        if len(row) > width and len(_trimmed(row)) > width
    ]
    shared = len(lengths) == 1 and len(too_long) == len(filled) > 0
    if shared:
        ledger.add(
            "E-CSV-007",
            Place(table.file, row=too_long[0][0]),
            names=width,
            values=lengths.pop(),
        )
    fitting = []
    for number, row in filled:
        if len(row) < width:
            ledger.add(
                "E-CSV-005",
                Place(table.file, row=number),
                found=len(row),
                width=width,
                missing=", ".join(names[len(row) : width][:10]),
            )
        elif len(_trimmed(row)) > width:
            if not shared:
                ledger.add(
                    "E-CSV-006",
                    Place(table.file, row=number),
                    found=len(_trimmed(row)),
                    width=width,
                )
        else:
            fitting.append((number, row))
    table.exclude("malformed", len(filled) - len(fitting))
    return fitting
