"""How unequally something is shared.

Is it concentrated on a few?
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from netcollab.measures.attributes import numbers
from netcollab.measures.undefined import UndefinedError, number

__all__ = ["gini"]


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
    known = np.sort(numbers(pd.Series(values)).dropna().to_numpy())
    if not len(known):
        raise UndefinedError("there are no values")
    if known[0] < 0:
        raise UndefinedError("a value is negative")
    if not known[-1]:
        raise UndefinedError("all values are 0")
    n = len(known)
    rank = 2 * np.arange(1, n + 1) - n - 1
    return float((rank * known).sum() / (n * known.sum()))
