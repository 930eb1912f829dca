"""How often each test rejects a true null hypothesis, as calibration measured it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from netcollab.errors import InputError
from netcollab.inference import wilson_interval
from netcollab.report.figures import describe
from netcollab.report.labels import capitalized, label, number, word
from netcollab.report.margins import (
    KeyRow,
    KeySection,
    Place,
    add_heading,
    add_key,
    box_row,
    is_narrow,
    line_row,
    note_text,
    number_ticks,
)
from netcollab.report.rows import stack_height, stack_rows
from netcollab.report.style import PALETTE, size_mm, theme

__all__ = ["plot_calibration"]

Groups = Mapping[str, Sequence[str]]

_ROW_MM, _FRAME_MM, _NARROW_FRAME_MM = 5.6, 34.0, 48.0
_LANE, _AROUND, _NARROW_MM, _MM_PER_INCH = 0.36, 0.3, 100.0, 25.4
_LEAST, _MOST, _NOMINAL = 3.0, 7.0, 5.0
_LEFT, _RIGHT = 0.1, 100.0
_TICKS = (0.1, 0.3, 1.0, 3.0, 7.0, 20.0, 50.0, 100.0)
_FEW_TICKS = (0.3, 3.0, 7.0, 50.0)
_NARROW_LETTERS = 28
_COLUMNS = ("studies", "method", "simulations", "size_05")
_KINDS = {
    "ordinary": ("o", "navy"),
    "hubs": ("D", "amber"),
    "skewed": ("s", "rose"),
    "two": ("^", "teal"),
    "slopes": ("v", "violet"),
    "roles": ("P", "brown"),
}


def plot_calibration(
    table: pd.DataFrame,
    *,
    width: str | float = "page",
    ax: Axes | None = None,
    title: str | None = None,
    note: str = "",
    key: Place | None = "below",
) -> Axes:
    """The size of each test at .05, a row per test and a mark per kind of studies.

    A test that keeps its level has its marks in the band from 3 to 7 %. Marks differ
    by what is out of the ordinary in the studies, and each of these has a line of its
    own in every row, on which marks may lie on each other: where a test goes wrong is
    seen, and the table says in which studies. The axis is logarithmic.

    Parameters
    ----------
    table
        As of `netcollab.inference.recorded` or `calibrate`: columns studies, method,
        simulations, size_05 and those that tell the kind of studies.
    width
        "column", "page", "slide", or millimetres; the figure is as high as its rows
        need. Leave rows of the table out for less.
    ax
        Axes of your own instead, high enough for the rows.
    title, note, key
        As in `draw_network`.

    Returns
    -------
    Axes
        With an alt text.

    Raises
    ------
    InputError
        If columns are missing or no test was measured.

    Examples
    --------
    >>> from netcollab.inference import recorded
    >>> table = recorded()
    >>> ax = plot_calibration(table[table["studies"] == "Ties"])
    >>> [tick.get_text() for tick in ax.get_yticklabels()][0]
    'Least squares'
    """
    measured = _checked(table)
    refused = len(table) - len(measured)
    groups = {
        str(studies): list(dict.fromkeys(rows["method"]))
        for studies, rows in measured.groupby("studies", sort=False)
    }
    with theme():
        own = ax is None
        ax = _axes(measured, groups, width) if ax is None else ax
        _draw_groups(ax, measured, groups)
        _frame(ax)
        counts = sorted(int(n) for n in measured["simulations"].unique())
        told = " / ".join(number(count, 0) for count in counts)
        heading = label("calibration.title") if title is None else title
        remark = label("calibration.studies_each", count=told)
        add_heading(ax, heading, remark, note_text(note))
        add_key(
            ax, [KeySection("", [row]) for row in _key(measured, refused)], key, own=own
        )
        describe(ax, _told(measured, groups))
    return ax


def _checked(table: pd.DataFrame) -> pd.DataFrame:
    """What was measured, with the kind of each row's studies."""
    missing = [name for name in _COLUMNS if name not in table]
    if missing:
        raise InputError(f"the table lacks: {', '.join(missing)}")
    measured = table[table["size_05"].notna()]
    if not len(measured):
        raise InputError("no size of a test was measured")
    kinds = [_kind(row) for _, row in measured.iterrows()]
    low, high = wilson_interval(measured["size_05"], measured["simulations"])
    return measured.assign(kind=kinds, low=100 * low, high=100 * high)


def _kind(row: pd.Series) -> str:
    """What is out of the ordinary in the studies of a row."""
    if row.get("slope_sd", 0) > 0:
        return "slopes"
    if row.get("role_share", 0) > 0:
        return "roles"
    predictor = str(row.get("predictor", ""))
    return predictor if predictor in _KINDS else "ordinary"


def _axes(measured: pd.DataFrame, groups: Groups, width: str | float) -> Axes:
    wide = size_mm(width)[0] * _MM_PER_INCH
    names, sections, least = _stacked(measured, groups)
    narrow = wide < _NARROW_MM
    rows = stack_height(names, sections, least=least, narrow=narrow)
    frame = _NARROW_FRAME_MM if narrow else _FRAME_MM
    size = size_mm(wide, frame + _ROW_MM * rows)
    return plt.subplots(figsize=size, layout="constrained")[1]


def _stacked(
    measured: pd.DataFrame, groups: Groups
) -> tuple[list[str], dict[int, str], list[float]]:
    """The names of the rows, the headings above groups, and how high each row is."""
    names: list[str] = []
    least: list[float] = []
    sections = {}
    for studies, methods in groups.items():
        here = measured[measured["studies"] == studies]
        worlds = int(here.groupby("method").size().max())
        heading = label(f"calibration.{studies}")
        counted = label("calibration.kinds", count=worlds)
        sections[len(names)] = f"{heading} ({counted})"
        names += [capitalized(word(method)) for method in methods]
        least += [_LANE * here["kind"].nunique() + _AROUND] * len(methods)
    return names, sections, least


def _draw_groups(ax: Axes, measured: pd.DataFrame, groups: Groups) -> None:
    names, sections, least = _stacked(measured, groups)
    places = iter(stack_rows(ax, names, sections, least=least))
    for studies, methods in groups.items():
        here = measured[measured["studies"] == studies]
        kinds = [kind for kind in _KINDS if (here["kind"] == kind).any()]
        for method in methods:
            _draw(ax, next(places), here[here["method"] == method], kinds)


def _draw(ax: Axes, place: float, rows: pd.DataFrame, kinds: Sequence[str]) -> None:
    """A line per kind within the row, with the marks of its studies and intervals."""
    for k, kind in enumerate(kinds):
        marker, color = _KINDS[kind]
        here = rows[rows["kind"] == kind]
        at = np.full(len(here), place + (k - (len(kinds) - 1) / 2) * _LANE)
        low = np.maximum(here["low"], _LEFT)
        ax.hlines(at, low, here["high"], color=PALETTE["tie"], linewidth=0.8, zorder=2)
        ax.scatter(
            np.maximum(100 * here["size_05"], _LEFT),
            at,
            s=22,
            marker=marker,
            facecolor=PALETTE[color],
            edgecolor=PALETTE["paper"],
            linewidth=0.25,
            zorder=3,
            label=f"_{kind}",
        )


def _frame(ax: Axes) -> None:
    ax.set_xscale("log")
    ax.set_xlim(_LEFT, _RIGHT)
    ax.axvspan(_LEAST, _MOST, color=PALETTE["sky"], alpha=0.45, linewidth=0, zorder=0)
    ax.axvline(_NOMINAL, color=PALETTE["ink"], linewidth=0.8, zorder=1)
    ticks = _FEW_TICKS if is_narrow(ax) else _TICKS
    ax.xaxis.set_major_locator(FixedLocator(ticks))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(_percent())
    told = label("calibration.axis")
    ax.set_xlabel(textwrap.fill(told, _NARROW_LETTERS) if is_narrow(ax) else told)


def _percent() -> FuncFormatter:
    """Decimals below 1 only, in the language in force now."""
    few, none = number_ticks(1), number_ticks(0)
    return FuncFormatter(lambda value, at: (few if value < 1 else none)(value, at))


def _key(measured: pd.DataFrame, refused: int) -> list[KeyRow]:
    rows = [
        line_row(label(f"calibration.{kind}"), PALETTE[color], 0, marker=marker)
        for kind, (marker, color) in _KINDS.items()
        if (measured["kind"] == kind).any()
    ]
    sky = PALETTE["sky"]
    rows += [
        line_row(label("calibration.interval"), PALETTE["tie"], 0.8),
        box_row(label("calibration.band"), sky, "none"),
    ]
    if refused:
        rows.append(KeyRow(label("calibration.refused", count=refused)))
    return rows


def _told(measured: pd.DataFrame, groups: Groups) -> str:
    """The lowest and the highest size of each test, in per cent."""
    told = []
    for studies, methods in groups.items():
        lines = []
        for method in methods:
            here = (measured["studies"] == studies) & (measured["method"] == method)
            sizes = 100 * measured.loc[here, "size_05"]
            low, high = number(sizes.min(), 1), number(sizes.max(), 1)
            span = label("evidence.between", low=low, high=high)
            lines.append(f"{word(method)} {low if low == high else span}")
        told.append(f"{label(f'calibration.{studies}')}: {'; '.join(lines)}.")
    return label("alt.calibration", tests=" ".join(told))
