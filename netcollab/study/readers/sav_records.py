"""The records of an SPSS file: is it whole, before a C library is given it?

The library that reads SPSS files can abort the whole program on a damaged file. Here
every length, count and index of the dictionary is checked first, and records that are
not needed (sets of multiple responses, attributes) are left out.
"""

from __future__ import annotations

import codecs
import re
import struct
from dataclasses import dataclass

from netcollab.study.text import MAX_COLUMNS

__all__ = ["BrokenRecordError", "SavRecords", "sav_records"]

MAGIC = (b"$FL2", b"$FL3")
MAX_CELLS = 50_000_000
_HEADER = 176
_END = 999
_KEPT = {3, 4, 13, 14, 16, 20, 21, 22}
_LONG_NAME = re.compile(rb"[^=\t\x00]{1,8}=[^=\t\x00]{1,64}")
_LONG_STRING = re.compile(rb"[^=\t\x00]{1,8}=[0-9]{1,5}")
_ENCODING = re.compile(rb"[A-Za-z0-9_.:-]{1,40}")
_CHARACTER_CODES = {2: "ASCII", 3: "WINDOWS-1252", 1252: "WINDOWS-1252"}
_CHARACTER_CODES |= {65001: "UTF-8", 28591: "ISO-8859-1"}


class BrokenRecordError(ValueError):
    """The file is not whole; the argument says which record, and where."""


@dataclass(frozen=True)
class SavRecords:
    """What the dictionary of an SPSS file says of itself.

    Parameters
    ----------
    data
        The file without the records that are not needed.
    encoding
        The encoding it names; empty: none. "ASCII" where it claims seven bits.
    is_text
        The labelled strings can be decoded.
    n_variables, n_cases
        Variables, and cases where the file counts them (else -1).
    """

    data: bytes
    encoding: str
    is_text: bool
    n_variables: int
    n_cases: int


def sav_records(data: bytes, encoding: str | None = None) -> SavRecords:
    """Check the dictionary of an SPSS file, and how many cells its data can hold.

    Parameters
    ----------
    data
        The whole file.
    encoding
        The encoding of its text; None: as the file says.

    Raises
    ------
    BrokenRecordError
        If a record does not fit into the file or into the others, or a limit is
        passed.
    """
    return _Walk(data).result(encoding)


class _Walk:
    """One pass over the records, in the order of the file."""

    def __init__(self, data: bytes) -> None:
        if len(data) < _HEADER + 8 or data[:4] not in MAGIC:
            raise BrokenRecordError("record 1 @ 0")
        self.data, self.at = data, _HEADER
        layout = data[64:68]
        self.order = "<" if layout in {b"\2\0\0\0", b"\3\0\0\0"} else ">"
        self.kept = [data[:_HEADER]]
        self.widths: list[int] = []
        self.names: list[bytes] = []
        self.owed = 0
        self.encoding = ""
        self.seen: set[int] = set()
        self.strings: list[bytes] = []
        self.record = 1
        if self._integer(64) not in {2, 3}:
            self._fail()
        self.compression = self._integer(72)
        self.n_cases = self._integer(80)
        if self.compression not in {0, 1} or self.n_cases < -1:
            self._fail()
        if self._integer(76) < 0:
            self._fail()

    def result(self, encoding: str | None) -> SavRecords:
        readers = {2: self._variable, 3: self._labels, 6: self._document}
        readers[7] = self._extension
        while (kind := self._integer(self.at)) != _END:
            self.record = kind
            start = self.at
            reader = readers.get(kind)
            if reader is None or (kind != 2 and self.owed):
                self._fail()
            elif reader():
                self.kept.append(self.data[start : self.at])
        self.record = _END
        self._close()
        return SavRecords(
            b"".join([*self.kept, self.data[self.at :]]),
            self.encoding,
            _is_text(self.strings, encoding or self.encoding),
            len(self.names),
            self.n_cases,
        )

    # ---- the records

    def _variable(self) -> bool:
        kind, labelled, missing = (self._integer(self.at + n) for n in (4, 8, 12))
        name = self._piece(self.at + 24, 8)
        self.at += 32
        if labelled not in {0, 1} or missing not in {-3, -2, 0, 1, 2, 3}:
            self._fail()
        if kind == -1:
            if self.owed == 0 or labelled or missing:
                self._fail()
            self.owed -= 1
        elif not 0 <= kind <= 255 or self.owed:
            self._fail()
        else:
            self.owed = max(0, -(-kind // 8) - 1)
            self.names.append(name.rstrip(b" \0").upper())
        if kind and (missing < 0 or (kind > 8 and missing)):
            self._fail()
        self.widths.append(kind)
        if len(self.names) > MAX_COLUMNS:
            self._fail()
        if labelled:
            length = self._integer(self.at)
            if not 0 <= length <= 65_536:
                self._fail()
            self._skip(4 + -(-length // 4) * 4)
        values = self._piece(self.at, 8 * abs(missing))
        if kind:
            self.strings += [values[at : at + 8] for at in range(0, len(values), 8)]
        self.at += len(values)
        return True

    def _labels(self) -> bool:
        count = self._count(self.at + 4, 9)
        self.at += 8
        values = []
        for _ in range(count):
            values.append(self._piece(self.at, 8))
            length = self._piece(self.at + 8, 1)[0]
            self._skip(8 + -(-(1 + length) // 8) * 8)
        if self._integer(self.at) != 4:
            self._fail()
        users = self._count(self.at + 4, 4)
        self.at += 8
        kinds = set()
        for _ in range(users):
            index = self._integer(self.at)
            if not 1 <= index <= len(self.widths) or self.widths[index - 1] < 0:
                self._fail()
            kinds.add(self.widths[index - 1] > 0)
            self.at += 4
        if len(kinds) > 1:
            self._fail()
        self.strings += values if True in kinds else []
        return users > 0

    def _document(self) -> bool:
        lines = self._count(self.at + 4, 80)
        self._skip(8 + 80 * lines)
        return False

    def _extension(self) -> bool:
        subtype = self._integer(self.at + 4)
        size, count = self._integer(self.at + 8), self._integer(self.at + 12)
        if size < 0 or count < 0:
            self._fail()
        body = self._piece(self.at + 16, size * count)
        if subtype in _KEPT and (subtype in self.seen or not self._fits(subtype, body)):
            self._fail()
        self.seen.add(subtype)
        self.at += 16 + size * count
        shape = {3: (4, 8), 4: (8, 3), 16: (8, 2)}.get(subtype)
        if shape and shape != (size, count):
            self._fail()
        if subtype == 11:
            return size == 4 and count in {2 * len(self.names), 3 * len(self.names)}
        return subtype in _KEPT

    def _fits(self, subtype: int, body: bytes) -> bool:
        if subtype == 3 and len(body) == 32:
            code = struct.unpack(f"{self.order}i", body[28:])[0]
            named = _CHARACTER_CODES.get(code, "")
            self.encoding = self.encoding or named or (f"CP{code}" if code > 4 else "")
        if subtype == 20:
            self.encoding = body.decode("ascii", "replace").strip(" \0")
            return _ENCODING.fullmatch(body.strip(b" \0")) is not None
        if subtype == 13:
            return self._pairs(body.strip(b"\t\0"), _LONG_NAME, distinct=True)
        if subtype == 14:
            return self._pairs(body.replace(b"\0", b""), _LONG_STRING, distinct=False)
        if subtype in {21, 22}:
            return self._long_values(body, labelled=subtype == 21)
        return True

    def _pairs(self, body: bytes, shape: re.Pattern[bytes], *, distinct: bool) -> bool:
        """Each is NAME=VALUE, of a known name, once."""
        pairs = body.strip(b"\t").split(b"\t") if body.strip(b"\t") else []
        if any(shape.fullmatch(pair) is None for pair in pairs):
            return False
        names = [pair.split(b"=")[0].upper() for pair in pairs]
        values = [pair.split(b"=")[1] for pair in pairs]
        once = len(set(names)) == len(names) and set(names) <= set(self.names)
        return once and not (distinct and len(set(values)) < len(values))

    def _long_values(self, body: bytes, *, labelled: bool) -> bool:
        """Labels or missing values of strings longer than eight bytes."""
        at = 0

        def integer() -> int:
            nonlocal at
            at += 4
            if at > len(body):
                raise BrokenRecordError(f"record 7 @ {self.at}")
            return int(struct.unpack(f"{self.order}i", body[at - 4 : at])[0])

        def text(length: int) -> None:
            nonlocal at
            at += length
            if length < 0 or at > len(body):
                raise BrokenRecordError(f"record 7 @ {self.at}")
            self.strings.append(body[at - length : at])

        while at < len(body):
            text(integer())
            if not labelled:
                text(1)
                count, width = body[at - 1], integer()
                text(count * width if 0 < width <= 8 and count <= 3 else -1)
                continue
            if not 0 <= integer() <= 32_767:
                return False
            for _ in range(max(0, integer())):
                text(integer())
                text(integer())
        return True

    # ---- the whole

    def _close(self) -> None:
        """The end of the dictionary, and what the data would become."""
        end = self._piece(self.at, 8)
        self.kept.append(end)
        self.at += 8
        names = self.names
        if self.owed or not names or len(set(names)) < len(names) or b"" in names:
            self._fail()
        left = len(self.data) - self.at
        cells = left // 8 if self.compression == 0 else left
        if self.n_cases >= 0:
            wanted = self.n_cases * len(self.widths)
            if wanted > cells:
                self._fail()
            cells = wanted
        if cells > MAX_CELLS:
            self._fail()

    # ---- reading

    def _integer(self, at: int) -> int:
        return int(struct.unpack(f"{self.order}i", self._piece(at, 4))[0])

    def _count(self, at: int, smallest: int) -> int:
        count = self._integer(at)
        if not 0 <= count <= (len(self.data) - at) // smallest:
            self._fail()
        return count

    def _piece(self, at: int, length: int) -> bytes:
        if length < 0 or at + length > len(self.data):
            self._fail()
        return self.data[at : at + length]

    def _skip(self, length: int) -> None:
        self.at += length
        if self.at > len(self.data):
            self._fail()

    def _fail(self) -> None:
        raise BrokenRecordError(f"record {self.record} @ {self.at}")


def _is_text(strings: list[bytes], encoding: str) -> bool:
    """The strings can be decoded; without an encoding nothing would decode them."""
    if not encoding:
        return True
    try:
        codec = codecs.lookup("cp1252" if encoding == "ASCII" else encoding)
        for string in strings:
            codec.decode(string.rstrip(b"\0 "), "strict")
    except (LookupError, ValueError):
        return False
    return True
