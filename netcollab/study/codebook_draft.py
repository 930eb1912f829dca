"""A first codebook for an export that has none: what is known, and what is not.

Nothing is guessed silently: what the export does not say is noted, one line each, and
stays out of the codebook or stands in it with its note.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from netcollab.errors import closest
from netcollab.study.free_text import shown_options
from netcollab.study.identifiers import fold, is_plain
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import ExportSpec
from netcollab.study.matrices import Answers, answers_of, is_whole
from netcollab.study.missing_words import missing_lines, missing_word
from netcollab.study.privacy import LEAST_SHOWN
from netcollab.study.problems import Place
from netcollab.study.raw import RawColumn
from netcollab.study.readers.export import Question, SurveyExport
from netcollab.study.schema import TABLES, ColumnSchema
from netcollab.study.survey_layout import units_by_words
from netcollab.study.unit_rows import with_unit_rows

__all__ = ["PLACES", "draft_codebook", "note_places", "note_unread"]

PLACES = ("respondent", "site", "actor", "role", "profession", "wave")
_ASKED = {"actor": "W-EXP-020", "site": "W-EXP-021"}
_OTHER_WORDS = {"actor": ("funktion", "funksjon", "enhed", "afdeling", "avdeling")}
_ITEM_KINDS = ("choice", "chosen", "number")
_UNREAD = {"text": "N-EXP-026", "contact": "N-EXP-027", "paradata": "N-EXP-028"}
_MATRIX = 3  # questions with the same answers
_WIDEST_RATING = 10
_SHORT = re.compile(r"[^\W\d]\w{0,39}(?:[.\[\]-]\w+)*\]?")


@dataclass(eq=False)
class _Scales:
    """Response scales met so far, each once, by its options."""

    language: str
    answers: Mapping[str, Answers] = field(default_factory=dict)
    found: dict[str, dict[str, Any]] = field(default_factory=dict)
    names: dict[tuple[object, ...], str] = field(default_factory=dict)
    codes: dict[str, dict[str, int]] = field(default_factory=dict)
    asked: dict[str, list[RawColumn]] = field(default_factory=dict)


def draft_codebook(
    export: SurveyExport,
    given: Mapping[str, str],
    ledger: Ledger,
    *,
    name: str,
    language: str,
) -> dict[str, Any]:
    """The codebook in the form of `study.toml`; what is undecided is noted.

    Parameters
    ----------
    export
        The answers.
    given
        Column of the respondents -> variable, as the user named them.
    ledger
        Takes what could not be decided.
    name, language
        The study's name, and the language of the export's words.
    """
    section: dict[str, Any] = {"preset": export.preset}
    places = _places(export, given, ledger)
    section |= places
    status = [v for v, q in export.questions.items() if q.kind == "status"]
    attributes = [v for v in status if v not in places.values()]
    if attributes:
        section["attributes"] = attributes
    codes: dict[str, Mapping[str, Any]] = {}
    for column, variable in places.items():
        options = _options_of(export, variable)
        if options and column != "respondent":
            codes[variable] = options
    drafted = ExportSpec(export.preset, actor=places.get("actor", ""))
    export, cells = with_unit_rows(export, places.get("actor", ""))
    units = cells | units_by_words(export, drafted)
    taken = {*places.values(), *status}
    asked = [
        variable
        for variable, question in export.questions.items()
        if variable not in taken and question.kind in _ITEM_KINDS
    ]
    scales = _Scales(language, answers_of(export, asked))
    items, answers = _items(export, asked, units, scales, ledger)
    codes |= scales.codes
    section["answers"] = answers
    if codes:
        section["codes"] = codes
    return {
        "schema_version": 1,
        "name": name,
        "language": language,
        "scales": scales.found,
        "items": items,
        "export": section,
    }


def _places(
    export: SurveyExport, given: Mapping[str, str], ledger: Ledger
) -> dict[str, str]:
    """The variables that hold respondent, site, actor, role, profession and wave."""
    places = {}
    for name in PLACES:
        if given.get(name):
            places[name] = given[name]
        elif name in export.questions:
            places[name] = name
            ledger.add("N-EXP-031", export.table.place(), value=name, name=name)
    ids = [v for v, q in export.questions.items() if q.kind == "id"]
    if "respondent" not in places and len(ids) == 1:
        places["respondent"] = ids[0]
    elif "respondent" not in places:
        ids = ids or _telling_apart(export)
        ledger.add("N-EXP-022", export.table.place(), options=", ".join(ids) or "-")
    note_places(export, [n for n in _ASKED if n not in places], ledger)
    return places


def note_places(export: SurveyExport, names: Iterable[str], ledger: Ledger) -> None:
    """Ask for the variable of the own unit or the site, with those it could be."""
    for name in names:
        near = _near_variable(export, name)
        likely = [v for v in _likely(export) if v != near]
        options = ", ".join([near, *likely][:20] if near else likely[:20])
        ledger.add(_ASKED[name], export.table.place(), near=near, options=options)


def _near_variable(export: SurveyExport, name: str) -> str:
    """A variable whose name or question is one that people use for the column."""
    column = TABLES["respondents"].column(name) or ColumnSchema(name, "id")
    candidates = [*dict.fromkeys([*_likely(export), *_candidates(export)])]
    words = (name, *column.other_names, *_OTHER_WORDS.get(name, ()))
    for variable in candidates:
        said = fold(f"{variable} {export.questions[variable].text}")
        if any(len(word) > 2 and fold(word) in said for word in words):
            return variable
    return closest(name, candidates)


def _candidates(export: SurveyExport) -> list[str]:
    """Questions with one answer out of several that are no rating.

    Ratings stand in a matrix, or share their options with two other questions.
    """
    choices = {v: q for v, q in export.questions.items() if q.kind == "choice"}
    shared = Counter(tuple(q.options.items()) for q in choices.values() if q.options)
    return [
        variable
        for variable, question in choices.items()
        if not question.row and shared[tuple(question.options.items())] < _MATRIX
    ]


def _likely(export: SurveyExport) -> list[str]:
    """Those of the candidates whose cells may be units: no ratings, and not all equal.

    Without options, ratings are told by their cells: numbers of a short range, or the
    answers of two other questions.
    """
    candidates = _candidates(export)
    said = answers_of(export, candidates)
    shared = Counter(answers.key for answers in said.values())
    likely = [
        variable
        for variable, answers in said.items()
        if export.questions[variable].options
        or (shared[answers.key] < _MATRIX and _may_be_units(answers))
    ]
    return likely or candidates


def _may_be_units(answers: Answers) -> bool:
    if answers.words:
        return len(answers.words) > 1
    return not answers.numbers or max(answers.numbers) > _WIDEST_RATING


def _telling_apart(export: SurveyExport) -> list[str]:
    """Variables without options whose filled cells nearly all differ."""
    found = []
    for column in export.table.columns:
        question = export.questions.get(column.header)
        cells = [cell.strip() for cell in column.text.tolist()]
        if question is None or question.options or not cells or "" in cells:
            continue
        many = len(set(cells)) * 2 > len(cells)
        if many and question.kind not in {"contact", "date", "paradata"}:
            found.append(column.header)
    return found[:5]


def _options_of(export: SurveyExport, variable: str) -> dict[str, str]:
    question = export.questions.get(variable)
    options = question.options if question is not None else {}
    return {code: label.strip() for code, label in options.items() if label.strip()}


def _items(
    export: SurveyExport,
    asked: Sequence[str],
    units: Mapping[str, str],
    scales: _Scales,
    ledger: Ledger,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """An item per question that has codes or numbers, and the answers it takes.

    The rows of a matrix whose words are those of the respondents' units are one item
    about each of them.
    """
    columns = {column.header: column for column in export.table.columns}
    items: dict[str, Any] = {}
    answers: dict[str, Any] = {}
    rated: list[str] = []
    numbers = {variable: n for n, variable in enumerate(export.questions, start=1)}
    firsts: dict[tuple[str, bool], int] = {}
    for variable in asked:
        question = export.questions[variable]
        target = units.get(fold(question.row), "") if question.row else ""
        named = question.battery if target and question.battery else variable
        is_taken = named != variable and named in export.questions
        fits = _SHORT.fullmatch(named) and is_plain(named) and not is_taken
        first = firsts.setdefault((named, bool(target)), numbers[variable])
        item = named if fits else f"q{first}"
        parts = (question.text,) if target else (question.text, question.row)
        label = " – ".join(part for part in parts if part)
        label = label or ("" if item == variable else variable)
        scale = _scale(question, columns[variable], scales, ledger, export)
        if scale in scales.asked:
            scales.asked[scale].append(columns[variable])
        items.setdefault(
            item, {"scale": scale, "about": "target" if target else "self"}
        )
        if label:
            items[item].setdefault("label", {scales.language: label})
        answers[variable] = {"item": item} | ({"target": target} if target else {})
        rated += [variable] if target else []
    for scale, its_columns in scales.asked.items():
        _note_range(scale, its_columns, scales, ledger, export)
    if rated:
        ledger.add("N-EXP-037", export.table.place(), count=len(rated))
    if items:
        ledger.add("W-EXP-023", export.table.place(), count=len(items))
    return items, answers


def _scale(
    question: Question,
    column: RawColumn,
    scales: _Scales,
    ledger: Ledger,
    export: SurveyExport,
) -> str:
    """The name of the question's scale, made when its answers are new."""
    if question.kind == "chosen":
        scales.found.setdefault("chosen", {"low": 0, "high": 1})
        return "chosen"
    said = scales.answers[column.header]
    name = scales.names.get(said.key)
    if name is None:
        name = scales.names[said.key] = f"scale_{len(scales.names) + 1}"
        if said.options:
            place = export.table.place(column=column)
            scales.found[name] = _range(name, said.options, place, ledger)
        else:
            low, high = (1, max(len(said.words), 2)) if said.words else said.ends
            scales.found[name] = {"low": low, "high": high if high > low else low + 1}
            scales.asked[name] = []
        labels = {c: {scales.language: w} for c, w in said.options.items() if w}
        if labels:
            scales.found[name]["labels"] = labels
        if said.options and not all(map(is_whole, said.options)):
            scales.codes[name] = {c: n for n, c in enumerate(said.options, start=1)}
    if said.missing:
        missing = scales.found[name].setdefault("missing", {})
        missing |= {c: r for c, r in said.missing.items() if c not in missing}
    return name


def _note_range(
    name: str,
    columns: list[RawColumn],
    scales: _Scales,
    ledger: Ledger,
    export: SurveyExport,
) -> None:
    """Ask once for each scale whose range or numbers the export does not say."""
    place = export.table.place(column=columns[0])
    told: dict[str, object] = {"scale": name, "count": len(columns)}
    told["known"] = ", ".join(column.header for column in columns[:20])
    words = scales.answers[columns[0].header].words
    if words:
        cells = [[str(c) for c in column.text.tolist()] for column in columns]
        given = shown_options(zip(*cells, strict=True))
        shown = [word for word in given if word in words]
        told |= {"found": len(words), "least": LEAST_SHOWN}
        ledger.add("W-EXP-025", place, options=", ".join(shown) or "-", **told)
        return
    low, high = (f"{scales.found[name][end]:g}" for end in ("low", "high"))
    ledger.add("W-EXP-030", place, low=low, high=high, **told)


def _range(
    name: str, options: Mapping[str, str], place: Place, ledger: Ledger
) -> dict[str, Any]:
    """Lowest and highest answer, as far as the options say it."""
    suspected = {code: r for code, said in options.items() if (r := missing_word(said))}
    line = missing_lines(name, suspected, declared={}, lines=ledger.lines)
    for code in suspected:
        ledger.add("W-EXP-024", place, value=options[code], line=line)
    if not all(map(is_whole, options)):
        listed = ", ".join(f"{code} = {n}" for n, code in enumerate(options, start=1))
        ledger.add("W-EXP-029", place, scale=name, options=listed)
        return {"low": 1, "high": max(len(options), 2)}
    numbers = [int(code) for code in options if code not in suspected]
    low, high = min(numbers, default=0), max(numbers, default=1)
    return {"low": low, "high": high if high > low else low + 1}


def note_unread(export: SurveyExport, taken: set[str], ledger: Ledger) -> None:
    """Free text, contact data and traces of the tool are not read; each is listed."""
    for kind, code in _UNREAD.items():
        names = [
            variable
            for variable, question in export.questions.items()
            if question.kind == kind and variable not in taken
        ]
        names += [
            variable
            for variable, question in export.questions.items()
            if kind == "paradata"
            and question.kind in {"date", "id"}
            and variable not in taken
        ]
        if names:
            listed = ", ".join(names[:20])
            ledger.add(code, export.table.place(), count=len(names), known=listed)
