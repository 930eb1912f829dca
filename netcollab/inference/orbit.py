"""How many different matrices can relabelling make out of one?

That number, the orbit, bounds every permutation p-value from below: a star among
eight actors looks only eight ways, so its p is never below 1/8, whatever the data.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

__all__ = [
    "coded",
    "count_labellings",
    "distinct_labellings",
    "distinct_relabellings",
    "orbit_size",
]

TIE = 1e-10
CHUNK = 200


def orbit_size(matrix: np.ndarray, strata: np.ndarray) -> int:
    """Number of distinct matrices among all relabellings of one within strata.

    .. math:: \\prod_s m_s! \\, / \\, |\\mathrm{Aut}(x)|

    with m_s the size of stratum s and Aut(x) the relabellings within strata that
    leave x as it is. Counted exactly: actors whose swap changes nothing are put
    together, colour refinement separates what differs, and the orbit-stabiliser
    theorem multiplies up what backtracking finds among the rest.

    Parameters
    ----------
    matrix
        Square, n x n; cells are equal when they differ by no more than
        1e-10 max(1, |value|), with the largest value in place of 1 where that is
        smaller; NaN equals NaN. The diagonal is ignored.
    strata
        One label per actor; only actors with the same label change places.

    References
    ----------
    McKay, B. D., & Piperno, A. (2014). Practical graph isomorphism, II. J. Symbolic
    Comput. 60, 94-112.

    Examples
    --------
    >>> star = np.zeros((8, 8))
    >>> star[0, 1:] = star[1:, 0] = 1
    >>> orbit_size(star, np.zeros(8, dtype=int))
    8
    """
    groups = np.unique(strata, return_inverse=True)[1]
    relabellings = math.prod(math.factorial(int(m)) for m in np.bincount(groups))
    return relabellings // _count_symmetries(coded(matrix), groups)


def distinct_relabellings(matrix: np.ndarray, strata: np.ndarray) -> np.ndarray:
    """One relabelling for each different matrix that relabelling makes.

    Every different matrix comes from equally many relabellings, so a test that looks
    at one of each has looked at all. Found by swapping neighbours within strata until
    no swap makes a new matrix.

    Parameters
    ----------
    matrix, strata
        As in `orbit_size`, which says how many there will be.

    Returns
    -------
    ndarray
        (orbit, n); the first row leaves everybody in place.

    Examples
    --------
    >>> star = np.zeros((4, 4))
    >>> star[0, 1:] = star[1:, 0] = 1
    >>> distinct_relabellings(star, np.zeros(4, dtype=int)).shape
    (4, 4)
    """
    codes = coded(matrix).astype(np.int32)
    swaps = _neighbour_swaps(strata)
    frontier = np.arange(len(codes))[None, :]
    seen = {_key(codes)}
    found = [frontier]
    while len(frontier):
        fresh = []
        for start in range(0, len(frontier), CHUNK):
            tried = frontier[start : start + CHUNK][:, swaps].reshape(-1, len(codes))
            for relabelling in tried:
                key = _key(codes[np.ix_(relabelling, relabelling)])
                if key not in seen:
                    seen.add(key)
                    fresh.append(relabelling)
        frontier = np.array(fresh, dtype=np.intp).reshape(-1, len(codes))
        found.append(frontier)
    return np.concatenate(found)


def count_labellings(codes: np.ndarray, strata: np.ndarray, *, limit: int) -> int:
    """In how many different ways labels can be dealt out within strata, up to a limit.

    .. math:: \\prod_s m_s! \\, / \\prod_k m_{sk}!

    with m_s actors in stratum s, of whom m_sk have label k.

    Parameters
    ----------
    codes
        One label per actor.
    strata
        One label per actor; labels stay among the actors of a stratum.
    limit
        From here on nobody counts: more than that is told as limit + 1.

    Examples
    --------
    >>> alike = np.zeros(4, dtype=int)
    >>> count_labellings(np.array(["x", "x", "y", "y"]), alike, limit=100)
    6
    >>> count_labellings(np.arange(4), alike, limit=20)
    21
    """
    ways = 1
    for stratum in np.unique(strata):
        group = codes[strata == stratum]
        left = len(group)
        for count in np.unique(group, return_counts=True)[1].tolist():
            chosen = 1
            for i in range(min(count, left - count)):
                chosen = chosen * (left - i) // (i + 1)
                if ways * chosen > limit:
                    return limit + 1
            ways, left = ways * chosen, left - count
    return ways


def distinct_labellings(codes: np.ndarray, strata: np.ndarray) -> np.ndarray:
    """One relabelling for each way in which labels can be dealt out within strata.

    Each comes from equally many relabellings, as in `distinct_relabellings`.

    Parameters
    ----------
    codes, strata
        As in `count_labellings`, which says how many rows there will be.

    Returns
    -------
    ndarray
        (labellings, n): `row[i]` is whose label i gets; the first row leaves every
        label in place.

    Examples
    --------
    >>> labels = np.array(["x", "y", "y"])
    >>> labels[distinct_labellings(labels, np.zeros(3, dtype=int))].tolist()
    [['x', 'y', 'y'], ['y', 'x', 'y'], ['y', 'y', 'x']]
    """
    dealt = np.arange(len(codes))[None, :]
    for stratum in np.unique(strata):
        group = np.flatnonzero(strata == stratum)
        rows = group[_dealings(codes[group])]
        before = len(dealt)
        dealt = np.repeat(dealt, len(rows), axis=0)
        dealt[:, group] = np.tile(rows, (before, 1))
    return dealt


def _dealings(codes: np.ndarray) -> np.ndarray:
    """All at once, in the order of the alphabet; that as it is comes first."""
    kinds, sizes = np.unique(codes, return_inverse=True, return_counts=True)[1:]
    total = math.factorial(len(codes)) // math.prod(map(math.factorial, sizes.tolist()))
    ranks, ways = np.arange(total), np.full(total, total)
    left = np.tile(sizes, (total, 1))
    row = np.arange(total)
    words = np.empty((total, len(codes)), dtype=np.intp)
    for place in range(len(codes)):
        branches = ways[:, None] * left // (len(codes) - place)
        ends = branches.cumsum(axis=1)
        words[:, place] = chosen = (ranks[:, None] >= ends).sum(axis=1)
        ways = branches[row, chosen]
        ranks = ranks - (ends[row, chosen] - ways)
        left[row, chosen] -= 1
    dealt = np.empty_like(words)
    order = words.argsort(axis=1, kind="stable")
    np.put_along_axis(dealt, order, kinds.argsort(kind="stable")[None, :], axis=1)
    start = (words == kinds).all(axis=1).argmax()
    dealt[[0, start]] = dealt[[start, 0]]
    return dealt


def _neighbour_swaps(strata: np.ndarray) -> np.ndarray:
    """Relabellings that swap two neighbours of a stratum; they generate all."""
    swaps = []
    for label in np.unique(strata):
        group = np.flatnonzero(strata == label)
        for first, second in pairwise(group):
            swap = np.arange(len(strata))
            swap[[first, second]] = second, first
            swaps.append(swap)
    return np.array(swaps, dtype=np.intp).reshape(-1, len(strata))


def _key(codes: np.ndarray) -> bytes:
    data = np.ascontiguousarray(codes).tobytes()
    return hashlib.blake2b(data, digest_size=16).digest()


def coded(matrix: np.ndarray) -> np.ndarray:
    """Whole numbers for the values; values that tie share one."""
    values, codes = np.unique(matrix, return_inverse=True)
    numbers = values[~np.isnan(values)]
    least = min(1.0, float(np.abs(numbers).max(initial=0.0)))
    gaps = np.diff(numbers) > TIE * np.maximum(least, np.abs(numbers[1:]))
    merged = np.concatenate([[0], np.cumsum(gaps)])[: len(numbers)]
    merged = np.append(merged, np.arange(len(values) - len(numbers)) + len(numbers))
    numbered: np.ndarray = merged.astype(np.intp)[codes].reshape(matrix.shape)
    np.fill_diagonal(numbered, 0)
    return numbered


def _count_symmetries(codes: np.ndarray, groups: np.ndarray) -> int:
    """|Aut|: swaps of twins, times the symmetries of the matrix of twin classes."""
    twins = _twins(codes, groups)
    leaders, sizes = np.unique(twins, return_counts=True)
    count = math.prod(math.factorial(int(m)) for m in sizes)
    second = np.array([np.flatnonzero(twins == leader)[-1] for leader in leaders])
    kinds = np.column_stack([groups[leaders], sizes, codes[leaders, second]])
    kinds = np.unique(kinds, axis=0, return_inverse=True)[1].reshape(-1)
    return count * _Search(codes[np.ix_(leaders, leaders)], kinds).count()


def _twins(codes: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """For each actor the first one it can change places with, all else unchanged."""
    colours = _refined(_mixed_pairs(codes), _mixed(groups))
    leader = np.full(len(codes), -1)
    for i in range(len(codes)):
        if leader[i] >= 0:
            continue
        leader[i] = i
        others = np.flatnonzero((colours == colours[i]) & (leader < 0))
        others = others[groups[others] == groups[i]]
        same = (codes[others] == codes[i]) & (codes[:, i] == codes[:, others].T)
        same[:, i] = codes[others, i] == codes[i, others]
        same[np.arange(len(others)), others] = True
        leader[others[same.all(axis=1)]] = i
    return leader


class _Search:
    """Orbit by orbit down a chain of stabilisers of a coloured matrix.

    Colours are hashes that do not depend on the labels. They only prune: what is
    counted was verified cell by cell, and what is refuted was searched to the end.
    """

    def __init__(self, codes: np.ndarray, kinds: np.ndarray) -> None:
        self.codes, self.kinds = codes, kinds
        self.pairs = _mixed_pairs(codes)
        self.base: list[int] = []
        self.chain = [_refined(self.pairs, _mixed(kinds))]
        while (cell := _smallest_cell(self.chain[-1])) is not None:
            self.base.append(int(cell[0]))
            self.chain.append(self._fixed(len(self.base), self.chain[-1], cell[0]))

    def count(self) -> int:
        orbit = np.arange(len(self.codes))
        total = 1
        for depth in reversed(range(len(self.base))):
            actor, colours = self.base[depth], self.chain[depth]
            refuted: list[int] = []
            for other in np.flatnonzero(colours == colours[actor]):
                if orbit[other] in {orbit[actor], *orbit[refuted]}:
                    continue
                fixed = self._fixed(depth + 1, colours, other)
                symmetry = self._extend(depth + 1, fixed)
                if symmetry is None:
                    refuted.append(int(other))
                else:
                    _merge(orbit, symmetry)
            total *= int((orbit == orbit[actor]).sum())
        return total

    def _extend(self, depth: int, colours: np.ndarray) -> np.ndarray | None:
        """A symmetry that takes the base's colours at this depth to these, or None."""
        ours = self.chain[depth]
        if not np.array_equal(np.sort(ours), np.sort(colours)):
            return None
        guess = _matched(ours, colours)
        if self._is_symmetry(guess):
            return guess
        for extended in self._choices(depth, colours):
            symmetry = self._extend(depth + 1, extended)
            if symmetry is not None:
                return symmetry
        return None

    def _choices(self, depth: int, colours: np.ndarray) -> Iterator[np.ndarray]:
        if depth == len(self.base):
            return
        actor = self.base[depth]
        for other in np.flatnonzero(colours == self.chain[depth][actor]):
            yield self._fixed(depth + 1, colours, other)

    def _fixed(self, depth: int, colours: np.ndarray, actor: np.integer) -> np.ndarray:
        """Colours in which one actor stands alone, under a colour of its depth."""
        apart = colours.copy()
        apart[actor] = _mixed(colours[[actor]] + np.uint64(depth))[0]
        return _refined(self.pairs, apart)

    def _is_symmetry(self, symmetry: np.ndarray) -> bool:
        moved = self.codes[np.ix_(symmetry, symmetry)]
        return bool(
            np.array_equal(self.kinds[symmetry], self.kinds)
            and np.array_equal(moved, self.codes)
        )


def _refined(pairs: np.ndarray, colours: np.ndarray) -> np.ndarray:
    """Colours told apart by the colours around them, until nothing new is told."""
    n_colours = len(np.unique(colours))
    while n_colours < len(colours):
        finer = _mixed(_mixed(colours) + pairs @ _mixed(~colours))
        n_finer = len(np.unique(finer))
        if n_finer <= n_colours:
            break
        colours, n_colours = finer, n_finer
    return colours


def _mixed_pairs(codes: np.ndarray) -> np.ndarray:
    """A hash per ordered pair of actors, of what goes forth and what comes back."""
    return _mixed(codes * (codes.max(initial=0) + 1) + codes.T)


def _mixed(values: np.ndarray) -> np.ndarray:
    """The splitmix64 hash of each number (Steele, Lea & Flood 2014)."""
    z = values.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def _smallest_cell(colours: np.ndarray) -> np.ndarray | None:
    """The actors of the smallest colour that several share, or None."""
    _, place, counts = np.unique(colours, return_inverse=True, return_counts=True)
    shared = np.flatnonzero(counts > 1)
    if not len(shared):
        return None
    return np.flatnonzero(place == shared[np.argmin(counts[shared])])


def _matched(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """Colour to equal colour: actors that keep theirs stay, the rest in order."""
    matched = np.arange(len(ours))
    rest = np.flatnonzero(ours != theirs)
    at = rest[np.argsort(ours[rest], kind="stable")]
    matched[at] = rest[np.argsort(theirs[rest], kind="stable")]
    return matched


def _merge(orbit: np.ndarray, symmetry: np.ndarray) -> None:
    for i, image in enumerate(symmetry):
        if orbit[i] != orbit[image]:
            orbit[orbit == orbit[image]] = orbit[i]
