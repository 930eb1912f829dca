"""Freeman's centralization."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from netcollab import UnknownNameError
from netcollab import measures as ms
from netcollab.networks import Network


def network_of(cells: np.ndarray, *, directed: bool = True) -> Network:
    names = [chr(97 + place) for place in range(len(cells))]
    frame = pd.DataFrame(cells, names, names, dtype=float)
    return Network.from_matrix(frame, directed=directed)


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
