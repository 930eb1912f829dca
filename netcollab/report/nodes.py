"""How actors are drawn: how large, in which colour, and who did not answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.transforms import IdentityTransform

from netcollab.errors import InputError
from netcollab.networks import Network
from netcollab.report.labels import label, number, word
from netcollab.report.margins import KeyRow, KeySection, Style, shape_row
from netcollab.report.style import PALETTE, SEQUENCE
from netcollab.report.ties import plain

__all__ = [
    "Nodes",
    "add_nodes",
    "add_unknown_arcs",
    "nodes_of",
    "outlines",
    "paint",
    "reach",
    "shape",
    "unknown_arc_row",
]

Floats = npt.NDArray[np.float64]

_MARKERS = ("o", "s", "D", "^", "v", "P", "h", "X")
_DOTS: Style = (0, (1, 1.2))
_DASHES: Style = (0, (2.4, 1.4))
_WITHHELD: Style = (0, (4.2, 1.1, 1, 1.1))
_SILENT_STYLES: Mapping[str, Style] = {"not_asked": _DASHES, "suppressed": _WITHHELD}
_SILENCES = (
    "suppressed",
    "dont_know",
    "not_applicable",
    "no_answer",
    "nonrespondent",
    "not_asked",
)
_BORDER_PT = 0.6
_ARC_GAP = 3.4
_ARC_WIDTH = 1.6
_SMALLEST = 2.6
_LARGEST = 2.1
_NARROW = 0.65


@dataclass(frozen=True)
class Nodes:
    """The marks of all actors, in their order.

    Attributes
    ----------
    radii
        Of the circle that has the mark's area, in points.
    groups
        Each actor's place among the categories; -1 where the category is not known.
    silent
        "", or why nothing is known from this actor: a word of `TIE_STATES`, of several
        the one that says most, as "suppressed" of somebody who answered.
    sized
        False where the attribute that sets the size is not known.
    unknown
        Share of the actor's possible ties that is not known.
    sections
        The key to size and colour.
    """

    radii: Floats
    groups: npt.NDArray[np.int64]
    silent: tuple[str, ...]
    sized: npt.NDArray[np.bool_]
    unknown: Floats
    sections: tuple[KeySection, ...]


def nodes_of(
    network: Network,
    size: str | pd.Series | None,
    color: str | pd.Series | None,
    *,
    narrow: bool,
) -> Nodes:
    """Marks for the actors of a network, smaller where there is little room.

    Raises
    ------
    UnknownNameError
        For an attribute the actors do not have.
    InputError
        For sizes that are not numbers at or above 0, for values that do not cover the
        actors, for more categories than colours.
    """
    base = float(np.clip(8.0 - 0.11 * network.n, 3.6, 7.0))
    base *= _NARROW if narrow else 1.0
    radii, sized, size_key = _sizes(network, size, base)
    groups, color_key = _groups(network, color)
    silent = _silent(network)
    return Nodes(
        radii=radii,
        groups=groups,
        silent=silent,
        sized=sized,
        unknown=_unknown_shares(network),
        sections=(color_key, size_key, _silent_key(silent)),
    )


def add_nodes(ax: Axes, nodes: Nodes, positions: Floats) -> None:
    """Draw the marks: full when the actor answered, hollow when not."""
    paths, faces, edges, styles = [], [], [], []
    for radius, group, silence in zip(
        nodes.radii, nodes.groups, nodes.silent, strict=True
    ):
        face, edge, style = paint(int(group), silence)
        paths.append(shape(int(group), float(radius)))
        faces.append(face)
        edges.append(edge)
        styles.append(style)
    ax.add_collection(
        PathCollection(
            paths,
            sizes=[1.0],
            offsets=positions,
            offset_transform=ax.transData,
            transform=IdentityTransform(),
            facecolors=faces,
            edgecolors=edges,
            linestyles=styles,
            linewidths=1.1,
            zorder=4,
            label="_actors",
        ),
        autolim=False,
    )
    for at in positions[~nodes.sized]:
        ax.annotate(
            "?",
            tuple(at),
            ha="center",
            va="center",
            fontsize=7,
            weight="bold",
            zorder=5,
            path_effects=[withStroke(linewidth=2, foreground=PALETTE["paper"])],
        )


def add_unknown_arcs(ax: Axes, nodes: Nodes, positions: Floats) -> None:
    """Draw around each actor a dotted arc as long as the share that is not known."""
    some = nodes.unknown > 0
    ax.add_collection(
        PathCollection(
            [
                _arc(float(radius) + _ARC_GAP, float(share))
                for radius, share in zip(
                    nodes.radii[some], nodes.unknown[some], strict=True
                )
            ],
            sizes=[1.0],
            offsets=positions[some],
            offset_transform=ax.transData,
            transform=IdentityTransform(),
            facecolors="none",
            edgecolors=PALETTE["unknown"],
            linestyles=[_DOTS],
            linewidths=_ARC_WIDTH,
            zorder=3,
            label="_unknown_arcs",
        ),
        autolim=False,
    )


def reach(nodes: Nodes, *, arcs: bool) -> Floats:
    """How far a mark reaches to its sides, and on its diagonals, in points.

    Returns
    -------
    array
        Actors x 2: the larger of its half width and half height; and how far its
        corners stand both to the side and up, at least as far as a circle's would.
    """
    marks = np.array([_spans(int(group)) for group in nodes.groups]).reshape(-1, 2)
    spans = nodes.radii[:, None] * marks + _BORDER_PT
    if not arcs:
        return np.asarray(spans)
    ring = np.outer(nodes.radii + _ARC_GAP + _ARC_WIDTH, [1.0, np.sqrt(0.5)])
    return np.asarray(np.maximum(spans, ring))


def outlines(nodes: Nodes, *, arcs: bool) -> list[tuple[Path, ...]]:
    """Where a tie ends, in points from the actor: at its mark, or the arc around it."""
    found: list[tuple[Path, ...]] = []
    for group, radius, share in zip(
        nodes.groups, nodes.radii, nodes.unknown, strict=True
    ):
        mark = shape(int(group), float(radius))
        around = float(radius) + _ARC_GAP + _ARC_WIDTH / 2
        found.append((mark, _slice(around, float(share))) if arcs else (mark,))
    return found


def paint(group: int, silence: str) -> tuple[str, str, Style]:
    """Fill, border and line style of a mark: hollow when the actor is silent."""
    color = PALETTE[SEQUENCE[group]] if group >= 0 else PALETTE["unknown"]
    if silence:
        return PALETTE["paper"], color, _SILENT_STYLES.get(silence, "-")
    return color, PALETTE["ink"], "-"


def shape(group: int, radius: float) -> Path:
    """The category's shape with the area of a circle of that radius."""
    marker = MarkerStyle(_MARKERS[group] if group >= 0 else "o")
    path = marker.get_path().transformed(marker.get_transform())
    (outline,) = path.to_polygons()
    x, y = np.asarray(outline, dtype=float)[:-1].T
    area = abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2
    scale = radius * np.sqrt(np.pi / area)
    return Path(np.asarray(path.vertices, dtype=float) * scale, path.codes)


@cache
def _spans(group: int) -> tuple[float, float]:
    """How far the category's shape with the area of a unit circle reaches."""
    (outline,) = shape(group, 1.0).to_polygons()
    places = np.abs(np.asarray(outline, dtype=float))
    side = float(places.max())
    return side, max(float(places.min(axis=1).max()), side * np.sqrt(0.5))


def unknown_arc_row() -> KeyRow:
    """The key's row for a dotted arc."""
    return shape_row(
        label("network.unknown_arc"),
        _arc(6.0, 0.7),
        "none",
        PALETTE["unknown"],
        _DOTS,
        _ARC_WIDTH,
    )


def _sizes(
    network: Network, size: str | pd.Series | None, base: float
) -> tuple[Floats, npt.NDArray[np.bool_], KeySection]:
    if size is None:
        full = np.ones(network.n, dtype=bool)
        return np.full(network.n, base), full, KeySection("")
    values = _values(network, size, "size")
    try:
        amounts = pd.to_numeric(values).to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError):
        raise InputError("size needs a number for every actor") from None
    known = ~np.isnan(amounts)
    if (amounts[known] < 0).any() or np.isinf(amounts).any():
        raise InputError("size needs finite numbers >= 0: an area shows them")
    largest = amounts[known].max(initial=0.0) or 1.0
    shown = np.where(known, amounts, 0)
    radii = np.maximum(base * _LARGEST * np.sqrt(shown / largest), _SMALLEST)
    radii = np.where(known, radii, base * 0.8)
    ends = sorted({amounts[known].min(), amounts[known].max()}) if known.any() else []
    rows = [
        shape_row(
            number(end, plain(amounts[known])),
            shape(0, max(base * _LARGEST * np.sqrt(end / largest), _SMALLEST)),
            PALETTE["faint"],
            PALETTE["ink"],
        )
        for end in ends
    ]
    if not known.all():
        rows.append(KeyRow(f"? {label('network.size_unknown')}"))
    heading = label("network.heading_size", attribute=_name(size))
    return radii, known, KeySection(heading, rows)


def _groups(
    network: Network, color: str | pd.Series | None
) -> tuple[npt.NDArray[np.int64], KeySection]:
    if color is None:
        return np.zeros(network.n, dtype=np.int64), KeySection("")
    values = _values(network, color, "color")
    known = values.notna() & (values.astype("str") != "")
    kinds = sorted(values[known].unique(), key=str)
    if len(kinds) > len(SEQUENCE):
        raise InputError(
            f"color needs at most {len(SEQUENCE)} categories, got {len(kinds)}; "
            "merge some, or show numbers by size"
        )
    places = {kind: place for place, kind in enumerate(kinds)}
    groups = [places[v] if k else -1 for v, k in zip(values, known, strict=True)]
    shown = [(word(kind), place) for kind, place in places.items()]
    if not known.all():
        shown.append((label("network.category_unknown"), -1))
    rows = [
        shape_row(text, shape(place, 4.6), *paint(place, "")) for text, place in shown
    ]
    return np.array(groups, dtype=np.int64), KeySection(_name(color), rows)


def _values(network: Network, given: str | pd.Series, what: str) -> pd.Series:
    if isinstance(given, str):
        return network.attribute(given)
    missing = network.actors.index.difference(given.index)
    if len(missing):
        listed = ", ".join(str(name) for name in missing)
        raise InputError(f"{what} has no value for: {listed}")
    return given.loc[network.actors.index]


def _name(given: str | pd.Series) -> str:
    name = given if isinstance(given, str) else given.name
    return word(name) if name is not None else ""


def _silent(network: Network) -> tuple[str, ...]:
    """Who reports nothing: every possible tie of the row is unknown."""
    reasons = []
    for row in network.states.to_numpy():
        possible = set(row) - {"structural"}
        told = (reason for reason in _SILENCES if reason in possible)
        reasons.append("" if "observed" in possible else next(told, ""))
    return tuple(reasons)


def _silent_key(silent: Sequence[str]) -> KeySection:
    counts = {why: silent.count(why) for why in _SILENCES if why in silent}
    rows = [
        shape_row(_silence(why, count), shape(0, 4.6), *paint(0, why))
        for why, count in counts.items()
    ]
    return KeySection(label("network.heading_silent"), rows)


def _silence(reason: str, count: int) -> str:
    """Why nothing is known, and from how many actors."""
    if reason == "suppressed":
        return label("network.silent_suppressed", count=count)
    return f"{label(f'state.{reason}')} ({label('count.actor', count=count)})"


def _unknown_shares(network: Network) -> Floats:
    """Share of each actor's possible ties, both directions, that is not known."""
    words = network.states.to_numpy()
    possible = (words != "structural").astype(float)
    unknown = possible * (words != "observed")
    both = (unknown + unknown.T).sum(axis=1), (possible + possible.T).sum(axis=1)
    return np.asarray(np.divide(*both, out=np.zeros(network.n), where=both[1] > 0))


def _slice(radius: float, share: float) -> Path:
    """What lies within an arc, to the middle."""
    return Path(np.vstack([[0.0, 0.0], _arc(radius, share).vertices]))


def _arc(radius: float, share: float) -> Path:
    """Clockwise from twelve o'clock."""
    angle = np.linspace(0, 2 * np.pi * share, 2 + int(60 * share))
    return Path(radius * np.column_stack([np.sin(angle), np.cos(angle)]))
