"""Ranks as pictures: who stands where, on which base, and how surely?"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence, Set

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import ScaledTranslation

from netcollab.errors import InputError, UnknownNameError
from netcollab.report.figures import describe
from netcollab.report.labels import (
    capitalized,
    label,
    name_of,
    number,
    word,
)
from netcollab.report.margins import (
    KeyRow,
    KeySection,
    Place,
    add_heading,
    add_key,
    line_row,
    new_axes,
    note_text,
    number_ticks,
)
from netcollab.report.rows import name_rows
from netcollab.report.style import PALETTE, SEQUENCE, theme
from netcollab.report.ties import plain

__all__ = ["plot_power_profile", "plot_rank_intervals"]

Floats = npt.NDArray[np.float64]

_MARKERS = ("o", "s", "D", "^", "v", "P", "h", "X", "p")
_STYLES = ("-", (0, (4, 1.5)), (0, (1, 1)))
_FEW_ACTORS = 4
_DODGE = 0.05
_LABEL_GAP = 0.12
_BESIDE_IN = 0.05
_SCENARIO_WIDTH, _SCENARIO_STYLE = 1.4, (0.0, (1.0, 1.0))


def plot_power_profile(
    profile: pd.DataFrame,
    *,
    intervals: Mapping[str, pd.DataFrame] | None = None,
    actors: pd.DataFrame | None = None,
    ax: Axes | None = None,
    title: str | None = None,
    note: str = "",
    key: Place | None = "below",
) -> Axes:
    """Where each actor stands on each base of power: rank 1 is on top.

    A line joins an actor's ranks; it is broken where a rank is not known. Names stand
    at the right end. Above stands on which bases no actor can be told from another
    (all intervals share a rank), and, for four actors and fewer, that ranks say little.

    Parameters
    ----------
    profile
        Actors x bases, ranks with 1 = most, NaN where not known.
    intervals
        For some bases, columns best and worst per actor, drawn as bars; thin and dotted
        where ``.attrs["kind"]`` is "scenarios", which are no bounds.
    actors
        Attributes by actor, for display names; None: the index as it is.
    ax, title, note, key
        As in `draw_network`.

    Returns
    -------
    Axes
        With an alt text.

    Raises
    ------
    UnknownNameError
        If `intervals` names a base the profile does not have.
    InputError
        If ranks are not numbers of at least 1, or an interval lacks an actor.

    Examples
    --------
    >>> ranks = pd.DataFrame({"staff": [1.0, 2.0], "trust": [2, 1]}, ["nav", "ks"])
    >>> ax = plot_power_profile(ranks)
    >>> [tick.get_text() for tick in ax.get_xticklabels()]
    ['staff', 'trust']
    """
    ranks = _checked_ranks(profile)
    bars = _checked_intervals(profile, intervals)
    with theme():
        names = _names(profile.index, actors)
        own = ax is None
        ax = new_axes(max(70.0, 30.0 + 8.0 * len(names))) if ax is None else ax
        shift = _dodges(ranks, bars)
        for place in range(len(names)):
            _draw_profile(ax, ranks[place], shift[place], place)
        kinds = _kinds(profile, intervals)
        for column, spans in bars.items():
            _draw_bars(ax, column + shift[:, column], spans, kinds[column])
        _frame_profile(ax, ranks, shift, [word(base) for base in profile.columns])
        _name_ends(ax, ranks, shift, names)
        heading = label("measure.power_profile") if title is None else title
        actors_told = label("count.actor", count=len(names))
        doubts = _doubts(profile, bars)
        add_heading(ax, capitalized(heading), actors_told, *doubts, note_text(note))
        add_key(ax, _profile_key(ranks, set(kinds.values())), key, own=own)
        sentences = [f"{capitalized(doubt)}." for doubt in doubts]
        describe(ax, " ".join([_told_profile(profile, names, bars), *sentences]))
    return ax


def plot_rank_intervals(
    intervals: pd.DataFrame,
    *,
    observed: pd.Series | None = None,
    actors: pd.DataFrame | None = None,
    ax: Axes | None = None,
    title: str | None = None,
    note: str = "",
    key: Place | None = "below",
) -> Axes:
    """The best and the worst rank each actor can have, as bars; rank 1 on the left.

    Parameters
    ----------
    intervals
        Columns best and worst, one row per actor, 1 = most.
    observed
        Ranks by one index, drawn as dots.
    actors
        Attributes by actor, for display names; None: the index as it is.
    ax, title, note, key
        As in `draw_network`.

    Returns
    -------
    Axes
        With an alt text.

    Raises
    ------
    InputError
        If the columns are missing, or best is above worst.

    Examples
    --------
    >>> spans = pd.DataFrame({"best": [1, 1], "worst": [1, 2]}, index=["nav", "ks"])
    >>> ax = plot_rank_intervals(spans)
    >>> [tick.get_text() for tick in ax.get_yticklabels()]
    ['nav', 'ks']
    """
    spans = _spans("intervals", intervals, intervals.index)
    order = np.lexsort((np.arange(len(spans)), spans[:, 1], spans.sum(axis=1)))
    with theme():
        names = [_names(intervals.index, actors)[k] for k in order]
        own = ax is None
        ax = new_axes(max(55.0, 32.0 + 7.5 * len(names))) if ax is None else ax
        rows = np.arange(len(names))
        best, worst = spans[order].T
        ax.hlines(rows, best, worst, color=PALETTE["sky"], linewidth=7, label="_spans")
        ax.scatter(best, rows, marker="|", s=70, color=PALETTE["navy"], zorder=3)
        ax.scatter(worst, rows, marker="|", s=70, color=PALETTE["navy"], zorder=3)
        if observed is not None:
            dots = observed.reindex(intervals.index).to_numpy(dtype=float)[order]
            ax.scatter(dots, rows, s=26, color=PALETTE["ink"], zorder=4, label="_dots")
        sides = [textwrap.fill(name, 34, break_long_words=False) for name in names]
        name_rows(ax, sides)
        last = max(float(np.nanmax(spans, initial=1.0)), len(names), 2.0)
        ax.set_xlim(0.5, last + 0.5)
        ax.xaxis.set_major_locator(MaxNLocator(10, integer=True))
        ax.xaxis.set_major_formatter(number_ticks(0))
        ax.set_xlabel(label("profile.rank_axis"))
        heading = label("measure.rank_intervals") if title is None else title
        counted = label("count.actor", count=len(names))
        add_heading(ax, capitalized(heading), counted, note_text(note))
        rows_of_key = [line_row(label("profile.interval"), PALETTE["sky"], 7)]
        if observed is not None:
            rows_of_key.append(
                line_row(label("profile.observed"), PALETTE["ink"], 0, marker="o")
            )
        add_key(ax, [KeySection("", rows_of_key)], key, own=own)
        describe(ax, _told_spans(names, spans[order]))
    return ax


def _checked_ranks(profile: pd.DataFrame) -> Floats:
    try:
        ranks = profile.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError):
        raise InputError("profile needs ranks in every cell, or NaN") from None
    if (ranks < 1).any() or np.isinf(ranks).any():
        raise InputError("profile needs ranks of 1 and more")
    return ranks


def _checked_intervals(
    profile: pd.DataFrame, intervals: Mapping[str, pd.DataFrame] | None
) -> dict[int, Floats]:
    bars = {}
    for base, table in (intervals or {}).items():
        if base not in profile.columns:
            raise UnknownNameError("base", base, profile.columns)
        place = list(profile.columns).index(base)
        bars[place] = _spans(f'intervals of "{base}"', table, profile.index)
    return bars


def _kinds(
    profile: pd.DataFrame, intervals: Mapping[str, pd.DataFrame] | None
) -> dict[int, str]:
    """Column -> what its intervals are: bounds, or ranks in some scenarios."""
    places = {base: place for place, base in enumerate(profile.columns)}
    return {
        places[base]: str(table.attrs.get("kind", "bounds"))
        for base, table in (intervals or {}).items()
    }


def _doubts(profile: pd.DataFrame, bars: Mapping[int, Floats]) -> list[str]:
    """What the ranks cannot say: of so few actors, on bases that leave all open."""
    told = []
    if len(profile) <= _FEW_ACTORS:
        told.append(label("profile.few", count=len(profile)))
    alike = [
        word(profile.columns[column])
        for column, spans in sorted(bars.items())
        if len(spans) > 1 and spans[:, 0].max() <= spans[:, 1].min()
    ]
    return [*told, label("profile.alike", bases=", ".join(alike))] if alike else told


def _spans(what: str, table: pd.DataFrame, index: pd.Index) -> Floats:
    missing = [column for column in ("best", "worst") if column not in table]
    missing += [str(name) for name in index if name not in table.index]
    if missing:
        raise InputError(f"{what} lacks: {', '.join(missing)}")
    spans = table.loc[index, ["best", "worst"]].to_numpy(dtype=float)
    if (spans[:, 0] > spans[:, 1]).any():
        raise InputError(f"{what} needs best <= worst")
    return spans


def _names(index: pd.Index, actors: pd.DataFrame | None) -> list[str]:
    table = pd.DataFrame(index=index) if actors is None else actors.reindex(index)
    return name_of(table).tolist()


def _dodges(ranks: Floats, bars: Mapping[int, Floats]) -> Floats:
    """Steps to the side, so that equal ranks and the bars of intervals can be seen."""
    shift = np.zeros(ranks.shape)
    for column in range(ranks.shape[1]):
        if column in bars:
            order = np.argsort(
                np.nan_to_num(ranks[:, column], nan=np.inf), kind="stable"
            )
            shift[order, column] = _spread(len(order))
            continue
        for rank in np.unique(ranks[~np.isnan(ranks[:, column]), column]):
            at = np.flatnonzero(ranks[:, column] == rank)
            shift[at, column] = _spread(len(at))
    return shift


def _spread(count: int) -> Floats:
    step = min(_DODGE, 0.4 / max(count, 1))
    return np.asarray((np.arange(count) - (count - 1) / 2) * step, dtype=float)


def _draw_profile(ax: Axes, ranks: Floats, shift: Floats, place: int) -> None:
    color = PALETTE[SEQUENCE[place % len(SEQUENCE)]]
    ax.plot(
        np.arange(len(ranks)) + shift,
        ranks,
        color=color,
        linewidth=1.5,
        linestyle=_STYLES[place // len(SEQUENCE) % len(_STYLES)],
        marker=_MARKERS[place % len(_MARKERS)],
        markersize=6,
        markeredgecolor=PALETTE["ink"],
        markeredgewidth=0.6,
        clip_on=False,
        zorder=3,
        label="_profile",
    )


def _draw_bars(ax: Axes, across: Floats, spans: Floats, kind: str) -> None:
    sure = kind != "scenarios"
    ax.vlines(
        across,
        spans[:, 0],
        spans[:, 1],
        colors=[PALETTE[SEQUENCE[k % len(SEQUENCE)]] for k in range(len(spans))],
        linewidth=2.6 if sure else _SCENARIO_WIDTH,
        linestyles="solid" if sure else _SCENARIO_STYLE,
        alpha=0.45 if sure else 0.8,
        clip_on=False,
        zorder=1,
        label="_spans",
    )


def _name_ends(ax: Axes, ranks: Floats, shift: Floats, names: Sequence[str]) -> None:
    """Names in the order of the last known rank, each joined to its line."""
    ends = [_last_known(row) for row in ranks]
    order = np.argsort(
        [np.nan_to_num(rank, nan=np.inf) for _, rank in ends], kind="stable"
    )
    figure = ax.get_figure(root=True)
    beside = ax.get_yaxis_transform()
    if figure is not None:
        beside += ScaledTranslation(_BESIDE_IN, 0, figure.dpi_scale_trans)
    right = ax.get_xlim()[1]
    for place, k in enumerate(order, start=1):
        column, rank = ends[k]
        text = names[k] if not np.isnan(rank) else f"{names[k]} ({number(rank)})"
        ax.text(
            1.0,
            place,
            textwrap.fill(text, 34, break_long_words=False),
            va="center",
            linespacing=1.0,
            transform=beside,
            parse_math=False,
        )
        if not np.isnan(rank):
            ax.plot(
                [column + shift[k, column], right],
                [rank, place],
                color=PALETTE[SEQUENCE[k % len(SEQUENCE)]],
                linewidth=0.5,
                clip_on=False,
                label="_leader",
            )


def _last_known(row: Floats) -> tuple[int, float]:
    known = np.flatnonzero(~np.isnan(row))
    return (int(known[-1]), float(row[known[-1]])) if len(known) else (0, np.nan)


def _frame_profile(
    ax: Axes, ranks: Floats, shift: Floats, bases: Sequence[str]
) -> None:
    n, columns = ranks.shape
    before = float(shift[:, 0].min(initial=0.0)) if columns else 0.0
    after = float(shift[:, -1].max(initial=0.0)) if columns else 0.0
    lowest = max(n, int(np.nanmax(ranks, initial=1.0)))
    ax.set_xticks(
        np.arange(columns),
        [textwrap.fill(base, 16, break_long_words=False) for base in bases],
        parse_math=False,
    )
    ax.xaxis.tick_top()
    ax.set_xlim(before - _LABEL_GAP, columns - 1 + after + 2 * _LABEL_GAP)
    ax.set_ylim(lowest + 0.5, 0.5)
    ax.yaxis.set_major_locator(MaxNLocator(min(lowest, 12), integer=True))
    ax.yaxis.set_major_formatter(number_ticks(0))
    ax.set_ylabel(label("profile.rank_axis"))
    for column in range(columns):
        ax.axvline(column, color=PALETTE["faint"], linewidth=0.6, zorder=0)
    ax.tick_params(axis="x", length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)


def _profile_key(ranks: Floats, kinds: Set[str]) -> list[KeySection]:
    grey = PALETTE["unknown"]
    rows = []
    if kinds - {"scenarios"}:
        rows.append(line_row(label("profile.interval"), grey, 2.6))
    if "scenarios" in kinds:
        told = label("profile.scenarios")
        rows.append(line_row(told, grey, _SCENARIO_WIDTH, _SCENARIO_STYLE))
    if np.isnan(ranks).any():
        rows.append(KeyRow(label("profile.missing")))
    return [KeySection("", rows)]


def _told_profile(
    profile: pd.DataFrame, names: Sequence[str], bars: Mapping[int, Floats]
) -> str:
    bases = [word(base) for base in profile.columns]
    told = [
        label(
            "alt.profile",
            actors=label("count.actor", count=len(names)),
            bases=", ".join(bases),
        )
    ]
    ranks = profile.to_numpy(dtype=float)
    for k, name in enumerate(names):
        cells = [number(rank, plain([rank])) for rank in ranks[k]]
        for column, spans in bars.items():
            best, worst = (number(end, 0) for end in spans[k])
            cells[column] += f" ({label('evidence.between', low=best, high=worst)})"
        told.append(f"{name}: {'; '.join(cells)}.")
    return " ".join(told)


def _told_spans(names: Sequence[str], spans: Floats) -> str:
    told = [label("alt.intervals", actors=label("count.actor", count=len(names)))]
    told += [
        label("alt.interval", actor=name, best=number(best, 0), worst=number(worst, 0))
        for name, (best, worst) in zip(names, spans, strict=True)
    ]
    return " ".join(told)
