"""Burt's constraint."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

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
