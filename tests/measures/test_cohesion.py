"""Density, reciprocity and transitivity."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import UnknownNameError
from netcollab import measures as ms
from netcollab.networks import Network, dichotomize


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


# a-b mutual; a-c, d-a, d-b one-sided; b-c and c-d tied in neither direction
CELLS = [[0, 1, 2, 0], [3, 0, 0, 0], [0, 0, 0, 0], [1, 1, 0, 0]]


def test_three_kinds_of_reciprocity() -> None:
    network = network_of(CELLS)
    assert ms.reciprocity(network) == 2 / 5
    assert ms.reciprocity(network, kind="dyadic") == 3 / 6
    assert ms.reciprocity(network, kind="tied") == 1 / 4


def test_reciprocity_of_dyads_counts_those_observed_both_ways() -> None:
    cells = [[0, 1, 0], [1, 0, None], [0, 1, 0]]
    assert ms.reciprocity(network_of(cells), kind="dyadic") == 1
    none = [[0, 0], [0, 0]]
    assert ms.reciprocity(network_of(none), kind="dyadic") == 1
    assert ms.reason(ms.reciprocity, network_of(none), kind="tied") == (
        "no tie in a dyad that was observed both ways"
    )
    once = network_of([[0, 0, 1], [None, 0, None], [None, 1, 0]])
    assert ms.reason(ms.reciprocity, once, kind="dyadic") == (
        "no dyad was observed both ways"
    )


def test_transitivity_by_hand() -> None:
    # chains: b-a-c, d-a-b, d-a-c, d-b-a; closed: d-a-b and d-b-a
    assert ms.transitivity(network_of(CELLS)) == 2 / 4
    cycle = [[0, 1, 0], [0, 0, 1], [1, 0, 0]]
    assert ms.transitivity(network_of(cycle)) == 0
    assert ms.transitivity(network_of(cycle), kind="strong") == 0


def test_a_chain_whose_ends_were_not_observed_does_not_count() -> None:
    cells = [row.copy() for row in CELLS]
    cells[1][2] = None  # of b-a-c
    assert ms.transitivity(network_of(cells)) == 2 / 3
    cells[3][1] = None  # of d-a-b, and in d-b-a
    assert ms.transitivity(network_of(cells)) == 0


@given(st.lists(st.sampled_from([0.0, 1.0, 2.0, np.nan]), min_size=16, max_size=16))
def test_transitivity_counts_triples(cells: list[float]) -> None:
    square = np.array(cells).reshape(4, 4)
    np.fill_diagonal(square, 0)
    square[0, 1] = 0  # not presence-only
    closed = chains = alike = asked = 0
    for i, j, k in itertools.permutations(range(4), 3):
        first, second, third = square[i, j], square[j, k], square[i, k]
        if np.isnan([first, second, third]).any():
            continue
        chain, tie = first * second != 0, third != 0
        chains, closed = chains + chain, closed + (chain and tie)
        asked, alike = asked + 1, alike + (chain == tie)
    network = network_of(square.tolist())
    weak, strong = (ms.transitivity(network, kind=kind) for kind in ("weak", "strong"))
    assert weak == closed / chains if chains else math.isnan(weak)
    assert strong == alike / asked if asked else math.isnan(strong)


def test_transitivity_is_undefined_with_a_reason() -> None:
    pair = network_of([[0, 1], [0, 0]])
    assert ms.reason(ms.transitivity, pair) == (
        "no chain of two ties whose ends were observed"
    )
    assert ms.reason(ms.transitivity, pair, kind="strong") == (
        "no triple of actors whose three dyads were observed"
    )


def test_kinds_are_named_in_errors() -> None:
    with pytest.raises(UnknownNameError, match="edgewise"):
        ms.reciprocity(network_of(CELLS), kind="edge")
    with pytest.raises(UnknownNameError, match="weak"):
        ms.transitivity(network_of(CELLS), kind="rank")


@pytest.mark.parametrize("measure", [ms.density, ms.reciprocity, ms.transitivity])
def test_ratings_that_are_all_ties_have_no_share_of_ties(
    measure: Callable[[Network], float],
) -> None:
    names = ["a", "b", "c"]
    told = pd.DataFrame([[0, 4, 2], [3, 0, 5], [1, 2, 0]], names, names, dtype=float)
    rated = Network.from_matrix(told.mask(told == 0), scale=(1, 5))
    assert math.isnan(measure(rated))
    assert "dichotomize the ratings" in ms.reason(measure, rated)
    assert not math.isnan(measure(dichotomize(rated, 2)))
