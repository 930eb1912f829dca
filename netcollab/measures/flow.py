"""Positions on all paths, as current flows: each tie conducts as much as it is strong.

Who is near, and who stands between, when word does not take the shortest way?

Both measures see a pair of actors as one tie: where one direction is stronger, that.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import csgraph, csr_array

from netcollab.measures.matrices import either_way, groups
from netcollab.measures.undefined import per_actor, silent, unsigned
from netcollab.networks import Network

__all__ = ["current_flow_betweenness", "information_centrality"]

CELLS = 2_000_000


def information_centrality(network: Network, *, weighted: bool = False) -> pd.Series:
    """How well each actor is joined to the others by all paths, direct or not.

    .. math::
        I_i = \\Big( \\frac{1}{n} \\sum_j \\frac{1}{I_{ij}} \\Big)^{-1},
        \\qquad \\frac{1}{I_{ij}} = c_{ii} + c_{jj} - 2 c_{ij}

    C is the inverse of L + J: L the Laplacian of the ties, J all ones. 1 / I_ij is the
    resistance between i and j, and I_i the harmonic mean of I_ij over the n actors of
    the component of i, with 1 / I_ii = 0. Direction is ignored: a pair has a tie where
    one of the two sends one, with the stronger of the two strengths. Ties count 1
    unless weighted; I has then the unit of the strengths.

    Values are per component and not compared between components; 0 for an actor
    without ties.

    Computed on the observed ties; a dyad seen from one side counts with that side. NaN
    with a reason for an actor none of whose sent ties was observed, and for every
    actor of a signed network.

    sna's infocent gives the same on a connected network. With isolates it leaves them
    out of the matrix and counts them in n, so that the values of the others depend on
    them; on several components its matrix has no inverse. networkx gives I / n, for
    connected networks alone.

    Parameters
    ----------
    network
        The network.
    weighted
        True: ties count with their strengths.

    References
    ----------
    Stephenson, K. & Zelen, M. (1989). Rethinking centrality: methods and examples.
    Social Networks 11, 1-37.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 1, 0], [1, 0, 1], [0, 1, 0]], names, names)
    >>> information_centrality(Network.from_matrix(told)).round(3).to_dict()
    {'nav': 1.0, 'ks': 1.5, 'hdir': 1.0}
    """
    reasons = unsigned(network) or silent(network, "out")
    values = np.zeros(network.n)
    if not network.signed:
        ties = either_way(network, weighted=weighted)
        for inside in _components(ties):
            inverse = _potentials(ties[np.ix_(inside, inside)])
            own = np.diag(inverse)
            resistance = own * len(inside) + own.sum() - 2 * inverse.sum(1)
            values[inside] = len(inside) / resistance
    return per_actor(network, "information_centrality", values, reasons)


def current_flow_betweenness(network: Network, *, weighted: bool = True) -> pd.Series:
    """How much current passes through each actor when it flows between all pairs.

    .. math::
        b_i = \\sum_{s < t} \\tau_{st}(i), \\qquad
        \\tau_{st}(i) = \\tfrac12 \\sum_j | x_{ij} | \\quad (i \\ne s, t)

    One unit of current enters at s and leaves at t; x_ij is what flows along the tie of
    i and j, in proportion to its strength and the difference of potential. A walk from
    s to t that takes ties at random crosses each tie that often, net of going back.
    Every pair of actors of one component counts once, so b is at most (n-1)(n-2)/2, and
    in a network without cycles it is the betweenness. Direction is ignored: a pair has
    a tie where one of the two sends one, with the stronger of the two strengths. No
    unit; scaling all strengths changes nothing. 0 in a network without ties.

    Computed on the observed ties; a dyad seen from one side counts with that side. NaN
    with a reason for an actor none of whose sent ties was observed, and for every
    actor of a signed network.

    networkx gives the same divided by (n-1)(n-2)/2, unweighted, for connected networks
    alone. Newman counts the ends of a pair too: (b + n - 1) / (n(n-1)/2).

    Parameters
    ----------
    network
        The network.
    weighted
        False: every tie has strength 1.

    References
    ----------
    Newman, M. E. J. (2005). A measure of betweenness centrality based on random walks.
    Social Networks 27, 39-54. Brandes, U. & Fleischer, D. (2005). Centrality measures
    based on current flow. STACS 2005, LNCS 3404, 533-544.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir", "udir"]
    >>> told = pd.DataFrame(0, names, names)
    >>> told.loc["nav", ["ks", "hdir"]] = told.loc["ks", ["hdir", "udir"]] = 1
    >>> flow = current_flow_betweenness(Network.from_matrix(told))
    >>> flow.round(3).to_dict()
    {'nav': 0.667, 'ks': 2.333, 'hdir': 0.667, 'udir': 0.0}
    """
    reasons = unsigned(network) or silent(network, "out")
    values = np.zeros(network.n)
    if not network.signed:
        ties = either_way(network, weighted=weighted)
        for inside in _components(ties):
            values[inside] = _throughput(ties[np.ix_(inside, inside)])
    return per_actor(network, "current_flow_betweenness", values, reasons)


def _components(ties: np.ndarray) -> list[np.ndarray]:
    """The components of more than one actor."""
    label = csgraph.connected_components(csr_array(ties), directed=False)[1]
    return groups(label)


def _potentials(ties: np.ndarray) -> np.ndarray:
    """The inverse of L + sJ: potentials up to a constant, for current in at a column.

    s, the largest strength, keeps the two terms of one size and cancels in every
    difference.
    """
    laplacian = np.diag(ties.sum(1)) - ties
    inverse: np.ndarray = np.linalg.inv(laplacian + ties.max())
    return inverse


def _throughput(ties: np.ndarray) -> np.ndarray:
    """Current through each actor, summed over pairs.

    With b the current along a tie for a unit that enters at an actor (and leaves
    anywhere), the pair s, t sends b_s - b_t along it; sorted, all pairs are one sum.
    At s and t themselves one unit touches the ties, and nothing passes through.
    """
    n = len(ties)
    inverse = _potentials(ties)
    one, other = np.nonzero(np.triu(ties))
    times = 2.0 * np.arange(n) - (n - 1)
    touching = np.zeros(n)
    block = max(1, CELLS // n)
    for start in range(0, len(one), block):
        i, j = one[start : start + block], other[start : start + block]
        current = ties[i, j, None] * (inverse[i] - inverse[j])
        flow = np.sort(current, axis=1) @ times
        touching += np.bincount(i, flow, n) + np.bincount(j, flow, n)
    return np.maximum((touching - (n - 1)) / 2, 0.0)
