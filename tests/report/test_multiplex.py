"""Layers side by side: the same places, one key, and what differs is told."""

from __future__ import annotations

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from netcollab.errors import InputError, UnknownNameError
from netcollab.networks import Network
from netcollab.report import alt_text, draw_layers, language, layout_levels, size_mm

Make = Callable[..., Network]


@pytest.fixture
def layers(make_random: Make) -> dict[str, Network]:
    return {
        "formal": make_random(8, 0.2, directed=True),
        "lived": make_random(8, 0.3, directed=True, seed=4),
    }


def panels(figure: plt.Figure) -> list[Axes]:
    return figure.axes[:-1]


def test_actors_stand_alike_in_all_layers(layers: dict[str, Network]) -> None:
    figure = draw_layers(layers, color="sector")
    figure.draw_without_rendering()
    first, second = panels(figure)
    (one,), (other,) = (list(ax.collections) for ax in (first, second))
    np.testing.assert_array_equal(one.get_offsets(), other.get_offsets())
    np.testing.assert_allclose(first.get_xlim(), second.get_xlim(), atol=0.35)
    low, high = first.get_position(), second.get_position()
    np.testing.assert_allclose([low.y0, low.y1], [high.y0, high.y1])


@pytest.mark.parametrize("width", ["page", "slide"])
def test_nothing_is_outside_and_no_name_on_another(
    layers: dict[str, Network], width: str
) -> None:
    figure = draw_layers(layers, color="sector", size=None, width=width)
    figure.draw_without_rendering()
    assert figure.get_figwidth() == pytest.approx(size_mm(width)[0])
    frame = figure.bbox.padded(1)
    for ax in figure.axes:
        for box in (ax.get_tightbbox(), *(a.get_window_extent() for a in ax.artists)):
            if box is not None:
                assert frame.x0 <= box.x0
                assert box.x1 <= frame.x1
                assert frame.y0 <= box.y0
    for ax in panels(figure):
        names = [t for t in ax.texts if isinstance(t, Annotation)]
        boxes = [plt.Text.get_window_extent(name) for name in names]
        assert not any(
            Bbox.intersection(a, b) and a.overlaps(b)
            for k, a in enumerate(boxes)
            for b in boxes[:k]
        )


def test_three_layers_are_two_rows_of_a_page_and_one_of_a_slide(
    make_random: Make,
) -> None:
    layers = {name: make_random(5, 0.4, directed=False) for name in ("a", "b", "c")}
    page = panels(draw_layers(layers))
    slide = panels(draw_layers(layers, width="slide"))
    assert len({ax.get_subplotspec().rowspan.start for ax in page}) == 2
    assert len({ax.get_subplotspec().rowspan.start for ax in slide}) == 1


def test_the_key_tells_what_is_shared_once(layers: dict[str, Network]) -> None:
    with language("nb"):
        figure = draw_layers(layers, color="sector", note="synthetic")
    told = [t.get_text() for t in figure.axes[-1].findobj(plt.Text) if t.get_text()]
    assert told.count("Bånd") == 1
    assert told.count("Sektor") == 1
    assert sum(text.startswith("Formell: ingen linje") for text in told) == 1
    assert sum(text.startswith("Levd: ingen linje") for text in told) == 1
    for ax in panels(figure):
        assert "Syntetiske" in ax.get_title(loc="center").replace("\xa0", " ")


def test_layers_on_other_scales_have_their_own_key(make_trust: Network) -> None:
    formal = Network.from_matrix(
        (make_trust.ties > 3).astype(float), relation="reporting"
    )
    figure = draw_layers({"formal": formal, "lived": make_trust})
    told = [t.get_text() for t in figure.axes[-1].findobj(plt.Text)]
    assert any(text.startswith("Formal: ") for text in told)
    assert any(text.startswith("Lived: Strength") for text in told)
    assert any(text.startswith("Lived: Not known") for text in told)


@pytest.fixture
def make_trust() -> Network:
    names = list("abc")
    ties = pd.DataFrame([[0, 2, np.nan], [1, 0, 5], [np.nan, 4, 0]], names, names)
    return Network.from_matrix(ties, relation="trust", scale=(1, 5))


def test_each_layer_is_told_in_words(layers: dict[str, Network]) -> None:
    told = alt_text(draw_layers(layers))
    assert told.index("Formal") < told.index("Lived")
    assert told.count("8 actors") == 2


def test_positions_may_be_given(layers: dict[str, Network]) -> None:
    tier = pd.Series([1, 1, 2, 2, 2, 3, 3, 3], layers["formal"].ties.index)
    stand = layout_levels(list(layers.values()), by=tier)
    ax = panels(draw_layers(layers, positions=stand, key="none"))[0]
    np.testing.assert_allclose(ax.collections[0].get_offsets(), stand.to_numpy())


def test_layers_that_do_not_fit_each_other_are_refused(make_random: Make) -> None:
    five, six = (make_random(n, 0.4, directed=False) for n in (5, 6))
    with pytest.raises(InputError, match="differ in actors: unit 05"):
        draw_layers({"a": five, "b": six})
    turned = Network.from_matrix(five.ties.iloc[::-1, ::-1], directed=False)
    with pytest.raises(InputError, match="another order"):
        draw_layers({"a": five, "b": turned})
    with pytest.raises(InputError, match="at least one"):
        draw_layers({})
    with pytest.raises(UnknownNameError):
        draw_layers({"a": five}, color="colour")
