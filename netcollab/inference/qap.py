"""Do two relations among the same actors go together more than chance would have it?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from netcollab._checks import check_alternative, check_draws, check_flag
from netcollab._plans import ENUMERATED, Crossed
from netcollab._resample import resample
from netcollab.errors import RefusedError
from netcollab.inference.cores import one_core
from netcollab.inference.detectable import detectable_correlation
from netcollab.inference.dyads import aligned, check_symmetric
from netcollab.inference.exchangeable import ANSWERED
from netcollab.inference.orbit import distinct_relabellings, orbit_size
from netcollab.inference.permutation import is_idle, pvalue, smallest_pvalue
from netcollab.inference.relabelling import products
from netcollab.inference.results import TestResult

__all__ = ["Correlation", "check_testable", "qap_correlation"]

NULL = (
    "the labels of the actors are exchangeable: "
    "who is who in x has nothing to do with y"
)
MIN_ACTORS = 4
MIN_DYADS = 3
ROUNDING = 1e-12
CONSTANT = 1e-13
IDLE = (
    "r is 0 in the data and under every relabelling, as where differences meet a "
    "matrix that is the same both ways; p would be 1 whoever is who. Take the size of "
    "a difference, or matrices with a direction"
)


def qap_correlation(
    y: pd.DataFrame,
    x: pd.DataFrame,
    *,
    directed: bool = True,
    n_resamples: int = 9999,
    alternative: str = "two-sided",
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
    checkpoint: str | Path | None = None,
) -> TestResult:
    """Correlation of two matrices, tested by relabelling the actors of one of them.

    .. math::

        r = \\frac{\\sum_{ij} (y_{ij} - \\bar y)(x_{ij} - \\bar x)}
            {\\sqrt{\\sum_{ij} (y_{ij} - \\bar y)^2 \\sum_{ij} (x_{ij} - \\bar x)^2}}

    over the dyads i != j observed in both matrices, compared with the same r after
    x has been relabelled, :math:`x_{\\pi(i)\\pi(j)}`. Dyads that share an actor depend
    on each other; relabelling keeps that dependence, shuffling cells would not.

    The null hypothesis: the labels of the actors are exchangeable, who is who in x has
    nothing to do with y. With at most max(n_resamples, 50,000) distinct relabellings of
    x all are listed and p is exact; otherwise n_resamples are drawn.

    **What was not observed.** r is computed anew for each relabelling, over the dyads
    observed in y and in the relabelled x. Actors that observed nothing (their row of
    y is empty) are relabelled among themselves, the others among themselves. In an
    undirected y a row is empty only where nobody reported on the actor either. A
    relabelling that leaves fewer than 3 shared dyads, or one value only, has no r; it
    counts as extreme in every direction, so that p is never too small.

    Parameters
    ----------
    y, x
        Actors on rows and columns, the same labels in any order; NaN = not observed;
        the diagonal is ignored. The order of the actors plays no part in the result.
    directed
        False: both matrices are symmetric and each pair counts once. r and p are the
        same either way; `n` is not.
    n_resamples
        Draws, where the relabellings are too many to list. One less than a number with
        divisors near its root, such as 9,999, is quickest.
    alternative
        "greater": r is larger than chance has it; "less"; "two-sided": |r| is.
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
        `statistic` and `estimate` are r, `n` counts the shared dyads. A QAP
        correlation has no interval: relabelling says what r would be without a link,
        not how far r may be from a truth; `ci_low` and `ci_high` are NaN.

    Raises
    ------
    InputError
        If the labels differ, a cell is no number, an undirected matrix is not
        symmetric, or the checkpoint belongs to another run.
    RefusedError
        With fewer than 4 actors or 3 shared dyads, more than 3,000 actors, infinite
        values, y or x constant over the shared dyads, an x that every relabelling
        leaves as it is, or an r that is 0 under every relabelling (differences between
        actors beside a symmetric matrix).

    References
    ----------
    Hubert, L., & Schultz, J. (1976). Quadratic assignment as a general data analysis
    strategy. Br. J. Math. Stat. Psychol. 29, 190-241.
    Krackhardt, D. (1988). Predicting with networks: nonparametric multiple regression
    analysis of dyadic data. Soc. Networks 10, 359-381.
    Phipson, B., & Smyth, G. K. (2010). Permutation p-values should never be zero.
    Stat. Appl. Genet. Mol. Biol. 9, 39.

    Examples
    --------
    Five bodies: who trusts whom, and who sits in the same ministry.

    >>> names = ["nav", "hdir", "udir", "bufdir", "ks"]
    >>> ministry = ["labour", "health", "schools", "health", "schools"]
    >>> same = pd.DataFrame(np.equal.outer(ministry, ministry) * 1.0, names, names)
    >>> trust = pd.DataFrame(
    ...     [
    ...         [np.nan, 3, 3, 2, 2],
    ...         [3, np.nan, 2, 5, 3],
    ...         [2, 3, np.nan, 3, 5],
    ...         [3, 4, 2, np.nan, 2],
    ...         [2, 2, 4, 3, np.nan],
    ...     ],
    ...     names,
    ...     names,
    ... )
    >>> print(qap_correlation(trust, same, alternative="greater").summary())
    QAP correlation
      null                   the labels of the actors are exchangeable: who is who in x
                             has nothing to do with y
      statistic              0.8480
      p                      0.0667 (greater)
      Monte-Carlo error      0.0000
      smallest attainable p  0.0667
      estimate               0.8480, no interval
      detectable effect      none: p is never at or below 0.05, however large the
                             effect
      n                      20 dyads
      method                 exact (120 relabellings)
    """
    alternative = check_alternative(alternative)
    directed = check_flag("directed", directed)
    n_resamples = check_draws(n_resamples)
    why = "correlate something finite, such as its reciprocal"
    outcome, predictor = aligned({"y": y, "x": x}, why=why)
    if not directed:
        check_symmetric("y", outcome)
        check_symmetric("x", predictor)
    correlation = Correlation(outcome.to_numpy(), predictor.to_numpy(), directed)
    check_testable(correlation)
    strata = np.isnan(correlation.y).all(axis=1).astype(int)
    orbit = orbit_size(correlation.x, strata)
    if orbit == 1:
        raise RefusedError(_why_unmoved(correlation.x, strata))
    distinct = None
    if orbit <= max(n_resamples, ENUMERATED) < _relabellings(strata):
        distinct = distinct_relabellings(correlation.x, strata)
    observed = float(correlation(np.arange(len(outcome))[None, :])[0])
    resamples = resample(
        "qap_correlation",
        correlation,
        strata,
        inputs=[correlation.y, correlation.x],
        n_resamples=n_resamples,
        rng=rng,
        workers=workers,
        progress=progress,
        checkpoint=checkpoint,
        distinct=distinct,
        crossed=True,
    )
    if is_idle(resamples.null, observed):
        raise RefusedError(IDLE)
    plan = resamples.plan
    p, mc_error = pvalue(
        resamples.null, observed, alternative=alternative, exact=plan.exact
    )
    found = detectable_correlation(
        resamples.null, alternative=alternative, exact=plan.exact
    )
    return TestResult(
        test="QAP correlation",
        null=NULL + (ANSWERED if strata.any() else ""),
        statistic=observed,
        pvalue=p,
        mc_error=mc_error,
        p_min=smallest_pvalue(orbit, n_resamples=plan.n_draws, exact=plan.exact),
        alternative=alternative,
        estimate=observed,
        n=correlation.n_dyads,
        n_resamples=plan.n_draws,
        method=plan.method,
        null_distribution=resamples.null,
        seed=resamples.seed,
        unit="dyads" if directed else "pairs",
        detectable_effect=found.effect,
        detectable_reason=found.reason,
    )


def _why_unmoved(x: np.ndarray, strata: np.ndarray) -> str:
    """Why relabelling leaves x as it is."""
    middle = np.nanmedian(x)
    if orbit_size(x - middle, strata) > 1:
        return (
            f"x hardly varies next to its size ({middle:g}), so that its values pass "
            "for equal: take its mean off them first"
        )
    return (
        "every relabelling among those who answered leaves x as it is; p would be 1 "
        "whatever the data"
    )


@dataclass(frozen=True, eq=False)
class Correlation:
    """r of y and a relabelled x over the dyads observed in both: arrays in, array out.

    In undirected matrices each pair enters twice, which leaves r as it is.

    Parameters
    ----------
    y, x
        Square arrays, NaN where not observed and on the diagonal.
    directed
        False: both are symmetric.
    """

    y: np.ndarray
    x: np.ndarray
    directed: bool

    @cached_property
    def shared(self) -> np.ndarray:
        """True where a dyad was observed in both."""
        known: np.ndarray = ~(np.isnan(self.y) | np.isnan(self.x))
        return known

    @cached_property
    def is_complete(self) -> bool:
        """Every dyad was observed in both, so that only the cross product changes."""
        n = len(self.y)
        return int(self.shared.sum()) == n * (n - 1)

    @property
    def n_dyads(self) -> int:
        """How many dyads were observed in both; a pair counts once if undirected."""
        return int(self.shared.sum()) // self._times

    @one_core()
    def __call__(self, relabellings: np.ndarray | Crossed) -> np.ndarray:
        """r under each relabelling, (B, n) -> (B,); NaN where there is none."""
        kernel = self._complete if self.is_complete else self._masked
        return kernel(Crossed.of(relabellings)).clip(-1, 1)

    def _complete(self, relabellings: Crossed) -> np.ndarray:
        x, y = (values.reshape(-1, 1) for values in self._deviations)
        return self._products(y, x, relabellings)[0, :, 0]

    def _masked(self, relabellings: Crossed) -> np.ndarray:
        """r from the six moments over the dyads that this relabelling leaves shared."""
        (x, y), (known_x, known_y) = self._deviations, self._known
        left, right = (
            np.column_stack([known.ravel(), values.ravel(), values.ravel() ** 2])
            for known, values in ((known_y, y), (known_x, x))
        )
        moments = self._products(left, right, relabellings)
        n, sum_x, squares_x = moments[0].T
        sum_y, products, squares_y = (
            moments[1, :, 0],
            moments[1, :, 1],
            moments[2, :, 0],
        )
        n[n < MIN_DYADS * self._times] = np.nan
        varied = products - sum_x * sum_y / n
        varied_x = _variation(sum_x, squares_x, n)
        varied_y = _variation(sum_y, squares_y, n)
        r: np.ndarray = varied / np.sqrt(varied_x * varied_y)
        return r

    def _products(
        self, left: np.ndarray, right: np.ndarray, relabellings: Crossed
    ) -> np.ndarray:
        senders, receivers = np.nonzero(~np.eye(len(self.y), dtype=bool))
        return products(left, right, relabellings, (senders, receivers))

    @cached_property
    def _deviations(self) -> tuple[np.ndarray, np.ndarray]:
        """x and y less a centre, 0 where not observed.

        Where all is observed, less the mean and of length 1, so that their product is
        r. Else less the median, which stays near the bulk of the values whichever
        dyads a relabelling leaves out, and at most 1 from it.
        """
        return self._deviation(self.x), self._deviation(self.y)

    def _deviation(self, values: np.ndarray) -> np.ndarray:
        centre = np.mean if self.is_complete else np.median
        deviation: np.ndarray = np.nan_to_num(values - centre(values[self.shared]))
        deviation /= np.abs(deviation).max()
        if self.is_complete:
            deviation /= math.sqrt(np.einsum("ij,ij", deviation, deviation))
        return deviation

    @cached_property
    def _known(self) -> tuple[np.ndarray, np.ndarray]:
        """1 where x and y were observed, else 0."""
        known_x, known_y = (~np.isnan(values) for values in (self.x, self.y))
        return known_x.astype(float), known_y.astype(float)

    @property
    def _times(self) -> int:
        return 1 if self.directed else 2


def _variation(total: np.ndarray, squares: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Sums of squared deviations from the mean; NaN where that is rounding alone."""
    variation = squares - total**2 / n
    return np.where(variation > ROUNDING * squares, variation, np.nan)


def _relabellings(strata: np.ndarray) -> int:
    return math.prod(math.factorial(int(m)) for m in np.bincount(strata))


def check_testable(correlation: Correlation) -> None:
    """Stop where too few dyads are shared, or one of the two does not vary in them."""
    n, n_dyads = len(correlation.y), correlation.n_dyads
    if n < MIN_ACTORS:
        ways = math.factorial(n)
        raise RefusedError(
            f"a QAP correlation needs at least {MIN_ACTORS} actors, got {n}: "
            f"with {ways} relabellings p is never below {1 / ways:.3f}"
        )
    if n_dyads < MIN_DYADS:
        raise RefusedError(
            f"a QAP correlation needs at least {MIN_DYADS} dyads observed in both "
            f"y and x, got {n_dyads}"
        )
    for name, values in (("y", correlation.y), ("x", correlation.x)):
        shared = values[correlation.shared]
        if np.ptp(shared) <= CONSTANT * np.abs(shared).max():
            raise RefusedError(
                f"{name} is {shared[0]:g} in all {n_dyads} dyads observed in both; "
                "what does not vary has no correlation"
            )
