"""How far groups share a language: the index, over all statements and groups.

Do leaders, staff, unions and politicians mean the same when they speak of the same?
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from netcollab._checks import check_fraction
from netcollab.scales.agreement import Options, Scale
from netcollab.scales.answers import Answers, Grouped, Groups
from netcollab.scales.statements import gap_between, read_groups

__all__ = ["SharedLanguage", "shared_language_index"]


@dataclass(frozen=True, eq=False)
class SharedLanguage:
    """How far groups share a language, over all statements.

    Parameters
    ----------
    between, between_low, between_high
        Agreement of members of different groups: the shared-language index, with its
        interval.
    within
        Agreement of members of one group.
    gap, gap_low, gap_high
        within - between: what the groups' means add to how colleagues differ.
    matrix
        Groups x groups: agreement between them, within them on the diagonal; NaN
        where held back.
    statements
        One row per statement: within, between, gap, n_groups.
    n_respondents, n_missing
        In the groups that are shown; and the gaps among their answers.
    held_back
        Groups of which nothing is shown.
    reason
        Why there is no index; empty if there is one.
    """

    between: float
    between_low: float
    between_high: float
    within: float
    gap: float
    gap_low: float
    gap_high: float
    matrix: pd.DataFrame
    statements: pd.DataFrame
    n_respondents: int
    n_missing: int
    held_back: tuple[str, ...]
    reason: str


def shared_language_index(
    items: Answers,
    groups: Groups,
    scale: Scale,
    *,
    options: Options = None,
    confidence: float = 0.95,
    min_respondents: int = 5,
) -> SharedLanguage:
    """The shared-language index: how far members of different groups say the same.

    The mean over statements and pairs of groups of the agreement between groups
    (`statement_gaps`), beside the mean agreement within groups, r*wg. Their difference
    estimates without bias what the groups' true means m add,

    .. math:: within - between = \\frac{1}{2 \\sigma^2_E}
        \\overline{(m_g - m_h)^2}

    averaged over statements and pairs: 0 where groups differ no more than colleagues.
    A low index with no gap says that nobody shares a language; with a gap, that groups
    have each their own. Every group counts the same, however large.

    Intervals are the jackknife's over respondents, with t: they speak of other
    respondents of these groups, not of other statements.

    The index is NaN, with a reason, where no statement has two groups that are shown.

    Parameters
    ----------
    items, groups, scale, options, min_respondents
        As in `statement_groups`.
    confidence
        Of the intervals.

    References
    ----------
    Lindell, M. K., Brandt, C. J., & Whitney, D. J. (1999). A revised index of
    interrater agreement for multi-item ratings of a single target. Appl. Psychol.
    Meas. 23, 127-135. Arvesen, J. N. (1969). Jackknifing U-statistics. Ann. Math.
    Stat. 40, 2076-2100. The comparison of within and between is our own.

    Examples
    --------
    >>> answers = pd.DataFrame({"a": [4, 5, 4, 2, 1, 3], "b": [3, 4, 3, 4, 3, 3]})
    >>> groups = list("uuuvvv")
    >>> found = shared_language_index(answers, groups, (1, 5), min_respondents=3)
    >>> round(found.within, 3), round(found.between, 3), round(found.gap, 3)
    (0.75, 0.153, 0.597)
    """
    level = check_fraction("confidence", confidence)
    data, shown, null = read_groups(items, groups, scale, options, min_respondents)
    data = replace(data, answers=data.answers - sum(map(float, scale)) / 2)
    sums = _Sums.of(data)
    within, between = sums.agreement(shown, null)
    statements = pd.DataFrame(
        {"within": within, "between": between, "gap": within - between},
        index=pd.Index(data.items, name="statement"),
    )
    statements["n_groups"] = shown.sum(axis=0)
    used = ~np.isnan(between)
    point = _overall(within, between)
    visible = np.asarray(shown.any(axis=1))
    member = visible[data.codes]
    spread, df = _jackknife(data, sums, shown, null)
    width = stats.t.ppf((1 + level) / 2, df) * spread if df > 0 else np.full(2, np.nan)
    return SharedLanguage(
        between=point[0],
        between_low=float(point[0] - width[0]),
        between_high=float(point[0] + width[0]),
        within=float(within[used].mean()) if used.any() else math.nan,
        gap=point[1],
        gap_low=float(point[1] - width[1]),
        gap_high=float(point[1] + width[1]),
        matrix=_matrix(data, shown, null),
        statements=statements,
        n_respondents=int(member.sum()),
        n_missing=int(np.isnan(data.answers[member]).sum()),
        held_back=tuple(str(label) for label in data.labels[~visible]),
        reason="" if used.any() else "no statement has two groups with enough answers",
    )


@dataclass(frozen=True, eq=False)
class _Sums:
    """Numbers, sums and squares of answers per group and statement."""

    n: np.ndarray
    total: np.ndarray
    square: np.ndarray

    @classmethod
    def of(cls, data: Grouped) -> _Sums:
        known = ~np.isnan(data.answers)
        held = np.where(known, data.answers, 0.0)
        return cls(*(data.totals(cells) for cells in (known * 1.0, held, held**2)))

    def without(self, group: int, answers: np.ndarray) -> _Sums:
        """The same without one respondent."""
        known = ~np.isnan(answers)
        held = np.where(known, answers, 0.0)
        parts = [part.copy() for part in (self.n, self.total, self.square)]
        for part, cells in zip(parts, (known, held, held**2), strict=True):
            part[group] -= cells
        return _Sums(*parts)

    def agreement(
        self, shown: np.ndarray, null: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Within and between, per statement; NaN with fewer than two groups."""
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = self.total / self.n
            spread = np.where(shown, self.square / self.n - mean**2, 0.0)
            inside = np.where(shown, 1 - spread * self.n / (self.n - 1) / null, 0.0)
        mean = np.where(shown, mean, 0.0)
        k = shown.sum(axis=0)
        pairs = np.where(k > 1, k * (k - 1), np.nan)
        # Over ordered pairs: sum of (m_g - m_h)^2 = 2 (k sum m^2 - (sum m)^2).
        apart = 2 * (k * (mean**2).sum(axis=0) - mean.sum(axis=0) ** 2)
        apart = apart + 2 * (k - 1) * spread.sum(axis=0)
        between = 1 - apart / pairs / (2 * null)
        within = inside.sum(axis=0) / np.where(k > 1, k, np.nan)
        return within, between


def _overall(within: np.ndarray, between: np.ndarray) -> tuple[float, float]:
    """The index and the gap: means over the statements that have them."""
    used = ~np.isnan(between)
    if not used.any():
        return math.nan, math.nan
    return float(between[used].mean()), float((within - between)[used].mean())


def _jackknife(
    data: Grouped, sums: _Sums, shown: np.ndarray, null: float
) -> tuple[np.ndarray, int]:
    """Standard errors of index and gap, leaving out respondents group by group."""
    total, df = np.zeros(2), 0
    for members, group in _members(data, shown):
        size = len(members)
        without = np.array(
            [
                _overall(*sums.without(group, data.answers[i]).agreement(shown, null))
                for i in members
            ]
        )
        around = (without - without.mean(axis=0)) ** 2
        total += (size - 1) / size * around.sum(axis=0)
        df += size - 1
    return np.sqrt(total), df


def _members(data: Grouped, shown: np.ndarray) -> Iterator[tuple[np.ndarray, int]]:
    """The rows of each group that is shown, of those who answered something."""
    answered = ~np.isnan(data.answers).all(axis=1)
    for group in np.flatnonzero(shown.any(axis=1)):
        yield np.flatnonzero((data.codes == group) & answered), int(group)


def _matrix(data: Grouped, shown: np.ndarray, null: float) -> pd.DataFrame:
    size = len(data.labels)
    cells = np.full((size, size), np.nan)
    inside = np.where(shown, 1 - data.variances / null, np.nan)
    for g in range(size):
        if shown[g].any():
            cells[g, g] = float(np.nanmean(inside[g]))
        for h in range(g):
            both = np.flatnonzero(shown[g] & shown[h])
            told = [
                gap_between(data, g, h, int(s), 0.95, null)["agreement"] for s in both
            ]
            if told:
                cells[g, h] = cells[h, g] = float(np.mean(told))
    return pd.DataFrame(cells, data.labels, data.labels)
