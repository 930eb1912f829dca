"""Values dealt out to the actors anew: every different deal, or draws from them.

What would a statistic have been, had the same values fallen to other actors?
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from netcollab._checks import as_numbers, check_series, check_size
from netcollab._plans import ENUMERATED
from netcollab._resample import AnyPlan, BlockStatistics, resample
from netcollab.errors import InputError, RefusedError
from netcollab.inference.detectable import Detectable
from netcollab.inference.orbit import count_labellings, distinct_labellings
from netcollab.inference.permutation import pvalue, smallest_pvalue
from netcollab.inference.results import TestResult

__all__ = [
    "count_deals",
    "dealt",
    "known_pairs",
    "list_deals",
    "places_of",
    "with_detectable",
]

MIN_ACTORS = 4
TIE = 1e-10


def known_pairs(
    x: pd.Series, y: pd.Series, names: tuple[str, str] = ("x", "y")
) -> pd.DataFrame:
    """Two named columns of the actors that have both values, in the order of x.

    Raises
    ------
    InputError
        If the actors differ, or a value is no finite number.
    RefusedError
        With fewer than 4 actors that have both values, or values of a size whose
        products cannot be held.
    """
    numbers = {}
    for name, values in zip(names, (x, y), strict=True):
        cells = as_numbers(name, check_series(name, values))
        if np.isinf(cells).any():
            raise InputError(f"{name} needs finite numbers")
        numbers[name] = pd.Series(check_size(name, cells), values.index)
    strangers = x.index.symmetric_difference(y.index, sort=False)
    if len(strangers):
        raise InputError(
            f"{' and '.join(names)} need the same actors; only in one: "
            f"{list(map(str, strangers))}"
        )
    first, second = numbers.values()
    both = pd.DataFrame(dict(zip(names, (first, second.reindex(x.index)), strict=True)))
    both = both.dropna()
    if len(both) < MIN_ACTORS:
        raise RefusedError(
            f"{len(both)} actors have both values; at least {MIN_ACTORS} are needed"
        )
    return both


def places_of(name: str, values: np.ndarray) -> np.ndarray:
    """The place of each value among the different ones, from 0; ties share one.

    Values are equal that differ by no more than 1e-10 of their size, or of the largest
    size among all where that is below 1.

    Raises
    ------
    RefusedError
        If all values are equal.
    """
    known, codes = np.unique(values, return_inverse=True)
    room = np.maximum(min(1.0, np.abs(known).max()), np.abs(known[1:]))
    gaps = np.diff(known) > TIE * room
    places: np.ndarray = np.concatenate([[0], np.cumsum(gaps)])[codes]
    if not places.any():
        raise RefusedError(f"{name} has the same value for all actors")
    return places


def count_deals(places: np.ndarray) -> int:
    """In how many different ways the values can be dealt out.

    Examples
    --------
    >>> count_deals(np.array([0, 0, 1, 1]))
    6
    """
    ties = math.prod(math.factorial(int(m)) for m in np.bincount(places))
    return math.factorial(len(places)) // ties


def list_deals(places: np.ndarray) -> np.ndarray:
    """One relabelling for each different way to deal the values out."""
    n = len(places)
    relabellings = np.empty((1, n), dtype=np.intp)
    free = np.arange(n)[None, :]
    for place in range(places.max() + 1):
        members = np.flatnonzero(places == place)
        rest = free.shape[1]
        sets = np.array(list(itertools.combinations(range(rest), len(members))))
        taken = free[:, sets].reshape(-1, len(members))
        relabellings = np.repeat(relabellings, len(sets), axis=0)
        np.put_along_axis(relabellings, taken, members[None, :], axis=1)
        left = np.ones((len(sets), rest), dtype=bool)
        np.put_along_axis(left, sets, False, axis=1)
        others = np.nonzero(left)[1].reshape(len(sets), -1)
        free = free[:, others].reshape(len(relabellings), -1)
    return relabellings


def dealt(
    test: str,
    result: TestResult,
    statistics: BlockStatistics,
    places: np.ndarray,
    *,
    inputs: Sequence[np.ndarray],
    n_resamples: int,
    rng: int | np.random.Generator | None,
    workers: int,
    strata: np.ndarray | None = None,
    progress: bool,
    checkpoint: str | Path | None,
) -> TestResult:
    """The result with its p: the values with these places are dealt out anew.

    Parameters
    ----------
    test
        The test's fixed name, part of every block's seed.
    result
        With statistic and alternative.
    statistics
        Takes relabellings (B, n) and returns the statistic of each, (B,) or (B, k) of
        which the first column is compared.
    places
        Of the values that are dealt out.
    inputs, n_resamples, rng, workers, progress, checkpoint
        As in `netcollab._resample.resample`.
    strata
        Values are dealt out among actors of the same stratum; None: among all.

    Returns
    -------
    TestResult
        `p_min` is the smallest p that these values allow, however they are dealt out.
    """
    most = max(n_resamples, ENUMERATED)
    if strata is None:
        deals = count_deals(places)
        few = deals <= most < math.factorial(len(places))
        distinct = list_deals(places) if few else None
    else:
        deals = count_labellings(places, strata, limit=most)
        distinct = distinct_labellings(places, strata) if deals <= most else None
    resamples = resample(
        test,
        statistics,
        np.zeros(len(places), dtype=int) if strata is None else strata,
        inputs=inputs,
        n_resamples=n_resamples,
        rng=rng,
        workers=workers,
        progress=progress,
        checkpoint=checkpoint,
        distinct=distinct,
    )
    plan, null = resamples.plan, resamples.null
    compared = null if null.ndim == 1 else null[:, 0]
    p, error, p_min = _pvalues(result, compared, plan, deals)
    return replace(
        result,
        pvalue=p,
        mc_error=error,
        p_min=p_min,
        n_resamples=plan.n_draws,
        method=plan.method,
        null_distribution=null,
        seed=resamples.seed,
    )


def with_detectable(result: TestResult, found: Detectable) -> TestResult:
    """The result with the smallest effect that its test finds."""
    return replace(
        result, detectable_effect=found.effect, detectable_reason=found.reason
    )


def _pvalues(
    result: TestResult, null: np.ndarray, plan: AnyPlan, deals: int
) -> tuple[float, float, float]:
    """p, its error, and the smallest p these values allow."""
    side = result.alternative
    p, error = pvalue(null, result.statistic, alternative=side, exact=plan.exact)
    if not plan.exact:
        least = smallest_pvalue(deals, n_resamples=plan.n_draws, exact=False)
        return p, error, least
    ends = {"greater": null.max(), "less": null.min(), "two-sided": np.abs(null).max()}
    least, _ = pvalue(null, float(ends[side]), alternative=side, exact=True)
    return p, error, least
