"""From bytes to text: which encoding a file has, and signs that it was damaged."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import IO

from netcollab.study.ledger import Ledger
from netcollab.study.paths import why_unreadable
from netcollab.study.problems import Place

__all__ = ["ENCODINGS", "decode", "is_markup", "read_bytes", "suspicion"]

MAX_LINE = 1 << 20
MAX_COLUMNS = 16_384
ENCODINGS = {
    "utf-8": "utf-8-sig",
    "utf8": "utf-8-sig",
    "utf-8-sig": "utf-8-sig",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16-le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "utf-16-be": "utf-16-be",
    "cp1252": "cp1252",
    "windows-1252": "cp1252",
    "cp865": "cp865",
    "cp850": "cp850",
    "mac-roman": "mac_roman",
}
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_MAGIC = (
    (b"PK\x03\x04", "xlsx/zip"),
    (b"\xd0\xcf\x11\xe0", "xls"),
    (b"%PDF", "pdf"),
    (b"\x89PNG", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x1f\x8b", "gzip"),
    (b"SQLite format 3", "sqlite"),
    (b"PAR1", "parquet"),
    (b"$FL2", "sav"),
    (b"$FL3", "sav"),
    (b"\x93NUMPY", "npy"),
    (b"\x80\x02", "pickle"),
    (b"\x80\x03", "pickle"),
    (b"\x80\x04", "pickle"),
    (b"\x80\x05", "pickle"),
)
_MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:(<!doctype html|<html|<table|<\?xml)|(\{\\rtf)"
    rb"|([\[{]\s*[{\"]))",
    re.I,
)
_KINDS = ("html/xml", "rtf", "json")
_CONTINUATION = "\u0080-\u00bf" + re.escape(
    "".join(
        bytes([code]).decode("cp1252")
        for code in range(0x80, 0xA0)
        if code not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
    )
)
_TWICE = re.compile(f"[\u00c2-\u00f4][{_CONTINUATION}]{{1,3}}")
_CP865 = re.compile("(?<=[A-Za-z])[‘›†](?=[a-z])|(?<=[a-z])›(?=$|[ ,;.-])")
_MAC = re.compile("(?<=[A-Za-z])[¾¿Œ](?=[a-z])|^[¾¿Œ](?=[a-z])")
_LONG_LINE = re.compile(rb"[^\r\n]{%d}" % (MAX_LINE + 1))
_LINE_END = re.compile(rb"[\r\n]")
_TYPOGRAPHY = set("–—‘’‚“”„…€•\u00a0«»°·")


def read_bytes(file: Path, place: Place, ledger: Ledger) -> bytes | None:
    """The bytes of a text file, unless a line is too long or it is not text."""
    pieces: list[bytes] = []
    line = read = 0
    try:
        with file.open("rb") as opened:
            while piece := opened.read(MAX_LINE):
                pieces.append(piece)
                read += len(piece)
                if len(pieces) == 1 and not _is_text(piece, place, ledger):
                    return None
                line = _longest_open_line(piece, line)
                if line > MAX_LINE:
                    _too_long(b"".join(pieces), read, opened, place, ledger)
                    return None
    except OSError as error:
        reason = why_unreadable(error)
        ledger.add("E-FIL-006", place, value=place.file, reason=reason)
        return None
    return b"".join(pieces)


def decode(
    data: bytes, declared: str | None, place: Place, ledger: Ledger
) -> tuple[str, str] | None:
    """The text of a file and its encoding: byte order mark, UTF-8, Windows-1252.

    Parameters
    ----------
    data
        The whole file.
    declared
        The manifest's `encoding`; tried alone.
    place, ledger
        Where, and who takes the problems.
    """
    if declared is not None:
        return _decode_declared(data, declared, place, ledger)
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        ledger.add("E-ENC-004", place)
        return None
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding), encoding
            except UnicodeDecodeError as error:
                _cannot_decode("E-ENC-002", error, data, encoding, place, ledger)
                return None
    if data[:40].count(0) * 4 > len(data[:40]):
        ledger.add("E-ENC-004", place)
        return None
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _decode_windows(data, place, ledger)


def is_markup(data: bytes, place: Place, ledger: Ledger) -> bool:
    """Note text of another format than a table: HTML, XML, RTF or JSON."""
    found = _MARKUP.match(data)
    if found is not None:
        kind = next(k for k, m in zip(_KINDS, found.groups(), strict=True) if m)
        ledger.add("E-FIL-011", place, kind=kind)
    return found is not None


def suspicion(text: str, encoding: str | None) -> tuple[str, str]:
    """The code number of a sign of damage and the text as it may have been.

    "005" UTF-8 that was read as Windows-1252 and saved again, "006" another code page,
    "007" characters that are lost; ("", "") where nothing is suspicious.

    Examples
    --------
    >>> suspicion("BÃ¦rum", "utf-8"), suspicion("B‘rum", "cp1252")
    (('005', 'Bærum'), ('006', 'Bærum'))
    """
    if text.isascii():
        return "", ""
    if "\ufffd" in text:
        return "007", ""
    repaired = _TWICE.sub(lambda found: _once(found[0]), text)
    if repaired != text:
        return "005", repaired
    if encoding == "cp1252":
        for pattern, page in ((_CP865, "cp865"), (_MAC, "mac_roman")):
            if pattern.search(text):
                return "006", _as_if(text, page)
    return "", ""


def _is_text(start: bytes, place: Place, ledger: Ledger) -> bool:
    for magic, kind in _MAGIC:
        if start.startswith(magic):
            ledger.add("E-FIL-011", place, kind=kind)
            return False
    return True


def _longest_open_line(piece: bytes, line: int) -> int:
    """The longest line that ends or stays open in this piece, or the open length."""
    last = max(piece.rfind(b"\n"), piece.rfind(b"\r"))
    if last < 0:
        return line + len(piece)
    ends = [end for end in (piece.find(b"\n"), piece.find(b"\r")) if end >= 0]
    first = line + min(ends)
    return first if first > MAX_LINE else len(piece) - last - 1


def _too_long(
    data: bytes, read: int, rest: IO[bytes], place: Place, ledger: Ledger
) -> None:
    """A line over the limit; in a header, the number of columns says it better."""
    found = _LONG_LINE.search(data)
    start = found.start() if found else 0
    if start == 0:
        columns = 1 + max(_marks_in_header(data, rest).values())
        if columns > MAX_COLUMNS:
            at = Place(place.file, place.sheet, 1)
            ledger.add("E-CSV-002", at, found=columns, limit=MAX_COLUMNS)
            return
    ledger.add(
        "E-CSV-001",
        Place(place.file, place.sheet, 1 + data.count(b"\n", 0, start)),
        limit=MAX_LINE,
        found=f">= {read - start}",
        start=start,
    )


def _marks_in_header(data: bytes, rest: IO[bytes]) -> Counter[bytes]:
    """How often each separator stands in the first line, read to its end."""
    marks = Counter[bytes]({b";": 0, b",": 0, b"\t": 0})
    piece = data
    while piece:
        line = _LINE_END.split(piece, maxsplit=1)
        marks.update({mark: line[0].count(mark) for mark in marks})
        piece = rest.read(MAX_LINE) if len(line) == 1 else b""
    return marks


def _decode_declared(
    data: bytes, declared: str, place: Place, ledger: Ledger
) -> tuple[str, str] | None:
    encoding = ENCODINGS[declared.lower().replace("_", "-")]
    for mark, marked in _BOMS[1:]:
        if data.startswith(mark) and not encoding.startswith("utf-16"):
            ledger.add("E-ENC-002", place, encoding=declared, reason=f"BOM {marked}")
            return None
    if encoding.startswith("utf-16") and 0 not in data[:200] and len(data) > 20:
        ledger.add("E-ENC-002", place, encoding=declared, reason="0x00 x 0")
        return None
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        _cannot_decode("E-ENC-002", error, data, declared, place, ledger)
        return None
    return text.removeprefix("\ufeff"), encoding.removesuffix("-sig")


def _decode_windows(
    data: bytes, place: Place, ledger: Ledger
) -> tuple[str, str] | None:
    utf8, other = _mixed_lines(data)
    if utf8:
        ledger.add(
            "E-ENC-003",
            Place(place.file, place.sheet, min(utf8[0], other[0])),
            utf8=_rows(utf8),
            other=_rows(other),
        )
        return None
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        _cannot_decode("E-ENC-001", error, data, "cp1252", place, ledger)
        return None
    ledger.add("N-ENC-008", place)
    return text, "cp1252"


def _mixed_lines(data: bytes) -> tuple[list[int], list[int]]:
    """Lines with letters beyond ASCII that are UTF-8, and those that are not."""
    utf8, other = [], []
    for number, line in enumerate(data.splitlines(), start=1):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            other.append(number)
        else:
            utf8.append(number)
    return utf8, other


def _rows(numbers: list[int]) -> str:
    listed = ", ".join(str(number) for number in numbers[:5])
    return listed if len(numbers) <= 5 else f"{listed}, … ({len(numbers)})"


def _cannot_decode(
    code: str,
    error: UnicodeDecodeError,
    data: bytes,
    encoding: str,
    place: Place,
    ledger: Ledger,
) -> None:
    row = 1 + data.count(b"\n", 0, error.start)
    byte = "0x" + data[error.start : error.start + 1].hex().upper()
    start = max(data.rfind(b"\n", 0, error.start), data.rfind(b"\r", 0, error.start))
    line = data[start + 1 : error.start + 20]
    near = "cp865" if any(mark in line for mark in b"\x91\x9b\x86\x92\x9d\x8f") else ""
    ledger.add(
        code,
        Place(place.file, place.sheet, row),
        encoding=encoding,
        reason=f"{byte} @ {error.start}",
        near=near if code == "E-ENC-001" else "",
    )


def _once(twice: str) -> str:
    """A run of characters read once too often as Windows-1252, or the same run."""
    raw = bytearray()
    for character in twice:
        try:
            raw += character.encode("cp1252")
        except UnicodeEncodeError:
            if ord(character) > 0xFF:
                return twice
            raw.append(ord(character))
    for length in range(len(raw), 1, -1):
        try:
            once = raw[:length].decode("utf-8")
        except UnicodeDecodeError:
            continue
        latin = all((c.isalpha() and ord(c) < 0x250) or c in _TYPOGRAPHY for c in once)
        return once + twice[length:] if latin else twice
    return twice


def _as_if(text: str, page: str) -> str:
    try:
        return text.encode("cp1252").decode(page)
    except UnicodeError:
        return ""
