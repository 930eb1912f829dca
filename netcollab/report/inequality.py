"""How unequally something is held, as Lorenz curves with the Gini coefficient."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from netcollab.errors import InputError
from netcollab.measures import gini, lorenz
from netcollab.report.figures import describe
from netcollab.report.labels import capitalized, label, number, word
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
    number_ticks,
)
from netcollab.report.reasons import reason_text
from netcollab.report.style import PALETTE, SEQUENCE, theme

__all__ = ["plot_inequality"]

_HEIGHT_MM = 100.0
_MOST = 6
_STYLES: tuple[Style, ...] = ("-", (0, (4, 1.5)), (0, (1.5, 1)))
_MOST_MARKED = 30


def plot_inequality(
    values: pd.Series | pd.DataFrame,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    note: str = "",
    key: Place | None = None,
) -> Axes:
    """What share of everything those who have least hold together.

    The straight line is what it would be if all had alike. The key has the Gini
    coefficient of each curve, what the one that has most holds, and of how many it is
    not known; what has no curve is there with its reason.

    Parameters
    ----------
    values
        A resource or a strength per actor; as columns up to six of them.
    ax, title, note, key
        As in `draw_network`.

    Returns
    -------
    Axes
        With an alt text.

    Raises
    ------
    InputError
        If a value is no number, there are more than six columns or none.

    Examples
    --------
    >>> from netcollab.report.figures import alt_text
    >>> ax = plot_inequality(pd.Series([1, 3, 6], list("abc"), name="staff"))
    >>> alt_text(ax)
    'Lorenz curves of 3 actors. Staff: Gini 0.33, the one with most holds 60\xa0%.'
    """
    frame = values.to_frame() if isinstance(values, pd.Series) else values
    if not 1 <= frame.shape[1] <= _MOST:
        raise InputError(f"values needs 1 to {_MOST} columns, got {frame.shape[1]}")
    curves = {name: lorenz(frame[name]) for name in frame}
    told = {name: _words(frame[name], curve) for name, curve in curves.items()}
    with theme():
        own = ax is None
        if ax is None:
            ax, key = new_axes(_HEIGHT_MM), key or "right"
        ax.plot([0, 100], [0, 100], color=PALETTE["unknown"], linewidth=0.9)
        rows = [line_row(label("inequality.alike"), PALETTE["unknown"], 0.9)]
        for place, (name, curve) in enumerate(curves.items()):
            color, style = PALETTE[SEQUENCE[place]], _STYLES[place % len(_STYLES)]
            drawn = curve["held"].notna().any()
            if drawn:
                _draw(ax, curve, color, style)
            row = line_row(told[name], color, 1.6, style)
            rows.append(row if drawn else KeyRow(told[name]))
        rows.append(KeyRow(_most_possible(frame)))
        _frame(ax)
        heading = label("inequality.title") if title is None else title
        counted = label("count.actor", count=len(frame))
        add_heading(ax, heading, counted, note_text(note))
        add_key(ax, [KeySection("", rows)], key, own=own)
        lines = " ".join(f"{text}." for text in told.values())
        describe(ax, label("alt.inequality", actors=counted, curves=lines))
    return ax


def _draw(ax: Axes, curve: pd.DataFrame, color: str, style: Style) -> None:
    ax.plot(
        100 * curve["actors"],
        100 * curve["held"],
        color=color,
        linestyle=style,
        linewidth=1.6,
        marker="o" if len(curve) <= _MOST_MARKED else "",
        markersize=3,
    )


def _frame(ax: Axes) -> None:
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_ticks(range(0, 101, 20))
        axis.set_major_formatter(number_ticks(0))
    ax.set_aspect("equal")
    ax.set_xlim(-1, 101)
    ax.set_ylim(-1, 101)
    ax.grid(color=PALETTE["faint"], linewidth=0.4)
    ax.set_xlabel(label("inequality.actors_axis"))
    ax.set_ylabel(label("inequality.held_axis"))


def _words(values: pd.Series, curve: pd.DataFrame) -> str:
    """The coefficient of a curve, or why there is none."""
    name = capitalized(word(values.name)) if values.name is not None else ""
    reasons: dict[str, str] = curve.attrs["reasons"]
    if reasons:
        told = label("inequality.undefined", reason=reason_text(reasons["held"]))
    else:
        most = 100 * float(np.diff(curve["held"])[-1])
        told = label(
            "inequality.gini", value=number(gini(values)), most=number(most, 0)
        )
    if curve.attrs["n_missing"]:
        unknown = label("inequality.unknown", count=curve.attrs["n_missing"])
        told = f"{told}; {unknown}"
    return f"{name}: {told}" if name else capitalized(told)


def _most_possible(frame: pd.DataFrame) -> str:
    known = int(frame.notna().sum().max())
    most = 1 - 1 / known if known else np.nan
    return label("inequality.scale", most=number(most))
