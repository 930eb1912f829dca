"""The section [export] of a codebook: what the variables of an export mean.

::

    [export]
    preset = "surveyxact"
    respondent = "respnr"
    site = "kommune"
    actor = "funktion"

    [export.codes.funktion]
    1 = "myndighed"

    [export.answers]
    s_5_1 = { item = "rc_knowledge_1", target = "ppr" }
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from netcollab.errors import closest
from netcollab.study.manifest import AnswerSpec, ExportSpec, ItemSpec
from netcollab.study.manifest_section import Section
from netcollab.study.schema import MISSING_REASONS

__all__ = ["PRESETS", "export_to_dict", "read_export"]

PRESETS = (
    "surveyxact",
    "nettskjema",
    "enalyzer",
    "questback",
    "msforms",
    "limesurvey",
    "sav",
    "plain",
    "viva",
    "graphml",
    "gexf",
    "pajek",
    "ucinet",
    "matrix",
    "edges",
)
_COLUMNS = ("respondent", "site", "actor", "role", "profession", "wave")


def read_export(top: Section, items: Mapping[str, ItemSpec]) -> ExportSpec | None:
    """The section, checked key by key; None when the manifest has none."""
    part = top.section("export")
    if part is None:
        return None
    preset = part.choice("preset", PRESETS)
    spec = ExportSpec(
        preset=preset or "plain",
        **{name: part.text(name, "") or "" for name in _COLUMNS},
        attributes=part.texts("attributes"),
        answers={
            variable: answer
            for variable, inner in part.sections("answers")
            if (answer := _answer(variable, inner, items)) is not None
        },
        codes=_codes(part),
        skip=part.texts("skip"),
        blank=part.choice("blank", MISSING_REASONS, "") or "",
        unasked_by=part.texts("unasked_by"),
    )
    _check_used_once(part, spec)
    part.close()
    return spec


def export_to_dict(spec: ExportSpec) -> dict[str, Any]:
    """The section in the form of its TOML; what is empty is left out."""
    told: dict[str, Any] = {}
    for part in fields(spec):
        value = getattr(spec, part.name)
        if value:
            told[part.name] = list(value) if isinstance(value, tuple) else value
    if spec.answers:
        told["answers"] = {
            name: {"item": answer.item}
            | ({"target": answer.target} if answer.target else {})
            for name, answer in spec.answers.items()
        }
    if spec.codes:
        told["codes"] = {name: dict(cells) for name, cells in spec.codes.items()}
    return told


def _answer(
    variable: str, part: Section, items: Mapping[str, ItemSpec]
) -> AnswerSpec | None:
    item = part.text("item")
    target = part.text("target", "") or ""
    if item is None and "item" not in part:
        part.note("E-MAN-006", "item", line=f'item = "{variable}"')
    elif item is not None and item not in items:
        listed = ", ".join(list(items)[:20])
        near = closest(item, items)
        part.note("E-MAN-011", "item", value=item, near=near, options=listed)
    part.close()
    return None if item is None else AnswerSpec(variable, item, target)


def _codes(part: Section) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, inner in part.sections("codes"):
        cells = part.section("codes")
        entries = {} if cells is None else cells.entries(name)
        found[name] = {}
        for cell, meant in entries.items():
            if isinstance(meant, bool) or not isinstance(meant, (str, int, float)):
                inner.raw(cell)
                inner.wrong_type(cell, "string | integer | float")
                continue
            found[name][cell] = f"{meant:g}" if isinstance(meant, float) else str(meant)
    return found


def _check_used_once(part: Section, spec: ExportSpec) -> None:
    """A variable means one thing."""
    used: dict[str, str] = {}
    for key, names in (
        *((column, (name,)) for column, name in spec.places.items()),
        ("attributes", spec.attributes),
        ("answers", tuple(spec.answers)),
        ("skip", spec.skip),
    ):
        for name in names:
            if name in used:
                part.note("E-EXP-010", key, value=name, other=used[name])
            used[name] = key
