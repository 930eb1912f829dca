"""How far may a statistic of a network be off, judged by drawing its actors again?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, cast

import numpy as np
import pandas as pd
from scipy import stats

from netcollab._checks import (
    as_square_frame,
    check_choice,
    check_draws,
    check_fraction,
    check_function,
)
from netcollab._resample import draw
from netcollab.errors import InputError, RefusedError
from netcollab.inference.bootstrap import (
    FEW_UNITS,
    BootstrapInterval,
    check_defined,
    described,
    known_draws,
    percentiles,
    spread_of,
    value_of,
)

__all__ = ["vertex_bootstrap"]

MIN_VERTICES = 4


def vertex_bootstrap(
    statistic: Callable[..., float],
    ties: pd.DataFrame | Sequence[pd.DataFrame],
    *,
    kind: Literal["normal", "percentile"] = "normal",
    n_resamples: int = 1999,
    confidence: float = 0.95,
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
    checkpoint: str | Path | None = None,
) -> BootstrapInterval:
    """Interval of a statistic of a network, by drawing its actors again.

    n actors are drawn with replacement, and with them the ties among them. An actor
    drawn twice has no tie to itself: that pair gets the two ties of a pair drawn from
    all pairs of the network. The actors are taken for a sample from a larger population
    of like ones; for the whole of a population, or a network of fixed roles, there is
    nothing to generalise to.

    Several networks of the same actors, such as two waves, are drawn together, so that
    what they share is shared in each draw: the interval of a change of density or
    reciprocity is that of a difference (Snijders & Borgatti's paired comparison).

    Statistics that count paths or triads are biased in the draws, so the default is the
    estimate plus and minus normal quantiles of the standard error, as its authors have
    it. `bias` says how far the draws are off.

    Parameters
    ----------
    statistic
        Takes a table in the form of `ties`, its actors labelled 0, 1, 2 ..., and
        returns a number: ``lambda t: ms.reciprocity(Network.from_matrix(t))``. Of
        several networks it takes as many tables. A draw for which it gives NaN, or
        refuses, is left out, counted in a note.
    ties
        Actors on rows and columns; NaN = not observed stays so in the draws. The
        diagonal is ignored. A symmetric table stays symmetric. Several in a list have
        the same actors.
    kind
        "normal" or "percentile".
    n_resamples, confidence, rng, workers, progress
        As in `bootstrap_interval`.
    checkpoint
        A file from which a killed run goes on with the same numbers.

    Raises
    ------
    InputError
        If the labels of rows and columns, or of several networks, differ, a cell is no
        number, or the statistic gives none.
    RefusedError
        With fewer than 4 actors, or if the statistic is undefined.

    References
    ----------
    Snijders, T. A. B., & Borgatti, S. P. (1999). Non-parametric standard errors and
    tests for network statistics. Connections 22, 161-170.

    Examples
    --------
    >>> ring = pd.DataFrame(np.roll(np.eye(12), 1, axis=1))
    >>> density = lambda ties: np.nanmean(ties.to_numpy())
    >>> vertex_bootstrap(density, ring, rng=1)
    BootstrapInterval(0.0909, 0.0434 to 0.1385, normal, 12 actors)
    >>> later = ring + np.roll(ring, 1, axis=1)
    >>> change = lambda before, after: density(after) - density(before)
    >>> vertex_bootstrap(change, [ring, later], rng=1)
    BootstrapInterval(0.0909, 0.0441 to 0.1377, normal, 12 actors)
    """
    check_choice("kind", kind, ("normal", "percentile"))
    n_resamples = check_draws(n_resamples, minimum=2)
    confidence = check_fraction("confidence", confidence)
    check_function("statistic", statistic)
    cells = _stacked(ties)
    n = cells.shape[1]
    if n < MIN_VERTICES:
        raise RefusedError(f"a vertex bootstrap needs {MIN_VERTICES} actors, got {n}")
    estimate = value_of(statistic, *map(pd.DataFrame, cells))
    check_defined(estimate)
    resamples = draw(
        "vertex_bootstrap",
        _Vertices(statistic, cells),
        inputs=[cells],
        n_resamples=n_resamples,
        rng=rng,
        workers=workers,
        progress=progress,
        checkpoint=checkpoint,
    )
    values = resamples.null
    known, notes = known_draws(values)
    ends = percentiles(known, confidence)
    if kind == "normal":
        reach = stats.norm.ppf((1 + confidence) / 2) * spread_of(known)
        ends = np.array([estimate - reach, estimate + reach])
    if n < FEW_UNITS:
        notes.append(
            f"{n} actors are few: below {FEW_UNITS} the interval is a rough guide"
        )
    return described(
        values,
        estimate,
        ends,
        n=n,
        unit="actors",
        kind=kind,
        confidence=confidence,
        seed=resamples.seed,
        notes=notes,
    )


def _stacked(ties: pd.DataFrame | Sequence[pd.DataFrame]) -> np.ndarray:
    """The networks, k x n x n, in the order of the first one's actors."""
    if isinstance(ties, (list, tuple)):
        frames = [
            as_square_frame(f"network {place}", each)
            for place, each in enumerate(ties, start=1)
        ]
    else:
        frames = [as_square_frame("ties", cast(pd.DataFrame, ties))]
    if not frames:
        raise InputError("ties needs a table, or a list of them")
    names = frames[0].index
    for place, frame in enumerate(frames, start=1):
        if set(frame.index) != set(names):
            told = ", ".join(map(str, frame.index.symmetric_difference(names)))
            raise InputError(
                f"network {place} needs the actors of network 1; in one of them: {told}"
            )
    return np.stack([frame.loc[names, names].to_numpy() for frame in frames])


@dataclass(frozen=True, eq=False)
class _Vertices:
    """The statistic of networks among actors drawn again: a block in, array out."""

    statistic: Callable[..., float]
    cells: np.ndarray

    def __call__(self, block: tuple[np.random.Generator, int]) -> np.ndarray:
        rng, size = block
        return np.array(
            [
                value_of(self.statistic, *map(pd.DataFrame, self._drawn(rng)))
                for _ in range(size)
            ]
        )

    def _drawn(self, rng: np.random.Generator) -> np.ndarray:
        """Actors with replacement; two copies of one get a drawn pair."""
        first, second = self._ends
        n, n_pairs = self.cells.shape[1], self._pairs.shape[1]
        actors = rng.integers(0, n, size=(n,))
        drawn: np.ndarray = self.cells[:, actors[:, None], actors]
        copies = np.flatnonzero(actors[first] == actors[second])
        filled: np.ndarray = self._pairs[:, rng.integers(0, n_pairs, len(copies))]
        turned = rng.random(len(copies)) < 0.5
        filled[:, turned] = filled[:, turned, ::-1]
        drawn[:, first[copies], second[copies]] = filled[:, :, 0]
        drawn[:, second[copies], first[copies]] = filled[:, :, 1]
        drawn[:, range(n), range(n)] = np.nan
        return drawn

    @cached_property
    def _ends(self) -> tuple[np.ndarray, np.ndarray]:
        first, second = np.triu_indices(self.cells.shape[1], 1)
        return first, second

    @cached_property
    def _pairs(self) -> np.ndarray:
        """The two ties of each pair in each network, of those all observed if any."""
        first, second = self._ends
        pairs = np.stack(
            [self.cells[:, first, second], self.cells[:, second, first]], axis=-1
        )
        complete = pairs[:, ~np.isnan(pairs).any(axis=(0, 2))]
        return complete if complete.shape[1] else pairs
