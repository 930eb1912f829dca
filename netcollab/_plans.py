"""Which relabellings or draws a test looks at, block by block."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product

import numpy as np

__all__ = ["BLOCK", "ENUMERATED", "Crossed", "CrossedPlan", "Draws", "Plan", "parts"]

BLOCK = 500
TILE = 25  # relabellings undone in a block of crossed ones
LISTED = 32_000  # places of actors in a block of listed relabellings: 4,000 of 8 actors
ENUMERATED = 50_000


@dataclass(frozen=True, eq=False)
class Plan:
    """Which relabellings a test looks at, block by block.

    Parameters
    ----------
    test
        The test's fixed name; it keeps the draws of different tests apart.
    strata
        One label per actor; actors are relabelled among those with the same label.
    n_resamples
        Draws asked for. All relabellings are listed instead where there are at most
        max(n_resamples, 50,000) of them.
    entropy
        The seed of every block.
    distinct
        One relabelling for each that makes a difference, the identity first, where
        those are few among many; None: all that keep the strata.

    Examples
    --------
    >>> plan = Plan("example", np.array([0, 0, 1]), n_resamples=99, entropy=1)
    >>> plan.method, plan.block(0).tolist()
    ('exact (2 relabellings)', [[0, 1, 2], [1, 0, 2]])
    """

    test: str
    strata: np.ndarray
    n_resamples: int
    entropy: int
    distinct: np.ndarray | None = None
    n_own = 0

    @cached_property
    def n_relabellings(self) -> int:
        """How many relabellings there are, the identity included."""
        if self.distinct is not None:
            return len(self.distinct)
        return math.prod(math.factorial(len(group)) for group in self._groups)

    @property
    def exact(self) -> bool:
        """Every relabelling is listed, none is drawn."""
        return self.n_relabellings <= max(self.n_resamples, ENUMERATED)

    @property
    def spawned(self) -> str:
        """In words: where draws come from."""
        return f"blocks of {BLOCK}"

    @property
    def n_draws(self) -> int:
        """How many relabellings the test looks at."""
        return self.n_relabellings if self.exact else self.n_resamples

    @property
    def n_blocks(self) -> int:
        """How many blocks they fill; the last one may be shorter."""
        return -(-self.n_draws // self._most)

    @property
    def method(self) -> str:
        """In words: how many relabellings, and whether that is all of them."""
        if self.exact:
            kind = "" if self.distinct is None else "distinct "
            return f"exact ({self.n_draws:,} {kind}relabellings)"
        return f"{self.n_draws:,} permutations"

    def block(self, k: int) -> np.ndarray:
        """Block k: one relabelling per row, `row[i]` is who takes the place of i."""
        start = k * self._most
        size = min(self._most, self.n_draws - start)
        if self.exact:
            return self._listed(np.arange(start, start + size))
        rng = _generator(self.test, self.entropy, k)
        drawn = np.empty((BLOCK, len(self.strata)), dtype=np.intp)
        for group in self._groups:
            drawn[:, group] = rng.permuted(np.tile(group, (BLOCK, 1)), axis=1)
        return drawn[:size]

    def _listed(self, ranks: np.ndarray) -> np.ndarray:
        """Relabellings by rank (factorial number system); rank 0 is the identity."""
        if self.distinct is not None:
            chosen: np.ndarray = self.distinct[ranks]
            return chosen
        listed = np.empty((len(ranks), len(self.strata)), dtype=np.intp)
        for group in self._groups:
            ranks, code = np.divmod(ranks, math.factorial(len(group)))
            places = np.empty((len(group), len(code)), dtype=np.intp)
            for i in reversed(range(len(group))):
                code, places[i] = np.divmod(code, len(group) - i)
                places[i + 1 :] += places[i + 1 :] >= places[i]
            listed[:, group] = group[places.T]
        return listed

    @property
    def _most(self) -> int:
        """How many relabellings a block has; small ones are listed by the thousand."""
        return max(BLOCK, LISTED // len(self.strata)) if self.exact else BLOCK

    @cached_property
    def _groups(self) -> list[np.ndarray]:
        labels = np.unique(self.strata)
        return [np.flatnonzero(self.strata == label) for label in labels]


@dataclass(frozen=True, eq=False)
class Crossed:
    """Relabellings that undo one and do another, for every pair of two lists.

    Parameters
    ----------
    undone, done
        One relabelling per row, (s, n) and (t, n). The s x t relabellings are those
        that undo the first and do the first, second, ... last of `done`, and so on.

    Examples
    --------
    >>> Crossed(np.array([[0, 1, 2], [1, 2, 0]]), np.array([[0, 2, 1]])).rows.tolist()
    [[0, 2, 1], [1, 0, 2]]
    """

    undone: np.ndarray
    done: np.ndarray

    @classmethod
    def of(cls, relabellings: np.ndarray | Crossed) -> Crossed:
        """Relabellings one per row as they are: none is undone."""
        if isinstance(relabellings, Crossed):
            return relabellings
        return cls(np.arange(relabellings.shape[1])[None, :], relabellings)

    def __len__(self) -> int:
        """How many relabellings there are."""
        return len(self.undone) * len(self.done)

    @property
    def is_plain(self) -> bool:
        """Nothing is undone."""
        return len(self.undone) == 1 and bool((np.diff(self.undone) == 1).all())

    @property
    def rows(self) -> np.ndarray:
        """One relabelling per row, (s * t, n)."""
        back = np.argsort(self.undone, axis=1)
        return self.done[:, back].swapaxes(0, 1).reshape(len(self), -1)

    def among(self, start: int, stop: int) -> Crossed:
        """The relabellings of some actors, who change places among themselves."""
        return Crossed(
            self.undone[:, start:stop] - start, self.done[:, start:stop] - start
        )


@dataclass(frozen=True, eq=False)
class CrossedPlan:
    """Draws by crossing: s + t of them make s x t relabellings.

    To relabel one part of the data by :math:`\\tau \\sigma^{-1}` comes to relabelling
    it by :math:`\\tau` and the other part by :math:`\\sigma`, so that what is dear is
    done s + t times in place of s x t. Both lists begin with the identity; the rest are
    draws. Under the null, by which the data are relabelled at random themselves, the
    table of s x t statistics keeps its distribution when its rows, or its columns,
    change places. The observed one, in the corner, is therefore as likely at any rank
    as at any other, and p is exact as with independent draws. Any two of the others are
    independent and uniform, so that the Monte-Carlo error of p is the same too.

    s is the largest divisor of `n_resamples` + 1 not above its root; 1 leaves
    independent draws. What is listed is listed.

    Parameters
    ----------
    plain
        The plan whose draws are crossed.

    References
    ----------
    Hemerik, J., & Goeman, J. (2018). Exact testing with random permutations. TEST 27,
    811-825: the argument for one list of random relabellings.

    Examples
    --------
    >>> plan = CrossedPlan(Plan("example", np.zeros(9), n_resamples=99, entropy=1))
    >>> plan.shape, plan.n_draws, len(plan.block(0))
    ((10, 10), 99, 100)
    """

    plain: Plan

    @property
    def test(self) -> str:
        """The test's fixed name."""
        return self.plain.test

    @property
    def entropy(self) -> int:
        """The seed of every block."""
        return self.plain.entropy

    @property
    def exact(self) -> bool:
        """Every relabelling is listed, none is drawn."""
        return self.plain.exact

    @property
    def n_draws(self) -> int:
        """How many relabellings the test looks at."""
        return self.plain.n_draws

    @property
    def method(self) -> str:
        """In words: how many relabellings, and whether that is all of them."""
        return self.plain.method

    @property
    def spawned(self) -> str:
        """In words: where draws come from."""
        s, t = self.shape
        return self.plain.spawned + (f", {s} x {t} crossed" if s > 1 else "")

    @cached_property
    def shape(self) -> tuple[int, int]:
        """s and t; s is 1 where nothing is crossed."""
        cells = self.n_draws + 1
        if self.exact:
            return 1, cells
        s = max(d for d in range(1, math.isqrt(cells) + 1) if cells % d == 0)
        return s, cells // s

    @property
    def n_own(self) -> int:
        """How many of the first block, from its start, are the data as they are."""
        return int(self.shape[0] > 1)

    @property
    def n_blocks(self) -> int:
        """How many blocks there are."""
        return len(self._tiles) if self.n_own else self.plain.n_blocks

    def block(self, k: int) -> Crossed:
        """Block k: a tile of the s x t relabellings."""
        if not self.n_own:
            return Crossed.of(self.plain.block(k))
        rows, columns = self._tiles[k]
        undone, done = self._lists
        return Crossed(undone[rows], done[columns])

    @cached_property
    def _tiles(self) -> list[tuple[slice, slice]]:
        s, t = self.shape
        rows = parts(s, -(-s // TILE))
        columns = parts(t, -(-t * rows[0].stop // BLOCK))
        return list(product(rows, columns))

    @cached_property
    def _lists(self) -> tuple[np.ndarray, np.ndarray]:
        s, t = self.shape
        needed = range(-(-(s + t - 2) // BLOCK))
        drawn = np.concatenate([self.plain.block(k) for k in needed])
        own = np.arange(drawn.shape[1])
        return np.vstack([own, drawn[: s - 1]]), np.vstack(
            [own, drawn[s - 1 :][: t - 1]]
        )


@dataclass(frozen=True, eq=False)
class Draws:
    """Draws that are no relabellings: a generator of its own for each block.

    Parameters
    ----------
    test
        The test's fixed name; it keeps the draws of different tests apart.
    n_draws
        How many are asked for.
    entropy
        The seed of every block.
    """

    test: str
    n_draws: int
    entropy: int
    exact = False
    n_own = 0
    spawned = f"blocks of {BLOCK}"

    @property
    def n_blocks(self) -> int:
        """How many blocks they fill; the last one may be shorter."""
        return -(-self.n_draws // BLOCK)

    @property
    def method(self) -> str:
        """In words: how many."""
        return f"{self.n_draws:,} draws"

    def block(self, k: int) -> tuple[np.random.Generator, int]:
        """Block k: where its random numbers come from, and how many draws it has."""
        size = min(BLOCK, self.n_draws - k * BLOCK)
        return _generator(self.test, self.entropy, k), size


def parts(total: int, count: int) -> list[slice]:
    """Slices of equal length, the first ones longer by 1 where that cannot be.

    Examples
    --------
    >>> parts(5, 2)
    [slice(0, 3, None), slice(3, 5, None)]
    """
    short, longer = divmod(total, max(1, count))
    ends = [k * short + min(k, longer) for k in range(max(1, count) + 1)]
    return [slice(start, stop) for start, stop in pairwise(ends)]


def _generator(test: str, entropy: int, k: int) -> np.random.Generator:
    key = (zlib.crc32(test.encode()), k)
    return np.random.default_rng(np.random.SeedSequence(entropy, spawn_key=key))
