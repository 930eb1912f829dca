"""Waves exchanged within dyads, while everybody stays as active as in each wave.

Which of the dyads that changed could have gained a tie instead of losing it?

A changed dyad is a line between two places: its sender and its receiver (directed), or
its two actors. Some lines gained a tie, the others lost one. Exchanging the waves of
several dyads at once leaves each place with as many gains and losses as it had if the
lines form closed walks on which gains and losses take turns.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

__all__ = ["Changed", "listed_gains", "walked"]

FEWEST = 100
RESTS = 0.1
CHUNK = 4096

Needs = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Changed:
    """Dyads that have a tie in one of two waves.

    Parameters
    ----------
    ends
        (m, 2): the places of each; a place keeps its numbers of gains and losses.
    gained
        (m,): True where the tie is there after, False where it was there before.
    crosses
        (m,): whether the dyad lies across a boundary.
    """

    ends: np.ndarray
    gained: np.ndarray
    crosses: np.ndarray

    @property
    def n_gains(self) -> int:
        """How many dyads across a boundary gained a tie."""
        return int((self.gained & self.crosses).sum())


def listed_gains(changed: Changed, limit: int) -> np.ndarray | None:
    """Gains across the boundary in every exchange, or None where they are too many.

    Dyads are gone through one by one. What matters of those done is how many gains
    each place still needs, and how many crossing ones there were: equal cases are
    counted together.

    Parameters
    ----------
    changed
        As observed.
    limit
        The most exchanges that are listed, and the most cases gone through for it.

    Returns
    -------
    ndarray
        One number per exchange, sorted; the observed case is among them.

    Examples
    --------
    >>> ends = np.array([[0, 2], [0, 3], [1, 2], [1, 3]])
    >>> gained = np.array([True, False, False, True])
    >>> crosses = np.array([False, True, True, False])
    >>> listed_gains(Changed(ends, gained, crosses), 100).tolist()
    [0, 2]
    """
    order = np.lexsort((changed.ends[:, 1], changed.ends[:, 0]))
    ends = changed.ends[order].tolist()
    needs, left = _counts(changed)
    cases: dict[Needs, Counter[int]] = {tuple(needs): Counter({0: 1})}
    tried = 0
    for (a, b), crossing in zip(ends, changed.crosses[order].tolist(), strict=True):
        left[a] -= 1
        left[b] -= 1
        after: dict[Needs, Counter[int]] = {}
        for case, found in cases.items():
            if case[a] <= left[a] and case[b] <= left[b]:
                after.setdefault(case, Counter()).update(found)
            if case[a] and case[b]:
                fewer = list(case)
                fewer[a] -= 1
                fewer[b] -= 1
                if fewer[a] <= left[a] and fewer[b] <= left[b]:
                    step = int(crossing)
                    more = {gains + step: ways for gains, ways in found.items()}
                    after.setdefault(tuple(fewer), Counter()).update(more)
        cases, tried = after, tried + len(after)
        if tried > limit:
            return None
    (ways,) = cases.values()
    if sum(ways.values()) > limit:
        return None
    return np.repeat(sorted(ways), [ways[gains] for gains in sorted(ways)])


def walked(changed: Changed, rng: np.random.Generator) -> Changed:
    """The end of a chain of exchanges: in the long run every exchange is as likely.

    A step walks from a place along gains and losses in turn, each chosen at random,
    until it comes to a place a second time in the same turn, and exchanges the waves of
    the dyads on the closed part. Numbers of choices do not change by that, and the way
    to the closed part stays open, so that a step and its reverse are as likely. Where
    the walk cannot go on, or uses a dyad twice, nothing is exchanged, and one step in
    ten rests, so that no case is reached at even steps only. A chain has a step per
    dyad, and at least 100.

    Parameters
    ----------
    changed
        Where the chain starts.
    rng
        Source of the draws.

    References
    ----------
    Rao, A. R., Jana, R., & Bandyopadhyay, S. (1996). A Markov chain Monte Carlo method
    for generating random (0,1)-matrices with given marginals. Sankhya A 58, 225-242.

    Examples
    --------
    >>> ends = np.array([[0, 1], [0, 1]])
    >>> start = Changed(ends, np.array([True, False]), np.array([True, False]))
    >>> found = [walked(start, np.random.default_rng(k)).n_gains for k in range(9)]
    >>> sorted(set(found))
    [0, 1]
    """
    chain = _Chain(changed)
    m = len(changed.ends)
    steps = max(FEWEST, m)
    places = len(chain.lines[0])
    walks = rng.random(steps) >= RESTS
    starts, turns = rng.integers(places, size=steps), rng.integers(2, size=steps)
    for start, turn in zip(starts[walks].tolist(), turns[walks].tolist(), strict=True):
        chain.step(start, turn, rng)
    return Changed(changed.ends, np.array(chain.gained, dtype=bool), changed.crosses)


class _Chain:
    """Gains and losses that are exchanged in place."""

    def __init__(self, start: Changed) -> None:
        self.ends: list[list[int]] = start.ends.tolist()
        self.gained: list[int] = start.gained.astype(int).tolist()
        places = int(start.ends.max()) + 1
        self.lines: list[list[list[int]]] = [[[] for _ in range(places)] for _ in "lg"]
        for dyad, (ends, gained) in enumerate(zip(self.ends, self.gained, strict=True)):
            for place in ends:
                self.lines[gained][place].append(dyad)
        self.numbers: list[float] = []

    def step(self, place: int, turn: int, rng: np.random.Generator) -> None:
        """Walk until a place comes again in the same turn; exchange the closed part."""
        seen: dict[tuple[int, int], int] = {}
        path: list[int] = []
        while (place, turn) not in seen:
            choices = self.lines[turn][place]
            if not choices:
                return
            seen[place, turn] = len(path)
            dyad = choices[int(self._number(rng) * len(choices))]
            path.append(dyad)
            a, b = self.ends[dyad]
            place, turn = (b if place == a else a), 1 - turn
        if len(set(path)) < len(path):
            return
        for dyad in path[seen[place, turn] :]:
            was = self.gained[dyad]
            for end in self.ends[dyad]:
                self.lines[was][end].remove(dyad)
                self.lines[1 - was][end].append(dyad)
            self.gained[dyad] = 1 - was

    def _number(self, rng: np.random.Generator) -> float:
        if not self.numbers:
            self.numbers = rng.random(CHUNK).tolist()
        return self.numbers.pop()


def _counts(changed: Changed) -> tuple[list[int], list[int]]:
    """How many gains, and how many dyads, each place has."""
    places = int(changed.ends.max()) + 1
    gains = np.bincount(changed.ends[changed.gained].ravel(), minlength=places)
    dyads = np.bincount(changed.ends.ravel(), minlength=places)
    return gains.tolist(), dyads.tolist()
