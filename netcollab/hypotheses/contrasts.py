"""The quantitative verdict: one primary contrast per claim, relabelled and judged.

Do the dyads say what the claim says, more than chance among these actors would?
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
import pandas as pd

from netcollab.errors import InputError, RefusedError
from netcollab.hypotheses.hypothesis import Verdict, sign
from netcollab.inference import (
    TestResult,
    adjust_pvalues,
    detectable_correlation,
    pvalue,
)
from netcollab.measures import design_matrices
from netcollab.networks import build_network
from netcollab.study import HypothesisSpec, Study

__all__ = ["Contrast", "Primary", "Trial", "contrast", "judge"]

_TIE = 1e-10

Test = Callable[..., TestResult]


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
        """The actors, or the units of actors, that can be left out one by one."""

    def without(self, part: str) -> Primary:
        """The same without one of them; itself where it does not have it."""

    def tested(self, test: Test) -> TestResult:
        """The result with alternative "greater"; matrices are handed to `test`."""

    def detectable(self, result: TestResult, cut: float) -> float:
        """The smallest effect found with 80 % power at a two-sided cut."""

    def told(self, result: TestResult) -> tuple[str, int]:
        """The method in words, and how many actors the result rests on."""


@dataclass(frozen=True, eq=False)
class Contrast:
    """Outcome and predictor of one claim as square tables, or why there are none.

    Parameters
    ----------
    spec
        What was bound: outcome, predictor, direction, delta.
    reason
        Why nothing can be tested; empty if something can.
    y, x
        Outcome and predictor; row = sender, column = receiver, NaN = not observed.
    directed
        False: both are symmetric and each pair counts once.
    symbol
        What the estimate is called in words.
    """

    spec: HypothesisSpec
    reason: str = ""
    y: pd.DataFrame = field(default_factory=pd.DataFrame)
    x: pd.DataFrame = field(default_factory=pd.DataFrame)
    directed: bool = True
    symbol: str = "r"

    @property
    def parts(self) -> list[str]:
        """The actors."""
        return [] if self.reason else [str(actor) for actor in self.y.index]

    def without(self, part: str) -> Contrast:
        """The same contrast when one actor is left out."""
        if part not in self.parts:
            return self
        y, x = (frame.drop(index=part, columns=part) for frame in (self.y, self.x))
        return replace(self, y=y, x=x)

    def tested(self, test: Test) -> TestResult:
        """The correlation of the two matrices."""
        return test(self.y, self.x, directed=self.directed, alternative="greater")

    def detectable(self, result: TestResult, cut: float) -> float:
        """The smallest correlation, by `detectable_correlation`."""
        null, exact = result.null_distribution, not _is_drawn(result)
        return detectable_correlation(null, exact=exact, alpha=cut).effect

    def told(self, result: TestResult) -> tuple[str, int]:
        """The method, and how many actors answered."""
        method = f"QAP correlation, equal-tailed, {result.method}"
        return method, int(self.y.notna().any(axis=1).sum())


@dataclass(frozen=True, eq=False)
class Trial:
    """One contrast tested and judged within its family.

    Parameters
    ----------
    verdict, tags, reason
        The quantitative verdict.
    result
        The test; None if it was refused.
    estimate, pvalue, pvalue_adjusted, mc_error, p_min
        The correlation, its equal-tailed p, the same after Holm, the Monte-Carlo
        error of the p, the smallest p the design allows.
    detectable
        The smallest |r| found with 80 % power at alpha / m, from the design; see
        `netcollab.inference.detectable_correlation`.
    """

    verdict: Verdict = "not testable"
    tags: tuple[str, ...] = ()
    reason: str = ""
    result: TestResult | None = None
    estimate: float = math.nan
    pvalue: float = math.nan
    pvalue_adjusted: float = math.nan
    mc_error: float = math.nan
    p_min: float = math.nan
    detectable: float = math.nan


def contrast(study: Study, spec: HypothesisSpec) -> Contrast:
    """The two matrices a claim speaks of, or the reason why they cannot be tested."""
    reason = _unbound(study, spec)
    if reason:
        return Contrast(spec, reason)
    try:
        reason = "; ".join(_refusals(study, spec))
        if reason:
            return Contrast(spec, reason)
        y, terms = design_matrices(study, f"{spec.outcome} ~ {spec.predictor}")
    except (InputError, RefusedError) as error:
        return Contrast(spec, str(error))
    if len(terms) > 1:
        return Contrast(spec, "one primary contrast has one predictor")
    x = next(iter(terms.values()))
    directed = not (_is_symmetric(y) and _is_symmetric(x))
    if directed and not build_network(study, _outcome(study, spec)).directed:
        reason = "the outcome has no direction and the predictor has one"
        return Contrast(spec, reason)
    return Contrast(spec, "", y, x, directed)


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


def _unbound(study: Study, spec: HypothesisSpec) -> str:
    missing = [word for word in ("outcome", "predictor") if not getattr(spec, word)]
    if missing:
        return f"the study binds no {' and no '.join(missing)} for it"
    if spec.level != "dyad":
        return f"a contrast at the level {spec.level} has no test here"
    if not spec.direction:
        return "the claim declares no direction"
    if spec.direction == "none":
        return (
            "a claim of no effect needs an equivalence test, and relabelling a "
            "correlation gives none"
        )
    for word, count in (
        ("sites", study.actors["site"].nunique()),
        ("waves", len(study.waves)),
    ):
        if count > 1:
            return f"the test is for one network and the study has {count} {word}"
    return ""


def _refusals(study: Study, spec: HypothesisSpec) -> list[str]:
    """Relations that cannot carry a test, with the reason."""
    refusals = []
    for relation in _relations(study, f"{spec.outcome} {spec.predictor}"):
        network = build_network(study, relation)
        if not network.observed.to_numpy().any():
            refusals.append(f"{relation}: nothing was observed")
        elif network.is_presence_only and not network.is_rated:
            refusals.append(
                f"{relation} is presence-only: ties are documented, absences are not"
            )
    return refusals


def _relations(study: Study, text: str) -> list[str]:
    named = re.findall(r"\b(?:tie|dependence)\s*\(\s*([^()]*?)\s*\)", text)
    words = [*named, *re.findall(r"^\s*(\w+)(?=\s|$)", text)]
    return [name for name in dict.fromkeys(words) if name in study.manifest.relations]


def _outcome(study: Study, spec: HypothesisSpec) -> str:
    return _relations(study, spec.outcome)[0]


def _is_symmetric(frame: pd.DataFrame) -> bool:
    values = frame.to_numpy(dtype=float)
    return np.allclose(values, values.T, rtol=1e-10, atol=1e-10, equal_nan=True)


def _tried(contrast: Primary, test: Test) -> Trial:
    if contrast.reason:
        return Trial(reason=contrast.reason)
    try:
        result = contrast.tested(test)
    except (InputError, RefusedError) as error:
        return Trial(reason=str(error))
    if result.reason:
        return Trial(reason=result.reason)
    lower, _ = pvalue(
        result.null_distribution,
        result.statistic,
        alternative="less",
        exact=not _is_drawn(result),
    )
    upper = result.pvalue
    tail = min(upper, lower)
    draws = result.n_resamples + 1
    drawn_error = 2 * math.sqrt(tail * (1 - tail) / draws)
    return Trial(
        result=result,
        estimate=result.estimate,
        pvalue=min(1.0, 2 * tail),
        mc_error=drawn_error if _is_drawn(result) else 0.0,
        p_min=min(1.0, 2 * result.p_min),
    )


def _is_drawn(result: TestResult) -> bool:
    return result.seed is not None


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
    spec, detectable = contrast.spec, contrast.detectable(trial.result, cut)
    trial = replace(trial, pvalue_adjusted=adjusted, detectable=detectable)
    theta = sign(spec.direction) * trial.estimate
    error = trial.mc_error * adjusted / trial.pvalue
    if error and abs(adjusted - alpha) < 3 * error:
        reason = (
            f"the adjusted p, {adjusted:.4f}, is within three Monte-Carlo errors of "
            f"{alpha:g}: draw more"
        )
        return replace(trial, verdict="inconclusive", reason=reason)
    if adjusted > alpha or theta == 0:
        reason = f"the adjusted p, {adjusted:.4f}, is above {alpha:g}"
        return replace(trial, verdict="inconclusive", reason=reason)
    if theta < 0:
        return replace(trial, verdict="contradicted", tags=("opposite",))
    below = spec.delta is not None and theta < spec.delta
    return replace(trial, verdict="supported", tags=("below delta",) if below else ())
