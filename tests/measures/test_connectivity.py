"""Connectedness, fragmentation, compactness."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import measures as ms
from netcollab.networks import Network


def network_of(cells: list[list[float | None]], **more: object) -> Network:
    names = [chr(97 + place) for place in range(len(cells))]
    return Network.from_matrix(pd.DataFrame(cells, names, names, dtype=float), **more)


def chain(n: int, *, back: bool = False) -> Network:
    cells = np.eye(n, k=1)
    return network_of((cells + cells.T * back).tolist(), directed=not back)


def test_a_chain_by_hand() -> None:
    there, both = chain(4), chain(4, back=True)
    assert ms.connectedness(there) == ms.connectedness(both) == 1
    assert ms.fragmentation(there) == 6 / 12
    assert ms.fragmentation(both) == 0
    assert ms.compactness(there) == pytest.approx((3 + 2 / 2 + 1 / 3) / 12)
    assert ms.compactness(both) == pytest.approx((3 + 2 / 2 + 1 / 3) / 6)


def test_a_pair_and_a_triangle_by_hand() -> None:
    cells = np.zeros((5, 5))
    cells[0, 1] = cells[1, 0] = 1
    cells[2:, 2:] = 1 - np.eye(3)
    network = network_of(cells.tolist(), directed=False)
    assert ms.connectedness(network) == (1 + 3) / 10
    assert ms.fragmentation(network) == pytest.approx(6 / 10)
    assert ms.compactness(network) == (1 + 3) / 10


def test_an_unknown_tie_is_no_path_and_no_absence() -> None:
    known = network_of([[0, 1, 0], [0, 0, 0], [0, 0, 0]])
    unknown = network_of([[0, 1, None], [0, 0, None], [0, 0, 0]])
    for measure in (ms.connectedness, ms.fragmentation, ms.compactness):
        assert measure(unknown) == measure(known)


def test_strengths_do_not_matter() -> None:
    rng = np.random.default_rng(5)
    tied = (rng.random((6, 6)) < 0.3) * (1 - np.eye(6))
    strong = (tied * rng.integers(1, 9, (6, 6))).tolist()
    for measure in (ms.connectedness, ms.fragmentation, ms.compactness):
        assert measure(network_of(strong)) == measure(network_of(tied.tolist()))


cells_of_five = st.lists(st.integers(0, 1), min_size=25, max_size=25)


@given(cells_of_five)
def test_bounds_and_identities(cells: list[int]) -> None:
    square = np.array(cells, dtype=float).reshape(5, 5)
    np.fill_diagonal(square, 0)
    network = network_of(square.tolist())
    apart = 1 - ms.connectedness(network)
    reached = 1 - ms.fragmentation(network)
    assert ms.fragmentation(network) >= apart - 1e-12
    assert ms.density(network) - 1e-12 <= ms.compactness(network) <= reached + 1e-12
    either = np.maximum(square, square.T)
    undirected = network_of(either.tolist(), directed=False)
    assert ms.fragmentation(undirected) == pytest.approx(apart)
    assert ms.connectedness(undirected) == pytest.approx(1 - apart)
    assert ms.compactness(undirected) == pytest.approx(
        nx.global_efficiency(undirected.graph)
    )


@pytest.mark.parametrize("name", ["connectedness", "fragmentation", "compactness"])
def test_undefined_with_a_reason(name: str) -> None:
    measure = getattr(ms, name)
    named = network_of([[None, 1], [None, None]])
    assert math.isnan(measure(named))
    assert ms.reason(measure, named).startswith("presence-only")
    minus = network_of([[0, -1], [0, 0]], signed=True)
    assert ms.reason(measure, minus).startswith("ties have signs")
    assert ms.reason(measure, network_of([[0]])) == "the network has no pair of actors"
