"""Actors and what they share, measured as they are: without a projection.

Which actor takes part in most, which meeting reaches most, and who links the rest?

Data are a DataFrame actors x objects, as `netcollab.networks.build_affiliations` gives:
a number above 0 is an affiliation, however much, 0 a known absence, NaN not observed.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from scipy.sparse import csgraph, csr_array

from netcollab._checks import as_affiliations, check_choice
from netcollab.measures.paths import betweenness_by_steps, distances
from netcollab.measures.undefined import Reasons, UndefinedError, number

__all__ = [
    "two_mode_betweenness",
    "two_mode_closeness",
    "two_mode_degree",
    "two_mode_density",
    "two_mode_eigenvector",
]

Mode = Literal["actors", "objects"]


@number
def two_mode_density(affiliations: pd.DataFrame) -> float:
    """The share of observed pairs of an actor and an object that are affiliated.

    .. math:: D = \\sum_{io} a_{io} / \\sum_{io} o_{io}

    a_io is 1 for an affiliation, o_io 1 where the pair was observed. Between 0 and 1.

    Undefined without an observed pair, and where affiliations were listed and not one
    absence: a list does not tell what share it is of.

    Parameters
    ----------
    affiliations
        Actors x objects.

    Raises
    ------
    InputError
        If cells are negative or no numbers.

    References
    ----------
    Borgatti, S. P. & Everett, M. G. (1997). Network analysis of 2-mode data. Social
    Networks 19, 243-269.

    Examples
    --------
    >>> names = ["nav", "ks"]
    >>> met = pd.DataFrame([[1, 1, 0], [1, 0, None]], names, ["c", "p", "s"])
    >>> two_mode_density(met)
    0.6
    """
    cells = as_affiliations("the affiliations", affiliations).to_numpy()
    known = cells[~np.isnan(cells)]
    if not known.size:
        raise UndefinedError("no affiliation was observed")
    if known.size < cells.size and not (known == 0).any():
        raise UndefinedError("affiliations were listed, absences never")
    return float((known > 0).mean())


def two_mode_degree(
    affiliations: pd.DataFrame, *, of: Mode = "actors", normalised: bool = False
) -> pd.Series:
    """How many objects each actor is affiliated with, or the other way round.

    .. math:: d_i = \\sum_o a_{io}, \\qquad d_i^* = d_i / \\sum_o o_{io}

    The sum runs over observed pairs, so the number is the smallest it can be.
    Normalised, it is divided by their number: without unknown pairs that of the
    objects (Borgatti & Everett). NaN with a reason for an actor none of whose
    affiliations was observed.

    Parameters
    ----------
    affiliations
        Actors x objects.
    of
        "objects": how many actors each object has.
    normalised
        True: the share of the most there could be.

    Raises
    ------
    InputError
        If cells are negative or no numbers.

    References
    ----------
    Borgatti, S. P. & Everett, M. G. (1997). Network analysis of 2-mode data. Social
    Networks 19, 243-269. Faust, K. (1997). Centrality in affiliation networks. Social
    Networks 19, 157-191.

    Examples
    --------
    >>> names = ["nav", "ks"]
    >>> met = pd.DataFrame([[1, 1, 0], [1, 0, 0]], names, ["c", "p", "s"])
    >>> two_mode_degree(met).to_dict()
    {'nav': 2.0, 'ks': 1.0}
    >>> two_mode_degree(met, of="objects", normalised=True).to_dict()
    {'c': 1.0, 'p': 0.5, 's': 0.0}
    """
    frame = _from_side(affiliations, of)
    cells = frame.to_numpy()
    values = (np.nan_to_num(cells) > 0).sum(1).astype(float)
    if normalised:
        values = values / np.maximum(1, (~np.isnan(cells)).sum(1))
    return _per_name(frame, "two_mode_degree", values, _unseen(frame, of))


def two_mode_closeness(
    affiliations: pd.DataFrame, *, of: Mode = "actors", normalised: bool = False
) -> pd.Series:
    """How near each actor is to all other actors and all objects.

    .. math::
        c_i = 1 \\Big/ \\sum_v d(i, v), \\qquad
        c_i^* = (m + 2n - 2) \\Big/ \\sum_v d(i, v)

    v runs over the other actors, at distance 2 at least, and the objects, at distance
    1 at least; n is the number of actors and m that of objects (for an object the
    other way round). Normalised, 1 is the most: an actor affiliated with everything.

    Paths are those of the observed affiliations. NaN with a reason for an actor that
    does not reach everybody and everything, and for one none of whose affiliations was
    observed. networkx divides by the reachable share instead, and igraph averages over
    the reachable.

    Parameters
    ----------
    affiliations
        Actors x objects.
    of
        "objects": how near each object is.
    normalised
        True: divided by the most there could be.

    Raises
    ------
    InputError
        If cells are negative or no numbers.

    References
    ----------
    Borgatti, S. P. & Everett, M. G. (1997). Network analysis of 2-mode data. Social
    Networks 19, 243-269.

    Examples
    --------
    >>> names = ["nav", "ks"]
    >>> met = pd.DataFrame([[1, 1], [1, 0]], names, ["c", "p"])
    >>> two_mode_closeness(met, normalised=True).round(4).to_dict()
    {'nav': 1.0, 'ks': 0.6667}
    """
    frame = _from_side(affiliations, of)
    n, others = frame.shape
    reached = distances(np.where(_both_modes(frame), 1.0, np.nan))[:n]
    far = reached.sum(axis=1)
    apart: Reasons = dict.fromkeys(
        frame.index[np.isinf(far)], "does not reach every actor and object"
    )
    alone: Reasons = dict.fromkeys(frame.index[far == 0], "nobody and nothing else")
    most = others + 2 * n - 2 if normalised else 1
    values = np.divide(most, far, out=np.zeros(n), where=far > 0)
    reasons = apart | alone | _unseen(frame, of)
    return _per_name(frame, "two_mode_closeness", values, reasons)


def two_mode_betweenness(
    affiliations: pd.DataFrame, *, of: Mode = "actors", normalised: bool = False
) -> pd.Series:
    """How often each actor stands on shortest paths between others, or objects do.

    .. math:: b_i = \\sum_{v < w} \\sigma_{vw}(i) / \\sigma_{vw}

    v and w run over actors and objects together. Normalised by the most that an actor
    of n, beside m objects, can have: with s and t the quotient and the remainder of
    (n - 1) / m,

    .. math:: \\tfrac12 [m^2 (s+1)^2 + m (s+1)(2t - s - 1) - t (2s - t + 3)]

    (for an object the other way round; 0 where the most is 0).

    Paths are those of the observed affiliations. NaN with a reason for an actor none of
    whose affiliations was observed.

    Parameters
    ----------
    affiliations
        Actors x objects.
    of
        "objects": how often each object stands between.
    normalised
        True: divided by the most there could be.

    Raises
    ------
    InputError
        If cells are negative or no numbers.

    References
    ----------
    Borgatti, S. P. & Everett, M. G. (1997). Network analysis of 2-mode data. Social
    Networks 19, 243-269. Faust, K. (1997). Centrality in affiliation networks. Social
    Networks 19, 157-191.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> met = pd.DataFrame([[1, 0], [1, 1], [0, 1]], names, ["c", "p"])
    >>> two_mode_betweenness(met).to_dict()
    {'nav': 0.0, 'ks': 4.0, 'hdir': 0.0}
    """
    frame = _from_side(affiliations, of)
    n, others = frame.shape
    values = betweenness_by_steps(_both_modes(frame))[:n] / 2
    if normalised:
        values = values / (_most_between(n, others) or 1)
    return _per_name(frame, "two_mode_betweenness", values, _unseen(frame, of))


def two_mode_eigenvector(
    affiliations: pd.DataFrame, *, of: Mode = "actors"
) -> pd.Series:
    """Centrality by taking part in central objects, which have central actors.

    .. math:: x_i = \\frac1\\sigma \\sum_o a_{io} y_o, \\qquad
              y_o = \\frac1\\sigma \\sum_i a_{io} x_i

    with sigma the largest singular value of the affiliations. In every component by
    itself, with maximum 1 in each mode: values of two components, of the two modes and
    of two data sets are not compared.

    Computed on the observed affiliations. NaN with a reason for an actor without any,
    and for one none of whose affiliations was observed. A power iteration on the
    affiliations as one network does not converge, since it is bipartite.

    Parameters
    ----------
    affiliations
        Actors x objects.
    of
        "objects": the centrality of each object.

    Raises
    ------
    InputError
        If cells are negative or no numbers.

    References
    ----------
    Bonacich, P. (1991). Simultaneous group and individual centralities. Social
    Networks 13, 155-168. Faust, K. (1997). Centrality in affiliation networks. Social
    Networks 19, 157-191.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> met = pd.DataFrame([[1, 1], [1, 0], [0, 1]], names, ["c", "p"])
    >>> two_mode_eigenvector(met).round(4).to_dict()
    {'nav': 1.0, 'ks': 0.5, 'hdir': 0.5}
    """
    frame = _from_side(affiliations, of)
    n = len(frame)
    present = np.nan_to_num(frame.to_numpy()) > 0
    _, label = csgraph.connected_components(csr_array(_both_modes(frame)))
    values = np.zeros(n)
    for component in np.unique(label[:n][present.any(axis=1)]):
        rows = np.nonzero(label[:n] == component)[0]
        columns = np.nonzero(label[n:] == component)[0]
        values[rows] = _leading(present[np.ix_(rows, columns)].astype(float))
    idle: Reasons = dict.fromkeys(
        frame.index[~present.any(axis=1)], "no observed affiliation"
    )
    reasons = idle | _unseen(frame, of)
    return _per_name(frame, "two_mode_eigenvector", values, reasons)


def _from_side(affiliations: pd.DataFrame, of: Mode) -> pd.DataFrame:
    """The affiliations with one row for each of those that are measured."""
    check_choice("mode", of, ("actors", "objects"))
    frame = as_affiliations("the affiliations", affiliations)
    return frame if of == "actors" else frame.T


def _both_modes(frame: pd.DataFrame) -> np.ndarray:
    """Rows and columns as the actors of one network, rows first."""
    present = np.nan_to_num(frame.to_numpy()) > 0
    n, others = frame.shape
    nothing = np.zeros((n, n), dtype=bool), np.zeros((others, others), dtype=bool)
    return np.block([[nothing[0], present], [present.T, nothing[1]]])


def _most_between(n: int, others: int) -> float:
    """The most that one of n can stand between them and the others."""
    if not others:
        return 0.0
    s, t = divmod(n - 1, others)
    squares = others**2 * (s + 1) ** 2 + others * (s + 1) * (2 * t - s - 1)
    return (squares - t * (2 * s - t + 3)) / 2


def _leading(block: np.ndarray) -> np.ndarray:
    """The left singular vector of the largest singular value, maximum 1."""
    wide = block.shape[0] <= block.shape[1]
    square = block @ block.T if wide else block.T @ block
    vector = np.linalg.eigh(square)[1][:, -1]
    left = np.abs(vector if wide else block @ vector)
    return np.asarray(left / left.max())


def _unseen(frame: pd.DataFrame, of: Mode) -> Reasons:
    unseen = frame.index[frame.isna().all(axis=1)]
    reason = "the actor" if of == "actors" else "the object"
    return dict.fromkeys(unseen, f"no affiliation of {reason} was observed")


def _per_name(
    frame: pd.DataFrame, name: str, values: np.ndarray, reasons: Reasons
) -> pd.Series:
    series = pd.Series(values, index=frame.index, name=name, dtype=float)
    series[frame.index.isin(list(reasons))] = np.nan
    series.attrs["reasons"] = reasons
    return series
