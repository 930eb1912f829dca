"""Networks made from networks: nothing unknown becomes known on the way."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Literal

import numpy as np
import pandas as pd

from netcollab._checks import check_choice
from netcollab.errors import InputError, UnknownNameError
from netcollab.networks.network import Network
from netcollab.networks.states import OBSERVED

__all__ = ["dichotomize", "reverse", "subnetwork", "symmetrize"]


def reverse(network: Network) -> Network:
    """The same network with every tie pointing the other way.

    Examples
    --------
    >>> import pandas as pd
    >>> told = pd.DataFrame([[0, 3], [None, 0]], ["a", "b"], ["a", "b"])
    >>> reverse(Network.from_matrix(told)).ties.loc["b", "a"]
    np.float64(3.0)
    """
    declared = network._distances
    return _like(
        network,
        network.ties.T,
        network.state_codes.T,
        scale=network.scale,
        distances=None if declared is None else declared.T,
    )


def dichotomize(network: Network, threshold: float | None = None) -> Network:
    """Ties of strength 1 where the strength reaches a threshold, absences elsewhere.

    None: every tie is one, however weak. A dyad that was not observed stays so. An
    observed rating below the threshold becomes an observed absence. Declared distances
    stay.

    Examples
    --------
    >>> import pandas as pd
    >>> told = pd.DataFrame([[0, 4], [2, 0]], ["a", "b"], ["a", "b"])
    >>> dichotomize(Network.from_matrix(told), 3).ties.loc["b", "a"]
    np.float64(0.0)
    """
    ties = network.ties
    strong = ties != 0
    if threshold is not None:
        if not threshold > 0:
            raise InputError(f"threshold needs a number above 0, got {threshold!r}")
        strong = ties >= threshold
    kept = strong.astype(float).where(ties.notna())
    return _like(network, kept, distances=network._distances)


def symmetrize(
    network: Network, rule: Literal["mean", "minimum", "maximum"] = "mean"
) -> Network:
    """An undirected network from a directed one.

    A pair is known when both directions were observed; a pair that only one side
    reported stays unknown, with the silent side's reason.

    Parameters
    ----------
    network
        A directed network.
    rule
        Strength of the pair: "mean", "minimum" (both say so), "maximum" (one does).

    Raises
    ------
    InputError
        If distances were declared: two lengths have no obvious common one.

    Examples
    --------
    >>> import pandas as pd
    >>> told = pd.DataFrame([[0, 4], [2, 0]], ["a", "b"], ["a", "b"])
    >>> symmetrize(Network.from_matrix(told), "mean").ties.loc["a", "b"]
    np.float64(3.0)
    """
    check_choice("rule", rule, ("mean", "minimum", "maximum"))
    if network._distances is not None and network.directed:
        raise InputError("symmetrize cannot join declared distances of two directions")
    there, back = network.ties.to_numpy(), network.ties.to_numpy().T
    pair = np.stack([there, back])
    values = {"mean": pair.mean(0), "minimum": pair.min(0), "maximum": pair.max(0)}
    codes = network.state_codes.to_numpy()
    states = np.where(codes == OBSERVED, codes.T, codes)
    names = network.ties.index
    return _like(
        network,
        pd.DataFrame(values[rule], names, names),
        pd.DataFrame(_agreed(states), names, names),
        directed=False,
        scale=_scale_of_pairs(network, values[rule]),
    )


def subnetwork(network: Network, actors: Iterable[Hashable]) -> Network:
    """The same network among some of its actors, in the order given.

    Parameters
    ----------
    network
        The network.
    actors
        Who stays; dyads with anybody else are left out.

    Raises
    ------
    UnknownNameError
        For a name that is no actor.
    InputError
        If an actor is named twice.

    Examples
    --------
    >>> import pandas as pd
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 3, 1], [2, 0, None], [1, 0, 0]], names, names)
    >>> subnetwork(Network.from_matrix(told), ["nav", "hdir"])
    Network '' (directed): 2 actors, 2 ties, 0 known absences
    """
    chosen = pd.Index(list(actors), dtype=network.ties.index.dtype)
    for actor in chosen:
        if actor not in network.ties.index:
            raise UnknownNameError("actor", actor, network.ties.index)
    if not chosen.is_unique:
        raise InputError("an actor is named twice")
    lengths = network._distances
    return Network(
        network.ties.loc[chosen, chosen],
        network.states.loc[chosen, chosen],
        network.actors.loc[chosen],
        relation=network.relation,
        directed=network.directed,
        scale=network.scale,
        site=network.site,
        wave=network.wave,
        signed=network.signed,
        distances=None if lengths is None else lengths.loc[chosen, chosen],
    )


def _scale_of_pairs(network: Network, values: np.ndarray) -> tuple[float, float] | None:
    """The scale, from 0 where a one-sided rating has a mean below the lowest answer."""
    if network.scale is None or network.signed:
        return network.scale
    low, high = network.scale
    below = (values > 0) & (values < low)
    return (0.0, high) if below.any() else (low, high)


def _agreed(states: np.ndarray) -> np.ndarray:
    """One reason per pair: where the two directions differ, the upper one's."""
    upper = np.triu(np.ones(states.shape, dtype=bool))
    return np.where(upper, states, states.T)


def _like(
    network: Network,
    ties: pd.DataFrame,
    states: pd.DataFrame | None = None,
    *,
    directed: bool | None = None,
    scale: tuple[float, float] | None = None,
    distances: pd.DataFrame | None = None,
) -> Network:
    return Network(
        ties,
        network.state_codes if states is None else states,
        network.actors,
        relation=network.relation,
        directed=network.directed if directed is None else directed,
        scale=scale,
        site=network.site,
        wave=network.wave,
        signed=network.signed,
        distances=distances,
    )
