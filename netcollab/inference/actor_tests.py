"""Do two attributes of actors go together, and do two groups of actors differ?"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from netcollab._checks import (
    check_alternative,
    check_choice,
    check_draws,
    check_fraction,
    check_series,
)
from netcollab._labels import two_labels
from netcollab.errors import RefusedError
from netcollab.inference.concordance import kendall
from netcollab.inference.deals import (
    count_deals,
    dealt,
    known_pairs,
    places_of,
    with_detectable,
)
from netcollab.inference.detectable import (
    Detectable,
    detectable_by_draws,
    detectable_correlation,
)
from netcollab.inference.inversion import inverted
from netcollab.inference.results import TestResult

__all__ = ["permutation_correlation", "permutation_difference"]

NAMES = {"pearson": "Pearson's r", "spearman": "Spearman's rank correlation"}


def permutation_correlation(
    x: pd.Series,
    y: pd.Series,
    *,
    kind: Literal["pearson", "spearman", "kendall"] = "pearson",
    alternative: str = "two-sided",
    n_resamples: int = 9999,
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
    checkpoint: str | Path | None = None,
) -> TestResult:
    """Correlation of two attributes of actors, tested by dealing out one of them anew.

    .. math::

        r = \\frac{\\sum_i (x_i - \\bar x)(y_i - \\bar y)}
            {\\sqrt{\\sum_i (x_i - \\bar x)^2 \\sum_i (y_i - \\bar y)^2}}

    "spearman" is r of the ranks, equal values sharing their average rank; "kendall" is
    `kendall`, tau-b.

    The null hypothesis: the values of y are dealt out to the actors at random. p is
    exact where all different deals are listed (at most max(n_resamples, 50,000); 8
    actors have 40,320), otherwise n_resamples are drawn. Actors are taken to be
    exchangeable. Values that the ties of one network make, such as centralities, hang
    together through those ties; actors of several sites hang together through the
    sites: p then speaks of more than the two attributes. With 8 actors r must exceed
    .71 in size to reach p = .05.

    Actors without both values are left out. Values that differ by 1e-10 of their size
    are equal.

    Parameters
    ----------
    x, y
        One number per actor, the same actors in any order.
    kind
        "pearson", "spearman" or "kendall".
    alternative
        "greater": the correlation is larger than chance has it; "less"; "two-sided".
    n_resamples
        Deals drawn, where they are too many to list.
    rng
        Seed of the draws; None draws fresh entropy. The result records it.
    workers
        Processes; the result does not depend on them.
    progress
        Show a bar on stderr, where that is a terminal.
    checkpoint
        A file from which a killed run goes on with the same numbers.

    Returns
    -------
    TestResult
        `statistic` and `estimate` are the correlation, without an interval: dealing
        out says what it would be without a link. `p_min` is the smallest p that these
        values allow.

    Raises
    ------
    InputError
        If the actors differ, or a value is no finite number.
    RefusedError
        With fewer than 4 actors that have both values (two actors always correlate
        perfectly), or one value for all.

    References
    ----------
    Pitman, E. J. G. (1937). Significance tests which may be applied to samples from any
    populations. II. The correlation coefficient test. Suppl. J. R. Stat. Soc. 4,
    225-232. Phipson, B., & Smyth, G. K. (2010). Permutation p-values should never be
    zero. Stat. Appl. Genet. Mol. Biol. 9, 39.

    Examples
    --------
    >>> names = ["nav", "hdir", "udir", "ks", "bufdir"]
    >>> staff = pd.Series([19.0, 1.2, 0.4, 0.3, 0.9], names)
    >>> trust = pd.Series([4.1, 3.9, 2.8, 2.5, 3.0], names)
    >>> result = permutation_correlation(staff, trust, kind="spearman")
    >>> round(result.estimate, 4), round(result.pvalue, 4), result.method
    (1.0, 0.0167, 'exact (120 relabellings)')
    """
    check_choice("kind", kind, (*NAMES, "kendall"))
    if kind == "kendall":
        return kendall(
            x,
            y,
            alternative=alternative,
            n_resamples=n_resamples,
            rng=rng,
            workers=workers,
            progress=progress,
            checkpoint=checkpoint,
        )
    side = check_alternative(alternative)
    n_resamples = check_draws(n_resamples)
    both = known_pairs(x, y).sort_values(["x", "y"])
    columns = []
    for name in ("x", "y"):
        places = places_of(name, both[name].to_numpy())
        values = both[name].to_numpy() if kind == "pearson" else stats.rankdata(places)
        columns.append((places, _unit(values)))
    fixed, moved = sorted(columns, key=lambda one: count_deals(one[0]), reverse=True)
    r = Products(fixed[1], moved[1])
    observed = float(r(np.arange(len(both))[None, :])[0])
    result = TestResult(
        test=f"{NAMES[kind]} of actors",
        null="the values of y are dealt out to the actors at random",
        statistic=observed,
        estimate=observed,
        alternative=side,
        n=len(both),
        unit="actors",
    )
    result = dealt(
        f"permutation_correlation {kind}",
        result,
        r,
        moved[0],
        inputs=[r.fixed, r.moved],
        n_resamples=n_resamples,
        rng=rng,
        workers=workers,
        progress=progress,
        checkpoint=checkpoint,
    )
    found = detectable_correlation(
        result.null_distribution, alternative=side, exact=result.seed is None
    )
    return with_detectable(result, found)


def permutation_difference(
    values: pd.Series,
    groups: pd.Series,
    *,
    within: pd.Series | None = None,
    alternative: str = "two-sided",
    confidence: float = 0.95,
    n_resamples: int = 9999,
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
    checkpoint: str | Path | None = None,
) -> TestResult:
    """Difference of two groups of actors in their mean, tested by dealing out groups.

    .. math:: d = \\bar v_1 - \\bar v_0

    with group 1 the label that sorts last: True less False, 1 less 0, of a categorical
    the later of its categories. Within units,

    .. math:: d = \\frac{\\sum_i (m_i - \\bar m_{u(i)}) v_i}
        {\\sum_i (m_i - \\bar m_{u(i)})^2}

    with m_i 1 in group 1 and 0 else, and its mean in the unit: the mean of the units'
    own differences, weighted by n_1 n_0 / n. Groups are then dealt out within units,
    which compares nobody with another unit. Units of one group alone say nothing.

    The null hypothesis: who is in which group has nothing to do with the values. Every
    way to choose the groups is listed where there are at most max(n_resamples,
    50,000), which makes p exact; 4 and 4 actors have 70, so p is never below 2/70. The
    interval holds every shift of group 1 that would not be rejected. Ranks in place of
    values make it the test of Wilcoxon, Mann and Whitney.

    Parameters
    ----------
    values
        One number per actor. Actors without value or group are left out.
    groups
        The group of each actor, one of two.
    within
        The unit of each actor; None: all are of one. Actors without a unit are left
        out.
    alternative
        "greater": group 1 has more than chance has it; "less"; "two-sided".
    confidence
        Of the interval.
    n_resamples, rng, workers, progress, checkpoint
        As in `permutation_correlation`.

    Returns
    -------
    TestResult
        `statistic` and `estimate` are d. An end of the interval is infinite where the
        groups are too small for the confidence.

    Raises
    ------
    InputError
        If the actors differ, a value is no finite number, or groups are not two.
    RefusedError
        With fewer than 4 actors, one value for all, or no unit with both groups.

    References
    ----------
    Pitman, E. J. G. (1937). Significance tests which may be applied to samples from any
    populations. Suppl. J. R. Stat. Soc. 4, 119-130.

    Examples
    --------
    >>> names = ["nav", "hdir", "udir", "ks", "oslo", "bergen"]
    >>> state = pd.Series([True, True, True, False, False, False], names)
    >>> trust = pd.Series([4.1, 3.9, 3.6, 2.5, 3.0, 2.8], names)
    >>> result = permutation_difference(trust, state)
    >>> round(result.estimate, 4), round(result.pvalue, 4), round(result.p_min, 4)
    (1.1, 0.1, 0.1)
    """
    side = check_alternative(alternative)
    confidence = check_fraction("confidence", confidence)
    n_resamples = check_draws(n_resamples)
    labels, member = _members(groups)
    unit = _units(within, member.index)
    both = known_pairs(values, member.where(unit >= 0), ("values", "groups"))
    both = both.assign(unit=unit).sort_values(["unit", "values", "groups"])
    number, places = both[["values", "groups"]].to_numpy().T
    strata = np.unique(both["unit"], return_inverse=True)[1]
    places_of("values", number)
    places = places.astype(int)
    if places.all() or not places.any():
        raise RefusedError("the actors that have a value are all in one group")
    deviation = number - number.mean()
    size = float(np.abs(deviation).max())
    difference = Differences(deviation / size, places, strata)
    if not difference.spread:
        raise RefusedError("no unit has actors of both groups")
    own = difference(np.arange(len(both))[None, :])[0]
    result = TestResult(
        test=f"difference of means, {labels[1]} less {labels[0]}",
        null="who is in which group has nothing to do with the values"
        + ("" if within is None else ", among actors of one unit"),
        statistic=float(own[0]),
        estimate=float(own[0]),
        alternative=side,
        n=len(both),
        unit="actors",
    )
    result = dealt(
        "permutation_difference",
        result,
        difference,
        places,
        inputs=[number, places],
        n_resamples=n_resamples,
        rng=rng,
        workers=workers,
        strata=None if within is None else strata,
        progress=progress,
        checkpoint=checkpoint,
    )
    null = result.null_distribution
    interval = inverted(
        null,
        own,
        confidence=confidence,
        alternative=side,
        exact=result.seed is None,
        same_sample=True,
    )
    result = replace(
        result,
        statistic=size * result.statistic,
        estimate=size * result.estimate,
        null_distribution=size * null[:, 0],
        ci_low=size * interval.low,
        ci_high=size * interval.high,
    )
    return with_detectable(result, _detectable(result, number, difference))


@dataclass(frozen=True, eq=False)
class Products:
    """r of two columns of mean 0 and length 1, the second dealt out anew."""

    fixed: np.ndarray
    moved: np.ndarray

    def __call__(self, relabellings: np.ndarray) -> np.ndarray:
        """(B, n) -> (B,)."""
        r: np.ndarray = np.einsum("i,bi->b", self.fixed, self.moved[relabellings])
        return r.clip(-1, 1)


@dataclass(frozen=True, eq=False)
class Differences:
    """Differences of means between groups dealt out anew within strata.

    The second column is the difference of membership itself: with both, the difference
    is known for any shift of group 1, see `inverted`.
    """

    values: np.ndarray
    places: np.ndarray
    strata: np.ndarray

    @cached_property
    def spread(self) -> float:
        """How much membership varies within strata."""
        return float((self._apart**2).sum())

    @cached_property
    def _apart(self) -> np.ndarray:
        return self.within(self.places)

    def within(self, numbers: np.ndarray) -> np.ndarray:
        """Numbers less their mean in the stratum."""
        means = np.bincount(self.strata, numbers) / np.bincount(self.strata)
        apart: np.ndarray = numbers - means[self.strata]
        return apart

    def __call__(self, relabellings: np.ndarray) -> np.ndarray:
        """(B, n) -> (B, 3): of the values, of membership, and 1."""
        moved = (self._apart / self.spread)[relabellings]
        return np.column_stack(
            [
                np.einsum("i,bi->b", self.values, moved),
                np.einsum("i,bi->b", self.places * 1.0, moved),
                np.ones(len(relabellings)),
            ]
        )


def _units(within: pd.Series | None, actors: pd.Index) -> pd.Series:
    """A number for the unit of each actor, -1 without one."""
    if within is None:
        return pd.Series(0, actors)
    labels = check_series("within", within).reindex(actors)
    codes, _ = pd.factorize(labels.map(str, na_action="ignore"), sort=True)
    return pd.Series(codes, actors)


def _detectable(
    result: TestResult, values: np.ndarray, difference: Differences
) -> Detectable:
    """The smallest difference that is found, from the spread inside the groups."""
    places = difference.places
    apart, left = difference.within(places), difference.within(values)
    df = len(values) - len(np.unique(difference.strata)) - 1
    if df < 1:
        return Detectable(math.nan, "too few actors share a unit")
    inside = left - result.statistic * apart
    error = math.sqrt(np.einsum("i,i", inside, inside) / df / difference.spread)
    spread = math.sqrt(np.einsum("i,i", left, left) / difference.spread)
    with np.errstate(divide="ignore", invalid="ignore"):
        r = (result.null_distribution / spread).clip(-1, 1)
        t = r * math.sqrt(df) / np.sqrt(1 - r**2)
    return detectable_by_draws(
        t, error, df, alternative=result.alternative, exact=result.seed is None
    )


def _unit(values: np.ndarray) -> np.ndarray:
    deviation = values - values.mean()
    deviation = deviation / np.abs(deviation).max()
    unit: np.ndarray = deviation / math.sqrt(np.einsum("i,i", deviation, deviation))
    return unit


def _members(groups: pd.Series) -> tuple[tuple[object, object], pd.Series]:
    """The two labels, and 1 for the one that sorts last, NaN where there is none."""
    labels = two_labels("groups", check_series("groups", groups))
    return labels, groups.map(dict(zip(labels, (0.0, 1.0), strict=True))).astype(float)
