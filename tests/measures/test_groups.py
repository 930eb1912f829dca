"""Modularity and assortativity by groups that are given."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import InputError, UnknownNameError
from netcollab import measures as ms
from netcollab.networks import Network

NAMES = list("abcdef")
ABOUT = pd.DataFrame(
    {
        "sector": ["health", "health", "health", "school", "school", "labour"],
        "staff": [10.0, 30.0, 20.0, 60.0, 50.0, 40.0],
        "code": [1, 1, 1, 2, 2, 3],
        "large": [False, False, False, True, True, True],
    },
    NAMES,
)


def network_of(cells: np.ndarray, **more: object) -> Network:
    n = len(cells)
    frame = pd.DataFrame(cells, NAMES[:n], NAMES[:n], dtype=float)
    actors = more.pop("actors", ABOUT.iloc[:n])
    return Network.from_matrix(frame, actors=actors, **more)


def random_cells(seed: int, *, directed: bool = True) -> np.ndarray:
    rng = np.random.default_rng(seed)
    cells = rng.integers(0, 4, (6, 6)) * (1.0 - np.eye(6))
    cells[0, 1] = cells[1, 0] = 2
    return cells if directed else np.triu(cells) + np.triu(cells).T


def sets_of(by: str) -> list[set[str]]:
    return [set(part.index) for _, part in ABOUT.groupby(by)]


# ---- modularity


def test_two_pairs_by_hand() -> None:
    cells = np.kron(np.eye(2), 1 - np.eye(2))
    half = pd.Series(["x", "x", "y", "y"], NAMES[:4])
    network = network_of(cells, directed=False)
    assert ms.modularity(network, by=half) == 0.5
    across = pd.Series(["x", "y", "x", "y"], NAMES[:4])
    assert ms.modularity(network, by=across) == -0.5


def test_directed_modularity_by_hand() -> None:
    cells = np.array([[0, 3, 0], [0, 0, 1], [0, 0, 0]])
    parts = pd.Series(["x", "x", "y"], NAMES[:3])
    network = network_of(cells)
    # inside x 3 of 4; x sends 4 and receives 3, y sends 0 and receives 1
    assert ms.modularity(network, by=parts) == 3 / 4 - 4 * 3 / 16
    assert ms.modularity(network, by=parts, weighted=False) == 1 / 2 - 2 * 1 / 4


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("directed", [True, False])
def test_modularity_is_that_of_networkx(seed: int, directed: bool) -> None:
    network = network_of(random_cells(seed, directed=directed), directed=directed)
    for weighted in (True, False):
        expected = nx.community.modularity(
            network.graph, sets_of("sector"), weight="weight" if weighted else None
        )
        found = ms.modularity(network, by="sector", weighted=weighted)
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-12)


@given(st.integers(0, 2**16), st.sampled_from([0.5, 3.0]))
def test_one_group_has_none_and_scale_does_not_matter(seed: int, factor: float) -> None:
    cells = random_cells(seed)
    everybody = pd.Series("all", NAMES)
    assert ms.modularity(network_of(cells), by=everybody) == pytest.approx(0, abs=1e-12)
    value = ms.modularity(network_of(cells), by="sector")
    assert -1 <= value < 1
    scaled = ms.modularity(network_of(cells * factor), by="sector")
    assert scaled == pytest.approx(value, abs=1e-12)


def test_actors_without_a_group_are_left_out() -> None:
    cells = random_cells(1)
    some = ABOUT["sector"].where(ABOUT.index != "f")
    left = network_of(cells[:5, :5])
    assert ms.modularity(network_of(cells), by=some) == pytest.approx(
        ms.modularity(left, by="sector")
    )
    assert ms.assortativity(network_of(cells), by=some) == pytest.approx(
        ms.assortativity(left, by="sector")
    )


def test_communities_are_groups_too() -> None:
    cells = np.kron(np.eye(2), 1 - np.eye(3))
    network = network_of(cells, directed=False)
    found = ms.communities(network, rng=1)
    assert ms.modularity(network, by=found) == pytest.approx(0.5)
    assert ms.assortativity(network, by=found, kind="nominal") == 1


# ---- assortativity


def test_groups_by_hand() -> None:
    cells = np.array([[0, 1, 0, 1], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
    network = network_of(cells)  # health to health, health to school
    assert ms.assortativity(network, by="sector") == pytest.approx(0)
    cells[3, 0] = 1
    # e: 1/3 inside health, 1/3 each way; sent 2/3, 1/3; received 2/3, 1/3
    expected = (1 / 3 - 5 / 9) / (1 - 5 / 9)
    assert ms.assortativity(network_of(cells), by="sector") == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("directed", [True, False])
def test_groups_as_in_networkx(seed: int, directed: bool) -> None:
    network = network_of(random_cells(seed, directed=directed), directed=directed)
    expected = nx.attribute_assortativity_coefficient(network.graph, "sector")
    found = ms.assortativity(network, by="sector")
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_numbers_are_correlated_over_ties(seed: int) -> None:
    cells = random_cells(seed)
    rows, columns = np.nonzero(cells)
    staff = ABOUT["staff"].to_numpy()
    network = network_of(cells)
    expected = np.corrcoef(staff[rows], staff[columns])[0, 1]
    assert ms.assortativity(network, by="staff") == pytest.approx(expected, rel=1e-12)
    times = cells[rows, columns].astype(int)
    rows, columns = np.repeat(rows, times), np.repeat(columns, times)
    expected = np.corrcoef(staff[rows], staff[columns])[0, 1]
    found = ms.assortativity(network, by="staff", weighted=True)
    assert found == pytest.approx(expected, rel=1e-12)


def test_far_from_zero_numbers_keep_their_differences() -> None:
    network = network_of(random_cells(3))
    far = ABOUT["staff"] + 1e8
    expected = ms.assortativity(network, by="staff")
    assert ms.assortativity(network, by=far) == pytest.approx(expected, rel=1e-6)


def test_numbers_are_numbers_unless_they_are_called_groups() -> None:
    network = network_of(random_cells(2))
    words = ms.assortativity(network, by="sector")
    assert ms.assortativity(network, by="code", kind="nominal") == pytest.approx(words)
    assert ms.assortativity(network, by="code") != pytest.approx(words)
    by_size = ms.assortativity(network, by="large")
    assert by_size == ms.assortativity(network, by="large", kind="nominal")
    with pytest.raises(InputError, match="must be numeric"):
        ms.assortativity(network, by="sector", kind="numeric")
    with pytest.raises(UnknownNameError, match="nominal"):
        ms.assortativity(network, by="sector", kind="words")


# ---- undefined


@pytest.mark.parametrize("name", ["modularity", "assortativity"])
def test_undefined_with_a_reason(name: str) -> None:
    measure = getattr(ms, name)
    nothing = network_of(np.zeros((4, 4)))
    assert math.isnan(measure(nothing, by="sector"))
    assert ms.reason(measure, nothing, by="sector") == (
        "no observed tie between actors whose value is known"
    )
    minus = network_of(-random_cells(1), signed=True)
    assert ms.reason(measure, minus, by="sector").startswith("ties have signs")
    with pytest.raises(UnknownNameError, match='did you mean "sector"'):
        measure(nothing, by="sectr")


def test_assortativity_needs_variation_at_both_ends() -> None:
    inside = np.zeros((6, 6))
    inside[0, 1] = inside[1, 2] = 1
    assert ms.reason(ms.assortativity, network_of(inside), by="sector") == (
        "all ties are inside one group"
    )
    from_one = np.zeros((6, 6))
    from_one[0, 1:] = 1
    assert ms.reason(ms.assortativity, network_of(from_one), by="staff") == (
        "the values at one end of the ties do not vary"
    )


def test_unknown_dyads_are_no_ties() -> None:
    cells = random_cells(4)
    cells[2, 3] = 0
    known = network_of(cells)
    cells[2, 3] = np.nan
    unknown = network_of(cells)
    for measure in (ms.modularity, ms.assortativity):
        assert measure(unknown, by="sector") == measure(known, by="sector")
