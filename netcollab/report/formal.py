"""Formal against lived structure as a picture.

Where do the chart and practice part?
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from netcollab.errors import InputError
from netcollab.report.figures import describe
from netcollab.report.labels import capitalized, label, name_of, number, word
from netcollab.report.margins import (
    KeyRow,
    KeySection,
    Place,
    add_heading,
    add_key,
    is_narrow,
    line_row,
    new_axes,
    note_text,
)
from netcollab.report.rows import fit_ticks, name_rows, write_section
from netcollab.report.style import PALETTE, theme

__all__ = ["plot_formal_gaps"]

_ROW_MM, _FRAME_MM = 8.5, 34.0
_ABOVE, _TENTH = -1.0, 0.0999
_KINDS = ("tied_weak", "interdependent_untied", "strong_unsupported")
_MARKERS = {
    "tied_weak": "o",
    "interdependent_untied": "D",
    "strong_unsupported": "o",
}


def plot_formal_gaps(
    gaps: pd.DataFrame,
    *,
    actors: pd.DataFrame | None = None,
    most: int = 10,
    ax: Axes | None = None,
    title: str | None = None,
    note: str = "",
    site: str | None = None,
    key: Place | None = "below",
) -> Axes:
    """Where formal and lived structure part: the largest gaps, by kind.

    A dot is the lived strength, a bar joins it to the strength that a formal tie, or
    its absence, lets one expect. Filled: there is a formal tie; hollow: there is none.
    What is not known is counted under the title.

    Parameters
    ----------
    gaps
        Of `netcollab.measures.formal_gaps`. Its ``.attrs`` name site, wave, relation,
        direction and the lines of weak and strong. For other people to see, build the
        lived network with `min_respondents`; what is withheld is then unknown.
    actors
        Attributes by actor, for display names; None: the ids.
    most
        How many gaps at the most.
    ax, title, note, site, key
        As in `draw_network`.

    Returns
    -------
    Axes
        With an alt text.

    Raises
    ------
    InputError
        If a dyad has several rows, or there is no known gap.

    Examples
    --------
    >>> row = {"source": ["nav"], "target": "ks", "kind": "tied_weak", "formal": 1.0}
    >>> ax = plot_formal_gaps(pd.DataFrame(row).assign(lived=2.0, gap=1.5))
    >>> [tick.get_text() for tick in ax.get_yticklabels()]
    ['nav → ks']
    """
    if gaps.duplicated(["source", "target"]).any():
        raise InputError("the gaps have several rows for a dyad; choose site and wave")
    known = gaps[gaps["kind"].isin(_KINDS)]
    if not len(known):
        raise InputError("there is no known gap to show")
    shown = known.nlargest(most, "gap", keep="first")
    groups = {kind: shown[shown["kind"] == kind] for kind in _KINDS}
    groups = {kind: rows for kind, rows in groups.items() if len(rows)}
    with theme():
        own = ax is None
        slots = len(shown) + len(groups)
        ax = new_axes(_FRAME_MM + _ROW_MM * slots) if ax is None else ax
        directed = bool(gaps.attrs.get("directed", True))
        names = _names(shown, actors, directed=directed)
        _draw_lines(ax, gaps)
        _draw_groups(ax, groups, names)
        _frame(ax, str(gaps.attrs.get("lived") or ""))
        heading = label("measure.formal_gaps") if title is None else title
        remarks = _remarks(gaps, len(known) - len(shown), site)
        add_heading(ax, heading, *remarks, note_text(note))
        rows = _key_rows(groups, directed=directed)
        add_key(ax, [KeySection("", rows)], key, own=own)
        describe(ax, _told(groups, names))
    return ax


def _names(
    shown: pd.DataFrame, actors: pd.DataFrame | None, *, directed: bool
) -> pd.Series:
    named = {} if actors is None else name_of(actors).to_dict()
    sign = "→" if directed else "\N{EN DASH}"
    told = [
        f"{named.get(one, one)} {sign} {named.get(other, other)}"
        for one, other in zip(shown["source"], shown["target"], strict=True)
    ]
    return pd.Series(told, shown.index, dtype="str")


def _draw_lines(ax: Axes, gaps: pd.DataFrame) -> None:
    """Below which strength a tie is weak, and from which it is strong."""
    whose = "mean_" if gaps.attrs.get("lines") == "mean" else ""
    for side, align in (("weak", "right"), ("strong", "left")):
        if side not in gaps.attrs:
            continue
        value = float(gaps.attrs[side])
        ax.axvline(value, color=PALETTE["unknown"], linewidth=0.8, linestyle="--")
        ax.annotate(
            label(f"gaps.{whose}{side}", value=number(value, 1)),
            (value, _ABOVE),
            xytext=(-4 if align == "right" else 4, 0),
            textcoords="offset points",
            ha=align,
            va="center",
            fontsize=7.5,
            color=PALETTE["tie"],
            parse_math=False,
        )


def _draw_groups(
    ax: Axes, groups: Mapping[str, pd.DataFrame], names: pd.Series
) -> None:
    navy, paper = PALETTE["navy"], PALETTE["paper"]
    narrow = is_narrow(ax)
    ticks: dict[float, str] = {}
    place = 0.0
    for kind, rows in groups.items():
        write_section(ax, place, _heading(kind))
        down = kind == "strong_unsupported"
        expected = rows["lived"] - rows["gap"] if down else rows["lived"] + rows["gap"]
        at = [place + 1 + step for step in range(len(rows))]
        ax.hlines(at, rows["lived"], expected, color=PALETTE["faint"], lw=4)
        ax.scatter(
            rows["lived"],
            at,
            s=34,
            marker=_MARKERS[kind],
            facecolors=navy if kind == "tied_weak" else paper,
            edgecolors=navy,
            linewidths=1.2,
            zorder=3,
        )
        ticks |= dict(zip(at, names[rows.index], strict=True))
        place = at[-1] + 1
    sides = [textwrap.fill(name, 20 if narrow else 40) for name in ticks.values()]
    name_rows(ax, sides, places=list(ticks), top=_ABOVE - 0.5)


def _heading(kind: str) -> str:
    return capitalized(label(f"gaps.{kind}"))


def _frame(ax: Axes, lived: str) -> None:
    axis = label("gaps.axis")
    ax.set_xlabel(f"{axis}: {word(lived)}" if lived else axis)
    ax.margins(x=0.08)
    fit_ticks(ax)


def _remarks(gaps: pd.DataFrame, n_hidden: int, site: str | None) -> list[str]:
    """Where and when, of which formal relation, and what is not in the picture."""
    attrs = gaps.attrs
    place = word(attrs.get("site") or "") if site is None else site
    told = [place] if place else []
    if attrs.get("wave"):
        told.append(label("network.wave", wave=attrs["wave"]))
    if attrs.get("formal"):
        told.append(label("gaps.formal", relation=word(attrs["formal"])))
    if n_hidden:
        told.append(label("gaps.hidden", count=n_hidden))
    unknown = int((gaps["kind"] == "unknown").sum())
    if unknown:
        told.append(label("gaps.unknown", count=unknown))
    return told


def _key_rows(groups: Mapping[str, pd.DataFrame], *, directed: bool) -> list[KeyRow]:
    navy = PALETTE["navy"]
    rows = []
    if "tied_weak" in groups:
        rows.append(line_row(label("gaps.tied"), navy, 0, marker="o"))
    for kind, text in (
        ("interdependent_untied", "gaps.needed"),
        ("strong_unsupported", "gaps.untied"),
    ):
        if kind in groups:
            marker = _MARKERS[kind]
            rows.append(line_row(label(text), navy, 0, marker=marker, filled=False))
    rows.append(line_row(label("gaps.distance"), PALETTE["faint"], 4))
    arrow = [KeyRow(f"→ {label('network.tie_directed')}")] if directed else []
    return rows + arrow


def _told(groups: Mapping[str, pd.DataFrame], names: pd.Series) -> str:
    told = []
    for kind, rows in groups.items():
        pairs = zip(names[rows.index], rows["lived"], strict=True)
        listed = "; ".join(f"{name} {number(lived, 1)}" for name, lived in pairs)
        told.append(label("alt.formal_gaps_kind", kind=_heading(kind), pairs=listed))
    return label("alt.formal_gaps", kinds=" ".join(told))
