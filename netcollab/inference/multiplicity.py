"""What is left of several p-values once it is counted that there were several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from netcollab._checks import as_numbers, check_choice
from netcollab.errors import InputError
from netcollab.inference.models import ModelResult
from netcollab.inference.results import TestResult

__all__ = ["adjust_pvalues", "adjust_results"]

SHOWN = ("estimate", "statistic", "pvalue", "mc_error", "p_min")

METHODS = (
    "holm",
    "bonferroni",
    "sidak",
    "holm-sidak",
    "simes-hochberg",
    "hommel",
    "fdr_bh",
    "fdr_by",
)


def adjust_pvalues(
    pvalues: pd.Series | Sequence[float], *, method: str = "holm"
) -> pd.Series:
    """P-values adjusted for how many hypotheses were tested together.

    Holm's, with the m p-values in ascending order:

    .. math:: \\tilde p_{(i)} = \\max_{j \\le i} \\min(1, (m - j + 1) p_{(j)})

    Parameters
    ----------
    pvalues
        Numbers from 0 to 1. NaN (not testable) stays NaN and is not counted in m.
    method
        "holm", "bonferroni", "sidak", "holm-sidak", "simes-hochberg" or "hommel" for
        the chance of one false claim or more; "fdr_bh" or "fdr_by" for the expected
        share of false ones among the claims.

    Returns
    -------
    pandas.Series
        Named p_adjusted, with the index of `pvalues`.

    Raises
    ------
    InputError
        If a value is no p-value.
    UnknownNameError
        If there is no such method.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scand.
    J. Stat. 6, 65-70. Benjamini, Y., & Hochberg, Y. (1995). Controlling the false
    discovery rate. J. R. Stat. Soc. B 57, 289-300.

    Examples
    --------
    >>> adjust_pvalues([0.01, 0.04, float("nan"), 0.03]).tolist()
    [0.03, 0.06, nan, 0.06]
    """
    check_choice("method", method, METHODS)
    try:
        listed = pd.Series(pvalues)
    except (TypeError, ValueError):
        raise InputError("pvalues need to be a list or a Series of numbers") from None
    numbers = as_numbers("pvalues", listed)
    given = pd.Series(numbers, listed.index, name="p_adjusted")
    tested = given.notna()
    wrong = given[tested & ~given.between(0, 1)]
    if len(wrong):
        raise InputError(f"p-values lie between 0 and 1, got {wrong.tolist()}")
    adjusted = given.copy()
    if tested.sum() > 1:  # alone, a p stays as it is
        p = given[tested].to_numpy()
        adjusted[tested] = (
            _holm(p) if method == "holm" else multipletests(p, method=method)[1]
        )
    return adjusted


def _holm(p: np.ndarray) -> np.ndarray:
    """Ours, since statsmodels collects all garbage first, which takes .07 s or more."""
    order = np.argsort(p)
    adjusted = np.empty(len(p))
    steps = p[order] * np.arange(len(p), 0, -1)
    adjusted[order] = np.maximum.accumulate(steps).clip(max=1)
    return adjusted


def adjust_results(
    results: Mapping[str, TestResult | ModelResult],
    *,
    family: str,
    method: str = "holm",
) -> pd.DataFrame:
    """Several tests as one family: each p as it is, and adjusted for their number.

    Which tests are one family is decided before the data are seen: those of which one
    significant result would be told as the finding.

    Parameters
    ----------
    results
        The tests by name. Of a regression every term is a test of the family, named
        "name: term".
    family
        What the tests have in common, in words.
    method
        As in `adjust_pvalues`.

    Returns
    -------
    DataFrame
        One row per test: estimate, statistic, pvalue, p_adjusted, mc_error, p_min, n,
        family, n_tests (those that have a p), correction, reason. A test without p
        keeps its reason and is not counted.

    Raises
    ------
    InputError
        If there is no test, something is no result, or two tests have one name.
    UnknownNameError
        If there is no such method.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scand.
    J. Stat. 6, 65-70.

    Examples
    --------
    >>> tests = {
    ...     "trust": TestResult("QAP correlation", "no link", pvalue=0.01),
    ...     "contact": TestResult("QAP correlation", "no link", pvalue=0.04),
    ... }
    >>> told = adjust_results(tests, family="what goes with collaboration")
    >>> told[["pvalue", "p_adjusted", "n_tests", "correction"]].values.tolist()
    [[0.01, 0.02, 2, 'holm'], [0.04, 0.04, 2, 'holm']]
    """
    if not isinstance(results, Mapping) or not results:
        raise InputError("results needs a dict of tests by name, one at least")
    table = pd.concat([_rows(str(name), result) for name, result in results.items()])
    twice = table.index[table.index.duplicated()].unique()
    if len(twice):
        raise InputError(
            f"two tests of the family are called {', '.join(twice)}; name the results "
            "otherwise"
        )
    adjusted = adjust_pvalues(table["pvalue"], method=method)
    table.insert(3, "p_adjusted", adjusted)
    reasons = table.pop("reason")
    return table.assign(
        family=family,
        n_tests=int(adjusted.notna().sum()),
        correction=method,
        reason=reasons,
    )


def _rows(name: str, result: TestResult | ModelResult) -> pd.DataFrame:
    if isinstance(result, ModelResult):
        table = result.coefficients.reindex(columns=list(SHOWN)).assign(n=result.n)
        reasons = [
            "; ".join(note for note in result.notes if note.startswith(f"{term}"))
            if pd.isna(p)
            else ""
            for term, p in table["pvalue"].items()
        ]
        labels = [f"{name}: {term}" for term in table.index]
        return table.assign(reason=reasons).set_axis(labels)
    if not isinstance(result, TestResult):
        kind = type(result).__name__
        raise InputError(f"{name} needs to be the result of a test, got a {kind}")
    frame = result.to_frame()[[*SHOWN, "n", "reason"]]
    return frame.set_axis([name])
