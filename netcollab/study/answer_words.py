"""Words where the number of an answer should stand: which, and what they may mean."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial

import numpy as np
import pandas as pd

from netcollab.study.draft import Draft
from netcollab.study.free_text import is_long, shown_options
from netcollab.study.identifiers import fold
from netcollab.study.manifest import Manifest, ScaleSpec
from netcollab.study.missing_words import MISSING_WORDS, missing_lines
from netcollab.study.numbers import MONTH
from netcollab.study.privacy import MASK
from netcollab.study.toml_words import toml_key, toml_text

__all__ = ["is_worded", "note_words", "told_item"]

_MOST_TOLD = 20
_WORDED = re.compile(r"[^\W\d_]{2,}|^n/a$", re.I)
_NOT_WORDS = re.compile(
    rf"[+-]?(?:nan|inf|infinity)|\d{{1,2}}[-. ]+{MONTH}\.?|{MONTH}\.?[-. ]+\d+", re.I
)
_CODE_AND_WORDS = re.compile(
    r"\s*([+-]?\d{1,3})\s*(?:[-–—:=.)]\s*|\s)([^\W\d_].*)", re.S
)


def is_worded(value: np.ndarray) -> np.ndarray:
    """True where a cell holds words; dates and numbers without end hold none."""
    codes, uniques = pd.factorize(value)
    worded = [
        _WORDED.search(str(cell)) is not None
        and _NOT_WORDS.fullmatch(str(cell).strip()) is None
        for cell in uniques
    ]
    found: np.ndarray = np.array([*worded, False], dtype=bool)[codes]
    return found


def told_item(draft: Draft, manifest: Manifest, row: int) -> dict[str, object]:
    """The item of a row, if it is one; else the cell may hold anything."""
    name = str(draft.text("item")[row])
    return {"item": name if name in manifest.items else ""}


def note_words(
    draft: Draft, value: np.ndarray, scales: np.ndarray, manifest: Manifest
) -> None:
    """Note every cell that holds words, with the lines that would give them a meaning.

    The lines are the same for all cells of a scale, so that they do not tell who gave
    which answer.

    Parameters
    ----------
    draft
        The answers.
    value
        Their cells, declared missing codes taken out.
    scales
        The scale of each cell's item.
    manifest
        For the words of the scales.
    """
    worded = is_worded(value)
    if not worded.any():
        return
    both = worded & _has_code(value)
    people = _respondents(draft)
    for scale in pd.unique(scales[worded]).tolist():
        here = scales == scale
        name = scale or "..."
        spec = manifest.scales.get(scale)
        missing = _missing_lines(value[here & worded], name, spec, draft)
        known = here & worded & ~both & _is_missing_word(value)
        note = partial(draft.note, each=partial(told_item, draft, manifest))
        note("E-ANS-010", "value", known, near=MASK, line=missing)
        note("E-ANS-010", "value", here & worded & ~both & ~known)
        line = _map_lines(value[here & both], people[here & both], name, spec)
        note("E-ANS-020", "value", here & both, line=line)


def _respondents(draft: Draft) -> np.ndarray:
    """Who gave each answer; of a table of one question, each row is one person."""
    if "respondent" in draft:
        return draft.text("respondent")
    return np.arange(len(draft)).astype(object)


def _has_code(value: np.ndarray) -> np.ndarray:
    codes, uniques = pd.factorize(value)
    matched = [_CODE_AND_WORDS.fullmatch(str(cell)) is not None for cell in uniques]
    found: np.ndarray = np.array([*matched, False], dtype=bool)[codes]
    return found


def _is_missing_word(value: np.ndarray) -> np.ndarray:
    codes, uniques = pd.factorize(value)
    matched = [fold(str(cell)) in MISSING_WORDS for cell in uniques]
    found: np.ndarray = np.array([*matched, False], dtype=bool)[codes]
    return found


def _missing_lines(
    cells: np.ndarray, name: str, scale: ScaleSpec | None, draft: Draft
) -> str:
    """The words of the scale's cells that usually mean that there is no answer."""
    spelt = dict.fromkeys(str(cell).strip() for cell in cells)
    words = {
        fold(cell): cell for cell in reversed(spelt) if fold(cell) in MISSING_WORDS
    }
    codes = {cell: MISSING_WORDS[key] for key, cell in reversed(words.items())}
    declared = {} if scale is None else scale.missing
    lines = draft.ledger.lines
    return missing_lines(name, codes, declared=declared, lines=lines) if codes else ""


def _map_lines(
    cells: np.ndarray, people: np.ndarray, name: str, scale: ScaleSpec | None
) -> str:
    """Cell = code for each label that is declared, or that five respondents gave."""
    declared = set() if scale is None else _folded(scale.labels.values())
    given = pd.DataFrame({"cell": [str(cell).strip() for cell in cells], "by": people})
    shown = shown_options(part.tolist() for _, part in given.groupby("by")["cell"])
    told = []
    for cell in sorted(set(given["cell"])):
        found = _CODE_AND_WORDS.fullmatch(cell)
        is_option = cell in shown and not is_long(cell)
        if found and (is_option or fold(found[2]) in declared):
            told.append(f"{toml_text(cell)} = {found[1]}")
    told = told[:_MOST_TOLD] or ['"1 - ..." = 1', '"2 - ..." = 2']
    return "\n".join([f"[export.codes.{toml_key(name)}]", *told])


def _folded(labels: Iterable[object]) -> set[str]:
    return {
        fold(str(word))
        for words in labels
        if isinstance(words, dict)
        for word in words.values()
    }
