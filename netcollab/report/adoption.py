"""How far each tool has come, wave by wave, with those of whom it is not known."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from netcollab.errors import InputError
from netcollab.report.figures import describe
from netcollab.report.labels import capitalized, label, number, word
from netcollab.report.margins import (
    KeyRow,
    KeySection,
    Place,
    Style,
    add_heading,
    add_key,
    is_narrow,
    line_row,
    new_axes,
    note_text,
    number_ticks,
)
from netcollab.report.style import PALETTE, SEQUENCE, theme

__all__ = ["plot_adoption"]

_COLUMNS = ("object", "group", "wave", "n", "unknown", "share", "low", "high")
_MARKERS = ("o", "s", "D", "^", "v", "P", "X", "p")
_STYLES: tuple[Style, ...] = ("-", (0, (4, 1.5)), (0, (1, 1)))
_PANEL_MM, _FRAME_MM = 38.0, 24.0
_WIDE, _NARROW = 4, 2
_ACROSS, _UP, _TOP = 0.05, 0.3, 0.12
_DODGE, _AXIS_PT = 0.09, 27.0


class _Look(NamedTuple):
    """How a group is drawn."""

    group: str
    color: str
    marker: str
    style: Style
    shift: float


def plot_adoption(
    curve: pd.DataFrame,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    note: str = "",
    key: Place | None = "below",
) -> Axes:
    """The share of units that use each tool: a panel per tool, a line per group.

    The mark is the share among units of which it is known; the bar goes from the share
    if no other unit used the tool to that if all did. Where nothing is known of a
    group there is a bar without a mark, and the line breaks off.

    Parameters
    ----------
    curve
        As from `netcollab.measures.adoption_curve`: columns object, group, wave, n,
        unknown, share, low, high. At most eight groups.
    ax, title, note, key
        As in `draw_network`.

    Returns
    -------
    Axes
        The panels are insets of it. With an alt text.

    Raises
    ------
    InputError
        If columns are missing, there is no row, or there are more than eight groups.

    Examples
    --------
    >>> from netcollab.measures import adoption_curve
    >>> use = pd.DataFrame({"chat": [1, 0, None]}, ["school", "roads", "water"])
    >>> ax = plot_adoption(adoption_curve({"2024": use}))
    >>> [panel.get_title(loc="left") for panel in ax.child_axes]
    ['Chat']
    """
    looks = _looks(_checked(curve))
    tools, waves = (list(dict.fromkeys(curve[name])) for name in ("object", "wave"))
    with theme():
        own = ax is None
        if ax is None:
            ax = new_axes(_FRAME_MM + _PANEL_MM * math.ceil(len(tools) / _WIDE))
        heading = label("adoption.title") if title is None else title
        counted = label("adoption.waves", count=len(waves))
        add_heading(ax, heading, counted, note_text(note))
        for tool, panel in zip(tools, _panels(ax, len(tools)), strict=True):
            _frame(panel, word(tool), [str(wave) for wave in waves])
            for look in looks:
                here = curve[(curve["object"] == tool) & (curve["group"] == look.group)]
                rows = here.drop_duplicates("wave").set_index("wave").reindex(waves)
                _draw(panel, rows, look)
        add_key(ax, [KeySection("", _key(curve, looks))], key, own=own)
        describe(ax, _told(curve, tools, looks))
    return ax


def _checked(curve: pd.DataFrame) -> list[str]:
    """The groups of a curve that can be drawn."""
    missing = [name for name in _COLUMNS if name not in curve]
    if missing:
        raise InputError(f"the curve lacks: {', '.join(missing)}")
    if not len(curve):
        raise InputError("there is no tool and wave to show")
    groups = list(dict.fromkeys(curve["group"]))
    if len(groups) > len(_MARKERS):
        raise InputError(
            f"{len(groups)} groups cannot be told apart; draw at most {len(_MARKERS)} "
            "of them, or give adoption_curve fewer"
        )
    return groups


def _looks(groups: Sequence[str]) -> list[_Look]:
    shifts = (np.arange(len(groups)) - (len(groups) - 1) / 2) * _DODGE
    return [
        _Look(group, PALETTE[color], marker, _STYLES[k % len(_STYLES)], shift)
        for k, (group, color, marker, shift) in enumerate(
            zip(groups, SEQUENCE, _MARKERS, shifts.tolist(), strict=False)
        )
    ]


def _panels(ax: Axes, count: int) -> list[Axes]:
    """Insets in rows, all with one scale; the Axes itself shows its heading only."""
    columns = min(count, _NARROW if is_narrow(ax) else _WIDE)
    lines = math.ceil(count / columns)
    wide = (1 - _ACROSS * (columns - 1)) / columns
    high = 1 / (lines + _UP * (lines - 1) + _TOP)
    ax.set(xticks=[], yticks=[])
    ax.patch.set_visible(False)
    ax.spines[:].set_visible(False)
    ax.set_ylabel(label("adoption.axis"), labelpad=_AXIS_PT)
    panels = []
    for place in range(count):
        line, column = divmod(place, columns)
        left = column * (wide + _ACROSS)
        bottom = (lines - 1 - line) * high * (1 + _UP)
        panel = ax.inset_axes((left, bottom, wide, high))
        lowest = place + columns >= count
        panel.tick_params(labelleft=column == 0, labelbottom=lowest)
        panels.append(panel)
    return panels


def _frame(panel: Axes, tool: str, waves: Sequence[str]) -> None:
    panel.set_title(
        textwrap.fill(capitalized(tool), 24), fontsize=8, pad=4, parse_math=False
    )
    panel.set_xticks(range(len(waves)), waves, parse_math=False)
    panel.set_xlim(-0.4, len(waves) - 0.6)
    panel.set_ylim(-4, 104)
    panel.set_yticks(range(0, 101, 25))
    panel.yaxis.set_major_formatter(number_ticks(0))
    panel.grid(axis="y", color=PALETTE["faint"], linewidth=0.4)


def _draw(panel: Axes, rows: pd.DataFrame, look: _Look) -> None:
    at = np.arange(len(rows)) + look.shift
    share, low, high = (
        100 * rows[name].to_numpy(dtype=float) for name in ("share", "low", "high")
    )
    open_ends = low < high
    panel.vlines(
        at[open_ends],
        low[open_ends],
        high[open_ends],
        color=look.color,
        alpha=0.5,
        linewidth=6,
        label="_bounds",
    )
    panel.plot(
        at,
        share,
        color=look.color,
        linestyle=look.style,
        linewidth=1.2,
        marker=look.marker,
        markersize=3,
    )


def _key(curve: pd.DataFrame, looks: Sequence[_Look]) -> list[KeyRow]:
    rows = []
    for look in looks:
        most = int(curve.loc[curve["group"] == look.group, "n"].max())
        name = word(look.group) if look.group else label("adoption.all")
        told = label("adoption.group", group=name, count=most)
        rows.append(line_row(told, look.color, 1.2, marker=look.marker))
    unknown = int(curve.groupby(["group", "wave"])["unknown"].max().max())
    if unknown:
        told = label("adoption.unknown", count=unknown)
        rows.append(line_row(told, PALETTE["faint"], 6))
    return rows


def _told(curve: pd.DataFrame, tools: Sequence[str], looks: Sequence[_Look]) -> str:
    """Every share, and the bounds where some are not known."""
    lines = []
    for tool in tools:
        for look in looks:
            here = (curve["object"] == tool) & (curve["group"] == look.group)
            cells = [_cell(row) for _, row in curve[here].iterrows()]
            name = f", {word(look.group)}" if look.group else ""
            lines.append(f"{word(tool)}{name}: {'; '.join(cells)}.")
    return f"{label('alt.adoption')} {' '.join(lines)}"


def _cell(row: pd.Series) -> str:
    told = f"{row['wave']} {number(100 * row['share'], 0)}"
    if row["unknown"]:
        low, high = (number(100 * row[end], 0) for end in ("low", "high"))
        told += f" ({label('evidence.between', low=low, high=high)})"
    return told
