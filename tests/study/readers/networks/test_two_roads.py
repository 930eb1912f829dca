"""One network by two roads: what networkx writes or reads, and what we do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from netcollab.study.readers.edges import read_edges, write_edges
from netcollab.study.readers.gexf import read_gexf, write_gexf
from netcollab.study.readers.graphml import read_graphml, write_graphml
from netcollab.study.readers.matrix import read_matrix, write_matrix
from netcollab.study.readers.pajek import read_pajek, write_pajek
from netcollab.study.readers.ucinet import read_ucinet, write_ucinet

FORMATS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "a.graphml": (read_graphml, write_graphml),
    "a.gexf": (read_gexf, write_gexf),
    "a.net": (read_pajek, write_pajek),
    "a.dl": (read_ucinet, write_ucinet),
    "m.csv": (read_matrix, write_matrix),
    "e.csv": (read_edges, write_edges),
}


def kite() -> nx.DiGraph:
    """Krackhardt's kite with directions and weights of our own."""
    graph = nx.DiGraph()
    graph.add_nodes_from(f"a{n}" for n in range(10))
    for n, (i, j) in enumerate(nx.krackhardt_kite_graph().edges):
        graph.add_edge(f"a{i}", f"a{j}", weight=1 + n / 4)
        if n % 3 == 0:
            graph.add_edge(f"a{j}", f"a{i}", weight=n + 1.0)
    return graph


def edges_of(export: Any) -> set[tuple[str, str, float]]:
    source, target, weight = (c.text.tolist() for c in export.ties.columns[1:4])
    return set(zip(source, target, map(float, weight), strict=True))


def as_export(graph: nx.DiGraph, make: Any) -> Any:
    ties = [
        {"relation": "tie", "source": s, "target": t, "weight": repr(w)}
        for s, t, w in graph.edges(data="weight")
    ]
    return make([{"actor": name} for name in graph], ties, {"tie": True})


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_carries_the_kite(name: str, make: Any, again: Any) -> None:
    graph, (reader, writer) = kite(), FORMATS[name]
    back = again(as_export(graph, make), writer, reader, name)
    assert edges_of(back) == set(graph.edges(data="weight"))
    assert set(back.actors.columns[0].text.tolist()) == set(graph)


def test_what_networkx_writes(read: Any, tmp_path: Path) -> None:
    graph = kite()
    nx.write_graphml(graph, tmp_path / "a.graphml")
    nx.write_gexf(graph, tmp_path / "a.gexf")
    nx.write_pajek(graph, tmp_path / "a.net")
    for name in ("a.graphml", "a.gexf", "a.net"):
        export, problems = read(FORMATS[name][0], name, (tmp_path / name).read_bytes())
        assert edges_of(export) == set(graph.edges(data="weight")), problems
        assert export.actors.columns[0].text.tolist() == list(graph)
        assert export.directed == {"tie": True}


def test_what_networkx_reads(make: Any, tmp_path: Path) -> None:
    graph = kite()
    export = as_export(graph, make)
    others = {
        "a.graphml": nx.read_graphml,
        "a.gexf": lambda path: nx.read_gexf(path, version="1.3"),
        "a.net": nx.read_pajek,
    }
    for name, reader in others.items():
        found = reader(FORMATS[name][1](export, tmp_path / name))
        assert set(found.edges(data="weight")) == set(graph.edges(data="weight"))
        assert list(found) == list(graph)
