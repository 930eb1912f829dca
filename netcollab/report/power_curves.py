"""Power as a picture: how large an effect, how many sites, for it to be found?"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator

from netcollab._checks import check_choice
from netcollab.inference import Design
from netcollab.report.figures import describe
from netcollab.report.labels import label, number
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
from netcollab.report.style import PALETTE, theme

__all__ = ["View", "method_words", "plain_number", "plan_of", "plot_power", "views"]

View = Literal["effect", "correlation", "size"]

LINES: dict[str, tuple[str, Style]] = {
    "site_means": ("navy", "-"),
    "site_permutation": ("amber", (0, (4, 1.5))),
    "site_slopes": ("teal", "-"),
    "qap_correlation": ("rose", (0, (1.5, 1))),
    "permutation_correlation": ("violet", (0, (5, 1.2, 1.2, 1.2))),
}
METHODS = {"qap_correlation": "qap", "permutation_correlation": "correlation"}
HEIGHT_MM = 105.0
MOST_TICKS = 9


def views(design: Design) -> list[View]:
    """What power of this design can be drawn against."""
    effects, ties = (
        set(design.curves["test"]) & set(design.table.loc[at, "test"])
        for at in (_of_sites(design), ~_of_sites(design))
    )
    found: dict[View, bool] = {
        "effect": bool(effects),
        "correlation": bool(ties),
        "size": len(design.sizes) > 0,
    }
    return [view for view, drawn in found.items() if drawn]


def plot_power(
    design: Design,
    against: View = "effect",
    *,
    ax: Axes | None = None,
    title: str | None = None,
    note: str = "",
    key: Place | None = "below",
) -> Axes:
    """Power of each test of a planned study, with its Monte-Carlo interval.

    Parameters
    ----------
    design
        What `netcollab.inference.design` gave.
    against
        "effect": that of sites; "correlation": that of ties and of actors; "size": how
        many sites or, with one site, actors there are.
    ax, title, note, key
        As in `draw_network`.

    Returns
    -------
    Axes
        With an alt text.

    Raises
    ------
    UnknownNameError
        If the design has no test to draw against it.

    Examples
    --------
    >>> import netcollab as nc
    >>> ax = plot_power(nc.inference.design(1, 6, n_simulations=100, rng=1), "size")
    >>> ax.get_xlabel()
    'actors'
    """
    check_choice("view of power", against, views(design))
    rows = _rows(design, against)
    planned, kind = _planned(design, against)
    with theme():
        own = ax is None
        ax = new_axes(HEIGHT_MM) if ax is None else ax
        heading = label(f"design.against_{kind}") if title is None else title
        remarks = (*plan_of(design, against), label("design.band"), note_text(note))
        add_heading(ax, heading, *remarks)
        if against == "size":
            _ladder(ax, sorted(set(rows["at"])))
        _mark(ax, planned, design.goal, against)
        for test, told in rows.groupby("test", sort=False):
            color, style = LINES[str(test)]
            at = told["at"].to_numpy(dtype=float)
            low, high = (told[end].to_numpy(dtype=float) for end in ("low", "high"))
            ax.fill_between(
                at, low, high, color=PALETTE[color], alpha=0.18, linewidth=0
            )
            ax.plot(
                at, told["power"], color=PALETTE[color], linestyle=style, linewidth=1.7
            )
        ax.set_xlabel(label(f"design.{kind}_axis"))
        ax.set_ylabel(label("design.power_axis"))
        add_key(ax, [KeySection("", _key(rows, design.goal))], key, own=own)
        describe(ax, _told(rows, planned, design.goal, heading))
    return ax


def plan_of(design: Design, against: View | None = None) -> list[str]:
    """What is planned, in words; with a view, the effects that it holds still."""
    plan = design.plan
    told = [
        label(
            "design.plan",
            sites=label("count.site", count=plan["sites"]),
            functions=label("count.function", count=plan["functions"]),
            respondents=number(plan["respondents"], 0),
            rate=plain_number(plan["response_rate"]),
            icc=plain_number(plan["icc"]),
        )
    ]
    if against == "size":
        kinds = design.table.drop_duplicates("kind")
        told += [
            label(f"design.{kind}", effect=plain_number(effect))
            for kind, effect in zip(kinds["kind"], kinds["effect"], strict=True)
        ]
    return told


def method_words(test: str) -> str:
    """A test of a design as findings name its method, in the ambient language.

    Examples
    --------
    >>> method_words("site_means"), method_words("qap_correlation")
    ('least squares on means of sites', 'QAP correlation')
    """
    return label(f"method_name.{METHODS.get(test, test)}")


def plain_number(value: float) -> str:
    """A number with up to three digits that count."""
    if value == 0:
        return number(0, 0)
    decimals = max(0, 2 - math.floor(math.log10(abs(value))))
    return number(value, len(f"{value:.{decimals}f}".rstrip("0").partition(".")[2]))


def _of_sites(design: Design) -> pd.Series:
    return design.table["kind"] != "correlation"


def _rows(design: Design, against: View) -> pd.DataFrame:
    """Test, place on the axis, power and its interval."""
    if against == "size":
        return design.sizes.rename(columns={"value": "at"})
    sites = _of_sites(design)
    tests = design.table.loc[sites if against == "effect" else ~sites, "test"]
    return design.curves[design.curves["test"].isin(tests)].rename(
        columns={"effect": "at"}
    )


def _planned(design: Design, against: View) -> tuple[float, str]:
    """Where the plan is on the axis, and what the axis is."""
    if against == "size":
        varies = str(design.sizes["varies"].iloc[0])
        return float(design.plan[varies]), varies
    kind = "correlation"
    if against == "effect":
        kind = "slope" if design.plan["treated"] is None else "difference"
    return float(design.plan[against]), kind


def _names(rows: pd.DataFrame) -> list[str]:
    return [test for test in LINES if test in set(rows["test"])]


def _ladder(ax: Axes, values: list[float]) -> None:
    """A logarithmic axis with ticks at some of the sizes that were tried."""
    ax.set_xscale("log")
    shown = values
    while len(shown) > MOST_TICKS:
        shown = shown[::2]
    ax.xaxis.set_major_locator(FixedLocator(shown))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(number_ticks(0))


def _mark(ax: Axes, planned: float, goal: float, against: View) -> None:
    """What is enough, and what is planned."""
    ax.set_ylim(0, 1.02)
    ax.yaxis.set_major_formatter(number_ticks(1))
    if against != "size":
        ax.xaxis.set_major_formatter(number_ticks(1))
    for draw, at in ((ax.axhline, goal), (ax.axvline, planned)):
        draw(at, color=PALETTE["unknown"], linewidth=0.8, zorder=0)
    digits = 0 if against == "size" else 2
    ax.annotate(
        label("design.planned", value=number(planned, digits)),
        (planned, 0.0),
        xytext=(3, 3),
        textcoords="offset points",
        color=PALETTE["tie"],
        fontsize=7.5,
    )


def _key(rows: pd.DataFrame, goal: float) -> list[KeyRow]:
    lines = [(method_words(test), *LINES[test]) for test in _names(rows)]
    enough = label("design.enough_line", goal=plain_number(goal))
    return [
        *(line_row(told, PALETTE[color], 1.7, style) for told, color, style in lines),
        line_row(enough, PALETTE["unknown"], 0.8),
    ]


def _told(rows: pd.DataFrame, planned: float, goal: float, heading: str) -> str:
    """The power of each test at the plan, in words."""
    told = []
    for test in _names(rows):
        own = rows[rows["test"] == test]
        at = int(np.abs(own["at"].to_numpy(dtype=float) - planned).argmin())
        told.append(f"{method_words(test)} {number(own['power'].iloc[at])}")
    return label(
        "alt.power",
        title=heading,
        planned=plain_number(planned),
        powers=", ".join(told),
        goal=number(goal),
    )
