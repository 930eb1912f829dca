"""The sociomatrix: every cell says what is known of it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from netcollab.errors import UnknownNameError
from netcollab.networks import Network
from netcollab.report.figures import alt_text
from netcollab.report.labels import LANGUAGES, language
from netcollab.report.sociomatrix import plot_sociomatrix

Make = Callable[..., Network]


def cells(ax: Axes, kind: str) -> dict[tuple[int, int], Rectangle]:
    """Rectangles of one kind by row and column."""
    return {
        (int(p.get_y()), int(p.get_x())): p
        for p in ax.patches
        if isinstance(p, Rectangle) and p.get_label() == kind
    }


def printed(ax: Axes) -> dict[tuple[int, int], str]:
    """Texts in the cells by row and column."""
    n = len(ax.get_yticks())
    found = {}
    for text in ax.texts:
        x, y = text.get_position()
        if 0 < x < n and 0 < y < n:
            found[int(y), int(x)] = text.get_text()
    return found


def key_text(ax: Axes) -> str:
    return "\n".join(t.get_text().replace("\n", " ") for t in ax.findobj(Text))


def test_every_cell_is_a_number_a_letter_or_blank(rated: Network) -> None:
    ax = plot_sociomatrix(rated)
    shown = printed(ax)
    ties, states = rated.ties.to_numpy(), rated.states.to_numpy()
    letters = {"not_asked": "–", "nonrespondent": "o"}
    for i in range(9):
        for j in range(9):
            if i == j:
                assert (i, j) not in shown
            elif np.isnan(ties[i, j]):
                assert shown[i, j] == letters[states[i, j]]
            else:
                assert shown[i, j] == f"{ties[i, j]:.0f}"


def test_unknown_cells_are_hatched_by_their_reason(rated: Network) -> None:
    hatched = cells(plot_sociomatrix(rated), "_hatched")
    unknown = rated.ties.isna().to_numpy() & ~np.eye(9, dtype=bool)
    assert set(hatched) == set(zip(*map(list, np.nonzero(unknown)), strict=True))
    states = rated.states.to_numpy()
    by_state: dict[str, set[str]] = {}
    for at, cell in hatched.items():
        by_state.setdefault(states[at], set()).add(cell.get_hatch())
    assert all(len(hatches) == 1 for hatches in by_state.values())
    assert by_state["not_asked"] != by_state["nonrespondent"]


def test_the_key_counts_what_is_not_known(rated: Network) -> None:
    told = key_text(plot_sociomatrix(rated))
    assert "Not known: 14 of 72 possible ties" in told
    assert "not asked (6)" in told
    assert "did not take part (8)" in told


def test_groups_stand_together_with_lines_between(rated: Network) -> None:
    ax = plot_sociomatrix(rated, by="level")
    names = [label.get_text() for label in ax.get_yticklabels()]
    with_level = rated.actors.assign(
        level=rated.actors["level"].fillna("not known")
    ).sort_values("level", kind="stable")
    assert names == with_level["name_nb"].tolist()
    horizontal = [line for line in ax.lines if len(set(line.get_ydata())) == 1]
    assert [line.get_ydata()[0] for line in horizontal] == [3, 4]
    assert "municipal" in key_text(ax)
    with pytest.raises(UnknownNameError, match="level"):
        plot_sociomatrix(rated, by="levle")


def test_many_actors_are_not_printed(make_random: Make) -> None:
    network = make_random(24, 0.2, directed=True)
    ax = plot_sociomatrix(network, by="sector")
    assert not printed(ax)
    assert len(cells(ax, "_plain")) == 24 * 23 - network.n_ties


@pytest.mark.parametrize("code", LANGUAGES)
def test_names_stand_apart_in_every_language(prior: Network, code: str) -> None:
    with language(code):
        ax = plot_sociomatrix(prior)
    ax.get_figure().draw_without_rendering()
    for labels in (ax.get_xticklabels(), ax.get_yticklabels()):
        boxes = [label.get_window_extent() for label in labels]
        for one, other in pairwise(boxes):
            assert not one.overlaps(other)
    top = max(t.get_window_extent().y1 for t in ax.get_xticklabels())
    heading = [ax.title, ax._left_title]
    assert all(title.get_window_extent().y0 >= top for title in heading)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_small_networks(make_random: Make, n: int) -> None:
    ax = plot_sociomatrix(make_random(n, 1.0, directed=True))
    ax.get_figure().draw_without_rendering()
    assert len(ax.get_yticks()) == n


def test_decimals_follow_the_language() -> None:
    names = ["$a_1$", "b"]
    ties = pd.DataFrame([[0, 2.5], [1, 0]], names, names)
    with language("da"):
        ax = plot_sociomatrix(Network.from_matrix(ties, relation="trust"))
        ax.get_figure().draw_without_rendering()
        assert printed(ax) == {(0, 1): "2,5", (1, 0): "1,0"}
        assert alt_text(ax).startswith("Matrix af 2 aktører med 2 bånd, rækker")
    assert [t.get_text() for t in ax.get_yticklabels()] == names
