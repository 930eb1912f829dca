"""The sections [hypotheses.KEY] of a manifest: what is claimed, in a small grammar."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from typing import Any

from netcollab.errors import closest
from netcollab.study.manifest import HypothesisSpec, ItemSpec, RelationSpec
from netcollab.study.manifest_section import Section

__all__ = ["read_hypotheses"]

MAX_HYPOTHESES = 1000
_TERM = r"[^\W\d]\w*(?:\([^()+:*~]+\))?"
_FORMULA = re.compile(rf"{_TERM}(?:[+:*]{_TERM})*")
_FORMULA_TOKEN = re.compile(r"\s*([A-Za-z_æøåÆØÅ][\w]*|\d+(?:\.\d+)?|[()+:*~,-])")
_FORMULA_WORDS = {
    "tie",
    "same",
    "absdiff",
    "difference",
    "sum",
    "sender",
    "receiver",
    "dependence",
    "score",
}


def read_hypotheses(
    top: Section, relations: Mapping[str, RelationSpec], items: Mapping[str, ItemSpec]
) -> dict[str, HypothesisSpec]:
    """The claims of a manifest, checked key by key; formulas are never run."""
    named = (n for i in items.values() for n in (i.dimension, i.construct) if n)
    known = [*relations, *named]
    found: dict[str, HypothesisSpec] = {}
    for key, part in top.sections("hypotheses", limit=MAX_HYPOTHESES, code="E-MAN-026"):
        direction: Any = part.choice("direction", ("positive", "negative", "none"), "")
        level = part.choice(
            "level", ("dyad", "actor", "network", "site", "respondent"), ""
        )
        found[key] = HypothesisSpec(
            key=key,
            outcome=_formula(part, "outcome", known),
            predictor=_formula(part, "predictor", known),
            direction=direction,
            level=level or "",
            claim=part.words("claim"),
            source=part.text("source", "") or "",
            delta=part.number("delta"),
        )
        part.close()
    return found


def _formula(part: Section, key: str, relations: list[str]) -> str:
    """A formula of names, numbers, + : * ( ) and the known terms; nothing else."""
    text = part.text(key, "") or ""
    rest, words = text.rstrip(), []
    while rest:
        token = _FORMULA_TOKEN.match(rest)
        if token is None or token[1].startswith("__"):
            part.note("E-MAN-021", key, value=rest.strip()[:20])
            return ""
        rest = rest[token.end() :]
        words.append(token[1])
    for word, following in zip(words, [*words[1:], ""], strict=False):
        is_name = word.isidentifier()
        is_call = is_name and following == "(" and word not in _FORMULA_WORDS
        two_words = word.isalnum() and following[:1].isalnum()
        if is_call or two_words or keyword.iskeyword(word):
            near = closest(word, _FORMULA_WORDS) if is_call else ""
            part.note("E-MAN-021", key, value=f"{word}{following}", near=near)
            return ""
    if words and not _FORMULA.fullmatch("".join(words)):
        part.note("E-MAN-021", key, value=text.strip()[:20])
        return ""
    for before, word in zip(words, words[2:], strict=False):
        if before in {"tie", "dependence"} and word not in relations:
            part.note(
                "E-MAN-011",
                key,
                value=word,
                near=closest(word, relations),
                options=", ".join(relations),
            )
    return text
