"""What is drawn between actors: ties by strength and direction, and unknown ties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.patches import ConnectionStyle, FancyArrowPatch
from matplotlib.path import Path

from netcollab.networks import Network
from netcollab.report.arcs import OFF_BORDER_PT, Arc
from netcollab.report.labels import capitalized, label, number, word
from netcollab.report.margins import (
    KeyRow,
    KeySection,
    Style,
    arrow_sample,
    line_sample,
)
from netcollab.report.placement import curve
from netcollab.report.style import PALETTE
from netcollab.study import TIE_STATES

__all__ = [
    "Line",
    "add_lines",
    "lines_between",
    "looks",
    "plain",
    "possible_ties",
    "remarks_of",
    "sample_values",
    "strength_span",
    "tie_section",
    "title_of",
    "told_reasons",
    "told_unknown",
    "unknown_counts",
    "unknown_line_row",
    "unknown_section",
]

Floats = npt.NDArray[np.float64]

_BOW = 0.14
_DETOURS = (0.0, 0.18, -0.18, 0.32, -0.32)
_THIN, _THICK, _ONLY = 0.8, 3.2, 1.3
_MANY_TIES, _THINNEST = 40, 0.45
_UNKNOWN_WIDTH = 0.9
_NEGATIVE_STYLE: Style = (0, (2.2, 0.8))
_UNKNOWN_STYLE: Style = (0, (1, 2))
_GREYS = LinearSegmentedColormap.from_list(
    "ties", ["#a3a3a3", PALETTE["tie"], PALETTE["ink"]]
)
_FEW = 4


@dataclass(frozen=True)
class Line:
    """One line of a drawing, from a sender to a receiver.

    Attributes
    ----------
    sender, receiver
        Places in the order of the actors.
    value
        Strength; NaN when nobody knows whether there is a tie.
    bow
        Height of the arc over its length; 0 is straight.
    headed
        True: the direction is shown.
    """

    sender: int
    receiver: int
    value: float
    bow: float
    headed: bool


def lines_between(
    network: Network, positions: Floats, clearance: float, *, unknown: bool
) -> list[Line]:
    """The lines of a drawing, weak ties first and unknown ones before all.

    Two lines between the same actors are two arcs; a single line is straight unless it
    would run through a third actor.

    Parameters
    ----------
    network
        What to draw.
    positions
        Actors x 2.
    clearance
        Least distance of a line from a third actor, in the unit of the positions.
    unknown
        True: a line also for each tie that is not known.
    """
    values = network.ties.to_numpy()
    words = network.states.to_numpy()
    shown = np.nan_to_num(values) != 0
    if unknown:
        shown = shown | (np.isnan(values) & (words != "structural"))
    lines = []
    for i, j in zip(*np.nonzero(np.triu(shown | shown.T, 1)), strict=True):
        nobody_knows = bool(np.isnan(values[i, j]) and np.isnan(values[j, i]))
        if not network.directed or nobody_knows:
            bow = _detour(positions, int(i), int(j), clearance)
            lines.append(Line(int(i), int(j), float(values[i, j]), bow, False))
            continue
        both = bool(shown[i, j] and shown[j, i])
        for a, b in ((int(i), int(j)), (int(j), int(i))):
            if shown[a, b]:
                bow = _BOW if both else _detour(positions, a, b, clearance)
                lines.append(Line(a, b, float(values[a, b]), bow, True))
    return sorted(lines, key=lambda line: np.nan_to_num(abs(line.value), nan=-1.0))


def add_lines(
    ax: Axes,
    network: Network,
    lines: Sequence[Line],
    positions: Floats,
    outlines: Sequence[tuple[Path, ...]],
) -> None:
    """Draw the lines from border to border of the nodes (outlines in points)."""
    for line in lines:
        known = not np.isnan(line.value)
        width, color = looks(network, line.value)
        arc = Arc(line.bow, outlines[line.sender], outlines[line.receiver])
        ax.add_patch(
            FancyArrowPatch(
                tuple(positions[line.sender]),
                tuple(positions[line.receiver]),
                connectionstyle=cast(ConnectionStyle, arc),
                arrowstyle=_head(width) if line.headed else "-",
                mutation_scale=1,
                shrinkA=OFF_BORDER_PT,
                shrinkB=OFF_BORDER_PT,
                linewidth=width,
                linestyle=_style(line.value),
                color=color,
                capstyle="butt",
                joinstyle="miter",
                zorder=2 + 0.5 * _share(network, line.value) if known else 1,
                label="_tie" if known else "_unknown",
            )
        )


def tie_section(network: Network) -> KeySection:
    """The key to the lines that are ties, and what the lack of a line means."""
    values = sample_values(network)
    rows = [
        KeyRow(number(value, plain(values)), _sample(network, value))
        for value in values
        if len(values) > 1
    ]
    if len(values) == 1:
        kind = "tie_directed" if network.directed else "tie_undirected"
        rows = [KeyRow(label(f"network.{kind}"), _sample(network, values[0]))]
    if (network.ties < 0).to_numpy().any():
        rows.append(
            KeyRow(
                label("network.tie_negative"),
                line_sample(PALETTE["against"], _ONLY, _NEGATIVE_STYLE),
            )
        )
    absent = int(network.state_counts()["observed"]) - network.n_ties
    if absent:
        known = number(absent, 0)
        possible = label("count.possible", count=possible_ties(network))
        rows.append(KeyRow(label("network.absent", known=known, possible=possible)))
    several = len(values) > 1
    kind = "strength" if several else "one"
    if several and network.directed:
        kind = "strength_directed"
    return KeySection(label(f"network.heading_{kind}"), rows)


def unknown_section(network: Network, mark: KeyRow | None) -> KeySection:
    """The key to what is not known, with numbers by reason."""
    counts = unknown_counts(network)
    if not counts:
        return KeySection("")
    heading = label(
        "network.unknown",
        known=number(sum(counts.values()), 0),
        possible=label("count.possible", count=possible_ties(network)),
    )
    rows = [KeyRow(told_reasons(counts))]
    return KeySection(heading, [mark, *rows] if mark else rows)


def looks(network: Network, value: float) -> tuple[float, str]:
    """Width in points and colour of a line; NaN is a tie that is not known."""
    if np.isnan(value):
        return _UNKNOWN_WIDTH, PALETTE["unknown"]
    share = _share(network, value)
    fewer = min(1.0, (_MANY_TIES / max(network.n_ties, 1)) ** 0.5)
    width = (_THIN + (_THICK - _THIN) * share) * max(fewer, _THINNEST)
    return width, PALETTE["against"] if value < 0 else to_hex(_GREYS(share))


def unknown_line_row() -> KeyRow:
    """The key's row for a dotted line."""
    sample = line_sample(PALETTE["unknown"], _UNKNOWN_WIDTH, _UNKNOWN_STYLE)
    return KeyRow(label("network.unknown_line"), sample)


def unknown_counts(network: Network) -> dict[str, int]:
    """Possible ties that are not known, by reason, in the order of `TIE_STATES`."""
    counts = network.state_counts()
    reasons = [state for state in TIE_STATES if state not in ("observed", "structural")]
    return {state: int(counts[state]) for state in reasons if counts[state]}


def told_unknown(network: Network) -> list[str]:
    """What is not known, as a sentence of an alt text; none where all is known."""
    counts = unknown_counts(network)
    if not counts:
        return []
    return [
        label(
            "alt.unknown",
            known=number(sum(counts.values()), 0),
            possible=label("count.possible", count=possible_ties(network)),
            reasons=told_reasons(counts),
        )
    ]


def told_reasons(counts: Mapping[str, int]) -> str:
    """How many are not known, by reason."""
    return ", ".join(
        f"{label(f'state.{state}')} {number(count, 0)}"
        for state, count in counts.items()
    )


def possible_ties(network: Network) -> int:
    """Ties that could exist: an undirected pair is one, a directed pair two."""
    counts = network.state_counts()
    return int(counts.sum() - counts["structural"])


def strength_span(network: Network) -> tuple[float, float]:
    """The weakest and the strongest tie there can be, else that there is."""
    scale = _scale_of(network)
    if scale is not None:
        return scale
    ties = network.ties.abs().to_numpy()
    ties = ties[np.nan_to_num(ties) > 0]
    return (float(ties.min()), float(ties.max())) if len(ties) else (0.0, 1.0)


def _scale_of(network: Network) -> tuple[float, float] | None:
    """The scale of strengths; none where ties are or are not, as dichotomized ones."""
    if network.scale != (0.0, 1.0):
        return network.scale
    ties = network.ties.to_numpy()
    only_ones = np.isin(ties[~np.isnan(ties)], (0.0, 1.0)).all()
    return None if only_ones else network.scale


def title_of(network: Network) -> str:
    """The relation, as a heading."""
    return capitalized(word(network.relation) or label("network.untitled"))


def remarks_of(
    network: Network, site: str | None = None, wave: str | None = None
) -> list[str]:
    """Below the heading: where, when, how many actors and ties.

    `site` and `wave` are what readers call place and wave, "" for none; None: the
    network's ids of them.
    """
    when = network.wave if wave is None else wave
    return [
        word(network.site or "") if site is None else site,
        label("network.wave", wave=when) if when else "",
        label("count.actor", count=network.n),
        label("count.tie", count=network.n_ties),
    ]


def sample_values(network: Network) -> list[float]:
    """The strengths the key shows: all of a few, else the weakest and strongest."""
    ties = network.ties.abs().to_numpy()
    values = np.unique(ties[np.nan_to_num(ties) > 0])
    if not len(values):
        return []
    low, high = strength_span(network)
    if len(values) <= _FEW and not _scale_of(network):
        return [float(value) for value in values]
    middle = (low + high) / 2
    whole = plain(values) == 0 and middle != round(middle)
    return [float(low), float(high)] if whole else [float(low), middle, float(high)]


def plain(values: Sequence[float] | Floats) -> int:
    """Digits after the decimal mark that a key needs: 0, 1, at most 2."""
    known = np.asarray(values, dtype=float)
    for decimals in (0, 1):
        if np.allclose(known, np.round(known, decimals), atol=1e-9, equal_nan=True):
            return decimals
    return 2


def _detour(positions: Floats, i: int, j: int, clearance: float) -> float:
    """The first bow that keeps clear of third actors, else the clearest."""
    others = np.delete(positions, [i, j], axis=0)
    if not len(others):
        return 0.0
    gaps = []
    for bow in _DETOURS:
        path = curve(positions[i], positions[j], bow)
        gap = np.sqrt(((others[:, None] - path[None]) ** 2).sum(axis=2)).min()
        if gap >= clearance:
            return bow
        gaps.append(round(float(gap), 6))
    return _DETOURS[int(np.argmax(gaps))]


def _share(network: Network, value: float) -> float:
    """Where a strength lies between the weakest and the strongest possible."""
    low, high = strength_span(network)
    return float((abs(value) - low) / (high - low)) if high > low else 0.4


def _style(value: float) -> Style:
    if np.isnan(value):
        return _UNKNOWN_STYLE
    return _NEGATIVE_STYLE if value < 0 else "-"


def _head(width: float) -> str:
    return (
        f"-|>,head_length={2.6 + 1.9 * width:.2f},head_width={1.0 + 0.95 * width:.2f}"
    )


def _sample(network: Network, value: float) -> Artist:
    width, color = looks(network, value)
    if network.directed:
        return arrow_sample(color, width, _head(width))
    return line_sample(color, width)
