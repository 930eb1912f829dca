"""Variances and covariances of a round robin with holes, by restricted likelihood.

Which variances of raters, of the rated and of pairs make the observed ratings most
likely, when some were not given?
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import linalg

from netcollab.errors import RefusedError
from netcollab.inference.cores import one_core

__all__ = ["likelihood_components"]

STEPS = 500
UNDAMPED = 30
CONVERGED = 1e-9
SINGULAR = 1e-8
LEAST = 0.01
START = (0.2, 0.2, 0.0, 0.6, 0.0)


class Cells(NamedTuple):
    """The observed cells: value, rater, rated, and where the answer back stands.

    back is the place of the cell (j, i) for the cell (i, j), -1 where that is missing.
    """

    values: np.ndarray
    rater: np.ndarray
    rated: np.ndarray
    back: np.ndarray
    n: int


def likelihood_components(ratings: np.ndarray) -> np.ndarray:
    """Five components and their sampling variances, (2, 5), from the observed cells.

    In order: actor variance, partner variance, actor-partner covariance, relationship
    variance, relationship covariance, of the model

    .. math::

        x_{ij} = m + a_i + b_j + g_{ij}, \\quad i \\ne j,

    with (a, b) and (g_ij, g_ji) bivariate normal. With V the covariance of the observed
    cells, K_k its derivative by component k, and P the inverse of V less what the mean
    takes, the equations of restricted maximum likelihood are

    .. math::

        \\sum_l \\mathrm{tr}(P K_k P K_l)\\, \\theta_l = x' P K_k P x.

    They are solved and V is renewed until nothing changes. Where the estimates make no
    covariance matrix (a variance is negative), V is that of the nearest one that is:
    the likelihood itself has no maximum there. The estimates remain unbiased, may be
    negative, and are those of mean squares where there are no holes, whatever V is.
    Sampling variances are those of the expected information.

    Parameters
    ----------
    ratings
        n x n, NaN on the diagonal and where not observed.

    Raises
    ------
    RefusedError
        If the observed cells cannot tell the components apart.

    References
    ----------
    Rao, C. R. (1971). Minimum variance quadratic unbiased estimation of variance
    components. J. Multivar. Anal. 1, 445-456. Patterson, H. D., & Thompson, R. (1971).
    Recovery of inter-block information when block sizes are unequal. Biometrika 58,
    545-554.
    """
    cells = _cells(ratings)
    if np.ptp(cells.values) == 0:
        return np.zeros((2, 5))
    total = float(cells.values.var())
    weights, before = total * np.array(START), np.full(5, np.inf)
    with one_core():
        for step in range(STEPS):
            found, variances = _solved(weights, cells)
            if np.abs(found - before).max() <= CONVERGED * total:
                return np.array([found, variances])
            towards = found if step < UNDAMPED else (weights + found) / 2
            weights, before = _nearest(towards, LEAST * total), found
    raise RefusedError("the likelihood of the ratings leads to no one estimate")


def _cells(ratings: np.ndarray) -> Cells:
    rater, rated = np.nonzero(~np.isnan(ratings))
    place = np.full(ratings.shape, -1)
    place[rater, rated] = np.arange(len(rater))
    values = ratings[rater, rated]
    return Cells(values - values.mean(), rater, rated, place[rated, rater], len(place))


def _solved(weights: np.ndarray, cells: Cells) -> tuple[np.ndarray, np.ndarray]:
    """The equations at given components: what they say, with its sampling variances."""
    covariance = np.einsum(
        "k,kij->ij", weights, _products(np.eye(len(cells[0])), cells)
    )
    inverse = linalg.cho_solve(
        linalg.cho_factor(covariance, lower=True), np.eye(len(covariance))
    )
    sums = inverse.sum(axis=1)
    projected = inverse - np.outer(sums, sums) / sums.sum()
    products = _products(projected, cells)
    information = np.array(
        [[float((p * q.T).sum()) / 2 for q in products] for p in products]
    )
    row = (projected @ cells.values)[None]
    quadratic = _products(row, cells)[:, 0] @ row[0] / 2
    size = np.sqrt(np.diag(information))
    scaled = information / np.outer(size, size) if size.all() else np.zeros((5, 5))
    if np.linalg.eigvalsh(scaled)[0] <= SINGULAR:
        raise RefusedError(
            "too few ratings were observed to tell actors, partners and pairs apart"
        )
    variances = np.diag(np.linalg.inv(scaled)) / size**2
    return np.linalg.solve(scaled, quadratic / size) / size, variances


def _products(rows: np.ndarray, cells: Cells) -> np.ndarray:
    """Rows times the matrix of each component, without building those matrices.

    Two cells share an actor variance where the rater is the same, a partner variance
    where the rated is, the covariance of both where the rater of one is the rated of
    the other, the relationship variance with themselves, its covariance with the
    answer back.
    """
    by_rater = rows @ (cells.rater[:, None] == np.arange(cells.n))
    by_rated = rows @ (cells.rated[:, None] == np.arange(cells.n))
    crossed = by_rater[:, cells.rated] + by_rated[:, cells.rater]
    back = np.where(cells.back >= 0, rows[:, cells.back], 0.0)
    return np.array(
        [by_rater[:, cells.rater], by_rated[:, cells.rated], crossed, rows, back]
    )


def _nearest(components: np.ndarray, least: float) -> np.ndarray:
    """The components of the nearest covariance matrix of effects and of pairs."""
    actor, partner, both, cell, back = components
    values, vectors = np.linalg.eigh([[actor, both], [both, partner]])
    effects = (vectors * values.clip(min=0)) @ vectors.T
    together, apart = max(cell + back, least), max(cell - back, least)
    pairs = (together + apart) / 2, (together - apart) / 2
    return np.array([effects[0, 0], effects[1, 1], effects[0, 1], *pairs])
