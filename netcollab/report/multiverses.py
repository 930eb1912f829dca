"""A claim under every choice, as a specification curve over a board of choices.

Does the verdict hang on how the analysis was done?
"""

from __future__ import annotations

import textwrap
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from netcollab.hypotheses import Multiverse
from netcollab.inference import TestResult
from netcollab.report.figures import describe
from netcollab.report.labels import capitalized, label, number, word
from netcollab.report.margins import (
    KeySection,
    Place,
    add_heading,
    add_key,
    line_row,
    new_axes,
    note_text,
    number_ticks,
)
from netcollab.report.reasons import reason_text
from netcollab.report.style import PALETTE, theme

__all__ = ["alternative_words", "estimate_words", "plot_multiverse"]

_CURVE_MM, _ROW_MM, _FRAME_MM = 55.0, 3.6, 40.0
_LETTERS, _AXIS_LETTERS = 34, 36
_MARKS = {
    "supported": ("o", PALETTE["for"]),
    "contradicted": ("s", PALETTE["against"]),
    "inconclusive": ("D", PALETTE["unknown"]),
}
_BESIDE, _EVERY = "MRQAP beside ", "every wave"
_CORRELATIONS = ("correlation", "rank correlation")


class _Row(NamedTuple):
    """A line of the board: a choice, or an alternative and where it was taken."""

    text: str
    taken: npt.NDArray[np.bool_] | None


def plot_multiverse(
    multiverse: Multiverse,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    note: str = "",
    key: Place | None = "below",
) -> Axes:
    """The estimate of every specification in order, and below it what was chosen.

    A column is a specification; its mark above is the estimate, by verdict, and its
    dashes below are the alternatives taken. A line marks the headline. A choice with
    one alternative is not shown; actors left out one by one are one row.

    Parameters
    ----------
    multiverse
        As of `netcollab.hypotheses.multiverse`.
    ax, title, note, key
        As in `draw_network`. The note "synthetic" is added for invented data.

    Returns
    -------
    Axes
        The two parts are insets of it. With an alt text.

    Examples
    --------
    >>> from netcollab.hypotheses import Hypothesis
    >>> refused = Multiverse("case", Hypothesis(key="H1"), reason="y is constant")
    >>> ax = plot_multiverse(refused)
    >>> [text.get_text() for text in ax.texts]
    ['Not tested: y is constant']
    """
    if multiverse.synthetic and not note:
        note = "synthetic"
    table = multiverse.table.dropna(subset="estimate")
    order = np.argsort(table["estimate"].to_numpy(dtype=float), kind="stable")
    shown = table.iloc[order]
    with theme():
        rows = _board(multiverse, shown)
        lines = sum(row.text.count("\n") + 1 for row in rows)
        own = ax is None
        height = _CURVE_MM + _FRAME_MM + _ROW_MM * lines
        ax = new_axes(height) if ax is None else ax
        heading = title
        if heading is None:
            heading = label("multiverse.title", claim=multiverse.hypothesis.key)
        if not len(shown):
            return _untested(ax, heading, note, multiverse.reason)
        add_heading(ax, heading, *_remarks(multiverse, shown), note_text(note))
        share = _CURVE_MM / (_CURVE_MM + _ROW_MM * lines)
        _hide(ax)
        upper = ax.inset_axes((0.0, 1 - share, 1.0, share))
        lower = ax.inset_axes((0.0, 0.0, 1.0, (1 - share) * 0.96))
        _draw_curve(upper, shown, multiverse.symbol)
        _draw_board(lower, shown, rows)
        add_key(ax, [_key(shown)], key, own=own)
        describe(ax, _told(multiverse, shown, capitalized(heading)))
    return ax


def _untested(ax: Axes, heading: str, note: str, reason: str) -> Axes:
    text = label(
        "multiverse.refused",
        reason=reason_text(reason) or label("verdict.not testable"),
    )
    ax.set_axis_off()
    add_heading(ax, heading, note_text(note))
    ax.text(0.0, 0.9, textwrap.fill(text, 70), va="top", parse_math=False)
    describe(ax, f"{capitalized(heading)}. {text}")
    return ax


def _hide(ax: Axes) -> None:
    """The Axes itself shows nothing but its heading."""
    ax.set(xticks=[], yticks=[])
    ax.patch.set_visible(False)
    for spine in ax.spines.values():
        spine.set_visible(False)


def _board(multiverse: Multiverse, shown: pd.DataFrame) -> list[_Row]:
    """A heading per choice that has several alternatives, and these below it."""
    rows: list[_Row] = []
    for choice in multiverse.choices:
        words = shown[choice.name].to_numpy(dtype=str)
        taken = [each for each in choice.alternatives if (words == each).any()]
        if len(taken) < 2:
            continue
        rows.append(_Row(capitalized(label(f"multiverse.{choice.name}")), None))
        if choice.name == "without":
            nobody = words == taken[0]
            rows.append(_Row(alternative_words("without", "nobody"), nobody))
            one = "one" if multiverse.symbol == "r" else "site"
            rows.append(_Row(alternative_words("without", one), ~nobody))
            continue
        rows += [_Row(alternative_words(choice.name, w), words == w) for w in taken]
    return rows


def alternative_words(choice: str, chosen: str) -> str:
    """An alternative of a choice in the ambient language, in lines of a board.

    Parameters
    ----------
    choice, chosen
        Names as in `netcollab.hypotheses.multiverse_choices`.
    """
    if choice in ("outcome", "predictor"):
        text = chosen
    elif choice == "threshold" and chosen not in ("none", "any"):
        text = number(float(chosen), 0 if float(chosen).is_integer() else 2)
    elif choice == "estimator" and chosen.startswith(_BESIDE):
        text = label("multiverse.estimator_beside", terms=chosen.removeprefix(_BESIDE))
    elif choice == "estimator" and chosen not in _CORRELATIONS:
        text = word(chosen)
    elif choice == "wave" and chosen != _EVERY:
        text = chosen
    else:
        text = label(f"multiverse.{choice}_{chosen.split()[0]}")
    return textwrap.fill(text, _LETTERS, break_long_words=False)


def estimate_words(specifications: pd.DataFrame, symbol: str) -> str:
    """What the estimates are, as findings say it: what one unit of them means.

    Parameters
    ----------
    specifications
        Those that were tested; MRQAP among correlations gives partial ones.
    symbol
        "r" or "b", as of the multiverse.
    """
    estimators = specifications.get("estimator", pd.Series(dtype="str"))
    partial = symbol == "r" and estimators.astype(str).str.startswith(_BESIDE).any()
    return label(f"estimates.axis_{symbol}{'_partial' if partial else ''}")


def _remarks(multiverse: Multiverse, shown: pd.DataFrame) -> list[str]:
    told = [label("count.specification", count=len(shown))]
    if not np.isnan(multiverse.share):
        told.append(label("multiverse.same", share=number(100 * multiverse.share, 0)))
    untested = len(multiverse.table) - len(shown)
    if untested:
        told.append(label("multiverse.untested", count=untested))
    if multiverse.curve is not None:
        curve = multiverse.curve
        tests = {
            name: _p(getattr(curve, name)) for name in ("median", "share", "stouffer")
        }
        told.append(label("multiverse.curve", **tests))
    elif multiverse.curve_reason:
        told.append(label("multiverse.untested_curve"))
    return told


def _p(test: TestResult) -> str:
    """p = or p <, with three decimals."""
    if test.pvalue < 0.001:
        return f"p < {number(0.001, 3)}"
    return f"p = {number(test.pvalue, 3)}"


def _places(shown: pd.DataFrame) -> npt.NDArray[np.float64]:
    return np.arange(len(shown), dtype=float)


def _draw_curve(ax: Axes, shown: pd.DataFrame, symbol: str) -> None:
    places, estimates = _places(shown), shown["estimate"].to_numpy(dtype=float)
    ax.axhline(0, color=PALETTE["ink"], linewidth=0.8)
    size = float(np.clip(2200 / len(shown), 6, 26))
    for verdict, (marker, color) in _MARKS.items():
        here = (shown["verdict"] == verdict).to_numpy()
        ax.scatter(
            places[here],
            estimates[here],
            s=size,
            marker=marker,
            color=PALETTE["paper"] if verdict == "inconclusive" else color,
            edgecolors=color if verdict != "inconclusive" else PALETTE["tie"],
            linewidths=0.8,
            zorder=3,
            label=f"_{verdict}",
        )
    _mark_headline(ax, shown)
    ax.set_xlim(-1, len(shown))
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    low, high = min(0.0, estimates.min()), max(0.0, estimates.max())
    room = 0.08 * (high - low) or 0.1
    ax.set_ylim(low - room, high + room)
    ax.yaxis.set_major_formatter(number_ticks(2))
    told = textwrap.fill(estimate_words(shown, symbol), _AXIS_LETTERS)
    ax.set_ylabel(told)


def _mark_headline(ax: Axes, shown: pd.DataFrame) -> None:
    """A line through the headline's column, with its name where there is room."""
    place = _headline(shown)
    if place is None:
        return
    ax.axvline(place, color=PALETTE["amber"], linewidth=1.4, zorder=1)
    right = place < len(shown) / 2
    ax.annotate(
        label("multiverse.headline"),
        (place, 1.0 if right else 0.0),
        xycoords=("data", "axes fraction"),
        xytext=(3 if right else -3, -1 if right else 2),
        textcoords="offset points",
        ha="left" if right else "right",
        va="top" if right else "bottom",
        weight="bold",
        parse_math=False,
    )


def _headline(shown: pd.DataFrame) -> int | None:
    """The column of the first specification; None where it has no estimate."""
    at = np.flatnonzero(shown.index == 1)
    return int(at[0]) if len(at) else None


def _draw_board(ax: Axes, shown: pd.DataFrame, rows: list[_Row]) -> None:
    """A dash where an alternative was taken, in the colour of the verdict."""
    places = _places(shown)
    colors = np.array(
        [_MARKS.get(v, ("", PALETTE["unknown"]))[1] for v in shown["verdict"]]
    )
    heights = [row.text.count("\n") + 1 for row in rows]
    tops = np.cumsum([0, *heights])[:-1] + (np.array(heights) - 1) / 2
    for at, row in zip(tops, rows, strict=True):
        if row.taken is not None:
            ax.vlines(
                places[row.taken],
                at - 0.36,
                at + 0.36,
                colors=colors[row.taken].tolist(),
            )
    place = _headline(shown)
    if place is not None:
        ax.axvline(place, color=PALETTE["amber"], linewidth=1.4, zorder=0)
    ax.set_xlim(-1, len(shown))
    ax.set_ylim(sum(heights) - 0.4, -0.6)
    ax.set_yticks(tops, [row.text for row in rows], fontsize=7, parse_math=False)
    for tick, row in zip(ax.get_yticklabels(), rows, strict=True):
        tick.set_fontweight("bold" if row.taken is None else "normal")
    ax.set_xticks([])
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)


def _key(shown: pd.DataFrame) -> KeySection:
    rows = [
        line_row(
            label(f"verdict.{verdict}"),
            PALETTE["tie"] if verdict == "inconclusive" else color,
            0,
            marker=marker,
            filled=verdict != "inconclusive",
        )
        for verdict, (marker, color) in _MARKS.items()
        if (shown["verdict"] == verdict).any()
    ]
    return KeySection(label("multiverse.verdict"), rows)


def _told(multiverse: Multiverse, shown: pd.DataFrame, heading: str) -> str:
    estimates = shown["estimate"].to_numpy(dtype=float)
    counts = multiverse.table["verdict"].value_counts()
    verdicts = ", ".join(
        f"{label(f'verdict.{verdict}')} {count}" for verdict, count in counts.items()
    )
    share = "–" if np.isnan(multiverse.share) else number(100 * multiverse.share, 0)
    return label(
        "alt.multiverse",
        title=heading,
        specifications=label("count.specification", count=len(shown)),
        low=number(float(estimates.min())),
        high=number(float(estimates.max())),
        median=number(float(np.median(estimates))),
        verdicts=verdicts,
        estimate=number(float(multiverse.table["estimate"].iloc[0])),
        verdict=label(f"verdict.{multiverse.verdict}"),
        share=share,
    )
