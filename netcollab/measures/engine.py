"""python-igraph where it is installed: the same paths, counted sooner.

Which engine counts the shortest paths of a large network?

igraph is an optional extra under the GPL. It is loaded when a network is large enough
to gain from it, and gives the numbers of `netcollab.measures.paths`: two paths are
equally short by the same tolerance.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np

__all__ = ["betweenness_by_igraph"]

LARGE = 200
SPREAD = 1e9


def betweenness_by_igraph(
    there: np.ndarray, lengths: np.ndarray | None, *, directed: bool
) -> np.ndarray | None:
    """Betweenness over ordered pairs (undirected: unordered), or None: count yourself.

    `there` tells where a tie is; `lengths` has a number there, or is None when every
    tie is one step. igraph compares lengths as if 1 were added to them, so they are
    brought far above 1 by a power of 2, which changes no digit. A tie so short that its
    length is lost in that of a path is nothing to igraph: such networks are not given
    to it.
    """
    n = len(there)
    if n < LARGE:
        return None
    igraph = _igraph()
    if igraph is None:
        return None
    at = np.flatnonzero(there.T if directed else np.tril(there.T))
    ends = np.divmod(at, n)[::-1]
    cost = None
    if lengths is not None and len(at):
        cost = lengths[ends]
        if cost.max() * n > SPREAD * cost.min():
            return None
        cost = np.ldexp(cost, 20 - int(np.floor(np.log2(cost.min()))))
    edges = np.column_stack(ends).astype(np.int32)
    graph = igraph.Graph(n=n, edges=edges, directed=directed)
    return np.array(graph.betweenness(directed=directed, weights=cost), dtype=float)


def _igraph() -> ModuleType | None:
    try:
        import igraph
    except ImportError:
        return None
    module: ModuleType = igraph
    return module
