"""Dependence between actors and the asymmetry of ties."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netcollab import measures as ms
from netcollab.networks import Network

NAMES = list("abc")


def network_of(cells: list[list[float | None]], **more: object) -> Network:
    names = [chr(97 + place) for place in range(len(cells))]
    return Network.from_matrix(pd.DataFrame(cells, names, names, dtype=float), **more)


KNOWN = network_of([[0, 3, 1], [2, 0, 0], [1, 1, 0]])


def test_dependence_is_a_share_of_what_is_obtained() -> None:
    value = ms.dependence(KNOWN)
    np.testing.assert_array_equal(
        value, [[np.nan, 0.75, 0.25], [1, np.nan, 0], [0.5, 0.5, np.nan]]
    )
    assert value.attrs["reasons"] == {}


def test_positive_imbalance_is_power_of_the_target_over_the_source() -> None:
    value = ms.imbalance(KNOWN)
    assert value.loc["b", "a"] == 0.25  # b needs a more than a needs b
    assert value.loc["a", "b"] == -0.25
    assert ms.mutual_dependence(KNOWN).loc["c", "b"] == 0.5


def test_unobserved_dyads_and_empty_rows() -> None:
    value = ms.dependence(network_of([[0, 3, None], [0, 0, 0], [None, None, 0]]))
    assert value.loc["a", "b"] == 1
    assert math.isnan(value.loc["a", "c"])
    assert value.loc["b"].isna().all()
    assert value.attrs["reasons"] == {
        "a": "not observed towards: c",
        "b": "no observed tie is sent",
        "c": "no sent tie was observed (not asked)",
    }


def test_an_incomplete_row_gives_the_largest_dependence_it_can_have() -> None:
    seen = ms.dependence(network_of([[0, 3, None], [1, 0, 1], [1, 1, 0]]))
    for hidden in (0.0, 1.0, 5.0):
        whole = ms.dependence(network_of([[0, 3, hidden], [1, 0, 1], [1, 1, 0]]))
        assert seen.loc["a", "b"] >= whole.loc["a", "b"]


def test_symmetric_ties_are_not_symmetric_dependence() -> None:
    line = network_of([[0, 1, 0], [1, 0, 1], [0, 1, 0]], directed=False)
    assert ms.imbalance(line).loc["a", "b"] == 0.5
    assert ms.tie_asymmetry(line) == 0


@given(st.lists(st.sampled_from([0.0, 1.0, 2.0, 5.0]), min_size=16, max_size=16))
@settings(max_examples=60, deadline=None)
def test_identities(cells: list[float]) -> None:
    square = np.array(cells).reshape(4, 4)
    np.fill_diagonal(square, 0)
    network = network_of(square.tolist())
    share, gap = ms.dependence(network), ms.imbalance(network)
    both = ms.mutual_dependence(network)
    sums = share.sum(axis=1)[square.any(axis=1)]
    np.testing.assert_allclose(sums, 1)
    np.testing.assert_array_equal(gap, -gap.T)
    np.testing.assert_array_equal(both, both.T)
    np.testing.assert_allclose(both + gap, 2 * share.where(gap.notna()))


# ---- asymmetry


def test_one_sided_ties_are_wholly_asymmetric() -> None:
    assert ms.tie_asymmetry(network_of([[0, 4, 1], [0, 0, 2], [0, 0, 0]])) == 1


def test_only_dyads_seen_from_both_sides_count() -> None:
    network = network_of([[0, 3, 5], [1, 0, 0], [None, None, 0]])
    assert ms.tie_asymmetry(network) == 2 / 4


def test_the_lowest_rating_is_nothing_when_every_dyad_was_rated() -> None:
    cells = [[0, 5, 1], [3, 0, 1], [1, 1, 0]]
    plain = network_of([[None, 5, 1], [3, None, 1], [1, 1, None]])
    rated = network_of([[None, 5, 1], [3, None, 1], [1, 1, None]], scale=(1.0, 5.0))
    assert cells[0][1] == 5
    assert ms.tie_asymmetry(plain) == pytest.approx(2 / (8 + 2 + 2))
    assert ms.tie_asymmetry(rated) == pytest.approx(0.5 / 1.5)


def test_an_absence_beside_ratings_is_less_than_the_lowest_rating() -> None:
    cells = [[0, 5, 0], [3, 0, 1], [0, 1, 0]]
    with_scale = network_of(cells, scale=(1.0, 5.0))
    assert ms.tie_asymmetry(with_scale) == pytest.approx(2 / (8 + 2))
    assert ms.tie_asymmetry(with_scale) == ms.tie_asymmetry(network_of(cells))


def test_a_rating_with_a_silent_actor_is_not_presence_only() -> None:
    rated = network_of([[0, 5, 2], [3, 0, 2], [None, None, 0]], scale=(1.0, 5.0))
    assert ms.tie_asymmetry(rated) == pytest.approx(0.5 / 1.5)


@pytest.mark.parametrize(
    ("network", "part"),
    [
        (network_of([[0]]), "no pair"),
        (network_of([[0, 0], [0, 0]]), "no tie"),
        (network_of([[0, 1], [1, 0]], scale=(1.0, 5.0)), "no tie"),
        (network_of([[0, 1], [None, 0]]), "presence-only"),
        (network_of([[0, 1], [-1, 0]], signed=True), "signs"),
        (network_of([[0, 0], [None, 0]]), "no tie"),
    ],
)
def test_asymmetry_is_undefined_with_a_reason(network: Network, part: str) -> None:
    assert math.isnan(ms.tie_asymmetry(network))
    assert part in ms.reason(ms.tie_asymmetry, network)
