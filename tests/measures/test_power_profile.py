"""Bases of power side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from netcollab import InputError, UnknownNameError
from netcollab import measures as ms
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
