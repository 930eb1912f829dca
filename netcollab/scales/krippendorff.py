"""Agreement of any number of coders, with gaps, on any kind of scale.

How far do coders agree beyond chance, and how sure is that?
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from netcollab._checks import as_entropy, check_choice, check_count, check_fraction
from netcollab.errors import InputError
from netcollab.scales.draws import simulated
from netcollab.scales.ratings import Coded, Ratings

__all__ = ["KrippendorffInterval", "krippendorff_alpha", "krippendorff_interval"]

Level = Literal["nominal", "ordinal", "interval", "ratio"]

FEWEST_UNITS = 10
_LEVELS = ("nominal", "ordinal", "interval", "ratio")


@dataclass(frozen=True)
class KrippendorffInterval:
    """Krippendorff's alpha with its bootstrap interval.

    Parameters
    ----------
    alpha, alpha_interval
        The value, and (low, high).
    level
        nominal, ordinal, interval or ratio.
    n_units, n_raters
        Units with two ratings or more; raters.
    n_pairable
        Ratings in those units.
    n_resamples, n_undefined
        Draws asked for; draws in which alpha was undefined, left out.
    confidence, seed
        Level of the interval; the entropy of the draws.
    reason
        Why alpha, or its interval, is NaN; empty if neither is.
    """

    alpha: float
    alpha_interval: tuple[float, float]
    level: Level
    n_units: int
    n_raters: int
    n_pairable: int
    n_resamples: int
    n_undefined: int
    confidence: float
    seed: int
    reason: str


def krippendorff_alpha(
    ratings: Ratings,
    level: Level = "nominal",
    *,
    categories: Sequence[object] | None = None,
) -> float:
    """Krippendorff's alpha: agreement beyond chance, for any number of coders and gaps.

    .. math:: \\alpha = 1 - \\frac{D_o}{D_e}
        = 1 - (n - 1) \\frac{\\sum_{ck} o_{ck} \\delta_{ck}}
        {\\sum_{ck} n_c n_k \\delta_{ck}}

    over the n ratings of units with two ratings or more, each unit's pairs weighted by
    1 / (ratings - 1). The distance is 0/1 (nominal), the squared difference of
    mid-ranks (ordinal), of values (interval), or ((c - k)/(c + k))^2 (ratio).

    NaN with fewer than two raters, without a unit rated twice, and when all these
    ratings are the same: what does not vary cannot show agreement.
    `krippendorff_interval` tells the reason. Without gaps and with more than two coders
    irr::kripp.alpha (0.84.1) counts each rating several times; its (n - 1)/n is closer
    to 1 than the definition's.

    Parameters
    ----------
    ratings
        Units x raters; NaN where a rater did not rate.
    level
        "nominal", "ordinal", "interval" or "ratio".
    categories
        For ordinal words: all categories in their order, unless they are an ordered
        categorical.

    Raises
    ------
    InputError
        If the level needs numbers, an order, or numbers that are not negative, and
        the ratings are not.
    UnknownNameError
        If there is no such level.

    References
    ----------
    Krippendorff, K. (2004). Content Analysis. Sage, chapter 11. Hayes, A. F., &
    Krippendorff, K. (2007). Answering the call for a standard reliability measure for
    coding data. Commun. Methods Meas. 1, 77-89.

    Examples
    --------
    >>> ratings = [[1, 1], [2, 2], [3, 3], [3, 2], [1, None]]
    >>> round(krippendorff_alpha(ratings), 3)
    0.667
    """
    return krippendorff(Coded(ratings, categories), level)[0]


def krippendorff_interval(
    ratings: Ratings,
    level: Level = "nominal",
    *,
    n_resamples: int = 9_999,
    confidence: float = 0.95,
    rng: int | np.random.Generator | None = None,
    categories: Sequence[object] | None = None,
) -> KrippendorffInterval:
    """Krippendorff's alpha with an interval from resampling units.

    Units are drawn with replacement, all their ratings with them, and alpha is
    computed anew, expected disagreement included; the interval holds the middle of
    these alphas. (Krippendorff's own algorithm draws pairs of ratings as if they were
    independent and keeps the expected disagreement; it is narrower.) Draws in which no
    rating varies give no alpha and are left out and counted.

    Alpha is NaN as in `krippendorff_alpha`; the interval also with fewer than 10 units
    that were rated twice, and when more than 1 draw in 20 gives no alpha.

    Parameters
    ----------
    ratings, level, categories
        As in `krippendorff_alpha`.
    n_resamples, rng
        Draws, in blocks of 500, and their seed.
    confidence
        Level of the interval.

    References
    ----------
    Zapf, A., Castell, S., Morawietz, L., & Karch, A. (2016). Measuring inter-rater
    reliability for nominal data: which coefficients and confidence intervals are
    appropriate? BMC Med. Res. Methodol. 16, 93.

    Examples
    --------
    >>> ratings = [[1, 1], [2, 2], [3, 3], [3, 2], [1, 1], [2, 2]] * 4
    >>> found = krippendorff_interval(ratings, rng=1, n_resamples=999)
    >>> round(found.alpha, 2), found.alpha_interval[0] < found.alpha, found.n_units
    (0.75, True, 24)
    """
    confidence = check_fraction("confidence", confidence)
    n_resamples = check_count("n_resamples", n_resamples)
    entropy = as_entropy(rng)
    coded = Coded(ratings, categories)
    alpha, reason = krippendorff(coded, level)
    tallies = coded.tallies()
    units = len(tallies)
    low = high = math.nan
    undefined = 0
    if not reason and units < FEWEST_UNITS:
        reason = f"interval: {units} units were rated twice, fewer than {FEWEST_UNITS}"
    elif not reason:

        def resampled(draw: np.random.Generator, size: int) -> np.ndarray:
            times = draw.multinomial(units, np.full(units, 1 / units), size=size)
            return _alphas(tallies, times.astype(float), coded.points, level)

        drawn = simulated(
            "krippendorff alpha", resampled, n_resamples=n_resamples, entropy=entropy
        )
        undefined = int(np.isnan(drawn).sum())
        if undefined > n_resamples / 20:
            reason = f"interval: {undefined} of {n_resamples} draws give no alpha"
        else:
            tail = (1 - confidence) / 2
            low, high = np.nanquantile(drawn, [tail, 1 - tail]).tolist()
    return KrippendorffInterval(
        alpha=alpha,
        alpha_interval=(low, high),
        level=level,
        n_units=units,
        n_raters=coded.n_raters,
        n_pairable=int(tallies.sum()),
        n_resamples=n_resamples,
        n_undefined=undefined,
        confidence=confidence,
        seed=entropy,
        reason=reason,
    )


def krippendorff(coded: Coded, level: Level) -> tuple[float, str]:
    check_choice("level", level, _LEVELS)
    if level in ("interval", "ratio") and not coded.numeric:
        raise InputError(f"level {level} needs numbers")
    if level == "ratio" and (coded.points < 0).any():
        raise InputError("level ratio needs numbers that are not negative")
    if level == "ordinal" and not coded.ordered:
        raise InputError(
            "level ordinal needs the order of the categories; give categories=[first, "
            "..., last] or an ordered categorical"
        )
    if coded.n_raters < 2:
        return math.nan, "fewer than two raters"
    tallies = coded.tallies()
    if not len(tallies):
        return math.nan, "no unit was rated twice"
    alpha = _alphas(tallies, np.ones((1, len(tallies))), coded.points, level)[0]
    if math.isnan(alpha):
        return math.nan, "all ratings of units rated twice are the same"
    return float(alpha), ""


def _alphas(
    tallies: np.ndarray, times: np.ndarray, points: np.ndarray, level: Level
) -> np.ndarray:
    """Alpha for each row of how many times each unit counts.

    Sums are taken by einsum: the last bits of BLAS depend on its threads.
    """
    used = tallies.any(axis=0)
    tallies, points = tallies[:, used], points[used]
    size = tallies.sum(axis=1)
    margins = np.einsum("bu,uc->bc", times, tallies)
    total = margins.sum(axis=1)
    if level == "nominal":
        within = (size**2 - (tallies**2).sum(axis=1))[None]
        expected = total**2 - (margins**2).sum(axis=1)
    elif level == "ratio":
        distance = _ratio_distance(points)
        within = np.einsum("uc,ck,uk->u", tallies, distance, tallies)[None]
        expected = np.einsum("bc,ck,bk->b", margins, distance, margins)
    else:
        scores = (
            (points - points.mean())[None]
            if level == "interval"
            else (np.cumsum(margins, axis=1) - (margins + total[:, None]) / 2)
        )
        within = 2 * (
            size * np.einsum("bc,uc->bu", scores**2, tallies)
            - np.einsum("bc,uc->bu", scores, tallies) ** 2
        )
        expected = 2 * (
            total * (margins * scores**2).sum(axis=1)
            - (margins * scores).sum(axis=1) ** 2
        )
    observed = (times / (size - 1) * within).sum(axis=1)
    out = np.full(len(times), np.nan)
    varies = (margins > 0).sum(axis=1) > 1
    out[varies] = 1 - (total[varies] - 1) * observed[varies] / expected[varies]
    return out


def _ratio_distance(points: np.ndarray) -> np.ndarray:
    gap, total = points[:, None] - points, points[:, None] + points
    share = np.divide(gap, total, out=np.zeros_like(gap), where=total > 0)
    return np.asarray(share**2)
