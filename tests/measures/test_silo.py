"""Ties inside groups against ties across: the E-I index, its parts and its range."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import InputError, UnknownNameError
from netcollab import measures as ms
from netcollab.networks import Network

NAMES = list("abcd")
SECTOR = pd.DataFrame({"sector": ["health", "health", "school", "school"]}, NAMES)


def network_of(cells: list[list[float | None]], **more: object) -> Network:
    actors = more.pop("actors", SECTOR)
    frame = pd.DataFrame(cells, NAMES, NAMES, dtype=float)
    return Network.from_matrix(frame, actors=actors, **more)


CELLS = [[0, 5, 1, 0], [0, 0, 1, 0], [0, 0, 0, None], [1, 0, 0, 0]]


def test_by_hand() -> None:
    network = network_of(CELLS)  # inside a-b; across a-c, b-c, d-a
    assert ms.ei_index(network, by="sector") == (3 - 1) / 4
    assert ms.ei_index(network, by="sector", weighted=True) == (3 - 5) / 8


def test_all_inside_and_all_across() -> None:
    inside = [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]
    across = [[0, 0, 1, 1], [0, 0, 1, 1], [1, 1, 0, 0], [1, 1, 0, 0]]
    assert ms.ei_index(network_of(inside, directed=False), by="sector") == -1
    assert ms.ei_index(network_of(across, directed=False), by="sector") == 1


def test_groups_may_be_given_as_a_series_in_any_order() -> None:
    groups = SECTOR["sector"].iloc[::-1]
    network = network_of(CELLS, actors=pd.DataFrame(index=NAMES))
    assert ms.ei_index(network, by=groups) == 0.5


def test_a_tie_to_an_actor_without_a_group_does_not_count() -> None:
    some = pd.DataFrame({"sector": ["health", "health", None, "school"]}, NAMES)
    assert ms.ei_index(network_of(CELLS, actors=some), by="sector") == 0
    none = pd.DataFrame({"sector": [None] * 4}, NAMES, dtype="str")
    network = network_of(CELLS, actors=none)
    assert math.isnan(ms.ei_index(network, by="sector"))
    assert "group is known" in ms.reason(ms.ei_index, network, by="sector")


def test_errors_name_what_is_wrong() -> None:
    with pytest.raises(UnknownNameError, match='did you mean "sector"'):
        ms.ei_index(network_of(CELLS), by="sectr")
    with pytest.raises(InputError, match="no actors of this network: x"):
        ms.ei_index(network_of(CELLS), by=pd.Series({"x": 1}))
    with pytest.raises(InputError, match="each actor once"):
        ms.ei_index(network_of(CELLS), by=pd.Series([1, 2], ["a", "a"]))


def test_signed_strengths_are_not_summed() -> None:
    network = network_of(np.where(np.eye(4), 0, -1.0).tolist(), signed=True)
    assert ms.ei_index(network, by="sector") == pytest.approx((8 - 4) / 12)
    assert math.isnan(ms.ei_index(network, by="sector", weighted=True))


@given(st.lists(st.integers(0, 3), min_size=16, max_size=16))
def test_it_lies_between_minus_one_and_one(cells: list[int]) -> None:
    square = np.array(cells, dtype=float).reshape(4, 4)
    np.fill_diagonal(square, 0)
    for weighted in (False, True):
        network = network_of(square.tolist())
        value = ms.ei_index(network, by="sector", weighted=weighted)
        assert math.isnan(value) == (not square.any())
        assert math.isnan(value) or -1 <= value <= 1


# ---- the share of ties across, actor by actor and group by group


@given(st.lists(st.integers(0, 3), min_size=16, max_size=16))
def test_the_share_is_the_index_on_another_scale(cells: list[int]) -> None:
    square = np.array(cells, dtype=float).reshape(4, 4)
    np.fill_diagonal(square, 0)
    network = network_of(square.tolist())
    for weighted in (False, True):
        share = ms.cross_boundary_share(network, by="sector", weighted=weighted)
        index = ms.ei_index(network, by="sector", weighted=weighted)
        np.testing.assert_allclose(share, (index + 1) / 2, rtol=1e-12)


def test_actors_by_hand() -> None:
    network = network_of(CELLS)
    sent = ms.ei_by_actor(network, by="sector")
    np.testing.assert_array_equal(sent, [0, 1, np.nan, 1])
    assert sent.attrs["reasons"] == {
        "c": "no observed tie between actors whose group is known"
    }
    strong = ms.ei_by_actor(network, by="sector", weighted=True)
    np.testing.assert_array_equal(strong, [(1 - 5) / 6, 1, np.nan, 1])
    received = ms.ei_by_actor(network, by="sector", direction="in")
    np.testing.assert_array_equal(received, [1, -1, 1, np.nan])


def test_groups_by_hand() -> None:
    network = network_of(CELLS)  # health sends a-b, a-c, b-c; school d-a
    sent = ms.ei_by_group(network, by="sector")
    assert sent.to_dict() == {"health": (2 - 1) / 3, "school": 1}
    strong = ms.ei_by_group(network, by="sector", weighted=True)
    assert strong.to_dict() == {"health": (2 - 5) / 7, "school": 1}
    received = ms.ei_by_group(network, by="sector", direction="in")
    assert received.to_dict() == {"health": 0, "school": 1}


def test_an_undirected_tie_inside_counts_for_both_ends() -> None:
    cells = np.zeros((4, 4))
    cells[0, 1] = cells[1, 0] = cells[1, 2] = cells[2, 1] = 1
    value = ms.ei_by_group(network_of(cells.tolist(), directed=False), by="sector")
    assert value.to_dict() == {"health": (1 - 2) / 3, "school": 1}


def test_an_actor_without_a_group_has_none_but_the_others_do() -> None:
    some = pd.DataFrame({"sector": ["health", "health", None, "school"]}, NAMES)
    value = ms.ei_by_actor(network_of(CELLS, actors=some), by="sector")
    np.testing.assert_array_equal(value, [-1, np.nan, np.nan, 1])
    assert value.attrs["reasons"]["c"] == "its group is not known"


def test_groups_without_ties_and_signed_strengths_have_reasons() -> None:
    cells = np.zeros((4, 4))
    cells[0, 2] = -1
    network = network_of(cells.tolist(), signed=True)
    value = ms.ei_by_group(network, by="sector")
    np.testing.assert_array_equal(value, [1, np.nan])
    assert list(value.attrs["reasons"]) == ["school"]
    strong = ms.ei_by_group(network, by="sector", weighted=True)
    assert strong.isna().all()
    assert "signs" in strong.attrs["reasons"]["health"]


def test_direction_is_checked() -> None:
    for measure in (ms.ei_by_actor, ms.ei_by_group):
        with pytest.raises(UnknownNameError, match="direction"):
            measure(network_of(CELLS), by="sector", direction="both")


@given(st.lists(st.integers(0, 3), min_size=16, max_size=16), st.booleans())
def test_groups_and_network_are_means_of_actors(
    cells: list[int], weighted: bool
) -> None:
    square = np.array(cells, dtype=float).reshape(4, 4)
    np.fill_diagonal(square, 0)
    network = network_of(square.tolist())
    each = ms.ei_by_actor(network, by="sector", weighted=weighted)
    sent = pd.Series((square if weighted else square > 0).sum(1), NAMES)
    weighed = (each * sent).groupby(SECTOR["sector"]).sum()
    groups = weighed / sent.groupby(SECTOR["sector"]).sum().replace(0, np.nan)
    value = ms.ei_by_group(network, by="sector", weighted=weighted)
    np.testing.assert_allclose(value, groups, rtol=1e-12)
    whole = (each * sent).sum() / sent.sum() if square.any() else np.nan
    index = ms.ei_index(network, by="sector", weighted=weighted)
    np.testing.assert_allclose(index, whole, rtol=1e-12, atol=1e-15)


# ---- what chance gives, and what is attainable


@pytest.mark.parametrize("weighted", [False, True])
def test_range_and_expectation_over_every_placement(weighted: bool) -> None:
    cells = np.array(CELLS, dtype=float)
    cells[1, 2:] = np.nan
    network = network_of(cells.tolist())
    free = np.argwhere(~np.isnan(network.ties.to_numpy()))
    assert len(free) == 9  # for strengths 5, 1 and 1
    indices = []
    for strong, *weak in itertools.permutations(range(9), 3):
        placed = cells * 0
        placed[tuple(free[strong])] = 5
        placed[tuple(free[weak].T)] = 1
        if weak == sorted(weak):
            other = network_of(placed.tolist())
            indices.append(ms.ei_index(other, by="sector", weighted=weighted))
    assert len(indices) == 9 * 28
    value = ms.ei_range(network, by="sector", weighted=weighted)
    assert value.index.tolist() == ["observed", "expected", "minimum", "maximum"]
    assert value["observed"] == ms.ei_index(network, by="sector", weighted=weighted)
    assert value["expected"] == pytest.approx(np.mean(indices), rel=1e-12)
    assert value["minimum"] == pytest.approx(min(indices), rel=1e-12)
    assert value["maximum"] == pytest.approx(max(indices), rel=1e-12)
    assert value.attrs["reasons"] == {}


def test_a_dyad_that_cannot_exist_is_no_room_for_a_tie() -> None:
    states = pd.DataFrame("", NAMES, NAMES)
    cells = np.array([[0, 1, 1, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0]], float)
    open_to_all = ms.ei_range(network_of(cells.tolist()), by="sector")
    assert open_to_all["expected"] == pytest.approx((8 - 4) / 12)
    assert open_to_all["minimum"] == -1
    cells[2, 3] = cells[3, 2] = np.nan
    states.loc["c", "d"] = states.loc["d", "c"] = "structural"
    value = ms.ei_range(network_of(cells.tolist(), states=states), by="sector")
    assert value["expected"] == pytest.approx((8 - 2) / 10)
    assert value["minimum"] == pytest.approx((1 - 2) / 3)
    assert value["maximum"] == 1


def test_a_presence_only_network_has_an_index_and_no_range() -> None:
    cells = [[None, 1, 1, None]] + [[None] * 4] * 3
    value = ms.ei_range(network_of(cells), by="sector")
    assert value["observed"] == 0
    told = "presence-only: ties were documented, absences never"
    rest = ("expected", "minimum", "maximum")
    assert value.attrs["reasons"] == dict.fromkeys(rest, told)
    assert value[list(rest)].isna().all()


def test_a_network_without_ties_has_neither() -> None:
    value = ms.ei_range(network_of(np.zeros((4, 4)).tolist()), by="sector")
    assert value.isna().all()
    assert set(value.attrs["reasons"]) == set(value.index)


@given(st.lists(st.sampled_from([0, 1, 2, None]), min_size=16, max_size=16))
def test_the_index_lies_in_its_range(cells: list[int | None]) -> None:
    square = np.array(cells, dtype=float).reshape(4, 4)
    np.fill_diagonal(square, 0)
    for weighted in (False, True):
        value = ms.ei_range(network_of(square.tolist()), by="sector", weighted=weighted)
        if not value.isna().any():
            assert value["minimum"] <= value["observed"] + 1e-12
            assert value["observed"] <= value["maximum"] + 1e-12
            assert value["minimum"] <= value["expected"] + 1e-12
            assert value["expected"] <= value["maximum"] + 1e-12
