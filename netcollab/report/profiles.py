"""Relational capacity as pictures: its dimensions, and where two units differ.

What is strong, what is weak, and who sees it otherwise?
"""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

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
    number_ticks,
)
from netcollab.report.rows import name_rows
from netcollab.report.style import PALETTE, theme

__all__ = ["plot_perception_gaps", "plot_profile"]

_ROW_MM, _FRAME_MM = 9.0, 34.0


def plot_profile(
    profile: pd.DataFrame,
    *,
    site: str | None = None,
    name: str = "",
    min_respondents: int = 5,
    ax: Axes | None = None,
    title: str | None = None,
    note: str = "",
    key: Place | None = "below",
) -> Axes:
    """The dimensions of a construct: one site before the others, none of them named.

    What `netcollab.report.protect` holds back besides is to be left out of the table.

    Parameters
    ----------
    profile
        One row per dimension and site: columns dimension, site, mean, se, n, as
        `netcollab.scales.dimension_profile` gives them for one wave and weighting.
    site
        The site to show with its mean and standard error; None: only the spread.
    name
        How the site is called in the key; empty: its id.
    min_respondents
        Means of fewer people are left out, and the median is of those that stay.
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
    check_count("min_respondents", min_respondents, minimum=3)
    dimensions = list(dict.fromkeys(profile["dimension"]))
    profile = profile[~(profile["n"] < min_respondents)]
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
        sites = label("count.site", count=n_sites)
        add_heading(ax, heading, *_where_and_when(profile), sites, note_text(note))
        add_key(ax, [KeySection("", _profile_key(site, name))], key, own=own)
        describe(ax, _told_profile(profile, dimensions, site))
    return ax


def plot_perception_gaps(
    gaps: pd.DataFrame,
    *,
    actors: pd.DataFrame | None = None,
    most: int = 10,
    min_respondents: int = 5,
    ax: Axes | None = None,
    title: str | None = None,
    note: str = "",
    key: Place | None = "below",
) -> Axes:
    """Where two units see each other differently: the largest gaps, each as a pair.

    Parameters
    ----------
    gaps
        One site and wave of `netcollab.scales.perception_gaps`: columns first, second,
        first_sees, second_sees, and n, n_back: how many people said so. Pairs held back
        there are counted under the title, too.
    actors
        Attributes by actor, for display names; None: the ids.
    most
        How many pairs at the most.
    min_respondents
        Pairs of which fewer people spoke for one side are held back.
    ax, title, note, key
        As in `draw_network`.

    Returns
    -------
    Axes
        With an alt text.

    Raises
    ------
    InputError
        If a pair has several rows, or there is none that may be shown.

    Examples
    --------
    >>> pair = {"first": ["a"], "second": "b", "first_sees": 4.0, "second_sees": 3.0}
    >>> ax = plot_perception_gaps(pd.DataFrame(pair))
    >>> [tick.get_text() for tick in ax.get_yticklabels()]
    ['a – b']
    """
    if gaps.duplicated(["first", "second"]).any():
        raise InputError("the gaps have several rows for a pair; choose site and wave")
    check_count("min_respondents", min_respondents, minimum=3)
    people = gaps[[name for name in ("n", "n_back") if name in gaps]]
    shown = ~(people < min_respondents).any(axis=1)
    if not shown.any():
        raise InputError("there is no pair of units to show")
    pairs = gaps[shown].head(most)
    hidden = int(gaps.attrs.get("held_back", 0)) + int((~shown).sum())
    named = {} if actors is None else name_of(actors).to_dict()
    with theme():
        own = ax is None
        ax = new_axes(_FRAME_MM + _ROW_MM * len(pairs)) if ax is None else ax
        names = [
            f"{named.get(one, one)} – {named.get(other, other)}"
            for one, other in zip(pairs["first"], pairs["second"], strict=True)
        ]
        _draw_pairs(ax, pairs)
        _frame(ax, [textwrap.fill(n, 34) for n in names], label("profile.mean_axis"))
        told = label("profile.hidden", count=hidden) if hidden else ""
        heading = label("profile.gaps") if title is None else title
        told_place = _where_and_when(gaps)
        add_heading(ax, heading, *told_place, told, note_text(note))
        navy = PALETTE["navy"]
        rows_of_key = [
            line_row(label("profile.first_sees"), navy, 0, marker="o"),
            line_row(label("profile.second_sees"), navy, 0, marker="o", filled=False),
        ]
        add_key(ax, [KeySection("", rows_of_key)], key, own=own)
        listed = "; ".join(
            f"{text}: {number(one, 1)} / {number(other, 1)}"
            for text, one, other in zip(
                names, pairs["first_sees"], pairs["second_sees"], strict=True
            )
        )
        describe(ax, label("alt.gaps", pairs=listed))
    return ax


def _draw_pairs(ax: Axes, pairs: pd.DataFrame) -> None:
    rows, navy = np.arange(len(pairs)), PALETTE["navy"]
    one, other = pairs["first_sees"], pairs["second_sees"]
    ax.hlines(rows, other, one, color=PALETTE["faint"], lw=4)
    ax.scatter(one, rows, s=34, color=navy, zorder=3)
    paper = PALETTE["paper"]
    ax.scatter(
        other, rows, s=34, facecolors=paper, edgecolors=navy, linewidths=1.2, zorder=3
    )


def _where_and_when(table: pd.DataFrame) -> list[str]:
    """The site and the wave of a table that has one of each."""
    told = []
    for column in ("site", "wave"):
        names = list(table[column].unique()) if column in table else []
        if len(names) == 1:
            name = str(names[0])
            told.append(
                word(name) if column == "site" else label("network.wave", wave=name)
            )
    return told


def _frame(ax: Axes, names: list[str], told: str) -> None:
    name_rows(ax, names)
    ax.set_xlabel(told)
    ax.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(number_ticks(1))


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
