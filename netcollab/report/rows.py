"""A row per name: what figures with names on their left side have in common."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from netcollab.report.margins import is_narrow, number_ticks
from netcollab.report.style import PALETTE

__all__ = ["fit_ticks", "name_rows", "stack_height", "stack_rows", "write_section"]

_ABOVE, _BELOW, _EDGE = 0.6, 0.6, 0.1
_WIDE_LETTERS, _NARROW_LETTERS = 44, 24
_HEADING_LETTERS = {"wide": 60, "narrow": 26}
_LINE, _PAD = 0.62, 0.2
_NARROW_PT = 7.0


def name_rows(
    ax: Axes,
    names: Sequence[str],
    *,
    places: Sequence[float] | None = None,
    top: float = -_ABOVE,
) -> None:
    """Names on the left, the first on top, and a faint grid below the marks.

    Parameters
    ----------
    ax
        Where.
    names
        As they are to be written; long ones already in several lines.
    places
        The row of each; None: one below the other from 0.
    top
        Where the Axes begins.
    """
    at = np.arange(len(names), dtype=float) if places is None else np.array(places)
    ax.set_yticks(at, list(names), parse_math=False)
    ax.set_ylim(float(at[-1]) + _BELOW, top)
    ax.grid(axis="x", color=PALETTE["faint"], linewidth=0.4)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


def stack_rows(
    ax: Axes,
    names: Sequence[str],
    sections: Mapping[int, str],
    *,
    least: Sequence[float] | None = None,
) -> list[float]:
    """Rows as high as their names need, under headings; gives the place of each.

    Parameters
    ----------
    ax
        Where.
    names
        One per row, in one line.
    sections
        Number of a row -> the heading above it.
    least
        How high each row is at least, in rows of one line; None: 1.
    """
    narrow = is_narrow(ax)
    least = [1.0] * len(names) if least is None else least
    wrapped = [_wrapped(name, narrow=narrow) for name in names]
    places, edge = [], 0.0
    for k, name in enumerate(wrapped):
        if k in sections:
            high = _height(_heading(sections[k], narrow=narrow))
            write_section(ax, edge + high / 2, sections[k])
            edge += high
        high = max(least[k], _height(name))
        places.append(edge + high / 2)
        edge += high
    name_rows(ax, wrapped, places=places)
    ax.set_ylim(edge + _EDGE, -_EDGE)
    if narrow:
        ax.tick_params(axis="y", labelsize=_NARROW_PT)
    return places


def stack_height(
    names: Sequence[str],
    sections: Mapping[int, str],
    *,
    least: Sequence[float] | None = None,
    narrow: bool = False,
) -> float:
    """How many rows of one line `stack_rows` needs on Axes as wide as a page.

    `narrow`: on Axes as wide as a column. `least` as in `stack_rows`.
    """
    least = [1.0] * len(names) if least is None else least
    headings = [_heading(text, narrow=narrow) for text in sections.values()]
    rows = [_height(_wrapped(name, narrow=narrow)) for name in names]
    return sum(map(_height, headings)) + sum(map(max, least, rows))


def fit_ticks(ax: Axes) -> None:
    """Ticks below, with as many decimals as their steps need."""
    places = MaxNLocator(5 if is_narrow(ax) else 8, steps=[1, 2, 5, 10])
    step = float(np.diff(places.tick_values(*ax.get_xlim())).min())
    decimals = max(0, int(np.ceil(-np.log10(step) - 1e-9)))
    ax.xaxis.set_major_locator(places)
    ax.xaxis.set_major_formatter(number_ticks(decimals))


def write_section(ax: Axes, place: float, text: str) -> None:
    """The heading of the rows below it, at the left edge of the drawing."""
    ax.text(
        0,
        place,
        _heading(text, narrow=is_narrow(ax)),
        transform=ax.get_yaxis_transform(),
        va="center",
        weight="bold",
        bbox={"facecolor": PALETTE["paper"], "edgecolor": "none", "pad": 1.5},
        parse_math=False,
    )


def _wrapped(name: str, *, narrow: bool) -> str:
    letters = _NARROW_LETTERS if narrow else _WIDE_LETTERS
    return textwrap.fill(name, letters, break_long_words=False)


def _heading(text: str, *, narrow: bool) -> str:
    return textwrap.fill(text, _HEADING_LETTERS["narrow" if narrow else "wide"])


def _height(text: str) -> float:
    return max(1.0, _LINE * (text.count("\n") + 1) + _PAD)
