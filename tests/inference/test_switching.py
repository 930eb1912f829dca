"""Networks with the same degrees: who is kept, who is reached, and how often."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from netcollab.inference.switching import rewired, ties_of


def square(cells: object) -> np.ndarray:
    known = np.array(cells, dtype=float)
    np.fill_diagonal(known, np.nan)
    return known


def symmetric(cells: np.ndarray) -> np.ndarray:
    upper = np.triu(cells, 1)
    return square(upper + upper.T)


def all_of_the_same_degrees(cells: np.ndarray, *, directed: bool) -> set[bytes]:
    """By trying every way to place the ties."""
    known = ~np.isnan(cells)
    free = np.argwhere(known if directed else np.triu(known))
    base = np.nan_to_num(cells)
    found = set()
    n_ties = int(base.sum()) if directed else int(base.sum()) // 2
    for chosen in itertools.combinations(range(len(free)), n_ties):
        other = np.zeros_like(base)
        other[tuple(free[list(chosen)].T)] = 1
        if not directed:
            other += other.T
        if all((other.sum(side) == base.sum(side)).all() for side in (0, 1)):
            found.add(other.tobytes())
    return found


SEVERAL = {
    "directed": [[0, 1, 1, 0], [0, 0, 1, 0], [0, 0, 0, 1], [1, 0, 1, 0]],
    "five": [
        [0, 1, 0, 0, 1],
        [0, 0, 1, 0, 0],
        [1, 0, 0, 1, 0],
        [0, 0, 0, 0, 1],
        [0, 1, 0, 0, 0],
    ],
    "a closed walk": [[0, 1, 0], [0, 0, 1], [1, 0, 0]],
    "unknown dyads": [
        [0, 1, 0, np.nan, 1],
        [0, 0, 1, 0, 0],
        [np.nan, 0, 0, 1, 0],
        [1, 0, 0, 0, 1],
        [0, 1, 0, 0, 0],
    ],
}
PAIRS = {
    "six": np.array([[0, 1], [0, 2], [1, 2], [2, 3], [3, 4], [4, 5], [0, 5]]),
    "ring": np.array([[0, 1], [1, 2], [2, 3], [3, 4], [4, 5], [5, 0]]),
}


def undirected(name: str) -> np.ndarray:
    cells = np.zeros((6, 6))
    cells[tuple(np.sort(PAIRS[name], axis=1).T)] = 1
    if name == "six":
        cells[1, 4] = np.nan
    return symmetric(cells)


@pytest.mark.parametrize("name", [*SEVERAL, *PAIRS])
def test_every_network_of_the_same_degrees_is_equally_likely(name: str) -> None:
    directed = name in SEVERAL
    cells = square(SEVERAL[name]) if directed else undirected(name)
    every = all_of_the_same_degrees(cells, directed=directed)
    ties, strengths = ties_of(cells, directed=directed)
    drawn = rewired(ties, np.random.default_rng(5), copies=3_000)
    counts = Counter(
        np.nan_to_num(each).tobytes() for each in drawn.matrices(strengths)
    )
    assert len(every) > 1
    assert set(counts) == every
    assert chisquare(list(counts.values())).pvalue > 0.001


@given(
    st.lists(st.sampled_from([0, 0, 1, 2, 5, None]), min_size=36, max_size=36),
    st.booleans(),
    st.integers(0, 2**32 - 1),
)
def test_degrees_strengths_and_unknown_dyads_are_kept(
    values: list[int | None], directed: bool, seed: int
) -> None:
    cells = square(np.array(values, dtype=float).reshape(6, 6))
    cells = cells if directed else symmetric(cells)
    ties, strengths = ties_of(cells, directed=directed)
    if not len(strengths):
        return
    drawn = rewired(ties, np.random.default_rng(seed), copies=4).matrices(strengths)
    for other in drawn:
        assert (np.isnan(other) == np.isnan(cells)).all()
        for side in (0, 1):
            assert ((other > 0).sum(side) == (cells > 0).sum(side)).all()
        one_way = cells if directed else np.triu(np.nan_to_num(cells))
        again = other if directed else np.triu(np.nan_to_num(other))
        assert sorted(one_way[one_way > 0]) == sorted(again[again > 0])
        if directed:
            assert (np.nansum(other, axis=1) == np.nansum(cells, axis=1)).all()
        else:
            np.testing.assert_array_equal(other, other.T)


def test_the_start_stays_as_it_was() -> None:
    cells = square(SEVERAL["five"])
    ties, _ = ties_of(cells, directed=True)
    before = ties.tails.copy(), ties.heads.copy()
    rewired(ties, np.random.default_rng(1), copies=3)
    assert (ties.tails == before[0]).all()
    assert (ties.heads == before[1]).all()


def test_a_star_has_no_other_network_of_its_degrees() -> None:
    star = np.zeros((5, 5))
    star[0, 1:] = star[1:, 0] = 1
    ties, strengths = ties_of(square(star), directed=False)
    drawn = rewired(ties, np.random.default_rng(1), copies=10).matrices(strengths)
    assert (np.nan_to_num(drawn) == star).all()
