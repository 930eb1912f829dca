"""Betweenness, closeness and harmonic closeness."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import UnknownNameError
from netcollab import measures as ms
from netcollab.networks import Network, reverse, symmetrize


def network_of(cells: object, **more: object) -> Network:
    square = np.array(cells, dtype=float)
    names = [chr(97 + place) for place in range(len(square))]
    return Network.from_matrix(pd.DataFrame(square, names, names), **more)


def ties(*pairs: str, n: int, directed: bool = True) -> Network:
    """Ties such as "ab" or "ab3" between actors a, b, ..."""
    square = np.zeros((n, n))
    for pair in pairs:
        i, j = ord(pair[0]) - 97, ord(pair[1]) - 97
        square[i, j] = float(pair[2:] or 1)
        if not directed:
            square[j, i] = square[i, j]
    return network_of(square, directed=directed)


# ---- betweenness


def test_in_the_middle_of_a_line() -> None:
    line = ties("ab", "bc", "cd", "de", n=5, directed=False)
    assert ms.betweenness(line).tolist() == [0, 3, 4, 3, 0]


def test_the_centre_of_a_star_stands_between_all() -> None:
    star = ties("ab", "ac", "ad", "ae", n=5, directed=False)
    assert ms.betweenness(star).tolist() == [6, 0, 0, 0, 0]


def test_two_equal_paths_share() -> None:
    square = ties("ab", "bd", "ac", "cd", n=4)
    assert ms.betweenness(square).tolist() == [0, 0.5, 0.5, 0]


def test_a_strong_tie_is_a_short_path() -> None:
    detour = ties("ac1", "ab4", "bc4", n=3)
    assert ms.betweenness(detour).tolist() == [0, 1, 0]
    assert ms.betweenness(detour, weighted=False).tolist() == [0, 0, 0]


def test_equal_lengths_are_equal_whatever_the_order_of_the_sum() -> None:
    above = ties_of_a_line("abcdh", 3, 4, 3, 3)
    below = ties_of_a_line("aefgh", 3, 3, 3, 4)
    assert 1 / 3 + 1 / 4 + 1 / 3 + 1 / 3 != 1 / 3 + 1 / 3 + 1 / 3 + 1 / 4
    between = ms.betweenness(ties(*above, *below, n=8))
    assert between["c"] == between["f"] == 3.5  # a-d, b-d, b-h, and half of a-h


def ties_of_a_line(names: str, *strengths: int) -> list[str]:
    steps = itertools.pairwise(names)
    return [f"{i}{j}{w}" for (i, j), w in zip(steps, strengths, strict=True)]


def by_definition(cells: np.ndarray, *, weighted: bool) -> list[Fraction]:
    """Betweenness from every simple path, in exact arithmetic."""
    n = len(cells)
    score = [Fraction(0)] * n
    for source, target in itertools.permutations(range(n), 2):
        between = [place for place in range(n) if place not in (source, target)]
        paths = {}
        for size in range(len(between) + 1):
            for inner in itertools.permutations(between, size):
                steps = list(itertools.pairwise((source, *inner, target)))
                if all(cells[step] for step in steps):
                    costs = [Fraction(1, int(cells[step])) for step in steps]
                    paths[inner] = sum(costs) if weighted else Fraction(len(steps))
        shortest = [inner for inner in paths if paths[inner] == min(paths.values())]
        for place in between:
            through = sum(place in inner for inner in shortest)
            score[place] += Fraction(through, len(shortest) or 1)
    return score


SQUARES = st.integers(2, 5).flatmap(
    lambda n: st.lists(
        st.sampled_from([0, 0, 1, 2, 3, 4, 6]), min_size=n * n, max_size=n * n
    ).map(lambda cells: np.array(cells).reshape(len(cells) and n, n))
)


@given(cells=SQUARES, weighted=st.booleans(), directed=st.booleans())
def test_betweenness_is_its_definition(
    cells: np.ndarray, weighted: bool, directed: bool
) -> None:
    np.fill_diagonal(cells, 0)
    if not directed:
        cells = np.maximum(cells, cells.T)
    network = network_of(cells, directed=directed)
    expected = np.array(by_definition(cells, weighted=weighted), dtype=float)
    np.testing.assert_allclose(
        ms.betweenness(network, weighted=weighted),
        expected / (1 if directed else 2),
        rtol=1e-12,
        atol=1e-12,
    )


def test_betweenness_sums_to_the_inner_actors_of_all_shortest_paths() -> None:
    rng = np.random.default_rng(3)
    cells = (rng.random((60, 60)) < 0.05).astype(float)
    np.fill_diagonal(cells, 0)
    names = [f"actor {place}" for place in range(60)]
    network = Network.from_matrix(pd.DataFrame(cells, names, names))
    far = np.full((60, 60), np.inf)
    reached = np.eye(60, dtype=bool)
    for step in range(60):
        far[reached & np.isinf(far)] = step
        reached = reached @ (cells + np.eye(60)) > 0
    inner = far[np.isfinite(far) & (far > 0)] - 1
    assert ms.betweenness(network, weighted=False).sum() == pytest.approx(inner.sum())


def test_blocks_of_sources_do_not_change_the_result(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(4)
    cells = rng.integers(0, 3, (9, 9)).astype(float)
    np.fill_diagonal(cells, 0)
    network = network_of(cells)
    whole = [ms.betweenness(network, weighted=weighted) for weighted in (True, False)]
    monkeypatch.setattr("netcollab.measures.paths.CELLS", 30)
    for weighted, before in zip((True, False), whole, strict=True):
        again = ms.betweenness(network, weighted=weighted)
        np.testing.assert_allclose(again, before, rtol=1e-12, atol=1e-12)


def test_declared_lengths_are_the_lengths() -> None:
    rows = pd.DataFrame(
        {
            "source": ["a", "a", "b"],
            "target": ["c", "b", "c"],
            "weight": [9.0, 1.0, 1.0],
            "distance": [5.0, 1.0, 1.0],
        }
    )
    people = pd.DataFrame(index=list("abc"))
    network = Network.from_ties(rows, people, unlisted="absent")
    assert ms.betweenness(network)["b"] == 1
    assert ms.harmonic_closeness(network)["a"] == 1 + 1 / 2


# ---- closeness


def test_closeness_of_a_line_by_hand() -> None:
    line = ties("ab2", "bc4", n=3)
    # lengths 1/2 and 1/4; a: 1 / (1/2 + 3/4), b: 1 / (1/4)
    value = ms.closeness(line)
    assert value.tolist()[:2] == [0.8, 4]
    assert value.attrs["reasons"] == {"c": "it reaches no actor along observed ties"}
    incoming = ms.closeness(line, direction="in", weighted=False)
    assert incoming.tolist()[1:] == [1, 1 / 3]
    told = {"a": "no actor reaches it along observed ties"}
    assert incoming.attrs["reasons"] == told


def test_closeness_counts_the_reachable_alone() -> None:
    parts = ties("ab", "bc", "de", n=6, directed=False)
    assert ms.closeness(parts).tolist()[:5] == [1 / 3, 1 / 2, 1 / 3, 1, 1]
    mean = ms.closeness(parts, normalised=True)
    assert mean.tolist()[:5] == [2 / 3, 1, 2 / 3, 1, 1]
    assert np.isnan(mean["f"])


@given(cells=SQUARES, weighted=st.booleans())
def test_closeness_never_exceeds_harmonic_closeness(
    cells: np.ndarray, weighted: bool
) -> None:
    # the harmonic mean of distances is at most the arithmetic one
    np.fill_diagonal(cells, 0)
    network = network_of(cells)
    reached = ms.closeness(network, weighted=weighted, normalised=True)
    harmonic = ms.harmonic_closeness(network, weighted=weighted)
    raw = ms.closeness(network, weighted=weighted)
    assert (reached.fillna(0) <= harmonic * (1 + 1e-12)).all()
    assert (raw.fillna(0) <= harmonic * (1 + 1e-12)).all()


def test_closeness_in_a_connected_network_is_that_of_networkx() -> None:
    rng = np.random.default_rng(12)
    cells = np.triu(rng.integers(1, 5, (9, 9)), 1)
    network = network_of(cells + cells.T, directed=False)
    expected = nx.closeness_centrality(network.graph, distance="distance")
    value = ms.closeness(network, normalised=True)
    assert value.to_dict() == pytest.approx(expected, rel=1e-12)


# ---- harmonic closeness


def test_harmonic_closeness_counts_the_unreachable_as_nothing() -> None:
    network = ties("ab", "bc", "de", n=6)
    assert ms.harmonic_closeness(network).tolist() == [1.5, 1, 0, 1, 0, 0]
    assert ms.harmonic_closeness(network, direction="in").tolist() == [
        *(0, 1, 1.5),
        *(0, 1, 0),
    ]


def test_harmonic_closeness_of_pairs_and_an_isolate() -> None:
    pairs = ties("ab", "cd", n=5, directed=False)
    assert ms.harmonic_closeness(pairs).tolist() == [1, 1, 1, 1, 0]


def test_a_silent_actor_can_be_near_in_one_direction() -> None:
    network = network_of([[0, 2, 0], [1, 0, 4], [np.nan, np.nan, 0]])
    assert ms.harmonic_closeness(network).isna().tolist() == [False, False, True]
    near = ms.harmonic_closeness(network, direction="in")
    assert near["c"] == pytest.approx(4 + 1 / (1 / 2 + 1 / 4))


@pytest.mark.parametrize("measure", [ms.closeness, ms.harmonic_closeness])
def test_an_unknown_direction_is_an_error(
    measure: Callable[..., pd.Series],
) -> None:
    with pytest.raises(UnknownNameError, match="direction"):
        measure(ties("ab", n=2), direction="sideways")


# ---- together


def test_undirected_equals_directed_both_ways() -> None:
    rng = np.random.default_rng(11)
    cells = np.triu(rng.integers(0, 4, (7, 7)), 1)
    both = network_of(cells + cells.T)
    once = symmetrize(both, "mean")
    np.testing.assert_allclose(ms.betweenness(once) * 2, ms.betweenness(both))
    for measure in (ms.closeness, ms.harmonic_closeness, ms.constraint):
        np.testing.assert_allclose(measure(once), measure(both))
    assert ms.harmonic_closeness(both, direction="in").equals(
        ms.harmonic_closeness(reverse(both))
    )


def test_normalised_harmonic_closeness_is_the_mean_over_the_others() -> None:
    names = ["nav", "ks", "hdir"]
    told = pd.DataFrame([[0, 1, 0], [1, 0, 1], [0, 1, 0]], names, names)
    network = Network.from_matrix(told)
    mean = ms.harmonic_closeness(network, normalised=True)
    assert mean.tolist() == [0.75, 1, 0.75]
    alone = Network.from_matrix(pd.DataFrame([[0.0]], ["nav"], ["nav"]))
    assert ms.harmonic_closeness(alone, normalised=True).isna().all()
