"""Nettskjema's codebook: the elements of a form, as its API gives them.

Each element has a type, a text and a code (`externalElementId`); its answer options
and, in a matrix, its sub-elements have texts and codes of their own. The columns of
the answers are named by these codes, joined by points.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from netcollab.errors import InputError
from netcollab.study.ledger import Ledger
from netcollab.study.problems import Place
from netcollab.study.readers.export import Kind, Question, export_file
from netcollab.study.text import decode, read_bytes

__all__ = ["Described", "codebook_bytes", "read_codebook"]

_SINGLE: Mapping[str, Kind] = {
    "QUESTION": "text",
    "ATTACHMENT": "text",
    "RADIO": "choice",
    "SELECT": "choice",
    "NUMBER": "number",
    "LINEAR_SCALE": "number",
    "DATE": "date",
}
_SEVERAL = {"CHECKBOX", "MATRIX_RADIO", "MATRIX_CHECKBOX"}
_NOT_ASKED = {"HEADING", "TEXT", "IMAGE", "PAGE_BREAK"}
_WRITTEN: Mapping[str, str] = {
    "text": "QUESTION",
    "choice": "RADIO",
    "number": "NUMBER",
    "date": "DATE",
}

_JOINED = " - "


@dataclass(frozen=True)
class Described:
    """What the codebook says about one column.

    Parameters
    ----------
    kind, text, battery, row, options
        As in `Question`.
    """

    kind: Kind
    text: str
    battery: str = ""
    row: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Element:
    """One element of the form; options and rows are pairs of code and words."""

    kind: str
    code: str
    text: str
    options: Sequence[tuple[str, str]]
    rows: Sequence[tuple[str, str]]


def read_codebook(path: Path, ledger: Ledger) -> dict[str, Described] | None:
    """The columns that a form's elements describe; None where they cannot be read.

    Parameters
    ----------
    path
        The JSON: a list of elements, or an object that holds it under "elements".
    ledger
        Takes the problems.
    """
    file = export_file(path, (".json",), ledger)
    if file is None:
        return None
    place = Place(file.name)
    data = read_bytes(file, place, ledger)
    decoded = None if data is None else decode(data, "utf-8", place, ledger)
    if decoded is None:
        return None
    try:
        elements = _elements(_loaded(decoded[0]))
    except (ValueError, RecursionError) as error:
        row = getattr(error, "lineno", None)
        ledger.add("E-NSK-003", Place(file.name, row=row), reason=type(error).__name__)
        return None
    found: dict[str, Described] = {}
    odd = []
    for element in elements:
        if element.kind not in (*_SINGLE, *_SEVERAL, *_NOT_ASKED):
            odd.append(element.kind)
        for code in _doubled(element):
            ledger.add("E-NSK-004", place, value=code)
        for name, described in _columns(element):
            if name in found:
                ledger.add("E-NSK-004", place, value=name)
            found[name] = described
    if odd:
        listed = ", ".join(dict.fromkeys(odd))
        ledger.add("W-NSK-014", place, count=len(odd), options=listed)
    return found


def codebook_bytes(questions: Sequence[Question]) -> bytes:
    """The elements of a form with these questions, as the API would give them.

    Raises
    ------
    InputError
        If an option is not named after its question, or the rows of a matrix differ
        in their options.
    """
    elements: dict[str, dict[str, Any]] = {}
    for question in questions:
        first, *others = _path(question)
        if not others:
            kind = _WRITTEN.get(question.kind, "QUESTION")
            options = list(question.options.items())
            elements[first] = _element(kind, first, question.text, options)
            continue
        is_ticked = question.kind == "chosen"
        kind = "MATRIX_CHECKBOX" if len(others) == 2 else "CHECKBOX"
        kind = kind if is_ticked else "MATRIX_RADIO"
        new = _element(kind, first, question.text, [])
        element = elements.setdefault(first, new)
        is_other = element["options"] != dict(question.options)
        if element["rows"] and not is_ticked and is_other:
            raise InputError(f"the rows of {first} differ in their options")
        pairs = [(others[-1], question.row)] if is_ticked else question.options.items()
        for code, words in pairs:
            element["options"].setdefault(code, words)
        if len(others) == 2 or not is_ticked:
            row = question.text if is_ticked else question.row
            element["rows"].setdefault(others[0], row)
    listed = [_as_json(place, e) for place, e in enumerate(elements.values(), start=1)]
    return json.dumps(listed, ensure_ascii=False, indent=1).encode("utf-8")


def _loaded(text: str) -> object:
    """JSON without doubled keys and without numbers that are none."""

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise ValueError("doubled key")
        return found

    def refuse(constant: str) -> object:
        raise ValueError(constant)

    loaded: object = json.loads(text, object_pairs_hook=once, parse_constant=refuse)
    return loaded


def _elements(loaded: object) -> list[_Element]:
    listed = loaded.get("elements") if isinstance(loaded, dict) else loaded
    if not isinstance(listed, list) or not all(isinstance(e, dict) for e in listed):
        raise ValueError("no list of elements")
    found = [
        _Element(
            _scalar(element.get("elementType")),
            _scalar(element.get("externalElementId")),
            _scalar(element.get("text")),
            _pairs(element.get("answerOptions"), "externalAnswerOptionId"),
            _pairs(element.get("subElements"), "externalElementId"),
        )
        for element in listed
    ]
    if listed and not any(element.kind for element in found):
        raise ValueError("no element has a type")
    return found


def _pairs(loaded: object, key: str) -> list[tuple[str, str]]:
    listed = loaded if isinstance(loaded, list) else []
    return [
        (_scalar(entry.get(key)), _scalar(entry.get("text")))
        for entry in listed
        if isinstance(entry, dict)
    ]


def _scalar(loaded: object) -> str:
    """Text or number as text, also where R boxed it in a list; else empty."""
    if isinstance(loaded, list) and len(loaded) == 1:
        loaded = loaded[0]
    if isinstance(loaded, bool) or not isinstance(loaded, (str, int, float)):
        return ""
    return str(loaded).strip()


def _doubled(element: _Element) -> list[str]:
    """Codes that stand twice, with other words, in one element."""
    found = []
    for pairs in (element.options, element.rows):
        words: dict[str, str] = {}
        for code, text in pairs:
            if code and words.setdefault(code, text) != text:
                found.append(f"{element.code}.{code}")
    return found


def _columns(element: _Element) -> Iterator[tuple[str, Described]]:
    """The columns of one element; none for an element without a code."""
    kind, code, text = element.kind, element.code, element.text
    options = {key: words for key, words in element.options if key}
    if kind in _SINGLE and (code or text):
        yield code or text, Described(_SINGLE[kind], text, options=options)
    elif kind == "CHECKBOX" and code:
        for key, words in options.items():
            yield f"{code}.{key}", Described("chosen", text, code, words)
    elif kind == "MATRIX_RADIO" and code:
        for key, words in element.rows:
            if key:
                told = Described("choice", text, code, words, options)
                yield f"{code}.{key}", told
    elif kind == "MATRIX_CHECKBOX" and code:
        for row, asked in element.rows:
            whole = _JOINED.join(part for part in (text, asked) if part)
            for key, words in options.items() if row else ():
                told = Described("chosen", whole, f"{code}.{row}", words)
                yield f"{code}.{row}.{key}", told


def _path(question: Question) -> list[str]:
    """The codes of element, row and option that make the name."""
    name, battery = question.variable, question.battery
    if question.kind not in {"choice", "chosen"} or not battery:
        if question.kind == "chosen":
            raise InputError(f"{name} is an option of no question")
        return [name]
    path = [*battery.split("."), name.removeprefix(f"{battery}.")]
    fits = name.startswith(f"{battery}.") and "." not in path[-1]
    longest = 3 if question.kind == "chosen" else 2
    if not fits or len(path) > longest:
        raise InputError(f"{name} is not named after its question, {battery}")
    return path


def _element(
    kind: str, code: str, text: str, options: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    told = {"kind": kind, "code": code, "text": text}
    return {**told, "options": dict(options), "rows": {}}


def _as_json(place: int, element: dict[str, Any]) -> dict[str, Any]:
    rows: dict[str, str] = element["rows"]
    text: str = element["text"]
    if element["kind"] == "MATRIX_CHECKBOX":
        text, rows = _split(list(rows.values()), rows)
    return {
        "elementType": element["kind"],
        "sequence": place,
        "text": text,
        "externalElementId": element["code"],
        "dateFormat": "DATE" if element["kind"] == "DATE" else None,
        "answerOptions": [
            {"sequence": n, "text": words, "externalAnswerOptionId": code}
            for n, (code, words) in enumerate(element["options"].items(), start=1)
        ],
        "subElements": [
            {"sequence": n, "text": words, "externalElementId": code}
            for n, (code, words) in enumerate(rows.items(), start=1)
        ],
    }


def _split(texts: list[str], rows: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The text of a matrix, which begins every row's, and the rests."""
    start = texts[0].partition(_JOINED)[0] + _JOINED
    if all(text.startswith(start) for text in texts):
        rests = {code: text[len(start) :] for code, text in rows.items()}
        return start.removesuffix(_JOINED), rests
    return "", rows
