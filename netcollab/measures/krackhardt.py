"""How near an organisation is to a pure hierarchy (Krackhardt's dimensions).

Do ties run one way, are there no more than needed, and is there one boss over two?

The first of the four dimensions is `connectedness`.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.sparse import csgraph, csr_array

from netcollab._checks import check_choice
from netcollab.measures.connectivity import (
    need_paths,
    steps_between,
    weak_components,
)
from netcollab.measures.undefined import UndefinedError, number
from netcollab.networks import Network

__all__ = ["krackhardt_efficiency", "krackhardt_hierarchy", "lubness"]


@number
def krackhardt_hierarchy(network: Network) -> float:
    """The share of joined pairs in which only one of the two can reach the other.

    .. math:: H = 1 - V / V_{max}

    V_max counts the pairs of which one reaches the other by a path along the direction
    of the ties, V those that reach each other. 1: nobody can reach back, as in a chart
    of command; 0: everybody can, as always in an undirected network. It does not matter
    whether ties point up or down.

    Computed on the observed ties. Undefined where no path exists, for fewer than two
    actors, when nothing was observed, for a presence-only network and a signed one.

    sna's hierarchy with measure "krackhardt"; its default there, 1 - dyadic
    reciprocity, is something else, and so is flow_hierarchy of networkx.

    References
    ----------
    Krackhardt, D. (1994). Graph theoretical dimensions of informal organizations. In
    Carley & Prietula (eds.), Computational Organization Theory, 89-111. Erlbaum.

    Examples
    --------
    >>> import pandas as pd
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 1, 0], [1, 0, 1], [0, 0, 0]], names, names)
    >>> round(krackhardt_hierarchy(Network.from_matrix(told)), 4)
    0.6667
    """
    need_paths(network)
    reach = np.isfinite(steps_between(network))
    np.fill_diagonal(reach, False)
    joined = int((reach | reach.T).sum())
    if not joined:
        raise UndefinedError("no actor reaches another")
    return 1 - int((reach & reach.T).sum()) / joined


@number
def krackhardt_efficiency(network: Network) -> float:
    """How few ties there are beyond those that hold the components together.

    .. math:: E = 1 - V / V_{max}, \\qquad
        V = m - \\sum_k (n_k - 1), \\quad
        V_{max} = \\sum_k o_k - (n_k - 1)

    A weak component of n_k actors needs n_k - 1 ties; m is the number of ties, and o_k
    that of the observed ordered dyads inside the component, n_k (n_k - 1) where all
    were observed. 1: no tie too many, as in a tree; 0: every dyad is a tie.

    An undirected tie counts as two, one each way, as in sna; an undirected tree
    therefore has 1 - 1/(n - 1) and not 1.

    Components are those of the observed ties, and dyads that nobody observed are left
    out. Undefined where V_max is 0 (without ties, for instance), for fewer than two
    actors, when nothing was observed, for a presence-only network and a signed one.

    References
    ----------
    Krackhardt, D. (1994). Graph theoretical dimensions of informal organizations. In
    Carley & Prietula (eds.), Computational Organization Theory, 89-111. Erlbaum.

    Examples
    --------
    >>> import pandas as pd
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 1, 1], [1, 0, 0], [0, 0, 0]], names, names)
    >>> krackhardt_efficiency(Network.from_matrix(told))
    0.75
    """
    need_paths(network)
    ties = network.ties.to_numpy()
    component = weak_components(network)
    inside = component[:, None] == component[None, :]
    needed = network.n - int(component.max() + 1)
    most = int((~np.isnan(ties) & inside).sum()) - needed
    if not most:
        raise UndefinedError("no component has room for a tie more than it needs")
    return 1 - (int((np.nan_to_num(ties) != 0).sum()) - needed) / most


@number
def lubness(
    network: Network, *, bound: Literal["highest", "lowest"] = "highest"
) -> float:
    """The share of pairs of actors that have one boss over both of them.

    .. math:: L = 1 - V \\Big/ \\sum_k (n_k - 1)(n_k - 2) / 2

    Ties must point *down*, from the superior to the subordinate; for a relation such as
    "reports to", take `netcollab.networks.reverse` of the network first. An upper bound
    of a pair is an actor from whom a path leads to both; an actor is above itself. V
    counts the pairs inside weak components of n_k > 2 actors that have no such boss. 1
    in a tree that points down; near 0 where ties gather instead of spreading.

    With `bound` "lowest" the boss is an upper bound whom all upper bounds of the pair
    reach: the least one, as Krackhardt defines it. With "highest" it is one who reaches
    all of them. That is what sna's lubness computes (version 2.7.1), against its own
    description, and it is the default so that published values can be compared. In a
    tree the two are the same; "highest" asks whether exactly one top stands above the
    pair, and a second source in the network lowers it strongly.

    Computed on the observed ties. Undefined without a component of three actors, when
    nothing was observed, for a presence-only network and a signed one.

    Parameters
    ----------
    network
        The network.
    bound
        Which upper bound is asked for.

    Raises
    ------
    UnknownNameError
        If the bound is neither.

    References
    ----------
    Krackhardt, D. (1994). Graph theoretical dimensions of informal organizations. In
    Carley & Prietula (eds.), Computational Organization Theory, 89-111. Erlbaum.

    Examples
    --------
    >>> import pandas as pd
    >>> from netcollab.networks import reverse
    >>> names = ["nav", "ks", "hdir"]
    >>> down = Network.from_matrix(
    ...     pd.DataFrame([[0, 1, 1], [0, 0, 0], [0, 0, 0]], names, names)
    ... )
    >>> lubness(down), lubness(reverse(down))
    (1.0, 0.0)
    """
    check_choice("bound", bound, ("highest", "lowest"))
    need_paths(network)
    weak = weak_components(network)
    size = np.bincount(weak)
    most = float(((size - 1) * (size - 2) / 2)[size > 2].sum())
    if not most:
        raise UndefinedError("no component of three actors or more")
    reach = np.isfinite(steps_between(network))
    _, strong = csgraph.connected_components(csr_array(reach), connection="strong")
    _, first, count = np.unique(strong, return_index=True, return_counts=True)
    above = reach[np.ix_(first, first)]
    met = _one_top(above) if bound == "highest" else _one_lowest(above)
    asked = np.outer(count, count) - np.diag(count)
    whole = weak[first]
    asked[(whole[:, None] != whole[None, :]) | (size[whole] < 3)[:, None]] = 0
    return 1 - float((asked * ~met).sum()) / 2 / most


def _one_top(above: np.ndarray) -> np.ndarray:
    """Whether an upper bound of the pair reaches all the others.

    Upper bounds of an upper bound are upper bounds, so that one has nobody above
    itself, and no second such actor stands above the pair.
    """
    tops = above[above.sum(0) == 1].astype(float)
    one: np.ndarray = tops.T @ tops == 1
    return one


def _one_lowest(above: np.ndarray) -> np.ndarray:
    """Whether all upper bounds of the pair reach one of them.

    Whoever is above l is above all that l is above. So l is the least upper bound
    exactly when as many are above l as are above both.
    """
    shared = above.T.astype(float) @ above
    met = np.zeros(above.shape, dtype=bool)
    for place, higher in enumerate(above.sum(0)):
        below = np.ix_(above[place], above[place])
        met[below] |= shared[below] == higher
    return met
