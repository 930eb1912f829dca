"""Codes heard with each further interview, over all orders of interviews."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from netcollab.errors import InputError
from netcollab.report.figures import describe
from netcollab.report.labels import capitalized, label, number
from netcollab.report.margins import (
    KeySection,
    Place,
    add_heading,
    add_key,
    box_row,
    line_row,
    new_axes,
    note_text,
    number_ticks,
)
from netcollab.report.style import PALETTE, theme
from netcollab.scales import Saturation

__all__ = ["plot_saturation"]

_HEIGHT_MM = 75.0
_TICKS = 12


def plot_saturation(
    found: Saturation,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    note: str = "",
    key: Place | None = "below",
) -> Axes:
    """How many codes k interviews bring, and where a run of them adds hardly any.

    Parameters
    ----------
    found
        As from `netcollab.scales.saturation`.
    ax, title, note, key
        As in `draw_network`. The note "synthetic" is added for invented data.

    Returns
    -------
    Axes
        With an alt text.

    Raises
    ------
    InputError
        If there is no curve; the reason is told.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    >>> ax = plot_saturation(nc.scales.saturation(study))
    >>> ax.get_ylabel()
    'constructs heard'
    """
    curve = found.curve
    if not len(curve):
        raise InputError(f"there is no curve to show: {found.reason}")
    if found.synthetic and not note:
        note = "synthetic"
    with theme():
        own = ax is None
        ax = new_axes(_HEIGHT_MM) if ax is None else ax
        k = curve.index.to_numpy(dtype=float)
        heard, sd = (curve[name].to_numpy(dtype=float) for name in ("heard", "sd"))
        highest = np.minimum(heard + sd, found.n_codes)
        ax.fill_between(k, heard - sd, highest, color=PALETTE["sky"], linewidth=0)
        ax.plot(k, heard, color=PALETTE["navy"], marker="o", markersize=4)
        every = PALETTE["tie"]
        ax.axhline(found.n_codes, color=every, linewidth=0.8, linestyle="--")
        if not math.isnan(found.reached):
            ax.axvline(found.reached, color=PALETTE["against"], linewidth=1, ls=":")
        ax.set_xlim(0.5, len(curve) + 0.5)
        ax.set_ylim(0, found.n_codes * 1.08)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_locator(MaxNLocator(_TICKS, integer=True))
            axis.set_major_formatter(number_ticks(0))
        ax.set_xlabel(label("saturation.interviews"))
        ax.set_ylabel(label(f"saturation.axis_{found.codes}"))
        heading = label("saturation.title") if title is None else title
        add_heading(ax, heading, note_text(note))
        add_key(ax, [_key(found)], key, own=own)
        describe(ax, _told(found, heading))
    return ax


def _key(found: Saturation) -> KeySection:
    count = number(found.n_codes, 0)
    rows = [
        line_row(label("saturation.heard"), PALETTE["navy"], 0, marker="o"),
        box_row(label("saturation.sd"), PALETTE["sky"], "none"),
        line_row(label("saturation.every", count=count), PALETTE["tie"], 0.8, "--"),
    ]
    if told := _reached(found):
        rows.append(line_row(told, PALETTE["against"], 1.0, ":"))
    return KeySection("", rows)


def _reached(found: Saturation) -> str:
    if math.isnan(found.reached):
        return ""
    return label(
        "saturation.reached",
        k=number(found.reached, 0),
        run=number(found.run, 0),
        base=number(found.base, 0),
        share=number(100 * found.threshold, 0),
    )


def _told(found: Saturation, heading: str) -> str:
    rows = "; ".join(
        label("alt.saturation_row", k=number(k, 0), heard=number(heard, 1))
        for k, heard in zip(found.curve.index, found.curve["heard"], strict=True)
    )
    told = label("alt.saturation", title=heading, rows=rows)
    reached = capitalized(_reached(found))
    return f"{told} {reached}." if reached else told
