"""What can a study find, before its data are collected?

Power is the share of simulated studies whose test is significant. Studies are drawn
from the design that is planned, and each is given the test that will be run.
"""

from __future__ import annotations

import html
import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from netcollab._checks import check_count, check_fraction
from netcollab._resample import ENUMERATED, draw
from netcollab.errors import InputError
from netcollab.inference.cores import one_core

__all__ = [
    "CURVE",
    "Crossing",
    "Designs",
    "check_between",
    "counts_of",
    "crossing",
    "drawn_studies",
    "grid",
    "numbers_of",
    "planned_smallest",
    "shares",
]

Level = Literal["site", "dyad", "actor"]
Studies = Callable[[np.random.Generator, int], np.ndarray]

CURVE = np.linspace(0.0, 0.95, 20)
PLANNED = 9999
MOST_STUDIES = 1_000_000
WITHIN = NormalDist().inv_cdf(0.975)
CERTAIN = 0.005


@dataclass(frozen=True, eq=False, repr=False)
class Designs:
    """Planned studies side by side, and what each can find.

    Parameters
    ----------
    level
        "site", "dyad" or "actor": what the predictor is about.
    test
        The test that every simulated study was given.
    effect
        What `effect` in the tables measures.
    table
        One row per design and effect. After the columns of the design: effect; power,
        the share of simulated studies whose p is at most alpha, and mc_error, its
        Monte-Carlo error; p_min, the smallest p the design allows; detectable_effect,
        the smallest effect found with the power `goal`, and detectable_error, its
        Monte-Carlo error (0 for a closed form); reason, why there is none.
    curves
        One row per design and effect of a scale: power with low and high, its 95 %
        Monte-Carlo interval.
    changes
        One row per design and change of it (to `value`), with the detectable_effect
        that the changed design has.
    alpha, goal
        Level of the tests, and the power that is enough.
    n_simulations, seed
        How many studies were drawn for each design, and the entropy of the draws.
    notes
        What the numbers rest on.

    Examples
    --------
    >>> table = pd.DataFrame({"actors": [8], "effect": [0.5], "power": [0.25]})
    >>> Designs("actor", "permutation", "correlation", table)
    Designs(actor: 1 row, permutation)
    """

    level: Level
    test: str
    effect: str
    table: pd.DataFrame
    curves: pd.DataFrame = field(default_factory=pd.DataFrame)
    changes: pd.DataFrame = field(default_factory=pd.DataFrame)
    alpha: float = 0.05
    goal: float = 0.8
    n_simulations: int = 0
    seed: int | None = None
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row per design and effect, with the test's name."""
        return self.table.assign(test=self.test)

    def summary(self) -> str:
        """The designs in words and fixed decimals."""
        lines = [
            f"Power of designs, {self.test}",
            f"  effect       {self.effect}",
            f"  level        {self.alpha:g} two-sided",
            f"  simulations  {self.n_simulations:,} studies of each design",
            "",
            self._shown().to_string(index=False),
        ]
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)])

    def __repr__(self) -> str:
        rows = f"{len(self.table)} row{'' if len(self.table) == 1 else 's'}"
        return f"Designs({self.level}: {rows}, {self.test})"

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{html.escape(note)}</li>" for note in self.notes)
        table = self._shown().to_html(index=False)
        return f"<p>{html.escape(repr(self))}</p>{table}<ul>{notes}</ul>"

    def _shown(self) -> pd.DataFrame:
        shown = self.table.copy()
        for name in shown.select_dtypes("float"):
            digits = 6 if name == "p_min" else 3
            shown[name] = shown[name].map(lambda v, d=digits: f"{v:.{d}g}")
        return shown


class Crossing(NamedTuple):
    """Where power reaches what is asked for, and the Monte-Carlo error of that."""

    effect: float
    error: float


@dataclass(frozen=True, eq=False)
class _Alike:
    """Studies of several designs from the same random numbers, side by side."""

    designs: Sequence[Studies]

    def __call__(self, block: tuple[np.random.Generator, int]) -> np.ndarray:
        rng, size = block
        start = int(rng.integers(2**63 - 1))
        with one_core():
            parts = [
                design(np.random.default_rng(start), size) for design in self.designs
            ]
        widest = max(part.shape[1] for part in parts)
        room = np.full((len(parts), size, widest), np.nan)
        for one, part in zip(room, parts, strict=True):
            one[:, : part.shape[1]] = part
        return room.swapaxes(0, 1)


def drawn_studies(
    test: str,
    designs: Sequence[Studies],
    *,
    n_simulations: int,
    rng: int | np.random.Generator | None,
    workers: int,
    progress: bool,
) -> tuple[list[np.ndarray], int]:
    """What each design's simulated studies gave, and the entropy of the draws.

    Every design starts from the same numbers, so that two designs differ by what they
    are and not by luck, and none depends on what others stand beside it.

    Parameters
    ----------
    test
        The fixed name of the draws.
    designs
        Each takes a generator and a number of studies and returns an array (B, k).
    n_simulations
        Studies of each design.
    rng, workers, progress
        As in `netcollab._resample.draw`.

    Returns
    -------
    list of ndarray, int
        Per design (n_simulations, k); where designs have different k, the rest is NaN.
    """
    if check_count("n_simulations", n_simulations) > MOST_STUDIES:
        raise InputError(
            f"n_simulations needs at most {MOST_STUDIES:,}, got {n_simulations:,}"
        )
    done = draw(
        test,
        _Alike(designs),
        n_resamples=n_simulations,
        rng=rng,
        workers=workers,
        progress=progress,
    )
    return list(done.null.swapaxes(0, 1)), done.plan.entropy


def grid(choices: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """Every combination of the choices, the last one changing fastest.

    Examples
    --------
    >>> [tuple(each.values()) for each in grid({"sites": [8, 12], "icc": [0.1]})]
    [(8, 0.1), (12, 0.1)]
    """
    for values in itertools.product(*choices.values()):
        yield dict(zip(choices, values, strict=True))


def counts_of(name: str, given: int | Sequence[int]) -> list[int]:
    """One whole number above 0 or several, each once.

    Raises
    ------
    InputError
        If there is none, or one is no whole number above 0.

    Examples
    --------
    >>> counts_of("sites", 8), counts_of("sites", [8, 12, 8])
    ([8], [8, 12])
    """
    found = numbers_of(name, given)
    if any(value < 1 or value % 1 for value in found):
        raise InputError(f"{name} needs whole numbers of at least 1, got {given!r}")
    return [int(value) for value in found]


def numbers_of(name: str, given: float | Sequence[float]) -> list[float]:
    """One finite number or several, each once.

    Raises
    ------
    InputError
        If there is none, or one is no finite number.
    """
    try:
        found = np.atleast_1d(np.asarray(given))
    except ValueError:
        found = np.empty(0)
    plain = found.ndim == 1 and len(found) and found.dtype.kind in "iuf"
    if not plain or not np.isfinite(found).all():
        raise InputError(f"{name} needs one or several finite numbers, got {given!r}")
    return list(dict.fromkeys(found.astype(float).tolist()))


def check_between(
    name: str,
    values: Sequence[float],
    low: float,
    high: float,
    *,
    open_low: bool = False,
    open_high: bool = False,
) -> None:
    """Stop where a value is outside of its range."""
    for value in values:
        below = value <= low if open_low else value < low
        above = value >= high if open_high else value > high
        if below or above:
            ends = (
                f"{'above' if open_low else 'from'} {low:g}",
                (f"{'below' if open_high else 'to'} {high:g}"),
            )
            raise InputError(f"{name} needs numbers {' '.join(ends)}, got {value:g}")


def shares(found: np.ndarray) -> pd.DataFrame:
    """Share of studies that found each effect: power, mc_error and Wilson's interval.

    Parameters
    ----------
    found
        Studies x effects, true where p is at most alpha.

    Examples
    --------
    >>> shares(np.array([[True], [False], [True], [True]])).round(3).values.tolist()
    [[0.75, 0.217, 0.301, 0.954]]
    """
    count = len(found)
    power = found.mean(axis=0)
    about = (power + WITHIN**2 / (2 * count)) / (1 + WITHIN**2 / count)
    spread = power * (1 - power) / count + WITHIN**2 / (4 * count**2)
    reach = WITHIN * np.sqrt(spread) / (1 + WITHIN**2 / count)
    return pd.DataFrame(
        {
            "power": power,
            "mc_error": np.sqrt(power * (1 - power) / count),
            "low": np.maximum(about - reach, 0.0),
            "high": np.minimum(about + reach, 1.0),
        }
    )


def crossing(
    effects: np.ndarray, power: np.ndarray, *, goal: float, count: int
) -> Crossing:
    """The effect at which power reaches the goal, between two that were simulated.

    Between neighbours the normal quantile of power is taken to be straight.

    Parameters
    ----------
    effects
        Increasing, (k,).
    power
        At each, (k,).
    goal
        The power asked for.
    count
        Simulated studies.

    Returns
    -------
    Crossing
        NaN where even the largest effect has less power.

    Examples
    --------
    >>> found = crossing(
    ...     np.array([0.0, 0.5, 1.0]), np.array([0.05, 0.5, 0.95]), goal=0.8, count=100
    ... )
    >>> round(found.effect, 3)
    0.756
    """
    goal = check_fraction("power", goal)
    reached = np.flatnonzero(power >= goal)
    if not len(reached):
        return Crossing(math.nan, math.nan)
    after = int(reached[0])
    if after == 0:
        return Crossing(float(effects[0]), 0.0)
    scale = NormalDist().inv_cdf
    ends = [scale(min(max(power[k], CERTAIN), 1 - CERTAIN)) for k in (after - 1, after)]
    width = float(effects[after] - effects[after - 1])
    slope = (ends[1] - ends[0]) / width
    z = scale(goal)
    error = math.sqrt(goal * (1 - goal) / count) / NormalDist().pdf(z) / slope
    return Crossing(float(effects[after - 1]) + (z - ends[0]) / slope, error)


def planned_smallest(least: float, ways: int) -> float:
    """The smallest p of the study's own test, with 9,999 draws where these are needed.

    Parameters
    ----------
    least
        The smallest p if all relabellings are listed.
    ways
        How many there are.

    Examples
    --------
    >>> planned_smallest(1 / 8, 8), planned_smallest(1e-12, 10**12)
    (0.125, 0.0001)
    """
    return least if ways <= ENUMERATED else max(least, 1 / (PLANNED + 1))
