"""How far coders who judged the same units agree.

Would another coder have put this statement where this one did?
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.inter_rater import fleiss_kappa as statsmodels_fleiss

from netcollab._checks import check_choice
from netcollab.errors import InputError
from netcollab.scales.krippendorff import Level, krippendorff
from netcollab.scales.ratings import Coded, Column, Ratings, beside, tallied

__all__ = ["coder_agreement", "cohen_kappa", "fleiss_kappa", "percent_agreement"]

Number = tuple[float, str]


def percent_agreement(
    ratings: Ratings, *, kind: Literal["units", "pairs"] = "units"
) -> float:
    """The share of agreement, from 0 to 1, not corrected for chance.

    "units": units to which all raters gave the same, among those that all rated.
    "pairs": pairs of raters who gave the same, over all units with two ratings or
    more, each unit weighing as its number of ratings (Krippendorff's observed
    agreement); missing ratings cost only their pairs.

    NaN with fewer than two raters, or without such a unit; `coder_agreement` tells the
    reason.

    Parameters
    ----------
    ratings
        Units x raters, numbers or words; NaN where a rater did not rate.
    kind
        "units" or "pairs".

    References
    ----------
    Krippendorff, K. (2004). Content Analysis. Sage, chapter 11.

    Examples
    --------
    >>> ratings = pd.DataFrame({"a": ["yes", "no", "no"], "b": ["yes", "no", "yes"]})
    >>> round(percent_agreement(ratings), 3)
    0.667
    """
    check_choice("kind of agreement", kind, ("units", "pairs"))
    return _percent(Coded(ratings), kind)[0]


def cohen_kappa(
    a: Column,
    b: Column,
    weights: Literal["linear", "quadratic"] | None = None,
    *,
    categories: Sequence[object] | None = None,
) -> float:
    """Cohen's kappa: agreement of two coders beyond chance.

    .. math:: \\kappa = 1 - \\frac{\\sum_{ij} w_{ij} o_{ij}}{\\sum_{ij} w_{ij} e_{ij}}

    with observed and expected shares o, e; w is 0 for the same category, otherwise 1,
    or |i - j|, or (i - j)^2 by the places of the categories in their order, not by
    their values (as irr::kappa2): a category nobody used makes no step unless
    `categories` names it. Units without both ratings are left out.

    NaN without such a unit, and when both coders used the same one category
    throughout; `coder_agreement` tells the reason.

    Parameters
    ----------
    a, b
        One rating per unit and coder.
    weights
        None, "linear" or "quadratic".
    categories
        All categories in their order. By default those that were used: numbers in
        order, an ordered categorical in its own. Weights need one of the three.

    Raises
    ------
    InputError
        If a and b differ in length or index, or weights are asked for words whose
        order is not known.

    References
    ----------
    Cohen, J. (1968). Weighted kappa. Psychol. Bull. 70, 213-220.

    Examples
    --------
    >>> cohen_kappa([1, 2, 3, 3], [1, 2, 3, 2])
    0.6363636363636364
    >>> cohen_kappa([1, 2, 3, 3], [1, 2, 3, 2], weights="linear")
    0.7142857142857143
    """
    if weights is not None:
        check_choice("weights", weights, ("linear", "quadratic"))
    coded = Coded(beside(a, b), categories)
    if weights is not None and not coded.ordered:
        raise InputError(
            "weights need the order of the categories; give categories=[first, ..., "
            "last] or an ordered categorical"
        )
    return _cohen(coded, weights)[0]


def fleiss_kappa(
    ratings: Ratings, *, method: Literal["fleiss", "conger"] = "fleiss"
) -> float:
    """Fleiss' kappa: agreement of several coders beyond chance, on named categories.

    .. math:: \\kappa = \\frac{\\bar P - P_e}{1 - P_e}

    with the mean share of agreeing pairs per unit; by chance P_e = sum_c p_c^2 from
    the pooled shares of the categories ("fleiss"), or, where the raters are the same
    people throughout, the mean over pairs of raters of sum_c p_1c p_2c ("conger", the
    "exact" kappa of irr; for two raters it is Cohen's). Units that not everybody rated
    are left out; `krippendorff_alpha` keeps them.

    NaN with fewer than two raters, without a unit that all rated, and when everybody
    always gave the same category; `coder_agreement` tells the reason.

    Parameters
    ----------
    ratings
        Units x raters, numbers or words.
    method
        "fleiss" or "conger".

    References
    ----------
    Fleiss, J. L. (1971). Measuring nominal scale agreement among many raters. Psychol.
    Bull. 76, 378-382. Conger, A. J. (1980). Integration and generalization of kappas
    for multiple raters. Psychol. Bull. 88, 322-328.

    Examples
    --------
    >>> ratings = pd.DataFrame([["x", "x", "x"], ["y", "y", "x"], ["y", "y", "y"]])
    >>> round(fleiss_kappa(ratings), 3)
    0.55
    """
    check_choice("method", method, ("fleiss", "conger"))
    return _fleiss(Coded(ratings), method)[0]


def coder_agreement(
    ratings: Ratings,
    level: Level = "nominal",
    *,
    categories: Sequence[object] | None = None,
) -> pd.DataFrame:
    """All coefficients of one table of ratings, with the reasons of those undefined.

    Parameters
    ----------
    ratings, level, categories
        As in `krippendorff_alpha`; the level is that of Krippendorff's alpha.

    Returns
    -------
    DataFrame
        One row per coefficient: value, n_units (units used), reason. Cohen's kappa
        only for two raters.

    References
    ----------
    As in `percent_agreement`, `cohen_kappa`, `fleiss_kappa`, `krippendorff_alpha`.

    Examples
    --------
    >>> ratings = pd.DataFrame({"a": ["yes"] * 3, "b": ["yes", "yes", None]})
    >>> coder_agreement(ratings)[["value", "n_units"]]
                        value  n_units
    coefficient
    agreement_units       1.0        2
    agreement_pairs       1.0        2
    cohen_kappa           NaN        2
    fleiss_kappa          NaN        2
    krippendorff_alpha    NaN        2
    """
    coded = Coded(ratings, categories)
    complete, pairable = len(coded.complete()), len(coded.tallies())
    rows = {
        "agreement_units": (*_percent(coded, "units"), complete),
        "agreement_pairs": (*_percent(coded, "pairs"), pairable),
        "cohen_kappa": (*_cohen(coded, None), complete),
        "fleiss_kappa": (*_fleiss(coded, "fleiss"), complete),
        "krippendorff_alpha": (*krippendorff(coded, level), pairable),
    }
    if coded.n_raters != 2:
        del rows["cohen_kappa"]
    table = pd.DataFrame.from_dict(
        rows, orient="index", columns=["value", "reason", "n_units"]
    )
    return table.rename_axis("coefficient")[["value", "n_units", "reason"]]


def _percent(coded: Coded, kind: str) -> Number:
    if coded.n_raters < 2:
        return math.nan, "fewer than two raters"
    if kind == "units":
        complete = coded.complete()
        if not len(complete):
            return math.nan, "no unit was rated by all raters"
        return float((complete == complete[:, :1]).all(axis=1).mean()), ""
    tallies = coded.tallies()
    if not len(tallies):
        return math.nan, "no unit was rated twice"
    size = tallies.sum(axis=1)
    same = (tallies * (tallies - 1)).sum(axis=1) / (size - 1)
    return float(same.sum() / size.sum()), ""


def _cohen(coded: Coded, weights: str | None) -> Number:
    if coded.n_raters != 2:
        return math.nan, "Cohen's kappa needs two raters"
    codes, size = coded.complete(), coded.n_categories
    if not len(codes):
        return math.nan, "no unit was rated by both"
    if (codes == codes[0, 0]).all():
        return math.nan, "both used one category only"
    used = np.unique(codes) if weights is None else np.arange(size)
    table = np.zeros((size, size))
    np.add.at(table, (codes[:, 0], codes[:, 1]), 1)
    table = table[np.ix_(used, used)]
    return float(cohens_kappa(table, wt=weights, return_results=False)), ""


def _fleiss(coded: Coded, method: str) -> Number:
    if coded.n_raters < 2:
        return math.nan, "fewer than two raters"
    codes = coded.complete()
    if not len(codes):
        return math.nan, "no unit was rated by all raters"
    if (codes == codes[0, 0]).all():
        return math.nan, "everybody used one category only"
    tallies = tallied(codes, coded.n_categories)
    if method == "fleiss":
        return float(statsmodels_fleiss(tallies, method="fleiss")), ""
    raters = coded.n_raters
    agreeing = (tallies * (tallies - 1)).sum() / (len(codes) * raters * (raters - 1))
    shares = np.array(
        [np.bincount(column, minlength=coded.n_categories) for column in codes.T]
    ) / len(codes)
    both = (shares.sum(axis=0) ** 2).sum() - (shares**2).sum()
    chance = both / (raters * (raters - 1))
    return float((agreeing - chance) / (1 - chance)), ""
