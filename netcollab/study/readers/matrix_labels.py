"""The names at the sides of a matrix: are they the same, and are they all actors?

A title above the names, a row of averages and a name spelt in two ways are told by
what they are, each with its cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from netcollab.errors import closest
from netcollab.study.identifiers import difference, fold
from netcollab.study.ledger import Ledger
from netcollab.study.problems import Place
from netcollab.study.raw import RawTable

__all__ = ["Totals", "check_sides", "names_row", "without_totals"]

Totals = Literal["error", "keep", "drop"]

_SEARCHED = 20
_LISTED = 20
_MOST_COMPARED = 500
_MARKS = re.compile(r"[;\t,]")
_TOTALS = {
    *("snitt", "gj.snitt", "gjsnitt", "gjennomsnitt", "gns", "gns.", "gennemsnit"),
    *("snit", "sum", "sumtotal", "totalsum", "total", "totalt", "totals", "ialt"),
    *("mean", "average", "avg", "avg.", "median", "middelverdi", "middelværdi"),
}


def names_row(raw: RawTable) -> int | None:
    """The row that names the columns, where it is not the first; None: it is.

    Most of its cells stand in the first column too.

    Examples
    --------
    >>> from netcollab.study.raw import RawColumn, text_array
    >>> table = RawTable("ties", "a.csv", rows=np.array([3, 4, 5]))
    >>> cells = [("x", "nav", "ks"), ("nav", "", "2"), ("ks", "1", "")]
    >>> table.columns = [
    ...     RawColumn("" if n else "Trust 2026", "ABC"[n], text_array(column))
    ...     for n, column in enumerate(zip(*cells, strict=True))
    ... ]
    >>> names_row(table)
    3
    """
    if _are_names([c.header for c in raw.columns[1:]], raw.columns[0].text):
        return None
    for at in range(min(_SEARCHED, len(raw))):
        cells = [str(column.text[at]) for column in raw.columns]
        labels: Iterable[object] = raw.columns[0].text
        if len(cells) == 1:
            cells = _MARKS.split(cells[0])
            labels = [_MARKS.split(str(label))[0] for label in labels]
        # Numbers in a row may be names of other rows by chance.
        if _is_worded(cells[1:]) and _are_names(cells[1:], labels):
            return int(raw.rows[at])
    return None


def without_totals(
    raw: RawTable, ledger: Ledger, totals: Totals, header_row: int
) -> RawTable:
    """The rows and columns of the actors; sums and averages are none.

    Parameters
    ----------
    raw
        The table; its first column names the rows.
    ledger
        Takes the problem, or the count of what is left out.
    totals
        What to do with rows and columns that are named as sums or averages.
    header_row
        The row that names the columns.
    """
    first, others = raw.columns[0], raw.columns[1:]
    is_total = np.array([fold(str(name)) in _TOTALS for name in first.text], dtype=bool)
    sums = [column for column in others if fold(column.header) in _TOTALS]
    if totals == "keep" or not (sums or is_total.any()):
        return raw
    cells = [f"{c.header} ({raw.place(header_row, c).cell})" for c in sums]
    cells += [
        f"{first.text[row]} ({raw.place(int(raw.rows[row]), first).cell})"
        for row in np.flatnonzero(is_total).tolist()
    ]
    code = "E-GRA-053" if totals == "error" else "N-GRA-054"
    known = ", ".join(cells[:_LISTED])
    ledger.add(code, raw.place(), known=known, count=len(cells))
    kept = [column for column in others if column not in sums]
    return replace(
        raw,
        columns=[column.take(~is_total) for column in (first, *kept)],
        rows=raw.rows[~is_total],
    )


def check_sides(raw: RawTable, ledger: Ledger, header_row: int) -> dict[str, str]:
    """The same names stand once each in the first column and in the row of names.

    Returns
    -------
    dict
        Name of a row -> name of the column with the same ties, as far as it is known.
    """
    senders, receivers = raw.columns[0], raw.columns[1:]
    rows = [
        (str(n), raw.place(int(r), senders))
        for n, r in zip(senders.text, raw.rows, strict=True)
    ]
    columns = [(c.header, raw.place(header_row, c)) for c in receivers]
    here = _alone(rows, [str(row) for row in raw.rows], ledger)
    there = _alone(columns, [column.letter for column in receivers], ledger)
    only_rows = [name for name in here if name not in there]
    only_columns = [name for name in there if name not in here]
    pairs = _pairs(only_rows, only_columns)
    for name, near in pairs.items():
        told = {"value": name, "near": near, "other": there[near].cell}
        if name.casefold() != near.casefold() and fold(name) == fold(near):
            points = difference(name, near)
            ledger.add("E-GRA-056", here[name], points=points, **told)
        else:
            ledger.add("E-GRA-055", here[name], **told)
    rest = [name for name in only_rows if name not in pairs]
    meant = set(pairs.values())
    other = [name for name in only_columns if name not in meant]
    if rest or other:
        told = {"known": _listed(rest, here), "missing": _listed(other, there)}
        ledger.add("E-GRA-030", raw.place(), **told)
    return {name: name for name in here if name in there} | pairs


def _alone(
    named: Sequence[tuple[str, Place]], where: Sequence[str], ledger: Ledger
) -> dict[str, Place]:
    """Each name and its first place; one that is empty or there twice is noted."""
    seen: dict[str, Place] = {}
    first: dict[str, str] = {}
    for (name, place), at in zip(named, where, strict=True):
        if not name:
            ledger.add("E-GRA-031", place)
        elif name in seen:
            ledger.add("E-GRA-014", place, value=name, other=first[name])
        else:
            seen[name], first[name] = place, at
    return seen


def _are_names(cells: Sequence[str], labels: Iterable[object]) -> bool:
    """Most of the cells are labels too."""
    named = {fold(cell) for cell in cells} - {""}
    shared = named & {fold(str(label)) for label in labels}
    return len(shared) > 1 and 2 * len(shared) >= len(named)


def _is_worded(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return 2 * sum(any(map(str.isalpha, cell)) for cell in filled) >= len(filled)


def _pairs(rows: Sequence[str], columns: Sequence[str]) -> dict[str, str]:
    """Name of a row -> the column's that it is but for its form, or nearly."""
    by_form = {fold(name): name for name in columns}
    found = {name: by_form[fold(name)] for name in rows if fold(name) in by_form}
    meant = set(found.values())
    free = [name for name in columns if name not in meant][:_MOST_COMPARED]
    for name in rows[:_MOST_COMPARED]:
        near = "" if name in found else closest(name[:200], free)
        if near:
            found[name] = near
            free.remove(near)
    return found


def _listed(names: Sequence[str], places: dict[str, Place]) -> str:
    told = [f"{name} ({places[name].cell})" for name in names[:_LISTED]]
    more = f", … ({len(names)})" if len(names) > _LISTED else ""
    return (", ".join(told) or "-") + more
