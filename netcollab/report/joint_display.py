"""What interviews say of each claim beside what its test says, and how they meet."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Hashable, Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from netcollab.errors import InputError
from netcollab.hypotheses import Finding, Findings, joint_display
from netcollab.report.figures import describe
from netcollab.report.labels import (
    ambient_language,
    capitalized,
    label,
    number,
    word,
)
from netcollab.report.margins import (
    KeyRow,
    KeySection,
    Place,
    add_heading,
    add_key,
    line_row,
    new_axes,
    note_text,
)
from netcollab.report.style import PALETTE, theme

__all__ = ["plot_joint_display"]

_ROW_MM, _FRAME_MM = 21.0, 26.0
_LETTERS = 27
_HALF, _TEST = 2.0, 7.2
_MIDDLE = _TEST / 2
_EDGE = 0.25
_MOST = 6
_BELOW_PT = 14.0
_ESTIMATE = ("estimate", "ci_low", "ci_high")
_MARKS = {
    "supported": "o",
    "contradicted": "s",
    "inconclusive": "D",
    "not testable": "X",
}
_INKS = {
    "supported": PALETTE["for"],
    "contradicted": PALETTE["against"],
    "inconclusive": PALETTE["tie"],
    "not testable": PALETTE["unknown"],
}
_FILLED = ("supported", "contradicted")
_SIGNS = {"convergence": "=", "tension": "≠"}


def plot_joint_display(
    findings: Findings,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    note: str = "",
    key: Place | None = "below",
) -> Axes:
    """Interviews on the left, tests on the right, and between them how they meet.

    Right of the middle line of either side speaks for the claim. Left: S, the mean of
    the voices, from -2 to 2, and a bar over what those not heard could make of it.
    Right: the estimate as a multiple of the smallest effect that the design finds with
    80 % power (the dotted lines), and its interval where there is one; its own number
    stands below. Where no smallest effect is known only the numbers are shown.

    Parameters
    ----------
    findings
        As from `netcollab.hypotheses.evaluate`.
    ax, title, note, key
        As in `draw_network`. The note "synthetic" is added for invented data.

    Returns
    -------
    Axes
        With an alt text.

    Raises
    ------
    InputError
        If there is no finding.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    >>> found = nc.hypotheses.evaluate(study, nc.hypotheses.ANSELL_GASH[1:2], rng=1)
    >>> from netcollab.report.figures import alt_text
    >>> print(alt_text(plot_joint_display(found)))
    Interviews beside tests on 1 claim. AG-H2: interviews: supported, S = 1.25, bounds
    −0.38 to 1.62, 4 voices (4 own), 3 for, 0 against; test: not testable; one side
    open. Statements say how much there is, not what it did: consistent with a claim,
    not shown. One informant per organisation: person, position and organisation cannot
    be told apart.
    """
    table = joint_display(findings)
    if not len(table):
        raise InputError("there is no finding to show")
    if findings.synthetic and not note:
        note = "synthetic"
    with theme():
        own = ax is None
        ax = new_axes(_FRAME_MM + _ROW_MM * len(table)) if ax is None else ax
        span = _span(table)
        _frame(ax, [_claim(finding) for finding in findings], span)
        for row, told in enumerate(table.to_dict("records")):
            _draw_evidence(ax, row, told)
            _draw_test(ax, row, told, span)
            _draw_meeting(ax, row, str(told["joint"]))
        heading = label("joint.title") if title is None else title
        add_heading(ax, heading, note_text(note))
        add_key(ax, _key(table), key, own=own)
        describe(ax, _told(table))
    return ax


def _claim(finding: Finding) -> str:
    claims = finding.hypothesis.claim
    text = claims.get(ambient_language()) or next(iter(claims.values()), "")
    return f"{finding.hypothesis.key}  {text}".strip()


def _span(table: pd.DataFrame) -> int:
    """How many smallest effects the right side shows to either side of 0."""
    ends = table[list(_ESTIMATE)].abs().max(axis=1)
    least = table["detectable_effect"]
    widest = float((ends / least.where(least > 0)).max())
    return 2 if math.isnan(widest) else math.ceil(min(max(2.0, widest), _MOST))


def _frame(ax: Axes, claims: list[str], span: int) -> None:
    """Two scales beside each other on one axis, and a row per claim."""
    sides = [textwrap.fill(claim, _LETTERS) for claim in claims]
    ax.set_yticks(np.arange(len(claims)), sides, parse_math=False)
    ax.set_ylim(len(claims) - 0.45, -0.62)
    ax.set_xlim(-_HALF - _EDGE, _TEST + _HALF + _EDGE)
    unit = _HALF / span
    _scales(ax, span, unit)
    for middle in (0.0, _TEST):
        ax.axvline(middle, color=PALETTE["faint"], linewidth=0.8, zorder=0)
    for limit in (_TEST - unit, _TEST + unit):
        ax.axvline(limit, color=PALETTE["unknown"], linewidth=0.8, linestyle=":")
    for row in range(1, len(claims)):
        ax.axhline(row - 0.5, color=PALETTE["faint"], linewidth=0.4, zorder=0)
    ax.tick_params(axis="both", length=0)
    ax.spines[["left", "bottom"]].set_visible(False)
    for middle, side in ((0.0, "interviews"), (_TEST, "test")):
        _write(ax, middle, -0.58, label(f"joint.{side}"), weight="bold")


def _scales(ax: Axes, span: int, unit: float) -> None:
    """The numbers of both scales, and below them what they are."""
    stride = 1 if span <= _HALF + 1 else 2
    voices = [float(value) for value in range(-int(_HALF), int(_HALF) + 1)]
    effects = [float(v) for v in range(-span + span % stride, span + 1, stride)]
    places = voices + [_TEST + unit * value for value in effects]
    texts = [number(value, 0, signed=True) for value in voices + effects]
    ax.set_xticks(places, texts, fontsize=7)
    names = [label(f"joint.{axis}") for axis in ("score_axis", "effect_axis")]
    ax.xaxis.remove_overlapping_locs = False
    ax.set_xticks([0.0, _TEST], names, minor=True, fontsize=7, parse_math=False)
    ax.tick_params(axis="x", which="minor", length=0, pad=_BELOW_PT)


def _draw_evidence(ax: Axes, row: int, told: Mapping[Hashable, Any]) -> None:
    verdict = str(told["evidence_verdict"])
    if not told["n"]:
        _draw_open(ax, row, 0.0, label("joint.unheard"))
        return
    _bar(ax, row, (float(told["low"]), float(told["high"])), PALETTE["sky"], 6.0)
    _mark(ax, row, float(told["score"]), 0.0, verdict)
    _head(ax, row, 0.0, verdict, str(told["evidence_tags"]))
    _foot(ax, row, 0.0, _evidence_numbers(told))


def _draw_test(ax: Axes, row: int, told: Mapping[Hashable, Any], span: int) -> None:
    verdict = str(told["test_verdict"])
    if verdict == "not testable":
        _draw_open(ax, row, _TEST, label("verdict.not testable"))
        return
    scale = float(told["detectable_effect"])
    unit = (int(told["sign"]) or 1) * _HALF / span / scale if scale > 0 else math.nan
    at, *ends = (_TEST + unit * float(told[name]) for name in _ESTIMATE)
    if math.isnan(at):
        _draw_open(ax, row, _TEST, label("joint.unscaled"))
    else:
        _mark(ax, row, at, _TEST, verdict)
    if not math.isnan(ends[0]):
        _interval(ax, row, *sorted(ends))
    _head(ax, row, _TEST, verdict, str(told["test_tags"]))
    _foot(ax, row, _TEST, _test_numbers(told))


def _interval(ax: Axes, row: int, low: float, high: float) -> None:
    """An interval, with an arrow where it goes on beyond the room there is."""
    left, right = _TEST - _HALF, _TEST + _HALF
    ink = PALETTE["ink"]
    _bar(ax, row, (max(low, left), min(high, right)), ink, 1.4)
    for beyond, edge, marker in ((low < left, left, "<"), (high > right, right, ">")):
        if beyond:
            ax.scatter(edge, row, marker=marker, s=24, color=ink, label="_beyond")


def _draw_open(ax: Axes, row: int, middle: float, text: str) -> None:
    """A side that says nothing is drawn as one that says nothing."""
    _bar(ax, row, (middle - _HALF, middle + _HALF), PALETTE["unknown"], 0.8, ":")
    _write(ax, middle, row, text, color=PALETTE["tie"], style="italic")


def _draw_meeting(ax: Axes, row: int, joint: str) -> None:
    sign = _SIGNS.get(joint, "")
    if sign:
        _write(ax, _MIDDLE, row - 0.12, sign, size=15, weight="bold")
    _write(
        ax,
        _MIDDLE,
        row + (0.2 if sign else 0.0),
        textwrap.fill(label(f"joint.{joint}"), 12, break_long_words=False),
        weight="bold" if sign else "normal",
        color=PALETTE["ink" if sign else "tie"],
    )


def _bar(
    ax: Axes,
    row: int,
    ends: tuple[float, float],
    color: str,
    width: float,
    style: str = "-",
) -> None:
    ax.hlines(row, *ends, color=color, linewidth=width, linestyle=style, zorder=2)


def _mark(ax: Axes, row: int, at: float, middle: float, verdict: str) -> None:
    """The dot; an arrow at the edge where it lies beyond."""
    beyond = abs(at - middle) > _HALF
    marker = (">" if at > middle else "<") if beyond else _MARKS.get(verdict, "D")
    color = _INKS[verdict]
    ax.scatter(
        min(max(at, middle - _HALF), middle + _HALF),
        row,
        s=46,
        marker=marker,
        facecolors=color if verdict in _FILLED else PALETTE["paper"],
        edgecolors=color,
        linewidths=1.3,
        zorder=4,
        label=f"_{verdict}",
    )


def _head(ax: Axes, row: int, middle: float, verdict: str, tags: str) -> None:
    """Verdict and its marks above the drawing."""
    remarks = [word(tag.strip()) for tag in tags.split(",") if tag.strip()]
    text = label(f"verdict.{verdict}")
    _write(ax, middle, row - (0.33 if remarks else 0.26), text, weight="bold")
    if remarks:
        _write(ax, middle, row - 0.17, ", ".join(remarks), size=6.5)


def _foot(ax: Axes, row: int, middle: float, lines: list[str]) -> None:
    _write(ax, middle, row + 0.3, "\n".join(lines), size=6.5, color=PALETTE["ink"])


def _write(
    ax: Axes,
    x: float,
    y: float,
    text: str,
    *,
    size: float = 8.0,
    weight: Literal["normal", "bold"] = "normal",
    style: Literal["normal", "italic"] = "normal",
    color: str = PALETTE["ink"],
) -> None:
    ax.text(
        x,
        y,
        text,
        ha="center",
        va="center",
        fontsize=size,
        weight=weight,
        style=style,
        color=color,
        linespacing=1.25,
        bbox={"facecolor": PALETTE["paper"], "edgecolor": "none", "pad": 0.6},
        parse_math=False,
        zorder=3,
    )


def _evidence_numbers(told: Mapping[Hashable, Any]) -> list[str]:
    score, low, high = (number(told[name]) for name in ("score", "low", "high"))
    voices = label(
        "joint.voices",
        voices=label("count.voice", count=int(told["n"])),
        own=number(told["own"], 0),
        favourable=number(told["favourable"], 0),
        adverse=number(told["adverse"], 0),
    )
    return [label("joint.score", score=score, low=low, high=high), voices]


def _test_numbers(told: Mapping[Hashable, Any]) -> list[str]:
    value, low, high = (
        number(told[name]) for name in ("estimate", "ci_low", "ci_high")
    )
    if not math.isnan(told["ci_low"]):
        value = f"{value} ({label('evidence.between', low=low, high=high)})"
    p = float(told["pvalue_adjusted"])
    shown = f"p < {number(0.001, 3)}" if p < 0.001 else f"p = {number(p, 3)}"
    least = label("joint.detectable", value=number(told["detectable_effect"]))
    symbol = word(told["symbol"])
    return [label("joint.estimate", symbol=symbol, value=value, p=shown), least]


def _key(table: pd.DataFrame) -> list[KeySection]:
    tested = table["test_verdict"] != "not testable"
    verdicts = {
        *table.loc[table["n"] > 0, "evidence_verdict"],
        *table.loc[tested, "test_verdict"],
    }
    marks = [
        line_row(
            label(f"verdict.{verdict}"),
            _INKS[verdict],
            0,
            marker=mark,
            filled=verdict in _FILLED,
        )
        for verdict, mark in _MARKS.items()
        if verdict in verdicts
    ]
    lines = [KeyRow(label("joint.right"))]
    if (table["n"] > 0).any():
        lines.append(line_row(label("joint.unheard_bar"), PALETTE["sky"], 6.0))
    if table["ci_low"].notna().any():
        lines.append(line_row(label("joint.interval"), PALETTE["ink"], 1.4))
    if not (tested & (table["n"] > 0)).all():
        lines.append(line_row(label("joint.silent"), PALETTE["unknown"], 0.8, ":"))
    lines.append(KeyRow(label("joint.one")))
    return [
        KeySection(label("joint.verdicts"), marks),
        KeySection(label("joint.reading"), lines),
        KeySection(label("joint.limits"), [KeyRow(text) for text in _limits(table)]),
    ]


def _limits(table: pd.DataFrame) -> list[str]:
    """What these verdicts do not say, in words."""
    heard = table["n"] > 0
    holds = {
        "level_only": (heard & table["level_only"]).any(),
        "one_informant": table["one_informant"].any(),
        "analogue": table["test_tags"].str.contains("analogue").any(),
    }
    return [label(f"joint.{name}") for name, is_so in holds.items() if is_so]


def _told(table: pd.DataFrame) -> str:
    told = [label("alt.joint", claims=label("count.claim", count=len(table)))]
    for key, row in zip(table.index, table.to_dict("records"), strict=True):
        evidence, test = (
            label(f"verdict.{row[f'{side}_verdict']}") for side in ("evidence", "test")
        )
        told_of = [evidence, *_evidence_numbers(row)]
        evidence = ", ".join(told_of) if row["n"] else label("joint.unheard")
        if row["test_verdict"] != "not testable":
            test = ", ".join([test, *_test_numbers(row)])
        meeting = label(f"joint.{row['joint']}")
        told.append(
            label(
                "alt.joint_row", claim=key, evidence=evidence, test=test, joint=meeting
            )
        )
    told += [f"{capitalized(text)}." for text in _limits(table)]
    return " ".join(told)
