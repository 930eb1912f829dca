"""Is an effect too small to matter?

A p above .05 does not say so. Two one-sided tests do: the effect is shown to be above
the lower bound of what matters, and below the upper one.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from netcollab._checks import (
    Alternative,
    as_square_frame,
    check_count,
    check_fraction,
    check_number,
)
from netcollab.errors import InputError, RefusedError, UnknownNameError
from netcollab.inference.design_checks import check_design
from netcollab.inference.dyads import Matrices, gathered
from netcollab.inference.models import ModelResult
from netcollab.inference.mrqap import Method, mrqap
from netcollab.inference.permutation import never_zero
from netcollab.inference.results import TestResult

__all__ = ["Equivalence", "mrqap_tost", "tost"]

NAME = "equivalence (two one-sided tests)"
FEW = 99  # draws that show whether a term can be tested at all


@dataclass(frozen=True, eq=False, repr=False)
class Equivalence(TestResult):
    """Two one-sided tests of an effect against the bounds of what matters.

    Parameters
    ----------
    p_low
        Of the null that the effect is at or below the lower bound.
    p_high
        Of the null that the effect is at or above the upper bound; `pvalue` is the
        larger of both.
    bound_low, bound_high
        The bounds.
    equivalent
        Both nulls are rejected: the effect is too small to matter.
    """

    detectable_reason: str = "an equivalence test looks for no effect"
    p_low: float = math.nan
    p_high: float = math.nan
    bound_low: float = math.nan
    bound_high: float = math.nan
    equivalent: bool = False


def tost(
    estimate: float | ModelResult,
    low: float,
    high: float,
    *,
    se: float | None = None,
    df: float = math.inf,
    term: str | None = None,
    n: int = 0,
    alpha: float = 0.05,
) -> Equivalence:
    """Whether an effect lies between two bounds, by two one-sided tests.

    .. math::

        t_1 = \\frac{b - low}{se}, \\quad t_2 = \\frac{b - high}{se}, \\quad
        p = \\max(P(T_{df} \\ge t_1), P(T_{df} \\le t_2))

    p at or below alpha is the same as an interval at 1 - 2 alpha inside the bounds.
    The bounds say what would matter and are set before the data are seen.

    From a `ModelResult` the interval at 1 - 2 alpha decides: fit it with
    `confidence=1 - 2 * alpha`. For MRQAP that interval holds the slopes whose shifted
    null, y - b x, is not rejected; it has no p of its own, see `mrqap_tost` for that.

    Parameters
    ----------
    estimate
        The effect, or a model that holds it.
    low, high
        The bounds; one may be infinite.
    se, df
        Standard error of the estimate and its degrees of freedom; inf = normal.
    term
        Which term of the model.
    n
        How many observations the estimate comes from, for the record.
    alpha
        Level of each of the two tests.

    Returns
    -------
    Equivalence
        A `TestResult` with both p's. `pvalue` is the larger one, `statistic` belongs
        to it; the interval is that at 1 - 2 alpha.

    Raises
    ------
    InputError
        For bounds in the wrong order, no se, or a model at another confidence.
    UnknownNameError
        If the model has no such term.
    RefusedError
        If the model gives no two-sided interval.

    References
    ----------
    Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure and the
    power approach for assessing the equivalence of average bioavailability. J.
    Pharmacokinet. Biopharm. 15, 657-680.

    Examples
    --------
    >>> result = tost(0.05, -0.3, 0.3, se=0.1, df=30)
    >>> round(result.p_low, 4), round(result.p_high, 4), result.equivalent
    (0.0007, 0.0091, True)
    """
    low, high = _bounds(low, high)
    alpha = _level(alpha)
    n = check_count("n", n, minimum=0)
    if isinstance(estimate, ModelResult):
        if se is not None:
            raise InputError("se belongs to an estimate; a model has its own interval")
        return _by_interval(estimate, low, high, term, alpha)
    if se is None:
        raise InputError("an equivalence test needs the standard error se > 0")
    estimate, se = check_number("estimate", estimate), check_number("se", se)
    df = check_number("df", df)
    if not (0 < se < math.inf and df > 0 and math.isfinite(estimate)):
        raise InputError(
            "an equivalence test needs a finite estimate, its standard error se > 0 "
            f"and df > 0, got {estimate!r}, {se!r} and {df!r}"
        )
    t_low, t_high = (estimate - low) / se, (estimate - high) / se
    p_low = float(never_zero(stats.t.sf(t_low, df)))
    p_high = float(never_zero(stats.t.cdf(t_high, df)))
    reach = float(stats.t.isf(alpha, df)) * se
    return Equivalence(
        test=NAME,
        null=_null(low, high),
        statistic=t_low if p_low >= p_high else t_high,
        pvalue=max(p_low, p_high),
        mc_error=0.0,
        alternative="greater" if p_low >= p_high else "less",
        estimate=float(estimate),
        ci_low=estimate - reach,
        ci_high=estimate + reach,
        n=n,
        method=f"t with {df:g} degrees of freedom; {_told(p_low, p_high)}",
        p_low=p_low,
        p_high=p_high,
        bound_low=low,
        bound_high=high,
        equivalent=max(p_low, p_high) <= alpha,
    )


def mrqap_tost(
    y: Matrices,
    x: Mapping[str, Matrices],
    term: str,
    low: float,
    high: float,
    *,
    alpha: float = 0.05,
    method: Method = "dsp",
    directed: bool = True,
    labels: Literal["independent", "common"] = "independent",
    strata: pd.Series | None = None,
    n_resamples: int = 9999,
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
    checkpoint: str | Path | None = None,
) -> Equivalence:
    """Whether the slope of a matrix regression lies between bounds, by relabelling.

    `mrqap` of y - low x_k against slopes above 0, and of y - high x_k against slopes
    below 0: what relabelling gives if the slope of x_k were at the bound. Both use the
    same relabellings.

    Parameters
    ----------
    y, x, method, directed, labels, strata, n_resamples, rng, workers, progress
        As in `mrqap`; least squares only.
    term
        The predictor in question.
    low, high
        The finite bounds of what would not matter, in units of y per unit of x_k.
    alpha
        Level of each of the two tests.
    checkpoint
        As in `mrqap`, one file for each of the two tests: PATH.greater, PATH.less.

    Returns
    -------
    Equivalence
        The interval at 1 - 2 alpha is made of both one-sided ones.

    Raises
    ------
    UnknownNameError
        If x has no such predictor.
    InputError, RefusedError
        As `mrqap`; also for a term that `mrqap` does not test, whose shifted outcomes
        would seem to prove a slope of 0.

    Examples
    --------
    >>> names = ["nav", "hdir", "udir", "bufdir", "ks", "imdi"]
    >>> rng = np.random.default_rng(1)
    >>> trust, near = (
    ...     pd.DataFrame(rng.normal(size=(6, 6)), names, names) for _ in range(2)
    ... )
    >>> mrqap_tost(trust, {"near": near}, "near", -2, 2).equivalent
    True
    """
    low, high = _bounds(low, high)
    if math.isinf(low) or math.isinf(high):
        raise InputError("the bounds of a shifted null need to be finite")
    alpha = _level(alpha)
    check_design(
        gathered(y, x, directed=directed, common=False), [str(name) for name in x]
    )
    if not isinstance(term, Hashable) or term not in x:
        raise UnknownNameError("predictor", term, x)

    run = partial(
        mrqap, x=x, method=method, directed=directed, labels=labels, strata=strata
    )
    _check_tested(run(y, n_resamples=FEW, rng=0), term)

    def tested(
        bound: float, side: Alternative, rng: int | np.random.Generator | None
    ) -> ModelResult:
        return run(
            _shifted(y, x[term], bound, term),
            n_resamples=n_resamples,
            alternative=side,
            confidence=1 - alpha,
            rng=rng,
            workers=workers,
            progress=progress,
            checkpoint=None if checkpoint is None else f"{checkpoint}.{side}",
        )

    above = tested(low, "greater", rng)
    below = tested(high, "less", above.seed)
    first, second = _row(above, term), _row(below, term)
    p_low, p_high = first["pvalue"], second["pvalue"]
    model, harder = (above, first) if p_low >= p_high else (below, second)
    return Equivalence(
        test=f"{NAME} of {term}, {model.test}",
        null=_null(low, high),
        statistic=harder["statistic"],
        pvalue=max(p_low, p_high),
        mc_error=harder["mc_error"],
        p_min=harder["p_min"],
        alternative=model.alternative,
        estimate=first["estimate"] + low,
        ci_low=first["ci_low"] + low,
        ci_high=second["ci_high"] + high,
        n=model.n,
        unit=model.unit,
        n_resamples=model.n_resamples,
        method=f"{model.method}; {_told(p_low, p_high)}",
        null_distribution=model.null_distribution[term].to_numpy(),
        seed=model.seed,
        p_low=p_low,
        p_high=p_high,
        bound_low=low,
        bound_high=high,
        equivalent=max(p_low, p_high) <= alpha,
    )


def _by_interval(
    model: ModelResult, low: float, high: float, term: str | None, alpha: float
) -> Equivalence:
    terms = [str(name) for name in model.coefficients.index]
    if term is None and len(terms) == 1:
        term = terms[0]
    if term not in terms:
        raise UnknownNameError("term", term, terms)
    if not math.isclose(model.confidence, 1 - 2 * alpha):
        raise InputError(
            f"an equivalence test at {alpha:g} needs intervals at {1 - 2 * alpha:g}, "
            f"the model has them at {model.confidence:g}"
        )
    row = _row(model, term)
    ci_low, ci_high = row["ci_low"], row["ci_high"]
    if math.isnan(ci_low) or math.isnan(ci_high) or model.alternative != "two-sided":
        raise RefusedError(f"the model gives no two-sided interval for {term}")
    equivalent = low < ci_low and ci_high < high
    inside = "inside" if equivalent else "not inside"
    return Equivalence(
        test=f"{NAME} of {term}, {model.test}",
        null=_null(low, high),
        estimate=row["estimate"],
        ci_low=ci_low,
        ci_high=ci_high,
        n=model.n,
        unit=model.unit,
        n_resamples=model.n_resamples,
        method=f"interval at {model.confidence:g} {inside} the bounds, {model.method}",
        seed=model.seed,
        bound_low=low,
        bound_high=high,
        equivalent=equivalent,
    )


def _check_tested(model: ModelResult, term: str) -> None:
    if math.isnan(_row(model, term)["pvalue"]):
        told = [note for note in model.notes if note.startswith(f"{term}: not tested")]
        raise RefusedError(told[0] if told else f"{term} is not tested")


def _row(model: ModelResult, term: str) -> dict[str, float]:
    names = ["estimate", "statistic", "pvalue", "mc_error", "p_min"]
    names += ["ci_low", "ci_high"]
    row = model.coefficients.reindex(columns=names).loc[[term]].to_numpy(dtype=float)
    return dict(zip(names, row[0].tolist(), strict=True))


def _bounds(low: float, high: float) -> tuple[float, float]:
    low, high = check_number("low", low), check_number("high", high)
    if not low < high:
        raise InputError(f"the bounds need low < high, got {low!r} and {high!r}")
    return low, high


def _level(alpha: float) -> float:
    if check_fraction("alpha", alpha) >= 0.5:
        raise InputError(f"alpha needs to be below .5, got {alpha!r}")
    return float(alpha)


def _null(low: float, high: float) -> str:
    return f"the effect is at or below {low:g}, or at or above {high:g}"


def _told(p_low: float, p_high: float) -> str:
    return f"p {p_low:.4f} against the lower bound, {p_high:.4f} against the upper one"


def _shifted(y: Matrices, x: Matrices, bound: float, name: str) -> Matrices:
    """y - bound x; what is unknown in x alone stays as it is in y."""
    if isinstance(y, pd.DataFrame):
        if not isinstance(x, pd.DataFrame):
            raise InputError(f"y is one matrix, so {name} needs to be one")
        return _one_shifted(y, x, bound, name)
    if isinstance(x, pd.DataFrame) or set(x) != set(y):
        raise InputError(f"y and {name} need the same sites")
    return {
        site: _one_shifted(table, x[site], bound, name) for site, table in y.items()
    }


def _one_shifted(
    y: pd.DataFrame, x: pd.DataFrame, bound: float, name: str
) -> pd.DataFrame:
    ours, theirs = as_square_frame("y", y), as_square_frame(name, x)
    moved = bound * theirs.reindex(index=ours.index, columns=ours.columns)
    return ours - moved.fillna(0.0)
