"""Do groups answer differently, or would any dealing of groups do as well?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from netcollab._checks import as_number_table, check_draws, check_size, check_table
from netcollab._resample import Resamples, resample
from netcollab.errors import InputError, RefusedError
from netcollab.inference.columns import grouped
from netcollab.inference.models import ModelResult
from netcollab.inference.orbit import count_labellings, distinct_labellings
from netcollab.inference.permutation import (
    largest_statistics,
    pvalue,
    smallest_pvalue,
)

__all__ = ["group_gaps"]

NULL = (
    "the groups are dealt out at random: whose group it is has no part in the answers"
)
ADJUSTMENT = "step-down max-T over {} gaps"
_CELLS = 2_000_000


def group_gaps(
    answers: pd.DataFrame,
    groups: pd.Series,
    *,
    n_resamples: int = 9999,
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
    checkpoint: str | Path | None = None,
) -> ModelResult:
    """Gaps between the means of groups on several statements, tested together.

    For each statement and pair of groups Welch's

    .. math:: t = \\frac{\\bar x_g - \\bar x_h}{\\sqrt{s_g^2/n_g + s_h^2/n_h}}

    is compared with its values when the groups are dealt out anew among the
    respondents. A respondent's answers stay together, so that what statements have in
    common is counted once: `p_adjusted` is the chance that the largest of all gaps
    does as well, step by step down. It may be read for the largest gaps, which were
    not named before the data.

    The null hypothesis: no group differs from another on any statement. Respondents
    are taken to be exchangeable under it; those of one workplace may not be. With
    t in place of the difference, groups of other sizes and spreads do little harm where
    only some of the groups differ.

    A gap is NaN where a side has fewer than two answers; draws in which another gap
    becomes so count as extreme. Where neither side varies, t is 0 or infinite.

    Parameters
    ----------
    answers
        Respondents x statements of numbers; NaN where there is no answer.
    groups
        The group of each respondent, with the index of the answers.
    n_resamples
        Deals drawn, where they are too many to list.
    rng
        Seed of the draws; None draws fresh entropy. The result records it.
    workers, progress, checkpoint
        As in `permutation_correlation`.

    Returns
    -------
    ModelResult
        `coefficients` has one row per gap, "statement: first - second", with
        statement, first, second, estimate (first less second, in the order of the
        groups), se, statistic, pvalue, p_adjusted, mc_error, p_min. Intervals of
        single gaps are in `netcollab.scales.statement_gaps`.

    Raises
    ------
    InputError
        If the answers are no table of finite numbers, or the indexes differ.
    RefusedError
        With fewer than two groups of two respondents, or no gap that is defined.

    References
    ----------
    Westfall, P. H., & Young, S. S. (1993). Resampling-based multiple testing. Wiley.
    Janssen, A. (1997). Studentized permutation tests for non-i.i.d. hypotheses and the
    generalized Behrens-Fisher problem. Stat. Probab. Lett. 36, 9-21.

    Examples
    --------
    >>> answers = pd.DataFrame({"a": [5, 4, 5, 4, 1, 2, 1, 2], "b": [3, 2, 3, 4] * 2})
    >>> groups = pd.Series(["leader"] * 4 + ["staff"] * 4)
    >>> found = group_gaps(answers, groups, rng=1).coefficients
    >>> found[["estimate", "p_adjusted"]].round(3)
                       estimate  p_adjusted
    a: leader - staff       3.0       0.029
    b: leader - staff       0.0       1.000
    """
    n_resamples = check_draws(n_resamples)
    values, codes, labels = _checked(answers, groups)
    gaps = _Gaps(values, codes, len(labels))
    estimate, se, observed = gaps.of(codes[None])
    if np.isnan(observed).all():
        raise RefusedError("no statement has two groups with two answers or more")
    strata = np.zeros(len(codes), dtype=int)
    ways = count_labellings(codes, strata, limit=max(n_resamples, 50_000))
    listed = ways <= max(n_resamples, 50_000)
    done = resample(
        "group_gaps",
        gaps,
        strata,
        inputs=[values, codes],
        n_resamples=n_resamples,
        rng=rng,
        workers=workers,
        progress=progress,
        checkpoint=checkpoint,
        distinct=distinct_labellings(codes, strata) if listed else None,
    )
    table = gaps.named(answers.columns, labels)
    table = table.assign(estimate=estimate[0], se=se[0], statistic=observed[0])
    p_min = smallest_pvalue(ways, n_resamples=n_resamples, exact=done.plan.exact)
    table = table.assign(**_tails(done, observed[0]), p_min=p_min)
    untested = table.index[table["statistic"].isna()]
    table.loc[untested, "p_min"] = np.nan
    return ModelResult(
        "gaps between groups",
        NULL,
        table,
        null_distribution=pd.DataFrame(done.null, columns=table.index),
        n=len(codes),
        unit="respondents",
        n_resamples=len(done.null),
        method=done.plan.method,
        seed=done.seed,
        adjustment=ADJUSTMENT.format(len(table) - len(untested)),
        notes=tuple(f"{term}: a side has fewer than two answers" for term in untested),
    )


def _tails(done: Resamples, observed: np.ndarray) -> dict[str, np.ndarray]:
    """p of each gap, its Monte-Carlo error, and p for all gaps together."""
    tested = ~np.isnan(observed)
    size, sought = np.abs(done.null[:, tested]), np.abs(observed[tested])
    exact = done.plan.exact
    each = [
        pvalue(column, t, alternative="greater", exact=exact)
        for column, t in zip(size.T, sought, strict=True)
    ]
    found = {
        "pvalue": np.array([p for p, _ in each]),
        "p_adjusted": largest_statistics(
            size, sought, alternative="greater", exact=exact
        ),
        "mc_error": np.array([error for _, error in each]),
    }
    whole = {name: np.full(len(observed), np.nan) for name in found}
    for name, column in found.items():
        whole[name][tested] = column
    return whole


@dataclass(frozen=True, eq=False)
class _Gaps:
    """Welch's t of every statement and pair of groups: relabellings in, array out."""

    values: np.ndarray
    codes: np.ndarray
    n_groups: int

    def __call__(self, relabellings: np.ndarray) -> np.ndarray:
        at_once = max(1, _CELLS // (len(self.codes) * self.n_groups))
        parts = [
            self.of(self.codes[relabellings[start : start + at_once]])[2]
            for start in range(0, len(relabellings), at_once)
        ]
        return np.concatenate(parts)

    def of(self, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Differences, standard errors and t for each row of group codes."""
        known = (~np.isnan(self.values)).astype(float)
        held, unit = _centred(self.values, known)
        cells = (known, held, held**2)
        sums = [
            [np.einsum("bi,is->bs", member, cell) for cell in cells]
            for member in ((codes == code) * 1.0 for code in range(self.n_groups))
        ]
        count, total, square = (np.stack(parts) for parts in zip(*sums, strict=True))
        first, second = map(list, zip(*self._pairs, strict=True))
        with np.errstate(invalid="ignore", divide="ignore"):
            n = np.where(count > 1, count, np.nan)
            mean = total / n
            part = (square / n - mean**2) / (n - 1)
            part = np.where(part < 1e-14, 0.0, part)
            gap = mean[first] - mean[second]
            gap = np.where(np.abs(gap) < 1e-12, 0.0, gap)
            error = np.sqrt(part[first] + part[second])
            t = np.where((gap == 0) & ~np.isnan(error), 0.0, gap / error)
        flat = [
            np.moveaxis(told, 0, 2).reshape(len(codes), -1)
            for told in (gap * unit, error * unit, t)
        ]
        return flat[0], flat[1], flat[2]

    @property
    def _pairs(self) -> list[tuple[int, int]]:
        return list(combinations(range(self.n_groups), 2))

    def named(self, statements: pd.Index, labels: pd.Index) -> pd.DataFrame:
        """Statement, first and second of each gap, in the order of `of`."""
        rows = [
            (statement, labels[g], labels[h])
            for statement in statements
            for g, h in self._pairs
        ]
        terms = [f"{statement}: {g} - {h}" for statement, g, h in rows]
        return pd.DataFrame(rows, terms, ["statement", "first", "second"])


def _centred(values: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Answers around their mean and within 1, gaps 0, and what 1 stands for."""
    held = np.where(known > 0, values, 0.0)
    middle = held.sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    apart = np.where(known > 0, held - middle, 0.0)
    rough = 1e-13 * np.abs(held).max(axis=0, initial=0)
    unit = np.abs(apart).max(axis=0, initial=0)
    unit = np.where(unit > rough, unit, np.inf)
    return apart / unit, np.where(np.isinf(unit), 0.0, unit)


def _checked(
    answers: pd.DataFrame, groups: pd.Series
) -> tuple[np.ndarray, np.ndarray, pd.Index]:
    """Numbers, group codes and groups, of the respondents that have a group."""
    check_table("answers", answers)
    if not answers.columns.is_unique:
        raise InputError("answers needs every statement once")
    values = as_number_table("answers", answers).to_numpy()
    if np.isinf(values).any():
        raise InputError("answers needs finite numbers or NaN in every cell")
    check_size("answers", values)
    if not isinstance(groups, pd.Series) or not groups.index.equals(answers.index):
        raise InputError("groups needs a Series with the index of the answers")
    codes, labels = grouped(groups)
    known = codes >= 0
    values, codes = values[known], codes[known]
    sizes = np.bincount(codes, minlength=len(labels))
    if (sizes >= 2).sum() < 2:
        raise RefusedError(
            f"{(sizes >= 2).sum()} groups have two respondents or more, a gap needs two"
        )
    return values, codes, labels
