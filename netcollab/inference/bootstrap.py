"""How far may an estimate be off, judged by drawing the same data again and again?"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from netcollab._checks import (
    as_entropy,
    as_square_frame,
    check_choice,
    check_count,
    check_fraction,
)
from netcollab.errors import InputError, NetcollabError, RefusedError

__all__ = [
    "BootstrapInterval",
    "bootstrap_interval",
    "draws_of_units",
    "percentiles",
    "units_of",
    "vertex_bootstrap",
]

BLOCK = 500
FEW_UNITS = 20
MIN_VERTICES = 4

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

    Returns
    -------
    BootstrapInterval

    Raises
    ------
    InputError
        If the cluster is no column, or a row has none.
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
    n_resamples = check_count("n_resamples", n_resamples, minimum=2)
    confidence = check_fraction("confidence", confidence)
    codes = units_of(data, cluster)
    members = [np.flatnonzero(codes == code) for code in range(codes.max() + 1)]
    entropy = as_entropy(rng)

    def of_units(units: np.ndarray) -> float:
        rows = np.concatenate([members[unit] for unit in units])
        drawn = data.iloc[rows]
        if cluster is not None:
            sizes = [len(members[unit]) for unit in units]
            drawn = drawn.assign(**{cluster: np.repeat(np.arange(len(units)), sizes)})
        return _value(statistic, drawn)

    every = np.arange(len(members))
    estimate = of_units(every)
    _check_defined(estimate)
    draws = draws_of_units(len(members), n_resamples, entropy, "bootstrap_interval")
    values = np.array([of_units(units) for block in draws for units in block])
    known, notes = _known(values)
    ends = percentiles(known, confidence)
    if kind == "bca":
        without = np.array([of_units(np.delete(every, unit)) for unit in every])
        accelerated = _accelerated(known, estimate, without, confidence)
        if np.isnan(accelerated).any():
            kind = "percentile"
            notes.append("bca is not defined for these draws")
        else:
            ends = accelerated
    if len(members) < FEW_UNITS:
        notes.append(
            f"{len(members)} units are few: below {FEW_UNITS} the interval is too "
            "narrow"
        )
    return _described(
        values,
        estimate,
        ends,
        n=len(members),
        unit="observations" if cluster is None else "clusters",
        kind=kind,
        confidence=confidence,
        seed=entropy,
        notes=notes,
    )


def vertex_bootstrap(
    statistic: Statistic,
    ties: pd.DataFrame,
    *,
    kind: Literal["normal", "percentile"] = "normal",
    n_resamples: int = 1999,
    confidence: float = 0.95,
    rng: int | np.random.Generator | None = None,
) -> BootstrapInterval:
    """Interval of a statistic of one network, by drawing its actors again.

    n actors are drawn with replacement, and with them the ties among them. An actor
    drawn twice has no tie to itself: that pair gets the two ties of a pair drawn from
    all pairs of the network. The actors are taken for a sample from a larger population
    of like ones; for the whole of a population, or a network of fixed roles, there is
    nothing to generalise to.

    Statistics that count paths or triads are biased in the draws, so the default is the
    estimate plus and minus normal quantiles of the standard error, as its authors have
    it. `bias` says how far the draws are off.

    Parameters
    ----------
    statistic
        Takes a table in the form of `ties`, its actors labelled 0, 1, 2 ..., and
        returns a number: ``lambda t: ms.reciprocity(Network.from_matrix(t))``. A draw
        for which it gives NaN, or refuses, is left out, counted in a note.
    ties
        Actors on rows and columns; NaN = not observed stays so in the draws. The
        diagonal is ignored. A symmetric table stays symmetric.
    kind
        "normal" or "percentile".
    n_resamples, confidence, rng
        As in `bootstrap_interval`.

    Raises
    ------
    InputError
        If the labels of rows and columns differ or a cell is no number.
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
    """
    check_choice("kind", kind, ("normal", "percentile"))
    n_resamples = check_count("n_resamples", n_resamples, minimum=2)
    confidence = check_fraction("confidence", confidence)
    cells = as_square_frame("ties", ties).to_numpy()
    n = len(cells)
    if n < MIN_VERTICES:
        raise RefusedError(f"a vertex bootstrap needs {MIN_VERTICES} actors, got {n}")
    estimate = _value(statistic, pd.DataFrame(cells))
    _check_defined(estimate)
    entropy = as_entropy(rng)
    values = np.array(
        [
            _value(statistic, pd.DataFrame(drawn))
            for drawn in _drawn_networks(cells, n_resamples, entropy)
        ]
    )
    known, notes = _known(values)
    ends = percentiles(known, confidence)
    if kind == "normal":
        reach = stats.norm.ppf((1 + confidence) / 2) * known.std(ddof=1)
        ends = np.array([estimate - reach, estimate + reach])
    if n < FEW_UNITS:
        notes.append(
            f"{n} actors are few: below {FEW_UNITS} the interval is a rough guide"
        )
    return _described(
        values,
        estimate,
        ends,
        n=n,
        unit="actors",
        kind=kind,
        confidence=confidence,
        seed=entropy,
        notes=notes,
    )


def draws_of_units(
    n_units: int, n_resamples: int, entropy: int, test: str
) -> Iterator[np.ndarray]:
    """Blocks of draws with replacement, (<= 500, n_units), each from its own seed."""
    for k in range(-(-n_resamples // BLOCK)):
        rng = _generator(entropy, test, k)
        drawn = rng.integers(0, n_units, (BLOCK, n_units))
        yield drawn[: n_resamples - k * BLOCK]


def percentiles(draws: np.ndarray, confidence: float) -> np.ndarray:
    """The ends of the percentile interval, along the first axis."""
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    ends: np.ndarray = np.quantile(draws, tails, axis=0)
    return ends


def units_of(data: pd.DataFrame, cluster: str | None) -> np.ndarray:
    """The unit of each row, 0, 1, 2 ... in the order in which they come."""
    if cluster is None:
        codes = np.arange(len(data))
    elif cluster not in data:
        raise InputError(f'data has no column "{cluster}" to tell clusters')
    elif data[cluster].isna().any():
        missing = int(data[cluster].isna().sum())
        raise InputError(f"{missing} rows have no {cluster}; every row needs one")
    else:
        codes = pd.factorize(data[cluster])[0]
    n_units = len(np.unique(codes))
    if n_units < 2:
        raise RefusedError(
            f"a bootstrap needs two units to draw from, got {n_units}; nothing varies "
            "between draws"
        )
    return codes


def _generator(entropy: int, test: str, block: int) -> np.random.Generator:
    key = (zlib.crc32(test.encode()), block)
    return np.random.default_rng(np.random.SeedSequence(entropy, spawn_key=key))


def _drawn_networks(
    cells: np.ndarray, n_resamples: int, entropy: int
) -> Iterator[np.ndarray]:
    """Networks among actors drawn with replacement; copies of one get a drawn pair."""
    n = len(cells)
    first, second = np.triu_indices(n, 1)
    pairs = np.column_stack([cells[first, second], cells[second, first]])
    complete = pairs[~np.isnan(pairs).any(axis=1)]
    pairs = complete if len(complete) else pairs
    for k in range(-(-n_resamples // BLOCK)):
        rng = _generator(entropy, "vertex_bootstrap", k)
        for _ in range(min(BLOCK, n_resamples - k * BLOCK)):
            actors = rng.integers(0, n, n)
            drawn = cells[np.ix_(actors, actors)]
            copies = np.flatnonzero(actors[first] == actors[second])
            filled = pairs[rng.integers(0, len(pairs), len(copies))]
            turned = rng.random(len(copies)) < 0.5
            filled[turned] = filled[turned, ::-1]
            drawn[first[copies], second[copies]] = filled[:, 0]
            drawn[second[copies], first[copies]] = filled[:, 1]
            np.fill_diagonal(drawn, np.nan)
            yield drawn


def _value(statistic: Statistic, drawn: pd.DataFrame) -> float:
    try:
        return float(statistic(drawn))
    except NetcollabError:
        return math.nan


def _check_defined(estimate: float) -> None:
    if not math.isfinite(estimate):
        raise RefusedError("the statistic is undefined for the data as they are")


def _known(values: np.ndarray) -> tuple[np.ndarray, list[str]]:
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
    size = float((deviations**2).sum()) ** 1.5
    if not (0 < below < 1 and math.isfinite(size) and size > 0):
        return np.full(2, np.nan)
    shift = stats.norm.ppf(below)
    acceleration = float((deviations**3).sum()) / (6 * size)
    z = shift + stats.norm.ppf([(1 - confidence) / 2, (1 + confidence) / 2])
    tails = stats.norm.cdf(shift + z / (1 - acceleration * z))
    ends: np.ndarray = np.quantile(draws, tails)
    return ends


def _described(
    values: np.ndarray,
    estimate: float,
    ends: np.ndarray,
    *,
    n: int,
    unit: str,
    kind: str,
    confidence: float,
    seed: int,
    notes: Sequence[str],
) -> BootstrapInterval:
    known = values[np.isfinite(values)]
    return BootstrapInterval(
        estimate=estimate,
        low=float(ends[0]),
        high=float(ends[1]),
        se=float(known.std(ddof=1)),
        bias=float(known.mean()) - estimate,
        n=n,
        unit=unit,
        kind=kind,
        confidence=confidence,
        n_resamples=len(values),
        seed=seed,
        notes=tuple(notes),
        distribution=values,
    )
