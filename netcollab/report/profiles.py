"""Relational capacity as pictures: its dimensions, and where two units differ.

What is strong, what is weak, and who sees it otherwise?
"""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

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
    number_ticks,
)
from netcollab.report.style import PALETTE, theme

__all__ = ["plot_perception_gaps", "plot_profile"]

_ROW_MM, _FRAME_MM = 9.0, 34.0


def plot_profile(
    profile: pd.DataFrame,
    *,
    site: str | None = None,
    name: str = "",
    ax: Axes | None = None,
    title: str | None = None,
    note: str = "",
    key: Place | None = "below",
) -> Axes:
    """The dimensions of a construct: one site before the others, none of them named.

    Parameters
    ----------
    profile
        One row per dimension and site: columns dimension, site, mean, se, n, as
        `netcollab.scales.dimension_profile` gives them for one wave and weighting.
    site
        The site to show with its mean and standard error; None: only the spread.
    name
        How the site is called in the key; empty: its id.
    ax, title, note, key
        As in `draw_network`.

    Returns
    -------
    Axes
        With an alt text.

    Raises
    ------
    UnknownNameError
        If the profile does not have the site.
    InputError
        If a dimension of a site has several rows: choose one wave and weighting.

    Examples
    --------
    >>> told = {"site": ["n", "s"], "dimension": "trust", "mean": [3, 4.0], "n": 6}
    >>> ax = plot_profile(pd.DataFrame(told).assign(se=0.2), site="n")
    >>> [tick.get_text() for tick in ax.get_yticklabels()]
    ['Trust']
    """
    if profile.duplicated(["site", "dimension"]).any():
        raise InputError(
            "the profile has several rows for a dimension of a site; choose one wave "
            "and one weighting"
        )
    if site is not None and site not in set(profile["site"]):
        raise UnknownNameError("site", site, profile["site"].unique())
    dimensions = list(dict.fromkeys(profile["dimension"]))
    with theme():
        own = ax is None
        ax = new_axes(_FRAME_MM + _ROW_MM * len(dimensions)) if ax is None else ax
        rows = profile["dimension"].map({d: k for k, d in enumerate(dimensions)})
        others = profile["site"] != site
        ax.scatter(
            profile.loc[others, "mean"],
            rows[others],
            s=22,
            marker="|",
            color=PALETTE["unknown"],
            label="_others",
        )
        middle = profile.groupby("dimension")["mean"].median().reindex(dimensions)
        ax.scatter(
            middle,
            range(len(dimensions)),
            s=30,
            marker="D",
            facecolors=PALETTE["paper"],
            edgecolors=PALETTE["tie"],
            zorder=3,
            label="_median",
        )
        if site is not None:
            here = profile[profile["site"] == site]
            ax.errorbar(
                here["mean"],
                rows[here.index],
                xerr=here["se"].fillna(0),
                fmt="o",
                color=PALETTE["navy"],
                capsize=3,
                zorder=4,
                label="_site",
            )
        names = [textwrap.fill(capitalized(word(d)), 26) for d in dimensions]
        _frame(ax, names, label("profile.mean_axis"))
        heading = label("profile.dimensions") if title is None else title
        n_sites = profile["site"].nunique()
        add_heading(ax, heading, label("count.site", count=n_sites), note_text(note))
        add_key(ax, [KeySection("", _profile_key(site, name))], key, own=own)
        describe(ax, _told_profile(profile, dimensions, site))
    return ax


def plot_perception_gaps(
    ties: pd.DataFrame,
    *,
    actors: pd.DataFrame | None = None,
    min_respondents: int = 5,
    most: int = 10,
    ax: Axes | None = None,
    title: str | None = None,
    note: str = "",
    key: Place | None = "below",
) -> Axes:
    """Where two units see each other differently: the largest gaps, each as a pair.

    Parameters
    ----------
    ties
        One site and wave of `netcollab.scales.relational_capacity`: columns source,
        target, mean, n, gap.
    actors
        Attributes by actor, for display names; None: the ids.
    min_respondents
        Pairs that fewer respondents answered for, on either side, are not shown, and
        counted under the title.
    most
        How many pairs at the most.
    ax, title, note, key
        As in `draw_network`.

    Returns
    -------
    Axes
        With an alt text.

    Raises
    ------
    InputError
        If an ordered pair has several rows, or none can be shown.

    Examples
    --------
    >>> pairs = [("a", "b", 4.0, 6, 1.0), ("b", "a", 3.0, 7, -1.0)]
    >>> columns = ["source", "target", "mean", "n", "gap"]
    >>> ax = plot_perception_gaps(pd.DataFrame(pairs, columns=columns))
    >>> [tick.get_text() for tick in ax.get_yticklabels()]
    ['a – b']
    """
    if ties.duplicated(["source", "target"]).any():
        raise InputError("the ties have several rows for a pair; choose site and wave")
    pairs, hidden = _pairs(ties, min_respondents)
    pairs = pairs.head(most)
    if not len(pairs):
        raise InputError(
            f"no pair of units has {min_respondents} respondents on both sides"
        )
    named = {} if actors is None else name_of(actors).to_dict()
    with theme():
        own = ax is None
        ax = new_axes(_FRAME_MM + _ROW_MM * len(pairs)) if ax is None else ax
        rows = np.arange(len(pairs))
        ax.hlines(rows, pairs["low"], pairs["high"], color=PALETTE["faint"], lw=4)
        ax.scatter(pairs["high"], rows, s=34, color=PALETTE["navy"], zorder=3)
        ax.scatter(
            pairs["low"],
            rows,
            s=34,
            facecolors=PALETTE["paper"],
            edgecolors=PALETTE["navy"],
            linewidths=1.2,
            zorder=3,
        )
        names = [
            f"{named.get(one, one)} – {named.get(other, other)}"
            for one, other in zip(pairs["pleased"], pairs["other"], strict=True)
        ]
        _frame(ax, [textwrap.fill(n, 34) for n in names], label("profile.mean_axis"))
        told = label("profile.hidden", count=hidden) if hidden else ""
        heading = label("profile.gaps") if title is None else title
        add_heading(ax, heading, told, note_text(note))
        navy = PALETTE["navy"]
        rows_of_key = [
            line_row(label("profile.first_sees"), navy, 0, marker="o"),
            line_row(label("profile.second_sees"), navy, 0, marker="o", filled=False),
        ]
        add_key(ax, [KeySection("", rows_of_key)], key, own=own)
        listed = "; ".join(
            f"{text}: {number(high, 1)} / {number(low, 1)}"
            for text, high, low in zip(names, pairs["high"], pairs["low"], strict=True)
        )
        describe(ax, label("alt.gaps", pairs=listed))
    return ax


def _pairs(ties: pd.DataFrame, min_respondents: int) -> tuple[pd.DataFrame, int]:
    """Each pair once, the unit that sees more first, the largest gap on top."""
    both = ties.merge(
        ties,
        left_on=["source", "target"],
        right_on=["target", "source"],
        suffixes=("", "_back"),
    )
    both = both[both["gap"].notna() & (both["source"] != both["target"])]
    first = (both["gap"] > 0) | ((both["gap"] == 0) & (both["source"] < both["target"]))
    both = both[first]
    shown = (both["n"] >= min_respondents) & (both["n_back"] >= min_respondents)
    table = pd.DataFrame(
        {
            "pleased": both["source"],
            "other": both["target"],
            "high": both["mean"],
            "low": both["mean_back"],
            "gap": both["gap"],
        }
    )[shown]
    order = ["gap", "pleased", "other"]
    table = table.sort_values(order, ascending=[False, True, True])
    return table.reset_index(drop=True), int((~shown).sum())


def _frame(ax: Axes, names: list[str], told: str) -> None:
    ax.set_yticks(np.arange(len(names)), names, parse_math=False)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.set_xlabel(told)
    ax.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(number_ticks(1))
    ax.grid(axis="x", color=PALETTE["faint"], linewidth=0.4)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


def _profile_key(site: str | None, name: str) -> list[KeyRow]:
    others = "profile.other_sites" if site is not None else "profile.sites"
    rows = [
        line_row(label(others), PALETTE["unknown"], 0, marker="|"),
        line_row(label("profile.median"), PALETTE["tie"], 0, marker="D", filled=False),
    ]
    if site is not None:
        told = label("profile.site_with_se", site=name or site)
        rows.insert(0, line_row(told, PALETTE["navy"], 1.2, marker="o"))
    return rows


def _told_profile(
    profile: pd.DataFrame, dimensions: list[str], site: str | None
) -> str:
    lines = []
    for dimension in dimensions:
        means = profile.loc[profile["dimension"] == dimension, "mean"]
        told = label(
            "alt.dimension",
            dimension=word(dimension),
            low=number(means.min(), 1),
            high=number(means.max(), 1),
        )
        if site is not None:
            here = profile["site"].eq(site) & profile["dimension"].eq(dimension)
            mean = float(profile.loc[here, "mean"].mean())
            told += f" ({word(site)}: {number(mean, 1)})"
        lines.append(told)
    return label("alt.dimensions", dimensions="; ".join(lines))
