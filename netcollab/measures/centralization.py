"""How far a network is from equal positions.

Does the network gather around one actor?
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from netcollab._checks import check_choice
from netcollab.measures.centrality import betweenness
from netcollab.measures.connectivity import steps_between
from netcollab.measures.degree import (
    degree,
    in_degree,
    in_strength,
    out_degree,
    out_strength,
    strength,
)
from netcollab.measures.limits import Side, spread_limits
from netcollab.measures.undefined import (
    SIGNED,
    UndefinedError,
    need_absences,
    number,
    per_actor,
    silent,
    unsigned,
)
from netcollab.networks import Network, bounded

__all__ = ["centralization"]


@bounded(lambda network, measure: _limits(network, measure))
@number
def centralization(network: Network, measure: Callable[..., pd.Series] | str) -> float:
    """How much the most central actor exceeds the others, as a share of the maximum.

    .. math:: C = \\sum_i (\\max_j c_j - c_i) / C_{max}

    C_max is the largest sum that a network of n actors without self-ties can have:

    ============  ==============  ===================
    measure       directed        undirected
    ============  ==============  ===================
    in_degree     (n-1)^2         (n-1)(n-2)
    out_degree    (n-1)^2         (n-1)(n-2)
    degree        2(n-1)(n-2)     (n-1)(n-2)
    in_strength   (n-1)^2 h       (n-1)(n-2) h
    out_strength  (n-1)^2 h       (n-1)(n-2) h
    strength      2(n-1)(n-2) h   (n-1)(n-2) h
    betweenness   (n-1)^2 (n-2)   half of it
    closeness     (n-1)^2 / n     (n-1)(n-2)/(2n-3)
    ============  ==============  ===================

    h is the highest strength on the network's scale, less the lowest where every dyad
    was rated on a scale without 0: then no strength is smaller. Without a declared
    scale there is no maximum for strengths. Betweenness and closeness take every tie as
    one step; closeness is (n - 1) / (sum of steps to all others), and is taken for
    networks in which everybody reaches everybody. A star has 1, a network in which all
    actors are alike 0. For closeness the undirected star has 1. The directed maximum is
    that of sna and igraph, an outward star in which a missing path counts n steps; no
    network in which everybody reaches everybody attains it.

    Computed on the observed ties. Undefined when an actor's value is (the reason names
    the actors), when C_max is 0 or not known, for strengths with signs, and for a
    presence-only network. Its bounds over the unknown are proved for the three degrees;
    where degrees share dyads (undirected, and `degree`) they are wider than what
    completions reach.

    Parameters
    ----------
    network
        The network.
    measure
        One of the functions in the table, or its name. For closeness inwards, take the
        `netcollab.networks.reverse` of the network.

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
    name = _checked(measure)
    compute, maximum = _MEASURES[name]
    need_absences(network)
    highest = maximum(network.n, network.directed)
    if not highest:
        raise UndefinedError(f"{network.n} actors are too few to differ in {name}")
    if "strength" in name:
        highest *= _range_of_strengths(network)
    values = compute(network)
    reasons = values.attrs["reasons"]
    if reasons:
        told = "; ".join(f"{actor}: {why}" for actor, why in reasons.items())
        raise UndefinedError(f"{name} is not known of every actor ({told})")
    return float((values.max() - values).sum() / highest)


def _range_of_strengths(network: Network) -> float:
    if network.signed:
        raise UndefinedError(SIGNED)
    if network.scale is None:
        raise UndefinedError("no highest strength is declared; give a scale")
    low, high = network.scale
    every = network.is_rated and not (network.ties.to_numpy() == 0).any()
    return high - low if every else high


def _closeness(network: Network) -> pd.Series:
    """The inverse of the mean number of steps to the others."""
    reasons = unsigned(network) or silent(network, "out")
    sums = steps_between(network).sum(1)
    short = network.ties.index[np.isinf(sums)]
    reasons = dict.fromkeys(short, "does not reach every other actor") | reasons
    values = (network.n - 1) / sums
    return per_actor(network, "closeness", values, reasons)


def _limits(
    network: Network, measure: Callable[..., pd.Series] | str
) -> tuple[float, float] | None:
    """Proved for counts of ties; paths may appear and vanish together."""
    name = _checked(measure)
    if name not in _SIDES:
        return None
    highest = _MEASURES[name][1](network.n, network.directed)
    if not highest:
        return math.nan, math.nan
    low, high = spread_limits(network, _SIDES[name])
    return low / highest, high / highest


def _checked(measure: Callable[..., pd.Series] | str) -> str:
    name = measure if isinstance(measure, str) else measure.__name__
    return check_choice("measure of centralization", name, _MEASURES)


def _one_way(n: int, directed: bool) -> int:
    return (n - 1) * (n - 1 if directed else n - 2)


def _both_ways(n: int, directed: bool) -> int:
    return (n - 1) * (n - 2) * (2 if directed else 1)


def _between(n: int, directed: bool) -> float:
    return (n - 1) ** 2 * (n - 2) / (1 if directed else 2)


def _near(n: int, directed: bool) -> float:
    return (n - 1) ** 2 / n if directed else (n - 1) * (n - 2) / (2 * n - 3)


_MEASURES: dict[
    str, tuple[Callable[[Network], pd.Series], Callable[[int, bool], float]]
] = {
    "in_degree": (in_degree, _one_way),
    "out_degree": (out_degree, _one_way),
    "degree": (degree, _both_ways),
    "in_strength": (in_strength, _one_way),
    "out_strength": (out_strength, _one_way),
    "strength": (strength, _both_ways),
    "betweenness": (partial(betweenness, weighted=False), _between),
    "closeness": (_closeness, _near),
}
_SIDES: dict[str, Side] = {"in_degree": "in", "out_degree": "out", "degree": "both"}
