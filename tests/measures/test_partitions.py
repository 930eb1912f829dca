"""Components, communities, and how far partitions agree."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import InputError, UnknownNameError
from netcollab import measures as ms
from netcollab.networks import Network


def network_of(cells: np.ndarray, names: list[str] | None = None, **more) -> Network:
    names = names or [chr(97 + place) for place in range(len(cells))]
    return Network.from_matrix(pd.DataFrame(cells, names, names, dtype=float), **more)


# ---- components


def one_way_pair_and_cycle() -> np.ndarray:
    cells = np.zeros((6, 6))
    cells[0, 1] = 1  # a to b
    cells[2, 3] = cells[3, 4] = cells[4, 2] = 1  # c, d, e in a circle; f alone
    return cells


def test_components_are_numbered_by_size_and_then_by_their_first_actor() -> None:
    network = network_of(one_way_pair_and_cycle())
    weak = ms.components(network)
    assert weak.to_dict() == {"a": 2, "b": 2, "c": 1, "d": 1, "e": 1, "f": 3}
    strong = ms.components(network, kind="strong")
    assert strong.to_dict() == {"a": 2, "b": 3, "c": 1, "d": 1, "e": 1, "f": 4}
    assert (weak.name, str(weak.dtype)) == ("components", "Int64")


def test_an_actor_that_nobody_observed_is_in_no_component() -> None:
    cells = one_way_pair_and_cycle()
    cells[5, :5] = cells[:5, 5] = np.nan
    weak = ms.components(network_of(cells))
    assert weak.isna().tolist() == [False] * 5 + [True]
    assert weak.attrs["reasons"] == {
        "f": "no sent or received tie was observed (not asked)"
    }
    cells = one_way_pair_and_cycle()
    cells[1, [0, 2, 3, 4, 5]] = np.nan
    strong = ms.components(network_of(cells), kind="strong")
    assert strong.attrs["reasons"] == {"b": "no sent tie was observed (not asked)"}
    assert ms.components(network_of(cells))["b"] == 2


def test_components_of_a_signed_network_have_a_reason() -> None:
    labels = ms.components(network_of(np.array([[0, -1], [1, 0]]), signed=True))
    assert labels.isna().all()
    assert "signs" in ms.reason(
        ms.components, network_of(np.array([[0, -1], [1, 0]]), signed=True)
    )


def test_unknown_kind_of_component() -> None:
    with pytest.raises(UnknownNameError, match="weak"):
        ms.components(network_of(np.zeros((2, 2))), kind="weakly")


@given(st.integers(0, 2**16))
def test_another_order_gives_the_same_components(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cells = (rng.random((7, 7)) < 0.15) * (1.0 - np.eye(7))
    order = rng.permutation(7)
    names = list("abcdefg")
    network = network_of(cells, names)
    other = network_of(cells[np.ix_(order, order)], [names[k] for k in order])
    for kind in ("weak", "strong"):
        labels = ms.components(network, kind=kind)
        again = ms.components(other, kind=kind).loc[labels.index]
        for i, j in itertools.combinations(names, 2):
            assert (labels[i] == labels[j]) == (again[i] == again[j])
        assert labels.value_counts().tolist() == again.value_counts().tolist()


def test_weak_components_join_what_connectedness_counts() -> None:
    network = network_of(one_way_pair_and_cycle())
    sizes = ms.components(network).value_counts()
    joined = (sizes * (sizes - 1)).sum() / (6 * 5)
    assert ms.connectedness(network) == pytest.approx(joined)


# ---- communities


def two_cliques(*, directed: bool = False) -> np.ndarray:
    cells = np.kron(np.eye(2), 1 - np.eye(4))
    cells[0, 4] = 1
    return cells if directed else np.maximum(cells, cells.T)


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("rng", range(4))
def test_two_cliques_are_two_communities(directed: bool, rng: int) -> None:
    network = network_of(two_cliques(directed=directed), directed=directed)
    labels = ms.communities(network, rng=rng)
    assert labels.tolist() == [1] * 4 + [2] * 4
    assert (labels.name, str(labels.dtype)) == ("communities", "Int64")


def test_strengths_and_resolution_decide() -> None:
    cells = 1.0 - np.eye(4)
    cells[0, 1] = cells[1, 0] = cells[2, 3] = cells[3, 2] = 9
    network = network_of(cells, directed=False)
    assert ms.communities(network, rng=1).tolist() == [1, 1, 2, 2]
    assert ms.communities(network, weighted=False, rng=1).nunique() == 1
    assert ms.communities(network, resolution=20, rng=1).nunique() == 4
    with pytest.raises(InputError, match="resolution"):
        ms.communities(network, resolution=0)


def random_network(names: list[str] | None = None) -> Network:
    cells = (np.random.default_rng(8).random((20, 20)) < 0.2) * (1.0 - np.eye(20))
    return network_of(cells, names)


def test_a_seed_is_recorded_and_gives_the_same_again() -> None:
    first = ms.communities(random_network(), rng=np.random.default_rng(3))
    again = ms.communities(random_network(), rng=first.attrs["seed"])
    pd.testing.assert_series_equal(first, again)
    assert first.attrs["method"] == "Louvain (networkx)"
    fresh = ms.communities(random_network())
    assert ms.communities(random_network(), rng=fresh.attrs["seed"]).equals(fresh)


def test_what_actors_are_called_does_not_matter() -> None:
    labels = ms.communities(random_network(), rng=5)
    renamed = [f"nr {place}" for place in range(20)]
    assert ms.communities(random_network(renamed), rng=5).tolist() == labels.tolist()


def test_communities_have_more_modularity_than_single_actors_or_one_group() -> None:
    network = random_network()
    for seed in range(5):
        found = ms.communities(network, rng=seed)
        alone = pd.Series(range(20), network.ties.index)
        assert ms.modularity(network, by=found) > ms.modularity(network, by=alone)
        assert ms.modularity(network, by=found) > 0


def test_actors_without_ties_stand_alone_and_unobserved_ones_are_missing() -> None:
    cells = np.zeros((4, 4))
    cells[0, 1] = cells[1, 0] = 1
    assert ms.communities(network_of(cells), rng=1).tolist() == [1, 1, 2, 3]
    cells[3, :3] = cells[:3, 3] = np.nan
    labels = ms.communities(network_of(cells), rng=1)
    assert labels.tolist()[:3] == [1, 1, 2]
    assert list(labels.attrs["reasons"]) == ["d"]


# ---- agreement


def partition(*labels: object) -> pd.Series:
    return pd.Series(labels, [chr(97 + place) for place in range(len(labels))])


def test_agreement_by_hand() -> None:
    # 4 actors: pairs inside a 2, inside b 3, inside both 1, of 6
    agreement = ms.partition_agreement(partition(1, 1, 2, 2), partition(1, 1, 1, 2))
    assert agreement["adjusted_rand"] == (1 - 2 * 3 / 6) / (2.5 - 1)
    h_a, h_b = math.log(2), -(3 * math.log(3 / 4) + math.log(1 / 4)) / 4
    both = -(2 * math.log(2 / 4) + 2 * math.log(1 / 4)) / 4
    shared = 2 * (h_a + h_b - both) / (h_a + h_b)
    assert agreement["normalised_mutual_information"] == pytest.approx(shared)
    assert agreement["n"] == 4


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), min_size=2))
def test_agreement_counts_pairs(drawn: list[tuple[int, int]]) -> None:
    n = len(drawn)
    a, b = (pd.Series([row[side] for row in drawn]) for side in (0, 1))
    pairs = list(itertools.combinations(range(n), 2))
    in_a = np.array([a[i] == a[j] for i, j in pairs])
    in_b = np.array([b[i] == b[j] for i, j in pairs])
    expected = in_a.sum() * in_b.sum() / len(pairs)
    spread = (in_a.sum() + in_b.sum()) / 2 - expected
    agreement = ms.partition_agreement(a, b)
    found = agreement["adjusted_rand"]
    if "adjusted_rand" in agreement.attrs["reasons"]:
        assert spread == pytest.approx(0)
        assert math.isnan(found)
    else:
        together = (in_a & in_b).sum()
        assert found == pytest.approx((together - expected) / spread, abs=1e-12)
    shared = agreement["normalised_mutual_information"]
    assert math.isnan(shared) or -1e-12 <= shared <= 1 + 1e-12


@given(st.lists(st.integers(0, 2), min_size=4, max_size=12))
def test_names_of_groups_and_order_do_not_matter(labels: list[int]) -> None:
    a = pd.Series(labels)
    b = pd.Series(np.roll(labels, 1))
    agreement = ms.partition_agreement(a, b)
    renamed = ms.partition_agreement(
        a.map({0: "z", 1: "y", 2: "x"}).iloc[::-1], b.astype("Int64")
    )
    np.testing.assert_allclose(renamed, agreement, atol=1e-12)
    np.testing.assert_allclose(ms.partition_agreement(b, a), agreement, atol=1e-12)
    itself = ms.partition_agreement(a, a)
    if not itself.attrs["reasons"]:
        np.testing.assert_allclose(itself.iloc[:2], 1)


def test_trivial_partitions_agree_whatever_the_data() -> None:
    together = ms.partition_agreement(partition(1, 1, 1), partition("x", "x", "x"))
    assert together.iloc[:2].isna().all()
    assert set(together.attrs["reasons"].values()) == {
        "both partitions put all actors together"
    }
    alone = ms.partition_agreement(partition(1, 2, 3), partition("x", "y", "z"))
    assert math.isnan(alone["adjusted_rand"])
    assert alone["normalised_mutual_information"] == pytest.approx(1)
    one = ms.partition_agreement(partition(1, None), partition("x", "x"))
    assert one.iloc[:2].isna().all()
    assert one["n"] == 1


def test_actors_in_both_count() -> None:
    a, b = partition(1, 1, 2, 2, None), partition(1, 1, 2, 3, 3)
    found = ms.partition_agreement(a, b.iloc[[4, 1, 0, 3, 2]])
    expected = ms.partition_agreement(a.iloc[:4], b.iloc[:4])
    pd.testing.assert_series_equal(found, expected)
    with pytest.raises(InputError, match="each actor once"):
        ms.partition_agreement(pd.Series([1, 2], ["a", "a"]), b)
    with pytest.raises(InputError, match="no actor in common"):
        ms.partition_agreement(pd.Series([1, 2], ["y", "z"]), b)
