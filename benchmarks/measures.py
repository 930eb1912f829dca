"""Measures of actors next to networkx, and igraph where it is installed.

All processor times are measured in the same run, so that the ratios carry over to
other machines and busy ones. networkx and igraph get a graph that is ready; ours starts
from a Network each time. Run: ``python benchmarks/measures.py``.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import ModuleType

import loading
import networkx as nx
import numpy as np
import pandas as pd

from netcollab import measures as ms
from netcollab.networks import Network

SEED, REPEATS, ENOUGH = 1, 7, 3.0
Job = Callable[[], object]


def main() -> None:
    """Print time and ratio for shortest paths, other measures, and a million edges."""
    print(f"{'':40} {'ours ms':>8} {'other ms':>9} {'other / ours':>13}")
    for directed in (True, False):
        betweenness(drawn(500, 3_500, directed=directed))
    for directed in (True, False):
        linear(drawn(1_000, 10_000, directed=directed))
    loading.loading()


def betweenness(network: Network) -> None:
    """Betweenness without igraph and, where it is there, with it."""
    graph = graph_of(network)
    for weighted in (False, True):
        title = f"betweenness{' weighted' if weighted else ''}, {kind(network)}"
        job = partial(ms.betweenness, network, weighted=weighted)
        weight = "distance" if weighted else None
        theirs = partial(nx.betweenness_centrality, graph, weight=weight)
        with no_igraph():
            compare(f"{title}, own", job, networkx=theirs)
        if igraph := installed_igraph():
            compare(title, job, networkx=theirs, igraph=direct(igraph, network, weight))


def linear(network: Network) -> None:
    """Measures that should take no longer than in networkx."""
    graph = graph_of(network)
    strength = {"weight": "weight"}
    alpha = 0.5 / float(np.abs(np.linalg.eigvals(network.ties.fillna(0) != 0)).max())
    incoming = graph if not network.directed else graph.reverse(copy=True)
    pairs: dict[str, tuple[Job, Job]] = {
        "closeness": (
            partial(ms.closeness, network, weighted=False),
            partial(nx.closeness_centrality, graph),
        ),
        "closeness weighted": (
            partial(ms.closeness, network),
            partial(nx.closeness_centrality, graph, distance="distance"),
        ),
        "harmonic closeness": (
            partial(ms.harmonic_closeness, network, weighted=False),
            partial(nx.harmonic_centrality, incoming),
        ),
        "eigenvector": (
            partial(ms.eigenvector, network),
            partial(nx.eigenvector_centrality_numpy, graph, **strength),
        ),
        "katz": (
            partial(ms.katz, network, alpha=alpha),
            partial(nx.katz_centrality_numpy, graph, alpha=alpha),
        ),
        "pagerank": (partial(ms.pagerank, network), partial(nx.pagerank, graph)),
        "hubs": (partial(ms.hubs, network), partial(nx.hits, graph)),
        "core number": (
            partial(ms.core_number, network),
            partial(nx.core_number, graph),
        ),
        "constraint": (
            partial(ms.constraint, network),
            partial(nx.constraint, graph, **strength),
        ),
    }
    for name, (ours, theirs) in pairs.items():
        compare(f"{name}, {kind(network)}", ours, networkx=theirs)


def compare(title: str, ours: Job, **others: Job) -> None:
    """One line for each other package: the shortest times, taken in turn."""
    for other, theirs in others.items():
        own, their = best(ours, theirs)
        print(
            f"{title:40} {own * 1e3:8.1f} {their * 1e3:9.1f} {their / own:12.2f}x "
            f"{other}"
        )


def best(*jobs: Job) -> list[float]:
    """The shortest of a few processor times of each job, in seconds."""
    shortest = [float("inf")] * len(jobs)
    end = time.process_time() + ENOUGH
    for turn in range(REPEATS):
        if turn and time.process_time() > end:
            break
        for place, job in enumerate(jobs):
            start = time.process_time()
            job()
            shortest[place] = min(shortest[place], time.process_time() - start)
    return shortest


def drawn(n: int, m: int, *, directed: bool) -> Network:
    """A network of about m ties with strengths 1 to 5, evenly drawn."""
    rng = np.random.default_rng(SEED)
    share = m / (n * (n - 1) / (1 if directed else 2))
    cells = rng.integers(1, 6, (n, n)) * (rng.random((n, n)) < share)
    np.fill_diagonal(cells, 0)
    if not directed:
        cells = np.triu(cells) + np.triu(cells).T
    names = [f"actor {place}" for place in range(n)]
    return Network.from_matrix(pd.DataFrame(cells, names, names), directed=directed)


def graph_of(network: Network) -> nx.Graph:
    """A graph of networkx that may be changed."""
    return nx.DiGraph(network.graph) if network.directed else nx.Graph(network.graph)


def kind(network: Network) -> str:
    return f"{network.n} {'directed' if network.directed else 'undirected'}"


def installed_igraph() -> ModuleType | None:
    if importlib.util.find_spec("igraph") is None:
        return None
    return importlib.import_module("igraph")


def direct(igraph: ModuleType, network: Network, weight: str | None) -> Job:
    """A call of igraph itself, on a graph that is ready."""
    table = nx.to_pandas_edgelist(graph_of(network))
    places = network.ties.index.get_indexer
    edges = np.column_stack([places(table["source"]), places(table["target"])])
    graph = igraph.Graph(n=network.n, edges=edges, directed=network.directed)
    graph.es["distance"] = table["distance"].tolist()
    return partial(graph.betweenness, directed=network.directed, weights=weight)


@contextmanager
def no_igraph() -> Iterator[None]:
    """As if it were not installed."""
    hidden = sys.modules.get("igraph")
    sys.modules["igraph"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["igraph"]
        if hidden is not None:
            sys.modules["igraph"] = hidden


if __name__ == "__main__":
    main()
