"""What a number can be, as a picture: observed dots, and bars for the unknown.

How much hangs on those who did not answer?
"""

from __future__ import annotations

import textwrap

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from netcollab._checks import check_count
from netcollab.errors import InputError, UnknownNameError
from netcollab.report.figures import describe
from netcollab.report.labels import capitalized, label, name_of, number, word
from netcollab.report.margins import (
    KeyRow,
    KeySection,
    Place,
    add_heading,
    add_key,
    line_row,
    new_axes,
    note_text,
)
from netcollab.report.rows import fit_ticks, name_rows
from netcollab.report.style import PALETTE, theme
from netcollab.report.ties import plain

__all__ = ["plot_ranges"]

Floats = npt.NDArray[np.float64]

_ROW_MM, _LINE_MM, _FRAME_MM = 7.5, 4.2, 32.0
_LETTERS = 40
_KINDS = ("bounds", "scenarios")
_DASHES = (0, (2, 1.2))


def plot_ranges(
    ranges: pd.DataFrame,
    *,
    actors: pd.DataFrame | None = None,
    most: int = 30,
    ax: Axes | None = None,
    title: str | None = None,
    note: str = "",
    key: Place | None = "below",
) -> Axes:
    """What was observed, and what it can be: a row per actor, dyad or measure.

    The highest observed value is on top. Proved bounds are bars; two scenarios are
    diamonds joined by dashes, beyond which the value may lie. A bar without a dot is of
    an actor of whom nothing was observed; an arrow has no limit.

    Parameters
    ----------
    ranges
        As from `netcollab.networks.bounds`: columns observed, low, high, kind; of one
        measure, or single numbers of several put together by `pandas.concat`.
    actors
        Attributes by actor, for display names; None: the index as it is.
    most
        How many rows at the most; of more, those with the widest ranges.
    ax, title, note, key
        As in `draw_network`.

    Returns
    -------
    Axes
        With an alt text.

    Raises
    ------
    InputError
        If columns are missing, a kind is unknown, or low is above high.

    Examples
    --------
    >>> told = {"observed": [2.0, None], "low": [2.0, 0], "high": [2.0, 5]}
    >>> ranges = pd.DataFrame(told, ["nav", "ks"]).assign(kind="bounds")
    >>> ax = plot_ranges(ranges)
    >>> [tick.get_text() for tick in ax.get_yticklabels()]
    ['ks', 'nav']
    """
    _check(ranges)
    shown = _ordered(_widest(ranges, check_count("most", most)))
    cells = shown[["observed", "low", "high"]].to_numpy(dtype=float)
    with theme():
        names = _names(shown.index, actors)
        sides = [textwrap.fill(n, _LETTERS, break_long_words=False) for n in names]
        own = ax is None
        ax = new_axes(_FRAME_MM + _height_mm(sides)) if ax is None else ax
        _frame(ax, sides, cells)
        rows = np.arange(len(shown), dtype=float)
        for kind, draw in (("bounds", _draw_bounds), ("scenarios", _draw_scenarios)):
            here = (shown["kind"] == kind).to_numpy() & ~np.isnan(cells[:, 1])
            if here.any():
                draw(ax, rows[here], cells[here, 1], cells[here, 2])
        ax.scatter(
            cells[:, 0],
            rows,
            s=20,
            color=PALETTE["ink"],
            zorder=4,
            label="_dots",
        )
        for row in np.flatnonzero(np.isnan(cells[:, 1])):
            _write_open(ax, float(row), float(cells[row, 0]))
        measure = str(ranges.attrs.get("measure", ""))
        ax.set_xlabel(word(measure) if measure else label("ranges.value"))
        heading = _heading(measure) if title is None else title
        add_heading(ax, heading, *_remarks(ranges, len(shown)), note_text(note))
        add_key(ax, [KeySection("", _key(shown, cells))], key, own=own)
        describe(ax, _told(shown, names))
    return ax


def _check(ranges: pd.DataFrame) -> None:
    needed = ("observed", "low", "high", "kind")
    missing = [column for column in needed if column not in ranges]
    if missing:
        raise InputError(f"ranges lacks: {', '.join(missing)}")
    if not len(ranges):
        raise InputError("there is no range to show")
    strange = sorted(set(map(str, ranges["kind"])) - set(_KINDS))
    if strange:
        raise InputError(f"kind is bounds or scenarios, got {', '.join(strange)}")
    if (ranges["low"] > ranges["high"]).any():
        raise InputError("ranges needs low <= high")


def _widest(ranges: pd.DataFrame, most: int) -> pd.DataFrame:
    if len(ranges) <= most:
        return ranges
    width = (ranges["high"] - ranges["low"]).to_numpy(dtype=float)
    kept = np.argsort(-np.nan_to_num(width, nan=-1.0), kind="stable")[:most]
    return ranges.iloc[np.sort(kept)]


def _ordered(ranges: pd.DataFrame) -> pd.DataFrame:
    """By the observed value; where there is none, by the middle of the range."""
    ends = ranges[["low", "high"]].replace([np.inf, -np.inf], np.nan)
    rank = ranges["observed"].fillna(ends.mean(axis=1)).to_numpy(dtype=float)
    order = np.argsort(-np.nan_to_num(rank, nan=-np.inf), kind="stable")
    return ranges.iloc[order]


def _names(index: pd.Index, actors: pd.DataFrame | None) -> list[str]:
    named = {} if actors is None else name_of(actors).to_dict()
    if isinstance(index, pd.MultiIndex):
        return [" → ".join(str(named.get(one, one)) for one in pair) for pair in index]
    return [str(named[one]) if one in named else _measure(one) for one in index]


def _measure(name: object) -> str:
    """A measure by its word; the id of an actor as it is."""
    try:
        return label(f"measure.{name}")
    except UnknownNameError:
        return str(name)


def _height_mm(sides: list[str]) -> float:
    """Room for the names, of which one may need several lines."""
    lines = max(side.count("\n") + 1 for side in sides)
    return len(sides) * max(_ROW_MM, lines * _LINE_MM)


def _frame(ax: Axes, sides: list[str], cells: Floats) -> None:
    """Axes with room for all that is finite, and for arrows."""
    finite = cells[np.isfinite(cells)]
    low, high = (finite.min(), finite.max()) if len(finite) else (0.0, 1.0)
    low = min(low, 0.0) if low < 0.3 * high else low
    room = 0.06 * (high - low) or 0.5
    far = 3 * room
    left = low - (far if np.isneginf(cells).any() else room)
    right = high + (far if np.isposinf(cells).any() else room)
    name_rows(ax, sides)
    ax.set_xlim(left, right)
    fit_ticks(ax)


def _draw_bounds(ax: Axes, rows: Floats, low: Floats, high: Floats) -> None:
    left, right = ax.get_xlim()
    tip = 0.012 * (right - left)
    left, right = left + tip, right - tip
    ends = np.clip(low, left, None), np.clip(high, None, right)
    ax.hlines(rows, *ends, color=PALETTE["sky"], linewidth=7, label="_bounds")
    for values in (low, high):
        finite = np.isfinite(values)
        ax.scatter(
            values[finite],
            rows[finite],
            marker="|",
            s=70,
            color=PALETTE["navy"],
            zorder=3,
        )
    for values, edge, arrow in ((low, left, "<"), (high, right, ">")):
        endless = np.isinf(values)
        ax.scatter(
            np.full(int(endless.sum()), edge),
            rows[endless],
            marker=arrow,
            s=40,
            color=PALETTE["navy"],
            zorder=3,
            label="_endless",
        )


def _draw_scenarios(ax: Axes, rows: Floats, low: Floats, high: Floats) -> None:
    amber = PALETTE["amber"]
    ax.hlines(
        rows,
        low,
        high,
        color=amber,
        linewidth=1.6,
        linestyle=_DASHES,
        label="_scenarios",
    )
    for values in (low, high):
        ax.scatter(
            values,
            rows,
            marker="D",
            s=48,
            facecolors="none",
            edgecolors=amber,
            linewidths=1.4,
            zorder=5,
        )


def _write_open(ax: Axes, row: float, observed: float) -> None:
    """Beside the dot, on the side where there is more room."""
    left, right = ax.get_xlim()
    at = left if np.isnan(observed) else observed
    to_right = at < (left + right) / 2
    ax.text(
        at + (0.02 if to_right else -0.02) * (right - left),
        row,
        label("ranges.open"),
        ha="left" if to_right else "right",
        va="center",
        color=PALETTE["tie"],
        style="italic",
        parse_math=False,
    )


def _heading(measure: str) -> str:
    if not measure:
        return label("ranges.several")
    return capitalized(label("ranges.title", measure=word(measure)))


def _remarks(ranges: pd.DataFrame, shown: int) -> list[str]:
    told = ranges.attrs
    remarks = [word(told.get(name) or "") for name in ("relation", "site")]
    if told.get("wave"):
        remarks.append(label("network.wave", wave=told["wave"]))
    if shown < len(ranges):
        count, some = number(len(ranges), 0), number(shown, 0)
        remarks.append(label("ranges.shown", shown=some, count=count))
    return remarks


def _key(ranges: pd.DataFrame, cells: Floats) -> list[KeyRow]:
    rows = [line_row(label("ranges.observed"), PALETTE["ink"], 0, marker="o")]
    kinds = set(ranges["kind"])
    if "bounds" in kinds:
        rows.append(line_row(label("ranges.bounds"), PALETTE["sky"], 7))
    if "scenarios" in kinds:
        text = label("ranges.scenarios")
        rows.append(
            line_row(text, PALETTE["amber"], 1.6, _DASHES, marker="D", filled=False)
        )
    outside = (cells[:, 0] < cells[:, 1]) | (cells[:, 0] > cells[:, 2])
    if (outside & (ranges["kind"] == "bounds").to_numpy()).any():
        rows.append(KeyRow(label("ranges.outside")))
    if np.isinf(cells).any():
        rows.append(KeyRow(label("ranges.endless")))
    if np.isnan(cells[:, 0]).any():
        rows.append(KeyRow(label("ranges.unheard")))
    return rows


def _told(ranges: pd.DataFrame, names: list[str]) -> str:
    cells = ranges[["observed", "low", "high"]].to_numpy(dtype=float)
    rows = []
    for name, values, kind in zip(names, cells, ranges["kind"], strict=True):
        decimals = plain(values[np.isfinite(values)])
        observed, low, high = (number(value, decimals) for value in values)
        rows.append(
            label(
                "alt.range",
                name=name,
                observed=observed,
                kind=label(f"alt.kind_{kind}"),
                low=low,
                high=high,
            )
        )
    return label("alt.ranges", rows="; ".join(rows))
