"""How answers of a group may be shown: no end of a box is one person's answer.

May a distribution be shown, and which of its numbers?
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from netcollab._checks import check_count

__all__ = ["shown_spread", "why_no_spread"]

_NUMBERS = ["low", "q1", "median", "q3", "high"]


def why_no_spread(scores: pd.Series, *, min_respondents: int = 5) -> str:
    """Why the distribution of a group's scores may not be shown; empty: it may.

    "few": fewer people than twice the threshold, so that a half of them is fewer than
    the threshold. "same": all gave the same answer, which a distribution would tell of
    each. Missing scores do not count.

    Examples
    --------
    >>> why_no_spread(pd.Series([4.0] * 12)), why_no_spread(pd.Series([1.0, 2.0]))
    ('same', 'few')
    """
    check_count("min_respondents", min_respondents, minimum=3)
    said = scores.dropna()
    if len(said) < 2 * min_respondents:
        return "few"
    return "same" if said.nunique() == 1 else ""


def shown_spread(scores: pd.Series, *, min_respondents: int = 5) -> pd.Series:
    """Five numbers for a box plot in which no end is one person's answer.

    The ends are not the smallest and the largest score: `low` is the smallest score
    that at least `min_respondents` people gave or stayed below, `high` the largest
    that as many gave or went beyond. No single points are drawn beyond them.

    Parameters
    ----------
    scores
        One number per person; missing ones are left out.
    min_respondents
        As `netcollab.report.least` gives it.

    Returns
    -------
    Series
        low, q1, median, q3, high: NaN where `why_no_spread` says why. The quartiles
        are moved in to the ends where they lie outside of them.

    Examples
    --------
    >>> shown_spread(pd.Series([1.0, 2, 2, 3, 3, 3, 4, 4, 5, 5]), min_respondents=3)
    low       2.00
    q1        2.25
    median    3.00
    q3        4.00
    high      4.00
    dtype: float64
    """
    if why_no_spread(scores, min_respondents=min_respondents):
        return pd.Series(np.nan, _NUMBERS)
    said = np.sort(scores.dropna().to_numpy(dtype=float))
    low, high = said[min_respondents - 1], said[-min_respondents]
    middle = np.quantile(said, [0.25, 0.5, 0.75]).clip(low, high)
    return pd.Series([low, *middle, high], _NUMBERS)
