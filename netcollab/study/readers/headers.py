"""The header of an export: is every column named, and no two alike?"""

from __future__ import annotations

from collections.abc import Sequence

from netcollab.study.identifiers import INVISIBLE
from netcollab.study.ledger import Ledger
from netcollab.study.problems import Place
from netcollab.study.raw import RawColumn, RawTable

__all__ = ["name_once", "note_empty_header", "renamed"]


def note_empty_header(
    place: Place, below: Sequence[Sequence[str]], ledger: Ledger
) -> None:
    """Note a header row without a name, and the row that probably has the names.

    Parameters
    ----------
    place
        Of the header row.
    below
        The rows under it: the first with two filled cells, else with one.
    ledger
        Takes the problem.
    """
    first = place.row or 1
    filled = [sum(bool(cell.strip()) for cell in row) for row in below]
    several = [at for at, count in enumerate(filled, start=first + 1) if count > 1]
    any_ = [at for at, count in enumerate(filled, start=first + 1) if count]
    near = next(iter(several or any_), "")
    ledger.add("E-COL-003", place, found=first, near=near)


def name_once(
    tables: Sequence[RawTable], ledger: Ledger, *, doubled: str = "E-COL-002"
) -> bool:
    """Clean the names of the columns; False where one is doubled or missing.

    Columns without a name and without a value are left out.

    Parameters
    ----------
    tables
        The tables that hold one export; changed in place.
    ledger
        Takes the problems.
    doubled
        The code for two columns with one name.
    """
    found: dict[str, str] = {}
    is_good = True
    for table in tables:
        kept = []
        for column in table.columns:
            name = column.header.strip(INVISIBLE)
            at = Place(table.file, table.sheet, 1, name, column.letter)
            if name != column.header:
                odd = [c for c in column.header if not c.isalnum() and c != "_"]
                points = " ".join(f"U+{ord(c):04X}" for c in dict.fromkeys(odd))
                ledger.add("W-COL-006", at, value=column.header, points=points)
            if not name:
                if any(cell.strip() for cell in column.text.tolist()):
                    ledger.add("E-COL-003", at, found=column.letter or "?")
                    is_good = False
                continue
            if name in found:
                ledger.add(doubled, at, value=name, other=found[name])
                is_good = False
                continue
            found[name] = column.letter
            kept.append(renamed(column, name))
        table.columns = kept
    return is_good


def renamed(column: RawColumn, name: str) -> RawColumn:
    """The column under another name."""
    return RawColumn(name, column.letter, column.text, column.is_number, column.is_date)
