"""How far a network is from equal positions.

Does the network gather around one actor?
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd

from netcollab._checks import check_choice
from netcollab.measures.centrality import betweenness
from netcollab.measures.degree import degree, in_degree, out_degree
from netcollab.measures.undefined import UndefinedError, need_absences, number
from netcollab.networks import Network

__all__ = ["centralization"]


@number
def centralization(network: Network, measure: Callable[..., pd.Series] | str) -> float:
    """How much the most central actor exceeds the others, as a share of the maximum.

    .. math:: C = \\sum_i (\\max_j c_j - c_i) / C_{max}

    C_max is the largest sum that a network of n actors without self-ties can have:

    ============  ==============  ============
    measure       directed        undirected
    ============  ==============  ============
    in_degree     (n-1)^2         (n-1)(n-2)
    out_degree    (n-1)^2         (n-1)(n-2)
    degree        2(n-1)(n-2)     (n-1)(n-2)
    betweenness   (n-1)^2 (n-2)   half of it
    ============  ==============  ============

    Strengths do not matter: betweenness is that of ties of length 1. A star has 1, a
    network in which all actors are alike 0.

    Computed on the observed ties. Undefined when an actor's value is (the reason names
    the actors), when C_max is 0, and for a presence-only network.

    Parameters
    ----------
    network
        The network.
    measure
        One of the functions in the table, or its name.

    Raises
    ------
    UnknownNameError
        If `measure` is none of them.

    References
    ----------
    Freeman, L. C. (1978). Centrality in social networks. Social Networks 1, 215-239.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir", "kommune"]
    >>> star = pd.DataFrame(0, names, names)
    >>> star.loc["nav", names[1:]] = 1
    >>> centralization(Network.from_matrix(star), out_degree)
    1.0
    """
    name = measure if isinstance(measure, str) else measure.__name__
    check_choice("measure of centralization", name, _MEASURES)
    compute, maximum = _MEASURES[name]
    need_absences(network)
    highest = maximum(network.n, network.directed)
    if not highest:
        raise UndefinedError(f"{network.n} actors are too few to differ in {name}")
    values = compute(network)
    reasons = values.attrs["reasons"]
    if reasons:
        told = "; ".join(f"{actor}: {why}" for actor, why in reasons.items())
        raise UndefinedError(f"{name} is not known of every actor ({told})")
    return float((values.max() - values).sum() / highest)


def _one_way(n: int, directed: bool) -> int:
    return (n - 1) * (n - 1 if directed else n - 2)


def _both_ways(n: int, directed: bool) -> int:
    return (n - 1) * (n - 2) * (2 if directed else 1)


def _between(n: int, directed: bool) -> float:
    return (n - 1) ** 2 * (n - 2) / (1 if directed else 2)


_MEASURES: dict[
    str, tuple[Callable[[Network], pd.Series], Callable[[int, bool], float]]
] = {
    "in_degree": (in_degree, _one_way),
    "out_degree": (out_degree, _one_way),
    "degree": (degree, _both_ways),
    "betweenness": (partial(betweenness, weighted=False), _between),
}
