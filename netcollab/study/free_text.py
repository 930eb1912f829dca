"""Free text among answers: cells that people wrote themselves, not options they chose.

Free text holds names and stories. Two persons who wrote the same do not make an option
of it. Where an export has no list of its options, its cells have to tell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from netcollab.study.identifiers import fold
from netcollab.study.missing_words import missing_word
from netcollab.study.privacy import LEAST_SHOWN
from netcollab.study.readers.export import SurveyExport

__all__ = [
    "is_long",
    "says_free_text",
    "shown_options",
    "without_free_text",
]

_HEADER = re.compile(
    r"kommentar|comment|bemerkning|bemærkning|fri[_ ]?tekst|free[_ ]?text|uddyb|utdyp"
    r"|begrunn|begrund|merknad|elaborat|open_?answer|åpent|åbent|sitat|citat|quote"
    r"|verbatim|(?:anne[tn]|ande[tn]|other).{0,4}(?:skriv|angiv|spesif|specif|write)"
)
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_LONG_WORDS = 5
_LONG_LETTERS = 25
_HEADER_WORDS = 4
_LONGEST_OPTION = 60
_MOST_OPTIONS = 12
_SHARED_OPTIONS = 2
_TOLD_BY_ANSWERS = {"msforms"}


def says_free_text(name: str) -> bool:
    """A column's name says that it holds what people wrote.

    Examples
    --------
    >>> says_free_text("Kommentar"), says_free_text("Andet, skriv"), says_free_text("q")
    (True, True, False)
    """
    return _HEADER.search(name.casefold()) is not None


def is_long(cell: str) -> bool:
    """As long as a sentence: at least 5 words and 25 characters."""
    n_words = sum(_LETTERS.search(word) is not None for word in cell.split())
    return n_words >= _LONG_WORDS and len(cell) >= _LONG_LETTERS


def shown_options(cells: Iterable[Iterable[str]]) -> list[str]:
    """The answers in words that may be shown, of all that were given.

    They are short, at least five respondents gave each, and they are few; else none
    is shown.

    Parameters
    ----------
    cells
        For each respondent, the answers.

    Examples
    --------
    >>> shown_options([["Ja"], ["Ja"], ["Ja"], ["Ja"], ["Ja"], ["Nei"]])
    ['Ja']
    """
    counts = Counter(cell for given in cells for cell in {c.strip() for c in given})
    shown = sorted(
        cell
        for cell, n in counts.items()
        if cell and n >= LEAST_SHOWN and len(cell) <= _LONGEST_OPTION
    )
    return shown if len(shown) <= _MOST_OPTIONS else []


def without_free_text(export: SurveyExport) -> SurveyExport:
    """The export, with variables that hold free text said to be text.

    Only variables without options in the export are looked at. One is free text when
    its name says so; when it holds a sentence, or words with the look of a name, that
    fewer than five respondents gave; or when most left it empty and no answer was
    given by five. What was answered in other questions too counts for all of them, so
    that rare options of a scale are told from remarks. Where most answers are numbers,
    only the name says that a variable is free text: the others are remarks beside them.
    Where a format knows its options from the answers alone, those that fewer than five
    chose lose their words.
    """
    export = _without_rare_options(export)
    cells = {
        column.header: [cell.strip() for cell in column.text.tolist()]
        for column in export.table.columns
        if column.header in export.questions
        and export.questions[column.header].kind == "choice"
        and not export.questions[column.header].options
    }
    worded = {name: _words_of(given) for name, given in cells.items()}
    worded = {
        name: words
        for name, words in worded.items()
        if words and (says_free_text(name) or not _is_mainly_numbers(cells[name]))
    }
    rows = zip(*(cells[name] for name in worded), strict=True)
    counts = Counter(cell for given in rows for cell in set(given))
    free = {
        name
        for name, words in worded.items()
        if _is_free(
            name,
            words,
            counts,
            is_shared=any(
                len(words & other) >= _SHARED_OPTIONS
                for far, other in worded.items()
                if far != name
            ),
            is_sparse=2 * sum(map(bool, cells[name])) < len(cells[name]),
        )
    }
    if not free:
        return export
    questions = {
        name: replace(question, kind="text") if name in free else question
        for name, question in export.questions.items()
    }
    return replace(export, questions=questions)


def _without_rare_options(export: SurveyExport) -> SurveyExport:
    """What somebody wrote as "other" is an option of its own in such an export."""
    if export.preset not in _TOLD_BY_ANSWERS:
        return export
    chosen = {c.header: int((c.text == "1").sum()) for c in export.table.columns}
    questions = {
        name: replace(question, row="")
        if question.kind == "chosen" and chosen.get(name, 0) < LEAST_SHOWN
        else question
        for name, question in export.questions.items()
    }
    return replace(export, questions=questions)


def _words_of(given: Iterable[str]) -> set[str]:
    """The different cells that hold words and no known sign of a missing answer."""
    return {
        cell
        for cell in given
        if _LETTERS.search(cell) and not missing_word(cell) and fold(cell)
    }


def _is_mainly_numbers(given: Iterable[str]) -> bool:
    filled = [cell for cell in given if cell]
    return 2 * sum(_NUMBER.fullmatch(cell) is not None for cell in filled) > len(filled)


def _is_free(
    name: str,
    words: set[str],
    counts: Mapping[str, int],
    *,
    is_shared: bool,
    is_sparse: bool,
) -> bool:
    rare = [word for word in words if counts[word] < LEAST_SHOWN]
    if says_free_text(name) and (rare or len(name.split()) <= _HEADER_WORDS):
        return True
    if any(is_long(word) or _names_within(word) for word in rare):
        return True
    is_alone = len(rare) == len(words) and not is_shared
    return is_alone and (is_sparse or any(map(_looks_like_names, words)))


def _names_within(cell: str) -> bool:
    """A capital letter after a small word: "spør heller Kari"."""
    words = [word for word in cell.split() if _LETTERS.search(word)]
    small = [n for n, word in enumerate(words) if word[0].islower()]
    return any(
        word[0].isupper() and word[1:].islower() and small and small[0] < n
        for n, word in enumerate(words)
    )


def _looks_like_names(cell: str) -> bool:
    """Several words that all begin with a capital letter: "Kari Nordmann"."""
    words = cell.split()
    return len(words) > 1 and all(word[0].isupper() for word in words)
