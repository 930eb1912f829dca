"""Words where the weight of a tie should stand: what they mean, once it is declared.

"Don't know" in a cell is neither a tie nor its absence; `[relations.NAME.missing]` says
which state of a tie a word or code stands for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from netcollab.study.answer_words import is_worded
from netcollab.study.draft import Draft
from netcollab.study.identifiers import fold
from netcollab.study.manifest import Manifest
from netcollab.study.missing_words import declared_reason, missing_word
from netcollab.study.numbers import SIGNS
from netcollab.study.raw import RawColumn, text_array
from netcollab.study.toml_words import toml_key

__all__ = ["apply_missing_weights", "is_word", "word_lines"]

_HIDDEN = re.compile(r"[<>≤≥]\s*\d+|:")
_UNKNOWN = "..."
_LONGEST = 60


def is_word(cell: str) -> bool:
    """The cell holds a word or a sign, and no number that was written in another way.

    A sentence is no word.

    Examples
    --------
    >>> [is_word(cell) for cell in ("vet ikke", ".", "<5", "4,5", "5 kr", "x", "")]
    [True, True, True, False, False, False, False]
    """
    text = cell.strip()
    if SIGNS.fullmatch(text):
        return True
    has_digit = any(map(str.isdigit, text))
    return (
        len(text) <= _LONGEST
        and not has_digit
        and bool(is_worded(text_array([text]))[0])
    )


def word_lines(relation: str, words: Iterable[str]) -> str:
    """What `study.toml` needs so that these words of a relation are states of a tie.

    A word that is not known gets three points, to be filled in; case and blanks make
    no other word.

    Examples
    --------
    >>> print(word_lines("trust", ["vet ikke", "<5", "kanskje"]))
    [relations.trust.missing]
    "vet ikke" = "dont_know"
    "<5" = "suppressed"
    kanskje = "..."
    """
    first = {fold(word): word for word in reversed([*words])}
    told = [f'{toml_key(w)} = "{_suggested(w)}"' for w in reversed(first.values())]
    return "\n".join([f"[relations.{toml_key(relation)}.missing]", *told])


def apply_missing_weights(draft: Draft, manifest: Manifest) -> None:
    """Turn declared words and codes into states, before the weights become numbers.

    A row that says another state itself is left for the check of states.
    """
    declares = any(spec.missing for spec in manifest.relations.values())
    if not declares or not {"weight", "relation"} <= set(draft.columns):
        return
    column = draft.columns["weight"]
    weight, state = column.text.copy(), draft.text("state").copy()
    relation = draft.text("relation")
    codes, uniques = pd.factorize(weight)
    count = 0
    for name, spec in manifest.relations.items():
        meant = [declared_reason(str(cell), spec.missing) for cell in uniques]
        said = np.array([*meant, ""], dtype=object)[codes]
        rows = (relation == name) & (said != "") & ((state == "") | (state == said))
        weight[rows], state[rows] = "", said[rows]
        count += int(rows.sum())
    if not count:
        return
    draft.ledger.add("N-TIE-020", draft.raw.place(), count=count)
    draft.replace("state", state)
    is_number = column.is_number
    draft.columns["weight"] = RawColumn(
        column.header,
        column.letter,
        weight,
        None if is_number is None else is_number & (weight != ""),
        column.is_date,
    )


def _suggested(word: str) -> str:
    if SIGNS.fullmatch(word.strip()):
        return "suppressed" if _HIDDEN.fullmatch(word.strip()) else "no_answer"
    return missing_word(word) or _UNKNOWN
