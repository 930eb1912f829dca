"""How large must an effect be, for a test to find it in four studies out of five?

The smallest detectable effect belongs to the design: it comes from what was measured,
how much it varies and which test was run, never from the estimate, and no verdict
rests on it. Beside a test that found nothing it says what could have been found.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import nctdtrinc, stdtrit

from netcollab._checks import check_alternative, check_fraction
from netcollab.errors import InputError
from netcollab.inference.permutation import TIE, critical

__all__ = [
    "LEVEL",
    "POWER",
    "Detectable",
    "beyond",
    "detectable_by_draws",
    "detectable_by_t",
    "detectable_correlation",
    "detectable_shift",
    "tell_undetectable",
]

LEVEL = 0.05
POWER = 0.8
FEWEST_DF = 1.0
FEWEST = 3.0  # 1 / variance of r at which the variance of r / sqrt(1 - r^2) ends

UNREACHED = "p is never at or below {level:g}, however large the effect"
SCATTERED = "chance alone makes correlations of nearly every size here"
ALONE = "chance gives one value of the statistic only"
NO_ERROR = "there is no standard error, or less than one degree of freedom"


class Detectable(NamedTuple):
    """The smallest effect found with the power asked for; NaN and why, if none is."""

    effect: float
    reason: str = ""


def detectable_by_t(
    se: np.ndarray,
    df: np.ndarray,
    *,
    alternative: str = "two-sided",
    alpha: float = LEVEL,
    power: float = POWER,
) -> np.ndarray:
    """The effects that t-tests find with a given power, from standard errors and df.

    .. math:: \\delta \\, se, \\qquad P(T_{df}(\\delta) > t_{df, 1 - \\alpha/2}) = .8

    with T(delta) noncentral t; one-sided tests have alpha in the place of alpha / 2. It
    is exact for normal errors where se takes the place of the standard error that the
    design has, and approximate where df are (Satterthwaite). A significant effect of
    the wrong sign is no success.

    Parameters
    ----------
    se, df
        Of each term, (k,).
    alternative
        Of the tests.
    alpha, power
        Level of the test, and how often the effect is found.

    Returns
    -------
    ndarray
        (k,), in the units of se; NaN without a standard error, or with fewer than one
        degree of freedom: such a test finds nothing of a size that can be met.

    References
    ----------
    Cohen, J. (1988). Statistical power analysis for the behavioral sciences. Erlbaum.

    Examples
    --------
    >>> detectable_by_t(np.array([0.2, 0.2]), np.array([6.0, np.inf])).round(3).tolist()
    [0.673, 0.56]
    """
    check_fraction("power", power)
    ends = 2 if check_alternative(alternative) == "two-sided" else 1
    df = np.where(np.asarray(df) >= FEWEST_DF, df, np.nan)
    t = stdtrit(df, 1 - check_fraction("alpha", alpha) / ends)
    found: np.ndarray = np.asarray(se) * nctdtrinc(df, 1 - power, t)
    return np.where(np.isfinite(found) & (np.asarray(se) > 0), found, np.nan)


def detectable_correlation(
    null: np.ndarray,
    *,
    alternative: str = "two-sided",
    exact: bool,
    alpha: float = LEVEL,
    power: float = POWER,
) -> Detectable:
    """The correlation that a permutation test finds with a given power.

    .. math::

        q = q_c + z_{.8} s, \\qquad q = \\frac{r}{\\sqrt{1 - r^2}}, \\qquad
        s^2 = \\frac{1}{1 / \\mathrm{var}(r) - 3}

    with q_c that of the largest r that is not significant, and var(r) the variance of r
    over the relabellings. On the scale of q (t over the square root of its degrees of
    freedom) an effect shifts the statistic and hardly changes its spread; s is the
    standard deviation of q where r has the distribution of a correlation by chance. In
    simulations of eight to thirty actors, and of dyads of six to twenty actors that
    depend on each other, power at the result was between .77 and .81.

    Parameters
    ----------
    null
        r under each relabelling, (R,); also of ranks, or Kendall's tau.
    alternative, exact
        As in `netcollab.inference.permutation.critical`.
    alpha, power
        As in `detectable_by_t`.

    Returns
    -------
    Detectable
        A size, without sign. NaN where no p can be as small as alpha, or chance alone
        gives correlations of every size.

    Raises
    ------
    InputError
        If the null is no array of numbers, or alpha or power no fraction.

    Examples
    --------
    Eight actors by chance: r is spread like t with 6 degrees of freedom.

    >>> t = stdtrit(6, (np.arange(9999) + 0.5) / 9999)
    >>> round(detectable_correlation(t / np.sqrt(6 + t**2), exact=False).effect, 2)
    0.82
    """
    check_alternative(alternative)
    check_fraction("power", power)
    given = isinstance(null, np.ndarray) and null.ndim == 1
    if not given or null.dtype.kind not in "fi":
        raise InputError("null needs an array of numbers, one for each relabelling")
    if not len(null):
        return Detectable(math.nan, ALONE)
    return _correlation(_ratio(null, alternative, exact, alpha, power))


def detectable_by_draws(
    null: np.ndarray,
    se: float,
    df: float,
    *,
    alternative: str = "two-sided",
    exact: bool,
    alpha: float = LEVEL,
    power: float = POWER,
) -> Detectable:
    """The slope that a test finds whose t is compared with t under relabelling.

    .. math:: \\sqrt{df} \\, q \\, se

    with q that of `detectable_correlation` for the correlations t / sqrt(df + t^2). The
    classical se is the unit of t alone: what dyads depend on each other is in the draws
    of t, and thereby in q.

    Parameters
    ----------
    null
        t under each relabelling, (R,).
    se, df
        The standard error that t is made with, and its degrees of freedom.
    alternative, exact
        As in `netcollab.inference.permutation.critical`.
    alpha, power
        As in `detectable_by_t`.

    Examples
    --------
    >>> t = stdtrit(6, (np.arange(9999) + 0.5) / 9999)
    >>> round(detectable_by_draws(t, 0.2, 6, exact=False).effect, 2)
    0.7
    """
    if not (math.isfinite(se) and se > 0 and df >= FEWEST_DF):
        return Detectable(math.nan, NO_ERROR)
    with np.errstate(invalid="ignore"):
        t = null / np.hypot(math.sqrt(df), null)
    r = np.where(np.isinf(null), np.sign(null), t)
    found = _ratio(r, alternative, exact, alpha, power)
    return Detectable(math.sqrt(df) * found.effect * se, found.reason)


def detectable_shift(
    null: np.ndarray,
    *,
    alternative: str = "two-sided",
    exact: bool,
    alpha: float = LEVEL,
    power: float = POWER,
) -> Detectable:
    """How far from chance a statistic must lie, if it keeps its spread on the way.

    .. math:: c - \\bar s + z_{.8} \\, sd(s)

    with c the largest value that is not significant, and mean and sd those under
    chance. Two-sided each tail has alpha / 2, as in
    `netcollab.inference.permutation.equal_tailed`, and the larger of both distances is
    given. A statistic with a greatest value may not reach it.

    Parameters
    ----------
    null
        The statistic under chance, (R,).
    alternative, exact
        As in `netcollab.inference.permutation.critical`.
    alpha, power
        As in `detectable_by_t`.

    Examples
    --------
    >>> found = detectable_shift(np.arange(-49.0, 50), exact=False)
    >>> round(found.effect, 2)
    72.05
    """
    both = check_alternative(alternative) == "two-sided"
    sides = ("greater", "less") if both else (alternative,)
    level = check_fraction("alpha", alpha) / len(sides)
    unit = float(np.fmax.reduce(np.abs(null), initial=0.0)) or 1.0
    null, away = null / unit, []
    for side in sides:
        limit = critical(null, alternative=side, alpha=level, exact=exact)
        if _is_unreached(null, limit, side, exact):
            return Detectable(math.nan, UNREACHED.format(level=alpha))
        mean = float(np.nanmean(null))
        away.append(limit + (mean if side == "less" else -mean))
    return Detectable(unit * (max(away) + _z(power) * float(np.nanstd(null))))


def beyond(
    limit: float, variance: float, *, alpha: float = LEVEL, power: float = POWER
) -> Detectable:
    """The formula of `detectable_correlation`, from the limit and the variance of r.

    Parameters
    ----------
    limit
        The largest r that is not significant at alpha.
    variance
        Of r by chance.
    alpha, power
        As in `detectable_by_t`.

    Examples
    --------
    >>> round(beyond(0.707, 1 / 7).effect, 2)
    0.82
    """
    return _correlation(_beyond(limit, variance, alpha, power))


def tell_undetectable(table: pd.DataFrame, reasons: dict[str, str]) -> pd.DataFrame:
    """The table with `attrs["reasons"]`: why a term has no detectable effect.

    Examples
    --------
    >>> table = pd.DataFrame({"detectable_effect": [np.nan]}, index=["trust"])
    >>> tell_undetectable(table, {"trust": "one site"}).attrs["reasons"]
    {'trust': 'one site'}
    """
    told = table.copy()
    told.attrs["reasons"] = {term: why for term, why in reasons.items() if why}
    return told


def _ratio(
    null: np.ndarray, alternative: str, exact: bool, alpha: float, power: float
) -> Detectable:
    """q of `detectable_correlation`, from r under each relabelling."""
    level = check_fraction("alpha", alpha)
    limit = critical(null, alternative=alternative, alpha=level, exact=exact)
    if _is_unreached(null, limit, alternative, exact):
        return Detectable(math.nan, UNREACHED.format(level=alpha))
    return _beyond(limit, float(np.nanvar(null)), alpha, power)


def _beyond(limit: float, variance: float, alpha: float, power: float) -> Detectable:
    """q of `detectable_correlation`, from the limit and the variance of r."""
    if limit >= 1:
        return Detectable(math.nan, UNREACHED.format(level=alpha))
    if variance * FEWEST >= 1:
        return Detectable(math.nan, SCATTERED)
    if variance <= TIE**2:
        return Detectable(math.nan, ALONE)
    q = limit / math.sqrt(1 - limit**2)
    return Detectable(q + _z(power) / math.sqrt(1 / variance - FEWEST))


def _correlation(ratio: Detectable) -> Detectable:
    q = ratio.effect
    return Detectable(q / math.hypot(1, q), ratio.reason)


def _is_unreached(
    null: np.ndarray, limit: float, alternative: str, exact: bool
) -> bool:
    """No statistic, however large, is significant; where all are listed, none is."""
    if math.isinf(limit):
        return True
    turn = -1.0 if alternative == "less" else 1.0
    size = np.abs(null) if alternative == "two-sided" else turn * null
    return exact and not (size > limit + TIE * max(1.0, abs(limit))).any()


def _z(power: float) -> float:
    return NormalDist().inv_cdf(check_fraction("power", power))
