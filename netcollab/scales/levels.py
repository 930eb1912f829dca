"""Reliability where the same people answer several times, or several about one tie.

Do the items hang together between people, within people, and for a tie's mean?
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from netcollab._checks import check_count
from netcollab.errors import InputError
from netcollab.scales.answers import Answers, Grouped, Groups, grouped
from netcollab.scales.reliability import alpha_of, feldt

__all__ = ["Generalisability", "cronbach_alpha_levels", "generalisability"]


def cronbach_alpha_levels(
    items: Answers, respondent: Groups, *, confidence: float = 0.95
) -> pd.DataFrame:
    """Cronbach's alpha between respondents and within them, apart.

    Ratings that one person gave of several targets are not independent: alpha of the
    stacked rows mixes how people differ with how they tell targets apart. *Between* is
    alpha of the covariances of the respondents' means, each respondent counted once;
    *within* is alpha of the covariances of the deviations from those means,

    .. math:: S_w = \\frac{1}{N - R} \\sum_r \\sum_t
        (x_{rt} - \\bar x_r)(x_{rt} - \\bar x_r)'

    for N rows of R respondents. Both describe observed scores: a respondent's mean
    still holds some of the variation within. Rows with a missing answer are left out.

    Parameters
    ----------
    items
        One row per respondent and target, one column per item.
    respondent
        Who gave each row.
    confidence
        Level of the Feldt interval, which is given between respondents only.

    Returns
    -------
    DataFrame
        Rows between and within; columns alpha, alpha_low, alpha_high, n (respondents;
        rows less respondents), reason (why alpha is NaN). ``.attrs["left_out"]``
        counts the rows left out.

    References
    ----------
    Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests.
    Psychometrika 16, 297-334. Geldhof, G. J., Preacher, K. J., & Zyphur, M. J. (2014).
    Reliability estimation in a multilevel confirmatory factor analysis framework.
    Psychol. Methods 19, 72-91.

    Examples
    --------
    >>> items = pd.DataFrame({"a": [1, 2, 4, 5, 3, 3], "b": [1, 3, 4, 4, 2, 3]})
    >>> who = ["eva", "eva", "odd", "odd", "per", "per"]
    >>> levels = cronbach_alpha_levels(items, who)
    >>> levels[["alpha", "n"]].round(3)
             alpha  n
    between  0.947  3
    within   0.727  3
    """
    data = grouped(items, respondent)
    heard = data.counts[:, :1].ravel() > 0
    means = data.means[heard]
    gaps = data.answers - data.means[data.codes]
    degrees = len(gaps) - len(means)
    nothing = np.full((len(data.items), len(data.items)), np.nan)
    between = np.atleast_2d(np.cov(means.T)) if len(means) > 1 else nothing
    within = gaps.T @ gaps / degrees if degrees > 0 else nothing
    rows = []
    for covariances, n in ((between, len(means)), (within, degrees)):
        alpha, why = alpha_of(_without_dust(covariances, data.answers))
        low, high = math.nan, math.nan
        if covariances is between:
            low, high = feldt(alpha, n, len(data.items), confidence)
        rows.append((alpha, low, high, n, why))
    table = pd.DataFrame(
        rows,
        index=pd.Index(["between", "within"]),
        columns=["alpha", "alpha_low", "alpha_high", "n", "reason"],
    )
    if degrees <= 0:
        table.loc["within", "reason"] = "nobody answered twice"
    table.attrs["left_out"] = data.left_out
    return table


@dataclass(frozen=True, eq=False)
class Generalisability:
    """How far the mean rating of a tie would stay if others had rated other items.

    Parameters
    ----------
    coefficient
        For the mean of n_respondents people and n_items items, both drawn from more.
    coefficient_items_fixed
        The same where these very items are what is meant: ICC(2) of the mean score.
    variances
        Components: tie, respondent (within tie), tie_item, residual. Estimates may be
        negative and are shown so.
    per_tie
        The coefficient of each tie, with its own number of respondents.
    n_respondents, n_items
        The numbers the coefficient is for.
    n_ties, n_rows, n_left_out
        Ties and rows used; rows left out because an answer was missing.
    reason
        Why there is no coefficient; empty if there is one.
    """

    coefficient: float
    coefficient_items_fixed: float
    variances: dict[str, float]
    per_tie: pd.Series
    n_respondents: float
    n_items: int
    n_ties: int
    n_rows: int
    n_left_out: int
    reason: str


def generalisability(
    items: Answers,
    ties: Groups,
    *,
    n_respondents: float | None = None,
    n_items: int | None = None,
) -> Generalisability:
    """The generalisability coefficient of a tie's mean over respondents and items.

    The design is (respondents nested in ties) x items. From the mean squares, with n
    respondents per tie and J items:

    .. math::
        \\sigma^2_e &= MS_e \\qquad \\sigma^2_{ti} = (MS_{ti} - MS_e) / n \\qquad
        \\sigma^2_{r:t} = (MS_{r:t} - MS_e) / J \\\\
        \\sigma^2_t &= (MS_t - MS_{r:t} - MS_{ti} + MS_e) / nJ \\\\
        E\\rho^2 &= \\frac{\\sigma^2_t}{\\sigma^2_t + \\sigma^2_{ti}/J +
        \\sigma^2_{r:t}/n + \\sigma^2_e/nJ}

    With unequal numbers of respondents n is n0 = (N - sum n_t^2 / N) / (T - 1), as for
    ICC(1). In the coefficient a negative component counts as 0. Leniency of a person
    who rates several ties is counted as error of each of them, as if they were
    different people.

    NaN with a reason: fewer than two ties, no tie with two respondents, one item, and
    when ties do not differ beyond error.

    Parameters
    ----------
    items
        One row per respondent and tie, one column per item. Rows with a missing answer
        are left out.
    ties
        The tie (or target, or group) each row is about.
    n_respondents, n_items
        What the coefficient is for, if not the numbers in the data.

    References
    ----------
    Brennan, R. L. (2001). Generalizability Theory. Springer. O'Brien, R. M. (1990).
    Estimating the reliability of aggregate-level variables based on individual-level
    characteristics. Sociol. Methods Res. 18, 473-504.

    Examples
    --------
    >>> items = pd.DataFrame({"a": [1, 2, 4, 5, 3, 3], "b": [1, 3, 4, 4, 2, 3]})
    >>> found = generalisability(items, ["nav", "nav", "ks", "ks", "udir", "udir"])
    >>> round(found.coefficient, 3), round(found.coefficient_items_fixed, 3)
    (0.842, 0.855)
    >>> found.per_tie.round(3).to_dict()
    {'ks': 0.842, 'nav': 0.842, 'udir': 0.842}
    """
    data = grouped(items, ties)
    sizes = data.counts[:, 0] if data.items else np.zeros(len(data.labels))
    heard = sizes > 0
    n_ties, n_rows, k = int(heard.sum()), len(data.answers), len(data.items)
    reason = _why_no_components(n_ties, n_rows, k)
    n0 = math.nan
    variances = dict.fromkeys(("tie", "respondent", "tie_item", "residual"), math.nan)
    if not reason:
        n0 = float((n_rows - (sizes**2).sum() / n_rows) / (n_ties - 1))
        variances = _components(data, sizes, n0)
        if variances["tie"] <= 0:
            reason = "ties do not differ beyond error"
    if n_respondents is not None and not n_respondents > 0:
        raise InputError(f"n_respondents needs a number > 0, got {n_respondents!r}")
    for_n = n0 if n_respondents is None else float(n_respondents)
    for_k = k if n_items is None else check_count("n_items", n_items)
    known = {} if reason else variances
    per_tie = pd.Series(
        [_coefficient(known, size, for_k) for size in sizes],
        index=data.labels,
        name="coefficient",
        dtype=float,
    )
    unheard = dict.fromkeys(data.labels[~heard], "no complete answers")
    why_not = dict.fromkeys(data.labels, reason) if reason else {}
    per_tie.attrs["reasons"] = {**why_not, **unheard}
    return Generalisability(
        coefficient=_coefficient(known, for_n, for_k),
        coefficient_items_fixed=_coefficient(known, for_n, for_k, fixed=True),
        variances=variances,
        per_tie=per_tie,
        n_respondents=for_n,
        n_items=for_k,
        n_ties=n_ties,
        n_rows=n_rows,
        n_left_out=data.left_out,
        reason=reason,
    )


def _why_no_components(n_ties: int, n_rows: int, k: int) -> str:
    if n_ties < 2:
        return "fewer than two ties"
    if n_rows == n_ties:
        return "no tie has two respondents"
    if k < 2:
        return "one item"
    return ""


def _components(data: Grouped, sizes: np.ndarray, n0: float) -> dict[str, float]:
    """Variance components from the mean squares."""
    answers = data.answers - data.answers.mean()
    k, n, ties = answers.shape[1], len(answers), int((sizes > 0).sum())
    cell = np.nan_to_num(data.means - data.answers.mean())
    row, item, tie = answers.mean(axis=1), answers.mean(axis=0), cell.mean(axis=1)
    ss_tie = k * (sizes * tie**2).sum()
    ss_row = k * ((row - tie[data.codes]) ** 2).sum()
    ss_tie_item = (sizes[:, None] * (cell - tie[:, None] - item) ** 2).sum()
    residual = answers - cell[data.codes] - row[:, None] + tie[data.codes][:, None]
    ms_tie, ms_row = ss_tie / (ties - 1), ss_row / (n - ties)
    ms_tie_item = ss_tie_item / ((ties - 1) * (k - 1))
    ms_error = (residual**2).sum() / ((n - ties) * (k - 1))
    return {
        "tie": float((ms_tie - ms_row - ms_tie_item + ms_error) / (n0 * k)),
        "respondent": float((ms_row - ms_error) / k),
        "tie_item": float((ms_tie_item - ms_error) / n0),
        "residual": float(ms_error),
    }


def _coefficient(
    variances: dict[str, float], n: float, k: int, *, fixed: bool = False
) -> float:
    if not variances or not n > 0:
        return math.nan
    part = {name: max(value, 0) for name, value in variances.items()}
    signal = part["tie"] + (part["tie_item"] / k if fixed else 0)
    noise = part["respondent"] / n + part["residual"] / (n * k)
    noise += 0 if fixed else part["tie_item"] / k
    return float(signal / (signal + noise))


def _without_dust(covariances: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """Covariances with what is only rounding set to 0."""
    size = np.abs(answers).max(initial=0)
    dust = np.diag(covariances) <= (1e-14 * size) ** 2 * max(len(answers), 1)
    clean = covariances.copy()
    clean[dust, :] = clean[:, dust] = 0
    return clean
