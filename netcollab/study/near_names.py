"""Sites and waves that nobody declared, spelt in two ways: one or two?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

import numpy as np
import pandas as pd

from netcollab.study.draft import Draft
from netcollab.study.identifiers import fold
from netcollab.study.raw import is_among

__all__ = ["note_near_names"]


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


def _told(
    text: np.ndarray, near: Mapping[str, tuple[str, str]], row: int
) -> Mapping[str, object]:
    name, at = near[str(text[row])]
    return {"near": name, "other": at}


def _as_seen(name: str) -> str:
    found = re.fullmatch(r"\s*0*(\d+?)(?:[.,]0+)?\s*", name)
    return found[1] if found else fold(name)
