"""The picture of formal against lived structure: what is drawn, what is counted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

import netcollab as nc
from netcollab import measures as ms
from netcollab.networks import Network
from netcollab.report import PALETTE, alt_text, language, plot_formal_gaps

NAMES = ["nav", "ks", "hdir", "udir"]
PEOPLE = pd.DataFrame({"name_nb": ["NAV", "KS", "Helse", ""]}, NAMES)


def network_of(cells: object, **more: object) -> Network:
    frame = pd.DataFrame(np.array(cells, dtype=float), NAMES, NAMES)
    return Network.from_matrix(frame, **more)


def gaps() -> pd.DataFrame:
    formal = network_of(
        [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]],
        directed=False,
        relation="standing_meeting",
    )
    lived = network_of(
        [[0, 2, 4.5, 2], [4, 0, 2, 2], [4, 3, 0, 2], [np.nan, 1, 2, 0]],
        scale=(1, 5),
        relation="relational_capacity",
        site="nordvik",
        wave="2025",
    )
    needed = network_of([[0] * 4, [0] * 4, [0, 1, 0, 0], [0] * 4])
    return ms.formal_gaps(formal, lived, interdependence=needed, weak=2.5, strong=3.5)


def labels_of(ax: Any) -> list[str]:
    return [tick.get_text() for tick in ax.get_yticklabels()]


def texts_of(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.texts]


def under_the_title(ax: Any) -> str:
    told = ax.get_title(loc="center").replace("\N{NO-BREAK SPACE}", " ")
    return told.replace("\n", " ")


def test_gaps_stand_under_their_kind_the_largest_first() -> None:
    ax = plot_formal_gaps(gaps())
    assert labels_of(ax) == ["nav → ks", "hdir → ks", "nav → hdir", "hdir → nav"]
    assert texts_of(ax) == [
        "weak below 2.5",
        "strong from 3.5",
        "Formal tie, but weak in practice",
        "Interdependence without a formal tie",
        "Strong in practice without a formal tie",
    ]
    places = {text.get_text(): text.get_position()[1] for text in ax.texts[2:]}
    assert list(places.values()) == [0, 2, 4]
    assert ax.get_yticks().tolist() == [1, 3, 5, 6]
    assert ax.get_xlabel() == "strength of the tie in practice: relational capacity"


def test_dots_are_the_lived_strength_and_bars_reach_what_was_expected() -> None:
    ax = plot_formal_gaps(gaps())
    bars, dots = ax.collections[0::2], ax.collections[1::2]
    lived = [[2.0], [3.0], [4.5, 4.0]]
    assert [dot.get_offsets()[:, 0].tolist() for dot in dots] == lived
    ends = [[sorted(bar[:, 0]) for bar in group.get_segments()] for group in bars]
    assert ends == [[[2, 3.5]], [[3, 3.5]], [[2.5, 4.5], [2.5, 4]]]
    faces = [to_hex(dot.get_facecolor()[0]) for dot in dots]
    assert faces == [PALETTE["navy"], PALETTE["paper"], PALETTE["paper"]]


def test_what_is_not_shown_is_counted() -> None:
    told = under_the_title(plot_formal_gaps(gaps()))
    assert told == (
        "nordvik · wave 2025 · formal: standing meeting · 1 possible gap is not known"
    )
    few = plot_formal_gaps(gaps(), most=2, note="synthetic")
    assert labels_of(few) == ["nav → ks", "nav → hdir"]
    assert "2 smaller gaps are not shown" in under_the_title(few)
    assert under_the_title(few).endswith("Synthetic data")


def test_pairs_have_no_direction() -> None:
    table = gaps()
    table.attrs["directed"] = False
    assert labels_of(plot_formal_gaps(table))[0] == "nav – ks"


@pytest.mark.parametrize(
    ("code", "heading", "line", "alt"),
    [
        ("nb", "Formelt bånd, men svakt i praksis", "svakt under 2,5", "NAV → KS 2,0"),
        ("da", "Formelt bånd, men svagt i praksis", "svagt under 2,5", "NAV → KS 2,0"),
        ("en", "Formal tie, but weak in practice", "weak below 2.5", "NAV → KS 2.0"),
    ],
)
def test_it_speaks_the_language(code: str, heading: str, line: str, alt: str) -> None:
    with language(code):
        ax = plot_formal_gaps(gaps(), actors=PEOPLE)
    assert {heading, line} <= set(texts_of(ax))
    assert f"{heading}: {alt}." in alt_text(ax)


def test_a_mean_as_line_is_called_one() -> None:
    table = gaps()
    table.attrs["lines"] = "mean"
    assert "weak: below the mean 2.5" in texts_of(plot_formal_gaps(table))
    with language("da"):
        told = texts_of(plot_formal_gaps(table))
    assert "stærkt: fra gennemsnittet 3,5" in told


def test_small_steps_have_two_decimals() -> None:
    row = {"source": ["a"], "target": "b", "kind": "tied_weak", "formal": 1.0}
    near = pd.DataFrame(row).assign(lived=2.0, gap=0.2)
    ax = plot_formal_gaps(near)
    ax.get_figure().canvas.draw()
    ticks = [tick.get_text() for tick in ax.get_xticklabels()]
    assert len(set(ticks)) == len(ticks)
    assert texts_of(ax) == ["Formal tie, but weak in practice"]  # no line is known


def test_it_asks_for_one_network_and_for_a_gap() -> None:
    with pytest.raises(nc.InputError, match="choose site and wave"):
        plot_formal_gaps(pd.concat([gaps(), gaps()]))
    unknown = gaps()[lambda table: table["kind"] == "unknown"]
    with pytest.raises(nc.InputError, match="no known gap"):
        plot_formal_gaps(unknown)


def test_the_place_has_the_name_that_readers_know() -> None:
    table = gaps()
    table.attrs["site"] = "oersta"
    assert "oersta" in under_the_title(plot_formal_gaps(table))
    named = under_the_title(plot_formal_gaps(table, site="Ørsta"))
    assert "Ørsta" in named
    assert "oersta" not in named
