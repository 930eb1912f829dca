"""Ties inside units against ties across them.

Does collaboration stay inside sectors? As a whole, unit by unit, actor by actor, and
against what the sizes of the units allow.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from netcollab._checks import check_choice
from netcollab.measures.attributes import alike, attribute_of, groups_of
from netcollab.measures.limits import crossing_limits, ei_limits
from netcollab.measures.undefined import (
    SIGNED,
    Reasons,
    UndefinedError,
    need_absences,
    need_partners,
    number,
    per_actor,
    reason,
    silent,
    unsigned,
)
from netcollab.networks import Network, Register, bounded

__all__ = [
    "cross_boundary_share",
    "ei_by_actor",
    "ei_by_group",
    "ei_index",
    "ei_range",
]

NO_TIE = "no observed tie between actors whose group is known"


@bounded(ei_limits)
@number
def ei_index(
    network: Network | Register, *, by: str | pd.Series, weighted: bool = False
) -> float:
    """Ties across groups less ties inside groups, as a share of all ties.

    .. math:: EI = (E - I) / (E + I)

    E counts the ties between actors of different groups and I those inside a group;
    weighted, both sum strengths. -1: all ties inside; 1: all across. 0 is not neutral:
    what chance would give depends on the sizes of the groups, see `ei_range`.

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
    internal, external = _totals(network, by, weighted)
    return (external - internal) / (external + internal)


@bounded(crossing_limits)
@number
def cross_boundary_share(
    network: Network | Register, *, by: str | pd.Series, weighted: bool = False
) -> float:
    """The share of ties that go from one group to another.

    .. math:: s = E / (E + I) = (EI + 1) / 2

    with E and I as in `ei_index`, of which it is the same on a scale from 0 to 1: 0,
    all ties inside; 1, all across. What chance would give is the share of dyads that
    lie across, see `mixing` and `ei_range`.

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
    Blau, P. M. (1977). Inequality and Heterogeneity. Free Press. Krackhardt, D. &
    Stern, R. N. (1988). Informal networks and organizational crises. Social
    Psychology Quarterly 51, 123-140.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 3, 0], [2, 0, 1], [1, 0, 0]], names, names)
    >>> level = pd.DataFrame({"level": ["state", "local", "state"]}, names)
    >>> cross_boundary_share(Network.from_matrix(told, actors=level), by="level")
    0.75
    """
    internal, external = _totals(network, by, weighted)
    return external / (external + internal)


def ei_by_actor(
    network: Network,
    *,
    by: str | pd.Series,
    weighted: bool = False,
    direction: Literal["out", "in"] = "out",
) -> pd.Series:
    """Ties across groups less ties inside, as a share of an actor's ties.

    .. math:: EI_i = (E_i - I_i) / (E_i + I_i)

    with E and I as in `ei_index`, over the ties an actor sends, or receives. -1: all to
    its own group; 1: all to others. 0 is not neutral.

    Only observed ties between actors whose group is known count. NaN with a reason for
    an actor without any, without a group, or none of whose ties in that direction was
    observed; weighted, for every actor of a signed network.

    Parameters
    ----------
    network
        The network.
    by
        An attribute of the actors, or a Series of groups indexed by actor.
    weighted
        True: sums of strengths.
    direction
        "out": ties sent; "in": ties received.

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
    >>> ei_by_actor(Network.from_matrix(told, actors=level), by="level").to_dict()
    {'nav': 1.0, 'ks': 1.0, 'hdir': -1.0}
    """
    internal, external = _totals_by_actor(network, by, weighted, direction)
    actors = network.ties.index
    total = internal + external
    alone: Reasons = dict.fromkeys(actors[total == 0], NO_TIE)
    groupless: Reasons = dict.fromkeys(
        actors[groups_of(network, by)[0] < 0], "its group is not known"
    )
    reasons = alone | groupless | silent(network, direction)
    if weighted:
        reasons = unsigned(network) or reasons
    value = (external - internal) / np.where(total == 0, 1, total)
    return per_actor(network, "ei_by_actor", value, reasons)


def ei_by_group(
    network: Network,
    *,
    by: str | pd.Series,
    weighted: bool = False,
    direction: Literal["out", "in"] = "out",
) -> pd.Series:
    """Ties across groups less ties inside, as a share of the ties of a group's actors.

    .. math:: EI_g = \\frac{\\sum_{i \\in g} (E_i - I_i)}{\\sum_{i \\in g} (E_i + I_i)}

    with the E and I of `ei_by_actor`: directed, each tie counts once, for the group
    that sends it ("in": receives it); undirected, once for either end, so that a tie
    inside counts twice. From -1 to 1; 0 is not neutral, and the smaller the group the
    fewer ties can stay inside it.

    Parameters
    ----------
    network, by, weighted, direction
        As in `ei_by_actor`.

    Returns
    -------
    Series
        Index: the groups in their order. NaN for a group without observed ties to or
        from actors whose group is known; weighted, for every group of a signed network.
        ``.attrs["reasons"]`` holds the reason for each such group.

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
    >>> ei_by_group(Network.from_matrix(told, actors=level), by="level").to_dict()
    {'local': 1.0, 'state': 0.0}
    """
    codes, groups = groups_of(network, by)
    known = codes >= 0
    internal, external = (
        np.bincount(codes[known], weights=part[known], minlength=len(groups))
        for part in _totals_by_actor(network, by, weighted, direction)
    )
    total = internal + external
    reasons: Reasons = dict.fromkeys(groups[total == 0], NO_TIE)
    if weighted and network.signed:
        reasons = dict.fromkeys(groups, SIGNED)
    value = (external - internal) / np.where(total == 0, 1, total)
    value[groups.isin(list(reasons))] = np.nan
    series = pd.Series(value, index=groups, name="ei_by_group")
    series.attrs["reasons"] = reasons
    return series


def ei_range(
    network: Network, *, by: str | pd.Series, weighted: bool = False
) -> pd.Series:
    """The E-I index beside what chance would give, and what it could be at most.

    .. math::
        \\mathrm{E}[EI] = \\frac{D_E - D_I}{D_E + D_I}, \\qquad
        EI_{max} = \\frac{2 \\min(T, D_E)}{T} - 1, \\qquad
        EI_{min} = \\frac{2 \\max(0, T - D_I)}{T} - 1

    with T ties on D_E observed dyads across groups and D_I inside. Expected is the mean
    over all ways to place the T ties on the observed dyads. Weighted: over all ways to
    place the strengths; the maximum has the D_E largest across. Only dyads that were
    asked and answered count, between actors whose group is known: dyads that cannot
    exist or that nobody observed are no room for a tie.

    Parameters
    ----------
    network, by, weighted
        As in `ei_index`.

    Returns
    -------
    Series
        observed, expected, minimum, maximum, from -1 to 1. All NaN where `ei_index`
        is undefined; all but observed in a presence-only network, whose absences
        nobody knows (weighted ratings have all four). ``.attrs["reasons"]`` holds the
        reason for each.

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
    >>> net = Network.from_matrix(told, actors=level)
    >>> ei_range(net, by="level").round(2).to_dict()
    {'observed': 0.5, 'expected': 0.33, 'minimum': 0.0, 'maximum': 1.0}
    """
    found = {"observed": ei_index(network, by=by, weighted=weighted)}
    why = reason(ei_index, network, by=by, weighted=weighted)
    reasons: Reasons = {"observed": why} if why else {}
    try:
        found |= _attainable(network, by, weighted)
    except UndefinedError as undefined:
        rest = ("expected", "minimum", "maximum")
        found |= dict.fromkeys(rest, np.nan)
        reasons |= dict.fromkeys(rest, str(undefined))
    series = pd.Series(found, name="ei_range")
    series.attrs["reasons"] = reasons
    return series


def _totals(
    network: Network | Register, by: str | pd.Series, weighted: bool
) -> tuple[float, float]:
    """The ties inside groups and across them, in number or strength."""
    internal, external = (
        float(part.sum()) for part in _totals_by_actor(network, by, weighted, "out")
    )
    need_partners(network)
    if weighted and network.signed:
        raise UndefinedError(SIGNED)
    if not internal + external:
        raise UndefinedError(NO_TIE)
    return internal, external


def _totals_by_actor(
    network: Network | Register, by: str | pd.Series, weighted: bool, direction: str
) -> tuple[np.ndarray, np.ndarray]:
    """Each actor's ties inside its group and across."""
    check_choice("direction", direction, ("out", "in"))
    codes, _ = groups_of(network, by)
    source, target, weight = network.tie_arrays
    actor = source if direction == "out" else target
    count = weight if weighted else np.ones(len(weight))
    sender, receiver = codes[source], codes[target]
    known = (sender >= 0) & (receiver >= 0)
    inside, across = known & (sender == receiver), known & (sender != receiver)
    internal, external = (
        np.bincount(actor[part], weights=count[part], minlength=network.n)
        for part in (inside, across)
    )
    return internal, external


def _attainable(
    network: Network, by: str | pd.Series, weighted: bool
) -> dict[str, float]:
    """The index on average and at its ends, over all ways to place the strengths."""
    _totals(network, by, weighted)
    if not (weighted and network.is_rated):
        need_absences(network)
    inside = alike(attribute_of(network, by))
    ties = network.ties.to_numpy()
    room = ~np.isnan(ties) & ~np.isnan(inside)
    values = np.sort(ties[room] if weighted else (ties[room] != 0).astype(float))
    across = int((room & (inside == 0)).sum())
    external = {
        "expected": values.sum() * across / len(values),
        "minimum": values[:across].sum(),
        "maximum": values[len(values) - across :].sum(),
    }
    return {name: float(2 * each / values.sum() - 1) for name, each in external.items()}
