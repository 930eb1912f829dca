"""From a TOML file to an `Instrument`, with every fault named at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from netcollab.errors import closest
from netcollab.study.instruments.records import (
    Construct,
    Dimension,
    Indicator,
    Instrument,
)
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import ItemSpec, ScaleSpec, Words
from netcollab.study.manifest_reader import read_item, read_scale
from netcollab.study.manifest_section import LANGUAGES, Section, key_lines

__all__ = ["KINDS", "TARGET", "parse_instrument"]

KINDS = ("questionnaire", "coding")
TARGET = "{target}"
_PLACEHOLDER = re.compile(r"\{[^{}]*\}|[{}]")
_CODES = 100
_Named = TypeVar("_Named")


def parse_instrument(
    data: Mapping[str, Any], *, file: str, text: str, ledger: Ledger
) -> Instrument:
    """Check every key of an instrument and build the record.

    Parameters
    ----------
    data
        The parsed TOML.
    file, text
        Name and text of the file, for messages.
    ledger
        Takes the problems.
    """
    top = Section(data, "", file=file, lines=key_lines(text), ledger=ledger)
    name = _required(top, "name", 'name = "my_instrument"')
    kind = top.choice("kind", KINDS) or ""
    if "kind" not in top:
        top.note("E-MAN-006", "kind", line='kind = "questionnaire"')
    source = top.text("source", "") or ""
    title = top.words("title")
    constructs = _each(top, "constructs", _construct)
    found = Instrument(name, kind, source, title, constructs)
    if kind == "questionnaire":
        found = _with_items(top, found)
    elif kind == "coding":
        found = _with_codes(top, found)
    if kind:
        top.close()
    return found


# ---- questionnaires


def _with_items(top: Section, found: Instrument) -> Instrument:
    scales = _each(top, "scales", read_scale)
    dimensions = _each(
        top, "dimensions", lambda name, part: _dimension(name, part, found.constructs)
    )
    items = _each(
        top, "items", lambda name, part: _item(name, part, scales, dimensions)
    )
    used = {item.dimension for item in items.values()}
    part = top.section("dimensions")
    for name in dimensions:
        if part is not None and items and name not in used:
            part.note("E-INS-005", name, value=name)
    if not items:
        top.note("E-INS-001", "items", kind=found.kind)
    return replace(found, scales=scales, dimensions=dimensions, items=items)


def _dimension(
    name: str, part: Section, constructs: Mapping[str, Construct]
) -> Dimension:
    construct = _named(part, "construct", constructs)
    label, definition = _label(part), part.words("definition")
    part.close()
    return Dimension(name, construct, label, definition)


def _item(
    name: str,
    part: Section,
    scales: Mapping[str, ScaleSpec],
    dimensions: Mapping[str, Dimension],
) -> ItemSpec:
    item = read_item(name, part, scales)
    if "dimension" not in part:
        part.note("E-MAN-006", "dimension", line='dimension = "mutual_knowledge"')
    elif item.dimension:
        _note_unknown(part, "dimension", item.dimension, dimensions)
    if "label" not in part:
        part.note("E-INS-002", "label")
    _check_placeholders(part.section("label"), item)
    gathered = dimensions.get(item.dimension)
    construct = gathered.construct if gathered is not None else ""
    if item.construct and construct and item.construct != construct:
        told = {"value": item.construct, "near": construct}
        part.note("E-MAN-005", "construct", options=f'"{construct}"', **told)
    return replace(item, construct=construct or item.construct)


def _check_placeholders(part: Section | None, item: ItemSpec) -> None:
    """An item about a target names it once; no other item has a place to fill."""
    wanted = [TARGET] if item.about == "target" else []
    for language, words in item.label.items():
        found = _PLACEHOLDER.findall(words)
        if part is not None and found != wanted:
            told = {"found": " ".join(found) or "-", "wanted": " ".join(wanted) or "-"}
            part.note("E-INS-003", language, about=item.about, **told)


# ---- coding schemes


def _with_codes(top: Section, found: Instrument) -> Instrument:
    scale, labels = _codes(top)
    indicators = _each(
        top,
        "indicators",
        lambda name, part: _indicator(name, part, found.constructs, scale),
    )
    if not found.constructs:
        top.note("E-INS-001", "constructs", kind=found.kind)
    return replace(found, scale=scale, scale_labels=labels, indicators=indicators)


def _codes(top: Section) -> tuple[tuple[int, int] | None, dict[int, Words]]:
    """The lowest and highest code, and what each code between them means."""
    part = top.section("scale")
    if part is None:
        if "scale" not in top:
            top.note("E-MAN-006", "scale", line="[scale] low = 0 and high = 2")
        return None, {}
    low = part.whole("low", None, low=-_CODES, high=_CODES)
    high = part.whole("high", None, low=-_CODES, high=_CODES)
    for key, value in (("low", low), ("high", high)):
        if value is None and key not in part:
            part.note("E-MAN-006", key, line=f"{key} = {0 if key == 'low' else 2}")
    scale = None if low is None or high is None else (low, high)
    if scale is not None and scale[0] >= scale[1]:
        part.note("E-MAN-009", "low", low=low, high=high)
        scale = None
    labels = _by_code(part, "labels", scale)
    part.close()
    return scale, labels


def _indicator(
    name: str,
    part: Section,
    constructs: Mapping[str, Construct],
    scale: tuple[int, int] | None,
) -> Indicator:
    construct = _named(part, "construct", constructs)
    label, definition = _label(part), part.words("definition")
    anchors = _by_code(part, "anchors", scale)
    part.close()
    return Indicator(name, construct, label, definition, anchors)


def _by_code(
    part: Section, key: str, scale: tuple[int, int] | None
) -> dict[int, Words]:
    """What each code of the scale means; every code has to be there, and no other."""
    inner = part.section(key)
    names = part.entries(key) if inner is not None else {}
    told = {} if inner is None else {code: inner.words(code) for code in names}
    codes: dict[int, Words] = {
        int(code): words for code, words in told.items() if _is_code(code)
    }
    wanted = list(range(scale[0], scale[1] + 1)) if scale is not None else []
    if scale is not None and (sorted(codes) != wanted or len(codes) < len(told)):
        part.note(
            "E-INS-004",
            key,
            found=", ".join(told) or "-",
            wanted=", ".join(map(str, wanted)),
        )
    for code, words in told.items():
        if inner is not None and not words:
            inner.note("E-INS-002", code)
    return codes


def _is_code(text: str) -> bool:
    return re.fullmatch(r"-?[0-9]{1,3}", text) is not None


# ---- parts of both


def _construct(name: str, part: Section) -> Construct:
    found = Construct(
        name, part.text("part", "") or "", _label(part), part.words("definition")
    )
    part.close()
    return found


def _each(
    top: Section, key: str, read: Callable[[str, Section], _Named]
) -> dict[str, _Named]:
    return {name: read(name, part) for name, part in top.sections(key)}


def _required(part: Section, key: str, line: str) -> str:
    if key not in part:
        part.note("E-MAN-006", key, line=line)
    return part.text(key, "") or ""


def _label(part: Section) -> Words:
    label = part.words("label")
    if not label:
        part.note("E-INS-002", "label", options=", ".join(LANGUAGES))
    return label


def _named(part: Section, key: str, known: Mapping[str, object]) -> str:
    """A key that has to name something declared."""
    name = _required(part, key, f'{key} = "{next(iter(known), "...")}"')
    if name:
        _note_unknown(part, key, name, known)
    return name


def _note_unknown(
    part: Section, key: str, name: str, known: Mapping[str, object]
) -> None:
    if name not in known:
        near, options = closest(name, known), ", ".join(known)
        part.note("E-MAN-011", key, value=name, near=near, options=options)
