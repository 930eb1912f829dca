"""Arcs from the border of one mark to that of another, whatever their shapes are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from matplotlib.path import Path

__all__ = ["OFF_BORDER_PT", "Arc"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Inside: TypeAlias = Callable[[Floats], Bools]

OFF_BORDER_PT = 0.9
_STEPS = 65


@dataclass(frozen=True)
class Arc:
    """How a line runs between two marks: a connection style of matplotlib.

    It is asked for its path whenever the figure is drawn, when both marks are at their
    places and a point has its size in pixels.

    Parameters
    ----------
    bow
        Height of the arc over its length; 0 is straight.
    start, end
        Outlines of the marks, in points from their centres.
    """

    bow: float
    start: tuple[Path, ...]
    end: tuple[Path, ...]

    def __call__(
        self,
        posA: Floats,  # noqa: N803
        posB: Floats,  # noqa: N803
        shrinkA: float,  # noqa: N803
        shrinkB: float,  # noqa: N803
        patchA: object = None,  # noqa: N803
        patchB: object = None,  # noqa: N803
    ) -> Path:
        """The arc in pixels; `shrinkA` is `OFF_BORDER_PT` in pixels."""
        del shrinkB, patchA, patchB
        first, last = np.asarray(posA, dtype=float), np.asarray(posB, dtype=float)
        across = last - first
        control = (first + last) / 2 + self.bow * np.array([across[1], -across[0]])
        curve = np.array([first, control, last])
        point = shrinkA / OFF_BORDER_PT
        begin = _left(curve, _within(self.start, first, point), shrinkA)
        end = 1 - _left(curve[::-1], _within(self.end, last, point), shrinkA)
        if begin >= end:
            begin, end = 0.0, 1.0
        return Path(_part(curve, begin, end), [Path.MOVETO, Path.CURVE3, Path.CURVE3])


def _within(outlines: tuple[Path, ...], centre: Floats, point: float) -> Inside:
    """Whether places in pixels are inside of a mark."""

    def within(places: Floats) -> Bools:
        local = (places - centre) / point
        inside = [each.contains_points(local) for each in outlines]
        return np.asarray(np.any(inside, axis=0))

    return within


def _left(curve: Floats, inside: Inside, gap: float) -> float:
    """Where on a curve, 0 to 1, it is out of the mark it starts in, and a gap off."""
    low, high = 0.0, 1.0
    for _ in range(2):
        t = np.linspace(low, high, _STEPS)
        out = np.flatnonzero(~inside(_at(curve, t)))
        if not len(out):
            return 1.0
        low, high = t[max(out[0] - 1, 0)], t[out[0]]
    border = _at(curve, np.array([high]))
    t = np.linspace(high, 1.0, 4 * _STEPS)
    far = np.flatnonzero(np.hypot(*(_at(curve, t) - border).T) >= gap)
    return float(t[far[0]]) if len(far) else 1.0


def _at(curve: Floats, t: Floats) -> Floats:
    """Places on a quadratic curve of three control points."""
    start, control, end = curve
    t = t[:, None]
    return np.asarray((1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end)


def _part(curve: Floats, begin: float, end: float) -> Floats:
    """The control points of a part of a quadratic curve."""
    start, control, last = curve
    middle = (
        (1 - begin) * (1 - end) * start
        + (begin + end - 2 * begin * end) * control
        + begin * end * last
    )
    ends = _at(curve, np.array([begin, end]))
    return np.array([ends[0], middle, ends[1]])
