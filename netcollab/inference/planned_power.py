"""The power of planned tests: share of simulated studies, by effect and by size."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from netcollab._resample import draw
from netcollab.inference.cores import one_core
from netcollab.inference.planned import Planned, Studies
from netcollab.inference.planned_sites import SiteMeans, SiteOrders
from netcollab.inference.planned_ties import Attributes, OneNetwork, Slopes
from netcollab.inference.proportions import wilson_interval

__all__ = ["Asked", "Simulated", "crossing", "planned_tests", "shares", "simulated"]

FEWEST_STUDIES = 100
CORRELATIONS = np.linspace(0.0, 0.95, 20)
STEPS, BEYOND, LARGEST = 21, 1.5, 3.0
SITES, ACTORS = (3, 64, 1.5), (4, 40, 1.25)  # fewest, at least up to, ratio of steps
FURTHER, MOST_SITES = 10, 1000
MORE_FUNCTIONS, MORE_ANSWERS = 1.5, 0.2
CERTAIN, CLOSE = 0.005, 1e-6

NUMBERS = (
    *("power", "mc_error", "low", "high", "p_min"),
    *("detectable_effect", "detectable_error", "needed"),
)
CURVES = ("test", "effect", "power", "mc_error", "low", "high")
SIZES = ("test", "varies", "value", "power", "mc_error", "low", "high")
CHANGES = ("change", "value", "test", "power", "mc_error", "detectable_effect")


class Asked(NamedTuple):
    """Effects of sites and of correlations, and the power that is enough."""

    effect: float
    correlation: float
    goal: float

    def of(self, test: Studies) -> float:
        """The effect that concerns a test."""
        return self.correlation if test.kind == "correlation" else self.effect


class Simulated(NamedTuple):
    """The tables of `netcollab.inference.Design`."""

    table: pd.DataFrame
    curves: pd.DataFrame
    sizes: pd.DataFrame
    changes: pd.DataFrame


class Crossing(NamedTuple):
    """Where power reaches the goal, and the slope of its normal quantile there."""

    effect: float
    slope: float


def simulated(
    planned: Planned,
    tests: Sequence[Studies],
    asked: Asked,
    *,
    n_simulations: int,
    entropy: int,
    workers: int,
    progress: bool,
) -> Simulated:
    """Draw the studies of a plan, of its changes and of other sizes, and count.

    Parameters
    ----------
    planned, tests
        The plan, and its tests as `planned_tests` gives them.
    asked
        The effects, and the power that is enough.
    n_simulations, workers, progress
        As in `netcollab.inference.design`.
    entropy
        From which all draws are seeded.
    """
    changed = [
        (name, value, test)
        for name, value, other in _changes(planned)
        for own, test in zip(tests, planned_tests(other, asked), strict=True)
        if _differs(own, test)
    ]
    run = _Run(n_simulations, entropy, workers, progress)
    found = run.drawn("design", [*tests, *(test for _, _, test in changed)])
    sized = _of_sizes(planned, asked)
    fewer = replace(run, count=max(FEWEST_STUDIES, n_simulations // 2))
    sizes = _sizes(sized, fewer.drawn("design sizes", [test for _, _, test in sized]))
    own = list(zip(tests, found, strict=False))
    others = zip(changed, found[len(tests) :], strict=True)
    return Simulated(
        table=pd.DataFrame([_row(test, part, asked, sizes) for test, part in own]),
        curves=_together([_curve(test, part) for test, part in own], CURVES),
        sizes=sizes,
        changes=_together(
            [_change(*each, part, asked) for each, part in others], CHANGES
        ),
    )


def planned_tests(
    planned: Planned, asked: Asked, *, only: bool = False
) -> list[Studies]:
    """The five tests of a plan, each at a scale of effects or only at the asked one."""
    effect, correlation = np.array([asked.effect]), np.array([asked.correlation])
    if not only:
        top = LARGEST
        means = SiteMeans(planned, effect)
        if not means.untestable:
            top = min(top, BEYOND * means.detectable(asked.goal))
        top = max(top, BEYOND * asked.effect)
        scale = np.linspace(0.0, top, STEPS)
        effect = np.union1d(effect, scale[np.abs(scale - asked.effect) > CLOSE * top])
        correlation = np.union1d(correlation, CORRELATIONS.round(10))
    return [
        SiteMeans(planned, effect),
        SiteOrders(planned, effect),
        Slopes(planned, correlation),
        OneNetwork(planned, correlation),
        Attributes(planned, correlation),
    ]


def crossing(effects: np.ndarray, power: np.ndarray, *, goal: float) -> Crossing:
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

    Returns
    -------
    Crossing
        NaN where even the largest effect has less power. The smallest effect, with an
        endless slope, where that one has it already.

    Examples
    --------
    >>> found = crossing(
    ...     np.array([0.0, 0.5, 1.0]), np.array([0.05, 0.5, 0.95]), goal=0.8
    ... )
    >>> round(found.effect, 3), round(found.slope, 2)
    (0.756, 3.29)
    """
    reached = np.flatnonzero(power >= goal)
    if not len(reached):
        return Crossing(math.nan, math.nan)
    after = int(reached[0])
    if after == 0:
        return Crossing(float(effects[0]), math.inf)
    scale = NormalDist().inv_cdf
    least, most = min(CERTAIN, goal / 2), max(1 - CERTAIN, (1 + goal) / 2)
    ends = [scale(min(max(power[k], least), most)) for k in (after - 1, after)]
    slope = (ends[1] - ends[0]) / float(effects[after] - effects[after - 1])
    return Crossing(float(effects[after - 1]) + (scale(goal) - ends[0]) / slope, slope)


def shares(found: np.ndarray) -> pd.DataFrame:
    """Share of studies that found each effect: power, mc_error and Wilson's interval.

    Parameters
    ----------
    found
        Studies x effects, 1 where p is at most alpha, else 0.

    Examples
    --------
    >>> shares(np.array([[1.0], [0.0], [1.0], [1.0]])).round(3).values.tolist()
    [[0.75, 0.217, 0.301, 0.954]]
    """
    count = len(found)
    power = found.mean(axis=0)
    low, high = wilson_interval(power, count)
    return pd.DataFrame(
        {
            "power": power,
            "mc_error": np.sqrt(power * (1 - power) / count),
            "low": low,
            "high": high,
        }
    )


@dataclass(frozen=True)
class _Run:
    """How many studies are drawn, from which seed, and where."""

    count: int
    entropy: int
    workers: int
    progress: bool

    def drawn(self, name: str, tests: Sequence[Studies]) -> list[np.ndarray]:
        """Which effects the studies of each test found, (count, effects).

        Without columns where nothing can be tested.
        """
        run = [test for test in tests if not test.untestable]
        if not run:
            return [np.empty((self.count, 0)) for _ in tests]
        null = draw(
            name,
            _Alike(run),
            n_resamples=self.count,
            rng=self.entropy,
            workers=self.workers,
            progress=self.progress,
        ).null
        widths = [0 if test.untestable else len(test.effects) for test in tests]
        return np.split(null.reshape(self.count, -1), np.cumsum(widths)[:-1], axis=1)


@dataclass(frozen=True, eq=False)
class _Alike:
    """Studies of several designs side by side, from the same random numbers.

    Two designs thereby differ by what they are and not by luck, and none depends on
    what others stand beside it.
    """

    designs: Sequence[Studies]

    def __call__(self, block: tuple[np.random.Generator, int]) -> np.ndarray:
        rng, size = block
        start = int(rng.integers(2**63 - 1))
        with one_core():
            parts = [test(np.random.default_rng(start), size) for test in self.designs]
        return np.concatenate(parts, axis=1).astype(float)


def _changes(planned: Planned) -> Iterator[tuple[str, float, Planned]]:
    """What could be planned instead: the argument, its value, and the plan."""
    rate = min(1.0, round(planned.response_rate + MORE_ANSWERS, 10))
    functions = math.ceil(planned.functions * MORE_FUNCTIONS)
    changes: dict[str, Any] = {
        "respondents": 2 * planned.respondents,
        "response_rate": rate,
        **({"functions": functions} if planned.sites > 1 else {}),
    }
    for name, value in changes.items():
        other = replace(planned, **{name: value})
        if value > getattr(planned, name) and not other.faults():
            yield name, value, other


def _differs(own: Studies, other: Studies) -> bool:
    """Whether a change of the plan is one for this test, which can be run."""
    if own.untestable or other.untestable:
        return False
    before, after = own.planned, other.planned
    return own.kind != "correlation" or (before.functions, before.answering) != (
        after.functions,
        after.answering,
    )


def _of_sizes(planned: Planned, asked: Asked) -> list[tuple[str, int, Studies]]:
    """Tests of smaller and larger studies: what varies, to what, and the test."""
    name, values = "functions", _ladder(planned.functions, *ACTORS)
    if planned.sites > 1:
        few, many, ratio = SITES
        top = min(max(many, FURTHER * planned.sites), MOST_SITES)
        name, values = "sites", _ladder(planned.sites, few, top, ratio)
    changes: list[dict[str, Any]] = [{name: value} for value in values]
    plans = [replace(planned, **change) for change in changes]
    return [
        (name, getattr(plan, name), test)
        for plan in plans
        if not plan.faults()
        for test in planned_tests(plan, asked, only=True)
        if not test.untestable and (name == "functions" or test.unit == "sites")
    ]


def _ladder(now: int, few: int, many: int, ratio: float) -> list[int]:
    """The planned number, and from it down to few and up to many in equal ratios."""
    down = math.floor(math.log(max(now / few, 1), ratio))
    up = math.floor(math.log(max(many / now, 1), ratio))
    return sorted({round(now * ratio**step) for step in range(-down, up + 1)})


def _sizes(
    sized: Sequence[tuple[str, int, Studies]], found: Sequence[np.ndarray]
) -> pd.DataFrame:
    """Power of smaller and larger studies at the effects asked for."""
    rows = [
        shares(part).assign(test=test.test, varies=name, value=value)
        for (name, value, test), part in zip(sized, found, strict=True)
    ]
    table = _together(rows, SIZES)
    return table.sort_values(["test", "value"], kind="stable", ignore_index=True)


def _row(
    test: Studies, found: np.ndarray, asked: Asked, sizes: pd.DataFrame
) -> dict[str, Any]:
    """A test of the plan, as a row of the table."""
    row: dict[str, Any] = {
        "test": test.test,
        "kind": test.kind,
        "unit": test.unit,
        "n": test.n,
        "effect": asked.of(test),
        **dict.fromkeys(NUMBERS, math.nan),
        "reason": test.untestable,
    }
    if test.untestable:
        return row
    return row | _found(test, found, asked) | {"needed": _needed(sizes, test, asked)}


def _found(test: Studies, found: np.ndarray, asked: Asked) -> dict[str, Any]:
    """Power at the effect, the smallest p, and the smallest effect that is found."""
    told = shares(found)
    at = int(np.flatnonzero(test.effects == asked.of(test))[0])
    power = told["power"].to_numpy()
    edge = crossing(test.effects, power, goal=asked.goal)
    z = NormalDist().inv_cdf(asked.goal)
    of_quantile = math.sqrt(asked.goal * (1 - asked.goal) / len(found))
    of_quantile /= NormalDist().pdf(z)
    reason = ""
    if test.p_min > test.planned.alpha * (1 + 1e-12):
        reason = (
            f"with {test.n} {test.unit} p is never at or below "
            f"{test.planned.alpha:g}: the smallest is {test.p_min:.3g}"
        )
    elif math.isnan(edge.effect):
        reason = (
            f"no effect up to {test.effects[-1]:.3g} is found with the power asked for"
        )
    return {
        **{str(name): float(value) for name, value in told.iloc[at].items()},
        "p_min": test.p_min,
        "detectable_effect": edge.effect,
        "detectable_error": of_quantile / edge.slope,
        "reason": reason,
    }


def _needed(sizes: pd.DataFrame, test: Studies, asked: Asked) -> float:
    """How many sites or actors reach the goal, to the next whole one."""
    own = sizes[sizes["test"] == test.test]
    if not len(own):
        return math.nan
    roots = np.sqrt(own["value"].to_numpy(dtype=float))
    power = own["power"].to_numpy(dtype=float)
    root = crossing(roots, power, goal=asked.goal).effect
    return root if math.isnan(root) else math.ceil(root**2 - 1e-9)


def _curve(test: Studies, found: np.ndarray) -> pd.DataFrame:
    return shares(found).assign(test=test.test, effect=test.effects[: found.shape[1]])


def _change(
    name: str, value: float, test: Studies, found: np.ndarray, asked: Asked
) -> pd.DataFrame:
    told = _found(test, found, asked)
    own = {"change": name, "value": float(value), "test": test.test}
    return pd.DataFrame([own | told])


def _together(parts: Sequence[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    filled = [part[list(columns)] for part in parts if len(part)]
    if not filled:
        return pd.DataFrame(columns=list(columns))
    return pd.concat(filled, ignore_index=True)
