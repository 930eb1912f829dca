"""How tied a network is as a whole.

What share of the possible ties exists, and what share is returned?
"""

from __future__ import annotations

import numpy as np

from netcollab.measures.undefined import UndefinedError, need_absences, number
from netcollab.networks import Network

__all__ = ["density", "reciprocity"]


@number
def density(network: Network) -> float:
    """The share of observed dyads that have a tie.

    .. math:: D = \\sum_{i \\ne j} o_{ij} [w_{ij} \\ne 0] / \\sum_{i \\ne j} o_{ij}

    o_ij is 1 where the dyad was observed. Between 0 and 1; strengths do not matter.

    Undefined for fewer than two actors, when nothing was observed, and for a
    presence-only network: where no absence is known, the share cannot be either.

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
    need_absences(network)
    ties = network.ties.to_numpy()
    known = ties[~np.isnan(ties)]
    return float((known != 0).mean())


@number
def reciprocity(network: Network) -> float:
    """The share of ties that are returned (edgewise reciprocity).

    .. math:: r = \\sum_{i \\ne j} m_{ij} m_{ji} / \\sum_{i \\ne j} m_{ij}

    m is 1 for a tie and 0 for an absence; both sums run over dyads observed both ways.
    Between 0 and 1; always 1 in an undirected network with ties.

    Undefined without a tie whose return was observed, for fewer than two actors, and
    for a presence-only network.

    References
    ----------
    Wasserman, S. & Faust, K. (1994). Social Network Analysis. Cambridge University
    Press, section 13.1.

    Examples
    --------
    >>> import pandas as pd
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 1, 0], [1, 0, 0], [0, 1, 0]], names, names)
    >>> round(reciprocity(Network.from_matrix(told)), 4)
    0.6667
    """
    need_absences(network)
    ties = network.ties.to_numpy()
    known = ~np.isnan(ties) & ~np.isnan(ties.T)
    tied = known & (ties != 0)
    if not tied.any():
        raise UndefinedError("no tie in a dyad that was observed both ways")
    return float((tied & tied.T).sum() / tied.sum())
