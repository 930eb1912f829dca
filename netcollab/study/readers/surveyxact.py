"""SurveyXact exports: what was asked, and which code each respondent gave?

An export is three files or three sheets: the dataset (codes), the structure (the
questions) and the labels (the words of the codes). What the format documents is
decided here, everything else is left to the codebook.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from netcollab.study.ledger import Ledger
from netcollab.study.privacy import is_person_name_column
from netcollab.study.problems import Place
from netcollab.study.raw import RawTable
from netcollab.study.readers.export import Kind, Question, SurveyExport
from netcollab.study.readers.headers import name_once, renamed
from netcollab.study.readers.surveyxact_files import Parts, bound, read_parts
from netcollab.study.readers.surveyxact_structure import (
    Labels,
    Variable,
    read_labels,
    read_structure,
)
from netcollab.study.readers.surveyxact_writing import write_surveyxact

__all__ = ["COMPLETED", "read_surveyxact", "write_surveyxact"]

COMPLETED = ("stato_4", "statoverall_4")
_CUT = 8
_BREAK = " - "
_CODE = re.compile(r"-?\d+")
_NOT_CHOSEN = ["ikke valgt", "valgt"]
_STATUS = re.compile(r"stat(?:o|overall)_\d+")
_PROCESS = re.compile(
    r"stat(?:internal|completion|creation|distribution|source|collect)_\d+"
)
_BY_NAME: Mapping[str, Kind] = {
    "respondentid": "id",
    "respnokk": "id",
    "email": "contact",
    "created": "paradata",
    "modified": "paradata",
    "closetime": "paradata",
    "starttime": "paradata",
    "difftime": "paradata",
    "responsecollectsessions": "paradata",
    "numberofreturnedmail": "paradata",
    "importgroup": "paradata",
    "distributionschedule": "paradata",
    "digitaldistributionstatus": "paradata",
    "digitaldistributionerrormessage": "paradata",
}
_BY_TYPE: Mapping[str, Kind] = {
    "closed single": "choice",
    "closed multiple": "chosen",
    "open string": "text",
}


def read_surveyxact(path: Path, ledger: Ledger) -> SurveyExport | None:
    """Read a SurveyXact export; None when not even its columns can be told.

    A question with one answer is a "choice"; its blank cells are not asked or not
    answered, which the format does not tell apart. Each option of a question with
    several answers is "chosen": 1 or 0, and blank where the question was not shown.
    `stato_1` to `stato_5` (or `statoverall_`) are the status; `COMPLETED` names the
    variable that is 1 for a finished respondent. A variable is never known by the
    number in its name, which is a position and no code. Headers that were cut to
    eight characters get the structure's name where only one fits. Neighbouring
    questions with the same options whose texts begin alike up to " - " are rows of a
    matrix. Columns that the structure does not describe are "text".

    Parameters
    ----------
    path
        The folder of dataset.csv, structure.csv and labels.csv, its dataset.csv
        where a folder holds several exports, or the workbook.
    ledger
        Takes the problems.
    """
    parts = read_parts(path, ledger)
    if parts is None:
        return None
    variables: dict[str, Variable] = {}
    labels: Labels = {}
    if parts.structure is not None:
        variables = read_structure(parts.structure, ledger)
    if parts.labels is not None:
        labels = read_labels(parts.labels, variables, ledger)
    _note_missing(parts, ledger)
    labels = _full_names(parts, variables, labels, ledger)
    if not _has_header(parts, variables, labels, ledger):
        return None
    if not any(len(table) for table in parts.dataset):
        return None
    if not name_once(parts.dataset, ledger):
        return None
    headers = {c.header: None for table in parts.dataset for c in table.columns}
    questions = {
        name: _question(name, variables.get(name), labels.get(name, {}))
        for name in headers
    }
    questions |= _matrices(questions, variables, parts, ledger)
    _note_columns(parts, headers, variables, labels, ledger)
    for table in parts.dataset:
        _check_codes(table, questions, ledger)
    others = [table for table in (parts.structure, parts.labels) if table is not None]
    return SurveyExport("surveyxact", bound(parts.dataset), questions, others)


def _note_missing(parts: Parts, ledger: Ledger) -> None:
    codes = {"structure": "W-SXT-009", "labels": "W-SXT-010"}
    for kind in parts.missing:
        ledger.add(codes[kind], Place(parts.name))


def _full_names(
    parts: Parts, variables: Mapping[str, Variable], labels: Labels, ledger: Ledger
) -> dict[str, Mapping[str, str]]:
    """Give cut headers the structure's names; the labels under the same names."""
    headers = {column.header for table in parts.dataset for column in table.columns}
    free = sorted(name for name in variables if name not in headers)
    is_cut = all(len(header) <= _CUT for header in headers)
    moved = dict(labels)
    told = []
    for table in parts.dataset if free else []:
        for place, column in enumerate(table.columns):
            header = column.header
            if header in variables or _kind_by_name(header):
                continue
            fitting = _fitting(header, free, is_cut=is_cut)
            is_sure = len(fitting) == 1 and fitting[0].startswith(header)
            if is_sure and len(header) == _CUT:
                table.columns[place] = renamed(column, fitting[0])
                told.append(f"{header} = {fitting[0]}")
                if header in moved:
                    moved[fitting[0]] = moved.pop(header)
            elif fitting:
                at = Place(table.file, table.sheet, 1, header, column.letter)
                ledger.add("E-SXT-007", at, value=header, options=", ".join(fitting))
    if told:
        at = parts.dataset[0].place()
        ledger.add("N-SXT-015", at, count=len(told), options=", ".join(told[:20]))
    return moved


def _fitting(header: str, free: list[str], *, is_cut: bool) -> list[str]:
    """The variables without a column that a cut header may stand for, at most ten.

    The tool also shortens `basis_7_5` to `basi_13`: such a name says nothing.
    """
    if len(header) == _CUT and (fitting := _starting(header, free)):
        return fitting
    stem = header.rstrip("0123456789").rstrip("_")
    if not is_cut or len(stem) < 3 or stem == header:
        return []
    return [name for name in _starting(stem, free) if len(name) > _CUT]


def _starting(start: str, ordered: list[str]) -> list[str]:
    first = bisect.bisect_left(ordered, start)
    return [name for name in ordered[first : first + 10] if name.startswith(start)]


def _has_header(
    parts: Parts, variables: Mapping[str, Variable], labels: Labels, ledger: Ledger
) -> bool:
    """The first row holds names of variables; else it may be a respondent."""
    for table in parts.dataset:
        for column in table.columns:
            name = column.header.strip()
            if name in variables or name in labels or _kind_by_name(name):
                return True
    table = parts.dataset[0]
    ledger.add("E-SXT-019", Place(table.file, table.sheet, 1))
    return False


def _kind_by_name(name: str) -> Kind | None:
    """The kind of a variable that SurveyXact itself names, also where it was cut."""
    folded = name.casefold()
    if _STATUS.fullmatch(folded):
        return "status"
    if _PROCESS.fullmatch(folded):
        return "paradata"
    if folded in _BY_NAME:
        return _BY_NAME[folded]
    if len(folded) == _CUT:
        kinds = {kind for known, kind in _BY_NAME.items() if known.startswith(folded)}
        if len(kinds) == 1:
            return kinds.pop()
    return "contact" if is_person_name_column(name, about_persons=True) else None


def _question(
    name: str, variable: Variable | None, words: Mapping[str, str]
) -> Question:
    """What structure and labels say about one variable."""
    named = _kind_by_name(name)
    if variable is None:
        kind = named or _kind_by_labels(words)
        blank = "not_asked" if kind == "chosen" else ""
        return Question(name, kind, options=dict(words), blank=blank)
    is_closed = variable.kind.startswith("closed")
    kind = _BY_TYPE.get(variable.kind, "text")
    if named == "status" or (named is not None and not is_closed):
        kind = named
    options = dict(words)
    row = ""
    if variable.is_multiple:
        row = next(iter(variable.choices.values()), "")
    else:
        options = dict(variable.choices) | options
    in_question = variable.is_multiple or variable.question != name
    return Question(
        name,
        kind,
        text=variable.text,
        battery=variable.question if in_question else "",
        row=row,
        options=options,
        blank="not_asked" if kind == "chosen" else "",
    )


def _kind_by_labels(words: Mapping[str, str]) -> Kind:
    """Without a structure, the words of the codes tell options from answers."""
    if [words.get(code, "").casefold() for code in ("0", "1")] == _NOT_CHOSEN:
        return "chosen"
    return "choice" if words else "text"


def _matrices(
    questions: Mapping[str, Question],
    variables: Mapping[str, Variable],
    parts: Parts,
    ledger: Ledger,
) -> dict[str, Question]:
    """The rows of matrices, with their part of the text and the matrix's."""

    def shared(
        question: Question,
    ) -> tuple[str, str, tuple[tuple[str, str], ...]] | None:
        stem, found, _ = question.text.partition(_BREAK)
        is_row = found and question.kind == "choice"
        if not is_row or not question.options or question.variable not in variables:
            return None
        return question.battery, stem, tuple(question.options.items())

    rows: dict[str, Question] = {}
    batteries = []
    for key, members in itertools.groupby(questions.values(), key=shared):
        matrix = list(members)
        if key is None or len(matrix) == 1:
            continue
        texts = [question.text.split(_BREAK) for question in matrix]
        alike = [len(set(pieces)) == 1 for pieces in zip(*texts, strict=False)]
        most = min(map(len, texts)) - 1
        common = next((n for n in range(most) if not alike[n]), most)
        for question, pieces in zip(matrix, texts, strict=True):
            battery = question.battery or _BREAK.join(pieces[:common]).strip()
            row = _BREAK.join(pieces[common:]).strip()
            rows[question.variable] = replace(question, battery=battery, row=row)
        batteries.append(f"{matrix[0].variable} – {matrix[-1].variable}")
    if batteries:
        listed = ", ".join(batteries[:20])
        place = parts.dataset[0].place()
        ledger.add("N-SXT-017", place, count=len(batteries), options=listed)
    return rows


def _note_columns(
    parts: Parts,
    headers: Collection[str],
    variables: Mapping[str, Variable],
    labels: Labels,
    ledger: Ledger,
) -> None:
    """Variables without a column, columns without a variable, types nobody knows."""
    place = parts.dataset[0].place()
    extra = [n for n in headers if n not in variables]
    if variables and extra:
        listed = ", ".join(extra[:20])
        ledger.add("N-SXT-016", place, count=len(extra), options=listed)
    lost = [n for n in dict.fromkeys([*variables, *labels]) if n not in headers]
    if lost:
        listed = ", ".join(lost[:20])
        ledger.add("W-SXT-011", place, count=len(lost), options=listed)
    odd = [n for n in headers if n in variables and variables[n].kind not in _BY_TYPE]
    if odd and parts.structure is not None:
        listed = ", ".join(f"{name} ({variables[name].kind})" for name in odd[:20])
        told = {"count": len(odd), "options": listed}
        ledger.add("W-SXT-012", parts.structure.place(), **told)


def _check_codes(
    table: RawTable, questions: Mapping[str, Question], ledger: Ledger
) -> None:
    """Cells of closed questions hold codes, and codes have words."""
    for column in table.columns:
        question = questions[column.header]
        if question.kind not in {"choice", "chosen", "status"}:
            continue
        cells, unique = pd.factorize(column.text)
        written = [str(cell).strip() for cell in unique]
        is_code = np.array(
            [not c or bool(_CODE.fullmatch(c)) for c in written] + [True]
        )
        has_words = np.array([not c or c in question.options for c in written] + [True])
        if question.options:
            ledger.add_rows("E-SXT-008", table, column, ~is_code[cells], masked=True)
        count = int((is_code & ~has_words)[cells].sum())
        if question.options and count:
            ledger.add("W-SXT-013", table.place(None, column), count=count)
