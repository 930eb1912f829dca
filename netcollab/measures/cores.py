"""Groups in which everybody has many ties.

Who belongs to the dense middle?
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from netcollab.measures.matrices import tied
from netcollab.measures.undefined import per_actor, silent
from netcollab.networks import Network, increasing

__all__ = ["core_number"]


@increasing
def core_number(network: Network) -> pd.Series:
    """The largest k for which an actor is in a group whose members have k ties in it.

    .. math:: c_i = \\max \\{ k : i \\in S, \\; \\min_{j \\in S} k_j(S) \\ge k \\}

    k_j(S) is the degree of j among the actors of the group S, over all groups S. Ties
    sent and received count, so a mutual tie of a directed network counts twice, as in
    `degree`; in an undirected network every partner counts once. A whole number, at
    most the degree; 0 for an actor without ties. Strengths and signs do not matter.

    Counted over observed dyads: the smallest it can be. NaN with a reason for an actor
    none of whose dyads was observed.

    References
    ----------
    Seidman, S. B. (1983). Network structure and minimum degree. Social Networks 5,
    269-287. Batagelj, V. & Zaversnik, M. (2011). Fast algorithms for determining
    (generalized) core groups in social networks. Advances in Data Analysis and
    Classification 5, 129-145.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir", "udir"]
    >>> told = pd.DataFrame(0, names, names)
    >>> told.loc["nav", ["ks", "hdir"]] = told.loc["ks", ["hdir", "udir"]] = 1
    >>> core_number(Network.from_matrix(told)).to_dict()
    {'nav': 2.0, 'ks': 2.0, 'hdir': 2.0, 'udir': 1.0}
    """
    there = tied(network).view(np.uint8)
    ties = there + there.T if network.directed else there
    return per_actor(network, "core_number", _peeled(ties), silent(network, "both"))


def _peeled(ties: np.ndarray) -> np.ndarray:
    """Take away who has least, level by level; what is left then is the next core."""
    cores = np.zeros(len(ties))
    left = ties.sum(1, dtype=int)
    inside = np.ones(len(ties), dtype=bool)
    level = 0
    while inside.any():
        level = max(level, int(left[inside].min()))
        leaving = np.nonzero(inside & (left <= level))[0]
        cores[leaving] = level
        inside[leaving] = False
        left -= ties[leaving].sum(0, dtype=int)
    return cores
