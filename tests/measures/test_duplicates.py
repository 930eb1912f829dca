"""The same work without a tie: by hand, against a projection, what nobody knows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import InputError, UnknownNameError
from netcollab.measures import duplicate_work
from netcollab.networks import Network, project

NAMES = ["school", "nursery", "roads", "water"]


def network(cells: object, **more: object) -> Network:
    frame = pd.DataFrame(np.array(cells, dtype=float), NAMES, NAMES)
    return Network.from_matrix(frame.mask(np.eye(4, dtype=bool)), **more)


def work(cells: object) -> pd.DataFrame:
    return pd.DataFrame(np.array(cells, dtype=float), NAMES, ["parents", "snow"])


def test_by_hand() -> None:
    cells = np.zeros((4, 4))
    cells[1, 0] = 1
    cells[2, 3] = np.nan
    does = work([[1, 1], [1, 0], [0, 1], [np.nan, 2]])
    unit = pd.Series(["child", "child", "works", None], NAMES)
    table = duplicate_work(does, network(cells), by=unit)
    assert table.drop(columns="across").to_numpy().tolist() == [
        ["school", "nursery", 1, "parents", "coordinated"],
        ["school", "roads", 1, "snow", "duplicate"],
        ["school", "water", 1, "snow", "duplicate"],
        ["roads", "water", 1, "snow", "unknown"],
    ]
    assert table["across"].tolist() == [False, True, pd.NA, pd.NA]
    assert table.attrs == {
        "duplicate": 2,
        "coordinated": 1,
        "unknown": 1,
        "pairs": 4,
        "low": 0.5,
        "high": 0.75,
        "open": 1,
        "reason": "",
    }


@given(
    cells=st.lists(
        st.lists(st.sampled_from([0.0, 1.0, np.nan]), min_size=4, max_size=4),
        min_size=4,
        max_size=4,
    ),
    does=st.lists(
        st.lists(st.sampled_from([0.0, 1.0, np.nan]), min_size=2, max_size=2),
        min_size=4,
        max_size=4,
    ),
)
def test_two_roads(cells: list[list[float]], does: list[list[float]]) -> None:
    net, known = network(cells), work(does).fillna(0)
    table = duplicate_work(work(does), net)
    shared = project(known).ties.stack()
    shared = shared[shared > 0]
    pairs = {frozenset(pair) for pair in shared.index}
    assert {frozenset(pair) for pair in table[["one", "other"]].to_numpy()} == pairs
    for row in table.itertuples():
        both = net.ties.loc[row.one, row.other], net.ties.loc[row.other, row.one]
        expected = "unknown" if np.isnan(both).any() else "duplicate"
        assert row.kind == ("coordinated" if 1 in both else expected)
        assert row.shared == shared[row.one, row.other]
        assert len(row.objects.split("; ")) == row.shared
    assert table.attrs["pairs"] == len(table)


def test_nothing_shared() -> None:
    table = duplicate_work(work([[1, 0], [0, 1], [0, 0], [0, 0]]), network(np.eye(4)))
    assert table.empty
    assert np.isnan(table.attrs["low"])
    assert table.columns.tolist() == ["one", "other", "shared", "objects", "kind"]


def test_ratings_and_documented_ties() -> None:
    does = work(np.ones((4, 2)))
    rated = network(np.full((4, 4), 2.0), scale=(1.0, 5.0))
    table = duplicate_work(does, rated)
    assert set(table["kind"]) == {"unknown"}
    assert "dichotomize" in table.attrs["reason"]
    assert set(duplicate_work(does, rated, threshold=3)["kind"]) == {"duplicate"}
    assert set(duplicate_work(does, rated, threshold=2)["kind"]) == {"coordinated"}
    named = np.full((4, 4), np.nan)
    named[0, 1] = 1
    kinds = duplicate_work(does, network(named))["kind"]
    assert kinds.value_counts().to_dict() == {"unknown": 5, "coordinated": 1}


def test_arguments_are_checked() -> None:
    net = network(np.zeros((4, 4)))
    with pytest.raises(InputError, match="only in one: water"):
        duplicate_work(work(np.ones((4, 2))).iloc[:3], net)
    with pytest.raises(InputError, match="at least 0"):
        duplicate_work(work(-np.ones((4, 2))), net)
    with pytest.raises(InputError, match="threshold"):
        duplicate_work(work(np.ones((4, 2))), net, threshold=0)
    with pytest.raises(UnknownNameError):
        duplicate_work(work(np.ones((4, 2))), net, by="sector")
