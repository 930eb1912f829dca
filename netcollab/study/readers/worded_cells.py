"""Words where an export has weights: told together, with what they may mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from netcollab.study.ledger import Ledger
from netcollab.study.missing_words import declared_reason
from netcollab.study.raw import RawColumn, RawTable
from netcollab.study.tie_words import is_word, word_lines

__all__ = ["emptied", "note_words", "worded"]

_LISTED = 20


def worded(
    column: RawColumn, missing: Mapping[str, str]
) -> tuple[np.ndarray, np.ndarray]:
    """True for cells with words that nobody declared, and for those that are."""
    codes, uniques = pd.factorize(column.text)
    declared = [bool(declared_reason(str(cell), missing)) for cell in uniques]
    words = [
        is_word(str(cell)) and not said
        for cell, said in zip(uniques, declared, strict=True)
    ]
    return (
        np.array([*words, False], dtype=bool)[codes],
        np.array([*declared, False], dtype=bool)[codes],
    )


def emptied(column: RawColumn, where: np.ndarray) -> RawColumn:
    """The column with these cells empty."""
    is_number = column.is_number
    return RawColumn(
        column.header,
        column.letter,
        np.where(where, "", column.text),
        None if is_number is None else is_number & ~where,
        column.is_date,
    )


def note_words(
    found: Mapping[str, Sequence[str]],
    raw: RawTable,
    ledger: Ledger,
    relation: str,
    *,
    is_draft: bool,
) -> None:
    """All words at once, each with its cells and the line that gives it a meaning."""
    if not found:
        return
    told = []
    for word, cells in found.items():
        more = f", … ({len(cells)})" if len(cells) > _LISTED else ""
        told.append(f'"{word}" ({", ".join(cells[:_LISTED])}{more})')
    ledger.add(
        "W-EXP-051" if is_draft else "E-GRA-059",
        raw.place(),
        count=sum(map(len, found.values())),
        known=", ".join(told),
        lines=word_lines(relation, found),
    )
