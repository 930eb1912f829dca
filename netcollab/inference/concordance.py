"""Do two rankings of the same actors agree more than chance would have it?"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from netcollab._checks import check_alternative, check_count
from netcollab._resample import ENUMERATED, Draws, Plan, resample
from netcollab.errors import InputError, RefusedError
from netcollab.inference.permutation import pvalue, smallest_pvalue
from netcollab.inference.results import TestResult

__all__ = ["kendall"]

NULL = "the values of y are dealt out to the actors at random"
MIN_ACTORS = 4
TIE = 1e-10
PAIRWISE = 150


def kendall(
    x: pd.Series,
    y: pd.Series,
    *,
    alternative: str = "two-sided",
    n_resamples: int = 9999,
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
) -> TestResult:
    """Kendall's tau-b of two rankings, tested by dealing out one of them anew.

    .. math:: \\tau_b = \\frac{C - D}{\\sqrt{(P - T_x)(P - T_y)}}

    over the P pairs of actors with both values: C pairs in the same order, D in
    opposite order, T pairs that are equal in one of the two. Such as two bases of
    power: do those who have the staff have the reputation?

    The null hypothesis: the values of y are dealt out to the actors at random. p is
    exact where all deals are listed (at most max(n_resamples, 50,000); 8 actors have
    40,320), and where neither ranking has ties, from the distribution of C - D, which
    no list is needed for. Otherwise n_resamples deals are drawn. Actors are taken to
    be exchangeable; values of the same network, such as two indices of centrality,
    are linked by its ties whatever the actors, and then p speaks of more than ranks.

    Actors without both values are left out. Values that differ by 1e-10 of their size
    are equal.

    Parameters
    ----------
    x, y
        One number per actor, the same actors in any order; ranks or values. Both
        ranks with 1 = most, or both values with large = most.
    alternative
        "greater": tau is larger than chance has it; "less"; "two-sided": \\|tau\\| is.
    n_resamples
        Deals drawn, where they are too many to list.
    rng
        Seed of the draws; None draws fresh entropy. The result records it.
    workers
        Processes; the result does not depend on them.

    Returns
    -------
    TestResult
        `statistic` and `estimate` are tau-b, without an interval; `n` counts actors.
        `p_min` is the smallest p that these values allow, however they are dealt out.

    Raises
    ------
    InputError
        If the actors differ, or a value is no finite number.
    RefusedError
        With fewer than 4 actors that have both values, or a ranking of equals.

    References
    ----------
    Kendall, M. G. (1945). The treatment of ties in ranking problems. Biometrika 33,
    239-251. Phipson, B., & Smyth, G. K. (2010). Permutation p-values should never be
    zero. Stat. Appl. Genet. Mol. Biol. 9, 39.

    Examples
    --------
    >>> names = ["nav", "hdir", "udir", "ks", "bufdir"]
    >>> staff = pd.Series([90, 60, 40, 20, 10], names)
    >>> trust = pd.Series([4, 4, 3, 2, 2], names)
    >>> print(kendall(staff, trust).summary())
    Kendall's tau-b
      null                   the values of y are dealt out to the actors at random
      statistic              0.8944
      p                      0.0667 (two-sided)
      Monte-Carlo error      0.0000
      smallest attainable p  0.0667
      estimate               0.8944, no interval
      n                      5 actors
      method                 exact (120 relabellings)
    """
    alternative = check_alternative(alternative)
    n_resamples = check_count("n_resamples", n_resamples)
    first, second = sorted(_places(x, y), key=_deals, reverse=True)
    n = len(first)
    tau = Concordance(first, second)
    observed = float(tau(np.arange(n)[None, :])[0])
    result = TestResult(
        test="Kendall's tau-b",
        null=NULL,
        statistic=observed,
        estimate=observed,
        alternative=alternative,
        n=n,
        unit="actors",
    )
    deals, most = _deals(second), max(n_resamples, ENUMERATED)
    if deals == math.factorial(n) > most:
        return _without_ties(result, first, second)
    resamples = resample(
        "kendall",
        tau,
        np.zeros(n, dtype=int),
        inputs=[first, second],
        n_resamples=n_resamples,
        rng=rng,
        workers=workers,
        distinct=_listed(second) if deals <= most < math.factorial(n) else None,
    )
    plan = resamples.plan
    p, error, p_min = _pvalues(result, resamples.null, plan, deals)
    return replace(
        result,
        pvalue=p,
        mc_error=error,
        p_min=p_min,
        n_resamples=plan.n_draws,
        method=plan.method,
        null_distribution=resamples.null,
        seed=resamples.seed,
    )


def _without_ties(result: TestResult, x: np.ndarray, y: np.ndarray) -> TestResult:
    found = stats.kendalltau(x, y, method="exact", alternative=result.alternative)
    ends = 2 if result.alternative == "two-sided" else 1
    return replace(
        result,
        pvalue=float(found.pvalue),
        mc_error=0.0,
        p_min=ends / math.factorial(result.n),
        method="exact (distribution of Kendall's statistic without ties)",
    )


def _pvalues(
    result: TestResult, null: np.ndarray, plan: Plan | Draws, deals: int
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


@dataclass(frozen=True, eq=False)
class Concordance:
    """tau-b of x and y dealt out anew: relabellings in, array out."""

    x: np.ndarray
    y: np.ndarray

    def __call__(self, relabellings: np.ndarray) -> np.ndarray:
        """For each row, y[row] beside x."""
        if len(self.x) > PAIRWISE:
            return np.array([self._sorted(row) for row in relabellings])
        i, j = np.triu_indices(len(self.x), 1)
        order, other = np.sign(self.x[i] - self.x[j]), _orders(self.y)
        size = math.sqrt(float((order**2).sum()) * float((other**2).sum()) / 2)
        signs = other[relabellings[:, i], relabellings[:, j]]
        found: np.ndarray = np.einsum("p,bp->b", order, signs) / size
        return found

    def _sorted(self, row: np.ndarray) -> float:
        found = stats.kendalltau(self.x, self.y[row], method="asymptotic")
        return float(found.statistic)


def _places(x: pd.Series, y: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Whole numbers in the order of the values, in the order of y for listing."""
    for name, values in (("x", x), ("y", y)):
        if not values.index.is_unique:
            raise InputError(f"{name} needs each actor once")
    strangers = [str(name) for name in x.index.symmetric_difference(y.index)]
    if strangers:
        raise InputError(f"x and y need the same actors; only in one: {strangers}")
    try:
        both = np.column_stack([x.astype(float), y.reindex(x.index).astype(float)])
    except (TypeError, ValueError):
        raise InputError("x and y need numbers") from None
    if np.isinf(both).any():
        raise InputError("x and y need finite numbers")
    both = both[~np.isnan(both).any(axis=1)]
    if len(both) < MIN_ACTORS:
        raise RefusedError(
            f"{len(both)} actors have both values; at least {MIN_ACTORS} are needed"
        )
    first, second = _merged(both[:, 0]), _merged(both[:, 1])
    for name, places in (("x", first), ("y", second)):
        if not places.any():
            raise RefusedError(f"{name} has the same value for all actors")
    return first, second


def _merged(values: np.ndarray) -> np.ndarray:
    """The place of each value among the different ones, from 0."""
    known, codes = np.unique(values, return_inverse=True)
    gaps = np.diff(known) > TIE * np.maximum(1, np.abs(known[1:]))
    places: np.ndarray = np.concatenate([[0], np.cumsum(gaps)])[codes]
    return places


def _orders(places: np.ndarray) -> np.ndarray:
    signs: np.ndarray = np.sign(places[:, None] - places[None, :])
    return signs


def _deals(places: np.ndarray) -> int:
    """In how many different ways the values can be dealt out."""
    ties = math.prod(math.factorial(int(m)) for m in np.bincount(places))
    return math.factorial(len(places)) // ties


def _listed(places: np.ndarray) -> np.ndarray:
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
