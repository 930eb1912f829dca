"""Names that nobody declared, spelt in two ways: one thing or two?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from functools import partial

import numpy as np
import pandas as pd

from netcollab.study.draft import Draft
from netcollab.study.identifiers import fold
from netcollab.study.raw import is_among

__all__ = ["misspelt", "note_near_names"]

_LEAST_LETTERS = 5
_ALIKE = 0.9


def note_near_names(drafts: Mapping[str, Draft], column: str, code: str) -> None:
    """Note every row with a name that is an earlier one but for its form.

    Names are the same for the eye without case, blanks and composition, and so are
    numbers such as 2025 and 2025.0. Tables are looked through in their order.

    Parameters
    ----------
    drafts
        The tables that name the thing in the column.
    column
        "site" or "wave".
    code
        The problem.
    """
    first: dict[str, tuple[str, str]] = {}
    for draft in drafts.values():
        if column not in draft or column in draft.filled:
            continue
        text = draft.text(column)
        near: dict[str, tuple[str, str]] = {}
        _, positions = np.unique(pd.factorize(text)[0], return_index=True)
        for position in sorted(positions.tolist()):
            name = str(text[position])
            if not name:
                continue
            at = f"{draft.raw.file} {draft.row_of(position)}"
            earlier = first.setdefault(_as_seen(name), (name, at))
            if earlier[0] != name:
                near[name] = earlier
        if near:
            told = partial(_told, text, near)
            draft.note(code, column, is_among(text, near), each=told)


def misspelt(names: Iterable[str]) -> dict[str, str]:
    """Rarer name -> the more frequent one it may be a slip of.

    The names differ in one word of at least five letters and no digit, and in about
    one letter of it. Those that differ only in case or blanks are left to others.

    Parameters
    ----------
    names
        Every mention.

    Examples
    --------
    >>> misspelt(["Barnevern", "Barnevern", "Barnvern", "Skole 1", "Skole 2"])
    {'Barnvern': 'Barnevern'}
    """
    found: dict[str, str] = {}
    seen: list[str] = []
    for name, _ in Counter(filter(None, names)).most_common():
        near = next((other for other in seen if _is_slip(name, other)), "")
        if near:
            found[name] = near
        seen.append(name)
    return found


def _is_slip(name: str, other: str) -> bool:
    if fold(name) == fold(other):
        return False
    words, others = (re.split(r"[\W_]+", n.casefold()) for n in (name, other))
    if len(words) != len(others):
        return False
    differ = [(a, b) for a, b in zip(words, others, strict=True) if a != b]
    if len(differ) != 1 or not all(w.isalpha() for w in differ[0]):
        return False
    one, two = differ[0]
    is_long = min(len(one), len(two)) >= _LEAST_LETTERS
    return is_long and SequenceMatcher(None, one, two).ratio() >= _ALIKE


def _told(
    text: np.ndarray, near: Mapping[str, tuple[str, str]], row: int
) -> Mapping[str, object]:
    name, at = near[str(text[row])]
    return {"near": name, "other": at}


def _as_seen(name: str) -> str:
    found = re.fullmatch(r"\s*0*(\d+?)(?:[.,]0+)?\s*", name)
    return found[1] if found else fold(name)
