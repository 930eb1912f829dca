"""Regression of dyads under relabelling: arrays in, one row of moments per draw out.

Which t-statistics would a regression have had, had the actors changed places?

With W the fixed columns (the outcome y and the predictors X) and m the column that is
relabelled, a regression needs only the moments W'W, W'm and m'm over the sample. Where
relabelling keeps the sample as it is, W'W and m'm do not change, and one product
W'm serves the tests of all predictors at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
import scipy.linalg

from netcollab._plans import Crossed
from netcollab.inference.cores import one_core
from netcollab.inference.dyads import Dyads
from netcollab.inference.relabelling import (
    Block,
    about_means,
    blocks_of,
    each_site,
    left_over,
)

__all__ = ["KEPT", "Fit", "Relabelled", "fitted", "shifted_statistics"]

ROUNDING = 1e-12
COLLINEAR = 1e-10
# What a draw keeps of each term: enough to test any slope, not 0 alone.
KEPT = ("by", "bx", "d", "yy", "xy", "xx", "df")


class Fit(NamedTuple):
    """Least squares over the dyads of all sites, each site with its own mean."""

    slopes: np.ndarray
    errors: np.ndarray
    df: int
    r_squared: float


@dataclass(frozen=True, eq=False)
class Moments:
    """Sums of squares and products about the sites' means, for B relabellings.

    fixed is (B, p, p) over y and the predictors, crossed (p, B, q) of these with the
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

    def __call__(self, relabellings: np.ndarray | Crossed) -> np.ndarray:
        """The moments of each draw, (B, actors) -> (B, terms x len(KEPT)).

        The columns of a term are those of `KEPT`: its statistic for the null that its
        slope is b is that of `shifted_statistics`.
        """
        with one_core():
            moments = self._moments(Crossed.of(relabellings))
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
    def relabelled(self) -> list[Block]:
        """What changes places, by site: a column per term, or the outcome's one."""
        return self._blocks

    @property
    def keeps_sample(self) -> bool:
        """No relabelling changes which dyads are observed."""
        return all(block.is_kept for block in self._blocks)

    @cached_property
    def exhausted(self) -> np.ndarray:
        """For each term, whether the other predictors leave nothing of the outcome."""
        y, x = about_means(self.sites)
        left = left_over(np.broadcast_to(y[:, None], x.shape), x)
        squares = np.einsum("ij,ij->j", left, left)
        exhausted: np.ndarray = squares <= ROUNDING * (y @ y)
        return exhausted

    def _moments(self, relabellings: Crossed) -> Moments:
        count = len(relabellings)
        p, q = self.n_terms + 1, self._blocks[0].moved.shape[1]
        crossed = np.zeros((p, count, q))
        size = 1 if self.keeps_sample else count
        fixed, moved, n = np.zeros((size, p, p)), np.zeros((size, q)), np.zeros(size)
        each = each_site(self._blocks, relabellings, common=self.common)
        for (block, own), columns in zip(each, self._fixed, strict=True):
            compute = _on_sample if block.is_kept else _on_intersection
            part = compute(block, columns, own)
            crossed += part.crossed
            fixed += part.fixed
            moved += part.moved
            n += part.n
        return Moments(fixed, crossed, moved, n)

    @property
    def _fixed(self) -> list[np.ndarray]:
        """y and the predictors about their means, dyads x (1 + k), by site.

        As large as the data, and quickly made: not kept between blocks of draws.
        """
        found = []
        for site in self.sites:
            both = np.column_stack([site.outcome, site.predictors])
            found.append(both - both.mean(axis=0))
        return found

    @cached_property
    def _blocks(self) -> list[Block]:
        y, x = about_means(self.sites)
        outcomes = np.broadcast_to(y[:, None], x.shape)
        columns = {
            "dsp": lambda: left_over(x, x),
            "freedman_lane": lambda: left_over(outcomes, x),
            "x": lambda: x,
            "y": lambda: y[:, None],
        }[self.method]()
        return blocks_of(self.sites, columns, common=self.common)


def _on_sample(block: Block, fixed: np.ndarray, relabellings: Crossed) -> Moments:
    """The moments where no relabelling changes the sample: W'm alone is new."""
    crossed = block.products(block.cells(fixed), block.moved, relabellings)
    one = block.moved[block.known.ravel()]
    squares, n = np.einsum("ij,ij->j", one, one), np.array([len(fixed)])
    return Moments((fixed.T @ fixed)[None], crossed, squares[None], n)


def _on_intersection(block: Block, fixed: np.ndarray, relabellings: Crossed) -> Moments:
    """The moments over the dyads that stay observed, about their own means.

    What is 0 outside the sample needs no mask: a product with the relabelled column,
    or with its flags, sums over the dyads observed before and after.
    """
    count, p, q = len(relabellings), fixed.shape[1], block.moved.shape[1]
    flags = block.seen.reshape(-1, 1) * 1.0
    columns = np.hstack([block.moved, block.moved**2, flags])
    fixed = block.cells(fixed)
    products = block.products(np.hstack([flags, fixed]), columns, relabellings)
    one, other = np.tril_indices(p)
    squares = block.products(fixed[:, one] * fixed[:, other], flags, relabellings)
    n, sums = products[0, :, -1], products[1:, :, -1]
    moved_sums, moved_squares = products[0, :, :q], products[0, :, q:-1]
    per = np.divide(1, n, out=np.zeros_like(n), where=n > 0)
    means = sums * per
    about = np.empty((count, p, p))
    about[:, one, other] = about[:, other, one] = squares[:, :, 0].T
    about -= means.T[:, :, None] * sums.T[:, None, :]
    crossed = products[1:, :, :q] - means[:, :, None] * moved_sums
    return Moments(about, crossed, moved_squares - moved_sums**2 * per[:, None], n)


def fitted(sites: Sequence[Dyads]) -> Fit:
    """Slopes and their classical errors, of which the t-statistics are made."""
    y, x = about_means(sites)
    q, r = scipy.linalg.qr(x, mode="economic")
    slopes = np.linalg.solve(r, q.T @ y)
    del q
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
    by, bx, d, yy, xy, xx, df = np.ascontiguousarray(kept.T)
    if slope:
        by = by - slope * bx
        yy = yy - 2 * slope * xy + slope**2 * xx
    left = yy * d - by**2
    valid = (d > 0) & (df > 0) & (left > ROUNDING * yy * d)
    t: np.ndarray = np.full(len(kept), np.nan)
    np.divide(df, left, out=t, where=valid)
    np.multiply(np.sqrt(t), by, out=t)
    perfect = (d > 0) & (df > 0) & ~valid & (yy > 0)
    t[perfect] = np.copysign(np.inf, by[perfect])
    return t


def _of_moved_predictor(moments: Moments, n_sites: int) -> np.ndarray:
    """`KEPT` where a predictor was relabelled: y on the others and the moved one.

    What all predictors explain, less what the term alone adds to the others.
    """
    fixed, crossed = moments.fixed, moments.crossed[1:]
    terms, count, _ = crossed.shape
    inverse = _inverse(fixed[:, 1:, 1:])
    own = np.diagonal(inverse, axis1=1, axis2=2)
    slopes = (inverse @ fixed[:, 1:, :1])[:, :, 0]
    left = fixed[:, 0, 0] - (slopes * fixed[:, 1:, 0]).sum(1)
    solved = _times(inverse, crossed)
    alone = np.diagonal(solved, axis1=0, axis2=2) / own
    kept = np.empty((count, terms, len(KEPT)))
    kept[:, :, 0] = moments.crossed[0] + slopes * alone
    for place in range(terms):
        kept[:, :, 0] -= slopes[:, [place]] * crossed[place]
    kept[:, :, 1] = alone
    kept[:, :, 2] = moments.moved - (solved * crossed).sum(0) + own * alone**2
    kept[:, :, 3] = left[:, None] + slopes**2 / own
    kept[:, :, 4], kept[:, :, 5] = slopes / own, 1 / own
    kept[:, :, 6] = (moments.n - n_sites - terms)[:, None]
    return kept


def _of_moved_outcome(moments: Moments, n_sites: int) -> np.ndarray:
    """`KEPT` where an outcome was relabelled: the moved one on all predictors."""
    crossed = moments.crossed[1:]
    terms, count, _ = crossed.shape
    inverse = _inverse(moments.fixed[:, 1:, 1:])
    solved = _times(inverse, crossed)
    left = moments.moved - (solved * crossed).sum(0)
    each = np.broadcast_to(solved, (terms, count, terms))
    d = 1 / np.diagonal(inverse, axis1=1, axis2=2)
    kept = np.full((count, terms, len(KEPT)), np.nan)
    kept[:, :, 0] = by = np.diagonal(each, axis1=0, axis2=2) * d
    kept[:, :, 2] = d
    kept[:, :, 3] = left + by**2 / d
    kept[:, :, 6] = (moments.n - n_sites - terms)[:, None]
    return kept


def _times(matrices: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """(B, k, k) times (k, B, q); one matrix serves all draws."""
    if len(matrices) == 1:
        product: np.ndarray = matrices[0] @ columns.reshape(len(columns), -1)
        return product.reshape(columns.shape)
    products: np.ndarray = matrices @ columns.transpose(1, 0, 2)
    return products.transpose(1, 0, 2)


def _inverse(squares: np.ndarray) -> np.ndarray:
    """Inverses of cross-product matrices, NaN where predictors became collinear."""
    size = np.sqrt(np.einsum("bii->bi", squares))
    scale = size[:, :, None] * size[:, None, :]
    related = np.divide(squares, scale, out=np.zeros_like(squares), where=scale > 0)
    values, vectors = np.linalg.eigh(related)
    lost = (values <= COLLINEAR).any(axis=1)
    values[lost] = 1
    inverse = (vectors / values[:, None, :]) @ vectors.transpose(0, 2, 1)
    inverse[lost] = np.nan
    found: np.ndarray = np.divide(
        inverse, scale, out=np.full_like(inverse, np.nan), where=scale > 0
    )
    return found
