"""What an explorer holds: places, ties, what is not known, measures, all as plain data.

The script of the page draws and filters; nothing is computed there that a reader could
quote as a number.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_type_hints

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from netcollab import measures
from netcollab._checks import check_choice
from netcollab.errors import InputError, RefusedError
from netcollab.networks import Network
from netcollab.report.labels import capitalized, label, name_of, number, word
from netcollab.report.measured import heading
from netcollab.report.nodes import Nodes, nodes_of, paint, reach, shape
from netcollab.report.placement import curve, place_names
from netcollab.report.reasons import reason_text
from netcollab.report.ties import (
    Line,
    lines_between,
    looks,
    plain,
    possible_ties,
    strength_span,
    unknown_counts,
)
from netcollab.report.withheld import told_withheld
from netcollab.study import TIE_STATES

__all__ = ["page_data"]

Floats = npt.NDArray[np.float64]

_DIRECTED = ("in_degree", "out_degree", "in_strength", "out_strength", "betweenness")
_UNDIRECTED = ("degree", "strength", "betweenness")
_TOLD = ("sector", "level", "unit", "kind")
_DECIMALS = 3
_WIDE, _PER_ACTOR, _WIDEST = 700, 9, 1400
_TALLEST, _MARGIN, _NAME_SHARE = 0.66, 44.0, 0.16
_LONGEST_UNIT, _MOST_STRETCH = 320.0, 1.35
_RADIUS_PER_POINT, _WIDTH_PER_POINT = 1.5, 1.15
_NAME, _SMALL_NAME, _MANY = 13.0, 12.0, 25
_LINE_HEIGHT, _WRAP = 1.12, 17
_CLEAR, _OFF_RING = 5.0, 2.0
_STOPS = 40
_FINE = 30.0
_MOST_UNKNOWN_LINES = 1 / 3


def page_data(
    layers: Mapping[str, Network],
    stand: pd.DataFrame,
    *,
    color: str | None,
    attributes: Sequence[str],
    names: str | None,
    show: Sequence[str] | None,
) -> dict[str, Any]:
    """Everything the page shows, in the ambient language, for JSON.

    Parameters
    ----------
    layers
        Networks of the same actors in the same order.
    stand
        Columns x and y per actor, for all layers.
    color, attributes, names, show
        As in `explore`.
    """
    first = next(iter(layers.values()))
    marks = {
        key: nodes_of(layer, None, color, narrow=False) for key, layer in layers.items()
    }
    nodes = next(iter(marks.values()))
    texts = name_of(first.actors)
    if names is not None:
        texts = first.attribute(names).astype("str").where(lambda t: t != "", texts)
    sheet = _sheet(layers, stand.loc[first.ties.index], nodes, list(texts))
    facts = _facts(first, color, attributes)
    return {
        "box": sheet.box,
        "font": sheet.font,
        "actors": [
            {
                "name": str(texts.iloc[k]),
                "group": int(nodes.groups[k]),
                "facts": facts[k],
                **sheet.marks[k],
            }
            for k in range(first.n)
        ],
        "groups": _groups(nodes),
        "layers": [
            _layer(key, layer, marks[key], sheet.lines[key], show)
            for key, layer in layers.items()
        ],
        "states": [label(f"state.{state}") for state in TIE_STATES],
    }


@dataclass(frozen=True)
class _Sheet:
    """Where everything stands: the part of the sheet in use, nodes, names, lines."""

    box: list[int]
    font: float
    marks: list[dict[str, Any]]
    lines: dict[str, list[Line]]


def _sheet(
    layers: Mapping[str, Network],
    stand: pd.DataFrame,
    nodes: Nodes,
    texts: Sequence[object],
) -> _Sheet:
    font = _SMALL_NAME if len(texts) > _MANY else _NAME
    names = [_wrapped(text) for text in texts]
    sizes = np.array([_text_size(name, font) for name in names]).reshape(-1, 2)
    radii = nodes.radii * _RADIUS_PER_POINT
    centres, box = _spread(stand[["x", "y"]].to_numpy(dtype=float), sizes)
    drawn = {key: _lines(layer, centres, radii) for key, layer in layers.items()}
    arcs = not all(_has_few_unknown(layer) for layer in layers.values())
    around = reach(nodes, arcs=arcs) * _RADIUS_PER_POINT + _OFF_RING
    offsets = _beside(centres, around, sizes, box, drawn)
    edge = _facing(offsets, sizes)
    held = centres + offsets + np.outer(edge, [0.5, 0.0]) * sizes
    marks = [
        {
            "lines": names[k],
            "at": _point(centres[k], box[1]),
            "text": _point(held[k], box[1]),
            "edge": int(edge[k]),
            "r": round(float(radii[k]), 1),
        }
        for k in range(len(texts))
    ]
    return _Sheet(_cropped(centres, around, offsets, sizes, box), font, marks, drawn)


def _wrapped(name: object) -> list[str]:
    return textwrap.wrap(str(name), _WRAP, break_long_words=False) or [str(name)]


def _text_size(lines: Sequence[str], font: float) -> tuple[float, float]:
    """Width and height of a name in the house's type, which is a wide one."""
    type_ = FontProperties(family="DejaVu Sans", size=font)
    widths = [
        text_to_path.get_text_width_height_descent(line, type_, ismath=False)[0]
        for line in lines
    ]
    return float(np.ceil(max(widths))), float(len(lines) * font * _LINE_HEIGHT)


def _spread(stand: Floats, sizes: Floats) -> tuple[Floats, Floats]:
    """The layout on a sheet, y upwards, with room for the names around it."""
    wide = float(min(_WIDE + _PER_ACTOR * len(stand), _WIDEST))
    box = np.array([wide, round(_TALLEST * wide)])
    if not len(stand):
        return stand, box
    low, high = stand.min(axis=0), stand.max(axis=0)
    across = min(float(sizes[:, 0].max()) / 2 + 12, _NAME_SHARE * wide)
    room = box - 2 * np.array([across, _MARGIN])
    units = np.minimum(room / np.maximum(high - low, 1e-9), _LONGEST_UNIT)
    units = np.minimum(units, _MOST_STRETCH * units.min())
    return np.round(box / 2 + (stand - (low + high) / 2) * units, 1), box


def _cropped(
    centres: Floats, around: Floats, offsets: Floats, sizes: Floats, box: Floats
) -> list[int]:
    """Left, top, width and height of what is drawn, y downwards as in SVG."""
    if not len(centres):
        return [0, 0, *(int(side) for side in box)]
    nodes = around[:, :1]
    low = np.minimum(centres - nodes, centres + offsets - sizes / 2).min(axis=0)
    high = np.maximum(centres + nodes, centres + offsets + sizes / 2).max(axis=0)
    left, bottom = np.floor(low - _CLEAR)
    right, top = np.ceil(high + _CLEAR)
    return [int(left), int(box[1] - top), int(right - left), int(top - bottom)]


def _lines(network: Network, centres: Floats, radii: Floats) -> list[Line]:
    clear = float(np.median(radii)) + _CLEAR if len(radii) else 0.0
    return lines_between(network, centres, clear, unknown=True)


def _beside(
    centres: Floats,
    around: Floats,
    sizes: Floats,
    box: Floats,
    drawn: Mapping[str, Sequence[Line]],
) -> Floats:
    """One place for each name, clear of the ties of every layer where it can be."""
    if not len(centres):
        return np.zeros((0, 2))
    ties = {
        (line.sender, line.receiver, line.bow)
        for lines in drawn.values()
        for line in lines
        if not np.isnan(line.value)
    }
    curves = [curve(centres[i], centres[j], bow) for i, j, bow in sorted(ties)]
    window = np.array([0.0, 0.0, *box])
    return place_names(centres, around, sizes, window, curves)[0]


def _facing(offsets: Floats, sizes: Floats) -> Floats:
    """Which edge of a name faces its actor: -1 the left one, 1 the right, 0 neither.

    A reader's type is narrower than ours; held by that edge, the name stays near.
    """
    beside = np.abs(offsets[:, 0]) >= sizes[:, 0] / 2
    return np.asarray(np.where(beside, -np.sign(offsets[:, 0]), 0.0))


def _point(place: Floats, tall: float) -> list[float]:
    """A place on the sheet, y downwards as in SVG."""
    return [round(float(place[0]), 1), round(float(tall - place[1]), 1)]


def _facts(
    network: Network, color: str | None, attributes: Sequence[str]
) -> list[list[list[str]]]:
    """What is told of each actor besides its ties: heading and text."""
    usual = [name for name in _TOLD if name in network.actors]
    told = dict.fromkeys([*usual, *([color] if color else []), *attributes])
    columns = {name: network.attribute(name) for name in told}
    return [
        [
            [capitalized(word(name)), _fact(values.iloc[k], values)]
            for name, values in columns.items()
        ]
        for k in range(network.n)
    ]


def _fact(value: Any, values: pd.Series) -> str:
    if pd.isna(value) or value == "":
        return label("network.category_unknown")
    kinds = pd.api.types
    if kinds.is_numeric_dtype(values) and not kinds.is_bool_dtype(values):
        return number(
            float(value), plain(values.to_numpy(dtype=float, na_value=np.nan))
        )
    return word(value)


def _groups(nodes: Nodes) -> dict[str, Any]:
    """The key to colours and shapes, and the outline of each at radius 1."""
    key = nodes.sections[0]
    places = sorted(set(nodes.groups.tolist()) - {-1}) + [-1] * (-1 in nodes.groups)
    texts = [row.text for row in key.rows] or [""]
    return {
        "heading": capitalized(key.heading),
        "kinds": [
            {
                "group": place,
                "text": text,
                "fill": paint(place, "")[0],
                "path": _outline(place),
            }
            for place, text in zip(places, texts, strict=True)
        ]
        if len(nodes.groups)
        else [],
    }


def _outline(group: int) -> str:
    (corners,) = shape(group, _FINE).to_polygons()
    places = np.asarray(corners)[:-1] / _FINE
    told = " ".join(f"{x:.3f},{-y:.3f}" for x, y in places)
    return f"M{told}Z"


def _layer(
    key: str,
    network: Network,
    nodes: Nodes,
    lines: Sequence[Line],
    show: Sequence[str] | None,
) -> dict[str, Any]:
    values = network.ties.abs().to_numpy()
    known = [line for line in lines if not np.isnan(line.value)]
    strengths = sorted({line.value for line in known})
    place = {value: k for k, value in enumerate(strengths)}
    decimals = plain(values)
    counts = unknown_counts(network)
    absent = int(network.state_counts()["observed"]) - network.n_ties
    return {
        "name": key,
        "directed": network.directed,
        "counts": [
            label("count.actor", count=network.n),
            label("count.tie", count=network.n_ties),
            label("count.absence", count=absent),
            label("count.possible", count=possible_ties(network)),
            *filter(None, [told_withheld(network)]),
        ],
        "strengths": [_strength(network, value, decimals) for value in strengths],
        "stops": _stops(network, strengths, decimals),
        "ties": [
            [line.sender, line.receiver, place[line.value], line.bow] for line in known
        ],
        "unknown": [_unknown(network, line) for line in lines if np.isnan(line.value)],
        "reasons": [
            [TIE_STATES.index(state), number(count, 0)]
            for state, count in counts.items()
        ],
        "lines": _has_few_unknown(network),
        "shares": [round(float(share), 3) for share in nodes.unknown],
        "silent": list(nodes.silent),
        "measures": [_measure(network, name) for name in _chosen(network, show)],
    }


def _has_few_unknown(network: Network) -> bool:
    """Whether lines for all that is not known would leave the ties visible."""
    unknown = sum(unknown_counts(network).values())
    return unknown <= _MOST_UNKNOWN_LINES * max(possible_ties(network), 1)


def _strength(network: Network, value: float, decimals: int) -> dict[str, Any]:
    width, ink = looks(network, value)
    return {
        "value": abs(value),
        "text": number(value, decimals),
        "width": round(width * _WIDTH_PER_POINT, 2),
        "ink": ink,
        "against": value < 0,
    }


def _stops(
    network: Network, strengths: Sequence[float], decimals: int
) -> list[list[object]]:
    """Where the slider can stand: every strength there is, or evenly apart."""
    stops = sorted({abs(value) for value in strengths})
    if len(stops) > _STOPS:
        low, high = strength_span(network)
        low, high = min(low, stops[0]), max(high, stops[-1])
        stops = [round(low + (high - low) * k / _STOPS, 6) for k in range(_STOPS)]
        decimals = max(decimals, 1)
    return [[stop, number(stop, decimals)] for stop in stops]


def _unknown(network: Network, line: Line) -> list[float]:
    """A line nobody can say is a tie: its ends, a reason each way, its bow."""
    codes = network.state_codes.to_numpy()
    there = int(codes[line.sender, line.receiver])
    back = (
        -1
        if line.headed or not network.directed
        else int(codes[line.receiver, line.sender])
    )
    impossible = TIE_STATES.index("structural")
    found = [-1 if code == impossible else code for code in (there, back)]
    return [line.sender, line.receiver, *found, line.bow]


def _chosen(network: Network, show: Sequence[str] | None) -> list[str]:
    if show is None:
        return list(_DIRECTED if network.directed else _UNDIRECTED)
    per_actor = [
        name
        for name in measures.__all__
        if get_type_hints(getattr(measures, name))["return"] is pd.Series
    ]
    return [check_choice("measure", name, per_actor) for name in dict.fromkeys(show)]


def _measure(network: Network, name: str) -> dict[str, Any]:
    """A number per actor as text and rounded, and why it is missing."""
    try:
        values = getattr(measures, name)(network)
    except (InputError, RefusedError) as error:
        values = pd.Series(np.nan, network.ties.index)
        values.attrs["reasons"] = dict.fromkeys(values.index, str(error))
    known = values.dropna()
    whole = bool((known == known.round()).all())
    why = values.attrs["reasons"]
    return {
        "name": heading(name),
        "texts": [number(value, 0 if whole else _DECIMALS) for value in values],
        "values": [
            None if np.isnan(value) else round(float(value), 6) for value in values
        ],
        "why": {
            str(k): reason_text(str(why[actor]))
            for k, actor in enumerate(values.index)
            if actor in why
        },
    }
