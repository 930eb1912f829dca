"""The cells of a matrix: numbers, words that stand for them, and marks of the diagonal.

Every fault is told at its cell; words are told together, with what they may mean.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from netcollab.study.draft import Draft
from netcollab.study.manifest import RelationSpec
from netcollab.study.numbers import parse_numbers
from netcollab.study.raw import RawColumn, RawTable, as_text
from netcollab.study.readers.incoming import IncomingNetwork
from netcollab.study.readers.worded_cells import emptied, note_words, worded
from netcollab.study.schema import TABLES

__all__ = ["read_cells"]

Cells = dict[str, list[str | None]]


def read_cells(
    raw: RawTable,
    pairs: Mapping[str, str],
    network: IncomingNetwork,
    *,
    relation: str,
    spec: RelationSpec | None,
    is_draft: bool,
    decimal: str | None,
    thousands: str | None,
) -> Cells:
    """The cells of each column: a number, a word, "" or None for what is refused.

    Parameters
    ----------
    raw
        The table; its first column names the rows.
    pairs
        Name of a row -> name of the column with the same actor.
    network
        Takes the problems, and the words that stay as they are.
    relation, spec
        The relation, and what the codebook says of it.
    is_draft
        There is no codebook yet, so that words are a question.
    decimal, thousands
        As declared.
    """
    rows = [str(name) for name in raw.columns[0].text]
    own = {
        pairs[name]: at for at, name in reversed([*enumerate(rows)]) if name in pairs
    }
    missing = spec.missing if spec is not None else {}
    found: dict[str, list[str]] = {}
    columns: dict[str, RawColumn] = {}
    aside: dict[str, np.ndarray] = {}
    marks = 0
    for column in raw.columns[1:]:
        key = column.header
        while not key or key in columns:
            key += f" ({column.letter})"
        words, declared = worded(column, missing)
        at = own.get(column.header)
        if at is not None and _is_mark(column, at, declared[at]):
            words[at], declared[at] = False, False
            marks += 1
            column = emptied(column, np.arange(len(rows)) == at)
        for row in np.flatnonzero(words).tolist():
            cell = raw.place(int(raw.rows[row]), column).cell
            found.setdefault(str(column.text[row]).strip(), []).append(cell)
        aside[key] = np.where(words | declared, column.text, "")
        columns[key] = emptied(column, words | declared)
    network.words |= {str(c).strip() for cells in aside.values() for c in cells if c}
    draft = Draft(TABLES["ties"], raw, network.ledger, columns)
    parse_numbers(draft, columns, decimal=decimal, thousands=thousands)
    if marks:
        network.ledger.add("N-GRA-058", raw.place(), count=marks)
    note_words(found, raw, network.ledger, relation, is_draft=is_draft)
    if spec is not None and spec.scale is not None:
        _check_scale(draft, own, spec)
    return {
        column.header: [
            str(aside[key][row]).strip()
            or _cell(str(column.text[row]), draft.numbers[key][row], raw, thousands)
            for row in range(len(rows))
        ]
        for key, column in columns.items()
    }


def _is_mark(column: RawColumn, row: int, declared: bool) -> bool:
    """A cell of the diagonal that says only that nothing belongs there."""
    cell = str(column.text[row]).strip()
    is_date = column.is_date is not None and bool(column.is_date[row])
    no_digit = not any(map(str.isdigit, cell))
    return bool(cell) and not is_date and (declared or no_digit)


def _check_scale(draft: Draft, own: Mapping[str, int], spec: RelationSpec) -> None:
    """Weights outside the scale of the codebook, at their cells."""
    low, high = spec.scale or (-math.inf, math.inf)
    told = {"relation": spec.name, "low": f"{low:g}", "high": f"{high:g}"}
    for key, column in draft.columns.items():
        weight = draft.number(key)
        outside = (weight != 0) & ((weight < low) | (weight > high))
        if column.header in own:
            outside[own[column.header]] = False
        for row in np.flatnonzero(outside).tolist():
            at = draft.raw.place(draft.row_of(row), column)
            draft.ledger.add("E-TIE-010", at, weight=f"{weight[row]:g}", **told)


def _cell(text: str, number: float, raw: RawTable, thousands: str | None) -> str | None:
    """The cell with a decimal point; None for one that is no number, noted before."""
    text = text.strip(" ")
    if text and math.isnan(number):
        return None
    if text and thousands:
        return as_text(number)[0]
    return text.replace(raw.decimal or ".", ".")
