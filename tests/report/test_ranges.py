"""Ranges: dots for what was observed, bars and diamonds for the unknown."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.text import Text

from netcollab import measures as ms
from netcollab.errors import InputError
from netcollab.networks import Network, bounds
from netcollab.report import LANGUAGES, alt_text, language, plot_ranges

NAN, INF = np.nan, np.inf
RANGES = pd.DataFrame(
    {
        "observed": [2.0, 5.0, NAN, 1.0],
        "low": [2.0, 5.0, 0.0, 2.0],
        "high": [4.0, 5.0, 9.0, 3.0],
    },
    index=["nav", "ks", "hdir", "udir"],
).assign(kind="bounds")


def drawn(ax: Axes, kind: str) -> list[LineCollection | PathCollection]:
    return [part for part in ax.collections if part.get_label() == kind]


def segments(ax: Axes, kind: str) -> dict[float, list[float]]:
    (bars,) = drawn(ax, kind)
    return {
        seg[0, 1]: seg[:, 0].tolist() for seg in map(np.asarray, bars.get_segments())
    }


def rows_of(ax: Axes) -> list[str]:
    return [tick.get_text() for tick in ax.get_yticklabels()]


def key_text(ax: Axes) -> str:
    return " ".join(text.get_text() for text in ax.findobj(Text)).replace("\n", " ")


def test_rows_stand_in_order_of_what_was_observed() -> None:
    ax = plot_ranges(RANGES)
    assert rows_of(ax) == ["ks", "hdir", "nav", "udir"]
    bars = segments(ax, "_bounds")
    assert bars == {0: [5, 5], 1: [0, 9], 2: [2, 4], 3: [2, 3]}
    (dots,) = drawn(ax, "_dots")
    seen = np.ma.getdata(dots.get_offsets())
    np.testing.assert_array_equal(seen[:, 0], [5, NAN, 2, 1])
    assert ax.get_ylim()[0] > ax.get_ylim()[1]


def test_the_key_tells_what_is_drawn_and_no_more() -> None:
    told = key_text(plot_ranges(RANGES))
    assert "proved, the value lies in between" in told
    assert "no dot: no observed value" in told
    assert "a dot outside of its bar" in told  # udir
    assert "scenarios" not in told
    assert "arrow" not in told
    plain = key_text(plot_ranges(RANGES.loc[["nav", "ks"]]))
    assert "dot:" not in plain
    assert "outside" not in plain


def test_scenarios_look_different() -> None:
    ax = plot_ranges(RANGES.assign(kind=["bounds", "scenarios"] * 2))
    assert segments(ax, "_scenarios") == {0: [5, 5], 3: [2, 3]}
    assert segments(ax, "_bounds") == {1: [0, 9], 2: [2, 4]}
    (bars,), (dashes,) = drawn(ax, "_bounds"), drawn(ax, "_scenarios")
    assert bars.get_linestyle() != dashes.get_linestyle()
    assert bars.get_linewidth()[0] > dashes.get_linewidth()[0]
    assert "the value may lie outside" in key_text(ax)


def test_an_endless_range_ends_in_an_arrow() -> None:
    ranges = RANGES.assign(high=[INF, 5, INF, 3], low=[2, 5, -INF, 2])
    ax = plot_ranges(ranges)
    right, left = (
        np.ma.getdata(part.get_offsets())
        for part in sorted(drawn(ax, "_endless"), key=lambda p: -len(p.get_offsets()))
    )
    low, high = ax.get_xlim()
    assert set(right[:, 1]) == {1, 3}
    assert set(left[:, 1]) == {3}
    assert (right[:, 0] > 5).all()
    assert (right[:, 0] < high).all()
    assert low < left[0, 0] < 2
    assert "arrow: without limit" in key_text(ax)


def test_a_range_that_is_not_known_is_said_beside_the_dot() -> None:
    ranges = RANGES.assign(low=[NAN, 5, NAN, 2], high=[NAN, 5, NAN, 3])
    ax = plot_ranges(ranges)
    ax.get_figure().draw_without_rendering()
    said = [text for text in ax.texts if text.get_text() == "range not known"]
    assert [text.get_position()[1] for text in said] == [1, 3]
    (dots,) = drawn(ax, "_dots")
    places = ax.transData.transform(np.ma.getdata(dots.get_offsets()))
    for text in said:
        box = text.get_window_extent()
        assert not any(
            box.contains(*place) for place in places[~np.isnan(places[:, 0])]
        )


def test_dyads_and_measures_have_names() -> None:
    names = ["nav", "ks"]
    told = pd.DataFrame([[0, NAN], [1, 0]], names, names)
    network = Network.from_matrix(told, scale=(0, 1), relation="trust", site="oslo")
    ax = plot_ranges(bounds(ms.dependence, network))
    assert set(rows_of(ax)) == {"nav → ks", "ks → nav"}
    assert ax.get_title(loc="left").startswith("Dependence: what it can be")
    assert ax.get_title(loc="center").startswith("trust · oslo")
    single = pd.concat([bounds(ms.density, network), bounds(ms.reciprocity, network)])
    with language("nb"):
        assert rows_of(plot_ranges(single)) == ["tetthet", "gjensidighet"]
        assert plot_ranges(single).get_title(loc="left") == "Hva tallene kan være"


def test_actors_have_display_names() -> None:
    actors = pd.DataFrame({"name": ["NAV", "KS"]}, ["nav", "ks"])
    assert rows_of(plot_ranges(RANGES, actors=actors))[:3] == ["KS", "hdir", "NAV"]


def test_of_many_the_widest_are_shown_and_the_others_counted() -> None:
    ax = plot_ranges(RANGES, most=2)
    assert rows_of(ax) == ["hdir", "nav"]
    told = ax.get_title(loc="center").replace("\N{NO-BREAK SPACE}", " ")
    assert told == "the 2 widest of 4 ranges"


def test_the_alt_text_tells_every_row() -> None:
    with language("da"):
        text = alt_text(plot_ranges(RANGES.assign(low=RANGES["low"] - 0.5)))
    assert "hdir: observeret –, grænser −0,5 til 9,0" in text
    ranges = RANGES.assign(kind="scenarios", high=[INF, 5, 9, 3])
    assert "nav: observed 2, scenarios 2 to ∞" in alt_text(plot_ranges(ranges))


def test_axis_numbers_have_the_decimals_they_need() -> None:
    small = RANGES.assign(observed=0.02, low=0.01, high=0.04)
    with language("nb"):
        ax = plot_ranges(small)
    ax.get_figure().draw_without_rendering()
    ticks = [tick.get_text() for tick in ax.get_xticklabels()]
    assert len(set(ticks)) == len(ticks)
    assert "0,02" in " ".join(ticks)


@pytest.mark.parametrize("code", LANGUAGES)
def test_nothing_overlaps(rated: Network, code: str) -> None:
    with language(code):
        ranges = bounds(ms.imbalance, rated)
        ax = plot_ranges(ranges, actors=rated.actors, most=12)
    figure = ax.get_figure()
    figure.draw_without_rendering()
    boxes = [tick.get_window_extent() for tick in ax.get_yticklabels()]
    boxes.append(ax.xaxis.label.get_window_extent())
    boxes += [text.get_window_extent() for text in ax.artists[-1].findobj(Text)]
    boxes = [box for box in boxes if box.width > 1]
    for one, other in combinations(boxes, 2):
        assert not one.overlaps(other)
    assert min(box.x0 for box in boxes) >= 0
    assert min(box.y0 for box in boxes) >= 0


def test_what_is_no_range_is_refused() -> None:
    with pytest.raises(InputError, match="lacks: high, kind"):
        plot_ranges(RANGES[["observed", "low"]])
    with pytest.raises(InputError, match="bounds or scenarios, got guesses"):
        plot_ranges(RANGES.assign(kind="guesses"))
    with pytest.raises(InputError, match="low <= high"):
        plot_ranges(RANGES.rename(columns={"low": "high", "high": "low"}))
    with pytest.raises(InputError, match="no range"):
        plot_ranges(RANGES.head(0))
