"""Which columns of an export are answered alike: the rows of one matrix have one scale.

Nobody may have chosen the lowest answer in one row, or said "don't know" in another;
the rows were answered on one scale nevertheless.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from netcollab.study.identifiers import fold
from netcollab.study.raw import RawColumn
from netcollab.study.readers.export import Question, SurveyExport

__all__ = ["Answers", "answers_of", "is_whole"]

_STEM = re.compile(
    r"(.+?)(?:__.+|@.+|\s*[\[(].*[\])]|[_.\- ]?\d+|[_.][^_.]+|\s*(?:: | - ).+|\s+\S+)"
)
_BATTERY, _NAMED, _NUMBERED = "battery", "named", "numbered"
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,15})?")
_MOST_WORDS = 30
_SHARED_WORDS = 2
_WIDEST = 10


Matrix = tuple[str, str]


@dataclass(frozen=True)
class Answers:
    """What a question may be answered with, as far as an export shows it.

    Parameters
    ----------
    options
        Code -> words, where the export lists them.
    missing
        Cell -> reason, where the format documents it.
    words
        Cells in words -> how often, where there are no codes for them.
    numbers
        The numbers in the cells.
    """

    options: Mapping[str, str]
    missing: Mapping[str, str]
    words: Counter[str]
    numbers: frozenset[float]

    @property
    def ends(self) -> tuple[int, int]:
        """The lowest and the highest number, in whole ones."""
        low, high = min(self.numbers, default=0), max(self.numbers, default=1)
        return math.floor(low), math.ceil(high)

    @property
    def key(self) -> tuple[object, ...]:
        """The same for questions of one scale.

        A cell that is the word of its own reason is a missing answer on any scale.
        """
        missing = tuple(sorted((c, r) for c, r in self.missing.items() if c != r))
        listed = (tuple(self.options.items()), missing, tuple(sorted(self.words)))
        return listed if self.options or self.words else (*listed, self.ends)


def answers_of(export: SurveyExport, variables: Iterable[str]) -> dict[str, Answers]:
    """What each variable may be answered with; the same for the rows of one matrix.

    Rows of a matrix are those of which the format says so, and variables named alike
    up to a number, a unit in brackets or a last part, if their answers go together:
    the same words for a code, words in common, numbers from a range of at most eleven.
    Names with nothing but a number at their end have to share the highest one.
    Variables that share two words have one scale wherever they stand.

    Examples
    --------
    >>> from netcollab.study.raw import RawTable, text_array
    >>> table = RawTable("export", "export.csv")
    >>> table.columns = [
    ...     RawColumn("q5_1", "A", text_array(["1", "5"])),
    ...     RawColumn("q5_2", "B", text_array(["2", "3"])),
    ... ]
    >>> questions = {name: Question(name, "choice") for name in ("q5_1", "q5_2")}
    >>> found = answers_of(SurveyExport("plain", table, questions), questions)
    >>> [answers.ends for answers in found.values()]
    [(1, 5), (1, 5)]
    """
    columns = {column.header: column for column in export.table.columns}
    names = [name for name in variables if name in columns]
    classes: list[tuple[list[str], Matrix, Answers]] = []
    matrix = _matrices(export, names)
    for name in names:
        members, said = [name], _own(columns[name], export.questions[name])
        apart = []
        for group in classes:
            if _go_together(group, matrix[name], said):
                members, said = [*group[0], *members], _joined(group[2], said)
            else:
                apart.append(group)
        classes = [*apart, (members, matrix[name], said)]
    found = {name: said for members, _, said in classes for name in members}
    return {name: found[name] for name in names}


def is_whole(code: str) -> bool:
    """The code is a whole number."""
    return re.fullmatch(r"-?\d{1,9}", code.strip()) is not None


def _matrices(export: SurveyExport, names: Iterable[str]) -> dict[str, Matrix]:
    """Variable -> how its matrix is known, and by what; empty where it is alone.

    Names that are numbered throughout, as v_1 to v_99, say less than q5_1 or trust_nav.
    """
    found = {}
    for name in names:
        battery, match = export.questions[name].battery, _STEM.fullmatch(name)
        stem = match[1].strip() if match else ""
        is_numbered = name[len(stem) :].strip("_.- ").isdigit()
        how = _NUMBERED if is_numbered and stem.isalpha() else _NAMED
        found[name] = (_BATTERY, battery) if battery else (how if stem else "", stem)
    return found


def _own(column: RawColumn, question: Question) -> Answers:
    options = {
        code: label.strip()
        for code, label in question.options.items()
        if code not in question.missing
    }
    cells = [cell.strip() for cell in column.text.tolist()]
    counts = Counter(c for c in cells if c and c not in question.missing)
    words = Counter({c: n for c, n in counts.items() if not _NUMBER.fullmatch(c)})
    is_worded = 2 * words.total() > counts.total() and len(counts) <= _MOST_WORDS
    words = counts if is_worded and not options else Counter()
    numbers = (float(c.replace(",", ".")) for c in counts if _NUMBER.fullmatch(c))
    return Answers(options, dict(question.missing), words, frozenset(numbers))


def _go_together(
    group: tuple[list[str], Matrix, Answers], matrix: Matrix, said: Answers
) -> bool:
    """One scale has the answers of a group and those of a further variable."""
    one, how = group[2], matrix[0]
    shared_words = len(one.words.keys() & said.words.keys())
    if shared_words >= _SHARED_WORDS:
        return True
    if not how or group[1] != matrix or not _missing_fits(one, said):
        return False
    if one.words or said.words:
        both = bool(one.words and said.words)
        return both and (how == _BATTERY or (how == _NAMED and shared_words > 0))
    if one.options and said.options:
        codes = one.options.keys() & said.options.keys()
        alike = (fold(one.options[c]) == fold(said.options[c]) for c in codes)
        return bool(codes) and all(alike)
    if one.options or said.options:
        whole = {float(c) for c in (*one.options, *said.options) if is_whole(c)}
        rest = said.numbers if one.options else one.numbers
        return bool(rest) and rest <= whole
    return how == _BATTERY or _is_one_range(one, said, is_numbered=how == _NUMBERED)


def _is_one_range(one: Answers, other: Answers, *, is_numbered: bool) -> bool:
    """Ranges that overlap and are short together; of numbered names, with one top."""
    (low, high), (first, last) = one.ends, other.ends
    is_short = max(high, last) - min(low, first) <= _WIDEST
    overlap = low <= last and first <= high
    return overlap and is_short and (high == last or not is_numbered)


def _missing_fits(one: Answers, other: Answers) -> bool:
    """No cell that is missing in one is an answer, or missing for a reason, in both."""
    return all(
        there.missing.get(cell, reason) == reason
        and cell not in there.options
        and not (_NUMBER.fullmatch(cell) and float(cell) in there.numbers)
        for here, there in ((one, other), (other, one))
        for cell, reason in here.missing.items()
    )


def _joined(one: Answers, other: Answers) -> Answers:
    options = dict(one.options) | {
        code: said for code, said in other.options.items() if code not in one.options
    }
    if len(options) > len(one.options) and all(map(is_whole, options)):
        options = dict(sorted(options.items(), key=lambda item: int(item[0])))
    return Answers(
        options,
        {**other.missing, **one.missing},
        one.words + other.words,
        one.numbers | other.numbers,
    )
