"""Questback (EFS, Unipark): one table, with four numbers that mean "no answer".

Documented defaults of the export: 0 seen and not answered, -77 not shown or broken
off, -66 a text field that was hidden, -99 a text field seen and left empty. Whoever
exports can choose other numbers, and 0 may be a real option: both are said.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path

from netcollab.errors import closest
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import FileSpec
from netcollab.study.privacy import MASK
from netcollab.study.problems import Place
from netcollab.study.raw import RawColumn, RawTable, is_among, text_array
from netcollab.study.readers.export import Kind, Question, SurveyExport
from netcollab.study.readers.wide import answered, listed, observed_kind, read_answers

__all__ = ["read_questback"]

_MISSING = {
    "0": "no_answer",
    "-66": "not_asked",
    "-77": "not_asked",
    "-99": "no_answer",
}
_COMPLETED = {"31": "completed", "32": "completed after a break"}
_OLD_LIMIT = 256
_CONTACT = re.compile(r"(?:u_)?(?:e?mail|name|firstname|phone|telefon|tel)", re.I)
_TRACES = {
    "external_lfdn",
    "tester",
    "lastpage",
    "quality",
    "duration",
    "browser",
    "referer",
    "device_type",
    "quota",
    "quota_assignment",
    "page_history",
    "hflip",
    "vflip",
    "output_mode",
    "javascript",
    "flash",
    "session_id",
    "language",
    "cleaned",
    "ats",
    "datetime",
    "date_of_last_access",
    "date_of_first_mail",
    "pages",
}
_TRACE = re.compile(r"(?:rts\d*|participant_\w+|pages?_\w+)", re.I)


def read_questback(
    path: Path,
    ledger: Ledger,
    *,
    zero_is_answer: Collection[str] = (),
    spec: FileSpec | None = None,
) -> SurveyExport | None:
    """Read a table of answers from Questback EFS or Unipark (CSV or XLSX).

    A column that holds words is a text field, where 0 is what somebody wrote. A
    column with nothing but 0 and 1 is taken for an option of a question that allows
    several: 0 is "not chosen".

    Parameters
    ----------
    path
        The file.
    ledger
        Takes the problems.
    zero_is_answer
        Variables in which 0 is one of the options.
    spec
        How the file differs from what can be found out.
    """
    if path.suffix.lower() == ".xls":
        ledger.add("E-QUE-001", Place(path.name), limit=_OLD_LIMIT)
        return None
    table = read_answers(path, (".csv", ".xlsx"), ledger, spec=spec)
    if table is None:
        return None
    names = [column.header for column in table.columns]
    _note_names(table, names, zero_is_answer, ledger)
    questions = {
        column.header: _question(column, zero_is_answer) for column in table.columns
    }
    if all(question.kind != "id" for question in questions.values()):
        is_export = any(map(_is_of_tool, names))
        near = closest("lfdn", names) if is_export else ""
        known = listed(names) if is_export else MASK
        ledger.add("E-QUE-002", table.place(), near=near, known=known)
        return None
    _note_codes(table, questions, zero_is_answer, ledger)
    _note_rows(table, ledger)
    return SurveyExport("questback", table, questions)


def _note_names(
    table: RawTable, names: list[str], zero_is_answer: Collection[str], ledger: Ledger
) -> None:
    if len(names) == _OLD_LIMIT:
        ledger.add("W-QUE-003", table.place(), limit=_OLD_LIMIT)
    for name in zero_is_answer:
        if name not in names:
            near = closest(name, names)
            ledger.add(
                "E-QUE-010", table.place(), value=name, near=near, known=listed(names)
            )


def _is_of_tool(name: str) -> bool:
    """The header is one that the tool gives."""
    word = name.casefold()
    return word in {*_TRACES, "dispcode"} or re.fullmatch(r"v_\d+", word) is not None


def _question(column: RawColumn, zero_is_answer: Collection[str]) -> Question:
    name = column.header
    word = name.casefold()
    if word == "lfdn":
        return Question(name, "id")
    if word == "dispcode":
        return Question(name, "status", options=_COMPLETED)
    if _CONTACT.fullmatch(word):
        return Question(name, "contact")
    if word in _TRACES or _TRACE.fullmatch(word):
        return Question(name, "paradata")
    kind, skipped = _answers(column)
    if name in zero_is_answer:
        skipped.discard("0")
    told = {code: reason for code, reason in _MISSING.items() if code in skipped}
    return Question(name, kind, missing=told)


def _answers(column: RawColumn) -> tuple[Kind, set[str]]:
    """What a question is, and which of the four codes it may hold."""
    cells = set(answered(column))
    given = [cell for cell in cells if cell not in _MISSING]
    is_numeric = all(re.fullmatch(r"-?\d+(?:[.,]\d+)?", cell) for cell in given)
    if cells & {"-66", "-99"} and not given and "0" not in cells:
        return "text", {"-66", "-77", "-99"}
    if not is_numeric:
        own = ("" if c.strip() in _MISSING else c for c in column.text.tolist())
        kind = observed_kind(RawColumn(column.header, column.letter, text_array(own)))
        is_choice = kind in {"choice", "number"}
        return ("choice" if is_choice else "text"), {"-66", "-77", "-99"}
    if given == ["1"] and "0" in cells:
        return "chosen", {"-66", "-77", "-99"}
    is_whole = all(re.fullmatch(r"-?\d+", cell) for cell in given)
    return ("choice" if is_whole else "number"), set(_MISSING)


def _note_codes(
    table: RawTable,
    questions: Mapping[str, Question],
    zero_is_answer: Collection[str],
    ledger: Ledger,
) -> None:
    """How often each default was met, and the columns where one is doubtful."""
    counts = dict.fromkeys(_MISSING, 0)
    zero, ticked, other = [], [], []
    for column in table.columns:
        question = questions[column.header]
        if question.kind not in {"choice", "chosen", "number", "text"}:
            continue
        cells = set(answered(column))
        for code in question.missing:
            if code in cells:
                counts[code] += int(is_among(column.text, {code}).sum())
        if "0" in question.missing and "0" in cells:
            zero.append(column.header)
        if question.kind == "chosen" and column.header not in zero_is_answer:
            ticked.append(column.header)
        if any(re.fullmatch(r"-\d+", c) and c not in _MISSING for c in cells):
            other.append(column.header)
    codes = ", ".join(f"{code}: {n}" for code, n in counts.items() if n)
    if codes:
        ledger.add("N-QUE-004", table.place(), codes=codes)
    for told, columns in (
        ("W-QUE-005", zero),
        ("W-QUE-006", ticked),
        ("W-QUE-007", other),
    ):
        if columns:
            place = table.place()
            ledger.add(told, place, count=len(columns), known=listed(columns))


def _note_rows(table: RawTable, ledger: Ledger) -> None:
    by_name = {column.header.casefold(): column for column in table.columns}
    tester, status = by_name.get("tester"), by_name.get("dispcode")
    if tester is not None:
        count = int(is_among(tester.text, {"1"}).sum())
        if count:
            ledger.add("W-QUE-008", table.place(column=tester), count=count)
    if status is not None:
        done = int(is_among(status.text, _COMPLETED).sum())
        if done < len(table):
            place = table.place(column=status)
            ledger.add("N-QUE-009", place, count=len(table) - done)
