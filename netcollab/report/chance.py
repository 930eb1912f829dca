"""Chance as a picture: what would it give, and where is the observed value?"""

from __future__ import annotations

import math
import textwrap
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import MaxNLocator

from netcollab.report.figures import describe
from netcollab.report.labels import (
    capitalized,
    label,
    number,
    word,
)
from netcollab.report.margins import (
    add_heading,
    new_axes,
    note_text,
    number_ticks,
)
from netcollab.report.reasons import reason_text
from netcollab.report.style import PALETTE, theme

__all__ = ["NullResult", "plot_null_distribution"]

Floats = npt.NDArray[np.float64]

_FEW_VALUES = 25
_BINS = 40
_DIGITS = 10
_TICKS = 7


class NullResult(Protocol):
    """A test's result, as far as a picture needs it."""

    @property
    def test(self) -> str: ...
    @property
    def statistic(self) -> float: ...
    @property
    def pvalue(self) -> float: ...
    @property
    def alternative(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def null_distribution(self) -> npt.NDArray[np.float64]: ...


def plot_null_distribution(
    result: NullResult,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    note: str = "",
) -> Axes:
    """What chance alone would give, and where the observed value lies.

    The part of the distribution that counts for the p-value is dark. A result that
    could not be tested says why instead.

    Parameters
    ----------
    result
        A test's result with its null distribution.
    ax, title, note
        As in `draw_network`.

    Returns
    -------
    Axes
        With an alt text.

    Examples
    --------
    >>> from netcollab.inference import TestResult
    >>> refused = TestResult("QAP", "no link", reason="y is constant")
    >>> ax = plot_null_distribution(refused)
    >>> [text.get_text() for text in ax.texts][-1]
    'Not tested: y is constant'
    """
    draws = np.asarray(result.null_distribution, dtype=float).ravel()
    with theme():
        ax = new_axes(75.0) if ax is None else ax
        heading = word(result.test) if title is None else title
        if result.reason or not len(draws) or np.isnan(result.statistic):
            return _untested(ax, heading, note, result.reason)
        add_heading(ax, capitalized(heading), _way(result, len(draws)), note_text(note))
        _draw_draws(ax, draws, _extreme(draws, result))
        _mark_observed(ax, result)
        ax.set_xlabel(label("null.statistic"))
        ax.set_ylabel(label("null.share"))
        for axis in (ax.xaxis, ax.yaxis):
            _round_ticks(axis)
        sentence = label(
            "alt.null",
            draws=label("count.draw", count=len(draws)),
            low=number(float(draws.min())),
            high=number(float(draws.max())),
            value=number(result.statistic),
            p=_p(result.pvalue),
        )
        describe(ax, f"{capitalized(heading)}. {sentence}")
    return ax


def _untested(ax: Axes, heading: str, note: str, reason: str) -> Axes:
    text = label("null.untested", reason=reason_text(reason) or label("null.no_draws"))
    ax.set_axis_off()
    add_heading(ax, capitalized(heading), note_text(note))
    ax.text(0.0, 0.9, textwrap.fill(text, 70), va="top", parse_math=False)
    describe(ax, f"{capitalized(heading)}. {text}")
    return ax


def _way(result: NullResult, count: int) -> str:
    """How the distribution came about, in the ambient language."""
    exact = result.method.startswith(("exact", "enumerated"))
    return label("null.enumerated" if exact else "null.drawn", count=count)


def _extreme(draws: Floats, result: NullResult) -> npt.NDArray[np.bool_]:
    """The draws at least as far out as the observed value, ties included."""
    limit = result.statistic
    slack = 1e-10 * max(1.0, abs(limit))
    if result.alternative == "greater":
        return draws >= limit - slack
    if result.alternative == "less":
        return draws <= limit + slack
    return np.abs(draws) >= abs(limit) - slack


def _draw_draws(ax: Axes, draws: Floats, extreme: npt.NDArray[np.bool_]) -> None:
    """Bars at the values of a discrete distribution, else a histogram."""
    values = np.unique(np.round(draws, _DIGITS))
    if len(values) <= _FEW_VALUES:
        rounded = np.round(draws, _DIGITS)
        span = float(np.ptp(values)) or 1.0
        gap = float(np.diff(values).min()) if len(values) > 1 else span
        for value in values:
            at = rounded == value
            color = PALETTE["navy" if extreme[at].all() else "sky"]
            share = float(at.mean())
            ax.bar(value, share, width=min(gap, span / 20) * 0.8, color=color)
        return
    table = pd.DataFrame({"draw": draws, "extreme": extreme})
    sns.histplot(
        table,
        x="draw",
        hue="extreme",
        hue_order=[True, False],
        palette=[PALETTE["navy"], PALETTE["sky"]],
        multiple="stack",
        stat="proportion",
        bins=_BINS,
        alpha=1,
        edgecolor=PALETTE["paper"],
        linewidth=0.3,
        legend=False,
        ax=ax,
    )


def _mark_observed(ax: Axes, result: NullResult) -> None:
    ax.axvline(result.statistic, color=PALETTE["against"], linewidth=1.6, zorder=4)
    low, high = ax.get_xlim()
    span = high - low
    low, high = min(low, result.statistic - span / 20), max(high, result.statistic)
    left = result.statistic < (low + high) / 2
    ax.set_xlim(low, high + span / 20)
    top = ax.get_ylim()[1] * 1.18
    ax.set_ylim(0, top)
    ax.annotate(
        label("null.observed", value=number(result.statistic), p=_p(result.pvalue)),
        (result.statistic, top),
        xytext=(5 if left else -5, -2),
        textcoords="offset points",
        ha="left" if left else "right",
        va="top",
        weight="bold",
        color=PALETTE["against"],
        parse_math=False,
    )


def _p(pvalue: float) -> str:
    """p = or p <, with three decimals."""
    if pvalue < 0.001:
        return f"p < {number(0.001, 3)}"
    return f"p = {number(pvalue, 3)}"


def _round_ticks(axis: Axis) -> None:
    """Ticks at round numbers, with the digits those numbers have."""
    locator = MaxNLocator(_TICKS, steps=[1, 2, 5, 10])
    step = float(np.diff(locator.tick_values(*axis.get_view_interval()))[0])
    axis.set_major_locator(locator)
    axis.set_major_formatter(number_ticks(max(0, -math.floor(math.log10(step)))))
