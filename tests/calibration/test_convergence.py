"""How often groups are said to come closer where they have not.

Five groups with profiles of three numbers whose spread is the same in both waves,
whatever else changes; rows of a site hang together.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pytest

from netcollab.inference import group_convergence

pytestmark = pytest.mark.calibration

SIMULATIONS = 200
GROUPS, DIMENSIONS = 5, 3
LEVEL = 0.05
PROFILES = np.random.default_rng(0).normal(size=(GROUPS, DIMENSIONS))
PROFILES = 0.7 * (PROFILES - PROFILES.mean(axis=0))
Means = tuple[np.ndarray, np.ndarray]
NULLS: dict[str, tuple[Means, tuple[float, float]]] = {
    "no groups": ((0 * PROFILES, 0 * PROFILES), (1, 1)),
    "nothing changes": ((PROFILES, PROFILES), (1, 1)),
    "all move together": ((PROFILES, PROFILES + 1.5), (1, 1)),
    "groups change places": ((PROFILES, np.roll(PROFILES, 1, axis=0)), (1, 1)),
    "rows spread less": ((PROFILES, PROFILES), (1, 0.4)),
}


def persons(
    rng: np.random.Generator,
    means: Means,
    spreads: tuple[float, float],
    *,
    twice: bool,
    counts: tuple[int, int],
) -> pd.DataFrame:
    """Rows of persons who are seen twice, or of others in the second wave."""
    parts = []
    for g in range(GROUPS):
        own = 0.6 * rng.normal(size=(2, max(counts), DIMENSIONS))
        for wave, n in enumerate(counts):
            noise = own[0 if twice else wave, :n] + 0.8 * rng.normal(size=(n, 3))
            values = means[wave][g] + spreads[wave] * noise
            names = [f"{g}.{k}.{0 if twice else wave}" for k in range(n)]
            parts.append(framed(values, g, wave, names))
    return pd.concat(parts)


def sites(rng: np.random.Generator, means: Means, count: int) -> pd.DataFrame:
    """Rows of sites in which each wave and each group has something of its own."""
    parts = []
    for site in range(count):
        of_wave = rng.normal(size=(2, 1, DIMENSIONS))
        of_group = 0.6 * rng.normal(size=(2, GROUPS, DIMENSIONS)) + of_wave
        for g in range(GROUPS):
            for wave in (0, 1):
                n = 2 + rng.poisson(6)
                centre = means[wave][g] + of_group[wave, g]
                values = centre + rng.normal(size=(n, DIMENSIONS))
                parts.append(framed(values, g, wave, [f"site {site}"] * n))
    return pd.concat(parts)


def framed(values: np.ndarray, group: int, wave: int, units: list[str]) -> pd.DataFrame:
    return pd.DataFrame(values, columns=list("abc")).assign(
        group=group, wave=wave, unit=units
    )


def outcomes(
    make: Callable[[np.random.Generator], pd.DataFrame],
    change: float,
    *,
    unit: str | None = "unit",
    simulations: int = SIMULATIONS,
) -> tuple[float, float]:
    """The share of p <= .05, and of intervals that hold the change."""
    rng = np.random.default_rng(1)
    rejected, covered = 0, 0
    for _ in range(simulations):
        found = group_convergence(
            make(rng),
            list("abc"),
            "group",
            "wave",
            unit=unit,
            n_resamples=199,
            rng=rng,
        )
        rejected += found.pvalue <= LEVEL
        covered += found.ci_low <= change <= found.ci_high
    return rejected / simulations, covered / simulations


def error_of(level: float) -> float:
    return math.sqrt(level * (1 - level) / SIMULATIONS)


WITH_EVERY_PUSH = (("nothing changes", True), ("rows spread less", False))


def cases() -> Iterator[object]:
    """Two nulls with every push, the others at night."""
    for null, twice in itertools.product(NULLS, (True, False)):
        told = f"{null}, seen {'twice' if twice else 'once'}"
        at_night = (null, twice) not in WITH_EVERY_PUSH
        marks = [pytest.mark.nightly] if at_night else []
        yield pytest.param(null, twice, id=told, marks=marks)


@pytest.mark.parametrize(("null", "twice"), list(cases()))
def test_size_where_the_spread_stays(null: str, twice: bool) -> None:
    means, spreads = NULLS[null]
    size, coverage = outcomes(
        lambda rng: persons(rng, means, spreads, twice=twice, counts=(8, 8)), 0.0
    )
    assert size <= LEVEL + 3 * error_of(LEVEL)
    assert coverage >= 0.95 - 3 * error_of(LEVEL)


def test_size_with_other_numbers_and_another_spread_in_the_second_wave() -> None:
    size, _ = outcomes(
        lambda rng: persons(
            rng, (PROFILES, PROFILES), (1, 0.4), twice=False, counts=(6, 18)
        ),
        0.0,
    )
    assert size <= LEVEL + 3 * error_of(LEVEL)


@pytest.mark.nightly
def test_sites_change_waves_as_a_whole() -> None:
    size, coverage = outcomes(lambda rng: sites(rng, (PROFILES, PROFILES), 8), 0.0)
    assert size <= LEVEL + 3 * error_of(LEVEL)
    assert coverage >= 0.95 - 3 * error_of(LEVEL)
    # rows taken for independent claim too much
    alone, _ = outcomes(
        lambda rng: sites(rng, (PROFILES, PROFILES), 8),
        0.0,
        unit=None,
        simulations=60,
    )
    assert alone > 0.12


def test_convergence_is_found_and_covered() -> None:
    closer = (PROFILES, 0.4 * PROFILES)
    spreads = [(each**2).sum() / (GROUPS - 1) for each in closer]
    found, coverage = outcomes(
        lambda rng: persons(rng, closer, (1, 1), twice=True, counts=(12, 12)),
        spreads[0] - spreads[1],
    )
    assert found > 0.7
    assert coverage >= 0.95 - 3 * error_of(LEVEL)
