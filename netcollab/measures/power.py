"""Bases of power side by side.

Does the actor with the resources also have the position and the reputation?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from netcollab.errors import InputError
from netcollab.measures.attributes import attribute_of, numbers
from netcollab.measures.centrality import betweenness
from netcollab.measures.degree import in_strength
from netcollab.measures.undefined import Reasons
from netcollab.networks import Network

__all__ = ["power_profile"]


def power_profile(
    network: Network,
    *,
    bases: Mapping[str, pd.Series | str] | None = None,
    resources: Sequence[str] = (),
) -> pd.DataFrame:
    """The rank of every actor on every base of power: 1 = most.

    .. math:: r_i = 1 + \\#\\{j: x_j > x_i\\} + \\tfrac12 \\#\\{j \\ne i: x_j = x_i\\}

    Equal values share the average rank. An actor without a value on a base has NaN
    there and takes no rank from the others.

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
    processes. Public Administration Review 72, 409-417.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 3, 0], [2, 0, 1], [1, 1, 0]], names, names)
    >>> staff = pd.DataFrame({"staff": [90, 30, 30]}, names)
    >>> power_profile(Network.from_matrix(told, actors=staff), resources=["staff"])
          position  reputation  staff
    nav        2.5         2.0    1.0
    ks         1.0         1.0    2.5
    hdir       2.5         3.0    2.5
    """
    if isinstance(resources, str):
        raise InputError("resources needs a list of attribute names, got one text")
    if bases is None:
        bases = {"position": betweenness(network), "reputation": in_strength(network)}
    twice = sorted(
        name for name in resources if name in bases or list(resources).count(name) > 1
    )
    if twice:
        raise InputError(f"two bases of power with one name: {', '.join(twice)}")
    chosen = {**bases, **{name: name for name in resources}}
    ranks: dict[str, pd.Series] = {}
    told: dict[object, list[str]] = {}
    for base, origin in chosen.items():
        values = numbers(attribute_of(network, origin))
        known = origin.attrs.get("reasons", {}) if isinstance(origin, pd.Series) else {}
        for actor in values.index[values.isna()]:
            why = known.get(actor, "no value")
            told.setdefault(actor, []).append(f"{base}: {why}")
        ranks[base] = values.rank(ascending=False, method="average")
    profile = pd.DataFrame(ranks, index=network.ties.index, dtype=float)
    reasons: Reasons = {
        actor: "; ".join(told[actor]) for actor in profile.index if actor in told
    }
    profile.attrs["reasons"] = reasons
    return profile
