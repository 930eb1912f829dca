"""Degrees of freedom for the t-tests of a mixed model.

From how many independent pieces is the standard error of a slope known?
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from netcollab.inference.random_slopes import SlopeProfile
from netcollab.inference.reml import Point, Profile
from netcollab.inference.samples import (
    Factor,
    Sample,
    constant_within,
    multiples_within,
)

__all__ = ["between_within", "satterthwaite"]


def satterthwaite(
    profile: Profile | SlopeProfile, parameters: np.ndarray, point: Point
) -> np.ndarray:
    """Satterthwaite's degrees of freedom of each fixed effect.

    .. math:: df_j = \\frac{2 f_j^2}{g_j' A g_j}

    with f the estimate's variance, g its derivatives by the parameters of the variances
    and A twice the inverse of their observed information. What is estimated as 0 is
    taken for known, as lmerTest does (Kuznetsova et al. 2017).
    """
    active = np.flatnonzero(profile.free(parameters))
    beside = profile.beside(parameters)
    spread = point.rss / profile.df
    information = np.zeros((len(active) + 1,) * 2)
    slopes = (point.traces - point.pulls / spread)[active]
    for row, r in enumerate(active):
        moved = parameters.copy()
        moved[r] = beside[r]
        there = profile.at(moved)
        change = (there.traces - there.pulls / spread)[active] - slopes
        information[row, :-1] = change / (moved[r] - parameters[r])
    information[:-1, :-1] = (information[:-1, :-1] + information[:-1, :-1].T) / 2
    information[:-1, -1] = information[-1, :-1] = point.pulls[active] / spread**2
    information[-1, -1] = profile.df / spread**2
    terms = profile.root.T
    solved = np.linalg.solve(point.information, terms)
    size = (terms * solved).sum(0)
    pushed = profile.pushed(point, solved)[active]
    gradient = np.vstack([*(spread * each for each in pushed), size])
    variance = (gradient * np.linalg.solve(information, gradient)).sum(0)
    df: np.ndarray = (spread * size) ** 2 / variance
    return df


def between_within(sample: Sample, varying: Sequence[int] = ()) -> np.ndarray:
    """Degrees of freedom counted in groups, by where a predictor varies.

    A predictor that is constant within the groups of a factor (of several, that with
    fewest groups) has as many as there are groups, less the fixed columns that are
    constant there too; where the groups lie within those of another factor, less the
    latter's groups instead of the columns constant in them. One that varies within all
    groups has the rows, less groups and columns that vary within. The intercept counts
    as constant. With one factor it is the rule of Pinheiro and Bates (2000).

    A predictor whose slope varies between groups (`varying` are the places of these
    columns) has the groups in which it varies, less the columns that are multiples of
    it within groups: itself, and its products with predictors of groups, which have as
    many. nlme takes such a slope for known from the rows.
    """
    n, k = sample.x.shape
    factors = sorted(sample.factors, key=lambda factor: len(factor.levels))
    constant = np.array([constant_within(sample.x, each) for each in factors])
    finest = [
        f for f in factors if not any(_within(o, f) for o in factors if o is not f)
    ]
    inner = ~constant.any(axis=0)
    groups = sum(len(f.levels) for f in finest) - len(finest) + 1
    df = np.full(k, float(n - groups - inner.sum()))
    for place in reversed(range(len(factors))):
        outer = [o for o in range(place) if _within(factors[place], factors[o])]
        here = constant[place].copy()
        count = len(factors[place].levels)
        if outer:
            count -= len(factors[outer[-1]].levels)
            here &= ~constant[outer[-1]]
        df[constant[place]] = count - here.sum()
    for place in varying:
        alike, count = multiples_within(sample.x, place, factors[0])
        df[alike] = count - alike.sum()
    return df


def _within(inner: Factor, outer: Factor) -> bool:
    """Whether every group of one factor lies in one group of another."""
    return bool(constant_within(outer.codes[:, None] + 1.0, inner)[0])
