"""Shortest paths over arrays: lengths in, distances and betweenness out.

How far is it from one actor to another, and who stands between?
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csgraph, csr_array

__all__ = [
    "betweenness_by_length",
    "betweenness_by_steps",
    "distances",
    "harmonic",
]

TOLERANCE = 1e-10
CELLS = 2_000_000


def distances(lengths: np.ndarray) -> np.ndarray:
    """Length of the shortest path from row to column; inf where there is none.

    `lengths` has a positive number for every tie and NaN elsewhere.
    """
    if not len(lengths):
        return np.zeros((0, 0))
    tails, heads = np.nonzero(~np.isnan(lengths))
    graph = csr_array((lengths[tails, heads], (tails, heads)), shape=lengths.shape)
    return np.asarray(csgraph.dijkstra(graph), dtype=float)


def harmonic(lengths: np.ndarray, direction: str) -> np.ndarray:
    """Sum of 1 / distance from ("out") or to ("in") every actor.

    `lengths` is infinite where there is no tie; a length of 0 gives infinity.
    """
    far = distances(np.where(np.isinf(lengths), np.nan, lengths))
    np.fill_diagonal(far, np.inf)
    with np.errstate(divide="ignore"):
        return np.asarray((1 / far).sum(axis=0 if direction == "in" else 1))


def betweenness_by_steps(tied: np.ndarray) -> np.ndarray:
    """Sum over ordered pairs of the share of shortest paths through each actor.

    Every tie is one step. Brandes' two passes for many sources (columns) at once: out
    step by step counting paths, and back collecting dependencies.
    """
    n = len(tied)
    onward = csr_array(tied.astype(float))
    backward = onward.T.tocsr()
    scores = np.zeros(n)
    block = max(1, CELLS // max(1, n))
    for start in range(0, n, block):
        sources = np.arange(start, min(start + block, n))
        steps, paths = _counted_paths(backward, sources)
        share = np.zeros_like(paths)
        for step in range(steps.max(), 1, -1):
            here, nearer = steps == step, steps == step - 1
            ratio = np.divide(1 + share, paths, out=np.zeros_like(paths), where=here)
            share = np.where(nearer, paths * (onward @ ratio), 0.0)
            scores += share.sum(1)
    return scores


def betweenness_by_length(lengths: np.ndarray) -> np.ndarray:
    """Sum over ordered pairs of the share of shortest paths through each actor.

    Paths are of equal length when they differ by less than 1e-10 of their sum: sums of
    fractions depend on their order (1/3 + 1/4 + 1/3 + 1/3 is not 1.25 in floats).
    """
    n = len(lengths)
    tails, heads = np.nonzero(~np.isnan(lengths))
    cost = lengths[tails, heads]
    reached = distances(lengths)
    block = max(1, CELLS // max(1, len(cost), n))
    scores = np.zeros(n)
    for start in range(0, n, block):
        rows = reached[start : start + block]
        scores += _dependencies(rows, start, tails, heads, cost)
    return scores


def _counted_paths(
    backward: csr_array, sources: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Steps from each source (column) to each actor, -1 if none, and how many paths."""
    n, columns = backward.shape[0], np.arange(len(sources))
    paths = np.zeros((n, len(sources)))
    paths[sources, columns] = 1.0
    steps = np.full(paths.shape, -1)
    steps[sources, columns] = 0
    wave, step = paths, 0
    while wave.any():
        step += 1
        wave = np.where(steps < 0, backward @ wave, 0.0)
        steps[wave > 0] = step
        paths = paths + wave
    return steps, paths


def _dependencies(
    reached: np.ndarray,
    start: int,
    tails: np.ndarray,
    heads: np.ndarray,
    cost: np.ndarray,
) -> np.ndarray:
    """Brandes' dependencies of some sources on every actor, summed over sources.

    With P the ties on shortest paths from a source (no cycles, so P^k ends at 0),
    sigma = sum_k (P')^k e counts the paths, and delta = sigma * sum_k>0 P^k (1/sigma)
    is the dependency. All sources of a block are one big P.
    """
    count, n = reached.shape
    known = np.where(np.isfinite(reached), reached, np.nan)
    near, far = known[:, tails], known[:, heads]
    there = near + cost
    tight = (far > near) & (np.abs(there - far) <= TOLERANCE * (there + far))
    source, tie = np.nonzero(tight)
    cells = (source * n + tails[tie], source * n + heads[tie])
    onward = csr_array((np.ones(len(tie)), cells), shape=(count * n, count * n))
    own = np.arange(count) * n + start + np.arange(count)
    first = np.zeros(count * n)
    first[own] = 1.0
    sigma = first + _spread(onward.T.tocsr(), first)
    inverse = np.divide(1.0, sigma, out=np.zeros_like(sigma), where=sigma > 0)
    delta = sigma * _spread(onward, inverse)
    delta[own] = 0.0
    return np.asarray(delta.reshape(count, n).sum(0))


def _spread(step: csr_array, start: np.ndarray) -> np.ndarray:
    """The sum of the powers 1, 2, ... of a matrix without cycles, times a vector."""
    total = np.zeros_like(start)
    wave = step @ start
    while wave.any():
        total += wave
        wave = step @ wave
    return total
