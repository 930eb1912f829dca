"""Tests and intervals of coefficients by Student's t, each with its own df.

How far is an estimate from 0, in units of its standard error?
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from netcollab._checks import Alternative
from netcollab.inference.detectable import (
    NO_ERROR,
    detectable_by_t,
    tell_undetectable,
)
from netcollab.inference.permutation import never_zero

__all__ = ["few_df", "t_table"]

MIN_DF = 4.0


def t_table(
    terms: Sequence[str],
    estimate: np.ndarray,
    se: np.ndarray,
    df: np.ndarray,
    *,
    alternative: Alternative,
    confidence: float,
) -> pd.DataFrame:
    """One row per term: estimate, se, statistic, df, pvalue, its interval, and the
    effect that the test finds with 80 % power.

    Parameters
    ----------
    terms
        The k names.
    estimate, se, df
        (k,) each.
    alternative
        "greater" leaves the upper end of the interval open, "less" the lower one.
    confidence
        Of the intervals.

    Examples
    --------
    >>> one = np.ones(1)
    >>> table = t_table(
    ...     ["x"], 2 * one, one, 6 * one, alternative="two-sided", confidence=0.95
    ... )
    >>> table.loc["x", ["pvalue", "ci_low", "ci_high"]].round(3).tolist()
    [0.092, -0.447, 4.447]
    """
    statistic = estimate / se
    if alternative == "two-sided":
        p = 2 * stdtr(df, -np.abs(statistic))
        reach = se * stdtrit(df, (1 + confidence) / 2)
    else:
        turn = -1.0 if alternative == "greater" else 1.0
        p = stdtr(df, turn * statistic)
        reach = se * stdtrit(df, confidence)
    endless = np.full(len(estimate), np.inf)
    found = detectable_by_t(se, df, alternative=alternative)
    table = pd.DataFrame(
        {
            "estimate": estimate,
            "se": se,
            "statistic": statistic,
            "df": df,
            "pvalue": never_zero(p),
            "ci_low": -endless if alternative == "less" else estimate - reach,
            "ci_high": endless if alternative == "greater" else estimate + reach,
            "detectable_effect": found,
        },
        index=list(terms),
    )
    unknown = np.asarray(terms)[np.isnan(found)]
    return tell_undetectable(table, dict.fromkeys(unknown, NO_ERROR))


def few_df(table: pd.DataFrame) -> list[str]:
    """A note for each predictor whose test rests on fewer than 4 degrees of freedom."""
    return [
        f"{term}: {df:.1f} degrees of freedom; below 4 a t-test finds large effects "
        "only and leans on normal errors: no headline"
        for term, df in table["df"].items()
        if df < MIN_DF and term != "intercept"
    ]
