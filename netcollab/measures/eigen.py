"""Largest eigenvalues of non-negative matrices and their vectors, over arrays.

Whose standing comes from whom, when everybody's does?
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy.sparse import block_array, csgraph, csr_array, eye_array
from scipy.sparse.linalg import splu

from netcollab.measures.matrices import groups
from netcollab.measures.undefined import UndefinedError

__all__ = ["hub_scores", "leading", "spectral_radius", "standing"]

ROUNDING = 1e-13
SAME = 1e-10
STEPS = 300


def leading(matrix: csr_array) -> tuple[float, np.ndarray]:
    """The largest eigenvalue and its right eigenvector, scaled to maximum 1.

    The matrix is non-negative and has a positive such vector (it is irreducible, or
    its other parts lead away from one that is).
    """
    value, vector, done = _iterated(matrix.__matmul__, matrix.shape[0], kept=0.25)
    return (value, vector) if done else _refined(matrix, vector)


def spectral_radius(ties: csr_array) -> float:
    """The largest absolute eigenvalue; 0 without directed cycles."""
    return max((leading(ties[part][:, part])[0] for part in _cyclic(ties)), default=0.0)


def standing(received: csr_array) -> np.ndarray:
    """The non-negative eigenvector of the largest eigenvalue, scaled to maximum 1.

    It is positive where ties lead from the strong component that has the eigenvalue,
    and 0 elsewhere. Where several components have it, the vector belongs to the last
    one on a path; without such a path it is not unique.
    """
    parts = _cyclic(received)
    if not parts:
        raise UndefinedError("no directed cycle in its component")
    radii = [1.0]
    if len(parts) > 1:
        radii = [leading(received[part][:, part])[0] for part in parts]
    top = [
        part
        for part, radius in zip(parts, radii, strict=True)
        if radius >= max(radii) * (1 - SAME)
    ]
    sent = received.T.tocsr()
    below = [
        csgraph.breadth_first_order(sent, part[0], return_predecessors=False)
        for part in top
    ]
    last = [
        reached
        for part, reached in zip(top, below, strict=True)
        if not any(np.isin(other[0], reached) for other in top if other[0] != part[0])
    ]
    if len(last) > 1:
        raise UndefinedError(
            f"{len(last)} groups in its component share the largest eigenvalue, and "
            "no path leads from one to another"
        )
    vector = np.zeros(received.shape[0])
    vector[last[0]] = leading(received[last[0]][:, last[0]])[1]
    return vector


def hub_scores(sent: csr_array) -> np.ndarray:
    """The limit of W W' W W' ... 1, scaled to maximum 1; 0 for all without ties.

    Senders and receivers fall into blocks without a tie between two of them. The
    scores are those of the blocks with the largest singular value. Where several have
    it, each weighs as much as equal scores at the start make it.
    """
    n = sent.shape[0]
    both = block_array([[None, sent], [sent.T, None]], format="csr")
    scores = np.zeros(n)
    solved = []
    for block in groups(csgraph.connected_components(both, directed=False)[1]):
        senders, receivers = block[block < n], block[block >= n] - n
        solved.append((senders, *_leading_pair(sent[senders][:, receivers])))
    largest = max((value for _, value, _ in solved), default=0.0)
    for senders, value, hub in solved:
        if value >= largest * (1 - SAME):
            scores[senders] = hub * (hub.sum() / (hub @ hub))
    return scores / (scores.max(initial=0) or 1.0)


def _iterated(
    step: Callable[[np.ndarray], np.ndarray], size: int, *, kept: float
) -> tuple[float, np.ndarray, bool]:
    """Eigenvalue, vector, and whether some hundred steps were enough to find them.

    The least and the greatest quotient (Ax)_i / x_i enclose the eigenvalue, so the
    iteration knows when it is done. The part of x that is kept in each step stops it
    from going in circles.
    """
    vector = np.ones(size)
    for _ in range(STEPS):
        image = step(vector)
        low, high = _enclosing(image, vector)
        if high - low <= ROUNDING * high:
            return (low + high) / 2, vector, True
        vector = image + vector * (kept * image.sum() / vector.sum())
        vector /= vector.max()
    return (low + high) / 2, vector, False


def _leading_pair(block: csr_array) -> tuple[float, np.ndarray]:
    """The largest singular value and its left vector, where all is joined."""
    back = block.T.tocsr()
    value, hub, done = _iterated(lambda x: block @ (back @ x), block.shape[0], kept=0.0)
    if done:
        return math.sqrt(value), hub
    both = block_array([[None, block], [back, None]], format="csr")
    pair = np.concatenate([hub, back @ hub / math.sqrt(value)])
    value, pair = _refined(both, pair)
    return value, pair[: len(hub)]


def _enclosing(image: np.ndarray, vector: np.ndarray) -> tuple[float, float]:
    counted = vector > ROUNDING
    quotients = image[counted] / vector[counted]
    return float(quotients.min()), float(quotients.max())


def _refined(matrix: csr_array, vector: np.ndarray) -> tuple[float, np.ndarray]:
    """Inverse iteration from above (Noda 1971), as long as the enclosure shrinks."""
    low, high = _enclosing(matrix @ vector, vector)
    identity = eye_array(matrix.shape[0], format="csc")
    while True:
        above = identity * (high * (1 + ROUNDING)) - matrix.tocsc()
        trial = np.abs(splu(above).solve(vector))
        trial /= trial.max()
        least, most = _enclosing(matrix @ trial, trial)
        if most - least >= high - low:
            return (low + high) / 2, vector
        low, high, vector = least, most, trial


def _cyclic(ties: csr_array) -> list[np.ndarray]:
    """The strong components of more than one actor."""
    return groups(csgraph.connected_components(ties, connection="strong")[1])
