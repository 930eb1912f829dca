"""What may be shown of groups of persons: small cells held back, and others with them.

Which cells of a run may be published, so that no small group can be worked out?
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from functools import cache
from typing import Literal

from netcollab._checks import check_choice
from netcollab.errors import InputError
from netcollab.report.differencing import Attack, Leak
from netcollab.report.equations import Row, Rows, Topic
from netcollab.report.labels import number
from netcollab.scales import span_of
from netcollab.study import Manifest

__all__ = ["Cell", "Exposure", "attack", "least", "protect", "shown_count"]

Parts = Mapping[str, Sequence[str]]

_FLOOR = 3
_SENSITIVE = 10
_WIDTH = 0.1


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A mean that a table or figure would show, and the persons behind it.

    Parameters
    ----------
    output
        The table or figure that it would stand in.
    question
        What was asked: an item, a dimension or a construct.
    people
        The respondents; never shown.
    mean
        The mean of their scores, not rounded.
    unit
        The unit they rated; empty: none.
    wave
        When.
    of
        Other cells whose plain mean this is, such as the ties that a unit's index is
        the mean of; empty: the mean is of the people's own scores.
    """

    output: str
    question: str
    people: frozenset[str] = field(repr=False)
    mean: float
    unit: str = ""
    wave: str = ""
    of: tuple[Cell, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Exposure:
    """A group that shown cells give away. Nobody is named in it.

    Parameters
    ----------
    kind
        "few": a cell is shown of fewer people than the threshold. "difference": the
        mean of a small group follows from other cells. "narrow": they leave it in a
        narrow interval. "same": all of a cell's people gave the lowest answer, or all
        the highest, so that the mean tells each one's answer (a warning).
    question, unit, wave
        What the group's mean is about.
    n
        People in the group.
    low, high
        What the group's mean can be.
    outputs
        The tables and figures it follows from.
    """

    kind: Literal["few", "difference", "narrow", "same"]
    question: str
    unit: str
    wave: str
    n: int
    low: float
    high: float
    outputs: tuple[str, ...]


def least(
    manifest: Manifest, question: str, kind: Literal["score", "item"] | None = None
) -> int:
    """How many people a group needs before its mean on a question is shown.

    The manifest's `min_respondents`, never below 3; at least 10 for a sensitive
    dimension or construct, and for what it is made of: its dimensions, its items.
    Twice as many for a single item, since one answer says more of a person than a mean
    of several.

    Parameters
    ----------
    manifest
        The study's.
    question
        An item, a dimension or a construct.
    kind
        "item" or "score"; None: an item where the manifest has an item of that name
        and no dimension or construct.

    Examples
    --------
    >>> least(Manifest("x"), "trust"), least(Manifest("x"), "trust", "item")
    (5, 10)
    >>> least(Manifest("x", sensitive=("bullying",)), "bullying")
    10
    """
    is_item = question in manifest.items and question not in manifest.constructs
    if kind is not None:
        is_item = check_choice("kind", kind, ("score", "item")) == "item"
    needed = max(manifest.min_respondents, _FLOOR)
    if not _above(manifest, question).isdisjoint(manifest.sensitive):
        needed = max(needed, _SENSITIVE)
    return 2 * needed if is_item else needed


def shown_count(n: int, needed: int) -> str:
    """How many people answered, as it may be written: "<5" below the threshold.

    Examples
    --------
    >>> shown_count(4, 5), shown_count(12, 5)
    ('<5', '12')
    """
    return f"<{number(needed, 0)}" if n < needed else number(n, 0)


def protect(
    cells: Sequence[Cell], manifest: Manifest, *, parts: Parts | None = None
) -> list[str]:
    """For each cell "" where it may be shown, or why it may not.

    "few": fewer people than `least`. "difference": the cell is needed to hide another,
    since a small group could be worked out from it and others.

    Cells of all tables and figures of a run belong in one call: what one of them hides
    the next may show. An attacker is assumed to know who stands in which cell and all
    that is shown, to the last decimal. While `attack` finds small groups that are
    given away, one of the cells that give them away is hidden: the one with the fewest
    people for each group it hides; among equals a part before the whole; then by name.
    In the end, hidden cells that turn out to hide nothing are shown, the largest
    first. The answer does not depend on the order of the cells.

    Parameters
    ----------
    cells
        All cells that would be shown.
    manifest
        For the thresholds and the scales.
    parts
        Question -> the questions that a respondent's score on it is the mean of, such
        as a construct and its dimensions. Only respondents who answered all of them
        tie these together.

    Raises
    ------
    InputError
        If a cell has enough people and no mean.

    Examples
    --------
    Of 11 people, 3 work in unit a and 8 in b. The mean of a is held back; it would
    follow from the total and b: 11 x 3.0 - 8 x 3.6 = 4.2, over 3 people 1.4.

    >>> a, b = frozenset("xyz"), frozenset("defghijk")
    >>> told = {"output": "table 1", "question": "trust"}
    >>> table = [
    ...     Cell(people=a, mean=1.4, **told),
    ...     Cell(people=b, mean=3.6, **told),
    ...     Cell(people=a | b, mean=3.0, **told),
    ... ]
    >>> protect(table, Manifest("x"))
    ['few', 'difference', '']
    """
    rows, place = _rows(cells)
    known = _known(manifest, parts)
    reason = {
        k: "few" if len(row.people) < known.least(row.topic.question) else ""
        for k, row in enumerate(rows)
    }
    _check_means(rows, reason)
    seen = [k for k in reason if not reason[k]]
    reason |= dict.fromkeys(_hidden(rows, known, seen), "difference")
    return [reason[k] for k in place]


def attack(
    cells: Sequence[Cell],
    shown: Sequence[bool],
    manifest: Manifest,
    *,
    parts: Parts | None = None,
) -> list[Exposure]:
    """Which small groups the shown cells give away, and how closely.

    A rank test finds every question on which the mean of a group below the threshold
    follows from the shown means. Where there is none, a linear program finds what the
    mean of each cell held back, each set of people that cells tell apart, and each
    difference of two shown cells can be, given the scale; an interval narrower than a
    tenth of the scale is a finding. The program lets answers be any number of the
    scale, and knows no scale for a question that the manifest does not have.

    Parameters
    ----------
    cells, manifest, parts
        As in `protect`.
    shown
        Whether each cell is shown.

    Returns
    -------
    list of Exposure
        Sorted; empty where nothing is given away. "same" is a warning: its cell may be
        shown, its distribution not.

    Examples
    --------
    >>> everybody, few = frozenset("abcdefgh"), frozenset("ab")
    >>> told = {"output": "table 1", "question": "trust"}
    >>> table = [
    ...     Cell(people=everybody, mean=3.0, **told),
    ...     Cell(people=everybody - few, mean=3.5, **told),
    ... ]
    >>> [found] = attack(table, [True, True], Manifest("x"))
    >>> found.kind, found.n, round(found.low, 6)
    ('difference', 2, 1.5)
    """
    rows, place = _rows(cells)
    known = _known(manifest, parts)
    seen = sorted({k for k, is_shown in zip(place, shown, strict=True) if is_shown})
    outputs = _outputs(cells, place, shown)
    found = [_of_cell(rows[k], known, outputs[k]) for k in seen]
    for leak in known.attack(rows).leaks(seen, range(len(rows))):
        by = {name for k in leak.rows for name in outputs[k]}
        found.append(_exposure(leak, by))
    return sorted({one for one in found if one is not None}, key=astuple)


@dataclass(frozen=True)
class _Known:
    """What the manifest says of the questions."""

    parts: Mapping[str, Mapping[str, float]]
    least: Callable[[str], int]
    span: Callable[[str], tuple[float, float]]

    def attack(self, rows: Sequence[Row]) -> Attack:
        return Attack(Rows(rows, self.parts), self.least, self.span, _WIDTH)


def _known(manifest: Manifest, parts: Parts | None) -> _Known:
    weights = {
        whole: _weights(manifest, names) for whole, names in (parts or {}).items()
    }
    return _Known(
        weights,
        cache(lambda question: least(manifest, question)),
        cache(lambda question: _span(manifest, question)),
    )


def _weights(manifest: Manifest, names: Sequence[str]) -> dict[str, float]:
    """The weight of each part: its share of the items, or equal."""
    counts = {
        name: sum(name in _names(manifest, item) for item in manifest.items)
        for name in names
    }
    if not all(counts.values()):
        counts = dict.fromkeys(names, 1)
    total = sum(counts.values())
    return {name: count / total for name, count in counts.items()}


def _names(manifest: Manifest, item: str) -> set[str]:
    """The item, its dimension and its construct."""
    spec = manifest.items[item]
    return {item, spec.dimension, spec.construct} - {""}


def _above(manifest: Manifest, question: str) -> set[str]:
    """The question, and the dimensions and constructs that it is part of."""
    above = {question}
    for item in manifest.items.values():
        chain = (item.name, item.dimension, item.construct)
        if question in chain:
            above |= set(chain[chain.index(question) :])
    return above - {""}


def _span(manifest: Manifest, question: str) -> tuple[float, float]:
    for item in manifest.items.values():
        if question in _names(manifest, item.name) and item.scale in manifest.scales:
            return span_of(item, manifest)
    return -math.inf, math.inf


def _rows(cells: Sequence[Cell]) -> tuple[list[Row], list[int]]:
    """The different means, in a fixed order, and which of them each cell shows."""
    rows = [_row(cell) for cell in cells]
    keys = [(row.topic, row.people, row.of) for row in rows]
    first = dict(zip(keys, rows, strict=True))
    ordered = sorted(first, key=_order)
    place = {key: k for k, key in enumerate(ordered)}
    return [first[key] for key in ordered], [place[key] for key in keys]


def _row(cell: Cell) -> Row:
    topic = Topic(cell.question, cell.unit, cell.wave)
    of = ((Topic(c.question, c.unit, c.wave), c.people) for c in cell.of if c.people)
    return Row(topic, cell.people, float(cell.mean), tuple(sorted(of, key=_order)))


def _order(key: tuple[object, ...]) -> tuple[object, ...]:
    topic, people, *of = key
    inner = [_order(one) for one in of[0]] if of else []  # type: ignore[attr-defined]
    return topic, sorted(people), inner  # type: ignore[call-overload]


def _check_means(rows: Sequence[Row], reason: Mapping[int, str]) -> None:
    for k, row in enumerate(rows):
        if not reason[k] and not math.isfinite(row.mean):
            raise InputError(
                f'a cell of "{row.topic.question}" has {len(row.people)} people and '
                "no mean; leave it out"
            )


def _hidden(rows: Sequence[Row], known: _Known, shown: Sequence[int]) -> list[int]:
    """The rows that are hidden so that nothing is given away."""
    attacker = known.attack(rows)
    cost = [_loss(row, known) for row in rows]
    hidden: list[int] = []
    for among in attacker.rows.apart(range(len(rows))):
        seen = set(among).intersection(shown)
        gone: list[int] = []
        while found := attacker.leaks(seen, among):
            gone += _stopping(found, cost)
            seen.difference_update(gone)
        for k in sorted(gone, key=lambda k: (*cost[k], k), reverse=True):
            if not attacker.leaks(seen | {k}, among):
                seen.add(k)
        hidden += [k for k in gone if k not in seen]
    return hidden


def _loss(row: Row, known: _Known) -> tuple[int, bool]:
    """What hiding a mean costs: answers, and the whole more than its parts."""
    return len(row.people), row.topic.question in known.parts


def _stopping(found: Sequence[Leak], cost: Sequence[tuple[int, bool]]) -> list[int]:
    """Rows whose hiding stops the leaks: each the cheapest per leak it stops."""
    chosen, left = [], [set(leak.rows) for leak in found]
    while left:
        count = Counter(k for rows in left for k in rows)
        worst = min(count, key=lambda k: (cost[k][0] / count[k], cost[k][1], k))
        chosen.append(worst)
        left = [rows for rows in left if worst not in rows]
    return chosen


def _outputs(
    cells: Sequence[Cell], place: Sequence[int], shown: Sequence[bool]
) -> list[set[str]]:
    """The outputs that show each row."""
    outputs: list[set[str]] = [set() for _ in range(max(place, default=-1) + 1)]
    for cell, k, is_shown in zip(cells, place, shown, strict=True):
        if is_shown:
            outputs[k].add(cell.output)
    return outputs


def _of_cell(row: Row, known: _Known, outputs: set[str]) -> Exposure | None:
    """What a shown cell gives away by itself."""
    question, n = row.topic.question, len(row.people)
    kind: Literal["few", "same"] = "few" if n < known.least(question) else "same"
    if kind == "same" and row.mean not in known.span(question):
        return None
    told = tuple(sorted(outputs))
    return Exposure(kind, *row.topic, n, row.mean, row.mean, told)


def _exposure(leak: Leak, outputs: set[str]) -> Exposure:
    kind: Literal["difference", "narrow"] = (
        "difference" if leak.low == leak.high else "narrow"
    )
    n, told = len(leak.people), tuple(sorted(outputs))
    return Exposure(kind, *leak.topic, n, leak.low, leak.high, told)
