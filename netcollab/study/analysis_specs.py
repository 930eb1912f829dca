"""What a manifest asks beside its hypotheses: a theory, cases, groups over time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = [
    "CasesSpec",
    "ConvergenceSpec",
    "LinkSpec",
    "RivalSpec",
    "SetSpec",
    "TheorySpec",
]

Words = Mapping[str, str]
Direction = Literal["positive", "negative"]


@dataclass(frozen=True)
class RivalSpec:
    """Another explanation of the effect of a link, and which codings speak of it.

    Parameters
    ----------
    name
        The key under the link's `rivals`.
    label
        Its words by language.
    hypothesis, construct, span
        Codings with all of these names speak of it; without any, none do.
    direction
        "positive": a polarity above 0 speaks for it.
    """

    name: str
    label: Words = field(default_factory=dict)
    hypothesis: str = ""
    construct: str = ""
    span: str = ""
    direction: Direction = "positive"

    @property
    def sources(self) -> dict[str, str]:
        """The names to look for, by column of the codings."""
        return _sources(self)


@dataclass(frozen=True)
class LinkSpec:
    """One step of a declared theory of change.

    Parameters
    ----------
    name
        The key under `[theory.links]`.
    cause, effect
        Elements of the theory.
    assumption
        What must hold for the step to work, by language.
    hypothesis, construct, span, direction
        Which codings speak of the step, as in `RivalSpec`.
    rivals
        Other explanations of the effect, by name.
    """

    name: str
    cause: str
    effect: str
    assumption: Words = field(default_factory=dict)
    hypothesis: str = ""
    construct: str = ""
    span: str = ""
    direction: Direction = "positive"
    rivals: Mapping[str, RivalSpec] = field(default_factory=dict)

    @property
    def sources(self) -> dict[str, str]:
        """The names to look for, by column of the codings."""
        return _sources(self)


@dataclass(frozen=True)
class TheorySpec:
    """The section `[theory]`: what is meant to bring about what.

    Parameters
    ----------
    elements
        Activities, states and outcomes: name -> words by language.
    links
        The steps, by name.
    title
        What the theory is called, by language.
    source
        Where it is from.
    """

    elements: Mapping[str, Words]
    links: Mapping[str, LinkSpec]
    title: Words = field(default_factory=dict)
    source: str = ""

    def coded(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Where each link and rival is declared, and its names by column of codings."""
        for link in self.links.values():
            at = f"theory.links.{link.name}"
            yield at, link.sources
            for rival in link.rivals.values():
                yield f"{at}.rivals.{rival.name}", rival.sources


@dataclass(frozen=True)
class SetSpec:
    """How a column of the sites becomes memberships of a set.

    Parameters
    ----------
    name
        The key under `[cases.sets]`: the name of the condition or outcome.
    column
        The column of sites; empty: the one of that name.
    out, crossover, full
        Anchors of a fuzzy set; None with a threshold.
    threshold
        The smallest value inside a crisp set; None with anchors. Without anchors and
        threshold the column holds memberships from 0 to 1.
    label
        The words by language.
    """

    name: str
    column: str = ""
    out: float | None = None
    crossover: float | None = None
    full: float | None = None
    threshold: float | None = None
    label: Words = field(default_factory=dict)


@dataclass(frozen=True)
class CasesSpec:
    """The section `[cases]`: which sets of the sites are compared.

    Parameters
    ----------
    outcome
        The set to be explained.
    conditions
        The sets that may lead to it.
    sets
        How each is made of a column of the sites, by name.
    expected
        The combination that is claimed to be enough, such as "tools*~users"; it alone
        is tested against chance. Empty: none was claimed before the data.
    """

    outcome: str
    conditions: tuple[str, ...]
    sets: Mapping[str, SetSpec] = field(default_factory=dict)
    expected: str = ""

    @property
    def columns(self) -> dict[str, str]:
        """Outcome and conditions, and the column of the sites that each is made of."""
        names = (name for name in (self.outcome, *self.conditions) if name)
        made = {name: self.sets.get(name, SetSpec(name)) for name in names}
        return {name: spec.column or name for name, spec in made.items()}


@dataclass(frozen=True)
class ConvergenceSpec:
    """A section `[convergence.KEY]`: groups that may have come closer over two waves.

    Parameters
    ----------
    key
        The name of the question.
    names
        Dimensions or constructs that make a respondent's profile.
    by
        The column of respondents that holds the group.
    waves
        Before and after; empty: the two waves of the study.
    claim
        What is asked, by language.
    """

    key: str
    names: tuple[str, ...]
    by: str = "profession"
    waves: tuple[str, ...] = ()
    claim: Words = field(default_factory=dict)


def _sources(spec: LinkSpec | RivalSpec) -> dict[str, str]:
    named = {
        "hypothesis": spec.hypothesis,
        "construct": spec.construct,
        "span": spec.span,
    }
    return {column: name for column, name in named.items() if name}
