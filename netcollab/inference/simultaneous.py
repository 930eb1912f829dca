"""Equations that belong together: instruments, and outcomes that share what is left.

Both wrap the package linearmodels, an extra: ``pip install netcollab[sem]``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from netcollab._checks import check_fraction
from netcollab.errors import InputError, RefusedError
from netcollab.inference.bootstrap import units_of
from netcollab.inference.columns import complete_columns
from netcollab.inference.detectable import detectable_by_t
from netcollab.inference.models import ModelResult

__all__ = ["seemingly_unrelated", "two_stage_least_squares"]

CONSTANT = "intercept"
WEAK = 10.0
FEW_CLUSTERS = 20


def two_stage_least_squares(
    data: pd.DataFrame,
    outcome: str,
    *,
    endogenous: Sequence[str],
    instruments: Sequence[str],
    exogenous: Sequence[str] = (),
    cluster: str | None = None,
    confidence: float = 0.95,
) -> ModelResult:
    """Regression with predictors that the outcome may drive in turn, by instruments.

    Each endogenous predictor is replaced by what the instruments and the exogenous
    predictors say of it. That is an effect only if an instrument moves the predictor
    and reaches the outcome in no other way; no data show the latter, so instruments are
    declared, never searched for.

    Standard errors are the classical ones on n - k degrees of freedom, or clustered
    (with few clusters too small). A first-stage F below 10 marks weak instruments:
    estimates then lean towards least squares and intervals are too narrow.

    Parameters
    ----------
    data
        One row per observation. Rows without all variables are left out.
    outcome, endogenous, instruments, exogenous
        Columns of numbers.
    cluster
        Column of what rows share.
    confidence
        Of the intervals.

    Returns
    -------
    ModelResult
        A row per predictor and one for the intercept.

    Raises
    ------
    RefusedError
        If linearmodels is not installed, or there are fewer instruments than endogenous
        predictors, too few rows, or columns that make up each other.
    UnknownNameError, InputError
        For a column that is not there, or holds no numbers.

    References
    ----------
    Wooldridge, J. M. (2010). Econometric analysis of cross section and panel data, 2nd
    ed. MIT Press, chapter 5. Staiger, D., & Stock, J. H. (1997). Instrumental variables
    regression with weak instruments. Econometrica 65, 557-586.
    """
    iv = _linearmodels()
    confidence = check_fraction("confidence", confidence)
    if not endogenous or len(instruments) < len(endogenous):
        raise RefusedError(
            f"{len(endogenous)} endogenous predictors need at least as many "
            f"instruments, and one at least; got {len(instruments)}"
        )
    names = [outcome, *exogenous, *endogenous, *instruments]
    rows = complete_columns(data, names, cluster=cluster).assign(**{CONSTANT: 1.0})
    _check_rank(rows, [CONSTANT, *exogenous, *instruments], "instruments")
    _check_rank(rows, [CONSTANT, *exogenous, *endogenous], "predictors")
    model = iv.IV2SLS(
        rows[outcome],
        rows[[CONSTANT, *exogenous]],
        rows[list(endogenous)],
        rows[list(instruments)],
    )
    notes = [f"instruments as declared: {', '.join(instruments)}"]
    if cluster is None:
        found = model.fit(cov_type="unadjusted", debiased=True)
        df = int(found.df_resid)
    else:
        units = units_of(rows, cluster)
        found = model.fit(cov_type="clustered", clusters=units, debiased=True)
        df = int(units.max())
        if df + 1 < FEW_CLUSTERS:
            notes.append(f"{df + 1} clusters are few: standard errors are too small")
    first_stage = found.first_stage.diagnostics["f.stat"]
    notes += [
        f"weak instruments for {name}: first-stage F {value:.1f}"
        for name, value in first_stage.items()
        if value < WEAK
    ]
    if len(instruments) > len(endogenous):
        notes.append(f"overidentification: Sargan's p {found.sargan.pval:.4f}")
    return ModelResult(
        test=f"two-stage least squares of {outcome}",
        null="each slope is 0",
        coefficients=_tested(found, np.full(len(found.params), df), confidence),
        n=len(rows),
        unit="rows",
        df=df,
        r_squared=float(found.rsquared),
        method="t-tests" if cluster is None else f"t-tests, clustered by {cluster}",
        confidence=confidence,
        notes=tuple(notes),
    )


def seemingly_unrelated(
    data: pd.DataFrame,
    equations: Mapping[str, tuple[str, Sequence[str]]],
    *,
    confidence: float = 0.95,
) -> ModelResult:
    """Several regressions whose residuals go together, estimated as one (SUR).

    Generalised least squares with the residual covariance of single least squares,
    divided by n (systemfit's "noDfCor"; its default corrects for degrees of freedom).
    Where all equations have the same predictors the estimates are those of least
    squares. Not iterated.

    Parameters
    ----------
    data
        One row per independent observation. Rows without all variables are left out.
    equations
        By name: the outcome and its predictors; an intercept is added.
    confidence
        Of the intervals, from t on n - k degrees of freedom of each equation.

    Returns
    -------
    ModelResult
        Terms such as "trust: staff". A note tells how the residuals correlate.

    Raises
    ------
    RefusedError
        If linearmodels is not installed, with too few rows, or predictors that make up
        each other.
    UnknownNameError, InputError
        For a column that is not there, or holds no numbers; fewer than two equations.

    References
    ----------
    Zellner, A. (1962). An efficient method of estimating seemingly unrelated
    regressions and tests for aggregation bias. J. Am. Stat. Assoc. 57, 348-368.
    """
    system = _linearmodels()
    confidence = check_fraction("confidence", confidence)
    if len(equations) < 2:
        raise InputError("one equation alone is least squares; give two or more")
    used = [name for y, xs in equations.values() for name in (y, *xs)]
    rows = complete_columns(data, list(dict.fromkeys(used))).assign(**{CONSTANT: 1.0})
    for name, (_, xs) in equations.items():
        _check_rank(rows, [CONSTANT, *xs], f"predictors of {name}")
    found = system.SUR(
        {
            name: {"dependent": rows[y], "exog": rows[[CONSTANT, *xs]]}
            for name, (y, xs) in equations.items()
        }
    ).fit(method="gls", cov_type="unadjusted")
    sizes = [len(xs) + 1 for _, xs in equations.values()]
    table = _tested(found, np.repeat(len(rows) - np.array(sizes), sizes), confidence)
    table.index = pd.Index(
        [f"{name}: {x}" for name, (_, xs) in equations.items() for x in (CONSTANT, *xs)]
    )
    related = np.corrcoef(found.resids.to_numpy().T)
    labels = list(equations)
    notes = [
        f"residuals of {labels[i]} and {labels[j]} correlate by {related[i, j]:.2f}"
        for i in range(len(labels))
        for j in range(i)
    ]
    return ModelResult(
        test="seemingly unrelated regressions",
        null="each slope is 0",
        coefficients=table,
        n=len(rows),
        unit="rows",
        df=int(len(rows) * len(sizes) - sum(sizes)),
        r_squared=float(found.rsquared),
        method="generalised least squares, one step, t-tests",
        confidence=confidence,
        notes=tuple(notes),
    )


def _linearmodels() -> Any:
    try:
        import linearmodels
    except ModuleNotFoundError:
        raise RefusedError(
            "this model needs the package linearmodels: pip install netcollab[sem]"
        ) from None
    return linearmodels


def _check_rank(rows: pd.DataFrame, names: Sequence[str], told: str) -> None:
    columns = rows[list(names)].to_numpy()
    if len(rows) < len(names) + 2:
        raise RefusedError(
            f"{len(rows)} rows have every variable; {len(names)} {told} with the "
            f"intercept need {len(names) + 2}"
        )
    size = np.sqrt((columns**2).sum(axis=0))
    if not size.all() or np.linalg.matrix_rank(columns / size) < len(names):
        raise RefusedError(f"the {told} make up each other: {', '.join(names)}")


def _tested(found: Any, df: np.ndarray, confidence: float) -> pd.DataFrame:
    estimate, se = found.params.to_numpy(), found.std_errors.to_numpy()
    statistic = estimate / se
    reach = stats.t.ppf((1 + confidence) / 2, df) * se
    return pd.DataFrame(
        {
            "estimate": estimate,
            "se": se,
            "statistic": statistic,
            "pvalue": 2 * stats.t.sf(np.abs(statistic), df),
            "ci_low": estimate - reach,
            "ci_high": estimate + reach,
            "detectable_effect": detectable_by_t(se, df),
        },
        index=found.params.index,
    )
