"""Positions on shortest paths.

Who stands between others, and who is near?
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from netcollab._checks import check_choice
from netcollab.measures.engine import betweenness_by_igraph
from netcollab.measures.limits import nearness_limits
from netcollab.measures.matrices import tied
from netcollab.measures.paths import (
    betweenness_by_length,
    betweenness_by_steps,
    distances,
)
from netcollab.measures.undefined import per_actor, silent, unsigned
from netcollab.networks import Network, bounded

__all__ = ["betweenness", "closeness", "harmonic_closeness"]


def betweenness(network: Network, *, weighted: bool = True) -> pd.Series:
    """How often each actor stands on shortest paths between others.

    .. math:: b_i = \\sum_{j \\ne i \\ne k} \\sigma_{jk}(i) / \\sigma_{jk}

    sigma_jk counts the shortest paths from j to k and sigma_jk(i) those through i. An
    undirected network counts each pair once. Not normalised: at most (n-1)(n-2), half
    of it when undirected. Lengths are the network's `distances`, 1 / strength unless
    declared; two paths are equally short when they differ by less than 1e-10 of their
    sum. 0 in a network without ties.

    From 200 actors on python-igraph counts the paths where it is installed, and gives
    the same numbers sooner; it is never required. ``.attrs["engine"]`` tells who did.

    Paths are those of the observed ties. NaN with a reason for an actor none of whose
    sent ties was observed, and for every actor of a signed network.

    Parameters
    ----------
    network
        The network.
    weighted
        False: every tie has length 1.

    References
    ----------
    Brandes, U. (2001). A faster algorithm for betweenness centrality. Journal of
    Mathematical Sociology 25, 163-177.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 3, 0], [3, 0, 2], [0, 2, 0]], names, names)
    >>> betweenness(Network.from_matrix(told)).to_dict()
    {'nav': 0.0, 'ks': 2.0, 'hdir': 0.0}
    """
    reasons = unsigned(network) or silent(network, "out")
    values, engine = np.zeros(network.n), "netcollab"
    if not network.signed:
        values, engine = _between(network, weighted=weighted)
    result = per_actor(network, "betweenness", values, reasons)
    result.attrs["engine"] = engine
    return result


def closeness(
    network: Network,
    *,
    weighted: bool = True,
    direction: Literal["in", "out"] = "out",
    normalised: bool = False,
) -> pd.Series:
    """How near each actor is to the actors it can reach.

    .. math:: c_i = 1 \\Big/ \\sum_{j \\in R_i} d(i, j)

    R_i are the other actors that i can reach and d is the length of the shortest path;
    direction "in" takes those that reach i, and d(j, i). `normalised` multiplies by the
    number of them: 1 / mean distance. Lengths are the network's `distances`, 1 /
    strength unless declared, so c has the unit of the strengths; with ties of length 1
    it is at most 1.

    An actor that reaches one neighbour and nobody else is as near as can be: where
    actors reach different numbers of others, `harmonic_closeness` compares better.
    Packages disagree there. igraph does as here, sna gives 0 to all who do not reach
    everybody, and networkx takes the mean over the reachable times their share (and
    paths into an actor).

    Paths are those of the observed ties. NaN with a reason for an actor that reaches
    nobody, for one none of whose ties in that direction was observed, and for every
    actor of a signed network.

    Parameters
    ----------
    network
        The network.
    weighted
        False: every tie has length 1.
    direction
        "out": paths that leave the actor; "in": paths that reach it.
    normalised
        True: the number of the reachable over the sum.

    References
    ----------
    Freeman, L. C. (1978). Centrality in social networks. Social Networks 1, 215-239.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 1, 0], [1, 0, 1], [0, 1, 0]], names, names)
    >>> closeness(Network.from_matrix(told), normalised=True).round(3).to_dict()
    {'nav': 0.667, 'ks': 1.0, 'hdir': 0.667}
    """
    side = check_choice("direction", direction, ("in", "out"))
    reasons = unsigned(network) or silent(network, "in" if side == "in" else "out")
    values = np.zeros(network.n)
    if not network.signed:
        far = _paths_to_all(network, weighted=weighted)
        far = far.T if side == "in" else far
        near = np.isfinite(far)
        total = np.where(near, far, 0.0).sum(1)
        count = near.sum(1) if normalised else near.any(1)
        values = np.divide(count, total, out=values, where=total > 0)
        whom = "no actor reaches it" if side == "in" else "it reaches no actor"
        alone = network.ties.index[total == 0]
        reasons = dict.fromkeys(alone, f"{whom} along observed ties") | reasons
    return per_actor(network, "closeness", values, reasons)


@bounded(nearness_limits)
def harmonic_closeness(
    network: Network,
    *,
    weighted: bool = True,
    direction: Literal["in", "out"] = "out",
    normalised: bool = False,
) -> pd.Series:
    """How near each actor is to all others, unreachable ones counting 0.

    .. math:: h_i = \\sum_{j \\ne i} 1 / d(i, j)

    d is the length of the shortest path; direction "in" takes d(j, i). With ties of
    length 1 at most n - 1, by which `normalised` divides. Lengths are the network's
    `distances`, 1 / strength unless declared, so h has the unit of the strengths.

    Paths are those of the observed ties. NaN with a reason for an actor none of whose
    ties in that direction was observed (paths into an actor do not use the ties it
    sends), and for every actor of a signed network.

    Parameters
    ----------
    network
        The network.
    weighted
        False: every tie has length 1.
    direction
        "out": paths that leave the actor; "in": paths that reach it.
    normalised
        True: the mean over the other actors in place of the sum.

    References
    ----------
    Rochat, Y. (2009). Closeness centrality extended to unconnected graphs: the harmonic
    centrality index. ASNA 2009, Zurich.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 1, 0], [1, 0, 1], [0, 1, 0]], names, names)
    >>> harmonic_closeness(Network.from_matrix(told)).to_dict()
    {'nav': 1.5, 'ks': 2.0, 'hdir': 1.5}
    """
    side = check_choice("direction", direction, ("in", "out"))
    reasons = unsigned(network) or silent(network, "in" if side == "in" else "out")
    values = np.zeros(network.n)
    if not network.signed:
        far = _paths_to_all(network, weighted=weighted)
        values = (1 / far).sum(axis=0 if side == "in" else 1)
        values = values / max(1, network.n - 1) if normalised else values
    return per_actor(network, "harmonic_closeness", values, reasons)


def _between(network: Network, *, weighted: bool) -> tuple[np.ndarray, str]:
    """Betweenness, an undirected pair counted once, and the engine that counted."""
    there = tied(network)
    lengths = _lengths(network) if weighted else None
    quick = betweenness_by_igraph(there, lengths, directed=network.directed)
    if quick is not None:
        return quick, "igraph"
    if lengths is None:
        values = betweenness_by_steps(there)
    else:
        values = betweenness_by_length(lengths)
    return values / (1 if network.directed else 2), "netcollab"


def _paths_to_all(network: Network, *, weighted: bool) -> np.ndarray:
    """Length of the shortest path from row to column; inf to itself and if none."""
    lengths = np.where(tied(network), 1.0, np.nan)
    far = distances(_lengths(network) if weighted else lengths)
    np.fill_diagonal(far, np.inf)
    return far


def _lengths(network: Network) -> np.ndarray:
    return np.where(tied(network), network.distances.to_numpy(), np.nan)
