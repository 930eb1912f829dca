"""Burt's constraint, effective size, efficiency and hierarchy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import measures as ms
from netcollab.networks import Network


def network_of(cells: object, **more: object) -> Network:
    square = np.array(cells, dtype=float)
    names = [chr(97 + place) for place in range(len(square))]
    return Network.from_matrix(pd.DataFrame(square, names, names), **more)


def test_an_open_network_leaves_the_centre_free() -> None:
    star = np.zeros((5, 5))
    star[0, 1:] = star[1:, 0] = 1
    value = ms.constraint(network_of(star, directed=False))
    assert value.tolist() == [0.25, 1, 1, 1, 1]


def test_a_closed_triangle() -> None:
    triangle = np.ones((3, 3)) - np.eye(3)
    value = ms.constraint(network_of(triangle, directed=False))
    np.testing.assert_allclose(value, 2 * (1 / 2 + 1 / 4) ** 2)


def test_by_hand_with_strengths() -> None:
    # a-b 3 (2 + 1), a-c 1, b-c 2: p_ab = 3/4, p_ac = 1/4, p_bc = 2/5, p_cb = 2/3
    value = ms.constraint(network_of([[0, 2, 1], [1, 0, 2], [0, 0, 0]]))
    expected = (3 / 4 + 1 / 4 * 2 / 3) ** 2 + (1 / 4 + 3 / 4 * 2 / 5) ** 2
    assert value["a"] == pytest.approx(expected, rel=1e-12)


def test_a_way_round_an_actor_that_is_no_partner_does_not_count() -> None:
    # d is tied to b and c but not to a
    cells = np.zeros((4, 4))
    for i, j in ((0, 1), (0, 2), (1, 3), (2, 3)):
        cells[i, j] = cells[j, i] = 1
    assert ms.constraint(network_of(cells, directed=False))["a"] == 0.5


def test_unweighted_mutual_ties_count_twice() -> None:
    cells = [[0, 9, 9], [9, 0, 0], [0, 0, 0]]
    value = ms.constraint(network_of(cells), weighted=False)
    assert value["a"] == pytest.approx((2 / 3) ** 2 + (1 / 3) ** 2)


def test_isolates_and_silent_actors_have_reasons() -> None:
    cells = [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0], [np.nan] * 3 + [0]]
    value = ms.constraint(network_of(cells))
    assert value.isna().tolist() == [False, False, True, True]
    assert value.attrs["reasons"] == {
        "c": "no observed tie",
        "d": "no sent tie was observed (not asked)",
    }


def test_effective_size_by_hand_with_strengths() -> None:
    # a-b 3, a-c 1, b-c 2: b repeats c by p_ac m_bc = 1/4 2/3, c repeats b by 3/4 2/2
    network = network_of([[0, 2, 1], [1, 0, 2], [0, 0, 0]])
    expected = (1 - 1 / 4 * 2 / 3) + (1 - 3 / 4 * 2 / 2)
    assert ms.effective_size(network)["a"] == pytest.approx(expected, rel=1e-12)
    assert ms.efficiency(network)["a"] == pytest.approx(expected / 2, rel=1e-12)


def test_the_case_that_networkx_gets_wrong() -> None:
    cells = [[0, 1, 1], [1, 0, 0], [0, 1, 0]]
    assert ms.effective_size(network_of(cells))["a"] == pytest.approx(7 / 6, rel=1e-12)


def test_a_star_repeats_nothing() -> None:
    star = np.zeros((5, 5))
    star[0, 1:] = star[1:, 0] = 1
    network = network_of(star, directed=False)
    assert ms.effective_size(network).tolist() == [4, 1, 1, 1, 1]
    assert ms.efficiency(network).tolist() == [1] * 5


def test_hierarchy_by_hand() -> None:
    # b holds three quarters of a's strength, c one quarter; b and c are not tied
    network = network_of([[0, 3, 1], [0, 0, 0], [0, 0, 0]])
    parts = np.array([(3 / 4) ** 2, (1 / 4) ** 2])
    ratios = parts / parts.mean()
    expected = (ratios * np.log(ratios)).sum() / (2 * np.log(2))
    value = ms.hierarchy(network)
    assert value["a"] == pytest.approx(expected, rel=1e-12)
    assert value.attrs["reasons"] == dict.fromkeys("bc", "one partner only")


def test_hierarchy_ends_at_zero_and_one() -> None:
    star = np.zeros((4, 4))
    star[0, 1:] = 1
    assert ms.hierarchy(network_of(star))["a"] == 0
    star[0, 1] = 1e9
    assert ms.hierarchy(network_of(star))["a"] == pytest.approx(1, rel=1e-6)


@given(st.lists(st.integers(0, 1), min_size=21, max_size=21))
def test_effective_size_is_borgattis_for_plain_networks(ties: list[int]) -> None:
    cells = np.zeros((7, 7))
    cells[np.triu_indices(7, 1)] = ties
    cells += cells.T
    partners = cells.sum(1)
    among = np.array([cells[np.ix_(row == 1, row == 1)].sum() for row in cells])
    expected = partners - among / np.where(partners, partners, np.nan)
    value = ms.effective_size(network_of(cells, directed=False))
    np.testing.assert_allclose(value, expected, rtol=1e-12)


@given(st.lists(st.sampled_from([0, 0, 1, 2, 7]), min_size=36, max_size=36))
def test_where_they_lie(cells: list[int]) -> None:
    square = np.array(cells, dtype=float).reshape(6, 6)
    np.fill_diagonal(square, 0)
    network = network_of(square)
    partners = pd.Series(((square + square.T) > 0).sum(1), network.ties.index)
    for weighted in (False, True):
        size = ms.effective_size(network, weighted=weighted).dropna()
        assert (size >= 1 - 1e-12).all()
        assert (size <= partners[size.index] + 1e-12).all()
        hierarchy = ms.hierarchy(network, weighted=weighted).dropna()
        assert hierarchy.between(0, 1 + 1e-12).all()
        assert set(hierarchy.index) == set(network.ties.index[partners > 1])
