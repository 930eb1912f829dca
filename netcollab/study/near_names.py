"""Names that nobody declared, spelt in two ways: one thing or two?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import partial

import numpy as np
import pandas as pd

from netcollab.study.draft import Draft
from netcollab.study.identifiers import fold
from netcollab.study.privacy import LEAST_SHOWN
from netcollab.study.raw import is_among

__all__ = ["misspelt", "note_near_names"]

_LEAST_LETTERS = 5
_LEAST_FOR_ANOTHER = 7


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


def misspelt(names: Iterable[str], known: Collection[str] = ()) -> dict[str, str]:
    """Rare name -> the known or more frequent one it may be a slip of.

    The names differ in one word of at least five letters and no digit: by a letter too
    many or too few, by two that changed places, or, from seven letters on, by another
    letter. Names that five gave are no slips, and those that differ only in case or
    blanks are left to others.

    Parameters
    ----------
    names
        Every mention.
    known
        Names that somebody declared, which are right as they are.

    Examples
    --------
    >>> misspelt(["Barnevern", "Barnevern", "Barnvern", "Skole 1", "Skole 2"])
    {'Barnvern': 'Barnevern'}
    >>> misspelt(["Sundehd"], known={"Sundhed"})
    {'Sundehd': 'Sundhed'}
    """
    found: dict[str, str] = {}
    seen: dict[str, list[str]] = {}
    for name in known:
        _remember(name, seen)
    for name, often in Counter(filter(None, names)).most_common():
        if name in known:
            continue
        others = (other for key in _shortened(name) for other in seen.get(key, ()))
        near = next((other for other in others if _is_slip(name, other)), "")
        if near and often < LEAST_SHOWN:
            found[name] = near
        _remember(name, seen)
    return found


def _remember(name: str, seen: dict[str, list[str]]) -> None:
    for key in _shortened(name):
        seen.setdefault(key, []).append(name)


def _shortened(name: str) -> list[str]:
    """The name, and it without each of its letters; names one slip apart share one."""
    text = name.casefold()
    without = (text[:place] + text[place + 1 :] for place in range(len(text)))
    return list(dict.fromkeys([text, *without]))


def _is_slip(name: str, other: str) -> bool:
    if fold(name) == fold(other):
        return False
    words, others = (re.split(r"[\W_]+", n.casefold()) for n in (name, other))
    if len(words) != len(others):
        return False
    differ = [(a, b) for a, b in zip(words, others, strict=True) if a != b]
    if len(differ) != 1 or not all(w.isalpha() for w in differ[0]):
        return False
    one, two = sorted(differ[0], key=len)
    if len(one) < _LEAST_LETTERS or len(two) > len(one) + 1:
        return False
    if len(one) < len(two):
        return any(one == two[:n] + two[n + 1 :] for n in range(len(two)))
    places = [n for n in range(len(one)) if one[n] != two[n]]
    if len(places) == 1:
        return len(one) >= _LEAST_FOR_ANOTHER
    first, last = places[0], places[-1]
    is_pair = len(places) == 2 and last == first + 1
    return is_pair and one[first] + one[last] == two[last] + two[first]


def _told(
    text: np.ndarray, near: Mapping[str, tuple[str, str]], row: int
) -> Mapping[str, object]:
    name, at = near[str(text[row])]
    return {"near": name, "other": at}


def _as_seen(name: str) -> str:
    found = re.fullmatch(r"\s*0*(\d+?)(?:[.,]0+)?\s*", name)
    return found[1] if found else fold(name)
