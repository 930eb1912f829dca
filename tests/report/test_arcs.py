"""Lines between marks: they begin and end at the border, whatever its shape."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import FancyArrowPatch
from matplotlib.path import Path

from netcollab.networks import Network
from netcollab.report import draw_network
from netcollab.report.arcs import OFF_BORDER_PT, Arc
from netcollab.report.nodes import nodes_of, outlines, shape

SHAPES = range(8)


def gap_to(outline: Path, centre: np.ndarray, place: np.ndarray) -> float:
    """From a place to the nearest point of an outline; below 0 inside of it."""
    (corners,) = outline.interpolated(200).to_polygons()
    near = np.hypot(*(np.asarray(corners) + centre - place).T).min()
    return float(-near if outline.contains_point(place - centre) else near)


@pytest.mark.parametrize("group", SHAPES)
@pytest.mark.parametrize("bow", [0.0, 0.14, -0.32])
def test_an_arc_ends_at_the_border_of_every_shape(group: int, bow: float) -> None:
    big, small = shape(group, 30.0), shape(0, 4.0)
    centre = np.array([150.0, 150.0])
    for angle in np.linspace(0, 2 * np.pi, 12, endpoint=False):
        other = centre + 140 * np.array([np.cos(angle), np.sin(angle)])
        arc = Arc(bow, (small,), (big,))(other, centre, OFF_BORDER_PT, OFF_BORDER_PT)
        # a border that the arc meets askew is nearer than the gap along the arc
        assert 0 < gap_to(big, centre, arc.vertices[2]) < OFF_BORDER_PT + 0.6
        assert 0 < gap_to(small, other, arc.vertices[0]) < OFF_BORDER_PT + 0.6


def test_an_arc_is_the_same_at_every_size_of_a_pixel() -> None:
    arc = Arc(0.2, (shape(3, 10.0),), (shape(4, 20.0),))
    ends = np.array([[0.0, 0.0], [200.0, 90.0]])
    once = arc(*ends, OFF_BORDER_PT, OFF_BORDER_PT)
    thrice = arc(*(3 * ends), 3 * OFF_BORDER_PT, 3 * OFF_BORDER_PT)
    np.testing.assert_allclose(thrice.vertices, 3 * np.asarray(once.vertices))


def test_marks_that_overlap_are_joined_from_middle_to_middle() -> None:
    arc = Arc(0.0, (shape(0, 20.0),), (shape(0, 20.0),))
    path = arc(np.zeros(2), np.array([10.0, 0.0]), OFF_BORDER_PT, OFF_BORDER_PT)
    np.testing.assert_allclose(path.vertices[[0, 2]], [[0, 0], [10, 0]])


def test_a_drawing_has_no_arrow_that_stops_in_mid_air() -> None:
    """The largest body is a triangle that all others name."""
    names = [f"body {k}" for k in range(6)]
    ties = pd.DataFrame(0.0, names, names)
    ties.iloc[1:, 0] = 1.0
    actors = pd.DataFrame(
        {"staff": [9000, 1, 1, 1, 1, 1], "sector": ["d", *"abcab"]}, names
    )
    network = Network.from_matrix(ties, actors=actors)
    ax = draw_network(network, size="staff", color="sector")
    figure = ax.get_figure(root=True)
    assert figure is not None
    figure.canvas.draw()
    marks = next(c for c in ax.collections if c.get_label() == "_actors")
    (first, *_) = ax.transData.transform(np.asarray(marks.get_offsets()))
    point = figure.dpi / 72
    nodes = nodes_of(network, "staff", "sector", narrow=False)
    ((mark, *_), *_) = outlines(nodes, arcs=False)
    drawn = [p for p in ax.patches if isinstance(p, FancyArrowPatch)]
    assert len(drawn) == 5
    for each in drawn:
        style, at = each.get_connectionstyle(), each._posA_posB
        px = OFF_BORDER_PT * point
        path = style(*ax.transData.transform(np.asarray(at)), px, px)
        gap = gap_to(mark, np.zeros(2), (path.vertices[2] - first) / point)
        assert 0 < gap < OFF_BORDER_PT + 0.6
    plt.close(figure)


def test_a_line_ends_at_the_arc_only_where_there_is_one() -> None:
    names = ["a", "b", "c", "d"]
    ties = pd.DataFrame(np.nan, names, names)
    ties.loc["a", ["b", "c"]] = 1.0
    nodes = nodes_of(Network.from_matrix(ties), None, None, narrow=False)
    mark, ring = outlines(nodes, arcs=True)[0]
    (share,) = {float(nodes.unknown[0])}
    assert share == pytest.approx(4 / 6)
    beyond = float(nodes.radii[0]) + 2
    assert ring.contains_point((beyond, 0.0))
    assert not ring.contains_point((-beyond / np.sqrt(2), beyond / np.sqrt(2)))
    assert not mark.contains_point((beyond, 0.0))
