"""One section of the manifest: typed values by key, with every wrong one noted."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from netcollab.errors import closest
from netcollab.study.ledger import Ledger
from netcollab.study.problems import Place

__all__ = ["LANGUAGES", "Section", "key_lines"]

LANGUAGES = ("nb", "da", "en")
MAX_ENTRIES = 10_000
_TYPES = {bool: "boolean", int: "integer", float: "float", str: "string"}


class Section:
    """A table of the manifest on its way to a dataclass.

    Each getter returns the value, or the default when the key is missing or wrong;
    what is wrong is noted. `close` notes the keys nobody asked for.

    Parameters
    ----------
    data
        The table as read.
    path
        Its dotted key, empty for the top.
    file, lines
        Where it was read: the file's name, and the line of each dotted key, or its
        cell in a workbook.
    ledger
        Takes the problems.
    """

    def __init__(
        self,
        data: Mapping[str, object],
        path: str,
        *,
        file: str,
        lines: Mapping[str, int] | Mapping[str, Place],
        ledger: Ledger,
    ) -> None:
        self.path, self.file, self.lines, self.ledger = path, file, lines, ledger
        self._data = {str(key): value for key, value in data.items()}
        self._asked: list[str] = []

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def place(self, key: str) -> Place:
        """Where a key of this section stands."""
        path = self.full(key)
        inside = (n for key, n in self.lines.items() if key.startswith(f"{path}."))
        at = self.lines.get(path) or next(inside, self.lines.get(self.path))
        if isinstance(at, Place):
            return replace(at, key=path)
        return Place(self.file, row=at, key=path)

    def full(self, key: str) -> str:
        """The dotted key."""
        shown = key if re.fullmatch(r"[\w-]+", key) else f'"{key}"'
        return f"{self.path}.{shown}" if self.path else shown

    def note(self, code: str, key: str, **fields: object) -> None:
        """Note a problem of one key."""
        self.ledger.add(code, self.place(key), name=key, **fields)

    def text(self, key: str, default: str | None = None) -> str | None:
        """A string that is not empty."""
        value = self._typed(key, (str,), "string")
        if isinstance(value, str):
            if value.strip():
                return value
            self.note("E-MAN-015", key)
        return default

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value = self._typed(key, (bool,), "boolean")
        return value if isinstance(value, bool) else default

    def number(self, key: str) -> float | None:
        """A finite number."""
        value = self._typed(key, (int, float), "float")
        return None if value is None else self._finite(key, value)

    def whole(
        self, key: str, default: int | None, *, low: int, high: int = 10**6
    ) -> int | None:
        """A whole number within limits."""
        value = self._typed(key, (int,), "integer")
        if value is None:
            return default
        if isinstance(value, int) and low <= value <= high:
            return value
        self.note("E-MAN-012", key, value=value, low=low, high=high)
        return default

    def choice(
        self, key: str, options: tuple[str, ...], default: str | None = None
    ) -> str | None:
        """One of the options."""
        value = self.text(key, default)
        if value is None or value == default or value in options:
            return value
        self.note(
            "E-MAN-005",
            key,
            value=value,
            near=closest(value, options),
            options=_quoted(options),
        )
        return default

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of different strings."""
        value = self._typed(key, (list, tuple), "array")
        if not isinstance(value, (list, tuple)):
            return ()
        for entry in value:
            if not isinstance(entry, str):
                self._wrong_type(key, entry, "[string, ...]")
                return ()
            if value.count(entry) > 1:
                self.note("E-MAN-019", key, value=entry)
                return ()
        return tuple(value)

    def pair(self, key: str) -> tuple[float, float] | None:
        """Two numbers, the lower first."""
        value = self._typed(key, (list, tuple), "array")
        if value is None:
            return None
        numbers = value if isinstance(value, (list, tuple)) else ()
        if len(numbers) != 2 or not all(_is_number(n) for n in numbers):
            self._wrong_type(key, value, "[float, float]")
            return None
        low, high = (_as_float(number) for number in numbers)
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            self.note("E-MAN-009", key, low=numbers[0], high=numbers[1])
            return None
        return low, high

    def words(self, key: str) -> dict[str, str]:
        """A text in the languages nb, da and en."""
        value = self._typed(key, (dict,), 'table, such as { nb = "..." }')
        if value is None:
            return {}
        section = self._inner(key, value)
        found = {language: section.text(language) for language in LANGUAGES}
        section.close()
        return {language: said for language, said in found.items() if said is not None}

    def section(self, key: str) -> Section | None:
        """A table inside this one."""
        value = self._typed(key, (dict,), "table")
        return None if value is None else self._inner(key, value)

    def sections(
        self, key: str, *, limit: int = MAX_ENTRIES, code: str = "E-MAN-013"
    ) -> Iterator[tuple[str, Section]]:
        """The named tables inside a table."""
        outer = self.section(key)
        if outer is None:
            return
        if len(outer._data) > limit:
            self.note(code, key, count=len(outer._data), limit=limit)
            return
        for name in outer._data:
            inner = outer.section(name)
            if not name.strip() or name != name.strip():
                outer.note("E-MAN-015", name)
            elif inner is not None:
                yield name, inner

    def entries(self, key: str) -> dict[str, object]:
        """The values of a table whose keys are free."""
        value = self._typed(key, (dict,), "table")
        return {str(k): v for k, v in value.items()} if isinstance(value, dict) else {}

    def raw(self, key: str) -> object:
        """A value of any type."""
        self._asked.append(key)
        return self._data.get(key)

    def wrong_type(self, key: str, expected: str) -> None:
        """Note that a value has another type than expected."""
        self._wrong_type(key, self._data.get(key), expected)

    def close(self) -> None:
        """Note the keys that nobody asked for, each with the closest known one."""
        unasked = [key for key in self._data if key not in self._asked]
        for key in unasked[:MAX_ENTRIES]:
            self.note(
                "E-MAN-003",
                key,
                value=key,
                near=closest(key, self._asked),
                options=", ".join(dict.fromkeys(self._asked)),
            )

    def _inner(self, key: str, value: object) -> Section:
        data = value if isinstance(value, dict) else {}
        return Section(
            data, self.full(key), file=self.file, lines=self.lines, ledger=self.ledger
        )

    def _typed(self, key: str, types: tuple[type, ...], expected: str) -> object:
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, Mapping):
            value = dict(value)
        is_flag = isinstance(value, bool)
        if isinstance(value, types) and (not is_flag or bool in types):
            return value
        self._wrong_type(key, value, expected)
        return None

    def _finite(self, key: str, value: object) -> float | None:
        try:
            number = float(str(value))
        except (OverflowError, ValueError):
            number = math.inf
        if math.isfinite(number):
            return number
        self.note("E-MAN-012", key, value=value, low="-1e308", high="1e308")
        return None

    def _wrong_type(self, key: str, value: object, expected: str) -> None:
        found = "array" if isinstance(value, (list, tuple)) else "table"
        if not isinstance(value, (list, tuple, dict)):
            found = _TYPES.get(type(value), "date-time")
        shown = value if isinstance(value, (str, int, float)) else ""
        self.note("E-MAN-004", key, value=shown, expected_type=expected, found=found)


def _as_float(number: float) -> float:
    """The number; infinity for a whole number too long for a float."""
    try:
        return float(number)
    except OverflowError:
        return math.inf


def key_lines(text: str) -> dict[str, int]:
    """The line of each dotted key of a TOML text, for messages.

    Examples
    --------
    >>> key_lines('name = "x"\\n\\n[relations.trust]\\ndirected = true')
    {'name': 1, 'relations.trust': 3, 'relations.trust.directed': 4}
    """
    lines: dict[str, int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\[?\s*([^\[\]]+?)\s*\]", line):
            section = _plain(header[1])
            lines.setdefault(section, number)
        elif entry := re.match(r"""\s*((?:[\w.-]|"[^"]*"|'[^']*')+)\s*=""", line):
            key = _plain(entry[1])
            lines.setdefault(f"{section}.{key}" if section else key, number)
    return lines


def _plain(dotted: str) -> str:
    return re.sub(r"""["']([\w-]+)["']""", r"\1", dotted).replace(" ", "")


def _quoted(options: tuple[str, ...]) -> str:
    return ", ".join(f'"{option}"' for option in options)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
