"""Cultural consensus: whether one shared answer stands behind what people say.

Do all speak from one culture, and what does it answer?
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import pandas as pd

from netcollab._checks import (
    as_entropy,
    check_choice,
    check_count,
    check_draws,
    check_fraction,
    check_number,
)
from netcollab.errors import InputError
from netcollab.scales.answers import Answers, Groups, as_answers, as_labels, places
from netcollab.scales.likeness import Kind, alike
from netcollab.scales.minres import eigenvalues, minres, residuals
from netcollab.scales.one_culture import grouped_residuals, one_culture

__all__ = ["Consensus", "cultural_consensus"]

Verdict = Literal["one culture", "not one culture", "not testable"]

MIN_RESPONDENTS, MIN_STATEMENTS, MIN_SHARED = 4, 6, 4
_SURE = 0.999


@dataclass(frozen=True, eq=False)
class Consensus:
    """Whether one culture answers for all, and what that rests on.

    Parameters
    ----------
    verdict
        "one culture", "not one culture", or "not testable".
    reason
        Why nothing can be said, or which criteria fail; empty for "one culture".
    n_respondents, n_statements, n_missing
        Used; and the gaps among their answers.
    n_left_out
        Respondents who answered too little, or cannot be compared with others.
    competences
        One per respondent in the order of the rows, NaN for those left out. About
        persons: neither shown nor to be shown.
    criteria
        One row per criterion: value, needed, met.
    eigenvalues
        The three largest, squared competences on the diagonal.
    ratio
        The first over the second; infinite where the second is not above 0.
    n_negative
        Respondents with a negative competence.
    pvalue, mc_error
        Of the largest eigenvalue of the residuals, if there is one culture.
    statistic
        That eigenvalue.
    pvalue_groups
        Of the mean residual inside the groups; NaN without groups.
    mean_competence, sd_competence
        Over respondents.
    groups
        One row per group, where groups were given: n, mean competence, reason where
        it is held back.
    key
        One row per statement: what the culture answers, the share of respondents that
        answered (`answered`), and for named answers how certain that is.
    n_resamples, seed
        Draws of the residual test, and their entropy.
    """

    verdict: Verdict
    reason: str
    n_respondents: int
    n_statements: int
    n_missing: int
    n_left_out: int
    competences: np.ndarray = field(repr=False)
    criteria: pd.DataFrame = field(default_factory=pd.DataFrame)
    eigenvalues: tuple[float, ...] = (math.nan,) * 3
    ratio: float = math.nan
    n_negative: int = 0
    pvalue: float = math.nan
    mc_error: float = math.nan
    statistic: float = math.nan
    pvalue_groups: float = math.nan
    mean_competence: float = math.nan
    sd_competence: float = math.nan
    groups: pd.DataFrame = field(default_factory=pd.DataFrame)
    key: pd.DataFrame = field(default_factory=pd.DataFrame)
    n_resamples: int = 0
    seed: int | None = None


def cultural_consensus(
    items: Answers,
    *,
    kind: Kind = "ordered",
    n_options: int | None = None,
    groups: Groups | None = None,
    min_respondents: int = 5,
    min_ratio: float = 3.0,
    alpha: float = 0.05,
    n_resamples: int = 999,
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
) -> Consensus:
    """Whether respondents share one culture: its answers, and who knows them how well.

    The likeness of two respondents over the statements both answered, the correlation
    of "ordered" answers, or the share of the same "named" answers corrected for
    guessing, is taken to be the product of their competences d,

    .. math:: m_{ij} = d_i d_j, \\quad i \\ne j

    fitted by minimum residuals. *One culture* needs all three of:

    - *ratio*: the first eigenvalue at least `min_ratio` times the second;
    - *negative*: no competence below 0;
    - *residuals*: respondents are not more alike in parts than one culture has it:
      p of the largest eigenvalue of the residuals above `alpha`; where `groups` are
      given, p of the mean residual inside groups too, each above alpha / 2.

    The ratio alone accepts two cultures that share much. The eigenvalue finds parts
    that nobody named: it is compared with draws in which one culture stands behind the
    answers, with the competences, gaps and noise of statements found. The mean inside
    groups finds parts that go with the groups, also where these differ on few
    statements: it is compared with groups dealt out anew. Both p are (b + 1)/(R + 1).

    At most a share of alpha of true single cultures fails these, and p above alpha
    proves nothing where few were asked or few statements put: docs/methods.md has the
    measured shares. Respondents who are alike because they answer in the same manner
    (all high, say) pass as a culture of "named" answers; correlations do not see it.

    *Not testable* with fewer than 4 respondents or 6 statements; `reason` says which.

    Parameters
    ----------
    items
        Respondents x statements. Respondents who answered fewer than half of the
        statements, or ("ordered") the same throughout, are left out and counted; so is
        who shares fewer than 4 statements with another, or does not vary over those.
    kind
        "ordered": ratings and ranks (the informal model). "named": answers without
        an order, one of which is right for each statement (the formal model).
    n_options
        Needed for "named": options from which a guess would choose.
    groups
        The group of each respondent, for the second test and mean competences.
    min_respondents
        Groups with fewer are held back.
    min_ratio, alpha
        Limits of the first and the third criterion.
    n_resamples, rng, workers
        Draws of the residual test, their seed, and processes.

    Raises
    ------
    InputError
        If an answer is no number, or of named answers no whole number, or there are
        more of them than options.

    References
    ----------
    Romney, A. K., Weller, S. C., & Batchelder, W. H. (1986). Culture as consensus: A
    theory of culture and informant accuracy. Am. Anthropol. 88, 313-338. Weller, S. C.
    (2007). Cultural consensus theory: Applications and frequently asked questions.
    Field Methods 19, 339-368. Hruschka, D. J., Sibley, L. M., Kalim, N., & Edmonds,
    J. K. (2008). When there is more than one answer key: Cultural theories of
    postpartum hemorrhage in Matlab, Bangladesh. Field Methods 20, 315-337.

    Examples
    --------
    Five respondents who give the same answers but for one each.

    >>> answers = np.tile([1, 5, 2, 4, 3, 5, 1, 2], (5, 1))
    >>> answers[np.arange(5), np.arange(5)] = 3
    >>> found = cultural_consensus(answers, rng=1)
    >>> found.verdict, bool(found.ratio > 3), found.n_negative
    ('one culture', True, 0)
    """
    check_choice("kind of answers", kind, ("ordered", "named"))
    alpha = check_fraction("alpha", alpha)
    min_ratio = check_number("min_ratio", min_ratio)
    n_resamples = check_draws(n_resamples)
    check_count("min_respondents", min_respondents)
    frame = as_answers(items)
    labels = None if groups is None else as_labels("groups", groups, items)
    codes, options = _coded(frame, kind, n_options)
    kept = _usable(codes, kind, options)
    used = codes[kept]
    everybody = np.full(len(frame), np.nan)
    told = Consensus(
        "not testable",
        _why_not(used),
        n_respondents=len(used),
        n_statements=used.shape[1],
        n_missing=int(np.isnan(used).sum()),
        n_left_out=int((~kept).sum()),
        competences=everybody,
    )
    if told.reason:
        return told
    matrix = alike(used, kind, options)
    competence = everybody[kept] = minres(matrix)
    entropy = as_entropy(rng)
    draws = {"n_resamples": n_resamples, "rng": entropy}
    null = one_culture(used, competence, kind, options, workers=workers, **draws)
    told = _tested(told, matrix, competence, null)
    if labels is not None:
        member = pd.factorize(labels[kept])[0]
        left = residuals(matrix, competence)
        p_groups = grouped_residuals(left, member, **draws)
        shown = _by_group(labels, everybody, min_respondents)
        told = replace(told, pvalue_groups=p_groups, groups=shown)
    key = _key(frame[kept], competence, kind, options)
    return _judged(replace(told, key=key, seed=entropy), min_ratio, alpha)


_FAILED = {
    "ratio": "the second eigenvalue is too large beside the first",
    "negative": "some answer against the others",
    "residuals": "some are more alike than one culture makes them",
    "groups": "members of a group are more alike than one culture makes them",
}


def _coded(
    frame: pd.DataFrame, kind: Kind, n_options: int | None
) -> tuple[np.ndarray, int]:
    """The answers as they are, or as numbers of options from 0, and how many."""
    answers = frame.to_numpy()
    if kind == "ordered":
        if n_options is not None:
            raise InputError('n_options is for "named" answers')
        return answers, 0
    if n_options is None:
        raise InputError("named answers need n_options: how many a guess chooses from")
    options = check_count("n_options", n_options, minimum=2)
    known = ~np.isnan(answers)
    broken = known & (answers != np.rint(np.where(known, answers, 0)))
    if broken.any():
        raise InputError(
            "named answers need whole numbers, one for each option; others stand in "
            f"{places(broken.any(axis=1))}"
        )
    found, place = np.unique(answers[known], return_inverse=True)
    if len(found) > options:
        raise InputError(f"answers have {len(found)} options, n_options says {options}")
    codes = np.full(answers.shape, np.nan)
    codes[known] = place
    return codes, options


def _usable(codes: np.ndarray, kind: Kind, n_options: int) -> np.ndarray:
    """Who answered half of the statements, and can be compared with everybody else.

    Of two who cannot be compared, the one with more such pairs is left out.
    """
    known = ~np.isnan(codes)
    kept = known.sum(axis=1) * 2 >= codes.shape[1]
    if kind == "ordered":
        low = np.where(known, codes, np.inf).min(axis=1, initial=np.inf)
        high = np.where(known, codes, -np.inf).max(axis=1, initial=-np.inf)
        kept &= low < high
    both = np.einsum("is,js->ij", known * 1.0, known * 1.0)
    apart = np.isnan(alike(codes, kind, n_options)) | (both < MIN_SHARED)
    np.fill_diagonal(apart, val=False)
    while (apart & kept & kept[:, None]).any():
        pairs = (apart & kept).sum(axis=1) * kept
        kept[np.lexsort((known.sum(axis=1), -pairs))[0]] = False
    return np.asarray(kept)


def _why_not(used: np.ndarray) -> str:
    n, m = used.shape
    if n < MIN_RESPONDENTS:
        return f"{n} respondents can be used, {MIN_RESPONDENTS} are needed"
    if m < MIN_STATEMENTS:
        return f"{m} statements, {MIN_STATEMENTS} are needed"
    return ""


def _tested(
    told: Consensus, matrix: np.ndarray, competence: np.ndarray, null: np.ndarray
) -> Consensus:
    """The factor and its residuals, beside draws of one culture."""
    statistic = float(np.linalg.eigvalsh(residuals(matrix, competence))[-1])
    reached = null >= statistic - 1e-10 * max(1.0, statistic)
    p = (int(reached.sum()) + 1) / (len(null) + 1)
    first, second, third, *_ = map(float, eigenvalues(matrix, competence))
    return replace(
        told,
        eigenvalues=(first, second, third),
        ratio=first / second if second > 1e-10 * first else math.inf,
        n_negative=int((competence < 0).sum()),
        pvalue=p,
        mc_error=math.sqrt(p * (1 - p) / (len(null) + 1)),
        statistic=statistic,
        mean_competence=float(competence.mean()),
        sd_competence=float(competence.std(ddof=1)),
        n_resamples=len(null),
    )


def _judged(told: Consensus, min_ratio: float, alpha: float) -> Consensus:
    """The verdict: every criterion has to be met."""
    grouped = not math.isnan(told.pvalue_groups)
    level = alpha / 2 if grouped else alpha
    rows = {
        "ratio": (told.ratio, min_ratio, told.ratio >= min_ratio),
        "negative": (told.n_negative, 0, told.n_negative == 0),
        "residuals": (told.pvalue, level, told.pvalue > level),
    }
    if grouped:
        rows["groups"] = told.pvalue_groups, level, told.pvalue_groups > level
    criteria = pd.DataFrame.from_dict(
        rows, orient="index", columns=["value", "needed", "met"]
    )
    failed = [_FAILED[name] for name, (_, _, met) in rows.items() if not met]
    return replace(
        told,
        verdict="not one culture" if failed else "one culture",
        reason="; ".join(failed),
        criteria=criteria.rename_axis("criterion"),
    )


def _key(
    frame: pd.DataFrame, competence: np.ndarray, kind: Kind, n_options: int
) -> pd.DataFrame:
    """What the culture answers: the competent weigh most, those against it nothing."""
    answers = frame.to_numpy()
    known = ~np.isnan(answers)
    table = pd.DataFrame(index=pd.Index(frame.columns, name="statement"))
    if kind == "ordered":
        weight = np.clip(competence, 0, None)[:, None] * known
        total = np.einsum("is,is->s", weight, np.where(known, answers, 0.0))
        below = weight.sum(axis=0)
        table["key"] = np.divide(
            total, below, out=np.full(len(total), np.nan), where=below > 0
        )
    else:
        share = np.clip(competence, 0, _SURE)
        weight = np.log((share * (n_options - 1) + 1) / (1 - share))
        options = np.unique(answers[known])
        support = np.stack([weight @ (answers == option) for option in options])
        odds = np.exp(support - support.max(axis=0))
        others = (n_options - len(options)) * np.exp(-support.max(axis=0))
        table["key"] = options[support.argmax(axis=0)]
        table["certainty"] = odds.max(axis=0) / (odds.sum(axis=0) + others)
    table["answered"] = known.mean(axis=0)
    return table


def _by_group(labels: pd.Series, competences: np.ndarray, least: int) -> pd.DataFrame:
    """Mean competence of each group; small ones are held back."""
    rows = []
    for name, values in pd.Series(competences).groupby(labels.to_numpy(), sort=True):
        known = values.dropna()
        shown = len(known) >= least
        mean = float(known.mean()) if shown else np.nan
        reason = "" if shown else "too few respondents"
        rows.append((name, len(known) if shown else 0, mean, reason))
    table = pd.DataFrame(rows, columns=["group", "n", "mean", "reason"])
    table = table.astype({"n": int, "mean": float, "reason": "str"})
    return table.set_index("group")
