"""Every estimate of a claim below the other, with its interval."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from netcollab.errors import InputError
from netcollab.hypotheses import Finding
from netcollab.inference import ModelResult
from netcollab.report.figures import describe
from netcollab.report.labels import capitalized, label, number, word
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
from netcollab.report.reasons import reason_text
from netcollab.report.rows import fit_ticks, stack_height, stack_rows
from netcollab.report.runs import estimator_text, held_text, term_name
from netcollab.report.style import PALETTE, theme

__all__ = ["plot_estimates"]

Found = Finding | ModelResult | pd.DataFrame

_ROW_MM, _FRAME_MM = 6.0, 34.0
_REASON_LETTERS, _AXIS_LETTERS = 80, 56
_INTERCEPT = "intercept"
_ROLES = ("headline", "beside", "split source", "secondary")
_MARKERS = {"headline": "o", "beside": "s", "split source": "^", "secondary": "D"}
_TERM = re.compile(r"(?:\w+\((?P<inner>\w+)\)|(?P<bare>[^()]+?))(?: in (?P<wave>\S+))?")


class _Row(NamedTuple):
    """A line of the figure."""

    name: str
    role: str
    estimate: float
    low: float
    high: float
    detectable: float
    reason: str


def plot_estimates(
    found: Found,
    *,
    delta: float | None = None,
    ax: Axes | None = None,
    title: str | None = None,
    note: str = "",
    key: Place | None = "below",
) -> Axes:
    """What each estimator says of one claim, and what is found of its parts.

    A mark is an estimate, its line the interval; the headline is larger and comes
    first. Short grey strokes stand where the design would find an effect with 80 %
    power. An estimate that was refused is there with a remark.

    Parameters
    ----------
    found
        A finding with `estimates`, a fitted model, or a table such as either has:
        columns estimate, ci_low, ci_high and, if wanted, role, outcome, predictor,
        estimator, detectable_effect, reason. The intercept is left out.
    delta
        The smallest effect that matters, drawn on both sides of 0; None: that of the
        finding's hypothesis, if it has one.
    ax, title, note, key
        As in `draw_network`.

    Returns
    -------
    Axes
        With an alt text.

    Raises
    ------
    InputError
        If there is no estimate to show, or delta is below 0.

    Examples
    --------
    >>> told = {"estimate": [0.4, 0.1], "ci_low": [0.2, -0.1], "ci_high": [0.6, 0.3]}
    >>> ax = plot_estimates(pd.DataFrame(told, ["trust", "staff"]))
    >>> [tick.get_text() for tick in ax.get_yticklabels()]
    ['Trust', 'Staff']
    """
    rows = _rows(_table(found))
    limit = _limit(found, delta)
    with theme():
        own = ax is None
        ax = new_axes(_height_mm(rows)) if ax is None else ax
        _frame(ax, rows, found, limit)
        heading = _heading(found) if title is None else title
        add_heading(ax, heading, note_text(note))
        add_key(ax, [KeySection("", _key(rows, limit))], key, own=own)
        describe(ax, _told(rows, capitalized(heading)))
    return ax


def _table(found: Found) -> pd.DataFrame:
    if isinstance(found, Finding):
        return found.estimates
    return found.coefficients if isinstance(found, ModelResult) else found


def _limit(found: Found, delta: float | None) -> float:
    """The smallest effect that matters; NaN if nobody has said."""
    if delta is None and isinstance(found, Finding):
        delta = found.hypothesis.delta
    if delta is None:
        return math.nan
    if not delta >= 0:
        raise InputError(f"delta needs a number of at least 0, got {delta}")
    return delta


def _sign(found: Found) -> int:
    """On which side of 0 the claim looks for its effect."""
    return -1 if isinstance(found, Finding) and found.sign < 0 else 1


def _heading(found: Found) -> str:
    if isinstance(found, Finding):
        return label("estimates.claim", claim=found.hypothesis.key)
    return label("estimates.title")


def _rows(table: pd.DataFrame) -> list[_Row]:
    """The rows in the order of their roles, which is that of the figure."""
    needed = ("estimate", "ci_low", "ci_high")
    missing = [name for name in needed if name not in table]
    if missing and len(table):
        raise InputError(f"the estimates lack: {', '.join(missing)}")
    table = table[[str(term) != _INTERCEPT for term in table.index]]
    if not len(table):
        raise InputError("there is no estimate to show")
    roles = table["role"] if "role" in table else pd.Series("headline", table.index)
    strange = sorted(set(map(str, roles)) - set(_ROLES))
    if strange:
        raise InputError(f"a role is one of {', '.join(_ROLES)}, got {strange}")
    rows = []
    for role in _ROLES:
        part = table[(roles == role).to_numpy()]
        names = _names(part, role)
        for name, (_, row) in zip(names, part.iterrows(), strict=True):
            estimate, low, high = (float(row[column]) for column in needed)
            least = float(row.get("detectable_effect", math.nan))
            reason = reason_text(str(row.get("reason", "") or ""))
            rows.append(_Row(name, role, estimate, low, high, least, reason))
    return rows


def _names(part: pd.DataFrame, role: str) -> list[str]:
    """What tells the rows of a role apart: the estimator, the predictor or outcome."""
    if "estimator" not in part:
        return [capitalized(term_name(term)) for term in part.index]
    if role != "secondary":
        return [capitalized(estimator_text(text)) for text in part["estimator"]]
    differs = "predictor" if part["predictor"].nunique() > 1 else "outcome"
    return [
        capitalized(f"{_term(term)}{held_text(estimator)}")
        for term, estimator in zip(part[differs], part["estimator"], strict=True)
    ]


def _term(text: str) -> str:
    """A term in words: what is in its brackets, and the wave if it names one."""
    found = _TERM.fullmatch(text)
    if found is None:
        return text
    told = word(found["inner"] or found["bare"])
    return f"{told} {found['wave']}" if found["wave"] else told


def _height_mm(rows: Sequence[_Row]) -> float:
    names = [row.name for row in rows]
    return _FRAME_MM + _ROW_MM * stack_height(names, _sections(rows))


def _sections(rows: Sequence[_Row]) -> dict[int, str]:
    """Row -> the heading above it, where the claim and its parts are both there."""
    parts = [k for k, row in enumerate(rows) if row.role == "secondary"]
    if not parts or len(parts) == len(rows):
        return {}
    return {0: label("estimates.whole"), parts[0]: label("estimates.parts")}


def _frame(ax: Axes, rows: Sequence[_Row], found: Found, delta: float) -> None:
    """Limits around all that is drawn, lines at 0 and at delta, and the rows."""
    sign = _sign(found)
    ends = [(row.estimate, row.low, row.high, sign * row.detectable) for row in rows]
    marks = np.array([0.0, -delta, delta, *np.ravel(ends)])
    finite = marks[np.isfinite(marks)]
    room = 0.06 * float(np.ptp(finite)) or 0.5
    ax.set_xlim(finite.min() - room, finite.max() + room)
    ax.axvline(0, color=PALETTE["ink"], linewidth=0.8, zorder=1)
    for limit in () if math.isnan(delta) else (-delta, delta):
        ax.axvline(limit, color=PALETTE["against"], linewidth=0.9, linestyle="--")
    places = stack_rows(ax, [row.name for row in rows], _sections(rows))
    for place, row in zip(places, rows, strict=True):
        _draw(ax, place, row, sign)
    fit_ticks(ax)
    symbol = found.symbol if isinstance(found, Finding) else "estimate"
    letters = _AXIS_LETTERS // 2 if is_narrow(ax) else _AXIS_LETTERS
    ax.set_xlabel(textwrap.fill(label(f"estimates.axis_{symbol}"), letters))


def _draw(ax: Axes, place: float, row: _Row, sign: int) -> None:
    if math.isnan(row.estimate):
        _write_reason(ax, place, row.reason)
        return
    left, right = ax.get_xlim()
    headline = row.role == "headline"
    ink = PALETTE["navy" if headline else "tie"]
    ends = np.clip([row.low, row.high], left, right)
    if np.isfinite(ends).all():
        ax.hlines(place, *ends, color=ink, linewidth=2.2 if headline else 1.2)
    for end, edge, arrow in ((row.low, left, "<"), (row.high, right, ">")):
        if math.isinf(end):
            ax.scatter(edge, place, marker=arrow, s=26, color=ink, label="_endless")
    ax.scatter(
        sign * row.detectable,
        place,
        marker="|",
        s=70,
        color=PALETTE["unknown"],
        zorder=2,
        label="_detectable",
    )
    ax.scatter(
        row.estimate,
        place,
        s=46 if headline else 24,
        marker=_MARKERS[row.role],
        facecolors=ink if row.role in ("headline", "beside") else PALETTE["paper"],
        edgecolors=ink,
        linewidths=1.1,
        zorder=3,
        label=f"_{row.role}",
    )


def _write_reason(ax: Axes, place: float, reason: str) -> None:
    letters = _REASON_LETTERS // 2 if is_narrow(ax) else _REASON_LETTERS
    text = label("estimates.refused", reason=reason or label("estimates.no_reason"))
    ax.text(
        0.01,
        place,
        textwrap.shorten(text, letters, placeholder=" \N{HORIZONTAL ELLIPSIS}"),
        transform=ax.get_yaxis_transform(),
        va="center",
        fontsize=7,
        style="italic",
        color=PALETTE["tie"],
        parse_math=False,
    )


def _key(rows: Sequence[_Row], delta: float) -> list[KeyRow]:
    known = [row for row in rows if not math.isnan(row.estimate)]
    roles = {row.role for row in known}
    told = []
    for role in _ROLES:
        if role in roles and len({row.role for row in rows}) > 1:
            ink = PALETTE["navy" if role == "headline" else "tie"]
            filled = role in ("headline", "beside")
            text = label(f"estimates.{role}")
            told.append(line_row(text, ink, 0, marker=_MARKERS[role], filled=filled))
    if any(not math.isnan(row.low) for row in known):
        told.append(line_row(label("estimates.interval"), PALETTE["tie"], 1.2))
    if any(math.isnan(row.low) for row in known):
        told.append(KeyRow(label("estimates.no_interval")))
    if any(not math.isnan(row.detectable) for row in known):
        grey = PALETTE["unknown"]
        told.append(line_row(label("estimates.detectable"), grey, 0, marker="|"))
    if not math.isnan(delta):
        text = label("estimates.delta", value=number(delta))
        told.append(line_row(text, PALETTE["against"], 0.9, "--"))
    return told


def _told(rows: Sequence[_Row], heading: str) -> str:
    told = []
    for row in rows:
        if math.isnan(row.estimate):
            text = label("estimates.refused", reason=row.reason or "–")
        else:
            text = number(row.estimate)
            if not math.isnan(row.low):
                low, high = number(row.low), number(row.high)
                text = f"{text} ({label('evidence.between', low=low, high=high)})"
        told.append(f"{row.name}: {text}.")
    return label("alt.estimates", title=heading, rows=" ".join(told))
