"""Score tests of dyads under relabelling, for outcomes that are no measurements.

How far would a predictor have pulled the fit of the others, had the actors changed
places?

The score statistic of a column needs the fit without it alone. Where relabelling keeps
the sample that fit never changes, and no relabelling needs a fit of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from netcollab._plans import Crossed
from netcollab.errors import RefusedError
from netcollab.inference.cores import one_core
from netcollab.inference.dyads import Dyads
from netcollab.inference.families import Family, NullFit, null_fit, separating
from netcollab.inference.relabelling import (
    Block,
    about_means,
    blocks_of,
    each_site,
    left_over,
)
from netcollab.inference.semipartial import Fit

__all__ = ["RelabelledScores", "informative", "score_interval", "scored"]

ROUNDING = 1e-10
DRAWS = 50
DOUBLINGS = 40
HALVINGS = 60


@dataclass(frozen=True, eq=False)
class RelabelledScores:
    """The score statistic of every term, for relabellings of the actors.

    Parameters
    ----------
    sites
        The dyads, by site; each site has its own level.
    names
        The predictors' names.
    family
        "logistic", "poisson" or "ordinal".
    method
        "dsp" relabels each predictor less what the others explain of it, "x" each
        predictor, "y" the outcome.
    common
        One relabelling serves all sites.
    """

    sites: Sequence[Dyads]
    names: Sequence[str]
    family: Family
    method: Literal["dsp", "x", "y"]
    common: bool

    def __call__(self, relabellings: np.ndarray | Crossed) -> np.ndarray:
        """The statistics, (B, actors) -> (B, terms); NaN where there is none."""
        crossed = Crossed.of(relabellings)
        with one_core():
            if self.keeps_sample and self.method != "y":
                return self._from_one_fit(crossed)
            return self._refitted(crossed.rows)

    @property
    def relabelled(self) -> list[Block]:
        """What changes places, by site: a column per term, or the outcome's one."""
        return self._blocks

    @property
    def keeps_sample(self) -> bool:
        """No relabelling changes which dyads are observed."""
        return all(block.is_kept for block in self._blocks)

    @cached_property
    def outcome(self) -> np.ndarray:
        """The outcome of all dyads in the sample."""
        return np.concatenate([site.outcome for site in self.sites])

    @cached_property
    def predictors(self) -> np.ndarray:
        """The predictors of all dyads in the sample, dyads x terms, without means."""
        columns = np.concatenate([site.predictors for site in self.sites])
        centred: np.ndarray = columns - columns.mean(axis=0)
        return centred

    @cached_property
    def levels(self) -> np.ndarray:
        """One column per site; less the first where thresholds hold the level."""
        counts = [len(site.outcome) for site in self.sites]
        own = np.repeat(np.eye(len(counts)), counts, axis=0)
        return own[:, 1:] if self.family == "ordinal" else own

    @cached_property
    def separated(self) -> list[list[str]]:
        """For each term, which of the others separate the outcome."""
        found = []
        for k in range(len(self.names)):
            others = [name for j, name in enumerate(self.names) if j != k]
            columns = self.nuisance(k)
            found.append(separating(self.family, self.outcome, columns, others))
        return found

    @cached_property
    def fits(self) -> list[NullFit | None]:
        """The fit without each term; None where the others separate the outcome."""
        return [
            None if separated else null_fit(self.family, self.outcome, self.nuisance(k))
            for k, separated in enumerate(self.separated)
        ]

    @cached_property
    def _n_levels(self) -> int:
        return len(np.unique(self.outcome))

    @cached_property
    def _blocks(self) -> list[Block]:
        columns = self.outcome[:, None] if self.method == "y" else self.predictors
        if self.method == "dsp":
            _, x = about_means(self.sites)
            columns = left_over(x, x)
        return blocks_of(self.sites, columns, common=self.common)

    def nuisance(self, k: int) -> np.ndarray:
        """The columns that the test of a term is beside: other terms, site levels."""
        return np.hstack([np.delete(self.predictors, k, axis=1), self.levels])

    def _from_one_fit(self, relabellings: Crossed) -> np.ndarray:
        count, terms = len(relabellings), len(self.names)
        statistics = np.full((count, terms), np.nan)
        for k, fit in enumerate(self.fits):
            if fit is None:
                continue
            rows = np.column_stack([fit.residual, fit.weight, fit.crossed])
            products, start = np.zeros((rows.shape[1], count, 2)), 0
            for block, own in each_site(self._blocks, relabellings, common=self.common):
                column, stop = block.moved[:, [k]], start + int(block.known.sum())
                both = np.hstack([column, column**2])
                products += block.products(block.cells(rows[start:stop]), both, own)
                start = stop
            pull, squares, crossed = products[0, :, 0], products[1, :, 1], products[2:]
            explained = (crossed[:, :, 0] * (fit.inverse @ crossed[:, :, 0])).sum(
                axis=0
            )
            statistics[:, k] = _ratio(pull, squares, explained)
        return statistics

    def _refitted(self, relabellings: np.ndarray) -> np.ndarray:
        """One draw at a time, with fits over the dyads that stay observed."""
        statistics = np.full((len(relabellings), len(self.names)), np.nan)
        again: dict[tuple[int, bytes], NullFit | None] = {}
        for start in range(0, len(relabellings), DRAWS):
            some = relabellings[start : start + DRAWS]
            for row, columns in enumerate(self._moved(some), start):
                seen = columns[:, -1] > 0
                for k, fit in enumerate(self.fits):
                    if fit is None:
                        continue
                    if self.method == "y":
                        own = self._fit_on(k, columns[seen, 0], seen, fit)
                        column = self.predictors[seen, k]
                    else:
                        key = (k, seen.tobytes())
                        if key not in again:
                            y = self.outcome[seen]
                            again[key] = self._fit_on(k, y, seen, fit)
                        own, column = again[key], columns[seen, k]
                    if own is not None:
                        statistics[row, k] = _score(own, column)
        return statistics

    def _fit_on(
        self, k: int, y: np.ndarray, seen: np.ndarray, near: NullFit
    ) -> NullFit | None:
        """The fit without a term over some dyads; None where a level was lost."""
        if self.family != "poisson" and len(np.unique(y)) < self._n_levels:
            return None
        nuisance = self.nuisance(k)[seen]
        return null_fit(self.family, y, nuisance, start=near.parameters)

    def _moved(self, relabellings: np.ndarray) -> np.ndarray:
        """The relabelled columns and a flag where observed: draws x dyads x q + 1."""
        parts = []
        every = Crossed.of(relabellings)
        for block, own in each_site(self._blocks, every, common=self.common):
            flagged = np.column_stack([block.moved, block.seen.ravel()])
            senders, receivers = block.dyads
            places = own.done[:, senders] * block.size + own.done[:, receivers]
            parts.append(flagged[places])
        return np.concatenate(parts, axis=1)


def informative(
    sites: Sequence[Dyads], family: Family
) -> tuple[list[Dyads], list[str]]:
    """The sites that say something about slopes, and a note on the others.

    Beside an intercept of its own, a site whose outcome is at one end of the scale in
    every dyad is fitted perfectly whatever the slopes: its likelihood goes to 1 and
    contributes nothing. The ends are 0 and 1 of ties, 0 of counts, the lowest and the
    highest answer (of the sites that are left) where answers are in an order.

    Returns
    -------
    sites, notes
        All sites where none of them would be left.
    """
    kept = [site for site in sites if len(site.outcome)]
    while kept and family != "gaussian":
        lowest = min(site.outcome.min() for site in kept)
        highest = max(site.outcome.max() for site in kept)
        ends: set[float] = {
            "logistic": {0.0, 1.0},
            "poisson": {0.0},
            "ordinal": {lowest, highest},
        }[family]
        left = [site for site in kept if not _is_at_an_end(site, ends)]
        if len(left) == len(kept):
            break
        kept = left
    lost = [site for site in sites if site not in kept]
    if not kept or not lost:
        return list(sites), []
    unit = "dyads" if sites[0].directed else "pairs"
    told = ", ".join(
        f"{site.site} ({site.outcome[0]:g} in all {len(site.outcome)} {unit})"
        for site in lost
    )
    return kept, [
        f"{len(lost)} of {len(sites)} sites left out, an outcome at one end of its "
        f"scale throughout says nothing about slopes: {told}"
    ]


def _is_at_an_end(site: Dyads, ends: Collection[float]) -> bool:
    first = site.outcome[0]
    return first in ends and bool((site.outcome == first).all())


def scored(kernel: RelabelledScores) -> tuple[Fit, list[str]]:
    """Maximum-likelihood slopes with Wald errors, infinite where a term separates.

    Returns
    -------
    fit, separated
        And the terms that separate the outcome.

    Raises
    ------
    RefusedError
        If every term's test would need a fit that has no maximum.
    """
    names = list(kernel.names)
    if all(kernel.separated):
        told = ", ".join(dict.fromkeys(n for each in kernel.separated for n in each))
        raise RefusedError(
            f"the outcome is separated by {told}: it is fully known from these "
            "predictors, and no fit of the others has a maximum; drop them"
        )
    columns = np.hstack([kernel.predictors, kernel.levels])
    separated = separating(kernel.family, kernel.outcome, columns, names)
    slopes, errors = np.full((2, len(names)), np.nan)
    whole = null_fit(kernel.family, kernel.outcome, columns)
    if not separated and whole is not None:
        first = len(whole.parameters) - columns.shape[1]
        own = slice(first, first + len(names))
        slopes, errors = whole.parameters[own], np.sqrt(np.diag(whole.inverse)[own])
    for k, fit in enumerate(kernel.fits):
        if names[k] in separated and fit is not None:
            slopes[k] = np.copysign(np.inf, _score(fit, kernel.predictors[:, k]))
    df = len(kernel.outcome) - columns.shape[1]
    return Fit(slopes, errors, df, np.nan), separated


def score_interval(
    kernel: RelabelledScores, k: int, limit: float, alternative: str
) -> tuple[float, float]:
    """The slopes whose score statistic stays within a limit.

    Parameters
    ----------
    kernel
        The outcome and the predictors.
    k
        Which term.
    limit
        The largest size of a statistic that is not rejected, from relabelling.
    alternative
        "greater" leaves the upper end open, "less" the lower one.
    """
    column, nuisance = kernel.predictors[:, k], kernel.nuisance(k)

    def statistic(slope: float) -> float:
        fit = null_fit(kernel.family, kernel.outcome, nuisance, offset=slope * column)
        return np.nan if fit is None else _score(fit, column)

    unit = 1 / float(column.std())
    low = high = np.nan
    if kernel.fits[k] is not None:
        low = -_end(lambda slope: statistic(-slope), limit, unit)
        high = _end(lambda slope: -statistic(slope), limit, unit)
    return (
        -np.inf if alternative == "less" else low,
        np.inf if alternative == "greater" else high,
    )


def _end(pull: Callable[[float], float], limit: float, unit: float) -> float:
    """Where a pull that grows with the slope first exceeds a limit; inf if nowhere.

    A slope so large that it has no fit is taken for one that is beyond every end.
    """
    inside, outside = -unit, unit
    for _ in range(DOUBLINGS):
        if not pull(inside) > limit:
            break
        inside, outside = 2 * inside, inside
    for _ in range(DOUBLINGS):
        found = pull(outside)
        if np.isnan(found):
            return np.inf
        if found > limit:
            break
        inside, outside = outside, 2 * outside
    else:
        return np.inf
    for _ in range(HALVINGS):
        half = (inside + outside) / 2
        if pull(half) > limit:
            outside = half
        else:
            inside = half
    return inside


def _score(fit: NullFit, column: np.ndarray) -> float:
    crossed = fit.crossed.T @ column
    squares = np.array([fit.weight @ column**2])
    explained = np.array([crossed @ fit.inverse @ crossed])
    return float(_ratio(np.array([fit.residual @ column]), squares, explained)[0])


def _ratio(pull: np.ndarray, squares: np.ndarray, explained: np.ndarray) -> np.ndarray:
    """The score over its standard error; NaN where the others know the column."""
    spread = squares - explained
    valid = spread > ROUNDING * squares
    ratio: np.ndarray = np.full(len(pull), np.nan)
    ratio[valid] = pull[valid] / np.sqrt(spread[valid])
    return ratio
