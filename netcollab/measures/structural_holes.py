"""Closed and open neighbourhoods.

Whose partners are tied to each other, and who can bridge?

All four measures look at the ties of both directions together, w_ij + w_ji.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from netcollab.measures.matrices import sent
from netcollab.measures.undefined import Reasons, per_actor, silent, unsigned
from netcollab.networks import Network

__all__ = ["constraint", "effective_size", "efficiency", "hierarchy"]


def constraint(network: Network, *, weighted: bool = True) -> pd.Series:
    """How little room an actor has to play its partners off against each other.

    .. math::
        C_i = \\sum_j \\Big( p_{ij} + \\sum_q p_{iq} p_{qj} \\Big)^2, \\qquad
        p_{ij} = \\frac{w_{ij} + w_{ji}}{\\sum_k (w_{ik} + w_{ki})}

    over the partners j of i, q not i and not j. High when an actor's ties are few and
    its partners are tied to each other; 1 for an actor with one partner; it can exceed
    1 in very small networks. No unit; scaling all strengths changes nothing.

    Computed on the observed ties; a dyad seen from one side counts with that side. NaN
    with a reason for an actor without ties, for one none of whose sent ties was
    observed, and for every actor of a signed network.

    Parameters
    ----------
    network
        The network.
    weighted
        False: every tie has strength 1, a mutual tie of a directed network 2.

    References
    ----------
    Burt, R. S. (1992). Structural Holes. Harvard University Press, chapter 2.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 1, 1], [1, 0, 0], [1, 0, 0]], names, names)
    >>> constraint(Network.from_matrix(told)).to_dict()
    {'nav': 0.5, 'ks': 1.0, 'hdir': 1.0}
    """
    actor, parts = _constraints(network, weighted)
    values = np.bincount(actor, parts, network.n)
    return per_actor(network, "constraint", values, _without(network))


def effective_size(network: Network, *, weighted: bool = True) -> pd.Series:
    """How many partners an actor has, less those it reaches through others anyway.

    .. math::
        E_i = \\sum_j \\Big( 1 - \\sum_q p_{iq} m_{jq} \\Big), \\qquad
        m_{jq} = \\frac{w_{jq} + w_{qj}}{\\max_k (w_{jk} + w_{kj})}

    over the partners j of i, q not i and not j, with p as in `constraint`. In partners:
    from 1, where all are tied to each other as strongly as to anybody, to their number,
    where none are. In an undirected network with ties of one strength it is the number
    of partners less their mean number of ties among themselves. Scaling all strengths
    changes nothing.

    Computed on the observed ties; a dyad seen from one side counts with that side. NaN
    with a reason for an actor without ties, for one none of whose sent ties was
    observed, and for every actor of a signed network.

    networkx 3.6 gives other numbers for directed or weighted networks: it divides by
    the maximum of the wrong actor.

    Parameters
    ----------
    network
        The network.
    weighted
        False: every tie has strength 1, a mutual tie of a directed network 2.

    References
    ----------
    Burt, R. S. (1992). Structural Holes. Harvard University Press, chapter 2. Borgatti,
    S. P. (1997). Structural holes: unpacking Burt's redundancy measures. Connections
    20, 35-38.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 1, 1], [1, 0, 0], [0, 1, 0]], names, names)
    >>> effective_size(Network.from_matrix(told)).round(4).to_dict()
    {'nav': 1.1667, 'ks': 1.1667, 'hdir': 1.0}
    """
    sizes = _effective_sizes(_both_ways(network, weighted))
    return per_actor(network, "effective_size", sizes, _without(network))


def efficiency(network: Network, *, weighted: bool = True) -> pd.Series:
    """The share of an actor's partners that does not repeat the others.

    .. math:: e_i = E_i / N_i

    with E the `effective_size` and N the number of partners. No unit; 1: no two
    partners are tied to each other. Scaling all strengths changes nothing. It is not
    Krackhardt's efficiency of a network.

    Computed on the observed ties; a dyad seen from one side counts with that side. NaN
    with a reason for an actor without ties, for one none of whose sent ties was
    observed, and for every actor of a signed network.

    Parameters
    ----------
    network
        The network.
    weighted
        False: every tie has strength 1, a mutual tie of a directed network 2.

    References
    ----------
    Burt, R. S. (1992). Structural Holes. Harvard University Press, chapter 2.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 1, 1], [1, 0, 0], [1, 0, 0]], names, names)
    >>> efficiency(Network.from_matrix(told)).to_dict()
    {'nav': 1.0, 'ks': 1.0, 'hdir': 1.0}
    """
    both = _both_ways(network, weighted)
    partners = np.maximum(1, (both > 0).sum(1))
    shares = _effective_sizes(both) / partners
    return per_actor(network, "efficiency", shares, _without(network))


def hierarchy(network: Network, *, weighted: bool = True) -> pd.Series:
    """How far the constraint on an actor comes from a single partner.

    .. math::
        H_i = \\frac{\\sum_j r_{ij} \\ln r_{ij}}{N_i \\ln N_i}, \\qquad
        r_{ij} = \\frac{c_{ij}}{C_i / N_i}

    over the N partners j of i, with c_ij the terms of which `constraint` C_i is the
    sum. From 0, where every partner constrains alike, to 1, where one does alone. No
    unit; scaling all strengths changes nothing. It is not Krackhardt's hierarchy of a
    network.

    Computed on the observed ties; a dyad seen from one side counts with that side. NaN
    with a reason for an actor without ties or with one partner only, for one none of
    whose sent ties was observed, and for every actor of a signed network.

    Parameters
    ----------
    network
        The network.
    weighted
        False: every tie has strength 1, a mutual tie of a directed network 2.

    References
    ----------
    Burt, R. S. (1992). Structural Holes. Harvard University Press, chapter 2.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 1, 1], [1, 0, 0], [1, 0, 0]], names, names)
    >>> hierarchy(Network.from_matrix(told)).to_dict()
    {'nav': 0.0, 'ks': nan, 'hdir': nan}
    """
    actor, parts = _constraints(network, weighted)
    partners = np.bincount(actor, minlength=network.n)
    total = np.bincount(actor, parts, network.n)
    ratios = parts / total[actor] * partners[actor]
    logs = np.log(ratios, out=np.zeros_like(ratios), where=ratios > 0)
    several = partners > 1
    most = np.where(several, partners * np.log(np.maximum(2, partners)), 1)
    value = np.maximum(0, np.bincount(actor, ratios * logs, network.n) / most)
    lone: Reasons = dict.fromkeys(network.ties.index[partners == 1], "one partner only")
    return per_actor(network, "hierarchy", value, lone | _without(network))


def _both_ways(network: Network, weighted: bool) -> np.ndarray:
    """The strength of the two ties of each pair together, unknown ones left out."""
    ties = np.nan_to_num(network.ties.to_numpy())
    ties = ties if weighted else (ties != 0).astype(float)
    both: np.ndarray = ties + ties.T
    return both


def _without(network: Network) -> Reasons:
    """Whom these measures say nothing about, and why."""
    ties = np.nan_to_num(network.ties.to_numpy()) != 0
    lone = network.ties.index[~(ties | ties.T).any(1)]
    alone: Reasons = dict.fromkeys(lone, "no observed tie")
    return unsigned(network) or (alone | silent(network, "out"))


def _constraints(network: Network, weighted: bool) -> tuple[np.ndarray, np.ndarray]:
    """For every actor and partner, the actor's place and what the partner adds."""
    if network.signed:
        return np.empty(0, dtype=int), np.empty(0)
    ties = sent(network, weighted=weighted)
    both = ties + ties.T
    i, j = both.tocoo().coords
    share = csr_array((both.data / both.sum(1)[i], j, both.indptr), shape=both.shape)
    return i, (share.data + _two_steps(share)[i, j]) ** 2


def _two_steps(share: csr_array) -> csr_array | np.ndarray:
    """The product of a matrix with itself, dense where few cells are empty."""
    if share.nnz < share.shape[0] ** 2 / 10:
        return share @ share
    dense = share.toarray()
    return np.asarray(dense @ dense)


def _effective_sizes(both: np.ndarray) -> np.ndarray:
    share = _divided(both, both.sum(1))
    marginal = _divided(both, both.max(1, initial=0))
    redundant = np.where(both > 0, share @ marginal.T, 0.0)
    return np.asarray((both > 0).sum(1) - redundant.sum(1))


def _divided(cells: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Each row divided by its total; rows of nothing stay nothing."""
    shares: np.ndarray = cells / np.where(totals > 0, totals, 1)[:, None]
    return shares
