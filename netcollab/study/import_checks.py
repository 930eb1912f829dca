"""Would the study that an export becomes be one that can be used?

The tables are checked before anything is written, as they will be when they are read
again; every problem is told at its place in the export or beside the codebook.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from netcollab.study.ledger import Ledger
from netcollab.study.manifest import ExportSpec, Manifest
from netcollab.study.near_names import misspelt
from netcollab.study.privacy import LEAST_SHOWN
from netcollab.study.problems import Place, Problem
from netcollab.study.raw import RawColumn, RawTable, text_array
from netcollab.study.readers.export import SurveyExport
from netcollab.study.reading import check_tables
from netcollab.study.survey_layout import attribute_name

__all__ = [
    "check_network_tables",
    "check_survey_tables",
    "note_misspelt",
    "note_rows_alone",
]

_ANSWERS = "answers of the export"


def check_survey_tables(
    export: SurveyExport,
    spec: ExportSpec,
    manifest: Manifest,
    frames: Mapping[str, pd.DataFrame],
    beside: Mapping[str, RawTable],
    ledger: Ledger,
) -> tuple[Problem, ...]:
    """The errors of a study made from answers, but for those the ledger has.

    Parameters
    ----------
    export, spec
        The answers, and what each variable means.
    manifest
        The codebook.
    frames
        The study's tables: respondents one row per row of the export, answers one
        after the other for each respondent.
    beside
        Actors and sites of the codebook's folder, as they were read.
    ledger
        What was found so far.
    """
    raws: dict[str, RawTable] = {
        name: _raw_of(name, frame, export.table) for name, frame in frames.items()
    }
    raws |= {"actors": _actors(frames, export.table)} | dict(beside)
    people, answers = raws["respondents"], raws["answers"]
    people.rows = export.table.rows
    letters = {c.header: c.letter for c in export.table.columns}
    at = {name: letters.get(v, "") for name, v in spec.places.items()}
    at |= {attribute_name(v): letters.get(v, "") for v in spec.attributes}
    people.columns = [
        replace(column, letter=at.get(column.header, "")) for column in people.columns
    ]
    answers.file, answers.sheet = _ANSWERS, ""
    kept = {name: s for name, s in manifest.files.items() if name in beside}
    found = _errors(raws, replace(manifest, files=kept), ledger)
    back = _Back(export, list(spec.answers))
    told = [back.place(problem) for problem in found if not _is_checked(problem)]
    return _new(told, ledger)


def check_network_tables(
    raws: Mapping[str, RawTable], manifest: Manifest, ledger: Ledger
) -> tuple[Problem, ...]:
    """The errors of a study made from a network, but for those the ledger has."""
    kept = {name: s for name, s in manifest.files.items() if name not in ("ties",)}
    return _new(_errors(raws, replace(manifest, files=kept), ledger), ledger)


def note_rows_alone(export: SurveyExport, spec: ExportSpec, ledger: Ledger) -> None:
    """A plain table in which nobody said what tells respondents apart."""
    ids = any(question.kind == "id" for question in export.questions.values())
    if export.preset == "plain" and not ids and not spec.respondent:
        ledger.add("W-PLN-009", export.table.place())


def note_misspelt(
    export: SurveyExport,
    spec: ExportSpec,
    people: pd.DataFrame,
    ledger: Ledger,
    *,
    known: Mapping[str, Collection[str]],
    is_draft: bool,
) -> None:
    """Units and sites that look like a slip of another name, at their cells.

    In a draft it is to be settled; with a codebook it is an error, since a misspelt
    unit never becomes one. What few respondents gave is not shown.

    Parameters
    ----------
    export, spec
        The answers, and what each variable means.
    people
        The respondents, one row per row of the export.
    ledger
        Takes the problems.
    known
        actor or site -> names that somebody declared.
    is_draft
        There is no codebook yet.
    """
    columns = {column.header: column for column in export.table.columns}
    for name in ("actor", "site"):
        variable = spec.places.get(name, "")
        if variable not in columns or name not in people:
            continue
        column, text = columns[variable], people[name]
        declared = {*known.get(name, ()), *spec.codes.get(variable, {}).values()}
        often = text.value_counts()
        for value, near in misspelt(text, declared).items():
            is_shown = near in declared or often.get(near, 0) >= LEAST_SHOWN
            first = int(np.argmax((text == near).to_numpy()))
            at = export.table.place(int(export.table.rows[first]), column)
            ledger.add_rows(
                "W-EXP-041" if is_draft else "E-EXP-046",
                export.table,
                column,
                (text == value).to_numpy(),
                masked=True,
                near=near if is_shown else "",
                other=at.cell,
                name=variable,
            )


def _raw_of(name: str, frame: pd.DataFrame, source: RawTable) -> RawTable:
    """A frame of text as if it had been read from the file of the export."""
    table = RawTable(name, source.file, source.sheet, read=len(frame))
    table.rows = np.arange(1, len(frame) + 1)
    table.columns = [
        RawColumn(str(header), "", text_array(frame[header].fillna("")))
        for header in frame.columns
    ]
    return table


def _errors(
    raws: Mapping[str, RawTable], manifest: Manifest, ledger: Ledger
) -> list[Problem]:
    aside = Ledger(ledger.name, ledger.manifest, limit=ledger.limit)
    aside.lines = ledger.lines
    check_tables(raws, manifest, aside, declared=True)
    return [p for p in aside.listed() if p.severity == "ERROR"]


def _is_checked(problem: Problem) -> bool:
    """The value of an answer; each was checked when it was laid out."""
    return problem.file == _ANSWERS and problem.column in {"value", "missing_reason"}


def _new(problems: Sequence[Problem], ledger: Ledger) -> tuple[Problem, ...]:
    """Those at cells that nothing was said about."""
    errors = [p for p in ledger.listed() if p.severity == "ERROR"]
    cells = {(p.file, p.sheet, p.row, p.letter) for p in errors if p.letter}
    said = {str(problem) for problem in errors}
    return tuple(
        problem
        for problem in problems
        if (problem.file, problem.sheet, problem.row, problem.letter) not in cells
        and str(problem) not in said
    )


def _actors(frames: Mapping[str, pd.DataFrame], table: RawTable) -> RawTable:
    """The actors, each at the first row that names it as its own or a rated one.

    A respondent without one is an error of its own.
    """
    people, answers = frames["respondents"], frames["answers"]
    by = ["site"] if "site" in people else []
    each = len(answers) // max(len(people), 1)
    rated = people.loc[np.repeat(people.index, each), by].reset_index(drop=True)
    rated["actor"] = answers["target"].to_numpy() if len(answers) else ""
    named = pd.concat([people[[*by, "actor"]], rated], ignore_index=True)
    named["row"] = np.concatenate([table.rows, np.repeat(table.rows, each)])
    first = named.drop_duplicates([*by, "actor"])
    actors = frames["actors"]
    actors = actors[actors["actor"] != ""].merge(first, on=[*by, "actor"], how="left")
    raw = _raw_of("actors", actors.drop(columns="row"), table)
    raw.rows = actors["row"].fillna(1).to_numpy(dtype=np.int64)
    return raw


class _Back:
    """From a row of the answers to the cell of the export that it came from."""

    def __init__(self, export: SurveyExport, variables: Sequence[str]) -> None:
        self.table = export.table
        self.columns = {column.header: column for column in export.table.columns}
        self.variables = variables

    def place(self, problem: Problem) -> Problem:
        """The problem, where the analyst finds it."""
        fields = dict(problem.fields)
        if problem.file != _ANSWERS:
            headers = {c.letter: c.header for c in self.table.columns if c.letter}
            at = problem.place
            if at.file == self.table.file and at.sheet == self.table.sheet:
                at = replace(at, column=headers.get(at.letter, at.column))
            return replace(problem, place=at)
        if fields.get("other", "").isdigit():
            fields["other"] = str(self._cell(int(fields["other"]))[0])
        if problem.row is None:
            return replace(problem, place=self.table.place(), fields=fields)
        row, variable = self._cell(problem.row)
        at = Place(self.table.file, self.table.sheet, row, variable)
        if variable in self.columns:
            at = self.table.place(row, self.columns[variable])
        return replace(problem, place=at, fields=fields)

    def _cell(self, number: int) -> tuple[int, str]:
        person, variable = divmod(number - 1, len(self.variables))
        return int(self.table.rows[person]), self.variables[variable]
