"""How many different matrices relabelling makes, against counting them one by one."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from itertools import permutations

import numpy as np
import pytest

from netcollab.inference.orbit import (
    count_labellings,
    distinct_labellings,
    distinct_relabellings,
    orbit_size,
)


def counted(matrix: np.ndarray, strata: np.ndarray) -> int:
    """The orbit by brute force."""
    cells = np.nan_to_num(matrix, nan=-99.0)
    np.fill_diagonal(cells, 0)
    n = len(cells)
    return len(
        {
            cells[np.ix_(p, p)].tobytes()
            for p in itertools.permutations(range(n))
            if (strata[list(p)] == strata).all()
        }
    )


def symmetries(matrix: np.ndarray) -> int:
    n = len(matrix)
    return math.factorial(n) // orbit_size(matrix, np.zeros(n, dtype=int))


def shuffled(matrix: np.ndarray) -> np.ndarray:
    p = np.random.default_rng(3).permutation(len(matrix))
    return matrix[np.ix_(p, p)]


def ring(n: int) -> np.ndarray:
    forth = np.roll(np.eye(n), 1, axis=1)
    return forth + forth.T


@pytest.mark.parametrize("seed", range(60))
def test_random_structured_matrices(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 8)) if seed % 6 == 0 else int(rng.integers(2, 7))
    matrix = rng.integers(0, rng.integers(1, 4), size=(n, n)).astype(float)
    kind = seed % 5
    if kind == 1:
        matrix = np.maximum(matrix, matrix.T)
    elif kind == 2:
        groups = rng.integers(0, 3, n)
        matrix = np.equal.outer(groups, groups) * 1.0
    elif kind == 3:
        matrix[rng.random((n, n)) < 0.3] = np.nan
    elif kind == 4:
        matrix = np.repeat(rng.integers(0, 2, n)[:, None] * 1.0, n, axis=1)
    strata = rng.integers(0, 2, n) if seed % 3 else np.zeros(n, dtype=int)
    assert orbit_size(matrix, strata) == counted(matrix, strata)


def test_a_star_looks_as_many_ways_as_there_are_actors() -> None:
    star = np.zeros((8, 8))
    star[2, :] = star[:, 2] = 1
    assert orbit_size(star, np.zeros(8, dtype=int)) == 8
    assert orbit_size(star, np.array([0, 0, 0, 0, 0, 1, 1, 1])) == 5
    assert orbit_size(star, np.array([0, 0, 1, 0, 0, 0, 0, 0])) == 1


def test_the_diagonal_plays_no_part() -> None:
    matrix = np.diag(np.arange(6.0))
    assert orbit_size(matrix, np.zeros(6, dtype=int)) == 1


@pytest.mark.parametrize("n", [3, 60])
def test_matrices_whose_symmetries_are_known(n: int) -> None:
    i = np.arange(n)
    assert symmetries(np.zeros((n, n))) == math.factorial(n)
    assert symmetries(shuffled(ring(n))) == (6 if n == 3 else 2 * n)
    assert symmetries(shuffled(np.roll(np.eye(n), 1, axis=1))) == n
    assert symmetries(np.add.outer(i, i) * 1.0) == 1
    assert symmetries(np.triu(np.ones((n, n)))) == 1


def test_groups_of_equal_and_of_different_size() -> None:
    equal = np.arange(300) % 10
    matrix = shuffled(np.equal.outer(equal, equal) * 1.0)
    assert symmetries(matrix) == math.factorial(30) ** 10 * math.factorial(10)
    sizes = [1, 1, 2, 5, 5, 80, 106]
    groups = np.repeat(np.arange(7), sizes)
    alone = math.prod(math.factorial(size) for size in sizes)
    assert symmetries(shuffled(np.equal.outer(groups, groups) * 1.0)) == alone * 2 * 2


def test_many_equal_pieces() -> None:
    pieces = np.kron(np.eye(40), ring(5))
    assert symmetries(shuffled(pieces)) == 10**40 * math.factorial(40)
    chain = np.diag(np.ones(3), 1)
    chains = np.kron(np.eye(50), chain + chain.T)
    assert symmetries(shuffled(chains)) == 2**50 * math.factorial(50)


def test_structures_where_every_actor_looks_alike() -> None:
    cube = np.array(
        [[float((a ^ b).bit_count() == 1) for a in range(64)] for b in range(64)]
    )
    assert symmetries(shuffled(cube)) == 2**6 * math.factorial(6)
    a, b = np.divmod(np.arange(49), 7)
    rook = np.equal.outer(a, a) | np.equal.outer(b, b)
    assert symmetries(shuffled(rook * 1.0)) == 2 * math.factorial(7) ** 2
    squares = {k * k % 29 for k in range(1, 29)}
    paley = [[float((a - b) % 29 in squares) for a in range(29)] for b in range(29)]
    assert symmetries(shuffled(np.array(paley))) == 29 * 14


def test_a_ring_of_six_is_not_two_of_three() -> None:
    both = np.zeros((12, 12))
    both[:6, :6] = ring(6)
    both[6:, 6:] = np.kron(np.eye(2), ring(3))
    assert symmetries(shuffled(both)) == 12 * 72


@pytest.mark.parametrize("seed", range(12))
def test_distinct_relabellings_are_all_and_only_once(seed: int) -> None:
    generator = np.random.default_rng(seed)
    n = int(generator.integers(2, 7))
    matrix = generator.integers(0, 2, (n, n)).astype(float)
    matrix[generator.random((n, n)) < 0.1] = np.nan
    strata = generator.integers(0, 2, n)
    listed = distinct_relabellings(matrix, strata)
    assert len(listed) == orbit_size(matrix, strata)
    assert listed[0].tolist() == list(range(n))

    def looks(relabelling: Sequence[int]) -> str:
        moved = matrix[np.ix_(relabelling, relabelling)].copy()
        np.fill_diagonal(moved, 0)
        return np.array2string(moved)

    every = {
        looks(p) for p in permutations(range(n)) if (strata[list(p)] == strata).all()
    }
    assert {looks(p) for p in listed} == every


def test_values_that_tie_are_one_value() -> None:
    star = np.zeros((8, 8))
    star[0, 1:] = star[1:, 0] = 0.3
    star[0, 1] = star[1, 0] = 0.1 + 0.2
    assert orbit_size(star, np.zeros(8, dtype=int)) == 8


# ---- labels


def together(codes: np.ndarray) -> np.ndarray:
    return np.zeros(len(codes), dtype=int)


@pytest.mark.parametrize("labels", ["a", "aa", "ab", "aab", "bab", "aabbc", "abcde"])
def test_every_labelling_is_there_once(labels: str) -> None:
    codes = np.array(list(labels))
    expected = set(permutations(labels))
    assert count_labellings(codes, together(codes), limit=1_000) == len(expected)
    dealt = distinct_labellings(codes, together(codes))
    assert dealt[0].tolist() == list(range(len(codes)))
    assert (np.sort(dealt, axis=1) == np.arange(len(codes))).all()
    assert len(dealt) == len(expected)
    assert {tuple(word) for word in codes[dealt].tolist()} == expected


def test_labels_stay_in_their_stratum() -> None:
    codes, strata = np.array([*"xyxzzy"]), np.array([0, 1, 0, 1, 0, 1])
    expected = {
        word
        for word in permutations(codes)
        for group in [np.array(word)]
        if all(sorted(group[strata == s]) == sorted(codes[strata == s]) for s in (0, 1))
    }
    assert len(expected) == 9
    assert count_labellings(codes, strata, limit=9) == 9
    assert count_labellings(codes, strata, limit=8) == 9
    dealt = distinct_labellings(codes, strata)
    assert dealt[0].tolist() == list(range(6))
    assert (strata[dealt] == strata).all()
    assert len(dealt) == 9
    assert {tuple(word) for word in codes[dealt].tolist()} == set(expected)


def test_labellings_are_counted_up_to_a_limit() -> None:
    halves = np.repeat([0, 1], 10)
    ways = math.comb(20, 10)
    assert count_labellings(halves, together(halves), limit=ways) == ways
    assert count_labellings(halves, together(halves), limit=ways - 1) == ways
    many = np.arange(5_000)
    assert count_labellings(many, together(many), limit=50_000) == 50_001
    assert count_labellings(together(many), together(many), limit=10) == 1


def test_labels_may_be_any_numbers() -> None:
    ranks = np.array([2.5, 1.0, 2.5, 7.0])
    dealt = distinct_labellings(ranks, together(ranks))
    assert len({tuple(row) for row in ranks[dealt]}) == len(dealt) == 12
