"""Small pictures on one line of a table: where a mean lies on its scale.

Only coordinates and words; a template draws them, so that they are sharp, small and
readable by a screen reader.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from netcollab.report.labels import number

__all__ = ["WIDTH", "Strip", "axis", "strip"]

WIDTH = 300.0
_PAD = 12.0

Span = tuple[float, float]


@dataclass(frozen=True)
class Strip:
    """A line of a picture, in units of a drawing that is `WIDTH` wide.

    Parameters
    ----------
    text
        What it shows, for those who do not see it.
    bands
        Left end and width of each band of the scale.
    own, other
        The filled and the open dot.
    low, high
        Ends of the interval of the filled dot.
    other_low, other_high
        Ends of the interval of the open dot. With them each dot has a line of its own.
    marks
        The others, unnamed.
    middle
        The median of all.
    ticks
        Position and word of each mark of an axis.
    """

    text: str = ""
    bands: tuple[Span, ...] = ()
    own: float | None = None
    other: float | None = None
    low: float | None = None
    high: float | None = None
    other_low: float | None = None
    other_high: float | None = None
    marks: tuple[float, ...] = ()
    middle: float | None = None
    ticks: tuple[tuple[float, str], ...] = ()


def strip(
    span: Span,
    *,
    text: str,
    bands: Mapping[str, Span] | None = None,
    own: float | None = None,
    other: float | None = None,
    interval: Span | None = None,
    other_interval: Span | None = None,
    marks: Sequence[float] = (),
    middle: float | None = None,
) -> Strip:
    """The picture of a mean, its interval and the others on the scale `span`.

    Examples
    --------
    >>> strip((1, 5), text="", own=3.0, interval=(2.0, 4.0)).own
    150.0
    """
    low, high = interval or (None, None)
    other_low, other_high = other_interval or (None, None)
    return Strip(
        text=text,
        bands=_bands(span, bands or {}),
        own=_at(span, own),
        other=_at(span, other),
        low=_at(span, low),
        high=_at(span, high),
        other_low=_at(span, other_low),
        other_high=_at(span, other_high),
        marks=tuple(x for m in sorted(marks) if (x := _at(span, m)) is not None),
        middle=_at(span, middle),
    )


def axis(span: Span, bands: Mapping[str, Span] | None = None) -> Strip:
    """The numbers over the pictures: whole ones, at most seven.

    Examples
    --------
    >>> [word for _, word in axis((1, 5)).ticks]
    ['1', '2', '3', '4', '5']
    """
    low, high = span
    step = max(1, math.ceil((high - low) / 6))
    values = [*range(math.ceil(low), math.floor(high) + 1, step)]
    ticks = tuple((_at(span, value) or 0.0, number(value, 0)) for value in values)
    return Strip(bands=_bands(span, bands or {}), ticks=ticks)


def _at(span: Span, value: float | None) -> float | None:
    """Where a value lies; None where it is undefined."""
    if value is None or math.isnan(value):
        return None
    low, high = span
    share = min(max((value - low) / (high - low), 0.0), 1.0)
    return round(_PAD + share * (WIDTH - 2 * _PAD), 1)


def _bands(span: Span, bands: Mapping[str, Span]) -> tuple[Span, ...]:
    found = []
    for low, high in bands.values():
        left, right = _at(span, low), _at(span, high)
        if left is not None and right is not None:
            found.append((left, round(right - left, 1)))
    return tuple(found)
