"""Dependence between actors and the asymmetry of ties."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from netcollab import measures as ms
from netcollab.networks import Network

HERE = Path(__file__).parents[1] / "reference" / "measures"
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


# ---- asymmetry without leniency


def rated(cells: list[list[float | None]]) -> Network:
    return network_of(cells, scale=(1.0, 5.0))


def adjusted(network: Network) -> float:
    return ms.tie_asymmetry(network, adjusted=True)


def test_a_generous_actor_explains_the_whole() -> None:
    cells = [[None, 4, 4], [2, None, 3], [2, 3, None]]  # a gives two more than it gets
    assert ms.tie_asymmetry(rated(cells)) == pytest.approx(1 / 3)
    assert adjusted(rated(cells)) == pytest.approx(0, abs=1e-15)


def test_a_circle_is_explained_by_nobody() -> None:
    cells = [[None, 5, 1], [1, None, 5], [5, 1, None]]
    assert ms.tie_asymmetry(rated(cells)) == adjusted(rated(cells)) == 1


def test_one_gap_alone_is_smeared_over_the_others() -> None:
    # gap 4 of three equal dyads: 4/3 is left in each dyad, as much as before in one
    cells = [[None, 5, 3], [1, None, 3], [3, 3, None]]
    assert adjusted(rated(cells)) == pytest.approx(ms.tie_asymmetry(rated(cells)))
    ones = [[None if i == j else 3 for j in range(6)] for i in range(6)]
    ones[0][1], ones[1][0] = 5, 1
    plain = ms.tie_asymmetry(rated(ones))
    assert adjusted(rated(ones)) == pytest.approx(plain * (3 - 6 / 6))


REFERENCE = pd.read_csv(HERE / "asymmetry.csv", keep_default_na=False)


@pytest.mark.parametrize("row", list(REFERENCE.itertuples()), ids=lambda r: str(r[1:3]))
def test_eight_actors_give_what_r_gives(row: object) -> None:
    rows = pd.read_csv(HERE / "relations.csv")
    rows = rows[rows["relation"] == row.relation]
    ids = pd.DataFrame(index=range(1, 9))
    ties = Network.from_ties(rows, ids, unlisted="absent").ties
    ties.loc[[int(name) for name in row.silent.split()]] = np.nan
    network = Network.from_matrix(ties, scale=(0.0, 5.0))
    assert ms.tie_asymmetry(network) == pytest.approx(row.plain, rel=1e-8)
    assert adjusted(network) == pytest.approx(row.adjusted, rel=1e-8)


def ratings(least: int = 3) -> st.SearchStrategy[np.ndarray]:
    return st.integers(least, 6).flatmap(
        lambda n: arrays(float, (n, n), elements=st.integers(1, 5).map(float))
    )


@given(ratings().filter(lambda cells: (np.triu(cells, 1) > 1).any()))
def test_the_effects_are_those_of_the_social_relations_model(cells: np.ndarray) -> None:
    np.fill_diagonal(cells, np.nan)
    n = len(cells)
    v = (cells - 1) / 4
    sent, got, mean = np.nanmean(v, 1), np.nanmean(v, 0), np.nanmean(v)
    weights = np.array([(n - 1) ** 2, n - 1, n * (n - 1)]) / (n * (n - 2))
    sender = weights[0] * sent + weights[1] * got - weights[2] * mean
    receiver = weights[0] * got + weights[1] * sent - weights[2] * mean
    r = v - mean - sender[:, None] - receiver[None, :]
    expected = np.nansum(np.abs(r - r.T)) / np.nansum(v + v.T)
    assert adjusted(rated(cells.tolist())) == pytest.approx(expected, abs=1e-12)


@given(ratings(), st.lists(st.floats(0, 3), min_size=12, max_size=12))
def test_leniency_added_to_ratings_leaves_the_residue(
    cells: np.ndarray, extra: list[float]
) -> None:
    np.fill_diagonal(cells, np.nan)
    n = len(cells)
    more = cells + np.array(extra[:n])[:, None] + np.array(extra[6 : 6 + n])[None, :]
    before = network_of(cells.tolist(), scale=(0.5, 20.0))
    after = network_of(more.tolist(), scale=(0.5, 20.0))
    residue = [adjusted(net) * np.nansum(net.ties - 0.5) for net in (before, after)]
    assert residue[1] == pytest.approx(residue[0], abs=1e-9)


@pytest.mark.parametrize(
    ("network", "part"),
    [
        (network_of([[0, 3, 1], [1, 0, 2], [1, 1, 0]]), "no response scale"),
        (rated([[None, 3], [2, None]]), "no circle"),
        (rated([[None, 3, 2], [2, None, None], [5, None, None]]), "no circle"),
        (rated([[None, 1, 1], [1, None, 1], [1, 1, None]]), "no tie"),
    ],
)
def test_the_adjustment_is_undefined_with_a_reason(network: Network, part: str) -> None:
    assert math.isnan(adjusted(network))
    assert part in ms.reason(ms.tie_asymmetry, network, adjusted=True)
