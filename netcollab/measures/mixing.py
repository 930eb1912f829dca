"""Which groups send ties to which, and whether that is more than chance would have.

Who mixes with whom? The expectation beside each count is the share of dyads, so that
large groups do not look open or closed for their size alone.
"""

from __future__ import annotations

from itertools import product
from typing import Literal

import numpy as np
import pandas as pd

from netcollab._checks import check_choice
from netcollab.measures.attributes import alike, attribute_of, groups_of
from netcollab.measures.sparse import mixing_sums
from netcollab.measures.undefined import (
    DOCUMENTED,
    SIGNED,
    Reasons,
    UndefinedError,
    need_absences,
    number,
    per_actor,
    silent,
    unsigned,
    why_no_absences,
)
from netcollab.networks import Network, Register

__all__ = ["coleman", "iqv", "mixing", "yules_q"]


def mixing(
    network: Network | Register, *, by: str | pd.Series, weighted: bool = False
) -> pd.DataFrame:
    """Ties from each group to each group, beside the number chance would give.

    .. math:: \\mathrm{E}[t_{gh}] = T \\, d_{gh} / \\sum_{kl} d_{kl}

    with T ties in all and d_gh the observed dyads from g to h: ties placed at random on
    the dyads that were asked and answered. Only dyads between actors whose group is
    known count. An undirected tie goes both ways: it is counted from g to h and from h
    to g, inside a group twice, and so are the dyads.

    Parameters
    ----------
    network
        The network, or a register of ties.
    by
        An attribute of the actors, or a Series of groups indexed by actor.
    weighted
        True: sums of strengths; density is then the mean strength of a dyad.

    Returns
    -------
    DataFrame
        One row per ordered pair of groups, in their order, with columns source and
        target (groups), ties, dyads (observed), density (ties / dyads) and expected
        (ties). ``table.pivot(index="source", columns="target", values="ties")`` is the
        mixing matrix. NaN: density where no dyad was observed; density and expected in
        a presence-only network, whose absences nobody knows (weighted ratings have
        both); weighted, ties too in a signed network. ``.attrs["reasons"]`` holds the
        reason for each row with a NaN, by (source, target).

    Raises
    ------
    UnknownNameError
        If the actors have no such attribute.

    References
    ----------
    Newman, M. E. J. (2003). Mixing patterns in networks. Physical Review E 67, 026126.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 3, 0], [2, 0, 1], [1, 0, 0]], names, names)
    >>> level = pd.DataFrame({"level": ["state", "local", "state"]}, names)
    >>> mixing(Network.from_matrix(told, actors=level), by="level").round(2)
      source target  ties  dyads  density  expected
    0  local  local   0.0      0      NaN      0.00
    1  local  state   2.0      2      1.0      1.33
    2  state  local   1.0      2      0.5      1.33
    3  state  state   1.0      2      0.5      1.33
    """
    codes, groups = groups_of(network, by)
    ties = mixing_sums(network, codes, len(groups), weighted=weighted).ravel()
    dyads = _dyads(network, codes, len(groups)).ravel()
    pairs = list(product(groups, groups))
    table = pd.DataFrame(pairs, columns=["source", "target"])
    table["ties"], table["dyads"] = ties, dyads.astype(int)
    table["density"] = ties / np.where(dyads > 0, dyads, np.nan)
    table["expected"] = ties.sum() * dyads / max(1, dyads.sum())
    unasked = [pair for pair, count in zip(pairs, dyads, strict=True) if not count]
    reasons: Reasons = dict.fromkeys(unasked, "no dyad was observed")
    why = _why_no_means(network, weighted and bool(dyads.any()))
    if weighted and network.signed:
        table[["ties", "density", "expected"]] = np.nan
        reasons = dict.fromkeys(pairs, SIGNED)
    elif why:
        table[["density", "expected"]] = np.nan
        reasons = dict.fromkeys(pairs, why)
    table.attrs["reasons"] = reasons
    return table


@number
def yules_q(network: Network, *, by: str | pd.Series) -> float:
    """How much likelier a tie is inside groups than across, from -1 to 1.

    .. math:: Q = \\frac{ad - bc}{ad + bc}

    over the observed dyads between actors whose group is known: a ties and b absences
    inside groups, c ties and d absences across. 1: all ties inside groups, or all
    dyads inside are ties; -1: the reverse; 0: as many per dyad inside as across,
    whatever the sizes of the groups. With odds ratio r it is (r - 1) / (r + 1).
    Strengths do not matter.

    Undefined without a tie, without an absence, without a dyad inside groups or
    without one across; for fewer than two actors and for a presence-only network.

    Parameters
    ----------
    network
        The network.
    by
        An attribute of the actors, or a Series of groups indexed by actor.

    Raises
    ------
    UnknownNameError
        If the actors have no such attribute.

    References
    ----------
    Yule, G. U. (1912). On the methods of measuring association between two attributes.
    Journal of the Royal Statistical Society 75, 579-652.

    Examples
    --------
    >>> names = ["nav", "hdir", "ks", "oslo"]
    >>> told = pd.DataFrame(
    ...     [[0, 1, 1, 0], [1, 0, 0, 0], [0, 0, 0, 1], [1, 0, 0, 0]], names, names
    ... )
    >>> level = pd.DataFrame({"level": ["state", "state", "local", "local"]}, names)
    >>> round(yules_q(Network.from_matrix(told, actors=level), by="level"), 3)
    0.8
    """
    inside = alike(attribute_of(network, by))
    need_absences(network)
    cells = network.ties.to_numpy()
    known = ~np.isnan(cells) & ~np.isnan(inside)
    tie, same = cells != 0, inside == 1
    a, b = (int((known & same & each).sum()) for each in (tie, ~tie))
    c, d = (int((known & ~same & each).sum()) for each in (tie, ~tie))
    gaps = {
        "no dyad inside a group was observed": a + b,
        "no dyad across groups was observed": c + d,
        "no tie was observed": a + c,
        "no absence was observed": b + d,
    }
    for told, count in gaps.items():
        if not count:
            raise UndefinedError(told)
    return (a * d - b * c) / (a * d + b * c)


def coleman(network: Network, *, by: str | pd.Series) -> pd.Series:
    """How much more the actors of a group choose each other than chance would have.

    .. math::
        h_g = \\frac{t_g - t^*_g}{k_g - t^*_g} \\text{ if } t_g \\ge t^*_g, \\quad
        \\frac{t_g - t^*_g}{t^*_g} \\text{ otherwise}, \\qquad
        t^*_g = \\sum_{i \\in g} k_i \\frac{n_g - 1}{n - 1}

    t_g of the k_g ties that the actors of g send stay inside; t* is what is expected
    when each actor i deals its k_i ties among the others at random. From -1, none stays
    inside, over 0, as chance has it, to 1, all stay. Where dyads were not observed the
    share (n_g - 1) / (n - 1) is that of i's observed dyads. An undirected tie is sent
    from both ends. Strengths do not matter.

    Parameters
    ----------
    network
        The network.
    by
        An attribute of the actors, or a Series of groups indexed by actor; actors
        without a group are left out.

    Returns
    -------
    Series
        Index: the groups in their order. NaN for a group whose actors send no observed
        tie, or have no observed dyad inside the group or none across, and for every
        group of a presence-only network. ``.attrs["reasons"]`` holds the reason for
        each such group.

    Raises
    ------
    UnknownNameError
        If the actors have no such attribute.

    References
    ----------
    Coleman, J. S. (1958). Relational analysis: the study of social organizations with
    survey methods. Human Organization 17, 28-36.

    Examples
    --------
    >>> names = ["nav", "hdir", "ks", "oslo"]
    >>> told = pd.DataFrame(
    ...     [[0, 1, 1, 0], [1, 0, 0, 0], [0, 0, 0, 1], [1, 0, 0, 0]], names, names
    ... )
    >>> level = pd.DataFrame({"level": ["state", "state", "local", "local"]}, names)
    >>> coleman(Network.from_matrix(told, actors=level), by="level").round(3).to_dict()
    {'local': 0.25, 'state': 0.5}
    """
    codes, groups = groups_of(network, by)
    inside = alike(attribute_of(network, by))
    cells = network.ties.to_numpy()
    room = ~np.isnan(cells) & ~np.isnan(inside)
    tie, same = room & (cells != 0), room & (inside == 1)
    sent = tie.sum(1)
    chance = sent * same.sum(1) / np.maximum(1, room.sum(1))
    known = codes >= 0
    kept, sent, chance, shut_in, shut_out = (
        np.bincount(codes[known], weights=each[known], minlength=len(groups))
        for each in (
            (tie & same).sum(1),
            sent,
            chance,
            sent * (room & ~same).sum(1),
            sent * same.sum(1),
        )
    )
    reasons: Reasons = (
        dict.fromkeys(groups[shut_in == 0], "no dyad to another group was observed")
        | dict.fromkeys(groups[shut_out == 0], "no dyad inside the group was observed")
        | dict.fromkeys(groups[sent == 0], "its actors send no observed tie")
    )
    why = why_no_absences(network)
    reasons = dict.fromkeys(groups, why) if why else reasons
    more = kept >= chance
    scale = np.where(more, sent - chance, chance)
    value = (kept - chance) / np.where(scale > 0, scale, 1)
    value[groups.isin(list(reasons))] = np.nan
    series = pd.Series(value, index=groups, name="coleman")
    series.attrs["reasons"] = reasons
    return series


def iqv(
    network: Network,
    *,
    by: str | pd.Series,
    weighted: bool = False,
    direction: Literal["out", "in"] = "out",
) -> pd.Series:
    """How evenly an actor's ties are spread over the groups, from 0 to 1.

    .. math:: IQV_i = \\frac{K}{K - 1} \\Big( 1 - \\sum_g p_{ig}^2 \\Big)

    with p_ig the share of i's ties that go to actors of group g, or come from them, and
    K the number of groups in the network. 0: all in one group, its own or another; 1:
    equal shares in all groups. No unit.

    Only observed ties to actors whose group is known count. NaN with a reason for an
    actor without any, or none of whose ties in that direction was observed; for every
    actor when there is one group only; weighted, in a signed network.

    Parameters
    ----------
    network
        The network.
    by
        An attribute of the actors, or a Series of groups indexed by actor.
    weighted
        True: shares of strength.
    direction
        "out": ties sent; "in": ties received.

    Raises
    ------
    UnknownNameError
        If the actors have no such attribute.

    References
    ----------
    Agresti, A. & Agresti, B. F. (1978). Statistical analysis of qualitative variation.
    Sociological Methodology 9, 204-237.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 3, 1], [2, 0, 0], [1, 0, 0]], names, names)
    >>> level = pd.DataFrame({"level": ["state", "local", "state"]}, names)
    >>> iqv(Network.from_matrix(told, actors=level), by="level").to_dict()
    {'nav': 1.0, 'ks': 0.0, 'hdir': 0.0}
    """
    check_choice("direction", direction, ("out", "in"))
    codes, groups = groups_of(network, by)
    member = (codes[:, None] == np.arange(len(groups))).astype(float)
    ties = np.nan_to_num(network.ties.to_numpy())
    ties = ties if weighted else (ties != 0).astype(float)
    spread = (ties if direction == "out" else ties.T) @ member
    total = spread.sum(1, keepdims=True)
    shares = spread / np.where(total == 0, 1, total)
    evenness = 1 - (shares**2).sum(1)
    actors = network.ties.index
    reasons: Reasons = dict.fromkeys(
        actors[total.ravel() == 0], "no observed tie with an actor whose group is known"
    ) | silent(network, direction)
    if len(groups) < 2:
        reasons = dict.fromkeys(actors, "fewer than two groups are known") | reasons
    if weighted:
        reasons = unsigned(network) or reasons
    value = np.maximum(0, evenness) * len(groups) / max(1, len(groups) - 1)
    return per_actor(network, "iqv", value, reasons)


def _dyads(network: Network | Register, codes: np.ndarray, count: int) -> np.ndarray:
    """The observed dyads from each group to each group; of a register, its ties."""
    if isinstance(network, Register):
        return mixing_sums(network, codes, count, weighted=False)
    member = (codes[:, None] == np.arange(count)).astype(float)
    dyads: np.ndarray = member.T @ network.observed.to_numpy().astype(float) @ member
    return dyads


def _why_no_means(network: Network | Register, rated: bool) -> str:
    """Why a mean over dyads is unknown; ratings have one without any absence."""
    if isinstance(network, Register):
        return DOCUMENTED
    return "" if rated and network.is_rated else why_no_absences(network)
