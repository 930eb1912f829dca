"""The optional engine counts as the package does, or is not asked."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest

from netcollab import measures as ms
from netcollab.measures.engine import betweenness_by_igraph
from netcollab.networks import Network


def drawn(
    seed: int, n: int = 40, *, directed: bool = True, unit: float = 1.0
) -> Network:
    """Strengths 1 to 6, whose reciprocals add up to many equal lengths."""
    rng = np.random.default_rng(seed)
    cells = rng.integers(1, 7, (n, n)) * (rng.random((n, n)) < 0.12) * unit
    np.fill_diagonal(cells, 0)
    if not directed:
        cells = np.triu(cells) + np.triu(cells).T
    names = [f"actor {place}" for place in range(n)]
    return Network.from_matrix(pd.DataFrame(cells, names, names), directed=directed)


def both(
    network: Network, monkeypatch: pytest.MonkeyPatch, *, weighted: bool
) -> tuple[pd.Series, pd.Series]:
    """With the engine and without."""
    monkeypatch.setattr("netcollab.measures.engine.LARGE", 2)
    quick = ms.betweenness(network, weighted=weighted)
    monkeypatch.setitem(sys.modules, "igraph", None)
    own = ms.betweenness(network, weighted=weighted)
    monkeypatch.undo()
    return quick, own


@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("unit", [1e-12, 1.0, 1 / 7, 1e12])
def test_the_engine_gives_the_same(
    unit: float, directed: bool, weighted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("igraph", reason="python-igraph is optional")
    for seed in range(20):
        network = drawn(seed, directed=directed, unit=unit)
        quick, own = both(network, monkeypatch, weighted=weighted)
        assert (quick.attrs["engine"], own.attrs["engine"]) == ("igraph", "netcollab")
        np.testing.assert_allclose(quick, own, rtol=1e-12, atol=1e-12)


def test_lengths_of_very_different_size_are_not_given_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("netcollab.measures.engine.LARGE", 2)
    there = np.array([[False, True, False], [False, False, True], [False] * 3])
    lengths = np.where(there, [[0, 1e-9, 0], [0, 0, 1.0], [0, 0, 0]], np.nan)
    assert betweenness_by_igraph(there, lengths, directed=True) is None


def test_a_network_without_ties(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("igraph", reason="python-igraph is optional")
    names = list("abc")
    empty = Network.from_matrix(pd.DataFrame(0.0, names, names))
    for weighted in (True, False):
        quick, own = both(empty, monkeypatch, weighted=weighted)
        assert quick.tolist() == own.tolist() == [0, 0, 0]


def test_small_networks_do_not_load_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> None:
        raise AssertionError("loaded")

    monkeypatch.setattr("netcollab.measures.engine._igraph", refused)
    value = ms.betweenness(drawn(1))
    assert value.attrs["engine"] == "netcollab"


def test_without_it_large_networks_are_counted_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "igraph", None)
    n = 210
    names = [f"actor {place}" for place in range(n)]
    star = np.zeros((n, n))
    star[0, 1:] = star[1:, 0] = 1
    network = Network.from_matrix(pd.DataFrame(star, names, names), directed=False)
    value = ms.betweenness(network)
    assert value.attrs["engine"] == "netcollab"
    assert value.iloc[0] == (n - 1) * (n - 2) / 2
