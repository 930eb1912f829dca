"""Who is tied to whom, cell by cell, and which cells nobody knows."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex

from netcollab.networks import Network
from netcollab.report.cells import add_cell, add_heat, add_names
from netcollab.report.figures import describe
from netcollab.report.labels import label, name_of, number, word
from netcollab.report.margins import (
    KeyRow,
    KeySection,
    Place,
    add_heading,
    add_key,
    box_row,
    new_axes,
    note_text,
)
from netcollab.report.persons import seen_by_others
from netcollab.report.style import PALETTE, theme
from netcollab.report.ties import (
    plain,
    possible_ties,
    remarks_of,
    sample_values,
    strength_span,
    title_of,
    told_unknown,
    unknown_counts,
)
from netcollab.report.withheld import told_withheld, withheld_title

__all__ = ["plot_sociomatrix"]

_MOST_PRINTED = 20
_HATCHES = {
    "not_asked": "////",
    "no_answer": "\\\\\\\\",
    "dont_know": "....",
    "not_applicable": "----",
    "suppressed": "++++",
    "nonrespondent": "xxxx",
}
_STRENGTHS = LinearSegmentedColormap.from_list(
    "strengths", ["#dce8f3", "#7fa8cf", PALETTE["navy"]]
)
_LIGHT = "#f1f1f1"


def plot_sociomatrix(
    network: Network,
    *,
    by: str | None = None,
    ax: Axes | None = None,
    title: str | None = None,
    note: str = "",
    site: str | None = None,
    key: Place | None = None,
    person_level: bool = False,
) -> Axes:
    """The ties of a network as a table: rows send, columns receive.

    Strength is shown by colour and, up to 20 actors, as a number. A cell that is not
    known is hatched, and marked with a letter, by its reason. The diagonal is blank.

    Parameters
    ----------
    network
        What to draw.
    by
        An attribute of the actors that orders them, with lines between its groups.
    ax
        Where to draw; None: a new figure as wide as a page.
    title, note, site, key, person_level
        As in `draw_network`.

    Returns
    -------
    Axes
        With an alt text.

    Raises
    ------
    RefusedError
        As in `draw_network`.
    UnknownNameError
        If the actors have no such attribute.

    Examples
    --------
    >>> told = pd.DataFrame([[0, 2], [None, 0]], ["nav", "ks"], ["nav", "ks"])
    >>> ax = plot_sociomatrix(Network.from_matrix(told, relation="trust"))
    >>> [text.get_text() for text in ax.texts if text.get_text() == "2"]
    ['2']
    """
    network = seen_by_others(network, person_level=person_level)
    with theme():
        groups = _ordered_groups(network, by)
        order = groups.index
        names = name_of(network.actors).loc[order].tolist()
        values = network.ties.loc[order, order]
        words = network.states.loc[order, order].to_numpy()
        own = ax is None
        ax = new_axes(_matrix_height_mm(names)) if ax is None else ax
        _draw_strengths(ax, network, values)
        _mark_unknown(ax, words, printed=network.n <= _MOST_PRINTED)
        add_names(ax, names, names, upright=True)
        if by is not None:
            _separate(ax, groups)
        ax.set_aspect("equal", anchor="NW")
        if network.directed:
            ax.set_ylabel(label("matrix.sender"))
            ax.set_xlabel(label("matrix.receiver"))
        usual = withheld_title(network, title_of(network))
        heading = usual if title is None else title
        add_heading(ax, heading, *remarks_of(network, site), note_text(note))
        add_key(ax, _strength_key(network), key, own=own)
        describe(ax, _told_matrix(network, by, groups))
    return ax


def _ordered_groups(network: Network, by: str | None) -> pd.Series:
    """The group of each actor, in the order of the matrix."""
    if by is None:
        return pd.Series("", index=network.ties.index)
    unknown = label("network.category_unknown")
    values = network.attribute(by)
    texts = values.map(word).where(values.notna(), unknown)
    return texts.sort_values(kind="stable")


def _matrix_height_mm(names: Sequence[str]) -> float:
    longest = max((len(name) for name in names), default=0)
    return float(np.clip(7.5 * len(names), 40, 118) + min(longest, 30) * 1.2 + 22)


def _draw_strengths(ax: Axes, network: Network, values: pd.DataFrame) -> None:
    amounts = values.to_numpy()
    printed = network.n <= _MOST_PRINTED
    decimals = plain(amounts)
    low, high = strength_span(network)
    add_heat(
        ax,
        values.abs().where(values != 0),
        _texts(amounts, decimals) if printed else None,
        (_STRENGTHS, low if high > low else low - 1, high),
    )
    for i, j in zip(*np.nonzero(amounts == 0), strict=True):
        text = number(0, decimals) if printed else ""
        add_cell(ax, (int(i), int(j)), _LIGHT, text=text, ink=PALETTE["unknown"])


def _mark_unknown(ax: Axes, words: npt.NDArray[np.object_], *, printed: bool) -> None:
    for i, j in zip(*np.nonzero(words != "observed"), strict=True):
        state, at = str(words[i, j]), (int(i), int(j))
        if state != "structural":
            sign = label(f"letter.{state}") if printed else ""
            add_cell(ax, at, PALETTE["paper"], hatch=_HATCHES[state], text=sign)
        elif i != j:
            add_cell(ax, at, PALETTE["faint"])


def _texts(amounts: npt.NDArray[np.float64], decimals: int) -> npt.NDArray[np.object_]:
    texts = [[number(amount, decimals) for amount in row] for row in amounts]
    return np.array(texts, dtype=object).reshape(amounts.shape)


def _separate(ax: Axes, groups: pd.Series) -> None:
    """Lines between the groups, and their names below."""
    n = len(groups)
    starts = [k for k in range(n) if k == 0 or groups.iloc[k] != groups.iloc[k - 1]]
    for start, end in zip(starts, [*starts[1:], n], strict=True):
        if start:
            ax.axhline(start, color=PALETTE["ink"], linewidth=1.0)
            ax.axvline(start, color=PALETTE["ink"], linewidth=1.0)
        ax.text(
            (start + end) / 2,
            n + 0.15,
            textwrap.fill(groups.iloc[start], max(6, 5 * (end - start))),
            ha="center",
            va="top",
            fontsize=7.5,
            weight="bold",
            parse_math=False,
        )


def _strength_key(network: Network) -> list[KeySection]:
    low, high = strength_span(network)
    values = sample_values(network)
    shades = [(v - low) / (high - low) if high > low else 1.0 for v in values]
    rows = [
        box_row(number(value, plain(values)), to_hex(_STRENGTHS(shade)), "none")
        for value, shade in zip(values, shades, strict=True)
    ]
    absent = int(network.state_counts()["observed"]) - network.n_ties
    if absent:
        text = f"{label('matrix.no_tie')} ({number(absent, 0)})"
        rows.append(box_row(text, _LIGHT, "none", sign="0"))
    counts = unknown_counts(network)
    unknown = [
        box_row(
            f"{label(f'state.{state}')} ({number(count, 0)})",
            PALETTE["paper"],
            PALETTE["unknown"],
            _HATCHES[state],
            label(f"letter.{state}") if network.n <= _MOST_PRINTED else "",
        )
        for state, count in counts.items()
    ]
    if why := told_withheld(network):
        unknown.append(KeyRow(why))
    heading = label(
        "network.unknown",
        known=number(sum(counts.values()), 0),
        possible=label("count.possible", count=possible_ties(network)),
    )
    return [
        KeySection(label("network.heading_strength"), rows),
        KeySection(heading, unknown),
    ]


def _told_matrix(network: Network, by: str | None, groups: pd.Series) -> str:
    kind = "directed" if network.directed else "undirected"
    told = [
        label(
            f"alt.sociomatrix_{kind}",
            actors=label("count.actor", count=network.n),
            ties=label("count.tie", count=network.n_ties),
            relation=title_of(network),
        )
    ]
    told += told_unknown(network)
    if why := told_withheld(network):
        told.append(why)
    if by is not None:
        shown = ", ".join(groups.unique())
        told.append(label("alt.groups", attribute=word(by), groups=shown))
    return " ".join(told)
