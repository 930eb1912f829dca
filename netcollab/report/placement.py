"""Where the names go: beside their actor, on no other name and on no other node."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.text import Annotation, Text

__all__ = ["Arrangement", "curve", "place_names"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Direction from the node, and how far the name is pushed along its own width.
_SIDES = (
    (0, -1, 0.0),
    (0, 1, 0.0),
    (1, 0, 0.0),
    (-1, 0, 0.0),
    (1, -1, 0.0),
    (-1, -1, 0.0),
    (1, 1, 0.0),
    (-1, 1, 0.0),
    (0, -1, 0.3),
    (0, -1, -0.3),
    (0, 1, 0.3),
    (0, 1, -0.3),
)
_DISTANCES_PT = (2.0, 5.0, 9.0, 15.0, 24.0)
_ON_NODE, _ON_NAME, _OUTSIDE, _ON_TIE, _NEARER = 40.0, 60.0, 60.0, 0.6, 8.0
_AWAY = np.array([1.0, np.sqrt(0.5)])
_ASTRAY_PT = 6.0
_PER_POINT, _PER_SIDE = 0.4, 0.05
_SWEEPS = 6
_POINTS_ON_TIE = 16
_LONGEST_UNIT_PT, _LEADER_PT = 140.0, 7.0
_MOST_STRETCH = 1.2
_ROUNDS = 4
_AS_GOOD = 5.0
_CLEARLY = 1e-6
_PAD_PT, _BETWEEN_PT, _OFF_NODE_PT = 3.0, 3.0, 1.0


class Arrangement(Artist):
    """Fits a network into its Axes and places the names, whenever it is drawn.

    It draws nothing itself. It stands below every other mark of the Axes, so that the
    limits and the names are right for the size the Axes has at that moment, whatever
    the rest of the figure did to it.

    Parameters
    ----------
    positions
        Actors x 2, in the unit of the layout.
    reaches
        Actors x 2: how far nodes with all that is drawn around them reach to their
        sides, and on their diagonals, in points.
    names
        One annotation per actor, offset in points; its arrow is shown when the name
        stands far from the node.
    ties
        Sender, receiver and curvature of what is drawn between actors.
    """

    def __init__(
        self,
        positions: Floats,
        reaches: Floats,
        names: Sequence[Annotation],
        ties: Sequence[tuple[int, int, float]],
    ) -> None:
        super().__init__()
        self._positions, self._reaches = positions, reaches
        self._radii = reaches[:, 0]
        self._names, self._ties = names, ties
        self._done: tuple[float, ...] = ()
        self.set_zorder(-100)
        self.set_in_layout(False)

    def draw(self, renderer: RendererBase) -> None:
        """Arrange what is drawn after it."""
        ax = self.axes
        if not isinstance(ax, Axes) or not len(self._positions):
            return
        point = _pixels_per_point(renderer)
        state = (*ax.bbox.bounds, point)
        if state == self._done:
            return
        extents = [Text.get_window_extent(name, renderer) for name in self._names]
        sizes = np.array([[box.width, box.height] for box in extents]) / point
        box = np.array([ax.bbox.width, ax.bbox.height]) / point
        reach: Floats = self._radii.max() + sizes.max(axis=0) * [0.6, 1.0]
        margins = np.array([*reach, *reach])
        window = np.array([0.0, 0.0, *box])
        least = np.inf
        for _ in range(_ROUNDS):
            limits = self._limits(box, margins + _PAD_PT)
            centres = (self._positions - limits[0]) / (limits[1] - limits[0]) * box
            drawn = [curve(centres[i], centres[j], bow) for i, j, bow in self._ties]
            offsets, cost = place_names(centres, self._reaches, sizes, window, drawn)
            margins = _overhang(centres, self._radii, offsets, sizes)
            if cost < least + _AS_GOOD:
                best, least = (limits, offsets), cost
        (left, bottom), (right, top) = best[0]
        ax.set_xlim(left, right)
        ax.set_ylim(bottom, top)
        far = _gaps(best[1], sizes, self._radii) > _LEADER_PT
        for name, offset, is_far in zip(self._names, best[1], far, strict=True):
            name.xyann = tuple(offset)
            if name.arrow_patch is not None:
                name.arrow_patch.set_visible(bool(is_far))
        self._done = state

    def _limits(self, box: Floats, margins: Floats) -> Floats:
        """Limits that keep the shape of the layout, nearly, and room for the names."""
        low, high = self._positions.min(axis=0), self._positions.max(axis=0)
        margins = np.minimum(margins, 0.35 * np.array([*box, *box]))
        room = box - margins[:2] - margins[2:]
        units = np.minimum(room / np.maximum(high - low, 1e-9), _LONGEST_UNIT_PT)
        units = np.minimum(units, _MOST_STRETCH * units.min())
        spare = (room - units * (high - low)) / 2
        start = low - (margins[:2] + spare) / units
        return np.array([start, start + box / units])


def curve(start: Floats, end: Floats, bow: float) -> Floats:
    """Points along the arc from start to end; `bow` is its height over its length."""
    across = end - start
    control = (start + end) / 2 + bow * np.array([across[1], -across[0]])
    t = np.linspace(0, 1, _POINTS_ON_TIE)[:, None]
    return (1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end


def place_names(
    centres: Floats,
    reaches: Floats,
    sizes: Floats,
    window: Floats,
    ties: Sequence[Floats],
) -> tuple[Floats, float]:
    """Offsets from each node's centre to the middle of its name.

    Twelve sides by five distances are tried for each name; the cheapest wins, where
    lying on a name, on a node or outside of the window costs most, standing nearer to
    another node than to its own less, lying on a tie little, and distance least. A few
    sweeps let the names give way to each other.

    Parameters
    ----------
    centres, reaches, sizes
        Of nodes and names: actors x 2 each, in points. A node reaches so far to its
        sides, and so far on its diagonals.
    window
        Left, bottom, right, top.
    ties
        Points along what is drawn between the nodes.

    Returns
    -------
    array, float
        Actors x 2, in points; and what the places cost together.
    """
    n, radii = len(centres), reaches[:, 0]
    points = np.vstack([np.zeros((0, 2)), *ties])
    steps = [(distance, side) for distance in _DISTANCES_PT for side in _SIDES]
    offsets = np.array(
        [
            [_offset(side, reach + far * _AWAY, size) for far, side in steps]
            for reach, size in zip(reaches, sizes, strict=True)
        ]
    )
    boxes = np.concatenate(
        [
            centres[:, None] + offsets - sizes[:, None] / 2,
            centres[:, None] + offsets + sizes[:, None] / 2,
        ],
        axis=2,
    )
    nodes = np.hstack([centres - radii[:, None], centres + radii[:, None]])
    liking = np.array(
        [
            _DISTANCES_PT[k // len(_SIDES)] * _PER_POINT + k % len(_SIDES) * _PER_SIDE
            for k in range(len(steps))
        ]
    )
    cost = np.empty((n, len(steps)))
    for i in range(n):
        others = np.delete(nodes, i, axis=0)
        cost[i] = (
            liking
            + _ON_NODE * _shared(boxes[i], others, _OFF_NODE_PT)
            + _OUTSIDE * _outside(boxes[i], window)
            + _ON_TIE * _covered(boxes[i], points)
            + _NEARER * _astray(boxes[i], centres, radii, i)
        )
    return _settled(offsets, boxes, cost)


def _pixels_per_point(renderer: RendererBase) -> float:
    return float(np.asarray(renderer.points_to_pixels(1)))


def _gaps(offsets: Floats, sizes: Floats, radii: Floats) -> Floats:
    """How far each name stands from the border of its node."""
    beyond = np.clip(np.abs(offsets) - sizes / 2, 0, None)
    return np.asarray(np.sqrt((beyond**2).sum(axis=1)) - radii)


def _overhang(centres: Floats, radii: Floats, offsets: Floats, sizes: Floats) -> Floats:
    """How far nodes and names stand out of the span of the centres, on four sides."""
    low = np.minimum(centres - radii[:, None], centres + offsets - sizes / 2)
    high = np.maximum(centres + radii[:, None], centres + offsets + sizes / 2)
    return np.array(
        [
            *(centres.min(axis=0) - low.min(axis=0)),
            *(high.max(axis=0) - centres.max(axis=0)),
        ]
    )


def _settled(offsets: Floats, boxes: Floats, cost: Floats) -> tuple[Floats, float]:
    """The cheapest of three ways to settle: in order, in reverse, the hardest first."""
    order = np.arange(len(cost))
    hardest = np.argsort(-np.round(np.median(cost, axis=1), 6), kind="stable")
    best, least = order, np.inf
    for turn in (order, order[::-1], hardest):
        chosen, paid = _negotiated(boxes, cost, turn)
        if paid < least - _CLEARLY:
            best, least = chosen, paid
    return offsets[order, best], least


def _negotiated(boxes: Floats, cost: Floats, turn: Ints) -> tuple[Ints, float]:
    """Names come one by one; then each in turn moves to its cheapest place."""
    chosen = np.zeros(len(cost), dtype=np.int64)
    standing: list[int] = []
    for i in turn:
        chosen[i], _ = _cheapest(boxes, cost, chosen, int(i), standing)
        standing.append(int(i))
    paid = np.inf
    for _ in range(_SWEEPS):
        before, paid = chosen.copy(), 0.0
        for i in turn:
            others = [j for j in standing if j != i]
            chosen[i], price = _cheapest(boxes, cost, chosen, int(i), others)
            paid += price
        if np.array_equal(before, chosen):
            break
    return chosen, float(paid)


def _cheapest(
    boxes: Floats, cost: Floats, chosen: Ints, i: int, others: Sequence[int]
) -> tuple[int, float]:
    rest = boxes[list(others), chosen[list(others)]].reshape(-1, 4)
    total = np.round(cost[i] + _ON_NAME * _shared(boxes[i], rest, _BETWEEN_PT), 6)
    place = int(total.argmin())
    return place, float(total[place])


def _offset(side: tuple[int, int, float], reach: Floats, size: Floats) -> Floats:
    """The middle of a name that touches a node from one side."""
    across, up, push = side
    direction = np.array([across, up], dtype=float)
    near = reach[1] if across and up else reach[0]
    return np.asarray(direction * (near + size / 2) + [push * size[0], 0.0])


def _shared(boxes: Floats, others: Floats, gap: float) -> Floats:
    """For each box, the others it touches: 1 each, more the more is covered."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2] - gap)
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:] + gap)
    sides = np.clip(high - low, 0, None)
    area = sides.prod(axis=2)
    own = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)[:, None]
    return np.asarray(((area > 0) + area / np.maximum(own, 1e-9)).sum(axis=1))


def _outside(boxes: Floats, window: Floats) -> Floats:
    """For each box, how far it stands out of the window, in its own size."""
    over = np.clip(window[:2] - boxes[:, :2], 0, None)
    over += np.clip(boxes[:, 2:] - window[2:], 0, None)
    size = np.maximum(boxes[:, 2:] - boxes[:, :2], 1e-9)
    return np.asarray((over / size + (over > 0)).sum(axis=1))


def _astray(boxes: Floats, centres: Floats, radii: Floats, i: int) -> Floats:
    """For each box, 0 to 1, how much it looks like the name of another node.

    A name that stands far from its node has a line to it.
    """
    low, high = boxes[:, None, :2], boxes[:, None, 2:]
    beyond = np.clip(np.maximum(low - centres, centres - high), 0, None)
    gaps = np.sqrt((beyond**2).sum(axis=2)) - radii
    own = np.minimum(gaps[:, i], _LEADER_PT)
    others = np.delete(gaps, i, axis=1).min(axis=1, initial=np.inf)
    return np.asarray(np.clip((own + _ASTRAY_PT - others) / _ASTRAY_PT, 0, 1))


def _covered(boxes: Floats, points: Floats) -> Floats:
    """For each box, how many points it lies on."""
    left, bottom, right, top = boxes.T[:, :, None]
    across, up = points.T
    inside = (across > left) & (across < right) & (up > bottom) & (up < top)
    return np.asarray(inside.sum(axis=1), dtype=float)
