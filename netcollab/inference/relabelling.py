"""Columns of dyads that change places with their actors.

What does a column look like after every relabelling, a cacheful at a time?
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import NamedTuple

import numpy as np
import scipy.linalg

from netcollab.inference.dyads import Dyads

__all__ = ["Block", "about_means", "blocks_of", "each_site", "left_over"]

ROOM = 400_000  # bytes of relabelled columns held at a time: within a core's cache
DRAWS = 96  # at least that many relabellings side by side


class _Chunk(NamedTuple):
    """Some dyads, and the room in which their columns are relabelled."""

    senders: np.ndarray
    receivers: np.ndarray
    left: np.ndarray  # (p, dyads)
    places: np.ndarray  # (dyads, draws): where their columns are found
    beside: np.ndarray  # as large
    moved: np.ndarray  # (dyads, draws, q)
    flat: np.ndarray  # (dyads, draws * q): the same


@dataclass(frozen=True, eq=False)
class Block:
    """The relabelled columns of one site, flat, 0 outside the sample."""

    size: int
    moved: np.ndarray  # (n * n, q)
    known: np.ndarray  # (n, n): the sample
    seen: np.ndarray  # (n, n): the sample, pairs both ways
    is_kept: bool  # no relabelling changes the sample

    @property
    def dyads(self) -> tuple[np.ndarray, np.ndarray]:
        """Senders and receivers of the sample's dyads."""
        senders, receivers = np.nonzero(self.known)
        return senders, receivers

    def matrix(self, k: int) -> np.ndarray:
        """The k-th column as a matrix, NaN outside the sample."""
        cells = self.moved[:, k].reshape(self.size, self.size)
        return np.where(self.seen, cells, np.nan)

    def products(
        self, left: np.ndarray, columns: np.ndarray, relabellings: np.ndarray
    ) -> np.ndarray:
        """Sums of products over the sample, of fixed with relabelled columns.

        Parameters
        ----------
        left
            The fixed columns, dyads of the sample x p.
        columns
            The columns to relabel, (n * n, q).
        relabellings
            (B, n)

        Returns
        -------
        (p, B, q)
        """
        left, q = np.ascontiguousarray(left), columns.shape[1]
        most = max(1, ROOM // columns[0].nbytes)
        draws = max(DRAWS, most // max(1, len(left)))
        pieces = _parts(len(left), max(1, most // draws))
        found = np.empty((left.shape[1], len(relabellings), q))
        parts = _parts(len(relabellings), draws)
        for count, some in groupby(parts, lambda part: part.stop - part.start):
            chunks = self._chunks(left, pieces, count, q)
            for part in some:
                to = np.ascontiguousarray(relabellings[part].T)
                rows = to * self.size
                sums = np.zeros((left.shape[1], count * q))
                for chunk in chunks:
                    rows.take(chunk.senders, 0, chunk.places, "clip")
                    to.take(chunk.receivers, 0, chunk.beside, "clip")
                    np.add(chunk.places, chunk.beside, chunk.places)
                    columns.take(chunk.places, 0, chunk.moved, "clip")
                    sums += chunk.left @ chunk.flat
                found[:, part] = sums.reshape(-1, count, q)
        return found

    def _chunks(
        self, left: np.ndarray, pieces: Sequence[slice], count: int, q: int
    ) -> list[_Chunk]:
        """The dyads in pieces, with views of one room for all of them."""
        senders, receivers = (np.ascontiguousarray(actors) for actors in self.dyads)
        most = max((piece.stop - piece.start for piece in pieces), default=0)
        places = np.empty((2, most, count), dtype=np.intp)
        moved = np.empty((most, count, q))
        chunks = []
        for piece in pieces:
            here = slice(0, piece.stop - piece.start)
            chunks.append(
                _Chunk(
                    senders=senders[piece],
                    receivers=receivers[piece],
                    left=left[piece].T,
                    places=places[0, here],
                    beside=places[1, here],
                    moved=moved[here],
                    flat=moved[here].reshape(-1, count * q),
                )
            )
        return chunks


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
    blocks: Sequence[Block], relabellings: np.ndarray, *, common: bool
) -> Iterator[tuple[Block, np.ndarray]]:
    """Every block with the relabellings of its own actors."""
    start = 0
    for block in blocks:
        yield block, relabellings[:, start : start + block.size] - start
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


def _parts(total: int, most: int) -> list[slice]:
    """Slices of nearly equal length, none longer than `most`."""
    ends = np.linspace(0, total, -(-total // most) + 1).astype(int).tolist()
    return [slice(start, stop) for start, stop in pairwise(ends)]


def _block(site: Dyads, columns: np.ndarray, *, common: bool) -> Block:
    n, known = len(site.y), site.known
    both = np.zeros((n, n, columns.shape[1]))
    both[known] = columns
    if not site.directed:
        both += both.transpose(1, 0, 2)
    seen = known if site.directed else known | known.T
    strata = np.zeros(n) if common else site.silent
    return Block(n, both.reshape(n * n, -1), known, seen, _is_kept(seen, strata))


def _is_kept(seen: np.ndarray, strata: np.ndarray) -> bool:
    """Whether every relabelling within the strata leaves the observed dyads as are."""
    off = ~np.eye(len(seen), dtype=bool)
    for rows in np.unique(strata):
        for columns in np.unique(strata):
            part = np.outer(strata == rows, strata == columns) & off
            if np.unique(seen[part]).size > 1:
                return False
    return True
