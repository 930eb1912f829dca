"""Rows: who stands on top, how few ties cross, and the same on every run."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from netcollab.errors import InputError, UnknownNameError
from netcollab.networks import Network
from netcollab.report import draw_network, layout_levels
from netcollab.report.levels import _cost, _ordered


def network(edges: list[tuple[int, int]], n: int, **attributes: list) -> Network:
    names = [f"a{k}" for k in range(n)]
    ties = np.zeros((n, n))
    for i, j in edges:
        ties[i, j] = 1
    actors = pd.DataFrame(attributes, index=names)
    return Network.from_matrix(pd.DataFrame(ties, names, names), actors=actors)


def rows_of(stand: pd.DataFrame) -> list[list[str]]:
    """Actors from the top row down, each row from the left."""
    rows = [rows for _, rows in stand.groupby(stand["y"], sort=True)]
    return [row.sort_values("x").index.tolist() for row in reversed(rows)]


def test_a_reporting_tree_stands_by_depth_and_children_below_their_parents() -> None:
    tree = network([(0, 1), (0, 2), (1, 5), (2, 3), (2, 4)], 6)
    rows = rows_of(layout_levels(tree))
    assert rows[0] == ["a0"]
    assert set(rows[1]) == {"a1", "a2"}
    parents = [{"a5": "a1"}.get(child, "a2") for child in rows[2]]
    assert list(dict.fromkeys(parents)) == rows[1]


def test_depth_is_the_longest_way_down() -> None:
    shortcut = network([(0, 1), (1, 2), (0, 2)], 3)
    assert rows_of(layout_levels(shortcut)) == [["a0"], ["a1"], ["a2"]]


def test_text_levels_come_as_they_appear_and_order_says_otherwise() -> None:
    level = ["state", "municipal", "state", ""]
    net = network([(0, 1)], 4, level=level)
    assert [set(row) for row in rows_of(layout_levels(net, by="level"))] == [
        {"a0", "a2"},
        {"a1"},
        {"a3"},
    ]
    turned = layout_levels(net, by="level", order=["municipal", "state"])
    assert rows_of(turned)[0] == ["a1"]


def test_numbers_come_from_the_smallest() -> None:
    by = pd.Series([3, 1, 2], ["a0", "a1", "a2"])
    stand = layout_levels(network([], 3), by=by)
    assert rows_of(stand) == [["a1"], ["a2"], ["a0"]]


def test_a_crossing_that_need_not_be_is_undone() -> None:
    """Two ladders whose lower ends are listed the wrong way round."""
    pairs = np.array([[0, 3], [1, 2]])
    assert _cost([[0, 1], [2, 3]], pairs)[0] == 1
    assert _cost(_ordered([[0, 1], [2, 3]], pairs), pairs)[0] == 0


def test_a_tie_in_a_row_passes_over_nobody_where_it_need_not() -> None:
    pairs = np.array([[0, 2]])
    assert _cost([[0, 1, 2]], pairs)[0] == 1
    assert _cost(_ordered([[0, 1, 2]], pairs), pairs)[0] == 0


def test_lines_over_two_rows_are_counted_where_they_cross() -> None:
    """0 to 4 passes the middle row to the left of 3, and crosses 1 to 2 above it."""
    rows = [[0, 1], [2, 3], [5, 4]]
    assert _cost(rows, np.array([[0, 4], [1, 2]]))[0] == 1
    assert _cost(rows, np.array([[0, 4], [1, 3]]))[0] == 0
    assert _cost(rows, np.array([[0, 4], [0, 2]]))[0] == 0


def test_two_runs_agree_and_the_drawing_takes_them(rng: np.random.Generator) -> None:
    edges = [
        (i, j) for i in range(24) for j in range(24) if i < j and rng.random() < 0.1
    ]
    net = network(edges, 24, tier=[1] * 3 + [2] * 8 + [3] * 13)
    first = layout_levels(net, by="tier")
    pd.testing.assert_frame_equal(first, layout_levels(net, by="tier"))
    apart = np.hypot(*(first.to_numpy()[:, None] - first.to_numpy()[None]).T)
    assert apart[~np.eye(24, dtype=bool)].min() > 0.9
    draw_network(net, positions=first)


def test_several_networks_share_their_places() -> None:
    one = network([(0, 2)], 4, tier=[1, 1, 2, 2])
    other = network([(1, 3)], 4, tier=[1, 1, 2, 2])
    both = layout_levels([one, other], by="tier")
    assert both["y"].tolist() == layout_levels(one, by="tier")["y"].tolist()


def test_what_cannot_be_laid_out_is_refused() -> None:
    with pytest.raises(InputError, match="never in a circle"):
        layout_levels(network([(0, 1), (1, 0)], 2))
    with pytest.raises(InputError, match="at least one"):
        layout_levels([])
    with pytest.raises(UnknownNameError):
        layout_levels(network([], 2), by="tier")
    with pytest.raises(UnknownNameError):
        layout_levels(network([], 2, tier=[1, 2]), by="tier", order=[1])
    with pytest.raises(InputError, match="no value for: a1"):
        layout_levels(network([], 2), by=pd.Series([1], ["a0"]))


def test_nobody_and_one_actor_have_a_layout() -> None:
    assert layout_levels(network([], 0)).empty
    assert layout_levels(network([], 1)).to_numpy().tolist() == [[0.0, 0.0]]


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)
