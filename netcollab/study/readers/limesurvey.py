"""LimeSurvey exports: which question is a column, under any style of headings?

The answers stand alone in their file: their questions' types are not in it. "text"
here means that the export does not say what a column is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from netcollab._files import write_atomically
from netcollab.errors import InputError
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import FileSpec
from netcollab.study.privacy import is_person_name_column
from netcollab.study.problems import Place
from netcollab.study.raw import RawColumn, RawTable, is_among, text_array
from netcollab.study.readers.delimited import read_delimited
from netcollab.study.readers.excel import read_excel
from netcollab.study.readers.export import Kind, Question, SurveyExport, export_file
from netcollab.study.readers.headers import name_once
from netcollab.study.readers.sheets import delimited_bytes, workbook_bytes

__all__ = ["COMPLETED", "read_limesurvey", "write_limesurvey"]

COMPLETED = "submitdate"
_OURS: Mapping[str, tuple[Kind, str]] = {
    "id": ("id", "Response ID"),
    "response_id": ("id", ""),
    "submitdate": ("status", "Date submitted"),
    "lastpage": ("paradata", "Last page"),
    "startlanguage": ("paradata", "Start language"),
    "seed": ("paradata", "Seed"),
    "startdate": ("paradata", "Date started"),
    "datestamp": ("paradata", "Date last action"),
    "token": ("contact", "Token"),
    "ipaddr": ("contact", "IP address"),
    "refurl": ("paradata", "Referrer URL"),
    "firstname": ("contact", "First name"),
    "lastname": ("contact", "Last name"),
    "email": ("contact", "Email address"),
    "interviewtime": ("paradata", "Total time"),
}
_IN_WORDS = {words.casefold(): name for name, (_, words) in _OURS.items() if words}
_IN_WORDS |= {"access code": "token"}
_TIME = re.compile(r"groupTime\d+|(?:Group|Question) time: .*")
_SGQA = re.compile(r"(\d+X\d+X\d+)(\w*)")
_CODED = re.compile(r"([A-Za-z]\w*)((?:\[\w+\])+)")
_DOTTED = re.compile(r"([A-Za-z]\w*)\.(\w+(?:\.\w+)*)\.")
_UNDERLINED = re.compile(r"([A-Za-z][A-Za-z0-9]*)_(\w+)")
_PLAIN = re.compile(r"[A-Za-z]\w*")
_ATTRIBUTE = re.compile(r"attribute_\d+")
_WORDED = re.compile(r"(?s)(.*\S) \[(.+)\]")
_SHORT = {"Y": "1"}
_LONG = {"Yes": "1", "No": "0"}
_HIDDEN = "N/A"
Style = Literal["code", "text"]


def read_limesurvey(path: Path, ledger: Ledger) -> SurveyExport | None:
    """Read a LimeSurvey export; None when not even its columns can be told.

    Array items and options are found under `Q5[SQ001]`, `Q5.SQ001.`, `Q5_SQ001` and
    `123X45X678SQ001`, and under headings of question text with the item in brackets
    at their end. A question whose columns all hold only `Y` and blanks (short answers),
    or only `Yes`, `No` and `N/A` with at least one `N/A` (long answers), allows
    several answers: its options are "chosen", their cells 1 and 0, which is noted and
    counted. There `N/A` is an option that was not shown; with short answers a blank is
    either not chosen or not shown. In other columns the tool writes `N/A` for no
    answer too, so that the codebook has to decide. A blank `submitdate`
    (`COMPLETED`) is an unfinished response.

    Parameters
    ----------
    path
        The file of responses: CSV or a workbook.
    ledger
        Takes the problems.
    """
    file = export_file(path, (".csv", ".txt", ".xlsx"), ledger)
    if file is None:
        return None
    spec = FileSpec(file.name)
    if file.suffix.lower() == ".xlsx":
        table = read_excel(file, "responses", file.name, spec, ledger)
    else:
        table = read_delimited(
            file, "responses", file.name, spec, ledger, about_persons=True
        )
    if table is None or not _is_ours(table, ledger) or not len(table):
        return None
    if not name_once([table], ledger, doubled="E-LIM-003"):
        return None
    style = _style(table)
    ledger.add("N-LIM-004" if style == "code" else "N-LIM-005", table.place())
    questions = _questions(table, style)
    _check_responses(table, ledger)
    questions |= _chosen(table, questions, ledger)
    _note_hidden(table, questions, ledger)
    return SurveyExport("limesurvey", table, questions)


def write_limesurvey(
    export: SurveyExport,
    path: Path,
    *,
    answers: Literal["short", "long"] = "short",
    separator: Literal[",", ";"] = ",",
) -> Path:
    """Write a questionnaire's answers as LimeSurvey does; the path is returned.

    What the format cannot carry: kinds apart from those its own names tell and
    options of questions with several answers; the words of codes; reasons of missing
    codes and blanks; with short answers also the difference between an option that was
    not chosen and one that was not shown, and a question of which nobody chose an
    option; with headings of codes the question texts.

    Parameters
    ----------
    export
        The answers.
    path
        A file ending in .csv or .xlsx.
    answers
        How options are written: "short" as `Y` and blank, "long" as `Yes`, `No` and,
        where not shown, `N/A`.
    separator
        Of the CSV file.

    Raises
    ------
    InputError
        If the path has another ending, or a question with several answers holds
        something else than 1, 0 and missing codes.
    """
    header = [column.header for column in export.table.columns]
    columns = [
        _written(column, export.questions[column.header], answers)
        for column in export.table.columns
    ]
    rows = [header, *map(list, zip(*columns, strict=True))]
    if path.suffix.lower() == ".xlsx":
        return write_atomically(path, workbook_bytes({"responses": rows}))
    if path.suffix.lower() != ".csv":
        raise InputError(f"{path.name}: LimeSurvey writes .csv or .xlsx")
    content = delimited_bytes(
        rows,
        separator=separator,
        encoding="utf-8-sig",
        line_end="\r\n",
        quote_all=True,
    )
    return write_atomically(path, content)


def _own(name: str) -> str:
    """The tool's own name of a column, whatever the style of headings; else empty."""
    if name in _OURS:
        return name
    return _IN_WORDS.get(name.casefold(), "")


def _is_ours(table: RawTable, ledger: Ledger) -> bool:
    """The id that every export has; without it the header may be a respondent."""
    own = {_own(column.header.strip("\ufeff ")) for column in table.columns}
    if own & {"id", "response_id"}:
        return True
    ledger.add("E-LIM-001", Place(table.file, table.sheet, 1), value="id")
    return False


def _style(table: RawTable) -> Style:
    for column in table.columns:
        name = column.header
        patterns = (_PLAIN, _CODED, _DOTTED, _SGQA, _TIME)
        if name not in _OURS and not any(p.fullmatch(name) for p in patterns):
            return "text"
    return "code"


def _questions(table: RawTable, style: Style) -> dict[str, Question]:
    names = {column.header: None for column in table.columns}
    return {name: _question(name, style, names) for name in names}


def _question(name: str, style: Style, names: Collection[str]) -> Question:
    own = _own(name)
    if own:
        return Question(name, _OURS[own][0], text=name if name != own else "")
    if _is_time(name, names):
        return Question(name, "paradata")
    if is_person_name_column(name, about_persons=True):
        return Question(name, "contact")
    if style == "text":
        found = _WORDED.fullmatch(name)
        if found is None:
            return Question(name, "text", text=name)
        return Question(name, "text", text=found[1], battery=found[1], row=found[2])
    battery, row = _item(name)
    return Question(name, "text", battery=battery, row=row)


def _is_time(name: str, names: Collection[str]) -> bool:
    timed = name.removesuffix("Time")
    return bool(_TIME.fullmatch(name)) or (timed != name and timed in names)


def _item(name: str) -> tuple[str, str]:
    """The question that a column belongs to and the item or option in it."""
    if found := _CODED.fullmatch(name):
        return found[1], found[2][1:-1].replace("][", ".")
    if found := _SGQA.fullmatch(name):
        return (found[1], found[2]) if found[2] else ("", "")
    if _ATTRIBUTE.fullmatch(name):
        return "", ""
    if found := _DOTTED.fullmatch(name) or _UNDERLINED.fullmatch(name):
        return found[1], found[2]
    return "", ""


def _check_responses(table: RawTable, ledger: Ledger) -> None:
    """Every response has a number; and which of them are finished."""
    own = {_own(column.header): column for column in table.columns}
    column = own.get("id") or own["response_id"]
    unlike = pd.Series(column.text).str.fullmatch(r"\s*\d+\s*").eq(False)
    rows = 1 + int(unlike.cumprod().sum())
    where = unlike.to_numpy()
    ledger.add_rows("E-LIM-002", table, column, where, masked=True, header_rows=rows)
    if COMPLETED not in own:
        ledger.add("W-LIM-006", table.place(), value=COMPLETED)
        return
    count = int((own[COMPLETED].text == "").sum())
    if count:
        ledger.add("N-LIM-007", table.place(None, own[COMPLETED]), count=count)


def _chosen(
    table: RawTable, questions: Mapping[str, Question], ledger: Ledger
) -> dict[str, Question]:
    """Options of questions with several answers, by their cells; these become 1, 0."""
    batteries: dict[str, list[int]] = {}
    for place, column in enumerate(table.columns):
        question = questions[column.header]
        if question.battery and not _is_words(question.row):
            batteries.setdefault(question.battery, []).append(place)
    found: dict[str, Question] = {}
    told: dict[str, None] = {}
    count = 0
    for battery, places in batteries.items():
        codes = _codes([table.columns[place].text for place in places])
        if codes is None:
            continue
        for place in places:
            column = table.columns[place]
            text = pd.Series(column.text, dtype=object).replace(codes)
            count += int(is_among(column.text, codes).sum())
            table.columns[place] = RawColumn(
                column.header, column.letter, text_array(text.tolist())
            )
            missing = {} if codes is _SHORT else {_HIDDEN: "not_asked"}
            found[column.header] = _as_chosen(questions[column.header], missing)
            told[battery] = None
    if found:
        listed = ", ".join(list(told)[:20])
        ledger.add(
            "N-LIM-008", table.place(), count=count, options=listed, questions=len(told)
        )
    return found


def _as_chosen(question: Question, missing: Mapping[str, str]) -> Question:
    return Question(
        question.variable,
        "chosen",
        text=question.text,
        battery=question.battery,
        row=question.row,
        missing=missing,
    )


def _is_words(row: str) -> bool:
    """Beside the options stand what respondents wrote themselves."""
    return row.split(".")[-1].casefold() in {"other", "comment"} or row.endswith(
        "comment"
    )


def _codes(columns: list[np.ndarray]) -> Mapping[str, str] | None:
    """What the cells of one question's options mean; None: they are no options."""
    cells = {cell for column in columns for cell in pd.unique(column).tolist()}
    if len(columns) > 1 and cells <= {"Y", ""} and "Y" in cells:
        return _SHORT
    if len(columns) > 1 and _HIDDEN in cells and cells <= {*_LONG, _HIDDEN}:
        return _LONG if cells - {_HIDDEN} else None
    return None


def _note_hidden(
    table: RawTable, questions: Mapping[str, Question], ledger: Ledger
) -> None:
    """`N/A` elsewhere: not shown, or not answered."""
    named = []
    for column in table.columns:
        question = questions[column.header]
        is_said = question.kind != "text" or _HIDDEN in question.missing
        if not is_said and (column.text == _HIDDEN).any():
            named.append(column.header)
    if named:
        listed = ", ".join(named[:20])
        ledger.add("W-LIM-009", table.place(), count=len(named), options=listed)


def _written(column: RawColumn, question: Question, answers: str) -> list[str]:
    cells: list[str] = column.text.tolist()
    if question.kind != "chosen":
        return cells
    is_long = answers == "long"
    written = {"1": "Yes", "0": "No"} if is_long else {"1": "Y", "0": ""}
    hidden = [*question.missing, ""]
    written |= dict.fromkeys(hidden, _HIDDEN if is_long else "")
    if not set(cells) <= set(written):
        raise InputError(f"{column.header} holds more than 1, 0 and missing codes")
    return [written[cell] for cell in cells]
