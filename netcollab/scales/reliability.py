"""How far the items of a scale measure one thing.

Would another set of such items give the same scores?
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import f as f_distribution

from netcollab._checks import check_fraction
from netcollab.errors import InputError
from netcollab.scales.answers import (
    Answers,
    Groups,
    Missing,
    as_answers,
    as_labels,
    check_missing,
)
from netcollab.scales.factor import SMALLEST_UNIQUENESS, one_factor

__all__ = [
    "Reliability",
    "alpha_interval",
    "cronbach_alpha",
    "item_rest",
    "omega",
    "scale_reliability",
]

Number = tuple[float, str]


@dataclass(frozen=True)
class Reliability:
    """What is known about how precisely a set of items measures.

    Parameters
    ----------
    alpha
        Cronbach's alpha.
    alpha_interval
        Its Feldt interval, (low, high).
    alpha_standardised
        Alpha of the standardised items.
    omega
        McDonald's omega of one factor.
    sem
        Standard error of measurement of the mean score, in points of the scale.
    n, n_items
        Respondents used, items.
    n_left_out
        Respondents left out because an answer was missing (listwise).
    n_missing
        Missing answers per item.
    missing, confidence
        The rule for gaps, the level of the interval.
    warnings
        What a careful reader should know: items that run against the others or do not
        vary.
    reasons
        Field to why it is NaN; empty where all is defined.
    """

    alpha: float
    alpha_interval: tuple[float, float]
    alpha_standardised: float
    omega: float
    sem: float
    n: int
    n_items: int
    n_left_out: int
    n_missing: dict[Hashable, int]
    missing: Missing
    confidence: float
    warnings: tuple[str, ...]
    reasons: dict[str, str]

    def to_frame(self) -> pd.DataFrame:
        """One row; the interval as alpha_low and alpha_high, words joined by "; ".

        Examples
        --------
        >>> items = pd.DataFrame({"a": [1, 2, 3, 4], "b": [1, 3, 2, 4]})
        >>> scale_reliability(items).to_frame()[["alpha", "n", "n_items"]].round(3)
           alpha  n  n_items
        0  0.889  4        2
        """
        low, high = self.alpha_interval
        row = {
            "alpha": self.alpha,
            "alpha_low": low,
            "alpha_high": high,
            "alpha_standardised": self.alpha_standardised,
            "omega": self.omega,
            "sem": self.sem,
            "n": self.n,
            "n_items": self.n_items,
            "n_left_out": self.n_left_out,
            "n_missing": sum(self.n_missing.values()),
            "missing": self.missing,
            "warnings": "; ".join(self.warnings),
            "reason": "; ".join(f"{name}: {why}" for name, why in self.reasons.items()),
        }
        return pd.DataFrame([row])


def cronbach_alpha(items: Answers, *, missing: Missing = "listwise") -> float:
    """Cronbach's alpha: how much of the sum's variance the items share.

    .. math:: \\alpha = \\frac{k}{k - 1} \\left(1 -
        \\frac{\\sum_i s_{ii}}{\\sum_i \\sum_j s_{ij}}\\right)

    with the covariances s of the k items. A constant item is counted, as the formula
    says; psych drops it. Nothing is reversed: an item that is worded the other way
    lowers alpha, also below 0, and `reliability` names it.

    NaN with fewer than two items or respondents, and when the sum of the items does
    not vary; `reliability` tells the reason.

    Parameters
    ----------
    items
        Respondents x items.
    missing
        "listwise": respondents with a missing answer are left out (as
        multilevel::cronbach). "pairwise": each covariance from those who answered both
        items (as psych::alpha).

    Returns
    -------
    float

    Raises
    ------
    InputError
        If a cell is not a finite number.

    References
    ----------
    Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests.
    Psychometrika 16, 297-334.

    Examples
    --------
    >>> items = pd.DataFrame({"a": [1, 2, 3, 4], "b": [1, 3, 2, 4]})
    >>> round(cronbach_alpha(items), 6)
    0.888889
    """
    return alpha_of(_Covariances(items, missing).matrix)[0]


def alpha_interval(items: Answers, *, confidence: float = 0.95) -> tuple[float, float]:
    """Feldt's interval for Cronbach's alpha of the complete rows.

    .. math:: 1 - (1 - \\alpha) F_{1 - a/2} \\le \\alpha_0 \\le
        1 - (1 - \\alpha) F_{a/2}

    with F on n - 1 and (n - 1)(k - 1) degrees of freedom. It assumes that each row is
    another respondent; for stacked ratings see `cronbach_alpha_levels`.

    (NaN, NaN) where alpha is undefined.

    References
    ----------
    Feldt, L. S., Woodruff, D. J., & Salih, F. A. (1987). Statistical inference for
    coefficient alpha. Appl. Psychol. Meas. 11, 93-103.

    Examples
    --------
    >>> items = pd.DataFrame({"a": [1, 2, 3, 4], "b": [1, 3, 2, 4]})
    >>> [round(end, 3) for end in alpha_interval(items)]
    [-0.715, 0.993]
    """
    known = _Covariances(items, "listwise")
    alpha, _ = alpha_of(known.matrix)
    return feldt(alpha, known.n, known.k, confidence)


def omega(items: Answers, *, missing: Missing = "listwise") -> float:
    """McDonald's omega of one factor: the share of it in the sum's variance.

    .. math:: \\omega = \\frac{(\\sum_i \\lambda_i)^2}
        {(\\sum_i \\lambda_i)^2 + \\sum_i (1 - \\lambda_i^2)}

    with the loadings of one common factor, fitted to the correlations by maximum
    likelihood: the model of R's factanal and psych::fa(fm="ml").

    NaN with fewer than three items (not identified), an item that does not vary,
    correlations that are not positive definite, and in a Heywood case: an item whose
    own variance is fitted at 0.005 or less of its variance, where the loadings mean
    nothing. `reliability` tells the reason.

    Parameters
    ----------
    items, missing
        As in `cronbach_alpha`.

    References
    ----------
    McDonald, R. P. (1999). Test Theory: A Unified Treatment. Erlbaum. Jöreskog, K. G.
    (1967). Some contributions to maximum likelihood factor analysis. Psychometrika 32,
    443-482.

    Examples
    --------
    >>> r = np.array([[1, .72, .63], [.72, 1, .56], [.63, .56, 1]])
    >>> exact = np.linalg.qr(np.vander(np.arange(6.0), 4, increasing=True))[0][:, 1:]
    >>> round(omega(exact @ np.linalg.cholesky(r).T), 6)
    0.844575
    """
    return _omega(_Covariances(items, missing))[0]


def item_rest(items: Answers, *, missing: Missing = "listwise") -> pd.DataFrame:
    """Each item against the sum of the others.

    .. math:: r_i = \\frac{\\sum_{j \\ne i} s_{ij}}
        {\\sqrt{s_{ii} \\sum_{j \\ne i} \\sum_{k \\ne i} s_{jk}}}

    Parameters
    ----------
    items, missing
        As in `cronbach_alpha`. With "pairwise", n, mean and sd are those of everybody
        who answered the item.

    Returns
    -------
    DataFrame
        One row per item: n, mean, sd, item_rest (correlation), alpha_if_dropped.
        ``.attrs["reasons"]``: (item, column) to why the cell is NaN.

    References
    ----------
    Nunnally, J. C., & Bernstein, I. H. (1994). Psychometric Theory. McGraw-Hill.

    Examples
    --------
    >>> items = pd.DataFrame({"a": [1, 2, 3, 4], "b": [1, 3, 2, 4], "c": [2, 1, 3, 4]})
    >>> item_rest(items).round(3)
          n  mean     sd  item_rest  alpha_if_dropped
    item
    a     4   2.5  1.291      0.956             0.571
    b     4   2.5  1.291      0.632             0.889
    c     4   2.5  1.291      0.632             0.889
    """
    known = _Covariances(items, missing)
    rows: list[tuple[float, ...]] = []
    reasons: dict[tuple[Hashable, str], str] = {}
    for place, name in enumerate(known.frame.columns):
        column = known.frame[name].dropna()
        rest, why_rest = _item_rest(known, place)
        kept = np.delete(np.delete(known.matrix, place, 0), place, 1)
        dropped, why_dropped = alpha_of(kept)
        sd = math.sqrt(known.matrix[place, place]) if known.n > 1 else math.nan
        sd = float(column.std()) if known.missing == "pairwise" else sd
        mean = float(column.mean()) if len(column) else math.nan
        rows.append((len(column), mean, sd, rest, dropped))
        told = {
            "mean": "" if len(column) else "nobody answered",
            "sd": "" if not math.isnan(sd) else "fewer than two respondents",
            "item_rest": why_rest,
            "alpha_if_dropped": why_dropped,
        }
        reasons |= {(name, field): why for field, why in told.items() if why}
    table = pd.DataFrame(
        rows,
        index=pd.Index(known.frame.columns, name="item"),
        columns=["n", "mean", "sd", "item_rest", "alpha_if_dropped"],
    )
    table.attrs["reasons"] = reasons
    return table


def scale_reliability(
    items: Answers,
    *,
    missing: Missing = "listwise",
    confidence: float = 0.95,
    respondent: Groups | None = None,
) -> Reliability:
    """Everything about the reliability of one scale, with reasons and warnings.

    .. math:: SEM = s_{\\bar x} \\sqrt{1 - \\alpha}

    with the standard deviation of the mean score. Items are never reversed here; one
    that runs against the others is named in `warnings`.

    Parameters
    ----------
    items, missing
        As in `cronbach_alpha`.
    confidence
        Level of the Feldt interval, which is given for listwise data only.
    respondent
        Who gave each row, where one person may have given several. Then there is no
        interval, since the rows are not independent.

    Returns
    -------
    Reliability
        What is undefined is NaN, with its reason in `reasons`.

    References
    ----------
    Lord, F. M., & Novick, M. R. (1968). Statistical Theories of Mental Test Scores.
    Addison-Wesley.

    Examples
    --------
    >>> items = pd.DataFrame({"a": [1, 2, 3, 4], "b": [4, 3, 1, 2], "c": [2, 1, 3, 4]})
    >>> found = scale_reliability(items)
    >>> round(found.alpha, 3), found.warnings[0][:52]
    (-1.0, 'item "b" runs against the others (item-rest r = -0.7')
    """
    known = _Covariances(items, missing)
    confidence = check_fraction("confidence", confidence)
    alpha, why = alpha_of(known.matrix)
    reasons = {"alpha": why}
    low, high = feldt(alpha, known.n, known.k, confidence)
    stacked = respondent is not None and bool(
        as_labels("respondent", respondent, items).duplicated().any()
    )
    if stacked or missing == "pairwise" or why:
        low = high = math.nan
        reasons["alpha_interval"] = (
            "the rows of one respondent are not independent"
            if stacked
            else why or "pairwise data have no one number of respondents"
        )
    standardised, reasons["alpha_standardised"] = _standardised(known)
    share, reasons["omega"] = _omega(known)
    sem = math.nan
    if alpha >= 0:
        sem = math.sqrt(known.matrix.sum() * max(1 - alpha, 0)) / known.k
    else:
        reasons["sem"] = why or "alpha is negative"
    return Reliability(
        alpha=alpha,
        alpha_interval=(low, high),
        alpha_standardised=standardised,
        omega=share,
        sem=sem,
        n=known.n,
        n_items=known.k,
        n_left_out=known.left_out,
        n_missing=known.n_missing,
        missing=known.missing,
        confidence=confidence,
        warnings=_warnings(known, alpha),
        reasons={field: told for field, told in reasons.items() if told},
    )


def alpha_of(covariances: np.ndarray) -> Number:
    """Alpha of covariances and, where it is NaN, why."""
    k = len(covariances)
    if k < 2:
        return math.nan, "one item" if k else "no items"
    if np.isnan(covariances).any():
        return math.nan, _few(covariances)
    own, total = np.trace(covariances), covariances.sum()
    if own == 0:
        return math.nan, "no item varies"
    if total <= 1e-12 * own:
        return math.nan, "the sum of the items does not vary"
    return float(k / (k - 1) * (1 - own / total)), ""


def feldt(alpha: float, n: int, k: int, confidence: float) -> tuple[float, float]:
    """Feldt's interval from alpha, the number of respondents and of items."""
    confidence = check_fraction("confidence", confidence)
    if math.isnan(alpha):
        return math.nan, math.nan
    tail = (1 - confidence) / 2
    degrees = (n - 1, (n - 1) * (k - 1))
    upper, lower = (
        1 - (1 - alpha) * float(f_distribution.ppf(q, *degrees))
        for q in (tail, 1 - tail)
    )
    return lower, upper


class _Covariances:
    """Covariances of items under a rule for gaps; constant items exactly 0."""

    def __init__(self, items: Answers, missing: Missing) -> None:
        self.missing = check_missing(missing)
        frame = as_answers(items)
        if frame.shape[1] == 0:
            raise InputError("items needs at least one item")
        gaps = frame.isna()
        self.n_missing: dict[Hashable, int] = {
            name: int(gaps[name].sum()) for name in frame.columns
        }
        keep = ~gaps.any(axis=1) if self.missing == "listwise" else ~gaps.all(axis=1)
        self.frame = frame[keep]
        self.left_out = int((~keep).sum())
        self.n, self.k = self.frame.shape
        flat = (self.frame.max() == self.frame.min()).to_numpy()
        values = np.full((self.k, self.k), np.nan)
        if self.n > 1:
            values = self.frame.cov(ddof=1).to_numpy(copy=True)
            values[flat, :] = values[:, flat] = 0
        self.matrix = values
        self.constant = [
            name for name, is_flat in zip(frame.columns, flat, strict=True) if is_flat
        ]

    def correlations(self) -> np.ndarray:
        sd = np.sqrt(np.diag(self.matrix))
        r = self.matrix / np.outer(sd, sd)
        np.fill_diagonal(r, 1)
        return np.asarray(r)

    def why_no_correlations(self) -> str:
        """Why correlations cannot be computed; empty if they can."""
        if np.isnan(self.matrix).any():
            return _few(self.matrix)
        if self.constant:
            return f"no variation in {_named(self.constant)}"
        return ""


def _few(covariances: np.ndarray) -> str:
    if np.isnan(covariances).all():
        return "fewer than two respondents"
    return "two items were answered together by fewer than two respondents"


def _standardised(known: _Covariances) -> Number:
    if known.k < 2:
        return math.nan, "one item"
    if why := known.why_no_correlations():
        return math.nan, why
    return alpha_of(known.correlations())


def _item_rest(known: _Covariances, place: int) -> Number:
    covariances = known.matrix
    if known.k < 2:
        return math.nan, "one item"
    if np.isnan(covariances).any():
        return math.nan, _few(covariances)
    own, row = covariances[place, place], covariances[place].sum()
    rest = covariances.sum() - 2 * row + own
    if own == 0:
        return math.nan, "the item does not vary"
    if rest <= 1e-12 * np.trace(covariances):
        return math.nan, "the sum of the others does not vary"
    return float((row - own) / math.sqrt(own * rest)), ""


def _omega(known: _Covariances) -> Number:
    if known.k < 3:
        return math.nan, "one factor needs at least three items"
    if why := known.why_no_correlations():
        return math.nan, why
    if np.linalg.eigvalsh(r := known.correlations())[0] < 1e-10:
        return math.nan, "the correlations are not positive definite"
    loadings = one_factor(r)
    heywood = 1 - loadings**2 <= SMALLEST_UNIQUENESS
    if heywood.any():
        names = list(known.frame.columns[heywood])
        return math.nan, f"Heywood case: no variance of its own in {_named(names)}"
    common = loadings.sum() ** 2
    return float(common / (common + (1 - loadings**2).sum())), ""


def _warnings(known: _Covariances, alpha: float) -> tuple[str, ...]:
    told = []
    for place, name in enumerate(known.frame.columns):
        r, _ = _item_rest(known, place)
        if r < 0:
            told.append(
                f'item "{name}" runs against the others (item-rest r = {r:.2f}): '
                "declare it reversed if it is worded the other way; nothing was "
                "reversed here"
            )
    if known.constant and known.n > 1:
        vary = [name not in known.constant for name in known.frame.columns]
        without, why = alpha_of(known.matrix[np.ix_(vary, vary)])
        told.append(
            f"{_named(known.constant)} does not vary; it is counted in alpha, which "
            f"is {why or f'{without:.3f}'} without it"
        )
    if alpha < 0:
        told.append("alpha is negative: this is no reliability, and there is no SEM")
    return tuple(told)


def _named(names: Sequence[Hashable]) -> str:
    quoted = ", ".join(f'"{name}"' for name in names)
    return f"item{'s' if len(names) > 1 else ''} {quoted}"
