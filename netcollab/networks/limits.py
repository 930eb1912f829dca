"""What a dyad that nobody observed can be.

Between which strengths does an unknown tie lie, and what would the network be at
either end?
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from netcollab._checks import check_choice
from netcollab.networks.network import Network
from netcollab.networks.transform import _like

__all__ = ["complete", "length_limits", "tie_limits"]


def complete(network: Network, unknown: Literal["absent", "maximum"]) -> Network:
    """The network with every unknown dyad filled in, at one end of what it can be.

    "absent": there is no tie; where every asked dyad was rated on a scale without 0,
    the lowest rating. "maximum": the strongest tie, the scale's high end (in a signed
    network the end that is farther from 0); without a scale the largest strength that
    was observed, or 1 where none was, which is no limit but a scenario. A dyad that
    cannot exist (structural) stays so.

    The filled dyads are "observed" in the copy: it says what would be, and no longer
    knows which of its ties somebody reported. Where path lengths were declared, a
    filled tie has the shortest declared length at "maximum" and the longest at
    "absent".

    Parameters
    ----------
    network
        The network; an undirected tie that was not observed is one unknown.
    unknown
        "absent" or "maximum".

    Examples
    --------
    >>> import pandas as pd
    >>> told = pd.DataFrame([[0, 2], [None, 0]], ["nav", "ks"], ["nav", "ks"])
    >>> complete(Network.from_matrix(told, scale=(0, 3)), "maximum").ties.loc["ks"]
    nav    3.0
    ks     NaN
    Name: ks, dtype: float64
    """
    check_choice("value of unknown", unknown, ("absent", "maximum"))
    ties, states = network.ties, network.states
    filled = ties.isna() & (states != "structural")
    value = _strongest(network)
    if unknown == "absent":
        value = 0.0 if network.signed else _lowest(network)
    lengths = network._distances
    if lengths is not None and value:
        known = lengths.where(ties.fillna(0) != 0).to_numpy()
        ends = np.nanmin if unknown == "maximum" else np.nanmax
        length = float(ends(known)) if np.isfinite(known).any() else 1.0
        lengths = lengths.mask(filled, length)
    return _like(
        network,
        ties.mask(filled, value),
        states.mask(filled, "observed"),
        scale=network.scale,
        distances=lengths,
    )


def tie_limits(network: Network) -> tuple[np.ndarray, np.ndarray]:
    """The least and the most every tie can be; equal where it is known.

    An unknown tie is at least 0, or the scale's low end where every asked dyad was
    rated on a scale without 0 and in a signed network; at most the scale's high end.
    Without a scale there is no limit above, and in a signed network none below:
    infinity. A dyad that cannot exist (structural) is 0, as is the diagonal.

    Returns
    -------
    tuple of arrays
        Low and high, actors x actors in the order of the network.

    Examples
    --------
    >>> import pandas as pd
    >>> told = pd.DataFrame([[0, 2], [None, 0]], ["nav", "ks"], ["nav", "ks"])
    >>> low, high = tie_limits(Network.from_matrix(told))
    >>> float(low[1, 0]), float(high[1, 0])
    (0.0, inf)
    """
    ties = network.ties.to_numpy()
    unknown = np.isnan(ties)
    possible = network.states.to_numpy() != "structural"
    most = np.inf if network.scale is None else network.scale[1]
    low = np.where(unknown, np.where(possible, _lowest(network), 0.0), ties)
    high = np.where(unknown, np.where(possible, most, 0.0), ties)
    return low, high


def length_limits(network: Network) -> tuple[np.ndarray, np.ndarray]:
    """The shortest and the longest path length of every dyad; infinity without a tie.

    1 / strength at the limits of the strength. Where lengths were declared, nothing is
    known of those of an unknown tie: from 0 to infinity.

    Returns
    -------
    tuple of arrays
        Short and long, actors x actors in the order of the network.

    Examples
    --------
    >>> import pandas as pd
    >>> told = pd.DataFrame([[0, 2], [None, 0]], ["nav", "ks"], ["nav", "ks"])
    >>> short, long = length_limits(Network.from_matrix(told))
    >>> short.tolist(), long.tolist()
    ([[inf, 0.5], [0.0, inf]], [[inf, 0.5], [inf, inf]])
    """
    low, high = tie_limits(network)
    with np.errstate(divide="ignore"):
        short, long = 1 / high, 1 / low
    if network._distances is not None:
        known = network.ties.fillna(0).to_numpy() != 0
        lengths = np.where(known, network._distances.to_numpy(), np.inf)
        unknown = network.ties.isna().to_numpy()
        short = np.where(unknown & (high > 0), 0.0, lengths)
        long = lengths
    return short, long


def _lowest(network: Network) -> float:
    """The least an unknown tie can be."""
    is_rating = network.is_rated and not (network.ties == 0).to_numpy().any()
    if network.scale is not None and (network.signed or is_rating):
        return network.scale[0]
    return -np.inf if network.signed else 0.0


def _strongest(network: Network) -> float:
    """The strongest tie, by the scale or else among those observed."""
    if network.scale is not None:
        low, high = network.scale
        return low if network.signed and abs(low) > abs(high) else high
    strengths = np.abs(np.nan_to_num(network.ties.to_numpy()))
    return float(strengths.max(initial=0.0)) or 1.0
