"""One claim under many analyses: what would the whole curve of them be by chance?

Do the specifications of a claim, taken together, say more than relabelling gives?
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import ndtri

from netcollab._checks import (
    check_choice,
    check_draws,
    check_flag,
    check_fraction,
    check_series,
)
from netcollab._plans import Crossed
from netcollab._resample import Resamples, resample
from netcollab.errors import InputError, RefusedError
from netcollab.inference.design_checks import check_design
from netcollab.inference.dyads import aligned, check_symmetric, gathered
from netcollab.inference.orbit import orbit_size
from netcollab.inference.permutation import TIE, pvalue, smallest_pvalue
from netcollab.inference.qap import Correlation, check_testable
from netcollab.inference.results import TestResult
from netcollab.inference.semipartial import Relabelled, fitted, shifted_statistics

__all__ = ["Specification", "SpecificationCurve", "specification_curve"]

NULL = (
    "the labels of the actors are exchangeable: who is who in the predictor has "
    "nothing to do with the outcome, in any specification"
)
TERM = "x"


@dataclass(frozen=True, eq=False)
class Specification:
    """One way to analyse a claim about dyads: matrices and what is held beside.

    Parameters
    ----------
    y, x
        Outcome and predictor, actors on rows and columns, NaN = not observed. An
        actor that is left out has NaN in its row and column of y.
    beside
        Predictors held beside x, by name; none: the correlation of y and x.
    directed
        False: every matrix is symmetric and each pair counts once.
    """

    y: pd.DataFrame
    x: pd.DataFrame
    beside: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    directed: bool = True


@dataclass(frozen=True, eq=False)
class SpecificationCurve:
    """The estimates of all specifications, and three tests of them together.

    Parameters
    ----------
    specifications
        One row per specification, in the order given: estimate, and pvalue, one-sided
        in the claimed direction.
    median, share, stouffer
        The tests of the median estimate, of the share of specifications that are
        significant in the claimed direction, and of Stouffer's z.
    """

    specifications: pd.DataFrame
    median: TestResult
    share: TestResult
    stouffer: TestResult

    def to_frame(self) -> pd.DataFrame:
        """One row per test of the curve, as of `TestResult.to_frame`."""
        tests = (self.median, self.share, self.stouffer)
        return pd.concat([test.to_frame() for test in tests], ignore_index=True)


@dataclass(frozen=True, eq=False)
class Curve:
    """The estimate of every specification: arrays in, array out.

    Parameters
    ----------
    kernels
        One per specification.
    """

    kernels: Sequence[Correlation | Relabelled]

    def __call__(self, relabellings: np.ndarray | Crossed) -> np.ndarray:
        """Estimates under each relabelling, (B, n) -> (B, specifications)."""
        found = [_estimates(kernel, relabellings) for kernel in self.kernels]
        curve: np.ndarray = np.column_stack(found)
        return curve


def specification_curve(
    specifications: Sequence[Specification],
    *,
    alternative: str,
    strata: pd.Series | None = None,
    alpha: float = 0.05,
    n_resamples: int = 9999,
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
    checkpoint: str | Path | None = None,
) -> SpecificationCurve:
    """Many analyses of one claim, tested together by relabelling the actors.

    Each relabelling of the actors of x serves all specifications, so that what they
    share stays shared. For specification s with estimate :math:`r_s`, and
    :math:`r_s(\\pi)` its estimate after the relabelling,

    .. math::

        p_s(\\pi) = \\frac{\\#\\{\\sigma : r_s(\\sigma) \\ge r_s(\\pi)\\}}{N}

    is its one-sided p among all N looked at, the observed order with them. Three
    statistics of the curve are compared with their own values under relabelling:
    :math:`\\mathrm{median}_s\\, r_s`; the share of s with
    :math:`p_s \\le \\alpha / 2`; and
    :math:`\\sum_s \\Phi^{-1}(1 - p_s + 1 / 2N) / \\sqrt{S}`. All three have level
    alpha under the null, whatever the specifications have in common.

    An estimate is r, or beside other predictors the partial r of double
    semi-partialing, :math:`t / \\sqrt{t^2 + df}` at the data's degrees of freedom.
    A relabelling without an estimate counts as extreme in the claimed direction.

    Parameters
    ----------
    specifications
        Of the same actors.
    alternative
        The claimed direction: "greater" or "less".
    strata
        Actors are relabelled among those with the same value, by actor, such as
        those that answered. None: among all.
    alpha
        A specification is significant if its equal-tailed p is not above it and its
        sign is the claimed one.
    n_resamples, rng, workers, progress, checkpoint
        As in `qap_correlation`.

    Raises
    ------
    InputError
        If there is no specification, actors differ, an undirected matrix is not
        symmetric, or the checkpoint belongs to another run.
    RefusedError
        If a specification has no estimate, or no relabelling changes anything.

    References
    ----------
    Simonsohn, U., Simmons, J. P., & Nelson, L. D. (2020). Specification curve
    analysis. Nat. Hum. Behav. 4, 1208-1214.
    Stouffer, S. A., et al. (1949). The American Soldier, vol. 1. Princeton UP.

    Examples
    --------
    Five bodies: trust, as rated and as "4 or more", and the same ministry.

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
    >>> strong = (trust >= 4).astype(float)
    >>> both = [Specification(trust, same), Specification(strong, same)]
    >>> curve = specification_curve(both, alternative="greater")
    >>> curve.specifications.round(4)
       estimate  pvalue
    0     0.848  0.0667
    1     1.000  0.0667
    >>> curve.stouffer.method, round(curve.stouffer.pvalue, 4)
    ('exact (120 relabellings)', 0.0667)
    """
    side = check_choice("alternative", alternative, ("greater", "less"))
    alpha = check_fraction("alpha", alpha)
    n_resamples = check_draws(n_resamples)
    kernels, actors = _kernels(specifications)
    groups = _groups(strata, actors)
    curve = Curve(kernels)
    own = curve(np.arange(len(actors))[None, :])[0]
    if np.isnan(own).any():
        place = int(np.flatnonzero(np.isnan(own))[0])
        raise RefusedError(f"specification {place + 1} has no estimate")
    orbit = orbit_size(_together(kernels), groups)
    if orbit == 1:
        raise RefusedError(
            "every relabelling leaves the predictors as they are; p would be 1 "
            "whatever the data"
        )
    resamples = resample(
        "specification curve",
        curve,
        groups,
        inputs=[array for kernel in kernels for array in _arrays(kernel)],
        n_resamples=n_resamples,
        rng=rng,
        workers=workers,
        progress=progress,
        checkpoint=checkpoint,
        crossed=True,
    )
    sign = 1.0 if side == "greater" else -1.0
    return _tested(sign * own, resamples, sign, alpha, orbit)


def _kernels(
    specifications: Sequence[Specification],
) -> tuple[list[Correlation | Relabelled], pd.Index]:
    """What computes each specification, and the actors in the order of all."""
    if not len(specifications):
        raise InputError("specification_curve needs at least one specification")
    kernels: list[Correlation | Relabelled] = []
    actors: pd.Index | None = None
    for place, each in enumerate(specifications):
        try:
            kernel, own = _kernel(each)
        except RefusedError as refusal:
            raise RefusedError(f"specification {place + 1}: {refusal}") from None
        if actors is not None and not own.equals(actors):
            raise InputError(
                f"specification {place + 1} has other actors than the first; leave an "
                "actor out with NaN in its row and column of y"
            )
        kernels, actors = [*kernels, kernel], own
    return kernels, pd.Index([]) if actors is None else actors


def _kernel(each: Specification) -> tuple[Correlation | Relabelled, pd.Index]:
    check_flag("directed", each.directed)
    why = "transform it to something finite"
    if not each.beside:
        y, x = aligned({"y": each.y, "x": each.x}, why=why)
        for name, frame in {"y": y, "x": x}.items() if not each.directed else ():
            check_symmetric(name, frame)
        correlation = Correlation(y.to_numpy(), x.to_numpy(), each.directed)
        check_testable(correlation)
        return correlation, y.index
    terms = {TERM: each.x} | {f"beside {k}": v for k, v in each.beside.items()}
    sites = gathered(each.y, terms, directed=each.directed, common=False)
    check_design(sites, list(terms))
    # Strata are those of the curve, not the silence of this outcome: common labels
    # take no dyad for one that every relabelling keeps.
    return Relabelled(sites, "dsp", common=True), sites[0].actors


def _groups(strata: pd.Series | None, actors: pd.Index) -> np.ndarray:
    if strata is None:
        return np.zeros(len(actors), dtype=int)
    check_series("strata", strata)
    missing = [str(actor) for actor in actors if pd.isna(strata.get(actor))]
    if missing:
        raise InputError(f"strata has no value for: {', '.join(missing)}")
    labels = [str(strata[actor]) for actor in actors]
    codes: np.ndarray = np.unique(labels, return_inverse=True)[1]
    return codes


def _arrays(kernel: Correlation | Relabelled) -> list[np.ndarray]:
    if isinstance(kernel, Correlation):
        return [kernel.y, kernel.x]
    return [kernel.sites[0].y, kernel.sites[0].x]


def _together(kernels: Sequence[Correlation | Relabelled]) -> np.ndarray:
    """One matrix that a relabelling changes if it changes any predictor."""
    cells = np.stack(
        [
            layer.ravel()
            for kernel in kernels
            for layer in np.atleast_3d(_arrays(kernel)[1].T).T
        ]
    )
    distinct = np.unique(cells, axis=0, equal_nan=True)
    codes = np.unique(distinct, axis=1, return_inverse=True, equal_nan=True)[1]
    size = math.isqrt(cells.shape[1])
    return np.asarray(codes, dtype=float).reshape(size, size)


def _estimates(
    kernel: Correlation | Relabelled, relabellings: np.ndarray | Crossed
) -> np.ndarray:
    if isinstance(kernel, Correlation):
        return kernel(relabellings)
    kept = kernel(relabellings).reshape(len(relabellings), kernel.n_terms, -1)
    t = shifted_statistics(kept[:, 0])
    if kernel.exhausted[0]:
        return np.full(len(t), np.nan)
    return _partial_r(t, fitted(kernel.sites).df)


def _partial_r(t: np.ndarray, df: float) -> np.ndarray:
    """The partial correlation of a t-statistic; 1 or -1 where t has no end."""
    with np.errstate(divide="ignore"):
        r: np.ndarray = np.sign(t) / np.sqrt(1 + df / t**2)
    return r


def _tested(
    own: np.ndarray, resamples: Resamples, sign: float, alpha: float, orbit: int
) -> SpecificationCurve:
    """The three tests; estimates are signed so that more is more in favour."""
    null = sign * resamples.null
    null = np.where(np.isnan(null), np.inf, null)
    exact = resamples.plan.exact
    looked_at = null if exact else np.vstack([own, null])
    tails = np.column_stack([_tails(column) for column in looked_at.T])
    # The observed order is the first of those listed, and stands before those drawn.
    mine, under = tails[0], tails if exact else tails[1:]
    limit = alpha / 2 * (1 + TIE)
    half = 0.5 / len(looked_at)
    size = math.sqrt(len(own))
    statistics = {
        "median estimate": (sign * np.median(own), sign * np.median(null, axis=1)),
        "share of significant specifications": (
            (mine <= limit).mean(),
            (under <= limit).mean(axis=1),
        ),
        "Stouffer's z": (
            -ndtri(mine - half).sum() / size,
            -ndtri(under - half).sum(axis=1) / size,
        ),
    }
    tests = [
        _test(
            name,
            float(observed),
            values,
            resamples,
            "less" if sign < 0 and name == "median estimate" else "greater",
            (orbit, len(own)),
        )
        for name, (observed, values) in statistics.items()
    ]
    table = pd.DataFrame({"estimate": sign * own, "pvalue": mine})
    return SpecificationCurve(table, *tests)


def _tails(values: np.ndarray) -> np.ndarray:
    """The share of all values that is at least as large as each, ties included."""
    size = np.where(np.isfinite(values), np.maximum(1.0, np.abs(values)), 0.0)
    below = np.searchsorted(np.sort(values), values - TIE * size, side="left")
    shares: np.ndarray = (len(values) - below) / len(values)
    return shares


def _test(
    name: str,
    observed: float,
    null: np.ndarray,
    resamples: Resamples,
    side: str,
    size: tuple[int, int],
) -> TestResult:
    plan, (orbit, count) = resamples.plan, size
    exact = plan.exact
    p, mc_error = pvalue(null, observed, alternative=side, exact=exact)
    return TestResult(
        test=f"specification curve, {name}",
        null=NULL,
        statistic=observed,
        pvalue=p,
        mc_error=mc_error,
        p_min=smallest_pvalue(orbit, n_resamples=plan.n_draws, exact=exact),
        alternative="less" if side == "less" else "greater",
        estimate=observed,
        n=count,
        unit="specifications",
        n_resamples=plan.n_draws,
        method=plan.method,
        null_distribution=null,
        seed=resamples.seed,
    )
