"""The sections [cases] and [convergence]: sites compared, and groups over two waves.

Which column of the sites is which set, and where does a site stop being a member?
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import Any

from netcollab.errors import closest
from netcollab.study.analysis_specs import CasesSpec, ConvergenceSpec, SetSpec
from netcollab.study.draft import Draft
from netcollab.study.ledger import Ledger
from netcollab.study.manifest_section import Section
from netcollab.study.problems import Place

__all__ = [
    "cases_to_dict",
    "check_comparisons",
    "convergence_to_dict",
    "read_cases",
    "read_convergence",
]

MAX_SETS, MAX_QUESTIONS = 50, 50
_ANCHORS = ("out", "crossover", "full")


def read_cases(top: Section) -> CasesSpec | None:
    """The sets by which the sites are compared; None where none are declared."""
    part = top.section("cases")
    if part is None:
        return None
    outcome, conditions = part.text("outcome"), part.texts("conditions")
    for key, given in (("outcome", outcome), ("conditions", conditions)):
        if not given and key not in part:
            line = 'outcome = "..."' if key == "outcome" else 'conditions = ["..."]'
            part.note("E-MAN-006", key, line=line)
    if outcome in conditions:
        part.note("E-MAN-019", "conditions", value=outcome)
    named = [name for name in (outcome, *conditions) if name]
    sets = {}
    for name, inner in part.sections("sets", limit=MAX_SETS):
        sets[name] = _set(name, inner)
        if name not in named:
            told = {"near": closest(name, named), "options": ", ".join(named)}
            inner.note("E-MAN-011", "sets", value=name, **told)
    expected = part.text("expected", "") or ""
    for name in re.findall(r"[^\W\d]\w*", expected):
        if name not in conditions:
            told = {"near": closest(name, conditions), "options": ", ".join(conditions)}
            part.note("E-MAN-011", "expected", value=name, **told)
    part.close()
    return CasesSpec(outcome or "", conditions, sets, expected)


def read_convergence(
    top: Section, constructs: Collection[str]
) -> dict[str, ConvergenceSpec]:
    """The questions whether groups came closer, by key."""
    found = {}
    for key, part in top.sections("convergence", limit=MAX_QUESTIONS):
        names, waves = part.texts("names"), part.texts("waves")
        if not names and "names" not in part:
            part.note("E-MAN-006", "names", line='names = ["..."]')
        for name in names:
            if name not in constructs:
                told = {"near": closest(name, constructs)}
                options = ", ".join(constructs)
                part.note("E-MAN-011", "names", value=name, options=options, **told)
        if waves and len(waves) != 2:
            part.wrong_type("waves", "[before, after]")
            waves = ()
        by, claim = part.text("by", "profession"), part.words("claim")
        part.close()
        found[key] = ConvergenceSpec(key, names, by or "profession", waves, claim)
    return found


def check_comparisons(
    cases: CasesSpec | None,
    convergence: Mapping[str, ConvergenceSpec],
    drafts: Mapping[str, Draft],
    ledger: Ledger,
) -> None:
    """Note sets without a column of sites or a value, and groups without a column.

    Parameters
    ----------
    cases, convergence
        The sections, as read.
    drafts
        The tables under our names.
    ledger
        Takes the problems, at the line of their key.
    """
    columns = {} if cases is None else cases.columns
    wanted = [
        ("cases" if column == name else f"cases.sets.{name}", "sites", column)
        for name, column in columns.items()
    ]
    wanted += [
        (f"convergence.{key}.by", "respondents", spec.by)
        for key, spec in convergence.items()
    ]
    for key, table, column in wanted:
        known = list(drafts[table].columns) if table in drafts else []
        if column not in known:
            place = Place(ledger.manifest, key=key)
            near = closest(column, known)
            ledger.add("E-MAN-042", place, value=column, table=table, near=near)
        elif table == "sites":
            _note_empty(column, drafts[table], Place(ledger.manifest, key=key), ledger)


def _note_empty(column: str, sites: Draft, place: Place, ledger: Ledger) -> None:
    cells = zip(sites.text("site"), sites.text(column), strict=True)
    empty = [str(site) for site, cell in cells if not str(cell).strip()]
    if empty:
        ledger.add("W-MAN-044", place, value=column, sites=", ".join(empty))


def cases_to_dict(spec: CasesSpec) -> dict[str, Any]:
    """The section in the form of its TOML; what is at its default is left out."""
    told: dict[str, Any] = {
        "outcome": spec.outcome,
        "conditions": list(spec.conditions),
    }
    sets = {}
    for name, each in spec.sets.items():
        numbers = {key: getattr(each, key) for key in (*_ANCHORS, "threshold")}
        words = {"column": each.column, "label": dict(each.label)}
        sets[name] = {key: value for key, value in words.items() if value} | {
            key: value for key, value in numbers.items() if value is not None
        }
    more = {"sets": sets, "expected": spec.expected}
    return told | {key: value for key, value in more.items() if value}


def convergence_to_dict(specs: Mapping[str, ConvergenceSpec]) -> dict[str, Any]:
    """The sections in the form of their TOML; what is at its default is left out."""
    found = {}
    for key, spec in specs.items():
        more = {"waves": list(spec.waves), "claim": dict(spec.claim)}
        by = {} if spec.by == "profession" else {"by": spec.by}
        filled = {name: value for name, value in more.items() if value}
        found[key] = {"names": list(spec.names)} | by | filled
    return found


def _set(name: str, part: Section) -> SetSpec:
    """One set; anchors that neither rise nor fall, or half of them, are noted."""
    column, label = part.text("column", "") or "", part.words("label")
    numbers = {key: part.number(key) for key in (*_ANCHORS, "threshold")}
    part.close()
    anchors = [numbers[key] for key in _ANCHORS]
    given = [anchor for anchor in anchors if anchor is not None]
    fault = ""
    if given and numbers["threshold"] is not None:
        fault = "threshold"
    elif 0 < len(given) < len(anchors):
        fault = next(key for key in _ANCHORS if numbers[key] is None)
    elif given and not _is_monotone(given):
        fault = "crossover"
    if fault:
        part.note("E-MAN-043", fault, value=", ".join(f"{a:g}" for a in given))
        numbers = dict.fromkeys(numbers)
    return SetSpec(name, column, **numbers, label=label)


def _is_monotone(numbers: Sequence[float]) -> bool:
    """Rising throughout, or falling."""
    steps = {one < other for one, other in pairwise(numbers)}
    return len(steps) == 1 and len(set(numbers)) == len(numbers)
