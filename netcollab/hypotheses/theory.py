"""A theory of change: what is meant to bring about what, and what else might have.

Which links lead from an activity to an outcome, and does any of them lead in a circle?
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from netcollab._checks import check_choice
from netcollab._circles import circle
from netcollab.errors import InputError, UnknownNameError

__all__ = ["Link", "Rival", "TheoryOfChange"]

_MAX_CHAINS = 1000
_ARROW = "→"
_DIRECTIONS = ("positive", "negative")

Pair = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Rival:
    """Another explanation of the same effect, with the codings that speak of it.

    Parameters
    ----------
    name
        What else may have brought about the effect.
    hypothesis, construct, span
        Which codings speak of it: those with all of the given names in the columns of
        the same name. Without any, nothing speaks of it.
    direction
        "positive": a polarity above 0 speaks for the rival; "negative": against it.

    Examples
    --------
    >>> Rival(name="new money", construct="incentives").sources
    {'construct': 'incentives'}
    """

    name: str
    hypothesis: str = ""
    construct: str = ""
    span: str = ""
    direction: str = "positive"

    def __post_init__(self) -> None:
        _check_text("name of a rival", self.name)
        _check_sources(self.name, self)

    @property
    def sources(self) -> dict[str, str]:
        """The names to look for, by column of the codings."""
        return _sources(self)


@dataclass(frozen=True)
class Link:
    """One step of a theory of change.

    Parameters
    ----------
    cause, effect
        What is meant to bring about what.
    assumption
        What must hold for the step to work.
    hypothesis, construct, span, direction
        Which codings speak of the step, as in `Rival`.
    rivals
        Other explanations of the effect.

    Examples
    --------
    >>> link = Link("joint meetings", "trust", construct="trust")
    >>> link.name
    'joint meetings → trust'
    """

    cause: str
    effect: str
    assumption: str = ""
    hypothesis: str = ""
    construct: str = ""
    span: str = ""
    direction: str = "positive"
    rivals: tuple[Rival, ...] = ()

    def __post_init__(self) -> None:
        _check_text("cause of a link", self.cause)
        _check_text("effect of a link", self.effect)
        if self.cause == self.effect:
            raise InputError(f'a link leads from "{self.cause}" to itself')
        _check_sources(self.name, self)
        rivals = tuple(self.rivals)
        if not all(isinstance(rival, Rival) for rival in rivals):
            raise InputError(f"{self.name}: rivals needs records of the kind Rival")
        twice = _repeated(rival.name for rival in rivals)
        if twice:
            raise InputError(f"{self.name}: rivals named twice: {', '.join(twice)}")
        object.__setattr__(self, "rivals", rivals)

    @property
    def name(self) -> str:
        """Cause and effect with an arrow between."""
        return f"{self.cause} {_ARROW} {self.effect}"

    @property
    def sources(self) -> dict[str, str]:
        """The names to look for, by column of the codings."""
        return _sources(self)


@dataclass(frozen=True)
class TheoryOfChange:
    """Links from activities to outcomes, without a circle.

    Parameters
    ----------
    name
        What the theory is called.
    links
        The steps, each pair of cause and effect once.

    Raises
    ------
    InputError
        For no link, a pair that occurs twice, links in a circle (named), or more than
        1,000 chains from a first cause to a last effect.

    Examples
    --------
    >>> theory = TheoryOfChange(
    ...     "meetings", (Link("meetings", "trust"), Link("trust", "collaboration"))
    ... )
    >>> theory.chains
    (('meetings', 'trust', 'collaboration'),)
    """

    name: str
    links: tuple[Link, ...]

    def __post_init__(self) -> None:
        links = tuple(self.links)
        if not links or not all(isinstance(link, Link) for link in links):
            raise InputError("a theory of change needs links, records of the kind Link")
        object.__setattr__(self, "links", links)
        twice = _repeated(link.name for link in links)
        if twice:
            raise InputError(f"links that occur twice: {', '.join(twice)}")
        way = circle(self.effects)
        if way:
            raise InputError(
                f"the links lead in a circle: {' → '.join(way)}. A theory of change "
                "leads forward; let a later state have a name of its own"
            )
        if _count_chains(self.starts, self.effects) > _MAX_CHAINS:
            raise InputError(
                f"the links make more than {_MAX_CHAINS:,} chains; split the theory"
            )

    def __iter__(self) -> Iterator[Link]:
        return iter(self.links)

    def __getitem__(self, pair: Pair) -> Link:
        by_pair = {(link.cause, link.effect): link for link in self.links}
        if pair not in by_pair:
            known = [link.name for link in self.links]
            told = " → ".join(pair) if isinstance(pair, tuple) else pair
            raise UnknownNameError("link", told, known)
        return by_pair[pair]

    @property
    def elements(self) -> tuple[str, ...]:
        """Causes and effects, each once, in the order of the links."""
        named = (name for link in self.links for name in (link.cause, link.effect))
        return tuple(dict.fromkeys(named))

    @cached_property
    def effects(self) -> dict[str, tuple[str, ...]]:
        """What each element leads to."""
        return {
            element: tuple(link.effect for link in self.links if link.cause == element)
            for element in self.elements
        }

    @property
    def starts(self) -> tuple[str, ...]:
        """The elements nothing leads to."""
        reached = {link.effect for link in self.links}
        return tuple(name for name in self.elements if name not in reached)

    @cached_property
    def chains(self) -> tuple[tuple[str, ...], ...]:
        """Every way from a first cause to a last effect."""
        found = []
        waiting: list[tuple[str, ...]] = [(start,) for start in reversed(self.starts)]
        while waiting:
            chain = waiting.pop()
            onward = self.effects[chain[-1]]
            if not onward:
                found.append(chain)
            waiting += [(*chain, effect) for effect in reversed(onward)]
        return tuple(found)


def _sources(record: Link | Rival) -> dict[str, str]:
    named = {
        "hypothesis": record.hypothesis,
        "construct": record.construct,
        "span": record.span,
    }
    return {column: name for column, name in named.items() if name}


def _check_text(what: str, text: object) -> None:
    if not isinstance(text, str) or not text.strip() or _ARROW in text:
        raise InputError(f"the {what} needs words without {_ARROW}, got {text!r}")


def _check_sources(name: str, record: Link | Rival) -> None:
    for column in ("hypothesis", "construct", "span"):
        if not isinstance(getattr(record, column), str):
            raise InputError(f"{name}: {column} needs a word")
    check_choice(f"direction of {name}", record.direction, _DIRECTIONS)


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def _count_chains(starts: Iterable[str], effects: dict[str, tuple[str, ...]]) -> int:
    """How many chains there are, without walking each."""
    counts: dict[str, int] = {}
    waiting = list(starts)
    while waiting:
        name = waiting[-1]
        unknown = [effect for effect in effects[name] if effect not in counts]
        if unknown:
            waiting += unknown
            continue
        counts[name] = sum(counts[effect] for effect in effects[name]) or 1
        waiting.pop()
    return sum(counts[start] for start in starts)
