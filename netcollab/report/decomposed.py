"""Ratings taken apart and intervals by drawing again, for methods texts and tables.

They are neither tests nor regressions: many numbers without one null hypothesis, or an
interval alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from netcollab.inference import BootstrapInterval, SocialRelations
from netcollab.report.labels import label, number
from netcollab.report.references import in_text
from netcollab.report.runs import sample_text

__all__ = [
    "component_name",
    "components_of",
    "told_intervals",
    "told_relations",
    "way_of",
]

Sentence = tuple[str, tuple[str, ...]]

RELATIONS = "social_relations"
_LIKELIHOOD = "restricted maximum likelihood"


def told_relations(found: Mapping[str, SocialRelations]) -> Iterator[Sentence]:
    """What a methods section says of each social relations model."""
    for name, model in found.items():
        who = ", ".join(filter(None, [name, _actors(model)]))
        text = label(
            "paragraph.relations",
            does=label(f"method_does.{RELATIONS}"),
            cited=in_text(RELATIONS),
            who=f": {who}",
            way=way_of(model),
        )
        yield text, (RELATIONS,)
        if model.second is not None:
            yield label("relations.second"), ()
        if "error variance" not in components_of(model)[""].index:
            yield label("relations.error"), ()


def told_intervals(found: Mapping[str, BootstrapInterval]) -> Iterator[Sentence]:
    """What a methods section says of each interval by the bootstrap."""
    for name, one in found.items():
        method = "vertex_bootstrap" if one.unit == "actors" else "bootstrap"
        who = ", ".join(filter(None, [name, sample_text(one.n, one.unit)]))
        text = label(
            "paragraph.bootstrap",
            does=label(f"method_does.{method}"),
            cited=in_text(method),
            who=f": {who}",
            level=number(100 * one.confidence, 0),
            kind=label(f"bootstrap_kind.{one.kind}"),
            draws=label("draws.interval", count=one.n_resamples, seed=one.seed),
        )
        yield text, (method,)


def components_of(model: SocialRelations) -> dict[str, pd.DataFrame]:
    """The components that were estimated; with a second variable also its own.

    "" is the first variable; "second" and "both" are there where a second one is.
    """
    tables = {"": model.components}
    if model.second is not None:
        tables |= {"second": model.second.components, "both": model.covariances}
    return {part: table[table["estimate"].notna()] for part, table in tables.items()}


def component_name(component: str, part: str) -> str:
    """A component in the ambient language, with the variable that it is of."""
    told = label(f"component.{component}")
    return f"{told} ({label(f'relations.of_{part}')})" if part else told


def way_of(model: SocialRelations) -> str:
    """How the parts were estimated and tested."""
    by_squares = model.method.startswith("mean squares")
    by_likelihood = _LIKELIHOOD in model.method
    kind = "squares" if by_squares else "likelihood"
    if by_squares and by_likelihood:
        kind = "both"
    spread = "between" if "t-tests between" in model.method else "within"
    return f"{label(f'relations.{kind}')}, {label(f'relations.{spread}')}"


def _actors(model: SocialRelations) -> str:
    told = sample_text(model.n, "actors")
    if model.n_groups == 1:
        return told
    return label("relations.groups", actors=told, n=number(model.n_groups, 0))
