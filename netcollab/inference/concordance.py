"""Do two rankings of the same actors agree more than chance would have it?"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd
from scipy import stats

from netcollab._checks import check_alternative, check_draws
from netcollab._plans import ENUMERATED
from netcollab.inference.deals import (
    count_deals,
    dealt,
    known_pairs,
    places_of,
    with_detectable,
)
from netcollab.inference.detectable import LEVEL, beyond, detectable_correlation
from netcollab.inference.permutation import never_zero
from netcollab.inference.results import TestResult

__all__ = ["kendall"]

NULL = "the values of y are dealt out to the actors at random"
PAIRWISE = 150


def kendall(
    x: pd.Series,
    y: pd.Series,
    *,
    alternative: str = "two-sided",
    n_resamples: int = 9999,
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
    checkpoint: str | Path | None = None,
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
    progress
        Show a bar on stderr, where that is a terminal.
    checkpoint
        A file from which a killed run goes on with the same numbers.

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
      detectable effect      none: p is never at or below 0.05, however large the
                             effect
      n                      5 actors
      method                 exact (120 relabellings)
    """
    alternative = check_alternative(alternative)
    n_resamples = check_draws(n_resamples)
    both = known_pairs(x, y)
    places = [places_of(name, both[name].to_numpy()) for name in ("x", "y")]
    first, second = sorted(places, key=count_deals, reverse=True)
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
    deals = count_deals(second)
    if deals == math.factorial(n) > max(n_resamples, ENUMERATED):
        return _without_ties(result, first, second)
    result = dealt(
        "kendall",
        result,
        tau,
        second,
        inputs=[first, second],
        n_resamples=n_resamples,
        rng=rng,
        workers=workers,
        progress=progress,
        checkpoint=checkpoint,
    )
    found = detectable_correlation(
        result.null_distribution, alternative=alternative, exact=result.seed is None
    )
    return with_detectable(result, found)


def _without_ties(result: TestResult, x: np.ndarray, y: np.ndarray) -> TestResult:
    found = stats.kendalltau(x, y, method="exact", alternative=result.alternative)
    ends = 2 if result.alternative == "two-sided" else 1
    n = result.n
    variance = 2 * (2 * n + 5) / (9 * n * (n - 1))
    limit = NormalDist().inv_cdf(1 - LEVEL / ends) * math.sqrt(variance)
    result = replace(
        result,
        pvalue=float(never_zero(found.pvalue)),
        mc_error=0.0,
        p_min=float(never_zero(ends / math.factorial(n))),
        method="exact (distribution of Kendall's statistic without ties)",
    )
    return with_detectable(result, beyond(limit, variance))


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


def _orders(places: np.ndarray) -> np.ndarray:
    signs: np.ndarray = np.sign(places[:, None] - places[None, :])
    return signs
