"""A questionnaire's answers as a SurveyXact export."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from netcollab._files import write_atomically
from netcollab.errors import InputError
from netcollab.study.readers.export import Question, SurveyExport
from netcollab.study.readers.sheets import delimited_bytes, workbook_bytes
from netcollab.study.readers.surveyxact_structure import STRUCTURE

__all__ = ["Variant", "write_surveyxact"]

Variant = Literal["unicode", "semicolon", "comma", "xlsx"]
_SEPARATORS = {"unicode": "\t", "semicolon": ";", "comma": ","}
_WHOLE = re.compile(r"-?[1-9]\d{0,14}|0")


def write_surveyxact(
    export: SurveyExport, path: Path, *, variant: Variant = "unicode"
) -> Path:
    """Write a questionnaire's answers as SurveyXact does; the path is returned.

    What the format cannot carry: the reasons of missing codes; why a cell is blank,
    apart from options that were not shown; numbers and dates, which come back as text;
    ids, contacts and traces of the tool under names that are not SurveyXact's own;
    blanks around texts; a respondent without any value; in a workbook also the
    difference between the ends of lines. A matrix row keeps its words when its text is
    "question - row". `choiceValue` is written as the position of the option.

    Parameters
    ----------
    export
        The answers.
    path
        A folder for the three files, a file for the workbook.
    variant
        "unicode": tab and UTF-16; "semicolon", "comma": Windows-1252; "xlsx".

    Raises
    ------
    InputError
        If the variant is unknown, has no room for a character, or would be taken for
        another encoding.
    """
    parts = {
        "dataset": _dataset(export),
        "structure": _structure(export),
        "labels": _labels(export),
    }
    if variant == "xlsx":
        typed = [[_typed(cell) for cell in row] for row in parts["labels"]]
        sheets: dict[str, Sequence[Sequence[str | int]]] = {
            "Labels": typed,
            "Dataset": _typed_dataset(export, parts["dataset"]),
            "Structure": parts["structure"],
        }
        if not typed:
            del sheets["Labels"]
        return write_atomically(path, workbook_bytes(sheets))
    if variant not in _SEPARATORS:
        known = ", ".join([*_SEPARATORS, "xlsx"])
        raise InputError(f'no variant "{variant}"; choose one of {known}')
    is_unicode = variant == "unicode"
    files = {
        name: delimited_bytes(
            rows,
            separator=_SEPARATORS[variant],
            encoding="utf-16-le" if is_unicode else "cp1252",
            line_end="\r\n" if is_unicode else "\n",
        )
        for name, rows in parts.items()
        if rows
    }
    for name, content in files.items():
        write_atomically(path / f"{name}.csv", content)
    return path


def _dataset(export: SurveyExport) -> list[list[str]]:
    columns = export.table.columns
    header = [column.header for column in columns]
    cells = zip(*(column.text.tolist() for column in columns), strict=True)
    return [header, *map(list, cells)]


def _structure(export: SurveyExport) -> list[list[str]]:
    rows = [list(STRUCTURE)]
    positions: dict[str, int] = {}
    for column in export.table.columns:
        question = export.questions[column.header]
        rows.append(_structure_row(question, positions))
    return rows


def _structure_row(question: Question, positions: dict[str, int]) -> list[str]:
    name = question.variable
    is_option = question.kind in {"chosen", "status"}
    if not is_option:
        is_matrix = question.battery and question.text.startswith(question.battery)
        asked = name if is_matrix or not question.battery else question.battery
        types = (
            ["Closed", "Single"] if question.kind == "choice" else ["Open", "String"]
        )
        return [asked, name, *types, question.text, "", ""]
    asked = question.battery or name
    positions[asked] = positions.get(asked, 0) + 1
    code = str(positions[asked])
    return [asked, name, "Closed", "Multiple", question.text, code, question.row]


def _labels(export: SurveyExport) -> list[list[str]]:
    return [
        [column.header, code, words]
        for column in export.table.columns
        for code, words in export.questions[column.header].options.items()
    ]


def _typed_dataset(
    export: SurveyExport, rows: list[list[str]]
) -> list[list[str | int]]:
    """The codes as numbers, as the tool writes them; everything else as text."""
    kinds = [export.questions[name].kind for name in rows[0]]
    coded = [kind in {"choice", "chosen", "status"} for kind in kinds]
    typed: list[list[str | int]] = [list(rows[0])]
    for row in rows[1:]:
        cells = zip(row, coded, strict=True)
        typed.append([_typed(cell) if is_code else cell for cell, is_code in cells])
    return typed


def _typed(cell: str) -> str | int:
    return int(cell) if _WHOLE.fullmatch(cell) else cell
