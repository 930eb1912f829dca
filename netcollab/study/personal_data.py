"""Personal data at the door: what no table may hold, and what is not loaded.

Which columns name, number or quote a person, and what becomes of them?
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from netcollab.study.draft import Draft
from netcollab.study.free_text import is_long, says_free_text
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import Manifest
from netcollab.study.privacy import (
    holds_email,
    is_identity_column,
    is_phone_column,
    national_ids,
    phone_rows,
    why_personal,
)
from netcollab.study.problems import Place
from netcollab.study.raw import RawColumn, RawTable, is_among
from netcollab.study.schema import TableSchema
from netcollab.study.toml_words import toml_list

__all__ = ["check_header", "check_personal_data", "is_digest", "leave_out_private"]

_LETTERS = re.compile(r"[^\W\d_]{2,}")
_VERY_LONG = 200
_DIGEST = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}", re.I)
_RANDOM_UUID = re.compile(r"[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}", re.I)
_PERSON_IDS = {"respondent", "informant"}


def check_header(name: str, place: Place, ledger: Ledger) -> None:
    """Note a column name that holds an identity number, an address or a number."""
    code = why_personal(name)
    if code:
        ledger.add(code, place, count=1, first=place.row or "", table=place.file)


def check_personal_data(draft: Draft, manifest: Manifest) -> None:
    """Note what identifies persons in any column; the values are never shown.

    In a declared free-text column it is a warning, since such text holds it and stays
    in the study folder; in every other column it is an error.
    """
    for name in [name for name in draft.columns if name not in draft.filled]:
        column = draft.columns[name]
        found = _personal(column, is_number=_is_numeric(draft, name, manifest))
        if name in manifest.free_text or column.header in manifest.free_text:
            found = {"W-PRI-008": set().union(*found.values())}
        for code, values in found.items():
            _note_column(draft.raw, column, code, values, draft.ledger)
        is_person_id = name in _PERSON_IDS or (
            draft.schema.about_persons and name in draft.attributes
        )
        if is_person_id and is_digest(column.text.tolist()):
            ids = set(column.text.tolist()) - {"", "ALL"}
            _note_column(draft.raw, column, "E-PRI-007", ids, draft.ledger)


def leave_out_private(
    columns: dict[str, RawColumn],
    raw: RawTable,
    schema: TableSchema,
    manifest: Manifest,
    ledger: Ledger,
) -> None:
    """Take the columns that are never loaded out of a table, and count them.

    These are the declared identifiers and, in a table about persons, columns that
    look like free text and are not declared. A column of ours, or one that the
    manifest names anywhere, is never taken for free text.

    Parameters
    ----------
    columns
        The table's columns by name; changed.
    raw
        The table as read; counts what is left out.
    schema
        What the table is.
    manifest
        For the columns it names.
    ledger
        Takes the problems.
    """
    identifiers = set(manifest.identifiers)
    for name in [n for n, col in columns.items() if {n, col.header} & identifiers]:
        ledger.add("N-PRI-005", raw.place(column=columns.pop(name)))
        raw.leave_out_column("identifiers")
    undeclared = list(_undeclared_free_text(columns, schema, manifest))
    named = dict.fromkeys(
        [*manifest.free_text, *(columns[n].header for n in undeclared)]
    )
    line = f"[privacy]\nfree_text = {toml_list(named)}"
    for name in undeclared:
        column = columns.pop(name)
        filled = sum(cell.strip() != "" for cell in column.text.tolist())
        at = raw.place(column=column)
        ledger.add("W-PRI-006", at, count=filled, line=line)
        found = _personal(column, is_number=False).values()
        _note_column(raw, column, "W-PRI-008", set().union(*found), ledger)
        raw.leave_out_column("free_text")


def _undeclared_free_text(
    columns: Mapping[str, RawColumn], schema: TableSchema, manifest: Manifest
) -> list[str]:
    if not schema.quotes_persons:
        return []
    named = {*manifest.free_text, *manifest.resources, *manifest.categories}
    items = columns["item"].text if "item" in columns else None
    return [
        name
        for name, column in columns.items()
        if name not in schema.names
        and not {name, column.header} & named
        and _is_free_text(name, column.text, items)
    ]


def is_digest(values: Iterable[str]) -> bool:
    """All ids are digests of one length: md5, sha1 or sha256, not random numbers.

    Examples
    --------
    >>> is_digest(["d41d8cd98f00b204e9800998ecf8427e"]), is_digest(["r1", "r2"])
    (True, False)
    """
    ids = {value for value in values if value and value != "ALL"}
    if not ids or not all(map(_DIGEST.fullmatch, ids)):
        return False
    is_random = len(ids) > 1 and all(map(_RANDOM_UUID.fullmatch, ids))
    return len(set(map(len, ids))) == 1 and not is_random


def _is_numeric(draft: Draft, name: str, manifest: Manifest) -> bool:
    column = draft.schema.column(name)
    is_number = column is not None and column.kind == "number"
    return is_number or name in manifest.numeric(draft.schema.name)


def _personal(column: RawColumn, *, is_number: bool) -> dict[str, set[str]]:
    """Code -> the values of the column that give cause for it."""
    cells = [str(cell) for cell in pd.unique(column.text)]
    numbers = set(national_ids(cells))
    if is_identity_column(column.header):
        numbers |= {i for i, cell in enumerate(cells) if 9 <= _n_digits(cell) <= 11}
    is_phone = is_phone_column(column.header) and not is_number
    places: dict[str, Sequence[int]] = {
        "E-PRI-001": sorted(numbers),
        "E-PRI-002": [i for i, cell in enumerate(cells) if holds_email(cell)],
        "E-PRI-004": phone_rows(cells, is_declared=is_phone),
    }
    return {code: {cells[i] for i in at} for code, at in places.items() if at}


def _n_digits(cell: str) -> int:
    return sum(map(str.isdigit, cell))


def _note_column(
    raw: RawTable, column: RawColumn, code: str, values: Iterable[str], ledger: Ledger
) -> None:
    """One problem for the column, at its first row; every such row counts as faulty."""
    wanted = set(values)
    if not wanted:
        return
    rows = raw.rows[np.flatnonzero(is_among(column.text, wanted))]
    first = int(rows[0])
    told = {"count": len(rows), "first": first, "table": raw.name}
    ledger.add(code, raw.place(first, column), **told)
    if code.startswith("E"):
        ledger.faulty.setdefault((raw.file, raw.sheet), set()).update(rows.tolist())


def _is_free_text(name: str, text: np.ndarray, items: np.ndarray | None) -> bool:
    """The header says so, or the cells are long and nearly all different."""
    cells = [str(cell).strip() for cell in text]
    filled = [cell for cell in cells if cell]
    if says_free_text(name):
        return any(map(_LETTERS.search, filled))
    long = sum(map(is_long, filled))
    if not long or (items is not None and _follows(cells, items)):
        return False
    is_varied = 2 * len(set(filled)) > len(filled)
    is_very_long = any(len(cell) >= _VERY_LONG for cell in filled)
    return (is_varied and 5 * long >= len(filled)) or is_very_long


def _follows(cells: list[str], items: np.ndarray) -> bool:
    """The text is the item's wording: one text for each item, and items repeat."""
    pairs = set(zip(items.tolist(), cells, strict=True))
    n_items = len(set(items.tolist()))
    return len(pairs) == n_items < len(cells)
