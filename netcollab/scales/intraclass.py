"""How much of the variance lies between groups, and how reliable their means are.

Do groups differ, and would other members give the same group means?
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import f as f_distribution

from netcollab._checks import check_choice, check_fraction
from netcollab.errors import InputError
from netcollab.scales.answers import (
    Answers,
    Grouped,
    Groups,
    as_answers,
    as_labels,
    grouped,
)

__all__ = ["icc1", "icc2", "icc_table"]

GroupSize = Literal["n0", "mean"]


def icc1(values: Answers, groups: Groups, *, k: GroupSize = "n0") -> float:
    """ICC(1): the share of variance that lies between groups.

    .. math:: ICC(1) = \\frac{MS_B - MS_W}{MS_B + (k - 1) MS_W}

    from a one-way analysis of variance. Negative where groups differ less than chance
    makes them; it is shown as it is.

    NaN with fewer than two groups, without a group of two, and when no value varies;
    `icc_table` tells the reason.

    Parameters
    ----------
    values
        One number per respondent. Missing ones are left out.
    groups
        The group of each respondent.
    k
        The group size: "n0", (N - sum n_g^2 / N) / (G - 1), which makes MS_B unbiased;
        "mean", N / G, as multilevel::ICC1. They are equal when groups are.

    Raises
    ------
    InputError
        If there is more than one column, a value is no number or a group is missing.

    References
    ----------
    Bliese, P. D. (2000). Within-group agreement, non-independence, and reliability. In
    Klein & Kozlowski (eds.), Multilevel Theory, Research, and Methods in
    Organizations, 349-381. Jossey-Bass.

    Examples
    --------
    >>> round(icc1([4, 5, 4, 1, 2], ["nav", "nav", "nav", "ks", "ks"]), 3)
    0.908
    """
    return _icc1(_anova(_one(values, groups), k))


def icc2(values: Answers, groups: Groups, *, k: GroupSize = "n0") -> float:
    """ICC(2): how reliable the group means are.

    .. math:: ICC(2) = \\frac{MS_B - MS_W}{MS_B}

    The formula holds no group size: `k` is checked and changes nothing.

    NaN where ICC(1) is NaN or negative; `icc_table` tells the reason.

    Parameters
    ----------
    values, groups, k
        As in `icc1`.

    References
    ----------
    Bliese, P. D. (2000), as in `icc1`.

    Examples
    --------
    >>> round(icc2([4, 5, 4, 1, 2], ["nav", "nav", "nav", "ks", "ks"]), 3)
    0.96
    """
    return _icc2(_anova(_one(values, groups), k))


def icc_table(
    items: Answers, groups: Groups, *, k: GroupSize = "n0", confidence: float = 0.95
) -> pd.DataFrame:
    """Analysis of variance, ICC(1), ICC(2) and their intervals for each column.

    With F = MS_B / MS_W and its limits F_L = F / F_{1-a/2}(df1, df2) and
    F_U = F F_{1-a/2}(df2, df1):

    .. math:: \\frac{F_L - 1}{F_L + k - 1} \\le ICC(1) \\le \\frac{F_U - 1}{F_U + k - 1}
        \\qquad 1 - 1/F_L \\le ICC(2) \\le 1 - 1/F_U

    Exact for normal data and equal groups; otherwise approximate, and named so.

    Parameters
    ----------
    items
        One or more numbers per respondent; each column is analysed alone, without its
        missing values.
    groups, k
        As in `icc1`.
    confidence
        Level of the intervals.

    Returns
    -------
    DataFrame
        One row per column: n, n_groups, k, ms_between, ms_within, df_between,
        df_within, f, pvalue, icc1, icc1_low, icc1_high, icc2, icc2_low, icc2_high,
        interval ("exact", "approximate: unequal groups" or ""), reason.

    References
    ----------
    Shrout, P. E., & Fleiss, J. L. (1979). Intraclass correlations: uses in assessing
    rater reliability. Psychol. Bull. 86, 420-428. Bliese, P. D. (2000), as in `icc1`.

    Examples
    --------
    >>> table = icc_table([4, 5, 4, 1, 2], ["nav", "nav", "nav", "ks", "ks"])
    >>> table[["icc1", "icc1_low", "icc1_high", "interval"]].round(2)
       icc1  icc1_low  icc1_high                     interval
    0  0.91      0.15        1.0  approximate: unequal groups
    """
    confidence = check_fraction("confidence", confidence)
    frame = as_answers(items)
    # Each column alone: a gap in one costs the others nothing.
    labels = as_labels("groups", groups, items).to_numpy()
    rows = [
        _row(_anova(grouped(frame[[name]], labels), k), confidence)
        for name in frame.columns
    ]
    return pd.DataFrame(rows, index=frame.columns)


@dataclass(frozen=True)
class _Anova:
    n: int
    n_groups: int
    k: float
    equal: bool
    ms_between: float
    ms_within: float
    reason: str

    @property
    def degrees(self) -> tuple[int, int]:
        return max(self.n_groups - 1, 0), self.n - self.n_groups

    @property
    def f(self) -> float:
        if self.reason:
            return math.nan
        return self.ms_between / self.ms_within if self.ms_within > 0 else math.inf


def _one(values: Answers, groups: Groups) -> Grouped:
    data = grouped(values, groups)
    if len(data.items) != 1:
        raise InputError(
            "an ICC needs one number per respondent; for several columns use icc_table"
        )
    return data


def _anova(data: Grouped, k: GroupSize) -> _Anova:
    check_choice("group size", k, ("n0", "mean"))
    values = data.answers[:, 0]
    sizes = data.counts[:, 0]
    sizes, means = sizes[sizes > 0], data.means[sizes > 0, 0]
    n, n_groups = len(values), len(sizes)
    reason = ""
    if n_groups < 2:
        reason = "fewer than two groups"
    elif n == n_groups:
        reason = "no group has two respondents"
    if reason:
        return _Anova(n, n_groups, math.nan, True, math.nan, math.nan, reason)
    within = ((values - data.means[data.codes, 0]) ** 2).sum()
    between = (sizes * (means - values.mean()) ** 2).sum()
    # What is only rounding is no variation.
    dust = n * (8 * np.finfo(float).eps * np.abs(values).max()) ** 2
    within, between = (0.0 if part <= dust else part for part in (within, between))
    n0 = (n - (sizes**2).sum() / n) / (n_groups - 1)
    return _Anova(
        n,
        n_groups,
        float(n0 if k == "n0" else n / n_groups),
        bool((sizes == sizes[0]).all()),
        float(between / (n_groups - 1)),
        float(within / (n - n_groups)),
        "" if within or between else "no value varies",
    )


def _icc1(found: _Anova) -> float:
    if found.reason:
        return math.nan
    between, within = found.ms_between, found.ms_within
    return (between - within) / (between + (found.k - 1) * within)


def _icc2(found: _Anova) -> float:
    if found.reason or found.ms_between < found.ms_within:
        return math.nan
    return (found.ms_between - found.ms_within) / found.ms_between


def _row(found: _Anova, confidence: float) -> dict[str, object]:
    first, second = found.degrees
    one, two, f = _icc1(found), _icc2(found), found.f
    low1 = high1 = low2 = high2 = math.nan
    interval, reason = "", found.reason
    if math.isinf(f):
        reason = "intervals: nothing varies within groups"
    elif not reason:
        q = 1 - (1 - confidence) / 2
        low_f = f / float(f_distribution.ppf(q, first, second))
        high_f = f * float(f_distribution.ppf(q, second, first))
        low1, high1 = ((end - 1) / (end + found.k - 1) for end in (low_f, high_f))
        interval = "exact" if found.equal else "approximate: unequal groups"
        if math.isnan(two):
            reason = "icc2: ICC(1) is negative"
        else:
            low2 = 1 - 1 / low_f
            high2 = 1 - 1 / high_f
    return {
        "n": found.n,
        "n_groups": found.n_groups,
        "k": found.k,
        "ms_between": found.ms_between,
        "ms_within": found.ms_within,
        "df_between": first,
        "df_within": second,
        "f": f,
        "pvalue": float(f_distribution.sf(f, first, second)) if f == f else math.nan,
        "icc1": one,
        "icc1_low": low1,
        "icc1_high": high1,
        "icc2": two,
        "icc2_low": low2,
        "icc2_high": high2,
        "interval": interval,
        "reason": reason,
    }
