"""Names beside nodes: geometry alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from netcollab.report.placement import curve, place_names

WINDOW = np.array([0.0, 0.0, 400.0, 300.0])


def round_nodes(*radii: float) -> np.ndarray:
    """How far circles reach to their sides, and on their diagonals."""
    return np.outer(radii, [1.0, np.sqrt(0.5)])


def boxes(centres: np.ndarray, offsets: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    return np.hstack([centres + offsets - sizes / 2, centres + offsets + sizes / 2])


def touch(one: np.ndarray, other: np.ndarray) -> bool:
    return bool((one[:2] < other[2:]).all() and (other[:2] < one[2:]).all())


def test_a_name_alone_stands_below_its_node() -> None:
    offsets, cost = place_names(
        np.array([[200.0, 150.0]]),
        round_nodes(6.0),
        np.array([[40.0, 10.0]]),
        WINDOW,
        [],
    )
    np.testing.assert_allclose(offsets, [[0.0, -(6 + 2 + 5)]])
    assert cost < 2


def test_a_name_leaves_the_side_of_a_tie() -> None:
    down = curve(np.array([200.0, 150.0]), np.array([200.0, 20.0]), 0.0)
    offsets, _ = place_names(
        np.array([[200.0, 150.0]]),
        round_nodes(6.0),
        np.array([[40.0, 30.0]]),
        WINDOW,
        [down],
    )
    assert offsets[0, 1] > 0


def test_a_name_stays_inside_of_the_window() -> None:
    centres = np.array([[3.0, 3.0]])
    sizes = np.array([[60.0, 12.0]])
    offsets, _ = place_names(centres, round_nodes(3.0), sizes, WINDOW, [])
    (box,) = boxes(centres, offsets, sizes)
    assert (box[:2] >= 0).all()


@given(st.integers(0, 2**32 - 1), st.integers(2, 12))
def test_names_on_a_roomy_page_touch_nothing(seed: int, n: int) -> None:
    draws = np.random.default_rng(seed)
    grid = np.array([[50 + 95 * (k % 4), 60 + 90 * (k // 4)] for k in range(n)], float)
    centres = grid + draws.uniform(-8, 8, (n, 2))
    sizes = np.column_stack([draws.uniform(20, 80, n), draws.uniform(9, 30, n)])
    radii = np.full(n, 6.0)
    offsets, _ = place_names(centres, round_nodes(*radii), sizes, WINDOW, [])
    names = boxes(centres, offsets, sizes)
    nodes = np.hstack([centres - radii[:, None], centres + radii[:, None]]) * 1.0
    for i in range(n):
        assert not any(touch(names[i], names[j]) for j in range(n) if j != i)
        assert not any(touch(names[i], nodes[j]) for j in range(n) if j != i)


def test_a_curve_starts_and_ends_where_it_should_and_bows() -> None:
    start, end = np.array([0.0, 0.0]), np.array([10.0, 0.0])
    path = curve(start, end, 0.2)
    np.testing.assert_allclose(path[[0, -1]], [start, end])
    assert path[:, 1].min() < -0.9
    np.testing.assert_allclose(curve(start, end, 0.0)[:, 1], 0)


def test_a_name_keeps_off_the_corner_of_its_own_node() -> None:
    """Only the corner above to the right is free of ties; a square stands out there."""
    centre, sizes = np.array([[200.0, 150.0]]), np.array([[30.0, 10.0]])
    points = [(200 + x, 150 + y) for x in range(-60, 61, 3) for y in range(-60, 61, 3)]
    ties = [np.array([p for p in points if not (p[0] > 215 and p[1] > 165)], float)]
    offsets, _ = place_names(centre, np.array([[20.0, 20.0]]), sizes, WINDOW, ties)
    (box,) = boxes(centre, offsets, sizes)
    assert box[0] >= 220
    assert box[1] >= 170


def test_a_name_does_not_stand_under_the_mark_of_another() -> None:
    """Below the first, pushed aside, is free, but that is beneath the second."""
    centres = np.array([[200.0, 150.0], [150.0, 150.0]])
    sizes = np.array([[90.0, 10.0], [1.0, 1.0]])
    above = curve(np.array([200.0, 150.0]), np.array([260.0, 190.0]), 0.0)
    below = curve(np.array([200.0, 150.0]), np.array([225.0, 100.0]), 0.0)
    beside = curve(np.array([200.0, 150.0]), np.array([320.0, 150.0]), 0.0)
    reaches = round_nodes(6.0, 6.0)
    offsets, _ = place_names(centres, reaches, sizes, WINDOW, [above, below, beside])
    (box, _) = boxes(centres, offsets, sizes)
    away = np.clip(np.maximum(box[:2] - centres, centres - box[2:]), 0, None)
    own, other = np.hypot(*away.T) - 6
    assert other > own or own > 7
