"""A graph that leads forward, laid out in columns: where does each element stand?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import networkx as nx

from netcollab.errors import InputError

__all__ = ["Columns", "in_columns"]

Pair = tuple[str, str]
Place = tuple[int, float]
_SWEEPS = 8


@dataclass(frozen=True)
class Columns:
    """Places by column (from 0) and row (the middle of each column is 0).

    Parameters
    ----------
    places
        Of the elements.
    routes
        Of each link: its cause, the places it passes on the way, its effect.
    width, height
        Columns, and rows of the fullest column.
    """

    places: dict[str, Place]
    routes: dict[Pair, tuple[Place, ...]]
    width: int
    height: int


def in_columns(links: Sequence[Pair]) -> Columns:
    """Causes to the left of their effects, with few crossings.

    A link over several columns keeps a row of its own in those between, so that it
    runs through no element. The order within columns is improved by putting each
    element at the mean row of its neighbours, first from the left and then from the
    right; the best order seen is kept.

    Parameters
    ----------
    links
        Cause and effect of each link.

    Raises
    ------
    InputError
        If there is no link, or links lead in a circle.

    Examples
    --------
    >>> found = in_columns([("a", "b"), ("b", "c"), ("a", "c")])
    >>> found.width, found.height, len(found.routes["a", "c"])
    (3, 2, 3)
    """
    graph = nx.DiGraph(links)
    if not links or not nx.is_directed_acyclic_graph(graph):
        raise InputError("links need to lead forward, from causes to effects")
    column = _columns(graph)
    ways = {pair: _way(pair, column) for pair in links}
    levels: list[list[object]] = [[] for _ in range(max(column.values()) + 1)]
    for element in graph:
        levels[column[element]].append(element)
    for way in ways.values():
        for stop in way[1:-1]:
            levels[_column_of(stop, column)].append(stop)
    steps = [step for way in ways.values() for step in pairwise(way)]
    rows = _rows(_ordered(levels, steps))
    return Columns(
        places={name: (column[name], rows[name]) for name in graph},
        routes={
            pair: tuple((_column_of(stop, column), rows[stop]) for stop in way)
            for pair, way in ways.items()
        },
        width=len(levels),
        height=max(map(len, levels)),
    )


def _columns(graph: nx.DiGraph) -> dict[str, int]:
    """As far left as causes allow, then first causes up to their first effect."""
    column: dict[str, int] = {}
    for name in nx.topological_sort(graph):
        before = [column[cause] for cause in graph.predecessors(name)]
        column[name] = max(before, default=-1) + 1
    for name in graph:
        if not graph.in_degree(name):
            column[name] = min(column[effect] for effect in graph[name]) - 1
    return column


def _way(pair: Pair, column: dict[str, int]) -> tuple[object, ...]:
    cause, effect = pair
    between = range(column[cause] + 1, column[effect])
    return (cause, *((pair, k) for k in between), effect)


def _column_of(stop: object, column: dict[str, int]) -> int:
    return column[stop] if isinstance(stop, str) else stop[1]  # type: ignore[index]


def _ordered(
    levels: list[list[object]], steps: Sequence[tuple[object, object]]
) -> list[list[object]]:
    best, fewest = levels, _crossings(levels, steps)
    current = [list(level) for level in levels]
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        for level in current if forward else reversed(current):
            rows = _rows(current)
            ends = [(b, a) if forward else (a, b) for a, b in steps]
            level.sort(key=_near(ends, rows).__getitem__)
        crossings = _crossings(current, steps)
        if crossings < fewest:
            best, fewest = [list(level) for level in current], crossings
    return best


def _near(
    steps: Sequence[tuple[object, object]], rows: dict[object, float]
) -> dict[object, float]:
    """The mean row of what each leads to; its own row where it leads to nothing."""
    led: dict[object, list[float]] = {stop: [] for stop in rows}
    for stop, other in steps:
        led[stop].append(rows[other])
    return {stop: sum(to) / len(to) if to else rows[stop] for stop, to in led.items()}


def _rows(levels: Sequence[Sequence[object]]) -> dict[object, float]:
    return {
        stop: k - (len(level) - 1) / 2
        for level in levels
        for k, stop in enumerate(level)
    }


def _crossings(
    levels: Sequence[Sequence[object]], steps: Sequence[tuple[object, object]]
) -> int:
    rows = _rows(levels)
    level_of = {stop: k for k, level in enumerate(levels) for stop in level}
    return sum(
        (rows[a] - rows[c]) * (rows[b] - rows[d]) < 0
        for i, (a, b) in enumerate(steps)
        for c, d in steps[:i]
        if level_of[a] == level_of[c]
    )
