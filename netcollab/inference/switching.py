"""Random networks in which everybody has as many ties as before.

A chain of switches: two ties exchange their ends where that makes no tie that is
already there, no tie of an actor with itself, and none on a dyad nobody observed.
Many chains run side by side on arrays.

networkx has switches for whole graphs, one at a time, that try again until one fits;
its chain does not visit all graphs equally often.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Ties", "rewired", "ties_of"]

ATTEMPTS = 10
FEWEST = 300
CYCLES = 0.1
CHUNK = 1_000
ABSENT, CLOSED = -1, -2


@dataclass(frozen=True, eq=False)
class Ties:
    """The ties of several networks on the same dyads.

    Parameters
    ----------
    tails, heads
        (C, m): the ends of tie e of network c; undirected, in any order.
    open_dyads
        (n, n): where a tie may be.
    directed
        False: a tie stands both ways.
    """

    tails: np.ndarray
    heads: np.ndarray
    open_dyads: np.ndarray
    directed: bool

    def matrices(self, strengths: np.ndarray) -> np.ndarray:
        """(C, n, n): strengths on the ties, 0 on the other open dyads, else NaN."""
        empty = np.where(self.open_dyads, 0.0, np.nan)
        cells = np.tile(empty, (len(self.tails), 1, 1))
        which = np.arange(len(self.tails))[:, None]
        cells[which, self.tails, self.heads] = strengths
        if not self.directed:
            cells[which, self.heads, self.tails] = strengths
        return cells


def ties_of(cells: np.ndarray, *, directed: bool) -> tuple[Ties, np.ndarray]:
    """The ties of one network, and their strengths.

    Parameters
    ----------
    cells
        (n, n): NaN where nobody observed the dyad and on the diagonal.
    directed
        False: `cells` is symmetric.
    """
    known = np.nan_to_num(cells if directed else np.triu(cells))
    tails, heads = np.nonzero(known)
    ties = Ties(tails[None, :], heads[None, :], ~np.isnan(cells), directed)
    return ties, known[tails, heads]


def rewired(start: Ties, rng: np.random.Generator, *, copies: int = 1) -> Ties:
    """Networks at the end of chains of switches, each from a network of its own.

    Every chain makes 10 attempts per tie, and at least 300. An attempt picks two ties
    a -> b and c -> d and makes them a -> d and c -> b; directed, one attempt in ten
    picks a closed walk a -> b -> c -> a instead and turns it, without which some
    directed networks could not be reached. What does not fit is left, which also counts
    as a step: so every network that can be reached is equally likely in the long run.

    A tie keeps its number, and directed its sender: the number and strength of ties
    sent stay, and the number of ties received.

    Parameters
    ----------
    start
        One network, (1, m) ties.
    rng
        Source of the draws.
    copies
        How many chains start from it.

    References
    ----------
    Rao, A. R., Jana, R., & Bandyopadhyay, S. (1996). A Markov chain Monte Carlo method
    for generating random (0,1)-matrices with given marginals. Sankhya A 58, 225-242.
    """
    chains = _Chains(start, copies)
    m = start.tails.shape[1]
    attempts = max(FEWEST, ATTEMPTS * m)
    for begin in range(0, attempts, CHUNK):
        steps = min(CHUNK, attempts - begin)
        first, second = rng.integers(m, size=(2, steps, copies))
        turned = rng.random((steps, copies)) < (CYCLES if start.directed else 0.5)
        third = rng.integers(len(start.open_dyads), size=(steps, copies))
        for step in zip(first, second, third, turned, strict=True):
            chains.attempt(*step)
    shape = (copies, m)
    return Ties(
        chains.tails.reshape(shape),
        chains.heads.reshape(shape),
        start.open_dyads,
        start.directed,
    )


class _Chains:
    """Networks that are switched in place.

    `at` says which tie is on which dyad. All tables are flat, one network after the
    other: that is what makes a step of many chains quick.
    """

    def __init__(self, start: Ties, copies: int) -> None:
        self.directed = start.directed
        self.n, self.m = len(start.open_dyads), start.tails.shape[1]
        self.tails, self.heads = (
            np.tile(ends[0], copies) for ends in (start.tails, start.heads)
        )
        at = np.where(start.open_dyads, ABSENT, CLOSED)
        at[start.tails[0], start.heads[0]] = np.arange(self.m)
        if not self.directed:
            at[start.heads[0], start.tails[0]] = np.arange(self.m)
        self.at = np.tile(at.astype(np.int32).ravel(), copies)
        self.first_dyad = np.arange(copies) * self.n**2
        self.first_tie = np.arange(copies) * self.m

    def attempt(
        self, e: np.ndarray, f: np.ndarray, x: np.ndarray, turned: np.ndarray
    ) -> None:
        """One step of every chain: tie e with tie f, or around the actor x."""
        if self.directed:
            self._turn(np.flatnonzero(turned), e, x)
        self._switch(e, f, turned)

    def _switch(self, e: np.ndarray, f: np.ndarray, turned: np.ndarray) -> None:
        """a -> b, c -> d to a -> d, c -> b; undirected and turned, to a - c, d - b."""
        n, base = self.n, self.first_dyad
        tie, other = self.first_tie + e, self.first_tie + f
        a, b = self.tails.take(tie), self.heads.take(tie)
        c, d = self.tails.take(other), self.heads.take(other)
        if not self.directed:
            c, d = np.where(turned, d, c), np.where(turned, c, d)
        ad, cb = base + a * n + d, base + c * n + b
        free = (self.at.take(ad) == ABSENT) & (self.at.take(cb) == ABSENT)
        if self.directed:
            free &= ~turned
        k = np.flatnonzero(free)
        a, b, c, d, base = a[k], b[k], c[k], d[k], base[k]
        self.at[base + a * n + b] = self.at[base + c * n + d] = ABSENT
        self.at[ad[k]], self.at[cb[k]] = e[k], f[k]
        if not self.directed:
            self.at[base + b * n + a] = self.at[base + d * n + c] = ABSENT
            self.at[base + d * n + a], self.at[base + b * n + c] = e[k], f[k]
            self.tails[other[k]] = c
        self.heads[tie[k]], self.heads[other[k]] = d, b

    def _turn(self, k: np.ndarray, e: np.ndarray, x: np.ndarray) -> None:
        """a -> b -> x -> a to a -> x -> b -> a, where it stands alone."""
        n, base, ties = self.n, self.first_dyad[k], self.first_tie[k]
        e, x = e[k], x[k]
        a, b = self.tails.take(ties + e), self.heads.take(ties + e)
        ab, bx, xa = base + a * n + b, base + b * n + x, base + x * n + a
        ba, xb, ax = base + b * n + a, base + x * n + b, base + a * n + x
        g, h = self.at.take(bx), self.at.take(xa)
        fits = (g >= 0) & (h >= 0)
        for back in (ba, xb, ax):
            fits &= self.at.take(back) == ABSENT
        for tie, old, new, head in ((e, ab, ax, x), (g, bx, ba, a), (h, xa, xb, b)):
            self.at[old[fits]] = ABSENT
            self.at[new[fits]] = tie[fits]
            self.heads[(ties + tie)[fits]] = head[fits]
