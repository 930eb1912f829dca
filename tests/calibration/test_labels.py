"""How often dealt-out labels and random networks are beaten where there is nothing.

The networks have hubs, returned ties and clusters, so that dyads depend on each other;
a test that takes dyads for independent must fail here.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from netcollab.errors import RefusedError
from netcollab.inference import TestResult, label_permutation, random_graphs

pytestmark = pytest.mark.calibration

SIMULATIONS = 400
LEVELS = (0.05, 0.1, 0.2)


class Plain:
    """A network for tests: ties and labels, and as quick as can be."""

    is_presence_only = False
    is_rated = False

    def __init__(self, cells: np.ndarray, *, directed: bool = True) -> None:
        self.ties = pd.DataFrame(cells).mask(np.eye(len(cells), dtype=bool))
        self.actors = pd.DataFrame(index=self.ties.index)
        self.directed = directed

    def attribute(self, name: str) -> pd.Series:
        raise KeyError(name)

    def with_ties(self, ties: pd.DataFrame) -> Plain:
        return Plain(ties.to_numpy(), directed=self.directed)


def clustered(rng: np.random.Generator, n: int) -> np.ndarray:
    """Actors near each other on a line are tied, more so those who like ties."""
    place = rng.random(n)
    likes = rng.normal(size=n)
    pull = 1.5 * (likes[:, None] + likes) - 8 * np.abs(place[:, None] - place)
    both = rng.logistic(size=(n, n))
    drawn = pull + 0.7 * (both + both.T) + rng.logistic(size=(n, n)) > 0
    return (drawn & ~np.eye(n, dtype=bool)).astype(float)


def inside(network: Plain, *, by: pd.Series) -> float:
    """The number of ties that stay inside a group."""
    labels, ties = by.to_numpy(), np.nan_to_num(network.ties.to_numpy())
    return float(ties[labels[:, None] == labels].sum())


def returned(network: Plain) -> float:
    """The number of ties that are returned."""
    ties = np.nan_to_num(network.ties.to_numpy())
    return float((ties * ties.T).sum())


def triangles(network: Plain) -> float:
    """Six times the number of closed triples."""
    ties = np.nan_to_num(network.ties.to_numpy())
    return float(np.trace(ties @ ties @ ties))


def p_of(test: Callable[..., TestResult], *asked: object, **more: object) -> float:
    """Its p; 1 where it refuses because nothing can change."""
    try:
        return test(*asked, n_resamples=99, **more).pvalue
    except RefusedError:
        return 1.0


def error_of(level: float, simulations: int) -> float:
    return math.sqrt(level * (1 - level) / simulations)


@pytest.mark.parametrize(
    "sizes",
    [
        pytest.param((5, 3), id="listed"),
        pytest.param((23, 5), id="drawn", marks=pytest.mark.nightly),
    ],
)
def test_size_of_label_permutation(sizes: tuple[int, ...]) -> None:
    rng = np.random.default_rng(41)
    labels = np.repeat(np.arange(len(sizes)), sizes)
    p = np.array(
        [
            p_of(
                label_permutation,
                inside,
                Plain(clustered(rng, len(labels))),
                by=pd.Series(rng.permutation(labels)),
                rng=rng,
            )
            for _ in range(SIMULATIONS)
        ]
    )
    for level in LEVELS:
        assert (p <= level).mean() <= level + 3 * error_of(level, SIMULATIONS)
    if len(labels) > 8:
        assert (p <= 0.1).mean() >= 0.1 - 3 * error_of(0.1, SIMULATIONS)


def test_ties_taken_for_independent_do_not_hold_it() -> None:
    # The ties inside against the share of dyads, as if every tie were a coin.
    rng = np.random.default_rng(41)
    labels = np.repeat([0, 1], [23, 5])
    share = (23 * 22 + 5 * 4) / (28 * 27)
    claims = []
    for _ in range(SIMULATIONS):
        network = Plain(clustered(rng, 28))
        ties = np.nansum(network.ties.to_numpy())
        expected, sd = share * ties, math.sqrt(share * (1 - share) * ties)
        count = inside(network, by=pd.Series(rng.permutation(labels)))
        claims.append(abs(count - expected) > 1.96 * sd)
    assert np.mean(claims) > 0.15


@pytest.mark.parametrize(
    "directed", [True, pytest.param(False, marks=pytest.mark.nightly)]
)
def test_size_of_random_graphs_of_the_same_degrees(directed: bool) -> None:
    # Actors who like ties have more of them; given the numbers all else is chance.
    rng = np.random.default_rng(43)
    simulations = SIMULATIONS // 4
    p = []
    for _ in range(simulations):
        likes, liked = rng.normal(size=(2, 10))
        odds = likes[:, None] + (liked if directed else likes) + 0.5 * directed - 0.5
        drawn = (odds + rng.logistic(size=(10, 10)) > 0).astype(float)
        if not directed:
            drawn = np.triu(drawn, 1) + np.triu(drawn, 1).T
        network = Plain(drawn, directed=directed)
        asked = returned if directed else triangles
        p.append(p_of(random_graphs, asked, network, keep="degrees", rng=rng))
    for level in LEVELS:
        share = np.mean(np.array(p) <= level)
        assert share <= level + 3 * error_of(level, simulations)
