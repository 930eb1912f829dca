"""One row per answer, turned into one row per respondent."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from netcollab.study.ledger import Ledger
from netcollab.study.raw import RawColumn, RawTable, is_among, text_array
from netcollab.study.readers.export import Kind, Question
from netcollab.study.readers.wide import listed, observed_kind
from netcollab.study.schema import MISSING_REASONS
from netcollab.study.text import MAX_COLUMNS

__all__ = ["is_long", "turned"]

MAX_CELLS = 50_000_000
_NEEDED = ("respondent", "item", "value")
_KNOWN = (*_NEEDED, "target", "wave", "missing_reason")


def is_long(names: Sequence[str]) -> bool:
    """The columns say that each row is one answer."""
    return all(name in names for name in _NEEDED)


def turned(
    table: RawTable, ledger: Ledger
) -> tuple[RawTable, dict[str, Question]] | None:
    """One row per respondent and wave, one variable per item and target.

    None where an answer stands twice, has no respondent or item, or has both a value
    and a reason why there is none.

    Parameters
    ----------
    table
        One row per answer.
    ledger
        Takes the problems.
    """
    by_name = {column.header: column for column in table.columns}
    cells = {name: _stripped(by_name.get(name), len(table)) for name in _KNOWN}
    if not _is_sound(table, by_name, cells, ledger):
        return None
    rows, who = _pairs(cells["respondent"], cells["wave"])
    places, what = _pairs(cells["item"], cells["target"])
    if len(what) > MAX_COLUMNS or len(what) * len(who) > MAX_CELLS:
        ledger.add("E-CSV-002", table.place(), found=len(what), limit=MAX_COLUMNS)
        return None
    if _note_repeats(table, by_name["respondent"], rows, places, ledger):
        return None
    first = np.full(len(who), len(table))
    np.minimum.at(first, rows, np.arange(len(table)))
    made = RawTable("answers", table.file, table.sheet, read=len(who))
    made.encoding, made.separator = table.encoding, table.separator
    made.is_workbook, made.sha256 = table.is_workbook, table.sha256
    made.rows = table.rows[first]
    questions = _background(made, table, by_name, rows, first, ledger)
    if what:
        _variables(made, questions, cells, by_name["value"], rows, places, what)
    return made, questions


def _pairs(
    first: np.ndarray, second: np.ndarray
) -> tuple[np.ndarray, list[tuple[str, str]]]:
    """The number of each pair, and the pairs in order of appearance."""
    a, firsts = pd.factorize(first)
    b, seconds = pd.factorize(second)
    codes, both = pd.factorize(a.astype(np.int64) * max(len(seconds), 1) + b)
    found = [divmod(int(code), max(len(seconds), 1)) for code in both]
    return codes, [(str(firsts[i]), str(seconds[j])) for i, j in found]


def _stripped(column: RawColumn | None, n: int) -> np.ndarray:
    if column is None:
        return text_array([""] * n)
    return text_array(cell.strip() for cell in column.text.tolist())


def _is_sound(
    table: RawTable,
    by_name: dict[str, RawColumn],
    cells: dict[str, np.ndarray],
    ledger: Ledger,
) -> bool:
    reason, item, target = (cells[n] for n in ("missing_reason", "item", "target"))
    in_name = np.array(
        ["@" in a or "@" in b for a, b in zip(item, target, strict=True)]
    )
    tests = (
        ("E-PLN-006", "respondent", cells["respondent"] == ""),
        ("E-PLN-006", "item", item == ""),
        ("E-PLN-007", "item", in_name.astype(bool)),
        ("E-PLN-004", "missing_reason", ~is_among(reason, (*MISSING_REASONS, ""))),
        ("E-PLN-005", "missing_reason", (reason != "") & (cells["value"] != "")),
    )
    options = ", ".join(MISSING_REASONS)
    is_good = True
    for code, name, wrong in tests:
        if wrong.any():
            is_good = False
            column = by_name[name]
            ledger.add_rows(code, table, column, wrong, masked=True, options=options)
    return is_good


def _note_repeats(
    table: RawTable,
    column: RawColumn,
    rows: np.ndarray,
    places: np.ndarray,
    ledger: Ledger,
) -> bool:
    """True where one respondent answers the same twice; both rows are named."""
    keys = pd.DataFrame({"row": rows, "place": places})
    again = keys.duplicated().to_numpy()
    if not again.any():
        return False
    firsts = keys[~again].reset_index(names="at").set_index(["row", "place"])["at"]

    def each(place: int) -> dict[str, object]:
        at = firsts.loc[(rows[place], places[place])]
        return {"other": int(table.rows[int(at)])}

    ledger.add_rows("E-PLN-003", table, column, again, masked=True, each=each)
    return True


def _background(
    made: RawTable,
    table: RawTable,
    by_name: dict[str, RawColumn],
    rows: np.ndarray,
    first: np.ndarray,
    ledger: Ledger,
) -> dict[str, Question]:
    """The id, the wave, and what is the same in all rows of a respondent."""
    questions: dict[str, Question] = {}
    left = []
    for name, column in by_name.items():
        if name in _KNOWN and name not in {"respondent", "wave"}:
            continue
        one = column.take(first)
        if name in {"respondent", "wave"}:
            one = RawColumn(name, one.letter, _stripped(one, len(first)))
        elif (column.text != one.text[rows]).any():
            left.append(name)
            continue
        kind: Kind = "id" if name == "respondent" else observed_kind(one)
        made.columns.append(one)
        questions[name] = Question(name, kind, text=name)
    if left:
        ledger.add("W-PLN-008", table.place(), count=len(left), known=listed(left))
    return questions


def _variables(
    made: RawTable,
    questions: dict[str, Question],
    cells: dict[str, np.ndarray],
    value: RawColumn,
    rows: np.ndarray,
    places: np.ndarray,
    what: list[tuple[str, str]],
) -> None:
    reason = cells["missing_reason"]
    shown = np.where(reason != "", reason, value.text)
    order = np.argsort(places, kind="stable")
    ends = np.searchsorted(places[order], np.arange(1, len(what)))
    for (item, target), here in zip(what, np.split(order, ends), strict=True):
        variable = f"{item}@{target}" if target else item
        while variable in questions:
            variable += "'"
        text = text_array([""] * len(made))
        text[rows[here]] = shown[here]
        is_number = _spread(value.is_number, here, rows, len(made))
        is_date = _spread(value.is_date, here, rows, len(made))
        column = RawColumn(variable, value.letter, text, is_number, is_date)
        reasons = sorted({word for word in reason[here].tolist() if word})
        answers = text_array("" if cell in reasons else cell for cell in text.tolist())
        kind = observed_kind(RawColumn(variable, "", answers, None, is_date))
        made.columns.append(column)
        questions[variable] = Question(
            variable,
            kind,
            battery=item,
            row=target,
            missing={word: word for word in reasons},
        )


def _spread(
    marks: np.ndarray | None, here: np.ndarray, rows: np.ndarray, n: int
) -> np.ndarray | None:
    if marks is None:
        return None
    made = np.zeros(n, dtype=bool)
    made[rows[here]] = marks[here]
    return made
