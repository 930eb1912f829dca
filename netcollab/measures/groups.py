"""Groups that are given: units, sectors, professions, and numbers such as size.

Are ties denser inside them than chance would make them, and do like choose like?
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import pandas as pd

from netcollab._checks import check_choice
from netcollab.measures.attributes import attribute_of, numbers
from netcollab.measures.undefined import (
    SIGNED,
    UndefinedError,
    need_partners,
    number,
)
from netcollab.networks import Network

__all__ = ["assortativity", "modularity"]


@number
def modularity(
    network: Network, *, by: str | pd.Series, weighted: bool = True
) -> float:
    """The share of tie strength inside groups, less what would be expected by chance.

    .. math:: Q = \\sum_g \\frac{w_{gg}}{w} - \\frac{s_g^{out} s_g^{in}}{w^2}

    w is the sum of all strengths, w_gg that inside group g, and s_g what g sends and
    receives in all. The expectation keeps what every actor sends and receives. Below 1;
    0: as expected, or one group; negative: ties go across. No unit; scaling all
    strengths changes nothing. In an undirected network, where w counts every tie both
    ways, this is Newman and Girvan's modularity, otherwise that of Leicht and Newman.

    Computed on the observed ties between actors whose group is known; the expectation
    spreads strength over all pairs, asked or not. Undefined when there is no such tie,
    for fewer than two actors, when nothing was observed, and for a signed network.

    Equal to igraph and networkx; igraph 1.3 takes direction into account only if asked.
    Values are not compared between networks of different size.

    Parameters
    ----------
    network
        The network.
    by
        An attribute of the actors, or a Series of groups indexed by actor, such as
        `communities`.
    weighted
        False: every tie has strength 1.

    Raises
    ------
    UnknownNameError
        If the actors have no such attribute.
    InputError
        If the Series is of other actors.

    References
    ----------
    Newman, M. E. J. & Girvan, M. (2004). Finding and evaluating community structure in
    networks. Physical Review E 69, 026113. Leicht, E. A. & Newman, M. E. J. (2008).
    Community structure in directed networks. Physical Review Letters 100, 118703.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir", "kommune"]
    >>> told = pd.DataFrame(0, names, names)
    >>> told.loc["nav", "hdir"] = told.loc["ks", "kommune"] = 1
    >>> level = pd.DataFrame({"level": ["state", "local", "state", "local"]}, names)
    >>> modularity(Network.from_matrix(told, actors=level), by="level")
    0.5
    """
    between = _mixed(network, attribute_of(network, by), weighted=weighted)
    expected = float((between.sum(0) * between.sum(1)).sum())
    return float(np.trace(between)) - expected


@number
def assortativity(
    network: Network,
    *,
    by: str | pd.Series,
    kind: Literal["nominal", "numeric"] | None = None,
    weighted: bool = False,
) -> float:
    """Whether ties join actors that are alike, from -1 (never) to 1 (always).

    .. math::
        r = \\frac{\\sum_g e_{gg} - \\sum_g a_g b_g}{1 - \\sum_g a_g b_g}, \\qquad
        \\frac{\\sum_{ij} e_{ij} (x_i - \\bar a)(x_j - \\bar b)}{\\sigma_a \\sigma_b}

    for groups and for numbers. e holds the share of ties from one group, or actor, to
    another, a and b its row and column sums. The second is Pearson's correlation
    between the values at the two ends of a tie. 0: ties pay no regard to the attribute.
    With groups -1 cannot always be reached. An undirected tie counts both ways.

    Computed on the observed ties between actors whose value is known. Undefined when
    there is no such tie, or all of them begin (or end) in one group or at one value,
    for fewer than two actors, when nothing was observed, and for a signed network.

    As igraph, which is unweighted; unlike there, words are groups and numbers are
    numbers unless `kind` says otherwise.

    Parameters
    ----------
    network
        The network.
    by
        An attribute of the actors, or a Series of values indexed by actor.
    kind
        Whether the values are groups or numbers. None: numbers are "numeric", words and
        truth values "nominal"; codes such as 1 = state need "nominal".
    weighted
        True: ties count by their strength.

    Raises
    ------
    UnknownNameError
        If the actors have no such attribute, or the kind is neither.
    InputError
        If kind is "numeric" and the values are not, or the Series is of other actors.

    References
    ----------
    Newman, M. E. J. (2003). Mixing patterns in networks. Physical Review E 67, 026126.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 1, 1], [1, 0, 0], [1, 0, 0]], names, names)
    >>> about = {"level": ["state", "local", "state"], "staff": [90, 30, 60]}
    >>> network = Network.from_matrix(told, actors=pd.DataFrame(about, names))
    >>> assortativity(network, by="level")
    -0.3333333333333333
    >>> round(assortativity(network, by="staff"), 4)
    -0.8182
    """
    values = attribute_of(network, by)
    if kind is None:
        kind = "numeric" if _is_numeric(values) else "nominal"
    check_choice("kind of assortativity", kind, ("nominal", "numeric"))
    if kind == "numeric":
        return _correlation(network, numbers(values), weighted=weighted)
    between = _mixed(network, values, weighted=weighted)
    expected = float((between.sum(0) * between.sum(1)).sum())
    if math.isclose(expected, 1, rel_tol=1e-12):
        raise UndefinedError("all ties are inside one group")
    return (float(np.trace(between)) - expected) / (1 - expected)


def _is_numeric(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(
        values
    )


def _mixed(network: Network, values: pd.Series, *, weighted: bool) -> np.ndarray:
    """The share of ties from group to group, among actors whose group is known."""
    code, groups = pd.factorize(values)
    ties = _counted(network, code >= 0, weighted=weighted)
    member = np.zeros((network.n, len(groups)))
    known = np.nonzero(code >= 0)[0]
    member[known, code[known]] = 1.0
    return np.asarray(member.T @ ties @ member / ties.sum())


def _correlation(network: Network, values: pd.Series, *, weighted: bool) -> float:
    """Pearson's r between sender's and receiver's value over ties."""
    x = values.to_numpy()
    ties = _counted(network, ~np.isnan(x), weighted=weighted)
    share, x = ties / ties.sum(), np.nan_to_num(x)
    sent, received = share.sum(1), share.sum(0)
    source, target = x - sent @ x, x - received @ x
    if not np.ptp(x[sent > 0]) or not np.ptp(x[received > 0]):
        raise UndefinedError("the values at one end of the ties do not vary")
    spread = (sent @ source**2) * (received @ target**2)
    return float(source @ share @ target / math.sqrt(spread))


def _counted(network: Network, known: np.ndarray, *, weighted: bool) -> np.ndarray:
    """Strengths of the observed ties between actors that are known."""
    need_partners(network)
    if network.signed:
        raise UndefinedError(SIGNED)
    ties = np.nan_to_num(network.ties.to_numpy())
    ties = ties if weighted else (ties != 0).astype(float)
    counted: np.ndarray = ties * known[:, None] * known[None, :]
    if not counted.any():
        raise UndefinedError("no observed tie between actors whose value is known")
    return counted
