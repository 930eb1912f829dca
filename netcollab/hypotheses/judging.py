"""From a test to a verdict: one rule for every claim, fixed before the data.

Is a claim supported, contradicted, inconclusive or not testable?
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import pandas as pd

from netcollab.errors import InputError, RefusedError
from netcollab.hypotheses.hypothesis import Verdict, sign
from netcollab.inference import (
    ModelResult,
    TestResult,
    adjust_pvalues,
    detectable_by_t,
    pvalue,
    tost,
)
from netcollab.study import HypothesisSpec

__all__ = [
    "Primary",
    "Test",
    "Trial",
    "detectable_slope",
    "judge",
    "of_draws",
    "of_model",
]

_TIE = 1e-10
_OFTEN = 0.07

Test = Callable[..., TestResult]


@dataclass(frozen=True, eq=False)
class Trial:
    """One claim tested, and judged within its family.

    Parameters
    ----------
    verdict, tags, reason
        The quantitative verdict.
    result
        The test; None if it was refused.
    estimate, ci_low, ci_high, se, df
        The effect, its interval, and what a t-test rests on; NaN where there is none.
    pvalue, pvalue_adjusted, mc_error, p_min
        Its equal-tailed p, the same after Holm, the Monte-Carlo error of the p, the
        smallest p the design allows.
    detectable
        The smallest effect found with 80 % power, from the design.
    measured_size
        The largest share in which the test rejected a true null in simulated studies
        like this one; NaN where none were simulated.
    method, n
        The test in words, and how many it rests on.
    """

    verdict: Verdict = "not testable"
    tags: tuple[str, ...] = ()
    reason: str = ""
    result: TestResult | ModelResult | None = None
    estimate: float = math.nan
    ci_low: float = math.nan
    ci_high: float = math.nan
    se: float = math.nan
    df: float = math.nan
    pvalue: float = math.nan
    pvalue_adjusted: float = math.nan
    mc_error: float = math.nan
    p_min: float = math.nan
    detectable: float = math.nan
    measured_size: float = math.nan
    method: str = ""
    n: int = 0


class Primary(Protocol):
    """The primary test of one claim, or the reason why there is none."""

    @property
    def spec(self) -> HypothesisSpec:
        """What was bound: outcome, predictor, direction, delta."""

    @property
    def reason(self) -> str:
        """Why nothing can be tested; empty if something can."""

    @property
    def symbol(self) -> str:
        """What the estimate is called in words."""

    @property
    def parts(self) -> list[str]:
        """The actors, units or sites that can be left out one by one."""

    def without(self, part: str) -> Primary:
        """The same without one of them; itself where it does not have it."""

    def tried(self, test: Test) -> Trial:
        """The test, not judged yet; matrices of one network are handed to `test`."""

    def detectable(self, trial: Trial, cut: float) -> float:
        """The smallest effect found with 80 % power at a two-sided cut."""

    def estimates(self) -> pd.DataFrame:
        """Every other estimator that applies, a row each; empty where there is none."""


def of_draws(result: TestResult, method: str, n: int) -> Trial:
    """A test by draws with alternative "greater", its smaller tail doubled.

    Parameters
    ----------
    result
        The test.
    method
        What was done, for the finding.
    n
        What the result rests on.
    """
    if result.reason:
        return Trial(reason=result.reason)
    drawn = result.seed is not None
    lower, _ = pvalue(
        result.null_distribution,
        result.statistic,
        alternative="less",
        exact=not drawn,
    )
    tail = min(result.pvalue, lower)
    error = 2 * math.sqrt(tail * (1 - tail) / (result.n_resamples + 1))
    return Trial(
        result=result,
        estimate=result.estimate,
        pvalue=min(1.0, 2 * tail),
        mc_error=error if drawn else 0.0,
        p_min=min(1.0, 2 * result.p_min),
        method=f"{method}, equal-tailed, {result.method}",
        n=n,
    )


def of_model(result: ModelResult, term: str) -> Trial:
    """A two-sided test of one term of a regression."""
    row = result.coefficients.loc[term].astype(float).to_dict()
    return Trial(
        result=result,
        estimate=row["estimate"],
        ci_low=row["ci_low"],
        ci_high=row["ci_high"],
        se=row["se"],
        df=row.get("df", math.nan),
        pvalue=row["pvalue"],
        mc_error=row.get("mc_error", 0.0),
        p_min=row.get("p_min", 0.0),
        measured_size=row.get("measured_size", math.nan),
        method=f"{result.test}, {result.method}",
        n=result.n,
    )


def detectable_slope(trial: Trial, cut: float) -> float:
    """What a t-test finds with 80 % power at a two-sided cut, by noncentral t."""
    found = detectable_by_t(np.array([trial.se]), np.array([trial.df]), alpha=cut)
    return float(found[0])


def judge(contrasts: Sequence[Primary], *, test: Test, alpha: float) -> list[Trial]:
    """Test a family of primary contrasts and judge each.

    The p of a claim with a direction is equal-tailed,

    .. math:: p = \\min(1, 2 \\min(p_{\\ge}, p_{\\le}))

    A contrast whose design cannot reach alpha / m is not testable, with m the
    contrasts that have a test; Holm's adjustment goes over the same m. The verdict
    compares the adjusted p with alpha. That an effect is too small to matter is never
    claimed: it needs the nulls shifted by delta, which relabelling a correlation does
    not give.

    Parameters
    ----------
    contrasts
        One per claim.
    test
        `qap_correlation` with everything but y, x, directed and alternative set.
    alpha
        The level of the family.
    """
    trials = [_tried(contrast, test) for contrast in contrasts]
    m = sum(trial.result is not None for trial in trials)
    adjusted = adjust_pvalues([trial.pvalue for trial in trials])
    trials = [_reachable(trial, alpha, m) for trial in trials]
    cut = alpha / max(1, m)
    return [
        _judged(trial, contrast, float(p), alpha, cut)
        for trial, contrast, p in zip(trials, contrasts, adjusted, strict=True)
    ]


def _tried(contrast: Primary, test: Test) -> Trial:
    if contrast.reason:
        return Trial(reason=contrast.reason)
    try:
        return contrast.tried(test)
    except (InputError, RefusedError) as error:
        return Trial(reason=str(error))


def _reachable(trial: Trial, alpha: float, m: int) -> Trial:
    if trial.result is None or trial.p_min <= alpha / m + _TIE:
        return trial
    reason = (
        f"the smallest p this design allows is {trial.p_min:.4f}, more than "
        f"{alpha:g} / {m}"
    )
    return Trial(reason=reason, result=trial.result, p_min=trial.p_min)


def _judged(
    trial: Trial, contrast: Primary, adjusted: float, alpha: float, cut: float
) -> Trial:
    if trial.reason or trial.result is None:
        return trial
    spec, detectable = contrast.spec, contrast.detectable(trial, cut)
    trial = replace(trial, pvalue_adjusted=adjusted, detectable=detectable)
    if trial.measured_size > _OFTEN:
        return _open(
            trial,
            f"the test rejects a true null in up to {trial.measured_size:.3f} of "
            "simulated studies like this one",
        )
    if spec.direction == "none":
        return _equivalent(trial, spec.delta, alpha)
    theta = sign(spec.direction) * trial.estimate
    error = trial.mc_error * adjusted / trial.pvalue
    if error and abs(adjusted - alpha) < 3 * error:
        return _open(
            trial,
            f"the adjusted p, {adjusted:.4f}, is within three Monte-Carlo errors of "
            f"{alpha:g}: draw more",
        )
    if adjusted <= alpha and theta < 0:
        return replace(trial, verdict="contradicted", tags=("opposite",))
    if adjusted <= alpha and theta > 0:
        below = spec.delta is not None and theta < spec.delta
        tags = ("below delta",) if below else ()
        return replace(trial, verdict="supported", tags=tags)
    if spec.delta is not None and trial.df > 0:
        far = tost(trial.estimate, -spec.delta, math.inf, se=trial.se, df=trial.df)
        near = tost(trial.estimate, -math.inf, spec.delta, se=trial.se, df=trial.df)
        small = near if spec.direction == "positive" else far
        if small.pvalue <= alpha:
            return replace(trial, verdict="contradicted", tags=("too small",))
    return _open(trial, f"the adjusted p, {adjusted:.4f}, is above {alpha:g}")


def _equivalent(trial: Trial, delta: float | None, alpha: float) -> Trial:
    """A claim of no effect, by two one-sided tests at alpha."""
    if delta is None:
        return _open(
            trial, "a claim of no effect needs a smallest effect that matters (delta)"
        )
    found = tost(trial.estimate, -delta, delta, se=trial.se, df=trial.df, alpha=alpha)
    if found.pvalue <= alpha:
        return replace(trial, verdict="supported")
    if trial.ci_low > delta or trial.ci_high < -delta:
        return replace(trial, verdict="contradicted")
    return _open(trial, f"the effect may be larger or smaller than {delta:g}")


def _open(trial: Trial, reason: str) -> Trial:
    return replace(trial, verdict="inconclusive", reason=reason)
