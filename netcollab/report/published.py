"""What stands in the files of a finished folder: every cell and line, with its place.

What would a reader of this file see, and in which row and column?
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

import openpyxl

__all__ = ["Piece", "pieces_of"]

_MAX_BYTES = 100_000_000
_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
_MARKUP = re.compile(r"<!--(.*?)-->|<([^>]*)>", re.DOTALL)
_VALUE = re.compile(r"[\w:.-]+\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_UNSEEN = re.compile(r"<(style|script)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_SPOKEN = ("alt", "title", "aria-label", "content")
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?(?:\d[\d \u00a0.,]*)?(?:[eE][+-]?\d+)?%?|[+-]?(?:inf|nan)")
_DL_HEAD = re.compile(r"dl\s+n\s*=", flags=re.IGNORECASE)


class Piece(NamedTuple):
    """A cell, a heading, or a line of text.

    `row` counts the rows of a table or the lines of a text from 1; `place` is the
    column of a table or -1, `column` its heading.
    """

    row: int
    place: int
    column: str
    text: str
    is_header: bool = False
    is_formula: bool = False


def pieces_of(path: Path) -> list[Piece] | None:
    """What stands in a file; None where it cannot be read, such as a picture.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "table.csv"
    >>> _ = path.write_text("unit,n\\nnav,=4\\n")
    >>> [(piece.row, piece.column, piece.is_formula) for piece in pieces_of(path)]
    [(1, '', False), (1, '', False), (2, 'unit', False), (2, 'n', True)]
    """
    if path.stat().st_size > _MAX_BYTES:
        return None
    if path.suffix.lower() == ".xlsx":
        return _workbook(path)
    if path.suffix.lower() == ".docx":
        return _document(path)
    data = path.read_bytes()
    if b"\0" in data:
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    readers: dict[str, Callable[[str], Iterator[Piece]]] = {
        ".csv": _csv,
        ".tsv": _csv,
        ".html": _html,
        ".htm": _html,
        ".json": _json,
        ".ipynb": _json,
        ".svg": _drawing,
        ".graphml": _markup,
        ".gexf": _markup,
        ".xml": _markup,
        ".dl": _ucinet,
    }
    return list(readers.get(path.suffix.lower(), _lines)(text))


def _rows(rows: Iterable[list[str]], *, plain: bool = False) -> Iterator[Piece]:
    """The cells of a table; the first row that is no title holds the headings."""
    table = list(rows)
    is_wide = any(map(_is_wide, table))
    header: list[str] = []
    for number, row in enumerate(table, start=1):
        is_header = not header and (_is_wide(row) or not is_wide)
        for place, cell in enumerate(row):
            column = header[place] if place < len(header) else ""
            is_formula = not plain and _is_formula(cell)
            yield Piece(number, place, column, cell, is_header, is_formula)
        header = row if is_header else header


def _is_wide(row: Sequence[str]) -> bool:
    """The row has more than one filled cell."""
    return sum(map(bool, row)) > 1


def _is_formula(cell: str) -> bool:
    """A spreadsheet would run the cell."""
    starts = len(cell) > 1 and cell.startswith(_STARTS_A_FORMULA)
    return starts and not _NUMBER.fullmatch(cell.strip())


def _csv(text: str) -> Iterator[Piece]:
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    try:
        yield from _rows(list(csv.reader(io.StringIO(text), delimiter=separator)))
    except csv.Error:
        yield from _lines(text)


def _workbook(path: Path) -> list[Piece] | None:
    try:
        book = openpyxl.load_workbook(path)
    except (BadZipFile, KeyError, OSError, ValueError):
        return None
    found: list[Piece] = []
    for sheet in book.worksheets:
        formulas = {
            (cell.row, cell.column - 1)
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f"
        }
        rows = (
            ["" if value is None else str(value) for value in row]
            for row in sheet.iter_rows(values_only=True)
        )
        for piece in _rows(rows, plain=True):
            is_formula = (piece.row, piece.place) in formulas
            found.append(piece._replace(is_formula=is_formula))
    return found


def _document(path: Path) -> list[Piece] | None:
    """The paragraphs of a text document, those of its tables included."""
    try:
        with ZipFile(path) as parts:
            body = parts.getinfo("word/document.xml")
            if body.file_size > _MAX_BYTES:
                return None
            text = parts.read(body).decode("utf-8")
    except (BadZipFile, KeyError, OSError, ValueError):
        return None
    paragraphs = (_MARKUP.sub("", part) for part in text.split("</w:p>"))
    return list(_lines("\n".join(unescape(part) for part in paragraphs)))


def _lines(text: str) -> Iterator[Piece]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield Piece(number, -1, "", _DIGEST.sub("", line))


def _ucinet(text: str) -> Iterator[Piece]:
    """The lines of a DL file but its head, whose n counts actors."""
    return (piece for piece in _lines(text) if not _DL_HEAD.match(piece.text))


def _json(text: str) -> Iterator[Piece]:
    try:
        record = json.loads(text)
    except ValueError:
        return _lines(text)
    return _values(record, "")


def _values(record: object, column: str) -> Iterator[Piece]:
    """Every key and value; the column is the key that it stands under."""
    if isinstance(record, dict):
        for key, value in record.items():
            yield Piece(0, -1, "", str(key))
            yield from _values(value, str(key))
    elif isinstance(record, list):
        for value in record:
            yield from _values(value, column)
    elif record is not None:
        yield Piece(0, -1, column, _DIGEST.sub("", str(record)))


def _markup(text: str) -> Iterator[Piece]:
    """Texts and the values of attributes, by line."""
    start, line = 0, 1
    for tag in _MARKUP.finditer(text):
        line += text.count("\n", start, tag.start())
        told = [text[start : tag.start()], tag[1] or ""]
        told += [one or other for one, other in _VALUE.findall(tag[2] or "")]
        yield from (Piece(line, -1, "", part) for part in told if part.strip())
        line += text.count("\n", tag.start(), tag.end())
        start = tag.end()


def _drawing(text: str) -> Iterator[Piece]:
    """The texts of a drawing, and its comments, which hold those drawn as outlines."""
    seen = _UNSEEN.sub(lambda found: "\n" * found[0].count("\n"), text)
    yield from _lines(_MARKUP.sub(lambda tag: tag[1] or " ", seen))


def _html(text: str) -> Iterator[Piece]:
    page = _Page()
    page.feed(text)
    page.close()
    yield from page.texts
    for table in page.tables:
        yield from _rows(table, plain=True)


class _Page(HTMLParser):
    """The tables of a page and the texts outside of them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[Piece] = []
        self.tables: list[list[list[str]]] = []
        self._unseen = 0
        self._open: list[list[list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in {"style", "script"}
        if tag == "table":
            self.tables.append([])
            self._open.append(self.tables[-1])
        elif tag == "tr" and self._open:
            self._open[-1].append([])
        elif tag in {"td", "th"} and self._open and self._open[-1]:
            self._open[-1][-1].append("")
        for name, value in attrs:
            if name in _SPOKEN and value:
                self._say(value)

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in {"style", "script"}
        if tag == "table" and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._unseen > 0 or not data.strip():
            return
        if self._open and self._open[-1] and self._open[-1][-1]:
            self._open[-1][-1][-1] += data.strip()
        else:
            self._say(data)

    def _say(self, text: str) -> None:
        self.texts.append(Piece(self.getpos()[0], -1, "", _DIGEST.sub("", text)))
