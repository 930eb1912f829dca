"""What stands around a drawing: heading, note and key, so that it reads by itself."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.offsetbox import (
    AnchoredOffsetbox,
    DrawingArea,
    HPacker,
    OffsetBox,
    TextArea,
    VPacker,
)
from matplotlib.patches import FancyArrowPatch, Patch, PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter
from matplotlib.transforms import (
    ScaledTranslation,
    blended_transform_factory,
)

from netcollab._checks import check_choice
from netcollab.report.labels import (
    ambient_language,
    capitalized,
    label,
    language,
    number,
)
from netcollab.report.style import PALETTE, size_mm

__all__ = [
    "KeyRow",
    "KeySection",
    "Place",
    "Style",
    "add_heading",
    "add_key",
    "arrow_sample",
    "box_row",
    "is_narrow",
    "line_row",
    "line_sample",
    "new_axes",
    "note_text",
    "number_ticks",
    "shape_row",
]

Place = Literal["right", "below", "none"]
Style = Literal["-", "--", ":"] | tuple[float, tuple[float, ...]]

_SAMPLE_PT = (30.0, 11.0)
_KEY_PT = 7.5
_NOTE_PT = 7.5
_LETTER_MM, _DARK = 1.45, 0.42
_NARROW_MM = 100.0
_MOST_LETTERS = 49
_NBSP = "\N{NO-BREAK SPACE}"
_MM_PER_INCH = 25.4
_ABOVE_KEY_IN, _APART_IN = 0.55, 0.1


@dataclass(frozen=True)
class KeyRow:
    """A sample of a mark and what it means; without a sample, a remark.

    `height` is that of the sample, in points; `sign` is written on it.
    """

    text: str
    sample: Artist | None = None
    height: float = 11.0
    sign: str = ""


@dataclass(frozen=True)
class KeySection:
    """Rows of the key under one heading."""

    heading: str
    rows: Sequence[KeyRow] = field(default_factory=tuple)


def new_axes(height_mm: float | None = None) -> Axes:
    """Axes of a new figure as wide as a page, whose parts make room for each other."""
    size = size_mm("page", height=height_mm)
    return plt.subplots(figsize=size, layout="constrained")[1]


def note_text(note: str) -> str:
    """The note in the ambient language when it is a phrase, else as it stands."""
    return label("note.synthetic") if note == "synthetic" else note


def add_heading(ax: Axes, title: str, *remarks: str) -> None:
    """A bold title and, in a smaller line below it, the remarks that are not empty.

    Both are titles of the Axes, which keep clear of names on its upper side.
    """
    wide = _room_mm(ax)
    letters = max(20, int(wide / _LETTER_MM))
    told = " · ".join(_whole(remark, letters) for remark in remarks if remark)
    lines = textwrap.wrap(told, letters)
    bold = textwrap.fill(capitalized(title), max(16, int(wide / (1.4 * _LETTER_MM))))
    ax.set_title(bold + "\n" * len(lines), loc="left", pad=6, parse_math=False)
    ax.set_title(
        "\n".join(lines),
        loc="center",
        x=0,
        ha="left",
        fontsize=_NOTE_PT,
        weight="normal",
        color=PALETTE["tie"],
        parse_math=False,
    )


def add_key(
    ax: Axes,
    sections: Sequence[KeySection],
    place: Place | None,
    *,
    own: bool,
    columns: int = 2,
) -> None:
    """The key of a drawing, outside of its data: to the right of it, or below.

    None: below on narrow Axes, else to the right. A figure of our own grows when the
    key is higher than it. A key below stands in `columns`, its sections in turn, on
    narrow Axes in one.
    """
    if place is None:
        place = "below" if is_narrow(ax) else "right"
    check_choice("place of the key", place, ("right", "below", "none"))
    sections = [section for section in sections if section.rows]
    if place == "none" or not sections:
        return
    figure = ax.get_figure(root=True)
    if figure is None:
        return
    if place == "right":
        child = _stack([_section(section, 26) for section in sections], 7)
        aside = ScaledTranslation(_APART_IN, 0, figure.dpi_scale_trans)
        anchor, transform = (1.0, 1.0), ax.transAxes + aside
    else:
        wide = figure.get_figwidth() * _MM_PER_INCH if own else _room_mm(ax)
        count = 1 if wide < _NARROW_MM else min(columns, len(sections))
        letters = min(int(wide / count / _LETTER_MM) - 9, _MOST_LETTERS)
        boxes = [_section(section, max(letters, 18)) for section in sections]
        stacks: list[Artist] = [_stack(boxes[k::count], 7) for k in range(count)]
        child = HPacker(children=stacks, pad=0, sep=12, align="top")
        down = ScaledTranslation(0, -_depth_in(ax), figure.dpi_scale_trans)
        across = figure.transFigure if own else ax.transAxes
        anchor = (0.01 if own else 0.0, 0.0)
        transform = blended_transform_factory(across, ax.transAxes) + down
    box = AnchoredOffsetbox(
        "upper left",
        child=child,
        pad=0,
        borderpad=0,
        frameon=False,
        bbox_to_anchor=anchor,
        bbox_transform=transform,
    )
    box.set_clip_on(False)
    ax.add_artist(box)
    if own:
        _make_room(ax, box, place)


def number_ticks(decimals: int) -> FuncFormatter:
    """Tick labels in the language in force now, not in that of a later drawing."""
    code = ambient_language()

    def write(value: float, _: int | None) -> str:
        with language(code):
            return number(value, decimals)

    return FuncFormatter(write)


def line_sample(color: str, width: float, style: Style = "-") -> Artist:
    """A tie without direction."""
    wide, high = _SAMPLE_PT
    return Line2D(
        [1, wide - 1], [high / 2] * 2, color=color, linewidth=width, linestyle=style
    )


def is_narrow(ax: Axes) -> bool:
    """Whether the Axes is about as wide as a journal's column."""
    return _width_mm(ax) < _NARROW_MM


def line_row(
    text: str,
    color: str,
    width: float,
    style: Style = "-",
    marker: str = "",
    *,
    filled: bool = True,
) -> KeyRow:
    """A line, or with width 0 a marker, that is no tie."""
    sample = line_sample(color, width, style)
    if marker:
        wide, high = _SAMPLE_PT
        sample = Line2D(
            [wide / 2],
            [high / 2],
            color=color,
            marker=marker,
            markersize=5,
            markerfacecolor=color if filled else PALETTE["paper"],
        )
    return KeyRow(text, sample)


def arrow_sample(color: str, width: float, head: str) -> Artist:
    """A tie from the sender on the left to the receiver on the right."""
    wide, high = _SAMPLE_PT
    return FancyArrowPatch(
        (1, high / 2),
        (wide - 1, high / 2),
        arrowstyle=head,
        mutation_scale=1,
        shrinkA=0,
        shrinkB=0,
        color=color,
        linewidth=width,
    )


def shape_row(
    text: str,
    path: Path,
    face: str,
    edge: str,
    style: Style = "-",
    width: float = 1.0,
) -> KeyRow:
    """A node, or a mark on a node, given around the origin in points."""
    outline = np.asarray(path.vertices, dtype=float)
    high = max(_SAMPLE_PT[1], float(np.ptp(outline[:, 1])) + 1.5)
    vertices = outline + np.array([_SAMPLE_PT[0] / 2, high / 2])
    shape = PathPatch(
        Path(vertices, path.codes),
        facecolor=face,
        edgecolor=edge,
        linewidth=width,
        linestyle=style,
    )
    return KeyRow(text, shape, high)


def box_row(text: str, face: str, edge: str, hatch: str = "", sign: str = "") -> KeyRow:
    """A cell of a matrix, with what is printed in it."""
    wide, high = _SAMPLE_PT
    cell = Rectangle(
        (wide / 2 - 7, 0.5),
        14,
        high - 1,
        facecolor=face,
        edgecolor=edge,
        hatch=hatch,
        linewidth=0.6,
    )
    return KeyRow(text, cell, sign=sign)


def _whole(remark: str, letters: int) -> str:
    """The remark in one piece, unless no line holds it."""
    return remark.replace(" ", _NBSP) if len(remark) <= letters else remark


def _depth_in(ax: Axes) -> float:
    """How far names and titles of lower axes reach below the Axes, in inches."""
    figure = ax.get_figure(root=True)
    extents = [each.xaxis.get_tightbbox() for each in (ax, *ax.child_axes)]
    below = [ax.bbox.y0 - extent.y0 for extent in extents if extent is not None]
    if figure is None or not ax.axison:
        return _APART_IN
    return float(max([0.0, *below])) / figure.dpi + _APART_IN


def _make_room(ax: Axes, box: AnchoredOffsetbox, place: Place) -> None:
    figure = ax.get_figure(root=True)
    if figure is None:
        return
    key = box.get_window_extent().height / figure.dpi
    high = figure.get_figheight()
    needed = key + _ABOVE_KEY_IN if place == "right" else high + key
    figure.set_figheight(max(high, needed))


def _width_mm(ax: Axes) -> float:
    figure = ax.get_figure(root=True)
    inches = ax.get_position().width * (figure.get_figwidth() if figure else 0)
    return float(inches) * _MM_PER_INCH


def _room_mm(ax: Axes) -> float:
    """The width of Axes; on a column, without the room that names on the left take."""
    figure, wide = ax.get_figure(root=True), _width_mm(ax)
    extent = ax.yaxis.get_tightbbox()
    if figure is None or extent is None:
        return wide
    if figure.get_figwidth() * _MM_PER_INCH >= _NARROW_MM:
        return wide
    beyond = max(0.0, -float(extent.x0)) / figure.dpi
    return wide - beyond * _MM_PER_INCH


def _section(section: KeySection, letters: int) -> OffsetBox:
    rows: list[OffsetBox] = []
    if section.heading:
        heading = textwrap.fill(capitalized(section.heading), letters + 3)
        rows.append(_text(heading, weight="bold"))
    rows += [_row(row, letters) for row in section.rows]
    return _stack(rows, 2.5)


def _row(row: KeyRow, letters: int) -> OffsetBox:
    if row.sample is None:
        return _text(textwrap.fill(row.text, letters + 4))
    area = DrawingArea(_SAMPLE_PT[0], row.height, clip=False)
    area.add_artist(row.sample)
    if row.sign:
        middle = (_SAMPLE_PT[0] / 2, row.height / 2)
        area.add_artist(_sign(middle, row.sign, _ink_on(row.sample)))
    text = _text(textwrap.fill(row.text, letters))
    return HPacker(children=[area, text], pad=0, sep=5, align="center")


def _text(text: str, weight: str = "normal") -> OffsetBox:
    return TextArea(
        text,
        textprops={"size": _KEY_PT, "weight": weight, "parse_math": False},
        multilinebaseline=True,
    )


def _ink_on(sample: Artist) -> str:
    face = sample.get_facecolor() if isinstance(sample, Patch) else PALETTE["paper"]
    red, green, blue = to_rgb(face)
    dark = 0.21 * red + 0.72 * green + 0.07 * blue < _DARK
    return PALETTE["paper" if dark else "ink"]


def _sign(at: tuple[float, float], sign: str, color: str) -> Text:
    return Text(
        *at,
        sign,
        fontsize=_KEY_PT,
        color=color,
        ha="center",
        va="center_baseline",
        parse_math=False,
    )


def _stack(children: Sequence[OffsetBox], gap: float) -> OffsetBox:
    return VPacker(children=list(children), pad=0, sep=gap, align="left")
