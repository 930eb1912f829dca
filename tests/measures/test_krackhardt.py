"""Krackhardt's hierarchy, efficiency and least upper bounds."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csgraph, csr_array

from netcollab import UnknownNameError
from netcollab import measures as ms
from netcollab.networks import Network, reverse


def network_of(cells: np.ndarray, **more: object) -> Network:
    names = [chr(97 + place) for place in range(len(cells))]
    return Network.from_matrix(pd.DataFrame(cells, names, names, dtype=float), **more)


def tree() -> np.ndarray:
    """a over b and c; b over d and e."""
    cells = np.zeros((5, 5))
    cells[0, 1] = cells[0, 2] = cells[1, 3] = cells[1, 4] = 1
    return cells


def test_a_tree_that_points_down_is_a_pure_hierarchy() -> None:
    down = network_of(tree())
    assert ms.connectedness(down) == 1
    assert ms.krackhardt_hierarchy(down) == 1
    assert ms.krackhardt_efficiency(down) == 1
    assert ms.lubness(down) == ms.lubness(down, bound="lowest") == 1


def test_only_lubness_asks_which_way_is_down() -> None:
    up = reverse(network_of(tree()))
    assert ms.krackhardt_hierarchy(up) == ms.krackhardt_efficiency(up) == 1
    # nobody stands over c-d, c-e, d-e, b-c, of at most 6
    assert ms.lubness(up, bound="lowest") == pytest.approx(1 - 4 / 6)


def test_a_tie_back_is_counted_by_paths() -> None:
    cells = tree()
    cells[3, 0] = 1  # d to a: a, b and d now reach each other
    network = network_of(cells)
    assert ms.krackhardt_hierarchy(network) == pytest.approx(1 - 3 / 9)
    assert ms.krackhardt_efficiency(network) == pytest.approx(1 - 1 / (20 - 4))


def test_an_undirected_tie_counts_twice_in_efficiency() -> None:
    both = network_of(tree() + tree().T, directed=False)
    assert ms.krackhardt_efficiency(both) == pytest.approx(1 - 1 / 4)
    assert ms.krackhardt_hierarchy(both) == 0
    assert ms.lubness(both) == ms.lubness(both, bound="lowest") == 1


def test_efficiency_leaves_out_dyads_that_nobody_observed() -> None:
    cells = tree()
    cells[0, 3] = 1
    whole = network_of(cells)
    assert ms.krackhardt_efficiency(whole) == pytest.approx(1 - 1 / 16)
    cells[4, :4] = np.nan
    assert ms.krackhardt_efficiency(network_of(cells)) == pytest.approx(1 - 1 / 12)


def test_two_tops_over_one_line_of_command() -> None:
    cells = np.zeros((4, 4))
    cells[0, 2] = cells[1, 2] = cells[2, 3] = 1  # a and b over c, c over d
    network = network_of(cells)
    assert ms.lubness(network, bound="lowest") == pytest.approx(1 - 1 / 3)  # a-b
    assert ms.lubness(network) == pytest.approx(1 - 2 / 3)  # and c-d


def test_pairs_and_single_actors_do_not_enter_lubness() -> None:
    cells = np.zeros((6, 6))
    cells[0, 1] = cells[0, 2] = cells[3, 4] = 1
    assert ms.lubness(network_of(cells)) == 1
    cells[0, 2] = 0
    alone = network_of(cells)
    assert math.isnan(ms.lubness(alone))
    assert ms.reason(ms.lubness, alone) == "no component of three actors or more"


def by_definition(cells: np.ndarray, bound: str) -> float:
    """Pair by pair and upper bound by upper bound."""
    n = len(cells)
    reach = np.isfinite(csgraph.shortest_path(csr_array(cells), unweighted=True))
    _, part = csgraph.connected_components(csr_array(cells), connection="weak")
    sizes = np.bincount(part)[part]
    missing = 0
    for i in range(n):
        for j in range(i):
            if part[i] != part[j] or sizes[i] < 3:
                continue
            above = np.nonzero(reach[:, i] & reach[:, j])[0]
            inside = reach[np.ix_(above, above)]
            missing += not inside.all(0 if bound == "lowest" else 1).any()
    most = sum((size - 1) * (size - 2) / 2 for size in np.bincount(part) if size > 2)
    return 1 - missing / most if most else math.nan


@given(st.lists(st.integers(0, 3), min_size=36, max_size=36))
def test_lubness_by_its_definition(draws: list[int]) -> None:
    cells = (np.array(draws).reshape(6, 6) == 0).astype(float)
    np.fill_diagonal(cells, 0)
    network = network_of(cells)
    for bound in ("lowest", "highest"):
        found = ms.lubness(network, bound=bound)
        np.testing.assert_allclose(found, by_definition(cells, bound), rtol=1e-12)


@given(st.lists(st.integers(0, 2), min_size=25, max_size=25))
def test_all_lie_between_none_and_one(draws: list[int]) -> None:
    cells = (np.array(draws).reshape(5, 5) == 0).astype(float)
    np.fill_diagonal(cells, 0)
    network = network_of(cells)
    for measure in (ms.krackhardt_hierarchy, ms.krackhardt_efficiency, ms.lubness):
        value = measure(network)
        assert math.isnan(value) or 0 <= value <= 1


def test_undefined_with_a_reason() -> None:
    nothing = network_of(np.zeros((3, 3)))
    assert ms.reason(ms.krackhardt_hierarchy, nothing) == "no actor reaches another"
    assert ms.reason(ms.krackhardt_efficiency, nothing) == (
        "no component has room for a tie more than it needs"
    )


def test_an_unknown_bound_is_an_error() -> None:
    with pytest.raises(UnknownNameError, match="lowest"):
        ms.lubness(network_of(tree()), bound="least")
