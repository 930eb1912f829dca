"""Results on several imputed copies of the data, made into one.

How much of the uncertainty comes from what was never observed?
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from netcollab._checks import (
    as_number_table,
    as_numbers,
    check_fraction,
    check_number,
    check_size,
)
from netcollab.errors import InputError, RefusedError
from netcollab.inference.models import ModelResult
from netcollab.inference.results import TestResult

__all__ = ["pool_imputations", "pool_tests"]

POOLED = ["statistic", "pvalue", "mc_error", "p_min", "detectable_effect"]
Values = float | pd.Series | pd.DataFrame


def pool_imputations(
    values: Sequence[Values],
    variances: Sequence[Values] | None = None,
    *,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """One estimate from m imputed copies, by Rubin's rules.

    .. math::
        \\bar q = \\tfrac1m \\sum_k q_k, \\qquad W = \\tfrac1m \\sum_k v_k, \\qquad
        B = \\tfrac1{m-1} \\sum_k (q_k - \\bar q)^2, \\qquad
        T = W + (1 + \\tfrac1m) B

    Without variances the values describe all actors of the network and no sample: W is
    0, and T = (1 + 1/m) B is the *imputation uncertainty* alone. The interval is
    q +/- t sqrt(T) with (m - 1)(1 + W / ((1 + 1/m) B))^2 degrees of freedom. It takes
    q to be about normal over imputations; for a share near 0 or 1 it is rough, and may
    leave the range that the value can have.

    Parameters
    ----------
    values
        One per imputation: numbers, Series per actor, or DataFrames per dyad, with the
        same labels.
    variances
        The squared standard error of each value, in the same form; None: none.
    confidence
        Of the interval.

    Returns
    -------
    DataFrame
        One row per value (index "value", actor, or source and target). Columns
        estimate, within (W), between (B), total (T), se, df, low, high, share_missing
        = (1 + 1/m) B / T: the share of the uncertainty that is imputation, NaN where T
        is 0; and n_imputations. A value that is undefined in any imputation is NaN,
        with the reason in ``.attrs["reasons"]``.

    Raises
    ------
    InputError
        For fewer than two imputations, values that are no numbers or of different form
        or labels, or negative variances.
    RefusedError
        For infinite values.

    References
    ----------
    Rubin, D. B. (1987). Multiple Imputation for Nonresponse in Surveys. Wiley.

    Examples
    --------
    >>> pooled = pool_imputations([0.50, 0.54, 0.52, 0.52])
    >>> pooled[["estimate", "within", "total"]].round(5).values.tolist()
    [[0.52, 0.0, 0.00033]]
    """
    confidence = check_fraction("confidence", confidence)
    index, cells = _stacked("values", values)
    m = len(cells)
    within = np.zeros(len(index))
    if variances is not None:
        labels, squares = _stacked("variances", variances)
        if not labels.equals(index) or squares.shape != cells.shape:
            raise InputError("variances need the form and the labels of the values")
        if (squares < 0).any():
            raise InputError("variances are squared standard errors, never negative")
        within = squares.mean(0)
    between = cells.var(0, ddof=1)
    from_imputing = (1 + 1 / m) * between
    total = within + from_imputing
    with np.errstate(divide="ignore", invalid="ignore"):
        df = (m - 1) * (1 + within / from_imputing) ** 2
        share = from_imputing / total
    df = np.where(from_imputing == 0, np.inf, df)
    quantile = np.array([stdtrit(min(each, 1e9), (1 + confidence) / 2) for each in df])
    estimate = cells.mean(0)
    margin = np.where(total == 0, 0.0, quantile * np.sqrt(total))
    table = pd.DataFrame(
        {
            "estimate": estimate,
            "within": np.where(np.isnan(estimate), np.nan, within),
            "between": between,
            "total": total,
            "se": np.sqrt(total),
            "df": np.where(np.isnan(total), np.nan, df),
            "low": estimate - margin,
            "high": estimate + margin,
            "share_missing": share,
            "n_imputations": m,
        },
        index=index,
    )
    gaps = np.isnan(cells).sum(0)
    table.attrs["reasons"] = {
        label: f"undefined in {count} of {m} imputations"
        for label, count in zip(index, gaps, strict=True)
        if count
    }
    return table


def pool_tests(results: Sequence[TestResult | ModelResult]) -> pd.DataFrame:
    """The same test on each imputed copy: the median and the largest p.

    p-values are not averaged by Rubin's rules. The median is what the test says of a
    typical completion; the largest is what it says at worst. A result that holds
    whatever the missing ties were has a small largest p.

    Parameters
    ----------
    results
        One result per imputation, of one test with one alternative; of a regression
        each term is tested.

    Returns
    -------
    DataFrame
        One row, of a regression one per term (index term): test, alternative,
        n_imputations, statistic (median), median_p, largest_p, smallest_p, mc_error,
        p_min and detectable_effect (the largest), reason.
        Where the test was refused in an imputation all p are NaN, with the reason.

    Raises
    ------
    InputError
        For no result, or for results of different tests or terms.

    References
    ----------
    Eekhout, I., van de Wiel, M. A. & Heymans, M. W. (2017). Methods for significance
    testing of categorical covariates in logistic regression models after multiple
    imputation. BMC Medical Research Methodology 17, 129.

    Examples
    --------
    >>> each = [TestResult("QAP", "no link", pvalue=p) for p in (0.01, 0.04, 0.02)]
    >>> pool_tests(each)[["median_p", "largest_p"]].values.tolist()
    [[0.02, 0.04]]
    """
    if not isinstance(results, Iterable) or not all(
        isinstance(each, (TestResult, ModelResult)) for each in results
    ):
        raise InputError(
            "results need a list of results of a test or a regression, one for each "
            "imputation"
        )
    if not len(results):
        raise InputError("no result of a test was given")
    kinds = {(each.test, each.null, each.alternative) for each in results}
    if len(kinds) > 1:
        told = "; ".join(sorted(f"{test} ({way})" for test, _, way in kinds))
        raise InputError(f"these are different tests: {told}")
    tables = [_told(each) for each in results]
    if any(not table.index.equals(tables[0].index) for table in tables):
        raise InputError("the regressions have different terms")
    first = results[0]
    rows = [
        {"test": first.test, "alternative": first.alternative}
        | _row(pd.DataFrame([table.loc[term] for table in tables]))
        for term in tables[0].index
    ]
    table = pd.DataFrame(rows)
    if isinstance(first, ModelResult):
        return table.set_index(tables[0].index.rename("term"))
    return table


def _told(result: TestResult | ModelResult) -> pd.DataFrame:
    """What is pooled, a row per term."""
    table = result.to_frame()
    if isinstance(result, ModelResult):
        return table.set_index("term").reindex(columns=POOLED).assign(reason="")
    return table[[*POOLED, "reason"]]


def _row(each: pd.DataFrame) -> dict[str, object]:
    """One term, a row per copy."""
    numbers = each[POOLED].to_numpy(dtype=float)
    statistic, p = numbers[:, 0], numbers[:, 1]
    refused = each.loc[np.isnan(p), "reason"]
    told = "; ".join(dict.fromkeys(why or "no p-value" for why in refused))
    return {
        "n_imputations": len(each),
        "statistic": float(np.median(statistic)),
        "median_p": float(np.median(p)),
        "largest_p": float(p.max()),
        "smallest_p": float(p.min()),
        **dict(zip(POOLED[2:], numbers[:, 2:].max(axis=0).tolist(), strict=True)),
        "reason": f"refused in {len(refused)} of {len(each)} copies: {told}"
        if len(refused)
        else "",
    }


def _stacked(what: str, values: Sequence[Values]) -> tuple[pd.Index, np.ndarray]:
    """Imputations x values, and what the values are of."""
    if not isinstance(values, Iterable) or isinstance(values, str):
        raise InputError(f"{what} need a list, one for each imputation")
    forms = [_form(what, value) for value in values]
    if len(forms) < 2:
        raise InputError(f"{what} need at least two imputations, got {len(forms)}")
    index = forms[0][0]
    if any(not other.equals(index) for other, _ in forms):
        raise InputError(f"{what} of the imputations have different labels")
    cells = np.stack([cells for _, cells in forms])
    if np.isinf(cells).any():
        raise RefusedError(f"{what} need finite numbers, or NaN where undefined")
    return index, check_size(what, cells, least=0.0)


def _form(what: str, value: Values) -> tuple[pd.Index, np.ndarray]:
    if isinstance(value, pd.Series):
        return value.index, as_numbers(what, value)
    if not isinstance(value, pd.DataFrame):
        return pd.Index(["value"]), np.array([check_number(what, value)])
    if set(value.index) != set(value.columns):
        raise InputError(
            f"{what} need tables with the same actors on rows and columns; of other "
            'tables pool a column, such as [each.coefficients["estimate"] for each in '
            "results]"
        )
    names = ["source", "target"]
    pairs = pd.MultiIndex.from_product([value.index, value.columns], names=names)
    apart = pairs.get_level_values(0) != pairs.get_level_values(1)
    return pairs[apart], as_number_table(what, value).to_numpy().ravel()[apart]
