"""Mixing of groups: the table, Yule's Q, Coleman's index, and the evenness of ties."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import InputError, UnknownNameError
from netcollab import measures as ms
from netcollab.networks import Network

NAMES = list("abcde")
SECTOR = pd.DataFrame(
    {"sector": ["health", "health", "school", "school", "labour"]}, NAMES
)
CELLS = np.array(
    [
        [0, 5, 1, 0, 0],
        [2, 0, 0, 0, 0],
        [1, 0, 0, np.nan, 0],
        [0, 0, 3, 0, 1],
        [0, 0, 0, 0, 0],
    ]
)


def network_of(cells: object = CELLS, **more: object) -> Network:
    actors = more.pop("actors", SECTOR)
    frame = pd.DataFrame(np.array(cells, dtype=float), NAMES, NAMES)
    return Network.from_matrix(frame, actors=actors, **more)


def undirected(cells: np.ndarray = CELLS) -> Network:
    upper = np.triu(np.nan_to_num(cells), 1)
    return network_of(upper + upper.T, directed=False)


SQUARES = st.lists(st.sampled_from([0, 0, 1, 2, None]), min_size=25, max_size=25).map(
    lambda cells: np.array(cells, dtype=float).reshape(5, 5) * (1 - np.eye(5))
)


def degenerate() -> dict[str, Network]:
    named = np.full((5, 5), np.nan)
    named[0, 1] = named[0, 2] = 1
    pairs = np.zeros((5, 5))
    pairs[[0, 1, 2, 3], [1, 0, 3, 2]] = 1
    signs = np.sign(np.subtract.outer(np.arange(5), np.arange(5)))
    silent = CELLS.copy()
    silent[1] = np.nan
    return {
        "empty": network_of(np.zeros((5, 5))),
        "complete": network_of(1 - np.eye(5)),
        "complete undirected": network_of(1 - np.eye(5), directed=False),
        "disconnected": network_of(pairs),
        "silent actor": network_of(silent),
        "presence-only": network_of(named),
        "nothing observed": network_of(np.full((5, 5), np.nan)),
        "signed": network_of(signs, signed=True),
        "one group": network_of(actors=SECTOR.assign(sector="health")),
        "no group": network_of(actors=SECTOR.assign(sector=None)),
        "one actor": Network.from_matrix(
            pd.DataFrame([[0.0]], ["a"], ["a"]), actors=SECTOR.loc[["a"]]
        ),
    }


CASES = degenerate()


# ---- the table


def test_the_table_by_hand() -> None:
    table = ms.mixing(network_of(), by="sector")
    assert table.columns.tolist() == [
        *("source", "target", "ties", "dyads", "density", "expected")
    ]
    square = table.pivot(index="source", columns="target", values="ties")
    assert square.index.tolist() == ["health", "labour", "school"]
    assert square.to_numpy().tolist() == [[2, 0, 1], [0, 0, 0], [1, 1, 1]]
    square = table.pivot(index="source", columns="target", values="dyads")
    assert square.to_numpy().tolist() == [[2, 2, 4], [2, 0, 2], [4, 2, 1]]
    row = table.set_index(["source", "target"]).loc[("health", "school")]
    assert row["density"] == 1 / 4
    assert row["expected"] == pytest.approx(6 * 4 / 19)
    assert table.attrs["reasons"] == {("labour", "labour"): "no dyad was observed"}


def test_strengths_are_summed() -> None:
    table = ms.mixing(network_of(), by="sector", weighted=True)
    row = table.set_index(["source", "target"]).loc[("health", "health")]
    assert row.to_dict() == {
        "ties": 7,
        "dyads": 2,
        "density": 3.5,
        "expected": pytest.approx(13 * 2 / 19),
    }


def test_an_undirected_tie_goes_both_ways() -> None:
    table = ms.mixing(undirected(), by="sector").set_index(["source", "target"])
    assert table.loc[("health", "health"), "ties"] == 2  # a-b, from either end
    assert table.loc[("health", "school"), "ties"] == 1  # a-c
    assert table.loc[("school", "health"), "ties"] == 1
    assert table["dyads"].sum() == 20


@given(SQUARES)
def test_the_table_adds_up_to_the_network(cells: np.ndarray) -> None:
    network = network_of(cells)
    table = ms.mixing(network, by="sector")
    assert table["ties"].sum() == network.n_ties
    assert table["dyads"].sum() == network.observed.to_numpy().sum()
    across = table["source"] != table["target"]
    share = ms.cross_boundary_share(network, by="sector")
    if network.n_ties:
        assert table["ties"][across].sum() / network.n_ties == pytest.approx(share)
    if not ms.reason(ms.density, network):
        assert table["expected"].sum() == pytest.approx(network.n_ties)
        expected = ms.ei_range(network, by="sector")["expected"]
        if network.n_ties:
            chance = table["expected"][across].sum() / network.n_ties
            assert 2 * chance - 1 == pytest.approx(expected)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("case", CASES)
def test_every_gap_in_the_table_has_a_reason(case: str, weighted: bool) -> None:
    table = ms.mixing(CASES[case], by="sector", weighted=weighted)
    gaps = table[table.isna().any(axis=1)]
    told = table.attrs["reasons"]
    assert set(zip(gaps["source"], gaps["target"], strict=True)) == set(told)
    assert all(told.values())
    known = CASES[case].attribute("sector").nunique()
    assert len(table) == known**2


def test_absences_nobody_documented_give_no_density() -> None:
    table = ms.mixing(CASES["presence-only"], by="sector")
    assert table["ties"].sum() == 2
    assert table[["density", "expected"]].isna().all(axis=None)
    assert set(table.attrs["reasons"].values()) == {
        "presence-only: ties were documented, absences never"
    }


def test_ratings_have_a_mean_and_no_density() -> None:
    ratings = np.where(np.eye(5) > 0, 0, 2.0)
    ratings[0, 1], ratings[3, 4] = 5, np.nan
    network = network_of(ratings, scale=(1, 5))
    table = ms.mixing(network, by="sector")
    assert table["density"].isna().all()
    assert "dichotomize the ratings" in table.attrs["reasons"]["health", "school"]
    table = ms.mixing(network, by="sector", weighted=True).set_index(
        ["source", "target"]
    )
    assert table.loc[("health", "health"), "density"] == (5 + 2) / 2
    assert table["expected"].sum() == pytest.approx(5 + 18 * 2)
    span = ms.ei_range(network, by="sector", weighted=True)
    assert span["expected"] == pytest.approx((15 - 4) / 19)
    assert span["minimum"] < span["observed"] < span["maximum"]


# ---- Yule's Q


def test_yules_q_by_hand() -> None:
    # inside groups a-b, b-a and d-c are ties and c-d is none; across 3 of 16 are
    network = network_of(np.where(np.isnan(CELLS), 0, CELLS))
    a, b, c, d = 3, 1, 3, 13
    expected = (a * d - b * c) / (a * d + b * c)
    assert ms.yules_q(network, by="sector") == pytest.approx(expected, rel=1e-12)
    ratio = (a / b) / (c / d)
    assert ms.yules_q(network, by="sector") == pytest.approx((ratio - 1) / (ratio + 1))


def test_yules_q_at_its_ends() -> None:
    inside = np.zeros((5, 5))
    inside[0, 1] = 1
    assert ms.yules_q(network_of(inside), by="sector") == 1
    assert ms.yules_q(network_of(1 - np.eye(5) - inside), by="sector") == -1


@pytest.mark.parametrize(
    ("case", "told"),
    [
        ("empty", "no tie was observed"),
        ("complete", "no absence was observed"),
        ("one group", "no dyad across groups was observed"),
        ("no group", "no dyad inside a group was observed"),
        ("one actor", "the network has no pair of actors"),
        ("nothing observed", "no dyad was observed"),
    ],
)
def test_yules_q_says_why_not(case: str, told: str) -> None:
    assert math.isnan(ms.yules_q(CASES[case], by="sector"))
    assert ms.reason(ms.yules_q, CASES[case], by="sector") == told


# ---- Coleman's index


def test_coleman_by_hand() -> None:
    # health sends 3, by chance 3 / 4 stay, 2 do. School sends 3: c 1, by chance 0 of
    # its 3 observed dyads are inside; d 2, by chance 2 / 4; 1 stays.
    value = ms.coleman(network_of(), by="sector")
    assert value["health"] == pytest.approx((2 - 3 / 4) / (3 - 3 / 4), rel=1e-12)
    assert value["school"] == pytest.approx((1 - 2 / 4) / (3 - 2 / 4), rel=1e-12)
    assert math.isnan(value["labour"])
    assert value.attrs["reasons"] == {"labour": "its actors send no observed tie"}


def test_coleman_at_its_ends() -> None:
    cells = np.zeros((5, 5))
    cells[0, 1] = cells[2, 0] = 1
    value = ms.coleman(network_of(cells), by="sector")
    assert value.dropna().to_dict() == {"health": 1, "school": -1}


def test_a_group_of_one_and_a_network_of_one_group_have_no_coleman() -> None:
    cells = np.zeros((5, 5))
    cells[4, 0] = 1
    told = ms.coleman(network_of(cells), by="sector").attrs["reasons"]
    assert told["labour"] == "no dyad inside the group was observed"
    told = ms.coleman(CASES["one group"], by="sector").attrs["reasons"]
    assert told == {"health": "no dyad to another group was observed"}


@given(SQUARES)
def test_coleman_lies_between_minus_one_and_one(cells: np.ndarray) -> None:
    value = ms.coleman(network_of(cells), by="sector")
    assert value.dropna().between(-1 - 1e-12, 1 + 1e-12).all()
    assert set(value.index[value.isna()]) == set(value.attrs["reasons"])


@pytest.mark.parametrize("measure", [ms.coleman, ms.ei_by_group])
@pytest.mark.parametrize("case", CASES)
def test_a_group_has_a_value_or_a_reason(case: str, measure: object) -> None:
    value = measure(CASES[case], by="sector")
    known = sorted(CASES[case].attribute("sector").dropna().unique())
    assert value.index.tolist() == known
    assert set(value.index[value.isna()]) == set(value.attrs["reasons"])
    assert all(value.attrs["reasons"].values())


# ---- how even an actor's ties are


def test_iqv_by_hand() -> None:
    value = ms.iqv(network_of(), by="sector")
    np.testing.assert_allclose(value, [3 / 2 * 1 / 2, 0, 0, 3 / 2 * 1 / 2, np.nan])
    strong = ms.iqv(network_of(), by="sector", weighted=True)
    assert strong["a"] == pytest.approx(3 / 2 * (1 - (25 + 1) / 36), rel=1e-12)
    assert strong["d"] == pytest.approx(3 / 2 * (1 - (9 + 1) / 16), rel=1e-12)
    received = ms.iqv(network_of(), by="sector", direction="in")
    assert received["a"] == pytest.approx(3 / 2 * 1 / 2, rel=1e-12)
    assert received["e"] == 0


def test_iqv_needs_no_group_of_the_actor_itself_but_two_in_the_network() -> None:
    some = SECTOR.assign(sector=[None, "health", "school", "school", "labour"])
    assert ms.iqv(network_of(actors=some), by="sector")["a"] == pytest.approx(3 / 4)
    told = ms.reason(ms.iqv, CASES["one group"], by="sector")
    assert "fewer than two groups are known" in told


# ---- the tables have a contract of their own


@given(SQUARES, st.permutations(range(5)))
def test_names_and_order_of_actors_do_not_matter(
    cells: np.ndarray, order: list[int]
) -> None:
    network = network_of(cells)
    names = [f"nr {place}" for place in range(5)]
    other = Network.from_matrix(
        network.ties.iloc[order, order].set_axis(names).set_axis(names, axis=1),
        actors=SECTOR.iloc[order].set_axis(names),
    )
    for table in (ms.mixing, ms.coleman, ms.ei_by_group, ms.ei_range):
        value, again = table(network, by="sector"), table(other, by="sector")
        assert again.attrs == value.attrs
        if isinstance(value, pd.Series):
            pd.testing.assert_series_equal(again, value)
        else:
            pd.testing.assert_frame_equal(again, value)


def test_groups_stand_in_their_declared_order() -> None:
    order = pd.CategoricalDtype(["school", "nobody", "health", "labour"], ordered=True)
    table = ms.mixing(network_of(actors=SECTOR.astype(order)), by="sector")
    assert table["source"].unique().tolist() == ["school", "health", "labour"]


def test_groups_may_be_numbers_and_words() -> None:
    level = pd.Series([2, "ten", 1, 2, "ten"], NAMES, name="level")
    assert ms.coleman(network_of(), by=level).index.tolist() == [1, 2, "ten"]


def test_errors_name_what_is_wrong() -> None:
    for measure in (ms.mixing, ms.coleman, ms.yules_q, ms.iqv):
        with pytest.raises(UnknownNameError, match='did you mean "sector"'):
            measure(network_of(), by="sectr")
        with pytest.raises(InputError, match="no actors of this network: x"):
            measure(network_of(), by=pd.Series({"x": 1}))
    with pytest.raises(UnknownNameError, match="direction"):
        ms.iqv(network_of(), by="sector", direction="both")
