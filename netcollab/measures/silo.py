"""Ties inside units against ties across them.

Does collaboration stay inside sectors?
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from netcollab.measures.attributes import attribute_of
from netcollab.measures.undefined import (
    SIGNED,
    UndefinedError,
    need_partners,
    number,
)
from netcollab.networks import Network, Register

__all__ = ["ei_index"]


@number
def ei_index(
    network: Network | Register, *, by: str | pd.Series, weighted: bool = False
) -> float:
    """Ties across groups less ties inside groups, as a share of all ties.

    .. math:: EI = (E - I) / (E + I)

    E counts the ties between actors of different groups and I those inside a group;
    weighted, both sum strengths. -1: all ties inside; 1: all across. 0 is not neutral:
    what chance would give depends on the sizes of the groups.

    Only observed ties between actors whose group is known count. Undefined when there
    are none, for fewer than two actors, and weighted in a signed network.

    Parameters
    ----------
    network
        The network, or a register of ties.
    by
        An attribute of the actors, or a Series of groups indexed by actor.
    weighted
        True: sums of strengths.

    Raises
    ------
    UnknownNameError
        If the actors have no such attribute.

    References
    ----------
    Krackhardt, D. & Stern, R. N. (1988). Informal networks and organizational crises.
    Social Psychology Quarterly 51, 123-140.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 3, 0], [2, 0, 1], [1, 0, 0]], names, names)
    >>> level = pd.DataFrame({"level": ["state", "local", "state"]}, names)
    >>> ei_index(Network.from_matrix(told, actors=level), by="level")
    0.5
    """
    group, _ = pd.factorize(attribute_of(network, by))
    need_partners(network)
    if weighted and network.signed:
        raise UndefinedError(SIGNED)
    source, target, weight = network.tie_arrays
    sender, receiver = group[source], group[target]
    count = weight if weighted else np.ones(len(weight))
    known = (sender >= 0) & (receiver >= 0)
    internal = float(count[known & (sender == receiver)].sum())
    external = float(count[known & (sender != receiver)].sum())
    if not internal + external:
        raise UndefinedError("no observed tie between actors whose group is known")
    return (external - internal) / (external + internal)
