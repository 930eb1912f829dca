"""How far the members of a group say the same.

Do those who answered for one group agree enough to let their mean speak for it?
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import ndtr

from netcollab._checks import as_entropy, check_choice, check_count, check_fraction
from netcollab.errors import InputError
from netcollab.scales.answers import (
    Answers,
    Grouped,
    Groups,
    Missing,
    grouped,
    places,
)
from netcollab.scales.draws import simulated

__all__ = [
    "average_deviation",
    "null_variance",
    "r_star_wg",
    "rwg",
    "rwg_critical",
    "rwg_j",
]

_CELLS = 1_000_000

Scale = Sequence[float]
Options = int | Literal["slider"] | None
Null = str | float

# Published by LeBreton & Senter (2008): options to variances, in the order of _SHAPES.
_SHAPES = ("slight_skew", "moderate_skew", "heavy_skew", "triangular", "normal")
_VARIANCES = {
    5: (1.34, 0.90, 0.44, 1.32, 1.04),
    6: (1.85, 1.26, 0.69, 1.45, 1.25),
    7: (2.90, 2.14, 1.39, 2.10, 1.40),
    8: (3.47, 2.79, 2.35, 2.81, 1.73),
    9: (5.66, 4.73, 3.16, 3.00, 1.58),
    10: (6.30, 5.09, 3.46, 2.89, 1.45),
    11: (7.31, 6.32, 4.02, 3.32, 1.40),
}


def null_variance(
    scale: Scale, *, options: Options = None, null: Null = "uniform"
) -> float:
    """The variance of one item's answers if nobody agreed with anybody.

    With A equally spaced options from lo to hi, a step h = (hi - lo)/(A - 1) apart, and
    for a slider:

    .. math:: \\sigma^2_{EU} = h^2 \\frac{A^2 - 1}{12} \\qquad \\frac{(hi - lo)^2}{12}

    Other nulls, for biases that all respondents share, are the published variances
    for 5 to 11 options. It is the variance of one item, never of a mean of items.

    Parameters
    ----------
    scale
        The lowest and the highest answer, (lo, hi).
    options
        Number of answer options, or "slider". By default hi - lo + 1, which needs
        whole numbers.
    null
        "uniform", "slight_skew", "moderate_skew", "heavy_skew", "triangular",
        "normal", or the variance itself.

    Raises
    ------
    InputError
        If the scale is no scale, the options are not known, or the null is not
        published for that number of options.
    UnknownNameError
        If there is no such null.

    References
    ----------
    James, L. R., Demaree, R. G., & Wolf, G. (1984). Estimating within-group interrater
    reliability with and without response bias. J. Appl. Psychol. 69, 85-98. LeBreton,
    J. M., & Senter, J. L. (2008). Answers to 20 questions about interrater reliability
    and interrater agreement. Organ. Res. Methods 11, 815-852.

    Examples
    --------
    >>> null_variance((1, 5))
    2.0
    >>> null_variance((0, 100), options=5)
    1250.0
    >>> null_variance((1, 5), null="slight_skew")
    1.34
    """
    low, high = _ends(scale)
    if not isinstance(null, str):
        if not (math.isfinite(null) and null > 0):
            raise InputError(f"null needs a variance > 0, got {null!r}")
        return float(null)
    check_choice("null", null, ("uniform", *_SHAPES))
    count = count_options(scale, options)
    if count == "slider":
        if null != "uniform":
            raise InputError(f'null "{null}" is published for answer options only')
        return (high - low) ** 2 / 12
    step = (high - low) / (count - 1)
    if null == "uniform":
        return float(step**2 * (count**2 - 1) / 12)
    if count not in _VARIANCES:
        raise InputError(
            f'null "{null}" is published for 5 to 11 answer options, not for {count}; '
            "give the variance itself"
        )
    return float(step**2 * _VARIANCES[count][_SHAPES.index(null)])


def rwg(
    values: Answers,
    groups: Groups,
    scale: Scale,
    *,
    options: Options = None,
    null: Null = "uniform",
) -> pd.Series:
    """Agreement within each group on one item: 1 = all say the same.

    .. math:: r_{wg} = \\max\\left(0, 1 - \\frac{s^2}{\\sigma^2_{E}}\\right)

    with the variance s^2 (n - 1) of the group's answers. 0 where it reaches the
    null's; `r_star_wg` has the raw value.

    NaN for a group with fewer than two answers.

    Parameters
    ----------
    values
        One answer per respondent. Missing answers are left out.
    groups
        The group of each respondent.
    scale, options, null
        As in `null_variance`.

    Returns
    -------
    Series
        One number per group, groups sorted. ``.attrs``: "reasons" (group to why it is
        NaN), "left_out" (rows without an answer), "note" (empty, or that answers lie
        between the options, as means do, for which the null is wrong).

    Raises
    ------
    InputError
        If an answer is no number or outside the scale, or a group is missing.

    References
    ----------
    James, L. R., Demaree, R. G., & Wolf, G. (1984). Estimating within-group interrater
    reliability with and without response bias. J. Appl. Psychol. 69, 85-98.

    Examples
    --------
    >>> groups = ["nav", "nav", "nav", "ks", "ks"]
    >>> rwg([4, 5, 4, 1, 5], groups, (1, 5)).round(3).to_dict()
    {'ks': 0.0, 'nav': 0.833}
    """
    data = grouped(values, groups)
    _one_column("rwg", "rwg_j", data)
    return _named("rwg", _raw(data, scale, options, null).clip(0), data, scale, options)


def rwg_j(
    items: Answers,
    groups: Groups,
    scale: Scale,
    *,
    options: Options = None,
    null: Null = "uniform",
    missing: Missing = "listwise",
) -> pd.Series:
    """Agreement within each group on J parallel items: 1 = all say the same.

    .. math:: r_{wg(J)} = \\frac{J (1 - m/\\sigma^2_E)}
        {J (1 - m/\\sigma^2_E) + m/\\sigma^2_E}

    with the mean m of the items' variances in the group. 0 where m reaches the null's
    variance (the formula has a pole beyond); `r_star_wg` has the raw 1 - m/null.

    NaN for a group in which an item has fewer than two answers.

    Parameters
    ----------
    items
        Respondents x items, all on one scale, in one direction.
    groups
        The group of each respondent.
    scale, options, null
        As in `null_variance`.
    missing
        "listwise": respondents with a missing answer are left out (as
        multilevel::rwg.j). "pairwise": each item's variance from those who answered it.

    Returns
    -------
    Series
        As `rwg`.

    References
    ----------
    James, L. R., Demaree, R. G., & Wolf, G. (1984). Estimating within-group interrater
    reliability with and without response bias. J. Appl. Psychol. 69, 85-98.

    Examples
    --------
    >>> items = pd.DataFrame({"a": [4, 5, 4, 1, 5], "b": [4, 4, 5, 2, 2]})
    >>> rwg_j(items, ["nav", "nav", "nav", "ks", "ks"], (1, 5)).round(3).to_dict()
    {'ks': 0.0, 'nav': 0.909}
    """
    data = grouped(items, groups, missing=missing)
    values = _spearman_brown(_raw(data, scale, options, null), len(data.items))
    return _named("rwg_j", values, data, scale, options)


def r_star_wg(
    items: Answers,
    groups: Groups,
    scale: Scale,
    *,
    options: Options = None,
    null: Null = "uniform",
    missing: Missing = "listwise",
) -> pd.Series:
    """Agreement as it is, for one item or several: 1 - mean variance / null's variance.

    .. math:: r^*_{wg(J)} = 1 - m/\\sigma^2_E

    Below 0 where answers vary more than by chance, as they do in a divided group; does
    not grow with the number of items. For one item it is rwg without its floor.

    Undefined as `rwg_j`; parameters and result as there.

    References
    ----------
    Lindell, M. K., Brandt, C. J., & Whitney, D. J. (1999). A revised index of
    interrater agreement for multi-item ratings of a single target. Appl. Psychol.
    Meas. 23, 127-135.

    Examples
    --------
    >>> r_star_wg([4, 5, 4, 1, 5], list("aaabb"), (1, 5)).round(3).to_dict()
    {'a': 0.833, 'b': -3.0}
    """
    data = grouped(items, groups, missing=missing)
    return _named("r_star_wg", _raw(data, scale, options, null), data, scale, options)


def average_deviation(
    items: Answers,
    groups: Groups,
    *,
    around: Literal["mean", "median"] = "mean",
    missing: Missing = "listwise",
) -> pd.Series:
    """How far answers lie from the group's middle, in points of the scale.

    .. math:: AD_J = \\frac{1}{J} \\sum_j \\frac{1}{n} \\sum_i |x_{ij} - \\bar x_j|

    0 = all say the same. With A answer options, values up to A/6 count as agreement
    (Burke & Dunlap 2002): 0.83 for five. No null is needed.

    NaN for a group in which an item has fewer than two answers.

    Parameters
    ----------
    items, groups, missing
        As in `rwg_j`; one item may be a Series.
    around
        "mean" or "median" of the group's answers to the item.

    Returns
    -------
    Series
        One number per group, groups sorted. ``.attrs``: "reasons", "left_out".

    References
    ----------
    Burke, M. J., & Dunlap, W. P. (2002). Estimating interrater agreement with the
    average deviation index: A user's guide. Organ. Res. Methods 5, 159-172.

    Examples
    --------
    >>> average_deviation([4, 5, 4, 1, 5], list("aaabb")).round(3).to_dict()
    {'a': 0.444, 'b': 2.0}
    """
    check_choice("middle", around, ("mean", "median"))
    data = grouped(items, groups, missing=missing)
    middle = data.means if around == "mean" else _medians(data)
    gaps = data.totals(np.abs(data.answers - middle[data.codes]))
    enough = np.where(data.counts > 1, data.counts, np.nan)
    values = (gaps / enough).mean(axis=1)
    series = pd.Series(values, index=data.labels, name="average_deviation")
    series.attrs = {"reasons": _reasons(data), "left_out": data.left_out}
    return series


def rwg_critical(
    n: int,
    options: int | Literal["slider"],
    *,
    n_items: int = 1,
    correlation: float | None = None,
    quantile: float = 0.95,
    n_resamples: int = 10_000,
    rng: int | np.random.Generator | None = None,
) -> float:
    """The rwg from which a group agrees more than by chance: simulated, uniform null.

    n respondents draw each answer uniformly. The critical value is the smallest rwg
    that at most a share of 1 - quantile of such groups reach, so that "at least this
    much" has that probability or less; it is the value in published tables. Answers to
    items that measure one thing are related even at random, which raises it:
    `correlation` is that of the normal variables behind the answers.

    NaN where even full agreement is more frequent than that, as among two respondents
    with five options.

    Parameters
    ----------
    n
        Respondents in the group, at least two.
    options
        Number of answer options, or "slider".
    n_items
        Items; more than one gives the critical value of rwg(J).
    correlation
        Between any two items, from 0 to below 1; None is 0.
    quantile
        Share of random groups that stay below, at least.
    n_resamples, rng
        Draws, in blocks of 500, and their seed.

    References
    ----------
    Dunlap, W. P., Burke, M. J., & Smith-Crowe, K. (2003). Accurate tests of statistical
    significance for rwg and average deviation interrater agreement indexes. J. Appl.
    Psychol. 88, 356-362. Cohen, A., Doveh, E., & Nahum-Shani, I. (2009). Testing
    agreement for multi-item scales with the indices rwg(J) and AD_M(J). Organ. Res.
    Methods 12, 148-164.

    Examples
    --------
    >>> round(rwg_critical(10, 5, rng=1), 2)
    0.53
    """
    n = check_count("n", n, minimum=2)
    n_items = check_count("n_items", n_items)
    if options != "slider":
        options = check_count("options", options, minimum=2)
    quantile = check_fraction("quantile", quantile)
    shared = 0.0 if correlation is None else float(correlation)
    if not 0 <= shared < 1:
        raise InputError(f"correlation needs 0 <= r < 1, got {correlation!r}")
    count = math.inf if options == "slider" else float(options)
    null = 1 / 12 if options == "slider" else (count**2 - 1) / 12

    def random_groups(draw: np.random.Generator, size: int) -> np.ndarray:
        at_once = max(1, _CELLS // (n * n_items))
        spread = []
        for start in range(0, size, at_once):
            shape = (min(at_once, size - start), n, n_items)
            answers = _random_answers(draw, shape, shared, count)
            spread.append(answers.var(axis=1, ddof=1).mean(axis=1))
        return _spearman_brown(1 - np.concatenate(spread) / null, n_items)

    drawn = simulated(
        "rwg critical", random_groups, n_resamples=n_resamples, entropy=as_entropy(rng)
    )
    values = np.sort(np.round(drawn, 12))
    allowed = math.floor((1 - quantile) * len(values) + 1e-9)
    edge = values[len(values) - allowed - 1]
    above = values[np.searchsorted(values, edge, side="right") :]
    return float(above[0]) if len(above) else math.nan


def _random_answers(
    draw: np.random.Generator,
    shape: tuple[int, int, int],
    shared: float,
    count: float,
) -> np.ndarray:
    """Groups x respondents x items: uniform on 0..count-1, on 0..1 for a slider."""
    if shared == 0:
        level = draw.random(shape)
    else:
        trait = draw.standard_normal((*shape[:2], 1)) * math.sqrt(shared)
        level = ndtr(trait + draw.standard_normal(shape) * math.sqrt(1 - shared))
    if math.isinf(count):
        return np.asarray(level)
    return np.minimum(np.floor(level * count), count - 1)


def _raw(data: Grouped, scale: Scale, options: Options, null: Null) -> np.ndarray:
    """1 - mean variance / null's variance, per group."""
    variance = null_variance(scale, options=options, null=null)
    low, high = _ends(scale)
    outside = [
        f'item "{item}" has answers outside {low:g} to {high:g} in {places(wrong)}'
        for item, column in zip(data.items, data.answers.T, strict=True)
        if (wrong := (column < low) | (column > high)).any()
    ]
    if outside:
        raise InputError(outside)
    return np.asarray(1 - data.variances.mean(axis=1) / variance)


def _spearman_brown(raw: np.ndarray, n_items: int) -> np.ndarray:
    floor = np.clip(raw, 0, None)
    return np.asarray(n_items * floor / (n_items * floor + 1 - floor))


def _named(
    name: str, values: np.ndarray, data: Grouped, scale: Scale, options: Options
) -> pd.Series:
    series = pd.Series(values, index=data.labels, name=name)
    between = _off_options(data.answers, scale, options)
    note = "answers lie between the options, as means do; the null is one item's"
    series.attrs = {
        "reasons": _reasons(data),
        "left_out": data.left_out,
        "note": note if between else "",
    }
    return series


def _off_options(answers: np.ndarray, scale: Scale, options: Options) -> bool:
    count = count_options(scale, options)
    if count == "slider":
        return False
    low, high = _ends(scale)
    place = (answers[~np.isnan(answers)] - low) / (high - low) * (count - 1)
    return bool((np.abs(place - np.round(place)) > 1e-9).any())


def _reasons(data: Grouped) -> dict[Hashable, str]:
    """Groups in which an item has fewer than two answers."""
    reasons: dict[Hashable, str] = {}
    for label, counts in zip(data.labels, data.counts, strict=True):
        if counts.min() >= 2:
            continue
        item = data.items[int(counts.argmin())]
        words = {0: "no answers", 1: "one respondent"}
        told = f'item "{item}" has fewer than two answers'
        reasons[label] = words.get(int(counts.max()), told)
    return reasons


def _medians(data: Grouped) -> np.ndarray:
    table = pd.DataFrame(data.answers).groupby(data.codes).median()
    return table.reindex(range(len(data.labels))).to_numpy()


def _one_column(name: str, other: str, data: Grouped) -> None:
    if len(data.items) != 1:
        raise InputError(
            f"{name} needs one answer per respondent; for several items use {other}"
        )


def _ends(scale: Scale) -> tuple[float, float]:
    try:
        low, high = map(float, () if isinstance(scale, str) else scale)
    except (TypeError, ValueError):
        told = f"scale needs its lowest and highest answer, got {scale!r}"
        raise InputError(told) from None
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise InputError(f"scale needs lowest < highest, got {scale!r}")
    return low, high


def count_options(scale: Scale, options: Options) -> int | Literal["slider"]:
    """The number of answer options of a scale, or "slider"."""
    low, high = _ends(scale)
    if isinstance(options, str):
        check_choice("kind of options", options, ("slider",))
        return "slider"
    if options is not None:
        return check_count("options", options, minimum=2)
    if not (low.is_integer() and high.is_integer()):
        raise InputError(
            f"scale {low:g} to {high:g} does not tell its answer options; give options"
        )
    return int(high - low) + 1
