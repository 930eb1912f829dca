"""How far a message goes: by hand, against networkx, bounds by every completion."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import InputError, UnknownNameError
from netcollab.measures import broadcast_reach, broadcast_steps
from netcollab.networks import Network

NAMES = ["board", "school", "nursery", "roads", "water"]


def network(cells: object, **more: object) -> Network:
    square = np.array(cells, dtype=float)
    names = NAMES[: len(square)]
    frame = pd.DataFrame(square, names, names)
    return Network.from_matrix(frame.mask(np.eye(len(square), dtype=bool)), **more)


SQUARES = st.lists(
    st.lists(st.sampled_from([0.0, 0.0, 1.0, np.nan]), min_size=4, max_size=4),
    min_size=4,
    max_size=4,
).map(np.array)


def test_by_hand() -> None:
    # board -> school -> nursery; nobody knows whether school tells water.
    cells = np.zeros((5, 5))
    cells[0, 1] = cells[1, 2] = cells[3, 0] = 1
    cells[1, 4] = np.nan
    net = network(cells)
    steps = broadcast_steps(net, ["board"])
    assert steps["steps"].fillna(-1).tolist() == [1, 2, -1, -1]
    assert steps["steps_at_best"].fillna(-1).tolist() == [1, 2, -1, 2]
    assert set(steps.attrs["reasons"]) == {"roads", "water"}
    adopted = pd.Series([1, 1, 0, 0, 0], NAMES)
    reach = broadcast_reach(net, ["board"], by=adopted)
    assert reach[
        ["group", "steps", "n", "reached", "open", "missed"]
    ].to_numpy().tolist() == [
        [0, 1, 3, 0, 0, 3],
        [0, 2, 3, 1, 1, 1],
        [1, 1, 1, 1, 0, 0],
        [1, 2, 1, 1, 0, 0],
    ]
    assert reach["high"].tolist() == pytest.approx([0, 2 / 3, 1, 1])
    assert reach.attrs == {"reasons": {}, "no_group": 0}


@given(cells=SQUARES, directed=st.booleans())
def test_steps_are_shortest_paths(cells: np.ndarray, directed: bool) -> None:
    known = np.nan_to_num(cells)
    known = known if directed else np.maximum(known, known.T)
    net = network(known, directed=directed)
    graph = nx.from_numpy_array(known, create_using=nx.DiGraph)
    told = nx.multi_source_dijkstra_path_length(graph, {0, 2}, weight=None)
    steps = broadcast_steps(net, ["board", "nursery"])
    expected = [told.get(place, np.nan) for place in (1, 3)]
    np.testing.assert_array_equal(steps["steps"], expected)
    np.testing.assert_array_equal(steps["steps"], steps["steps_at_best"])


@given(cells=SQUARES)
def test_reach_lies_within_its_bounds(cells: np.ndarray) -> None:
    np.fill_diagonal(cells, 0)
    holes = np.argwhere(np.isnan(cells))[:8]
    cells = np.where(np.isnan(cells), 0, cells)
    cells[tuple(holes.T)] = np.nan
    found = broadcast_reach(network(cells), ["board"])
    shares = []
    for filled in itertools.product([0.0, 1.0], repeat=len(holes)):
        other = cells.copy()
        other[tuple(holes.T)] = filled
        shares.append(broadcast_reach(network(other), ["board"])["low"])
    np.testing.assert_allclose(found["low"], np.min(shares, axis=0))
    np.testing.assert_allclose(found["high"], np.max(shares, axis=0))
    total = found[["reached", "open", "missed"]].sum(axis=1)
    assert (total == found["n"]).all()
    assert found["low"].is_monotonic_increasing


def test_everybody_is_a_source() -> None:
    net = network(np.zeros((2, 2)))
    assert broadcast_steps(net, ["board", "school"]).empty
    assert broadcast_reach(net, ["board", "school"]).empty


def test_ties_that_cannot_be_carry_nothing() -> None:
    states = pd.DataFrame("", NAMES[:3], NAMES[:3])
    states.loc["board", "school"] = "structural"
    cells = np.zeros((3, 3))
    cells[0, 1] = cells[1, 2] = np.nan
    net = network(cells, states=states)
    assert broadcast_steps(net, ["board"])["steps_at_best"].isna().all()


def test_ratings_need_a_threshold() -> None:
    rng = np.random.default_rng(3)
    net = network(rng.integers(1, 6, size=(4, 4)), scale=(1.0, 5.0))
    reach = broadcast_reach(net, ["board"])
    assert reach["low"].isna().all()
    assert set(reach.attrs["reasons"]) == set(reach.index)
    assert broadcast_steps(net, ["board"])["steps"].isna().all()
    cut = network(net.ties >= 4)
    pd.testing.assert_frame_equal(
        broadcast_reach(net, ["board"], threshold=4), broadcast_reach(cut, ["board"])
    )


def test_presence_only_may_reach_everybody() -> None:
    cells = np.full((3, 3), np.nan)
    cells[0, 1] = 1
    reach = broadcast_reach(network(cells), ["board"], steps=1)
    assert reach[["low", "high"]].to_numpy().tolist() == [[0.5, 1]]


def test_arguments_are_checked() -> None:
    net = network(np.zeros((3, 3)))
    with pytest.raises(UnknownNameError, match="bord"):
        broadcast_reach(net, ["bord"])
    with pytest.raises(InputError, match="at least one source"):
        broadcast_reach(net, [])
    with pytest.raises(InputError, match="steps"):
        broadcast_reach(net, ["board"], steps=0)
    with pytest.raises(UnknownNameError):
        broadcast_reach(net, ["board"], by="sector")
    with pytest.raises(InputError, match="threshold"):
        broadcast_reach(net, ["board"], threshold=-1)
    one = broadcast_reach(net, "board")
    pd.testing.assert_frame_equal(one, broadcast_reach(net, ["board"]))
