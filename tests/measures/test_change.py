"""Two waves: ties, actors, the network, and the borders of its units."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import InputError, UnknownNameError
from netcollab import measures as ms
from netcollab.inference import qap_correlation
from netcollab.networks import Network

NAMES = ["nav", "ks", "hdir"]
LEVEL = pd.DataFrame({"level": ["state", "local", "state"]}, NAMES)
BEFORE = [[0, 3, 1], [2, 0, 0], [0, 0, 0]]
AFTER = [[0, 4, 0], [2, 0, 1], [np.nan, 0, 0]]


def network_of(cells: object, **more: object) -> Network:
    square = np.array(cells, dtype=float)
    names = more.pop("names", NAMES[: len(square)])
    return Network.from_matrix(pd.DataFrame(square, names, names), **more)


def waves(**more: object) -> tuple[Network, Network]:
    return network_of(BEFORE, **more), network_of(AFTER, **more)


def joined() -> tuple[Network, Network]:
    """hdir leaves, udir and ssb come."""
    one = network_of(np.ones((3, 3)) - np.eye(3))
    two = np.ones((4, 4)) - np.eye(4)
    two[0, 1] = 0
    return one, network_of(two, names=["udir", "nav", "ks", "ssb"])


# ---- ties


def test_what_became_of_every_tie() -> None:
    table = ms.change(*waves())
    assert table[["source", "target", "kind"]].to_numpy().tolist() == [
        ["nav", "ks", "stronger"],
        ["nav", "hdir", "lost"],
        ["ks", "nav", "kept"],
        ["ks", "hdir", "new"],
        ["hdir", "nav", "unknown"],
    ]
    assert table["change"].tolist()[:4] == [1, -1, 0, 1]
    assert table["reason"].tolist() == ["", "", "", "", "after not asked"]
    assert table.attrs == {"joined": [], "left": [], "absent": 1, "directed": True}


def test_a_tolerance_and_rounding_are_no_change() -> None:
    one = network_of([[0, 0.1 + 0.2], [3, 0]])
    two = network_of([[0, 0.3], [2.5, 0]])
    assert ms.change(one, two)["kind"].tolist() == ["kept", "weaker"]
    assert ms.change(one, two, tolerance=0.5)["kind"].tolist() == ["kept", "kept"]
    for tolerance in (-0.1, math.nan, math.inf):
        with pytest.raises(InputError, match="tolerance"):
            ms.change(one, two, tolerance=tolerance)


def test_pairs_of_undirected_waves_stand_once() -> None:
    one = network_of([[0, 1], [1, 0]], directed=False)
    assert len(ms.change(one, one)) == 1
    assert len(ms.change(one, network_of([[0, 1], [1, 0]]))) == 2


def test_who_joined_or_left_is_said_and_not_compared() -> None:
    table = ms.change(*joined())
    assert table.attrs["joined"] == ["udir", "ssb"]
    assert table.attrs["left"] == ["hdir"]
    assert set(table["source"]) | set(table["target"]) == {"nav", "ks"}
    assert table["kind"].tolist() == ["kept", "kept"]


def test_unknown_is_neither_lost_nor_new() -> None:
    states = pd.DataFrame("", NAMES, NAMES)
    states.loc["hdir", "nav"] = "dont_know"
    states.loc["nav", "ks"] = "structural"
    cells = np.array(BEFORE, dtype=float)
    cells[2, 0] = cells[0, 1] = np.nan
    table = ms.change(network_of(cells, states=states), network_of(AFTER))
    unknown = table[table["kind"] == "unknown"]
    assert unknown["reason"].tolist() == ["before dont know; after not asked"]
    assert unknown["change"].isna().all()


# ---- actors


def test_actors_are_compared_among_those_of_both_waves() -> None:
    told = ms.actor_change(ms.in_degree, *joined())
    assert told.index.tolist() == ["nav", "ks", "hdir", "udir", "ssb"]
    assert told.loc[["nav", "ks"]].to_numpy().tolist() == [[1, 1, 0], [1, 1, 0]]
    assert told.attrs["reasons"] == {
        "hdir": "left: not in the network after",
        "udir": "joined: not in the network before",
        "ssb": "joined: not in the network before",
    }
    assert told.loc[["hdir", "udir", "ssb"]].isna().all(axis=None)


def test_options_reach_the_measure_and_reasons_come_back() -> None:
    one, two = waves()
    told = ms.actor_change(ms.betweenness, one, two, weighted=False)
    expected = ms.betweenness(two, weighted=False) - ms.betweenness(one, weighted=False)
    assert told["change"].tolist() == expected.tolist()
    silent = np.array(AFTER)
    silent[1] = np.nan
    np.fill_diagonal(silent, 0)
    told = ms.actor_change(ms.out_strength, one, network_of(silent))
    assert told.attrs["reasons"] == {
        "ks": "after: no sent tie was observed (not asked)"
    }
    assert told["change"].isna().tolist() == [False, True, False]


def test_no_actor_in_both_waves() -> None:
    told = ms.actor_change(
        ms.degree, network_of(BEFORE), network_of([[0]], names=["x"])
    )
    assert told.isna().all(axis=None)
    assert len(told.attrs["reasons"]) == 4


def test_a_measure_of_actors_is_needed() -> None:
    with pytest.raises(InputError, match="one value per actor"):
        ms.actor_change(ms.density, *waves())
    with pytest.raises(InputError, match="one value per actor"):
        ms.actor_change(ms.dependence, *waves())


# ---- the network


def test_stability_by_hand() -> None:
    told = ms.stability(*waves())
    counts = {"kept": 2, "lost": 1, "new": 1, "absent": 1}
    assert told[list(counts)].to_dict() == counts
    assert told["jaccard"] == 1 / 2
    assert (told["hamming"], told["hamming_share"]) == (2, 2 / 5)
    assert told["share_kept"] == pytest.approx(2 / 3)
    pairs = np.array([(3, 4), (1, 0), (2, 2), (0, 1), (0, 0)]).T
    assert told["correlation"] == pytest.approx(np.corrcoef(pairs)[0, 1])
    sizes = ["n_dyads", "n_unknown", "n_actors", "n_joined", "n_left"]
    assert told[sizes].tolist() == [5, 1, 3, 0, 0]
    strict = ms.stability(*waves(), threshold=3)
    assert strict[list(counts)].tolist() == [1, 0, 0, 4]


def test_stability_says_who_is_not_in_both() -> None:
    told = ms.stability(*joined())
    sizes = ["n_dyads", "n_unknown", "n_actors", "n_joined", "n_left"]
    assert told[sizes].tolist() == [2, 0, 2, 2, 1]
    assert (told.attrs["joined"], told.attrs["left"]) == (["udir", "ssb"], ["hdir"])


def test_ratings_have_a_correlation_and_no_ties() -> None:
    cells = np.array([[0, 4, 2], [5, 0, 3], [1, 2, 0]])
    one, two = network_of(cells, scale=(1, 5)), network_of(cells.T, scale=(1, 5))
    told = ms.stability(one, two)
    assert "dichotomize" in told.attrs["reasons"]["jaccard"]
    assert told["correlation"] == pytest.approx(
        qap_correlation(with_fourth(one.ties), with_fourth(two.ties), rng=1).estimate
    )
    assert ms.stability(one, two, threshold=4).notna().all()


def with_fourth(ties: pd.DataFrame) -> pd.DataFrame:
    """One actor more whom nobody observed: QAP asks for four."""
    return ties.reindex(index=[*NAMES, "x"], columns=[*NAMES, "x"])


def test_presence_only_waves_have_no_stability() -> None:
    named = np.where(np.array(BEFORE) > 0, 1, np.nan)
    told = ms.stability(network_of(named), network_of(BEFORE))
    assert set(told.attrs["reasons"]) == set(told.index[told.isna()])
    assert "absences never" in told.attrs["reasons"]["jaccard"]
    assert told["n_dyads"] == 3


def test_nothing_to_compare_is_told() -> None:
    empty = network_of(np.zeros((3, 3)))
    told = ms.stability(empty, empty)
    assert told.attrs["reasons"].keys() == {"jaccard", "share_kept", "correlation"}
    assert told["hamming"] == 0
    apart = ms.stability(empty, network_of(np.zeros((3, 3)), names=list("abc")))
    assert {"hamming", "hamming_share"} <= apart.attrs["reasons"].keys()
    assert apart[["n_actors", "n_joined", "n_left"]].tolist() == [0, 3, 3]


# ---- borders


def test_the_three_estimands_by_hand() -> None:
    one = network_of([[0, 1, 1], [0, 0, 0], [1, 0, 0]], actors=LEVEL)
    two = network_of([[0, 1, 1], [1, 0, 1], [0, 0, 0]], actors=LEVEL)
    told = ms.boundary_change(one, two, by="level")
    counts = [
        f"{side}_{w}" for side in ("external", "internal") for w in ("before", "after")
    ]
    assert told[counts].tolist() == [1, 3, 2, 1]
    assert told["log_odds_ratio"] == pytest.approx(math.log((3 / 1) / (1 / 2)))
    assert told["share_change"] == pytest.approx(3 / 4 - 1 / 3)
    assert told["ei_change"] == pytest.approx(2 / 4 - (1 - 2) / 3)
    assert told["n_dyads"] == 6
    assert told.attrs["reasons"] == {}


def test_borders_over_dyads_that_both_waves_observed() -> None:
    some = LEVEL.assign(level=["state", None, "state"])
    told = ms.boundary_change(*waves(actors=some), by="level")
    assert told[["n_dyads", "n_unknown", "n_no_group"]].tolist() == [1, 1, 1]
    moved = pd.Series({"ks": "local", "nav": "state", "hdir": "state"})
    again = ms.boundary_change(*waves(), by=moved)
    assert again["external_before"] == 2
    with pytest.raises(UnknownNameError, match='did you mean "level"'):
        ms.boundary_change(*waves(actors=LEVEL), by="levl")


def test_an_odds_ratio_without_a_number_says_which_count_is_zero() -> None:
    one = network_of([[0, 1, 1], [0, 0, 0], [1, 0, 0]], actors=LEVEL)
    two = network_of([[0, 1, 0], [1, 0, 1], [0, 0, 0]], actors=LEVEL)
    told = ms.boundary_change(one, two, by="level")
    assert told.attrs["reasons"].keys() == {"log_odds_ratio"}
    assert "internal after" in told.attrs["reasons"]["log_odds_ratio"]
    assert told["share_change"] == pytest.approx(1 - 1 / 3)
    none = ms.boundary_change(one, network_of(np.zeros((3, 3))), by="level")
    lacking = {"log_odds_ratio", "share_change", "ei_change", "share_after", "ei_after"}
    assert none.attrs["reasons"].keys() == lacking


def test_borders_need_ties_and_absences() -> None:
    rated = network_of(np.where(np.eye(3) > 0, 0, 3), scale=(1, 5), actors=LEVEL)
    told = ms.boundary_change(rated, rated, by="level")
    assert "dichotomize" in told.attrs["reasons"]["share_change"]
    assert ms.boundary_change(rated, rated, by="level", threshold=3)["ei_change"] == 0
    named = network_of(np.where(np.array(BEFORE) > 0, 1, np.nan), actors=LEVEL)
    assert math.isnan(ms.boundary_change(named, named, by="level")["share_change"])


# ---- identities

CELL = st.sampled_from([0.0, 0.0, 1.0, 2.0, np.nan])


@st.composite
def two_waves(draw: st.DrawFn, n: int = 5) -> tuple[Network, Network]:
    groups = pd.DataFrame({"unit": list("ppqqr")}, list("abcde"))
    directed = draw(st.booleans())
    found = []
    for _ in range(2):
        cells = draw(st.lists(CELL, min_size=n * n, max_size=n * n))
        square = np.array(cells).reshape(n, n) * (1 - np.eye(n))
        if not directed:
            square = np.triu(square) + np.triu(square).T
        found.append(
            network_of(square, names=list("abcde"), directed=directed, actors=groups)
        )
    return found[0], found[1]


@given(two_waves())
def test_ties_add_up_to_the_network(pair: tuple[Network, Network]) -> None:
    kinds = ms.change(*pair)["kind"].value_counts()
    told = ms.stability(*pair)
    assert kinds.get("unknown", 0) == told["n_unknown"]
    if "kept" in told.attrs["reasons"]:
        return
    assert kinds.reindex(["kept", "stronger", "weaker"]).sum() == told["kept"]
    assert kinds.get("lost", 0) == told["lost"]
    assert kinds.get("new", 0) == told["new"]
    assert ms.change(*pair).attrs["absent"] == told["absent"]
    assert told[["kept", "lost", "new", "absent"]].sum() == told["n_dyads"]


@given(two_waves())
def test_turning_time_round(pair: tuple[Network, Network]) -> None:
    there, back = ms.stability(*pair), ms.stability(*reversed(pair))
    same = ["jaccard", "hamming", "kept", "absent", "n_dyads", "correlation"]
    np.testing.assert_allclose(there[same], back[same], atol=1e-12)
    np.testing.assert_array_equal(there["lost"], back["new"])
    there, back = (ms.boundary_change(*p, by="unit") for p in (pair, pair[::-1]))
    changes = ["log_odds_ratio", "share_change", "ei_change"]
    np.testing.assert_allclose(there[changes], -back[changes], atol=1e-12)
    np.testing.assert_allclose(
        there["ei_change"], 2 * there["share_change"], atol=1e-12
    )


@given(two_waves())
def test_no_change_where_nothing_changed(pair: tuple[Network, Network]) -> None:
    one, _ = pair
    told = ms.stability(one, one)
    assert told["jaccard"] == 1 or "jaccard" in told.attrs["reasons"]
    assert told["hamming"] == 0 or "hamming" in told.attrs["reasons"]
    assert set(ms.change(one, one)["kind"]) <= {"kept", "unknown"}
    borders = ms.boundary_change(one, one, by="unit")
    assert borders["share_change"] == 0 or "share_change" in borders.attrs["reasons"]
    assert (ms.actor_change(ms.strength, one, one)["change"].dropna() == 0).all()


@given(two_waves())
def test_the_index_of_a_wave_is_the_e_i_index_where_all_was_observed(
    pair: tuple[Network, Network],
) -> None:
    full = [
        network_of(
            network.ties.fillna(0),
            names=list("abcde"),
            directed=network.directed,
            actors=network.actors,
        )
        for network in pair
    ]
    told = ms.boundary_change(*full, by="unit")
    for wave, network in zip(("before", "after"), full, strict=True):
        expected = ms.ei_index(network, by="unit")
        np.testing.assert_allclose(told[f"ei_{wave}"], expected)
