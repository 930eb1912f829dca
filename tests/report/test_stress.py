"""The layout: distances, order, shelves, and the same on every run."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab.errors import InputError
from netcollab.networks import Network
from netcollab.report.stress import layout


def network(edges: list[tuple[int, int]], n: int, *, weight: float = 1.0) -> Network:
    names = [f"a{k}" for k in range(n)]
    ties = np.zeros((n, n))
    for i, j in edges:
        ties[i, j] = ties[j, i] = weight
    return Network.from_matrix(pd.DataFrame(ties, names, names), directed=False)


def apart(stand: pd.DataFrame) -> np.ndarray:
    at = stand.to_numpy()
    return np.sqrt(((at[:, None] - at[None]) ** 2).sum(axis=2))


def test_a_path_is_a_straight_line() -> None:
    distance = apart(layout(network([(0, 1), (1, 2), (2, 3)], 4)))
    steps = np.abs(np.subtract.outer(np.arange(4), np.arange(4)))
    np.testing.assert_allclose(distance, steps, atol=0.02)


def test_a_square_is_square() -> None:
    distance = apart(layout(network([(0, 1), (1, 2), (2, 3), (3, 0)], 4)))
    sides = distance[[0, 1, 2, 3], [1, 2, 3, 0]]
    assert np.ptp(sides) < 0.01
    np.testing.assert_allclose(distance[0, 2], sides[0] * np.sqrt(2), atol=0.01)


def test_leaves_of_a_star_stand_around_their_hub() -> None:
    distance = apart(layout(network([(0, k) for k in range(1, 9)], 9)))
    assert np.ptp(distance[0, 1:]) < 0.01
    rest = distance[1:, 1:][~np.eye(8, dtype=bool)]
    assert rest.min() > 0.6 * distance[0, 1]


def test_a_strong_tie_is_shorter_than_a_weak_one() -> None:
    names = ["a", "b", "c"]
    ties = pd.DataFrame([[0, 5, 0], [0, 0, 1], [0, 0, 0]], names, names)
    distance = apart(layout(Network.from_matrix(ties)))
    assert distance[0, 1] < distance[1, 2]


def test_components_do_not_mix_and_single_actors_stand_below() -> None:
    stand = layout(network([(0, 1), (1, 2), (2, 0), (3, 4), (4, 5)], 9))
    first, second, alone = stand.iloc[:3], stand.iloc[3:6], stand.iloc[6:]
    side_by_side = first["x"].max() < second["x"].min()
    stacked = first["y"].min() > second["y"].max()
    assert side_by_side or stacked
    assert alone["y"].nunique() == 1
    assert alone["y"].max() < stand.iloc[:6]["y"].min()
    steps = np.diff(alone["x"])
    np.testing.assert_allclose(steps, steps[0], atol=0.002)


@pytest.mark.parametrize("n", [0, 1, 2, 7, 23])
def test_actors_without_ties_stand_in_even_rows(n: int) -> None:
    stand = layout(network([], n))
    assert len(stand) == n
    assert not stand.duplicated().any()
    if n > 1:
        assert apart(stand)[~np.eye(n, dtype=bool)].min() > 0.9


def test_unknown_ties_move_nobody() -> None:
    known = network([(0, 1), (1, 2)], 4)
    ties = known.ties.mask(known.ties == 0)
    hidden = Network.from_matrix(ties, directed=False)
    pd.testing.assert_frame_equal(layout(hidden), layout(known))


def test_several_networks_share_one_layout() -> None:
    one, other = network([(0, 1)], 3), network([(1, 2)], 3)
    both = layout([one, other])
    pd.testing.assert_frame_equal(both, layout(network([(0, 1), (1, 2)], 3)))
    with pytest.raises(InputError, match="at least one"):
        layout([])


def test_a_network_with_more_actors_adds_them() -> None:
    assert list(layout([network([(0, 1)], 2), network([(1, 2)], 4)]).index) == [
        "a0",
        "a1",
        "a2",
        "a3",
    ]


@given(st.integers(2, 12), st.integers(0, 2**32 - 1))
def test_layout_is_finite_repeatable_and_spreads_actors(n: int, seed: int) -> None:
    draws = np.random.default_rng(seed).random((n, n))
    edges = [(i, j) for i in range(n) for j in range(i) if draws[i, j] < 0.3]
    stand = layout(network(edges, n))
    assert np.isfinite(stand.to_numpy()).all()
    pd.testing.assert_frame_equal(stand, layout(network(edges, n, weight=3.0)))
    assert apart(stand)[~np.eye(n, dtype=bool)].min() > 0.15
    assert (stand.min() == 0).all()
