"""The proved ranges are reached: every completion of small networks is tried."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest

from netcollab import measures as ms
from netcollab.networks import Network, bounds, tie_limits

NAMES = list("abcd")
SECTOR = pd.DataFrame({"sector": list("xxyy")}, NAMES)


def incomplete(
    seed: int, *, directed: bool, holes: int = 3, values: tuple[int, ...] = (0, 0, 1, 3)
) -> Network:
    """Four actors, a scale from 0 to 3, unknown dyads, some with one that cannot be."""
    draws = np.random.default_rng(seed)
    cells = draws.choice(values, (4, 4)).astype(float)
    places = [(i, j) for i, j in np.ndindex(4, 4) if (i != j if directed else i < j)]
    words = np.full((4, 4), "", dtype=object)
    for k, place in enumerate(draws.permutation(len(places))[:holes]):
        cells[places[place]] = np.nan
        if k == 0 and seed % 2:
            words[places[place]] = "structural"
    if not directed:
        cells = np.triu(cells, 1) + np.triu(cells, 1).T
        words = np.where(np.tri(4, dtype=bool), words.T, words)
    np.fill_diagonal(cells, np.nan)
    states = pd.DataFrame(words, NAMES, NAMES)
    frame = pd.DataFrame(cells, NAMES, NAMES)
    return Network.from_matrix(
        frame, directed=directed, scale=(0, 3), states=states, actors=SECTOR
    )


def completions(network: Network, steps: int) -> list[Network]:
    low, high = tie_limits(network)
    open_cells = low < high
    unknown = np.argwhere(open_cells if network.directed else np.triu(open_cells))
    made = []
    for filling in itertools.product(np.linspace(0, 3, steps), repeat=len(unknown)):
        cells = network.ties.to_numpy().copy()
        for (i, j), value in zip(unknown, filling, strict=True):
            cells[i, j] = value
            if not network.directed:
                cells[j, i] = value
        frame = pd.DataFrame(cells, NAMES, NAMES)
        states = network.states.mask(frame.notna(), "observed")
        made.append(
            Network.from_matrix(
                frame,
                directed=network.directed,
                scale=(0, 3),
                states=states,
                actors=SECTOR,
            )
        )
    return made


def flat(value: pd.Series | pd.DataFrame | float) -> np.ndarray:
    if isinstance(value, pd.DataFrame):
        return value.to_numpy()[~np.eye(len(value), dtype=bool)]
    return np.atleast_1d(np.asarray(value, dtype=float))


REACHED = [
    ("in_degree", {}),
    ("out_degree", {}),
    ("degree", {}),
    ("in_strength", {}),
    ("out_strength", {}),
    ("strength", {}),
    ("density", {}),
    ("reciprocity", {}),
    ("ei_index", {"by": "sector"}),
    ("ei_index", {"by": "sector", "weighted": True}),
    ("harmonic_closeness", {}),
    ("harmonic_closeness", {"weighted": False, "direction": "in"}),
]


@pytest.mark.parametrize(("name", "call"), REACHED)
@pytest.mark.parametrize("directed", [True, False])
def test_both_ends_are_reached(name: str, call: dict, directed: bool) -> None:
    measure = getattr(ms, name)
    for seed in range(4):
        network = incomplete(seed, directed=directed)
        told = bounds(measure, network, **call)
        values = [flat(measure(each, **call)) for each in completions(network, 2)]
        np.testing.assert_allclose(told["low"], np.fmin.reduce(values), rtol=1e-12)
        np.testing.assert_allclose(told["high"], np.fmax.reduce(values), rtol=1e-12)


@pytest.mark.parametrize("name", ["in_degree", "out_degree"])
def test_both_ends_of_centralization_are_reached(name: str) -> None:
    for seed in range(8):
        network = incomplete(seed, directed=True, holes=4)
        told = bounds(ms.centralization, network, measure=name)
        values = [ms.centralization(c, measure=name) for c in completions(network, 2)]
        ends = told[["low", "high"]].to_numpy()[0]
        np.testing.assert_allclose(ends, [min(values), max(values)], rtol=1e-12)


@pytest.mark.parametrize("name", ["dependence", "imbalance", "mutual_dependence"])
@pytest.mark.parametrize("directed", [True, False])
def test_both_ends_of_shares_are_reached(name: str, directed: bool) -> None:
    """Among ties of 1 to 3: an empty row has no share, and the end is approached."""
    measure = getattr(ms, name)
    inner = name == "imbalance" and not directed  # the extreme is not at a corner
    for seed in range(2 if inner else 8):
        network = incomplete(
            seed, directed=directed, holes=2 if inner else 3, values=(1, 2, 3)
        )
        told = bounds(measure, network)
        steps = 13 if inner else 2
        values = [flat(measure(each)) for each in completions(network, steps)]
        slack = 0.01 if inner else 1e-12
        least, most = np.fmin.reduce(values), np.fmax.reduce(values)
        np.testing.assert_allclose(told["low"], least, atol=slack)
        np.testing.assert_allclose(told["high"], most, atol=slack)


@pytest.mark.parametrize("directed", [True, False])
def test_both_ends_of_asymmetry_are_reached(directed: bool) -> None:
    for seed in range(4):
        network = incomplete(seed, directed=directed)
        told = bounds(ms.tie_asymmetry, network).loc["tie_asymmetry"]
        values = [ms.tie_asymmetry(each) for each in completions(network, 4)]
        np.testing.assert_allclose(told["low"], np.fmin.reduce(values), rtol=1e-12)
        np.testing.assert_allclose(told["high"], np.fmax.reduce(values), rtol=1e-12)


def test_an_empty_row_has_no_share_and_its_limit_counts() -> None:
    cells = pd.DataFrame([[0, np.nan, 0], [1, 0, 1], [1, 1, 0]], NAMES[:3], NAMES[:3])
    told = bounds(ms.dependence, Network.from_matrix(cells, scale=(0, 3)))
    assert told.loc[("a", "b"), ["low", "high"]].tolist() == [1, 1]
    assert told.loc[("a", "c"), ["low", "high"]].tolist() == [0, 0]


def test_imbalance_of_an_undirected_tie_is_greatest_inside() -> None:
    # a has 1 besides, b has 4: w/(w+1) - w/(w+4) is greatest at w = 2
    cells = pd.DataFrame(0.0, NAMES, NAMES)
    cells.loc["a", "c"] = cells.loc["c", "a"] = 1
    cells.loc["b", "d"] = cells.loc["d", "b"] = 4
    cells.loc["a", "b"] = cells.loc["b", "a"] = np.nan
    network = Network.from_matrix(cells, directed=False, scale=(0, 8))
    told = bounds(ms.imbalance, network)
    assert told.loc[("a", "b"), ["low", "high"]].tolist() == [0, 2 / 3 - 1 / 3]
    assert told.loc[("b", "a"), ["low", "high"]].tolist() == [-1 / 3, 0]


def test_without_a_scale_shares_approach_their_ends() -> None:
    cells = pd.DataFrame([[0, 1, np.nan], [1, 0, 0], [1, 0, 0]], NAMES[:3], NAMES[:3])
    network = Network.from_matrix(cells)
    told = bounds(ms.dependence, network)
    assert told.loc[("a", "b"), ["low", "high"]].tolist() == [0, 1]
    assert told.loc[("a", "c"), ["low", "high"]].tolist() == [0, 1]
    asymmetry = bounds(ms.tie_asymmetry, network).loc["tie_asymmetry"]
    assert asymmetry[["low", "high"]].tolist() == [0, 1]


def test_an_unlimited_tie_that_is_not_returned() -> None:
    cells = pd.DataFrame([[0, np.nan], [0, 0]], NAMES[:2], NAMES[:2])
    told = bounds(ms.tie_asymmetry, Network.from_matrix(cells))
    assert told.loc["tie_asymmetry", ["low", "high"]].tolist() == [1, 1]
    both = cells.mask(cells == 0)
    np.fill_diagonal(both.to_numpy(), 0)
    told = bounds(ms.tie_asymmetry, Network.from_matrix(both))
    assert told.loc["tie_asymmetry", ["low", "high"]].tolist() == [0, 1]


def test_a_signed_network_has_no_range_where_it_has_no_value() -> None:
    cells = pd.DataFrame([[0, -1, np.nan], [1, 0, 0], [1, 2, 0]], NAMES[:3], NAMES[:3])
    network = Network.from_matrix(cells, signed=True, actors=SECTOR.iloc[:3])
    for measure in (ms.dependence, ms.imbalance, ms.tie_asymmetry):
        assert bounds(measure, network)[["low", "high"]].isna().all(axis=None)
    assert bounds(ms.harmonic_closeness, network)["low"].isna().all()
    strengths = bounds(ms.out_strength, network).loc["a", ["low", "high"]]
    assert strengths.tolist() == [-math.inf, math.inf]
    assert bounds(ms.out_degree, network).loc["a", ["low", "high"]].tolist() == [1, 2]
    weighted = bounds(ms.ei_index, network, by="sector", weighted=True)
    assert weighted["high"].isna().all()
