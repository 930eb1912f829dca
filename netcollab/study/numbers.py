"""Numbers written by people: which decimal mark a file has, and what is no number."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from netcollab.study.draft import Draft
from netcollab.study.identifiers import INVISIBLE
from netcollab.study.problems import Place

__all__ = ["MONTH", "SIGNS", "parse_numbers"]

_PLAIN = re.compile(r"[+-]?\d+(?:[eE][+-]?\d+)?")
_WITH_MARK = re.compile(r"[+-]?(?:\d+([.,])\d*|([.,])\d+)(?:[eE][+-]?\d+)?")
_UNDECIDED = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_GROUPED = re.compile(
    r"[+-]?\d{1,3}(?:(?P<mark>[ \u00a0\u202f\u2009.,'’])\d{3})(?:(?P=mark)\d{3})*"
    r"(?:(?!(?P=mark))(?P<decimal>[.,])\d+)?"
)
_WITH_UNIT = re.compile(r"[+-]?\d+(?:[.,]\d+)?\s*(?:%|‰|[A-Za-zæøåÆØÅ€$£°²]+\.?)")
_WITH_CURRENCY = re.compile(r"(?:kr|NOK|DKK|EUR|[€$£])\.?\s*\d+(?:[.,]\d+)?", re.I)
SIGNS = re.compile(r"[<>≤≥]\s*\d+|:|\.{1,3}|…|\*+|-|–|—")
_EXCEL_ERROR = re.compile(
    r"#(?:N/A|I/T|REF!|REFERENCE!|REFERANSE!|DIV/0!|DIVISION/0!|VALUE!|VERDI!|VÆRDI!"
    r"|NAME\?|NAVN\?|NULL!|NUL!|SPILL!|CALC!|GETTING_DATA)",
    re.I,
)
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity|∞|#num!|1\.#inf|1\.#ind)", re.I)
MONTH = (
    "(?:jan|feb|mar|apr|mai|maj|may|jun|jul|aug|sep|okt|oct|nov|des|dec)[a-zæøå]{0,8}"
)
_DATE = re.compile(
    r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?:[ T][\d:.]+)?"
    rf"|\d{{1,2}}[-. ]{{1,2}}{MONTH}\.?(?:[-. ]{{1,2}}\d{{2,4}})?"
    rf"|{MONTH}\.?[-. ]{{1,2}}\d{{2,4}}",
    re.I,
)


@dataclass(frozen=True)
class _Marks:
    """How numbers are written in one file."""

    decimal: str
    thousands: str | None


def parse_numbers(
    draft: Draft,
    names: Iterable[str],
    *,
    decimal: str | None,
    thousands: str | None,
) -> None:
    """Turn the number columns of a table into floats; note what is no number.

    The decimal mark is the declared one, else the one that the cells of the file show.
    An empty cell is NaN.

    Parameters
    ----------
    draft
        The table.
    names
        Its number columns.
    decimal, thousands
        As declared.
    """
    names = [name for name in names if name in draft]
    written = sorted({cell for name in names for cell in _typed_in(draft, name)})
    other = {".": ",", ",": "."}.get(thousands or "")
    marks = _Marks(decimal or other or _decided(draft, names, written), thousands)
    if any(_WITH_MARK.fullmatch(cell.strip(" ")) for cell in written):
        draft.raw.decimal = marks.decimal
    for name in names:
        draft.numbers[name] = _parsed(draft, name, marks, declared=decimal is not None)


def _typed_in(draft: Draft, name: str) -> list[str]:
    column = draft.columns[name]
    cells = pd.Series(column.text)
    if column.is_number is not None:
        cells = cells[~column.is_number]
    return [str(cell) for cell in cells.unique()]


def _decided(draft: Draft, names: list[str], written: list[str]) -> str:
    """The decimal mark that the cells show; doubtful decisions are noted."""
    cells = [cell.strip(" ") for cell in written]
    marked = [c for c in cells if _WITH_MARK.fullmatch(c)]
    certain = [_mark(c) for c in marked if not _UNDECIDED.fullmatch(c)]
    if certain:
        return "," if certain.count(",") > certain.count(".") else "."
    doubtful = {mark for c in marked for mark in _mark(c)}
    place = Place(draft.raw.file, draft.raw.sheet)
    fields = {
        "value": "***" if draft.schema.about_persons else next(iter(marked), ""),
        "table": draft.schema.name,
        "columns": ", ".join(names),
    }
    if doubtful == {".", ","}:
        draft.ledger.add("E-NUM-009", place, **fields)
        return "."
    if doubtful == {","}:
        nordic = draft.raw.separator in {";", "\t"}
        code = "W-NUM-008" if nordic else "E-NUM-009"
        draft.ledger.add(code, place, decimal=",", **fields)
        return ","
    if doubtful == {"."} and draft.raw.separator in {";", "\t"}:
        draft.ledger.add("W-NUM-008", place, decimal=".", **fields)
    return "."


def _mark(cell: str) -> str:
    found = _WITH_MARK.fullmatch(cell)
    return (found[1] or found[2]) if found else ""


def _parsed(draft: Draft, name: str, marks: _Marks, *, declared: bool) -> np.ndarray:
    column = draft.columns[name]
    codes, uniques = pd.factorize(column.text)
    values = np.full(len(uniques) + 1, np.nan)
    faults: dict[str, list[int]] = {}
    for number, cell in enumerate(uniques):
        value, fault = _read(str(cell).strip(" "), marks)
        values[number] = value
        if fault:
            faults.setdefault(fault, []).append(number)
    parsed: np.ndarray = values[codes]
    written = np.ones(len(codes), dtype=bool)
    if column.is_number is not None:
        written = ~column.is_number
        typed = column.text[column.is_number]
        parsed[column.is_number] = np.array([_finite(str(t)) for t in typed], float)
        endless = column.is_number & ~np.isfinite(parsed)
        draft.note("E-NUM-002", name, endless)
    if column.is_date is not None:
        draft.note("E-XLS-011", name, column.is_date)
        written &= ~column.is_date
    if draft.raw.is_workbook and not declared:
        commas = [n for n, c in enumerate(uniques) if _mark(str(c).strip(" ")) == ","]
        where = written & np.isin(codes, commas)
        draft.note("E-NUM-012", name, where, table=draft.schema.name)
        written &= ~np.isin(codes, commas)
    for fault, numbers in faults.items():
        where = written & np.isin(codes, numbers)
        draft.note(
            fault,
            name,
            where,
            each=lambda row: _told(str(column.text[row]), marks),
            table=draft.schema.name,
        )
        parsed[where] = np.nan
    return parsed


def _read(cell: str, marks: _Marks) -> tuple[float, str]:
    """A number, or NaN and the code of what is wrong; an empty cell is NaN alone."""
    if not cell:
        return math.nan, ""
    plain = _ungrouped(cell, marks) if marks.thousands else cell
    marked = _WITH_MARK.fullmatch(plain)
    if marked and (marked[1] or marked[2]) != marks.decimal:
        grouped = _UNDECIDED.fullmatch(plain) is not None
        return math.nan, "E-NUM-006" if grouped else "E-NUM-007"
    if marked or _PLAIN.fullmatch(plain):
        if not plain.isascii():
            return math.nan, "E-NUM-005"
        value = _finite(plain.replace(",", "."))
        return (value, "") if math.isfinite(value) else (math.nan, "E-NUM-002")
    return math.nan, _diagnosis(cell)


def _finite(text: str) -> float:
    """A float, NaN where it is too large or too small to be told from 0."""
    try:
        value = float(text)
    except ValueError:
        return math.nan
    lost = value == 0 and re.search(r"[1-9]", re.split("[eE]", text)[0]) is not None
    return math.nan if lost or not math.isfinite(value) else value


def _ungrouped(cell: str, marks: _Marks) -> str:
    found = _GROUPED.fullmatch(cell)
    if not found or marks.thousands is None:
        return cell
    blanks = "\u00a0\u202f\u2009 "
    same = {" ": blanks, "'": "'’"}.get(marks.thousands, marks.thousands)
    return cell if found["mark"] not in same else cell.replace(found["mark"], "")


def _diagnosis(cell: str) -> str:
    tests = (
        (_NOT_FINITE, "E-NUM-002"),
        (_EXCEL_ERROR, "E-XLS-010"),
        (SIGNS, "E-NUM-004"),
        (_GROUPED, "E-NUM-006"),
        (_DATE, "E-NUM-010"),
        (_WITH_UNIT, "E-NUM-003"),
        (_WITH_CURRENCY, "E-NUM-003"),
    )
    for pattern, code in tests:
        if pattern.fullmatch(cell):
            return code
    ascii_form = _ascii(cell)
    other = _PLAIN.fullmatch(ascii_form) or _WITH_MARK.fullmatch(ascii_form)
    return "E-NUM-005" if other and ascii_form != cell else "E-NUM-001"


def _ascii(cell: str) -> str:
    minus = str.maketrans("−‐‑‒–—﹣－", "--------")
    digits = "".join(
        str(unicodedata.digit(c)) if not c.isascii() and c.isdecimal() else c
        for c in cell
    )
    seen = unicodedata.normalize("NFKC", digits.translate(minus))
    return seen.strip(INVISIBLE)


def _told(text: str, marks: _Marks) -> dict[str, object]:
    odd = dict.fromkeys(c for c in text if not (c.isascii() and c.isprintable()))
    grouped = _GROUPED.fullmatch(text.strip(" "))
    if grouped and not odd:
        odd = {grouped["mark"]: None}
    told: dict[str, object] = {
        "points": ", ".join(f"U+{ord(c):04X}" for c in odd),
        "near": _ascii(text) if odd and _PLAIN.fullmatch(_ascii(text)) else "",
        "decimal": marks.decimal,
    }
    if grouped:
        told |= _shown_marks(grouped, marks)
    return told


def _shown_marks(grouped: re.Match[str], marks: _Marks) -> dict[str, object]:
    """The marks with which a number can be read, as they are declared."""
    seen = grouped["mark"]
    thousands = {"’": "'"}.get(seen, seen if seen in ".,'" else " ")
    other = {".": ",", ",": "."}.get(thousands, marks.decimal)
    return {"thousands": thousands, "decimal": grouped["decimal"] or other}
