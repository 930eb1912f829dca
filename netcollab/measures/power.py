"""Bases of power side by side.

Does the actor with the resources also have the position and the reputation?
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from netcollab.errors import InputError
from netcollab.measures.attributes import attribute_of, numbers
from netcollab.measures.centrality import betweenness
from netcollab.measures.degree import in_strength
from netcollab.measures.ranking import rank_intervals
from netcollab.measures.undefined import Reasons
from netcollab.networks import Network

__all__ = [
    "base_values",
    "power_intervals",
    "power_profile",
]

Bases = Mapping[str, pd.Series | str] | None

_ROUNDING = 1e-10


def power_profile(
    network: Network,
    *,
    bases: Bases = None,
    resources: Sequence[str] = (),
) -> pd.DataFrame:
    """The rank of every actor on every base of power: 1 = most.

    .. math:: r_i = 1 + \\#\\{j: x_j > x_i\\} + \\tfrac12 \\#\\{j \\ne i: x_j = x_i\\}

    Equal values share the average rank; values that differ by rounding alone are
    equal. An actor without a value on a base has NaN there and takes no rank from the
    others. Bases stand side by side and are never averaged.

    Five bases are told apart in the literature, and each is given by name:

    - *formal authority*: a numeric attribute, or the degree in a network of formal
      ties, such as ``in_degree(reports_to)``;
    - *resources*: numeric attributes, each a base of its own (`resources`);
    - *position*: an index of the network, `betweenness` where no other is given;
    - *reputation*: what others say, `in_strength` where no other is given, best of a
      network of reputation or trust;
    - *discursive legitimacy*: a numeric attribute, or how often an actor is named in
      coded sources, such as ``codings["target"].value_counts()``. An actor that the
      count leaves out has no value; fill in 0 only where all sources were coded for it.

    Parameters
    ----------
    network
        The network.
    bases
        For each base its name and a Series indexed by actor, or the name of a numeric
        attribute. None: position (`betweenness`) and reputation (`in_strength`).
    resources
        Numeric attributes, each a further base under its own name.

    Returns
    -------
    DataFrame
        Actors x bases; ``.attrs["reasons"]`` tells per actor which base is undefined
        and why.

    Raises
    ------
    UnknownNameError
        If the actors have no such attribute.
    InputError
        If values are not numeric, are of actors outside the network, or two bases have
        one name.

    References
    ----------
    Purdy, J. M. (2012). A framework for assessing power in collaborative governance
    processes. Public Administration Review 72, 409-417. Krackhardt, D. (1990).
    Assessing the political landscape. Administrative Science Quarterly 35, 342-369.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 3, 0], [2, 0, 1], [1, 1, 0]], names, names)
    >>> staff = pd.DataFrame({"staff": [90, 30, 30]}, names)
    >>> net = Network.from_matrix(told, actors=staff)
    >>> power_profile(net, resources=["staff"])
          position  reputation  staff
    nav        2.5         2.0    1.0
    ks         1.0         1.0    2.5
    hdir       2.5         3.0    2.5
    >>> formal = pd.Series({"hdir": 2, "nav": 1, "ks": 0})
    >>> power_profile(net, bases={"authority": formal, "reputation": in_strength(net)})
          authority  reputation
    nav         2.0         2.0
    ks          3.0         1.0
    hdir        1.0         3.0
    """
    values, told = base_values(network, bases=bases, resources=resources)
    profile = values.apply(_ranks).astype(float)
    reasons: Reasons = {
        actor: "; ".join(f"{base}: {why}" for base, why in told[actor].items())
        for actor in profile.index
        if actor in told
    }
    profile.attrs["reasons"] = reasons
    return profile


def power_intervals(
    network: Network,
    *,
    bases: Bases = None,
    resources: Sequence[str] = (),
) -> dict[str, pd.DataFrame]:
    """Between which ranks an actor can stand on each base, given what is not known.

    Places are counted from 1 = most; actors with equal values may take any place of
    their block. What the interval is depends on the base:

    - *reputation*, where `bases` is None: every value that the unknown dyads can have
      (`rank_intervals` with index "strength"). Exact bounds.
    - *position*, where `bases` is None: betweenness is not monotone in a tie, so there
      are no simple bounds. The ranks under three scenarios: unknown dyads left out,
      all at the least and all at the most they can be (without a declared scale the
      strongest observed tie). Other completions can lead outside.
    - every other base: an actor without a value may take any place, which pushes the
      others up or down. Exact bounds.

    Parameters
    ----------
    network, bases, resources
        As in `power_profile`.

    Returns
    -------
    dict of str to DataFrame
        For each base, index actor, columns best and worst; ``.attrs["kind"]`` is
        "bounds" or "scenarios".

    Raises
    ------
    UnknownNameError, InputError
        As `power_profile`.

    References
    ----------
    Schoch, D. & Brandes, U. (2016). Re-conceptualizing centrality in social networks.
    European Journal of Applied Mathematics 27, 971-985.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 3, 0], [2, 0, None], [1, 1, 0]], names, names)
    >>> staff = pd.DataFrame({"staff": [90, None, 30]}, names)
    >>> net = Network.from_matrix(told, actors=staff, scale=(0, 5))
    >>> power_intervals(net, resources=["staff"])["staff"]
          best  worst
    nav      1      2
    ks       1      3
    hdir     2      3
    """
    values, _ = base_values(network, bases=bases, resources=resources)
    found = {}
    for base in values:
        if bases is None and base == "reputation":
            table = rank_intervals(network, index="strength")
        elif bases is None and base == "position":
            table = _position_scenarios(network, values[base])
        else:
            table = _around_unknown(values[base])
        kind: Literal["bounds", "scenarios"] = "bounds"
        if bases is None and base == "position":
            kind = "scenarios"
        table.attrs["kind"] = kind
        found[str(base)] = table
    return found


def base_values(
    network: Network, *, bases: Bases = None, resources: Sequence[str] = ()
) -> tuple[pd.DataFrame, dict[Hashable, dict[str, str]]]:
    """What the ranks of a power profile are made of; why, by actor and base, not."""
    if isinstance(resources, str):
        raise InputError("resources needs a list of attribute names, got one text")
    if bases is None:
        bases = {"position": betweenness(network), "reputation": in_strength(network)}
    twice = sorted(
        name for name in resources if name in bases or list(resources).count(name) > 1
    )
    if twice:
        raise InputError(f"two bases of power with one name: {', '.join(twice)}")
    columns: dict[str, pd.Series] = {}
    told: dict[Hashable, dict[str, str]] = {}
    for base, origin in {**bases, **{name: name for name in resources}}.items():
        values = numbers(attribute_of(network, origin))
        known = origin.attrs.get("reasons", {}) if isinstance(origin, pd.Series) else {}
        for actor in values.index[values.isna()]:
            told.setdefault(actor, {})[base] = known.get(actor, "no value")
        columns[base] = values
    return pd.DataFrame(columns, index=network.ties.index, dtype=float), told


def _ranks(
    values: pd.Series, method: Literal["average", "min", "max"] = "average"
) -> pd.Series:
    """Places from 1 = most; values that differ by rounding alone are equal."""
    size = values.abs().max()
    unit = values / size if size > 0 else values
    rounded = (unit / _ROUNDING).round() * _ROUNDING
    return rounded.rank(ascending=False, method=method)


def _position_scenarios(network: Network, observed: pd.Series) -> pd.DataFrame:
    scenarios = [observed, *(betweenness(filled) for filled in _extremes(network))]
    best = pd.concat([_ranks(s, "min") for s in scenarios], axis=1).min(axis=1)
    worst = pd.concat([_ranks(s, "max") for s in scenarios], axis=1).max(axis=1)
    table = pd.DataFrame({"best": best.fillna(1), "worst": worst.fillna(network.n)})
    return table.astype(int)


def _extremes(network: Network) -> list[Network]:
    """The network with all unknown dyads at their least, and at their most.

    None where nothing is unknown.
    """
    ties, states = network.ties, network.states
    unknown = ties.isna() & (states != "structural")
    if not unknown.any(axis=None):
        return []
    strongest = float(np.nanmax(ties.to_numpy(), initial=0.0))
    low, high = network.scale or (0.0, strongest)
    if not network.is_rated or (ties == 0).any(axis=None):
        low = min(low, 0.0)
    return [
        Network(
            ties.mask(unknown, value),
            states.mask(unknown, "observed"),
            network.actors,
            directed=network.directed,
            scale=network.scale,
            signed=network.signed,
        )
        for value in (low, high)
    ]


def _around_unknown(values: pd.Series) -> pd.DataFrame:
    unknown = values.isna()
    best, worst = _ranks(values, "min"), _ranks(values, "max") + unknown.sum()
    table = pd.DataFrame({"best": best.fillna(1), "worst": worst.fillna(len(values))})
    return table.astype(int)
