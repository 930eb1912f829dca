"""Microsoft Forms: the answers are words, and one cell may hold several of them.

The first columns are the id, two times, e-mail and name; every further column is a
question under its full text. There are no codes: these come from the codebook.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from netcollab.study.ledger import Ledger
from netcollab.study.manifest import FileSpec
from netcollab.study.privacy import MASK
from netcollab.study.problems import Place
from netcollab.study.raw import RawColumn, RawTable, text_array
from netcollab.study.readers.export import Kind, Question, SurveyExport
from netcollab.study.readers.wide import answered, listed, observed_kind, read_answers
from netcollab.study.text import MAX_COLUMNS

__all__ = ["read_msforms"]

MAX_CELLS = 50_000_000
_ROLES: Mapping[str, tuple[Kind, frozenset[str]]] = {
    "id": ("id", frozenset({"id"})),
    "start": ("paradata", frozenset({"start time", "starttidspunkt"})),
    "end": (
        "paradata",
        frozenset(
            {
                "completion time",
                "fullføringstidspunkt",
                "fuldførelsestidspunkt",
                "afslutningstidspunkt",
            }
        ),
    ),
    "e-mail": (
        "contact",
        frozenset({"email", "e-mail", "mail", "e-post", "e-postadresse"}),
    ),
    "name": ("contact", frozenset({"name", "navn"})),
    "changed": (
        "paradata",
        frozenset(
            {
                "last modified time",
                "tidspunkt for siste endring",
                "tidspunkt for seneste ændring",
            }
        ),
    ),
}
_NEEDED = ("id", "start", "end")
_N_FIRST = 6
_QUIZ = re.compile(r"(?:Points|Feedback) - (.+)", re.S)
_TOTALS = {"total points", "quiz feedback", "grade posted time"}


@dataclass
class _Found:
    """The columns and questions so far, and what is to be said of them."""

    columns: list[RawColumn] = field(default_factory=list)
    questions: dict[str, Question] = field(default_factory=dict)
    several: list[str] = field(default_factory=list)
    once: int = 0
    n_columns: int = 0

    def fits(self, n_rows: int) -> bool:
        """So many columns can be held."""
        n = max(self.n_columns, len(self.columns))
        return n <= MAX_COLUMNS and n * n_rows <= MAX_CELLS

    def take(self, column: RawColumn, question: Question) -> None:
        self.columns.append(column)
        self.questions[question.variable] = question


def read_msforms(
    path: Path, ledger: Ledger, *, spec: FileSpec | None = None
) -> SurveyExport | None:
    """Read the answers of a form (XLSX, or CSV that was saved from it).

    A column in which every cell that holds something ends in `;` is a question that
    allows several answers. It becomes one variable per answer that was given,
    `TITLE [1]`, `TITLE [2]`, ... in order of appearance, with 1 for chosen and 0 for
    not; cells of those who skipped the question stay empty. The words of an answer
    are its `row`; they are never part of the variable's name, since one of them may
    be what a respondent wrote under "other".

    Parameters
    ----------
    path
        The file.
    ledger
        Takes the problems.
    spec
        How the file differs from what can be found out.
    """
    table = read_answers(path, (".xlsx", ".csv"), ledger, spec=spec)
    if table is None:
        return None
    roles = _roles(table)
    if missing := [role for role in _NEEDED if role not in roles.values()]:
        is_form = len(missing) < len(_NEEDED)
        known = listed(column.header for column in table.columns)
        ledger.add(
            "E-FRM-001",
            table.place(spec.header_row if spec else 1),
            missing=", ".join(missing),
            known=known if is_form else MASK,
        )
        return None
    found = _Found()
    titles = {column.header for column in table.columns}
    for column in table.columns:
        _take(found, column, roles.get(column.header, ""), titles)
        if not found.fits(len(table)):
            n = max(found.n_columns, len(found.columns))
            ledger.add("E-CSV-002", table.place(), found=n, limit=MAX_COLUMNS)
            return None
    table.columns = found.columns
    _note(found, table, titles - set(roles), ledger)
    return SurveyExport("msforms", table, found.questions)


def _roles(table: RawTable) -> dict[str, str]:
    """Header -> what it is, for the columns of the tool itself."""
    roles: dict[str, str] = {}
    for column in table.columns[:_N_FIRST]:
        word = column.header.casefold()
        for role, (_, words) in _ROLES.items():
            if word in words and role not in roles.values():
                roles[column.header] = role
    return roles


def _take(found: _Found, column: RawColumn, role: str, titles: set[str]) -> None:
    title = column.header
    quiz = _QUIZ.fullmatch(title)
    if role:
        found.take(column, Question(title, _ROLES[role][0]))
    elif (quiz and quiz[1] in titles) or title.casefold() in _TOTALS:
        found.take(column, Question(title, "paradata", text=title))
    elif _allows_several(column):
        found.several.append(title)
        _split(found, column, titles)
    else:
        found.take(column, Question(title, observed_kind(column), text=title))


def _allows_several(column: RawColumn) -> bool:
    cells = answered(column)
    return bool(cells) and all(cell.endswith(";") for cell in cells)


def _split(found: _Found, column: RawColumn, titles: set[str]) -> None:
    """One column per answer that was given; its name holds a number only."""
    parts = [
        [part.strip() for part in cell.split(";") if part.strip()]
        for cell in column.text.tolist()
    ]
    options: dict[str, list[int]] = {}
    for row, chosen in enumerate(parts):
        for part in chosen:
            options.setdefault(part, []).append(row)
    found.n_columns += len(options)
    if not found.fits(len(parts)):
        return
    is_answered = [bool(chosen) for chosen in parts]
    unchosen = ["0" if answer else "" for answer in is_answered]
    for number, (words, rows) in enumerate(options.items(), start=1):
        variable = f"{column.header} [{number}]"
        while variable in found.questions or variable in titles:
            variable += "'"
        cells = list(unchosen)
        for row in rows:
            cells[row] = "1"
        found.once += len(set(rows)) == 1
        question = Question(
            variable, "chosen", text=column.header, battery=column.header, row=words
        )
        found.take(RawColumn(variable, column.letter, text_array(cells)), question)


def _note(found: _Found, table: RawTable, titles: set[str], ledger: Ledger) -> None:
    place = table.place()
    if found.several:
        options = sum(
            question.kind == "chosen" for question in found.questions.values()
        )
        known = listed(found.several)
        count = len(found.several)
        ledger.add("N-FRM-002", place, count=count, found=options, known=known)
    for title in sorted(titles):
        plain = re.sub(r"\d+$", "", title)
        if plain != title and plain in titles:
            at = Place(table.file, table.sheet, column=title)
            ledger.add("W-FRM-003", at, value=title, other=plain)
    if found.once:
        ledger.add("W-FRM-004", place, count=found.once)
    quiz = [q.variable for q in found.questions.values() if q.kind == "paradata"]
    quiz = [name for name in quiz if name in titles]
    if quiz:
        ledger.add("N-FRM-005", place, count=len(quiz), known=listed(quiz))
