"""Restricted maximum likelihood for crossed and nested random intercepts.

How much of what varies lies between groups, and what are the slopes given that?

With n rows, p fixed columns X and random intercepts of m factors,

.. math:: V = \\sigma^2 H, \\qquad H = I + \\sum_r \\gamma_r Z_r Z_r'

where gamma_r is the variance of factor r over that of the rows. The likelihood is
profiled: only the ratios are searched for (Bates et al. 2015). H is never formed. The
factor with most levels is eliminated in closed form, its own cross-products being
diagonal, and the levels of the others are solved by Cholesky; with one factor nothing
is left to solve. X is replaced by an orthonormal basis and y by what X leaves of it, at
unit length.

Bates, D., Maechler, M., Bolker, B., & Walker, S. (2015). Fitting linear mixed-effects
models using lme4. J. Stat. Softw. 67(1).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.linalg import lapack
from scipy.optimize import minimize

from netcollab.errors import RefusedError
from netcollab.inference.samples import Factor

__all__ = [
    "HIGHEST",
    "LOWEST",
    "STARTS",
    "STEP",
    "Point",
    "Profile",
    "Restricted",
    "lowest",
    "searched",
]

SPARSE = 0.1  # share of cells that are not 0, below which a table is held sparse
MAX_LEVELS = 5000
LOWEST, HIGHEST = 1e-3, 100.0  # of the square root of a variance ratio
STARTS = (0.03, 0.1, 0.3, 1.0, 3.0)
PERFECT = 1e-10
STEP = 1e-6


class Point(NamedTuple):
    """The model at given parameters of its variances, in the orthonormal basis.

    `deviance` is -2 log-likelihood up to a constant, with the variance of the rows at
    its best; `information` is Q'H^-1 Q, `slopes` the fixed effects, `rss` the weighted
    squares left. Its derivative by a parameter of H, the variance s^2 of the rows held,
    is the parameter's `traces` less its `pulls` / s^2: for a variance ratio gamma_r
    those are tr(Z_r' P Z_r) and |Z_r' P y|^2. `effects` is Z_r' H^-1 [Q, y] for each
    factor; of groups with slopes, also L' times that.
    """

    deviance: float
    information: np.ndarray
    slopes: np.ndarray
    rss: float
    traces: np.ndarray
    pulls: np.ndarray
    effects: list[np.ndarray]


class Fixed(NamedTuple):
    """What a `Point` has of the fixed effects; `covariance` inverts `information`."""

    deviance: float
    information: np.ndarray
    covariance: np.ndarray
    slopes: np.ndarray
    rss: float


@dataclass(frozen=True, eq=False)
class Restricted:
    """What every restricted likelihood shares, whatever varies between groups.

    Parameters
    ----------
    y
        The outcome, (n,).
    x
        The fixed columns, (n, p), not collinear.
    """

    y: np.ndarray
    x: np.ndarray

    @property
    def df(self) -> int:
        """Rows less fixed columns."""
        return int(len(self.y) - self.x.shape[1])

    @cached_property
    def root(self) -> np.ndarray:
        """The inverse of R in X = QR, which turns slopes back into the data's units."""
        root: np.ndarray = np.linalg.inv(self._basis[1])
        return root

    @cached_property
    def columns(self) -> np.ndarray:
        """Q, and what X leaves of y at unit length: n x (p + 1)."""
        return np.column_stack([self._basis[0], self._left / self.length])

    @cached_property
    def length(self) -> float:
        """The length of what X leaves of y."""
        return float(np.sqrt(self._left @ self._left))

    def estimates(self, slopes: np.ndarray) -> np.ndarray:
        """Fixed effects in the units of the data, (..., p), from those in the basis."""
        in_basis = self._basis[0].T @ self.y + self.length * slopes
        estimates: np.ndarray = in_basis @ self.root.T
        return estimates

    def spread(self, point: Point) -> float:
        """The variance of the rows."""
        return point.rss * self.length**2 / self.df

    def errors(self, point: Point) -> np.ndarray:
        """Standard errors of the fixed effects, the variances taken as known."""
        covariance = self.root @ np.linalg.inv(point.information) @ self.root.T
        errors: np.ndarray = np.sqrt(self.spread(point) * np.diag(covariance))
        return errors

    def loglik(self, point: Point) -> float:
        """The restricted log-likelihood, constants as in lme4."""
        scale = 2 * np.log(np.abs(np.diag(self._basis[1]))).sum()
        constant = self.df * (1 + np.log(2 * np.pi * self.length**2 / self.df))
        return float(-(point.deviance + scale + constant) / 2)

    def solved(self, inner: np.ndarray, log_size: float) -> Fixed:
        """The fixed effects from [Q, y]'H^-1 [Q, y] and the log-determinant of H."""
        information = inner[:-1, :-1]
        covariance = np.linalg.inv(information)
        slopes = covariance @ inner[:-1, -1]
        rss = float(inner[-1, -1] - inner[:-1, -1] @ slopes)
        deviance = float(
            log_size
            + np.linalg.slogdet(information)[1]
            + self.df * np.log(max(rss, PERFECT**2))
        )
        return Fixed(deviance, information, covariance, slopes, rss)

    @cached_property
    def _basis(self) -> tuple[np.ndarray, np.ndarray]:
        q, r = np.linalg.qr(self.x)
        return q, r

    @cached_property
    def _left(self) -> np.ndarray:
        q = self._basis[0]
        y = self.y - self.y.mean()
        once = y - q @ (q.T @ y)
        left: np.ndarray = once - q @ (q.T @ once)
        if np.abs(left).max() <= PERFECT * np.abs(y).max():
            raise RefusedError(
                "the predictors tell the outcome exactly; nothing is left"
            )
        return left

    @cached_property
    def squares(self) -> np.ndarray:
        """[Q, y]'[Q, y]."""
        squares: np.ndarray = self.columns.T @ self.columns
        return squares


@dataclass(frozen=True, eq=False)
class Profile(Restricted):
    """The likelihood of variance ratios.

    Parameters
    ----------
    y
        The outcome, (n,).
    x
        The fixed columns, (n, p), not collinear.
    factors
        The grouping of the rows, m of them.
    """

    factors: Sequence[Factor]

    def at(self, ratios: np.ndarray) -> Point:
        """The model at variance ratios, one per factor; they may be 0."""
        big, rest = self._order[0], self._order[1:]
        first, sums = self.factors[big], self._sums
        shrunk = 1 + ratios[big] * first.sizes
        pulled = (ratios[big] / shrunk)[:, None] * sums[big]
        inner = self.squares - sums[big].T @ pulled
        log_size = np.log(shrunk).sum()
        effects = {big: sums[big] / shrunk[:, None]}
        traces = {big: float((first.sizes / shrunk).sum())}
        if rest:
            half = np.repeat(
                np.sqrt(ratios[rest]), [len(self.factors[r].levels) for r in rest]
            )
            left = self._crossed_squares - self._weighted(ratios[big] / shrunk)
            sums_left = np.concatenate([sums[r] for r in rest])
            sums_left = sums_left - self._crossed.T @ pulled
            inverse, log_rest = _inverse(half[:, None] * left * half)
            log_size += log_rest
            scaled = half[:, None] * inverse * half
            solved = scaled @ sums_left
            inner = inner - sums_left.T @ solved
            effects[big] = effects[big] - (self._crossed @ solved) / shrunk[:, None]
            traces[big] -= float((scaled * self._weighted(1 / shrunk**2)).sum())
            outer, diagonal = sums_left - left @ solved, 1 - np.diag(inverse)
            for r, span in zip(rest, self._spans, strict=True):
                effects[r] = outer[span]
                traces[r] = float(diagonal[span].sum() / max(ratios[r], LOWEST**2))
        order = range(len(self.factors))
        return self._told(
            inner, log_size, [effects[r] for r in order], [traces[r] for r in order]
        )

    def _told(
        self,
        inner: np.ndarray,
        log_size: float,
        effects: list[np.ndarray],
        traces: list[float],
    ) -> Point:
        fixed = self.solved(inner, log_size)
        own = [fixed.covariance * (e[:, :-1].T @ e[:, :-1]) for e in effects]
        pulls = [((e[:, -1] - e[:, :-1] @ fixed.slopes) ** 2).sum() for e in effects]
        return Point(
            deviance=fixed.deviance,
            information=fixed.information,
            slopes=fixed.slopes,
            rss=fixed.rss,
            traces=np.array(traces) - [part.sum() for part in own],
            pulls=np.array(pulls),
            effects=effects,
        )

    def free(self, ratios: np.ndarray) -> np.ndarray:
        """Which ratios lie inside their range."""
        inside: np.ndarray = ratios > 0
        return inside

    def beside(self, ratios: np.ndarray) -> np.ndarray:
        """Values next to each ratio, for differences."""
        near: np.ndarray = ratios * (1 + STEP)
        return near

    def pushed(self, point: Point, columns: np.ndarray) -> np.ndarray:
        """The derivative of each column's c'(Q'H^-1 Q)^-1 c by each ratio.

        `columns` is (Q'H^-1 Q)^-1 c, p x k; the result m x k.
        """
        pushed: np.ndarray = np.array(
            [((e[:, :-1] @ columns) ** 2).sum(0) for e in point.effects]
        )
        return pushed

    def weighted(self, ratios: np.ndarray, point: Point) -> np.ndarray:
        """H^-1 [Q, y], n x (p + 1)."""
        weighted: np.ndarray = self.columns - sum(
            ratio * effects[factor.codes]
            for ratio, effects, factor in zip(
                ratios, point.effects, self.factors, strict=True
            )
        )
        return weighted

    @cached_property
    def _sums(self) -> list[np.ndarray]:
        return [factor.sums(self.columns) for factor in self.factors]

    @cached_property
    def _order(self) -> list[int]:
        """The factors, that with most levels first."""
        sizes = [len(factor.levels) for factor in self.factors]
        order = sorted(range(len(sizes)), key=lambda r: -sizes[r])
        if sum(sizes) - max(sizes) > MAX_LEVELS:
            raise RefusedError(
                f"{sum(sizes) - max(sizes):,} groups beside the factor with most; at "
                f"most {MAX_LEVELS:,} are solved for. Take coarser groups"
            )
        return order

    @cached_property
    def _spans(self) -> list[slice]:
        ends = np.cumsum([0, *(len(self.factors[r].levels) for r in self._order[1:])])
        return [slice(a, b) for a, b in pairwise(ends)]

    @cached_property
    def _flags(self) -> sparse.csr_array:
        """Which levels of all factors but the biggest each row has."""
        codes = [
            self.factors[r].codes + span.start
            for r, span in zip(self._order[1:], self._spans, strict=True)
        ]
        rows = np.tile(np.arange(len(self.y)), len(codes))
        shape = (len(self.y), self._spans[-1].stop)
        told = np.ones(len(rows)), (rows, np.concatenate(codes))
        return sparse.csr_array(told, shape=shape)

    @cached_property
    def _crossed_squares(self) -> np.ndarray:
        squares: np.ndarray = (self._flags.T @ self._flags).toarray()
        return squares

    @cached_property
    def _crossed(self) -> np.ndarray | sparse.csr_array:
        """Rows that each level of the biggest factor shares with each other level."""
        biggest = self.factors[self._order[0]]
        n = len(self.y)
        own = sparse.csr_array(
            (np.ones(n), (np.arange(n), biggest.codes)), shape=(n, len(biggest.levels))
        )
        shared = (own.T @ self._flags).tocsr()
        dense = shared.nnz > SPARSE * shared.shape[0] * shared.shape[1]
        return shared.toarray() if dense else shared

    def _weighted(self, weights: np.ndarray) -> np.ndarray:
        shared = self._crossed
        if isinstance(shared, np.ndarray):
            product: np.ndarray = (shared.T * weights) @ shared
        else:
            product = (shared.T @ (sparse.diags_array(weights) @ shared)).toarray()
        return product


def searched(profile: Profile) -> np.ndarray:
    """The variance ratios of highest restricted likelihood, 0 where that is best.

    By square roots and with exact derivatives (L-BFGS-B), from the best of five common
    ratios; with several factors from the two best. A ratio below one in a million is 0.

    Raises
    ------
    RefusedError
        For a ratio of about 10,000 or more, where sums lose the digits that count.
    """

    def deviance(roots: np.ndarray) -> tuple[float, np.ndarray]:
        point = profile.at(roots**2)
        slope = point.traces - profile.df * point.pulls / point.rss
        return point.deviance, 2 * roots * slope

    count = len(profile.factors)
    starts = sorted(STARTS, key=lambda root: profile.at(np.full(count, root**2))[0])
    roots = lowest(
        deviance,
        [np.full(count, start) for start in starts[: min(count, 2)]],
        [(LOWEST, HIGHEST)] * count,
    )
    for factor, root in zip(profile.factors, roots, strict=True):
        if root > 0.99 * HIGHEST:
            raise RefusedError(
                f"rows with the same {factor.name} hardly differ: its variance is some "
                f"{HIGHEST**2:,.0f} times theirs or more; average them"
            )
    ratios: np.ndarray = np.where(roots > 1.01 * LOWEST, roots**2, 0.0)
    return ratios


def lowest(
    deviance: Callable[[np.ndarray], tuple[float, np.ndarray]],
    starts: Sequence[np.ndarray],
    bounds: Sequence[tuple[float, float]],
) -> np.ndarray:
    """Where a deviance, given with its derivatives, is lowest, from several starts."""
    found = [
        minimize(
            deviance,
            start,
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"ftol": 1e-13, "gtol": 1e-9, "maxiter": 500},
        )
        for start in starts
    ]
    best: np.ndarray = min(found, key=lambda each: float(each.fun)).x
    return best


def _inverse(squares: np.ndarray) -> tuple[np.ndarray, float]:
    """Inverse and log-determinant of I + a positive semi-definite matrix."""
    squares = squares.copy()
    squares.flat[:: len(squares) + 1] += 1
    triangle, _ = lapack.dpotrf(squares, lower=1, clean=1)
    lower, _ = lapack.dpotri(triangle, lower=1)
    inverse: np.ndarray = lower + lower.T  # the upper half of both is 0
    inverse.flat[:: len(squares) + 1] /= 2
    return inverse, float(2 * np.log(np.diag(triangle)).sum())
