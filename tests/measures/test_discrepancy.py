"""Bases of power that disagree."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from netcollab import measures as ms

NAMES = ["nav", "ks", "hdir", "bufdir"]

RANKS = pd.DataFrame(
    {
        "staff": [1, 2, 3, 4],
        "trust": [4, 3, 2, 1],
        "same": [2.5, 2.5, 2.5, 2.5],
        "few": [np.nan, np.nan, 1, np.nan],
        "tied": [1.5, 1.5, 3, 4],
    },
    NAMES,
    dtype=float,
)


def test_tau_by_hand() -> None:
    table = ms.rank_discrepancy(RANKS[["staff", "trust", "tied"]])
    assert table.index.tolist() == [
        ("staff", "trust"),
        ("staff", "tied"),
        ("trust", "tied"),
    ]
    assert table["tau_b"].tolist() == pytest.approx(
        [-1, 5 / np.sqrt(30), -5 / np.sqrt(30)]
    )
    assert table["n"].tolist() == [4, 4, 4]
    assert table.attrs["reasons"] == {}


def test_bases_that_cannot_be_compared() -> None:
    table = ms.rank_discrepancy(RANKS[["staff", "same", "few"]])
    assert table["tau_b"].isna().all()
    assert table["n"].tolist() == [4, 1, 1]
    assert table.attrs["reasons"] == {
        ("staff", "same"): "all have the same rank: same",
        ("staff", "few"): "fewer than two actors are ranked on both",
        ("same", "few"): "fewer than two actors are ranked on both",
    }


def test_one_base_has_nothing_to_compare() -> None:
    table = ms.rank_discrepancy(RANKS[["staff"]])
    assert table.empty
    assert table.columns.tolist() == ["n", "tau_b"]


@given(arrays(float, (7, 2), elements=st.sampled_from([1, 2, 3, 4, np.nan])))
def test_tau_is_that_of_scipy(cells: np.ndarray) -> None:
    profile = pd.DataFrame(cells, columns=["a", "b"])
    both = profile.dropna()
    found = ms.rank_discrepancy(profile)["tau_b"].item()
    if len(both) < 2:
        assert np.isnan(found)
        return
    expected = stats.kendalltau(both["a"], both["b"]).statistic
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_the_spread_names_the_bases() -> None:
    table = ms.rank_spread(RANKS[["staff", "trust", "tied"]])
    assert table.loc["nav"].tolist() == ["staff", 1, "trust", 4, 3]
    assert table.loc["bufdir"].tolist() == ["trust", 1, "staff, tied", 4, 3]
    assert table.attrs["reasons"] == {}


def test_an_actor_on_one_base_has_no_spread() -> None:
    table = ms.rank_spread(RANKS[["few", "staff"]].drop(columns="staff"))
    assert table["spread"].isna().all()
    assert table["highest"].tolist() == ["", "", "few", ""]
    assert set(table.attrs["reasons"].values()) == {"ranked on fewer than two bases"}


def test_bases_that_agree_have_no_spread() -> None:
    table = ms.rank_spread(RANKS[["staff", "staff"]].set_axis(["a", "b"], axis=1))
    assert table["spread"].tolist() == [0, 0, 0, 0]
    assert set(table["highest"]) == set(table["lowest"]) == {"a, b"}
