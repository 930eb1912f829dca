"""How often a change of homophily is found where there is none, and where there is one.

Ties follow the units in both waves alike. Everybody sends and receives more or less
than before, whole units do, and there are more ties: none of that is a change of
homophily.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd
import pytest

from netcollab.errors import RefusedError
from netcollab.inference import crossing, label_permutation, silo_change

pytestmark = pytest.mark.calibration

SIMULATIONS = 300
SIZES = (3, 3, 6, 10)
LEVELS = (0.05, 0.1, 0.2)


class Plain:
    """A network for tests, as quick as can be."""

    is_presence_only = False
    is_rated = False
    directed = True

    def __init__(self, ties: np.ndarray) -> None:
        self.ties = pd.DataFrame(ties).mask(np.eye(len(ties), dtype=bool))
        self.actors = pd.DataFrame(index=self.ties.index)

    def attribute(self, name: str) -> pd.Series:
        raise KeyError(name)


def units_of(sizes: tuple[int, ...]) -> np.ndarray:
    """The unit of each actor, as a number."""
    return np.repeat(np.arange(len(sizes)), sizes)


def two_waves(
    rng: np.random.Generator,
    *,
    sizes: tuple[int, ...] = SIZES,
    units: float = 0.0,
    actors: float = 0.0,
    pairs: float = 0.0,
    growth: float = 0.0,
    across: float = 0.0,
) -> list[np.ndarray]:
    """Ties by a logit: lasting parts, homophily, and what is new in each wave.

    Spreads of what units, actors (senders and receivers) and pairs bring in a wave;
    growth of all ties; and how much more ties cross in the second wave.
    """
    n, unit = sum(sizes), units_of(sizes)
    inside = unit[:, None] == unit
    kinds = len(sizes)

    def mutual(spread: float) -> np.ndarray:
        upper = np.triu(rng.normal(scale=spread, size=(n, n)), 1)
        return upper + upper.T

    lasting = -1.5 + 1.5 * inside + rng.normal(size=(n, n)) + mutual(0.7)
    lasting = (
        lasting + rng.normal(scale=0.7, size=(n, 1)) + rng.normal(scale=0.7, size=n)
    )
    found = []
    for wave in range(2):
        sent, received = (
            rng.normal(scale=actors, size=n) + rng.normal(scale=units, size=kinds)[unit]
            for _ in range(2)
        )
        level = lasting + sent[:, None] + received + mutual(pairs)
        level = level + wave * (growth + across * ~inside)
        found.append((rng.random((n, n)) < 1 / (1 + np.exp(-level))).astype(float))
    return found


def p_of(
    waves: list[np.ndarray], unit: np.ndarray, keep: str, rng: np.random.Generator
) -> float:
    """Its p; 1 where it refuses because nothing can change."""
    before, after = (Plain(ties) for ties in waves)
    try:
        return silo_change(
            before,
            after,
            by=pd.Series(unit),
            estimand="share",
            keep=keep,
            n_resamples=39,
            rng=rng,
        ).pvalue
    except RefusedError:
        return 1.0


def shares(
    keep: str,
    simulations: int = SIMULATIONS,
    *,
    sizes: tuple[int, ...] = SIZES,
    **drawn: float,
) -> np.ndarray:
    """How often p is at most each level; docs/methods.md has a table of them."""
    rng, unit = np.random.default_rng(29), units_of(sizes)
    p = np.array(
        [
            p_of(two_waves(rng, sizes=sizes, **drawn), unit, keep, rng)
            for _ in range(simulations)
        ]
    )
    return np.array([(p <= level).mean() for level in LEVELS])


def error_of(level: float) -> float:
    return math.sqrt(level * (1 - level) / SIMULATIONS)


@pytest.fixture(autouse=True)
def _drawn_sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is listed: with 39 draws the list would take most of the time."""
    monkeypatch.setattr(crossing, "ENUMERATED", 1)


def first_now(cases: Iterable[str]) -> list[object]:
    """The first case with every push, the others at night."""
    first, *others = cases
    return [first, *(pytest.param(o, marks=pytest.mark.nightly) for o in others)]


NULLS = {
    "units change": {"units": 0.9, "growth": 0.5},
    "more ties": {"growth": 0.8},
    "actors change": {"actors": 0.8, "growth": 0.5},
    "pairs change": {"pairs": 1.5},
}


@pytest.mark.parametrize("null", first_now(NULLS))
def test_it_holds_its_level_under_constant_homophily(null: str) -> None:
    for level, share in zip(LEVELS, shares("degrees", **NULLS[null]), strict=True):
        assert share <= level + 3 * error_of(level)


def test_it_finds_a_change_of_homophily() -> None:
    found = shares("degrees", 100, across=1.5, growth=0.3, actors=0.3)
    assert found[0] > 0.5


@pytest.mark.nightly
def test_exchanges_of_single_dyads_do_not_hold_it_where_units_change() -> None:
    assert shares("density", **NULLS["units change"])[0] > 0.1


def test_relabelling_the_units_does_not_hold_it() -> None:
    # The change of the E-I index against its values under dealt-out units: ties follow
    # the units, so that the index of either wave moves less when they do not.
    rng = np.random.default_rng(31)
    claims = 0
    for _ in range(SIMULATIONS):
        before, after = two_waves(rng, **NULLS["units change"])

        def change(
            network: Plain, *, by: pd.Series, before=before, after=after
        ) -> float:
            del network
            inside = by.to_numpy()[:, None] == by.to_numpy()
            off = ~np.eye(len(inside), dtype=bool)
            one, two = (w[~inside].sum() / w[off].sum() for w in (before, after))
            return float(two - one)

        claims += (
            label_permutation(
                change,
                Plain(after),
                by=pd.Series(units_of(SIZES)),
                n_resamples=99,
                rng=rng,
            ).pvalue
            <= 0.05
        )
    assert claims / SIMULATIONS > 0.09
