"""Regression of dyads under relabelling: arrays in, one row of moments per draw out.

Which t-statistics would a regression have had, had the actors changed places?

With W the fixed columns (the outcome y and the predictors X) and m the column that is
relabelled, a regression needs only the moments W'W, W'm and m'm over the sample. Where
relabelling keeps the sample as it is, W'W and m'm do not change, and one product
W'm serves the tests of all predictors at once.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
from threadpoolctl import ThreadpoolController

from netcollab.inference.dyads import Dyads

__all__ = ["KEPT", "Fit", "Relabelled", "fitted", "shifted_statistics"]

TILE = 2_000_000  # bytes of relabelled columns held at a time: about a core's cache
ROUNDING = 1e-12
COLLINEAR = 1e-10
# What a draw keeps of each term: enough to test any slope, not 0 alone.
KEPT = ("by", "bx", "d", "yy", "xy", "xx", "df")


_blas = functools.cache(ThreadpoolController)


class Fit(NamedTuple):
    """Least squares over the dyads of all sites, each site with its own mean."""

    slopes: np.ndarray
    errors: np.ndarray
    df: int
    r_squared: float


@dataclass(frozen=True, eq=False)
class Moments:
    """Sums of squares and products about the sites' means, for B relabellings.

    fixed is (B, p, p) over y and the predictors, crossed (B, p, q) of these with the
    relabelled columns, moved (B, q) the latter's squares, n (B,) the dyads. B is 1
    where relabelling does not change them.
    """

    fixed: np.ndarray
    crossed: np.ndarray
    moved: np.ndarray
    n: np.ndarray


@dataclass(frozen=True, eq=False)
class Relabelled:
    """The moments behind every term's t, for relabellings of the actors.

    Parameters
    ----------
    sites
        The dyads, by site.
    method
        What is relabelled: "dsp" each predictor less what the others explain of it,
        "x" each predictor, "freedman_lane" the outcome less what the other predictors
        explain of it, "y" the outcome.
    common
        One relabelling serves all sites, which have the same actors.
    """

    sites: Sequence[Dyads]
    method: Literal["dsp", "x", "freedman_lane", "y"]
    common: bool

    def __call__(self, relabellings: np.ndarray) -> np.ndarray:
        """The moments of each draw, (B, actors) -> (B, terms x len(KEPT)).

        The columns of a term are those of `KEPT`: its statistic for the null that its
        slope is b is that of `shifted_statistics`.
        """
        with _blas().limit(limits=1, user_api="blas"):
            moments = self._moments(relabellings)
            if self.method in ("dsp", "x"):
                kept = _of_moved_predictor(moments, len(self.sites))
            else:
                kept = _of_moved_outcome(moments, len(self.sites))
        return kept.reshape(len(relabellings), -1)

    @property
    def n_terms(self) -> int:
        """How many predictors there are."""
        return len(self.sites[0].x)

    @property
    def keeps_sample(self) -> bool:
        """No relabelling changes which dyads are observed."""
        return all(block.is_kept for block in self._blocks)

    def _moments(self, relabellings: np.ndarray) -> Moments:
        count = len(relabellings)
        p, q = self.n_terms + 1, self._blocks[0].moved.shape[1]
        crossed = np.zeros((count, p, q))
        size = 1 if self.keeps_sample else count
        fixed, moved, n = np.zeros((size, p, p)), np.zeros((size, q)), np.zeros(size)
        start = 0
        for block in self._blocks:
            own = relabellings[:, start : start + block.size] - start
            start += 0 if self.common else block.size
            if block.is_kept:
                part = block.unchanged
                crossed += block.products(own)
            else:
                part = block.on_intersection(own)
                crossed += part.crossed
            fixed += part.fixed
            moved += part.moved
            n += part.n
        return Moments(fixed, crossed, moved, n)

    @cached_property
    def _blocks(self) -> list[_Block]:
        strata = [site.silent.astype(int) for site in self.sites]
        if self.common:
            strata = [np.zeros_like(stratum) for stratum in strata]
        columns = self._moved_columns()
        return [
            _Block.of(site, moved, stratum)
            for site, moved, stratum in zip(self.sites, columns, strata, strict=True)
        ]

    def _moved_columns(self) -> list[np.ndarray]:
        """What is relabelled in each site, dyads of the sample x columns."""
        ys = [_centred(site.outcome[:, None]) for site in self.sites]
        xs = [_centred(site.predictors) for site in self.sites]
        if self.method == "x":
            return xs
        if self.method == "y":
            return ys
        y, x = np.concatenate(ys), np.concatenate(xs)
        source = x if self.method == "dsp" else np.repeat(y, x.shape[1], axis=1)
        left = np.column_stack(
            [
                _residual(source[:, k], np.delete(x, k, axis=1))
                for k in range(x.shape[1])
            ]
        )
        return np.split(left, np.cumsum([len(y) for y in ys])[:-1])


@dataclass(frozen=True, eq=False)
class _Block:
    """One site as flat columns, 0 outside the sample."""

    size: int
    fixed: np.ndarray  # (1 + k, n * n): y and the predictors, about their means
    moved: np.ndarray  # (n * n, q)
    known: np.ndarray  # (n, n): the sample
    seen: np.ndarray  # (n, n): the sample, pairs both ways
    is_kept: bool

    @classmethod
    def of(cls, site: Dyads, moved: np.ndarray, strata: np.ndarray) -> _Block:
        n, known = len(site.y), site.known
        fixed = np.zeros((1 + len(site.x), n * n))
        columns = np.column_stack([site.outcome, site.predictors])
        fixed[:, known.ravel()] = _centred(columns).T
        both = np.zeros((n, n, moved.shape[1]))
        both[known] = moved
        if not site.directed:
            both += both.transpose(1, 0, 2)
        seen = known if site.directed else known | known.T
        flat = both.reshape(n * n, -1)
        return cls(n, fixed, flat, known, seen, _is_kept(seen, strata))

    def products(self, relabellings: np.ndarray) -> np.ndarray:
        """W'm for each relabelling, (B, n) -> (B, 1 + k, q)."""
        found = np.empty((len(relabellings), len(self.fixed), self.moved.shape[1]))
        for tile, moved in self._tiles(self.moved, relabellings):
            np.matmul(self.fixed, moved, out=found[tile])
        return found

    @cached_property
    def unchanged(self) -> Moments:
        """The moments that no relabelling changes."""
        one = self.moved[self.known.ravel()]
        squares = (self.fixed @ self.fixed.T)[None]
        crossed = np.zeros((1, len(self.fixed), one.shape[1]))
        n = np.array([self.known.sum()])
        return Moments(squares, crossed, (one**2).sum(0)[None], n)

    def on_intersection(self, relabellings: np.ndarray) -> Moments:
        """The moments over the dyads that stay observed, about their own means.

        What is 0 outside the sample needs no mask: a product with the relabelled
        column, or with its flags, sums over the dyads observed before and after.
        """
        count, p, q = len(relabellings), len(self.fixed), self.moved.shape[1]
        rows, columns = np.tril_indices(p)
        pairs = self.fixed[rows] * self.fixed[columns]
        left = np.vstack([self.known.reshape(1, -1), self.fixed])
        flagged = np.column_stack([self.moved, self.seen.ravel()])
        products = np.empty((count, p + 1, q + 1))
        moved_squares = np.empty((count, q))
        squares = np.empty((count, p, p))
        for tile, moved in self._tiles(flagged, relabellings):
            np.matmul(left, moved, out=products[tile])
            flags = np.ascontiguousarray(moved[:, :, -1])
            squares[tile, rows, columns] = flags @ pairs.T
            np.square(moved, out=moved)
            moved_squares[tile] = (left[:1] @ moved)[:, 0, :-1]
        squares[:, columns, rows] = squares[:, rows, columns]
        n, sums = products[:, 0, -1], products[:, 1:, -1]
        moved_sums, crossed = products[:, 0, :-1], products[:, 1:, :-1]
        per = np.divide(1, n, out=np.zeros_like(n), where=n > 0)[:, None]
        squares -= (sums * per)[:, :, None] * sums[:, None, :]
        crossed = crossed - (sums * per)[:, :, None] * moved_sums[:, None, :]
        return Moments(squares, crossed, moved_squares - moved_sums**2 * per, n)

    def _tiles(
        self, columns: np.ndarray, relabellings: np.ndarray
    ) -> Iterator[tuple[slice, np.ndarray]]:
        """A few relabelled copies of columns at a time, in room that is used again."""
        cells = len(columns)
        size = max(1, min(len(relabellings), TILE // columns.nbytes))
        room = np.empty((size, *columns.shape))
        places = np.empty((size, self.size, self.size), dtype=np.intp)
        for start in range(0, len(relabellings), size):
            some = relabellings[start : start + size]
            at, moved = places[: len(some)], room[: len(some)]
            np.add((some * self.size)[:, :, None], some[:, None, :], out=at)
            flat = at.reshape(len(some), cells)
            columns.take(flat, axis=0, mode="clip", out=moved)
            yield slice(start, start + len(some)), moved


def fitted(sites: Sequence[Dyads]) -> Fit:
    """Slopes and their classical errors, of which the t-statistics are made."""
    y = np.concatenate([_centred(site.outcome[:, None])[:, 0] for site in sites])
    x = np.concatenate([_centred(site.predictors) for site in sites])
    q, r = np.linalg.qr(x)
    slopes = np.linalg.solve(r, q.T @ y)
    left = y - x @ slopes
    df = len(y) - len(sites) - x.shape[1]
    spread = left @ left / df if df > 0 else np.nan
    inverse = np.linalg.inv(r)
    errors = np.sqrt(spread * (inverse**2).sum(1))
    return Fit(slopes, errors, df, float(1 - left @ left / (y @ y)))


def shifted_statistics(kept: np.ndarray, slope: float = 0.0) -> np.ndarray:
    """t of a term under each relabelling, for the null that its slope is `slope`.

    The outcome less slope times the predictor is regressed in place of the outcome.
    NaN where a relabelling leaves nothing to estimate from.

    Parameters
    ----------
    kept
        Draws x len(KEPT), the term's columns of what `Relabelled` gives.
    slope
        The slope under the null.
    """
    by, bx, d, yy, xy, xx, df = kept.T
    if slope:
        by = by - slope * bx
        yy = yy - 2 * slope * xy + slope**2 * xx
    left = yy * d - by**2
    valid = (d > 0) & (df > 0) & (left > ROUNDING * yy * d)
    t: np.ndarray = np.full(len(kept), np.nan)
    t[valid] = by[valid] * np.sqrt(df[valid] / left[valid])
    perfect = (d > 0) & (df > 0) & ~valid & (yy > 0)
    t[perfect] = np.copysign(np.inf, by[perfect])
    return t


def _of_moved_predictor(moments: Moments, n_sites: int) -> np.ndarray:
    """`KEPT` where a predictor was relabelled: y on the others and the moved one."""
    fixed, crossed = moments.fixed, moments.crossed
    terms = fixed.shape[1] - 1
    inverse = _inverse(fixed[:, 1:, 1:])
    df = np.broadcast_to(moments.n - n_sites - terms, len(crossed))
    kept = np.empty((len(crossed), terms, len(KEPT)))
    for k in range(terms):
        column, own = crossed[:, 1:, k], inverse[:, k, k]
        others = inverse - (
            inverse[:, :, k, None] * inverse[:, None, k, :] / own[:, None, None]
        )
        of_y = _times(others, fixed[:, 1:, 0])
        of_x = _times(others, fixed[:, 1:, 1 + k])
        of_moved = _times(others, column)
        kept[:, k, 0] = crossed[:, 0, k] - (of_y * column).sum(1)
        kept[:, k, 1] = crossed[:, 1 + k, k] - (of_x * column).sum(1)
        kept[:, k, 2] = moments.moved[:, k] - (of_moved * column).sum(1)
        kept[:, k, 3] = fixed[:, 0, 0] - (of_y * fixed[:, 1:, 0]).sum(1)
        kept[:, k, 4] = fixed[:, 0, 1 + k] - (of_x * fixed[:, 1:, 0]).sum(1)
        kept[:, k, 5], kept[:, k, 6] = 1 / own, df
    return kept


def _of_moved_outcome(moments: Moments, n_sites: int) -> np.ndarray:
    """`KEPT` where an outcome was relabelled: the moved one on all predictors."""
    fixed, crossed = moments.fixed, moments.crossed
    terms = fixed.shape[1] - 1
    inverse = _inverse(fixed[:, 1:, 1:])
    df = np.broadcast_to(moments.n - n_sites - terms, len(crossed))
    kept = np.full((len(crossed), terms, len(KEPT)), np.nan)
    for k in range(terms):
        place = min(k, crossed.shape[2] - 1)
        column = crossed[:, 1:, place]
        slopes = _times(inverse, column)
        left = moments.moved[:, place] - (slopes * column).sum(1)
        d = np.broadcast_to(1 / inverse[:, k, k], left.shape)
        by = slopes[:, k] * d
        kept[:, k, 0], kept[:, k, 2], kept[:, k, 6] = by, d, df
        kept[:, k, 3] = left + by**2 / d
    return kept


def _times(matrices: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Symmetric matrices times vectors; one matrix serves all vectors."""
    if len(matrices) == 1:
        product: np.ndarray = vectors @ matrices[0]
        return product
    products: np.ndarray = np.einsum("bij,bj->bi", matrices, vectors)
    return products


def _inverse(squares: np.ndarray) -> np.ndarray:
    """Inverses of cross-product matrices, NaN where predictors became collinear."""
    size = np.sqrt(np.einsum("bii->bi", squares))
    scale = size[:, :, None] * size[:, None, :]
    related = np.divide(squares, scale, out=np.zeros_like(squares), where=scale > 0)
    values, vectors = np.linalg.eigh(related)
    values = np.where(values > COLLINEAR, values, np.nan)
    inverse = (vectors / values[:, None, :]) @ vectors.transpose(0, 2, 1)
    found: np.ndarray = np.divide(
        inverse, scale, out=np.full_like(inverse, np.nan), where=scale > 0
    )
    return found


def _is_kept(seen: np.ndarray, strata: np.ndarray) -> bool:
    """Whether every relabelling within the strata leaves the observed dyads as are."""
    off = ~np.eye(len(seen), dtype=bool)
    for rows in np.unique(strata):
        for columns in np.unique(strata):
            part = np.outer(strata == rows, strata == columns) & off
            if np.unique(seen[part]).size > 1:
                return False
    return True


def _centred(columns: np.ndarray) -> np.ndarray:
    centred: np.ndarray = columns - columns.mean(axis=0)
    return centred


def _residual(column: np.ndarray, others: np.ndarray) -> np.ndarray:
    q, _ = np.linalg.qr(others)
    once = column - q @ (q.T @ column)
    left: np.ndarray = once - q @ (q.T @ once)
    return left
