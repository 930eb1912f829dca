"""Cores over arrays: which set of actors fits the ties best.

How good is a set as the core, which is the best of all, and which the best found?

Three numbers are kept of any set of pairs: how many of their dyads were observed, the
sum of strengths, and the sum of squared strengths. They stand in this order along the
first axis of every array.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

__all__ = ["Dyads", "best_by_enumeration", "best_by_search"]

TOLERANCE = 1e-10
WIDTH = 30


@dataclass(frozen=True)
class Dyads:
    """The three numbers of every pair, both directions added up, and the ideal.

    `pairs` has the shape 3 x n x n, symmetric with diagonal 0. In the ideal there are
    ties inside the core and none inside the periphery; `between` tells whether it has
    ties between the two, or leaves those dyads out.
    """

    pairs: np.ndarray
    between: bool

    @property
    def n(self) -> int:
        """Number of actors."""
        return len(self.pairs[0])

    @cached_property
    def whole(self) -> np.ndarray:
        """The three numbers of all pairs together."""
        whole: np.ndarray = self.pairs.sum((1, 2)) / 2
        return whole

    def fit(self, core: np.ndarray, periphery: np.ndarray) -> np.ndarray:
        """Correlation of ties and ideal, from the sums inside core and periphery.

        -inf where the ideal or the ties do not vary.
        """
        if self.between:
            count, total, squares = self.whole
            ones, zeros = count - periphery[0], periphery[0]
            covered = total - periphery[1]
        else:
            count, total, squares = core + periphery
            ones, zeros = core[0], periphery[0]
            covered = core[1]
        numbers = np.array([np.maximum(count, 1), total, squares])
        count, total, squares = numbers
        valid = (ones > 0.5) & (zeros > 0.5) & self.vary(numbers)
        spread = ones * zeros / count * (squares - total**2 / count)
        gap = covered - ones * total / count
        return np.where(valid, gap / np.sqrt(np.where(valid, spread, 1)), -np.inf)

    @staticmethod
    def vary(numbers: np.ndarray) -> np.ndarray:
        """Whether the strengths of a set of pairs differ, from its three numbers."""
        count, total, squares = numbers
        varying: np.ndarray = squares - total**2 / count > TOLERANCE * squares
        return varying


def best_by_enumeration(dyads: Dyads) -> tuple[float, np.ndarray]:
    """The best fit of all sets, and every set that has it (rows; True = core)."""
    core = np.array([_sums_of_all_sets(layer) for layer in dyads.pairs])
    fits = dyads.fit(core, core[:, ::-1])
    best = float(fits.max())
    sets = np.nonzero(_reaches(fits, best))[0]
    members = (sets[:, None] >> np.arange(dyads.n)) & 1
    return best, _smallest_first(members.astype(bool))


def best_by_search(dyads: Dyads) -> tuple[float, np.ndarray]:
    """The best fit found, and the different sets that were found with it.

    Starts from sets of the strongest actors, and from 30 strong actors each with its
    partners. Each set is improved by the best single move of an actor or, where none
    helps, the best exchange of two (among the 30 nearest to moving on either side),
    until nothing helps.
    """
    found = [_climbed(dyads, start) for start in _starts(dyads)]
    fits = np.array([fit for fit, _ in found])
    best = float(fits.max())
    sets = np.array([core for _, core in found])[_reaches(fits, best)]
    return best, _smallest_first(np.unique(sets, axis=0))


def _reaches(fits: np.ndarray, best: float) -> np.ndarray:
    reached: np.ndarray = np.isfinite(fits)
    reached &= fits >= best - TOLERANCE * max(1, abs(best))
    return reached


def _smallest_first(members: np.ndarray) -> np.ndarray:
    """Sets by size, then those with the earlier actors first."""
    absent = [~column for column in members.T[::-1]]
    ordered: np.ndarray = members[np.lexsort([*absent, members.sum(1)])]
    return ordered


def _sums_of_all_sets(layer: np.ndarray) -> np.ndarray:
    """For every set (bit i of its number = actor i) the sum over the pairs inside."""
    inside = np.zeros(1)
    for actor in range(len(layer)):
        gained = np.zeros(1)
        for other in range(actor):
            gained = np.concatenate([gained, gained + layer[actor, other]])
        inside = np.concatenate([inside, inside + gained])
    return inside


def _starts(dyads: Dyads) -> Iterator[np.ndarray]:
    """Sets of the strongest actors, and strong actors each with its partners."""
    asked, strength, _ = dyads.pairs.sum(2)
    order = np.argsort(-strength / np.maximum(asked, 1), kind="stable")
    place = np.argsort(order)
    ordered = dyads.pairs[:, order][:, :, order]
    core = np.tril(ordered).sum(2).cumsum(1)
    later = np.triu(ordered).sum(2)
    periphery = later.sum(1, keepdims=True) - later.cumsum(1)
    best = int(dyads.fit(core, periphery).argmax()) + 1
    for size in dict.fromkeys([best, dyads.n // 8, dyads.n // 4, dyads.n // 2]):
        yield place < max(1, size)
    for actor in order[:WIDTH]:
        yield (dyads.pairs[1, actor] > 0) | (place == place[actor])


def _climbed(dyads: Dyads, core: np.ndarray) -> tuple[float, np.ndarray]:
    """The set at which no move of one actor and no exchange of two helps."""
    core, total = core.copy(), dyads.pairs.sum(2)
    to_core = dyads.pairs @ core.astype(float)
    inside = _inside(core, to_core, total)
    fit = float(dyads.fit(*inside[:, :, None])[0])
    while True:
        single = _after_moves(dyads, core, to_core, total, inside)
        moved, gain = [int(single.argmax())], float(single.max())
        if not gain > fit + TOLERANCE:
            near = np.argsort(-single, kind="stable")
            moved, gain = _best_exchange(dyads, core, near, to_core, total, inside)
        if not gain > fit + TOLERANCE:
            return fit, core
        for actor in moved:
            to_core += dyads.pairs[:, actor] * (-1 if core[actor] else 1)
            core[actor] = ~core[actor]
        fit, inside = gain, _inside(core, to_core, total)


def _inside(core: np.ndarray, to_core: np.ndarray, total: np.ndarray) -> np.ndarray:
    """The three numbers inside the core and inside the periphery."""
    apart = (total - to_core)[:, ~core].sum(1) / 2
    return np.array([to_core[:, core].sum(1) / 2, apart])


def _after_moves(
    dyads: Dyads,
    core: np.ndarray,
    to_core: np.ndarray,
    total: np.ndarray,
    inside: np.ndarray,
) -> np.ndarray:
    """The fit after each actor's move to the other side."""
    sign = np.where(core, -1, 1)
    return dyads.fit(
        inside[0][:, None] + sign * to_core,
        inside[1][:, None] - sign * (total - to_core),
    )


def _best_exchange(
    dyads: Dyads,
    core: np.ndarray,
    near: np.ndarray,
    to_core: np.ndarray,
    total: np.ndarray,
    inside: np.ndarray,
) -> tuple[list[int], float]:
    """The best pair to change sides, among those whose own moves cost least."""
    out, into = near[core[near]][:WIDTH], near[~core[near]][:WIDTH]
    if not len(out) or not len(into):
        return [], -np.inf
    tie = dyads.pairs[:, out][:, :, into]
    apart = total - to_core
    fits = dyads.fit(
        inside[0][:, None, None] - to_core[:, out, None] + to_core[:, None, into] - tie,
        inside[1][:, None, None] + apart[:, out, None] - apart[:, None, into] - tie,
    )
    chosen = np.unravel_index(int(fits.argmax()), fits.shape)
    return [int(out[chosen[0]]), int(into[chosen[1]])], float(fits[chosen])
