"""How unequally something is shared.

Is it concentrated on a few, and does the inequality run between groups or inside them?
"""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd
from scipy.special import xlogy

from netcollab.errors import InputError
from netcollab.measures.attributes import numbers
from netcollab.measures.undefined import UndefinedError, number

__all__ = ["gini", "herfindahl", "lorenz", "theil", "theil_decomposition"]

TOTAL = "total"
_MERGED = 12
_MOST_SUMS = 4_000_000
_COST_OF_A_SIZE = 150
_TOO_MANY = "too many different sums of groups that random labels could make"

_COLUMNS = ["share", "theil", "between", "within", "expected_between"]

Sums = tuple[np.ndarray, np.ndarray]


@number
def gini(values: pd.Series) -> float:
    """The Gini coefficient of what actors have: 0 = all alike.

    .. math:: G = \\frac{\\sum_i \\sum_j |x_i - x_j|}{2 n^2 \\bar x}

    The population form: at most 1 - 1/n, when one has everything. Values that are NaN
    are left out. No unit; scaling the values changes nothing.

    Undefined without values, when all are 0, and when one is negative.

    Parameters
    ----------
    values
        One number per actor: a resource, a strength.

    Raises
    ------
    InputError
        If a value is not a finite number.

    References
    ----------
    Sen, A. (1973). On Economic Inequality. Oxford University Press, section 2.

    Examples
    --------
    >>> gini(pd.Series([1, 1, 1, 1]))
    0.0
    >>> gini(pd.Series([0, 0, 0, 12]))
    0.75
    """
    known = np.sort(_known(values))
    n = len(known)
    rank = 2 * np.arange(1, n + 1) - n - 1
    return float((rank * known).sum() / (n * known.sum()))


def lorenz(values: pd.Series) -> pd.DataFrame:
    """The Lorenz curve: what share those who have least hold together.

    .. math:: L(k / n) = \\frac{\\sum_{i \\le k} x_{(i)}}{\\sum_i x_i},
        \\qquad x_{(1)} \\le \\dots \\le x_{(n)}

    The straight line from 0 to 1 where all have alike; the further below it, the more
    unequal. Twice the area between that line and the curve is the Gini coefficient.
    Values that are NaN are left out, and counted in ``.attrs["n_missing"]``.

    NaN, with the reason in ``.attrs["reasons"]["held"]``, without values, when all are
    0, and when one is negative.

    Parameters
    ----------
    values
        One number per actor: a resource, a strength.

    Returns
    -------
    DataFrame
        Columns actors and held, both shares from 0 to 1: a row for none of the actors,
        and one for each more, from the one that has least.

    Raises
    ------
    InputError
        If a value is not a finite number.

    References
    ----------
    Lorenz, M. O. (1905). Methods of measuring the concentration of wealth.
    Publications of the American Statistical Association 9, 209-219.

    Examples
    --------
    >>> lorenz(pd.Series([6, 1, 3]))
         actors  held
    0  0.000000   0.0
    1  0.333333   0.1
    2  0.666667   0.4
    3  1.000000   1.0
    """
    given = numbers(pd.Series(values))
    known = np.sort(given.dropna().to_numpy())
    why = _trouble(known)
    n = len(known)
    total = np.nan if why else known.sum()
    held = np.concatenate([[0.0], known.cumsum()]) / total
    table = pd.DataFrame({"actors": np.arange(n + 1) / max(n, 1), "held": held})
    table.attrs["n_missing"] = int(given.isna().sum())
    table.attrs["reasons"] = {"held": why} if why else {}
    return table


@number
def theil(values: pd.Series) -> float:
    """Theil's index T of what actors have: 0 = all alike, ln n = one has everything.

    .. math:: T = \\frac{1}{n} \\sum_i \\frac{x_i}{\\bar x} \\ln \\frac{x_i}{\\bar x},
        \\qquad 0 \\ln 0 = 0

    In natural logarithms, no unit; scaling the values changes nothing. An actor that
    has nothing counts among the n. R's ``ineq::Theil`` drops zeros before it takes the
    mean, and is then smaller. Values that are NaN are left out.

    Undefined without values, when all are 0, and when one is negative.

    Parameters
    ----------
    values
        One number per actor: a resource, a strength.

    Raises
    ------
    InputError
        If a value is not a finite number.

    References
    ----------
    Theil, H. (1967). Economics and Information Theory. North-Holland, chapter 4.

    Examples
    --------
    >>> theil(pd.Series([1, 1, 1, 1]))
    0.0
    >>> theil(pd.Series([0, 0, 0, 12]))  # ln 4
    1.3862943611198906
    """
    return _index(_known(values))


@number
def herfindahl(values: pd.Series, *, normalised: bool = False) -> float:
    """The Herfindahl index: the sum of squared shares; 1 = one has everything.

    .. math:: H = \\sum_i s_i^2, \\quad s_i = x_i / \\sum_j x_j, \\qquad
        H^* = \\frac{H - 1/n}{1 - 1/n}

    Between 1/n and 1; normalised between 0 and 1. 1/H is the number of equal actors
    that would give the same H. No unit. Values that are NaN are left out.

    Undefined without values, when all are 0, when one is negative; normalised also for
    a single value.

    Parameters
    ----------
    values
        One number per actor: a resource, a strength.
    normalised
        True: H*, which can be compared between numbers of actors.

    Raises
    ------
    InputError
        If a value is not a finite number.

    References
    ----------
    Hirschman, A. O. (1964). The paternity of an index. American Economic Review 54,
    761-762.

    Examples
    --------
    >>> herfindahl(pd.Series([5, 5, 0, 0]))
    0.5
    >>> herfindahl(pd.Series([3, 3, 3, 3]), normalised=True)
    0.0
    """
    known = _known(values)
    shares = known / known.sum()
    found = float((shares**2).sum())
    if not normalised:
        return found
    if len(known) == 1:
        raise UndefinedError("there is one value only")
    equal = 1 / len(known)
    return max(0.0, (found - equal) / (1 - equal))


def theil_decomposition(values: pd.Series, by: pd.Series) -> pd.DataFrame:
    """How much of Theil's index lies between groups, and how much inside them.

    .. math:: T = \\underbrace{\\sum_g s_g \\ln \\frac{s_g}{n_g / n}}_{between} +
        \\underbrace{\\sum_g s_g T_g}_{within}

    s_g is the group's share of everything, n_g its number of actors, T_g its own
    index; 0 ln 0 = 0. Groups differ by chance too, and small ones more: beside the
    part between groups stands its expectation when the same labels are dealt out at
    random,

    .. math:: E_g = \\binom{n}{n_g}^{-1} \\sum_{|S| = n_g} s_S \\ln \\frac{s_S n}{n_g}

    over all sets S of n_g actors, exactly: sets with the same sum are counted together,
    so that whole numbers, such as degrees, allow many more actors than the about 20
    whose sets are listed one by one.

    Actors without a value or without a group are left out.

    NaN with a reason: everything where T is undefined (no values, all 0, a negative
    one), T_g of a group that has nothing, and an expectation that is too long to
    compute.

    Parameters
    ----------
    values
        One number per actor: a resource, a strength.
    by
        The group of each actor.

    Returns
    -------
    DataFrame
        One row per group and, last, "total". Columns n, share (s_g), theil (T_g; in
        the last row T), between and within (what the group adds to either part; in
        the last row the parts, which add up to T), expected_between.
        ``.attrs["reasons"]`` tells per row what is undefined and why.

    Raises
    ------
    InputError
        If a value is not a finite number, an actor has no row in `by` or two, or a
        group is called "total".

    References
    ----------
    Theil, H. (1967). Economics and Information Theory. North-Holland, chapter 4.
    Shorrocks, A. F. (1980). The class of additively decomposable inequality measures.
    Econometrica 48, 613-625.

    Examples
    --------
    >>> names = ["nav", "hdir", "ks", "bergen"]
    >>> staff = pd.Series([90, 30, 30, 10], names)
    >>> level = pd.Series(["state", "state", "local", "local"], names)
    >>> theil_decomposition(staff, level).round(3)
           n  share  theil  between  within  expected_between
    local  2   0.25  0.131   -0.173   0.033             0.049
    state  2   0.75  0.131    0.304   0.098             0.049
    total  4   1.00  0.262    0.131   0.131             0.098
    """
    found, codes, groups = _grouped(values, by)
    n, sizes = len(found), np.bincount(codes, minlength=len(groups))
    why = _trouble(found)
    if why:
        table = pd.DataFrame(np.nan, [*groups, TOTAL], _COLUMNS)
        table.insert(0, "n", [*sizes, n])
        table.attrs["reasons"] = dict.fromkeys(table.index, why)
        return table
    share = np.bincount(codes, found / found.sum())
    own = [
        _index(found[codes == g]) if some else np.nan for g, some in enumerate(share)
    ]
    within = np.where(share > 0, share * np.nan_to_num(own), 0.0)
    expected = _expected(found / found.sum(), sizes)
    between = xlogy(share, share * n / sizes)
    table = pd.DataFrame([share, own, between, within, expected], _COLUMNS, groups).T
    table.loc[TOTAL] = [1.0, _index(found), between.sum(), within.sum(), expected.sum()]
    table.insert(0, "n", [*sizes, n])
    reasons = dict.fromkeys(table.index[table["theil"].isna()], "all values are 0")
    for group in table.index[table["expected_between"].isna()]:
        earlier = f"{reasons[group]}; " if group in reasons else ""
        reasons[group] = f"{earlier}expected_between: {_TOO_MANY}"
    table.attrs["reasons"] = reasons
    return table


def _known(values: pd.Series) -> np.ndarray:
    known = numbers(pd.Series(values)).dropna().to_numpy()
    why = _trouble(known)
    if why:
        raise UndefinedError(why)
    return known


def _trouble(known: np.ndarray) -> str:
    """Why an index of these values is undefined; empty if it is not."""
    if not len(known):
        return "there are no values"
    if known.min() < 0:
        return "a value is negative"
    return "" if known.any() else "all values are 0"


def _index(known: np.ndarray) -> float:
    shares = known / known.sum()
    return max(0.0, float(xlogy(shares, shares * len(known)).sum()))


def _grouped(
    values: pd.Series, by: pd.Series
) -> tuple[np.ndarray, np.ndarray, list[Hashable]]:
    """The values, and the group of each as a number, with the groups' names."""
    if not by.index.equals(values.index):
        if not by.index.is_unique or not values.index.isin(by.index).all():
            raise InputError("by needs one row for each value")
        by = by.reindex(values.index)
    found = numbers(values)
    kept = (found.notna() & by.notna()).to_numpy()
    groups = sorted(by[kept].unique(), key=str)
    if TOTAL in groups:
        raise InputError(f'a group cannot be called "{TOTAL}"')
    codes = pd.Index(groups).get_indexer(pd.Index(by[kept]))
    return found.to_numpy()[kept], codes, groups


def _expected(shares: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """What a group of each size adds to the part between groups, on average."""
    n = len(shares)
    smaller = np.minimum(sizes, n - sizes)
    known = _subset_sums(shares, int(smaller.max()))
    if known is None:
        return np.full(len(sizes), np.nan)
    expected = []
    for size, few in zip(sizes, smaller, strict=True):
        sums, weights = known[few]
        share = np.maximum(sums if size == few else 1 - sums, 0.0)
        expected.append(float((weights * xlogy(share, share * n / size)).sum()))
    return np.array(expected)


def _subset_sums(shares: np.ndarray, largest: int) -> list[Sums] | None:
    """For each size up to the largest: the sums that sets have, and their shares.

    A random set of k among the first m holds the m-th with probability k / m. None if
    that takes too long.
    """
    known: list[Sums] = [(np.zeros(1), np.ones(1))]
    nowhere: Sums = (np.empty(0), np.empty(0))
    work = 0
    for m, share in enumerate(shares, start=1):
        if m <= largest:
            known.append(nowhere)
        for k in range(min(m, largest), 0, -1):
            (without, rest), (others, part) = known[k], known[k - 1]
            sums = np.concatenate([without, others + share])
            weights = np.concatenate([rest * (1 - k / m), part * (k / m)])
            known[k] = _merged(sums, weights)
            work += len(sums) + _COST_OF_A_SIZE
        if work > _MOST_SUMS:
            return None
    return known


def _merged(sums: np.ndarray, weights: np.ndarray) -> Sums:
    """Sums that differ by rounding alone, once."""
    _, first, place = np.unique(
        np.round(sums, _MERGED), return_index=True, return_inverse=True
    )
    return sums[first], np.bincount(place, weights)
