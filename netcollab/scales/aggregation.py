"""Whether the answers of a group's members may be averaged into the group's score.

Does the mean of those who answered speak for the group?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from netcollab._checks import as_entropy, check_count, check_fraction
from netcollab.scales.agreement import (
    Options,
    Scale,
    count_options,
    r_star_wg,
    rwg_critical,
    rwg_j,
)
from netcollab.scales.answers import (
    Answers,
    Grouped,
    Groups,
    as_answers,
    as_labels,
    grouped,
)
from netcollab.scales.intraclass import icc_table

__all__ = ["Aggregation", "aggregation_verdict"]

Verdict = Literal["may", "caution", "not", "not testable"]

# Sizes for which critical values are simulated.
_SIZES = np.array([*range(2, 31), 40, 50, 75, 100, 150, 200, 300, 500])


@dataclass(frozen=True, eq=False)
class Aggregation:
    """May group means be used, and what that rests on.

    Parameters
    ----------
    verdict
        "may", "caution", "not", or "not testable".
    criteria
        One row per criterion: value, needed (for "may"), enough (for "caution"), grade
        ("good", "weak", "failed").
    failed, weak
        The names of the criteria with these grades.
    groups
        One row per group: n, rwg, r_star_wg, critical, exceeds (None where there is
        no rwg).
    icc1, icc2, pvalue
        From the analysis of variance of the mean scores.
    rwg_median, share_exceeding
        Over groups of two and more.
    n_rows, n_groups, n_testable, n_single
        Rows used; groups; groups of two and more; groups of one, which are no
        evidence.
    n_left_out
        Rows left out because too few items were answered.
    correlation
        Between items within groups, under which critical values were simulated.
    seed
        The entropy of that simulation.
    reason
        Why nothing can be said, or what speaks against; empty for "may".
    """

    verdict: Verdict
    criteria: pd.DataFrame
    failed: tuple[str, ...]
    weak: tuple[str, ...]
    groups: pd.DataFrame
    icc1: float
    icc2: float
    pvalue: float
    rwg_median: float
    share_exceeding: float
    n_rows: int
    n_groups: int
    n_testable: int
    n_single: int
    n_left_out: int
    correlation: float
    seed: int
    reason: str


def aggregation_verdict(
    items: Answers,
    groups: Groups,
    scale: Scale,
    *,
    options: Options = None,
    alpha: float = 0.05,
    min_icc1: float = 0.05,
    icc2_levels: tuple[float, float] = (0.50, 0.70),
    rwg_levels: tuple[float, float] = (0.50, 0.70),
    min_share: float = 0.50,
    min_groups: int = 5,
    n_resamples: int = 2_000,
    rng: int | np.random.Generator | None = None,
) -> Aggregation:
    """Whether the mean of a group's members may stand for the group, and why.

    Five criteria, each with what is good, weak or failed:

    - *groups_differ*: p of the F-test below `alpha`; else failed.
    - *icc1*: at least `min_icc1`, a small to medium effect; else weak.
    - *icc2*: at least .70; weak from .50; else, or undefined, failed. Group means
      below are mostly noise.
    - *rwg_median*: over groups of two and more, at least .70 (strong agreement); weak
      from .50 (moderate); else failed.
    - *share_exceeding*: at least `min_share` of these groups agree more than by chance
      (`rwg_critical`); else weak, since a small group hardly can.

    *may* if all are good, *not* if one failed, otherwise *caution*. Agreement and
    differences are both asked for, because a mean that is to be compared must stand
    for its members and differ from other means. Where only *groups_differ*, *icc1* or
    *icc2* fall short, a group's mean still describes that group.

    *Not testable* with fewer than `min_groups` groups of two and more, and when no
    score varies.

    Parameters
    ----------
    items
        Respondents x items on one scale, or one answer per respondent. The variance
        between groups is that of the mean of the answered items, if half of them were
        answered; agreement needs complete rows.
    groups
        The group of each respondent.
    scale, options
        As in `null_variance`; the null is uniform.
    alpha, min_icc1, icc2_levels, rwg_levels, min_share, min_groups
        The limits of the rule; levels are (weak from, good from).
    n_resamples, rng
        Draws behind each critical value, and their seed. Items are as related as they
        are within groups. A group of more than 30 is held to the value of the next
        smaller size among 30, 40, 50, 75, 100, 150, 200, 300 and 500: stricter.

    References
    ----------
    LeBreton, J. M., & Senter, J. L. (2008). Answers to 20 questions about interrater
    reliability and interrater agreement. Organ. Res. Methods 11, 815-852. Bliese, P. D.
    (2000), as in `icc1`. Cohen, A., Doveh, E., & Eick, U. (2001). Statistical
    properties of the rwg(J) index of agreement. Psychol. Methods 6, 297-310.

    Examples
    --------
    >>> answers = [1, 1, 2, 5, 5, 4, 3, 3, 3, 1, 2, 1, 5, 4, 5]
    >>> found = aggregation_verdict(answers, list("aaabbbcccdddeee"), (1, 5), rng=1)
    >>> found.verdict, found.failed, found.weak
    ('caution', (), ('share_exceeding',))
    """
    alpha = check_fraction("alpha", alpha)
    min_groups = check_count("min_groups", min_groups, minimum=2)
    entropy = as_entropy(rng)
    labels = as_labels("groups", groups, items).to_numpy()
    frame = as_answers(items)
    answered = frame.notna().sum(axis=1)
    score = frame.mean(axis=1).where(answered >= frame.shape[1] / 2)
    ratio = icc_table(score, labels).iloc[0]
    correlation = _correlation(grouped(frame, labels))
    table = _per_group(frame, labels, scale, options)
    table["critical"] = _critical(
        table["n"],
        options=count_options(scale, options),
        n_items=frame.shape[1],
        correlation=correlation,
        n_resamples=n_resamples,
        entropy=entropy,
    )
    table["exceeds"] = _exceeding(table)
    criteria = _criteria(
        ratio,
        table,
        {
            "groups_differ": (alpha, alpha),
            "icc1": (-np.inf, min_icc1),
            "icc2": icc2_levels,
            "rwg_median": rwg_levels,
            "share_exceeding": (-np.inf, min_share),
        },
    )
    value = criteria["value"]
    testable = int(table["rwg"].notna().sum())
    reason = "" if value.notna()["icc1"] else str(ratio["reason"])
    if testable < min_groups:
        reason = f"{testable} groups of two and more, fewer than {min_groups}"
    failed, weak = (
        tuple(criteria.index[criteria["grade"] == grade])
        for grade in ("failed", "weak")
    )
    return Aggregation(
        verdict=_verdict(reason, failed, weak),
        criteria=criteria,
        failed=failed,
        weak=weak,
        groups=table,
        icc1=float(value["icc1"]),
        icc2=float(value["icc2"]),
        pvalue=float(value["groups_differ"]),
        rwg_median=float(value["rwg_median"]),
        share_exceeding=float(value["share_exceeding"]),
        n_rows=int(score.notna().sum()),
        n_groups=len(table),
        n_testable=testable,
        n_single=int((table["n"] == 1).sum()),
        n_left_out=int(score.isna().sum()),
        correlation=correlation,
        seed=entropy,
        reason=reason or _against(criteria),
    )


def _per_group(
    frame: pd.DataFrame, labels: np.ndarray, scale: Scale, options: Options
) -> pd.DataFrame:
    data = grouped(frame, labels)
    columns = {
        "n": data.counts.min(axis=1).astype(int),
        "rwg": rwg_j(frame, labels, scale, options=options),
        "r_star_wg": r_star_wg(frame, labels, scale, options=options),
    }
    return pd.DataFrame(columns, index=data.labels)


def _correlation(data: Grouped) -> float:
    """The mean correlation of two items within groups, not below 0."""
    gaps = data.answers - data.means[data.codes]
    gaps = gaps[:, (gaps**2).sum(axis=0) > 0]
    k = gaps.shape[1]
    if k < 2:
        return 0.0
    mean = (np.corrcoef(gaps.T).sum() - k) / (k * (k - 1))
    return float(np.clip(mean, 0, 0.99))


def _critical(
    sizes: pd.Series,
    *,
    options: int | Literal["slider"],
    n_items: int,
    correlation: float,
    n_resamples: int,
    entropy: int,
) -> pd.Series:
    held = _SIZES[np.searchsorted(_SIZES, sizes.clip(lower=2), side="right") - 1]
    known = {
        n: rwg_critical(
            n,
            options,
            n_items=n_items,
            correlation=correlation,
            n_resamples=n_resamples,
            rng=entropy,
        )
        for n in sorted(set(held[sizes > 1].tolist()))
    }
    return pd.Series(held, index=sizes.index).map(known).where(sizes > 1)


def _exceeding(table: pd.DataFrame) -> pd.Series:
    reached = (table["rwg"] >= table["critical"] - 1e-10).astype(object)
    return reached.where(table["rwg"].notna(), None)


def _criteria(
    ratio: pd.Series, table: pd.DataFrame, limits: dict[str, tuple[float, float]]
) -> pd.DataFrame:
    known = table[table["rwg"].notna()]
    values = {
        "groups_differ": float(ratio["pvalue"]),
        "icc1": float(ratio["icc1"]),
        "icc2": float(ratio["icc2"]),
        "rwg_median": float(known["rwg"].median()) if len(known) else np.nan,
        "share_exceeding": float(known["exceeds"].mean()) if len(known) else np.nan,
    }
    rows = []
    for name, value in values.items():
        enough, good = limits[name]
        if name == "groups_differ":
            grade = "good" if value < good else "failed"
        elif value >= good:
            grade = "good"
        else:
            grade = "weak" if value >= enough else "failed"
        rows.append((value, good, enough, grade))
    return pd.DataFrame(
        rows,
        index=pd.Index(values, name="criterion"),
        columns=["value", "needed", "enough", "grade"],
    )


def _verdict(reason: str, failed: Sequence[str], weak: Sequence[str]) -> Verdict:
    if reason:
        return "not testable"
    if failed:
        return "not"
    return "caution" if weak else "may"


def _against(criteria: pd.DataFrame) -> str:
    told = [
        f"{name} {row['grade']} ({row['value']:.3f})"
        for name, row in criteria.iterrows()
        if row["grade"] != "good"
    ]
    return "; ".join(told)
