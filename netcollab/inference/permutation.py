"""The arithmetic of permutation p-values, in one place for every test.

It answers: how often does chance alone do as well as what was observed, and how
small could that share have become?
"""

from __future__ import annotations

import math

import numpy as np

from netcollab._checks import check_alternative, check_number
from netcollab.errors import InputError

__all__ = [
    "critical",
    "equal_tailed",
    "is_idle",
    "largest_statistics",
    "never_zero",
    "pvalue",
    "smallest_pvalue",
]

TIE = 1e-10


def pvalue(
    null: np.ndarray, observed: float, *, alternative: str, exact: bool
) -> tuple[float, float]:
    """The p-value of an observed statistic, and the Monte-Carlo error of it.

    .. math::

        p = b / T \\text{ where all T relabellings were listed,} \\quad
        p = (b + 1) / (R + 1) \\text{ where R were drawn}

    with b the number of relabellings at least as extreme as the observed statistic
    t: ``>= t``, ``<= t`` or ``|.| >= |t|``, each with the tolerance
    ``1e-10 max(1, |t|)``, since equal statistics differ in their last bits. p is
    never 0.

    A relabelling under which the statistic is undefined (NaN) counts as extreme in
    every direction. p can thereby only be larger than it would be among the
    relabellings that have a statistic, where it would be exact.

    Parameters
    ----------
    null
        The statistic under each relabelling, (R,); the identity among them if exact.
    observed
        The statistic as observed.
    alternative
        "two-sided", "greater" or "less".
    exact
        All relabellings were listed.

    Returns
    -------
    p, mc_error
        The error is 0 if exact, else sqrt(p (1 - p) / (R + 1)). Both NaN if
        `observed` is.

    Raises
    ------
    InputError
        If the null is no array of numbers, the observed statistic no number, or a
        listed null does not hold it.

    References
    ----------
    Phipson, B., & Smyth, G. K. (2010). Permutation p-values should never be zero.
    Stat. Appl. Genet. Mol. Biol. 9, 39.

    Examples
    --------
    >>> pvalue(np.array([3.0, 1.0, -3.0, 2.0]), 3.0, alternative="greater", exact=True)
    (0.25, 0.0)
    >>> pvalue(np.array([1.0, -4.0, 2.0]), 3.0, alternative="two-sided", exact=False)
    (0.5, 0.25)
    """
    side = check_alternative(alternative)
    observed = check_number("observed", observed)
    if (
        not isinstance(null, np.ndarray)
        or null.ndim != 1
        or null.dtype.kind not in "fi"
    ):
        raise InputError("null needs an array of numbers, one for each relabelling")
    if math.isnan(observed):
        return math.nan, math.nan
    tolerance = TIE * max(1.0, abs(observed)) if math.isfinite(observed) else 0.0
    if side == "two-sided":
        falls_short = np.abs(null) < abs(observed) - tolerance
    elif side == "greater":
        falls_short = null < observed - tolerance
    else:
        falls_short = null > observed + tolerance
    extreme = len(null) - int(falls_short.sum())
    if not exact:
        p = (extreme + 1) / (len(null) + 1)
        return p, math.sqrt(p * (1 - p) / (len(null) + 1))
    if extreme == 0:
        raise InputError("a null of all relabellings must hold the observed statistic")
    return extreme / len(null), 0.0


def equal_tailed(
    null: np.ndarray, observed: float, *, alternative: str, exact: bool
) -> tuple[float, float]:
    """As `pvalue`, but two-sided for a statistic whose null is not centred at 0.

    .. math:: p = \\min(1, 2 \\min(p_{\\ge}, p_{\\le}))

    An E-I index of -0.1 is large where chance has -0.6, and ``|.| >= |t|`` would call
    it small. Doubling the smaller tail needs no centre: it rejects at a level what one
    of the one-sided tests rejects at half of it.

    Parameters
    ----------
    null, observed, alternative, exact
        As in `pvalue`.

    Returns
    -------
    p, mc_error
        The error of the doubled tail is twice that of the tail.

    References
    ----------
    Gibbons, J. D., & Pratt, J. W. (1975). P-values: interpretation and methodology.
    Am. Stat. 29, 20-25.

    Examples
    --------
    >>> null = np.array([-0.5, -0.6, -0.7, -0.8, -0.1])
    >>> equal_tailed(null, -0.1, alternative="two-sided", exact=True)
    (0.4, 0.0)
    """
    if check_alternative(alternative) != "two-sided":
        return pvalue(null, observed, alternative=alternative, exact=exact)
    p, mc_error = min(
        pvalue(null, observed, alternative=side, exact=exact)
        for side in ("greater", "less")
    )
    return min(2 * p, 1.0), 2 * mc_error


def smallest_pvalue(orbit: int, *, n_resamples: int, exact: bool) -> float:
    """The smallest p a test can give, whatever the data.

    Parameters
    ----------
    orbit
        How many different predictors relabelling makes, see
        `netcollab.inference.orbit.orbit_size`.
    n_resamples
        Relabellings drawn.
    exact
        All relabellings were listed; then the number drawn plays no part.

    Examples
    --------
    >>> smallest_pvalue(8, n_resamples=40_320, exact=True)
    0.125
    >>> smallest_pvalue(10**12, n_resamples=999, exact=False)
    0.001
    """
    return 1 / orbit if exact else max(1 / orbit, 1 / (n_resamples + 1))


def is_idle(null: np.ndarray, observed: float) -> bool:
    """Whether a statistic is 0 in the data and under every relabelling looked at.

    Differences between actors and an outcome that is the same both ways are orthogonal
    whoever is who; so are attributes of senders and rows with the same sum. Then p is
    1 and an interval has no width, which is no evidence of anything.

    Parameters
    ----------
    null
        The statistic under each relabelling, in units of its error or as a
        correlation; one that is undefined (NaN) tells nothing either.
    observed
        The statistic as observed.

    Examples
    --------
    >>> is_idle(np.array([1e-17, -1e-17, np.nan]), 0.0)
    True
    >>> is_idle(np.array([0.0, 0.5]), 0.0)
    False
    """
    return abs(observed) <= TIE and not bool((np.abs(null) > TIE).any())


def never_zero(p: np.ndarray | float) -> np.ndarray:
    """Tail probabilities, those too small for a float as the smallest float.

    Far out in the tail of t or normal a p rounds to 0, which no p is.

    Examples
    --------
    >>> never_zero(0.0) > 0
    np.True_
    """
    told: np.ndarray = np.maximum(p, np.finfo(float).tiny)
    return told


def critical(null: np.ndarray, *, alternative: str, alpha: float, exact: bool) -> float:
    """The largest size of a statistic that is not significant at alpha.

    Parameters
    ----------
    null
        The statistic under each relabelling; NaN counts as extreme.
    alternative
        "two-sided" sizes are absolute values, those of "less" are turned round.
    alpha
        The level.
    exact
        All relabellings were listed, the identity among them.

    Returns
    -------
    float
        inf where no size is significant.

    Examples
    --------
    >>> critical(np.arange(99.0), alternative="greater", alpha=0.05, exact=False)
    94.0
    """
    turn = -1.0 if alternative == "less" else 1.0
    size = np.abs(null) if alternative == "two-sided" else turn * null
    size = np.sort(np.where(np.isnan(size), np.inf, size))[::-1]
    own, total = (0, len(null)) if exact else (1, len(null) + 1)
    most = math.floor(alpha * total * (1 + 1e-12)) - own
    return math.inf if most < 0 else float(size[most])


def largest_statistics(
    null: np.ndarray, observed: np.ndarray, *, alternative: str, exact: bool
) -> np.ndarray:
    """P-values adjusted by the largest statistic of each draw (step-down max-T).

    With the k statistics in descending order of size, the i-th is compared with the
    largest of those from i on in every draw, and no adjusted p is below an earlier one.
    What the statistics have in common is thereby counted once; Holm's would count it
    k times.

    Parameters
    ----------
    null
        Draws x k; NaN counts as extreme.
    observed
        The k statistics of the data.
    alternative, exact
        As in `pvalue`.

    References
    ----------
    Westfall, P. H., & Young, S. S. (1993). Resampling-based multiple testing. Wiley.

    Examples
    --------
    >>> null = np.array([[3.0, 1.0], [-1.0, 2.0], [0.5, -0.5], [2.0, 4.0]])
    >>> largest_statistics(
    ...     null, null[0], alternative="two-sided", exact=True
    ... ).tolist()
    [0.5, 0.75]
    """
    turn = -1.0 if alternative == "less" else 1.0
    size = np.abs if alternative == "two-sided" else np.asarray
    sizes = np.where(np.isnan(null), np.inf, size(turn * null))
    sought = size(turn * observed)
    adjusted = np.full(len(observed), np.nan)
    order = [place for place in np.argsort(-sought) if not np.isnan(sought[place])]
    before = 0.0
    for rank, place in enumerate(order):
        largest = sizes[:, order[rank:]].max(axis=1)
        p, _ = pvalue(largest, sought[place], alternative="greater", exact=exact)
        before = max(before, p)
        adjusted[place] = before
    return adjusted
