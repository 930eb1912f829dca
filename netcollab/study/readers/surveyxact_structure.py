"""What SurveyXact's structure and labels say about each variable, and where they clash.

The structure has one row per variable: its question, its type, the question's text;
for a question that allows several answers also the option that the variable stands
for. The labels give the words of the codes that stand in the cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from netcollab.study.ledger import Ledger
from netcollab.study.problems import Place
from netcollab.study.raw import RawTable
from netcollab.study.readers.surveyxact_files import LABELS
from netcollab.study.readers.wide import listed

__all__ = ["STRUCTURE", "Labels", "Variable", "read_labels", "read_structure"]

STRUCTURE = (
    "questionName",
    "variableName",
    "questionType",
    "subType",
    "questionText",
    "choiceValue",
    "choiceText",
)
Labels = Mapping[str, Mapping[str, str]]


@dataclass(eq=False)
class Variable:
    """One variable of the structure.

    Parameters
    ----------
    name, question
        The variable and the question it belongs to.
    kind
        Type and subtype in lower case, such as "closed single".
    text
        The question.
    choices
        The options of the structure: code -> words.
    rows
        Code -> its row in the structure.
    """

    name: str
    question: str
    kind: str
    text: str
    choices: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def is_multiple(self) -> bool:
        """The variable is one option of a question that allows several."""
        return self.kind == "closed multiple"


def read_structure(table: RawTable, ledger: Ledger) -> dict[str, Variable]:
    """The variables of the structure by name; contradictions are noted."""
    by_name = {c.header.strip().casefold(): c for c in table.columns}
    missing = [name for name in STRUCTURE if name.casefold() not in by_name]
    if missing:
        at = Place(table.file, table.sheet, 1)
        known = _shown_headers([c.header.strip() for c in table.columns])
        ledger.add("E-COL-001", at, value=", ".join(missing), known=known)
        return {}
    found: dict[str, Variable] = {}
    columns = [by_name[name.casefold()].text.tolist() for name in STRUCTURE]
    trimmed = 0
    for place, cells in enumerate(zip(*columns, strict=True)):
        row = int(table.rows[place])
        question, name, kind, sub, text, code, words = (c.strip() for c in cells)
        trimmed += text != cells[4] or words != cells[6]
        if not name:
            ledger.add("E-SXT-018", table.place(row, by_name["variablename"]))
            continue
        variable = Variable(name, question, f"{kind} {sub}".casefold(), text)
        variable = _same(found.setdefault(name, variable), variable, row, table, ledger)
        if code or words:
            _add_choice(variable, code, words, row, table, ledger)
    if trimmed:
        ledger.add("N-SXT-014", table.place(), count=trimmed)
    return found


def _shown_headers(headers: list[str]) -> str:
    """The columns that are there, unless the first row may be a respondent's."""
    is_row = any(header.lstrip("-").isdecimal() for header in headers)
    return listed(["…"] if is_row else headers)


def read_labels(
    table: RawTable, variables: Mapping[str, Variable], ledger: Ledger
) -> dict[str, dict[str, str]]:
    """Variable -> code -> words; a code with two sets of words is an error.

    Parameters
    ----------
    table
        The labels, first row included.
    variables
        Those of the structure, whose options must have the same words.
    ledger
        Takes the problems.
    """
    if len(table.columns) != len(LABELS):
        found = len(table.columns)
        ledger.add("E-SXT-006", table.place(), found=found, expected_columns=3)
        return {}
    labels: dict[str, dict[str, str]] = {}
    rows: dict[tuple[str, str], int] = {}
    trimmed = 0
    for row, name, code, words in _records(table):
        trimmed += words != words.strip()
        name, code, words = name.strip(), code.strip(), words.strip()
        if not name or not code:
            column = table.columns[1 if name else 0]
            ledger.add("E-SXT-018", table.place(row, column))
            continue
        known = labels.setdefault(name, {}).setdefault(code, words)
        first = rows.setdefault((name, code), row)
        told = {"variable": name, "answer": code, "label": words}
        at = table.place(row, table.columns[2])
        if known != words:
            ledger.add("E-SXT-004", at, **told, other=known, where=f"{first}")
        variable = variables.get(name)
        if variable is None or variable.is_multiple or code not in variable.choices:
            continue
        if (choice := variable.choices[code]) != words:
            where = f"structure {variable.rows[code]}"
            ledger.add("E-SXT-004", at, **told, other=choice, where=where)
    if trimmed:
        ledger.add("N-SXT-014", table.place(), count=trimmed)
    return labels


def _records(table: RawTable) -> Iterator[tuple[int, str, str, str]]:
    name, code, words = (column.text.tolist() for column in table.columns)
    return zip(table.rows.tolist(), name, code, words, strict=True)


def _same(
    first: Variable, again: Variable, row: int, table: RawTable, ledger: Ledger
) -> Variable:
    """The variable as it stood first; a later row that says otherwise is an error."""
    ours = (first.question, first.kind, first.text)
    if ours != (again.question, again.kind, again.text):
        ledger.add("E-SXT-005", table.place(row), variable=first.name)
    return first


def _add_choice(
    variable: Variable,
    code: str,
    words: str,
    row: int,
    table: RawTable,
    ledger: Ledger,
) -> None:
    if variable.is_multiple and variable.choices and code not in variable.choices:
        ledger.add("E-SXT-005", table.place(row), variable=variable.name)
        return
    known = variable.choices.setdefault(code, words)
    first = variable.rows.setdefault(code, row)
    if known != words:
        told = {"variable": variable.name, "answer": code, "label": words}
        at = table.place(row)
        ledger.add("E-SXT-004", at, **told, other=known, where=f"{first}")
