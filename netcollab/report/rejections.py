"""How often each test rejects a true null hypothesis, as calibration measured it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
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
    new_axes,
    note_text,
    number_ticks,
)
from netcollab.report.rows import stack_height, stack_rows
from netcollab.report.style import PALETTE, theme

__all__ = ["plot_calibration"]

Groups = Mapping[str, Sequence[str]]

_ROW_MM, _FRAME_MM = 5.6, 34.0
_LEAST, _MOST, _NOMINAL = 3.0, 7.0, 5.0
_LEFT, _RIGHT = 0.1, 100.0
_TICKS = (0.1, 0.3, 1.0, 3.0, 7.0, 20.0, 50.0, 100.0)
_FEW_TICKS = (0.3, 3.0, 7.0, 50.0)
_DODGE, _NARROW_LETTERS = 0.56, 28
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
    ax: Axes | None = None,
    title: str | None = None,
    note: str = "",
    key: Place | None = "below",
) -> Axes:
    """The size of each test at .05, a row per test and a mark per kind of studies.

    A test that keeps its level has its marks in the band from 3 to 7 %. Marks differ
    by what is out of the ordinary in the studies. The axis is logarithmic. It is made
    for a page: a column has room for the tests of one kind of studies.

    Parameters
    ----------
    table
        As of `netcollab.inference.recorded` or `calibrate`: columns studies, method,
        simulations, size_05 and those that tell the kind of studies.
    ax, title, note, key
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
        high = _FRAME_MM + _ROW_MM * stack_height(*_stacked(groups))
        ax = new_axes(high) if ax is None else ax
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


def _stacked(groups: Groups) -> tuple[list[str], dict[int, str]]:
    """The names of the rows, and the headings above the first of each group."""
    names: list[str] = []
    sections = {}
    for studies, methods in groups.items():
        sections[len(names)] = label(f"calibration.{studies}")
        names += [capitalized(word(method)) for method in methods]
    return names, sections


def _draw_groups(ax: Axes, measured: pd.DataFrame, groups: Groups) -> None:
    places = iter(stack_rows(ax, *_stacked(groups)))
    for studies, methods in groups.items():
        for method in methods:
            here = (measured["studies"] == studies) & (measured["method"] == method)
            _draw(ax, next(places), measured[here])


def _draw(ax: Axes, place: float, rows: pd.DataFrame) -> None:
    """Marks one below the other within the row, each with its interval."""
    spread: npt.NDArray[np.float64] = np.linspace(-0.5, 0.5, len(rows)) * _DODGE
    at = place + (spread if len(rows) > 1 else np.zeros(1))
    low = np.maximum(rows["low"], _LEFT)
    ax.hlines(at, low, rows["high"], color=PALETTE["tie"], linewidth=0.8, zorder=2)
    for kind, (marker, color) in _KINDS.items():
        here = (rows["kind"] == kind).to_numpy()
        ax.scatter(
            np.maximum(100 * rows["size_05"][here], _LEFT),
            at[here],
            s=13,
            marker=marker,
            color=PALETTE[color],
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
