"""Networks that figures are tried on."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import netcollab as nc
from netcollab.networks import Network


@pytest.fixture(autouse=True)
def _no_open_figures() -> Iterator[None]:
    yield
    plt.close("all")


@pytest.fixture(scope="session")
def case() -> nc.Study:
    """The documented case."""
    return nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))


@pytest.fixture(scope="session")
def prior(case: nc.Study) -> Network:
    """Undirected, 9 actors, 7 ties, every other dyad not asked."""
    return nc.build_network(case, "prior_collaboration")


@pytest.fixture(scope="session")
def rated(case: nc.Study) -> Network:
    """Directed ratings of 9 actors; one is silent, six dyads were not asked."""
    names = list(nc.build_network(case, "membership").ties.index)
    draws = np.random.default_rng(1)
    ties = draws.integers(0, 6, (9, 9)).astype(float)
    states = np.full((9, 9), "observed", dtype=object)
    ties[4], states[4] = np.nan, "nonrespondent"
    for i, j in ((0, 3), (2, 5), (5, 2), (6, 8), (1, 7), (7, 1)):
        ties[i, j], states[i, j] = np.nan, "not_asked"
    np.fill_diagonal(ties, np.nan)
    actors = pd.DataFrame(
        {
            "name_nb": [f"Etat nummer {k}" for k in range(9)],
            "level": ["state"] * 5 + ["municipal"] * 3 + [None],
            "staff": [300, 900, 350, 300, 19000, 600, 700, np.nan, 12],
        },
        index=names,
    )
    return Network.from_matrix(
        pd.DataFrame(ties, names, names),
        relation="trust",
        actors=actors,
        states=pd.DataFrame(states, names, names),
        scale=(1, 5),
        wave="2",
    )


def random_network(n: int, share: float, *, directed: bool, seed: int = 3) -> Network:
    """Ties at random between named units of four sectors."""
    draws = np.random.default_rng(seed)
    ties = (draws.random((n, n)) < share).astype(float)
    np.fill_diagonal(ties, 0)
    if not directed:
        ties = np.maximum(np.triu(ties), np.triu(ties).T)
    names = [f"unit {k:02d}" for k in range(n)]
    sectors = draws.choice(["health", "education", "labour", "police"], n)
    return Network.from_matrix(
        pd.DataFrame(ties, names, names),
        relation="collaboration",
        directed=directed,
        actors=pd.DataFrame({"sector": sectors}, index=names),
    )


@pytest.fixture
def make_random() -> object:
    """`random_network`, for tests that vary it."""
    return random_network
