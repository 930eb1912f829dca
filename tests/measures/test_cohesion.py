"""Density and reciprocity."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from netcollab import measures as ms
from netcollab.networks import Network


def network_of(cells: list[list[float | None]], **more: object) -> Network:
    names = list("abcd")[: len(cells)]
    return Network.from_matrix(pd.DataFrame(cells, names, names, dtype=float), **more)


def test_density_is_over_observed_dyads() -> None:
    assert ms.density(network_of([[0, 1, None], [0, 0, 5], [None, 0, 0]])) == 0.5


def test_an_undirected_pair_counts_once() -> None:
    network = network_of([[0, 1, 0], [1, 0, None], [0, None, 0]], directed=False)
    assert ms.density(network) == 0.5
    assert ms.reciprocity(network) == 1


def test_reciprocity_is_over_dyads_observed_both_ways() -> None:
    cells = [[0, 1, 2, 0], [3, 0, 0, None], [0, 0, 0, None], [1, 1, 0, 0]]
    # a-b mutual, a-c and d-a one-sided; the dyads of b, c with d are seen from one side
    assert ms.reciprocity(network_of(cells)) == 2 / 4


@pytest.mark.parametrize(
    ("measure", "cells", "reason"),
    [
        (ms.density, [[0]], "the network has no pair of actors"),
        (ms.density, [[0, None], [None, 0]], "no dyad was observed"),
        (
            ms.density,
            [[0, 2], [None, 0]],
            "presence-only: ties were documented, absences never",
        ),
        (
            ms.reciprocity,
            [[0, 0], [0, 0]],
            "no tie in a dyad that was observed both ways",
        ),
        (
            ms.reciprocity,
            [[0, 1, 0], [None, 0, 0], [0, 0, 0]],
            "no tie in a dyad that was observed both ways",
        ),
    ],
)
def test_undefined_with_a_reason(
    measure: object, cells: list[list[float | None]], reason: str
) -> None:
    network = network_of(cells)
    assert math.isnan(measure(network))
    assert ms.reason(measure, network) == reason


def test_complete_and_fully_observed_is_not_presence_only() -> None:
    network = network_of([[0, 2], [1, 0]])
    assert ms.density(network) == 1
    assert ms.reason(ms.density, network) == ""


def test_strengths_do_not_matter() -> None:
    rng = np.random.default_rng(5)
    tied = rng.random((4, 4)) < 0.5
    np.fill_diagonal(tied, False)
    strong = (tied * rng.integers(1, 9, (4, 4))).astype(float).tolist()
    weak = tied.astype(float).tolist()
    assert ms.density(network_of(strong)) == ms.density(network_of(weak))
    assert ms.reciprocity(network_of(strong)) == ms.reciprocity(network_of(weak))
