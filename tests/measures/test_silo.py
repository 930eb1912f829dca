"""The E-I index."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
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
@settings(max_examples=50, deadline=None)
def test_it_lies_between_minus_one_and_one(cells: list[int]) -> None:
    square = np.array(cells, dtype=float).reshape(4, 4)
    np.fill_diagonal(square, 0)
    for weighted in (False, True):
        network = network_of(square.tolist())
        value = ms.ei_index(network, by="sector", weighted=weighted)
        assert math.isnan(value) == (not square.any())
        assert math.isnan(value) or -1 <= value <= 1
