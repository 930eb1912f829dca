"""A network as a picture: who is tied to whom, how strongly, and what is unknown."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.text import Annotation

from netcollab.errors import InputError
from netcollab.networks import Network
from netcollab.report.figures import describe
from netcollab.report.labels import label, name_of, number, word
from netcollab.report.margins import (
    KeySection,
    Place,
    add_heading,
    add_key,
    is_narrow,
    new_axes,
    note_text,
)
from netcollab.report.nodes import (
    Nodes,
    add_nodes,
    add_unknown_arcs,
    nodes_of,
    outlines,
    reach,
    unknown_arc_row,
)
from netcollab.report.persons import seen_by_others
from netcollab.report.placement import Arrangement
from netcollab.report.stress import layout
from netcollab.report.style import PALETTE, theme
from netcollab.report.ties import (
    Line,
    add_lines,
    lines_between,
    plain,
    possible_ties,
    remarks_of,
    tie_section,
    title_of,
    told_unknown,
    unknown_counts,
    unknown_line_row,
    unknown_section,
)
from netcollab.report.withheld import told_withheld, withheld_title

__all__ = ["described", "draw_network", "draw_on", "places_of", "tie_keys"]

Floats = npt.NDArray[np.float64]

_WRAP = 17
_MANY = 25
_MOST_UNKNOWN_LINES = 1 / 3
_CLEAR_PT, _USUAL_SPAN_PT = 3.0, 280.0
_TOLD_TIES = 14


def draw_network(
    network: Network,
    *,
    size: str | pd.Series | None = None,
    color: str | pd.Series | None = None,
    names: str | None = None,
    positions: pd.DataFrame | None = None,
    ax: Axes | None = None,
    unknown: bool = True,
    title: str | None = None,
    note: str = "",
    site: str | None = None,
    wave: str | None = None,
    key: Place | None = None,
    person_level: bool = False,
) -> Axes:
    """A drawing of a network in which every name can be read and nothing is invented.

    Line width is strength, an arrow points from sender to receiver, mutual ties are
    two arcs. Ties that are not known are dotted lines; when they are more than a third
    of the possible ties, a dotted arc around each actor shows its share instead. The
    key gives their number by reason. An actor from whom nothing is known is hollow.

    Parameters
    ----------
    network
        What to draw.
    size
        Attribute, or number per actor, shown by the area of the nodes.
    color
        Attribute, or category per actor, shown by colour and shape.
    names
        Attribute to write beside the nodes, such as a short name; None: the display
        name, see `name_of`.
    positions
        Columns x and y per actor, as from `layout`; None: the network's own layout.
    ax
        Where to draw; None: a new figure as wide as a page.
    unknown
        False: no marks for what is not known; the key still counts it.
    title
        None: relation, site and wave; "" for none.
    note
        A remark below the title; "synthetic" says so in the ambient language.
    site
        What readers call the place; None: the network's id of it.
    wave
        What readers call the wave, "" where there is one only; None: the network's id
        of it.
    key
        Where the key stands; None: to the right, on narrow Axes below.
    person_level
        True: the actors are persons who consented to be shown, as the manifest's
        `person_level` says. Ties that rest on fewer people than the manifest's
        threshold are drawn as suppressed in any case.

    Returns
    -------
    Axes
        With an alt text, see `alt_text`.

    Raises
    ------
    RefusedError
        If an actor is a person, by its kind or level, without `person_level`.
    UnknownNameError
        For an attribute the actors do not have.
    InputError
        For positions, sizes or categories that do not fit the actors.

    Examples
    --------
    >>> import pandas as pd
    >>> from netcollab.report.figures import alt_text
    >>> told = pd.DataFrame([[0, 2], [None, 0]], ["nav", "ks"], ["nav", "ks"])
    >>> ax = draw_network(Network.from_matrix(told, relation="trust"))
    >>> alt_text(ax).split(". ")[1]
    'Ties: nav to ks'
    """
    network = seen_by_others(network, person_level=person_level)
    with theme():
        places = places_of(network, positions)
        own = ax is None
        ax = new_axes() if ax is None else ax
        nodes = nodes_of(network, size, color, narrow=is_narrow(ax))
        draw_on(ax, network, nodes, places, names=names, unknown=unknown)
        usual = withheld_title(network, title_of(network))
        remarks = (*remarks_of(network, site, wave), told_withheld(network))
        add_heading(ax, usual if title is None else title, *remarks, note_text(note))
        ties, unknown_ties = tie_keys(network, unknown=unknown)
        add_key(ax, [ties, *nodes.sections, unknown_ties], key, own=own)
        describe(ax, described(network, nodes, size, color))
    return ax


def draw_on(
    ax: Axes,
    network: Network,
    nodes: Nodes,
    places: Floats,
    *,
    names: str | None,
    unknown: bool,
    beside: Sequence[Network] = (),
) -> None:
    """Nodes, ties and names, without what stands around them.

    Parameters
    ----------
    ax
        Where to draw.
    network
        What to draw.
    nodes
        As from `nodes_of`.
    places
        As from `places_of`.
    names, unknown
        As in `draw_network`.
    beside
        Networks of the same actors in the same order, drawn beside this one: names
        keep clear of their ties too, and stand alike in all.
    """
    ax.set_axis_off()
    arcs = unknown and _as_arcs(network)
    around = reach(nodes, arcs=arcs)
    lines = _lines(network, places, around, unknown=unknown and not arcs)
    kept = reach(nodes, arcs=unknown and any(map(_as_arcs, (network, *beside))))
    written = _names(ax, network, places, around[:, 0], names)
    bows = [(line.sender, line.receiver, line.bow) for line in lines]
    for other in beside:
        shown = _lines(other, places, kept, unknown=unknown and not _as_arcs(other))
        bows += [(line.sender, line.receiver, line.bow) for line in shown]
    ax.add_artist(Arrangement(places, kept, written, sorted(set(bows))))
    add_lines(ax, network, lines, places, outlines(nodes, arcs=arcs))
    if arcs:
        add_unknown_arcs(ax, nodes, places)
    add_nodes(ax, nodes, places)


def tie_keys(network: Network, *, unknown: bool) -> tuple[KeySection, KeySection]:
    """The key to the ties that are known, and to those that are not."""
    mark = unknown_arc_row() if _as_arcs(network) else unknown_line_row()
    return tie_section(network), unknown_section(network, mark if unknown else None)


def places_of(network: Network, positions: pd.DataFrame | None) -> Floats:
    """Where the actors stand, actors x 2, in their order.

    Raises
    ------
    InputError
        If an actor has no position, or none that is finite.
    """
    stand = layout(network) if positions is None else positions
    missing = [name for name in network.ties.index if name not in stand.index]
    if missing or not {"x", "y"} <= set(stand.columns):
        listed = ", ".join(str(name) for name in missing) or "columns x and y"
        raise InputError(f"positions lacks: {listed}")
    places = stand.loc[network.ties.index, ["x", "y"]].to_numpy(dtype=float)
    if not np.isfinite(places).all():
        raise InputError("positions needs a finite x and y for every actor")
    return places


def described(
    network: Network,
    nodes: Nodes,
    size: str | pd.Series | None,
    color: str | pd.Series | None,
) -> str:
    """The drawing in words, for those who cannot see it."""
    names = name_of(network.actors).tolist()
    kind = "directed" if network.directed else "undirected"
    told = [
        label(
            f"alt.network_{kind}",
            actors=label("count.actor", count=network.n),
            ties=label("count.tie", count=network.n_ties),
            relation=title_of(network),
        )
    ]
    told += _told_ties(network, names)
    told += told_unknown(network)
    told += _told_silent(nodes, names)
    if why := told_withheld(network):
        told.append(why)
    for what, given in (("size", size), ("color", color)):
        if given is not None:
            name = given if isinstance(given, str) else given.name
            told.append(label(f"alt.{what}", attribute=word(name)))
    return " ".join(told)


def _lines(
    network: Network, places: Floats, around: Floats, *, unknown: bool
) -> list[Line]:
    clear = _clearance(places, around)
    return lines_between(network, places, clear, unknown=unknown)


def _clearance(places: Floats, around: Floats) -> float:
    """How far a line keeps from third actors, in the unit of the layout."""
    if len(places) < 3:
        return 0.0
    span = float(np.ptp(places, axis=0).max())
    return span * (float(np.median(around[:, 0])) + _CLEAR_PT) / _USUAL_SPAN_PT


def _as_arcs(network: Network) -> bool:
    """Too much is unknown for lines."""
    unknown = sum(unknown_counts(network).values())
    return unknown > _MOST_UNKNOWN_LINES * max(possible_ties(network), 1)


def _names(
    ax: Axes, network: Network, places: Floats, radii: Floats, column: str | None
) -> list[Annotation]:
    texts = name_of(network.actors)
    if column is not None:
        texts = network.attribute(column).astype("str").where(lambda t: t != "", texts)
    names = []
    small = network.n > _MANY or is_narrow(ax)
    for name, place, radius in zip(texts, places, radii, strict=True):
        text = ax.annotate(
            textwrap.fill(name, 14 if small else _WRAP, break_long_words=False),
            tuple(place),
            xytext=(0, 0),
            textcoords="offset points",
            ha="center",
            va="center",
            linespacing=1.05,
            fontsize=7 if small else 8,
            zorder=6,
            annotation_clip=False,
            parse_math=False,
            arrowprops={
                "arrowstyle": "-",
                "color": PALETTE["unknown"],
                "linewidth": 0.5,
                "shrinkA": 0,
                "shrinkB": float(radius),
            },
            path_effects=[
                patheffects.withStroke(linewidth=1.8, foreground=PALETTE["paper"])
            ],
        )
        text.set_in_layout(False)
        names.append(text)
    return names


def _told_silent(nodes: Nodes, names: Sequence[str]) -> list[str]:
    """Who is hollow: what they answered is withheld, or nothing is observed."""
    pairs = list(zip(names, nodes.silent, strict=True))
    groups = {
        "withheld": [name for name, why in pairs if why == "suppressed"],
        "silent": [name for name, why in pairs if why not in ("", "suppressed")],
    }
    return [
        label(f"alt.{kind}", actors=", ".join(group))
        for kind, group in groups.items()
        if group
    ]


def _told_ties(network: Network, names: list[str]) -> list[str]:
    """The ties by name, strongest first; only some where there are many."""
    values = np.nan_to_num(network.ties.to_numpy())
    if not network.directed:
        values = np.triu(values)
    found = sorted(zip(*np.nonzero(values), strict=True), key=lambda at: -values[at])
    if not found:
        return []
    decimals = plain(values)
    same = len(np.unique(values[values != 0])) == 1
    to = label("alt.to") if network.directed else "–"
    ties = "; ".join(
        f"{names[i]} {to} {names[j]}"
        + ("" if same else f" ({number(values[i, j], decimals)})")
        for i, j in found[:_TOLD_TIES]
    )
    told = []
    if len(found) <= _TOLD_TIES:
        told.append(label("alt.ties", ties=ties))
    elif not same:
        told.append(label("alt.strongest", ties=ties))
    tied = (values != 0).any(axis=0) | (values != 0).any(axis=1)
    alone = [name for name, is_tied in zip(names, tied, strict=True) if not is_tied]
    if alone:
        told.append(label("alt.isolates", actors=", ".join(alone)))
    return told
