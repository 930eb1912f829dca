"""Rank intervals by positional dominance."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import UnknownNameError
from netcollab import measures as ms
from netcollab.networks import Network, reverse


def network_of(cells: object, **more: object) -> Network:
    square = np.array(cells, dtype=float)
    names = [chr(97 + place) for place in range(len(square))]
    return Network.from_matrix(pd.DataFrame(square, names, names), **more)


def intervals(network: Network, **more: str) -> list[tuple[int, int]]:
    return list(ms.rank_intervals(network, **more).itertuples(index=False, name=None))


def test_the_centre_of_a_star_is_first_whatever_the_index() -> None:
    star = np.zeros((4, 4))
    star[0, 1:] = star[1:, 0] = 1
    network = network_of(star, directed=False)
    assert intervals(network) == [(1, 1), (2, 4), (2, 4), (2, 4)]


def test_equals_can_stand_anywhere() -> None:
    assert intervals(network_of(np.ones((3, 3)) - np.eye(3))) == [(1, 3)] * 3
    assert intervals(network_of(np.zeros((3, 3)))) == [(1, 3)] * 3


def test_a_line_of_five() -> None:
    # b and c are partners of more than a is, and of all that a is; b and c differ
    line = np.diag(np.ones(4), 1)
    network = network_of(line + line.T, directed=False)
    assert intervals(network) == [(3, 5), (1, 4), (1, 3), (1, 4), (3, 5)]


def test_what_two_actors_give_each_other_counts() -> None:
    # c gives the same to both; b gives a more than a gives b
    assert intervals(network_of([[0, 1, 0], [3, 0, 0], [2, 2, 0]]))[:2] == [
        (1, 1),
        (2, 2),
    ]


def test_chains_of_dominance_count() -> None:
    # a and b, and b and c, are alike pairwise, so every index puts them level, though
    # a and c alone cannot be compared
    cells = np.zeros((4, 4))
    cells[1, 2], cells[2, 1], cells[2, 0] = 2, 2, 2
    cells[1, 0], cells[0, 1], cells[0, 2] = 1, 1, 1
    cells[3, 0] = 1
    assert intervals(network_of(cells)) == [(1, 1), (2, 3), (2, 3), (4, 4)]


def test_out_is_in_of_the_reversed_network() -> None:
    rng = np.random.default_rng(6)
    cells = rng.integers(0, 3, (6, 6)).astype(float)
    np.fill_diagonal(cells, 0)
    network = network_of(cells)
    assert intervals(network, direction="out") == intervals(reverse(network))


# ---- unknown dyads


def test_nothing_is_known_of_an_unknown_strength_without_a_scale() -> None:
    cells = [[0, 1, 0], [3, 0, 0], [2, np.nan, 0]]
    assert intervals(network_of(cells)) == [(1, 2), (1, 2), (3, 3)]


def test_a_scale_limits_what_is_unknown() -> None:
    cells = [[0, 1, 0], [3, 0, 0], [5, np.nan, 0]]
    assert intervals(network_of(cells, scale=(1.0, 5.0)))[:2] == [(1, 1), (2, 2)]
    cells[2][0] = 4
    assert intervals(network_of(cells, scale=(1.0, 5.0)))[0] == (1, 2)


def test_an_unknown_rating_is_at_least_the_lowest_answer() -> None:
    cells = [[0, 1, 4], [3, 0, 4], [np.nan, 1, 0]]
    rated = network_of(cells, scale=(1.0, 5.0))  # c gives a at least what it gives b
    assert intervals(rated) == [(1, 2), (3, 3), (1, 2)]
    cells[0][2] = 0.0  # an absence: an unknown dyad may be one too
    assert intervals(network_of(cells, scale=(1.0, 5.0))) == [(1, 3)] * 3


def test_an_unknown_pair_of_an_undirected_network_is_one_unknown() -> None:
    cells = [[0, np.nan, 1], [np.nan, 0, 0], [1, 0, 0]]
    network = network_of(cells, directed=False)
    table = ms.rank_intervals(network)
    assert table.loc["a", "best"] == 1
    assert table.loc["b", "best"] == 2  # whatever a-b is, a has c besides


def test_a_dyad_that_cannot_exist_is_no_unknown() -> None:
    names = list("abc")
    cells = [[0, 1, 0], [3, 0, 0], [2, np.nan, 0]]
    states = pd.DataFrame("observed", names, names)
    states.loc["c", "b"] = "structural"
    assert intervals(network_of(cells, states=states))[0] == (1, 1)


def completions(network: Network, values: list[float]) -> list[Network]:
    cells = network.ties.to_numpy()
    holes = [place for place in np.argwhere(np.isnan(cells)) if place[0] != place[1]]
    made = []
    for filling in itertools.product(values, repeat=len(holes)):
        whole = np.nan_to_num(cells)
        for (i, j), value in zip(holes, filling, strict=True):
            whole[i, j] = value
        made.append(network_of(whole, scale=network.scale))
    return made


@given(
    st.lists(
        st.sampled_from([0.0, 1.0, 3.0, 5.0, np.nan]), min_size=16, max_size=16
    ).filter(lambda cells: np.isnan(cells).sum() <= 3)
)
def test_the_interval_holds_for_every_completion(cells: list[float]) -> None:
    square = np.array(cells).reshape(4, 4)
    np.fill_diagonal(square, 0)
    square[0, 1] = 0.0  # an absence, so that an unknown dyad may be one
    network = network_of(square, scale=(1.0, 5.0))
    told = ms.rank_intervals(network)
    for whole in completions(network, [0.0, 1.0, 3.0, 5.0]):
        exact = ms.rank_intervals(whole)
        assert (told["best"] <= exact["best"]).all()
        assert (told["worst"] >= exact["worst"]).all()


def decay(network: Network) -> pd.Series:
    """An index that respects dominance: in-strength plus a little of the senders'."""
    received = np.nan_to_num(network.ties.to_numpy()).T
    ones = np.ones(network.n)
    reach = received @ ones + 1e-3 * received @ (received @ ones)
    return pd.Series(reach, index=network.ties.index).round(9)


@given(st.lists(st.sampled_from([0.0, 1.0, 2.0, 5.0]), min_size=25, max_size=25))
@pytest.mark.parametrize("ties", ["average", "min", "max"])
def test_real_ranks_lie_inside(ties: str, cells: list[float]) -> None:
    square = np.array(cells).reshape(5, 5)
    np.fill_diagonal(square, 0)
    told = ms.rank_intervals(network_of(square))
    strengths = ms.in_strength(network_of(square))
    place = strengths.rank(ascending=False, method=ties)
    assert place.between(told["best"], told["worst"]).all()
    both = np.maximum(square, square.T)
    undirected = network_of(both, directed=False)
    told = ms.rank_intervals(undirected)
    for index in (ms.strength(undirected), decay(undirected)):
        place = index.rank(ascending=False, method=ties)
        assert place.between(told["best"], told["worst"]).all()


def test_a_direction_must_be_in_or_out() -> None:
    with pytest.raises(UnknownNameError, match="direction"):
        ms.rank_intervals(network_of(np.zeros((2, 2))), direction="both")


@pytest.mark.parametrize("directed", [True, False])
def test_places_by_strength_are_those_of_some_completion(directed: bool) -> None:
    """Brute force: every completion on the corners and the middle of the scale."""
    generator = np.random.default_rng(7)
    names = list("abcd")
    for _ in range(20):
        cells = generator.integers(0, 4, (4, 4)).astype(float)
        cells[generator.random((4, 4)) < 0.25] = np.nan
        if not directed:
            cells = np.triu(cells, 1) + np.triu(cells, 1).T
        np.fill_diagonal(cells, np.nan)
        frame = pd.DataFrame(cells, names, names)
        network = Network.from_matrix(frame, directed=directed, scale=(0, 3))
        unknown = [
            (i, j)
            for i, j in zip(*np.nonzero(np.isnan(cells)), strict=True)
            if (i != j if directed else i < j)
        ]
        places = []
        for values in itertools.product([0.0, 1.5, 3.0], repeat=len(unknown)):
            full = cells.copy()
            for (i, j), value in zip(unknown, values, strict=True):
                full[i, j] = value
                if not directed:
                    full[j, i] = value
            strength = np.nansum(full, axis=0)
            better = (strength[None, :] > strength[:, None] + 1e-9).sum(1)
            worse = (strength[None, :] < strength[:, None] - 1e-9).sum(1)
            places.append((1 + better, 4 - worse))
        found = ms.rank_intervals(network, index="strength")
        assert found["best"].tolist() == np.min([b for b, _ in places], 0).tolist()
        assert found["worst"].tolist() == np.max([w for _, w in places], 0).tolist()


def test_without_a_scale_an_unknown_tie_can_be_anything() -> None:
    told = pd.DataFrame([[0, 1, 9], [2, 0, None], [2, 1, 0]], list("abc"), list("abc"))
    found = ms.rank_intervals(Network.from_matrix(told), index="strength")
    assert found.loc["c"].tolist() == [1, 1]
    assert found.loc["a"].tolist() == [2, 2]
    told.loc["c", "b"] = None
    found = ms.rank_intervals(Network.from_matrix(told), index="strength")
    assert found.loc["b"].tolist() == [1, 3]
