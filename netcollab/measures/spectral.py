"""Standing that comes from the standing of those who send.

Who is chosen by actors that are much chosen themselves?
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import csgraph, csr_array

from netcollab._checks import check_fraction
from netcollab.measures.eigen import hub_scores, standing
from netcollab.measures.matrices import groups, received, sent
from netcollab.measures.sparse import pagerank_by_power
from netcollab.measures.undefined import (
    UndefinedError,
    per_actor,
    silent,
    unsigned,
    without_ties,
)
from netcollab.networks import Network, Register

__all__ = ["authorities", "eigenvector", "hubs", "pagerank"]


def eigenvector(network: Network, *, weighted: bool = True) -> pd.Series:
    """The standing of each actor: the sum of the standings of those who send to it.

    .. math:: x_i = \\frac{1}{\\lambda_1} \\sum_{j \\ne i} w_{ji} x_j

    lambda_1 is the largest eigenvalue of the actor's component (of actors that ties
    join in either direction). Values are scaled to maximum 1 in each component, so they
    are not compared between components. 0 for an actor that receives nothing from
    actors with standing, and for one without ties. No unit; scaling all strengths
    changes nothing.

    In a directed component standing comes from the strongly connected part that has
    the largest eigenvalue, and reaches whom ties lead to from there. Where several
    parts have it, those without a way to another count: one is the answer, several
    have none (NaN).

    Computed on the observed ties. NaN with a reason for an actor none of whose
    received ties was observed, in a component without a directed cycle (lambda_1 is
    0), for every actor of a network in which no component has a value, and of a signed
    network.

    igraph and networkx take the same side (left eigenvector), on the whole network:
    smaller components get 0, or anything if they tie. sna's evcent takes the other
    side, whom an actor sends to.

    Parameters
    ----------
    network
        The network.
    weighted
        False: every tie has strength 1.

    References
    ----------
    Bonacich, P. (1972). Factoring and weighting approaches to status scores and clique
    identification. Journal of Mathematical Sociology 2, 113-120.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 1, 0], [1, 0, 1], [0, 1, 0]], names, names)
    >>> eigenvector(Network.from_matrix(told)).round(3).to_dict()
    {'nav': 0.707, 'ks': 1.0, 'hdir': 0.707}
    """
    reasons = unsigned(network) or silent(network, "in")
    values = np.zeros(network.n)
    if not network.signed:
        ties = received(network, weighted=weighted)
        values, unclear = _standing_by_component(ties)
        actors = network.ties.index
        told = {actors[place]: why for place, why in unclear.items()}
        reasons = (told if ties.nnz else without_ties(network)) | reasons
    return per_actor(network, "eigenvector", values, reasons)


def pagerank(
    network: Network | Register, *, damping: float = 0.85, weighted: bool = True
) -> pd.Series:
    """How often a walk along the ties is at each actor, when it starts anew at times.

    .. math::
        p_i = \\frac{1 - d}{n} + d \\Big( \\sum_{j \\ne i} \\frac{w_{ji}}{s_j} p_j
        + \\frac{1}{n} \\sum_{j: s_j = 0} p_j \\Big)

    s_j is the strength that j sends. With probability d the walk follows a tie of the
    actor where it is, a strong one more often; otherwise, and from an actor that sends
    nothing, it goes to any actor. The values of all actors sum to 1, so in a network of
    twice the size they are half as large. 1/n for all without ties. Scaling all
    strengths changes nothing.

    Computed on the observed ties; from an actor that did not answer the walk goes to
    any actor. NaN with a reason for an actor none of whose received ties was observed
    (its share of the sum is not given to others), and for every actor of a signed
    network.

    Parameters
    ----------
    network
        The network, or a register of ties.
    damping
        d, between 0 and 1.
    weighted
        False: every tie has strength 1.

    Raises
    ------
    InputError
        If `damping` is not between 0 and 1.

    References
    ----------
    Brin, S. & Page, L. (1998). The anatomy of a large-scale hypertextual web search
    engine. Computer Networks and ISDN Systems 30, 107-117.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 1, 0], [1, 0, 1], [0, 1, 0]], names, names)
    >>> pagerank(Network.from_matrix(told)).round(3).to_dict()
    {'nav': 0.257, 'ks': 0.486, 'hdir': 0.257}
    """
    damping = check_fraction("damping", damping)
    reasons = unsigned(network) or silent(network, "in")
    values = np.zeros(network.n)
    if not network.signed:
        ties = sent(network, weighted=weighted)
        values = pagerank_by_power(ties, damping=damping)
    return per_actor(network, "pagerank", values, reasons)


def hubs(network: Network, *, weighted: bool = True) -> pd.Series:
    """How much each actor sends to actors that hubs send to.

    .. math:: h \\propto W W' h

    h is the limit of the iteration from equal scores, scaled to maximum 1: the first
    left singular vector of W where that is unique. 0 for an actor outside the part
    with the largest singular value. No unit; scaling all strengths changes nothing.

    Computed on the observed ties. NaN with a reason for an actor none of whose sent
    ties was observed, and for every actor of a network without ties or with signs.

    igraph and networkx give the same where the vector is unique; where it is not (two
    parts with the same singular value, as in every undirected network without odd
    cycles), theirs depends on the start of their iteration. In an undirected network
    `eigenvector` says more.

    Parameters
    ----------
    network
        The network.
    weighted
        False: every tie has strength 1.

    References
    ----------
    Kleinberg, J. M. (1999). Authoritative sources in a hyperlinked environment. Journal
    of the ACM 46, 604-632.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 2, 1], [0, 0, 2], [0, 0, 0]], names, names)
    >>> hubs(Network.from_matrix(told)).round(3).to_dict()
    {'nav': 1.0, 'ks': 0.781, 'hdir': 0.0}
    """
    reasons = unsigned(network) or silent(network, "out")
    values = np.zeros(network.n)
    if not network.signed:
        values = hub_scores(sent(network, weighted=weighted))
        if not values.any():
            reasons = without_ties(network) | reasons
    return per_actor(network, "hubs", values, reasons)


def authorities(network: Network, *, weighted: bool = True) -> pd.Series:
    """How much each actor receives from actors that send to authorities.

    .. math:: a \\propto W' W a

    The same as `hubs` with every tie turned round: the limit of the iteration from
    equal scores, scaled to maximum 1, the first right singular vector of W where that
    is unique. No unit; scaling all strengths changes nothing.

    Computed on the observed ties. NaN with a reason for an actor none of whose
    received ties was observed, and for every actor of a network without ties or with
    signs.

    Parameters
    ----------
    network
        The network.
    weighted
        False: every tie has strength 1.

    References
    ----------
    Kleinberg, J. M. (1999). Authoritative sources in a hyperlinked environment. Journal
    of the ACM 46, 604-632.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 2, 1], [0, 0, 2], [0, 0, 0]], names, names)
    >>> authorities(Network.from_matrix(told)).round(3).to_dict()
    {'nav': 0.0, 'ks': 0.781, 'hdir': 1.0}
    """
    reasons = unsigned(network) or silent(network, "in")
    values = np.zeros(network.n)
    if not network.signed:
        values = hub_scores(received(network, weighted=weighted))
        if not values.any():
            reasons = without_ties(network) | reasons
    return per_actor(network, "authorities", values, reasons)


def _standing_by_component(ties: csr_array) -> tuple[np.ndarray, dict[int, str]]:
    """The standing of each actor, and by place why some have none."""
    n = ties.shape[0]
    values = np.zeros(n)
    reasons: dict[int, str] = {}
    label = csgraph.connected_components(ties, connection="weak")[1]
    for inside in groups(label):
        try:
            values[inside] = standing(ties[inside][:, inside])
        except UndefinedError as undefined:
            reasons |= dict.fromkeys(inside.tolist(), str(undefined))
    if not values.any():
        alone = set(range(n)) - set(reasons)
        reasons |= dict.fromkeys(alone, "no component of the network has a value")
    return values, reasons
