"""How far a network hangs together.

Which pairs of actors can reach each other, and in how many steps?
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csgraph, csr_array

from netcollab.measures.paths import distances
from netcollab.measures.undefined import (
    SIGNED,
    UndefinedError,
    need_absences,
    number,
)
from netcollab.networks import Network, bounded, complete, increasing

__all__ = [
    "compactness",
    "connectedness",
    "fragmentation",
    "need_paths",
    "steps_between",
    "weak_components",
]


@increasing
@number
def connectedness(network: Network) -> float:
    """The share of pairs of actors that are joined by a path, whatever its direction.

    .. math:: C = \\sum_k n_k (n_k - 1) / n (n - 1)

    n_k actors are in the weak component k. Between 0 (no ties) and 1 (one component);
    the first of Krackhardt's four dimensions of hierarchy, the same as in sna.

    Computed on the observed ties: a tie that nobody observed could only raise it.
    Undefined for fewer than two actors, when nothing was observed, for a presence-only
    network, where a pair without a path is unknown, and for a signed one.

    References
    ----------
    Krackhardt, D. (1994). Graph theoretical dimensions of informal organizations. In
    Carley & Prietula (eds.), Computational Organization Theory, 89-111. Erlbaum.

    Examples
    --------
    >>> import pandas as pd
    >>> names = ["nav", "ks", "hdir", "kommune"]
    >>> told = pd.DataFrame(0, names, names)
    >>> told.loc["nav", ["ks", "hdir"]] = 1
    >>> connectedness(Network.from_matrix(told))
    0.5
    """
    need_paths(network)
    size = np.bincount(weak_components(network))
    return float((size * (size - 1)).sum() / (network.n * (network.n - 1)))


def _limits_of_fragmentation(network: Network) -> tuple[float, float]:
    """It never rises when a tie appears."""
    most, least = (complete(network, unknown) for unknown in ("maximum", "absent"))
    return fragmentation(most), fragmentation(least)


@bounded(_limits_of_fragmentation)
@number
def fragmentation(network: Network) -> float:
    """The share of ordered pairs of actors of which the first cannot reach the second.

    .. math:: F = 1 - \\sum_{i \\ne j} r_{ij} / n (n - 1)

    r_ij is 1 where a path leads from i to j. Between 0 (everybody reaches everybody)
    and 1 (no ties). In an undirected network F = 1 - connectedness; in a directed one
    at least that, because a path here follows the direction of its ties.

    Computed on the observed ties: a tie that nobody observed could only lower it.
    Undefined for fewer than two actors, when nothing was observed, for a presence-only
    network, where a pair without a path is unknown, and for a signed one.

    References
    ----------
    Borgatti, S. P. (2006). Identifying sets of key players in a social network.
    Computational and Mathematical Organization Theory 12, 21-34.

    Examples
    --------
    >>> import pandas as pd
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 1, 0], [0, 0, 1], [0, 0, 0]], names, names)
    >>> fragmentation(Network.from_matrix(told))
    0.5
    """
    need_paths(network)
    reached = int(np.isfinite(steps_between(network)).sum()) - network.n
    return 1 - reached / (network.n * (network.n - 1))


@increasing
@number
def compactness(network: Network) -> float:
    """How near actors are to each other: the mean of 1 / distance over ordered pairs.

    .. math:: K = \\sum_{i \\ne j} d_{ij}^{-1} / n (n - 1)

    d_ij counts the ties of the shortest path from i to j, and a pair without a path
    adds 0. Between 0 (no ties) and 1 (everybody tied to everybody). Strengths do not
    matter. 1 - K is Borgatti's distance-weighted fragmentation, and igraph calls K
    global efficiency. The compactness of Botafogo et al. (1992) for hypertexts, from
    the sum of distances with a number set for pairs without a path, is another.

    Computed on the observed ties: a tie that nobody observed could only raise it.
    Undefined for fewer than two actors, when nothing was observed, for a presence-only
    network, where a pair without a path is unknown, and for a signed one.

    References
    ----------
    Borgatti, S. P. (2006). Identifying sets of key players in a social network.
    Computational and Mathematical Organization Theory 12, 21-34.

    Examples
    --------
    >>> import pandas as pd
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 1, 0], [1, 0, 1], [0, 1, 0]], names, names)
    >>> round(compactness(Network.from_matrix(told)), 4)
    0.8333
    """
    need_paths(network)
    far = steps_between(network)
    np.fill_diagonal(far, np.inf)
    return float((1 / far).sum() / (network.n * (network.n - 1)))


def need_paths(network: Network) -> None:
    """Stop where a missing path cannot be told from an unknown one."""
    need_absences(network)
    if network.signed:
        raise UndefinedError(SIGNED)


def steps_between(network: Network) -> np.ndarray:
    """How many observed ties from row to column; inf where no path leads there."""
    return distances(np.where(_tied(network), 1.0, np.nan))


def weak_components(network: Network) -> np.ndarray:
    """For each actor the number of its component, direction ignored."""
    found = csgraph.connected_components(csr_array(_tied(network)), connection="weak")
    return np.asarray(found[1])


def _tied(network: Network) -> np.ndarray:
    tied: np.ndarray = np.nan_to_num(network.ties.to_numpy()) != 0
    return tied
