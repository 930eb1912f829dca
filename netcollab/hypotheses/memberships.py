"""Measurements to memberships of sets: how far is a case in?

Where does a municipality stop being one with strong leadership?
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from netcollab._checks import as_numbers, check_number, check_series
from netcollab.errors import InputError

__all__ = ["crisp_set", "set_membership"]

_LOG_ODDS = 3.0


def set_membership(
    values: pd.Series, *, out: float, crossover: float, full: float
) -> pd.Series:
    """Membership of a fuzzy set from a measurement and three anchors.

    The direct method: the distance to the crossover, as log odds that are 3 at the
    anchor of full membership and -3 at that of full non-membership,

    .. math:: m = \\frac{1}{1 + e^{-z}}, \\qquad
        z = 3 \\, \\frac{v - c}{f - c} \\text{ on the side of } f, \\quad
        z = -3 \\, \\frac{v - c}{o - c} \\text{ on the side of } o

    so that the anchors get .953, .5 and .047. The anchors are knowledge from outside
    the data, declared before the analysis; quantiles of the cases at hand are none. A
    case at the crossover, .5, is in no configuration; choose anchors no case sits on.

    Parameters
    ----------
    values
        One number per case; a missing one has no membership.
    out, crossover, full
        Where a case is fully out, neither in nor out, and fully in; rising, or falling
        where low values are in the set.

    Returns
    -------
    Series
        Numbers from 0 to 1.

    Raises
    ------
    InputError
        If the anchors neither rise nor fall, or a value is no finite number.

    References
    ----------
    Ragin, C. C. (2008). Redesigning social inquiry: Fuzzy sets and beyond. University
    of Chicago Press, chapter 5.

    Examples
    --------
    >>> income = pd.Series({"a": 2500.0, "b": 5000.0, "c": 9800.0, "d": 20000.0})
    >>> set_membership(income, out=2500, crossover=5000, full=20000).round(2).tolist()
    [0.05, 0.5, 0.72, 0.95]
    """
    numbers = _finite(values)
    o, c, f = (
        check_number(name, anchor)
        for name, anchor in (("out", out), ("crossover", crossover), ("full", full))
    )
    if not (o < c < f or o > c > f):
        raise InputError(
            f"out, crossover and full need to rise or to fall, got {o:g}, {c:g}, {f:g}"
        )
    if not np.isfinite([o, f]).all():
        raise InputError("out and full need finite numbers")
    beyond = (numbers - c) * np.sign(f - c)
    span = np.where(beyond >= 0, abs(f - c), abs(c - o))
    odds = np.clip(_LOG_ODDS * beyond / span, -700, 700)
    return pd.Series(1 / (1 + np.exp(-odds)), values.index, name=values.name)


def crisp_set(values: pd.Series, *, threshold: float) -> pd.Series:
    """Membership of a crisp set: 1 from the threshold on, 0 below.

    Parameters
    ----------
    values
        One number per case; a missing one has no membership.
    threshold
        The smallest value that is in.

    Raises
    ------
    InputError
        If a value is no finite number.

    Examples
    --------
    >>> crisp_set(pd.Series({"a": 2.9, "b": 3.0}), threshold=3).tolist()
    [0.0, 1.0]
    """
    numbers = _finite(values)
    least = check_number("threshold", threshold)
    if np.isnan(least):
        raise InputError("threshold needs a number, got NaN")
    inside = np.where(np.isnan(numbers), np.nan, numbers >= least)
    return pd.Series(inside, values.index, dtype=float, name=values.name)


def _finite(values: pd.Series) -> np.ndarray:
    numbers = as_numbers("values", check_series("values", values))
    if np.isinf(numbers).any():
        raise InputError("values needs finite numbers")
    return numbers
