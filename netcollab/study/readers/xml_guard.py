"""The one door through which XML is read: streaming, shallow, without entities.

A document type declaration is refused before anything of it is expanded, so that no
entity can grow and nothing outside the file is ever opened.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import IO
from xml.parsers import expat

__all__ = ["MAX_DEPTH", "MAX_TOKEN", "XmlRefusedError", "XmlStream"]

MAX_DEPTH = 100
MAX_TOKEN = 1 << 20
_CHUNK = 1 << 16


class XmlRefusedError(Exception):
    """The XML holds something that is refused.

    Parameters
    ----------
    kind
        "doctype", "depth" or "length".
    line
        Where, counted from 1.
    """

    def __init__(self, kind: str, line: int) -> None:
        self.kind, self.line = kind, line
        super().__init__(kind)


class XmlStream:
    """XML as it passes by: the start, the text and the end of each element.

    Parameters
    ----------
    on_start
        Takes the name and the attributes; None: read only up to the first element.
    on_end, on_text
        Take the name, and a piece of text.
    separator
        Where given, names come as address, separator and local name.
    """

    def __init__(
        self,
        on_start: Callable[[str, dict[str, str]], None] | None,
        on_end: Callable[[str], None] | None = None,
        on_text: Callable[[str], None] | None = None,
        *,
        separator: str | None = None,
    ) -> None:
        self._on_start, self._on_end = on_start, on_end
        self._depth = 0
        self._parser = parser = expat.ParserCreate(namespace_separator=separator)
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        if on_text is not None:
            parser.CharacterDataHandler = on_text

    @property
    def line(self) -> int:
        """The line that is read now, counted from 1."""
        return self._parser.CurrentLineNumber

    @property
    def error_byte(self) -> int:
        """The position of the byte at which reading broke off."""
        return self._parser.ErrorByteIndex

    def read(self, part: IO[bytes]) -> None:
        """Read to the end.

        Raises
        ------
        XmlRefusedError
            For a document type declaration, an entity, more than `MAX_DEPTH` levels,
            or a tag or comment of more than `MAX_TOKEN` bytes.
        xml.parsers.expat.ExpatError
            Where it is no well-formed XML.
        ValueError, LookupError
            Where its encoding is not known.
        """
        fed = 0
        try:
            while chunk := part.read(_CHUNK):
                self._parser.Parse(chunk)
                fed += len(chunk)
                # An open tag is scanned again with each chunk, and kept in memory.
                if fed - max(self._parser.CurrentByteIndex, 0) > MAX_TOKEN:
                    raise XmlRefusedError("length", self.line)
            self._parser.Parse(b"", True)
        except _SeenError:
            return

    def _refuse(self, *_: object) -> None:
        raise XmlRefusedError("doctype", self.line)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._on_start is None:
            raise _SeenError
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise XmlRefusedError("depth", self.line)
        self._on_start(name, attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._on_end is not None:
            self._on_end(name)


class _SeenError(Exception):
    """The first element was reached."""
