"""Brokerage roles of Gould and Fernandez, and what chance would give."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import InputError, UnknownNameError
from netcollab import measures as ms
from netcollab.networks import Network, reverse

ROLES = ["coordinator", "itinerant", "gatekeeper", "representative", "liaison"]
COLUMNS = [*ROLES, "total"]
SECTORS = ["health", "health", "school", "school", "labour", "health"]


def network_of(cells: object, **more: object) -> Network:
    square = np.array(cells, dtype=float)
    names = [chr(97 + place) for place in range(len(square))]
    sector = more.pop("sector", SECTORS[: len(square)])
    actors = pd.DataFrame({"sector": sector}, names)
    return Network.from_matrix(
        pd.DataFrame(square, names, names), actors=actors, **more
    )


def path(sectors: list[str]) -> Network:
    """a -> b -> c and nothing else."""
    cells = np.zeros((3, 3))
    cells[0, 1] = cells[1, 2] = 1
    return network_of(cells, sector=sectors)


def counted_one_by_one(network: Network) -> pd.DataFrame:
    """Triple by triple, from the definition."""
    ties, group = network.ties, network.attribute("sector")
    counts = pd.DataFrame(0.0, network.ties.index, COLUMNS)
    for a, b, c in itertools.permutations(network.ties.index, 3):
        if not (ties.loc[a, b] > 0 and ties.loc[b, c] > 0 and ties.loc[a, c] == 0):
            continue
        if group[[a, b, c]].isna().any():
            continue
        same = (group[a] == group[b], group[b] == group[c], group[a] == group[c])
        role = {
            (True, True, True): "coordinator",
            (False, False, True): "itinerant",
            (False, True, False): "gatekeeper",
            (True, False, False): "representative",
            (False, False, False): "liaison",
        }[same]
        counts.loc[b, [role, "total"]] += 1
    return counts


@st.composite
def networks(draw: st.DrawFn) -> Network:
    cell = st.sampled_from([0, 0, 1, 2, None])
    cells = draw(st.lists(cell, min_size=36, max_size=36))
    square = np.array(cells, dtype=float).reshape(6, 6)
    np.fill_diagonal(square, 0)
    directed = draw(st.booleans())
    if not directed:
        upper = np.triu(square, 1)
        square = upper + upper.T
    sector = draw(st.lists(st.sampled_from([*"xyz", None]), min_size=6, max_size=6))
    return network_of(square, directed=directed, sector=sector)


# ---- the counts


@pytest.mark.parametrize(
    ("sectors", "role"),
    [
        (["x", "x", "x"], "coordinator"),
        (["x", "y", "x"], "itinerant"),
        (["x", "y", "y"], "gatekeeper"),
        (["x", "x", "y"], "representative"),
        (["x", "y", "z"], "liaison"),
    ],
)
def test_one_path_is_one_role(sectors: list[str], role: str) -> None:
    counts = ms.brokerage(path(sectors), by="sector")
    assert counts.columns.tolist() == COLUMNS
    expected = dict.fromkeys(COLUMNS, 0.0) | {role: 1, "total": 1}
    assert counts.loc["b"].to_dict() == expected
    assert not counts.loc[["a", "c"]].to_numpy().any()


def test_a_direct_tie_needs_no_broker_and_an_unknown_one_is_not_counted() -> None:
    cells = path(["x", "y", "z"]).ties.to_numpy().copy()
    cells[0, 2] = 1
    assert not ms.brokerage(network_of(cells), by="sector").to_numpy().any()
    cells[0, 2] = np.nan
    assert not ms.brokerage(network_of(cells), by="sector").to_numpy().any()
    cells[0, 2], cells[2, 0] = 0, np.nan  # the way back does not matter
    assert ms.brokerage(network_of(cells), by="sector")["total"].tolist() == [0, 1, 0]


def test_an_undirected_path_is_counted_from_either_end() -> None:
    cells = np.zeros((3, 3))
    cells[0, 1] = cells[1, 0] = cells[1, 2] = cells[2, 1] = 1
    network = network_of(cells, directed=False, sector=["x", "y", "y"])
    counts = ms.brokerage(network, by="sector").loc["b"]
    assert counts.to_dict() == dict.fromkeys(COLUMNS, 0.0) | {
        "gatekeeper": 1,
        "representative": 1,
        "total": 2,
    }


@given(networks())
def test_products_count_what_a_loop_counts(network: Network) -> None:
    counts = ms.brokerage(network, by="sector")
    known = counts.notna().all(axis=1)
    expected = counted_one_by_one(network)
    pd.testing.assert_frame_equal(counts[known], expected[known])
    assert set(counts.index[~known]) == set(counts.attrs["reasons"])
    assert counts[~known].isna().all(axis=None)


@given(networks())
def test_turning_all_ties_turns_gatekeepers_into_representatives(
    network: Network,
) -> None:
    counts = ms.brokerage(network, by="sector").dropna()
    turned = ms.brokerage(reverse(network), by="sector").rename(
        columns={"gatekeeper": "representative", "representative": "gatekeeper"}
    )
    pd.testing.assert_frame_equal(
        turned.reindex(counts.index)[COLUMNS], counts, check_names=False
    )


@given(networks(), st.permutations(range(6)))
def test_names_and_order_of_actors_do_not_matter(
    network: Network, order: list[int]
) -> None:
    names = [f"nr {place}" for place in range(6)]
    other = Network.from_matrix(
        network.ties.iloc[order, order].set_axis(names).set_axis(names, axis=1),
        directed=network.directed,
        actors=network.actors.iloc[order].set_axis(names),
    )
    counts = ms.brokerage(network, by="sector").iloc[order].set_axis(names)
    pd.testing.assert_frame_equal(ms.brokerage(other, by="sector"), counts)
    test = ms.brokerage_test(network, by="sector")
    again = ms.brokerage_test(other, by="sector")
    new = dict(zip(network.ties.index[order], names, strict=True))
    moved = test.assign(actor=test["actor"].map(new)).set_index(["actor", "role"])
    moved = moved.loc[pd.MultiIndex.from_frame(again[["actor", "role"]])]
    np.testing.assert_allclose(again.set_index(["actor", "role"]), moved, rtol=1e-12)


def test_strengths_do_not_matter() -> None:
    cells = path(["x", "y", "z"]).ties.fillna(0).to_numpy()
    counts = ms.brokerage(network_of(cells), by="sector")
    pd.testing.assert_frame_equal(
        ms.brokerage(network_of(7 * cells), by="sector"), counts
    )


# ---- degenerate networks


def degenerate() -> dict[str, Network]:
    named = np.full((5, 5), np.nan)
    named[0, 1] = named[1, 2] = 1
    silent = np.zeros((5, 5))
    silent[0, 1] = silent[1, 2] = 1
    silent[4] = np.nan
    pairs = np.zeros((5, 5))
    pairs[[0, 1, 2, 3], [1, 0, 3, 2]] = 1
    signs = np.sign(np.subtract.outer(np.arange(5), np.arange(5)))
    return {
        "empty": network_of(np.zeros((5, 5))),
        "complete": network_of(1 - np.eye(5)),
        "complete undirected": network_of(1 - np.eye(5), directed=False),
        "one actor": network_of(np.zeros((1, 1))),
        "two actors": network_of([[0, 1], [1, 0]]),
        "disconnected": network_of(pairs),
        "silent actor": network_of(silent),
        "presence-only": network_of(named),
        "nothing observed": network_of(np.full((5, 5), np.nan)),
        "rated": network_of(3 - 3 * np.eye(5), scale=(1.0, 5.0)),
        "signed": network_of(signs, signed=True),
        "no group": network_of(np.zeros((5, 5)), sector=[None] * 5),
    }


CASES = degenerate()


@pytest.mark.parametrize("case", CASES)
def test_every_actor_has_counts_or_a_reason(case: str) -> None:
    network = CASES[case]
    counts = ms.brokerage(network, by="sector")
    assert counts.columns.tolist() == COLUMNS
    assert counts.index.equals(network.ties.index)
    told = counts.attrs["reasons"]
    assert set(counts.index[counts.isna().any(axis=1)]) == set(told)
    assert all(told.values())
    test = ms.brokerage_test(network, by="sector")
    assert test.columns.tolist() == ["actor", "role", "count", "expected", "sd", "z"]
    assert len(test) == 6 * network.n
    wide = test.pivot(index="actor", columns="role", values="count")[COLUMNS]
    np.testing.assert_array_equal(wide, counts)
    gaps = test[test.isna().any(axis=1)]
    pairs = set(zip(gaps["actor"], gaps["role"], strict=True))
    assert pairs == set(test.attrs["reasons"])
    assert all(test.attrs["reasons"].values())
    assert not np.isinf(test["z"].dropna()).any()


def test_what_degenerate_networks_say() -> None:
    for case in ("empty", "complete", "disconnected", "two actors", "rated"):
        assert not ms.brokerage(CASES[case], by="sector").to_numpy().any(), case
    told = {
        case: ms.brokerage(CASES[case], by="sector").attrs["reasons"] for case in CASES
    }
    assert told["silent actor"] == {"e": "no sent tie was observed (not asked)"}
    only = "presence-only: ties were documented, absences never"
    assert told["presence-only"] == dict.fromkeys("abcde", only)
    assert told["nothing observed"]["a"] == "no dyad was observed"
    assert told["one actor"] == {"a": "the network has no pair of actors"}
    assert told["no group"]["a"] == "its group is not known"
    reasons = ms.brokerage_test(CASES["complete"], by="sector").attrs["reasons"]
    assert reasons["a", "liaison"] == "with a density of 0 or 1 the count cannot vary"
    assert reasons["e", "coordinator"] == "no triple of this role was observed in full"


def test_a_silent_actor_is_a_target_still() -> None:
    cells = np.zeros((5, 5))
    cells[0, 1] = cells[1, 4] = 1
    cells[4] = np.nan
    counts = ms.brokerage(network_of(cells), by="sector")
    assert counts.loc["b", "representative"] == 1


def test_errors_name_what_is_wrong() -> None:
    for measure in (ms.brokerage, ms.brokerage_test):
        with pytest.raises(UnknownNameError, match='did you mean "sector"'):
            measure(CASES["empty"], by="sectr")
        with pytest.raises(InputError, match="no actors of this network: x"):
            measure(CASES["empty"], by=pd.Series({"x": 1}))


# ---- chance


def over_all_networks(
    known: np.ndarray, d: float, *, directed: bool, sector: list[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance of every count over all networks on the known dyads."""
    free = np.argwhere(known if directed else np.triu(known))
    mean = square = 0
    for ties in itertools.product((0, 1), repeat=len(free)):
        cells = np.where(known, 0.0, np.nan)
        cells[tuple(free.T)] = ties
        if not directed:
            cells = np.maximum(cells, cells.T)
        weight = d ** sum(ties) * (1 - d) ** (len(ties) - sum(ties))
        counts = by_array(cells, np.array(sector))
        mean = mean + weight * counts
        square = square + weight * counts**2
    return mean, square - mean**2


def by_array(cells: np.ndarray, sector: np.ndarray) -> np.ndarray:
    """Counts from the definition on arrays, (actors, roles and total)."""
    tied, absent = (cells > 0), (cells == 0)
    triples = tied[:, :, None] & tied[None, :, :] & absent[:, None, :]
    triples &= ~np.eye(len(cells), dtype=bool)[:, None, :]
    same = sector[:, None] == sector
    first, second = same[:, :, None], same[None, :, :]
    ends = same[:, None, :]
    kinds = [
        first & second,
        ~first & ~second & ends,
        ~first & second,
        first & ~second,
        ~first & ~second & ~ends,
    ]
    counts = np.array([(triples & kind).sum((0, 2)) for kind in kinds])
    return np.vstack([counts, counts.sum(0)]).T.astype(float)


@pytest.mark.parametrize("directed", [True, False])
def test_moments_are_those_over_all_networks(directed: bool) -> None:
    n = 4 if directed else 5
    known = ~np.eye(n, dtype=bool)
    known[0, 3] = False
    known[3, 0] = directed
    cells = np.where(known, 0.0, np.nan)
    cells[0, 1] = cells[1, 2] = cells[2, 3] = cells[3, 1] = 1
    if not directed:
        cells = np.maximum(cells, cells.T)
    sector = ["x", "x", "y", "x", "z"][:n]
    network = network_of(cells, directed=directed, sector=sector)
    mean, variance = over_all_networks(
        known, ms.density(network), directed=directed, sector=sector
    )
    test = ms.brokerage_test(network, by="sector")
    assert mean[:, -1].min() > 0
    np.testing.assert_allclose(test["expected"], mean.ravel(), atol=1e-12)
    np.testing.assert_allclose(test["sd"] ** 2, variance.ravel(), atol=1e-12)
    varied = variance.ravel() > 1e-12
    z = (test["count"] - mean.ravel()) / np.sqrt(np.where(varied, variance.ravel(), 1))
    np.testing.assert_allclose(test["z"], z.where(varied), rtol=1e-9)


def test_z_of_brokers_between_sectors_is_above_that_of_the_others() -> None:
    # Two closed groups and one actor that all ties between them pass.
    cells = np.kron(np.eye(2), np.ones((5, 5)))
    np.fill_diagonal(cells, 0)
    cells[0, 5:] = cells[5:, 0] = 1
    network = network_of(cells, directed=False, sector=["x"] * 5 + ["y"] * 5)
    test = ms.brokerage_test(network, by="sector").set_index(["role", "actor"])["z"]
    assert test["total"].idxmax() == "a"
    assert test["gatekeeper", "a"] > 3
    assert math.isclose(test["gatekeeper", "a"], test["representative", "a"])
