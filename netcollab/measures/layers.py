"""Several relations between the same actors.

Which relations run along the same ties, and whose ties carry more than one?

Layers are a dict from the name of a relation to its network. A tie is what is not 0;
ratings are made ties by `netcollab.networks.dichotomize` before. Dyads are ordered as
soon as one layer is directed; an undirected tie then stands in both directions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
import pandas as pd

from netcollab._checks import check_choice
from netcollab.errors import InputError
from netcollab.measures.comparison import (
    aligned,
    correlation_of,
    tied,
    why_no_ties,
    why_no_zeros,
)
from netcollab.measures.undefined import (
    Reasons,
    UndefinedError,
    number,
    per_dyad,
)
from netcollab.networks import Network

__all__ = [
    "actor_multiplexity",
    "layer_correlation",
    "multiplex_share",
    "multiplexity",
    "overlap",
]

Layers = Mapping[str, Network]


def overlap(
    layers: Layers, *, kind: Literal["jaccard", "count", "share"] = "jaccard"
) -> pd.DataFrame:
    """How far the ties of each two layers are the same: layers x layers.

    .. math::
        J_{rc} = \\frac{n_{rc}}{n_r + n_c - n_{rc}}, \\qquad n_{rc}, \\qquad
        S_{rc} = \\frac{n_{rc}}{n_r}

    for kind "jaccard", "count" and "share", with n_rc the dyads tied in the row's and
    in the column's layer, n_r those tied in the row's. All run over the dyads that
    both observed. Jaccard and share are between 0 and 1; the share, of the ties of the
    row that are ties of the column, is not symmetric.

    NaN with a reason: where neither layer (for the share: the row's) has a tie; for
    ratings on a scale without 0 (dichotomize them); where a layer knows no absences
    (presence-only): for Jaccard either one, for the share the column's. igraph has no
    unknown dyads: there they become absences.

    Parameters
    ----------
    layers
        Networks by name.
    kind
        Which of the three.

    Returns
    -------
    DataFrame
        ``.attrs["reasons"]`` tells why a cell is NaN, by "row, column";
        ``.attrs["directed"]`` whether dyads are ordered.

    Raises
    ------
    InputError
        If there is no layer.
    UnknownNameError
        If the kind is none of the three.

    References
    ----------
    Battiston, F., Nicosia, V. & Latora, V. (2014). Structural measures for multiplex
    networks. Physical Review E 89, 032804.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> trust = pd.DataFrame([[0, 1, 1], [1, 0, 0], [None, 0, 0]], names, names)
    >>> advice = pd.DataFrame([[0, 1, 0], [0, 0, 0], [1, 1, 0]], names, names)
    >>> layers = {"trust": trust, "advice": advice}
    >>> layers = {name: Network.from_matrix(layers[name]) for name in layers}
    >>> overlap(layers)
            trust  advice
    trust    1.00    0.25
    advice   0.25    1.00
    """
    check_choice("kind of overlap", kind, ("jaccard", "count", "share"))
    dyads = aligned(_checked(layers))
    known = (~np.isnan(dyads.ties)).astype(float)
    ties = tied(dyads.ties).astype(float)
    both = ties @ ties.T
    own = ties @ known.T
    whole = {"jaccard": own + own.T - both, "count": np.ones_like(own), "share": own}
    reasons: dict[str, str] = {}
    cells = np.full(both.shape, np.nan)
    lacks = [
        (why_no_ties(network), why_no_zeros(network)) for network in layers.values()
    ]
    needs = {"jaccard": (1, 1), "count": (0, 0), "share": (0, 1)}[kind]
    for (i, row), (j, column) in _pairs(layers):
        why = lacks[i][needs[0]] or lacks[j][needs[1]]
        if not why and not known[i] @ known[j]:
            why = "no dyad was observed in both"
        if not why and not whole[kind][i, j]:
            why = "no dyad compared has a tie"
        if why:
            reasons[f"{row}, {column}"] = why
        else:
            cells[i, j] = both[i, j] / whole[kind][i, j]
    return _square(layers, cells, reasons, directed=dyads.directed)


def layer_correlation(layers: Layers) -> pd.DataFrame:
    """How far the strengths of each two layers go together: layers x layers.

    .. math::
        r = \\frac{\\sum (v - \\bar v)(w - \\bar w)}
            {\\sqrt{\\sum (v - \\bar v)^2 \\sum (w - \\bar w)^2}}

    over the dyads that both layers observed (graph correlation, sna's gcor); between
    -1 and 1. Strengths are used as they are, ratings too. Two undirected layers are
    compared by pairs, whatever the others are; r is the same, the number of dyads not.

    NaN with a reason for fewer than 3 such dyads and where one of the layers has the
    same value in all of them. Whether r is more than chance is asked of
    `netcollab.inference.qap_correlation`.

    Parameters
    ----------
    layers
        Networks by name.

    Returns
    -------
    DataFrame
        ``.attrs["reasons"]`` tells why a cell is NaN, by "row, column";
        ``.attrs["directed"]`` whether dyads are ordered.

    Raises
    ------
    InputError
        If there is no layer.

    References
    ----------
    Butts, C. T. & Carley, K. M. (2005). Some simple algorithms for structural
    comparison. Computational and Mathematical Organization Theory 11, 291-305.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> trust = pd.DataFrame([[0, 4, 2], [3, 0, 1], [None, 2, 0]], names, names)
    >>> advice = pd.DataFrame([[0, 1, 0], [1, 0, 0], [0, 1, 0]], names, names)
    >>> layers = {"trust": trust, "advice": advice}
    >>> layers = {name: Network.from_matrix(layers[name]) for name in layers}
    >>> layer_correlation(layers).round(3)
            trust  advice
    trust   1.000   0.721
    advice  0.721   1.000
    """
    dyads = aligned(_checked(layers))
    reasons: dict[str, str] = {}
    cells = np.full((len(layers), len(layers)), np.nan)
    for (i, row), (j, column) in _pairs(layers):
        if j < i:
            continue
        known = ~np.isnan(dyads.ties[i]) & ~np.isnan(dyads.ties[j])
        if not (layers[row].directed or layers[column].directed):
            known &= dyads.source < dyads.target
        found = correlation_of(dyads.ties[i, known], dyads.ties[j, known])
        if isinstance(found, str):
            reasons |= {f"{row}, {column}": found, f"{column}, {row}": found}
        else:
            cells[i, j] = cells[j, i] = found
    return _square(layers, cells, reasons, directed=dyads.directed)


def multiplexity(layers: Layers) -> pd.DataFrame:
    """In how many layers a tie exists: one number per ordered dyad.

    .. math:: m_{ij} = \\sum_l [w^l_{ij} \\ne 0]

    A whole number from 0 to the number of layers. NaN with a reason where any layer
    did not observe the dyad: a count over fewer layers would look like a low count
    among full ones. Leave out a layer that few were asked about. NaN everywhere where
    a layer is rated on a scale without 0 (dichotomize it). Ties of a presence-only
    layer are counted; its absences are not known.

    The result is a strength itself: of three formal relations,
    ``Network.from_matrix(multiplexity(formal))`` is the number of formal ties.

    Parameters
    ----------
    layers
        Networks by name.

    Returns
    -------
    DataFrame
        Actors x actors, diagonal NaN; ``.attrs["reasons"]`` by actor.

    Raises
    ------
    InputError
        If there is no layer.

    References
    ----------
    Skvoretz, J. & Agneessens, F. (2007). Reciprocity, multiplexity, and exchange:
    measures. Quality & Quantity 41, 341-357.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> trust = pd.DataFrame([[0, 1, 1], [1, 0, 0], [None, 0, 0]], names, names)
    >>> advice = pd.DataFrame([[0, 1, 0], [0, 0, 0], [1, 1, 0]], names, names)
    >>> layers = {"trust": trust, "advice": advice}
    >>> layers = {name: Network.from_matrix(layers[name]) for name in layers}
    >>> multiplexity(layers)
          nav   ks  hdir
    nav   NaN  2.0   1.0
    ks    1.0  NaN   0.0
    hdir  NaN  1.0   NaN
    """
    dyads = aligned(_checked(layers))
    counts = np.where(dyads.known, tied(dyads.ties).sum(axis=0), np.nan)
    n = len(dyads.actors)
    cells = np.full((n, n), np.nan)
    cells[dyads.source, dyads.target] = counts
    seen = np.zeros((len(layers), n, n), dtype=bool)
    seen[:, dyads.source, dyads.target] = ~np.isnan(dyads.ties)
    if not dyads.directed:
        cells[dyads.target, dyads.source] = counts
        seen |= seen.transpose(0, 2, 1)
    unclear = _why_any(layers, why_no_ties)
    if unclear:
        reasons: Reasons = dict.fromkeys(dyads.actors, unclear)
        return per_dyad(dyads.actors, np.full((n, n), np.nan), reasons)
    return per_dyad(dyads.actors, cells, _unseen(layers, dyads.actors, seen))


def actor_multiplexity(layers: Layers) -> pd.DataFrame:
    """How many of an actor's ties carry more than one layer: one row per actor.

    .. math:: share_i = multiplex_i / tied_i

    tied_i counts the dyads of i, sent or received, with a tie in at least one layer,
    multiplex_i those with a tie in more than one; pairs where all layers are
    undirected. Both run over the n_dyads of i that every layer observed.

    NaN with a reason: the share of an actor without such a tie, all of an actor none
    of whose dyads every layer observed, and everything where one layer knows no
    absences (presence-only) or is rated on a scale without 0 (dichotomize it).

    Parameters
    ----------
    layers
        Networks by name.

    Returns
    -------
    DataFrame
        Columns tied, multiplex, share, n_dyads; ``.attrs["reasons"]`` by actor.

    Raises
    ------
    InputError
        If there is no layer.

    References
    ----------
    Kapferer, B. (1969). Norms and the manipulation of relationships in a work context.
    In Mitchell (ed.), Social Networks in Urban Situations, 181-244. Manchester
    University Press.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> trust = pd.DataFrame([[0, 1, 1], [1, 0, 0], [None, 0, 0]], names, names)
    >>> advice = pd.DataFrame([[0, 1, 0], [0, 0, 0], [1, 1, 0]], names, names)
    >>> layers = {"trust": trust, "advice": advice}
    >>> layers = {name: Network.from_matrix(layers[name]) for name in layers}
    >>> actor_multiplexity(layers).round(2)
          tied  multiplex  share  n_dyads
    nav    3.0        1.0   0.33        3
    ks     3.0        1.0   0.33        4
    hdir   2.0        0.0   0.00        3
    """
    dyads = aligned(_checked(layers))
    unclear = _why_any(layers, why_no_zeros)
    n = len(dyads.actors)
    counts = np.where(dyads.known, tied(dyads.ties).sum(axis=0), 0)

    def total(found: np.ndarray) -> np.ndarray:
        sent = np.bincount(dyads.source[found], minlength=n)
        return np.asarray(sent + np.bincount(dyads.target[found], minlength=n))

    seen, some = total(dyads.known), total(counts > 0).astype(float)
    many = total(counts > 1).astype(float)
    blank = (seen == 0) | bool(unclear)
    some[blank] = many[blank] = np.nan
    share = np.divide(many, some, out=np.full(n, np.nan), where=some > 0)
    table = pd.DataFrame(
        {"tied": some, "multiplex": many, "share": share, "n_dyads": seen},
        index=dyads.actors,
    )
    reasons: Reasons = {}
    for place in map(int, np.flatnonzero(np.isnan(share))):
        nothing = "no tie in a dyad that every layer observed"
        unseen = "no dyad was observed in every layer"
        reasons[dyads.actors[place]] = unclear or (nothing if seen[place] else unseen)
    table.attrs["reasons"] = reasons
    return table


@number
def multiplex_share(layers: Layers) -> float:
    """The share of tied dyads that are tied in more than one layer.

    .. math:: M = \\#\\{ij: m_{ij} > 1\\} / \\#\\{ij: m_{ij} > 0\\}

    with m the `multiplexity`, over the dyads that every layer observed. Between 0 and
    1.

    Undefined where no such dyad has a tie, where a layer knows no absences
    (presence-only) and where one is rated on a scale without 0 (dichotomize it).

    Parameters
    ----------
    layers
        Networks by name.

    Raises
    ------
    InputError
        If there is no layer.

    References
    ----------
    Kapferer, B. (1969). Norms and the manipulation of relationships in a work context.
    In Mitchell (ed.), Social Networks in Urban Situations, 181-244. Manchester
    University Press.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> trust = pd.DataFrame([[0, 1, 1], [1, 0, 0], [None, 0, 0]], names, names)
    >>> advice = pd.DataFrame([[0, 1, 0], [0, 0, 0], [1, 1, 0]], names, names)
    >>> layers = {"trust": trust, "advice": advice}
    >>> layers = {name: Network.from_matrix(layers[name]) for name in layers}
    >>> multiplex_share(layers)
    0.25
    """
    dyads = aligned(_checked(layers))
    unclear = _why_any(layers, why_no_zeros)
    if unclear:
        raise UndefinedError(unclear)
    counts = tied(dyads.ties[:, dyads.known]).sum(axis=0)
    if not (counts > 0).any():
        raise UndefinedError("no tie in a dyad that every layer observed")
    return float((counts > 1).sum() / (counts > 0).sum())


def _checked(layers: Layers) -> list[Network]:
    if not isinstance(layers, Mapping) or not layers:
        raise InputError("layers needs a dict from name to network, with one or more")
    return list(layers.values())


def _pairs(layers: Layers) -> list[tuple[tuple[int, str], tuple[int, str]]]:
    named = list(enumerate(layers))
    return [(row, column) for row in named for column in named]


def _why_any(layers: Layers, why: Callable[[Network], str]) -> str:
    """What the first layer that lacks something lacks, with its name."""
    told = (
        f"{name}: {why(network)}" for name, network in layers.items() if why(network)
    )
    return next(told, "")


def _square(
    layers: Layers, cells: np.ndarray, reasons: dict[str, str], *, directed: bool
) -> pd.DataFrame:
    names = list(layers)
    table = pd.DataFrame(cells, index=names, columns=names)
    table.attrs = {"reasons": reasons, "directed": directed}
    return table


def _unseen(layers: Layers, actors: pd.Index, seen: np.ndarray) -> Reasons:
    """Whom an actor was not observed towards, by layer."""
    reasons: Reasons = {}
    off = ~np.eye(len(actors), dtype=bool)
    blank = ~seen & off
    for place in map(int, np.flatnonzero(blank.any(axis=(0, 2)))):
        told = [
            f"not observed in {name} towards: "
            + ", ".join(map(str, actors[blank[layer, place]]))
            for layer, name in enumerate(layers)
            if blank[layer, place].any()
        ]
        reasons[actors[place]] = "; ".join(told)
    return reasons
