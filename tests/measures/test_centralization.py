"""Freeman's centralization."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from netcollab import UnknownNameError
from netcollab import measures as ms
from netcollab.networks import Network, reverse


def network_of(cells: np.ndarray, *, directed: bool = True, **more: object) -> Network:
    names = [chr(97 + place) for place in range(len(cells))]
    frame = pd.DataFrame(cells, names, names, dtype=float)
    return Network.from_matrix(frame, directed=directed, **more)


def star(n: int, *, out: bool = True, back: bool = True) -> np.ndarray:
    cells = np.zeros((n, n))
    cells[0, 1:] = out
    cells[1:, 0] = back
    return cells


@pytest.mark.parametrize("n", [3, 4, 9])
def test_a_star_has_the_maximum(n: int) -> None:
    both = network_of(star(n))
    once = network_of(star(n), directed=False)
    assert ms.centralization(network_of(star(n, back=False)), ms.out_degree) == 1
    assert ms.centralization(network_of(star(n, out=False)), ms.in_degree) == 1
    for measure in (ms.degree, ms.betweenness):
        assert ms.centralization(both, measure) == 1
        assert ms.centralization(once, measure) == 1


def test_a_circle_has_none() -> None:
    circle = network_of(np.roll(np.eye(5), 1, axis=1))
    for measure in (ms.in_degree, ms.out_degree, ms.degree, ms.betweenness):
        assert ms.centralization(circle, measure) == 0


def test_no_network_of_four_exceeds_one() -> None:
    places = [(i, j) for i in range(4) for j in range(4) if i != j]
    rng = np.random.default_rng(2)
    for _ in range(60):
        cells = np.zeros((4, 4))
        for place in places:
            cells[place] = rng.random() < 0.4
        for measure in (ms.in_degree, ms.out_degree, ms.degree, ms.betweenness):
            assert 0 <= ms.centralization(network_of(cells), measure) <= 1 + 1e-12


def test_the_name_of_a_measure_will_do() -> None:
    assert ms.centralization(network_of(star(4)), "degree") == 1


def test_a_measure_without_a_maximum_is_an_error() -> None:
    with pytest.raises(UnknownNameError, match="constraint"):
        ms.centralization(network_of(star(4)), ms.constraint)


@pytest.mark.parametrize(
    ("cells", "measure", "part"),
    [
        (star(2), ms.degree, "too few to differ"),
        (np.zeros((1, 1)), ms.in_degree, "no pair of actors"),
        (np.array([[0, 1, 0], [np.nan, 0, np.nan], [1, 0, 0]]), ms.out_degree, "b: no"),
        (np.array([[0, 1], [np.nan, 0]]), ms.in_degree, "presence-only"),
    ],
)
def test_undefined_with_a_reason(cells: np.ndarray, measure: object, part: str) -> None:
    network = network_of(cells)
    assert math.isnan(ms.centralization(network, measure))
    assert part in ms.reason(ms.centralization, network, measure=measure)


def test_one_silent_actor_leaves_what_others_say_of_all() -> None:
    cells = np.array([[0, 1, 0], [np.nan, 0, np.nan], [0, 1, 0]])
    assert ms.centralization(network_of(cells), ms.in_degree) == 1


# ---- strengths, whose maximum a scale declares


@pytest.mark.parametrize("n", [3, 4, 9])
def test_a_star_of_strongest_ties_has_the_maximum(n: int) -> None:
    scale = (0.0, 5.0)
    both = network_of(5 * star(n), scale=scale)
    once = network_of(5 * star(n), directed=False, scale=scale)
    out = network_of(5 * star(n, back=False), scale=scale)
    assert ms.centralization(out, ms.out_strength) == pytest.approx(1)
    assert ms.centralization(reverse(out), ms.in_strength) == pytest.approx(1)
    assert ms.centralization(both, ms.strength) == pytest.approx(1)
    for measure in (ms.strength, ms.in_strength, ms.out_strength):
        assert ms.centralization(once, measure) == pytest.approx(1)


def test_weaker_ties_centralize_less() -> None:
    network = network_of(2 * star(4), scale=(0.0, 5.0))
    assert ms.centralization(network, ms.strength) == pytest.approx(2 / 5)


def test_ratings_without_zero_start_at_the_lowest() -> None:
    cells = 1 + 4 * star(4)
    np.fill_diagonal(cells, 0)
    rated = network_of(cells, scale=(1.0, 5.0))
    assert ms.centralization(rated, ms.strength) == pytest.approx(1)
    cells[1, 2] = 0  # an absence beside ratings is less than the lowest rating
    beside = network_of(cells, scale=(1.0, 5.0))
    in_strength = [15, 7, 6, 7]
    expected = sum(15 - value for value in in_strength) / (9 * 5)
    assert ms.centralization(beside, ms.in_strength) == pytest.approx(expected)


def test_no_network_of_strengths_exceeds_one() -> None:
    rng = np.random.default_rng(3)
    for _ in range(60):
        cells = rng.integers(0, 4, (4, 4)) * (1.0 - np.eye(4))
        cells[0, 1] = 0
        for directed in (True, False):
            ties = cells if directed else np.triu(cells) + np.triu(cells).T
            network = network_of(ties, directed=directed, scale=(0.0, 3.0))
            for measure in (ms.in_strength, ms.out_strength, ms.strength):
                assert 0 <= ms.centralization(network, measure) <= 1 + 1e-12


def test_strengths_need_a_scale_and_no_signs() -> None:
    told = ms.reason(ms.centralization, network_of(star(4)), measure="strength")
    assert told == "no highest strength is declared; give a scale"
    minus = network_of(-star(4), signed=True, scale=(-1.0, 1.0))
    told = ms.reason(ms.centralization, minus, measure="strength")
    assert told.startswith("ties have signs")


# ---- closeness, where everybody reaches everybody


@pytest.mark.parametrize("n", [3, 4, 9])
def test_an_undirected_star_has_the_maximum_of_closeness(n: int) -> None:
    once = network_of(star(n), directed=False)
    assert ms.centralization(once, "closeness") == pytest.approx(1)


def test_closeness_by_hand() -> None:
    # a to b and c; b to a; c to b: a needs 1 + 1, b 1 + 2, c 2 + 1 steps
    cells = np.array([[0, 1, 1], [1, 0, 0], [0, 1, 0]])
    closeness = [1, 2 / 3, 2 / 3]
    expected = sum(1 - value for value in closeness) / (4 / 3)
    assert ms.centralization(network_of(cells), "closeness") == pytest.approx(expected)


def test_closeness_of_those_who_do_not_reach_all_is_not_known() -> None:
    told = ms.reason(
        ms.centralization, network_of(star(3, back=False)), measure="closeness"
    )
    assert told == (
        "closeness is not known of every actor (b: does not reach every other actor; "
        "c: does not reach every other actor)"
    )


def test_no_connected_network_of_four_exceeds_one_in_closeness() -> None:
    pairs = [(i, j) for i in range(4) for j in range(i)]
    highest = 0.0
    for bits in range(2 ** len(pairs)):
        cells = np.zeros((4, 4))
        for place, (i, j) in enumerate(pairs):
            cells[i, j] = cells[j, i] = bits >> place & 1
        value = ms.centralization(network_of(cells, directed=False), "closeness")
        highest = max(highest, 0 if math.isnan(value) else value)
    assert highest == pytest.approx(1)
