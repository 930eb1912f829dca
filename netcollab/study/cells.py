"""What every table is asked: its ids, texts, numbers and words, cell by cell."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from datetime import date

import numpy as np
import pandas as pd

from netcollab.errors import closest
from netcollab.study.draft import Draft
from netcollab.study.identifiers import check_ids, check_text
from netcollab.study.manifest import FileSpec, Manifest
from netcollab.study.numbers import parse_numbers
from netcollab.study.raw import is_among
from netcollab.study.response import invited_columns

__all__ = ["check_cells", "check_words"]

_CATEGORISED = {"sites", "actors", "respondents"}
_DATE_COLUMN = re.compile(r"(?:^|_|\b)(?:date|dato|datum)$", re.I)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NORDIC = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})")


def check_cells(draft: Draft, spec: FileSpec, manifest: Manifest) -> None:
    """Check each column by what it holds, and parse the numbers.

    Parameters
    ----------
    draft
        The table.
    spec
        What the manifest says about its file.
    manifest
        For the numeric columns and the allowed categories.
    """
    numeric = [c.name for c in draft.schema.columns if c.kind == "number"]
    attributes = manifest.numeric(draft.schema.name)
    numeric += [name for name in attributes if name in draft.attributes]
    if draft.schema.name == "actors":
        numeric += [n for n in invited_columns(draft.attributes) if n not in numeric]
    parse_numbers(draft, numeric, decimal=spec.decimal, thousands=spec.thousands)
    for name in [name for name in draft.columns if name not in draft.filled]:
        column = draft.schema.column(name)
        if column is not None and column.kind == "id":
            check_ids(draft, name, filled=column.filled)
        elif name not in draft.numbers and (column is None or column.kind == "text"):
            check_text(draft, name)
            _check_dates(draft, name)
            _check_category(draft, name, manifest)


def check_words(
    draft: Draft, name: str, words: tuple[str, ...], code: str
) -> np.ndarray:
    """Note cells that are none of the words; True where the cell is one or empty."""
    if name not in draft:
        return np.ones(len(draft), dtype=bool)
    text = draft.text(name)
    wrong = ~is_among(text, (*words, ""))
    draft.note(
        code,
        name,
        wrong,
        each=lambda row: {"near": closest(str(text[row])[:50], words)},
        options=", ".join(words),
    )
    return ~wrong


def _check_dates(draft: Draft, name: str) -> None:
    if not _DATE_COLUMN.search(name):
        return
    codes, uniques = pd.factorize(draft.text(name))
    wrong = [i for i, cell in enumerate(uniques) if _is_impossible_date(str(cell))]
    draft.note("E-TXT-002", name, is_among(codes, wrong))


def _is_impossible_date(text: str) -> bool:
    iso, nordic = _ISO.fullmatch(text.strip()), _NORDIC.fullmatch(text.strip())
    if iso:
        year, month, day = (int(part) for part in iso.groups())
    elif nordic:
        day, month, year = (int(part) for part in nordic.groups())
        year += 2000 if year < 100 else 0
    else:
        return False
    try:
        date(year, month, day)
    except ValueError:
        return True
    return False


def _check_category(draft: Draft, name: str, manifest: Manifest) -> None:
    """Values outside the declared ones are errors; a lone near-double is a warning."""
    text = draft.text(name)
    if name in manifest.categories and draft.schema.name in _CATEGORISED:
        allowed = manifest.categories[name]
        wrong = ~is_among(text, (*allowed, ""))
        draft.note(
            "E-TXT-003",
            name,
            wrong,
            each=lambda row: {"near": closest(str(text[row])[:50], allowed)},
            options=", ".join(allowed),
        )
        return
    counts = Counter(text[text != ""].tolist())
    repeats = [value for value, n in counts.items() if n > 1]
    if not 0 < len(counts) <= 50 or len(repeats) < len(counts) / 2:
        return
    for value in [v for v, n in counts.items() if n == 1 and 3 < len(v) < 60]:
        near = difflib.get_close_matches(value, repeats, n=1, cutoff=0.85)
        if near and not any(map(str.isdigit, value)):
            draft.note("W-TXT-004", name, text == value, near=near[0])
