"""Eigenvector centrality, PageRank, hubs and authorities."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import InputError
from netcollab import measures as ms
from netcollab.networks import Network, reverse


def network_of(cells: object, **more: object) -> Network:
    square = np.array(cells, dtype=float)
    names = [chr(97 + place) for place in range(len(square))]
    return Network.from_matrix(pd.DataFrame(square, names, names), **more)


def ties(*pairs: str, n: int, directed: bool = True) -> Network:
    """Ties such as "ab" or "ab3" between actors a, b, ..."""
    square = np.zeros((n, n))
    for pair in pairs:
        i, j = ord(pair[0]) - 97, ord(pair[1]) - 97
        square[i, j] = float(pair[2:] or 1)
        if not directed:
            square[j, i] = square[i, j]
    return network_of(square, directed=directed)


SQUARES = st.integers(2, 6).flatmap(
    lambda n: st.lists(
        st.sampled_from([0, 0, 0, 1, 2, 3, 5]), min_size=n * n, max_size=n * n
    ).map(lambda cells: np.array(cells, dtype=float).reshape(n, n))
)


# ---- eigenvector


def test_the_centre_of_a_star() -> None:
    # lambda_1 = 2: the centre is twice a point, and a point half the centre
    star = ties("ab", "ac", "ad", "ae", n=5, directed=False)
    assert ms.eigenvector(star).tolist() == pytest.approx([1, 0.5, 0.5, 0.5, 0.5])


def test_standing_comes_from_those_who_send() -> None:
    # a and b choose each other; both choose c, and c chooses nobody; d chooses a
    network = ties("ab", "ba", "ac", "bc", "da", n=4)
    assert ms.eigenvector(network).tolist() == pytest.approx([0.5, 0.5, 1, 0])


def test_strengths_count_unless_left_out() -> None:
    network = ties("ab2", "ba2", "ac1", "bc2", n=3)
    # lambda_1 = 2: a = b, c = (1 a + 2 b) / 2
    assert ms.eigenvector(network).tolist() == pytest.approx([2 / 3, 2 / 3, 1])
    value = ms.eigenvector(network, weighted=False)
    assert value.tolist() == pytest.approx([1 / 2, 1 / 2, 1])


def test_each_component_has_its_own_first() -> None:
    triangle_and_pair = ties("ab", "bc", "ca", "de", n=6, directed=False)
    value = ms.eigenvector(triangle_and_pair)
    assert value.tolist() == pytest.approx([1, 1, 1, 1, 1, 0])
    assert value.attrs["reasons"] == {}


def test_a_component_without_a_cycle_has_no_eigenvalue() -> None:
    value = ms.eigenvector(ties("ab", "bc", "de", "ed", n=6))
    assert value.isna().tolist() == [True, True, True, False, False, False]
    assert value["f"] == 0
    assert set(value.attrs["reasons"].values()) == {
        "no directed cycle in its component"
    }


def test_a_network_without_a_cycle_has_no_value_at_all() -> None:
    value = ms.eigenvector(ties("ab", "bc", n=4))
    assert value.isna().all()
    assert value.attrs["reasons"]["d"] == "no component of the network has a value"


def test_the_part_with_the_larger_eigenvalue_gives_the_standing() -> None:
    # a pair with ties of 3 leads to a pair with ties of 2: lambda_1 = 3
    network = ties("ab3", "ba3", "bc3", "cd2", "dc2", n=4)
    # c = (3 b + 2 d) / 3, d = 2 c / 3, so c = 9/5 b
    assert ms.eigenvector(network).tolist() == pytest.approx([5 / 9, 5 / 9, 1, 2 / 3])
    other_way = ties("ab2", "ba2", "bc3", "cd3", "dc3", n=4)
    assert ms.eigenvector(other_way).tolist() == pytest.approx([0, 0, 1, 1])


def test_of_two_equal_parts_the_one_at_the_end_of_the_path_counts() -> None:
    network = ties("ab", "ba", "bc", "cd", "dc", n=4)
    assert ms.eigenvector(network).tolist() == pytest.approx([0, 0, 1, 1])


def test_two_equal_parts_apart_have_no_single_answer() -> None:
    value = ms.eigenvector(ties("ab", "ba", "cd", "dc", "be", "ce", n=5))
    assert value.isna().all()
    assert value.attrs["reasons"]["e"] == (
        "2 groups in its component share the largest eigenvalue, and no path leads "
        "from one to another"
    )


@given(cells=SQUARES, directed=st.booleans())
def test_the_eigenvector_solves_its_equation(cells: np.ndarray, directed: bool) -> None:
    np.fill_diagonal(cells, 0)
    if not directed:
        cells = np.maximum(cells, cells.T)
    network = network_of(cells, directed=directed)
    value = ms.eigenvector(network)
    for part in nx.weakly_connected_components(nx.DiGraph(network.graph)):
        names = sorted(part)
        inside = network.ties.fillna(0).loc[names, names].to_numpy()
        standing = value[names].to_numpy()
        largest = np.abs(np.linalg.eigvals(inside)).max()
        if len(names) == 1 or np.isnan(standing).all():
            continue
        assert standing.max() == 1
        assert standing.min() >= 0
        np.testing.assert_allclose(
            inside.T @ standing, largest * standing, rtol=1e-6, atol=1e-7
        )


def test_undirected_components_always_have_a_value() -> None:
    rng = np.random.default_rng(6)
    for _ in range(20):
        cells = np.triu(rng.integers(0, 2, (9, 9)) * (rng.random((9, 9)) < 0.3), 1)
        if cells.any():
            network = network_of(cells + cells.T, directed=False)
            assert ms.eigenvector(network).notna().all()


def test_who_nobody_was_asked_about_has_no_standing() -> None:
    network = network_of([[0, 1, np.nan], [1, 0, np.nan], [1, 1, 0]])
    value = ms.eigenvector(network)
    assert value.isna().tolist() == [False, False, True]
    told = {"c": "no received tie was observed (not asked)"}
    assert value.attrs["reasons"] == told


# ---- PageRank


def test_visits_by_hand() -> None:
    # b has the walk from a; who is at b goes anywhere
    value = ms.pagerank(ties("ab", n=2), damping=0.5)
    # p_a = 1/4 + p_b / 4, p_b = p_a + p_a / 2
    assert value.tolist() == pytest.approx([0.4, 0.6])


def test_a_strong_tie_is_followed_more_often() -> None:
    fork = ties("ab3", "ac1", "ba", "ca", n=3)
    value = ms.pagerank(fork, damping=0.5)
    base = 0.5 / 3
    assert value["b"] == pytest.approx(base + 0.5 * 3 / 4 * value["a"])
    assert value["c"] == pytest.approx(base + 0.5 * 1 / 4 * value["a"])
    even = ms.pagerank(fork, damping=0.5, weighted=False)
    assert even["b"] == pytest.approx(even["c"])


@given(cells=SQUARES, damping=st.sampled_from([0.01, 0.5, 0.85, 0.99]))
def test_pagerank_solves_its_equation(cells: np.ndarray, damping: float) -> None:
    np.fill_diagonal(cells, 0)
    n, strength = len(cells), cells.sum(1)
    step = np.where(
        strength[:, None] > 0, cells / np.maximum(strength, 1)[:, None], 1 / n
    )
    mixed = damping * step + (1 - damping) / n
    value = ms.pagerank(network_of(cells), damping=damping).to_numpy()
    np.testing.assert_allclose(value @ mixed, value, rtol=1e-11)
    assert value.sum() == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize("damping", [0, 1, -0.5, float("nan")])
def test_damping_is_between_zero_and_one(damping: float) -> None:
    with pytest.raises(InputError, match="damping"):
        ms.pagerank(ties("ab", n=2), damping=damping)


def test_who_nobody_was_asked_about_takes_his_share_along() -> None:
    network = network_of([[0, 1, np.nan], [1, 0, np.nan], [1, 1, 0]])
    value = ms.pagerank(network)
    assert value.isna().tolist() == [False, False, True]
    assert value.sum() == pytest.approx(0.95)


# ---- hubs and authorities


def test_hubs_by_hand() -> None:
    # a sends to c and d, b to d: W'W = [[1, 1], [1, 2]] on c and d
    network = ties("ac", "ad", "bd", n=5)
    golden = (1 + 5**0.5) / 2
    assert ms.authorities(network).tolist() == pytest.approx([0, 0, 1 / golden, 1, 0])
    assert ms.hubs(network).tolist() == pytest.approx([1, 1 / golden, 0, 0, 0])


def test_the_smaller_part_has_nothing() -> None:
    network = ties("ab", "ac", "de", n=5)
    assert ms.hubs(network).tolist() == [1, 0, 0, 0, 0]
    assert ms.authorities(network).tolist() == pytest.approx([0, 1, 1, 0, 0])


def test_equal_parts_weigh_what_equal_scores_give_them() -> None:
    # a chain: two senders and two receivers that are alike
    chain = ties("ab", "bc", n=3)
    assert ms.hubs(chain).tolist() == pytest.approx([1, 1, 0])
    assert ms.authorities(chain).tolist() == pytest.approx([0, 1, 1])


@given(cells=SQUARES)
def test_hubs_are_the_limit_of_the_iteration(cells: np.ndarray) -> None:
    np.fill_diagonal(cells, 0)
    if not cells.any():
        return
    squared = cells @ cells.T
    values, vectors = np.linalg.eigh(squared)
    leading = vectors[:, values > values.max() * (1 - 1e-9)]
    limit = leading @ (leading.T @ np.ones(len(cells)))
    value = ms.hubs(network_of(cells))
    np.testing.assert_allclose(value, limit / limit.max(), atol=1e-7)
    pair = ms.authorities(reverse(network_of(cells)))
    np.testing.assert_allclose(pair, value, rtol=1e-12)


def test_hubs_and_authorities_make_each_other_where_they_are_unique() -> None:
    rng = np.random.default_rng(3)
    cells = rng.integers(0, 4, (12, 12)) * (1 - np.eye(12))
    hub, authority = (
        measure(network_of(cells)).to_numpy() for measure in (ms.hubs, ms.authorities)
    )
    np.testing.assert_allclose(cells @ authority / (cells @ authority).max(), hub)
    np.testing.assert_allclose(cells.T @ hub / (cells.T @ hub).max(), authority)


def test_hubs_of_a_long_chain_of_shared_receivers() -> None:
    # each sender shares one receiver with the next: the iteration alone is too slow
    size = 200
    cells = np.zeros((2 * size + 1, 2 * size + 1))
    senders = np.arange(size)
    cells[senders, size + senders] = cells[senders, size + senders + 1] = 1
    names = [f"actor {place}" for place in range(len(cells))]
    value = ms.hubs(Network.from_matrix(pd.DataFrame(cells, names, names)))
    expected = np.sin((senders + 1) * np.pi / (size + 1))
    np.testing.assert_allclose(value[:size], expected / expected.max(), atol=1e-10)
    assert (value[size:] == 0).all()


def test_silence_on_the_side_that_counts() -> None:
    network = network_of([[0, 1, 1], [1, 0, 1], [np.nan, np.nan, 0]])
    assert ms.hubs(network).isna().tolist() == [False, False, True]
    assert ms.authorities(network).notna().all()
