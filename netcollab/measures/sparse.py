"""What a sparse matrix of ties says: PageRank, mixing.

Kernels that know no names: places and strengths in, arrays out. They read the observed
ties alone, so that a network and a register of a million actors share them.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.sparse import csr_array

from netcollab.networks import Network, Register

__all__ = ["mixing_sums", "pagerank_by_power"]

TOLERANCE = 1e-12


def mixing_sums(
    network: Network | Register, group: np.ndarray, count: int, *, weighted: bool
) -> np.ndarray:
    """Ties, or their strength, from each group (row) to each group (column).

    `group` holds a number below `count` per actor, -1 where the group is not known;
    ties of those do not count. An undirected tie between two groups counts both ways,
    inside a group twice.
    """
    source, target, weight = network.tie_arrays
    sender, receiver = group[source], group[target]
    known = (sender >= 0) & (receiver >= 0)
    cells = sender[known] * count + receiver[known]
    sums = np.bincount(cells, weight[known] if weighted else None, count * count)
    return sums.reshape(count, count).astype(float)


def pagerank_by_power(ties: csr_array, *, damping: float = 0.85) -> np.ndarray:
    """The share of time a walker spends at each actor; sums to 1.

    .. math::
        x_j = d \\sum_i x_i w_{ij} / s_i + \\frac{d}{n} \\sum_{i: s_i = 0} x_i
              + \\frac{1 - d}{n}

    s_i is what i sends; a walker at an actor that sends nothing goes anywhere. Power
    iteration until no value changes by more than 1e-12 of itself.
    """
    n = ties.shape[0]
    if not n:
        return np.zeros(0)
    sent = ties.sum(axis=1)
    share = np.divide(1.0, sent, out=np.zeros(n), where=sent > 0)
    received = ties.T.tocsr()
    received.data = received.data * share[received.indices]
    stuck = np.nonzero(sent == 0)[0]
    rank = np.full(n, 1 / n)
    for _ in range(_most_steps(n, damping)):
        before = rank
        lost = before[stuck].sum() / n
        rank = damping * (received @ before + lost) + (1 - damping) / n
        if (np.abs(rank - before) <= TOLERANCE * rank).all():
            break
    return np.asarray(rank / rank.sum())


def _most_steps(n: int, damping: float) -> int:
    """After how many steps even the last trace of the start is below the tolerance."""
    if not damping:
        return 1
    least = TOLERANCE * (1 - damping) ** 2 / n
    return math.ceil(math.log(least) / math.log(damping))
