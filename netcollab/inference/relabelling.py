"""Columns of dyads that change places with their actors.

What does a column look like after every relabelling, a cacheful at a time?
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.linalg

from netcollab._plans import Crossed, parts
from netcollab.inference.dyads import Dyads

__all__ = ["Block", "about_means", "blocks_of", "each_site", "left_over", "products"]

ROOM = 400_000  # bytes of relabelled columns held at a time: within a core's cache
DRAWS = 50  # at least that many relabellings side by side


@dataclass(frozen=True, eq=False)
class Block:
    """The relabelled columns of one site, flat, 0 outside the sample."""

    size: int
    moved: np.ndarray  # (n * n, q)
    known: np.ndarray  # (n, n): the sample
    seen: np.ndarray  # (n, n): the sample, pairs both ways
    directed: bool  # False: a pair is one dyad
    is_kept: bool  # no relabelling changes the sample

    @property
    def dyads(self) -> tuple[np.ndarray, np.ndarray]:
        """Senders and receivers of the sample's dyads."""
        senders, receivers = np.nonzero(self.known)
        return senders, receivers

    def cells(self, columns: np.ndarray) -> np.ndarray:
        """Columns of the sample's dyads as those of `moved`: (n * n, p)."""
        return _cells(self.known, columns, directed=self.directed)

    def matrix(self, k: int) -> np.ndarray:
        """The k-th column as a matrix, NaN outside the sample."""
        cells = self.moved[:, k].reshape(self.size, self.size)
        return np.where(self.seen, cells, np.nan)

    def products(
        self, left: np.ndarray, columns: np.ndarray, relabellings: Crossed
    ) -> np.ndarray:
        """`products` over the sample, of fixed with relabelled columns."""
        dyads = self.dyads
        if not (self.is_kept or relabellings.is_plain):
            every = ~np.eye(self.size, dtype=bool)
            senders, receivers = np.nonzero(every if self.directed else np.tril(every))
            dyads = senders, receivers
        return products(left, columns, relabellings, dyads)


def products(
    left: np.ndarray,
    columns: np.ndarray,
    relabellings: Crossed,
    dyads: tuple[np.ndarray, np.ndarray],
) -> np.ndarray:
    """Sums of products over dyads, of fixed with relabelled columns.

    Parameters
    ----------
    left, columns
        The fixed columns and those to relabel, (n * n, p) and (n * n, q), 0 outside the
        sample.
    relabellings
        B of them. What is undone in the one is done to the other.
    dyads
        Senders and receivers of all dyads in which some product is not 0.

    Returns
    -------
    (p, B, q)
    """
    s, t = len(relabellings.undone), len(relabellings.done)
    p, q = left.shape[1], columns.shape[1]
    senders, receivers = dyads
    most = max(1, ROOM // columns[0].nbytes)
    draws = min(t, max(DRAWS, most // max(1, len(senders))))
    undone = _Moving(left, relabellings.undone)
    tiles = parts(t, round(t / draws))
    done = [_Moving(columns, relabellings.done[tile]) for tile in tiles]
    sums = [np.zeros((s * p, (tile.stop - tile.start) * q)) for tile in tiles]
    width = max(1, ROOM // (8 * (s * p + draws * q)))
    for piece in parts(len(senders), -(-len(senders) // width)):
        here = senders[piece], receivers[piece]
        fixed = undone(*here).T
        for total, moving in zip(sums, done, strict=True):
            total += fixed @ moving(*here)
    both = np.concatenate([total.reshape(s, p, -1, q) for total in sums], axis=2)
    return both.swapaxes(0, 1).reshape(p, s * t, q)


class _Moving:
    """Columns of some dyads under each relabelling."""

    def __init__(self, columns: np.ndarray, relabellings: np.ndarray) -> None:
        self.columns = columns
        self.to = np.ascontiguousarray(relabellings.T)
        self.rows = self.to * len(self.to)

    def __call__(self, senders: np.ndarray, receivers: np.ndarray) -> np.ndarray:
        """Dyads x (relabellings x columns)."""
        places = self.rows.take(senders, 0, mode="clip")
        places += self.to.take(receivers, 0, mode="clip")
        moved = self.columns.take(places, 0, mode="clip")
        return moved.reshape(len(senders), -1)


def blocks_of(
    sites: Sequence[Dyads], columns: np.ndarray, *, common: bool
) -> list[Block]:
    """The sites' blocks of columns that stand for all dyads of the sample.

    Parameters
    ----------
    sites
        The dyads, by site.
    columns
        Dyads of all sites x q.
    common
        One relabelling serves all sites; then actors that are silent in one of them
        may change places with others.
    """
    ends = np.cumsum([len(site.outcome) for site in sites])
    parts = np.split(columns, ends[:-1])
    return [
        _block(site, part, common=common)
        for site, part in zip(sites, parts, strict=True)
    ]


def each_site(
    blocks: Sequence[Block], relabellings: Crossed, *, common: bool
) -> Iterator[tuple[Block, Crossed]]:
    """Every block with the relabellings of its own actors."""
    start = 0
    for block in blocks:
        yield block, relabellings.among(start, start + block.size)
        start += 0 if common else block.size


def about_means(sites: Sequence[Dyads]) -> tuple[np.ndarray, np.ndarray]:
    """The outcome and the predictors of all sites, each about its site's mean."""
    y = np.concatenate([site.outcome for site in sites])
    x = np.concatenate([site.predictors for site in sites])
    ends = np.cumsum([len(site.outcome) for site in sites])
    for columns in (y, x):
        for part in np.split(columns, ends[:-1]):
            part -= part.mean(axis=0)
    return y, x


def left_over(columns: np.ndarray, x: np.ndarray) -> np.ndarray:
    """What the predictors other than the k-th leave of the k-th column.

    Parameters
    ----------
    columns, x
        Dyads x terms, about the means of their sites.
    """
    left = np.empty(x.shape, order="F")
    for k in range(x.shape[1]):
        others = np.asfortranarray(np.delete(x, k, axis=1))
        q, _ = scipy.linalg.qr(others, mode="economic", overwrite_a=True)
        left[:, k] = columns[:, k]
        for _ in range(2):
            left[:, k] -= q @ (q.T @ left[:, k])
    return left


def _block(site: Dyads, columns: np.ndarray, *, common: bool) -> Block:
    n, known, directed = len(site.y), site.known, site.directed
    moved = _cells(known, columns, directed=directed)
    seen = known if directed else known | known.T
    strata = np.zeros(n) if common else site.silent
    return Block(n, moved, known, seen, directed, _is_kept(seen, strata))


def _cells(known: np.ndarray, columns: np.ndarray, *, directed: bool) -> np.ndarray:
    """Columns of dyads, flat, 0 outside the sample; pairs both ways."""
    both = np.zeros((*known.shape, columns.shape[1]))
    both[known] = columns
    if not directed:
        both += both.transpose(1, 0, 2)
    return both.reshape(known.size, -1)


def _is_kept(seen: np.ndarray, strata: np.ndarray) -> bool:
    """Whether every relabelling within the strata leaves the observed dyads as are."""
    off = ~np.eye(len(seen), dtype=bool)
    for rows in np.unique(strata):
        for columns in np.unique(strata):
            part = np.outer(strata == rows, strata == columns) & off
            if np.unique(seen[part]).size > 1:
                return False
    return True
