"""The looks of every figure: how large, in which type, in which colours?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl

from netcollab._checks import check_choice
from netcollab.errors import InputError

__all__ = ["PALETTE", "SEQUENCE", "WIDTHS_MM", "size_mm", "theme"]

WIDTHS_MM = {"column": 85.0, "page": 170.0, "slide": 254.0}
"""Widths in millimetres: a journal's column, its page, a slide of 16:9."""

_HEIGHTS_MM = {"column": 80.0, "page": 110.0, "slide": 143.0}
_MM_PER_INCH = 25.4

PALETTE = {
    "ink": "#222222",
    "tie": "#4a4a4a",
    "faint": "#c9c9c9",
    "unknown": "#9a9a9a",
    "paper": "#ffffff",
    "navy": "#1b3a6b",
    "amber": "#f0a830",
    "teal": "#2f9c95",
    "rose": "#c8497c",
    "sky": "#9ccbe8",
    "brown": "#7a4b1e",
    "lime": "#c7d66d",
    "violet": "#6f5bb5",
    "against": "#b2470f",
    "for": "#1f5c99",
}
"""Named colours, told apart by the colour-blind and, in `SEQUENCE`, in grey."""

SEQUENCE = ("navy", "amber", "teal", "rose", "sky", "brown", "lime", "violet")
"""Colours of categories, in the order in which they are given out."""

_RC: Any = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 8.0,
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 8.0,
    "axes.labelsize": 8.0,
    "axes.edgecolor": PALETTE["ink"],
    "axes.labelcolor": PALETTE["ink"],
    "axes.titlecolor": PALETTE["ink"],
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": PALETTE["paper"],
    "axes.axisbelow": True,
    "figure.facecolor": PALETTE["paper"],
    "figure.dpi": 100.0,
    "figure.max_open_warning": 0,
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.0,
    "xtick.color": PALETTE["ink"],
    "ytick.color": PALETTE["ink"],
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "text.color": PALETTE["ink"],
    "text.hinting": "no_hinting",
    "text.parse_math": False,
    "text.usetex": False,
    "hatch.linewidth": 0.6,
    "hatch.color": PALETTE["unknown"],
    "path.simplify": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "netcollab",
    "pdf.fonttype": 42,
    "pdf.compression": 6,
    "savefig.dpi": 300.0,
    "savefig.bbox": None,
    "savefig.facecolor": PALETTE["paper"],
    "savefig.transparent": False,
}


@contextmanager
def theme() -> Iterator[None]:
    """Figures made and saved inside look like the house and have stable bytes.

    Type is the DejaVu Sans that comes with matplotlib, text is never read as
    mathematics, and element ids in SVG do not change from run to run. Every drawing
    function of the house uses it; use it yourself around your own matplotlib code.

    Examples
    --------
    >>> with theme():
    ...     mpl.rcParams["text.parse_math"]
    False
    """
    with mpl.rc_context(_RC):
        yield


def size_mm(width: str | float, height: float | None = None) -> tuple[float, float]:
    """A size in millimetres, in the inches matplotlib wants.

    Parameters
    ----------
    width
        "column" (85 mm), "page" (170 mm), "slide" (254 mm), or millimetres.
    height
        Millimetres; None: the height that goes with the name, else 0.65 of the width.

    Raises
    ------
    UnknownNameError
        For another name.
    InputError
        For a size that is not above 0.

    Examples
    --------
    >>> [round(inches * 25.4) for inches in size_mm("column", height=60)]
    [85, 60]
    """
    if isinstance(width, str):
        name = check_choice("width", width, WIDTHS_MM)
        wide, high = WIDTHS_MM[name], _HEIGHTS_MM[name]
    else:
        wide, high = float(width), 0.65 * float(width)
    if height is not None:
        high = float(height)
    if not (wide > 0 and high > 0):
        raise InputError(f"a figure needs a size above 0 mm, got {wide:g} x {high:g}")
    return wide / _MM_PER_INCH, high / _MM_PER_INCH
