"""How far may an estimate be off, judged by drawing the same data again and again?"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from netcollab._checks import (
    check_choice,
    check_draws,
    check_fraction,
    check_function,
    check_table,
)
from netcollab._plans import BLOCK
from netcollab._resample import draw
from netcollab.errors import InputError, NetcollabError, RefusedError
from netcollab.inference.chance import as_number
from netcollab.inference.columns import check_column, grouped

__all__ = [
    "BootstrapInterval",
    "Statistic",
    "bootstrap_interval",
    "check_defined",
    "described",
    "drawn_units",
    "known_draws",
    "percentiles",
    "spread_of",
    "units_of",
    "value_of",
]

FEW_UNITS = 20

Statistic = Callable[[pd.DataFrame], float]


@dataclass(frozen=True, eq=False, repr=False)
class BootstrapInterval:
    """An estimate with its bootstrap interval.

    Parameters
    ----------
    estimate
        The statistic of the data.
    low, high
        The interval; NaN where there is none.
    se
        Standard deviation of the draws.
    bias
        Mean of the draws less the estimate.
    n, unit
        How many units were drawn from, and what they are.
    kind
        "bca", "percentile" or "normal".
    confidence
        Of the interval.
    n_resamples, seed
        Draws, and the entropy they were made from.
    notes
        What a reader must know before believing the interval.
    distribution
        The statistic of each draw, NaN where it had none; read-only.

    Examples
    --------
    >>> BootstrapInterval(0.5, 0.2, 0.9, n=12, unit="clusters", kind="bca")
    BootstrapInterval(0.5000, 0.2000 to 0.9000, bca, 12 clusters)
    """

    estimate: float
    low: float
    high: float
    se: float = math.nan
    bias: float = math.nan
    n: int = 0
    unit: str = "observations"
    kind: str = "percentile"
    confidence: float = 0.95
    n_resamples: int = 0
    seed: int | None = None
    notes: tuple[str, ...] = ()
    distribution: np.ndarray = field(default_factory=lambda: np.empty(0))

    def __post_init__(self) -> None:
        values = np.array(self.distribution, dtype=float)
        values.setflags(write=False)
        object.__setattr__(self, "distribution", values)

    def to_frame(self) -> pd.DataFrame:
        """One row with every field except the draws and the notes."""
        hidden = {"distribution", "notes"}
        shown = {
            name: value for name, value in vars(self).items() if name not in hidden
        }
        return pd.DataFrame([shown])

    def summary(self) -> str:
        """The result in words and fixed decimals."""
        lines = [
            f"{self.confidence:.0%} bootstrap interval ({self.kind})",
            f"  estimate  {self.estimate:.4f}, interval {self.low:.4f} to "
            f"{self.high:.4f}",
            f"  se        {self.se:.4f}, bias {self.bias:.4f}",
            f"  n         {self.n:,} {self.unit}, {self.n_resamples:,} draws",
        ]
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)])

    def __repr__(self) -> str:
        return (
            f"BootstrapInterval({self.estimate:.4f}, {self.low:.4f} to "
            f"{self.high:.4f}, {self.kind}, {self.n:,} {self.unit})"
        )


def bootstrap_interval(
    statistic: Statistic,
    data: pd.DataFrame,
    *,
    cluster: str | None = None,
    kind: Literal["bca", "percentile"] = "bca",
    n_resamples: int = 1999,
    confidence: float = 0.95,
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
) -> BootstrapInterval:
    """Interval of any statistic of a table, by drawing its rows or clusters again.

    Rows that share a site, a respondent or another cluster are drawn together: what
    differs between clusters is what an interval is about. "percentile" takes the
    quantiles of the draws; "bca" shifts them by the median bias z_0 of the draws and
    the acceleration a from leaving out one unit at a time:

    .. math::

        \\Phi\\Bigl(z_0 + \\frac{z_0 + z_\\alpha}{1 - a (z_0 + z_\\alpha)}\\Bigr)

    Where these are not defined (all draws on one side, a statistic that no unit
    changes) the percentile interval is given and `kind` says so. Below 20 units every
    bootstrap interval is too narrow, and a note says that.

    Parameters
    ----------
    statistic
        Takes a table in the form of `data` and returns a number. A draw for which it
        gives NaN, or refuses, is left out, counted in a note.
    data
        One row per observation.
    cluster
        Column that tells which rows are drawn together. In the draws it holds 0, 1,
        2 ..., so that a cluster that is drawn twice counts as two.
    kind
        "bca" or "percentile".
    n_resamples
        Draws.
    confidence
        Of the interval.
    rng
        Seed of the draws; None draws fresh entropy. The result records it. Draws depend
        on the order of the rows.
    workers
        Processes; the result does not depend on them. A statistic that is handed to
        several must be picklable: a function of a module.
    progress
        Show a bar on stderr, where that is a terminal.

    Returns
    -------
    BootstrapInterval

    Raises
    ------
    InputError
        If data is no table, the cluster is no column or a row has none, or the
        statistic gives no number.
    RefusedError
        With one unit, or if the statistic of the data or of most draws is undefined.

    References
    ----------
    Efron, B. (1987). Better bootstrap confidence intervals. J. Am. Stat. Assoc. 82,
    171-185. Cameron, A. C., & Miller, D. L. (2015). A practitioner's guide to
    cluster-robust inference. J. Hum. Resour. 50, 317-372.

    Examples
    --------
    >>> sites = np.repeat(np.arange(24), 3)
    >>> trust = 3 + 0.1 * (sites % 7) + 0.2 * (np.arange(72) % 3)
    >>> table = pd.DataFrame({"site": sites, "trust": trust})
    >>> bootstrap_interval(
    ...     lambda rows: rows["trust"].mean(), table, cluster="site", rng=1
    ... )
    BootstrapInterval(3.4750, 3.4000 to 3.5625, bca, 24 clusters)
    """
    check_choice("kind", kind, ("bca", "percentile"))
    n_resamples = check_draws(n_resamples, minimum=2)
    confidence = check_fraction("confidence", confidence)
    check_function("statistic", statistic)
    check_table("data", data)
    redrawn = _Rows(statistic, data, cluster, units_of(data, cluster))
    every = np.arange(redrawn.n_units)
    estimate = redrawn.of_units(every)
    check_defined(estimate)
    resamples = draw(
        "bootstrap_interval",
        redrawn,
        n_resamples=n_resamples,
        rng=rng,
        workers=workers,
        progress=progress,
    )
    values = resamples.null
    known, notes = known_draws(values)
    ends = percentiles(known, confidence)
    if kind == "bca":
        without = [redrawn.of_units(np.delete(every, unit)) for unit in every]
        accelerated = _accelerated(known, estimate, np.array(without), confidence)
        if np.isnan(accelerated).any():
            kind = "percentile"
            notes.append("bca is not defined for these draws")
        else:
            ends = accelerated
    if len(every) < FEW_UNITS:
        notes.append(
            f"{len(every)} units are few: below {FEW_UNITS} the interval is too narrow"
        )
    return described(
        values,
        estimate,
        ends,
        n=len(every),
        unit="observations" if cluster is None else "clusters",
        kind=kind,
        confidence=confidence,
        seed=resamples.seed,
        notes=notes,
    )


def drawn_units(block: tuple[np.random.Generator, int], n_units: int) -> np.ndarray:
    """A block of draws of units with replacement, (size, n_units)."""
    rng, size = block
    return rng.integers(0, n_units, (BLOCK, n_units))[:size]


def percentiles(draws: np.ndarray, confidence: float) -> np.ndarray:
    """The ends of the percentile interval, along the first axis."""
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    ends: np.ndarray = np.quantile(draws, tails, axis=0)
    return ends


def units_of(data: pd.DataFrame, cluster: str | None) -> np.ndarray:
    """The unit of each row, 0, 1, 2 ... in the order in which they come."""
    if cluster is None:
        codes = np.arange(len(data))
    else:
        check_column(data, cluster)
        missing = int(data[cluster].isna().sum())
        if missing:
            raise InputError(f"{missing} rows have no {cluster}; every row needs one")
        places, _ = grouped(data[cluster])
        codes = pd.factorize(places)[0]
    n_units = len(np.unique(codes))
    if n_units < 2:
        raise RefusedError(
            f"a bootstrap needs two units to draw from, got {n_units}; nothing varies "
            "between draws"
        )
    return codes


@dataclass(frozen=True, eq=False)
class _Rows:
    """The statistic of rows or clusters drawn again: a block of draws in, array out."""

    statistic: Statistic
    data: pd.DataFrame
    cluster: str | None
    codes: np.ndarray

    @cached_property
    def members(self) -> list[np.ndarray]:
        """The rows of each unit."""
        return [np.flatnonzero(self.codes == unit) for unit in range(self.n_units)]

    @property
    def n_units(self) -> int:
        return int(self.codes.max()) + 1

    def __call__(self, block: tuple[np.random.Generator, int]) -> np.ndarray:
        units = drawn_units(block, self.n_units)
        return np.array([self.of_units(drawn) for drawn in units])

    def of_units(self, units: np.ndarray) -> float:
        """The statistic of these units, as often as they are named."""
        rows = np.concatenate([self.members[unit] for unit in units])
        drawn = self.data.iloc[rows]
        if self.cluster is not None:
            sizes = [len(self.members[unit]) for unit in units]
            places = np.repeat(np.arange(len(units)), sizes)
            drawn[self.cluster] = places
        return value_of(self.statistic, drawn)


def value_of(statistic: Callable[..., float], *drawn: pd.DataFrame) -> float:
    """What the statistic gives; NaN where it refuses."""
    try:
        found = statistic(*drawn)
    except NetcollabError:
        return math.nan
    return as_number(found)


def spread_of(values: np.ndarray) -> float:
    """Standard deviation, also of values whose squares are no numbers."""
    size = float(np.abs(values).max())
    return size * float((values / size).std(ddof=1)) if size > 0 else 0.0


def check_defined(estimate: float) -> None:
    """Stop where there is nothing to find the interval of."""
    if not math.isfinite(estimate):
        raise RefusedError("the statistic is undefined for the data as they are")


def known_draws(values: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """The draws that have a statistic, and a note on the others.

    Raises
    ------
    RefusedError
        If most have none.
    """
    known = values[np.isfinite(values)]
    lost = len(values) - len(known)
    if lost > len(values) / 2:
        raise RefusedError(
            f"the statistic is undefined in {lost:,} of {len(values):,} draws"
        )
    if not lost:
        return known, []
    return known, [f"{lost:,} of {len(values):,} draws had no statistic; left out"]


def _accelerated(
    draws: np.ndarray, estimate: float, without: np.ndarray, confidence: float
) -> np.ndarray:
    """The ends of the BCa interval; NaN where it is not defined."""
    below = float((draws < estimate).mean() + (draws == estimate).mean() / 2)
    deviations = without.mean() - without
    deviations = deviations / (np.abs(deviations).max() or 1.0)
    size = float((deviations**2).sum()) ** 1.5
    if not (0 < below < 1 and math.isfinite(size) and size > 0):
        return np.full(2, np.nan)
    shift = stats.norm.ppf(below)
    acceleration = float((deviations**3).sum()) / (6 * size)
    z = shift + stats.norm.ppf([(1 - confidence) / 2, (1 + confidence) / 2])
    tails = stats.norm.cdf(shift + z / (1 - acceleration * z))
    ends: np.ndarray = np.quantile(draws, tails)
    return ends


def described(
    values: np.ndarray,
    estimate: float,
    ends: np.ndarray,
    *,
    n: int,
    unit: str,
    kind: str,
    confidence: float,
    seed: int | None,
    notes: Sequence[str],
) -> BootstrapInterval:
    """The record of an interval, with what its draws say of error and bias."""
    known = values[np.isfinite(values)]
    return BootstrapInterval(
        estimate=estimate,
        low=float(ends[0]),
        high=float(ends[1]),
        se=spread_of(known),
        bias=float((known - estimate).mean()),
        n=n,
        unit=unit,
        kind=kind,
        confidence=confidence,
        n_resamples=len(values),
        seed=seed,
        notes=tuple(notes),
        distribution=values,
    )
