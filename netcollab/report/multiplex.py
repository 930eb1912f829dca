"""Several networks of the same actors side by side, such as formal and lived.

What is tied in one layer and not in the other?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from netcollab.errors import InputError
from netcollab.networks import Network
from netcollab.report.figures import describe
from netcollab.report.labels import capitalized, word
from netcollab.report.margins import (
    KeyRow,
    KeySection,
    add_heading,
    add_key,
    is_narrow,
    note_text,
)
from netcollab.report.nodes import Nodes, nodes_of
from netcollab.report.persons import seen_by_others
from netcollab.report.sociograms import described, draw_on, places_of, tie_keys
from netcollab.report.stress import layout
from netcollab.report.style import size_mm, theme
from netcollab.report.ties import remarks_of, sample_values
from netcollab.report.withheld import told_withheld, withheld_title

__all__ = ["draw_layers"]

Names = str | pd.Series | None
Part = tuple[str, Network, Nodes]

_NARROWEST_MM, _MM_PER_INCH = 75.0, 25.4
_LOWEST, _HIGHEST, _AROUND_MM = 0.9, 1.15, 14.0
_KEY_HEIGHT, _EDGE = 0.001, 0.012


def draw_layers(
    layers: Mapping[str, Network],
    *,
    size: Names = None,
    color: Names = None,
    names: str | None = None,
    positions: pd.DataFrame | None = None,
    width: str | float = "page",
    unknown: bool = True,
    title: str = "",
    note: str = "",
    site: str | None = None,
    key: Literal["below", "none"] = "below",
    person_level: bool = False,
) -> Figure:
    """Several networks of the same actors, each actor in the same place in all.

    Every layer is drawn as by `draw_network`. One key below tells the marks of actors
    once and the ties of each layer by its name. As many layers stand side by side as
    have 75 mm each: two on a page, three on a slide; more go below.

    Parameters
    ----------
    layers
        Name -> network; the names are headings, and known words among them are
        translated. All have the same actors in the same order.
    size, color, names, unknown
        As in `draw_network`. An attribute may be that of any of the layers.
    positions
        Columns x and y per actor, as from `layout` or `layout_levels`; None: one
        layout for all layers together.
    width
        "column", "page", "slide", or millimetres.
    title
        Above all; "" for none.
    note
        A remark in each heading; "synthetic" says so in the ambient language.
    site
        What readers call the place; None: the network's id of it.
    key
        "none" leaves the key out.
    person_level
        As in `draw_network`.

    Returns
    -------
    Figure
        Each Axes with an alt text; `alt_text` of the figure gives them all.

    Raises
    ------
    RefusedError
        If an actor is a person, by its kind or level, without `person_level`.
    InputError
        If there is no layer, or the layers differ in their actors or their order.
    UnknownNameError
        For an attribute that no layer has.

    Examples
    --------
    >>> told = pd.DataFrame([[0, 1], [0, 0]], ["nav", "ks"], ["nav", "ks"])
    >>> formal = Network.from_matrix(told, relation="reporting")
    >>> lived = Network.from_matrix(told.T, relation="advice")
    >>> figure = draw_layers({"formal": formal, "lived": lived})
    >>> [ax.get_title(loc="left").strip() for ax in figure.axes[:2]]
    ['Formal: reporting', 'Lived: advice']
    """
    _check(layers)
    networks = [
        seen_by_others(network, person_level=person_level)
        for network in layers.values()
    ]
    positions = layout(networks) if positions is None else positions
    size, color = _values(networks, size), _values(networks, color)
    with theme():
        figure, panels, foot, columns = _panels(len(layers), positions, width)
        parts: list[Part] = []
        for name, network, ax in zip(layers, networks, panels, strict=True):
            nodes = nodes_of(network, size, color, narrow=is_narrow(ax))
            places = places_of(network, positions)
            others = [other for other in networks if other is not network]
            draw_on(
                ax,
                network,
                nodes,
                places,
                names=names,
                unknown=unknown,
                beside=others,
            )
            heading = withheld_title(network, _heading(name, network))
            remarks = (*remarks_of(network, site), told_withheld(network))
            add_heading(ax, heading, *remarks, note_text(note))
            describe(ax, f"{heading}. {described(network, nodes, size, color)}")
            parts.append((capitalized(word(name)), network, nodes))
        if title:
            figure.suptitle(title, x=0.01, ha="left", weight="bold", parse_math=False)
        sections = _sections(parts, unknown=unknown)
        add_key(foot, sections, key, own=True, columns=columns)
    return figure


def _check(layers: Mapping[str, Network]) -> None:
    if not layers:
        raise InputError("draw_layers needs at least one network")
    (first, network), *rest = layers.items()
    for layer, other in rest:
        apart = [
            str(a) for a in network.ties.index.symmetric_difference(other.ties.index)
        ]
        if apart:
            raise InputError(
                f'layers "{first}" and "{layer}" differ in actors: {", ".join(apart)}; '
                "build every layer from the same actors"
            )
        if not network.ties.index.equals(other.ties.index):
            raise InputError(
                f'layers "{first}" and "{layer}" have the same actors in another order'
            )


def _values(networks: list[Network], given: Names) -> Names:
    """The values of the first layer that has the attribute."""
    if not isinstance(given, str):
        return given
    found = (net for net in networks if given in net.actors.columns)
    return next(found, networks[0]).attribute(given).rename(given)


def _panels(
    n: int, positions: pd.DataFrame, width: str | float
) -> tuple[Figure, list[Axes], Axes, int]:
    """Axes for the layers in rows, one across the page for the key, its columns."""
    wide = size_mm(width)[0] * _MM_PER_INCH
    fit = max(1, int(wide // _NARROWEST_MM))
    columns = min(n, fit)
    rows = -(-n // columns)
    spans = np.ptp(positions[["x", "y"]].to_numpy(dtype=float), axis=0) + 1.0
    shape = float(np.clip(spans[1] / spans[0], _LOWEST, _HIGHEST))
    height = rows * (wide / columns * shape + _AROUND_MM)
    figure = plt.figure(figsize=size_mm(wide, height=height), layout="constrained")
    grid = figure.add_gridspec(
        rows + 1,
        columns,
        height_ratios=[*[1.0] * rows, _KEY_HEIGHT],
        left=_EDGE,
        right=1 - _EDGE,
    )
    panels = [figure.add_subplot(grid[k // columns, k % columns]) for k in range(n)]
    foot = figure.add_subplot(grid[rows, :])
    foot.set_axis_off()
    return figure, panels, foot, max(2, fit)


def _heading(name: str, network: Network) -> str:
    """The layer, and its relation where that says more."""
    layer, relation = word(name), word(network.relation)
    same = relation in ("", layer)
    return capitalized(layer if same else f"{layer}: {relation}")


def _sections(parts: Sequence[Part], *, unknown: bool) -> list[KeySection]:
    """One key: what layers share is told once, the rest by the name of the layer."""
    keys = [tie_keys(network, unknown=unknown) for _, network, _ in parts]
    color, size, _ = parts[0][2].sections
    silent = [nodes.sections[2] for _, _, nodes in parts]
    told = [
        KeyRow(f"{name}: {row.text}", row.sample, row.height)
        for (name, _, _), section in zip(parts, silent, strict=True)
        for row in section.rows
    ]
    return [
        *_tie_sections(parts, [ties for ties, _ in keys]),
        color,
        size,
        *_unknown_sections(parts, [open_ for _, open_ in keys]),
        KeySection(next((s.heading for s in silent if s.rows), ""), told),
    ]


def _tie_sections(
    parts: Sequence[Part], sections: Sequence[KeySection]
) -> list[KeySection]:
    """One section where the lines of all layers mean the same, else one for each."""
    scales = {(net.directed, *sample_values(net)) for _, net, _ in parts}
    if len(scales) > 1:
        return [
            KeySection(f"{name}: {section.heading}", section.rows)
            for (name, _, _), section in zip(parts, sections, strict=True)
        ]
    absent = [
        KeyRow(f"{name}: {row.text}")
        for (name, _, _), section in zip(parts, sections, strict=True)
        for row in section.rows
        if row.sample is None
    ]
    lines = [row for row in sections[0].rows if row.sample is not None]
    return [KeySection(sections[0].heading, [*lines, *absent])]


def _unknown_sections(
    parts: Sequence[Part], sections: Sequence[KeySection]
) -> list[KeySection]:
    """What is not known in each layer; each mark is explained where it comes first."""
    shown: set[str] = set()
    told = []
    for (name, _, _), section in zip(parts, sections, strict=True):
        rows = [row for row in section.rows if row.text not in shown or not row.sample]
        shown |= {row.text for row in rows if row.sample}
        told.append(KeySection(f"{name}: {section.heading}", rows))
    return told
