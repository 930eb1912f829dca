"""A theory of change as a picture: which links does the evidence carry?"""

from __future__ import annotations

import textwrap
from collections.abc import Hashable, Sequence
from itertools import pairwise

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, PathPatch
from matplotlib.path import Path

from netcollab.errors import InputError
from netcollab.report.figures import describe
from netcollab.report.labels import label, number
from netcollab.report.layers import Columns, in_columns
from netcollab.report.margins import (
    KeyRow,
    KeySection,
    Place,
    Style,
    add_heading,
    add_key,
    line_row,
    new_axes,
    note_text,
)
from netcollab.report.style import PALETTE, theme

__all__ = ["plot_contribution"]

_LOOKS: dict[str, tuple[str, float, Style]] = {
    "well supported": ("for", 2.8, "-"),
    "weakly supported": ("for", 1.2, "-"),
    "inconclusive": ("tie", 1.2, (0, (5, 2.5))),
    "contested": ("amber", 2.8, (0, (3, 1.2))),
    "untested": ("unknown", 1.4, (0, (1, 1.6))),
    "contradicted": ("against", 2.8, (0, (5, 1.2, 1, 1.2))),
}
_PAGE_MM, _FRAME_MM, _LINE_MM, _LETTER_MM = 170.0, 26.0, 3.5, 1.75
_ROW_MM, _HIGHEST_MM, _MM_PER_INCH = 15.0, 22.0, 25.4
_HALF_WIDTH, _HALF_HEIGHT = 0.3, 0.33
_ALONG, _FAN, _GAP = 0.3, 0.18, 0.01
_TYPE, _SMALLEST, _TRIM_PT = 7.5, 5.0, 4.0


def plot_contribution(
    links: pd.DataFrame,
    *,
    names: pd.Series | None = None,
    ax: Axes | None = None,
    title: str | None = None,
    note: str = "",
    key: Place | None = "below",
) -> Axes:
    """A theory of change from left to right, each link drawn as its evidence is.

    Colour, width and dashes of an arrow say its status; its number leads to the line
    of the key that tells voices, mean score and the rivals that were not ruled out.

    Parameters
    ----------
    links
        Of `netcollab.hypotheses.contribution`: columns cause, effect, status, n, score,
        rivals_standing, rivals_open; its ``.attrs`` say whether the data are invented.
    names
        What to write for an element or a rival, by its name (`theory_words` has what a
        study declares); None: the names as they are.
    ax, title, note, key
        As in `draw_network`. The note "synthetic" is added for invented data.

    Returns
    -------
    Axes
        With an alt text.

    Raises
    ------
    InputError
        If a column is missing, a status is unknown, or links lead in a circle.

    Examples
    --------
    >>> row = {"cause": "meetings", "effect": "trust", "status": "untested", "n": 0}
    >>> none = {"score": None, "rivals_standing": "", "rivals_open": ""}
    >>> from netcollab.report.figures import alt_text
    >>> alt_text(plot_contribution(pd.DataFrame([row | none])))
    'Theory of change with 1 link. 1. meetings → trust: not tested.'
    """
    _check(links)
    if links.attrs.get("synthetic") and not note:
        note = "synthetic"
    links = links.reset_index(drop=True)
    pairs = list(zip(links["cause"], links["effect"], strict=True))
    columns = in_columns(pairs)
    told = {} if names is None else {str(k): str(v) for k, v in names.items()}
    written = {name: told.get(name, name) for name in columns.places}
    with theme():
        own = ax is None
        ax = _wide_axes(written, columns) if ax is None else ax
        _frame(ax, columns)
        _draw_links(ax, columns, pairs, links["status"].tolist())
        _draw_elements(ax, columns, written)
        heading = label("contribution.title") if title is None else title
        add_heading(ax, heading, note_text(note))
        add_key(ax, _key(links, told | written), key, own=own)
        describe(ax, _told(links, written))
    return ax


def _check(links: pd.DataFrame) -> None:
    needed = (
        "cause",
        "effect",
        "status",
        "n",
        "score",
        "rivals_standing",
        "rivals_open",
    )
    missing = [name for name in needed if name not in links]
    if missing:
        raise InputError(f"links needs the columns {', '.join(missing)}")
    unknown = sorted(set(links["status"]) - set(_LOOKS))
    if unknown:
        raise InputError(
            f'links has the status "{unknown[0]}"; known: {", ".join(_LOOKS)}'
        )
    if links.duplicated(["cause", "effect"]).any():
        raise InputError("links needs each pair of cause and effect once")


def _wide_axes(written: dict[str, str], columns: Columns) -> Axes:
    """Axes of a new page, high enough for the longest name."""
    texts, _ = _fitted(written, columns, _PAGE_MM)
    lines = max(text.count("\n") + 1 for text in texts.values())
    row = max(_ROW_MM, (lines * _LINE_MM + 3) / (2 * _HALF_HEIGHT))
    ax = new_axes(_FRAME_MM + row * columns.height)
    place = ax.get_subplotspec()
    if place is not None:
        place.get_gridspec().update(left=0.01, right=0.99)  # type: ignore[attr-defined]
    return ax


def _fitted(
    written: dict[str, str], columns: Columns, wide_mm: float
) -> tuple[dict[str, str], float]:
    """Names in lines that fit their box, and the size of type for the longest word."""
    letters = max(6, int(2 * _HALF_WIDTH * wide_mm / columns.width / _LETTER_MM))
    longest = max(len(word) for text in written.values() for word in text.split())
    size = max(_SMALLEST, _TYPE * min(1.0, letters / longest))
    width = int(letters * _TYPE / size)
    texts = {
        name: textwrap.fill(text, width, break_long_words=False)
        for name, text in written.items()
    }
    return texts, size


def _size_mm(ax: Axes) -> tuple[float, float]:
    figure = ax.get_figure(root=True)
    if figure is None:
        return _PAGE_MM, _FRAME_MM
    wide, high = figure.get_size_inches() * _MM_PER_INCH
    place = ax.get_position()
    return float(place.width * wide), float(place.height * high)


def _frame(ax: Axes, columns: Columns) -> None:
    """A box at each side, and rows that are not higher than wide."""
    edge = _HALF_WIDTH + 0.02
    ax.set_xlim(-edge, columns.width - 1 + edge)
    half = max(columns.height, _size_mm(ax)[1] / _HIGHEST_MM) / 2
    ax.set_ylim(half, -half)
    ax.set_axis_off()


def _draw_elements(ax: Axes, columns: Columns, written: dict[str, str]) -> None:
    texts, size = _fitted(written, columns, _size_mm(ax)[0])
    for name, (x, y) in columns.places.items():
        ax.add_patch(
            FancyBboxPatch(
                (x - _HALF_WIDTH, y - _HALF_HEIGHT),
                2 * _HALF_WIDTH,
                2 * _HALF_HEIGHT,
                boxstyle="round,pad=0,rounding_size=0.05",
                mutation_aspect=2.0,
                facecolor="#f4f3f0",
                edgecolor=PALETTE["ink"],
                linewidth=0.8,
                zorder=3,
            )
        )
        ax.text(
            x,
            y,
            texts[name],
            ha="center",
            va="center",
            fontsize=size,
            zorder=4,
            parse_math=False,
        )


def _draw_links(
    ax: Axes,
    columns: Columns,
    pairs: Sequence[tuple[str, str]],
    statuses: Sequence[str],
) -> None:
    column_pt = _size_mm(ax)[0] / _MM_PER_INCH * 72 / columns.width
    trim = _TRIM_PT / column_pt
    for k, (pair, status) in enumerate(zip(pairs, statuses, strict=True)):
        color, width, style = _LOOKS[status]
        points = _points(columns, pair, pairs)
        tip, level = points[-1]
        points[-1] = (tip - trim, level)
        line = PathPatch(
            _curve(points),
            fill=False,
            edgecolor=PALETTE[color],
            linewidth=width,
            linestyle=style,
            capstyle="butt",
            zorder=1,
        )
        head = FancyArrowPatch(
            (tip - 2 * trim, level),
            (tip, level),
            arrowstyle="-|>,head_length=0.6,head_width=0.32",
            mutation_scale=8 + 1.5 * width,
            color=PALETTE[color],
            linewidth=0,
            shrinkA=0,
            shrinkB=0,
            zorder=2,
        )
        ax.add_patch(line)
        ax.add_patch(head)
        _add_number(ax, k + 1, points, PALETTE[color])


def _add_number(
    ax: Axes, count: int, points: list[tuple[float, float]], color: str
) -> None:
    """The number of a link, on its line and nearer to its cause."""
    (left, high), (right, low) = points[:2]
    ax.text(
        left + _ALONG * (right - left),
        high + _ALONG**2 * (3 - 2 * _ALONG) * (low - high),
        str(count),
        ha="center",
        va="center",
        fontsize=6.5,
        weight="bold",
        bbox={
            "boxstyle": "circle,pad=0.25",
            "facecolor": PALETTE["paper"],
            "edgecolor": color,
            "linewidth": 1.2,
        },
        zorder=5,
        parse_math=False,
    )


def _points(
    columns: Columns, pair: tuple[str, str], pairs: Sequence[tuple[str, str]]
) -> list[tuple[float, float]]:
    """Where a link leaves its cause, passes columns, and reaches its effect."""
    route = columns.routes[pair]
    leaving = [columns.routes[p][1][1] for p in pairs if p[0] == pair[0]]
    arriving = [columns.routes[p][-2][1] for p in pairs if p[1] == pair[1]]
    (left, high), (right, low) = route[0], route[-1]
    points = [(left + _HALF_WIDTH, high + _fan(leaving, route[1][1]))]
    for x, y in route[1:-1]:
        points += [(x - _HALF_WIDTH, y), (x + _HALF_WIDTH, y)]
    return [*points, (right - _HALF_WIDTH - _GAP, low + _fan(arriving, route[-2][1]))]


def _fan(rows: list[float], own: float) -> float:
    """How far from the middle of a box a link ends, among the others at that side."""
    rank = sorted(set(rows)).index(own) - (len(set(rows)) - 1) / 2
    return float(rank * min(_FAN, 1.2 * _HALF_HEIGHT / max(1, len(set(rows)) - 1)))


def _curve(points: list[tuple[float, float]]) -> Path:
    """A line through the points that leaves and reaches each of them level."""
    vertices, codes = [points[0]], [Path.MOVETO]
    for (left, high), (right, low) in pairwise(points):
        near, far = (2 * left + right) / 3, (left + 2 * right) / 3
        vertices += [(near, high), (far, low), (right, low)]
        codes += [Path.CURVE4] * 3
    return Path(vertices, codes)


def _key(links: pd.DataFrame, written: dict[str, str]) -> list[KeySection]:
    """What each look means, and what is behind each number."""
    seen = [status for status in _LOOKS if status in set(links["status"])]
    looks = [
        line_row(label(f"link_status.{status}"), PALETTE[color], width, style)
        for status in seen
        for color, width, style in [_LOOKS[status]]
    ]
    rows = [
        KeyRow(f"{k + 1}  {_sentence(row, written)}")
        for k, row in enumerate(links.to_dict("records"))
    ]
    return [
        KeySection(label("contribution.links"), rows),
        KeySection(label("contribution.status"), looks),
    ]


def _sentence(row: dict[Hashable, object], written: dict[str, str]) -> str:
    """Cause, effect and what the status rests on."""
    pair = f"{written[str(row['cause'])]} → {written[str(row['effect'])]}"
    parts = [label("count.voice", count=int(str(row["n"])))]
    if row["n"]:
        mean = number(float(str(row["score"])), 2, signed=True)
        parts.append(f"{label('evidence.mean')} {mean}")
    for kind in ("standing", "open"):
        if row[f"rivals_{kind}"]:
            rivals = str(row[f"rivals_{kind}"]).split("; ")
            told = "; ".join(written.get(name, name) for name in rivals)
            parts.append(label(f"contribution.{kind}", rivals=told))
    return f"{pair}: {', '.join(parts)}"


def _told(links: pd.DataFrame, written: dict[str, str]) -> str:
    told = [label("alt.contribution", links=label("count.link", count=len(links)))]
    for k, row in enumerate(links.to_dict("records")):
        pair = f"{written[str(row['cause'])]} → {written[str(row['effect'])]}"
        status = label(f"link_status.{row['status']}")
        told.append(f"{k + 1}. {pair}: {status}.")
    return " ".join(told)
