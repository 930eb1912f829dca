"""Every estimator of a claim side by side, a row each.

What do other methods say of the same claim, and what of its parts?
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import pandas as pd

from netcollab.errors import InputError, RefusedError
from netcollab.inference import ModelResult, adjust_pvalues
from netcollab.study import HypothesisSpec

__all__ = [
    "COLUMNS",
    "Fit",
    "adjusted",
    "chosen_fit",
    "estimate",
    "no_estimates",
    "side_by_side",
]

Fit = tuple[str, str, Callable[[], ModelResult]]
"""Role, words and model of an estimator."""


COLUMNS = (
    "role",
    "outcome",
    "predictor",
    "level",
    "estimator",
    "estimate",
    "ci_low",
    "ci_high",
    "pvalue",
    "pvalue_adjusted",
    "mc_error",
    "p_min",
    "detectable_effect",
    "measured_size",
    "n",
    "unit",
    "reason",
)
_NUMBERS = COLUMNS[5:14]


def no_estimates() -> pd.DataFrame:
    """The table of estimators, empty."""
    return pd.DataFrame(columns=list(COLUMNS))


def estimate(
    fit: Callable[[], ModelResult],
    terms: Iterable[tuple[str, str]],
    *,
    role: str,
    outcome: str,
    level: str,
    estimator: str,
) -> pd.DataFrame:
    """Rows of one fit; a fit that is refused gives the reason instead of numbers.

    Parameters
    ----------
    fit
        Runs the model.
    terms
        Its terms, and what the claim calls each.
    role
        "headline", "beside", "split source" or "secondary".
    outcome, level, estimator
        In words.
    """
    named = {"role": role, "outcome": outcome, "level": level, "estimator": estimator}
    try:
        result = fit()
    except (InputError, RefusedError) as error:
        rows = [named | {"predictor": word, "reason": str(error)} for _, word in terms]
        return pd.DataFrame(rows, columns=list(COLUMNS))
    rows = []
    for term, word in terms:
        found = result.coefficients.loc[term].to_dict()
        rows.append(
            named
            | {name: found.get(name, math.nan) for name in _NUMBERS}
            | {"pvalue_adjusted": math.nan}
            | {"predictor": word, "n": result.n, "unit": result.unit, "reason": ""}
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def side_by_side(fits: Iterable[Fit], spec: HypothesisSpec) -> pd.DataFrame:
    """Every estimator of the one predictor x of a claim, the headline first."""
    return pd.concat(
        estimate(
            fit,
            [("x", spec.predictor)],
            role=role,
            outcome=spec.outcome,
            level=spec.level,
            estimator=words,
        )
        for role, words, fit in fits
    )


def chosen_fit(fits: Iterable[Fit], words: str) -> Callable[[], ModelResult]:
    """The model that has these words; without any, the headline's."""
    return next(fit for _, own, fit in fits if own == words or not words)


def adjusted(table: pd.DataFrame) -> pd.DataFrame:
    """The same with Holm's adjustment over its rows that have a p."""
    table = table.reset_index(drop=True)
    p = table["pvalue"].astype(float).to_list()
    return table.assign(pvalue_adjusted=adjust_pvalues(p))
