"""Random networks of the same density or degrees: by hand, against R and by listing."""

from __future__ import annotations

import itertools
import math
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from netcollab import measures as ms
from netcollab.errors import InputError, RefusedError, UnknownNameError
from netcollab.inference import random_graphs
from netcollab.networks import Network

HERE = Path(__file__).parents[1] / "reference" / "inference"


def network_of(cells: object, **more: object) -> Network:
    square = np.array(cells, dtype=float)
    names = [f"actor {i:02}" for i in range(len(square))]
    return Network.from_matrix(pd.DataFrame(square, names, names), **more)


def random_network(seed: int, n: int = 8, **more: object) -> Network:
    rng = np.random.default_rng(seed)
    cells = np.where(rng.random((n, n)) < 0.35, rng.integers(1, 6, (n, n)), 0)
    np.fill_diagonal(cells, 0)
    if not more.get("directed", True):
        cells = np.triu(cells) + np.triu(cells).T
    return network_of(cells, **more)


def asymmetry(network: Network) -> float:
    return ms.tie_asymmetry(network)


def triangles(network: Network) -> float:
    ties = (network.ties.fillna(0).to_numpy() != 0).astype(float)
    return float(np.trace(ties @ ties @ ties) / 6)


# ---- the same density


def test_every_placement_of_strengths_by_hand() -> None:
    cells = np.array([[0, 4, 0], [2, 0, 0], [np.nan, 1, 0]])
    network = network_of(cells)
    values = [4.0, 0, 2, 0, 1]
    at = [(0, 1), (0, 2), (1, 0), (1, 2), (2, 1)]
    expected = []
    for order in set(itertools.permutations(values)):
        other = cells.copy()
        for (i, j), value in zip(at, order, strict=True):
            other[i, j] = value
        expected.append(asymmetry(network_of(other)))
    result = random_graphs(asymmetry, network)
    assert result.n == 5
    assert result.unit == "dyads"
    assert result.method == "exact (60 distinct placements of the strengths)"
    assert len(expected) == 60
    np.testing.assert_allclose(np.sort(result.null_distribution), np.sort(expected))
    observed = asymmetry(network)
    assert result.statistic == observed
    tails = [
        np.mean(np.array(expected) >= observed - 1e-12),
        np.mean(np.array(expected) <= observed + 1e-12),
    ]
    assert result.pvalue == pytest.approx(min(1, 2 * min(tails)), rel=1e-12)
    assert result.p_min == 2 / 60
    assert result.estimate == pytest.approx(observed - np.mean(expected), rel=1e-12)
    assert (result.mc_error, result.seed) == (0, None)


def test_an_undirected_pair_is_one_place() -> None:
    cells = np.zeros((4, 4))
    for i, j in ((0, 1), (1, 2), (0, 2)):
        cells[i, j] = cells[j, i] = 1
    result = random_graphs(
        triangles, network_of(cells, directed=False), alternative="greater"
    )
    assert (result.n, result.unit) == (6, "pairs")
    assert result.n_resamples == math.comb(6, 3)
    assert result.pvalue == 4 / 20  # four triangles among twenty placements


def test_listing_and_draws_have_the_mean_that_theory_has() -> None:
    # The return of a tie is a tie like any other: with T ties on D dyads it is one
    # with probability (T - 1) / (D - 1).
    cells = np.zeros((4, 4))
    cells[0, 1:] = cells[1, 0] = cells[2, 3] = 1
    listed = random_graphs(ms.reciprocity, network_of(cells))
    assert listed.n_resamples == math.comb(12, 5)
    assert listed.null_distribution.mean() == pytest.approx(4 / 11, rel=1e-12)
    network = random_network(3, n=12)
    drawn = random_graphs(ms.reciprocity, network, n_resamples=500, rng=1)
    assert drawn.method == "500 random networks of the same density"
    expected = (network.n_ties - 1) / (132 - 1)
    error = drawn.null_distribution.std() / math.sqrt(500)
    assert abs(drawn.null_distribution.mean() - expected) < 4 * error


# ---- the same degrees


@pytest.mark.parametrize("statistic", ["reciprocity", "triangles"])
def test_rewired_networks_are_like_those_of_igraph(statistic: str) -> None:
    rows = pd.read_csv(HERE / "labels.csv")
    known = rows[(rows["statistic"] == statistic) & (rows["by"] == "degrees")].iloc[0]
    actors = pd.read_csv(HERE / "synthetic8" / "actors.csv", index_col="id")
    ties = pd.read_csv(HERE / "synthetic8" / "relations.csv")
    ties = ties[ties["relation"] == "collaboration"]
    network = Network.from_ties(ties, actors, unlisted="absent")
    asked = ms.reciprocity
    if statistic == "triangles":
        cells = network.ties.fillna(0).to_numpy()
        both = pd.DataFrame(np.maximum(cells, cells.T), actors.index, actors.index)
        network, asked = Network.from_matrix(both, directed=False), triangles
    result = random_graphs(asked, network, keep="degrees", n_resamples=2_000, rng=3)
    null = result.null_distribution
    assert result.statistic == pytest.approx(known["observed"], rel=1e-12)
    assert result.method == "2,000 random networks of the same degrees"
    spread = math.sqrt(1 / 2_000 + 1 / known["cases"])
    assert abs(null.mean() - known["mean"]) < 4 * known["sd"] * spread
    assert null.std() == pytest.approx(known["sd"], rel=0.08)
    for share, tail in (
        (np.mean(null >= result.statistic - 1e-10), known["greater"]),
        (np.mean(null <= result.statistic + 1e-10), known["less"]),
    ):
        assert abs(share - tail) < 4 * math.sqrt(tail * (1 - tail)) * spread + 1 / 2_000
    smaller = min(
        (np.sum(null >= result.statistic - 1e-10) + 1) / 2_001,
        (np.sum(null <= result.statistic + 1e-10) + 1) / 2_001,
    )
    assert result.pvalue == pytest.approx(min(1, 2 * smaller), rel=1e-12)
    assert result.p_min == 2 / 2_001


@pytest.mark.parametrize("directed", [True, False])
def test_degrees_are_kept(directed: bool) -> None:
    network = random_network(4, directed=directed)
    kept = network.ties.fillna(0).to_numpy() > 0
    seen = []

    def look(network: Network) -> float:
        seen.append(network)
        return triangles(network)

    random_graphs(look, network, keep="degrees", n_resamples=30, rng=1)
    assert len(seen) == 31
    for other in seen:
        cells = other.ties.fillna(0).to_numpy() > 0
        assert (cells.sum(0) == kept.sum(0)).all()
        assert (cells.sum(1) == kept.sum(1)).all()
        assert other.actors.equals(network.actors)
    assert len({other.ties.fillna(0).to_numpy().tobytes() for other in seen}) > 25


def test_hubs_explain_what_density_does_not() -> None:
    # Three who are tied to each other and to all: much clustering, given the density.
    n = 12
    cells = np.zeros((n, n))
    cells[:3] = cells[:, :3] = 1
    np.fill_diagonal(cells, 0)
    cells[4, 5] = cells[5, 4] = cells[6, 7] = cells[7, 6] = 1
    network = network_of(cells, directed=False)
    ask = partial(random_graphs, triangles, network, n_resamples=199, rng=1)
    assert ask(keep="density").pvalue == 2 / 200
    with pytest.raises(RefusedError, match="in each of 199 cases"):
        ask(keep="degrees")


# ---- what plays no part


@pytest.mark.parametrize("keep", ["density", "degrees"])
def test_the_seed_decides_and_workers_and_order_do_not(keep: str) -> None:
    network = random_network(5, n=10)
    ask = partial(
        random_graphs, ms.reciprocity, keep=keep, n_resamples=600, alternative="greater"
    )
    first = ask(network, rng=7)
    assert first.seed == 7
    again = ask(network, rng=7, workers=2)
    assert again == first
    assert again.null_distribution.tobytes() == first.null_distribution.tobytes()
    other = ask(network, rng=8).null_distribution
    assert other.tobytes() != first.null_distribution.tobytes()
    order = np.random.default_rng(1).permutation(10)
    turned = Network.from_matrix(network.ties.iloc[order, order])
    assert ask(turned, rng=7) == first


def test_unknown_dyads_stay_unknown() -> None:
    cells = random_network(6).ties.fillna(0).to_numpy().copy()
    cells[2] = np.nan
    cells[4, 5] = np.nan
    np.fill_diagonal(cells, 0)
    network = network_of(cells)
    seen = []

    def look(network: Network) -> float:
        seen.append(network.observed)
        return ms.reciprocity(network)

    for keep in ("density", "degrees"):
        random_graphs(look, network, keep=keep, n_resamples=20, rng=1)
    assert all(each.equals(network.observed) for each in seen)


# ---- what is refused, and what is told at the door


def test_networks_that_no_draw_changes_are_refused() -> None:
    empty, complete = np.zeros((4, 4)), 1 - np.eye(4)
    one = empty.copy()
    one[0, 1] = 1
    for cells in (empty, complete):
        with pytest.raises(RefusedError, match="do not differ in strength"):
            random_graphs(ms.density, network_of(cells))
    with pytest.raises(RefusedError, match="fewer than two ties"):
        random_graphs(ms.density, network_of(one), keep="degrees")
    with pytest.raises(RefusedError, match="in each of 12 cases"):
        random_graphs(ms.density, network_of(one))


def test_an_undefined_statistic_and_a_presence_only_network_are_refused() -> None:
    cells = np.zeros((4, 4))
    cells[0, 1] = cells[1, 2] = 1

    def nothing(network: Network) -> float:  # noqa: ARG001
        return math.nan

    with pytest.raises(RefusedError, match=r"undefined \(NaN\)"):
        random_graphs(nothing, network_of(cells))
    named = np.where(cells > 0, 1, np.nan)
    with pytest.raises(RefusedError, match="presence-only"):
        random_graphs(ms.reciprocity, network_of(named))


def test_arguments_are_checked() -> None:
    network = random_network(7)
    with pytest.raises(UnknownNameError, match='did you mean "degrees"'):
        random_graphs(ms.reciprocity, network, keep="degree")
    with pytest.raises(UnknownNameError, match="alternative"):
        random_graphs(ms.reciprocity, network, alternative="more")
    with pytest.raises(InputError, match="n_resamples"):
        random_graphs(ms.reciprocity, network, n_resamples=0)
    with pytest.raises(InputError, match="one number, got Series"):
        random_graphs(ms.in_degree, network)
