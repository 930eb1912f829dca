"""How tied a network is as a whole.

What share of the possible ties exists, is returned, closes a chain?
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from netcollab._checks import check_choice
from netcollab.measures.limits import reciprocity_limits
from netcollab.measures.undefined import UndefinedError, need_ties_apart, number
from netcollab.networks import Network, bounded, increasing

__all__ = ["density", "reciprocity", "transitivity"]


@increasing
@number
def density(network: Network) -> float:
    """The share of observed dyads that have a tie.

    .. math:: D = \\sum_{i \\ne j} o_{ij} [w_{ij} \\ne 0] / \\sum_{i \\ne j} o_{ij}

    o_ij is 1 where the dyad was observed. Between 0 and 1; strengths do not matter.

    Undefined for fewer than two actors, when nothing was observed, and for a
    presence-only network: where no absence is known, the share cannot be either. Also
    for ratings without a 0, all of which are ties: dichotomize them first.

    References
    ----------
    Wasserman, S. & Faust, K. (1994). Social Network Analysis. Cambridge University
    Press, section 4.2.

    Examples
    --------
    >>> import pandas as pd
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 1, 0], [1, 0, None], [0, 1, 0]], names, names)
    >>> density(Network.from_matrix(told))
    0.6
    """
    need_ties_apart(network)
    ties = network.ties.to_numpy()
    known = ties[~np.isnan(ties)]
    return float((known != 0).mean())


@bounded(reciprocity_limits)
@number
def reciprocity(
    network: Network, *, kind: Literal["edgewise", "dyadic", "tied"] = "edgewise"
) -> float:
    """The share of ties that are returned, or of dyads that are alike both ways.

    .. math::
        r = \\frac{2M}{2M + A}, \\qquad \\frac{M + N}{M + A + N}, \\qquad
        \\frac{M}{M + A}

    for kind "edgewise" (of the ties, how many are returned), "dyadic" (of the dyads,
    how many are the same both ways) and "tied" (of the dyads with a tie, how many have
    both). M counts the mutual dyads, A those with one tie, N those with none, all among
    the dyads observed both ways. Between 0 and 1; always 1 in an undirected network
    with ties. Strengths do not matter, and a negative tie is a tie.

    Undefined without a tie whose return was observed ("dyadic": without a dyad observed
    both ways), for fewer than two actors, for a presence-only network, and for ratings
    without a 0.

    igraph's default is edgewise, and its "ratio" is "tied". sna's default is dyadic,
    which is 1 in a network without ties; its dyadic.nonnull is "tied".

    Parameters
    ----------
    network
        The network.
    kind
        Which of the three.

    Raises
    ------
    UnknownNameError
        If the kind is none of the three.

    References
    ----------
    Wasserman, S. & Faust, K. (1994). Social Network Analysis. Cambridge University
    Press, section 13.1.

    Examples
    --------
    >>> import pandas as pd
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 1, 0], [1, 0, 0], [0, 1, 0]], names, names)
    >>> network = Network.from_matrix(told)
    >>> round(reciprocity(network), 4)
    0.6667
    >>> reciprocity(network, kind="tied")
    0.5
    """
    check_choice("kind of reciprocity", kind, ("edgewise", "dyadic", "tied"))
    need_ties_apart(network)
    ties = network.ties.to_numpy()
    known = ~np.isnan(ties) & ~np.isnan(ties.T)
    tied = known & (ties != 0)
    mutual = int((tied & tied.T).sum())
    one_sided = 2 * int((tied & ~tied.T).sum())
    if kind == "dyadic":
        if not known.any():
            raise UndefinedError("no dyad was observed both ways")
        return float(1 - one_sided / known.sum())
    if not tied.any():
        raise UndefinedError("no tie in a dyad that was observed both ways")
    return float(mutual / (tied.sum() if kind == "edgewise" else mutual + one_sided))


@number
def transitivity(
    network: Network, *, kind: Literal["weak", "strong"] = "weak"
) -> float:
    """How often an actor is tied to the partners of its partners.

    .. math::
        T = \\frac{\\sum m_{ij} m_{jk} m_{ik}}{\\sum m_{ij} m_{jk}}, \\qquad
        \\frac{\\sum [m_{ij} m_{jk} = m_{ik}]}{\\sum 1}

    for kind "weak" (of the chains i to j to k, how many have a tie from i to k) and
    "strong" (of all triples, how many have that tie exactly when they have the chain).
    m is 1 for a tie and 0 for an absence; the sums run over the ordered triples of
    different actors whose three dyads ij, jk and ik were all observed. Between 0 and 1.
    Strengths do not matter, and a negative tie is a tie.

    Undefined without such a chain ("strong": without such a triple), where sna gives 1
    for "weak"; for a presence-only network, whose observed chains are all closed or
    unknown; and for ratings without a 0. igraph ignores direction; in undirected
    networks both agree on "weak".

    Parameters
    ----------
    network
        The network.
    kind
        Which of the two.

    Raises
    ------
    UnknownNameError
        If the kind is neither.

    References
    ----------
    Wasserman, S. & Faust, K. (1994). Social Network Analysis. Cambridge University
    Press, section 6.4.

    Examples
    --------
    >>> import pandas as pd
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 1, 1], [1, 0, 1], [0, 0, 0]], names, names)
    >>> transitivity(Network.from_matrix(told))
    1.0
    """
    check_choice("kind of transitivity", kind, ("weak", "strong"))
    need_ties_apart(network)
    ties = network.ties.to_numpy()
    known = (~np.isnan(ties)).astype(float)
    tied = known * (np.nan_to_num(ties) != 0)
    chains = tied @ tied
    closed = float((chains * tied).sum())
    if kind == "weak":
        if not (chains * known).any():
            raise UndefinedError("no chain of two ties whose ends were observed")
        return closed / float((chains * known).sum())
    triples = known @ known
    if not (triples * known).any():
        raise UndefinedError("no triple of actors whose three dyads were observed")
    open_in_both = float(((triples - chains) * (known - tied)).sum())
    return (closed + open_in_both) / float((triples * known).sum())
