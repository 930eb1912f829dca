"""Who needs whom more.

How much does each actor depend on each partner, and how unequal are the two sides?

Strength w_ij is read as what i obtains from j.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import csgraph, csr_array

from netcollab.measures.limits import (
    asymmetry_limits,
    dependence_limits,
    imbalance_limits,
    mutual_limits,
)
from netcollab.measures.undefined import (
    SIGNED,
    Reasons,
    UndefinedError,
    need_absences,
    need_partners,
    number,
    per_dyad,
    silent,
    unsigned,
)
from netcollab.networks import Network, bounded

__all__ = ["dependence", "imbalance", "mutual_dependence", "tie_asymmetry"]


@bounded(dependence_limits)
def dependence(network: Network) -> pd.DataFrame:
    """How much each actor depends on each partner: one number in [0, 1] per dyad.

    The share of what an actor obtains that comes from one partner.

    .. math:: d_{ij} = w_{ij} / \\sum_k w_{ik}

    The sum runs over the observed dyads of the row, so a row sums to 1. Where dyads of
    the row were not observed, d_ij is the largest it can be: every further tie would
    make it smaller. Strengths are used as they are; scaling them changes nothing.

    NaN with a reason: the whole row of an actor that did not answer or obtains nothing
    from anybody, single dyads that were not observed, and all dyads of a signed
    network.

    References
    ----------
    Emerson, R. M. (1962). Power-dependence relations. American Sociological Review 27,
    31-41.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 3, 1], [2, 0, 0], [1, 1, 0]], names, names)
    >>> dependence(Network.from_matrix(told)).loc["nav", "ks"]
    np.float64(0.75)
    """
    return per_dyad(network.ties.index, *_shares(network))


@bounded(imbalance_limits)
def imbalance(network: Network) -> pd.DataFrame:
    """How much more i depends on j than j on i: positive means j has power over i.

    .. math:: b_{ij} = d_{ij} - d_{ji}

    with d the dependence; between -1 and 1, and b_ij = -b_ji. In an undirected network
    it tells of the two actors' totals alone.

    NaN with a reason where one of the two dependences is undefined.

    References
    ----------
    Casciaro, T. & Piskorski, M. J. (2005). Power imbalance, mutual dependence, and
    constraint absorption. Administrative Science Quarterly 50, 167-199.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 3, 1], [2, 0, 0], [1, 1, 0]], names, names)
    >>> imbalance(Network.from_matrix(told)).loc["ks", "nav"]
    np.float64(0.25)
    """
    shares, reasons = _shares(network)
    return per_dyad(network.ties.index, shares - shares.T, reasons)


@bounded(mutual_limits)
def mutual_dependence(network: Network) -> pd.DataFrame:
    """How much the two actors of a dyad depend on each other together.

    .. math:: m_{ij} = d_{ij} + d_{ji}

    with d the dependence; between 0 and 2, the same both ways.

    NaN with a reason where one of the two dependences is undefined.

    References
    ----------
    Casciaro, T. & Piskorski, M. J. (2005). Power imbalance, mutual dependence, and
    constraint absorption. Administrative Science Quarterly 50, 167-199.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 3, 1], [2, 0, 0], [1, 1, 0]], names, names)
    >>> mutual_dependence(Network.from_matrix(told)).loc["nav", "ks"]
    np.float64(1.75)
    """
    shares, reasons = _shares(network)
    return per_dyad(network.ties.index, shares + shares.T, reasons)


@bounded(asymmetry_limits)
@number
def tie_asymmetry(network: Network, *, adjusted: bool = False) -> float:
    """How unequal the two directions of ties are: 0 = equal, 1 = one-sided.

    .. math::
        A = \\sum_{i<j} |v_{ij} - v_{ji}| \\Big/ \\sum_{i<j} (v_{ij} + v_{ji})

    v is the tie on 0..1, over dyads observed both ways; the others, with NaN in one
    direction, are left out. What 0 means decides the mapping. Where every asked dyad
    was rated on a scale [lo, hi] without 0 (1 to 5), the lowest answer is the least
    there can be: v = (w - lo) / (hi - lo). Where absences were observed beside
    ratings, an absence is less than the lowest rating: v = w / hi, which gives the
    same A as the strengths themselves, as does a scale that starts at 0 or none at all.

    Ratings differ between directions also because one actor rates everybody generously
    and another is rated well by everybody. Adjusted, these differences between actors
    are taken out first,

    .. math::
        v_{ij} = m + a_i + b_j + r_{ij}, \\qquad
        A_{adj} = \\sum_{i<j} |r_{ij} - r_{ji}| \\Big/ \\sum_{i<j} (v_{ij} + v_{ji})

    with a (leniency as sender) and b (standing as receiver) by least squares over the
    same dyads; for a complete round robin they are the actor and partner effects of
    the social relations model. The residuals sum to 0, so both indices have the same
    denominator. What is left is about particular dyads. A ranking in which all agree
    who stands above whom is taken out as well, so read both: A high and A_adj near 0
    is a matter of actors. A_adj is usually between 0 and A; where a few large
    differences stand alone among equal dyads, it may exceed A.

    Undefined when all v are 0, for a presence-only network (an unreturned tie is then
    never seen), a signed one, and fewer than two actors; adjusted also without a
    declared response scale, and where the dyads form no circle, since actors then
    explain every difference.

    Parameters
    ----------
    network
        The network.
    adjusted
        True: A_adj.

    References
    ----------
    Purdy, J. M. (2012). A framework for assessing power in collaborative governance
    processes. Public Administration Review 72, 409-417. Warner, R. M., Kenny, D. A. &
    Stoto, M. (1979). A new round robin analysis of variance for social interaction
    data. Journal of Personality and Social Psychology 37, 1742-1757.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 3, 1], [1, 0, 0], [1, 2, 0]], names, names)
    >>> tie_asymmetry(Network.from_matrix(told))
    0.5

    Here ks rates everybody two points above what they give ks: a matter of ks alone.

    >>> told = pd.DataFrame([[0, 3, 2], [5, 0, 5], [2, 3, 0]], names, names)
    >>> rated = Network.from_matrix(told.mask(told == 0), scale=(1, 5))
    >>> round(tie_asymmetry(rated), 3), round(tie_asymmetry(rated, adjusted=True), 3)
    (0.286, 0.0)
    """
    need_partners(network)
    if network.signed:
        raise UndefinedError(SIGNED)
    ties = network.ties.to_numpy()
    if network.is_rated and not (ties == 0).any():
        low, high = network.scale or (0.0, 1.0)
        ties = (ties - low) / (high - low)
    else:
        need_absences(network)
    total = np.nansum(ties + ties.T)
    if not total:
        raise UndefinedError("no tie in a dyad that was observed both ways")
    if adjusted and network.scale is None:
        raise UndefinedError(
            "leniency is of ratings, and no response scale is declared"
        )
    gaps = ties - ties.T
    if adjusted:
        gaps = _without_leniency(gaps)
    return float(np.nansum(np.abs(gaps)) / total)


def _without_leniency(gaps: np.ndarray) -> np.ndarray:
    """What differences between actors, by least squares, leave of those in dyads.

    Of an actor's two effects the gaps hold only the difference, `level`.
    """
    both = ~np.isnan(gaps)
    parts, part = csgraph.connected_components(csr_array(both), directed=False)
    if both.sum() // 2 == len(gaps) - parts:
        raise UndefinedError(
            "the dyads observed both ways form no circle, so that leniency explains "
            "every difference"
        )
    laplacian = np.diag(both.sum(axis=1)) - both.astype(float)
    anchored = laplacian + (part[:, None] == part[None, :])
    level = np.linalg.solve(anchored, np.nansum(gaps, axis=1))
    left: np.ndarray = gaps - (level[:, None] - level[None, :])
    return left


def _shares(network: Network) -> tuple[np.ndarray, Reasons]:
    ties = network.ties.to_numpy()
    actors = network.ties.index
    if network.signed:
        return np.full(ties.shape, np.nan), unsigned(network)
    total = np.nansum(ties, axis=1)
    some = total[:, None] > 0
    shares = np.divide(ties, total[:, None], out=np.full_like(ties, np.nan), where=some)
    reasons: Reasons = {}
    for place, actor in enumerate(actors):
        unseen = [str(name) for name in actors[np.isnan(ties[place])] if name != actor]
        if not total[place]:
            reasons[actor] = "no observed tie is sent"
        elif unseen:
            reasons[actor] = f"not observed towards: {', '.join(unseen)}"
    return shares, reasons | silent(network, "out")
