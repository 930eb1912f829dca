"""Ties and strength per actor.

How many partners does an actor have, and how strong are its ties?

In a register an actor without registered ties has 0: nobody was asked, so nobody is
silent.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from netcollab.measures.limits import strength_limits
from netcollab.measures.undefined import per_actor, silent
from netcollab.networks import Network, Register, bounded, increasing

__all__ = [
    "degree",
    "in_degree",
    "in_strength",
    "out_degree",
    "out_strength",
    "strength",
]

Side = Literal["out", "in", "both"]


@increasing
def in_degree(network: Network | Register) -> pd.Series:
    """How many actors send a tie to each actor.

    .. math:: k_i^{in} = \\sum_{j \\ne i} [w_{ji} \\ne 0]

    The sum runs over observed dyads; an unobserved one counts neither as a tie nor as
    an absence, so the number is the smallest it can be. NaN with a reason for an actor
    that nobody was asked about. In an undirected network this is the degree.

    References
    ----------
    Freeman, L. C. (1978). Centrality in social networks. Social Networks 1, 215-239.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 3, 0], [2, 0, 0], [1, 1, 0]], names, names)
    >>> in_degree(Network.from_matrix(told)).to_dict()
    {'nav': 2.0, 'ks': 2.0, 'hdir': 0.0}
    """
    return _counted(network, "in", "in_degree")


@increasing
def out_degree(network: Network | Register) -> pd.Series:
    """How many actors each actor sends a tie to.

    .. math:: k_i^{out} = \\sum_{j \\ne i} [w_{ij} \\ne 0]

    The sum runs over observed dyads. NaN with a reason for an actor that did not
    answer about anybody. In an undirected network this is the degree.

    References
    ----------
    Freeman, L. C. (1978). Centrality in social networks. Social Networks 1, 215-239.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 3, 0], [2, 0, 0], [1, 1, 0]], names, names)
    >>> out_degree(Network.from_matrix(told)).to_dict()
    {'nav': 1.0, 'ks': 1.0, 'hdir': 2.0}
    """
    return _counted(network, "out", "out_degree")


@increasing
def degree(network: Network | Register) -> pd.Series:
    """How many ties each actor has, sent and received.

    .. math:: k_i = k_i^{in} + k_i^{out}

    A mutual tie of a directed network counts twice (Freeman's total degree); in an
    undirected network every partner counts once. The sum runs over observed dyads. NaN
    with a reason for an actor none of whose dyads was observed.

    References
    ----------
    Freeman, L. C. (1978). Centrality in social networks. Social Networks 1, 215-239.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 3, 0], [2, 0, 0], [1, 1, 0]], names, names)
    >>> degree(Network.from_matrix(told)).to_dict()
    {'nav': 3.0, 'ks': 3.0, 'hdir': 2.0}
    """
    return _counted(network, "both", "degree")


@bounded(strength_limits("in", "in_strength"))
def in_strength(network: Network | Register) -> pd.Series:
    """The total strength of the ties each actor receives.

    .. math:: s_i^{in} = \\sum_{j \\ne i} w_{ji}

    In the unit of the strengths; with signs, positive and negative ties offset each
    other. The sum runs over observed dyads. NaN with a reason for an actor that nobody
    was asked about.

    References
    ----------
    Barrat, A., Barthelemy, M., Pastor-Satorras, R. & Vespignani, A. (2004). The
    architecture of complex weighted networks. PNAS 101, 3747-3752.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 3, 0], [2, 0, 0], [1, 1, 0]], names, names)
    >>> in_strength(Network.from_matrix(told)).to_dict()
    {'nav': 3.0, 'ks': 4.0, 'hdir': 0.0}
    """
    return _summed(network, "in", "in_strength")


@bounded(strength_limits("out", "out_strength"))
def out_strength(network: Network | Register) -> pd.Series:
    """The total strength of the ties each actor sends.

    .. math:: s_i^{out} = \\sum_{j \\ne i} w_{ij}

    In the unit of the strengths. The sum runs over observed dyads. NaN with a reason
    for an actor that did not answer about anybody.

    References
    ----------
    Barrat, A., Barthelemy, M., Pastor-Satorras, R. & Vespignani, A. (2004). The
    architecture of complex weighted networks. PNAS 101, 3747-3752.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 3, 0], [2, 0, 0], [1, 1, 0]], names, names)
    >>> out_strength(Network.from_matrix(told)).to_dict()
    {'nav': 3.0, 'ks': 2.0, 'hdir': 2.0}
    """
    return _summed(network, "out", "out_strength")


@bounded(strength_limits("both", "strength"))
def strength(network: Network | Register) -> pd.Series:
    """The total strength of each actor's ties, sent and received.

    .. math:: s_i = s_i^{in} + s_i^{out}

    In an undirected network every tie counts once. The sum runs over observed dyads.
    NaN with a reason for an actor none of whose dyads was observed.

    References
    ----------
    Barrat, A., Barthelemy, M., Pastor-Satorras, R. & Vespignani, A. (2004). The
    architecture of complex weighted networks. PNAS 101, 3747-3752.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 3, 0], [2, 0, 0], [1, 1, 0]], names, names)
    >>> strength(Network.from_matrix(told)).to_dict()
    {'nav': 6.0, 'ks': 6.0, 'hdir': 2.0}
    """
    return _summed(network, "both", "strength")


def _counted(network: Network | Register, side: Side, name: str) -> pd.Series:
    source, target, _ = network.tie_arrays
    sent = np.bincount(source, minlength=network.n).astype(float)
    received = np.bincount(target, minlength=network.n).astype(float)
    return _of_side(network, sent, received, side, name)


def _summed(network: Network | Register, side: Side, name: str) -> pd.Series:
    source, target, weight = network.tie_arrays
    sent = np.bincount(source, weight, network.n)
    received = np.bincount(target, weight, network.n)
    return _of_side(network, sent, received, side, name)


def _of_side(
    network: Network | Register,
    sent: np.ndarray,
    received: np.ndarray,
    side: Side,
    name: str,
) -> pd.Series:
    if side == "both" and network.directed:
        values = sent + received
    else:
        values = received if side == "in" else sent
    return per_actor(network, name, values, silent(network, side))
