"""Questions whose headers end in the name of a unit: who is each of them about?

A plain table has one header for "How well do you work with - PPR?" and knows of no
matrix. The units are known once somebody named the variable that holds them.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from netcollab.study.identifiers import fold
from netcollab.study.readers.export import SurveyExport

__all__ = ["with_unit_rows"]

_LEAST_ROWS = 2
_PARTS = re.compile(r"\s+[-–—|:]\s+|[.:]\s*|\s*[\[(]")


def with_unit_rows(
    export: SurveyExport, actor: str
) -> tuple[SurveyExport, dict[str, str]]:
    """The export with rows of units as those of a matrix, and the units by their words.

    Headers are of one matrix if they are the same up to a last part, after a dash, a
    point, a colon or in brackets, that is a unit of some respondent; two at least.

    Parameters
    ----------
    export
        The answers.
    actor
        The variable that holds the respondents' own units; "" where nobody named it.

    Returns
    -------
    SurveyExport
        The same, with `battery` and `row` of such questions.
    dict
        The words of a unit, folded -> the unit, as its cells say it.
    """
    units = _units_of(export, actor)
    parted = {
        variable: found
        for variable, question in export.questions.items()
        if variable != actor
        and not question.row
        and not question.battery
        and (found := _parted(variable, units))
    }
    often = Counter(stem for stem, _ in parted.values())
    questions = dict(export.questions)
    for variable, (stem, row) in parted.items():
        if often[stem] >= _LEAST_ROWS:
            question = questions[variable]
            text = question.text if question.text not in {"", variable} else stem
            questions[variable] = replace(question, text=text, battery=stem, row=row)
    return replace(export, questions=questions), units


def _units_of(export: SurveyExport, actor: str) -> dict[str, str]:
    """The cells of the variable, each as most respondents wrote it."""
    question = export.questions.get(actor)
    cells = {column.header: column.text for column in export.table.columns}
    if question is None or question.options or actor not in cells:
        return {}
    found: dict[str, str] = {}
    for cell, _ in Counter(map(str, cells[actor].tolist())).most_common():
        if cell.strip():
            found.setdefault(fold(cell), cell)
    return found


def _parted(header: str, units: dict[str, str]) -> tuple[str, str] | None:
    """What a header says before the name of a unit, and the name."""
    for found in _PARTS.finditer(header):
        row = header[found.end() :].strip().rstrip("])?")
        stem = header[: found.start()].strip()
        if stem and fold(row) in units:
            return stem, row
    return None
