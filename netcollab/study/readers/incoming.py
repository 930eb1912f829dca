"""A network on its way from a file: its actors and ties, and what is wrong with them.

Every format says the same few things in its own way. Here they are gathered, each
with its line in the file, and checked once: no actor twice, no tie to an unknown
actor, no weight that is not a number. Nothing is merged, created or left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from netcollab.errors import closest
from netcollab.study.identifiers import Known, difference
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import Manifest
from netcollab.study.problems import Place
from netcollab.study.raw import RawColumn, RawTable, text_array
from netcollab.study.readers.delimited import MAX_CELLS, MAX_ROWS
from netcollab.study.readers.export import NetworkExport
from netcollab.study.readers.text_file import SelfTies
from netcollab.study.schema import TABLES

__all__ = [
    "RELATION",
    "GraphChoice",
    "IncomingNetwork",
    "StoppedError",
    "compare_actors",
    "number_fault",
    "relation_of",
]

RELATION = "tie"
MAX_UNNAMED = 100_000
MAX_SEARCHED = 20_000
_LISTED = 20
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_WHOLE = re.compile(r"[+-]?[0-9]+")
_ENDLESS = re.compile(r"[+-]?(?:nan|inf|infinity|∞)", re.I)
_TIES = ("relation", "source", "target", "weight")


class StoppedError(Exception):
    """Nothing more of the file can be read; the reason has been noted."""


def number_fault(text: str, *, whole: bool = False) -> str:
    """The code of what is wrong with a number, or an empty string.

    Examples
    --------
    >>> number_fault("1.5"), number_fault("1,5"), number_fault("NaN")
    ('', 'E-GRA-012', 'E-GRA-013')
    """
    if _ENDLESS.fullmatch(text):
        return "E-GRA-013"
    if not (_WHOLE if whole else _NUMBER).fullmatch(text):
        return "E-GRA-012"
    return "E-GRA-013" if abs(float(text)) == float("inf") else ""


class GraphChoice:
    """Which of the graphs in a file is read: the only one, or the one asked for.

    Parameters
    ----------
    wanted
        The id of a graph, or "#2" for the second; empty: there must be only one.

    Examples
    --------
    >>> choice = GraphChoice("#2")
    >>> choice.opens("formal"), choice.opens("")
    (False, True)
    """

    def __init__(self, wanted: str = "") -> None:
        self._wanted = wanted
        self._found: list[tuple[str, int | None]] = []
        self._opened = 0

    def opens(self, name: str, line: int | None = None) -> bool:
        """Note a graph; True if it is the one to read."""
        number = f"#{len(self._found) + 1}"
        self._found.append((name or number, line))
        wanted = self._wanted in {name, number} if self._wanted else number == "#1"
        self._opened += wanted
        return wanted and self._opened == 1

    def check(self, place: Place, ledger: Ledger) -> None:
        """Note that there is no graph, too many, or not the one asked for."""
        names = [name for name, _ in self._found]
        told: dict[str, object] = {"found": len(names), "options": _listed(names)}
        second = Place(place.file, row=self._found[1][1]) if len(names) > 1 else place
        if not names:
            ledger.add("E-GRA-006", place)
        elif not self._wanted and len(names) > 1:
            ledger.add("E-GRA-007", second, **told)
        elif self._wanted and self._opened == 0:
            near = closest(self._wanted[:200], names[:MAX_SEARCHED])
            ledger.add("E-GRA-008", place, value=self._wanted, near=near, **told)
        elif self._opened > 1:
            ledger.add("E-GRA-007", second, **told)
        elif len(names) > 1:
            ledger.add("N-GRA-046", place, count=len(names) - 1, value=self._wanted)


@dataclass
class _Rows:
    """Cells by column, filled up to the last row only where a column has any."""

    columns: dict[str, list[str]] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)

    def add(self, line: int, values: Mapping[str, str]) -> None:
        for name, value in values.items():
            column = self.columns.setdefault(name, [])
            if len(column) < len(self.lines):
                column.extend([""] * (len(self.lines) - len(column)))
            column.append(value)
        self.lines.append(line)

    def full(self, name: str) -> list[str]:
        column = self.columns.setdefault(name, [])
        column.extend([""] * (len(self.lines) - len(column)))
        return column


def relation_of(said: str, manifest: Manifest | None) -> str:
    """The relation of ties that name none: the one said, or the codebook's only one.

    Examples
    --------
    >>> relation_of("trust", None), relation_of("", None)
    ('trust', 'tie')
    """
    declared = list(manifest.relations) if manifest is not None else []
    return said or (declared[0] if len(declared) == 1 else RELATION)


class IncomingNetwork:
    """The actors and ties of one graph, gathered while its file is read.

    Parameters
    ----------
    preset
        The format.
    file
        Its name, for messages.
    ledger
        Takes the problems.
    relation
        The relation of ties whose relation the file does not name.

    Attributes
    ----------
    words : set
        Words in the place of weights that stay as they are: told elsewhere, or
        declared by the codebook.
    """

    def __init__(self, preset: str, file: str, ledger: Ledger, relation: str) -> None:
        self.preset, self.file, self.ledger = preset, file, ledger
        self.unread: Counter[str] = Counter()
        self.words: set[str] = set()
        self.unknown = 0
        self._relation = relation
        self._errors = ledger.error_count
        self._actors = _Rows({"actor": []})
        self._ties = _Rows({name: [] for name in _TIES})
        self._lines: dict[str, int] = {}
        self._directed: dict[str, bool | None] = {}
        self._mixed: set[str] = set()
        self._unweighted: list[int] = []
        self._unnamed = 0

    @property
    def n_actors(self) -> int:
        """How many actors there are so far."""
        return len(self._lines)

    @property
    def is_sound(self) -> bool:
        """No error was found since this network was begun."""
        return self.ledger.error_count == self._errors

    def note(self, code: str, line: int | None = None, **fields: object) -> None:
        """Note a problem at a line of the file."""
        self.ledger.add(code, Place(self.file, row=line), **fields)

    def declare(self, table: Literal["actors", "ties"], name: str) -> None:
        """Let a table have a column, whether or not any row fills it."""
        (self._actors if table == "actors" else self._ties).columns.setdefault(name, [])

    def knows(self, actor: str) -> bool:
        """The actor was added."""
        return actor in self._lines

    def add_actor(
        self, line: int, actor: str, values: Mapping[str, str] | None = None
    ) -> None:
        """Add an actor; one that is there already is an error."""
        if actor in self._lines:
            other = self._lines[actor]
            self.note("E-GRA-014", line, value=actor, other=other)
            return
        self._make_room(self._actors, line)
        self._lines[actor] = line
        self._actors.add(line, {"actor": actor, **(values or {})})

    def add_numbered(self, count: int, line: int) -> list[str]:
        """Add actors that have no names but their numbers; empty if there are too many.

        A short file can declare any number of them, so that the limit is lower.
        """
        if count > MAX_UNNAMED:
            limit = f"{MAX_UNNAMED:,}".replace(",", " ")
            self.note("E-GRA-024", line, found=count, limit=limit)
            return []
        names = [str(number) for number in range(1, count + 1)]
        for name in names:
            self.add_actor(line, name)
        if names:
            self.note("N-GRA-049", line, count=count)
        return names

    def add_tie(
        self,
        line: int,
        source: str,
        target: str,
        values: Mapping[str, str],
        *,
        directed: bool | None,
    ) -> None:
        """Add a tie; `values` may hold relation, weight, state and attributes."""
        edge = f"{source} -> {target}"
        for name in ("weight", "distance"):
            text = values.get(name, "").strip()
            is_word = name == "weight" and text in self.words
            code = number_fault(text) if text and not is_word else ""
            if code:
                self.note(code, line, value=text, element=edge, key=name)
        weight, state = values.get("weight", "").strip(), values.get("state", "")
        if not weight and state in {"", "observed"}:
            self._unweighted.append(line)
            weight = "1"
        relation = values.get("relation", "")
        if not relation:
            self._unnamed += 1
            relation = self._relation or RELATION
        self._check_direction(line, relation, edge, directed)
        self._make_room(self._ties, line)
        known = {"source": source, "target": target, "relation": relation}
        self._ties.add(line, {**values, **known, "weight": weight})

    def add_matrix(
        self,
        names: Sequence[str],
        cells: Iterable[tuple[int, Sequence[str | None]]],
        *,
        relation: str,
        directed: bool | None,
        self_ties: SelfTies,
        place: Callable[[int, int], Place] | None = None,
    ) -> None:
        """Add a tie for each cell of a square matrix that holds something.

        Parameters
        ----------
        names
            The actors, for rows and columns.
        cells
            The line and the cells of each row; empty: unknown; None: not in the file.
        relation, directed
            Of all its ties.
        self_ties
            What to do with a cell of the diagonal that is not 0.
        place
            Where the cell of a row and column stands.
        """
        dropped = 0
        for i, (line, row) in enumerate(cells):
            for j, cell in enumerate(row):
                if cell is None:
                    continue
                if i == j:
                    empty = not cell or (not number_fault(cell) and float(cell) == 0)
                    if empty or self_ties == "drop":
                        dropped += not empty
                        continue
                    if self_ties == "error":
                        at = place(i, j) if place else Place(self.file, row=line)
                        self.ledger.add("E-GRA-032", at, value=cell, actor=names[i])
                        continue
                elif not cell:
                    self.unknown += 1
                    continue
                tie = {"relation": relation, "weight": cell}
                self.add_tie(line, names[i], names[j], tie, directed=directed)
        if dropped:
            self.note("N-GRA-048", count=dropped)

    def has_room(self, count: int, line: int | None = None) -> bool:
        """A table can hold that many rows; otherwise it is an error."""
        if count <= MAX_ROWS:
            return True
        limit = f"{MAX_ROWS:,}".replace(",", " ")
        self.note("E-GRA-024", line, found=count, limit=limit)
        return False

    def suspect(self, given: Collection[str]) -> None:
        """Note columns of the ties that may be known ones under another name.

        Parameters
        ----------
        given
            Our columns that the user has spoken about.
        """
        total = len(self._ties.lines)
        if not total:
            return
        filled = {name for name, cells in self._ties.columns.items() if any(cells)}
        # These two are filled where the file says nothing.
        if len(self._unweighted) == total:
            filled.discard("weight")
        if self._unnamed == total:
            filled.discard("relation")
        absent = [
            column
            for column in TABLES["ties"].columns
            if column.name not in filled and column.name not in given
        ]
        own = set(TABLES["ties"].names)
        for name in [name for name in self._ties.columns if name not in own]:
            folded = name.casefold()
            for column in absent:
                if folded in (column.name, *column.other_names):
                    code = "E-GRA-034" if column.name == "weight" else "W-GRA-041"
                    at = Place(self.file, column=name)
                    self.ledger.add(code, at, value=name, near=column.name)

    def finish(
        self,
        *,
        sha256: str,
        given: Collection[str] = (),
        encoding: str | None = None,
        raw: RawTable | None = None,
    ) -> NetworkExport | None:
        """The network, or None if anything of the file was refused.

        Parameters
        ----------
        sha256, encoding
            Of the file.
        given
            Our columns of the ties that the user has spoken about.
        raw
            The table that the network was read from, if it was one.
        """
        if not self._lines and self.is_sound:
            self.note("E-GRA-023")
        self.suspect(given)
        self._check_ends()
        if not self.is_sound:
            return None
        self._note_decisions()
        actors = self._table("actors", self._actors)
        ties = self._table("ties", self._ties)
        for table in (actors, ties):
            table.sha256, table.encoding = sha256, encoding
            if raw is not None:
                table.encoding, table.separator = raw.encoding, raw.separator
                table.sheet, table.is_workbook = raw.sheet, raw.is_workbook
        return NetworkExport(self.preset, actors, ties, dict(self._directed))

    def _make_room(self, rows: _Rows, line: int) -> None:
        """Stop before a table outgrows what a table of a study may hold."""
        count = len(rows.lines)
        if count < MAX_ROWS and count * len(rows.columns) < MAX_CELLS:
            return
        limit = f"{MAX_ROWS:,} / {MAX_CELLS:,}".replace(",", " ")
        self.note(
            "E-GRA-024", line, found=f"> {count} x {len(rows.columns)}", limit=limit
        )
        raise StoppedError

    def _check_direction(
        self, line: int, relation: str, edge: str, directed: bool | None
    ) -> None:
        before = self._directed.setdefault(relation, directed)
        if before != directed and relation not in self._mixed:
            self._mixed.add(relation)
            self.note("E-GRA-017", line, element=edge, relation=relation)

    def _check_ends(self) -> None:
        """Every tie joins two actors of the file."""
        unknown: dict[str, list[tuple[int, str]]] = {}
        sources, targets = self._ties.full("source"), self._ties.full("target")
        for line, source, target in zip(
            self._ties.lines, sources, targets, strict=True
        ):
            for name in dict.fromkeys((source, target)):
                if name not in self._lines:
                    edge = f"{source} -> {target}"
                    unknown.setdefault(name, []).append((line, edge))
        if not unknown:
            return
        places = {
            name: Place(self.file, row=line) for name, line in self._lines.items()
        }
        known = Known(places)
        is_small = len(places) <= MAX_SEARCHED
        for name, edges in unknown.items():
            same = known.same_but_for_form(name)
            near = same or (known.nearest(name) if is_small else "")
            told = known.told(near) if near else {}
            points = difference(name, same) if same else "-"
            for line, edge in edges:
                told_all = {"value": name, "element": edge, "points": points, **told}
                self.note("E-GRA-015", line, **told_all)

    def _note_decisions(self) -> None:
        count, total = len(self._unweighted), len(self._ties.lines)
        if count:
            code = "N-GRA-050" if count == total else "W-GRA-040"
            self.note(code, self._unweighted[0], count=count, found=total)
        if self._unnamed:
            name = self._relation or RELATION
            self.note("N-GRA-051", count=self._unnamed, value=name)
        if self.unknown:
            self.note("N-GRA-044", count=self.unknown)
        if self.unread:
            parts = [f"{name} ({count})" for name, count in self.unread.items()]
            self.note("N-GRA-052", known=_listed(parts))

    def _table(self, name: str, rows: _Rows) -> RawTable:
        table = RawTable(name, self.file, read=len(rows.lines))
        table.rows = np.array(rows.lines, dtype=np.int64)
        table.columns = [
            RawColumn(header, "", text_array(rows.full(header)))
            for header in rows.columns
        ]
        return table


def compare_actors(
    export: NetworkExport, actors: Iterable[str], ledger: Ledger
) -> bool:
    """Whether a network and an actors table name the same actors; else an error.

    Parameters
    ----------
    export
        The network.
    actors
        The ids of the actors table.
    ledger
        Takes the error, which lists the names that stand on one side only.
    """
    known = dict.fromkeys(actors)
    here = next(c.text for c in export.actors.columns if c.header == "actor")
    present = dict.fromkeys(str(name) for name in here)
    extra = [name for name in present if name not in known]
    missing = [name for name in known if name not in present]
    if not extra and not missing:
        return True
    told = {"known": _listed(extra) or "-", "missing": _listed(missing) or "-"}
    place = Place(export.actors.file, export.actors.sheet)
    ledger.add("E-GRA-036", place, found=len(extra), count=len(missing), **told)
    return False


def _listed(names: Sequence[str]) -> str:
    short = [name if len(name) <= 60 else name[:59] + "…" for name in names[:_LISTED]]
    more = f", … ({len(names)})" if len(names) > _LISTED else ""
    return ", ".join(short) + more
