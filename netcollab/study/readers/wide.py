"""One row per respondent: the table of a questionnaire export, as it was read.

Which columns are there, and what do their cells show where the format says nothing?
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from netcollab.study.identifiers import INVISIBLE
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import FileSpec
from netcollab.study.problems import Place
from netcollab.study.raw import RawColumn, RawTable
from netcollab.study.readers.delimited import read_delimited
from netcollab.study.readers.excel import read_excel
from netcollab.study.readers.export import Kind, export_file

__all__ = ["answered", "listed", "observed_kind", "read_answers"]

MAX_OPTIONS = 12
_SEEN = " \t\r\n"
_WHOLE = re.compile(r"[+-]?\d{1,9}(?:\.0+)?")
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,15})?")
_BLANKS = re.compile(rf"[{INVISIBLE}]+")


def read_answers(
    path: Path,
    suffixes: Sequence[str],
    ledger: Ledger,
    *,
    spec: FileSpec | None = None,
) -> RawTable | None:
    """Read the one table of an export; None when its columns cannot be told.

    Headers lose blanks at their ends and line breaks inside them; blanks that cannot
    be seen are noted. Columns without a
    header and without content are no columns; other faults of the header are noted.

    Parameters
    ----------
    path
        The file.
    suffixes
        The endings of the format.
    ledger
        Takes the problems.
    spec
        How the file differs from what can be found out: sheet, encoding, separator.
    """
    file = export_file(path, suffixes, ledger)
    if file is None:
        return None
    wanted = spec or FileSpec(path.name)
    reader = read_excel if file.suffix.lower() == ".xlsx" else read_delimited
    table = reader(file, "answers", path.name, wanted, ledger)
    if table is None:
        return None
    table.decimal = wanted.decimal
    table.columns = _named(table, wanted, ledger)
    return table if table.columns else None


def answered(column: RawColumn) -> list[str]:
    """The different cells of a column that hold something, in order of appearance."""
    cells = (cell.strip() for cell in column.text.tolist())
    return [cell for cell in dict.fromkeys(cells) if cell]


def observed_kind(column: RawColumn) -> Kind:
    """What a column seems to be by its cells, where the format does not say.

    "date" where a workbook says so of every cell; by its numbers where these are more
    than half of its cells: "choice" if they are whole, else "number"; "choice" for at
    most 12 different short texts that most respondents share; else "text", also for an
    empty column.
    """
    cells = answered(column)
    if not cells:
        return "text"
    filled = [bool(cell.strip()) for cell in column.text.tolist()]
    if column.is_date is not None and column.is_date[filled].all():
        return "date"
    numbers = {
        cell for cell in cells if _NUMBER.fullmatch(cell) or _WHOLE.fullmatch(cell)
    }
    if 2 * sum(cell.strip() in numbers for cell in column.text.tolist()) > sum(filled):
        return "choice" if all(map(_WHOLE.fullmatch, numbers)) else "number"
    is_shared = len(cells) <= MAX_OPTIONS and 2 * len(cells) <= sum(filled)
    return "choice" if is_shared and max(map(len, cells)) <= 100 else "text"


def listed(names: Iterable[str]) -> str:
    """The first twenty names, and how many there are if more.

    Examples
    --------
    >>> listed(["q1", "q2"])
    'q1, q2'
    """
    names = list(names)
    short = [name if len(name) <= 60 else name[:59] + "…" for name in names[:20]]
    return ", ".join(short) + (f", … ({len(names)})" if len(names) > 20 else "")


def _named(table: RawTable, spec: FileSpec, ledger: Ledger) -> list[RawColumn]:
    found: dict[str, RawColumn] = {}
    for column in table.columns:
        name = _BLANKS.sub(" ", column.header).strip(INVISIBLE)
        place = Place(table.file, table.sheet, spec.header_row, name, column.letter)
        unseen = [c for c in column.header if c in INVISIBLE and c not in _SEEN]
        if name and unseen:
            points = " ".join(f"U+{ord(c):04X}" for c in dict.fromkeys(unseen))
            ledger.add("W-COL-006", place, value=name, points=points)
        if not name:
            if answered(column):
                ledger.add("E-COL-003", place, found=column.letter)
        elif name in found:
            ledger.add("E-COL-002", place, value=name, other=found[name].letter)
        else:
            found[name] = RawColumn(
                name, column.letter, column.text, column.is_number, column.is_date
            )
    return list(found.values())
