"""Bases of power side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from netcollab import InputError, UnknownNameError
from netcollab import measures as ms
from netcollab.measures import power
from netcollab.networks import Network

NAMES = ["nav", "ks", "hdir", "bufdir"]
ACTORS = pd.DataFrame(
    {"staff": [90, 30, 30, None], "level": ["state", "local", "state", "state"]}, NAMES
)


def network_of() -> Network:
    cells = [[0, 3, 0, 1], [2, 0, 1, 0], [1, 1, 0, 0], [np.nan] * 3 + [0]]
    return Network.from_matrix(pd.DataFrame(cells, NAMES, NAMES), actors=ACTORS)


def test_the_bases_from_the_network() -> None:
    network = network_of()
    profile = ms.power_profile(network)
    assert profile.columns.tolist() == ["position", "reputation"]
    expected = ms.in_strength(network).rank(ascending=False)
    assert profile["reputation"].tolist() == expected.tolist()
    assert profile["position"].isna().tolist() == [False, False, False, True]


def test_equal_values_share_the_average_rank() -> None:
    profile = ms.power_profile(network_of(), bases={}, resources=["staff"])
    assert profile["staff"].tolist()[:3] == [1, 2.5, 2.5]
    assert np.isnan(profile.loc["bufdir", "staff"])


def test_reasons_name_the_base() -> None:
    profile = ms.power_profile(network_of(), resources=["staff"])
    assert profile.attrs["reasons"] == {
        "bufdir": "position: no sent tie was observed (not asked); staff: no value"
    }


def test_bases_are_series_or_attributes() -> None:
    authority = pd.Series({"ks": 2.0, "nav": 1.0, "hdir": 3.0})
    profile = ms.power_profile(
        network_of(), bases={"formal": authority, "people": "staff"}
    )
    assert profile.columns.tolist() == ["formal", "people"]
    assert profile["formal"].tolist()[:3] == [3, 2, 1]
    assert profile.attrs["reasons"]["bufdir"] == "formal: no value; people: no value"


def test_errors_name_what_is_wrong() -> None:
    network = network_of()
    with pytest.raises(UnknownNameError, match="staf"):
        ms.power_profile(network, resources=["staf"])
    with pytest.raises(InputError, match="must be numeric"):
        ms.power_profile(network, resources=["level"])
    with pytest.raises(InputError, match="no actors of this network: ukjent"):
        ms.power_profile(network, bases={"formal": pd.Series({"ukjent": 1.0})})
    with pytest.raises(InputError, match="one name: staff"):
        ms.power_profile(network, bases={"staff": "staff"}, resources=["staff"])
    with pytest.raises(InputError, match="list of attribute names"):
        ms.power_profile(network, resources="staff")


def test_values_that_differ_by_rounding_share_a_rank() -> None:
    values = pd.Series({"nav": 0.1 + 0.2, "ks": 0.3, "hdir": 2.0, "bufdir": 0.0})
    profile = ms.power_profile(network_of(), bases={"formal": values})
    assert profile["formal"].tolist() == [2.5, 2.5, 1, 4]


# ---- what is not known


def test_unknown_values_push_the_known_ones() -> None:
    spans = ms.power_intervals(network_of(), resources=["staff"])["staff"]
    assert spans["best"].tolist() == [1, 2, 2, 1]
    assert spans["worst"].tolist() == [2, 4, 4, 4]
    assert spans.attrs["kind"] == "bounds"


def test_reputation_has_the_bounds_of_strength() -> None:
    network = network_of()
    spans = ms.power_intervals(network)["reputation"]
    expected = ms.rank_intervals(network, index="strength")
    pd.testing.assert_frame_equal(spans, expected)


def test_position_by_scenarios() -> None:
    # b joins a and c, unless the silent d passes on what it receives
    cells = [[0, 1, 0, 4], [1, 0, 1, 4], [0, 1, 0, 4], [None, None, None, 0]]
    names = list("abcd")
    network = Network.from_matrix(pd.DataFrame(cells, names, names), scale=(0, 4))
    spans = ms.power_intervals(network)["position"]
    assert spans.attrs["kind"] == "scenarios"
    assert spans.loc["b"].tolist() == [1, 4]
    assert spans.loc["d"].tolist() == [1, 4]
    assert spans.loc[["a", "c"]].to_numpy().tolist() == [[2, 4], [2, 4]]
    least, most = power._extremes(network)
    assert ms.betweenness(least).tolist() == [0, 2, 0, 0]
    assert ms.betweenness(most).tolist() == [0, 0, 0, 6]


def test_without_unknown_dyads_the_scenarios_are_the_ranks() -> None:
    cells = pd.DataFrame([[0, 3, 0], [2, 0, 1], [0, 1, 0]], NAMES[:3], NAMES[:3])
    network = Network.from_matrix(cells)
    spans = ms.power_intervals(network)["position"]
    assert spans.to_numpy().tolist() == [[2, 3], [1, 1], [2, 3]]


def test_a_rating_that_is_unknown_is_at_least_the_lowest_answer() -> None:
    cells = [[None, 3, 5], [2, None, 4], [1, None, None]]
    network = Network.from_matrix(
        pd.DataFrame(cells, list("abc"), list("abc")), scale=(1, 5)
    )
    low, high = power._extremes(network)
    assert low.ties.loc["c", "b"] == 1
    assert high.ties.loc["c", "b"] == 5


def test_intervals_of_given_bases_know_no_network() -> None:
    formal = pd.Series({"nav": 3.0, "ks": 2.0, "hdir": 1.0, "bufdir": 0.0})
    found = ms.power_intervals(network_of(), bases={"reputation": formal})
    assert found["reputation"].to_numpy().tolist() == [[1, 1], [2, 2], [3, 3], [4, 4]]
