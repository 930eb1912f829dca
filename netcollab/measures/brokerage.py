"""Who stands between the groups of a network, and in which role.

A broker b has a tie from a source a and a tie to a target c that has none from a:
a -> b -> c. The groups of the three give the role.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from netcollab.measures.attributes import alike, attribute_of, groups_of
from netcollab.measures.cohesion import density
from netcollab.measures.undefined import Reasons, silent, why_no_absences
from netcollab.networks import Network

__all__ = ["brokerage", "brokerage_test"]

NO_TRIPLE = "no triple of this role was observed in full"
FIXED = "with a density of 0 or 1 the count cannot vary"
MIRRORED = {"gatekeeper": "representative", "representative": "gatekeeper"}


def brokerage(network: Network, *, by: str | pd.Series) -> pd.DataFrame:
    """How often each actor is a broker, in the five roles of Gould and Fernandez.

    .. math::
        t_b = \\sum_{a, c} m_{ab} \\, m_{bc} \\, (1 - m_{ac}), \\qquad
        a, b, c \\text{ all different}

    m is 1 for a tie and 0 for an absence. The sum is split by who is in whose group:

    ==============  ===========================================================
    coordinator     all three in one group
    itinerant       source and target in one group, the broker in another
    gatekeeper      broker and target in one group: lets others in
    representative  source and broker in one group: speaks for it to others
    liaison         three different groups
    ==============  ===========================================================

    Raw counts of ordered triples; strengths and signs do not matter. In an undirected
    network every path goes both ways, so that a gatekeeper is as often a
    representative; sna counts the same.

    A triple counts when all three dyads were observed and all three groups are known:
    where a -> c was not asked, nobody knows whether b is needed. With unknown dyads the
    counts are therefore what is known for certain, and less than the truth.

    Parameters
    ----------
    network
        The network.
    by
        An attribute of the actors, or a Series of groups indexed by actor.

    Returns
    -------
    DataFrame
        Index actor; columns coordinator, itinerant, gatekeeper, representative, liaison
        and total. The row of an actor is NaN if its group is not known or none of its
        sent, or none of its received, dyads was observed; all rows are in a
        presence-only network. ``.attrs["reasons"]`` holds the reason for each such
        actor.

    Raises
    ------
    UnknownNameError
        If the actors have no such attribute.

    References
    ----------
    Gould, R. V. & Fernandez, R. M. (1989). Structures of mediation: a formal approach
    to brokerage in transaction networks. Sociological Methodology 19, 89-126.

    Examples
    --------
    >>> names = ["nav", "hdir", "ks", "oslo"]
    >>> told = pd.DataFrame(0, names, names)
    >>> told.loc["hdir", "nav"] = told.loc["nav", "ks"] = told.loc["ks", "oslo"] = 1
    >>> level = pd.DataFrame({"level": ["state", "state", "local", "local"]}, names)
    >>> counts = brokerage(Network.from_matrix(told, actors=level), by="level")
    >>> counts[["gatekeeper", "representative", "total"]]
          gatekeeper  representative  total
    nav          0.0             1.0    1.0
    hdir         0.0             0.0    0.0
    ks           1.0             0.0    1.0
    oslo         0.0             0.0    0.0
    """
    reasons = _not_counted(network, by)
    ties = network.ties.to_numpy()
    tied = np.nan_to_num(ties) != 0
    inside = alike(attribute_of(network, by))
    table = _summed(_triples(tied, ties == 0, tied, inside), network)
    table["total"] = table.sum(axis=1)
    table[table.index.isin(list(reasons))] = np.nan
    table.attrs["reasons"] = reasons
    return table


def brokerage_test(network: Network, *, by: str | pd.Series) -> pd.DataFrame:
    """Each actor's brokerage beside what ties placed at random would give.

    .. math::
        z = \\frac{t - \\mathrm{E}[t]}{\\sqrt{\\mathrm{Var}[t]}}, \\quad
        \\mathrm{E}[t] = q N, \\quad
        \\mathrm{Var}[t] = q (1 - q) N + d^3 (1 - d)^3 S, \\quad q = d^2 (1 - d)

    with d the density of the observed dyads, N the triples of an actor in a role whose
    dyads were all observed, and S the ordered pairs of these triples that share a tie.
    Each observed dyad has a tie with probability d, whatever the others have. With
    every dyad observed these are the numbers of sna::brokerage for actors.

    In an undirected network the two directions of a path are one event, so that the
    variance of coordinator, itinerant, liaison and total is twice that of sna, which
    takes the two for independent.

    z is a distance, not a p-value: counts are small and skewed, ties depend on each
    other, and real networks are not random graphs. For a p-value deal out the groups,
    `netcollab.inference.label_permutation`. There is no z for the whole network: the
    variance that sna gives for gatekeepers and representatives is too large.

    Parameters
    ----------
    network
        The network.
    by
        An attribute of the actors, or a Series of groups indexed by actor.

    Returns
    -------
    DataFrame
        One row per actor and role (the columns of `brokerage`), with columns actor,
        role, count, expected, sd and z. All four are NaN where `brokerage` is; z alone
        where the count cannot vary. ``.attrs["reasons"]`` holds the reason for each row
        with a NaN, by (actor, role).

    Raises
    ------
    UnknownNameError
        If the actors have no such attribute.

    References
    ----------
    Gould, R. V. & Fernandez, R. M. (1989). Structures of mediation: a formal approach
    to brokerage in transaction networks. Sociological Methodology 19, 89-126.

    Examples
    --------
    >>> names = ["nav", "hdir", "ks", "oslo"]
    >>> told = pd.DataFrame(0, names, names)
    >>> told.loc["hdir", "nav"] = told.loc["nav", "ks"] = told.loc["ks", "oslo"] = 1
    >>> level = pd.DataFrame({"level": ["state", "state", "local", "local"]}, names)
    >>> test = brokerage_test(Network.from_matrix(told, actors=level), by="level")
    >>> test[test["actor"] == "nav"].round(2)
      actor            role  count  expected    sd     z
    0   nav     coordinator    0.0      0.00  0.00   NaN
    1   nav       itinerant    0.0      0.09  0.30 -0.31
    2   nav      gatekeeper    0.0      0.09  0.32 -0.29
    3   nav  representative    1.0      0.09  0.32  2.83
    4   nav         liaison    0.0      0.00  0.00   NaN
    5   nav           total    1.0      0.28  0.59  1.22
    """
    counts = brokerage(network, by=by)
    expected, variance, triples = _chance(network, by)
    sd = (variance**0.5).where(counts.notna())
    columns = {
        "count": counts,
        "expected": expected.where(counts.notna()),
        "sd": sd,
        "z": (counts - expected) / sd.where(sd > 0),
    }
    table = pd.DataFrame({name: each.stack() for name, each in columns.items()})
    table.index.names = ["actor", "role"]
    gone = counts.attrs["reasons"]
    reasons: Reasons = {}
    for actor, role in table.index[table["z"].isna()]:
        fixed = FIXED if triples.loc[actor, role] else NO_TRIPLE
        reasons[actor, role] = gone.get(actor, fixed)
    table = table.reset_index()
    table.attrs["reasons"] = reasons
    return table


def _not_counted(network: Network, by: str | pd.Series) -> Reasons:
    """Whose brokerage is not known, and why."""
    actors = network.ties.index
    why = why_no_absences(network)
    groupless: Reasons = dict.fromkeys(
        actors[groups_of(network, by)[0] < 0], "its group is not known"
    )
    return (
        dict.fromkeys(actors, why)
        if why
        else groupless | silent(network, "in") | silent(network, "out")
    )


def _triples(
    into: np.ndarray, between: np.ndarray, out_of: np.ndarray, inside: np.ndarray
) -> dict[str, np.ndarray]:
    """For each role, how many targets each source (row) has beyond a broker (column).

    A triple counts where into[a, b], out_of[b, c] and between[a, c] are all true.
    """
    same, apart = inside == 1, inside == 0
    into_same, into_apart = (into & each for each in (same, apart))
    to_same, to_apart, joined, within, across = (
        each.astype(np.float32)  # exact: no sum exceeds the number of actors
        for each in (
            (out_of & same).T,
            (out_of & apart).T,
            between,
            between & same,
            between & apart,
        )
    )
    to_own_group = joined @ to_same
    return {
        "coordinator": into_same * to_own_group,
        "itinerant": into_apart * (within @ to_apart),
        "gatekeeper": into_apart * to_own_group,
        "representative": into_same * (joined @ to_apart),
        "liaison": into_apart * (across @ to_apart),
    }


def _chance(
    network: Network, by: str | pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Mean and variance of the counts under random ties, and the number of triples.

    Two triples of one broker share a tie where they share the source or the target.
    """
    known = network.observed.to_numpy()
    inside = alike(attribute_of(network, by))
    by_source = _triples(known, known, known, inside)
    by_target = _triples(known.T, known.T, known.T, inside)
    by_target = {role: by_target[MIRRORED.get(role, role)] for role in by_source}
    for each in (by_source, by_target):
        each["total"] = np.sum(list(each.values()), axis=0)
    triples = _summed(by_source, network)
    sharing = _summed(by_source, network, others=True)
    sharing += _summed(by_target, network, others=True)
    d = density(network)
    q = d**2 * (1 - d)
    variance = q * (1 - q) * triples + d**3 * (1 - d) ** 3 * sharing
    if not network.directed:
        variance[variance.columns.difference(list(MIRRORED))] *= 2
    return q * triples, variance, triples


def _summed(
    matrices: dict[str, np.ndarray], network: Network, *, others: bool = False
) -> pd.DataFrame:
    """Per broker (column) the sum of r or, for pairs with others, of r (r - 1)."""
    exact = {role: each.astype(float) for role, each in matrices.items()}
    sums = {
        role: (each * (each - 1) if others else each).sum(0)
        for role, each in exact.items()
    }
    return pd.DataFrame(sums, index=network.ties.index)
