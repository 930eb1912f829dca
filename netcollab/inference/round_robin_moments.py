"""Variances and covariances of round robins without holes: arrays in, arrays out.

How much of who rates whom how comes from who rates, who is rated, and the pair?

A complete round robin falls apart into independent pieces: the estimated effects of
the actors, and the sums and the differences of what is left in each pair. Each piece
has a mean square; the components are sums of mean squares, and so is what is known of
their sampling variances.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["Effects", "effects_of", "error_variance", "mean_square_components"]

ROUNDING = 1e-9
ALIKE = 1e-12


class Effects(NamedTuple):
    """The mean of a round robin, what each actor adds as rater and as rated, the rest.

    rest is NaN on the diagonal and where nothing was observed; the effects of an actor
    that cannot be told from the mean are NaN.
    """

    mean: float
    actor: np.ndarray
    partner: np.ndarray
    rest: np.ndarray


def effects_of(ratings: np.ndarray) -> Effects:
    """Least squares of ratings on a mean, an actor and a partner effect.

    Effects sum to 0. Without holes they are those of Warner, Kenny and Stoto (1979),
    with n actors, row means r, column means c and grand mean m:

    .. math::

        a_i = \\frac{(n-1)^2 r_i + (n-1) c_i - n(n-1) m}{n(n-2)}, \\quad
        b_i = \\frac{(n-1)^2 c_i + (n-1) r_i - n(n-1) m}{n(n-2)}

    Parameters
    ----------
    ratings
        n x n, NaN on the diagonal and where not observed; raters on the rows.
    """
    known = ~np.isnan(ratings)
    if known.sum() == len(ratings) * (len(ratings) - 1):
        return _in_closed_form(ratings)
    return _fitted(ratings, known)


def mean_square_components(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Six covariances of two round robins, and their sampling variances, (2, 6).

    In order: between the actor effects, the partner effects, actor effects in x and
    partner effects in y, partner effects in x and actor effects in y, the relationship
    effects of a rater in x and y (intrapersonal), and those of the two raters of a
    pair (interpersonal). With y = x these are the variances and covariances of one
    round robin. A sampling variance is estimated without bias under normality, as
    Lashley and Bond (1997) do: for a covariance w on f degrees of freedom,

    .. math:: \\frac{f w_{xx} w_{yy} + (f - 2) w_{xy}^2}{(f + 2)(f - 1)}.

    Parameters
    ----------
    x, y
        n x n with n >= 4, NaN on the diagonal alone.
    """
    n = len(x)
    first, second = _in_closed_form(x), _in_closed_form(y)
    together = _mean_square(first.rest, second.rest, 1, n * (n - 3) / 2)
    apart = _mean_square(first.rest, second.rest, -1, (n - 1) * (n - 2) / 2)
    share, turned = together[0] / (2 * (n - 2)), apart[0] / (2 * n)
    noise = together[1] / (4 * (n - 2) ** 2) + apart[1] / (4 * n**2)
    estimates, variances = [], []
    for ours, theirs, sign in (
        (first.actor, second.actor, 1),
        (first.partner, second.partner, 1),
        (first.actor, second.partner, -1),
        (first.partner, second.actor, -1),
    ):
        product, variance = _covariance(ours, theirs)
        estimates.append(product - share - sign * turned)
        variances.append(variance + noise)
    estimates += [(together[0] + apart[0]) / 2, (together[0] - apart[0]) / 2]
    variances += 2 * [(together[1] + apart[1]) / 4]
    return np.array([estimates, variances])


def error_variance(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """What two round robins of the same thing do not share, and its sampling variance.

    The actor, partner and relationship variance of :math:`(x - y) / \\sqrt 2` together:
    with w the mean squares of its actor effects, its partner effects and of the sums
    and differences in pairs,

    .. math:: w_a + w_b + \\left(\\tfrac12 - \\tfrac1{n-2}\\right) w_+
        + \\left(\\tfrac12 - \\tfrac1n\\right) w_-.

    Under normality these are independent but for the first two, whose covariance on f =
    n - 1 degrees of freedom is :math:`2 \\omega_{ab}^2 / f`; the sampling variance is
    estimated without bias. Both are 0 where x - y is one number but for rounding.

    Parameters
    ----------
    x, y
        n x n with n >= 4, NaN on the diagonal alone.
    """
    n = len(x)
    apart_by = (x - y) / np.sqrt(2)
    size = max(np.nanmax(np.abs(x)), np.nanmax(np.abs(y)))
    if np.nanmax(apart_by) - np.nanmin(apart_by) <= ALIKE * size:
        return 0.0, 0.0
    effects = _in_closed_form(apart_by)
    actor = _covariance(effects.actor, effects.actor)
    partner = _covariance(effects.partner, effects.partner)
    both = _covariance(effects.actor, effects.partner)
    together = _mean_square(effects.rest, effects.rest, 1, n * (n - 3) / 2)
    apart = _mean_square(effects.rest, effects.rest, -1, (n - 1) * (n - 2) / 2)
    weights = (1.0, 1.0, 1 / 2 - 1 / (n - 2), 1 / 2 - 1 / n)
    squares = zip(weights, (actor, partner, together, apart), strict=True)
    parts = np.array([[w * mean, w**2 * noise] for w, (mean, noise) in squares])
    estimate, variance = parts.sum(axis=0)
    linked = both[0] ** 2 - both[1]
    return float(estimate), float(variance + 4 * linked / (n - 1))


def _in_closed_form(ratings: np.ndarray) -> Effects:
    n = len(ratings)
    rows, columns = np.nansum(ratings, axis=1), np.nansum(ratings, axis=0)
    total = rows.sum() / (n - 1)
    actor = ((n - 1) * rows + columns - (n - 1) * total) / (n * (n - 2))
    partner = ((n - 1) * columns + rows - (n - 1) * total) / (n * (n - 2))
    mean = total / n
    rest = ratings - mean - actor[:, None] - partner[None, :]
    if np.nanmax(np.abs(rest)) <= ALIKE * np.nanmax(np.abs(ratings)):
        rest *= 0
    return Effects(float(mean), actor, partner, rest)


def _fitted(ratings: np.ndarray, known: np.ndarray) -> Effects:
    """By least squares over the observed cells; effects sum to 0 among those known."""
    n = len(ratings)
    raters, rated = np.nonzero(known)
    rows = np.arange(len(raters))
    design = np.zeros((len(rows) + 2, 1 + 2 * n))
    design[rows, 0] = design[rows, 1 + raters] = design[rows, 1 + n + rated] = 1
    design[-2, 1 : 1 + n] = known.any(axis=1)
    design[-1, 1 + n :] = known.any(axis=0)
    inverse = np.linalg.pinv(design)
    found = inverse @ np.append(ratings[known], [0.0, 0.0])
    # an effect is known where the design tells it from every other one
    told = np.abs(inverse @ design - np.eye(1 + 2 * n)).max(axis=1) < ROUNDING
    found = np.where(told, found, np.nan)
    actor, partner = found[1 : 1 + n], found[1 + n :]
    rest = ratings - found[0] - actor[:, None] - partner[None, :]
    return Effects(float(found[0]), actor, partner, rest)


def _mean_square(
    ours: np.ndarray, theirs: np.ndarray, sign: int, df: float
) -> tuple[float, float]:
    """Of the sums (sign 1) or differences (-1) in each pair, with its variance."""
    pairs = np.triu_indices(len(ours), 1)
    first = (ours + sign * ours.T)[pairs]
    second = (theirs + sign * theirs.T)[pairs]
    return _moment(first, second, 2 * df, df)


def _covariance(ours: np.ndarray, theirs: np.ndarray) -> tuple[float, float]:
    df = len(ours) - 1
    return _moment(ours, theirs, df, df)


def _moment(
    first: np.ndarray, second: np.ndarray, divisor: float, df: float
) -> tuple[float, float]:
    product = float(first @ second) / divisor
    squares = float(first @ first) * float(second @ second) / divisor**2
    variance = (df * squares + (df - 2) * product**2) / ((df + 2) * (df - 1))
    return product, variance
