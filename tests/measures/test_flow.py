"""Information centrality and current-flow betweenness."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import measures as ms
from netcollab.networks import Network, symmetrize


def network_of(cells: object, **more: object) -> Network:
    square = np.array(cells, dtype=float)
    names = [chr(97 + place) for place in range(len(square))]
    return Network.from_matrix(pd.DataFrame(square, names, names), **more)


def ties(*pairs: str, n: int, directed: bool = False) -> Network:
    """Ties such as "ab" or "ab3" between actors a, b, ..."""
    square = np.zeros((n, n))
    for pair in pairs:
        i, j = ord(pair[0]) - 97, ord(pair[1]) - 97
        square[i, j] = float(pair[2:] or 1)
        if not directed:
            square[j, i] = square[i, j]
    return network_of(square, directed=directed)


def drawn(seed: int, n: int = 9, *, joined: bool = False) -> Network:
    rng = np.random.default_rng(seed)
    cells = np.triu(rng.integers(1, 6, (n, n)) * (rng.random((n, n)) < 0.3), 1)
    if joined:
        cells[np.arange(n - 1), np.arange(1, n)] = 1
    return network_of(cells + cells.T, directed=False)


SEEDS = st.integers(0, 2**32 - 1)


# ---- information


def test_resistances_by_hand() -> None:
    # a line of three: distances 1, 1, 2, and the actor itself 0
    line = ties("ab", "bc", n=3)
    assert ms.information_centrality(line).tolist() == pytest.approx([1, 1.5, 1])
    # a triangle: two ways of 1 and 2 in parallel, 2/3
    triangle = ties("ab", "bc", "ac", n=3)
    assert ms.information_centrality(triangle).tolist() == pytest.approx([9 / 4] * 3)


def test_strong_ties_carry_more() -> None:
    line = ties("ab2", "bc4", n=3)
    value = ms.information_centrality(line, weighted=True)
    expected = [3 / (1 / 2 + 3 / 4), 3 / (1 / 2 + 1 / 4), 3 / (3 / 4 + 1 / 4)]
    assert value.tolist() == pytest.approx(expected)
    assert ms.information_centrality(line).tolist() == pytest.approx([1, 1.5, 1])


def test_the_stronger_direction_counts() -> None:
    cells = np.array([[0, 2, 0], [1, 0, 0], [0, 4, 0]])
    line = ties("ab2", "bc4", n=3)
    for measure in (ms.information_centrality, ms.current_flow_betweenness):
        np.testing.assert_allclose(
            measure(network_of(cells), weighted=True), measure(line, weighted=True)
        )


def test_components_stand_alone_and_isolates_have_nothing() -> None:
    parts = ties("ab", "bc", "de", n=6)
    value = ms.information_centrality(parts)
    assert value.tolist() == pytest.approx([1, 1.5, 1, 2, 2, 0])
    assert value.attrs["reasons"] == {}


@given(seed=SEEDS, weighted=st.booleans())
def test_information_is_that_of_networkx_times_n(seed: int, weighted: bool) -> None:
    network = drawn(seed, joined=True)
    weight = "weight" if weighted else None
    expected = nx.information_centrality(nx.Graph(network.graph), weight=weight)
    value = ms.information_centrality(network, weighted=weighted)
    assert (value / network.n).to_dict() == pytest.approx(expected)


# ---- current flow


def by_definition(network: Network) -> np.ndarray:
    """Current through each actor, pair by pair, from the pseudo-inverse."""
    cells = network.ties.fillna(0).to_numpy()
    green = np.linalg.pinv(np.diag(cells.sum(1)) - cells)
    apart = np.isfinite(
        nx.floyd_warshall_numpy(nx.Graph(network.graph), nodelist=network.ties.index)
    )
    through = np.zeros(network.n)
    for s, t in itertools.combinations(range(network.n), 2):
        if apart[s, t]:
            potential = green[:, s] - green[:, t]
            along = cells * np.abs(potential[:, None] - potential)
            passed = along.sum(1) / 2
            passed[[s, t]] = 0
            through += passed
    return through


@given(seed=SEEDS, joined=st.booleans())
def test_current_flow_is_its_definition(seed: int, joined: bool) -> None:
    network = drawn(seed, joined=joined)
    np.testing.assert_allclose(
        ms.current_flow_betweenness(network), by_definition(network), atol=1e-10
    )


@given(seed=SEEDS)
def test_current_flow_is_that_of_networkx(seed: int) -> None:
    network = drawn(seed, joined=True)
    for weighted in (True, False):
        expected = nx.current_flow_betweenness_centrality(
            nx.Graph(network.graph),
            normalized=False,
            weight="weight" if weighted else None,
        )
        value = ms.current_flow_betweenness(network, weighted=weighted)
        assert value.to_dict() == pytest.approx(expected, abs=1e-10)


def test_in_a_network_without_cycles_it_is_betweenness() -> None:
    tree = ties("ab", "ac2", "bd", "be3", "cf", n=7)
    np.testing.assert_allclose(
        ms.current_flow_betweenness(tree), ms.betweenness(tree), atol=1e-12
    )


def test_a_long_way_round_is_used_too() -> None:
    square = ties("ab", "bc", "cd", "da", n=4)
    # for neighbours three quarters go the short way, one quarter through both others;
    # for the two opposite pairs half goes through each
    value = ms.current_flow_betweenness(square)
    assert value.tolist() == pytest.approx([2 * 1 / 4 + 1 / 2] * 4)


def test_blocks_of_ties_do_not_change_the_result(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = drawn(5, joined=True)
    whole = ms.current_flow_betweenness(network)
    monkeypatch.setattr("netcollab.measures.flow.CELLS", 30)
    again = ms.current_flow_betweenness(network)
    np.testing.assert_allclose(again, whole, rtol=1e-12, atol=1e-12)


# ---- together


def test_a_pair_of_directions_is_one_tie() -> None:
    rng = np.random.default_rng(2)
    cells = rng.integers(0, 4, (8, 8)) * (1 - np.eye(8))
    directed = network_of(cells)
    once = symmetrize(directed, "maximum")
    for measure in (ms.information_centrality, ms.current_flow_betweenness):
        for weighted in (True, False):
            np.testing.assert_allclose(
                measure(directed, weighted=weighted), measure(once, weighted=weighted)
            )


def test_who_did_not_answer_is_unknown_and_still_conducts() -> None:
    network = network_of([[0, 1, 0], [np.nan, 0, np.nan], [0, 1, 0]])
    value = ms.information_centrality(network)
    assert value.isna().tolist() == [False, True, False]
    assert value["a"] == pytest.approx(1)


@pytest.mark.parametrize("factor", [1e-9, 1e9])
def test_the_unit_of_the_strengths_does_not_matter(factor: float) -> None:
    network = drawn(7, joined=True)
    cells = network.ties.fillna(0).to_numpy() * factor
    other = network_of(cells, directed=False)
    np.testing.assert_allclose(
        ms.current_flow_betweenness(other),
        ms.current_flow_betweenness(network),
        atol=1e-9,
    )
    np.testing.assert_allclose(
        ms.information_centrality(other, weighted=True) / factor,
        ms.information_centrality(network, weighted=True),
        rtol=1e-9,
    )
