"""The cells of a matrix: colour by value, hatching for what is not known, names."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import Colormap
from matplotlib.patches import Rectangle

from netcollab.report.style import PALETTE

__all__ = ["add_cell", "add_heat", "add_names"]

_LONG_TEXT = 4


def add_heat(
    ax: Axes,
    values: pd.DataFrame,
    texts: npt.NDArray[np.object_] | None,
    colors: tuple[Colormap, float, float],
) -> None:
    """The known cells, one unit each, the first row on top."""
    colormap, low, high = colors
    if values.empty:
        return
    sns.heatmap(
        values,
        mask=values.isna(),
        annot=False if texts is None else texts,
        fmt="",
        annot_kws={"fontsize": _print_size(texts), "parse_math": False},
        cmap=colormap,
        vmin=low,
        vmax=high,
        cbar=False,
        linewidths=0.8 if texts is not None else 0.2,
        linecolor=PALETTE["paper"],
        xticklabels=False,
        yticklabels=False,
        ax=ax,
    )


def add_cell(
    ax: Axes,
    at: tuple[int, int],
    face: str,
    *,
    hatch: str = "",
    text: str = "",
    ink: str = PALETTE["ink"],
) -> None:
    """One cell beside those of the heat map; a hatched one is not known."""
    row, column = at
    ax.add_patch(
        Rectangle(
            (column + 0.03, row + 0.03),
            0.94,
            0.94,
            facecolor=face,
            edgecolor=PALETTE["unknown"] if hatch else face,
            hatch=hatch,
            linewidth=0.3,
            label="_hatched" if hatch else "_plain",
        )
    )
    if text:
        boxed = {"facecolor": face, "edgecolor": "none", "pad": 0.8}
        ax.text(
            column + 0.5,
            row + 0.5,
            text,
            ha="center",
            va="center",
            fontsize=_print_size(text),
            color=ink,
            bbox=boxed if hatch else None,
            parse_math=False,
        )


def add_names(
    ax: Axes, rows: Sequence[str], columns: Sequence[str], *, upright: bool
) -> None:
    """Names on the left and on top."""
    size = 8 if len(rows) <= 12 and len(columns) <= 12 else 6.5
    wide = 30 if upright else 13
    tops = [textwrap.fill(name, wide, break_long_words=False) for name in columns]
    ax.set_xticks(
        np.arange(len(columns)) + 0.5,
        tops,
        rotation=90 if upright else 0,
        multialignment="left" if upright else "center",
        fontsize=size,
        parse_math=False,
    )
    sides = [textwrap.fill(name, 30, break_long_words=False) for name in rows]
    ax.set_yticks(
        np.arange(len(rows)) + 0.5, sides, rotation=0, fontsize=size, parse_math=False
    )
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    ax.tick_params(length=0)
    ax.set(xlabel="", ylabel="")
    for spine in ax.spines.values():
        spine.set_visible(False)


def _print_size(texts: npt.NDArray[np.object_] | str | None) -> float:
    longest = max((len(str(text)) for text in np.ravel(np.asarray(texts))), default=0)
    return 7.5 if longest <= _LONG_TEXT else 6.5
