"""What is left of several p-values once it is counted that there were several."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from statsmodels.stats.multitest import multipletests

from netcollab._checks import as_numbers, check_choice
from netcollab.errors import InputError

__all__ = ["adjust_pvalues"]

METHODS = (
    "holm",
    "bonferroni",
    "sidak",
    "holm-sidak",
    "simes-hochberg",
    "hommel",
    "fdr_bh",
    "fdr_by",
)


def adjust_pvalues(
    pvalues: pd.Series | Sequence[float], *, method: str = "holm"
) -> pd.Series:
    """P-values adjusted for how many hypotheses were tested together.

    Holm's, with the m p-values in ascending order:

    .. math:: \\tilde p_{(i)} = \\max_{j \\le i} \\min(1, (m - j + 1) p_{(j)})

    Parameters
    ----------
    pvalues
        Numbers from 0 to 1. NaN (not testable) stays NaN and is not counted in m.
    method
        "holm", "bonferroni", "sidak", "holm-sidak", "simes-hochberg" or "hommel" for
        the chance of one false claim or more; "fdr_bh" or "fdr_by" for the expected
        share of false ones among the claims.

    Returns
    -------
    pandas.Series
        Named p_adjusted, with the index of `pvalues`.

    Raises
    ------
    InputError
        If a value is no p-value.
    UnknownNameError
        If there is no such method.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scand.
    J. Stat. 6, 65-70. Benjamini, Y., & Hochberg, Y. (1995). Controlling the false
    discovery rate. J. R. Stat. Soc. B 57, 289-300.

    Examples
    --------
    >>> adjust_pvalues([0.01, 0.04, float("nan"), 0.03]).tolist()
    [0.03, 0.06, nan, 0.06]
    """
    check_choice("method", method, METHODS)
    try:
        listed = pd.Series(pvalues)
    except (TypeError, ValueError):
        raise InputError("pvalues need to be a list or a Series of numbers") from None
    numbers = as_numbers("pvalues", listed)
    given = pd.Series(numbers, listed.index, name="p_adjusted")
    tested = given.notna()
    wrong = given[tested & ~given.between(0, 1)]
    if len(wrong):
        raise InputError(f"p-values lie between 0 and 1, got {wrong.tolist()}")
    adjusted = given.copy()
    if tested.any():
        adjusted[tested] = multipletests(given[tested], method=method)[1]
    return adjusted
