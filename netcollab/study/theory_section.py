"""The section [theory] of a manifest: elements, links, rivals, and what speaks of each.

Does every link lead from one declared element to another, forward, and is it coded?
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from netcollab._circles import circle
from netcollab.errors import closest
from netcollab.study.analysis_specs import LinkSpec, RivalSpec, TheorySpec
from netcollab.study.draft import Draft
from netcollab.study.identifiers import is_plain
from netcollab.study.ledger import Ledger
from netcollab.study.manifest_section import Section
from netcollab.study.problems import Place

__all__ = ["check_theory", "read_theory", "theory_to_dict"]

MAX_LINKS = 200
_CODED = ("hypothesis", "construct", "span")
_ARROW = "→"


def read_theory(top: Section) -> TheorySpec | None:
    """The theory of change of a manifest, checked link by link; None without one."""
    part = top.section("theory")
    if part is None:
        return None
    title, source = part.words("title"), part.text("source", "") or ""
    elements = _elements(part)
    links: dict[str, LinkSpec] = {}
    for name, inner in part.sections("links", limit=MAX_LINKS):
        link = _link(name, inner, elements)
        if link is not None and not _is_said_before(link, links, inner):
            links[name] = link
    if not links and "links" not in part:
        line = '[theory.links.first] cause = "..." effect = "..."'
        part.note("E-MAN-006", "links", line=line)
    _note_circle(part, links)
    used = {end for link in links.values() for end in (link.cause, link.effect)}
    for name in elements if links else ():
        if name not in used:
            part.note("W-MAN-040", "elements", value=name)
    part.close()
    return TheorySpec(elements, links, title, source)


def check_theory(
    spec: TheorySpec | None,
    drafts: Mapping[str, Draft],
    known: Mapping[str, Iterable[str]],
    ledger: Ledger,
) -> None:
    """Note names by which no coding can be found, where there are codings.

    Parameters
    ----------
    spec
        The theory; None: nothing to check.
    drafts
        The tables under our names.
    known
        Column of the codings -> names that the manifest knows beside those coded.
    ledger
        Takes the problems, at the line of their key.
    """
    codings = drafts.get("codings")
    if spec is None or codings is None or not len(codings):
        return
    for path, sources in spec.coded():
        for column, name in sources.items():
            coded = codings.text(column).tolist() if column in codings else []
            names = [*known.get(column, ()), *filter(None, map(str, coded))]
            if name not in names:
                near = "" if column == "span" else closest(name, names)
                place = Place(ledger.manifest, key=f"{path}.{column}")
                ledger.add("E-MAN-041", place, name=column, value=name, near=near)


def theory_to_dict(spec: TheorySpec) -> dict[str, Any]:
    """The theory in the form of its TOML; what is at its default is left out.

    Parameters
    ----------
    spec
        The theory.
    """
    told = {"title": dict(spec.title), "source": spec.source}
    links = {
        name: {"cause": link.cause, "effect": link.effect}
        | _filled({"assumption": dict(link.assumption), **_coded(link)})
        | _filled({"rivals": {n: _rival_to_dict(r) for n, r in link.rivals.items()}})
        for name, link in spec.links.items()
    }
    elements = {name: dict(words) for name, words in spec.elements.items()}
    return _filled(told) | {"elements": elements, "links": links}


def _elements(part: Section) -> dict[str, dict[str, str]]:
    inner = part.section("elements")
    found: dict[str, dict[str, str]] = {}
    if inner is None:
        return found
    for name in part.entries("elements"):
        if is_plain(name) and _ARROW not in name:
            found[name] = inner.words(name)
        else:
            inner.note("E-MAN-015", name)
    return found


def _link(name: str, part: Section, elements: Mapping[str, object]) -> LinkSpec | None:
    """One link; None where its cause or effect is nowhere declared."""
    cause, effect = (_end(part, key, elements) for key in ("cause", "effect"))
    rivals = {}
    for rival, inner in part.sections("rivals", limit=MAX_LINKS):
        label = inner.words("label")
        rivals[rival] = RivalSpec(rival, label, **_speaks(inner))
        inner.close()
    assumption, speaks = part.words("assumption"), _speaks(part)
    part.close()
    if not cause or not effect:
        return None
    if cause == effect:
        part.note("E-MAN-038", "effect", value=cause)
        return None
    return LinkSpec(name, cause, effect, assumption, **speaks, rivals=rivals)


def _end(part: Section, key: str, elements: Mapping[str, object]) -> str:
    name = part.text(key)
    if name is None:
        if key not in part:
            part.note("E-MAN-006", key, line=f'{key} = "..."')
        return ""
    if name in elements:
        return name
    told = {"near": closest(name, elements), "options": ", ".join(elements)}
    part.note("E-MAN-011", key, value=name, **told)
    return ""


def _speaks(part: Section) -> dict[str, Any]:
    """Which codings speak of a link or rival, and in which direction."""
    named = {column: part.text(column, "") or "" for column in _CODED}
    direction = part.choice("direction", ("positive", "negative"), "positive")
    return {**named, "direction": direction}


def _is_said_before(
    link: LinkSpec, links: Mapping[str, LinkSpec], part: Section
) -> bool:
    """Another link leads from the same cause to the same effect; it is noted."""
    for other in links.values():
        if (other.cause, other.effect) == (link.cause, link.effect):
            told = f"{link.cause} {_ARROW} {link.effect}"
            part.note("E-MAN-019", "effect", value=told)
            return True
    return False


def _note_circle(part: Section, links: Mapping[str, LinkSpec]) -> None:
    effects: dict[str, list[str]] = {}
    for link in links.values():
        effects.setdefault(link.cause, []).append(link.effect)
        effects.setdefault(link.effect, [])
    way = circle(effects)
    if way:
        part.note("E-MAN-039", "links", value=f" {_ARROW} ".join(way))


def _rival_to_dict(rival: RivalSpec) -> dict[str, Any]:
    return _filled({"label": dict(rival.label), **_coded(rival)})


def _coded(spec: LinkSpec | RivalSpec) -> dict[str, str]:
    direction = "" if spec.direction == "positive" else spec.direction
    return {**spec.sources, "direction": direction}


def _filled(told: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in told.items() if value}
