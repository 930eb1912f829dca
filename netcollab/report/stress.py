"""Where actors stand in a drawing: near those they are tied to, far from the others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from netcollab.errors import InputError
from netcollab.networks import Network

__all__ = ["layout"]

Floats = npt.NDArray[np.float64]

_DECIMALS = 3
_GAP = np.array([1.15, 0.95])
_LONGEST, _SHORTEST = 2.0, 1.0
_STRIDES = (1, 2, 3, 5, 7)
_MAX_STEPS = 400
_SMALLEST_GAIN = 1e-9
_WIDE = 1.5
_MOST_IN_ROW = 5
_ANGLES = np.deg2rad(np.arange(0, 180, 15))


def layout(network: Network | Sequence[Network]) -> pd.DataFrame:
    r"""Positions of actors by stress majorization, the same on every machine.

    .. math:: \sum_{i<j} d_{ij}^{-2} (\lVert x_i - x_j \rVert - d_{ij})^2

    is made small by majorization (SMACOF) from several circular starts in the order of
    the actors; nothing is drawn at random. The distance d is the shortest path over the
    observed ties, both directions taken together: the strongest tie has length 1, a
    very weak one nearly 2. Components stand side by side, the largest first; actors
    without an observed tie stand in rows below. Unknown ties do not move anybody.

    Parameters
    ----------
    network
        One network, or several (relations, waves) that shall share their positions.

    Returns
    -------
    DataFrame
        Columns x and y, one row per actor, in tie lengths, rounded to 3 decimals.

    Raises
    ------
    InputError
        For an empty list of networks.

    References
    ----------
    Gansner, E. R., Koren, Y. & North, S. (2005). Graph drawing by stress majorization.
    Lect. Notes Comput. Sci. 3383, 239-250.

    Examples
    --------
    >>> import pandas as pd
    >>> path = pd.DataFrame([[0, 1, 0], [1, 0, 1], [0, 1, 0]], list("abc"), list("abc"))
    >>> stand = layout(Network.from_matrix(path, directed=False))
    >>> round(float(np.hypot(*(stand.loc["a"] - stand.loc["c"]))), 1)
    2.0
    """
    networks = [network] if isinstance(network, Network) else list(network)
    if not networks:
        raise InputError("layout needs at least one network")
    names = networks[0].ties.index
    for other in networks[1:]:
        names = names.append(other.ties.index.difference(names, sort=False))
    closeness = _closeness(networks, names)
    parts = _components(closeness > 0)
    drawings = [_component(closeness[np.ix_(part, part)]) for part in parts]
    placed = _packed(parts, drawings)
    return pd.DataFrame(placed, index=names, columns=["x", "y"])


def _closeness(networks: Sequence[Network], names: pd.Index) -> Floats:
    """Strength of each pair as a share of the network's strongest; the larger wins."""
    shares = np.zeros((len(names), len(names)))
    for network in networks:
        ties = network.ties.reindex(index=names, columns=names).abs()
        values = np.nan_to_num(ties.to_numpy(dtype=float))
        values = np.maximum(values, values.T)
        if values.any():
            shares = np.maximum(shares, values / values.max())
    return shares


def _components(tied: npt.NDArray[np.bool_]) -> list[list[int]]:
    """Actors that reach each other; the largest part first, then by first actor."""
    unseen = list(range(len(tied)))
    parts = []
    while unseen:
        part, front = {unseen[0]}, [unseen[0]]
        while front:
            reached = {int(j) for j in np.flatnonzero(tied[front.pop()])} - part
            part |= reached
            front += sorted(reached)
        parts.append(sorted(part))
        unseen = [actor for actor in unseen if actor not in part]
    return sorted(parts, key=lambda part: (-len(part), part[0]))


def _component(closeness: Floats) -> Floats:
    """Positions of actors that all reach each other, turned to lie wide."""
    n = len(closeness)
    if n == 1:
        return np.zeros((1, 2))
    length = np.where(closeness > 0, _LONGEST - closeness, np.inf)
    if n == 2:
        return np.array([[0.0, 0.0], [length[0, 1], 0.0]])
    distance = _shortest_paths(length)
    best, least = np.zeros((n, 2)), np.inf
    for start in _starts(n):
        positions, stress = _majorized(start * distance.max() / 2, distance)
        if round(stress, 6) < round(least, 6):
            best, least = positions, stress
    return _turned(best)


def _shortest_paths(length: Floats) -> Floats:
    distance = length.copy()
    np.fill_diagonal(distance, 0)
    for via in range(len(distance)):
        distance = np.minimum(distance, distance[:, [via]] + distance[[via], :])
    return distance


def _starts(n: int) -> list[Floats]:
    """Unit circles on which the actors stand in turn, or every second one, ..."""
    starts = []
    for stride in (s for s in _STRIDES if s < n and np.gcd(s, n) == 1):
        angle = np.empty(n)
        angle[np.arange(n) * stride % n] = 2 * np.pi * np.arange(n) / n
        starts.append(np.column_stack([np.sin(angle), np.cos(angle)]))
    return starts


def _majorized(start: Floats, distance: Floats) -> tuple[Floats, float]:
    """Guttman transforms until the stress stops falling."""
    n = len(start)
    weight = np.divide(1, distance**2, out=np.zeros_like(distance), where=distance > 0)
    laplacian = np.diag(weight.sum(axis=1)) - weight
    inverse = np.linalg.inv(laplacian + 1 / n) - 1 / n
    positions, stress = start, np.inf
    for _ in range(_MAX_STEPS):
        apart = np.sqrt(((positions[:, None] - positions[None]) ** 2).sum(axis=2))
        now = float((weight * (apart - distance) ** 2).sum() / 2)
        if stress - now < _SMALLEST_GAIN * max(now, _SMALLEST_GAIN):
            break
        stress = now
        pull = np.divide(
            weight * distance, apart, out=np.zeros_like(apart), where=apart > 1e-12
        )
        positions = inverse @ ((np.diag(pull.sum(axis=1)) - pull) @ positions)
    return positions, stress


def _turned(positions: Floats) -> Floats:
    """The first of twelve directions in which the drawing fits a wide page best."""
    best, least = positions, np.inf
    for angle in _ANGLES:
        turn = np.array(
            [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
        )
        turned = np.round(positions @ turn, 6)
        wide, high = np.ptp(turned, axis=0)
        need = round(float(max(wide / _WIDE, high)), _DECIMALS)
        if need < least:
            best, least = turned, need
    return np.asarray(best - best.min(axis=0))


def _packed(parts: Sequence[Sequence[int]], drawings: Sequence[Floats]) -> Floats:
    """Components on shelves from the top left, single actors in even rows below."""
    placed = np.zeros((sum(len(part) for part in parts), 2))
    if not len(placed):
        return placed
    large = [drawing for drawing in drawings if len(drawing) > 1]
    corners, (wide, high) = _shelves([np.ptp(d, axis=0) + _GAP for d in large])
    for part, drawing, corner in zip(parts, large, corners, strict=False):
        placed[list(part)] = drawing + corner
    alone = [part[0] for part in parts if len(part) == 1]
    if alone:
        rows = -(-len(alone) // _MOST_IN_ROW)
        columns = -(-len(alone) // rows)
        step = max(_GAP[0], wide / columns)
        place = np.arange(len(alone))
        placed[alone, 0] = (place % columns + 0.5) * step - 0.5 * _GAP[0]
        placed[alone, 1] = -high - (place // columns) * _GAP[1]
    return np.asarray(np.round(placed - placed.min(axis=0), _DECIMALS))


def _shelves(sizes: Sequence[Floats]) -> tuple[list[Floats], tuple[float, float]]:
    """Lower left corners of boxes on shelves, for the room that makes a wide page."""
    best: list[Floats] = []
    least, span = np.inf, (0.0, 0.0)
    for last in range(1, len(sizes) + 1):
        room = max(float(sum(s[0] for s in sizes[:last])), max(s[0] for s in sizes))
        corners, wide, top, left, deep = [], 0.0, 0.0, 0.0, 0.0
        for size in sizes:
            if left > 0 and left + size[0] > room + 1e-9:
                top, left, deep = top - deep, 0.0, 0.0
            corners.append(np.array([left, top - size[1] + _GAP[1]]))
            left, deep = left + float(size[0]), max(deep, float(size[1]))
            wide = max(wide, left)
        need = round(max(wide / _WIDE, deep - top), _DECIMALS)
        if need < least:
            best, least, span = corners, need, (wide, deep - top)
    return best, span
