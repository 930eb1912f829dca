"""Sizes in millimetres, colours that separate, a theme that leaves no trace."""

from __future__ import annotations

from itertools import pairwise

import matplotlib as mpl
import pytest
from matplotlib.colors import to_rgb

from netcollab.errors import InputError, UnknownNameError
from netcollab.report.style import PALETTE, SEQUENCE, WIDTHS_MM, size_mm, theme


@pytest.mark.parametrize("name", list(WIDTHS_MM))
def test_named_widths_are_in_inches(name: str) -> None:
    assert size_mm(name, height=25.4) == pytest.approx((WIDTHS_MM[name] / 25.4, 1.0))


def test_other_sizes_are_refused() -> None:
    assert size_mm(127.0, height=50.8) == pytest.approx((5.0, 2.0))
    with pytest.raises(UnknownNameError, match="colum"):
        size_mm("colum")
    with pytest.raises(InputError, match="above 0"):
        size_mm("page", height=0)


def test_theme_ends_where_it_ends() -> None:
    before = dict(mpl.rcParams)
    with theme():
        assert mpl.rcParams["svg.hashsalt"] == "netcollab"
        assert not mpl.rcParams["text.parse_math"]
    assert dict(mpl.rcParams) == before


def luminance(color: str) -> float:
    parts = [
        c / 12.92 if c <= 0.04 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def test_colours_given_out_after_each_other_separate_in_grey() -> None:
    greys = [luminance(PALETTE[name]) for name in SEQUENCE]
    ratios = [(max(a, b) + 0.05) / (min(a, b) + 0.05) for a, b in pairwise(greys)]
    assert min(ratios) > 1.3


def test_text_can_be_read_on_paper() -> None:
    ink, paper = luminance(PALETTE["ink"]), luminance(PALETTE["paper"])
    assert (paper + 0.05) / (ink + 0.05) > 7
    assert (paper + 0.05) / (luminance(PALETTE["tie"]) + 0.05) > 4.5
