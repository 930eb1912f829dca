"""Core numbers."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from netcollab import measures as ms
from netcollab.networks import Network


def network_of(cells: object, **more: object) -> Network:
    square = np.array(cells, dtype=float)
    names = [chr(97 + place) for place in range(len(square))]
    return Network.from_matrix(pd.DataFrame(square, names, names), **more)


def test_a_clique_with_a_tail() -> None:
    cells = np.zeros((6, 6))
    cells[:4, :4] = 1 - np.eye(4)
    for i, j in ((3, 4), (4, 5)):
        cells[i, j] = cells[j, i] = 1
    value = ms.core_number(network_of(cells, directed=False))
    assert value.tolist() == [3, 3, 3, 3, 1, 1]


def test_many_weak_ties_do_not_make_a_core() -> None:
    star = np.zeros((7, 7))
    star[0, 1:] = star[1:, 0] = 1
    value = ms.core_number(network_of(star, directed=False))
    assert value.tolist() == [1] * 7


def test_a_mutual_tie_counts_twice_when_directed() -> None:
    cells = [[0, 1, 0], [1, 0, 1], [0, 0, 0]]
    assert ms.core_number(network_of(cells)).tolist() == [2, 2, 1]


def test_an_isolate_has_none_and_who_was_not_seen_is_unknown() -> None:
    cells = np.zeros((4, 4))
    cells[0, 1] = 3
    cells[3, :3] = cells[:3, 3] = np.nan
    value = ms.core_number(network_of(cells))
    assert value.tolist()[:3] == [1, 1, 0]
    told = {"d": "no sent or received tie was observed (not asked)"}
    assert value.attrs["reasons"] == told


@given(
    seed=st.integers(0, 2**32 - 1),
    density=st.sampled_from([0.05, 0.15, 0.4, 0.9]),
    directed=st.booleans(),
)
def test_equal_to_networkx(seed: int, density: float, directed: bool) -> None:
    rng = np.random.default_rng(seed)
    cells = np.where(rng.random((25, 25)) < density, 2.0, 0)
    np.fill_diagonal(cells, 0)
    if not directed:
        cells = np.maximum(cells, cells.T)
    network = network_of(cells, directed=directed)
    expected = nx.core_number(network.graph)
    assert ms.core_number(network).to_dict() == expected


@given(seed=st.integers(0, 2**32 - 1))
def test_every_core_is_a_group_with_so_many_ties(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cells = np.where(rng.random((12, 12)) < 0.2, 1.0, 0)
    np.fill_diagonal(cells, 0)
    cores = ms.core_number(network_of(cells)).to_numpy()
    for level in range(1, int(cores.max()) + 1):
        members = cores >= level
        within = cells[np.ix_(members, members)]
        assert (within.sum(0) + within.sum(1) >= level).all()
