"""Equations that belong together: instruments, and outcomes that share what is left.

Both wrap the package linearmodels, an extra: ``pip install netcollab[sem]``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from scipy import stats

from netcollab._checks import as_column_names, check_fraction
from netcollab.errors import InputError, RefusedError
from netcollab.inference.bootstrap import units_of
from netcollab.inference.columns import complete_columns
from netcollab.inference.design_checks import check_varies, varies
from netcollab.inference.detectable import detectable_by_t
from netcollab.inference.models import ModelResult
from netcollab.inference.permutation import never_zero

__all__ = ["seemingly_unrelated", "two_stage_least_squares"]

CONSTANT = "intercept"
WEAK = 10.0
COLLINEAR = 1e-8
PERFECT = 1e-10
FEW_CLUSTERS = 20

Equations: TypeAlias = "Mapping[str, tuple[str, Sequence[str]]]"


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
    estimates then lean towards least squares and intervals are too narrow. With more
    instruments than endogenous predictors a note has Sargan's test of whether they
    agree, which takes rows to be independent and is left out with clusters.

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
    inner = as_column_names("endogenous", endogenous)
    given = as_column_names("instruments", instruments)
    outer = as_column_names("exogenous", exogenous)
    if not inner or len(given) < len(inner):
        raise RefusedError(
            f"{len(inner)} endogenous predictors need at least as many "
            f"instruments, and one at least; got {len(given)}"
        )
    rows = complete_columns(data, [outcome, *outer, *inner, *given], cluster=cluster)
    outcome = str(outcome)
    outer, inner, given = (list(map(str, each)) for each in (outer, inner, given))
    _check_rank(rows, [*outer, *given], "instruments")
    _check_rank(rows, [*outer, *inner], "predictors")
    units = _Units.of(rows[[outcome, *outer, *inner, *given]])
    _check_stages(units, outcome, outer, inner, given)
    model = iv.IV2SLS(
        units.table[outcome],
        units.table[[CONSTANT, *outer]],
        units.table[inner],
        units.table[given],
    )
    notes = [f"instruments as declared: {', '.join(map(str, given))}"]
    if cluster is None:
        found = model.fit(cov_type="unadjusted", debiased=True)
        df = int(found.df_resid)
    else:
        codes = units_of(rows, str(cluster))
        found = model.fit(cov_type="clustered", clusters=codes, debiased=True)
        df = int(codes.max())
        if df + 1 < FEW_CLUSTERS:
            notes.append(f"{df + 1} clusters are few: standard errors are too small")
    first_stage = found.first_stage.diagnostics["f.stat"]
    notes += [
        f"weak instruments for {name}: first-stage F {value:.1f}"
        for name, value in first_stage.items()
        if value < WEAK
    ]
    if len(given) > len(inner) and cluster is not None:
        notes.append(
            "overidentification: no test with clusters; Sargan's takes rows to be "
            "independent"
        )
    elif len(given) > len(inner):
        notes.append(f"overidentification: Sargan's p {found.sargan.pval:.4f}")
    return ModelResult(
        test=f"two-stage least squares of {outcome}",
        null="each slope is 0",
        coefficients=_tested(
            units.turned(
                found.params.to_numpy(),
                found.cov.to_numpy(),
                [CONSTANT, *outer, *inner],
                outcome,
            ),
            df,
            confidence,
        ),
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
    equations: Equations,
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
    told = _equations(equations)
    used = [name for y, xs in told.values() for name in (y, *xs)]
    rows = complete_columns(data, list(dict.fromkeys(used)))
    told = {name: (str(y), [str(x) for x in xs]) for name, (y, xs) in told.items()}
    for name, (_, xs) in told.items():
        _check_rank(rows, xs, f"predictors of {name}")
    units = _Units.of(rows)
    _check_residuals(units, told)
    found = system.SUR(
        {
            name: {"dependent": units.table[y], "exog": units.table[[CONSTANT, *xs]]}
            for name, (y, xs) in told.items()
        }
    ).fit(method="gls", cov_type="unadjusted")
    estimates, covariance = found.params.to_numpy(), found.cov.to_numpy()
    sizes = [len(xs) + 1 for _, xs in told.values()]
    start, tables = 0, []
    for size, (name, (y, xs)) in zip(sizes, told.items(), strict=True):
        own = slice(start, start + size)
        turned = units.turned(estimates[own], covariance[own, own], [CONSTANT, *xs], y)
        table = _tested(turned, len(rows) - size, confidence)
        tables.append(table.set_axis([f"{name}: {x}" for x in table.index]))
        start += size
    left = found.resids.to_numpy() * [units.size[y] for y, _ in told.values()]
    related = np.corrcoef(left.T)
    labels = list(told)
    notes = [
        f"residuals of {labels[i]} and {labels[j]} correlate by {related[i, j]:.2f}"
        for i in range(len(labels))
        for j in range(i)
    ]
    total = sum(((rows[y] - rows[y].mean()) ** 2).sum() for y, _ in told.values())
    return ModelResult(
        test="seemingly unrelated regressions",
        null="each slope is 0",
        coefficients=pd.concat(tables),
        n=len(rows),
        unit="rows",
        df=int(len(rows) * len(sizes) - sum(sizes)),
        r_squared=float(1 - (left**2).sum() / total),
        method="generalised least squares, one step, t-tests",
        confidence=confidence,
        notes=tuple(notes),
    )


@dataclass(frozen=True, eq=False)
class _Units:
    """Columns about their means in units of their spread, beside a constant.

    Where columns differ in size by much, linearmodels takes them for collinear.
    """

    table: pd.DataFrame
    mean: pd.Series
    size: pd.Series

    @classmethod
    def of(cls, rows: pd.DataFrame) -> _Units:
        mean, size = rows.mean(), rows.std()
        for name, column in rows.items():
            check_varies(f"no variance: {name}", column.to_numpy(), "rows")
        table = ((rows - mean) / size).assign(**{CONSTANT: 1.0})
        return cls(table, mean, size)

    def turned(
        self,
        estimates: np.ndarray,
        covariance: np.ndarray,
        terms: Sequence[str],
        y: str,
    ) -> pd.DataFrame:
        """Estimates and standard errors in the units of the data, a row per term.

        The constant comes first among the terms.
        """
        names = list(terms[1:])
        turn = np.diag(np.append(1.0, 1 / self.size[names].to_numpy()))
        turn[0, 1:] = -self.mean[names].to_numpy() / self.size[names].to_numpy()
        turn = turn * self.size[y]
        found = turn @ estimates
        found[0] += self.mean[y]
        errors = np.sqrt(np.diag(turn @ covariance @ turn.T))
        return pd.DataFrame({"estimate": found, "se": errors}, index=list(terms))

    def left(self, y: str, terms: Sequence[str]) -> np.ndarray:
        """What least squares on the terms and a constant leaves of a column."""
        columns, own = self.table[[CONSTANT, *terms]].to_numpy(), self.table[y]
        left: np.ndarray = own - columns @ np.linalg.lstsq(columns, own)[0]
        return left

    def checked(self, y: str, terms: Sequence[str]) -> np.ndarray:
        """The same, refused where nothing is left."""
        left = self.left(y, terms)
        if (left**2).mean() <= PERFECT:
            told = ", ".join(map(str, terms))
            raise RefusedError(
                f"{y} is made up of {told}; nothing is left to estimate from"
            )
        return left


def _check_stages(
    units: _Units, outcome: str, outer: list[str], inner: list[str], given: list[str]
) -> None:
    """Stop where either stage leaves nothing to estimate from."""
    units.checked(outcome, [*outer, *inner])
    explained = units.table[outer].copy()
    for name in inner:
        explained[name] = units.table[name] - units.left(name, [*outer, *given])
    columns = (explained - explained.mean()).to_numpy()
    if np.linalg.matrix_rank(columns, tol=PERFECT) < columns.shape[1]:
        raise RefusedError(
            f"the instruments tell too little of {', '.join(map(str, inner))}: what "
            "they tell repeats itself or the other predictors"
        )


def _equations(equations: Equations) -> dict[str, tuple[str, list[str]]]:
    if not isinstance(equations, Mapping):
        raise InputError("equations needs a dict, name to outcome and predictors")
    if len(equations) < 2:
        raise InputError("one equation alone is least squares; give two or more")
    told = {}
    for name, equation in equations.items():
        if not isinstance(equation, tuple) or len(equation) != 2:
            raise InputError(f"equation {name} needs an outcome and its predictors")
        told[str(name)] = equation[0], as_column_names(str(name), equation[1])
    return told


def _check_residuals(
    units: _Units, equations: Mapping[str, tuple[str, list[str]]]
) -> None:
    """Stop where what one equation leaves is made up of what others leave."""
    left = np.column_stack([units.checked(y, xs) for y, xs in equations.values()])
    if np.linalg.eigvalsh(np.corrcoef(left.T))[0] <= PERFECT:
        raise RefusedError(
            f"the equations {', '.join(equations)} leave residuals that make up each "
            "other: nothing tells them apart"
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
    if CONSTANT in names:
        raise InputError(f'every model has an intercept; rename column "{CONSTANT}"')
    count = len(names) + 1
    if len(rows) < count + 2:
        raise RefusedError(
            f"{len(rows)} rows have every variable; {count} {told} with the "
            f"intercept need {count + 2}"
        )
    columns = (rows[list(names)] - rows[list(names)].mean()).to_numpy()
    size = np.sqrt((columns**2).sum(axis=0))
    flat = [not varies(rows[name].to_numpy()) for name in names]
    if any(flat) or np.linalg.matrix_rank(columns / size, tol=COLLINEAR) < len(names):
        listed = ", ".join(map(str, (CONSTANT, *names)))
        raise RefusedError(f"the {told} make up each other: {listed}")


def _tested(table: pd.DataFrame, df: int, confidence: float) -> pd.DataFrame:
    estimate, se = table["estimate"], table["se"]
    statistic = estimate / se
    reach = float(stats.t.ppf((1 + confidence) / 2, df)) * se
    return table.assign(
        statistic=statistic,
        pvalue=never_zero(2 * stats.t.sf(np.abs(statistic), df)),
        ci_low=estimate - reach,
        ci_high=estimate + reach,
        detectable_effect=detectable_by_t(se.to_numpy(), np.full(len(se), df)),
    )
