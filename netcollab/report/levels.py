"""Where actors of a formal structure stand: in rows, the highest on top."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import pairwise

import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd

from netcollab.errors import InputError, UnknownNameError
from netcollab.networks import Network

__all__ = ["layout_levels"]

Ints = npt.NDArray[np.int64]
Rows = list[list[int]]
Cost = tuple[int, float]

_DECIMALS = 3
_APART = (1.15, 0.95)
_WIDE = 1.5
_STRAIGHT = 5
_ZIGZAG, _LARGEST_ZIGZAG = 0.17, 0.4
_SWEEPS = 8
_ROUNDS = 6
_MOST_TIES = 400


def layout_levels(
    network: Network | Sequence[Network],
    *,
    by: str | pd.Series | None = None,
    order: Sequence[Hashable] | None = None,
) -> pd.DataFrame:
    """Positions of actors in rows by level, with few crossings; nothing is drawn.

    Within a row, actors stand at the mean place of those they are tied to; neighbours
    then change places as long as fewer ties cross or pass over an actor of their own
    row. Rows of more than five are a zigzag, so that names have room. Unknown ties move
    nobody; actors whose level is not known stand in a row at the bottom.

    Parameters
    ----------
    network
        One network, or several (relations, waves) that shall share their positions;
        then the first has the levels.
    by
        Attribute, or value per actor, that says the level. None: the depth in a
        reporting structure whose ties point down: actors whom nobody leads on top,
        everybody else below the lowest of those who lead him.
    order
        The levels from the top; None: numbers from the smallest, other values as they
        first appear among the actors.

    Returns
    -------
    DataFrame
        Columns x and y, one row per actor, for `positions` of `draw_network`.

    Raises
    ------
    UnknownNameError
        For an attribute the actors do not have, or a level that `order` lacks.
    InputError
        For an empty list of networks; without `by`, for a network that has no direction
        or leads in a circle.

    References
    ----------
    Sugiyama, K., Tagawa, S. & Toda, M. (1981). Methods for visual understanding of
    hierarchical system structures. IEEE Trans. Syst. Man Cybern. 11, 109-125.

    Examples
    --------
    >>> rows = [[0, 1, 1], [0, 0, 0], [0, 0, 0]]
    >>> leads = pd.DataFrame(rows, ["chief", "a", "b"], ["chief", "a", "b"])
    >>> layout_levels(Network.from_matrix(leads))["y"].tolist()
    [1.022, 0.0, 0.0]
    """
    networks = [network] if isinstance(network, Network) else list(network)
    if not networks:
        raise InputError("layout_levels needs at least one network")
    names = networks[0].ties.index
    depth = _depths(networks[0]) if by is None else _levels(networks[0], by, order)
    rows: Rows = [[] for _ in range(int(depth.max(initial=-1)) + 1)]
    for actor, level in enumerate(depth):
        rows[level].append(actor)
    rows = [row for row in rows if row]
    placed = _placed(_ordered(rows, _pairs(networks, names)), len(names))
    return pd.DataFrame(placed, index=names, columns=["x", "y"])


def _depths(network: Network) -> Ints:
    """The longest way down to each actor."""
    graph = nx.from_numpy_array(
        np.nan_to_num(network.ties.to_numpy()) != 0, create_using=nx.DiGraph
    )
    if not network.directed or not nx.is_directed_acyclic_graph(graph):
        raise InputError(
            "without by=, ties need to point from those who lead to those they lead, "
            "and never in a circle; name an attribute that says the level"
        )
    depth = np.zeros(network.n, dtype=np.int64)
    for actor in nx.topological_sort(graph):
        above = [depth[one] for one in graph.predecessors(actor)]
        depth[actor] = max(above, default=-1) + 1
    return depth


def _levels(
    network: Network, by: str | pd.Series, order: Sequence[Hashable] | None
) -> Ints:
    """Each actor's row, from 0 on top; what is not known is below all others."""
    if isinstance(by, str):
        values = network.attribute(by)
    else:
        lacking = network.actors.index.difference(by.index)
        if len(lacking):
            raise InputError(f"by has no value for: {', '.join(map(str, lacking))}")
        values = by.loc[network.actors.index]
    known = values.notna() & (values.astype("str") != "")
    found = list(dict.fromkeys(values[known]))
    if order is None and pd.api.types.is_numeric_dtype(values):
        found.sort()
    elif order is not None:
        for level in (level for level in found if level not in order):
            raise UnknownNameError("level", str(level), map(str, order))
        found = list(order)
    row = {level: k for k, level in enumerate(found)}
    return np.array(
        [row[v] if told else len(row) for v, told in zip(values, known, strict=True)],
        dtype=np.int64,
    )


def _pairs(networks: Sequence[Network], names: pd.Index) -> Ints:
    """Pairs that are tied in any network, pairs x 2."""
    tied = np.zeros((len(names), len(names)), dtype=bool)
    for network in networks:
        ties = network.ties.reindex(index=names, columns=names)
        tied |= np.nan_to_num(ties.to_numpy(dtype=float)) != 0
    return np.argwhere(np.triu(tied | tied.T, 1))


def _ordered(rows: Rows, pairs: Ints) -> Rows:
    """The best order seen while sweeping down and up, then by changing neighbours."""
    best, least = rows, _cost(rows, pairs)
    current = [list(row) for row in rows]
    neighbours = _neighbours(pairs)
    for sweep in range(_SWEEPS):
        for row in current if sweep % 2 == 0 else reversed(current):
            across = _across(current)
            near = {
                actor: round(float(np.mean([across[j] for j in tied])), 6)
                if (tied := neighbours.get(actor))
                else across[actor]
                for actor in row
            }
            row.sort(key=near.__getitem__)
        cost = _cost(current, pairs)
        if cost < least:
            best, least = [list(row) for row in current], cost
    return _exchanged(best, pairs) if len(pairs) <= _MOST_TIES else best


def _neighbours(pairs: Ints) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for i, j in pairs.tolist():
        found.setdefault(i, []).append(j)
        found.setdefault(j, []).append(i)
    return found


def _exchanged(rows: Rows, pairs: Ints) -> Rows:
    """Neighbours in a row change places while that makes the drawing simpler."""
    best = [list(row) for row in rows]
    least = _cost(best, pairs)
    for _ in range(_ROUNDS):
        before = least
        for row in best:
            for left, right in pairwise(range(len(row))):
                row[left], row[right] = row[right], row[left]
                cost = _cost(best, pairs)
                if cost < least:
                    least = cost
                else:
                    row[left], row[right] = row[right], row[left]
        if least == before:
            break
    return best


def _across(rows: Rows) -> dict[int, float]:
    """Where each actor stands across the page: every row is as wide as the widest."""
    wide = max((len(row) for row in rows), default=0) * _APART[0]
    return {
        actor: (k + 0.5) / len(row) * wide - wide / 2
        for row in rows
        for k, actor in enumerate(row)
    }


def _cost(rows: Rows, pairs: Ints) -> Cost:
    """Crossings and actors passed over within rows; then how far ties reach across."""
    if not len(pairs):
        return 0, 0.0
    across, level, rank = np.zeros((3, sum(map(len, rows))))
    for depth, row in enumerate(rows):
        level[row], rank[row] = depth, range(len(row))
    for actor, place in _across(rows).items():
        across[actor] = place
    swap = level[pairs[:, 0]] > level[pairs[:, 1]]
    upper = np.where(swap, pairs[:, 1], pairs[:, 0])
    lower = np.where(swap, pairs[:, 0], pairs[:, 1])
    flat = level[upper] == level[lower]
    passed = np.abs(rank[upper] - rank[lower])[flat] - 1
    reach = np.abs(across[upper] - across[lower]).sum()
    ends = (upper[~flat], lower[~flat])
    crossed = _crossings(*(across[end] for end in ends), *(level[end] for end in ends))
    return crossed + int(passed.sum()), round(float(reach), _DECIMALS)


def _crossings(
    start: npt.NDArray[np.float64],
    end: npt.NDArray[np.float64],
    top: npt.NDArray[np.float64],
    bottom: npt.NDArray[np.float64],
) -> int:
    """Pairs of lines of which one is to the left above and to the right below.

    Compared where both lines are, from the lower of their tops to the higher of their
    bottoms; lines that only meet at an actor do not cross.
    """
    slope = (end - start) / (bottom - top)
    high = np.maximum(top[:, None], top[None])
    low = np.minimum(bottom[:, None], bottom[None])

    def gap(at: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        place = start[:, None] + slope[:, None] * (at - top[:, None])
        other = start[None] + slope[None] * (at - top[None])
        return np.asarray(np.round(place - other, 6))

    crossed = (high < low) & (gap(high) * gap(low) < 0)
    return int(crossed.sum()) // 2


def _placed(rows: Rows, n: int) -> npt.NDArray[np.float64]:
    """Rows from the top, as far apart as makes the drawing wide; long ones zigzag."""
    placed = np.zeros((n, 2))
    if not rows:
        return placed
    across = _across(rows)
    wide = max(map(len, rows)) * _APART[0]
    step = max(_APART[1], wide / _WIDE / max(len(rows) - 1, 1) / 1.5)
    zigzag = min(_ZIGZAG * step, _LARGEST_ZIGZAG)
    for depth, row in enumerate(rows):
        for k, actor in enumerate(row):
            aside = zigzag * (-1) ** k if len(row) > _STRAIGHT else 0.0
            placed[actor] = across[actor], -depth * step + aside
    return np.asarray(np.round(placed - placed.min(axis=0), _DECIMALS))
