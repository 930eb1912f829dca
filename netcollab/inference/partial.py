"""Do two things still go together once others are held equal?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from netcollab._checks import (
    Alternative,
    as_column_names,
    as_entropy,
    check_alternative,
    check_choice,
    check_count,
    check_draws,
    check_fraction,
)
from netcollab._resample import Resamples, resample
from netcollab.errors import RefusedError
from netcollab.inference.columns import complete_columns
from netcollab.inference.detectable import LEVEL, beyond, detectable_correlation
from netcollab.inference.permutation import never_zero, pvalue, smallest_pvalue
from netcollab.inference.results import TestResult

__all__ = ["partial_correlation"]

COLLINEAR = 1e-10


def partial_correlation(
    data: pd.DataFrame,
    x: str,
    y: str,
    *,
    given: Sequence[str] = (),
    kind: Literal["pearson", "spearman"] = "pearson",
    reference: Literal["t", "permutation"] = "t",
    alternative: str = "two-sided",
    confidence: float = 0.95,
    n_resamples: int = 9999,
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
    checkpoint: str | Path | None = None,
) -> TestResult:
    """Correlation of what the given variables leave of x and of y.

    .. math::

        r = \\mathrm{cor}(e_x, e_y), \\quad
        t = r \\sqrt{\\frac{n - 2 - q}{1 - r^2}}

    with e the residuals of least squares on the q given variables; without any, the
    plain correlation. "spearman" takes ranks of every variable first. The interval is
    Fisher's, of the normal law; where r is 1 or -1 it has no width and none is given,
    which `method` says.

    "t" compares t with its distribution on n - 2 - q degrees of freedom: independent
    rows, normal residuals. "permutation" deals the residuals of y out anew (Freedman &
    Lane), which needs no normal law. It is approximate: with given variables no
    relabelling is exact, even where all are listed (8 rows or fewer). Without given
    variables use `permutation_correlation`, which can be exact.

    Holding equal what both x and y bring about makes a link where there is none
    (collider): relational capacity is no control for structure and leadership.

    Parameters
    ----------
    data
        One row per independent unit. Rows without all variables are left out.
    x, y
        The two variables.
    given
        The variables that are held equal.
    kind
        "pearson" or "spearman".
    reference
        "t" or "permutation".
    alternative
        "greater": r is above 0; "less"; "two-sided".
    confidence
        Of the interval.
    n_resamples, rng, workers, progress, checkpoint
        Of the permutations, as in `permutation_correlation`. The order of the rows
        plays no part.

    Returns
    -------
    TestResult
        `estimate` is r; `statistic` t, or r for permutations.

    Raises
    ------
    UnknownNameError
        If data has no such column.
    InputError
        If a value is no finite number, or a variable is named twice.
    RefusedError
        With fewer than 4 + q rows, or if the given variables make up x or y or each
        other.

    References
    ----------
    Fisher, R. A. (1924). The distribution of the partial correlation coefficient.
    Metron 3, 329-332. Freedman, D., & Lane, D. (1983). A nonstochastic interpretation
    of reported significance levels. J. Bus. Econ. Stat. 1, 292-298.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {
    ...         "trust": [2.1, 3.4, 3.9, 2.8, 4.4, 3.0],
    ...         "meetings": [2.0, 5.0, 6.0, 3.0, 9.0, 4.0],
    ...         "size": [1.0, 2.0, 4.0, 2.0, 5.0, 3.0],
    ...     }
    ... )
    >>> result = partial_correlation(table, "trust", "meetings", given=["size"])
    >>> round(result.estimate, 4), round(result.pvalue, 4)
    (0.8015, 0.103)
    """
    check_choice("kind", kind, ("pearson", "spearman"))
    check_choice("reference", reference, ("t", "permutation"))
    side = check_alternative(alternative)
    confidence = check_fraction("confidence", confidence)
    n_resamples = check_draws(n_resamples)
    table = complete_columns(data, [x, y, *as_column_names("given", given)])
    x, y, *given = table.columns
    values = table.to_numpy()[np.lexsort(table.to_numpy().T)]
    if kind == "spearman":
        values = stats.rankdata(values, axis=0)
    left = _left_over(values, [x, y, *given])
    r = Residuals(*left)
    observed = float(r(np.arange(len(values))[None, :])[0])
    told = f" given {', '.join(given)}" if given else ""
    name = "partial correlation" if given else "correlation"
    ranked = " of ranks" if kind == "spearman" else ""
    result = TestResult(
        test=f"{name}{ranked} of {x} and {y}{told}",
        null=f"{x} and {y} have nothing to do with each other{told}",
        alternative=side,
        estimate=observed,
        n=len(values),
        unit="rows",
    )
    low, high = _fisher(observed, len(values) - len(given), side, confidence)
    if reference == "t":
        check_count("workers", workers)
        as_entropy(rng)  # unused, and wrong all the same
        return _by_t(result, len(values) - 2 - len(given), low, high)
    resamples = resample(
        "partial_correlation",
        r,
        np.zeros(len(values), dtype=int),
        inputs=[r.x, r.y, r.basis],
        n_resamples=n_resamples,
        rng=rng,
        workers=workers,
        progress=progress,
        checkpoint=checkpoint,
    )
    return _by_relabelling(replace(result, ci_low=low, ci_high=high), resamples)


@dataclass(frozen=True, eq=False)
class Residuals:
    """r of two columns of residuals, the second dealt out anew.

    basis spans the given variables and the constant; what they explain of residuals
    that were dealt out is taken away once more.
    """

    x: np.ndarray
    y: np.ndarray
    basis: np.ndarray

    def __call__(self, relabellings: np.ndarray) -> np.ndarray:
        """(B, n) -> (B,)."""
        moved = self.y[relabellings]
        explained = np.einsum("bi,ik->bk", moved, self.basis)
        left = np.einsum("i,i", self.y, self.y) - np.einsum(
            "bk,bk->b", explained, explained
        )
        size = np.sqrt(np.einsum("i,i", self.x, self.x) * left.clip(min=0))
        with np.errstate(divide="ignore", invalid="ignore"):
            r: np.ndarray = np.einsum("i,bi->b", self.x, moved) / size
        return r.clip(-1, 1)


def _left_over(
    values: np.ndarray, names: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Residuals of the first two columns on the others, and what those span."""
    n, q = len(values), len(names) - 2
    if n < 4 + q:
        raise RefusedError(
            f"{n} rows have every variable; a correlation given {q} others needs "
            f"{4 + q}"
        )
    centred = values - values.mean(axis=0)
    size = np.sqrt((centred**2).sum(axis=0))
    scale = np.abs(values).max(axis=0)
    for name, length, most in zip(names, size, scale, strict=True):
        if length <= COLLINEAR * most:
            raise RefusedError(f"{name} has the same value in all {n} rows")
    unit = centred / size
    vectors, lengths, _ = np.linalg.svd(unit[:, 2:], full_matrices=False)
    if q and lengths[-1] <= COLLINEAR**0.5:
        raise RefusedError(f"{', '.join(names[2:])} repeat each other; drop one")
    left = np.ascontiguousarray((unit[:, :2] - vectors @ (vectors.T @ unit[:, :2])).T)
    for name, column in zip(names, left, strict=False):
        if (column**2).sum() <= COLLINEAR:
            raise RefusedError(f"{name} is made up of {', '.join(names[2:])}")
    basis = np.column_stack([np.full(n, 1 / math.sqrt(n)), vectors])
    # whole rows and columns, so that a worker sums a copy in the same order
    return left[0], left[1], np.ascontiguousarray(basis)


def _fisher(
    r: float, n: int, side: Alternative, confidence: float
) -> tuple[float, float]:
    """Fisher's interval; n is less the number of given variables."""
    if n <= 3 or abs(r) == 1:
        return math.nan, math.nan
    tail = (1 - confidence) / (2 if side == "two-sided" else 1)
    reach = float(stats.norm.isf(tail)) / math.sqrt(n - 3)
    low, high = math.tanh(math.atanh(r) - reach), math.tanh(math.atanh(r) + reach)
    return -1.0 if side == "less" else low, 1.0 if side == "greater" else high


def _lacking(r: float) -> str:
    """Why there is no interval, as the end of how p came about."""
    return f"; no interval: Fisher's has no width at r = {r:g}" if abs(r) == 1 else ""


def _by_t(result: TestResult, df: int, low: float, high: float) -> TestResult:
    r = result.estimate
    t = math.copysign(math.inf, r) if abs(r) == 1 else r * math.sqrt(df / (1 - r**2))
    p = {
        "two-sided": 2 * stats.t.sf(abs(t), df),
        "greater": stats.t.sf(t, df),
        "less": stats.t.cdf(t, df),
    }
    ends = 2 if result.alternative == "two-sided" else 1
    limit = float(stats.t.isf(LEVEL / ends, df))
    found = beyond(limit / math.sqrt(df + limit**2), 1 / (df + 1))
    return replace(
        result,
        statistic=t,
        pvalue=float(never_zero(p[result.alternative])),
        mc_error=0.0,
        ci_low=low,
        ci_high=high,
        method=f"t with {df} degrees of freedom{_lacking(r)}",
        detectable_effect=found.effect,
        detectable_reason=found.reason,
    )


def _by_relabelling(result: TestResult, resamples: Resamples) -> TestResult:
    plan = resamples.plan
    p, error = pvalue(
        resamples.null,
        result.estimate,
        alternative=result.alternative,
        exact=plan.exact,
    )
    found = detectable_correlation(
        resamples.null, alternative=result.alternative, exact=plan.exact
    )
    listed = f"all {plan.n_draws:,}" if plan.exact else f"{plan.n_draws:,}"
    return replace(
        result,
        statistic=result.estimate,
        pvalue=p,
        mc_error=error,
        p_min=smallest_pvalue(
            math.factorial(result.n), n_resamples=plan.n_draws, exact=plan.exact
        ),
        n_resamples=plan.n_draws,
        method=f"{listed} relabellings of residuals, approximate"
        + _lacking(result.estimate),
        null_distribution=resamples.null,
        seed=resamples.seed,
        detectable_effect=found.effect,
        detectable_reason=found.reason,
    )
