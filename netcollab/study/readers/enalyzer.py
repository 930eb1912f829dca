"""Enalyzer: one table of answers, whose numbers may be labels and not values.

In its default export a single choice and a rating hold the *number of the label*: 1 is
the first option, whatever value the questionnaire gave it. A scale from 0 to 4 then
arrives as 1 to 5. The file does not say which of the two it holds; nothing is shifted.
"""

from __future__ import annotations

import re
from pathlib import Path

from netcollab.study.ledger import Ledger
from netcollab.study.manifest import FileSpec
from netcollab.study.raw import RawColumn, RawTable, is_among
from netcollab.study.readers.export import Kind, Question, SurveyExport
from netcollab.study.readers.wide import answered, listed, observed_kind, read_answers

__all__ = ["read_enalyzer"]

_ROLES: dict[str, Kind] = {
    "respondentid": "id",
    "responseid": "id",
    "besvarelsesid": "id",
    "status": "status",
    "email": "contact",
    "epost": "contact",
    "mail": "contact",
    "navn": "contact",
    "name": "contact",
    "fornavn": "contact",
    "firstname": "contact",
    "etternavn": "contact",
    "efternavn": "contact",
    "lastname": "contact",
    "cpr": "contact",
    "cprnummer": "contact",
    "cprnr": "contact",
    "cprnumber": "contact",
    "telefon": "contact",
    "phone": "contact",
}
_DATE = re.compile(r"(\d{2})-(\d{2})-\d{4}")


def read_enalyzer(
    path: Path, ledger: Ledger, *, spec: FileSpec | None = None
) -> SurveyExport | None:
    """Read a table of answers from Enalyzer (CSV or XLSX).

    Dates are written MM-DD-YYYY and stay text. Which columns hold names, addresses,
    an id or the status is told by their headers; the kind of the others by their
    cells (`observed_kind`).

    Parameters
    ----------
    path
        The file.
    ledger
        Takes the problems.
    spec
        How the file differs from what can be found out.
    """
    table = read_answers(path, (".csv", ".xlsx"), ledger, spec=spec)
    if table is None:
        return None
    questions = {
        column.header: Question(column.header, _kind(column), text=column.header)
        for column in table.columns
    }
    _note_labels(table, questions, ledger)
    _note_dates(table, questions, ledger)
    if all(question.kind != "id" for question in questions.values()):
        ledger.add("N-ENA-004", table.place())
    return SurveyExport("enalyzer", table, questions)


def _kind(column: RawColumn) -> Kind:
    word = re.sub(r"[^a-zæøå]", "", column.header.casefold())
    if word in _ROLES:
        return _ROLES[word]
    cells = answered(column)
    if cells and all(_DATE.fullmatch(cell) for cell in cells):
        return "date"
    return observed_kind(column)


def _note_labels(
    table: RawTable, questions: dict[str, Question], ledger: Ledger
) -> None:
    """Columns of whole numbers from 1 on may hold label numbers; 0 is none."""
    doubtful = []
    for column in table.columns:
        cells = answered(column)
        if questions[column.header].kind == "choice" and all(
            re.fullmatch(r"\d+(?:\.0+)?", cell) and float(cell) >= 1 for cell in cells
        ):
            doubtful.append(column.header)
    if doubtful:
        known = listed(doubtful)
        ledger.add("W-ENA-001", table.place(), count=len(doubtful), known=known)


def _note_dates(
    table: RawTable, questions: dict[str, Question], ledger: Ledger
) -> None:
    dated = [
        column
        for column in table.columns
        if questions[column.header].kind == "date"
        and any(map(_DATE.fullmatch, answered(column)))
    ]
    if dated:
        known = listed(column.header for column in dated)
        ledger.add("N-ENA-002", table.place(), count=len(dated), known=known)
    for column in dated:
        wrong = [cell for cell in answered(column) if not _is_month_first(cell)]
        stripped = column.text.astype(str)
        where = is_among(stripped.astype(object), wrong)
        ledger.add_rows("W-ENA-003", table, column, where, masked=True)


def _is_month_first(cell: str) -> bool:
    found = _DATE.fullmatch(cell)
    return found is None or (1 <= int(found[1]) <= 12 and 1 <= int(found[2]) <= 31)
