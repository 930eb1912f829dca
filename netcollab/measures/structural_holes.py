"""Closed and open neighbourhoods.

Whose partners are tied to each other, and who can bridge?
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from netcollab.measures.undefined import Reasons, per_actor, silent, unsigned
from netcollab.networks import Network

__all__ = ["constraint"]


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
    ties = np.nan_to_num(network.ties.to_numpy())
    ties = ties if weighted else (ties != 0).astype(float)
    both = ties + ties.T
    total = both.sum(1)
    alone: Reasons = dict.fromkeys(network.ties.index[total == 0], "no observed tie")
    reasons = unsigned(network) or (alone | silent(network, "out"))
    share = np.divide(
        both, total[:, None], out=np.zeros_like(both), where=total[:, None] > 0
    )
    invested = np.where(both > 0, share + share @ share, 0.0)
    np.fill_diagonal(invested, 0.0)
    return per_actor(network, "constraint", (invested**2).sum(1), reasons)
