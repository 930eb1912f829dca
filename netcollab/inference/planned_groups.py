"""How many functions of a plan will have too few respondents to be shown?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import bdtr

from netcollab.inference.planned import MOST_ASKED, Planned

__all__ = ["groups_below"]

ENOUGH = 0.9


def groups_below(planned: Planned, min_respondents: int) -> pd.DataFrame:
    r"""Functions in which fewer answer than are needed, as planned and with more asked.

    .. math:: P(X < m) = \sum_{k < m} \binom{R}{k} q^k (1 - q)^{R - k}

    with R asked in each function, response rate q and m the fewest that are shown.

    Parameters
    ----------
    planned
        The plan.
    min_respondents
        m, at least 1.

    Returns
    -------
    DataFrame
        A row for the plan and, if that is not enough, one for the fewest asked with
        which nine of ten functions have enough: respondents (asked in each function),
        answers (expected of them), share_below (expected share of functions with too
        few), below and functions (how many of how many that is, over all sites).

    Examples
    --------
    >>> plan = Planned(sites=12, functions=6, respondents=5, response_rate=0.7)
    >>> found = groups_below(plan, 5)
    >>> found[["respondents", "answers", "share_below", "below"]].round(3)
       respondents  answers  share_below   below
    0            5      3.5        0.832  59.899
    1            9      6.3        0.099   7.114
    """
    asked = np.arange(1, MOST_ASKED + 1)
    below = np.ones(len(asked))
    can = asked >= min_respondents
    below[can] = bdtr(min_respondents - 1, asked[can], planned.response_rate)
    enough = asked[below <= 1 - ENOUGH]
    rows = [planned.respondents]
    if len(enough) and enough[0] > planned.respondents:
        rows.append(int(enough[0]))
    share = below[np.array(rows) - 1]
    functions = planned.sites * planned.functions
    return pd.DataFrame(
        {
            "respondents": rows,
            "answers": np.array(rows) * planned.response_rate,
            "share_below": share,
            "below": share * functions,
            "functions": functions,
        }
    )
