"""From one row per respondent to one row per answer, and back.

The codebook says which variable answers which item about whom. Cells stay what they
are; a missing code becomes its reason, by a rule of the format or of the codebook.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from netcollab.errors import closest
from netcollab.study.code_words import check_code_words
from netcollab.study.draft import Draft
from netcollab.study.identifiers import fold
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import AnswerSpec, ExportSpec, Manifest
from netcollab.study.numbers import parse_numbers
from netcollab.study.own_unit import battery_of, unasked_of_own
from netcollab.study.person_checks import apply_missing_codes, check_values
from netcollab.study.raw import RawColumn, RawTable, text_array
from netcollab.study.readers.export import Question, SurveyExport
from netcollab.study.schema import TABLES
from netcollab.study.toml_words import toml_list

__all__ = [
    "Layout",
    "attribute_name",
    "implied_answers",
    "lay_out",
    "unit_codes",
    "units_by_words",
    "unused_variables",
]

UNDECIDED = "undecided"
_ITEM_AND_TARGET = "__"
_LEAST_IN_GROUP = 5


@dataclass(eq=False)
class Layout:
    """Respondents and answers of an export, as text, and what was recoded.

    Parameters
    ----------
    respondents, answers
        Tables of the study's form.
    recoded
        Missing reason -> cells that were given it by a rule.
    """

    respondents: pd.DataFrame
    answers: pd.DataFrame
    recoded: Counter[str] = field(default_factory=Counter)


def implied_answers(export: SurveyExport, manifest: Manifest) -> dict[str, AnswerSpec]:
    """Variables that are named as their item, or as ``item__target``.

    The questionnaire sheet of a study names its variables so.
    """
    found = {}
    for variable in export.questions:
        item, _, target = variable.partition(_ITEM_AND_TARGET)
        if item in manifest.items:
            found[variable] = AnswerSpec(variable, item, target)
    return found


def lay_out(
    export: SurveyExport,
    manifest: Manifest,
    spec: ExportSpec,
    ledger: Ledger,
    *,
    known: Mapping[str, Iterable[str]] | None = None,
) -> Layout | None:
    """Respondents and answers of an export; None when a variable is not there.

    Parameters
    ----------
    export
        The answers, one row per respondent.
    manifest
        The codebook: items, scales, missing codes.
    spec
        What each variable means.
    ledger
        Takes the problems, at their place in the export.
    known
        actor or site -> ids that stand in a table of them; a cell that is one needs
        no code.
    """
    columns = {column.header: column for column in export.table.columns}
    absent = _note_absent(columns, spec, export.table, ledger)
    spec = _without(spec, absent, manifest)
    check_code_words(export, manifest, spec, ledger)
    people = _people(export, columns, spec, known or {}, ledger)
    for name in spec.unasked_by:
        if name not in people:
            told = {"value": name, "near": closest(name, map(str, people))}
            ledger.add("E-EXP-016", export.table.place(), **told)
    names = ["respondent", "item", "target", "value", "missing_reason"]
    layout = Layout(people, pd.DataFrame(columns=names, dtype="str"))
    questions = {
        variable: export.questions.get(variable, Question(variable, "choice"))
        for variable in spec.answers
    }
    cells = {
        variable: _cells(columns[variable], questions[variable], spec, manifest, answer)
        for variable, answer in spec.answers.items()
    }
    _say_own_unasked(export.table, columns, cells, people, spec, manifest, ledger)
    parts, blank = [], {}
    for variable, answer in spec.answers.items():
        values, reasons = cells[variable]
        blank[variable] = (values == "") & (reasons == spec.blank)
        _say_unasked(values, reasons, people, spec)
        checked = _checked(
            export.table,
            columns[variable],
            (values, reasons),
            answer,
            manifest,
            questions[variable].options,
            ledger,
        )
        layout.recoded.update(checked[1][checked[1] != ""].tolist())
        parts.append(_answers_of(people, answer, *checked))
    if not spec.unasked_by:
        _note_blank_groups(export.table, people, pd.DataFrame(blank), ledger)
    if parts:
        long = pd.concat(parts, ignore_index=True)
        order = np.tile(np.arange(len(people)), len(parts))
        layout.answers = long.iloc[np.argsort(order, kind="stable")]
        layout.answers = layout.answers.reset_index(drop=True)
    return None if absent else layout


def units_by_words(export: SurveyExport, spec: ExportSpec) -> dict[str, str]:
    """The words of the respondents' own units, folded -> the unit's id."""
    question = export.questions.get(spec.actor)
    if question is None:
        return {}
    codes = unit_codes(export, spec, spec.actor)
    return {
        fold(said): codes[code]
        for code, said in question.options.items()
        if code in codes and said.strip()
    }


def unused_variables(export: SurveyExport, spec: ExportSpec) -> list[str]:
    """Variables of the export that the codebook does not name."""
    named = {*spec.places.values(), *spec.attributes, *spec.answers, *spec.skip}
    return [variable for variable in export.questions if variable not in named]


def _note_absent(
    columns: Mapping[str, RawColumn],
    spec: ExportSpec,
    table: RawTable,
    ledger: Ledger,
) -> set[str]:
    named = [*spec.places.values(), *spec.attributes, *spec.answers]
    absent = [variable for variable in named if variable not in columns]
    for variable in absent:
        near = closest(variable, columns)
        ledger.add("E-EXP-012", table.place(), value=variable, near=near)
    return set(absent)


def _without(spec: ExportSpec, absent: set[str], manifest: Manifest) -> ExportSpec:
    """The part of a codebook that can be read, so that its other faults are told too.

    Items that are not declared are noted where the codebook is read.
    """
    gone: dict[str, Any] = dict.fromkeys(
        (name for name, variable in spec.places.items() if variable in absent), ""
    )
    return replace(
        spec,
        **gone,
        attributes=tuple(v for v in spec.attributes if v not in absent),
        answers={
            variable: answer
            for variable, answer in spec.answers.items()
            if variable not in absent and answer.item in manifest.items
        },
    )


def unit_codes(export: SurveyExport, spec: ExportSpec, variable: str) -> dict[str, str]:
    """Cell -> id of a variable that names places or people's places.

    By the codebook's codes; without them by the words of the options, as they are.
    """
    if variable in spec.codes or variable == spec.respondent:
        return dict(spec.codes.get(variable, {}))
    question = export.questions.get(variable)
    options = {} if question is None else question.options
    return {code: said.strip() for code, said in options.items() if said.strip()}


def _people(
    export: SurveyExport,
    columns: Mapping[str, RawColumn],
    spec: ExportSpec,
    known: Mapping[str, Iterable[str]],
    ledger: Ledger,
) -> pd.DataFrame:
    """One row per respondent: ids and attributes, by the codebook's values."""
    targets = {answer.target for answer in spec.answers.values()} - {""}
    table = export.table
    cells: dict[str, np.ndarray] = {}
    for name, variable in spec.places.items():
        meant = unit_codes(export, spec, variable)
        if meant and variable not in spec.codes:
            at = table.place(column=columns[variable])
            ledger.add("N-EXP-040", at, value=variable, name=name)
        ids = {*known.get(name, ()), *(targets if name == "actor" else ())}
        cells[name] = _meant(table, columns[variable], meant, ledger, ids=ids)
    if "respondent" not in cells:
        cells["respondent"] = text_array(f"r{row}" for row in table.rows.tolist())
    if "actor" not in cells:
        cells["actor"] = text_array([UNDECIDED] * len(table))
    for name in ("respondent", "site", "actor"):
        if name in cells:
            variable = spec.places.get(name, "")
            ledger.add_rows(
                "E-EXP-015",
                table,
                columns.get(variable),
                cells[name] == "",
                masked=True,
                name=name,
            )
    order = [name for name in TABLES["respondents"].names if name in cells]
    people = pd.DataFrame({name: pd.Series(cells[name], dtype="str") for name in order})
    for variable in spec.attributes:
        text = _meant(table, columns[variable], spec.codes.get(variable, {}), ledger)
        people[attribute_name(variable)] = pd.Series(text, dtype="str")
    return people


def attribute_name(variable: str) -> str:
    """The column of the respondents that a variable kept beside the known ones gets."""
    return f"{variable}_" if variable in TABLES["respondents"].names else variable


def _meant(
    table: RawTable,
    column: RawColumn,
    meant: Mapping[str, str],
    ledger: Ledger,
    *,
    ids: Iterable[str] = (),
) -> np.ndarray:
    """The cells of a column under our ids; a cell without one is noted.

    A cell that is an id already, of the codes or of those that are known, keeps it.
    """
    codes, uniques = pd.factorize(column.text)
    coded = {value: value for value in (*ids, *meant.values())} | dict(meant)
    by_fold = {fold(cell): value for cell, value in meant.items()}
    known = {cell: _looked_up(cell, coded, by_fold) for cell in map(str, uniques)}
    found: np.ndarray = text_array(
        (cell if value is None else value) for cell, value in known.items()
    )[codes]
    if meant:
        lost = [
            value is None and bool(cell.strip()) for cell, value in known.items()
        ] + [False]
        where = np.array(lost, dtype=bool)[codes]
        ledger.add_rows(
            "E-EXP-014",
            table,
            column,
            where,
            masked=True,
            name=column.header,
            options=", ".join(list(meant)[:20]),
        )
    return found


def _looked_up(
    cell: str, meant: Mapping[str, str], by_fold: Mapping[str, str]
) -> str | None:
    """What a cell means: as written, without case and blanks, or as a number."""
    if cell in meant:
        return meant[cell]
    if fold(cell) in by_fold:
        return by_fold[fold(cell)]
    stem, point, zeros = cell.strip().partition(".")
    return meant.get(stem) if point and not zeros.strip("0") else None


def _cells(
    column: RawColumn,
    question: Question,
    spec: ExportSpec,
    manifest: Manifest,
    answer: AnswerSpec,
) -> tuple[np.ndarray, np.ndarray]:
    """Values and reasons of a variable by the rules of the format and the codebook."""
    scale = manifest.scales.get(manifest.items[answer.item].scale)
    meant = {**spec.codes.get(scale.name if scale else "", {})}
    meant |= spec.codes.get(column.header, {})
    by_fold = {fold(cell): value for cell, value in meant.items()}
    if scale is not None:
        words = {
            fold(said): code
            for code, label in scale.labels.items()
            for said in label.values()
        }
        by_fold = words | by_fold
    codes, uniques = pd.factorize(column.text)
    values, reasons = [], []
    for cell in map(str, uniques):
        reason = question.missing.get(cell.strip(), "")
        if not cell.strip():
            reason = question.blank or spec.blank
        value = _looked_up(cell, meant, by_fold)
        values.append("" if reason else cell if value is None else value)
        reasons.append(reason)
    return (
        text_array([*values, ""])[codes].copy(),
        text_array([*reasons, ""])[codes].copy(),
    )


def _say_unasked(
    values: np.ndarray, reasons: np.ndarray, people: pd.DataFrame, spec: ExportSpec
) -> None:
    """Blank for everybody of a group and wave: not asked there, if declared so."""
    blank = pd.Series((values == "") & (reasons == spec.blank))
    for column in spec.unasked_by:
        keys = [people[name] for name in (column, "wave") if name in people]
        nobody = blank.groupby(keys).transform("all") if keys else blank
        reasons[(nobody & blank).to_numpy()] = "not_asked"


def _say_own_unasked(
    table: RawTable,
    columns: Mapping[str, RawColumn],
    cells: Mapping[str, tuple[np.ndarray, np.ndarray]],
    people: pd.DataFrame,
    spec: ExportSpec,
    manifest: Manifest,
    ledger: Ledger,
) -> None:
    """Cells about the own unit that are empty for everybody: nobody was asked."""
    about = {v: answer for v, answer in spec.answers.items() if answer.target}
    if not about:
        return
    wave = people["wave"].to_numpy(dtype=object) if "wave" in people else "1"
    long = pd.DataFrame(
        {
            "own": np.concatenate(
                [people["actor"] == a.target for a in about.values()]
            ),
            "filled": np.concatenate([_is_filled(columns[v]) for v in about]),
            "battery": np.repeat(
                [battery_of(a.item, manifest) for a in about.values()], len(people)
            ),
        }
    )
    waves = np.tile(np.broadcast_to(wave, len(people)), len(about))
    unasked = unasked_of_own(
        long["own"].to_numpy(dtype=bool),
        long["filled"].to_numpy(dtype=bool),
        long["battery"].to_numpy(dtype=object),
        waves,
    ).reshape(len(about), len(people))
    for row, variable in zip(unasked, about, strict=True):
        cells[variable][1][row] = "not_asked"
    if unasked.any():
        ledger.add("N-ANS-024", table.place(), count=int(unasked.sum()))


def _is_filled(column: RawColumn) -> np.ndarray:
    codes, uniques = pd.factorize(column.text)
    filled = [bool(str(cell).strip()) for cell in uniques]
    found: np.ndarray = np.array([*filled, False], dtype=bool)[codes]
    return found


def _note_blank_groups(
    table: RawTable, people: pd.DataFrame, blank: pd.DataFrame, ledger: Ledger
) -> None:
    """Variables that are blank for everybody of a site or role, and not elsewhere."""
    wave = pd.Series("1", people.index)
    if "wave" in people:
        wave = people["wave"]
    asked = ~blank.groupby(wave).all() if len(blank.columns) else blank
    found: list[dict[str, object]] = []
    for column in ("site", "role"):
        if column not in people or not len(blank.columns):
            continue
        for (name, when), rows in blank.groupby([people[column], wave]):
            empty = rows.all() & asked.loc[str(when)]
            names = [str(variable) for variable in blank.columns[empty.to_numpy()]]
            if names and len(rows) >= _LEAST_IN_GROUP:
                more = ", …" if len(names) > 10 else ""
                told = {"value": name, "wave": when, "count": len(rows)}
                told |= {"name": column, "known": ", ".join(names[:10]) + more}
                found.append(told)
    line = toml_list(dict.fromkeys(str(told["name"]) for told in found))
    for told in found:
        ledger.add("W-EXP-039", table.place(), line=line, **told)


def _checked(
    table: RawTable,
    column: RawColumn,
    cells: tuple[np.ndarray, np.ndarray],
    answer: AnswerSpec,
    manifest: Manifest,
    options: Mapping[str, str],
    ledger: Ledger,
) -> tuple[np.ndarray, np.ndarray]:
    """Missing codes applied, and every value that fits no scale noted in its place."""
    values, reasons = cells
    raw = RawTable("answers", table.file, table.sheet, rows=table.rows)
    raw.is_workbook = table.is_workbook
    aside = Ledger(ledger.name, limit=ledger.limit)
    aside.lines = ledger.lines
    is_number = None if column.is_number is None else column.is_number & (values != "")
    typed = RawColumn(column.header, column.letter, values, is_number, column.is_date)
    draft = Draft(
        TABLES["answers"],
        raw,
        aside,
        {
            "item": RawColumn("item", "", text_array([answer.item] * len(values))),
            "value": typed,
            "missing_reason": RawColumn("missing_reason", "", reasons),
        },
    )
    apply_missing_codes(draft, manifest)
    kept = draft.text("value").copy()
    parse_numbers(draft, ["value"], decimal=table.decimal, thousands=None)
    check_values(draft, manifest, options)
    for problem in aside.listed():
        if problem.severity != "NOTE":
            ledger.take(problem)
    worded = (values != "") & (kept == "") & (draft.text("missing_reason") == "")
    kept[worded] = values[worded]
    return kept, draft.text("missing_reason")


def _answers_of(
    people: pd.DataFrame,
    answer: AnswerSpec,
    values: np.ndarray,
    reasons: np.ndarray,
) -> pd.DataFrame:
    part = {"respondent": people["respondent"].to_numpy()}
    part["item"] = text_array([answer.item] * len(people))
    part["target"] = text_array([answer.target] * len(people))
    if "wave" in people:
        part["wave"] = people["wave"].to_numpy()
    frame = pd.DataFrame({name: pd.Series(v, dtype="str") for name, v in part.items()})
    frame["value"] = pd.Series(values, dtype="str")
    frame["missing_reason"] = pd.Series(reasons, dtype="str")
    return frame
