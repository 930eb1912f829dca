"""A study that is one workbook: its codebook sheets as the mapping of `study.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from netcollab.errors import closest
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import FileSpec
from netcollab.study.problems import Place
from netcollab.study.raw import RawColumn, RawTable
from netcollab.study.readers.excel import read_excel
from netcollab.study.schema import TABLES

__all__ = ["MANIFEST_SHEET", "Codebook", "note_other_sheets", "read_codebook"]

MANIFEST_SHEET = "study"
_LANGUAGES = {f"label_{code}": ("label", code) for code in ("nb", "da", "en")}
_NOTE = "note"
_ITEM_KEYS = ("scale", "dimension", "construct", "reversed", "about", "min_answered")
_SHEETS: dict[str, tuple[str, ...]] = {
    "scales": ("scale", "low", "high"),
    "missing": ("scale", "code", "reason"),
    "items": ("item", *_ITEM_KEYS, *_LANGUAGES),
    MANIFEST_SHEET: ("key", "value"),
}
_REQUIRED = {
    "scales": ("scale", "low", "high"),
    "missing": ("scale", "code", "reason"),
    "items": ("item", "scale"),
    MANIFEST_SHEET: ("key", "value"),
}
_DEPTH = 8
_PART = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([^."']+?))\s*(?:\.|$)""")
_FLAGS = {
    "directed",
    "mixed_levels",
    "person_level",
    "pseudonymised",
    "reversed",
    "same_event",
    "signed",
    "synthetic",
}
_NUMBERS = {
    "delta",
    "header_row",
    "high",
    "low",
    "min_answered",
    "min_respondents",
    "schema_version",
    "skip_rows",
}
_TEXTS = {"name", "nb", "da", "en", "claim", "source", "scale", "dimension"}
_TEXTS |= {"construct", "label", "outcome", "predictor"}
_LISTS = {"columns", "free_text", "identifiers", "sensitive", "waves"}


@dataclass
class Codebook:
    """The mapping that the sheets make, and the cell of each dotted key."""

    data: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)

    def open(self, parts: tuple[str, ...], place: Place, ledger: Ledger) -> bool:
        """Begin a section, even if nothing of it is filled in; false if it is there."""
        here = self.data.setdefault(parts[0], {})
        if parts[1] in here:
            self._note_twice(_dotted(parts), place, ledger)
            return False
        here[parts[1]] = {}
        self.places.setdefault(parts[0], place)
        self.places[_dotted(parts)] = place
        return True

    def put(
        self, parts: tuple[str, ...], value: object, place: Place, ledger: Ledger
    ) -> None:
        """Give a key its value, unless it has one or is a section."""
        here = self.data
        for depth in range(1, len(parts)):
            section = _dotted(parts[:depth])
            inner = here.setdefault(parts[depth - 1], {})
            if not isinstance(inner, dict):
                self._note_twice(section, place, ledger)
                return
            here = inner
            self.places.setdefault(section, place)
        if parts[-1] in here:
            self._note_twice(_dotted(parts), place, ledger)
            return
        here[parts[-1]] = value
        self.places[_dotted(parts)] = place

    def _note_twice(self, key: str, place: Place, ledger: Ledger) -> None:
        ledger.add("E-WBK-001", place, value=key, other=str(self.places[key]))


def read_codebook(
    file: Path, shown_as: str, names: Iterable[str], ledger: Ledger
) -> Codebook:
    """What the sheets `study`, `scales`, `missing` and `items` say together.

    A cell is what its key needs: a number, TRUE or FALSE, text, or a list such as
    ``1, 5``. Blanks around keys and values do not count; a row without a value says
    nothing.

    Parameters
    ----------
    file, shown_as
        The workbook, and its name in messages.
    names
        Its sheets.
    ledger
        Takes the problems.
    """
    found = Codebook()
    for sheet in _SHEETS:
        if sheet not in names:
            continue
        spec = FileSpec(shown_as, sheet=sheet)
        raw = read_excel(file, sheet, shown_as, spec, ledger, may_be_empty=True)
        if raw is None or not len(raw):
            continue
        columns = _columns(raw, sheet, ledger)
        if columns is not None:
            _read_rows(raw, sheet, columns, found, ledger)
    _refuse_paths(found, ledger)
    return found


def note_other_sheets(
    shown_as: str,
    names: Iterable[str],
    specs: Mapping[str, FileSpec],
    ledger: Ledger,
) -> None:
    """Sheets that nothing was read from, so that nothing is left out unseen."""
    read = {*_SHEETS, *(spec.sheet for spec in specs.values())}
    known = [name for name in (*TABLES, *_SHEETS) if name not in names]
    for name in names:
        if name in read:
            continue
        near = closest(name, known)
        code = "W-WBK-006" if near else "N-WBK-007"
        ledger.add(code, Place(shown_as, name), near=near)


def _columns(raw: RawTable, sheet: str, ledger: Ledger) -> dict[str, RawColumn] | None:
    """The columns of a codebook sheet; None where a required one is missing."""
    found: dict[str, RawColumn] = {}
    known = (*_SHEETS[sheet], _NOTE)
    for column in raw.columns:
        name = column.header.strip()
        at = Place(raw.file, raw.sheet, 1, name, column.letter)
        if not name:
            if any(cell.strip() for cell in column.text.tolist()):
                ledger.add("E-COL-003", at, found=column.letter)
        elif name in found:
            ledger.add("E-COL-002", at, value=name, other=found[name].letter)
        elif name not in known:
            told = {"near": closest(name, known), "options": ", ".join(known)}
            ledger.add("E-WBK-004", at, value=name, **told)
        else:
            found[name] = column
    missing = [name for name in _REQUIRED[sheet] if name not in found]
    for name in missing:
        listed = ", ".join(column.header for column in raw.columns)
        at = Place(raw.file, raw.sheet, column=name)
        ledger.add("E-COL-001", at, value=name, known=listed)
    return None if missing else found


def _read_rows(
    raw: RawTable,
    sheet: str,
    columns: Mapping[str, RawColumn],
    found: Codebook,
    ledger: Ledger,
) -> None:
    for position, row in enumerate(raw.rows.tolist()):
        cells = {name: str(c.text[position]).strip() for name, c in columns.items()}
        first = next(iter(_SHEETS[sheet]))
        section = _section(sheet, cells)
        if not 0 < len(section) <= _DEPTH or not all(section):
            at = raw.place(row, columns[first])
            ledger.add("E-WBK-002", at, value=cells[first], sheet=sheet)
            continue
        at = raw.place(row, columns[first])
        if sheet in {"scales", "items"} and not found.open(section, at, ledger):
            continue
        for parts, name in _entries(sheet, section, cells):
            column = columns[name]
            at = raw.place(row, column)
            if column.is_date is not None and column.is_date[position]:
                ledger.add("E-XLS-011", at, value=cells[name])
                continue
            typed = column.is_number is not None and bool(column.is_number[position])
            found.put(parts, _value(parts, cells[name], typed), at, ledger)


def _section(sheet: str, cells: Mapping[str, str]) -> tuple[str, ...]:
    """The dotted key of a row, or the section that it fills."""
    if sheet == MANIFEST_SHEET:
        return _split(cells["key"])
    if sheet == "missing":
        return ("scales", cells["scale"], "missing", cells["code"])
    return (sheet, cells["scale" if sheet == "scales" else "item"])


def _entries(
    sheet: str, section: tuple[str, ...], cells: Mapping[str, str]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """The keys that a row gives a value, each with the column of the value."""
    if sheet == "missing":
        yield section, "reason"
    elif sheet == MANIFEST_SHEET:
        if cells["value"]:
            yield section, "value"
    else:
        for name in _SHEETS[sheet][1:]:
            if cells.get(name):
                yield (*section, *_LANGUAGES.get(name, (name,))), name


def _value(parts: tuple[str, ...], text: str, is_number: bool) -> object:
    """A cell as its key needs it; what does not fit stays text and is noted later."""
    last = parts[-1]
    in_brackets = text.startswith("[") and text.endswith("]")
    is_count = last == "waves" and is_number
    if in_brackets or (_is_list(parts) and not is_count):
        inner = text[1:-1] if in_brackets else text
        return _list(inner, numbers=last == "scale" or "bands" in parts)
    if text.casefold() in {"true", "false"} and (last in _FLAGS or text.isupper()):
        return text.casefold() == "true"
    if last in _TEXTS:
        return text
    if is_number or last in _NUMBERS or parts[-2:-1] == ("map",):
        return _number(text)
    return text


def _is_list(parts: tuple[str, ...]) -> bool:
    in_relation = parts[0] == "relations" and parts[-1] == "scale"
    in_bands = parts[-2:-1] == ("bands",)
    in_categories = parts[0] == "categories" and len(parts) == 2
    named = parts[-1] in _LISTS and len(parts) <= 2
    return in_relation or in_bands or in_categories or named


def _list(text: str, *, numbers: bool) -> list[object]:
    """Values between commas; between semicolons where there is one.

    Examples
    --------
    >>> _list("1, 5", numbers=True), _list("1; 2,5", numbers=True)
    ([1, 5], [1, 2.5])
    >>> _list("staff, budget_mnok", numbers=False)
    ['staff', 'budget_mnok']
    """
    parts = text.split(";" if ";" in text else ",")
    words = [part.strip().strip("\"'") for part in parts if part.strip()]
    return [_number(word) for word in words] if numbers else list(words)


def _number(text: str) -> object:
    plain = text.replace(",", ".") if text.count(",") == 1 else text
    try:
        number = float(plain)
    except ValueError:
        return text
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _split(key: str) -> tuple[str, ...]:
    """The parts of a dotted key; none where it cannot be read.

    Examples
    --------
    >>> _split("relations.trust.unlisted"), _split('relations."a.b".scale')
    (('relations', 'trust', 'unlisted'), ('relations', 'a.b', 'scale'))
    >>> _split("relations..unlisted")
    ()
    """
    parts: list[str] = []
    at = 0
    while at < len(key) and len(parts) <= _DEPTH:
        found = _PART.match(key, at)
        if found is None:
            return ()
        parts.append(next(part for part in found.groups() if part is not None))
        at = found.end()
    return () if key.rstrip().endswith(".") else tuple(parts)


def _dotted(parts: tuple[str, ...]) -> str:
    """The key as the manifest's sections write it."""
    return ".".join(
        part if re.fullmatch(r"[\w-]+", part) else f'"{part}"' for part in parts
    )


def _refuse_paths(found: Codebook, ledger: Ledger) -> None:
    """The tables of a workbook are its sheets; no other file is read."""
    files = found.data.get("files")
    for table, keys in files.items() if isinstance(files, dict) else ():
        if isinstance(keys, dict) and keys.pop("path", None) is not None:
            key = _dotted(("files", table, "path"))
            ledger.add("E-WBK-003", found.places[key], value=key)
