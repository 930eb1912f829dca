"""What GraphML and GEXF share: a guarded pass over the file, and its attributes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from netcollab._files import sha256
from netcollab.errors import closest
from netcollab.study.identifiers import Known
from netcollab.study.ledger import Ledger
from netcollab.study.paths import why_unreadable
from netcollab.study.problems import Place
from netcollab.study.readers.incoming import (
    IncomingNetwork,
    StoppedError,
    number_fault,
)
from netcollab.study.readers.xml_guard import (
    MAX_DEPTH,
    MAX_TOKEN,
    XmlRefusedError,
    XmlStream,
)
from netcollab.study.text import MAX_COLUMNS

__all__ = ["Attribute", "Attributes", "XmlPass"]

_SEPARATOR = "\n"
_WRONG_BYTES = 4
_RESERVED = {"actors": {"actor"}, "ties": {"source", "target"}}
_TRUTH = {"true", "false", "0", "1"}


class XmlPass:
    """One pass over an XML file: elements by their path of local names.

    Parameters
    ----------
    path
        The file.
    ledger
        Takes the problems.
    namespace
        A part of the address of the format's own elements; others are foreign, and
        have an empty local name.
    """

    def __init__(self, path: Path, ledger: Ledger, namespace: str) -> None:
        self.file, self.ledger, self.sha256 = path.name, ledger, ""
        self._path, self._namespace = path, namespace
        self._skipped = 0
        self._captured: list[str] | None = None
        self._size = 0
        self._stack: list[str] = []
        self._stream: XmlStream | None = None

    @property
    def line(self) -> int:
        """The line that is read now."""
        return self._stream.line if self._stream is not None else 1

    @property
    def parent(self) -> str:
        """The element around the one that is read now."""
        return self._stack[-2] if len(self._stack) > 1 else ""

    def note(self, code: str, **fields: object) -> None:
        """Note a problem at the line that is read now."""
        self.ledger.add(code, Place(self.file, row=self.line), **fields)

    def skip(self) -> None:
        """Leave out the element that was started, with all it holds."""
        self._skipped = len(self._stack)

    def capture(self) -> None:
        """Keep the text of the element that was started, for its end."""
        self._captured, self._size = [], 0

    def read(
        self,
        on_start: Callable[[str, str, Mapping[str, str]], None],
        on_end: Callable[[str, str], None],
    ) -> bool:
        """Read the file; False if it broke off, which is noted.

        Parameters
        ----------
        on_start
            Takes the local name, the name as written, and the attributes.
        on_end
            Takes the local name, and the text if it was captured.
        """

        def start(name: str, attributes: dict[str, str]) -> None:
            local, written = self._local(name)
            self._stack.append(local)
            if not self._skipped:
                on_start(local, written, attributes)

        def end(_: str) -> None:
            if self._skipped:
                if self._skipped == len(self._stack):
                    self._skipped = 0
                self._stack.pop()
                return
            text = "".join(self._captured or ())
            self._captured = None
            on_end(self._stack[-1], text)
            self._stack.pop()

        return self._streamed(XmlStream(start, end, self._text, separator=_SEPARATOR))

    def _streamed(self, stream: XmlStream) -> bool:
        place = Place(self.file)
        self._stream = stream
        try:
            with self._path.open("rb") as opened:
                stream.read(opened)
            self.sha256 = sha256(self._path)
        except OSError as error:
            reason = why_unreadable(error)
            self.ledger.add("E-FIL-006", place, value=self.file, reason=reason)
            return False
        except StoppedError:
            return False
        except XmlRefusedError as refused:
            self._refuse(refused)
            return False
        except expat.ExpatError as error:
            self._break_off(error, stream.error_byte)
            return False
        except (ValueError, LookupError) as error:
            self.note("E-GRA-002", reason=str(error))
            return False
        return True

    def _text(self, piece: str) -> None:
        if self._captured is not None and not self._skipped:
            self._size += len(piece)
            if self._size > MAX_TOKEN:
                raise XmlRefusedError("length", self.line)
            self._captured.append(piece)

    def _local(self, name: str) -> tuple[str, str]:
        address, _, local = name.rpartition(_SEPARATOR)
        own = not address or self._namespace in address
        return (local if own else ""), local

    def _refuse(self, refused: XmlRefusedError) -> None:
        place = Place(self.file, row=refused.line)
        if refused.kind == "doctype":
            self.ledger.add("E-GRA-001", place)
        else:
            limit = MAX_DEPTH if refused.kind == "depth" else MAX_TOKEN
            self.ledger.add("E-GRA-004", place, reason=refused.kind, limit=limit)

    def _break_off(self, error: expat.ExpatError, at: int) -> None:
        place = Place(self.file, row=error.lineno)
        with self._path.open("rb") as opened:
            opened.seek(max(at, 0))
            byte = opened.read(1)
        if error.code == _WRONG_BYTES and byte >= b"\x80":
            told = {"value": f"0x{byte.hex().upper()}", "found": at}
            self.ledger.add("E-GRA-003", place, **told)
            return
        reason = expat.ErrorString(error.code)
        self.ledger.add("E-GRA-002", place, reason=reason, found=error.offset + 1)


@dataclass
class Attribute:
    """One declared attribute: its column, its type, and where it was declared."""

    key: str
    name: str
    kind: str
    tables: tuple[str, ...]
    line: int
    default: str = ""
    defaulted: int = 0


class Attributes:
    """The declared attributes of a file, and the values that elements give them.

    Parameters
    ----------
    network
        Takes the columns.
    whole, real
        The format's names for whole numbers and for numbers.
    columns
        Our column of the ties -> the file's name for it; an empty name says that the
        file has none.
    """

    def __init__(
        self,
        network: IncomingNetwork,
        *,
        whole: Iterable[str],
        real: Iterable[str],
        columns: Mapping[str, str],
    ) -> None:
        self._network = network
        self._whole, self._real = set(whole), set(real)
        self._columns = columns
        self._ours = {theirs: ours for ours, theirs in columns.items() if theirs}
        self._by_key: dict[tuple[str, str], Attribute] = {}
        self._by_name: dict[tuple[str, str], Attribute] = {}
        self._latest: list[tuple[str, Attribute]] = []
        self._defaults: dict[str, list[Attribute]] = {"actors": [], "ties": []}
        self._known: Known | None = None

    def declare(self, attribute: Attribute) -> None:
        """Take a declaration; a key or a name that is there already is an error."""
        self._latest, self._known = [], None
        if len(self._by_key) >= MAX_COLUMNS:
            told = {"found": len(self._by_key) + 1, "limit": MAX_COLUMNS}
            self._network.note("E-GRA-024", attribute.line, **told)
            raise StoppedError
        for table in attribute.tables:
            named = attribute.name
            if table == "ties":
                attribute = self._renamed(attribute)
            name, line = attribute.name, attribute.line
            before = self._by_key.get((table, attribute.key))
            before = before or self._by_name.get((table, name))
            if name in _RESERVED[table]:
                self._network.note("E-GRA-011", line, value=name)
            elif before is not None:
                self._network.note("E-GRA-010", line, value=named, other=before.line)
            else:
                self._latest.append((table, attribute))
                self._by_key[table, attribute.key] = attribute
                self._by_name[table, name] = attribute
                self._network.declare("actors" if table == "actors" else "ties", name)

    def set_default(self, text: str) -> None:
        """Take what elements hold that say nothing, for the last declaration."""
        for table, attribute in self._latest:
            line = attribute.line
            attribute.default = self._checked(attribute, text, "default", line)
            if attribute.default:
                self._defaults[table].append(attribute)

    def give(
        self,
        values: dict[str, str],
        *,
        table: str,
        key: str,
        text: str,
        element: str,
        line: int,
    ) -> None:
        """Put a value of an element under its column; what is wrong is noted."""
        attribute = self._by_key.get((table, key))
        if attribute is None:
            if self._known is None:
                self._known = Known(known for _, known in self._by_key)
            listed = ", ".join(list(self._known.names)[:20]) or "-"
            told = {"element": element, "options": listed}
            near = self._known.nearest(key)
            self._network.note("E-GRA-009", line, value=key, near=near, **told)
            return
        if attribute.name in values:
            self._network.note("E-GRA-022", line, value=key, element=element)
            return
        values[attribute.name] = self._checked(attribute, text, element, line)

    def fill(self, values: dict[str, str], *, table: str) -> None:
        """Give an element the defaults of what it did not say."""
        for attribute in self._defaults[table]:
            if attribute.name not in values:
                attribute.defaulted += 1
                values[attribute.name] = attribute.default

    def finish(self) -> None:
        """Note the defaults that were applied, and mapped names that are not there."""
        distinct = {id(a): a for a in self._by_key.values()}
        for a in distinct.values():
            if a.defaulted:
                count = a.defaulted
                self._network.note("N-GRA-047", a.line, value=a.name, count=count)
        names = [a.name for (t, _), a in self._by_key.items() if t == "ties"]
        for ours, theirs in self._columns.items():
            if theirs and ours not in names:
                self._network.note(
                    "E-GRA-033",
                    value=theirs,
                    near=closest(theirs[:200], names),
                    ours=ours,
                    known=", ".join(names[:20]) or "-",
                )

    def _renamed(self, attribute: Attribute) -> Attribute:
        ours = self._ours.get(attribute.name)
        if ours is None:
            return attribute
        a = attribute
        return Attribute(a.key, ours, a.kind, a.tables, a.line, a.default)

    def _checked(self, attribute: Attribute, text: str, element: str, line: int) -> str:
        kind = attribute.kind
        if kind not in self._whole | self._real | {"boolean"}:
            return text
        text = text.strip()
        if kind == "boolean":
            code = "" if text.casefold() in _TRUTH else "E-GRA-016"
        else:
            code = number_fault(text, whole=kind in self._whole)
        if not text or not code:
            return text
        told = {"value": text, "element": element, "key": attribute.name}
        self._network.note(code, line, kind=kind, **told)
        return "0"
