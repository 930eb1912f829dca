"""Every problem of one reading, in order, with counts beyond a limit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from netcollab.study.privacy import MASK, shown, shown_name
from netcollab.study.problems import Place, Problem
from netcollab.study.raw import RawColumn, RawTable

__all__ = ["LIMIT", "Ledger"]

LIMIT = 1000
_FIRST = 20
_SPOILING = {"E-XLS-008", "E-XLS-010", "E-XLS-011"}
_NEAR_TELLS = ("E-IDS", "W-IDS", "E-ENC", "W-ENC", "W-TXT", "E-NUM")
_RANKS = {"E": 0, "W": 1, "N": 2}


class Ledger:
    """Collects problems while files are read and tables are checked.

    Parameters
    ----------
    name
        The study folder's name, for problems of the study as a whole.
    manifest
        Where the manifest was read.
    limit
        How many problems are listed.

    Attributes
    ----------
    faulty : dict
        Per file and sheet, the rows in which an error was found.
    lines : dict
        The line of each dotted key of the manifest.
    """

    def __init__(
        self, name: str, manifest: str = "study.toml", *, limit: int = LIMIT
    ) -> None:
        self.name, self.manifest, self.limit = name, manifest, limit
        self.faulty: dict[tuple[str, str], set[int]] = {}
        self.lines: Mapping[str, int] = {}
        self._found: list[Problem] = []
        self._spoilt: set[tuple[str, str, int, str]] = set()
        self._files: dict[tuple[str, str], int] = {}
        self._beyond: Counter[str] = Counter()
        self._per_code: Counter[str] = Counter()

    @property
    def has_errors(self) -> bool:
        """At least one error was found."""
        codes = [problem.code for problem in self._found] + list(self._beyond)
        return any(code.startswith("E") for code in codes)

    @property
    def error_count(self) -> int:
        """How many errors were found so far, those beyond the limit among them."""
        return sum(n for code, n in self._per_code.items() if code.startswith("E"))

    def open(self, file: str, sheet: str = "") -> None:
        """Say that a file is read now; problems are listed in this order."""
        key = (shown_name(file), shown_name(sheet))
        self._files.setdefault(key, len(self._files))

    def add(self, code: str, place: Place, /, **fields: object) -> None:
        """Note one problem; every field is shown as it may be shown."""
        self._note(code, place, fields, 0)

    def take(self, problem: Problem) -> None:
        """Note a problem that another ledger holds."""
        self._note(problem.code, problem.place, problem.fields, problem.alike)

    def _note(
        self, code: str, place: Place, fields: Mapping[str, object], alike: int
    ) -> None:
        place = self._with_line(place)
        self.open(place.file, place.sheet)
        if code in _SPOILING and place.row is not None:
            self._spoilt.add((place.file, place.sheet, place.row, place.letter))
        if code.startswith("E") and place.row is not None:
            rows = self.faulty.setdefault((place.file, place.sheet), set())
            rows.add(place.row)
        self._per_code[code] += 1
        if self._per_code[code] > self.limit:
            self._beyond[code] += 1
            return
        cleaned = {name: _cleaned(name, value) for name, value in fields.items()}
        self._found.append(Problem(code, _shown_place(place), cleaned, alike))

    def add_rows(
        self,
        code: str,
        table: RawTable,
        column: RawColumn | None,
        where: np.ndarray,
        /,
        *,
        masked: bool = False,
        each: Callable[[int], Mapping[str, object]] | None = None,
        apart: bool = False,
        **fields: object,
    ) -> None:
        """Note the same problem for many rows of a table.

        Parameters
        ----------
        code
            The problem.
        table, column
            Where; without a column no value is shown.
        where
            True for the rows, or their positions.
        masked
            Hide the value.
        each
            More fields for the row at a position.
        apart
            Different values stay apart in a list, even where they are hidden.
        """
        places = np.flatnonzero(where) if where.dtype == bool else where
        if column is not None and self._spoilt and code not in _SPOILING:
            places = np.array(
                [p for p in places.tolist() if not self._is_spoilt(table, column, p)],
                dtype=np.int64,
            )
        if not len(places):
            return
        if code.startswith("E"):
            key = (table.file, table.sheet)
            self.faulty.setdefault(key, set()).update(table.rows[places].tolist())
        room = max(0, self.limit - self._per_code[code])
        alike = _numbered(column, places) if apart and column is not None else {}
        for place in places[:room].tolist():
            value = {} if column is None else {"value": column.text[place]}
            told: dict[str, object] = {**value, **fields}
            if each is not None:
                told |= each(place)
            if masked and "value" in told:
                told["value"] = MASK
            if masked and code.startswith(_NEAR_TELLS):
                told.pop("near", None)
            at = table.place(int(table.rows[place]), column)
            self._note(code, at, told, alike.get(place, 0))
        self.open(table.file, table.sheet)
        beyond = max(0, len(places) - room)
        self._beyond[code] += beyond
        self._per_code[code] += beyond

    def listed(self) -> tuple[Problem, ...]:
        """The problems by file and row, at most 1,000; the last one counts the rest.

        Where there are more, the first of every code are kept before the others, and
        errors before warnings before notes.
        """
        kept = sorted(self._found, key=self._order)
        beyond = Counter({code: n for code, n in self._beyond.items() if n})
        if len(kept) > self.limit or (beyond and len(kept) == self.limit):
            by_rank = _by_rank(kept)
            beyond.update(problem.code for problem in by_rank[self.limit - 1 :])
            kept = sorted(by_rank[: self.limit - 1], key=self._order)
        if beyond:
            told = ", ".join(f"{code} x {n}" for code, n in sorted(beyond.items()))
            worst = min(beyond, key=lambda code: _RANKS[code[0]])[0]
            kept.append(
                Problem(
                    f"{worst}-STU-006",
                    Place(self.name),
                    {"count": str(beyond.total()), "codes": told},
                )
            )
        return tuple(kept)

    def _with_line(self, place: Place) -> Place:
        """A key of the manifest with its line, or that of the section it stands in."""
        if place.row is not None or not place.key or place.file != self.manifest:
            return place
        key = place.key
        while key and key not in self.lines:
            key = key.rpartition(".")[0]
        return replace(place, row=self.lines.get(key))

    def _is_spoilt(self, table: RawTable, column: RawColumn, place: int) -> bool:
        """The cell holds nothing that could be checked, which has been noted."""
        row = int(table.rows[place])
        return (table.file, table.sheet, row, column.letter) in self._spoilt

    def _order(self, problem: Problem) -> tuple[int, int, int, str, str, str, str]:
        place = problem.place
        return (
            self._files[(place.file, place.sheet)],
            place.row or 0,
            len(place.letter),
            place.letter,
            place.key,
            place.column,
            problem.code,
        )


def _by_rank(problems: Sequence[Problem]) -> list[Problem]:
    """The first of every code, then the others; errors before warnings before notes."""
    seen: Counter[str] = Counter()
    ranks = []
    for problem in problems:
        ranks.append((seen[problem.code] >= _FIRST, _RANKS[problem.code[0]]))
        seen[problem.code] += 1
    order = sorted(range(len(ranks)), key=ranks.__getitem__)
    return [problems[place] for place in order]


def _numbered(column: RawColumn, places: np.ndarray) -> dict[int, int]:
    """The rows at some positions, equal values under equal numbers."""
    numbers: dict[object, int] = {}
    found = {}
    for place in places.tolist():
        value = column.text[place]
        found[place] = numbers.setdefault(value, len(numbers) + 1)
    return found


_LONG = {"line", "lines", "points", "options", "codes", "known", "missing"}


def _cleaned(name: str, value: object) -> str:
    if name not in _LONG:
        return shown(str(value))
    return "\n".join(shown(part, longest=4000) for part in str(value).split("\n"))


def _shown_place(place: Place) -> Place:
    return Place(
        shown_name(place.file),
        shown_name(place.sheet),
        place.row,
        shown(place.column),
        place.letter,
        shown(place.key),
    )
