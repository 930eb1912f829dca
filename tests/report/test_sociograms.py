"""Sociograms: nothing overlaps, nothing unknown is hidden, nothing is invented."""

from __future__ import annotations

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox

import netcollab as nc
from netcollab.errors import InputError, UnknownNameError
from netcollab.networks import Network, dichotomize
from netcollab.report.figures import alt_text
from netcollab.report.labels import LANGUAGES, language, name_of
from netcollab.report.sociograms import draw_network
from netcollab.report.stress import layout
from netcollab.report.style import PALETTE, size_mm, theme
from netcollab.report.ties import sample_values

Make = Callable[..., Network]


def names_of(ax: Axes, network: Network) -> list[Text]:
    """The actors' names as drawn, in the order of the actors."""
    count = network.n
    found = [t for t in ax.texts if isinstance(t, Annotation) and t.get_zorder() == 6]
    assert len(found) == count
    return found


def arrows(ax: Axes, kind: str) -> list[FancyArrowPatch]:
    patches = [p for p in ax.patches if isinstance(p, FancyArrowPatch)]
    return [patch for patch in patches if patch.get_label() == kind]


def marks(ax: Axes, kind: str) -> list[PathCollection]:
    return [c for c in ax.collections if c.get_label() == kind]


def all_text(ax: Axes) -> str:
    return "\n".join(t.get_text().replace("\n", " ") for t in ax.findobj(Text))


def overlaps(boxes: list[Bbox]) -> list[tuple[int, int]]:
    return [
        (i, j)
        for i, one in enumerate(boxes)
        for j, other in enumerate(boxes[:i])
        if one.overlaps(other)
    ]


def check_that_names_can_be_read(ax: Axes, network: Network) -> None:
    figure = ax.get_figure()
    figure.draw_without_rendering()
    names = names_of(ax, network)
    boxes = [Text.get_window_extent(name) for name in names]
    assert not overlaps(boxes)
    (actors,) = marks(ax, "_actors")
    pixels = figure.dpi / 72
    centres = ax.transData.transform(np.asarray(actors.get_offsets()))
    for centre, path in zip(centres, actors.get_paths(), strict=True):
        low, high = path.vertices.min(0) * pixels, path.vertices.max(0) * pixels
        node = Bbox([centre + low, centre + high])
        assert not [name for name in boxes if name.overlaps(node)]
    inside = Bbox([[0, 0], figure.canvas.get_width_height()])
    ticks = {*ax.xaxis.findobj(Text), *ax.yaxis.findobj(Text)}
    for text in (t for t in ax.findobj(Text) if t.get_text() and t not in ticks):
        box = Text.get_window_extent(text)
        assert inside.x0 - 1 <= box.x0 <= box.x1 <= inside.x1 + 1, text
        assert inside.y0 - 1 <= box.y0 <= box.y1 <= inside.y1 + 1, text


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("relation", ["prior_collaboration", "membership"])
def test_names_of_the_case_can_be_read(
    case: nc.Study, relation: str, code: str
) -> None:
    network = nc.build_network(case, relation)
    with language(code):
        ax = draw_network(network, color="level")
        shown = [t.get_text().replace("\n", " ") for t in names_of(ax, network)]
        assert shown == name_of(network.actors).tolist()
        check_that_names_can_be_read(ax, network)


def test_names_can_be_read_in_a_dense_rated_network(rated: Network) -> None:
    ax = draw_network(rated, size="staff", color="level", note="synthetic")
    check_that_names_can_be_read(ax, rated)


@pytest.mark.parametrize(
    ("n", "share", "directed"),
    [(2, 1.0, True), (9, 1.0, False), (24, 0.12, False), (40, 0.08, True)],
)
def test_names_can_be_read_at_every_size(
    make_random: Make, n: int, share: float, directed: bool
) -> None:
    network = make_random(n, share, directed=directed)
    check_that_names_can_be_read(draw_network(network, color="sector"), network)


def test_names_can_be_read_in_a_column(prior: Network) -> None:
    with theme():
        _, ax = plt.subplots(
            figsize=size_mm("column", height=120), layout="constrained"
        )
    check_that_names_can_be_read(draw_network(prior, ax=ax), prior)


def test_names_find_new_places_when_the_figure_changes(prior: Network) -> None:
    ax = draw_network(prior)
    ax.get_figure().set_size_inches(5.5, 4.6)
    check_that_names_can_be_read(ax, prior)


@pytest.mark.parametrize("n", [0, 1])
def test_networks_without_a_dyad(make_random: Make, n: int) -> None:
    network = make_random(n, 0.0, directed=True)
    ax = draw_network(network)
    ax.get_figure().draw_without_rendering()
    assert not arrows(ax, "_tie")
    assert len(names_of(ax, network)) == n


def test_every_tie_is_an_arrow_and_a_mutual_one_two_arcs(make_random: Make) -> None:
    network = make_random(9, 0.4, directed=True)
    drawn = arrows(draw_network(network), "_tie")
    assert len(drawn) == network.n_ties
    tied = network.ties.to_numpy() > 0
    both = int((tied & tied.T).sum())
    heads = [a.get_arrowstyle().__class__.__name__ for a in drawn]
    assert set(heads) == {"CurveFilledB"}
    bows = [a.get_connectionstyle().bow for a in drawn]
    assert sum(bow == 0.14 for bow in bows) == both > 0


def test_undirected_ties_are_one_line_each(prior: Network) -> None:
    drawn = arrows(draw_network(prior), "_tie")
    assert len(drawn) == prior.n_ties == 7
    assert {a.get_arrowstyle().__class__.__name__ for a in drawn} == {"Curve"}


def test_arrows_end_at_the_border_of_the_nodes(make_random: Make) -> None:
    network = make_random(6, 0.5, directed=True)
    ax = draw_network(network)
    figure = ax.get_figure()
    figure.draw_without_rendering()
    (actors,) = marks(ax, "_actors")
    radius = actors.get_paths()[0].vertices.max() * figure.dpi / 72
    centres = ax.transData.transform(np.asarray(actors.get_offsets()))
    for arrow in arrows(ax, "_tie"):
        outline = arrow.get_path().vertices
        to_display = arrow.get_transform().transform(outline)
        gaps = np.sqrt(((to_display[:, None] - centres[None]) ** 2).sum(axis=2)).min(0)
        assert (gaps >= radius).all()
        assert np.sort(gaps)[1] < radius + 6


def test_stronger_ties_are_wider_and_darker(rated: Network) -> None:
    drawn = arrows(draw_network(rated), "_tie")
    values = rated.ties.to_numpy()
    found = sorted({(a.get_linewidth(), to_hex(a.get_edgecolor())) for a in drawn})
    assert len(found) == len(np.unique(values[values > 0])) == 5
    greys = [int(color[1:3], 16) for _, color in found]
    assert greys == sorted(greys, reverse=True)


def test_a_few_unknown_ties_are_dotted_lines(rated: Network) -> None:
    ax = draw_network(rated)
    unknown = rated.ties.isna().to_numpy() & ~np.eye(9, dtype=bool)
    one_line_for_both = int((unknown & unknown.T).sum()) // 2
    assert len(arrows(ax, "_unknown")) == int(unknown.sum()) - one_line_for_both
    assert not marks(ax, "_unknown_arcs")
    assert "Not known: 14 of 72 possible ties" in all_text(ax)
    assert "not asked 6, did not take part 8" in all_text(ax)


def test_when_most_is_unknown_each_actor_shows_its_share(prior: Network) -> None:
    ax = draw_network(prior)
    assert not arrows(ax, "_unknown")
    (arcs,) = marks(ax, "_unknown_arcs")
    assert len(arcs.get_paths()) == prior.n
    assert "Not known: 29 of 36 possible ties" in all_text(ax)
    lengths = [
        np.sqrt((np.diff(p.vertices, axis=0) ** 2).sum(axis=1)).sum()
        for p in arcs.get_paths()
    ]
    shares = prior.ties.isna().sum(axis=1).sub(1).to_numpy() / (prior.n - 1)
    np.testing.assert_allclose(
        np.array(lengths) / max(lengths), shares / shares.max(), rtol=0.01
    )


@pytest.mark.parametrize("name", ["prior", "rated"])
def test_unknown_can_be_left_out_but_is_still_counted(
    name: str, request: pytest.FixtureRequest
) -> None:
    ax = draw_network(request.getfixturevalue(name), unknown=False)
    assert not arrows(ax, "_unknown")
    assert not marks(ax, "_unknown_arcs")
    assert "Not known: " in all_text(ax)


def test_nothing_unknown_says_nothing(make_random: Make) -> None:
    text = all_text(draw_network(make_random(6, 0.4, directed=False)))
    assert "Not known" not in text
    assert "no line: no tie" in text


def test_silent_actors_are_hollow(rated: Network) -> None:
    ax = draw_network(rated, color="level")
    (actors,) = marks(ax, "_actors")
    faces = [to_hex(face) for face in actors.get_facecolors()]
    assert [k for k, face in enumerate(faces) if face == PALETTE["paper"]] == [4]
    assert "did not take part (1 actor)" in all_text(ax)


def test_actors_nobody_asked_are_hollow_with_a_dashed_border(prior: Network) -> None:
    ax = draw_network(prior)
    (actors,) = marks(ax, "_actors")
    hollow = [to_hex(f) == PALETTE["paper"] for f in actors.get_facecolors()]
    alone = prior.ties.notna().sum(axis=1).eq(0)
    assert hollow == alone.tolist()
    dashed = [style[1] is not None for style in actors.get_linestyle()]
    assert dashed == hollow
    assert "not asked (2 actors)" in all_text(ax)


def test_area_shows_size(rated: Network) -> None:
    amounts = pd.Series(np.arange(1.0, 10.0), rated.ties.index, name="points")
    (actors,) = marks(draw_network(rated, size=amounts), "_actors")
    areas = np.array([np.ptp(p.vertices[:, 0]) ** 2 for p in actors.get_paths()])
    np.testing.assert_allclose(areas / areas[-1], amounts / 9, rtol=0.01)


def test_unknown_size_and_category_are_marked(rated: Network) -> None:
    ax = draw_network(rated, size="staff", color="level")
    assert [t.get_text() for t in ax.texts].count("?") == 1
    text = all_text(ax)
    assert "? size not known" in text
    assert "19,000" in text
    (actors,) = marks(ax, "_actors")
    assert to_hex(actors.get_facecolors()[8]) == PALETTE["unknown"]


def test_shapes_of_categories_have_one_area(make_random: Make) -> None:
    (actors,) = marks(
        draw_network(make_random(24, 0.1, directed=False), color="sector"), "_actors"
    )
    areas = []
    for path in actors.get_paths():
        (outline,) = path.to_polygons()
        x, y = outline[:-1].T
        areas.append(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)
    assert max(areas) < 1.01 * min(areas)
    assert len({len(p.vertices) for p in actors.get_paths()}) > 1


def test_negative_ties_differ_by_more_than_colour() -> None:
    names = ["a", "b", "c"]
    ties = pd.DataFrame([[0, -2, 1], [0, 0, 0], [0, 0, 0]], names, names)
    ax = draw_network(Network.from_matrix(ties, relation="influence", signed=True))
    negative, positive = sorted(
        arrows(ax, "_tie"), key=lambda a: a.get_linestyle() == "-"
    )
    assert negative.get_linestyle() != positive.get_linestyle()
    assert "negative tie" in all_text(ax)


def test_words_follow_the_language_and_numbers_do_not(rated: Network) -> None:
    with language("nb"):
        ax = draw_network(rated, note="synthetic", size="staff")
    text = all_text(ax).replace("\N{NO-BREAK SPACE}", " ")
    for told in (
        "Tillit",
        "runde 2 · 9 aktører",
        "Syntetiske data",
        "Etat nummer 3",
        "deltok ikke (1 aktør)",
        "Ukjent: 14 av 72 mulige bånd",
        "Areal: ansatte",
        "19 000",
    ):
        assert told in text
    english = draw_network(rated, size="staff")
    for one, other in zip(arrows(ax, "_tie"), arrows(english, "_tie"), strict=True):
        assert one.get_linewidth() == other.get_linewidth()


@pytest.mark.parametrize(
    ("wave", "told"), [(None, "wave 2 · 9"), ("", "9"), ("of May", "wave of May · 9")]
)
def test_a_wave_that_is_the_only_one_need_not_be_told(
    rated: Network, wave: str | None, told: str
) -> None:
    text = all_text(draw_network(rated, wave=wave))
    lines = text.replace("\N{NO-BREAK SPACE}", " ").splitlines()
    assert f"{told} actors · 47 ties" in lines


def test_alt_text_tells_what_the_picture_shows(prior: Network) -> None:
    told = alt_text(draw_network(prior))
    start = "Network of 9 actors with 7 ties: Prior collaboration. Ties: "
    assert told.startswith(start)
    assert "Norwegian Directorate of Health – " in told
    assert "Not known: 29 of 36 possible ties (not asked 29)." in told
    assert "Without an observed tie: Norwegian Directorate of eHealth, " in told
    with language("da"):
        assert alt_text(draw_network(prior)).startswith("Netværk af 9 aktører")


def test_many_ties_are_told_by_the_strongest(rated: Network, make_random: Make) -> None:
    assert "Strongest ties: " in alt_text(draw_network(rated))
    alike = alt_text(draw_network(make_random(24, 0.2, directed=True)))
    assert "Strongest" not in alike


def test_hostile_names_are_letters_and_no_mathematics() -> None:
    names = ["$\\frac{$ _x_^", "{count} %s \\alpha$", "æøå ÆØÅ – «é»"]
    ties = pd.DataFrame(1.0, names, names)
    network = Network.from_matrix(ties * (1 - np.eye(3)), relation="$a_b$")
    ax = draw_network(network, title="cost in $ and _ and $")
    check_that_names_can_be_read(ax, network)
    shown = [t.get_text().replace("\n", " ") for t in names_of(ax, network)]
    assert shown == names


def test_a_name_outside_of_the_font_is_an_error_not_a_box() -> None:
    network = Network.from_matrix(pd.DataFrame([[0.0]], ["健康"], ["健康"]))
    ax = draw_network(network)
    with pytest.warns(UserWarning, match="Glyph"):
        ax.get_figure().draw_without_rendering()


def test_short_names_can_stand_for_long_ones(prior: Network) -> None:
    ax = draw_network(prior, names="kind")
    shown = [t.get_text() for t in names_of(ax, prior)]
    assert shown == prior.actors["kind"].tolist()
    with pytest.raises(UnknownNameError, match="short"):
        draw_network(prior, names="short")


def test_positions_are_kept_and_shared(rated: Network) -> None:
    positions = layout(rated)
    ax = draw_network(dichotomize(rated, 4), positions=positions)
    (actors,) = marks(ax, "_actors")
    np.testing.assert_array_equal(np.asarray(actors.get_offsets()), positions)


def test_ties_or_none_have_no_strength(rated: Network) -> None:
    strong = dichotomize(rated, 4)
    assert sample_values(strong) == [1.0]
    assert sample_values(rated) == [1.0, 3.0, 5.0]
    half = Network.from_matrix(strong.ties / 2, scale=(0, 1))
    assert sample_values(half) == [0.0, 0.5, 1.0]
    (width,) = {tie.get_linewidth() for tie in arrows(draw_network(strong), "_tie")}
    assert width < max(t.get_linewidth() for t in arrows(draw_network(rated), "_tie"))


def test_nothing_given_is_changed(rated: Network) -> None:
    positions, sizes = layout(rated), pd.Series(2.0, rated.ties.index)
    kept = positions.copy(), sizes.copy(), rated.ties.copy(), rated.actors.copy()
    draw_network(rated, size=sizes, positions=positions)
    pd.testing.assert_frame_equal(positions, kept[0])
    pd.testing.assert_series_equal(sizes, kept[1])
    pd.testing.assert_frame_equal(rated.ties, kept[2])
    pd.testing.assert_frame_equal(rated.actors, kept[3])


def test_bad_arguments_are_named(rated: Network) -> None:
    with pytest.raises(UnknownNameError, match="staff"):
        draw_network(rated, size="staf")
    with pytest.raises(InputError, match="number for every actor"):
        draw_network(rated, size="level")
    with pytest.raises(InputError, match=">= 0"):
        draw_network(rated, size=pd.Series(-1.0, rated.ties.index))
    with pytest.raises(InputError, match="no value for: "):
        draw_network(rated, color=pd.Series("x", rated.ties.index[:3]))
    with pytest.raises(InputError, match="at most 8"):
        draw_network(rated, color=pd.Series(range(9), rated.ties.index))
    with pytest.raises(InputError, match="positions lacks"):
        draw_network(rated, positions=layout(rated).iloc[:4])
    with pytest.raises(UnknownNameError, match="beside"):
        draw_network(rated, key="beside")
