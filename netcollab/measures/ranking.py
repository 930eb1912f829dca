"""Ranks that hold whatever index of centrality is chosen.

Between which places can an actor stand, when nobody agrees on an index?
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from scipy.sparse import csgraph, csr_array

from netcollab._checks import check_choice
from netcollab.networks import Network, tie_limits

__all__ = ["rank_intervals"]


def rank_intervals(
    network: Network,
    *,
    direction: Literal["in", "out"] = "in",
    index: Literal["any", "strength"] = "any",
) -> pd.DataFrame:
    """The best and the worst place an actor can have, whatever is not known.

    With `index` "strength" the places are those by the sum of ties received, over
    every value the unknown dyads may have:

    .. math::
        best_i = 1 + \\#\\{j : \\min s_j > \\max s_i\\}, \\qquad
        worst_i = n - \\#\\{j : \\max s_j < \\min s_i\\}

    With `index` "any" the index of centrality is left open as well, and dominance
    decides. Actor i dominates j when it receives at least as much from every third
    actor and at least as much from j as it gives to j:

    .. math::
        w_{ki} \\ge w_{kj} \\;\\; (k \\ne i, j), \\qquad w_{ji} \\ge w_{ij}

    Direction "out" compares what is sent: the same with w transposed. An index
    respects dominance when it gives i no less than j, and more when one of the
    inequalities is strict (in-strength does). Chains count: when i dominates j and j
    dominates k, every such index puts i before k. Two actors that dominate each other
    are equivalent.

    .. math::
        best_i = 1 + \\#\\{j \\text{ strictly above } i\\}, \\qquad
        worst_i = n - \\#\\{j \\text{ strictly below } i\\}

    Places are counted from 1 = most central. Equivalent actors are tied and any of
    them may take any place of their block, so both ends hold for every way of ranking
    ties: in a complete network of equals everybody has 1 to n.

    A dyad that was not observed can have any strength: from 0 (from the scale's low
    end when every known dyad was rated on a scale without 0) to the scale's high end,
    without limit when no scale was declared; in a signed network without a scale also
    without limit below. Dominance must hold for every completion. A dyad that cannot
    exist (structural) is 0.

    Parameters
    ----------
    network
        The network; an undirected tie that was not observed is one unknown.
    direction
        "in": positions by the ties received; "out": by the ties sent.
    index
        "any": every index that respects dominance; "strength": the sum of ties.

    Returns
    -------
    DataFrame
        Index actor, columns best and worst, whole numbers with best <= worst. Always
        defined: knowing nothing gives 1 to n.

    References
    ----------
    Schoch, D. & Brandes, U. (2016). Re-conceptualizing centrality in social networks.
    European Journal of Applied Mathematics 27, 971-985. Brandes, U. (2016). Network
    positions. Methodological Innovations 9, 1-19.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 1, 0], [3, 0, 1], [2, 2, 0]], names, names)
    >>> rank_intervals(Network.from_matrix(told))
          best  worst
    nav      1      1
    ks       2      2
    hdir     3      3
    """
    check_choice("direction", direction, ("in", "out"))
    check_choice("index", index, ("any", "strength"))
    low, high = tie_limits(network)
    if direction == "out":
        low, high = low.T, high.T
    if index == "strength":
        stronger = _surely_stronger(low, high, directed=network.directed)
        return _places(stronger, network.ties.index)
    weak, strict = _dominance(low, high, directed=network.directed)
    reach = _reachable(weak)
    above = reach.astype(float) @ strict.astype(float) @ reach.astype(float) > 0
    return _places(above, network.ties.index)


def _places(above: np.ndarray, actors: pd.Index) -> pd.DataFrame:
    """Places from who is certainly above whom (row above column)."""
    places = {"best": 1 + above.sum(0), "worst": len(actors) - above.sum(1)}
    return pd.DataFrame(places, index=actors)


def _surely_stronger(
    low: np.ndarray, high: np.ndarray, *, directed: bool
) -> np.ndarray:
    """Whether the strength of i exceeds that of j for every value of the unknown.

    The strengths of two actors share no dyad when directed; an undirected tie of the
    two counts for both and decides nothing between them.
    """
    least, most = _received(low, directed), _received(high, directed).T
    slack = 1e-10 * np.maximum(1, np.abs(most, out=most.copy(), where=most < np.inf))
    stronger: np.ndarray = least > most + slack
    return stronger


def _received(ties: np.ndarray, directed: bool) -> np.ndarray:
    """What i (row) receives; undirected: from others than j (column)."""
    counted = np.where(np.eye(len(ties), dtype=bool), 0.0, ties)
    endless = np.isinf(counted)
    numbers = np.where(endless, 0.0, counted)
    own = np.zeros_like(ties) if directed else numbers.T
    without = np.zeros_like(ties) if directed else endless.T
    sums = numbers.sum(0)[:, None] - own
    sign = np.inf if (counted[endless] > 0).all() else -np.inf
    return np.where(endless.sum(0)[:, None] - without > 0, sign, sums)


def _dominance(
    low: np.ndarray, high: np.ndarray, *, directed: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Whether i dominates j for certain, and whether strictly for certain."""
    n = len(low)
    weak, strict = np.ones((n, n), dtype=bool), np.zeros((n, n), dtype=bool)
    for third in range(n):
        holds = low[third][:, None] >= high[third][None, :]
        more = low[third][:, None] > high[third][None, :]
        holds[third, :] = holds[:, third] = True
        more[third, :] = more[:, third] = False
        weak &= holds
        strict |= more
    if directed:
        weak &= high <= low.T
        strict |= high < low.T
    np.fill_diagonal(weak, True)
    return weak, strict & weak


def _reachable(weak: np.ndarray) -> np.ndarray:
    if not len(weak):
        return weak
    steps = csgraph.shortest_path(csr_array(weak.astype(float)), unweighted=True)
    return np.asarray(np.isfinite(steps))
