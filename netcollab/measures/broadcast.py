"""How far a message goes that some actors send and others pass on.

Whom does information from the leadership reach within so many steps?
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from netcollab._checks import as_column_names, check_count
from netcollab.errors import InputError, UnknownNameError
from netcollab.measures.attributes import attribute_of
from netcollab.measures.comparison import check_threshold, tied, why_no_ties
from netcollab.measures.paths import distances
from netcollab.measures.undefined import Reasons
from netcollab.networks import Network

__all__ = ["broadcast_reach", "broadcast_steps"]

NOBODY = "the sources are the only actors"


def broadcast_steps(
    network: Network, sources: Iterable[str], *, threshold: float | None = None
) -> pd.DataFrame:
    """The fewest steps from any of some sources to every other actor.

    A tie from i to j carries a message from i to j; undirected, both ways. "steps"
    counts along ties that were observed, "steps_at_best" as if every tie that nobody
    observed were there: a message takes at least the latter, and needs no more than
    the former.

    Parameters
    ----------
    network
        The network.
    sources
        The actors the message starts from.
    threshold
        Strength from which a tie carries it; None: any tie.

    Returns
    -------
    DataFrame
        The other actors x steps, steps_at_best. NaN where no path leads to an actor;
        all NaN for ratings without 0, until `threshold` says which are ties.
        ``.attrs["reasons"]`` has the reasons of actors without steps.

    Raises
    ------
    UnknownNameError
        For a source that is no actor.
    InputError
        Without a source, or for a threshold that is not above 0.

    References
    ----------
    Wasserman, S. & Faust, K. (1994). Social Network Analysis. Cambridge University
    Press, section 4.2.

    Examples
    --------
    >>> names = ["board", "school", "nursery", "roads"]
    >>> cells = [[0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, None], [0, 0, 0, 0]]
    >>> net = Network.from_matrix(pd.DataFrame(cells, names, names))
    >>> broadcast_steps(net, ["board"])
             steps  steps_at_best
    school     1.0            1.0
    nursery    2.0            2.0
    roads      NaN            3.0
    """
    actors = network.ties.index
    start = _places(actors, sources)
    check_threshold(threshold)
    cells, states = network.ties.to_numpy(), network.states.to_numpy()
    unclear = why_no_ties(network, threshold)
    there = tied(cells, threshold)
    maybe = there | (np.isnan(cells) & (states != "structural"))
    np.fill_diagonal(maybe, False)
    others = np.setdiff1d(np.arange(network.n), start)
    found = np.full((len(others), 2), np.nan)
    if not unclear:
        for column, ties in enumerate((there, maybe)):
            lengths = np.where(ties, 1.0, np.nan)
            found[:, column] = distances(lengths)[start].min(axis=0)[others]
    found[np.isinf(found)] = np.nan
    table = pd.DataFrame(found, actors[others], ["steps", "steps_at_best"])
    missed = table.index[table["steps"].isna()]
    reasons: Reasons = dict.fromkeys(
        missed, unclear or "no path of observed ties leads to it from a source"
    )
    table.attrs["reasons"] = reasons
    return table


def broadcast_reach(
    network: Network,
    sources: Iterable[str],
    *,
    steps: int = 2,
    by: str | pd.Series | None = None,
    threshold: float | None = None,
) -> pd.DataFrame:
    """The share of actors that a message from some sources reaches, step by step.

    .. math:: \\frac{r_k}{n} \\le s_k \\le \\frac{r_k + o_k}{n}

    with r_k actors reached within k steps of observed ties, o_k more that would be if
    every tie that nobody observed were there, and n actors besides the sources. More
    ties never reach fewer, so that these are bounds. The rest were missed.

    Parameters
    ----------
    network, sources, threshold
        As in `broadcast_steps`.
    steps
        The most steps: rows are for 1 to this many.
    by
        An attribute of the actors, or a Series of groups indexed by actor, such as who
        has adopted a tool; None: all of them together.

    Returns
    -------
    DataFrame
        One row per group and number of steps: group ("" without `by`), steps, n,
        reached, open (o), missed, low, high. All but n are NaN for ratings without 0,
        until `threshold` says which are ties; ``.attrs["reasons"]`` by row.
        ``.attrs["no_group"]`` counts actors without a group; sources are in no group.

    Raises
    ------
    UnknownNameError
        For a source that is no actor, or an attribute that actors do not have.
    InputError
        Without a source, or for a threshold that is not above 0.

    References
    ----------
    Wasserman, S. & Faust, K. (1994). Social Network Analysis. Cambridge University
    Press, section 4.2. Manski, C. F. (1989). Anatomy of the selection problem. J. Hum.
    Resour. 24, 343-360 (bounds).

    Examples
    --------
    >>> names = ["board", "school", "nursery", "roads"]
    >>> cells = [[0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, None], [0, 0, 0, 0]]
    >>> net = Network.from_matrix(pd.DataFrame(cells, names, names))
    >>> broadcast_reach(net, ["board"], steps=3).drop(columns="group").round(2)
       steps  n  reached  open  missed   low  high
    0      1  3      1.0   0.0     2.0  0.33  0.33
    1      2  3      2.0   0.0     1.0  0.67  0.67
    2      3  3      2.0   1.0     0.0  0.67  1.00
    """
    most = check_count("steps", steps)
    away = broadcast_steps(network, sources, threshold=threshold)
    unclear = why_no_ties(network, threshold)
    if by is None:
        group = pd.Series("", away.index, dtype="str")
    else:
        group = attribute_of(network, by).reindex(away.index)
    rows = []
    for label, part in away.groupby(group, sort=True):
        n = len(part)
        for k in range(1, most + 1):
            reached, possible = (int((part[name] <= k).sum()) for name in part)
            counts = [reached, possible - reached, n - possible]
            shares = [reached / n, possible / n]
            numbers = [np.nan] * 5 if unclear else [*counts, *shares]
            rows.append((label, k, n, *numbers))
    columns = ["group", "steps", "n", "reached", "open", "missed", "low", "high"]
    table = pd.DataFrame(rows, columns=columns)
    floats = dict.fromkeys(columns[3:], float)
    table = table.astype(floats)
    table.attrs["reasons"] = dict.fromkeys(table.index, unclear) if unclear else {}
    table.attrs["no_group"] = int(group.isna().sum())
    return table


def _places(actors: pd.Index, sources: Iterable[str]) -> np.ndarray:
    named = as_column_names("sources", sources)
    if not named:
        raise InputError("a message needs at least one source")
    for name in named:
        if name not in actors:
            raise UnknownNameError("actor", name, map(str, actors))
    return np.unique(actors.get_indexer(pd.Index(named)))
