"""Restricted maximum likelihood where slopes differ between the groups of one factor.

How much do groups differ in their level and in their slopes, and what is left of a
mean slope, given that?

In group g, with Z_g the columns whose effects vary (1 and the predictors),

.. math:: y_g = X_g \\beta + Z_g u_g + e_g, \\qquad u_g \\sim N(0, \\sigma^2 L L')

with L lower triangular, searched for as it is (Bates et al. 2015): the likelihood then
has no edge where a variance is 0. Groups are handled all at once by their q x q
matrices, H_g = I + Z_g L L' Z_g' never being formed. A fit is the same for any other
columns that span those of Z, so that these are made orthonormal for the search and
turned until L is diagonal after it.

Bates, D., Maechler, M., Bolker, B., & Walker, S. (2015). Fitting linear mixed-effects
models using lme4. J. Stat. Softw. 67(1).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import NamedTuple

import numpy as np

from netcollab.errors import RefusedError
from netcollab.inference.reml import (
    HIGHEST,
    LOWEST,
    STARTS,
    STEP,
    Point,
    Restricted,
    lowest,
)
from netcollab.inference.samples import Factor, about_groups

__all__ = ["SlopeFit", "SlopeProfile", "searched_slopes"]

TRIED = 3


@dataclass(frozen=True, eq=False)
class SlopeProfile(Restricted):
    """The likelihood of a matrix of variances and covariances over that of the rows.

    Parameters
    ----------
    y
        The outcome, (n,).
    x
        The fixed columns, (n, p), not collinear.
    factor
        The grouping of the rows.
    z
        The columns whose effects vary between groups, (n, q).
    """

    factor: Factor
    z: np.ndarray

    def matrix(self, theta: np.ndarray) -> np.ndarray:
        """L from its lower triangle, row by row."""
        width = self.z.shape[1]
        matrix = np.zeros((width, width))
        matrix[self._cells] = theta
        return matrix

    def at(self, theta: np.ndarray) -> Point:
        """The model at L, given as its lower triangle row by row."""
        root = self.matrix(theta)
        half = root.T @ self._sums
        own = np.eye(len(root)) + root.T @ self._crossed @ root
        shrunk = root @ np.linalg.inv(own)
        inner = self.squares - np.tensordot(
            half, np.linalg.solve(own, half), axes=([0, 1], [0, 1])
        )
        effects = self._sums - self._crossed @ shrunk @ half
        left = self._crossed - self._crossed @ shrunk @ root.T @ self._crossed
        fixed = self.solved(inner, float(np.linalg.slogdet(own)[1].sum()))
        on_fixed, on_y = effects[:, :, :-1], effects[:, :, -1]
        held = np.einsum("gik,kl,gjl->ij", on_fixed, fixed.covariance, on_fixed)
        pull = on_y - on_fixed @ fixed.slopes
        return Point(
            deviance=fixed.deviance,
            information=fixed.information,
            slopes=fixed.slopes,
            rss=fixed.rss,
            traces=self._by_theta(left.sum(0) - held, root),
            pulls=self._by_theta(pull.T @ pull, root),
            effects=[effects, root.T @ effects],
        )

    def free(self, theta: np.ndarray) -> np.ndarray:
        """Which parameters lie in a column of L, here diagonal, that is not 0."""
        inside: np.ndarray = np.diag(self.matrix(theta))[self._cells[1]] > 0
        return inside

    def beside(self, theta: np.ndarray) -> np.ndarray:
        """Values next to each parameter, for differences."""
        size = np.diag(self.matrix(theta))[self._cells[1]]
        near: np.ndarray = theta + STEP * size
        return near

    def pushed(self, point: Point, columns: np.ndarray) -> np.ndarray:
        """The derivative of each column's c'(Q'H^-1 Q)^-1 c by each parameter.

        `columns` is (Q'H^-1 Q)^-1 c, p x k; the result has k columns.
        """
        rows, places = self._cells
        plain, rooted = (effects[:, :, :-1] @ columns for effects in point.effects)
        pushed: np.ndarray = 2 * (plain[:, rows] * rooted[:, places]).sum(0)
        return pushed

    def weighted(self, theta: np.ndarray, point: Point) -> np.ndarray:
        """H^-1 [Q, y], n x (p + 1)."""
        back = (self.matrix(theta) @ point.effects[1])[self.factor.codes]
        weighted: np.ndarray = self.columns - np.einsum("nq,nqk->nk", self.z, back)
        return weighted

    def _by_theta(self, slope: np.ndarray, root: np.ndarray) -> np.ndarray:
        """Derivatives by the triangle of L from those by L L', a symmetric matrix."""
        by_theta: np.ndarray = 2 * (slope @ root)[self._cells]
        return by_theta

    @cached_property
    def _cells(self) -> tuple[np.ndarray, np.ndarray]:
        return np.tril_indices(self.z.shape[1])

    @cached_property
    def _crossed(self) -> np.ndarray:
        """Z_g'Z_g, groups x q x q."""
        return self._products(self.z)

    @cached_property
    def _sums(self) -> np.ndarray:
        """Z_g'[Q, y], groups x q x (p + 1)."""
        return self._products(self.columns)

    def _products(self, columns: np.ndarray) -> np.ndarray:
        sums = [self.factor.sums(column[:, None] * columns) for column in self.z.T]
        return np.stack(sums, axis=1)


class SlopeFit(NamedTuple):
    """The model of highest restricted likelihood.

    `profile` has columns of Z in which L is diagonal, `theta` is that L, with zeros
    last; `covariance` is L L' for 1 and the predictors in the data's units.
    """

    profile: SlopeProfile
    theta: np.ndarray
    covariance: np.ndarray


def searched_slopes(
    y: np.ndarray, x: np.ndarray, factor: Factor, predictors: np.ndarray
) -> SlopeFit:
    """The model of highest restricted likelihood, of lower rank where that is best.

    With exact derivatives (L-BFGS-B), from the best three of 25 diagonal L. A variance
    of less than a millionth of that of the rows, in whatever direction, is 0.

    Parameters
    ----------
    y
        The outcome, (n,).
    x
        The fixed columns, (n, p), not collinear.
    factor
        The grouping of the rows.
    predictors
        The columns whose slopes vary, (n, q - 1), not collinear.

    Raises
    ------
    RefusedError
        For a variance of about 10,000 times that of the rows or more, where sums lose
        the digits that count.
    """
    centre = predictors.mean(axis=0)
    triangle = np.linalg.qr(about_groups(predictors, factor))[1]
    scale = np.sqrt(len(y)) * np.linalg.inv(triangle)
    z = np.column_stack([np.ones(len(y)), (predictors - centre) @ scale])
    turn = np.eye(z.shape[1])
    turn[0, 1:], turn[1:, 1:] = -centre @ scale, scale
    profile = SlopeProfile(y, x, factor, z)
    starts = sorted(_starts(len(turn)), key=lambda theta: profile.at(theta).deviance)
    theta = lowest(
        lambda theta: _deviance(profile, theta),
        starts[:TRIED],
        [(-HIGHEST, HIGHEST)] * len(starts[0]),
    )
    root = profile.matrix(theta)
    values, vectors = np.linalg.eigh(root @ root.T)
    if values[-1] > (0.99 * HIGHEST) ** 2:
        raise RefusedError(
            f"rows with the same {factor.name} hardly differ from its own line: the "
            f"variance of lines is some {HIGHEST**2:,.0f} times theirs or more; take "
            f"the slope of each {factor.name} and test their mean by site_slopes"
        )
    values = np.where(values > LOWEST**2, values, 0.0)[::-1]
    turn = turn @ vectors[:, ::-1]
    return SlopeFit(
        profile=replace(profile, z=z @ vectors[:, ::-1]),
        theta=np.diag(np.sqrt(values))[np.tril_indices(len(values))],
        covariance=turn * values @ turn.T,
    )


def _starts(width: int) -> list[np.ndarray]:
    """Diagonal L of common sizes, the slopes alike."""
    sizes = product(STARTS, STARTS)
    diagonals = [np.diag([level, *[slope] * (width - 1)]) for level, slope in sizes]
    return [diagonal[np.tril_indices(width)] for diagonal in diagonals]


def _deviance(profile: SlopeProfile, theta: np.ndarray) -> tuple[float, np.ndarray]:
    point = profile.at(theta)
    return point.deviance, point.traces - profile.df * point.pulls / point.rss
