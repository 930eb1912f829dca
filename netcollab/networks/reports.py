"""Two reports of one tie: what both confirm, what one claims, what one tells for both.

Did the tie exist, when those at its two ends do not say the same?

The functions take one network or two. One: row i holds the reports of i on events that
it shares with its partners, so w_ij and w_ji tell of the same event. Two: what the
senders and what the receivers of each tie report, as
``build_network(..., reports="source")`` and ``reports="target"``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from netcollab.errors import InputError, RefusedError
from netcollab.networks.network import Network
from netcollab.networks.transform import (
    _agreed,
    _like,
    _marks_of,
    _scale_of_pairs,
    reverse,
)

__all__ = ["averaged", "claimed", "confirmed", "reconstruct", "two_reports"]

Floats = np.ndarray


def confirmed(network: Network, reports: Network | None = None) -> Network:
    """The ties that both ends report, as strong as the weaker report says.

    .. math:: \\min(w_{ij}, w_{ji})

    An absence that one end reports is enough: the tie is not confirmed, whatever the
    other end would say. A tie that one end reports while the other is silent stays
    unknown, with the silent side's reason; so does a dyad that nobody reported on.

    Parameters
    ----------
    network
        One directed network, row i the reports of i; or what the senders report.
    reports
        What the receivers report of the same ties.

    Returns
    -------
    Network
        From one network an undirected one, from two one as they are.

    Raises
    ------
    InputError
        If one network is undirected, two differ in actors or direction, or path lengths
        were declared.
    RefusedError
        If strengths have signs: the smaller report is then not the weaker one.

    References
    ----------
    Krackhardt, D. (1987). Cognitive social structures. Social Networks 9, 109-134.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 3, 1], [2, 0, None], [0, 1, 0]], names, names)
    >>> both = confirmed(Network.from_matrix(told))
    >>> both.ties.loc["nav"].tolist(), both.states.loc["ks", "hdir"]
    ([nan, 2.0, 0.0], 'not_asked')
    """

    def weaker(own: Floats, other: Floats) -> Floats:
        denied = np.where((own == 0) | (other == 0), 0.0, np.nan)
        return np.asarray(np.fmin(np.minimum(own, other), denied))

    return _joined(network, reports, weaker, "confirmed")


def claimed(network: Network, reports: Network | None = None) -> Network:
    """The ties that at least one end reports, as strong as the stronger report says.

    .. math:: \\max(w_{ij}, w_{ji})

    A tie that one end reports is claimed, whether the other denies it or is silent. A
    dyad that one end reports absent while the other is silent stays unknown, with the
    silent side's reason.

    Parameters, result and errors as in `confirmed`.

    References
    ----------
    Krackhardt, D. (1987). Cognitive social structures. Social Networks 9, 109-134.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 3, 1], [2, 0, None], [0, 1, 0]], names, names)
    >>> claimed(Network.from_matrix(told)).ties.loc["hdir"].tolist()
    [1.0, 1.0, nan]
    """

    def stronger(own: Floats, other: Floats) -> Floats:
        alone = np.fmax(own, other)
        known = ~np.isnan(own) & ~np.isnan(other)
        return np.where(known | (alone > 0), alone, np.nan)

    return _joined(network, reports, stronger, "claimed")


def averaged(network: Network, reports: Network | None = None) -> Network:
    """Ties as strong as the mean of both reports; unknown unless both ends report.

    Parameters, result and errors as in `confirmed`.

    Examples
    --------
    >>> told = pd.DataFrame([[0, 3], [2, 0]], ["nav", "ks"], ["nav", "ks"])
    >>> averaged(Network.from_matrix(told)).ties.loc["ks", "nav"]
    np.float64(2.5)
    """
    return _joined(network, reports, lambda own, other: (own + other) / 2, "averaged")


def reconstruct(network: Network, reports: Network | None = None) -> Network:
    """The network with an actor's silence filled by what the partner reports.

    .. math:: w_{ij} := w_{ji} \\text{ where } w_{ij} \\text{ is unknown}

    For events that happen to both: a meeting that one side reports took place for the
    other too. What both sides reported stays as each reported it, and a dyad unknown to
    both stays unknown. A filled dyad is "observed" in the copy. Never for ratings: how
    much one trusts another says nothing of the way back.

    Parameters
    ----------
    network
        Directed; row i holds the report of i. With `reports`: what one side reports of
        each directed tie, as `build_network(..., reports="source")`.
    reports
        What the other side reports of the same ties
        (`build_network(..., reports="target")`); None: the network's own columns.

    Raises
    ------
    RefusedError
        If the relation was not declared `same_event`, or is one of ratings.
    InputError
        If the network is undirected and there are no other reports, or the two networks
        differ in actors or direction.

    References
    ----------
    Stork, D. & Richards, W. D. (1992). Nonrespondents in communication network studies.
    Group & Organization Management 17, 193-209.

    Examples
    --------
    >>> names = ["nav", "ks"]
    >>> told = pd.DataFrame([[0, 3], [None, 0]], names, names)
    >>> meetings = Network.from_matrix(told, relation="meetings", same_event=True)
    >>> reconstruct(meetings).ties.loc["ks", "nav"]
    np.float64(3.0)
    """
    for each in (network, *([] if reports is None else [reports])):
        if not each.same_event:
            raise RefusedError(
                f"{_named(each)} was not declared same_event: only where both ends "
                "report the same event can one report stand for the other"
            )
        if each.is_rated:
            raise RefusedError(
                f"{_named(each)} is a rating: what one side thinks is no report of "
                "what the other thinks"
            )
    _, other = two_reports(network, reports)
    ties, possible = network.ties, network.states != "structural"
    filled = ties.mask(ties.isna() & possible, other.ties)
    return _like(
        network,
        filled,
        network.states.mask(filled.notna(), "observed"),
        scale=network.scale,
        distances=network._distances,
        few=_marks_of([network, other], ties.index),
    )


def two_reports(network: Network, reports: Network | None) -> tuple[Network, Network]:
    """The report of one end and of the other, in the same cell.

    Raises
    ------
    InputError
        If one network is undirected, or two differ in actors or direction.
    """
    if reports is None and not network.directed:
        raise InputError(
            f"{_named(network)} is undirected and has one report per pair; give the "
            "other end's reports too"
        )
    if reports is None:
        return network, reverse(network)
    names = network.ties.index
    if set(names) != set(reports.ties.index):
        raise InputError("the two networks of reports have different actors")
    if network.directed != reports.directed:
        raise InputError("one network of reports is directed and the other is not")
    return network, _ordered(reports, names)


def _joined(
    network: Network,
    reports: Network | None,
    rule: Callable[[Floats, Floats], Floats],
    name: str,
) -> Network:
    one, other = two_reports(network, reports)
    if one.signed or other.signed:
        raise RefusedError(
            f"{_named(network)} has signs: the smaller report is not the weaker one"
        )
    if one._distances is not None or other._distances is not None:
        raise InputError(f"{name} cannot join declared distances of two reports")
    words = one.states.to_numpy(), other.states.to_numpy()
    impossible = (words[0] == "structural") | (words[1] == "structural")
    values = rule(one.ties.to_numpy(), other.ties.to_numpy())
    values = np.where(impossible, np.nan, values)
    silent = np.where(words[0] == "observed", words[1], words[0])
    silent = silent if reports is not None else _agreed(silent)
    states = np.where(np.isnan(values), silent, "observed")
    states = np.where(impossible, "structural", states)
    names = network.ties.index
    return _like(
        network,
        pd.DataFrame(values, names, names),
        pd.DataFrame(states, names, names),
        directed=network.directed and reports is not None,
        scale=_scale_of_pairs(network, values),
        few=_marks_of([one, other], names),
    )


def _ordered(reports: Network, names: pd.Index) -> Network:
    return Network(
        reports.ties.loc[names, names],
        reports.states.loc[names, names],
        reports.actors.loc[names],
        relation=reports.relation,
        directed=reports.directed,
        scale=reports.scale,
        signed=reports.signed,
        distances=reports._distances,
        same_event=reports.same_event,
        few=_marks_of([reports], names),
    )


def _named(network: Network) -> str:
    return f'relation "{network.relation}"' if network.relation else "the network"
