"""Positions on paths, and power through partners.

Who stands between others, who is near, and who gains from well or badly tied partners?
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import pandas as pd
from scipy.sparse import csgraph, csr_array

from netcollab._checks import check_choice
from netcollab.errors import InputError
from netcollab.measures.paths import (
    betweenness_by_length,
    betweenness_by_steps,
    distances,
)
from netcollab.measures.undefined import Reasons, per_actor, silent, unsigned
from netcollab.networks import Network

__all__ = ["beta_centrality", "betweenness", "harmonic_closeness"]


def betweenness(network: Network, *, weighted: bool = True) -> pd.Series:
    """How often each actor stands on shortest paths between others.

    .. math:: b_i = \\sum_{j \\ne i \\ne k} \\sigma_{jk}(i) / \\sigma_{jk}

    sigma_jk counts the shortest paths from j to k and sigma_jk(i) those through i. An
    undirected network counts each pair once. Not normalised: at most (n-1)(n-2), half
    of it when undirected. Lengths are the network's `distances`, 1 / strength unless
    declared; two paths are equally short when they differ by less than 1e-10 of their
    sum. 0 in a network without ties.

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
    values = np.zeros(network.n)
    if not network.signed and weighted:
        values = betweenness_by_length(_lengths(network))
    elif not network.signed:
        values = betweenness_by_steps(_tied(network))
    if not network.directed:
        values = values / 2
    return per_actor(network, "betweenness", values, reasons)


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
        one_step = np.where(_tied(network), 1.0, np.nan)
        far = distances(_lengths(network) if weighted else one_step)
        np.fill_diagonal(far, np.inf)
        values = (1 / far).sum(axis=0 if side == "in" else 1)
        values = values / max(1, network.n - 1) if normalised else values
    return per_actor(network, "harmonic_closeness", values, reasons)


def beta_centrality(
    network: Network, *, beta: float, weighted: bool = False
) -> pd.Series:
    """Power that comes from partners: well tied ones (beta > 0) or badly tied ones.

    .. math:: c = a (I - \\beta R)^{-1} R 1, \\qquad \\sum_i c_i^2 = n

    R holds the ties an actor sends, 0 or 1 unless weighted. With beta > 0 an actor
    gains from partners who are central themselves; with beta < 0 (bargaining) from
    partners who have nobody else; beta = 0 is the out-degree, rescaled. The norm is
    fixed, so values are never compared between networks, sites or waves.

    Computed on the observed ties. NaN with a reason for an actor none of whose sent
    ties was observed (n in the norm counts the others), and for every actor of a
    network without ties or with signs.

    Parameters
    ----------
    network
        The network.
    beta
        The raw coefficient; abs(beta) < 1 / lambda_1, lambda_1 the largest absolute
        eigenvalue of R (0 without directed cycles: then any beta will do).
    weighted
        True: R holds strengths.

    Raises
    ------
    InputError
        If abs(beta) is not below 1 / lambda_1; the message states that bound.

    References
    ----------
    Bonacich, P. (1987). Power and centrality: a family of measures. American Journal of
    Sociology 92, 1170-1182.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 1, 0], [1, 0, 1], [0, 1, 0]], names, names)
    >>> beta_centrality(Network.from_matrix(told), beta=-0.5).round(3).to_dict()
    {'nav': 0.0, 'ks': 1.732, 'hdir': 0.0}
    """
    reasons = unsigned(network) or silent(network, "out")
    ties = np.nan_to_num(network.ties.to_numpy())
    ties = ties if weighted else (ties != 0).astype(float)
    values = np.full(network.n, np.nan)
    if not network.signed:
        _check_beta(beta, ties)
        values = np.linalg.solve(np.eye(network.n) - beta * ties, ties.sum(1))
        heard = network.n - len(reasons)
        size = math.sqrt((values**2).sum())
        if size:
            values = values * (math.sqrt(heard) / size)
        else:
            reasons = _without_ties(network) | reasons
    return per_actor(network, "beta_centrality", values, reasons)


def _tied(network: Network) -> np.ndarray:
    tied: np.ndarray = np.nan_to_num(network.ties.to_numpy()) != 0
    return tied


def _lengths(network: Network) -> np.ndarray:
    return np.where(_tied(network), network.distances.to_numpy(), np.nan)


def _without_ties(network: Network) -> Reasons:
    return dict.fromkeys(network.ties.index, "no tie was observed in the network")


def _check_beta(beta: float, ties: np.ndarray) -> None:
    if not math.isfinite(beta):
        raise InputError(f"beta needs a finite number, got {beta!r}")
    radius = _spectral_radius(ties)
    if abs(beta) * radius >= 1 - 1e-12:
        raise InputError(
            f"beta needs |beta| < 1/lambda_1 = {1 / radius:.6g} in this network, "
            f"got {beta!r}"
        )


def _spectral_radius(ties: np.ndarray) -> float:
    """The largest absolute eigenvalue; by strong component, so 0 without cycles."""
    count, label = csgraph.connected_components(csr_array(ties), connection="strong")
    radius = 0.0
    for component in range(count):
        inside = np.nonzero(label == component)[0]
        if len(inside) > 1:
            block = ties[np.ix_(inside, inside)]
            radius = max(radius, float(np.abs(np.linalg.eigvals(block)).max()))
    return radius
